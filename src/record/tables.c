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
    &partner__events_record,
    &partner__loyalty_options_record,
    &partner__loyalty_record,
    &partner__loyalty_tiers_record,
    &partner__loyalty_months_record,
    &partner__loyalty_missing_record,
    &partner__ledger_record,
    &partner__loyalty_notices_record,
    &partner__loyalty_comparison_record,
    &partner__loyalty_difference_record,
    &partner__loyalty_changes_record,
    &partner__deferral_record,
    &partner__deferral_options_record,
    &partner__deferred_record,
    &partner__predictions_record,
    &partner__measures_options_record,
    &partner__measures_record,
    &partner__calibration_record,
    &partner__win_model_record,
    &partner__deals_record,
    &partner__milestones_record,
    &partner__claims_record,
    &partner__deal_features_record,
    &partner__pipeline_options_record,
    &partner__pipeline_deals_record,
    &partner__pipeline_doubts_record,
    &partner__pipeline_visibility_record,
    &partner__pipeline_conversions_record,
    &partner__pipeline_registrations_record,
    &partner__pipeline_contenders_record,
    &partner__pipeline_rates_record,
    &partner__pipeline_partner_rates_record,
    &partner__pipeline_curves_record,
    &partner__pipeline_terms_record,
    &partner__pipeline_contributions_record,
    &partner__pipeline_measures_record,
    &partner__pipeline_calibration_record,
    &partner__forecast_months_record,
    &partner__forecast_partners_record,
    &partner__forecast_categories_record,
    &partner__forecast_record,
    &partner__backtest_record,
    &partner__pipeline_record,
    &partner__portfolio_record,
    &partner__interactions_record,
    &partner__expectations_record,
    &partner__numbers_record,
    &partner__returns_record,
    &partner__breaks_options_record,
    &partner__breaks_record,
    &partner__breaks_classes_record,
    &partner__allocation_options_record,
    &partner__allocation_record,
    &partner__allocation_sensitivity_record,
    &partner__segment_options_record,
    &partner__segment_partners_record,
    &partner__segment_lines_record,
    &partner__segment_bands_record,
    &partner__segment_moves_record,
    &partner__segment_movers_record,
    &partner__segment_dimensions_record,
    &partner__segment_assumptions_record,
    &partner__segmentation_record,
};

static const partner_config *const configs[] = {
    &partner__program_config,
    &partner__process_config,
    &partner__segments_config,
};

static const partner_analysis *const analyses[] = {
    &partner__totals_analysis,   &partner__pareto_analysis,   &partner__segment_analysis,
    &partner__loyalty_analysis,  &partner__deferral_analysis, &partner__pipeline_analysis,
    &partner__measures_analysis, &partner__breaks_analysis,   &partner__allocation_analysis,
};

static const partner_object *const objects[] = {
    &partner__tally_object,
    &partner__loyalty_state_object,
};

enum {
    RECORDS = sizeof records / sizeof records[0],
    CONFIGS = sizeof configs / sizeof configs[0],
    ANALYSES = sizeof analyses / sizeof analyses[0],
    OBJECTS = sizeof objects / sizeof objects[0]
};

const partner_record *partner_record_at(size_t i) { return i < RECORDS ? records[i] : NULL; }
const partner_config *partner_config_at(size_t i) { return i < CONFIGS ? configs[i] : NULL; }
const partner_analysis *partner_analysis_at(size_t i) { return i < ANALYSES ? analyses[i] : NULL; }
const partner_object *partner_object_at(size_t i) { return i < OBJECTS ? objects[i] : NULL; }
