# SPDX-License-Identifier: MIT
"""Objects that live on: they take rows, are saved and loaded, and give an analysis its result.

One class is made for each object of the library's tables: of Adding where batches add up and merge in any order, of
Appending (_states.py) where they follow each other and each is answered with a result.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from ._dict import Dict, Guard, check_dict, take_bytes
from ._errors import PartnerError, StateError, from_library
from ._library import Input, ObjectType, RecordType, Unit
from ._partner import ffi, lib
from ._results import Result
from ._run import Call, Plan
from ._watch import Watch

__all__ = [
    "Adding",
    "PartnerObject",
    "add_plan",
    "class_name",
    "finish_plan",
    "kept_by",
    "make_adding",
    "places_of",
    "with_result_name",
]

NULL = ffi.NULL
_POINTER = ffi.typeof("void **")
_BYTES = ffi.typeof("partner_bytes **")

Self = TypeVar("Self", bound="Adding")


class PartnerObject:
    """What all objects have in common."""

    __slots__ = (
        "__weakref__",
        "_dicts",
        "_formats",
        "_guard",
        "_handle",
        "_raw",
        "_rounded",
        "_threads",
        "_watch",
    )

    _type: ClassVar[ObjectType]
    _create_plan: ClassVar[Plan]
    _finish_plan: ClassVar[Plan]

    _handle: Any
    _guard: Guard
    _dicts: dict[str, Dict]
    _raw: dict[str, str]
    _formats: dict[str, Any]
    _threads: Any
    _rounded: int
    _watch: Watch

    def _own(self, handle: Any, dicts: dict[str, Dict], formats: dict[str, Any]) -> None:
        self._handle = ffi.gc(handle, self._type.release)
        self._guard = Guard()
        self._dicts = dicts
        self._raw = {}
        self._formats = formats
        self._threads = None
        self._rounded = 0
        self._watch = Watch()

    @property
    def dicts(self) -> dict[str, Dict]:
        """The dictionaries of the ids that were added, by name."""
        return dict(self._dicts)

    @property
    def rounded(self) -> int:
        """How many amounts had more decimal places than the minor units, and were rounded half to even."""
        return self._rounded

    def __repr__(self) -> str:
        ids = ", ".join(f"{len(each)} ids of {name}" for name, each in self._dicts.items())
        return f"<libpartner.{type(self).__name__}{': ' if ids else ''}{ids}>"

    def _call(self, plan: Plan, keywords: Mapping[str, Any]) -> Call:
        """A call with the dictionaries and formats of this object."""
        call = Call(plan, self._dicts, self._formats)
        call.raw = dict(self._raw)
        call.sort(keywords)
        if self._threads is not None:
            _, places = plan.keywords.get("threads", (0, ()))
            call.options.setdefault("threads", (self._threads, places))
        return call

    def finish(self, **keywords: Any) -> Result:
        """The result of all rows so far; more can be added after it."""
        out = ffi.new(_POINTER)
        with self._guard:
            call = self._call(self._finish_plan, keywords)
            call.begin()
            inputs = call.inputs()
            options = call.option_structs()
            if lib.python_object_finish(self._type.c, self._handle, inputs, options, out, call.error):
                raise call.failed()
        result = call.result(out[0])
        result._source.rounded += self._rounded
        places = places_of(result)
        if places is not None:
            result._source.places = places
        return result


class Adding(PartnerObject):
    """What takes rows in any order, and merges."""

    __slots__ = ()

    _add_plan: ClassVar[Plan]

    def __init__(self, **options: Any) -> None:
        call = Call(self._create_plan)
        call.sort(options)
        call.begin()
        structs = call.option_structs()
        out = ffi.new(_POINTER)
        if lib.python_object_create(self._type.c, structs[0], out, call.error):
            raise call.failed()
        self._own(out[0], call.dicts, call.formats)
        # The object keeps the interrupt that it was made with, and asks it whenever it is at work.
        self._watch = call.watch
        self._threads = options.get("threads")

    def add(self: Self, data: Any = None, /, **columns: Any) -> Self:
        """Adds rows: a frame, columns by name, or both. All of them or, when one is bad, none."""
        with self._guard:  # from the beginning, so that two threads do not begin two dictionaries
            call = self._call(self._add_plan, {})
            if data is not None:
                call.frames[0] = data
            call.sort(columns)
            call.begin()
            inputs = call.inputs()
            self._watch.reset()
            # What Ctrl-C finds after the call must go together: rows and the ids of their indexes.
            before = self._dicts, self._raw
            self._dicts, self._raw = call.dicts, call.raw
            if lib.python_object_add(self._type.c, self._handle, inputs[0], call.error):
                self._dicts, self._raw = before
                raise call.failed(self._watch)
            self._rounded += call.reading.total_rounded
        return self

    def merge(self: Self, other: Self) -> Self:
        """Adds all of another one, whose ids may have been seen in another order."""
        if type(other) is not type(self):
            raise TypeError(f"a {type(other).__name__} found, expected a {type(self).__name__}")
        error = ffi.new("partner_error *")
        guards = {id(each): each._guard for each in (self, other)}
        with contextlib.ExitStack() as stack:
            for _, guard in sorted(guards.items()):  # in one order everywhere, so that none waits for ever
                stack.enter_context(guard)
            map_ = self._map(other)
            where = NULL if map_ is None else ffi.from_buffer("uint32_t[]", map_)
            length = 0 if map_ is None else len(map_)
            self._watch.reset()
            if lib.python_object_merge(self._type.c, self._handle, other._handle, where, length, error):
                raise self._watch.cancelled() or from_library(error)
            self._raw.update(other._raw)
            self._rounded += other._rounded
        return self

    def _map(self, other: Adding) -> np.ndarray[Any, np.dtype[np.uint32]] | None:
        """From the other's indexes to this one's; None when they are the same."""
        name = self._add_plan.dictionary or ""
        ours, theirs = self._dicts.get(name), other._dicts.get(name)
        if theirs is None or theirs is ours:
            if name in other._raw and ours is not None:
                raise StateError(f"the other {self._type.name} holds indexes, this one holds ids")
            return None
        if name in self._raw:
            raise StateError(f"this {self._type.name} holds indexes, the other one holds ids")
        if ours is None:
            ours = self._dicts[name] = Dict()
        return ours.merge(theirs)

    def save(self) -> bytes:
        """All that was added, as bytes that are the same on every machine.

        Ids are not in them: save the dictionary too.
        """
        error = ffi.new("partner_error *")
        out = ffi.new(_BYTES)
        dictionary = self._dicts.get(self._add_plan.dictionary or "")
        with self._guard, contextlib.nullcontext() if dictionary is None else dictionary._guard:
            pointer = NULL if dictionary is None else dictionary._pointer
            if lib.python_object_save(self._type.c, self._handle, pointer, out, error):
                raise from_library(error)
        return take_bytes(out[0])

    @classmethod
    def load(
        cls: type[Self],
        data: bytes | bytearray | memoryview,
        *,
        dict: Dict | None = None,
        dicts: Mapping[str, Dict] | None = None,
    ) -> Self:
        """What was saved. ``dict``: the dictionary it was saved with, or one that has grown from it."""
        known = {name: check_dict(name, each) for name, each in (dicts or {}).items()}
        name = cls._add_plan.dictionary
        if dict is not None and name is not None:
            known[name] = check_dict("dict", dict)
        error = ffi.new("partner_error *")
        out = ffi.new(_POINTER)
        source = ffi.from_buffer("uint8_t[]", data)
        dictionary = known.get(name or "")
        with contextlib.nullcontext() if dictionary is None else dictionary._guard:
            pointer = NULL if dictionary is None else dictionary._pointer
            if lib.python_object_load(cls._type.c, source, len(source), pointer, out, error):
                raise from_library(error)
        made = cls.__new__(cls)
        made._own(out[0], known, {})
        try:
            result = made.finish()
        except PartnerError:
            result = None
        if result is not None:
            made._formats["minor_units"] = result._source.places  # which only a result tells
        # Without the dictionary nobody knows what the indexes stand for; an empty one can still take ids.
        if name is not None and dictionary is None and (result is None or len(result) > 0):
            made._raw[name] = f"the saved {cls._type.name} (loaded without its dictionary)"
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.save(), self._dicts, self._raw, self._formats, self._rounded))


def _restore(
    kind: type[Adding],
    data: bytes,
    dicts: dict[str, Dict],
    raw: dict[str, str],
    formats: dict[str, Any],
    rounded: int,
) -> PartnerObject:
    made = kind.load(data, dicts=dicts)
    made._raw = raw
    made._formats = formats
    made._rounded = rounded
    return made


def places_of(result: Result) -> int | None:
    """The decimal places that a result itself holds."""
    for name in dict.fromkeys(view.name for view in result._analysis.views):
        for part in result._source.views(name):
            for field in part.record.fields:
                if field.unit == Unit.PLACES and not field.is_column:
                    return int(part.raw(field))
    return None


def class_name(type_: ObjectType) -> str:
    """What Python calls the class of an object."""
    return "".join(word.capitalize() for word in type_.name.split("_"))


def make_adding(type_: ObjectType, module: str) -> type[PartnerObject]:
    """The class of an object that adds up."""
    analysis, name = type_.analysis, class_name(type_)
    ids = [type_.own, *type_.others]
    return with_result_name(
        type(
            name,
            (Adding,),
            {
                "__slots__": (),
                "__module__": module,
                "_type": type_,
                "_create_plan": Plan(name, analysis, [], [type_.options], ids=ids),
                "_add_plan": add_plan(f"{name}.add", type_, [type_.own], []),
                "_finish_plan": finish_plan(name, type_, ids),
            },
        )
    )


def with_result_name(made: type[PartnerObject]) -> type[PartnerObject]:
    """The class with finish() under the name of its analysis too."""
    name = made._type.analysis.name
    if not hasattr(made, name):
        setattr(made, name, made.finish)
    return made


def add_plan(
    name: str, type_: ObjectType, inputs: Sequence[Input], options: Sequence[RecordType], skip: Sequence[Input] = ()
) -> Plan:
    """Rows come in the minor units that the object was made with, and its dictionaries are there."""
    plan = Plan(name, type_.analysis, inputs, options, skip=skip)
    for keyword in ("minor_units", "dict", "dicts"):
        plan.keywords.pop(keyword, None)
    return plan


def finish_plan(name: str, type_: ObjectType, ids: Sequence[Input]) -> Plan:
    analysis = type_.analysis
    return Plan(f"{name}.finish", analysis, analysis.inputs, analysis.options, skip=kept_by(type_), ids=ids)


def kept_by(type_: ObjectType) -> list[Input]:
    """The inputs of its analysis that an object has itself, or that ask for another run."""
    return [place for place in type_.analysis.inputs if place.record in (None, type_.input)]
