/* SPDX-License-Identifier: MIT
 * Turns: something that the tasks of a parallel loop do one after the other, in the order of their numbers. */
#ifndef PARTNER_BASE_TURNS_H
#define PARTNER_BASE_TURNS_H

#include <pthread.h>
#include <stddef.h>

typedef struct partner__turns {
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    size_t next;   /* whose turn it is */
    size_t failed; /* the lowest task that has failed; SIZE_MAX */
    size_t after;  /* tasks that have had their turn and are not done yet */
} partner__turns;

/* 0 = they cannot be had. */
int partner__turns_begin(partner__turns *turns);
void partner__turns_end(partner__turns *turns);

/* Waits for the turn of a task, which every task of a lower number has to have had. 0 = one of those has
 * failed, and it will never come. */
int partner__turns_wait(partner__turns *turns, size_t task);

/* In its turn: waits until all who have had theirs are done. */
void partner__turns_alone(partner__turns *turns);

/* The turn goes on to the next task. What this one does until it says `done` it does beside the others. */
void partner__turns_pass(partner__turns *turns);
void partner__turns_done(partner__turns *turns);

/* A task that has not passed its turn on has failed. */
void partner__turns_fail(partner__turns *turns, size_t task);

#endif
