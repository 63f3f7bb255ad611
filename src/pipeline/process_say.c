/* SPDX-License-Identifier: MIT
 * A process in plain sentences, and what is legal in it and hardly meant. */
#include <string.h>

#include "../base/say.h"
#include "../base/words.h"
#include "process.h"

/* Goes through all sentences, in order; only the one that is asked for is put into words. */
typedef struct teller {
    partner_process process;
    size_t left; /* so many come before it */
    int found;
    partner__words words;
} teller;

static int begin(teller *t, const partner_process *process, size_t i)
{
    memset(t, 0, sizeof *t);
    t->left = i;
    if (partner__take(&t->process, sizeof t->process, process, 0, "process", NULL) != PARTNER_OK) return 0;
    if (t->process.stage == NULL) t->process.stages = 0;
    return 1;
}

static int is_wanted(teller *t)
{
    if (t->found || t->left-- > 0) return 0;
    t->found = 1;
    return 1;
}

static size_t end(const teller *t, char *buffer, size_t size)
{
    return t->found ? partner__words_end(&t->words, buffer, size) : 0;
}

static void put_id(partner__words *w, const char *id) { partner__words_id(w, id != NULL ? id : "?", '_'); }

static void put_days(partner__words *w, uint32_t days) { partner__words_count(w, days, "day", "days"); }

/* --- asking --- */

static partner_process_stage stage_of(const teller *t, size_t i)
{
    partner_process_stage s = partner__process_stage(&t->process, i);

    if (s.milestone == NULL) s.milestones = 0;
    return s;
}

static uint64_t weight_of(const teller *t)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < t->process.stages; i++) {
        const partner_process_stage s = stage_of(t, i);

        for (size_t k = 0; k < s.milestones; k++) {
            const partner_process_milestone m = partner__process_milestone(&s, k);

            sum += partner__process_weight(&m);
        }
    }
    return sum;
}

static size_t milestones_of(const teller *t)
{
    size_t count = 0;

    for (size_t i = 0; i < t->process.stages; i++) count += stage_of(t, i).milestones;
    return count;
}

/* --- sentences --- */

/* Of a stage's milestones those that it waits for, or the others. */
typedef struct selection {
    partner_process_stage stage;
    uint8_t optional;
} selection;

static size_t selected(const selection *of, size_t wanted, partner_process_milestone *found)
{
    size_t count = 0;

    for (size_t k = 0; k < of->stage.milestones; k++) {
        const partner_process_milestone m = partner__process_milestone(&of->stage, k);

        if (m.optional != of->optional) continue;
        if (count++ == wanted) *found = m;
    }
    return count;
}

static void put_selected(partner__words *w, const void *of, size_t i)
{
    partner_process_milestone m = {.id = NULL};

    selected(of, i, &m);
    put_id(w, m.id);
}

static size_t count_selected(const selection *of)
{
    partner_process_milestone none;

    return selected(of, SIZE_MAX, &none);
}

static void say_head(teller *t)
{
    if (!is_wanted(t)) return;
    if (t->process.name != NULL) put_id(&t->words, t->process.name);
    else partner__words_put(&t->words, "This process");
    partner__words_put(&t->words, " has ");
    partner__words_count(&t->words, t->process.stages, "stage", "stages");
    partner__words_put(&t->words, " and ");
    partner__words_count(&t->words, milestones_of(t), "milestone", "milestones");
    partner__words_put(&t->words, "; a report keeps a deal in view for ");
    put_days(&t->words, partner__process_fresh(&t->process));
    partner__words_put(&t->words, ".");
}

static void say_stage(teller *t, const partner_process_stage *s)
{
    const selection required = {*s, 0}, optional = {*s, 1};
    const size_t waits = count_selected(&required), other = count_selected(&optional);
    partner__words *w = &t->words;

    if (!is_wanted(t)) return;
    put_id(w, s->id);
    partner__words_put(w, waits > 0 ? " is passed when " : " waits for nothing and is passed at once");
    partner__words_all(w, " and ", waits, put_selected, &required);
    if (waits > 0) partner__words_put(w, waits == 1 ? " holds" : " hold");
    if (other > 0) partner__words_put(w, "; ");
    partner__words_all(w, " and ", other, put_selected, &optional);
    if (other > 0) partner__words_put(w, other == 1 ? " is not waited for" : " are not waited for");
    partner__words_put(w, ".");
}

static void say_milestone(teller *t, const partner_process_milestone *m)
{
    const uint64_t all = weight_of(t);
    const uint32_t weight = partner__process_weight(m);
    partner__words *w = &t->words;
    char number[PARTNER__NUMBER], of[PARTNER__NUMBER];

    if (!is_wanted(t)) return;
    put_id(w, m->id);
    if (weight == 0) partner__words_put(w, " does not count in the score; its evidence holds ");
    else
        partner__words_put(w, " counts %s of %s in the score; its evidence holds ",
                           partner__say_count(weight, number), partner__say_count(all, of));
    partner__words_put(w, m->valid_days == 0 ? "for good" : "for ");
    if (m->valid_days > 0) put_days(w, m->valid_days);
    if (m->question != NULL) partner__words_put(w, "; where it is missing, ask: %s", m->question);
    else partner__words_put(w, ".");
}

size_t partner_process_sentence(const partner_process *process, size_t i, char *buffer, size_t size)
{
    teller t;

    if (!begin(&t, process, i)) return 0;
    say_head(&t);
    for (size_t k = 0; k < t.process.stages && !t.found; k++) {
        const partner_process_stage s = stage_of(&t, k);

        say_stage(&t, &s);
        for (size_t j = 0; j < s.milestones && !t.found; j++) {
            const partner_process_milestone m = partner__process_milestone(&s, j);

            say_milestone(&t, &m);
        }
    }
    return end(&t, buffer, size);
}

/* --- warnings --- */

/* The number that an id is the text of, as claims have it: "0", "12"; `none` where it is no such text. */
static size_t number_of(const char *id, size_t none)
{
    size_t number = 0;

    if (id == NULL || *id == '\0' || (id[0] == '0' && id[1] != '\0')) return none;
    for (const char *c = id; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || number > PARTNER__PROCESS_ELEMENTS) return none;
        number = 10 * number + (size_t)(*c - '0');
    }
    return number;
}

static void warn_of_id(teller *t, size_t i, const char *id)
{
    const size_t number = number_of(id, i);

    if (number == i || number > t->process.stages || !is_wanted(t)) return;
    partner__words_put(&t->words, "In claims %zu is the stage of that id, which comes as number %zu.", number,
                       i);
}

static void warn_of_stage(teller *t, const partner_process_stage *s)
{
    const selection required = {*s, 0};

    if (count_selected(&required) > 0 || !is_wanted(t)) return;
    put_id(&t->words, s->id);
    partner__words_put(&t->words, " waits for nothing: whoever reaches it has passed it.");
}

static void warn_of_milestone(teller *t, const partner_process_milestone *m, int weighed)
{
    const uint32_t fresh = partner__process_fresh(&t->process);
    partner__words *w = &t->words;

    if (weighed && partner__process_weight(m) == 0 && is_wanted(t)) {
        put_id(w, m->id);
        partner__words_put(w, " has the weight 0: it does not count in the score.");
    }
    if (m->valid_days == 0 || m->valid_days >= fresh || !is_wanted(t)) return;
    put_id(w, m->id);
    partner__words_put(w, " goes stale after ");
    put_days(w, m->valid_days);
    partner__words_put(w, ", while its report keeps the deal in view for ");
    put_days(w, fresh);
    partner__words_put(w, ".");
}

size_t partner_process_warning(const partner_process *process, size_t i, char *buffer, size_t size)
{
    teller t;
    int weighed;

    if (!begin(&t, process, i)) return 0;
    weighed = weight_of(&t) > 0;
    for (size_t k = 0; k < t.process.stages && !t.found; k++) {
        const partner_process_stage s = stage_of(&t, k);

        warn_of_id(&t, k, s.id);
        warn_of_stage(&t, &s);
        for (size_t j = 0; j < s.milestones && !t.found; j++) {
            const partner_process_milestone m = partner__process_milestone(&s, j);

            warn_of_milestone(&t, &m, weighed);
        }
    }
    if (!weighed && is_wanted(&t))
        partner__words_put(&t.words, "No milestone has a weight, so there is no score.");
    return end(&t, buffer, size);
}
