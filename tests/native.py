# SPDX-License-Identifier: MIT
"""The library through ctypes, for tests that run thousands of small worlds in one process.

Nothing is said twice: the structs are read from the public headers, each capability names those that it needs.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NONE, NO_ROW, NO_DAY, NO_AMOUNT = 2**32 - 1, 2**64 - 1, -(2**31), -(2**63)

TYPES: dict[str, Any] = {
    "char": ctypes.c_char,
    "uint8_t": ctypes.c_uint8,
    "uint32_t": ctypes.c_uint32,
    "uint64_t": ctypes.c_uint64,
    "int32_t": ctypes.c_int32,
    "int64_t": ctypes.c_int64,
    "size_t": ctypes.c_size_t,
    "double": ctypes.c_double,
    "partner_status": ctypes.c_int32,
}
BYTE = {"unsigned char": "uint8_t"}


# --- the headers ---


def read_structs(headers: Path, names: Sequence[str]) -> dict[str, Any]:
    """The structs of the headers as ctypes classes, and the numbers that have names; pointers to what is not declared
    are of no type."""
    found: dict[str, Any] = {}
    for name in names:
        text = re.sub(r"/\*.*?\*/", " ", (headers / "partner" / f"{name}.h").read_text(encoding="utf-8"), flags=re.S)
        found |= {each: int(value) for each, value in re.findall(r"\b([A-Z_]+)(?: =)? (\d+)\b", text)}
        for tag, body in re.findall(r"\bstruct (\w+)\s*\{(.*?)\n\}", text, flags=re.S):
            members = [member for declaration in body.split(";") for member in members_of(declaration, found)]
            found[tag] = type(tag, (ctypes.Structure,), {"_fields_": members})
    return found


def members_of(declaration: str, known: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    declaration = " ".join(declaration.replace("const ", "").replace("*", " * ").split())
    for written, name in BYTE.items():
        declaration = declaration.replace(written, name)
    if not declaration:
        return
    base, names = declaration.split(" ", 1)
    for each in names.split(","):
        pointer, name = "*" in each, each.replace("*", " ").strip()
        array = re.fullmatch(r"(\w+)\[(\w+)\]", name)
        kind = TYPES.get(base) or known.get(base)
        if pointer or kind is None:
            kind = ctypes.POINTER(kind) if kind is not None and base != "char" else ctypes.c_void_p
        if array is not None:
            yield array[1], kind * (int(array[2]) if array[2].isdigit() else known[array[2]])
        else:
            yield name, kind


def read_names(header: Path, prefix: str) -> list[str]:
    """The names of an enumeration in its order, in lower case and without their prefix."""
    text = header.read_text(encoding="utf-8")
    values = {int(value): name.lower() for name, value in re.findall(rf"\b{prefix}(\w+) = (\d+)", text)}
    return [values[value] for value in sorted(values)]


class Refused(Exception):
    """What a partner_error says."""

    def __init__(self, error: Any) -> None:
        super().__init__(error.message.decode())
        self.code = int(error.code)
        self.index = int(error.index)
        self.row = None if error.row == NO_ROW else int(error.row)
        self.field = error.field.decode()
        self.path = error.path.decode()


# --- the library ---


class Library:
    def __init__(self, path: Path, headers: Path, names: Sequence[str]) -> None:
        self.c = ctypes.CDLL(str(path))
        self.struct = read_structs(headers, names)
        self.error = self.struct["partner_error"]()
        self.c.partner_dict_id.restype = ctypes.c_char_p

    def make(self, tag: str, **members: Any) -> Any:
        """A struct of the caller's; columns are arrays, which it keeps alive."""
        made = self.struct[tag]()
        made.struct_size = ctypes.sizeof(made)
        kinds = dict(made._fields_)
        for name, value in members.items():
            if isinstance(value, ctypes.Array) and not issubclass(kinds[name], ctypes.Array):
                value = ctypes.cast(value, kinds[name])
            setattr(made, name, value)
        return made

    def call(self, name: str, *arguments: Any) -> None:
        status = getattr(self.c, name)(*arguments, ctypes.byref(self.error))
        if status != 0:
            assert status == self.error.code, (name, status, self.error.code)
            raise Refused(self.error)

    def free(self, name: str, pointer: Any) -> None:
        getattr(self.c, f"partner_{name}_free")(pointer)


class Names:
    """A dictionary of the library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.c = ctypes.c_void_p()
        library.call("partner_dict_new", ctypes.byref(self.c))

    def indexes(self, ids: Sequence[str | None]) -> list[int]:
        known = sorted({each for each in ids if each is not None}, key=ids.index)
        texts = (ctypes.c_char_p * len(known))(*(each.encode() for each in known))
        found = (ctypes.c_uint32 * len(known))()
        if known:
            self.library.call("partner_dict_add_strings", self.c, ctypes.c_size_t(len(known)), texts, None, found)
        index: dict[str | None, int] = dict(zip(known, found)) | {None: NONE}
        return [index[each] for each in ids]

    def all(self) -> list[str]:
        names: list[str] = []
        while (name := self.library.c.partner_dict_id(self.c, ctypes.c_uint32(len(names)), None)) is not None:
            names.append(name.decode())
        return names


# --- results ---


def none_for_nan(value: Any) -> Any:
    return None if value != value else value


def length_of(struct: Any) -> int:
    """The first size_t of a result is the length of its columns."""
    return int(next(getattr(struct, name) for name, kind in struct._fields_ if kind is ctypes.c_size_t))


def is_column(kind: Any) -> bool:
    return hasattr(kind, "contents") and not issubclass(kind._type_, ctypes.Structure)


def columns_of(struct: Any) -> dict[str, list[Any]]:
    length = length_of(struct)
    columns = {name: getattr(struct, name) for name, kind in struct._fields_ if is_column(kind)}
    return {name: [none_for_nan(cell) for cell in cells[:length]] if length else [] for name, cells in columns.items()}


def scalars_of(struct: Any) -> dict[str, Any]:
    found = {name: getattr(struct, name) for name, kind in struct._fields_ if not hasattr(kind, "contents")}
    return {
        name: [none_for_nan(each) for each in value] if isinstance(value, ctypes.Array) else none_for_nan(value)
        for name, value in found.items()
    }


def bytes_of(struct: Any, without: str = "") -> bytes:
    """Scalars and columns, and those of the tables it points to."""
    length, raw = length_of(struct), [repr(scalars_of(struct)).encode()]
    for name, kind in struct._fields_:
        value = getattr(struct, name)
        if is_column(kind):
            raw.append(ctypes.string_at(value, length * ctypes.sizeof(kind._type_)) if length else b"")
        elif hasattr(kind, "contents") and value and name != without:
            raw.append(bytes_of(value.contents))
    return b"|".join(raw)
