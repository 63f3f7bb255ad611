# SPDX-License-Identifier: MIT
"""Long calls: Ctrl-C ends them at once, what a handler raises comes out as it was, other threads go on."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from typing import Any

import libpartner as lp
import numpy as np
import pytest

LIMIT = 0.2  # seconds from the signal to the exception

# A call that takes far longer than any test: one of 100 million rows over and over would, too, but not in the
# memory of a small machine.
LONG = """
    rng = np.random.default_rng(1)
    who = lp.indexes(np.arange(20_000, dtype=np.uint32))
    cents = lp.minor(rng.integers(1, 10**6, 20_000))

    def long_call():
        lp.pareto(partner=who, amount=cents, resample=True, replicates=1_000_000)
"""

ROWS = """
    # Pages of zeros that nobody wrote take no memory.
    who = lp.indexes(np.zeros(100_000_000, np.uint32))
    cents = lp.minor(np.zeros(100_000_000, np.int64))

    def long_call():
        while True:
            lp.totals(partner=who, amount=cents)
"""

IDS = """
    numbers = np.arange(30_000_000)
    cents = lp.minor(np.zeros(30_000_000, np.int64))

    def long_call():
        while True:
            lp.totals(partner=numbers, amount=cents)
"""

AMOUNTS = """
    who = lp.indexes(np.zeros(100_000_000, np.uint32))
    floats = np.zeros(100_000_000)

    def long_call():
        while True:
            lp.totals(partner=who, amount=floats)
"""

# An engine that answers with a result, and an object that has to be as it was when it is stopped.
EVENTS = """
    rows = 4_000_000
    program = {"rules": [{"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}], "expiry": {"months": 3}}
    kinds = lp.Dict(["sale"])
    events = dict(
        partner=lp.indexes(np.arange(rows, dtype=np.uint32) % 100_000),
        day=np.datetime64("2025-01-01") + np.arange(rows) // 100_000,
        kind=lp.indexes(np.zeros(rows, np.uint32)),
        amount=lp.minor(np.full(rows, 5000)),
    )
"""

LOYALTY = (
    EVENTS
    + """
    def long_call():
        while True:
            lp.loyalty(program, dicts={"kind": kinds}, **events)
"""
)

APPEND = (
    EVENTS
    + """
    state = lp.LoyaltyState(program, dicts={"kind": kinds})

    def long_call():
        try:
            while True:
                state.append(**events)
                events["day"] = events["day"] + 400
        finally:
            assert state.version % rows == 0
            state.advance("2040-01-01", ledger=False)
"""
)

CHILD = """
import os, signal, sys, threading, time
import libpartner as lp
import numpy as np
{setup}
sent = []
def press():
    sent.append(time.perf_counter())
    os.kill(os.getpid(), signal.SIGINT)
threading.Timer(0.5, press).start()
try:
    long_call()
except KeyboardInterrupt as error:
    took = time.perf_counter() - sent[0]
    assert type(error) is KeyboardInterrupt, type(error)
    print(took)
# and the next call works
assert lp.totals(partner=["a"], amount=[1]).revenue_total == 1
"""


def run_child(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


SETUPS = {"resampling": LONG, "rows": ROWS, "ids": IDS, "amounts": AMOUNTS, "loyalty": LOYALTY, "append": APPEND}


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS)
def test_ctrl_c_ends_a_long_call_at_once(setup: str) -> None:
    code = CHILD.format(setup=textwrap.dedent(setup))
    # Other programs may hold the processor for a moment: the best of three counts.
    took = []
    for _ in range(3):
        took.append(float(run_child(code)))
        if took[-1] < LIMIT:
            break
    assert min(took) < LIMIT


def long_inputs() -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    return lp.indexes(np.arange(20_000, dtype=np.uint32)), lp.minor(rng.integers(1, 10**6, 20_000))


class Mine(Exception):
    pass


def test_what_a_handler_raises_comes_out_as_it_was() -> None:
    who, cents = long_inputs()
    raised = Mine("mine")

    def handler(number: int, frame: Any) -> None:
        raise raised

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Mine) as caught:
            lp.pareto(partner=who, amount=cents, resample=True, replicates=1_000_000)
        assert caught.value is raised
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_handler_that_raises_nothing_stops_nothing() -> None:
    who, cents = long_inputs()
    seen: list[float] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: seen.append(time.perf_counter()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        result: Any = lp.pareto(partner=who, amount=cents, resample=True, replicates=500)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert result.resampling is not None
    assert len(seen) >= 3  # handlers ran while the call went on


def test_a_handler_may_call_the_library() -> None:
    who, cents = long_inputs()
    ids = lp.Dict(["a"])
    sums: list[Any] = []

    def handler(number: int, frame: Any) -> None:
        sums.append(lp.totals(partner=["a"], amount=[1], dict=ids).revenue_total)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        lp.pareto(partner=who, amount=cents, resample=True, replicates=500)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert sums and set(sums) == {1}


def test_a_handler_cannot_change_what_a_call_is_changing() -> None:
    ids = lp.Dict()
    numbers = np.arange(3_000_000)
    errors: list[BaseException] = []

    def handler(number: int, frame: Any) -> None:
        try:
            ids.add(["from the handler"])
        except lp.StateError as error:
            errors.append(error)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        lp.totals(partner=numbers, amount=lp.minor(np.zeros(len(numbers), np.int64)), dict=ids)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert errors
    assert len(ids) in (3_000_000, 3_000_001)  # the handler may also have run before or after


def test_other_threads_run_during_a_call() -> None:
    who, cents = long_inputs()
    stop = threading.Event()
    counted = 0

    def count() -> None:
        nonlocal counted
        while not stop.is_set():
            counted += 1

    thread = threading.Thread(target=count)
    thread.start()
    try:
        before = counted
        began = time.perf_counter()
        lp.pareto(partner=who, amount=cents, resample=True, replicates=300)
        took = time.perf_counter() - began
        during = counted - before
    finally:
        stop.set()
        thread.join()
    # A thread that gets turns of its own counts at least ten thousand times a second on any machine.
    assert during > 10_000 * took


def test_calls_run_side_by_side() -> None:
    who, cents = long_inputs()
    results: dict[int, Any] = {}

    def work(seed: int) -> None:
        results[seed] = lp.pareto(partner=who, amount=cents, resample=True, replicates=100, seed=seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, result in results.items():
        again: Any = lp.pareto(partner=who, amount=cents, resample=True, replicates=100, seed=seed)
        assert result.resampling.summary == again.resampling.summary
