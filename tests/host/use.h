/* SPDX-License-Identifier: MIT
 * What the hosts share: the functions of the library that compute with GSL, however the host got them, and a
 * run of all of them with good and with bad inputs. */
#ifndef PARTNER_TESTS_HOST_USE_H
#define PARTNER_TESTS_HOST_USE_H

#include <partner/partner.h>

typedef struct library {
    __typeof__(partner_features) *features;
    __typeof__(partner_tail_new) *tail_new;
    __typeof__(partner_tail_free) *tail_free;
    __typeof__(partner_pareto_new) *pareto_new;
    __typeof__(partner_pareto_free) *pareto_free;
} library;

/* As this host has it: linked.c has linked it, opened.c opens the file of its first argument. NULL, and a line
 * on stderr, when it cannot be had. */
const library *find_library(int argc, char **argv);

/* Runs everything. Returns how many calls gave what they should not, each with a line on stderr. */
int use_library(const library *l);

#endif
