/* SPDX-License-Identifier: MIT
 * Calls that move a state: they open the accounts that they touch, let run.c move them as it moves new ones,
 * put their new bytes beside the old ones, and take everything over at once when all went well. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "codec.h"
#include "state.h"

/* What one segment of a play leaves. */
typedef struct work {
    partner__writer *portion; /* [portions] accounts, the last one still growing */
    size_t portions, portions_room;
    partner__writer one; /* account */
    uint64_t *gone;      /* [gones] ids of events that can't be reversed any more, and their partners */
    uint32_t *gone_of;
    size_t gones, room;
    int32_t settled;
} work;

/* A call while it runs. */
typedef struct session {
    const partner_loyalty_state *state;
    const partner__enrolled *enrolled; /* groups that the call brings along, or NULL */
    int own_ids;
    work *work; /* [segments] */
    size_t segments;
    partner__account asked; /* for looking ids up */
    partner_status asking;  /* what came of that */
    partner_error *error;
    partner__figures figures; /* of the state and of this call */
    uint64_t *ids;            /* [taken] those of the call's events, and their partners */
    uint32_t *ids_of;
    size_t taken;
} session;

static void end(session *call)
{
    for (size_t i = 0; call->work != NULL && i < call->segments; i++) {
        work *w = &call->work[i];

        for (size_t k = 0; k < w->portions; k++) partner__free(w->portion[k].bytes);
        partner__free(w->portion);
        partner__free(w->one.bytes);
        partner__free(w->gone);
        partner__free(w->gone_of);
    }
    partner__free(call->work);
    partner__free(call->ids);
    partner__free(call->ids_of);
    partner__account_free(&call->asked);
    partner__figures_free(&call->figures);
}

static uint32_t group_of(const session *call, uint32_t partner)
{
    const partner__enrolled *e = call->enrolled;

    if (e != NULL && e->group != NULL && partner < e->partners && e->listed[partner]) return e->group[partner];
    return partner < call->state->partners ? call->state->group[partner] : PARTNER_NONE;
}

static partner_status open_account(const session *call, uint32_t partner, partner__account *a,
                                   partner_error *error)
{
    return partner__state_open(call->state, partner, group_of(call, partner), a, error);
}

static partner_status open_one(void *context, size_t segment, uint32_t partner, partner__account *a,
                               partner_error *error)
{
    (void)segment;
    return open_account(context, partner, a, error);
}

static int note_gone(work *w, uint64_t id, uint32_t partner)
{
    size_t room = w->room < 64 ? 64 : w->room * 2;
    uint64_t *gone;
    uint32_t *gone_of;

    if (w->gones == w->room) {
        gone = partner__realloc(w->gone, room, sizeof *gone);
        if (gone != NULL) w->gone = gone;
        gone_of = partner__realloc(w->gone_of, room, sizeof *gone_of);
        if (gone_of != NULL) w->gone_of = gone_of;
        if (gone == NULL || gone_of == NULL) return 0;
        w->room = room;
    }
    w->gone[w->gones] = id;
    w->gone_of[w->gones++] = partner;
    return 1;
}

/* Events are in order of days, so the forgotten ones come first. */
static int forget(work *w, const partner__plan *plan, const partner__account *a)
{
    for (uint32_t i = 0; i < a->pasts; i++) {
        if ((a->past[i].flags & PARTNER__EVENT_OLD) != 0) continue;
        if (partner__state_remembers(plan, &a->past[i], a->settled)) break;
        if (!note_gone(w, a->past[i].id, a->partner)) return 0;
    }
    return 1;
}

/* The portion that the next account goes into, or NULL. */
static partner__writer *next_portion(work *w)
{
    size_t room = w->portions_room < 16 ? 16 : w->portions_room * 2;
    partner__writer *grown;

    if (w->portions > 0 && w->portion[w->portions - 1].length < PARTNER__BANK_PORTION)
        return &w->portion[w->portions - 1];
    if (w->portions == w->portions_room) {
        grown = partner__realloc(w->portion, room, sizeof *grown);
        if (grown == NULL) return NULL;
        w->portion = grown;
        w->portions_room = room;
    }
    memset(&w->portion[w->portions], 0, sizeof *w->portion);
    return &w->portion[w->portions++];
}

static partner_status close_one(void *context, size_t segment, partner__account *a, partner_error *error)
{
    const session *call = context;
    const partner__plan *plan = call->state->plan;
    work *w = &call->work[segment];
    partner__writer *portion;

    if (a->began == PARTNER_NO_DAY) return PARTNER_OK;
    if (a->settled > w->settled) w->settled = a->settled;
    if (call->own_ids && !forget(w, plan, a)) return partner__no_memory(error);
    partner__account_prune(a, plan);
    w->one.length = 0;
    partner__account_pack(a, plan, &w->one);
    portion = w->one.failed ? NULL : next_portion(w);
    if (portion == NULL) return partner__no_memory(error);
    partner__bank_write(portion, a->partner, w->one.bytes, w->one.length);
    return portion->failed ? partner__no_memory(error) : PARTNER_OK;
}

/* Plays, with the work that is to be taken over. */
static partner_status play(session *call, partner__play *p, partner__played *played, partner_error *error)
{
    p->open = open_one;
    p->close = close_one;
    p->context = call;
    call->segments = partner__play_segments(p);
    call->work = partner__alloc_zero(call->segments, sizeof *call->work);
    if (call->work == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < call->segments; i++) call->work[i].settled = PARTNER_NO_DAY;
    return partner__play_run(p, played, error);
}

/* Everything that the take-over needs, so that it cannot fail. */
static partner_status prepare(partner_loyalty_state *s, session *call, const partner__played *played,
                              size_t partners, partner_error *error)
{
    partner_status status = partner__state_reserve(s, partners, error);

    for (size_t i = 0; i < call->segments; i++)
        for (size_t k = 0; k < call->work[i].portions && status == PARTNER_OK; k++)
            status = partner__bank_stage(&s->bank, &call->work[i].portion[k], error);
    if (status == PARTNER_OK) status = partner__figures_begin(&call->figures, s->plan->levels, error);
    if (status == PARTNER_OK) status = partner__figures_merge(&call->figures, &s->figures, error);
    if (status == PARTNER_OK) status = partner__figures_merge(&call->figures, &played->figures, error);
    if (status == PARTNER_OK) status = partner__known_reserve(&s->known, call->ids, call->taken, error);
    return status;
}

static void take_over(partner_loyalty_state *s, session *call, size_t partners)
{
    partner__figures old = s->figures;

    partner__bank_settle(&s->bank, 1);
    if (partners > s->partners) s->partners = partners;
    partner__known_add(&s->known, call->ids, call->ids_of, call->taken);
    for (size_t i = 0; i < call->segments; i++) {
        const work *w = &call->work[i];
        if (w->settled > s->settled) s->settled = w->settled;
        for (size_t k = 0; k < w->gones; k++) partner__known_remove(&s->known, w->gone[k], w->gone_of[k]);
    }
    s->figures = call->figures;
    call->figures = old;
}

static partner_status not_null(const void *state, partner_error *error)
{
    if (state != NULL) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_ARGUMENT, "state is NULL");
}

/* --- append --- */

static partner_status check_version(const partner_loyalty_state *s, uint64_t version, partner_error *error)
{
    if (version == PARTNER_NO_ROW || version == s->rows) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_STATE,
                         "the state has moved on: its version is %" PRIu64 ", expected %" PRIu64, s->rows,
                         version);
}

static partner_status check_dicts(const partner_loyalty_state *s, partner_error *error)
{
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++)
        if ((s->missing.given >> i & 1) != 0)
            return partner__fail(
                error, PARTNER_E_STATE,
                "the state was loaded without its dictionary \"%s\": load it with that to append",
                partner__loyalty_dict_name(i));
    return PARTNER_OK;
}

static partner_status check_ids(const partner_loyalty_state *s, uint8_t ids, partner_error *error)
{
    if (s->ids == PARTNER__IDS_NONE_YET || ids == PARTNER__IDS_NONE_YET || s->ids == ids) return PARTNER_OK;
    return partner__fail_at(
        error, PARTNER_E_STATE, partner__at("events", "event", PARTNER_NO_ROW, PARTNER_NONE),
        ids == PARTNER__IDS_OWN
            ? "these events have ids of their own, those before were numbered by row: expected none"
            : "these events have no ids, those before had ids of their own: expected ids");
}

/* Whether this partner has an event with this id that can still be reversed. */
static int has_event(session *call, uint32_t partner, uint64_t id)
{
    partner__account *a = &call->asked;
    uint32_t past;

    if (call->asking == PARTNER_OK) call->asking = open_account(call, partner, a, call->error);
    if (call->asking != PARTNER_OK) return 0;
    past = partner__account_find(a, id);
    return past != PARTNER_NONE && (a->past[past].flags & PARTNER__EVENT_OLD) == 0;
}

/* Whether an event of earlier calls has this id: the set says which partners might have it. */
static int is_known(void *context, uint64_t id, uint32_t partner)
{
    session *call = context;
    size_t at = 0;
    uint32_t of;

    (void)partner;
    while ((of = partner__known_next(&call->state->known, id, &at)) != PARTNER_NONE)
        if (has_event(call, of, id)) return 1;
    return 0;
}

/* The ids of the rows that are taken. */
static partner_status note_ids(session *call, const partner__batch *batch, partner_error *error)
{
    if (!call->own_ids) return PARTNER_OK;
    call->ids = partner__alloc((size_t)batch->taken, sizeof *call->ids);
    call->ids_of = partner__alloc((size_t)batch->taken, sizeof *call->ids_of);
    if (call->ids == NULL || call->ids_of == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < batch->taken; i++) {
        call->ids[i] = batch->events.event[partner__packed_number(&batch->row[i])];
        call->ids_of[i] = batch->row[i].partner;
    }
    call->taken = (size_t)batch->taken;
    return PARTNER_OK;
}

static void count(partner_loyalty_state *s, const session *call, const partner__batch *batch, uint8_t ids)
{
    s->rows += batch->events.rows;
    s->events += batch->taken;
    s->unmentioned += batch->unmentioned;
    s->credit_notes += batch->credit_notes;
    s->duplicates += batch->duplicates;
    if (ids != PARTNER__IDS_NONE_YET) s->ids = ids;
    for (size_t i = 0; i < call->taken; i++)
        if (call->ids[i] >= s->highest_id) s->highest_id = call->ids[i] + 1;
}

static void take_groups(partner_loyalty_state *s, const partner__enrolled *e)
{
    for (size_t i = 0; e->group != NULL && i < e->partners; i++)
        if (e->listed[i]) s->group[i] = e->group[i];
}

/* The counting members of the result of a call. */
static partner_loyalty counts_of(const partner_loyalty_state *s, const partner__batch *batch)
{
    partner_loyalty counts;

    memset(&counts, 0, sizeof counts);
    counts.events = s->events;
    if (batch == NULL) return counts;
    counts.as_of_day = batch->as_of;
    counts.events += batch->taken;
    counts.later = batch->later;
    counts.unmentioned = batch->unmentioned;
    counts.credit_notes = batch->credit_notes;
    counts.duplicates = batch->duplicates;
    return counts;
}

static partner_status check_append(const partner_loyalty_state *s, const partner_events *events,
                                   uint64_t version, uint8_t *ids, partner_error *error)
{
    partner_events taken;
    partner_status status = check_version(s, version, error);

    if (status == PARTNER_OK) status = check_dicts(s, error);
    if (status == PARTNER_OK) status = partner__take(&taken, sizeof taken, events, 0, "events", error);
    if (status != PARTNER_OK) return status;
    *ids = taken.rows == 0 ? PARTNER__IDS_NONE_YET : taken.event != NULL ? PARTNER__IDS_OWN : PARTNER__IDS_ROWS;
    return check_ids(s, *ids, error);
}

static partner_status read_batch(const partner_loyalty_state *s, session *call, const partner_events *events,
                                 const partner_loyalty_options *o, partner__batch *batch, partner_error *error)
{
    partner__batch_ask ask = {
        .partners = o->partners,
        .at_least = s->partners,
        .as_of = o->as_of_day,
        .at_least_day = s->settled,
        .skip_duplicates = o->skip_duplicates,
        .before = s->rows,
        .known = call->own_ids ? is_known : NULL,
        .context = call,
    };
    partner__run run = {o->threads, o->interrupt, o->interrupt_data};
    partner_status status = partner__batch_new(batch, s->plan, events, &ask, &run, error);

    if (status == PARTNER_OK) status = call->asking;
    return status == PARTNER_OK ? note_ids(call, batch, error) : status;
}

static partner_status append(partner_loyalty_state *s, session *call, const partner__batch *batch, uint8_t ids,
                             const partner_loyalty_options *o, partner_loyalty **loyalty, partner_error *error)
{
    partner__play p = partner__state_play(s, o, loyalty != NULL);
    partner__played played = {0};
    partner_loyalty *made = NULL;
    size_t partners = batch->partners > s->partners ? batch->partners : s->partners;
    partner_loyalty counts = counts_of(s, batch);
    partner_status status;

    p.batch = batch;
    p.touched = 1;
    p.partners = partners;
    status = play(call, &p, &played, error);
    if (status == PARTNER_OK) status = prepare(s, call, &played, partners, error);
    if (status == PARTNER_OK && loyalty != NULL) status = partner__result(&p, &played, &counts, &made, error);
    partner__played_free(&played);
    if (status != PARTNER_OK) {
        partner__bank_settle(&s->bank, 0);
        return status;
    }
    take_over(s, call, partners);
    count(s, call, batch, ids);
    if (loyalty != NULL) *loyalty = made;
    return PARTNER_OK;
}

partner_status partner_loyalty_state_append(partner_loyalty_state *state, const partner_events *events,
                                            uint64_t version, const partner_loyalty_options *options,
                                            partner_loyalty **loyalty, partner_error *error)
{
    partner_loyalty_options o;
    partner__enrolled enrolled = {0};
    partner__batch batch = {0};
    session call = {.state = state, .enrolled = &enrolled, .error = error};
    uint8_t ids;
    partner_status status = not_null(state, error);

    if (status == PARTNER_OK) status = partner__loyalty_options(&o, options, &state->plan->program, error);
    if (status == PARTNER_OK) status = check_append(state, events, version, &ids, error);
    if (status != PARTNER_OK) return status;
    call.own_ids = ids == PARTNER__IDS_OWN || state->ids == PARTNER__IDS_OWN;
    if (o.roster != NULL) status = partner__enrol(o.roster, state->plan, o.partners, &enrolled, error);
    if (status == PARTNER_OK) status = read_batch(state, &call, events, &o, &batch, error);
    if (status == PARTNER_OK && enrolled.partners > batch.partners) batch.partners = enrolled.partners;
    if (status == PARTNER_OK) status = append(state, &call, &batch, ids, &o, loyalty, error);
    if (status == PARTNER_OK) take_groups(state, &enrolled);
    partner__batch_free(&batch);
    partner__enrolled_free(&enrolled);
    end(&call);
    return status;
}

/* --- advance --- */

partner_status partner_loyalty_state_advance(partner_loyalty_state *state, int32_t day,
                                             const partner_loyalty_options *options, partner_loyalty **loyalty,
                                             partner_error *error)
{
    partner_loyalty_options o;
    session call = {.state = state, .error = error};
    partner__played played = {0};
    partner_loyalty *made = NULL;
    partner_loyalty counts;
    partner__play p;
    partner_status status = not_null(state, error);

    if (status == PARTNER_OK) status = partner__loyalty_options(&o, options, &state->plan->program, error);
    if (status == PARTNER_OK) status = partner__state_may_settle(state, day, error);
    if (status != PARTNER_OK) return status;
    call.own_ids = state->ids == PARTNER__IDS_OWN;
    counts = counts_of(state, NULL);
    counts.as_of_day = day;
    p = partner__state_play(state, &o, loyalty != NULL);
    p.as_of = day;
    status = play(&call, &p, &played, error);
    if (status == PARTNER_OK) status = prepare(state, &call, &played, state->partners, error);
    if (status == PARTNER_OK && loyalty != NULL) status = partner__result(&p, &played, &counts, &made, error);
    if (status == PARTNER_OK) {
        take_over(state, &call, state->partners);
        if (loyalty != NULL) *loyalty = made;
    } else partner__bank_settle(&state->bank, 0);
    partner__played_free(&played);
    end(&call);
    return status;
}
