# SPDX-License-Identifier: MIT
"""The report: everything that can be said from the files of a folder, or from tables, in one go.

Every table is read once and its ids are the same everywhere, as in the command `partner report`, whose figures these
are. The page for people is in _report_html.py.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import inspect
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ._configs import json_text, places_of, read_config
from ._dict import Dict
from ._errors import DataError, PartnerError, UnsupportedError
from ._library import U32, Analysis, Field, Flag, Input, Unit, analyses
from ._partner import ffi
from ._parts import narrowed
from ._report_files import Dialect, TextTable, located, look_for, read_dialect, read_table, read_text, stem_of
from ._results import Advice, Result
from ._run import FORMATS, Call, InputPlan, Plan, _finish, text_of

__all__ = ["Report", "report"]

NULL = ffi.NULL

# Options with which an analysis does without what a build may lack.
IN_PART = ("state_only",)

# What is said of how a folder is read, besides the options of the analyses.
READING = ("analyses", "mapping", "delimiter")


def _all_inputs() -> dict[str, Input]:
    """Every input of every analysis, each name once."""
    found: dict[str, Input] = {}
    for analysis in analyses:
        for place in analysis.inputs:
            found.setdefault(place.name, place)
    return found


def _all_stems() -> dict[str, str]:
    """What the file of each input is called, without its ending."""
    found: dict[str, str] = {}
    for analysis in analyses:
        for place in analysis.inputs:
            found.setdefault(place.name, stem_of(analysis, place))
    return found


def _all_options() -> dict[str, Field]:
    """Every option of every analysis, each name once."""
    found: dict[str, Field] = {}
    for analysis in analyses:
        for name, setting in analysis.settings.items():
            found.setdefault(name, setting)
    return found


INPUTS = _all_inputs()
STEMS = _all_stems()
# What a config is called where its input has another name: lp.report(segments=…) is the rules.
OTHER_NAMES = {stem: name for name, stem in STEMS.items() if stem not in INPUTS}
OPTIONS = _all_options()
KEYWORDS = tuple(dict.fromkeys([*READING, *INPUTS, *OTHER_NAMES, *OPTIONS, *FORMATS]))


@dataclass
class _Table:
    """An input as it was read: the struct that the analyses take, and the columns that it points to."""

    place: Input
    struct: Any
    rows: int
    rounded: int


@dataclass
class _Given:
    """What the caller has given: inputs, how they are spelled, options."""

    sources: dict[str, Any] = field(default_factory=dict)  # by input: a frame, a config, or _File
    formats: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    dialect: Dialect = field(default_factory=Dialect)
    folder: str | None = None


@dataclass(frozen=True)
class _File:
    path: str


class Report:
    """What there is to say: the results by name, and first of all what to act on.

    ``report.pareto`` is the result of that analysis, None where there was nothing to work on; ``report.notes`` says
    what was left out and why. At the end of a notebook cell it shows itself; ``report.to_html("review.html")`` writes
    one page that needs nothing else.

    >>> import libpartner as lp
    >>> sales = {"partner": ["a", "b", "c"], "amount": [70, 20, 10]}
    >>> r = lp.report(sales=sales, analyses=["totals", "pareto"])
    >>> list(r.results), r.pareto.vital_count, r.loyalty is None
    (['totals', 'pareto'], 2, True)
    """

    __slots__ = ("__weakref__", "_currency", "_inputs", "_names", "_notes", "_options", "_results")

    def __init__(
        self,
        results: dict[str, Result],
        notes: list[str],
        inputs: dict[str, dict[str, Any]],
        options: dict[str, dict[str, str]],
        names: dict[Any, str],
        currency: str,
    ) -> None:
        self._results = results
        self._notes = notes
        self._inputs = inputs
        self._options = options
        self._names = names
        self._currency = currency

    @property
    def results(self) -> dict[str, Result]:
        """The results by the names of their analyses."""
        return dict(self._results)

    @property
    def advice(self) -> list[Advice]:
        """What to act on: for each result that asks for something a sentence, and what that rests on."""
        found = (result.advice for result in self._results.values())
        return [advice for advice in found if advice is not None]

    @property
    def notes(self) -> list[str]:
        """What was left out, or done in part only, and why."""
        return list(self._notes)

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """Where the figures come from: by input its file, its rows, and the SHA-256 of the file; of a table that came
        from memory, of its values."""
        return {name: dict(each) for name, each in self._inputs.items()}

    @property
    def names(self) -> dict[Any, str]:
        """What partners are called, by id, where a table says so."""
        return dict(self._names)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            if name in self._results:
                return self._results[name]
            if any(name == analysis.name for analysis in analyses):
                return None
        raise AttributeError(f"a report has no {name!r} (it has {', '.join(self._results)})")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._results]

    def __getitem__(self, name: str) -> Result:
        return self._results[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def to_html(
        self, path: str | os.PathLike[str] | None = None, *, title: str | None = None, top: int = 10
    ) -> str | None:
        """One page with tables and charts that needs no other file, no network and no script. Needs Jinja2 and
        matplotlib.

        path: where to write it, all of it or nothing; None = the page is returned as text.
        title: what the page is called.
        top: how many rows of a long table are shown.
        """
        from ._report_html import page

        text = page(self, title=title, top=top)
        if path is None:
            return text
        _write(Path(path), text)
        return None

    def _repr_html_(self) -> str:
        from ._report_html import fragment

        return fragment(self)

    def __repr__(self) -> str:
        lines = [f"<libpartner report: {', '.join(self._results)}>"]
        for number, advice in enumerate(self.advice, 1):
            lines += [f"{number}. {advice.act}", f"   {advice.rests_on}"]
        for name, result in self._results.items():
            lines += ["", f"{name} – {result._analysis.text}", *result.sentences]
        return "\n".join([*lines, *([""] if self._notes else []), *self._notes])


def _write(path: Path, text: str) -> None:
    """All of a file or nothing: beside it first, then renamed."""
    try:
        _replace(path, text)
    except OSError as error:  # which may name the file beside it
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None


def _replace(path: Path, text: str) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(beside, _mode_of(path))
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def _mode_of(path: Path) -> int:
    """The mode of the file that is replaced, or what a new one gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


# --- what was given ---


def report(source: Any = None, /, *, analyses: Sequence[str] | None = None, **keywords: Any) -> Report:
    """Everything that can be said from the files of a folder, or from tables.

    A folder holds sales.csv, and where there are any partners, interactions, deals, milestones, claims, events,
    alignment … as .csv (or .csv.gz) and segments, process, program as .json, as the command ``partner report`` takes
    it; a mapping.json in it says how they are spelled. Tables are given by the same names: frames of pandas, polars,
    pyarrow or DuckDB, dicts of columns, or ``columns(…)`` of them. What is given beside a folder takes the place of the
    file. Every analysis runs for which there is what it needs.

        libpartner.report("channel")
        libpartner.report(sales=df, partners=roster, process="process.json", deals=deals)

    source: the folder, or a table of sales.
    analyses: the names of those that are wanted; None = all that can run.
    mapping, delimiter: how the tables of a folder are spelled (a dict or a file as ``partner check --save-mapping``
    writes it).
    All others are inputs, or options that every analysis which has one of that name takes: from_day, to_day,
    previous_from_day, previous_to_day, as_of_day, budget, horizon_days, threads, minor_units …

    >>> import libpartner as lp
    >>> r = lp.report({"partner": ["a", "b", "c"], "amount": [70, 20, 10]}, analyses=["totals", "pareto"])
    >>> r.totals.revenue_total, r.pareto.sentences[0]
    (Decimal('100.00'), '80 % of revenue comes from 2 of 3 partners (66.7 %).')
    """
    given = _sort(source, keywords)
    wanted, notes = _choose(given, analyses)
    tables: dict[str, TextTable] = {}
    try:
        return _Making(given, wanted, notes, tables).report()
    except PartnerError as error:
        records = {place.record.name: name for name, place in reversed(INPUTS.items()) if place.record is not None}
        raise located(error, tables, records) from None


def signature() -> inspect.Signature:
    """What editors and help() show."""
    kind = inspect.Parameter
    first = kind("source", kind.POSITIONAL_ONLY, default=None)
    return inspect.Signature(
        [first, *(kind(name, kind.KEYWORD_ONLY, default=None) for name in KEYWORDS)], return_annotation=Report
    )


report.__signature__ = signature()  # type: ignore[attr-defined]


def _sort(source: Any, keywords: Mapping[str, Any]) -> _Given:
    """Finds out what each keyword means."""
    given = _Given()
    mapping, delimiter = keywords.get("mapping"), keywords.get("delimiter")
    if isinstance(source, (str, os.PathLike)):
        given.folder = os.fspath(source)
        mapping = _look_into(given, mapping)
    elif source is not None:
        given.sources[analyses[0].inputs[0].name] = source
    if mapping is not None:
        given.dialect = read_dialect(mapping, INPUTS)
        given.formats.update(given.dialect.formats)
    if delimiter is not None:
        spelled = read_dialect({"delimiter": delimiter}, INPUTS).delimiter
        given.dialect = Dialect(spelled, given.dialect.formats, given.dialect.columns)
    for name, value in keywords.items():
        if value is not None and name not in READING:
            _take(given, OTHER_NAMES.get(name, name), value)
    return given


def _take(given: _Given, name: str, value: Any) -> None:
    is_number = isinstance(value, (int, np.integer))
    if name in INPUTS and not (name in OPTIONS and is_number):
        if given.folder is None and name in given.sources:
            raise TypeError(f"report() got {name} twice: without a keyword it takes a folder or {name}")
        given.sources[name] = value
    elif name in FORMATS:
        given.formats[name] = value
    elif name in OPTIONS:
        given.options[name] = value
    else:
        near = difflib.get_close_matches(name, KEYWORDS, 1)
        hint = f"; did you mean {near[0]!r}?" if near else f" (it knows {', '.join(KEYWORDS)})"
        raise TypeError(f"report() knows no keyword {name!r}{hint}")


def _look_into(given: _Given, mapping: Any) -> Any:
    """The files that a folder holds. Returns the mapping that counts."""
    folder = given.folder or ""
    if not os.path.exists(folder):
        raise FileNotFoundError(f"{folder}: there is no such folder")
    if not os.path.isdir(folder):
        raise NotADirectoryError(f"{folder}: is a file, expected a folder with sales.csv and the like")
    for name, place in INPUTS.items():
        path = look_for(folder, STEMS[name], ".csv" if place.config is None else ".json")
        if path is not None:
            given.sources[name] = _File(path)
    beside = os.path.join(folder, "mapping.json")
    return beside if mapping is None and os.path.exists(beside) else mapping


def _choose(given: _Given, names: Sequence[str] | None) -> tuple[list[Analysis], list[str]]:
    """The analyses that run, and what is to be said of the others."""
    known = {analysis.name: analysis for analysis in analyses}
    if isinstance(names, str):
        raise TypeError(f"analyses: a text found, expected a list of names such as [{names!r}]")
    for name in names or ():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"analyses: there is no {name!r}{hint} (there are {', '.join(known)})")
    wanted, notes = [], []
    for analysis in analyses:
        lacking = _lacking(given, analysis)
        if names is not None and analysis.name not in names:
            continue
        if lacking is None:
            wanted.append(analysis)
        elif names is not None:
            raise _nothing_there(given, analysis, lacking)
        elif _has_some(given, analysis):
            notes.append(f"{analysis.name} is left out: {_lacks(given, lacking)}")
    if not wanted:
        raise _nothing_there(given, None, None)
    return wanted, notes


def _lacking(given: _Given, analysis: Analysis) -> Input | None:
    """The first input an analysis needs that is not there."""
    return next((place for place in analysis.inputs if place.required and place.name not in given.sources), None)


def _has_some(given: _Given, analysis: Analysis) -> bool:
    """Whether there is something an analysis cannot do without."""
    return any(place.required and place.name in given.sources for place in analysis.inputs)


def _lacks(given: _Given, place: Input) -> str:
    if given.folder is None:
        return f"there is no {place.name}"
    return f"the folder has no {STEMS[place.name]}.{'csv' if place.config is None else 'json'}"


def _nothing_there(given: _Given, analysis: Analysis | None, lacking: Input | None) -> Exception:
    if analysis is None:
        analysis = next((each for each in analyses if _has_some(given, each)), None)
        lacking = None if analysis is None else _lacking(given, analysis)
    if analysis is None or lacking is None:
        firsts = dict.fromkeys(each.inputs[0].name for each in analyses)
        if given.folder is None:
            return TypeError(f"report() needs a folder or tables: one of {', '.join(firsts)} at least")
        files = ", ".join(f"{name}.csv" for name in firsts)
        return DataError(f"{given.folder}: there is none of {files} (or the same with .gz) in this folder")
    if given.folder is None:
        return TypeError(f"report() needs {lacking.name} for {analysis.name}: {lacking.text}")
    file = f"{STEMS[lacking.name]}.{'csv' if lacking.config is None else 'json'}"
    return DataError(f"{given.folder}: there is no {file} in this folder, which {analysis.name} needs")


# --- making it ---


class _Making:
    """One report on its way: every input read once, into dictionaries that all analyses share."""

    def __init__(self, given: _Given, wanted: list[Analysis], notes: list[str], texts: dict[str, TextTable]) -> None:
        self.given = given
        self.wanted = wanted
        self.lacking = notes
        self.notes: list[str] = []
        self.texts = texts  # tables that were files
        places = {place.name: place for analysis in wanted for place in analysis.inputs}
        # What partners are called is of use to every analysis, whether or not it reads the table that says so.
        places |= {name: place for name, place in INPUTS.items() if _lists_names(place)}
        self.places = {name: place for name, place in places.items() if name in given.sources}
        self.call = Call(Plan("report", wanted[0], list(self.places.values()), []), formats=given.formats)
        self.configs: dict[str, Any] = {}
        self.tables: dict[str, _Table] = {}
        self.inputs: dict[str, dict[str, Any]] = {}

    def report(self) -> Report:
        self.read_configs()
        self.read_tables()
        results: dict[str, Result] = {}
        failed: UnsupportedError | None = None
        for analysis in self.wanted:
            try:
                results[analysis.name] = self.run(analysis)
            except UnsupportedError as error:
                self.notes.append(f"{analysis.name} is left out: {error.message}")
                failed = error
        if failed is not None and not results:
            raise failed
        notes = [*self.notes, *self.lacking, *self.warnings()]
        options = {name: self.options_of(analysis) for analysis in self.wanted if (name := analysis.name) in results}
        return Report(results, notes, self.used(results), options, self.names(), self.currency())

    # --- what people write by hand ---

    def read_configs(self) -> None:
        """Their names come before those of the rows, and they may say how many decimal places money has."""
        first: tuple[str, int] | None = None
        for place in (place for analysis in self.wanted for place in analysis.configs):
            kind = place.config
            source = self.given.sources.get(place.name, None if kind is None else kind.initial)
            if kind is None or source is None or place.name in self.configs:
                continue
            text, called = self.config_text(place, source)
            dicts = [self.call.dicts.setdefault(name, Dict()) for name in kind.dictionaries]
            made = read_config(kind, text, dicts, self.call.error, called)
            self.configs[place.name] = made
            self.call.seen.update(kind.dictionaries)
            places = places_of(kind, made)
            if places is None or self.given.formats.get("minor_units") is not None:
                continue
            if first is not None and places != first[1]:
                raise DataError(
                    f"{called}: its money has {places} decimal places and that of {first[0]} has {first[1]}, expected "
                    "one currency in one run",
                    record=place.name,
                )
            first = (called, places)
        if first is not None:
            self.call.formats["minor_units"] = first[1]

    def config_text(self, place: Input, source: Any) -> tuple[bytes, str]:
        """A config as JSON, and what errors call it."""
        assert place.config is not None
        if isinstance(source, (str, os.PathLike)) and not str(source).lstrip().startswith(("{", "[")):
            source = _File(os.fspath(source))
        if isinstance(source, _File) and not source.path.lower().endswith(".toml"):
            text, sha256 = read_text(source.path)
            self.inputs[place.name] = {"file": source.path, "sha256": sha256}
            return text.encode("utf-8"), source.path
        if isinstance(source, _File):
            data, called = json_text(place.config, source.path)
            sha256 = hashlib.sha256(Path(source.path).read_bytes()).hexdigest()
            self.inputs[place.name] = {"file": source.path, "sha256": sha256}
            return data, called
        data, called = json_text(place.config, source, place.name)
        if place.name in self.given.sources:
            self.inputs[place.name] = {"file": None, "sha256": hashlib.sha256(data).hexdigest()}
        return data, called

    # --- rows ---

    def read_tables(self) -> None:
        """Every table once: those that say what partners are called, others that list ids, then the rest."""
        threads = self.given.options.get("threads")
        if threads is not None:
            self.call.options["threads"] = (threads, ())
        self.call.read()
        tables = [place for place in self.places.values() if place.record is not None]
        for place in sorted(tables, key=lambda each: (not _lists_names(each), _listing(each) is None)):
            self.read_table(place)

    def read_table(self, place: Input) -> None:
        plan = InputPlan(place.name, place.rows)
        source = self.given.sources[place.name]
        before = self.call.reading.total_rounded
        if isinstance(source, _File):
            source = self.texts[place.name] = read_table(source.path, self.given.dialect.delimiter)
        columns = self.given.dialect.columns.get(place.name, {}) if isinstance(source, TextTable) else {}
        struct = self.call.input(plan, source, columns)
        arrays = [self.call.arrays[at] for at in self.call.arrays if at[0] == place.name]
        rows = len(arrays[0]) if arrays else 0
        self.tables[place.name] = _Table(place, struct, rows, self.call.reading.total_rounded - before)
        if isinstance(source, TextTable):
            self.inputs[place.name] = {"file": source.path, "rows": rows, "sha256": source.sha256}
        else:
            self.inputs[place.name] = {"file": None, "rows": rows, "sha256": self.digest(plan)}

    def digest(self, plan: InputPlan) -> str:
        """The SHA-256 of a table that came from memory: of its columns by name, ids as texts."""
        made = hashlib.sha256()
        for each in plan.record.columns:
            array = self.call.arrays.get((plan.name, each.name))
            if array is None:
                continue
            made.update(f"{each.name}\0".encode())
            known = None if each.unit != Unit.INDEX else self.dictionary(each.dictionary or each.name)
            if known is None:
                made.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
            else:
                missing = array == np.iinfo(array.dtype).max
                offsets, data = known.as_text(narrowed(array, missing if each.type != U32 else None))
                made.update(offsets.astype("<i8").tobytes())
                made.update(data)
        return made.hexdigest()

    def dictionary(self, name: str) -> Dict | None:
        """The dictionary of that name; None where indexes are of nobody's."""
        return None if name in self.call.raw else self.call.dicts.get(name)

    # --- analyses ---

    def options_of(self, analysis: Analysis) -> dict[str, str]:
        """The options that it takes, as text."""
        given = {**self.given.options, **self.given.formats}
        return {name: text_of(name, value) for name, value in given.items() if name in analysis.settings}

    def run(self, analysis: Analysis) -> Result:
        """What this build cannot do in full is done in part where it can, and said."""
        part: dict[str, Any] = {}
        while True:
            try:
                return self.run_with(analysis, part)
            except UnsupportedError as error:
                options = {**self.given.options, **part}
                name = next((each for each in IN_PART if each in analysis.settings and not options.get(each)), None)
                if name is None:
                    raise
                part[name] = True
                self.notes.append(f"{analysis.name} goes on with {name}: {error.message}")

    def run_with(self, analysis: Analysis, part: Mapping[str, Any]) -> Result:
        plan = Plan(analysis.name, analysis, analysis.inputs, analysis.options)
        shared = self.call
        call = Call(plan, shared.dicts, shared.formats)
        options = {name: value for name, value in self.given.options.items() if name in analysis.settings}
        call.sort({**options, **shared.formats, **part})
        call.raw, call.counts, call.arrays = dict(shared.raw), shared.counts, shared.arrays
        call.keep.append(shared)
        call.read()
        inputs = []
        for place in analysis.inputs:
            table = self.tables.get(place.name)
            inputs.append(self.configs.get(place.name) if table is None else table.struct)
            call.reading.total_rounded += 0 if table is None else table.rounded
        call.configs = {i: inputs[i] for i, place in enumerate(analysis.inputs) if place.name in self.configs}
        return _finish(call, ffi.new("void *[]", [NULL if each is None else each for each in inputs]))

    # --- what is said beside the results ---

    def used(self, results: Mapping[str, Result]) -> dict[str, dict[str, Any]]:
        """Where the results come from, in the order in which they take it."""
        names = [p.name for each in self.wanted if each.name in results for p in each.inputs if p.name in self.inputs]
        return {name: self.inputs[name] for name in dict.fromkeys(names)}

    def warnings(self) -> Iterator[str]:
        places = self.call.places
        for name, table in self.tables.items():
            if table.rounded:
                what = "amount" if table.rounded == 1 else "amounts"
                was = "was" if table.rounded == 1 else "were"
                called = self.inputs[name]["file"] or name
                digits = f"{places} decimal place{'' if places == 1 else 's'}"
                yield f"{called}: {table.rounded} {what} had more than {digits} and {was} rounded half to even"

    def names(self) -> dict[Any, str]:
        """What partners are called, by id."""
        place = next((p for p in self.places.values() if _lists_names(p)), None)
        partners, names = self.dictionary("partner"), self.dictionary("name")
        if place is None or partners is None or names is None:
            return {}
        who = self.call.arrays.get((place.name, _listing(place) or ""))
        called = self.call.arrays.get((place.name, "name"))
        if who is None or called is None:
            return {}
        ids, texts = partners.ids(who).tolist(), names.as_objects(called).tolist()
        return {id: str(text) for id, text in zip(ids, texts, strict=True) if text is not None}

    def currency(self) -> str:
        """The one currency of the amounts, where a column says so."""
        known = self.dictionary("currency")
        return str(known[0]) if known is not None and len(known) == 1 else ""


def _listing(place: Input) -> str | None:
    """The column that lists each id once, and so says who there is."""
    columns = () if place.record is None else place.record.columns
    for each in columns:
        if each.has(Flag.UNIQUE) and each.has(Flag.REQUIRED) and each.unit == Unit.INDEX:
            return each.name
    return None


def _lists_names(place: Input) -> bool:
    """Whether a table says what partners are called."""
    record = place.record
    name = None if record is None else record.find("name")
    if record is None or name is None or name.unit != Unit.INDEX:
        return False
    listing = record.find(_listing(place) or "")
    return listing is not None and (listing.dictionary or listing.name) == "partner"
