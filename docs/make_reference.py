# SPDX-License-Identifier: MIT
"""Writes the reference pages of the site from the public headers and the library's tables.

python3 docs/make_reference.py INCLUDE_DIRECTORY OUTPUT_DIRECTORY

The headers say everything about the C interface, the records everything about inputs, options and results, so
neither is written a second time.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from libpartner._library import Analysis, ConfigType, Field, Input, ObjectType, RecordType

# What a comment may begin a line with, besides the name of a parameter.
HEADINGS = (
    "Class|Complexity|Divisor|Errors|Errors also|Formula|Missing values|Range|Source|Threads|Ties and order|Units"
)


def words(text: str) -> str:
    """Comment text as Markdown: names of the library as code, everything else taken literally."""
    pieces = re.split(r"(`[^`]+`|\b(?:partner|PARTNER)_\w+(?:\(\))?)", text)
    literal = (re.sub(r"([\\`*_<>\[\]{}$#|~^])", r"\\\1", piece) for piece in pieces[::2])
    code = ("`" + piece.strip("`") + "`" for piece in pieces[1::2])
    return "".join(a + b for a, b in zip(literal, [*code, ""], strict=True))


def comment_lines(comment: str) -> list[str]:
    body = comment.removeprefix("/*").removesuffix("*/")
    return [re.sub(r"^ \* ?", "", line).rstrip() for line in body.strip().split("\n")]


def markdown(comment: str, function: bool) -> str:
    """Paragraphs stay paragraphs; for a function a line that begins with `name: ` begins an item."""
    out: list[str] = []
    for line in comment_lines(comment):
        item = re.match(rf"([a-z][a-z_0-9]*|_[a-z_]+|{HEADINGS}):\s+(.*)", line)
        if item and function:
            out.append(f"- **{words(item[1])}**: {words(item[2])}")
        elif line.startswith(" ") and out and out[-1]:
            out.append("  " + words(line.strip()))
        else:
            out.append(words(line))
    text = "\n".join(out)
    return re.sub(r"(\n[^-\n ][^\n]*)\n- ", r"\1\n\n- ", text)


def declared(code: str) -> str:
    """What a piece of code declares: the name a reader looks for."""
    for pattern in (
        r"^typedef struct (\w+) \{",
        r"^struct (\w+) \{",
        r"^typedef .*?\(\*(\w+)\)",
        r"^typedef struct \w+ (\w+);",
        r"^typedef [\w ]+ (\w+);",
        r"^PARTNER_API[\w \*\n]*?\b(partner_\w+)\(",
        r"^#define (\w+)",
    ):
        found = re.search(pattern, code, re.M)
        if found:
            return found[1]
    names = re.findall(r"^\s+(PARTNER_\w+)", code, re.M)
    return names[0].rsplit("_", 1)[0] + "_…" if names else ""


def pieces(text: str) -> list[tuple[str, str]]:
    """The header as (comment, code): a comment in the first column begins a new piece, so does code after a
    blank line that ends a declaration."""
    start = text.index('extern "C" {')
    body = text[text.index("#endif", start) + 6 : text.rindex("#ifdef __cplusplus")]
    found: list[tuple[str, str]] = []
    comment, code = "", ""
    inside = False
    for line in body.split("\n"):
        if line.startswith("/*") and not inside:
            if code.strip():
                found.append((comment, code.strip("\n")))
            comment, code, inside = line, "", not line.endswith("*/")
        elif inside:
            comment += "\n" + line
            inside = not line.endswith("*/")
        elif not line and re.search(r"[;}]$", code.strip()) and code.count("{") == code.count("}"):
            found.append((comment, code.strip("\n")))
            comment, code = "", ""
        else:
            code += line + "\n"
    return found + ([(comment, code.strip("\n"))] if code.strip() else [])


def c_page(header: Path) -> str:
    text = header.read_text(encoding="utf-8")
    top = comment_lines(text[: text.index("*/") + 2])[1:]
    title = re.sub(r"^libpartner: ", "", top[0]).split(",")[0].rstrip(".")
    about = sentence(" ".join(top).strip().removeprefix("libpartner: "))
    out = [f"# C: partner/{header.name}", "", about, ""]
    for comment, code in pieces(text):
        name = declared(code)
        if name and not name.endswith("_INIT"):
            out += [f"## {words(name)}", ""]
        if comment:
            out += [markdown(comment, code.startswith("PARTNER_API")), ""]
        out += ["```c", code.replace("PARTNER_API ", ""), "```", ""]
    assert title, header
    return "\n".join(out)


def cell(text: str) -> str:
    return words(text).replace("\n", " ")


def sentence(text: str) -> str:
    return words(text[:1].upper() + text[1:].removesuffix(".") + ".")


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [*("| " + " | ".join(line) + " |" for line in lines), ""]


def kind(field: Field) -> str:
    """What a value of the field is, in a word or two."""
    from libpartner._library import F64, U8, Unit

    names = {
        Unit.COUNT: "count",
        Unit.MONEY: "money",
        Unit.DAY: "day",
        Unit.SHARE: "share",
        Unit.RATIO: "number",
        Unit.PPM: "share",
        Unit.ROW: "row",
        Unit.CLASS: "class",
        Unit.FLAG: "true or false",
        Unit.PLACES: "0 … 9",
    }
    if field.unit == Unit.INDEX:
        return f"id ({field.dictionary})"
    if field.unit == Unit.ENUM:
        return " \\| ".join(f"`{name}`" for name in field.names)
    plain = "number" if field.type in (F64, U8) else "whole number"
    return names.get(field.unit, plain) + (
        " for each of " + ", ".join(field.names) if field.count > 1 and field.names else ""
    )


def input_table(record: RecordType) -> list[str]:
    from libpartner._library import Flag

    return table(
        ["column", "what", "type", "needed", "also found as"],
        [
            [
                f"`{field.name}`",
                cell(field.text),
                kind(field),
                "yes" if field.has(Flag.REQUIRED) else "",
                ", ".join(f"`{alias}`" for alias in field.aliases),
            ]
            for field in record.columns
        ],
    )


def result_tables(record: RecordType, above: str) -> list[str]:
    """Figures, columns, and the records that hang on this one."""
    from libpartner._library import Flag

    shown = [field for field in record.fields if not field.has(Flag.HIDDEN)]
    columns = [field for field in shown if field.is_column]
    figures = [field for field in shown if field.is_number and not field.is_column]
    if all(field.has(Flag.LENGTH) for field in figures):
        figures = []
    out: list[str] = []
    if figures:
        out += table(["figure", "what", "type"], [[f"`{f.name}`", cell(f.text), kind(f)] for f in figures])
    if columns:
        out += table(["column", "what", "type"], [[f"`{f.name}`", cell(f.text), kind(f)] for f in columns])
    for field in shown:
        if field.record is not None:
            name = f"{above}.{field.name}" if above else field.name
            out += [f"### `{name}`", "", sentence(field.text), "", *result_tables(field.record, name)]
    return out


def file_of(given: Input) -> str:
    return f"{given.name.upper()}.{'csv' if given.config is None else 'json'}"


def calls(analysis: Analysis) -> list[str]:
    """A config that is needed comes first, then the first rows; the others have names."""
    leading = [given for given in analysis.inputs if given.config is not None and given.required]
    rows = next(given for given in analysis.inputs if given.record is not None)
    others = [given for given in analysis.inputs if given not in (*leading, rows)]
    first = ", ".join(given.name for given in (*leading, rows))
    more = "".join(f", {given.name}=…" for given in others)
    named = "{" + ", ".join(f"{given.name} = {{…}}" for given in others) + "}" if others else "{option = value}"
    files = f"{file_of(rows)}" + "".join(f" --{given.name} {file_of(given)}" for given in (*leading, *others))
    return table(
        ["from", "call"],
        [
            ["Python", f"`libpartner.{analysis.name}({first}{more}, option=value, …)`"],
            ["Lua", f"`partner.{analysis.name}({first}, {named})`"],
            ["command", f"`partner {analysis.name} {files} --set option=value`"],
        ],
    )


def input_section(analysis: Analysis, given: Input) -> list[str]:
    out = [f"## Input `{given.name}`{'' if given.required else ' (may be left out)'}", "", sentence(given.text), ""]
    if given.config is not None:
        return [*out, f"It is a [{given.config.name}](config-{given.config.name}.md).", ""]
    for other in analysis.inputs:
        if other is given:
            break
        if other.record is given.record:
            return [*out, f"Its columns are those of `{other.name}`.", ""]
    return [*out, *input_table(given.rows)]


def analysis_page(analysis: Analysis) -> str:
    out = [f"# Analysis: {analysis.name}", "", sentence(analysis.text), ""]
    out += [f"Formulas and examples are on the page about [{analysis.name}](../{analysis.name}.md).", ""]
    out += calls(analysis)
    for given in analysis.inputs:
        out += input_section(analysis, given)
    out += ["## Options", ""]
    out += table(
        ["option", "what", "type", "default"],
        [
            [f"`{f.name}`", cell(f.text), kind(f), f"`{f.initial}`" if f.initial else ""]
            for f in analysis.settings.values()
        ],
    )
    names = dict.fromkeys(view.name for view in analysis.views)
    for name in names:
        views = [view for view in analysis.views if view.name == name]
        out += [f"## Result `{name}`", ""]
        for view in views:
            out += [sentence(view.record.text), "", *result_tables(view.record, "")]
    return "\n".join(out)


def object_page(kept: ObjectType) -> str:
    out = [f"# Object: {kept.name}", "", sentence(kept.text), ""]
    if kept.config is not None:
        out += [f"It is made of a [{kept.config.name}](config-{kept.config.name}.md).", ""]
    out += [f"It takes rows as the input below and gives results of the analysis [{kept.analysis.name}]"]
    out[-1] += f"(analysis-{kept.analysis.name}.md), whose options it shares."
    return "\n".join([*out, "", "## Rows", "", *input_table(kept.input)])


def config_page(config: ConfigType) -> str:
    out = [f"# Config: {config.name}", "", sentence(config.text), ""]
    out += [f"People write it by hand, as JSON; `partner check {config.name}.json` says it back in plain sentences."]
    out += ["Its names are those of the columns " + ", ".join(f"`{name}`" for name in config.dictionaries) + ".", ""]
    if config.example:
        out += ["```json", config.example, "```", ""]
    return "\n".join(out)


def index_page(headers: list[str]) -> str:
    lists = [["analysis-*", "config-*", "object-*"], [f"c-{name}" for name in headers]]
    out = ["# Reference", ""]
    for caption, names in zip(
        ["Analyses, configs and objects, in every language", "The C interface"], lists, strict=True
    ):
        out += ["```{toctree}", f":caption: {caption}", ":glob:", ":maxdepth: 1", "", *names, "```", ""]
    return "\n".join(out)


def main() -> None:
    from libpartner._library import analyses, configs, objects

    include, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    headers = re.findall(
        r"#include <partner/(\w+)\.h>", (include / "partner" / "partner.h").read_text(encoding="utf-8")
    )
    pages = {f"c-{name}": c_page(include / "partner" / f"{name}.h") for name in headers}
    pages |= {f"analysis-{analysis.name}": analysis_page(analysis) for analysis in analyses}
    pages |= {f"config-{config.name}": config_page(config) for config in configs}
    pages |= {f"object-{kept.name}": object_page(kept) for kept in objects}
    pages["index"] = index_page(headers)
    for name, text in pages.items():
        (output / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
