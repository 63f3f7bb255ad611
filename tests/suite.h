/* SPDX-License-Identifier: MIT
 * What every Check suite needs: running it, and shorthands for calls that must succeed or fail. */
#ifndef PARTNER_TESTS_SUITE_H
#define PARTNER_TESTS_SUITE_H

#include <check.h>
#include <math.h>
#include <partner/partner.h>
#include <stdlib.h>
#include <string.h>

/* Runs one suite: 0 when every test passed. CK_FORK=no (set by the run under valgrind) is honoured. */
static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A suite with one case per file is enough to name what failed. */
static inline TCase *add_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    return tcase;
}

/* The call succeeds; otherwise the test fails with the library's own sentence. `error` is a partner_error. */
#define must(call, error)                                                                                \
    do {                                                                                                 \
        partner_status must_status = (call);                                                             \
        ck_assert_msg(must_status == PARTNER_OK, "%s: %d %s", #call, (int)must_status, (error).message); \
    } while (0)

/* The call fails with this status. */
#define must_fail(call, expected, error)                                                               \
    do {                                                                                               \
        partner_status must_status = (call);                                                           \
        ck_assert_msg(must_status == (expected), "%s: %d instead of %d (%s)", #call, (int)must_status, \
                      (int)(expected), (error).message);                                               \
        ck_assert_int_eq((error).code, (expected));                                                    \
    } while (0)

/* Equal to the last bit; two NaNs are equal. */
static inline int same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* Whether the sanitizers run within the short run, which leaves the whole to the long one. */
static inline int briefly(void) { return getenv("TESTS_BRIEFLY") != NULL; }

/* Under valgrind (which is when tests do not fork) everything is some fifty times slower: large cases shrink.
 */
static inline size_t in_time(size_t size, size_t under_valgrind)
{
    const char *fork = getenv("CK_FORK");
    size_t brief = size / 6 > under_valgrind ? size / 6 : under_valgrind;

    if (fork != NULL && strcmp(fork, "no") == 0 && size > under_valgrind) return under_valgrind;
    return briefly() && size > brief ? brief : size;
}

/* A small random generator of the tests' own (xorshift64*, Vigna 2016), so that no expectation depends on the
 * library's. State must not be 0. */
static inline uint64_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

#endif
