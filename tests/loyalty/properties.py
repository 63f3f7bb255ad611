# SPDX-License-Identifier: MIT
"""What must hold of every loyalty ledger, on random worlds, whoever made it: a property gets a function that settles a
world. test_worlds.py gives them the library's; this file, run alone, the plain implementation's.

    python tests/loyalty/properties.py [--seed 1] [--worlds 300] [--example FOLDER]

FOLDER holds program.json, events.csv, ledger.csv and cases/, as example does. A failure prints the property, the seed,
and what was found.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import plain
import worlds

NOTHING_SPENT = ("redemption", "adjustment")


class Settle(Protocol):
    """Settles a world through a day, by default through its own."""

    def __call__(self, world: worlds.World, as_of: date | None = None) -> plain.Result: ...


def program_of(world: worlds.World) -> plain.Program:
    return plain.load_program(world.program_json())


def settled(world: worlds.World, as_of: date | None = None) -> plain.Result:
    program = program_of(world)
    events = plain.read_events(world.events_csv(), program.minor_units)
    return plain.run(program, plain.read_partners(world.partners_csv()), events, as_of or world.as_of)


def with_own_ids(world: worlds.World) -> worlds.World:
    """Rows may then come and go, and the ids stay."""
    world.ids = True
    world.name_rows()
    return world


def whole_roster(world: worlds.World) -> worlds.World:
    """Everybody enrolled, so that the order of partners does not hang on the events."""
    listed = {partner["partner"] for partner in world.partners}
    missing = sorted({row.partner for row in world.rows} - listed)
    world.partners = world.partners + [{"partner": partner} for partner in missing]
    return world


# --- properties of every world ---


def figures(settle: Settle, seed: int) -> None:
    """Balance + pending = Σ lots − debt, and = Σ points of reward entries but `release`, after every entry."""
    result = settle(worlds.make(seed))
    sums: Counter[str] = Counter()
    for entry in result.ledger:
        if entry.reward and entry.kind != "release":
            sums[entry.partner] += entry.points
        assert sums[entry.partner] == entry.balance + entry.pending, entry
        assert entry.pending >= 0 and entry.capped >= 0, entry
    for end in result.statements:
        assert end.balance + end.pending == sums[end.partner], end
    for end, account in zip(result.statements, result.accounts):
        assert end.balance + end.pending == sum(lot.left for lot in account.lots) - account.debt, end
        gone = account.reversed + end.spent + end.lapsed
        assert account.issued + account.adjusted - gone == sums[end.partner], end
        assert account.debt == 0 or end.balance == -account.debt, end


def later_events_change_nothing(settle: Settle, seed: int) -> None:
    """Entries never change when later events are added: cut after any day, and within a day."""
    world = with_own_ids(whole_roster(worlds.make(seed)))
    if not world.rows:
        return
    chance = random.Random(seed)
    full = settle(world)
    for _ in range(3):
        day = chance.choice(world.rows).day + timedelta(days=chance.randrange(40))
        cut = settle(world, min(day, world.as_of))
        expected = [entry for entry in full.ledger if entry.day <= day]
        assert cut.ledger == expected, day
    row = chance.choice(world.rows)
    place = {id(each): (each.day, number) for number, each in enumerate(world.rows)}
    world.rows = [each for each in world.rows if place[id(each)] <= place[id(row)]]
    shorter = settle(world, min(row.day, world.as_of)).ledger
    for partner in {entry.partner for entry in full.ledger}:
        before = [entry for entry in full.ledger if entry.partner == partner]
        after = [entry for entry in shorter if entry.partner == partner]
        assert after == before[: len(after)], partner


def order_of_partners(settle: Settle, seed: int) -> None:
    """Shuffling rows of different partners, or of different days, changes nothing."""
    world = with_own_ids(whole_roster(worlds.make(seed)))
    before = settle(world).csv()
    chance = random.Random(seed)
    groups: dict[Any, list[worlds.Row]] = {}
    for row in world.rows:
        groups.setdefault((row.partner, row.day), []).append(row)
    deck = [key for key, group in groups.items() for _ in group]
    chance.shuffle(deck)
    world.rows = [groups[key].pop(0) for key in deck]
    assert settle(world).csv() == before


def nothing_expires_twice(settle: Settle, seed: int) -> None:
    """Of no lot more expires than it held, and nothing of it is released twice."""
    granted: Counter[Any] = Counter()
    gone: Counter[Any] = Counter()
    released: set[Any] = set()
    world = worlds.make(seed)
    repeats = {each["id"] for each in world.program.get("challenges", []) if each.get("repeat")}
    for entry in settle(world).ledger:
        key = entry.event, entry.rule
        if entry.kind in ("accrual", "bonus", "adjustment"):
            granted[key] += entry.points
        elif entry.kind == "expiry":
            gone[key] -= entry.points
            assert entry.lot_expiry is not None and entry.lot_expiry <= entry.day, entry
        elif entry.kind == "release" and entry.rule not in repeats:
            assert key not in released, entry
            released.add(key)
    assert all(points <= granted[key] for key, points in gone.items())


def tiers_move_by_entries(settle: Settle, seed: int) -> None:
    """The tier column changes only where promotion or demotion say so; qualifying points drive promotions."""
    world = worlds.make(seed)
    program = program_of(world)
    rank = {tier.id: number for number, tier in enumerate(program.tiers)}
    opening = {partner["partner"]: rank.get(partner.get("tier", ""), 0) for partner in world.partners}
    tier = {row.partner: opening.get(row.partner, 0) for row in world.rows}
    for entry in settle(world).ledger:
        now = rank[entry.tier]
        if entry.kind == "promotion":
            assert now > tier[entry.partner] and entry.qualifying >= program.tiers[now].points, entry
        elif entry.kind == "demotion":
            assert now < tier[entry.partner], entry
        else:
            assert now == tier[entry.partner], entry
        tier[entry.partner] = now


# --- properties of changed worlds ---


def nobody_goes_below_zero(settle: Settle, seed: int) -> None:
    """Without redemptions and corrections."""
    world = with_own_ids(worlds.make(seed))
    drop(world, lambda row: row.kind in NOTHING_SPENT)
    for entry in settle(world).ledger:
        assert entry.balance >= 0, entry


def drop(world: worlds.World, gone: Callable[[worlds.Row], bool]) -> None:
    """Rows and the reversals of rows."""
    world.rows = [row for row in world.rows if not gone(row.reverses or row)]


def caps_hold(settle: Settle, seed: int) -> None:
    """Without reversals the points granted under a cap never exceed it, by rule and in the program."""
    world = with_own_ids(worlds.make(seed))
    world.rows = [row for row in world.rows if row.reverses is None]
    program = program_of(world)
    caps = {rule.id: rule.cap for rule in program.rules}
    used: Counter[Any] = Counter()
    for entry in settle(world).ledger:
        if entry.kind != "accrual":
            continue
        for name, cap in ((entry.rule, caps[entry.rule]), ("", program.cap)):
            if cap is not None:
                key = entry.partner, name, period(cap.per, entry.day, entry.event, program.year_starts)
                used[key] += entry.points
                assert used[key] <= cap.points, entry


def period(per: str, day: date, event: str, year_starts: int) -> str:
    """Named by hand: the year by the calendar year it begins in, the quarter by its number in it."""
    months = (day.month - year_starts) % 12
    year = day.year - (1 if day.month < year_starts else 0)
    return {
        "day": day.isoformat(),
        "month": day.isoformat()[:7],
        "quarter": f"{year} {months // 3}",
        "year": str(year),
        "event": event,
        "life": "",
    }[per]


def everything_returned(settle: Settle, seed: int) -> None:
    """Buying, earning and returning everything, each by the end of the next program year, leaves nothing."""
    world = worlds.make(seed)
    world.program.pop("reversible_days", None)
    world.program["credit_notes"] = "ignore"
    qualification = world.program.get("qualification", {})
    if qualification.get("window") == "rolling":
        qualification.pop("max_drop", None)  # what reviews left standing is left to the reviews
    world.partners = [{"partner": each["partner"], "group": each.get("group", "")} for each in world.partners]
    chance = random.Random(seed)
    bought = [row for row in world.rows if row.reverses is None and row.kind not in NOTHING_SPENT]
    returned = []
    for row in bought:
        # A negative quantity lowers what requirements count and moves nobody: that is no return.
        row.amount, row.quantity = abs(row.amount), abs(row.quantity)
        days = days_to_return(row.day, world.program.get("year_starts", 1))
        for amount in chance.choice(([0], [row.amount], [row.amount // 3, 0], [row.amount // 2, row.amount])):
            day = row.day + timedelta(days=chance.randrange(days))
            returned.append(worlds.Row(row.partner, day, "sale", amount, reverses=row))
    world.rows = sorted(bought + returned, key=lambda row: row.day)
    world.as_of = max((row.day for row in world.rows), default=world.as_of)
    with_own_ids(world)
    for left in settle(world).statements:
        assert left.balance == left.pending == left.qualifying == 0, left
        assert left.tier == world.program.get("tiers", [{"id": ""}])[0]["id"], left


def days_to_return(day: date, year_starts: int) -> int:
    year = day.year + (2 if day.month >= year_starts else 1)
    return (date(year, year_starts, 1) - day).days


def split_orders_earn_the_same(settle: Settle, seed: int) -> None:
    """Under `carry` with one tier multiplier, no caps, no amount conditions and no exclusive groups."""
    chance = random.Random(seed)
    world = whole_roster(with_own_ids(worlds.make(seed)))
    program = world.program
    program.pop("cap", None)
    program.pop("challenges", None)
    program["tiers"] = [{"id": "only", "multiplier": Decimal("1.1")}]
    program["rules"] = [
        {
            "id": f"r{number}",
            "on": "sale",
            "earn": {"points": chance.randrange(1, 8), "per": chance.choice((1, 7, 10, 25))},
            "multiplier": Decimal(chance.randrange(1, 30000)).scaleb(-4),
            "carry": True,
        }
        for number in range(3)
    ]
    world.partners = [{"partner": partner["partner"]} for partner in world.partners]
    drop(world, lambda row: row.kind in NOTHING_SPENT or row.amount < 0)
    world.rows = [row for row in world.rows if row.reverses is None]
    before = [end.earned for end in settle(world).statements]
    world.rows = [part for row in world.rows for part in parts(row, chance)]
    world.name_rows()
    assert [end.earned for end in settle(world).statements] == before


def parts(row: worlds.Row, chance: random.Random) -> list[worlds.Row]:
    """An order in up to four parts of the same day."""
    cuts = sorted(chance.randrange(row.amount + 1) for _ in range(chance.randrange(4)))
    amounts = [high - low for low, high in zip([0, *cuts], [*cuts, row.amount])]
    return [worlds.Row(row.partner, row.day, row.kind, amount) for amount in amounts]


def returns_of_split_orders(settle: Settle, seed: int) -> None:
    """The same, with parts returned: what is held is trunc(Σ x) of what was kept, whatever came in between."""
    chance = random.Random(seed)
    points, per = chance.randrange(1, 8), chance.choice((1, 7, 10, 25))
    rule = {"id": "r", "on": "sale", "earn": {"points": points, "per": per}, "carry": True}
    begins = date(2024, 1, 1)
    rows: list[worlds.Row] = []
    kept = 0
    for _ in range(chance.randrange(1, 30)):
        if rows and chance.random() < 0.4:
            original = chance.choice([row for row in rows if row.reverses is None])
            back = sum(row.amount for row in rows if row.reverses is original)
            amount = chance.randrange(original.amount - back + 1)
            if amount == 0:
                continue
            kept -= amount
            rows.append(worlds.Row("p", begins, "sale", amount, reverses=original))
        else:
            rows.append(worlds.Row("p", begins, "sale", chance.randrange(1, 5000)))
            kept += rows[-1].amount
        begins += timedelta(days=chance.randrange(40))
    world = worlds.World(seed, {"minor_units": 2, "rules": [rule]}, [{"partner": "p"}], rows, begins, False, 2)
    world.name_rows()
    (end,) = settle(world).statements
    assert end.earned == kept * points // (per * 100), end


def no_rules_grant_nothing(settle: Settle, seed: int) -> None:
    world = worlds.make(seed)
    world.program["rules"] = []
    world.program.pop("challenges", None)
    for entry in settle(world).ledger:
        assert entry.kind not in ("accrual", "bonus"), entry


def faults_are_named(settle: Settle, seed: int) -> None:
    """Each planted fault is found, with its row; without it the world is valid."""
    name = worlds.FAULTS[seed % len(worlds.FAULTS)]
    settle(worlds.make(seed))
    world = worlds.make(seed, name)
    try:
        settle(world)
    except plain.LoyaltyError as error:
        assert error.name == name and error.row == world.fault_row, (name, error.name, error.row, world.fault_row)
    else:
        raise AssertionError(name)


PROPERTIES: tuple[Callable[[Settle, int], None], ...] = (
    figures,
    later_events_change_nothing,
    order_of_partners,
    nothing_expires_twice,
    tiers_move_by_entries,
    nobody_goes_below_zero,
    caps_hold,
    everything_returned,
    split_orders_earn_the_same,
    returns_of_split_orders,
    no_rules_grant_nothing,
    faults_are_named,
)


def example(folder: Path) -> list[str]:
    """The names of those ledgers under the folder that do not come out as they are given."""
    wrong = []
    for case in [folder, *sorted((folder / "cases").iterdir())]:
        program = plain.load_program((case / "program.json").read_text(encoding="utf-8"))
        events = plain.read_events((case / "events.csv").read_text(encoding="utf-8"), program.minor_units)
        roster = case / "partners.csv"
        partners = plain.read_partners(roster.read_text(encoding="utf-8")) if roster.exists() else []
        as_of = date(2027, 12, 31) if case == folder else date(2027, 6, 30)
        found = plain.run(program, partners, events, as_of).csv(11)
        if found != (case / "ledger.csv").read_text(encoding="utf-8"):
            wrong.append(case.name)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the plain implementation on random worlds.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--example", type=Path)
    parser.add_argument("--only", help="one property by its name")
    arguments = parser.parse_args()
    failed = 0
    if arguments.example is not None:
        wrong = example(arguments.example)
        failed += len(wrong)
        print(f"example: {'as given' if not wrong else 'not as given: ' + ', '.join(wrong)}")
    seeds = range(arguments.seed, arguments.seed + arguments.worlds)
    for check in PROPERTIES:
        if arguments.only not in (None, check.__name__):
            continue
        bad = [failure for failure in (failing(check, seed) for seed in seeds) if failure]
        failed += len(bad)
        print(f"{check.__name__}: {len(seeds)} worlds from seed {seeds.start}, {len(bad)} failed")
        for text in bad[:3]:
            print("  " + text)
    return 1 if failed else 0


def failing(check: Callable[[Settle, int], None], seed: int) -> str:
    try:
        check(settled, seed)
    except AssertionError as error:
        return f"seed {seed}: {error}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
