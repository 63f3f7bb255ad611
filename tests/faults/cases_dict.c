/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "fixture.h"

enum { IDS = 3000, KNOWN = 100, LONGEST = 24 };

/* Ids of IDS partners, in the three forms that a dictionary takes. */
typedef struct ids {
    char text[IDS][LONGEST];
    const char *string[IDS];
    int64_t offset[IDS + 1], number[IDS];
    char packed[IDS * LONGEST];
    uint32_t index[IDS];
} ids;

static const ids *names(void)
{
    static ids made;
    size_t end = 0;

    if (made.string[0] != NULL) return &made;
    for (size_t i = 0; i < IDS; i++) {
        made.number[i] = (int64_t)i * 7919 - 1000;
        snprintf(made.text[i], LONGEST, "%lld", (long long)made.number[i]);
        memcpy(made.packed + end, made.text[i], strlen(made.text[i]));
        made.offset[i] = (int64_t)end;
        end += strlen(made.text[i]);
        made.string[i] = made.text[i];
    }
    made.offset[IDS] = (int64_t)end;
    return &made;
}

static partner_dict *dict_of(size_t n, partner_error *error)
{
    static uint32_t index[IDS];
    partner_dict *dict = NULL;

    must(partner_dict_new(&dict, error), *error);
    must(partner_dict_add_strings(dict, n, names()->string, NULL, index, error), *error);
    return dict;
}

/* What the dictionary holds, to be compared before and after. */
static partner_bytes *dict_bytes(const partner_dict *dict, partner_error *error)
{
    partner_bytes *bytes = NULL;

    must(partner_dict_save(dict, &bytes, error), *error);
    return bytes;
}

static void check_same_bytes(partner_bytes *a, partner_bytes *b)
{
    ck_assert_uint_eq(a->length, b->length);
    ck_assert_mem_eq(a->bytes, b->bytes, a->length);
    partner_bytes_free(a);
    partner_bytes_free(b);
}

static partner_status run_new(plan *p, partner_error *error)
{
    partner_dict *dict = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_dict_new(&dict, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(dict, UNTOUCHED);
        return status;
    }
    ck_assert_uint_eq(partner_dict_size(dict), 0);
    partner_dict_free(dict);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_dict *dict = dict_of(IDS, error);

    arm(p);
    partner_dict_free(dict);
    partner_dict_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

static partner_status run_size(plan *p, partner_error *error)
{
    partner_dict *dict = dict_of(IDS, error);
    size_t size;

    arm(p);
    size = partner_dict_size(dict);
    disarm(p);
    ck_assert_uint_eq(size, IDS);
    partner_dict_free(dict);
    return PARTNER_OK;
}

typedef partner_status (*adder)(partner_dict *dict, uint32_t *index, partner_error *error);

static partner_status add_strings(partner_dict *dict, uint32_t *index, partner_error *error)
{
    return partner_dict_add_strings(dict, IDS, names()->string, NULL, index, error);
}

static partner_status add_offsets(partner_dict *dict, uint32_t *index, partner_error *error)
{
    return partner_dict_add_offsets(dict, IDS, names()->offset, names()->packed, index, error);
}

static partner_status add_integers(partner_dict *dict, uint32_t *index, partner_error *error)
{
    return partner_dict_add_integers(dict, IDS, names()->number, index, error);
}

/* All or nothing: on failure the dictionary holds what it held before. */
static partner_status run_add(adder add, plan *p, partner_error *error)
{
    static uint32_t index[IDS];
    partner_dict *dict = dict_of(KNOWN, error);
    partner_bytes *before = dict_bytes(dict, error), *after;
    partner_status status;

    arm(p);
    status = add(dict, index, error);
    disarm(p);
    if (status != PARTNER_OK) {
        after = dict_bytes(dict, error);
        check_same_bytes(before, after);
        ck_assert_uint_eq(partner_dict_find(dict, names()->string[IDS - 1], strlen(names()->string[IDS - 1])),
                          PARTNER_NONE);
        ck_assert_uint_eq(partner_dict_find(dict, names()->string[7], strlen(names()->string[7])), 7);
    } else {
        partner_bytes_free(before);
        for (uint32_t i = 0; i < IDS; i++) ck_assert_uint_eq(index[i], i);
    }
    /* And the same call works once there is memory. */
    partner_error later;
    must(add(dict, index, &later), later);
    ck_assert_uint_eq(partner_dict_size(dict), IDS);
    ck_assert_uint_eq(index[IDS - 1], IDS - 1);
    partner_dict_free(dict);
    return status;
}

static partner_status run_add_strings(plan *p, partner_error *error) { return run_add(add_strings, p, error); }
static partner_status run_add_offsets(plan *p, partner_error *error) { return run_add(add_offsets, p, error); }
static partner_status run_add_integers(plan *p, partner_error *error)
{
    return run_add(add_integers, p, error);
}

static partner_status run_find(plan *p, partner_error *error)
{
    partner_dict *dict = dict_of(IDS, error);
    uint32_t found, none;

    arm(p);
    found = partner_dict_find(dict, names()->string[17], strlen(names()->string[17]));
    none = partner_dict_find(dict, "nobody", 6);
    disarm(p);
    ck_assert_uint_eq(found, 17);
    ck_assert_uint_eq(none, PARTNER_NONE);
    partner_dict_free(dict);
    return PARTNER_OK;
}

static partner_status run_id(plan *p, partner_error *error)
{
    partner_dict *dict = dict_of(IDS, error);
    const char *id, *none;
    size_t length = 0;

    arm(p);
    id = partner_dict_id(dict, 17, &length);
    none = partner_dict_id(dict, IDS, NULL);
    disarm(p);
    ck_assert_str_eq(id, names()->string[17]);
    ck_assert_uint_eq(length, strlen(id));
    ck_assert_ptr_null(none);
    partner_dict_free(dict);
    return PARTNER_OK;
}

static partner_status run_fingerprint(plan *p, partner_error *error)
{
    partner_dict *dict = dict_of(IDS, error), *same = dict_of(IDS, error);
    uint64_t print[2] = {1, 2}, other[2];
    partner_status status;

    arm(p);
    status = partner_dict_fingerprint(dict, IDS, print, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert(print[0] == 1 && print[1] == 2);
    } else {
        must(partner_dict_fingerprint(same, IDS, other, error), *error);
        ck_assert(print[0] == other[0] && print[1] == other[1]);
    }
    partner_dict_free(dict);
    partner_dict_free(same);
    return status;
}

static partner_status run_merge(plan *p, partner_error *error)
{
    static uint32_t map[IDS];
    partner_dict *into = dict_of(KNOWN, error), *from = dict_of(IDS, error);
    partner_bytes *before = dict_bytes(into, error), *from_before = dict_bytes(from, error);
    partner_status status;

    arm(p);
    status = partner_dict_merge(into, from, map, error);
    disarm(p);
    check_same_bytes(from_before, dict_bytes(from, error));
    if (status != PARTNER_OK) {
        check_same_bytes(before, dict_bytes(into, error));
    } else {
        partner_bytes_free(before);
        for (uint32_t i = 0; i < IDS; i++) ck_assert_uint_eq(map[i], i);
        ck_assert_uint_eq(partner_dict_size(into), IDS);
    }
    partner_dict_free(into);
    partner_dict_free(from);
    return status;
}

static partner_status run_save(plan *p, partner_error *error)
{
    partner_dict *dict = dict_of(IDS, error), *loaded = NULL;
    partner_bytes *bytes = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_dict_save(dict, &bytes, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(bytes, UNTOUCHED);
    } else {
        must(partner_dict_load(bytes->bytes, bytes->length, &loaded, error), *error);
        ck_assert_uint_eq(partner_dict_size(loaded), IDS);
        partner_dict_free(loaded);
        partner_bytes_free(bytes);
    }
    partner_dict_free(dict);
    return status;
}

static partner_status run_load(plan *p, partner_error *error)
{
    partner_dict *dict = dict_of(IDS, error), *loaded = UNTOUCHED;
    partner_bytes *bytes = dict_bytes(dict, error);
    partner_status status;

    arm(p);
    status = partner_dict_load(bytes->bytes, bytes->length, &loaded, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(loaded, UNTOUCHED);
        partner_bytes_free(bytes);
    } else {
        check_same_bytes(bytes, dict_bytes(loaded, error));
        partner_dict_free(loaded);
    }
    partner_dict_free(dict);
    return status;
}

static partner_status run_ids(plan *p, partner_error *error)
{
    static int64_t offsets[IDS + 1];
    static char bytes[IDS * LONGEST];
    partner_dict *dict = dict_of(IDS, error);
    partner_status status;

    arm(p);
    status = partner_dict_ids(dict, IDS, NULL, offsets, bytes, error);
    disarm(p);
    ck_assert_mem_eq(offsets, names()->offset, sizeof offsets);
    ck_assert_mem_eq(bytes, names()->packed, (size_t)offsets[IDS]);
    partner_dict_free(dict);
    return status;
}

static partner_status run_integers(plan *p, partner_error *error)
{
    static int64_t numbers[IDS];
    partner_dict *dict = dict_of(IDS, error);
    partner_status status;

    arm(p);
    status = partner_dict_integers(dict, IDS, NULL, numbers, error);
    disarm(p);
    ck_assert_mem_eq(numbers, names()->number, sizeof numbers);
    partner_dict_free(dict);
    return status;
}

const fault_case dict_cases[] = {
    {"partner_dict_new", run_new, 0},
    {"partner_dict_free", run_free, 1},
    {"partner_dict_size", run_size, 1},
    {"partner_dict_add_strings", run_add_strings, 0},
    {"partner_dict_add_offsets", run_add_offsets, 0},
    {"partner_dict_add_integers", run_add_integers, 0},
    {"partner_dict_find", run_find, 1},
    {"partner_dict_id", run_id, 1},
    {"partner_dict_ids", run_ids, 1},
    {"partner_dict_integers", run_integers, 1},
    {"partner_dict_fingerprint", run_fingerprint, 0},
    {"partner_dict_merge", run_merge, 0},
    {"partner_dict_save", run_save, 0},
    {"partner_dict_load", run_load, 0},
    {NULL, NULL, 0},
};
