#!/bin/sh
# SPDX-License-Identifier: MIT
# gcc -fanalyzer and cppcheck over src; silent when they find nothing.
#     sh tests/analyse.sh gcc|cppcheck
set -u
cd "$(dirname "$0")/.." || exit 1

analyse() {
    gcc -std=c17 -O1 -fanalyzer -fdiagnostics-path-format=none -D_XOPEN_SOURCE=700 -Iinclude -Isrc \
        -include tests/analyzer.h -c "$@" -o /dev/null 2>&1
}

with_gcc() {
    # error.c defines what analyzer.h describes; GSL's headers are not ours.
    for file in $(find src -name '*.c' ! -name 'error.c' ! -name 'gsl*.c'); do
        case $file in
        # gcc 12 loses sight of blocks that hang in structs, and of values that a table says are there: leaks,
        # NULLs and uninitialized bytes of the command are for the sanitizers.
        src/cli/*) analyse "$file" -Wno-analyzer-malloc-leak -Wno-analyzer-null-argument -Wno-analyzer-null-dereference \
            -Wno-analyzer-use-of-uninitialized-value ;;
        *) analyse "$file" ;;
        esac
    done
}

# cppcheck does not understand _Generic, with which the record tables find types, and takes pointers to the end of a
# buffer, where digits are written backwards from, for pointers beyond it.
with_cppcheck() {
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr -D_XOPEN_SOURCE=700 \
        -Iinclude -Isrc --suppress=internalAstError:*/record.c --suppress=ctuPointerArith:src/base/say.c \
        --suppress=ctuPointerArith:src/record/convert_cell.c src 2>&1
}

case ${1:-} in
gcc) found=$(with_gcc) ;;
cppcheck) found=$(with_cppcheck) ;;
*)
    echo "usage: sh tests/analyse.sh gcc|cppcheck" >&2
    exit 2
    ;;
esac
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
