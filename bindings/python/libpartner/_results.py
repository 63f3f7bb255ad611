# SPDX-License-Identifier: MIT
"""Results: figures and tables, read from the library's structs when they are asked for.

Nothing is copied before that, and numbers never: arrays lie in the library's memory and keep it alive.
"""

from __future__ import annotations

import difflib
import keyword
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from ._arrow import export
from ._configs import said
from ._library import RECORD, Analysis, Field, Flag, Unit
from ._partner import ffi, lib
from ._parts import Column, Part, Source, columns_of, labels

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ._dict import Dict
    from ._run import Again

__all__ = ["Advice", "Record", "Result", "Table", "attribute_of", "class_of_results", "set_class"]

Array = npt.NDArray[Any]

NULL = ffi.NULL


def _unknown(what: object, name: str, names: Iterable[str]) -> str:
    there = list(names)
    near = difflib.get_close_matches(str(name), there, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{what} has no {name!r}{hint} (it has {', '.join(there)})"


def attribute_of(name: str) -> str:
    """A name as an attribute: Python's own words have an underscore behind them, "lambda_"."""
    return f"{name}_" if keyword.iskeyword(name) else name


def name_of(attribute: str) -> str:
    """The name that an attribute stands for."""
    return attribute[:-1] if keyword.iskeyword(attribute[:-1]) else attribute


class Record:
    """Figures of a result, as attributes. What is undefined is None.

    >>> import libpartner as lp
    >>> p = lp.pareto(partner=["a", "b"], amount=[30, 10], leave_one_out=True)
    >>> p.leave_one_out.at_risk["1"]
    0.75
    """

    __slots__ = ("_name", "_parts")

    def __init__(self, name: str, parts: list[Part]) -> None:
        self._name = name
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found, value = self._find(name_of(name))
        if not found:
            raise AttributeError(_unknown(self._name, name, self._names()))
        return value

    def _find(self, name: str) -> tuple[bool, Any]:
        for part in self._parts:
            field = part.record.find(name)
            if field is None or field.name != name or field.has(Flag.HIDDEN) or field.is_column:
                continue
            if field.type == RECORD:
                below = part.part(field)
                return True, None if below is None else record_of(name, [below])
            if field.is_number:
                return True, part.figure(field) if part.shows(field) else None
        return False, None

    def _names(self) -> list[str]:
        names: dict[str, None] = {}
        for part in self._parts:
            for field in part.record.fields:
                if (field.type == RECORD and not field.has(Flag.HIDDEN)) or part.is_figure(field):
                    names[field.name] = None
        return list(names)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *map(attribute_of, self._names())]

    @property
    def summary(self) -> dict[str, Any]:
        """All figures by name."""
        figures: dict[str, Any] = {}
        for part in self._parts:
            for field in part.record.fields:
                if field.name not in figures and part.is_figure(field):
                    figures[field.name] = part.figure(field)
        return figures

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the figures mean: name, text, unit …"""
        seen: dict[str, Field] = {}
        for part in self._parts:
            for field in part.record.fields:
                if part.is_figure(field):
                    seen.setdefault(field.name, field)
        return tuple(seen.values())

    def __getitem__(self, name: str) -> Any:
        found, value = self._find(name)
        if not found:
            raise KeyError(_unknown(self._name, name, self._names()))
        return value

    def __repr__(self) -> str:
        figures = ", ".join(f"{name}={_shown(value)}" for name, value in self.summary.items())
        return f"<{self._name}: {figures}>"

    def _repr_html_(self) -> str:
        from ._html import to_html

        return to_html(self)


class Table(Record):
    """Columns of equal length, by name: ``table["share"]`` is a numpy array.

    Numbers lie in the library's memory, read-only, and keep it alive. Amounts are floats of major units
    (``table.minor("amount")``: exact integers), days datetime64, classes and states their names, ids what
    they came in as. A table is an Arrow stream too, so that polars, pandas, pyarrow and DuckDB take it.

    >>> import libpartner as lp
    >>> p = lp.pareto(partner=["a", "b", "c"], amount=[10, 70, 20])
    >>> p.partners["class"].tolist(), p.partners.sorted()["partner"].tolist()
    (['B', 'A', 'A'], ['b', 'c', 'a'])
    """

    __slots__ = ("_chosen", "_found")

    def __init__(
        self,
        name: str,
        parts: list[Part],
        columns: dict[str, Column] | None = None,
        chosen: Array | None = None,
    ) -> None:
        super().__init__(name, parts)
        self._found = columns
        self._chosen = chosen

    @property
    def _columns(self) -> dict[str, Column]:
        # Looked for when they are asked for: figures are had without.
        if self._found is None:
            self._found = columns_of(self._parts)
        return self._found

    def __len__(self) -> int:
        if self._chosen is not None:
            return len(self._chosen)
        return len(next(iter(self._columns.values()))) if self._columns else 0

    @property
    def columns(self) -> list[str]:
        """The columns' names, in their order."""
        return [name for name, column in self._columns.items() if not column.field.has(Flag.ORDER)]

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the columns mean: name, text, unit …"""
        return tuple(self._columns[name].field for name in self.columns)

    def keys(self) -> list[str]:
        return self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def _column(self, name: str) -> Column:
        found = self._columns.get(name)
        if found is None:
            raise KeyError(_unknown(self._name, name, self._columns))
        return found

    def __getitem__(self, name: str) -> Array:
        return self._pick(self._column(name).array())

    def _pick(self, array: Array) -> Array:
        return array if self._chosen is None else array[self._chosen]

    def minor(self, name: str) -> npt.NDArray[np.int64]:
        """Amounts in minor units: int64, exact."""
        column = self._column(name)
        if column.field.unit != Unit.MONEY:
            raise TypeError(f"{name} is no money: {column.field.text}")
        return self._pick(column.raw())

    def nulls(self, name: str) -> npt.NDArray[np.bool_]:
        """Which rows of a column have no value."""
        column = self._column(name)
        missing = column.nulls()
        if missing is None:
            missing = np.zeros(column.raw().shape, np.bool_)
        return self._pick(missing)

    def sorted(self) -> Table:
        """The same rows in the order people want to see them in: the largest first, as a rule."""
        for column in self._columns.values():
            if column.field.has(Flag.ORDER):
                order = column.raw()
                if self._chosen is not None:
                    order = order[np.isin(order, self._chosen)]
                return Table(self._name, self._parts, self._columns, order)
        return self

    def head(self, rows: int = 10) -> Table:
        """The first rows; all but the last ones where ``rows`` is negative."""
        chosen = np.arange(len(range(len(self))[:rows])) if self._chosen is None else self._chosen[:rows]
        return Table(self._name, self._parts, self._columns, chosen)

    def to_dict(self) -> dict[str, list[Any]]:
        """Columns as lists of Python's own values: Decimal amounts, dates, None where there is none."""
        made = {}
        for name in self.columns:
            values = self._columns[name].values()
            chosen = self._chosen
            made[name] = values if chosen is None else [values[i] for i in chosen.tolist()]
        return made

    def iter_rows(self) -> Iterator[dict[str, Any]]:
        """Row after row as a dict."""
        columns = self.to_dict()
        for row in zip(*columns.values(), strict=True):
            yield dict(zip(columns, row, strict=True))

    # --- to others ---

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return export(self, requested_schema)

    def to_arrow(self) -> pyarrow.Table:
        """A pyarrow Table; amounts are decimals."""
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame; amounts are decimals."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame; amounts are floats, classes ordered categories."""
        import pandas

        made: dict[str, Any] = {}
        for name in self.columns:
            column = self._columns[name]
            names = column.part.categories(column.field)
            if names is not None:
                made[name] = pandas.Categorical.from_codes(
                    self._pick(column.raw()).astype(np.intp),
                    categories=names,
                    ordered=column.field.unit == Unit.CLASS,
                )
            elif column.field.count > 1:
                array = self._pick(column.array())
                for i, label in enumerate(labels(column.field)):
                    made[label] = array[:, i]
            else:
                made[name] = self._pick(column.array())
        return pandas.DataFrame(made)

    def __repr__(self) -> str:
        return _text_table(self, 10)


def record_of(name: str, parts: list[Part]) -> Record:
    """A table where there are columns, figures alone otherwise."""
    if any(part.record.columns for part in parts):
        return Table(name, parts)
    return Record(name, parts)


class Advice(NamedTuple):
    """What to act on: the name of the analysis that says so, what to do and by which figures, what that rests on."""

    analysis: str
    act: str
    rests_on: str


# What stands in an advice for an id.
_PARTNER = re.compile(r"\{partner:(\d+)\}")


class Result:
    """What an analysis found: figures as attributes, tables by name, sentences that say what it means.

    ``result.summary`` has all figures, ``result["share"]`` a column of the main table, ``len(result)`` its
    rows. What was not asked for is None.

    >>> import libpartner as lp
    >>> p = lp.pareto(partner=["a", "b", "c"], amount=[10, 70, 20])
    >>> p.vital_count, p.total, len(p), p["share"].tolist()
    (2, Decimal('100.00'), 3, [0.1, 0.7, 0.2])
    >>> p.lorenz is None
    True
    """

    __slots__ = ("__weakref__", "_again", "_cache", "_source")

    # What a kind of result that has a class of its own asks for unless the caller says otherwise, and whether it
    # can be had again with other options, for which it keeps its columns.
    defaults: ClassVar[Mapping[str, Any]] = {}
    keeps_call: ClassVar[bool] = False

    _again: Again | None

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cache: dict[str, Any] = {}
        self._again = None

    # --- what there is ---

    @property
    def _analysis(self) -> Analysis:
        return self._source.analysis

    @property
    def analysis(self) -> str:
        """The name of the analysis."""
        return self._analysis.name

    @property
    def minor_units(self) -> int:
        """Decimal places of the amounts."""
        return self._source.places

    @property
    def rounded(self) -> int:
        """How many amounts that came in had more decimal places, and were rounded half to even."""
        return self._source.rounded

    @property
    def dicts(self) -> dict[str, Dict]:
        """The dictionaries of the ids, by name."""
        return {name: dictionary for name, (dictionary, _) in self._source.dicts.items()}

    def _view(self, name: str) -> Any:
        """The table of that name; None when this result does not have it."""
        if name not in self._cache:
            parts = self._source.views(name)
            self._cache[name] = record_of(name, parts) if parts else None
        return self._cache[name]

    @property
    def _main(self) -> Table:
        table = self._view(self._analysis.views[0].name)
        if not isinstance(table, Table):
            raise TypeError(f"{self.analysis} has no table")
        return table

    def _view_names(self) -> tuple[str, ...]:
        return self._analysis.view_names

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._view_names():
            return self._view(name)
        found, value = self._view(self._analysis.views[0].name)._find(name_of(name))
        if not found:
            raise AttributeError(_unknown(self.analysis, name, self._names()))
        return value

    def _names(self) -> list[str]:
        main = self._view(self._analysis.views[0].name)
        return list(dict.fromkeys([*self._view_names(), *main._names()]))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *map(attribute_of, self._names())]

    @property
    def summary(self) -> dict[str, Any]:
        """All figures by name."""
        figures: dict[str, Any] = self._view(self._analysis.views[0].name).summary
        return figures

    @property
    def tables(self) -> list[str]:
        """The names of the tables and groups of figures that this result has."""
        return [name for name in self._names() if isinstance(getattr(self, name), Record)]

    @property
    def sentences(self) -> list[str]:
        """What the figures mean, in plain words."""

        def say(i: int, buffer: Any, size: int) -> int:
            length: int = lib.python_sentence(self._analysis.c, self._source.handle, i, buffer, size)
            return length

        return list(said(say))

    @property
    def advice(self) -> Advice | None:
        """What to act on by these figures, and what that rests on; None when they ask for nothing."""
        return self._advise(str)

    def _advise(self, name: Callable[[Any], str]) -> Advice | None:
        """The advice, with partners called as `name` says by their ids."""

        def say(i: int, buffer: Any, size: int) -> int:
            length: int = lib.python_advice(self._analysis.c, self._source.handle, i, buffer, size)
            return length

        def called(found: re.Match[str]) -> str:
            known = self._source.dicts.get("partner")
            id = None if known is None else known[0].id(int(found[1]), known[1])
            return name(found[1] if id is None else id)

        texts = [_PARTNER.sub(called, text) for text in said(say)]
        return Advice(self.analysis, texts[0], " ".join(texts[1:])) if texts else None

    def explain(self, row: int, table: str | None = None) -> str:
        """Why a row is what it is, with every factor: of a ledger, as a rule; `table` names another one. Rows
        count from 0, from the end where they are negative."""
        explained = self._analysis.explained
        if not explained:
            raise TypeError(f"{self.analysis} explains no rows")
        name = explained[0] if table is None else table
        if name not in explained:
            raise ValueError(f"{name!r} is no table whose rows are explained, expected {' or '.join(explained)}")
        found = getattr(self, name)
        if found is None:
            raise ValueError(f"this result has no {name} to explain{self._asking(name)}")
        rows, wanted, of = len(found), operator.index(row), explained.index(name)
        if not -rows <= wanted < rows:
            raise IndexError(f"row {wanted} of the {name} asked for, it has {rows}")

        def say(i: int, buffer: Any, size: int) -> int:
            at = wanted % rows
            length: int = lib.python_explain(self._analysis.c, self._source.handle, of, at, buffer, size)
            return 0 if i else length

        return "".join(said(say))

    def _asking(self, name: str) -> str:
        """How to ask for a table, where an option of its name does."""
        known = any(record.find(name) is not None for record in self._analysis.options)
        return f": ask for it with {name}=True" if known else ""

    # --- the main table ---

    def __len__(self) -> int:
        return len(self._main)

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> Array:
        return self._main[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._main)

    def keys(self) -> list[str]:
        return self._main.columns

    def minor(self, name: str) -> npt.NDArray[np.int64]:
        """Amounts of the main table in minor units: int64, exact, in place."""
        return self._main.minor(name)

    def to_dict(self) -> dict[str, list[Any]]:
        """The main table as lists of Python's own values."""
        return self._main.to_dict()

    def to_arrow(self) -> pyarrow.Table:
        """The main table as a pyarrow Table."""
        return self._main.to_arrow()

    def to_polars(self) -> polars.DataFrame:
        """The main table as a polars DataFrame."""
        return self._main.to_polars()

    def to_pandas(self) -> pandas.DataFrame:
        """The main table as a pandas DataFrame."""
        return self._main.to_pandas()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return export(self._main, requested_schema)

    # --- for people ---

    def plot(self, kind: str | None = None, **style: Any) -> Any:
        """Draws a picture of the result and returns its matplotlib Axes."""
        from ._plot import plot

        return plot(self, kind, **style)

    def _repr_html_(self) -> str:
        from ._html import to_html

        return to_html(self)

    def __repr__(self) -> str:
        main = self._view(self._analysis.views[0].name)
        head = f"<libpartner {self.analysis}"
        if isinstance(main, Table):
            head += f": {len(main)} {main._name}" if main._name.endswith("s") else f": {main._name} of {len(main)} rows"
        return "\n".join([head + ">", *self.sentences])


_CLASSES: dict[str, type[Result]] = {}


def set_class(analysis: str, kind: type[Result]) -> None:
    """Gives the results of an analysis a class of their own."""
    _CLASSES[analysis] = kind


def class_of_results(analysis: Analysis) -> type[Result]:
    """The class of an analysis's results."""
    return _CLASSES.get(analysis.name, Result)


# --- text ---


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_shown(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return " ".join(map(_shown, value))
    return str(value)


def _text_table(table: Table, most: int) -> str:
    """The first rows, aligned: those that were chosen as they are, all in the table's own order."""
    names = table.columns
    columns = (table.sorted() if table._chosen is None else table).head(most).to_dict()
    right = {name for name in names if table._columns[name].array().dtype.kind in "iuf"}
    cells = {name: [_shown(value) for value in columns[name]] for name in names}
    widths = {name: max(map(len, [name, *cells[name]])) for name in names}

    def line(texts: dict[str, str]) -> str:
        padded = [
            texts[name].rjust(widths[name]) if name in right else texts[name].ljust(widths[name]) for name in names
        ]
        return "  ".join(padded).rstrip()

    lines = [line({name: name for name in names})]
    lines += [line({name: cells[name][i] for name in names}) for i in range(min(most, len(table)))]
    if len(table) > most:
        lines.append(f"… {len(table)} rows")
    return "\n".join(lines)
