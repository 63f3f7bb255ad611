/* SPDX-License-Identifier: MIT
 * The one thing to do about totals: talk to those that bring less than before, or decide about those that sell
 * nothing. */
#include "../base/leaders.h"
#include "../base/net.h"
#include "../base/say.h"
#include "analysis.h"

enum { NUMBER = PARTNER__NUMBER };

/* A sum of amounts above 0, which is an amount in all but the most unlikely totals. */
static void put_sum(partner__words *w, const partner__net *sum, unsigned places)
{
    char number[NUMBER];
    int below;
    const partner__u128 size = partner__net_size(sum, &below);

    if (partner__u128_less(partner__u128_from(INT64_MAX), size))
        partner__words_put(w, "more than %s", partner__say_money(INT64_MAX, places, number));
    else partner__words_put(w, "%s", partner__say_money((int64_t)partner__u128_low(size), places, number));
}

/* --- against the window before --- */

/* Those who bring less, what they bring less, and what the first of them bring less. */
typedef struct losses {
    size_t partners;
    partner__net all, named;
    partner__leaders first;
} losses;

static void add_loss(partner__net *to, const partner_growth *g, size_t i)
{
    partner__net_add(to, g->previous_revenue[i]);
    partner__net_add(to, g->revenue[i] == INT64_MIN ? INT64_MAX : -g->revenue[i]);
}

static losses losses_of(const partner_growth *g)
{
    losses l = {.partners = 0};

    for (size_t i = 0; i < g->partners; i++) {
        if (g->state[i] != PARTNER_GROWTH_LOST && g->state[i] != PARTNER_GROWTH_SHRUNK) continue;
        l.partners++;
        add_loss(&l.all, g, i);
        partner__leaders_try(&l.first, i, g->partner[i],
                             (double)g->previous_revenue[i] - (double)g->revenue[i]);
    }
    for (size_t i = 0; i < l.first.count; i++) add_loss(&l.named, g, l.first.line[i]);
    return l;
}

static void advise_losses(partner__words *w, const partner_growth *g, const losses *l)
{
    partner__words_put(w, "Talk to ");
    partner__leaders_put(w, &l->first);
    partner__words_put(w, l->first.count == 1 ? ": it brings " : ": they bring ");
    put_sum(w, &l->named, g->minor_units);
    partner__words_put(w, " less than in the window before");
    if (l->partners > l->first.count) {
        partner__words_put(w, ", of ");
        put_sum(w, &l->all, g->minor_units);
        partner__words_put(w, " that ");
        partner__words_count(w, l->partners, "partner brings", "partners bring");
        partner__words_put(w, " less in all");
    }
    partner__words_put(w, ".");
}

static void base_losses(partner__words *w, const partner_growth *g)
{
    partner__words_put(
        w, "This compares the two windows as they are: neither season nor prices are taken out%s.",
        g->after_last_day ? ", and the later one ends after the last day seen, so that it may not be whole"
                          : "");
}

/* --- on their own --- */

static void put_mean(partner__words *w, const partner__totals_run *run)
{
    const partner_totals *t = run->totals;
    partner__net sum = {.plus = partner__u128_from(0), .minus = partner__u128_from(0)};
    double mean;
    char number[NUMBER];

    for (size_t i = 0; i < t->partners; i++)
        if (t->sales[i] >= run->min_sales) partner__net_add(&sum, t->revenue[i]);
    mean = partner__net_mean(&sum, t->active);
    partner__words_put(
        w, "%s", partner__say_money((int64_t)(mean < 0 ? mean - 0.5 : mean + 0.5), t->minor_units, number));
}

static void advise_inactive(partner__words *w, const partner__totals_run *run)
{
    const partner_totals *t = run->totals;
    char some[NUMBER], all[NUMBER], least[NUMBER];

    partner__words_put(w, "Decide about the %s of %s partners that ",
                       partner__say_count(t->partners - t->active, some), partner__say_count(t->partners, all));
    if (run->min_sales > 1)
        partner__words_put(w, "made fewer than %s sales", partner__say_count(run->min_sales, least));
    else partner__words_put(w, "sold nothing");
    partner__words_put(w, ", whether to win each back or to part: an active one brings ");
    put_mean(w, run);
    partner__words_put(w, " on average.");
}

size_t partner__totals_advice(const void *result, size_t part, char *buffer, size_t size)
{
    const partner__totals_run *run = result;
    partner__words w = {.full = 0};
    losses l = {.partners = 0};

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (run == NULL) return 0;
    if (run->growth != NULL) l = losses_of(run->growth);
    if (l.partners > 0) {
        if (part == 0) advise_losses(&w, run->growth, &l);
        if (part == 1) base_losses(&w, run->growth);
    } else if (run->totals->active > 0 && run->totals->active < run->totals->partners) {
        if (part == 0) advise_inactive(&w, run);
        if (part == 1)
            partner__words_put(&w,
                               "Whether one who is won back would bring as much as the others is not known.");
    }
    return partner__words_end(&w, buffer, size);
}
