/* SPDX-License-Identifier: MIT
 * Why a partner is in another segment than before: the edge that its revenue passed, the evidence, or what was
 * declared. */
#include "../base/say.h"
#include "result.h"
#include "words.h"

/* "Revenue of 480.00 (120.00 before) is 33.3 % above 360.00, where high begins: high instead of low". */
static void put_band(partner__words *w, const partner__segmented *s, size_t i)
{
    const uint8_t then = s->mover_level[i], now = s->column.level[s->mover_line[i]];
    const uint8_t passed = now > then ? now : then;
    const int64_t edge = s->from[passed], revenue = s->movers.revenue[i];
    char here[PARTNER__NUMBER], before[PARTNER__NUMBER], at[PARTNER__NUMBER], by[PARTNER__NUMBER];

    partner__words_put(w, "Revenue of %s (%s before) is ", partner__say_money(revenue, s->set.places, here),
                       partner__say_money(s->movers.previous_revenue[i], s->set.places, before));
    if (edge == INT64_MAX) {
        partner__words_put(w, "less than that of any band above, and by revenue nobody is in ");
        partner__words_id(w, s->cells.band[passed], '_');
        partner__words_put(w, " now");
    } else {
        const double far = ((double)revenue - (double)edge) / (double)edge;

        partner__words_put(w, "%s %s %s, where ", partner__say_percent(far, by), far < 0 ? "below" : "above",
                           partner__say_money(edge, s->set.places, at));
        partner__words_id(w, s->cells.band[passed], '_');
        partner__words_put(w, " begins");
    }
    partner__words_put(w, ": ");
    partner__words_id(w, s->cells.band[now], '_');
    partner__words_put(w, " instead of ");
    partner__words_id(w, s->cells.band[then], '_');
}

static void put_side(partner__words *w, const partner__segmented *s, const char *side, double probability)
{
    char number[PARTNER__NUMBER];

    partner__words_put(w, "%s ", side);
    partner__put_share(w, s->set.threshold_share);
    partner__words_put(w, " has a probability of %s", partner__say_percent(probability, number));
}

static void put_evidence(partner__words *w, const partner__segmented *s, size_t i)
{
    const double consultative = s->movers.consultative[i], transactional = s->movers.transactional[i];
    const uint8_t mode = s->movers.mode[i];

    partner__put_number(w, consultative);
    partner__words_put(w, " of ");
    partner__put_number(w, consultative + transactional);
    partner__words_put(w, " interactions' worth are consultative, so that a share ");
    if (mode != PARTNER_MODE_TRANSACTIONAL) put_side(w, s, "above", s->movers.p_consultative[i]);
    if (mode == PARTNER_MODE_MIXED) partner__words_put(w, ", and one ");
    if (mode != PARTNER_MODE_CONSULTATIVE) put_side(w, s, "below", s->movers.p_transactional[i]);
}

static void put_mode(partner__words *w, const partner__segmented *s, size_t i, int first)
{
    const uint8_t mode = s->movers.mode[i];

    if (s->column.declared[s->mover_line[i]])
        partner__words_put(w, "%she partner is declared %s", first ? "T" : "t", partner__mode_name(mode));
    else if (mode == PARTNER_MODE_UNKNOWN)
        partner__words_put(w, "%sothing was seen of it for two periods: unknown", first ? "N" : "n");
    else {
        put_evidence(w, s, i);
        partner__words_put(w, ": %s", partner__mode_name(mode));
    }
    partner__words_put(w, " instead of %s", partner__mode_name(s->movers.previous_mode[i]));
}

size_t partner_segmentation_explain(const partner_segmentation *segmentation, size_t i, char *buffer,
                                    size_t size)
{
    const partner__segmented *s = partner__segmented_of(segmentation);
    partner__words w = {.full = 0};
    int banded;

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (s == NULL || s->segmentation.movers == NULL || i >= s->movers.movers) return 0;
    banded = s->mover_level[i] != s->column.level[s->mover_line[i]];
    if (banded) put_band(&w, s, i);
    if (s->movers.mode[i] != s->movers.previous_mode[i]) {
        if (banded) partner__words_put(&w, "; ");
        put_mode(&w, s, i, !banded);
    }
    partner__words_put(&w, ".");
    return partner__words_end(&w, buffer, size);
}
