# SPDX-License-Identifier: MIT
"""Docstrings made from the library's tables, with an example that runs as a doctest."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from ._library import F64, Analysis, ConfigType, Field, Flag, Input, ObjectType, RecordType, Unit
from ._results import attribute_of, class_of_results

__all__ = ["document", "document_config", "document_object", "shown_fields", "type_of"]

WIDTH = 96

ERRORS = (
    ("TypeError", "a keyword that there is none of, a value of the wrong kind"),
    ("ArgumentError", "an option out of its range, a column of a type that cannot become what it should"),
    ("DataError", "a needed column that is missing, a value that is bad; .field and .row say which"),
    ("TooLittleError", "too little data for the question"),
    ("RangeError", "a sum that leaves 64 bits"),
    ("KeyboardInterrupt", "Ctrl-C during the call"),
)
# What is not of an analysis: how texts are read, and who is who.
READING = (
    ("date_format", "strftime pattern; default ISO 8601", "how days in texts are written"),
    ("decimal_comma", "bool; default False", "texts have a decimal comma"),
    ("thousands", "one character", "what stands between thousands in texts"),
    ("dict, dicts", "Dict, {name: Dict}", "dictionaries of ids to share with other calls"),
)


def document(analysis: Analysis) -> str:
    """The docstring of an analysis."""
    parts = [_sentence(analysis.text), *_how(analysis)]
    parts += ["", *_heading("Inputs"), *_inputs(analysis.inputs)]
    inputs = {place.name for place in analysis.inputs}
    meant = class_of_results(analysis).defaults
    parts += ["", *_heading("Options"), *_options(analysis.settings.values(), inputs, meant), *_reading()]
    parts += ["", *_heading("Returns"), *_returns(analysis)]
    parts += ["", *_heading("Raises"), *_raises()]
    parts += _section("Example", list(_example(analysis)))
    return "\n".join(parts).rstrip() + "\n"


def document_object(kind: ObjectType) -> str:
    """The docstring of the class of an object."""
    parts = [_sentence(kind.text), "", *_wrap(_life(kind)), ""]
    if kind.config is not None:
        parts += [*_heading("Made of"), *_config(kind.config.name, kind.config, True), ""]
    parts += [*_heading("Options"), *_options(kind.options.settings), *_reading()]
    verb = "add()" if kind.config is None else "append()"
    parts += ["", *_heading(f"Rows, for {verb}"), *_columns(kind.input)]
    if kind.others:
        where = "for finish()" if kind.config is None else f"when it is made, for {verb} and finish()"
        parts += ["", *_heading(f"Further inputs, {where}"), *_inputs(kind.others)]
    parts += _section("Example", list(_object_example(kind)))
    return "\n".join(parts).rstrip() + "\n"


def _life(kind: ObjectType) -> str:
    """What can be done with an object."""
    method = kind.analysis.name
    if kind.config is None:
        return (
            f"Made with options; add() takes rows, merge() another {kind.name}, save() and load() go to bytes and "
            f"back; finish() gives the result of libpartner.{method}() of all rows so far."
        )
    return (
        f"Made of a {kind.config.name}; append() takes rows and gives the result of libpartner.{method}() of what they "
        "have brought about, advance() moves everything on to a day; save() and load() go to bytes and back, with ids "
        "and all; finish() gives the result as it stands. version moves with every append, so that two writers do "
        "not append to the same."
    )


def document_config(kind: ConfigType) -> str:
    """The docstring of the class of a config."""
    name = class_name(kind)
    text = (
        "Made of a dict, a text of JSON, or the path of a file of JSON or TOML (.toml). Checked when it is made: what "
        "is wrong is a DataError with its path. sentences says what it means, warnings what is allowed and hardly "
        "meant. Wherever one is taken, what it is made of is taken too."
    )
    parts = [_sentence(kind.text), "", *_wrap(text)]
    if kind.example is not None:
        made = [">>> import libpartner as lp", *_text_of(kind.name, kind.example)]
        parts += _section("Example", [*made, f">>> lp.{name}({kind.name}).warnings", "[]"])
    return "\n".join(parts).rstrip() + "\n"


def class_name(kind: ObjectType | ConfigType) -> str:
    """What Python calls the class of an object or a config."""
    return "".join(word.capitalize() for word in kind.name.split("_"))


# Types


NUMBERS = {
    Unit.MONEY: "Decimal",
    Unit.DAY: "date",
    Unit.FLAG: "bool",
    Unit.SHARE: "float",
    Unit.RATIO: "float",
    Unit.PPM: "float",
}
TEXTS = (Unit.ENUM, Unit.CLASS)


def type_of(field: Field) -> str:
    """What Python has for one value of a field of a result."""
    if field.record is not None:
        return "Table" if field.record.columns else "Record"
    if field.unit == Unit.INDEX:
        return "str | int"
    if field.unit in TEXTS:
        return "str"
    return NUMBERS.get(field.unit, "float" if field.type == F64 else "int")


def may_be_none(field: Field) -> bool:
    """Whether a scalar of a result can have no value: what is undefined, and what is missing."""
    return field.type == F64 or field.has(Flag.NULLABLE) or field.when is not None


def _meaning(field: Field) -> str:
    """The unit, where the type does not say it."""
    if field.unit == Unit.MONEY:
        return "money"
    if field.unit == Unit.SHARE:
        return "share, 1 = all"
    if field.unit == Unit.DAY:
        return "day"
    if field.unit == Unit.COUNT:
        return "count"
    if field.unit == Unit.ROW:
        return "row, from 0"
    if field.unit == Unit.INDEX:
        return f"id of a {field.dictionary}" if field.dictionary else "id"
    if field.unit == Unit.FLAG:
        return "bool"
    if field.unit in (Unit.ENUM, Unit.PPM, Unit.PLACES):
        return {Unit.PPM: 'fraction, or "30 %"', Unit.PLACES: "0 … 9"}.get(field.unit, _choice(field.names))
    return {Unit.CLASS: "class"}.get(field.unit, "number")


def _choice(names: Iterable[str]) -> str:
    return " | ".join(f'"{name}"' for name in names)


# Sections


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _wrap(text: str, indent: int = 0) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_long_words=False)


def _heading(title: str) -> list[str]:
    return [title, "-" * len(title)]


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", *_heading(title), *lines] if lines else []


def _entry(name: str, kind: str, text: str, indent: int = 0) -> list[str]:
    """A name with its kind, and below it what it is."""
    margin, deeper = " " * indent, " " * (indent + 8)
    head = textwrap.wrap(f"{name} : {kind}", WIDTH, initial_indent=margin, subsequent_indent=deeper)
    return [*head, *_wrap(text, indent + 4)]


def _how(analysis: Analysis) -> list[str]:
    first = analysis.tables[0]
    needed = [field.name for field in first.rows.columns if field.has(Flag.REQUIRED)]
    columns = ", ".join(f"{name}=…" for name in needed)
    configs = "".join(f"{place.name}, " for place in analysis.configs if place.required)
    return [
        "",
        f"    libpartner.{analysis.name}({configs}{first.name}, {columns}, …)",
        f"    libpartner.{analysis.name}({configs}{columns}, …)",
        "",
        *_wrap(
            f"{first.name}: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict of "
            "columns. A keyword with the name of a column says where it is: the name of a column of the frame, or "
            "the column itself. Without one it is found by its own name, then by its aliases."
        ),
    ]


def _inputs(inputs: Iterable[Input]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for place in inputs:
        if place.config is not None:
            yield from _config(place.name, place.config, place.required, place.text)
            continue
        state = "needed" if place.required else "optional"
        yield from _entry(place.name, f"frame, dict of columns or columns(…); {state}", place.text)
        first = seen.setdefault(place.rows.name, place.name)
        if first == place.name:
            yield from _columns(place.rows, 4)
        else:
            yield f"    columns as those of {first}"


def _config(name: str, config: ConfigType, needed: bool, text: str | None = None) -> list[str]:
    kind = f"dict, JSON, path of a .json or .toml file, or {class_name(config)}"
    return _entry(name, f"{kind}; {'needed' if needed else 'optional'}", text or config.text)


def _columns(record: RecordType, indent: int = 0) -> Iterator[str]:
    for field in record.columns:
        state = "needed" if field.has(Flag.REQUIRED) else "optional"
        text = field.text + (f" (also: {', '.join(field.aliases)})" if field.aliases else "")
        yield from _entry(field.name, f"{_meaning(field)}; {state}", text, indent)


def _options(
    fields: Iterable[Field], inputs: Iterable[str] = (), meant: Mapping[str, object] | None = None
) -> Iterator[str]:
    """`meant`: defaults of this package that are not the library's."""
    for field in fields:
        kind = _meaning(field)
        if field.name in inputs:
            kind += ", in the place of a table"
        if field.count > 1:
            kind = f"list of at most {field.count}: {kind}"
        if field.unit == Unit.COUNT and field.names:
            kind += f" or {_choice(field.names)}"
        if meant is not None and field.name in meant:
            kind += f"; default {meant[field.name]!r}"
        elif field.initial is not None:
            kind += f"; default {_initial(field)}"
        yield from _entry(field.name, kind, field.text)


def _initial(field: Field) -> str:
    """A default as Python has it."""
    text = field.initial or ""
    if field.unit == Unit.FLAG:
        return text.capitalize()
    if field.unit == Unit.ENUM:
        return f'"{text}"'
    return f"[{text.replace(',', ', ')}]" if field.count > 1 else text


def _reading() -> Iterator[str]:
    for name, kind, text in READING:
        yield from _entry(name, kind, text)


def _returns(analysis: Analysis) -> Iterator[str]:
    yield from _wrap(
        'A Result: figures are attributes, result["name"] is a column of the main table, the tables are '
        "attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table on; "
        "sentences say what the figures mean; plot() draws them. What is undefined or was not asked for is "
        "None (NaN in a column)."
    )
    for view in analysis.views:
        yield from ["", f"{view.title}:"]
        yield from _fields(view.record, 4)


def shown_fields(record: RecordType) -> list[Field]:
    """What of a record's fields people see: no machinery."""
    return [field for field in record.fields if not field.has(Flag.HIDDEN) and (field.is_number or field.record)]


def _fields(record: RecordType, indent: int) -> Iterator[str]:
    for field in shown_fields(record):
        if field.record is not None:
            yield from _entry(field.name, type_of(field), field.text, indent)
            yield from _fields(field.record, indent + 4)
            continue
        if field.has(Flag.LENGTH):
            continue  # len() says it
        kind = f"column; {_meaning(field)}" if field.is_column else _meaning(field)
        if field.unit == Unit.ROW and not field.is_column:
            kind = "id of the row"
        if field.count > 1 and field.names:
            kind += f"; by {_choice(field.names)}"
        name = field.name if field.is_column else attribute_of(field.name)
        yield from _entry(name, kind, field.text, indent)


def _raises() -> Iterator[str]:
    for name, text in ERRORS:
        yield from [name, f"    {text}"]


# The example


def _literal(field: Field, text: str) -> str:
    """A value of an example as Python has it."""
    plain = field.is_number and field.unit not in (Unit.INDEX, Unit.DAY, Unit.ENUM, Unit.CLASS, Unit.FLAG)
    return text if plain and text else "None" if not text else f'"{text}"'


def _frame(record: RecordType, name: str) -> list[str]:
    """The example of an input as a dict of columns."""
    lines = [f">>> {name} = {{"]
    for field in record.columns:
        if field.example:
            values = ", ".join(_literal(field, text) for text in field.example)
            lines.append(f'...     "{field.name}": [{values}],')
    return [*lines, "... }"]


def _printed(field: Field, text: str) -> str:
    """How the interpreter prints a figure of the example, which the tables hold as text."""
    if field.unit == Unit.MONEY:
        return f"Decimal('{text}')"
    if field.unit == Unit.DAY:
        year, month, day = (int(part) for part in text.split("-"))
        return f"datetime.date({year}, {month}, {day})"
    if field.unit == Unit.FLAG:
        return text.capitalize()
    if field.unit in TEXTS or field.unit == Unit.INDEX:
        return repr(text)
    return repr(float(text)) if field.type == F64 else text


def _figures(analysis: Analysis, name: str) -> list[str]:
    lines: list[str] = []
    for figure, text in analysis.example:
        for view in analysis.views:
            field = view.record.find(figure)
            if field is not None and not field.is_column:
                # A table of that name comes first.
                own = figure not in analysis.view_names
                said = attribute_of(figure) if own else f'summary["{figure}"]'
                lines += [f">>> {name}.{said}", _printed(field, text)]
                break
    return lines


def _example(analysis: Analysis) -> Iterator[str]:
    configs, tables = _needed(analysis)
    if not analysis.example or not _has_examples(configs, tables):
        return
    yield ">>> import libpartner as lp"
    yield from _given(configs, tables)
    # One table goes without a keyword; where there are configs, all do.
    loose = len(tables) if configs else 1
    given = [place.name for place in (*configs, *tables[:loose])]
    given += [f"{place.name}={place.name}" for place in tables[loose:]]
    yield f">>> result = lp.{analysis.name}({', '.join(given)})"
    yield from _figures(analysis, "result")


def _needed(analysis: Analysis) -> tuple[list[Input], list[Input]]:
    """The inputs that an example needs: configs, and rows."""
    configs = [place for place in analysis.configs if place.required]
    return configs, [place for place in analysis.tables if place.required]


def _has_examples(configs: list[Input], tables: list[Input]) -> bool:
    texts = all(place.config is not None and place.config.example for place in configs)
    return texts and all(any(field.example for field in place.rows.columns) for place in tables)


def _given(configs: list[Input], tables: list[Input]) -> Iterator[str]:
    """The examples of inputs, each under its name."""
    for place in configs:
        assert place.config is not None
        yield from _text_of(place.name, place.config.example or "")
    for place in tables:
        yield from _frame(place.rows, place.name)


def _text_of(name: str, text: str) -> list[str]:
    """A text of several lines under a name."""
    first, *others = text.replace("\\", "\\\\").split("\n")
    lines = [f">>> {name} = '''{first}", *(f"... {line}" for line in others)]
    lines[-1] += "'''"
    return lines


def _object_example(kind: ObjectType) -> Iterator[str]:
    configs, tables = _needed(kind.analysis)
    if [place.record for place in tables] != [kind.input] or not kind.analysis.example:
        return
    if not _has_examples(configs, tables):
        return
    rows = tables[0].name
    yield ">>> import libpartner as lp"
    yield from _given(configs, tables)
    if kind.config is None:
        yield f">>> {kind.name} = lp.{class_name(kind)}().add({rows})"
    else:
        yield f">>> {kind.name} = lp.{class_name(kind)}({', '.join(place.name for place in configs)})"
        yield f">>> batch = {kind.name}.append({rows})"
    yield f">>> result = {kind.name}.finish()"
    yield from _figures(kind.analysis, "result")
