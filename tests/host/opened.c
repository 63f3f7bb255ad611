/* SPDX-License-Identifier: MIT
 * A host that opens the library at run time: opened LIBRARY local|global. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "use.h"

/* POSIX lets a data pointer hold a function's address; C does not say how, so its bytes are copied. */
static int find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);

    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

const library *find_library(int argc, char **argv)
{
    static library opened;
    void *handle;

    if (argc != 3) return NULL;
    handle = dlopen(argv[1], RTLD_NOW | (strcmp(argv[2], "global") == 0 ? RTLD_GLOBAL : RTLD_LOCAL));
    if (handle != NULL && find(handle, "partner_features", &opened.features) &&
        find(handle, "partner_tail_new", &opened.tail_new) &&
        find(handle, "partner_tail_free", &opened.tail_free) &&
        find(handle, "partner_pareto_new", &opened.pareto_new) &&
        find(handle, "partner_pareto_free", &opened.pareto_free))
        return &opened;
    fprintf(stderr, "host: %s\n", dlerror());
    return NULL;
}
