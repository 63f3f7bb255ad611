# SPDX-License-Identifier: MIT
"""HTML for notebooks: what stands in it, in which order, and that nothing of the data gets out of its cell."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import libpartner as lp
import numpy as np
import pytest

VOID = {"br", "hr", "img"}


class Page(HTMLParser):
    """The cells of all tables, the text, and whether every tag is closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.styles: list[str] = []
        self.attributes: set[str] = set()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.styles += [value or "" for name, value in attrs if name == "style"]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data.replace("\u00a0", " ")


@pytest.fixture
def result() -> lp.Result:
    """The worked example of docs/pareto.md, times ten, with names: shares and classes are those there."""
    names = ["Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fir", "Gorse", "Hazel", "Iris"]
    amounts = [5200000, 3100000, 900000, 400000, 250000, 150000, 0, -30000, 150000]
    return lp.pareto(partner=names, amount=amounts, leave_one_out=True)


def table_with(page: Page, *headers: str) -> list[list[str]]:
    return next(table for table in page.tables if set(headers) <= set(table[0]))


def test_rows_stand_in_the_order_people_want(result: lp.Result) -> None:
    table = table_with(Page(result._repr_html_()), "partner", "cumulative share")
    partner = table[0].index("partner")
    assert [row[partner] for row in table[1:]] == [
        *("Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fir", "Iris", "Gorse", "Hazel")
    ]


def test_numbers_read_well(result: lp.Result) -> None:
    table = table_with(Page(result._repr_html_()), "partner", "cumulative share")
    row = dict(zip(table[0], table[1], strict=True))
    assert row["amount"] == "5 200 000.00"
    assert row["share"] == "51.2 %"  # 520000 of 1015000
    assert row["class"] == "A" and row["rank"] == "1"
    classes = table_with(Page(result._repr_html_()), "class", "partners", "amount", "share")
    assert classes[1:][0] == ["A", "2", "8 300 000.00", "81.8 %"]


def test_sentences_stand_on_top(result: lp.Result) -> None:
    html = result._repr_html_()
    assert result.sentences
    places = [Page(html).text.find(sentence) for sentence in result.sentences]
    assert -1 not in places and places == sorted(places)
    assert html.find("<table") > html.find("80 % of revenue")


def test_bars_are_as_long_as_their_numbers() -> None:
    result = lp.pareto(partner=["a", "b", "c"], amount=[50, 25, 0])
    html = result.partners._repr_html_()
    widths = [float(w) for w in re.findall(r"background:currentColor[^\"]*;width:([\d.]+)em", html)]
    assert len(widths) == 3
    assert widths[0] > 0 and widths[1] == pytest.approx(widths[0] / 2, abs=0.01) and widths[2] == 0


def test_long_tables_say_how_long_they_are() -> None:
    result = lp.pareto(partner=np.arange(5000), amount=np.arange(5000))
    page = Page(result._repr_html_())
    table = table_with(page, "partner", "cumulative share")
    assert len(table) == 11 and table[1][0] == "4999"
    assert "and 4\u00a0990 more rows" in page.text
    alone = Page(result.partners._repr_html_())
    assert len(table_with(alone, "partner", "cumulative share")) == 21


def test_where_rows_are_left_out_the_largest_are_shown() -> None:
    amounts = np.arange(100) * 7 % 101  # 101 is prime: all different
    table = table_with(Page(lp.totals(partner=np.arange(100), amount=amounts)._repr_html_()), "partner", "revenue")
    shown = [row[table[0].index("partner")] for row in table[1:]]
    assert shown == [str(i) for i in np.argsort(-amounts, kind="stable")[:10]]


def test_only_chosen_rows_are_shown(result: lp.Result) -> None:
    table = table_with(Page(result.partners.sorted().head(2)._repr_html_()), "partner")
    assert [row[table[0].index("partner")] for row in table[1:]] == ["Aster", "Birch"]


@pytest.mark.parametrize("bad", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b", "'q'"])
def test_ids_and_groups_are_escaped(bad: str) -> None:
    roster = {"partner": [bad, "b"], "group": [bad, None]}
    result = lp.pareto(partner=[bad, "b"], amount=[2, 1], partners=roster)
    for html in (result._repr_html_(), result.groups._repr_html_(), result.partners._repr_html_()):
        page = Page(html)
        assert {"script", "img"}.isdisjoint(page.tags)
        assert not any(name.startswith("on") or name == "src" for name in page.attributes)
        assert any(bad in row for table in page.tables for row in table)


def everything() -> list[Any]:
    days = [f"{year}-{month:02}-15" for year in (2024, 2025) for month in range(1, 13)]
    sales = {"partner": list("abcd") * 6, "amount": range(1, 25), "day": days}
    roster = {"partner": list("abcde"), "group": ["x", "x", "y", None, "y"], "target": [100, None, 10, 10, 10]}
    windows = {
        "from_day": "2025-01-01",
        "to_day": "2026-01-01",
        "previous_from_day": "2024-01-01",
        "previous_to_day": "2025-01-01",
    }
    pareto = lp.pareto(sales, partners=roster, leave_one_out=True, points=9, xyz="month", **windows)
    totals = lp.totals(sales, partners=roster, **windows)
    empty = lp.pareto(partner=[], amount=[])
    parts = [getattr(r, name) for r in (pareto, totals, empty) for name in r.tables]
    return [pareto, totals, empty, *parts]


@pytest.mark.parametrize("thing", everything(), ids=lambda t: re.sub(r"\W.*", "", t.__class__.__name__))
def test_light_and_dark_and_from_nowhere(thing: Any) -> None:
    """No colour but the text's own, nothing that a page would have to fetch, every tag closed."""
    html = thing._repr_html_()
    page = Page(html)
    assert html.startswith("<div") and page.text
    assert not re.search(r"https?:|url\(|@import|<script|<link|src=", html)
    for style in page.styles:
        assert not re.search(r"#[0-9a-fA-F]{3}|rgb|hsl|\b(white|black|gr[ae]y|red|blue|green)\b(?!-)", style), style
        for rule in re.findall(r"(?:^|;)(?:color|background|border-color):([^;]+)", style):
            assert rule in ("inherit", "currentColor", "none")


def test_undefined_is_a_dash() -> None:
    page = Page(lp.pareto(partner=["a"], amount=[0])._repr_html_())
    figures = {row[0]: row[1] for table in page.tables for row in table if len(row) == 3}
    assert figures["gini"] == "–" and figures["total"] == "0.00"


def test_columns_of_detail_stay_away(result: lp.Result) -> None:
    page = Page(lp.totals(partner=["a"], amount=[1])._repr_html_())
    assert "gross" not in table_with(page, "partner")[0]
    assert "order" not in table_with(Page(result._repr_html_()), "partner", "share")[0]
