/* SPDX-License-Identifier: MIT
 * What a thin build lists after the library's own tables; each ends in NULL. */
#ifndef PARTNER_TESTS_THIN_BIRDS_H
#define PARTNER_TESTS_THIN_BIRDS_H

#include <partner/record.h>

extern const partner_record *const thin_records[];
extern const partner_config *const thin_configs[];
extern const partner_analysis *const thin_analyses[];

extern const partner_record birds_flock_record, birds_options_record, birds_record;
extern const partner_analysis birds_analysis;

#endif
