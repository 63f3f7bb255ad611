# SPDX-License-Identifier: MIT
"""Results as HTML for notebooks: sentences, figures, tables. Works from the records, for any analysis.

No colour of its own but what currentColor gives, so that it reads the same on light and on dark paper; nothing is
loaded from anywhere; whatever comes from data is escaped.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from ._doc import shown_fields
from ._library import RECORD, Field, Flag, Unit
from ._parts import Column, Part
from ._results import Record, Result, Table

__all__ = ["to_html"]

Rows = npt.NDArray[np.intp]

MOST_ROWS = 10  # of a result's main table
MOST_ROWS_ALONE = 20  # of a table shown by itself
WIDEST_BAR = 6.0  # em

SPACE = "\u00a0"  # between thousands: no line breaks there

BLOCK = "overflow-x:auto;max-width:100%"
TABLE = "border-collapse:collapse;border:none;font-size:90%;margin:.3em 0 .8em 0;color:inherit"
HEAD = "padding:.15em .7em;vertical-align:bottom;font-weight:600;border:none;border-bottom:1px solid"
CELL = "padding:.12em .7em;border:none;white-space:nowrap;color:inherit"
FAINT = "opacity:.65"
BAR = "display:inline-block;height:.7em;margin-left:.6em;background:currentColor;opacity:.35;vertical-align:baseline"


def to_html(thing: Record | Result) -> str:
    """A result, a table or a record of figures as HTML."""
    if isinstance(thing, Result):
        body = _result(thing)
    elif isinstance(thing, Table):
        body = _figures(thing) + _table(thing, MOST_ROWS_ALONE)
    else:
        body = _figures(thing)
    return f'<div class="libpartner" style="{BLOCK}">{body}</div>'


# Parts


def _result(result: Result) -> str:
    analysis = result._analysis
    main = result._view(analysis.views[0].name)
    parts = [f"<p><strong>{escape(analysis.name)}</strong> – {escape(analysis.text)}</p>"]
    parts += [f'<p style="margin:.2em 0">{escape(sentence)}</p>' for sentence in result.sentences]
    parts += [_figures(main), *_summary_tables(main)]
    if isinstance(main, Table):
        parts.append(_table(main, MOST_ROWS, _title(analysis.views[0].title)))
    others = [f"<code>.{escape(name)}</code>" for name in result.tables if name not in _shown_tables(result, main)]
    if others:
        parts.append(f'<p style="{FAINT}">Also in this result: {", ".join(others)}</p>')
    return "".join(parts)


def _shown_tables(result: Result, main: Record) -> set[str]:
    return {main._name, *(field.name for _, field in _pointers(main) if field.has(Flag.SUMMARY))}


def _title(text: str) -> str:
    return f'<p style="margin:.6em 0 0 0"><strong>{escape(text)}</strong></p>'


def _pointers(record: Record) -> Iterable[tuple[Part, Field]]:
    for part in record._parts:
        for field in part.record.fields:
            if field.type == RECORD and not field.has(Flag.HIDDEN):
                yield part, field


def _summary_tables(main: Record) -> Iterable[str]:
    """The records that belong to the summary, each with what the table says it is."""
    for _, field in _pointers(main):
        if field.has(Flag.SUMMARY):
            below = main[field.name] if not isinstance(main, Table) else getattr(main, field.name)
            if isinstance(below, Table):
                yield _title(_first_upper(field.text)) + _table(below, MOST_ROWS_ALONE)
            elif below is not None:
                yield _title(_first_upper(field.text)) + _figures(below)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figures(record: Record) -> str:
    """Figures with what they mean, folded away when there are many."""
    lines = []
    for part in record._parts:
        for field in part.record.fields:
            if part.is_figure(field) and not field.has(Flag.DETAIL):
                lines.append(_figure(field, part.figure(field)))
    if not lines:
        return ""
    table = f'<table style="{TABLE}">{"".join(lines)}</table>'
    if len(lines) <= 8:
        return table
    return f'<details><summary style="cursor:pointer">{len(lines)} figures</summary>{table}</details>'


def _figure(field: Field, value: Any) -> str:
    name = escape(field.name.replace("_", " "))
    return (
        f'<tr style="background:none"><td style="{CELL};text-align:left">{name}</td>'
        f'<td style="{CELL};text-align:right">{_text(field, value)}</td>'
        f'<td style="{CELL};text-align:left;{FAINT}">{escape(field.text)}</td></tr>'
    )


def _table(table: Table, most: int, title: str = "") -> str:
    """The first rows in the order people want to see, with bars where the record says so."""
    columns = [column for column in table._columns.values() if _is_shown(column)]
    rows = _first_rows(table, most)
    head = "".join(_header(column.field) for column in columns)
    cells = [_cells(column, rows) for column in columns]
    body = "".join(f'<tr style="background:none">{"".join(line)}</tr>' for line in zip(*cells, strict=True))
    rest = len(table) - len(rows)
    more = f'<p style="{FAINT};margin:0">… and {_count(rest)} more rows</p>' if rest > 0 else ""
    return (
        f'{title}<table style="{TABLE}"><thead><tr style="background:none">{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>{more}"
    )


def _is_shown(column: Column) -> bool:
    field = column.field
    return field in shown_fields(column.part.record) and not field.has(Flag.ORDER | Flag.DETAIL)


def _first_rows(table: Table, most: int) -> Rows:
    """The rows that are shown: as the table was put in order; else by its own order; else, where not all are
    shown, those with the longest bars."""
    if table._chosen is not None:
        return np.asarray(table._chosen[:most], dtype=np.intp)
    for column in table._columns.values():
        if column.field.has(Flag.ORDER):
            return np.asarray(column.raw()[:most], dtype=np.intp)
    if len(table) > most:
        for column in table._columns.values():
            if column.field.has(Flag.BAR):
                return np.argsort(-column.raw().astype(np.float64), kind="stable")[:most]
    return np.arange(min(most, len(table)))


def _is_right(field: Field) -> bool:
    return field.unit not in (Unit.INDEX, Unit.ENUM, Unit.CLASS, Unit.FLAG, Unit.DAY)


def _header(field: Field) -> str:
    side = "right" if _is_right(field) else "left"
    if field.has(Flag.BAR) and field.count == 1:  # above the numbers, not above the bars
        side += f";padding-right:{WIDEST_BAR + 1.4:.1f}em"
    name = escape(field.name.replace("_", " "))
    return f'<th style="{HEAD};text-align:{side}" title="{escape(field.text, quote=True)}">{name}</th>'


def _cells(column: Column, rows: Rows) -> list[str]:
    """The cells of one column: values by unit, a bar beside them where people like to see one."""
    field, part = column.field, column.part
    numbers = column.raw()[rows].tolist()
    if field.count > 1:
        values = [[part.value(field, number) for number in line] for line in numbers]
        return [_cell(field, ", ".join(_text(field, value) for value in line)) for line in values]
    largest = _largest(column) if field.has(Flag.BAR) else 0.0
    cells = []
    for number in numbers:
        bar = f'<span style="{BAR};width:{_width(number, largest):.2f}em"></span>' if largest > 0 else ""
        room = f'<span style="display:inline-block;text-align:left;width:{WIDEST_BAR + 0.6}em">{bar}</span>'
        cells.append(_cell(field, _text(field, part.value(field, number)) + (room if bar else "")))
    return cells


def _largest(column: Column) -> float:
    numbers = column.raw()
    if len(numbers) == 0:
        return 0.0
    largest = float(np.nanmax(np.concatenate((np.asarray([0.0]), numbers.astype(np.float64)))))
    return largest if math.isfinite(largest) else 0.0


def _width(number: float, largest: float) -> float:
    if not number > 0:
        return 0.0
    return WIDEST_BAR * min(float(number) / largest, 1.0)


def _cell(field: Field, content: str) -> str:
    side = "right" if _is_right(field) else "left"
    return f'<td style="{CELL};text-align:{side}">{content}</td>'


# Values


def _text(field: Field, value: Any) -> str:
    """A value as people read it, escaped."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return "<br>".join(f"{escape(str(name))}: {_text(field, each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_text(field, each) for each in value)
    if field.unit in (Unit.SHARE, Unit.PPM) and isinstance(value, (int, float)):
        return f"{100 * value:,.1f}".replace(",", SPACE) + SPACE + "%"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, decimal.Decimal):
        return f"{value:,f}".replace(",", SPACE)
    if field.unit == Unit.INDEX or isinstance(value, (str, datetime.date)):
        return escape(str(value))
    if isinstance(value, int):
        return _count(value)
    return f"{value:.4g}" if abs(value) < 1e5 else f"{value:,.0f}".replace(",", SPACE)


def _count(value: int) -> str:
    return f"{value:,}".replace(",", SPACE)
