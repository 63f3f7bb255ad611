# SPDX-License-Identifier: MIT
"""The library against the plain implementation, and against what must hold of every program, on random worlds.

    python tests/loyalty/test_worlds.py LIBRARY HEADERS [--long] [--seed N] [--worlds N] [--only CHECK] [--jobs N]

LIBRARY is libpartner.so, HEADERS the folder include. Each check takes a number of worlds, one per seed; a failure
prints the check, the seed, what was found, and the command that runs this one world again. --long takes many times as
many, and puts the plain implementation to the same properties.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import invariance
import plain
import plain_outlook
import properties
import worlds
from engine import NO_AMOUNT, Library, Refused, World, number

Check = Callable[[Library, int], None]


# --- against the plain implementation ---


def same_lines(what: str, found: Sequence[Any], expected: Sequence[Any]) -> None:
    for line, (ours, theirs) in enumerate(zip(found, expected)):
        if ours != theirs:
            wanted = asdict(theirs)
            other = {name: (value, wanted[name]) for name, value in asdict(ours).items() if value != wanted[name]}
            raise AssertionError(f"{what} {line}: (found, expected) {other} of {theirs}")
    assert len(found) == len(expected), f"{len(found)} {what}s, expected {len(expected)}"


def same_figures(what: str, found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        assert found[name] == value, f"{what} {name}: {found[name]}, expected {value}"


def ledgers_and_statements(library: Library, seed: int) -> None:
    """All twelve columns of the ledger, statements and figures; without a ledger all else is the same."""
    world = worlds.make(seed)
    expected = properties.settled(world)
    with closing(World(library, world)) as given:
        outcome, quiet = given.run(), given.run(ledger=0)
        found = given.result(outcome)
    same_lines("entry", found.ledger, expected.ledger)
    same_lines("statement", found.statements, expected.statements)
    same_figures("figure", outcome.figures, figures_of(world, expected))
    same_figures("months", outcome.months, months_of(world, expected))
    same_figures("tiers", outcome.tiers, tiers_of(world, expected))
    assert quiet.ledger == {} and quiet.rest == outcome.rest, "without a ledger something else differs"


def outlooks(library: Library, seed: int) -> None:
    """In the middle of things: statements, the pace, what a tier requires, notices."""
    world, chance = worlds.make(seed), random.Random(seed)
    # Challenges that end later and tiers that are near make more notices.
    for challenge in world.program.get("challenges", []):
        challenge["from"], challenge["to"] = "2023-06-01", "2030-01-01"
        challenge["target"] = {what: target * chance.choice((1, 3, 10)) for what, target in challenge["target"].items()}
    middle = [row.day for row in world.rows if row.reverses is None]
    world.as_of = as_of = chance.choice(middle or [world.as_of]) + timedelta(days=chance.choice((0, 0, 1, 20, 60)))
    expected = properties.settled(world)
    with closing(World(library, world)) as given:
        outcome = given.run(notices=1)
        statements = given.statements(outcome.figures)
        paces, missing = given.paces(outcome.figures), given.missing(outcome.missing)
        notices = given.notices(outcome.notices)
    accounts = expected.accounts
    same_lines("statement", statements, expected.statements)
    same_lines("pace", paces, [plain_outlook.pace(each, as_of) for each in accounts])
    same_lines("missing", missing, [line for each in accounts for line in plain_outlook.missing(each, as_of)])
    same_lines("notice", notices, [line for each in accounts for line in plain_outlook.notices(each, as_of)])


def figures_of(world: worlds.World, result: plain.Result) -> dict[str, Any]:
    program = properties.program_of(world)
    events = plain.read_events(world.events_csv(), program.minor_units)
    taken = [event for event in events if event.day <= world.as_of]
    unmentioned = [event for event in taken if event.kind not in program.mentioned and event.reverses is None]
    kinds = Counter(entry.kind for entry in result.ledger)
    redeemed = sum(end.spent for end in result.statements)
    expired = sum(end.lapsed for end in result.statements)
    outstanding = sum(max(0, end.balance) + end.pending for end in result.statements)
    value = world.program.get("point_value")
    worth = None if value is None else Fraction(value) * outstanding * 10**program.minor_units
    return {
        "events": len(taken),
        "later": len(events) - len(taken),
        "unmentioned": len(unmentioned),
        "credit_notes": sum(event.amount < 0 and event.reverses is None for event in taken),
        "issued": sum(account.issued for account in result.accounts),
        "redeemed": redeemed,
        "expired": expired,
        "reversed": sum(account.reversed for account in result.accounts),
        "adjusted": sum(account.adjusted for account in result.accounts),
        "outstanding": outstanding,
        "debts": sum(max(0, -end.balance) for end in result.statements),
        "liability": NO_AMOUNT if worth is None else round(worth),
        "breakage": expired / (expired + redeemed) if expired + redeemed > 0 else None,
        "promotions": kinds["promotion"],
        "demotions": kinds["demotion"],
        "minor_units": program.minor_units,
    }


def months_of(world: worlds.World, result: plain.Result) -> dict[str, list[int]]:
    taken = [row.day for row in world.rows if row.day <= world.as_of]
    months = range(plain.month_of(min(taken)), plain.month_of(world.as_of) + 1) if taken else range(0)
    sums = {month: Counter[str]() for month in months}
    for entry in result.ledger:
        month = sums[plain.month_of(entry.day)]
        month[entry.kind + "s"] += 1
        if entry.reward and entry.kind != "release":
            month["net"] += entry.points
            month[column_of(entry)] += entry.points
    nets = itertools.accumulate(sums[month]["net"] for month in months)
    return {
        "month": [number(plain.first_day(month)) for month in months],
        "net": list(nets),
        "issued": [sums[month]["issued"] for month in months],
        "adjusted": [sums[month]["adjusted"] for month in months],
        **{name: [-sums[month][name] for month in months] for name in ("redeemed", "expired", "reversed")},
        **{name: [sums[month][name] for month in months] for name in ("promotions", "demotions")},
    }


def column_of(entry: plain.Entry) -> str:
    """The sum that the points of an entry belong to."""
    if entry.kind == "reversal":
        return "reversed" if entry.rule else "redeemed"
    names = {"redemption": "redeemed", "expiry": "expired", "adjustment": "adjusted"}
    return names.get(entry.kind, "issued")


def tiers_of(world: worlds.World, result: plain.Result) -> dict[str, list[int]]:
    names = [tier["id"] for tier in world.program.get("tiers", [])]
    moves = Counter((entry.kind, entry.tier) for entry in result.ledger)
    of_tier = {name: [end for end in result.statements if end.tier == name] for name in names}
    return {
        "partners": [len(of_tier[name]) for name in names],
        "promotions": [moves["promotion", name] for name in names],
        "demotions": [moves["demotion", name] for name in names],
        "outstanding": [sum(max(0, end.balance) + end.pending for end in of_tier[name]) for name in names],
    }


# --- faults ---


def faults_are_refused(library: Library, seed: int) -> None:
    """A planted fault is refused by both, with its row or its path; without it the world is fine."""
    name = worlds.FAULTS[seed % len(worlds.FAULTS)]
    run_plainly_and_here(library, worlds.make(seed))
    world = worlds.make(seed, name)
    try:
        properties.settled(world)
        raise AssertionError(f"{name}: the plain implementation takes it")
    except plain.LoyaltyError as error:
        assert (error.name, error.row) == (name, world.fault_row), (name, error.name, error.row, world.fault_row)
    try:
        with closing(World(library, world)) as given:
            given.run()
        raise AssertionError(f"{name}: the library takes it")
    except Refused as error:
        assert error.code == 300, (name, str(error))
        if name in worlds.PROGRAM_FAULTS:
            assert error.path == path_of(world, name), (name, error.path, str(error))
            return
        assert error.row == world.fault_row, (name, error.row, world.fault_row, str(error))
        assert (error.field, words_of(world, name) in str(error)) == (FIELDS.get(name, "reverses"), True), str(error)
    if name == "repeated id":
        a_repeated_id_is_left_out(library, world)


def run_plainly_and_here(library: Library, world: worlds.World) -> None:
    with closing(World(library, world)) as given:
        same_lines("entry", given.settled().ledger, properties.settled(world).ledger)


FIELDS = {"repeated id": "event", "credit note": "amount"}


def words_of(world: worlds.World, name: str) -> str:
    """What the sentence must have beside the row."""
    assert world.fault_row is not None
    return {
        "repeated id": f"row {world.fault_row - 1}",
        "another partner": "another partner",
        "a later event": "later",
        "a reversal": "a reversal",
        "an adjustment": "an adjustment",
        "too old": "older",
        "credit note": "negative amount",
        "unknown id": "no event of this partner",
    }[name]


def path_of(world: worlds.World, name: str) -> str:
    """Where the fault lies in the program; what was planted comes last."""
    rule = f"$.rules[{len(world.program['rules']) - 1}]"
    tiers = len(world.program.get("tiers", []))
    return {
        "multiplier": f"{rule}.multiplier",
        "points": f"{rule}.earn.points",
        "carry": f"{rule}.carry",
        "duplicate id": f"{rule}.id",
        "unknown tier": f"{rule}.when.tier[0]",
        "bonus": f"$.challenges[{len(world.program.get('challenges', [])) - 1}].bonus",
        "thresholds": f"$.tiers[{tiers - 1}].points",
        "tier 0": "$.tiers[0].points",
        "months": f"$.tiers[{tiers - 1}].requires[0].months",
        "pending_days": "$.pending_days",
    }[name]


def a_repeated_id_is_left_out(library: Library, world: worlds.World) -> None:
    with closing(World(library, world)) as given:
        outcome = given.run(skip_duplicates=1)
        found = given.result(outcome)
    assert outcome.figures["duplicates"] == 1
    del world.rows[-1]
    same_lines("entry", found.ledger, properties.settled(world).ledger)


# --- large numbers and many events ---


def large_amounts(library: Library, seed: int) -> None:
    """Amounts, points and multipliers near what the types hold: exact all the same, or RANGE with the row."""
    chance = random.Random(seed)
    world = worlds.make(seed)
    largest = 10 ** chance.randrange(8, 17)
    for row in world.rows:
        if row.amount:
            row.amount = (1 if row.amount > 0 else -1) * chance.randrange(1, largest)
        row.margin = None if row.margin is None else row.amount // chance.randrange(1, 9)
    for tier in world.program.get("tiers", []):
        if "multiplier" in tier:
            tier["multiplier"] = Decimal(chance.randrange(1, 10**8)).scaleb(-4)
    for rule in world.program["rules"]:
        rule.pop("cap", None)
        if "per" not in rule["earn"]:
            continue
        points = chance.choice((1, 10**9, chance.randrange(1, 10**9)))
        # Up to so many points for the largest amount, but for the multipliers.
        per = largest * points // 10 ** chance.randrange(3, 10) + chance.randrange(3)
        per = min(max(1, per), 2**63 - 1)
        rule["earn"] = {"points": points, "per": str(worlds.major(per, world.minor_units))}
        rule["multiplier"] = Decimal(chance.randrange(1, 10**8)).scaleb(-4)
    for challenge in world.program.get("challenges", []):
        if "amount" in challenge["target"]:
            challenge["target"] = {"amount": str(worlds.major(max(1, largest // 400), world.minor_units))}
    expected = properties.settled(world)
    try:
        with closing(World(library, world)) as given:
            same_lines("entry", given.settled().ledger, expected.ledger)
    except Refused as error:
        assert error.code == 600, str(error)
        if error.row is None:
            assert is_worth_too_much(world, expected), str(error)
        else:
            assert most_product(world, world.rows[error.row]) >= 2**127, str(error)


def is_worth_too_much(world: worlds.World, expected: plain.Result) -> bool:
    """Whether the points that partners hold are worth more than 64 bits hold: the one figure that has no row."""
    held = sum(max(line.balance, 0) + line.pending for line in expected.statements)
    return held * Fraction(str(world.program.get("point_value", 0))) * 10**world.minor_units > 2**63 - 1


def most_product(world: worlds.World, row: worlds.Row) -> int:
    """The largest product under any rule and tier, nothing cancelled."""
    row = row.reverses or row
    tiers = [int(tier.get("multiplier", 1) * 10000) for tier in world.program.get("tiers", [])]
    products: list[int] = [
        abs(row.amount) * rule["earn"]["points"] * int(rule.get("multiplier", 1) * 10000) * max([10000, *tiers])
        for rule in world.program["rules"]
    ]
    return max(products)


def small_steps(library: Library, seed: int) -> None:
    """Carry and caps of a few points; grants of `first` that expire before they are returned."""
    chance, world = random.Random(seed), worlds.make(seed)
    chance.choice((invariance.slow_carry, invariance.first_and_expired))(world, chance)
    run_plainly_and_here(library, world)


def many_events(library: Library, seed: int) -> None:
    """Partners with hundreds of events."""
    run_plainly_and_here(library, worlds.make(seed, rows=250))


# --- lots and caps, by the library's ledger alone ---


def every_point_is_in_a_lot(library: Library, seed: int) -> None:
    """Long after the last event what was left has expired, each point once: balance + pending = Σ lots − debt."""
    world = worlds.make(seed)
    world.program.setdefault("expiry", {"months": 3})
    world.program["pending_days"] = min(world.program.get("pending_days", 0), 28 * world.program["expiry"]["months"])
    world.rows = [row for row in world.rows if row.day <= world.as_of]
    world.name_rows()
    end = world.as_of + timedelta(days=31 * (world.program["expiry"]["months"] + 1))
    with closing(World(library, world)) as given:
        now, then = given.settled(), given.settled(end)
    expiries = [entry for entry in then.ledger if entry.kind == "expiry" and entry.day > world.as_of]
    for before, after in zip(now.statements, then.statements):
        own = [entry for entry in expiries if entry.partner == before.partner]
        assert after.pending == 0 and after.balance <= 0, after
        assert before.balance + before.pending + sum(entry.points for entry in own) == after.balance, (before, after)
        if before.balance < 0:
            continue  # the debt takes of them first
        for days in (30, 60, 90):
            last = world.as_of + timedelta(days=days)
            gone = -sum(entry.points for entry in own if entry.day <= last)
            assert getattr(before, f"expiring_{days}") == gone or last > end, (days, before)


def caps_with_returns(library: Library, seed: int) -> None:
    """With returns too: what is held under a cap never exceeds it, and only a cap that is full refuses."""
    world = properties.with_own_ids(worlds.make(seed))
    for rule in world.program["rules"]:
        rule.pop("carry", None)  # such a rule takes points from other events, the entry does not say which
    program = properties.program_of(world)
    caps = {rule.id: rule.cap for rule in program.rules}
    used: Counter[Any] = Counter()
    with closing(World(library, world)) as given:
        outcome = given.run()
        entries = given.entries(outcome.ledger)
        for entry, original, taken in zip(entries, outcome.ledger["reverses"], outcome.ledger["carried"]):
            if entry.rule not in caps or entry.kind not in ("accrual", "reversal"):
                continue
            event = entry.event if entry.kind == "accrual" else given.event_name(original)
            day = world.rows[given.event_id(event)].day
            full = False
            for name, cap in ((entry.rule, caps[entry.rule]), ("", program.cap)):
                if cap is None:
                    continue
                key = entry.partner, name, properties.period(cap.per, day, event, program.year_starts)
                used[key] += entry.points if entry.kind == "accrual" else -taken
                assert 0 <= used[key] <= cap.points, entry
                full = full or used[key] == cap.points
            assert full or entry.capped == 0, entry


# --- running ---


def settle_with(library: Library) -> properties.Settle:
    def settle(world: worlds.World, as_of: date | None = None) -> plain.Result:
        with closing(World(library, world)) as given:
            return given.settled(as_of)

    return settle


def property_check(check: Callable[[properties.Settle, int], None]) -> Check:
    return lambda library, seed: check(settle_with(library), seed)


def plain_check(check: Callable[[properties.Settle, int], None]) -> Check:
    return lambda _, seed: check(properties.settled, seed)


# Each check, and the worlds of a short and a long run.
PROPERTIES = [each for each in properties.PROPERTIES if each is not properties.faults_are_named]
CHECKS: dict[str, tuple[Check, int, int]] = {
    "ledgers_and_statements": (ledgers_and_statements, 600, 25000),
    "outlooks": (outlooks, 300, 10000),
    "faults_are_refused": (faults_are_refused, 10 * len(worlds.FAULTS), 200 * len(worlds.FAULTS)),
    "large_amounts": (large_amounts, 60, 4000),
    "small_steps": (small_steps, 100, 8000),
    "many_events": (many_events, 15, 300),
    "states": (invariance.states, 100, 4000),
    "threads": (invariance.threads, 2, 60),
    "forms": (invariance.forms, 100, 4000),
    "differences": (invariance.differences, 120, 4000),
    "every_point_is_in_a_lot": (every_point_is_in_a_lot, 100, 4000),
    "caps_with_returns": (caps_with_returns, 100, 4000),
    **{each.__name__: (property_check(each), 60, 3000) for each in PROPERTIES},
    **{"plain_" + each.__name__: (plain_check(each), 0, 500) for each in PROPERTIES},
}


@cache
def library_of(path: Path, headers: Path) -> Library:
    return Library(path, headers)


def failure(name: str, seed: int, path: Path, headers: Path) -> str:
    try:
        CHECKS[name][0](library_of(path, headers), seed)
    except (AssertionError, Refused, plain.LoyaltyError) as error:
        return f"seed {seed}: {error or traceback.format_exc()}"
    except Exception:
        return f"seed {seed}: {traceback.format_exc()}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description="The library's loyalty programs on random worlds.")
    parser.add_argument("library", type=Path)
    parser.add_argument("headers", type=Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, help="so many for every check")
    parser.add_argument("--only", choices=CHECKS)
    parser.add_argument("--jobs", type=int)
    asked = parser.parse_args()
    jobs = asked.jobs or (os.cpu_count() if asked.long else 1) or 1
    failed = total = 0
    with ProcessPoolExecutor(jobs) as pool:
        for name, (_, short, long) in CHECKS.items():
            if "TESTS_BRIEFLY" in os.environ:
                short = short // 6 + 1
            count = asked.worlds if asked.worlds is not None else long if asked.long else short
            if asked.only not in (None, name) or count == 0:
                continue
            begun = time.perf_counter()
            seeds = range(asked.seed, asked.seed + count)
            same = itertools.repeat
            found = pool.map(failure, same(name), seeds, same(asked.library), same(asked.headers), chunksize=8)
            try:
                bad = [text for text in found if text]
            except BrokenExecutor:
                print(f"{name}: the library has crashed between seed {seeds.start} and {seeds.stop - 1}")
                return 1
            failed, total = failed + len(bad), total + count
            took = time.perf_counter() - begun
            print(f"{name}: {count} worlds from seed {seeds.start}, {len(bad)} failed ({took:.1f} s)", flush=True)
            for text in bad[:3]:
                seed = text.split(":")[0].split()[1]
                print(f"  {text}\n  python {' '.join(sys.argv[:3])} --only {name} --seed {seed} --worlds 1")
    print(f"{total} worlds, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
