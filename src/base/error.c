/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_1(x) #x
#define TEXT(x) TEXT_1(x)

const char *partner_version(void)
{
    return TEXT(PARTNER_VERSION_MAJOR) "." TEXT(PARTNER_VERSION_MINOR) "." TEXT(PARTNER_VERSION_PATCH);
}

uint32_t partner_features(void)
{
#if defined(PARTNER_WITH_GSL_PRIVATE)
    return PARTNER_FEATURE_GSL | PARTNER_FEATURE_GSL_PRIVATE;
#elif defined(PARTNER_WITH_GSL)
    return PARTNER_FEATURE_GSL;
#else
    return 0;
#endif
}

const char *partner_strerror(partner_status status)
{
    switch (status) {
    case PARTNER_OK: return "success";
    case PARTNER_E_ARGUMENT: return "bad argument";
    case PARTNER_E_STATE: return "wrong state";
    case PARTNER_E_DATA: return "bad data";
    case PARTNER_E_TOO_LITTLE: return "too little data";
    case PARTNER_E_CONVERGENCE: return "no convergence";
    case PARTNER_E_RANGE: return "out of range";
    case PARTNER_E_NOMEM: return "out of memory";
    case PARTNER_E_IO: return "input or output failed";
    case PARTNER_E_CANCELLED: return "cancelled";
    case PARTNER_E_UNSUPPORTED: return "not supported";
    default: return "unknown status";
    }
}

static void put(char *to, size_t size, const char *text)
{
    if (text != NULL) snprintf(to, size, "%s", text);
}

static partner_status fill(partner_error *error, partner_status code, partner__place place, const char *format,
                           va_list arguments)
{
    if (error == NULL) return code;
    memset(error, 0, sizeof *error);
    error->code = code;
    error->row = place.row;
    error->index = place.index;
    put(error->record, sizeof error->record, place.record);
    put(error->field, sizeof error->field, place.field);
    put(error->path, sizeof error->path, place.path);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    return code;
}

partner__place partner__at(const char *record, const char *field, uint64_t row, uint32_t index)
{
    partner__place place = {.record = record, .field = field, .row = row, .index = index};
    return place;
}

partner_status partner__fail(partner_error *error, partner_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, code, partner__at(NULL, NULL, PARTNER_NO_ROW, PARTNER_NONE), format, arguments);
    va_end(arguments);
    return code;
}

partner_status partner__fail_at(partner_error *error, partner_status code, partner__place place,
                                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, code, place, format, arguments);
    va_end(arguments);
    return code;
}

partner_status partner__no_memory(partner_error *error)
{
    return partner__fail(error, PARTNER_E_NOMEM, "out of memory");
}

partner_status partner__take(void *local, size_t size, const void *caller, int optional, const char *what,
                             partner_error *error)
{
    uint32_t head[2];

    memset(local, 0, size);
    if (caller == NULL) {
        if (optional) return PARTNER_OK;
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL, expected a struct", what);
    }
    memcpy(head, caller, sizeof head);
    if (head[0] < sizeof head)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "%s: struct_size is %u, expected the struct to be initialised with its _INIT",
                             what, (unsigned)head[0]);
    if (head[1] != 0)
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s: reserved is %u, expected 0", what,
                             (unsigned)head[1]);
    for (size_t i = size; i < head[0]; i++)
        if (((const unsigned char *)caller)[i] != 0)
            return partner__fail(error, PARTNER_E_UNSUPPORTED,
                                 "%s uses a member of a later version of the library than this one (%s)", what,
                                 partner_version());
    memcpy(local, caller, head[0] < size ? head[0] : size);
    return PARTNER_OK;
}

void partner__take_element(void *local, size_t size, const void *array, size_t i)
{
    uint32_t stride;

    memcpy(&stride, array, sizeof stride);
    memset(local, 0, size);
    memcpy(local, (const char *)array + i * stride, stride < size ? stride : size);
}
