#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes libpartner/__init__.pyi, what editors and type checkers know of the package, from the library's tables.

    make_stubs.py            writes it, beside this file
    make_stubs.py --check    says whether it is what would be written

libpartner has to be importable. Functions of analyses and classes of objects exist at run time without a line of
Python; this file is where a type checker learns of them: their keywords, and the figures and tables of their results.
"""

from __future__ import annotations

import ast
import copy
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "libpartner" / "__init__.pyi"
# The package that was built, not the sources beside this file.
sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != HERE]

import libpartner  # noqa: E402
from libpartner import _errors, _report, _results, _run  # noqa: E402
from libpartner._doc import (  # noqa: E402
    document,
    document_config,
    document_object,
    may_be_none,
    shown_fields,
    type_of,
)
from libpartner._library import (  # noqa: E402
    F64,
    Analysis,
    ConfigType,
    Field,
    Flag,
    ObjectType,
    RecordType,
    Unit,
    analyses,
    configs,
    objects,
)
from libpartner._results import class_of_results  # noqa: E402

HEAD = """# SPDX-License-Identifier: MIT
# Made by make_stubs.py from the library's tables; not to be edited. A test compares it with what would be made.
# Classes marked type_check_only exist for type checkers only: in annotations, write their names in quotes.
import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias, overload, type_check_only

import numpy as np
import numpy.typing as npt
import pandas
import polars
import pyarrow
from typing_extensions import Self

"""

TYPES = """
@type_check_only
class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...

@type_check_only
class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]: ...

@type_check_only
class _DataFrame(Protocol):
    @property
    def columns(self) -> Any: ...

# A table: a dataframe, a dict of columns, a structured array, a stream of Arrow.
_Frame: TypeAlias = Mapping[str, Any] | _ArrowStream | _DataFrame | Columns | npt.NDArray[np.void]
# A column: the name of one, or the column itself.
_Column: TypeAlias = str | Iterable[Any] | _ArrowStream | _ArrowArray | Indexes | Minor
_Date: TypeAlias = str | datetime.date | np.datetime64
_Fraction: TypeAlias = float | Decimal | str
# What people write by hand: a dict, a text of JSON, the path of a file of JSON or TOML.
_Written: TypeAlias = Mapping[str, Any] | str | bytes | os.PathLike[str]

__version__: str
"""

MODULES = {
    "_columns": ("Indexes", "Minor", "indexes", "minor"),
    "_dict": ("Dict",),
    "_errors": (*sorted(_errors.__all__), "strerror"),
    "_frames": ("Columns", "columns"),
    "_library": ("features", "version"),
    "_results": ("Advice",),
}

FORMATS = {
    "minor_units": "int",
    "date_format": "str",
    "decimal_comma": "bool",
    "thousands": "str",
}


# Classes whose code is in Python: their public methods.


def public(source: str, name: str, left_out: Iterable[str] = ()) -> Iterator[str]:
    """A class of a module as a stub. Attributes by name are for the classes below to say."""
    tree = ast.parse(source)
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    own = ", ".join(ast.unparse(each) for each in found.bases)
    yield ""
    yield f"class {name}({own}):" if own else f"class {name}:"
    yield from docstring(ast.get_docstring(found) or "", 4)
    for node in found.body:
        if isinstance(node, ast.FunctionDef) and is_public(node.name) and node.name not in left_out:
            yield from method(node)


def estimator(source: str, name: str, shown: str, base: str = "") -> Iterator[str]:
    """A class of a model as a stub: what __init__ takes, what fit() brings about, and its methods with their texts."""
    tree = ast.parse(source)
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    lines = [f"class {shown}({base}):" if base else f"class {shown}:"]
    lines += docstring(ast.get_docstring(found) or "", 4)
    for node in found.body:
        if isinstance(node, ast.AnnAssign) and not ast.unparse(node.target).startswith("_"):
            lines.append(f"    {ast.unparse(node)}")
        elif isinstance(node, ast.FunctionDef) and (is_public(node.name) or node.name == "__init__"):
            lines += method(node, True) if node.name not in ("__getstate__", "__setstate__") else []
    for line in lines:
        yield re.sub(r"\bFloats\b", "npt.NDArray[np.float64]", re.sub(r": Array\b", ": npt.NDArray[Any]", line))


def is_public(name: str) -> bool:
    if name in (
        "__init__",
        "defaults",
        "keeps_call",
        "__getattr__",
        "__dir__",
        "__reduce__",
        "__repr__",
        "_repr_html_",
    ):
        return False
    return not name.startswith("_") or name.startswith("__")


def method(node: ast.FunctionDef, documented: bool = False) -> Iterator[str]:
    for decorator in node.decorator_list:
        yield f"    @{ast.unparse(decorator)}"
    arguments = ast.unparse(node.args).replace("self: Self", "self").replace("cls: type[Self]", "cls")
    returns = ast.unparse(node.returns) if node.returns is not None else "None"
    returns = returns.replace("Array", "npt.NDArray[Any]") if returns == "Array" else returns
    returns = "tuple[Any, ...]" if "Field" in returns else returns
    text = ast.get_docstring(node) or ""
    if not documented or not text:
        yield f"    def {node.name}({arguments}) -> {returns}: ..."
        return
    yield f"    def {node.name}({arguments}) -> {returns}:"
    yield from docstring(text, 8)


def docstring(text: str, indent: int) -> Iterator[str]:
    """A docstring of a stub, lines as they are."""
    margin = " " * indent
    lines = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip().split("\n")
    if lines == [""]:
        return
    if len(lines) == 1:
        yield f'{margin}"""{lines[0]}"""'
        return
    yield f'{margin}"""{lines[0]}'
    yield from (f"{margin}{line}".rstrip() for line in lines[1:])
    yield f'{margin}"""'


# Results


def camel(*names: str) -> str:
    return "".join(part.capitalize() for name in names for part in name.split("_"))


def element(field: Field) -> str:
    """numpy's type of a column's elements."""
    if field.unit == Unit.INDEX:
        return "npt.NDArray[Any]"
    if field.unit in (Unit.MONEY, Unit.PPM) or field.type == F64:
        return "npt.NDArray[np.float64]"
    if field.unit == Unit.DAY:
        return "npt.NDArray[np.datetime64]"
    if field.unit == Unit.FLAG:
        return "npt.NDArray[np.bool_]"
    if field.unit in (Unit.ENUM, Unit.CLASS):
        return "npt.NDArray[np.str_]"
    # Numbers with holes in them come as floats.
    return "npt.NDArray[Any]" if field.has(Flag.NULLABLE) else "npt.NDArray[np.integer[Any]]"


def figure(field: Field) -> str:
    """The type of a scalar, or of a fixed array's scalars by name."""
    plain = "str | int" if field.unit == Unit.ROW else type_of(field)
    plain = {"date": "datetime.date"}.get(plain, plain)
    one = f"{plain} | None" if may_be_none(field) else plain
    if field.count == 1:
        return one
    return f"dict[str, {one}]" if field.names and field.unit != Unit.ENUM else f"list[{one}]"


class Classes:
    """The classes that records become, each once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.made: dict[tuple[str, ...], str] = {}
        self.reserved = {name for name in dir(libpartner.Result) if not name.startswith("_")}

    def of(self, name: str, records: list[RecordType]) -> str:
        """The class of records whose columns belong side by side."""
        key = tuple(record.name for record in records)
        if key not in self.made:
            self.made[key] = name
            self.lines += self._class(name, records)
        return self.made[key]

    def _class(self, name: str, records: list[RecordType]) -> list[str]:
        columns = self._columns(records)
        lines = ["", "@type_check_only", f"class {name}({'Table' if columns else 'Record'}):"]
        lines += docstring(records[0].text, 4)
        if columns:
            lines += overloads(columns)
        lines += self.attributes(records, set(dir(_results.Table)))
        return lines

    def _columns(self, records: list[RecordType]) -> dict[str, Field]:
        columns: dict[str, Field] = {}
        for record in records:
            for field in record.columns:
                if not field.has(Flag.HIDDEN):
                    columns.setdefault(field.name, field)
        return columns

    def attributes(self, records: list[RecordType], taken: Iterable[str]) -> list[str]:
        """Figures and tables below, as read-only attributes."""
        lines: list[str] = []
        names = set(taken)
        for record in records:
            for field in shown_fields(record):
                if field.record is None and not record.is_figure(field):
                    continue
                if field.name in names or not field.name.isidentifier():
                    continue
                names.add(field.name)
                lines += attribute(_results.attribute_of(field.name), self._type(field), field.text)
        return lines

    def _type(self, field: Field) -> str:
        if field.record is None:
            return figure(field)
        below = self.of(camel(field.record.name), [field.record])
        return below if field.has(Flag.SUMMARY) else f"{below} | None"

    def _closer(self, node: ast.FunctionDef, analysis: Analysis, main: str) -> ast.FunctionDef:
        """A method that gives Annotated[Table, "name of a record"] as one that gives the class of that record."""
        found = re.fullmatch(r"Annotated\[Table, '(\w+)'\]", ast.unparse(node.returns) if node.returns else "")
        if found is None:
            return node
        node = copy.deepcopy(node)
        record = next(each for each in records_of(analysis) if each.name == found[1])
        is_main = record is analysis.views[0].record
        node.returns = ast.Name(main if is_main else self.of(camel(record.name), [record]))
        return node

    def result(self, analysis: Analysis) -> str:
        """The class of an analysis's results."""
        own = methods_of(class_of_results(analysis))
        views: dict[str, list[RecordType]] = {}
        for view in analysis.views:
            views.setdefault(view.name, []).append(view.record)
        name = camel(analysis.name, "result")
        main, records = next(iter(views.items()))
        tables = {view: self.of(camel(*dict.fromkeys((analysis.name, view))), below) for view, below in views.items()}
        lines: list[str] = []
        for view, kind in tables.items():
            title = next(v.title for v in analysis.views if v.name == view)
            lines += attribute(view, kind if view == main else f"{kind} | None", title)
        lines += self.attributes(records, self.reserved | set(tables) | set(own))
        for node in own.values():
            lines += method(self._closer(node, analysis, tables[main]), True)
        self.lines += ["", "@type_check_only", f"class {name}(Result):"]
        self.lines += docstring(f"What {analysis.name}() found: {analysis.text}", 4)
        self.lines += overloads(self._columns(records)) + lines
        return name


def records_of(analysis: Analysis) -> Iterator[RecordType]:
    """The records of an analysis's views, and those below them."""
    for view in analysis.views:
        yield view.record
        yield from (field.record for field in view.record.fields if field.record is not None)


def methods_of(kind: type[libpartner.Result]) -> dict[str, ast.FunctionDef]:
    """What results of one kind can do beyond others, by name."""
    if kind is libpartner.Result:
        return {}
    tree = ast.parse(source(kind.__module__.rpartition(".")[2]))
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    return {node.name: node for node in found.body if isinstance(node, ast.FunctionDef) and is_public(node.name)}


def attribute(name: str, kind: str, text: str) -> list[str]:
    return ["    @property", f"    def {name}(self) -> {kind}:", *docstring(text, 8)]


def overloads(columns: dict[str, Field]) -> list[str]:
    """table["share"], by what the columns hold."""
    kinds: dict[str, list[str]] = {}
    for name, field in columns.items():
        kinds.setdefault(element(field), []).append(name)
    lines = []
    for kind, names in kinds.items():
        lines += ["    @overload", f"    def __getitem__(self, name: {literal(names)}) -> {kind}: ..."]
    return [*lines, "    @overload", "    def __getitem__(self, name: str) -> npt.NDArray[Any]: ..."]


def literal(names: Iterable[str]) -> str:
    return f"Literal[{', '.join(repr(name) for name in names)}]".replace("'", '"')


# Calls


def setting(field: Field) -> str:
    """The type of an option's value."""
    if field.unit == Unit.FLAG:
        return "bool"
    if field.unit == Unit.ENUM:
        return literal(field.names)
    if field.unit == Unit.DAY:
        return "_Date"
    if field.unit in (Unit.PPM, Unit.MONEY):
        return "_Fraction"
    plain = "float" if field.type == F64 else "int"
    return f"{plain} | {literal(field.names)}" if field.names and field.count == 1 else plain


def keyword(plan: _run.Plan, name: str) -> str:
    """The type of a keyword."""
    kind, detail = plan.keywords[name]
    if kind == _run._COLUMN:
        return "_Column"
    if kind == _run._INPUT:
        config = plan.inputs[detail[0]]
        if isinstance(config, _run.ConfigPlan):
            return written(config.config)
        return "_Frame | int" if detail[1] else "_Frame"
    if kind == _run._OPTION:
        field = detail[0][1]
        one = setting(field)
        return f"Sequence[{one}] | str" if field.count > 1 else one
    if kind == _run._FORMAT:
        return FORMATS[name]
    return "Dict" if kind == _run._DICT else "Mapping[str, Dict]"


def written(config: ConfigType) -> str:
    return f"_Written | {camel(config.name)}"


def parameters(plan: _run.Plan, left_out: Iterable[str] = ()) -> list[str]:
    return [f"{name}: {keyword(plan, name)} | None = None" for name in plan.keywords if name not in left_out]


def function(name: str, head: str, keywords: list[str], returns: str, doc: str, indent: int = 0) -> list[str]:
    margin = " " * indent
    lines = [f"{margin}def {name}("]
    lines += [f"{margin}    {part}," for part in [*head.split(", "), *(["*", *keywords] if keywords else [])] if part]
    lines += [f"{margin}) -> {returns}:" + ("" if doc else " ...")]
    return [*lines, *docstring(doc, indent + 4)]


def call_of(analysis: Analysis, returns: str) -> list[str]:
    plan = _run.Plan(analysis.name, analysis, analysis.inputs, analysis.options)
    head, loose = "data: _Frame | None = None, /", ()
    if len(plan.positional) > 1:
        loose = plan.positional
        needed = {place.name for place in analysis.configs if place.required}
        head = ", ".join(f"{name}: {keyword(plan, name)}{'' if name in needed else ' | None = None'}" for name in loose)
    return ["", *function(analysis.name, head, parameters(plan, loose), returns, document(analysis))]


def report() -> list[str]:
    """The report: its class, with a result of each analysis, and its function."""
    lines = list(public(source("_report"), "Report", ("to_html",)))
    tree = ast.parse(source("_report"))
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Report")
    for node in found.body:
        if isinstance(node, ast.FunctionDef) and node.name == "to_html":
            lines += method(node, True)
    for analysis in analyses:
        kind = f"{camel(analysis.name, 'result')} | None"
        lines += attribute(analysis.name, kind, f"{analysis.text}; None where there was nothing to work on")
    head = "source: str | os.PathLike[str] | _Frame | None = None, /"
    keywords = [f"{name}: {report_keyword(name)} | None = None" for name in _report.KEYWORDS]
    return [*lines, "", *function("report", head, keywords, "Report", inspect.getdoc(libpartner.report) or "")]


def report_keyword(name: str) -> str:
    """The type of a keyword of the report."""
    field = _report.OPTIONS.get(name)
    place = _report.INPUTS.get(_report.OTHER_NAMES.get(name, name))
    if place is not None and place.config is not None:
        return written(place.config)
    if place is not None:
        return "_Frame | int" if field is not None else "_Frame"
    if name in FORMATS:
        return FORMATS[name]
    if field is not None:
        return f"Sequence[{setting(field)}] | str" if field.count > 1 else setting(field)
    if name == "analyses":
        return "Sequence[str]"
    return "Mapping[str, Any] | str | os.PathLike[str]" if name == "mapping" else "str"


def class_of_config(kind: ConfigType) -> list[str]:
    name = camel(kind.name)
    lines = ["", f"class {name}(PartnerConfig):", *docstring(document_config(kind), 4)]
    return [*lines, f"    def __init__(self, source: {written(kind)}, /) -> None: ..."]


def class_of(kind: ObjectType, returns: str) -> list[str]:
    made: Any = getattr(libpartner, camel(kind.name))
    base = made.__mro__[1].__name__
    lines = ["", f"class {camel(kind.name)}(_{base}):", *docstring(document_object(kind), 4)]
    data = "self, data: _Frame | None = None, /"
    if kind.config is None:
        lines += function("__init__", "self", parameters(made._create_plan), "None", "", 4)
        lines += function("add", data, parameters(made._add_plan), "Self", made.add.__doc__ or "", 4)
    else:
        config = f"config: {written(kind.config)}"
        lines += attribute(kind.config.name, camel(kind.config.name), kind.config.text)
        lines += function("__init__", f"self, {config}, /", parameters(made._create_plan), "None", "", 4)
        more = ["version: int | None = None", *parameters(made._append_plan)]
        lines += function("append", data, more, returns, made.append.__doc__ or "", 4)
        text = made.advance.__doc__ or ""
        lines += function("advance", "self, day: _Date, /", parameters(made._advance_plan), returns, text, 4)
    for name in ("finish", kind.analysis.name):
        text = made.finish.__doc__ or ""
        lines += function(name, "self", parameters(made._finish_plan), returns, text, 4)
    return lines


def stubs() -> str:
    """The whole file."""
    results, built = source("_results"), source("_objects")
    hidden = ("add", "append", "advance", "finish")  # whose keywords each class says
    lines: list[str] = []
    for module, names in MODULES.items():
        lines += [f"from .{module} import (", *(f"    {name} as {name}," for name in names), ")"]
    lines += TYPES.split("\n")
    for name in ("Record", "Table", "Result"):
        lines += public(results, name)
    lines += public(source("_configs"), "PartnerConfig")
    lines += public(built, "PartnerObject", hidden)
    for module, name in (("_objects", "Adding"), ("_states", "Appending")):
        lines += ["", "@type_check_only"]
        lines += [re.sub(f"^class {name}\\b", f"class _{name}", line) for line in public(source(module), name, hidden)][
            1:
        ]
    lines += ["", "@type_check_only", *estimator(source("_estimators"), "Classifier", "_Classifier")]
    for module, name in (("_frequency_model", "FrequencyModel"), ("_win_model", "WinModel")):
        lines += ["", *estimator(source(module), name, name, "_Classifier")]
    classes = Classes()
    returns = {analysis.name: classes.result(analysis) for analysis in analyses}
    lines += classes.lines
    for config in configs:
        lines += class_of_config(config)
    for analysis in analyses:
        lines += call_of(analysis, returns[analysis.name])
    for kind in objects:
        lines += class_of(kind, returns[kind.analysis.name])
    lines += report()
    return HEAD + "\n".join(lines).rstrip() + "\n"


def source(module: str) -> str:
    return (HERE / "libpartner" / f"{module}.py").read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    text = stubs()
    if arguments == ["--check"]:
        if OUTPUT.exists() and OUTPUT.read_text(encoding="utf-8") == text:
            return 0
        print(f"{OUTPUT.name} is not what make_stubs.py makes: run it", file=sys.stderr)
        return 1
    if arguments:
        print("usage: make_stubs.py [--check]", file=sys.stderr)
        return 2
    OUTPUT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
