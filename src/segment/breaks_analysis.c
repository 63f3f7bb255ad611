/* SPDX-License-Identifier: MIT
 * Natural breaks as an analysis, so that they serve anybody's numbers. */
#include <math.h>
#include <stdio.h>

#include <partner/segment.h>

#include "../base/error.h"
#include "../base/say.h"
#include "../base/words.h"
#include "../record/tables.h"
#include "../record/text.h"

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    partner_breaks *breaks = NULL;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = partner_natural_breaks(inputs[0], options == NULL ? NULL : options[0], &breaks, error);
    if (status == PARTNER_OK) *result = breaks;
    return status;
}

static const void *view(const void *result, size_t i) { return i == 0 ? result : NULL; }

static void free_result(void *result) { partner_breaks_free(result); }

/* --- sentences --- */

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE, DOUBLE = 32 };

static void say_classes(const void *result, char *text)
{
    const partner_breaks *b = result;
    const size_t k = b->classes->classes;
    char rows[NUMBER], classes[NUMBER];

    if (b->rows == 0) {
        snprintf(text, SENTENCE, "There are no values.");
        return;
    }
    snprintf(text, SENTENCE, "%s %s into %s %s.", partner__say_count(b->rows, rows),
             partner__one_or_many(b->rows, "value falls", "values fall"),
             k == 1 ? "one" : partner__say_count(k, classes), partner__one_or_many(k, "class", "classes"));
}

static void say_fit(const void *result, char *text)
{
    const partner_breaks *b = result;
    char share[NUMBER];

    if (isnan(b->fit) || b->classes->classes < 2) return;
    if (b->within == 0) {
        snprintf(text, SENTENCE, "Within each class all values are equal: nothing is left to explain.");
        return;
    }
    snprintf(
        text, SENTENCE,
        "No other cuts into that many classes leave less: the classes explain %s of the sum of squares about "
        "the mean (goodness of variance fit).",
        partner__say_percent(b->fit, share));
}

static void put_cut(partner__words *words, const void *of, size_t i)
{
    const partner_breaks_classes *c = of;
    char below[DOUBLE], above[DOUBLE];

    partner__write_double(c->highest[i], below);
    partner__write_double(c->lowest[i + 1], above);
    partner__words_put(words, "between %s and %s", below, above);
}

static void say_cuts(const void *result, char *text)
{
    const partner_breaks_classes *c = ((const partner_breaks *)result)->classes;
    partner__words words = {.length = 0};

    if (c->classes < 2) return;
    partner__words_put(&words, "%s ", c->classes == 2 ? "The cut lies" : "The cuts lie");
    partner__words_all(&words, " and ", c->classes - 1, put_cut, c);
    partner__words_put(&words, ".");
    partner__words_end(&words, text, SENTENCE);
}

static void say_fullest(const void *result, char *text)
{
    const partner_breaks *b = result;
    const partner_breaks_classes *c = b->classes;
    char count[NUMBER], share[NUMBER], lowest[DOUBLE], highest[DOUBLE];
    size_t most = 0;

    if (c->classes < 2) return;
    for (size_t i = 1; i < c->classes; i++)
        if (c->count[i] > c->count[most]) most = i;
    partner__write_double(c->lowest[most], lowest);
    partner__write_double(c->highest[most], highest);
    snprintf(text, SENTENCE, "The fullest class, from %s to %s, holds %s of them, %s.", lowest, highest,
             partner__say_count(c->count[most], count),
             partner__say_percent((double)c->count[most] / (double)b->rows, share));
}

static size_t sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_classes, say_fit, say_cuts, say_fullest};

    return partner__say(result, sayings, sizeof sayings / sizeof *sayings, i, buffer, size);
}

static const partner_input inputs_table[] = {
    {.name = "numbers",
     .text = "numbers to break into classes",
     .record = &partner__numbers_record,
     .required = 1},
};
static const partner_record *const options_records[] = {&partner__breaks_options_record};
static const partner_view views[] = {{"rows", "Rows", &partner__breaks_record}};

const partner_analysis partner__breaks_analysis = {
    .name = "breaks",
    .text = "natural breaks: the classes of numbers that leave the least spread within them",
    .inputs = inputs_table,
    .input_count = 1,
    .options = options_records,
    .option_count = 1,
    .views = views,
    .view_count = sizeof views / sizeof views[0],
    .run = run,
    .view = view,
    .sentence = sentence,
    .free = free_result,
    /* 1, 2, 3, 10, 11, 12, 30, 31: 2 240 squared less 8 * 12.5^2 are 990. Three classes would leave 2 + 2 +
     * 0.5; with five, 3 and 12 or 1 and 10 are alone, and 3 * 0.5 is left. */
    .example = "rows=8|total=990|within=1.5",
};
