# SPDX-License-Identifier: MIT
"""Pictures: that they show what the result says. How they look, people have to look at."""

from __future__ import annotations

import csv
import gzip
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libpartner as lp
import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

NAMES = ["Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fir", "Gorse", "Hazel", "Iris"]
AMOUNTS = [520000, 310000, 90000, 40000, 25000, 15000, 0, -3000, 15000]


@pytest.fixture(autouse=True)
def no_windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pyplot, "show", lambda *_: pytest.fail("plot() called show()"))
    yield
    pyplot.close("all")


def few(**options: Any) -> Any:
    """The worked example of docs/pareto.md."""
    return lp.pareto(partner=NAMES, amount=AMOUNTS, **options)


def many(partners: int = 701, **options: Any) -> Any:
    amounts = np.exp(np.random.default_rng(1).normal(8, 2, partners)).round(2)
    return lp.pareto(partner=np.arange(partners), amount=amounts, **options)


def sales_of_two_years() -> dict[str, Any]:
    rng = np.random.default_rng(3)
    rows = 600
    return {
        "partner": [f"P{i}" for i in rng.integers(0, 40, rows)],
        "amount": np.exp(rng.normal(5, 1, rows)).round(2),
        "day": np.datetime64("2024-01-01") + rng.integers(0, 731, rows),
    }


YEARS = {
    "from_day": "2025-01-01",
    "to_day": "2026-01-01",
    "previous_from_day": "2024-01-01",
    "previous_to_day": "2025-01-01",
}


def texts(axes: Any) -> list[str]:
    """All that stands on a picture, spaces plain."""
    figure = axes.figure
    figure.canvas.draw()
    found = [t.get_text() for a in figure.axes for t in a.findobj(matplotlib.text.Text) if t.get_visible()]
    return [re.sub("[\u202f\u00a0]", " ", text) for text in found if text]


def bars(axes: Any) -> list[Any]:
    boxes = [patch for patch in axes.patches if hasattr(patch, "get_width")]  # bands are polygons before 3.9
    return [box for box in boxes if box.get_width() == pytest.approx(0.82)]


def test_bars_stand_in_descending_order_with_their_names() -> None:
    axes = few().plot()
    heights = [bar.get_height() for bar in bars(axes)]
    assert heights == pytest.approx([520, 310, 90, 40, 25, 15, 15, 0, 0])  # thousand
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fir", "Iris", "Gorse", "Hazel"]
    assert axes.get_ylabel() == "Revenue per partner, thousand"


def test_the_title_is_the_finding_and_classes_say_their_size() -> None:
    shown = texts(few().plot())
    assert "80 % of revenue comes from 2 of 9 partners (22.2 %)" in shown
    assert {"A", "B", "C", "no revenue"} <= set(shown)
    # 830, 155 and 30 of 1015 thousand
    for header in ("2 partners\n81.8 %", "3 partners\n15.3 %", "2 partners\n3.0 %", "2 partners"):
        assert header in shown


def test_the_line_is_the_cumulative_share_and_cuts_lie_on_it() -> None:
    axes = few().plot()
    right = next(a for a in axes.figure.axes if a is not axes)
    line = right.lines[0]
    sums = np.cumsum([520, 310, 90, 40, 25, 15, 15, 0, 0]) / 1015
    assert line.get_xdata().tolist() == list(range(10))
    assert line.get_ydata() == pytest.approx([0, *sums])
    marks = [(float(m.get_xdata()[0]), float(m.get_ydata()[0])) for m in right.lines if len(m.get_xdata()) == 1]
    assert marks == [(2, pytest.approx(830 / 1015)), (5, pytest.approx(985 / 1015))]


@pytest.mark.parametrize("partners", [31, 701, 50000])
def test_many_partners_are_steps_with_the_largest_named(partners: int) -> None:
    result = many(partners)
    axes = result.plot()
    steps = [p for p in axes.patches if type(p).__name__ == "StepPatch"]
    # Merged bars keep the sum: width times height is the amount.
    area = sum(float(np.sum(s.get_data().values * np.diff(s.get_data().edges))) for s in steps)
    scale = {"million": 1e6, "thousand": 1e3}[axes.get_ylabel().split(", ")[1]]
    assert area * scale == pytest.approx(float(result.total))
    assert sum(len(s.get_data().values) for s in steps) <= 4000
    largest = result["partner"][result["order"][:3]]
    shown = texts(axes)
    for partner in largest:
        assert any(text.startswith(f"{partner}: ") for text in shown)
    assert f"{partners:,}".replace(",", " ") + " partners, largest first" in shown


def test_names_top_title_and_currency() -> None:
    result = many()
    first = result["partner"][result["order"][0]]
    shown = texts(result.plot(names={first: "Gárate Informática"}, top=1, title="Our channel", currency="EUR"))
    assert "Our channel" in shown and any(re.match(r"Gárate Informática: [\d.]+ M EUR", t) for t in shown)
    second = result["partner"][result["order"][1]]
    assert not any(text.startswith(f"{second}: ") for text in shown)


def test_it_draws_where_it_is_told() -> None:
    figure, (left, right) = pyplot.subplots(1, 2)
    assert few().plot(ax=left) is left and few().plot("lorenz", ax=right) is right
    axes = few().plot()
    assert axes.figure is not figure and tuple(axes.figure.get_size_inches()) == (9, 5)
    assert tuple(few().plot(figsize=(4, 3)).figure.get_size_inches()) == (4, 3)


@pytest.mark.parametrize("options", [{}, {"points": 300}])
def test_lorenz_curve(options: dict[str, int]) -> None:
    """With and without the result's own curve: the same, up to its vertices."""
    result = many(701, **options)
    axes = result.plot("lorenz")
    curve = max(axes.lines, key=lambda line: len(line.get_xdata()))
    amounts = np.sort(result["amount"])
    x, y = curve.get_xdata(), curve.get_ydata()
    assert (x[0], y[0]) == (0, 0) and (x[-1], y[-1]) == (1, pytest.approx(1))
    sums = np.concatenate(([0], np.cumsum(amounts))) / amounts.sum()
    assert y == pytest.approx(sums[np.round(x * 701).astype(int)], abs=1e-12)
    assert any(f"Gini {result.gini:.3f}" in text.replace("\n", " ") for text in texts(axes))
    k = result.kolkata_index
    assert any(line.get_xdata()[0] == pytest.approx(k) for line in axes.lines if len(line.get_xdata()) == 1)


def test_lorenz_curve_of_the_active_ends_at_one() -> None:
    axes = few(population="active").plot("lorenz")
    curve = max(axes.lines, key=lambda line: len(line.get_xdata()))
    assert curve.get_xdata() == pytest.approx(np.arange(8) / 7)  # seven partners have revenue


@pytest.mark.parametrize("kind", ["pareto", "lorenz"])
@pytest.mark.parametrize("amounts", [[0, -5], [7], [], [3, 3, 3]])
def test_nothing_is_too_little_to_draw(kind: str, amounts: list[int]) -> None:
    result = lp.pareto(partner=[str(i) for i in range(len(amounts))], amount=amounts)
    assert texts(result.plot(kind))


def test_tail() -> None:
    rng = np.random.default_rng(4)
    amounts = np.round(1000 * (1 - rng.random(3000)) ** (-1 / 1.5), 2)  # exponent 2.5 from 1000 on
    result = lp.pareto(partner=np.arange(3000), amount=amounts, tail=True)
    axes = result.plot("tail")
    xmin, n = float(result.tail.xmin), result.tail.n
    power = next(line for line in axes.lines if len(line.get_xdata()) == 200)
    x, y = power.get_xdata(), power.get_ydata()
    assert x[0] == pytest.approx(xmin) and y[0] == pytest.approx(n / 3000)
    slope = np.diff(np.log(y)) / np.diff(np.log(x))
    assert slope == pytest.approx(1 - result.tail.alpha)
    dots = [line for line in axes.lines if line.get_marker() == "."]
    seen = np.concatenate([line.get_xdata() for line in dots])
    assert seen.max() == amounts.max()
    for line in dots:  # each point: the part of partners with at least that much
        at_least = [(amounts >= value).mean() for value in line.get_xdata()[::50]]
        assert line.get_ydata()[::50] == pytest.approx(at_least)
    shown = texts(axes)
    assert f"power law, exponent {result.tail.alpha:.2f} ± {result.tail.standard_error:.2f}" in shown
    assert any(text.startswith("exponential: fits worse") for text in shown)


def test_tail_of_counts() -> None:
    """The discrete law: zeta(alpha, x) / zeta(alpha, xmin), here by plain summation."""
    counts = np.random.default_rng(5).zipf(2.2, 2000)
    result = lp.pareto(
        partner=np.arange(2000), amount=lp.minor(counts.astype(np.int64)), minor_units=0, tail=True, discrete=True
    )
    axes = result.plot("tail")
    power = next(line for line in axes.lines if len(line.get_xdata()) == 200)
    alpha, xmin = result.tail.alpha, int(result.tail.xmin)
    x = float(power.get_xdata()[40])
    terms = np.arange(200000.0)
    rest = (np.asarray([x, xmin]) + 200000) ** (1 - alpha) / (alpha - 1)
    zeta = [float(np.sum((start + terms) ** -alpha)) for start in (x, xmin)] + rest
    assert power.get_ydata()[40] / power.get_ydata()[0] == pytest.approx(zeta[0] / zeta[1], rel=1e-6)


def test_growth_is_a_waterfall_that_adds_up() -> None:
    result = lp.totals(sales_of_two_years(), **YEARS)
    axes = result.plot()
    boxes = [(p.get_y(), p.get_height()) for p in axes.patches]
    scale = float(result.growth.total) / boxes[1][1]
    assert boxes[0][1] * scale == pytest.approx(float(result.growth.previous_total))
    steps = boxes[2:]
    assert steps[0][0] == pytest.approx(boxes[0][1])
    for (y, height), (following, _) in itertools.pairwise(steps):
        assert following == pytest.approx(y + height)
    assert sum(steps[-1]) == pytest.approx(boxes[1][1])
    assert sum(h for _, h in steps) * scale == pytest.approx(float(result.growth.change))
    went = "grew" if result.growth.change > 0 else "fell"
    assert any(text.startswith(f"Revenue {went} by") for text in texts(axes))


def test_largest_partners() -> None:
    amounts = [3, 50, 20, 0, 7]
    result = lp.totals(partner=list("abcde"), amount=amounts)
    axes = result.plot("partners", top=2)
    assert [p.get_width() for p in axes.patches] == [50, 20]
    shown = texts(axes)
    assert {"b", "c", "50", "20"} <= set(shown) and "a" not in shown
    assert "The 2 largest of 5 partners bring 87.5 % of revenue" in shown


def test_moves_and_contributions() -> None:
    result = lp.pareto(sales_of_two_years(), **YEARS)
    moves = result.change.moves
    axes = result.plot("moves")
    cells = [t.get_text() for t in axes.texts]
    assert [int(c or 0) for c in cells] == moves["partners"].tolist()
    stayed = int(moves["partners"][moves["from"] == moves["to"]].sum())
    assert any(t.startswith(f"{stayed} of {len(result)} partners stayed") for t in texts(axes))
    axes = result.plot("contributions", top=5)
    widths = [p.get_width() for p in axes.patches]
    assert widths == sorted(widths, reverse=True)
    largest = np.sort(np.abs(result["contribution"]))[-5:]
    assert np.sort(np.abs(widths)) == pytest.approx(largest)


def test_xyz() -> None:
    result = lp.pareto(sales_of_two_years(), xyz="quarter")
    cells = [t.get_text().split("\n")[0] for t in result.plot("xyz").texts]
    assert [int(c or 0) for c in cells] == result.xyz.classes["partners"].tolist()


def test_moves_of_adventureworks(real_data: Path) -> None:
    """The figures of docs/pareto.md: all 701 enrolled, 2012 to 2013, rows and columns A, B, C, none."""
    folder = real_data / "adventureworks"

    def read(name: str) -> list[dict[str, str]]:
        with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    sales, roster = read("FactResellerSales.csv.gz"), read("DimReseller.csv.gz")
    result = lp.pareto(
        partner=[row["ResellerKey"] for row in sales],
        amount=[row["SalesAmount"] for row in sales],
        day=[row["OrderDateKey"] for row in sales],
        partners={"partner": [row["ResellerKey"] for row in roster]},
        from_day="2013-01-01",
        to_day="2014-01-01",
        previous_from_day="2012-01-01",
        previous_to_day="2013-01-01",
    )
    cells = [int(t.get_text()) for t in result.plot("moves").texts]
    assert cells == [73, 13, 3, 19, 15, 29, 11, 9, 7, 14, 146, 62, 52, 28, 98, 122]


def test_every_kind_draws_on_dark_paper() -> None:
    result = lp.pareto(sales_of_two_years(), tail=True, min_tail=10, xyz="month", **YEARS)
    totals = lp.totals(sales_of_two_years(), **YEARS)
    with pyplot.style.context("dark_background"):
        for r, kinds in (
            (result, ("pareto", "lorenz", "tail", "moves", "contributions", "xyz")),
            (totals, ("growth",)),
        ):
            for kind in kinds:
                assert texts(r.plot(kind))


def test_what_there_is_not() -> None:
    with pytest.raises(ValueError, match=r"pie.*there are: pareto, lorenz"):
        few().plot("pie")
    with pytest.raises(ValueError, match="tail=True"):
        few().plot("tail")
    with pytest.raises(TypeError, match=r"colour.*color"):
        few().plot(colour="red")
    with pytest.raises(ValueError, match="top is -1"):
        few().plot(top=-1)


def test_without_matplotlib() -> None:
    """Importing the package does not need it; plotting says how to get it."""
    code = """
import sys
import libpartner as lp
assert "matplotlib" not in sys.modules
sys.modules["matplotlib"] = None
try:
    lp.pareto(partner=["a"], amount=[1]).plot()
except ImportError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'libpartner[plot]'" in run.stdout


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (12.3, "12"),
        (999.4, "999"),
        (1000, "1.0 k"),
        (12345, "12.3 k"),
        (99949, "99.9 k"),
        (99960, "100 k"),
        (999950, "1.0 M"),
        (10294760.1, "10.3 M"),
        (-5735687.42, "−5.7 M"),
        (2.5e9, "2.5 bn"),
        (7.25e15, "7 250 T"),
    ],
)
def test_money_on_labels(value: float, text: str) -> None:
    from libpartner._plot import money

    assert money(value).replace("\u202f", " ") == text


def test_labels_keep_apart() -> None:
    from libpartner._charts import _spread

    rng = np.random.default_rng(6)
    for _ in range(200):
        wanted = np.sort(rng.random(7)).tolist()
        places = _spread(wanted, 0.1, 0.05, 0.95)
        assert min(np.diff(places)) >= 0.1 - 1e-12
        assert places[0] >= 0.05 - 1e-12 and places[-1] <= 0.95 + 1e-12
    assert _spread([0.2, 0.6], 0.1, 0, 1) == [0.2, 0.6]
