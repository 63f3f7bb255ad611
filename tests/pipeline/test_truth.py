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

AS_OF, HORIZON = 900, 90
OUTCOMES = 2000  # simulated ones of a world, to see what a band holds
LEAST_HELD, MOST_HELD = 0.75, 0.85  # by a band from P10 to P90
CORRELATION_0, LEARNT = -1.0, 0.0


@dataclass(frozen=True)
class Case:
    nature: worlds.Nature
    most: float | None  # off the truth, in any stage; None = it is printed only
    landmark_days: int = 30
    correlation: float = CORRELATION_0
    draws: int = 10000
    bands: bool = False  # they are to hold what they ought to


# With two phases to a stage, a deal that is long in its stage is nearer to leaving it.
AGEING = worlds.Nature(per_stage=2, on=(1 / 20,) * 4)
CASES = {
    "memoryless": Case(worlds.Nature(), 0.05, bands=True),
    "ageing": Case(AGEING, 0.05, landmark_days=7),
    "never": Case(worlds.Nature(never=0.2), 0.15, landmark_days=7),
    "never_ageing": Case(replace(AGEING, never=0.2), 0.15, landmark_days=7),
    # Stages of 27 days and a look every 30: those who have just come to the first stage count for too much in it.
    "coarse_ageing": Case(AGEING, None),
    "coarse_never": Case(worlds.Nature(never=0.2), None),
    # Nine windows that must hold eight times: rather too wide than too narrow.
    "learnt": Case(worlds.Nature(), None, correlation=LEARNT, draws=2000),
}
SAYS = {
    "memoryless": "chances do not depend on age, no deal stays open for ever",
    "ageing": "chances depend on the age in the stage, no deal stays open for ever",
    "never": "20 % never close, chances do not depend on age",
    "never_ageing": "20 % never close, chances depend on the age in the stage",
    "coarse_ageing": "as ageing, with landmarks further apart than stages are long",
    "coarse_never": "as never, with landmarks further apart than stages are long",
    "learnt": "as memoryless, with a correlation learnt from past windows",
}


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
        total[won] += np.rint(np.exp(chance.normal(*nature.amount, int(won.sum()))))
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


def figures_of(library: Library, case: Case, seed: int) -> Figures:
    nature = case.nature
    truth = worlds.simulate(seed, nature, AS_OF, HORIZON)
    options = {
        "state_only": 0,
        "horizon_days": HORIZON,
        "landmark_days": case.landmark_days,
        "correlation": case.correlation,
        "draws": case.draws,
        "seed": seed,
    }
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


def figures_from(path: Path, headers: Path, name: str, seed: int) -> Figures:
    return figures_of(library_of(path, headers), CASES[name], seed)


# --- many worlds ---


def off_by(said: Sequence[float], true: Sequence[float]) -> tuple[float, float]:
    """How far the sums are apart, relative to the truth, and the standard error of that over the worlds."""
    n, whole = len(said), math.fsum(true)
    ratio = math.fsum(said) / whole
    squares = math.fsum((s - ratio * t) ** 2 for s, t in zip(said, true))
    return ratio - 1, math.sqrt(squares * n / (n - 1)) / whole


def check_stages(case: Case, found: Sequence[Figures], slack: float) -> None:
    """Each stage within its bound; `slack` standard errors more."""
    wrong, product = [], []
    for stage in range(case.nature.stages + 1):
        true = [one.true[stage] for one in found]
        off, error = off_by([one.said[stage] for one in found], true)
        other, _ = off_by([one.product[stage] for one in found], true)
        product.append(abs(other))
        print(
            f"  stage {stage}: {math.fsum(true):7.1f} won, forecast {off:+6.1%} (s.e. {error:.1%}), "
            f"win rate × P(closes) {other:+.1%}"
        )
        if case.most is not None and abs(off) > case.most + slack * error:
            wrong.append(f"stage {stage} is {off:+.1%} off, expected at most {case.most:.0%}")
    assert not wrong, "; ".join(wrong)
    assert case.most is None or max(product) > 2 * case.most, "the product is no worse"


def check_bands(case: Case, what: str, bands: Sequence[Band], slack: float) -> None:
    """By the truth the bands hold what they ought to, and what came is as the truth says, within three standard errors.

    What came says less: 200 worlds are 200 outcomes, with a standard error of 3 %.
    """
    n, chances = len(bands), np.array([one.chance for one in bands])
    held, chance = sum(one.held for one in bands), float(chances.mean())
    error, luck = float(chances.std(ddof=1)) / math.sqrt(n), math.sqrt(float((chances * (1 - chances)).sum())) / n
    print(
        f"  P10–P90 of the {what} held {held} of {n} outcomes ({held / n:.1%}, s.e. {luck:.1%}); "
        f"{chance:.1%} of those that the truth may bring (s.e. {error:.1%})"
    )
    if case.bands:
        assert abs(held / n - chance) <= 3 * luck, f"{what}: outcomes are not as the truth says"
        assert LEAST_HELD - slack * error <= chance <= MOST_HELD + slack * error, (
            f"bands of the {what} hold {chance:.1%}"
        )


# --- all of it ---

SHORT, LONG = 8, 200


def main() -> int:
    parser = argparse.ArgumentParser(description="The library's forecasts against the truth.")
    parser.add_argument("library", type=Path)
    parser.add_argument("headers", type=Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int)
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--jobs", type=int)
    asked = parser.parse_args()
    jobs = asked.jobs or (os.cpu_count() if asked.long else 1) or 1
    count = asked.worlds or (LONG if asked.long else SHORT)
    slack, failed = 0 if asked.long else 3, 0
    with ProcessPoolExecutor(jobs) as pool:
        for name, case in CASES.items():
            if asked.only not in (None, name) or (case.most is None and not (asked.long or asked.only)):
                continue
            seeds = range(asked.seed, asked.seed + count)
            same = itertools.repeat
            found = list(pool.map(figures_from, same(asked.library), same(asked.headers), same(name), seeds))
            print(f"{name}: {SAYS[name]}; {count} worlds, seeds {seeds[0]} … {seeds[-1]}")
            try:
                check_stages(case, found, slack)
                check_bands(case, "money", [one.money for one in found], slack)
                check_bands(case, "number won", [one.won for one in found], slack)
            except AssertionError as error:
                failed += 1
                print(f"  FAILED: {error}\n  python {' '.join(sys.argv)} --only {name}")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
