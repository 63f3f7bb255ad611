#!/bin/sh
# SPDX-License-Identifier: MIT
# All tests, from any directory, as root or as a user who may sudo.
#     sh tests/run.sh           the short run: gcc, sanitizers, the build without GSL, formatting
#     sh tests/run.sh --long    and clang, valgrind, threads, analysers, fuzzing, coverage, the other builds
# Ends with the line "N passed, N failed, N skipped"; exit code 1 when anything failed. Build directories are kept,
# so that a second run is quick; logs are in build-test/logs.
set -u

cd "$(dirname "$0")/.." || exit 1
long=0
for argument in "$@"; do
    case $argument in
    --long) long=1 ;;
    *)
        echo "usage: sh tests/run.sh [--long]" >&2
        exit 2
        ;;
    esac
done

# The builds have most of their compilations in common, whatever directory they lie in.
export CCACHE_NOHASHDIR=1

passed=0 failed=0 skipped=0
logs=build-test/logs
mkdir -p $logs

# Runs a command as one test: quiet when it passes, the end of its output when it fails.
step() {
    step_name=$1
    shift
    step_log="$logs/$(printf '%s' "$step_name" | tr -c 'a-zA-Z0-9\n' -).log"
    step_start=$(date +%s)
    if "$@" >"$step_log" 2>&1; then
        passed=$((passed + 1))
        echo "ok      $step_name ($(($(date +%s) - step_start)) s)"
        return 0
    fi
    failed=$((failed + 1))
    echo "FAILED  $step_name; the end of $step_log:"
    tail -n 40 "$step_log" | sed 's/^/        /'
    return 1
}

# build NAME DIR COMPILER OPTIONS…: configures where that is not done yet, or with other options, and builds.
build() {
    build_name=$1 build_dir=$2 build_cc=$3
    shift 3
    if ! [ -f "$build_dir/build.ninja" ] || [ "$(cat "$build_dir/options" 2>/dev/null)" != "$*" ]; then
        find "$build_dir" -mindepth 1 -maxdepth 1 ! -name logs -exec rm -rf {} + 2>/dev/null
        step "$build_name: configure" env CC="$build_cc" meson setup "$build_dir" "$@" || return 1
        printf '%s\n' "$*" >"$build_dir/options"
    fi
    step "$build_name: build" ninja -C "$build_dir"
}

# check NAME DIR MESON_TEST_OPTIONS…: runs the tests of a build and adds up what they count.
check() {
    check_name=$1 check_dir=$2
    shift 2
    check_start=$(date +%s)
    check_log="$logs/$(printf '%s' "$check_name" | tr -c 'a-zA-Z0-9\n' -)-tests.log"
    rm -f "$check_dir"/meson-logs/testlog*.json
    meson test -C "$check_dir" --no-rebuild --print-errorlogs "$@" >"$check_log" 2>&1
    check_code=$?
    # shellcheck disable=SC2046
    set -- $(python3 -B tests/count.py "$check_dir" 2>/dev/null || echo 0 1 0)
    # A run that ended badly has a failure, whatever its log says.
    [ $check_code -eq 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1 "$3"
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    if [ "$2" -eq 0 ]; then
        echo "ok      $check_name: $1 passed, $3 skipped ($(($(date +%s) - check_start)) s)"
    else
        echo "FAILED  $check_name: $2 failed; the end of $check_log:"
        tail -n 60 "$check_log" | sed 's/^/        /'
    fi
}

build_and_check() {
    bc_name=$1 bc_dir=$2 bc_cc=$3
    shift 3
    build "$bc_name" "$bc_dir" "$bc_cc" "$@" && check "$bc_name" "$bc_dir" --no-suite lua-long
}

sources() {
    find include src tests examples \( -name '*.c' -o -name '*.h' \) -print
}

# Debian 12's clang-format is of version 14; another version formats differently.
format_check() {
    tool=clang-format-14
    command -v $tool >/dev/null || tool=clang-format
    $tool --version | grep -q 'version 14\.' || {
        echo "clang-format 14 is needed, this is: $($tool --version)"
        return 1
    }
    sources | xargs $tool --dry-run -Werror
}

sanitizers="-Db_sanitize=address,undefined -Db_lundef=false"

short_run() {
    # Fewer random worlds and points of failure in the short run, all of them with gcc and sanitizers in the long one.
    if [ $long -eq 1 ]; then export TESTS_LONG=1; else export TESTS_BRIEFLY=1; fi
    step "setup" sh tests/setup.sh g++ ccache clang-format-14 python3-dev python3-venv lua5.4 liblua5.4-dev luajit \
        libluajit-5.1-dev || return
    step "Python packages" sh tests/python/environment.sh || return
    step "format" format_check
    step "format of Python" build-python/bin/ruff format --check --quiet .
    step "ruff" build-python/bin/ruff check --quiet .
    step "mypy" env MYPYPATH=bindings/python build-python/bin/mypy --strict bindings/python/libpartner tests/python/typed_use.py
    build_and_check "gcc" build-test gcc -Dwerror=true -Dpython=enabled -Dlua=enabled --native-file build-python/native.ini
    step "documentation site" env PYTHONPATH=build-test/bindings/python DOCS_ENVIRONMENT=build-python sh docs/build.sh
    # A debugger need not find each variable at each instruction, which takes a third of this compilation.
    # shellcheck disable=SC2086
    build_and_check "sanitizers" build-asan gcc -Dwerror=true -Doptimization=1 -Dc_args=-fno-var-tracking $sanitizers
    # What is left asks whether it holds elsewhere too: fewer worlds do.
    unset TESTS_LONG
    export TESTS_BRIEFLY=1
    # shellcheck disable=SC2046
    build "without GSL" build-nogsl gcc -Dwerror=true -Dgsl=disabled &&
        check "without GSL" build-nogsl --no-suite lua-long \
            $([ $long -eq 1 ] || echo --no-suite faults --no-suite fuzz --no-suite worlds --no-suite examples)
    step "demo" sh examples/demo.sh
    if [ -z "${PARTNER_REAL_DATA:-}" ]; then
        echo "skipped the tests on real data: PARTNER_REAL_DATA is not set"
    fi
}

# Check's fork mode looks like leaks to valgrind. The fault tests have an allocator that sees leaks itself, and the
# sanitizers watch them and the command.
valgrind_check() {
    export CK_FORK=no
    check "valgrind" build-test --suite unit --timeout-multiplier 10 --wrapper "valgrind --quiet --error-exitcode=9 \
        --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all --suppressions=$PWD/tests/valgrind.supp"
    unset CK_FORK
}

# The sanitizer of threads makes some tests ten times as slow; what they find is not a matter of time.
threads_check() {
    export CK_TIMEOUT_MULTIPLIER=10
    check "threads" build-tsan --suite unit --suite fuzz --timeout-multiplier 4
    unset CK_TIMEOUT_MULTIPLIER
}

# Luas that were not there when the build was configured.
other_luas() {
    step "other Luas: configure" sh -c 'meson configure build-test --clearcache && meson setup --reconfigure build-test' &&
        step "other Luas: build" ninja -C build-test && check "other Luas" build-test --suite lua-long
}

# Every Python from 3.10 on that is at hand.
pythons() {
    for version in 3.10 3.11 3.12 3.13 3.14; do
        for python in "$(command -v "python$version")" "$HOME/.pyenv/versions/$version".*/bin/python; do
            [ -x "$python" ] && "$python" -c 'import ensurepip' 2>/dev/null || continue
            echo "$python"
            break
        done
    done
}

static_analysis() {
    step "gcc -fanalyzer" sh tests/analyse.sh gcc
    step "cppcheck" sh tests/analyse.sh cppcheck
}

fuzz() {
    # shellcheck disable=SC2086
    build_fuzzers build-fuzz $sanitizers || return
    for target in build-fuzz/tests/fuzz/fuzz_*; do
        [ -x "$target" ] && [ -f "$target" ] || continue
        name=${target##*/fuzz_}
        mkdir -p "build-fuzz/corpus/$name"
        step "fuzz $name for ${FUZZ_SECONDS:-60} s" env ASAN_OPTIONS=allocator_may_return_null=1 "$target" \
            -max_total_time="${FUZZ_SECONDS:-60}" -max_len=4096 -artifact_prefix="build-fuzz/$name-" \
            -print_final_stats=1 "build-fuzz/corpus/$name" "tests/fuzz/corpus/$name"
    done
}

build_fuzzers() {
    fuzz_dir=$1
    shift
    if ! [ -f "$fuzz_dir/build.ninja" ]; then
        step "fuzzers: configure" env CC=clang meson setup "$fuzz_dir" "$@" -Dc_args=-fsanitize=fuzzer-no-link || return 1
    fi
    step "fuzzers: build" ninja -C "$fuzz_dir" fuzzers
}

coverage() {
    # Some tests run the command as another user, who must be able to write down what was run.
    mask=$(umask)
    umask 0
    build_and_check "coverage" build-coverage gcc -Db_coverage=true -Dbuildtype=debug
    umask "$mask"
    # Without the second form of the base, which has other lines of the same names.
    if step "coverage report" gcovr --root . --filter src/ --exclude-directories '.*test_base_words.*' \
        --exclude-unreachable-branches --print-summary --txt build-coverage/coverage.txt build-coverage; then
        grep -E '^(lines|branches):' "$logs/coverage-report.log" | sed 's/^/        /'
    fi
}

long_run() {
    step "setup for the long run" sh tests/setup.sh clang libclang-rt-14-dev valgrind cppcheck gcovr lua5.1 \
        liblua5.1-0-dev lua5.3 liblua5.3-dev luarocks lua-check git patchelf chromium npm || return
    other_luas
    step "luacheck" luacheck --quiet bindings/lua tests/lua examples docs/examples
    # shellcheck disable=SC2046
    step "Python packages, built, repaired, installed" sh tests/python/packaging.sh $(pythons)
    step "the report in a browser" sh tests/browser/run.sh build-test/bindings/python build-python/bin/python
    step "loyalty worlds, many" python3 -B tests/loyalty/test_worlds.py build-test/src/libpartner.so include --long
    step "pipeline worlds of known truth, many" build-python/bin/python -B tests/pipeline/test_truth.py \
        build-test/src/libpartner.so include --long
    build_and_check "clang" build-clang clang -Dwerror=true
    valgrind_check
    build "threads" build-tsan gcc -Db_sanitize=thread -Db_lundef=false && threads_check
    build_and_check "GSL of the system" build-shared gcc -Dwerror=true -Dgsl=shared
    build_and_check "no 128-bit integers" build-words gcc -Dwerror=true -Dc_args=-DPARTNER_NO_INT128
    static_analysis
    coverage
    fuzz
}

short_run
[ $long -eq 0 ] || long_run
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
