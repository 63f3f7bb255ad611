/* SPDX-License-Identifier: MIT
 * Any program over any events: it fails as documented, or the ledger adds up, is the same for several threads
 * and for a state that takes the events in pieces, and every entry can be explained.
 * The first byte says how the program is written (1 = as JSON, whose length follows), where the pieces end, and
 * what else is asked for. */
#include "loyalty.h"
#include "same.h"

enum { NAMES = 5, PLACES = 4096, LONGEST_REASON = 512 };

/* A program, from JSON or from structs. */
typedef struct source {
    fuzz_program made;
    partner_program *parsed;
    partner_dict *dict[NAMES];
    const partner_program *program;
} source;

static int parse_program(fuzz_input *in, source *s)
{
    partner_loyalty_dicts d = PARTNER_LOYALTY_DICTS_INIT;
    size_t length = (size_t)fuzz_take(in, 2);
    partner_error error;
    int ok;

    if (length > in->left) length = in->left;
    for (size_t i = 0; i < NAMES; i++)
        if (partner_dict_new(&s->dict[i], NULL) != PARTNER_OK) abort();
    d.kind = s->dict[0];
    d.product = s->dict[1];
    d.group = s->dict[2];
    d.tier = s->dict[3];
    d.rule = s->dict[4];
    ok = fuzz_ok(partner_program_parse((const char *)in->at, length, &d, &s->parsed, &error), &error);
    in->at += length;
    in->left -= length;
    s->program = s->parsed;
    return ok;
}

static int take_program(fuzz_input *in, source *s, int json)
{
    partner_error error;

    memset(s, 0, sizeof *s);
    if (json) return parse_program(in, s);
    fuzz_make_program(in, &s->made);
    s->program = &s->made.program;
    return fuzz_ok(partner_program_check(s->program, &error), &error);
}

static void free_program(source *s)
{
    partner_program_free(s->parsed);
    for (size_t i = 0; i < NAMES; i++) partner_dict_free(s->dict[i]);
}

/* --- the ledger adds up --- */

static int counts_for_reward(const partner_program *p, uint32_t name)
{
    for (size_t i = 0; i < p->rules; i++)
        if (p->rule[i].name == name) return p->rule[i].counts_for != PARTNER_COUNTS_TIER;
    return 1;
}

/* What an entry adds to balance and pending. */
static int64_t moved(const partner_program *p, const partner_ledger *l, size_t i)
{
    switch (l->kind[i]) {
    case PARTNER_ENTRY_ACCRUAL:
    case PARTNER_ENTRY_REVERSAL: return counts_for_reward(p, l->rule[i]) ? l->points[i] : 0;
    case PARTNER_ENTRY_ADJUSTMENT: return p->adjust_counts_for == PARTNER_COUNTS_TIER ? 0 : l->points[i];
    case PARTNER_ENTRY_BONUS:
    case PARTNER_ENTRY_EXPIRY:
    case PARTNER_ENTRY_REDEMPTION: return l->points[i];
    default: return 0;
    }
}

/* Sums wrap, for they only have to be the same modulo 2^64 as sums that are known to fit. */
typedef struct sums {
    uint64_t issued, redeemed, expired, reversed, adjusted, promotions, demotions;
} sums;

static void add(sums *s, const partner_ledger *l, size_t i, uint64_t points)
{
    switch (l->kind[i]) {
    case PARTNER_ENTRY_ACCRUAL:
    case PARTNER_ENTRY_BONUS: s->issued += points; break;
    case PARTNER_ENTRY_REVERSAL:
        if (l->rule[i] == PARTNER_NONE) s->redeemed -= points;
        else s->reversed -= points;
        break;
    case PARTNER_ENTRY_EXPIRY: s->expired -= points; break;
    case PARTNER_ENTRY_REDEMPTION: s->redeemed -= points; break;
    case PARTNER_ENTRY_ADJUSTMENT: s->adjusted += points; break;
    case PARTNER_ENTRY_PROMOTION: s->promotions++; break;
    case PARTNER_ENTRY_DEMOTION: s->demotions++; break;
    default: break;
    }
}

static int is_correction(uint8_t kind)
{
    return kind == PARTNER_ENTRY_REDEMPTION || kind == PARTNER_ENTRY_ADJUSTMENT;
}

static void check_entry(const partner_program *p, const partner_ledger *l, size_t i, int corrected)
{
    const int goes_on = i > 0 && l->partner[i - 1] == l->partner[i];
    const uint64_t before = goes_on ? (uint64_t)l->balance[i - 1] + (uint64_t)l->pending[i - 1] : 0;

    fuzz_demand(i == 0 || l->partner[i - 1] <= l->partner[i], "partners ascend");
    fuzz_demand(!goes_on || l->day[i - 1] <= l->day[i], "a partner's entries are in order of days");
    fuzz_demand((uint64_t)l->balance[i] + (uint64_t)l->pending[i] == before + (uint64_t)moved(p, l, i),
                "the points of entries add up to balance and pending");
    fuzz_demand(l->pending[i] >= 0 && l->capped[i] >= 0, "neither is negative");
    fuzz_demand(corrected || l->balance[i] >= 0, "nobody owes without redemptions or corrections");
    fuzz_demand(corrected || l->qualifying[i] >= 0, "nor has fewer qualifying points than none");
    fuzz_demand(l->kind[i] != PARTNER_ENTRY_ACCRUAL || l->points[i] > 0 || l->capped[i] > 0,
                "nothing is granted in no entry");
    fuzz_demand(l->kind[i] != PARTNER_ENTRY_EXPIRY || l->points[i] < 0, "nothing expires in no entry");
}

static void check_sums(const partner_loyalty *r, const sums *s)
{
    uint64_t outstanding = 0, debts = 0;

    fuzz_demand((uint64_t)r->issued == s->issued && (uint64_t)r->redeemed == s->redeemed &&
                    (uint64_t)r->expired == s->expired && (uint64_t)r->reversed == s->reversed &&
                    (uint64_t)r->adjusted == s->adjusted && r->promotions == s->promotions &&
                    r->demotions == s->demotions,
                "the program's figures are those of the ledger");
    for (size_t i = 0; i < r->partners; i++) {
        outstanding += (uint64_t)(r->balance[i] > 0 ? r->balance[i] : 0) + (uint64_t)r->pending[i];
        debts += (uint64_t)(r->balance[i] < 0 ? -r->balance[i] : 0);
        fuzz_demand(r->expiring_30[i] <= r->expiring_60[i] && r->expiring_60[i] <= r->expiring_90[i],
                    "what expires in 30 days expires in 60");
    }
    fuzz_demand((uint64_t)r->outstanding == outstanding && (uint64_t)r->debts == debts,
                "the program's points are those of the statements");
}

static void check_result(const partner_program *p, const partner_loyalty *r)
{
    const partner_ledger *l = r->ledger;
    sums s = {0};
    size_t at = 0;
    int corrected = 0;

    for (size_t i = 0; i < r->partners; i++) {
        for (corrected = 0; at < l->entries && l->partner[at] == r->partner[i]; at++) {
            corrected |= is_correction(l->kind[at]);
            check_entry(p, l, at, corrected);
            add(&s, l, at, (uint64_t)moved(p, l, at));
        }
        if (at > 0 && l->partner[at - 1] == r->partner[i])
            fuzz_demand(l->balance[at - 1] == r->balance[i] && l->pending[at - 1] == r->pending[i] &&
                            l->tier[at - 1] == r->tier[i],
                        "a statement says what the last entry says");
        else fuzz_demand(r->balance[i] == 0 && r->pending[i] == 0, "no entries, no points");
    }
    fuzz_demand(at == l->entries, "entries are of partners that have a statement");
    check_sums(r, &s);
}

static void explain_all(const partner_loyalty *r)
{
    char text[LONGEST_REASON];

    for (size_t i = 0; i < r->ledger->entries; i++) {
        size_t length = partner_loyalty_explain(r, i, text, sizeof text);

        fuzz_demand(length > 0 && length < sizeof text && strlen(text) == length,
                    "512 bytes hold every reason");
    }
    fuzz_demand(partner_loyalty_explain(r, r->ledger->entries, text, sizeof text) == 0, "no entry, no reason");
}

/* --- in pieces --- */

/* Compares the entries of a piece with those of the whole that are next. */
static void compare_entries(const partner_ledger *piece, const partner_ledger *whole, size_t *next)
{
    const partner_record *record = fuzz_record("ledger");

    for (size_t i = 0; i < piece->entries; i++) {
        const size_t at = next[piece->partner[i]]++;

        fuzz_demand(at < whole->entries, "a piece makes no more entries than the whole");
        for (size_t k = 0; partner_record_field(record, k) != NULL; k++) {
            const partner_field *f = partner_record_field(record, k);
            const size_t size = partner_type_size(f->type);
            const char *x, *y;

            if (f->length == NULL) continue;
            x = partner_field_data(f, piece);
            y = partner_field_data(f, whole);
            fuzz_demand(memcmp(x + i * size, y + at * size, size) == 0,
                        "a piece makes the entries of the whole");
        }
    }
}

static partner_loyalty_state *reload(const partner_program *p, partner_loyalty_state *state)
{
    partner_loyalty_state *again = NULL;
    partner_bytes *bytes = NULL;
    partner_error error;

    fuzz_demand(fuzz_ok(partner_loyalty_state_save(state, NULL, &bytes, &error), &error), "a state is saved");
    fuzz_demand(
        fuzz_ok(partner_loyalty_state_load(bytes->bytes, bytes->length, p, NULL, &again, &error), &error),
        "what was saved is loaded");
    partner_bytes_free(bytes);
    partner_loyalty_state_free(state);
    return again;
}

/* A state that takes the rows in pieces makes the whole's entries and comes to its result. */
static void check_pieces(const partner_program *p, const partner_events *e, const partner_loyalty_options *o,
                         const partner_loyalty *whole, uint8_t cuts)
{
    static size_t next[PLACES];
    partner_loyalty_options asked = *o, plain = *o;
    partner_loyalty_state *state = NULL;
    partner_loyalty *made = NULL, *quiet = NULL;
    partner_error error;

    asked.as_of_day = plain.ledger = 0;
    for (size_t i = whole->ledger->entries; i-- > 0;) next[whole->ledger->partner[i]] = i;
    fuzz_demand(fuzz_ok(partner_loyalty_state_new(p, o, &state, &error), &error), "a state is made");
    for (size_t from = 0, end; from < e->rows; from = end) {
        partner_events part;

        end = from + 1 + (e->rows * (cuts & 3) + from % 7) / 4;
        if (end > e->rows) end = e->rows;
        part = fuzz_rows_of(e, from, end);
        fuzz_demand(fuzz_ok(partner_loyalty_state_append(state, &part, from, &asked, &made, &error), &error),
                    "what is taken as a whole is taken in pieces");
        compare_entries(made->ledger, whole->ledger, next);
        partner_loyalty_free(made);
        if (cuts & 4) state = reload(p, state);
    }
    fuzz_demand(fuzz_ok(partner_loyalty_state_advance(state, whole->as_of_day, &asked, &made, &error), &error),
                "all are settled through the last day");
    compare_entries(made->ledger, whole->ledger, next);
    partner_loyalty_free(made);
    plain.roster = NULL;
    fuzz_demand(fuzz_ok(partner_loyalty_from_state(state, &plain, &made, &error), &error), "a state is read");
    plain.roster = o->roster;
    fuzz_demand(fuzz_ok(partner_loyalty_new(p, e, &plain, &quiet, &error), &error), "without a ledger, too");
    fuzz_demand(fuzz_same(fuzz_record("loyalty"), made, quiet), "pieces come to what the whole comes to");
    partner_loyalty_free(made);
    partner_loyalty_free(quiet);
    partner_loyalty_state_free(state);
}

/* --- side by side --- */

static void check_difference(const partner_program *p, const partner_events *e,
                             const partner_loyalty_options *o, const partner_loyalty *whole)
{
    partner_loyalty_options asked = *o;
    partner_loyalty_comparison *c = NULL;
    partner_loyalty_difference *d = NULL;
    partner_loyalty *before = NULL;
    partner_events fewer = fuzz_rows_of(e, 0, e->rows - 1);
    partner_error error;

    asked.as_of_day = whole->as_of_day == 0 ? PARTNER_DAY_0 : whole->as_of_day;
    if (!fuzz_ok(partner_loyalty_new(p, &fewer, &asked, &before, &error), &error)) return;
    if (fuzz_ok(partner_loyalty_difference_new(before, whole, &d, &error), &error)) {
        uint64_t net = 0;

        for (size_t i = 0; i < d->partners; i++) net += (uint64_t)d->balance[i] + (uint64_t)d->pending[i];
        fuzz_demand(net == (uint64_t)d->points, "the changes of partners add up");
        fuzz_demand(d->partners <= 1, "an event changes one partner's history");
    }
    if (fuzz_ok(partner_loyalty_compare(before, whole, &c, &error), &error))
        fuzz_demand(c->outstanding == before->outstanding && c->other_outstanding == whole->outstanding,
                    "a comparison says what the results say");
    partner_loyalty_comparison_free(c);
    partner_loyalty_difference_free(d);
    partner_loyalty_free(before);
    d = NULL;
    if (fuzz_ok(partner_loyalty_difference_new(whole, whole, &d, &error), &error))
        fuzz_demand(d->partners == 0 && d->changes->entries == 0, "nothing differs from itself");
    partner_loyalty_difference_free(d);
}

static void check_threads(const partner_program *p, const partner_events *e, const partner_loyalty_options *o,
                          const partner_loyalty *one)
{
    partner_loyalty_options three = *o;
    partner_loyalty *made = NULL;
    partner_error error;

    three.threads = 3;
    fuzz_demand(fuzz_ok(partner_loyalty_new(p, e, &three, &made, &error), &error) &&
                    fuzz_same(fuzz_record("loyalty"), one, made),
                "threads change nothing");
    partner_loyalty_free(made);
}

/* Deferred revenue of whatever the columns of the events hold. */
static void check_deferral(const partner_events *e)
{
    partner_deferral deferral = PARTNER_DEFERRAL_INIT;
    partner_deferred *d = NULL;
    partner_error error;

    deferral.rows = e->rows;
    deferral.added = e->amount;
    deferral.redeemed = e->quantity;
    deferral.expected = e->margin;
    deferral.day = e->day;
    if (!fuzz_ok(partner_deferred_new(&deferral, NULL, &d, &error), &error)) return;
    for (size_t i = 0; i < d->periods; i++) {
        fuzz_demand(d->opening[i] == (i == 0 ? 0 : d->closing[i - 1]), "a period opens as the last one closed");
        fuzz_demand((uint64_t)d->closing[i] ==
                        (uint64_t)d->opening[i] + (uint64_t)d->added[i] - (uint64_t)d->revenue[i],
                    "what is deferred is what was and is added, less revenue");
        fuzz_demand(d->closing[i] >= 0, "no more revenue than was allocated");
    }
    partner_deferred_free(d);
}

/* The result, once rows that are refused have been mended; NULL when it is not for a row. */
static partner_loyalty *result_of(const partner_program *p, fuzz_events *events,
                                  const partner_loyalty_options *o)
{
    partner_loyalty *whole = NULL;
    partner_error error;

    for (size_t mended = 0; mended <= 2 * events->events.rows; mended++) {
        if (fuzz_ok(partner_loyalty_new(p, &events->events, o, &whole, &error), &error)) return whole;
        fuzz_demand(whole == NULL, "a failed call leaves the result alone");
        if (error.code == PARTNER_E_DATA)
            fuzz_demand(strncmp(error.record, "events", 7) == 0 ? error.row < events->events.rows
                                                                : strcmp(error.record, "roster") == 0,
                        "bad data is a row's");
        if (error.row >= events->events.rows || strcmp(error.record, "events") != 0) return NULL;
        fuzz_mend(events, (size_t)error.row);
    }
    return NULL;
}

static void run(const partner_program *p, fuzz_events *events, uint8_t how)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    const partner_events *e = &events->events;
    partner_loyalty *whole;

    o.ledger = o.notices = 1;
    o.skip_duplicates = how >> 1 & 1;
    if (events->roster.rows > 0) o.roster = &events->roster;
    if (how >> 2 & 1) o.as_of_day = 19500;
    whole = result_of(p, events, &o);
    if (whole == NULL) return;
    check_result(p, whole);
    explain_all(whole);
    check_threads(p, e, &o, whole);
    if (fuzz_sorted(e) && whole->duplicates == 0 && whole->later == 0 && e->rows > 0)
        check_pieces(p, e, &o, whole, how >> 3);
    if (e->rows > 0) check_difference(p, e, &o, whole);
    partner_loyalty_free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_events events;
    source s;
    fuzz_input in = {data, size};
    uint8_t how = fuzz_u8(&in);

    if (take_program(&in, &s, how & 1)) {
        fuzz_take_events(&in, &events, (uint32_t)s.program->tiers);
        run(s.program, &events, how);
        check_deferral(&events.events);
    }
    free_program(&s);
    return 0;
}
