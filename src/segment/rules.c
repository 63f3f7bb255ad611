/* SPDX-License-Identifier: MIT
 * Rules and options as they are meant. */
#include "rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../record/text.h"

enum { USUAL_PLACES = 2 };

static unsigned places_of(const partner_segment_rules *rules)
{
    if (rules->minor_units == PARTNER_MINOR_UNITS_0) return 0;
    return rules->minor_units == 0 ? USUAL_PLACES : rules->minor_units;
}

/* --- money --- */

static partner_status refuse_money(int64_t amount, unsigned from, unsigned to, int too_large, const char *path,
                                   partner_error *error)
{
    partner__place place = partner__at(NULL, NULL, PARTNER_NO_ROW, PARTNER_NONE);
    char shown[32];

    place.path = path;
    partner__write_decimal((uint64_t)amount, 0, (int)from, shown);
    if (too_large)
        return partner__fail_at(error, PARTNER_E_RANGE, place,
                                "%s is %s, which leaves 64 bits with the %u decimal places of the portfolio",
                                path, shown, to);
    return partner__fail_at(
        error, PARTNER_E_DATA, place,
        "%s is %s, expected an amount with at most %u decimal place%s, as the portfolio has", path, shown, to,
        to == 1 ? "" : "s");
}

/* An amount, at least 0, of `from` decimal places in `to` decimal places. */
static partner_status bring_to(int64_t *amount, unsigned from, unsigned to, const char *path,
                               partner_error *error)
{
    int64_t brought = *amount;

    for (unsigned i = from; i < to; i++) {
        if (brought > INT64_MAX / 10) return refuse_money(*amount, from, to, 1, path, error);
        brought *= 10;
    }
    for (unsigned i = to; i < from; i++) {
        if (brought % 10 != 0) return refuse_money(*amount, from, to, 0, path, error);
        brought /= 10;
    }
    *amount = brought;
    return PARTNER_OK;
}

static partner_status take_money(partner__segment_settings *set, const partner_segment_rules *rules,
                                 partner_error *error)
{
    const unsigned from = places_of(rules);
    partner_status status = PARTNER_OK;
    char path[40];

    for (uint32_t j = 0; j + 1 < set->bands && status == PARTNER_OK; j++) {
        snprintf(path, sizeof path, "$.bands.thresholds[%" PRIu32 "]", j);
        set->threshold[j] = rules->threshold[j];
        if (set->method == PARTNER_BANDS_THRESHOLDS)
            status = bring_to(&set->threshold[j], from, set->places, path, error);
    }
    if (status != PARTNER_OK) return status;
    set->scale = rules->scale == 0 ? 1 : rules->scale;
    if (rules->scale == 0) return bring_to(&set->scale, 0, set->places, "$.bands.scale", error);
    if (set->method != PARTNER_BANDS_NATURAL) return PARTNER_OK;
    return bring_to(&set->scale, from, set->places, "$.bands.scale", error);
}

/* --- what else the rules say --- */

/* 0 stands for `usual`, PARTNER_HOURS_0 for 0. */
static double hours_of(double hours, double usual)
{
    return hours == 0 ? usual : hours == PARTNER_HOURS_0 ? 0 : hours;
}

static double part_of(uint32_t share, uint32_t usual)
{
    return partner__rules_share(share, usual) / (double)PARTNER__MILLION;
}

static void take_bands(partner__segment_settings *set, const partner_segment_rules *r)
{
    set->method = r->method;
    set->bands = partner__rules_bands(r);
    memcpy(set->quantile, r->quantile, sizeof set->quantile);
    set->margin = partner__rules_share(r->margin, 50000);
}

static void take_mode(partner__segment_settings *set, const partner_segment_rules *r)
{
    set->threshold_share = part_of(r->threshold_share, 500000);
    set->confidence = part_of(r->confidence, 800000);
    set->unit = r->unit;
    set->per_hour = r->per_hour == 0 ? 1 : r->per_hour;
    set->half_life_days = r->half_life_days == 0                     ? 365
                          : r->half_life_days == PARTNER_HALF_LIFE_0 ? 0
                                                                     : r->half_life_days;
    set->prior_a = r->prior_a;
    set->prior_b = r->prior_b;
}

static void take_potential(partner__segment_settings *set, const partner_segment_rules *r)
{
    set->reference_quantile = partner__rules_share(r->reference_quantile, 750000);
    set->weight = partner__rules_share(r->weight, 700000);
    set->own_growth = partner__rules_share(r->own_growth, 11000);
    set->max_multiple = partner__rules_share(r->max_multiple, 30000);
}

static void take_attention(partner__segment_settings *set, const partner_segment_rules *r)
{
    static const uint32_t share[PARTNER_MODES] = {200000, 100000, 300000, 500000};
    static const uint32_t retain[PARTNER_MODES] = {0, 20000, 100000, 100000};
    static const double hours[PARTNER_MODES] = {60, 20, 60, 40};

    for (size_t m = 0; m < PARTNER_MODES; m++) {
        set->share[m] = part_of(r->share[m], share[m]);
        set->retain[m] = part_of(r->retain[m], retain[m]);
        set->for_share[m] = r->for_share[m] == 0 ? hours[m] : r->for_share[m];
    }
    set->floor = hours_of(r->floor, 0);
    set->ceiling = hours_of(r->ceiling, INFINITY);
    set->budget = hours_of(r->hours, NAN);
}

partner_segment_rules partner__rules_copy(const partner_segment_rules *rules)
{
    partner_segment_rules r;

    partner__take(&r, sizeof r, rules, 1, "rules", NULL);
    r.struct_size = sizeof r;
    return r;
}

partner__segment_settings partner__rules_meant(const partner_segment_rules *rules)
{
    partner__segment_settings set;

    memset(&set, 0, sizeof set);
    take_bands(&set, rules);
    take_mode(&set, rules);
    take_potential(&set, rules);
    take_attention(&set, rules);
    return set;
}

/* --- options --- */

static partner_status take_options(partner__segment_settings *set, const partner_segment_options *options,
                                   partner_error *error)
{
    partner_segment_options o;
    char shown[32] = "no number";
    partner_status status = partner__take(&o, sizeof o, options, 1, "segment_options", error);

    if (status != PARTNER_OK) return status;
    if (o.sensitivity > 1)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("segment_options", "sensitivity", PARTNER_NO_ROW, PARTNER_NONE),
                                "sensitivity is %u, expected 0 or 1", (unsigned)o.sensitivity);
    if (o.budget != PARTNER_HOURS_0 && !(o.budget >= 0 && o.budget <= PARTNER__EFFORT_MOST)) {
        if (!isnan(o.budget)) partner__write_double(o.budget, shown);
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("segment_options", "budget", PARTNER_NO_ROW, PARTNER_NONE),
                                "budget is %s, expected hours from 0 to 10^12", shown);
    }
    set->run = (partner__run){o.threads, o.interrupt, o.interrupt_data};
    set->sensitivity = o.sensitivity;
    set->budget = hours_of(o.budget, set->budget);
    return PARTNER_OK;
}

partner_status partner__segment_settings_take(partner__segment_settings *set,
                                              const partner_segment_rules *rules,
                                              const partner_segment_options *options, unsigned places,
                                              partner_error *error)
{
    partner_segment_rules r;
    partner_status status = rules == NULL ? PARTNER_OK : partner_segment_rules_check(rules, error);

    if (status != PARTNER_OK) return status;
    r = partner__rules_copy(rules);
    *set = partner__rules_meant(&r);
    set->places = places;
    status = take_options(set, options, error);
    return status == PARTNER_OK ? take_money(set, &r, error) : status;
}
