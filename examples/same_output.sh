#!/bin/sh
# SPDX-License-Identifier: MIT
# Passes when a command prints exactly what is recorded in a file:
#     same_output.sh EXPECTED COMMAND…
# or when a program, given an empty folder, makes exactly the files of another one in it:
#     same_output.sh --files FOLDER PROGRAM
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
files=no
if [ "$1" = --files ]; then
    files=yes
    shift
fi
expected=$1
shift

# Meson names in MESON_EXE_WRAPPER what runs the programs of another architecture.
made=$scratch/made
if [ $files = yes ]; then
    mkdir "$made"
    ${MESON_EXE_WRAPPER:-} "$1" "$made"
else
    ${MESON_EXE_WRAPPER:-} "$@" >"$made"
fi
diff -r "$expected" "$made" >"$scratch/difference" && exit 0
head -n 40 "$scratch/difference"
exit 1
