/* SPDX-License-Identifier: MIT
 * What a statement says beyond an account's own sums: what is missing to the next tier, what expires soon,
 * where the pace leads; and the notices that follow from it. All of it is worked out from one settled account,
 * at the day through which it is settled.
 *
 * The pace. A window that has begun on day b, stands at day d and ends before day e is carried to its end at
 * the pace it had so far: value × (e - b) / (d - b + 1), rounded toward zero; a partner who joined in the
 * middle of a window is measured over all of it, so that a large first order promises little. Window `year`:
 * the program year. Window `rolling`: the months that the next review looks at, which ends the month. A
 * requirement with months of its own: these months, the current one carried to its end. A tier is projected
 * when the carried points reach its points and each of its requirements holds already or is reached by its own
 * carried sum. */
#ifndef PARTNER_LOYALTY_STATEMENT_H
#define PARTNER_LOYALTY_STATEMENT_H

#include "account.h"
#include "plan.h"

enum { PARTNER__EXPIRING = 3 };

/* A partner without history has the points and sums of nothing, and no pace. */
typedef struct partner__statement {
    uint32_t next;                       /* level; PARTNER_NONE = at the top */
    int64_t points_missing;              /* to its points */
    uint32_t requirements_missing;       /* of it, that do not hold */
    int64_t expiring[PARTNER__EXPIRING]; /* gone within 30, 60, 90 days after the day */
    int32_t first_expiry;                /* the first day on which some of these are gone; PARTNER_NO_DAY */
    int64_t projected;
    uint32_t projected_level;
    int64_t to_keep; /* 0 also where the tier's validity lasts longer than the window */
} partner__statement;

void partner__statement_of(const partner__account *a, const partner__plan *plan, partner__statement *s);

/* Growing columns of requirements that do not hold. Zero is none of them. */
typedef struct partner__missing {
    size_t count, room;
    uint32_t *partner, *tier, *kind;
    uint8_t *measure;
    double *needed, *reached;
} partner__missing;

void partner__missing_free(partner__missing *missing);
/* Adds the account's. Errors: NOMEM, with the lines as they were. */
partner_status partner__missing_add(partner__missing *missing, const partner__account *a,
                                    const partner__plan *plan, const partner__statement *s,
                                    partner_error *error);
/* Adds those of the other behind these. Errors as above. */
partner_status partner__missing_join(partner__missing *into, const partner__missing *from,
                                     partner_error *error);
/* The public form, whose columns are there also without lines, and live as long as `missing`. Errors: NOMEM. */
partner_status partner__missing_show(partner__missing *missing, partner_loyalty_missing *result,
                                     partner_error *error);

/* Growing columns of notices, likewise. */
typedef struct partner__notices {
    size_t count, room;
    uint32_t *partner, *tier, *rule;
    uint8_t *notice;
    int64_t *points;
    double *missing;
    int32_t *day;
} partner__notices;

void partner__notices_free(partner__notices *notices);
partner_status partner__notices_add(partner__notices *notices, const partner__account *a,
                                    const partner__plan *plan, const partner__statement *s,
                                    partner_error *error);
partner_status partner__notices_join(partner__notices *into, const partner__notices *from,
                                     partner_error *error);
partner_status partner__notices_show(partner__notices *notices, partner_loyalty_notices *result,
                                     partner_error *error);

/* What a requirement or challenge measures, for people: money in major units. */
double partner__measured(const partner__plan *plan, uint8_t measure, int64_t value);

#endif
