/* SPDX-License-Identifier: MIT
 * Bytes as standard input, for targets whose reader takes a file. */
#ifndef PARTNER_TESTS_STDIN_H
#define PARTNER_TESTS_STDIN_H

#include <unistd.h>

#include "fuzz.h"

/* What a pipe holds without a reader, and a little less. */
enum { FUZZ_STDIN_MOST = 60000 };

static inline void fuzz_stdin(const uint8_t *bytes, size_t length)
{
    int ends[2];

    if (pipe(ends) != 0) abort();
    if (length > 0 && write(ends[1], bytes, length) != (ssize_t)length) abort();
    close(ends[1]);
    if (ends[0] != STDIN_FILENO) {
        if (dup2(ends[0], STDIN_FILENO) < 0) abort();
        close(ends[0]);
    }
}

#endif
