/* SPDX-License-Identifier: MIT
 * Allocation as an analysis, for anybody's gains, and the sentences that say what the hours come to. */
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/say.h"
#include "../record/tables.h"
#include "segment.h"

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    partner_allocation *allocation = NULL;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = partner_allocate(inputs[0], options == NULL ? NULL : options[0], &allocation, error);
    if (status == PARTNER_OK) *result = allocation;
    return status;
}

static const void *view(const void *result, size_t i) { return i == 0 ? result : NULL; }

static void free_result(void *result) { partner_allocation_free(result); }

/* --- sentences --- */

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE };

/* What differs by less of it is the same but for roundings. */
static const double ROUNDING = 1e-12;

/* Three decimals at most, and none that say nothing: "61", "9.197"; "2.5e+19" and "3e-07" where decimals end.
 */
static const char *figure(double x, char buffer[NUMBER])
{
    const int plain = x == 0 || (x >= 0.001 && x < 1e14);
    int exponent = plain ? 0 : (int)floor(log10(x)), length;
    char digits[NUMBER];

    /* In two steps: 10^323 is no double. */
    if (!plain) x = x / pow(10, exponent / 2) / pow(10, exponent - exponent / 2);
    length = snprintf(buffer, NUMBER, "%s", partner__say_ratio(x, digits));
    while (buffer[length - 1] == '0') buffer[--length] = '\0';
    if (buffer[length - 1] == '.') buffer[--length] = '\0';
    if (!plain) snprintf(buffer + length, NUMBER - (size_t)length, "e%+03d", exponent);
    return buffer;
}

static void say_gain(const void *result, char *text)
{
    const partner_allocation *a = result;
    char spent[NUMBER], some[NUMBER], all[NUMBER], gain[NUMBER];
    size_t with = 0;

    for (size_t i = 0; i < a->rows; i++) with += a->hours[i] > 0;
    if (a->rows == 0) {
        snprintf(text, SENTENCE, "There are no partners to give hours to.");
        return;
    }
    if (with == 0) {
        snprintf(text, SENTENCE, "No partner gets any hours.");
        return;
    }
    snprintf(text, SENTENCE, "%s %s for %s of %s %s %s %s.", figure(a->spent, spent),
             a->spent == 1 ? "hour" : "hours", partner__say_count(with, some), partner__say_count(a->rows, all),
             partner__one_or_many(a->rows, "partner", "partners"), a->spent == 1 ? "brings" : "bring",
             figure(a->gain, gain));
}

/* Whether somebody below the ceiling has so many hours that the next one brings less than a double holds. */
static int has_had_enough(const partner_allocation *a)
{
    for (size_t i = 0; i < a->rows; i++)
        if (a->bound[i] != PARTNER_BOUND_CEILING && a->expected[i] > 0) return 1;
    return 0;
}

static void say_next_hour(const void *result, char *text)
{
    const partner_allocation *a = result;
    char lambda[NUMBER];

    if (a->rows == 0) return;
    if (a->lambda == 0 && has_had_enough(a)) {
        snprintf(text, SENTENCE, "One more hour would bring next to nothing.");
        return;
    }
    if (a->lambda == 0) {
        snprintf(text, SENTENCE,
                 "One more hour would bring nothing: nobody who would gain by it is below the ceiling.");
        return;
    }
    snprintf(text, SENTENCE, "One more hour would bring %s.", figure(a->lambda, lambda));
}

static void say_now(const void *result, char *text)
{
    const partner_allocation *a = result;
    char now[NUMBER], gain[NUMBER], more[NUMBER], part[NUMBER];

    if (a->rows == 0 || isnan(a->spent_now)) return;
    snprintf(text, SENTENCE, "Today's hours (%s) ", figure(a->spent_now, now));
    text += strlen(text);
    if (isnan(a->gain_now))
        snprintf(text, SENTENCE / 2,
                 "do not keep the bounds and the budget, so they do not compare with these.");
    else if (a->gain - a->gain_now <= ROUNDING * a->gain) snprintf(text, SENTENCE / 2, "bring as much.");
    else if (a->gain_now == 0) snprintf(text, SENTENCE / 2, "bring nothing.");
    else
        snprintf(text, SENTENCE / 2, "bring %s: these bring %s more (%s).", figure(a->gain_now, gain),
                 figure(a->gain - a->gain_now, more),
                 partner__say_percent((a->gain - a->gain_now) / a->gain_now, part));
}

static void say_unspent(const void *result, char *text)
{
    const partner_allocation *a = result;
    const double left = a->budget - a->spent;
    char unspent[NUMBER], budget[NUMBER];

    if (a->rows == 0 || !(left > ROUNDING * a->budget)) return;
    snprintf(text, SENTENCE,
             "%s of %s hours are not given: everybody who would gain by them is at the ceiling.",
             figure(left, unspent), figure(a->budget, budget));
}

/* What changes when it takes half or twice the hours to win the same. */
static void say_sensitivity(const void *result, char *text)
{
    const partner_allocation *a = result;
    const partner_allocation_sensitivity *s = a->sensitivity;
    char half[NUMBER], twice[NUMBER], low[NUMBER], high[NUMBER];

    if (s == NULL || a->rows == 0) return;
    snprintf(text, SENTENCE,
             "Were attention twice as quick to work, %s of these hours would go elsewhere and all would bring "
             "%s; were it half as quick, %s and %s.",
             figure(s->moved[3], half), figure(s->gain[3], high), figure(s->moved[4], twice),
             figure(s->gain[4], low));
}

static size_t sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_gain, say_next_hour, say_now, say_unspent, say_sensitivity};

    return partner__say(result, sayings, sizeof sayings / sizeof *sayings, i, buffer, size);
}

static const partner_input inputs_table[] = {
    {.name = "returns",
     .text = "what hours would bring, by partner",
     .record = &partner__returns_record,
     .required = 1},
};
static const partner_record *const options_records[] = {&partner__allocation_options_record};
static const partner_view views[] = {
    {"partners", "Hours", &partner__allocation_record},
};

const partner_analysis partner__allocation_analysis = {
    .name = "allocation",
    .text = "where a limited number of hours brings most, and what one more would bring",
    .inputs = inputs_table,
    .input_count = 1,
    .options = options_records,
    .option_count = 1,
    .views = views,
    .view_count = sizeof views / sizeof *views,
    .run = run,
    .view = view,
    .sentence = sentence,
    .free = free_result,
    /* 61 hours as today, 1 of them Cedar's floor. Aster and Birch begin at 1000 / 40 = 500 / 20 = 25 an hour,
     * so 60 hours go 2 : 1 and each is one scale long: 25 / e an hour at the end, of which 1500 (1 - 1 / e)
     * comes. */
    .example = "budget=61|spent=61|spent_now=61",
};
