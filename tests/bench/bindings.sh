#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures what the bindings cost: sh tests/bench/bindings.sh
# Calls on ten partners from Python and Lua, and frames of ten million rows against polars' own group_by.
set -eu
cd "$(dirname "$0")/../.."

sh tests/setup.sh python3-dev python3-venv lua5.4 liblua5.4-dev
sh tests/python/environment.sh
build=build-bench-bindings
[ -f $build/build.ninja ] ||
    meson setup $build --buildtype=release -Db_ndebug=true -Dcli=false -Dtests=false -Ddocs=false -Dpython=enabled \
        -Dlua=enabled --native-file build-python/native.ini >$build.log
ninja -C $build >$build.log
LUA_CPATH="$build/bindings/lua/lua54/?.so" lua5.4 tests/bench/bindings.lua
POLARS_MAX_THREADS=2 PYTHONPATH=$build/bindings/python build-python/bin/python -B tests/bench/bindings.py
