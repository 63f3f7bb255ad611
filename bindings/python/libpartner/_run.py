# SPDX-License-Identifier: MIT
"""Calls: from what a user passes to the structs of the library, and back to a result.

A plan holds what can be known of an analysis before it is called, so that a call is short.
"""

from __future__ import annotations

import datetime
import difflib
import enum
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ._columns import NONE, Indexes, Minor, chunks_of, told
from ._convert import Reading, convert
from ._dict import Dict, check_dict
from ._errors import ArgumentError, CancelledError, DataError, PartnerError, class_of, from_library
from ._frames import Ready
from ._library import LETTERS, U32, Analysis, Field, Flag, Input, RecordType, Unit
from ._match import ColumnPlan, gather
from ._partner import ffi, lib
from ._parts import Source
from ._results import Result
from ._watch import INTERRUPT, Watch

__all__ = ["Call", "InputPlan", "OptionsPlan", "Plan", "run"]

NULL = ffi.NULL
ADDRESS = struct.Struct("P")
_UINTPTR = ffi.typeof("uintptr_t")
_ERROR = ffi.typeof("partner_error *")
_POINTERS = ffi.typeof("void *[]")
_POINTER = ffi.typeof("void **")

# How texts in columns are spelled: members of partner_format.
FORMATS = ("minor_units", "date_format", "decimal_comma", "thousands")
DEFAULT_PLACES = 2

# The library's words for flags.
FLAGS = {"false": False, "no": False, "0": False, "true": True, "yes": True, "1": True}


def address_of(array: Any) -> int:
    """Where an array's memory begins."""
    return int(ffi.cast(_UINTPTR, ffi.from_buffer(array)))


# --- plans ---


class InputPlan:
    """One input of an analysis."""

    __slots__ = ("columns", "lengths", "lists_ids", "name", "order", "record", "required", "template")

    def __init__(self, name: str, record: RecordType) -> None:
        self.name = name
        self.record = record
        columns = [f for f in record.columns if f.count == 1 and not f.has(Flag.HIDDEN)]
        self.columns = {field.name: ColumnPlan(field) for field in columns}
        # Ids go last, so that rows that are refused for their numbers leave none behind; and a column that lists
        # each id once gives them their order.
        self.order = sorted(columns, key=lambda field: (field.unit == Unit.INDEX, not _lists_ids(field)))
        self.required = [field for field in columns if field.has(Flag.REQUIRED)]
        self.lists_ids = any(map(_lists_ids, columns))
        self.lengths = {field.member: field for field in record.fields if field.has(Flag.LENGTH)}
        self.template = template_of(record)


def _lists_ids(field: Field) -> bool:
    return field.has(Flag.UNIQUE) and field.unit == Unit.INDEX


def template_of(record: RecordType) -> bytes:
    """A struct of defaults."""
    made = bytearray(record.size)
    size = record.find("struct_size")
    if size is not None and size.type == U32:
        struct.pack_into("I", made, size.offset, record.size)
    return bytes(made)


class OptionsPlan:
    """One options struct."""

    __slots__ = ("data", "record", "template")

    def __init__(self, record: RecordType) -> None:
        self.record = record
        made = bytearray(template_of(record))
        interrupt, data = record.find("interrupt"), record.find("interrupt_data")
        self.data = None if interrupt is None or data is None else data.offset
        if interrupt is not None and data is not None:
            ADDRESS.pack_into(made, interrupt.offset, INTERRUPT)
        self.template = bytes(made)


# What a keyword can be, in the order people see them in.
_COLUMN, _INPUT, _OPTION, _FORMAT, _DICT, _DICTS = range(6)


class Plan:
    """What can be known of an analysis before it is called."""

    __slots__ = (
        "analysis",
        "counts",
        "dictionaries",
        "dictionary",
        "inputs",
        "keywords",
        "name",
        "optional",
        "options",
        "own",
    )

    def __init__(
        self,
        name: str,
        analysis: Analysis,
        inputs: Sequence[Input],
        options: Sequence[RecordType],
        own: RecordType | None = None,
        ids: Sequence[RecordType] | None = None,
    ) -> None:
        """`own`: the record of an input that is not the caller's to give; `ids`: records with ids, if not the
        inputs'."""
        self.name = name
        self.analysis = analysis
        self.own = own
        self.inputs = [InputPlan(i.name, i.record) for i in inputs]
        self.optional = [not i.required for i in inputs]
        self.options = [OptionsPlan(record) for record in options]
        self.dictionaries = dictionaries_of([i.record for i in inputs] if ids is None else ids)
        self.dictionary = self.dictionaries[0] if self.dictionaries else None
        self.keywords: dict[str, tuple[int, Any]] = {}
        # By dictionary: the option that says how many ids it has.
        self.counts: dict[str, tuple[str, list[tuple[int, Field]]]] = {}
        for position, record in enumerate(options):
            for field in record.settings:
                _, places = self.keywords.setdefault(field.name, (_OPTION, []))
                places.append((position, field))
                if field.dictionary is not None:
                    self.counts[field.dictionary] = (field.name, places)
        for name_ in FORMATS:
            self.keywords[name_] = (_FORMAT, self.keywords.get(name_, (0, ()))[1])
        if self.dictionary is not None:
            self.keywords["dict"] = (_DICT, self.dictionary)
            self.keywords["dicts"] = (_DICTS, None)
        if own is None and inputs:
            for column in self.inputs[0].columns:
                self.keywords.setdefault(column, (_COLUMN, column))
        for position, input in enumerate(inputs):
            if input.record is not own:
                # Where an option has the input's name too, a number means the option.
                kind, places = self.keywords.get(input.name, (_INPUT, ()))
                self.keywords[input.name] = (_INPUT, (position, places if kind == _OPTION else ()))
        self.keywords = dict(sorted(self.keywords.items(), key=lambda each: each[1][0]))

    def unknown(self, keyword: str) -> TypeError:
        """The complaint about a keyword that means nothing."""
        near = difflib.get_close_matches(keyword, self.keywords, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return TypeError(f"{self.name}() knows no keyword {keyword!r}{hint} (it knows {', '.join(self.keywords)})")


def dictionaries_of(records: Iterable[RecordType]) -> tuple[str, ...]:
    """The dictionaries that the records' ids are in, the most important first."""
    fields = [field for record in records for field in record.columns if field.unit == Unit.INDEX]
    return tuple(dict.fromkeys(field.dictionary or field.name for field in fields))


# --- a call ---


class Call:
    """One call: what was passed, sorted, and everything that has to live until it is over."""

    __slots__ = (
        "columns",
        "counts",
        "dicts",
        "error",
        "formats",
        "frames",
        "given",
        "keep",
        "option_format",
        "options",
        "places",
        "plan",
        "raw",
        "reading",
        "seen",
        "watch",
    )

    def __init__(
        self,
        plan: Plan,
        dicts: Mapping[str, Dict] | None = None,
        formats: Mapping[str, Any] | None = None,
    ) -> None:
        self.plan = plan
        self.watch = Watch()
        self.error = ffi.new(_ERROR)
        self.dicts: dict[str, Dict] = {} if dicts is None else dict(dicts)
        self.given = set(self.dicts)  # dictionaries that were there before
        self.seen: set[str] = set()  # dictionaries that ids of this call went into
        self.raw: dict[str, str] = {}  # dictionaries whose indexes were given as such, and where
        self.counts: dict[str, int] = {}
        self.formats: dict[str, Any] = {} if formats is None else dict(formats)
        self.frames: dict[int, Any] = {}
        self.columns: dict[str, Any] = {}
        self.options: dict[str, tuple[Any, Sequence[tuple[int, Field]]]] = {}
        self.keep: list[Any] = []
        self.places = DEFAULT_PLACES
        self.option_format: Any = NULL
        self.reading: Reading

    def sort(self, keywords: Mapping[str, Any]) -> None:
        """Finds out what each keyword means."""
        known = self.plan.keywords
        for name, value in keywords.items():
            if name not in known:
                raise self.plan.unknown(name)
            if value is None:
                continue
            kind, detail = known[name]
            if kind == _COLUMN:
                self.columns[name] = value
            elif kind == _OPTION:
                self.options[name] = (value, detail)
            elif kind == _INPUT:
                position, places = detail
                if places and isinstance(value, (int, np.integer)):
                    self.options[name] = (value, places)
                elif position in self.frames:
                    raise TypeError(f"{self.plan.name}() got {name} twice")
                else:
                    self.frames[position] = value
            elif kind == _FORMAT:
                self.formats[name] = value
                if detail:
                    self.options[name] = (value, detail)
            elif kind == _DICT:
                self._take_dict(detail, value)
            else:
                for key, each in dict(value).items():
                    self._take_dict(key, each)

    def _take_dict(self, name: str, value: Any) -> None:
        if name not in self.plan.dictionaries:
            known = ", ".join(self.plan.dictionaries)
            raise TypeError(f"{self.plan.name}() has no dictionary {name!r} (it has {known})")
        self.dicts[name] = check_dict(f"dicts[{name!r}]", value)
        self.given.add(name)
        self.raw.pop(name, None)  # indexes that went in before are those of this dictionary

    def begin(self) -> None:
        """Makes what reading columns needs."""
        threads, _ = self.options.get("threads", (None, ()))
        format = NULL if not self.formats else self._format()
        self.reading = Reading(format, threads_of(threads), self.watch.pointer, self.error)

    def _format(self) -> Any:
        made = ffi.new("partner_format *", {"struct_size": ffi.sizeof("partner_format")})
        formats = self.formats
        places = formats.get("minor_units")
        if places is not None:
            if isinstance(places, bool) or not isinstance(places, (int, np.integer)):
                raise ArgumentError(f"minor_units: {places!r} found, expected 0 to 9", field="minor_units")
            if not 0 <= places <= 9:
                raise ArgumentError(f"minor_units: {places} found, expected 0 to 9", field="minor_units")
            self.places = int(places)
            made.minor_units = places or lib.PARTNER_MINOR_UNITS_0
            # How texts in columns are spelled says nothing about options.
            self.option_format = ffi.new("partner_format *", made[0])
        if formats.get("date_format") is not None:
            text = ffi.new("char[]", str(formats["date_format"]).encode("utf-8"))
            self.keep.append(text)
            made.date_format = text
        made.decimal_comma = _flag("decimal_comma", formats.get("decimal_comma", False))
        thousands = formats.get("thousands")
        if thousands is not None:
            if not isinstance(thousands, str) or len(thousands) != 1 or not thousands.isascii():
                raise ArgumentError(f"thousands: {thousands!r} found, expected one ASCII character", field="thousands")
            made.thousands = thousands.encode()
        return made

    # --- inputs ---

    def inputs(self) -> Any:
        """The structs of the inputs: those that list ids before the others."""
        plans = self.plan.inputs
        made: list[Any] = [NULL] * len(plans)
        for first in (True, False):
            for position, plan in enumerate(plans):
                if plan.lists_ids != first or plan.record is self.plan.own:
                    continue
                columns = self.columns if position == 0 and self.plan.own is None else {}
                frame = self.frames.get(position)
                if frame is None and not columns:
                    if not self.plan.optional[position]:
                        raise TypeError(f"{self.plan.name}() needs {plan.name}: {plan.record.text}")
                    continue
                made[position] = self.input(plan, frame, columns)
        return ffi.new(_POINTERS, made)

    def input(self, plan: InputPlan, frame: Any, columns: Mapping[str, Any]) -> Any:
        """The struct of one input."""
        buffer = bytearray(plan.template)
        rows: dict[str, int] = {}
        values = gather(plan, frame, columns)
        for field in plan.order:
            value = values.get(field.name)
            if value is None:
                continue
            array = self.column(plan, field, value)
            self.keep.append(array)
            ADDRESS.pack_into(buffer, field.offset, address_of(array))
            rows[field.name] = len(array)
        for member, count in _measure(plan, rows).items():
            length = plan.lengths[member]
            struct.pack_into(LETTERS[length.type], buffer, length.offset, count)
        pointer = ffi.from_buffer(buffer)
        self.keep.append(pointer)
        return pointer

    def column(self, plan: InputPlan, field: Field, value: Any) -> Any:
        """One column in the type of its field."""
        kind = type(value)
        if kind is Minor:
            if field.unit != Unit.MONEY:
                raise _misplaced(plan, field, "minor units", "money")
            return value.array
        if kind is Indexes:
            if field.unit != Unit.INDEX:
                raise _misplaced(plan, field, "indexes", "ids")
            self._take_indexes(plan, field, value)
            return value.array
        dictionary = self._dict_for(plan, field) if field.unit == Unit.INDEX else None
        try:
            chunks = value if kind is Ready else chunks_of(field, value)
            own = dictionary is not None and field.dictionary not in self.given
            return convert(field, chunks, self.reading, dictionary, own)
        except CancelledError as error:
            raise self.watch.cancelled() or error from None
        except PartnerError as error:
            raise told(error, plan.name) from None

    def _dict_for(self, plan: InputPlan, field: Field) -> Dict:
        name = field.dictionary or field.name
        if name in self.raw:
            raise ArgumentError(
                f"{plan.name}: {field.name} holds ids, but {self.raw[name]} holds indexes: {self._advice(name)}",
                field=field.name,
                record=plan.name,
            )
        dictionary = self.dicts.get(name)
        if dictionary is None:
            dictionary = self.dicts[name] = Dict()
        self.seen.add(name)
        return dictionary

    def _advice(self, name: str) -> str:
        both = "give both as lp.indexes"
        return (
            f"{both}, or the dictionary of the indexes as dicts={{{name!r}: …}}"
            if "dicts" in self.plan.keywords
            else both
        )

    def _take_indexes(self, plan: InputPlan, field: Field, value: Indexes) -> None:
        name = field.dictionary or field.name
        if name in self.given:
            array = value.array
            size = len(self.dicts[name])
            if len(array) and array.max() >= size:
                beyond = (array >= size) & (array != NONE)
                if beyond.any():
                    row = int(beyond.argmax())
                    raise DataError(
                        f"{plan.name} row {row}: {field.name}: index {array[row]} found, but the dictionary "
                        f"holds {size} ids",
                        row=row,
                        index=int(array[row]),
                        field=field.name,
                        record=plan.name,
                    )
        elif name in self.seen:
            raise ArgumentError(
                f"{plan.name}: {field.name} holds indexes, but another column holds ids: {self._advice(name)}",
                field=field.name,
                record=plan.name,
            )
        else:
            self.raw[name] = f"{plan.name}: {field.name}"
        if value.count is not None:
            self.counts[name] = max(value.count, self.counts.get(name, 0))

    # --- options ---

    def option_structs(self) -> Any:
        """The structs of the options."""
        plans = self.plan.options
        buffers = [bytearray(plan.template) for plan in plans]
        for plan, buffer in zip(plans, buffers, strict=True):
            if plan.data is not None:
                ADDRESS.pack_into(buffer, plan.data, self.watch.address)
        pointers = [ffi.from_buffer(buffer) for buffer in buffers]
        for dictionary, count in self.counts.items():
            option, fields = self.plan.counts.get(dictionary, ("", []))
            if fields and option not in self.options:
                self.options[option] = (count, fields)
        for name, (value, places) in self.options.items():
            text = text_of(name, value).encode("utf-8")
            for position, field in places:
                if lib.python_parse(field.c, text, len(text), self.option_format, pointers[position], self.error):
                    raise self._bad_option(name)
        self.keep.append(pointers)
        return ffi.new(_POINTERS, pointers)

    def _bad_option(self, name: str) -> PartnerError:
        error = from_library(self.error)
        kind = ArgumentError if isinstance(error, DataError) else type(error)
        return kind(f"{name}: {error.message}", field=name)

    # --- the end ---

    def failed(self, watch: Watch | None = None) -> BaseException:
        """The exception for a call that failed."""
        if class_of(self.error.code) is CancelledError:
            caught = (watch or self.watch).cancelled()
            if caught is not None:
                return caught
        return self._named(from_library(self.error))

    def _named(self, error: PartnerError) -> PartnerError:
        """The error with the id of the partner concerned, where that is known."""
        if error.index is None:
            return error
        dictionary = self.dicts.get(self._dictionary_of(error) or "")
        id = None if dictionary is None else dictionary.id(error.index)
        if id is not None:
            error.message = f"{error.message} (index {error.index} is {id!r})"
            error.args = (error.message,)
        return error

    def _dictionary_of(self, error: PartnerError) -> str | None:
        for plan in self.plan.inputs:
            if error.record not in (plan.name, plan.record.name):
                continue
            field = plan.record.find(error.field or "")
            if field is not None and field.unit == Unit.INDEX:
                return field.dictionary
        return self.plan.dictionary

    def result(self, handle: Any) -> Result:
        """The result that the library has made."""
        dicts = {
            name: (dictionary, dictionary.integers) for name, dictionary in self.dicts.items() if name not in self.raw
        }
        return Result(Source(self.plan.analysis, handle, self.places, dicts, self.reading.total_rounded))


def _measure(plan: InputPlan, rows: Mapping[str, int]) -> dict[str, int]:
    """How long the columns are, by the member that says so; those that share one must be equally long."""
    if len(plan.lengths) == 1 and len(set(rows.values())) == 1:
        return dict.fromkeys(plan.lengths, next(iter(rows.values())))
    lengths: dict[str, int] = {}
    first: dict[str, str] = {}
    for name, column in plan.columns.items():
        count, member = rows.get(name), column.field.length
        if count is None or member is None:
            continue
        expected = lengths.setdefault(member, count)
        if count != expected:
            raise DataError(
                f"{plan.name}: {name} has {count} rows, but {first[member]} has {expected}; expected equally many",
                row=min(count, expected),
                field=name,
                record=plan.name,
            )
        first.setdefault(member, name)
    return lengths


def _misplaced(plan: InputPlan, field: Field, found: str, what: str) -> ArgumentError:
    return ArgumentError(
        f"{plan.name}: {field.name} found as {found}, but it is no {what}: {field.text}",
        field=field.name,
        record=plan.name,
    )


def threads_of(value: Any) -> int:
    """The number of threads for reading; a bad one is found out by the options."""
    if value == "all":
        return int(lib.PARTNER_THREADS_ALL)
    try:
        return min(max(int(value), 0), int(lib.PARTNER_THREADS_ALL)) if value is not None else 0
    except (TypeError, ValueError):
        return 0


def _flag(name: str, value: Any) -> bool:
    found = FLAGS.get(text_of(name, value).lower())
    if found is None:
        raise ArgumentError(f"{name}: {value!r} found, expected false or true", field=name)
    return found


def text_of(name: str, value: Any) -> str:
    """An option as text."""
    if isinstance(value, str):
        if not value.strip():
            raise ArgumentError(f"{name}: an empty text found, expected a value", field=name)
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[D]"))
    if isinstance(value, np.floating):
        return str(value)  # as short as its own type allows
    if isinstance(value, np.generic):
        return str(value.item())
    if isinstance(value, enum.Enum):
        return text_of(name, value.value)
    if isinstance(value, (Mapping, bytes, bytearray)):
        raise ArgumentError(f"{name}: a {type(value).__name__} found, expected a value", field=name)
    if isinstance(value, Iterable):
        return ",".join(text_of(name, each) for each in value)
    return str(value)


# --- running ---


def run(plan: Plan, data: Any, keywords: Mapping[str, Any]) -> Result:
    """Runs an analysis."""
    call = Call(plan)
    if data is not None:
        call.frames[0] = data
    call.sort(keywords)
    call.begin()
    inputs = call.inputs()
    options = call.option_structs()
    out = ffi.new(_POINTER)
    if lib.python_run(plan.analysis.c, inputs, options, out, call.error):
        raise call.failed()
    return call.result(out[0])
