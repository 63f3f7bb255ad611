/* SPDX-License-Identifier: MIT
 * What the fault tests share: data to work on, and the table of cases. */
#ifndef PARTNER_TESTS_FIXTURE_H
#define PARTNER_TESTS_FIXTURE_H

#include "../suite.h"
#include "memory.h"

/* Which allocation of the call fails. */
typedef struct plan {
    size_t fail_at;
    int for_ever;
    size_t failed; /* how many did fail */
} plan;

/* How a function meets a failed allocation. */
enum {
    FAULTS_SAID = 0,  /* PARTNER_E_NOMEM */
    FAULTS_NEVER = 1, /* it has no way to report a failure: it must not allocate at all */
    FAULTS_SPARED = 2 /* PARTNER_E_NOMEM, but for memory that it can do without: then the result is the same */
};

/* One public function. `run` prepares with a working allocator, arms, calls, disarms, checks that a failure
 * left the outputs alone and a success is right, and cleans up. */
typedef struct fault_case {
    const char *function;
    partner_status (*run)(plan *p, partner_error *error);
    int manner;
} fault_case;

/* One table per header, ended by a NULL name. */
extern const fault_case allocation_cases[], base_cases[], breaks_cases[], change_cases[], dict_cases[],
    loyalty_cases[], loyalty_figures_cases[], loyalty_state_cases[], model_cases[], pareto_cases[],
    pipeline_cases[], pipeline_forecast_cases[], pipeline_learn_cases[], process_cases[], program_cases[],
    record_cases[], segment_cases[], tail_cases[], totals_cases[], xyz_cases[];

static inline void arm(const plan *p) { faults_arm(p->fail_at, p->for_ever); }
static inline void disarm(plan *p) { p->failed = faults_disarm(); }

/* Sales of PARTNERS partners over two years: enough rows that several threads are worth their start. */
enum { ROWS = 40000, PARTNERS = 500, DAYS = 731, GROUPS = 7 };

typedef struct fixture {
    uint32_t who[ROWS], currency[ROWS], product[ROWS];
    int64_t amount[ROWS], margin[ROWS];
    int32_t day[ROWS];
    uint32_t enrolled[PARTNERS], group[PARTNERS], parent[PARTNERS];
    int32_t joined[PARTNERS], left[PARTNERS];
    int64_t target[PARTNERS], revenue[PARTNERS];
    partner_sales sales;
    partner_roster roster;
    partner_amounts amounts;
} fixture;

/* The same data every time; made at the first call, only read afterwards. */
const fixture *data(void);

/* Threads that the options of a case ask for: the loop runs with one and with several. */
extern uint32_t case_threads;

/* An output that no function may touch when it fails. */
#define UNTOUCHED ((void *)&case_threads)

#endif
