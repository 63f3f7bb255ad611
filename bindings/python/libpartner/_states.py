# SPDX-License-Identifier: MIT
"""Objects that are made of a config and answer every batch with a result: what has happened, folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from ._bundle import Bundle, is_bundle, read_bundle, write_bundle
from ._configs import PartnerConfig, as_config, places_of, pointers_of, read_config
from ._dict import Dict, check_dict, take_bytes
from ._errors import ArgumentError, from_library
from ._library import DAY, ObjectType
from ._objects import PartnerObject, add_plan, class_name, finish_plan, kept_by, with_result_name
from ._partner import ffi, lib
from ._results import Result
from ._run import Call, Plan, text_of, with_defaults

__all__ = ["Appending", "make_appending"]

NULL = ffi.NULL
_POINTER = ffi.typeof("void **")
_BYTES = ffi.typeof("partner_bytes **")

Self = TypeVar("Self", bound="Appending")


class Appending(PartnerObject):
    """What rows are appended to, in order of time; each batch is answered with what it has brought about."""

    __slots__ = ("_config",)

    _append_plan: ClassVar[Plan]
    _advance_plan: ClassVar[Plan]

    _config: PartnerConfig

    def __init__(self, config: Any, /, **keywords: Any) -> None:
        call = Call(self._create_plan)
        call.sort(keywords)
        kind = self._type.config
        assert kind is not None
        self._config = as_config(kind, config)
        made = call.config(kind, self._config)
        call.begin()
        inputs, options = call.inputs(), call.option_structs()
        out = ffi.new(_POINTER)
        if lib.python_object_open(self._type.c, made, inputs, options[0], out, call.error):
            raise call.failed()
        self._begin(out[0], call)
        self._threads = keywords.get("threads")

    def _begin(self, handle: Any, call: Call) -> None:
        self._own(handle, {name: call.dicts.get(name) or Dict() for name in self._type.dictionaries}, call.formats)
        self._dicts.update(call.dicts)
        self._raw = call.raw

    def _call(self, plan: Plan, keywords: Mapping[str, Any]) -> Call:
        call = super()._call(plan, keywords)
        call.given = set(call.held)  # an empty dictionary may as well stay so, where indexes come in
        return call

    @property
    def version(self) -> int:
        """How many rows there have been: moves with every append."""
        with self._guard:
            number: int = lib.python_object_version(self._type.c, self._handle)
            return number

    def append(self, data: Any = None, /, version: int | None = None, **columns: Any) -> Result:
        """Appends rows (a frame, columns by name, or both) and gives the result of this call: what it has brought
        about. All of them or, when one is bad, none.

        ``version``: what ``.version`` was when the caller looked. When the object has moved on since, because
        another writer was faster, StateError is raised and nothing is appended.
        """
        if version is not None and not 0 <= version < lib.PARTNER_NO_ROW:
            raise ArgumentError(f"version: {version} found, expected what .version was", field="version")
        out = ffi.new(_POINTER)
        with self._guard:
            call = self._call(self._append_plan, {})
            if data is not None:
                call.place([data])
            call.sort(with_defaults(self._type.analysis, columns))
            call.begin()
            inputs, options = call.inputs(), call.option_structs()
            # What Ctrl-C finds after the call must go together: rows and the ids of their indexes.
            before = self._dicts, self._raw
            self._dicts, self._raw = call.dicts, call.raw
            number = lib.PARTNER_NO_ROW if version is None else version
            if lib.python_object_append(self._type.c, self._handle, inputs, number, options[0], out, call.error):
                self._dicts, self._raw = before
                raise call.failed()
            self._rounded += call.reading.total_rounded
        return call.result(out[0])

    def advance(self, day: Any, /, **options: Any) -> Result:
        """Moves everything on to the end of a day, and gives what that has brought about."""
        out = ffi.new(_POINTER)
        with self._guard:
            call = self._call(self._advance_plan, with_defaults(self._type.analysis, options))
            call.begin()
            structs = call.option_structs()
            number = _day(day, call)
            if lib.python_object_advance(self._type.c, self._handle, number, structs[0], out, call.error):
                raise call.failed()
        return call.result(out[0])

    def save(self) -> bytes:
        """All there is, its config and its ids among it, as bytes that are the same on every machine and in Lua."""
        error = ffi.new("partner_error *")
        out = ffi.new(_BYTES)
        with self._guard:
            dicts = {name: None if name in self._raw else self._dicts[name] for name in self._type.dictionaries}
            with pointers_of(list(dicts.values())) as pointers:
                if lib.python_object_save_all(self._type.c, self._handle, pointers, out, error):
                    raise from_library(error)
            return write_bundle(take_bytes(out[0]), self._config._text, dicts)

    @classmethod
    def load(
        cls: type[Self],
        data: bytes | bytearray | memoryview,
        config: Any = None,
        /,
        *,
        dicts: Mapping[str, Dict] | None = None,
    ) -> Self:
        """What was saved.

        ``config``: the one it was saved with, to be told when it is another; None = the saved one. ``dicts``:
        dictionaries that have grown from the saved ones and are shared with others. Bytes that the library itself
        has saved, for C, are understood too; config and dictionaries are needed then.
        """
        kind = cls._type.config
        assert kind is not None
        if is_bundle(data):
            saved = read_bundle(data, cls._type.name)
        elif config is None:
            raise TypeError(f"{cls.__name__}.load() needs the {kind.name}: there is none in these bytes")
        else:
            saved = Bundle(bytes(data), b"", {}, frozenset())
        known = saved.dicts | {name: check_dict(f"dicts[{name!r}]", each) for name, each in (dicts or {}).items()}
        made = cls.__new__(cls)
        made._config = as_config(kind, saved.config if config is None else config)
        made._load(saved, known)
        return made

    def _load(self, saved: Bundle, known: dict[str, Dict]) -> None:
        type_, error = self._type, ffi.new("partner_error *")
        kind = self._config._type
        named = {name: known.setdefault(name, Dict()) for name in kind.dictionaries}
        config = read_config(kind, self._config, list(named.values()), error)
        out = ffi.new(_POINTER)
        source = ffi.from_buffer("uint8_t[]", saved.object)
        with pointers_of([known.get(name) for name in type_.dictionaries]) as pointers:
            if lib.python_object_load_all(type_.c, source, len(source), config, pointers, out, error):
                raise from_library(error)
        call = Call(self._create_plan, known)
        places = places_of(kind, config)
        if places is not None:
            call.formats["minor_units"] = places
        call.raw = dict.fromkeys(saved.bare, f"the saved {type_.name}")
        self._begin(out[0], call)
        if lib.python_object_version(type_.c, self._handle) > 0:
            missing = set(type_.dictionaries) - set(known) - saved.bare
            self._raw |= dict.fromkeys(missing, f"the saved {type_.name} (loaded without its dictionary)")

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.save(), self._formats, self._rounded, self._threads))


def _restore(kind: type[Appending], data: bytes, formats: dict[str, Any], rounded: int, threads: Any) -> PartnerObject:
    made = kind.load(data)
    made._formats = formats
    made._rounded = rounded
    made._threads = threads
    return made


def _day(value: Any, call: Call) -> int:
    """A day as the library has it."""
    text = text_of("day", value).encode("utf-8")
    number = ffi.new("int32_t *")
    format = call.reading.format
    if lib.python_parse(DAY.c, text, len(text), format, ffi.cast("char *", number), call.error):
        error = from_library(call.error)
        raise ArgumentError(f"day: {error.message}", field="day")
    return int(number[0])


def make_appending(type_: ObjectType, module: str) -> type[PartnerObject]:
    """The class of an object that is appended to."""
    analysis, name = type_.analysis, class_name(type_)
    inputs, skip = analysis.inputs, kept_by(type_)
    ids = [type_.own, *type_.others, *analysis.configs]
    rest = [place for place in skip if place is not type_.own]
    made = type(
        name,
        (Appending,),
        {
            "__slots__": (),
            "__module__": module,
            "_type": type_,
            "_create_plan": Plan(name, analysis, inputs, [type_.options], skip=skip, ids=ids),
            "_append_plan": add_plan(f"{name}.append", type_, inputs, [type_.options], skip=rest),
            "_advance_plan": add_plan(f"{name}.advance", type_, [], [type_.options]),
            "_finish_plan": finish_plan(name, type_, ids),
        },
    )
    config = type_.config
    if config is not None and not hasattr(made, config.name):
        setattr(made, config.name, property(lambda self: self._config, doc=f"{config.text}"))
    return with_result_name(made)
