# SPDX-License-Identifier: MIT
"""Bad input: each an exception that says what was found, where, and what was expected."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import libpartner as lp
import numpy as np
import pytest

GOOD: dict[str, Any] = {"partner": ["a", "b", "a"], "amount": [1.0, 2.0, 3.0]}


def failing(kind: type[BaseException], data: Any = None, **keywords: Any) -> Any:
    with pytest.raises(kind) as caught:
        lp.totals(data, **keywords)
    return caught.value


def test_good_input_is_good() -> None:
    assert lp.totals(GOOD).revenue_total == 6


# --- missing columns ---


def test_a_missing_column_names_those_there_are() -> None:
    error = failing(lp.DataError, {"partner": ["a"], "quantity": [1], "colour": ["red"]})
    assert error.field == "amount" and error.record == "sales"
    assert "partner, quantity, colour" in str(error)


def test_an_empty_dict_has_no_columns() -> None:
    error = failing(lp.DataError, {})
    assert error.field == "partner" and "there are no columns" in str(error)


def test_a_column_that_is_named_must_be_there() -> None:
    error = failing(lp.DataError, {"who": ["a"], "amount": [1]}, partner="whom")
    assert error.field == "partner"
    assert "'whom'" in str(error) and "'who'" in str(error) and "who, amount" in str(error)


def test_a_missing_column_without_a_frame() -> None:
    assert failing(lp.DataError, partner=["a"]).field == "amount"


def test_no_input_at_all() -> None:
    assert "sales" in str(failing(TypeError))


def test_two_columns_for_one_field() -> None:
    error = failing(lp.DataError, {"account": ["a"], "reseller": ["b"], "amount": [1]})
    assert error.field == "partner"
    assert "'account'" in str(error) and "'reseller'" in str(error)


def test_two_columns_of_one_name() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([["a", 1, 2]], columns=["partner", "amount", "amount"])
    error = failing(lp.DataError, frame)
    assert error.field == "amount" and "twice" in str(error)


def test_the_name_wins_over_what_another_field_takes() -> None:
    # `total` is an alias of amount, but whoever says amount="value" has chosen.
    frame = {"partner": ["a"], "total": [1], "value": [2]}
    assert failing(lp.DataError, frame).field == "amount"
    assert lp.totals(frame, amount="value").revenue_total == 2


# --- keywords ---


def test_an_unknown_keyword_names_the_nearest() -> None:
    error = failing(TypeError, GOOD, min_sale=3)
    assert "'min_sale'" in str(error) and "'min_sales'" in str(error)


def test_an_unknown_column_of_an_input() -> None:
    error = failing(TypeError, GOOD, partners=lp.columns({"id": ["a"]}, grup="id"))
    assert "'grup'" in str(error) and "'group'" in str(error)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_sales", -1),
        ("min_sales", 1.5),
        ("min_sales", "many"),
        ("min_sales", ""),
        ("from_day", "yesterday"),
        ("from_day", 1.5),
        ("roll_up", "perhaps"),
        ("minor_units", 10),
        ("minor_units", -1),
        ("minor_units", "two"),
        ("threads", -1),
        ("threads", "some"),
        ("thousands", "ab"),
        ("min_sales", b"1"),
        ("min_sales", {"a": 1}),
    ],
)
def test_options_out_of_their_range(name: str, value: Any) -> None:
    error = failing(lp.ArgumentError, GOOD, **{name: value})
    assert error.field == name and name in str(error)


def test_an_empty_window() -> None:
    with pytest.raises(lp.ArgumentError):
        lp.totals(GOOD, day=["2026-01-01"] * 3, from_day="2026-02-01", to_day="2026-01-01")


def test_no_table() -> None:
    assert "list" in str(failing(TypeError, [1, 2]))
    assert "str" in str(failing(TypeError, "sales.csv"))
    assert "int" in str(failing(TypeError, 7))


def test_a_name_without_a_frame() -> None:
    assert "no frame" in str(failing(TypeError, partner="account", amount=[1]))


def test_a_dictionary_that_is_none() -> None:
    failing(TypeError, GOOD, dict={"a": 0})
    failing(TypeError, GOOD, dicts={"partner": ["a"]})


# --- columns ---


@pytest.mark.parametrize(
    "amount",
    [
        np.array([1, 2, 3], complex),
        np.array([b"x"] * 3, "V4"),
        np.array([1, 2, 3], "m8[s]"),
        [True, False, True],
        np.array([True, False, True]),
        [[1], [2], [3]],
        [{}, {}, {}],
        np.ones((3, 1)),
        np.ones((3, 2)),
        [datetime.date(2026, 1, 1)] * 3,
        [object()] * 3,
        {1, 2, 3},
        {"a": 1},
    ],
)
def test_wrong_types_name_the_field(amount: Any) -> None:
    error = failing(lp.ArgumentError, {"partner": ["a", "b", "c"], "amount": amount})
    assert error.field == "amount" and error.record == "sales"


@pytest.mark.parametrize("partner", [[1.5, 2.0, 3.0], [1, 2.5, 3], [1, decimal.Decimal(2), object()]])
def test_ids_that_are_none(partner: list[Any]) -> None:
    error = failing(lp.PartnerError, {"partner": partner, "amount": [1, 2, 3]})
    assert error.field == "partner" and error.row is not None
    assert isinstance(error, (lp.DataError, lp.ArgumentError))


@pytest.mark.parametrize("bad", [None, float("nan"), decimal.Decimal("nan")])
@pytest.mark.parametrize("rest", [1, 1.5, "7", decimal.Decimal(2)])
def test_a_null_amount_is_refused_with_its_row(bad: Any, rest: Any) -> None:
    error = failing(lp.DataError, {"partner": ["a"] * 4, "amount": [rest, rest, bad, bad]})
    assert (error.field, error.row, error.record) == ("amount", 2, "sales")
    assert "sales row 2" in str(error)


@pytest.mark.parametrize("rest", [1, "7"])
@pytest.mark.parametrize("bad", [None, float("nan"), ""])
def test_a_null_id_is_refused_with_its_row(bad: Any, rest: Any) -> None:
    error = failing(lp.DataError, {"partner": [rest, bad, rest], "amount": [1, 2, 3]})
    assert (error.field, error.row) == ("partner", 1)


@pytest.mark.parametrize("bad", [float("inf"), float("-inf"), 1e300, 10**30, "12a", "1,5", "--1"])
def test_amounts_that_are_none(bad: Any) -> None:
    error = failing(lp.DataError, {"partner": ["a", "b"], "amount": [1, bad]})
    assert (error.field, error.row) == ("amount", 1)


@pytest.mark.parametrize("bad", ["2026-02-30", "tomorrow", "31.12.2026", 20261301, -5])
def test_days_that_are_none(bad: Any) -> None:
    good = type(bad)("20260101") if isinstance(bad, int) else "2026-01-01"
    error = failing(lp.DataError, {"partner": ["a", "b"], "amount": [1, 2], "day": [good, bad]})
    assert (error.field, error.row) == ("day", 1)


def test_a_missing_day_where_a_window_needs_it_names_row_and_partner() -> None:
    error = failing(lp.DataError, GOOD, day=["2026-01-01", None, "2026-01-03"], from_day="2026-01-01")
    assert (error.row, error.index) == (1, 1)
    assert "'b'" in str(error)


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [1.0, 2.0, 3.0, 4.0], []])
def test_unequal_lengths(wrong: list[float]) -> None:
    error = failing(lp.DataError, {"partner": ["a", "b", "c"], "amount": wrong})
    assert error.field == "amount" and error.row == min(3, len(wrong))
    assert f"{len(wrong)} rows" in str(error) and "3" in str(error)


def test_a_column_of_another_length_than_the_frame() -> None:
    error = failing(lp.DataError, GOOD, day=["2026-01-01"])
    assert error.field == "day" and error.row == 1


def test_a_scalar_is_no_column() -> None:
    assert failing(lp.ArgumentError, {"partner": ["a"], "amount": 5}).field == "amount"
    assert failing(lp.ArgumentError, {"partner": "a", "amount": [5]}).field == "partner"


def test_two_currencies_name_both() -> None:
    error = failing(lp.DataError, GOOD, currency=["EUR", "EUR", "USD"])
    assert error.row == 2 and error.field == "currency"
    assert "EUR" in str(error) and "USD" in str(error)


def test_a_roster_lists_each_once() -> None:
    error = failing(lp.DataError, GOOD, partners={"partner": ["a", "b", "a"]})
    assert (error.record, error.field, error.row) == ("partners", "partner", 2)


def test_lone_surrogates_are_no_text() -> None:
    error = failing(lp.DataError, {"partner": ["a", "\udcff"], "amount": [1, 2]})
    assert (error.field, error.row) == ("partner", 1)


def test_bytes_that_are_no_utf8() -> None:
    error = failing(lp.DataError, {"partner": [b"a", b"\xff"], "amount": [1, 2]})
    assert (error.field, error.row) == ("partner", 1)
    assert lp.totals({"partner": [b"a", b"\xc3\xbc"], "amount": [1, 2]})["partner"].tolist() == ["a", "ü"]


# --- nested and chunked columns of Arrow ---


def test_nested_columns_are_refused() -> None:
    pa = pytest.importorskip("pyarrow")
    for nested in (
        pa.array([[1], [2]]),
        pa.array([{"x": 1}, {"x": 2}]),
        pa.array([[("k", 1)], [("k", 2)]], pa.map_(pa.string(), pa.int64())),
        pa.array([datetime.time(1), datetime.time(2)]),
        pa.array([datetime.timedelta(1), datetime.timedelta(2)]),
    ):
        frame = pa.table({"partner": ["a", "b"], "amount": nested})
        error = failing(lp.ArgumentError, frame)
        assert error.field == "amount", nested.type


def test_rows_count_over_chunks() -> None:
    pa = pytest.importorskip("pyarrow")
    for bad, kind in ((["3", "x"], lp.DataError), (["3", None], lp.DataError)):
        amount = pa.chunked_array([pa.array(["1", "2", "5"]), pa.array(bad)])
        error = failing(kind, pa.table({"partner": list("abcde"), "amount": amount}))
        assert error.row == 4 and "row 4" in str(error)


def test_the_row_of_a_bad_category() -> None:
    pa = pytest.importorskip("pyarrow")
    amount = pa.array(["1", "2", "1", "oops", "2", "oops"]).dictionary_encode()
    error = failing(lp.DataError, pa.table({"partner": list("abcdef"), "amount": amount}))
    assert error.row == 3
    amount = pa.array(["1", "2", None, "1"]).dictionary_encode()
    error = failing(lp.DataError, pa.table({"partner": list("abcd"), "amount": amount}))
    assert error.row == 2


def test_nothing_bad_in_unused_categories() -> None:
    pd = pytest.importorskip("pandas")
    amount = pd.Categorical(["1", "2"], categories=["none at all", "2", "1"])
    partner = pd.Categorical(["z", "a"], categories=["unused", "a", "z"])
    totals = lp.totals(pd.DataFrame({"partner": partner, "amount": amount}))
    assert totals["partner"].tolist() == ["z", "a"]  # in the order of rows
    assert totals["revenue"].tolist() == [1.0, 2.0]


# --- marked columns ---


def test_indexes_out_of_range() -> None:
    error = failing(lp.DataError, partner=lp.indexes([0, 5], count=3), amount=[1, 2])
    assert (error.row, error.index) == (1, 5)
    with pytest.raises(lp.RangeError) as caught:
        lp.indexes([0, -2])
    assert caught.value.row == 1
    beyond = failing(lp.RangeError, partner=lp.indexes([0, 2**32]), amount=[1, 2])
    assert (beyond.row, beyond.field) == (1, "partner")
    with pytest.raises(lp.ArgumentError):
        lp.indexes([0], count=-1)


def test_no_index_where_one_is_needed() -> None:
    error = failing(lp.DataError, partner=lp.indexes([0, -1]), amount=[1, 2])
    assert error.row == 1
    error = failing(lp.DataError, partner=lp.indexes([0, None]), amount=[1, 2])
    assert error.row == 1


@pytest.mark.parametrize("bad", [[1.5], ["1"], np.array([1.0]), [[1]], "12", 7])
def test_what_is_marked_must_be_integers(bad: Any) -> None:
    for mark in (lp.indexes, lp.minor):
        with pytest.raises(lp.ArgumentError):
            mark(bad)


def test_minor_beyond_64_bits() -> None:
    with pytest.raises(lp.PartnerError):
        lp.minor(np.array([2**63], np.uint64))
    with pytest.raises(lp.PartnerError):
        lp.minor([2**63])
    # The least int64 is the library's "no amount".
    assert failing(lp.DataError, partner=["a"], amount=lp.minor([-(2**63)])).row == 0


def test_a_null_in_minor_units() -> None:
    error = failing(lp.DataError, partner=["a", "b"], amount=lp.minor([1, None]))
    assert error.row == 1


def test_marks_in_the_wrong_place() -> None:
    assert failing(lp.ArgumentError, partner=lp.minor([1]), amount=[1]).field == "partner"
    assert failing(lp.ArgumentError, partner=["a"], amount=lp.indexes([1])).field == "amount"


def test_indexes_and_ids_do_not_mix() -> None:
    error = failing(lp.ArgumentError, partner=lp.indexes([0]), amount=[1], partners={"partner": ["a"]})
    assert "dicts" in str(error)
    roster = lp.columns(partner=lp.indexes([0]))
    error = failing(lp.ArgumentError, {"partner": ["a"], "amount": [1]}, partners=roster)
    assert "dicts" in str(error)


def test_indexes_of_a_dictionary_must_be_in_it() -> None:
    ids = lp.Dict(["a", "b"])
    assert lp.totals(partner=lp.indexes([1]), amount=[1], dict=ids)["partner"].tolist() == ["a", "b"]
    error = failing(lp.DataError, partner=lp.indexes([1, 2]), amount=[1, 2], dict=ids)
    assert (error.row, error.index) == (1, 2)


# --- sums ---


def test_sums_beyond_64_bits() -> None:
    error = failing(lp.RangeError, partner=["a", "a"], amount=lp.minor([2**62, 2**62]))
    assert isinstance(error, OverflowError)


# --- nothing at all ---


def test_an_empty_frame_works() -> None:
    empty: list[Any] = [
        {"partner": [], "amount": []},
        {"partner": np.array([], str), "amount": np.array([], float)},
    ]
    for name in ("pandas", "polars"):
        try:
            module = __import__(name)
        except ImportError:
            continue
        empty.append(module.DataFrame({"partner": [], "amount": []}))
    for frame in empty:
        totals = lp.totals(frame)
        assert len(totals) == 0 and totals.revenue_total == 0 and totals.activity_rate is None
        assert totals.partners.to_dict()["partner"] == []
        pareto = lp.pareto(frame)
        assert pareto.gini is None and pareto.summary["partners"] == 0


def test_rows_count_over_blocks_of_ids() -> None:
    # Ids go in in blocks of a million rows.
    count = 2_500_000
    ids = np.arange(count, dtype=np.float64) % 1000
    ids[count - 5] = np.nan
    error = failing(lp.DataError, partner=ids, amount=lp.minor(np.ones(count, np.int64)))
    assert error.row == count - 5 and f"row {count - 5}" in str(error)
    ids[count - 5] = 7
    totals = lp.totals(partner=ids, amount=lp.minor(np.ones(count, np.int64)))
    assert totals["partner"].tolist() == list(range(1000))
    assert totals.minor("revenue").tolist() == np.bincount(ids.astype(np.int64)).tolist()


def test_what_stands_twice_over_chunks() -> None:
    pa = pytest.importorskip("pyarrow")
    roster = pa.table({"partner": pa.chunked_array([["a", "b"], ["c", "b"]])})
    error = failing(lp.DataError, GOOD, partners=roster)
    assert (error.field, error.row) == ("partner", 3) and "'b'" in str(error)
    currency = pa.chunked_array([["EUR", "EUR"], ["USD"]])
    error = failing(lp.DataError, GOOD, currency=currency)
    assert (error.field, error.row) == ("currency", 2)
    pandas = pytest.importorskip("pandas")
    error = failing(lp.DataError, GOOD, partners={"partner": pandas.Categorical(["a", "b", "a"])})
    assert (error.field, error.row) == ("partner", 2)


def test_messages_count_rows_as_the_frame_does() -> None:
    pa = pytest.importorskip("pyarrow")
    amount = pa.array(["1", "2", "1", "oops", "2", "oops"]).dictionary_encode()
    error = failing(lp.DataError, partner=list("abcdef"), amount=amount)
    assert str(error).startswith('sales row 3: amount: "oops"')
    amount = pa.chunked_array([["1", "2"], ["row 7", "x"]])
    error = failing(lp.DataError, partner=list("abcd"), amount=amount)
    assert str(error).startswith('sales row 2: amount: "row 7"')


def test_dictionaries_that_there_are_not() -> None:
    for call in (lambda **keywords: lp.totals(GOOD, **keywords), lp.Tally):
        with pytest.raises(TypeError, match=r"'partners'.*partner, "):
            call(dicts={"partners": lp.Dict()})


# --- options and formats ---


def test_the_format_of_columns_is_not_that_of_options() -> None:
    columns: Any = {"partner": ["a", "b"], "amount": ["1,5", "2,5"], "day": ["02.01.2026", "03.01.2026"]}
    found: Any = lp.pareto(columns, decimal_comma=True, thousands=".", cuts=[0.5, 0.75], date_format="%d.%m.%Y")
    assert found.total == 4
    window: Any = lp.totals(columns, decimal_comma=True, date_format="%d.%m.%Y", from_day=datetime.date(2026, 1, 3))
    assert window.revenue_total == decimal.Decimal("2.5")


@pytest.mark.parametrize("flag", [False, "false", "no", 0, np.False_])
def test_decimal_comma_can_be_false(flag: Any) -> None:
    assert lp.totals(partner=["a"], amount=["1.5"], decimal_comma=flag).revenue_total == decimal.Decimal("1.5")


@pytest.mark.parametrize("flag", [True, "true", "Yes", 1, np.True_])
def test_decimal_comma_can_be_true(flag: Any) -> None:
    assert lp.totals(partner=["a"], amount=["1,5"], decimal_comma=flag).revenue_total == decimal.Decimal("1.5")


def test_decimal_comma_is_a_flag() -> None:
    error = failing(lp.ArgumentError, GOOD, decimal_comma="comma")
    assert error.field == "decimal_comma" and "'comma'" in str(error)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_options_may_be_numbers_of_numpy(kind: Any) -> None:
    found: Any = lp.pareto(GOOD, cuts=[kind(0.7), kind(0.9)])
    assert found["class"].tolist() == lp.pareto(GOOD, cuts=[0.7, 0.9])["class"].tolist()


# --- what is no integer ---


@pytest.mark.parametrize(
    ("values", "row", "kind"),
    [([1, 2**70], 1, lp.RangeError), ([1.0], 0, lp.ArgumentError), ([None, "a"], 1, lp.ArgumentError)],
)
def test_values_that_are_no_integers_are_named(values: list[Any], row: int, kind: type[lp.PartnerError]) -> None:
    for mark in (lp.minor, lp.indexes):
        with pytest.raises(kind, match=f"row {row}") as caught:
            mark(values)
        assert caught.value.row == row and repr(values[row]) in str(caught.value)


def test_ids_beside_indexes_name_the_place_once() -> None:
    partners = {"partner": lp.indexes([0])}
    error = failing(lp.ArgumentError, partner=["a"], amount=[1], partners=partners)
    assert str(error).count("sales: ") == 1 and "dicts={'partner'" in str(error)
