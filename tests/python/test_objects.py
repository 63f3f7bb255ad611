# SPDX-License-Identifier: MIT
"""Tallies and dictionaries: what lives on between calls."""

from __future__ import annotations

import multiprocessing
import pickle
import threading
from decimal import Decimal
from typing import Any

import libpartner as lp
import numpy as np
import pytest

WINDOW = {"from_day": "2026-01-01", "to_day": "2027-01-01"}


def rows(seed: int, count: int = 2000) -> dict[str, Any]:
    """Rows of sales, whose partners come in another order for every seed."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, 300, count)
    return {
        "partner": [f"p{number}" for number in who],
        "amount": lp.minor(rng.integers(-5000, 50_000, count)),
        "day": np.datetime64("2025-12-01") + rng.integers(0, 400, count),
    }


def whole(*parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "partner": [who for part in parts for who in part["partner"]],
        "amount": lp.minor(np.concatenate([part["amount"].array for part in parts])),
        "day": np.concatenate([part["day"] for part in parts]),
    }


def by_partner(result: Any) -> dict[str, Any]:
    table = result.partners
    columns = [table.minor("revenue"), table["sales"], table["first_day"], table["last_day"]]
    return dict(zip(table["partner"].tolist(), zip(*(c.tolist() for c in columns), strict=True), strict=True))


# --- tallies ---


def test_batches_are_the_whole() -> None:
    one, two, three = rows(1), rows(2), rows(3)
    tally: Any = lp.Tally(**WINDOW)
    assert tally.add(one) is tally
    tally.add(two).add(three)
    at_once = lp.totals(whole(one, two, three), **WINDOW)
    assert by_partner(tally.totals()) == by_partner(at_once)
    assert tally.finish().summary == at_once.summary
    assert tally.totals()["partner"].tolist() == at_once["partner"].tolist()


def test_merging_maps_ids_that_were_seen_in_another_order() -> None:
    one, two, three = rows(1), rows(2), rows(3)
    tallies: list[Any] = [lp.Tally(**WINDOW).add(part) for part in (one, two, three)]
    merged = tallies[0].merge(tallies[1]).merge(tallies[2])
    assert merged is tallies[0]
    assert by_partner(merged.totals()) == by_partner(lp.totals(whole(one, two, three), **WINDOW))
    empty = lp.Tally(**WINDOW).merge(merged)
    assert by_partner(empty.totals()) == by_partner(merged.totals())
    assert by_partner(merged.merge(lp.Tally(**WINDOW)).totals()) == by_partner(empty.totals())


def test_a_shared_dictionary_needs_no_map() -> None:
    ids = lp.Dict()
    one: Any = lp.Tally(**WINDOW, dict=ids).add(rows(1))
    two: Any = lp.Tally(**WINDOW, dicts={"partner": ids}).add(rows(2))
    assert one.dicts["partner"] is ids and two.dicts["partner"] is ids
    size = len(ids)
    one.merge(two)
    assert len(ids) == size
    assert by_partner(one.totals()) == by_partner(lp.totals(whole(rows(1), rows(2)), **WINDOW))
    # A later call that shares the dictionary agrees on who is who.
    assert lp.pareto(rows(1), dict=ids).dicts["partner"] is ids


def test_saved_and_loaded_it_goes_on() -> None:
    tally: Any = lp.Tally(**WINDOW, minor_units=3).add(rows(1))
    ids = tally.dicts["partner"]
    data = tally.save()
    assert isinstance(data, bytes)
    known = lp.Dict.load(ids.save())
    loaded: Any = lp.Tally.load(data, dict=known)
    assert by_partner(loaded.totals()) == by_partner(tally.totals())
    # It knows its minor units: rows that come as text mean the same.
    extra = {"partner": ["new"], "amount": ["1.2345"], "day": ["2026-05-05"]}
    assert loaded.add(extra).totals().revenue_total == tally.add(extra).totals().revenue_total
    assert loaded.totals().minor_units == 3
    assert loaded.rounded == 1
    grown = lp.Dict.load(ids.save())
    grown.add(["later"])
    lp.Tally.load(data, dict=grown)
    with pytest.raises(lp.StateError):
        lp.Tally.load(data, dict=lp.Dict(["somebody", "else"]))


def test_loaded_without_its_dictionary_it_has_indexes_and_merges_with_its_like() -> None:
    tally: Any = lp.Tally().add(partner=["b", "a", "b"], amount=[1, 2, 3])
    loaded: Any = lp.Tally.load(tally.save())
    assert loaded.totals()["partner"].tolist() == [0, 1]
    assert loaded.merge(lp.Tally.load(tally.save())).totals()["revenue"].tolist() == [8.0, 4.0]
    other: Any = lp.Tally().add(partner=["x"], amount=[1])
    with pytest.raises(lp.StateError):
        lp.Tally.load(tally.save()).merge(lp.Tally.load(other.save()))


@pytest.mark.parametrize("cut", [0, 1, 10, -1])
def test_damaged_bytes_are_refused(cut: int) -> None:
    data = lp.Tally().add(partner=["a"], amount=[1]).save()
    for bad in (data[:cut], data[:-5] + b"?" + data[-4:]):
        with pytest.raises(lp.DataError):
            lp.Tally.load(bad)
    saved = lp.Dict(["a", "b"]).save()
    for bad in (saved[:cut], saved[:-5] + b"?" + saved[-4:]):
        with pytest.raises(lp.DataError):
            lp.Dict.load(bad)


def test_indexes_and_ids_do_not_mix() -> None:
    by_index: Any = lp.Tally().add(partner=lp.indexes([1, 0]), amount=[1, 2])
    by_id: Any = lp.Tally().add(partner=["a"], amount=[1])
    with pytest.raises(lp.ArgumentError):
        by_index.add(partner=["a"], amount=[1])
    for one, two in ((by_index, by_id), (by_id, by_index)):
        with pytest.raises(lp.StateError):
            one.merge(two)
    more: Any = lp.Tally().add(partner=lp.indexes([1]), amount=[5])
    assert by_index.merge(more).totals()["revenue"].tolist() == [2.0, 6.0]
    # Indexes into the ids that the tally already knows are fine.
    assert by_id.add(partner=lp.indexes([0]), amount=[4]).totals()["revenue"].tolist() == [5.0]


def test_bad_rows_change_nothing() -> None:
    tally: Any = lp.Tally(**WINDOW).add(rows(1))
    before = by_partner(tally.totals())
    bad = rows(2)
    for column, value, kind in (
        ("amount", [None] * 2000, lp.DataError),
        ("day", [None] * 2000, lp.DataError),
        ("amount", lp.minor(np.full(2000, 2**61)), lp.RangeError),
    ):
        with pytest.raises(kind):
            tally.add({**bad, column: value} if not isinstance(value, lp.Minor) else bad, **{column: value})
        found = {who: line for who, line in by_partner(tally.totals()).items() if line[0] or line[1]}
        assert found == {who: line for who, line in before.items() if line[0] or line[1]}


def test_what_does_not_go_together() -> None:
    with pytest.raises(lp.StateError, match="minor_units"):
        lp.Tally(minor_units=2).merge(lp.Tally(minor_units=0))
    with pytest.raises(TypeError):
        lp.Tally().merge(lp.Dict())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="minor_units"):
        lp.Tally().add(partner=["a"], amount=[1], minor_units=3)
    with pytest.raises(TypeError, match="sales"):
        lp.Tally().add()
    with pytest.raises(TypeError, match="from_dai"):
        lp.Tally(from_dai="2026-01-01")
    tally = lp.Tally()
    with pytest.raises(lp.ArgumentError):
        tally.merge(tally)


def test_finish_takes_what_is_not_the_tallys_own() -> None:
    tally: Any = lp.Tally().add(partner=["a", "b"], amount=[5, 7])
    roster = {"partner": ["b", "c"], "parent": [None, "b"], "target": [14, None]}
    totals = tally.totals(partners=roster)
    assert totals["partner"].tolist() == ["a", "b", "c"]
    assert totals.partners.to_dict()["attainment"] == [None, 0.5, None]
    with pytest.raises(TypeError):
        tally.totals(partner=["a"])


def test_a_tally_is_pickled_with_its_ids() -> None:
    tally: Any = lp.Tally(**WINDOW, minor_units=0).add(partner=[7, 5], amount=[1.5, 2], day=["2026-02-01"] * 2)
    again = pickle.loads(pickle.dumps(tally))
    assert again.totals().to_dict() == tally.totals().to_dict()
    assert again.totals()["partner"].tolist() == [7, 5] and again.rounded == 1
    assert again.add(partner=[7], amount=[0.5], day=["2026-02-01"]).totals().revenue_total == 4


def tally_of(seed: int) -> Any:
    return lp.Tally(**WINDOW).add(rows(seed))


def test_workers_send_their_tallies() -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        first, *others = pool.map(tally_of, [1, 2, 3])
    for other in others:
        first.merge(other)
    assert by_partner(first.totals()) == by_partner(lp.totals(whole(rows(1), rows(2), rows(3)), **WINDOW))


def test_threads_may_add_to_one_tally() -> None:
    tally: Any = lp.Tally(**WINDOW)
    parts = [rows(seed) for seed in range(8)]
    failures: list[BaseException] = []

    def work(mine: list[dict[str, Any]]) -> None:
        try:
            for part in mine:
                tally.add(part)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(parts[i::4],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert by_partner(tally.totals()) == by_partner(lp.totals(whole(*parts), **WINDOW))


def test_tallies_that_merge_into_each_other_do_not_wait_for_ever() -> None:
    one: Any = lp.Tally().add(partner=["a"], amount=[1])
    two: Any = lp.Tally().add(partner=["b"], amount=[1])

    def work(into: Any, source: Any) -> None:
        for _ in range(20):
            into.merge(source)
            # Amounts double with every merge: begin again before they leave 64 bits.
            if into.totals().revenue_total > 10**9:
                break

    threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)


# --- dictionaries ---


def test_ids_to_indexes_and_back() -> None:
    ids = lp.Dict(["birch", "cedar", "birch"])
    assert len(ids) == 2 and list(ids) == ["birch", "cedar"]
    assert ids.add(["oak", "birch"]).tolist() == [2, 0]
    assert ids.index("oak") == 2 and ids[2] == "oak" and "oak" in ids and "elm" not in ids
    assert ids.find("elm") is None
    with pytest.raises(KeyError):
        ids.index("elm")
    for index in (3, -1, 2**32):
        with pytest.raises(IndexError):
            ids[index]
    assert ids.ids([2, 0]).tolist() == ["oak", "birch"]
    assert ids.ids(np.array([0, 2**32 - 1], np.uint32)).tolist() == ["birch", None]
    with pytest.raises(lp.ArgumentError):
        ids.ids([7])
    assert "3 ids" in repr(ids)


def test_integer_ids_come_back_as_integers() -> None:
    ids = lp.Dict([30, -1, 30])
    assert ids.integers and list(ids) == [30, -1] and ids[1] == -1 and ids.index(30) == 0
    assert ids.index("30") == 0  # the number and its text are one id
    again = lp.Dict.load(ids.save(), integers=True)
    assert list(again) == [30, -1] and again.fingerprint() == ids.fingerprint()
    assert list(lp.Dict.load(ids.save())) == ["30", "-1"]
    with pytest.raises(lp.DataError):
        lp.Dict.load(lp.Dict(["x"]).save(), integers=True)
    ids.add(["x"])
    assert not ids.integers and list(ids) == ["30", "-1", "x"]


def test_a_result_keeps_the_type_its_ids_had() -> None:
    ids = lp.Dict()
    totals = lp.totals(partner=[3, 1], amount=[1, 2], dict=ids)
    ids.add(["x"])
    assert totals["partner"].tolist() == [3, 1]


def test_ids_are_any_text() -> None:
    texts = ["", " ", "ä", "日本語", "a\0b", "x" * 100_000]
    with pytest.raises(lp.DataError) as caught:
        lp.Dict(texts)
    assert caught.value.row == 0  # an empty text is none
    ids = lp.Dict(texts[2:])
    assert list(ids) == texts[2:] and lp.Dict.load(ids.save()).ids().tolist() == texts[2:]
    with pytest.raises(lp.DataError) as caught:
        ids.add(["fine", None])
    assert caught.value.row == 1 and len(ids) == 4  # all or nothing


def test_merging_dictionaries() -> None:
    one, two = lp.Dict(["a", "b"]), lp.Dict(["c", "b"])
    assert one.merge(two).tolist() == [2, 1]
    assert list(one) == ["a", "b", "c"] and list(two) == ["c", "b"]
    assert one.merge(one).tolist() == [0, 1, 2]
    assert one.fingerprint(2) == lp.Dict(["a", "b"]).fingerprint() != one.fingerprint()
    assert 0 <= one.fingerprint() < 2**128
    with pytest.raises(lp.ArgumentError):
        one.fingerprint(4)
    with pytest.raises(lp.ArgumentError):
        one.fingerprint(-1)
    with pytest.raises(TypeError):
        one.merge(["a"])  # type: ignore[arg-type]


def test_a_dictionary_is_pickled() -> None:
    for ids in (lp.Dict(["a", "b"]), lp.Dict([1, 2]), lp.Dict()):
        again = pickle.loads(pickle.dumps(ids))
        assert list(again) == list(ids) and again.integers == ids.integers


def test_calls_share_dictionaries() -> None:
    ids, groups = lp.Dict(["z"]), lp.Dict()
    totals = lp.totals(
        partner=["a", "z"],
        amount=[1, 2],
        partners={"partner": ["a"], "group": ["north"]},
        dicts={"partner": ids, "group": groups},
    )
    assert list(ids) == ["z", "a"] and list(groups) == ["north"]
    assert totals["partner"].tolist() == ["z", "a"]
    assert totals.dicts == {"partner": ids, "group": groups}


def test_many_threads_intern_into_one_dictionary() -> None:
    ids = lp.Dict()
    got: dict[int, Any] = {}
    columns = {seed: [f"id{n}" for n in np.random.default_rng(seed).integers(0, 5000, 20_000)] for seed in range(4)}

    def work(seed: int) -> None:
        got[seed] = ids.add(columns[seed])

    threads = [threading.Thread(target=work, args=(seed,)) for seed in columns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, column in columns.items():
        assert ids.ids(got[seed]).tolist() == column
    assert len(ids) == len({text for column in columns.values() for text in column})


def test_amounts_of_a_tally_are_exact() -> None:
    tally: Any = lp.Tally()
    for _ in range(10):
        tally.add(partner=["a"], amount=[0.1])
    assert tally.totals().revenue_total == Decimal("1.00")


# --- indexes and ids do not mix after loading ---


def test_a_loaded_tally_of_indexes_takes_no_ids() -> None:
    tally: Any = lp.Tally()
    tally.add(partner=lp.indexes([0, 1]), amount=[1, 2])
    loaded: Any = lp.Tally.load(tally.save())
    with pytest.raises(lp.ArgumentError, match="partner holds ids, but the saved tally") as caught:
        loaded.add(partner=["x", "y"], amount=[100, 200])
    assert "dicts" not in str(caught.value)  # add() does not take it
    assert loaded.add(partner=lp.indexes([1]), amount=[100]).finish()["revenue"].tolist() == [1, 102]


def test_a_loaded_empty_tally_takes_ids() -> None:
    loaded: Any = lp.Tally.load(lp.Tally().save())
    assert loaded.add(partner=["x", "y"], amount=[1, 2]).finish()["partner"].tolist() == ["x", "y"]


def test_a_tally_that_is_loaded_with_its_dictionary_takes_ids() -> None:
    tally: Any = lp.Tally()
    tally.add(partner=["a", "b"], amount=[1, 2])
    loaded: Any = lp.Tally.load(tally.save(), dict=tally.dicts["partner"])
    assert loaded.add(partner=["b"], amount=[3]).finish()["revenue"].tolist() == [1, 5]


def test_the_dictionary_of_a_loaded_tally_may_come_with_finish() -> None:
    tally: Any = lp.Tally()
    tally.add(partner=["a", "b"], amount=[1, 2])
    loaded: Any = lp.Tally.load(tally.save())
    assert loaded.finish()["partner"].tolist() == [0, 1]
    assert loaded.finish(dict=tally.dicts["partner"])["partner"].tolist() == ["a", "b"]


# --- ids of indexes ---


@pytest.mark.parametrize("wrong", [[2**32], [-2], [1.5]])
def test_ids_of_numbers_that_are_no_indexes(wrong: list[Any]) -> None:
    with pytest.raises((lp.RangeError, lp.ArgumentError)) as caught:
        lp.Dict(["a", "b"]).ids(wrong)
    assert caught.value.row == 0 and str(wrong[0]) in str(caught.value)


def test_ids_of_no_index() -> None:
    assert lp.Dict(["a", "b"]).ids([-1, 1]).tolist() == [None, "b"]
