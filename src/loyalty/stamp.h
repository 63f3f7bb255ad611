/* SPDX-License-Identifier: MIT
 * What saved bytes are marked with: the fingerprint of a program, and those of the dictionaries of its columns.
 */
#ifndef PARTNER_LOYALTY_STAMP_H
#define PARTNER_LOYALTY_STAMP_H

#include <partner/loyalty.h>

#include "../base/bytes.h"

enum { PARTNER__LOYALTY_DICTS = 7 };

/* The fingerprint of all that decides about points (its name does not); the same on every machine. `program`
 * has arrays of structs as this library knows them. */
void partner__program_stamp(const partner_program *program, uint64_t stamp[2]);

/* A dictionary: how many ids it held, and their fingerprint. */
typedef struct partner__dict_mark {
    uint64_t ids, fingerprint[2];
} partner__dict_mark;

/* Those of all seven, in the order of partner_loyalty_dicts; bit i of `given` = the i-th was there. */
typedef struct partner__dict_marks {
    uint32_t given;
    partner__dict_mark mark[PARTNER__LOYALTY_DICTS];
} partner__dict_marks;

/* The i-th dictionary and its name. */
const partner_dict *partner__loyalty_dict(const partner_loyalty_dicts *dicts, int i);
const char *partner__loyalty_dict_name(int i);

void partner__marks_of(const partner_loyalty_dicts *dicts, partner__dict_marks *marks);

/* The first of the dictionaries at hand that does not begin with the ids of its mark; -1 = they all fit. */
int partner__marks_misfit(const partner__dict_marks *marks, const partner_loyalty_dicts *dicts);

void partner__marks_write(partner__writer *w, const partner__dict_marks *marks);
/* Says by the reader's `failed` that there are no such marks. */
void partner__marks_read(partner__reader *r, partner__dict_marks *marks);

#endif
