/* SPDX-License-Identifier: MIT
 * Tallies that meet: merging, saving and loading, and whether their indexes mean the same partners. */
#include <inttypes.h>
#include <string.h>

#include "../base/bytes.h"
#include "../base/error.h"
#include "tally.h"

static const char KIND[8] = {'P', 'R', 'T', 'T', 'A', 'L', 'L', 'Y'};

enum {
    NEWEST_VERSION = 1,
    HEAD_SIZE = 8 + 4 + 6 * 4 + 7 * 8, /* kind, version, settings, counts and mark */
    CELL_SIZE = 3 * 4 + 7 * 8,
    CHECK_SIZE = 8
};

enum { HAS_MARGIN = 1, HAS_MARK = 2, ALL_FLAGS = 3 };

/* Merging */

/* Indexes of a tally are below this. */
static size_t extent(const partner_tally *t) { return t->partners > 0 ? t->partners : t->size; }

static int same_mark(const partner__mark *a, const partner__mark *b)
{
    return a->ids == b->ids && a->fingerprint[0] == b->fingerprint[0] && a->fingerprint[1] == b->fingerprint[1];
}

/* A tally that has no index yet fits every dictionary. */
static int is_blank(const partner_tally *t) { return t->size == 0 && t->partners == 0 && !t->foreign; }

static partner_status differ(partner_error *error, const char *what, long long into, long long from)
{
    return partner__fail(error, PARTNER_E_STATE,
                         "the tallies do not go together: %s is %lld in one and %lld in the other", what, into,
                         from);
}

static partner_status check_settings(const partner_tally *into, const partner_tally *from, partner_error *error)
{
    if (into->from_day != from->from_day) return differ(error, "from_day", into->from_day, from->from_day);
    if (into->to_day != from->to_day) return differ(error, "to_day", into->to_day, from->to_day);
    if (into->min_sales != from->min_sales) return differ(error, "min_sales", into->min_sales, from->min_sales);
    if (into->minor_units != from->minor_units)
        return differ(error, "minor_units", into->minor_units, from->minor_units);
    if (into->partners != 0 && from->partners != 0 && into->partners != from->partners)
        return differ(error, "partners", (long long)into->partners, (long long)from->partners);
    if (into->rows > UINT64_MAX - from->rows)
        return partner__fail(error, PARTNER_E_RANGE, "the tallies' number of rows together leaves 64 bits");
    return PARTNER_OK;
}

/* Without a map both must hold indexes of the same dictionary. */
static partner_status check_unmapped(const partner_tally *into, const partner_tally *from, partner_error *error)
{
    int same = into->foreign == from->foreign && (!into->foreign || same_mark(&into->mark, &from->mark));
    size_t partners = into->partners > 0 ? into->partners : from->partners;

    if (!same && !is_blank(into) && !is_blank(from))
        return partner__fail(
            error, PARTNER_E_STATE,
            "the tallies do not go together: they hold indexes of different dictionaries, or one "
            "was loaded without its own; expected a map, or both loaded with their dictionary");
    if (into->currency != PARTNER_NONE && from->currency != PARTNER_NONE && into->currency != from->currency)
        return differ(error, "currency", into->currency, from->currency);
    if (partners == 0) return PARTNER_OK;
    if (into->size > partners) return differ(error, "partners", (long long)into->size, (long long)partners);
    if (from->size > partners) return differ(error, "partners", (long long)partners, (long long)from->size);
    return PARTNER_OK;
}

/* *size receives the highest index in `into` that the map names + 1. */
static partner_status check_map(const partner_tally *into, const partner_tally *from, const uint32_t *map,
                                size_t map_length, size_t *size, partner_error *error)
{
    size_t needed = extent(from), limit = into->partners > 0 ? into->partners : PARTNER_NONE;

    if (map_length < needed)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "the map has %zu indexes, expected at least the tally's %zu", map_length, needed);
    *size = 0;
    for (size_t i = 0; i < needed; i++) {
        if (map[i] >= limit)
            return partner__fail_at(
                error, PARTNER_E_ARGUMENT, partner__at(NULL, "map", PARTNER_NO_ROW, (uint32_t)i),
                "the map sends index %zu to %" PRIu32 ", expected an index below %zu", i, map[i], limit);
        if (into->foreign && map[i] >= into->mark.ids)
            return partner__fail_at(error, PARTNER_E_STATE,
                                    partner__at(NULL, "map", PARTNER_NO_ROW, (uint32_t)i),
                                    "the map sends index %zu to %" PRIu32
                                    ", but the tally was loaded without its dictionary, which had %" PRIu64
                                    " ids: load it with the dictionary that has grown",
                                    i, map[i], into->mark.ids);
        if ((size_t)map[i] + 1 > *size) *size = (size_t)map[i] + 1;
    }
    return PARTNER_OK;
}

/* A copy of the cells to be used up, each where the map sends it. */
static partner_status copy_cells(const partner__cells *from, const uint32_t *map, size_t size,
                                 partner__cells *copy, partner_error *error)
{
    partner_status status = partner__cells_new(copy, map == NULL ? from->count : size, error);

    for (size_t i = 0; i < from->count && status == PARTNER_OK; i++)
        partner__cell_add(&copy->at[map == NULL ? i : map[i]], &from->at[i]);
    return status;
}

static void take_over(partner_tally *into, const partner_tally *from, size_t size, int mapped)
{
    if (!mapped) {
        if (is_blank(into)) {
            into->foreign = from->foreign;
            into->mark = from->mark;
        }
        if (into->partners == 0) into->partners = from->partners;
        if (into->currency == PARTNER_NONE) into->currency = from->currency;
    }
    into->rows += from->rows;
    if (size > into->size) into->size = size;
    if (from->last_day_seen > into->last_day_seen) into->last_day_seen = from->last_day_seen;
    into->has_margin |= from->has_margin;
}

partner_status partner_tally_merge(partner_tally *into, const partner_tally *from, const uint32_t *map,
                                   size_t map_length, partner_error *error)
{
    partner__cells copy = {0, 0, NULL, NULL};
    size_t size;
    partner_status status;

    if (into == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "into is NULL");
    if (from == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "from is NULL");
    if (into == from)
        return partner__fail(error, PARTNER_E_ARGUMENT, "into and from are the same tally, expected two");
    size = from->size;
    status = check_settings(into, from, error);
    if (status == PARTNER_OK)
        status = map == NULL ? check_unmapped(into, from, error)
                             : check_map(into, from, map, map_length, &size, error);
    if (status == PARTNER_OK) status = copy_cells(&from->cells, map, size, &copy, error);
    if (status == PARTNER_OK) status = partner__tally_absorb(into, &copy, error);
    if (status == PARTNER_OK) take_over(into, from, size, map != NULL);
    partner__cells_free(&copy);
    return status;
}

/* Saving. Cells without a row are left out. */

static int mark_of(const partner_tally *t, const partner_dict *dict, partner__mark *mark)
{
    memset(mark, 0, sizeof *mark);
    if (dict != NULL) {
        mark->ids = partner_dict_size(dict);
        partner_dict_fingerprint(dict, partner_dict_size(dict), mark->fingerprint, NULL);
        return 1;
    }
    if (t->foreign) *mark = t->mark;
    return t->foreign;
}

/* Whether the first ids of the dictionary are those of the mark. */
static int fits(const partner__mark *mark, const partner_dict *dict)
{
    partner__mark own = {mark->ids, {0, 0}};

    if (mark->ids > partner_dict_size(dict)) return 0;
    partner_dict_fingerprint(dict, (size_t)mark->ids, own.fingerprint, NULL);
    return same_mark(mark, &own);
}

static partner_status misfit(partner_error *error)
{
    return partner__fail(error, PARTNER_E_STATE,
                         "the dictionary does not begin with the ids that the tally was saved with");
}

static void write_cell(partner__writer *w, uint32_t partner, const partner__cell *c)
{
    partner__write_u32(w, partner);
    partner__write_u64(w, c->gross);
    partner__write_u64(w, c->returned);
    partner__write_u64(w, c->gained);
    partner__write_u64(w, c->lost);
    partner__write_u64(w, c->sales);
    partner__write_u64(w, c->returns);
    partner__write_u64(w, c->rows);
    partner__write_u32(w, c->first);
    partner__write_u32(w, c->last);
}

partner_status partner_tally_save(const partner_tally *tally, const partner_dict *dict, partner_bytes **bytes,
                                  partner_error *error)
{
    partner__mark mark;
    partner__writer w;
    size_t used = 0, room;
    uint32_t flags;

    if (tally == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tally is NULL");
    if (bytes == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "bytes is NULL");
    if (dict != NULL && tally->foreign && !fits(&tally->mark, dict)) return misfit(error);
    if (dict != NULL && tally->size > partner_dict_size(dict))
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "the tally has indexes up to %zu, the dictionary only %zu ids", tally->size - 1,
                             partner_dict_size(dict));
    flags = mark_of(tally, dict, &mark) ? HAS_MARK : 0;
    flags |= tally->has_margin ? HAS_MARGIN : 0;
    for (size_t i = 0; i < tally->cells.count; i++) used += tally->cells.at[i].rows > 0;
    /* Cells in memory are as large but for 4 bytes, so this product cannot overflow by much; the writer grows.
     */
    room = used > SIZE_MAX / 2 / CELL_SIZE ? 0 : used * CELL_SIZE;
    partner__writer_begin(&w, KIND, NEWEST_VERSION, HEAD_SIZE + room + CHECK_SIZE);
    partner__write_u32(&w, flags);
    partner__write_u32(&w, tally->minor_units);
    partner__write_u32(&w, tally->min_sales);
    partner__write_u32(&w, partner__code_of_day(tally->from_day));
    partner__write_u32(&w, partner__code_of_day(tally->to_day));
    partner__write_u32(&w, partner__code_of_day(tally->last_day_seen));
    partner__write_u64(&w, mark.ids);
    partner__write_u64(&w, mark.fingerprint[0]);
    partner__write_u64(&w, mark.fingerprint[1]);
    partner__write_u64(&w, tally->partners);
    partner__write_u64(&w, tally->size);
    partner__write_u64(&w, tally->rows);
    partner__write_u64(&w, used);
    for (size_t i = 0; i < tally->cells.count; i++)
        if (tally->cells.at[i].rows > 0) write_cell(&w, (uint32_t)i, &tally->cells.at[i]);
    return partner__writer_end(&w, bytes, error);
}

/* Loading. Nothing is believed: whatever a tally can rely on when rows are added is checked. */

static partner_status damaged(partner_error *error, const char *what)
{
    return partner__fail(error, PARTNER_E_DATA, "tally: the saved bytes are damaged: %s", what);
}

static partner_status read_head(partner__reader *r, partner_tally *t, uint64_t *used, partner_error *error)
{
    uint32_t flags = partner__read_u32(r), minor_units = partner__read_u32(r);
    uint64_t partners, size;

    t->min_sales = partner__read_u32(r);
    t->from_day = partner__day_of_code(partner__read_u32(r));
    t->to_day = partner__day_of_code(partner__read_u32(r));
    t->last_day_seen = partner__day_of_code(partner__read_u32(r));
    t->mark.ids = partner__read_u64(r);
    t->mark.fingerprint[0] = partner__read_u64(r);
    t->mark.fingerprint[1] = partner__read_u64(r);
    partners = partner__read_u64(r);
    size = partner__read_u64(r);
    t->rows = partner__read_u64(r);
    *used = partner__read_u64(r);
    if (r->failed) return damaged(error, "they end too early");
    if (flags > ALL_FLAGS) return damaged(error, "a flag that does not exist");
    if (minor_units > 9) return damaged(error, "minor units above 9");
    if (t->min_sales < 1) return damaged(error, "min_sales is 0");
    if (t->from_day != PARTNER_NO_DAY && t->to_day != PARTNER_NO_DAY && t->from_day >= t->to_day)
        return damaged(error, "an empty window");
    if (partners > PARTNER_NONE || size > PARTNER_NONE || (partners > 0 && size > partners))
        return damaged(error, "more indexes than there can be");
    if (!(flags & HAS_MARK) && (t->mark.ids | t->mark.fingerprint[0] | t->mark.fingerprint[1]) != 0)
        return damaged(error, "a fingerprint of no dictionary");
    if ((flags & HAS_MARK) && size > t->mark.ids) return damaged(error, "more indexes than ids");
    if (*used > size || *used != partner__reader_left(r) / CELL_SIZE ||
        partner__reader_left(r) % CELL_SIZE != 0)
        return damaged(error, "the number of partners does not fit the bytes");
    t->has_margin = (flags & HAS_MARGIN) != 0;
    t->foreign = (flags & HAS_MARK) != 0;
    t->minor_units = (uint8_t)minor_units;
    t->partners = (size_t)partners;
    t->size = (size_t)size;
    t->currency = PARTNER_NONE;
    return PARTNER_OK;
}

/* A sum of so many amounts, each at least 1 and none when there are none. */
static int possible_sum(uint64_t sum, uint64_t count)
{
    return sum <= (uint64_t)INT64_MAX && (count == 0 ? sum == 0 : sum >= count);
}

static int possible_days(const partner_tally *t, const partner__cell *c)
{
    uint32_t first = 0 - c->first, last = c->last;

    if ((first == 0) != (last == 0) || first > last) return 0;
    if (last > partner__code_of_day(t->last_day_seen)) return 0;
    if (c->sales == 0 && last != 0) return 0;
    if (t->from_day == PARTNER_NO_DAY && t->to_day == PARTNER_NO_DAY) return 1;
    if (c->sales == 0) return t->last_day_seen != PARTNER_NO_DAY;
    if (last == 0 || first < partner__code_of_day(t->from_day)) return 0;
    return t->to_day == PARTNER_NO_DAY || last < partner__code_of_day(t->to_day);
}

static int possible(const partner_tally *t, const partner__cell *c)
{
    if (!possible_sum(c->gross, c->sales) || !possible_sum(c->returned, c->returns)) return 0;
    if (c->gained > (uint64_t)INT64_MAX || c->lost > (uint64_t)INT64_MAX) return 0;
    if (!t->has_margin && (c->gained | c->lost) != 0) return 0;
    if (c->rows == 0 || c->sales > c->rows || c->returns > c->rows - c->sales) return 0;
    return possible_days(t, c);
}

static uint64_t higher(uint64_t a, uint64_t b) { return a > b ? a : b; }

static partner_status read_cells(partner__reader *r, partner_tally *t, uint64_t used, partner_error *error)
{
    uint64_t rows = 0;
    size_t next = 0;

    for (uint64_t i = 0; i < used; i++) {
        uint32_t partner = partner__read_u32(r);
        partner__cell c;
        partner_status status;

        c.gross = partner__read_u64(r);
        c.returned = partner__read_u64(r);
        c.gained = partner__read_u64(r);
        c.lost = partner__read_u64(r);
        c.sales = partner__read_u64(r);
        c.returns = partner__read_u64(r);
        c.rows = partner__read_u64(r);
        c.first = partner__read_u32(r);
        c.last = partner__read_u32(r);
        if (partner < next || partner >= t->size) return damaged(error, "partners out of order or range");
        if (!possible(t, &c)) return damaged(error, "sums that no rows can have");
        if (c.rows > t->rows - rows) return damaged(error, "more rows than there were");
        rows += c.rows;
        next = (size_t)partner + 1;
        t->peak = higher(t->peak, higher(higher(c.gross, c.returned), higher(c.gained, c.lost)));
        status = partner__cells_grow(&t->cells, next, error);
        if (status != PARTNER_OK) return status;
        t->cells.at[partner] = c;
    }
    if (rows != t->rows) return damaged(error, "fewer rows than there were");
    return PARTNER_OK;
}

/* With its dictionary at hand a tally is no stranger any more. */
static partner_status meet(partner_tally *t, const partner_dict *dict, partner_error *error)
{
    if (dict == NULL) return PARTNER_OK;
    if (t->foreign && !fits(&t->mark, dict)) return misfit(error);
    if (t->size > partner_dict_size(dict))
        return partner__fail(error, PARTNER_E_STATE,
                             "the tally has indexes up to %zu, the dictionary only %zu ids", t->size - 1,
                             partner_dict_size(dict));
    t->foreign = 0;
    memset(&t->mark, 0, sizeof t->mark);
    return PARTNER_OK;
}

partner_status partner_tally_load(const uint8_t *bytes, size_t length, const partner_dict *dict,
                                  partner_tally **tally, partner_error *error)
{
    partner__reader r;
    partner_tally *t = NULL;
    uint64_t used = 0;
    partner_status status;

    if (tally == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tally is NULL");
    status = partner__reader_begin(&r, bytes, length, KIND, NEWEST_VERSION, "tally", error);
    if (status == PARTNER_OK) status = partner_tally_new(NULL, &t, error);
    if (status == PARTNER_OK) status = read_head(&r, t, &used, error);
    if (status == PARTNER_OK) status = read_cells(&r, t, used, error);
    if (status == PARTNER_OK) status = meet(t, dict, error);
    if (status == PARTNER_OK) *tally = t;
    else partner_tally_free(t);
    return status;
}
