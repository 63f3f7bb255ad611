/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <stdint.h>

#include "memory.h"

struct partner__arena_block {
    struct partner__arena_block *next;
    void *memory;
};

/* The list is apart from the columns, so that large columns keep the alignment the system gives them. */
void *partner__arena_alloc(partner__arena *arena, size_t count, size_t size)
{
    struct partner__arena_block *block = partner__alloc(1, sizeof *block);

    if (block == NULL) return NULL;
    block->memory = partner__alloc(count, size);
    if (block->memory == NULL) {
        partner__free(block);
        return NULL;
    }
    block->next = arena->blocks;
    arena->blocks = block;
    return block->memory;
}

void partner__arena_free(partner__arena *arena)
{
    while (arena->blocks != NULL) {
        struct partner__arena_block *block = arena->blocks;
        arena->blocks = block->next;
        partner__free(block->memory);
        partner__free(block);
    }
}
