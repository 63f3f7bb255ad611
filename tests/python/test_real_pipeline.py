# SPDX-License-Identifier: MIT
"""The pipeline on crm_sales: a hold-out in order of time, forecasts from past days, and what must not be used.

Chances and sums are held against the plain implementation (tests/pipeline). `pytest -s` prints the figures. Needs the
environment variable PARTNER_REAL_DATA; without it the tests are skipped, and say so.
"""

from __future__ import annotations

import csv
import gzip
import math
import random
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "pipeline"))
import plain_forecast as ahead
import plain_model as model
import plain_state as state

pytestmark = pytest.mark.skipif("gsl" not in lp.features(), reason="this build is without GSL, and learns nothing")

Columns = dict[str, list[Any]]
Row = dict[str, str]

SPLIT, KNOWN_FROM, HORIZON, DRAWS = "2017-09-30", "2017-03-01", 30, 2000
MONTH_ENDS = [date(2017, month, 1) - timedelta(1) for month in range(2, 13)]  # January … November
NO_MILESTONES = {"stages": [{"id": "engaging"}]}
SIGNED = {"stages": [{"id": "engaging", "milestones": [{"id": "signed"}]}]}
NEVER_A_RIDGE = 1e9  # such a penalty leaves it nothing to say
QUICK = {"correlation": 0.1, "draws": 500, "known_from_day": KNOWN_FROM, "horizon_days": HORIZON}


def read(folder: Path, name: str) -> list[Row]:
    with gzip.open(folder / name, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows(real_data: Path) -> list[Row]:
    """Deals that were opened, with what was known of them then. The order of their days as texts is that of time."""
    folder = real_data / "crm_sales"
    sectors = {row["account"]: row["sector"] for row in read(folder, "accounts.csv.gz")}
    prices = {row["product"]: row["sales_price"] for row in read(folder, "products.csv.gz")}
    teams = {row["sales_agent"]: row for row in read(folder, "sales_teams.csv.gz")}
    found = [row for row in read(folder, "sales_pipeline.csv.gz") if row["engage_date"]]
    for row in found:
        row["product"] = {"GTXPro": "GTX Pro"}.get(row["product"], row["product"])
        row |= {"sector": sectors.get(row["account"], ""), "sales_price": prices[row["product"]]}
        row |= {name: teams[row["sales_agent"]][name] for name in ("manager", "regional_office")}
    assert len(found) == 8300
    return found


def deals_of(rows: list[Row]) -> Columns:
    return {
        "deal": [row["opportunity_id"] for row in rows],
        "partner": [row["sales_agent"] for row in rows],
        "opened": [row["engage_date"] for row in rows],
        "closed": [row["close_date"] or None for row in rows],
        "outcome": [row["deal_stage"].lower() if row["close_date"] else "open" for row in rows],
        "amount": [row["close_value"] or None for row in rows],
        "product": [row["product"] for row in rows],
    }


def features_of(rows: list[Row]) -> Columns:
    """What was known at opening: categories as zeros and ones, without the first level in string order."""
    levels = [
        (name, level)
        for name in ("sales_agent", "product", "sector", "manager", "regional_office")
        for level in sorted({row[name] for row in rows})[1:]
    ]
    lines = []
    for row in rows:
        deal = row["opportunity_id"]
        lines += [(deal, f"{name} = {level}", float(row[name] == level)) for name, level in levels]
        lines.append((deal, "log price", math.log(float(row["sales_price"]))))
    return dict(zip(("deal", "feature", "value"), map(list, zip(*lines))))


def open_on(rows: list[Row], day: str) -> list[Row]:
    return [row for row in rows if row["engage_date"] <= day and (not row["close_date"] or row["close_date"] > day)]


def everything(result: Any) -> dict[str, Any]:
    """All figures and all tables, to the last digit."""
    tables = {name: getattr(result, name) for name in dir(result) if not name.startswith("_")}
    tables |= {f"forecast {name}": getattr(result.forecast, name) for name in dir(result.forecast) if name[0] != "_"}
    found = {name: one.to_dict() for name, one in tables.items() if isinstance(one, lp.Table)}
    figures = (int, float, str, date, Decimal, type(None))
    return {"deals": result.to_dict()} | found | {n: repr(one) for n, one in tables.items() if isinstance(one, figures)}


# --- the hold-out ---


def test_the_answer_in_words(rows: list[Row]) -> None:
    """Learnt by the end of September from what was known at opening, asked of the deals open then."""
    made = lp.pipeline(NO_MILESTONES, deals_of(rows), features=features_of(rows), split_day=SPLIT, **QUICK)
    told = [text for text in made.sentences if "no model beats the constant" in text]
    print(f"\n{made.measures}\n{told}")
    asked = [row["deal_stage"] == "Won" for row in open_on(rows, SPLIT) if row["close_date"]]
    assert len(told) == 1 and f"the {len(asked)} deals open on {SPLIT}" in told[0]
    tests = made.measures.to_dict()
    assert tests["by"] == ["constant", "stage_rates", "ridge", "frequency"]
    assert set(tests["rows"]) == {len(asked)} and set(tests["positive"]) == {sum(asked)}
    assert not any(tests["beats"]) and max(tests["gain"]) == 0
    past = [row["deal_stage"] == "Won" for row in rows if row["close_date"] and row["close_date"] <= SPLIT]
    share = sum(past) / len(past)
    loss = -sum(math.log(share if won else 1 - share) for won in asked) / len(asked)
    assert tests["log_loss"][0] == pytest.approx(loss, abs=1e-12) and tests["auc"][0] == 0.5


# --- forecasts from past days ---


@pytest.fixture(scope="module")
def plainly(rows: list[Row]) -> dict[date, tuple[float, float, float] | None]:
    """By day: expected money, expected wins, and those of the rates without a model; None = too little data."""
    outcomes = {"Won": state.WON, "Lost": state.LOST}
    deals = [
        state.Deal(
            i,
            row["opportunity_id"],
            row["sales_agent"],
            state.day_of(row["engage_date"]),
            state.optional_day(row["close_date"]),
            outcomes.get(row["deal_stage"], state.OPEN),
            state.optional_money(row["close_value"]),
            product=row["product"],
        )
        for i, row in enumerate(rows)
    ]
    data = state.gather(state.Process(("engaging",), ()), deals, [], [])
    known_from = state.day_of(KNOWN_FROM)
    found: dict[date, tuple[float, float, float] | None] = {}
    for day in MONTH_ENDS:
        then = state.cut(data, state.day_of(day.isoformat()))
        if not ahead.enough(then, known_from):
            found[day] = None
            continue
        fitted = model.learn(then, known_from)
        lines = ahead.lines_of(then, HORIZON, fitted, False)
        rates = ahead.lines_of(then, HORIZON, replace(fitted, ridge=None), False)
        count, of_rates = (math.fsum(one.p for one in each) for each in (lines, rates))
        found[day] = float(ahead.expected_of(lines)) / 100, count, of_rates
    return found


def won_within(rows: list[Row], day: date) -> list[float]:
    """What the deals open on a day brought that were won within the horizon."""
    end = (day + timedelta(HORIZON)).isoformat()
    open_then = open_on(rows, day.isoformat())
    return [float(row["close_value"]) for row in open_then if row["deal_stage"] == "Won" and row["close_date"] <= end]


def back_from(rows: list[Row], **options: Any) -> Any:
    options = {
        "known_from_day": KNOWN_FROM,
        "horizon_days": HORIZON,
        "backtest_day": MONTH_ENDS,
        "draws": DRAWS,
    } | options
    return lp.pipeline(NO_MILESTONES, deals_of(rows), backtest=True, **options).backtest


def say(title: str, found: Any) -> None:
    print(f"\n{title}: bias {found.bias:+.1%}, WAPE {found.wape:.3f}, P10–P90 held {found.coverage:.1%};", end=" ")
    print(
        f"in number {found.won_bias:+.1%}, {found.won_wape:.3f}, {found.won_coverage:.1%}; {found.apart} windows apart"
    )
    columns = found.to_dict()
    for cells in zip(*(columns[name] for name in ("day", "expected", "p10", "p90", "actual", "expected_won", "won"))):
        print("  " + "  ".join(f"{cell:,.0f}" if isinstance(cell, float) else str(cell) for cell in cells))


def test_month_ends(rows: list[Row], plainly: dict[date, tuple[float, float, float] | None]) -> None:
    """January and February answer "too little data"; then each sum is that of the plain implementation."""
    found = back_from(rows, correlation=0.1)
    say("correlation 0.1", found)
    columns = found.to_dict()
    assert columns["day"] == MONTH_ENDS
    assert columns["too_little"] == [True, True] + [False] * 9
    assert columns["too_little"] == [plainly[day] is None for day in MONTH_ENDS]
    rates = back_from(rows, correlation=0.1, draws=10, penalty=NEVER_A_RIDGE).to_dict()
    print("  wins by the rates alone:", [round(one) for one in rates["expected_won"][2:]])
    off, brought, held = [], [], []
    for i, day in enumerate(MONTH_ENDS):
        came = won_within(rows, day)
        assert columns["won"][i] == len(came) and float(columns["actual"][i]) == math.fsum(came)
        expected = plainly[day]
        if expected is None:
            assert columns["expected"][i] is None and rates["expected"][i] is None
            continue
        assert float(columns["expected"][i]) == pytest.approx(expected[0], rel=1e-5)
        assert columns["expected_won"][i] == pytest.approx(expected[1], rel=1e-5)
        assert rates["expected_won"][i] == pytest.approx(expected[2], rel=1e-6)
        band = [float(columns[name][i]) for name in ("p10", "p50", "p90")]
        assert band == sorted(band) and band[0] < expected[0] < band[2]
        off.append(expected[0] - math.fsum(came))
        brought.append(math.fsum(came))
        held.append(band[0] <= math.fsum(came) <= band[2])
    assert found.bias == pytest.approx(math.fsum(off) / math.fsum(brought), rel=1e-5)
    assert found.wape == pytest.approx(math.fsum(map(abs, off)) / math.fsum(brought), rel=1e-5)
    assert found.coverage == pytest.approx(np.mean(held)) and found.apart == 9
    assert found.claims_bias is None and found.claims_wape is None and set(columns["claimed"]) == {None}


def test_a_band_needs_correlation(rows: list[Row]) -> None:
    """Deals of one quarter are won together: bands of deals that know nothing of each other hold next to nothing."""
    without, learnt = back_from(rows, correlation=0.0), back_from(rows)
    say("correlation 0", without)
    say("correlation learnt, or 0.1 where there are too few windows", learnt)
    assert without.coverage < 0.25 < learnt.coverage
    assert (without.bias, without.wape) == (learnt.bias, learnt.wape)


# --- what must not be used ---


def then(rows: list[Row], **changes: Any) -> list[Row]:
    """Rows with a change in those of deals that were open at the end of September and have closed since."""
    return [row | changes if row["engage_date"] <= SPLIT < row["close_date"] else row for row in rows]


def late_amounts_dealt_anew(rows: list[Row]) -> list[Row]:
    late = [i for i, row in enumerate(rows) if row["engage_date"] <= SPLIT < row["close_date"]]
    amounts = [rows[i]["close_value"] for i in late]
    random.Random(5).shuffle(amounts)
    found = list(rows)
    for i, amount in zip(late, amounts):
        found[i] = rows[i] | {"close_value": amount}
    return found


def one_day_back(rows: list[Row], **more: Any) -> dict[str, Any]:
    options = {**QUICK, "backtest": True, "backtest_day": [SPLIT], **more}
    process = options.pop("process", NO_MILESTONES)
    columns = lp.pipeline(process, options.pop("deals", None) or deals_of(rows), **options).backtest.to_dict()
    return {name: cells[0] for name, cells in columns.items()}


ACTUAL = ("actual", "won")


@pytest.mark.parametrize("change", ["blank", "dealt anew", "all lost", "a year later"])
def test_a_past_forecast_knows_no_closing(rows: list[Row], change: str) -> None:
    """Amount, outcome and day of closings after the day change what came, and nothing that was said before."""
    changed = {
        "blank": then(rows, close_value=""),
        "dealt anew": late_amounts_dealt_anew(rows),
        "all lost": then(rows, deal_stage="Lost", close_value="0"),
        "a year later": then(rows, close_date="2018-12-31"),
    }[change]
    before, after = one_day_back(rows), one_day_back(changed)
    said = {name: cell for name, cell in before.items() if name not in ACTUAL}
    assert said == {name: cell for name, cell in after.items() if name not in ACTUAL}
    assert said["expected"] is not None and said["p10"] < said["p90"]
    assert (before["actual"], before["won"]) != (after["actual"], after["won"])


def as_it_was(rows: list[Row]) -> list[Row]:
    """The file at the end of September: later deals are not in it, and what has closed since is open."""
    reopened = then(rows, close_date="", close_value="", deal_stage="Engaging")
    return [row for row in reopened if row["engage_date"] <= SPLIT]


def test_rows_after_the_day_change_nothing(rows: list[Row]) -> None:
    """As of a past day the file says what the file of that day says."""
    whole, was = (
        lp.pipeline(NO_MILESTONES, deals_of(each), features=features_of(each), as_of_day=SPLIT, **QUICK)
        for each in (rows, as_it_was(rows))
    )
    assert whole.as_of_day == date.fromisoformat(SPLIT) and whole.open == len(open_on(rows, SPLIT))
    assert everything(whole) == everything(was)


def test_claims_as_at_closing_are_not_used(rows: list[Row]) -> None:
    """In a deal's own row a CRM has what was last said: of a deal that has closed, how it closed."""
    deals = deals_of(rows)
    claims = {
        "claimed_probability": [{"won": 1.0, "lost": 0.0}.get(outcome) for outcome in deals["outcome"]],
        "claimed_stage": [{"won": "1", "lost": "0"}.get(outcome) for outcome in deals["outcome"]],
        "claimed_day": deals["closed"],
    }
    without = everything(lp.pipeline(NO_MILESTONES, deals, **QUICK))
    claimed = everything(lp.pipeline(NO_MILESTONES, deals | claims, **QUICK))
    assert claimed == without and without["claims_dated"] == "False"
    assert one_day_back(rows, deals=deals | claims) == one_day_back(rows)


def test_the_state_as_at_closing_is_not_used(rows: list[Row]) -> None:
    """All that were won had been signed, on the day they closed: what is reported after a day is not known on it."""
    reports = [(row["opportunity_id"], row["close_date"]) for row in rows if row["deal_stage"] == "Won"]

    def signed(until: str) -> Columns:
        known = [(deal, day) for deal, day in reports if day <= until]
        columns = dict(zip(("deal", "day"), map(list, zip(*known))))
        return columns | {"milestone": ["signed"] * len(known)}

    whole, known = signed("2018-12-31"), signed(SPLIT)
    assert len(whole["deal"]) > len(known["deal"]) > 0
    said, then = (one_day_back(rows, process=SIGNED, milestones=each) for each in (whole, known))
    assert said == then
    made = [
        lp.pipeline(SIGNED, deals_of(rows), milestones=each, split_day=SPLIT, **QUICK).measures.to_dict()
        for each in (whole, known)
    ]
    assert made[0] == made[1]
    assert not any(made[0]["beats"]), "it is known who signs before they do"


def test_the_amount_as_at_closing_is_refused(rows: list[Row]) -> None:
    """It is 0 of every deal that was lost: as a feature it would say how the deal ended, and is refused by its name."""
    closed = [row for row in rows if row["close_date"]]
    assert {row["deal_stage"] for row in closed if float(row["close_value"]) == 0} == {"Lost"}
    features = {
        "deal": [row["opportunity_id"] for row in closed],
        "feature": ["close_value"] * len(closed),
        "value": [float(row["close_value"]) for row in closed],
    }
    with pytest.raises(lp.DataError, match="close_value"):
        lp.pipeline(NO_MILESTONES, deals_of(rows), features=features, **QUICK)
