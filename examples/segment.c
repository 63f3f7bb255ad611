/* SPDX-License-Identifier: MIT
 * Who should get our hours, and in what form: from rows of sales and a log of orders, trainings and visits to
 * segments, and to the partners where the next hours earn most.
 *
 *     cc segment.c $(pkg-config --cflags --libs partner) -o segment
 *     ./segment */
#include <math.h>
#include <partner/partner.h>
#include <stdio.h>
#include <string.h>

/* High is who brings 50,000.00. An hour of effort weighs as one interaction, whenever it was; efforts are in
 * minutes. There are 300 hours to spread, 60 for one partner at most. What attention brings are the defaults:
 * assumptions, printed below. */
static const char rules_text[] =
    "{\"bands\": {\"method\": \"thresholds\", \"thresholds\": [50000]},"
    " \"mode\": {\"unit\": 60, \"per_hour\": 60, \"half_life_days\": 0, \"kinds\": {"
    "\"order\": \"transactional\", \"price-request\": \"transactional\","
    "\"training\": \"consultative\", \"joint-visit\": \"consultative\"}},"
    " \"allocation\": {\"hours\": 300, \"ceiling\": 60}}";

enum { PARTNERS = 12, SALES = 14, INTERACTIONS = 15, TOP = 10 };
enum { ASTER, BIRCH, CEDAR, DAHLIA, ELDER, FERN, GORSE, HAZEL, IRIS, JUNIPER, KALE, LAUREL };
static const char *const partner[PARTNERS] = {"Aster", "Birch", "Cedar", "Dahlia",  "Elder", "Fern",
                                              "Gorse", "Hazel", "Iris",  "Juniper", "Kale",  "Laurel"};

/* Rows of sales, amounts in cents. Laurel has bought nothing. */
static const uint32_t buyer[SALES] = {ASTER, BIRCH, CEDAR, ASTER, DAHLIA, ELDER,   FERN,
                                      BIRCH, GORSE, HAZEL, IRIS,  CEDAR,  JUNIPER, KALE};
static const int64_t amount[SALES] = {15000000, 9000000, 4000000, 3000000, 6500000, 5200000, 2400000,
                                      1000000,  1800000, 1500000, 900000,  2000000, 600000,  400000};

/* What we did with whom, days counted from 1970-01-01 (20454 is 2026-01-01), and how many minutes it took. */
static const uint32_t with[INTERACTIONS] = {ASTER, ASTER, BIRCH, BIRCH, CEDAR, CEDAR,  DAHLIA, FERN,
                                            FERN,  GORSE, HAZEL, IRIS,  IRIS,  LAUREL, LAUREL};
static const char *const kind[INTERACTIONS] = {"order",       "price-request", "training",   "joint-visit",
                                               "order",       "training",      "order",      "training",
                                               "joint-visit", "order",         "order",      "price-request",
                                               "training",    "training",      "joint-visit"};
static const int32_t day[INTERACTIONS] = {20460, 20470, 20475, 20480, 20481, 20482, 20490, 20495,
                                          20500, 20501, 20502, 20510, 20511, 20520, 20530};
static const double minutes[INTERACTIONS] = {90,  120, 240, 180, 120, 120, 45, 180,
                                             120, 180, 60,  90,  90,  180, 60};

/* How much a partner means to us beside its revenue, 0 … 1, and what it could bring: where somebody has said
 * so. */
static void state(double *strategic, int64_t *potential)
{
    for (size_t i = 0; i < PARTNERS; i++) {
        strategic[i] = NAN;
        potential[i] = PARTNER_NO_AMOUNT;
    }
    strategic[BIRCH] = 0.9;
    strategic[FERN] = 0.8;
    strategic[LAUREL] = 1;
    potential[ELDER] = 10000000;
}

static const char *const mode[PARTNER_MODES] = {"unknown", "transactional", "mixed", "consultative"};

static void print_segments(const partner_segmentation *segmentation, const partner_dict *names)
{
    const partner_segment_lines *s = segmentation->segments;

    printf("segment       partners    revenue   headroom  hours\n");
    for (size_t i = 0; i < s->segments; i++) {
        printf("%-12s %9zu %10.2f %10.2f %6.1f\n", partner_dict_id(names, s->segment[i], NULL), s->partners[i],
               (double)s->revenue[i] / 100, (double)s->headroom[i] / 100, s->hours[i]);
    }
}

/* The line of who gets most hours among those that are not taken yet. */
static size_t next_by_hours(const partner_segment_partners *p, int *taken)
{
    size_t best = PARTNERS;

    for (size_t i = 0; i < p->partners; i++)
        if (!taken[i] && (best == PARTNERS || p->hours[i] > p->hours[best])) best = i;
    taken[best] = 1;
    return best;
}

static void print_hours(const partner_segmentation *segmentation)
{
    const partner_segment_partners *p = segmentation->partner;
    int taken[PARTNERS] = {0};

    printf("\nWho should get hours first:\n");
    for (size_t rank = 0; rank < TOP; rank++) {
        size_t i = next_by_hours(p, taken);

        printf("%-7s %4.1f hours bring %8.2f, one more %7.2f (%s, priority %.2f)\n", partner[p->partner[i]],
               p->hours[i], (double)p->expected_gain[i] / 100, p->marginal_return[i], mode[p->mode[i]],
               p->priority[i]);
    }
    printf("In all %.1f hours bring %.2f; one more would bring %.2f.\n", segmentation->allocation->spent,
           segmentation->allocation->gain, segmentation->allocation->lambda);
}

static void print_assumptions(const partner_segment_assumptions *a)
{
    printf("\nThat rests on assumptions about attention:\n");
    for (size_t i = 0; i < a->modes; i++)
        printf("%-13s it wins %2.0f %% of the headroom, 63 %% of that in %.0f hours, and keeps %2.0f %%\n",
               mode[a->mode[i]], 100 * a->share[i], a->hours[i], 100 * a->retain[i]);
}

int main(void)
{
    uint32_t kinds[INTERACTIONS];
    double strategic[PARTNERS];
    int64_t potential[PARTNERS];
    partner_sales sales = PARTNER_SALES_INIT;
    partner_totals_options enrolled = PARTNER_TOTALS_OPTIONS_INIT;
    partner_interactions interactions = PARTNER_INTERACTIONS_INIT;
    partner_portfolio portfolio = PARTNER_PORTFOLIO_INIT;
    partner_segment_dicts names = PARTNER_SEGMENT_DICTS_INIT;
    partner_segment_options options = PARTNER_SEGMENT_OPTIONS_INIT;
    partner_totals *totals = NULL;
    partner_segment_rules *rules = NULL;
    partner_segmentation *segmentation = NULL;
    partner_error error;
    int failed = 1;

    /* Names of kinds become indexes, the same in the rules and in the log. */
    if (partner_dict_new(&names.kind, &error) != PARTNER_OK) goto out;
    if (partner_dict_new(&names.segment, &error) != PARTNER_OK) goto out;
    if (partner_dict_new(&names.band, &error) != PARTNER_OK) goto out;
    if (partner_segment_rules_parse(rules_text, strlen(rules_text), &names, &rules, &error) != PARTNER_OK)
        goto out;
    if (partner_dict_add_strings(names.kind, INTERACTIONS, kind, NULL, kinds, &error) != PARTNER_OK) goto out;

    sales.rows = SALES;
    sales.partner = buyer;
    sales.amount = amount;
    enrolled.partners = PARTNERS;
    if (partner_totals_new(&sales, &enrolled, &totals, &error) != PARTNER_OK) goto out;

    state(strategic, potential);
    portfolio.rows = totals->partners;
    portfolio.revenue = totals->revenue;
    portfolio.strategic = strategic;
    portfolio.potential = potential;
    interactions.rows = INTERACTIONS;
    interactions.partner = with;
    interactions.day = day;
    interactions.kind = kinds;
    interactions.effort = minutes;
    options.interactions = &interactions;
    if (partner_segmentation_new(&portfolio, rules, &options, &segmentation, &error) != PARTNER_OK) goto out;
    print_segments(segmentation, names.segment);
    print_hours(segmentation);
    print_assumptions(segmentation->assumptions);
    failed = 0;
out:
    if (failed) fprintf(stderr, "segment: %s\n", error.message);
    partner_segmentation_free(segmentation);
    partner_segment_rules_free(rules);
    partner_totals_free(totals);
    partner_dict_free(names.kind);
    partner_dict_free(names.segment);
    partner_dict_free(names.band);
    return failed;
}
