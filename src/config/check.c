/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"

void partner__refuse(partner__checker *c, const char *member, const char *what, ...)
{
    partner__place place = partner__at(NULL, NULL, PARTNER_NO_ROW, c->index);
    char path[176], said[256];
    va_list arguments;

    if (c->status != PARTNER_OK) return;
    va_start(arguments, what);
    vsnprintf(said, sizeof said, what, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "%s%s", c->at, member);
    place.path = path;
    c->status = partner__fail_at(c->error, PARTNER_E_DATA, place, "%s %s", path, said);
}

void partner__check_within(partner__checker *c, const char *member, int64_t value, int64_t low, int64_t high)
{
    if (value >= low && value <= high) return;
    if (high == INT64_MAX) partner__refuse(c, member, "is %" PRId64 ", expected at least %" PRId64, value, low);
    else partner__refuse(c, member, "is %" PRId64 ", expected %" PRId64 " to %" PRId64, value, low, high);
}

void partner__check_id(partner__checker *c, const char *id, const char *whose)
{
    const size_t before = partner_dict_size(c->ids);
    uint32_t index;

    if (id == NULL || *id == '\0') partner__refuse(c, ".id", "is missing, expected some text");
    if (c->status != PARTNER_OK) return;
    c->status = partner_dict_add_strings(c->ids, 1, &id, NULL, &index, c->error);
    if (c->status == PARTNER_OK && index < before)
        partner__refuse(c, ".id", "is \"%.60s\", which another %s has already", id, whose);
}

/* --- arrays --- */

static void bad_struct(partner__checker *c, const char *member, uint32_t found, const char *expected)
{
    if (c->status == PARTNER_OK)
        c->status = partner__fail(c->error, PARTNER_E_ARGUMENT, "%s: %s is %u, expected %s", c->at, member,
                                  (unsigned)found, expected);
}

void partner__check_go_to(partner__checker *c, const char *array, const void *elements, size_t i, size_t size)
{
    uint32_t stride, head[2];

    c->index = (uint32_t)i;
    snprintf(c->at, sizeof c->at, "%s[%zu]", array, i);
    memcpy(&stride, elements, sizeof stride);
    if (stride < sizeof head) {
        bad_struct(c, "struct_size", stride, "the size of the struct");
        return;
    }
    memcpy(head, (const char *)elements + i * stride, sizeof head);
    if (head[0] != stride) bad_struct(c, "struct_size", head[0], "that of the first element");
    if (head[1] != 0) bad_struct(c, "reserved", head[1], "0");
    for (size_t k = size; k < stride && c->status == PARTNER_OK; k++)
        if (((const unsigned char *)elements)[i * stride + k] != 0)
            c->status = partner__fail(c->error, PARTNER_E_UNSUPPORTED,
                                      "%s uses a member of a later version of the library than this one (%s)",
                                      c->at, partner_version());
}

int partner__check_begin(partner__checker *c, const char *array, const void *elements, size_t count)
{
    snprintf(c->at, sizeof c->at, "%s", array);
    c->index = PARTNER_NONE;
    if (count > PARTNER__ELEMENTS_MAX)
        partner__refuse(c, "", "has %zu elements, expected at most %d", count, PARTNER__ELEMENTS_MAX);
    else if (count > 0 && elements == NULL && c->status == PARTNER_OK)
        c->status =
            partner__fail(c->error, PARTNER_E_ARGUMENT, "%s is NULL, expected %zu elements", array, count);
    return c->status == PARTNER_OK && count > 0;
}
