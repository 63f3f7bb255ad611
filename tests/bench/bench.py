# SPDX-License-Identifier: MIT
"""Speed against peers, all in one run: medians of 5 after a warm-up, each round runs every contestant once, so that
a machine that changes its pace changes it for all. Called by run.sh with the build directory.

Input (seeded): lognormal amounts (mu 8, sigma 2, in cents), 2 % of them negative; partners uniform. What it cannot
show: presorted or heavily tied data."""

import argparse
import ctypes as c
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import loyalty
import pipeline
import segment

ROUNDS = 5
THREADS = 2
WHAT = ["pareto", "resampling", "tail", "totals", "loyalty", "pipeline", "segment", "csv"]


class Amounts(c.Structure):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved", c.c_uint32),
        ("rows", c.c_size_t),
        ("amount", c.c_void_p),
        ("group", c.c_void_p),
        ("partner", c.c_void_p),
    ]


class ParetoOptions(c.Structure):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved", c.c_uint32),
        ("threads", c.c_uint32),
        ("points", c.c_uint32),
        ("interrupt", c.c_void_p),
        ("interrupt_data", c.c_void_p),
        ("cuts", c.c_uint32 * 8),
        ("population", c.c_uint8),
        ("negatives", c.c_uint8),
        ("leave_one_out", c.c_uint8),
        ("resample", c.c_uint8),
        ("tail", c.c_uint8),
        ("discrete", c.c_uint8),
        ("xyz", c.c_uint8),
        ("since_first", c.c_uint8),
        ("replicates", c.c_uint32),
        ("confidence", c.c_uint32),
        ("seed", c.c_uint64),
        ("min_tail", c.c_uint32),
        ("tail_replicates", c.c_uint32),
        ("xyz_days", c.c_uint32),
        ("xyz_cuts", c.c_uint32 * 2),
    ]


class Sales(c.Structure):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved", c.c_uint32),
        ("rows", c.c_size_t),
        ("partner", c.c_void_p),
        ("amount", c.c_void_p),
        ("day", c.c_void_p),
        ("margin", c.c_void_p),
        ("product", c.c_void_p),
        ("currency", c.c_void_p),
    ]


class TotalsOptions(c.Structure):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved", c.c_uint32),
        ("threads", c.c_uint32),
        ("min_sales", c.c_uint32),
        ("interrupt", c.c_void_p),
        ("interrupt_data", c.c_void_p),
        ("roster", c.c_void_p),
        ("partners", c.c_size_t),
        ("from_day", c.c_int32),
        ("to_day", c.c_int32),
        ("previous_from_day", c.c_int32),
        ("previous_to_day", c.c_int32),
        ("minor_units", c.c_uint8),
        ("roll_up", c.c_uint8),
    ]


def pointer(array):
    return array.ctypes.data_as(c.c_void_p)


def lognormal(rows, seed):
    random = np.random.default_rng(seed)
    amounts = (100 * np.exp(8 + 2 * random.standard_normal(rows))).astype(np.int64)
    amounts[random.random(rows) < 0.02] *= -1
    return amounts


def compare(title, contestants, rounds=ROUNDS):
    """contestants: {name: function}; the first one is ours. Prints medians and ratios ours / theirs."""
    times = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, run in contestants.items():
            start = time.perf_counter()
            run()
            if turn > 0:
                times[name].append(time.perf_counter() - start)
    ours = next(iter(contestants))
    print(f"\n{title}\n{'':28}{'min':>9}{'median':>9}{'max':>9}   ratio of medians, ours / theirs")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        ratio = "" if name == ours else f"   {statistics.median(times[ours]) / median:.3f}"
        print(f"{name:28}{min(seconds):8.3f}s{median:8.3f}s{max(seconds):8.3f}s{ratio}")
    sys.stdout.flush()


def bench_pareto(library, rows):
    amounts = lognormal(rows, 1)
    library.partner_pareto_new.argtypes = [c.c_void_p] * 4
    library.partner_pareto_free.argtypes = [c.c_void_p]

    def ours(threads):
        options = ParetoOptions(struct_size=c.sizeof(ParetoOptions), threads=threads)
        given = Amounts(struct_size=c.sizeof(Amounts), rows=rows, amount=pointer(amounts))
        result = c.c_void_p()
        assert library.partner_pareto_new(c.byref(given), c.byref(options), c.byref(result), None) == 0
        library.partner_pareto_free(result)

    def with_numpy(kind):
        value = np.maximum(amounts, 0)
        order = np.argsort(-value, kind=kind)
        ranked = value[order]
        cumulative = np.cumsum(ranked)
        total = cumulative[-1]
        weight = np.arange(rows - 1, -rows, -2)
        return cumulative / total, (weight * ranked.astype(np.float64)).sum() / (rows * float(total))

    frame = pl.DataFrame({"i": np.arange(rows, dtype=np.uint32), "v": np.maximum(amounts, 0)})

    def with_polars():
        value, before = pl.col("v"), pl.col("c") - pl.col("v")
        return (
            frame.lazy()
            .with_columns(rank=value.rank("min", descending=True), share=value / value.sum())
            .sort("v", descending=True, maintain_order=True)
            .with_columns(c=value.cum_sum())
            .with_columns(
                cumulative_share=pl.col("c") / value.sum(),
                class_of=pl.when(before < 0.8 * value.sum())
                .then(0)
                .when(before < 0.95 * value.sum())
                .then(1)
                .otherwise(2),
            )
            .sort("i")
            .collect()
        )

    base = duckdb.connect()
    base.execute(f"set threads = {THREADS}")
    base.register("source", frame.to_arrow())
    base.execute("create table amounts as select i, v from source")

    def with_duckdb():
        base.execute(
            "create or replace table result as with s as (select i, v, rank() over (order by v desc) as rank, "
            "v / sum(v) over () as share, sum(v) over (order by v desc, i rows unbounded preceding) as c, "
            "sum(v) over () as t from amounts) "
            "select i, rank, share, c / t as cumulative_share, "
            "case when c - v < 0.8 * t then 0 when c - v < 0.95 * t then 1 else 2 end as class_of from s"
        )

    compare(
        f"pareto: {rows:,} amounts, rank, class, share, order and all statistics",
        {
            "libpartner, 2 threads": lambda: ours(THREADS),
            "libpartner, 1 thread": lambda: ours(1),
            "numpy argsort+cumsum+Gini": lambda: with_numpy("quicksort"),
            "  the same, stable sort": lambda: with_numpy("stable"),
            "polars, 2 threads": with_polars,
            "DuckDB, 2 threads": with_duckdb,
        },
    )
    memory_of_pareto(library, ours, rows)


def status(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


def memory_of_pareto(library, ours, rows):
    """Peak resident memory over the call, less the 25 bytes of output per row."""
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    before = status("VmRSS")
    ours(THREADS)
    besides = (status("VmHWM") - before) / rows - 25
    print(f"\npareto: peak memory besides input and output: {besides:.1f} bytes per partner")


def bench_resampling(library, rows):
    replicates = 1000
    amounts = lognormal(rows, 6)
    library.partner_pareto_new.argtypes = [c.c_void_p] * 4
    library.partner_pareto_free.argtypes = [c.c_void_p]

    def ours(threads):
        options = ParetoOptions(struct_size=c.sizeof(ParetoOptions), threads=threads, resample=1, replicates=replicates)
        given = Amounts(struct_size=c.sizeof(Amounts), rows=rows, amount=pointer(amounts))
        result = c.c_void_p()
        assert library.partner_pareto_new(c.byref(given), c.byref(options), c.byref(result), None) == 0
        library.partner_pareto_free(result)

    ranked = np.sort(np.maximum(amounts, 0))[::-1].astype(np.float64)
    random = np.random.default_rng(7)

    def with_numpy():
        figures = []
        for _ in range(replicates):
            counts = np.bincount(random.integers(0, rows, rows), minlength=rows)
            places, sums = np.cumsum(counts), np.cumsum(counts * ranked)
            total = sums[-1]
            gini = (counts * ranked * (rows - 2 * places + counts)).sum() / (rows * total)
            top = np.interp(0.2 * rows, places, sums) / total
            figures.append((gini, top, places[np.searchsorted(sums, 0.8 * total)] / rows))
        return np.quantile(figures, [0.025, 0.975], axis=0)

    compare(
        f"resampling: {replicates:,} replicates of {rows:,} partners",
        {
            "libpartner, 2 threads": lambda: ours(THREADS),
            "libpartner, 1 thread": lambda: ours(1),
            "numpy integers+bincount": with_numpy,
        },
        rounds=3,
    )


def tail_of(library, amounts, threads=THREADS, discrete=0, replicates=0):
    options = ParetoOptions(
        struct_size=c.sizeof(ParetoOptions), threads=threads, discrete=discrete, tail_replicates=replicates
    )
    given = Amounts(struct_size=c.sizeof(Amounts), rows=len(amounts), amount=pointer(amounts))
    result = c.c_void_p()
    assert library.partner_tail_new(c.byref(given), c.byref(options), c.byref(result), None) == 0
    library.partner_tail_free(result)


def tail_shapes(rows):
    """Amounts in cents: what a tail is usually sought in, and what takes the search longest."""
    random = np.random.default_rng(7)
    survival = 1 - random.random(rows)
    many = rows * 9 // 10
    quantile = (np.arange(rows) + 0.5) / rows
    shapes = {
        "lognormal body, Pareto tail": np.concatenate(
            [100 * np.exp(random.normal(8, 1, many)), 1e6 * survival[many:] ** (-1 / 1.3)]
        ),
        "Pareto": 1e6 * survival ** (-1 / 1.5),
        "heavy Pareto (alpha 1.5)": 1e6 * survival**-2,
        "whole numbers, many ties": 10 * survival ** (-1 / 1.5),
        "lognormal": 100 * np.exp(random.normal(8, 2, rows)),
        "uniform": 1e12 * survival,
        "1, 2, 3 ...": 1 + np.arange(rows),
        "powers of a number": np.exp(np.linspace(0, 43, rows)),
    }
    if rows <= 500_000:
        shapes["Pareto's own quantiles"] = 1e6 * quantile ** (-1 / 1.5)
    return {name: np.clip(x, 1, 9e18).astype(np.int64) for name, x in shapes.items()}


def bench_tail(library, rows):
    library.partner_tail_new.argtypes = [c.c_void_p] * 4
    library.partner_tail_free.argtypes = [c.c_void_p]
    import powerlaw

    if "PARTNER_REAL_DATA" in os.environ:
        name, flares = (
            "solar flares",
            np.loadtxt(os.path.join(os.environ["PARTNER_REAL_DATA"], "powerlaw", "flares.txt.gz")),
        )
    else:
        print("\ntail: PARTNER_REAL_DATA is not set, so a sample of the size and kind of the solar flares is made up")
        name, flares = "made-up flares", np.floor(60 * (1 - np.random.default_rng(9).random(12_773)) ** (-1 / 0.8))
    whole = flares.astype(np.int64)
    warnings.simplefilter("ignore")
    compare(
        f"tail: {name}, {len(whole):,} amounts, fit with xmin; ours with both alternatives",
        {
            "libpartner, 2 threads": lambda: tail_of(library, whole),
            "libpartner, 1 thread": lambda: tail_of(library, whole, 1),
            "powerlaw": lambda: powerlaw.Fit(flares, verbose=False).alpha,
        },
    )
    compare(
        f"tail: {name}, goodness of fit, 1000 replicates",
        {"libpartner, 2 threads": lambda: tail_of(library, whole, replicates=1000)},
        rounds=1,
    )
    print(f"\ntail: seconds on {THREADS} threads, continuous and discrete, by number of amounts")
    sizes = [rows // 25, rows // 5, rows]
    print(f"{'':30}" + "".join(f"{size:>20,}" for size in sizes))
    cells = {}
    for size in sizes:
        for shape, amounts in tail_shapes(size).items():
            for discrete in (0, 1):
                start = time.perf_counter()
                tail_of(library, amounts, discrete=discrete)
                cells.setdefault(shape, {}).setdefault(size, []).append(time.perf_counter() - start)
    for shape, by_size in cells.items():
        print(
            f"{shape:30}"
            + "".join(f"{by_size[s][0]:10.2f}{by_size[s][1]:10.2f}" if s in by_size else f"{'-':>20}" for s in sizes)
        )


def bench_totals(library, rows):
    partners = 1_000_000
    random = np.random.default_rng(2)
    partner = random.integers(0, partners, rows, dtype=np.uint32)
    day = random.integers(14_000, 16_000, rows, dtype=np.int32)
    amount = lognormal(rows, 3)
    library.partner_totals_new.argtypes = [c.c_void_p] * 4
    library.partner_totals_free.argtypes = [c.c_void_p]

    def ours(threads):
        options = TotalsOptions(struct_size=c.sizeof(TotalsOptions), threads=threads)
        given = Sales(
            struct_size=c.sizeof(Sales), rows=rows, partner=pointer(partner), amount=pointer(amount), day=pointer(day)
        )
        result = c.c_void_p()
        assert library.partner_totals_new(c.byref(given), c.byref(options), c.byref(result), None) == 0
        library.partner_totals_free(result)

    with_pandas = pd.DataFrame({"partner": partner, "day": day, "amount": amount})
    frame = pl.DataFrame({"partner": partner, "day": day, "amount": amount})
    base = duckdb.connect()
    base.execute(f"set threads = {THREADS}")
    base.register("source", frame.to_arrow())
    base.execute("create table sales as select * from source")

    def pandas_run():
        return with_pandas.groupby("partner", sort=True).agg(
            revenue=("amount", "sum"), sales=("amount", "count"), first_day=("day", "min"), last_day=("day", "max")
        )

    def polars_run():
        return frame.group_by("partner").agg(
            revenue=pl.col("amount").sum(), sales=pl.len(), first_day=pl.col("day").min(), last_day=pl.col("day").max()
        )

    def duckdb_run():
        base.execute(
            "create or replace table result as select partner, sum(amount), count(*), min(day), max(day) "
            "from sales group by partner"
        )

    compare(
        f"totals: {rows:,} rows over {partners:,} partners; the peers: sum, count, min, max",
        {
            "libpartner, 2 threads": lambda: ours(THREADS),
            "libpartner, 1 thread": lambda: ours(1),
            "pandas": pandas_run,
            "polars, 2 threads": polars_run,
            "DuckDB, 2 threads": duckdb_run,
        },
    )


def bench_csv(build, rows):
    command = os.path.join(build, "src", "cli", "partner")
    random = np.random.default_rng(4)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sales.csv")
        days = np.datetime64("2024-01-01") + random.integers(0, 730, rows)
        cents = lognormal(rows, 5)
        pl.DataFrame(
            {
                "partner": [f"P{i:06d}" for i in random.integers(0, 20_000, rows)],
                "day": days,
                "amount": cents / 100,
            }
        ).write_csv(path)
        megabytes = os.path.getsize(path) / 1e6

        def ours():
            subprocess.run(
                [command, "totals", path, "--format", "json", "--output", os.path.join(folder, "out")], check=True
            )

        def polars_run():
            pl.read_csv(path, try_parse_dates=True).group_by("partner").agg(pl.col("amount").sum())

        def duckdb_run():
            duckdb.sql("set threads = 1")
            duckdb.sql(f"select partner, sum(amount) from read_csv('{path}') group by partner").fetchall()

        compare(
            f"command: totals of a CSV of {megabytes:.0f} MB, {rows:,} rows, end to end (one thread)",
            {"partner totals": ours, "polars read_csv+group_by": polars_run, "DuckDB, 1 thread": duckdb_run},
        )
        start = time.perf_counter()
        ours()
        print(f"\ncommand: about {megabytes / (time.perf_counter() - start):.0f} MB/s in one more run")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("what", nargs="*", default=WHAT)
    parser.add_argument("--rows", type=int)
    given = parser.parse_args()
    library = c.CDLL(os.path.join(given.build, "src", "libpartner.so"))
    library.partner_version.restype = c.c_char_p
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    print(
        f"libpartner {library.partner_version().decode()}, {model}, {os.cpu_count()} processors; "
        f"numpy {np.__version__}, pandas {pd.__version__}, polars {pl.__version__}, "
        f"DuckDB {duckdb.__version__}, pyarrow {pa.__version__}"
    )
    if "pareto" in given.what:
        bench_pareto(library, given.rows or 10_000_000)
    if "resampling" in given.what:
        bench_resampling(library, given.rows or 100_000)
    if "tail" in given.what:
        bench_tail(library, given.rows or 5_000_000)
    if "totals" in given.what:
        bench_totals(library, given.rows or 100_000_000)
    if "loyalty" in given.what:
        loyalty.bench(library, compare, given.rows or 20_000_000, THREADS)
    if "pipeline" in given.what:
        pipeline.bench(given.build, compare, given.rows or 1_000_000, THREADS)
    if "segment" in given.what:
        segment.bench(given.build, compare, given.rows or 1_000_000, THREADS)
    if "csv" in given.what:
        bench_csv(given.build, given.rows or 5_000_000)


if __name__ == "__main__":
    main()
