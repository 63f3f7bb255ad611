/* SPDX-License-Identifier: MIT
 * An interpreter of Lua, for builds whose module the machine's own interpreter cannot load (sanitizers):
 *     run_script SCRIPT [ARGUMENT…] */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

int main(int count, char **arguments)
{
    lua_State *L = luaL_newstate();
    int failed;

    if (L == NULL || count < 2) return 2;
    luaL_openlibs(L);
    lua_createtable(L, count, 0);
    for (int i = 1; i < count; i++) {
        lua_pushstring(L, arguments[i]);
        lua_rawseti(L, -2, i - 1);
    }
    lua_setglobal(L, "arg");
    failed = luaL_loadfile(L, arguments[1]) != 0 || lua_pcall(L, 0, 0, 0) != 0;
    if (failed) fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return failed;
}
