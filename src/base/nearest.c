/* SPDX-License-Identifier: MIT */
#include "nearest.h"

#include <string.h>

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c; }

enum { LONGEST = 48 };

/* Optimal string alignment (Damerau-Levenshtein without repeated edits of one place), so that the commonest
 * slip, two letters swapped, counts once. Letters that differ in case only are equal. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];

    for (size_t j = 0; j <= m; j++) last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *spare = before;

        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));

            if (last[j] + 1 < best) best = last[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]) &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        before = last;
        last = row;
        row = spare;
    }
    return last[m];
}

void partner__nearest_try(partner__nearest *nearest, const char *candidate)
{
    size_t n = strlen(nearest->wanted), m = strlen(candidate), d;

    if (n > LONGEST || m > LONGEST) return;
    d = distance(nearest->wanted, n, candidate, m);
    if (d >= nearest->distance) return;
    nearest->distance = d;
    nearest->best = candidate;
}

const char *partner__nearest_found(const partner__nearest *nearest)
{
    size_t n = strlen(nearest->wanted);

    return nearest->best != NULL && nearest->distance <= (n < 3 ? 1 : n / 3 + 1) ? nearest->best : NULL;
}
