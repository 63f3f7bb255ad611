/* SPDX-License-Identifier: MIT
 * The state: accounts of all partners as bytes in a bank. A call opens those that it touches, lets run.c move
 * them as it moves new ones, puts their new bytes beside the old ones, and takes everything over when all went
 * well. */
#include "state.h"

#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "codec.h"

/* --- making --- */

partner_status partner__state_new(partner__plan *plan, partner_loyalty_state **state, partner_error *error)
{
    partner_loyalty_state *s = partner__alloc_zero(1, sizeof *s);

    if (s == NULL) {
        partner__plan_release(plan);
        return partner__no_memory(error);
    }
    s->plan = plan;
    s->settled = PARTNER_NO_DAY;
    if (partner__figures_begin(&s->figures, plan->levels, error) != PARTNER_OK) {
        partner_loyalty_state_free(s);
        return partner__no_memory(error);
    }
    *state = s;
    return PARTNER_OK;
}

void partner_loyalty_state_free(partner_loyalty_state *state)
{
    if (state == NULL) return;
    partner__bank_free(&state->bank);
    partner__known_free(&state->known);
    partner__figures_free(&state->figures);
    partner__free(state->group);
    partner__plan_release(state->plan);
    partner__free(state);
}

partner_status partner__state_reserve(partner_loyalty_state *state, size_t partners, partner_error *error)
{
    size_t room = state->groups + state->groups / 4;
    uint32_t *grown;

    if (partners > state->groups) {
        if (room < partners) room = partners;
        grown = partner__realloc(state->group, room, sizeof *grown);
        if (grown == NULL) return partner__no_memory(error);
        state->group = grown;
        state->groups = room;
    }
    for (size_t i = state->partners; i < partners; i++) state->group[i] = PARTNER_NONE;
    return partner__bank_reserve(&state->bank, partners, error);
}

int partner__state_remembers(const partner__plan *plan, const partner__past *past, int32_t settled)
{
    if ((past->flags & PARTNER__EVENT_OLD) != 0) return 0;
    return plan->reversible_days == UINT32_MAX || (int64_t)settled - past->day <= plan->reversible_days;
}

/* The accounts of partners that have a tier to start from. */
static partner_status open_tiers(partner_loyalty_state *s, const partner__enrolled *enrolled,
                                 partner__account *a, partner_error *error)
{
    partner__writer accounts = {NULL, 0, 0, 0}, one = {NULL, 0, 0, 0};
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < enrolled->partners && status == PARTNER_OK; i++) {
        status = partner__enrolled_begin(enrolled, s->plan, (uint32_t)i, a, error);
        if (status != PARTNER_OK || partner__account_blank(a)) continue;
        one.length = 0;
        partner__account_pack(a, s->plan, &one);
        accounts.failed |= one.failed;
        if (!one.failed) partner__bank_write(&accounts, (uint32_t)i, one.bytes, one.length);
        if (accounts.length > PARTNER__BANK_PORTION) status = partner__bank_stage(&s->bank, &accounts, error);
    }
    if (status == PARTNER_OK) status = partner__bank_stage(&s->bank, &accounts, error);
    partner__bank_settle(&s->bank, status == PARTNER_OK);
    partner__free(accounts.bytes);
    partner__free(one.bytes);
    return status;
}

static partner_status enrol(partner_loyalty_state *s, const partner_loyalty_options *o, partner_error *error)
{
    partner__enrolled enrolled = {0};
    partner__account account = {0};
    partner_status status = partner__enrol(o->roster, s->plan, o->partners, &enrolled, error);

    if (status == PARTNER_OK) status = partner__state_reserve(s, enrolled.partners, error);
    if (status == PARTNER_OK) {
        s->partners = enrolled.partners;
        for (size_t i = 0; enrolled.group != NULL && i < s->partners; i++) s->group[i] = enrolled.group[i];
        if (enrolled.level != NULL) status = open_tiers(s, &enrolled, &account, error);
    }
    partner__account_free(&account);
    partner__enrolled_free(&enrolled);
    return status;
}

partner_status partner_loyalty_state_new(const partner_program *program, const partner_loyalty_options *options,
                                         partner_loyalty_state **state, partner_error *error)
{
    partner_loyalty_options o;
    partner__plan *plan = NULL;
    partner_loyalty_state *s = NULL;
    partner_status status;

    if (state == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "state is NULL");
    status = partner__plan_new(program, &plan, error);
    if (status != PARTNER_OK) return status;
    status = partner__loyalty_options(&o, options, &plan->program, error);
    if (status != PARTNER_OK) {
        partner__plan_release(plan);
        return status;
    }
    status = partner__state_new(plan, &s, error);
    if (status == PARTNER_OK && o.roster != NULL) status = enrol(s, &o, error);
    if (status == PARTNER_OK) *state = s;
    else partner_loyalty_state_free(s);
    return status;
}

uint64_t partner_loyalty_state_version(const partner_loyalty_state *state)
{
    return state == NULL ? 0 : state->rows;
}

/* --- reading it out --- */

partner_status partner__state_open(const partner_loyalty_state *state, uint32_t partner, uint32_t group,
                                   partner__account *a, partner_error *error)
{
    size_t length;
    const uint8_t *bytes = partner__bank_get(&state->bank, partner, &length);

    if (bytes == NULL) return partner__account_begin(a, state->plan, partner, group, 0, PARTNER_NO_DAY, error);
    return partner__account_unpack(a, state->plan, partner, group, bytes, length, error);
}

partner__play partner__state_play(const partner_loyalty_state *state, const partner_loyalty_options *options,
                                  int wanted)
{
    return (partner__play){
        .plan = state->plan,
        .before = state->rows,
        .partners = state->partners,
        .as_of = PARTNER_NO_DAY,
        .lines = wanted,
        .ledger = wanted && options->ledger,
        .notices = wanted && options->notices,
        .run = {options->threads, options->interrupt, options->interrupt_data},
    };
}

partner_status partner__state_may_settle(const partner_loyalty_state *s, int32_t day, partner_error *error)
{
    char settled[PARTNER__NUMBER], asked[PARTNER__NUMBER];

    if (day < PARTNER__FIRST_DAY || day > PARTNER__LAST_DAY)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "the day %" PRId32 " lies outside the years 1 to 9999, expected one within", day);
    if (s->settled == PARTNER_NO_DAY || s->settled <= day) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_STATE,
                         "some partner is settled through %s, expected that day or a later one, not %s",
                         partner__say_day(s->settled, settled), partner__say_day(day, asked));
}

static partner_status open_one(void *context, size_t segment, uint32_t partner, partner__account *a,
                               partner_error *error)
{
    const partner_loyalty_state *state = context;

    (void)segment;
    return partner__state_open(state, partner, partner < state->partners ? state->group[partner] : PARTNER_NONE,
                               a, error);
}

partner_status partner_loyalty_from_state(const partner_loyalty_state *state,
                                          const partner_loyalty_options *options, partner_loyalty **loyalty,
                                          partner_error *error)
{
    partner_loyalty_options o;
    partner__played played = {0};
    partner_loyalty counts;
    partner__play p;
    partner_status status;

    if (state == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "state is NULL");
    if (loyalty == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "loyalty is NULL");
    status = partner__loyalty_options(&o, options, &state->plan->program, error);
    if (status != PARTNER_OK) return status;
    if (o.partners != 0 && o.partners < state->partners)
        return partner__fail(error, PARTNER_E_ARGUMENT, "partners is %zu, expected at least the state's %zu",
                             o.partners, state->partners);
    p = partner__state_play(state, &o, 1);
    p.as_of = o.as_of_day;
    if (p.as_of != PARTNER_NO_DAY) status = partner__state_may_settle(state, p.as_of, error);
    if (status != PARTNER_OK) return status;
    if (o.partners > p.partners) p.partners = o.partners;
    p.ledger = 0;
    p.open = open_one;
    p.context = (void *)(uintptr_t)state; /* only read */
    p.history = &state->figures;
    memset(&counts, 0, sizeof counts);
    counts.as_of_day = p.as_of == PARTNER_NO_DAY ? state->settled : p.as_of;
    counts.events = state->events;
    counts.unmentioned = state->unmentioned;
    counts.credit_notes = state->credit_notes;
    counts.duplicates = state->duplicates;
    status = partner__play_run(&p, &played, error);
    if (status == PARTNER_OK) status = partner__result(&p, &played, &counts, loyalty, error);
    partner__played_free(&played);
    return status;
}
