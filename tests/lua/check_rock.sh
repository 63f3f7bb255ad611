#!/bin/sh
# SPDX-License-Identifier: MIT
# Passes when `luarocks make` installs the module from a clean copy of the sources, and the example runs on it:
#     check_rock.sh SOURCE_ROOT LUA_INTERPRETER LUA_VERSION
set -eu

command -v luarocks >/dev/null || {
    echo "skipped: there is no luarocks here"
    exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/source"
cd "$1"
cp -r include src bindings ./*.rockspec LICENSE "$scratch/source"
cd "$scratch/source"
luarocks --lua-version "$3" lint ./*.rockspec
luarocks --lua-version "$3" make --tree "$scratch/tree" >"$scratch/log" 2>&1 || {
    tail -n 40 "$scratch/log"
    exit 1
}
if grep -n 'warning:' "$scratch/log"; then exit 1; fi
module=$(find "$scratch/tree" -path "*/lua/$3/partner.so")
LUA_CPATH="${module%partner.so}?.so" "$2" "$1/examples/pareto.lua" >"$scratch/made"
diff "$1/examples/pareto.expected" "$scratch/made"
