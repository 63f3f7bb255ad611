/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* Totals of families, and a pareto of them. */
typedef struct made {
    partner_totals_options options;
    partner_totals *totals;
    partner_pareto *pareto;
} made;

static made make(partner_error *error)
{
    made m = {.options = PARTNER_TOTALS_OPTIONS_INIT};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;

    m.options.roster = &data()->roster;
    m.options.roll_up = 1;
    must(partner_totals_new(&data()->sales, &m.options, &m.totals, error), *error);
    amounts.rows = m.totals->partners;
    amounts.amount = m.totals->revenue;
    must(partner_pareto_new(&amounts, NULL, &m.pareto, error), *error);
    return m;
}

static void unmake(made *m)
{
    partner_pareto_free(m->pareto);
    partner_totals_free(m->totals);
}

static partner_status run_new(plan *p, partner_error *error)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_xyz *xyz = UNTOUCHED;
    made m = make(error);
    partner_status status;
    size_t partners = 0;

    options.threads = case_threads;
    options.xyz = PARTNER_PERIOD_MONTH;
    arm(p);
    status = partner_xyz_new(&data()->sales, &m.options, m.totals, m.pareto, &options, &xyz, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(xyz, UNTOUCHED);
        unmake(&m);
        return status;
    }
    for (size_t i = 0; i < xyz->classes->rows; i++) partners += xyz->classes->partners[i];
    ck_assert_uint_eq(partners, m.totals->partners);
    partner_xyz_free(xyz);
    unmake(&m);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_xyz *xyz = NULL;
    made m = make(error);

    must(partner_xyz_new(&data()->sales, &m.options, m.totals, m.pareto, NULL, &xyz, error), *error);
    arm(p);
    partner_xyz_free(xyz);
    partner_xyz_free(NULL);
    disarm(p);
    unmake(&m);
    return PARTNER_OK;
}

const fault_case xyz_cases[] = {
    {"partner_xyz_new", run_new, 0},
    {"partner_xyz_free", run_free, 1},
    {NULL, NULL, 0},
};
