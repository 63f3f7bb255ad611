/* SPDX-License-Identifier: MIT
 * Comparing names: which headers are the same, and whether bytes are text at all. Which known name a mistyped
 * one may have meant is said by base/nearest.h. */
#ifndef PARTNER_CLI_NAMES_H
#define PARTNER_CLI_NAMES_H

#include <stddef.h>

#include "../base/nearest.h"

/* Whether two headers are the same but for case, '_', ' ' and '-'. */
int cli_same_header(const char *a, size_t a_length, const char *b, size_t b_length);
/* Whether two texts are the same but for the case of ASCII letters. */
int cli_same_letters(const char *a, size_t a_length, const char *b, size_t b_length);

/* The length of the longest beginning that is valid UTF-8. */
size_t cli_utf8_length(const char *text, size_t length);

/* Writes the text with letters in lower case and without white space, 0-terminated, to `folded`, which has room
 * for length + 1 bytes, and returns its length: ids that people would take for one another fold to the same
 * text. ASCII, Latin-1, Greek and Cyrillic letters are folded. */
size_t cli_fold(const char *text, size_t length, char *folded);

#endif
