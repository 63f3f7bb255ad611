/* SPDX-License-Identifier: MIT
 * The only place that allocates. The fault tests link another memory.c in its place. */
#ifndef PARTNER_BASE_MEMORY_H
#define PARTNER_BASE_MEMORY_H

#include <stddef.h>

/* count × size bytes, zeroed or not; NULL when there are none to be had or the product overflows. Asking for
 * nothing gives a pointer that may be freed, so that NULL always means failure. */
void *partner__alloc(size_t count, size_t size);
void *partner__alloc_zero(size_t count, size_t size);

/* Grows or shrinks; the old block stays as it was on failure. */
void *partner__realloc(void *block, size_t count, size_t size);

void partner__free(void *block);

#endif
