/* SPDX-License-Identifier: MIT */
#include "leaders.h"

#include <inttypes.h>

static int comes_before(const partner__leaders *l, size_t i, uint32_t partner, double figure)
{
    return l->figure[i] > figure || (l->figure[i] == figure && l->partner[i] < partner);
}

void partner__leaders_try(partner__leaders *leaders, size_t line, uint32_t partner, double figure)
{
    size_t place = leaders->count;

    if (!(figure > 0)) return;
    while (place > 0 && !comes_before(leaders, place - 1, partner, figure)) place--;
    if (place == PARTNER__LEADERS) return;
    if (leaders->count < PARTNER__LEADERS) leaders->count++;
    for (size_t i = leaders->count - 1; i > place; i--) {
        leaders->line[i] = leaders->line[i - 1];
        leaders->partner[i] = leaders->partner[i - 1];
        leaders->figure[i] = leaders->figure[i - 1];
    }
    leaders->line[place] = line;
    leaders->partner[place] = partner;
    leaders->figure[place] = figure;
}

void partner__leaders_put_one(partner__words *w, const partner__leaders *leaders, size_t i)
{
    partner__words_put(w, "{partner:%" PRIu32 "}", leaders->partner[i]);
}

static void put_one(partner__words *w, const void *of, size_t i) { partner__leaders_put_one(w, of, i); }

void partner__leaders_put(partner__words *w, const partner__leaders *leaders)
{
    partner__words_all(w, " and ", leaders->count, put_one, leaders);
}
