# SPDX-License-Identifier: MIT
"""What calls from Python cost, and frames of ten million rows against polars' own group_by in the same run."""

import statistics
import time
from collections.abc import Callable
from functools import partial

import libpartner as lp
import numpy as np
import pandas as pd
import polars as pl

ROUNDS, ROWS, PARTNERS = 9, 10_000_000, 10


def seconds(call: Callable[[], object], calls: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


def overhead() -> None:
    indexes = np.arange(PARTNERS, dtype=np.uint32)
    cents = np.arange(PARTNERS, dtype=np.int64) * 1050
    who, what = lp.indexes(indexes, count=PARTNERS), lp.minor(cents)
    columns = {"partner": [f"P{i}" for i in range(PARTNERS)], "amount": cents / 100}
    in_pandas, in_polars = pd.DataFrame(columns), pl.DataFrame(columns)
    cases: dict[str, Callable[[], object]] = {
        "pareto, numpy arrays, marked before": lambda: lp.pareto(partner=who, amount=what),
        "pareto, numpy arrays, marked in the call": lambda: lp.pareto(
            partner=lp.indexes(indexes, count=PARTNERS), amount=lp.minor(cents)
        ),
        "totals, numpy arrays, marked before": lambda: lp.totals(partner=who, amount=what),
        "pareto, frame of pandas with ids": lambda: lp.pareto(in_pandas),
        "pareto, frame of polars with ids": lambda: lp.pareto(in_polars),
        "pareto, dict of lists with ids": lambda: lp.pareto(columns),
    }
    print(f"microseconds of a call on {PARTNERS} partners")
    for name, call in cases.items():
        seconds(call, 200)
        print(f"Python, {name:<42} {statistics.median(seconds(call, 1000) for _ in range(ROUNDS)) * 1e6:6.1f}")


def sums_of(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by("partner").agg(pl.col("amount").sum())


def frames() -> None:
    rng = np.random.default_rng(1)
    print(f"seconds for a frame of polars with {ROWS:,} rows, two threads; ours / theirs")
    for partners in (100_000, 1_000_000):
        ids = pl.Series([f"P{i:07d}" for i in range(partners)])
        frame = pl.DataFrame(
            {
                "partner": ids[rng.integers(0, partners, ROWS)],
                "amount": np.round(rng.lognormal(8, 2, ROWS), 2),
            }
        )
        theirs, ours = [], []
        for _ in range(6):
            theirs.append(seconds(partial(sums_of, frame)))
            ours.append(seconds(partial(lp.totals, frame, threads=2)))
        a, b = statistics.median(ours[1:]), statistics.median(theirs[1:])
        print(f"{partners:>9,} ids: libpartner {a:.3f}, polars group_by {b:.3f}, ratio {a / b:.2f}")


if __name__ == "__main__":
    overhead()
    frames()
