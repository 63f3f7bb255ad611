/* SPDX-License-Identifier: MIT
 * States as bytes. The accounts are written as the bank holds them: they have one form only. Loading believes
 * nothing: every account is opened, put down again and compared. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "codec.h"
#include "pack.h"
#include "state.h"

static const char KIND[8] = {'P', 'R', 'T', 'L', 'O', 'Y', 'A', 'L'};

enum { NEWEST_VERSION = 1, MONTH_SIZE = 12 * 8, IDS_AT_ONCE = 1 << 16, EACH_AT_LEAST = 2 };
enum { PARTNER, KINDS, PRODUCT, GROUP, TIER, RULE, EVENT };

/* What the dictionaries have to hold: the highest index of each, + 1. */

static void need(uint64_t *needed, uint32_t index)
{
    if (index != PARTNER_NONE && index >= *needed) *needed = (uint64_t)index + 1;
}

static void need_all(uint64_t *needed, const uint32_t *index, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) need(needed, index[i]);
}

static void program_needs(const partner_program *p, uint64_t needed[PARTNER__LOYALTY_DICTS])
{
    if (p->redeems) need(&needed[KINDS], p->redeem_on);
    if (p->adjusts) need(&needed[KINDS], p->adjust_on);
    for (size_t i = 0; i < p->rules; i++) {
        need(&needed[KINDS], p->rule[i].on);
        need(&needed[RULE], p->rule[i].name);
        need_all(&needed[PRODUCT], p->rule[i].product, p->rule[i].products);
        need_all(&needed[GROUP], p->rule[i].group, p->rule[i].groups);
    }
    for (size_t i = 0; i < p->tiers; i++) {
        need(&needed[TIER], p->tier[i].name);
        for (size_t k = 0; k < p->tier[i].requirements; k++)
            need(&needed[KINDS], p->tier[i].requires_all[k].on);
    }
    for (size_t i = 0; i < p->challenges; i++) {
        need(&needed[KINDS], p->challenge[i].on);
        need(&needed[RULE], p->challenge[i].name);
    }
}

static void state_needs(const partner_loyalty_state *s, uint64_t needed[PARTNER__LOYALTY_DICTS])
{
    memset(needed, 0, PARTNER__LOYALTY_DICTS * sizeof *needed);
    program_needs(&s->plan->program, needed);
    needed[PARTNER] = s->partners;
    needed[EVENT] = s->highest_id;
    for (size_t i = 0; i < s->partners; i++) need(&needed[GROUP], s->group[i]);
}

/* The first dictionary that has too few ids; -1 = none. Ids that are numbers need no dictionary: an empty one
 * says so.
 */
static int too_small(const partner_loyalty_state *s, const partner_loyalty_dicts *dicts,
                     uint64_t needed[PARTNER__LOYALTY_DICTS])
{
    state_needs(s, needed);
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++) {
        const partner_dict *dict = partner__loyalty_dict(dicts, i);

        if (dict == NULL || (i == EVENT && partner_dict_size(dict) == 0)) continue;
        if (needed[i] > partner_dict_size(dict)) return i;
    }
    return -1;
}

static partner_status say_too_small(const partner_loyalty_dicts *dicts, int i, const uint64_t *needed,
                                    partner_status status, partner_error *error)
{
    return partner__fail(
        error, status, "the state has indexes up to %" PRIu64 " of dictionary \"%s\", which has only %zu ids",
        needed[i] - 1, partner__loyalty_dict_name(i), partner_dict_size(partner__loyalty_dict(dicts, i)));
}

static partner_status misfit(int i, partner_error *error)
{
    return partner__fail(error, PARTNER_E_STATE,
                         "the dictionary \"%s\" does not begin with the ids that the state was saved with",
                         partner__loyalty_dict_name(i));
}

/* Saving */

static void write_wide(partner__writer *w, const partner__wide *sum)
{
    partner__write_u64(w, partner__u128_low(sum->bits));
    partner__write_u64(w, partner__u128_high(sum->bits));
}

static void write_figures(partner__writer *w, const partner__figures *f)
{
    partner__write_u32(w, f->months > 0 ? (uint32_t)f->from : 0);
    partner__write_u32(w, f->months);
    for (uint32_t i = 0; i < f->months; i++) {
        write_wide(w, &f->month[i].issued);
        write_wide(w, &f->month[i].redeemed);
        write_wide(w, &f->month[i].expired);
        write_wide(w, &f->month[i].reversed);
        write_wide(w, &f->month[i].adjusted);
        partner__write_u64(w, f->month[i].promotions);
        partner__write_u64(w, f->month[i].demotions);
    }
    for (uint32_t i = 0; i < f->levels; i++) {
        partner__write_u64(w, f->promotions[i]);
        partner__write_u64(w, f->demotions[i]);
    }
}

static void write_counts(partner__writer *w, const partner_loyalty_state *s)
{
    partner__write_u32(w, s->ids);
    partner__write_u64(w, s->rows);
    partner__write_u64(w, s->events);
    partner__write_u64(w, s->unmentioned);
    partner__write_u64(w, s->credit_notes);
    partner__write_u64(w, s->duplicates);
    partner__write_u64(w, s->highest_id);
    partner__write_u64(w, s->partners);
}

/* Of each partner its group, and its account after its length. */
static void write_partners(partner__writer *w, const partner_loyalty_state *s)
{
    for (size_t i = 0; i < s->partners; i++) {
        size_t length = 0;
        const uint8_t *bytes = partner__bank_get(&s->bank, (uint32_t)i, &length);

        partner__pack_u(w, s->group[i] == PARTNER_NONE ? 0 : (uint64_t)s->group[i] + 1);
        partner__pack_u(w, length);
        partner__write_bytes(w, bytes, length);
    }
}

/* The marks of the dictionaries at hand, and of those it was loaded without. */
static void marks_of(const partner_loyalty_state *s, const partner_loyalty_dicts *dicts,
                     partner__dict_marks *marks)
{
    partner__marks_of(dicts, marks);
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++) {
        if ((s->missing.given & ~marks->given) >> i & 1) {
            marks->given |= UINT32_C(1) << i;
            marks->mark[i] = s->missing.mark[i];
        }
    }
}

static partner_status take_dicts(partner_loyalty_dicts *local, const partner_loyalty_dicts *dicts,
                                 partner_error *error)
{
    return partner__take(local, sizeof *local, dicts, 1, "dicts", error);
}

partner_status partner_loyalty_state_save(const partner_loyalty_state *state,
                                          const partner_loyalty_dicts *dicts, partner_bytes **bytes,
                                          partner_error *error)
{
    partner_loyalty_dicts d;
    partner__dict_marks marks;
    partner__writer w;
    uint64_t stamp[2], needed[PARTNER__LOYALTY_DICTS];
    int wrong;
    partner_status status;

    if (state == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "state is NULL");
    if (bytes == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "bytes is NULL");
    status = take_dicts(&d, dicts, error);
    if (status != PARTNER_OK) return status;
    wrong = partner__marks_misfit(&state->missing, &d);
    if (wrong >= 0) return misfit(wrong, error);
    wrong = too_small(state, &d, needed);
    if (wrong >= 0) return say_too_small(&d, wrong, needed, PARTNER_E_ARGUMENT, error);
    marks_of(state, &d, &marks);
    partner__program_stamp(&state->plan->program, stamp);
    partner__writer_begin(&w, KIND, NEWEST_VERSION, 0);
    partner__write_u64(&w, stamp[0]);
    partner__write_u64(&w, stamp[1]);
    partner__marks_write(&w, &marks);
    write_counts(&w, state);
    write_figures(&w, &state->figures);
    write_partners(&w, state);
    return partner__writer_end(&w, bytes, error);
}

/* Loading */

static partner_status damaged(partner_error *error, const char *what)
{
    return partner__fail(error, PARTNER_E_DATA, "loyalty state: the saved bytes are damaged: %s", what);
}

/* A state while it is loaded. */
typedef struct loading {
    partner__reader r;
    partner_loyalty_state *s;
    partner__dict_marks marks;
    partner__account account;
    partner__writer again, portion; /* an account put down again; accounts for the bank */
    uint64_t *id;                   /* [ids] waiting to be known, and their partners */
    uint32_t *id_of;
    size_t ids;
    partner_error *error;
} loading;

static void read_counts(loading *l)
{
    partner_loyalty_state *s = l->s;
    uint32_t ids = partner__read_u32(&l->r);
    uint64_t partners;

    if (ids > PARTNER__IDS_OWN) l->r.failed = 1;
    s->ids = (uint8_t)(ids & 3);
    s->rows = partner__read_u64(&l->r);
    s->events = partner__read_u64(&l->r);
    s->unmentioned = partner__read_u64(&l->r);
    s->credit_notes = partner__read_u64(&l->r);
    s->duplicates = partner__read_u64(&l->r);
    s->highest_id = partner__read_u64(&l->r);
    partners = partner__read_u64(&l->r);
    if (partners > partner__reader_left(&l->r) / EACH_AT_LEAST || partners >= PARTNER_NONE) l->r.failed = 1;
    else s->partners = (size_t)partners;
}

static partner_status check_counts(const loading *l)
{
    const partner_loyalty_state *s = l->s;

    if (l->r.failed) return damaged(l->error, "a number that cannot be");
    if (s->events > s->rows || s->duplicates > s->rows - s->events)
        return damaged(l->error, "more events than rows");
    if (s->unmentioned > s->events || s->credit_notes > s->events)
        return damaged(l->error, "more events of a sort than events");
    if ((s->rows > 0) != (s->ids != PARTNER__IDS_NONE_YET))
        return damaged(l->error, "rows without ids, or the reverse");
    if (s->highest_id > 0 && s->ids != PARTNER__IDS_OWN) return damaged(l->error, "an id of no event");
    return PARTNER_OK;
}

/* Every index is one of the dictionaries that the bytes are marked with. */
static partner_status check_marks(const loading *l)
{
    uint64_t needed[PARTNER__LOYALTY_DICTS];

    state_needs(l->s, needed);
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++)
        if ((l->marks.given >> i & 1) != 0 && needed[i] > l->marks.mark[i].ids &&
            (i != EVENT || l->marks.mark[i].ids > 0))
            return damaged(l->error, "an index beyond its dictionary");
    return PARTNER_OK;
}

static void read_wide(partner__reader *r, partner__wide *sum)
{
    uint64_t low = partner__read_u64(r), high = partner__read_u64(r);

    sum->bits = partner__u128_make(high, low);
}

static partner_status read_figures(loading *l)
{
    partner__figures *f = &l->s->figures;
    int32_t from = (int32_t)((int64_t)(partner__read_u32(&l->r) ^ UINT32_C(0x80000000)) + INT32_MIN);
    uint32_t months = partner__read_u32(&l->r);
    const int32_t first = partner__month(PARTNER__FIRST_DAY), last = partner__month(PARTNER__LAST_DAY);
    partner_status status = PARTNER_OK;

    if (months > partner__reader_left(&l->r) / MONTH_SIZE)
        return damaged(l->error, "months that are not there");
    if (months == 0 ? from != 0 : from < first || (int64_t)from + months - 1 > last)
        return damaged(l->error, "months outside the years 1 to 9999");
    if (months > 0) status = partner__figures_reach(f, from, l->error);
    if (months > 0 && status == PARTNER_OK)
        status = partner__figures_reach(f, (int32_t)(from + (int64_t)months - 1), l->error);
    if (status != PARTNER_OK) return status;
    for (uint32_t i = 0; i < months; i++) {
        read_wide(&l->r, &f->month[i].issued);
        read_wide(&l->r, &f->month[i].redeemed);
        read_wide(&l->r, &f->month[i].expired);
        read_wide(&l->r, &f->month[i].reversed);
        read_wide(&l->r, &f->month[i].adjusted);
        f->month[i].promotions = partner__read_u64(&l->r);
        f->month[i].demotions = partner__read_u64(&l->r);
    }
    for (uint32_t i = 0; i < f->levels; i++) {
        f->promotions[i] = partner__read_u64(&l->r);
        f->demotions[i] = partner__read_u64(&l->r);
    }
    return l->r.failed ? damaged(l->error, "they end too early") : PARTNER_OK;
}

static partner_status know(loading *l)
{
    partner_status status = partner__known_reserve(&l->s->known, l->id, l->ids, l->error);

    if (status == PARTNER_OK) partner__known_add(&l->s->known, l->id, l->id_of, l->ids);
    l->ids = 0;
    return status;
}

/* Checks the ids of an account's events and notes those that can still be reversed. */
static partner_status read_ids(loading *l)
{
    const partner__account *a = &l->account;
    const uint64_t limit = l->s->ids == PARTNER__IDS_OWN ? l->s->highest_id : l->s->rows;
    partner_status status = PARTNER_OK;

    for (uint32_t i = 0; i < a->pasts && status == PARTNER_OK; i++) {
        if (a->past[i].id >= limit) return damaged(l->error, "an id that no event has had");
        if (l->s->ids != PARTNER__IDS_OWN || !partner__state_remembers(l->s->plan, &a->past[i], a->settled))
            continue;
        l->id[l->ids] = a->past[i].id;
        l->id_of[l->ids++] = a->partner;
        if (l->ids == IDS_AT_ONCE) status = know(l);
    }
    return status;
}

/* An account is only what it would be written as. */
static partner_status read_account(loading *l, uint32_t partner, const uint8_t *bytes, size_t length)
{
    partner_loyalty_state *s = l->s;
    partner__account *a = &l->account;
    partner_status status =
        partner__account_unpack(a, s->plan, partner, s->group[partner], bytes, length, l->error);

    if (status != PARTNER_OK) return status;
    if (a->began != PARTNER_NO_DAY) partner__account_prune(a, s->plan);
    l->again.length = 0;
    partner__account_pack(a, s->plan, &l->again);
    if (l->again.failed) return partner__no_memory(l->error);
    if (partner__account_blank(a) || l->again.length != length || memcmp(l->again.bytes, bytes, length) != 0)
        return damaged(l->error, "an account in another form than it is saved in");
    if (a->began != PARTNER_NO_DAY && a->settled > s->settled) s->settled = a->settled;
    status = read_ids(l);
    if (status != PARTNER_OK) return status;
    partner__bank_write(&l->portion, partner, bytes, length);
    return l->portion.failed ? partner__no_memory(l->error) : PARTNER_OK;
}

static partner_status put_away(loading *l)
{
    partner_status status = partner__bank_stage(&l->s->bank, &l->portion, l->error);

    partner__bank_settle(&l->s->bank, status == PARTNER_OK);
    return status;
}

static partner_status read_partners(loading *l)
{
    partner_loyalty_state *s = l->s;
    size_t partners = s->partners;
    partner_status status;

    s->partners = 0;
    status = partner__state_reserve(s, partners, l->error);
    s->partners = status == PARTNER_OK ? partners : 0;
    for (size_t i = 0; i < partners && status == PARTNER_OK; i++) {
        uint64_t group = partner__unpack_below(&l->r, PARTNER_NONE), length = partner__unpack_u(&l->r);
        const uint8_t *bytes = NULL;

        if (length <= partner__reader_left(&l->r)) bytes = partner__read_bytes(&l->r, (size_t)length);
        if (l->r.failed || bytes == NULL) return damaged(l->error, "they end too early");
        s->group[i] = group == 0 ? PARTNER_NONE : (uint32_t)(group - 1);
        if (length > 0) status = read_account(l, (uint32_t)i, bytes, (size_t)length);
        if (status == PARTNER_OK && l->portion.length > PARTNER__BANK_PORTION) status = put_away(l);
    }
    if (status == PARTNER_OK) status = put_away(l);
    if (status == PARTNER_OK) status = know(l);
    return status;
}

/* Program and dictionaries have to be those that it was saved with. */
static partner_status meet(loading *l, const partner_loyalty_dicts *dicts)
{
    uint64_t stamp[2], saved[2];
    int wrong;

    saved[0] = partner__read_u64(&l->r);
    saved[1] = partner__read_u64(&l->r);
    partner__marks_read(&l->r, &l->marks);
    if (l->r.failed) return damaged(l->error, "marks that cannot be");
    partner__program_stamp(&l->s->plan->program, stamp);
    if (memcmp(stamp, saved, sizeof stamp) != 0)
        return partner__fail(l->error, PARTNER_E_STATE,
                             "the state was saved with another program, expected the one it was made with");
    wrong = partner__marks_misfit(&l->marks, dicts);
    if (wrong >= 0) return misfit(wrong, l->error);
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++) {
        if ((l->marks.given >> i & 1) == 0 || partner__loyalty_dict(dicts, i) != NULL) continue;
        l->s->missing.given |= UINT32_C(1) << i;
        l->s->missing.mark[i] = l->marks.mark[i];
    }
    return PARTNER_OK;
}

static partner_status load(loading *l, const partner_loyalty_dicts *dicts)
{
    uint64_t needed[PARTNER__LOYALTY_DICTS];
    int wrong;
    partner_status status = meet(l, dicts);

    if (status != PARTNER_OK) return status;
    read_counts(l);
    status = check_counts(l);
    if (status == PARTNER_OK) status = read_figures(l);
    if (status == PARTNER_OK) status = read_partners(l);
    if (status != PARTNER_OK) return status;
    if (partner__reader_left(&l->r) > 0) return damaged(l->error, "something follows their end");
    status = check_marks(l);
    if (status != PARTNER_OK) return status;
    wrong = too_small(l->s, dicts, needed);
    return wrong < 0 ? PARTNER_OK : say_too_small(dicts, wrong, needed, PARTNER_E_STATE, l->error);
}

static partner_status make_state(loading *l, const partner_program *program)
{
    partner__plan *plan = NULL;
    partner_status status = partner__plan_new(program, &plan, l->error);

    if (status == PARTNER_OK) status = partner__state_new(plan, &l->s, l->error);
    if (status != PARTNER_OK) return status;
    l->id = partner__alloc(IDS_AT_ONCE, sizeof *l->id);
    l->id_of = partner__alloc(IDS_AT_ONCE, sizeof *l->id_of);
    return l->id != NULL && l->id_of != NULL ? PARTNER_OK : partner__no_memory(l->error);
}

partner_status partner_loyalty_state_load(const uint8_t *bytes, size_t length, const partner_program *program,
                                          const partner_loyalty_dicts *dicts, partner_loyalty_state **state,
                                          partner_error *error)
{
    partner_loyalty_dicts d;
    loading l = {.error = error};
    partner_status status;

    if (state == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "state is NULL");
    status = take_dicts(&d, dicts, error);
    if (status == PARTNER_OK)
        status = partner__reader_begin(&l.r, bytes, length, KIND, NEWEST_VERSION, "loyalty state", error);
    if (status == PARTNER_OK) status = make_state(&l, program);
    if (status == PARTNER_OK) status = load(&l, &d);
    partner__account_free(&l.account);
    partner__free(l.again.bytes);
    partner__free(l.portion.bytes);
    partner__free(l.id);
    partner__free(l.id_of);
    if (status == PARTNER_OK) *state = l.s;
    else partner_loyalty_state_free(l.s);
    return status;
}
