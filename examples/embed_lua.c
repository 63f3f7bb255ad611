/* SPDX-License-Identifier: MIT
 * A program that embeds Lua and lets a script decide, on arrays of its own, who gets which discount: the script
 * knows libpartner's analyses, the program knows none.
 *
 *     cc embed_lua.c $(pkg-config --cflags --libs lua5.4) -o embed_lua */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>

enum { PARTNERS = 6, ROWS = 8 };

/* What the program holds: sales in cents, by the number of a partner in its own table. */
static const char *const names[PARTNERS] = {"Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fern"};
static const uint32_t who[ROWS] = {0, 1, 2, 0, 3, 4, 1, 2};
static const int64_t cents[ROWS] = {50000, 21000, 6000, 6000, 4000, 1000, 10000, 4000};

/* What the administrator of the program wrote. Rows count from 1, as everything in Lua. */
static const char script[] = "local result = assert(partner.pareto({\n"
                             "  partner = partner.indexes(who, partners),\n"
                             "  amount = partner.minor(cents),\n"
                             "}))\n"
                             "local discount = { A = 30, B = 20, C = 10, none = 0 }\n"
                             "return function(row)\n"
                             "  local class = result.partners.class[row]\n"
                             "  return class, discount[class]\n"
                             "end\n";

/* Gives the script an array without copying it. It must outlive what the script makes of it. */
static void set_array(lua_State *L, const char *name, const void *array, const char *type, size_t rows)
{
    lua_getglobal(L, "partner");
    lua_getfield(L, -1, "column");
    lua_pushlightuserdata(L, (void *)(uintptr_t)array);
    lua_pushstring(L, type);
    lua_pushinteger(L, (lua_Integer)rows);
    lua_call(L, 3, 1);
    lua_setglobal(L, name);
    lua_pop(L, 1);
}

/* Runs protected: an error of the script ends here and not the program. */
static int work(lua_State *L)
{
    luaL_openlibs(L);
    if (luaL_dostring(L, "partner = require 'partner'")) return lua_error(L);
    set_array(L, "who", who, "u32", ROWS);
    set_array(L, "cents", cents, "i64", ROWS);
    lua_pushinteger(L, PARTNERS);
    lua_setglobal(L, "partners");
    if (luaL_dostring(L, script)) return lua_error(L);
    for (int i = 0; i < PARTNERS; i++) {
        lua_pushvalue(L, -1);
        lua_pushinteger(L, i + 1);
        lua_call(L, 1, 2);
        printf("%-6s  %-4s  %2d %%\n", names[i], lua_tostring(L, -2), (int)lua_tointeger(L, -1));
        lua_pop(L, 2);
    }
    return 0;
}

int main(void)
{
    lua_State *L = luaL_newstate();
    int failed;

    if (L == NULL) return 1;
    lua_pushcfunction(L, work);
    failed = lua_pcall(L, 0, 0, 0) != 0;
    if (failed) fprintf(stderr, "embed_lua: %s\n", lua_tostring(L, -1));
    lua_close(L);
    return failed;
}
