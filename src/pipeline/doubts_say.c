/* SPDX-License-Identifier: MIT
 * Why a deal is doubted, in words. */
#include "../base/say.h"
#include "../base/words.h"
#include "result.h"

/* What the doubt is held against. */
static void put_claim(partner__words *w, const partner__result *r, uint32_t line)
{
    const uint32_t claimed = r->deal.claimed[line];

    if (claimed == PARTNER_NONE) {
        partner__words_put(w, "In work is ");
        partner__words_id(w, r->steps.stage_id[r->deal.stage[line]], ' ');
    } else if (claimed == r->steps.stages) {
        partner__words_put(w, "Claimed to be past the last stage");
    } else {
        partner__words_put(w, "Claimed to be in ");
        partner__words_id(w, r->steps.stage_id[claimed], ' ');
    }
}

static void put_reason(partner__words *w, const partner__result *r, size_t i, const partner__step *step)
{
    char day[PARTNER__NUMBER];

    switch (r->doubt.reason[i]) {
    case PARTNER_DOUBT_NEVER: partner__words_put(w, " was never reported"); return;
    case PARTNER_DOUBT_TAKEN_BACK:
        partner__words_put(w, " was taken back on %s", partner__say_day(r->doubt.day[i], day));
        return;
    default: break;
    }
    partner__words_put(w, " was last reported done on %s, which holds for ",
                       partner__say_day(r->doubt.day[i], day));
    partner__words_count(w, step->valid_days, "day", "days");
}

static void put_effect(partner__words *w, const partner__result *r, size_t i, uint32_t line)
{
    const double before = r->deal.win_rate[line], after = before + r->doubt.effect[i];
    char from[PARTNER__NUMBER], to[PARTNER__NUMBER];

    if (isnan(after)) return;
    partner__words_put(w, "; if it held, the win rate would go from %s to %s",
                       partner__say_percent(before, from), partner__say_percent(after, to));
}

size_t partner_pipeline_explain_doubt(const partner_pipeline *pipeline, size_t i, char *buffer, size_t size)
{
    const partner__result *r = partner__result_of(pipeline);
    partner__words w = {.full = 0};
    const partner__step *step;
    uint32_t line, number;

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (r == NULL || i >= r->doubts.doubts) return 0;
    line = r->doubt.line[i];
    number = r->doubt.number[i];
    step = &r->steps.step[number];
    put_claim(&w, r, line);
    partner__words_put(&w, ", but ");
    partner__words_id(&w, r->steps.id[number], ' ');
    if (step->stage != r->deal.stage[line] || r->deal.claimed[line] != PARTNER_NONE) {
        partner__words_put(&w, " of ");
        partner__words_id(&w, r->steps.stage_id[step->stage], ' ');
    }
    put_reason(&w, r, i, step);
    put_effect(&w, r, i, line);
    if (r->steps.question[number] == NULL) partner__words_put(&w, ".");
    else partner__words_put(&w, "; ask: %s", r->steps.question[number]);
    return partner__words_end(&w, buffer, size);
}
