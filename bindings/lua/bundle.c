/* SPDX-License-Identifier: MIT
 * An object of the library and all that it needs, as one string of bytes; that of Python is the same.
 *
 *     "\x89partner" 0x01              8 bytes that say what it is, and the version of this form
 *     u64 length, bytes               the object as the library saves it
 *     u64 length, bytes               the text of its config
 *     u32 number, then of each dictionary
 *         u8 length, bytes            its name
 *         u8                          what it holds: nothing (indexes come from elsewhere), texts or integers
 *         u64 length, bytes           the dictionary as the library saves it; none where it holds nothing
 *     u32                             CRC-32 of everything before, as in zip and PNG
 *
 * All numbers are little-endian. */
#include <string.h>

#include "binding.h"

static const char magic[] = "\x89partner\x01";

enum { MAGIC = sizeof magic - 1, NOTHING = 0, TEXTS = 1, INTEGERS = 2 };

/* --- CRC-32 --- */

static void make_table(uint32_t table[256])
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;

        for (int bit = 0; bit < 8; bit++) c = c & 1 ? UINT32_C(0xedb88320) ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
}

static uint32_t go_on(const uint32_t table[256], uint32_t crc, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < length; i++) crc = table[(crc ^ at[i]) & 0xff] ^ (crc >> 8);
    return crc;
}

/* --- writing --- */

typedef struct writer {
    luaL_Buffer out;
    uint32_t crc, table[256];
} writer;

static void put(writer *w, const void *bytes, size_t length)
{
    w->crc = go_on(w->table, w->crc, bytes, length);
    luaL_addlstring(&w->out, bytes, length);
}

static void put_number(writer *w, uint64_t number, size_t size)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)(number >> (8 * i));
    put(w, bytes, size);
}

static void put_long(writer *w, const void *bytes, size_t length)
{
    put_number(w, length, 8);
    put(w, bytes, length);
}

static void put_dict(writer *w, const char *name, const bind_dict *dict, const partner_bytes *saved)
{
    int integers = dict != NULL && dict->numbers && !dict->texts;

    put_number(w, strlen(name), 1);
    put(w, name, strlen(name));
    put_number(w, dict == NULL ? NOTHING : integers ? INTEGERS : TEXTS, 1);
    if (dict == NULL) put_long(w, "", 0);
    else put_long(w, saved->bytes, saved->length);
}

void bind_bundle_push(lua_State *L, const char *const *names, size_t count, partner_bytes *const *saved,
                      const bind_dict *const *dicts, const char *config, size_t config_length)
{
    writer *w = lua_newuserdata(L, sizeof *w);

    w->crc = UINT32_MAX;
    make_table(w->table);
    luaL_buffinit(L, &w->out);
    put(w, magic, MAGIC);
    put_long(w, saved[0]->bytes, saved[0]->length);
    put_long(w, config, config_length);
    put_number(w, count, 4);
    for (size_t i = 0; i < count; i++) put_dict(w, names[i], dicts[i], saved[i + 1]);
    put_number(w, w->crc ^ UINT32_MAX, 4);
    luaL_pushresult(&w->out);
}

/* --- reading --- */

int bind_is_bundle(const char *bytes, size_t length)
{
    return length >= MAGIC && memcmp(bytes, magic, MAGIC - 1) == 0;
}

typedef struct reader {
    bind_call *call;
    const char *at;
    size_t left;
} reader;

static int fail(bind_call *call, const char *what)
{
    bind_fail(call, PARTNER_E_DATA, NULL, NULL, PARTNER_NO_ROW, "%s: %s", call->name, what);
    return 0;
}

static int take(reader *r, size_t length, const char **bytes)
{
    if (length > r->left) return fail(r->call, "the bytes end too early");
    *bytes = r->at;
    r->at += length;
    r->left -= length;
    return 1;
}

static uint64_t number_at(const char *bytes, size_t size)
{
    uint64_t number = 0;

    for (size_t i = size; i-- > 0;) number = number << 8 | (unsigned char)bytes[i];
    return number;
}

static int take_number(reader *r, size_t size, uint64_t *number)
{
    const char *bytes;

    if (!take(r, size, &bytes)) return 0;
    *number = number_at(bytes, size);
    return 1;
}

static int take_long(reader *r, const char **bytes, size_t *length)
{
    uint64_t number;

    if (!take_number(r, 8, &number)) return 0;
    if (number > r->left) return fail(r->call, "the bytes end too early");
    *length = (size_t)number;
    return take(r, *length, bytes);
}

/* The library's own word for a name; NULL = it knows no such dictionary. */
static const char *own_name(const char *const *names, size_t count, const char *name, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) return names[i];
    return NULL;
}

/* Puts a saved dictionary among those of the call. One that was given counts. */
static int take_saved(lua_State *L, bind_call *call, const char *name, int holds, const char *bytes,
                      size_t length)
{
    bind_dict *dict;
    partner_dict *saved = NULL;

    if (bind_use_of(call, name) & BIND_USES_GIVEN) return 1;
    dict = bind_call_dict(L, call, name);
    if (partner_dict_load((const uint8_t *)bytes, length, &saved, &call->error) != PARTNER_OK) return 0;
    partner_dict_free(dict->dict);
    dict->dict = saved;
    if (partner_dict_size(saved) == 0) return 1;
    dict->numbers = holds == INTEGERS;
    dict->texts = holds != INTEGERS;
    return 1;
}

static int take_dict(lua_State *L, reader *r, const char *const *names, size_t count, bind_bundle *bundle)
{
    uint64_t name_length, holds;
    const char *name, *bytes;
    size_t length;

    if (!take_number(r, 1, &name_length) || !take(r, (size_t)name_length, &name) ||
        !take_number(r, 1, &holds) || !take_long(r, &bytes, &length))
        return 0;
    name = own_name(names, count, name, (size_t)name_length);
    if (name == NULL) return fail(r->call, "it has a dictionary that it should not have");
    if (holds != NOTHING) return take_saved(L, r->call, name, (int)holds, bytes, length);
    if (bundle->bare_count == BIND_DICTS) return fail(r->call, "it has too many dictionaries");
    bundle->bare[bundle->bare_count++] = name;
    return 1;
}

static int check_frame(bind_call *call, const char *bytes, size_t length)
{
    uint32_t table[256];

    if (bytes[MAGIC - 1] != magic[MAGIC - 1])
        return fail(call, "saved in another form than this module knows, which is form 1");
    make_table(table);
    if (length < MAGIC + 4 || (go_on(table, UINT32_MAX, bytes, length - 4) ^ UINT32_MAX) !=
                                  (uint32_t)number_at(bytes + length - 4, 4))
        return fail(call, "the bytes are damaged");
    return 1;
}

int bind_bundle_read(lua_State *L, bind_call *call, const char *const *names, size_t count, const char *bytes,
                     size_t length, bind_bundle *bundle)
{
    reader r = {call, bytes + MAGIC, 0};
    uint64_t dicts;

    memset(bundle, 0, sizeof *bundle);
    if (!check_frame(call, bytes, length)) return 0;
    r.left = length - MAGIC - 4;
    if (!take_long(&r, &bundle->object, &bundle->object_length) ||
        !take_long(&r, &bundle->config, &bundle->config_length) || !take_number(&r, 4, &dicts))
        return 0;
    for (uint64_t i = 0; i < dicts; i++)
        if (!take_dict(L, &r, names, count, bundle)) return 0;
    return r.left == 0 ? 1 : fail(call, "there are bytes behind the end");
}
