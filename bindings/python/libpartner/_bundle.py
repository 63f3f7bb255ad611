# SPDX-License-Identifier: MIT
"""An object of the library and all that it needs, as one string of bytes; that of Lua is the same.

    "\\x89partner" 0x01             8 bytes that say what it is, and the version of this form
    u64 length, bytes               the object as the library saves it
    u64 length, bytes               the text of its config
    u32 number, then of each dictionary
        u8 length, bytes            its name
        u8                          what it holds: nothing (indexes come from elsewhere), texts or integers
        u64 length, bytes           the dictionary as the library saves it; none where it holds nothing
    u32                             CRC-32 of everything before, as in zip and PNG

All numbers are little-endian.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from ._dict import Dict
from ._errors import DataError

__all__ = ["Bundle", "is_bundle", "read_bundle", "write_bundle"]

MAGIC = b"\x89partner\x01"
NOTHING, TEXTS, INTEGERS = range(3)


@dataclass(frozen=True)
class Bundle:
    """What a string of bytes holds."""

    object: bytes
    config: bytes
    dicts: dict[str, Dict]
    bare: frozenset[str]  # dictionaries whose indexes come from elsewhere


def is_bundle(data: bytes | bytearray | memoryview) -> bool:
    return bytes(data[: len(MAGIC) - 1]) == MAGIC[:-1]


def write_bundle(object: bytes, config: bytes, dicts: Mapping[str, Dict | None]) -> bytes:
    """`dicts`: None where indexes come from elsewhere."""
    parts = [MAGIC, _long(object), _long(config), struct.pack("<I", len(dicts))]
    for name, each in dicts.items():
        text = name.encode("utf-8")
        parts.append(struct.pack("<B", len(text)) + text)
        if each is None:
            parts.append(struct.pack("<B", NOTHING) + _long(b""))
        else:
            parts.append(struct.pack("<B", INTEGERS if each.integers else TEXTS) + _long(each.save()))
    whole = b"".join(parts)
    return whole + struct.pack("<I", zlib.crc32(whole))


def _long(data: bytes) -> bytes:
    return struct.pack("<Q", len(data)) + data


class _Reader:
    def __init__(self, data: memoryview, what: str) -> None:
        self._data = data
        self._what = what

    def take(self, length: int) -> memoryview:
        if length > len(self._data):
            raise DataError(f"{self._what}: the bytes end too early")
        taken, self._data = self._data[:length], self._data[length:]
        return taken

    def number(self, letter: str) -> int:
        size = struct.calcsize(f"<{letter}")
        number: int = struct.unpack(f"<{letter}", self.take(size))[0]
        return number

    def long(self) -> bytes:
        return bytes(self.take(self.number("Q")))

    def end(self) -> None:
        if len(self._data):
            raise DataError(f"{self._what}: {len(self._data)} bytes found behind the end")


def read_bundle(data: bytes | bytearray | memoryview, what: str) -> Bundle:
    whole = memoryview(data).cast("B")
    reader = _Reader(whole, what)
    magic = bytes(reader.take(len(MAGIC)))
    if magic[:-1] != MAGIC[:-1]:
        raise DataError(f"{what}: these are no saved bytes of one")
    if magic != MAGIC:
        raise DataError(f"{what}: version {magic[-1]} of the saved form found, this package knows version {MAGIC[-1]}")
    if len(whole) < len(MAGIC) + 4 or zlib.crc32(whole[:-4]) != struct.unpack("<I", whole[-4:])[0]:
        raise DataError(f"{what}: the bytes are damaged")
    reader = _Reader(whole[len(MAGIC) : -4], what)
    object, config = reader.long(), reader.long()
    dicts: dict[str, Dict] = {}
    bare: set[str] = set()
    for _ in range(reader.number("I")):
        name = str(reader.take(reader.number("B")), "utf-8", "replace")
        holds, saved = reader.number("B"), reader.long()
        if holds == NOTHING:
            bare.add(name)
        else:
            dicts[name] = Dict.load(saved, integers=holds == INTEGERS)
    reader.end()
    return Bundle(object, config, dicts, frozenset(bare))
