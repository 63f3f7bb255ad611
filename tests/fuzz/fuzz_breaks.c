/* SPDX-License-Identifier: MIT
 * Natural breaks of arbitrary numbers: classes that are in order, hold everybody once and leave what they say;
 * no other cuts that are tried leave less, and where there are few values all are tried. The same for rows in
 * reverse and several threads.
 * The first byte says what numbers there are, the second how many classes. */
#include <float.h>
#include <partner/segment.h>

#include "same.h"

enum { MOST = 512, FEW = 10, OF_ALL = 2520 /* a multiple of each number up to FEW */, TRIES = 8 };

enum { SMALL = 0, WHOLE = 1, SCALED = 2, ANY = 3 };

typedef struct sample {
    partner_numbers numbers;
    partner_breaks_options options;
    double *value; /* [rows] */
    int kind;
} sample;

/* What is asked about: the values in order, and where each distinct one begins. */
typedef struct ordered {
    double value[MOST];
    size_t first[MOST + 1], distinct;
    int unit; /* all differences are below 2^unit */
} ordered;

/* --- from bytes --- */

static double take_value(fuzz_input *in, int kind, int exponent)
{
    switch (kind) {
    case SMALL: return fuzz_u8(in) % 16;
    case WHOLE: return (double)fuzz_take(in, 2) - 0x8000;
    case SCALED: return ldexp((double)fuzz_take(in, 3) - 0x800000, exponent);
    default: return fuzz_double(in);
    }
}

static void take_sample(fuzz_input *in, sample *s)
{
    const uint8_t how = fuzz_u8(in), classes = fuzz_u8(in);
    const int exponent = how % 4 == SCALED ? (int)fuzz_u8(in) * 8 - 1024 : 0;
    size_t rows = 0, most = in->left < MOST ? in->left : MOST;

    s->kind = how % 4;
    s->numbers = (partner_numbers)PARTNER_NUMBERS_INIT;
    s->options = (partner_breaks_options)PARTNER_BREAKS_OPTIONS_INIT;
    s->options.classes = classes < 0xf0 ? classes % 24u : classes == 0xff ? UINT32_MAX : classes * 40u;
    s->value = fuzz_alloc(most, sizeof *s->value);
    while (in->left > 0 && rows < most) s->value[rows++] = take_value(in, s->kind, exponent);
    s->numbers.rows = rows;
    s->numbers.value = s->value;
    /* And now and then columns that are not there, or longer than can be. */
    if (how >> 2 == 63) s->numbers.value = NULL;
    if (how >> 2 == 62) s->numbers.rows = PARTNER_NONE;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void put_in_order(const sample *s, ordered *to)
{
    const size_t rows = s->numbers.rows;

    to->distinct = 0;
    to->unit = 0;
    if (rows > 0) memcpy(to->value, s->value, rows * sizeof *s->value);
    qsort(to->value, rows, sizeof *to->value, ascending);
    for (size_t i = 0; i < rows; i++)
        if (i == 0 || to->value[i] != to->value[i - 1]) to->first[to->distinct++] = i;
    to->first[to->distinct] = rows;
    if (rows > 0) frexp(to->value[rows - 1] - to->value[0], &to->unit);
}

/* --- sums of squares --- */

/* About the mean of the rows from … to - 1, in 4^unit. Measured from the lowest, so that nothing is lost. */
static double squares(const ordered *o, size_t from, size_t to, int unit)
{
    double sum = 0, all = 0, mean;

    for (size_t i = from; i < to; i++) sum += ldexp(o->value[i] - o->value[from], -unit);
    mean = sum / (double)(to - from);
    for (size_t i = from; i < to; i++) {
        const double off = ldexp(o->value[i] - o->value[from], -unit) - mean;

        all += off * off;
    }
    return all;
}

static double mean_of(const ordered *o, size_t from, size_t to)
{
    double sum = 0;

    for (size_t i = from; i < to; i++) sum += o->value[i] - o->value[from];
    return o->value[from] + sum / (double)(to - from);
}

/* `found` may be so small that doubles end. */
static int is_sum(double found, double expected, int unit)
{
    const double x = ldexp(expected, 2 * unit);

    return fabs(found - x) <= 1e-12 * x + MOST * 4 * DBL_MIN * DBL_EPSILON;
}

/* What cuts leave; cut[c] is the place of the distinct value that class c begins with. */
static double left_by(const ordered *o, const size_t *cut, size_t classes)
{
    double all = 0;

    for (size_t c = 0; c < classes; c++) all += squares(o, o->first[cut[c]], o->first[cut[c + 1]], o->unit);
    return all;
}

/* --- what the classes are --- */

/* Puts where each class begins into `cut`. */
static void check_classes(const partner_breaks *b, const sample *s, const ordered *o, size_t *cut)
{
    const partner_breaks_classes *c = b->classes;
    const uint32_t wanted = s->options.classes == 0 ? 5 : s->options.classes;
    size_t row = 0, place = 0;

    fuzz_demand(b->rows == s->numbers.rows, "every row has its class");
    fuzz_demand(c->classes == (wanted < o->distinct ? wanted : o->distinct), "as many classes as there can be");
    for (size_t k = 0; k < c->classes; k++) {
        int unit;

        fuzz_demand(c->count[k] > 0 && row + c->count[k] <= b->rows, "no class is empty");
        while (place < o->distinct && o->first[place] < row) place++;
        fuzz_demand(o->first[place] == row, "equal values are in one class");
        cut[k] = place;
        fuzz_demand(c->lowest[k] == o->value[row] && c->highest[k] == o->value[row + c->count[k] - 1],
                    "bounds are those of the values in order");
        frexp(c->highest[k] - c->lowest[k], &unit);
        fuzz_demand(is_sum(c->within[k], squares(o, row, row + c->count[k], unit), unit),
                    "a class's sum of squares");
        fuzz_demand(fabs(c->mean[k] - mean_of(o, row, row + c->count[k])) <=
                            1e-12 * fmax(fabs(c->lowest[k]), fabs(c->highest[k])) &&
                        c->mean[k] >= c->lowest[k] && c->mean[k] <= c->highest[k],
                    "a class's mean");
        row += c->count[k];
    }
    fuzz_demand(row == b->rows, "all rows are in a class");
    cut[c->classes] = o->distinct;
}

static void check_rows(const partner_breaks *b, const sample *s)
{
    const partner_breaks_classes *c = b->classes;

    for (size_t i = 0; i < b->rows; i++)
        fuzz_demand(b->class_of[i] < c->classes && s->value[i] >= c->lowest[b->class_of[i]] &&
                        s->value[i] <= c->highest[b->class_of[i]],
                    "each row lies within its class");
}

static void check_sums(const partner_breaks *b, const ordered *o, const size_t *cut)
{
    if (b->rows == 0) {
        fuzz_demand(b->total == 0 && b->within == 0 && isnan(b->fit), "nothing comes to nothing");
        return;
    }
    fuzz_demand(is_sum(b->total, squares(o, 0, b->rows, o->unit), o->unit), "the sum of squares of all");
    fuzz_demand(is_sum(b->within, left_by(o, cut, b->classes->classes), o->unit), "and about the classes");
    fuzz_demand(isnan(b->fit) == (b->total == 0), "without spread there is no fit");
    if (b->total > DBL_MIN)
        fuzz_demand(b->fit >= 0 && b->fit <= 1 && fabs(b->fit - (1 - b->within / b->total)) <= 1e-12,
                    "the fit");
}

/* --- no other cuts are better --- */

static void compare(const ordered *o, const size_t *other, size_t classes, double least)
{
    fuzz_demand(least <= left_by(o, other, classes) * (1 + 1e-11) + 0x1p-69, "no other cuts leave less");
}

/* Each cut a value lower, and a value higher. */
static void try_neighbours(const ordered *o, const size_t *cut, size_t classes, double least)
{
    size_t other[MOST + 1];

    memcpy(other, cut, (classes + 1) * sizeof *cut);
    for (size_t k = 1; k < classes; k++) {
        if (cut[k] - 1 > cut[k - 1]) {
            other[k] = cut[k] - 1;
            compare(o, other, classes, least);
        }
        if (cut[k] + 1 < cut[k + 1]) {
            other[k] = cut[k] + 1;
            compare(o, other, classes, least);
        }
        other[k] = cut[k];
    }
}

/* Any cuts: of the distinct values that are left as many as there are classes to begin. */
static void try_others(const ordered *o, size_t classes, double least)
{
    uint32_t state = (uint32_t)(o->distinct * 2654435761u + classes);
    size_t other[MOST + 1];

    for (int turn = 0; turn < TRIES; turn++) {
        size_t k = 1;

        other[0] = 0;
        for (size_t i = 1; i < o->distinct && k < classes; i++) {
            state = state * 1664525u + 1013904223u;
            if ((state >> 16) % (o->distinct - i) < classes - k) other[k++] = i;
        }
        other[classes] = o->distinct;
        compare(o, other, classes, least);
    }
}

/* Of few whole numbers all cuts, exactly: in 1 / OF_ALL, so that no mean is a fraction. */
typedef struct all_cuts {
    const ordered *o;
    const size_t *found;
    size_t classes, cut[FEW + 1];
    int64_t least;
} all_cuts;

static int64_t exactly(const ordered *o, size_t from, size_t to)
{
    const int64_t n = (int64_t)(o->first[to] - o->first[from]);
    int64_t sum = 0, all = 0;

    for (size_t i = o->first[from]; i < o->first[to]; i++) {
        const int64_t value = (int64_t)o->value[i];

        sum += value;
        all += value * value;
    }
    return (n * all - sum * sum) * (OF_ALL / n);
}

static void try_each(all_cuts *a, size_t class, int64_t cost)
{
    if (class + 1 == a->classes) {
        cost += exactly(a->o, a->cut[class], a->o->distinct);
        fuzz_demand(cost >= a->least, "of all cuts none leaves less");
        for (size_t k = 1; cost == a->least && k < a->classes; k++)
            fuzz_demand(a->found[k] <= a->cut[k], "of equally good cuts it is the lower one");
        return;
    }
    for (size_t next = a->cut[class] + 1; next + a->classes - class - 1 <= a->o->distinct; next++) {
        a->cut[class + 1] = next;
        try_each(a, class + 1, cost + exactly(a->o, a->cut[class], next));
    }
}

static void check_best(const sample *s, const ordered *o, const size_t *cut, size_t classes)
{
    const double least = left_by(o, cut, classes);
    all_cuts all = {.o = o, .found = cut, .classes = classes};

    if (classes < 2) return;
    try_neighbours(o, cut, classes, least);
    try_others(o, classes, least);
    if (s->kind > WHOLE || s->numbers.rows > FEW) return;
    for (size_t k = 0; k < classes; k++) all.least += exactly(o, cut[k], cut[k + 1]);
    try_each(&all, 0, 0);
}

/* --- the same in other ways --- */

static void check_again(const partner_breaks *b, const sample *s)
{
    const partner_record *record = fuzz_record("breaks");
    partner_breaks_options several = s->options;
    partner_breaks *again = fuzz_untouched();
    partner_error error;

    several.threads = 3;
    fuzz_demand(fuzz_ok(partner_natural_breaks(&s->numbers, &several, &again, &error), &error), "as before");
    fuzz_demand(fuzz_same(record, b, again), "the same bits for any number of threads");
    partner_breaks_free(again);
    for (size_t i = 0, j = b->rows; i + 1 < j; i++) {
        const double swap = s->value[i];

        s->value[i] = s->value[--j];
        s->value[j] = swap;
    }
    fuzz_demand(fuzz_ok(partner_natural_breaks(&s->numbers, &s->options, &again, &error), &error), "as before");
    fuzz_demand(again->total == b->total && again->within == b->within &&
                    fuzz_same(fuzz_record("breaks_classes"), b->classes, again->classes),
                "the same bits for rows in reverse");
    for (size_t i = 0; i < b->rows; i++)
        fuzz_demand(again->class_of[i] == b->class_of[b->rows - 1 - i], "and the same class for each");
    partner_breaks_free(again);
}

static void check(const partner_breaks *b, const sample *s)
{
    static ordered o;
    size_t cut[MOST + 1];

    put_in_order(s, &o);
    check_classes(b, s, &o, cut);
    check_rows(b, s);
    check_sums(b, &o, cut);
    check_best(s, &o, cut, b->classes->classes);
    fuzz_speak(partner_analysis_find("breaks")->sentence, b);
    check_again(b, s);
}

/* --- what is refused --- */

/* The row of the first value that there are no classes for; rows = none. */
static size_t first_fault(const sample *s)
{
    size_t i = 0;

    while (i < s->numbers.rows && fabs(s->value[i]) <= 1e150) i++;
    return i;
}

static partner_status expected_of(const sample *s)
{
    if (s->numbers.rows == PARTNER_NONE) return PARTNER_E_RANGE;
    if (s->numbers.rows > 0 && s->numbers.value == NULL) return PARTNER_E_ARGUMENT;
    if (s->options.classes > 10000) return PARTNER_E_ARGUMENT;
    return first_fault(s) < s->numbers.rows ? PARTNER_E_DATA : PARTNER_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    partner_breaks *breaks = fuzz_untouched();
    partner_error error;
    partner_status status;
    sample s;

    take_sample(&in, &s);
    status = partner_natural_breaks(&s.numbers, &s.options, &breaks, &error);
    fuzz_demand(status == expected_of(&s), "it is refused, or not, as the header says");
    if (fuzz_ok(status, &error)) {
        check(breaks, &s);
        partner_breaks_free(breaks);
    } else {
        fuzz_demand(breaks == fuzz_untouched(), "a failed call leaves the result alone");
        if (status == PARTNER_E_DATA) fuzz_demand(error.row == first_fault(&s), "the first bad row is named");
    }
    free(s.value);
    return 0;
}
