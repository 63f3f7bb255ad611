/* SPDX-License-Identifier: MIT
 * What differs between Lua 5.1 (and LuaJIT, which has its C API), 5.3 and 5.4. */
#ifndef PARTNER_LUA_COMPAT_H
#define PARTNER_LUA_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <stddef.h>
#include <stdint.h>

#if LUA_VERSION_NUM < 502
#define LUA_OK 0
#define lua_rawlen lua_objlen
#endif

/* Where integers are a kind of number of their own, and hold 64 bits. */
#if LUA_VERSION_NUM >= 503
#define BIND_INTEGERS 1
#else
#define BIND_INTEGERS 0
#endif

/* The largest magnitude below which every integer is a double. */
#define BIND_EXACT INT64_C(9007199254740992)

static inline int bind_absolute(lua_State *L, int index)
{
    return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}

/* Ties the table on the top of the stack to a userdata, so that the one lives as long as the other; pops it. */
static inline void bind_tie(lua_State *L, int userdata)
{
#if LUA_VERSION_NUM < 502
    lua_setfenv(L, userdata);
#else
    lua_setuservalue(L, userdata);
#endif
}

/* Pushes the table that was tied to a userdata. */
static inline void bind_push_tied(lua_State *L, int userdata)
{
#if LUA_VERSION_NUM < 502
    lua_getfenv(L, userdata);
#else
    lua_getuservalue(L, userdata);
#endif
}

/* Whether a number of this Lua is held as an integer. */
static inline int bind_is_integer(lua_State *L, int index)
{
#if BIND_INTEGERS
    return lua_isinteger(L, index);
#else
    (void)L;
    (void)index;
    return 0;
#endif
}

/* Pushes t[i] without metamethods. */
static inline void bind_raw_element(lua_State *L, int table, size_t i)
{
#if BIND_INTEGERS
    lua_rawgeti(L, table, (lua_Integer)i);
#else
    lua_rawgeti(L, table, (int)i);
#endif
}

/* Whether the garbage collector may run now; a host that has stopped it means it. */
static inline int bind_collects(lua_State *L)
{
#if LUA_VERSION_NUM >= 502
    return lua_gc(L, LUA_GCISRUNNING, 0);
#else
    (void)L;
    return 1;
#endif
}

#endif
