/* SPDX-License-Identifier: MIT
 * Pareto as an analysis: it makes its totals from sales itself. */
#include "analysis.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "../record/tables.h"
#include "pareto.h"

enum { SALES, PARTNERS };

static const partner_input inputs[] = {
    {.name = "sales", .text = "rows of sales", .record = &partner__sales_record, .required = 1},
    {.name = "partners", .text = "who is enrolled", .record = &partner__roster_record},
};

static const partner_record *const options[] = {&partner__totals_options_record,
                                                &partner__pareto_options_record};

enum { AMOUNTS_VIEW, PARETO_VIEW, XYZ_PARTNERS_VIEW, CHANGE_PARTNERS_VIEW, XYZ_VIEW, CHANGE_VIEW };

static const partner_view views[] = {
    [AMOUNTS_VIEW] = {.name = "partners", .title = "Partners", .record = &partner__amounts_record},
    [PARETO_VIEW] = {.name = "partners", .title = "Pareto", .record = &partner__pareto_record},
    [XYZ_PARTNERS_VIEW] = {.name = "partners", .title = "Regularity", .record = &partner__xyz_partners_record},
    [CHANGE_PARTNERS_VIEW] = {.name = "partners",
                              .title = "Change",
                              .record = &partner__change_partners_record},
    [XYZ_VIEW] = {.name = "xyz", .title = "Regularity of demand", .record = &partner__xyz_record},
    [CHANGE_VIEW] = {.name = "change",
                     .title = "Change between the windows",
                     .record = &partner__change_record},
};

static void free_run(void *result)
{
    partner__pareto_run *r = result;

    if (r == NULL) return;
    partner_totals_free(r->totals);
    partner_pareto_free(r->pareto);
    partner_xyz_free(r->xyz);
    partner_change_free(r->change);
    partner__free(r->change_of_lines);
    partner__free(r);
}

static const void *view(const void *result, size_t i)
{
    const partner__pareto_run *r = result;

    if (r == NULL) return NULL;
    switch (i) {
    case AMOUNTS_VIEW: return &r->amounts;
    case PARETO_VIEW: return r->pareto;
    case XYZ_PARTNERS_VIEW: return r->xyz == NULL ? NULL : r->xyz->partners;
    case CHANGE_PARTNERS_VIEW: return r->change_of_lines;
    case XYZ_VIEW: return r->xyz;
    case CHANGE_VIEW: return r->change;
    default: return NULL;
    }
}

/* What a run is asked for. */
typedef struct request {
    const void *sales;
    partner_totals_options totals;
    partner_pareto_options pareto;
} request;

/* One block: the struct, then its columns, those of eight bytes first. */
static partner_change_partners *new_lines(size_t lines, int64_t **contribution, double **share,
                                          uint8_t **previous_class)
{
    const size_t head = (sizeof(partner_change_partners) + 7) / 8 * 8, line = 8 + 8 + 1;
    char *block = lines > (SIZE_MAX - head) / line ? NULL : partner__alloc(1, head + lines * line);

    if (block == NULL) return NULL;
    *contribution = (int64_t *)(void *)(block + head);
    *share = (double *)(void *)(*contribution + lines);
    *previous_class = (uint8_t *)(*share + lines);
    return (partner_change_partners *)(void *)block;
}

/* The change of everybody, for the lines of the totals: those enrolled in the window. Both lists ascend, and
 * everybody has all of them. */
static partner_status pick_lines(partner__pareto_run *r, const uint32_t *everybody, partner_error *error)
{
    const partner_change_partners *all = r->change->partners;
    const size_t lines = r->totals->partners;
    int64_t *contribution;
    double *share;
    uint8_t *previous_class;
    partner_change_partners *to = new_lines(lines, &contribution, &share, &previous_class);

    if (to == NULL) return partner__no_memory(error);
    for (size_t line = 0, i = 0; line < lines; line++, i++) {
        while (everybody[i] != r->totals->partner[line]) i++;
        contribution[line] = all->contribution[i];
        share[line] = all->contribution_share[i];
        previous_class[line] = all->previous_class[i];
    }
    to->partners = lines;
    to->class_none = all->class_none;
    to->contribution = contribution;
    to->contribution_share = share;
    to->previous_class = previous_class;
    r->change_of_lines = to;
    return PARTNER_OK;
}

static int wants_change(const partner_totals_options *o)
{
    return o->previous_from_day != 0 || o->previous_to_day != 0;
}

/* Growth has the rule for the windows, and lines up everybody who is enrolled in one or both. */
static partner_status compare_windows(partner__pareto_run *r, const request *q, partner_error *error)
{
    partner_amounts before = PARTNER_AMOUNTS_INIT, after = PARTNER_AMOUNTS_INIT;
    partner_growth *growth = NULL;
    partner_status status = partner_growth_new(q->sales, &q->totals, &growth, error);

    if (status != PARTNER_OK) return status;
    before.rows = after.rows = growth->partners;
    before.partner = after.partner = growth->partner;
    before.amount = growth->previous_revenue;
    after.amount = growth->revenue;
    r->after_last_day = growth->after_last_day;
    status = partner_change_new(&before, &after, &q->pareto, &r->change, error);
    if (status == PARTNER_OK) status = pick_lines(r, growth->partner, error);
    partner_growth_free(growth);
    return status;
}

static partner_status compute(partner__pareto_run *r, const request *q, partner_error *error)
{
    partner_status status = partner_totals_new(q->sales, &q->totals, &r->totals, error);

    if (status != PARTNER_OK) return status;
    r->amounts.struct_size = sizeof r->amounts;
    r->amounts.rows = r->totals->partners;
    r->amounts.amount = r->totals->revenue;
    r->amounts.partner = r->totals->partner;
    r->amounts.group = r->totals->group;
    /* The parts that take long come after those that may find fault with the options. */
    if (wants_change(&q->totals)) status = compare_windows(r, q, error);
    if (status == PARTNER_OK) status = partner_pareto_new(&r->amounts, &q->pareto, &r->pareto, error);
    if (status == PARTNER_OK && q->pareto.xyz != PARTNER_PERIOD_NONE)
        status = partner_xyz_new(q->sales, &q->totals, r->totals, r->pareto, &q->pareto, &r->xyz, error);
    r->first_cut = q->pareto.cuts[0] == 0 ? PARTNER__USUAL_CUT : q->pareto.cuts[0];
    return status;
}

/* What can be said before anything is computed. */
static partner_status check(const request *q, partner_error *error)
{
    partner_sales sales;
    partner_status status = partner__take(&sales, sizeof sales, q->sales, 0, "sales", error);

    if (status != PARTNER_OK) return status;
    if (q->pareto.xyz != PARTNER_PERIOD_NONE && sales.day == NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("sales", "day", PARTNER_NO_ROW, PARTNER_NONE),
                                "sales: day is NULL, expected a column: xyz looks at periods");
    if (q->pareto.tail && q->pareto.discrete && q->totals.minor_units != PARTNER_MINOR_UNITS_0)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("pareto_options", "discrete", PARTNER_NO_ROW, PARTNER_NONE),
                                "discrete says that amounts are counts, found money with %u decimal places, "
                                "expected minor_units 0",
                                q->totals.minor_units == 0 ? 2U : (unsigned)q->totals.minor_units);
    return PARTNER_OK;
}

static partner_status take(request *q, const void *const *in, const void *const *opts, partner_error *error)
{
    partner_status status =
        partner__take(&q->totals, sizeof q->totals, opts == NULL ? NULL : opts[0], 1, "totals options", error);

    if (status == PARTNER_OK)
        status = partner__take(&q->pareto, sizeof q->pareto, opts == NULL ? NULL : opts[1], 1, "pareto options",
                               error);
    if (status != PARTNER_OK) return status;
    q->pareto.struct_size = sizeof q->pareto;
    q->totals.struct_size = sizeof q->totals;
    q->sales = in[SALES];
    if (in[PARTNERS] != NULL) q->totals.roster = in[PARTNERS];
    return check(q, error);
}

static partner_status run(const void *const *in, const void *const *opts, void **result, partner_error *error)
{
    request q;
    partner__pareto_run *r;
    partner_status status;

    if (in == NULL || result == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "pareto: inputs or result is NULL");
    status = take(&q, in, opts, error);
    if (status != PARTNER_OK) return status;
    r = partner__alloc_zero(1, sizeof *r);
    if (r == NULL) return partner__no_memory(error);
    status = compute(r, &q, error);
    if (status != PARTNER_OK) {
        free_run(r);
        return status;
    }
    *result = r;
    return PARTNER_OK;
}

const partner_analysis partner__pareto_analysis = {
    .name = "pareto",
    .text = "how much hangs on how few: classes, shares and every figure of concentration",
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof inputs[0],
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .views = views,
    .view_count = sizeof views / sizeof views[0],
    .run = run,
    .view = view,
    .sentence = partner__pareto_sentence,
    .advice = partner__pareto_advice,
    .free = free_run,
    .example = "total=1000.00|gini=0.445|hhi=0.4194|vital_count=2",
};
