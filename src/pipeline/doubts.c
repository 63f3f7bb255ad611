/* SPDX-License-Identifier: MIT
 * Required milestones that ought to hold by what is claimed and do not. */
#include "../base/error.h"
#include "../base/memory.h"
#include "result.h"

typedef struct doubter {
    partner__result *to;
    const partner__sources *from;
    const partner__dated_row **latest; /* [milestones] report of the line that is looked at; NULL */
    size_t next;                       /* doubt to be written */
} doubter;

static partner_status new_columns(partner__result *to, size_t n, partner_error *error)
{
    partner__doubt_columns *d = &to->doubt;
    int failed = 0;

    d->deal = partner__column(to, n, sizeof *d->deal, &failed);
    d->partner = partner__column(to, n, sizeof *d->partner, &failed);
    d->milestone = partner__column(to, n, sizeof *d->milestone, &failed);
    d->reason = partner__column(to, n, sizeof *d->reason, &failed);
    d->day = partner__column(to, n, sizeof *d->day, &failed);
    d->question = partner__column(to, n, sizeof *d->question, &failed);
    d->effect = partner__column(to, n, sizeof *d->effect, &failed);
    d->line = partner__column(to, n, sizeof *d->line, &failed);
    d->number = partner__column(to, n, sizeof *d->number, &failed);
    to->doubts = (partner_pipeline_doubts){.doubts = n,
                                           .deal = d->deal,
                                           .partner = d->partner,
                                           .milestone = d->milestone,
                                           .reason = d->reason,
                                           .day = d->day,
                                           .question = d->question,
                                           .effect = d->effect};
    return failed ? partner__no_memory(error) : PARTNER_OK;
}

static int holds(const partner__step *step, const partner__dated_row *latest, int32_t day)
{
    if (latest == NULL || (latest->what & 1) == 0) return 0;
    return step->valid_days == 0 || day < (int64_t)latest->day + step->valid_days;
}

static void write_doubt(doubter *d, size_t line, uint32_t milestone)
{
    const partner__doubt_columns *to = &d->to->doubt;
    const partner__dated_row *latest = d->latest[milestone];
    const size_t i = d->next++;

    to->deal[i] = d->to->deal.deal[line];
    to->partner[i] = d->to->deal.partner[line];
    to->milestone[i] = d->from->in.steps->step[milestone].name;
    to->reason[i] = latest == NULL      ? PARTNER_DOUBT_NEVER
                    : latest->what & 1U ? PARTNER_DOUBT_STALE
                                        : PARTNER_DOUBT_TAKEN_BACK;
    to->day[i] = latest == NULL ? PARTNER_NO_DAY : latest->day;
    to->question[i] = d->from->in.steps->step[milestone].asked;
    to->effect[i] = NAN;
    to->line[i] = (uint32_t)line;
    to->number[i] = milestone;
}

/* As many as the walk has counted: milestones from the stage in work on, in the order of the process. */
static void write_doubts(doubter *d, size_t line)
{
    const partner__steps *steps = d->from->in.steps;
    const size_t end = d->next + d->from->doubts[line];
    size_t rows;
    const partner__dated_row *row = partner__dated_of(&d->from->timeline.reports, line, &rows);

    for (size_t i = 0; i < rows; i++) d->latest[row[i].what >> 1] = &row[i];
    for (uint32_t m = steps->first[d->to->deal.stage[line]]; d->next < end; m++)
        if (steps->step[m].required && !holds(&steps->step[m], d->latest[m], d->from->in.as_of_day))
            write_doubt(d, line, m);
    for (size_t i = 0; i < rows; i++) d->latest[row[i].what >> 1] = NULL;
}

partner_status partner__make_doubts(partner__result *to, const partner__sources *from, partner_error *error)
{
    const size_t lines = from->in.lines;
    doubter d = {.to = to, .from = from};
    size_t n = 0;
    partner_status status;

    for (size_t i = 0; i < lines; i++) n += from->doubts[i];
    status = new_columns(to, n, error);
    if (status != PARTNER_OK) return status;
    d.latest = partner__alloc_zero(from->in.steps->milestones, sizeof *d.latest);
    if (d.latest == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < lines; i++)
        if (from->doubts[i] > 0) write_doubts(&d, i);
    partner__free((void *)d.latest);
    to->pipeline.doubts = &to->doubts;
    return PARTNER_OK;
}
