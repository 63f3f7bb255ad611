/* SPDX-License-Identifier: MIT */
#include <partner/partner.h>
#include <stdio.h>
#include <string.h>

static const char rules_text[] =
    "{\"bands\": {\"method\": \"thresholds\", \"thresholds\": [300]},"
    " \"mode\": {\"kinds\": {\"order\": \"transactional\", \"price-request\": \"transactional\","
    " \"training\": \"consultative\", \"joint-visit\": \"consultative\"},"
    " \"unit\": 60, \"per_hour\": 60, \"half_life_days\": 0, \"prior\": {\"a\": 1, \"b\": 1}},"
    " \"allocation\": {\"hours\": 40}}";

/* Amounts are cents; days are counted from 1970-01-01: 20468 is 2026-01-15. */
enum { PARTNERS = 6, SALES = 6, ROWS = 7 };
enum { ASTER, BIRCH, CEDAR, DAHLIA, ELDER, FERN };
static const char *const name[PARTNERS] = {"Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fern"};
static const uint32_t buyer[SALES] = {ASTER, BIRCH, CEDAR, ASTER, DAHLIA, CEDAR};
static const int64_t cents[SALES] = {50000, 31000, 10000, 6000, 4000, -1000};
static const uint32_t with[ROWS] = {ASTER, BIRCH, CEDAR, CEDAR, ASTER, ELDER, FERN};
static const int32_t days[ROWS] = {20468, 20486, 20503, 20517, 20523, 20532, 20544};
static const char *const kinds[ROWS] = {"order", "training",    "price-request", "training",
                                        "order", "joint-visit", "price-request"};
static const double minutes[ROWS] = {60, 120, 60, 60, 60, 120, 180};
static const char *const mode[PARTNER_MODES] = {"unknown", "transactional", "mixed", "consultative"};

int main(void)
{
    uint32_t kind[ROWS];
    partner_sales sales = PARTNER_SALES_INIT;
    partner_totals_options enrolled = PARTNER_TOTALS_OPTIONS_INIT;
    partner_portfolio portfolio = PARTNER_PORTFOLIO_INIT;
    partner_interactions interactions = PARTNER_INTERACTIONS_INIT;
    partner_segment_options options = PARTNER_SEGMENT_OPTIONS_INIT;
    partner_segment_dicts names = PARTNER_SEGMENT_DICTS_INIT;
    partner_segment_rules *rules = NULL;
    partner_totals *totals = NULL;
    partner_segmentation *segmentation = NULL;
    const partner_segment_partners *p;
    partner_error error;
    int failed = 1;

    if (partner_dict_new(&names.kind, &error) != PARTNER_OK) goto out;
    if (partner_dict_new(&names.segment, &error) != PARTNER_OK) goto out;
    if (partner_dict_new(&names.band, &error) != PARTNER_OK) goto out;
    if (partner_segment_rules_parse(rules_text, strlen(rules_text), &names, &rules, &error) != PARTNER_OK)
        goto out;
    if (partner_dict_add_strings(names.kind, ROWS, kinds, NULL, kind, &error) != PARTNER_OK) goto out;

    sales.rows = SALES;
    sales.partner = buyer;
    sales.amount = cents;
    enrolled.partners = PARTNERS;
    if (partner_totals_new(&sales, &enrolled, &totals, &error) != PARTNER_OK) goto out;
    portfolio.rows = totals->partners;
    portfolio.revenue = totals->revenue;
    interactions.rows = ROWS;
    interactions.partner = with;
    interactions.day = days;
    interactions.kind = kind;
    interactions.effort = minutes;
    options.interactions = &interactions;
    if (partner_segmentation_new(&portfolio, rules, &options, &segmentation, &error) != PARTNER_OK) goto out;

    p = segmentation->partner;
    for (size_t i = 0; i < p->partners; i++)
        printf("%s is %s: %s and %s, could bring %.2f more, %.1f hours\n", name[p->partner[i]],
               partner_dict_id(names.segment, p->segment[i], NULL),
               partner_dict_id(names.band, p->band[i], NULL), mode[p->mode[i]], (double)p->headroom[i] / 100,
               p->hours[i]);
    printf("%.0f hours bring %.2f; one more would bring %.2f\n", segmentation->allocation->spent,
           segmentation->allocation->gain, segmentation->allocation->lambda);
    failed = 0;
out:
    if (failed) fprintf(stderr, "%s\n", error.message);
    partner_segmentation_free(segmentation);
    partner_segment_rules_free(rules);
    partner_totals_free(totals);
    partner_dict_free(names.kind);
    partner_dict_free(names.segment);
    partner_dict_free(names.band);
    return failed;
}
