/* SPDX-License-Identifier: MIT
 * libpartner: pipeline, where deals stand by evidence instead of opinion, which claims to doubt, what will
 * close.
 *
 * Partners are asked for no names and no figures, only which steps of the sales process are done. From those
 * come an objective stage, doubts worth raising, and a forecast with honest uncertainty. Everything can be had
 * as of any past day, and rows added after that day change nothing. */
#ifndef PARTNER_PIPELINE_H
#define PARTNER_PIPELINE_H

#include <partner/base.h>
#include <partner/dict.h>
#include <partner/model.h>
#include <partner/totals.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- the process --- */

/* Zero is the default of each member. Structs in arrays begin with struct_size, which is the array's stride. A
 * process has at most 4096 stages and 4096 milestones; days are 1 … 100,000 and weights up to 10^9. */
typedef struct partner_process_milestone {
    uint32_t struct_size, reserved;
    const char *id;       /* needed, unique in the process */
    uint32_t name;        /* index of the id in reports: parse uses dictionary "milestone" */
    uint32_t weight;      /* in the score; 0 = 1, PARTNER_WEIGHT_0 */
    uint32_t valid_days;  /* days for which evidence holds; 0 = for ever */
    uint8_t optional;     /* 1 = the stage does not wait for it */
    const char *question; /* what to ask when it is missing; NULL = none */
    uint32_t asked;       /* index of the question: parse uses dictionary "question"; PARTNER_NONE */
} partner_process_milestone;

#define PARTNER_WEIGHT_0 UINT32_MAX

typedef struct partner_process_stage {
    uint32_t struct_size, reserved;
    const char *id;                             /* needed, unique */
    uint32_t name;                              /* index of the id in claims: parse uses dictionary "stage" */
    const partner_process_milestone *milestone; /* [milestones]; none = the stage is passed */
    size_t milestones;
} partner_process_stage;

typedef struct partner_process {
    uint32_t struct_size, reserved;
    const char *name;                   /* NULL = none */
    uint32_t fresh_days;                /* days for which a report makes a deal visible; 0 = 30 */
    const partner_process_stage *stage; /* [stages], in order; at least one */
    size_t stages;
    const uint32_t *number; /* NULL, or [stages + 1] indexes that stand for the numbers 0 … stages in claims */
} partner_process;

typedef struct partner_process_dicts {
    uint32_t struct_size, reserved;
    partner_dict *milestone, *stage;
    partner_dict *question; /* NULL = questions get no index */
} partner_process_dicts;

#define PARTNER_PROCESS_DICTS_INIT                         \
    {                                                      \
        sizeof(partner_process_dicts), 0, NULL, NULL, NULL \
    }

/* Reads a process from JSON (docs/pipeline.md has every key, docs/process.schema.json says them for editors).
 *
 * text:    JSON of `length` bytes, UTF-8.
 * dicts:   ids are interned into "milestone" and "stage", which are needed; "stage" also gets the numbers "0" …
 *          "S"; questions into "question", without which they have no index. All or nothing.
 * process: receives the process, to be released by partner_process_free.
 * Errors:  DATA with the path (as partner_program_parse); ARGUMENT (NULL), RANGE (a dictionary is full), NOMEM.
 */
PARTNER_API partner_status partner_process_parse(const char *text, size_t length,
                                                 const partner_process_dicts *dicts, partner_process **process,
                                                 partner_error *error);
PARTNER_API void partner_process_free(partner_process *process);

/* Whether a process, parsed or made by hand, can be used: stages there, ids unique, numbers in range. Every
 * function that takes a process asks this first.
 *
 * Errors: DATA with the path as in JSON; ARGUMENT, UNSUPPORTED. */
PARTNER_API partner_status partner_process_check(const partner_process *process, partner_error *error);

/* Writes the i-th sentence that says what the process asks for, 0-terminated, and returns its length (as
 * partner_program_sentence); 0 = there are no more. _warning: what is legal and hardly meant: a stage that
 * waits for nothing, a milestone without weight, evidence that goes stale before a report is fresh. */
PARTNER_API size_t partner_process_sentence(const partner_process *process, size_t i, char *buffer,
                                            size_t size);
PARTNER_API size_t partner_process_warning(const partner_process *process, size_t i, char *buffer, size_t size);

/* --- inputs: of deals, of claims and of features fewer than 2^31 rows --- */

enum { PARTNER_OUTCOME_OPEN = 0, PARTNER_OUTCOME_WON = 1, PARTNER_OUTCOME_LOST = 2 };

typedef struct partner_deals {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *deal;          /* NULL = row i is deal i, or the deal's index, each once */
    const uint32_t *partner;       /* NULL = all direct; PARTNER_NONE = direct */
    const int32_t *opened;         /* needed */
    const int32_t *closed;         /* NULL = all open; PARTNER_NO_DAY = open */
    const uint8_t *outcome;        /* needed with closed: PARTNER_OUTCOME_… */
    const int64_t *amount;         /* NULL or minor units, as the row says now; PARTNER_NO_AMOUNT = unknown */
    const uint32_t *customer;      /* NULL or a key of the customer, for registrations */
    const uint32_t *product;       /* NULL or product group; PARTNER_NONE = all */
    const int32_t *registered;     /* NULL or day of registration; PARTNER_NO_DAY = not registered */
    const uint32_t *claimed_stage; /* NULL or index of a stage's name or number; PARTNER_NONE */
    const double *claimed_probability; /* NULL or 0 … 1; NaN = none */
    const int32_t *claimed_day;        /* NULL or the day on which the partner says it closes */
} partner_deals;

enum { PARTNER_SOURCE_REPORTED = 0, PARTNER_SOURCE_VERIFIED = 1 };

typedef struct partner_milestones {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *deal, *milestone; /* needed: index of the deal, index of the milestone's id */
    const int32_t *day;               /* needed */
    const uint8_t *done;              /* NULL = all 1; 0 = taken back */
    const uint8_t *source;            /* NULL or PARTNER_SOURCE_… */
} partner_milestones;

typedef struct partner_claims {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *deal;      /* needed */
    const int32_t *day;        /* needed: when it was said */
    const uint32_t *stage;     /* NULL or as claimed_stage */
    const double *probability; /* NULL or 0 … 1; NaN = none */
    const int64_t *amount;     /* NULL or minor units; PARTNER_NO_AMOUNT */
    const int32_t *close;      /* NULL or the day on which it is said to close */
} partner_claims;

/* Numbers of the caller's own about deals, known at their opening: a row per deal and feature. What is not
 * there is missing. */
typedef struct partner_deal_features {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *deal;    /* needed */
    const uint32_t *feature; /* needed: index of the feature; at most 10,000 different ones */
    const double *value;     /* needed; up to 10^150 in magnitude; NaN = missing */
} partner_deal_features;

#define PARTNER_DEAL_FEATURES_INIT                            \
    {                                                         \
        sizeof(partner_deal_features), 0, 0, NULL, NULL, NULL \
    }

#define PARTNER_DEALS_INIT                                                                                  \
    {                                                                                                       \
        sizeof(partner_deals), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
    }
#define PARTNER_MILESTONES_INIT                                        \
    {                                                                  \
        sizeof(partner_milestones), 0, 0, NULL, NULL, NULL, NULL, NULL \
    }
#define PARTNER_CLAIMS_INIT                                              \
    {                                                                    \
        sizeof(partner_claims), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL \
    }

/* --- options: zero is the default of each --- */

#define PARTNER_BACKTEST_DAYS 60

typedef struct partner_pipeline_options {
    uint32_t struct_size, reserved;
    uint32_t threads;    /* 0 = 1; PARTNER_THREADS_ALL */
    uint8_t state_only;  /* 1 = deals, doubts, visibility, conversions and registrations: nothing is learnt */
    uint8_t backtest;    /* 1 = also the backtest */
    uint8_t minor_units; /* decimal places of the amounts */
    uint8_t certain;     /* 1 = probabilities are taken as known: the draws draw outcomes alone */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    int32_t as_of_day;      /* 0 = the last day in the data; PARTNER_DAY_0 */
    int32_t known_from_day; /* first day from which closings are in the data; 0 = the first one in it */
    int32_t split_day;      /* of the hold-out; 0 = the day by which 70 % of closed deals had closed */
    uint32_t horizon_days;  /* 0 = 90; this and those below up to 100,000 */
    uint32_t landmark_days; /* 0 = 30 */
    uint32_t protect_days;  /* of a registration; 0 = 90 */
    uint32_t lapse_days;    /* without progress; 0 = 60 */
    uint32_t folds;         /* 2 … 100; 0 = 5 */
    uint32_t draws;         /* 1 … 10,000,000; 0 = 10,000 */
    uint64_t seed;
    int64_t target;           /* to reach within the horizon, in minor units; 0 = none */
    double lambda;            /* penalty of the model, > 0; 0 = by cross-validation */
    double stall_quantile;    /* 0 < q < 1; 0 = 0.9 */
    double commit, best_case; /* categories: from this probability on; 0 = 0.8, 0.5 */
    double correlation; /* of the channel, 0 … 0.99; 0 = learnt from past windows, PARTNER_CORRELATION_0 */
    double partner_correlation;                  /* within a partner, 0 … 0.99, both together below 1 */
    const partner_deal_features *features;       /* NULL = none of the caller's own; only learning asks */
    int32_t backtest_day[PARTNER_BACKTEST_DAYS]; /* each once; 0 ends them, PARTNER_DAY_0; none = every month's
                                                    end */
    uint8_t contributions;                       /* 1 = also what each term adds to each open deal's odds */
} partner_pipeline_options;

#define PARTNER_CORRELATION_0 (-1.0)

#define PARTNER_PIPELINE_OPTIONS_INIT                                                                          \
    {                                                                                                          \
        sizeof(partner_pipeline_options), 0, 0, 0, 0, 0, 0, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
            0, 0, 0, 0, NULL, {0}, 0                                                                           \
    }

/* --- results --- */

enum {
    PARTNER_VISIBILITY_CLEAR = 0,   /* coverage >= 0.75 */
    PARTNER_VISIBILITY_PARTIAL = 1, /* >= 0.40 */
    PARTNER_VISIBILITY_POOR = 2,    /* > 0 */
    PARTNER_VISIBILITY_NONE = 3
};
#define PARTNER_VISIBILITIES 4
#define PARTNER_VISIBILITY_REFERENCE 0.16 /* CSO Insights 2016: vendors with a clear view */

enum {
    PARTNER_CATEGORY_COMMIT = 0,
    PARTNER_CATEGORY_BEST_CASE = 1,
    PARTNER_CATEGORY_PIPELINE = 2,
    PARTNER_CATEGORY_OMITTED = 3, /* no report at all */
    PARTNER_CATEGORIES = 4,       /* of open deals */
    PARTNER_CATEGORY_CLOSED = 4   /* of deals that are not open */
};

/* Where the amount of a deal's forecast comes from. */
enum {
    PARTNER_AMOUNT_OWN = 0,
    PARTNER_AMOUNT_PARTNER = 1, /* mean of the partner's won deals */
    PARTNER_AMOUNT_CHANNEL = 2,
    PARTNER_AMOUNT_UNKNOWN = 3,
    PARTNER_AMOUNT_CLOSED = 4 /* the deal is not open: there is no forecast of it */
};

/* Deals that exist at as_of_day, in the order of their rows. What is of open deals only is NONE, NaN or
 * NO_AMOUNT for others; what is learnt is NaN with state_only or without closed deals. */
typedef struct partner_pipeline_deals {
    size_t deals;
    const size_t *row;            /* [deals] in the input */
    const uint32_t *deal;         /* [deals] index */
    const uint32_t *partner;      /* [deals] PARTNER_NONE = direct */
    const uint8_t *outcome;       /* [deals] PARTNER_OUTCOME_… as known at as_of_day */
    const uint32_t *stage;        /* [deals] objective stage: how many leading stages are passed, 0 … S */
    const uint32_t *stage_name;   /* [deals] name of the stage in work; PARTNER_NONE = all are passed */
    const int32_t *since;         /* [deals] day on which it came to this value */
    const double *score;          /* [deals] 0 … 100; NaN without weights */
    const uint32_t *out_of_order; /* [deals] milestones that hold in later stages */
    const uint32_t *claimed;      /* [deals] claimed stage, 0 … S; PARTNER_NONE */
    const int32_t *overclaim;     /* [deals] claimed - objective stage; INT32_MIN = none */
    const uint32_t *days;         /* [deals] of the span */
    const uint32_t *covered;      /* [deals] of them with a fresh report */
    const double *coverage;       /* [deals] covered / days; 0 for an empty span */
    const uint8_t *visibility;    /* [deals] PARTNER_VISIBILITY_… */
    const uint8_t *stalled;       /* [deals] 1 = longer in its stage than those that moved on */
    const double *win_rate;       /* [deals] probability of being won, by the model in use */
    const double *probability;    /* [deals] of being won within the horizon; what the forecast sums */
    const uint8_t *beyond;        /* [deals] 1 = beyond experience: nothing like it was ever at risk */
    const int64_t *amount;      /* [deals] of the forecast, minor units, rounded; PARTNER_NO_AMOUNT = unknown */
    const uint8_t *amount_from; /* [deals] PARTNER_AMOUNT_… */
    const uint8_t *category;    /* [deals] PARTNER_CATEGORY_… */
} partner_pipeline_deals;

enum { PARTNER_DOUBT_NEVER = 0, PARTNER_DOUBT_STALE = 1, PARTNER_DOUBT_TAKEN_BACK = 2 };

/* Milestones that ought to hold by what is claimed: those whose holding would change most first. */
typedef struct partner_pipeline_doubts {
    size_t doubts;
    const uint32_t *deal;      /* [doubts] index */
    const uint32_t *partner;   /* [doubts] whom to ask; PARTNER_NONE = direct */
    const uint32_t *milestone; /* [doubts] name, as in reports */
    const uint8_t *reason;     /* [doubts] PARTNER_DOUBT_… */
    const int32_t *day;        /* [doubts] of its last report; PARTNER_NO_DAY */
    const uint32_t *question;  /* [doubts] what to ask: index as in the process; PARTNER_NONE */
    const double *effect;      /* [doubts] win rate if it held, less win rate; NaN */
} partner_pipeline_doubts;

/* Partners by ascending index, then the direct deals (PARTNER_NONE) where there are any. */
typedef struct partner_pipeline_visibility {
    size_t partners;
    const uint32_t *partner;    /* [partners] */
    const size_t *deals;        /* [partners] */
    const size_t *of_class;     /* [4 * partners] deals of each class, partner after partner */
    const double *share;        /* [4 * partners] of deals, likewise */
    const double *amount_share; /* [4 * partners] of known amounts, likewise; NaN */
} partner_pipeline_visibility;

/* From stage to stage, to won and to lost: spells that ended so. */
enum {
    PARTNER_SPELL_MOVED = 0, /* to another stage */
    PARTNER_SPELL_WON = 1,
    PARTNER_SPELL_LOST = 2,
    PARTNER_SPELL_OPEN = 3
};
typedef struct partner_pipeline_conversions {
    size_t conversions;
    const uint32_t *stage;      /* [conversions] 0 … S, ascending */
    const uint32_t *stage_name; /* [conversions] PARTNER_NONE = all are passed */
    const uint8_t *ended;       /* [conversions] PARTNER_SPELL_… */
    const uint32_t *to;         /* [conversions] moved: 0 … S; else PARTNER_NONE */
    const uint32_t *to_name;    /* [conversions] */
    const size_t *spells;       /* [conversions] */
    const double *share;        /* [conversions] of the stage's spells */
    const double *median_days;  /* [conversions] */
    const double *limit; /* [conversions] of the stage: days after which a deal is stalled; NaN = never */
} partner_pipeline_conversions;

/* Who holds a registered customer and product, from when to when. */
enum { PARTNER_REGISTRATION_PROTECTED = 0, PARTNER_REGISTRATION_LAPSED = 1, PARTNER_REGISTRATION_CLOSED = 2 };
enum {
    PARTNER_RULING_ONLY = 0,    /* nobody else */
    PARTNER_RULING_EARLIER = 1, /* registered first */
    PARTNER_RULING_SCORE = 2,   /* on the same day, with the higher score */
    PARTNER_RULING_ROW = 3,     /* on the same day with the same score: the earlier row */
    PARTNER_RULING_NEXT = 4     /* the one before has ended */
};
typedef struct partner_pipeline_registrations {
    size_t registrations;
    const uint32_t *customer; /* [registrations] PARTNER_NONE = none */
    const uint32_t *product;  /* [registrations] PARTNER_NONE = all */
    const uint32_t *deal;     /* [registrations] index of the holder */
    const int32_t *from, *to; /* [registrations] days [from, to), as known at as_of_day */
    const uint8_t *ended_by;  /* [registrations] PARTNER_REGISTRATION_… */
    const uint8_t *ruling;    /* [registrations] PARTNER_RULING_… */
    const size_t *contenders; /* [registrations] how many others stood beside it */
} partner_pipeline_registrations;

/* Registrations that were alive while another one held: in the order of the registrations. */
typedef struct partner_pipeline_contenders {
    size_t contenders;
    const size_t *registration; /* [contenders] line of the one that held */
    const uint32_t *deal;       /* [contenders] index */
} partner_pipeline_contenders;

/* Stage rates. */
typedef struct partner_pipeline_rates {
    size_t stages;              /* S + 1 */
    const uint32_t *stage;      /* [stages] 0 … S */
    const uint32_t *stage_name; /* [stages] PARTNER_NONE = all are passed */
    const size_t *deals;        /* [stages] distinct deals with a snapshot at risk in it */
    const double *incidence;    /* [stages] of won, Aalen-Johansen */
    const double *rate;         /* [stages] drawn towards the stage before */
    const double *weight; /* [stages] m: how many deals the stage's rate counts for beside a partner's own */
} partner_pipeline_rates;

/* What the partners make of them. */
typedef struct partner_pipeline_partner_rates {
    size_t rates;
    const uint32_t *partner;    /* [rates] ascending, then by stage */
    const uint32_t *stage;      /* [rates] */
    const uint32_t *stage_name; /* [rates] */
    const size_t *closed;       /* [rates] n */
    const double *won;          /* [rates] w */
    const double *rate;         /* [rates] */
} partner_pipeline_partner_rates;

/* Incidence of won and lost by stage; stage S + 1 = all. */
typedef struct partner_pipeline_curves {
    size_t points;
    const uint32_t *stage;      /* [points] */
    const uint32_t *stage_name; /* [points] PARTNER_NONE for S and S + 1 */
    const int32_t *days;        /* [points] since the snapshot */
    const size_t *at_risk;      /* [points] snapshots */
    const double *won, *lost;   /* [points] */
} partner_pipeline_curves;

/* What a term of the ridge model looks at. */
enum {
    PARTNER_TERM_MILESTONE = 0, /* whether it holds */
    PARTNER_TERM_AGE = 1,       /* days since opening */
    PARTNER_TERM_AGE_IN_STAGE = 2,
    PARTNER_TERM_LOG_AMOUNT = 3, /* of the dated claims */
    PARTNER_TERM_PARTNER_RATE = 4,
    PARTNER_TERM_FEATURE = 5 /* of the caller's own */
};
typedef struct partner_pipeline_terms {
    size_t terms;
    const uint8_t *term;           /* [terms] PARTNER_TERM_… */
    const uint32_t *milestone;     /* [terms] name; PARTNER_NONE */
    const uint32_t *feature;       /* [terms] index; PARTNER_NONE */
    const uint8_t *missing;        /* [terms] 1 = whether it is missing */
    const double *coefficient;     /* [terms] on standardised columns */
    const double *standard_error;  /* [terms] */
    const double *coefficient_raw; /* [terms] */
} partner_pipeline_terms;

/* What each term adds to the log-odds of each open deal; with win_model->intercept they sum to them. */
typedef struct partner_pipeline_contributions {
    size_t contributions;       /* open deals * terms, deal after deal */
    const uint32_t *deal;       /* [contributions] index */
    const uint8_t *term;        /* [contributions] as in terms */
    const uint32_t *milestone;  /* [contributions] */
    const uint32_t *feature;    /* [contributions] */
    const uint8_t *missing;     /* [contributions] */
    const double *contribution; /* [contributions] */
} partner_pipeline_contributions;

/* How good the probabilities are, on a time-ordered hold-out. */
enum {
    PARTNER_BY_CONSTANT = 0,
    PARTNER_BY_STAGE = 1,
    PARTNER_BY_RIDGE = 2,
    PARTNER_BY_FREQUENCY = 3,
    PARTNER_BY_CLAIMS = 4,
    PARTNER_BY = 5
};
typedef struct partner_pipeline_measures {
    size_t tests;
    const uint8_t *by;                      /* [tests] PARTNER_BY_…, ascending */
    const size_t *rows, *positive;          /* [tests] deals tested, and of them those won */
    const double *log_loss;                 /* [tests] as partner_measures, as are those below */
    const size_t *clipped;                  /* [tests] */
    const double *auc, *brier;              /* [tests] */
    const double *reliability, *resolution; /* [tests] */
    const double *uncertainty;              /* [tests] */
    const double *skill;                    /* [tests] against the claims, on deals that have one; NaN */
    const double *gain;                     /* [tests] mean log loss of the constant less this one's */
    const double *error;                    /* [tests] its standard error, paired; NaN */
    const uint8_t *beats;                   /* [tests] 1 = gain > 1.96 standard errors */
    int32_t split_day;                      /* learnt until then, tested on the deals open at its end */
} partner_pipeline_measures;

/* What each of them said, and what came: groups of about equal count by ascending probability. */
typedef struct partner_pipeline_calibration {
    size_t groups;
    const uint8_t *by;                 /* [groups] PARTNER_BY_…, ascending */
    const size_t *rows;                /* [groups] */
    const double *lowest, *highest;    /* [groups] probability */
    const double *expected, *observed; /* [groups] mean probability, share that was won */
} partner_pipeline_calibration;

/* Months, partners, categories of a forecast; money in minor units. Each figure is rounded once, half to even,
 * so that those of partners or months need not sum to the total. */
typedef struct partner_forecast_months {
    size_t months;
    const int32_t *day;                        /* [months] the last one within the horizon */
    const int64_t *expected, *p10, *p50, *p90; /* [months] */
} partner_forecast_months;

typedef struct partner_forecast_partners {
    size_t partners;
    const uint32_t *partner;                   /* [partners] ascending; PARTNER_NONE = direct */
    const size_t *deals;                       /* [partners] open */
    const int64_t *expected, *p10, *p50, *p90; /* [partners] */
} partner_forecast_partners;

typedef struct partner_forecast_categories {
    size_t categories;
    const uint8_t *category; /* [categories] PARTNER_CATEGORY_… */
    const size_t *deals;     /* [categories] open */
    const int64_t *expected; /* [categories] */
} partner_forecast_categories;

typedef struct partner_forecast {
    uint32_t horizon_days, draws;
    uint64_t seed;
    size_t deals;                     /* open */
    size_t without_amount;            /* of them count in number only */
    size_t beyond;                    /* beyond experience */
    int64_t expected;                 /* minor units: sum of probability * amount, rounded once */
    double expected_won;              /* deals */
    int64_t p10, p50, p90;            /* minor units */
    double won_p10, won_p50, won_p90; /* deals */
    int64_t target;                   /* minor units; PARTNER_NO_AMOUNT = none */
    double target_probability;        /* of reaching it; NaN without one */
    double correlation;               /* in use */
    uint8_t correlation_learnt;       /* 1 = the smallest whose bands held, 0 = given or too few windows */
    uint8_t exact;                    /* 1 = Poisson-binomial instead of draws */
    size_t windows;                   /* past ones it was learnt from */
    int64_t new_business;             /* mean won within a horizon from deals opened in it; PARTNER_NO_AMOUNT */
    const partner_forecast_months *months;
    const partner_forecast_partners *partners;
    const partner_forecast_categories *categories;
} partner_forecast;

/* Forecasts made on past days, ascending, and what came. The ratios of money are those of the whole minor units
 * told, over the windows that have a forecast (or claims); those of deals are of what was not rounded. */
typedef struct partner_backtest {
    size_t windows;
    const int32_t *day;        /* [windows] */
    const uint8_t *too_little; /* [windows] 1 = too little was known then: there is no forecast */
    const int64_t *expected, *p10, *p50, *p90; /* [windows] minor units; PARTNER_NO_AMOUNT */
    const int64_t *actual;                     /* [windows] */
    const double *expected_won;                /* [windows] deals; NaN */
    const size_t *won;                         /* [windows] */
    const int64_t *claimed;      /* [windows] sum of claimed probability * amount; PARTNER_NO_AMOUNT */
    double bias, wape, coverage; /* of money; NaN */
    double won_bias, won_wape, won_coverage;
    double claims_bias, claims_wape;
    size_t apart; /* windows that do not overlap */
} partner_backtest;

typedef struct partner_pipeline {
    int32_t as_of_day;
    uint32_t stages;                      /* S */
    size_t deals, open, won, lost;        /* that exist at as_of_day */
    size_t reports;                       /* counted ones */
    size_t before_opening, after_closing; /* reports; those after closing do not count */
    size_t claims_after_closing;
    size_t overclaimed, stalled, out_of_order;     /* deals */
    size_t visibility_deals[PARTNER_VISIBILITIES]; /* deals of partners */
    double visibility_share[PARTNER_VISIBILITIES], visibility_amount_share[PARTNER_VISIBILITIES];
    uint8_t claims_dated;                  /* 0 = the comparison with claims has no basis */
    uint8_t model;                         /* in use: PARTNER_BY_STAGE or PARTNER_BY_RIDGE */
    double stage_log_loss, ridge_log_loss; /* cross-validated; NaN */
    double median_age;                     /* days, of open deals; NaN */
    double win_share;                      /* won / closed in the last 365 days; NaN */
    int64_t mean_won_amount;               /* minor units; PARTNER_NO_AMOUNT */
    double mean_won_days;                  /* NaN */
    int64_t velocity;                      /* minor units a day; PARTNER_NO_AMOUNT */
    uint8_t minor_units;                   /* decimal places of the amounts */
    const partner_pipeline_deals *deal;
    const partner_pipeline_doubts *doubts;
    const partner_pipeline_visibility *visibility;
    const partner_pipeline_conversions *conversions;
    const partner_pipeline_registrations *registrations; /* NULL without a registered deal */
    const partner_pipeline_contenders *contenders;       /* likewise */
    const partner_pipeline_rates *rates;                 /* NULL where nothing is learnt; so are those below */
    const partner_pipeline_partner_rates *partner_rates;
    const partner_pipeline_curves *curves;
    const partner_pipeline_terms *terms;                 /* NULL without a ridge model */
    const partner_pipeline_contributions *contributions; /* likewise, and where they are not asked for */
    const partner_win_model *win_model;                  /* NULL without a ridge model */
    const partner_forecast *forecast;                    /* NULL = too little data */
    const partner_backtest *backtest;                    /* NULL where it is not asked for */
    const partner_pipeline_measures *measures;           /* NULL = too little data */
    const partner_pipeline_calibration *calibration;     /* likewise */
} partner_pipeline;

/* Where deals stand, what to doubt, what will close.
 *
 * milestones, claims: NULL = none.
 * pipeline: receives the result, to be released by partner_pipeline_free.
 * Errors: DATA naming table and row (a deal twice, an unknown deal or milestone, a stage that is none, a
 * probability outside 0 … 1, closed before opened, an outcome without closing day and the other way round, a
 * day missing, a feature given twice), naming a feature that predicts by being missing or zero; ARGUMENT,
 * RANGE (too many rows or features, a figure of money that leaves 64 bits), NOMEM, CANCELLED; UNSUPPORTED
 * (without GSL nothing is learnt: state_only).
 * Complexity: O(reports log reports) for the state, O(draws * deals) for the forecast. */
PARTNER_API partner_status partner_pipeline_new(const partner_process *process, const partner_deals *deals,
                                                const partner_milestones *milestones,
                                                const partner_claims *claims,
                                                const partner_pipeline_options *options,
                                                partner_pipeline **pipeline, partner_error *error);
PARTNER_API void partner_pipeline_free(partner_pipeline *pipeline);

/* Why a registration holds, why a deal is doubted: a sentence, as partner_loyalty_explain. */
PARTNER_API size_t partner_pipeline_explain_registration(const partner_pipeline *pipeline, size_t i,
                                                         char *buffer, size_t size);
PARTNER_API size_t partner_pipeline_explain_doubt(const partner_pipeline *pipeline, size_t i, char *buffer,
                                                  size_t size);

#ifdef __cplusplus
}
#endif

#endif
