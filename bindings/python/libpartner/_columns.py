# SPDX-License-Identifier: MIT
"""Columns of values: finding the memory of whatever a user has, and having the library convert it.

A column becomes a list of chunks, each with the address of its values in one of the layouts that
partner_convert reads. What the values mean is the library's business.
"""

from __future__ import annotations

import datetime
import decimal
import sys
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ._errors import ArgumentError, DataError, PartnerError, RangeError
from ._library import Field, Unit
from ._partner import ffi, lib

__all__ = ["Indexes", "Minor", "indexes", "minor"]

Array = npt.NDArray[Any]

NULL = ffi.NULL
NONE = lib.PARTNER_NONE
NO_ROW = lib.PARTNER_NO_ROW
NO_AMOUNT = lib.PARTNER_NO_AMOUNT
DAY_ZERO = datetime.date(1970, 1, 1).toordinal()
LEAST = int(np.iinfo(np.int64).min)

# Layouts of numpy's integers and floats, by kind and size, and the other way round.
NUMBERS = {
    "i1": lib.PARTNER_VALUES_I8,
    "i2": lib.PARTNER_VALUES_I16,
    "i4": lib.PARTNER_VALUES_I32,
    "i8": lib.PARTNER_VALUES_I64,
    "u1": lib.PARTNER_VALUES_U8,
    "u2": lib.PARTNER_VALUES_U16,
    "u4": lib.PARTNER_VALUES_U32,
    "u8": lib.PARTNER_VALUES_U64,
    "f4": lib.PARTNER_VALUES_F32,
    "f8": lib.PARTNER_VALUES_F64,
}
NUMPY = {layout: name for name, layout in NUMBERS.items()}
INTEGERS = frozenset(layout for layout, name in NUMPY.items() if name[0] in "iu")
WHOLE = frozenset(NUMPY)
UNSIGNED = lib.PARTNER_VALUES_U64
BITS = lib.PARTNER_VALUES_BITS
BYTES = lib.PARTNER_VALUES_BYTES
DECIMAL128 = lib.PARTNER_VALUES_DECIMAL128
STRINGS = lib.PARTNER_VALUES_STRINGS
LARGE_STRINGS = lib.PARTNER_VALUES_LARGE_STRINGS
STRING_VIEWS = lib.PARTNER_VALUES_STRING_VIEWS

# How many of numpy's ticks make a day.
TICKS = {
    "D": 1,
    "h": 24,
    "m": 24 * 60,
    "s": 86_400,
    "ms": 86_400_000,
    "us": 86_400_000_000,
    "ns": 86_400_000_000_000,
    "ps": 86_400_000_000_000_000,
}


@dataclass(slots=True)
class Chunk:
    """Values that lie in one piece of memory, as partner_values has them."""

    layout: int
    rows: int
    values: Any
    validity: Any = NULL
    offset: int = 0
    data: Any = NULL
    buffers: Any = NULL
    lengths: Any = NULL
    count: int = 0
    ticks: int = 0
    scale: int = 0
    keep: Any = None  # whatever owns the memory

    @property
    def is_integer(self) -> bool:
        return self.layout in INTEGERS and self.ticks == 0

    @property
    def integers(self) -> bool:
        """Whether its ids are integers of 64 bits; a float that is an id is a whole number."""
        return self.layout in WHOLE and self.ticks == 0 and not (self.layout == UNSIGNED and self._is_beyond())

    def _is_beyond(self) -> bool:
        """Whether a number is beyond int64."""
        beyond = numbers_of(self)[: self.rows] >= np.uint64(-LEAST)
        missing = nulls_of(self)
        return bool((beyond if missing is None else beyond & ~missing).any())


@dataclass(slots=True)
class Coded:
    """Values that stand for others: row i is values[codes[i]], null where the code is negative."""

    rows: int
    codes: Array
    values: list[Any]


Chunks = list[Chunk | Coded]


# --- errors ---


def told(error: PartnerError, input: str | None) -> PartnerError:
    """The error of a conversion, with its place in front: "sales row 3: amount: …"."""
    message = error.message
    if error.row is not None:
        message = message.removeprefix(f"row {error.row}: ")
        place = f"row {error.row}" if input is None else f"{input} row {error.row}"
    else:
        place = input or ""
    if error.field and not message.startswith(f"{error.field}: "):
        message = f"{error.field}: {message}"
    return _say(error, f"{place}: {message}" if place else message, input)


def _say(error: PartnerError, message: str, record: str | None) -> PartnerError:
    error.record = record
    error.message = message
    error.args = (message,)
    return error


# --- what a user marks ---


class Indexes:
    """Dense indexes, taken as they are. Made by :func:`indexes`."""

    __slots__ = ("array", "count")

    def __init__(self, array: npt.NDArray[np.uint32] | npt.NDArray[np.uint64], count: int | None) -> None:
        self.array = array
        self.count = count

    def __len__(self) -> int:
        return len(self.array)

    def __repr__(self) -> str:
        return f"<libpartner.indexes of {len(self)} rows>"

    def narrow(self) -> npt.NDArray[np.uint32]:
        """The indexes as numbers of 32 bits."""
        narrow: npt.NDArray[np.uint32] = self._fit(NO_ROW, NONE, np.dtype(np.uint32))
        return narrow

    def wide(self) -> npt.NDArray[np.uint64]:
        """The indexes as numbers of 64 bits."""
        wide: npt.NDArray[np.uint64] = self._fit(NONE, NO_ROW, np.dtype(np.uint64))
        return wide

    def _fit(self, none: int, to_none: int, dtype: np.dtype[Any]) -> Array:
        if self.array.dtype == dtype:
            return self.array
        missing = self.array == none
        bad = ~missing & (self.array >= to_none)
        if bad.any():
            row = int(bad.argmax())
            raise RangeError(f"row {row}: index {self.array[row]} found, expected 0 to {to_none - 1}", row=row)
        fitted = self.array.astype(dtype)
        fitted[missing] = to_none
        return fitted


class Minor:
    """Amounts in minor units, taken as they are. Made by :func:`minor`."""

    __slots__ = ("array",)

    def __init__(self, array: npt.NDArray[np.int64]) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __repr__(self) -> str:
        return f"<libpartner.minor of {len(self)} rows>"


def indexes(values: Any, count: int | None = None) -> Indexes:
    """Marks integers as dense indexes (0, 1, 2 …) rather than ids.

    An array of uint32 goes in without a copy, and one of uint64 where a column has 64 bits (the ids of events,
    which then may be any numbers). ``count``: how many there are in all, those without a row included. -1 or a
    null is "none".

    >>> import libpartner as lp
    >>> lp.totals(partner=lp.indexes([0, 2, 0], count=4), amount=[5, 7, 1]).partners["revenue"]
    array([6., 0., 7., 0.])
    """
    if count is not None and not 0 <= count < NONE:
        raise ArgumentError(f"count is {count}, expected 0 to {NONE - 1}")
    if _is_plain(values, np.uint32) or _is_plain(values, np.uint64):
        return Indexes(values, count)
    array, missing = integer_array(values, "indexes")
    if array.dtype not in (np.uint32, np.uint64) or missing is not None:
        wide = len(array) > 0 and int(array.max()) >= NONE
        most, dtype = (NO_ROW, np.uint64) if wide else (NONE, np.uint32)
        array = _fit(array, missing, 0, most - 1, most, np.dtype(dtype), "an index")
    return Indexes(array, count)


def minor(values: Any) -> Minor:
    """Marks integers as money in minor units (cents) rather than major ones.

    An array of int64 goes in without a copy. A null is "no amount".

    >>> import libpartner as lp
    >>> lp.totals(partner=["a", "a"], amount=lp.minor([150, 99])).revenue_total
    Decimal('2.49')
    """
    if _is_plain(values, np.int64):
        return Minor(values)
    array, missing = integer_array(values, "minor units")
    if array.dtype != np.int64 or missing is not None:
        array = _fit(array, missing, LEAST + 1, -LEAST - 1, NO_AMOUNT, np.dtype(np.int64), "an amount")
    return Minor(array)


def _is_plain(values: Any, dtype: type[np.generic]) -> bool:
    """Whether values can go in as they are."""
    return (
        type(values) is np.ndarray
        and values.dtype == dtype
        and values.ndim == 1
        and values.flags.c_contiguous
        and values.flags.aligned
    )


def _fit(
    array: Array,
    missing: Array | None,
    least: int,
    most: int,
    none: int,
    dtype: np.dtype[Any],
    what: str,
) -> Array:
    """The integers in another type; those that are null (or -1 where only natural numbers are) are none."""
    if missing is None:
        missing = np.zeros(len(array), bool)
    if least == 0 and array.dtype.kind == "i":
        missing = missing | (array == -1)
    bad = ~missing & ((array < least) | (array > most))
    if bad.any():
        row = int(bad.argmax())
        raise RangeError(f"{array[row]} found in row {row}, expected {what}: {least} to {most}", row=row)
    fitted = np.where(missing, array.dtype.type(0), array).astype(dtype)
    fitted[missing] = none
    return fitted


def integer_array(values: Any, what: str) -> tuple[Array, Array | None]:
    """Values that must be integers as an array, in place where they are one, and which of them are null."""
    try:
        chunks = chunks_of(None, values)
    except PartnerError as error:
        raise told(error, what) from None
    arrays, nulls = [], []
    for chunk in chunks:
        if isinstance(chunk, Coded) or not chunk.is_integer:
            if chunk.rows == 0:
                continue
            raise _no_integers(values, what)
        arrays.append(numbers_of(chunk))
        nulls.append(nulls_of(chunk))
    if not arrays:
        return np.empty(0, np.int64), None
    if len(arrays) == 1:
        return arrays[0], nulls[0]
    joined = [np.zeros(len(a), bool) if n is None else n for a, n in zip(arrays, nulls, strict=True)]
    missing = np.concatenate(joined) if any(n is not None for n in nulls) else None
    return np.concatenate(arrays), missing


def _no_integers(values: Any, what: str) -> PartnerError:
    """The complaint about values that are no integers of 64 bits: the first of them, where there are objects."""
    if isinstance(values, (list, tuple)) or getattr(values, "dtype", None) == np.dtype(object):
        for row, value in enumerate(values):
            if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
                if not LEAST <= value < -LEAST:
                    return RangeError(f"{what}: {value} found in row {row}, expected an integer of 64 bits", row=row)
            elif value is not None:
                return ArgumentError(f"{what}: {value!r} found in row {row}, expected an integer", row=row)
    return ArgumentError(f"{what}: {type_of(values)} found, expected integers")


def type_of(values: Any) -> str:
    """What a user would call the type of a column."""
    dtype = getattr(values, "dtype", None)
    return f"a column of {dtype}" if dtype is not None else f"a {type(values).__name__}"


class Memory:
    """Memory as numpy takes it, without a copy: the array keeps the owner alive."""

    __slots__ = ("__array_interface__", "owner")

    def __init__(self, address: int, rows: int, typestr: str, owner: Any) -> None:
        self.owner = owner
        self.__array_interface__ = {
            "version": 3,
            "shape": (rows,),
            "typestr": typestr,
            "data": (address, True),
        }


ORDER = "<" if sys.byteorder == "little" else ">"


def array_at(pointer: Any, rows: int, dtype: str, owner: Any) -> Array:
    """A read-only array over memory that the owner keeps."""
    if rows == 0:
        empty: Array = np.empty(0, dtype)
        empty.flags.writeable = False
        return empty
    address = int(ffi.cast("uintptr_t", pointer))
    return np.asarray(Memory(address, rows, ("|" if dtype[1:] == "1" else ORDER) + dtype, owner))


def numbers_of(chunk: Chunk) -> Array:
    """The numbers of a chunk as an array."""
    if isinstance(chunk.keep, np.ndarray) and chunk.offset == 0:
        return chunk.keep
    dtype = NUMPY[chunk.layout]
    start = ffi.cast("char *", chunk.values) + chunk.offset * int(dtype[1:])
    return array_at(start, chunk.rows, dtype, chunk.keep)


def nulls_of(chunk: Chunk) -> Array | None:
    """Which rows of a chunk are null; None when none can be."""
    if chunk.validity == NULL or chunk.rows == 0:
        return None
    size = (chunk.offset + chunk.rows + 7) // 8
    bits = np.frombuffer(ffi.buffer(ffi.cast("char *", chunk.validity), size), np.uint8)
    valid = np.unpackbits(bits, count=chunk.offset + chunk.rows, bitorder="little")
    missing: Array = valid[chunk.offset :] == 0
    return missing


# --- from what users have to chunks ---


def chunks_of(field: Field | None, values: Any) -> Chunks:
    """A column of any kind as chunks. The field tells how to take objects of Python; None for any."""
    kind = type(values)
    if kind is np.ndarray:
        return _from_array(field, values)
    if kind is list or kind is tuple:
        return from_objects(field, values)
    if isinstance(values, (str, bytes)):
        raise _no_column(field, values)
    if isinstance(values, np.ma.MaskedArray):
        return _from_array(field, np.ascontiguousarray(values.data), np.ma.getmaskarray(values))
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(values, (pandas.Series, pandas.Index, pandas.api.extensions.ExtensionArray)):
        series = values if isinstance(values, pandas.Series) else pandas.Series(values)
        return _from_pandas(field, series, pandas)
    if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        from ._frames import arrow_chunks

        return arrow_chunks(field, values)
    if hasattr(values, "__narwhals_series__"):
        return chunks_of(field, values.to_native())
    if not hasattr(values, "__iter__") or isinstance(values, (dict, set, frozenset)):
        raise _no_column(field, values)
    if hasattr(values, "__array__") or _is_buffer(values):
        return _from_array(field, np.asarray(values))
    return from_objects(field, list(values))


def _no_column(field: Field | None, values: Any) -> ArgumentError:
    return ArgumentError(
        f"{_name(field)}: a {type(values).__name__} found, expected a column of values",
        field=_name(field),
    )


def _is_buffer(values: Any) -> bool:
    try:
        memoryview(values)
    except TypeError:
        return False
    return True


def _name(field: Field | None) -> str:
    return "column" if field is None else field.name


def _bits(valid: Array) -> Any:
    return ffi.from_buffer(np.packbits(valid, bitorder="little"))


def _from_array(field: Field | None, array: Array, missing: Array | None = None) -> Chunks:
    """A numpy array; `missing` says which of its rows are null."""
    if array.ndim != 1:
        raise ArgumentError(
            f"{_name(field)}: an array of {array.ndim} dimensions found, expected one",
            field=_name(field),
        )
    dtype = array.dtype
    kind = dtype.kind
    ticks = 0
    if kind == "M":
        array, ticks = _days(array)
        kind, dtype = "i", array.dtype
    elif kind == "f" and dtype.itemsize not in (4, 8):
        array = array.astype(np.float32 if dtype.itemsize == 2 else np.float64)
        dtype = array.dtype
    elif kind in "OUST":
        texts = array.tolist()
        if missing is not None and missing.any():
            texts = [None if gone else text for text, gone in zip(texts, missing.tolist(), strict=True)]
        return from_objects(field, texts)
    elif kind not in "iufb":
        raise ArgumentError(
            f"{_name(field)}: an array of {dtype} found, expected numbers, texts or dates",
            field=_name(field),
        )
    if not (dtype.isnative and array.flags.c_contiguous and array.flags.aligned):
        array = np.ascontiguousarray(array, dtype.newbyteorder("="))
    return [
        Chunk(
            BYTES if kind == "b" else NUMBERS[f"{kind}{dtype.itemsize}"],
            len(array),
            ffi.from_buffer(array),
            NULL if missing is None or not missing.any() else _bits(~missing),
            ticks=ticks,
            keep=array,
        )
    ]


def _days(array: Array) -> tuple[Array, int]:
    """An array of datetime64 as integers, and how many of these make a day."""
    unit, step = np.datetime_data(array.dtype)
    if unit not in TICKS or step != 1 or not array.dtype.isnative:
        # No int64 holds how many of the finest units make a day.
        unit = "ms" if unit in ("fs", "as") else "D"
        array = array.astype(f"datetime64[{unit}]")
    return np.ascontiguousarray(array).view(np.int64), TICKS[unit]


def _from_pandas(field: Field | None, series: Any, pandas: Any) -> Chunks:
    dtype = series.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        codes = series.cat.codes.to_numpy()
        return [Coded(len(codes), codes, dtype.categories.tolist())]
    if isinstance(dtype, pandas.DatetimeTZDtype):
        # The day is the one that people read there, not the one in Greenwich.
        series = series.dt.tz_localize(None)
        dtype = series.dtype
    if isinstance(dtype, pandas.PeriodDtype):
        if field is None or field.unit != Unit.DAY or str(dtype) != "period[D]":
            raise ArgumentError(
                f"{_name(field)}: a column of {dtype} found, expected {_expected(field)}; "
                ".dt.to_timestamp() makes dates of it",
                field=_name(field),
            )
        series = series.dt.to_timestamp()
        dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return _from_array(field, series.to_numpy())
    if hasattr(dtype, "numpy_dtype") and hasattr(series.array, "_mask"):
        missing = series.isna().to_numpy()
        return _from_array(field, series.to_numpy(dtype=dtype.numpy_dtype, na_value=0), missing)
    if "pyarrow" in sys.modules and hasattr(series.array, "__arrow_array__"):
        from ._frames import arrow_chunks

        return arrow_chunks(field, series.array.__arrow_array__())
    return _from_array(field, np.asarray(series))


# --- objects of Python ---


def from_objects(field: Field | None, values: Sequence[Any]) -> Chunks:
    """A list of objects: the quick ways for lists of one type, the slow one for all others."""
    kinds = set(map(type, values))
    none = type(None) in kinds
    kinds.discard(type(None))
    if kinds == {str}:
        return [text_chunk(field, values, none)]
    if kinds == {float}:
        return _from_array(field, np.array(values, np.float64))  # None becomes NaN
    if kinds in ({int}, {bool}):
        return _from_integers(field, values, none, np.dtype(np.int64 if int in kinds else np.bool_))
    if not kinds:
        return [null_chunk(len(values))]
    if field is not None and field.unit == Unit.DAY and kinds <= {datetime.date, datetime.datetime}:
        days = [LEAST if day is None else day.toordinal() - DAY_ZERO for day in values]
        chunks = _from_array(field, np.array(days, np.int64))
        chunks[0].ticks = 1  # type: ignore[union-attr]
        return chunks
    if field is None and all(issubclass(kind, (int, np.integer)) for kind in kinds):
        return _from_integers(field, values, none, np.dtype(np.int64))
    texts = _texts(field, values)
    chunk = text_chunk(field, texts, None in texts)
    return [chunk]


def _from_integers(field: Field | None, values: Sequence[Any], none: bool, dtype: np.dtype[Any]) -> Chunks:
    missing = np.array([value is None for value in values], bool) if none else None
    try:
        array = np.array([value or 0 for value in values] if none else values, dtype)
    except OverflowError:
        return [text_chunk(field, [None if v is None else str(int(v)) for v in values], none)]
    return _from_array(field, array, missing)


def null_chunk(rows: int) -> Chunk:
    """Rows of which each is null."""
    zeros = np.zeros(rows, np.int8)
    return Chunk(lib.PARTNER_VALUES_I8, rows, ffi.from_buffer(zeros), _bits(zeros) if rows else NULL, keep=zeros)


def text_chunk(field: Field | None, values: Sequence[str | None], none: bool) -> Chunk:
    """Texts, one after the other in UTF-8; None is null."""
    texts: Sequence[Any] = ["" if text is None else text for text in values] if none else values
    joined = "".join(texts)
    try:
        data = joined.encode("utf-8")
    except UnicodeEncodeError:
        row = next(i for i, text in enumerate(texts) if not _is_encodable(text))
        raise DataError(
            f"{_name(field)}: {texts[row]!r} found, expected a text without lone surrogates",
            row=row,
            field=_name(field),
        ) from None
    if len(data) == len(joined):
        lengths: Iterable[int] = map(len, texts)
    else:
        lengths = (len(text.encode("utf-8")) for text in texts)
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(lengths, np.int64, len(texts)), out=offsets[1:])
    valid = np.array([text is not None for text in values], bool) if none else None
    return Chunk(
        LARGE_STRINGS,
        len(texts),
        ffi.from_buffer(offsets),
        NULL if valid is None else _bits(valid),
        data=ffi.from_buffer(data),
    )


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _texts(field: Field | None, values: Iterable[Any]) -> list[str | None]:
    """Objects as the texts that stand for them; None for a null."""
    ways: dict[type, Callable[[Any], str | None]] = {}
    texts: list[str | None] = []
    for row, value in enumerate(values):
        kind = type(value)
        way = ways.get(kind)
        if way is None:
            way = ways[kind] = _way(field, row, value)
        try:
            texts.append(way(value))
        except ValueError:
            found = "bytes that are no UTF-8" if isinstance(value, bytes) else "a number that is not whole"
            raise DataError(
                f"{_name(field)}: {found} found: {value[:40] if isinstance(value, bytes) else value!r}",
                row=row,
                field=_name(field),
            ) from None
    return texts


def _way(field: Field | None, row: int, value: Any) -> Callable[[Any], str | None]:
    """How a type's objects become text."""
    is_day = field is not None and field.unit == Unit.DAY
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return lambda _: None
    if isinstance(value, str):
        return str
    if isinstance(value, (bool, np.bool_)):
        return lambda flag: "true" if flag else "false"
    if isinstance(value, (int, np.integer)):
        return lambda number: str(int(number))
    if isinstance(value, (float, np.floating)):
        write = _whole if field is not None and field.unit == Unit.INDEX else _float
        return lambda number: None if number != number else write(number)
    if isinstance(value, decimal.Decimal):
        return lambda number: None if number.is_nan() else str(number)
    if isinstance(value, bytes):
        return lambda raw: raw.decode("utf-8")
    if isinstance(value, datetime.date) and is_day:
        return lambda day: datetime.date(day.year, day.month, day.day).isoformat()
    if isinstance(value, np.datetime64) and is_day:
        return lambda day: None if np.isnat(day) else str(day.astype("datetime64[D]"))
    if isinstance(value, uuid.UUID) and field is not None and field.unit == Unit.INDEX:
        return str
    raise ArgumentError(
        f"{_name(field)}: a {type(value).__name__} found, expected {_expected(field)}",
        row=row,
        field=_name(field),
    )


def _float(number: Any) -> str:
    return repr(number) if type(number) is float else str(number)


def _whole(number: Any) -> str:
    if not number.is_integer():
        raise ValueError
    return str(int(number))


def _expected(field: Field | None) -> str:
    if field is None:
        return "a number or a text"
    if field.unit == Unit.DAY:
        return "a date"
    if field.unit == Unit.INDEX:
        return "an id: a text or an integer"
    return "a number" if not field.names else "one of " + ", ".join(field.names)
