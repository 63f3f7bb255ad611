/* SPDX-License-Identifier: MIT
 * Whether segmentation rules can be used. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/int128.h"
#include "../config/check.h"
#include "../record/text.h"
#include "rules.h"

enum { LARGEST_CUTS = PARTNER_BANDS_MAX - 1, PATH = 128 };

typedef struct checker {
    partner__checker c;
    partner_segment_rules rules;
    uint32_t bands; /* k */
} checker;

static void misused(checker *c, const char *what, const char *expected)
{
    if (c->c.status == PARTNER_OK)
        c->c.status = partner__fail(c->c.error, PARTNER_E_ARGUMENT, "rules: %s, expected %s", what, expected);
}

/* --- numbers, as a file has them --- */

/* No more places than it takes. */
static const char *write_short(uint32_t value, int places, char text[32])
{
    size_t n;

    partner__write_decimal(value, 0, places, text);
    for (n = strlen(text); text[n - 1] == '0'; n--) text[n - 1] = '\0';
    if (text[n - 1] == '.') text[n - 1] = '\0';
    return text;
}

/* A share or factor of so many decimal places, low … high; 0 stands for the default. */
static void check_decimal(checker *c, const char *member, uint32_t value, int places, uint32_t low,
                          uint32_t high)
{
    char shown[32], least[32], most[32];
    const uint32_t meant = value == PARTNER_SHARE_0 ? 0 : value;

    if (value == 0 || (meant >= low && meant <= high)) return;
    partner__refuse(&c->c, member, "is %s, expected %s to %s", write_short(meant, places, shown),
                    write_short(low, places, least), write_short(high, places, most));
}

static const char *write_real(double value, char text[32])
{
    if (isnan(value)) return "no number";
    partner__write_double(value, text);
    return text;
}

static void check_share(checker *c, const char *member, uint32_t value, uint32_t low, uint32_t high)
{
    check_decimal(c, member, value, 6, low, high);
}

static void check_real(checker *c, const char *member, double value, double low, double high)
{
    char shown[32], least[32], most[32];

    if (value == 0 || (value >= low && value <= high)) return;
    partner__refuse(&c->c, member, "is %s, expected %s to %s", write_real(value, shown), write_real(low, least),
                    write_real(high, most));
}

static void check_hours(checker *c, const char *member, double value)
{
    if (value != PARTNER_HOURS_0) check_real(c, member, value, 0, PARTNER__EFFORT_MOST);
}

/* --- bands --- */

/* A list has to have an element less than there are bands, where it is given or `needed`. */
static void check_cuts(checker *c, const char *member, uint32_t given, int needed)
{
    if (given == 0 && needed)
        partner__refuse(&c->c, member, "is missing, expected a list of %" PRIu32, c->bands - 1);
    if (given > 0 && given + 1 != c->bands)
        partner__refuse(&c->c, member,
                        "has %" PRIu32 " element%s, expected %" PRIu32 ": one less than there are bands", given,
                        given == 1 ? "" : "s", c->bands - 1);
}

static void check_threshold(checker *c, const partner_segment_rules *r, uint32_t i)
{
    const int places = r->minor_units == PARTNER_MINOR_UNITS_0 ? 0 : r->minor_units == 0 ? 2 : r->minor_units;
    const int64_t above = i == 0 ? 0 : r->threshold[i - 1];
    char member[PATH], shown[32], least[32];

    if (r->threshold[i] > above) return;
    snprintf(member, sizeof member, ".bands.thresholds[%" PRIu32 "]", i);
    partner__write_decimal(partner__magnitude(r->threshold[i]), r->threshold[i] < 0, places, shown);
    partner__write_decimal((uint64_t)above, 0, places, least);
    partner__refuse(&c->c, member, "is %s, expected more than %s", shown, least);
}

static void check_thresholds(checker *c)
{
    const partner_segment_rules *r = &c->rules;
    uint32_t given = LARGEST_CUTS;

    while (given > 0 && r->threshold[given - 1] == 0) given--;
    check_cuts(c, ".bands.thresholds", given, r->method == PARTNER_BANDS_THRESHOLDS);
    for (uint32_t i = 0; i < given; i++) check_threshold(c, r, i);
}

static void check_quantiles(checker *c)
{
    const partner_segment_rules *r = &c->rules;
    uint32_t given = LARGEST_CUTS;

    while (given > 0 && r->quantile[given - 1] == 0) given--;
    check_cuts(c, ".bands.quantiles", given, 0);
    for (uint32_t i = 0; i < given && c->c.status == PARTNER_OK; i++) {
        const uint32_t value = r->quantile[i] == PARTNER_SHARE_0 ? 0 : r->quantile[i];
        const uint32_t above = i == 0 ? 0 : r->quantile[i - 1];
        char member[PATH], shown[32], least[32];

        snprintf(member, sizeof member, ".bands.quantiles[%" PRIu32 "]", i);
        write_short(value, 6, shown);
        if (value == 0 || value >= PARTNER__MILLION)
            partner__refuse(&c->c, member, "is %s, expected 0.000001 to 0.999999", shown);
        else if (value <= above)
            partner__refuse(&c->c, member, "is %s, expected more than %s", shown, write_short(above, 6, least));
    }
}

static void check_band_names(checker *c)
{
    const partner_segment_rules *r = &c->rules;
    char member[PATH];

    for (uint32_t i = 0; i < c->bands && c->c.status == PARTNER_OK; i++) {
        snprintf(member, sizeof member, ".bands.names[%" PRIu32 "]", i);
        if (r->band != NULL && (r->band[i] == NULL || *r->band[i] == '\0'))
            partner__refuse(&c->c, member, "is missing, expected some text");
        if (r->band_name != NULL && r->band_name[i] == PARTNER_NONE)
            partner__refuse(&c->c, member, "has no index, expected that of the name in its dictionary");
        for (uint32_t j = 0; j < i && c->c.status == PARTNER_OK; j++) {
            if (r->band != NULL && strcmp(r->band[i], r->band[j]) == 0)
                partner__refuse(&c->c, member, "is \"%.60s\", which another band has already", r->band[i]);
            else if (r->band_name != NULL && r->band_name[i] == r->band_name[j])
                partner__refuse(&c->c, member, "has the index %" PRIu32 ", which another band has already",
                                r->band_name[i]);
        }
    }
}

static void check_bands(checker *c)
{
    const partner_segment_rules *r = &c->rules;

    if (r->method > PARTNER_BANDS_NATURAL)
        partner__refuse(&c->c, ".bands.method", "is %u, expected 0 to 3", (unsigned)r->method);
    if (r->bands != 0) partner__check_within(&c->c, ".bands.count", r->bands, 2, PARTNER_BANDS_MAX);
    if (r->minor_units > 9 && r->minor_units != PARTNER_MINOR_UNITS_0)
        misused(c, "minor_units is more than 9", "0 to 9 or PARTNER_MINOR_UNITS_0");
    if (c->c.status != PARTNER_OK) return;
    check_thresholds(c);
    check_quantiles(c);
    check_share(c, ".bands.margin", r->margin, 0, PARTNER__MILLION - 1);
    if (r->scale < 0)
        partner__refuse(&c->c, ".bands.scale", "is %" PRId64 " minor units, expected at least 1", r->scale);
    check_band_names(c);
}

/* --- mode --- */

static void check_kind(checker *c, partner_dict *seen, size_t i)
{
    const partner_segment_rules *r = &c->rules;
    const size_t before = partner_dict_size(seen);
    const int64_t wide = r->kind[i];
    char member[PATH];
    uint32_t index;

    c->c.index = (uint32_t)i;
    if (r->kind_id[i] == NULL || *r->kind_id[i] == '\0')
        partner__refuse(&c->c, ".mode.kinds", "has a kind without a name, expected some text");
    if (c->c.status != PARTNER_OK) return;
    snprintf(member, sizeof member, ".mode.kinds.%.60s", r->kind_id[i]);
    if (r->kind[i] == PARTNER_NONE)
        partner__refuse(&c->c, member, "has no index, expected that of the kind in its dictionary");
    if (r->kind_mode[i] != PARTNER_MODE_TRANSACTIONAL && r->kind_mode[i] != PARTNER_MODE_CONSULTATIVE)
        partner__refuse(&c->c, member, "is %s, expected transactional or consultative",
                        partner__mode_name(r->kind_mode[i]));
    if (c->c.status != PARTNER_OK) return;
    c->c.status = partner_dict_add_integers(seen, 1, &wide, &index, c->c.error);
    if (c->c.status == PARTNER_OK && index < before)
        partner__refuse(&c->c, member, "has the index %" PRIu32 ", which another kind has already", r->kind[i]);
}

static void check_kinds(checker *c)
{
    const partner_segment_rules *r = &c->rules;
    partner_dict *seen = NULL;

    if (!partner__check_begin(&c->c, "$.mode.kinds", r->kind, r->kinds)) goto out;
    if (r->kind_mode == NULL || r->kind_id == NULL)
        misused(c, "kind_mode or kind_id is NULL", "an element for each kind");
    if (c->c.status == PARTNER_OK) c->c.status = partner_dict_new(&seen, c->c.error);
    snprintf(c->c.at, sizeof c->c.at, "$");
    for (size_t i = 0; i < r->kinds && c->c.status == PARTNER_OK; i++) check_kind(c, seen, i);
    partner_dict_free(seen);
out:
    snprintf(c->c.at, sizeof c->c.at, "$");
    c->c.index = PARTNER_NONE;
}

static void check_prior(checker *c)
{
    const double a = c->rules.prior_a, b = c->rules.prior_b;

    if ((a == 0) != (b == 0))
        partner__refuse(&c->c, a == 0 ? ".mode.prior.a" : ".mode.prior.b", "is missing, expected both or none");
    check_real(c, ".mode.prior.a", a, PARTNER__PRIOR_LEAST, PARTNER__PRIOR_MOST);
    check_real(c, ".mode.prior.b", b, PARTNER__PRIOR_LEAST, PARTNER__PRIOR_MOST);
}

static void check_mode(checker *c)
{
    const partner_segment_rules *r = &c->rules;

    check_kinds(c);
    check_share(c, ".mode.threshold", r->threshold_share, 1, PARTNER__MILLION - 1);
    check_share(c, ".mode.confidence", r->confidence, PARTNER__MILLION / 2, PARTNER__MILLION - 1);
    check_real(c, ".mode.unit", r->unit, PARTNER__EFFORT_LEAST, PARTNER__EFFORT_MOST);
    check_real(c, ".mode.per_hour", r->per_hour, PARTNER__EFFORT_LEAST, PARTNER__EFFORT_MOST);
    if (r->half_life_days != PARTNER_HALF_LIFE_0)
        partner__check_within(&c->c, ".mode.half_life_days", r->half_life_days, 0, PARTNER__HALF_LIFE_MAX);
    check_prior(c);
}

/* --- segments --- */

/* One name has one index, and another name another. */
static void check_names(checker *c, const partner__cells *cells)
{
    const size_t count = (size_t)c->bands * PARTNER_MODES;

    for (size_t i = 0; i < count && c->c.status == PARTNER_OK; i++) {
        if (cells->segment_name[i] == PARTNER_NONE)
            partner__refuse(&c->c, ".segments", "has no index for \"%.60s\"", cells->segment[i]);
        for (size_t j = 0; j < i; j++) {
            const int same = strcmp(cells->segment[i], cells->segment[j]) == 0;

            if (same != (cells->segment_name[i] == cells->segment_name[j]))
                partner__refuse(&c->c, ".segments",
                                "has the indexes %" PRIu32 " for \"%.60s\" and %" PRIu32
                                " for \"%.60s\", expected %s",
                                cells->segment_name[j], cells->segment[j], cells->segment_name[i],
                                cells->segment[i], same ? "one" : "two");
        }
    }
}

static void check_segments(checker *c)
{
    const partner_segment_rules *r = &c->rules;
    partner__arena arena = {NULL};
    partner__cells cells;

    for (size_t i = 0; r->segment != NULL && i < (size_t)c->bands * PARTNER_MODES; i++)
        if (r->segment[i] == NULL || *r->segment[i] == '\0')
            partner__refuse(&c->c, ".segments", "has no name for cell %zu, expected some text", i);
    if (c->c.status != PARTNER_OK || (r->segment == NULL && r->segment_name == NULL)) return;
    c->c.status = partner__cells_take(&cells, r, &arena, c->c.error);
    if (c->c.status == PARTNER_OK) check_names(c, &cells);
    partner__arena_free(&arena);
}

/* --- potential and attention --- */

static void check_potential(checker *c)
{
    const partner_segment_rules *r = &c->rules;

    check_share(c, ".potential.reference_quantile", r->reference_quantile, 0, PARTNER__MILLION);
    check_decimal(c, ".potential.own_growth", r->own_growth, 4, 0, PARTNER__FACTOR_MAX);
    check_decimal(c, ".potential.max_multiple", r->max_multiple, 4, PARTNER__TEN_THOUSAND, PARTNER__FACTOR_MAX);
    check_share(c, ".potential.weight", r->weight, 0, PARTNER__MILLION);
}

static void check_attention(checker *c)
{
    const partner_segment_rules *r = &c->rules;
    const double floor = r->floor == PARTNER_HOURS_0 ? 0 : r->floor;
    const double ceiling = r->ceiling == PARTNER_HOURS_0 ? 0 : r->ceiling;
    char shown[32], most[32];

    check_hours(c, ".allocation.hours", r->hours);
    for (uint8_t m = 0; m < PARTNER_MODES; m++) {
        char member[PATH];
        const char *mode = partner__mode_name(m);

        snprintf(member, sizeof member, ".allocation.%s.share", mode);
        check_share(c, member, r->share[m], 0, PARTNER__MILLION);
        snprintf(member, sizeof member, ".allocation.%s.hours", mode);
        check_real(c, member, r->for_share[m], PARTNER__EFFORT_LEAST, PARTNER__EFFORT_MOST);
        snprintf(member, sizeof member, ".allocation.%s.retain", mode);
        check_share(c, member, r->retain[m], 0, PARTNER__MILLION);
    }
    check_hours(c, ".allocation.floor", r->floor);
    check_hours(c, ".allocation.ceiling", r->ceiling);
    if (r->ceiling != 0 && floor > ceiling)
        partner__refuse(&c->c, ".allocation.floor", "is %s, expected at most the ceiling, %s",
                        write_real(floor, shown), write_real(ceiling, most));
}

partner_status partner_segment_rules_check(const partner_segment_rules *rules, partner_error *error)
{
    checker c = {.c = {.error = error, .index = PARTNER_NONE, .at = "$"}};

    c.c.status = partner__take(&c.rules, sizeof c.rules, rules, 0, "rules", error);
    if (c.c.status != PARTNER_OK) return c.c.status;
    c.bands = partner__rules_bands(&c.rules);
    check_bands(&c);
    if (c.c.status == PARTNER_OK) check_mode(&c);
    if (c.c.status == PARTNER_OK) check_segments(&c);
    if (c.c.status == PARTNER_OK) check_potential(&c);
    if (c.c.status == PARTNER_OK) check_attention(&c);
    return c.c.status;
}
