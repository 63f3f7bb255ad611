/* SPDX-License-Identifier: MIT */
#if defined(__linux__)
#define _DEFAULT_SOURCE /* madvise */
#include <sys/mman.h>
#endif

#include "memory.h"

#include <stdint.h>
#include <stdlib.h>

static size_t bytes(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) return SIZE_MAX;
    return count * size == 0 ? 1 : count * size;
}

/* Columns of millions of rows are written all over: with pages of 2 MiB, where the system offers them, far
 * fewer page faults and address translations are needed (docs/performance.md has the gain). Only a hint. */
static void *prefer_large_pages(void *block, size_t size)
{
#if defined(MADV_HUGEPAGE)
    const uintptr_t page = (uintptr_t)1 << 21;
    uintptr_t start = ((uintptr_t)block + page - 1) & ~(page - 1),
              end = ((uintptr_t)block + size) & ~(page - 1);

    if (block != NULL && size >= 2 * page && end > start)
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
#else
    (void)size;
#endif
    return block;
}

void *partner__alloc(size_t count, size_t size)
{
    return prefer_large_pages(malloc(bytes(count, size)), bytes(count, size));
}

/* calloc rather than malloc and memset: large blocks come zeroed from the system, page by page as used. */
void *partner__alloc_zero(size_t count, size_t size)
{
    return prefer_large_pages(calloc(bytes(count, size), 1), bytes(count, size));
}

void *partner__realloc(void *block, size_t count, size_t size) { return realloc(block, bytes(count, size)); }

void partner__free(void *block) { free(block); }
