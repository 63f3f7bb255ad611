# SPDX-License-Identifier: MIT
"""Pipelines: a small one by hand (that of examples/pipeline.c), bad input, the sample channel against the command, and
measures against numpy."""

from __future__ import annotations

import csv
import datetime
import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import numpy as np
import pytest
from test_same_bits import NOT_RESULT, Number, compare

CHANNEL = Path(__file__).resolve().parents[2] / "examples" / "channel"

needs_gsl = pytest.mark.skipif("gsl" not in lp.features(), reason="this build is without GSL, and learns nothing")

PROCESS: dict[str, Any] = {
    "stages": [
        {
            "id": "qualified",
            "milestones": [
                {"id": "budget", "weight": 2, "question": "Who has set the money aside?"},
                {"id": "need"},
            ],
        },
        {
            "id": "proposed",
            "milestones": [
                {"id": "offer", "valid_days": 30, "question": "Does the customer still look at your offer?"},
            ],
        },
    ]
}
DEALS: dict[str, list[Any]] = {
    "deal": ["D0", "D1", "D2", "D3", "D4"],
    "partner": ["Aster", "Birch", "Aster", "Birch", "Aster"],
    "opened": ["2026-01-05", "2026-01-12", "2026-02-02", "2026-02-02", "2026-03-02"],
    "closed": ["2026-03-13", "2026-02-27", None, None, None],
    "outcome": ["won", "lost", "open", "open", "open"],
    "amount": [12000, 8000, 15000, 20000, None],
    "customer": ["C5", "C6", "C7", "C7", "C8"],
    "registered": [None, None, "2026-02-02", "2026-02-04", None],
}
MILESTONES: dict[str, list[Any]] = {
    "deal": ["D0", "D0", "D0", "D1", "D2", "D2", "D2", "D3"],
    "milestone": ["need", "budget", "offer", "need", "need", "budget", "offer", "need"],
    "day": ["2026-01-07", "2026-01-17", "2026-02-16", "2026-01-17"]
    + ["2026-02-06", "2026-02-11", "2026-02-16", "2026-02-16"],
}
CLAIMS: dict[str, list[Any]] = {
    "deal": ["D2", "D3"],
    "day": ["2026-03-08", "2026-03-08"],
    "stage": ["2", "proposed"],
    "probability": [0.9, 0.5],
}
AS_OF = "2026-03-28"


def small(**changed: Any) -> Any:
    given: dict[str, Any] = {"deals": DEALS, "milestones": MILESTONES, "claims": CLAIMS, "as_of_day": AS_OF}
    options: dict[str, Any] = {"state_only": True, **given, **changed}
    return lp.pipeline(PROCESS, **options)  # type: ignore[attr-defined]


def read(name: str) -> dict[str, list[str]]:
    with open(CHANNEL / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def channel(**options: Any) -> Any:
    return lp.pipeline(  # type: ignore[attr-defined]
        CHANNEL / "process.json", read("deals.csv"), read("milestones.csv"), read("claims.csv"), **options
    )


@pytest.fixture(scope="module")
def learnt() -> Any:
    """The sample channel with everything that there is."""
    if "gsl" not in lp.features():
        pytest.skip("this build is without GSL, and learns nothing")
    return channel(draws=300, backtest=True, backtest_day=["2025-06-30", "2025-09-30"], contributions=True, target=3e6)


# --- the small one, by hand ---


def test_where_deals_stand() -> None:
    result = small()
    deals = result.deals
    assert result["deal"].tolist() == deals["deal"].tolist() == DEALS["deal"] and len(result) == 5
    # Weights 2 + 1 + 1 = 4. D0: all three hold on its last day, 2026-03-13 being day 25 of the offer's 30. D1 and D3:
    # the need alone. D2: the offer of 2026-02-16 holds through 2026-03-17 and is stale since the 18th.
    assert deals["objective_stage"].tolist() == [2, 0, 1, 0, 0]
    assert deals.to_dict()["stage"] == [None, "qualified", "proposed", "qualified", "qualified"]
    assert deals["score"].tolist() == [100.0, 25.0, 75.0, 25.0, 0.0]
    days = [datetime.date(2026, m, d) for m, d in ((2, 16), (1, 12), (3, 18), (2, 2), (3, 2))]
    assert deals.to_dict()["since"] == days
    # "2" is past both stages, "proposed" past one; a closed deal claims nothing.
    assert deals.to_dict()["claimed"] == [None, None, 2, 1, None]
    assert deals.to_dict()["overclaim"] == [None, None, 1, 1, None]
    assert (result.open, result.won, result.lost, result.overclaimed) == (3, 1, 1, 2)
    assert result.as_of_day == datetime.date(2026, 3, 28) and result.stages == 2


def test_what_is_seen() -> None:
    """Reports are fresh for 30 days. D0: 01-07 to 02-15 and 02-16 to 03-12, 65 of the 67 days to 03-13; D1: 01-17 to
    02-15 of 46 days; D2: 02-06 to 03-17, 40 of the 55 days through 03-28; D3: 30 of 55; D4: none."""
    result = small()
    assert result.deals["covered"].tolist() == [65, 30, 40, 30, 0]
    assert result.deals["days"].tolist() == [67, 46, 55, 55, 27]
    assert result.deals["visibility"].tolist() == ["clear", "partial", "partial", "partial", "none"]
    assert result.visibility.to_dict() == {
        "partner": ["Aster", "Birch"],
        "deals": [3, 2],
        "of_class": [[1, 1, 0, 1], [0, 2, 0, 0]],
        "share": [[1 / 3, 1 / 3, 0, 1 / 3], [0, 1, 0, 0]],
        # Of Aster's 12 000 and 15 000; D4 has no amount.
        "amount_share": [[12 / 27, 15 / 27, 0, 0], [0, 1, 0, 0]],
    }
    assert result.visibility_share == {"clear": 1 / 5, "partial": 3 / 5, "poor": 0, "none": 1 / 5}


def test_what_to_doubt() -> None:
    result = small()
    found = result.doubts.to_dict()
    assert found["deal"] == ["D2", "D3", "D4", "D4"]
    assert found["milestone"] == ["offer", "budget", "budget", "need"]
    assert found["reason"] == ["stale", "never_reported", "never_reported", "never_reported"]
    assert found["day"] == [datetime.date(2026, 2, 16), None, None, None]
    assert found["question"][0] == "Does the customer still look at your offer?" and found["question"][3] is None
    assert found["effect"] == [None] * 4  # nothing is learnt
    # As examples/pipeline.c has it.
    assert [result.explain(row) for row in range(4)] == [
        "Claimed to be past the last stage, but offer of proposed was last reported done on 2026-02-16, which holds "
        "for 30 days; ask: Does the customer still look at your offer?",
        "Claimed to be in proposed, but budget of qualified was never reported; ask: Who has set the money aside?",
        "In work is qualified, but budget was never reported; ask: Who has set the money aside?",
        "In work is qualified, but need was never reported.",
    ]
    assert result.explain(-1) == result.explain(3) == result.explain(3, "doubts")


def test_who_holds_a_customer() -> None:
    """D2 was first. Its protection would end after 90 days, on 2026-05-03; without progress since the offer of
    2026-02-16 it lapses after 60 days, on 2026-04-17. D3, too, made its last progress on 02-16: it is never next."""
    result = small()
    assert result.registrations.to_dict() == {
        "customer": ["C7"],
        "product": [None],
        "deal": ["D2"],
        "from": [datetime.date(2026, 2, 2)],
        "to": [datetime.date(2026, 4, 17)],
        "ended_by": ["lapsed"],
        "ruling": ["earlier"],
        "contenders": [1],
    }
    assert result.contenders.to_dict() == {"registration": [0], "deal": ["D3"]}
    assert result.explain(0, "registrations") == (
        "Holds from 2026-02-02: it was registered before 1 other; on 2026-04-17 it lapses after 60 days without "
        "progress."
    )
    with pytest.raises(ValueError, match="'deals' is no table whose rows are explained, expected doubts or registr"):
        result.explain(0, "deals")
    without = {name: column for name, column in DEALS.items() if name != "registered"}
    with pytest.raises(ValueError, match=r"this result has no registrations to explain$"):
        small(deals=without).explain(0, "registrations")


def test_from_stage_to_stage() -> None:
    """D0 is in stage 0 for 12 days, in stage 1 for 30, past both for 25 until it is won; D1 is lost after 46 days; D2
    moves on after 9 days, is past both from 02-16 to 03-18 and falls back; D3 and D4 wait."""
    found = small().conversions
    lines = [
        tuple(row[name] for name in ("stage", "ended", "to", "spells", "median_days")) for row in found.iter_rows()
    ]
    assert lines == [
        (0, "moved", 1, 2, 10.5),
        (0, "lost", None, 1, 46),
        (0, "open", None, 2, None),
        (1, "moved", 2, 2, 17.5),
        (1, "open", None, 1, None),
        (2, "moved", 1, 1, 30),
        (2, "won", None, 1, 25),
    ]


def test_what_was_not_asked_for_is_none() -> None:
    result = small()
    for name in ("rates", "partner_rates", "curves", "terms", "contributions", "measures", "calibration"):
        assert getattr(result, name) is None, name
    assert result.forecast is None and result.backtest is None
    assert result.tables == ["deals", "doubts", "visibility", "conversions", "registrations", "contenders"]
    with pytest.raises(AttributeError, match=r"pipeline has no 'doubt'; did you mean 'doubts'\?"):
        _ = result.doubt


@needs_gsl
def test_too_little_data_is_an_answer() -> None:
    result = small(state_only=False)
    assert result.forecast is None and result.rates is not None and result.terms is None
    assert any("too little data for a forecast" in sentence for sentence in result.sentences)
    with pytest.raises(ValueError, match="it has no forecast: too few deals have closed"):
        result.plot("forecast")


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_frames_in_and_out(kind: str) -> None:
    module = pytest.importorskip(kind)
    make = module.table if kind == "pyarrow" else module.DataFrame
    frames = [make(table) for table in (DEALS, MILESTONES, CLAIMS)]
    result = lp.pipeline(PROCESS, *frames, as_of_day=AS_OF, state_only=True)  # type: ignore[attr-defined]
    assert result.deals.to_dict() == small().deals.to_dict()
    assert result.doubts.to_dict() == small().doubts.to_dict()
    out = getattr(result.visibility, {"pandas": "to_pandas", "polars": "to_polars", "pyarrow": "to_arrow"}[kind])()
    names = out.column_names if kind == "pyarrow" else list(out.columns)
    assert [f"share_{name}" for name in ("clear", "partial", "poor", "none")] == [n for n in names if n[:6] == "share_"]
    assert [float(x) for x in out["share_clear"].to_numpy()] == [1 / 3, 0]


@pytest.mark.parametrize(
    "column", [[2, 1], np.asarray([2, 1]), np.asarray([2.0, 1.0]), ["2", "1"], ["2", "proposed"], [Decimal(2), 1]]
)
def test_a_claimed_stage_is_an_id_or_a_number(column: Any) -> None:
    assert small(claims={**CLAIMS, "stage": column}).deals.to_dict() == small().deals.to_dict()
    # The same in the deals' own rows, where a later claim replaces it.
    own = {**DEALS, "claimed_stage": [None, None, *column, None]}
    found = small(deals=own, claims=None).deals.to_dict()
    assert found["claimed"] == [None, None, 2, 1, None]


def test_a_claimed_stage_that_is_missing_is_none() -> None:
    claims = {**CLAIMS, "stage": np.asarray([2.0, np.nan])}
    assert small(claims=claims).deals.to_dict()["claimed"] == [None, None, 2, None, None]


@pytest.mark.parametrize(
    "day",
    ["2026-02-20", 20260220, datetime.date(2026, 2, 20), np.datetime64("2026-02-20")],
    ids=lambda d: type(d).__name__,
)
def test_as_of_a_past_day(day: Any) -> None:
    """On 2026-02-20 D0 and D1 are open, D4 does not exist, and nothing is claimed yet."""
    result = small(as_of_day=day)
    assert result.as_of_day == datetime.date(2026, 2, 20) and (result.open, result.won) == (4, 0)
    assert result.deals["objective_stage"].tolist() == [2, 0, 2, 0]
    assert result.deals.to_dict()["claimed"] == [None] * 4


def test_rows_added_later_change_nothing() -> None:
    late = {"deal": ["D3", "D4"], "milestone": ["budget", "need"], "day": ["2026-03-29", "2026-04-20"]}
    more = {name: column + late[name] for name, column in MILESTONES.items()}
    later = {"deal": ["D4"], "day": ["2026-03-29"], "stage": ["proposed"], "probability": [1.0]}
    claims = {name: column + later[name] for name, column in CLAIMS.items()}
    new = ["D5", "Aster", "2026-03-29", "2026-03-30", "won", 1, "C7", "2026-03-29"]
    deals = {name: [*column, cell] for (name, column), cell in zip(DEALS.items(), new)}
    one, other = small(), small(milestones=more, claims=claims, deals=deals)
    for name in ("deals", "doubts", "visibility", "conversions", "registrations"):
        assert getattr(one, name).to_dict() == getattr(other, name).to_dict(), name
    assert one.summary == other.summary and one.sentences == other.sentences


def test_ids_can_be_numbers() -> None:
    numbers = {f"D{i}": 700 + i for i in range(5)}
    tables = [
        {name: [numbers[d] for d in column] if name == "deal" else column for name, column in table.items()}
        for table in (DEALS, MILESTONES, CLAIMS)
    ]
    result = lp.pipeline(PROCESS, *tables, as_of_day=AS_OF, state_only=True)  # type: ignore[attr-defined]
    assert result.doubts["deal"].tolist() == [702, 703, 704, 704]
    assert result.doubts["deal"].dtype.kind in "iu"


def test_for_people() -> None:
    result = small()
    text, page = repr(result), result._repr_html_()
    assert text.startswith("<libpartner pipeline: 5 deals>\nAs of 2026-03-28 there are 5 deals: 3 open, 1 won, 1 lost.")
    assert "D4" in page and "<code>.doubts</code>" in page
    assert repr(result.visibility).splitlines()[2] == "Birch" + repr(result.visibility).splitlines()[2][5:]
    assert "0.333333 0.333333 0 0.333333" in repr(result.visibility)


# --- bad input ---


def changed(table: dict[str, list[Any]], row: int, **cells: Any) -> dict[str, list[Any]]:
    made = {name: [*column] for name, column in table.items()}
    for name, cell in cells.items():
        made[name][row] = cell
    return made


def stages(*ids: str) -> dict[str, Any]:
    return {"stages": [{"id": id, "milestones": [{"id": f"{id}{i}"}]} for i, id in enumerate(ids)]}


BAD: dict[str, tuple[dict[str, Any], str, int | None, str | None]] = {
    # what is passed: what the error says, its row, its field
    "deal twice": (
        {"deals": changed(DEALS, 3, deal="D1")},
        'deals row 3: deal: "D1" stands in row 1 already, expected each once',
        3,
        "deal",
    ),
    "unknown milestone": (
        {"milestones": changed(MILESTONES, 2, milestone="ofer")},
        r"milestones row 2: milestone index \d is not in the process, expected one of its 3 .* is 'ofer'\)",
        2,
        "milestone",
    ),
    "unknown deal of a report": (
        {"milestones": changed(MILESTONES, 7, deal="D9")},
        r"milestones row 7: there is no deal 5, expected one of the deals table \(index 5 is 'D9'\)",
        7,
        "deal",
    ),
    "unknown deal of a claim": (
        {"claims": changed(CLAIMS, 1, deal="D9")},
        r"claims row 1: there is no deal 5, expected one of the deals table \(index 5 is 'D9'\)",
        1,
        "deal",
    ),
    "unknown stage": (
        {"claims": changed(CLAIMS, 0, stage="3")},
        r"claims row 0: stage index \d is no stage of the process, expected the id of one or a number .* 2 .*'3'\)",
        0,
        "stage",
    ),
    "probability too high": (
        {"claims": changed(CLAIMS, 1, probability=1.5)},
        "claims row 1: probability is 1.5, expected 0 to 1",
        1,
        "probability",
    ),
    "probability too low": (
        {"deals": {**DEALS, "claimed_probability": [None, None, -0.1, None, None]}},
        "deals row 2: claimed_probability is -0.1, expected 0 to 1",
        2,
        "claimed_probability",
    ),
    "closed before opened": (
        {"deals": changed(DEALS, 0, closed="2026-01-04")},
        "deals row 0: closed .* before opened .*, expected closed not before opened",
        0,
        "closed",
    ),
    "outcome without closing day": (
        {"deals": changed(DEALS, 2, outcome="won")},
        "deals row 2: outcome is won but there is no closing day, expected both or neither",
        2,
        "closed",
    ),
    "closing day without outcome": (
        {"deals": changed(DEALS, 1, outcome="open")},
        "deals row 1: closed .* but the outcome is open, expected won or lost",
        1,
        "outcome",
    ),
    "unknown outcome": (
        {"deals": changed(DEALS, 1, outcome="gone")},
        'deals row 1: outcome: "gone" is not one of open, won, lost',
        1,
        "outcome",
    ),
    "no day": (
        {"deals": changed(DEALS, 4, opened=None)},
        "deals row 4: opened: is null, expected a value",
        4,
        "opened",
    ),
    "no column": (
        {"deals": {name: column for name, column in DEALS.items() if name != "opened"}},
        "deals: no column for opened .*the columns are deal, partner, closed",
        None,
        "opened",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_rows(case: str) -> None:
    given, said, row, field = BAD[case]
    with pytest.raises(lp.DataError, match=said) as caught:
        small(**given)
    assert (caught.value.row, caught.value.field) == (row, field)
    assert caught.value.record == next(iter(given))


@needs_gsl
def test_a_feature_twice() -> None:
    features = {"deal": ["D0", "D1", "D0"], "feature": ["seats", "seats", "seats"], "value": [40, 25, 41]}
    with pytest.raises(lp.DataError, match="features row 2: feature 0 of deal 0 is there already in row 0") as caught:
        small(state_only=False, features=features)
    assert (caught.value.row, caught.value.field, caught.value.record) == (2, "feature", "features")
    features["deal"][2] = "D7"
    with pytest.raises(lp.DataError, match=r"features row 2: there is no deal 5.* is 'D7'"):
        small(state_only=False, features=features)


@pytest.mark.parametrize(
    ("process", "path", "said"),
    [
        ({}, "$.stages", "is missing"),
        ({"stages": []}, "$.stages", "is empty, expected at least one stage"),
        (stages("a", "b", "a"), "$.stages[2].id", 'is "a", which another stage has already'),
        (
            {"stages": [{"id": "a", "milestones": [{"id": "m"}, {"id": "m"}]}]},
            "$.stages[0].milestones[1].id",
            'is "m", which another milestone has already',
        ),
        ({"stages": [{"id": "a", "milestons": []}]}, "$.stages[0].milestons", "milestones"),
    ],
)
def test_bad_processes(process: dict[str, Any], path: str, said: str) -> None:
    with pytest.raises(lp.DataError) as caught:
        lp.pipeline(process, DEALS)  # type: ignore[attr-defined]
    assert caught.value.path == path and said in caught.value.message and caught.value.record == "process"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"correlation": 1}, "correlation is 1, expected 0 to 0.99"),
        ({"folds": 1}, "folds is 1, expected 2 to 100"),
        ({"commit": 2}, "commit is 2, expected 0 to 1"),
        ({"penalty": -1}, "^penalty is -1, expected"),
        ({"draws": 0}, 'draws: "0" is not possible here, expected more than 0'),
        ({"horizon_days": "soon"}, 'horizon_days: "soon"'),
        ({"backtest_day": ["2026-02-30"]}, "backtest_day"),
    ],
)
def test_bad_options(options: dict[str, Any], said: str) -> None:
    with pytest.raises(lp.ArgumentError, match=said) as caught:
        small(**options)
    assert caught.value.field == next(iter(options))


# --- the sample channel ---


def command_of(**options: Any) -> dict[str, Any]:
    command = os.environ.get("PARTNER_COMMAND")
    if not command:
        pytest.skip("PARTNER_COMMAND is not set")
    words = [command, "pipeline", str(CHANNEL / "deals.csv"), "--process", str(CHANNEL / "process.json")]
    words += ["--milestones", str(CHANNEL / "milestones.csv"), "--claims", str(CHANNEL / "claims.csv")]
    for name, value in options.items():
        words += ["--set", f"{name}={','.join(value) if isinstance(value, list) else str(value).lower()}"]
    said = subprocess.run([*words, "--format", "json"], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(said.stdout, parse_float=Number)
    return {name: part for name, part in found.items() if name not in NOT_RESULT}


def compare_part(found: Any, wanted: Any, where: str) -> int:
    """A table with figures of its own: in JSON its rows stand beside them."""
    if not isinstance(found, lp.Table) or not isinstance(wanted, dict):
        return compare(found, wanted, where)
    return sum(
        compare(found if isinstance(value, list) else getattr(found, name), value, f"{where}.{name}")
        for name, value in wanted.items()
    )


def test_the_bits_of_the_command(learnt: Any) -> None:
    expected = command_of(
        draws=300, backtest=True, backtest_day=["2025-06-30", "2025-09-30"], contributions=True, target=3000000
    )
    compared = 0
    for name, part in expected.items():
        if name == "summary":
            for figure, value in part.items():
                whole = isinstance(value, list) or (isinstance(value, dict) and figure in learnt.tables)
                found = getattr(learnt, figure) if whole else learnt.summary[figure]
                compared += compare_part(found, value, figure)
        else:
            compared += compare_part(getattr(learnt, name), part, name)
    shown = {"deals", "doubts", "terms", "contributions", "backtest", "calibration", "rates", "curves", "conversions"}
    assert shown <= set(expected) and {"forecast", "measures"} <= set(expected["summary"])
    assert compared > 20 * len(learnt.deals)


def test_the_same_for_any_number_of_threads(learnt: Any) -> None:
    again = channel(
        draws=300,
        backtest=True,
        backtest_day=["2025-06-30", "2025-09-30"],
        contributions=True,
        target=3e6,
        threads=3,
    )
    assert again.summary == learnt.summary and again.sentences == learnt.sentences
    for name in learnt.tables:
        one, other = getattr(learnt, name), getattr(again, name)
        assert one.summary == other.summary, name
        if isinstance(one, lp.Table):
            assert one.to_dict() == other.to_dict(), name
    for name in ("months", "partners", "categories"):
        assert learnt.forecast[name].to_dict() == again.forecast[name].to_dict(), name


def test_tables_agree_with_each_other(learnt: Any) -> None:
    deals = learnt.deals.to_dict()
    still = [i for i, outcome in enumerate(deals["outcome"]) if outcome == "open"]
    assert learnt.open == len(still) == learnt.forecast.deals
    # An amount that is a mean of others is in the table to the cent, and not in the sum.
    expected = sum(deals["probability"][i] * float(deals["amount"][i] or 0) for i in still)
    assert float(learnt.forecast.expected) == pytest.approx(expected, abs=0.005 * len(still) + 0.005)
    categories = learnt.forecast.categories.to_dict()
    for name, number in zip(categories["category"], categories["deals"]):
        assert number == sum(deals["category"][i] == name for i in still)
    assert sum(learnt.forecast.partners["deals"]) == len(still)
    months = learnt.forecast.months.to_dict()["expected"]
    assert float(sum(months) - learnt.forecast.expected) == pytest.approx(0, abs=0.005 * (len(months) + 1))
    # Contributions and the intercept are the log-odds of the model: all deals differ from theirs by the same.
    given = learnt.contributions.to_dict()
    summed: dict[str, float] = {}
    for deal, value in zip(given["deal"], given["contribution"]):
        summed[deal] = summed.get(deal, 0.0) + value
    assert len(given["deal"]) == len(still) * len(learnt.terms)
    rates = dict(zip(deals["deal"], deals["win_rate"]))
    intercepts = [np.log(rates[deal] / (1 - rates[deal])) - value for deal, value in summed.items()]
    assert learnt.model == "ridge" and np.ptp(intercepts) < 1e-9
    doubts = learnt.doubts.to_dict()
    assert doubts["effect"] == sorted(doubts["effect"], reverse=True)
    assert learnt.forecast.target == Decimal("3000000.00") and 0 < learnt.forecast.target_probability < 1


@needs_gsl
def test_options_as_users_write_them(learnt: Any) -> None:
    """correlation=0 is no correlation; targets in major units, whatever their type; a penalty; days in a list."""
    found = [channel(draws=300, target=target).forecast for target in ("3000000", Decimal("3000000.00"), 3_000_000)]
    assert {each.target_probability for each in found} == {learnt.forecast.target_probability}
    alone = channel(draws=300, correlation=0, penalty=0.05).forecast
    assert alone.correlation == 0 and not alone.correlation_learnt and learnt.forecast.correlation > 0
    assert alone.p90 - alone.p10 < learnt.forecast.p90 - learnt.forecast.p10
    assert alone.target is None and alone.target_probability is None
    assert learnt.backtest["day"].astype(str).tolist() == ["2025-06-30", "2025-09-30"]


# --- measures ---


def pooled(probability: Any, label: Any) -> Any:
    """The isotonic fit by brute force: at each place the largest over what begins before of the least over what ends
    behind of the means, equal probabilities taken together."""
    values, where, rows = np.unique(probability, return_inverse=True, return_counts=True)
    sums = np.bincount(where, label)
    total, weight = np.concatenate(([0], np.cumsum(sums))), np.concatenate(([0], np.cumsum(rows)))
    groups = len(values)
    means = np.full((groups, groups), np.inf)
    for i in range(groups):
        means[i, i:] = (total[i + 1 :] - total[i]) / (weight[i + 1 :] - weight[i])
    fitted = [max(means[a, i:].min() for a in range(i + 1)) for i in range(groups)]
    return np.asarray(fitted)[where]


@pytest.mark.parametrize("places", [2, 12])
@pytest.mark.parametrize("threads", [1, 3])
def test_measures_against_numpy(places: int, threads: int) -> None:
    rng = np.random.default_rng(20)
    p = np.round(rng.beta(1.2, 2.5, 400), places)
    p[:3] = (0.0, 1.0, 1e-9)
    y = (rng.random(400) < p**1.3).astype(np.float64)
    claim = np.where(rng.random(400) < 0.4, np.nan, np.round(rng.random(400), 1))
    result: Any = lp.measures(label=y > 0, probability=p, claim=claim, threads=threads)  # type: ignore[attr-defined]

    def loss(said: Any, came: Any) -> Any:
        clipped = np.clip(said, 1e-6, 1 - 1e-6)
        return -np.mean(np.where(came > 0, np.log(clipped), np.log1p(-clipped)))

    assert result.rows == 400 and result.positive == y.sum() and result.rate == y.mean()
    assert result.log_loss == pytest.approx(loss(p, y), rel=1e-12)
    assert result.constant_log_loss == pytest.approx(loss(np.full(400, y.mean()), y), rel=1e-12)
    assert result.clipped == np.count_nonzero((p < 1e-6) | (p > 1 - 1e-6))
    pairs = p[y > 0][:, None] - p[y == 0][None, :]
    assert result.auc == pytest.approx(np.mean((pairs > 0) + 0.5 * (pairs == 0)), rel=1e-12)
    assert result.brier == pytest.approx(np.mean((p - y) ** 2), rel=1e-12)
    best = np.mean((pooled(p, y) - y) ** 2)
    assert result.reliability == pytest.approx(np.mean((p - y) ** 2) - best, rel=1e-9)
    assert result.resolution == pytest.approx(y.mean() * (1 - y.mean()) - best, rel=1e-9)
    assert result.uncertainty == pytest.approx(y.mean() * (1 - y.mean()), rel=1e-12)
    both = ~np.isnan(claim)
    assert result.compared == both.sum()
    assert result.claim_log_loss == pytest.approx(loss(claim[both], y[both]), rel=1e-12)
    assert result.skill == pytest.approx(1 - loss(p[both], y[both]) / loss(claim[both], y[both]), rel=1e-12)
    groups = result.calibration
    assert len(groups) <= 10 and groups["rows"].sum() == 400
    order, first = np.argsort(p, kind="stable"), 0
    for low, high, rows, said, came in zip(*(groups[n] for n in ("lowest", "highest", "rows", "expected", "observed"))):
        which = order[first : first + rows]
        assert (low, high) == (p[which].min(), p[which].max())
        assert said == pytest.approx(p[which].mean(), rel=1e-12) and came == pytest.approx(y[which].mean(), rel=1e-12)
        assert first == 0 or p[order[first - 1]] < low  # equal probabilities are together
        first += rows


def test_measures_of_a_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"won": [1, 0, 1, 0], "p": [0.9, 0.2, 0.6, 0.7]})
    result: Any = lp.measures(frame)  # type: ignore[attr-defined]
    # Of the four pairs 0.6 against 0.7 is out of order.
    assert result.auc == 0.75 and result.brier == pytest.approx((0.01 + 0.04 + 0.16 + 0.49) / 4)
    assert repr(result).startswith("<libpartner measures: calibration of 4 rows>")
    with pytest.raises(lp.DataError, match=r"predictions row 1: probability is 1.2, expected") as caught:
        lp.measures(label=[1, 0], probability=[0.5, 1.2])  # type: ignore[attr-defined]
    assert (caught.value.row, caught.value.field) == (1, "probability")


@pytest.mark.parametrize("label", [[], [1, 1, 1]])
def test_measures_of_hardly_anything(label: list[int]) -> None:
    result: Any = lp.measures(label=label, probability=[0.5] * len(label))  # type: ignore[attr-defined]
    assert result.auc is None and len(result.calibration) == min(len(label), 1)
    assert result.rows == len(label) and result.claim_log_loss is None and result.skill is None


# --- pictures ---


@pytest.fixture
def pyplot() -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def texts(axes: Any) -> list[str]:
    """All that stands on a picture, spaces plain."""
    from matplotlib.text import Text

    axes.figure.canvas.draw()
    found = [text.get_text() for text in axes.figure.findobj(Text) if text.get_visible()]
    return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in found if text]


def test_the_funnel(pyplot: Any) -> None:
    axes = small().plot()  # without a forecast, the first that there is
    # Of five deals D0 and D2 passed stage 0, D0 both; won, open, lost side by side, stage after stage.
    assert [bar.get_width() for bar in axes.patches] == [1, 1, 1, 3, 1, 0, 1, 0, 0]
    shown = texts(axes)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["qualified", "proposed", "all passed"]
    # Of three spells in stage 0 that are over two went on, after 10.5 days; of those in stage 1 both, after 17.5; of
    # the two that had passed both one was won.
    assert {"67 %", "10.5 days", "100 %", "17.5 days", "50 %", "won 1", "open 3", "lost 1"} <= set(shown)
    assert "1 of 2 closed deals was won (50.0 %); 3 deals are open" in shown


def test_the_funnel_knows_all_stages(pyplot: Any) -> None:
    """Also those that no deal came to, as far as their names are known."""
    result = lp.pipeline(PROCESS, {"deal": ["D0"], "opened": ["2026-01-01"]}, state_only=True)  # type: ignore[attr-defined]
    names = [label.get_text() for label in result.plot("funnel").get_yticklabels()]
    assert names == ["qualified", "stage 1", "all passed"]
    empty = lp.pipeline(PROCESS, {"deal": [], "opened": []}, state_only=True)  # type: ignore[attr-defined]
    assert "There are no deals" in texts(empty.plot()) and "There are no deals of partners" in texts(
        empty.plot("visibility")
    )


def test_what_is_seen_in_bars(pyplot: Any) -> None:
    axes = small().plot("visibility", names={"Aster": "Aster & Sons"})
    widths = np.asarray([bar.get_width() for bar in axes.patches]).reshape(4, 3)
    expected = np.asarray([[0.2, 0.6, 0, 0.2], [1 / 3, 1 / 3, 0, 1 / 3], [0, 1, 0, 0]])
    assert np.allclose(widths.T, expected, rtol=0, atol=1e-12)
    shown = texts(axes)
    assert {"all partners", "Aster & Sons", "Birch", "5 deals", "3 deals", "clear 20.0 %"} <= set(shown)
    assert "16 %: what vendors see clearly as a rule" in shown
    (reference,) = (line for line in axes.collections if type(line).__name__ == "LineCollection")
    assert {point[0] for point in reference.get_segments()[0]} == {0.16}
    only = small().plot("visibility", top=1)
    assert "Birch" not in texts(only) and "all partners" in texts(only)


def test_the_forecast_in_bands(pyplot: Any, learnt: Any) -> None:
    axes = learnt.plot()
    months = learnt.forecast.months
    bars = [(bar.get_y() * 1e3, bar.get_height() * 1e3) for bar in axes.patches]
    assert bars == [pytest.approx((low, high - low)) for low, high in zip(months["p10"], months["p90"])]
    (whole,) = axes.child_axes
    low, high = float(learnt.forecast.p10), float(learnt.forecast.p90)
    assert (whole.patches[0].get_y(), whole.patches[0].get_height()) == pytest.approx((low, high - low))
    shown = texts(axes)
    likely = f"{100 * learnt.forecast.target_probability:.0f}"
    assert f"target 3.0 M: {likely} %" in shown and "Jan\n2026" in shown and "90 days\nin all" in shown
    assert any(text.startswith("P10: ") for text in shown) and any("eight times in ten" in text for text in shown)


@needs_gsl
def test_months_that_are_no_whole_ones_say_so(pyplot: Any) -> None:
    result = channel(as_of_day="2025-10-12", horizon_days=80, draws=50)
    names = [label.get_text() for label in result.plot("forecast").get_xticklabels()]
    assert names == ["Oct\n2025\nfrom 13", "Nov", "Dec"]  # 80 days are to 12-31
    names = [label.get_text() for label in channel(horizon_days=400, draws=50).plot().get_xticklabels()]
    assert len(names) == 7 and names[0] == "Jan\n2026"  # every other one of fourteen


def test_what_was_said_and_what_came(pyplot: Any, learnt: Any) -> None:
    axes = learnt.plot("calibration")
    table = learnt.calibration
    seen = np.vstack([line.get_xydata() for line in axes.lines[1:]])  # the first is the diagonal
    given = np.column_stack((table["expected"], table["observed"]))
    assert sorted(map(tuple, seen.tolist())) == sorted(map(tuple, given.tolist()))
    shown = texts(axes)
    for by, loss in zip(learnt.measures["by"], learnt.measures["log_loss"]):
        name = {"ridge": "ridge model", "frequency": "frequency model"}.get(by, by.replace("_", " "))
        assert f"{name}\nlog loss {loss:.3f}" in shown


def test_past_forecasts_and_what_came(pyplot: Any, learnt: Any) -> None:
    axes = learnt.plot("backtest")
    table = learnt.backtest
    bars = [(bar.get_y() * 1e6, bar.get_height() * 1e6) for bar in axes.patches]
    assert bars == [pytest.approx((low, high - low)) for low, high in zip(table["p10"], table["p90"])]
    dots = [float(y) * 1e6 for line in axes.lines if line.get_marker() == "o" for y in line.get_ydata()]
    assert sorted(dots) == pytest.approx(sorted(table["actual"]))
    inside = int(np.count_nonzero((table["actual"] >= table["p10"]) & (table["actual"] <= table["p90"])))
    assert any(f"between P10 and P90 {inside} of 2 times" in text.replace("\n", " ") for text in texts(axes))
    with pytest.raises(ValueError, match="pass backtest=True to the analysis"):
        small().plot("backtest")


def test_a_backtest_of_one_day_leaves_room_for_others(pyplot: Any) -> None:
    if "gsl" not in lp.features():
        pytest.skip("this build is without GSL, and learns nothing")
    figure, axes = pyplot.subplots(2, 1, figsize=(8, 8), layout="constrained")
    channel(draws=50, backtest=True, backtest_day="2025-06-30").plot("backtest", ax=axes[0])
    figure.canvas.draw()
    assert axes[0].get_window_extent().height > 150 and axes[1].get_window_extent().height > 150


@pytest.mark.parametrize("rows", [60, 7, 1])
def test_calibration_of_anybody(pyplot: Any, rows: int) -> None:
    p = np.linspace(0.05, 0.9, rows)
    result: Any = lp.measures(label=p > 0.4, probability=p)  # type: ignore[attr-defined]
    axes = result.plot()
    groups = result.calibration
    line = axes.lines[1]
    assert line.get_xdata().tolist() == groups["expected"].tolist()
    assert line.get_ydata().tolist() == groups["observed"].tolist()
    each = "6 rows" if rows == 60 else "1 row"
    number = "1 group" if rows == 1 else f"{min(rows, 10)} groups"
    assert f"{number} of {each}" in texts(axes)
    empty: Any = lp.measures(label=[], probability=[])  # type: ignore[attr-defined]
    assert "There are no rows" in texts(empty.plot())


def test_pictures_on_dark_paper(pyplot: Any, learnt: Any) -> None:
    with pyplot.style.context("dark_background"):
        for kind in ("forecast", "funnel", "visibility", "calibration", "backtest"):
            assert texts(learnt.plot(kind, currency="EUR"))
