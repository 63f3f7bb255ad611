/* SPDX-License-Identifier: MIT
 * A host that has no GSL: nothing that the library computes needs one to be there, and nothing aborts. */
#include <stdio.h>
#include <stdlib.h>

#include "use.h"

int main(int argc, char **argv)
{
    const library *l = find_library(argc, argv);

    if (l == NULL || use_library(l) > 0) return EXIT_FAILURE;
    puts("the library needs no GSL of its host");
    return EXIT_SUCCESS;
}
