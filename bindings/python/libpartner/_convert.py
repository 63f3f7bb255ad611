# SPDX-License-Identifier: MIT
"""Converting columns: chunk by chunk, by the library, into the type of a field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ._columns import NULL, Array, Chunk, Chunks, Coded, chunks_of, from_objects, null_chunk, told
from ._dict import Dict
from ._errors import CancelledError, PartnerError, from_library
from ._library import DTYPES, ID, Field, Flag
from ._partner import ffi, lib
from ._watch import Watch

__all__ = ["Reading", "add_ids", "convert", "renumber"]

_SIZE = ffi.typeof("size_t *")


class Reading:
    """What one call needs to read columns: formats, threads, an interrupt, a place for errors."""

    __slots__ = ("error", "format", "rounded", "threads", "total_rounded", "watch")

    def __init__(self, format: Any, threads: int, watch: Any, error: Any) -> None:
        self.format = format
        self.threads = threads
        self.watch = watch
        self.error = error
        self.rounded = ffi.new(_SIZE)
        self.total_rounded = 0


# Rows of ids that are interned at once where a failure ends the dictionary too: taking back what was interned
# takes as long as interning it, which Ctrl-C should not wait for.
BLOCK = 1 << 20


def convert(field: Field, chunks: Chunks, reading: Reading, dict: Dict | None, own_dict: bool = False) -> Array:
    """The column of the field that the chunks stand for.

    `own_dict`: nobody else knows the dictionary, so that it does not matter what a failure leaves in it.
    """
    rows = sum([chunk.rows for chunk in chunks])
    whole = field.has(Flag.SINGLE) or (field.has(Flag.UNIQUE) and not field.has(Flag.NULLABLE))
    if rows > BLOCK and own_dict and not whole:
        chunks = _blocks(chunks)
    elements = np.empty(rows, DTYPES[field.type])
    where = ffi.from_buffer(elements)
    start = 0
    for chunk in chunks:
        if chunk.rows:
            try:
                if isinstance(chunk, Coded):
                    elements[start : start + chunk.rows] = _decode(field, chunk, reading, dict)
                else:
                    _convert(field, chunk, reading, dict, where + start * elements.itemsize)
            except PartnerError as error:
                if start > 0:
                    renumber(error, start.__add__)
                raise
        start += chunk.rows
    return elements


def _blocks(chunks: Chunks) -> Chunks:
    """The same rows in chunks that are not too long."""
    blocks: Chunks = []
    for chunk in chunks:
        if isinstance(chunk, Coded) or chunk.rows <= BLOCK:
            blocks.append(chunk)
            continue
        for at in range(0, chunk.rows, BLOCK):
            rows = min(BLOCK, chunk.rows - at)
            blocks.append(replace(chunk, rows=rows, offset=chunk.offset + at))
    return blocks


def _convert(field: Field, chunk: Chunk, reading: Reading, dict: Dict | None, where: Any) -> None:
    if dict is None:
        status = _call(field, chunk, reading, NULL, where)
    else:
        with dict._guard:
            status = _call(field, chunk, reading, dict._pointer, where)
            if not status:
                dict._saw(chunk.integers)
    if status:
        raise from_library(reading.error)
    reading.total_rounded += reading.rounded[0]


def _call(field: Field, chunk: Chunk, reading: Reading, dict: Any, where: Any) -> int:
    reading.rounded[0] = 0
    status: int = lib.python_convert(
        field.c,
        chunk.layout,
        chunk.rows,
        chunk.offset,
        chunk.validity,
        chunk.values,
        chunk.data,
        chunk.buffers,
        chunk.lengths,
        chunk.count,
        chunk.ticks,
        chunk.scale,
        reading.threads,
        reading.watch,
        reading.format,
        dict,
        where,
        reading.rounded,
        reading.error,
    )
    return status


def _decode(field: Field, coded: Coded, reading: Reading, dict: Dict | None) -> Array:
    """Converts each value that is used once, in the order in which rows first use it."""
    codes = coded.codes
    first = _first_rows(codes, len(coded.values))
    used = np.flatnonzero(first >= 0)
    used = used[np.argsort(first[used], kind="stable")]
    missing = codes < 0
    table = np.empty(len(coded.values) + 1, DTYPES[field.type])
    chunks = from_objects(field, [coded.values[i] for i in used.tolist()])
    try:
        table[used] = convert(field, chunks, reading, dict)
    except PartnerError as error:
        renumber(error, lambda row: int(first[used[row]]))
        raise
    if missing.any():
        try:
            table[-1] = convert(field, [null_chunk(1)], reading, dict)[0]
        except PartnerError as error:
            renumber(error, lambda row: int(missing.argmax()))
            raise
        codes = np.where(missing, len(coded.values), codes)
    return table[codes]


def _first_rows(codes: Array, count: int) -> npt.NDArray[np.int64]:
    """The first row of each code, -1 for one that no row has."""
    first = np.full(count, -1, np.int64)
    left = count
    block = max(65536, count)
    for start in range(0, len(codes), block):
        part = codes[start : start + block].astype(np.int64)
        rows = np.flatnonzero(part >= 0)
        rows = rows[first[part[rows]] < 0]
        if len(rows):
            # Of equal codes the last assignment stays: the first row, when rows run backwards.
            first[part[rows[::-1]]] = rows[::-1] + start
            left = int((first < 0).sum())
        if left == 0:
            break
    return first


def add_ids(dict: Dict, ids: Any) -> npt.NDArray[np.uint32]:
    """Interns a column of ids."""
    watch = Watch()
    reading = Reading(NULL, 0, watch.pointer, ffi.new("partner_error *"))
    try:
        return convert(ID, chunks_of(ID, ids), reading, dict)
    except CancelledError as error:
        raise watch.cancelled() or error from None
    except PartnerError as error:
        raise told(error, None) from None


def renumber(error: PartnerError, to: Callable[[int], int]) -> None:
    """Rows that were counted within a part, counted from the beginning of the column."""
    if error.row is None:
        return
    error.row = to(error.row)
    parts = error.message.split('"')  # not within what was found
    parts[::2] = [_ROW.sub(lambda found: f"row {to(int(found[1]))}", part) for part in parts[::2]]
    error.message = '"'.join(parts)


_ROW = re.compile(r"\brow (\d+)\b")
