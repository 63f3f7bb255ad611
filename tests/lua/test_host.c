/* SPDX-License-Identifier: MIT
 * The Lua module as a host sees it: its own arrays without a copy, states in several threads, memory that runs
 * out at every allocation of Lua, and states that are closed with everything still in them.
 *
 *     test_host FOLDER-OF-PARTNER.SO */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 12, THREADS = 4, ROUNDS = 100 };

/* The example of examples/pareto.c; its figures are asserted in tests/test_pareto.c. */
static const uint32_t who[ROWS] = {0, 1, 2, 0, 3, 4, 5, 8, 1, 7, 3, 0};
static const int64_t cents[ROWS] = {30000000, 31500000, 9000000, 21000000, 3000000, 2500000,
                                    1500000,  1500000,  -500000, -300000,  1000000, 1000000};
static const double gini = 0.6973180076628352;

static const char *folder;

/* The libraries that the scripts use. Not io: where memory ends in the middle of opening it, Lua 5.1 closes the
 * process's standard output. */
static void open_libraries(lua_State *L)
{
    static const luaL_Reg libraries[] = {{"", luaopen_base},
                                         {LUA_LOADLIBNAME, luaopen_package},
                                         {LUA_STRLIBNAME, luaopen_string},
                                         {LUA_TABLIBNAME, luaopen_table}};

    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        lua_pushcfunction(L, libraries[i].func);
        lua_pushstring(L, libraries[i].name);
        lua_call(L, 1, 1);
        if (LUA_VERSION_NUM >= 502 && libraries[i].name[0] != '\0') lua_setglobal(L, libraries[i].name);
        else lua_pop(L, 1);
    }
}

static int open_module(lua_State *L)
{
    open_libraries(L);
    lua_getglobal(L, "package");
    lua_pushfstring(L, "%s/?.so", folder);
    lua_setfield(L, -2, "cpath");
    lua_pop(L, 1);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "partner");
    lua_call(L, 1, 1);
    lua_setglobal(L, "partner");
    return 0;
}

/* Runs a script in a protected call; what it returns is on the stack. Prints an error and gives 0 where it
 * fails. */
static int run(lua_State *L, const char *script)
{
    if (luaL_loadstring(L, script) == 0 && lua_pcall(L, 0, 1, 0) == 0) return 1;
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    return 0;
}

static int opens(lua_State *L)
{
    lua_pushcfunction(L, open_module);
    if (lua_pcall(L, 0, 0, 0) == 0) return 1;
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    return 0;
}

static void set_column(lua_State *L, const char *name, const void *data, const char *type, const char *meaning)
{
    lua_getglobal(L, "partner");
    lua_getfield(L, -1, meaning);
    lua_getfield(L, -2, "column");
    lua_pushlightuserdata(L, (void *)(uintptr_t)data);
    lua_pushstring(L, type);
    lua_pushnumber(L, ROWS);
    lua_call(L, 3, 1);
    lua_call(L, 1, 1);
    lua_setglobal(L, name);
    lua_pop(L, 1);
}

static int set_columns(lua_State *L)
{
    set_column(L, "who", who, "u32", "indexes");
    set_column(L, "cents", cents, "i64", "minor");
    return 0;
}

/* --- the host's own arrays --- */

static int test_arrays(void)
{
    lua_State *L = luaL_newstate();
    int ok = 0;

    if (!opens(L)) goto out;
    lua_pushcfunction(L, set_columns);
    if (lua_pcall(L, 0, 0, 0) != 0) goto out;
    if (!run(L, "return assert(partner.pareto({partner = who, amount = cents})).gini")) goto out;
    ok = lua_tonumber(L, -1) == gini;
    /* The column reads the host's memory, and no more of it than the host said. */
    ok = ok && run(L, "return cents[2] == 31500000 and who[12] == 0 and cents[13] == nil and #cents == 12") &&
         lua_toboolean(L, -1);
out:
    lua_close(L);
    return ok;
}

/* --- threads --- */

static void *work(void *data)
{
    lua_State *L = luaL_newstate();
    int *ok = data;

    *ok = opens(L);
    if (*ok) {
        lua_pushcfunction(L, set_columns);
        *ok = lua_pcall(L, 0, 0, 0) == 0;
    }
    for (int i = 0; i < ROUNDS && *ok; i++) {
        *ok = run(L, "local ids = {}\n"
                     "for i = 1, #who do ids[i] = 'partner ' .. who[i] end\n"
                     "local r = assert(partner.pareto({partner = ids, amount = cents}))\n"
                     "local t = assert(partner.tally():add({partner = ids, amount = cents}))\n"
                     "assert(#t:save() > 0 and #t:finish().partners == #r.partners)\n"
                     "assert(not partner.pareto({partner = ids, amount = {}}))\n"
                     "return r.partners.share[1]") &&
              lua_tonumber(L, -1) == 52000000.0 / 101500000.0;
        lua_settop(L, 0);
    }
    lua_close(L);
    return NULL;
}

static int test_threads(void)
{
    pthread_t thread[THREADS];
    int ok[THREADS] = {0}, all = 1;

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, work, &ok[i]) != 0) return 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        all = all && ok[i];
    }
    return all;
}

/* --- memory that runs out --- */

typedef struct meter {
    size_t blocks;      /* that Lua holds */
    size_t allocations; /* so far */
    size_t fail_at;     /* from this one on there is none; 0 = never */
} meter;

static void *allocate(void *data, void *block, size_t old, size_t size)
{
    meter *m = data;
    void *made;

    (void)old;
    if (size == 0) {
        m->blocks -= block != NULL;
        free(block);
        return NULL;
    }
    /* Shrinking may not fail. */
    if (block == NULL || size > old) {
        m->allocations++;
        if (m->fail_at > 0 && m->allocations >= m->fail_at) return NULL;
    }
    made = realloc(block, size);
    m->blocks += block == NULL && made != NULL;
    return made;
}

/* Everything that allocates: lists, dictionaries, results, views, columns, errors, objects, tables. */
static const char everything[] =
    "local ids, amounts, roster = {'a', 'b', 'a', 7}, {1.5, '2', 3, 4}, {partner = {'b', 'a', 'z'}, group = "
    "{'x', 'y'}}\n"
    "local d = partner.dict()\n"
    "d:add(ids)\n"
    "local r = assert(partner.pareto({partner = ids, amount = amounts}, {partners = roster, cuts = {0.5, "
    "0.9},\n"
    "    points = 9, leave_one_out = true, dicts = {partner = d}}))\n"
    "for i, row in r.partners:sorted() do assert(row.partner and r.partners.share[i]) end\n"
    "local _ = r:totable(), tostring(r), r.lorenz.share[1], r.groups.top_share[1], r:text('total')\n"
    "assert(not partner.pareto({partner = ids, amount = {1, 'x'}}))\n"
    "assert(not pcall(partner.pareto, {parner = ids}))\n"
    "local t = assert(partner.tally():add({partner = ids, amount = amounts}))\n"
    "local u = assert(partner.tally():add({partner = ids, amount = partner.minor({1, 2, 3, 4})}))\n"
    "assert(t:merge(u))\n"
    "local v = assert(partner.load_tally(t:save(), {dicts = {partner = "
    "assert(partner.load_dict(t:dict('partner'):save()))}}))\n"
    "assert(v:finish().revenue_total == 10.6)\n"
    "assert(partner.describe('pareto').inputs[1])\n"
    "assert(#partner.column(('x'):rep(16), 'i64') == 2)\n"
    "local f = assert(partner.frequency_model({x = ids, y = {true, false, n = 4}}, {true, false, true, "
    "false}))\n"
    "local _ = f:predict({x = {'b', 'c'}, y = {}})[1], tostring(f)\n"
    "assert(not partner.win_model({{1, 'x'}}, {true, false}))\n"
    "assert(not pcall(partner.win_model, {x = {1, 2}}, {true, false}, {fold = 3}))\n"
    "if not partner.features().gsl then return end\n"
    "local rows, m = {x = {1, 2, 3, 4}, y = {4, n = 4}}\n"
    "m = assert(partner.win_model(rows, {1, 0, 1, 0}, {penalty = 1, weight = {1, 2, 1, 2}, fold = {0, 1, 2, "
    "3}}))\n"
    "local _ = m:predict(rows)[1], m:contributions(rows)[2][1], m.coefficients.name[1], m.path, tostring(m)\n"
    "assert(partner.load_win_model(m:save()):save() == m:save())";

static int run_everything(lua_State *L)
{
    open_module(L);
    if (luaL_loadstring(L, everything) != 0) return lua_error(L);
    lua_call(L, 0, 1);
    return 1;
}

/* Gives the number of allocations; 0 = something is wrong. A state that is closed gives back every block. */
static size_t try_with(size_t fail_at)
{
    meter m = {0, 0, 0};
    lua_State *L = lua_newstate(allocate, &m);
    int done;

    if (L == NULL) return 0;
    lua_pushcfunction(L, run_everything);
    m.fail_at = fail_at > 0 ? m.allocations + fail_at : 0;
    done = lua_pcall(L, 0, 1, 0) == 0;
    if (fail_at == 0 && !done) fprintf(stderr, "%s\n", lua_tostring(L, -1));
    m.fail_at = 0;
    lua_close(L);
    if (m.blocks != 0) fprintf(stderr, "%zu blocks are left\n", m.blocks);
    return m.blocks == 0 && (done || fail_at > 0) ? m.allocations : 0;
}

static int test_memory(void)
{
    size_t all;
    meter m = {0, 0, 0};
    lua_State *L = lua_newstate(allocate, &m);

    if (L == NULL) {
        puts("skipped memory that runs out: this Lua takes no allocator");
        return 1;
    }
    lua_close(L);
    all = try_with(0);
    if (all == 0) return 0;
    for (size_t i = 1; i <= all; i++)
        if (try_with(i) == 0) return 0;
    return 1;
}

/* --- closing --- */

/* Everything is alive, tied to each other and to finalizers, when the state ends. */
static int test_close(void)
{
    lua_State *L = luaL_newstate();
    int ok = opens(L) &&
             run(L, "keep = {}\n"
                    "for i = 1, 50 do\n"
                    "  local t = assert(partner.tally():add({partner = {'a', 'b'}, amount = {i, 2}}))\n"
                    "  local r = assert(t:finish())\n"
                    "  local look = function()\n"
                    "    pcall(function() return r.partners.revenue[1], r.sentences[1], r.gini end)\n"
                    /* Only LuaJIT collects what is made while it closes. */
                    "    if jit then t:finish() end\n"
                    "  end\n"
                    "  local proxy\n"
                    "  if newproxy then proxy = newproxy(true); getmetatable(proxy).__gc = look\n"
                    "  else proxy = setmetatable({}, {__gc = look}) end\n"
                    "  keep[i] = {t, r, r.partners, r.partners.revenue, t:dict('partner'), proxy}\n"
                    "end\n"
                    "return #keep") &&
             lua_tonumber(L, -1) == 50;

    lua_close(L);
    return ok;
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } tests[] = {{"the host's own arrays", test_arrays},
                 {"states in several threads", test_threads},
                 {"memory that runs out", test_memory},
                 {"closing with everything alive", test_close}};
    int failed = 0;

    if (count != 2) return 2;
    folder = arguments[1];
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        int ok = tests[i].run();

        printf("%s %s\n", ok ? "ok    " : "FAILED", tests[i].name);
        failed += !ok;
    }
    return failed > 0;
}
