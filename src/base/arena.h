/* SPDX-License-Identifier: MIT
 * Memory that lives and dies together: a result and all its columns. */
#ifndef PARTNER_BASE_ARENA_H
#define PARTNER_BASE_ARENA_H

#include <stddef.h>

/* Zero is an empty arena. */
typedef struct partner__arena {
    struct partner__arena_block *blocks;
} partner__arena;

/* count × size bytes, not zeroed, aligned for any type; NULL when there are none to be had. */
void *partner__arena_alloc(partner__arena *arena, size_t count, size_t size);

/* Releases everything that the arena handed out. */
void partner__arena_free(partner__arena *arena);

#endif
