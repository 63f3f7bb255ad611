# SPDX-License-Identifier: MIT
"""The same rows in every kind of frame and column come to the same bits."""

from __future__ import annotations

import array
import datetime
import decimal
import uuid
from collections.abc import Callable
from typing import Any

import libpartner as lp
import numpy as np
import pytest

# The rows of the documentation's small example, and what they come to by hand.
WHO = ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"]
AMOUNT = ["500.00", "310.00", "100.00", "60.00", "40.00", "-10.00"]
DAY = ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"]
FLOATS = [float(amount) for amount in AMOUNT]
DECIMALS = [decimal.Decimal(amount) for amount in AMOUNT]
DATES = [datetime.date.fromisoformat(day) for day in DAY]
CENTS = {"Aster": 56000, "Birch": 31000, "Cedar": 9000, "Dahlia": 4000}

Maker = Callable[[], Any]


def pandas_frame(**columns: Any) -> Any:
    return pytest.importorskip("pandas").DataFrame(columns)


def polars_frame(**columns: Any) -> Any:
    return pytest.importorskip("polars").DataFrame(columns)


def arrow_table(**columns: Any) -> Any:
    return pytest.importorskip("pyarrow").table(columns)


def of_lists() -> Any:
    return {"who": WHO, "amount": FLOATS, "day": DAY}


def of_tuples() -> Any:
    return {"who": tuple(WHO), "amount": tuple(AMOUNT), "day": tuple(DATES)}


def of_decimals() -> Any:
    return {"who": WHO, "amount": DECIMALS, "day": DATES}


def of_arrays() -> Any:
    return {"who": np.array(WHO), "amount": np.array(FLOATS), "day": np.array(DAY, "datetime64[ns]")}


def of_bytes() -> Any:
    return {"who": np.array(WHO, "S"), "amount": np.array(AMOUNT, "S"), "day": np.array(DAY, "S")}


def of_objects() -> Any:
    days = np.array([datetime.datetime.combine(day, datetime.time(23, 59)) for day in DATES], object)
    return {"who": np.array(WHO, object), "amount": np.array(DECIMALS, object), "day": days}


def structured() -> Any:
    dtype = [("who", "U8"), ("amount", "f8"), ("day", "datetime64[D]")]
    return np.array(list(zip(WHO, FLOATS, DAY, strict=True)), dtype)


def pandas_plain() -> Any:
    pd = pytest.importorskip("pandas")
    return pandas_frame(who=WHO, amount=FLOATS, day=pd.to_datetime(DAY))


def pandas_objects() -> Any:
    return pandas_frame(who=np.array(WHO, object), amount=DECIMALS, day=DATES)


def pandas_nullable() -> Any:
    pd = pytest.importorskip("pandas")
    return pandas_frame(
        who=pd.array(WHO, dtype="string"), amount=pd.array(FLOATS, dtype="Float64"), day=pd.to_datetime(DAY)
    )


def pandas_categories() -> Any:
    pd = pytest.importorskip("pandas")
    return pandas_frame(who=pd.Categorical(WHO), amount=pd.Categorical(FLOATS), day=pd.Categorical(DAY))


def pandas_zoned() -> Any:
    pd = pytest.importorskip("pandas")
    # Just after midnight in Auckland it is the day before in Greenwich.
    days = (pd.to_datetime(DAY) + pd.Timedelta(minutes=5)).tz_localize("Pacific/Auckland")
    return pandas_frame(who=WHO, amount=FLOATS, day=days)


def pandas_arrow() -> Any:
    pd = pytest.importorskip("pandas")
    pa = pytest.importorskip("pyarrow")
    return pandas_frame(
        who=pd.array(WHO, dtype=pd.ArrowDtype(pa.string())),
        amount=pd.array(DECIMALS, dtype=pd.ArrowDtype(pa.decimal128(12, 2))),
        day=pd.array(DATES, dtype=pd.ArrowDtype(pa.date32())),
    )


def polars_plain() -> Any:
    return polars_frame(who=WHO, amount=FLOATS, day=DATES)


def polars_decimals() -> Any:
    pl = pytest.importorskip("polars")
    return polars_frame(
        who=pl.Series(WHO, dtype=pl.Categorical),
        amount=pl.Series(DECIMALS, dtype=pl.Decimal(20, 4)),
        day=pl.Series(DAY).str.to_datetime(time_zone="America/New_York"),
    )


def polars_lazy() -> Any:
    return polars_frame(who=WHO, amount=AMOUNT, day=DAY, nested=[[1]] * 6).lazy()


def polars_sliced() -> Any:
    return polars_frame(who=["x", *WHO, "y"], amount=[7.0, *FLOATS, 8.0], day=["bad", *DAY, "bad"]).slice(1, 6)


def polars_chunks() -> Any:
    pl = pytest.importorskip("polars")
    parts = [polars_frame(who=WHO[i : i + 2], amount=FLOATS[i : i + 2], day=DAY[i : i + 2]) for i in (0, 2, 4)]
    return pl.concat(parts, rechunk=False)


def arrow_plain() -> Any:
    return arrow_table(who=WHO, amount=FLOATS, day=DATES)


def arrow_large() -> Any:
    pa = pytest.importorskip("pyarrow")
    return arrow_table(
        who=pa.array(WHO, pa.large_string()),
        amount=pa.array(AMOUNT, pa.string_view()),
        day=pa.array(DATES, pa.date64()),
    )


def arrow_dictionaries() -> Any:
    pa = pytest.importorskip("pyarrow")
    return arrow_table(
        who=pa.array(WHO).dictionary_encode(),
        amount=pa.array(FLOATS).dictionary_encode(),
        day=pa.array(DATES).dictionary_encode(),
    )


def arrow_sliced_chunks() -> Any:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"who": ["x", *WHO, "y"], "amount": [0.5, *FLOATS, 0.25], "day": [None, *DATES, None]})
    return pa.concat_tables([table.slice(1, 1), table.slice(2, 0), table.slice(2, 4), table.slice(6, 1)])


def arrow_reader() -> Any:
    return arrow_plain().to_reader(max_chunksize=2)


def arrow_batch() -> Any:
    return arrow_plain().to_batches()[0]


def arrow_sliced_batch() -> Any:
    pa = pytest.importorskip("pyarrow")
    batch = pa.record_batch({"who": ["x", *WHO], "amount": [9.0, *FLOATS], "day": [None, *DATES]})
    return batch.slice(1)


def arrow_timestamps() -> Any:
    pa = pytest.importorskip("pyarrow")
    times = [datetime.datetime(day.year, day.month, day.day, 0, 30) for day in DATES]
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=45))
    aware = [time.replace(tzinfo=zone) for time in times]
    return arrow_table(
        who=WHO, amount=pa.array(DECIMALS, pa.decimal256(40, 3)), day=pa.array(aware, pa.timestamp("us", "+05:45"))
    )


def duck_relation() -> Any:
    duckdb = pytest.importorskip("duckdb")
    rows = ", ".join(f"('{w}', {a}, date '{d}')" for w, a, d in zip(WHO, AMOUNT, DAY, strict=True))
    return duckdb.sql(f"select * from (values {rows}) t(who, amount, day)")


class Capsule:
    """A frame of which nothing is known but that it is a stream of Arrow arrays."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def capsule() -> Any:
    return Capsule(arrow_plain())


FRAMES = [
    of_lists, of_tuples, of_decimals, of_arrays, of_bytes, of_objects, structured,
    pandas_plain, pandas_objects, pandas_nullable, pandas_categories, pandas_zoned, pandas_arrow,
    polars_plain, polars_decimals, polars_lazy, polars_sliced, polars_chunks,
    arrow_plain, arrow_large, arrow_dictionaries, arrow_sliced_chunks, arrow_reader, arrow_batch,
    arrow_sliced_batch, arrow_timestamps, duck_relation, capsule,
]  # fmt: skip


@pytest.mark.parametrize("maker", FRAMES, ids=lambda maker: maker.__name__)
def test_every_frame_gives_the_same(maker: Maker) -> None:
    totals = lp.totals(maker(), partner="who", from_day="2026-01-01", to_day=datetime.date(2026, 4, 21))
    ids = totals["partner"].tolist()
    assert ids == list(CENTS)  # in order of first sight
    assert totals.minor("revenue").tolist() == list(CENTS.values())
    assert totals.partners.to_dict()["first_day"] == [DATES[0], DATES[1], DATES[2], DATES[4]]
    assert totals.last_day_seen == DATES[5]
    assert totals.rounded == 0


@pytest.mark.parametrize("maker", FRAMES, ids=lambda maker: maker.__name__)
def test_columns_of_every_frame_one_by_one(maker: Maker) -> None:
    frame = maker()
    try:
        columns = [frame[name] for name in ("who", "amount", "day")]
    except (TypeError, KeyError, IndexError, ValueError, AttributeError):
        pytest.skip("this frame gives no column by name")
    if maker is duck_relation or not all(hasattr(column, "__len__") for column in columns):
        pytest.skip("this frame gives no column by name")
    totals = lp.totals(partner=columns[0], amount=columns[1], day=columns[2])
    assert totals["partner"].tolist() == list(CENTS)
    assert totals.minor("revenue").tolist() == list(CENTS.values())


def test_narwhals_objects_are_frames_too() -> None:
    nw = pytest.importorskip("narwhals")
    frame = nw.from_native(polars_plain())
    assert lp.totals(frame, partner="who").revenue_total == 1000
    assert lp.totals(partner=frame["who"], amount=frame["amount"]).revenue_total == 1000


def test_only_the_columns_that_are_needed_are_computed() -> None:
    pl = pytest.importorskip("polars")

    def fail(series: Any) -> Any:
        raise RuntimeError("nobody asked for this column")

    frame = pl.LazyFrame({"who": WHO, "amount": FLOATS}).with_columns(
        pl.col("amount").map_batches(fail, return_dtype=pl.Float64).alias("expensive")
    )
    assert lp.totals(frame, partner="who").revenue_total == 1000


# --- names ---


@pytest.mark.parametrize(
    "headers",
    [("partner", "amount"), ("Partner", "AMOUNT"), ("Account ID", "net-revenue"), ("reseller_id", "SalesAmount")],
)
def test_columns_are_found_by_name_and_alias(headers: tuple[str, str]) -> None:
    frame = dict(zip(headers, (WHO, FLOATS), strict=True))
    assert lp.totals(frame).revenue_total == 1000


def test_a_keyword_names_a_column_but_for_case() -> None:
    assert lp.totals({"WHO": WHO, "X": FLOATS}, partner="who", amount="x").revenue_total == 1000
    # as it is written goes first
    assert lp.totals({"X": [1.0] * 6, "x": FLOATS, "partner": WHO}, amount="x").revenue_total == 1000


def test_a_column_in_the_place_of_a_name() -> None:
    halves = np.array(FLOATS) / 2
    assert lp.totals({"partner": WHO, "amount": FLOATS}, amount=halves).revenue_total == 500


def test_the_first_input_by_its_name() -> None:
    assert lp.totals(sales={"partner": WHO, "amount": FLOATS}).revenue_total == 1000
    with pytest.raises(TypeError):
        lp.totals({"partner": WHO}, sales={"partner": WHO, "amount": FLOATS})


def test_a_second_input_and_its_columns() -> None:
    roster = {"reseller": ["Elder", "Birch", "Aster"], "kind": ["x", "y", None]}
    totals = lp.totals(
        {"partner": WHO, "amount": FLOATS}, partners=lp.columns(roster, partner="reseller", group="kind")
    )
    # The roster gives the order; who is in it without a row has zeros; who is not in it follows.
    assert totals["partner"].tolist() == ["Elder", "Birch", "Aster", "Cedar", "Dahlia"]
    assert totals["revenue"].tolist() == [0.0, 310.0, 560.0, 90.0, 40.0]
    assert totals["group"].tolist() == ["x", "y", None, None, None]
    same = lp.totals(
        {"partner": WHO, "amount": FLOATS}, partners=lp.columns(partner=roster["reseller"], group=roster["kind"])
    )
    assert same.to_dict() == totals.to_dict()


def test_a_result_is_a_frame() -> None:
    totals = lp.totals({"partner": WHO, "amount": FLOATS})
    again = lp.totals(totals.partners, amount="revenue")
    assert again.to_dict()["partner"] == list(CENTS)
    assert again.minor("revenue").tolist() == list(CENTS.values())
    assert lp.totals(totals, amount="revenue").to_dict() == again.to_dict()


# --- amounts ---


def minor(amount: Any, **keywords: Any) -> list[int]:
    column = amount if isinstance(amount, (list, np.ndarray)) else [amount]
    partner = lp.indexes(np.arange(len(column)))
    result: list[int] = lp.totals(partner=partner, amount=column, **keywords).minor("revenue").tolist()
    return result


def half_even(text: str, places: int = 2) -> int:
    """The rule of DESIGN: the shortest decimal, rounded half to even to minor units."""
    exact = decimal.Decimal(text).scaleb(places)
    return int(exact.to_integral_value(decimal.ROUND_HALF_EVEN))


@pytest.mark.parametrize("text", ["0.125", "0.135", "2.675", "1.005", "-0.125", "1e15", "0.1", "1234567.891", "0.005"])
def test_a_float_stands_for_its_shortest_decimal(text: str) -> None:
    expected = [half_even(text)]
    number = float(text)
    assert repr(number) == text or float(repr(number)) == number
    assert minor(number) == expected
    assert minor(np.array([number])) == expected
    assert minor(text) == expected
    assert minor(decimal.Decimal(text)) == expected
    assert minor([number, None][:1]) == expected
    assert minor([number, 1])[:1] == expected  # floats and integers in one list
    assert minor([number, decimal.Decimal(1)])[:1] == expected


def test_random_floats_and_their_texts_agree() -> None:
    rng = np.random.default_rng(1)
    numbers = np.concatenate([rng.normal(0, 10.0**k, 200) for k in range(-3, 14)])
    texts = [repr(number) for number in numbers.tolist()]
    expected = [half_even(text) for text in texts]
    assert minor(numbers) == expected
    assert minor(texts) == expected
    assert minor(numbers, minor_units=0) == [half_even(text, 0) for text in texts]


def test_single_precision_stands_for_its_own_decimal() -> None:
    assert minor(np.array([0.1, 16777.215], np.float32)) == [10, half_even("16777.215")]
    assert minor(np.array([0.5, 2.25], np.float16)) == [50, 225]


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i4", ">f8", "f4", "f8"])
def test_every_number_type(dtype: str) -> None:
    assert minor(np.array([1, 0, 100], dtype)) == [100, 0, 10000]
    assert minor(np.array([1, 9, 0, 9, 100], dtype)[::2]) == [100, 0, 10000]  # not contiguous


def test_big_integers_are_exact() -> None:
    big = 92233720368547758
    assert minor(big) == [big * 100]
    assert minor([big - 2, 1.5]) == [(big - 2) * 100, 150]
    assert minor(np.array([big], np.uint64)) == [big * 100]
    with pytest.raises(lp.PartnerError):
        minor(big + 1)


@pytest.mark.parametrize("places", range(10))
def test_minor_units(places: int) -> None:
    totals = lp.totals(partner=["a"], amount=["7.123456789"], minor_units=places)
    expected = half_even("7.123456789", places)
    assert totals.minor("revenue").tolist() == [expected]
    assert totals.revenue_total == decimal.Decimal(expected).scaleb(-places)
    assert -totals.revenue_total.as_tuple().exponent == places
    assert totals.minor_units == places
    assert totals.rounded == (places < 9)


def test_other_spellings_of_amounts() -> None:
    assert minor(["1.234,50", "-7"], decimal_comma=True, thousands=".") == [123450, -700]
    assert minor(["1'234.5"], thousands="'") == [123450]
    assert minor(["(12.50)", "12.50-", " 3 "]) == [-1250, -1250, 300]


def test_rounded_amounts_are_counted() -> None:
    totals = lp.totals(partner=["a"] * 4, amount=[1.234, 1.2, "3.999", 4])
    assert totals.rounded == 2


def test_optional_amounts_may_be_missing() -> None:
    totals = lp.totals(partner=["a", "a", "b"], amount=[1, 2, 3], margin=[0.5, None, float("nan")])
    assert totals["margin"].tolist() == [0.5, 0.0]


# --- ids ---


def ids_of(column: Any) -> Any:
    amounts = np.ones(len(column))
    return lp.totals(partner=column, amount=amounts)["partner"]


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f8", "f4"])
def test_integers_come_out_as_integers(dtype: str) -> None:
    ids = ids_of(np.array([7, 3, 7, 120], dtype))
    assert ids.dtype == np.int64 and ids.tolist() == [7, 3, 120]


def test_lists_of_integers_come_out_as_integers() -> None:
    assert ids_of([7, -3, 7]).tolist() == [7, -3]
    assert ids_of(range(3)).tolist() == [0, 1, 2]
    assert ids_of(array.array("h", [5, 4])).tolist() == [5, 4]


def test_strings_come_out_as_strings() -> None:
    ids = ids_of(["7", "007", "7"])
    assert ids.dtype == object and ids.tolist() == ["7", "007"]
    assert ids_of(["ä", "日本", "a" * 40, "a\0b"]).tolist() == ["ä", "日本", "a" * 40, "a\0b"]


def test_an_integer_and_its_text_are_the_same_id() -> None:
    assert ids_of([697, "697", "x"]).tolist() == ["697", "x"]
    totals = lp.totals(partner=[697, 1], amount=[1, 2], partners={"partner": ["1", "697"]})
    assert totals["partner"].tolist() == ["1", "697"] and totals["revenue"].tolist() == [2.0, 1.0]


def test_integers_beyond_64_bits_are_ids() -> None:
    assert ids_of([2**70, 1]).tolist() == [str(2**70), "1"]


def test_uuids_are_ids() -> None:
    one = uuid.UUID(int=1)
    assert ids_of([one, one]).tolist() == [str(one)]


def test_indexes_come_out_as_indexes() -> None:
    ids = ids_of(lp.indexes(np.array([2, 0], np.uint32)))
    assert ids.dtype == np.uint32 and ids.tolist() == [0, 1, 2]
    totals = lp.totals(partner=lp.indexes([2, 0], count=5), amount=[1, 2])
    assert totals["revenue"].tolist() == [2.0, 0.0, 1.0, 0.0, 0.0]
    assert lp.totals(partner=lp.indexes([1]), amount=[1], partners=4).summary["partners"] == 4


def test_marked_columns_of_frames() -> None:
    pl = pytest.importorskip("polars")
    pd = pytest.importorskip("pandas")
    for series in (pl.Series, pd.Series):
        cents = lp.minor(series([150, 99]))
        who = lp.indexes(series([1, 0], dtype=pl.UInt32 if series is pl.Series else "uint32"))
        assert lp.totals(partner=who, amount=cents).minor("revenue").tolist() == [99, 150]
    codes = pd.Categorical(["b", "a", None], categories=["a", "b"]).codes
    with pytest.raises(lp.DataError):
        lp.totals(partner=lp.indexes(codes), amount=[1, 2, 3])
    chunks = pl.concat([pl.Series([1, 2]), pl.Series([3, None])], rechunk=False)
    assert lp.minor(chunks).array.tolist() == [1, 2, 3, -(2**63)]


# --- days ---


def days_of(column: Any, **keywords: Any) -> Any:
    ids = lp.indexes(np.arange(len(column)))
    totals = lp.totals(partner=ids, amount=np.ones(len(column)), day=column, **keywords)
    return totals.to_dict()["first_day"]


LEAP = datetime.date(2024, 2, 29)


@pytest.mark.parametrize("unit", ["D", "h", "m", "s", "ms", "us", "ns", "W", "M", "Y", "10m"])
def test_every_unit_of_datetime64(unit: str) -> None:
    column = np.array(["2024-02-29", "NaT"], f"datetime64[{unit}]")
    day = np.datetime64("2024-02-29", unit).astype("datetime64[D]").item()
    assert days_of(column) == [day, None]


def test_the_finest_units_of_datetime64() -> None:
    assert days_of(np.array([86_400 * 10**12 * 3 - 1, -1], "datetime64[ps]")) == [
        datetime.date(1970, 1, 3),
        datetime.date(1969, 12, 31),
    ]
    for unit in ("fs", "as"):
        assert days_of(np.array([1, -1], f"datetime64[{unit}]")) == [
            datetime.date(1970, 1, 1),
            datetime.date(1969, 12, 31),
        ]


def test_days_before_1970_round_down() -> None:
    column = np.array(["1969-12-31T23:59:59", "1969-12-31T00:00:00", "1970-01-01T00:00:00"], "datetime64[s]")
    assert days_of(column) == [
        datetime.date(1969, 12, 31),
        datetime.date(1969, 12, 31),
        datetime.date(1970, 1, 1),
    ]


def test_days_as_python_has_them() -> None:
    noon = datetime.datetime(2024, 2, 29, 12)
    assert days_of([LEAP, None, noon]) == [LEAP, None, LEAP]
    assert days_of([LEAP, "2024-02-29", np.datetime64("2024-02-29T12:00"), None]) == [LEAP, LEAP, LEAP, None]
    assert days_of(["20240229", "2024-02-29T10:00:00Z", ""]) == [LEAP, LEAP, None]
    assert days_of([20240229]) == [LEAP]
    assert days_of(["29.02.2024"], date_format="%d.%m.%Y") == [LEAP]


def test_the_day_is_the_one_that_people_read_there() -> None:
    pa = pytest.importorskip("pyarrow")
    zone = "Europe/Berlin"
    # Clocks went forward on 2024-03-31: midnight in Berlin is 23:00 UTC in winter, 22:00 in summer.
    moments = [datetime.datetime(2024, 3, 30, 22, 30), datetime.datetime(2024, 3, 30, 23, 30)]
    moments += [datetime.datetime(2024, 3, 31, 21, 59), datetime.datetime(2024, 3, 31, 22, 0)]
    for unit in ("s", "ms", "us", "ns"):
        column = pa.array([*moments, None], pa.timestamp(unit, "UTC")).cast(pa.timestamp(unit, zone))
        assert [day and day.day for day in days_of(column)] == [30, 31, 31, 1, None]


def test_unknown_time_zones_are_named() -> None:
    pa = pytest.importorskip("pyarrow")
    column = pa.array([0], pa.timestamp("s", "Nowhere/Atall"))
    with pytest.raises(lp.DataError, match="Nowhere/Atall"):
        days_of(column)


# --- nulls ---


def test_nulls_of_every_kind_are_none() -> None:
    pd = pytest.importorskip("pandas")
    pl = pytest.importorskip("polars")
    groups = ["x", None, "x"]
    columns = [
        groups,
        np.array(groups, object),
        np.ma.masked_array(["x", "?", "x"], [False, True, False]),
        pd.Series(groups),
        pd.Series(["x", pd.NA, "x"], dtype="string"),
        pd.Series(["x", float("nan"), "x"], dtype=object),
        pd.Categorical(groups),
        pl.Series(groups),
        pl.Series(groups, dtype=pl.Categorical),
        pl.Series(["x", "", "x"]),
    ]
    for column in columns:
        roster = lp.columns(partner=["a", "b", "c"], group=column)
        totals = lp.totals(partner=["a"], amount=[1], partners=roster)
        assert totals["group"].tolist() == groups, type(column)
    joined = [
        pd.Series([pd.Timestamp("2024-02-29"), pd.NaT]),
        pl.Series([LEAP, None]),
        np.ma.masked_array(np.array(["2024-02-29", "2024-03-01"], "datetime64[D]"), [False, True]),
        [LEAP, pd.NaT],
        pd.array([20240229, None], dtype="Int64"),
        pd.array([20240229, None], dtype="Float64"),
    ]
    for column in joined:
        assert days_of(column) == [LEAP, None], type(column)


# --- kinds of columns and tables that are rare ---


def test_periods_of_pandas_are_days_or_refused() -> None:
    pandas = pytest.importorskip("pandas")
    months = pandas.period_range("2026-01", periods=2, freq="M")
    days = pandas.Series(pandas.period_range("2026-01-03", periods=2, freq="D"))
    for wrong in ({"partner": months}, {"amount": months}, {"day": months}, {"amount": days}):
        with pytest.raises(lp.ArgumentError, match="period") as caught:
            lp.totals(pandas.DataFrame({"partner": [1, 2], "amount": [1, 2], **wrong}))
        assert caught.value.field == next(iter(wrong))
    found: Any = lp.totals(partner=[1, 2], amount=[1, 2], day=days).partners
    assert found["first_day"].tolist() == [datetime.date(2026, 1, 3), datetime.date(2026, 1, 4)]


def test_ids_beyond_int64_come_out_as_text() -> None:
    ids = np.array([2**63, 1, 2**64 - 1], np.uint64)
    assert lp.totals(partner=ids, amount=[1, 2, 3])["partner"].tolist() == [str(each) for each in ids.tolist()]
    assert lp.totals(partner=ids[1:2], amount=[1])["partner"].tolist() == [1]


def test_a_table_may_have_names_twice_that_nobody_wants() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    arrays = [pyarrow.array(each) for each in (["a", "b"], [1, 2], [3, 4], [5, 6])]
    table = pyarrow.Table.from_arrays(arrays, names=["partner", "amount", "x", "x"])
    assert lp.totals(table).revenue_total == 3
    with pytest.raises(lp.DataError, match="'x' stands twice") as caught:
        lp.totals(table, amount="x")
    assert caught.value.field == "amount"
    with pytest.raises(lp.DataError, match="'amount' stands twice"):
        lp.totals(pyarrow.Table.from_arrays(arrays, names=["partner", "amount", "amount", "x"]))


class OnlyStream:
    """What is an Arrow stream and nothing else."""

    def __init__(self, values: Any) -> None:
        self._values = values

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._values.__arrow_c_stream__(requested_schema)


def test_a_column_may_be_an_arrow_stream_only() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    who = OnlyStream(pyarrow.chunked_array([["a"], ["b"]]))
    assert lp.totals(partner=who, amount=[1, 2])["partner"].tolist() == ["a", "b"]


def test_rows_of_errors_count_from_the_first_arrow_chunk() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    kind = pyarrow.decimal256(76, 0)
    values: list[list[Any]] = [[decimal.Decimal(1)], [decimal.Decimal(1), decimal.Decimal(10) ** 60]]
    amount = pyarrow.chunked_array([pyarrow.array(part, kind) for part in values])
    table = pyarrow.table({"partner": ["a", "a", "a"], "amount": amount})
    for attempt in ({"data": table}, {"data": OnlyStream(table)}, {"amount": amount}):
        data = attempt.pop("data", None)
        columns = {"partner": ["a", "a", "a"], **attempt} if data is None else {}
        with pytest.raises(lp.DataError, match="128 bits") as caught:
            lp.totals(data, **columns)
        assert caught.value.row == 2
