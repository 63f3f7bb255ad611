/* SPDX-License-Identifier: MIT */
#include "history.h"

#include "../programs.h"

static void *column(size_t rows, size_t size)
{
    void *made = calloc(rows + 1, size);

    ck_assert_ptr_nonnull(made);
    return made;
}

static void free_history(history *h)
{
    free(h->partner);
    free(h->kind);
    free(h->product);
    free(h->day);
    free(h->event);
    free(h->reverses);
    free(h->amount);
    free(h->quantity);
    free(h->margin);
    free(h->group);
    free(h->tier);
    free(h->until);
    free(h);
}

static void make_columns(history *h)
{
    h->partner = column(h->rows, sizeof *h->partner);
    h->kind = column(h->rows, sizeof *h->kind);
    h->product = column(h->rows, sizeof *h->product);
    h->day = column(h->rows, sizeof *h->day);
    h->event = column(h->rows, sizeof *h->event);
    h->reverses = column(h->rows, sizeof *h->reverses);
    h->amount = column(h->rows, sizeof *h->amount);
    h->quantity = column(h->rows, sizeof *h->quantity);
    h->margin = column(h->rows, sizeof *h->margin);
    h->group = column(h->partners, sizeof *h->group);
    h->tier = column(h->partners, sizeof *h->tier);
    h->until = column(h->partners, sizeof *h->until);
}

/* The id of the event that copy `k` has in place of the world's. */
static uint64_t id_of(const history *h, size_t row, size_t k)
{
    const uint64_t place = (uint64_t)row * h->copies + k;

    switch (h->w.own_ids) {
    case 0: return place;
    case 1: return h->w.event[row] + k;
    default: return 3 * place;
    }
}

static size_t row_of(const world *w, uint64_t id)
{
    size_t row = 0;

    while (row < w->rows && w->event[row] != id) row++;
    ck_assert_uint_lt(row, w->rows);
    return row;
}

static void fill_row(history *h, size_t i, size_t original, size_t k)
{
    const world *w = &h->w;
    const size_t at = i * h->copies + k;

    h->partner[at] = w->partner[i] + (uint32_t)(k * w->partners);
    h->kind[at] = w->kind[i];
    h->product[at] = w->product[i];
    h->day[at] = w->day[i];
    h->amount[at] = w->amount[i];
    h->quantity[at] = w->quantity[i];
    h->margin[at] = w->margin[i];
    h->event[at] = id_of(h, i, k);
    h->reverses[at] = w->reverses[i] == PARTNER_NO_ROW ? PARTNER_NO_ROW : id_of(h, original, k);
}

/* The copies of a row follow each other, so that any split by rows splits every partner's history. */
static void fill_rows(history *h)
{
    for (size_t i = 0; i < h->w.rows; i++) {
        size_t original = h->w.reverses[i] == PARTNER_NO_ROW ? 0 : row_of(&h->w, h->w.reverses[i]);

        for (size_t k = 0; k < h->copies; k++) fill_row(h, i, original, k);
    }
}

static void fill_roster(history *h)
{
    const world *w = &h->w;

    for (size_t i = 0; i < h->partners; i++) {
        h->group[i] = w->group[i % w->partners];
        h->tier[i] = w->roster_tier[i % w->partners];
        h->until[i] = w->tier_until[i % w->partners];
    }
    h->roster = (partner_roster)PARTNER_ROSTER_INIT;
    h->roster.rows = h->partners;
    h->roster.group = h->group;
    h->roster.tier = h->tier;
    h->roster.tier_until = h->until;
}

static history *make_history(uint64_t seed, size_t copies)
{
    history *h = column(1, sizeof *h);

    world_make(&h->w, seed);
    h->threads = case_threads;
    h->copies = copies;
    h->rows = h->w.rows * copies;
    h->half = h->w.rows / 2 * copies;
    h->partners = h->w.partners * copies;
    make_columns(h);
    fill_rows(h);
    fill_roster(h);
    h->options = (partner_loyalty_options)PARTNER_LOYALTY_OPTIONS_INIT;
    h->options.threads = case_threads;
    h->options.ledger = h->options.notices = 1;
    h->options.roster = &h->roster;
    h->options.partners = h->partners;
    h->options.as_of_day = h->w.as_of;
    return h;
}

const history *history_of(uint64_t seed, size_t shared)
{
    enum { MOST = 16 };
    static struct {
        uint64_t seed;
        size_t shared;
        history *made;
    } known[MOST];
    size_t i = 0;

    for (; i < MOST && known[i].made != NULL; i++)
        if (known[i].seed == seed && known[i].shared == shared && known[i].made->threads == case_threads)
            return known[i].made;
    ck_assert_uint_lt(i, MOST);
    known[i].seed = seed;
    known[i].shared = shared;
    known[i].made = make_history(seed, 1);
    if (case_threads > 1 && shared > 0) {
        const size_t copies = shared / known[i].made->rows + 1;

        free_history(known[i].made);
        known[i].made = make_history(seed, copies);
    }
    return known[i].made;
}

partner_events history_rows(const history *h, size_t from, size_t end)
{
    partner_events e = PARTNER_EVENTS_INIT;

    e.rows = end - from;
    e.partner = h->partner + from;
    e.day = h->day + from;
    e.kind = h->kind + from;
    e.event = h->w.own_ids ? h->event + from : NULL;
    e.amount = h->amount + from;
    e.quantity = h->quantity + from;
    e.margin = h->margin + from;
    e.product = h->product + from;
    e.reverses = h->reverses + from;
    return e;
}

static partner_bytes *save_rows(const history *h, size_t end)
{
    partner_loyalty_options o = h->options;
    partner_events e = history_rows(h, 0, end);
    partner_loyalty_state *state = NULL;
    partner_bytes *bytes = NULL;
    partner_error error;

    o.threads = 1;
    o.ledger = o.notices = 0;
    must(partner_loyalty_state_new(&h->w.program, &o, &state, &error), error);
    if (end > 0) must(partner_loyalty_state_append(state, &e, 0, &o, NULL, &error), error);
    must(partner_loyalty_state_save(state, NULL, &bytes, &error), error);
    partner_loyalty_state_free(state);
    return bytes;
}

state_bytes bytes_of_state(const history *h, size_t end)
{
    enum { MOST = 32 };
    static struct {
        const history *h;
        size_t end;
        state_bytes made;
    } known[MOST];
    size_t i = 0;
    partner_bytes *bytes;

    for (; i < MOST && known[i].h != NULL; i++)
        if (known[i].h == h && known[i].end == end) return known[i].made;
    ck_assert_uint_lt(i, MOST);
    bytes = save_rows(h, end);
    known[i].h = h;
    known[i].end = end;
    known[i].made = (state_bytes){column(bytes->length, 1), bytes->length};
    memcpy(known[i].made.bytes, bytes->bytes, bytes->length);
    partner_bytes_free(bytes);
    return known[i].made;
}

partner_loyalty_state *history_state(const history *h, size_t end)
{
    state_bytes b = bytes_of_state(h, end);
    partner_loyalty_state *state = NULL;
    partner_error error;

    must(partner_loyalty_state_load(b.bytes, b.length, &h->w.program, NULL, &state, &error), error);
    return state;
}

partner_loyalty_dicts history_dicts(void)
{
    enum { NAMES = 3000 };
    static int64_t number[NAMES];
    static uint32_t index[NAMES];
    partner_loyalty_dicts dicts = new_dicts();
    partner_dict *const all[] = {dicts.kind, dicts.product, dicts.group, dicts.tier, dicts.rule};
    partner_error error;

    for (int64_t i = 0; i < NAMES; i++) number[i] = i;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        must(partner_dict_add_integers(all[i], 100, number, index, &error), error);
    must(partner_dict_new(&dicts.partner, &error), error);
    must(partner_dict_add_integers(dicts.partner, NAMES, number, index, &error), error);
    return dicts;
}

void free_history_dicts(partner_loyalty_dicts *dicts)
{
    partner_dict_free(dicts->partner);
    free_dicts(dicts);
}
