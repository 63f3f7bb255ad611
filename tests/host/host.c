/* SPDX-License-Identifier: MIT
 * A host with a GSL of its own and an error handler of its own that counts: the library must never call that
 * handler, and must leave it in its place. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_zeta.h>
#include <stdio.h>
#include <stdlib.h>

#include "use.h"

int partner_provoke(void); /* private.c: the same error in a private copy */

static int hits;

static void count(const char *reason, const char *file, int line, int number)
{
    (void)file;
    (void)number;
    hits++;
    fprintf(stderr, "host: GSL says \"%s\" in line %d\n", reason, line);
}

static int fail(const char *what)
{
    fprintf(stderr, "host: %s\n", what);
    return EXIT_FAILURE;
}

/* An error that the host itself makes: zeta(s) has a pole at 1. */
static int provoke(void)
{
    gsl_sf_result result;
    int before = hits;

    gsl_sf_zeta_e(1.0, &result);
    return hits == before + 1;
}

int main(int argc, char **argv)
{
    const library *l;

    gsl_set_error_handler(count);
    if (!provoke()) return fail("the handler does not work, so it proves nothing");
    l = find_library(argc, argv);
    if (l == NULL) return EXIT_FAILURE;
    hits = 0;
    if (use_library(l) > 0) return EXIT_FAILURE;
    if (partner_provoke() != GSL_EDOM) return fail("the private copy does not find the error that it should");
    if (hits > 0) return fail("a private copy called the host's handler");
    if (!provoke()) return fail("the handler no longer works");
    if (gsl_set_error_handler(NULL) != count) return fail("the library changed the host's handler");
    puts("the host's GSL has noticed nothing");
    return EXIT_SUCCESS;
}
