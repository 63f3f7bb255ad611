/* SPDX-License-Identifier: MIT
 * The pipeline of the sample channel: its deals, what partners report of them as the process in process.json
 * asks, and what they claim.
 *
 * What it imitates: partners come in three kinds, told by the last digit of their number.
 *     0 … 4    report as they go; what they claim matches the facts and comes true about as often as they say.
 *     5 … 8    claim a stage or two more than is done, and far too high chances; they report late, let evidence
 *              go stale, close later and win less.
 *     9        say nothing, or all of it on the day of closing; they win as often as the first.
 * Beside them there are direct deals (no partner), reported as by the first kind. A deal is won the more often
 * the further it really is, with a sponsor more than twice as often as without, more often after a trial; who
 * else was asked says nothing. Lost deals go quiet before anybody says so, and some are never closed. Some
 * customers are worked on by two partners, some budgets are withdrawn, some reports are corrected. Deals are
 * not tied to the orders in sales.csv. */
#include "make_channel.h"

#include <inttypes.h>
#include <stdlib.h>

enum { DEALS = 4096, REPORTS = 65536, CLAIMS = 32768, STAGES = 5, MILLION = 1000000, NEVER = 1000000 };
static const int64_t ABSENT = INT64_MIN;

enum { SOUND, AHEAD, HIDING, DIRECT, KINDS };

enum {
    NEED,
    CONTACT,
    TECHNICAL_CONTACT,
    REQUIREMENTS,
    SPONSOR,
    DEMO,
    FIT,
    TRIAL,
    OFFER,
    BUDGET,
    COMPETITORS,
    DECISION_DAY,
    TERMS,
    MILESTONES
};

static const char *const stage_names[STAGES] = {"qualified", "discovery", "solution", "proposal",
                                                "negotiation"};

/* As in process.json; and whether it is what ends its stage. */
static const struct {
    const char *id;
    int stage, required, valid_days, ends; /* NEVER stale */
} milestones[MILESTONES] = {
    {"need", 0, 1, NEVER, 0},         {"contact", 0, 1, NEVER, 1},     {"technical_contact", 1, 1, 180, 0},
    {"requirements", 1, 1, NEVER, 1}, {"sponsor", 1, 0, NEVER, 0},     {"demo", 2, 1, NEVER, 0},
    {"fit", 2, 1, NEVER, 1},          {"trial", 2, 0, NEVER, 0},       {"offer", 3, 1, NEVER, 0},
    {"budget", 3, 1, 90, 1},          {"competitors", 3, 0, NEVER, 0}, {"decision_day", 4, 1, 60, 0},
    {"terms", 4, 1, NEVER, 1},
};

/* Working days that a stage takes, the signature last; and losses for 1000 deals that pass it. */
static const int64_t stage_days[STAGES + 1] = {15, 20, 22, 20, 15, 10};
static const int64_t stage_losses[STAGES + 1] = {350, 250, 190, 135, 100, 55};

/* Each per mille of deals or reports, but for `lag` (days, at most), `slower` and `loses` (per cent of
 * ordinary) and `quiet` (working days, on average, from a loss to its being told). */
static const struct {
    int64_t lag, forgets, renews, verified, slower, loses, quiet, claims, no_amount;
} habits[KINDS] = {
    {3, 12, 900, 120, 100, 100, 18, 820, 80},
    {14, 60, 300, 40, 130, 125, 28, 900, 100},
    {0, 150, 0, 0, 100, 100, 25, 0, 350},
    {2, 10, 950, 350, 85, 90, 12, 700, 30},
};

typedef struct deal {
    int place; /* in the order in which they were made */
    int partner, opened, closed, won, registered, customer, product, claimed_stage; /* NONE */
    int64_t amount;                                                                 /* cents */
} deal;

typedef struct report {
    int place, deal, day, milestone, done, verified;
} report;

typedef struct said {
    int place, deal, day, stage, percent, close;
    int64_t amount;
} said;

/* A deal as it really is. */
typedef struct life {
    deal *of;
    int kind, stage, done[MILESTONES], renew[MILESTONES], has[MILESTONES];
    int quiet, dead;          /* lost, but not closed yet; never to be closed */
    int rival_won, rival_day; /* the other partner at that customer wins; NEVER */
    int claims, told;         /* whether there are dated claims; the day of the last */
    int64_t worth;            /* cents */
} life;

typedef struct book {
    uint64_t random;
    const channel *channel;
    deal deals[DEALS];
    report reports[REPORTS];
    said claims[CLAIMS];
    int deal_count, report_count, claim_count, customers;
    int number[DEALS]; /* by place: which one it is in the file */
    int last_customer[PARTNERS + 1], last_product[PARTNERS + 1];
} book;

static int happens(book *b, int64_t per_million) { return between(&b->random, 1, MILLION) <= per_million; }

static int working(int day) { return is_working_day(day, date_of(day)); }

static int next_working(int day)
{
    while (!working(day)) day++;
    return day;
}

static void too_many(const char *what)
{
    fprintf(stderr, "make_channel: too many %s\n", what);
    exit(1);
}

static int kind_of(int partner)
{
    int digit = (partner + 1) % 10;

    if (partner == NONE) return DIRECT;
    if (digit == 9) return HIDING;
    return digit >= 5 ? AHEAD : SOUND;
}

/* ---- what is said of a deal ---- */

static void add_report(book *b, const life *l, int milestone, int day, int done)
{
    report *to = &b->reports[b->report_count];

    if (day >= DAYS || day < 0) return;
    if (b->report_count == REPORTS) too_many("reports");
    *to = (report){b->report_count++, l->of->place, day, milestone, done, 0};
    to->verified = chance(&b->random, habits[l->kind].verified);
}

/* Some forget, some are late, and now and then a tick was a mistake and is set again or not. */
static void tell(book *b, const life *l, int milestone, int day, int done)
{
    if (l->kind == HIDING || chance(&b->random, habits[l->kind].forgets)) return;
    day = next_working(day + (int)between(&b->random, 0, habits[l->kind].lag));
    add_report(b, l, milestone, day, done);
    if (!done || !chance(&b->random, 12)) return;
    day = next_working(day + (int)between(&b->random, 2, 10));
    add_report(b, l, milestone, day, 0);
    day = next_working(day + (int)between(&b->random, 3, 15));
    if (chance(&b->random, 600)) add_report(b, l, milestone, day, 1);
}

static void reach(book *b, life *l, int milestone, int day)
{
    int valid = milestones[milestone].valid_days;

    l->done[milestone] = 1;
    l->renew[milestone] = valid == NEVER ? NEVER : day + valid - (int)between(&b->random, 2, 15);
    tell(b, l, milestone, day, 1);
}

/* How much more often such a deal is lost than an ordinary one, per cent. */
static int64_t danger(const life *l)
{
    int64_t sponsor = l->has[SPONSOR] ? 50 : 160, trial = l->done[TRIAL] ? 55 : 110;

    return sponsor * trial / 100 * habits[l->kind].loses / 100;
}

/* The chance that a living deal is won, per mille. */
static int64_t true_chance(const life *l)
{
    int64_t all = MILLION, slower = habits[l->kind].slower;

    for (int stage = l->stage; stage <= STAGES; stage++)
        all = all * 1000 / (1000 + stage_losses[stage] * danger(l) * slower / 10000);
    return all / 1000;
}

static int days_to_go(const life *l)
{
    int64_t days = 0;

    for (int stage = l->stage; stage <= STAGES; stage++) days += stage_days[stage];
    return (int)(days * 7 / 5);
}

/* A number that people say: in steps of 5 per cent, never 0 or 1. */
static int round_percent(int64_t per_mille)
{
    int64_t percent = (per_mille + 25) / 50 * 5;

    if (percent < 5) return 5;
    return percent > 95 ? 95 : (int)percent;
}

static void claim(book *b, life *l, int day)
{
    int waited = l->told != NONE && day - l->told > 50;
    int64_t per_mille = true_chance(l) * (waited ? 70 : 100) / 100;
    int64_t share = between(&b->random, 88, 112), days = days_to_go(l) * between(&b->random, 80, 125) / 100;
    said *to = &b->claims[b->claim_count];
    int stage = l->stage;

    l->told = day;
    if (!l->claims) return;
    if (b->claim_count == CLAIMS) too_many("claims");
    if (l->kind == AHEAD) {
        stage += (int)between(&b->random, 1, 2);
        per_mille = true_chance(l) + between(&b->random, 300, 500);
        share += between(&b->random, 0, 20);
        days = days * 45 / 100;
    }
    if (stage > STAGES) stage = STAGES;
    *to = (said){b->claim_count++, l->of->place, day, stage, round_percent(per_mille), 0, 0};
    to->close = next_working(day + 3 + (int)days);
    to->amount = (l->worth * share / 100 + 5000) / 10000 * 10000;
}

/* ---- how a deal goes ---- */

/* All that is required there is done now, and so are later stages that were done before a setback. */
static void pass_stage(book *b, life *l, int day)
{
    for (int m = 0; m < MILESTONES; m++)
        if (milestones[m].stage == l->stage && l->has[m] && !l->done[m]) reach(b, l, m, day);
    for (l->stage++; l->stage < STAGES; l->stage++)
        for (int m = 0; m < MILESTONES; m++)
            if (milestones[m].stage == l->stage && l->has[m] && !l->done[m]) {
                claim(b, l, day);
                return;
            }
    claim(b, l, day);
}

static void close_deal(life *l, int day, int won)
{
    l->of->won = won && !l->rival_won;
    l->of->closed = day;
}

/* On the way through a stage some of it is done already; evidence is renewed; budgets are withdrawn. */
static void go_on(book *b, life *l, int day, int64_t pace)
{
    for (int m = 0; m < MILESTONES; m++) {
        if (l->done[m] && day >= l->renew[m]) {
            l->renew[m] = NEVER;
            if (chance(&b->random, habits[l->kind].renews)) reach(b, l, m, day);
        } else if (milestones[m].stage == l->stage && l->has[m] && !l->done[m] && !milestones[m].ends) {
            if (happens(b, pace * 3 / 2)) reach(b, l, m, day);
        }
    }
    if (l->stage > milestones[BUDGET].stage && happens(b, 8000)) {
        l->done[BUDGET] = 0;
        l->stage = milestones[BUDGET].stage;
        tell(b, l, BUDGET, day, 0);
    }
}

static void work(book *b, life *l, int day)
{
    int64_t pace = MILLION * 100 / (stage_days[l->stage] * habits[l->kind].slower);
    int64_t risk = pace * stage_losses[l->stage] / 1000 * danger(l) * habits[l->kind].slower / 10000;

    if (happens(b, risk)) {
        l->quiet = 1;
        l->dead = chance(&b->random, 25);
    } else if (!happens(b, pace)) {
        go_on(b, l, day, pace);
    } else if (l->stage < STAGES) {
        pass_stage(b, l, day);
    } else {
        close_deal(l, day, 1);
    }
}

static void spend_day(book *b, life *l, int day)
{
    const deal *of = l->of;

    if (of->partner != NONE && b->channel->partners[of->partner].left != NONE)
        if (day >= b->channel->partners[of->partner].left) l->quiet = l->dead = 1;
    if (day >= l->rival_day) {
        close_deal(l, day, 0);
    } else if (!l->quiet) {
        work(b, l, day);
    } else if (!l->dead && happens(b, MILLION / habits[l->kind].quiet)) {
        close_deal(l, day, 0);
    }
    if (of->closed == NONE && day - l->told >= 56) claim(b, l, day);
}

/* What would have been reported after the closing is not, but for a few reports. */
static void drop_late_reports(book *b, const deal *of, int first)
{
    int kept = first;

    for (int i = first; i < b->report_count; i++) {
        if (of->closed != NONE && b->reports[i].day > of->closed && !chance(&b->random, 60)) continue;
        b->reports[kept] = b->reports[i];
        b->reports[kept].place = kept;
        kept++;
    }
    b->report_count = kept;
}

static int64_t amount_in_file(book *b, const life *l)
{
    int64_t missing = l->of->won ? 10 : habits[l->kind].no_amount;

    if (chance(&b->random, missing)) return ABSENT;
    if (l->of->won) return l->worth;
    if (l->claims) return b->claims[b->claim_count - 1].amount;
    return (l->worth * between(&b->random, 85, 115) / 100 + 5000) / 10000 * 10000;
}

static void live(book *b, life *l)
{
    deal *of = l->of;
    int first = b->report_count;

    if (chance(&b->random, 40)) { /* entered into the file some days late */
        l->done[NEED] = 1;
        if (l->kind != HIDING) add_report(b, l, NEED, of->opened - (int)between(&b->random, 1, 12), 1);
    }
    claim(b, l, of->opened);
    for (int day = of->opened; day < DAYS && of->closed == NONE; day++)
        if (working(day)) spend_day(b, l, day);
    drop_late_reports(b, of, first);
    of->amount = amount_in_file(b, l);
    if (l->kind == HIDING && of->closed != NONE && chance(&b->random, 350)) {
        for (int m = 0; m < MILESTONES; m++)
            if (l->done[m]) add_report(b, l, m, of->closed, 1);
    }
    if (of->closed == NONE && !l->claims && l->kind == SOUND) of->claimed_stage = l->stage;
}

/* ---- who opens which ---- */

/* The more somebody sells, the more deals. */
static int draw_partner(book *b, int day)
{
    const channel_partner *partners = b->channel->partners;
    int64_t sum = 0, x;

    for (int i = 0; i < PARTNERS; i++)
        if (partners[i].sells_from <= day && day < partners[i].sells_to) sum += partners[i].orders;
    x = between(&b->random, 1, sum);
    for (int i = 0; i < PARTNERS; i++) {
        if (partners[i].sells_from > day || day >= partners[i].sells_to) continue;
        x -= partners[i].orders;
        if (x <= 0) return i;
    }
    return NONE;
}

/* Some five ordinary orders' worth in one. */
static int64_t draw_worth(book *b, int partner)
{
    int64_t ordinary = 250000 + (partner == NONE ? 1000000 : b->channel->partners[partner].value) * 6 / 10;
    int64_t spread = between(&b->random, 30, 170) * between(&b->random, 30, 170);

    return ordinary * spread / 10000 * between(&b->random, 200, 800) / 100;
}

static deal *open_deal(book *b, int day, int partner)
{
    deal *to = &b->deals[b->deal_count];

    if (b->deal_count == DEALS) too_many("deals");
    *to = (deal){b->deal_count++, partner, day, NONE, 0, NONE, NONE, NONE, NONE, ABSENT};
    return to;
}

static life life_of(book *b, deal *of)
{
    life l = {of, kind_of(of->partner), 0, {0}, {0}, {0}, 0, 0, 0, NEVER, 0, NONE, 0};

    for (int m = 0; m < MILESTONES; m++) l.has[m] = milestones[m].required;
    l.has[SPONSOR] = chance(&b->random, 450);
    l.has[TRIAL] = chance(&b->random, 400);
    l.has[COMPETITORS] = chance(&b->random, 500);
    l.claims = chance(&b->random, habits[l.kind].claims);
    l.worth = draw_worth(b, of->partner);
    return l;
}

/* One in three is with the customer of the partner's last deal, and about something else. */
static void choose_customer(book *b, deal *of)
{
    int i = of->partner + 1; /* 0 = direct */

    of->product = (int)between(&b->random, 0, PRODUCTS - 1);
    if (b->last_customer[i] != NONE && chance(&b->random, 330)) {
        of->customer = b->last_customer[i];
        of->product = (b->last_product[i] + (int)between(&b->random, 1, PRODUCTS - 1)) % PRODUCTS;
    } else {
        of->customer = b->customers++;
    }
    b->last_customer[i] = of->customer;
    b->last_product[i] = of->product;
    if (chance(&b->random, 15)) of->product = NONE;
    if (chance(&b->random, 30)) of->customer = NONE;
}

static void register_deal(book *b, deal *of, int64_t habit)
{
    int day = next_working(of->opened + (int)between(&b->random, 0, 9));

    if (of->partner == NONE || !chance(&b->random, habit)) return;
    if (day < DAYS && (of->closed == NONE || day < of->closed)) of->registered = day;
}

/* Another partner works on the same: on the same day or some weeks later. Only one can win. */
static void open_rival(book *b, const deal *first)
{
    int day = next_working(first->opened + (chance(&b->random, 250) ? 0 : (int)between(&b->random, 1, 40)));
    int partner = draw_partner(b, first->opened);
    deal *of;
    life l;

    if (partner == NONE || partner == first->partner || day >= DAYS) return;
    if (first->closed != NONE && first->closed <= day) return;
    of = open_deal(b, day, partner);
    of->customer = first->customer;
    of->product = first->product;
    l = life_of(b, of);
    if (first->won) {
        l.rival_won = 1;
        l.rival_day = first->closed + (int)between(&b->random, 0, 6);
    }
    live(b, &l);
    register_deal(b, of, 900);
    if (first->registered == first->opened && of->opened == first->opened) of->registered = of->opened;
}

static void make_deals(book *b)
{
    for (int i = 0; i <= PARTNERS; i++) b->last_customer[i] = NONE;
    for (int day = 0; day < DAYS; day++) {
        int64_t left = working(day) ? between(&b->random, 0, 15) / 2 : 0; /* 3.5 a day */

        for (; left > 0; left--) {
            deal *of = open_deal(b, day, chance(&b->random, 80) ? NONE : draw_partner(b, day));
            life l = life_of(b, of);

            choose_customer(b, of);
            live(b, &l);
            register_deal(b, of, 700);
            if (of->partner != NONE && of->customer != NONE && chance(&b->random, 90)) open_rival(b, of);
        }
    }
}

/* ---- the files ---- */

static int by_opening(const void *a, const void *b)
{
    const deal *first = a, *second = b;

    if (first->opened != second->opened) return first->opened < second->opened ? -1 : 1;
    return (first->place > second->place) - (first->place < second->place);
}

static int by_report(const void *a, const void *b)
{
    const report *first = a, *second = b;

    if (first->day != second->day) return first->day < second->day ? -1 : 1;
    return (first->place > second->place) - (first->place < second->place);
}

static int by_claim(const void *a, const void *b)
{
    const said *first = a, *second = b;

    if (first->day != second->day) return first->day < second->day ? -1 : 1;
    return (first->place > second->place) - (first->place < second->place);
}

static void put_day(FILE *file, int day)
{
    if (day != NONE) put_date(file, day);
    putc(',', file);
}

static void put_deal(FILE *file, int number, const deal *of)
{
    fprintf(file, "D%04d,", number);
    if (of->partner != NONE) fprintf(file, "P%03d", of->partner + 1);
    putc(',', file);
    put_day(file, of->opened);
    put_day(file, of->closed);
    fprintf(file, "%s,", of->closed == NONE ? "open" : of->won ? "won" : "lost");
    if (of->amount != ABSENT) put_money(file, of->amount);
    putc(',', file);
    if (of->customer != NONE) fprintf(file, "C%04d", of->customer + 1);
    fprintf(file, ",%s,", of->product == NONE ? "" : product_names[of->product]);
    put_day(file, of->registered);
    if (of->claimed_stage == STAGES) fprintf(file, "%d", STAGES);
    else if (of->claimed_stage != NONE) fputs(stage_names[of->claimed_stage], file);
    putc('\n', file);
}

static void put_report(FILE *file, const book *b, const report *what)
{
    fprintf(file, "D%04d,%s,", b->number[what->deal], milestones[what->milestone].id);
    put_day(file, what->day);
    fprintf(file, "%d,%s\n", what->done, what->verified ? "verified" : "reported");
}

/* All stages passed is a number: there is no name for it. */
static void put_claim(FILE *file, const book *b, const said *what)
{
    fprintf(file, "D%04d,", b->number[what->deal]);
    put_day(file, what->day);
    if (what->stage == STAGES) fprintf(file, "%d", STAGES);
    else fputs(stage_names[what->stage], file);
    fprintf(file, ",0.%02d,", what->percent);
    fprintf(file, "%" PRId64 ",", what->amount / 100);
    put_date(file, what->close);
    putc('\n', file);
}

static book pipeline; /* made with the first of its three files */

void write_deals(channel *at)
{
    book *b = &pipeline;

    b->random = at->random ^ UINT64_C(0x5851f42d4c957f2e);
    b->channel = at;
    make_deals(b);
    qsort(b->deals, (size_t)b->deal_count, sizeof *b->deals, by_opening);
    fputs("deal,partner,opened,closed,outcome,amount,customer,product,registered,claimed_stage\n", at->file);
    for (int i = 0; i < b->deal_count; i++) {
        b->number[b->deals[i].place] = i + 1;
        put_deal(at->file, i + 1, &b->deals[i]);
    }
}

void write_milestones(channel *at)
{
    book *b = &pipeline;

    qsort(b->reports, (size_t)b->report_count, sizeof *b->reports, by_report);
    fputs("deal,milestone,day,done,source\n", at->file);
    for (int i = 0; i < b->report_count; i++) put_report(at->file, b, &b->reports[i]);
}

void write_claims(channel *at)
{
    book *b = &pipeline;

    qsort(b->claims, (size_t)b->claim_count, sizeof *b->claims, by_claim);
    fputs("deal,day,stage,probability,amount,close\n", at->file);
    for (int i = 0; i < b->claim_count; i++) put_claim(at->file, b, &b->claims[i]);
}
