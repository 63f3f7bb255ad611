/* SPDX-License-Identifier: MIT
 * libpartner: dictionaries, from external ids to the dense indexes the columns hold.
 *
 * An id is a string of any bytes; a 64-bit integer is the id of its decimal text, so that a file that
 * says 697 and a frame that holds the number 697 mean the same partner. Indexes are given in order of
 * first sight: 0, 1, 2 … A dictionary only grows; an index never changes its id. */
#ifndef PARTNER_DICT_H
#define PARTNER_DICT_H

#include <partner/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct partner_dict partner_dict;

/* An empty dictionary. Errors: ARGUMENT (dict NULL), NOMEM. */
PARTNER_API partner_status partner_dict_new(partner_dict **dict, partner_error *error);

/* Releases a dictionary. NULL is fine. */
PARTNER_API void partner_dict_free(partner_dict *dict);

/* How many ids the dictionary holds; 0 for NULL. */
PARTNER_API size_t partner_dict_size(const partner_dict *dict);

/* Interns `rows` ids and writes their indexes to `indexes` [rows].
 * All or nothing: on failure the dictionary holds what it held before and `indexes` may hold anything.
 * Errors: ARGUMENT (a NULL that is needed), DATA (an id is NULL: names the row), RANGE (more than
 * PARTNER_NONE ids), NOMEM. Expected O(total length).
 *
 * _add_strings: `ids` are C strings, or, with `lengths` not NULL, strings of lengths[i] bytes.
 * _add_offsets: id i is the bytes data[offsets[i]] … data[offsets[i + 1]], `offsets` has rows + 1
 *               ascending elements (the layout of Arrow's large_string; rows = 0 needs none).
 * _add_integers: the ids are integers, standing for their decimal text. */
PARTNER_API partner_status partner_dict_add_strings(partner_dict *dict, size_t rows, const char *const *ids,
                                                    const size_t *lengths, uint32_t *indexes,
                                                    partner_error *error);
PARTNER_API partner_status partner_dict_add_offsets(partner_dict *dict, size_t rows, const int64_t *offsets,
                                                    const char *data, uint32_t *indexes, partner_error *error);
PARTNER_API partner_status partner_dict_add_integers(partner_dict *dict, size_t rows, const int64_t *ids,
                                                     uint32_t *indexes, partner_error *error);

/* The index of one id without adding it; PARTNER_NONE when the dictionary does not hold it or is NULL. */
PARTNER_API uint32_t partner_dict_find(const partner_dict *dict, const char *id, size_t length);

/* The id of an index: its bytes, ending in a NUL that `length` (may be NULL) does not count. NULL when the
 * index is none of this dictionary. The pointer holds until the next _add, _merge or _free. O(1). */
PARTNER_API const char *partner_dict_id(const partner_dict *dict, uint32_t index, size_t *length);

/* The ids of many indexes at once, one after the other: id i is data[offsets[i]] … data[offsets[i + 1]], the
 * layout of Arrow's large_string; PARTNER_NONE gives an empty one.
 *
 * indexes: [rows]; NULL = 0, 1, 2 …
 * offsets: receives [rows + 1].
 * data:    receives offsets[rows] bytes, or NULL to learn how many that are.
 * Errors:  ARGUMENT (a NULL that is needed, an index of no id, naming the row), RANGE (more than INT64_MAX
 *          bytes). O(length). */
PARTNER_API partner_status partner_dict_ids(const partner_dict *dict, size_t rows, const uint32_t *indexes,
                                            int64_t *offsets, char *data, partner_error *error);

/* The same for ids that are integers, as partner_dict_add_integers took them: ids receives [rows] numbers,
 * PARTNER_NONE gives INT64_MIN. Errors: ARGUMENT, DATA (an id is no such number: names it). */
PARTNER_API partner_status partner_dict_integers(const partner_dict *dict, size_t rows, const uint32_t *indexes,
                                                 int64_t *ids, partner_error *error);

/* A fingerprint of the first `ids` ids, in order; the same on every machine. Two dictionaries agree on
 * their first n ids if and only if (but for a chance of 2^-128) their fingerprints of n are equal.
 * Errors: ARGUMENT (NULL, or ids > size). O(length of those ids). */
PARTNER_API partner_status partner_dict_fingerprint(const partner_dict *dict, size_t ids,
                                                    uint64_t fingerprint[2], partner_error *error);

/* Adds the ids of `from` to `into` and fills map [partner_dict_size(from)], map[index in from] = index in
 * into. The map is what partner_tally_merge takes. All or nothing. `from` may be `into`.
 * Errors: ARGUMENT, RANGE, NOMEM. */
PARTNER_API partner_status partner_dict_merge(partner_dict *into, const partner_dict *from, uint32_t *map,
                                              partner_error *error);

/* The dictionary as bytes (versioned, little-endian, checked), and back. Any corrupted or truncated byte
 * string is refused with DATA. Errors also: ARGUMENT, NOMEM, UNSUPPORTED (bytes of a later version). */
PARTNER_API partner_status partner_dict_save(const partner_dict *dict, partner_bytes **bytes,
                                             partner_error *error);
PARTNER_API partner_status partner_dict_load(const uint8_t *bytes, size_t length, partner_dict **dict,
                                             partner_error *error);

#ifdef __cplusplus
}
#endif

#endif
