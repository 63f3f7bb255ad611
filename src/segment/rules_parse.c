/* SPDX-License-Identifier: MIT
 * The JSON of segmentation rules into their struct, by one table per object. What can be asked of the struct is
 * left to partner_segment_rules_check; here is what the text alone shows: types, keys, lengths of lists, and
 * zeros that would be taken for defaults. */
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/nearest.h"
#include "../config/parse.h"
#include "rules.h"

enum { KIND = 0, SEGMENT = 1, BAND = 2, DICTS = 3, CUTS = PARTNER_BANDS_MAX - 1 };

/* Rules in the making; their caller sees the first member. */
typedef struct parsed {
    partner_segment_rules rules;
    partner__arena arena;
    const char **band;                   /* [PARTNER_BANDS_MAX] */
    size_t names, thresholds, quantiles; /* elements; 0 = not given */
    const char **segment;                /* [PARTNER__CELLS], once the bands are known */
    size_t named_by[PARTNER__CELLS];     /* element of segments + 1 that names the cell; 0 = none */
} parsed;

static const char *const mode_words[] = {"unknown", "transactional", "mixed", "consultative", NULL};

/* --- numbers --- */

/* A share, of which an explicit 0 is meant. */
static partner_status read_share(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    uint32_t *share = (uint32_t *)(void *)((char *)into + key->offset);
    partner_status status = partner__parse_share(r, value, key, into);

    if (status == PARTNER_OK && *share == 0) *share = PARTNER_SHARE_0;
    return status;
}

static partner_status read_factor(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    uint32_t *factor = (uint32_t *)(void *)((char *)into + key->offset);
    int64_t number = 0;
    const partner__number_fault fault = partner__parse_decimal(value, 4, 0, &number);

    if (fault == PARTNER__TOO_MANY_PLACES) return partner__bad_decimal(r, value, fault, 4, "a factor");
    if (fault != PARTNER__NUMBER_FINE || number < 0 || number > PARTNER__FACTOR_MAX)
        return partner__unexpected(r, value, "a number from 0 to 10000 with at most 4 decimal places");
    *factor = number == 0 ? PARTNER_SHARE_0 : (uint32_t)number;
    return PARTNER_OK;
}

/* A number above 0. */
static partner_status read_measure(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const double number = json_number_value(value);

    if (!json_is_number(value) || !(number > 0))
        return partner__unexpected(r, value, "a number of more than 0");
    memcpy((char *)into + key->offset, &number, sizeof number);
    return PARTNER_OK;
}

static partner_status read_hours(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    double number = json_number_value(value);

    if (!json_is_number(value) || !(number >= 0))
        return partner__unexpected(r, value, "a number of at least 0");
    if (number == 0) number = PARTNER_HOURS_0;
    memcpy((char *)into + key->offset, &number, sizeof number);
    return PARTNER_OK;
}

static partner_status read_half_life(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_segment_rules *rules = into;
    partner_status status = partner__parse_u32(r, value, key, into);

    if (status == PARTNER_OK && rules->half_life_days == 0) rules->half_life_days = PARTNER_HALF_LIFE_0;
    return status;
}

/* --- bands --- */

/* A list of at most `most` elements, each of `size` bytes, from `to` on. */
static partner_status read_row(partner__parser *r, json_t *value, size_t most, partner__parse read, char *to,
                               size_t size, int64_t low, size_t *count)
{
    partner_status status = partner__parse_list(r, value, 1, count);
    char what[80];

    if (status != PARTNER_OK) return status;
    if (*count > most) {
        snprintf(what, sizeof what, "has %zu elements, expected 1 to %zu", *count, most);
        return partner__wrong(r, what);
    }
    for (size_t i = 0; i < *count && status == PARTNER_OK; i++) {
        const partner__member element = {.offset = i * size, .low = low};
        const size_t mark = partner__down_to(r, i);

        status = read(r, json_array_get(value, i), &element, to);
        if (status == PARTNER_OK) partner__up(r, mark);
    }
    return status;
}

static partner_status read_thresholds(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    parsed *p = into;

    (void)key;
    return read_row(r, value, CUTS, partner__parse_money, (char *)p->rules.threshold,
                    sizeof p->rules.threshold[0], 1, &p->thresholds);
}

static partner_status read_quantiles(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    parsed *p = into;

    (void)key;
    return read_row(r, value, CUTS, read_share, (char *)p->rules.quantile, sizeof p->rules.quantile[0], 0,
                    &p->quantiles);
}

static partner_status read_names(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    parsed *p = into;

    (void)key;
    p->band = partner__arena_alloc(r->arena, PARTNER_BANDS_MAX, sizeof *p->band);
    if (p->band == NULL) return partner__no_memory(r->error);
    return read_row(r, value, PARTNER_BANDS_MAX, partner__parse_text, (char *)p->band, sizeof *p->band, 0,
                    &p->names);
}

/* How many bands there are where `count` does not say it: as many as are named, or one more than the cuts. */
static uint8_t count_bands(const parsed *p)
{
    const partner_segment_rules *rules = &p->rules;

    if (rules->bands != 0) return rules->bands;
    if (p->names > 0) return (uint8_t)p->names;
    if (rules->method == PARTNER_BANDS_THRESHOLDS && p->thresholds > 0) return (uint8_t)(p->thresholds + 1);
    if (rules->method == PARTNER_BANDS_QUANTILE && p->quantiles > 0) return (uint8_t)(p->quantiles + 1);
    return 2;
}

static partner_status read_bands(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const char *const methods[] = {"pareto", "thresholds", "quantile", "natural", NULL};
    typedef partner_segment_rules type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("method", partner__parse_word, type, method), .words = methods},
        {PARTNER__MEMBER("count", partner__parse_u8, type, bands), .low = 2, .high = PARTNER_BANDS_MAX},
        {PARTNER__PART("names", read_names)},
        {PARTNER__PART("thresholds", read_thresholds)},
        {PARTNER__PART("quantiles", read_quantiles)},
        {PARTNER__MEMBER("margin", read_share, type, margin)},
        {PARTNER__MEMBER("scale", partner__parse_money, type, scale), .low = 1},
    };
    parsed *p = into;
    partner_status status = partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
    char what[96];

    (void)key;
    if (status != PARTNER_OK) return status;
    p->rules.bands = count_bands(p);
    if (p->names == 0 || p->names == p->rules.bands) return PARTNER_OK;
    partner__down(r, "names");
    snprintf(what, sizeof what, "has %zu element%s, expected %u: one for each band", p->names,
             p->names == 1 ? "" : "s", (unsigned)p->rules.bands);
    return partner__wrong(r, what);
}

/* Names of bands that have none, and their place in the dictionary. */
static partner_status settle_bands(partner__parser *r, parsed *p)
{
    const uint32_t bands = p->rules.bands = count_bands(p);
    uint32_t *index = partner__arena_alloc(r->arena, bands, sizeof *index);
    partner_status status = PARTNER_OK;

    if (p->band == NULL) {
        char text[PARTNER__BAND_NAME];

        p->band = partner__arena_alloc(r->arena, bands, sizeof *p->band);
        for (uint32_t b = 0; p->band != NULL && b < bands; b++) {
            p->band[b] = partner__joined(r->arena, partner__usual_band(bands, b, text), "", "");
            if (p->band[b] == NULL) return partner__no_memory(r->error);
        }
    }
    if (index == NULL || p->band == NULL) return partner__no_memory(r->error);
    for (uint32_t b = 0; b < bands && status == PARTNER_OK; b++)
        status = partner__note(r, BAND, p->band[b], &index[b]);
    p->rules.band = p->band;
    p->rules.band_name = index;
    return status;
}

/* --- kinds --- */

/* The lists of kinds as they are filled. */
typedef struct kinds {
    uint32_t *name;
    uint8_t *mode;
    const char **id;
} kinds;

static partner_status new_kinds(partner__parser *r, partner_segment_rules *rules, size_t count, kinds *to)
{
    to->name = partner__arena_alloc(r->arena, count, sizeof *to->name);
    to->mode = partner__arena_alloc(r->arena, count, sizeof *to->mode);
    to->id = partner__arena_alloc(r->arena, count, sizeof *to->id);
    if (to->name == NULL || to->mode == NULL || to->id == NULL) return partner__no_memory(r->error);
    rules->kind = to->name;
    rules->kind_mode = to->mode;
    rules->kind_id = to->id;
    rules->kinds = count;
    return PARTNER_OK;
}

static partner_status add_kind(partner__parser *r, const kinds *to, size_t i, const char *id, uint8_t mode)
{
    to->id[i] = partner__joined(r->arena, id, "", "");
    to->mode[i] = mode;
    return to->id[i] == NULL ? partner__no_memory(r->error) : partner__note(r, KIND, to->id[i], &to->name[i]);
}

static partner_status read_kind(partner__parser *r, const kinds *to, size_t i, const char *id, json_t *value)
{
    static const char *const words[] = {"transactional", "consultative", NULL};
    const partner__member word = {.words = words};
    const size_t mark = partner__down(r, id);
    uint8_t which = 0;
    partner_status status = PARTNER_OK;

    if (*id == '\0') return partner__wrong(r, "is a kind without a name, expected some text");
    status = partner__parse_word(r, value, &word, &which);
    if (status == PARTNER_OK)
        status = add_kind(r, to, i, id, which == 0 ? PARTNER_MODE_TRANSACTIONAL : PARTNER_MODE_CONSULTATIVE);
    if (status == PARTNER_OK) partner__up(r, mark);
    return status;
}

static partner_status read_kinds(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const size_t count = json_object_size(value);
    kinds to;
    size_t i = 0;
    char what[96];
    partner_status status;

    (void)key;
    if (!json_is_object(value)) return partner__unexpected(r, value, "an object");
    if (count == 0 || count > PARTNER__ELEMENTS_MAX) {
        snprintf(what, sizeof what, "has %zu kinds, expected 1 to %d", count, PARTNER__ELEMENTS_MAX);
        return partner__wrong(r, what);
    }
    status = new_kinds(r, into, count, &to);
    for (void *at = json_object_iter(value); at != NULL && status == PARTNER_OK;
         at = json_object_iter_next(value, at))
        status = read_kind(r, &to, i++, json_object_iter_key(at), json_object_iter_value(at));
    return status;
}

static partner_status usual_kinds(partner__parser *r, partner_segment_rules *rules)
{
    static const char *const ids[] = {"order",         "price-request",      "delivery",
                                      "invoice-query", "application-advice", "design-in",
                                      "training",      "joint-visit"};
    enum { USUAL = sizeof ids / sizeof *ids, TRANSACTIONAL = 4 };
    kinds to;
    partner_status status = new_kinds(r, rules, USUAL, &to);

    for (size_t i = 0; i < USUAL && status == PARTNER_OK; i++)
        status = add_kind(r, &to, i, ids[i],
                          i < TRANSACTIONAL ? PARTNER_MODE_TRANSACTIONAL : PARTNER_MODE_CONSULTATIVE);
    return status;
}

/* --- mode --- */

static partner_status read_prior(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    typedef partner_segment_rules type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("a", read_measure, type, prior_a), .needed = 1},
        {PARTNER__MEMBER("b", read_measure, type, prior_b), .needed = 1},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_mode(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    typedef partner_segment_rules type;
    static const partner__member keys[] = {
        {PARTNER__PART("kinds", read_kinds)},
        {PARTNER__MEMBER("threshold", read_share, type, threshold_share)},
        {PARTNER__MEMBER("confidence", read_share, type, confidence)},
        {PARTNER__MEMBER("unit", read_measure, type, unit)},
        {PARTNER__MEMBER("per_hour", read_measure, type, per_hour)},
        {PARTNER__MEMBER("half_life_days", read_half_life, type, half_life_days), .low = 0,
         .high = PARTNER__HALF_LIFE_MAX},
        {PARTNER__PART("prior", read_prior)},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

/* --- segments --- */

/* Every cell by its usual name, in the arena. */
static partner_status name_cells(partner__parser *r, parsed *p)
{
    p->segment = partner__arena_alloc(r->arena, PARTNER__CELLS, sizeof *p->segment);
    if (p->segment == NULL) return partner__no_memory(r->error);
    for (size_t i = 0; i < (size_t)p->rules.bands * PARTNER_MODES; i++) {
        const char *band = p->band[i / PARTNER_MODES];
        const uint8_t mode = (uint8_t)(i % PARTNER_MODES);
        const char *usual = partner__usual_cell(band, mode);

        p->segment[i] = usual != NULL ? partner__joined(r->arena, usual, "", "")
                                      : partner__joined(r->arena, band, "-", partner__mode_name(mode));
        if (p->segment[i] == NULL) return partner__no_memory(r->error);
    }
    return PARTNER_OK;
}

/* An element of segments. */
typedef struct named {
    const char *id, *band;
    uint8_t mode;
} named;

static partner_status unknown_band(partner__parser *r, const parsed *p, const char *band)
{
    partner__nearest nearest = PARTNER__NEAREST(band);
    const char *found;
    char what[400];
    size_t n;

    for (uint32_t b = 0; b < p->rules.bands; b++) partner__nearest_try(&nearest, p->band[b]);
    found = partner__nearest_found(&nearest);
    n = (size_t)snprintf(what, sizeof what, "is \"%.40s\", which is no band", band);
    if (found != NULL) snprintf(what + n, sizeof what - n, " (did you mean \"%.40s\"?)", found);
    for (uint32_t b = 0; b < p->rules.bands && found == NULL && n < sizeof what; b++)
        n += (size_t)snprintf(what + n, sizeof what - n, "%s%.24s",
                              b == 0                    ? ", expected "
                              : b + 1u < p->rules.bands ? ", "
                                                        : " or ",
                              p->band[b]);
    partner__down(r, "band");
    return partner__wrong(r, what);
}

static partner_status place_segment(partner__parser *r, parsed *p, const named *s, size_t number)
{
    uint32_t band = 0;
    size_t cell;
    char what[200];

    while (band < p->rules.bands && strcmp(p->band[band], s->band) != 0) band++;
    if (band == p->rules.bands) return unknown_band(r, p, s->band);
    cell = (size_t)band * PARTNER_MODES + s->mode;
    if (p->named_by[cell] != 0) {
        snprintf(what, sizeof what, "is the cell %.40s, %s, which $.segments[%zu] has named already", s->band,
                 partner__mode_name(s->mode), p->named_by[cell] - 1);
        return partner__wrong(r, what);
    }
    p->named_by[cell] = number + 1;
    p->segment[cell] = s->id;
    return PARTNER_OK;
}

static partner_status read_segments(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("id", partner__parse_text, named, id), .needed = 1},
        {PARTNER__MEMBER("band", partner__parse_text, named, band), .needed = 1},
        {PARTNER__MEMBER("mode", partner__parse_word, named, mode), .words = mode_words, .needed = 1},
    };
    parsed *p = into;
    size_t count;
    partner_status status = partner__parse_list(r, value, 0, &count);

    (void)key;
    for (size_t i = 0; status == PARTNER_OK && i < count; i++) {
        const size_t mark = partner__down_to(r, i);
        named s = {NULL, NULL, 0};

        status = partner__parse_object(r, json_array_get(value, i), keys, PARTNER__COUNT_OF(keys), &s);
        if (status == PARTNER_OK) status = place_segment(r, p, &s, i);
        if (status == PARTNER_OK) partner__up(r, mark);
    }
    return status;
}

static partner_status settle_cells(partner__parser *r, parsed *p)
{
    const size_t count = (size_t)p->rules.bands * PARTNER_MODES;
    uint32_t *index = partner__arena_alloc(r->arena, count, sizeof *index);
    partner_status status = PARTNER_OK;

    if (index == NULL) return partner__no_memory(r->error);
    for (size_t i = 0; i < count && status == PARTNER_OK; i++)
        status = partner__note(r, SEGMENT, p->segment[i], &index[i]);
    p->rules.segment = p->segment;
    p->rules.segment_name = index;
    return status;
}

/* --- potential and attention --- */

static partner_status read_potential(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    typedef partner_segment_rules type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("reference_quantile", read_share, type, reference_quantile)},
        {PARTNER__MEMBER("own_growth", read_factor, type, own_growth)},
        {PARTNER__MEMBER("max_multiple", read_factor, type, max_multiple)},
        {PARTNER__MEMBER("weight", read_share, type, weight)},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

/* What attention does for one mode. */
typedef struct attention {
    uint32_t share, retain;
    double hours;
} attention;

static partner_status read_attention(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("share", read_share, attention, share)},
        {PARTNER__MEMBER("hours", read_measure, attention, hours)},
        {PARTNER__MEMBER("retain", read_share, attention, retain)},
    };
    partner_segment_rules *rules = into;
    attention a = {0, 0, 0};
    partner_status status = partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), &a);

    rules->share[key->more] = a.share;
    rules->retain[key->more] = a.retain;
    rules->for_share[key->more] = a.hours;
    return status;
}

static partner_status read_allocation(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    typedef partner_segment_rules type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("hours", read_hours, type, hours)},
        {PARTNER__PART("consultative", read_attention), .more = PARTNER_MODE_CONSULTATIVE},
        {PARTNER__PART("mixed", read_attention), .more = PARTNER_MODE_MIXED},
        {PARTNER__PART("unknown", read_attention), .more = PARTNER_MODE_UNKNOWN},
        {PARTNER__PART("transactional", read_attention), .more = PARTNER_MODE_TRANSACTIONAL},
        {PARTNER__MEMBER("floor", read_hours, type, floor)},
        {PARTNER__MEMBER("ceiling", read_hours, type, ceiling)},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

/* --- the rules --- */

/* Keys of two tables: cells can be named when the bands are known. */
static partner_status read_nothing(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    (void)r;
    (void)value;
    (void)key;
    (void)into;
    return PARTNER_OK;
}

static partner_status read_all(partner__parser *r, json_t *root)
{
    static const partner__member keys[] = {
        {PARTNER__PART("$schema", partner__parse_schema)},
        {PARTNER__PART("bands", read_bands)},
        {PARTNER__PART("mode", read_mode)},
        {PARTNER__PART("segments", read_nothing)},
        {PARTNER__PART("potential", read_potential)},
        {PARTNER__PART("allocation", read_allocation)},
    };
    parsed *p = r->whole;
    json_t *segments = json_object_get(root, "segments");
    partner_status status = partner__parse_object(r, root, keys, PARTNER__COUNT_OF(keys), p);

    if (status == PARTNER_OK && p->rules.kinds == 0) status = usual_kinds(r, &p->rules);
    if (status == PARTNER_OK) status = settle_bands(r, p);
    if (status == PARTNER_OK) status = name_cells(r, p);
    if (status == PARTNER_OK && segments != NULL) {
        const size_t mark = partner__down(r, "segments");

        status = read_segments(r, segments, NULL, p);
        if (status == PARTNER_OK) partner__up(r, mark);
    }
    return status == PARTNER_OK ? settle_cells(r, p) : status;
}

static partner_status check(const void *rules, partner_error *error)
{
    return partner_segment_rules_check(rules, error);
}

/* --- from text to rules --- */

static partner_status take_dicts(const partner_segment_dicts *dicts, partner_dict *taken[DICTS],
                                 partner_error *error)
{
    static const char *const names[DICTS] = {"kind", "segment", "band"};
    partner_segment_dicts local;
    partner_status status = partner__take(&local, sizeof local, dicts, 0, "dicts", error);

    if (status != PARTNER_OK) return status;
    taken[KIND] = local.kind;
    taken[SEGMENT] = local.segment;
    taken[BAND] = local.band;
    for (size_t d = 0; d < DICTS; d++)
        if (taken[d] == NULL)
            return partner__fail(error, PARTNER_E_ARGUMENT, "dicts: %s is NULL, expected a dictionary",
                                 names[d]);
    return PARTNER_OK;
}

partner_status partner_segment_rules_parse(const char *text, size_t length, const partner_segment_dicts *dicts,
                                           partner_segment_rules **rules, partner_error *error)
{
    static const partner__form form = {read_all, check, DICTS};
    partner_dict *taken[DICTS];
    partner_status status;
    parsed *made;

    if (text == NULL || rules == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL", text == NULL ? "text" : "rules");
    status = take_dicts(dicts, taken, error);
    if (status != PARTNER_OK) return status;
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    made->rules.struct_size = sizeof made->rules;
    status = partner__parse_config(&form, text, length, taken, made, &made->arena, error);
    if (status == PARTNER_OK) *rules = &made->rules;
    else partner_segment_rules_free(&made->rules);
    return status;
}

void partner_segment_rules_free(partner_segment_rules *rules)
{
    parsed *made = (parsed *)(void *)rules;

    if (made == NULL) return;
    partner__arena_free(&made->arena);
    partner__free(made);
}
