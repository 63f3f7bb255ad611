/* SPDX-License-Identifier: MIT
 * What sentences about a program are made of. */
#ifndef PARTNER_LOYALTY_PHRASE_H
#define PARTNER_LOYALTY_PHRASE_H

#include "../base/words.h"
#include "program.h"

/* A program that is spoken of, and the sentence so far. */
typedef struct partner__speech {
    partner_program program;
    partner_loyalty_dicts dicts;
    unsigned places; /* of money */
    partner__words words;
} partner__speech;

/* Begins; a program that is no struct gives false, dictionaries that are none are done without. */
int partner__speech_begin(partner__speech *s, const partner_program *program,
                          const partner_loyalty_dicts *dicts);

/* The sentence into the caller's buffer, as much as fits; returns its length. */
size_t partner__speech_end(const partner__speech *s, char *buffer, size_t size);

void partner__put(partner__speech *s, const char *format, ...) PARTNER__PRINTF(2, 3);

/* "1 point", "2 000 points". */
void partner__put_points(partner__speech *s, int64_t points);
void partner__put_money(partner__speech *s, int64_t amount);
/* 12345 with 4 places: "1.2345"; no zeros at the end but down to `least` places. */
void partner__put_decimal(partner__speech *s, uint64_t value, unsigned places, unsigned least);
void partner__put_multiplier(partner__speech *s, uint64_t multiplier);
void partner__put_day(partner__speech *s, int64_t day);

/* An id of a program, cut where it is very long. */
void partner__put_id(partner__speech *s, const char *id);
/* "demo purchase", or "kind 3". */
void partner__put_kind(partner__speech *s, uint32_t kind);
void partner__put_tier(partner__speech *s, size_t level);

/* "a, b and c": one element by `item` each, where there are many some and how many more. */
typedef void (*partner__item)(partner__speech *s, const void *of, size_t i);
void partner__put_list(partner__speech *s, const char *last, size_t count, partner__item item, const void *of);

/* "a calendar month", "in all": what a cap counts over; "the calendar year": the program's. */
const char *partner__say_period(const partner__speech *s, uint8_t per);
const char *partner__say_year(const partner__speech *s);

/* --- what sentences ask of a program --- */

/* The tier's multiplier as a rule uses it. */
uint64_t partner__rule_times(const partner__speech *s, const partner_program_rule *r, size_t level);
/* Whether a rule looks at partners of that tier. */
int partner__rule_knows(const partner_program_rule *r, size_t level);
/* How many levels there are: at least one. */
size_t partner__levels(const partner__speech *s);
/* Whether everything the rule can give is whole points. */
int partner__rule_is_whole(const partner__speech *s, const partner_program_rule *r);

/* --- say_rule.c --- */

void partner__say_rule(partner__speech *s, size_t i);

/* --- reach.c --- */

/* The first tier that caps keep out of reach; its qualifying points at best in *best. 0 when there is none. */
size_t partner__tier_out_of_reach(const partner__speech *s, int64_t *best);

/* --- warn.c --- */

/* Why the rule can never give anything; NULL when it may. */
const char *partner__rule_is_dead(const partner__speech *s, const partner_program_rule *r);

#endif
