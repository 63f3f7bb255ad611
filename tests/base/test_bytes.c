/* SPDX-License-Identifier: MIT
 * Saved bytes and the hash. tables/make_hash.py computes both from their description, so that a machine of
 * another byte order is held to the same values. */
#include "../tables/hash.h"
#include "base.h"
#include "base/bytes.h"

static const char kind[8] = {'T', 'E', 'S', 'T', 'K', 'I', 'N', 'D'};
enum { NEWEST = 3 };

START_TEST(test_hash_table)
{
    uint8_t text[HASH_LONGEST + 1];

    for (size_t i = 0; i < sizeof hash_table / sizeof hash_table[0]; i++) {
        const struct hash_row *row = &hash_table[i];

        /* The same bytes at an odd address hash alike. */
        for (size_t at = 0; at < 2; at++) {
            for (size_t k = 0; k < row->length; k++) text[at + k] = (uint8_t)(k * 37 + 11);
            ck_assert_uint_eq(partner__hash(text + at, row->length, row->seed), row->hash);
        }
    }
}
END_TEST

START_TEST(test_hash_tells_lengths_and_seeds_apart)
{
    static const uint8_t zeros[65] = {0};
    uint64_t seen[2 * 65];
    size_t n = 0;

    for (size_t length = 0; length <= 64; length++)
        for (uint64_t seed = 0; seed < 2; seed++) {
            seen[n] = partner__hash(zeros, length, seed);
            for (size_t i = 0; i < n; i++) ck_assert_uint_ne(seen[i], seen[n]);
            n++;
        }
}
END_TEST

/* Bits of the hash flip with probability 1/2 when one bit of the input does: over 64 * 24 * 8 trials each
 * output bit's share of flips is within 5 standard deviations. */
START_TEST(test_hash_avalanche)
{
    enum { LENGTH = 24, TEXTS = 64, TRIALS = TEXTS * LENGTH * 8 };
    unsigned flips[64] = {0};
    uint64_t state = UINT64_C(0x589965cc75374cc3);
    const double expected = TRIALS / 2.0, deviation = sqrt(TRIALS / 4.0);

    for (int t = 0; t < TEXTS; t++) {
        uint8_t text[LENGTH];
        uint64_t before;

        for (int i = 0; i < LENGTH; i++) text[i] = (uint8_t)draw(&state);
        before = partner__hash(text, LENGTH, 0);
        for (int bit = 0; bit < LENGTH * 8; bit++) {
            text[bit / 8] ^= (uint8_t)(1 << bit % 8);
            uint64_t changed = before ^ partner__hash(text, LENGTH, 0);
            text[bit / 8] ^= (uint8_t)(1 << bit % 8);
            for (int i = 0; i < 64; i++) flips[i] += (unsigned)(changed >> i & 1);
        }
    }
    for (int i = 0; i < 64; i++) ck_assert_double_lt(fabs(flips[i] - expected), 5 * deviation);
}
END_TEST

static partner_bytes *saved(uint32_t version, size_t expected)
{
    partner__writer w;
    partner_bytes *bytes = NULL;
    partner_error error;

    partner__writer_begin(&w, kind, version, expected);
    partner__write_u32(&w, UINT32_C(0x01020304));
    partner__write_u64(&w, UINT64_C(0x1112131415161718));
    partner__write_bytes(&w, "hello", 5);
    partner__write_bytes(&w, NULL, 0);
    partner__write_u32(&w, UINT32_MAX);
    must(partner__writer_end(&w, &bytes, &error), error);
    return bytes;
}

START_TEST(test_saved_bytes_are_those_of_the_table)
{
    partner_bytes *bytes = saved(2, 0);

    ck_assert_uint_eq(bytes->length, sizeof saved_bytes);
    ck_assert_mem_eq(bytes->bytes, saved_bytes, sizeof saved_bytes);
    partner_bytes_free(bytes);
}
END_TEST

static partner_status begin(partner__reader *r, const uint8_t *bytes, size_t length, partner_error *error)
{
    return partner__reader_begin(r, bytes, length, kind, NEWEST, "test", error);
}

START_TEST(test_round_trip)
{
    partner_bytes *bytes = saved((uint32_t)_i, (size_t)_i * 100);
    partner__reader r;
    partner_error error;
    const uint8_t *text;

    must(begin(&r, bytes->bytes, bytes->length, &error), error);
    ck_assert_uint_eq(partner__reader_left(&r), 4 + 8 + 5 + 4);
    ck_assert_uint_eq(partner__read_u32(&r), UINT32_C(0x01020304));
    ck_assert_uint_eq(partner__read_u64(&r), UINT64_C(0x1112131415161718));
    text = partner__read_bytes(&r, 5);
    ck_assert_ptr_nonnull(text);
    ck_assert_mem_eq(text, "hello", 5);
    ck_assert_uint_eq(partner__read_u32(&r), UINT32_MAX);
    ck_assert_uint_eq(partner__reader_left(&r), 0);
    ck_assert(!r.failed);
    partner_bytes_free(bytes);
}
END_TEST

START_TEST(test_reading_past_the_end)
{
    partner_bytes *bytes = saved(1, 0);
    partner__reader r;
    partner_error error;

    must(begin(&r, bytes->bytes, bytes->length, &error), error);
    ck_assert_ptr_null(partner__read_bytes(&r, 22));
    ck_assert(r.failed);
    must(begin(&r, bytes->bytes, bytes->length, &error), error);
    ck_assert_ptr_null(partner__read_bytes(&r, SIZE_MAX));
    ck_assert(r.failed);
    must(begin(&r, bytes->bytes, bytes->length, &error), error);
    ck_assert_ptr_nonnull(partner__read_bytes(&r, 18));
    ck_assert_uint_eq(partner__read_u32(&r), 0);
    ck_assert(r.failed);
    must(begin(&r, bytes->bytes, bytes->length, &error), error);
    ck_assert_ptr_nonnull(partner__read_bytes(&r, 14));
    ck_assert_uint_eq(partner__read_u64(&r), 0);
    ck_assert(r.failed);
    partner_bytes_free(bytes);
}
END_TEST

/* spec/totals.md: any corrupted or truncated byte string gives an error, never a crash. */
START_TEST(test_every_truncation_is_refused)
{
    partner_bytes *bytes = saved(1, 0);

    for (size_t length = 0; length < bytes->length; length++) {
        uint8_t *copy = malloc(length + 1);
        partner__reader r;
        partner_error error;

        ck_assert_ptr_nonnull(copy);
        copy = realloc(copy, length == 0 ? 1 : length); /* exactly so long, for the sanitizer */
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, bytes->bytes, length);
        must_fail(begin(&r, copy, length, &error), PARTNER_E_DATA, error);
        free(copy);
    }
    partner_bytes_free(bytes);
}
END_TEST

START_TEST(test_every_flipped_bit_is_refused)
{
    partner_bytes *bytes = saved(1, 0);
    uint8_t copy[sizeof saved_bytes];
    partner__reader r;
    partner_error error;

    ck_assert_uint_eq(bytes->length, sizeof copy);
    memcpy(copy, bytes->bytes, sizeof copy);
    for (size_t bit = 0; bit < 8 * sizeof copy; bit++) {
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        must_fail(begin(&r, copy, sizeof copy, &error), PARTNER_E_DATA, error);
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    must(begin(&r, copy, sizeof copy, &error), error);
    partner_bytes_free(bytes);
}
END_TEST

START_TEST(test_other_kinds_and_versions)
{
    partner_bytes *bytes = saved(NEWEST + 1, 0);
    partner__reader r;
    partner_error error;

    must_fail(begin(&r, bytes->bytes, bytes->length, &error), PARTNER_E_UNSUPPORTED, error);
    ck_assert_ptr_nonnull(strstr(error.message, "4"));
    must_fail(partner__reader_begin(&r, bytes->bytes, bytes->length, "TESTKINE", NEWEST, "test", &error),
              PARTNER_E_DATA, error);
    must_fail(begin(&r, NULL, 0, &error), PARTNER_E_ARGUMENT, error);
    partner_bytes_free(bytes);
    bytes = saved(0, 0);
    must_fail(begin(&r, bytes->bytes, bytes->length, &error), PARTNER_E_DATA, error);
    partner_bytes_free(bytes);
    partner_bytes_free(NULL);
}
END_TEST

START_TEST(test_long_bytes_and_impossible_room)
{
    enum { MANY = 100000 };
    partner__writer w;
    partner__reader r;
    partner_bytes *bytes = NULL;
    partner_error error;

    partner__writer_begin(&w, kind, 1, 0);
    for (uint64_t i = 0; i < MANY; i++) partner__write_u64(&w, i * i);
    must(partner__writer_end(&w, &bytes, &error), error);
    ck_assert_uint_eq(bytes->length, 8 + 4 + 8 * (size_t)MANY + 8);
    must(begin(&r, bytes->bytes, bytes->length, &error), error);
    for (uint64_t i = 0; i < MANY; i++)
        if (partner__read_u64(&r) != i * i) ck_abort_msg("value %llu", (unsigned long long)i);
    partner_bytes_free(bytes);
    bytes = NULL;
    partner__writer_begin(&w, kind, 1, SIZE_MAX);
    partner__write_u32(&w, 1);
    must_fail(partner__writer_end(&w, &bytes, &error), PARTNER_E_NOMEM, error);
    ck_assert_ptr_null(bytes);
}
END_TEST

void add_bytes_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "bytes");

    tcase_add_test(tcase, test_hash_table);
    tcase_add_test(tcase, test_hash_tells_lengths_and_seeds_apart);
    tcase_add_test(tcase, test_hash_avalanche);
    tcase_add_test(tcase, test_saved_bytes_are_those_of_the_table);
    tcase_add_loop_test(tcase, test_round_trip, 1, NEWEST + 1);
    tcase_add_test(tcase, test_reading_past_the_end);
    tcase_add_test(tcase, test_every_truncation_is_refused);
    tcase_add_test(tcase, test_every_flipped_bit_is_refused);
    tcase_add_test(tcase, test_other_kinds_and_versions);
    tcase_add_test(tcase, test_long_bytes_and_impossible_room);
}
