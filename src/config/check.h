/* SPDX-License-Identifier: MIT
 * Whether a config can be used. Everything is asked of the structs, so that one made by hand meets the same
 * rules as one from a file; paths are those of the file. The first fault found is the one that is told. */
#ifndef PARTNER_CONFIG_CHECK_H
#define PARTNER_CONFIG_CHECK_H

#include <partner/dict.h>

#include "../base/error.h"

typedef struct partner__checker {
    partner_status status; /* of the first fault; after it nothing else is said */
    partner_error *error;
    const void *whole; /* our copy of the config's struct */
    partner_dict *ids; /* that were there before */
    uint32_t index;    /* the element of an array that is looked at, or PARTNER_NONE */
    char at[128];      /* its path: "$.rules[2]" */
} partner__checker;

/* DATA: "$.rules[2].earn.points <what>", where `member` is ".earn.points". */
void partner__refuse(partner__checker *c, const char *member, const char *what, ...) PARTNER__PRINTF(3, 4);

void partner__check_within(partner__checker *c, const char *member, int64_t value, int64_t low, int64_t high);

/* An id is needed, and once. */
void partner__check_id(partner__checker *c, const char *id, const char *whose);

/* Begins an array; false where there is nothing to look at. */
int partner__check_begin(partner__checker *c, const char *array, const void *elements, size_t count);

/* Goes to element i of the array, all of which are of one size; what a later version's element says beyond our
 * `size` must be nothing. After it the element can be taken, when the status is still OK. */
void partner__check_go_to(partner__checker *c, const char *array, const void *elements, size_t i, size_t size);

#endif
