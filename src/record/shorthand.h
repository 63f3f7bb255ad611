/* SPDX-License-Identifier: MIT
 * Columns and scalars of one kind, so that a capability's records say each unit once. Only their record.c
 * includes this. */
#ifndef PARTNER_RECORD_SHORTHAND_H
#define PARTNER_RECORD_SHORTHAND_H

#include "define.h"

#define NAMED(s, m, n, d, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_INDEX, .dictionary = d, .text = t
#define DAY(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_DAY, .text = t
#define MONEY(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_MONEY, .text = t
#define SHARE(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_SHARE, .text = t
#define RATIO(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_RATIO, .text = t
#define COUNT(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_COUNT, .text = t
#define CODE(s, m, n, names, t) \
    PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(names), .text = t
#define LENGTH(s, m, t)                                                                             \
    {                                                                                               \
        PARTNER__SCALAR(s, m), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH, .text = t \
    }
#define FLAG(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_FLAG, .text = t
#define SCALAR(s, m, u, t) PARTNER__SCALAR(s, m), .unit = u, .text = t

#endif
