# SPDX-License-Identifier: MIT
"""Tables as streams of Arrow arrays, without pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._frames import widen
from ._library import F64, I32, I64, U8, U32, U64, Field, Unit
from ._partner import ffi, lib
from ._parts import labels, narrowed

if TYPE_CHECKING:
    from ._parts import Column
    from ._results import Table

__all__ = ["export"]

Array = npt.NDArray[Any]

DIGITS = 19  # an int64 has no more


def export(table: Table, requested_schema: object = None) -> object:
    """The capsule of a stream with one array, which shares the result's memory where Arrow can have it."""
    import nanoarrow as na

    fields: dict[str, Any] = {}
    arrays: list[Any] = []
    for name in table.columns:
        for label, schema, array in _export(table, table._column(name)):
            fields[label] = schema
            arrays.append(array)
    schema = na.c_schema(na.struct(fields, nullable=False))
    whole = na.c_array_from_buffers(schema, len(table), [None], null_count=0, children=arrays)
    stream = na.c_array_stream(_one(whole, schema))
    return stream.__arrow_c_stream__(requested_schema)


def _one(array: Any, schema: Any) -> Any:
    from nanoarrow.c_array_stream import CArrayStream

    return CArrayStream.from_c_arrays([array], schema, validate=False)


def _export(table: Table, column: Column) -> list[tuple[str, Any, Any]]:
    """A column as Arrow has it: name, type, array; several for a column of several numbers per row."""
    field = column.field
    names = labels(field)
    numbers = table._pick(column.raw())
    missing = column.nulls()
    if missing is not None:
        missing = table._pick(missing)
    if field.count == 1:
        return [(names[0], *_one_column(column, numbers, missing))]
    made = []
    for i, name in enumerate(names):
        gone = None if missing is None else missing[:, i]
        made.append((name, *_one_column(column, np.ascontiguousarray(numbers[:, i]), gone)))
    return made


def _one_column(column: Column, numbers: Array, missing: Array | None) -> tuple[Any, Any]:
    import nanoarrow as na

    field = column.field
    names = column.part.categories(field)
    if names is not None:
        return _dictionary(names, numbers, field.unit == Unit.CLASS)
    if field.unit == Unit.INDEX:
        return _ids(column, numbers, missing)
    if field.unit == Unit.MONEY:
        places = column.part.source.places
        return _plain(na.decimal128(DIGITS, places), _widened(numbers), missing, len(numbers))
    if field.unit == Unit.DAY:
        return _plain(na.date32(), numbers, missing)
    if field.unit == Unit.FLAG:
        return _plain(na.bool_(), np.packbits(numbers != 0, bitorder="little"), missing, len(numbers))
    if field.unit == Unit.PPM:
        return _plain(na.float64(), numbers / 1e6, missing)
    return _plain(_number_type(field), numbers, missing)


def _number_type(field: Field) -> Any:
    import nanoarrow as na

    types = {U8: na.uint8, U32: na.uint32, U64: na.uint64, I32: na.int32, I64: na.int64, F64: na.float64}
    return types[field.type]()


def _plain(schema: Any, values: Array, missing: Array | None, rows: int | None = None) -> tuple[Any, Any]:
    import nanoarrow as na

    count = 0 if missing is None else int(missing.sum())
    buffers = [_validity(missing), np.ascontiguousarray(values).view(np.uint8)]
    length = len(values) if rows is None else rows
    return schema, na.c_array_from_buffers(schema, length, buffers, null_count=count)


def _validity(missing: Array | None) -> Array | None:
    return None if missing is None else np.packbits(~missing, bitorder="little")


def _widened(numbers: Array) -> Array:
    """int64 as the 128 bits of a decimal."""
    return widen(np.asarray(numbers)).reshape(-1)


def _dictionary(names: list[str], codes: Array, ordered: bool) -> tuple[Any, Any]:
    import nanoarrow as na

    schema = na.dictionary(na.uint8(), na.string(), dictionary_ordered=ordered)
    array = na.c_array_from_buffers(schema, len(codes), [None, np.ascontiguousarray(codes)], null_count=0)
    values = na.c_array(names, na.string())
    # nanoarrow has no way to say what the dictionary is; the arrays' layout is Arrow's, not its own.
    lib.python_set_dictionary(
        ffi.cast("struct ArrowArray *", array._addr()), ffi.cast("struct ArrowArray *", values._addr())
    )
    return schema, array


def _ids(column: Column, indexes: Array, missing: Array | None) -> tuple[Any, Any]:
    import nanoarrow as na

    known = column.part.source.dicts.get(column.field.dictionary or "")
    if known is None:
        return _plain(_number_type(column.field), indexes, missing)
    dictionary, integers = known
    indexes = narrowed(indexes, missing)
    if integers:
        return _plain(na.int64(), dictionary.as_integers(indexes), missing)
    offsets, data = dictionary.as_text(indexes)
    schema = na.large_string() if _is_utf8(data) else na.large_binary()
    count = 0 if missing is None else int(missing.sum())
    buffers = [_validity(missing), offsets, data]
    return schema, na.c_array_from_buffers(schema, len(indexes), buffers, null_count=count)


def _is_utf8(data: bytearray) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
