/* SPDX-License-Identifier: MIT
 * The events of the sample channel's loyalty program: its sales, each partner's monthly payment,
 * certifications, demo units, marketing activities, redemptions, opening balances and corrections by hand.
 *
 * What it imitates: some partners pay early and some late, some collect points and some spend them at once, a
 * few ask for more than they have or change their minds, and three credit notes name no order. Distributors
 * have contracts of their own and take no part. */
#include "make_channel.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MONTHS = 24, EVENTS = 65536, DUE_DAYS = 30 };
static const int64_t ABSENT = INT64_MIN;

/* The kinds of documents, each with numbers of its own. */
enum { ORDER, CREDIT_NOTE, PAYMENT, CERTIFICATION, DEMO, MARKETING, REDEMPTION, ADJUSTMENT, KINDS };
static const char *const kind_names[KINDS] = {"sale",          "sale",          "payment",
                                              "certification", "demo_purchase", "marketing_activity",
                                              "redemption",    "adjustment"};
static const char *const prefixes[KINDS] = {"SO", "CN", "PY", "CT", "DM", "MA", "RD", "AD"};

typedef struct event {
    int day, partner, kind;
    int place;       /* among all, in the order in which they were made */
    int of;          /* the place of the event that this one takes back, or NONE */
    const sale *row; /* of sales.csv, or NULL */
    int64_t amount, quantity;
} event;

typedef struct calendar {
    uint64_t random;
    const channel *channel;
    event events[EVENTS];
    int count;
    int number[EVENTS];            /* by place: which of its kind it is, in the order of the file */
    int place_of[SALES + 1];       /* by the number of a row of sales.csv */
    int64_t net[PARTNERS][MONTHS]; /* sales less credit notes, cents */
} calendar;

static int month_of(int day)
{
    date when = date_of(day);

    return (when.year - 2024) * 12 + when.month - 1;
}

/* The first day of a month counted from January 2024. */
static int first_day(int month)
{
    int day = month * 30;

    while (month_of(day) < month) day++;
    while (day > 0 && month_of(day - 1) == month) day--;
    return day;
}

static int working_day(int day)
{
    while (!is_working_day(day, date_of(day))) day++;
    return day;
}

/* Adds an event and returns its place; what falls after the two years is not known yet: NONE. */
static int add(calendar *c, event what)
{
    if (what.day >= DAYS) return NONE;
    if (c->count == EVENTS) {
        fprintf(stderr, "make_channel: more than %d events\n", EVENTS);
        exit(1);
    }
    what.place = c->count;
    c->events[c->count++] = what;
    return what.place;
}

static event event_of(int kind, int partner, int day)
{
    event what = {working_day(day), partner, kind, NONE, NONE, NULL, ABSENT, ABSENT};

    return what;
}

/* ---- what partners do ---- */

static int takes_part(const channel_partner *partner) { return partner->type != DISTRIBUTOR; }

static void add_sales(calendar *c)
{
    for (int i = 0; i < c->channel->sale_count; i++) {
        const sale *row = &c->channel->sales[i];
        int kind = row->amount < 0 || row->credits > 0 ? CREDIT_NOTE : ORDER;
        event what = event_of(kind, row->partner, row->day);

        if (!takes_part(&c->channel->partners[row->partner])) continue;
        what.row = row;
        what.amount = row->amount;
        if (row->credits > 0) what.of = c->place_of[row->credits];
        c->net[row->partner][month_of(row->day)] += row->amount;
        c->place_of[row->number] = add(c, what);
    }
}

/* At the end of each month an invoice, due in 30 days; the event says how many days after that it was paid. */
static void add_payments(calendar *c, int i)
{
    int64_t habit = between(&c->random, -14, 9);

    for (int month = 0; month < MONTHS; month++) {
        int due = first_day(month + 1) - 1 + DUE_DAYS;
        int late = (int)(habit + between(&c->random, -6, 8));
        event what;

        if (chance(&c->random, 20)) late += 40;
        if (c->net[i][month] <= 0) continue;
        what = event_of(PAYMENT, i, due + late);
        what.amount = c->net[i][month];
        what.quantity = what.day - due;
        add(c, what);
    }
}

/* A day on which the partner is one, more often in the first weeks: then old certificates were entered. */
static int some_day(calendar *c, const channel_partner *partner, int64_t early)
{
    int first = partner->joined > 0 ? partner->joined : 1;
    int last = partner->left != NONE ? partner->left : DAYS - 10;

    if (last < first + 45) last = first + 45;
    if (chance(&c->random, early)) last = first + 45;
    return (int)between(&c->random, first, last);
}

static void add_growth(calendar *c, int i)
{
    static const int people[TYPES] = {0, 6, 4, 3, 1}, units[TYPES] = {0, 3, 2, 2, 0};
    const channel_partner *partner = &c->channel->partners[i];
    int64_t certificates = between(&c->random, 0, people[partner->type]);
    int64_t activities = partner->type != AGENT && chance(&c->random, 350) ? between(&c->random, 1, 6) : 0;

    if (partner->plan > 40000000) certificates += 2;
    for (; certificates > 0; certificates--) add(c, event_of(CERTIFICATION, i, some_day(c, partner, 500)));
    for (; activities > 0; activities--) {
        event what = event_of(MARKETING, i, some_day(c, partner, 0));

        what.quantity = between(&c->random, 2, 45); /* leads */
        add(c, what);
    }
    if (units[partner->type] > 0 && chance(&c->random, 250)) {
        event what = event_of(DEMO, i, some_day(c, partner, 0));

        what.quantity = between(&c->random, 1, units[partner->type]);
        what.amount = what.quantity * between(&c->random, 40, 300) * 1000;
        add(c, what);
    }
}

/* ---- what they make of their points ---- */

/* A point for every 100.00, as the partner may reckon: what was sold from month to month. */
static int64_t points_sold(const calendar *c, int i, int from, int to)
{
    int64_t sum = 0;

    for (int month = from < 0 ? 0 : from; month < to; month++) sum += c->net[i][month] / 10000;
    return sum;
}

static int64_t add_opening(calendar *c, int i)
{
    const channel_partner *partner = &c->channel->partners[i];
    int64_t points = partner->plan / 20000 * between(&c->random, 5, 40) / 100 / 10 * 10;
    event what = event_of(ADJUSTMENT, i, 0);

    if (partner->joined > 0 || !chance(&c->random, 600) || points < 50) return 0;
    what.quantity = points;
    add(c, what);
    return points;
}

static void take_back(calendar *c, int i, int day, int place)
{
    event what = event_of(REDEMPTION, i, day);

    what.of = place;
    add(c, what);
}

/* Points as a partner guesses them: two months old at least, a year old at most. Some ask for what they do not
 * have, or for a number that is not to be had. */
static void add_redemptions(calendar *c, int i, int64_t opening)
{
    int64_t habit = chance(&c->random, 150) ? 0 : between(&c->random, 80, 400), held = opening;

    for (int month = 2; month < MONTHS; month++) {
        int64_t most = points_sold(c, i, month - 13, month - 1) + (month < 12 ? opening : 0), wanted;
        int day = first_day(month) + (int)between(&c->random, 0, 24), place;
        event what = event_of(REDEMPTION, i, day);

        held += points_sold(c, i, month - 2, month - 1);
        if (held > most) held = most;
        wanted = held * between(&c->random, 30, 100) / 100 / 50 * 50;
        if (!chance(&c->random, habit) || wanted < 100) continue;
        what.quantity = wanted;
        if (chance(&c->random, 30)) what.quantity += held + 1000;
        else if (chance(&c->random, 30)) what.quantity += 20;
        place = add(c, what);
        if (place == NONE || what.quantity != wanted) continue;
        if (chance(&c->random, 40)) take_back(c, i, what.day + (int)between(&c->random, 1, 8), place);
        else held -= wanted;
    }
}

static void add_corrections(calendar *c)
{
    for (int left = 8; left > 0;) {
        int i = (int)between(&c->random, 0, PARTNERS - 1);
        event what = event_of(ADJUSTMENT, i, (int)between(&c->random, 60, DAYS - 30));

        if (!takes_part(&c->channel->partners[i]) || points_sold(c, i, 0, MONTHS) < 500) continue;
        what.quantity = 25 * between(&c->random, -5, 12);
        if (what.quantity == 0) continue;
        add(c, what);
        left--;
    }
}

/* ---- the file ---- */

static int by_day(const void *a, const void *b)
{
    const event *first = a, *second = b;

    if (first->day != second->day) return first->day < second->day ? -1 : 1;
    return (first->place > second->place) - (first->place < second->place);
}

static void put_id(FILE *file, int kind, int number) { fprintf(file, "%s-%d", prefixes[kind], number); }

static void put_event(FILE *file, const calendar *c, const event *what)
{
    put_id(file, what->kind, c->number[what->place]);
    fprintf(file, ",P%03d,", what->partner + 1);
    put_date(file, what->day);
    fprintf(file, ",%s,", kind_names[what->kind]);
    if (what->amount != ABSENT) put_money(file, what->amount);
    putc(',', file);
    if (what->quantity != ABSENT) fprintf(file, "%" PRId64, what->quantity);
    putc(',', file);
    if (what->row != NULL && what->row->margin_known) put_money(file, what->row->margin);
    fprintf(file, ",%s,", what->row != NULL ? product_names[what->row->product] : "");
    if (what->of != NONE) put_id(file, what->kind == CREDIT_NOTE ? ORDER : what->kind, c->number[what->of]);
    putc('\n', file);
}

void write_events(channel *at)
{
    static calendar c;
    int numbers[KINDS] = {0};

    c.random = at->random;
    c.channel = at;
    add_sales(&c);
    for (int i = 0; i < PARTNERS; i++) {
        if (!takes_part(&at->partners[i])) continue;
        add_payments(&c, i);
        add_growth(&c, i);
        add_redemptions(&c, i, add_opening(&c, i));
    }
    add_corrections(&c);
    qsort(c.events, (size_t)c.count, sizeof *c.events, by_day);
    for (int i = 0; i < c.count; i++) c.number[c.events[i].place] = ++numbers[c.events[i].kind];
    fputs("event,partner,day,kind,amount,quantity,margin,product,reverses\n", at->file);
    for (int i = 0; i < c.count; i++) put_event(at->file, &c, &c.events[i]);
}
