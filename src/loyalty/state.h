/* SPDX-License-Identifier: MIT
 * The state from inside: what state.c (making it, reading it out), append.c (moving it) and saved.c share. */
#ifndef PARTNER_LOYALTY_STATE_H
#define PARTNER_LOYALTY_STATE_H

#include "bank.h"
#include "known.h"
#include "run.h"
#include "stamp.h"

/* Where the ids of a state's events come from. */
enum { PARTNER__IDS_NONE_YET = 0, PARTNER__IDS_ROWS = 1, PARTNER__IDS_OWN = 2 };

/* Partners are numbered below `partners`; each has a place in the bank (empty without history and tier to start
 * from) and a group. All that calls change is prepared beside it and taken over at their end. */
struct partner_loyalty_state {
    partner__plan *plan;
    partner__bank bank;
    size_t partners;
    uint32_t *group;      /* [partners] */
    size_t groups;        /* room for so many */
    partner__known known; /* PARTNER__IDS_OWN: events that can still be reversed */
    partner__figures figures;
    uint64_t rows; /* of all appends, those left out as well: the version, and the next row's number */
    uint64_t events, unmentioned, credit_notes, duplicates;
    uint64_t highest_id;         /* PARTNER__IDS_OWN: of any event, + 1 */
    int32_t settled;             /* the latest day that any partner is settled through; PARTNER_NO_DAY */
    uint8_t ids;                 /* PARTNER__IDS_… */
    partner__dict_marks missing; /* dictionaries that it was saved with and loaded without */
};

/* A state without partners. Takes the plan over, also on failure. Errors: NOMEM. */
partner_status partner__state_new(partner__plan *plan, partner_loyalty_state **state, partner_error *error);

/* Room for partners below this; those that are new have neither history nor group. The state holds no more
 * partners for it until `partners` says so. Errors: NOMEM. */
partner_status partner__state_reserve(partner_loyalty_state *state, size_t partners, partner_error *error);

/* Whether an event counts among the known ids once `settled` is settled: it can still be reversed. */
int partner__state_remembers(const partner__plan *plan, const partner__past *past, int32_t settled);

/* The account of a partner. Errors: NOMEM. */
partner_status partner__state_open(const partner_loyalty_state *state, uint32_t partner, uint32_t group,
                                   partner__account *a, partner_error *error);

/* A play of all its partners that has no day and no events yet. `wanted`: a result will be made. */
partner__play partner__state_play(const partner_loyalty_state *state, const partner_loyalty_options *options,
                                  int wanted);

/* Whether all can be settled through this day. Errors: ARGUMENT (no day of a calendar), STATE. */
partner_status partner__state_may_settle(const partner_loyalty_state *state, int32_t day, partner_error *error);

#endif
