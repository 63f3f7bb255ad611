# SPDX-License-Identifier: MIT
"""The library's tables as Python objects: what records, configs, analyses and objects there are.

Read once, at import; everything else in this package works from them and knows no analysis by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ._partner import ffi, lib

__all__ = [
    "Analysis",
    "ConfigType",
    "Field",
    "Input",
    "ObjectType",
    "RecordType",
    "View",
    "analyses",
    "configs",
    "ffi",
    "lib",
    "objects",
]

U8, U32, U64, I32, I64, F64, RECORD, POINTER = (
    lib.PARTNER_TYPE_U8,
    lib.PARTNER_TYPE_U32,
    lib.PARTNER_TYPE_U64,
    lib.PARTNER_TYPE_I32,
    lib.PARTNER_TYPE_I64,
    lib.PARTNER_TYPE_F64,
    lib.PARTNER_TYPE_RECORD,
    lib.PARTNER_TYPE_POINTER,
)

# By type: the name numpy knows it by, and the letter of the module struct.
DTYPES = {U8: "u1", U32: "u4", U64: "u8", I32: "i4", I64: "i8", F64: "f8"}
LETTERS = {U8: "B", U32: "I", U64: "Q", I32: "i", I64: "q", F64: "d"}


class Unit:
    """What a number means."""

    NONE = lib.PARTNER_UNIT_NONE
    COUNT = lib.PARTNER_UNIT_COUNT
    MONEY = lib.PARTNER_UNIT_MONEY
    DAY = lib.PARTNER_UNIT_DAY
    SHARE = lib.PARTNER_UNIT_SHARE
    RATIO = lib.PARTNER_UNIT_RATIO
    PPM = lib.PARTNER_UNIT_PPM
    INDEX = lib.PARTNER_UNIT_INDEX
    ROW = lib.PARTNER_UNIT_ROW
    ENUM = lib.PARTNER_UNIT_ENUM
    CLASS = lib.PARTNER_UNIT_CLASS
    FLAG = lib.PARTNER_UNIT_FLAG
    PLACES = lib.PARTNER_UNIT_PLACES


class Flag:
    """Flags of a field."""

    REQUIRED = lib.PARTNER_FIELD_REQUIRED
    NULLABLE = lib.PARTNER_FIELD_NULLABLE
    HIDDEN = lib.PARTNER_FIELD_HIDDEN
    LENGTH = lib.PARTNER_FIELD_LENGTH
    SINGLE = lib.PARTNER_FIELD_SINGLE
    UNIQUE = lib.PARTNER_FIELD_UNIQUE
    ORDER = lib.PARTNER_FIELD_ORDER
    SUMMARY = lib.PARTNER_FIELD_SUMMARY
    BAR = lib.PARTNER_FIELD_BAR
    DETAIL = lib.PARTNER_FIELD_DETAIL
    IDENTITY = lib.PARTNER_FIELD_IDENTITY


@dataclass(frozen=True, eq=False)
class Field:
    """One member of a struct, as partner_field has it."""

    name: str
    member: str
    text: str
    aliases: tuple[str, ...]
    length: str | None
    dictionary: str | None
    initial: str | None
    names: tuple[str, ...]
    when: str | None
    record: RecordType | None
    zero: int
    offset: int
    count: int
    flags: int
    type: int
    unit: int
    example: tuple[str, ...]
    numbered_without: str | None
    c: Any

    def has(self, flag: int) -> bool:
        return bool(self.flags & flag)

    @property
    def is_column(self) -> bool:
        return self.length is not None

    @property
    def is_number(self) -> bool:
        return self.type in DTYPES

    @property
    def is_setting(self) -> bool:
        """Whether a user sets it: a number of an options record that is no machinery."""
        return self.is_number and not self.is_column and not self.has(Flag.HIDDEN | Flag.LENGTH)

    @property
    def is_money(self) -> bool:
        return bool(self.unit == Unit.MONEY)

    @property
    def is_bar(self) -> bool:
        return self.has(Flag.BAR)

    @property
    def null(self) -> Any:
        """The null value of the field's type; None when it has none."""
        return NULLS.get(self.type) if self.has(Flag.NULLABLE) else None


@dataclass(frozen=True, eq=False)
class RecordType:
    """One public struct, as partner_record has it."""

    name: str
    text: str
    size: int
    fields: tuple[Field, ...]
    c: Any

    def find(self, name: str) -> Field | None:
        """The field of that name or member name."""
        return self._by_name.get(name)

    def is_figure(self, field: Field) -> bool:
        """Whether one of its fields, as declared, is a figure of its summary."""
        return bool(lib.partner_field_is_figure(self.c, field.c))

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        members = {field.member: field for field in reversed(self.fields)}
        return members | {field.name: field for field in reversed(self.fields)}

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_column)

    @cached_property
    def settings(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_setting)


@dataclass(frozen=True, eq=False)
class ConfigType:
    """Something that people write by hand, as partner_config has it."""

    name: str
    text: str
    dictionaries: tuple[str, ...]
    example: str | None
    initial: str | None  # what stands for one that is not given
    c: Any
    release: Any  # frees what was parsed


@dataclass(frozen=True, eq=False)
class Input:
    """An input of an analysis: rows of a record, or a config."""

    name: str
    text: str
    record: RecordType | None
    required: bool
    config: ConfigType | None = None

    @property
    def rows(self) -> RecordType:
        """The record of an input that is no config."""
        assert self.record is not None
        return self.record


@dataclass(frozen=True, eq=False)
class View:
    """One table of a result."""

    name: str
    title: str
    record: RecordType


@dataclass(frozen=True, eq=False)
class Analysis:
    """One capability, as partner_analysis has it."""

    name: str
    text: str
    inputs: tuple[Input, ...]
    options: tuple[RecordType, ...]
    views: tuple[View, ...]
    example: tuple[tuple[str, str], ...]
    explained: tuple[str, ...]
    c: Any
    release: Any  # frees a result

    @cached_property
    def tables(self) -> tuple[Input, ...]:
        """The inputs that are rows."""
        return tuple(place for place in self.inputs if place.record is not None)

    @cached_property
    def configs(self) -> tuple[Input, ...]:
        """The inputs that people write by hand."""
        return tuple(place for place in self.inputs if place.config is not None)

    @cached_property
    def view_names(self) -> tuple[str, ...]:
        """The names of its views, each once; the first is the main one."""
        return tuple(dict.fromkeys(view.name for view in self.views))

    @cached_property
    def settings(self) -> dict[str, Field]:
        """The options by name; the first of a name counts (threads is in every record)."""
        found: dict[str, Field] = {}
        for record in self.options:
            for field in record.settings:
                found.setdefault(field.name, field)
        return found


@dataclass(frozen=True, eq=False)
class ObjectType:
    """Something that lives on, as partner_object has it."""

    name: str
    text: str
    options: RecordType
    input: RecordType
    analysis: Analysis
    config: ConfigType | None  # what it is made of; then it answers every append with a result
    dictionaries: tuple[str, ...]  # of one that is made of a config
    c: Any
    release: Any  # frees an object

    @cached_property
    def own(self) -> Input:
        """The input of its analysis that it takes itself."""
        for place in self.analysis.inputs:
            if place.record is self.input:
                return place
        return Input(self.input.name, self.input.text, self.input, True)

    @cached_property
    def others(self) -> tuple[Input, ...]:
        """The inputs of its analysis that are other rows than its own."""
        return tuple(place for place in self.analysis.tables if place.record is not self.input)


NULLS = {
    U32: lib.PARTNER_NONE,
    U64: lib.PARTNER_NO_ROW,
    I32: lib.PARTNER_NO_DAY,
    I64: lib.PARTNER_NO_AMOUNT,
}


def _maybe(text: Any) -> str | None:
    if text == ffi.NULL:
        return None
    decoded: str = ffi.string(text).decode("utf-8")
    return decoded


def _text(text: Any) -> str:
    return _maybe(text) or ""


def _split(text: Any, separator: str) -> tuple[str, ...]:
    whole = _maybe(text)
    return tuple(whole.split(separator)) if whole else ()


def _walk(at: Callable[[int], Any]) -> Iterator[Any]:
    i = 0
    while (found := at(i)) != ffi.NULL:
        yield found
        i += 1


def _texts(texts: Any, count: int) -> tuple[str, ...]:
    return () if texts == ffi.NULL else tuple(_text(texts[i]) for i in range(count))


def _address(pointer: Any) -> int:
    return int(ffi.cast("uintptr_t", pointer))


class _Reader:
    """Reads every table once, however often it is pointed to."""

    def __init__(self) -> None:
        self.records: dict[int, RecordType] = {}
        self.configs: dict[int, ConfigType] = {}
        self.analyses: dict[int, Analysis] = {}

    def field(self, c: Any) -> Field:
        return Field(
            name=_text(c.name),
            member=_text(c.member),
            text=_text(c.text),
            aliases=_split(c.aliases, ","),
            length=_maybe(c.length),
            dictionary=_maybe(c.dictionary),
            initial=_maybe(c.initial),
            names=_texts(c.names, c.names_count),
            when=_maybe(c.when),
            record=None if c.record == ffi.NULL else self.record(c.record),
            zero=c.zero,
            offset=c.offset,
            count=c.count,
            flags=c.flags,
            type=c.type,
            unit=c.unit,
            example=_split(c.example, "|"),
            numbered_without=_maybe(c.numbered_without),
            c=c,
        )

    def config(self, c: Any) -> ConfigType | None:
        if c == ffi.NULL:
            return None
        known = self.configs.get(_address(c))
        if known is None:
            known = ConfigType(
                name=_text(c.name),
                text=_text(c.text),
                dictionaries=_texts(c.dictionaries, c.dictionary_count),
                example=_maybe(c.example),
                initial=_maybe(c.initial),
                c=c,
                release=c.free,
            )
            self.configs[_address(c)] = known
        return known

    def input(self, c: Any) -> Input:
        return Input(
            name=_text(c.name),
            text=_text(c.text),
            record=None if c.record == ffi.NULL else self.record(c.record),
            required=bool(c.required),
            config=self.config(c.config),
        )

    def record(self, c: Any) -> RecordType:
        known = self.records.get(_address(c))
        if known is None:
            fields = _walk(lambda i: lib.partner_record_field(c, i))
            known = RecordType(
                name=_text(c.name),
                text=_text(c.text),
                size=c.size,
                fields=tuple(self.field(field) for field in fields),
                c=c,
            )
            self.records[_address(c)] = known
        return known

    def analysis(self, c: Any) -> Analysis:
        known = self.analyses.get(_address(c))
        if known is None:
            known = Analysis(
                name=_text(c.name),
                text=_text(c.text),
                inputs=tuple(map(self.input, _walk(lambda i: lib.partner_analysis_input(c, i)))),
                options=tuple(self.record(c.options[i]) for i in range(c.option_count)),
                views=tuple(
                    View(_text(v.name), _text(v.title), self.record(v.record))
                    for v in _walk(lambda i: lib.partner_analysis_view(c, i))
                ),
                example=tuple(
                    (name, value) for name, _, value in (part.partition("=") for part in _split(c.example, "|"))
                ),
                explained=_texts(c.explained, c.explained_count),
                c=c,
                release=c.free,
            )
            self.analyses[_address(c)] = known
        return known

    def object(self, c: Any) -> ObjectType:
        return ObjectType(
            name=_text(c.name),
            text=_text(c.text),
            options=self.record(c.options),
            input=self.record(c.input),
            analysis=self.analysis(c.analysis),
            config=self.config(c.config),
            dictionaries=_texts(c.dictionaries, c.dictionary_count),
            c=c,
            release=c.free,
        )


_reader = _Reader()
analyses: tuple[Analysis, ...] = tuple(map(_reader.analysis, _walk(lib.partner_analysis_at)))
configs: tuple[ConfigType, ...] = tuple(filter(None, map(_reader.config, _walk(lib.partner_config_at))))
objects: tuple[ObjectType, ...] = tuple(map(_reader.object, _walk(lib.partner_object_at)))


_kept: list[Any] = []  # the memory of what is declared here


def _char(text: str | None) -> Any:
    if text is None:
        return ffi.NULL
    _kept.append(ffi.new("char[]", text.encode("utf-8")))
    return _kept[-1]


def _members(
    name: str,
    text: str,
    type: int,
    unit: int = Unit.NONE,
    flags: int = 0,
    dictionary: str | None = None,
    member: str | None = None,
    offset: int = 0,
    length: str | None = None,
) -> dict[str, Any]:
    return {
        "name": _char(name),
        "member": _char(member or name),
        "text": _char(text),
        "dictionary": _char(dictionary),
        "length": _char(length),
        "offset": offset,
        "count": 1,
        "flags": flags,
        "type": type,
        "unit": unit,
    }


def lone_field(
    name: str, text: str, type: int, unit: int = Unit.NONE, flags: int = 0, dictionary: str | None = None
) -> Field:
    """A field that belongs to no record."""
    return _reader.field(ffi.new("partner_field *", _members(name, text, type, unit, flags, dictionary)))


ID = lone_field("id", "a text or an integer", U32, Unit.INDEX, Flag.REQUIRED, "id")
DAY = lone_field("day", "day", I32, Unit.DAY)


def own_record(name: str, text: str, struct: str, length: str, columns: Mapping[str, tuple[Any, ...]]) -> RecordType:
    """Some columns of a struct that no table of the library shows: by name the member, the type, a line of text, and
    what else there is to say (unit, flags, dictionary)."""
    size = U64 if ffi.sizeof("size_t") == 8 else U32
    fields = [_members(length, "rows", size, Unit.COUNT, Flag.LENGTH, None, None, ffi.offsetof(struct, length))]
    for column, (member, type, line, *rest) in columns.items():
        made = _members(column, line, type, *rest)
        fields.append(made | {"member": _char(member), "offset": ffi.offsetof(struct, member), "length": _char(length)})
    array = ffi.new("partner_field[]", fields)
    members = {"name": _char(name), "text": _char(text), "size": ffi.sizeof(struct), "fields": array}
    made_record = ffi.new("partner_record *", members | {"field_count": len(fields)})
    _kept.extend((array, made_record))
    return _reader.record(made_record)


def version() -> str:
    """The version of the library inside, as "0.1.0"."""
    return _text(lib.partner_version())


def features() -> frozenset[str]:
    """What this build can do: "gsl" (distributions) and "gsl_private" (from a copy of its own)."""
    names = {"gsl": lib.PARTNER_FEATURE_GSL, "gsl_private": lib.PARTNER_FEATURE_GSL_PRIVATE}
    bits = lib.partner_features()
    return frozenset(name for name, bit in names.items() if bits & bit)
