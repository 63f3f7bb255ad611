# SPDX-License-Identifier: MIT
"""Frames: finding columns in whatever holds several of them, and the memory of Arrow arrays."""

from __future__ import annotations

import datetime
import itertools
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from ._columns import (
    BITS,
    DECIMAL128,
    LARGE_STRINGS,
    NULL,
    NUMBERS,
    STRING_VIEWS,
    STRINGS,
    Array,
    Chunk,
    Chunks,
    Coded,
    array_at,
    null_chunk,
    nulls_of,
    numbers_of,
)
from ._errors import ArgumentError, DataError, PartnerError
from ._library import Field
from ._partner import ffi

__all__ = ["Columns", "Frame", "columns", "frame_of"]


class Columns:
    """A frame and which of its columns holds what. Made by :func:`columns`."""

    __slots__ = ("frame", "given")

    def __init__(self, frame: Any, given: dict[str, Any]) -> None:
        self.frame = frame
        self.given = given

    def __repr__(self) -> str:
        return f"<libpartner.columns of {', '.join(self.given) or 'a frame'}>"


def columns(frame: Any = None, /, **given: Any) -> Columns:
    """Says which column of a frame holds which field: ``lp.columns(roster, partner="id", group="type")``.

    A text names a column of the frame; anything else is the column itself. What is not said is found by
    the columns' names.

    >>> import libpartner as lp
    >>> roster = lp.columns({"id": ["a", "b"], "type": ["VAR", "Shop"]}, group="type")
    >>> lp.totals(partner=["b"], amount=[7], partners=roster).partners["group"].tolist()
    ['VAR', 'Shop']
    """
    return Columns(frame, given)


class Frame(Protocol):
    """What this package asks of a frame: names, and some of its columns by position."""

    @property
    def names(self) -> Sequence[str]: ...

    def take(self, positions: Sequence[int]) -> list[Any]:
        """Columns, as chunks_of takes them or as chunks."""


class _Mapping:
    """A dict of columns."""

    def __init__(self, frame: Mapping[Any, Any]) -> None:
        self.names = [str(name) for name in frame]
        self._columns = list(frame.values())

    def take(self, positions: Sequence[int]) -> list[Any]:
        return [self._columns[i] for i in positions]


class _Structured:
    """A numpy array of records."""

    def __init__(self, frame: Array) -> None:
        self.names = list(frame.dtype.names or ())
        self._frame = frame

    def take(self, positions: Sequence[int]) -> list[Any]:
        return [self._frame[self.names[i]] for i in positions]


class _Pandas:
    """A pandas DataFrame, which may have columns of any name, and of the same."""

    def __init__(self, frame: Any) -> None:
        self._labels = frame.columns.tolist()
        self.names = [str(label) for label in self._labels]
        self._frame = frame

    def take(self, positions: Sequence[int]) -> list[Any]:
        return [self._column(i) for i in positions]

    def _column(self, position: int) -> Any:
        # By name is much quicker than by position, but gives a frame where a name stands twice.
        label = self._labels[position]
        if isinstance(label, str) and self._labels.count(label) == 1:
            return self._frame[label]
        return self._frame.iloc[:, position]


class _Narwhals:
    """A frame in memory that narwhals knows."""

    def __init__(self, frame: Any) -> None:
        self.names = frame.columns
        self._frame = frame

    def take(self, positions: Sequence[int]) -> list[Any]:
        return [self._frame.get_column(self.names[i]).to_native() for i in positions]


class _Lazy:
    """A query that narwhals knows: only the columns that are needed are computed."""

    def __init__(self, frame: Any) -> None:
        self.names = frame.collect_schema().names()
        self._frame = frame

    def take(self, positions: Sequence[int]) -> list[Any]:
        names = [self.names[i] for i in positions]
        wanted = self._frame.select(list(dict.fromkeys(names)))
        native = wanted.to_native()
        if hasattr(native, "__arrow_c_stream__"):
            stream = _Stream(native)
            return stream.take([stream.names.index(name) for name in names])
        collected = wanted.collect()
        return [collected.get_column(name).to_native() for name in names]


class _Stream:
    """Anything that gives a stream of Arrow arrays with children: it can be read once."""

    def __init__(self, frame: Any) -> None:
        import nanoarrow

        self._stream = nanoarrow.c_array_stream(frame)
        self._schema = self._stream.get_schema()
        schema = _schema(self._schema)
        if ffi.string(schema.format) != b"+s":
            raise ArgumentError(f"a {type(frame).__name__} of one column found, expected a table")
        self.names = [_string(schema.children[i].name) for i in range(schema.n_children)]

    def take(self, positions: Sequence[int]) -> list[Any]:
        schema = _schema(self._schema)
        parts: list[Chunks] = [[] for _ in positions]
        before = 0
        for owner in self._stream:
            array = ffi.cast("struct ArrowArray *", owner._addr())
            if array.null_count > 0:
                raise ArgumentError("a table with rows that are null as a whole found, expected none")
            for part, i in zip(parts, positions, strict=True):
                child = array.children[i]
                name = self.names[i]
                part.append(_next_chunk(before, name, schema.children[i], child, array.offset, array.length, owner))
            before += array.length
        return [Ready(part) for part in parts]


class Ready(list[Any]):
    """Chunks that need no more reading."""


def frame_of(value: Any) -> Frame:
    """A frame of whatever kind."""
    kind = type(value)
    if isinstance(value, Mapping):
        return _Mapping(value)
    if kind.__module__.partition(".")[0] == "pandas" and is_pandas(value):
        return _Pandas(value)
    if isinstance(value, np.ndarray) and value.dtype.names is not None:
        return _Structured(value)
    import narwhals as nw

    try:
        known = nw.from_native(value, pass_through=True)
    except nw.exceptions.DuplicateError:
        known = value  # its Arrow stream may have a name twice
    if isinstance(known, nw.DataFrame):
        return _Narwhals(known)
    if isinstance(known, nw.LazyFrame):
        return _Lazy(known)
    if hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__"):
        return _Stream(value)
    raise TypeError(
        f"a {kind.__name__} found, expected a table: a dataframe, a dict of columns, or anything with "
        "__arrow_c_stream__ (a column by itself is passed by its name)"
    )


def is_pandas(value: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


# --- Arrow ---

_FORMATS = {
    "c": NUMBERS["i1"],
    "C": NUMBERS["u1"],
    "s": NUMBERS["i2"],
    "S": NUMBERS["u2"],
    "i": NUMBERS["i4"],
    "I": NUMBERS["u4"],
    "l": NUMBERS["i8"],
    "L": NUMBERS["u8"],
    "f": NUMBERS["f4"],
    "g": NUMBERS["f8"],
    "b": BITS,
    "u": STRINGS,
    "z": STRINGS,
    "U": LARGE_STRINGS,
    "Z": LARGE_STRINGS,
    "vu": STRING_VIEWS,
    "vz": STRING_VIEWS,
}
_SECONDS = {"s": 1, "m": 1_000, "u": 1_000_000, "n": 1_000_000_000}

_NAMES = {
    "+l": "lists",
    "+L": "lists",
    "+vl": "lists",
    "+vL": "lists",
    "+w": "lists",
    "+s": "structs",
    "+m": "maps",
    "+u": "unions",
    "+r": "runs",
    "tt": "times of day",
    "tD": "durations",
    "ti": "intervals",
    "w:": "bytes of fixed width",
}


def _schema(owner: Any) -> Any:
    return ffi.cast("struct ArrowSchema *", owner._addr())


def _string(text: Any) -> str:
    return "" if text == NULL else ffi.string(text).decode("utf-8", "replace")


def arrow_chunks(field: Field | None, values: Any) -> Chunks:
    """An Arrow array or stream of arrays as chunks."""
    import nanoarrow

    name = "column" if field is None else field.name
    if hasattr(values, "__arrow_c_stream__"):
        stream = nanoarrow.c_array_stream(values)
        owners, schema = list(stream), stream.get_schema()
    else:
        owner = nanoarrow.c_array(values)
        owners, schema = [owner], owner.schema
    chunks: Chunks = []
    before = 0
    for owner in owners:
        array = ffi.cast("struct ArrowArray *", owner._addr())
        chunks.append(_next_chunk(before, name, _schema(schema), array, 0, array.length, owner))
        before += array.length
    return chunks


def _next_chunk(before: int, name: str, schema: Any, array: Any, skip: int, rows: int, owner: Any) -> Chunk | Coded:
    """Rows of one Arrow array; `before` rows of the column were in earlier ones, and count in an error's row."""
    try:
        return _chunk(name, schema, array, skip, rows, owner)
    except PartnerError as error:
        if error.row is not None:
            error.row += before
        raise


def _chunk(name: str, schema: Any, array: Any, skip: int, rows: int, owner: Any) -> Chunk | Coded:
    """Rows of one Arrow array, from `skip` on."""
    format = _string(schema.format)
    offset = array.offset + skip
    if rows == 0:
        return null_chunk(0)
    if schema.dictionary != NULL:
        return _coded(name, schema, array, offset, rows, owner)
    if format == "n":
        return null_chunk(rows)
    validity = NULL if array.null_count == 0 else array.buffers[0]
    chunk = Chunk(0, rows, array.buffers[1], validity, offset, keep=owner)
    if format in _FORMATS:
        chunk.layout = _FORMATS[format]
        if chunk.layout in (STRINGS, LARGE_STRINGS):
            chunk.data = array.buffers[2]
        elif chunk.layout == STRING_VIEWS:
            _set_views(chunk, array)
        return chunk
    if format == "e":
        halves = array_at(ffi.cast("char *", chunk.values) + 2 * offset, rows, "f2", owner)
        return _replace(chunk, halves.astype(np.float32))
    if format.startswith("td"):
        chunk.layout, chunk.ticks = (NUMBERS["i4"], 1) if format == "tdD" else (NUMBERS["i8"], 86_400_000)
        return chunk
    if format.startswith("ts"):
        return _timestamp(name, chunk, format)
    if format.startswith("d:"):
        return _decimal(name, chunk, format)
    kind = next((text for start, text in _NAMES.items() if format.startswith(start)), f"type {format}")
    raise ArgumentError(f"{name}: a column of {kind} found, expected numbers, texts or dates", field=name)


def _replace(chunk: Chunk, array: Array) -> Chunk:
    """The chunk with other numbers in the place of its own."""
    missing = nulls_of(chunk)
    chunk.layout = NUMBERS[array.dtype.str[1:]]
    chunk.values = ffi.from_buffer(array)
    chunk.offset = 0
    chunk.keep = array
    if missing is not None:
        chunk.validity = ffi.from_buffer(np.packbits(~missing, bitorder="little"))
    return chunk


def _set_views(chunk: Chunk, array: Any) -> None:
    chunk.count = array.n_buffers - 3
    if chunk.count > 0:
        chunk.buffers = array.buffers + 2
        lengths = ffi.cast("int64_t *", array.buffers[array.n_buffers - 1])
        if ffi.sizeof("size_t") == ffi.sizeof("int64_t"):
            chunk.lengths = ffi.cast("size_t *", lengths)
        else:
            chunk.lengths = ffi.new("size_t[]", [lengths[i] for i in range(chunk.count)])


def _coded(name: str, schema: Any, array: Any, offset: int, rows: int, owner: Any) -> Coded:
    validity = NULL if array.null_count == 0 else array.buffers[0]
    layout = _FORMATS[_string(schema.format)]
    indexes = Chunk(layout, rows, array.buffers[1], validity, offset, keep=owner)
    codes = numbers_of(indexes).astype(np.int64)
    missing = nulls_of(indexes)
    if missing is not None:
        codes[missing] = -1
    dictionary = array.dictionary
    count = dictionary.length
    values = _values(name, schema.dictionary, dictionary, owner)
    if len(codes) and codes.max() >= count:
        row = int(codes.argmax())
        raise ArgumentError(
            f"{name}: code {codes[row]} found, but the dictionary has {count} values",
            row=row,
            field=name,
        )
    return Coded(rows, codes, values)


def _values(name: str, schema: Any, array: Any, owner: Any) -> list[Any]:
    """The values of a dictionary as objects of Python."""
    chunk = _chunk(name, schema, array, 0, array.length, owner)
    if isinstance(chunk, Coded):
        return [None if code < 0 else chunk.values[code] for code in chunk.codes.tolist()]
    if chunk.rows == 0:
        return []
    missing = nulls_of(chunk)
    if chunk.layout == STRING_VIEWS:
        values = _view_texts(chunk)
    elif chunk.layout in (STRINGS, LARGE_STRINGS):
        values = _texts(chunk)
    elif chunk.layout in NUMBERS.values():
        numbers = numbers_of(chunk)
        if chunk.ticks:
            days = (numbers // chunk.ticks).astype("datetime64[D]")
            values = days.tolist()
        else:
            values = numbers.tolist()
    else:
        raise ArgumentError(
            f"{name}: a dictionary of {_string(schema.format)} found, expected numbers, texts or dates",
            field=name,
        )
    if missing is not None:
        values = [None if gone else value for value, gone in zip(values, missing.tolist(), strict=True)]
    return values


def _texts(chunk: Chunk) -> list[Any]:
    dtype = "i4" if chunk.layout == STRINGS else "i8"
    start = ffi.cast("char *", chunk.values) + chunk.offset * int(dtype[1:])
    offsets = array_at(start, chunk.rows + 1, dtype, chunk.keep).tolist()
    data = ffi.buffer(ffi.cast("char *", chunk.data), offsets[-1])[:] if offsets[-1] else b""
    return [data[a:b].decode("utf-8", "surrogateescape") for a, b in itertools.pairwise(offsets)]


def _view_texts(chunk: Chunk) -> list[Any]:
    texts = []
    views = ffi.cast("char *", chunk.values) + 16 * chunk.offset
    for row in range(chunk.rows):
        view = views + 16 * row
        length, _, buffer, at = ffi.cast("int32_t *", view)[0:4]
        start = view + 4 if length <= 12 else ffi.cast("char *", chunk.buffers[buffer]) + at
        texts.append(ffi.buffer(start, length)[:].decode("utf-8", "surrogateescape"))
    return texts


def _timestamp(name: str, chunk: Chunk, format: str) -> Chunk:
    """Times since 1970; those of a time zone count from there to the day that people read there."""
    second = _SECONDS[format[2]]
    zone = format[4:]
    chunk.layout = NUMBERS["i8"]
    chunk.ticks = 86_400 * second
    if zone.upper() in ("", "UTC", "Z", "+00:00", "ETC/UTC", "GMT"):
        return chunk
    ticks = numbers_of(chunk)
    missing = nulls_of(chunk)
    if missing is not None:
        ticks = np.where(missing, 0, ticks)
    # Clocks change at full quarters of an hour, so that one time of each will do.
    quarters, which = np.unique(ticks // (900 * second), return_inverse=True)
    tz = _zone(name, zone)
    offsets = [_utc_offset(quarter, tz) for quarter in quarters.tolist()]
    return _replace(chunk, ticks + np.array(offsets, np.int64)[which] * second)


def _zone(name: str, zone: str) -> datetime.tzinfo:
    if zone[0] in "+-":
        hours, _, minutes = zone[1:].partition(":")
        delta = datetime.timedelta(hours=int(hours), minutes=int(minutes or 0))
        return datetime.timezone(-delta if zone[0] == "-" else delta)
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise DataError(f"{name}: time zone {zone!r} found, which is not known here", field=name) from None


_FIRST_QUARTER = -62135596800 // 900 + 96
_LAST_QUARTER = 253402300799 // 900 - 96


def _utc_offset(quarter: int, tz: datetime.tzinfo) -> int:
    if not _FIRST_QUARTER <= quarter <= _LAST_QUARTER:
        return 0
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    moment = (epoch + datetime.timedelta(seconds=quarter * 900)).astimezone(tz)
    return int((moment.utcoffset() or datetime.timedelta()).total_seconds())


def _decimal(name: str, chunk: Chunk, format: str) -> Chunk:
    """Decimals of 128 bits as they are; others are brought there."""
    parts = format[2:].split(",")
    chunk.scale = int(parts[1])
    bits = int(parts[2]) if len(parts) > 2 else 128
    if bits < 128:
        chunk.layout = NUMBERS[f"i{bits // 8}"]
        wide = widen(numbers_of(chunk).astype(np.int64))
    elif bits > 128:
        start = ffi.cast("char *", chunk.values) + 32 * chunk.offset
        words = array_at(start, 4 * chunk.rows, "i8", chunk.keep).reshape(-1, 4)
        if sys.byteorder == "big":
            words = words[:, ::-1]
        missing = nulls_of(chunk)
        beyond = (words[:, 2] != words[:, 1] >> 63) | (words[:, 3] != words[:, 1] >> 63)
        if missing is not None:
            beyond &= ~missing
        if beyond.any():
            row = int(beyond.argmax())
            raise DataError(f"{name}: a decimal of more than 128 bits found", row=row, field=name)
        wide = np.ascontiguousarray(words[:, :2] if sys.byteorder == "little" else words[:, 1::-1])
    else:
        chunk.layout = DECIMAL128
        return chunk
    scale = chunk.scale
    missing = nulls_of(chunk)
    return Chunk(
        DECIMAL128,
        chunk.rows,
        ffi.from_buffer(wide),
        NULL if missing is None else ffi.from_buffer(np.packbits(~missing, bitorder="little")),
        scale=scale,
        keep=wide,
    )


def widen(numbers: Array) -> Array:
    """Integers of 64 bits as ones of 128."""
    wide = np.empty((len(numbers), 2), np.int64)
    low, high = (0, 1) if sys.byteorder == "little" else (1, 0)
    wide[:, low] = numbers
    wide[:, high] = numbers >> 63
    return wide
