/* SPDX-License-Identifier: MIT
 * Spells: runs of days with the same objective stage. What became of them, how long they took, and which deals
 * stay longer in their stage than those that moved on.
 *
 * A spell is a word, stage | what it came to | length, so that sorting puts each group together in order of
 * length. */
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "result.h"

enum { FEWEST_SPELLS = 8, MEDIAN = PARTNER__MILLION / 2, LENGTH_BITS = 32 };

static const uint64_t LENGTH = UINT32_MAX;

/* partner_pipeline_conversions, to be written. */
typedef struct columns {
    uint32_t *stage, *stage_name, *to, *to_name;
    uint8_t *ended;
    size_t *spells;
    double *share, *median_days, *limit;
} columns;

typedef struct spells {
    partner__result *to;
    const partner__sources *from;
    uint32_t stages;         /* S */
    uint64_t *words, *spare; /* [room] */
    uint64_t *sorted;        /* one of the two */
    size_t count, room;
    double *limit; /* [stages + 1] */
} spells;

static uint64_t kinds(const spells *s) { return (uint64_t)s->stages + 4; }

/* What a spell came to: the stage it moved to, or S and one of the other ends. */
static uint32_t came_to(const spells *s, uint8_t ended) { return s->stages + ended; }
static uint8_t ended_of(const spells *s, uint32_t to)
{
    return (uint8_t)(to <= s->stages ? PARTNER_SPELL_MOVED : to - s->stages);
}

/* Stage and what the spell came to, as one number. */
static uint64_t pair_of(uint64_t word) { return word >> LENGTH_BITS; }

/* Ended in a higher stage or a win. */
static int went_up(uint32_t stage, uint32_t to, uint32_t stages) { return to > stage && to <= stages + 1; }

/* What a line's spell i came to; *end receives its last day, or the first one of the next spell. */
static uint32_t outcome_of(const spells *s, size_t line, const partner__change *change, size_t changes,
                           size_t i, int32_t *end)
{
    const partner__inputs *in = &s->from->in;

    if (i + 1 < changes) {
        *end = change[i + 1].day;
        return change[i + 1].stage;
    }
    *end = partner__line_end(in, line);
    if (partner__is_open(in, line)) return came_to(s, PARTNER_SPELL_OPEN);
    return came_to(s, in->outcome[line] == PARTNER_OUTCOME_WON ? PARTNER_SPELL_WON : PARTNER_SPELL_LOST);
}

/* Words of all spells, or of those that went up with their stage alone. */
static void collect(spells *s, int up)
{
    const size_t lines = s->from->in.lines;

    s->count = 0;
    for (size_t line = 0; line < lines; line++) {
        size_t changes;
        const partner__change *change = partner__changes_of(&s->from->timeline, line, &changes);

        for (size_t i = 0; i < changes; i++) {
            const uint32_t stage = change[i].stage;
            int32_t end;
            const uint32_t to = outcome_of(s, line, change, changes, i, &end);
            const uint64_t length = (uint64_t)((int64_t)end - change[i].day);
            const uint64_t pair = up ? stage : stage * kinds(s) + to;

            if (!up || went_up(stage, to, s->stages)) s->words[s->count++] = pair << LENGTH_BITS | length;
        }
    }
}

static partner_status sort_words(spells *s, partner_error *error)
{
    const uint64_t most = (s->stages + 1) * kinds(s);

    return partner__sort(s->words, s->spare, s->count, 0, LENGTH_BITS + partner__bits(most),
                         &s->from->in.set.run, &s->sorted, error);
}

/* The end of the words that begin with the one at `start` and share its pair. */
static size_t end_of_pair(const spells *s, size_t start)
{
    size_t end = start;

    while (end < s->count && pair_of(s->sorted[end]) == pair_of(s->sorted[start])) end++;
    return end;
}

/* Type 7: the value at place q * (n - 1), between two values in proportion. Lengths are days below 2^32, so the
 * numerator is exact below 2^53. */
double partner__quantile(const uint64_t *ascending, size_t n, uint32_t ppm)
{
    const uint64_t place = partner__mul_div(ppm, n - 1, PARTNER__MILLION);
    const uint64_t part = (uint64_t)ppm * (n - 1) - place * PARTNER__MILLION; /* wraps alike on both sides */
    const uint64_t low = ascending[place] & LENGTH;
    const uint64_t high = ascending[place + 1 < n ? place + 1 : place] & LENGTH;

    return (double)(low * PARTNER__MILLION + part * (high - low)) / PARTNER__MILLION;
}

/* --- stalls --- */

/* Stages with enough spells of their own. */
static void limit_stages(spells *s, uint32_t ppm)
{
    for (size_t i = 0, end; i < s->count; i = end) {
        end = end_of_pair(s, i);
        if (end - i >= FEWEST_SPELLS)
            s->limit[pair_of(s->sorted[i])] = partner__quantile(s->sorted + i, end - i, ppm);
    }
}

/* The others take the spells of all stages, when these are enough. */
static partner_status limit_others(spells *s, uint32_t ppm, partner_error *error)
{
    double pooled;
    partner_status status;

    if (s->count < FEWEST_SPELLS) return PARTNER_OK;
    for (size_t i = 0; i < s->count; i++) s->sorted[i] &= LENGTH;
    status = partner__sort(s->sorted, s->sorted == s->words ? s->spare : s->words, s->count, 0, LENGTH_BITS,
                           &s->from->in.set.run, &s->sorted, error);
    if (status != PARTNER_OK) return status;
    pooled = partner__quantile(s->sorted, s->count, ppm);
    for (uint32_t i = 0; i <= s->stages; i++)
        if (isnan(s->limit[i])) s->limit[i] = pooled;
    return PARTNER_OK;
}

static void mark_stalled(const spells *s)
{
    const partner__inputs *in = &s->from->in;
    const partner__deal_columns *d = &s->to->deal;

    for (size_t i = 0; i < in->lines; i++)
        if (partner__is_open(in, i))
            d->stalled[i] = (double)((int64_t)in->as_of_day - d->since[i]) > s->limit[d->stage[i]];
}

static partner_status find_limits(spells *s, partner_error *error)
{
    const uint32_t ppm = s->from->in.set.stall_ppm;
    partner_status status;

    for (uint32_t i = 0; i <= s->stages; i++) s->limit[i] = NAN;
    collect(s, 1);
    status = sort_words(s, error);
    if (status != PARTNER_OK) return status;
    limit_stages(s, ppm);
    status = limit_others(s, ppm, error);
    if (status == PARTNER_OK) mark_stalled(s);
    return status;
}

/* --- conversions --- */

static partner_status new_columns(partner__result *to, size_t n, columns *c, partner_error *error)
{
    int failed = 0;

    c->stage = partner__column(to, n, sizeof *c->stage, &failed);
    c->stage_name = partner__column(to, n, sizeof *c->stage_name, &failed);
    c->ended = partner__column(to, n, sizeof *c->ended, &failed);
    c->to = partner__column(to, n, sizeof *c->to, &failed);
    c->to_name = partner__column(to, n, sizeof *c->to_name, &failed);
    c->spells = partner__column(to, n, sizeof *c->spells, &failed);
    c->share = partner__column(to, n, sizeof *c->share, &failed);
    c->median_days = partner__column(to, n, sizeof *c->median_days, &failed);
    c->limit = partner__column(to, n, sizeof *c->limit, &failed);
    to->conversions = (partner_pipeline_conversions){.conversions = n,
                                                     .stage = c->stage,
                                                     .stage_name = c->stage_name,
                                                     .ended = c->ended,
                                                     .to = c->to,
                                                     .to_name = c->to_name,
                                                     .spells = c->spells,
                                                     .share = c->share,
                                                     .median_days = c->median_days,
                                                     .limit = c->limit};
    return failed ? partner__no_memory(error) : PARTNER_OK;
}

/* Words [start, end) of the sorted ones are of one pair. */
static void write_pair(const spells *s, const columns *c, size_t line, size_t start, size_t end)
{
    const partner__steps *steps = s->from->in.steps;
    const uint64_t pair = pair_of(s->sorted[start]);
    const uint32_t stage = (uint32_t)(pair / kinds(s)), to = (uint32_t)(pair % kinds(s));
    const uint8_t ended = ended_of(s, to);

    c->stage[line] = stage;
    c->stage_name[line] = partner__stage_name(steps, stage);
    c->ended[line] = ended;
    c->to[line] = ended == PARTNER_SPELL_MOVED ? to : PARTNER_NONE;
    c->to_name[line] = partner__stage_name(steps, c->to[line]);
    c->spells[line] = end - start;
    c->median_days[line] =
        ended == PARTNER_SPELL_OPEN ? NAN : partner__quantile(s->sorted + start, end - start, MEDIAN);
}

/* Lines [first, next) are of one stage. */
static void write_stage(const columns *c, size_t first, size_t next, double limit)
{
    size_t all = 0;

    for (size_t i = first; i < next; i++) all += c->spells[i];
    for (size_t i = first; i < next; i++) {
        c->share[i] = partner__share(c->spells[i], all);
        c->limit[i] = limit;
    }
}

static partner_status write_conversions(spells *s, partner_error *error)
{
    size_t pairs = 0, line = 0, first = 0;
    columns c;
    partner_status status;

    for (size_t i = 0; i < s->count; i = end_of_pair(s, i)) pairs++;
    status = new_columns(s->to, pairs, &c, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0, end; i < s->count; i = end, line++) {
        end = end_of_pair(s, i);
        write_pair(s, &c, line, i, end);
        if (c.stage[line] != c.stage[first]) {
            write_stage(&c, first, line, s->limit[c.stage[first]]);
            first = line;
        }
    }
    if (pairs > 0) write_stage(&c, first, line, s->limit[c.stage[first]]);
    s->to->pipeline.conversions = &s->to->conversions;
    return PARTNER_OK;
}

static partner_status make(spells *s, partner_error *error)
{
    partner_status status;

    for (size_t i = 0; i < s->from->in.lines; i++) s->room += s->from->timeline.changes[i];
    s->words = partner__alloc(s->room, sizeof *s->words);
    s->spare = partner__alloc(s->room, sizeof *s->spare);
    s->limit = partner__alloc((size_t)s->stages + 1, sizeof *s->limit);
    if (s->words == NULL || s->spare == NULL || s->limit == NULL) return partner__no_memory(error);
    status = find_limits(s, error);
    if (status != PARTNER_OK) return status;
    collect(s, 0);
    status = sort_words(s, error);
    return status == PARTNER_OK ? write_conversions(s, error) : status;
}

partner_status partner__make_conversions(partner__result *to, const partner__sources *from,
                                         partner_error *error)
{
    spells s = {.to = to, .from = from, .stages = from->in.steps->stages};
    partner_status status = make(&s, error);

    partner__free(s.words);
    partner__free(s.spare);
    partner__free(s.limit);
    return status;
}
