/* SPDX-License-Identifier: MIT */
#include "phrase.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "../base/say.h"

int partner__speech_begin(partner__speech *s, const partner_program *program,
                          const partner_loyalty_dicts *dicts)
{
    memset(&s->words, 0, sizeof s->words);
    if (partner__take(&s->program, sizeof s->program, program, 0, "program", NULL) != PARTNER_OK) return 0;
    if (partner__take(&s->dicts, sizeof s->dicts, dicts, 1, "dicts", NULL) != PARTNER_OK)
        memset(&s->dicts, 0, sizeof s->dicts);
    s->places = partner__program_places(&s->program);
    if (s->program.rule == NULL) s->program.rules = 0;
    if (s->program.tier == NULL) s->program.tiers = 0;
    if (s->program.challenge == NULL) s->program.challenges = 0;
    return 1;
}

size_t partner__speech_end(const partner__speech *s, char *buffer, size_t size)
{
    return partner__words_end(&s->words, buffer, size);
}

void partner__put(partner__speech *s, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    partner__words_put_list(&s->words, format, arguments);
    va_end(arguments);
}

void partner__put_points(partner__speech *s, int64_t points)
{
    char number[PARTNER__NUMBER];

    partner__put(s, "%s %s", partner__say_count(points > 0 ? (uint64_t)points : 0, number),
                 partner__one_or_many(points > 0 ? (uint64_t)points : 0, "point", "points"));
}

void partner__put_money(partner__speech *s, int64_t amount)
{
    char number[PARTNER__NUMBER];

    partner__put(s, "%s", partner__say_money(amount, s->places, number));
}

void partner__put_decimal(partner__speech *s, uint64_t value, unsigned places, unsigned least)
{
    uint64_t unit = 1;
    char number[PARTNER__NUMBER];

    while (places > least && value % 10 == 0) {
        value /= 10;
        places--;
    }
    for (unsigned i = 0; i < places; i++) unit *= 10;
    partner__put(s, "%s", partner__say_count(value / unit, number));
    if (places > 0) partner__put(s, ".%0*" PRIu64, (int)places, value % unit);
}

void partner__put_multiplier(partner__speech *s, uint64_t multiplier)
{
    partner__put_decimal(s, multiplier, 4, 0);
}

void partner__put_day(partner__speech *s, int64_t day)
{
    char number[PARTNER__NUMBER];

    if (day < INT32_MIN) day = INT32_MIN;
    if (day > INT32_MAX) day = INT32_MAX;
    partner__put(s, "%s", partner__say_day((int32_t)day, number));
}

/* --- names --- */

void partner__put_id(partner__speech *s, const char *id)
{
    partner__words_id(&s->words, id != NULL ? id : "?", '_');
}

static void put_index(partner__speech *s, const partner_dict *dict, uint32_t index, const char *what,
                      char joint)
{
    const char *id = partner_dict_id(dict, index, NULL);

    if (id != NULL) partner__words_id(&s->words, id, joint);
    else partner__put(s, "%s %" PRIu32, what, index);
}

void partner__put_kind(partner__speech *s, uint32_t kind) { put_index(s, s->dicts.kind, kind, "kind", ' '); }

void partner__put_tier(partner__speech *s, size_t level)
{
    if (level < s->program.tiers) partner__put_id(s, partner__program_tier(&s->program, level).id);
    else partner__put(s, "tier %zu", level);
}

/* An element of a list, and whose. */
typedef struct listed {
    partner__speech *s;
    partner__item item;
    const void *of;
} listed;

static void put_element(partner__words *w, const void *of, size_t i)
{
    const listed *l = of;

    (void)w; /* is the speech's */
    l->item(l->s, l->of, i);
}

void partner__put_list(partner__speech *s, const char *last, size_t count, partner__item item, const void *of)
{
    const listed all = {s, item, of};

    partner__words_all(&s->words, last, count, put_element, &all);
}

/* --- periods --- */

static int is_calendar(const partner__speech *s) { return partner__program_year(&s->program) == 1; }

const char *partner__say_period(const partner__speech *s, uint8_t per)
{
    switch (per) {
    case PARTNER_CAP_DAY: return "a day";
    case PARTNER_CAP_MONTH: return "a calendar month";
    case PARTNER_CAP_QUARTER: return is_calendar(s) ? "a calendar quarter" : "a quarter of the program's year";
    case PARTNER_CAP_YEAR: return is_calendar(s) ? "a calendar year" : "a program year";
    case PARTNER_CAP_EVENT: return "for one event";
    default: return "in all";
    }
}

const char *partner__say_year(const partner__speech *s)
{
    return is_calendar(s) ? "calendar year" : "program year";
}

/* --- asking --- */

size_t partner__levels(const partner__speech *s) { return s->program.tiers > 0 ? s->program.tiers : 1; }

uint64_t partner__rule_times(const partner__speech *s, const partner_program_rule *r, size_t level)
{
    if (r->flat || level >= s->program.tiers) return PARTNER__MULTIPLIER_ONE;
    return partner__multiplier(partner__program_tier(&s->program, level).multiplier);
}

int partner__rule_knows(const partner_program_rule *r, size_t level)
{
    if (!partner__has(r, PARTNER_WHEN_TIER)) return 1;
    for (uint32_t i = 0; i < r->tiers && r->tier != NULL; i++)
        if (r->tier[i] == level) return 1;
    return 0;
}

static uint64_t common(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Whether points · m · t is a multiple of per · 10^8, factor by factor, for the products may be huge. */
static int divides(uint64_t points, uint64_t m, uint64_t t, uint64_t per)
{
    uint64_t above[] = {points, m, t}, below[] = {per, PARTNER__MULTIPLIER_ONE, PARTNER__MULTIPLIER_ONE};

    for (size_t b = 0; b < 3; b++)
        for (size_t a = 0; a < 3; a++) {
            const uint64_t both = common(above[a], below[b]);

            above[a] /= both;
            below[b] /= both;
        }
    return below[0] == 1 && below[1] == 1 && below[2] == 1;
}

int partner__rule_is_whole(const partner__speech *s, const partner_program_rule *r)
{
    const uint64_t per = r->per > 0 ? (uint64_t)r->per : 1, m = partner__multiplier(r->multiplier);

    for (size_t level = 0; level < partner__levels(s); level++)
        if (partner__rule_knows(r, level) &&
            !divides((uint64_t)r->points, m, partner__rule_times(s, r, level), per))
            return 0;
    return 1;
}
