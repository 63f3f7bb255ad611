/* SPDX-License-Identifier: MIT
 * libpartner: status, errors and the constants every part shares.
 *
 * Every function of the library that can fail returns a partner_status and fills the caller's
 * partner_error (which may be NULL). On failure outputs are untouched and nothing leaks.
 * The library keeps no global mutable state, reads no locale or environment and never prints,
 * exits or aborts. Any function may run on any thread as long as no object is written by two. */
#ifndef PARTNER_BASE_H
#define PARTNER_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PARTNER_API __attribute__((visibility("default")))
#else
#define PARTNER_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PARTNER_VERSION_MAJOR 0
#define PARTNER_VERSION_MINOR 1
#define PARTNER_VERSION_PATCH 0

/* What a call came to. The hundreds are the class: who has to act on it. Numbers are never reused. */
typedef int32_t partner_status;

enum {
    PARTNER_OK = 0,
    PARTNER_E_ARGUMENT = 100,    /* the caller's bug: a NULL, a size, an option out of its range */
    PARTNER_E_STATE = 200,       /* objects that do not go together, calls in the wrong order */
    PARTNER_E_DATA = 300,        /* the data, a configuration or saved bytes are bad */
    PARTNER_E_TOO_LITTLE = 400,  /* too little data for the question */
    PARTNER_E_CONVERGENCE = 500, /* an iteration found no answer */
    PARTNER_E_RANGE = 600,       /* a sum or index leaves its type */
    PARTNER_E_NOMEM = 700,       /* an allocation failed */
    PARTNER_E_IO = 800,          /* reading or writing failed */
    PARTNER_E_CANCELLED = 900,   /* the caller's interrupt said stop */
    PARTNER_E_UNSUPPORTED = 1000 /* this build or version cannot do it */
};

/* "None" in every index column, of every row number, day and nullable amount. */
#define PARTNER_NONE UINT32_MAX
#define PARTNER_NO_ROW UINT64_MAX
#define PARTNER_NO_DAY INT32_MIN
#define PARTNER_NO_AMOUNT INT64_MIN

/* In options 0 means "the default". These stand for a legal zero that is not the default. */
#define PARTNER_DAY_0 (INT32_MIN + 1) /* the day 1970-01-01 */
#define PARTNER_MINOR_UNITS_0 255     /* money without decimal places, as JPY */

#define PARTNER_THREADS_ALL UINT32_MAX /* as many threads as the machine has processors */

/* What went wrong, for a program (code, row, index, record, field, path) and for a person (message).
 * Allocated by the caller, written by the library on failure only. The layout is frozen. */
typedef struct partner_error {
    partner_status code;
    uint32_t index;              /* the partner or rule concerned; PARTNER_NONE */
    uint64_t row;                /* the input row, from 0; PARTNER_NO_ROW */
    char record[32];             /* the input the row belongs to: "sales", "partners"…; "" */
    char field[32];              /* the field concerned: "amount"; "" */
    char path[176];              /* the place in a configuration: "$.rules[2].points"; "" */
    char message[512];           /* one sentence: what was found, where, and what was expected */
    unsigned char reserved[256]; /* zero */
} partner_error;

/* Called now and then during a long call, on the calling thread only; non-zero stops the call with
 * PARTNER_E_CANCELLED. */
typedef int (*partner_interrupt)(void *data);

/* The version of the library that is running: "0.1.0". Compare with the PARTNER_VERSION_ macros. */
PARTNER_API const char *partner_version(void);

/* What this build can do, as a sum of PARTNER_FEATURE_ values. */
PARTNER_API uint32_t partner_features(void);

enum {
    PARTNER_FEATURE_GSL = 1,        /* distributions and special functions */
    PARTNER_FEATURE_GSL_PRIVATE = 2 /* …from a copy of GSL that the host never notices */
};

/* The name of a status, as "bad data"; "unknown status" for a number that is none. Never NULL. */
PARTNER_API const char *partner_strerror(partner_status status);

/* Bytes that the library allocated: saved tallies, dictionaries and models. */
typedef struct partner_bytes {
    size_t length;
    const uint8_t *bytes;
} partner_bytes;

/* Releases saved bytes. NULL is fine. */
PARTNER_API void partner_bytes_free(partner_bytes *bytes);

#ifdef __cplusplus
}
#endif

#endif
