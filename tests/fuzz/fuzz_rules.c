/* SPDX-License-Identifier: MIT
 * Segmentation rules of any content: refused ones have a path and leave the dictionaries alone; accepted ones
 * are good, can be spoken of and used, are the same when they are read again, and also when they are written
 * down from what was read. */
#include <inttypes.h>
#include <partner/segment.h>
#include <stdarg.h>

#include "same.h"

enum { DICTS = 3, ROWS = 8 };

static void new_dicts(partner_segment_dicts *dicts, partner_dict **dict)
{
    for (size_t i = 0; i < DICTS; i++)
        if (partner_dict_new(&dict[i], NULL) != PARTNER_OK) abort();
    dicts->kind = dict[0];
    dicts->segment = dict[1];
    dicts->band = dict[2];
}

static size_t sizes(partner_dict *const *dict)
{
    return partner_dict_size(dict[0]) + partner_dict_size(dict[1]) + partner_dict_size(dict[2]);
}

/* --- written down --- */

typedef struct writer {
    char text[1 << 20];
    size_t length;
} writer;

static void put(writer *w, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(w->text + w->length, sizeof w->text - w->length, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof w->text - w->length) abort();
    w->length += (size_t)length;
}

static void put_text(writer *w, const char *text)
{
    put(w, "\"");
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == '"' || c == '\\') put(w, "\\u%04x", c);
        else put(w, "%c", c);
    }
    put(w, "\"");
}

/* The keys end with a comma each, and an object with one that every object may have. */
static void put_share(writer *w, const char *key, uint32_t share)
{
    if (share == 0) return;
    if (share == PARTNER_SHARE_0) share = 0;
    put(w, "\"%s\": %" PRIu32 ".%06" PRIu32 ", ", key, share / 1000000, share % 1000000);
}

static void put_factor(writer *w, const char *key, uint32_t factor)
{
    if (factor == 0) return;
    if (factor == PARTNER_SHARE_0) factor = 0;
    put(w, "\"%s\": %" PRIu32 ".%04" PRIu32 ", ", key, factor / 10000, factor % 10000);
}

static void put_real(writer *w, const char *key, double x)
{
    if (x == 0) return;
    put(w, "\"%s\": %.17g, ", key, x == PARTNER_HOURS_0 ? 0 : x);
}

static void put_amount(writer *w, int64_t amount)
{
    put(w, "\"%" PRId64 ".%02d\"", amount / 100, (int)(amount % 100));
}

static void put_bands(writer *w, const partner_segment_rules *r)
{
    static const char *const methods[] = {"pareto", "thresholds", "quantile", "natural"};

    put(w, "\"bands\": {\"method\": \"%s\", \"count\": %u, ", methods[r->method], (unsigned)r->bands);
    for (uint32_t i = 0; i + 1 < r->bands && r->threshold[i] != 0; i++) {
        put(w, i == 0 ? "\"thresholds\": [" : ", ");
        put_amount(w, r->threshold[i]);
        if (i + 2 == r->bands) put(w, "], ");
    }
    for (uint32_t i = 0; i + 1 < r->bands && r->quantile[i] != 0; i++)
        put(w, "%s0.%06" PRIu32 "%s", i == 0 ? "\"quantiles\": [" : ", ", r->quantile[i],
            i + 2 == r->bands ? "], " : "");
    put_share(w, "margin", r->margin);
    if (r->scale != 0) {
        put(w, "\"scale\": ");
        put_amount(w, r->scale);
        put(w, ", ");
    }
    for (uint32_t i = 0; i < r->bands; i++) {
        put(w, i == 0 ? "\"names\": [" : ", ");
        put_text(w, r->band[i]);
    }
    put(w, "]}, ");
}

static void put_mode(writer *w, const partner_segment_rules *r)
{
    put(w, "\"mode\": {");
    put_share(w, "threshold", r->threshold_share);
    put_share(w, "confidence", r->confidence);
    put_real(w, "unit", r->unit);
    put_real(w, "per_hour", r->per_hour);
    if (r->half_life_days != 0)
        put(w, "\"half_life_days\": %" PRIu32 ", ",
            r->half_life_days == PARTNER_HALF_LIFE_0 ? 0 : r->half_life_days);
    if (r->prior_a != 0) put(w, "\"prior\": {\"a\": %.17g, \"b\": %.17g}, ", r->prior_a, r->prior_b);
    for (size_t i = 0; i < r->kinds; i++) {
        put(w, i == 0 ? "\"kinds\": {" : ", ");
        put_text(w, r->kind_id[i]);
        put(w, r->kind_mode[i] == PARTNER_MODE_CONSULTATIVE ? ": \"consultative\"" : ": \"transactional\"");
    }
    put(w, "}}, ");
}

static const char *const modes[PARTNER_MODES] = {"unknown", "transactional", "mixed", "consultative"};

static void put_segments(writer *w, const partner_segment_rules *r)
{
    put(w, "\"segments\": [");
    for (size_t i = 0; i < (size_t)r->bands * PARTNER_MODES; i++) {
        put(w, i == 0 ? "{\"id\": " : ", {\"id\": ");
        put_text(w, r->segment[i]);
        put(w, ", \"band\": ");
        put_text(w, r->band[i / PARTNER_MODES]);
        put(w, ", \"mode\": \"%s\"}", modes[i % PARTNER_MODES]);
    }
    put(w, "], ");
}

/* Takes the last comma away and ends the object. */
static void end_object(writer *w, const char *end)
{
    if (w->text[w->length - 1] == ' ') w->length -= 2;
    put(w, "}%s", end);
}

static void put_attention(writer *w, const partner_segment_rules *r)
{
    put(w, "\"potential\": {");
    put_share(w, "reference_quantile", r->reference_quantile);
    put_factor(w, "own_growth", r->own_growth);
    put_factor(w, "max_multiple", r->max_multiple);
    put_share(w, "weight", r->weight);
    end_object(w, ", ");
    put(w, "\"allocation\": {");
    put_real(w, "hours", r->hours);
    put_real(w, "floor", r->floor);
    put_real(w, "ceiling", r->ceiling);
    for (size_t m = 0; m < PARTNER_MODES; m++) {
        put(w, "\"%s\": {", modes[m]);
        put_share(w, "share", r->share[m]);
        put_share(w, "retain", r->retain[m]);
        put_real(w, "hours", r->for_share[m]);
        end_object(w, ", ");
    }
    end_object(w, "");
}

static void put_rules(writer *w, const partner_segment_rules *r)
{
    w->length = 0;
    put(w, "{");
    put_bands(w, r);
    put_mode(w, r);
    put_segments(w, r);
    put_attention(w, r);
    put(w, "}");
}

/* --- the same rules --- */

static int same_texts(const char *const *a, const char *const *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(a[i], b[i]) != 0) return 0;
    return 1;
}

static int same_rules(const partner_segment_rules *a, const partner_segment_rules *b)
{
    const size_t cells = (size_t)a->bands * PARTNER_MODES;
    partner_segment_rules c;

    if (a->bands != b->bands || a->kinds != b->kinds) return 0;
    if (!same_texts(a->band, b->band, a->bands) || !same_texts(a->segment, b->segment, cells) ||
        !same_texts(a->kind_id, b->kind_id, a->kinds))
        return 0;
    if (memcmp(a->band_name, b->band_name, a->bands * sizeof *a->band_name) != 0 ||
        memcmp(a->segment_name, b->segment_name, cells * sizeof *a->segment_name) != 0 ||
        memcmp(a->kind, b->kind, a->kinds * sizeof *a->kind) != 0 ||
        memcmp(a->kind_mode, b->kind_mode, a->kinds) != 0)
        return 0;
    /* What is left has no pointers once these are the same. */
    memcpy(&c, b, sizeof c);
    c.band = a->band;
    c.band_name = a->band_name;
    c.segment = a->segment;
    c.segment_name = a->segment_name;
    c.kind = a->kind;
    c.kind_mode = a->kind_mode;
    c.kind_id = a->kind_id;
    return memcmp(&c, a, sizeof c) == 0;
}

static void read_again(const char *text, size_t length, const partner_segment_dicts *dicts,
                       partner_dict *const *dict, const partner_segment_rules *rules, const char *what)
{
    const size_t names = sizes(dict);
    partner_segment_rules *again = fuzz_untouched();
    partner_error error;

    fuzz_demand(fuzz_ok(partner_segment_rules_parse(text, length, dicts, &again, &error), &error) &&
                    sizes(dict) == names && same_rules(rules, again),
                what);
    partner_segment_rules_free(again);
}

/* --- what they are good for --- */

static size_t sentence(const void *rules, size_t i, char *buffer, size_t size)
{
    return partner_segment_rules_sentence(rules, i, buffer, size);
}

static size_t warning(const void *rules, size_t i, char *buffer, size_t size)
{
    return partner_segment_rules_warning(rules, i, buffer, size);
}

static void check_names(const partner_segment_rules *r, partner_dict *const *dict)
{
    for (size_t i = 0; i < r->kinds; i++)
        fuzz_demand(partner_dict_find(dict[0], r->kind_id[i], strlen(r->kind_id[i])) == r->kind[i],
                    "a kind is interned");
    for (size_t i = 0; i < (size_t)r->bands * PARTNER_MODES; i++)
        fuzz_demand(partner_dict_find(dict[1], r->segment[i], strlen(r->segment[i])) == r->segment_name[i],
                    "a segment is interned");
    for (size_t i = 0; i < r->bands; i++)
        fuzz_demand(partner_dict_find(dict[2], r->band[i], strlen(r->band[i])) == r->band_name[i],
                    "a band is interned");
}

/* A small portfolio by these rules. Only floors may leave it without an answer. */
static void use(const partner_segment_rules *r)
{
    static const int64_t revenue[ROWS] = {-100, 0, 1, 50, 1999, 40000, 700000, 12345678};
    partner_portfolio portfolio = PARTNER_PORTFOLIO_INIT;
    partner_interactions interactions = PARTNER_INTERACTIONS_INIT;
    partner_segment_options options = PARTNER_SEGMENT_OPTIONS_INIT;
    partner_segmentation *made = fuzz_untouched();
    uint32_t partner[ROWS], kind[ROWS];
    int32_t day[ROWS];
    partner_error error;

    for (size_t i = 0; i < ROWS; i++) {
        partner[i] = (uint32_t)i / 2;
        kind[i] = r->kind[i % r->kinds];
        day[i] = (int32_t)i * 50;
    }
    portfolio.rows = interactions.rows = ROWS;
    portfolio.revenue = revenue;
    interactions.partner = partner;
    interactions.kind = kind;
    interactions.day = day;
    options.interactions = &interactions;
    if (fuzz_ok(partner_segmentation_new(&portfolio, r, &options, &made, &error), &error)) {
        fuzz_demand(made->bands == r->bands && made->interactions == ROWS, "they are followed");
        partner_segmentation_free(made);
        return;
    }
    fuzz_demand(made == fuzz_untouched() && error.code == PARTNER_E_DATA && strcmp(error.field, "floor") == 0 &&
                    r->floor > 0,
                "good rules can be used");
}

static void check(const char *text, size_t length, const partner_segment_dicts *dicts,
                  partner_dict *const *dict, const partner_segment_rules *rules)
{
    static writer w;
    partner_error error;

    fuzz_demand(partner_segment_rules_check(rules, &error) == PARTNER_OK, "rules that were read are good");
    check_names(rules, dict);
    fuzz_speak(sentence, rules);
    fuzz_speak(warning, rules);
    read_again(text, length, dicts, dict, rules, "read again, they are the same");
    put_rules(&w, rules);
    read_again(w.text, w.length, dicts, dict, rules, "written down and read, they are the same");
    use(rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    partner_segment_dicts dicts = PARTNER_SEGMENT_DICTS_INIT;
    partner_dict *dict[DICTS];
    partner_segment_rules *rules = fuzz_untouched();
    partner_error error;

    new_dicts(&dicts, dict);
    if (fuzz_ok(partner_segment_rules_parse((const char *)data, size, &dicts, &rules, &error), &error)) {
        check((const char *)data, size, &dicts, dict, rules);
        partner_segment_rules_free(rules);
    } else {
        fuzz_demand(error.code == PARTNER_E_DATA && error.path[0] == '$', "refused rules have a path");
        fuzz_demand(rules == fuzz_untouched() && sizes(dict) == 0, "refused rules leave nothing behind");
    }
    for (size_t i = 0; i < DICTS; i++) partner_dict_free(dict[i]);
    return 0;
}
