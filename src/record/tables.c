/* SPDX-License-Identifier: MIT
 * The list of all tables: a new capability adds its lines here and nowhere else. */
#include "tables.h"

static const partner_record *const records[] = {
    &partner__sales_record,
    &partner__roster_record,
    &partner__totals_options_record,
    &partner__totals_record,
    &partner__growth_record,
    &partner__growth_states_record,
    &partner__amounts_record,
    &partner__pareto_options_record,
    &partner__pareto_record,
    &partner__pareto_classes_record,
    &partner__pareto_groups_record,
    &partner__pareto_group_classes_record,
    &partner__pareto_lorenz_record,
    &partner__pareto_leave_one_out_record,
    &partner__resampling_record,
    &partner__tail_record,
    &partner__tail_against_record,
    &partner__change_record,
    &partner__change_moves_record,
    &partner__change_partners_record,
    &partner__xyz_record,
    &partner__xyz_classes_record,
    &partner__xyz_partners_record,
};

static const partner_analysis *const analyses[] = {
    &partner__totals_analysis,
    &partner__pareto_analysis,
};

static const partner_object *const objects[] = {
    &partner__tally_object,
};

enum {
    RECORDS = sizeof records / sizeof records[0],
    ANALYSES = sizeof analyses / sizeof analyses[0],
    OBJECTS = sizeof objects / sizeof objects[0]
};

const partner_record *partner_record_at(size_t i) { return i < RECORDS ? records[i] : NULL; }
const partner_analysis *partner_analysis_at(size_t i) { return i < ANALYSES ? analyses[i] : NULL; }
const partner_object *partner_object_at(size_t i) { return i < OBJECTS ? objects[i] : NULL; }
