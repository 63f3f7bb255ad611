/* SPDX-License-Identifier: MIT
 * What the files of the generator share: the invented channel, its calendar, its random numbers. */
#ifndef MAKE_CHANNEL_H
#define MAKE_CHANNEL_H

#include <stdint.h>
#include <stdio.h>

enum {
    PARTNERS = 400,
    DAYS = 731, /* 2024 is a leap year; day 0 is Monday, 2024-01-01 */
    YEAR_2 = 366,
    SALES = 32768,  /* rows at most */
    CREDITS = 4096, /* credit notes that may wait for their day */
    NONE = -1
};

enum { DISTRIBUTOR, INTEGRATOR, MANAGED, RESELLER, AGENT, TYPES };
enum { HARDWARE, LICENCES, SUBSCRIPTIONS, SERVICES, PRODUCTS };
enum { UNKNOWN, TRANSACTIONAL, MIXED, CONSULTATIVE, MODES };

typedef struct channel_partner {
    int name, city; /* which of the names; the branch's city; NONE */
    int type;
    int parent;       /* NONE */
    int joined, left; /* days; NONE; joined may lie before day 0 */
    int sells_from, sells_to;
    int64_t orders;                  /* expected on an ordinary working day, in millionths */
    int64_t value;                   /* of an ordinary order, cents */
    int64_t trend;                   /* per mille a year */
    int64_t plan;                    /* what was to be expected of it, cents */
    int64_t target;                  /* cents; 0 = none agreed */
    int64_t potential;               /* what it could bring in the two years, cents; 0 = not known */
    int strategic;                   /* rating, per cent; NONE */
    int mode;                        /* declared; UNKNOWN = not */
    int hours, hours_min, hours_max; /* half hours it gets a year, and its bounds; NONE */
} channel_partner;

typedef struct sale {
    int day, partner, product, margin_known;
    int number, credits;    /* its row in sales.csv, from 1; of a credit note that of the order, 0 = unknown */
    int64_t amount, margin; /* cents */
} sale;

typedef struct channel {
    uint64_t random;
    channel_partner partners[PARTNERS];
    sale credits[CREDITS]; /* to come, in no order */
    int credit_count;
    sale sales[SALES]; /* as they were written */
    int sale_count;
    FILE *file;
} channel;

typedef struct date {
    int year, month, day;
} date;

extern const char *const product_names[PRODUCTS];

/* A number from low to high, both included; every one equally likely. */
int64_t between(uint64_t *state, int64_t low, int64_t high);
int chance(uint64_t *state, int64_t per_mille);

date date_of(int day);
int is_working_day(int day, date when);
void put_money(FILE *file, int64_t cents);
void put_date(FILE *file, int day);

/* What we do with partners; tells also who gets how many hours, so it comes before the roster is written. */
void make_interactions(channel *at);
void write_interactions(channel *at);
void write_alignment(channel *at);

/* The events of the loyalty program, from the partners and sales that are there already. */
void write_events(channel *at);

/* The pipeline: deals first, then what was reported and claimed of them. */
void write_deals(channel *at);
void write_milestones(channel *at);
void write_claims(channel *at);

#endif
