/* SPDX-License-Identifier: MIT
 * What the vendor of the sample channel does with its partners: orders that somebody took, questions that
 * somebody answered, training and visits, with the minutes that each took; what that comes to in hours a year;
 * and what partners say they expect, and get.
 *
 * What it imitates: partners have characters, told by their type and the tens digit of their number (see
 * `characters`).
 *     t    transactional: order, ask prices and chase deliveries by telephone and e-mail
 *     c    consultative: need advice, training and visits as well, the more the more they sell
 *     m    mixed: some advice, about as long in all as their orders take
 *     d    develop: transactional in the first year, consultative in the second
 *     r    become routine: the other way round
 *     .    order in the portal alone: nobody hears of them
 * Most orders go through the portal, so that a few of those in sales.csv are seen here. Some efforts were not
 * noted. A few partners have a declared mode, and not all of these are true. */
#include "make_channel.h"

#include <stdlib.h>

enum { INTERACTIONS = 32768 };

enum { ORDER, PRICE_REQUEST, DELIVERY, INVOICE_QUERY, ADVICE, DESIGN_IN, TRAINING, VISIT, KINDS };

/* Minutes from low to high, in steps. */
static const struct {
    const char *id;
    int low, high, step;
} kinds[KINDS] = {
    {"order", 5, 20, 5},          {"price-request", 5, 30, 5},         {"delivery", 5, 25, 5},
    {"invoice-query", 10, 40, 5}, {"application-advice", 30, 120, 15}, {"design-in", 60, 240, 30},
    {"training", 90, 360, 30},    {"joint-visit", 90, 300, 30},
};

static const char *const characters[TYPES] = {"tttttttmc.", "cccccmmtd.", "cccmmtttdr", "ttttttmcd.",
                                              "tttmmcc..r"};

typedef struct interaction {
    int place, day, partner, kind, effort; /* minutes; NONE = not noted */
} interaction;

static struct {
    uint64_t random;
    channel *channel;
    interaction rows[INTERACTIONS];
    int count;
    int minutes[PARTNERS]; /* of consultation in the second year */
} diary;

static char character_of(int i) { return characters[diary.channel->partners[i].type][(i + 1) / 10 % 10]; }

/* How a partner works with us in year 0 or 1. */
static int mode_in(int i, int year)
{
    switch (character_of(i)) {
    case 't': return TRANSACTIONAL;
    case 'c': return CONSULTATIVE;
    case 'm': return MIXED;
    case 'd': return year == 0 ? TRANSACTIONAL : CONSULTATIVE;
    case 'r': return year == 0 ? CONSULTATIVE : TRANSACTIONAL;
    default: return UNKNOWN;
    }
}

/* ---- what is done ---- */

static void add(int day, int partner, int kind)
{
    interaction *to = &diary.rows[diary.count];
    int steps = (kinds[kind].high - kinds[kind].low) / kinds[kind].step;

    while (day < DAYS && !is_working_day(day, date_of(day))) day++;
    if (day < 0 || day >= DAYS) return;
    if (diary.count == INTERACTIONS) {
        fprintf(stderr, "make_channel: more than %d interactions\n", INTERACTIONS);
        exit(1);
    }
    *to = (interaction){diary.count++, day, partner, kind, 0};
    to->effort = kinds[kind].low + kinds[kind].step * (int)between(&diary.random, 0, steps);
    if (chance(&diary.random, 10)) to->effort = NONE;
    if (kind >= ADVICE && day >= YEAR_2) diary.minutes[partner] += to->effort == NONE ? 60 : to->effort;
}

static void consider(int64_t per_mille, int day, int partner, int kind)
{
    if (chance(&diary.random, per_mille)) add(day, partner, kind);
}

/* What an order or a credit note makes of work at the desk. */
static void handle_sale(const sale *row)
{
    uint64_t *state = &diary.random;
    int i = row->partner, day = row->day;

    if (mode_in(i, day >= YEAR_2) == UNKNOWN) return;
    if (row->amount < 0) {
        consider(400, day - (int)between(state, 0, 3), i, INVOICE_QUERY);
        return;
    }
    consider(130, day - (int)between(state, 1, 8), i, PRICE_REQUEST);
    consider(260, day, i, ORDER);
    consider(80, day + (int)between(state, 2, 12), i, DELIVERY);
    consider(30, day + (int)between(state, 15, 45), i, INVOICE_QUERY);
}

static int consultative_kind(void)
{
    int64_t x = between(&diary.random, 1, 100);

    return x <= 40 ? ADVICE : x <= 60 ? DESIGN_IN : x <= 78 ? TRAINING : VISIT;
}

/* How many occasions of advice, training or a visit there are in a year. */
static int64_t occasions_in(int i, int year)
{
    int64_t size = diary.channel->partners[i].orders / 5500; /* 10 at the smallest reseller, 0 = no sales */

    switch (mode_in(i, year)) {
    case CONSULTATIVE: return between(&diary.random, size == 0 ? 1 : 2, size == 0 ? 3 : 4) + size * 3 / 20;
    case MIXED: return between(&diary.random, 0, 1) + size / 7;
    case TRANSACTIONAL: return chance(&diary.random, 120);
    default: return 0;
    }
}

static int is_enrolled(const channel_partner *partner, int day)
{
    return partner->joined <= day && (partner->left == NONE || day < partner->left);
}

static void consult(int i, int year)
{
    const channel_partner *partner = &diary.channel->partners[i];
    int mode = mode_in(i, year), start = year == 0 ? 0 : YEAR_2, end = year == 0 ? YEAR_2 : DAYS;

    for (int64_t left = occasions_in(i, year); left > 0; left--) {
        int day = (int)between(&diary.random, start, end - 1);
        int kind = mode == CONSULTATIVE ? consultative_kind() : ADVICE;

        if (is_enrolled(partner, day)) add(day, i, kind);
    }
}

/* Those who sell nothing ask for a price now and then. */
static void ask_prices(int i)
{
    const channel_partner *partner = &diary.channel->partners[i];

    if (partner->orders != 0 || character_of(i) == '.') return;
    for (int64_t left = between(&diary.random, 0, 3); left > 0; left--) {
        int day = (int)between(&diary.random, 0, DAYS - 1);

        if (is_enrolled(partner, day)) add(day, i, PRICE_REQUEST);
    }
}

/* ---- what the roster says ---- */

static void plan_hours(channel_partner *partner, int minutes)
{
    partner->hours_min = partner->hours_max = NONE;
    partner->hours = (minutes + 15) / 30;
    if (partner->left != NONE) {
        partner->hours = partner->hours_max = 0;
    } else if (partner->hours >= 16 && chance(&diary.random, 200)) {
        partner->hours_min = partner->hours / 4 * 2; /* agreed: half of it, in whole hours */
    } else if (partner->hours <= 60 && chance(&diary.random, 40)) {
        partner->hours_max = partner->hours / 20 * 20 + 40; /* it wants no more */
    }
}

/* Whole thousands for the two years together: from less than is planned to three times as much. */
static int64_t draw_potential(const channel_partner *partner)
{
    int64_t planned = partner->plan / 100000, least = planned * 6 / 10, most = planned * 3;

    if (partner->orders == 0) {
        least = 20;
        most = 150;
    }
    return (1 + between(&diary.random, least, most)) * 100000;
}

static void rate(channel_partner *partner, int i)
{
    uint64_t *state = &diary.random;
    int told = mode_in(i, 1);

    partner->strategic = NONE;
    if (partner->left != NONE) return;
    if (chance(state, 220)) partner->strategic = 5 * (int)between(state, told == CONSULTATIVE ? 8 : 1, 20);
    if (chance(state, 30))
        partner->mode = chance(state, 550) ? told : (int)between(state, TRANSACTIONAL, MODES - 1);
    if (chance(state, 100)) partner->potential = draw_potential(partner);
}

void make_interactions(channel *at)
{
    diary.random = at->random ^ UINT64_C(0x2545f4914f6cdd1d);
    diary.channel = at;
    for (int i = 0; i < at->sale_count; i++) handle_sale(&at->sales[i]);
    for (int i = 0; i < PARTNERS; i++) {
        for (int year = 0; year < 2; year++) consult(i, year);
        ask_prices(i);
    }
    for (int i = 0; i < PARTNERS; i++) {
        plan_hours(&at->partners[i], diary.minutes[i]);
        rate(&at->partners[i], i);
    }
}

static int by_day(const void *a, const void *b)
{
    const interaction *first = a, *second = b;

    if (first->day != second->day) return first->day < second->day ? -1 : 1;
    return (first->place > second->place) - (first->place < second->place);
}

void write_interactions(channel *at)
{
    qsort(diary.rows, (size_t)diary.count, sizeof *diary.rows, by_day);
    fputs("partner,day,kind,effort\n", at->file);
    for (int i = 0; i < diary.count; i++) {
        const interaction *row = &diary.rows[i];

        fprintf(at->file, "P%03d,", row->partner + 1);
        put_date(at->file, row->day);
        fprintf(at->file, ",%s,", kinds[row->kind].id);
        if (row->effort != NONE) fprintf(at->file, "%d", row->effort);
        putc('\n', at->file);
    }
}

/* ---- what partners say ---- */

enum { PRICE, DELIVERED, ORDER_HANDLING, ADVISED, TRAINED, LEADS, DIMENSIONS };

typedef struct range {
    int low, high;
} range;

/* What is expected by mode, 0 to 5; what is experienced, in twentieths; whether there are agreements. */
static const struct {
    const char *id;
    range expects[MODES], experiences;
    int agreed;
} dimensions[DIMENSIONS] = {
    {"price", {{2, 5}, {4, 5}, {2, 4}, {1, 4}}, {11, 19}, 1},
    {"delivery", {{2, 4}, {3, 5}, {2, 4}, {1, 3}}, {12, 20}, 0},
    {"order-handling", {{2, 5}, {3, 5}, {2, 4}, {1, 2}}, {10, 19}, 0},
    {"application-advice", {{0, 3}, {0, 2}, {2, 4}, {3, 5}}, {6, 18}, 1},
    {"training", {{0, 3}, {0, 1}, {1, 3}, {3, 5}}, {6, 16}, 1},
    {"leads", {{1, 5}, {1, 3}, {1, 4}, {2, 5}}, {1, 12}, 1},
};

static int draw(range from) { return (int)between(&diary.random, from.low, from.high); }

/* Who was promised how much of it, in EUR, and got how much. */
static void put_agreement(FILE *file, int dimension, int expects)
{
    int64_t committed = 500 * between(&diary.random, 2, 40), given;

    if (!dimensions[dimension].agreed || expects < 2 || !chance(&diary.random, 600)) {
        fputs(",\n", file);
        return;
    }
    given = committed * between(&diary.random, 30, 125) / 100 / 50 * 50;
    put_money(file, given * 100);
    putc(',', file);
    put_money(file, committed * 100);
    putc('\n', file);
}

/* One in five has answered; some leave a line empty. */
void write_alignment(channel *at)
{
    fputs("partner,dimension,expects,experiences,given,committed\n", at->file);
    for (int i = 0; i < PARTNERS; i++) {
        if (at->partners[i].left != NONE || !chance(&diary.random, 220)) continue;
        for (int d = 0; d < DIMENSIONS; d++) {
            int expects = draw(dimensions[d].expects[mode_in(i, 1)]);
            int experiences = 5 * draw(dimensions[d].experiences);

            if (chance(&diary.random, 40)) continue;
            fprintf(at->file, "P%03d,%s,%d,%d.%02d,", i + 1, dimensions[d].id, expects, experiences / 100,
                    experiences % 100);
            put_agreement(at->file, d, expects);
        }
    }
}
