/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static partner_status run_version(plan *p, partner_error *error)
{
    const char *version;

    (void)error;
    arm(p);
    version = partner_version();
    disarm(p);
    ck_assert_ptr_nonnull(strchr(version, '.'));
    return PARTNER_OK;
}

static partner_status run_features(plan *p, partner_error *error)
{
    uint32_t features;

    (void)error;
    arm(p);
    features = partner_features();
    disarm(p);
    ck_assert_uint_le(features, PARTNER_FEATURE_GSL | PARTNER_FEATURE_GSL_PRIVATE);
    return PARTNER_OK;
}

static partner_status run_strerror(plan *p, partner_error *error)
{
    const char *text;

    (void)error;
    arm(p);
    text = partner_strerror(PARTNER_E_NOMEM);
    disarm(p);
    ck_assert_str_eq(text, "out of memory");
    return PARTNER_OK;
}

static partner_status run_bytes_free(plan *p, partner_error *error)
{
    partner_dict *dict = NULL;
    partner_bytes *bytes = NULL;

    must(partner_dict_new(&dict, error), *error);
    must(partner_dict_save(dict, &bytes, error), *error);
    arm(p);
    partner_bytes_free(bytes);
    partner_bytes_free(NULL);
    disarm(p);
    partner_dict_free(dict);
    return PARTNER_OK;
}

const fault_case base_cases[] = {
    {"partner_version", run_version, 1},
    {"partner_features", run_features, 1},
    {"partner_strerror", run_strerror, 1},
    {"partner_bytes_free", run_bytes_free, 1},
    {NULL, NULL, 0},
};
