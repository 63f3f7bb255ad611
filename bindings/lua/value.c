/* SPDX-License-Identifier: MIT
 * From elements of the library's structs to values of Lua. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"

const char *bind_unit_name(uint8_t unit)
{
    static const char *const names[] = {"none",  "count", "money", "day",   "share", "ratio", "ppm",
                                        "index", "row",   "enum",  "class", "flag",  "places"};

    return unit < sizeof names / sizeof names[0] ? names[unit] : "unknown";
}

const char *bind_type_name(uint8_t type)
{
    static const char *const names[] = {"none", "u8", "u32", "u64", "i32", "i64", "f64", "record", "pointer"};

    return type < sizeof names / sizeof names[0] ? names[type] : "unknown";
}

/* --- numbers --- */

static int fits(uint64_t magnitude, int negative)
{
    if (BIND_INTEGERS && sizeof(lua_Integer) >= sizeof(int64_t))
        return magnitude <= (uint64_t)INT64_MAX + (negative != 0);
    return magnitude <= (uint64_t)BIND_EXACT;
}

/* "total of 9007199254740993 cannot be held exactly": the number is refused, not rounded. */
static void refuse(lua_State *L, const char *what, uint64_t magnitude, int negative, const char *cure)
{
    char number[32];

    snprintf(number, sizeof number, "%s%llu", negative ? "-" : "", (unsigned long long)magnitude);
    luaL_error(L, "%s: %s cannot be held exactly by a number of this Lua; %s", what, number, cure);
}

void bind_push_integer(lua_State *L, const char *what, uint64_t magnitude, int negative)
{
    if (!fits(magnitude, negative)) refuse(L, what, magnitude, negative, "read it with text()");
#if BIND_INTEGERS
    lua_pushinteger(L, (lua_Integer)(negative ? 0 - magnitude : magnitude));
#else
    lua_pushnumber(L, negative ? -(lua_Number)magnitude : (lua_Number)magnitude);
#endif
}

/* Whether the number stands for exactly this amount: as an input it would give the same minor units again. */
static int reads_back(double major, int64_t minor, const partner_format *format)
{
    static const partner_field number = {.name = "number", .count = 1, .type = PARTNER_TYPE_F64};
    static const partner_field money = {
        .name = "money", .count = 1, .type = PARTNER_TYPE_I64, .unit = PARTNER_UNIT_MONEY};
    char text[64];
    int64_t again;
    uint8_t rounded = 0;
    size_t length = partner_print(NULL, &number, NULL, &major, NULL, text, sizeof text);

    if (partner_parse(&money, text, length, format, &again, &rounded, NULL) != PARTNER_OK) return 0;
    return again == minor && !rounded;
}

unsigned bind_places(const partner_format *format)
{
    if (format->minor_units == 0) return 2;
    return format->minor_units == PARTNER_MINOR_UNITS_0 ? 0 : format->minor_units;
}

static void push_money(lua_State *L, const char *what, int64_t minor, const partner_format *format)
{
    static const double scales[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    /* Decimals of 15 digits survive a double. */
    const int64_t safe = INT64_C(1000000000000000);
    unsigned places = bind_places(format);
    uint64_t magnitude = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    double major;

    if (places == 0) {
        bind_push_integer(L, what, magnitude, minor < 0);
        return;
    }
    major = (double)minor / scales[places];
    if ((minor <= -safe || minor >= safe) && !reads_back(major, minor, format))
        refuse(L, what, magnitude, minor < 0, "in major units: read it with minor() or text()");
    lua_pushnumber(L, major);
}

/* --- elements --- */

static void push_text(lua_State *L, const bind_source *source, const partner_field *field, const void *element)
{
    char text[64];
    size_t length = partner_print(source->record, field, source->parent, element, &source->owner->format, text,
                                  sizeof text);

    lua_pushlstring(L, text, length < sizeof text ? length : sizeof text - 1);
}

/* The number that is an id's text; 0 = it is not written as a number of this Lua would be. */
static int push_number_of(lua_State *L, const char *id, size_t length)
{
    int negative = length > 0 && id[0] == '-';
    uint64_t magnitude = 0;

    if (length - (size_t)negative < 1 || length > 20) return 0;
    for (size_t i = (size_t)negative; i < length; i++) {
        if (id[i] < '0' || id[i] > '9' || magnitude > (UINT64_MAX - 9) / 10) return 0;
        magnitude = magnitude * 10 + (uint64_t)(id[i] - '0');
    }
    if (!fits(magnitude, negative)) return 0;
    bind_push_integer(L, "id", magnitude, negative);
    return 1;
}

/* A dictionary moves its texts when it grows, which a finalizer may make it do within lua_pushlstring. */
static void push_copy(lua_State *L, const bind_dict *dict, uint32_t index, size_t length)
{
    char buffer[256], *text = length <= sizeof buffer ? buffer : lua_newuserdata(L, length);

    memcpy(text, partner_dict_id(dict->dict, index, NULL), length);
    lua_pushlstring(L, text, length);
    if (text != buffer) lua_remove(L, -2);
}

void bind_push_id(lua_State *L, const bind_dict *dict, uint64_t index)
{
    int known = dict != NULL && index < partner_dict_size(dict->dict);
    size_t length;
    const char *id = known ? partner_dict_id(dict->dict, (uint32_t)index, &length) : NULL;

    if (id == NULL) bind_push_integer(L, "index", index, 0);
    else if (!dict->numbers || dict->texts || !push_number_of(L, id, length))
        push_copy(L, dict, (uint32_t)index, length);
}

static void push_double(lua_State *L, const void *element)
{
    double x;

    memcpy(&x, element, sizeof x);
    lua_pushnumber(L, x);
}

static void push_by_unit(lua_State *L, const bind_source *source, const partner_field *field,
                         const void *element)
{
    int negative;
    uint64_t magnitude = partner_field_integer(field, element, &negative);
    int64_t minor = (int64_t)(negative ? 0 - magnitude : magnitude);

    switch (field->unit) {
    case PARTNER_UNIT_MONEY: push_money(L, field->name, minor, &source->owner->format); return;
    case PARTNER_UNIT_PPM: lua_pushnumber(L, (lua_Number)magnitude / 1e6); return;
    case PARTNER_UNIT_FLAG: lua_pushboolean(L, magnitude != 0); return;
    case PARTNER_UNIT_INDEX: bind_push_id(L, source->dict, magnitude); return;
    case PARTNER_UNIT_ROW: bind_push_integer(L, field->name, magnitude + 1, 0); return;
    case PARTNER_UNIT_DAY:
    case PARTNER_UNIT_ENUM:
    case PARTNER_UNIT_CLASS: push_text(L, source, field, element); return;
    default: bind_push_integer(L, field->name, magnitude, negative);
    }
}

static void push_exactly(lua_State *L, const partner_field *field, const void *element)
{
    int negative;
    uint64_t magnitude;

    if (field->unit != PARTNER_UNIT_MONEY)
        luaL_error(L, "minor: \"%s\" is no amount of money (its unit is %s)", field->name,
                   bind_unit_name(field->unit));
    magnitude = partner_field_integer(field, element, &negative);
    if (!fits(magnitude, negative)) refuse(L, field->name, magnitude, negative, "read it with text()");
    bind_push_integer(L, field->name, magnitude, negative);
}

void bind_push_value(lua_State *L, const bind_source *source, const partner_field *field, const void *element,
                     int form)
{
    bind_check_open(L, source->owner);
    if (partner_field_is_null(field, element)) lua_pushnil(L);
    else if (form == BIND_EXACTLY) push_exactly(L, field, element);
    else if (form == BIND_TEXTS && field->unit != PARTNER_UNIT_INDEX && field->unit != PARTNER_UNIT_ROW)
        push_text(L, source, field, element);
    else if (field->type == PARTNER_TYPE_F64) push_double(L, element);
    else push_by_unit(L, source, field, element);
    if (form != BIND_TEXTS || !lua_isnumber(L, -1)) return;
    lua_tostring(L, -1); /* indexes and rows */
}

void bind_push_values(lua_State *L, const bind_source *source, const partner_field *field, const void *element,
                      int form)
{
    size_t size = partner_type_size(field->type);
    int named = field->names_count >= field->count;

    if (field->count <= 1) {
        bind_push_value(L, source, field, element, form);
        return;
    }
    lua_createtable(L, named ? 0 : (int)field->count, named ? (int)field->count : 0);
    for (uint32_t i = 0; i < field->count; i++) {
        bind_push_value(L, source, field, (const char *)element + i * size, form);
        if (named) lua_setfield(L, -2, field->names[i]);
        else lua_rawseti(L, -2, (int)i + 1);
    }
}
