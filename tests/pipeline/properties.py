# SPDX-License-Identifier: MIT
"""What must hold of every pipeline, checked for the plain implementation on random worlds and on real data.

    python tests/pipeline/properties.py [--seed 1] [--worlds 60] [--simulate N] [--real FOLDER]

A failure prints the property, the seed, and what was found. With --simulate the forecasts of N worlds of known truth
are held against it; with --real the published figures of winloss and crm_sales are computed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import itertools
import json
import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import plain
import plain_forecast as ahead
import plain_learn as learn
import plain_measure as measure
import plain_model as model
import plain_register as register
import plain_state as state
import worlds


def days_of(world: worlds.World) -> list[int]:
    return [state.day_of(text) for text in world.options["as_of"]]


def as_text(data: state.Data, world: worlds.World) -> str:
    return json.dumps(plain.everything(data, world.options), sort_keys=True)


# --- state ---


def nothing_later_counts(world: worlds.World, rng: random.Random) -> None:
    """Rows added after as_of change nothing, nor do what a deal that closes later was worth and was said to be."""
    data = world.data()
    day = days_of(world)[0]
    before = as_text(state.cut(data, day), world)
    later = state.iso(day + rng.randint(1, 9))
    names = worlds.milestones_of(world.process)
    for number in range(3):
        world.deals.append({"deal": f"L{number}", "partner": "P0", "opened": later, "amount": "77", "customer": "C1"})
    for deal in list(world.deals):
        if names and rng.random() < 0.5:
            world.milestones.append({"deal": deal["deal"], "milestone": rng.choice(names), "day": later, "done": "1"})
        if rng.random() < 0.5:
            world.claims.append({"deal": deal["deal"], "day": later, "stage": "0", "probability": "1"})
        if deal.get("closed", "") > state.iso(day):
            deal["amount"], deal["claimed_stage"], deal["claimed_probability"] = "123456.78", "0", "1"
            deal["outcome"] = rng.choice((state.WON, state.LOST))
    after = as_text(state.cut(world.data(), day), world)
    assert before == after, "a later row was used"


def stages_day_by_day(world: worlds.World, rng: random.Random) -> None:
    """Changes of stage, and what is covered, are what looking at every single day gives."""
    data = state.cut(world.data(), days_of(world)[0])
    for deal in rng.sample(data.deals, min(len(data.deals), 25)):
        end = data.as_of if deal.closed is None else deal.closed
        changes = state.stage_changes(data, deal)
        reports = data.reports_of(deal)
        since, last = deal.opened, -1
        for day in range(deal.opened, end + 1):
            stage = state.state_on(data, deal, day).stage
            since, last = (since, last) if stage == last else (day, stage)
            assert state.stage_and_start(changes, day) == (last, since), f"stage of deal {deal.id} on {day}"
        span = range(deal.opened, data.as_of + 1 if deal.closed is None else deal.closed)
        fresh = data.process.fresh_days
        covered = sum(any(one.day <= day < one.day + fresh for one in reports) for day in span)
        assert state.sight_of(data, deal) == state.Sight(covered, len(span)), f"coverage of deal {deal.id}"


def gates(world: worlds.World, rng: random.Random) -> None:
    """All required milestones of the stages before o hold, some of stage o does not; doubts are what is missing."""
    data = state.cut(world.data(), days_of(world)[1])
    process = data.process
    for deal in data.deals:
        now = state.state_on(data, deal, data.as_of)
        required = [(one, held) for one, held in zip(process.milestones, now.holding) if one.required]
        assert all(held for one, held in required if one.stage < now.stage)
        if now.stage < len(process.stages):
            assert any(not held for one, held in required if one.stage == now.stage)
        doubts = state.doubts_of(data, deal)
        over = state.overclaim(data, deal)
        assert all(not now.holding[one.milestone] for one in doubts)
        if not state.is_open(deal) or now.stage == len(process.stages) or (over is not None and over <= 0):
            assert not doubts and (over is None or state.is_open(deal))
        else:
            assert doubts, f"deal {deal.id} stands in stage {now.stage} for no reason"


def faults_are_refused(world: worlds.World, rng: random.Random) -> None:
    fault = worlds.FAULTS[world.seed % len(worlds.FAULTS)]
    try:
        worlds.make(world.seed, fault).data()
    except state.PipelineError as error:
        assert fault.startswith(error.name), f"{fault} was refused as {error.name}"
        return
    raise AssertionError(f"{fault} was not refused")


# --- learning ---


def spells_partition(world: worlds.World, rng: random.Random) -> None:
    data = state.cut(world.data(), days_of(world)[2])
    for deal in data.deals:
        spells = state.spells_of(data, deal)
        assert spells[0].start == deal.opened and spells[-1].end == deal.closed
        assert all(one.end == two.start and one.to == str(two.stage) for one, two in itertools.pairwise(spells))


def incidence_sums(world: worlds.World, rng: random.Random) -> None:
    """Won, lost and still open add up; without censoring and late entry the curve is the share of deals."""
    data = world.data()
    known_from = state.optional_day(world.options["known_from"])
    curve = learn.incidence(learn.landmarks(data, known_from))
    total = curve.won + curve.lost
    assert np.all(np.diff(total) >= -1e-12) and np.all(total <= 1 + 1e-12)
    assert np.all(curve.at_risk >= 1)
    closed = [deal for deal in data.deals if not state.is_open(deal)]
    if closed:
        first = [one for one in learn.landmarks(replace(data, deals=tuple(closed))) if one.age == 0]
        own = learn.incidence(first)
        for t in (0, 10, 50, 1000):
            won = sum(one.deal.outcome == state.WON and one.exit <= t for one in first) / len(closed)
            assert math.isclose(own.won_by(t), won, abs_tol=1e-12), "incidence without censoring"


def snapshots_are_open(world: worlds.World, rng: random.Random) -> None:
    data = state.cut(world.data(), days_of(world)[0])
    for one in learn.landmarks(data, state.optional_day(world.options["known_from"])):
        assert one.age % 30 == 0 and one.entry <= one.exit and one.day <= data.as_of
        assert one.deal.closed is None or one.age == 0 or one.day < one.deal.closed
        assert one.stage == state.state_on(data, one.deal, one.day).stage


def kaplan_meier(world: worlds.World, rng: random.Random) -> None:
    """With one ending only, incidence is one less Kaplan and Meier's survival, also with late entry."""
    n = 40
    entry = [rng.choice((0, 0, rng.randint(0, 10))) for _ in range(n)]
    exit = [start + rng.randint(0, 30) for start in entry]
    event = [state.WON if rng.random() < 0.6 else None for _ in range(n)]
    curve = learn.aalen_johansen(entry, exit, event)
    survival = 1.0
    for t in range(50):
        at_risk = sum(a <= t <= b for a, b in zip(entry, exit))
        ended = sum(b == t and e is not None for b, e in zip(exit, event))
        survival *= 1 - ended / at_risk if at_risk else 1
        assert math.isclose(curve.won_by(t), 1 - survival, abs_tol=1e-12)


def strength_is_best(world: worlds.World, rng: random.Random) -> None:
    mean = rng.uniform(0.05, 0.95)
    records = [learn.Record(n, n * rng.random()) for n in (rng.randint(1, 40) for _ in range(rng.randint(2, 9)))]
    m = learn.strength_of(mean, records)
    best = learn.likelihood(m, mean, records)
    for other in np.geomspace(1, 1000, 500):
        assert learn.likelihood(float(other), mean, records) <= best + 1e-9, f"m {m}, {other} is better"


def ridge_is_flat(world: worlds.World, rng: random.Random) -> None:
    """At the fit the gradient is nothing; contributions sum to the log-odds; units do not matter; no divergence."""
    random_columns = np.random.default_rng(world.seed)
    n = 80
    x = random_columns.normal(size=(n, 4))
    x[:, 2] = 7.25  # constant
    x[random_columns.random(n) < 0.2, 1] = np.nan
    won = [bool(a + b > 0) for a, b in zip(x[:, 0], random_columns.normal(size=n) * rng.choice((0, 1, 3)))]
    if all(won) or not any(won):
        return
    weight = random_columns.uniform(0.2, 2, n).tolist()
    names = ["a", "b", "c", "d"]
    fit = learn.fit_ridge(names, x, won, weight)
    assert fit.gradient < 1e-9, f"gradient {fit.gradient}"
    assert fit.beta[3] == 0, "the constant column has a coefficient"
    odds = fit.beta[0] + fit.contributions(x).sum(axis=1)
    assert np.allclose(odds, fit.odds(x), atol=1e-12)
    scaled = learn.fit_ridge(names, x * [1000, 0.001, 1, -5], won, weight, path=[fit.penalty])
    assert np.allclose(scaled.p(x * [1000, 0.001, 1, -5]), fit.p(x), atol=1e-9), "units matter"
    filled = np.where(np.isnan(x), fit.design.fill[:4], x)
    plain_beta = fit.plain_beta()
    own = plain_beta[0] + filled @ plain_beta[1:5] + np.isnan(x[:, 1]) * plain_beta[5]
    assert np.allclose(own, fit.odds(x), atol=1e-9), "coefficients of the columns as they are"


def bayes_by_hand(world: worlds.World, rng: random.Random) -> None:
    """Two fields, worked out as products of exact fractions."""
    rows = [(rng.choice("xyz"), rng.choice("uv")) for _ in range(30)]
    won = [rng.random() < 0.4 for _ in rows]
    if all(won) or not any(won):
        return
    fit = learn.fit_bayes(rows, won)
    for row in itertools.product("xyz", "uv"):
        side = []
        for wanted in (True, False):
            score = Fraction(sum(y == wanted for y in won), len(won))
            for j in range(2):
                levels = {one[j] for one in rows}
                if row[j] not in levels:
                    continue
                count = sum(one[j] == row[j] and y == wanted for one, y in zip(rows, won))
                total = sum(y == wanted for y in won)
                score *= (count + Fraction(1, 10)) / (total + Fraction(len(levels), 10))
            side.append(score)
        p = float(side[0] / (side[0] + side[1]))
        assert math.isclose(fit.p(row), min(max(p, 0.0001), 0.9999), rel_tol=1e-12)


# --- measures ---


def measures_agree(world: worlds.World, rng: random.Random) -> None:
    n = rng.randint(2, 60)
    p = [rng.choice((0.0, 1.0, 0.5, rng.random(), rng.random())) for _ in range(n)]
    won = [rng.random() < q for q in p]
    made = measure.measure(won, p)
    parts = made.parts
    assert math.isclose(parts.brier, parts.reliability - parts.resolution + parts.uncertainty, abs_tol=1e-14)
    assert parts.reliability >= -1e-15 and parts.resolution >= -1e-15
    pairs = [(a > b) + Fraction(a == b, 2) for a, y in zip(p, won) if y for b, z in zip(p, won) if not z]
    assert made.auc == (sum(pairs, Fraction(0)) / len(pairs) if pairs else None)
    assert made.clipped == sum(q in (0.0, 1.0) for q in p)
    assert sum(group.rows for group in made.groups) == n and len(made.groups) <= 10
    assert all(one.high < two.low for one, two in itertools.pairwise(made.groups))
    pools = measure.recalibrated(won, p)
    assert all(Fraction(*one) < Fraction(*two) for one, two in itertools.pairwise(pools))


# --- forecast ---


def count_is_exact(world: worlds.World, rng: random.Random) -> None:
    p = [rng.choice((0.0, 1.0, rng.random())) for _ in range(9)]
    distribution = ahead.poisson_binomial(p)
    by_hand = [0.0] * 10
    for outcome in itertools.product((0, 1), repeat=9):
        by_hand[sum(outcome)] += math.prod(q if one else 1 - q for q, one in zip(p, outcome))
    assert np.allclose(distribution, by_hand, atol=1e-14)


def draws_agree(world: worlds.World, rng: random.Random) -> None:
    """Monte Carlo with certain p and no correlation against the exact count, and against Σ p·a."""
    data = state.cut(world.data(), days_of(world)[0])
    known_from = state.optional_day(world.options["known_from"])
    if not ahead.enough(data, known_from):
        return
    fitted = model.learn(data, known_from)
    lines = ahead.lines_of(data, world.options["horizon"], fitted, True)
    made = ahead.draw(lines, fitted, world.options["horizon"], 4000, world.seed, 0.0, certain=True)
    exact = ahead.poisson_binomial([one.p for one in lines])
    for count in range(len(exact)):
        found, wanted = float(np.mean(made.count == count)), float(exact[count])
        error = math.sqrt(wanted * (1 - wanted) / 4000)
        assert abs(found - wanted) <= 5 * error + 2 / 4000, f"{count} won: {found}, exactly {wanted}"
    error = float(np.std(made.money)) / math.sqrt(4000)
    assert abs(float(np.mean(made.money)) - float(ahead.expected_of(lines))) <= 5 * error + 1
    months = ahead.by_month(lines, data.as_of, world.options["horizon"])
    assert math.isclose(sum(months.values()), float(ahead.expected_of(lines)), rel_tol=1e-9, abs_tol=1e-6)


def backtest_is_blind(world: worlds.World, rng: random.Random) -> None:
    """Amounts and claims in a deal's own row have no part in a backtest, but for what was won."""
    data = world.data()
    days = sorted(days_of(world))[:2]
    before = [ahead.look_back(data, day, 30, None, 50, 1, 0.1) for day in days]
    for deal in world.deals:
        if not deal.get("closed"):
            deal["amount"] = "9999999.99"
        deal["claimed_stage"], deal["claimed_probability"] = "0", "1"
    after = [ahead.look_back(world.data(), day, 30, None, 50, 1, 0.1) for day in days]
    assert repr(before) == repr(after), "the backtest looked at what was written later"


# --- registrations ---


def holders_day_by_day(world: worlds.World, rng: random.Random) -> None:
    data = state.cut(world.data(), days_of(world)[0])
    protect, lapse = world.options["protect_days"], world.options["lapse_days"]
    registered = [deal for deal in data.deals if deal.registered is not None]
    rows = [one for one in register.rulings(data, protect, lapse) if one.customer is not None]
    asked = list({(deal.customer, deal.product) for deal in registered if deal.customer is not None})
    for customer, product in rng.sample(sorted(asked, key=str), min(len(asked), 6)):
        rivals = [deal for deal in registered if deal.customer == customer and deal.product in (product, None)]
        first = min(deal.registered or 0 for deal in rivals)
        for day in range(first, data.as_of + 1):
            alive = [deal for deal in rivals if is_alive(data, deal, day, protect, lapse)]
            best = min(alive, key=lambda deal: rank(data, deal)).row if alive else None
            said = [
                one.holder
                for one in rows
                if (one.customer, one.product) == (customer, product) and one.start <= day < one.end
            ]
            assert said == ([] if best is None else [best]), f"{customer}, {product}, {state.iso(day)}: {said}, {best}"


def rank(data: state.Data, deal: state.Deal) -> tuple[int, Fraction, int]:
    assert deal.registered is not None
    return deal.registered, -(state.state_on(data, deal, deal.registered).score or Fraction(0)), deal.row


def is_alive(data: state.Data, deal: state.Deal, day: int, protect: int, lapse: int) -> bool:
    """Every day from registering to this one, by the letter."""
    assert deal.registered is not None
    if day < deal.registered:
        return False
    last = deal.registered
    for one in range(deal.registered, day + 1):
        if one >= min(deal.registered + protect, last + lapse) or (deal.closed is not None and one >= deal.closed):
            return False
        before = state.holding_on(data.process, data.reports_of(deal), one - 1)
        now = state.holding_on(data.process, data.reports_of(deal), one)
        if one > deal.registered and any(b and not a for a, b in zip(before, now)):
            last = one
    return True


PROPERTIES: tuple[Callable[[worlds.World, random.Random], None], ...] = (
    nothing_later_counts,
    stages_day_by_day,
    gates,
    faults_are_refused,
    spells_partition,
    incidence_sums,
    snapshots_are_open,
    kaplan_meier,
    strength_is_best,
    ridge_is_flat,
    bayes_by_hand,
    measures_agree,
    count_is_exact,
    draws_agree,
    backtest_is_blind,
    holders_day_by_day,
)


# --- worlds of known truth ---


def simulated(count: int, nature: worlds.Nature, most: float, as_of: int = 900, horizon: int = 90) -> bool:
    """Stage-wise bias against the true probabilities, and how often P10–P90 held what was won."""
    said, true, product = (dict.fromkeys(range(nature.stages + 1), 0.0) for _ in range(3))
    held = 0
    for seed in range(1, count + 1):
        truth = worlds.simulate(seed, nature, as_of, horizon)
        data = state.cut(truth.data, as_of)
        fitted = model.learn(data)
        made = ahead.forecast(data, horizon, model=fitted, draws=2000, seed=seed, correlation=0.0, own_amounts=False)
        won = sum(deal.amount or 0 for deal in ahead.won_later(truth.data, data, horizon))
        held += made.p10 <= won <= made.p90
        wrong = ahead.product_forecast(data, horizon, fitted)
        for line in made.lines:
            said[line.stage] += line.p
            true[line.stage] += truth.p[line.deal.row]
            product[line.stage] += wrong[line.deal.row]
    print(f"{count} worlds, {nature.never:.0%} never closing: P10–P90 held {held / count:.1%}")
    for stage in said:
        off, worse = said[stage] / true[stage] - 1, product[stage] / true[stage] - 1
        print(f"  stage {stage}: {true[stage]:.0f} won, forecast {off:+.1%}, win rate × P(closes) {worse:+.1%}")
    return all(abs(said[stage] / true[stage] - 1) <= most for stage in said) and 0.75 <= held / count <= 0.85


# --- real data ---

ENTRY = (
    "Supplies Subgroup",
    "Supplies Group",
    "Region",
    "Route To Market",
    "Client Size By Revenue",
    "Client Size By Employee Count",
    "Revenue From Client Past Two Years",
    "Competitor Type",
    "Deal Size Category",
)


def table(path: Path) -> list[dict[str, str]]:
    with gzip.open(path) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, newline="")))


def one_hot(rows: Sequence[dict[str, str]], fields: Sequence[str]) -> tuple[list[str], learn.Floats]:
    """The first level in string order is left out."""
    names = [(field, level) for field in fields for level in sorted({row[field] for row in rows})[1:]]
    columns = [[float(row[field] == level) for row in rows] for field, level in names]
    return [f"{field} = {level}" for field, level in names], np.array(columns).T


def close(name: str, found: float, wanted: float) -> bool:
    good = abs(found - wanted) < 1e-4
    print(f"  {name}: {found:.6f}, published {wanted}{'' if good else ' MISSED'}")
    return good


def winloss(folder: Path) -> bool:
    rows = table(folder / "winloss" / "Sales-Win-Loss.csv.gz")
    won = [row["Opportunity Result"] == "Won" for row in rows]
    fold = learn.folds_of(won, range(len(won)))
    print(f"winloss: {sum(won)} of {len(won)} won")

    def mean_of_folds(fit: Callable[[list[int], list[int]], list[float]]) -> tuple[float, float]:
        losses, areas = [], []
        for one in range(learn.FOLDS):
            train = [i for i in range(len(rows)) if fold[i] != one]
            test = [i for i in range(len(rows)) if fold[i] == one]
            p, labels = fit(train, test), [won[i] for i in test]
            losses.append(measure.log_loss(labels, p))
            areas.append(float(measure.auc(labels, p) or 0))
        return math.fsum(losses) / learn.FOLDS, math.fsum(areas) / learn.FOLDS

    def constant(train: list[int], test: list[int]) -> list[float]:
        return [sum(won[i] for i in train) / len(train)] * len(test)

    def bayes(train: list[int], test: list[int]) -> list[float]:
        fit = learn.fit_bayes([[rows[i][field] for field in ENTRY] for i in train], [won[i] for i in train])
        return [fit.p([rows[i][field] for field in ENTRY]) for i in test]

    names, x = one_hot(rows, ENTRY)
    amount = np.log1p([float(row["Opportunity Amount USD"]) for row in rows])
    good = [close("constant, log loss", mean_of_folds(constant)[0], 0.53429)]
    loss, area = mean_of_folds(bayes)
    good += [close("naive Bayes, log loss", loss, 0.45288), close("naive Bayes, AUC", area, 0.75041)]
    for label, columns, wanted in (
        ("ridge", x, (0.44649, 0.75870)),
        ("ridge with amount", np.column_stack([x, amount]), (0.44366, 0.76319)),
    ):
        all_names = [*names, "log amount"][: columns.shape[1]]
        whole = learn.fit_ridge(all_names, columns, won)

        def ridge(
            train: list[int],
            test: list[int],
            columns: learn.Floats = columns,
            all_names: list[str] = all_names,
            path: tuple[float, ...] = (whole.penalty,),
        ) -> list[float]:
            fit = learn.fit_ridge(all_names, columns[train], [won[i] for i in train], path=path)
            return [float(one) for one in fit.p(columns[test])]

        loss, area = mean_of_folds(ridge)
        good += [close(f"{label}, log loss", loss, wanted[0]), close(f"{label}, AUC", area, wanted[1])]
    return all(good)


def crm_opened(folder: Path) -> list[dict[str, str]]:
    """Deals with what was known of them when they opened."""
    sectors = {row["account"]: row["sector"] for row in table(folder / "accounts.csv.gz")}
    prices = {row["product"]: row["sales_price"] for row in table(folder / "products.csv.gz")}
    teams = {row["sales_agent"]: row for row in table(folder / "sales_teams.csv.gz")}
    rows = [row for row in table(folder / "sales_pipeline.csv.gz") if row["engage_date"]]
    for row in rows:
        row["product"] = {"GTXPro": "GTX Pro"}.get(row["product"], row["product"])
        row["price"], row["sector"] = prices[row["product"]], sectors.get(row["account"], "")
        row |= {name: teams[row["sales_agent"]][name] for name in ("manager", "regional_office")}
    return rows


def crm_sales(folder: Path) -> bool:
    rows = crm_opened(folder / "crm_sales")
    closed = [row for row in rows if row["close_date"]]
    train = [i for i, row in enumerate(closed) if row["close_date"] <= "2017-09-30"]
    test = [i for i, row in enumerate(closed) if row["engage_date"] > "2017-09-30"]
    fields = ("sales_agent", "product", "sector", "manager", "regional_office")
    names, x = one_hot(closed, fields)
    x = np.column_stack([x, [math.log(float(row["price"])) for row in closed]])
    won = [row["deal_stage"] == "Won" for row in closed]
    fit = learn.fit_ridge([*names, "log price"], x[train], [won[i] for i in train])
    p, labels = [float(one) for one in fit.p(x[test])], [won[i] for i in test]
    constant = sum(won[i] for i in train) / len(train)
    print(f"crm_sales: {len(train)} deals closed by 2017-09-30, {len(test)} opened later")
    good = [
        close("constant, log loss", measure.log_loss(labels, [constant] * len(labels)), 0.67316),
        close("ridge, log loss", measure.log_loss(labels, p), 0.67248),
        abs(float(measure.auc(labels, p) or 0) - 0.532) < 5e-4,
        not measure.beats_constant(labels, p, constant),
    ]
    return all(good) and crm_backtest(rows)


def crm_backtest(rows: Sequence[dict[str, str]]) -> bool:
    process = state.Process(("engaging",), ())
    outcomes = {"Won": state.WON, "Lost": state.LOST}
    deals = [
        state.Deal(
            i,
            row["opportunity_id"],
            row["sales_agent"],
            state.day_of(row["engage_date"]),
            state.optional_day(row["close_date"]),
            outcomes.get(row["deal_stage"], state.OPEN),
            state.optional_money(row["close_value"]),
            row["account"] or None,
            row["product"],
        )
        for i, row in enumerate(rows)
    ]
    data = state.gather(process, deals, [], [])
    ends = [state.day_of((date(2017, month, 1) - timedelta(1)).isoformat()) for month in range(2, 13)]
    made = ahead.backtest(data, ends, 30, known_from=state.day_of("2017-03-01"), draws=4000, correlation=0.1)
    for one in made.windows:
        said = one.reason or f"{one.expected / 100:,.0f} ({one.p10 / 100:,.0f} … {one.p90 / 100:,.0f})"
        print(f"  {state.iso(one.day)}: {said}, won {one.actual / 100:,.0f}; {one.count:.0f} deals, won {one.won}")
    print(f"  bias {made.bias:+.3f}, WAPE {made.wape:.3f}, P10–P90 held {made.coverage}")
    return [bool(one.reason) for one in made.windows] == [True, True] + [False] * 9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--simulate", type=int, default=0)
    parser.add_argument("--real", type=Path)
    arguments: Any = parser.parse_args()
    failures = 0
    for check in PROPERTIES:
        for seed in range(arguments.seed, arguments.seed + arguments.worlds):
            try:
                check(worlds.make(seed), random.Random(seed))
            except AssertionError as error:
                failures += 1
                print(f"{check.__name__}, seed {seed}: {error}")
    print(f"{len(PROPERTIES)} properties, {arguments.worlds} worlds: {failures} failures")
    if arguments.simulate:
        failures += not simulated(arguments.simulate, worlds.Nature(), 0.05)
        failures += not simulated(arguments.simulate, worlds.Nature(per_stage=2, on=(1 / 20,) * 4, never=0.2), 0.15)
    if arguments.real:
        failures += not winloss(arguments.real)
        failures += not crm_sales(arguments.real)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
