# SPDX-License-Identifier: MIT
"""Pipelines of the library, through ctypes: see native.py.

A world of worlds.py becomes columns once and can then be run as of any day, with more rows, with fewer.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import plain_state as state
import worlds

sys.path.insert(0, str(Path(__file__).parent.parent))
import native
from native import NO_AMOUNT, NO_DAY, NONE, Names, Refused, bytes_of, columns_of, scalars_of

__all__ = ["NONE", "NO_AMOUNT", "NO_DAY", "Library", "Refused", "World", "bytes_of", "columns_of", "scalars_of"]

OUTCOMES = {state.OPEN: 0, state.WON: 1, state.LOST: 2}
DAY_0 = NO_DAY + 1  # in options
NAN = float("nan")
DICTS = ("milestone", "stage", "question")  # of a process
Columns = dict[str, list[Any]]


class Library(native.Library):
    def __init__(self, path: Path, headers: Path) -> None:
        super().__init__(path, headers, ("base", "dict", "totals", "model", "pipeline"))
        for name in ("doubt", "registration"):
            getattr(self.c, f"partner_pipeline_explain_{name}").restype = ctypes.c_size_t


def day_of(row: Mapping[str, str], name: str) -> int:
    found = state.optional_day(row.get(name))
    return NO_DAY if found is None else found


def money_of(row: Mapping[str, str], name: str) -> int:
    found = state.optional_money(row.get(name))
    return NO_AMOUNT if found is None else found


def whole_amount(value: Any) -> int:
    """Exact money in whole minor units, rounded half to even; none is NO_AMOUNT."""
    return NO_AMOUNT if value is None else round(value)


def number_of(row: Mapping[str, str], name: str) -> float:
    found = state.optional_number(row.get(name))
    return NAN if found is None else found


class World:
    """The tables of a world, as the library takes them. Its memory lives as long as it does."""

    def __init__(self, library: Library, world: worlds.World) -> None:
        self.library = library
        self.process = ctypes.c_void_p()
        self.names = {name: Names(library) for name in (*DICTS, "partner", "customer", "product")}
        dicts = {name: self.names[name].c for name in DICTS}
        made, text = library.make("partner_process_dicts", **dicts), world.process_json().encode()
        try:
            size = ctypes.c_size_t(len(text))
            library.call("partner_process_parse", text, size, ctypes.byref(made), ctypes.byref(self.process))
            self.stage_ids = [stage["id"] for stage in world.process["stages"]]
            self.deals = self.deal_columns(world.deals)
            self.milestones = self.milestone_columns(world.milestones)
            self.claims = self.claim_columns(world.claims)
        except BaseException:
            self.close()
            raise

    def stage_names(self, stages: Sequence[int]) -> list[int]:
        """Indexes of the stages' ids; there are none from S on."""
        known = self.names["stage"].all()
        own = [known.index(each) for each in self.stage_ids]
        return [own[stage] if stage < len(own) else NONE for stage in stages]

    def close(self) -> None:
        self.library.free("process", self.process)
        for each in self.names.values():
            self.library.free("dict", each.c)

    def indexes(self, name: str, rows: Sequence[worlds.Row], field: str | None = None) -> list[int]:
        return self.names[name].indexes([row.get(field or name) or None for row in rows])

    def deal_columns(self, rows: Sequence[worlds.Row]) -> Columns:
        self.place: dict[str, int] = {}
        for row in rows:
            self.place.setdefault(row["deal"], len(self.place))
        self.ids = list(self.place)
        return {
            "deal": [self.place[row["deal"]] for row in rows],
            "partner": self.indexes("partner", rows),
            "opened": [day_of(row, "opened") for row in rows],
            "closed": [day_of(row, "closed") for row in rows],
            "outcome": [OUTCOMES[row.get("outcome") or state.OPEN] for row in rows],
            "amount": [money_of(row, "amount") for row in rows],
            "customer": self.indexes("customer", rows),
            "product": self.indexes("product", rows),
            "registered": [day_of(row, "registered") for row in rows],
            "claimed_stage": self.indexes("stage", rows, "claimed_stage"),
            "claimed_probability": [number_of(row, "claimed_probability") for row in rows],
            "claimed_day": [day_of(row, "claimed_day") for row in rows],
        }

    def deal_indexes(self, rows: Sequence[worlds.Row]) -> list[int]:
        return [self.place.get(row["deal"], len(self.place)) for row in rows]

    def milestone_columns(self, rows: Sequence[worlds.Row]) -> Columns:
        return {
            "deal": self.deal_indexes(rows),
            "milestone": self.indexes("milestone", rows),
            "day": [day_of(row, "day") for row in rows],
            "done": [int(row.get("done") or "1") for row in rows],
            "source": [int(row.get("source") == "verified") for row in rows],
        }

    def claim_columns(self, rows: Sequence[worlds.Row]) -> Columns:
        return {
            "deal": self.deal_indexes(rows),
            "day": [day_of(row, "day") for row in rows],
            "stage": self.indexes("stage", rows),
            "probability": [number_of(row, "probability") for row in rows],
            "amount": [money_of(row, "amount") for row in rows],
            "close": [day_of(row, "close") for row in rows],
        }

    def table(self, tag: str, columns: Columns) -> Any:
        kinds = dict(self.library.struct[tag]._fields_)
        arrays = {name: (kinds[name]._type_ * len(cells))(*cells) for name, cells in columns.items()}
        return self.library.make(tag, rows=len(columns["deal"]), **arrays)

    @contextlib.contextmanager
    def running(self, as_of: int | None = None, **options: Any) -> Iterator[Any]:
        """The library's own result, for as long as the block lasts."""
        made = ctypes.POINTER(self.library.struct["partner_pipeline"])()
        if as_of is not None:
            options["as_of_day"] = as_of or DAY_0
        given = (
            self.table("partner_deals", self.deals),
            self.table("partner_milestones", self.milestones),
            self.table("partner_claims", self.claims),
            self.library.make("partner_pipeline_options", **{"state_only": 1, **options}),
        )
        self.library.call(
            "partner_pipeline_new", self.process, *(ctypes.byref(each) for each in given), ctypes.byref(made)
        )
        try:
            yield made
        finally:
            self.library.free("pipeline", made)

    def sentences(self, made: Any, about: str, count: int) -> list[str]:
        buffer = ctypes.create_string_buffer(2048)
        explain = getattr(self.library.c, f"partner_pipeline_explain_{about}")
        told = []
        for i in range(count):
            length = explain(made, ctypes.c_size_t(i), buffer, ctypes.c_size_t(len(buffer)))
            assert length == len(buffer.value)
            told.append(buffer.value.decode())
        return told
