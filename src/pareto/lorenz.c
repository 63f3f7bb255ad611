/* SPDX-License-Identifier: MIT
 * The Lorenz curve, thinned to a number of vertices. */
#include "../base/error.h"
#include "pareto.h"

typedef struct curve {
    double *partners, *share;
    size_t points;
} curve;

static void add_point(curve *c, const partner__ranked *r, size_t j, uint64_t sum)
{
    c->partners[c->points] = partner__ratio(partner__u128_from(j), partner__u128_from(r->counted));
    c->share[c->points] = partner__ratio(partner__u128_from(sum), partner__u128_from(r->total));
    c->points++;
}

/* x + y = j/P + S_j/T >= 2k/n compared as (j T + S_j P) n >= 2 k P T, all below 2^117. One walk from the
 * smallest value up: the place of the vertex on x + y grows by T + v P with each partner. */
static void walk(curve *c, const partner__ranked *r, uint32_t steps)
{
    partner__u128 place = partner__u128_from(0);
    partner__u128 end = partner__u128_shl(partner__u128_mul(r->counted, r->total), 1);
    partner__u128 next = end;
    uint64_t sum = 0, k = 1;

    add_point(c, r, 0, 0);
    for (size_t j = 1; j <= r->counted; j++) {
        size_t rank = r->counted - j;
        uint64_t value = rank < r->positive ? r->value[rank] : 0;
        int reached = 0;

        sum += value;
        place = partner__u128_add(place, partner__u128_mul(value, r->counted));
        place = partner__u128_add(place, partner__u128_from(r->total));
        while (k <= steps && !partner__u128_less(partner__u128_scale(place, steps), next)) {
            next = partner__u128_add(next, end);
            k++;
            reached = 1;
        }
        if (reached) add_point(c, r, j, sum);
    }
}

partner_status partner__pareto_lorenz(const partner__ranked *r, uint32_t points, partner__arena *arena,
                                      const partner_pareto_lorenz **lorenz, partner_error *error)
{
    size_t most = points < r->counted + 1 ? points : r->counted + 1;
    partner_pareto_lorenz *result = partner__arena_alloc(arena, 1, sizeof *result);
    curve c = {.partners = partner__arena_alloc(arena, most, sizeof(double)),
               .share = partner__arena_alloc(arena, most, sizeof(double))};

    if (result == NULL || c.partners == NULL || c.share == NULL) return partner__no_memory(error);
    if (r->total > 0) walk(&c, r, points - 1);
    result->points = c.points;
    result->partners = c.partners;
    result->share = c.share;
    *lorenz = result;
    return PARTNER_OK;
}
