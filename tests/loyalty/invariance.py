# SPDX-License-Identifier: MIT
"""What must not matter to the library: how a history is split into appends, days and saved bytes, how many partners and
threads there are, which indexes and ids they have, in which century it all happens; and that differences lead from one
history to the other. test_worlds.py runs these checks."""

from __future__ import annotations

import ctypes
import itertools
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import plain
import properties
import worlds
from engine import (
    NO_AMOUNT,
    NO_ROW,
    NONE,
    Library,
    Outcome,
    Refused,
    State,
    World,
    bytes_of,
    columns_of,
    number,
    scalars_of,
)

# --- states ---


def states(library: Library, seed: int) -> None:
    """However a history is split into appends, days and saved bytes: the ledger, statements and bytes of one run."""
    chance = random.Random(seed)
    world = worlds.make(seed, rows=chance.choice((30, 30, 60)))
    for change in (soon_forgotten, slow_carry, first_and_expired):
        if chance.random() < 0.4:
            change(world, chance)
    if not world.ids:  # rows are numbered as they come
        world.rows.sort(key=lambda row: row.day)
        world.name_rows()
    days = [row.day for row in world.rows]
    taken = [row for row in range(len(days)) if days[row] <= world.as_of]
    if not taken:
        return
    with closing(World(library, world)) as given:
        whole = given.run(taken)
        in_time = sorted(taken, key=lambda row: days[row])
        by_day = [list(group) for _, group in itertools.groupby(in_time, key=lambda row: days[row])]
        saved = {
            name: play(given, batches, chance, whole)
            for name, batches in (("at once", [taken]), ("days", by_day), ("pieces", pieces(in_time, chance)))
        }
    for name, data in saved.items():
        assert data == saved["at once"], f"{name}: other bytes"


def soon_forgotten(world: worlds.World, chance: random.Random) -> None:
    """Events can be reversed for some days only, and carry keeps old grants of interest all the same."""
    days = world.program["reversible_days"] = chance.choice((0, 2, 10, 30))
    world.rows = [row for row in world.rows if row.reverses is None or (row.day - row.reverses.day).days <= days]
    for row in list(world.rows):
        if row.reverses is None and row.kind != "adjustment" and chance.random() < 0.3:
            day = row.day + timedelta(days=chance.randrange(days + 1))
            world.rows.append(worlds.Row(row.partner, day, row.kind, abs(row.amount) // 3, reverses=row))
    world.name_rows()


def slow_carry(world: worlds.World, chance: random.Random) -> None:
    """Orders of about a point, small caps: what is taken back often comes from another order's grant."""
    for rule in world.program["rules"]:
        if "per" in rule["earn"]:
            rule["earn"] = {"points": 1, "per": chance.choice((300, 1000, 3000))}
            rule["carry"] = chance.random() < 0.8
            rule.pop("multiplier", None)
        if "cap" in rule or chance.random() < 0.5:
            rule["cap"] = {"points": chance.choice((1, 2, 5)), "per": chance.choice(worlds.PERIODS)}


def first_and_expired(world: worlds.World, chance: random.Random) -> None:
    """Grants of `first` that are gone before they are returned."""
    for rule in world.program["rules"]:
        if chance.random() < 0.6:
            rule["when"] = rule.get("when", {}) | {"first": True}
    world.program["expiry"] = {"months": 1}
    world.program["pending_days"] = min(28, world.program.get("pending_days", 0))


def pieces(rows: Sequence[int], chance: random.Random) -> list[list[int]]:
    """Cut anywhere, also within a day; a piece has its rows in the order of input."""
    cuts = sorted(chance.randrange(len(rows) + 1) for _ in range(chance.randrange(1, 6)))
    return [sorted(rows[begin:end]) for begin, end in zip([0, *cuts], [*cuts, len(rows)])]


def play(given: World, batches: Sequence[Sequence[int]], chance: random.Random, whole: Outcome) -> bytes:
    entries: dict[str, list[int]] = {name: [] for name in whole.ledger}

    def add(outcome: Outcome) -> None:
        for name, cells in outcome.ledger.items():
            entries[name] += cells

    state = given.new_state()
    for batch in batches:
        first = min((given.world.rows[row].day for row in batch), default=None)
        if first is not None and chance.random() < 0.3:
            add(state.advance(first, threads=chance.randrange(1, 4)))
        version = state.version()
        add(state.append(batch, threads=chance.randrange(1, 4)))
        assert state.version() == version + len(batch)
        if len(batches) > 1:
            state = again(state)
    add(state.advance(given.world.as_of))
    order = sorted(range(len(entries["partner"])), key=entries["partner"].__getitem__)
    for name, cells in entries.items():
        assert [cells[place] for place in order] == whole.ledger[name], f"{name}: other entries than in one run"
    assert state.read(partners=len(given.partners)).rest == whole.rest, "other statements than in one run"
    with closing(again(state)) as last:
        return last.save()


def again(state: State) -> State:
    """Saved, loaded and saved again."""
    with closing(state):
        data = state.save()
        loaded = state.load(data)
    assert loaded.save() == data, "saved, loaded and saved again: other bytes"
    return loaded


# --- many partners ---


def threads(library: Library, seed: int) -> None:
    """A world a thousand times over: each copy has the ledger of the one, and threads change no bit, nor an error."""
    world = properties.with_own_ids(properties.whole_roster(worlds.make(seed)))
    if not world.rows:
        return
    with closing(World(library, world)) as given:
        one, enrolled = given.run(), len(given.partners)
        copies = 70000 // len(world.rows) + 1  # enough for several blocks and parts
        crowd(given, copies)
        first = given.run(threads=1)
        for count in (2, 3):
            with given.running(threads=count) as result:
                assert bytes_of(result.contents) == first.raw, f"{count} threads: other bytes"
        for name, cells in one.ledger.items():
            if name not in ("partner", "event", "reverses"):
                assert first.ledger[name] == cells * copies, f"{name}: other entries where there are more partners"
        ids = range(0, copies * len(world.rows), len(world.rows))
        partners = [partner + enrolled * copy for copy in range(copies) for partner in one.ledger["partner"]]
        assert first.ledger["partner"] == partners
        for name in ("event", "reverses"):
            cells = one.ledger[name]
            assert first.ledger[name] == [each if each == NO_ROW else each + id for id in ids for each in cells]
        errors_are_the_same(given, random.Random(seed))


def crowd(given: World, copies: int) -> None:
    """Copies of all partners and events, the rows of one after the other."""
    partners, rows = len(given.partners), len(given.world.rows)
    steps = {"partner": partners, "event": rows, "reverses": rows}
    for columns in (given.columns, given.people):
        for name, cells in columns.items():
            step = steps.get(name, 0)
            columns[name] = [
                each if each in (NONE, NO_ROW) else each + step * copy for each in cells for copy in range(copies)
            ]
    given.partners *= copies


def errors_are_the_same(given: World, chance: random.Random) -> None:
    reverses = given.columns["reverses"]
    for row in chance.sample(range(len(reverses)), 2):
        reverses[row] = NO_ROW - 1
        given.columns["day"][row] = number(given.world.as_of)
    found = set()
    for count in (1, 2, 3):
        try:
            with given.running(threads=count):
                raise AssertionError("events that reverse nothing are taken")
        except Refused as error:
            found.add((error.row, str(error)))
    assert len(found) == 1, found


# --- forms of the same input ---


def forms(library: Library, seed: int) -> None:
    """Other indexes of partners, other ids, another century, columns left out: the same ledger."""
    chance = random.Random(seed)
    world = properties.with_own_ids(properties.whole_roster(worlds.make(seed)))
    with closing(World(library, world)) as given:
        expected = given.settled()
        other_partners(given, chance)
        other_ids(given, chance)
        found = given.result(given.run(threads=chance.randrange(1, 4)))
        assert by_partner(found.ledger) == by_partner(expected.ledger), "other indexes, other entries"
        assert sorted(found.statements, key=repr) == sorted(expected.statements, key=repr), "other statements"
        columns_left_out(given, chance)
    years = chance.choice((-2000, -1600, -400, 400, 7600))
    with closing(World(library, shifted(world, years))) as given:
        found = given.settled()
    assert [moved_entry(entry, -years) for entry in found.ledger] == expected.ledger, f"{years} years on"
    until = [moved(end.valid_to, -years) if end.valid_to else None for end in found.statements]
    assert [replace(end, valid_to=last) for end, last in zip(found.statements, until)] == expected.statements


def by_partner(ledger: Sequence[plain.Entry]) -> dict[str, list[plain.Entry]]:
    found: dict[str, list[plain.Entry]] = {}
    for entry in ledger:
        found.setdefault(entry.partner, []).append(entry)
    return found


def other_partners(given: World, chance: random.Random) -> None:
    places = chance.sample(range(len(given.partners)), len(given.partners))
    for columns in (given.columns, given.people):
        columns["partner"] = [places[partner] for partner in columns["partner"]]
    given.partners = [given.partners[places.index(place)] for place in range(len(places))]


def other_ids(given: World, chance: random.Random) -> None:
    """Numbers from anywhere, near each other or far apart."""
    assert given.event_names is not None
    count = len(given.event_names)
    span = chance.choice((count, 2 * count, 10**6, 2**62))
    first = chance.randrange(2**64 - 1 - span)
    ids = dict(zip(given.event_names, (first + each for each in chance.sample(range(span), count))))
    given.columns["event"] = [ids[each] for each in given.columns["event"]]
    given.columns["reverses"] = [ids.get(each, NO_ROW) for each in given.columns["reverses"]]
    given.event_names = {ids[each]: name for each, name in given.event_names.items()}


def columns_left_out(given: World, chance: random.Random) -> None:
    defaults = {"amount": 0, "quantity": 1, "margin": NO_AMOUNT, "product": NONE}
    left_out = [name for name in defaults if chance.random() < 0.5]
    for name in left_out:
        given.columns[name] = [defaults[name]] * len(given.columns[name])
    expected = given.run().raw
    for name in left_out:
        del given.columns[name]
    assert given.run().raw == expected, f"without {left_out}"


def moved(day: date, years: int) -> date:
    """Every 400 years the calendar begins again."""
    return day.replace(year=day.year + years)


def moved_entry(entry: plain.Entry, years: int) -> plain.Entry:
    expiry = moved(entry.lot_expiry, years) if entry.lot_expiry else None
    return replace(entry, day=moved(entry.day, years), lot_expiry=expiry)


def shifted(world: worlds.World, years: int) -> worlds.World:
    def text(day: str) -> str:
        return moved(date.fromisoformat(day), years).isoformat()

    rules = [dict(rule) for rule in world.program["rules"]]
    for rule in rules:
        when = rule.get("when", {})
        rule["when"] = when | {side: text(when[side]) for side in ("from", "to") if side in when}
    program = world.program | {"rules": rules}
    if "challenges" in program:
        program["challenges"] = [
            each | {"from": text(each["from"]), "to": text(each["to"])} for each in program["challenges"]
        ]
    partners = [
        each | {"tier_until": text(each["tier_until"])} if each.get("tier_until") else each for each in world.partners
    ]
    rows = {id(row): replace(row, day=moved(row.day, years)) for row in world.rows}
    for row in rows.values():
        row.reverses = rows[id(row.reverses)] if row.reverses is not None else None
    as_of = moved(world.as_of, years)
    return replace(world, program=program, partners=partners, rows=list(rows.values()), as_of=as_of)


# --- differences ---

MOVES = ("promotion", "demotion", "renewal")


def differences(library: Library, seed: int) -> None:
    """What events entered late change: applied to before it gives after, and nothing both goes and comes."""
    world = properties.with_own_ids(properties.whole_roster(worlds.make(seed)))
    if not world.rows:
        return
    chance = random.Random(seed)
    late = set(map(id, chance.sample(world.rows, min(len(world.rows), chance.randrange(1, 4)))))
    rows = [i for i, row in enumerate(world.rows) if id(row) not in late and id(row.reverses) not in late]
    with closing(World(library, world)) as given, given.running(rows) as before, given.running() as after:
        then, now = given.copied(before), given.copied(after)
        difference = ctypes.POINTER(library.struct["partner_loyalty_difference"])()
        library.call("partner_loyalty_difference_new", before, after, ctypes.byref(difference))
        found = scalars_of(difference.contents) | columns_of(difference.contents)
        changes = columns_of(difference.contents.changes.contents)
        library.free("loyalty_difference", difference)
        moves = {library.kinds.index(name) for name in MOVES}
    gone = entries_of(changes, moves, [change == 0 for change in changes["change"]])
    new = entries_of(changes, moves, [change == 1 for change in changes["change"]])
    was, is_ = entries_of(then.ledger, moves), entries_of(now.ledger, moves)
    assert gone <= was and was - gone + new == is_, "what changes does not lead from before to after"
    assert not gone & new, "an entry both goes and comes"
    line = {partner: i for i, partner in enumerate(found["partner"])}
    for name in ("balance", "pending", "earned", "spent", "lapsed"):
        for i, partner in enumerate(now.figures["partner"]):
            change = found[name][line[partner]] if partner in line else 0
            assert then.figures[name][i] + change == now.figures[name][i], (name, partner)
    for column, before_, after_ in (("tier", "tier_before", "tier_after"), ("valid_to", "valid_before", "valid_after")):
        for i, partner in enumerate(now.figures["partner"]):
            pair = then.figures[column][i], now.figures[column][i]
            told = (found[before_][line[partner]], found[after_][line[partner]]) if partner in line else (pair[0],) * 2
            assert told == pair, (column, partner)
    assert found["points"] == sum(found["balance"]) + sum(found["pending"])
    if now.figures["liability"] == NO_AMOUNT:
        assert found["liability"] == NO_AMOUNT
    else:
        assert found["liability"] == now.figures["liability"] - then.figures["liability"]


def entries_of(columns: dict[str, list[int]], moves: set[int], chosen: list[bool] | None = None) -> Counter[Any]:
    """Without the running columns; the tier is one but in entries about tiers."""
    names = ("partner", "day", "kind", "event", "rule", "points", "capped", "tier")
    lines = [line[:-1] + (line[-1] if line[2] in moves else NONE,) for line in zip(*(columns[name] for name in names))]
    return Counter(lines if chosen is None else itertools.compress(lines, chosen))
