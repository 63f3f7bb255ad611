# SPDX-License-Identifier: MIT
"""What will close, of the library and of the plain implementation, on random worlds.

    python tests/pipeline/test_forecast.py LIBRARY HEADERS [--seed N] [--worlds N] [--only CHECK]

Chances, amounts and sums are compared as numbers; draws as distributions: what the library calls P10 must be at about
a tenth of the plain draws. A failure prints the check, the seed, what was found, and the command that runs it again.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import os
import random
import sys
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

try:
    import numpy as np
except ImportError:
    print("skipped: the plain implementation needs numpy")
    sys.exit(77)

import plain_forecast as ahead
import plain_model as model
import plain_state as state
import worlds
from engine import NO_AMOUNT, NONE, Library, World, bytes_of, whole_amount
from test_learning import data_id, failure, first_closing, near

DRAWS, SEED = 4000, 7
CLOSED = 4
SOURCES = {"own": 0, "partner": 1, "channel": 2, "": 3}
CATEGORIES = {"commit": 0, "best case": 1, "pipeline": 2, "omitted": 3}
LOOSE = 1e-5  # relative, of what passes through a fitted model
NAN = float("nan")
THREADS_ALL = 2**32 - 1


def base_options(world: worlds.World, **more: Any) -> dict[str, Any]:
    asked = state.optional_day(world.options["known_from"])
    options: dict[str, Any] = {
        "state_only": 0,
        "correlation": 0.1,
        "draws": DRAWS,
        "seed": SEED,
        "horizon_days": int(world.options["horizon"]),
    }
    if asked is not None:
        options["known_from_day"] = asked
    return options | more


def known_from_of(world: worlds.World, data: state.Data) -> int | None:
    asked = state.optional_day(world.options["known_from"])
    return first_closing(data) if asked is None else asked


def money_near(what: str, found: int, expected: Any, tolerance: float = LOOSE) -> None:
    """Whole minor units: half of one and what passes through a fitted model."""
    if expected is None or math.isnan(expected):
        assert found == NO_AMOUNT, f"{what}: found {found}, expected none"
        return
    most = 0.5 + 1e-9 + tolerance * (1 + abs(expected))
    assert found != NO_AMOUNT and abs(found - expected) <= most, f"{what}: found {found}, expected {float(expected)}"


def compare_lines(made: Any, given: World, data: state.Data, lines: list[ahead.Line]) -> None:
    table = made.deal.contents
    place = {table.deal[i]: i for i in range(table.deals)}
    for one in lines:
        i = place[given.place[data_id(data, one.deal.row)]]
        near("probability", table.probability[i], one.p, LOOSE)
        assert table.beyond[i] == one.beyond_experience
        assert table.amount_from[i] == SOURCES[one.money.source], (table.amount_from[i], one.money.source)
        assert table.amount[i] == whole_amount(one.money.mean), (table.amount[i], one.money.mean)
        category = ahead.category_of(table.probability[i], len(data.reports_of(one.deal)))
        assert table.category[i] == CATEGORIES[category]
    open_rows = {given.place[data_id(data, one.deal.row)] for one in lines}
    for deal, i in place.items():
        if deal not in open_rows:
            assert math.isnan(table.probability[i]) and table.amount[i] == NO_AMOUNT
            assert table.category[i] == table.amount_from[i] == CLOSED


def sums_by(lines: list[ahead.Line], key: Any) -> dict[Any, tuple[int, float]]:
    result: dict[Any, tuple[int, float]] = {}
    for one in lines:
        deals, money = result.get(key(one), (0, 0.0))
        result[key(one)] = (deals + 1, money + one.p * float(one.money.mean or 0))
    return result


def compare_parts(found: Any, given: World, data: state.Data, made: ahead.Forecast) -> None:
    months = found.months.contents
    expected = ahead.by_month(made.lines, made.as_of, made.horizon)
    assert months.day[: months.months] == list(expected)
    for ours, theirs in zip(months.expected[: months.months], expected.values()):
        money_near("month", ours, theirs)
    names = given.names["partner"].all()
    index = sums_by(made.lines, lambda one: NONE if one.deal.partner is None else names.index(one.deal.partner))
    partners = found.partners.contents
    n = partners.partners
    assert partners.partner[:n] == sorted(index)
    assert partners.deals[:n] == [index[k][0] for k in sorted(index)]
    for ours, key in zip(partners.expected[:n], sorted(index)):
        money_near("partner", ours, index[key][1])
    categories = found.categories.contents
    assert sum(categories.deals[:4]) == found.deals
    assert abs(sum(categories.expected[:4]) - found.expected) <= 2  # each rounded once


def compare_band(what: str, found: tuple[float, float, float], draws: Any, slack: float) -> None:
    """Both are draws: the share of the plain ones up to a quantile of ours is near what it ought to be."""
    for value, share in zip(found, (0.1, 0.5, 0.9)):
        margin = 5 * math.sqrt(share * (1 - share) * 2 / DRAWS) + slack
        least, most = float(np.mean(draws < value - 1)), float(np.mean(draws <= value + 1))
        assert least <= share + margin and most >= share - margin, (
            f"{what}: {value} is between the {least:.3f} and {most:.3f} of the plain draws, expected {share}"
        )


def compare_totals(found: Any, made: ahead.Forecast, data: state.Data, known_from: int | None) -> None:
    assert (found.horizon_days, found.draws, found.seed) == (made.horizon, DRAWS, SEED)
    assert found.deals == len(made.lines)
    assert found.without_amount == sum(not one.money.amounts for one in made.lines)
    assert found.beyond == sum(one.beyond_experience for one in made.lines)
    money_near("expected", found.expected, made.expected)
    near("expected won", found.expected_won, made.expected_count, LOOSE)
    came = ahead.new_business(data, made.horizon, known_from)
    assert found.new_business == whole_amount(came), (found.new_business, came)
    assert (found.correlation_learnt, found.windows, found.exact) == (0, 0, 0)
    assert math.isnan(found.target_probability)


def forecasts(library: Library, seed: int) -> None:
    world = worlds.make(seed)
    for text in (None, *world.options["as_of"][:1]):
        as_of = None if text is None else state.day_of(text)
        whole = world.data()
        data = state.cut(whole, whole.as_of if as_of is None else as_of)
        known_from, horizon = known_from_of(world, data), int(world.options["horizon"])
        rho_p = random.Random(seed).choice((0.0, 0.2))
        options = base_options(world, partner_correlation=rho_p)
        with closing(World(library, world)) as given, given.running(as_of, **options) as result:
            found = result.contents.forecast
            try:
                fitted = model.learn(data, known_from)
                made = ahead.forecast(
                    data,
                    horizon,
                    known_from=known_from,
                    model=fitted,
                    draws=DRAWS,
                    seed=seed,
                    correlation=0.1,
                    partner_correlation=rho_p,
                )
            except state.PipelineError:
                assert not found, "a forecast from too little"
                continue
            assert found, "no forecast"
            found = found.contents
            compare_lines(result.contents, given, data, made.lines)
            compare_totals(found, made, data, known_from)
            compare_parts(found, given, data, made)
            slack = 0.03 if made.model == model.RIDGE else 0.0  # coefficients move the cells to first order only
            compare_band("money", (found.p10, found.p50, found.p90), made.draws.money, slack)
            compare_band("won", (found.won_p10, found.won_p50, found.won_p90), made.draws.count, slack)


def compare_errors(
    whose: str, found: tuple[float, float], forecast: list[int], actual: list[int], plain: tuple[float, float]
) -> None:
    """Exactly those of the whole units told; the plain ones are of what was not rounded."""
    told = [(f, a) for f, a in zip(forecast, actual) if f != NO_AMOUNT]
    total = sum(a for _, a in told)
    exact = (sum(f - a for f, a in told), sum(abs(f - a) for f, a in told))
    for name, ours, sum_off, theirs in zip(("bias", "wape"), found, exact, plain):
        if total == 0:
            assert math.isnan(ours) and math.isnan(theirs), f"{whose} {name}: {ours}, expected none"
            continue
        assert ours == float(Fraction(sum_off, total)), f"{whose} {name}: {ours}, expected {sum_off} / {total}"
        near(f"{whose} {name}", ours, theirs, LOOSE + len(told) / abs(total))


def backtests(library: Library, seed: int) -> None:
    world = worlds.make(seed)
    data, horizon = world.data(), int(world.options["horizon"])
    known_from, chance = known_from_of(world, data), random.Random(seed)
    first = min((deal.opened for deal in data.deals), default=data.as_of)
    days = sorted({chance.randint(first, max(data.as_of, first)) for _ in range(6)})
    made = ahead.backtest(data, days, horizon, known_from=known_from, draws=DRAWS, seed=seed, correlation=0.1)
    asked = (ctypes.c_int32 * 60)(*chance.sample(days, len(days)))
    options = base_options(world, backtest=1, backtest_day=asked)
    with closing(World(library, world)) as given, given.running(None, **options) as result:
        found = result.contents.backtest.contents
        assert found.day[: found.windows] == [one.day for one in made.windows]
        for i, one in enumerate(made.windows):
            assert bool(found.too_little[i]) == bool(one.reason), one.reason
            money_near("expected", found.expected[i], one.expected)
            assert found.actual[i] == one.actual
            money_near("claimed", found.claimed[i], one.claimed, 1e-15)
            near("expected won", found.expected_won[i], one.count, LOOSE)
            assert found.won[i] == one.won
        n = found.windows
        compare_errors("", (found.bias, found.wape), found.expected[:n], found.actual[:n], (made.bias, made.wape))
        claims = (made.claims_bias, made.claims_wape)
        compare_errors("claims'", (found.claims_bias, found.claims_wape), found.claimed[:n], found.actual[:n], claims)
        assert found.apart == made.apart


def correlations(library: Library, seed: int) -> None:
    """So many windows as there are; too few of them, the usual 0.1."""
    world = worlds.make(seed)
    data = world.data()
    horizon, known_from = int(world.options["horizon"]), known_from_of(world, data)
    days = [day for day in ahead.past_windows(data, horizon) if ahead.enough(state.cut(data, day), known_from)]
    options = base_options(world, correlation=0.0, draws=200)
    with closing(World(library, world)) as given, given.running(None, **options) as result:
        if not result.contents.forecast:
            return
        found = result.contents.forecast.contents
        assert found.windows == len(days), (found.windows, len(days))
        assert found.correlation_learnt == (len(days) >= ahead.MIN_WINDOWS)
        assert found.correlation in ahead.CORRELATIONS
        assert found.correlation_learnt or found.correlation == ahead.USUAL_CORRELATION


def whole(made: Any) -> bytes:
    raw = [bytes_of(made.deal.contents)]
    if made.forecast:
        found = made.forecast.contents
        raw += [bytes_of(each.contents) for each in (found.months, found.partners, found.categories)]
        raw.append(repr((found.p10, found.p50, found.p90, found.won_p10, found.expected, found.correlation)).encode())
    if made.backtest:
        raw.append(bytes_of(made.backtest.contents))
    return b"|".join(raw)


def threads_change_nothing(library: Library, seed: int) -> None:
    world = worlds.make(seed)
    with closing(World(library, world)) as given:
        found = []
        for threads in (1, 3, THREADS_ALL):
            options = base_options(world, threads=threads, draws=500, backtest=1, correlation=seed % 2 * 0.1)
            with given.running(None, **options) as result:
                found.append(whole(result.contents))
        assert found[0] == found[1] == found[2], "the number of threads changed a bit"


def later_rows_are_not_used(library: Library, seed: int) -> None:
    """What happens after as_of changes nothing: closings, amounts of them, reports, claims."""
    world, chance = worlds.make(seed), random.Random(seed)
    day = state.day_of(world.options["as_of"][0])

    def once() -> bytes:
        options = base_options(world, draws=200, backtest=1)
        with closing(World(library, world)) as given, given.running(day, **options) as result:
            return whole(result.contents)

    before = once()
    for deal in world.deals:
        later = state.iso(day + chance.randint(1, 99))
        if chance.random() < 0.3:
            world.claims.append({"deal": deal["deal"], "day": later, "stage": "0", "probability": "1", "amount": "9"})
        if deal["opened"] <= state.iso(day) < deal.get("closed", ""):
            deal["closed"], deal["outcome"] = later, chance.choice((state.WON, state.LOST))
            deal["amount"] = "123456.00"
    assert once() == before, "a later row was used"


CHECKS = {
    "forecasts": (forecasts, 60),
    "backtests": (backtests, 20),
    "correlations": (correlations, 20),
    "threads_change_nothing": (threads_change_nothing, 20),
    "later_rows_are_not_used": (later_rows_are_not_used, 40),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="What will close, on random worlds.")
    parser.add_argument("library", type=Path)
    parser.add_argument("headers", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, help="so many for every check")
    parser.add_argument("--only", choices=CHECKS)
    asked = parser.parse_args()
    library = Library(asked.library, asked.headers)
    failed = 0
    for name, (check, usual) in CHECKS.items():
        if asked.only not in (None, name):
            continue
        if "TESTS_BRIEFLY" in os.environ:
            usual = usual // 6 + 1
        count = usual if asked.worlds is None else asked.worlds
        bad = [(seed, failure(library, check, seed)) for seed in range(asked.seed, asked.seed + count)]
        bad = [(seed, text) for seed, text in bad if text]
        print(f"{name}: {count} worlds, {len(bad)} failed", flush=True)
        for seed, text in bad[:3]:
            print(f"  seed {seed}: {text}\n  python {' '.join(sys.argv[:3])} --only {name} --seed {seed} --worlds 1")
        failed += len(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
