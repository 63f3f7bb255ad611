#!/bin/sh
# SPDX-License-Identifier: MIT
# Passes when a command prints exactly what is recorded in a file:
#     same_output.sh EXPECTED COMMAND…
# or when every file that a program makes in an empty folder is as the one of that name in another folder:
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
    for file in "$made"/*; do
        diff "$expected/${file##*/}" "$file" >>"$scratch/difference" || echo "${file##*/}" >>"$scratch/wrong"
    done
    [ -e "$scratch/wrong" ] || exit 0
else
    ${MESON_EXE_WRAPPER:-} "$@" >"$made"
    diff "$expected" "$made" >"$scratch/difference" && exit 0
fi
head -n 40 "$scratch/difference"
exit 1
