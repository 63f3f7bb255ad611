/* SPDX-License-Identifier: MIT
 * Change between two periods: a pareto of each, then one walk over the rows of both. Of the first pareto only
 * the classes and the exact parts of its figures are kept, so there is never more than one of them in memory.
 */
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "pareto.h"

typedef struct holder {
    partner_change change; /* first: the caller's pointer is to it */
    partner_change_moves moves;
    partner_change_partners partners;
    partner__arena arena;
} holder;

/* The columns while they are written. */
typedef struct columns {
    uint8_t *from, *to, *previous_class;
    size_t *partners;
    int64_t *amount, *contribution;
    double *contribution_share;
} columns;

/* Gini and hhi of one period as the rationals they are. */
typedef struct exact {
    partner__u128 gini_above, gini_below, hhi_above, hhi_below;
} exact;

typedef struct job {
    partner_amounts before, after;
    partner_pareto_options options;
    partner__run run;
    size_t rows;
    columns to;
    exact exact_before, exact_after;
} job;

/* v: negative amounts count as zero. */
static int64_t value_of(const partner_amounts *amounts, size_t row)
{
    return amounts->amount[row] > 0 ? amounts->amount[row] : 0;
}

/* partner_pareto_new, whose errors about the amounts say which of the two they mean. */
static partner_status pareto_of(const job *j, const partner_amounts *amounts, const char *which,
                                partner_pareto **pareto, partner_error *error)
{
    partner_status status = partner_pareto_new(amounts, &j->options, pareto, error);
    char said[sizeof error->message];

    if (status != PARTNER_OK && error != NULL && strcmp(error->record, "amounts") == 0) {
        memcpy(said, error->message, sizeof said);
        snprintf(error->message, sizeof error->message, "%s: %.400s", which, said);
    }
    return status;
}

/* The sums that gini and hhi are made of, once more down the order. */
static partner_status measure(const job *j, const partner_amounts *amounts, const partner_pareto *p, exact *e,
                              partner_error *error)
{
    const partner__ranked ranked = {
        .positive = p->positive, .counted = p->counted, .total = (uint64_t)p->total};
    partner__moments m = {.deviation = {0, 0}};
    uint64_t sum = 0;

    for (size_t i = 0; i < p->positive; i++) {
        uint64_t value = (uint64_t)amounts->amount[p->order[i]];

        if (i % PARTNER__BLOCK == 0) {
            partner_status status = partner__ask(&j->run, error);
            if (status != PARTNER_OK) return status;
        }
        sum += value;
        m.prefix_sum = partner__u128_add(m.prefix_sum, partner__u128_from(sum));
        m.squares = partner__u128_add(m.squares, partner__u128_mul(value, value));
    }
    e->gini_above = partner__gini_numerator(&ranked, &m);
    e->gini_below = partner__u128_mul(p->counted, (uint64_t)p->total);
    e->hhi_above = m.squares;
    e->hhi_below = partner__u128_mul((uint64_t)p->total, (uint64_t)p->total);
    return PARTNER_OK;
}

static partner_status allocate(job *j, holder *h, size_t classes, partner_error *error)
{
    const size_t moves = classes * classes;
    columns *to = &j->to;

    to->from = partner__arena_alloc(&h->arena, moves, sizeof *to->from);
    to->to = partner__arena_alloc(&h->arena, moves, sizeof *to->to);
    to->partners = partner__arena_alloc(&h->arena, moves, sizeof *to->partners);
    to->amount = partner__arena_alloc(&h->arena, moves, sizeof *to->amount);
    to->previous_class = partner__arena_alloc(&h->arena, j->rows, sizeof *to->previous_class);
    to->contribution = partner__arena_alloc(&h->arena, j->rows, sizeof *to->contribution);
    to->contribution_share = partner__arena_alloc(&h->arena, j->rows, sizeof *to->contribution_share);
    if (to->from == NULL || to->to == NULL || to->partners == NULL || to->amount == NULL ||
        to->previous_class == NULL || to->contribution == NULL || to->contribution_share == NULL)
        return partner__no_memory(error);
    for (size_t i = 0; i < moves; i++) {
        to->from[i] = (uint8_t)(i / classes);
        to->to[i] = (uint8_t)(i % classes);
        to->partners[i] = 0;
        to->amount[i] = 0;
    }
    return PARTNER_OK;
}

/* The period before: its figures, and the classes into their column. */
static partner_status look_before(job *j, holder *h, partner_error *error)
{
    partner_pareto *before = NULL;
    partner_status status = pareto_of(j, &j->before, "before", &before, error);

    if (status != PARTNER_OK) return status;
    status = allocate(j, h, before->classes->classes, error);
    if (status == PARTNER_OK) status = measure(j, &j->before, before, &j->exact_before, error);
    if (status == PARTNER_OK) {
        if (j->rows > 0) memcpy(j->to.previous_class, before->class_of, j->rows);
        h->change.previous_total = before->total;
        h->change.previous_gini = before->gini;
        h->change.previous_hhi = before->hhi;
        h->moves.moves = before->classes->classes * before->classes->classes;
        h->moves.class_none = h->partners.class_none = before->class_none;
    }
    partner_pareto_free(before);
    return status;
}

/* Sums of v2 - v1 over any partners lie between -T1 and T2, so none of them overflows. */
static partner_status compare(const job *j, const holder *h, const partner_pareto *after, partner_error *error)
{
    const columns *to = &j->to;
    const size_t classes = (size_t)h->moves.class_none + 1;
    const partner__u128 whole = partner__u128_from((uint64_t)h->change.previous_total);

    for (size_t row = 0; row < j->rows; row++) {
        int64_t change = value_of(&j->after, row) - value_of(&j->before, row);
        size_t move = to->previous_class[row] * classes + after->class_of[row];
        double share = partner__ratio(partner__u128_from(partner__magnitude(change)), whole);

        if (row % PARTNER__BLOCK == 0) {
            partner_status status = partner__ask(&j->run, error);
            if (status != PARTNER_OK) return status;
        }
        to->partners[move]++;
        to->amount[move] += change;
        to->contribution[row] = change;
        to->contribution_share[row] = change < 0 ? -share : share;
    }
    return PARTNER_OK;
}

static void put_at_risk(const job *j, const partner_pareto *after, partner_change *change)
{
    static const size_t tops[PARTNER_PARETO_RISKS] = {1, 3, 5};
    uint64_t sum = 0;
    size_t i = 0;

    for (int k = 0; k < PARTNER_PARETO_RISKS; k++) {
        for (; i < tops[k] && i < after->positive; i++) sum += (uint64_t)j->after.amount[after->order[i]];
        change->at_risk[k] =
            partner__ratio(partner__u128_from(sum), partner__u128_from((uint64_t)after->total));
    }
}

static partner_status look_after(job *j, holder *h, partner_error *error)
{
    const exact *before = &j->exact_before, *now = &j->exact_after;
    partner_change *change = &h->change;
    partner_pareto *after = NULL;
    partner_status status = pareto_of(j, &j->after, "after", &after, error);

    if (status == PARTNER_OK) status = measure(j, &j->after, after, &j->exact_after, error);
    if (status == PARTNER_OK) status = compare(j, h, after, error);
    if (status == PARTNER_OK) {
        change->total = after->total;
        change->gini =
            partner__ratio_difference(now->gini_above, now->gini_below, before->gini_above, before->gini_below);
        change->hhi =
            partner__ratio_difference(now->hhi_above, now->hhi_below, before->hhi_above, before->hhi_below);
        put_at_risk(j, after, change);
    }
    partner_pareto_free(after);
    return status;
}

static void publish(const job *j, holder *h)
{
    h->moves.from = j->to.from;
    h->moves.to = j->to.to;
    h->moves.partners = j->to.partners;
    h->moves.amount = j->to.amount;
    h->partners.partners = j->rows;
    h->partners.previous_class = j->to.previous_class;
    h->partners.contribution = j->to.contribution;
    h->partners.contribution_share = j->to.contribution_share;
    h->change.moves = &h->moves;
    h->change.partners = &h->partners;
}

/* What is looked at of the caller's structs. */
static partner_status take(job *j, const partner_amounts *previous, const partner_amounts *current,
                           const partner_pareto_options *options, partner_error *error)
{
    partner_pareto_options given;
    partner_status status = partner__take(&j->before, sizeof j->before, previous, 0, "amounts before", error);

    if (status == PARTNER_OK)
        status = partner__take(&j->after, sizeof j->after, current, 0, "amounts after", error);
    if (status == PARTNER_OK) status = partner__take(&given, sizeof given, options, 1, "pareto options", error);
    if (status != PARTNER_OK) return status;
    if (j->before.rows != j->after.rows)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "change: %zu amounts before and %zu after, expected as many: row i of both is one "
                             "partner",
                             j->before.rows, j->after.rows);
    j->rows = j->before.rows;
    j->before.group = j->after.group = NULL;
    j->before.struct_size = j->after.struct_size = (uint32_t)sizeof j->before;
    j->options.struct_size = (uint32_t)sizeof j->options;
    j->options.population = given.population;
    j->options.negatives = given.negatives;
    memcpy(j->options.cuts, given.cuts, sizeof given.cuts);
    j->options.threads = j->run.threads = given.threads;
    j->options.interrupt = j->run.interrupt = given.interrupt;
    j->options.interrupt_data = j->run.interrupt_data = given.interrupt_data;
    return PARTNER_OK;
}

partner_status partner_change_new(const partner_amounts *previous, const partner_amounts *current,
                                  const partner_pareto_options *options, partner_change **change,
                                  partner_error *error)
{
    job j = {.options = PARTNER_PARETO_OPTIONS_INIT};
    holder *h;
    partner_status status;

    if (change == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "change is NULL, expected a place for it");
    status = take(&j, previous, current, options, error);
    if (status != PARTNER_OK) return status;
    h = partner__alloc_zero(1, sizeof *h);
    if (h == NULL) return partner__no_memory(error);
    status = look_before(&j, h, error);
    if (status == PARTNER_OK) status = look_after(&j, h, error);
    if (status != PARTNER_OK) {
        partner_change_free(&h->change);
        return status;
    }
    publish(&j, h);
    *change = &h->change;
    return PARTNER_OK;
}

void partner_change_free(partner_change *change)
{
    holder *h = (holder *)change;

    if (h == NULL) return;
    partner__arena_free(&h->arena);
    partner__free(h);
}
