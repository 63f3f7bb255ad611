/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <partner/dict.h>
#include <string.h>

#include "../base/bytes.h"
#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"

enum {
    BATCH = 32,          /* rows whose memory is fetched together */
    SMALLEST_SLOTS = 64, /* a power of two */
    SMALLEST_IDS = 32,
    SMALLEST_TEXT = 512,
    DIGITS = 24 /* a sign and the 19 digits of an int64_t fit */
};

static const char KIND[8] = {'P', 'R', 'T', 'N', 'D', 'I', 'C', 'T'};
enum { NEWEST_VERSION = 1 };

/* One place of the hash table. */
typedef struct slot {
    uint32_t next; /* index + 1, so that zeroed memory is an empty table */
    uint32_t hash; /* the low bits of the id's hash: growing moves slots without looking at an id */
} slot;

/* The ids lie one after the other in `text`, each with a NUL behind it: id i begins at start[i] and start[i +
 * 1] is where the next one begins. The table is open addressing with linear probing, at most 3/4 full. */
struct partner_dict {
    size_t size, room; /* ids, and ids that `start` has room for */
    uint64_t *start;   /* [room + 1] */
    char *text;
    size_t text_room;
    slot *slots;
    size_t mask; /* number of slots - 1 */
};

typedef struct span {
    const char *bytes;
    size_t length;
} span;

/* Where ids come from: `fetch` gives those of `count` (at most BATCH) rows from `row` on. */
typedef struct source source;
struct source {
    partner_status (*fetch)(source *from, size_t row, size_t count, span *spans, partner_error *error);
    size_t rows;
    const char *const *strings;
    const size_t *lengths;
    const int64_t *numbers; /* offsets or integers */
    const char *data;
    const partner_dict *dict;
    char digits[BATCH][DIGITS];
};

static inline void prefetch(const void *at)
{
#if defined(__GNUC__)
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

static span id_at(const partner_dict *d, size_t i)
{
    span s = {d->text + (size_t)d->start[i], (size_t)(d->start[i + 1] - d->start[i] - 1)};
    return s;
}

static uint32_t hash_of(span s) { return (uint32_t)(partner__hash(s.bytes, s.length, 0) & UINT32_MAX); }

partner_status partner_dict_new(partner_dict **dict, partner_error *error)
{
    partner_dict *d;

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    d = partner__alloc_zero(1, sizeof *d);
    if (d == NULL) return partner__no_memory(error);
    d->start = partner__alloc_zero(SMALLEST_IDS + 1, sizeof *d->start);
    d->text = partner__alloc(SMALLEST_TEXT, 1);
    d->slots = partner__alloc_zero(SMALLEST_SLOTS, sizeof *d->slots);
    if (d->start == NULL || d->text == NULL || d->slots == NULL) {
        partner_dict_free(d);
        return partner__no_memory(error);
    }
    d->room = SMALLEST_IDS;
    d->text_room = SMALLEST_TEXT;
    d->mask = SMALLEST_SLOTS - 1;
    *dict = d;
    return PARTNER_OK;
}

void partner_dict_free(partner_dict *dict)
{
    if (dict == NULL) return;
    partner__free(dict->start);
    partner__free(dict->text);
    partner__free(dict->slots);
    partner__free(dict);
}

size_t partner_dict_size(const partner_dict *dict) { return dict == NULL ? 0 : dict->size; }

static int same(const partner_dict *d, size_t i, span s)
{
    span id = id_at(d, i);
    return id.length == s.length && (s.length == 0 || memcmp(id.bytes, s.bytes, s.length) == 0);
}

/* The slot that holds the id, or the empty one where it would go. */
static size_t find_slot(const partner_dict *d, span s, uint32_t hash)
{
    size_t at = hash & d->mask;

    while (d->slots[at].next != 0) {
        if (d->slots[at].hash == hash && same(d, d->slots[at].next - 1, s)) break;
        at = (at + 1) & d->mask;
    }
    return at;
}

static partner_status grow_table(partner_dict *d, partner_error *error)
{
    size_t count = d->mask + 1, mask = 2 * count - 1;
    slot *slots;

    if (count > SIZE_MAX / 2) return partner__no_memory(error);
    slots = partner__alloc_zero(2 * count, sizeof *slots);
    if (slots == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < count; i++) {
        size_t at = d->slots[i].hash & mask;
        if (d->slots[i].next == 0) continue;
        while (slots[at].next != 0) at = (at + 1) & mask;
        slots[at] = d->slots[i];
    }
    partner__free(d->slots);
    d->slots = slots;
    d->mask = mask;
    return PARTNER_OK;
}

/* Grows a buffer of *room elements to hold `needed`, by half at least. */
static void *grow_buffer(void *buffer, size_t *room, size_t needed, size_t extra, size_t size)
{
    size_t wanted = *room > SIZE_MAX / 3 ? SIZE_MAX - extra : *room + *room / 2;
    void *grown;

    if (needed > SIZE_MAX - extra) return NULL;
    if (wanted < needed) wanted = needed;
    grown = partner__realloc(buffer, wanted + extra, size);
    if (grown != NULL) *room = wanted;
    return grown;
}

/* Makes room for one more id, and its place in the table if that is still to be found: returns whether the
 * table has moved in *moved. */
static partner_status make_room(partner_dict *d, size_t length, int *moved, partner_error *error)
{
    size_t used = (size_t)d->start[d->size];

    if (d->size >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_RANGE, "the dictionary is full, it holds %" PRIu32 " ids",
                             PARTNER_NONE);
    if (length >= SIZE_MAX - used) return partner__no_memory(error);
    if (d->size == d->room) {
        uint64_t *start = grow_buffer(d->start, &d->room, d->size + 1, 1, sizeof *start);
        if (start == NULL) return partner__no_memory(error);
        d->start = start;
    }
    if (used + length + 1 > d->text_room) {
        char *text = grow_buffer(d->text, &d->text_room, used + length + 1, 0, 1);
        if (text == NULL) return partner__no_memory(error);
        d->text = text;
    }
    *moved = d->size >= (d->mask + 1) / 4 * 3;
    return *moved ? grow_table(d, error) : PARTNER_OK;
}

static partner_status intern(partner_dict *d, span s, uint32_t hash, uint32_t *index, partner_error *error)
{
    size_t at = find_slot(d, s, hash), begin;
    int moved = 0;
    partner_status status;

    if (d->slots[at].next != 0) {
        *index = d->slots[at].next - 1;
        return PARTNER_OK;
    }
    status = make_room(d, s.length, &moved, error);
    if (status != PARTNER_OK) return status;
    if (moved) at = find_slot(d, s, hash);
    begin = (size_t)d->start[d->size];
    if (s.length > 0) memcpy(d->text + begin, s.bytes, s.length);
    d->text[begin + s.length] = '\0';
    *index = (uint32_t)d->size;
    d->slots[at].next = *index + 1;
    d->slots[at].hash = hash;
    d->start[++d->size] = (uint64_t)begin + s.length + 1;
    return PARTNER_OK;
}

/* Takes the id in slot `at` out of the table: whatever lies behind it and was pushed past it moves up, so
 * that no search meets a hole (Knuth, TAOCP 3, 6.4, algorithm R). */
static void clear_slot(partner_dict *d, size_t at)
{
    size_t next = at;

    for (;;) {
        size_t home;
        next = (next + 1) & d->mask;
        if (d->slots[next].next == 0) break;
        home = d->slots[next].hash & d->mask;
        if (((next - home) & d->mask) < ((next - at) & d->mask)) continue;
        d->slots[at] = d->slots[next];
        at = next;
    }
    d->slots[at].next = 0;
}

/* Back to the first `size` ids; needs no memory. */
static void truncate_to(partner_dict *d, size_t size)
{
    while (d->size > size) {
        span last = id_at(d, d->size - 1);
        clear_slot(d, find_slot(d, last, hash_of(last)));
        d->size--;
    }
}

/* A search misses the cache three times: at the slot, at the start of the id, at the id. So the misses of a
 * batch of rows are taken together, each kind in a loop of its own, before the searches. */
static partner_status add_batch(partner_dict *d, source *from, size_t row, size_t count, uint32_t *indexes,
                                partner_error *error)
{
    span spans[BATCH];
    uint32_t hashes[BATCH];
    partner_status status = from->fetch(from, row, count, spans, error);

    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < count; i++) {
        hashes[i] = hash_of(spans[i]);
        prefetch(&d->slots[hashes[i] & d->mask]);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t next = d->slots[hashes[i] & d->mask].next;
        if (next != 0) prefetch(&d->start[next - 1]);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t next = d->slots[hashes[i] & d->mask].next;
        if (next != 0) prefetch(d->text + (size_t)d->start[next - 1]);
    }
    for (size_t i = 0; i < count && status == PARTNER_OK; i++)
        status = intern(d, spans[i], hashes[i], &indexes[i], error);
    return status;
}

static partner_status add_all(partner_dict *d, source *from, uint32_t *indexes, partner_error *error)
{
    size_t before = d->size;
    partner_status status = PARTNER_OK;

    for (size_t row = 0; row < from->rows && status == PARTNER_OK; row += BATCH) {
        size_t left = from->rows - row;
        status = add_batch(d, from, row, left < BATCH ? left : BATCH, indexes + row, error);
        if (left <= BATCH) break;
    }
    if (status != PARTNER_OK) truncate_to(d, before);
    return status;
}

static partner_status check_call(const partner_dict *dict, size_t rows, const void *column, const char *name,
                                 const void *indexes, partner_error *error)
{
    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    if (rows > 0 && column == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL, expected a column of %zu rows", name,
                             rows);
    if (rows > 0 && indexes == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "indexes is NULL, expected room for %zu rows", rows);
    return PARTNER_OK;
}

static partner_status fetch_strings(source *from, size_t row, size_t count, span *spans, partner_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const char *id = from->strings[row + i];
        if (id == NULL)
            return partner__fail_at(error, PARTNER_E_DATA, partner__at(NULL, "id", row + i, PARTNER_NONE),
                                    "row %zu: id is NULL, expected a string", row + i);
        spans[i].bytes = id;
        spans[i].length = from->lengths == NULL ? strlen(id) : from->lengths[row + i];
    }
    return PARTNER_OK;
}

partner_status partner_dict_add_strings(partner_dict *dict, size_t rows, const char *const *ids,
                                        const size_t *lengths, uint32_t *indexes, partner_error *error)
{
    source from = {.fetch = fetch_strings, .rows = rows, .strings = ids, .lengths = lengths};
    partner_status status = check_call(dict, rows, ids, "ids", indexes, error);

    return status != PARTNER_OK ? status : add_all(dict, &from, indexes, error);
}

static partner_status fetch_offsets(source *from, size_t row, size_t count, span *spans, partner_error *error)
{
    for (size_t i = 0; i < count; i++) {
        int64_t begin = from->numbers[row + i], end = from->numbers[row + i + 1];
        if (begin < 0 || end < begin || (uint64_t)end > SIZE_MAX)
            return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                    partner__at(NULL, "offsets", row + i, PARTNER_NONE),
                                    "row %zu: offsets %" PRId64 " and %" PRId64
                                    " are no range of bytes, expected ascending offsets from 0 on",
                                    row + i, begin, end);
        if (from->data == NULL && end > begin)
            return partner__fail(error, PARTNER_E_ARGUMENT, "data is NULL, expected the bytes of the ids");
        spans[i].bytes = from->data == NULL ? "" : from->data + (size_t)begin;
        spans[i].length = (size_t)(end - begin);
    }
    return PARTNER_OK;
}

partner_status partner_dict_add_offsets(partner_dict *dict, size_t rows, const int64_t *offsets,
                                        const char *data, uint32_t *indexes, partner_error *error)
{
    source from = {.fetch = fetch_offsets, .rows = rows, .numbers = offsets, .data = data};
    partner_status status = check_call(dict, rows, offsets, "offsets", indexes, error);

    return status != PARTNER_OK ? status : add_all(dict, &from, indexes, error);
}

/* The decimal text of a number, right-aligned in the buffer. */
static span decimal(int64_t number, char buffer[DIGITS])
{
    uint64_t left = partner__magnitude(number);
    char *at = buffer + DIGITS;
    span s;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (number < 0) *--at = '-';
    s.bytes = at;
    s.length = (size_t)(buffer + DIGITS - at);
    return s;
}

static partner_status fetch_integers(source *from, size_t row, size_t count, span *spans, partner_error *error)
{
    (void)error;
    for (size_t i = 0; i < count; i++) spans[i] = decimal(from->numbers[row + i], from->digits[i]);
    return PARTNER_OK;
}

partner_status partner_dict_add_integers(partner_dict *dict, size_t rows, const int64_t *ids, uint32_t *indexes,
                                         partner_error *error)
{
    source from = {.fetch = fetch_integers, .rows = rows, .numbers = ids};
    partner_status status = check_call(dict, rows, ids, "ids", indexes, error);

    return status != PARTNER_OK ? status : add_all(dict, &from, indexes, error);
}

static partner_status fetch_dict(source *from, size_t row, size_t count, span *spans, partner_error *error)
{
    (void)error;
    for (size_t i = 0; i < count; i++) spans[i] = id_at(from->dict, row + i);
    return PARTNER_OK;
}

partner_status partner_dict_merge(partner_dict *into, const partner_dict *from, uint32_t *map,
                                  partner_error *error)
{
    source ids = {.fetch = fetch_dict, .dict = from};

    if (into == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "into is NULL");
    if (from == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "from is NULL");
    if (map == NULL && from->size > 0)
        return partner__fail(error, PARTNER_E_ARGUMENT, "map is NULL, expected room for %zu indexes",
                             from->size);
    ids.rows = from->size;
    /* A dictionary merged into itself finds every id, so its text does not move while it is read. */
    return add_all(into, &ids, map, error);
}

uint32_t partner_dict_find(const partner_dict *dict, const char *id, size_t length)
{
    span s = {id, length};

    if (dict == NULL || (id == NULL && length > 0)) return PARTNER_NONE;
    if (id == NULL) s.bytes = "";
    /* An empty slot holds 0, and 0 - 1 is PARTNER_NONE. */
    return dict->slots[find_slot(dict, s, hash_of(s))].next - 1;
}

const char *partner_dict_id(const partner_dict *dict, uint32_t index, size_t *length)
{
    span s;

    if (dict == NULL || index >= dict->size) return NULL;
    s = id_at(dict, index);
    if (length != NULL) *length = s.length;
    return s.bytes;
}

/* Two lanes of 64 bits, each the hash of an id seeded with the lane before it. */
partner_status partner_dict_fingerprint(const partner_dict *dict, size_t ids, uint64_t fingerprint[2],
                                        partner_error *error)
{
    uint64_t a = UINT64_C(0x243f6a8885a308d3), b = UINT64_C(0x13198a2e03707344); /* of the fraction of pi */

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    if (fingerprint == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "fingerprint is NULL");
    if (ids > dict->size)
        return partner__fail(error, PARTNER_E_ARGUMENT, "ids is %zu, expected at most the dictionary's %zu",
                             ids, dict->size);
    for (size_t i = 0; i < ids; i++) {
        span s = id_at(dict, i);
        a = partner__hash(s.bytes, s.length, a);
        b = partner__hash(s.bytes, s.length, b);
    }
    fingerprint[0] = a;
    fingerprint[1] = b;
    return PARTNER_OK;
}

/* Saved are the number of ids, then each one's length and bytes. */
partner_status partner_dict_save(const partner_dict *dict, partner_bytes **bytes, partner_error *error)
{
    partner__writer w;
    size_t expected;

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    if (bytes == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "bytes is NULL");
    /* 28 bytes around it, and 8 instead of the NUL for each id. */
    expected = 28 + (size_t)dict->start[dict->size];
    if (dict->size > (SIZE_MAX / 2 - expected) / 7) return partner__no_memory(error);
    partner__writer_begin(&w, KIND, NEWEST_VERSION, expected + 7 * dict->size);
    partner__write_u64(&w, dict->size);
    for (size_t i = 0; i < dict->size; i++) {
        span s = id_at(dict, i);
        partner__write_u64(&w, s.length);
        partner__write_bytes(&w, s.bytes, s.length);
    }
    return partner__writer_end(&w, bytes, error);
}

static partner_status damaged(partner_error *error, const char *what, size_t i)
{
    return partner__fail(error, PARTNER_E_DATA, "dictionary: the saved bytes are damaged: %s at id %zu", what,
                         i);
}

static partner_status read_ids(partner__reader *r, partner_dict *d, partner_error *error)
{
    uint64_t count = partner__read_u64(r);

    if (r->failed || count > PARTNER_NONE || count > partner__reader_left(r) / 8)
        return damaged(error, "the number of ids does not fit the bytes", 0);
    for (size_t i = 0; i < (size_t)count; i++) {
        uint64_t length = partner__read_u64(r);
        span s = {NULL, 0};
        uint32_t index;
        partner_status status;

        if (r->failed || length > partner__reader_left(r)) return damaged(error, "the length is too large", i);
        s.length = (size_t)length;
        s.bytes = (const char *)partner__read_bytes(r, s.length);
        status = intern(d, s, hash_of(s), &index, error);
        if (status != PARTNER_OK) return status;
        if (index != i) return damaged(error, "the same id was there before", i);
    }
    if (partner__reader_left(r) != 0) return damaged(error, "bytes are left over", (size_t)count);
    return PARTNER_OK;
}

partner_status partner_dict_load(const uint8_t *bytes, size_t length, partner_dict **dict, partner_error *error)
{
    partner__reader r;
    partner_dict *d = NULL;
    partner_status status;

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    status = partner__reader_begin(&r, bytes, length, KIND, NEWEST_VERSION, "dictionary", error);
    if (status == PARTNER_OK) status = partner_dict_new(&d, error);
    if (status == PARTNER_OK) status = read_ids(&r, d, error);
    if (status == PARTNER_OK) *dict = d;
    else partner_dict_free(d);
    return status;
}
