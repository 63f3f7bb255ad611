/* SPDX-License-Identifier: MIT
 * Text as a terminal shows it: UTF-8, how wide it is, and nothing that a terminal would obey. */
#ifndef PARTNER_CLI_DISPLAY_H
#define PARTNER_CLI_DISPLAY_H

#include "cli.h"

/* Decodes the character at `text`: its bytes, or 0 where there is no valid UTF-8. */
size_t cli_code_point(const char *text, const char *end, uint32_t *point);

/* Whether it is a control character, of ASCII or Latin-1, or one that reorders what is around it. */
int cli_is_control(uint32_t point);

/* The columns of a terminal that a safe text takes. */
size_t cli_width(const char *text, size_t length);

/* Adds the text with \xNN for control characters and invalid bytes, so much of it as fits `most` columns; where
 * it does not, it ends in "…". Returns the columns taken. */
size_t cli_put_safe(cli_sink *sink, const char *text, size_t length, size_t most);

/* How much of a text goes on a line of at most `most` columns: whole words, at least one. */
size_t cli_line_of(const char *text, size_t length, size_t most);

/* Adds a text without line breaks in lines of at most `most` columns, each after `indent` spaces. */
void cli_put_wrapped(cli_sink *sink, const char *text, size_t indent, size_t most);

#endif
