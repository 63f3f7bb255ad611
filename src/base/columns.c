/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <stdint.h>
#include <string.h>

#include "error.h"
#include "memory.h"

enum { AT_FIRST = 64 };

/* Pointers are copied as bytes: no object of one pointer type may be written as one of another. */
static void *get(const void *owner, const partner__column *c)
{
    void *array;

    memcpy(&array, (const char *)owner + c->at, sizeof array);
    return array;
}

static void set(void *owner, const partner__column *c, void *array)
{
    memcpy((char *)owner + c->at, &array, sizeof array);
}

/* Not realloc: a block that the system moves page by page loses its large pages. */
static int move(void *owner, const partner__column *c, size_t length, size_t room)
{
    void *old = get(owner, c), *moved = partner__alloc(room, c->size);

    if (moved == NULL) return 0;
    if (length > 0) memcpy(moved, old, length * c->size);
    partner__free(old);
    set(owner, c, moved);
    return 1;
}

int partner__columns_grow(void *owner, const partner__column *list, size_t columns, size_t length, size_t room)
{
    for (size_t i = 0; i < columns; i++)
        if (!move(owner, &list[i], length, room)) return 0;
    return 1;
}

partner_status partner__columns_reserve(void *owner, const partner__column *list, size_t columns, size_t length,
                                        size_t more, size_t *room, partner_error *error)
{
    size_t wanted = *room < AT_FIRST ? AT_FIRST : *room + *room / 2;

    if (more <= *room - length) return PARTNER_OK;
    if (more > SIZE_MAX - length) return partner__no_memory(error);
    if (wanted < length + more) wanted = length + more;
    if (!partner__columns_grow(owner, list, columns, length, wanted)) return partner__no_memory(error);
    *room = wanted;
    return PARTNER_OK;
}

void partner__columns_place(const void *to, size_t place, const void *from, const partner__column *list,
                            size_t columns, size_t length)
{
    for (size_t i = 0; i < columns && length > 0; i++)
        memcpy((char *)get(to, &list[i]) + place * list[i].size, get(from, &list[i]), length * list[i].size);
}

void partner__columns_free(void *owner, const partner__column *list, size_t columns)
{
    for (size_t i = 0; i < columns; i++) {
        partner__free(get(owner, &list[i]));
        set(owner, &list[i], NULL);
    }
}
