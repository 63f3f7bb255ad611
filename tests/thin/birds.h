/* SPDX-License-Identifier: MIT
 * What a thin build lists after the library's own tables; each ends in NULL. */
#ifndef PARTNER_TESTS_THIN_BIRDS_H
#define PARTNER_TESTS_THIN_BIRDS_H

#include <partner/record.h>

extern const partner_record *const thin_records[];
extern const partner_analysis *const thin_analyses[];

#endif
