/* SPDX-License-Identifier: MIT
 * What is seen of the deals of each partner, and of the channel. */
#include "../base/error.h"
#include "../base/memory.h"
#include "../base/net.h"
#include "../base/sort.h"
#include "result.h"

enum { CLASSES = PARTNER_VISIBILITIES };

/* Deals of one partner, or of all. */
typedef struct sight {
    size_t deals, of_class[CLASSES];
    partner__net amount, amount_of[CLASSES]; /* known ones */
} sight;

/* partner_pipeline_visibility, to be written. */
typedef struct columns {
    uint32_t *partner;
    size_t *deals, *of_class;
    double *share, *amount_share;
} columns;

static void see(sight *s, const partner__result *r, const partner__inputs *in, size_t line)
{
    const int64_t amount = partner__line_amount(in, line);
    const uint8_t class = r->deal.visibility[line];

    s->deals++;
    s->of_class[class]++;
    if (amount == PARTNER_NO_AMOUNT) return;
    partner__net_add(&s->amount, amount);
    partner__net_add(&s->amount_of[class], amount);
}

static void write_shares(const sight *s, size_t *of_class, double *share, double *amount_share)
{
    for (size_t c = 0; c < CLASSES; c++) {
        of_class[c] = s->of_class[c];
        share[c] = s->deals == 0 ? NAN : partner__share(s->of_class[c], s->deals);
        amount_share[c] = partner__net_ratio(&s->amount_of[c], &s->amount);
    }
}

static partner_status new_columns(partner__result *to, size_t n, columns *c, partner_error *error)
{
    int failed = 0;

    c->partner = partner__column(to, n, sizeof *c->partner, &failed);
    c->deals = partner__column(to, n, sizeof *c->deals, &failed);
    c->of_class = partner__column(to, n, CLASSES * sizeof *c->of_class, &failed);
    c->share = partner__column(to, n, CLASSES * sizeof *c->share, &failed);
    c->amount_share = partner__column(to, n, CLASSES * sizeof *c->amount_share, &failed);
    to->visibility = (partner_pipeline_visibility){.partners = n,
                                                   .partner = c->partner,
                                                   .deals = c->deals,
                                                   .of_class = c->of_class,
                                                   .share = c->share,
                                                   .amount_share = c->amount_share};
    return failed ? partner__no_memory(error) : PARTNER_OK;
}

static uint32_t partner_of(uint64_t word) { return (uint32_t)(word >> 32); }

static size_t count_partners(const uint64_t *sorted, size_t n)
{
    size_t partners = n > 0;

    for (size_t i = 1; i < n; i++) partners += partner_of(sorted[i]) != partner_of(sorted[i - 1]);
    return partners;
}

/* `sorted` holds partner | line; direct deals come last, for their partner is the highest number. */
static partner_status write_partners(partner__result *to, const partner__inputs *in, const uint64_t *sorted,
                                     partner_error *error)
{
    columns c;
    partner_status status = new_columns(to, count_partners(sorted, in->lines), &c, error);

    if (status != PARTNER_OK) return status;
    for (size_t i = 0, line = 0; i < in->lines; line++) {
        const uint32_t partner = partner_of(sorted[i]);
        sight s = {.deals = 0};

        for (; i < in->lines && partner_of(sorted[i]) == partner; i++) see(&s, to, in, (uint32_t)sorted[i]);
        c.partner[line] = partner;
        c.deals[line] = s.deals;
        write_shares(&s, c.of_class + CLASSES * line, c.share + CLASSES * line,
                     c.amount_share + CLASSES * line);
    }
    to->pipeline.visibility = &to->visibility;
    return PARTNER_OK;
}

static void write_channel(partner__result *to, const partner__inputs *in)
{
    partner_pipeline *p = &to->pipeline;
    sight s = {.deals = 0};

    for (size_t i = 0; i < in->lines; i++)
        if (to->deal.partner[i] != PARTNER_NONE) see(&s, to, in, i);
    write_shares(&s, p->visibility_deals, p->visibility_share, p->visibility_amount_share);
}

partner_status partner__make_visibility(partner__result *to, const partner__sources *from, partner_error *error)
{
    const partner__inputs *in = &from->in;
    uint64_t *words = partner__alloc(in->lines, sizeof *words);
    uint64_t *spare = partner__alloc(in->lines, sizeof *spare), *sorted;
    partner_status status = PARTNER_OK;

    if (words == NULL || spare == NULL) status = partner__no_memory(error);
    for (size_t i = 0; i < in->lines && status == PARTNER_OK; i++)
        words[i] = (uint64_t)to->deal.partner[i] << 32 | i;
    if (status == PARTNER_OK)
        status = partner__sort(words, spare, in->lines, 32, 64, &in->set.run, &sorted, error);
    if (status == PARTNER_OK) status = write_partners(to, in, sorted, error);
    if (status == PARTNER_OK) write_channel(to, in);
    partner__free(words);
    partner__free(spare);
    return status;
}
