/* SPDX-License-Identifier: MIT
 * Rows become words, line | day | what, which one stable radix sort by line and day puts in order. */
#include "dated.h"

#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"

enum { WORD = 64, CHUNK = 1 << 16 };

typedef struct packer {
    const partner__inputs *in;
    const partner__dated_table *table;
    int32_t first_day; /* of the rows up to as_of_day */
    unsigned what_bits, day_bits, line_bits;
    uint64_t *words, *spare, *sorted;
    size_t count;
} packer;

static partner_status plan_words(packer *p, partner_error *error)
{
    const partner__dated_table *t = p->table;
    const partner__inputs *in = p->in;

    p->first_day = in->as_of_day;
    for (size_t i = 0; i < t->rows; i++) {
        if (t->day[i] < p->first_day) p->first_day = t->day[i];
        p->count += t->day[i] <= in->as_of_day;
    }
    p->what_bits = partner__bits(t->highest);
    p->day_bits = partner__bits((uint64_t)((int64_t)in->as_of_day - p->first_day));
    p->line_bits = in->lines == 0 ? 0 : partner__bits(in->lines - 1);
    if (p->what_bits + p->day_bits + p->line_bits <= WORD) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_RANGE, partner__at(t->name, "day", PARTNER_NO_ROW, PARTNER_NONE),
                            "%s: rows reach from day %" PRId32 " to day %" PRId32
                            ", expected fewer days with so many deals and rows",
                            t->name, p->first_day, in->as_of_day);
}

static partner_status pack(packer *p, partner_error *error)
{
    const partner__dated_table *t = p->table;
    const partner__inputs *in = p->in;
    size_t n = 0;

    for (size_t i = 0; i < t->rows; i++) {
        uint32_t line;

        if (i % CHUNK == 0) {
            partner_status status = partner__ask(&in->set.run, error);
            if (status != PARTNER_OK) return status;
        }
        if (t->day[i] > in->as_of_day) continue;
        line = partner__lookup_get(&in->by_deal, t->deal[i]);
        if (line == PARTNER__LATER) continue;
        p->words[n++] = ((uint64_t)line << p->day_bits | (uint64_t)((int64_t)t->day[i] - p->first_day))
                            << p->what_bits |
                        t->what(in, i);
    }
    p->count = n;
    return PARTNER_OK;
}

/* Takes the words apart, in the array that the sort has done with. */
static void unpack(const packer *p, partner__dated *to)
{
    const uint64_t what = ((uint64_t)1 << p->what_bits) - 1, day = ((uint64_t)1 << p->day_bits) - 1;
    const size_t lines = p->in->lines;
    size_t line = 0;

    to->start[0] = 0;
    for (size_t i = 0; i < p->count; i++) {
        const uint64_t word = p->sorted[i];
        const size_t of = (size_t)(word >> p->what_bits >> p->day_bits);

        while (line < of) to->start[++line] = i;
        to->row[i].day = (int32_t)(p->first_day + (int64_t)(word >> p->what_bits & day));
        to->row[i].what = (uint32_t)(word & what);
    }
    while (line < lines) to->start[++line] = p->count;
}

static partner_status take(packer *p, partner__dated *to, partner_error *error)
{
    partner_status status = plan_words(p, error);

    if (status != PARTNER_OK) return status;
    to->start = partner__alloc(p->in->lines + 1, sizeof *to->start);
    p->words = partner__alloc(p->count, sizeof *p->words);
    p->spare = partner__alloc(p->count, sizeof *p->spare);
    if (to->start == NULL || p->words == NULL || p->spare == NULL) return partner__no_memory(error);
    status = pack(p, error);
    if (status == PARTNER_OK)
        status = partner__sort(p->words, p->spare, p->count, p->what_bits,
                               p->what_bits + p->day_bits + p->line_bits, &p->in->set.run, &p->sorted, error);
    if (status != PARTNER_OK) return status;
    if (p->sorted == p->spare) {
        p->spare = p->words;
        p->words = p->sorted;
    }
    to->row = (void *)p->spare;
    p->spare = NULL;
    unpack(p, to);
    return PARTNER_OK;
}

partner_status partner__dated_take(partner__dated *dated, const partner__inputs *in,
                                   const partner__dated_table *table, partner_error *error)
{
    packer p = {.in = in, .table = table};
    partner_status status;

    memset(dated, 0, sizeof *dated);
    status = take(&p, dated, error);
    partner__free(p.words);
    partner__free(p.spare);
    return status;
}

void partner__dated_free(partner__dated *dated)
{
    partner__free(dated->start);
    partner__free(dated->row);
    memset(dated, 0, sizeof *dated);
}

size_t partner__dated_by(const partner__dated *dated, size_t line, int32_t day)
{
    size_t count, low = 0;
    const partner__dated_row *row = partner__dated_of(dated, line, &count);

    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (row[middle].day <= day) low = middle + 1;
        else count = middle;
    }
    return low;
}
