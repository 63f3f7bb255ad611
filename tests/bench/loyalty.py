# SPDX-License-Identifier: MIT
"""Loyalty at speed: 20 million events of 400 thousand partners in no order under a three-tier program, and a day
appended to the state of a million partners. Called by bench.py.

Input (seeded): three years of days, 84 % sales (lognormal, mu 6, sigma 1.2, in cents), 8 % payments, 2 %
certifications, 1 % demo purchases, 3 % redemptions of 100 points, 2 % returns of an earlier sale, half of them in
part. What it cannot show: partners with many thousands of events each."""

import ctypes as c
import datetime
import statistics
import time
from collections import deque

import numpy as np
import polars as pl

PROGRAM = b"""{
  "name": "Channel Rewards", "minor_units": 2, "year_starts": 1,
  "rules": [
    {"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}, "round": "down"},
    {"id": "premium", "on": "sale", "when": {"product": ["premium"], "amount": {"min": 500}, "from": "2025-03-01",
     "to": "2025-06-01"}, "earn": {"points": 1, "per": 10}, "multiplier": 0.5, "cap": {"points": 2000, "per": "month"}},
    {"id": "margin", "on": "sale", "when": {"margin_rate": {"min": 300000}}, "earn": {"points": 25},
     "exclusive": "bonus"},
    {"id": "prompt", "on": "payment", "when": {"quantity": {"max": 0}}, "earn": {"points": 50},
     "tier_multiplier": false},
    {"id": "demo", "on": "demo_purchase", "earn": {"points": 200, "each": true}, "counts_for": ["reward"]},
    {"id": "welcome", "on": "sale", "when": {"first": true}, "earn": {"points": 500}}
  ],
  "cap": {"points": 20000, "per": "quarter"},
  "tiers": [
    {"id": "authorized"},
    {"id": "silver", "points": 1000, "multiplier": 1.1},
    {"id": "gold", "points": 5000, "multiplier": 1.25, "requires": [{"on": "certification", "count": 2, "months": 24},
     {"on": "sale", "amount": 50000}]}
  ],
  "qualification": {"window": "year", "max_drop": 1},
  "expiry": {"months": 24}, "pending_days": 30,
  "redeem": {"on": "redemption", "minimum": 100, "step": 50}, "adjust": {"on": "adjustment"}, "reversible_days": 730,
  "challenges": [{"id": "autumn", "on": "sale", "from": "2025-09-01", "to": "2025-12-01",
   "target": {"amount": 20000}, "bonus": 1000}],
  "point_value": 0.8
}"""
KINDS = ["sale", "payment", "certification", "demo_purchase", "redemption"]
FIRST_DAY = (datetime.date(2025, 1, 1) - datetime.date(1970, 1, 1)).days
DAYS = 1095
NO_ROW = (1 << 64) - 1
NO_AMOUNT = -(1 << 63)


class Events(c.Structure):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved", c.c_uint32),
        ("rows", c.c_size_t),
        ("partner", c.c_void_p),
        ("day", c.c_void_p),
        ("kind", c.c_void_p),
        ("event", c.c_void_p),
        ("amount", c.c_void_p),
        ("quantity", c.c_void_p),
        ("margin", c.c_void_p),
        ("product", c.c_void_p),
        ("reverses", c.c_void_p),
    ]


class Options(c.Structure):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved", c.c_uint32),
        ("threads", c.c_uint32),
        ("ledger", c.c_uint8),
        ("notices", c.c_uint8),
        ("skip_duplicates", c.c_uint8),
        ("minor_units", c.c_uint8),
        ("interrupt", c.c_void_p),
        ("interrupt_data", c.c_void_p),
        ("roster", c.c_void_p),
        ("partners", c.c_size_t),
        ("as_of_day", c.c_int32),
    ]


class Dicts(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("reserved", c.c_uint32)] + [
        (name, c.c_void_p) for name in ("partner", "kind", "product", "group", "tier", "rule", "event")
    ]


class Bytes(c.Structure):
    _fields_ = [("length", c.c_size_t), ("bytes", c.c_void_p)]


class Error(c.Structure):
    _fields_ = [
        ("head", c.c_uint8 * 16),
        ("names", c.c_char * 240),
        ("message", c.c_char * 512),
        ("rest", c.c_char * 256),
    ]


def check(status, error):
    assert status == 0, (status, error.message)


class Program:
    """A parsed program, the dictionaries beside it, and the indexes of kinds and products."""

    def __init__(self, library):
        library.partner_dict_find.restype = c.c_uint32
        library.partner_dict_find.argtypes = [c.c_void_p, c.c_char_p, c.c_size_t]
        error = Error()
        self.dicts = Dicts(struct_size=c.sizeof(Dicts))
        for name in ("kind", "product", "group", "tier", "rule"):
            dictionary = c.c_void_p()
            check(library.partner_dict_new(c.byref(dictionary), c.byref(error)), error)
            setattr(self.dicts, name, dictionary)
        self.program = c.c_void_p()
        check(
            library.partner_program_parse(
                PROGRAM, c.c_size_t(len(PROGRAM)), c.byref(self.dicts), c.byref(self.program), c.byref(error)
            ),
            error,
        )
        self.kind = {k: library.partner_dict_find(self.dicts.kind, k.encode(), len(k)) for k in KINDS}
        self.premium = library.partner_dict_find(self.dicts.product, b"premium", 7)


class Rows:
    """Columns of events, ready for the library."""

    def __init__(self, program, rows, partners, seed, first=FIRST_DAY, days=DAYS, returns=0.02):
        random = np.random.default_rng(seed)
        self.partner = random.integers(0, partners, rows, dtype=np.uint32)
        self.day = (first + random.integers(0, days, rows)).astype(np.int32)
        which = random.choice(5, rows, p=[0.86, 0.08, 0.02, 0.01, 0.03])
        codes = np.array([program.kind[k] for k in KINDS], dtype=np.uint32)
        self.kind = codes[which]
        cents = (100 * np.exp(6 + 1.2 * random.standard_normal(rows))).astype(np.int64)
        self.amount = np.where(which == 0, cents, 0)
        self.quantity = np.where(which == 4, 100, np.where(which == 1, random.integers(-5, 10, rows), 1))
        self.margin = np.where(which == 0, (cents * random.random(rows) * 0.5).astype(np.int64), NO_AMOUNT)
        self.product = np.where(random.random(rows) < 0.3, program.premium, program.premium + 1).astype(np.uint32)
        self.reverses = np.full(rows, NO_ROW, dtype=np.uint64)
        self.take_back(random, which, int(rows * returns), first + days)

    def take_back(self, random, which, returns, end):
        """Makes some sales returns of other sales of the same partner, on a later day."""
        sales = np.flatnonzero(which == 0)
        chosen = random.choice(sales, 2 * returns, replace=False)
        original, back = chosen[:returns], chosen[returns:]
        later = self.day[original] + random.integers(1, 300, returns)
        fits = later < end
        original, back, later = original[fits], back[fits], later[fits]
        self.partner[back] = self.partner[original]
        self.day[back] = later
        self.reverses[back] = original
        part = np.where(random.random(len(back)) < 0.5, 1, 2)
        self.amount[back] = self.amount[original] // part

    def events(self, **extra):
        given = Events(struct_size=c.sizeof(Events), rows=len(self.partner))
        for name in ("partner", "day", "kind", "amount", "quantity", "margin", "product", "reverses"):
            setattr(given, name, getattr(self, name).ctypes.data)
        return given


def polars_run(frame):
    """The base rule, tiers by the year's points so far, and expiry; neither returns, redemptions, caps nor lots."""
    year_points = pl.col("base").cum_sum().over("partner", "year") - pl.col("base")
    tier = pl.when(year_points >= 5000).then(12500).when(year_points >= 1000).then(11000).otherwise(10000)
    return (
        frame.filter(pl.col("sale"))
        .sort("partner", "day", maintain_order=True)
        .with_columns(base=pl.col("amount") // 1000, year=pl.col("date").dt.year())
        .with_columns(points=pl.col("amount") * tier // 10_000_000, expiry=pl.col("date").dt.offset_by("25mo"))
        .group_by("partner")
        .agg(
            issued=pl.col("points").sum(),
            expired=pl.col("points").filter(pl.col("expiry") <= datetime.date(2027, 12, 31)).sum(),
        )
    )


def python_run(rows, kinds, count):
    """The same with lots, redemptions and pending points, a partner at a time; no returns, caps or bonuses."""
    order = np.lexsort((rows.day[:count], rows.partner[:count]))
    partner, day = rows.partner[order].tolist(), rows.day[order].tolist()
    amount, kind = rows.amount[order].tolist(), rows.kind[order].tolist()
    plain = (rows.reverses[order] == NO_ROW).tolist()
    last, year, held, lots = -1, -1, 0, deque()
    issued = redeemed = expired = 0
    for i in range(count):
        if partner[i] != last:
            last, year, held, lots = partner[i], -1, 0, deque()
        today = day[i]
        this_year = (today - FIRST_DAY) // 365
        if this_year != year:
            year, held = this_year, 0
        while lots and lots[0][0] <= today:
            expired += lots.popleft()[2]
        if not plain[i]:
            continue
        if kind[i] == kinds["sale"]:
            rate = 12500 if held >= 5000 else 11000 if held >= 1000 else 10000
            points = amount[i] * rate // 10_000_000
            held += points
            issued += points
            lots.append([today + 760, today + 30, points])
        elif kind[i] == kinds["redemption"]:
            if sum(lot[2] for lot in lots if lot[1] <= today) < 100:
                continue
            want = 100
            while want > 0:
                used = min(want, lots[0][2])
                want -= used
                lots[0][2] -= used
                if lots[0][2] == 0:
                    lots.popleft()
            redeemed += 100
    return issued, redeemed, expired


def bench_run(library, compare, rows, threads):
    partners = max(rows // 50, 1)
    program = Program(library)
    made = Rows(program, rows, partners, 6)
    error = Error()

    def ours(threads, ledger):
        options = Options(struct_size=c.sizeof(Options), threads=threads, ledger=ledger)
        result = c.c_void_p()
        check(
            library.partner_loyalty_new(
                program.program, c.byref(made.events()), c.byref(options), c.byref(result), c.byref(error)
            ),
            error,
        )
        library.partner_loyalty_free(result)

    frame = pl.DataFrame(
        {
            "partner": made.partner,
            "day": made.day,
            "date": made.day.astype("datetime64[D]"),
            "amount": made.amount,
            "sale": (made.kind == program.kind["sale"]) & (made.reverses == NO_ROW),
        }
    )
    compare(
        f"loyalty: {rows:,} events of {partners:,} partners; polars does the base rule, tiers and expiry only",
        {
            "full ledger, 1 thread": lambda: ours(1, 1),
            "full ledger, 2 threads": lambda: ours(threads, 1),
            "no ledger, 1 thread": lambda: ours(1, 0),
            "no ledger, 2 threads": lambda: ours(threads, 0),
            "polars, 2 threads": lambda: polars_run(frame),
        },
    )
    count = min(rows, 500_000)
    some = Rows(program, count, max(count // 50, 1), 7)
    start = time.perf_counter()
    python_run(some, program.kind, count)
    speed = count / (time.perf_counter() - start)
    print(f"Python with lots (base rule, tiers, expiry, redemption): {speed:,.0f} events/s")


def bench_state(library, rows):
    """A day of 10 thousand events to the loaded state of a million partners."""
    partners = max(rows // 20, 1)
    program = Program(library)
    error = Error()
    state, saved = c.c_void_p(), c.POINTER(Bytes)()
    options = Options(struct_size=c.sizeof(Options), threads=1)
    history = Rows(program, partners * 5, partners, 8)
    library.partner_loyalty_state_load.argtypes = [c.c_void_p, c.c_size_t] + [c.c_void_p] * 4
    library.partner_loyalty_state_append.argtypes = [c.c_void_p, c.c_void_p, c.c_uint64] + [c.c_void_p] * 3
    check(library.partner_loyalty_state_new(program.program, None, c.byref(state), c.byref(error)), error)
    check(
        library.partner_loyalty_state_append(
            state, c.byref(history.events()), NO_ROW, c.byref(options), None, c.byref(error)
        ),
        error,
    )
    check(
        library.partner_loyalty_state_advance(
            state, c.c_int32(FIRST_DAY + DAYS), c.byref(options), None, c.byref(error)
        ),
        error,
    )
    check(library.partner_loyalty_state_save(state, None, c.byref(saved), c.byref(error)), error)
    library.partner_loyalty_state_free(state)
    length = saved.contents.length
    start = time.perf_counter()
    check(
        library.partner_loyalty_state_load(
            saved.contents.bytes, length, program.program, None, c.byref(state), c.byref(error)
        ),
        error,
    )
    loading = time.perf_counter() - start
    times = []
    for day in range(1, 8):
        one = Rows(program, 10_000, partners, 100 + day, FIRST_DAY + DAYS + day, 1, returns=0)
        result = c.c_void_p()
        wanted = Options(struct_size=c.sizeof(Options), threads=1, ledger=1)
        start = time.perf_counter()
        check(
            library.partner_loyalty_state_append(
                state, c.byref(one.events()), NO_ROW, c.byref(wanted), c.byref(result), c.byref(error)
            ),
            error,
        )
        times.append(time.perf_counter() - start)
        library.partner_loyalty_free(result)
    library.partner_loyalty_state_free(state)
    print(
        f"\nstate of {partners:,} partners with {partners * 5:,} events: {length / partners:.0f} bytes a partner "
        f"saved, loaded in {loading:.2f} s; a day of 10,000 events with its ledger appended in "
        f"{1000 * statistics.median(times):.1f} ms (slowest of 7: {1000 * max(times):.1f} ms)"
    )


def bench(library, compare, rows, threads):
    library.partner_loyalty_free.argtypes = [c.c_void_p]
    library.partner_loyalty_state_free.argtypes = [c.c_void_p]
    library.partner_dict_new.argtypes = [c.c_void_p] * 2
    bench_run(library, compare, rows, threads)
    bench_state(library, rows)
