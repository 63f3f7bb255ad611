/* SPDX-License-Identifier: MIT
 * What the state of a loyalty program is kept in: packed numbers, the bank of accounts, the set of known ids.
 */
#include "loyalty/bank.h"
#include "loyalty/known.h"
#include "loyalty/pack.h"
#include "suite.h"

static partner_error error;

/* Packed numbers */

/* "n bytes hold 7n bits, nine hold 64" */
static size_t expected_size(uint64_t value)
{
    size_t bytes = 1;

    while (bytes < 9 && value >> (7 * bytes) != 0) bytes++;
    return bytes;
}

START_TEST(packed_numbers)
{
    uint64_t state = 5;

    for (int i = 0; i < 3000; i++) {
        uint64_t value = i < 64    ? UINT64_C(1) << i
                         : i < 128 ? (UINT64_C(1) << (i - 64)) - 1
                                   : draw(&state) >> i % 64;
        int64_t signed_value = (int64_t)draw(&state) >> i % 64;
        uint8_t bytes[PARTNER__PACKED_ROOM];
        size_t n = partner__pack(bytes, value);
        partner__reader r = {bytes, bytes + n, 0}, short_one = {bytes, bytes + n - 1, 0};
        partner__writer w = {NULL, 0, 0, 0};

        ck_assert_uint_eq(n, expected_size(value));
        ck_assert_uint_eq(partner__unpack_u(&r), value);
        ck_assert(!r.failed && r.at == r.end);
        partner__unpack_u(&short_one);
        ck_assert(short_one.failed);
        partner__pack_i(&w, signed_value);
        partner__pack_i(&w, INT64_MIN);
        partner__pack_i(&w, INT64_MAX);
        partner__pack_u(&w, UINT64_MAX);
        r = (partner__reader){w.bytes, w.bytes + w.length, 0};
        ck_assert_int_eq(partner__unpack_i(&r), signed_value);
        ck_assert(partner__unpack_i(&r) == INT64_MIN);
        ck_assert(partner__unpack_i(&r) == INT64_MAX);
        ck_assert(partner__unpack_u(&r) == UINT64_MAX);
        ck_assert(!r.failed && r.at == r.end);
        free(w.bytes);
    }
}
END_TEST

/* "each has one form only": the number 5 (and 2^56 - 1) in more bytes than it needs */
START_TEST(other_forms_are_refused)
{
    static const uint8_t longer[][9] = {{0x01, 0x00},
                                        {5 << 2 | 1, 0x00},
                                        {5 << 3 | 3, 0x00, 0x00},
                                        {0x7f, 5, 0, 0, 0, 0, 0, 0},
                                        {0xff, 5, 0, 0, 0, 0, 0, 0, 0},
                                        {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}};
    static const size_t length[] = {2, 2, 3, 8, 9, 9};

    for (int i = 0; i < 6; i++) {
        partner__reader r = {longer[i], longer[i] + length[i], 0};
        ck_assert_uint_eq(partner__unpack_u(&r), 0);
        ck_assert(r.failed);
    }
}
END_TEST

/* The bank */

enum { MOST_PARTNERS = 700 };

/* What the bank should hold: the n-th string of partner p is `size` bytes made from both. */
typedef struct model {
    uint32_t version[MOST_PARTNERS];
    size_t size[MOST_PARTNERS];
} model;

static void fill(uint8_t *bytes, size_t size, uint32_t partner, uint32_t version)
{
    uint64_t state = (uint64_t)partner << 32 | (version + 1);

    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(draw(&state) >> 56);
}

static void check_bank(const partner__bank *bank, const model *m)
{
    uint8_t *expected = malloc(1 << 20);
    uint64_t living = 0;

    ck_assert_ptr_nonnull(expected);
    for (uint32_t p = 0; p < MOST_PARTNERS; p++) {
        size_t length = 0;
        const uint8_t *bytes = partner__bank_get(bank, p, &length);

        ck_assert((bytes != NULL) == (m->version[p] > 0));
        if (bytes == NULL) continue;
        ck_assert_uint_eq(length, m->size[p]);
        fill(expected, length, p, m->version[p]);
        ck_assert(memcmp(bytes, expected, length) == 0);
        living += 4 + expected_size(length) + length;
    }
    ck_assert_uint_eq(bank->used - bank->dead, living);
    /* garbage is at most a fourth of the living and one block, what is free at most a block for each of these
     */
    ck_assert_uint_le(bank->dead, living / 4 + (1 << 18));
    free(expected);
}

/* Every string is the newest taken over; what was dropped leaves no trace; garbage is bounded. */
static void churn(uint64_t seed, size_t largest, int rounds)
{
    partner__bank bank = {0};
    model *m = calloc(1, sizeof *m), *next = calloc(1, sizeof *next);
    uint8_t *bytes = malloc(largest + 1);
    uint64_t state = seed;

    ck_assert(m != NULL && next != NULL && bytes != NULL);
    for (int round = 0; round < rounds; round++) {
        int take = draw(&state) % 4 > 0;
        uint32_t step = (uint32_t)(1 + draw(&state) % 40);
        int writers = (int)(1 + draw(&state) % 3);
        uint32_t p = (uint32_t)(draw(&state) % step);

        *next = *m;
        must(partner__bank_reserve(&bank, MOST_PARTNERS, &error), error);
        for (int i = 0; i < writers; i++) {
            partner__writer w = {NULL, 0, 0, 0};
            for (; p < MOST_PARTNERS * (uint32_t)(i + 1) / (uint32_t)writers; p += step) {
                next->version[p] = (uint32_t)round + 1;
                next->size[p] = (size_t)(draw(&state) % (largest + 1));
                fill(bytes, next->size[p], p, next->version[p]);
                partner__bank_write(&w, p, bytes, next->size[p]);
            }
            must(partner__bank_stage(&bank, &w, &error), error);
            ck_assert(w.bytes == NULL && w.length == 0);
        }
        partner__bank_settle(&bank, take);
        if (take) *m = *next;
        check_bank(&bank, m);
    }
    partner__bank_free(&bank);
    free(m);
    free(next);
    free(bytes);
}

START_TEST(bank_holds_the_newest)
{
    churn(11, 0, 50);
    churn(12, 30, 200);
    churn(13, 5000, (int)in_time(60, 20));
    churn(14, 300000, (int)in_time(10, 2)); /* strings longer than a block */
}
END_TEST

/* The set of ids */

enum { IDS = 5000 };

static int has(const partner__known *known, uint64_t id, uint32_t partner)
{
    size_t at = 0;

    for (uint32_t found; (found = partner__known_next(known, id, &at)) != PARTNER_NONE;)
        if (found == partner) return 1;
    return 0;
}

START_TEST(known_ids)
{
    partner__known known = {NULL};
    uint64_t state = 77, *id = malloc(IDS * sizeof *id);
    uint8_t *in = calloc(IDS, 1);
    size_t at = 0, count = 0, wrong = 0;

    ck_assert(id != NULL && in != NULL);
    ck_assert(partner__known_next(&known, 5, &at) == PARTNER_NONE);
    partner__known_remove(&known, 5, 0);
    must(partner__known_reserve(&known, NULL, 0, &error), error);
    /* ids as they are: ascending numbers, and random ones */
    for (size_t i = 0; i < IDS; i++) id[i] = i % 2 == 0 ? i : draw(&state);
    for (int round = 0; round < 60; round++) {
        size_t from = (size_t)(draw(&state) % IDS), length = (size_t)(draw(&state) % 800);
        if (from + length > IDS) length = IDS - from;
        must(partner__known_reserve(&known, id + from, length, &error), error);
        for (size_t i = from; i < from + length; i++) {
            uint32_t partner = (uint32_t)i * 7;
            if (!in[i]) partner__known_add(&known, &id[i], &partner, 1);
            count += !in[i];
            in[i] = 1;
        }
        for (size_t i = (size_t)(draw(&state) % 3); i < IDS; i += 1 + (size_t)(draw(&state) % 5)) {
            if (in[i]) partner__known_remove(&known, id[i], (uint32_t)i * 7);
            count -= in[i];
            in[i] = 0;
        }
        for (size_t i = 0; i < IDS; i++) wrong += has(&known, id[i], (uint32_t)i * 7) != in[i];
        ck_assert_uint_eq(wrong, 0);
    }
    ck_assert_uint_gt(count, 0);
    partner__known_free(&known);
    free(id);
    free(in);
}
END_TEST

/* "eight bytes for each and little air": at most 8 / 0.56 where shelves have just grown */
START_TEST(known_ids_are_small)
{
    const size_t ids = in_time(1000000, 100000);
    partner__known known = {NULL};
    uint64_t *id = malloc(ids * sizeof *id);
    uint32_t *partner = malloc(ids * sizeof *partner);

    ck_assert(id != NULL && partner != NULL);
    for (size_t i = 0; i < ids; i++) {
        id[i] = i;
        partner[i] = (uint32_t)i;
    }
    for (size_t i = 0; i < ids; i += 1000) {
        size_t some = ids - i < 1000 ? ids - i : 1000;

        must(partner__known_reserve(&known, id + i, some, &error), error);
        partner__known_add(&known, id + i, partner + i, some);
    }
    for (size_t i = 0; i < ids; i += 9973) ck_assert(has(&known, id[i], (uint32_t)i));
    for (size_t i = 0, at; i < ids; i += 9973) {
        at = 0;
        ck_assert(partner__known_next(&known, ids + i, &at) == PARTNER_NONE);
    }
    ck_assert_uint_lt(partner__known_size(&known), ids * 8 * 100 / 56 + 1024 * 16);
    partner__known_free(&known);
    free(id);
    free(partner);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty store");
    TCase *pack = add_case(suite, "packed numbers"), *bank = add_case(suite, "bank");
    TCase *known = add_case(suite, "known ids");

    tcase_add_test(pack, packed_numbers);
    tcase_add_test(pack, other_forms_are_refused);
    tcase_add_test(bank, bank_holds_the_newest);
    tcase_add_test(known, known_ids);
    tcase_add_test(known, known_ids_are_small);
    return run_suite(suite);
}
