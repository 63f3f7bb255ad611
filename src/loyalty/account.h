/* SPDX-License-Identifier: MIT
 * One partner's account while it is worked on: all that its events so far have left, in arrays of its own that
 * are reused from partner to partner. Whoever keeps accounts (state.c) writes down what is between `partner`
 * and the end of the arrays, and nothing else; pointers into them are indexes everywhere. */
#ifndef PARTNER_LOYALTY_ACCOUNT_H
#define PARTNER_LOYALTY_ACCOUNT_H

#include <partner/loyalty.h>

#include "../base/int128.h"
#include "ledger.h"
#include "plan.h"

/* A tier and how long it holds. */
typedef struct partner__held {
    uint32_t level;
    int32_t until; /* the last day; PARTNER_NO_DAY = open (the first tier, rolling windows) */
} partner__held;

/* Points that were granted at once and go at once, in order of expiry and then of accrual, which is the order
 * in which they came. Those that are empty stay as long as a grant, a redemption or a challenge points to them.
 */
typedef struct partner__lot {
    uint64_t event; /* id of the event that earned it */
    int64_t left;
    int64_t expired;  /* points that have expired from it so far */
    int64_t excused;  /* of these, those that a reversal has counted as taken back */
    int32_t day;      /* of accrual */
    int32_t expiry;   /* the day it is gone; PARTNER_NO_DAY = never */
    uint32_t source;  /* rule, or rules + challenge; PARTNER_NONE = an adjustment */
    uint32_t pending; /* 1 = not usable yet */
    uint32_t mark;    /* of use while an account is pruned */
} partner__lot;

/* What one rule granted for one event. */
typedef struct partner__grant {
    int64_t granted; /* G, caps taken off */
    int64_t held;    /* G less what was taken back */
    int64_t refused; /* by caps, of a rule with carry: its effective x is x - refused */
    uint32_t event;  /* its number among the account's events */
    uint32_t rule;
    uint32_t lot;   /* number of its lot; PARTNER_NONE = none: tier-only, nothing granted, or of no use */
    uint32_t first; /* 1 = the rule's `first` was used up by it */
} partner__grant;

/* Points that a redemption took from one lot. */
typedef struct partner__draw {
    int64_t points;
    uint32_t lot;
    uint32_t event; /* the redemption's number among the account's events */
} partner__draw;

enum {
    PARTNER__EVENT_REDEMPTION = 1,
    PARTNER__EVENT_ADJUSTMENT = 2,
    PARTNER__EVENT_REVERSAL = 4,
    PARTNER__EVENT_CREDIT = 8,    /* a credit note: negative amount, reverses nothing */
    PARTNER__EVENT_ACCEPTED = 16, /* of a redemption */
    PARTNER__EVENT_UNDONE = 32,   /* taken back wholly; of a redemption: taken back */
    PARTNER__EVENT_OLD = 64 /* can't be reversed any more; only grants of rules with carry are left of it */
};

/* An event that was taken. */
typedef struct partner__past {
    uint64_t id;
    int64_t amount;   /* 0 for redemptions, adjustments and reversals */
    int64_t reversed; /* R: amount taken back so far, 0 … |amount| */
    int64_t quantity; /* likewise 0 for those */
    int32_t day;
    uint16_t slot;  /* kind; PARTNER__NO_SLOT */
    uint16_t level; /* the tier that counted: the one before the event */
    uint32_t flags;
    uint32_t first, count; /* its grants; of a redemption its draws. They are one after the other */
} partner__past;

/* What a rule with carry, cap or `first` remembers. With carry S = whole + rest / `below`, and the partner
 * holds N = max(0, whole) points from the rule: caps and reversals together can make S negative. */
typedef struct partner__counter {
    partner__u128 rest; /* carry: below the rule's `below` */
    int64_t whole;      /* carry */
    int64_t used;       /* cap: granted in the period */
    int32_t period;     /* cap: its day, or first month; 0 for life; of use only with used > 0 */
    uint32_t first;     /* 1 = `first` is used up */
} partner__counter;

/* A challenge: its sum, and the lots of the bonuses that stand, the latest last. */
typedef struct partner__progress {
    int64_t sum;
    uint32_t bonuses; /* how many stand */
} partner__progress;

/* The lot of a bonus that stands; those of one challenge ascend. */
typedef struct partner__bonus {
    uint32_t challenge, lot; /* PARTNER_NONE = its lot is of no use any more */
} partner__bonus;

typedef struct partner__account {
    uint32_t partner;
    uint32_t group;  /* PARTNER_NONE = none */
    int32_t began;   /* day of the first event; PARTNER_NO_DAY = there is none yet */
    int32_t settled; /* the last day that is settled; PARTNER_NO_DAY before there is one */
    uint32_t failed; /* rolling: reviews in a row that have failed */
    partner__held now;
    partner__held year; /* held when the current program year began, or when the history did */
    partner__held last; /* …when the previous one did, where the history is that old; else as `year` */
    int64_t usable, pending, debt; /* sums of lots; debt >= 0. balance = usable - debt */
    int64_t earned, spent, lapsed; /* lifetime sums of the statement */
    int64_t cap_used;              /* the program's cap */
    int32_t cap_period;            /* likewise; as a counter's */
    partner__counter *counter;     /* [plan.counters] */
    partner__progress *progress;   /* [plan.challenges] */
    partner__lot *lot;             /* [lots] */
    partner__past *past;           /* [pasts] in order */
    partner__grant *grant;         /* [grants] in order */
    partner__draw *draw;           /* [draws] in order */
    partner__bonus *bonus;         /* [bonuses] in order */
    int32_t *month;                /* [months] those with sums, ascending */
    int64_t *sum;                  /* [months * (1 + plan.meters)] qualifying points, then the meters */
    uint32_t lots, pasts, grants, draws, bonuses, months;
    /* --- what follows is worked out from the above by partner__account_ready --- */
    uint32_t lots_room, pasts_room, grants_room, draws_room, bonuses_room, months_room;
    uint32_t open;         /* no lot before this one has points left */
    uint32_t waiting;      /* no lot before this one is pending */
    partner__calendar cal; /* of the month of day `settled` */
    int64_t *this_month;   /* the sums of the month of day `settled`, in `sum`; NULL = not looked up */
    int64_t qualifying;    /* of the current window */
    int64_t rises_at;      /* from so many of them on the check after events can do something */
    uint32_t *index;       /* [index_room] hash of ids, made when a partner has many events */
    uint32_t index_room, indexed;
} partner__account;

/* Zero is an account without arrays; from its beginning on it serves one plan. Frees the arrays. */
void partner__account_free(partner__account *a);

/* An account without history, as the roster has it: `tier` is a level, `tier_until` PARTNER_NO_DAY = to the end
 * of the program year in which the history begins. Keeps the arrays' room. Errors: NOMEM. */
partner_status partner__account_begin(partner__account *a, const partner__plan *plan, uint32_t partner,
                                      uint32_t group, uint32_t level, int32_t until, partner_error *error);

/* Room for so many elements of an array, for whoever fills accounts from bytes; old ones stay. Errors: NOMEM.
 */
partner_status partner__account_room(partner__account *a, const partner__plan *plan, uint32_t lots,
                                     uint32_t pasts, uint32_t grants, uint32_t draws, uint32_t bonuses,
                                     uint32_t months, partner_error *error);

/* Works out what is derived, after an account was filled from bytes whose indexes are in range. */
void partner__account_ready(partner__account *a, const partner__plan *plan);

/* Settles through the beginning of `day`: expiries, releases, reviews of every day up to it. Nothing for a
 * partner without history or a day that is settled. */
partner_status partner__account_settle(partner__account *a, int32_t day, partner__book *book,
                                       partner_error *error);

/* Takes `n` rows of this partner, sorted by day and row, settling the days between them. Errors: DATA naming
 * the row (reverses; a day before `settled`), RANGE naming row and rule, NOMEM. The account is of no use after
 * one. */
partner_status partner__account_take(partner__account *a, const partner__row *rows, size_t n,
                                     partner__book *book, partner_error *error);

/* Drops what can't matter any more after the day `settled`: events that can't be reversed, the months before
 * plan.months_kept, lots that are empty and that nothing points to, challenges that can't change. What is left
 * depends on the history alone, not on when it was pruned, and no later entry does. */
void partner__account_prune(partner__account *a, const partner__plan *plan);

/* The number of the event with this id, or PARTNER_NONE. */
uint32_t partner__account_find(partner__account *a, uint64_t id);

/* --- asking: what holds at the day `settled` --- */

static inline int64_t partner__account_balance(const partner__account *a) { return a->usable - a->debt; }

/* Qualifying points of the window that ends with month `last` (months since January 1970): of a year those from
 * its beginning. They saturate at int64_t's ends. */
int64_t partner__account_qualifying(const partner__account *a, const partner__plan *plan, int32_t last);

/* What a requirement counts in its window that ends with month `last`. */
int64_t partner__account_required(const partner__account *a, const partner__plan *plan,
                                  const partner__plan_requirement *requirement, int32_t last);

/* Whether a level's points and requirements hold in the window that ends with month `last`; and the highest
 * level that does. */
int partner__account_earns(const partner__account *a, const partner__plan *plan, uint32_t level, int32_t last);
uint32_t partner__account_earned(const partner__account *a, const partner__plan *plan, int32_t last);

/* A challenge's sum so far, and how many bonuses stand. */
static inline const partner__progress *partner__account_progress(const partner__account *a, uint32_t challenge)
{
    return &a->progress[challenge];
}

#endif
