# SPDX-License-Identifier: MIT
"""What people write by hand: programs, processes, rules. One class is made for each config of the library's tables.

Whatever a user has (a dict, a text, a file of JSON or TOML) becomes JSON text, which the library reads.
"""

from __future__ import annotations

import contextlib
import datetime
import decimal
import enum
import importlib
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np

from ._dict import Dict
from ._errors import DataError, PartnerError, from_library
from ._library import ConfigType
from ._partner import ffi, lib

__all__ = ["PartnerConfig", "as_config", "json_text", "make_config_class", "pointers_of", "read_config"]

NULL = ffi.NULL
_POINTER = ffi.typeof("void **")
_DICTS = ffi.typeof("partner_dict *[]")

DEEPEST = 64  # lists and dicts within each other; no config is that deep

Self = TypeVar("Self", bound="PartnerConfig")


# --- to JSON ---


def json_text(kind: ConfigType, source: Any, name: str | None = None) -> tuple[bytes, str]:
    """The JSON that a source stands for, and what to call it in errors: `name`, or the path of a file."""
    name = name or kind.name
    if isinstance(source, PartnerConfig):
        if source._type is not kind:
            raise TypeError(f"a {type(source).__name__} found, expected a {class_name(kind)}")
        return source._text, name
    if isinstance(source, Mapping):
        return "".join(_write(source, "$", name, 0)).encode("utf-8", "surrogatepass"), name
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), name
    if isinstance(source, str) and source.lstrip()[:1] in ("{", "["):
        return source.encode("utf-8", "surrogatepass"), name
    if isinstance(source, (str, os.PathLike)):
        return _read(name, Path(source)), os.fspath(source)
    raise TypeError(
        f"{name}: a {type(source).__name__} found, expected a dict, a text of JSON, the path of a file "
        f"(.json or .toml) or a libpartner.{class_name(kind)}"
    )


def _read(name: str, path: Path) -> bytes:
    """A file as JSON: as it is, or from TOML."""
    data = path.read_bytes()
    if path.suffix.lower() != ".toml":
        return data
    try:
        found = _toml().loads(data.decode("utf-8"), parse_float=decimal.Decimal)
    except ValueError as error:  # bad TOML, or no UTF-8
        raise DataError(f"{path}: {error}", record=name) from None
    return "".join(_write(found, "$", str(path), 0)).encode("utf-8")


def _toml() -> Any:
    """The module that reads TOML."""
    for name in ("tomllib", "tomli"):
        with contextlib.suppress(ImportError):
            return importlib.import_module(name)
    raise ImportError("TOML needs Python 3.11, or the package tomli: pip install 'libpartner[toml]'")


def _write(value: Any, path: str, what: str, depth: int) -> Iterator[str]:
    """A value as JSON, exactly."""
    if isinstance(value, np.generic):
        value = str(value.astype("datetime64[D]")) if isinstance(value, np.datetime64) else _plain(value)
    if isinstance(value, enum.Enum):
        value = value.value
    if depth > DEEPEST:
        raise DataError(f"{what}: {path}: more than {DEEPEST} lists and dicts within each other found", path=path)
    if value is None or isinstance(value, (bool, str)):
        yield json.dumps(value)
    elif isinstance(value, (int, float, decimal.Decimal)):
        yield _number(value, path, what)
    elif isinstance(value, datetime.date):  # a time of day is for the library to judge
        yield json.dumps(value.isoformat())
    elif isinstance(value, Mapping):
        yield from _write_mapping(value, path, what, depth)
    elif isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (bytes, bytearray, memoryview)):
        yield "["
        for i, each in enumerate(value):
            yield ", " if i else ""
            yield from _write(each, f"{path}[{i}]", what, depth + 1)
        yield "]"
    else:
        raise DataError(f"{what}: {path}: a {type(value).__name__} found, expected what JSON has", path=path)


def _write_mapping(value: Mapping[Any, Any], path: str, what: str, depth: int) -> Iterator[str]:
    yield "{"
    for i, (key, each) in enumerate(value.items()):
        if not isinstance(key, str):
            raise DataError(f"{what}: {path}: the key {key!r} found, expected a text", path=path)
        yield f"{', ' if i else ''}{json.dumps(key)}: "
        yield from _write(each, f"{path}.{key}", what, depth + 1)
    yield "}"


def _plain(value: np.generic) -> Any:
    """A scalar of numpy as Python's; a float as short as its own type allows."""
    return decimal.Decimal(str(value)) if isinstance(value, np.floating) else value.item()


def _number(value: Any, path: str, what: str) -> str:
    """A number of JSON. A decimal that no float holds is a text, which amounts may be."""
    finite = value.is_finite() if isinstance(value, decimal.Decimal) else isinstance(value, int) or math.isfinite(value)
    if not finite:
        raise DataError(f"{what}: {path}: {value} found, expected a finite number", path=path)
    if isinstance(value, decimal.Decimal):
        text = format(value, "f")
        return text if decimal.Decimal(repr(float(value))) == value else json.dumps(text)
    return repr(float(value)) if isinstance(value, float) else str(int(value))


# --- to what the library has ---


@contextlib.contextmanager
def pointers_of(dicts: Sequence[Dict | None]) -> Iterator[Any]:
    """The library's dictionaries as an array, kept to this call; NULL for none."""
    guards = {id(each): each._guard for each in dicts if each is not None}
    with contextlib.ExitStack() as stack:
        for _, guard in sorted(guards.items()):  # in one order everywhere, so that none waits for ever
            stack.enter_context(guard)
        yield ffi.new(_DICTS, [NULL if each is None else each._pointer for each in dicts])


def read_config(kind: ConfigType, source: Any, dicts: Sequence[Dict], error: Any, name: str | None = None) -> Any:
    """What the library makes of a source; its names go into the dictionaries. `name`: what errors call it."""
    text, place = json_text(kind, source, name)
    out = ffi.new(_POINTER)
    before = [len(each) for each in dicts]
    with pointers_of(dicts) as pointers:
        status = lib.python_config_parse(kind.c, text, len(text), pointers, out, error)
    if status:
        raise _told(from_library(error), name or kind.name, place)
    made = ffi.gc(out[0], kind.release)
    for size, each in zip(before, dicts, strict=True):
        if len(each) > size:
            each._saw(False)
    return made


def places_of(kind: ConfigType, made: Any) -> int | None:
    """The decimal places of a config's money."""
    places: int = lib.python_config_places(kind.c, made)
    return None if places < 0 else places


def _told(error: PartnerError, name: str, place: str) -> PartnerError:
    """The error with what it is about in front."""
    if not error.message.startswith((f"{place}:", f"{name}:")):
        error.message = f"{place}: {error.message}"
    elif place != name:
        error.message = f"{place}{error.message.removeprefix(name)}"
    error.args = (error.message,)
    error.record = error.record or name
    return error


class PartnerConfig:
    """What all configs have in common: read once, checked, immutable, for any number of calls."""

    __slots__ = ("__weakref__", "_dicts", "_handle", "_text")

    _type: ClassVar[ConfigType]

    _text: bytes
    _dicts: dict[str, Dict]
    _handle: Any

    def __init__(self, source: Any, /) -> None:
        kind = self._type
        self._text, place = json_text(kind, source)
        self._dicts = {name: Dict() for name in kind.dictionaries}
        try:
            self._handle = read_config(kind, self._text, list(self._dicts.values()), ffi.new("partner_error *"))
        except PartnerError as error:
            raise _told(error, kind.name, place) from None

    @property
    def text(self) -> str:
        """It as JSON."""
        return self._text.decode("utf-8")

    @property
    def names(self) -> dict[str, list[str | int]]:
        """The names that it uses, by what they are names of."""
        return {name: list(each) for name, each in self._dicts.items()}

    @property
    def minor_units(self) -> int | None:
        """Decimal places of its money; None when it has none."""
        return places_of(self._type, self._handle)

    @property
    def sentences(self) -> list[str]:
        """What it says, in plain words."""
        return self._say(False)

    @property
    def warnings(self) -> list[str]:
        """What is allowed and hardly meant."""
        return self._say(True)

    def _say(self, warning: bool) -> list[str]:
        def say(i: int, buffer: Any, size: int) -> int:
            length: int = lib.python_config_say(self._type.c, warning, self._handle, pointers, i, buffer, size)
            return length

        with pointers_of(list(self._dicts.values())) as pointers:
            return list(said(say))

    def to_dict(self) -> dict[str, Any]:
        """It as a dict, to be changed and made anew; numbers with a point are Decimals."""
        found: dict[str, Any] = json.loads(self._text, parse_float=decimal.Decimal)
        return found

    def __repr__(self) -> str:
        return "\n".join([f"<libpartner.{type(self).__name__}>", *self.sentences])

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._text,))


def said(say: Any) -> Iterator[str]:
    """The sentences that a function of the library writes, one after the other."""
    size = 1024
    buffer = ffi.new("char[]", size)
    i = 0
    while (length := say(i, buffer, size)) > 0:
        if length >= size:
            size = length + 1
            buffer = ffi.new("char[]", size)
            continue
        yield ffi.string(buffer).decode("utf-8", "replace")
        i += 1


def class_name(kind: ConfigType) -> str:
    """What Python calls the class of a config."""
    return "".join(word.capitalize() for word in kind.name.split("_"))


_CLASSES: dict[str, type[PartnerConfig]] = {}


def make_config_class(kind: ConfigType, module: str) -> type[PartnerConfig]:
    """The class of a config of the library's tables."""
    made = type(class_name(kind), (PartnerConfig,), {"__slots__": (), "__module__": module, "_type": kind})
    _CLASSES[kind.name] = made
    return made


def as_config(kind: ConfigType, source: Any) -> PartnerConfig:
    """A source as an object of its class."""
    return source if isinstance(source, PartnerConfig) else _CLASSES[kind.name](source)
