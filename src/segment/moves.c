/* SPDX-License-Identifier: MIT
 * From the period before to this one: how many went from which segment to which, and who moved. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "result.h"

/* --- whether the periods go together --- */

static partner_status strange_name(const char *what, const char *then, uint32_t index_then, const char *now,
                                   uint32_t index_now, partner_error *error)
{
    if (strcmp(then, now) == 0)
        return partner__fail(error, PARTNER_E_STATE,
                             "previous: the %s \"%.60s\" has the index %" PRIu32 ", expected %" PRIu32
                             ": its dictionary is another one",
                             what, then, index_then, index_now);
    return partner__fail(error, PARTNER_E_STATE,
                         "previous has a %s \"%.60s\", expected \"%.60s\" as in the rules", what, then, now);
}

partner_status partner__before_check(const partner__segmented *before, const partner__segmented *now,
                                     partner_error *error)
{
    const partner__cells *a = &before->cells, *b = &now->cells;

    if (a->bands != b->bands)
        return partner__fail(error, PARTNER_E_STATE,
                             "previous has %" PRIu32 " bands, expected %" PRIu32 " as the rules have", a->bands,
                             b->bands);
    if (before->set.places != now->set.places)
        return partner__fail(error, PARTNER_E_STATE,
                             "previous has %u decimal places, expected %u as the portfolio has",
                             before->set.places, now->set.places);
    for (uint32_t i = 0; i < a->bands; i++)
        if (a->band_name[i] != b->band_name[i] || strcmp(a->band[i], b->band[i]) != 0)
            return strange_name("band", a->band[i], a->band_name[i], b->band[i], b->band_name[i], error);
    for (size_t i = 0; i < (size_t)a->bands * PARTNER_MODES; i++)
        if (a->segment_name[i] != b->segment_name[i] || strcmp(a->segment[i], b->segment[i]) != 0)
            return strange_name("segment", a->segment[i], a->segment_name[i], b->segment[i], b->segment_name[i],
                                error);
    return PARTNER_OK;
}

partner_status partner__find_before(partner__segment_sources *from, partner_error *error)
{
    const partner_segment_partners *past;
    partner__lookup line;
    uint32_t highest = 0;
    partner_status status;

    if (from->before == NULL) return PARTNER_OK;
    past = &from->before->partners;
    for (size_t i = 0; i < past->partners; i++)
        if (past->partner[i] > highest) highest = past->partner[i];
    status = partner__lookup_new(&line, past->partners, highest, &from->arena, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < past->partners; i++) *partner__lookup_at(&line, past->partner[i]) = (uint32_t)i;
    from->line_before = partner__arena_alloc(&from->arena, from->portfolio.rows, sizeof *from->line_before);
    if (from->line_before == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < from->portfolio.rows; i++)
        from->line_before[i] = partner__lookup_get(&line, partner__portfolio_partner(&from->portfolio, i));
    return PARTNER_OK;
}

/* --- moves --- */

/* From one segment to another; the last of either is "was not there", "is not there". */
typedef struct flow {
    size_t partners;
    partner__net before, now;
} flow;

enum { PLACES = PARTNER__CELLS + 1 };

static size_t place_now(const partner__segmented *to, size_t line)
{
    return to->cell_line[partner__cell(to->column.level[line], to->column.mode[line])];
}

static size_t place_then(const partner__segmented *to, const partner__segmented *before, size_t line)
{
    return to->cell_line[partner__cell(before->column.level[line], before->column.mode[line])];
}

static void add_flow(flow *f, int64_t before, int64_t now)
{
    f->partners++;
    partner__net_add(&f->before, before);
    partner__net_add(&f->now, now);
}

/* flows [PLACES * PLACES], by from and to. */
static void find_flows(const partner__segmented *to, const partner__segment_sources *from, flow *flows)
{
    const partner__segmented *before = from->before;
    const size_t none = to->lines.segments;

    for (size_t i = 0; i < from->portfolio.rows; i++) {
        const uint32_t then = from->line_before[i];
        const size_t place = then == PARTNER_NONE ? none : place_then(to, before, then);

        add_flow(&flows[place * PLACES + place_now(to, i)],
                 then == PARTNER_NONE ? 0 : before->column.revenue[then], to->column.revenue[i]);
    }
    for (size_t j = 0; j < before->partners.partners; j++)
        if (partner__lookup_get(&from->line, before->column.partner[j]) == PARTNER_NONE)
            add_flow(&flows[place_then(to, before, j) * PLACES + none], before->column.revenue[j], 0);
}

static partner_status list_flows(partner__segmented *to, const flow *flows, partner_error *error)
{
    const size_t places = to->lines.segments + 1;
    size_t n = 0;
    int failed = 0;
    uint32_t *source, *target;
    size_t *partners;
    int64_t *before, *now;
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < places * places; i++) n += flows[i / places * PLACES + i % places].partners > 0;
    source = partner__segment_column(to, n, sizeof *source, &failed);
    target = partner__segment_column(to, n, sizeof *target, &failed);
    partners = partner__segment_column(to, n, sizeof *partners, &failed);
    before = partner__segment_column(to, n, sizeof *before, &failed);
    now = partner__segment_column(to, n, sizeof *now, &failed);
    if (failed) return partner__no_memory(error);
    to->moves = (partner_segment_moves){n, source, target, partners, before, now};
    to->segmentation.moves = &to->moves;
    for (size_t i = 0, k = 0; i < places * places && status == PARTNER_OK; i++) {
        const flow *f = &flows[i / places * PLACES + i % places];

        if (f->partners == 0) continue;
        source[k] = i / places + 1 == places ? PARTNER_NONE : to->lines.segment[i / places];
        target[k] = i % places + 1 == places ? PARTNER_NONE : to->lines.segment[i % places];
        partners[k] = f->partners;
        status = partner__take_net(&f->before, "moves", "previous_revenue", &before[k], error);
        if (status == PARTNER_OK) status = partner__take_net(&f->now, "moves", "revenue", &now[k], error);
        k++;
    }
    return status;
}

static partner_status make_moves(partner__segmented *to, const partner__segment_sources *from,
                                 partner_error *error)
{
    partner__arena arena = {NULL};
    flow *flows = partner__arena_alloc(&arena, (size_t)PLACES * PLACES, sizeof *flows);
    partner_status status;

    if (flows == NULL) {
        partner__arena_free(&arena);
        return partner__no_memory(error);
    }
    memset(flows, 0, (size_t)PLACES * PLACES * sizeof *flows);
    find_flows(to, from, flows);
    status = list_flows(to, flows, error);
    partner__arena_free(&arena);
    return status;
}

/* --- movers --- */

/* The larger of its two revenues decides a mover's place. */
typedef struct mover {
    int64_t revenue;
    uint32_t partner, line;
} mover;

static int comes_before(const mover *a, const mover *b)
{
    return a->revenue != b->revenue ? a->revenue > b->revenue : a->partner < b->partner;
}

/* Merges runs of `width`; the result is in *sorted, one of the two. */
static void sort_movers(mover *movers, mover *spare, size_t n, mover **sorted)
{
    for (size_t width = 1; width < n; width *= 2) {
        mover *swap = movers;

        for (size_t start = 0; start < n; start += 2 * width) {
            const size_t middle = n - start < width ? n : start + width;
            const size_t end = n - start < 2 * width ? n : start + 2 * width;
            size_t a = start, b = middle;

            for (size_t k = start; k < end; k++)
                spare[k] = a < middle && (b == end || !comes_before(&movers[b], &movers[a])) ? movers[a++]
                                                                                             : movers[b++];
        }
        movers = spare;
        spare = swap;
    }
    *sorted = movers;
}

static int has_moved(const partner__segmented *to, const partner__segment_sources *from, size_t line)
{
    const uint32_t then = from->line_before[line];

    return then != PARTNER_NONE && from->before->column.segment[then] != to->column.segment[line];
}

/* partner_segment_movers, to be written. */
typedef struct mover_columns {
    uint32_t *partner, *from, *to, *previous_band, *band;
    uint8_t *previous_mode, *mode;
    int64_t *previous_revenue, *revenue;
    double *consultative, *transactional, *p_consultative, *p_transactional;
    uint32_t *line;
    uint8_t *level;
} mover_columns;

static partner_status new_columns(partner__segmented *to, size_t n, mover_columns *c, partner_error *error)
{
    int failed = 0;

    c->partner = partner__segment_column(to, n, sizeof *c->partner, &failed);
    c->from = partner__segment_column(to, n, sizeof *c->from, &failed);
    c->to = partner__segment_column(to, n, sizeof *c->to, &failed);
    c->previous_band = partner__segment_column(to, n, sizeof *c->previous_band, &failed);
    c->band = partner__segment_column(to, n, sizeof *c->band, &failed);
    c->previous_mode = partner__segment_column(to, n, sizeof *c->previous_mode, &failed);
    c->mode = partner__segment_column(to, n, sizeof *c->mode, &failed);
    c->previous_revenue = partner__segment_column(to, n, sizeof *c->previous_revenue, &failed);
    c->revenue = partner__segment_column(to, n, sizeof *c->revenue, &failed);
    c->consultative = partner__segment_column(to, n, sizeof *c->consultative, &failed);
    c->transactional = partner__segment_column(to, n, sizeof *c->transactional, &failed);
    c->p_consultative = partner__segment_column(to, n, sizeof *c->p_consultative, &failed);
    c->p_transactional = partner__segment_column(to, n, sizeof *c->p_transactional, &failed);
    c->line = partner__segment_column(to, n, sizeof *c->line, &failed);
    c->level = partner__segment_column(to, n, sizeof *c->level, &failed);
    if (failed) return partner__no_memory(error);
    to->movers = (partner_segment_movers){n,
                                          c->partner,
                                          c->from,
                                          c->to,
                                          c->previous_band,
                                          c->band,
                                          c->previous_mode,
                                          c->mode,
                                          c->previous_revenue,
                                          c->revenue,
                                          c->consultative,
                                          c->transactional,
                                          c->p_consultative,
                                          c->p_transactional};
    to->mover_line = c->line;
    to->mover_level = c->level;
    to->segmentation.movers = &to->movers;
    return PARTNER_OK;
}

static void fill_mover(const partner__segmented *to, const partner__segment_sources *from,
                       const mover_columns *c, size_t k, size_t line)
{
    const partner__partner_columns *now = &to->column, *then = &from->before->column;
    const uint32_t before = from->line_before[line];

    c->partner[k] = now->partner[line];
    c->from[k] = then->segment[before];
    c->to[k] = now->segment[line];
    c->previous_band[k] = then->band[before];
    c->band[k] = now->band[line];
    c->previous_mode[k] = then->mode[before];
    c->mode[k] = now->mode[line];
    c->previous_revenue[k] = then->revenue[before];
    c->revenue[k] = now->revenue[line];
    c->consultative[k] = to->partners.consultative[line];
    c->transactional[k] = to->partners.transactional[line];
    c->p_consultative[k] = to->partners.p_consultative[line];
    c->p_transactional[k] = to->partners.p_transactional[line];
    c->line[k] = (uint32_t)line;
    c->level[k] = then->level[before];
}

static partner_status list_movers(partner__segmented *to, const partner__segment_sources *from, mover *movers,
                                  mover *spare, size_t n, partner_error *error)
{
    mover_columns c;
    mover *sorted;
    size_t k = 0;
    partner_status status = new_columns(to, n, &c, error);

    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < from->portfolio.rows; i++) {
        if (!has_moved(to, from, i)) continue;
        const int64_t before = from->before->column.revenue[from->line_before[i]], now = to->column.revenue[i];

        movers[k++] = (mover){before > now ? before : now, to->column.partner[i], (uint32_t)i};
    }
    sort_movers(movers, spare, n, &sorted);
    for (k = 0; k < n; k++) fill_mover(to, from, &c, k, sorted[k].line);
    return PARTNER_OK;
}

static partner_status make_movers(partner__segmented *to, const partner__segment_sources *from,
                                  partner_error *error)
{
    partner__arena arena = {NULL};
    mover *movers, *spare;
    size_t n = 0;
    partner_status status;

    for (size_t i = 0; i < from->portfolio.rows; i++) n += (size_t)has_moved(to, from, i);
    movers = partner__arena_alloc(&arena, n, sizeof *movers);
    spare = partner__arena_alloc(&arena, n, sizeof *spare);
    status = movers == NULL || spare == NULL ? partner__no_memory(error)
                                             : list_movers(to, from, movers, spare, n, error);
    partner__arena_free(&arena);
    return status;
}

partner_status partner__make_moves(partner__segmented *to, const partner__segment_sources *from,
                                   partner_error *error)
{
    partner_status status;

    for (size_t i = 0; i < from->portfolio.rows; i++) {
        const uint32_t then = from->before == NULL ? PARTNER_NONE : from->line_before[i];

        to->column.previous_segment[i] =
            then == PARTNER_NONE ? PARTNER_NONE : from->before->column.segment[then];
    }
    if (from->before == NULL) return PARTNER_OK;
    status = make_moves(to, from, error);
    return status == PARTNER_OK ? make_movers(to, from, error) : status;
}
