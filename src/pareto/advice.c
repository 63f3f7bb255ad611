/* SPDX-License-Identifier: MIT
 * The one thing to do about concentration: secure the partners that too much hangs on, or look after the vital
 * few. */
#include "../base/leaders.h"
#include "../base/say.h"
#include "analysis.h"

enum { NUMBER = PARTNER__NUMBER };

/* Companies have to disclose customers from this share of revenue on (IFRS 8, 34; ASC 280-10-50-42). */
static const double LARGE = 0.1;

/* Those who bring so much each; *many receives how many there are. */
static partner__leaders large_of(const partner__pareto_run *r, size_t *many)
{
    const partner_pareto *p = r->pareto;
    partner__leaders l = {.count = 0};

    for (*many = 0; *many < p->partners && p->share[p->order[*many]] >= LARGE; ++*many)
        partner__leaders_try(&l, p->order[*many], r->totals->partner[p->order[*many]],
                             p->share[p->order[*many]]);
    return l;
}

static void advise_large(partner__words *w, const partner__leaders *l, size_t many)
{
    double together = 0;
    char share[NUMBER], large[NUMBER];

    for (size_t i = 0; i < l->count; i++) together += l->figure[i];
    partner__words_put(w, "Secure ");
    partner__leaders_put(w, l);
    partner__words_put(w, " by agreements that last, and win others beside %s: %s %s of revenue%s",
                       l->count == 1 ? "it" : "them", l->count == 1 ? "it brings" : "they bring",
                       partner__say_percent(together, share), many > 1 ? " together" : "");
    if (many > l->count)
        partner__words_put(w, "; %zu more %s %s or more%s", many - l->count,
                           many - l->count == 1 ? "brings" : "bring", partner__say_percent(LARGE, large),
                           many - l->count == 1 ? "" : " each");
    partner__words_put(w, ".");
}

static void advise_few(partner__words *w, const partner__pareto_run *r)
{
    const partner_pareto *p = r->pareto;
    char cut[NUMBER], few[NUMBER], all[NUMBER];

    partner__words_put(w, "Give each of the %s of %s partners that bring %s of revenue somebody who knows it.",
                       partner__say_count(p->vital_count, few), partner__say_count(p->counted, all),
                       partner__say_percent(r->first_cut / 1e6, cut));
}

size_t partner__pareto_advice(const void *result, size_t part, char *buffer, size_t size)
{
    const partner__pareto_run *r = result;
    partner__words w = {.full = 0};
    partner__leaders large;
    size_t many;

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (r == NULL || r->pareto->total == 0) return 0;
    large = large_of(r, &many);
    if (many > 0 && part == 0) advise_large(&w, &large, many);
    if (many > 0 && part == 1)
        partner__words_put(
            &w, "This takes it that a partner who leaves takes all of its revenue along, and that no "
                "other picks it up.");
    if (many == 0 && part == 0) advise_few(&w, r);
    if (many == 0 && part == 1)
        partner__words_put(&w, "This takes it that those who brought most will go on doing so.");
    return partner__words_end(&w, buffer, size);
}
