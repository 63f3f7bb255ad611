# SPDX-License-Identifier: MIT
"""Reports: the figures of the sample channel are the command's, bit for bit, whatever they were read from; the page is
one file that needs nothing, says what the tables say, and lets nothing of the data out of its place."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import libpartner as lp
import pytest
from libpartner import _report_files as files
from libpartner._library import analyses
from test_pipeline import read
from test_same_bits import NOT_RESULT, Number, compare

CHANNEL = Path(__file__).resolve().parents[2] / "examples" / "channel"

report: Any = lp.report

SALES = {
    "partner": ["Aster", "Birch", "Aster", "Cedar"],
    "day": ["2025-01-31", "2025-02-28", "2026-01-31", "2026-02-28"],
    "amount": ["100.50", "20", "60", "9.505"],
}
ROSTER = {"partner": ["Birch", "Aster", "Dahlia"], "name": ["Birch & Söhne", "Aster <GmbH>", None]}
FEW = ["totals", "pareto"]


def command() -> str:
    found = os.environ.get("PARTNER_COMMAND")
    if not found:
        pytest.skip("PARTNER_COMMAND is not set")
    return found


def said_by_command(folder: Path, *options: str) -> Any:
    said = subprocess.run([command(), "report", str(folder), "--format", "json", *options], capture_output=True)
    assert said.returncode == 0, said.stderr.decode()
    return json.loads(said.stdout, parse_float=Number)


def write(folder: Path, **tables: Any) -> Path:
    """Tables as CSV and configs as JSON."""
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        if name in ("process", "program", "segments", "mapping"):
            (folder / f"{name}.json").write_text(json.dumps(table), encoding="utf-8")
            continue
        lines = [",".join(table), *(",".join("" if v is None else str(v) for v in row) for row in zip(*table.values()))]
        (folder / f"{name}.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def channel() -> Any:
    return report(CHANNEL)


@pytest.fixture(scope="module")
def quick() -> Any:
    """Without what is learnt of deals."""
    return report(CHANNEL, state_only=True)


@pytest.fixture(scope="module")
def expected() -> Any:
    return said_by_command(CHANNEL)


# --- the figures are those of the command ---


def compare_part(found: Any, wanted: Any, where: str) -> int:
    """A part of a result: its figures and tables, and its own rows, which stand under the name of their number."""
    if not isinstance(wanted, dict) or not isinstance(found, lp.Record):
        return compare(found, wanted, where)
    compared = 0
    for name, value in wanted.items():
        there, part = found._find(name)
        rows = isinstance(value, list) and not (there and isinstance(part, (lp.Record, list)))
        compared += compare_part(found if rows else part, value, f"{where}.{name}")
    return compared


def compare_all(found: Any, wanted: dict[str, Any]) -> int:
    """Every figure and every cell of every table. Returns how many."""
    names = [name for name in wanted if name not in (*NOT_RESULT, "advice")]
    assert list(found.results) == names
    compared = 0
    for name in names:
        result = found[name]
        for part, value in wanted[name].items():
            if part == "summary":
                for figure, each in value.items():
                    is_figure = figure in result.summary
                    own = result.summary[figure] if is_figure else getattr(result, figure)
                    compared += compare_part(own, each, f"{name}.{figure}")
            elif part not in NOT_RESULT:
                compared += compare_part(getattr(result, part), value, f"{name}.{part}")
    return compared


def test_the_channel_is_that_of_the_command(channel: Any, expected: Any) -> None:
    # 400 partners in four tables at least, 1 909 deals, and their doubts.
    assert compare_all(channel, expected) > 50_000
    assert {"totals", "pareto", "segment", "loyalty", "pipeline"} <= set(channel.results)


def test_what_to_act_on_is_that_of_the_command(channel: Any, expected: Any) -> None:
    assert [each._asdict() for each in channel.advice] == expected["advice"]
    assert len(channel.advice) == 5
    for each in channel.advice:
        assert each.act and each.rests_on and "{" not in each.act
        assert channel[each.analysis].advice == each


def test_where_it_comes_from_is_that_of_the_command(channel: Any, expected: Any) -> None:
    assert channel.inputs == expected["inputs"]
    for each in channel.inputs.values():
        assert each["sha256"] == hashlib.sha256(Path(each["file"]).read_bytes()).hexdigest()


def test_options_go_where_they_belong() -> None:
    windows = {
        "from_day": "2025-01-01",
        "to_day": "2026-01-01",
        "previous_from_day": "2024-01-01",
        "previous_to_day": "2025-01-01",
        "as_of_day": "2025-12-31",
        "draws": 50,
        "state_only": True,
    }
    wanted = said_by_command(
        CHANNEL,
        *(word for name, value in windows.items() for word in ("--set", f"{name}={str(value).lower()}")),
    )
    found = report(CHANNEL, **windows)
    assert compare_all(found, wanted) > 50_000
    assert found.totals.growth is not None and found.pareto.change is not None and found.segment.moves is not None


@pytest.mark.parametrize("kind", ["dict", "pandas", "polars", "pyarrow"])
def test_frames_give_the_same(kind: str, quick: Any) -> None:
    """Tables from memory, configs as dicts, and none of them in the order of the folder."""
    tables: dict[str, Any] = {path.stem: read(path.name) for path in sorted(CHANNEL.glob("*.csv"), reverse=True)}
    if kind == "pandas":
        pandas = pytest.importorskip("pandas")
        tables = {name: pandas.DataFrame(table) for name, table in tables.items()}
    elif kind == "polars":
        polars = pytest.importorskip("polars")
        tables = {name: polars.DataFrame(table) for name, table in tables.items()}
    elif kind == "pyarrow":
        pyarrow = pytest.importorskip("pyarrow")
        tables = {name: pyarrow.table(table) for name, table in tables.items()}
    configs = {path.stem: json.loads(path.read_bytes(), parse_float=Decimal) for path in CHANNEL.glob("*.json")}
    found = report(**tables, **configs, state_only=True)
    assert list(found.results) == list(quick.results)
    for name, result in found.results.items():
        assert result.summary == quick[name].summary
        assert result.to_dict() == quick[name].to_dict()
        assert result.sentences == quick[name].sentences
    assert found.advice == quick.advice and found.names == quick.names
    assert all(each["file"] is None for each in found.inputs.values())
    assert found.inputs["sales"]["rows"] == 13105


def test_rows_of_any_order_give_the_same_digest_of_the_same_values() -> None:
    """The digest is of the values: it says nothing of how ids were numbered, and sees every change."""
    digests = {
        name: report(analyses=["totals"], **given).inputs["sales"]["sha256"]
        for name, given in {
            "as it is": {"sales": SALES},
            "other numbers of the ids": {"sales": SALES, "partners": ROSTER},
            "another amount": {"sales": {**SALES, "amount": ["100.50", "20", "60", "9.52"]}},
            "another partner": {"sales": {**SALES, "partner": ["Aster", "Birch", "Aster", "Cedars"]}},
            "another column": {"sales": {**SALES, "margin": [1, 1, 1, 1]}},
        }.items()
    }
    assert digests.pop("as it is") == digests.pop("other numbers of the ids")
    assert len(set(digests.values())) == 3


def test_partners_are_the_same_everywhere(tmp_path: Path) -> None:
    """A partner whom another file names first has its place in all analyses, as in the command."""
    deals = {
        "deal": ["D1", "D2"],
        "partner": ["Zinnia", "Aster"],
        "opened": ["2026-01-01", "2026-01-02"],
        "amount": [5, 7],
    }
    folder = write(
        tmp_path / "f", sales=SALES, deals=deals, process={"stages": [{"id": "s", "milestones": [{"id": "m"}]}]}
    )
    wanted = said_by_command(folder, "--set", "state_only=true")
    found = report(folder, state_only=True)
    assert compare_all(found, wanted) > 50
    assert found.totals["partner"].tolist()[0] == "Zinnia"


# --- what runs, and what is said of the rest ---


def test_without_what_it_needs_an_analysis_is_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path / "f", sales=SALES, deals={"deal": ["D1"], "partner": ["Aster"], "opened": ["2026-01-01"]})
    found = report(folder)
    assert found.notes[0] == "pipeline is left out: the folder has no process.json"
    assert found.pipeline is None and "pipeline" not in found.results
    said = subprocess.run([command(), "report", str(folder)], capture_output=True, text=True)
    assert f"partner: {found.notes[0]}" in said.stderr
    assert report(sales=SALES, deals=read("deals.csv")).notes[0] == "pipeline is left out: there is no process"


def test_what_a_build_cannot_do_is_done_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without GSL nothing is learnt of deals; that is said, and the rest goes on."""
    from libpartner import _report

    real = _report._finish
    asked = []

    def finish(call: Any, inputs: Any) -> Any:
        asked.append((call.plan.name, "state_only" in call.options))
        if call.plan.name == "pipeline" and "state_only" not in call.options:
            raise lp.UnsupportedError("this build has no distributions")
        if call.plan.name == "loyalty":
            raise lp.UnsupportedError("nor points")
        return real(call, inputs)

    monkeypatch.setattr(_report, "_finish", finish)
    found = report(CHANNEL, analyses=["totals", "loyalty", "pipeline"])
    assert list(found.results) == ["totals", "pipeline"] and found.pipeline.forecast is None
    assert found.notes == [
        "loyalty is left out: nor points",
        "pipeline goes on with state_only: this build has no distributions",
    ]
    assert asked == [("totals", False), ("loyalty", False), ("pipeline", False), ("pipeline", True)]
    with pytest.raises(lp.UnsupportedError, match="nor points"):
        report(CHANNEL, analyses=["loyalty"])


def test_only_those_that_are_wanted() -> None:
    found = report(CHANNEL, analyses=["pareto"])
    assert list(found.results) == list(found) == ["pareto"] and len(found) == 1
    assert list(found.inputs) == ["sales", "partners"] and found.notes == []
    assert found.totals is None
    with pytest.raises(AttributeError, match="a report has no 'paretos'"):
        found.paretos  # noqa: B018
    with pytest.raises(ValueError, match="there is no 'parto'; did you mean 'pareto'"):
        report(CHANNEL, analyses=["parto"])
    with pytest.raises(TypeError, match="expected a list of names"):
        report(CHANNEL, analyses="pareto")
    with pytest.raises(TypeError, match="needs program for loyalty"):
        report(events=read("events.csv"), analyses=["loyalty"])


def test_what_is_given_beside_a_folder_takes_the_place_of_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "f", sales=SALES)
    other = {"partner": ["Elder"], "amount": [1], "day": ["2026-01-01"]}
    assert report(folder, sales=other, analyses=FEW).totals.revenue_total == Decimal("1.00")
    rules = {"bands": {"method": "thresholds", "thresholds": [50]}}
    for name in ("segments", "rules"):
        assert report(folder, **{name: rules}).segment.bands.to_dict()["from"][0] == Decimal("50.00")


def test_names_of_partners() -> None:
    found = report(SALES, partners=ROSTER)
    assert found.names == {"Birch": "Birch & Söhne", "Aster": "Aster <GmbH>"}
    assert report(SALES).names == {}


def test_the_text_says_it_all(channel: Any) -> None:
    text = repr(channel)
    assert text.startswith("<libpartner report: totals, pareto, segment, loyalty")
    for sentence in [*channel.pareto.sentences, channel.advice[0].act, channel.advice[4].rests_on]:
        assert sentence in text


# --- files as they come ---


def test_compressed_files_are_read(tmp_path: Path, quick: Any) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    for path in CHANNEL.iterdir():
        (folder / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    found = report(folder, state_only=True)
    for name, result in quick.results.items():
        assert found[name].summary == result.summary and found[name].to_dict() == result.to_dict()
    assert found.inputs["sales"]["file"].endswith("sales.csv.gz")
    assert found.inputs == said_by_command(folder, "--set", "state_only=true")["inputs"]


def test_a_mapping_says_how_tables_are_spelled(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "sales.csv").write_text("Wer;Wann;Was\nAster;31.01.2026;1.234,5\nBirch;01.02.2026;10\n", encoding="utf-8")
    mapping = {
        "delimiter": ";",
        "decimal_comma": True,
        "thousands": ".",
        "date_format": "%d.%m.%Y",
        "columns": {"sales": {"partner": "Wer", "day": "Wann", "amount": "Was"}},
    }
    assert report(folder, mapping=mapping).totals.revenue_total == Decimal("1244.50")
    (folder / "mapping.json").write_text(json.dumps(mapping), encoding="utf-8")
    found = report(folder)
    assert found.totals.revenue_total == Decimal("1244.50")
    assert compare_all(found, said_by_command(folder)) > 20
    with pytest.raises(lp.DataError, match=r"mapping: \$.delimeter: there is no such key \(did you mean delimiter\?\)"):
        report(folder, mapping={"delimeter": ";"})
    with pytest.raises(lp.DataError, match=r"\$.columns.sales.ammount: there is no such key \(did you mean amount\?\)"):
        report(folder, mapping={"columns": {"sales": {"ammount": "x"}}})
    with pytest.raises(lp.DataError, match=r"\$.columns.sails: .* \(did you mean sales\?\)"):
        report(folder, mapping={"columns": {"sails": {}}})
    with pytest.raises(lp.DataError, match=r"\$.minor_units: expected a number from 0 to 9"):
        report(folder, mapping={"minor_units": 12})


ROWS = [
    ("partner,amount\na,1\nb,2\n", [["a", "1"], ["b", "2"]], [2, 3]),
    ("partner,amount\r\na,1\r\n\r\nb,2", [["a", "1"], ["b", "2"]], [2, 4]),
    ('partner,amount\n"a, ""x""",1\nb,\n', [['a, "x"', "1"], ["b", ""]], [2, 3]),
    ('partner,amount\n"a\nb",1\nc,"2"\n', [["a\nb", "1"], ["c", "2"]], [2, 4]),
    ('partner,amount\n"",""\r"x","y"\r', [["", ""], ["x", "y"]], [2, 3]),
    ("\ufeffpartner,amount\n a ,1\n", [[" a ", "1"]], [2]),
]


@pytest.mark.parametrize(("text", "rows", "lines"), ROWS)
def test_rows_are_read_by_the_rules_of_csv(tmp_path: Path, text: str, rows: list[list[str]], lines: list[int]) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode("utf-8"))
    table = files.read_table(str(path), ",")
    assert list(table) == ["partner", "amount"]
    assert [list(row) for row in zip(*table.values(), strict=True)] == rows
    assert [table.line(row) for row in range(len(rows))] == lines


BAD = [
    (b"", "is empty, expected a line of headers"),
    (b"partner,amount\n", "has a header but no rows"),
    (b"partner,amount\na,1\nb,2,3\n", ":3: 3 cells found, expected 2 as there are headers"),
    (b'partner,amount\na"b,1\n', ":2: a quote stands where none may (on line 2)"),
    (b'partner,amount\n"a"b,1\n', ":2: a quote stands where none may (on line 2)"),
    (b'partner,amount\nc,1\n"a,1\nb,2\n', ":3: a quote that opens in this row is not closed before the file ends"),
    (b"partner,amount\na,1\nb\xe4r,2\n", ":3: the byte 0xE4 is not UTF-8, probably this is Windows-1252"),
    (b"partner,amount\na,1\nb\0,2\n", ":3: is not a text file"),
    ("partner,amount\na,1\n".encode("utf-16"), "is UTF-16, expected UTF-8"),
    (b"PK\x03\x04....", "is an .xlsx workbook or a zip archive, not CSV"),
    (b"\x1f\x8b....", "the gzip data is corrupt"),
    (gzip.compress(b"partner,amount\na,1\n")[:-9], "the gzip data is corrupt"),
    (b"partner,amount\na,1\nb,x\n", ':3: amount: "x" is not a number'),
    (b"partner,amount\na,1\n\nb,\n", ":4: amount: "),
    (b"partner,revenue,total\na,1,2\n", "amount: both 'revenue' and 'total' could hold it"),
    (b"partner,amount,amount\na,1,2\n", "amount: the column 'amount' stands twice"),
    (b"partner;amount\na;1\n", "no column for partner"),
]


@pytest.mark.parametrize(("content", "complaint"), BAD)
def test_bad_files_are_told_by_file_and_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(content)
    with pytest.raises(lp.DataError) as caught:
        report(tmp_path)
    assert str(caught.value).startswith(str(path)), caught.value
    assert complaint in str(caught.value).removeprefix(str(path))
    # The command refuses it, too, in the same place.
    said = subprocess.run([command(), "report", str(tmp_path)], capture_output=True, text=True, errors="replace")
    assert said.returncode == 1
    line = re.match(r"(:\d+)?", str(caught.value).removeprefix(str(path)))
    assert line is not None and str(path) in said.stderr
    if line[0]:
        assert f"{path}{line[0]}:" in said.stderr


def test_what_analyses_complain_about_is_told_by_file_and_line(tmp_path: Path) -> None:
    sales = {"partner": ["a", "b"], "amount": [1, 2], "day": ["2026-01-01", ""]}
    folder = write(tmp_path / "f", sales=sales)
    with pytest.raises(lp.DataError) as caught:
        report(folder, from_day="2026-01-01")
    assert str(caught.value).startswith(f"{folder}/sales.csv:3: day")
    with pytest.raises(lp.DataError) as caught:
        report(folder, partners={"partner": ["a", "a"]})
    assert str(caught.value).startswith("partners")


def test_configs_are_told_by_file_and_path(tmp_path: Path) -> None:
    folder = write(tmp_path / "f", sales=SALES, segments={"bandz": {}})
    with pytest.raises(lp.DataError) as caught:
        report(folder)
    assert str(caught.value).startswith(f"{folder}/segments.json: $.bandz")
    assert caught.value.path == "$.bandz"


def test_places_of_money_come_from_the_configs_which_must_agree(tmp_path: Path) -> None:
    program = {"rules": [{"id": "r", "on": "sale", "earn": {"points": 1, "per": 10}}], "minor_units": 0}
    events = {"partner": ["a"], "day": ["2026-01-01"], "kind": ["sale"], "amount": [100]}
    folder = write(tmp_path / "f", sales=SALES, events=events, program=program)
    found = report(folder)
    # 100.50 + 20 + 60 + 9.505, each rounded half to even.
    assert found.totals.revenue_total == Decimal(100 + 20 + 60 + 10)
    assert (
        found.notes[-1] == f"{folder}/sales.csv: 2 amounts had more than 0 decimal places and were rounded half to even"
    )
    assert compare_all(found, said_by_command(folder)) > 20
    assert report(folder, minor_units=3, analyses=FEW).totals.revenue_total == Decimal("190.005")
    with pytest.raises(lp.StateError, match="expected the same"):
        report(folder, minor_units=3)
    with pytest.raises(
        lp.DataError, match=r"^compare: its money has 2 decimal places and that of .*program\.json has 0"
    ):
        report(folder, compare={**program, "minor_units": 2})


def test_which_files_are_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        report(tmp_path / "nowhere")
    with pytest.raises(NotADirectoryError, match=r"is a file, expected a folder with sales.csv"):
        report(CHANNEL / "sales.csv")
    with pytest.raises(lp.DataError, match=r"there is none of sales.csv, events.csv, .* in this folder"):
        report(tmp_path)
    with pytest.raises(TypeError, match="report\\(\\) needs a folder or tables: one of sales, events"):
        report()
    write(tmp_path, deals=SALES)
    with pytest.raises(lp.DataError, match=r"there is no process.json in this folder, which pipeline needs"):
        report(tmp_path)
    write(tmp_path, sales=SALES)
    shutil.copy(tmp_path / "sales.csv", tmp_path / "sales.csv.gz")
    with pytest.raises(lp.DataError, match=r"sales.csv: there is also .*sales.csv.gz; which one is meant\?"):
        report(tmp_path)


def test_a_second_program_has_a_file_of_its_own() -> None:
    """program.json is not taken for the program to compare with as well."""
    assert files.stem_of(*places("loyalty", "program")) == "program"
    assert files.stem_of(*places("loyalty", "compare")) == "compare"
    assert files.stem_of(*places("segment", "rules")) == "segments"
    assert report(CHANNEL, analyses=["loyalty"]).loyalty.comparison is None


def places(analysis: str, name: str) -> tuple[Any, Any]:
    found = next(each for each in analyses if each.name == analysis)
    return found, next(place for place in found.inputs if place.name == name)


def test_keywords_that_mean_nothing() -> None:
    with pytest.raises(TypeError, match="knows no keyword 'budgets'; did you mean 'budget'"):
        report(SALES, budgets=3)
    with pytest.raises(TypeError, match="got sales twice"):
        report(SALES, sales=SALES)
    with pytest.raises(lp.ArgumentError, match="cuts: "):
        report(SALES, cuts="many")
    assert report(SALES, partners=7, analyses=FEW).totals.summary["partners"] == 7


# --- the page ---

VOID = {"meta", "br", "wbr", "hr", "img", "path", "use", "image", "rect", "circle", "line"}


class Page(HTMLParser):
    """What stands in a page: text, tables, and whether it is well made."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self.headings: list[tuple[int, str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "title", "desc"):
            return
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def values(self, name: str) -> list[str]:
        return [value for _, each, value in self.attributes if each == name]


@pytest.fixture(scope="module")
def html(channel: Any) -> Iterator[str]:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    yield channel.to_html()


def plain(text: str) -> str:
    """Without what keeps numbers together."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_page_says_what_to_act_on_first(channel: Any, html: str) -> None:
    page = Page(html)
    text = plain(page.text)
    places = []
    names = {id: f"{name} ({id})" for id, name in channel.names.items()}
    for each in channel.advice:
        act = re.sub(r"\bP\d{3}\b", lambda found: names.get(found[0], found[0]), each.act)
        assert act in text and each.rests_on in text
        places.append(text.index(act))
    assert max(places) < text.index(channel.totals.sentences[0])
    assert [title for level, title in page.headings if level == 2] == [
        "What to act on",
        "Activity and revenue",
        "Concentration",
        "Segments and hours",
        "Pipeline",
        "Loyalty",
        "Where it comes from",
    ]


def test_the_page_has_sentences_tables_and_origin(channel: Any, html: str) -> None:
    page = Page(html)
    text = plain(page.text)
    for result in channel.results.values():
        for sentence in result.sentences:
            assert sentence.replace("`", "") in text  # columns are set in another type
    rows = [[plain(cell) for cell in row] for row in page.rows]
    largest = channel.pareto.partners.sorted().head(10).to_dict()
    for i, id in enumerate(largest["partner"]):
        amount = f"{largest['amount'][i]:,}".replace(",", " ")
        share = f"{100 * largest['share'][i]:.1f} %"
        assert any(row[:2] == [f"{channel.names[id]} {id}", amount] and share in row for row in rows), id
    for name, each in channel.inputs.items():
        row = next(row for row in rows if row[0] == name and row[-1] == each["sha256"])
        assert row[1] == each["file"] and row[2].replace(" ", "") == str(each.get("rows", ""))


def test_the_page_needs_nothing_else(html: str) -> None:
    """No script, nothing fetched, one file."""
    page = Page(html)
    assert html.startswith("<!DOCTYPE html>") and html.count("<html") == 1
    assert {"script", "link", "iframe", "object", "embed", "base", "form"}.isdisjoint(page.tags)
    assert not any(name.startswith("on") for _, name, _ in page.attributes)
    for tag, name, value in page.attributes:
        if name in ("href", "src", "xlink:href", "action", "data"):
            assert value.startswith(("#", "data:image/png;base64,")), (tag, name, value[:60])
    assert not re.search(r"https?://|url\((?!#)|@import|javascript:", html)


def test_the_page_is_well_made(html: str) -> None:
    """Names are unique, what refers to a name finds it, headings go down step by step, tables have captions."""
    page = Page(html)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby"):
        for value in page.values(name):
            assert set(value.split()) <= set(ids)
    assert {value[1:] for value in page.values("href") if value.startswith("#")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert page.tags.count("table") == page.tags.count("caption") + page.tags.count("details")
    assert "main" in page.tags and "nav" in page.tags and ("html", "lang", "en") in page.attributes
    assert page.values("scope").count("row") > 50
    for tag in ("title", "desc"):  # of every picture
        assert html.count(f"<{tag} id=") == page.tags.count("svg")
    assert page.values("role").count("img") == page.tags.count("svg") > 10


def test_the_same_input_gives_the_same_bytes(html: str) -> None:
    """Another process, with other hashes, too: test_as_a_command."""
    some = {"analyses": ["pareto", "segment", "loyalty"]}
    assert report(CHANNEL, **some).to_html() == report(CHANNEL, **some).to_html()
    assert not re.search(r"\d\d:\d\d:\d\d", html)


def test_colours_are_the_pages(html: str) -> None:
    """What is drawn in black is drawn in the colour of the text, so that it is seen on dark paper."""
    assert "#010203" not in html and "DejaVu" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    svg = "".join(re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL))
    assert "currentColor" in svg and "var(--blue)" in svg
    assert not re.search(r"(fill|stroke):#0072b2", svg)


NASTY = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "{{ 7 * 7 }}{% raw %}",
    "$\\frac{1}{$ & <b>",
    "]]></svg><!--",
    "日本 \u202e abc",
    "&lt;",
]


@pytest.mark.parametrize("bad", NASTY)
def test_nothing_of_the_data_gets_out_of_its_place(bad: str, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    sales = {"partner": [bad, "b", "c"], "amount": [70, 20, 10], "currency": [bad] * 3, "day": ["2026-01-01"] * 3}
    roster = {"partner": ["b", bad], "name": [bad + "!", None], "group": [bad, "x"]}
    found = report(sales, partners=roster, analyses=["totals", "pareto"])
    for html in (found.to_html(title=bad), found._repr_html_()):
        page = Page(html)
        assert {"script", "img", "b"}.isdisjoint(page.tags)
        assert not any(name.startswith("on") for _, name, _ in page.attributes)
        assert bad in page.text and f"{bad}! b" in page.text.replace("\n", " ")
        assert any(bad in cell for row in page.rows for cell in row)


@pytest.mark.parametrize(
    "sales",
    [
        {"partner": ["a"], "amount": [1]},
        {"partner": ["a", "b"], "amount": [0, 0]},
        {"partner": ["a", "b"], "amount": [-5, -1]},
        {"partner": [7, 8, 9], "amount": [1.5, 2.5, None], "day": ["2026-01-01", "2026-01-02", "2026-02-02"]},
    ],
)
def test_odd_data_has_a_page(sales: dict[str, Any]) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    if None in sales["amount"]:
        sales = {**sales, "amount": [1.5, 2.5, 0]}
    page = Page(report(sales).to_html())
    assert "Concentration" in page.text and "nan" not in page.text.lower().replace("finan", "")


def test_numbers_read_well() -> None:
    from libpartner import _report_html as page

    assert plain(page.grouped("-1234567.80")) == "−1 234 567.80"
    # Halves go away from zero, as in the sentences: 301 of 400 is 75.25 %.
    assert plain(page.share(0.7525)) == "75.3 %" and plain(page.share(-0.00001)) == "0.0 %"
    assert plain(page.share(12.3456)) == "1 234.6 %" and page.share(float("nan")) == "–"
    numbers = {0.56789: "0.5679", 12.3456: "12.35", 12345.6: "12 346", 0.00123456: "0.00123", 0.0: "0"}
    assert {x: plain(page.ratio(x)) for x in numbers} == numbers
    assert plain(page.unbroken("of 1 234 567 partners 12.5 %")) == "of 1 234 567 partners 12.5 %"
    assert page.unbroken("1 234 567 and 5 %") == "1\u00a0234\u00a0567 and 5\u00a0%"
    assert page.unbroken("in 2024 of 3 partners") == "in 2024 of 3 partners"


def test_columns_and_paths_in_sentences() -> None:
    pytest.importorskip("jinja2")
    from libpartner import _report_html as page

    assert page._with_code("link <them> by `reverses`.") == "link &lt;them&gt; by <code>reverses</code>."
    assert page._with_code("`<b>`") == "`&lt;b&gt;`"
    assert page._with_breaks("a/b&c\\d.csv") == "a/<wbr>b&amp;c\\<wbr>d.csv"


def test_it_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    found = report(SALES, analyses=["totals"])
    path = tmp_path / "review.html"
    path.write_text("as it was", encoding="utf-8")
    path.chmod(0o640)
    with pytest.raises(OSError), monkeypatch.context() as patched:
        patched.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("no")))
        found.to_html(path)
    assert path.read_text(encoding="utf-8") == "as it was" and os.listdir(tmp_path) == ["review.html"]
    assert found.to_html(path) is None
    assert path.read_text(encoding="utf-8") == found.to_html() and os.listdir(tmp_path) == ["review.html"]
    assert path.stat().st_mode & 0o777 == 0o640
    for place, wrong in ((tmp_path / "nowhere" / "x.html", FileNotFoundError), (tmp_path, IsADirectoryError)):
        with pytest.raises(wrong) as caught:
            found.to_html(place)
        assert caught.value.filename == str(place)
    assert os.listdir(tmp_path) == ["review.html"]
    with pytest.raises(ValueError, match="top is 0"):
        found.to_html(top=0)


def test_how_many_rows_are_shown() -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    sales = {"partner": list(range(100)), "amount": list(range(100))}
    found = report(sales, analyses=["pareto"])
    for top in (3, 30):
        page = Page(found.to_html(top=top))
        assert f"Partners: the largest {top} of 100" in plain(page.text)
        assert sum(row[0].isdigit() for row in page.rows) == top


def test_in_a_notebook() -> None:
    """The same, without a page around it, and without colours that count on white paper."""
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    channel = report(CHANNEL, analyses=["pareto"])
    text = channel._repr_html_()
    page = Page(text)
    assert text.lstrip().startswith("<div") and {"html", "head", "body", "main", "script"}.isdisjoint(page.tags)
    assert channel.pareto.sentences[0] in plain(page.text) and "svg" in page.tags
    # Every rule of the style is for this part alone.
    style = re.sub(r"/\*.*?\*/", "", re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)[0], flags=re.DOTALL)
    for selector in re.findall(r"([^{};@]+)\{", re.sub(r"@(media|page|supports)[^{]*\{", "", style)):
        for each in re.split(r",(?![^(]*\))", selector):
            own = (".libpartner-report", "body.libpartner-report", "html:has(> body.libpartner-report)")
            assert not each.strip() or each.strip().startswith(own)


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_without_what_draws_it(missing: str, channel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError, match=r"pip install 'libpartner\[report\]'"):
        channel.to_html()
    assert channel.pareto.sentences[0] in plain(Page(channel._repr_html_()).text)


def test_a_chart_for_phones_only_where_its_words_have_room(channel: Any) -> None:
    pytest.importorskip("matplotlib")
    from libpartner import _report_charts as charts

    boxes = {
        "apart": ((0, 0, 10, 10), (11, 0, 20, 10), False),
        "corners": ((0, 0, 10, 10), (9, 9, 20, 20), False),
        "on each other": ((0, 0, 10, 10), (2, 2, 12, 12), True),
        "within": ((0, 0, 100, 10), (2, 2, 8, 8), True),
    }
    for a, b, wanted in boxes.values():
        assert charts._overlap(a, b) is wanted and charts._overlap(b, a) is wanted
    drawn = charts.charts_of(channel.loyalty, channel.names, "EUR", "t")
    assert [chart.kind for chart in drawn] == ["points", "tiers"] and all(chart.narrow for chart in drawn)
    drawn = charts.charts_of(channel.segment, channel.names, "EUR", "t")
    assert [chart.kind for chart in drawn] == ["map", "hours"] and all(chart.narrow for chart in drawn)
    long = {"sales": {"partner": [f"{'W' * 40}{i}" for i in range(40)], "amount": list(range(40))}}
    wide = charts.charts_of(report(**long, analyses=["pareto"]).pareto, {}, "EUR", "t")[0]
    assert wide.wide and "<svg" in wide.wide


def test_colours_of_the_drawings_become_those_of_the_page() -> None:
    from libpartner import _report_charts as charts

    assert charts._style("fill: #0072B2; opacity: 0.12", "path") == "fill:var(--blue);opacity:0.12"
    assert charts._style(f"stroke: {charts.INK}; stroke-width: 0.8", "path") == "stroke:currentColor;stroke-width:0.8"
    assert charts._style("fill: #d55e00", "text") == "fill:var(--orange-ink)"
    # Half of the blue, half of white: (0 + 255) / 2, (114 + 255) / 2, (178 + 255) / 2.
    assert charts._style("fill: #80b8d8", "path") == "fill:var(--blue-50,#80b8d8)"
    rules = charts.mixtures("fill:var(--blue-50,#80b8d8);stroke:var(--grey)")
    assert "--blue-50:color-mix(in srgb,var(--blue) 50%,var(--paper))" in rules and "grey" not in rules
    assert "--blue-50:color-mix(in srgb,var(--blue) 60%,var(--paper))" in rules.partition("dark")[2]
    assert charts.mixtures("fill:var(--blue)") == ""
    assert charts._style("fill: #123456", "path") == "fill:#123456"
    assert charts._style("font: 9px 'DejaVu Sans'; text-anchor: end", "text") == "font-size:9px;text-anchor:end"


# --- python -m libpartner ---


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(lp.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-m", "libpartner", *arguments], capture_output=True, text=True, env=environment
    )


def test_as_a_command(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    deals = {"deal": ["D1"], "partner": ["a"], "opened": ["2026-01-01"]}
    folder = write(tmp_path / "f", sales={**SALES, "amount": [1, 2, 3, 4]}, deals=deals)
    page = tmp_path / "page.html"
    done = run("report", str(folder), "--html", str(page), "--set", "from_day=2026-01-01", "--title", "Ours")
    assert done.returncode == 0 and done.stdout == "", done.stderr
    assert done.stderr == "pipeline is left out: the folder has no process.json\n"
    assert page.read_text(encoding="utf-8") == report(folder, from_day="2026-01-01").to_html(title="Ours")
    done = run("report", str(folder), "--analyses", "pareto", "--quiet")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == f"{report(folder, analyses=['pareto'])!r}\n"


def test_its_complaints(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    (tmp_path / "sales.csv").write_text("partner,amount\na,x\n", encoding="utf-8")
    fine = write(tmp_path / "fine", sales=SALES)
    for arguments, code, said in (
        (["report", str(tmp_path)], 1, "sales.csv:2: amount"),
        (["report", str(tmp_path / "nowhere")], 3, "there is no such folder"),
        (["report", str(tmp_path), "--set", "budgets=3"], 2, "did you mean 'budget'"),
        (["report", str(tmp_path), "--set", "budget"], 2, "NAME=VALUE"),
        (["report", str(tmp_path), "--set", "sales=x"], 2, "is no option"),
        (["report", str(fine), "--html", str(tmp_path / "no" / "x.html")], 3, f"{tmp_path / 'no' / 'x.html'}: No such"),
        (["report"], 2, "FOLDER"),
        ([], 2, "usage"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (code, ""), (arguments, done.stderr)
        assert said in done.stderr and "Traceback" not in done.stderr
    done = run("--version")
    assert done.stdout == f"libpartner {lp.__version__}\n"
