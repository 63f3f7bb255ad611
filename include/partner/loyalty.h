/* SPDX-License-Identifier: MIT
 * libpartner: loyalty programs, from events to exact points, tiers, and the reason for every point.
 *
 * The engine is a pure function: (program, events) -> ledger. Points, money and days are integers, values under
 * way are exact fractions, and nothing is rounded twice. Partners are independent of each other: order of
 * rows of different partners, threads, and the split of a history into appends never change a bit. */
#ifndef PARTNER_LOYALTY_H
#define PARTNER_LOYALTY_H

#include <partner/base.h>
#include <partner/dict.h>
#include <partner/totals.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Events: columns of `rows` elements, owned by the caller and only read. They need not be sorted: each
 * partner's events are taken in order of day, then of row. */
typedef struct partner_events {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *partner;  /* needed: dense index of the partner */
    const int32_t *day;       /* needed: the program's own calendar day */
    const uint32_t *kind;     /* needed: index of the kind: sale, payment, redemption … */
    const uint64_t *event;    /* NULL = the row's number, counted on across appends; or the event's own id, each
                                 once: any number but PARTNER_NO_ROW, or an index of a dictionary */
    const int64_t *amount;    /* NULL or minor units; PARTNER_NO_AMOUNT = 0 */
    const int64_t *quantity;  /* NULL or how many, or points; PARTNER_NO_AMOUNT = 1 */
    const int64_t *margin;    /* NULL or gross margin, minor units; PARTNER_NO_AMOUNT = unknown */
    const uint32_t *product;  /* NULL or index of the product group; PARTNER_NONE = unknown */
    const uint64_t *reverses; /* NULL or the id of the earlier event that this one takes back, in part or
                                 whole; PARTNER_NO_ROW = none */
} partner_events;

#define PARTNER_EVENTS_INIT                                                                \
    {                                                                                      \
        sizeof(partner_events), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
    }

/* How an exact value becomes points. */
enum {
    PARTNER_ROUND_DOWN = 0,    /* toward zero */
    PARTNER_ROUND_UP = 1,      /* away from zero */
    PARTNER_ROUND_NEAREST = 2, /* half away from zero */
    PARTNER_ROUND_EVEN = 3     /* half to even */
};

/* What a cap counts over. Quarters and years are the program's (year_starts). */
enum {
    PARTNER_CAP_NONE = 0,
    PARTNER_CAP_DAY = 1,
    PARTNER_CAP_MONTH = 2,
    PARTNER_CAP_QUARTER = 3,
    PARTNER_CAP_YEAR = 4,
    PARTNER_CAP_EVENT = 5,
    PARTNER_CAP_LIFE = 6
};

/* What a grant counts for. */
enum {
    PARTNER_COUNTS_DEFAULT = 0, /* both; of adjustments: reward only */
    PARTNER_COUNTS_REWARD = 1,  /* spendable */
    PARTNER_COUNTS_TIER = 2,    /* qualifying */
    PARTNER_COUNTS_BOTH = 3
};

/* What a requirement or a challenge adds up. */
enum {
    PARTNER_MEASURE_COUNT = 1,   /* events with amount >= 0, whatever their quantity */
    PARTNER_MEASURE_AMOUNT = 2,  /* minor units, with sign */
    PARTNER_MEASURE_QUANTITY = 3 /* with sign */
};

/* Conditions of a rule that hold by being named here; a limit without its bit is not looked at. */
enum {
    PARTNER_WHEN_AMOUNT_MIN = 1,
    PARTNER_WHEN_AMOUNT_MAX = 2,
    PARTNER_WHEN_QUANTITY_MIN = 4,
    PARTNER_WHEN_QUANTITY_MAX = 8,
    PARTNER_WHEN_MARGIN_MIN = 16,
    PARTNER_WHEN_MARGIN_MAX = 32,
    PARTNER_WHEN_MARGIN_RATE_MIN = 64,
    PARTNER_WHEN_MARGIN_RATE_MAX = 128,
    PARTNER_WHEN_FROM = 256,
    PARTNER_WHEN_TO = 512,
    PARTNER_WHEN_PRODUCT = 1024,
    PARTNER_WHEN_GROUP = 2048,
    PARTNER_WHEN_TIER = 4096,
    PARTNER_WHEN_FIRST = 8192
};

#define PARTNER_MULTIPLIER_0 UINT32_MAX       /* a multiplier of 0 */
#define PARTNER_LOYALTY_POINTS_MAX 1000000000 /* the most points that a program may name in one place */
#define PARTNER_LOYALTY_RULES_MAX 4096        /* rules, tiers and challenges of a program, each */

/* A rule: what earns points. Zero is the default of each member.
 * Structs that lie in an array of a program begin with struct_size, which is the array's stride. */
typedef struct partner_program_rule {
    uint32_t struct_size, reserved;
    const char *id; /* needed, unique among rules and challenges */
    uint32_t name; /* index of the id, for the ledger: any number, each its own; parse uses dictionary "rule" */
    uint32_t on;   /* kind of event */
    int64_t points;        /* needed, 1 … PARTNER_LOYALTY_POINTS_MAX */
    int64_t per;           /* minor units of amount that earn the points; 0 = a fixed number */
    uint32_t multiplier;   /* ten-thousandths, at most 10^8; 0 = 1; PARTNER_MULTIPLIER_0 */
    uint8_t each;          /* 1 = times quantity (only without per) */
    uint8_t round;         /* PARTNER_ROUND_… */
    uint8_t carry;         /* 1 = the exact remainder is kept (only with per) */
    uint8_t flat;          /* 1 = the tier's multiplier is left out ("tier_multiplier": false) */
    uint8_t counts_for;    /* PARTNER_COUNTS_… */
    uint8_t cap_per;       /* PARTNER_CAP_… */
    int64_t cap_points;    /* with cap_per: 1 … PARTNER_LOYALTY_POINTS_MAX */
    const char *exclusive; /* NULL, or a name: of the rules that share it the one that grants most is taken */
    uint32_t when;         /* sum of PARTNER_WHEN_… */
    uint32_t products, groups, tiers; /* lengths of the sets */
    const uint32_t *product;          /* [products] indexes of product groups */
    const uint32_t *group;            /* [groups] indexes of partner groups */
    const uint32_t *tier;             /* [tiers] levels of the program, 0 = the first */
    int64_t amount_min, amount_max;   /* minor units, inclusive, as all limits */
    int64_t quantity_min, quantity_max;
    int64_t margin_min, margin_max;           /* minor units */
    int64_t margin_rate_min, margin_rate_max; /* ppm of amount */
    int32_t from_day, to_day;                 /* [from_day, to_day), days since 1970-01-01, 0 is 0 */
} partner_program_rule;

#define PARTNER_PROGRAM_RULE_INIT                                                                          \
    {                                                                                                      \
        sizeof(partner_program_rule), 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0, 0, 0, 0, NULL, \
            NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                                       \
    }

/* What a tier requires beside points. */
typedef struct partner_program_requirement {
    uint32_t struct_size, reserved;
    uint32_t on;     /* kind of event */
    uint8_t measure; /* PARTNER_MEASURE_… */
    uint32_t months; /* its own window: the last so many calendar months, the current one included; 0 = the
                        program's window */
    int64_t target;  /* at least so much: a count, minor units or a quantity */
} partner_program_requirement;

#define PARTNER_PROGRAM_REQUIREMENT_INIT                   \
    {                                                      \
        sizeof(partner_program_requirement), 0, 0, 0, 0, 0 \
    }

typedef struct partner_program_tier {
    uint32_t struct_size, reserved;
    const char *id;      /* needed, unique among tiers */
    uint32_t name;       /* index of the id, for statements: any number; parse uses dictionary "tier" */
    uint32_t multiplier; /* ten-thousandths, at most 10^8; 0 = 1; PARTNER_MULTIPLIER_0 */
    int64_t points;      /* qualifying points; 0 for the first tier, ascending after it */
    const partner_program_requirement *requires_all; /* [requirements] every one has to hold */
    size_t requirements;
} partner_program_tier;

#define PARTNER_PROGRAM_TIER_INIT                               \
    {                                                           \
        sizeof(partner_program_tier), 0, NULL, 0, 0, 0, NULL, 0 \
    }

typedef struct partner_program_challenge {
    uint32_t struct_size, reserved;
    const char *id;           /* needed, unique among rules and challenges */
    uint32_t name;            /* as a rule's */
    uint32_t on;              /* kind of event */
    int32_t from_day, to_day; /* [from_day, to_day) */
    uint8_t measure;          /* PARTNER_MEASURE_… */
    uint8_t repeat;           /* 1 = each full multiple of the target earns the bonus */
    int64_t target;           /* > 0 */
    int64_t bonus;            /* reward points, 1 … PARTNER_LOYALTY_POINTS_MAX */
} partner_program_challenge;

#define PARTNER_PROGRAM_CHALLENGE_INIT                                     \
    {                                                                      \
        sizeof(partner_program_challenge), 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0 \
    }

enum {
    PARTNER_WINDOW_YEAR = 0,   /* the program's year */
    PARTNER_WINDOW_ROLLING = 1 /* the last window_months calendar months */
};

enum {
    PARTNER_CREDIT_NOTES_IGNORE = 0, /* a negative amount that reverses nothing only lowers the sums */
    PARTNER_CREDIT_NOTES_REFUSE = 1  /* …is an error */
};

/* A program. Zero is the default of each member; ids are copied by whoever keeps a program. */
typedef struct partner_program {
    uint32_t struct_size, reserved;
    const char *name;          /* NULL = none */
    uint8_t minor_units;       /* decimal places of money: 0 = 2, PARTNER_MINOR_UNITS_0, 1 … 9 */
    uint8_t year_starts;       /* month in which the program's year starts, 1 … 12; 0 = 1 */
    uint8_t cap_per;           /* the program's cap: PARTNER_CAP_… */
    uint8_t window;            /* PARTNER_WINDOW_… */
    uint8_t credit_notes;      /* PARTNER_CREDIT_NOTES_… */
    uint8_t adjust_counts_for; /* PARTNER_COUNTS_…; 0 = reward */
    uint8_t redeems, adjusts;  /* 1 = points are redeemed, corrected by hand, with events of a kind */
    uint32_t window_months;    /* of PARTNER_WINDOW_ROLLING, 1 … 1200 */
    uint32_t grace_months;     /* rolling: reviews in a row that may fail */
    uint32_t max_drop;         /* most levels lost at once; 0 = no limit */
    uint32_t expiry_months;    /* points are valid to the end of the so many-th month after the one they were
                                  earned in; 0 = for ever */
    uint32_t pending_days;     /* days until points are usable, at most 28 per month of expiry */
    uint32_t reversible_days;  /* days for which an event may be reversed; 0 = always, PARTNER_REVERSIBLE_0 */
    uint32_t redeem_on, adjust_on;              /* that kind */
    int64_t redeem_minimum, redeem_step;        /* points; 0 = 1 */
    int64_t cap_points;                         /* with cap_per */
    uint64_t point_value;                       /* major units of money per point, times 10^8; 0 = not said */
    const partner_program_rule *rule;           /* [rules] in the order in which an event passes them */
    const partner_program_tier *tier;           /* [tiers] ascending; none = one tier without a name */
    const partner_program_challenge *challenge; /* [challenges] */
    size_t rules, tiers, challenges;
} partner_program;

#define PARTNER_PROGRAM_INIT                                                                                \
    {                                                                                                       \
        sizeof(partner_program), 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, \
            NULL, NULL, 0, 0, 0                                                                             \
    }

#define PARTNER_REVERSIBLE_0 UINT32_MAX /* an event can be reversed on its own day only */

/* Dictionaries of a program and its events. Which of them are needed says the function. */
typedef struct partner_loyalty_dicts {
    uint32_t struct_size, reserved;
    partner_dict *partner, *kind, *product, *group, *tier, *rule, *event;
} partner_loyalty_dicts;

#define PARTNER_LOYALTY_DICTS_INIT                                                 \
    {                                                                              \
        sizeof(partner_loyalty_dicts), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
    }

/* Reads a program from JSON (docs/loyalty.md has every key, docs/program.schema.json says them for editors).
 *
 * text:    JSON of `length` bytes, UTF-8.
 * dicts:   names are interned into kind, product, group, tier and rule, which are needed; all or nothing.
 * program: receives the program, to be released by partner_program_free.
 * Errors:  DATA with the path: no JSON (line and column), a key that is unknown (names the nearest) or given
 *          twice, a wrong type, a value out of range, anything that partner_program_check refuses.
 *          ARGUMENT (NULL), RANGE (a dictionary is full), NOMEM. O(length). */
PARTNER_API partner_status partner_program_parse(const char *text, size_t length,
                                                 const partner_loyalty_dicts *dicts, partner_program **program,
                                                 partner_error *error);

/* Releases a program made by partner_program_parse. NULL is fine. */
PARTNER_API void partner_program_free(partner_program *program);

/* Whether a program, parsed or made by hand, can be run: a needed id or number is there and in its range, ids
 * are unique, tiers ascend, nothing contradicts itself. Every function that takes a program asks this first.
 * Errors: DATA with the path as in JSON; ARGUMENT (NULL, a struct_size); UNSUPPORTED (a later version's
 * member); NOMEM. */
PARTNER_API partner_status partner_program_check(const partner_program *program, partner_error *error);

/* Writes the i-th sentence that says what the program does, as a partner would want to read it, 0-terminated,
 * and returns its length (the buffer of `size` bytes gets what fits; 1024 always do); 0 = there are no more.
 * kinds, products, groups: name the indexes; without them numbers stand for them.
 * _warning: what is legal and hardly meant: a rule that can never match, `up` rounding that pays for splitting
 * an order, a tier that the caps keep out of reach. */
PARTNER_API size_t partner_program_sentence(const partner_program *program, const partner_loyalty_dicts *dicts,
                                            size_t i, char *buffer, size_t size);
PARTNER_API size_t partner_program_warning(const partner_program *program, const partner_loyalty_dicts *dicts,
                                           size_t i, char *buffer, size_t size);

/* Options of a run. Zero is the default of each. */
typedef struct partner_loyalty_options {
    uint32_t struct_size, reserved;
    uint32_t threads;        /* 0 = 1; PARTNER_THREADS_ALL */
    uint8_t ledger;          /* 1 = also give the ledger */
    uint8_t notices;         /* 1 = also give the notices */
    uint8_t skip_duplicates; /* 1 = an event whose id was there before is counted and left out */
    uint8_t minor_units;     /* decimal places of the events' money: 0 = the program's, else they must agree */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    const partner_roster *roster; /* NULL, or who is enrolled: its group, tier and tier_until are used */
    size_t partners;              /* indexes are below this; 0 = whatever the highest index asks for */
    int32_t as_of_day;            /* the last day that counts; 0 = the last event's; PARTNER_DAY_0 */
} partner_loyalty_options;

#define PARTNER_LOYALTY_OPTIONS_INIT                                              \
    {                                                                             \
        sizeof(partner_loyalty_options), 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, 0, 0 \
    }

/* Kinds of ledger entries. */
enum {
    PARTNER_ENTRY_ACCRUAL = 0,
    PARTNER_ENTRY_REVERSAL = 1,
    PARTNER_ENTRY_EXPIRY = 2,
    PARTNER_ENTRY_REDEMPTION = 3,
    PARTNER_ENTRY_REJECTED = 4,
    PARTNER_ENTRY_RELEASE = 5,
    PARTNER_ENTRY_BONUS = 6,
    PARTNER_ENTRY_ADJUSTMENT = 7,
    PARTNER_ENTRY_PROMOTION = 8,
    PARTNER_ENTRY_DEMOTION = 9,
    PARTNER_ENTRY_RENEWAL = 10
};

/* The ledger: one line per entry, partners by ascending index, each one's entries in order of time.
 * balance, pending, qualifying and tier are as they stand after the entry. */
typedef struct partner_ledger {
    size_t entries;
    const uint32_t *partner;   /* [entries] dense index */
    const int32_t *day;        /* [entries] */
    const uint8_t *kind;       /* [entries] PARTNER_ENTRY_… */
    const uint64_t *event;     /* [entries] the event that the entry comes from: of an expiry or release the one
                                  that earned the lot; PARTNER_NO_ROW = none */
    const uint32_t *rule;      /* [entries] name of the rule or challenge; PARTNER_NONE = none */
    const int64_t *points;     /* [entries] points, with sign */
    const int64_t *capped;     /* [entries] points that a cap refused */
    const int64_t *qualifying; /* [entries] qualifying points in the window */
    const int64_t *balance;    /* [entries] usable points; negative = debt */
    const int64_t *pending;    /* [entries] points not usable yet */
    const uint32_t *tier;      /* [entries] name of the tier; PARTNER_NONE = the program has none */
    const int32_t *lot_expiry; /* [entries] day on which the points concerned are gone; PARTNER_NO_DAY = never,
                                  or the entry concerns no lot, or several that differ */
    const uint64_t *reverses; /* [entries] of a reversal the event that was taken back; PARTNER_NO_ROW = none */
    const int64_t *basis;     /* [entries] facts for partner_loyalty_explain: what the points come from */
    const int64_t *whole;     /* [entries] likewise */
    const int64_t *held;      /* [entries] likewise */
    const int64_t *carried;   /* [entries] likewise */
} partner_ledger;

/* Partners by tier, and how they moved up to as_of_day. */
typedef struct partner_loyalty_tiers {
    size_t tiers;
    const uint32_t *tier;       /* [tiers] name; the program's order */
    const size_t *partners;     /* [tiers] in it at as_of_day */
    const uint64_t *promotions; /* [tiers] entered from below */
    const uint64_t *demotions;  /* [tiers] entered from above */
    const int64_t *outstanding; /* [tiers] points their partners hold, debts left out */
} partner_loyalty_tiers;

/* The program month by month, for the books and for plots: every calendar month from that of the first event
 * on.
 */
typedef struct partner_loyalty_months {
    size_t months;
    const int32_t *month;       /* [months] its first day */
    const int64_t *issued;      /* [months] as in the summary, all of these */
    const int64_t *redeemed;    /* [months] net of reversed redemptions */
    const int64_t *expired;     /* [months] */
    const int64_t *reversed;    /* [months] */
    const int64_t *adjusted;    /* [months] */
    const int64_t *net;         /* [months] balance + pending of all partners at its end, debts deducted */
    const uint64_t *promotions; /* [months] */
    const uint64_t *demotions;  /* [months] */
} partner_loyalty_months;

/* What a next tier still needs beside points: one line per partner and requirement that does not hold. */
typedef struct partner_loyalty_missing {
    size_t requirements;
    const uint32_t *partner; /* [requirements] dense index */
    const uint32_t *tier;    /* [requirements] name of the partner's next tier */
    const uint32_t *kind;    /* [requirements] kind of event */
    const uint8_t *measure;  /* [requirements] PARTNER_MEASURE_… */
    const double *needed;    /* [requirements] count, major units or quantity */
    const double *reached;   /* [requirements] likewise */
} partner_loyalty_missing;

/* Notices: what a portal or a mail would tell a partner at as_of_day. */
enum {
    PARTNER_NOTICE_WELCOME = 0,       /* the partner's history began in the last 30 days */
    PARTNER_NOTICE_TIER_IN_REACH = 1, /* at most 20 % of the next tier's points are missing, and all it requires
                                         beside them is there */
    PARTNER_NOTICE_TIER_AT_RISK = 2,  /* the tier's validity ends at the next review and is not earned again */
    PARTNER_NOTICE_EXPIRING = 3,      /* points expire within 30 days */
    PARTNER_NOTICE_CHALLENGE_IN_REACH = 4 /* at most 20 % of a challenge's target are missing while it runs */
};

typedef struct partner_loyalty_notices {
    size_t notices;
    const uint32_t *partner; /* [notices] dense index, ascending */
    const uint8_t *notice;   /* [notices] PARTNER_NOTICE_… */
    const uint32_t *tier;    /* [notices] name of the tier within reach or at risk; PARTNER_NONE */
    const uint32_t *rule;    /* [notices] name of the challenge; PARTNER_NONE */
    const int64_t *points;   /* [notices] points missing, or expiring; 0 */
    const double *missing;   /* [notices] of a challenge: what is missing: count, major units, quantity; NaN */
    const int32_t *day;      /* [notices] until when: first day after the window, day of the review or expiry,
                                last day of the challenge; PARTNER_NO_DAY */
} partner_loyalty_notices;

/* The state of a program at as_of_day, and one statement per partner.
 * Class: exact; liability is rounded once, half to even; breakage once. */
typedef struct partner_loyalty {
    size_t partners;       /* statements: every index below options.partners, or the highest seen */
    int32_t as_of_day;     /* the last day that counts; PARTNER_NO_DAY without events */
    uint64_t events;       /* rows taken, from the beginning of the history */
    uint64_t later;        /* rows of this call after as_of_day, not taken */
    uint64_t unmentioned;  /* rows of kinds that the program does not mention, but for reversals */
    uint64_t credit_notes; /* rows with a negative amount that reverse nothing */
    uint64_t duplicates;   /* rows left out because their id was there before */
    int64_t issued;        /* points granted and bonuses, spendable */
    int64_t redeemed;      /* points redeemed, net of reversed redemptions */
    int64_t expired;       /* points expired */
    int64_t reversed;      /* points that left balances by reversals of what had granted them */
    int64_t adjusted;      /* points added by hand, net */
    int64_t outstanding;   /* sum of max(0, balance) + pending */
    int64_t debts;         /* sum of max(0, -balance) */
    int64_t liability;     /* outstanding x point_value, minor units; PARTNER_NO_AMOUNT without a value */
    double breakage;       /* expired / (expired + redeemed); NaN when both are 0 */
    uint64_t promotions, demotions;
    uint8_t minor_units; /* decimal places of money, 0 … 9 */
    const partner_loyalty_tiers *tiers;
    const partner_loyalty_months *months;
    const partner_loyalty_missing *missing;
    const partner_ledger *ledger;           /* NULL unless asked for */
    const partner_loyalty_notices *notices; /* NULL unless asked for */
    const uint32_t *partner;                /* [partners] dense index */
    const int64_t *balance;                 /* [partners] usable; negative = debt */
    const int64_t *pending;                 /* [partners] */
    const int64_t *earned;         /* [partners] lifetime: issued, and adjustments upwards, net of reversals */
    const int64_t *spent;          /* [partners] lifetime: redeemed, net of reversed redemptions */
    const int64_t *lapsed;         /* [partners] lifetime: expired */
    const int64_t *qualifying;     /* [partners] in the current window */
    const uint32_t *tier;          /* [partners] name; PARTNER_NONE = the program has none */
    const int32_t *valid_to;       /* [partners] last day of the tier's validity; PARTNER_NO_DAY = open */
    const uint32_t *next_tier;     /* [partners] name of the next higher tier; PARTNER_NONE = at the top */
    const int64_t *points_missing; /* [partners] to its points; 0 when reached or at the top */
    const uint32_t *requirements_missing; /* [partners] of the next tier, that do not hold; see `missing` */
    const int64_t *expiring_30, *expiring_60, *expiring_90; /* [partners] usable and pending points that are
                                                               gone within so many days after as_of_day */
    const uint32_t *projected_tier; /* [partners] name of the highest tier that the pace of the window so far
                                       reaches by its end, requirements by their own pace */
    const int64_t *projected; /* [partners] qualifying points at that pace: value x length of the window / days
                                 of it gone by, toward zero */
    const int64_t *to_keep;   /* [partners] qualifying points still missing to earn the present tier
                                 again by the next review; 0 = earned */
} partner_loyalty;

/* Runs a program over the whole history.
 *
 * program: checked first (partner_program_check).
 * events:  needed.
 * options: NULL = defaults.
 * loyalty: receives the result, to be released by partner_loyalty_free.
 * Errors:  DATA naming the row: a partner index out of range, a day that is missing or outside the years 1
 *          to 9999, an id that was there before (names both rows), a `reverses` that names no event, a later
 *          one, another partner's, a reversal or an adjustment, an original older than reversible_days, a
 *          credit note that the program refuses; a roster row with a tier the program has not. DATA with a
 *          path: the program. RANGE naming row and rule: a product beyond 127 bits, points beyond int64_t, a
 *          million bonuses of one challenge for one event. ARGUMENT, NOMEM, CANCELLED.
 * Threads: partners are split among them.
 * Complexity: O(rows · rules of the kind), and the square of the lots a partner holds at worst. */
PARTNER_API partner_status partner_loyalty_new(const partner_program *program, const partner_events *events,
                                               const partner_loyalty_options *options,
                                               partner_loyalty **loyalty, partner_error *error);

/* Releases a result. NULL is fine. */
PARTNER_API void partner_loyalty_free(partner_loyalty *loyalty);

/* Writes why ledger entry `entry` is what it is, one sentence with every factor, 0-terminated: "8 points: 1 per
 * 10.00 of 82.26 x 1 (authorized) = 8.226, rounded down". Returns its length (the buffer of `size` bytes gets
 * what fits; 512 always do); 0 when there is no such entry or no ledger. */
PARTNER_API size_t partner_loyalty_explain(const partner_loyalty *loyalty, size_t entry, char *buffer,
                                           size_t size);

/* A program's state: the history of its partners, folded, that events can be appended to. Mutable and opaque.
 * Memory: at most 160 bytes per partner, 24 per open lot, 16 per partner and (rule with carry or cap,
 * challenge, requirement-month in the window), 40 + 16 per granting rule for each event that can still be
 * reversed. For so long an event's id is known, and refused when it comes again. Either all events have ids of
 * their own or none has. */
typedef struct partner_loyalty_state partner_loyalty_state;

/* A state without events. The program is copied; of `options` the roster is used, the rest belongs to calls.
 * Errors: as partner_loyalty_new. */
PARTNER_API partner_status partner_loyalty_state_new(const partner_program *program,
                                                     const partner_loyalty_options *options,
                                                     partner_loyalty_state **state, partner_error *error);

/* Appends events, settling the partners they touch up to their last event. All or nothing. A partner without
 * history may begin on any day, also one before an advance.
 *
 * version: what partner_loyalty_state_version said when the caller looked, or PARTNER_NO_ROW = whatever it is.
 *          A state that has moved on since is STATE: so two writers cannot both append to one state.
 * options: NULL, or ledger, notices, skip_duplicates, threads, interrupt, and a roster whose groups are taken
 *          over for the partners it lists. as_of_day: events after it are not taken.
 * loyalty: NULL, or receives the entries this call has made, with the statements of the partners it touched.
 *          Figures, months and moves are those of these entries, outstanding and debts those of these partners;
 *          `events` counts from the beginning of the history.
 * Errors:  as partner_loyalty_new; DATA naming the row: an event before its partner's last settled day (the
 *          whole history and partner_loyalty_difference tell what it changes). STATE: another version, ids of
 *          another sort, or a dictionary that the state was loaded without. */
PARTNER_API partner_status partner_loyalty_state_append(partner_loyalty_state *state,
                                                        const partner_events *events, uint64_t version,
                                                        const partner_loyalty_options *options,
                                                        partner_loyalty **loyalty, partner_error *error);

/* Settles every partner through `day`: expiries, releases, reviews. Entries as above. Errors: ARGUMENT, RANGE,
 * NOMEM, CANCELLED; STATE: some partner is settled beyond that day. */
PARTNER_API partner_status partner_loyalty_state_advance(partner_loyalty_state *state, int32_t day,
                                                         const partner_loyalty_options *options,
                                                         partner_loyalty **loyalty, partner_error *error);

/* How many rows the appends have had, those that were left out as well; where events have no ids it is the next
 * row's number. 0 for NULL. */
PARTNER_API uint64_t partner_loyalty_state_version(const partner_loyalty_state *state);

/* The result as it stands, every partner at its last settled day (expiring_… and projections too), or all at
 * options.as_of_day, which must not lie before one (STATE). Figures, months and moves are those of the whole
 * history; there is no ledger. */
PARTNER_API partner_status partner_loyalty_from_state(const partner_loyalty_state *state,
                                                      const partner_loyalty_options *options,
                                                      partner_loyalty **loyalty, partner_error *error);

/* The state as bytes: versioned, little-endian, checked, with the fingerprints of program and dictionaries.
 * A program's name is no part of its fingerprint.
 *
 * dicts: NULL, or those of the columns; NULL members = indexes that come from elsewhere; an empty dictionary of
 *        events, too.
 * Errors: ARGUMENT (an index the dictionary has not), STATE (it was loaded with other dictionaries), NOMEM. */
PARTNER_API partner_status partner_loyalty_state_save(const partner_loyalty_state *state,
                                                      const partner_loyalty_dicts *dicts, partner_bytes **bytes,
                                                      partner_error *error);

/* The state of saved bytes. Any corrupted or truncated byte string is DATA; a state of another program or of
 * other dictionaries is STATE; dictionaries that have only grown since fit. Without a dictionary that it was
 * saved with a state can be advanced, read out and saved, not appended to. Errors also: UNSUPPORTED, NOMEM. */
PARTNER_API partner_status partner_loyalty_state_load(const uint8_t *bytes, size_t length,
                                                      const partner_program *program,
                                                      const partner_loyalty_dicts *dicts,
                                                      partner_loyalty_state **state, partner_error *error);

/* Releases a state. NULL is fine. */
PARTNER_API void partner_loyalty_state_free(partner_loyalty_state *state);

/* Two programs over the same events, side by side: what a change would have cost.
 * One line per partner of either; the sums are of these columns. */
typedef struct partner_loyalty_comparison {
    size_t partners;
    int64_t earned_total, other_earned_total;
    int64_t outstanding, other_outstanding;
    int64_t liability, other_liability,
        liability_change;   /* minor units; PARTNER_NO_AMOUNT without a point_value */
    uint64_t higher, lower; /* partners whose tier is higher, lower under the other program, by level */
    uint8_t minor_units;
    const uint32_t *partner;                /* [partners] dense index */
    const int64_t *earned, *other_earned;   /* [partners] lifetime */
    const int64_t *earned_change;           /* [partners] other - this */
    const int64_t *balance, *other_balance; /* [partners] balance + pending */
    const uint32_t *tier, *other_tier;      /* [partners] names */
    const int64_t *cost, *other_cost;       /* [partners] (spent + what is held) x point_value, minor
                                               units; PARTNER_NO_AMOUNT without one */
} partner_loyalty_comparison;

/* Compares two results with the same minor units. Errors: ARGUMENT, STATE (minor units differ), RANGE, NOMEM.
 */
PARTNER_API partner_status partner_loyalty_compare(const partner_loyalty *loyalty, const partner_loyalty *other,
                                                   partner_loyalty_comparison **comparison,
                                                   partner_error *error);
PARTNER_API void partner_loyalty_comparison_free(partner_loyalty_comparison *comparison);

/* Entries that are gone, and entries that are new. */
typedef struct partner_loyalty_changes {
    size_t entries;
    const uint8_t *change; /* [entries] 0 = gone, 1 = new */
    const uint32_t *partner;
    const int32_t *day;
    const uint8_t *kind;
    const uint64_t *event;
    const uint32_t *rule;
    const int64_t *points;
    const int64_t *capped;
    const uint32_t *tier;
} partner_loyalty_changes;

/* What an event that was entered late, or taken out, changes in history: a host that has paid out books only
 * this. One line per partner whose ledger, points or tier differ. */
typedef struct partner_loyalty_difference {
    size_t partners;
    int64_t points;    /* sum of the changes of balance + pending */
    int64_t liability; /* change, minor units; PARTNER_NO_AMOUNT without a point_value */
    uint8_t minor_units;
    const partner_loyalty_changes *changes;
    const uint32_t *partner;                   /* [partners] dense index, ascending */
    const int64_t *balance, *pending;          /* [partners] changes: after - before */
    const int64_t *earned, *spent, *lapsed;    /* [partners] changes */
    const uint32_t *tier_before, *tier_after;  /* [partners] names */
    const int32_t *valid_before, *valid_after; /* [partners] last days of validity */
} partner_loyalty_difference;

/* Both results must have their ledger and the same as_of_day and program (STATE). Entries are compared but for
 * the running columns. Errors: ARGUMENT, STATE, RANGE, NOMEM. */
PARTNER_API partner_status partner_loyalty_difference_new(const partner_loyalty *before,
                                                          const partner_loyalty *after,
                                                          partner_loyalty_difference **difference,
                                                          partner_error *error);
PARTNER_API void partner_loyalty_difference_free(partner_loyalty_difference *difference);

/* Deferred revenue of points as a material right (IFRS 15.B39-B43, ASC 606-10-55-41): one row per period. */
typedef struct partner_deferral {
    uint32_t struct_size, reserved;
    size_t rows;             /* periods, in order */
    const int32_t *day;      /* NULL or the last day of the period */
    const int64_t *added;    /* NULL or amount allocated to points granted in the period, minor units, >= 0;
                                PARTNER_NO_AMOUNT = 0 */
    const int64_t *redeemed; /* needed: points redeemed in the period, >= 0 */
    const int64_t *expected; /* needed: estimate, at the end of the period, of all points that will ever be
                                redeemed of those granted so far, those redeemed already included; > 0 */
} partner_deferral;

#define PARTNER_DEFERRAL_INIT                                  \
    {                                                          \
        sizeof(partner_deferral), 0, 0, NULL, NULL, NULL, NULL \
    }

typedef struct partner_deferral_options {
    uint32_t struct_size, reserved;
    uint32_t threads;    /* not used: there is nothing to split */
    uint8_t minor_units; /* decimal places of money: 0 = 2, PARTNER_MINOR_UNITS_0, 1 … 9 */
    partner_interrupt interrupt;
    void *interrupt_data;
} partner_deferral_options;

#define PARTNER_DEFERRAL_OPTIONS_INIT                         \
    {                                                         \
        sizeof(partner_deferral_options), 0, 0, 0, NULL, NULL \
    }

/* The roll-forward. closing = opening + added - recognised - reestimated in every period. Class: exact, the
 * revenue to date rounded half to even, the columns being differences of it. */
typedef struct partner_deferred {
    size_t periods;
    int64_t allocated;        /* sum of added */
    int64_t recognised_total; /* to date, re-estimates included */
    int64_t closing_total;    /* deferred at the end */
    uint8_t minor_units;
    const int32_t *day;         /* [periods] or NULL */
    const int64_t *opening;     /* [periods] deferred at the beginning */
    const int64_t *added;       /* [periods] */
    const int64_t *recognised;  /* [periods] for the points redeemed in it, at the estimate as it was before */
    const int64_t *reestimated; /* [periods] because the estimate has changed */
    const int64_t *revenue;     /* [periods] recognised + reestimated */
    const int64_t *closing;     /* [periods] */
} partner_deferred;

/* revenue to date = allocated to date x min(1, redeemed to date / expected). Errors: DATA naming the row,
 * ARGUMENT, RANGE, NOMEM. O(rows). */
PARTNER_API partner_status partner_deferred_new(const partner_deferral *deferral,
                                                const partner_deferral_options *options,
                                                partner_deferred **deferred, partner_error *error);
PARTNER_API void partner_deferred_free(partner_deferred *deferred);

#ifdef __cplusplus
}
#endif

#endif
