/* SPDX-License-Identifier: MIT */
#include "stamp.h"

#include <string.h>

/* The program's fingerprint: two hashes with different seeds, member after member, each array with its length
 * in front, so that no two programs give the same sequence of numbers. */

static void add(uint64_t stamp[2], uint64_t value)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(value >> (8 * i));
    for (int i = 0; i < 2; i++) stamp[i] = partner__hash(bytes, sizeof bytes, stamp[i]);
}

static void add_signed(uint64_t stamp[2], int64_t value) { add(stamp, (uint64_t)value); }

static void add_text(uint64_t stamp[2], const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);

    add(stamp, text == NULL ? UINT64_MAX : length);
    for (int i = 0; i < 2 && text != NULL; i++) stamp[i] = partner__hash(text, length, stamp[i]);
}

static void add_set(uint64_t stamp[2], const uint32_t *index, uint32_t count)
{
    add(stamp, count);
    for (uint32_t i = 0; i < count; i++) add(stamp, index[i]);
}

static void add_limits(uint64_t stamp[2], const partner_program_rule *r)
{
    add(stamp, r->when);
    add_set(stamp, r->product, r->products);
    add_set(stamp, r->group, r->groups);
    add_set(stamp, r->tier, r->tiers);
    add_signed(stamp, r->amount_min);
    add_signed(stamp, r->amount_max);
    add_signed(stamp, r->quantity_min);
    add_signed(stamp, r->quantity_max);
    add_signed(stamp, r->margin_min);
    add_signed(stamp, r->margin_max);
    add_signed(stamp, r->margin_rate_min);
    add_signed(stamp, r->margin_rate_max);
    add_signed(stamp, r->from_day);
    add_signed(stamp, r->to_day);
}

static void add_rule(uint64_t stamp[2], const partner_program_rule *r)
{
    add_text(stamp, r->id);
    add(stamp, r->name);
    add(stamp, r->on);
    add_signed(stamp, r->points);
    add_signed(stamp, r->per);
    add(stamp, r->multiplier);
    add(stamp, r->each);
    add(stamp, r->round);
    add(stamp, r->carry);
    add(stamp, r->flat);
    add(stamp, r->counts_for);
    add(stamp, r->cap_per);
    add_signed(stamp, r->cap_points);
    add_text(stamp, r->exclusive);
    add_limits(stamp, r);
}

static void add_tier(uint64_t stamp[2], const partner_program_tier *t)
{
    add_text(stamp, t->id);
    add(stamp, t->name);
    add(stamp, t->multiplier);
    add_signed(stamp, t->points);
    add(stamp, t->requirements);
    for (size_t i = 0; i < t->requirements; i++) {
        add(stamp, t->requires_all[i].on);
        add(stamp, t->requires_all[i].measure);
        add(stamp, t->requires_all[i].months);
        add_signed(stamp, t->requires_all[i].target);
    }
}

static void add_challenge(uint64_t stamp[2], const partner_program_challenge *c)
{
    add_text(stamp, c->id);
    add(stamp, c->name);
    add(stamp, c->on);
    add_signed(stamp, c->from_day);
    add_signed(stamp, c->to_day);
    add(stamp, c->measure);
    add(stamp, c->repeat);
    add_signed(stamp, c->target);
    add_signed(stamp, c->bonus);
}

static void add_settings(uint64_t stamp[2], const partner_program *p)
{
    add(stamp, p->minor_units);
    add(stamp, p->year_starts);
    add(stamp, p->cap_per);
    add(stamp, p->window);
    add(stamp, p->credit_notes);
    add(stamp, p->adjust_counts_for);
    add(stamp, p->window_months);
    add(stamp, p->grace_months);
    add(stamp, p->max_drop);
    add(stamp, p->expiry_months);
    add(stamp, p->pending_days);
    add(stamp, p->reversible_days);
    add(stamp, p->redeems ? p->redeem_on : PARTNER_NONE);
    add(stamp, p->adjusts ? p->adjust_on : PARTNER_NONE);
    add_signed(stamp, p->redeem_minimum);
    add_signed(stamp, p->redeem_step);
    add_signed(stamp, p->cap_points);
    add(stamp, p->point_value);
}

void partner__program_stamp(const partner_program *program, uint64_t stamp[2])
{
    stamp[0] = 1;
    stamp[1] = 2;
    add_settings(stamp, program);
    add(stamp, program->rules);
    for (size_t i = 0; i < program->rules; i++) add_rule(stamp, &program->rule[i]);
    add(stamp, program->tiers);
    for (size_t i = 0; i < program->tiers; i++) add_tier(stamp, &program->tier[i]);
    add(stamp, program->challenges);
    for (size_t i = 0; i < program->challenges; i++) add_challenge(stamp, &program->challenge[i]);
}

/* Dictionaries */

const partner_dict *partner__loyalty_dict(const partner_loyalty_dicts *dicts, int i)
{
    switch (i) {
    case 0: return dicts->partner;
    case 1: return dicts->kind;
    case 2: return dicts->product;
    case 3: return dicts->group;
    case 4: return dicts->tier;
    case 5: return dicts->rule;
    default: return dicts->event;
    }
}

const char *partner__loyalty_dict_name(int i)
{
    static const char *const NAME[PARTNER__LOYALTY_DICTS] = {"partner", "kind", "product", "group",
                                                             "tier",    "rule", "event"};

    return NAME[i];
}

void partner__marks_of(const partner_loyalty_dicts *dicts, partner__dict_marks *marks)
{
    memset(marks, 0, sizeof *marks);
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++) {
        const partner_dict *dict = partner__loyalty_dict(dicts, i);

        if (dict == NULL) continue;
        marks->given |= UINT32_C(1) << i;
        marks->mark[i].ids = partner_dict_size(dict);
        partner_dict_fingerprint(dict, partner_dict_size(dict), marks->mark[i].fingerprint, NULL);
    }
}

int partner__marks_misfit(const partner__dict_marks *marks, const partner_loyalty_dicts *dicts)
{
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++) {
        const partner_dict *dict = partner__loyalty_dict(dicts, i);
        uint64_t own[2];

        if (dict == NULL || (marks->given >> i & 1) == 0) continue;
        if (marks->mark[i].ids > partner_dict_size(dict)) return i;
        partner_dict_fingerprint(dict, (size_t)marks->mark[i].ids, own, NULL);
        if (memcmp(own, marks->mark[i].fingerprint, sizeof own) != 0) return i;
    }
    return -1;
}

void partner__marks_write(partner__writer *w, const partner__dict_marks *marks)
{
    partner__write_u32(w, marks->given);
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++) {
        if ((marks->given >> i & 1) == 0) continue;
        partner__write_u64(w, marks->mark[i].ids);
        partner__write_u64(w, marks->mark[i].fingerprint[0]);
        partner__write_u64(w, marks->mark[i].fingerprint[1]);
    }
}

void partner__marks_read(partner__reader *r, partner__dict_marks *marks)
{
    memset(marks, 0, sizeof *marks);
    marks->given = partner__read_u32(r);
    if (marks->given >> PARTNER__LOYALTY_DICTS != 0) r->failed = 1;
    for (int i = 0; i < PARTNER__LOYALTY_DICTS; i++) {
        if ((marks->given >> i & 1) == 0) continue;
        marks->mark[i].ids = partner__read_u64(r);
        marks->mark[i].fingerprint[0] = partner__read_u64(r);
        marks->mark[i].fingerprint[1] = partner__read_u64(r);
    }
}
