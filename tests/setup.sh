#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what building and testing need on Debian 12 or later and on Ubuntu 24.04 or later; quick and quiet
# when nothing is missing. Further packages may be named:
#     sh tests/setup.sh [PACKAGE…]
set -eu

needed="meson ninja-build gcc libc6-dev pkg-config check libgsl-dev libjansson-dev libcsv-dev nettle-dev
    zlib1g-dev python3 $*"

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "setup.sh: this is neither Debian nor Ubuntu; install the counterparts of these by hand and build with meson:" >&2
    echo $needed >&2
    exit 1
fi

# A package that another one provides, as pkgconf provides pkg-config, counts as installed.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' 2>/dev/null | sed -n 's/^installed //p' | tr ', ' '\n\n')
missing=
for package in $needed; do
    printf '%s\n' "$installed" | grep -qx "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "setup.sh: these packages are missing and only root can install them (there is no sudo here):$missing" >&2
        exit 1
    fi
    as_root="sudo"
    # Asking for a password is for a person at a terminal only.
    if ! [ -t 0 ] && ! sudo -n true 2>/dev/null; then
        echo "setup.sh: these packages are missing and sudo wants a password:$missing" >&2
        exit 1
    fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing$missing" >&2
if ! { $as_root apt-get -q update && $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o Dpkg::Use-Pty=0 install --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "setup.sh: the packages could not be installed (what apt-get said is above):$missing" >&2
    exit 1
fi
