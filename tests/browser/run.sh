#!/bin/sh
# SPDX-License-Identifier: MIT
# The page of a report in a browser:
#     sh tests/browser/run.sh PACKAGE_FOLDER [PYTHON [PICTURES]]
# writes the report of the sample channel with the package in PACKAGE_FOLDER (as build-test/bindings/python), looks at it
# in Chromium without a window (check.py says what is looked for), and once more where it has windows to compare. Needs
# chromium, and npm for axe-core; PICTURES is a folder where what was seen is kept.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$1" && pwd)
python=${2:-python3}
pictures=${3:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PYTHONDONTWRITEBYTECODE=1

(cd "$scratch" && npm install --silent --no-audit --no-fund --no-package-lock --prefix "$scratch" axe-core@4)
axe=$scratch/node_modules/axe-core/axe.min.js

# look NAME OPTIONS…: one page, written and looked at.
look() {
    name=$1
    shift
    PYTHONPATH="$package" "$python" -m libpartner report "$here/../../examples/channel" --html "$scratch/$name.html" "$@"
    if [ -n "$pictures" ]; then
        mkdir -p "$pictures/$name"
        "$python" "$here/check.py" "$scratch/$name.html" "$axe" "$pictures/$name"
    else
        "$python" "$here/check.py" "$scratch/$name.html" "$axe"
    fi
}

look plain
look windows --set from_day=2025-01-01 --set to_day=2026-01-01 --set previous_from_day=2024-01-01 \
    --set previous_to_day=2025-01-01 --set xyz=quarter --set tail=true --set backtest=true --set target=3000000
