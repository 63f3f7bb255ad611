/* SPDX-License-Identifier: MIT */
#include <partner/record.h>

#include "../base/error.h"
#include "../base/memory.h"

partner_status partner_convert(const partner_field *field, const partner_values *values,
                               const partner_format *format, partner_dict *dict, void *elements,
                               size_t *rounded, partner_error *error)
{
    (void)field;
    (void)values;
    (void)format;
    (void)dict;
    (void)elements;
    (void)rounded;
    return partner__fail(error, PARTNER_E_UNSUPPORTED, "not yet");
}
