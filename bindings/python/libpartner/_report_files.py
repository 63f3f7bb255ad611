# SPDX-License-Identifier: MIT
"""The files of a folder, by the rules of the command: tables as CSV, what people write by hand as JSON, either of them
compressed or not, and a mapping that says how the tables are spelled.

A table is read as texts; what they mean is for the library to say, so that a file gives the same cents here and there.
"""

from __future__ import annotations

import bisect
import difflib
import gzip
import hashlib
import io
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._errors import DataError, PartnerError
from ._library import Analysis, Input

__all__ = ["Dialect", "TextTable", "located", "look_for", "read_dialect", "read_table", "read_text", "stem_of"]

LONGEST_ROW = 16 << 20
LONGEST_CONFIG = 16 << 20

# Files that are often handed over by mistake, by their first bytes.
STRANGERS = (
    (b"PK\x03\x04", "is an .xlsx workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "is an .xls workbook"),
    (b"%PDF-", "is a PDF document"),
    (b"\xfd7zXZ", "is compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd"),
    (b"PAR1\x15", "is a Parquet file"),
)


# --- which file holds what ---


def stem_of(analysis: Analysis, place: Input) -> str:
    """What a file of an input is called, without its ending: one that people write by hand by what it is, unless the
    analysis takes two of those."""
    if place.config is None:
        return place.name
    first = next(other for other in analysis.inputs if other.config is place.config)
    return place.config.name if first is place else place.name


def look_for(folder: str, stem: str, ending: str) -> str | None:
    """The one of STEM.csv and STEM.csv.gz that is there; None when none is."""
    there = [path for path in (os.path.join(folder, stem + end) for end in (ending, ending + ".gz")) if _is_there(path)]
    if len(there) > 1:
        raise DataError(f"{there[0]}: there is also {there[1]}; which one is meant?", record=stem)
    return there[0] if there else None


def _is_there(path: str) -> bool:
    return os.path.exists(path)


# --- how tables are spelled ---


@dataclass(frozen=True)
class Dialect:
    """How the tables of a folder are spelled, and which of their columns hold what."""

    delimiter: str = ","
    formats: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by input, by field: the header


def _is_delimiter(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1 and (value == "\t" or (value.isprintable() and value not in ' "'))


_KEYS: dict[str, tuple[Any, str]] = {
    "delimiter": (
        lambda v: _is_delimiter(v) and v.isascii() and not v.isalnum(),
        "one character that is no letter, digit or quote",
    ),
    "date_format": (lambda v: isinstance(v, str) and v != "", 'a pattern as text, such as "%d.%m.%Y"'),
    "thousands": (lambda v: isinstance(v, str) and len(v) == 1 and v.isascii(), 'one character, as "," or "."'),
    "decimal_comma": (lambda v: isinstance(v, bool), "true or false"),
    "minor_units": (lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 9, "a number from 0 to 9"),
    "columns": (lambda v: isinstance(v, Mapping), "an object"),
}


def read_dialect(source: Any, inputs: Mapping[str, Input]) -> Dialect:
    """A mapping file, or what would stand in one."""
    path = "mapping"
    if not isinstance(source, Mapping):
        path = os.fspath(source)
        text, _ = read_text(path)
        try:
            source = json.loads(text)
        except ValueError as error:
            raise DataError(f"{path}: is not valid JSON: {error}", record="mapping") from None
    if not isinstance(source, Mapping):
        raise DataError(f"{path}: $: expected an object", record="mapping", path="$")
    for name, value in source.items():
        if name not in _KEYS:
            raise _unknown(path, "$", name, _KEYS)
        fits, expected = _KEYS[name]
        if not fits(value):
            raise DataError(f"{path}: $.{name}: expected {expected}", record="mapping", path=f"$.{name}")
    columns = source.get("columns", {})
    for name, fields in columns.items():
        _check_columns(path, name, fields, inputs)
    formats = {name: value for name, value in source.items() if name not in ("columns", "delimiter")}
    return Dialect(source.get("delimiter", ","), formats, columns)


def _check_columns(path: str, name: str, fields: Any, inputs: Mapping[str, Input]) -> None:
    tables = {place.name: place.record for place in inputs.values() if place.record is not None}
    if name not in tables:
        raise _unknown(path, "$.columns", name, tables)
    where = f"$.columns.{name}"
    if not isinstance(fields, Mapping):
        raise DataError(f"{path}: {where}: expected an object", record="mapping", path=where)
    known = [each.name for each in tables[name].columns]
    for each, header in fields.items():
        if each not in known:
            raise _unknown(path, where, each, known)
        if not isinstance(header, str) or not header:
            at = f"{where}.{each}"
            raise DataError(f"{path}: {at}: expected a header as text", record="mapping", path=at)


def _unknown(path: str, where: str, name: str, known: Iterable[str]) -> DataError:
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return DataError(f"{path}: {where}.{name}: there is no such key{hint}", record="mapping", path=f"{where}.{name}")


# --- bytes ---


def read_text(path: str, expected: str = "JSON") -> tuple[str, str]:
    """What a file holds, and the SHA-256 of it as it lies on disk."""
    with open(path, "rb") as file:
        data = file.read()
    sha256 = hashlib.sha256(data).hexdigest()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path}: the gzip data is corrupt: {error}") from None
    for magic, what in STRANGERS:
        if data.startswith(magic):
            raise DataError(f"{path}: {what}, not {expected}")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{path}: is UTF-16, expected UTF-8; convert it: iconv -f UTF-16 -t UTF-8 {path} > utf8.csv")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if (zero := data.find(b"\0")) >= 0:
        raise DataError(f"{path}:{_line_of(data, zero)}: is not a text file")
    if expected == "JSON" and len(data) > LONGEST_CONFIG:
        raise DataError(f"{path}: is longer than {LONGEST_CONFIG >> 20} MiB")
    try:
        return data.decode("utf-8"), sha256
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}:{_line_of(data, error.start)}: the byte 0x{data[error.start]:02X} is not UTF-8, probably this is "
            f"Windows-1252; convert it: iconv -f WINDOWS-1252 -t UTF-8 {path} > utf8.csv"
        ) from None


def _line_of(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


# --- rows ---


class TextTable(Mapping[str, list[str]]):
    """A table as a file has it: columns of texts, whose names may stand twice."""

    def __init__(self, path: str, sha256: str, headers: list[str], columns: list[list[str]], lines: _Lines) -> None:
        self.path = path
        self.sha256 = sha256
        self.headers = headers
        self._columns = columns
        self._lines = lines

    @property
    def rows(self) -> int:
        return len(self._columns[0])

    def line(self, row: int) -> int:
        """The line of the file on which a row begins, from 1."""
        return self._lines.of(row)

    def __getitem__(self, name: str) -> list[str]:
        return self._columns[self.headers.index(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.headers)

    def __len__(self) -> int:
        return len(self.headers)

    def values(self) -> Any:
        return self._columns


class _Lines:
    """The lines of rows, kept where they jump only."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._lines: list[int] = []
        self._next = -1

    def add(self, row: int, line: int) -> None:
        if line != self._next:
            self._rows.append(row)
            self._lines.append(line)
        self._next = line + 1

    def of(self, row: int) -> int:
        at = bisect.bisect_right(self._rows, row) - 1
        return self._lines[at] + row - self._rows[at]


def read_table(path: str, delimiter: str) -> TextTable:
    """A file of CSV as columns of texts."""
    text, sha256 = read_text(path, "CSV")
    found = _split(path, text, delimiter)
    _, headers = next(found, (0, []))
    if not headers:
        raise DataError(f"{path}: is empty, expected a line of headers")
    lines = _Lines()
    rows: list[list[str]] = []
    for line, cells in found:
        if len(cells) != len(headers):
            what = f"{len(cells)} cell{'' if len(cells) == 1 else 's'} found, expected {len(headers)}"
            raise DataError(f"{path}:{line}: {what} as there are headers")
        lines.add(len(rows), line)
        rows.append(cells)
    if not rows:
        raise DataError(f"{path}: has a header but no rows")
    return TextTable(path, sha256, headers, [list(column) for column in zip(*rows, strict=True)], lines)


def _split(path: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV text with the lines on which they begin; lines without anything are none."""
    plain = re.compile(f'[^{re.escape(delimiter)}"\r\n]*')
    lines = enumerate(io.StringIO(text, newline=""), 1)
    for number, line in lines:
        if '"' in line:
            yield number, _quoted(path, number, line, lines, delimiter, plain)
        elif stripped := line.rstrip("\r\n"):
            yield number, stripped.split(delimiter)


def _quoted(
    path: str, begun: int, text: str, lines: Iterator[tuple[int, str]], delimiter: str, plain: re.Pattern[str]
) -> list[str]:
    """The cells of a row that has quotes: of this line, and of those that follow where a cell goes on there."""
    cells: list[str] = []
    at, number = 0, begun
    while True:
        if text.startswith('"', at):
            end = _closing(text, at + 1)
            while end < 0:
                number, more = next(lines, (0, ""))
                if not number:
                    raise DataError(
                        f"{path}:{begun}: a quote that opens in this row is not closed before the file ends"
                    )
                if len(text) + len(more) > LONGEST_ROW:
                    raise DataError(f"{path}:{begun}: the row that begins here is longer than 16 MiB")
                text, end = text + more, _closing(more, 0)
                end += len(text) - len(more) if end >= 0 else 0
            cells.append(text[at + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            match = plain.match(text, at)
            assert match is not None
            cells.append(match[0])
            at = match.end()
        if text.startswith(delimiter, at):
            at += 1
        elif at == len(text) or text[at] in "\r\n":
            return cells
        else:
            raise DataError(
                f"{path}:{begun}: a quote stands where none may (on line {number}): a cell with quotes must begin and "
                "end with one, and quotes inside it are doubled"
            )


def _closing(text: str, start: int) -> int:
    """Where the quote is that closes a cell: not one of two. No line ends between the two."""
    while (at := text.find('"', start)) >= 0 and text.startswith('"', at + 1):
        start = at + 2
    return at


# --- errors ---


def located(error: PartnerError, tables: Mapping[str, TextTable], records: Mapping[str, str]) -> PartnerError:
    """An error about rows of a file, with the file and the line in the place of the row. `records`: by the name of a
    record, the input that has rows of it."""
    record = error.record or ""
    name = record if record in tables else records.get(record, "")
    table = tables.get(name)
    if table is None:
        return error
    message, where = error.message, table.path
    for called in (record, name):
        message = message.removeprefix(f"{called}: ").removeprefix(f"{called} row {error.row}: ")
    if error.row is not None and error.row < table.rows:
        where += f":{table.line(error.row)}"
    parts = message.split('"')  # not within what was found
    parts[::2] = [_ROW.sub(lambda found: _named_line(table, found), part) for part in parts[::2]]
    error.message = f"{where}: " + '"'.join(parts)
    error.args = (error.message,)
    return error


_ROW = re.compile(r"\brow (\d+)\b")


def _named_line(table: TextTable, found: re.Match[str]) -> str:
    row = int(found[1])
    return f"line {table.line(row)}" if row < table.rows else found[0]
