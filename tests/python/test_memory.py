# SPDX-License-Identifier: MIT
"""Memory: what goes in and comes out without a copy, what stays alive, and that nothing stays behind."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import textwrap
import tracemalloc
import weakref
from typing import Any

import libpartner as lp
import numpy as np
import pytest


def test_a_hundred_million_rows_go_in_without_a_copy() -> None:
    # Pages of zeros that nobody wrote take no memory: what is measured is only what the call adds.
    script = """
        import resource
        import libpartner as lp
        import numpy as np

        rows = 100_000_000
        who, cents = np.zeros(rows, np.uint32), np.zeros(rows, np.int64)
        lp.totals(partner=lp.indexes(who[:10]), amount=lp.minor(cents[:10]))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        totals = lp.totals(partner=lp.indexes(who), amount=lp.minor(cents))
        assert totals.rows == rows and totals.partners["returns"].tolist() == [0]
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 < 50 * 10**6  # ru_maxrss counts KiB


def test_marked_arrays_are_the_users_own() -> None:
    who, cents = np.arange(5, dtype=np.uint32), np.arange(5)
    assert lp.indexes(who).array is who and lp.minor(cents).array is cents
    pa = pytest.importorskip("pyarrow")
    column = pa.array([1, 2, 3])
    assert lp.minor(column).array.__array_interface__["data"][0] == column.buffers()[1].address


def test_marked_arrow_arrays_keep_their_memory() -> None:
    pa = pytest.importorskip("pyarrow")
    cents = lp.minor(pa.array(range(100_000)).slice(10))
    gc.collect()
    blocks = [bytes(800_000) for _ in range(20)]
    assert cents.array.tolist() == list(range(10, 100_000)) and blocks


def test_arrays_outlive_their_result() -> None:
    rows = 100_000
    amounts = np.arange(rows, 0, -1)
    result: Any = lp.pareto(partner=lp.indexes(np.arange(rows)), amount=lp.minor(amounts), points=100)
    expected = amounts / amounts.sum()
    share, rank, lorenz, cents = result["share"], result["rank"], result.lorenz["share"], result.minor("amount")
    table, first = result.partners.sorted(), result.partners.head(3)
    del result, amounts
    gc.collect()
    blocks = [bytes(8 * rows) for _ in range(20)]  # would land where the result was, had it been released
    assert np.array_equal(share, expected)
    assert rank.tolist() == list(range(1, rows + 1))
    assert lorenz[0] == 0 and lorenz[-1] == 1
    assert cents[0] == rows and table.minor("amount")[0] == rows and first["share"][0] == expected[0]
    assert blocks


def test_arrow_arrays_outlive_their_result() -> None:
    pa = pytest.importorskip("pyarrow")
    rows = 100_000
    amounts = np.arange(rows, 0, -1)
    table = pa.table(lp.pareto(partner=[f"p{i}" for i in range(rows)], amount=lp.minor(amounts)))
    gc.collect()
    blocks = [bytes(8 * rows) for _ in range(20)]
    assert np.array_equal(table["share"].to_numpy(), amounts / amounts.sum()) and blocks
    assert table["partner"][rows - 1].as_py() == f"p{rows - 1}"
    assert table["class"][0].as_py() == "A"


def test_numbers_go_to_arrow_without_a_copy() -> None:
    pa = pytest.importorskip("pyarrow")
    result = lp.pareto(partner=["a", "b"], amount=[1, 2])
    column = pa.table(result)["share"].chunk(0)
    assert column.buffers()[1].address == result["share"].__array_interface__["data"][0]


def test_a_result_goes_when_its_last_name_goes() -> None:
    """By counting references alone: memory of this size must not wait for the collector of cycles."""
    gc.collect()
    gc.disable()
    try:
        result: Any = lp.pareto(partner=["a", "b"], amount=[1, 2], points=10, leave_one_out=True)
        assert result.gini and result.summary and result.sentences and repr(result)
        table, share, below = result.partners, result["share"], result.leave_one_out
        assert table["partner"].tolist() == ["a", "b"] and below.gini_high_partner is not None
        gone = weakref.ref(result)
        handle = weakref.ref(result._source.handle)
        del result
        assert gone() is None and handle() is not None
        del table, below
        assert handle() is not None and share.tolist() == [1 / 3, 2 / 3]
        del share
        assert handle() is None
        tally: Any = lp.Tally().add(partner=["a"], amount=[1])
        ids = tally.dicts["partner"]
        gone, seen = weakref.ref(tally), weakref.ref(ids)
        del tally, ids
        assert gone() is None and seen() is None
    finally:
        gc.enable()


def test_inputs_are_let_go_after_the_call() -> None:
    gc.collect()
    gc.disable()
    try:
        who, cents, other = np.arange(5, dtype=np.uint32), np.arange(5), np.arange(5.0)
        gone = [weakref.ref(array) for array in (who, cents, other)]
        result = lp.totals(partner=lp.indexes(who), amount=lp.minor(cents), margin=other)
        del who, cents, other
        assert [ref() for ref in gone] == [None] * 3
        assert result["revenue"].tolist() == [0.0, 0.01, 0.02, 0.03, 0.04]
    finally:
        gc.enable()


def kilobytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


def one_round(frame: Any) -> None:
    """Calls of every kind, good and bad."""
    result: Any = lp.pareto(frame, points=10, leave_one_out=True)
    assert result.gini and result.summary and result.sentences
    assert len({len(result[name]) for name in ("share", "class", "partner", "amount")}) == 1
    assert len(result.classes) == 4
    lp.totals(partner=lp.indexes([0, 1, 2]), amount=lp.minor([1, 2, 3]))
    tally: Any = lp.Tally().add(frame)
    lp.Tally.load(tally.merge(lp.Tally().add(partner=["x"], amount=[1])).save()).totals()
    for bad in ({"partner": ["a", None], "amount": [1, 2]}, {"partner": ["a"]}, {"partner": ["a"], "amount": ["x"]}):
        try:
            lp.totals(bad)
        except lp.PartnerError:
            continue
        raise AssertionError("bad input was taken")


def test_calls_keep_no_object_of_python() -> None:
    frame = {"partner": ["a", "b", "c"], "amount": [3.5, 2.5, 1.0]}
    rounds = 100
    tracemalloc.start()
    try:
        for _ in range(3 * rounds):  # caches and free lists, Python's and numpy's, fill up
            one_round(frame)
        gc.collect()
        before = tracemalloc.take_snapshot()
        for _ in range(rounds):
            one_round(frame)
        gc.collect()
        after = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    # Caches keep a few objects more; what every round loses would be as many as there were rounds.
    lost = [line for line in after.compare_to(before, "lineno") if line.count_diff >= rounds]
    assert not lost


@pytest.mark.parametrize("kind", ["dict", "polars", "pandas", "pyarrow"])
def test_ten_thousand_calls_keep_no_memory(kind: str) -> None:
    columns = {"partner": ["a", "b", "c"], "amount": [3.5, 2.5, 1.0]}
    frame: Any = columns
    if kind != "dict":
        module = pytest.importorskip(kind)
        frame = module.table(columns) if kind == "pyarrow" else module.DataFrame(columns)
    rounds = 10_000 // 8 if kind == "dict" else 300  # a round has eight calls
    for _ in range(rounds // 2):
        one_round(frame)
    gc.collect()
    before = kilobytes()
    for _ in range(rounds):
        one_round(frame)
    gc.collect()
    # A lost error of the library alone would be a kilobyte each: many megabytes.
    assert kilobytes() - before < 2048
