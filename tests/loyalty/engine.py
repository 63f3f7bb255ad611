# SPDX-License-Identifier: MIT
"""Loyalty programs of the library, through ctypes: see native.py.

A world of worlds.py becomes columns once and can then be run, appended, saved and compared as often as a test likes;
results come as plain.py gives them.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import plain
import worlds
from plain_outlook import Missing, Notice, Pace

sys.path.insert(0, str(Path(__file__).parent.parent))
import native
from native import NO_AMOUNT, NO_DAY, NO_ROW, NONE, Names, Refused, bytes_of, columns_of, read_names, scalars_of

__all__ = [
    "NONE",
    "NO_AMOUNT",
    "NO_ROW",
    "Library",
    "Outcome",
    "Refused",
    "State",
    "World",
    "bytes_of",
    "columns_of",
    "number",
    "scalars_of",
]

EPOCH = date(1970, 1, 1).toordinal()


def number(day: date) -> int:
    return day.toordinal() - EPOCH


@cache
def day_of(number_of_day: int) -> date | None:
    return None if number_of_day == NO_DAY else date.fromordinal(number_of_day + EPOCH)


class Library(native.Library):
    def __init__(self, path: Path, headers: Path) -> None:
        super().__init__(path, headers, ("base", "dict", "totals", "loyalty"))
        header = headers / "partner" / "loyalty.h"
        self.kinds = read_names(header, "PARTNER_ENTRY_")
        self.notices = read_names(header, "PARTNER_NOTICE_")
        self.measures = ["", *read_names(header, "PARTNER_MEASURE_")]
        for name in ("sentence", "warning"):
            getattr(self.c, f"partner_program_{name}").restype = ctypes.c_size_t
        self.c.partner_loyalty_state_version.restype = ctypes.c_uint64


@dataclass
class Outcome:
    """A result of the library, copied out of it."""

    figures: dict[str, Any]  # scalars, and statements by column
    ledger: dict[str, list[int]]
    months: dict[str, list[int]]
    tiers: dict[str, list[int]]
    missing: dict[str, list[Any]]
    notices: dict[str, list[Any]]
    raw: bytes  # all of it
    rest: bytes  # all of it but the ledger


# --- a world as columns ---


class World:
    """Events and partners of a world, as the library takes them. Its memory lives as long as it does."""

    def __init__(self, library: Library, world: worlds.World) -> None:
        self.library, self.world = library, world
        self.program = ctypes.c_void_p()
        self.names = {name: Names(library) for name in ("kind", "product", "group", "tier", "rule")}
        self.dicts = library.make("partner_loyalty_dicts", **{name: each.c for name, each in self.names.items()})
        try:
            text = world.program_json().encode()
            size = ctypes.c_size_t(len(text))
            library.call("partner_program_parse", text, size, ctypes.byref(self.dicts), ctypes.byref(self.program))
            self.partners = list(
                dict.fromkeys([each["partner"] for each in world.partners] + [row.partner for row in world.rows])
            )
            self.place = {partner: index for index, partner in enumerate(self.partners)}
            self.ids = {row.id: index for index, row in enumerate(world.rows)} if world.ids else None
            self.columns = self.event_columns()
            self.people = self.roster_columns()
        except BaseException:
            self.close()
            raise
        self.rules = self.names["rule"].all()
        self.tiers = self.names["tier"].all()
        self.event_names = {index: id for id, index in self.ids.items()} if self.ids is not None else None
        listed = {each["id"]: each.get("counts_for") for each in world.program["rules"]}
        self.tier_only = {rule for rule, counts_for in listed.items() if counts_for == ["tier"]}
        adjust = world.program.get("adjust", {}).get("counts_for")
        if adjust == ["tier"]:
            self.tier_only.add("")

    def close(self) -> None:
        self.library.free("program", self.program)
        for each in self.names.values():
            self.library.free("dict", each.c)

    def event_id(self, id: str) -> int:
        if self.ids is None:
            return int(id)
        return self.ids.get(id, len(self.ids))  # one that nobody has

    def event_columns(self) -> dict[str, list[int]]:
        rows = self.world.rows
        columns = {
            "partner": [self.place[row.partner] for row in rows],
            "day": [number(row.day) for row in rows],
            "kind": self.names["kind"].indexes([row.kind for row in rows]),
            "amount": [row.amount if row.amount or row.quantity % 2 else NO_AMOUNT for row in rows],
            "quantity": [row.quantity if row.quantity != 1 or row.amount % 2 else NO_AMOUNT for row in rows],
            "margin": [NO_AMOUNT if row.margin is None else row.margin for row in rows],
            "product": self.names["product"].indexes([row.product for row in rows]),
            "reverses": [self.reverses(row) for row in rows],
        }
        if self.ids is not None:
            columns["event"] = [self.ids[row.id] for row in rows]
        return columns

    def reverses(self, row: worlds.Row) -> int:
        if row.reverses_id is not None:
            return self.event_id(row.reverses_id)
        return NO_ROW if row.reverses is None else self.event_id(row.reverses.id)

    def roster_columns(self) -> dict[str, list[int]]:
        listed = self.world.partners
        until = [each.get("tier_until") for each in listed]
        return {
            "partner": [self.place[each["partner"]] for each in listed],
            "group": self.names["group"].indexes([each.get("group") or None for each in listed]),
            "tier": self.names["tier"].indexes([each.get("tier") or None for each in listed]),
            "tier_until": [NO_DAY if not each else number(date.fromisoformat(each)) for each in until],
        }

    def arrays(self, tag: str, columns: dict[str, list[int]]) -> dict[str, Any]:
        kinds = dict(self.library.struct[tag]._fields_)
        return {name: (kinds[name]._type_ * len(cells))(*cells) for name, cells in columns.items()}

    def events(self, rows: Sequence[int] | None = None) -> Any:
        """The events, or those of these rows."""
        columns = self.columns
        if rows is not None:
            columns = {name: [cells[row] for row in rows] for name, cells in columns.items()}
        count = len(columns["partner"])
        return self.library.make("partner_events", rows=count, **self.arrays("partner_events", columns))

    def options(self, **members: Any) -> Any:
        if self.people["partner"]:
            columns = self.arrays("partner_roster", self.people)
            roster = self.library.make("partner_roster", rows=len(self.people["partner"]), **columns)
            members["roster"] = ctypes.pointer(roster)
        if isinstance(members.get("as_of_day"), date):
            members["as_of_day"] = number(members["as_of_day"])
        return self.library.make("partner_loyalty_options", **members)

    # --- running ---

    @contextlib.contextmanager
    def running(self, rows: Sequence[int] | None = None, **options: Any) -> Iterator[Any]:
        """The library's own result, for as long as the block lasts."""
        result = ctypes.POINTER(self.library.struct["partner_loyalty"])()
        options = {"ledger": 1, "as_of_day": self.world.as_of, "partners": len(self.partners)} | options
        events, asked = self.events(rows), self.options(**options)
        self.library.call(
            "partner_loyalty_new", self.program, ctypes.byref(events), ctypes.byref(asked), ctypes.byref(result)
        )
        try:
            yield result
        finally:
            self.library.free("loyalty", result)

    def run(self, rows: Sequence[int] | None = None, **options: Any) -> Outcome:
        with self.running(rows, **options) as result:
            return self.copied(result)

    def copied(self, result: Any) -> Outcome:
        parts = result.contents
        names = ("ledger", "months", "tiers", "missing", "notices")
        tables = {name: columns_of(getattr(parts, name).contents) if getattr(parts, name) else {} for name in names}
        raw, rest = bytes_of(parts), bytes_of(parts, without="ledger")
        return Outcome(figures=scalars_of(parts) | columns_of(parts), raw=raw, rest=rest, **tables)

    def result(self, outcome: Outcome) -> plain.Result:
        """In the words of the plain implementation. Its accounts are its own."""
        return plain.Result(self.entries(outcome.ledger), self.statements(outcome.figures), [])

    def settled(self, as_of: date | None = None) -> plain.Result:
        return self.result(self.run(as_of_day=as_of or self.world.as_of))

    # --- in words ---

    def event_name(self, id: int) -> str:
        if id == NO_ROW:
            return ""
        return str(id) if self.event_names is None else self.event_names[id]

    def tier_name(self, index: int) -> str:
        return "" if index == NONE else self.tiers[index]

    def entries(self, ledger: dict[str, list[int]]) -> list[plain.Entry]:
        kinds, rules, partners = self.library.kinds, self.rules, self.partners
        entries = []
        for partner, day, kind, event, rule, points, capped, qualifying, balance, pending, tier, expiry in zip(
            *(ledger[name] for name in plain.COLUMNS)
        ):
            name = "" if rule == NONE else rules[rule]
            about = name if rule != NONE else "" if kinds[kind] == "adjustment" else None
            entries.append(
                plain.Entry(
                    partner=partners[partner],
                    day=day_of(day) or date.min,
                    kind=kinds[kind],
                    event=self.event_name(event),
                    rule=name,
                    points=points,
                    capped=capped,
                    qualifying=qualifying,
                    balance=balance,
                    pending=pending,
                    tier=self.tier_name(tier),
                    lot_expiry=day_of(expiry),
                    reward=about not in self.tier_only,
                )
            )
        return entries

    def statements(self, figures: dict[str, Any]) -> list[plain.Statement]:
        names = list(plain.Statement.__dataclass_fields__)
        statements = []
        for cells in zip(*(figures[name] for name in names)):
            line = dict(zip(names, cells))
            line["partner"] = self.partners[line["partner"]]
            line["tier"] = self.tier_name(line["tier"])
            line["next_tier"] = None if line["next_tier"] == NONE else self.tiers[line["next_tier"]]
            line["valid_to"] = day_of(line["valid_to"])
            statements.append(plain.Statement(**line))
        return statements

    def paces(self, figures: dict[str, Any]) -> list[Pace]:
        columns = (figures[name] for name in ("partner", "projected_tier", "projected", "to_keep"))
        return [Pace(self.partners[partner], self.tier_name(tier), *more) for partner, tier, *more in zip(*columns)]

    def missing(self, table: dict[str, list[Any]]) -> list[Missing]:
        columns = (table[name] for name in ("partner", "tier", "kind", "measure", "needed", "reached"))
        kinds, measures = self.names["kind"].all(), self.library.measures
        return [
            Missing(self.partners[partner], self.tier_name(tier), kinds[kind], measures[measure], *more)
            for partner, tier, kind, measure, *more in zip(*columns)
        ]

    def notices(self, table: dict[str, list[Any]]) -> list[Notice]:
        columns = (table[name] for name in ("partner", "notice", "tier", "rule", "points", "missing", "day"))
        kinds, rules = self.library.notices, {NONE: ""} | dict(enumerate(self.rules))
        return [
            Notice(self.partners[partner], kinds[kind], self.tier_name(tier), rules[rule], points, left, day_of(day))
            for partner, kind, tier, rule, points, left, day in zip(*columns)
        ]

    # --- states ---

    def new_state(self) -> State:
        state = ctypes.c_void_p()
        options = self.options()
        self.library.call("partner_loyalty_state_new", self.program, ctypes.byref(options), ctypes.byref(state))
        return State(self, state)


class State:
    def __init__(self, world: World, c: Any) -> None:
        self.world, self.library, self.c = world, world.library, c

    def close(self) -> None:
        self.library.free("loyalty_state", self.c)

    def version(self) -> int:
        return int(self.library.c.partner_loyalty_state_version(self.c))

    def taken(self, name: str, *arguments: Any, **options: Any) -> Outcome:
        result = ctypes.POINTER(self.library.struct["partner_loyalty"])()
        asked = self.library.make("partner_loyalty_options", **options)
        self.library.call(name, self.c, *arguments, ctypes.byref(asked), ctypes.byref(result))
        try:
            return self.world.copied(result)
        finally:
            self.library.free("loyalty", result)

    def append(self, rows: Sequence[int], version: int | None = None, **options: Any) -> Outcome:
        events = self.world.events(rows)
        seen = ctypes.c_uint64(self.version() if version is None else version)
        return self.taken("partner_loyalty_state_append", ctypes.byref(events), seen, ledger=1, **options)

    def advance(self, day: date, **options: Any) -> Outcome:
        return self.taken("partner_loyalty_state_advance", ctypes.c_int32(number(day)), ledger=1, **options)

    def read(self, **options: Any) -> Outcome:
        return self.taken("partner_loyalty_from_state", **options)

    def save(self) -> bytes:
        saved = ctypes.POINTER(self.library.struct["partner_bytes"])()
        self.library.call("partner_loyalty_state_save", self.c, ctypes.byref(self.world.dicts), ctypes.byref(saved))
        try:
            return ctypes.string_at(saved.contents.bytes, saved.contents.length)
        finally:
            self.library.free("bytes", saved)

    def load(self, data: bytes) -> State:
        state = ctypes.c_void_p()
        dicts = ctypes.byref(self.world.dicts)
        size = ctypes.c_size_t(len(data))
        self.library.call("partner_loyalty_state_load", data, size, self.world.program, dicts, ctypes.byref(state))
        return State(self.world, state)
