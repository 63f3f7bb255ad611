# SPDX-License-Identifier: MIT
"""What is learnt, of the library and of the plain implementation, on random worlds.

    python tests/pipeline/test_learning.py LIBRARY HEADERS [--seed N] [--worlds N] [--only CHECK]

A failure prints the check, the seed, what was found, and the command that runs this one world again.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import os
import random
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

try:
    import numpy  # noqa: F401
except ImportError:
    print("skipped: the plain implementation needs numpy")
    sys.exit(77)

import plain_learn as learn
import plain_measure as measure
import plain_model as model
import plain_state as state
import worlds
from engine import NONE, Library, Refused, World, bytes_of, columns_of

Check = Callable[[Library, int], None]
CONSTANT, STAGE, RIDGE, FREQUENCY, CLAIMS = range(5)
NAN = float("nan")
EXACT, ITERATED = 1e-11, 2e-6  # relative to what does not depend on an iteration, and to what does
MILESTONE, AGE, AGE_IN_STAGE, LOG_AMOUNT, PARTNER_RATE, FEATURE = range(6)
TERMS = {"age": AGE, "age in stage": AGE_IN_STAGE, "log amount": LOG_AMOUNT, "partner rate": PARTNER_RATE}
FEATURES = {"size": 2, "seats": 70}  # indexes, in the order of the columns
BAD_DATA = 300
THREADS_ALL = 2**32 - 1


def near(what: str, found: float | None, expected: float | None, tolerance: float = EXACT) -> None:
    ours, theirs = (NAN if each is None else float(each) for each in (found, expected))
    good = math.isnan(ours) if math.isnan(theirs) else abs(ours - theirs) <= tolerance * (1 + abs(theirs))
    assert good, f"{what}: found {ours!r}, expected {theirs!r}"


def all_near(what: str, found: Sequence[Any], expected: Sequence[Any], tolerance: float = EXACT) -> None:
    assert len(found) == len(expected), f"{what}: {len(found)}, expected {len(expected)}"
    for i, (ours, theirs) in enumerate(zip(found, expected)):
        near(f"{what} {i}", ours, theirs, tolerance)


# --- worlds ---


def features_of(world: worlds.World) -> dict[str, list[float]]:
    """Columns of a caller's own, in some of the worlds: one with gaps, one that says a little of the outcome."""
    chance = random.Random(world.seed)
    if chance.random() < 0.5:
        return {}
    size = [NAN if chance.random() < 0.2 else chance.gauss(100, 30) for _ in world.deals]
    seats = [chance.randint(0, 5) + (row.get("outcome") == "won") * chance.random() for row in world.deals]
    return {"size": size, "seats": seats}


def learning_options(given: World, features: dict[str, list[float]], known_from: int | None) -> dict[str, Any]:
    options: dict[str, Any] = {"state_only": 0, "correlation": 0.1, "draws": 10}
    if known_from is not None:
        options["known_from_day"] = known_from
    if features:
        # The pointer keeps what it points to alive.
        options["features"] = ctypes.pointer(given.table("partner_deal_features", feature_rows(given, features)))
    return options


def feature_rows(given: World, features: dict[str, list[float]]) -> dict[str, list[Any]]:
    """A row per deal and feature, in any order; of what is missing half says so and half is not there."""
    rows = [
        (deal, FEATURES[name], cell)
        for name, column in features.items()
        for deal, cell in zip(given.deals["deal"], column)
        if not math.isnan(cell) or deal % 2
    ]
    random.Random(len(rows)).shuffle(rows)
    return {name: [row[i] for row in rows] for i, name in enumerate(("deal", "feature", "value"))}


def first_closing(data: state.Data) -> int | None:
    return min((deal.closed for deal in data.deals if deal.closed is not None), default=None)


# --- against the plain implementation ---


def compare_rates(made: Any, given: World, fitted: model.Model) -> None:
    table, rates = made.rates.contents, fitted.rates
    stages = table.stages
    assert table.stage[:stages] == list(range(stages))
    assert table.stage_name[:stages] == given.stage_names(range(stages))
    assert table.deals[:stages] == rates.deals, f"deals of stages: {table.deals[:stages]}, expected {rates.deals}"
    all_near("incidence", table.incidence[:stages], rates.raw)
    all_near("rate", table.rate[:stages], rates.rate)
    all_near("weight", table.weight[:stages], rates.strength, 1e-3)
    names = given.names["partner"].all()
    expected = sorted((names.index(partner), stage, one) for (partner, stage), one in rates.records.items())
    table = made.partner_rates.contents
    assert table.rates == len(expected)
    for i, (partner, stage, one) in enumerate(expected):
        assert (table.partner[i], table.stage[i], table.closed[i]) == (partner, stage, one.deals)
        near("won of partner", table.won[i], one.won)
        assert table.stage_name[i : i + 1] == given.stage_names([stage])
        near("rate of partner", table.rate[i], rates.of(names[partner], stage), ITERATED)


def compare_curves(made: Any, given: World, data: state.Data, fitted: model.Model) -> None:
    columns = columns_of(made.curves.contents)
    stages = len(data.process.stages) + 1
    groups = [[one for one in fitted.snapshots if one.stage == stage] for stage in range(stages)]
    curves = [learn.incidence(group) for group in [*groups, fitted.snapshots]]
    flat = [
        (stage, *row)
        for stage, curve in enumerate(curves)
        for row in zip(curve.times.tolist(), curve.at_risk.tolist(), curve.won.tolist(), curve.lost.tolist())
    ]
    for name, cells in zip(("stage", "days", "at_risk", "won", "lost"), list(zip(*flat)) or [()] * 5):
        all_near(f"{name} of curve", columns[name], cells)
    assert columns["stage_name"] == given.stage_names(columns["stage"])


def compare_model(made: Any, given: World, fitted: model.Model) -> None:
    assert bool(made.win_model) == (fitted.ridge is not None)
    near("loss of rates", made.stage_log_loss, fitted.rates_loss, ITERATED)
    near("loss of ridge", made.ridge_log_loss, fitted.ridge_loss, ITERATED)
    assert made.model == {model.RIDGE: RIDGE, model.STAGE_RATES: STAGE}[fitted.in_use]
    if fitted.ridge is None:
        assert not made.terms and not made.contributions
        return
    terms = made.terms.contents
    columns = columns_of(terms)
    found = list(zip(*(columns[name] for name in ("term", "milestone", "feature", "missing"))))
    milestones = given.names["milestone"].all()
    assert found == [term_of(name, gap, milestones) for name, gap in term_names(fitted)], found
    compare_contributions(made, found)
    near("penalty", made.win_model.contents.__getattribute__("lambda"), fitted.ridge.penalty, 1e-9)
    all_near("coefficient", terms.coefficient[: terms.terms], fitted.ridge.beta[1:].tolist(), 1e-5)


def compare_contributions(made: Any, terms: list[tuple[int, ...]]) -> None:
    """Of each open deal all terms; with the intercept they are its log-odds."""
    columns, deals = columns_of(made.contributions.contents), made.deal.contents
    open_lines = [i for i in range(deals.deals) if deals.outcome[i] == 0]
    assert columns["deal"] == [deals.deal[i] for i in open_lines for _ in terms]
    assert list(zip(*(columns[name] for name in ("term", "milestone", "feature", "missing")))) == terms * len(
        open_lines
    )
    for k, i in enumerate(open_lines):
        adds = columns["contribution"][k * len(terms) : (k + 1) * len(terms)]
        odds = math.fsum([made.win_model.contents.intercept, *adds])
        if made.model == RIDGE:
            near("contributions", 1 / (1 + math.exp(-odds)), deals.win_rate[i])


def term_of(name: str, gap: bool, milestones: list[str]) -> tuple[int, int, int, int]:
    name = name.removesuffix(" missing") if gap else name
    if name in TERMS:
        return TERMS[name], NONE, NONE, int(gap)
    if name in FEATURES:
        return FEATURE, NONE, FEATURES[name], int(gap)
    return MILESTONE, milestones.index(name), NONE, int(gap)


def term_names(fitted: model.Model) -> list[tuple[str, bool]]:
    assert fitted.ridge is not None
    made = fitted.ridge.design
    return list(zip(made.names, made.is_indicator))


def compare_deals(made: Any, given: World, data: state.Data, fitted: model.Model) -> None:
    known = bool(model.labelled(fitted.snapshots))
    rates = made.deal.contents.win_rate[: len(data.deals)]
    expected = [fitted.p(data, deal, data.as_of) if state.is_open(deal) and known else NAN for deal in data.deals]
    all_near("win rate", rates, expected, 1e-5)
    plain = {(given.place[data_id(data, one.deal)], one.milestone): one.effect for one in model.doubts(data, fitted)}
    table = made.doubts.contents
    names = given.names["milestone"].all()
    number = {names.index(one.id): i for i, one in enumerate(data.process.milestones)}
    assert table.doubts == len(plain)
    order = []
    for i in range(table.doubts):
        effect = table.effect[i]
        near("effect", effect, plain[table.deal[i], number[table.milestone[i]]], 1e-5)
        order.append(
            (math.isnan(effect), -effect if effect == effect else 0, table.deal[i], number[table.milestone[i]])
        )
    assert order == sorted(order), "doubts are not in their order"


def data_id(data: state.Data, row: int) -> str:
    return next(deal.id for deal in data.deals if deal.row == row)


def answers_of(data: state.Data, known_from: int | None, day: int) -> dict[int, tuple[list[bool], list[float], float]]:
    """What the plain hold-out asks, for every method: labels, probabilities, and the constant."""
    past = state.cut(data, day)
    fitted = model.learn(past, known_from)
    now = {deal.row: deal for deal in data.deals}
    test = [deal for deal in past.deals if state.is_open(deal) and not state.is_open(now[deal.row])]
    closed = [deal for deal in past.deals if not state.is_open(deal)]
    if not test or not closed or not model.labelled(fitted.snapshots):
        return {}
    won = [now[deal.row].outcome == state.WON for deal in test]
    constant = sum(deal.outcome == state.WON for deal in closed) / len(closed)
    stages = [state.state_on(past, deal, day).stage for deal in test]
    bayes = model.naive_bayes(fitted.snapshots)
    answers = {
        CONSTANT: (won, [constant] * len(won), constant),
        STAGE: (won, [fitted.rates.of(deal.partner, stage) for deal, stage in zip(test, stages)], constant),
        FREQUENCY: (won, [bayes.p((d.partner, d.product, str(s))) for d, s in zip(test, stages)], constant),
    }
    if fitted.ridge is not None:
        rows = [model.features_on(past, fitted.past, fitted.names, deal, day)[1] for deal in test]
        answers[RIDGE] = (won, fitted.ridge.p(learn.np.array(rows)).tolist(), constant)
    said = [(state.claim_on(past, deal, day), y) for deal, y in zip(test, won)]
    both = [(claim.probability, y) for claim, y in said if claim is not None and claim.probability is not None]
    if both:
        answers[CLAIMS] = ([y for _, y in both], [c for c, _ in both], constant)
    return answers


def compare_tests(made: Any, data: state.Data, known_from: int | None) -> None:
    closed = [deal for deal in data.deals if not state.is_open(deal)]
    day = model.split_day(data) if closed else None
    answers = {} if day is None else answers_of(data, known_from, day)
    assert bool(made.measures) == bool(answers)
    if not answers:
        return
    table, groups = made.measures.contents, columns_of(made.calibration.contents)
    assert table.split_day == day
    assert table.by[: table.tests] == sorted(answers)
    for i, by in enumerate(sorted(answers)):
        won, p, constant = answers[by]
        expected = measure.measure(won, p)
        loose = 1e-5 if by in (STAGE, RIDGE) else EXACT
        assert (table.rows[i], table.positive[i]) == (len(won), sum(won))
        near("log loss", table.log_loss[i], expected.log_loss, loose)
        assert table.clipped[i] == expected.clipped
        near("brier", table.brier[i], expected.parts.brier, loose)
        near("uncertainty", table.uncertainty[i], expected.parts.uncertainty)
        near("parts", table.reliability[i] - table.resolution[i] + table.uncertainty[i], expected.parts.brier, loose)
        near("gain", table.gain[i], measure.log_loss(won, [constant] * len(won)) - expected.log_loss, loose)
        if by in (CONSTANT, CLAIMS):  # ranks of what is computed hang on its last digits
            near("auc", table.auc[i], None if expected.auc is None else float(expected.auc))
            assert table.beats[i] == measure.beats_constant(won, p, constant)
            mine = [k for k, each in enumerate(groups["by"]) if each == by]
            assert [groups["rows"][k] for k in mine] == [each.rows for each in expected.groups]
            all_near("observed", [groups["observed"][k] for k in mine], [each.won_share for each in expected.groups])


def compare(library: Library, world: worlds.World, as_of: int | None) -> None:
    features = features_of(world)
    data = replace(world.data(), features=features)
    data = state.cut(data, data.as_of if as_of is None else as_of)
    asked = state.optional_day(world.options["known_from"])
    known_from = first_closing(data) if asked is None else asked
    with closing(World(library, world)) as given:
        options = learning_options(given, features, asked)
        try:
            fitted = model.learn(data, known_from)
        except state.PipelineError as error:
            assert error.name == "leak"
            try:
                with given.running(as_of, **options):
                    pass
            except Refused as refused:
                assert refused.code == BAD_DATA and refused.field == "feature"
                assert refused.index in [FEATURES[name] for name in features]
                return
            raise AssertionError("a leak was not refused") from error
        with given.running(as_of, contributions=1, **options) as result:
            made = result.contents
            assert bool(made.rates) == bool(model.labelled(fitted.snapshots))
            compare_deals(made, given, data, fitted)
            if made.rates:
                compare_rates(made, given, fitted)
                compare_curves(made, given, data, fitted)
                compare_model(made, given, fitted)
                compare_tests(made, data, known_from)


def learning(library: Library, seed: int) -> None:
    world = worlds.make(seed)
    for as_of in (None, *(state.day_of(text) for text in world.options["as_of"][:1])):
        compare(library, world, as_of)


def threads_change_nothing(library: Library, seed: int) -> None:
    world = worlds.make(seed)
    features = features_of(world)
    with closing(World(library, world)) as given:
        options = learning_options(given, features, None)
        found = []
        for threads in (1, 3, THREADS_ALL):
            with given.running(None, threads=threads, contributions=1, **options) as result:
                made = result.contents
                found.append(whole(made) + bytes_of(made.doubts.contents))
        assert found[0] == found[1] == found[2], "the number of threads changed a bit"


def whole(made: Any) -> bytes:
    tables = [made.rates, made.partner_rates, made.curves, made.terms, made.contributions]
    tables += [made.measures, made.calibration]
    return b"|".join([bytes_of(made.deal.contents), *(bytes_of(each.contents) if each else b"" for each in tables)])


def learnt(library: Library, world: worlds.World, as_of: int, features: dict[str, list[float]]) -> bytes:
    with closing(World(library, world)) as given:
        options = learning_options(given, features, state.optional_day(world.options["known_from"]))
        with given.running(as_of, **options) as result:
            return whole(result.contents)


def later_rows_are_not_used(library: Library, seed: int) -> None:
    """What happens after as_of changes nothing: closings, reports, claims, deals."""
    world, chance = worlds.make(seed), random.Random(seed)
    day = state.day_of(world.options["as_of"][0])
    names = worlds.milestones_of(world.process)
    before = learnt(library, world, day, {})
    for deal in world.deals:
        later = state.iso(day + chance.randint(1, 99))
        if names and chance.random() < 0.3:
            world.milestones.append({"deal": deal["deal"], "milestone": chance.choice(names), "day": later})
        if chance.random() < 0.3:
            world.claims.append({"deal": deal["deal"], "day": later, "stage": "0", "probability": "1"})
        if deal.get("closed", "") > state.iso(day) and deal["opened"] <= state.iso(day):
            deal["closed"], deal["outcome"] = later, chance.choice((state.WON, state.LOST))
    world.deals.append({"deal": "L", "partner": "P0", "opened": state.iso(day + 1)})
    assert learnt(library, world, day, {}) == before, "a later row was used"


def what_a_row_holds_teaches_nothing(library: Library, seed: int) -> None:
    """The amount and the claims in a closed deal's own row were written at closing: they are in no model or measure."""
    world, chance = worlds.make(seed), random.Random(seed)
    as_of = state.day_of(world.options["as_of"][1])

    def rates() -> list[bytes]:
        with closing(World(library, world)) as given, given.running(as_of, **learning_options(given, {}, None)) as made:
            table = made.contents.deal.contents
            raw = [repr([str(each) for each in table.win_rate[: table.deals]]).encode()]
            for each in (made.contents.curves, made.contents.measures, made.contents.calibration):
                raw.append(bytes_of(each.contents) if each else b"")
            return raw

    before = rates()
    for deal in world.deals:
        deal["amount"] = "0" if deal.get("outcome") == state.LOST else f"{chance.randint(1, 10**6)}.00"
        deal["claimed_stage"] = "0" if deal.get("outcome") == state.LOST else "1"
        deal["claimed_probability"] = "0" if deal.get("outcome") == state.LOST else "1"
    assert rates() == before, "what a row holds was used"


CHECKS: dict[str, tuple[Check, int]] = {
    "learning": (learning, 60),
    "threads_change_nothing": (threads_change_nothing, 30),
    "later_rows_are_not_used": (later_rows_are_not_used, 60),
    "what_a_row_holds_teaches_nothing": (what_a_row_holds_teaches_nothing, 60),
}


def failure(library: Library, check: Check, seed: int) -> str:
    try:
        check(library, seed)
    except (AssertionError, Refused) as error:
        return str(error) or traceback.format_exc()
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description="What is learnt, on random worlds.")
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
