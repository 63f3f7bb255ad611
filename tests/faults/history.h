/* SPDX-License-Identifier: MIT
 * Histories of loyalty for the fault tests: a program that uses many keys, its partners, and their events. */
#ifndef PARTNER_TESTS_HISTORY_H
#define PARTNER_TESTS_HISTORY_H

#include "../loyalty_world.h"
#include "fixture.h"

/* Seeds of worlds whose ledgers have every kind of entry between them: events numbered by row; ids that lie far
 * apart; ids that lie close together, and a rolling window; many partners with few events. */
enum { BY_ROW = 4670, FAR_IDS = 10204, ROLLING = 7656, FEW_ROWS = 245 };

/* A world, and copies of it for other partners when threads are to share them. */
typedef struct history {
    world w;
    uint32_t threads;
    size_t copies;
    size_t rows, half, partners; /* rows before `half` are earlier than those of the same partner after it */
    partner_roster roster;
    partner_loyalty_options options; /* all that can be asked for, through the world's last day */
    uint32_t *partner, *kind, *product, *group, *tier;
    int32_t *day, *until;
    uint64_t *event, *reverses;
    int64_t *amount, *quantity, *margin;
} history;

/* The same data every time, made at the first call; with case_threads > 1 they have at least `shared` rows. */
const history *history_of(uint64_t seed, size_t shared);

/* `shared`: no business of threads; rows whose partners are two blocks; rows that are read in two parts; of
 * FEW_ROWS, rows so that partners are two blocks when there are no events. */
enum { ALONE = 0, TWO_BLOCKS = 17000, TWO_PARTS = 66000, QUIET_BLOCKS = 2400 };

/* Rows [from, end). */
partner_events history_rows(const history *h, size_t from, size_t end);

/* A state that has taken rows [0, end), as bytes; made at the first call. */
typedef struct state_bytes {
    uint8_t *bytes;
    size_t length;
} state_bytes;

state_bytes bytes_of_state(const history *h, size_t end);
partner_loyalty_state *history_state(const history *h, size_t end);

/* Dictionaries in which every index of a history has a name. */
partner_loyalty_dicts history_dicts(void);
void free_history_dicts(partner_loyalty_dicts *dicts);

#endif
