/* SPDX-License-Identifier: MIT */
#include "windows.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"

enum { FEWEST = 16 };

static const size_t MOST = (size_t)1 << 28;

static const partner__inputs *inputs_of(const partner__windows *w) { return w->landmarks->timeline->in; }

/* By halves of the days that can be: deals closed by a day never become fewer. */
static int64_t find_ripe_day(const partner__landmarks *l)
{
    const int32_t as_of = l->timeline->in->as_of_day;
    int64_t low = l->known_from_day, high = as_of;

    if (!partner__has_enough_closed(l, as_of)) return INT64_MAX;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;

        if (partner__has_enough_closed(l, (int32_t)middle)) high = middle;
        else low = middle + 1;
    }
    return high;
}

partner__windows partner__windows_of(const partner__landmarks *landmarks, const partner__claims *claims)
{
    const partner__inputs *in = landmarks->timeline->in;
    partner__windows w = {.landmarks = landmarks, .claims = claims, .first_day = INT64_MAX, .most = MOST};

    for (size_t line = 0; line < in->lines; line++)
        if (in->opened[line] < w.first_day) w.first_day = in->opened[line];
    w.ripe_day = find_ripe_day(landmarks);
    return w;
}

static void forget(partner__windows *windows, partner__window *w)
{
    partner__outlook_free(&w->outlook);
    memset(&w->outlook, 0, sizeof w->outlook);
    windows->size -= w->size;
    w->size = 0;
    w->learnt = 0;
}

void partner__windows_free(partner__windows *windows)
{
    for (size_t i = 0; i < windows->count; i++) {
        forget(windows, windows->window[i]);
        partner__free(windows->window[i]);
    }
    partner__free(windows->window);
    windows->window = NULL;
    windows->count = windows->room = 0;
}

/* --- a day --- */

static partner_status look_after(partner__window *w, const partner__inputs *in, partner_error *error)
{
    const partner__figure figure = {"backtest", "actual"};
    const partner__u128 one = partner__u128_from(1);
    const int64_t end = (int64_t)w->day + in->set.horizon_days;
    partner__net sum = {partner__u128_from(0), partner__u128_from(0)};

    for (size_t line = 0; line < in->lines; line++) {
        if (in->opened[line] > w->day || in->outcome[line] != PARTNER_OUTCOME_WON) continue;
        if (in->closed[line] <= w->day || in->closed[line] > end) continue;
        w->won++;
        if (partner__line_amount(in, line) != PARTNER_NO_AMOUNT)
            partner__net_add(&sum, partner__line_amount(in, line));
    }
    return partner__money_of_net(&sum, one, one, figure, &w->actual, error);
}

/* Where the window of a day is or belongs. */
static size_t place_of(const partner__windows *w, int32_t day)
{
    size_t low = 0, high = w->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (w->window[middle]->day < day) low = middle + 1;
        else high = middle;
    }
    return low;
}

static partner_status make_room(partner__windows *w, partner_error *error)
{
    const size_t room = w->room == 0 ? FEWEST : 2 * w->room;
    partner__window **grown;

    if (w->count < w->room) return PARTNER_OK;
    grown = partner__realloc(w->window, room, sizeof(partner__window *));
    if (grown == NULL) return partner__no_memory(error);
    w->window = grown;
    w->room = room;
    return PARTNER_OK;
}

partner_status partner__window_on(partner__windows *windows, int32_t day, partner__window **window,
                                  partner_error *error)
{
    const size_t place = place_of(windows, day);
    partner__window *made;
    partner_status status;

    if (place < windows->count && windows->window[place]->day == day) {
        *window = windows->window[place];
        return PARTNER_OK;
    }
    status = make_room(windows, error);
    if (status != PARTNER_OK) return status;
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    made->day = day;
    made->enough = day >= windows->ripe_day && partner__has_open(inputs_of(windows), day);
    status = look_after(made, inputs_of(windows), error);
    if (status != PARTNER_OK) {
        partner__free(made);
        return status;
    }
    memmove(windows->window + place + 1, windows->window + place,
            (windows->count - place) * sizeof(partner__window *));
    windows->window[place] = *window = made;
    windows->count++;
    return PARTNER_OK;
}

/* --- its outlook --- */

static size_t size_of(const partner__outlook *o)
{
    const partner__amounts *a = &o->amounts;
    const size_t won = a->channel == PARTNER_NONE ? 0 : a->pool[a->channel].amounts;
    const size_t each = sizeof *o->deal + sizeof *o->sim_deal + o->terms * sizeof *o->row;

    return o->deals * each + 2 * won * sizeof(int64_t) + o->terms * o->terms * sizeof *o->root;
}

partner_status partner__window_learn(partner__windows *windows, partner__window *w, partner_error *error)
{
    const partner__pipeline_settings *set = &inputs_of(windows)->set;
    const partner__question question = {set->horizon_days, 0, 0, set->certain};
    partner__learnt learnt;
    partner_status status;

    if (w->learnt) return PARTNER_OK;
    status = partner__learnt_new(&learnt, windows->landmarks, w->day, error);
    if (status == PARTNER_OK) {
        status = partner__outlook_new(&w->outlook, &learnt, windows->claims, &question, error);
        if (status == PARTNER_OK) {
            w->learnt = 1;
            w->size = size_of(&w->outlook);
            windows->size += w->size;
        } else {
            forget(windows, w);
        }
    }
    partner__learnt_free(&learnt);
    return status;
}

int partner__window_must_go(const partner__windows *windows) { return windows->size > windows->most; }

void partner__window_settle(partner__windows *windows, partner__window *window)
{
    if (window->learnt && partner__window_must_go(windows)) forget(windows, window);
}
