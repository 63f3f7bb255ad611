/* SPDX-License-Identifier: MIT
 * Nobody waits for ever: partner__parallel gives tasks out in ascending order, so that those before one that
 * waits are done, at work, or waiting themselves for one further down. */
#include "turns.h"

#include <stdint.h>

int partner__turns_begin(partner__turns *turns)
{
    turns->next = turns->after = 0;
    turns->failed = SIZE_MAX;
    if (pthread_mutex_init(&turns->lock, NULL) != 0) return 0;
    if (pthread_cond_init(&turns->changed, NULL) == 0) return 1;
    pthread_mutex_destroy(&turns->lock);
    return 0;
}

void partner__turns_end(partner__turns *turns)
{
    pthread_cond_destroy(&turns->changed);
    pthread_mutex_destroy(&turns->lock);
}

int partner__turns_wait(partner__turns *turns, size_t task)
{
    int mine;

    pthread_mutex_lock(&turns->lock);
    while (turns->next != task && turns->failed > task) pthread_cond_wait(&turns->changed, &turns->lock);
    mine = turns->next == task;
    pthread_mutex_unlock(&turns->lock);
    return mine;
}

void partner__turns_alone(partner__turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    while (turns->after > 0) pthread_cond_wait(&turns->changed, &turns->lock);
    pthread_mutex_unlock(&turns->lock);
}

void partner__turns_pass(partner__turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->next++;
    turns->after++;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->lock);
}

void partner__turns_done(partner__turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->after--;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->lock);
}

void partner__turns_fail(partner__turns *turns, size_t task)
{
    pthread_mutex_lock(&turns->lock);
    if (task < turns->failed) turns->failed = task;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->lock);
}
