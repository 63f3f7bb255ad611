/* SPDX-License-Identifier: MIT
 * Dictionaries. First byte even: the rest is cut into ids, which are added in all three forms, looked up,
 * merged, saved and loaded. Odd: the loader, with the rest as the body under a right head and checksum, or as
 * it is. */
#include "sealed.h"

enum { MOST = 4096 };

static void demand_same(const partner_dict *a, const partner_dict *b)
{
    uint64_t x[2], y[2];
    partner_error error;

    fuzz_demand(partner_dict_size(a) == partner_dict_size(b), "both have as many ids");
    fuzz_demand(fuzz_ok(partner_dict_fingerprint(a, partner_dict_size(a), x, &error), &error),
                "it has a fingerprint");
    fuzz_demand(fuzz_ok(partner_dict_fingerprint(b, partner_dict_size(b), y, &error), &error),
                "it has a fingerprint");
    fuzz_demand(x[0] == y[0] && x[1] == y[1], "both have the same fingerprint");
}

static void save_and_load(const partner_dict *dict)
{
    partner_bytes *bytes = NULL;
    partner_dict *again = NULL;
    partner_error error;

    fuzz_demand(fuzz_ok(partner_dict_save(dict, &bytes, &error), &error), "a dictionary can be saved");
    fuzz_demand(fuzz_ok(partner_dict_load(bytes->bytes, bytes->length, &again, &error), &error), "and loaded");
    demand_same(dict, again);
    partner_bytes_free(bytes);
    partner_dict_free(again);
}

/* Every index leads to its id and back. */
static void use(partner_dict *dict)
{
    size_t n = partner_dict_size(dict);
    uint32_t *map = fuzz_alloc(n, sizeof *map);
    partner_error error;

    for (uint32_t i = 0; i < n; i++) {
        size_t length;
        const char *id = partner_dict_id(dict, i, &length);
        fuzz_demand(id != NULL && id[length] == '\0', "an id ends in a NUL");
        fuzz_demand(partner_dict_find(dict, id, length) == i, "an id is found at its index");
    }
    fuzz_demand(partner_dict_id(dict, (uint32_t)n, NULL) == NULL, "there is no id past the end");
    save_and_load(dict);
    fuzz_demand(fuzz_ok(partner_dict_merge(dict, dict, map, &error), &error),
                "a dictionary merges with itself");
    fuzz_demand(partner_dict_size(dict) == n, "and does not grow by it");
    for (uint32_t i = 0; i < n; i++) fuzz_demand(map[i] == i, "and its map changes nothing");
    free(map);
}

static void load(fuzz_input in)
{
    static uint8_t head[FUZZ_HEAD];
    partner_dict *dict = NULL;
    partner_bytes *bytes = NULL;
    partner_error error;
    uint8_t *sealed;
    size_t length;

    if (head[0] == 0) {
        if (partner_dict_new(&dict, NULL) != PARTNER_OK || partner_dict_save(dict, &bytes, NULL) != PARTNER_OK)
            abort();
        memcpy(head, bytes->bytes, FUZZ_HEAD);
        partner_bytes_free(bytes);
        partner_dict_free(dict);
        dict = NULL;
    }
    fuzz_demand(!fuzz_ok(partner_dict_load(in.at, in.left, &dict, &error), &error) || in.left > FUZZ_HEAD,
                "a few bytes are no dictionary");
    if (dict != NULL) use(dict);
    partner_dict_free(dict);
    dict = NULL;
    sealed = fuzz_seal(head, &in, &length);
    if (fuzz_ok(partner_dict_load(sealed, length, &dict, &error), &error)) use(dict);
    partner_dict_free(dict);
    free(sealed);
}

/* Cuts the input into ids: a length byte, then so many bytes. */
static size_t cut(fuzz_input in, const char **id, size_t *length)
{
    size_t n = 0;

    while (in.left > 0 && n < MOST) {
        size_t wanted = fuzz_u8(&in) % 16;
        length[n] = wanted < in.left ? wanted : in.left;
        id[n++] = (const char *)in.at;
        in.at += length[n - 1];
        in.left -= length[n - 1];
    }
    return n;
}

static void add(fuzz_input in)
{
    static const char *id[MOST];
    static size_t length[MOST];
    static int64_t offset[MOST + 1], number[MOST];
    size_t n = cut(in, id, length), total = 0;
    char *data = fuzz_alloc(in.left, 1);
    uint32_t *one = fuzz_alloc(n, sizeof *one), *two = fuzz_alloc(n, sizeof *two);
    partner_dict *strings = NULL, *offsets = NULL;
    partner_error error;

    for (size_t i = 0; i < n; i++) {
        offset[i] = (int64_t)total;
        memcpy(data + total, id[i], length[i]);
        total += length[i];
        number[i] = length[i] == 0 ? 0 : (int64_t)(signed char)*id[i];
    }
    offset[n] = (int64_t)total;
    if (partner_dict_new(&strings, NULL) != PARTNER_OK || partner_dict_new(&offsets, NULL) != PARTNER_OK)
        abort();
    fuzz_demand(fuzz_ok(partner_dict_add_strings(strings, n, id, length, one, &error), &error),
                "strings are added");
    fuzz_demand(fuzz_ok(partner_dict_add_offsets(offsets, n, offset, data, two, &error), &error),
                "offsets are added");
    demand_same(strings, offsets);
    for (size_t i = 0; i < n; i++) {
        size_t found;
        const char *text = partner_dict_id(strings, one[i], &found);
        fuzz_demand(one[i] == two[i], "both forms give the same index");
        fuzz_demand(text != NULL && found == length[i] && memcmp(text, id[i], found) == 0,
                    "the index is of this id");
    }
    fuzz_demand(fuzz_ok(partner_dict_add_integers(strings, n, number, one, &error), &error),
                "integers are added");
    for (size_t i = 0; i < n; i++) {
        char text[32];
        int digits = snprintf(text, sizeof text, "%lld", (long long)number[i]);
        fuzz_demand(partner_dict_find(strings, text, (size_t)digits) == one[i],
                    "an integer is its decimal text");
    }
    use(strings);
    partner_dict_free(strings);
    partner_dict_free(offsets);
    free(data);
    free(one);
    free(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};

    if (fuzz_u8(&in) % 2 == 0) add(in);
    else load(in);
    return 0;
}
