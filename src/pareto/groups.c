/* SPDX-License-Identifier: MIT
 * Each group's own summary and the Theil index by parts. The order is sorted by group once more (stable, so
 * each group's rows come largest first): memory follows the rows, whatever the group indexes are. */
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "pareto.h"

/* The columns of partner_pareto_groups, writable. */
typedef struct columns {
    uint32_t *group;
    size_t *partners, *counted, *positive, *zero, *negative, *vital_count;
    int64_t *negative_amount, *total, *net;
    double *gini, *gini_unbiased, *hhi, *effective_partners, *theil, *hoover, *vital_fraction, *kolkata_index;
    double *top_share, *share, *theil_between, *theil_within;
} columns;

typedef struct work {
    const partner__group_input *input;
    uint64_t *words, *spare; /* (group, place in the order) */
    uint64_t *value, *before;
    size_t rows, groups, lines; /* lines of classes per group */
    columns c;
    partner__class_lines classes;
    uint32_t *class_group;
    partner__sum between, within;
} work;

static uint32_t group_of(uint64_t word) { return (uint32_t)(word >> 32); }

static partner_status sort_by_group(work *w, partner_error *error)
{
    const partner__group_input *in = w->input;
    uint64_t *sorted = w->words;
    partner_status status;

    for (size_t i = 0; i < w->rows; i++) w->words[i] = (uint64_t)in->amounts->group[in->order[i]] << 32 | i;
    status = partner__sort(w->words, w->spare, w->rows, 32, 64, &in->run, &sorted, error);
    if (sorted == w->spare) {
        w->spare = w->words;
        w->words = sorted;
    }
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < w->rows; i++)
        w->groups += i == 0 || group_of(w->words[i]) != group_of(w->words[i - 1]);
    return status;
}

/* Counts a group's rows by sign and gathers its values; `start` … `end` are its words. */
static void gather(work *w, size_t g, size_t start, size_t end, partner__ranked *r)
{
    const partner__group_input *in = w->input;
    size_t positive = 0, negative = 0;
    uint64_t total = 0, loss = 0;

    for (size_t i = start; i < end; i++) {
        int64_t amount = in->amounts->amount[in->order[w->words[i] & UINT32_MAX]];
        negative += amount < 0;
        if (amount < 0) loss += partner__magnitude(amount);
        if (amount <= 0) continue;
        w->value[positive++] = (uint64_t)amount;
        total += (uint64_t)amount;
    }
    partner__prefix(w->value, positive, w->before);
    r->value = w->value;
    r->before = w->before;
    r->positive = positive;
    r->counted = in->options->population == PARTNER_POPULATION_ALL ? end - start : positive;
    r->total = total;
    w->c.group[g] = group_of(w->words[start]);
    w->c.partners[g] = end - start;
    w->c.counted[g] = r->counted;
    w->c.positive[g] = positive;
    w->c.negative[g] = negative;
    w->c.zero[g] = end - start - positive - negative;
    w->c.total[g] = (int64_t)total;
    w->c.negative_amount[g] = -(int64_t)loss;
    w->c.net[g] = (int64_t)total - (int64_t)loss;
}

static void publish(work *w, size_t g, const partner__summary *s)
{
    w->c.gini[g] = s->gini;
    w->c.gini_unbiased[g] = s->gini_unbiased;
    w->c.hhi[g] = s->hhi;
    w->c.effective_partners[g] = s->effective_partners;
    w->c.theil[g] = s->theil;
    w->c.hoover[g] = s->hoover;
    w->c.vital_count[g] = s->vital_count;
    w->c.vital_fraction[g] = s->vital_fraction;
    w->c.kolkata_index[g] = s->kolkata_index;
    memcpy(w->c.top_share + g * PARTNER_PARETO_TOPS, s->top_share, sizeof s->top_share);
}

/* The group's parts of the Theil index: s_g ln(s_g P / P_g) and s_g T_g. As in the index itself, the sum
 * between groups is taken of (P_g / P) h(d) with d = s_g P / P_g - 1, which never cancels. */
static void decompose(work *w, size_t g, const partner__ranked *r)
{
    const partner__ranked *all = w->input->ranked;
    double share, d;

    w->c.share[g] = share = partner__ratio(partner__u128_from(r->total), partner__u128_from(all->total));
    w->c.theil_between[g] = w->c.theil_within[g] = all->total == 0 ? NAN : 0;
    if (all->total == 0 || r->counted == 0) return;
    d = partner__excess(partner__u128_mul(r->total, all->counted), partner__u128_mul(all->total, r->counted));
    partner__sum_add(&w->between, (double)r->counted / (double)all->counted * partner__entropy_term(d));
    if (r->total == 0) return;
    w->c.theil_between[g] = share * log1p(d);
    w->c.theil_within[g] = share * w->c.theil[g];
    partner__sum_add(&w->within, w->c.theil_within[g]);
}

static void one_group(work *w, size_t g, size_t start, size_t end)
{
    partner__classes classes = *w->input->classes;
    partner__moments moments;
    partner__summary summary;
    partner__ranked r;

    gather(w, g, start, end, &r);
    moments = partner__moments_of(&r, 0, r.positive);
    partner__summarise(&r, &moments, classes.cut[0], &summary);
    publish(w, g, &summary);
    decompose(w, g, &r);
    partner__classify(&r, &classes);
    partner__class_lines_fill(&r, &classes, end - start, w->classes, g * w->lines);
    for (size_t i = 0; i < w->lines; i++) w->class_group[g * w->lines + i] = w->c.group[g];
}

static partner_status all_groups(work *w, partner_error *error)
{
    size_t start = 0;

    for (size_t g = 0; g < w->groups; g++) {
        size_t end = start + 1;
        partner_status status = partner__ask(&w->input->run, error);

        if (status != PARTNER_OK) return status;
        while (end < w->rows && group_of(w->words[end]) == group_of(w->words[start])) end++;
        one_group(w, g, start, end);
        start = end;
    }
    return PARTNER_OK;
}

/* One column of `n` elements; *failed is set where memory is short. */
static void *column(partner__arena *arena, size_t n, size_t size, int *failed)
{
    void *memory = partner__arena_alloc(arena, n, size);

    if (memory == NULL) *failed = 1;
    return memory;
}

static partner_status allocate_columns(work *w, partner__arena *arena, partner_error *error)
{
    double **doubles[] = {&w->c.gini,
                          &w->c.gini_unbiased,
                          &w->c.hhi,
                          &w->c.effective_partners,
                          &w->c.theil,
                          &w->c.hoover,
                          &w->c.vital_fraction,
                          &w->c.kolkata_index,
                          &w->c.share,
                          &w->c.theil_between,
                          &w->c.theil_within};
    size_t **counts[] = {&w->c.partners, &w->c.counted,  &w->c.positive,
                         &w->c.zero,     &w->c.negative, &w->c.vital_count};
    int64_t **amounts[] = {&w->c.negative_amount, &w->c.total, &w->c.net};
    size_t n = w->groups, lines = n * w->lines;
    int failed = 0;

    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++)
        *doubles[i] = column(arena, n, sizeof(double), &failed);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        *counts[i] = column(arena, n, sizeof(size_t), &failed);
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
        *amounts[i] = column(arena, n, sizeof(int64_t), &failed);
    w->c.group = column(arena, n, sizeof *w->c.group, &failed);
    w->c.top_share = column(arena, n, PARTNER_PARETO_TOPS * sizeof(double), &failed);
    w->class_group = column(arena, lines, sizeof *w->class_group, &failed);
    w->classes.class_of = column(arena, lines, sizeof *w->classes.class_of, &failed);
    w->classes.partners = column(arena, lines, sizeof *w->classes.partners, &failed);
    w->classes.amount = column(arena, lines, sizeof *w->classes.amount, &failed);
    w->classes.share = column(arena, lines, sizeof *w->classes.share, &failed);
    return failed ? partner__no_memory(error) : PARTNER_OK;
}

static partner_status hand_over(const work *w, partner__arena *arena, partner_pareto *pareto,
                                partner_error *error)
{
    partner_pareto_groups *groups = partner__arena_alloc(arena, 1, sizeof *groups);
    partner_pareto_group_classes *classes = partner__arena_alloc(arena, 1, sizeof *classes);
    const columns *c = &w->c;

    if (groups == NULL || classes == NULL) return partner__no_memory(error);
    *groups = (partner_pareto_groups){
        .groups = w->groups,
        .group = c->group,
        .partners = c->partners,
        .counted = c->counted,
        .positive = c->positive,
        .zero = c->zero,
        .negative = c->negative,
        .negative_amount = c->negative_amount,
        .total = c->total,
        .net = c->net,
        .gini = c->gini,
        .gini_unbiased = c->gini_unbiased,
        .hhi = c->hhi,
        .effective_partners = c->effective_partners,
        .theil = c->theil,
        .hoover = c->hoover,
        .vital_count = c->vital_count,
        .vital_fraction = c->vital_fraction,
        .kolkata_index = c->kolkata_index,
        .top_share = c->top_share,
        .share = c->share,
        .theil_between = c->theil_between,
        .theil_within = c->theil_within,
    };
    *classes = (partner_pareto_group_classes){
        .rows = w->groups * w->lines,
        .class_none = pareto->class_none,
        .group = w->class_group,
        .class_of = w->classes.class_of,
        .partners = w->classes.partners,
        .amount = w->classes.amount,
        .share = w->classes.share,
    };
    pareto->groups = groups;
    pareto->group_classes = classes;
    if (pareto->total > 0) {
        pareto->theil_between = partner__sum_value(&w->between);
        pareto->theil_within = partner__sum_value(&w->within);
    }
    return PARTNER_OK;
}

partner_status partner__pareto_groups(const partner__group_input *input, partner__arena *arena,
                                      partner_pareto *pareto, partner_error *error)
{
    size_t rows = input->amounts->rows;
    work w = {.input = input, .rows = rows, .lines = input->classes->cuts + 2};
    partner_status status = PARTNER_OK;

    w.words = partner__alloc(rows, sizeof *w.words);
    w.spare = partner__alloc(rows, sizeof *w.spare);
    w.before = partner__alloc_zero(partner__blocks(rows) + 1, sizeof *w.before);
    if (w.words == NULL || w.spare == NULL || w.before == NULL) status = partner__no_memory(error);
    if (status == PARTNER_OK) status = sort_by_group(&w, error);
    w.value = w.spare; /* free once the sort is done */
    if (status == PARTNER_OK) status = allocate_columns(&w, arena, error);
    if (status == PARTNER_OK) status = all_groups(&w, error);
    if (status == PARTNER_OK) status = hand_over(&w, arena, pareto, error);
    partner__free(w.words);
    partner__free(w.spare);
    partner__free(w.before);
    return status;
}
