/* SPDX-License-Identifier: MIT
 * Saved tallies: whether their dictionaries fit, and bytes that were damaged or forged. */
#include "base/bytes.h"
#include "sales.h"

static partner_dict *dict_of(int64_t first, size_t count)
{
    partner_dict *dict = NULL;

    must(partner_dict_new(&dict, &error), error);
    for (size_t i = 0; i < count; i++) {
        int64_t id = first + (int64_t)i;
        uint32_t index;
        must(partner_dict_add_integers(dict, 1, &id, &index, &error), error);
    }
    return dict;
}

/* "a dictionary that has only grown since fits as it is; … without a map a misfit is an error" */
START_TEST(dictionaries)
{
    uint64_t state = 3;
    rows r = random_rows(&state, 50, 10);
    partner_totals_options options = windowed();
    partner_sales s = slice(&r, 0, 50);
    partner_dict *own = dict_of(0, 10), *grown = dict_of(0, 15), *short_one = dict_of(0, 9);
    partner_dict *other = dict_of(1, 20);
    partner_tally *tally = new_tally(&options), *foreign, *stranger, *known, *back = NULL;
    partner_bytes *marked, *plain, *strange, *again, *none = NULL;
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options enrol = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t = NULL;
    uint32_t map[10];

    for (uint32_t i = 0; i < 10; i++) r.partner[i] = i;
    must(partner_tally_add(tally, &s, &error), error);
    must_fail(partner_tally_save(tally, short_one, &none, &error), PARTNER_E_ARGUMENT, error);
    marked = save(tally, own);
    plain = save(tally, NULL);
    strange = save(tally, other);
    ck_assert(!same_bytes(marked, plain));
    /* with its dictionary, grown or not */
    known = load(marked, own);
    must(partner_tally_merge(known, tally, NULL, 0, &error), error);
    partner_tally_free(known);
    known = load(marked, grown);
    must(partner_tally_add(known, &s, &error), error);
    must_fail(partner_tally_load(marked->bytes, marked->length, other, &back, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_load(marked->bytes, marked->length, short_one, &back, &error), PARTNER_E_STATE,
              error);
    must_fail(partner_tally_load(plain->bytes, plain->length, short_one, &back, &error), PARTNER_E_STATE,
              error);
    ck_assert_ptr_null(back);
    /* without it */
    foreign = load(marked, NULL);
    stranger = load(strange, NULL);
    must_fail(partner_tally_merge(foreign, tally, NULL, 0, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_merge(tally, foreign, NULL, 0, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_merge(foreign, stranger, NULL, 0, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_add(foreign, &s, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_save(foreign, other, &none, &error), PARTNER_E_STATE, error);
    enrol.roster = &roster;
    must_fail(partner_totals_from_tally(foreign, &enrol, &t, &error), PARTNER_E_STATE, error);
    again = save(foreign, NULL);
    ck_assert(same_bytes(marked, again));
    partner_bytes_free(again);
    again = save(foreign, own);
    ck_assert(same_bytes(marked, again));
    back = load(marked, NULL);
    must(partner_tally_merge(foreign, back, NULL, 0, &error), error);
    /* a tally without any index takes the other's dictionary over */
    partner_tally_free(known);
    known = new_tally(&options);
    must(partner_tally_merge(known, stranger, NULL, 0, &error), error);
    must_fail(partner_tally_merge(known, foreign, NULL, 0, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_merge(known, tally, NULL, 0, &error), PARTNER_E_STATE, error);
    /* through a map */
    for (uint32_t i = 0; i < 10; i++) map[i] = 9 - i;
    must(partner_tally_merge(tally, stranger, map, 10, &error), error);
    must(partner_tally_merge(foreign, stranger, map, 10, &error), error);
    map[3] = 10;
    must_fail(partner_tally_merge(foreign, stranger, map, 10, &error), PARTNER_E_STATE, error);
    ck_assert_ptr_null(none);
    partner_bytes_free(marked);
    partner_bytes_free(plain);
    partner_bytes_free(strange);
    partner_bytes_free(again);
    partner_tally_free(tally);
    partner_tally_free(foreign);
    partner_tally_free(stranger);
    partner_tally_free(known);
    partner_tally_free(back);
    partner_dict_free(own);
    partner_dict_free(grown);
    partner_dict_free(short_one);
    partner_dict_free(other);
    free_rows(&r);
}
END_TEST

/* "any corrupted or truncated byte string gives an error, never a crash" */
START_TEST(damaged_bytes)
{
    uint64_t state = 8;
    rows r = random_rows(&state, 30, 6);
    partner_totals_options options = windowed();
    partner_dict *dict = dict_of(0, 6);
    partner_tally *tally = new_tally(&options), *back = NULL;
    partner_bytes *saved;
    uint8_t *copy;

    add(tally, &r, 0, 30);
    saved = save(tally, dict);
    copy = malloc(saved->length + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, saved->bytes, saved->length);
    copy[saved->length] = 0;
    for (size_t i = 0; i < saved->length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            copy[i] ^= (uint8_t)(1 << bit);
            must_fail(partner_tally_load(copy, saved->length, dict, &back, &error), PARTNER_E_DATA, error);
            copy[i] ^= (uint8_t)(1 << bit);
        }
        must_fail(partner_tally_load(copy, i, dict, &back, &error), PARTNER_E_DATA, error);
    }
    must_fail(partner_tally_load(copy, saved->length + 1, dict, &back, &error), PARTNER_E_DATA, error);
    must_fail(partner_tally_load(NULL, 5, dict, &back, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_tally_load(copy, saved->length, dict, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(back);
    free(copy);
    partner_bytes_free(saved);
    partner_tally_free(tally);
    partner_dict_free(dict);
    free_rows(&r);
}
END_TEST

/* Saved bytes field by field, with a right checksum: what a forger can write. Two partners, 0 and 2. */
typedef struct forged {
    uint32_t version, flags, minor_units, min_sales, from, to, last_seen;
    uint64_t ids, print[2], partners, size, rows, used;
    struct {
        uint32_t partner;
        uint64_t gross, returned, gained, lost, sales, returns, rows;
        uint32_t first, last;
    } cell[2];
} forged;

static const uint32_t DAY_0 = UINT32_C(0x80000000); /* how day 0 is written: days are shifted to begin at 0 */

static partner_status load_forged(const forged *f)
{
    partner__writer w;
    partner_bytes *bytes = NULL;
    partner_tally *tally = NULL;
    partner_status status;

    partner__writer_begin(&w, "PRTTALLY", f->version, 0);
    partner__write_u32(&w, f->flags);
    partner__write_u32(&w, f->minor_units);
    partner__write_u32(&w, f->min_sales);
    partner__write_u32(&w, f->from);
    partner__write_u32(&w, f->to);
    partner__write_u32(&w, f->last_seen);
    partner__write_u64(&w, f->ids);
    partner__write_u64(&w, f->print[0]);
    partner__write_u64(&w, f->print[1]);
    partner__write_u64(&w, f->partners);
    partner__write_u64(&w, f->size);
    partner__write_u64(&w, f->rows);
    partner__write_u64(&w, f->used);
    for (int i = 0; i < 2; i++) {
        partner__write_u32(&w, f->cell[i].partner);
        partner__write_u64(&w, f->cell[i].gross);
        partner__write_u64(&w, f->cell[i].returned);
        partner__write_u64(&w, f->cell[i].gained);
        partner__write_u64(&w, f->cell[i].lost);
        partner__write_u64(&w, f->cell[i].sales);
        partner__write_u64(&w, f->cell[i].returns);
        partner__write_u64(&w, f->cell[i].rows);
        partner__write_u32(&w, f->cell[i].first);
        partner__write_u32(&w, f->cell[i].last);
    }
    must(partner__writer_end(&w, &bytes, &error), error);
    status = partner_tally_load(bytes->bytes, bytes->length, NULL, &tally, &error);
    if (status == PARTNER_OK) {
        partner_totals *t = finish(tally);
        partner_bytes *again = save(tally, NULL);
        ck_assert(same_bytes(bytes, again));
        partner_bytes_free(again);
        partner_totals_free(t);
    }
    partner_bytes_free(bytes);
    partner_tally_free(tally);
    return status;
}

static forged good(void)
{
    forged f = {1, 1, 2, 1, DAY_0 + 10, DAY_0 + 20, DAY_0 + 25, 0, {0, 0}, 0, 4, 9, 2, {{0}, {0}}};

    f.cell[0].partner = 0;
    f.cell[0].gross = 50;
    f.cell[0].sales = 3;
    f.cell[0].rows = 5;
    f.cell[0].first = 0u - (DAY_0 + 10);
    f.cell[0].last = DAY_0 + 19;
    f.cell[1].partner = 2;
    f.cell[1].returned = 7;
    f.cell[1].returns = 4;
    f.cell[1].gained = 3;
    f.cell[1].rows = 4;
    return f;
}

#define refused(change)                                                                  \
    do {                                                                                 \
        forged f = good();                                                               \
        change;                                                                          \
        ck_assert_msg(load_forged(&f) == PARTNER_E_DATA, "%s was not refused", #change); \
    } while (0)

START_TEST(forged_bytes)
{
    forged f = good();

    ck_assert_int_eq(load_forged(&f), PARTNER_OK);
    f.version = 2;
    ck_assert_int_eq(load_forged(&f), PARTNER_E_UNSUPPORTED);
    refused(f.version = 0);
    refused(f.flags = 5);
    refused(f.flags = 0); /* but there are margins */
    refused(f.flags = 3); /* a mark of no ids, but there are indexes */
    refused(f.ids = 1);
    refused(f.print[0] = 1);
    refused(f.print[1] = 1);
    refused(f.minor_units = 10);
    refused(f.minor_units = 258);
    refused(f.min_sales = 0);
    refused(f.to = f.from);
    refused(f.from = DAY_0 + 11);
    refused(f.to = DAY_0 + 19);
    refused(f.last_seen = DAY_0 + 18);
    refused(f.partners = 3);
    refused(f.partners = UINT64_MAX);
    refused(f.size = 2);
    refused(f.size = UINT64_MAX);
    refused(f.rows = 8);
    refused(f.rows = 10);
    refused(f.used = 1);
    refused(f.used = 3);
    refused(f.used = UINT64_MAX);
    refused(f.cell[1].partner = 0);
    refused(f.cell[1].partner = 4);
    refused(f.cell[0].gross = (uint64_t)INT64_MAX + 1);
    refused(f.cell[0].gross = 2); /* three sales of at least 1 */
    refused(f.cell[1].gross = 1); /* of no sale */
    refused(f.cell[1].returned = UINT64_MAX);
    refused(f.cell[1].returned = 3);
    refused(f.cell[0].returned = 3);
    refused(f.cell[1].gained = UINT64_MAX);
    refused(f.cell[1].lost = (uint64_t)INT64_MAX + 1);
    refused(f.cell[0].rows = 2);
    refused(f.cell[0].sales = UINT64_MAX);
    refused(f.cell[1].returns = 5);
    refused(f.cell[0].rows = UINT64_MAX);
    refused(f.cell[0].first = 0u - (DAY_0 + 9));
    refused(f.cell[0].first = 0);
    refused(f.cell[0].last = 0);
    refused(f.cell[0].last = DAY_0 + 20);
    refused(f.cell[0].first = 0u - (DAY_0 + 15); f.cell[0].last = DAY_0 + 14);
    refused(f.cell[1].first = 0u - (DAY_0 + 15); f.cell[1].last = DAY_0 + 15);
    refused(f.cell[0].first = f.cell[0].last = 0);
}
END_TEST

/* Legal bytes with counts near 2^64: merging and adding must not wrap. */
START_TEST(forged_counts)
{
    partner__writer w;
    partner_bytes *bytes = NULL;
    partner_tally *a, *b;
    const uint32_t partner[] = {0, 0};
    const int64_t amount[] = {0, 0};
    partner_sales s = PARTNER_SALES_INIT;

    partner__writer_begin(&w, "PRTTALLY", 1, 0);
    for (int i = 0; i < 6; i++) partner__write_u32(&w, i == 2 ? 1 : 0);
    for (int i = 0; i < 4; i++) partner__write_u64(&w, 0);
    partner__write_u64(&w, 1);
    partner__write_u64(&w, UINT64_MAX - 1);
    partner__write_u64(&w, 1);
    partner__write_u32(&w, 0);
    for (int i = 0; i < 6; i++) partner__write_u64(&w, 0);
    partner__write_u64(&w, UINT64_MAX - 1);
    partner__write_u64(&w, 0);
    must(partner__writer_end(&w, &bytes, &error), error);
    a = load(bytes, NULL);
    b = load(bytes, NULL);
    must_fail(partner_tally_merge(a, b, NULL, 0, &error), PARTNER_E_RANGE, error);
    s.rows = 2;
    s.partner = partner;
    s.amount = amount;
    check_untouched(a, &s, PARTNER_E_RANGE);
    s.rows = 1;
    must(partner_tally_add(a, &s, &error), error);
    partner_bytes_free(bytes);
    partner_tally_free(a);
    partner_tally_free(b);
}
END_TEST

/* The same through the table of objects, as bindings use it. */
START_TEST(object)
{
    const partner_object *object = partner_object_find("tally");
    uint64_t state = 77;
    rows r = random_rows(&state, 100, 9);
    partner_totals_options options = windowed(), growth = options;
    const void *all[] = {&options}, *nothing[] = {NULL, NULL}, *two[] = {&growth};
    partner_sales whole = slice(&r, 0, 100), half = slice(&r, 0, 50), rest = slice(&r, 50, 100);
    partner_totals *expected = NULL;
    partner_bytes *bytes = NULL;
    void *a = NULL, *b = NULL, *c = NULL, *result = NULL;

    ck_assert_ptr_nonnull(object);
    must(partner_totals_new(&whole, &options, &expected, &error), error);
    must(object->create(&options, &a, &error), error);
    must(object->create(&options, &b, &error), error);
    must(object->add(a, &half, &error), error);
    must(object->add(b, &rest, &error), error);
    must(object->merge(a, b, NULL, 0, &error), error);
    must(object->save(a, NULL, &bytes, &error), error);
    must(object->load(bytes->bytes, bytes->length, NULL, &c, &error), error);
    must(object->finish(c, nothing, all, &result, &error), error);
    check_same_totals(expected, object->analysis->view(result, 0));
    ck_assert_ptr_null(object->analysis->view(result, 1));
    object->analysis->free(result);
    result = NULL;
    growth.previous_from_day = 1;
    must_fail(object->finish(c, NULL, two, &result, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(result);
    object->free(a);
    object->free(b);
    object->free(c);
    partner_bytes_free(bytes);
    partner_totals_free(expected);
    free_rows(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("saved");
    TCase *tcase = add_case(suite, "saved");

    tcase_add_test(tcase, dictionaries);
    tcase_add_test(tcase, damaged_bytes);
    tcase_add_test(tcase, forged_bytes);
    tcase_add_test(tcase, forged_counts);
    tcase_add_test(tcase, object);
    return run_suite(suite);
}
