/* SPDX-License-Identifier: MIT
 * The tables that capabilities declare in their folders; tables.c lists them all. */
#ifndef PARTNER_RECORD_TABLES_H
#define PARTNER_RECORD_TABLES_H

#include <partner/record.h>

extern const partner_record partner__sales_record, partner__roster_record, partner__totals_options_record,
    partner__totals_record, partner__growth_record, partner__growth_states_record;
extern const partner_record partner__amounts_record, partner__pareto_options_record, partner__pareto_record,
    partner__pareto_classes_record, partner__pareto_groups_record, partner__pareto_group_classes_record,
    partner__pareto_lorenz_record, partner__pareto_leave_one_out_record;
extern const partner_record partner__resampling_record, partner__tail_record, partner__tail_against_record,
    partner__change_record, partner__change_moves_record, partner__change_partners_record, partner__xyz_record,
    partner__xyz_classes_record, partner__xyz_partners_record;

extern const partner_analysis partner__totals_analysis, partner__pareto_analysis;
extern const partner_object partner__tally_object;

#endif
