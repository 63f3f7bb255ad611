# SPDX-License-Identifier: MIT
"""What a run of `meson test` came to, as one line "PASSED FAILED SKIPPED".

    python3 count.py BUILD_DIR

Counts what the tests count themselves (Check: "100%: Checks: 96, Failures: 0, Errors: 0"; Python: "41 passed,
0 failed, 2 skipped"; pytest: "41 passed, 2 skipped in 1.20s"), and one for any other program. A program that ends badly
counts as one failure at least.
"""

import json
import pathlib
import re
import sys

CHECK = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.M)
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", re.M)

PYTEST = re.compile(r"^(?:\d+ \w+, )*\d+ \w+ in [\d.]+s", re.M)
PYTEST_PASSED = {"passed", "xfailed"}
PYTEST_FAILED = {"failed", "error", "errors", "xpassed"}


def count_pytest(line):
    numbers = [(int(number), what) for number, what in re.findall(r"(\d+) (\w+)(?=,| in )", line)]
    sums = (PYTEST_PASSED, PYTEST_FAILED, {"skipped"})
    return tuple(sum(number for number, what in numbers if what in kind) for kind in sums)


def count(run):
    output = run.get("stdout", "") + "\n" + run.get("stderr", "")
    passed = failed = skipped = 0
    if found := CHECK.findall(output):
        for checks, failures, errors in (map(int, one) for one in found):
            failed += failures + errors
            passed += checks - failures - errors
    elif found := SUMMARY.findall(output):
        for one in found:
            passed, failed, skipped = (a + int(b) for a, b in zip((passed, failed, skipped), one))
    elif found := PYTEST.search(output):
        passed, failed, skipped = count_pytest(found[0])
    elif run["result"] == "SKIP":
        skipped = 1
    elif run["result"] == "OK":
        passed = 1
    if run["result"] not in ("OK", "SKIP", "EXPECTEDFAIL"):
        failed = max(failed, 1)
    return passed, failed, skipped


def main():
    # Under a wrapper the log has its name: testlog-valgrind.json.
    logs = pathlib.Path(sys.argv[1], "meson-logs").glob("testlog*.json")
    runs = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    print(*(sum(column) for column in zip(*map(count, runs))) if runs else (0, 1, 0))


main()
