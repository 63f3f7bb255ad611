/* SPDX-License-Identifier: MIT
 * Filling the caller's partner_error, and taking the caller's structs whatever version they are of. */
#ifndef PARTNER_BASE_ERROR_H
#define PARTNER_BASE_ERROR_H

#include <partner/base.h>

/* Where an error lies; partner__at makes one. */
typedef struct partner__place {
    const char *record, *field, *path;
    uint64_t row;
    uint32_t index;
} partner__place;

/* A place in an input: its name, the field, the row (or PARTNER_NO_ROW) and the partner concerned (or
 * PARTNER_NONE). NULL texts are "". */
partner__place partner__at(const char *record, const char *field, uint64_t row, uint32_t index);

#if defined(__GNUC__)
#define PARTNER__PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define PARTNER__PRINTF(text, first)
#endif

/* Fills `error` (may be NULL) and returns `code`, so that a failure is one return statement. */
partner_status partner__fail(partner_error *error, partner_status code, const char *format, ...)
    PARTNER__PRINTF(3, 4);
partner_status partner__fail_at(partner_error *error, partner_status code, partner__place place,
                                const char *format, ...) PARTNER__PRINTF(4, 5);
partner_status partner__no_memory(partner_error *error);

/* Copies a caller's struct (which begins with struct_size, reserved) into `local` of `size` bytes. Members
 * beyond the caller's struct_size read as zero; members beyond ours must be zero. NULL gives all zeros when
 * `optional`. `what` names the struct in messages. */
partner_status partner__take(void *local, size_t size, const void *caller, int optional, const char *what,
                             partner_error *error);

/* Copies element i of a caller's array, all of whose elements begin with their size, which is the array's
 * stride; what is not there reads as zero. The array has been checked. */
void partner__take_element(void *local, size_t size, const void *array, size_t i);

#endif
