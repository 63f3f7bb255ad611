#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the library into a temporary folder and builds consumer/app.c against it as a user would, by pkg-config
# alone, shared and static; runs both, and looks at what they and the library need at run time.
#     sh check.sh BUILD_DIR SONAME CC
set -eu

build=$1 soname=$2 cc=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() {
    echo "consumer: $*" >&2
    exit 1
}

meson install -C "$build" --no-rebuild --destdir "$root" >"$root/log" 2>&1 || { cat "$root/log"; fail "meson install failed"; }

pc=$(find "$root" -name partner.pc)
[ -n "$pc" ] || fail "partner.pc was not installed"
export PKG_CONFIG_PATH="${pc%/partner.pc}" PKG_CONFIG_SYSROOT_DIR="$root"
pkg-config --exists partner || fail "pkg-config does not find partner"
if grep -q '^Requires' "$pc"; then fail "partner.pc asks for the packages that the library was built with"; fi
case $(pkg-config --libs partner) in *gsl* | *jansson*) fail "a shared program would link what the library needs" ;; esac

for header in "$here"/../../include/partner/*.h; do
    [ -f "$(pkg-config --variable=includedir partner)/partner/${header##*/}" ] ||
        [ -f "$root$(pkg-config --variable=includedir partner)/partner/${header##*/}" ] || fail "${header##*/} was not installed"
done

needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

lib=$(find "$root" -name "$soname")
[ -n "$lib" ] || fail "$soname was not installed"
readelf -d "$lib" | grep -q "(SONAME).*\[$soname\]" || fail "the SONAME is not $soname"
for one in $(needed "$lib"); do
    case $one in
    libc.* | libm.* | libpthread.* | ld-* | libjansson.so.4) ;;
    libgsl* | libblas* | libcblas*) [ "${GSL_SHARED:-0}" = 1 ] || fail "the library needs $one at run time" ;;
    *) fail "the library needs $one at run time" ;;
    esac
done

# shellcheck disable=SC2046
$cc -std=c17 -Wall -Wextra -Werror "$here/app.c" $(pkg-config --cflags --libs partner) -o "$root/shared"
needed "$root/shared" | grep -qx "$soname" || fail "the shared program does not need $soname"
LD_LIBRARY_PATH=${lib%/*} "$root/shared" || fail "the shared program failed"

# shellcheck disable=SC2046
$cc -std=c17 -static "$here/app.c" $(pkg-config --static --cflags --libs partner) -o "$root/static"
[ -z "$(needed "$root/static")" ] || fail "the static program needs shared libraries"
"$root/static" || fail "the static program failed"
echo "shared and static consumers build and run"
