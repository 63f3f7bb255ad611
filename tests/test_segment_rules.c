/* SPDX-License-Identifier: MIT
 * Segmentation rules: every key of spec/segment.md arrives, every fault is told with its path, rules made by
 * hand meet the same limits, and what rules say of themselves. */
#include <stdio.h>

#include "segment/rules.h"
#include "segment_rules.h"

/* Every key. */
#define EVERY_KEY                                                                                           \
    "{'$schema': 'segments.schema.json',\n"                                                                 \
    " 'bands': {'method': 'natural', 'count': 3, 'names': ['C', 'B', 'low'], 'thresholds': [10000, 1e5],\n" \
    "           'quantiles': [0.5, '80 %'], 'margin': 0.1, 'scale': '0.50'},\n"                             \
    " 'mode': {'kinds': {'training': 'consultative', 'order': 'transactional', 'visit': 'consultative'},\n" \
    "          'threshold': 0.4, 'confidence': 0.9, 'unit': 60, 'per_hour': 60, 'half_life_days': 180,\n"   \
    "          'prior': {'a': 1.5, 'b': 2}},\n"                                                             \
    " 'segments': [{'id': 'core', 'band': 'low', 'mode': 'unknown'},\n"                                     \
    "              {'id': 'core', 'band': 'B', 'mode': 'mixed'}],\n"                                        \
    " 'potential': {'reference_quantile': '90 %', 'own_growth': 1.25, 'max_multiple': 2.5, 'weight': 1},\n" \
    " 'allocation': {'hours': 1200.5, 'consultative': {'share': 0.6, 'hours': 41, 'retain': 0.11},\n"       \
    "                'mixed': {'share': 0.4, 'hours': 61, 'retain': 0.12},\n"                               \
    "                'unknown': {'share': 0.3, 'hours': 62, 'retain': 0.13},\n"                             \
    "                'transactional': {'share': 0.2, 'hours': 21, 'retain': 0.03}, 'floor': 1.5,\n"         \
    "                'ceiling': 80}}"

static uint32_t find(const partner_dict *dict, const char *id)
{
    const uint32_t index = partner_dict_find(dict, id, strlen(id));

    ck_assert_msg(index != PARTNER_NONE, "%s was not interned", id);
    return index;
}

static void check_cell(const partner_segment_rules *r, const partner_segment_dicts *d, size_t band,
                       uint8_t mode, const char *name)
{
    const size_t cell = band * PARTNER_MODES + mode;

    ck_assert_str_eq(r->segment[cell], name);
    ck_assert_uint_eq(r->segment_name[cell], find(d->segment, name));
}

/* --- from text to rules --- */

START_TEST(test_every_key)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(EVERY_KEY, &d);
    partner_error error;

    ck_assert_uint_eq(r->struct_size, sizeof *r);
    ck_assert_uint_eq(r->method, PARTNER_BANDS_NATURAL);
    ck_assert_uint_eq(r->bands, 3);
    ck_assert_uint_eq(r->minor_units, 0);
    ck_assert_int_eq(r->threshold[0], 1000000);
    ck_assert_int_eq(r->threshold[1], 10000000);
    ck_assert_uint_eq(r->quantile[0], 500000);
    ck_assert_uint_eq(r->quantile[1], 800000);
    ck_assert_uint_eq(r->margin, 100000);
    ck_assert_int_eq(r->scale, 50);
    ck_assert_uint_eq(r->threshold_share, 400000);
    ck_assert_uint_eq(r->confidence, 900000);
    ck_assert(same_bits(r->unit, 60));
    ck_assert(same_bits(r->per_hour, 60));
    ck_assert_uint_eq(r->half_life_days, 180);
    ck_assert(same_bits(r->prior_a, 1.5));
    ck_assert(same_bits(r->prior_b, 2));
    ck_assert_uint_eq(r->reference_quantile, 900000);
    ck_assert_uint_eq(r->own_growth, 12500);
    ck_assert_uint_eq(r->max_multiple, 25000);
    ck_assert_uint_eq(r->weight, 1000000);
    ck_assert(same_bits(r->hours, 1200.5));
    ck_assert(same_bits(r->floor, 1.5));
    ck_assert(same_bits(r->ceiling, 80));
    must(partner_segment_rules_check(r, &error), error);
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

START_TEST(test_attention_by_mode)
{
    static const uint32_t share[] = {300000, 200000, 400000, 600000},
                          retain[] = {130000, 30000, 120000, 110000};
    static const double hours[] = {62, 21, 61, 41};
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(EVERY_KEY, &d);

    for (size_t m = 0; m < PARTNER_MODES; m++) {
        ck_assert_uint_eq(r->share[m], share[m]);
        ck_assert_uint_eq(r->retain[m], retain[m]);
        ck_assert(same_bits(r->for_share[m], hours[m]));
    }
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

/* Kinds in the order of the text. */
START_TEST(test_kinds)
{
    static const char *const ids[] = {"training", "order", "visit"};
    static const uint8_t modes[] = {PARTNER_MODE_CONSULTATIVE, PARTNER_MODE_TRANSACTIONAL,
                                    PARTNER_MODE_CONSULTATIVE};
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r;
    uint32_t before;
    const char *order = "order";

    ck_assert_int_eq(partner_dict_add_strings(d.kind, 1, &order, NULL, &before, NULL), PARTNER_OK);
    r = must_parse_segment_rules(EVERY_KEY, &d);
    ck_assert_uint_eq(r->kinds, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(r->kind_id[i], ids[i]);
        ck_assert_uint_eq(r->kind_mode[i], modes[i]);
        ck_assert_uint_eq(r->kind[i], find(d.kind, ids[i]));
    }
    ck_assert_uint_eq(r->kind[1], 0);
    ck_assert_uint_eq(partner_dict_size(d.kind), 3);
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

/* The usual names go by what a band is called, wherever it stands: the third band is called low here. B × mixed
 * and low × unknown are one segment. */
START_TEST(test_names_of_cells)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(EVERY_KEY, &d);

    for (uint32_t b = 0; b < 3; b++) ck_assert_uint_eq(r->band_name[b], b);
    ck_assert_str_eq(r->band[0], "C");
    check_cell(r, &d, 0, PARTNER_MODE_UNKNOWN, "C-unknown");
    check_cell(r, &d, 0, PARTNER_MODE_CONSULTATIVE, "C-consultative");
    check_cell(r, &d, 1, PARTNER_MODE_TRANSACTIONAL, "B-transactional");
    check_cell(r, &d, 1, PARTNER_MODE_MIXED, "core");
    check_cell(r, &d, 2, PARTNER_MODE_UNKNOWN, "core");
    check_cell(r, &d, 2, PARTNER_MODE_TRANSACTIONAL, "self-service");
    check_cell(r, &d, 2, PARTNER_MODE_MIXED, "watch");
    check_cell(r, &d, 2, PARTNER_MODE_CONSULTATIVE, "develop");
    ck_assert_uint_eq(r->segment_name[1 * PARTNER_MODES + PARTNER_MODE_MIXED],
                      r->segment_name[2 * PARTNER_MODES + PARTNER_MODE_UNKNOWN]);
    ck_assert_uint_eq(partner_dict_size(d.segment), 11);
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

/* {} is two bands, the names of the spec and eight kinds; every number is left to its default. */
START_TEST(test_defaults)
{
    static const char *const kinds[] = {"order",         "price-request",      "delivery",
                                        "invoice-query", "application-advice", "design-in",
                                        "training",      "joint-visit"};
    static const char *const cells[] = {"watch", "self-service", "watch", "develop",
                                        "align", "volume",       "core",  "strategic"};
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules("{}", &d);
    partner_segment_rules expected = {.struct_size = sizeof expected, .bands = 2};

    ck_assert_uint_eq(r->kinds, 8);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_str_eq(r->kind_id[i], kinds[i]);
        ck_assert_uint_eq(r->kind_mode[i], i < 4 ? PARTNER_MODE_TRANSACTIONAL : PARTNER_MODE_CONSULTATIVE);
    }
    ck_assert_str_eq(r->band[0], "low");
    ck_assert_str_eq(r->band[1], "high");
    for (size_t i = 0; i < 8; i++) check_cell(r, &d, i / 4, (uint8_t)(i % 4), cells[i]);
    ck_assert_uint_eq(partner_dict_size(d.segment), 7);
    expected.band = r->band;
    expected.band_name = r->band_name;
    expected.kind = r->kind;
    expected.kind_mode = r->kind_mode;
    expected.kind_id = r->kind_id;
    expected.kinds = r->kinds;
    expected.segment = r->segment;
    expected.segment_name = r->segment_name;
    ck_assert_mem_eq(r, &expected, sizeof expected);
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

/* An explicit 0 is 0, not the default. */
START_TEST(test_zeros)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(
        "{'bands': {'margin': 0}, 'mode': {'half_life_days': 0}, 'potential': {'reference_quantile': 0, "
        "'own_growth': 0, 'weight': '0 %'}, 'allocation': {'hours': 0, 'mixed': {'share': 0, 'retain': 0.0}, "
        "'floor': 0, 'ceiling': 0}}",
        &d);

    ck_assert_uint_eq(r->margin, PARTNER_SHARE_0);
    ck_assert_uint_eq(r->half_life_days, PARTNER_HALF_LIFE_0);
    ck_assert_uint_eq(r->reference_quantile, PARTNER_SHARE_0);
    ck_assert_uint_eq(r->own_growth, PARTNER_SHARE_0);
    ck_assert_uint_eq(r->weight, PARTNER_SHARE_0);
    ck_assert(same_bits(r->hours, PARTNER_HOURS_0));
    ck_assert_uint_eq(r->share[PARTNER_MODE_MIXED], PARTNER_SHARE_0);
    ck_assert_uint_eq(r->retain[PARTNER_MODE_MIXED], PARTNER_SHARE_0);
    ck_assert(same_bits(r->floor, PARTNER_HOURS_0));
    ck_assert(same_bits(r->ceiling, PARTNER_HOURS_0));
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

static const struct {
    const char *text;
    uint32_t bands;
    const char *first, *last;
} counts[] = {
    {"{'bands': {}}", 2, "low", "high"},
    {"{'bands': {'count': 3}}", 3, "low", "high"},
    {"{'bands': {'count': 4}}", 4, "band-1", "band-4"},
    {"{'bands': {'count': 8, 'method': 'quantile'}}", 8, "band-1", "band-8"},
    {"{'bands': {'method': 'thresholds', 'thresholds': [1, 2, 3]}}", 4, "band-1", "band-4"},
    {"{'bands': {'method': 'quantile', 'quantiles': [0.1, 0.9]}}", 3, "low", "high"},
    {"{'bands': {'names': ['x', 'y', 'z', 'high', 'low']}}", 5, "x", "low"},
    {"{'bands': {'thresholds': [7]}}", 2, "low", "high"},
};
enum { COUNTS = sizeof counts / sizeof *counts };

/* There are as many bands as the rules say, name or cut, else two. */
START_TEST(test_number_of_bands)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(counts[_i].text, &d);

    ck_assert_uint_eq(r->bands, counts[_i].bands);
    ck_assert_str_eq(r->band[0], counts[_i].first);
    ck_assert_str_eq(r->band[r->bands - 1], counts[_i].last);
    ck_assert_uint_eq(partner_dict_size(d.band), counts[_i].bands);
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

/* --- faults --- */

#define BANDS(parts) "{'bands': {" parts "}}"
#define MODE(parts) "{'mode': {" parts "}}"
#define SEGMENTS(parts) "{'segments': [" parts "]}"
#define POTENTIAL(parts) "{'potential': {" parts "}}"
#define ALLOCATION(parts) "{'allocation': {" parts "}}"

static const struct {
    const char *text, *path, *says;
} faults[] = {
    {"", "$", "ends at line 1"},
    {"[]", "$", "is a list, expected an object"},
    {"{'mode': {}, 'mode': {}}", "$.mode", "duplicate"},
    /* Keys. */
    {"{'band': {}}", "$.band", "did you mean \"bands\"?"},
    {"{'name': 'x'}", "$.name", "expected one of $schema, bands, mode, segments, potential and allocation"},
    {"{'$schema': 1}", "$.$schema", "is 1, expected some text"},
    {BANDS("'treshold': [1]"), "$.bands.treshold", "did you mean \"thresholds\"?"},
    {MODE("'half_live_days': 1"), "$.mode.half_live_days", "did you mean \"half_life_days\"?"},
    {MODE("'prior': {'a': 1, 'c': 2}"), "$.mode.prior.c", "no key that is known here"},
    {SEGMENTS("{'name': 'x', 'band': 'low', 'mode': 'mixed'}"), "$.segments[0].name", "no key"},
    {POTENTIAL("'wieght': 1"), "$.potential.wieght", "did you mean \"weight\"?"},
    {ALLOCATION("'ceilling': 1"), "$.allocation.ceilling", "did you mean \"ceiling\"?"},
    {ALLOCATION("'mixed': {'retains': 1}"), "$.allocation.mixed.retains", "did you mean \"retain\"?"},
    /* Bands. */
    {"{'bands': []}", "$.bands", "is a list, expected an object"},
    {BANDS("'method': 'jenks'"), "$.bands.method",
     "is \"jenks\", expected \"pareto\", \"thresholds\", \"quantile\" or \"natural\""},
    {BANDS("'count': 1"), "$.bands.count", "is 1, expected a whole number from 2 to 8"},
    {BANDS("'count': 9"), "$.bands.count", "is 9, expected a whole number from 2 to 8"},
    {BANDS("'count': 3, 'names': ['a', 'b']"), "$.bands.names", "has 2 elements, expected 3: one for each"},
    {BANDS("'names': ['a']"), "$.bands.count", "is 1, expected 2 to 8"},
    {BANDS("'names': []"), "$.bands.names", "has 0 elements, expected 1"},
    {BANDS("'names': ['1', '2', '3', '4', '5', '6', '7', '8', '9']"), "$.bands.names",
     "has 9 elements, expected 1 to 8"},
    {BANDS("'names': ['a', 1]"), "$.bands.names[1]", "is 1, expected some text"},
    {BANDS("'names': ['a', '']"), "$.bands.names[1]", "is \"\", expected some text"},
    {BANDS("'names': ['a', 'b', 'a']"), "$.bands.names[2]", "is \"a\", which another band has already"},
    {BANDS("'method': 'thresholds'"), "$.bands.thresholds", "is missing, expected a list of 1"},
    {BANDS("'method': 'thresholds', 'count': 3, 'thresholds': [5]"), "$.bands.thresholds",
     "has 1 element, expected 2: one less than there are bands"},
    {BANDS("'thresholds': [5, 6]"), "$.bands.thresholds", "has 2 elements, expected 1"},
    {BANDS("'thresholds': 5"), "$.bands.thresholds", "is 5, expected a list"},
    {BANDS("'thresholds': [1, 2, 3, 4, 5, 6, 7, 8]"), "$.bands.thresholds", "has 8 elements, expected 1 to 7"},
    {BANDS("'thresholds': [0]"), "$.bands.thresholds[0]", "is 0, expected at least 0.01"},
    {BANDS("'thresholds': [1.005]"), "$.bands.thresholds[0]", "with at most 2 decimal places"},
    {BANDS("'thresholds': [1e16]"), "$.bands.thresholds[0]", "that large as text"},
    {BANDS("'count': 3, 'thresholds': [5, 5]"), "$.bands.thresholds[1]", "is 5.00, expected more than 5.00"},
    {BANDS("'quantiles': [0.2, 0.3]"), "$.bands.quantiles", "has 2 elements, expected 1"},
    {BANDS("'quantiles': [0]"), "$.bands.quantiles[0]", "is 0, expected 0.000001 to 0.999999"},
    {BANDS("'quantiles': [1]"), "$.bands.quantiles[0]", "is 1, expected 0.000001 to 0.999999"},
    {BANDS("'quantiles': [1.1]"), "$.bands.quantiles[0]", "is 1.1, expected a share from 0 to 1"},
    {BANDS("'quantiles': ['50']"), "$.bands.quantiles[0]", "is \"50\", expected a share from 0 to 1"},
    {BANDS("'quantiles': [0.0000005]"), "$.bands.quantiles[0]", "with at most 6 decimal places"},
    {BANDS("'quantiles': ['0.00005 %']"), "$.bands.quantiles[0]", "per cent with at most 4 decimal places"},
    {BANDS("'count': 4, 'quantiles': [0.2, 0.5, 0.4]"), "$.bands.quantiles[2]",
     "is 0.4, expected more than 0.5"},
    {BANDS("'margin': 1"), "$.bands.margin", "is 1, expected 0 to 0.999999"},
    {BANDS("'margin': -0.1"), "$.bands.margin", "is -0.1, expected a share"},
    {BANDS("'scale': 0"), "$.bands.scale", "is 0, expected at least 0.01"},
    /* Mode. */
    {MODE("'kinds': ['order']"), "$.mode.kinds", "is a list, expected an object"},
    {MODE("'kinds': {}"), "$.mode.kinds", "has 0 kinds, expected 1 to 4096"},
    {MODE("'kinds': {'order': 'mixed'}"), "$.mode.kinds.order",
     "is \"mixed\", expected \"transactional\" or \"consultative\""},
    {MODE("'kinds': {'': 'consultative'}"), "$.mode.kinds.", "is a kind without a name"},
    {MODE("'threshold': 0"), "$.mode.threshold", "is 0, expected 0.000001 to 0.999999"},
    {MODE("'threshold': 1"), "$.mode.threshold", "is 1, expected 0.000001 to 0.999999"},
    {MODE("'confidence': 0.4"), "$.mode.confidence", "is 0.4, expected 0.5 to 0.999999"},
    {MODE("'confidence': 1"), "$.mode.confidence", "is 1, expected 0.5 to 0.999999"},
    {MODE("'confidence': 0"), "$.mode.confidence", "is 0, expected 0.5 to 0.999999"},
    {MODE("'unit': 0"), "$.mode.unit", "is 0, expected a number of more than 0"},
    {MODE("'unit': '60'"), "$.mode.unit", "is \"60\", expected a number of more than 0"},
    {MODE("'unit': 1e13"), "$.mode.unit", "expected"},
    {MODE("'unit': 1e-7"), "$.mode.unit", "expected"},
    {MODE("'per_hour': -60"), "$.mode.per_hour", "is -60, expected a number of more than 0"},
    {MODE("'half_life_days': -1"), "$.mode.half_life_days", "is -1, expected a whole number from 0 to 1000000"},
    {MODE("'half_life_days': 1000001"), "$.mode.half_life_days", "expected a whole number from 0 to 1000000"},
    {MODE("'prior': {'a': 1}"), "$.mode.prior.b", "is missing"},
    {MODE("'prior': {'a': 0, 'b': 1}"), "$.mode.prior.a", "is 0, expected a number of more than 0"},
    {MODE("'prior': {'a': 1, 'b': 0.0001}"), "$.mode.prior.b", "is 0.0001, expected 0.001 to 1"},
    {MODE("'prior': {'a': 1000001, 'b': 1}"), "$.mode.prior.a", "is 1000001, expected 0.001 to 1"},
    /* Segments. */
    {"{'segments': {}}", "$.segments", "is an object, expected a list"},
    {SEGMENTS("'core'"), "$.segments[0]", "is \"core\", expected an object"},
    {SEGMENTS("{'band': 'low', 'mode': 'mixed'}"), "$.segments[0].id", "is missing"},
    {SEGMENTS("{'id': 'x', 'mode': 'mixed'}"), "$.segments[0].band", "is missing"},
    {SEGMENTS("{'id': 'x', 'band': 'low'}"), "$.segments[0].mode", "is missing"},
    {SEGMENTS("{'id': '', 'band': 'low', 'mode': 'mixed'}"), "$.segments[0].id", "expected some text"},
    {SEGMENTS("{'id': 'x', 'band': 'hihg', 'mode': 'mixed'}"), "$.segments[0].band",
     "is \"hihg\", which is no band (did you mean \"high\"?)"},
    {SEGMENTS("{'id': 'x', 'band': 'gold', 'mode': 'mixed'}"), "$.segments[0].band",
     "is \"gold\", which is no band, expected low or high"},
    {SEGMENTS("{'id': 'x', 'band': 'low', 'mode': 'technical'}"), "$.segments[0].mode",
     "is \"technical\", expected \"unknown\", \"transactional\", \"mixed\" or \"consultative\""},
    {SEGMENTS("{'id': 'x', 'band': 'low', 'mode': 'mixed'}, {'id': 'y', 'band': 'high', 'mode': 'mixed'}, "
              "{'id': 'x', 'band': 'low', 'mode': 'mixed'}"),
     "$.segments[2]", "is the cell low, mixed, which $.segments[0] has named already"},
    /* Potential. */
    {POTENTIAL("'reference_quantile': 75"), "$.potential.reference_quantile", "is 75, expected a share"},
    {POTENTIAL("'own_growth': -1"), "$.potential.own_growth", "is -1, expected a number from 0 to 10000"},
    {POTENTIAL("'own_growth': 1.00001"), "$.potential.own_growth", "with at most 4 decimal places"},
    {POTENTIAL("'own_growth': 10001"), "$.potential.own_growth", "expected a number from 0 to 10000"},
    {POTENTIAL("'own_growth': '1.1'"), "$.potential.own_growth", "is \"1.1\", expected a number"},
    {POTENTIAL("'max_multiple': 0.5"), "$.potential.max_multiple", "is 0.5, expected 1 to 10000"},
    {POTENTIAL("'max_multiple': 0"), "$.potential.max_multiple", "is 0, expected 1 to 10000"},
    {POTENTIAL("'weight': true"), "$.potential.weight", "is true, expected a share from 0 to 1"},
    /* Hours. */
    {ALLOCATION("'hours': -1"), "$.allocation.hours", "is -1, expected a number of at least 0"},
    {ALLOCATION("'hours': 1e13"), "$.allocation.hours", "expected 0 to 1"},
    {ALLOCATION("'hours': null"), "$.allocation.hours", "is null, expected a number of at least 0"},
    {ALLOCATION("'mixed': []"), "$.allocation.mixed", "is a list, expected an object"},
    {ALLOCATION("'mixed': {'share': 2}"), "$.allocation.mixed.share", "is 2, expected a share"},
    {ALLOCATION("'unknown': {'hours': 0}"), "$.allocation.unknown.hours", "is 0, expected a number of more"},
    {ALLOCATION("'transactional': {'hours': 1e-9}"), "$.allocation.transactional.hours", "expected"},
    {ALLOCATION("'consultative': {'retain': 'much'}"), "$.allocation.consultative.retain", "is \"much\""},
    {ALLOCATION("'floor': 5, 'ceiling': 4"), "$.allocation.floor", "is 5, expected at most the ceiling, 4"},
    {ALLOCATION("'floor': 5, 'ceiling': 0"), "$.allocation.floor", "is 5, expected at most the ceiling, 0"},
};
enum { FAULTS = sizeof faults / sizeof *faults };

START_TEST(test_a_fault)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *untouched = (partner_segment_rules *)(void *)&d, *rules = untouched;
    partner_error error;

    must_fail(parse_segment_rules(faults[_i].text, &d, &rules, &error), PARTNER_E_DATA, error);
    ck_assert_msg(strcmp(error.path, faults[_i].path) == 0, "%s: path %s instead of %s (%s)", faults[_i].text,
                  error.path, faults[_i].path, error.message);
    ck_assert_msg(strstr(error.message, faults[_i].says) != NULL, "%s: \"%s\" does not say \"%s\"",
                  faults[_i].text, error.message, faults[_i].says);
    ck_assert_ptr_eq(rules, untouched);
    ck_assert_uint_eq(partner_dict_size(d.kind) + partner_dict_size(d.segment) + partner_dict_size(d.band), 0);
    free_segment_dicts(&d);
}
END_TEST

START_TEST(test_arguments)
{
    partner_segment_dicts d = new_segment_dicts(), none = d, old = {.struct_size = 0};
    partner_segment_rules *r = NULL;
    partner_error error;

    must_fail(partner_segment_rules_parse(NULL, 0, &d, &r, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_segment_rules_parse("{}", 2, &d, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_segment_rules_parse("{}", 2, NULL, &r, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_segment_rules_parse("{}", 2, &old, &r, &error), PARTNER_E_ARGUMENT, error);
    none.band = NULL;
    must_fail(partner_segment_rules_parse("{}", 2, &none, &r, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "band is NULL"));
    must_fail(partner_segment_rules_check(NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_int_eq(partner_segment_rules_check(NULL, NULL), PARTNER_E_ARGUMENT);
    ck_assert_uint_eq(partner_segment_rules_sentence(NULL, 0, NULL, 0), 0);
    ck_assert_uint_eq(partner_segment_rules_warning(NULL, 0, NULL, 0), 0);
    ck_assert_ptr_null(r);
    partner_segment_rules_free(NULL);
    free_segment_dicts(&d);
}
END_TEST

/* --- made by hand --- */

enum { KINDS = 2, BANDS = 3 };

/* Rules that are good, to be spoilt. */
typedef struct made {
    partner_segment_rules rules;
    const char *band[BANDS], *segment[BANDS * PARTNER_MODES], *kind_id[KINDS];
    uint32_t band_name[BANDS], segment_name[BANDS * PARTNER_MODES], kind[KINDS];
    uint8_t kind_mode[KINDS];
} made;

static made *new_rules(void)
{
    static const char *const names[] = {"a", "b", "c"};
    static const char *const cells[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
    made *m = calloc(1, sizeof *m);

    ck_assert_ptr_nonnull(m);
    for (uint32_t b = 0; b < BANDS; b++) {
        m->band[b] = names[b];
        m->band_name[b] = 10 + b;
    }
    for (uint32_t i = 0; i < BANDS * PARTNER_MODES; i++) {
        m->segment[i] = cells[i];
        m->segment_name[i] = 20 + i;
    }
    for (uint32_t i = 0; i < KINDS; i++) {
        m->kind[i] = 5 - i;
        m->kind_id[i] = names[i];
        m->kind_mode[i] = i == 0 ? PARTNER_MODE_TRANSACTIONAL : PARTNER_MODE_CONSULTATIVE;
    }
    m->rules = (partner_segment_rules){.struct_size = sizeof m->rules,
                                       .bands = BANDS,
                                       .band = m->band,
                                       .band_name = m->band_name,
                                       .kind = m->kind,
                                       .kind_mode = m->kind_mode,
                                       .kind_id = m->kind_id,
                                       .kinds = KINDS,
                                       .segment = m->segment,
                                       .segment_name = m->segment_name};
    return m;
}

static void must_refuse(made *m, partner_status status, const char *path, const char *says)
{
    partner_error error;

    must_fail(partner_segment_rules_check(&m->rules, &error), status, error);
    ck_assert_str_eq(error.path, path);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    free(m);
}

#define REFUSED(change, path, says)                 \
    do {                                            \
        made *m = new_rules();                      \
        change;                                     \
        must_refuse(m, PARTNER_E_DATA, path, says); \
    } while (0)
#define MISUSED(change, says)                         \
    do {                                              \
        made *m = new_rules();                        \
        change;                                       \
        must_refuse(m, PARTNER_E_ARGUMENT, "", says); \
    } while (0)

START_TEST(test_bands_by_hand)
{
    REFUSED(m->rules.method = 4, "$.bands.method", "is 4, expected 0 to 3");
    REFUSED(m->rules.bands = 9, "$.bands.count", "is 9, expected 2 to 8");
    REFUSED(m->rules.bands = 1, "$.bands.count", "is 1, expected 2 to 8");
    REFUSED(m->rules.method = PARTNER_BANDS_THRESHOLDS, "$.bands.thresholds",
            "is missing, expected a list of 2");
    REFUSED(m->rules.threshold[2] = 7, "$.bands.thresholds", "has 3 elements, expected 2");
    REFUSED((m->rules.threshold[0] = 500, m->rules.threshold[1] = 499), "$.bands.thresholds[1]",
            "is 4.99, expected more than 5.00");
    REFUSED((m->rules.threshold[0] = -500, m->rules.threshold[1] = 499), "$.bands.thresholds[0]",
            "is -5.00, expected more than 0.00");
    REFUSED(m->rules.threshold[1] = 499, "$.bands.thresholds[0]", "is 0.00, expected more than 0.00");
    REFUSED(m->rules.quantile[0] = 7, "$.bands.quantiles", "has 1 element, expected 2");
    REFUSED((m->rules.quantile[0] = 2, m->rules.quantile[1] = 1000000), "$.bands.quantiles[1]",
            "is 1, expected 0.000001 to 0.999999");
    REFUSED((m->rules.quantile[0] = PARTNER_SHARE_0, m->rules.quantile[1] = 2), "$.bands.quantiles[0]",
            "is 0, expected 0.000001");
    REFUSED(m->rules.margin = 1000000, "$.bands.margin", "is 1, expected 0 to 0.999999");
    REFUSED(m->rules.scale = -1, "$.bands.scale", "is -1 minor units");
    REFUSED(m->band[1] = NULL, "$.bands.names[1]", "is missing");
    REFUSED(m->band[1] = "", "$.bands.names[1]", "is missing");
    REFUSED(m->band[2] = "a", "$.bands.names[2]", "is \"a\", which another band has already");
    REFUSED(m->band_name[2] = 11, "$.bands.names[2]", "has the index 11, which another band has already");
    REFUSED(m->band_name[0] = PARTNER_NONE, "$.bands.names[0]", "has no index");
    MISUSED(m->rules.minor_units = 10, "minor_units is more than 9");
    MISUSED(m->rules.struct_size = 0, "struct_size is 0");
}
END_TEST

START_TEST(test_mode_by_hand)
{
    REFUSED(m->kind_mode[1] = PARTNER_MODE_MIXED, "$.mode.kinds.b", "is mixed, expected transactional or");
    REFUSED(m->kind_mode[1] = 77, "$.mode.kinds.b", "expected transactional or consultative");
    REFUSED(m->kind[1] = 5, "$.mode.kinds.b", "has the index 5, which another kind has already");
    REFUSED(m->kind[0] = PARTNER_NONE, "$.mode.kinds.a", "has no index");
    REFUSED(m->kind_id[0] = NULL, "$.mode.kinds", "has a kind without a name");
    REFUSED(m->kind_id[0] = "", "$.mode.kinds", "has a kind without a name");
    REFUSED(m->rules.kinds = 4097, "$.mode.kinds", "has 4097 elements, expected at most 4096");
    REFUSED(m->rules.threshold_share = 1000000, "$.mode.threshold", "is 1, expected 0.000001 to 0.999999");
    REFUSED(m->rules.threshold_share = PARTNER_SHARE_0, "$.mode.threshold", "is 0, expected");
    REFUSED(m->rules.confidence = 499999, "$.mode.confidence", "is 0.499999, expected 0.5 to 0.999999");
    REFUSED(m->rules.unit = -1, "$.mode.unit", "is -1, expected");
    REFUSED(m->rules.unit = NAN, "$.mode.unit", "is no number, expected");
    REFUSED(m->rules.per_hour = INFINITY, "$.mode.per_hour", "expected");
    REFUSED(m->rules.half_life_days = 1000001, "$.mode.half_life_days", "is 1000001, expected 0 to 1000000");
    REFUSED(m->rules.prior_a = 1, "$.mode.prior.b", "is missing, expected both or none");
    REFUSED(m->rules.prior_b = 1, "$.mode.prior.a", "is missing, expected both or none");
    REFUSED(m->rules.prior_a = m->rules.prior_b = -1, "$.mode.prior.a", "is -1, expected 0.001");
    MISUSED(m->rules.kind_mode = NULL, "kind_mode or kind_id is NULL");
    MISUSED(m->rules.kind_id = NULL, "kind_mode or kind_id is NULL");
    MISUSED(m->rules.kind = NULL, "$.mode.kinds is NULL, expected 2 elements");
}
END_TEST

START_TEST(test_segments_and_hours_by_hand)
{
    REFUSED(m->segment[3] = NULL, "$.segments", "has no name for cell 3");
    REFUSED(m->segment[3] = "", "$.segments", "has no name for cell 3");
    REFUSED(m->segment_name[3] = PARTNER_NONE, "$.segments", "has no index for \"4\"");
    REFUSED(m->segment[3] = "1", "$.segments", "has the indexes 20 for \"1\" and 23 for \"1\", expected one");
    REFUSED(m->segment_name[3] = 20, "$.segments",
            "has the indexes 20 for \"1\" and 20 for \"4\", expected two");
    REFUSED(m->rules.reference_quantile = 1000001, "$.potential.reference_quantile", "is 1.000001, expected");
    REFUSED(m->rules.own_growth = 100000001, "$.potential.own_growth", "is 10000.0001, expected 0 to 10000");
    REFUSED(m->rules.max_multiple = 9999, "$.potential.max_multiple", "is 0.9999, expected 1 to 10000");
    REFUSED(m->rules.max_multiple = PARTNER_SHARE_0, "$.potential.max_multiple", "is 0, expected 1 to 10000");
    REFUSED(m->rules.weight = 1000001, "$.potential.weight", "is 1.000001, expected 0 to 1");
    REFUSED(m->rules.hours = -2, "$.allocation.hours", "is -2, expected 0");
    REFUSED(m->rules.hours = NAN, "$.allocation.hours", "is no number");
    REFUSED(m->rules.share[2] = 1000001, "$.allocation.mixed.share", "is 1.000001, expected 0 to 1");
    REFUSED(m->rules.for_share[0] = -1, "$.allocation.unknown.hours", "is -1, expected");
    REFUSED(m->rules.retain[3] = 1000001, "$.allocation.consultative.retain", "is 1.000001, expected 0 to 1");
    REFUSED(m->rules.floor = INFINITY, "$.allocation.floor", "expected 0");
    REFUSED(m->rules.ceiling = -3, "$.allocation.ceiling", "is -3, expected 0");
    REFUSED((m->rules.floor = 2, m->rules.ceiling = 1), "$.allocation.floor", "is 2, expected at most");
}
END_TEST

/* No lists, one name for several cells with one index, or indexes for the usual names. */
START_TEST(test_good_rules_by_hand)
{
    static const uint32_t usual[] = {0, 1, 0, 2, 3, 4, 5, 6};
    partner_segment_rules bare = {.struct_size = sizeof bare};
    made *m = new_rules();
    partner_error error;

    must(partner_segment_rules_check(&bare, &error), error);
    bare.segment_name = usual;
    must(partner_segment_rules_check(&bare, &error), error);
    must(partner_segment_rules_check(&m->rules, &error), error);
    m->segment[3] = "1";
    m->segment_name[3] = 20;
    must(partner_segment_rules_check(&m->rules, &error), error);
    m->rules.floor = PARTNER_HOURS_0;
    m->rules.ceiling = PARTNER_HOURS_0;
    m->rules.hours = PARTNER_HOURS_0;
    m->rules.half_life_days = PARTNER_HALF_LIFE_0;
    m->rules.minor_units = PARTNER_MINOR_UNITS_0;
    must(partner_segment_rules_check(&m->rules, &error), error);
    free(m);
}
END_TEST

/* An earlier version of the struct, which ended before hours: what it does not say is the default. */
START_TEST(test_other_versions)
{
    enum { LESS = offsetof(partner_segment_rules, hours) };
    _Alignas(partner_segment_rules) char earlier[LESS];
    partner_segment_rules now = {.struct_size = LESS, .confidence = 900000}, later[2];
    partner__segment_settings set;
    partner_error error;

    memcpy(earlier, &now, LESS);
    must(partner__segment_settings_take(&set, (const void *)earlier, NULL, 2, &error), error);
    ck_assert(same_bits(set.confidence, 0.9));
    ck_assert(isnan(set.budget));
    memset(later, 0, sizeof later);
    later[0].struct_size = sizeof later;
    must(partner_segment_rules_check(later, &error), error);
    later[1].kinds = 1;
    must_fail(partner_segment_rules_check(later, &error), PARTNER_E_UNSUPPORTED, error);
}
END_TEST

/* --- what they mean --- */

/* The defaults of spec/segment.md. */
START_TEST(test_settings_by_default)
{
    static const double share[] = {0.2, 0.1, 0.3, 0.5}, hours[] = {60, 20, 60, 40},
                        retain[] = {0, 0.02, 0.1, 0.1};
    partner__segment_settings set;
    partner_error error;

    must(partner__segment_settings_take(&set, NULL, NULL, 2, &error), error);
    ck_assert_uint_eq(set.method, PARTNER_BANDS_PARETO);
    ck_assert_uint_eq(set.bands, 2);
    ck_assert_uint_eq(set.quantile[0], 0);
    ck_assert_uint_eq(set.margin, 50000);
    ck_assert_int_eq(set.scale, 100);
    ck_assert(same_bits(set.threshold_share, 0.5));
    ck_assert(same_bits(set.confidence, 0.8));
    ck_assert(same_bits(set.unit, 0));
    ck_assert(same_bits(set.per_hour, 1));
    ck_assert_uint_eq(set.half_life_days, 365);
    ck_assert(same_bits(set.prior_a, 0) && same_bits(set.prior_b, 0));
    ck_assert_uint_eq(set.reference_quantile, 750000);
    ck_assert_uint_eq(set.own_growth, 11000);
    ck_assert_uint_eq(set.max_multiple, 30000);
    ck_assert_uint_eq(set.weight, 700000);
    ck_assert(isnan(set.budget));
    ck_assert(same_bits(set.floor, 0));
    ck_assert(isinf(set.ceiling));
    for (size_t m = 0; m < PARTNER_MODES; m++) {
        ck_assert(same_bits(set.share[m], share[m]));
        ck_assert(same_bits(set.for_share[m], hours[m]));
        ck_assert(same_bits(set.retain[m], retain[m]));
    }
}
END_TEST

START_TEST(test_settings_of_zeros)
{
    const partner_segment_rules r = {.struct_size = sizeof r,
                                     .margin = PARTNER_SHARE_0,
                                     .half_life_days = PARTNER_HALF_LIFE_0,
                                     .reference_quantile = PARTNER_SHARE_0,
                                     .own_growth = PARTNER_SHARE_0,
                                     .weight = PARTNER_SHARE_0,
                                     .share = {0, 0, PARTNER_SHARE_0, 0},
                                     .retain = {0, 0, 0, PARTNER_SHARE_0},
                                     .hours = 100,
                                     .ceiling = PARTNER_HOURS_0};
    partner_segment_options o = PARTNER_SEGMENT_OPTIONS_INIT;
    partner__segment_settings set;
    partner_error error;

    must(partner__segment_settings_take(&set, &r, &o, 0, &error), error);
    ck_assert_uint_eq(set.margin, 0);
    ck_assert_uint_eq(set.half_life_days, 0);
    ck_assert_uint_eq(set.reference_quantile, 0);
    ck_assert_uint_eq(set.own_growth, 0);
    ck_assert_uint_eq(set.weight, 0);
    ck_assert(same_bits(set.share[2], 0));
    ck_assert(same_bits(set.retain[3], 0));
    ck_assert(same_bits(set.ceiling, 0));
    ck_assert_int_eq(set.scale, 1);
    /* The budget of the options wins, also when it is 0. */
    ck_assert(same_bits(set.budget, 100));
    o.budget = 7;
    must(partner__segment_settings_take(&set, &r, &o, 0, &error), error);
    ck_assert(same_bits(set.budget, 7));
    o.budget = PARTNER_HOURS_0;
    must(partner__segment_settings_take(&set, &r, &o, 0, &error), error);
    ck_assert(same_bits(set.budget, 0));
}
END_TEST

static partner_status take_money(int64_t threshold, unsigned places, uint8_t from, int64_t *taken,
                                 partner_error *error)
{
    partner_segment_rules r = {.struct_size = sizeof r,
                               .method = PARTNER_BANDS_THRESHOLDS,
                               .minor_units = from,
                               .threshold = {threshold}};
    partner__segment_settings set;
    partner_status status = partner__segment_settings_take(&set, &r, NULL, places, error);

    *taken = status == PARTNER_OK ? set.threshold[0] : -1;
    return status;
}

/* Rules have two decimal places, or as many as they say; the portfolio as many as it has. */
START_TEST(test_money_of_other_places)
{
    partner_segment_rules r = {.struct_size = sizeof r, .method = PARTNER_BANDS_NATURAL, .scale = 150};
    partner__segment_settings set;
    partner_error error;
    int64_t taken;

    must(take_money(12300, 2, 0, &taken, &error), error);
    ck_assert_int_eq(taken, 12300);
    must(take_money(12300, 0, 0, &taken, &error), error);
    ck_assert_int_eq(taken, 123);
    must(take_money(12300, 5, 0, &taken, &error), error);
    ck_assert_int_eq(taken, 12300000);
    must(take_money(123, 2, PARTNER_MINOR_UNITS_0, &taken, &error), error);
    ck_assert_int_eq(taken, 12300);
    must(take_money(12340, 2, 3, &taken, &error), error);
    ck_assert_int_eq(taken, 1234);
    must_fail(take_money(12345, 0, 0, &taken, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.path, "$.bands.thresholds[0]");
    ck_assert_ptr_nonnull(strstr(error.message, "is 123.45, expected an amount with at most 0 decimal places"));
    must_fail(take_money(12345, 1, 0, &taken, &error), PARTNER_E_DATA, error);
    ck_assert_ptr_nonnull(strstr(error.message, "with at most 1 decimal place,"));
    must_fail(take_money(INT64_MAX / 10 + 1, 3, 0, &taken, &error), PARTNER_E_RANGE, error);
    ck_assert_str_eq(error.path, "$.bands.thresholds[0]");
    must(take_money(INT64_MAX / 10, 3, 0, &taken, &error), error);
    ck_assert_int_eq(taken, INT64_MAX / 10 * 10);

    must(partner__segment_settings_take(&set, &r, NULL, 1, &error), error);
    ck_assert_int_eq(set.scale, 15);
    must_fail(partner__segment_settings_take(&set, &r, NULL, 0, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.path, "$.bands.scale");
    r.scale = 0;
    must(partner__segment_settings_take(&set, &r, NULL, 3, &error), error);
    ck_assert_int_eq(set.scale, 1000);
}
END_TEST

START_TEST(test_bad_options)
{
    static const double bad[] = {-2, NAN, INFINITY, 1.1e12};
    partner_segment_options o = PARTNER_SEGMENT_OPTIONS_INIT;
    partner__segment_settings set;
    partner_error error;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        o.budget = bad[i];
        must_fail(partner__segment_settings_take(&set, NULL, &o, 2, &error), PARTNER_E_ARGUMENT, error);
        ck_assert_str_eq(error.field, "budget");
    }
    o.budget = 0;
    o.sensitivity = 2;
    must_fail(partner__segment_settings_take(&set, NULL, &o, 2, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "sensitivity");
    o.sensitivity = 0;
    o.struct_size = 3;
    must_fail(partner__segment_settings_take(&set, NULL, &o, 2, &error), PARTNER_E_ARGUMENT, error);
}
END_TEST

/* --- in words --- */

typedef size_t (*saying)(const partner_segment_rules *rules, size_t i, char *buffer, size_t size);

static void must_say(saying say, const char *text, const char *const *lines)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(text, &d);
    char said[1024], little[10];
    size_t i;

    for (i = 0; lines[i] != NULL; i++) {
        ck_assert_uint_gt(say(r, i, said, sizeof said), 0);
        ck_assert_str_eq(said, lines[i]);
        ck_assert_uint_eq(say(r, i, little, sizeof little), strlen(lines[i]));
        ck_assert_int_eq(strncmp(little, said, 8), 0);
        ck_assert_uint_eq(say(r, i, NULL, 0), strlen(lines[i]));
    }
    ck_assert_msg(say(r, i, said, sizeof said) == 0, "and says %s", said);
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}

START_TEST(test_sentences_of_the_defaults)
{
    static const char *const lines[] = {
        "Two bands by share of revenue: high is the fewest top partners that bring 80 %; low is the rest.",
        "Since the period before, a partner leaves its band only when its revenue passes the edge by 5 %.",
        "order, price-request, delivery and invoice-query are transactional; application-advice, design-in, "
        "training and joint-visit are consultative.",
        "A partner is consultative when more than 50 % of what we do with it is, with a probability of 80 % at "
        "least, and transactional when less is; between these it is mixed, and unknown without evidence.",
        "Evidence weighs by effort, the mean effort being one interaction, and half of it after 365 days; what "
        "is usual (the prior) is learnt from all partners.",
        "A partner keeps the mode of the period before until the other side has a probability of 80 %; then it "
        "is mixed, and the other at once from 95 % on.",
        "In high, consultative partners are strategic, mixed ones core, transactional ones volume and unknown "
        "ones align.",
        "In low, consultative partners are develop, mixed ones watch, transactional ones self-service and "
        "unknown ones watch.",
        "A partner that states no potential could bring what 75 % of its active peers do not exceed, or 1.1 "
        "times what it brings where that is more, but at most 3 times.",
        "Priority is 70 % headroom (what a partner could bring more) and 30 % its strategic rating, where it "
        "has one.",
        "Attention is assumed to win 50 % of the headroom of a consultative partner, 63 % of that with 40 "
        "hours, and to keep 10 % of its revenue.",
        "Attention is assumed to win 30 % of the headroom of a mixed partner, 63 % of that with 60 hours, and "
        "to keep 10 % of its revenue.",
        "Attention is assumed to win 10 % of the headroom of a transactional partner, 63 % of that with 20 "
        "hours, and to keep 2 % of its revenue.",
        "Attention is assumed to win 20 % of the headroom of an unknown partner, 63 % of that with 60 hours, "
        "and to keep 0 % of its revenue.",
        "There is no budget of hours.",
        NULL};

    must_say(partner_segment_rules_sentence, "{}", lines);
}
END_TEST

static void must_say_first(const char *text, const char *line)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(text, &d);
    char said[1024];

    partner_segment_rules_sentence(r, 0, said, sizeof said);
    ck_assert_str_eq(said, line);
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}

START_TEST(test_sentences_about_bands)
{
    must_say_first("{'bands': {'count': 4}}",
                   "Four bands by share of revenue: band-4 is the fewest top partners that bring 80 %, band-3 "
                   "the next up to 95 %, band-2 the next up to 99 %; band-1 is the rest.");
    must_say_first("{'bands': {'method': 'thresholds', 'thresholds': [300, '12345.60']}}",
                   "Three bands by amount: high from 12 345.60 on, mid from 300.00; low is the rest.");
    must_say_first(
        "{'bands': {'method': 'quantile', 'quantiles': [0.5, 0.875]}}",
        "Three bands by rank: high is above 87.5 % of those with revenue, mid above 50 %; low is the "
        "rest.");
    must_say_first("{'bands': {'method': 'quantile', 'names': ['small', 'large']}}",
                   "Two bands by rank: large is above 50 % of those with revenue; small is the rest.");
    must_say_first("{'bands': {'method': 'natural', 'scale': 1000}}",
                   "Two bands by natural breaks: high is the topmost of the classes whose orders of magnitude "
                   "differ least within (amounts below 1 000.00 differ little); low is the rest.");
}
END_TEST

START_TEST(test_sentences_of_every_key)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *r = must_parse_segment_rules(EVERY_KEY, &d);
    static const struct {
        size_t i;
        const char *line;
    } some[] = {
        {1,
         "Since the period before, a partner leaves its band only when its revenue passes the edge by 10 %."},
        {2, "order is transactional; training and visit are consultative."},
        {4,
         "Evidence weighs by effort, 60 being one interaction, and half of it after 180 days; the prior weighs "
         "as 1.5 consultative interactions and 2 transactional ones."},
        {5,
         "A partner keeps the mode of the period before until the other side has a probability of 90 %; then "
         "it is mixed, and the other at once from 97.5 % on."},
        {7,
         "In B, consultative partners are B-consultative, mixed ones core, transactional ones B-transactional "
         "and unknown ones B-unknown."},
        {15, "1 201 hours are to be spread; a partner gets at least 1.5 and at most 80."},
    };
    char said[1024];

    for (size_t k = 0; k < sizeof some / sizeof *some; k++) {
        partner_segment_rules_sentence(r, some[k].i, said, sizeof said);
        ck_assert_str_eq(said, some[k].line);
    }
    partner_segment_rules_free(r);
    free_segment_dicts(&d);
}
END_TEST

START_TEST(test_warnings)
{
    static const char *const none[] = {NULL};
    static const char *const unused[] = {"Bands are by natural breaks, so the thresholds are not used.",
                                         "Bands are by natural breaks, so the quantiles are not used.",
                                         "core is one segment of several bands.", NULL};
    static const char *const scale[] = {"Bands are by shares of revenue, so the scale is not used.", NULL};
    static const char *const mode[] = {
        "All kinds are transactional, so that nothing speaks for the other mode.",
        "With a confidence of 50 % one mode is always sure enough, so that no partner is mixed.",
        "The prior weighs as much as 50 interactions, so that the evidence of few partners changes it much.",
        NULL};
    static const char *const spans[] = {"x is one segment of several bands.", NULL};
    static const char *const growth[] = {"Own growth of 4 times is more than the largest multiple, 3, which is "
                                         "then what every partner with revenue could bring.",
                                         NULL};
    static const char *const hours[] = {
        "The ceiling is 0: only partners with bounds of their own get hours.", "The budget is 0 hours.",
        "Attention is assumed to win nothing of mixed partners, so that they get no hours but the floor.",
        NULL};

    must_say(partner_segment_rules_warning, "{}", none);
    must_say(partner_segment_rules_warning, EVERY_KEY, unused);
    must_say(partner_segment_rules_warning, "{'bands': {'scale': 1}}", scale);
    must_say(partner_segment_rules_warning,
             "{'mode': {'kinds': {'order': 'transactional'}, 'confidence': 0.5, 'prior': {'a': 10, 'b': 40}}}",
             mode);
    must_say(partner_segment_rules_warning,
             "{'segments': [{'id': 'x', 'band': 'low', 'mode': 'mixed'}, {'id': 'x', 'band': 'high', 'mode': "
             "'consultative'}, {'id': 'x', 'band': 'high', 'mode': 'mixed'}]}",
             spans);
    must_say(partner_segment_rules_warning, "{'potential': {'own_growth': 4}}", growth);
    must_say(partner_segment_rules_warning,
             "{'allocation': {'hours': 0, 'ceiling': 0, 'mixed': {'share': 0, 'retain': 0}}}", hours);
}
END_TEST

/* Rules that cannot be used, whose lists are not what they seem, are not read. */
START_TEST(test_words_of_bad_rules)
{
    made *m = new_rules();

    ck_assert_uint_gt(partner_segment_rules_sentence(&m->rules, 0, NULL, 0), 0);
    m->rules.bands = 200;
    ck_assert_uint_eq(partner_segment_rules_sentence(&m->rules, 0, NULL, 0), 0);
    ck_assert_uint_eq(partner_segment_rules_warning(&m->rules, 0, NULL, 0), 0);
    m->rules.bands = BANDS;
    m->band[1] = NULL;
    ck_assert_uint_eq(partner_segment_rules_sentence(&m->rules, 0, NULL, 0), 0);
    m->band[1] = "b";
    m->rules.kind_id = NULL;
    ck_assert_uint_eq(partner_segment_rules_sentence(&m->rules, 0, NULL, 0), 0);
    m->rules.kinds = 0;
    ck_assert_uint_gt(partner_segment_rules_sentence(&m->rules, 0, NULL, 0), 0);
    m->rules.method = 9;
    ck_assert_uint_eq(partner_segment_rules_sentence(&m->rules, 0, NULL, 0), 0);
    free(m);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment_rules");
    TCase *tcase = add_case(suite, "segment_rules");

    tcase_add_test(tcase, test_every_key);
    tcase_add_test(tcase, test_attention_by_mode);
    tcase_add_test(tcase, test_kinds);
    tcase_add_test(tcase, test_names_of_cells);
    tcase_add_test(tcase, test_defaults);
    tcase_add_test(tcase, test_zeros);
    tcase_add_loop_test(tcase, test_number_of_bands, 0, COUNTS);
    tcase_add_loop_test(tcase, test_a_fault, 0, FAULTS);
    tcase_add_test(tcase, test_arguments);
    tcase_add_test(tcase, test_bands_by_hand);
    tcase_add_test(tcase, test_mode_by_hand);
    tcase_add_test(tcase, test_segments_and_hours_by_hand);
    tcase_add_test(tcase, test_good_rules_by_hand);
    tcase_add_test(tcase, test_other_versions);
    tcase_add_test(tcase, test_settings_by_default);
    tcase_add_test(tcase, test_settings_of_zeros);
    tcase_add_test(tcase, test_money_of_other_places);
    tcase_add_test(tcase, test_bad_options);
    tcase_add_test(tcase, test_sentences_of_the_defaults);
    tcase_add_test(tcase, test_sentences_about_bands);
    tcase_add_test(tcase, test_sentences_of_every_key);
    tcase_add_test(tcase, test_warnings);
    tcase_add_test(tcase, test_words_of_bad_rules);
    return run_suite(suite);
}
