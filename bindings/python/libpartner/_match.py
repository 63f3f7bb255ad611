# SPDX-License-Identifier: MIT
"""Which column of a frame holds which field, by the rules that the command has too.

A keyword first, then the field's exact name, then its aliases; case, underscores, spaces and hyphens do not
count. Two columns for one field are an error: guessing would give wrong figures without a word.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._errors import DataError
from ._frames import Columns, frame_of
from ._library import Field

if TYPE_CHECKING:
    from ._run import InputPlan

__all__ = ["ColumnPlan", "gather", "match"]


def same_letters(name: str) -> str:
    """A header without what does not count: case, joints and spaces."""
    return name.lower().replace("_", "").replace(" ", "").replace("-", "")


class ColumnPlan:
    """One column of an input."""

    __slots__ = ("aliases", "field", "name")

    def __init__(self, field: Field) -> None:
        self.field = field
        self.name = same_letters(field.name)
        self.aliases = tuple(same_letters(alias) for alias in field.aliases)


def gather(plan: InputPlan, frame: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The column of each field: those given, then those of the frame by their names."""
    if isinstance(frame, Columns):
        given = {**frame.given, **given}
        frame = frame.frame
    values: dict[str, Any] = {}
    named: dict[str, str] = {}
    for name, value in given.items():
        if name not in plan.columns:
            near = difflib.get_close_matches(name, plan.columns, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{plan.name} have no {name!r}{hint} (they have {', '.join(plan.columns)})")
        if value is None:
            continue
        if not isinstance(value, str):
            values[name] = value
        elif frame is None:
            raise TypeError(f"{plan.name}: {name}={value!r} names a column, but there is no frame that could have it")
        else:
            named[name] = value
    if frame is not None:
        known = frame_of(frame)
        found = match(plan, known.names, named, values)
        columns = known.take(list(found.values()))
        values.update(zip(found, columns, strict=True))
        names: Sequence[str] = known.names
    else:
        names = []
    for field in plan.required:
        if field.name not in values:
            raise _missing(plan, field, names, frame is not None)
    return values


def _missing(plan: InputPlan, field: Field, names: Sequence[str], has_frame: bool) -> DataError:
    tried = ", ".join([field.name, *field.aliases])
    there = f"the columns are {', '.join(names)}" if names else "there are no columns"
    near = difflib.get_close_matches(field.name, names, 1) if names else []
    how = f"{field.name}={near[0]!r}" if near else f"{field.name}=…"
    message = (
        f"{plan.name}: no column for {field.name} (tried {tried}); {there}; name it with {how}"
        if has_frame
        else f"{plan.name}: no column for {field.name}: {field.text}; give it as {how}"
    )
    return DataError(message, field=field.name, record=plan.name)


def match(plan: InputPlan, names: Sequence[str], named: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, int]:
    """Which column of a frame holds which field, by the rules that the command has."""
    by_name: dict[str, list[int]] = {}
    for position, header in enumerate(names):
        by_name.setdefault(same_letters(header), []).append(position)
    found: dict[str, int] = {}
    for name, column in plan.columns.items():
        if name in named:
            found[name] = _find_named(plan, column.field, names, named[name])
        elif name not in given:
            positions = by_name.get(column.name)
            if positions is not None:
                found[name] = _only(plan, column.field, names, positions)
    taken = set(found.values())
    for name, column in plan.columns.items():
        if name in named or name in given:
            continue
        for alias in column.aliases:
            positions = by_name.get(alias)
            if positions is None:
                continue
            position = _only(plan, column.field, names, positions)
            before = found.get(name)
            if position in taken and position != before:
                continue
            if before is not None and before != position:
                raise _ambiguous(plan, column.field, names, before, position)
            found[name] = position
    return found


def _find_named(plan: InputPlan, field: Field, names: Sequence[str], wanted: str) -> int:
    """The column that the user named: as it is written, or but for case."""
    positions = [i for i, name in enumerate(names) if name == wanted]
    if not positions:
        positions = [i for i, name in enumerate(names) if name.lower() == wanted.lower()]
    if positions:
        return _only(plan, field, names, positions)
    near = difflib.get_close_matches(wanted, names, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise DataError(
        f"{plan.name}: {field.name}: there is no column {wanted!r}{hint} (the columns are "
        f"{', '.join(names) or 'none'})",
        field=field.name,
        record=plan.name,
    )


def _only(plan: InputPlan, field: Field, names: Sequence[str], positions: Sequence[int]) -> int:
    if len(positions) > 1:
        raise _ambiguous(plan, field, names, positions[0], positions[1])
    return positions[0]


def _ambiguous(plan: InputPlan, field: Field, names: Sequence[str], a: int, b: int) -> DataError:
    if names[a] == names[b]:
        message = f"the column {names[a]!r} stands twice, as number {a} and {b}; rename one of them"
    else:
        message = f"both {names[a]!r} and {names[b]!r} could hold it; choose one with {field.name}={names[a]!r}"
    return DataError(f"{plan.name}: {field.name}: {message}", field=field.name, record=plan.name)
