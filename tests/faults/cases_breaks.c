/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* So many distinct values that a layer of the search has several tasks. */
enum { VALUES = 40000, CLASSES = 4 };

typedef struct world {
    partner_numbers numbers;
    partner_breaks_options options;
} world;

static world make(void)
{
    static double value[VALUES];
    world w = {PARTNER_NUMBERS_INIT, PARTNER_BREAKS_OPTIONS_INIT};

    for (size_t i = 0; i < VALUES; i++) value[i] = (double)(i * 7919 % VALUES);
    w.numbers.rows = VALUES;
    w.numbers.value = value;
    w.options.classes = CLASSES;
    w.options.threads = case_threads;
    return w;
}

static partner_status run_breaks(plan *p, partner_error *error)
{
    partner_breaks *breaks = UNTOUCHED;
    const world w = make();
    partner_status status;

    arm(p);
    status = partner_natural_breaks(&w.numbers, &w.options, &breaks, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(breaks, UNTOUCHED);
        return status;
    }
    /* Numbers in a row are cut into equal classes. */
    for (size_t c = 0; c < CLASSES; c++) ck_assert_uint_eq(breaks->classes->count[c], VALUES / CLASSES);
    partner_breaks_free(breaks);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    const world w = make();
    partner_breaks *breaks = NULL;

    must(partner_natural_breaks(&w.numbers, &w.options, &breaks, error), *error);
    arm(p);
    partner_breaks_free(breaks);
    partner_breaks_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

const fault_case breaks_cases[] = {
    {"partner_natural_breaks", run_breaks, FAULTS_SAID},
    {"partner_breaks_free", run_free, FAULTS_NEVER},
    {NULL, NULL, 0},
};
