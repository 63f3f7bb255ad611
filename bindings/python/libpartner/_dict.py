# SPDX-License-Identifier: MIT
"""Dictionaries, from external ids to the dense indexes the columns hold, and back."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from ._columns import indexes as marked
from ._errors import ArgumentError, StateError, from_library
from ._partner import ffi, lib

__all__ = ["Dict"]

Indexes = npt.NDArray[np.uint32]

NONE = lib.PARTNER_NONE

# Whether the ids are integers: nothing is known of an empty one.
_EMPTY, _INTEGERS, _STRINGS = range(3)


class Guard:
    """Keeps a mutable object of the library to one call at a time.

    Calls of other threads wait. A call from within a call (a signal handler's) cannot wait for itself.
    """

    __slots__ = ("_busy", "_lock")

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._busy = False

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            if self._busy:
                raise StateError("this object is in the middle of a call that this call interrupts")
            self._busy = True
        except BaseException:
            self._lock.release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._busy = False
        self._lock.release()


class Dict:
    """Ids (strings, or integers that stand for their decimal text) and their dense indexes.

    Indexes are given in order of first sight: 0, 1, 2 … A dictionary only grows; an index never changes
    its id. Pass one to several calls (``dict=d``, or ``dicts={"partner": d}``) and they agree on who is
    who.

    >>> import libpartner as lp
    >>> d = lp.Dict(["birch", "cedar", "birch"])
    >>> len(d), d.index("cedar"), d[0], "oak" in d
    (2, 1, 'birch', False)
    >>> d.add(["oak", "birch"])
    array([2, 0], dtype=uint32)
    """

    __slots__ = ("__weakref__", "_guard", "_kind", "_pointer")

    _pointer: Any
    _guard: Guard
    _kind: int

    def __init__(self, ids: Iterable[Any] | None = None) -> None:
        error = ffi.new("partner_error *")
        out = ffi.new("partner_dict **")
        if lib.partner_dict_new(out, error):
            raise from_library(error)
        self._own(out[0])
        if ids is not None:
            self.add(ids)

    def _own(self, pointer: Any) -> None:
        self._pointer = ffi.gc(pointer, lib.partner_dict_free)
        self._guard = Guard()
        self._kind = _EMPTY

    def __len__(self) -> int:
        size: int = lib.partner_dict_size(self._pointer)
        return size

    def __repr__(self) -> str:
        return f"<libpartner.Dict of {len(self)} ids>"

    @property
    def integers(self) -> bool:
        """Whether all ids came as integers; then they come out as integers."""
        return self._kind == _INTEGERS

    def _saw(self, integers: bool) -> None:
        if integers and self._kind == _EMPTY:
            self._kind = _INTEGERS
        elif not integers:
            self._kind = _STRINGS

    def add(self, ids: Iterable[Any]) -> Indexes:
        """Adds the ids that are new and gives the indexes of all of them, in order.

        ``ids``: anything that a column can be: a list, an array, a Series. None and NaN are refused.
        """
        from ._convert import add_ids

        return add_ids(self, ids)

    def index(self, id: str | int) -> int:
        """The index of an id; KeyError when the dictionary does not hold it."""
        found = self.find(id)
        if found is None:
            raise KeyError(id)
        return found

    def find(self, id: str | int | bytes | np.integer[Any]) -> int | None:
        """The index of an id, None when the dictionary does not hold it."""
        text = id if isinstance(id, bytes) else str(id).encode("utf-8", "surrogateescape")
        with self._guard:
            index: int = lib.partner_dict_find(self._pointer, text, len(text))
        return None if index == NONE else index

    def __contains__(self, id: object) -> bool:
        return isinstance(id, (str, int, bytes, np.integer)) and self.find(id) is not None

    def __getitem__(self, index: int) -> str | int:
        """The id of an index."""
        found = self.id(index)
        if found is None:
            raise IndexError(f"index {index} found, but the dictionary holds {len(self)} ids")
        return found

    def id(self, index: int, integers: bool | None = None) -> str | int | None:
        """The id of an index, None when the dictionary has no such index."""
        length = ffi.new("size_t *")
        with self._guard:
            if not 0 <= index < lib.partner_dict_size(self._pointer):
                return None
            found = lib.partner_dict_id(self._pointer, index, length)
            text = ffi.buffer(found, length[0])[:].decode("utf-8", "surrogateescape")
        return int(text) if (self.integers if integers is None else integers) else text

    def __iter__(self) -> Iterator[str | int]:
        return iter(self.ids().tolist())

    def ids(self, indexes: npt.ArrayLike | None = None) -> npt.NDArray[Any]:
        """The ids of many indexes (of all, by default): an array of int64 or of str, None for no index."""
        chosen = None if indexes is None else marked(indexes).narrow()
        if self.integers:
            return self.as_integers(chosen)
        return self.as_objects(chosen)

    def as_integers(self, indexes: Indexes | None) -> npt.NDArray[np.int64]:
        """The ids of indexes as int64, the least one for no index."""
        error = ffi.new("partner_error *")
        with self._guard:
            rows, where = self._where(indexes)
            numbers = np.empty(rows, np.int64)
            if lib.partner_dict_integers(self._pointer, rows, where, ffi.from_buffer("int64_t[]", numbers), error):
                raise from_library(error)
        return numbers

    def as_text(self, indexes: Indexes | None) -> tuple[npt.NDArray[np.int64], bytearray]:
        """The ids of indexes one after the other, with their offsets; empty for no index."""
        error = ffi.new("partner_error *")
        with self._guard:
            rows, where = self._where(indexes)
            offsets = np.empty(rows + 1, np.int64)
            to = ffi.from_buffer("int64_t[]", offsets)
            if lib.partner_dict_ids(self._pointer, rows, where, to, ffi.NULL, error):
                raise from_library(error)
            data = bytearray(int(offsets[-1]))
            if lib.partner_dict_ids(self._pointer, rows, where, to, ffi.from_buffer(data), error):
                raise from_library(error)
        return offsets, data

    def as_objects(self, indexes: Indexes | None) -> npt.NDArray[Any]:
        """The ids of indexes as str, None for no index."""
        offsets, data = self.as_text(indexes)
        ids = np.empty(len(offsets) - 1, object)
        ids[:] = split(offsets, data)
        if indexes is not None and len(ids):
            ids[indexes == NONE] = None
        return ids

    def _where(self, indexes: Indexes | None) -> tuple[int, Any]:
        if indexes is None:
            return len(self), ffi.NULL
        return len(indexes), ffi.from_buffer("uint32_t[]", indexes)

    def merge(self, other: Dict) -> Indexes:
        """Adds the ids of another dictionary; gives for each of its indexes the index here.

        >>> import libpartner as lp
        >>> lp.Dict(["a", "b"]).merge(lp.Dict(["c", "b"]))
        array([2, 1], dtype=uint32)
        """
        if not isinstance(other, Dict):
            raise TypeError(f"a {type(other).__name__} found, expected a libpartner.Dict")
        error = ffi.new("partner_error *")
        source = other._copy() if other is not self else other
        map_ = np.empty(len(source), np.uint32)
        with self._guard:
            if len(map_) != len(source):  # another thread added ids to `other`, which is `self`
                map_ = np.empty(len(source), np.uint32)
            if lib.partner_dict_merge(self._pointer, source._pointer, ffi.from_buffer("uint32_t[]", map_), error):
                raise from_library(error)
        if len(map_):
            self._saw(other.integers)
        return map_

    def _copy(self) -> Dict:
        """A dictionary of the same ids. Two locks at once could wait for each other for ever."""
        copy = Dict()
        copy._kind = self._kind
        error = ffi.new("partner_error *")
        with self._guard:
            map_ = np.empty(len(self), np.uint32)
            if lib.partner_dict_merge(copy._pointer, self._pointer, ffi.from_buffer("uint32_t[]", map_), error):
                raise from_library(error)
        return copy

    def save(self) -> bytes:
        """The dictionary as bytes, the same on every machine."""
        error = ffi.new("partner_error *")
        out = ffi.new("partner_bytes **")
        with self._guard:
            if lib.partner_dict_save(self._pointer, out, error):
                raise from_library(error)
        return take_bytes(out[0])

    @classmethod
    def load(cls, data: bytes | bytearray | memoryview, *, integers: bool = False) -> Dict:
        """The dictionary of saved bytes. ``integers``: its ids are integers and come out as such.

        >>> import libpartner as lp
        >>> list(lp.Dict.load(lp.Dict(["a", "b"]).save()))
        ['a', 'b']
        """
        error = ffi.new("partner_error *")
        out = ffi.new("partner_dict **")
        source = ffi.from_buffer("uint8_t[]", data)
        if lib.partner_dict_load(source, len(source), out, error):
            raise from_library(error)
        made = cls.__new__(cls)
        made._own(out[0])
        if len(made):
            if integers:
                made.as_integers(None)
            made._saw(integers)
        return made

    def fingerprint(self, ids: int | None = None) -> int:
        """128 bits that tell the first ``ids`` ids (all, by default) from any others."""
        error = ffi.new("partner_error *")
        words = ffi.new("uint64_t[2]")
        with self._guard:
            count = len(self) if ids is None else ids
            if count < 0 or lib.partner_dict_fingerprint(self._pointer, count, words, error):
                raise (
                    ArgumentError(f"{count} ids asked for, expected 0 to {len(self)}")
                    if count < 0
                    else from_library(error)
                )
        return int(words[0]) << 64 | int(words[1])

    def __reduce__(self) -> tuple[Any, ...]:
        return (_load, (self.save(), self.integers))


def _load(data: bytes, integers: bool) -> Dict:
    return Dict.load(data, integers=integers)


def split(offsets: npt.NDArray[np.int64], data: bytes | bytearray) -> list[str]:
    """The strings that lie between offsets."""
    at = offsets.tolist()
    if data.isascii():
        text = data.decode("ascii")
        return [text[a:b] for a, b in itertools.pairwise(at)]
    return [data[a:b].decode("utf-8", "surrogateescape") for a, b in itertools.pairwise(at)]


def take_bytes(pointer: Any) -> bytes:
    """The library's bytes as Python's; the library's are released."""
    try:
        taken: bytes = ffi.buffer(pointer.bytes, pointer.length)[:]
        return taken
    finally:
        lib.partner_bytes_free(pointer)


def check_dict(name: str, value: object) -> Dict:
    """A value that must be a dictionary."""
    if not isinstance(value, Dict):
        raise TypeError(f"{name}: a {type(value).__name__} found, expected a libpartner.Dict")
    return value
