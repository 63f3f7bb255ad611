#!/bin/sh
# SPDX-License-Identifier: MIT
# A virtual environment in build-python with what the Python package and its tests need, and the file that tells
# meson to build for it (build-python/native.ini). Quick when it is there already.
set -eu

cd "$(dirname "$0")/../.."
venv=$PWD/build-python
wanted=tests/python/requirements.txt
if ! cmp -s $wanted "$venv/requirements.txt"; then
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r $wanted
    printf "[binaries]\npython = '%s'\n" "$venv/bin/python" >"$venv/native.ini"
    cp $wanted "$venv/requirements.txt"
fi
