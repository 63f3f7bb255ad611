/* SPDX-License-Identifier: MIT
 * Programs made by hand, of this and of other versions of the structs: what is refused, and with which path. */
#include "programs.h"

enum { RULES = 3, TIERS = 3, REQUIREMENTS = 2, CHALLENGES = 2 };

/* A program that is good, to be spoilt. */
typedef struct made {
    partner_program program;
    partner_program_rule rule[RULES];
    partner_program_tier tier[TIERS];
    partner_program_requirement requirement[REQUIREMENTS];
    partner_program_challenge challenge[CHALLENGES];
    uint32_t set[2];
} made;

static made *new_program(void)
{
    static const char *const ids[] = {"one", "two", "three"};
    made *m = calloc(1, sizeof *m);

    ck_assert_ptr_nonnull(m);
    m->set[1] = 2;
    for (uint32_t i = 0; i < RULES; i++)
        m->rule[i] =
            (partner_program_rule){.struct_size = sizeof m->rule[i], .id = ids[i], .name = i, .points = 1};
    for (uint32_t i = 0; i < TIERS; i++)
        m->tier[i] = (partner_program_tier){
            .struct_size = sizeof m->tier[i], .id = ids[i], .name = i, .points = 10 * (int64_t)i};
    for (uint32_t i = 0; i < REQUIREMENTS; i++)
        m->requirement[i] = (partner_program_requirement){
            .struct_size = sizeof m->requirement[i], .measure = PARTNER_MEASURE_AMOUNT, .target = 1};
    m->challenge[0] = m->challenge[1] = (partner_program_challenge){
        .struct_size = sizeof m->challenge[0], .measure = PARTNER_MEASURE_COUNT, .target = 1, .bonus = 1};
    m->challenge[0].id = "four";
    m->challenge[1].id = "five";
    m->tier[2].requires_all = m->requirement;
    m->tier[2].requirements = REQUIREMENTS;
    m->program = (partner_program){.struct_size = sizeof m->program,
                                   .rule = m->rule,
                                   .rules = RULES,
                                   .tier = m->tier,
                                   .tiers = TIERS,
                                   .challenge = m->challenge,
                                   .challenges = CHALLENGES};
    return m;
}

static void must_refuse(made *m, const char *path, const char *says)
{
    partner_error error;

    must_fail(partner_program_check(&m->program, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.path, path);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    free(m);
}

#define REFUSED(change, path, says) \
    do {                            \
        made *m = new_program();    \
        change;                     \
        must_refuse(m, path, says); \
    } while (0)

START_TEST(test_a_good_program)
{
    made *m = new_program();
    partner_program empty = PARTNER_PROGRAM_INIT;
    partner_error error;

    must(partner_program_check(&m->program, &error), error);
    must(partner_program_check(&empty, &error), error);
    free(m);
}
END_TEST

START_TEST(test_rules)
{
    REFUSED(m->rule[1].id = NULL, "$.rules[1].id", "is missing");
    REFUSED(m->rule[1].id = "", "$.rules[1].id", "is missing");
    REFUSED(m->rule[2].id = "one", "$.rules[2].id", "another rule has already");
    REFUSED(m->rule[1].on = PARTNER_NONE, "$.rules[1].on", "is missing");
    REFUSED(m->rule[1].points = 0, "$.rules[1].earn.points", "is 0, expected 1 to 1000000000");
    REFUSED(m->rule[1].points = 1000000001, "$.rules[1].earn.points", "is 1000000001, expected");
    REFUSED(m->rule[1].per = -1, "$.rules[1].earn.per", "is -1, expected at least 0");
    REFUSED(m->rule[1].multiplier = 100000001, "$.rules[1].multiplier", "is 100000001 ten-thousandths");
    REFUSED(m->rule[1].each = 2, "$.rules[1].earn.each", "is 2, expected 0 to 1");
    REFUSED((m->rule[1].each = 1, m->rule[1].per = 1), "$.rules[1].earn.each", "per");
    REFUSED(m->rule[1].round = 4, "$.rules[1].round", "is 4, expected 0 to 3");
    REFUSED(m->rule[1].carry = 1, "$.rules[1].carry", "needs earn.per");
    REFUSED((m->rule[1].carry = 2, m->rule[1].per = 1), "$.rules[1].carry", "is 2, expected 0 to 1");
    REFUSED(m->rule[1].flat = 2, "$.rules[1].tier_multiplier", "is 2, expected 0 to 1");
    REFUSED(m->rule[1].counts_for = 4, "$.rules[1].counts_for", "is 4, expected 0 to 3");
    REFUSED(m->rule[1].cap_per = 7, "$.rules[1].cap.per", "is 7, expected 0 to 6");
    REFUSED(m->rule[1].cap_per = PARTNER_CAP_DAY, "$.rules[1].cap.points", "is 0, expected 1 to");
    REFUSED(m->rule[1].cap_points = 5, "$.rules[1].cap.per", "is missing");
    REFUSED(m->rule[1].exclusive = "", "$.rules[1].exclusive", "is empty");
}
END_TEST

START_TEST(test_conditions)
{
    REFUSED(m->rule[0].when = 16384, "$.rules[0].when", "is 16384");
    REFUSED((m->rule[0].when = PARTNER_WHEN_TIER, m->rule[0].tiers = 2), "$.rules[0].when.tier", "is NULL");
    REFUSED((m->rule[0].when = PARTNER_WHEN_GROUP, m->rule[0].groups = 1), "$.rules[0].when.group", "is NULL");
    REFUSED(
        (m->rule[0].when = PARTNER_WHEN_TIER, m->rule[0].tiers = 2, m->rule[0].tier = m->set, m->set[1] = 3),
        "$.rules[0].when.tier[1]", "is 3, expected less than 3");
    REFUSED((m->rule[0].when = PARTNER_WHEN_PRODUCT, m->rule[0].products = 2, m->rule[0].product = m->set,
             m->set[0] = PARTNER_NONE),
            "$.rules[0].when.product[0]", "expected less than");
    REFUSED((m->rule[0].when = PARTNER_WHEN_GROUP, m->rule[0].groups = 4097, m->rule[0].group = m->set),
            "$.rules[0].when.group", "has 4097 elements");
}
END_TEST

/* A limit without its bit is not looked at, a tier of a program without tiers is the nameless one. */
START_TEST(test_what_no_bit_names)
{
    made *m = new_program();
    partner_error error;

    m->rule[0].tiers = 5;
    m->rule[1].when = PARTNER_WHEN_TIER;
    m->rule[1].tiers = 1;
    m->rule[1].tier = m->set;
    m->program.tiers = 0;
    must(partner_program_check(&m->program, &error), error);
    m->set[0] = 1;
    must_refuse(m, "$.rules[1].when.tier[0]", "is 1, expected less than 1");
}
END_TEST

START_TEST(test_tiers)
{
    REFUSED(m->tier[1].id = NULL, "$.tiers[1].id", "is missing");
    REFUSED(m->tier[1].id = "one", "$.tiers[1].id", "another tier has already");
    REFUSED(m->tier[1].multiplier = UINT32_MAX - 1, "$.tiers[1].multiplier", "ten-thousandths");
    REFUSED(m->tier[0].points = 1, "$.tiers[0].points", "everyone is in the first tier");
    REFUSED((m->tier[0].requires_all = m->requirement, m->tier[0].requirements = 1), "$.tiers[0].requires",
            "everyone is in the first tier");
    REFUSED(m->tier[1].points = 20, "$.tiers[2].points", "is 20, expected more than the 20");
    REFUSED(m->tier[1].points = 0, "$.tiers[1].points", "is 0, expected 1 to");
    REFUSED(m->tier[2].points = 1000000001, "$.tiers[2].points", "is 1000000001, expected");
    REFUSED(m->requirement[1].on = PARTNER_NONE, "$.tiers[2].requires[1].on", "is missing");
    REFUSED(m->requirement[1].measure = 0, "$.tiers[2].requires[1]", "count, amount and quantity");
    REFUSED(m->requirement[1].measure = 4, "$.tiers[2].requires[1]", "count, amount and quantity");
    REFUSED(m->requirement[1].target = 0, "$.tiers[2].requires[1].amount", "is 0, expected at least 1");
    REFUSED(m->requirement[1].months = 1201, "$.tiers[2].requires[1].months", "is 1201, expected 0 to 1200");
    REFUSED(m->tier[2].requirements = 4097, "$.tiers[2].requires", "has 4097 elements");
}
END_TEST

START_TEST(test_challenges)
{
    REFUSED(m->challenge[1].id = "four", "$.challenges[1].id", "has already");
    REFUSED(m->challenge[1].id = "two", "$.challenges[1].id", "another rule or challenge has already");
    REFUSED(m->challenge[1].on = PARTNER_NONE, "$.challenges[1].on", "is missing");
    REFUSED(m->challenge[1].measure = 0, "$.challenges[1].target", "count, amount and quantity");
    REFUSED(m->challenge[1].target = -1, "$.challenges[1].target.count", "is -1, expected at least 1");
    REFUSED(m->challenge[1].bonus = 0, "$.challenges[1].bonus", "is 0, expected 1 to");
    REFUSED(m->challenge[1].repeat = 2, "$.challenges[1].repeat", "is 2, expected 0 to 1");
}
END_TEST

START_TEST(test_the_program_itself)
{
    REFUSED(m->program.name = "", "$.name", "is empty");
    REFUSED(m->program.minor_units = 10, "$.minor_units", "is 10, expected 0 to 9");
    REFUSED(m->program.year_starts = 13, "$.year_starts", "is 13, expected 0 to 12");
    REFUSED(m->program.cap_per = 9, "$.cap.per", "is 9");
    REFUSED(m->program.cap_per = PARTNER_CAP_YEAR, "$.cap.points", "is 0, expected 1 to");
    REFUSED(m->program.window = 2, "$.qualification.window", "is 2, expected 0 to 1");
    REFUSED(m->program.window = PARTNER_WINDOW_ROLLING, "$.qualification.months", "is missing");
    REFUSED((m->program.window = PARTNER_WINDOW_ROLLING, m->program.window_months = 1201),
            "$.qualification.months", "is 1201, expected 1 to 1200");
    REFUSED(m->program.window_months = 12, "$.qualification.months", "rolling");
    REFUSED(m->program.grace_months = 1, "$.qualification.grace_months", "rolling");
    REFUSED(m->program.max_drop = 4097, "$.qualification.max_drop", "is 4097, expected 0 to 4096");
    REFUSED(m->program.credit_notes = 2, "$.credit_notes", "is 2, expected 0 to 1");
    REFUSED(m->program.expiry_months = 1201, "$.expiry.months", "is 1201, expected 0 to 1200");
    REFUSED(m->program.pending_days = 100001, "$.pending_days", "is 100001, expected 0 to 100000");
    REFUSED((m->program.expiry_months = 1, m->program.pending_days = 29), "$.pending_days", "at most 28");
    REFUSED(m->program.reversible_days = 100001, "$.reversible_days", "is 100001, expected 0 to 100000");
    REFUSED(m->program.redeems = 2, "$.redeem", "is 2, expected 0 to 1");
    REFUSED(m->program.adjusts = 2, "$.adjust", "is 2, expected 0 to 1");
    REFUSED(m->program.redeem_minimum = -1, "$.redeem.minimum", "is -1, expected 0 to");
    REFUSED(m->program.redeem_step = 1000000001, "$.redeem.step", "is 1000000001, expected 0 to");
    REFUSED(m->program.adjust_counts_for = 4, "$.adjust.counts_for", "is 4, expected 0 to 3");
    REFUSED(m->program.redeems = m->program.adjusts = 1, "$.adjust.on", "redeems");
    REFUSED(m->program.point_value = UINT64_C(100000000000000001), "$.point_value", "at most 10^9");
    REFUSED(m->program.rules = 4097, "$.rules", "has 4097 elements, expected at most 4096");
    REFUSED(m->program.challenges = 4097, "$.challenges", "has 4097 elements");
    REFUSED(m->program.tiers = 4097, "$.tiers", "has 4097 elements");
}
END_TEST

/* The index in an error names the rule or tier. */
START_TEST(test_the_index_of_an_error)
{
    made *m = new_program();
    partner_error error;

    m->requirement[1].target = 0;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.index, 2);
    m->program.max_drop = 5000;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.index, PARTNER_NONE);
    free(m);
}
END_TEST

/* --- other versions, and no structs at all --- */

START_TEST(test_null_arrays)
{
    made *m = new_program();
    partner_error error;

    m->program.tier = NULL;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_ARGUMENT, error);
    m->program.tiers = 0;
    m->program.challenge = NULL;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_ARGUMENT, error);
    m->program.challenges = 0;
    m->program.rule = NULL;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_ARGUMENT, error);
    m->program.rules = 0;
    must(partner_program_check(&m->program, &error), error);
    free(m);
}
END_TEST

START_TEST(test_sizes_of_structs)
{
    made *m = new_program();
    partner_error error;

    m->rule[1].struct_size--;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "$.rules[1]: struct_size"));
    m->rule[1].struct_size++;
    m->tier[0].struct_size = 4;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_ARGUMENT, error);
    m->tier[0].struct_size = sizeof m->tier[0];
    m->challenge[1].reserved = 7;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "reserved is 7"));
    m->challenge[1].reserved = 0;
    m->program.struct_size = 0;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_ARGUMENT, error);
    free(m);
}
END_TEST

typedef struct later_rule {
    partner_program_rule rule;
    uint64_t news;
} later_rule;

/* Rules of a later version are fine as long as they say nothing new. */
START_TEST(test_a_later_version)
{
    made *m = new_program();
    later_rule later[RULES];
    partner_error error;
    char text[1024];

    memset(later, 0, sizeof later);
    for (size_t i = 0; i < RULES; i++) {
        later[i].rule = m->rule[i];
        later[i].rule.struct_size = sizeof later[i];
    }
    m->program.rule = &later[0].rule;
    must(partner_program_check(&m->program, &error), error);
    ck_assert_uint_gt(partner_program_sentence(&m->program, NULL, 3, text, sizeof text), 0);
    ck_assert_int_eq(strncmp(text, "three: 1 point", 14), 0);
    later[2].news = 1;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_UNSUPPORTED, error);
    free(m);
}
END_TEST

/* Challenges of an earlier version, whose struct ended before `bonus`, which reads as zero. */
START_TEST(test_an_earlier_version)
{
    enum { LESS = offsetof(partner_program_challenge, bonus) };
    made *m = new_program();
    _Alignas(partner_program_challenge) char earlier[CHALLENGES][LESS];
    partner_error error;

    for (size_t i = 0; i < CHALLENGES; i++) {
        m->challenge[i].struct_size = LESS;
        memcpy(earlier[i], &m->challenge[i], LESS);
    }
    m->program.challenge = (const void *)earlier;
    must_fail(partner_program_check(&m->program, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.path, "$.challenges[0].bonus");
    free(m);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("program check");
    TCase *tcase = add_case(suite, "program check");

    tcase_add_test(tcase, test_a_good_program);
    tcase_add_test(tcase, test_rules);
    tcase_add_test(tcase, test_conditions);
    tcase_add_test(tcase, test_what_no_bit_names);
    tcase_add_test(tcase, test_tiers);
    tcase_add_test(tcase, test_challenges);
    tcase_add_test(tcase, test_the_program_itself);
    tcase_add_test(tcase, test_the_index_of_an_error);
    tcase_add_test(tcase, test_null_arrays);
    tcase_add_test(tcase, test_sizes_of_structs);
    tcase_add_test(tcase, test_a_later_version);
    tcase_add_test(tcase, test_an_earlier_version);
    return run_suite(suite);
}
