/* SPDX-License-Identifier: MIT
 * What the figures of a segmentation mean, for people who run a channel: one function per sentence, which says
 * nothing where there is nothing to say. */
#include "../base/say.h"
#include "analysis.h"
#include "result.h"
#include "words.h"

/* A list ends after so many segments, or so many bytes where their names are long. */
enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE, NAMED = 8, LONG_LIST = 480 };

static const partner__segment_run *run_of(const void *result) { return result; }

static const partner__segmented *now_of(const void *result)
{
    return partner__segmented_of(run_of(result)->now);
}

static void put_count(partner__words *w, uint64_t count)
{
    char number[NUMBER];

    partner__words_put(w, "%s", partner__say_count(count, number));
}

static void put_money(partner__words *w, const partner__segmented *s, int64_t amount)
{
    char number[NUMBER];

    partner__words_put(w, "%s", partner__say_money(amount, s->set.places, number));
}

static void put_percent(partner__words *w, double share)
{
    char number[NUMBER];

    partner__words_put(w, "%s", partner__say_percent(share, number));
}

static void finish(partner__words *w, char *text)
{
    partner__words_put(w, ".");
    partner__words_end(w, text, SENTENCE);
}

/* What a line's segment is called. */
static void put_segment(partner__words *w, const partner__segmented *s, size_t line)
{
    size_t cell = 0;

    while (s->cell_line[cell] != line) cell++;
    partner__words_id(w, s->cells.segment[cell], '_');
}

/* The line of a segment's index. */
static size_t line_of(const partner__segmented *s, uint32_t segment)
{
    size_t line = 0;

    while (s->lines.segment[line] != segment) line++;
    return line;
}

/* --- segments and bands --- */

static void say_segments(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    partner__words w = {.full = 0};
    size_t named = 0;

    if (s->partners.partners == 0) partner__words_put(&w, "There are no partners");
    for (size_t k = 0; k < s->lines.segments; k++) {
        if (s->lines.partners[k] == 0) continue;
        if (named++ == NAMED || w.length > LONG_LIST) {
            partner__words_put(&w, "; and others");
            break;
        }
        partner__words_put(&w, named == 1 ? "" : "; ");
        put_segment(&w, s, k);
        partner__words_put(&w, ": ");
        partner__words_count(&w, s->lines.partners[k], "partner", "partners");
        if (isnan(s->lines.revenue_share[k])) continue;
        partner__words_put(&w, s->lines.revenue_share[k] < 0 ? " with -" : " with ");
        put_percent(&w, s->lines.revenue_share[k]);
        if (named == 1) partner__words_put(&w, " of revenue");
    }
    finish(&w, text);
}

/* Those whom hysteresis keeps in another band than their revenue alone would have. */
static void put_kept(partner__words *w, const partner__segmented *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->partners.partners; i++)
        kept += s->column.level[i] != partner__band_of(s->from, s->cells.bands, s->column.revenue[i]);
    if (kept == 0) return;
    partner__words_put(w, "; ");
    partner__words_count(w, kept, "partner is", "partners are");
    partner__words_put(w, " still in the band of the period before, not having passed its edge by ");
    partner__put_share(w, s->set.margin / 1e6);
}

static void say_bands(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    partner__words w = {.full = 0};
    size_t said = 0;

    for (size_t i = 0; i < s->bands.bands; i++) {
        if (s->bands.from[i] == PARTNER_NO_AMOUNT) continue;
        partner__words_put(&w, said++ == 0 ? "A partner is in " : ", in ");
        partner__words_id(&w, s->cells.band[s->bands.level[i]], '_');
        partner__words_put(&w, " from ");
        put_money(&w, s, s->bands.from[i]);
        partner__words_put(&w, said == 1 ? " on" : "");
    }
    if (said == 0) return;
    partner__words_put(&w, ", else in ");
    partner__words_id(&w, s->cells.band[0], '_');
    put_kept(&w, s);
    finish(&w, text);
}

/* --- modes --- */

static void put_modes(partner__words *w, const partner__segmented *s)
{
    size_t count[PARTNER_MODES] = {0};

    for (size_t i = 0; i < s->partners.partners; i++) count[s->partners.mode[i]]++;
    for (uint8_t m = PARTNER_MODES; m-- > 0;) {
        partner__words_put(w, "%s", m == PARTNER_MODE_CONSULTATIVE ? "" : m > 0 ? ", " : " and ");
        put_count(w, count[m]);
        partner__words_put(w, " %s", partner__mode_name(m));
    }
}

static void say_modes(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    partner__words w = {.full = 0};
    size_t declared = 0, carried = 0;

    if (s->partners.partners == 0) return;
    for (size_t i = 0; i < s->partners.partners; i++) {
        declared += s->partners.declared[i];
        carried += s->partners.carried[i];
    }
    if (s->segmentation.with_evidence + declared + carried == 0) {
        partner__words_put(&w,
                           "How they work with us is unknown: there is no evidence, and no mode is declared");
        finish(&w, text);
        return;
    }
    partner__words_put(&w, "By how they work with us ");
    put_modes(&w, s);
    partner__words_put(&w, " (");
    put_count(&w, s->segmentation.with_evidence);
    partner__words_put(&w, " with evidence");
    if (declared > 0) {
        partner__words_put(&w, ", ");
        put_count(&w, declared);
        partner__words_put(&w, " declared");
    }
    if (carried > 0) {
        partner__words_put(&w, ", ");
        put_count(&w, carried);
        partner__words_put(&w, " as in the period before, for lack of evidence");
    }
    partner__words_put(&w, ")");
    finish(&w, text);
}

static void say_prior(const void *result, char *text)
{
    static const char *const from[] = {"learnt from the partners with evidence", "given by the rules",
                                       "open to anything, for fewer than 10 partners have evidence"};
    const partner__segmented *s = now_of(result);
    const double a = s->segmentation.prior_a, b = s->segmentation.prior_b;
    partner__words w = {.full = 0};

    if (s->segmentation.interactions == 0) return;
    put_count(&w, s->segmentation.interactions);
    if (s->segmentation.unit > 0) {
        partner__words_put(&w, s->segmentation.interactions == 1 ? " interaction was" : " interactions were");
        partner__words_put(&w, " weighed, each by its effort against ");
        partner__put_number(&w, s->segmentation.unit);
    } else {
        partner__words_put(&w, s->segmentation.interactions == 1 ? " interaction" : " interactions");
        partner__words_put(&w, " took no effort, so that nothing speaks for either mode");
    }
    partner__words_put(&w, "; before any evidence a partner is taken to be ");
    put_percent(&w, a / (a + b));
    partner__words_put(&w, " consultative with a weight of ");
    partner__put_number(&w, a + b);
    partner__words_put(&w, a + b == 1 ? " interaction, " : " interactions, ");
    partner__words_put(&w, "%s", from[s->segmentation.prior_from]);
    finish(&w, text);
}

static void say_unlisted(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    partner__words w = {.full = 0};

    if (s->segmentation.unlisted == 0) return;
    put_count(&w, s->segmentation.unlisted);
    partner__words_put(&w, s->segmentation.unlisted == 1
                               ? " interaction or expectation is of a partner that is not listed and does"
                               : " interactions or expectations are of partners that are not listed and do");
    partner__words_put(&w, " not count");
    finish(&w, text);
}

/* --- moves --- */

/* The move, other than staying, that took most of this revenue with it; moves = none took any. */
static size_t largest_move(const partner_segment_moves *m, const int64_t *revenue)
{
    size_t best = m->moves;

    for (size_t i = 0; i < m->moves; i++) {
        if (m->from[i] == m->to[i] || m->from[i] == PARTNER_NONE || m->to[i] == PARTNER_NONE) continue;
        if (revenue[i] > (best == m->moves ? 0 : revenue[best])) best = i;
    }
    return best;
}

/* By the revenue of now; where those who moved have none any more, by that of before. */
static void put_largest_move(partner__words *w, const partner__segmented *s)
{
    const partner_segment_moves *m = s->segmentation.moves;
    const size_t by_now = largest_move(m, m->revenue), then = largest_move(m, m->previous_revenue);
    const size_t i = by_now < m->moves ? by_now : then;

    if (i == m->moves) return;
    partner__words_put(w, "; most revenue went from ");
    put_segment(w, s, line_of(s, m->from[i]));
    partner__words_put(w, " to ");
    put_segment(w, s, line_of(s, m->to[i]));
    partner__words_put(w, ", ");
    put_money(w, s, by_now < m->moves ? m->revenue[i] : m->previous_revenue[i]);
    partner__words_put(w, by_now < m->moves ? " of " : " before of ");
    partner__words_count(w, m->partners[i], "partner", "partners");
    if (by_now == m->moves) {
        partner__words_put(w, " and ");
        put_money(w, s, m->revenue[i]);
        partner__words_put(w, " now");
    }
}

static void say_moves(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    const partner_segment_moves *m = s->segmentation.moves;
    partner__words w = {.full = 0};
    size_t both = 0;

    if (m == NULL) return;
    for (size_t i = 0; i < m->moves; i++)
        if (m->from[i] != PARTNER_NONE && m->to[i] != PARTNER_NONE) both += m->partners[i];
    if (both == 0) partner__words_put(&w, "No partner was there in both periods");
    else if (both == 1)
        partner__words_put(&w, "The one partner of both periods is in %s segment %s before",
                           s->movers.movers == 0 ? "the same" : "another",
                           s->movers.movers == 0 ? "as" : "than");
    else {
        partner__words_put(&w, "Of the ");
        partner__words_count(&w, both, "partner", "partners");
        partner__words_put(&w, " of both periods ");
        partner__words_put(&w, s->movers.movers == 0 ? "none" : "");
        if (s->movers.movers > 0) put_count(&w, s->movers.movers);
        partner__words_put(&w, s->movers.movers <= 1 ? " is in another segment than before"
                                                     : " are in another segment than before");
    }
    put_largest_move(&w, s);
    finish(&w, text);
}

static void say_not_whole(const void *result, char *text)
{
    const partner__segment_run *r = run_of(result);
    partner__words w = {.full = 0};
    char last[NUMBER];

    if (!r->after_last_day || r->last_day == PARTNER_NO_DAY) return;
    partner__words_put(&w,
                       "The window ends after the last day seen (%s): it may not be whole, so do not read who "
                       "moved as a whole window's",
                       partner__say_day(r->last_day, last));
    finish(&w, text);
}

/* --- potential --- */

static void say_headroom(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    partner__words w = {.full = 0};
    size_t most = 0;

    if (s->segmentation.headroom <= 0) return;
    for (size_t k = 1; k < s->lines.segments; k++)
        if (s->lines.headroom[k] > s->lines.headroom[most]) most = k;
    partner__words_put(&w, s->partners.partners == 1 ? "The one partner could bring "
                                                     : "Together they could bring ");
    put_money(&w, s, s->segmentation.headroom);
    partner__words_put(&w, " more (headroom), ");
    put_percent(&w, (double)s->lines.headroom[most] / (double)s->segmentation.headroom);
    partner__words_put(&w, " of it in ");
    put_segment(&w, s, most);
    finish(&w, text);
}

/* --- hours --- */

static void say_no_hours(const partner__segmented *s, char *text)
{
    partner__words w = {.full = 0};

    if (s->allocation->budget > 0) {
        partner__words_put(&w, "Of ");
        partner__put_hours(&w, s->allocation->budget);
        partner__words_put(&w, " none would go out: nobody would bring anything with them");
    } else partner__words_put(&w, "The budget is 0 hours, so that nobody gets any");
    finish(&w, text);
}

static void say_hours(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    const partner_allocation *a = s->segmentation.allocation;
    partner__words w = {.full = 0};
    size_t named = 0;
    int all;

    if (a == NULL) return;
    if (!(a->spent > 0)) {
        say_no_hours(s, text);
        return;
    }
    all = fabs(a->budget - a->spent) <= 1e-9 * a->budget && a->budget != 1;
    partner__words_put(&w, all ? "All " : "Of ");
    partner__put_hours(&w, a->budget);
    partner__words_put(&w, " ");
    if (!all) partner__put_number(&w, a->spent);
    partner__words_put(&w, all ? "would go out" : " would go out");
    for (size_t k = 0; k < s->lines.segments; k++) {
        if (!(s->lines.hours[k] > 0)) continue;
        if (named == NAMED || w.length > LONG_LIST) {
            partner__words_put(&w, ", the rest to others");
            break;
        }
        partner__words_put(&w, named++ == 0 ? ": " : ", ");
        partner__put_number(&w, s->lines.hours[k]);
        partner__words_put(&w, " to ");
        put_segment(&w, s, k);
    }
    partner__words_put(&w, "; they are expected to bring ");
    partner__put_amount(&w, a->gain, s->set.places);
    finish(&w, text);
}

static void say_lambda(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    const partner_allocation *a = s->segmentation.allocation;
    partner__words w = {.full = 0};

    if (a == NULL || a->rows == 0) return;
    if (a->lambda > 0) {
        partner__words_put(&w, "One more hour is worth about ");
        partner__put_amount(&w, a->lambda, s->set.places);
    } else partner__words_put(&w, "One more hour would bring nothing: all that is of use is given");
    finish(&w, text);
}

static void say_today(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    const partner_allocation *a = s->segmentation.allocation;
    partner__words w = {.full = 0};

    if (a == NULL || a->rows == 0 || isnan(a->spent_now)) return;
    partner__words_put(&w, "Today's ");
    partner__put_hours(&w, a->spent_now);
    if (isnan(a->gain_now))
        partner__words_put(&w, a->spent_now == 1 ? " does not keep bounds and budget, so it is not compared"
                                                 : " do not keep bounds and budget, so they are not compared");
    else {
        partner__words_put(&w, a->spent_now == 1 ? " brings " : " bring ");
        partner__put_amount(&w, a->gain_now, s->set.places);
        partner__words_put(&w, " by the same reckoning");
    }
    finish(&w, text);
}

/* Shown wherever hours are: what they rest on nobody has measured. */
static void say_assumptions(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    partner__words w = {.full = 0};

    if (s->segmentation.allocation == NULL) return;
    partner__words_put(&w, "The hours rest on assumptions, not on data: that attention wins ");
    for (uint8_t m = PARTNER_MODES; m-- > 0;) {
        partner__put_share(&w, s->set.share[m]);
        if (m == PARTNER_MODE_CONSULTATIVE)
            partner__words_put(&w, " of the headroom of a consultative partner (63 %% of that with ");
        else partner__words_put(&w, " of %s (", partner__mode_name(m));
        partner__put_hours(&w, s->set.for_share[m]);
        partner__words_put(&w, m == PARTNER_MODE_CONSULTATIVE ? ") and keeps " : ") and ");
        partner__put_share(&w, s->set.retain[m]);
        if (m == PARTNER_MODE_CONSULTATIVE) partner__words_put(&w, " of its revenue");
        partner__words_put(&w, m > 0 ? "; " : "");
    }
    finish(&w, text);
}

/* Of the budget: what rounding moves. */
static const double SAME_HOURS = 1e-9;

static void say_sensitivity(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    const partner_allocation *a = s->segmentation.allocation;
    const partner_allocation_sensitivity *v = a == NULL ? NULL : a->sensitivity;
    partner__words w = {.full = 0};
    double most = 0;

    if (v == NULL || v->answers == 0) return;
    for (size_t i = 0; i < v->answers; i++)
        if (v->moved[i] > most) most = v->moved[i];
    partner__words_put(&w, "Were what attention wins or the hours it takes half or twice as much, ");
    if (most > SAME_HOURS * a->budget) {
        partner__words_put(&w, "at most ");
        partner__put_hours(&w, most);
        partner__words_put(&w, " would go elsewhere");
    } else partner__words_put(&w, "no hour would go elsewhere");
    finish(&w, text);
}

/* --- alignment --- */

static void say_alignment(const void *result, char *text)
{
    const partner__segmented *s = now_of(result);
    partner__words w = {.full = 0};
    double missing = 0;
    size_t asked = 0, most = 0;

    if (s->segmentation.dimensions == NULL || s->dimensions.dimensions == 0) return;
    for (size_t i = 0; i < s->partners.partners; i++) asked += isnan(s->partners.alignment[i]) ? 0 : 1;
    for (size_t k = 0; k < s->dimensions.dimensions; k++) {
        missing += s->dimensions.gap[k];
        if (s->dimensions.gap[k] > s->dimensions.gap[most]) most = k;
    }
    if (asked == 0 || isnan(missing)) return;
    partner__words_put(&w, "Of what ");
    partner__words_count(&w, asked, "partner expects", "partners expect");
    partner__words_put(&w, " from us ");
    put_percent(&w, missing);
    partner__words_put(&w, " is missing");
    if (missing > 0 && s->dimensions.dimensions > 1) {
        partner__words_put(&w, ", and ");
        put_percent(&w, s->dimensions.gap[most] / missing);
        partner__words_put(&w, " of that in one of ");
        partner__words_count(&w, s->dimensions.dimensions, "dimension", "dimensions");
    }
    finish(&w, text);
}

size_t partner__segment_sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {
        say_segments, say_bands, say_modes,  say_prior, say_unlisted,    say_moves,       say_not_whole,
        say_headroom, say_hours, say_lambda, say_today, say_assumptions, say_sensitivity, say_alignment};

    return partner__say(result, sayings, sizeof sayings / sizeof *sayings, i, buffer, size);
}
