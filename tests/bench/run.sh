#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures the library against its peers in the same run: sh tests/bench/run.sh [pareto|resampling|tail|totals|loyalty|pipeline|segment|csv …] [--rows N]
# The fit on winloss is left out unless PARTNER_REAL_DATA names the folder of real data.
# Python peers live in a virtual environment that this script makes. Figures go to standard output as a table.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build-bench
venv=$root/.venv-bench

sh "$root/tests/setup.sh" python3-venv
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import duckdb, jenkspy, numpy, pandas, polars, powerlaw, pyarrow, scipy, sklearn' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet duckdb jenkspy numpy pandas polars powerlaw pyarrow scikit-learn scipy
fi
[ -f "$build/build.ninja" ] ||
    meson setup "$build" "$root" --buildtype=release -Db_ndebug=true >"$root/build-bench.log"
ninja -C "$build" src/libpartner.so.0.1.0 src/cli/partner >"$root/build-bench.log"
POLARS_MAX_THREADS=2 exec "$venv/bin/python" -B "$root/tests/bench/bench.py" "$build" "$@"
