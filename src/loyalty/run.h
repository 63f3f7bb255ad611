/* SPDX-License-Identifier: MIT
 * Running accounts: over a batch of events, over the days up to as_of, or both, split among threads; and the
 * result that comes of it. partner_loyalty_new begins every account anew, a state opens and closes those it
 * keeps. */
#ifndef PARTNER_LOYALTY_RUN_H
#define PARTNER_LOYALTY_RUN_H

#include "account.h"
#include "events.h"

/* Fills the account of a partner, or puts it away. Segments are ranges of partners in ascending order, each
 * worked through by one thread from its first partner to its last. */
typedef partner_status (*partner__open)(void *context, size_t segment, uint32_t partner, partner__account *a,
                                        partner_error *error);
typedef partner_status (*partner__close)(void *context, size_t segment, partner__account *a,
                                         partner_error *error);

typedef struct partner__play {
    partner__plan *plan;
    const partner__batch *batch; /* NULL = only days are settled */
    uint64_t before;             /* events of earlier calls */
    size_t partners;             /* those below this, or with `touched` only those who have rows */
    int touched;
    int32_t as_of; /* every partner is settled through it; PARTNER_NO_DAY, or with `touched`: through the
                      last of its events only */
    partner__open open;
    partner__close close; /* NULL = nobody keeps them */
    void *context;
    const struct partner__enrolled *enrolled; /* of use to `open` only */
    int lines, ledger, notices;               /* what is wanted: statements, entries, notices */
    const partner__figures
        *history; /* NULL, or the figures so far: the result's are these and those of the play */
    partner__run run;
} partner__play;

/* What a play has left; zero is nothing. */
typedef struct partner__played {
    struct partner__segment *segment; /* [segments] */
    size_t segments;
    partner__ledger ledger;   /* of all segments, in their order */
    partner__figures figures; /* of the play alone */
} partner__played;

/* How many segments a play will have, for whoever needs something for each. */
size_t partner__play_segments(const partner__play *play);

/* Errors: those of `open`, `close` and of accounts; CANCELLED, NOMEM. */
partner_status partner__play_run(const partner__play *play, partner__played *played, partner_error *error);
void partner__played_free(partner__played *played);

/* The result of a play with lines, which uses up what was played. `events` and the like are the caller's to set
 * in *counts (only the counting members are read). Errors: NOMEM, RANGE. */
partner_status partner__result(const partner__play *play, partner__played *played,
                               const partner_loyalty *counts, partner_loyalty **loyalty, partner_error *error);

/* The caller's options, taken and checked. */
partner_status partner__loyalty_options(partner_loyalty_options *local, const partner_loyalty_options *caller,
                                        const partner_program *program, partner_error *error);

/* Who is enrolled: what a roster says of partners, by index. Zero is a roster that says nothing. */
typedef struct partner__enrolled {
    size_t partners; /* the highest index it names, + 1 */
    uint32_t *group; /* [partners] or NULL */
    uint32_t *level; /* [partners] or NULL */
    int32_t *until;  /* [partners] or NULL; with level */
    uint8_t *listed; /* [partners] or NULL */
} partner__enrolled;

/* `limit`: indexes are below this; 0 = whatever comes. Errors: DATA naming the row, ARGUMENT, NOMEM. */
partner_status partner__enrol(const partner_roster *roster, const partner__plan *plan, size_t limit,
                              partner__enrolled *enrolled, partner_error *error);
void partner__enrolled_free(partner__enrolled *enrolled);

/* A new account of an enrolled partner. */
partner_status partner__enrolled_begin(const partner__enrolled *enrolled, const partner__plan *plan,
                                       uint32_t partner, partner__account *a, partner_error *error);

#endif
