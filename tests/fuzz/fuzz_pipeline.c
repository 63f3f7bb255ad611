/* SPDX-License-Identifier: MIT
 * Pipelines of arbitrary processes, deals, reports, claims, features and options: each gives a result that
 * holds together, or a named error. What exists on a day is the same whatever is known of later days, and every
 * result is the same for any number of threads. */
#include <math.h>
#include <partner/pipeline.h>

#include "fuzz.h"

enum { STAGES = 4, PER_STAGE = 3, NAMES = STAGES * PER_STAGE, DEALS = 300, ROWS = 600, BACKTESTS = 2 };

/* What of the input is there. */
enum {
    HAS_STATE_ONLY = 1,
    HAS_BACKTEST = 2,
    HAS_CERTAIN = 4,
    HAS_CONTRIBUTIONS = 8,
    HAS_CLAIMS = 16,
    HAS_FEATURES = 32,
    HAS_AS_OF = 64,
    HAS_STRANGE = 128 /* values that are in no range */
};

typedef struct world {
    partner_process process;
    partner_process_stage stage[STAGES];
    partner_process_milestone milestone[NAMES];
    uint32_t number[STAGES + 1];
    char id[STAGES + NAMES][12];
    partner_deals deals;
    partner_milestones milestones;
    partner_claims claims;
    partner_deal_features features;
    partner_pipeline_options options;
    uint32_t deal[DEALS], partner[DEALS], customer[DEALS], product[DEALS], claimed_stage[DEALS];
    int32_t opened[DEALS], closed[DEALS], registered[DEALS], claimed_day[DEALS];
    uint8_t outcome[DEALS];
    int64_t amount[DEALS];
    double claimed_probability[DEALS];
    uint32_t of[ROWS], what[ROWS], said_of[ROWS], said_stage[ROWS], own_of[ROWS], own_feature[ROWS];
    int32_t day[ROWS], said_day[ROWS], said_close[ROWS];
    uint8_t done[ROWS], source[ROWS];
    double said_probability[ROWS], own_value[ROWS];
    int64_t said_amount[ROWS];
    int strange;
} world;

/* --- from bytes --- */

static uint32_t small(fuzz_input *in, uint32_t most) { return fuzz_u8(in) % most; }

/* Now and then, where it is asked for, a value at an end of its type. */
static int is_strange(const world *w, uint8_t byte) { return w->strange && byte == 0xff; }

static int32_t take_day(const world *w, fuzz_input *in)
{
    const uint8_t byte = fuzz_u8(in);

    if (!is_strange(w, byte)) return byte * 3;
    switch (fuzz_u8(in) % 4) {
    case 0: return PARTNER_NO_DAY;
    case 1: return INT32_MAX;
    case 2: return PARTNER_DAY_0;
    default: return (int32_t)fuzz_u32(in);
    }
}

static double take_probability(const world *w, fuzz_input *in)
{
    static const double ends[] = {NAN, -1, 1e300, INFINITY};
    const uint8_t byte = fuzz_u8(in);

    if (is_strange(w, byte)) return ends[fuzz_u8(in) % 4];
    return byte % 8 == 0 ? NAN : byte / 255.0;
}

static int64_t take_amount(const world *w, fuzz_input *in)
{
    const uint8_t byte = fuzz_u8(in);

    if (is_strange(w, byte)) return fuzz_amount(in);
    return byte % 16 == 0 ? PARTNER_NO_AMOUNT : byte * 100;
}

/* The index of a name of the process, or one that it does not have. */
static uint32_t take_name(const world *w, fuzz_input *in, uint32_t names)
{
    const uint8_t byte = fuzz_u8(in);

    return is_strange(w, byte) ? PARTNER_NONE - fuzz_u8(in) % 2 : byte % names;
}

static void take_process(world *w, fuzz_input *in)
{
    const size_t stages = 1 + small(in, STAGES);
    uint32_t names = 0;

    w->process = (partner_process){.struct_size = sizeof w->process, .stage = w->stage, .stages = stages};
    w->process.fresh_days = small(in, 60);
    for (uint32_t s = 0; s < stages; s++) {
        partner_process_stage *stage = &w->stage[s];

        snprintf(w->id[s], sizeof w->id[s], "s%u", (unsigned)s);
        *stage = (partner_process_stage){.struct_size = sizeof *stage, .id = w->id[s], .name = s};
        stage->milestone = &w->milestone[names];
        stage->milestones = small(in, PER_STAGE + 1);
        for (size_t i = 0; i < stage->milestones; i++, names++) {
            partner_process_milestone *m = &w->milestone[names];
            const uint8_t bits = fuzz_u8(in);

            snprintf(w->id[STAGES + names], sizeof w->id[0], "m%u", (unsigned)names);
            *m = (partner_process_milestone){
                .struct_size = sizeof *m, .id = w->id[STAGES + names], .name = names};
            m->weight = bits % 4 == 3 ? PARTNER_WEIGHT_0 : bits % 4;
            m->optional = bits >> 2 & 1;
            m->valid_days = bits >> 3;
            m->asked = PARTNER_NONE;
        }
    }
    for (uint32_t s = 0; s <= stages; s++) w->number[s] = STAGES + s;
    w->process.number = w->number;
}

static void take_options(world *w, fuzz_input *in, uint8_t has)
{
    partner_pipeline_options *o = &w->options;

    *o = (partner_pipeline_options)PARTNER_PIPELINE_OPTIONS_INIT;
    o->state_only = has & HAS_STATE_ONLY;
    o->backtest = (has & HAS_BACKTEST) != 0;
    o->certain = (has & HAS_CERTAIN) != 0;
    o->contributions = (has & HAS_CONTRIBUTIONS) != 0;
    if (has & HAS_AS_OF) o->as_of_day = 1 + take_day(w, in);
    o->horizon_days = 1 + small(in, 200);
    o->landmark_days = 60 + small(in, 200);
    o->protect_days = small(in, 200);
    o->lapse_days = small(in, 200);
    o->folds = 2;
    o->draws = 1 + small(in, 8);
    o->seed = fuzz_u8(in);
    o->target = small(in, 4) * 10000;
    o->lambda = small(in, 4) == 0 ? 0 : 0.1;
    o->correlation = small(in, 4) == 0 ? 0 : small(in, 2) == 0 ? PARTNER_CORRELATION_0 : 0.2;
    o->partner_correlation = small(in, 3) * 0.3;
    for (int i = 0; i < BACKTESTS; i++) o->backtest_day[i] = 300 + 100 * i + (int32_t)small(in, 90);
    if (w->strange && small(in, 4) == 0) {
        o->known_from_day = take_day(w, in);
        o->split_day = take_day(w, in);
        o->stall_quantile = take_probability(w, in);
        o->commit = take_probability(w, in);
        o->best_case = take_probability(w, in);
    }
}

static void take_deal(world *w, fuzz_input *in, size_t i)
{
    static const uint8_t outcomes[4] = {PARTNER_OUTCOME_OPEN, PARTNER_OUTCOME_WON, PARTNER_OUTCOME_LOST,
                                        PARTNER_OUTCOME_WON};
    const uint8_t kind = fuzz_u8(in), who = fuzz_u8(in);

    w->deal[i] = is_strange(w, kind) ? take_name(w, in, DEALS) : (uint32_t)i;
    w->partner[i] = who % 8 == 7 ? PARTNER_NONE : who % 8;
    w->customer[i] = kind >> 4 == 15 ? PARTNER_NONE : kind >> 6;
    w->product[i] = who >> 6 == 3 ? PARTNER_NONE : who >> 6;
    w->opened[i] = take_day(w, in);
    w->outcome[i] = is_strange(w, who) ? fuzz_u8(in) % 5 : outcomes[kind % 4];
    w->closed[i] = PARTNER_NO_DAY;
    if (w->outcome[i] != PARTNER_OUTCOME_OPEN && w->opened[i] < 10000)
        w->closed[i] = is_strange(w, who) ? take_day(w, in) : w->opened[i] + (who & 63) * 4;
    w->registered[i] = kind >> 2 & 1 ? w->opened[i] : PARTNER_NO_DAY;
    w->amount[i] = take_amount(w, in);
    w->claimed_stage[i] = kind >> 3 & 1 ? (uint32_t)(kind % w->process.stages) : PARTNER_NONE;
    w->claimed_probability[i] = kind >> 3 & 1 ? who / 255.0 : NAN;
    w->claimed_day[i] = w->opened[i];
}

static void take_deals(world *w, fuzz_input *in, size_t rows)
{
    const uint8_t columns = fuzz_u8(in);

    for (size_t i = 0; i < rows; i++) take_deal(w, in, i);
    w->deals = (partner_deals)PARTNER_DEALS_INIT;
    w->deals.rows = rows;
    if (w->strange) w->deals.deal = w->deal;
    if (columns & 1) w->deals.partner = w->partner;
    w->deals.opened = w->opened;
    w->deals.closed = w->closed;
    w->deals.outcome = w->outcome;
    if (columns & 2) w->deals.amount = w->amount;
    if (columns & 4) w->deals.customer = w->customer;
    if (columns & 8) w->deals.product = w->product;
    if (columns & 16) w->deals.registered = w->registered;
    if (columns & 32) w->deals.claimed_stage = w->claimed_stage;
    if (columns & 64) w->deals.claimed_probability = w->claimed_probability;
    if (columns & 128) w->deals.claimed_day = w->claimed_day;
}

static uint32_t take_of(const world *w, fuzz_input *in)
{
    const uint32_t at = (uint32_t)fuzz_take(in, 2);

    return w->strange && at == 0xffff ? PARTNER_NONE : at % (uint32_t)(w->deals.rows + (w->deals.rows == 0));
}

static void take_reports(world *w, fuzz_input *in, size_t rows)
{
    size_t names = 0;

    for (size_t s = 0; s < w->process.stages; s++) names += w->stage[s].milestones;
    w->milestones = (partner_milestones)PARTNER_MILESTONES_INIT;
    if (names == 0 || w->deals.rows == 0) return;
    for (size_t i = 0; i < rows; i++) {
        w->of[i] = take_of(w, in);
        w->what[i] = take_name(w, in, (uint32_t)names);
        w->day[i] = take_day(w, in);
        w->done[i] = w->what[i] % 5 == 4 ? 0 : 1;
        w->source[i] = i % 2;
    }
    w->milestones.rows = rows;
    w->milestones.deal = w->of;
    w->milestones.milestone = w->what;
    w->milestones.day = w->day;
    w->milestones.done = w->done;
    w->milestones.source = w->source;
}

static void take_claims(world *w, fuzz_input *in, size_t rows)
{
    if (w->deals.rows == 0) return;
    for (size_t i = 0; i < rows; i++) {
        w->said_of[i] = take_of(w, in);
        w->said_day[i] = take_day(w, in);
        w->said_stage[i] = take_name(w, in, (uint32_t)w->process.stages);
        w->said_probability[i] = take_probability(w, in);
        w->said_amount[i] = take_amount(w, in);
        w->said_close[i] = w->said_day[i];
    }
    w->claims.rows = rows;
    w->claims.deal = w->said_of;
    w->claims.day = w->said_day;
    w->claims.stage = w->said_stage;
    w->claims.probability = w->said_probability;
    w->claims.amount = w->said_amount;
    w->claims.close = w->said_close;
}

static void take_features(world *w, fuzz_input *in, size_t rows)
{
    w->features = (partner_deal_features)PARTNER_DEAL_FEATURES_INIT;
    if (w->deals.rows == 0) return;
    for (size_t i = 0; i < rows; i++) {
        w->own_of[i] = (uint32_t)(i % w->deals.rows);
        w->own_feature[i] = (uint32_t)(i / w->deals.rows);
        w->own_value[i] = take_probability(w, in) * 10;
    }
    w->features.rows = rows;
    w->features.deal = w->own_of;
    w->features.feature = w->own_feature;
    w->features.value = w->own_value;
    w->options.features = &w->features;
}

static size_t fewer(size_t rows, size_t most) { return rows < most ? rows : most; }

static void take_world(world *w, fuzz_input *in)
{
    const uint8_t has = fuzz_u8(in);
    const size_t deals = fuzz_take(in, 2) % (DEALS + 1), claims = fuzz_u8(in);

    w->strange = (has & HAS_STRANGE) != 0;
    take_process(w, in);
    take_options(w, in, has);
    w->claims = (partner_claims)PARTNER_CLAIMS_INIT;
    take_deals(w, in, deals);
    if (has & HAS_FEATURES) take_features(w, in, 2 * w->deals.rows);
    if (has & HAS_CLAIMS) take_claims(w, in, claims);
    take_reports(w, in, fewer(in->left / 4, ROWS));
}

/* --- what must hold --- */

static int is_share(double x) { return x >= 0 && x <= 1; }

static void check_deals(const partner_pipeline *p)
{
    const partner_pipeline_deals *d = p->deal;
    size_t of[3] = {0, 0, 0};

    fuzz_demand(d->deals == p->deals, "a line for each deal");
    for (size_t i = 0; i < d->deals; i++) {
        const int open = d->outcome[i] == PARTNER_OUTCOME_OPEN;

        of[d->outcome[i]]++;
        fuzz_demand(d->stage[i] <= p->stages, "a stage of the process");
        fuzz_demand((d->stage_name[i] == PARTNER_NONE) == (d->stage[i] == p->stages), "the stage in work");
        fuzz_demand(isnan(d->score[i]) || (d->score[i] >= 0 && d->score[i] <= 100), "a score");
        fuzz_demand(d->covered[i] <= d->days[i] && is_share(d->coverage[i]), "a coverage");
        fuzz_demand(open || (d->overclaim[i] == INT32_MIN && d->stalled[i] == 0), "claims are of open deals");
        fuzz_demand(isnan(d->probability[i]) || (open && is_share(d->probability[i])), "a probability");
        fuzz_demand(isnan(d->win_rate[i]) || is_share(d->win_rate[i]), "a win rate");
        fuzz_demand((d->category[i] == PARTNER_CATEGORY_CLOSED) == !open, "a category");
        fuzz_demand(d->since[i] <= p->as_of_day, "nothing later than the day");
    }
    fuzz_demand(of[0] == p->open && of[1] == p->won && of[2] == p->lost, "deals by outcome");
}

static void check_doubts(const partner_pipeline *p)
{
    const partner_pipeline_doubts *d = p->doubts;
    char text[1024];

    for (size_t i = 0; i < d->doubts; i++) {
        fuzz_demand(partner_pipeline_explain_doubt(p, i, text, sizeof text) > 0, "each doubt has its reason");
        fuzz_demand(i == 0 || isnan(d->effect[i]) || d->effect[i - 1] >= d->effect[i],
                    "the most telling first");
        fuzz_demand((d->day[i] == PARTNER_NO_DAY) == (d->reason[i] == PARTNER_DOUBT_NEVER), "its last report");
    }
    fuzz_demand(partner_pipeline_explain_doubt(p, d->doubts, text, sizeof text) == 0, "and no more");
}

static void check_registrations(const partner_pipeline *p)
{
    const partner_pipeline_registrations *r = p->registrations;
    char text[1024];
    size_t beside = 0;

    if (r == NULL) return;
    for (size_t i = 0; i < r->registrations; i++) {
        fuzz_demand(r->from[i] < r->to[i], "a registration holds for some days");
        fuzz_demand(partner_pipeline_explain_registration(p, i, text, sizeof text) > 0, "and has its reason");
        beside += r->contenders[i];
    }
    fuzz_demand(p->contenders != NULL && p->contenders->contenders == beside, "contenders of each");
}

static void check_forecast(const partner_pipeline *p)
{
    const partner_forecast *f = p->forecast;
    size_t deals = 0;

    if (f == NULL) return;
    fuzz_demand(f->deals == p->open && f->p10 <= f->p50 && f->p50 <= f->p90, "a band in order");
    fuzz_demand(f->won_p10 <= f->won_p50 && f->won_p50 <= f->won_p90 && f->won_p90 <= (double)f->deals,
                "a band of deals");
    fuzz_demand(isfinite(f->expected_won) && f->expected_won <= (double)f->deals + 1e-6, "expected deals");
    fuzz_demand(isnan(f->target_probability) || is_share(f->target_probability),
                "a chance to reach the target");
    for (size_t i = 0; i < f->categories->categories; i++) deals += f->categories->deals[i];
    fuzz_demand(deals == f->deals, "every open deal has its category");
}

static void check_learnt(const partner_pipeline *p)
{
    for (size_t i = 0; p->rates != NULL && i < p->rates->stages; i++)
        fuzz_demand(isnan(p->rates->rate[i]) || is_share(p->rates->rate[i]), "a rate");
    for (size_t i = 0; p->curves != NULL && i < p->curves->points; i++)
        fuzz_demand(p->curves->won[i] >= 0 && p->curves->lost[i] >= 0 &&
                        p->curves->won[i] + p->curves->lost[i] <= 1 + 1e-9,
                    "incidences are part of one");
    for (size_t i = 0; p->measures != NULL && i < p->measures->tests; i++)
        fuzz_demand(p->measures->positive[i] <= p->measures->rows[i] && p->measures->log_loss[i] >= 0,
                    "measures in their range");
    fuzz_demand((p->win_model != NULL) == (p->terms != NULL), "terms are those of the model");
    if (p->contributions != NULL)
        fuzz_demand(p->contributions->contributions == p->open * p->terms->terms,
                    "each term of each open deal");
}

static void check_sentences(const partner_pipeline *p)
{
    const partner_analysis *analysis = partner_analysis_find("pipeline");
    char text[1024];
    size_t i = 0;

    while (analysis->sentence(p, i, text, sizeof text) > 0) {
        fuzz_demand(strlen(text) < sizeof text - 1 && text[strlen(text) - 1] == '.', "a sentence");
        i++;
    }
    fuzz_demand(i > 0, "something is said");
}

/* Bit for bit. */
static int same_columns(const void *a, const void *b, size_t bytes)
{
    return bytes == 0 || memcmp(a, b, bytes) == 0;
}

static void check_same(const partner_pipeline *a, const partner_pipeline *b)
{
    const size_t n = a->deals;

    fuzz_demand(n == b->deals && a->doubts->doubts == b->doubts->doubts, "as many");
    fuzz_demand(same_columns(a->deal->probability, b->deal->probability, n * sizeof(double)) &&
                    same_columns(a->deal->win_rate, b->deal->win_rate, n * sizeof(double)) &&
                    same_columns(a->deal->score, b->deal->score, n * sizeof(double)) &&
                    same_columns(a->doubts->effect, b->doubts->effect, a->doubts->doubts * sizeof(double)),
                "the same bits for any number of threads");
    fuzz_demand((a->forecast == NULL) == (b->forecast == NULL), "a forecast, or none");
    if (a->forecast != NULL)
        fuzz_demand(a->forecast->expected == b->forecast->expected && a->forecast->p10 == b->forecast->p10 &&
                        a->forecast->p50 == b->forecast->p50 && a->forecast->p90 == b->forecast->p90 &&
                        a->forecast->won_p50 == b->forecast->won_p50,
                    "the same forecast for any number of threads");
}

static void check(const partner_pipeline *p)
{
    check_deals(p);
    check_doubts(p);
    check_registrations(p);
    check_forecast(p);
    check_learnt(p);
    check_sentences(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    world *w = fuzz_alloc(1, sizeof *w);
    partner_pipeline *first = NULL, *second = NULL;
    partner_error error;
    partner_status status;

    memset(w, 0, sizeof *w);
    take_world(w, &in);
    status =
        partner_pipeline_new(&w->process, &w->deals, &w->milestones, &w->claims, &w->options, &first, &error);
    if (fuzz_ok(status, &error)) check(first);
    w->options.threads = 3;
    fuzz_demand(partner_pipeline_new(&w->process, &w->deals, &w->milestones, &w->claims, &w->options, &second,
                                     &error) == status,
                "the same answer for any number of threads");
    if (status == PARTNER_OK) check_same(first, second);
    partner_pipeline_free(first);
    partner_pipeline_free(second);
    free(w);
    return 0;
}
