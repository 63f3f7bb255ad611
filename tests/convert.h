/* SPDX-License-Identifier: MIT
 * What the suites of partner_convert share: fields of any kind, as a table of records could have them, and
 * calls that must fail. */
#ifndef PARTNER_TESTS_CONVERT_H
#define PARTNER_TESTS_CONVERT_H

#include "suite.h"

#define FIELD(n, t, u) .name = n, .count = 1, .type = t, .unit = u, .length = "rows"

static const char *const color_names[] = {"red", "green"};
static const partner_field money = {FIELD("amount", PARTNER_TYPE_I64, PARTNER_UNIT_MONEY),
                                    .text = "what it brought"};
static const partner_field margin = {FIELD("margin", PARTNER_TYPE_I64, PARTNER_UNIT_MONEY),
                                     .flags = PARTNER_FIELD_NULLABLE};
static const partner_field day = {FIELD("day", PARTNER_TYPE_I32, PARTNER_UNIT_DAY), .text = "when",
                                  .flags = PARTNER_FIELD_NULLABLE};
static const partner_field count = {FIELD("units", PARTNER_TYPE_U32, PARTNER_UNIT_COUNT)};
static const partner_field part = {FIELD("part", PARTNER_TYPE_U32, PARTNER_UNIT_PPM)};
static const partner_field share = {FIELD("share", PARTNER_TYPE_F64, PARTNER_UNIT_SHARE),
                                    .flags = PARTNER_FIELD_NULLABLE};
static const partner_field flag = {FIELD("flag", PARTNER_TYPE_U8, PARTNER_UNIT_FLAG)};
static const partner_field color = {FIELD("color", PARTNER_TYPE_U8, PARTNER_UNIT_ENUM), .names = color_names,
                                    .names_count = 2};
static const partner_field who = {FIELD("partner", PARTNER_TYPE_U32, PARTNER_UNIT_INDEX), .text = "who sold",
                                  .dictionary = "partner", .flags = PARTNER_FIELD_REQUIRED};
static const partner_field product = {FIELD("product", PARTNER_TYPE_U32, PARTNER_UNIT_INDEX),
                                      .dictionary = "product", .flags = PARTNER_FIELD_NULLABLE};
static const partner_field currency = {FIELD("currency", PARTNER_TYPE_U32, PARTNER_UNIT_INDEX),
                                       .dictionary = "currency",
                                       .flags = PARTNER_FIELD_NULLABLE | PARTNER_FIELD_SINGLE};
static const partner_field enrolled = {FIELD("partner", PARTNER_TYPE_U32, PARTNER_UNIT_INDEX),
                                       .dictionary = "partner",
                                       .flags = PARTNER_FIELD_REQUIRED | PARTNER_FIELD_UNIQUE};

static const partner_field event = {FIELD("event", PARTNER_TYPE_U64, PARTNER_UNIT_INDEX), .text = "its own id",
                                    .dictionary = "event",
                                    .flags = PARTNER_FIELD_NULLABLE | PARTNER_FIELD_UNIQUE};
static const partner_field reverses = {FIELD("reverses", PARTNER_TYPE_U64, PARTNER_UNIT_INDEX),
                                       .text = "which it takes back", .dictionary = "event",
                                       .flags = PARTNER_FIELD_NULLABLE, .numbered_without = "event"};

static partner_error error;

static inline partner_values column(uint8_t layout, const void *values, size_t rows)
{
    partner_values v = PARTNER_VALUES_INIT;

    v.layout = layout;
    v.values = values;
    v.rows = rows;
    return v;
}

static inline partner_status convert(const partner_field *field, const partner_values *values,
                                     const partner_format *format, void *elements, size_t *rounded)
{
    return partner_convert(field, values, format, NULL, elements, rounded, &error);
}

/* The call fails with DATA at this row, and the sentence holds these words. */
static inline void refused(const partner_field *field, const partner_values *v, partner_dict *dict,
                           uint64_t row, const char *words)
{
    uint64_t elements[8];

    ck_assert_uint_le(v->rows, 8);
    must_fail(partner_convert(field, v, NULL, dict, elements, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, row);
    ck_assert_str_eq(error.field, field->name);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
}

static inline void argument(const partner_field *field, const partner_values *v, partner_dict *dict,
                            const char *words)
{
    uint64_t elements[8];

    must_fail(partner_convert(field, v, NULL, dict, elements, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
}

/* A number of 128 bits in the machine's order. */
typedef struct decimal {
    uint64_t word[2];
} decimal;

static inline decimal decimal_of(uint64_t high, uint64_t low)
{
    static const uint16_t order = 1;
    const int little = *(const unsigned char *)&order;
    decimal d = {{little ? low : high, little ? high : low}};

    return d;
}

static inline decimal small(int64_t x) { return decimal_of(x < 0 ? UINT64_MAX : 0, (uint64_t)x); }

#endif
