/* SPDX-License-Identifier: MIT
 * What must hold of moves, movers and the reasons why they moved. */
#ifndef PARTNER_TESTS_FUZZ_SEGMENT_CHANGE_H
#define PARTNER_TESTS_FUZZ_SEGMENT_CHANGE_H

#include "segment.h"

/* What is kept of the period before, by line. */
typedef struct fuzz_past {
    size_t lines;
    uint32_t partner[FUZZ_LINES], segment[FUZZ_LINES], band[FUZZ_LINES];
    uint8_t level[FUZZ_LINES], mode[FUZZ_LINES], carried[FUZZ_LINES];
    int64_t revenue[FUZZ_LINES], all;
} fuzz_past;

/* --- the period before --- */

static inline void fuzz_keep(fuzz_past *p, const partner_segmentation *s)
{
    const partner_segment_partners *c = s->partner;

    p->lines = s->partners;
    p->all = s->revenue;
    for (size_t i = 0; i < p->lines; i++) {
        p->partner[i] = c->partner[i];
        p->segment[i] = c->segment[i];
        p->band[i] = c->band[i];
        p->level[i] = c->level[i];
        p->mode[i] = c->mode[i];
        p->carried[i] = c->carried[i];
        p->revenue[i] = c->revenue[i];
    }
}

/* The line of a partner then; p->lines = it was not there. */
static inline size_t fuzz_line_then(const fuzz_past *p, uint32_t partner)
{
    size_t i = 0;

    while (i < p->lines && p->partner[i] != partner) i++;
    return i;
}

static inline size_t fuzz_line_now(const partner_segmentation *s, uint32_t partner)
{
    size_t i = 0;

    while (i < s->partners && s->partner->partner[i] != partner) i++;
    return i;
}

/* --- from the period before --- */

static inline void fuzz_check_moves(const partner_segmentation *s, const fuzz_past *before)
{
    const partner_segment_moves *m = s->moves;
    size_t now = 0, then = 0;
    uint64_t revenue_now = 0, revenue_then = 0;

    for (size_t k = 0; k < m->moves; k++) {
        size_t partners = 0;

        fuzz_demand(m->partners[k] > 0 && (m->from[k] != PARTNER_NONE || m->to[k] != PARTNER_NONE),
                    "somebody moves");
        now += m->to[k] == PARTNER_NONE ? 0 : m->partners[k];
        then += m->from[k] == PARTNER_NONE ? 0 : m->partners[k];
        revenue_now += (uint64_t)m->revenue[k];
        revenue_then += (uint64_t)m->previous_revenue[k];
        for (size_t i = 0; m->to[k] != PARTNER_NONE && i < s->partners; i++)
            partners += s->partner->previous_segment[i] == m->from[k] && s->partner->segment[i] == m->to[k];
        fuzz_demand(m->to[k] == PARTNER_NONE || partners == m->partners[k], "those who went this way");
    }
    fuzz_demand(now == s->partners && then == before->lines, "everybody is counted once");
    fuzz_demand(revenue_now == (uint64_t)s->revenue && revenue_then == (uint64_t)before->all,
                "and all revenue of both periods");
}

static inline void fuzz_demand_instead(const char *text, const char *now, const char *then)
{
    char words[80];

    snprintf(words, sizeof words, "%s instead of %s", now, then);
    fuzz_demand(strstr(text, words) != NULL, "the reason says what is instead of what");
}

static inline const char *fuzz_band_called(const fuzz_world *w, const partner_segmentation *s, uint8_t level,
                                           char text[16])
{
    static const char *const two[] = {"low", "high"}, *const three[] = {"low", "mid", "high"};

    if (w->rules.band != NULL) return w->rules.band[level];
    if (s->bands <= 3) return s->bands == 2 ? two[level] : three[level];
    snprintf(text, 16, "band-%d", level + 1);
    return text;
}

/* The reason names what has changed, and nothing else. */
static inline void fuzz_check_reason(const fuzz_world *w, const partner_segmentation *s,
                                     const fuzz_past *before, size_t k)
{
    static const char *const modes[] = {"unknown", "transactional", "mixed", "consultative"};
    const partner_segment_movers *m = s->movers;
    const size_t then = fuzz_line_then(before, m->partner[k]), now = fuzz_line_now(s, m->partner[k]);
    char text[1024], first[16], second[16], *cut = fuzz_alloc(20, 1);
    const size_t length = partner_segmentation_explain(s, k, text, sizeof text);

    fuzz_demand(length > 0 && length < sizeof text && strlen(text) == length && text[length - 1] == '.',
                "each mover has its reason");
    if (before->level[then] != s->partner->level[now])
        fuzz_demand_instead(text, fuzz_band_called(w, s, s->partner->level[now], first),
                            fuzz_band_called(w, s, before->level[then], second));
    else fuzz_demand(strstr(text, "Revenue of") == NULL, "the band is no reason");
    if (m->mode[k] != m->previous_mode[k])
        fuzz_demand_instead(text, modes[m->mode[k]], modes[m->previous_mode[k]]);
    else fuzz_demand(strstr(text, "interactions' worth") == NULL, "the mode is no reason");
    partner_segmentation_explain(s, k, cut, 20);
    fuzz_demand(memchr(cut, '\0', 20) != NULL && strncmp(cut, text, strlen(cut)) == 0, "or a beginning of it");
    free(cut);
}

static inline int64_t fuzz_larger(int64_t a, int64_t b) { return a > b ? a : b; }

static inline void fuzz_check_movers(const fuzz_world *w, const partner_segmentation *s,
                                     const fuzz_past *before)
{
    const partner_segment_movers *m = s->movers;
    size_t movers = 0;

    for (size_t i = 0; i < s->partners; i++) {
        const size_t then = fuzz_line_then(before, s->partner->partner[i]);
        const uint32_t was = then == before->lines ? PARTNER_NONE : before->segment[then];

        fuzz_demand(s->partner->previous_segment[i] == was, "where it was");
        movers += was != PARTNER_NONE && was != s->partner->segment[i];
    }
    fuzz_demand(m->movers == movers, "movers are those who moved");
    for (size_t k = 0; k < movers; k++) {
        const size_t then = fuzz_line_then(before, m->partner[k]), now = fuzz_line_now(s, m->partner[k]);

        fuzz_demand(then < before->lines && now < s->partners && m->from[k] == before->segment[then] &&
                        m->to[k] == s->partner->segment[now] && m->from[k] != m->to[k] &&
                        m->previous_mode[k] == before->mode[then] && m->mode[k] == s->partner->mode[now] &&
                        m->previous_band[k] == before->band[then] && m->band[k] == s->partner->band[now] &&
                        m->previous_revenue[k] == before->revenue[then] &&
                        m->revenue[k] == s->partner->revenue[now],
                    "from where to where");
        fuzz_demand(k == 0 || fuzz_larger(m->previous_revenue[k - 1], m->revenue[k - 1]) >=
                                  fuzz_larger(m->previous_revenue[k], m->revenue[k]),
                    "the largest first");
        fuzz_check_reason(w, s, before, k);
    }
}

static inline void fuzz_check_change(const fuzz_world *w, const partner_segmentation *s,
                                     const fuzz_past *before)
{
    const size_t movers = s->movers == NULL ? 0 : s->movers->movers;
    char text[80];

    fuzz_demand((s->moves != NULL) == (before != NULL) && (s->movers != NULL) == (before != NULL),
                "moves need a period before");
    fuzz_demand(partner_segmentation_explain(s, movers, text, sizeof text) == 0, "no mover, no reason");
    if (before == NULL) return;
    fuzz_check_moves(s, before);
    fuzz_check_movers(w, s, before);
}

#endif
