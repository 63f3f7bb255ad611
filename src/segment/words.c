/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/say.h"
#include "result.h"
#include "rules.h"

/* value / 10^places without zeros at the end. */
static void put_short(partner__words *w, uint64_t value, unsigned places)
{
    char text[PARTNER__NUMBER];

    while (places > 0 && value % 10 == 0) {
        value /= 10;
        places--;
    }
    partner__words_put(w, "%s", partner__say_money((int64_t)value, places, text));
}

void partner__put_share(partner__words *w, double share)
{
    if (!(share >= 0 && share < 1e6)) partner__words_put(w, "none");
    else {
        put_short(w, (uint64_t)llround(share * 1e6), 4);
        partner__words_put(w, " %%");
    }
}

void partner__put_number(partner__words *w, double number)
{
    unsigned places = 0;
    double unit = 1;

    if (!(number >= 0 && number < 1e15)) {
        partner__words_put(w, isnan(number) ? "none" : "more than 1 000 000 000 000 000");
        return;
    }
    while (places < 6 && number * unit < 100 && number * unit != floor(number * unit)) {
        unit *= 10;
        places++;
    }
    put_short(w, (uint64_t)llround(number * unit), places);
}

void partner__put_hours(partner__words *w, double hours)
{
    const size_t start = w->length;

    partner__put_number(w, hours);
    partner__words_put(w, strcmp(w->text + start, "1") == 0 ? " hour" : " hours");
}

void partner__put_amount(partner__words *w, double amount, unsigned places)
{
    char text[PARTNER__NUMBER];
    int64_t minor;

    if (partner__minor_of(amount, places, &minor))
        partner__words_put(w, "%s", partner__say_money(minor, places, text));
    else partner__put_number(w, amount);
}

void partner__put_assumption(partner__words *w, const partner__segment_settings *set, uint8_t mode)
{
    const char *a = mode == PARTNER_MODE_UNKNOWN ? "an" : "a";

    partner__put_share(w, set->share[mode]);
    partner__words_put(w, " of the headroom of %s %s partner, 63 %% of that with ", a,
                       partner__mode_name(mode));
    partner__put_hours(w, set->for_share[mode]);
    partner__words_put(w, ", and to keep ");
    partner__put_share(w, set->retain[mode]);
    partner__words_put(w, " of its revenue");
}
