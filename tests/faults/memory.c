/* SPDX-License-Identifier: MIT
 * Stands in for src/base/memory.c in the build that the fault tests link. */
#include "base/memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum { GUARD = 32, NEW_JUNK = 0xa5, OLD_JUNK = 0xdd, GUARD_JUNK = 0x5c };

/* Before the block's bytes; a multiple of what any type must be aligned to. A guard of the same size follows
 * them. */
typedef union head {
    struct {
        size_t size;
        uint64_t mark;
    } block;
    unsigned char bytes[GUARD];
} head;

static const uint64_t ALIVE = UINT64_C(0x5ca1ab1e0ddba11a);

static struct {
    pthread_mutex_t lock;
    size_t asked, fail_at, failed, live, damaged;
    int armed, for_ever;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

void faults_arm(size_t fail_at, int for_ever)
{
    pthread_mutex_lock(&state.lock);
    state.asked = state.failed = 0;
    state.fail_at = fail_at;
    state.for_ever = for_ever;
    state.armed = 1;
    pthread_mutex_unlock(&state.lock);
}

size_t faults_disarm(void)
{
    size_t failed;

    pthread_mutex_lock(&state.lock);
    state.armed = 0;
    failed = state.failed;
    pthread_mutex_unlock(&state.lock);
    return failed;
}

static size_t read_locked(const size_t *number)
{
    size_t value;

    pthread_mutex_lock(&state.lock);
    value = *number;
    pthread_mutex_unlock(&state.lock);
    return value;
}

size_t faults_asked(void) { return read_locked(&state.asked); }
size_t faults_live(void) { return read_locked(&state.live); }
size_t faults_damaged(void) { return read_locked(&state.damaged); }

static int must_fail_now(void)
{
    int fails;

    if (!state.armed) return 0;
    state.asked++;
    fails =
        state.fail_at != 0 && (state.asked == state.fail_at || (state.for_ever && state.asked > state.fail_at));
    state.failed += (size_t)fails;
    return fails;
}

static void *allocate(size_t count, size_t size, int junk)
{
    unsigned char *block = NULL;
    size_t wanted;

    if (size != 0 && count > (SIZE_MAX - 2 * GUARD) / size) return NULL;
    wanted = count * size;
    pthread_mutex_lock(&state.lock);
    if (!must_fail_now()) block = malloc(wanted + 2 * GUARD);
    if (block != NULL) {
        head h = {.block = {wanted, ALIVE}};
        memcpy(block, &h, sizeof h);
        memset(block + GUARD, junk, wanted);
        memset(block + GUARD + wanted, GUARD_JUNK, GUARD);
        state.live++;
    }
    pthread_mutex_unlock(&state.lock);
    return block == NULL ? NULL : block + GUARD;
}

void *partner__alloc(size_t count, size_t size) { return allocate(count, size, NEW_JUNK); }

void *partner__alloc_zero(size_t count, size_t size) { return allocate(count, size, 0); }

static int is_whole(const unsigned char *start, const head *h)
{
    if (h->block.mark != ALIVE) return 0;
    for (size_t i = 0; i < GUARD; i++)
        if (start[GUARD + h->block.size + i] != GUARD_JUNK) return 0;
    return 1;
}

void partner__free(void *block)
{
    unsigned char *start;
    head h;

    if (block == NULL) return;
    start = (unsigned char *)block - GUARD;
    pthread_mutex_lock(&state.lock);
    memcpy(&h, start, sizeof h);
    if (is_whole(start, &h)) {
        state.live--;
        memset(start, OLD_JUNK, h.block.size + 2 * GUARD);
        free(start);
    } else {
        state.damaged++; /* and not freed, for who knows what it is */
    }
    pthread_mutex_unlock(&state.lock);
}

void *partner__realloc(void *block, size_t count, size_t size)
{
    void *moved = partner__alloc(count, size);
    head h;

    if (moved == NULL || block == NULL) return moved;
    memcpy(&h, (unsigned char *)block - GUARD, sizeof h);
    memcpy(moved, block, h.block.size < count * size ? h.block.size : count * size);
    partner__free(block);
    return moved;
}
