/* SPDX-License-Identifier: MIT
 * Segmentations of arbitrary portfolios, rules, interactions and expectations, with a period before or without:
 * each gives a result that holds together, or a named error; good input always has a result. The same for any
 * order of interactions and any number of threads, and still there when the period before is gone. */
#include "same.h"
#include "segment/analysis.h"
#include "segment_change.h"

static int is_share(double x) { return x >= 0 && x <= 1; }

static int is_near(double x, double y, double tolerance)
{
    return x == y || (isnan(x) && isnan(y)) || fabs(x - y) <= tolerance * fmax(fabs(x), fabs(y));
}

static uint32_t meant(uint32_t share, uint32_t usual)
{
    return share == 0 ? usual : share == PARTNER_SHARE_0 ? 0 : share;
}

/* --- bands --- */

/* The highest band whose least revenue is not above this; bands are listed from the highest. */
static uint8_t plain_level(const partner_segment_bands *b, int64_t revenue)
{
    for (size_t k = 0; k + 1 < b->bands; k++)
        if (b->from[k] != PARTNER_NO_AMOUNT && b->from[k] <= revenue) return b->level[k];
    return 0;
}

static int64_t edge_of(const partner_segment_bands *b, uint8_t level)
{
    return level == 0 ? PARTNER_NO_AMOUNT : b->from[b->bands - 1 - level];
}

/* Whether one that was in `then` stays there though its revenue is of `plain`: it has not passed the edge by
 * the margin. The amounts of good input are small. */
static int stays(const fuzz_world *w, const partner_segment_bands *b, uint8_t then, uint8_t plain,
                 int64_t revenue)
{
    const int64_t million = 1000000, margin = meant(w->rules.margin, 50000);
    uint8_t next = (uint8_t)(then + 1);

    if (plain < then && edge_of(b, then) == PARTNER_NO_AMOUNT) return 0;
    if (plain < then) return revenue * million >= edge_of(b, then) * (million - margin);
    if (then > 0 && edge_of(b, then) == PARTNER_NO_AMOUNT) return 0;
    while (edge_of(b, next) == PARTNER_NO_AMOUNT) next++;
    return revenue * million < edge_of(b, next) * (million + margin);
}

static void check_level(const fuzz_world *w, const partner_segmentation *s, const fuzz_past *before, size_t i)
{
    const partner_segment_partners *c = s->partner;
    const size_t line = before == NULL ? 0 : fuzz_line_then(before, c->partner[i]);
    const uint8_t plain = plain_level(s->band, c->revenue[i]);
    const uint8_t then = before == NULL || line == before->lines ? plain : before->level[line];

    fuzz_demand(c->level[i] < s->bands, "a band of the rules");
    if (fuzz_is_strange(w))
        fuzz_demand(c->level[i] == plain || c->level[i] == then,
                    "the band of its revenue, or the one it was in");
    else
        fuzz_demand(c->level[i] ==
                        (plain != then && stays(w, s->band, then, plain, c->revenue[i]) ? then : plain),
                    "the band of its revenue, or the one it was in while it is close to the edge");
}

static void check_bands(const fuzz_world *w, const partner_segmentation *s, const fuzz_past *before)
{
    const partner_segment_bands *b = s->band;
    const partner_segment_partners *c = s->partner;

    fuzz_demand(b->bands == s->bands && s->bands == (w->rules.bands == 0 ? 2 : w->rules.bands),
                "as many bands");
    for (size_t k = 0; k < b->bands; k++) {
        size_t partners = 0;
        uint64_t revenue = 0;

        fuzz_demand(b->level[k] == b->bands - 1 - k, "the highest band first");
        for (size_t i = 0; i < s->partners; i++) {
            if (c->level[i] != b->level[k]) continue;
            fuzz_demand(c->band[i] == b->band[k], "a band has one name");
            partners++;
            revenue += (uint64_t)c->revenue[i];
        }
        fuzz_demand(b->partners[k] == partners && (uint64_t)b->revenue[k] == revenue, "a band is its partners");
    }
    for (size_t i = 0; i < s->partners; i++) check_level(w, s, before, i);
}

/* --- modes --- */

/* By the rule of the specification; PARTNER_MODES where a probability is too close to tell. */
static uint8_t mode_by_rule(const partner_segment_partners *c, size_t i, double confidence, uint8_t then)
{
    const int definite = then == PARTNER_MODE_CONSULTATIVE || then == PARTNER_MODE_TRANSACTIONAL;
    const uint8_t other =
        then == PARTNER_MODE_CONSULTATIVE ? PARTNER_MODE_TRANSACTIONAL : PARTNER_MODE_CONSULTATIVE;
    const double p = then == PARTNER_MODE_CONSULTATIVE ? c->p_transactional[i] : c->p_consultative[i];
    const double at_once = 1 - (1 - confidence) / 4;

    if (definite && fabs(p - at_once) < 1e-12) return PARTNER_MODES;
    if (definite && p < confidence) return then;
    if (definite) return p >= at_once ? other : PARTNER_MODE_MIXED;
    if (c->p_consultative[i] >= confidence) return PARTNER_MODE_CONSULTATIVE;
    return c->p_transactional[i] >= confidence ? PARTNER_MODE_TRANSACTIONAL : PARTNER_MODE_MIXED;
}

static void check_mode(const fuzz_world *w, const partner_segmentation *s, const fuzz_past *before, size_t i)
{
    const partner_segment_partners *c = s->partner;
    const size_t then = before == NULL ? 0 : fuzz_line_then(before, c->partner[i]);
    const int was = before != NULL && then < before->lines;
    const uint8_t mode_then = was ? before->mode[then] : PARTNER_MODE_UNKNOWN;
    const uint8_t declared = w->portfolio.mode == NULL ? PARTNER_MODE_UNKNOWN : w->portfolio.mode[i];
    const int carried = was && mode_then != PARTNER_MODE_UNKNOWN && !before->carried[then];
    uint8_t by_rule;

    fuzz_demand(c->mode[i] < PARTNER_MODES, "one of the modes");
    fuzz_demand(c->declared[i] == (declared != PARTNER_MODE_UNKNOWN), "declared is declared");
    if (c->declared[i]) {
        fuzz_demand(c->mode[i] == declared && !c->carried[i], "a declaration overrides");
    } else if (c->consultative[i] + c->transactional[i] > 0) {
        by_rule = mode_by_rule(c, i, meant(w->rules.confidence, 800000) / 1e6, mode_then);
        fuzz_demand(!c->carried[i] && (by_rule == PARTNER_MODES || c->mode[i] == by_rule),
                    "the mode of its evidence");
    } else {
        fuzz_demand(c->carried[i] == carried && c->mode[i] == (carried ? mode_then : PARTNER_MODE_UNKNOWN),
                    "without evidence the mode of before, once");
    }
}

static void check_posterior(const partner_segmentation *s, size_t i)
{
    const partner_segment_partners *p = s->partner;
    const double c = p->consultative[i], t = p->transactional[i];

    fuzz_demand(c >= 0 && t >= 0 && isfinite(c) && isfinite(t) && isfinite(p->effort[i]) && p->effort[i] >= 0,
                "evidence is a number");
    fuzz_demand(is_near(p->consultative_share[i], (s->prior_a + c) / (s->prior_a + s->prior_b + c + t), 1e-12),
                "the mean of the posterior");
    fuzz_demand(is_share(p->low[i]) && is_share(p->high[i]) && p->low[i] <= p->high[i], "an interval");
    fuzz_demand(is_share(p->p_consultative[i]) && is_share(p->p_transactional[i]) &&
                    fabs(p->p_consultative[i] + p->p_transactional[i] - 1) <= 1e-9,
                "a share is above or below");
}

/* Rows in the window, of those who are listed and others. */
static void check_counts(const fuzz_world *w, const partner_segmentation *s)
{
    const partner_interactions *in = w->options.interactions;
    const partner_expectations *e = w->options.expectations;
    const int32_t from = w->portfolio.from_day == 0 ? INT32_MIN : w->portfolio.from_day;
    size_t listed = 0, unlisted = 0, with_evidence = 0;

    for (size_t k = 0; in != NULL && k < in->rows; k++) {
        if (in->day[k] < from || (w->portfolio.to_day != 0 && in->day[k] >= w->portfolio.to_day)) continue;
        if (fuzz_line_now(s, in->partner[k]) < s->partners) listed++;
        else unlisted++;
    }
    for (size_t k = 0; e != NULL && k < e->rows; k++)
        unlisted += fuzz_line_now(s, e->partner[k]) == s->partners;
    for (size_t i = 0; i < s->partners; i++)
        with_evidence += s->partner->consultative[i] + s->partner->transactional[i] > 0;
    fuzz_demand(s->interactions == listed && s->unlisted == unlisted && s->with_evidence == with_evidence,
                "rows are counted");
    fuzz_demand(isnan(s->unit) == (listed == 0), "a unit with interactions");
    fuzz_demand(s->prior_a > 0 && s->prior_b > 0 &&
                    s->prior_from == (w->rules.prior_a > 0  ? PARTNER_PRIOR_GIVEN
                                      : with_evidence >= 10 ? PARTNER_PRIOR_FITTED
                                                            : PARTNER_PRIOR_UNIFORM),
                "a prior");
    if (s->prior_from == PARTNER_PRIOR_FITTED) {
        const double all = s->prior_a + s->prior_b, mean = s->prior_a / all;

        fuzz_demand(all >= 0.2 * (1 - 1e-9) && all <= 20 * (1 + 1e-9) && mean >= 0.01 * (1 - 1e-9) &&
                        mean <= 0.99 * (1 + 1e-9),
                    "a fitted prior keeps its bounds");
    }
}

/* --- potential --- */

static void check_potential(const fuzz_world *w, const partner_segmentation *s)
{
    const partner_segment_partners *c = s->partner;
    uint64_t all = 0;

    for (size_t i = 0; i < s->partners; i++) {
        const int64_t stated = w->portfolio.potential == NULL ? PARTNER_NO_AMOUNT : w->portfolio.potential[i];
        const int64_t revenue = c->revenue[i] > 0 ? c->revenue[i] : 0;

        fuzz_demand(c->revenue[i] == w->portfolio.revenue[i] && c->partner[i] == fuzz_id(w, i),
                    "lines are those of the portfolio");
        fuzz_demand(c->reference[i] >= 0 && (stated == PARTNER_NO_AMOUNT || c->reference[i] == stated),
                    "a stated potential is the reference");
        fuzz_demand(c->headroom[i] == (c->reference[i] > revenue ? c->reference[i] - revenue : 0), "headroom");
        fuzz_demand(is_share(c->priority[i]), "a priority");
        all += (uint64_t)c->headroom[i];
        for (size_t j = 0; w->portfolio.strategic == NULL && j < i; j++)
            fuzz_demand((c->headroom[i] > c->headroom[j]) == (c->priority[i] > c->priority[j]),
                        "who has more headroom comes first");
    }
    fuzz_demand((uint64_t)s->headroom == all, "headroom adds up");
}

/* --- hours --- */

/* NaN = none. */
static double budget_of(const fuzz_world *w)
{
    const double budget = w->options.budget != 0 ? w->options.budget : w->rules.hours;

    return budget == 0 ? NAN : budget == PARTNER_HOURS_0 ? 0 : budget;
}

static double floor_of(const fuzz_world *w, size_t i)
{
    const double *own = w->portfolio.hours_min;

    if (own != NULL && !isnan(own[i])) return own[i];
    return w->rules.floor == PARTNER_HOURS_0 ? 0 : w->rules.floor;
}

static double ceiling_of(const fuzz_world *w, size_t i)
{
    const double *own = w->portfolio.hours_max;

    if (own != NULL && !isnan(own[i])) return own[i];
    return w->rules.ceiling == PARTNER_HOURS_0 ? 0 : w->rules.ceiling == 0 ? INFINITY : w->rules.ceiling;
}

static void check_no_hours(const partner_segmentation *s)
{
    fuzz_demand(s->allocation == NULL && s->assumptions == NULL, "no hours without a budget");
    for (size_t i = 0; i < s->partners; i++)
        fuzz_demand(isnan(s->partner->hours[i]) && isnan(s->partner->marginal_return[i]) &&
                        s->partner->expected_gain[i] == PARTNER_NO_AMOUNT,
                    "nobody gets any");
}

static void check_hours(const fuzz_world *w, const partner_segmentation *s)
{
    const double budget = budget_of(w);
    double spent = 0, lambda = 0, minor = 1;

    if (isnan(budget)) {
        check_no_hours(s);
        return;
    }
    for (unsigned k = 0; k < s->minor_units; k++) minor *= 10;
    for (size_t i = 0; i < s->partners; i++) {
        const double h = s->partner->hours[i], marginal = s->partner->marginal_return[i];

        fuzz_demand(h >= floor_of(w, i) && h <= ceiling_of(w, i), "hours keep their bounds");
        fuzz_demand(fabs((double)s->partner->expected_gain[i] - s->allocation->expected[i] * minor) <=
                        0.5 + 1e-9 * s->allocation->expected[i] * minor,
                    "a gain is that of the hours");
        fuzz_demand(marginal >= 0, "one more hour does no harm");
        if (h < ceiling_of(w, i)) lambda = fmax(lambda, marginal);
        spent += h;
    }
    fuzz_demand(s->allocation->budget == budget && spent <= budget * (1 + 1e-11), "hours keep the budget");
    fuzz_demand(is_near(s->allocation->spent, spent, 1e-11), "hours add up");
    fuzz_demand(s->allocation->lambda == lambda, "the value of one more hour");
    fuzz_demand((s->allocation->sensitivity != NULL) == w->options.sensitivity, "other assumptions, if asked");
}

/* --- segments --- */

typedef struct totals {
    size_t partners, margins;
    uint64_t revenue, margin, headroom, expected;
    double effort, hours;
} totals;

static totals totals_of(const fuzz_world *w, const partner_segmentation *s, uint32_t segment)
{
    const partner_segment_partners *c = s->partner;
    totals t = {0};

    for (size_t i = 0; i < s->partners; i++) {
        if (c->segment[i] != segment) continue;
        t.partners++;
        t.revenue += (uint64_t)c->revenue[i];
        t.headroom += (uint64_t)c->headroom[i];
        t.expected += (uint64_t)c->expected_gain[i];
        t.effort += c->effort[i];
        t.hours += c->hours[i];
        if (w->portfolio.margin == NULL || w->portfolio.margin[i] == PARTNER_NO_AMOUNT) continue;
        t.margins++;
        t.margin += (uint64_t)w->portfolio.margin[i];
    }
    return t;
}

static void check_segments(const fuzz_world *w, const partner_segmentation *s)
{
    const partner_segment_lines *l = s->segments;
    size_t partners = 0;
    uint64_t revenue = 0;

    for (size_t k = 0; k < l->segments; k++) {
        const totals t = totals_of(w, s, l->segment[k]);

        for (size_t j = 0; j < k; j++) fuzz_demand(l->segment[j] != l->segment[k], "a segment has one line");
        fuzz_demand(l->mode[k] <= PARTNER_MODE_SEVERAL, "a mode, or several");
        fuzz_demand(l->partners[k] == t.partners && (uint64_t)l->revenue[k] == t.revenue &&
                        (uint64_t)l->headroom[k] == t.headroom,
                    "a segment is its partners");
        fuzz_demand(t.margins == 0 ? l->margin[k] == PARTNER_NO_AMOUNT : (uint64_t)l->margin[k] == t.margin,
                    "and their margin");
        fuzz_demand(s->allocation == NULL
                        ? l->expected_gain[k] == PARTNER_NO_AMOUNT && isnan(l->hours[k])
                        : (uint64_t)l->expected_gain[k] == t.expected && is_near(l->hours[k], t.hours, 1e-12),
                    "and their hours");
        fuzz_demand(is_near(l->effort[k], t.effort, 1e-12), "and what we did with them");
        fuzz_demand(isnan(l->partner_share[k]) == (s->partners == 0) &&
                        (s->partners == 0 ||
                         is_near(l->partner_share[k], (double)t.partners / (double)s->partners, 1e-15)),
                    "its part of all partners");
        fuzz_demand(isnan(l->revenue_share[k]) == (s->revenue <= 0), "a share of what is above 0");
        fuzz_demand(isnan(l->revenue_per_hour[k]) == !(t.effort > 0), "revenue per hour where there are hours");
        partners += t.partners;
        revenue += t.revenue;
    }
    fuzz_demand(partners == s->partners && (uint64_t)s->revenue == revenue, "segments hold everybody");
}

/* --- alignment --- */

static void check_alignment_of(const fuzz_world *w, const partner_segmentation *s, size_t i)
{
    const partner_expectations *e = w->options.expectations;
    double all = 0, missing = 0, largest = 0, named = 0;

    for (size_t k = 0; k < e->rows; k++) {
        const double gap = e->expects[k] * (1 - e->experiences[k]);

        if (e->partner[k] != s->partner->partner[i]) continue;
        all += e->expects[k];
        missing += gap;
        largest = fmax(largest, gap);
        if (e->dimension[k] == s->partner->largest_gap[i]) named = gap;
    }
    fuzz_demand(isnan(s->partner->alignment[i]) == !(all > 0), "no expectation, no alignment");
    fuzz_demand(!(all > 0) || fabs(s->partner->alignment[i] - (1 - missing / all)) <= 1e-12, "alignment");
    fuzz_demand((s->partner->largest_gap[i] == PARTNER_NONE) == (largest == 0) &&
                    is_near(named, largest, 1e-12),
                "the largest gap");
}

static void check_alignment(const fuzz_world *w, const partner_segmentation *s)
{
    const partner_segment_dimensions *d = s->dimensions;
    double weights = 0;

    fuzz_demand((d != NULL) == (w->options.expectations != NULL), "dimensions are those of expectations");
    for (size_t i = 0; i < s->partners; i++) {
        const double alignment = s->partner->alignment[i], give_get = s->partner->give_get[i];

        fuzz_demand(isnan(alignment) || is_share(alignment), "alignment is a share");
        fuzz_demand(isnan(give_get) || give_get >= 0, "nobody gives less than nothing");
        if (d != NULL && !fuzz_is_strange(w)) check_alignment_of(w, s, i);
        if (d == NULL)
            fuzz_demand(isnan(alignment) && isnan(give_get) && s->partner->largest_gap[i] == PARTNER_NONE,
                        "nobody said what is expected");
    }
    for (size_t k = 0; d != NULL && k < d->dimensions; k++) {
        fuzz_demand(d->partners[k] > 0, "a dimension has rows");
        fuzz_demand(isnan(d->weight[k]) || (is_share(d->weight[k]) && is_share(d->gap[k])), "parts of all");
        fuzz_demand(isnan(d->experiences[k]) || is_share(d->experiences[k]), "a mean of shares");
        weights += d->weight[k];
    }
    if (d != NULL && d->dimensions > 0 && !isnan(weights)) fuzz_demand(fabs(weights - 1) <= 1e-9, "make one");
}

/* --- the same in other ways --- */

static void reorder_interactions(fuzz_world *w)
{
    static fuzz_world turned;
    const partner_interactions *in = &w->interactions;

    for (size_t i = 0; i < in->rows; i++) {
        const size_t from = in->rows - 1 - (i + in->rows / 3) % in->rows;

        turned.who[i] = in->partner[from];
        turned.day[i] = in->day[from];
        turned.what[i] = in->kind[from];
        if (in->effort != NULL) turned.effort[i] = in->effort[from];
    }
    w->interactions.partner = turned.who;
    w->interactions.day = turned.day;
    w->interactions.kind = turned.what;
    if (in->effort != NULL) w->interactions.effort = turned.effort;
}

/* With more threads, and interactions in another order. */
static void check_again(fuzz_world *w, partner_status status, const partner_segmentation *s)
{
    partner_segmentation *again = fuzz_untouched();
    partner_error error;

    w->options.threads = 2;
    reorder_interactions(w);
    fuzz_demand(partner_segmentation_new(&w->portfolio, &w->rules, &w->options, &again, &error) == status,
                "the same answer for any number of threads and any order");
    if (status != PARTNER_OK) return;
    fuzz_demand(fuzz_same(fuzz_record("segmentation"), s, again),
                "the same bits for any number of threads and any order");
    partner_segmentation_free(again);
}

static void speak(partner_segmentation *s, const fuzz_world *w)
{
    partner__segment_run run = {s, NULL, w->options.interactions != NULL, 1};
    char text[1024];

    fuzz_speak(partner__segment_sentence, &run);
    for (size_t part = 0; part < 2; part++) {
        const size_t length = partner__segment_advice(&run, part, text, sizeof text);

        fuzz_demand(length < sizeof text && strlen(text) == length, "1024 bytes hold every advice");
    }
}

static void check(const fuzz_world *w, partner_segmentation *s, const fuzz_past *before)
{
    fuzz_demand(s->partners == w->portfolio.rows && s->partner->partners == s->partners, "a line for each");
    check_bands(w, s, before);
    for (size_t i = 0; i < s->partners; i++) {
        check_posterior(s, i);
        check_mode(w, s, before, i);
    }
    check_counts(w, s);
    check_potential(w, s);
    check_hours(w, s);
    check_segments(w, s);
    fuzz_check_change(w, s, before);
    check_alignment(w, s);
    speak(s, w);
}

/* --- what is refused --- */

static int floors_are_too_much(const fuzz_world *w)
{
    double floors = 0;

    for (size_t i = 0; i < w->portfolio.rows; i++) floors += floor_of(w, i);
    return floors > budget_of(w);
}

/* What fails names what is wrong; of what is good only floors may have no answer. */
static void check_refused(const fuzz_world *w, const partner_error *error)
{
    if (!fuzz_is_strange(w))
        fuzz_demand(error->code == PARTNER_E_DATA && strcmp(error->field, "floor") == 0 &&
                        floors_are_too_much(w),
                    "what is good has a result");
    fuzz_demand(error->code == PARTNER_E_DATA || error->code == PARTNER_E_ARGUMENT ||
                    error->code == PARTNER_E_RANGE || error->code == PARTNER_E_STATE ||
                    error->code == PARTNER_E_UNSUPPORTED,
                "an error of the header's");
    if (error->code == PARTNER_E_DATA)
        fuzz_demand(error->path[0] == '$' || error->record[0] != '\0', "bad data has its place");
}

/* The period before; now and then after one before that, which says what is known of it. */
static partner_segmentation *take_before(fuzz_world *w, fuzz_past *before)
{
    partner_segment_options options = PARTNER_SEGMENT_OPTIONS_INIT;
    partner_segmentation *made = fuzz_untouched(), *first = NULL;
    partner_error error;
    partner_status status;

    if (!(w->has & FUZZ_PREVIOUS)) return NULL;
    if (w->has & FUZZ_INTERACTIONS) options.interactions = &w->interactions_before;
    options.budget = 1e9; /* above all floors */
    status = partner_segmentation_new(&w->before, &w->rules, &options, &made, &error);
    if (status == PARTNER_OK && w->before.rows % 2 == 1) {
        first = made;
        options.previous = first;
        options.interactions = NULL;
        w->before.mode = NULL;
        made = fuzz_untouched();
        status = partner_segmentation_new(&w->before, &w->rules, &options, &made, &error);
    }
    partner_segmentation_free(first);
    if (!fuzz_ok(status, &error)) {
        fuzz_demand(made == fuzz_untouched() && fuzz_is_strange(w), "what is good has a result");
        return NULL;
    }
    fuzz_keep(before, made);
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_world w;
    static fuzz_past before;
    fuzz_input in = {data, size};
    partner_segmentation *made = fuzz_untouched(), *previous;
    partner_error error;
    partner_status status;
    int has_before;

    fuzz_take_world(&in, &w);
    previous = take_before(&w, &before);
    has_before = previous != NULL;
    w.options.previous = previous;
    status = partner_segmentation_new(&w.portfolio, &w.rules, &w.options, &made, &error);
    if (!fuzz_ok(status, &error)) {
        fuzz_demand(made == fuzz_untouched(), "a failed call leaves the result alone");
        check_refused(&w, &error);
    }
    check_again(&w, status, made);
    partner_segmentation_free(previous);
    if (status != PARTNER_OK) return 0;
    check(&w, made, has_before ? &before : NULL);
    partner_segmentation_free(made);
    return 0;
}
