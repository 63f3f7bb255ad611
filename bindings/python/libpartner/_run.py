# SPDX-License-Identifier: MIT
"""Calls: from what a user passes to the structs of the library, and back to a result.

A plan holds what can be known of an analysis before it is called, so that a call is short.
"""

from __future__ import annotations

import datetime
import difflib
import enum
import re
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ._columns import Indexes, Minor, chunks_of, told
from ._configs import places_of, read_config
from ._convert import Reading, convert
from ._dict import Dict, check_dict
from ._errors import ArgumentError, CancelledError, DataError, PartnerError, class_of, from_library
from ._frames import Ready
from ._library import LETTERS, NULLS, U32, Analysis, ConfigType, Field, Flag, Input, RecordType, Unit
from ._match import ColumnPlan, gather
from ._partner import ffi, lib
from ._parts import Source
from ._results import Result, class_of_results
from ._watch import INTERRUPT, Watch

__all__ = ["Again", "Call", "ConfigPlan", "InputPlan", "OptionsPlan", "Plan", "run"]

NULL = ffi.NULL
ADDRESS = struct.Struct("P")
_UINTPTR = ffi.typeof("uintptr_t")
_ERROR = ffi.typeof("partner_error *")
_POINTERS = ffi.typeof("void *[]")
_POINTER = ffi.typeof("void **")

# How texts in columns are spelled: members of partner_format.
FORMATS = ("minor_units", "date_format", "decimal_comma", "thousands")
DEFAULT_PLACES = 2

# Where indexes of a dictionary come from when rows have no ids of their own.
NUMBERED = "the numbers of rows"

# The library's words for flags.
FLAGS = {"false": False, "no": False, "0": False, "true": True, "yes": True, "1": True}


def address_of(array: Any) -> int:
    """Where an array's memory begins."""
    return int(ffi.cast(_UINTPTR, ffi.from_buffer(array)))


# --- plans ---


class ConfigPlan:
    """One input of an analysis that people write by hand."""

    __slots__ = ("config", "name")

    def __init__(self, name: str, config: ConfigType) -> None:
        self.name = name
        self.config = config


class InputPlan:
    """One input of an analysis that is rows."""

    __slots__ = ("columns", "lengths", "lists_ids", "name", "numbered", "order", "record", "required", "template")

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
        self.numbered = [field for field in columns if field.numbered_without is not None]
        self.lengths = {field.member: field for field in record.fields if field.has(Flag.LENGTH)}
        self.template = template_of(record)


def _lists_ids(field: Field) -> bool:
    return field.has(Flag.UNIQUE) and field.unit == Unit.INDEX and not field.has(Flag.NULLABLE)


def plan_of(place: Input) -> InputPlan | ConfigPlan:
    if place.config is not None:
        return ConfigPlan(place.name, place.config)
    return InputPlan(place.name, place.rows)


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
        "main",
        "name",
        "optional",
        "options",
        "positional",
        "skip",
    )

    def __init__(
        self,
        name: str,
        analysis: Analysis,
        inputs: Sequence[Input],
        options: Sequence[RecordType],
        skip: Collection[Input] = (),
        ids: Sequence[Input] | None = None,
    ) -> None:
        """`skip`: inputs that are not the caller's to give; `ids`: inputs with ids, if not these."""
        self.name = name
        self.analysis = analysis
        self.skip = frozenset(i for i, place in enumerate(inputs) if place in skip)
        self.inputs = [plan_of(place) for place in inputs]
        self.optional = [not i.required for i in inputs]
        self.options = [OptionsPlan(record) for record in options]
        self.dictionaries = dictionaries_of(inputs if ids is None else ids)
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
        # The rows that the analysis is about: their columns are keywords.
        self.main = next((i for i, place in enumerate(inputs) if place.record is not None), None)
        if self.main in self.skip:
            self.main = None
        main = None if self.main is None else self.inputs[self.main]
        if isinstance(main, InputPlan):
            for column in main.columns:
                self.keywords.setdefault(column, (_COLUMN, column))
        self.positional = positional_of([place for i, place in enumerate(inputs) if i not in self.skip])
        for position, input in enumerate(inputs):
            if position not in self.skip:
                # Where an option has the input's name too, a number means the option.
                kind, places = self.keywords.get(input.name, (_INPUT, ()))
                self.keywords[input.name] = (_INPUT, (position, places if kind == _OPTION else ()))
        self.keywords = dict(sorted(self.keywords.items(), key=lambda each: each[1][0]))

    def position(self, name: str) -> int:
        """Where the input of that name is."""
        return next(i for i, plan in enumerate(self.inputs) if plan.name == name)

    def unknown(self, keyword: str) -> TypeError:
        """The complaint about a keyword that means nothing."""
        near = difflib.get_close_matches(keyword, self.keywords, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return TypeError(f"{self.name}() knows no keyword {keyword!r}{hint} (it knows {', '.join(self.keywords)})")


def positional_of(places: Sequence[Input]) -> tuple[str, ...]:
    """The inputs that need no keyword: the first rows; where there is a config, that and all rows after it."""
    tables = [place.name for place in places if place.record is not None]
    configs = [place for place in places if place.config is not None]
    if not configs:
        return tuple(tables[:1])
    needed = [place.name for place in configs if place.required]
    return (*needed, *tables, *(place.name for place in configs if not place.required))


def dictionaries_of(places: Iterable[Input]) -> tuple[str, ...]:
    """The dictionaries that the inputs' ids are in, the most important first."""
    names: list[str] = []
    for place in places:
        if place.record is not None:
            names += [field.dictionary or field.name for field in place.record.columns if field.unit == Unit.INDEX]
    for place in places:
        if place.config is not None:
            names += place.config.dictionaries
    return tuple(dict.fromkeys(names))


# --- a call ---


class Call:
    """One call: what was passed, sorted, and everything that has to live until it is over."""

    __slots__ = (
        "arrays",
        "columns",
        "configs",
        "counts",
        "dicts",
        "error",
        "formats",
        "frames",
        "given",
        "held",
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
        self.held = frozenset(name for name, each in self.dicts.items() if len(each))  # with ids of earlier rows
        self.seen: set[str] = set()  # dictionaries that ids of this call went into
        self.raw: dict[str, str] = {}  # dictionaries whose indexes were given as such, and where
        self.counts: dict[str, int] = {}
        self.formats: dict[str, Any] = {} if formats is None else dict(formats)
        self.frames: dict[int, Any] = {}
        self.configs: dict[int, Any] = {}
        self.columns: dict[str, Any] = {}
        self.options: dict[str, tuple[Any, Sequence[tuple[int, Field]]]] = {}
        self.keep: list[Any] = []
        self.arrays: dict[tuple[str, str], Any] = {}  # columns as they go in, by input and field
        self.places = DEFAULT_PLACES
        self.option_format: Any = NULL
        self.reading: Reading

    def place(self, data: Sequence[Any]) -> None:
        """Takes what was given without a keyword."""
        names = self.plan.positional
        if len(data) > len(names):
            raise TypeError(
                f"{self.plan.name}() takes {', '.join(names) or 'nothing'} without a keyword, {len(data)} values found"
            )
        for name, value in zip(names, data, strict=False):
            if value is not None:
                self.frames[self.plan.position(name)] = value

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
                    order = ", ".join(self.plan.positional)
                    raise TypeError(f"{self.plan.name}() got {name} twice: without a keyword it takes {order}")
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
        """Reads configs, whose names come before those of the rows, and makes what reading columns needs."""
        for position, plan in enumerate(self.plan.inputs):
            if isinstance(plan, ConfigPlan) and position not in self.plan.skip:
                self._take_config(position, plan)
        self.read()

    def read(self) -> None:
        """Makes what reading columns needs."""
        threads, _ = self.options.get("threads", (None, ()))
        format = NULL if not self.formats else self._format()
        self.reading = Reading(format, threads_of(threads), self.watch.pointer, self.error)

    def _take_config(self, position: int, plan: ConfigPlan) -> None:
        source = self.frames.get(position, plan.config.initial)
        if source is not None:
            self.configs[position] = self.config(plan.config, source, plan.name)
        elif not self.plan.optional[position]:
            raise TypeError(f"{self.plan.name}() needs {plan.name}: {plan.config.text}")

    def config(self, kind: ConfigType, source: Any, name: str | None = None) -> Any:
        """What the library makes of a config; its places of money count where the caller names none. `name`: what
        errors call it."""
        dicts = [self.dicts.setdefault(name, Dict()) for name in kind.dictionaries]
        if bad := next((name for name in kind.dictionaries if name in self.raw), None):
            raise ArgumentError(f"{name or kind.name}: {self.raw[bad]} holds indexes of a dictionary that is not known")
        made = read_config(kind, source, dicts, self.error, name)
        places = places_of(kind, made)
        if places is not None and self.formats.get("minor_units") is None:
            self.formats["minor_units"] = places
            _, options = self.plan.keywords.get("minor_units", (0, ()))
            if options:
                self.options["minor_units"] = (places, options)
        # Indexes of these names are of nobody's dictionary, unless the caller says so.
        self.seen.update(name for name in kind.dictionaries if name not in self.given)
        return made

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
        for position, config in self.configs.items():
            made[position] = config
        for first in (True, False):
            for position, plan in enumerate(plans):
                if isinstance(plan, ConfigPlan) or plan.lists_ids != first or position in self.plan.skip:
                    continue
                columns = self.columns if position == self.plan.main else {}
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
        for field in plan.numbered:
            if values.get(field.numbered_without or "") is None:
                self._number(plan, field)
        for field in plan.order:
            value = values.get(field.name)
            if value is None:
                continue
            array = self.column(plan, field, value)
            self.arrays[plan.name, field.name] = array
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
            array = self._indexes(plan, field, value)
            self._take_indexes(plan, field, value, array)
            return array
        dictionary = None
        if field.unit == Unit.INDEX and not self._is_numbered(field):
            dictionary = self._dict_for(plan, field)
        try:
            chunks = value if kind is Ready else chunks_of(field, value)
            own = dictionary is not None and field.dictionary not in self.given
            return convert(field, chunks, self.reading, dictionary, own)
        except CancelledError as error:
            raise self.watch.cancelled() or error from None
        except PartnerError as error:
            raise told(error, plan.name) from None

    def _number(self, plan: InputPlan, field: Field) -> None:
        """Notes that rows have no ids of their own: their numbers stand for them."""
        name, base = field.dictionary or field.name, field.numbered_without
        if name in self.seen or (name in self.held and name not in self.raw):
            raise self._some_without(plan, base or "")
        self.raw[name] = NUMBERED

    def _some_without(self, plan: InputPlan, column: str) -> DataError:
        return DataError(
            f"{plan.name}: some rows have ids for {column} and others, counted by number, have none; expected ids "
            "for all of them or for none",
            field=column,
            record=plan.name,
        )

    def _is_numbered(self, field: Field) -> bool:
        """Whether a column holds numbers of rows, which are not interned."""
        return field.numbered_without is not None and self.raw.get(field.dictionary or field.name) == NUMBERED

    def _indexes(self, plan: InputPlan, field: Field, value: Indexes) -> Any:
        """Indexes in the type of their field."""
        try:
            return value.narrow() if field.type == U32 else value.wide()
        except PartnerError as error:
            error.field = field.name
            raise told(error, plan.name) from None

    def _dict_for(self, plan: InputPlan, field: Field) -> Dict:
        name = field.dictionary or field.name
        if self.raw.get(name) == NUMBERED:
            raise self._some_without(plan, field.name)
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

    def _take_indexes(self, plan: InputPlan, field: Field, value: Indexes, array: Any) -> None:
        name = field.dictionary or field.name
        if name in self.given and name not in self.raw:
            size = len(self.dicts[name])
            if len(array) and array.max() >= size:
                beyond = (array >= size) & (array != NULLS[field.type])
                if beyond.any():
                    row = int(beyond.argmax())
                    raise DataError(
                        f"{plan.name} row {row}: {field.name}: index {array[row]} found, but the dictionary "
                        f"holds {size} ids",
                        row=row,
                        index=int(array[row]) if field.type == U32 else None,
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
        return self._named(self._spelled(from_library(self.error)))

    def _spelled(self, error: PartnerError) -> PartnerError:
        """The error with an option's name as users spell it, where C has another one."""
        if error.record != "options" or not error.field:
            return error
        for plan in self.plan.options:
            field = plan.record.find(error.field)
            if field is not None and field.name != error.field:
                error.message = re.sub(rf"^{re.escape(error.field)}\b", field.name, error.message)
                error.args, error.field = (error.message,), field.name
        return error

    def _named(self, error: PartnerError) -> PartnerError:
        """The error with the ids of the partner and of the row concerned, where those are known."""
        known = []
        if error.index is not None:
            id = self._id(self._dictionary_of(error), error.index)
            known += [f"index {error.index} is {id!r}"] if id is not None else []
        known += self._row_of(error)
        if known:
            error.message = f"{error.message} ({', '.join(known)})"
            error.args = (error.message,)
        return error

    def _id(self, name: str | None, index: int) -> str | int | None:
        dictionary = self.dicts.get(name or "")
        return None if dictionary is None or name in self.raw else dictionary.id(index)

    def _row_of(self, error: PartnerError) -> list[str]:
        """What the row of an error has in its field, where that is an id of its own: "event 7 is 'SO-8'"."""
        for plan in self.plan.inputs:
            if isinstance(plan, ConfigPlan) or error.record not in (plan.name, plan.record.name):
                continue
            field = plan.record.find(error.field or "")
            array = self.arrays.get((plan.name, error.field or ""))
            if field is None or array is None or field.unit != Unit.INDEX or field.type == U32:
                continue
            if error.row is not None and error.row < len(array):
                index = int(array[error.row])
                id = self._id(field.dictionary, index)
                return [f"{field.name} {index} is {id!r}"] if id is not None else []
        return []

    def _dictionary_of(self, error: PartnerError) -> str | None:
        for plan in self.plan.inputs:
            if isinstance(plan, ConfigPlan) or error.record not in (plan.name, plan.record.name):
                continue
            field = plan.record.find(error.field or "")
            # An error's index has 32 bits: where the column has more, it is who the row is about.
            if field is not None and field.unit == Unit.INDEX and field.type == U32:
                return field.dictionary
        return self.plan.dictionary

    def result(self, handle: Any) -> Result:
        """The result that the library has made."""
        dicts = {
            name: (dictionary, dictionary.integers) for name, dictionary in self.dicts.items() if name not in self.raw
        }
        source = Source(self.plan.analysis, handle, self.places, dicts, self.reading.total_rounded)
        return class_of_results(self.plan.analysis)(source)


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


class Again:
    """A call that can be made again with other options or another config: its columns are kept as they went in."""

    __slots__ = ("_call", "_inputs")

    def __init__(self, call: Call, inputs: Any) -> None:
        self._call = call
        self._inputs = inputs

    def column(self, input: str, field: str) -> Any:
        """A column as it went in, read-only."""
        array = np.asarray(self._call.arrays[input, field]).view()
        array.flags.writeable = False
        return array

    def run(self, **keywords: Any) -> Result:
        """The result with these keywords changed; those of inputs are configs."""
        before = self._call
        call = Call(before.plan, before.dicts, before.formats)
        call.given, call.held, call.counts = before.given, before.held, before.counts
        call.keep.append(before)
        call.options = dict(before.options)
        call.sort(keywords)
        call.raw = dict(before.raw)
        call.configs = dict(before.configs)
        for position, source in call.frames.items():
            plan = before.plan.inputs[position]
            if not isinstance(plan, ConfigPlan):
                raise TypeError(f"{plan.name} cannot be changed in a result")
            call.configs[position] = call.config(plan.config, source, plan.name)
        call.read()
        inputs = ffi.new(_POINTERS, [call.configs.get(i, each) for i, each in enumerate(self._inputs)])
        call.reading.total_rounded = before.reading.total_rounded
        return _finish(call, inputs)


def run(plan: Plan, data: Sequence[Any], keywords: Mapping[str, Any]) -> Result:
    """Runs an analysis."""
    call = Call(plan)
    call.place(data)
    call.sort(with_defaults(plan.analysis, keywords))
    call.begin()
    return _finish(call, call.inputs())


def with_defaults(analysis: Analysis, keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords with what this package asks for unless it is told otherwise."""
    meant = dict(keywords)
    for name, value in class_of_results(analysis).defaults.items():
        if meant.get(name) is None:
            meant[name] = value
    return meant


def _finish(call: Call, inputs: Any) -> Result:
    """The result of inputs that are ready."""
    options = call.option_structs()
    out = ffi.new(_POINTER)
    if lib.python_run(call.plan.analysis.c, inputs, options, out, call.error):
        raise call.failed()
    result = call.result(out[0])
    if result.keeps_call:
        result._again = Again(call, inputs)
    return result
