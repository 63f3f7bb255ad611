# SPDX-License-Identifier: MIT
"""adventureworks in every kind of frame: the figures of an independent implementation, to the last digit.

Needs the environment variable PARTNER_REAL_DATA; without it the tests are skipped, and say so.
"""

from __future__ import annotations

import collections
import csv
import datetime
import gzip
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import pytest

KINDS = ["lists", "numpy", "pandas", "pandas_arrow", "polars", "pyarrow", "duckdb"]

# Revenue per reseller is the sum of SalesAmount, each line rounded half to even to cents; 701 are enrolled.
TOTAL = Decimal("80450592.06")
GINI = 0.6886402740790466
HHI = 0.00452401927074322
THEIL = 0.87017067742072
HOOVER = 0.5427645545988777
TOP_20 = 0.7031557199704715
KOLKATA = 0.7627959465419153


def texts(path: Path) -> dict[str, list[str]]:
    """A file as columns of text: exact, whatever the numbers."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


@pytest.fixture(scope="session")
def data(real_data: Path) -> dict[str, dict[str, list[str]]]:
    folder = real_data / "adventureworks"
    return {
        "sales": texts(folder / "FactResellerSales.csv.gz"),
        "resellers": texts(folder / "DimReseller.csv.gz"),
    }


def typed(data: dict[str, dict[str, list[str]]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keys and days as integers, amounts as floats: as most readers of CSV files take them."""
    sales, resellers = data["sales"], data["resellers"]
    return (
        {
            "ResellerKey": list(map(int, sales["ResellerKey"])),
            "OrderDateKey": list(map(int, sales["OrderDateKey"])),
            "SalesAmount": list(map(float, sales["SalesAmount"])),
        },
        {
            "ResellerKey": list(map(int, resellers["ResellerKey"])),
            "BusinessType": resellers["BusinessType"],
        },
    )


def frames(kind: str, data: dict[str, dict[str, list[str]]]) -> tuple[Any, Any]:
    sales, resellers = typed(data)
    if kind == "numpy":
        import numpy as np

        return tuple({name: np.array(column) for name, column in part.items()} for part in (sales, resellers))
    if kind == "pandas":
        pandas = pytest.importorskip("pandas")
        return pandas.DataFrame(sales), pandas.DataFrame(resellers)
    if kind == "pandas_arrow":
        pandas = pytest.importorskip("pandas")
        pytest.importorskip("pyarrow")
        return tuple(pandas.DataFrame(part).convert_dtypes(dtype_backend="pyarrow") for part in (sales, resellers))
    if kind == "polars":
        polars = pytest.importorskip("polars")
        return polars.DataFrame(sales), polars.LazyFrame(resellers)
    if kind == "pyarrow":
        pyarrow = pytest.importorskip("pyarrow")
        amounts = pyarrow.array(map(Decimal, data["sales"]["SalesAmount"]), pyarrow.decimal128(18, 4))
        table = pyarrow.table({**sales, "SalesAmount": amounts})
        return pyarrow.concat_tables([table.slice(0, 1000), table.slice(1000)]), pyarrow.table(resellers)
    if kind == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        pyarrow = pytest.importorskip("pyarrow")
        lines, who = pyarrow.table(data["sales"]), pyarrow.table(resellers)
        connection = duckdb.connect()
        connection.register("lines", lines)
        connection.register("who", who)
        query = """
            select ResellerKey::integer as ResellerKey, strptime(OrderDateKey, '%Y%m%d')::date as OrderDateKey,
                SalesAmount::decimal(18, 4) as SalesAmount
            from lines
        """
        return connection.sql(query), connection.sql("from who")
    return sales, resellers


@pytest.fixture(scope="session", params=KINDS)
def inputs(request: pytest.FixtureRequest, data: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """Keywords of a call. A stream can be read once only, so there is none among these."""
    sales, resellers = frames(request.param, data)
    columns = {"partner": "ResellerKey", "amount": "SalesAmount", "day": "OrderDateKey"}
    return {
        "sales": sales,
        **columns,
        "partners": lp.columns(resellers, partner="ResellerKey", group="BusinessType"),
    }


def test_all_of_time(inputs: dict[str, Any]) -> None:
    p: Any = lp.pareto(**inputs)
    assert p.total == TOTAL and len(p) == 701 and p.positive == 635
    assert (p.gini, p.hhi, p.hoover) == (GINI, HHI, HOOVER)
    assert math.isclose(p.theil, THEIL, rel_tol=1e-12)
    assert p.vital_count == 186
    assert p.top_share["20"] == TOP_20 and p.kolkata_index == KOLKATA
    assert p.classes["class"].tolist() == ["A", "B", "C", "none"]
    assert p.classes["partners"].tolist() == [186, 125, 324, 66]
    assert p.classes.to_dict()["amount"][:3] == [
        Decimal("64361880.55"),
        Decimal("12085743.59"),
        Decimal("4002967.92"),
    ]
    assert p["partner"].dtype.kind == "i"  # keys came as integers
    assert p["partner"].tolist() == sorted(p["partner"].tolist())  # in the order of the roster


def test_groups(inputs: dict[str, Any]) -> None:
    p: Any = lp.pareto(**inputs)
    lines = {line["group"]: line for line in p.groups.iter_rows()}
    expected = {
        "Specialty Bike Shop": (231, Decimal("6756164.43"), 0.5721848710994877, 86),
        "Value Added Reseller": (238, Decimal("34967514.67"), 0.655205152824071, 71),
        "Warehouse": (232, Decimal("38726912.96"), 0.5898982537244141, 83),
    }
    found = {
        group: (line["partners"], line["total"], line["gini"], line["vital_count"]) for group, line in lines.items()
    }
    assert found == expected
    assert math.isclose(p.theil_within, 0.697261881664, rel_tol=1e-11)
    assert math.isclose(p.theil_between, 0.172908795757, rel_tol=1e-11)


def test_windows(inputs: dict[str, Any]) -> None:
    p: Any = lp.pareto(**inputs, from_day="2013-01-01", to_day="2014-01-01")
    assert p.total == Decimal("33574828.12") and p.positive == 489
    assert p.gini == 0.7506745341278521 and p.vital_count == 147
    assert p.classes["partners"].tolist() == [147, 84, 258, 212]
    p = lp.pareto(**inputs, from_day="2012-01-01", to_day="2013-01-01")
    assert p.total == Decimal("28193631.19") and p.positive == 401
    assert p.gini == 0.8142326009745309
    assert p.classes["partners"].tolist() == [108, 64, 229, 300]
    assert math.isclose(lp.pareto(**inputs, population="active").gini, 0.6562784757943491, rel_tol=1e-15)


def test_growth(inputs: dict[str, Any]) -> None:
    before = {"previous_from_day": "2012-01-01", "previous_to_day": "2013-01-01"}
    r: Any = lp.totals(**inputs, from_day="2013-01-01", to_day="2014-01-01", **before)
    assert f"{100 * r.growth.growth_total:+.3f}" == "+19.087"
    r = lp.totals(
        **inputs,
        from_day="2013-01-01",
        to_day="2013-12-01",
        previous_from_day="2012-01-01",
        previous_to_day="2012-12-01",
    )
    assert f"{100 * r.growth.growth_total:+.3f}" == "+31.522"


def test_states(inputs: dict[str, Any]) -> None:
    before = {"previous_from_day": "2012-01-01", "previous_to_day": "2013-01-01"}
    r: Any = lp.totals(**inputs, from_day="2013-01-01", to_day="2014-01-01", **before)
    states = {line["state"]: (line["partners"], line["change"]) for line in r.growth.states.iter_rows()}
    assert states["new"] == (178, Decimal("11863558.52"))
    assert states["lost"] == (90, Decimal("-5008491.27"))
    assert states["grown"] == (137, Decimal("4774829.87"))
    assert states["shrunk"] == (174, Decimal("-6248700.19"))


def test_activity(inputs: dict[str, Any]) -> None:
    r: Any = lp.totals(**inputs)
    assert r.active == 635 and f"{100 * r.activity_rate:.1f}" == "90.6"
    assert r.revenue_total == TOTAL and r.rows == 60855


def test_a_tally_of_batches(inputs: dict[str, Any], data: dict[str, dict[str, list[str]]]) -> None:
    sales, resellers = typed(data)
    tallies: list[Any] = []
    for start in range(0, 60855, 20000):
        part = {name: column[start : start + 20000] for name, column in sales.items()}
        tallies.append(lp.Tally().add(part, partner="ResellerKey", amount="SalesAmount", day="OrderDateKey"))
    whole = tallies[-1]
    for tally in tallies[:-1]:
        whole.merge(tally)
    by_id = dict(zip(whole.totals()["partner"].tolist(), whole.totals().minor("revenue").tolist(), strict=True))
    r: Any = lp.totals(**inputs)
    expected = dict(zip(r["partner"].tolist(), r.minor("revenue").tolist(), strict=True))
    assert by_id == {who: cents for who, cents in expected.items() if cents or who in by_id}
    assert whole.totals(partners=lp.columns(resellers, partner="ResellerKey")).active == 635


def test_change_between_two_years(inputs: dict[str, Any]) -> None:
    before = {"previous_from_day": "2012-01-01", "previous_to_day": "2013-01-01"}
    p: Any = lp.pareto(**inputs, from_day="2013-01-01", to_day="2014-01-01", **before)
    moves = {(line["from"], line["to"]): line["partners"] for line in p.change.moves.iter_rows()}
    names = ["A", "B", "C", "none"]
    assert [[moves[a, b] for b in names] for a in names] == [
        [73, 13, 3, 19],
        [15, 29, 11, 9],
        [7, 14, 146, 62],
        [52, 28, 98, 122],
    ]
    assert f"{p.change.gini:.10f}" == "-0.0635580668"
    assert [f"{share:.7f}" for share in p.change.at_risk.values()] == ["0.0130134", "0.0375717", "0.0607438"]
    assert sum(p.minor("contribution").tolist()) == int((p.change.total - p.change.previous_total) * 100)


def test_regularity_of_demand(inputs: dict[str, Any]) -> None:
    p: Any = lp.pareto(**inputs, xyz="quarter", since_first=False)
    # The data end on 2013-11-29, so the last whole quarter is the third of 2013.
    assert p.xyz.period == "quarter" and p.xyz.periods == 11
    assert (p.xyz.from_day, p.xyz.to_day) == (datetime.date(2011, 1, 1), datetime.date(2013, 10, 1))
    assert p.xyz.classes["partners"].sum() == 701


def test_classes_by_revenue_and_regularity(inputs: dict[str, Any]) -> None:
    # Classes of all time, by the regularity of the ten quarters from 2011 to the second of 2013.
    abc = lp.pareto(**inputs)["class"].tolist()
    p: Any = lp.pareto(**inputs, xyz="quarter", since_first=False, to_day="2013-07-01")
    counts = collections.Counter(zip(abc, p["xyz"].tolist(), strict=True))
    found = [[counts[a, x] for x in ("X", "Y", "Z", "none")] for a in ("A", "B", "C")]
    assert found == [[31, 80, 75, 0], [6, 19, 100, 0], [0, 27, 292, 5]]


def test_the_tail(inputs: dict[str, Any]) -> None:
    if "gsl" not in lp.features():
        pytest.skip("this build has no distributions")
    p: Any = lp.pareto(**inputs, tail=True)
    assert p.tail.xmin == Decimal("354607.34") and p.tail.n == 74
    assert f"{p.tail.alpha:.6f}" == "3.904852" and f"{p.tail.ks:.5f}" == "0.09866"


@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds_give_the_same_bits(kind: str, data: dict[str, dict[str, list[str]]]) -> None:
    columns = {"partner": "ResellerKey", "amount": "SalesAmount", "day": "OrderDateKey"}
    sales, resellers = frames("lists", data)
    reference = lp.pareto(sales, **columns, partners=lp.columns(resellers, partner="ResellerKey"))
    sales, resellers = frames(kind, data)
    found = lp.pareto(sales, **columns, partners=lp.columns(resellers, partner="ResellerKey"))
    assert found.summary == reference.summary
    assert found.to_dict() == reference.to_dict()
    assert found.rounded == reference.rounded > 0
