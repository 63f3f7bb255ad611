# SPDX-License-Identifier: MIT
"""The report as a page for people: what to act on, then each analysis with its findings, charts and tables.

What is shown of a result is what the command shows of it, by the same rules, from the records alone: key figures,
tables with an order or with bars. Jinja2 fills _report.html, which escapes whatever comes from data; _report.css is in
the page.
"""

from __future__ import annotations

import datetime
import decimal
import importlib.resources
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._library import F64, RECORD, Field, Flag, Unit, version
from ._partner import lib
from ._parts import Column, Part, columns_of
from ._results import Advice, Result

if TYPE_CHECKING:
    from markupsafe import Markup

    from ._report import Report
    from ._report_charts import Chart

__all__ = ["fragment", "page"]

Rows = npt.NDArray[np.intp]

KEY = lib.PARTNER_FIELD_KEY
ACROSS = lib.PARTNER_FIELD_ACROSS

WHOLE = 12  # a table of up to so many rows is shown whole
SHORT = 5  # rows that are shown of a longer one beside the main one
SPACE = "\u00a0"  # between thousands: no line breaks there
DASH = "–"

# What the sections are called, in the order of the page.
TITLES = {
    "totals": "Activity and revenue",
    "pareto": "Concentration",
    "segment": "Segments and hours",
    "pipeline": "Pipeline",
    "loyalty": "Loyalty",
    "deferral": "Deferred revenue",
    "allocation": "Hours",
    "breaks": "Natural breaks",
    "measures": "Probabilities and outcomes",
}

# Columns of its table that say least; a page has room for so many, and all of them are in the result.
MOST_COLUMNS = 10


# --- what a page is made of ---


@dataclass
class Cell:
    text: str
    id: str = ""  # beside a name
    bar: float | None = None  # per cent
    is_head: bool = False


@dataclass
class Head:
    label: str
    text: str
    is_number: bool
    has_bar: bool = False
    is_long: bool = False
    is_name: bool = False
    is_day: bool = False


@dataclass
class Table:
    name: str  # unique in the page
    caption: str
    heads: list[Head]
    rows: list[list[Cell]]


@dataclass
class Figures:
    title: str
    lines: list[tuple[str, str, str]]  # what it is called, its value, what it is


@dataclass
class Section:
    name: str
    title: str
    text: str
    sentences: list[str]
    charts: list[Chart]
    parts: list[Table | Figures]
    figures: list[tuple[str, str, str]]
    options: list[str] = field(default_factory=list)


@dataclass
class Headline:
    value: str
    text: str


@dataclass
class Source:
    name: str
    file: str
    rows: str
    sha256: str


# --- values as people read them ---


def grouped(digits: str) -> str:
    """Digits in groups of three: "1234567.80" as "1 234 567.80"."""
    sign = "−" if digits.startswith("-") else ""
    whole, point, rest = digits.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}".replace(",", SPACE) + point + rest


def share(value: float) -> str:
    """Per cent with one decimal, which is as much as people compare; halves away from zero, as in the sentences."""
    if not math.isfinite(value):
        return DASH
    tenths = (decimal.Decimal(repr(value)) * 1000).quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP)
    return grouped(f"{tenths.scaleb(-1) if tenths else decimal.Decimal('0.0'):f}") + f"{SPACE}%"


def ratio(value: float) -> str:
    """Four decimals for coefficients, fewer for what is larger, three digits of what is small."""
    size = abs(value)
    if size == 0:
        return "0"
    places = 4 if size < 2 else 2 if size < 1000 else 0
    if 1e-9 < size < 0.01:
        places = 2 - math.floor(math.log10(size))
    return grouped(f"{value:.{places}f}")


def absent(each: Field) -> str:
    """ "direct" of "whose it is; absent = direct"."""
    _, says, words = each.text.partition("; absent = ")
    return words if says and each.has(Flag.NULLABLE) else DASH


def human(each: Field, value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return absent(each)
    if isinstance(value, list):
        return ", ".join(human(each, one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if each.unit == Unit.ENUM:
        return str(value).replace("_", " ")
    if isinstance(value, (str, datetime.date, np.datetime64)) or each.unit == Unit.INDEX:
        return str(value)
    if isinstance(value, decimal.Decimal):
        return grouped(f"{value:f}")
    if each.unit == Unit.PPM or (each.type == F64 and each.unit == Unit.SHARE):
        return share(float(value))
    if each.type == F64 and each.unit != Unit.NONE:
        return ratio(float(value))
    text = repr(value) if isinstance(value, float) else str(value)
    return grouped(text) if text.replace(".", "", 1).lstrip("-").isdigit() else text


def label_of(each: Field, element: int = 0) -> str:
    """ "top_share" and "20" as "top share 20"."""
    name = each.name.replace("_", " ")
    if each.count > 1:
        name += f" {each.names[element] if element < len(each.names) else element + 1}"
    return name


def title_of(text: str) -> str:
    return text[:1].upper() + text[1:]


_IN_NUMBER = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|%)")


def unbroken(text: str) -> str:
    """A sentence whose numbers stay on one line."""
    return _IN_NUMBER.sub(SPACE, text)


# --- one result ---


class Shown:
    """A result on its way into the page."""

    def __init__(self, result: Result, report: Report, top: int) -> None:
        self.result = result
        self.analysis = result._analysis
        self.names = report._names
        self.top = top
        self.tables = 0
        self.main = self.analysis.views[0].name

    def section(self, charts: list[Chart]) -> Section:
        name = self.analysis.name
        main = self.result._source.views(self.main)
        figures = [line for part in main for line in self._lines(part, 0)]
        return Section(
            name=name,
            title=TITLES.get(name, title_of(name.replace("_", " "))),
            text=title_of(self.analysis.text),
            sentences=list(map(unbroken, self.result.sentences)),
            charts=charts,
            parts=list(self._parts(main)),
            figures=list(dict.fromkeys(figures)),
        )

    def _parts(self, main: list[Part]) -> Iterator[Table | Figures]:
        """What the command shows of a result among others."""
        if any(_has_key(part, False) for part in main):
            yield Figures("Summary", [line for part in main for line in self._lines(part, KEY)])
        for summary in (True, False):
            for part in main:
                yield from self._below(part, summary)
        yield from self._titled(self.analysis.views[0].title, main, self.top)
        for view in self.analysis.views:
            if view.name == self.main:
                continue
            for part in self.result._source.views(view.name):
                yield from self._below(part, True)
                yield from self._below(part, False)
                yield from self._titled(view.title, [part], self.top)

    # --- figures ---

    def _lines(self, part: Part, wanted: int) -> Iterator[tuple[str, str, str]]:
        for each in part.record.fields:
            if not part.is_figure(each) or each.has(Flag.DETAIL) or each.flags & wanted != wanted:
                continue
            for i in range(each.count):
                value = part.value(each, part.raw(each, i))
                if value is not None or not each.has(Flag.NULLABLE):
                    yield label_of(each, i), human(each, value), each.text

    # --- tables that hang on others ---

    def _below(self, part: Part, summary: bool) -> Iterator[Table | Figures]:
        for each in part.record.fields:
            if each.type != RECORD or each.has(Flag.HIDDEN | Flag.DETAIL) or each.has(Flag.SUMMARY) != summary:
                continue
            below = part.part(each) if part.shows(each) else None
            if below is not None and _is_brief(below, summary):
                yield from self._hanging(below, each)

    def _hanging(self, part: Part, each: Field) -> Iterator[Table | Figures]:
        wanted = KEY if _has_key(part, False) else 0
        title = title_of(each.text)
        lines = list(self._lines(part, wanted))
        columns = _shown(columns_of([part]))
        rows = len(next(iter(columns))) if columns else 0
        if lines:
            yield Figures(title, lines)
        if columns and rows:
            top = rows if rows <= WHOLE else min(self.top, SHORT)
            order = _order(columns_of([part])) if rows > top else None
            yield self._table(title, columns, order, top)
        for summary in (True, False):
            yield from self._below(part, summary)

    def _titled(self, title: str, parts: list[Part], top: int) -> Iterator[Table]:
        found = columns_of(parts)
        columns = _shown(found)
        has_order = any(column.field.has(Flag.ORDER) for column in found.values())
        if columns and len(columns[0]) and (has_order or any(_has_key(part, True) for part in parts)):
            yield self._table(title, columns, _order(found), top)

    # --- one table ---

    def _table(self, title: str, columns: list[Column], order: Rows | None, top: int) -> Table:
        self.tables += 1
        name = f"{self.analysis.name}-table-{self.tables}"
        if len(columns) > 2 and columns[1].field.flags & ACROSS:
            return self._cross(name, title, columns)
        whole = len(columns[0])
        rows = np.arange(min(top, whole)) if order is None else order[:top]
        bars = _bars(columns)
        heads: list[Head] = []
        cells: list[list[Cell]] = []
        for column in columns:
            for i in range(column.field.count):
                made = self._cells(column, i, rows, column is bars)
                if all(cell.text == DASH for cell in made):
                    continue
                heads.append(self._head(column.field, i, column is bars, made))
                cells.append(made)
        heads, cells = heads[:MOST_COLUMNS], cells[:MOST_COLUMNS]
        for cell in cells[0] if cells else []:
            cell.is_head = True
        which = "largest" if order is not None else "first"
        caption = title if whole <= top else f"{title}: the {which} {top} of {_number(whole)}"
        return Table(name, caption, heads, [list(line) for line in zip(*cells, strict=True)])

    def _head(self, each: Field, i: int, has_bar: bool, cells: Sequence[Cell]) -> Head:
        is_number, is_name = each.unit not in _TEXTS, any(cell.id for cell in cells)
        is_long = not is_number and not is_name and any(len(cell.text) > 40 for cell in cells)
        return Head(label_of(each, i), each.text, is_number, has_bar, is_long, is_name, each.unit == Unit.DAY)

    def _cells(self, column: Column, i: int, rows: Rows, has_bar: bool) -> list[Cell]:
        each, part = column.field, column.part
        numbers = column.raw()[rows]
        numbers = numbers[:, i] if each.count > 1 else numbers
        largest = _largest(column) if has_bar else 0.0
        cells = []
        for number in numbers.tolist():
            cell = self._cell(part, each, number)
            if has_bar and largest > 0:
                cell.bar = round(100 * min(max(float(number), 0.0) / largest, 1.0), 1) if number == number else 0.0
            cells.append(cell)
        return cells

    def _cell(self, part: Part, each: Field, number: Any) -> Cell:
        value = part.value(each, number)
        text = human(each, value)
        if each.unit in (Unit.INDEX, Unit.ROW) and value is not None and _is_partner(part, each):
            name = self.names.get(value)
            if name is not None and name != text:
                return Cell(name, text)
        return Cell(text)

    def _cross(self, name: str, title: str, columns: list[Column]) -> Table:
        """The first column as lines, the second as columns, the third in the cells."""
        down, across, value = columns[:3]
        lines = list(dict.fromkeys(down.raw().tolist()))
        tops = list(dict.fromkeys(across.raw().tolist()))
        rows = zip(down.raw().tolist(), across.raw().tolist(), strict=True)
        at = {pair: row for row, pair in enumerate(rows)}
        numbers = value.raw().tolist()
        cells = []
        for line in lines:
            head = self._cell(down.part, down.field, line)
            head.is_head = True
            found = [at.get((line, top)) for top in tops]
            cells.append(
                [head, *(Cell(DASH) if r is None else self._cell(value.part, value.field, numbers[r]) for r in found)]
            )
        heads = [Head(label_of(down.field), down.field.text, False)]
        heads += [Head(self._cell(across.part, across.field, top).text, across.field.text, True) for top in tops]
        caption = f"{title}: {label_of(down.field)} in lines, {label_of(across.field)} in columns"
        return Table(name, caption, heads, cells)


_TEXTS = (Unit.DAY, Unit.INDEX, Unit.ROW, Unit.ENUM, Unit.CLASS, Unit.FLAG)


def _is_partner(part: Part, each: Field) -> bool:
    """Whether a value is the id of a partner: of its own, or of the row that it names."""
    if each.unit == Unit.INDEX:
        return each.dictionary == "partner"
    main = columns_of(part.source.views(part.source.analysis.views[0].name))
    first = next(iter(main.values()), None)
    return first is not None and first.field.dictionary == "partner"


def _shown(columns: dict[str, Column]) -> list[Column]:
    return [column for column in columns.values() if not column.field.has(Flag.ORDER | Flag.DETAIL | Flag.HIDDEN)]


def _has_key(part: Part, is_column: bool) -> bool:
    return any(each.flags & KEY and each.is_column == is_column for each in part.record.fields)


def _is_brief(part: Part, summary: bool) -> bool:
    """Whether a table that hangs on a result is seen among other results."""
    has_key = _has_key(part, False) or _has_key(part, True)
    if any(part.is_figure(each) for each in part.record.fields):
        return has_key
    return summary or has_key or any(each.flags & (Flag.BAR | ACROSS) for each in part.record.columns)


def _numbers(column: Column) -> npt.NDArray[np.float64]:
    numbers = column.raw().astype(np.float64)
    missing = column.nulls()
    if missing is not None:
        numbers[missing] = np.nan
    return numbers


def _bars(columns: Iterable[Column]) -> Column | None:
    """The column that gets bars and says which rows come first: the last one meant for it that has a number."""
    found = None
    for column in columns:
        if column.field.has(Flag.BAR) and column.field.count == 1 and not np.isnan(_numbers(column)).all():
            found = column
    return found


def _largest(column: Column) -> float:
    numbers = _numbers(column)
    numbers = numbers[np.isfinite(numbers)]
    return float(numbers.max(initial=0.0))


def _order(columns: dict[str, Column]) -> Rows | None:
    """The rows as people want to see them: by the permutation that comes with them, or the largest first."""
    for column in columns.values():
        if column.field.has(Flag.ORDER):
            return np.asarray(column.raw(), dtype=np.intp)
    bars = _bars(_shown(columns))
    if bars is None:
        return None
    numbers = np.nan_to_num(_numbers(bars), nan=-np.inf)
    return np.argsort(-numbers, kind="stable")


# --- above all ---


def _headlines(report: Report) -> list[Headline]:
    """A few figures that say how the channel is doing."""
    made: list[Headline] = []
    for name, tell in _HEADLINES:
        result = report._results.get(name)
        if result is not None:
            made += [Headline(value, text) for value, text in tell(result, report._currency) if value != DASH]
    return made


def _money(value: Any, currency: str) -> str:
    from ._plot import money

    return DASH if value is None else money(float(value), currency)


def _of_totals(result: Any, currency: str) -> Iterator[tuple[str, str]]:
    yield _money(result.revenue_total, currency), "revenue"
    growth = result.growth
    if growth is not None and growth.growth_total is not None:
        sign = "+" if growth.growth_total > 0 else ""
        yield sign + share(growth.growth_total), "against the window before"
    if result.activity_rate is not None:
        active, partners = (_number(result.summary[name]) for name in ("active", "partners"))
        yield share(result.activity_rate), f"of partners sold: {active} of {partners}"


def _of_pareto(result: Any, currency: str) -> Iterator[tuple[str, str]]:
    if result.top_share["20"] is not None:
        yield share(result.top_share["20"]), f"of revenue from the top 20{SPACE}% of partners"


def _of_segment(result: Any, currency: str) -> Iterator[tuple[str, str]]:
    headroom = result.summary.get("headroom_total", result.summary.get("headroom"))
    if headroom:
        yield _money(headroom, currency), "more that partners could bring"


def _of_pipeline(result: Any, currency: str) -> Iterator[tuple[str, str]]:
    forecast = result.forecast
    if forecast is not None:
        days = f"{_number(forecast.horizon_days)} days" if forecast.horizon_days else "the horizon"
        yield _money(forecast.expected, currency), f"expected from open deals within {days}"
    else:
        yield _number(result.summary["open"]), "open deals"


def _of_loyalty(result: Any, currency: str) -> Iterator[tuple[str, str]]:
    yield _number(result.summary["outstanding"]), "points that partners hold"


_HEADLINES: tuple[tuple[str, Callable[[Any, str], Iterator[tuple[str, str]]]], ...] = (
    ("totals", _of_totals),
    ("pareto", _of_pareto),
    ("segment", _of_segment),
    ("pipeline", _of_pipeline),
    ("loyalty", _of_loyalty),
)


def _named(report: Report) -> list[Advice]:
    """What to act on, with partners by name."""

    def name(id: Any) -> str:
        called = report._names.get(id)
        return str(id) if called is None or called == str(id) else f"{called} ({id})"

    found = (result._advise(name) for _, result in _in_order(report))
    return [Advice(each.analysis, unbroken(each.act), unbroken(each.rests_on)) for each in found if each is not None]


def _sources(report: Report) -> list[Source]:
    made = []
    for name, each in report._inputs.items():
        rows = each.get("rows")
        made.append(Source(name, each["file"] or "given in memory", _number(rows), each["sha256"]))
    return made


def _number(value: int | None) -> str:
    return "" if value is None else grouped(str(value))


def _period(report: Report) -> str:
    """The days that the sales are of."""
    totals: Any = report._results.get("totals")
    if totals is None:
        return ""
    first, end, last = (totals.summary.get(name) for name in ("from_day", "to_day", "last_day_seen"))
    since = f"since {first}" if first else ""
    until = f"before {end}" if end else f"through {last}" if last else ""
    return title_of(" ".join(part for part in ("sales" if since or until else "", since, until) if part))


# --- the page ---


def _render(report: Report, alone: bool, title: str | None, top: int) -> str:
    try:
        import jinja2
        import matplotlib  # noqa: F401
    except ImportError as missing:
        raise ImportError("reports as HTML need Jinja2 and matplotlib: pip install 'libpartner[report]'") from missing
    from ._report_charts import charts_of, mixtures

    if top < 1:
        raise ValueError(f"top is {top}, expected a number of rows from 1 on")
    here = importlib.resources.files(__package__ or "libpartner")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"with_code": _with_code, "with_breaks": _with_breaks}
    template = environment.from_string(here.joinpath("_report.html").read_text(encoding="utf-8"))
    style = here.joinpath("_report.css").read_text(encoding="utf-8")
    prefix = "lp" if alone else "lpn"
    sections = []
    for name, result in _in_order(report):
        pictures = charts_of(result, report._names, report._currency, f"{prefix}-{name}")
        section = Shown(result, report, top).section(pictures)
        section.options = [f"{option} = {value}" for option, value in report._options.get(name, {}).items()]
        sections.append(section)
    charts = [chart for section in sections for chart in section.charts]
    drawn = [svg for chart in charts for svg in (chart.wide, chart.narrow) if svg]
    return template.render(
        alone=alone,
        prefix=prefix,
        css=style + mixtures("".join(drawn)),
        title=title or "Channel review",
        period=_period(report),
        currency=report._currency,
        headlines=_headlines(report),
        advice=_named(report),
        titles=TITLES,
        sections=sections,
        notes=report._notes,
        sources=_sources(report),
        version=version(),
    )


def _with_code(text: str) -> Markup:
    """A sentence in which the names of columns stand in `…`."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`(\w+)`", r"<code>\1</code>", str(escape(text))))


def _with_breaks(path: str) -> Markup:
    """A path that goes on to the next line after a slash, not in the middle of a name."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([/\\])", r"\1<wbr>", str(escape(path))))


def _in_order(report: Report) -> list[tuple[str, Result]]:
    """The results in the order of the page."""
    names = list(TITLES)
    return sorted(report._results.items(), key=lambda each: names.index(each[0]) if each[0] in names else len(names))


def page(report: Report, title: str | None = None, top: int = 10) -> str:
    """The whole page, in one file."""
    return _render(report, True, title, top)


def fragment(report: Report) -> str:
    """The same as a part of a notebook; without charts where there is nothing that draws them."""
    try:
        return _render(report, False, None, 10)
    except ImportError:
        return "".join(result._repr_html_() for result in report._results.values())
