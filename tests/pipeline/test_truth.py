# SPDX-License-Identifier: MIT
"""The library's forecasts on simulated worlds, of which everything is known.

    python tests/pipeline/test_truth.py LIBRARY HEADERS [--long] [--seed N] [--worlds N] [--only CHECK] [--jobs N]

Deals go from stage to stage by chances that are given (worlds.py, Nature), so that the true probability of every open
deal is known: what is off is not the luck of the outcomes. Each world is made from its own seed, 1, 2, 3 …; all figures
are printed. The long run has the worlds and the bounds that are asked for, the short run fewer worlds and bounds wider
by three standard errors of what they leave to chance.

Two things are beside each other: the forecast, and the product "win rate × P(closes within the horizon)", which is
what not to do: deals that are won and deals that are lost do not close by one clock.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import math
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

try:
    import numpy as np
except ImportError:
    print("skipped: the worlds need numpy")
    sys.exit(77)

import plain_forecast as ahead
import plain_state as state
import worlds
from engine import Library, World

AS_OF, HORIZON, DRAWS = 900, 90, 10000
OUTCOMES = 2000  # simulated ones of a world, to see what a band holds
CORRELATION_0 = -1.0


# --- one world ---


@dataclass(frozen=True)
class Band:
    """P10 and P90 of a world: whether they held what came, and how probable that was by the truth."""

    held: bool
    chance: float


@dataclass(frozen=True)
class Figures:
    """Of one world: deals won within the horizon, by stage."""

    said: list[float]
    true: list[float]
    product: list[float]  # win rate × P(closes)
    money: Band
    won: Band


def rows_of(truth: worlds.Truth, seed: int) -> worlds.World:
    """As the tables that the library reads."""
    data = truth.data
    stages = [
        {"id": stage, "milestones": [{"id": one.id} for one in data.process.milestones if one.stage == i]}
        for i, stage in enumerate(data.process.stages)
    ]
    deals, reports = [], []
    for deal in data.deals:
        row = {"deal": deal.id, "partner": deal.partner or "", "opened": state.iso(deal.opened)}
        if deal.closed is not None:
            row |= {"closed": state.iso(deal.closed), "outcome": deal.outcome}
        if deal.amount is not None:
            row["amount"] = worlds.money_text(deal.amount)
        deals.append(row)
        for one in data.reports_of(deal):
            name = data.process.milestones[one.milestone].id
            reports.append({"deal": deal.id, "milestone": name, "day": state.iso(one.day)})
    return worlds.World(seed, {"stages": stages}, deals, reports, [], {})


def closes_within(curves: Any, stage: int) -> float:
    """Of the snapshots of a stage: won or lost within the horizon."""
    first = bisect.bisect_left(curves.stage[: curves.points], stage)
    last = bisect.bisect_left(curves.stage[: curves.points], stage + 1)
    at = bisect.bisect_right(curves.days[first:last], HORIZON) + first - 1
    return float(curves.won[at] + curves.lost[at]) if at >= first else 0.0


def money_drawn(truth: worlds.Truth, nature: worlds.Nature, seed: int) -> Any:
    """What the open deals may bring within the horizon, by the truth."""
    chance = np.random.default_rng((seed, 1))
    total = np.zeros(OUTCOMES)
    for p in truth.p.values():
        won = chance.random(OUTCOMES) < p
        total[won] += np.rint(np.exp(chance.normal(nature.amount_mean, nature.amount_sd, int(won.sum()))))
    return total


def bands_of(found: Any, truth: worlds.Truth, nature: worlds.Nature, seed: int) -> tuple[Band, Band]:
    came = ahead.won_later(truth.data, state.cut(truth.data, AS_OF), HORIZON)
    brought = sum(deal.amount or 0 for deal in came)
    count = ahead.poisson_binomial(list(truth.p.values()))
    money = money_drawn(truth, nature, seed)
    low, high = int(found.won_p10), int(found.won_p90)
    return (
        Band(found.p10 <= brought <= found.p90, float(np.mean((found.p10 <= money) & (money <= found.p90)))),
        Band(low <= len(came) <= high, float(count[low : high + 1].sum())),
    )


def figures_of(library: Library, nature: worlds.Nature, seed: int, correlation: float) -> Figures:
    truth = worlds.simulate(seed, nature, AS_OF, HORIZON)
    options = {"state_only": 0, "horizon_days": HORIZON, "draws": DRAWS, "seed": seed, "correlation": correlation}
    said, true, product = ([0.0] * (nature.stages + 1) for _ in range(3))
    with closing(World(library, rows_of(truth, seed))) as given, given.running(AS_OF, **options) as result:
        made = result.contents
        table, rates, found = made.deal.contents, made.rates.contents, made.forecast.contents
        closes = [closes_within(made.curves.contents, stage) for stage in range(nature.stages + 1)]
        for i in range(table.deals):
            if table.outcome[i] == 0:
                stage = table.stage[i]
                said[stage] += table.probability[i]
                true[stage] += truth.p[table.deal[i]]
                product[stage] += rates.rate[stage] * closes[stage]
        money, won = bands_of(found, truth, nature, seed)
        assert found.deals == len(truth.p)
    return Figures(said, true, product, money, won)


@cache
def library_of(path: Path, headers: Path) -> Library:
    return Library(path, headers)


def figures_from(path: Path, headers: Path, nature: worlds.Nature, seed: int, correlation: float) -> Figures:
    return figures_of(library_of(path, headers), nature, seed, correlation)


# --- many worlds ---


def share_off(said: Sequence[float], true: Sequence[float]) -> tuple[float, float]:
    """How far the sums are apart, relative to the truth, and the standard error of that over the worlds."""
    n, whole = len(said), math.fsum(true)
    ratio = math.fsum(said) / whole
    squares = math.fsum((s - ratio * t) ** 2 for s, t in zip(said, true))
    return ratio - 1, math.sqrt(squares * n / (n - 1)) / whole


def shares(bands: Sequence[Band]) -> tuple[float, float, float]:
    """Held; held by the truth, and its standard error over the worlds."""
    chances = [one.chance for one in bands]
    return float(np.mean([one.held for one in bands])), float(np.mean(chances)), float(np.std(chances, ddof=1)) / math.sqrt(len(chances))
