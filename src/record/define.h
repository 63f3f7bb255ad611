/* SPDX-License-Identifier: MIT
 * How a capability declares its records: one row per member, in the order of the struct. Type, offset and
 * count come from the struct itself, so a table cannot disagree with its header.
 *
 *     static const partner_field fields[] = {
 *         {PARTNER__INPUT_HEAD(partner_sales)},
 *         {PARTNER__SCALAR(partner_sales, rows), .flags = PARTNER_FIELD_LENGTH},
 *         {PARTNER__COLUMN(partner_sales, amount, rows), .unit = PARTNER_UNIT_MONEY, .text = "net revenue"},
 *     };
 *     const partner_record partner__sales_record = PARTNER__RECORD("sales", partner_sales, fields, "rows of
 * sales");
 */
#ifndef PARTNER_RECORD_DEFINE_H
#define PARTNER_RECORD_DEFINE_H

#include <partner/record.h>

/* The PARTNER_TYPE_ of an lvalue or of what a column points to. By C type, not by stdint name: size_t is one
 * of these on every platform. */
#define PARTNER__TYPE(x)                                                                            \
    _Generic((x), unsigned char                                                                     \
             : PARTNER_TYPE_U8, unsigned int                                                        \
             : PARTNER_TYPE_U32, int                                                                \
             : PARTNER_TYPE_I32, unsigned long                                                      \
             : sizeof(unsigned long) == 8 ? PARTNER_TYPE_U64 : PARTNER_TYPE_U32, unsigned long long \
             : PARTNER_TYPE_U64, long                                                               \
             : sizeof(long) == 8 ? PARTNER_TYPE_I64 : PARTNER_TYPE_I32, long long                   \
             : PARTNER_TYPE_I64, double                                                             \
             : PARTNER_TYPE_F64, default                                                            \
             : PARTNER_TYPE_POINTER)

#define PARTNER__MEMBER(s, m) (((s *)0)->m)

/* A scalar; the second form under another name. */
#define PARTNER__SCALAR_AS(s, m, as) \
    .name = as, .member = #m, .offset = offsetof(s, m), .count = 1, .type = PARTNER__TYPE(PARTNER__MEMBER(s, m))
#define PARTNER__SCALAR(s, m) PARTNER__SCALAR_AS(s, m, #m)

#define PARTNER__ARRAY(s, m)                                                 \
    .name = #m, .member = #m, .offset = offsetof(s, m),                      \
    .count = sizeof PARTNER__MEMBER(s, m) / sizeof PARTNER__MEMBER(s, m)[0], \
    .type = PARTNER__TYPE(PARTNER__MEMBER(s, m)[0])

/* A column whose number of elements stands in the member l; the second form under another name, the third with
 * n numbers per element. */
#define PARTNER__COLUMN_FORM(s, m, l, as, n)                                      \
    .name = as, .member = #m, .offset = offsetof(s, m), .count = n, .length = #l, \
    .type = PARTNER__TYPE(*PARTNER__MEMBER(s, m))
#define PARTNER__COLUMN(s, m, l) PARTNER__COLUMN_FORM(s, m, l, #m, 1)
#define PARTNER__COLUMN_AS(s, m, l, as) PARTNER__COLUMN_FORM(s, m, l, as, 1)
#define PARTNER__COLUMN_OF(s, m, l, n) PARTNER__COLUMN_FORM(s, m, l, #m, n)

/* A pointer to the struct of another record; the second form under another name. */
#define PARTNER__POINTER_AS(s, m, to, as) \
    .name = as, .member = #m, .offset = offsetof(s, m), .count = 1, .type = PARTNER_TYPE_RECORD, .record = to
#define PARTNER__POINTER(s, m, to) PARTNER__POINTER_AS(s, m, to, #m)

#define PARTNER__NAMES(array) .names = array, .names_count = sizeof array / sizeof array[0]

/* The rows every input or options struct begins with. */
#define PARTNER__INPUT_HEAD(s)                                                                      \
    {PARTNER__SCALAR(s, struct_size), .flags = PARTNER_FIELD_HIDDEN, .text = "size of the struct"}, \
    {                                                                                               \
        PARTNER__SCALAR(s, reserved), .flags = PARTNER_FIELD_HIDDEN, .text = "0"                    \
    }
#define PARTNER__RUN_FIELDS(s)                                                                           \
    {PARTNER__SCALAR(s, interrupt), .flags = PARTNER_FIELD_HIDDEN,                                       \
     .text = "called now and then; non-zero cancels the call"},                                          \
    {                                                                                                    \
        PARTNER__SCALAR(s, interrupt_data), .flags = PARTNER_FIELD_HIDDEN, .text = "passed to interrupt" \
    }
#define PARTNER__THREADS_FIELD(s)                                                               \
    {                                                                                           \
        PARTNER__SCALAR(s, threads), .unit = PARTNER_UNIT_COUNT, .initial = "1",                \
                                     .names = (const char *const[]){"all"}, .names_count = 1,   \
                                     .text = "threads to use; any number gives the same result" \
    }

#define PARTNER__RECORD(n, s, f, t)                                                                 \
    {                                                                                               \
        .name = n, .text = t, .size = sizeof(s), .fields = f, .field_count = sizeof f / sizeof f[0] \
    }

#endif
