/* SPDX-License-Identifier: MIT
 * Segmentation rules in plain sentences, and what is legal in them and hardly meant. */
#include <string.h>

#include "../base/say.h"
#include "../base/words.h"
#include "../record/text.h"
#include "rules.h"
#include "words.h"

/* Goes through all sentences, in order; only the one that is asked for is put into words. */
typedef struct teller {
    partner_segment_rules rules;
    partner__segment_settings set;
    uint32_t bands;
    size_t left; /* so many come before it */
    int found;
    partner__words words;
} teller;

static int has_all(const char *const *texts, size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++)
        if (texts[i] == NULL) return 0;
    return 1;
}

/* Rules whose lists are not what they seem say nothing; other faults are for partner_segment_rules_check. */
static int is_sound(const partner_segment_rules *r)
{
    const uint32_t bands = partner__rules_bands(r);

    if (bands < 2 || bands > PARTNER_BANDS_MAX || r->method > PARTNER_BANDS_NATURAL) return 0;
    if (r->minor_units > 9 && r->minor_units != PARTNER_MINOR_UNITS_0) return 0;
    if (r->kinds > 0 && (r->kind_mode == NULL || r->kind_id == NULL)) return 0;
    return has_all(r->band, bands) && has_all(r->segment, (size_t)bands * PARTNER_MODES) &&
           (r->kinds == 0 || has_all(r->kind_id, r->kinds));
}

static int begin(teller *t, const partner_segment_rules *rules, size_t i)
{
    memset(t, 0, sizeof *t);
    t->left = i;
    if (partner__take(&t->rules, sizeof t->rules, rules, 0, "rules", NULL) != PARTNER_OK) return 0;
    if (!is_sound(&t->rules)) return 0;
    t->set = partner__rules_meant(&t->rules);
    t->bands = t->set.bands;
    return 1;
}

static int is_wanted(teller *t)
{
    if (t->found || t->left-- > 0) return 0;
    t->found = 1;
    return 1;
}

static size_t end(const teller *t, char *buffer, size_t size)
{
    return t->found ? partner__words_end(&t->words, buffer, size) : 0;
}

static void put_band(partner__words *w, const partner_segment_rules *r, uint32_t level)
{
    char usual[PARTNER__BAND_NAME];

    partner__words_id(
        w, r->band != NULL ? r->band[level] : partner__usual_band(partner__rules_bands(r), level, usual), '_');
}

static void put_cell(partner__words *w, const partner_segment_rules *r, uint32_t level, uint8_t mode)
{
    char text[PARTNER__BAND_NAME];
    const char *band =
        r->band != NULL ? r->band[level] : partner__usual_band(partner__rules_bands(r), level, text);
    const char *usual =
        r->segment != NULL ? r->segment[partner__cell((uint8_t)level, mode)] : partner__usual_cell(band, mode);

    if (usual != NULL) {
        partner__words_id(w, usual, '_');
        return;
    }
    partner__words_id(w, band, '_');
    partner__words_put(w, "-%s", partner__mode_name(mode));
}

static void put_money(partner__words *w, const partner_segment_rules *r, int64_t amount)
{
    const unsigned places = r->minor_units == PARTNER_MINOR_UNITS_0 ? 0
                            : r->minor_units == 0                   ? 2
                                                                    : r->minor_units;
    char text[PARTNER__NUMBER];

    partner__words_put(w, "%s", partner__say_money(amount, places, text));
}

/* --- bands --- */

/* "high is the fewest top partners that bring 80 %, mid those that bring 95 % with them". */
static void put_shares(partner__words *w, const partner_segment_rules *r, uint32_t bands)
{
    static const double shares[] = {0.8, 0.95, 0.99, 0.999, 0.9999, 0.99999, 0.999999};

    for (uint32_t j = 0; j + 1 < bands; j++) {
        partner__words_put(w, "%s", j == 0 ? "" : ", ");
        put_band(w, r, bands - 1 - j);
        partner__words_put(w, j == 0 ? " is the fewest top partners that bring " : " the next up to ");
        partner__put_share(w, shares[j]);
    }
}

static void put_thresholds(partner__words *w, const partner_segment_rules *r, uint32_t bands)
{
    for (uint32_t b = bands - 1; b > 0; b--) {
        partner__words_put(w, "%s", b + 1 == bands ? "" : ", ");
        put_band(w, r, b);
        partner__words_put(w, " from ");
        put_money(w, r, r->threshold[b - 1]);
        partner__words_put(w, b + 1 == bands ? " on" : "");
    }
}

static void put_quantiles(partner__words *w, const partner_segment_rules *r, uint32_t bands)
{
    for (uint32_t b = bands - 1; b > 0; b--) {
        const double at = r->quantile[0] != 0 ? r->quantile[b - 1] / 1e6 : (double)b / bands;

        partner__words_put(w, "%s", b + 1 == bands ? "" : ", ");
        put_band(w, r, b);
        partner__words_put(w, b + 1 == bands ? " is above " : " above ");
        partner__put_share(w, at);
        partner__words_put(w, b + 1 == bands ? " of those with revenue" : "");
    }
}

static void say_bands(teller *t)
{
    static const char *const by[] = {"share of revenue", "amount", "rank", "natural breaks"};
    static const char *const numbers[] = {"Two", "Three", "Four", "Five", "Six", "Seven", "Eight"};
    const partner_segment_rules *r = &t->rules;
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    partner__words_put(w, "%s bands by %s: ", numbers[t->bands - 2], by[r->method]);
    switch (r->method) {
    case PARTNER_BANDS_PARETO: put_shares(w, r, t->bands); break;
    case PARTNER_BANDS_THRESHOLDS: put_thresholds(w, r, t->bands); break;
    case PARTNER_BANDS_QUANTILE: put_quantiles(w, r, t->bands); break;
    default:
        put_band(w, r, t->bands - 1);
        partner__words_put(w, " is the topmost of the classes whose orders of magnitude differ least within");
        if (r->scale > 0) {
            partner__words_put(w, " (amounts below ");
            put_money(w, r, r->scale);
            partner__words_put(w, " differ little)");
        }
    }
    partner__words_put(w, "; ");
    put_band(w, r, 0);
    partner__words_put(w, " is the rest.");
}

static void say_margin(teller *t)
{
    if (t->set.margin == 0 || !is_wanted(t)) return;
    partner__words_put(&t->words,
                       "Since the period before, a partner leaves its band only when its revenue passes the "
                       "edge by ");
    partner__put_share(&t->words, t->set.margin / 1e6);
    partner__words_put(&t->words, ".");
}

/* --- mode --- */

/* The kinds of one mode. */
typedef struct selection {
    const partner_segment_rules *rules;
    uint8_t mode;
} selection;

static size_t count_kinds(const selection *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->rules->kinds; i++) count += s->rules->kind_mode[i] == s->mode;
    return count;
}

static void put_kind(partner__words *w, const void *of, size_t number)
{
    const selection *s = of;

    for (size_t i = 0; i < s->rules->kinds; i++)
        if (s->rules->kind_mode[i] == s->mode && number-- == 0) {
            partner__words_id(w, s->rules->kind_id[i], '_');
            return;
        }
}

static void say_kinds(teller *t)
{
    const selection plain = {&t->rules, PARTNER_MODE_TRANSACTIONAL},
                    close = {&t->rules, PARTNER_MODE_CONSULTATIVE};
    const size_t few = count_kinds(&plain), more = count_kinds(&close);
    partner__words *w = &t->words;

    if (t->rules.kinds == 0 || !is_wanted(t)) return;
    partner__words_all(w, " and ", few, put_kind, &plain);
    if (few > 0) partner__words_put(w, " %s transactional", few == 1 ? "is" : "are");
    if (few > 0 && more > 0) partner__words_put(w, "; ");
    partner__words_all(w, " and ", more, put_kind, &close);
    if (more > 0) partner__words_put(w, " %s consultative", more == 1 ? "is" : "are");
    partner__words_put(w, ".");
}

static void say_mode(teller *t)
{
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    partner__words_put(w, "A partner is consultative when more than ");
    partner__put_share(w, t->set.threshold_share);
    partner__words_put(w, " of what we do with it is, with a probability of ");
    partner__put_share(w, t->set.confidence);
    partner__words_put(w, " at least, and transactional when less is; between these it is mixed, and unknown "
                          "without evidence.");
}

static void say_evidence(teller *t)
{
    const partner__segment_settings *s = &t->set;
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    partner__words_put(w, "Evidence weighs by effort, ");
    if (s->unit > 0) {
        partner__put_number(w, s->unit);
        partner__words_put(w, " being one interaction");
    } else {
        partner__words_put(w, "the mean effort being one interaction");
    }
    if (s->half_life_days == 0) partner__words_put(w, ", and does not age");
    else {
        partner__words_put(w, ", and half of it after ");
        partner__words_count(w, s->half_life_days, "day", "days");
    }
    if (s->prior_a == 0) partner__words_put(w, "; what is usual (the prior) is learnt from all partners.");
    else {
        partner__words_put(w, "; the prior weighs as ");
        partner__put_number(w, s->prior_a);
        partner__words_put(w, s->prior_a == 1 ? " consultative interaction and "
                                              : " consultative interactions and ");
        partner__put_number(w, s->prior_b);
        partner__words_put(w, s->prior_b == 1 ? " transactional one." : " transactional ones.");
    }
}

static void say_hysteresis(teller *t)
{
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    partner__words_put(w,
                       "A partner keeps the mode of the period before until the other side has a probability "
                       "of ");
    partner__put_share(w, t->set.confidence);
    partner__words_put(w, "; then it is mixed, and the other at once from ");
    partner__put_share(w, 1 - (1 - t->set.confidence) / 4);
    partner__words_put(w, " on.");
}

/* --- segments --- */

static void say_cells(teller *t, uint32_t level)
{
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    partner__words_put(w, "In ");
    put_band(w, &t->rules, level);
    partner__words_put(w, ", consultative partners are ");
    put_cell(w, &t->rules, level, PARTNER_MODE_CONSULTATIVE);
    for (uint8_t m = PARTNER_MODE_CONSULTATIVE; m-- > 0;) {
        partner__words_put(w, "%s%s ones ", m == 0 ? " and " : ", ", partner__mode_name(m));
        put_cell(w, &t->rules, level, m);
    }
    partner__words_put(w, ".");
}

/* --- potential --- */

static void say_potential(teller *t)
{
    const partner__segment_settings *s = &t->set;
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    partner__words_put(w, "A partner that states no potential could bring what ");
    partner__put_share(w, s->reference_quantile / 1e6);
    partner__words_put(w, " of its active peers do not exceed, or ");
    partner__put_number(w, s->own_growth / 1e4);
    partner__words_put(w, " times what it brings where that is more, but at most ");
    partner__put_number(w, s->max_multiple / 1e4);
    partner__words_put(w, " times.");
}

static void say_priority(teller *t)
{
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    partner__words_put(w, "Priority is ");
    partner__put_share(w, t->set.weight / 1e6);
    partner__words_put(w, " headroom (what a partner could bring more) and ");
    partner__put_share(w, 1 - t->set.weight / 1e6);
    partner__words_put(w, " its strategic rating, where it has one.");
}

/* --- hours --- */

static void say_attention(teller *t, uint8_t mode)
{
    if (!is_wanted(t)) return;
    partner__words_put(&t->words, "Attention is assumed to win ");
    partner__put_assumption(&t->words, &t->set, mode);
    partner__words_put(&t->words, ".");
}

static void say_hours(teller *t)
{
    const partner__segment_settings *s = &t->set;
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    if (isnan(s->budget)) partner__words_put(w, "There is no budget of hours");
    else {
        partner__put_hours(w, s->budget);
        partner__words_put(w, s->budget == 1 ? " is to be spread" : " are to be spread");
    }
    if (s->floor > 0) {
        partner__words_put(w, "; a partner gets at least ");
        partner__put_number(w, s->floor);
    }
    if (isfinite(s->ceiling)) {
        partner__words_put(w, s->floor > 0 ? " and at most " : "; a partner gets at most ");
        partner__put_number(w, s->ceiling);
    }
    partner__words_put(w, ".");
}

size_t partner_segment_rules_sentence(const partner_segment_rules *rules, size_t i, char *buffer, size_t size)
{
    teller t;

    if (!begin(&t, rules, i)) return 0;
    say_bands(&t);
    say_margin(&t);
    say_kinds(&t);
    say_mode(&t);
    say_evidence(&t);
    say_hysteresis(&t);
    for (uint32_t b = t.bands; b-- > 0;) say_cells(&t, b);
    say_potential(&t);
    say_priority(&t);
    for (uint8_t m = PARTNER_MODES; m-- > 0;) say_attention(&t, m);
    say_hours(&t);
    return end(&t, buffer, size);
}

/* --- warnings --- */

static void warn_of_bands(teller *t)
{
    static const char *const by[] = {"shares of revenue", "thresholds", "quantiles", "natural breaks"};
    const partner_segment_rules *r = &t->rules;
    static const char text[] = "Bands are by %s, so %s.";

    if (r->threshold[0] != 0 && r->method != PARTNER_BANDS_THRESHOLDS && is_wanted(t))
        partner__words_put(&t->words, text, by[r->method], "the thresholds are not used");
    if (r->quantile[0] != 0 && r->method != PARTNER_BANDS_QUANTILE && is_wanted(t))
        partner__words_put(&t->words, text, by[r->method], "the quantiles are not used");
    if (r->scale != 0 && r->method != PARTNER_BANDS_NATURAL && is_wanted(t))
        partner__words_put(&t->words, text, by[r->method], "the scale is not used");
}

static void warn_of_mode(teller *t)
{
    const selection plain = {&t->rules, PARTNER_MODE_TRANSACTIONAL};
    const size_t few = count_kinds(&plain);
    const double weight = t->set.prior_a + t->set.prior_b, much = 20;
    partner__words *w = &t->words;

    if (t->rules.kinds > 0 && (few == 0 || few == t->rules.kinds) && is_wanted(t))
        partner__words_put(w, "All kinds are %s, so that nothing speaks for the other mode.",
                           few == 0 ? "consultative" : "transactional");
    if (t->rules.confidence == PARTNER__MILLION / 2 && is_wanted(t))
        partner__words_put(w,
                           "With a confidence of 50 %% one mode is always sure enough, so that no partner is "
                           "mixed.");
    if (weight > much && is_wanted(t)) {
        partner__words_put(w, "The prior weighs as much as ");
        partner__put_number(w, weight);
        partner__words_put(w, " interactions, so that the evidence of few partners changes it much.");
    }
}

static int same_cell(const teller *t, size_t a, size_t b)
{
    partner__words first = {.full = 0}, second = {.full = 0};

    if (t->rules.segment != NULL) return strcmp(t->rules.segment[a], t->rules.segment[b]) == 0;
    put_cell(&first, &t->rules, (uint32_t)(a / PARTNER_MODES), (uint8_t)(a % PARTNER_MODES));
    put_cell(&second, &t->rules, (uint32_t)(b / PARTNER_MODES), (uint8_t)(b % PARTNER_MODES));
    return strcmp(first.text, second.text) == 0;
}

/* A segment in two bands, told once: by its first cell. */
static void warn_of_segments(teller *t)
{
    const size_t count = (size_t)t->bands * PARTNER_MODES;

    for (size_t i = 0; i < count && !t->found; i++) {
        size_t first = 0, last = i;

        while (!same_cell(t, first, i)) first++;
        for (size_t j = i; j < count; j++)
            if (same_cell(t, i, j)) last = j;
        if (first < i || last / PARTNER_MODES == i / PARTNER_MODES || !is_wanted(t)) continue;
        put_cell(&t->words, &t->rules, (uint32_t)(i / PARTNER_MODES), (uint8_t)(i % PARTNER_MODES));
        partner__words_put(&t->words, " is one segment of several bands.");
    }
}

static void warn_of_potential(teller *t)
{
    partner__words *w = &t->words;

    if (t->set.own_growth <= t->set.max_multiple || !is_wanted(t)) return;
    partner__words_put(w, "Own growth of ");
    partner__put_number(w, t->set.own_growth / 1e4);
    partner__words_put(w, " times is more than the largest multiple, ");
    partner__put_number(w, t->set.max_multiple / 1e4);
    partner__words_put(w, ", which is then what every partner with revenue could bring.");
}

static void warn_of_hours(teller *t)
{
    if (t->set.ceiling == 0 && is_wanted(t))
        partner__words_put(&t->words, "The ceiling is 0: only partners with bounds of their own get hours.");
    if (t->set.budget == 0 && is_wanted(t)) partner__words_put(&t->words, "The budget is 0 hours.");
    for (uint8_t m = PARTNER_MODES; m-- > 0;)
        if (t->set.share[m] == 0 && t->set.retain[m] == 0 && is_wanted(t))
            partner__words_put(&t->words,
                               "Attention is assumed to win nothing of %s partners, so that they get no hours "
                               "but the floor.",
                               partner__mode_name(m));
}

size_t partner_segment_rules_warning(const partner_segment_rules *rules, size_t i, char *buffer, size_t size)
{
    teller t;

    if (!begin(&t, rules, i)) return 0;
    warn_of_bands(&t);
    warn_of_mode(&t);
    warn_of_segments(&t);
    warn_of_potential(&t);
    warn_of_hours(&t);
    return end(&t, buffer, size);
}
