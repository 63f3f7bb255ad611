# SPDX-License-Identifier: MIT
"""Results: figures, tables, units, other libraries' frames. Figures are those of the specification."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import libpartner as lp
import numpy as np
import pytest

# The worked example of the specification: amounts in minor units, and what they come to.
AMOUNTS = [52000000, 31000000, 9000000, 4000000, 2500000, 1500000, 0, -300000, 1500000]
CLASSES = ["A", "A", "B", "B", "B", "C", "none", "none", "C"]
RANKS = [1, 2, 3, 4, 5, 6, 8, 8, 6]


@pytest.fixture(scope="module")
def example() -> lp.Result:
    ids = [f"p{i}" for i in range(9)]
    return lp.pareto(partner=ids, amount=lp.minor(AMOUNTS), points=50, leave_one_out=True)


def test_figures_of_the_worked_example(example: Any) -> None:
    assert example.total == Decimal("1015000.00") and example.net == Decimal("1012000.00")
    assert example.gini == 0.6973180076628352 and example.gini_unbiased == 0.7844827586206896
    assert example.hhi == 0.3662064112208498
    assert math.isclose(example.theil, 0.93426526161092, rel_tol=1e-12)
    assert example.hoover == 0.595511767925561
    assert example.vital_count == 2
    assert example.top_share["20"] == 0.7566502463054188
    assert example.kolkata_index == 0.7884362680683311
    assert (example.positive, example.zero, example.negative) == (7, 1, 1)
    assert example.negative_amount == Decimal("-3000.00")


def test_the_main_table(example: Any) -> None:
    assert example["class"].tolist() == CLASSES
    assert example["rank"].tolist() == RANKS
    assert example["partner"].tolist() == [f"p{i}" for i in range(9)]
    assert example.minor("amount").tolist() == AMOUNTS
    assert example["amount"].tolist() == [amount / 100 for amount in AMOUNTS]
    assert len(example) == len(example.partners) == 9
    assert list(example) == example.partners.columns == example.keys()
    assert example.partners.columns[0] == "partner"  # who a row is about comes first
    assert math.isclose(example["share"].sum(), 1)
    assert set(dict(example.partners)) == set(example.partners.columns)


def test_views_win_over_figures_of_the_same_name(example: Any) -> None:
    assert isinstance(example.partners, lp.Table)
    assert example.summary["partners"] == 9


def test_the_summary_has_every_figure(example: Any) -> None:
    for name, value in example.summary.items():
        if name != "partners":
            assert getattr(example, name) == value
    assert {"gini", "total", "top_share", "vital_count"} <= set(example.summary)
    assert "class_none" not in example.summary and "struct_size" not in example.summary


def test_records_and_tables_below(example: Any) -> None:
    shares = [52000000 / 101500000, 92000000 / 101500000, 98500000 / 101500000]
    assert list(example.leave_one_out.at_risk.values()) == shares
    assert example.leave_one_out.at_risk["1"] == shares[0]
    assert example.leave_one_out["total_low"] == example.total - Decimal("520000.00")
    assert example.classes["class"].tolist() == ["A", "B", "C", "none"]
    assert example.classes["partners"].tolist() == [2, 3, 2, 2]
    assert example.classes.minor("amount").tolist() == [83000000, 15500000, 3000000, 0]
    assert example.lorenz["share"][0] == 0 and example.lorenz["share"][-1] == 1
    assert set(example.tables) >= {"partners", "classes", "lorenz", "leave_one_out"}


def test_a_row_is_named_by_its_id(example: Any) -> None:
    # Without its largest partner the others are the most alike; without one of no revenue they are more alike.
    rest = {i: gini([a for j, a in enumerate(AMOUNTS) if j != i]) for i in range(9)}
    assert example.leave_one_out.gini_high == max(rest.values())
    assert example.leave_one_out.gini_high_partner == f"p{max(rest, key=rest.__getitem__)}"
    assert example.leave_one_out.gini_low_partner == f"p{min(rest, key=rest.__getitem__)}"


def gini(amounts: list[int]) -> float:
    values = sorted(max(amount, 0) for amount in amounts)
    count = len(values)
    return sum((2 * j - count - 1) * v for j, v in enumerate(values, 1)) / (count * sum(values))


def test_what_was_not_asked_for_is_none() -> None:
    result: Any = lp.pareto(partner=["a", "b"], amount=[1, 2])
    assert result.lorenz is None and result.leave_one_out is None and result.groups is None
    assert result.theil_between is None and "theil_between" not in result.summary
    assert result.gini_unbiased is not None
    assert lp.pareto(partner=["a"], amount=[1]).gini_unbiased is None  # undefined for one partner


def test_unknown_names_say_what_there_is(example: Any) -> None:
    for thing in (example, example.partners, example.leave_one_out):
        with pytest.raises(AttributeError, match="ginni"):
            thing.ginni  # noqa: B018
    with pytest.raises(AttributeError, match="did you mean 'gini'"):
        example.ginni  # noqa: B018
    with pytest.raises(KeyError, match="did you mean 'share'"):
        example["shares"]
    with pytest.raises(TypeError, match="no money"):
        example.minor("share")
    assert not hasattr(example, "__array__")


def test_names_can_be_completed(example: Any) -> None:
    assert {"gini", "partners", "classes", "to_pandas"} <= set(dir(example))
    assert {"at_risk", "gini_low"} <= set(dir(example.leave_one_out))
    assert "columns" in dir(example.partners)


def test_the_order_people_want_to_see(example: Any) -> None:
    order = example.partners["order"]
    assert order.tolist() == sorted(range(9), key=lambda i: (-max(AMOUNTS[i], 0), i))
    assert "order" not in example.partners.columns and "order" in example.partners
    ranked = example.partners.sorted()
    assert ranked["partner"].tolist() == [f"p{i}" for i in order]
    assert ranked.head(2).to_dict()["amount"] == [Decimal("520000.00"), Decimal("310000.00")]
    assert ranked.minor("amount").tolist() == [AMOUNTS[i] for i in order]
    assert example.partners["partner"].tolist() == [f"p{i}" for i in range(9)]  # as it was
    assert [row["partner"] for row in ranked.head(3).iter_rows()] == ["p0", "p1", "p2"]
    assert len(example.partners.head(100)) == 9
    assert example.classes.sorted()["class"].tolist() == ["A", "B", "C", "none"]  # has no order of its own


def test_sentences(example: Any) -> None:
    assert example.sentences and all(isinstance(text, str) and text.endswith(".") for text in example.sentences)
    assert "2 of 9 partners" in example.sentences[0]
    assert all(text in repr(example) for text in example.sentences)


def test_reprs_show_what_there_is(example: Any) -> None:
    text = repr(example.partners)
    assert text.splitlines()[0].split() == example.partners.columns
    assert "p0" in text and "520000.00" in text and "none" in text
    assert len(repr(lp.totals(partner=range(100), amount=range(100)).partners).splitlines()) == 12
    assert "at_risk" in repr(example.leave_one_out)


# --- groups, growth ---


def test_columns_of_several_numbers_per_row() -> None:
    roster = {"partner": ["a", "b", "c"], "group": ["x", "y", "y"]}
    result: Any = lp.pareto(partner=["a", "b", "c"], amount=[1, 2, 6], partners=roster)
    table = result.groups
    assert table["group"].tolist() == ["x", "y"] and table["total"].tolist() == [1.0, 8.0]
    assert table["top_share"].shape == (2, 5)
    # The top half of two partners is the larger one; half of one partner is half of it.
    assert table["top_share"][:, 4].tolist() == [0.5, 0.75]
    labels = [f"top_share_{name}" for name in result.top_share]
    pandas = pytest.importorskip("pandas")
    frame = table.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and set(labels) <= set(frame.columns)
    assert frame["top_share_50"].tolist() == [0.5, 0.75]
    arrow = pytest.importorskip("pyarrow").table(table)
    assert arrow["top_share_50"].to_pylist() == [0.5, 0.75]
    assert table.to_dict()["top_share"][1][4] == 0.75
    assert math.isclose(result.theil, result.theil_between + result.theil_within)


def test_days_states_and_undefined_numbers() -> None:
    frame = {"partner": ["a", "b", "a"], "amount": [10, 5, 7], "day": ["2025-01-05", "2025-01-31", "2026-01-09"]}
    windows = {"previous_from_day": "2025-01-01", "previous_to_day": datetime.date(2025, 2, 1)}
    result: Any = lp.totals(frame, from_day="2026-01-01", to_day=np.datetime64("2026-02-01"), **windows)
    growth = result.growth
    assert growth.previous_from_day == datetime.date(2025, 1, 1)
    assert growth.total == 7 and growth.previous_total == 15
    assert growth.growth_total == (7 - 15) / 15
    assert growth.after_last_day is True
    assert growth["state"].tolist() == ["shrunk", "lost"]
    assert growth.states["partners"].sum() == 2
    assert result["first_day"].dtype == np.dtype("datetime64[D]")
    assert result.partners.to_dict()["first_day"] == [datetime.date(2026, 1, 9), None]
    assert np.isnat(result["first_day"][1])
    assert result.partners.nulls("first_day").tolist() == [False, True]


def test_a_day_that_1970_began_on_is_a_day() -> None:
    totals: Any = lp.totals(partner=["a", "b"], amount=[1, 2], day=["1970-01-01", "1969-12-31"], from_day="1970-01-01")
    assert totals.from_day == datetime.date(1970, 1, 1) and totals.to_day is None
    assert totals["revenue"].tolist() == [1.0] or totals["revenue"].tolist() == [1.0, 0.0]


# --- money ---


@pytest.mark.parametrize("places", [0, 2, 9])
def test_amounts_are_exact_or_the_nearest_floats(places: int) -> None:
    rng = np.random.default_rng(2)
    numbers = rng.integers(-(2**58), 2**58, 300)
    numbers = np.concatenate([numbers >> shift for shift in (0, 10, 30, 50)])
    totals: Any = lp.totals(partner=lp.indexes(np.arange(len(numbers))), amount=lp.minor(numbers), minor_units=places)
    exact = [Decimal(number).scaleb(-places) for number in numbers.tolist()]
    assert totals.partners.to_dict()["revenue"] == exact
    assert totals["revenue"].tolist() == [float(amount) for amount in exact]
    assert totals.minor("revenue").tolist() == numbers.tolist()


# --- other libraries ---


def check_frame(columns: dict[str, list[Any]], example: Any) -> None:
    expected = example.partners.to_dict()
    assert list(columns) == list(expected)
    for name, values in columns.items():
        assert [str(value) for value in values] == [str(value) for value in expected[name]], name


def test_to_polars(example: Any) -> None:
    pl = pytest.importorskip("polars")
    frame = example.to_polars()
    assert frame.schema["amount"] == pl.Decimal(19, 2)
    assert frame.schema["partner"] == pl.String
    check_frame(frame.to_dict(as_series=False), example)


def test_to_arrow(example: Any) -> None:
    pa = pytest.importorskip("pyarrow")
    table = example.to_arrow()
    assert table.schema.field("amount").type == pa.decimal128(19, 2)
    assert table.schema.field("class").type == pa.dictionary(pa.uint8(), pa.string(), ordered=True)
    table.validate(full=True)
    check_frame(table.to_pydict(), example)
    assert pa.table(example.classes).num_rows == 4


def test_arrow_dates_nulls_and_flags() -> None:
    pa = pytest.importorskip("pyarrow")
    totals = lp.totals(partner=["a", "b"], amount=[1, -2], day=["2026-01-01", "2026-01-02"])
    table = pa.table(totals)
    table.validate(full=True)
    assert table["first_day"].type == pa.date32()
    assert table["first_day"].to_pylist() == [datetime.date(2026, 1, 1), None]
    cumulative = pa.table(lp.pareto(partner=["a", "b"], amount=[1, 0], population="active"))["cumulative_share"]
    assert cumulative.null_count == 1 and cumulative.to_pylist() == [1.0, None]


def test_to_pandas(example: Any) -> None:
    pd = pytest.importorskip("pandas")
    frame = example.to_pandas()
    assert frame["amount"].dtype == np.float64
    assert frame["class"].dtype == pd.CategoricalDtype(["A", "B", "C", "none"], ordered=True)
    assert (frame["class"] <= "B").sum() == 5
    assert frame["class"].tolist() == CLASSES and frame["rank"].tolist() == RANKS
    totals = lp.totals(partner=[5, 4], amount=[1, -2], day=["2026-01-01", "2026-01-02"]).to_pandas()
    assert totals["partner"].dtype == np.int64
    assert totals["first_day"].isna().tolist() == [False, True]


def test_duckdb_reads_results_as_arrow(example: Any) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    ranked = example.partners.sorted()
    found = duckdb.sql("select class, sum(amount) from ranked group by class order by class").fetchall()
    assert len(ranked) == 9
    assert dict(found)["A"] == Decimal("830000.00")


def test_a_sorted_table_goes_out_sorted(example: Any) -> None:
    pl = pytest.importorskip("polars")
    ranked = example.partners.sorted().head(3)
    assert pl.DataFrame(ranked)["partner"].to_list() == ["p0", "p1", "p2"]
    assert ranked.to_pandas()["class"].tolist() == ["A", "A", "B"]
    assert pl.DataFrame(example.partners.head(0)).height == 0


def test_integer_ids_and_missing_groups_go_out_as_such() -> None:
    pa = pytest.importorskip("pyarrow")
    roster = {"partner": [30, 10], "group": [7, None]}
    totals: Any = lp.totals(partner=[10, 20], amount=[1, 2], partners=roster)
    assert totals["partner"].tolist() == [30, 10, 20] and totals["partner"].dtype == np.int64
    assert totals["group"].tolist() == [7, None, None]
    table = pa.table(totals)
    assert table["partner"].to_pylist() == [30, 10, 20] and table["partner"].type == pa.int64()
    assert table["group"].to_pylist() == [7, None, None] and table["group"].type == pa.int64()


# --- copies and lives ---


def test_numbers_are_read_only_and_in_place(example: Any) -> None:
    for name in ("share", "rank", "cumulative_share"):
        array = example[name]
        assert not array.flags.writeable and not array.flags.owndata
        assert array.__array_interface__["data"] == example.partners[name].__array_interface__["data"]
    cents = example.minor("amount")
    assert not cents.flags.writeable and not cents.flags.owndata
    for name in example.partners.columns:
        with pytest.raises(ValueError, match="read-only"):
            example[name][0] = example[name][1]


def test_results_are_never_false() -> None:
    assert lp.totals(partner=[], amount=[])


def test_threads_never_change_a_bit() -> None:
    rng = np.random.default_rng(3)
    who = lp.indexes(rng.integers(0, 1000, 200_000, np.uint32))
    cents = lp.minor(rng.integers(-(10**6), 10**7, 200_000))
    one = lp.pareto(partner=who, amount=cents)
    for threads in (2, 3, "all"):
        more = lp.pareto(partner=who, amount=cents, threads=threads)
        assert more.summary == one.summary
        for name in one.partners.columns:
            assert np.array_equal(more[name], one[name])


def test_options_are_spelled_as_people_spell_them() -> None:
    columns: dict[str, Any] = {"partner": ["a", "b", "c"], "amount": [5, 3, 2]}
    plain: Any = lp.pareto(**columns, cuts=[0.5, 0.8])
    for cuts in ("0.5,0.8", "50 %,80 %", (0.5, 0.8), np.array([0.5, 0.8]), [Decimal("0.5"), "0.8"]):
        assert lp.pareto(**columns, cuts=cuts)["class"].tolist() == plain["class"].tolist() == ["A", "B", "C"]
    assert lp.pareto(**columns, leave_one_out=False).leave_one_out is None
    assert lp.pareto(**columns, leave_one_out=np.True_).leave_one_out is not None
    assert lp.pareto(**columns, cuts=None)["class"].tolist() == lp.pareto(**columns)["class"].tolist()


def test_the_library_says_what_it_is() -> None:
    assert lp.version() == lp.__version__ and lp.version().count(".") == 2
    assert lp.features() <= {"gsl", "gsl_private"}


# --- rows that were chosen ---


def test_sorting_keeps_the_rows_that_were_chosen() -> None:
    table: Any = lp.pareto(partner=list("abcd"), amount=[10, 70, 20, 30]).partners
    assert table.head(3).sorted()["partner"].tolist() == ["b", "c", "a"]
    assert table.sorted().head(2).sorted()["partner"].tolist() == ["b", "d"]


def test_text_shows_the_rows_that_were_chosen() -> None:
    table: Any = lp.pareto(partner=list("abcd"), amount=[10, 70, 20, 30]).partners
    assert [line[0] for line in repr(table.head(2)).splitlines()] == ["p", "a", "b"]
    assert [line[0] for line in repr(table.sorted().head(2)).splitlines()] == ["p", "b", "d"]
    assert [line[0] for line in repr(table).splitlines()] == ["p", "b", "d", "c", "a"]


@pytest.mark.parametrize("rows", [-9, -1, 0, 2, 9])
def test_head_is_a_slice(rows: int) -> None:
    table: Any = lp.pareto(partner=list("abcd"), amount=[10, 70, 20, 30]).partners
    assert table.head(rows)["partner"].tolist() == list("abcd")[:rows]
    assert table.sorted().head(rows)["partner"].tolist() == list("bdca")[:rows]
