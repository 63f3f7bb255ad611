# SPDX-License-Identifier: MIT
"""Loyalty programs: the ledgers of the specification, random worlds against the plain implementation, states that go
on, and what results can do beyond what the library's tables say."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import json
import os
import pickle
import subprocess
import sys
import threading
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import numpy as np
import pytest

LOYALTY = Path(__file__).resolve().parents[1] / "loyalty"
EXAMPLE = LOYALTY / "example"
sys.path.insert(0, str(LOYALTY))

import plain  # noqa: E402
import worlds  # noqa: E402

COLUMNS = plain.COLUMNS  # of the ledger
GIVEN = COLUMNS[:-1]  # those that the specification's ledgers have

PROGRAM: dict[str, Any] = {
    "rules": [{"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}],
    "tiers": [{"id": "authorized"}, {"id": "silver", "points": 15, "multiplier": 1.5}],
    "redeem": {"on": "redemption"},
    "expiry": {"months": 12},
    "point_value": 0.5,
}
EVENTS: dict[str, Any] = {
    "partner": ["Aster", "Birch", "Aster", "Aster", "Birch", "Aster"],
    "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    "kind": ["sale", "sale", "sale", "sale", "redemption", "sale"],
    "amount": [125, 82.26, 60, 100, None, 40],
    "quantity": [None, None, None, None, 5, None],
}


def read(text: str) -> dict[str, list[str]]:
    """CSV as columns of text; an empty one is a null."""
    head, *rows = csv.reader(io.StringIO(text))
    return {name: [row[i] for row in rows] for i, name in enumerate(head)}


def lines(ledger: Any, columns: tuple[str, ...] = COLUMNS) -> list[list[str]]:
    """A ledger as the command writes it."""
    found = ledger.to_dict()
    return [["" if cell is None else str(cell) for cell in row] for row in zip(*(found[name] for name in columns))]


def by_partner(rows: list[list[str]]) -> dict[str, list[list[str]]]:
    found = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return dict(found)


# --- the specification's ledgers ---


def test_the_example_of_the_specification() -> None:
    result: Any = lp.loyalty(
        EXAMPLE / "program.json", read((EXAMPLE / "events.csv").read_text()), as_of_day="2027-12-31"
    )
    expected = list(csv.reader(io.StringIO((EXAMPLE / "ledger.csv").read_text())))
    assert [list(GIVEN), *lines(result.ledger, GIVEN)] == expected
    acme = result.ledger.to_dict()
    first = (acme["points"][0], acme["capped"][0])
    assert first == (822, 0) and result.explain(0).startswith("822 points: 1 per 10.00 of ")


@pytest.mark.parametrize("case", sorted(path.name for path in (EXAMPLE / "cases").iterdir()))
def test_the_cases_of_the_specification(case: str) -> None:
    folder = EXAMPLE / "cases" / case
    program = json.loads((folder / "program.json").read_text(), parse_float=Decimal)
    result: Any = lp.loyalty(
        program,
        read((folder / "events.csv").read_text()),
        read((folder / "partners.csv").read_text()),
        as_of_day=datetime.date(2027, 6, 30),
    )
    expected = list(csv.reader(io.StringIO((folder / "ledger.csv").read_text())))
    assert [list(GIVEN), *lines(result.ledger, GIVEN)] == expected
    again: Any = lp.loyalty(
        folder / "program.json",
        read((folder / "events.csv").read_text()),
        partners=read((folder / "partners.csv").read_text()),
        as_of_day="2027-06-30",
        threads=4,
    )
    assert lines(again.ledger) == lines(result.ledger)


# --- random worlds ---


def oracle(world: Any) -> list[list[str]]:
    program = plain.load_program(world.program_json())
    events = plain.read_events(world.events_csv(), program.minor_units)
    found = plain.run(program, plain.read_partners(world.partners_csv()), events, world.as_of)
    return [row[: len(GIVEN)] for row in list(csv.reader(io.StringIO(found.csv())))[1:]]


@pytest.mark.parametrize("seed", range(1, 41))
def test_random_worlds_agree_with_the_plain_implementation(seed: int) -> None:
    world = worlds.make(seed)
    result: Any = lp.loyalty(
        world.program_json(), read(world.events_csv()), read(world.partners_csv()), as_of_day=world.as_of
    )
    assert by_partner(lines(result.ledger, GIVEN)) == by_partner(oracle(world)), f"seed {seed}"


@pytest.mark.parametrize("seed", range(101, 121))
def test_a_state_that_is_saved_and_loaded_on_any_day_gives_the_same_ledger(seed: int) -> None:
    world = worlds.make(seed)
    world.ids = True  # rows come in another order here, and the ids stay
    world.name_rows()
    events = read(world.events_csv())
    days = sorted({day for day in events["day"] if day <= world.as_of.isoformat()})
    state: Any = lp.LoyaltyState(world.program_json(), partners=read(world.partners_csv()))
    made: list[list[str]] = []
    for number, day in enumerate(days):
        rows = [row for row, other in enumerate(events["day"]) if other == day]
        batch = {name: [column[row] for row in rows] for name, column in events.items()}
        if number % 3 == 0:
            state = lp.LoyaltyState.load(state.save())
        elif number % 3 == 1:
            state = pickle.loads(pickle.dumps(state))
        version = state.version
        made += lines(state.append(batch, version=version).ledger, GIVEN)
        assert state.version == version + len(rows)
        if number % 5 == 0:
            made += lines(state.advance(day).ledger, GIVEN)
    made += lines(state.advance(world.as_of).ledger, GIVEN)
    assert by_partner(made) == by_partner(oracle(world)), f"seed {seed}"


def test_whatever_columns_come_in_the_ledger_is_the_same() -> None:
    world = worlds.make(7)
    world.ids = True
    world.name_rows()
    text = read(world.events_csv())
    result: Any = lp.loyalty(world.program_json(), text, read(world.partners_csv()), as_of_day=world.as_of)
    for name in ("pandas", "polars", "pyarrow"):
        found: Any = lp.loyalty(
            world.program_json(), frame_of(name, world), read(world.partners_csv()), as_of_day=world.as_of
        )
        assert lines(found.ledger) == lines(result.ledger), name


def frame_of(name: str, world: Any) -> Any:
    module = pytest.importorskip(name)
    source = io.StringIO(world.events_csv())
    if name == "pandas":
        return module.read_csv(source, dtype={"product": "string", "reverses": "string"})
    return module.read_csv(source.getvalue().encode()) if name == "polars" else module.table(read(source.getvalue()))


# --- what a result can do ---


def test_statements_summary_and_explanations() -> None:
    result: Any = lp.loyalty(PROGRAM, EVENTS)
    assert result.statements["partner"].tolist() == result["partner"].tolist() == ["Aster", "Birch"]
    # 12.5 -> 12, 6, then silver: 10 x 1.5 = 15, 4 x 1.5 = 6; 8.226 -> 8, 5 of them spent
    assert result.statements["balance"].tolist() == [12 + 6 + 15 + 6, 8 - 5]
    assert result.statements["tier"].tolist() == ["silver", "authorized"]
    assert result.summary["outstanding"] == 42 and result.liability == Decimal("21.00")
    assert result.explain(5) == "8 points: 1 per 10.00 of 82.26 × 1 (authorized) = 8.226, rounded down"
    assert len([result.explain(row) for row in range(len(result.ledger))]) == 7
    assert result.tiers.to_dict()["partners"] == [1, 1]
    without: Any = lp.loyalty(PROGRAM, EVENTS, ledger=False)
    assert without.ledger is None and without.summary == result.summary
    assert "Statements" in result._repr_html_() and "Aster" in result._repr_html_()


def test_another_program_over_the_same_events() -> None:
    other = lp.Program(PROGRAM).to_dict()  # type: ignore[attr-defined]
    other["rules"][0]["earn"]["per"] = 5
    result: Any = lp.loyalty(PROGRAM, EVENTS)
    alone: Any = lp.loyalty(other, EVENTS)
    table = result.compare(other)
    assert table["earned"].tolist() == result["earned"].tolist()
    assert table["other_earned"].tolist() == alone["earned"].tolist()
    assert table["earned_change"].tolist() == (alone["earned"] - result["earned"]).tolist()
    assert table.liability_change == alone.liability - result.liability
    assert result.compare(lp.Program(other)).to_dict() == table.to_dict()  # type: ignore[attr-defined]
    assert table["other_tier"].tolist() == alone["tier"].tolist()
    with pytest.raises(lp.DataError) as caught:
        result.compare({**other, "rulez": []})
    assert caught.value.record == "compare" or caught.value.path
    both: Any = lp.loyalty(PROGRAM, EVENTS, compare=other)
    assert both.comparison.to_dict() == table.to_dict()


def test_events_are_kept_for_another_run_even_if_they_can_be_read_once() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    whole = pyarrow.table(EVENTS)
    once = whole.to_reader()
    result: Any = lp.loyalty(PROGRAM, once)
    assert result.compare(PROGRAM)["earned_change"].tolist() == [0, 0]
    assert result.notices("2027-01-10").to_dict() == lp.loyalty(PROGRAM, EVENTS).notices("2027-01-10").to_dict()  # type: ignore[attr-defined]


def test_notices_of_any_day() -> None:
    # Points of January 2026 are valid through January 2027.
    result: Any = lp.loyalty(PROGRAM, EVENTS)
    found = result.notices("2027-01-10").to_dict()
    expiring = [
        (who, points, day)
        for who, notice, points, day in zip(found["partner"], found["notice"], found["points"], found["day"])
        if notice == "expiring"
    ]
    assert ("Aster", 12, datetime.date(2027, 2, 1)) in expiring
    asked: Any = lp.loyalty(PROGRAM, EVENTS, as_of_day="2027-01-10", notices=True, ledger=False)
    assert asked.notices().to_dict() == found
    assert result.notices().to_dict() == lp.loyalty(PROGRAM, EVENTS, notices=True).notices().to_dict()  # type: ignore[attr-defined]
    assert result.as_of_day == datetime.date(2026, 4, 20)  # it stays what it was


def test_tables_without_rows_have_all_their_columns() -> None:
    result: Any = lp.loyalty({"rules": []}, {name: [] for name in EVENTS}, notices=True)
    for table in (result.notices(), result.missing, result.ledger, result.months):
        assert len(table) == 0 and len(table.columns) > 3
        assert all(len(table[name]) == 0 for name in table.columns)
        assert table.to_arrow().num_rows == 0 and len(table.to_pandas()) == 0
    assert result.notices()["day"].dtype == np.dtype("datetime64[D]")
    assert result.notices()["missing"].dtype == np.float64


def test_what_late_events_change() -> None:
    after = {
        name: column + [extra]
        for (name, column), extra in zip(EVENTS.items(), ["Birch", "2026-01-05", "sale", 50, None])
    }
    result: Any = lp.loyalty(PROGRAM, after, before=EVENTS)
    changed = result.difference
    assert changed["partner"].tolist() == ["Birch"] and changed.points == 5
    rows = changed.changes.to_dict()
    assert (rows["change"], rows["partner"], rows["points"]) == (["new"], ["Birch"], [5])


def test_deferred_revenue_as_in_the_handbook() -> None:
    """KPMG's handbook on revenue, example 10, in whole units."""
    for expected, second in ((9900, 3552), (9200, 4140)):
        found: Any = lp.deferral(added=[9000, 0], redeemed=[4500, 4000], expected=[9700, expected], minor_units=0)
        assert found.minor("revenue").tolist() == [4175, second]
        assert found["closing"].tolist() == [9000 - 4175, 9000 - 4175 - second]


# --- events' own ids ---


def test_ids_of_events_come_out_as_they_came_in() -> None:
    def entries(**columns: Any) -> list[Any]:
        result: Any = lp.loyalty(PROGRAM, EVENTS, **columns)
        found: list[Any] = result.ledger.to_dict()["event"]
        return found

    names = [f"SO-{i}" for i in range(6)]
    assert set(entries(event=names)) == {None, *names}  # a promotion comes from no event
    assert set(entries(event=list(range(1001, 1007)))) == {None, *range(1001, 1007)}
    assert set(entries()) == {None, *range(6)}
    own = np.arange(2**63, 2**63 + 6, dtype=np.uint64)
    assert set(entries(event=lp.indexes(own))) == {None, *own.tolist()}


def test_errors_name_the_event() -> None:
    with pytest.raises(lp.DataError) as caught:
        lp.loyalty(PROGRAM, EVENTS, event=["a", "b", "c", "d", "e", "b"])  # type: ignore[attr-defined]
    assert (caught.value.row, caught.value.field) == (5, "event") and "'b'" in str(caught.value)
    skipped: Any = lp.loyalty(PROGRAM, EVENTS, event=["a", "b", "c", "d", "e", "b"], skip_duplicates=True)
    assert skipped.duplicates == 1
    with pytest.raises(lp.DataError) as caught:
        lp.loyalty(PROGRAM, EVENTS, event=list("abcdef"), reverses=[None, "x", None, None, None, None])  # type: ignore[attr-defined]
    assert (caught.value.row, caught.value.field) == (1, "reverses") and "'x'" in str(caught.value)


def test_a_program_that_is_wrong_says_where() -> None:
    wrong = lp.Program(PROGRAM).to_dict()  # type: ignore[attr-defined]
    wrong["rules"][0]["earn"]["points"] = 0
    for call in (lp.Program, lambda program: lp.loyalty(program, EVENTS), lp.LoyaltyState):  # type: ignore[attr-defined]
        with pytest.raises(lp.DataError) as caught:
            call(wrong)
        assert caught.value.path == "$.rules[0].earn.points" and str(caught.value).startswith("program: ")


def test_a_program_in_toml(tmp_path: Path) -> None:
    pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")
    path = tmp_path / "program.toml"
    path.write_text(
        'point_value = 0.5\ntiers = [{id = "authorized"}, {id = "silver", points = 15, multiplier = 1.5}]\n'
        'redeem = {on = "redemption"}\nexpiry = {months = 12}\n'
        '[[rules]]\nid = "base"\non = "sale"\nearn = {points = 1, per = 10}\nwhen = {from = 2026-01-01}\n'
    )
    result: Any = lp.loyalty(path, EVENTS)
    assert lines(result.ledger) == lines(lp.loyalty(PROGRAM, EVENTS).ledger)  # type: ignore[attr-defined]


# --- states ---


def test_a_state_answers_what_each_batch_has_brought_about() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    first = {name: column[:3] for name, column in EVENTS.items()}
    rest = {name: column[3:] for name, column in EVENTS.items()}
    one, two = state.append(first), state.append(rest)
    whole: Any = lp.loyalty(PROGRAM, EVENTS)
    assert by_partner(lines(one.ledger) + lines(two.ledger)) == by_partner(lines(whole.ledger))
    assert two["partner"].tolist() == ["Aster", "Birch"]
    assert state.finish().statements["balance"].tolist() == whole["balance"].tolist()
    assert state.loyalty().outstanding == whole.outstanding
    assert two.explain(0).startswith("15 points") and state.version == 6
    assert state.program.names["tier"] == ["authorized", "silver"]
    with pytest.raises(TypeError, match="whole history"):
        two.compare(PROGRAM)
    assert repr(state).startswith("<libpartner.LoyaltyState: ")


def test_two_writers_cannot_both_append() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    seen = state.version
    state.append(EVENTS, version=seen)
    before = state.save()
    with pytest.raises(lp.StateError):
        state.append({**EVENTS, "day": ["2026-05-01"] * 6}, version=seen)
    with pytest.raises(lp.ArgumentError):
        state.append(EVENTS, version=-1)
    assert state.version == 6 and state.save() == before
    done: list[Any] = []

    def write(number: int) -> None:
        with contextlib.suppress(lp.StateError):
            done.append(state.append(partner=[f"w{number}"], day=["2026-06-01"], kind=["sale"], amount=[10], version=6))

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1 and state.version == 7


def test_saved_bytes_have_all_that_is_needed() -> None:
    ids = [f"SO-{i}" for i in range(6)]
    state: Any = lp.LoyaltyState(PROGRAM, partners={"partner": ["Cedar", "Birch"]}, minor_units=2)
    state.append(EVENTS, event=ids)
    data = state.save()
    assert isinstance(data, bytes) and data == state.save()
    again: Any = lp.LoyaltyState.load(data)
    assert again.save() == data and again.version == 6
    returned = {"partner": ["Aster"], "day": ["2026-05-02"], "kind": ["sale"], "amount": [60], "reverses": ["SO-2"]}
    entries = [loaded.append(returned, event=["CN-1"]).ledger.to_dict() for loaded in (state, again)]
    assert entries[0] == entries[1]
    assert entries[0]["reverses"][0] == "SO-2" and entries[0]["event"][0] == "CN-1"
    assert again.dicts["partner"].ids().tolist() == ["Cedar", "Birch", "Aster"]
    with pytest.raises(lp.DataError, match="'SO-2'"):  # the same file twice cannot pay twice
        again.append(partner=["Aster"], day=["2026-06-01"], kind=["sale"], amount=[1], event=["SO-2"])


def test_a_state_of_another_program_or_dictionary_is_refused() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    state.append(EVENTS)
    data = state.save()
    assert lp.LoyaltyState.load(data, PROGRAM).version == 6  # type: ignore[attr-defined]
    other = lp.Program(PROGRAM).to_dict()  # type: ignore[attr-defined]
    other["rules"][0]["earn"]["per"] = 20
    with pytest.raises(lp.StateError):
        lp.LoyaltyState.load(data, other)  # type: ignore[attr-defined]
    grown = lp.Dict.load(state.dicts["partner"].save())
    grown.add(["Dahlia"])
    shared: Any = lp.LoyaltyState.load(data, dicts={"partner": grown})
    assert shared.dicts["partner"] is grown
    with pytest.raises(lp.StateError):
        lp.LoyaltyState.load(data, dicts={"partner": lp.Dict(["Birch", "Aster"])})  # type: ignore[attr-defined]


def test_damaged_bytes_are_refused() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    state.append(EVENTS)
    data = state.save()
    for at in range(0, len(data), 7):
        for bad in (data[:at], data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]):
            with pytest.raises((lp.DataError, TypeError)):
                lp.LoyaltyState.load(bad)  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="needs the program"):
        lp.LoyaltyState.load(b"no such thing")  # type: ignore[attr-defined]
    with pytest.raises(lp.DataError):
        lp.LoyaltyState.load(b"no such thing", PROGRAM)  # type: ignore[attr-defined]
    with pytest.raises(lp.DataError, match="version 2"):
        lp.LoyaltyState.load(data[:8] + b"\x02" + data[9:])  # type: ignore[attr-defined]


def test_a_batch_that_is_refused_changes_nothing() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    state.append(EVENTS)
    figures = state.finish().summary
    for bad in (
        {**EVENTS, "day": [*["2026-05-01"] * 5, "2026-01-01"]},  # before its partner's last day
        {**EVENTS, "day": ["2026-05-01"] * 6, "amount": [1, 2, 3, 4, None, "x"]},
    ):
        with pytest.raises(lp.DataError) as caught:
            state.append(bad)
        assert caught.value.row == 5
        assert state.version == 6 and state.finish().summary == figures


def test_events_without_ids_are_counted_on_across_batches() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    state.append(EVENTS)
    back = {"partner": ["Aster"], "day": ["2026-05-02"], "kind": ["sale"], "amount": [60], "reverses": [2]}
    found = lp.LoyaltyState.load(state.save()).append(back).ledger.to_dict()  # type: ignore[attr-defined]
    assert found["event"][0] == 6 and found["reverses"][0] == 2
    with pytest.raises(lp.DataError, match="some rows have ids for event"):
        state.append(back, event=["CN-1"])


def test_states_with_indexes_of_the_caller() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    who = lp.indexes(np.array([4, 1, 4, 4, 1, 4], np.uint32), count=5)
    own = lp.indexes(np.arange(2**40, 2**40 + 6, dtype=np.uint64))
    assert set(state.append(EVENTS, partner=who, event=own).ledger["partner"].tolist()) == {1, 4}
    again: Any = lp.LoyaltyState.load(state.save())
    entry = again.append(
        partner=lp.indexes([4]), day=["2026-06-01"], kind=["sale"], amount=[60], event=lp.indexes([7]),
        reverses=lp.indexes([2**40 + 2]),
    ).ledger  # fmt: skip
    assert entry["reverses"].tolist()[0] == 2**40 + 2 and entry["event"].tolist()[0] == 7
    with pytest.raises(lp.ArgumentError):
        again.append(EVENTS, event=own)


def test_advance_moves_all_on() -> None:
    state: Any = lp.LoyaltyState(PROGRAM)
    state.append(EVENTS)
    made = state.advance(np.datetime64("2027-05-01"))
    whole: Any = lp.loyalty(PROGRAM, EVENTS, as_of_day="2027-05-01")
    old: Any = lp.loyalty(PROGRAM, EVENTS)
    assert len(made.ledger) == len(whole.ledger) - len(old.ledger)
    assert made.expired == whole.expired > 0
    for bad in ("soon", None, 5.5):
        with pytest.raises(lp.ArgumentError, match="day"):
            state.advance(bad)
    with pytest.raises(lp.StateError):
        state.advance("2026-01-01")


def test_lua_goes_on_where_python_stopped(tmp_path: Path) -> None:
    lua = os.environ.get("PARTNER_LUA")
    if lua is None:
        pytest.skip("PARTNER_LUA is not set")
    state: Any = lp.LoyaltyState(PROGRAM)
    state.append(EVENTS, event=[f"SO-{i}" for i in range(6)])
    path = tmp_path / "state"
    path.write_bytes(state.save())
    script = """
        local partner = require("partner")
        local file = assert(io.open(arg[1], "rb"))
        local bytes = file:read("*a")
        file:close()
        local state = assert(partner.load_loyalty_state(bytes))
        assert(state:save() == bytes)
        assert(state:append({ partner = { "Cedar" }, day = { "2026-06-01" }, kind = { "sale" }, amount = { 70 },
          event = { "SO-9" } }))
        file = assert(io.open(arg[1], "wb"))
        file:write(state:save())
        file:close()
    """
    (tmp_path / "go_on.lua").write_text(script)
    subprocess.run([lua, str(tmp_path / "go_on.lua"), str(path)], check=True)
    again: Any = lp.LoyaltyState.load(path.read_bytes())
    assert again.version == 7 and again.finish()["partner"].tolist() == ["Aster", "Birch", "Cedar"]
    assert again.finish()["balance"].tolist()[2] == 7
    state.append(partner=["Cedar"], day=["2026-06-01"], kind=["sale"], amount=[70], event=["SO-9"])
    assert again.save() == state.save()


# --- pictures ---


@pytest.fixture
def axes() -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    _, axes = pyplot.subplots()
    yield axes
    pyplot.close("all")


def test_points_over_time(axes: Any) -> None:
    result: Any = lp.loyalty(PROGRAM, EVENTS, as_of_day="2027-06-30")
    assert result.plot(ax=axes) is axes
    heights = [patch.get_height() for patch in axes.patches]
    assert sum(height for height in heights if height > 0) == result.issued
    assert -sum(height for height in heights if height < 0) == result.redeemed + result.expired
    title = axes.get_title(loc="left")
    assert "47 points were issued" in title.replace("\n", " ")
    labels = {text.get_text() for text in axes.get_legend().get_texts()}
    assert labels == {"issued", "redeemed", "expired"}


def test_tier_flow(axes: Any) -> None:
    result: Any = lp.loyalty(PROGRAM, EVENTS)
    result.plot("tiers", ax=axes)
    assert [patch.get_width() for patch in axes.patches] == [1, 1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["authorized", "silver"]
    assert "1 of 2 partners are above authorized" in axes.get_title(loc="left").replace("\n", " ")
    texts = [text.get_text() for text in axes.texts]
    assert "▲" in texts[1] and "▲" not in texts[0]


def test_pictures_of_nothing(axes: Any) -> None:
    empty = {name: [] for name in EVENTS}
    result: Any = lp.loyalty({"rules": []}, empty)
    result.plot(ax=axes)
    assert axes.get_title(loc="left") == "No points yet"
    axes.clear()
    result.plot("tiers", ax=axes)
    with pytest.raises(ValueError, match="no loyalty program"):
        lp.totals(partner=["a"], amount=[1]).plot("points")
