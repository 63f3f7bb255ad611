# SPDX-License-Identifier: MIT
"""Structs of results, read field by field, and their columns as numpy has them."""

from __future__ import annotations

import datetime
import decimal
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._columns import array_at
from ._library import DTYPES, LETTERS, U8, Analysis, Field, Flag, RecordType, Unit
from ._partner import ffi, lib

if TYPE_CHECKING:
    from ._dict import Dict

__all__ = ["Column", "Part", "Source", "columns_of", "labels", "narrowed"]

Array = npt.NDArray[Any]

NULL = ffi.NULL
EPOCH = datetime.date(1970, 1, 1).toordinal()
CLASSES = 256


def _format_of(places: int) -> Any:
    made = ffi.new("partner_format *", {"struct_size": ffi.sizeof("partner_format")})
    made.minor_units = places or lib.PARTNER_MINOR_UNITS_0
    return made


_FORMATS = tuple(map(_format_of, range(10)))


class Source:
    """The library's result, and what is needed to read it. It points to nothing that points to it."""

    __slots__ = ("analysis", "dicts", "handle", "places", "rounded")

    def __init__(
        self,
        analysis: Analysis,
        handle: Any,
        places: int,
        dicts: dict[str, tuple[Dict, bool]],
        rounded: int,
    ) -> None:
        self.analysis = analysis
        self.handle = ffi.gc(handle, analysis.release)
        self.places = places
        self.dicts = dicts
        self.rounded = rounded

    def views(self, name: str) -> list[Part]:
        """The structs of a view; those that this result does not have are left out."""
        parts = []
        for i, view in enumerate(self.analysis.views):
            if view.name == name:
                pointer = lib.python_view(self.analysis.c, self.handle, i)
                if pointer != NULL:
                    parts.append(Part(view.record, pointer, self))
        return parts

    def ids(self, field: Field, indexes: Array, missing: Array | None) -> Array:
        """The ids of indexes, as they came in; the indexes where there are none."""
        known = self.dicts.get(field.dictionary or "")
        if known is None:
            if missing is None:
                return indexes
            plain = indexes.astype(object)
            plain[missing] = None
            return plain
        dictionary, integers = known
        indexes = narrowed(indexes, missing)
        if not integers:
            return dictionary.as_objects(indexes)
        numbers = dictionary.as_integers(indexes)
        if missing is None:
            return numbers
        objects = numbers.astype(object)
        objects[missing] = None
        return objects

    def id(self, field: Field, index: int) -> Any:
        """The id of one index."""
        known = self.dicts.get(field.dictionary or "")
        return index if known is None else known[0].id(index, known[1])

    def id_of_row(self, row: int) -> Any:
        """What a row of the main table is about: its id, or its number where it has none."""
        for column in columns_of(self.views(self.analysis.views[0].name)).values():
            if column.field.has(Flag.IDENTITY) and row < len(column):
                return self.id(column.field, int(column.raw()[row]))
        return row


class Part:
    """One struct of a result."""

    __slots__ = ("buffer", "pointer", "record", "source")

    def __init__(self, record: RecordType, pointer: Any, source: Source) -> None:
        self.record = record
        self.pointer = ffi.cast("char *", pointer)
        self.buffer = ffi.buffer(self.pointer, record.size)
        self.source = source

    # --- what there is ---

    def shows(self, field: Field) -> bool:
        """Whether a field means anything in this result."""
        return bool(lib.partner_field_is_shown(self.record.c, field.c, self.pointer))

    def target(self, field: Field) -> Any:
        """Where a column or a record's pointer points to; None for NULL."""
        pointer = ffi.cast("void **", self.pointer + field.offset)[0]
        return None if pointer == NULL else pointer

    def part(self, field: Field) -> Part | None:
        """The struct that a field points to."""
        pointer = self.target(field)
        if pointer is None or field.record is None:
            return None
        return Part(field.record, pointer, self.source)

    def is_figure(self, field: Field) -> bool:
        """Whether a field is one of the figures of this result."""
        return self.record.is_figure(field) and self.shows(field)

    # --- figures ---

    def raw(self, field: Field, i: int = 0) -> Any:
        """The number itself."""
        letter = LETTERS[field.type]
        return struct.unpack_from(letter, self.buffer, field.offset + i * struct.calcsize(letter))[0]

    def figure(self, field: Field) -> Any:
        """A scalar, or the scalars of a fixed array by name."""
        if field.count == 1:
            return self.value(field, self.raw(field))
        values = [self.value(field, self.raw(field, i)) for i in range(field.count)]
        if field.names and field.unit != Unit.ENUM:
            return dict(zip(field.names, values, strict=False))
        return values

    def value(self, field: Field, number: Any) -> Any:
        """A number as a user has it; None where it is undefined."""
        if number != number or number == field.null:
            return None
        unit = field.unit
        if unit == Unit.MONEY:
            return decimal.Decimal(self.text(field, number))
        if unit == Unit.DAY:
            return day_of(number)
        if unit == Unit.FLAG:
            return bool(number)
        if unit == Unit.PPM:
            return number / 1e6
        if unit == Unit.ENUM:
            return field.names[number] if number < len(field.names) else number
        if unit == Unit.CLASS:
            return self.class_names(field)[number]
        if unit == Unit.INDEX:
            return self.source.id(field, number)
        if unit == Unit.ROW:
            return self.source.id_of_row(number)
        return number

    def text(self, field: Field, number: Any) -> str:
        """A number as partner_print writes it."""
        element = ffi.new("char[8]")
        struct.pack_into(LETTERS[field.type], ffi.buffer(element), 0, number)
        buffer = ffi.new("char[64]")
        format = _FORMATS[self.source.places]
        length = lib.partner_print(self.record.c, field.c, self.pointer, element, format, buffer, 64)
        return str(ffi.buffer(buffer, min(length, 63))[:], "utf-8")

    # --- columns ---

    def length(self, field: Field) -> int:
        rows: int = lib.partner_field_length(self.record.c, field.c, self.pointer)
        return rows

    def holds(self, field: Field) -> bool:
        """Whether a column is there. Where a table has no rows, none of its columns may have a place."""
        if self.target(field) is not None:
            return True
        beside = [each for each in self.record.columns if each.length == field.length]
        return self.length(field) == 0 and all(self.target(each) is None for each in beside)

    def numbers(self, field: Field) -> Array | None:
        """The numbers of a column, where the library has them; None when the column is absent."""
        pointer = self.target(field)
        if pointer is None and not self.holds(field):
            return None
        array = array_at(pointer, self.length(field) * field.count, DTYPES[field.type], self.source.handle)
        return array.reshape(-1, field.count) if field.count > 1 else array

    def class_names(self, field: Field) -> list[str]:
        """The names of a CLASS's values, in their order, "none" last."""
        none = self.record.find("class_none")
        last = self.raw(none) if none is not None and none.type == U8 else CLASSES - 1
        return [self.text(field, i) for i in range(last + 1)]

    def categories(self, field: Field) -> list[str] | None:
        """The names of an ENUM's or a CLASS's values."""
        if field.unit == Unit.ENUM:
            return list(field.names)
        return self.class_names(field) if field.unit == Unit.CLASS else None


def narrowed(indexes: Array, missing: Array | None) -> npt.NDArray[np.uint32]:
    """Indexes into a dictionary, which have 32 bits in a column of 64 too."""
    narrow = np.ascontiguousarray(indexes, np.uint32)
    if missing is not None and indexes.dtype != np.uint32:
        narrow[missing] = lib.PARTNER_NONE
    return narrow


def day_of(number: int) -> datetime.date | np.datetime64:
    """A day; one outside of Python's calendar as numpy has it."""
    ordinal = number + EPOCH
    if datetime.date.min.toordinal() <= ordinal <= datetime.date.max.toordinal():
        return datetime.date.fromordinal(ordinal)
    return np.datetime64(number, "D")


# --- columns ---


class Column:
    """One column of a table: where its numbers are, and how a user has them."""

    __slots__ = ("_cache", "field", "part")

    def __init__(self, part: Part, field: Field) -> None:
        self.part = part
        self.field = field
        self._cache: Array | None = None

    def __len__(self) -> int:
        return self.part.length(self.field)

    def raw(self) -> Array:
        """The library's numbers. An identity that is absent is the number of the row."""
        numbers = self.part.numbers(self.field)
        return np.arange(len(self), dtype=np.uint32) if numbers is None else numbers

    def nulls(self) -> Array | None:
        """Which numbers are null; None when none is."""
        numbers = self.raw()
        if numbers.dtype.kind == "f":
            missing = np.isnan(numbers)
        elif self.field.null is not None:
            missing = numbers == self.field.null
        else:
            return None
        return missing if missing.any() else None

    def array(self) -> Array:
        """The values as numpy has them, read-only: in place where numpy knows the type."""
        if self._cache is None:
            made = self._array()
            made.flags.writeable = False
            self._cache = made
        return self._cache

    def _array(self) -> Array:
        numbers, field = self.raw(), self.field
        unit = field.unit
        if unit == Unit.MONEY:
            return _hide(major_units(numbers, self.part.source.places), self.nulls())
        if unit == Unit.DAY:
            days = numbers.astype("datetime64[D]")
            missing = self.nulls()
            if missing is not None:
                days[missing] = np.datetime64("NaT", "D")
            return days
        if unit == Unit.FLAG:
            return numbers.view(np.bool_) if numbers.dtype == np.uint8 else numbers != 0
        if unit == Unit.PPM:
            return _hide(numbers / 1e6, self.nulls())
        names = self.part.categories(field)
        if names is not None:
            return np.array(names)[numbers]
        if unit == Unit.INDEX:
            return self.part.source.ids(field, numbers, self.nulls())
        missing = self.nulls()
        if missing is not None and numbers.dtype.kind != "f":
            return _hide(numbers.astype(np.float64), missing)
        return numbers

    def values(self) -> list[Any]:
        """The values as Python has them: exact amounts, dates, None where there is none."""
        field = self.field
        if field.unit == Unit.MONEY:
            return [self.part.value(field, number) for number in self.raw().tolist()]
        values = self.array().tolist()
        if field.count == 1:
            return [None if value != value else value for value in values]
        return [[None if value != value else value for value in row] for row in values]


def _hide(array: Array, missing: Array | None) -> Array:
    if missing is not None:
        array[missing] = np.nan
    return array


EXACT = 1 << 53


def major_units(numbers: Array, places: int) -> Array:
    """Amounts as floats of major units, each the nearest there is."""
    majors: Array = numbers / float(10**places)
    # Beyond 2^53 the amount itself is no float, and dividing would round a second time.
    large = (numbers > EXACT) | (numbers < -EXACT)
    if places and large.any():
        exact = numbers[large].tolist()
        majors[large] = [float(decimal.Decimal(number).scaleb(-places, _WIDE)) for number in exact]
    return majors


_WIDE = decimal.Context(prec=40)


def labels(field: Field) -> list[str]:
    """The names of the columns that a column of several numbers per row becomes."""
    if field.count == 1:
        return [field.name]
    given = field.names + tuple(str(i + 1) for i in range(len(field.names), field.count))
    return [f"{field.name}_{name}" for name in given[: field.count]]


def columns_of(parts: list[Part]) -> dict[str, Column]:
    """The columns of structs whose rows belong side by side: first the one that says what a row is about."""
    columns: dict[str, Column] = {}
    for part in parts:
        for field in part.record.columns:
            if field.has(Flag.IDENTITY) and part.holds(field):
                columns.setdefault(field.name, Column(part, field))
    if not columns:
        for part in parts:
            for field in part.record.columns:
                if field.has(Flag.IDENTITY):
                    columns.setdefault(field.name, Column(part, field))
    for part in parts:
        for field in part.record.columns:
            if part.shows(field) and part.holds(field):
                columns.setdefault(field.name, Column(part, field))
    return columns
