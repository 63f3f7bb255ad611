/* SPDX-License-Identifier: MIT
 * What is worked out from results of loyalty, and deferred revenue. */
#include <stdio.h>

#include "../programs.h"
#include "fixture.h"

enum { EVENTS = 600, WHO = 40 };

/* Sales of some partners, the last of which come in late. */
typedef struct sales {
    uint32_t partner[EVENTS], kind[EVENTS];
    int64_t amount[EVENTS];
    int32_t day[EVENTS];
} sales;

static void make(sales *s, const partner_loyalty_dicts *dicts)
{
    uint32_t kind = partner_dict_find(dicts->kind, "sale", 4);

    ck_assert_uint_ne(kind, PARTNER_NONE);
    for (size_t i = 0; i < EVENTS; i++) {
        s->partner[i] = (uint32_t)(i * 7 % WHO);
        s->kind[i] = kind;
        s->amount[i] = (int64_t)(i * 977 % 400000);
        s->day[i] = 20000 + (int32_t)(i * 31 % 400);
    }
}

static partner_loyalty *result_of(const partner_program *program, const sales *s, size_t rows)
{
    partner_events e = PARTNER_EVENTS_INIT;
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *loyalty = NULL;
    partner_error error;

    e.rows = rows;
    e.partner = s->partner;
    e.kind = s->kind;
    e.amount = s->amount;
    e.day = s->day;
    o.ledger = 1;
    o.partners = WHO;
    o.as_of_day = 20500;
    must(partner_loyalty_new(program, &e, &o, &loyalty, &error), error);
    return loyalty;
}

/* Two results of one program, the second with late events. */
typedef struct histories {
    partner_loyalty_dicts dicts;
    partner_program *program;
    partner_loyalty *before, *after;
} histories;

static histories two_histories(void)
{
    histories h;
    sales s;

    h.dicts = new_dicts();
    h.program = must_parse(CHANNEL_REWARDS, &h.dicts);
    make(&s, &h.dicts);
    h.before = result_of(h.program, &s, EVENTS - 100);
    h.after = result_of(h.program, &s, EVENTS);
    return h;
}

static void free_histories(histories *h)
{
    partner_loyalty_free(h->before);
    partner_loyalty_free(h->after);
    partner_program_free(h->program);
    free_dicts(&h->dicts);
}

static partner_status run_compare(plan *p, partner_error *error)
{
    histories h = two_histories();
    partner_loyalty_comparison *c = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_loyalty_compare(h.before, h.after, &c, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_eq(c->partners, WHO);
        ck_assert_int_eq(c->other_outstanding, h.after->outstanding);
        partner_loyalty_comparison_free(c);
    } else ck_assert_ptr_eq(c, UNTOUCHED);
    free_histories(&h);
    return status;
}

static partner_status run_compare_free(plan *p, partner_error *error)
{
    histories h = two_histories();
    partner_loyalty_comparison *c = NULL;

    must(partner_loyalty_compare(h.before, h.after, &c, error), *error);
    arm(p);
    partner_loyalty_comparison_free(c);
    partner_loyalty_comparison_free(NULL);
    disarm(p);
    free_histories(&h);
    return PARTNER_OK;
}

static partner_status run_difference(plan *p, partner_error *error)
{
    histories h = two_histories();
    partner_loyalty_difference *d = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_loyalty_difference_new(h.before, h.after, &d, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_gt(d->changes->entries, 100);
        ck_assert_int_eq(d->points, h.after->outstanding - h.before->outstanding);
        partner_loyalty_difference_free(d);
    } else ck_assert_ptr_eq(d, UNTOUCHED);
    free_histories(&h);
    return status;
}

static partner_status run_difference_free(plan *p, partner_error *error)
{
    histories h = two_histories();
    partner_loyalty_difference *d = NULL;

    must(partner_loyalty_difference_new(h.before, h.after, &d, error), *error);
    arm(p);
    partner_loyalty_difference_free(d);
    partner_loyalty_difference_free(NULL);
    disarm(p);
    free_histories(&h);
    return PARTNER_OK;
}

static partner_status run_explain(plan *p, partner_error *error)
{
    histories h = two_histories();
    char text[512];
    size_t said = 0;

    (void)error;
    arm(p);
    while (partner_loyalty_explain(h.after, said, text, sizeof text) > 0) said++;
    disarm(p);
    ck_assert_uint_eq(said, h.after->ledger->entries);
    free_histories(&h);
    return PARTNER_OK;
}

static const int64_t added[] = {9000, 0}, redeemed[] = {4500, 4000}, expected[] = {9700, 9900};

static partner_deferral periods(void)
{
    partner_deferral d = PARTNER_DEFERRAL_INIT;

    d.rows = 2;
    d.added = added;
    d.redeemed = redeemed;
    d.expected = expected;
    return d;
}

static partner_status run_deferred(plan *p, partner_error *error)
{
    partner_deferral d = periods();
    partner_deferred *deferred = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_deferred_new(&d, NULL, &deferred, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_int_eq(deferred->revenue[1], 3552);
        partner_deferred_free(deferred);
    } else ck_assert_ptr_eq(deferred, UNTOUCHED);
    return status;
}

static partner_status run_deferred_free(plan *p, partner_error *error)
{
    partner_deferral d = periods();
    partner_deferred *deferred = NULL;

    must(partner_deferred_new(&d, NULL, &deferred, error), *error);
    arm(p);
    partner_deferred_free(deferred);
    partner_deferred_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

const fault_case loyalty_figures_cases[] = {
    {"partner_loyalty_compare", run_compare, 0},
    {"partner_loyalty_comparison_free", run_compare_free, 1},
    {"partner_loyalty_difference_new", run_difference, 0},
    {"partner_loyalty_difference_free", run_difference_free, 1},
    {"partner_loyalty_explain", run_explain, 1},
    {"partner_deferred_new", run_deferred, 0},
    {"partner_deferred_free", run_deferred_free, 1},
    {NULL, NULL, 0},
};
