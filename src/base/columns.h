/* SPDX-License-Identifier: MIT
 * Arrays of one struct that have the same length and grow together. */
#ifndef PARTNER_BASE_COLUMNS_H
#define PARTNER_BASE_COLUMNS_H

#include <partner/base.h>
#include <stddef.h>

/* An array: where its pointer stands in the struct, and the size of an element. */
typedef struct partner__column {
    size_t at, size;
} partner__column;

#define PARTNER__GROWING(type, member)                         \
    {                                                          \
        offsetof(type, member), sizeof *((type *)NULL)->member \
    }

/* Gives each array `room` elements, of which the first `length` stay. 0 = there is no memory: those that have
 * moved by then stay so, and nothing is lost. */
int partner__columns_grow(void *owner, const partner__column *list, size_t columns, size_t length, size_t room);

/* Room for `more` elements behind the first `length`, half as much again at least; *room says how many all of
 * them have. Errors: NOMEM, as above. */
partner_status partner__columns_reserve(void *owner, const partner__column *list, size_t columns, size_t length,
                                        size_t more, size_t *room, partner_error *error);

/* Copies the first `length` elements of each array of `from` to those of `to`, from `place` on. */
void partner__columns_place(const void *to, size_t place, const void *from, const partner__column *list,
                            size_t columns, size_t length);

/* Frees the arrays and sets them to NULL. */
void partner__columns_free(void *owner, const partner__column *list, size_t columns);

#endif
