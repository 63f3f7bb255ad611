-- luarocks make            from a checkout, with a private copy of the GNU Scientific Library inside
-- GSL=disabled luarocks make   without it (see bindings/lua/Makefile)
rockspec_format = "3.0"
package = "partner"
version = "0.1.0-1"
source = {
  -- The archive of the release, beside this file.
  url = "partner-0.1.0.tar.gz",
}
description = {
  summary = "Analytics for companies that sell through partners",
  detailed = [[
From the rows a CRM already holds: totals per partner, growth, Pareto classes and concentration,
exact and the same in C, Python and Lua. Our own code is MIT; a module with the GNU Scientific
Library inside, which is the default, is under the GPL, version 3, as a whole. GSL=disabled in
the environment builds it without.]],
  license = "MIT",
}
supported_platforms = { "linux" }
dependencies = { "lua >= 5.1, < 5.5" }
build = {
  type = "make",
  makefile = "bindings/lua/Makefile",
  build_variables = {
    CC = "$(CC)",
    CFLAGS = "$(CFLAGS)",
    LIBFLAG = "$(LIBFLAG)",
    LUA_INCDIR = "$(LUA_INCDIR)",
  },
  install_variables = {
    CC = "$(CC)",
    CFLAGS = "$(CFLAGS)",
    LIBFLAG = "$(LIBFLAG)",
    LUA_INCDIR = "$(LUA_INCDIR)",
    INST_LIBDIR = "$(LIBDIR)",
  },
}
