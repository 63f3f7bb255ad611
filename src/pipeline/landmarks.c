/* SPDX-License-Identifier: MIT */
#include "landmarks.h"

#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"

enum { BLOCK = 1 << 12, BITS = 8 };

static const partner__inputs *inputs_of(const partner__landmarks *l) { return l->timeline->in; }

/* --- how many there are --- */

static int32_t first_closing(const partner__inputs *in)
{
    int32_t first = PARTNER_NO_DAY;

    for (size_t i = 0; i < in->lines; i++)
        if (in->closed[i] != PARTNER_NO_DAY && (first == PARTNER_NO_DAY || in->closed[i] < first))
            first = in->closed[i];
    return first;
}

/* A deal that closes on the day it opens has its snapshot of age 0 all the same. */
static size_t count_of(const partner__landmarks *l, size_t line)
{
    const partner__inputs *in = inputs_of(l);
    const int32_t opened = in->opened[line], end = partner__line_end(in, line);
    const int64_t last = partner__is_open(in, line) || end == opened ? end : (int64_t)end - 1;

    if (end < l->known_from_day) return 0;
    return 1 + (size_t)((last - opened) / in->set.landmark_days);
}

static partner_status count_snapshots(partner__landmarks *l, partner_error *error)
{
    const partner__inputs *in = inputs_of(l);
    size_t sum = 0;

    for (size_t i = 0; i < in->lines; i++) {
        const int32_t opened = in->opened[i], end = partner__line_end(in, i);

        if ((int64_t)end - opened > INT32_MAX)
            return partner__fail_at(error, PARTNER_E_RANGE,
                                    partner__at("deals", "opened", in->row[i], partner__line_deal(in, i)),
                                    "deals row %" PRIu32 ": opened on day %" PRId32
                                    " and still open on day %" PRId32 ", expected at most %" PRId32 " days",
                                    in->row[i], opened, end, INT32_MAX);
        l->first[i] = sum;
        sum += count_of(l, i);
        if (sum >= PARTNER_NONE)
            return partner__fail_at(error, PARTNER_E_RANGE,
                                    partner__at("options", "landmark_days", PARTNER_NO_ROW, PARTNER_NONE),
                                    "landmark_days is %" PRId32 " and gives more than %" PRIu32
                                    " snapshots of deals, expected more days",
                                    in->set.landmark_days, PARTNER_NONE - 1);
    }
    l->first[in->lines] = l->snapshots = sum;
    return PARTNER_OK;
}

size_t partner__snapshots_by(const partner__landmarks *l, size_t line, int32_t day)
{
    const partner__inputs *in = inputs_of(l);
    const size_t all = l->first[line + 1] - l->first[line];
    size_t known;

    if (day < in->opened[line] || day < l->known_from_day) return 0;
    known = 1 + (size_t)(((int64_t)day - in->opened[line]) / in->set.landmark_days);
    return known < all ? known : all;
}

/* --- what stood on their days --- */

double partner__log_claimed(const partner__landmarks *l, size_t line, int32_t day)
{
    partner__claim claim;

    if (!partner__claim_on(l->claims, line, day, &claim)) return NAN;
    return claim.amount == PARTNER_NO_AMOUNT || claim.amount <= 0 ? NAN : log((double)claim.amount);
}

static void note_holding(partner__landmarks *l, size_t number, const partner__walk *walk)
{
    const uint32_t milestones = inputs_of(l)->steps->milestones;
    uint8_t *bits = l->holding + number * l->bytes;

    memset(bits, 0, l->bytes);
    for (uint32_t m = 0; m < milestones; m++)
        if (partner__walk_holds(walk, m)) bits[m / BITS] = (uint8_t)(bits[m / BITS] | 1U << m % BITS);
}

static void fill_line(partner__landmarks *l, size_t line, partner__walk *walk)
{
    const partner__inputs *in = inputs_of(l);

    partner__walk_begin(walk, line);
    for (size_t i = l->first[line]; i < l->first[line + 1]; i++) {
        const int64_t age = (int64_t)(i - l->first[line]) * in->set.landmark_days;
        const int32_t day = (int32_t)(in->opened[line] + age);
        const partner__change change = partner__stage_on(l->timeline, line, day);

        l->snapshot[i] = (partner__snapshot){(uint32_t)line, change.stage, day, change.day};
        partner__walk_to(walk, day);
        note_holding(l, i, walk);
        if (l->log_amount != NULL) l->log_amount[i] = partner__log_claimed(l, line, day);
    }
}

static partner_status fill_block(void *context, size_t block, partner_error *error)
{
    partner__landmarks *l = context;
    const size_t lines = inputs_of(l)->lines, from = block * BLOCK;
    const size_t to = lines - from < BLOCK ? lines : from + BLOCK;
    partner__walk walk;
    partner_status status = partner__walk_new(&walk, l->timeline, error);

    if (status != PARTNER_OK) return status;
    for (size_t line = from; line < to; line++) fill_line(l, line, &walk);
    partner__walk_free(&walk);
    return PARTNER_OK;
}

/* A claim is known when its deal exists. */
static void find_first_claim(partner__landmarks *l)
{
    const partner__inputs *in = inputs_of(l);

    l->first_claim_day = INT32_MAX;
    for (size_t i = 0; i < in->lines; i++) {
        size_t rows;
        const partner__dated_row *row = partner__dated_of(&l->claims->rows, i, &rows);
        const int32_t day = rows == 0 ? INT32_MAX : row->day > in->opened[i] ? row->day : in->opened[i];

        if (day < l->first_claim_day) l->first_claim_day = day;
    }
}

static partner_status fill(partner__landmarks *l, partner_error *error)
{
    const size_t n = l->snapshots, lines = inputs_of(l)->lines;

    find_first_claim(l);
    l->bytes = ((size_t)inputs_of(l)->steps->milestones + BITS - 1) / BITS;
    l->snapshot = partner__alloc(n, sizeof *l->snapshot);
    l->holding = partner__alloc(n, l->bytes);
    if (l->first_claim_day != INT32_MAX) l->log_amount = partner__alloc(n, sizeof *l->log_amount);
    if (l->snapshot == NULL || l->holding == NULL || (l->first_claim_day != INT32_MAX && l->log_amount == NULL))
        return partner__no_memory(error);
    return partner__parallel(&inputs_of(l)->set.run, (lines + BLOCK - 1) / BLOCK, fill_block, l, error);
}

/* --- partners --- */

static void number_partners(partner__landmarks *l, const uint64_t *sorted, size_t n)
{
    uint32_t last = PARTNER_NONE;

    for (size_t i = 0; i < n; i++) {
        const uint32_t partner = (uint32_t)(sorted[i] >> 32), line = (uint32_t)(sorted[i] & UINT32_MAX);

        if (partner != last) {
            last = partner;
            l->partner[l->partners] = partner;
            l->partner_first[l->partners++] = i;
        }
        l->partner_of[line] = l->partners - 1;
        l->partner_line[i] = line;
    }
    l->partner_first[l->partners] = n;
}

static partner_status sort_partners(partner__landmarks *l, uint64_t *words, uint64_t *spare,
                                    partner_error *error)
{
    const partner__inputs *in = inputs_of(l);
    uint64_t *sorted;
    uint32_t any = 0;
    size_t n = 0;
    partner_status status;

    for (size_t i = 0; i < in->lines; i++) {
        const uint32_t partner = partner__line_partner(in, i);

        l->partner_of[i] = PARTNER_NONE;
        if (partner == PARTNER_NONE) continue;
        any |= partner;
        words[n++] = (uint64_t)partner << 32 | i;
    }
    status = partner__sort(words, spare, n, 32, 32 + partner__bits(any), &in->set.run, &sorted, error);
    if (status == PARTNER_OK) number_partners(l, sorted, n);
    return status;
}

static partner_status find_partners(partner__landmarks *l, partner_error *error)
{
    const size_t lines = inputs_of(l)->lines;
    uint64_t *words = partner__alloc(lines, sizeof *words), *spare = partner__alloc(lines, sizeof *spare);
    partner_status status = PARTNER_OK;

    l->partner = partner__alloc(lines, sizeof *l->partner);
    l->partner_of = partner__alloc(lines, sizeof *l->partner_of);
    l->partner_first = partner__alloc(lines + 1, sizeof *l->partner_first);
    l->partner_line = partner__alloc(lines, sizeof *l->partner_line);
    if (words == NULL || spare == NULL || l->partner == NULL || l->partner_of == NULL ||
        l->partner_first == NULL || l->partner_line == NULL)
        status = partner__no_memory(error);
    if (status == PARTNER_OK) status = sort_partners(l, words, spare, error);
    partner__free(words);
    partner__free(spare);
    return status;
}

/* --- the whole --- */

static partner_status make(partner__landmarks *l, partner_error *error)
{
    const partner__inputs *in = inputs_of(l);
    partner_status status = partner__own_take(&l->own, in, error);

    if (status != PARTNER_OK) return status;
    l->first = partner__alloc(in->lines + 1, sizeof *l->first);
    if (l->first == NULL) return partner__no_memory(error);
    status = count_snapshots(l, error);
    if (status == PARTNER_OK) status = fill(l, error);
    if (status == PARTNER_OK) status = find_partners(l, error);
    if (status != PARTNER_OK) return status;
    l->past_deals = partner__alloc_zero(l->snapshots, sizeof *l->past_deals);
    l->past_won = partner__alloc_zero(l->snapshots, sizeof *l->past_won);
    if (l->past_deals == NULL || l->past_won == NULL) return partner__no_memory(error);
    return partner__pasts_fill(l, error);
}

partner_status partner__landmarks_new(partner__landmarks *landmarks, const partner__timeline *timeline,
                                      const partner__claims *claims, partner_error *error)
{
    const partner__inputs *in = timeline->in;

    *landmarks = (partner__landmarks){.timeline = timeline, .claims = claims, .stages = in->steps->stages + 1};
    landmarks->known_from_day =
        in->set.known_from_day == PARTNER_NO_DAY ? first_closing(in) : in->set.known_from_day;
    return make(landmarks, error);
}

void partner__landmarks_free(partner__landmarks *l)
{
    partner__free(l->first);
    partner__free(l->snapshot);
    partner__free(l->holding);
    partner__free(l->log_amount);
    partner__free(l->past_deals);
    partner__free(l->past_won);
    partner__free(l->partner);
    partner__free(l->partner_of);
    partner__free(l->partner_first);
    partner__free(l->partner_line);
    partner__own_free(&l->own);
    memset(l, 0, sizeof *l);
}

/* --- sets --- */

static partner_status new_set(partner__learning_set *set, size_t **next, partner_error *error)
{
    const partner__landmarks *l = set->landmarks;

    set->first = partner__alloc_zero((size_t)l->stages + 1, sizeof *set->first);
    *next = partner__alloc(l->stages, sizeof **next);
    if (set->first == NULL || *next == NULL) return partner__no_memory(error);
    return PARTNER_OK;
}

static void count_line(partner__learning_set *set, size_t line)
{
    const partner__landmarks *l = set->landmarks;
    const size_t known = partner__snapshots_by(l, line, set->day);
    const uint8_t outcome = partner__outcome_on(inputs_of(l), line, set->day);

    for (size_t i = 0; i < known; i++) set->first[l->snapshot[l->first[line] + i].stage + 1]++;
    if (known == 0 || outcome == PARTNER_OUTCOME_OPEN) return;
    set->closed++;
    set->won += outcome == PARTNER_OUTCOME_WON;
    set->labelled += known;
}

partner_status partner__learning_set_new(partner__learning_set *set, const partner__landmarks *landmarks,
                                         int32_t day, partner_error *error)
{
    const size_t lines = inputs_of(landmarks)->lines;
    size_t *next = NULL;
    partner_status status;

    *set = (partner__learning_set){.landmarks = landmarks, .day = day};
    status = new_set(set, &next, error);
    if (status == PARTNER_OK) {
        for (size_t line = 0; line < lines; line++) count_line(set, line);
        for (uint32_t s = 0; s < landmarks->stages; s++) {
            next[s] = set->first[s];
            set->first[s + 1] += set->first[s];
        }
        set->snapshots = set->first[landmarks->stages];
        set->number = partner__alloc(set->snapshots, sizeof *set->number);
        if (set->number == NULL) status = partner__no_memory(error);
    }
    for (size_t line = 0; line < lines && status == PARTNER_OK; line++) {
        const size_t from = landmarks->first[line], known = partner__snapshots_by(landmarks, line, day);

        for (size_t i = from; i < from + known; i++)
            set->number[next[landmarks->snapshot[i].stage]++] = (uint32_t)i;
    }
    partner__free(next);
    return status;
}

void partner__learning_set_free(partner__learning_set *set)
{
    partner__free(set->number);
    partner__free(set->first);
    memset(set, 0, sizeof *set);
}
