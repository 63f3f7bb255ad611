/* SPDX-License-Identifier: MIT
 * Counts, ages and velocity. */
#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "money.h"
#include "result.h"

enum { VELOCITY_DAYS = 365, MEDIAN = PARTNER__MILLION / 2, AGE_BITS = 32 };

/* What closed within the last year. */
typedef struct year {
    size_t closed, won, with_amount;
    uint64_t days; /* from opening to closing of won deals */
    partner__net amount;
} year;

static void count_deals(partner_pipeline *p, const partner__result *r)
{
    const partner__deal_columns *d = &r->deal;

    for (size_t i = 0; i < p->deals; i++) {
        p->open += d->outcome[i] == PARTNER_OUTCOME_OPEN;
        p->won += d->outcome[i] == PARTNER_OUTCOME_WON;
        p->lost += d->outcome[i] == PARTNER_OUTCOME_LOST;
        p->overclaimed += d->overclaim[i] > 0;
        p->stalled += d->stalled[i];
        p->out_of_order += d->out_of_order[i] > 0;
    }
}

static year look_back(const partner__inputs *in)
{
    const int64_t from = (int64_t)in->as_of_day - VELOCITY_DAYS;
    year y = {.closed = 0};

    for (size_t i = 0; i < in->lines; i++) {
        const int64_t amount = partner__line_amount(in, i);

        if (partner__is_open(in, i) || in->closed[i] <= from) continue;
        y.closed++;
        if (in->outcome[i] != PARTNER_OUTCOME_WON) continue;
        y.won++;
        y.days += (uint64_t)((int64_t)in->closed[i] - in->opened[i]);
        if (amount == PARTNER_NO_AMOUNT) continue;
        y.with_amount++;
        partner__net_add(&y.amount, amount);
    }
    return y;
}

/* open * win share * mean amount / mean days as one quotient: deals are fewer than 2^31, days together below
 * 2^63, so that above the line there are fewer than 2^93 times the amounts and below it less than 2^125. */
static partner_status find_velocity(partner_pipeline *p, const partner__inputs *in, partner_error *error)
{
    const partner__figure figure = {"pipeline", "velocity"};
    const year y = look_back(in);

    p->win_share = y.closed == 0 ? NAN : partner__share(y.won, y.closed);
    p->mean_won_amount = y.with_amount == 0 ? PARTNER_NO_AMOUNT : partner__money_mean(&y.amount, y.with_amount);
    p->mean_won_days = partner__ratio(partner__u128_from(y.days), partner__u128_from(y.won));
    p->velocity = PARTNER_NO_AMOUNT;
    if (y.with_amount == 0 || y.days == 0) return PARTNER_OK;
    return partner__money_of_net(
        &y.amount, partner__u128_scale(partner__u128_mul(y.won, y.won), (uint64_t)p->open),
        partner__u128_scale(partner__u128_mul(y.closed, y.with_amount), y.days), figure, &p->velocity, error);
}

static partner_status find_median_age(partner_pipeline *p, const partner__inputs *in, partner_error *error)
{
    uint64_t *ages = partner__alloc(p->open, sizeof *ages), *spare = partner__alloc(p->open, sizeof *spare);
    uint64_t *sorted;
    size_t n = 0;
    partner_status status = PARTNER_OK;

    p->median_age = NAN;
    if (ages == NULL || spare == NULL) status = partner__no_memory(error);
    for (size_t i = 0; i < in->lines && status == PARTNER_OK; i++)
        if (partner__is_open(in, i)) ages[n++] = (uint64_t)((int64_t)in->as_of_day - in->opened[i]);
    if (status == PARTNER_OK) status = partner__sort(ages, spare, n, 0, AGE_BITS, &in->set.run, &sorted, error);
    if (status == PARTNER_OK && n > 0) p->median_age = partner__quantile(sorted, n, MEDIAN);
    partner__free(ages);
    partner__free(spare);
    return status;
}

partner_status partner__make_summary(partner__result *to, const partner__sources *from, partner_error *error)
{
    partner_pipeline *p = &to->pipeline;
    partner_status status;

    p->as_of_day = from->in.as_of_day;
    p->stages = to->steps.stages;
    p->deals = from->in.lines;
    p->reports = from->timeline.reports_counted;
    p->before_opening = from->timeline.before_opening;
    p->after_closing = from->timeline.after_closing;
    p->claims_after_closing = from->claims.after_closing;
    p->claims_dated = from->claims.dated;
    p->model = PARTNER_BY_STAGE;
    p->stage_log_loss = p->ridge_log_loss = NAN;
    count_deals(p, to);
    status = find_velocity(p, &from->in, error);
    return status == PARTNER_OK ? find_median_age(p, &from->in, error) : status;
}
