# SPDX-License-Identifier: MIT
"""A program as a user with a type checker writes it: test_stubs.py has mypy check it, strictly, and runs it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import libpartner as lp
import numpy as np
from numpy.typing import NDArray

SALES = {
    "account": ["a", "b", "a"],
    "revenue": [5.0, 3.25, 1.0],
    "on": ["2026-01-02", "2026-01-03", "2026-02-01"],
}


def concentration() -> tuple[float | None, Decimal, int]:
    p = lp.pareto(
        SALES,
        partner="account",
        amount="revenue",
        cuts=[0.8, 0.95],
        population="active",
        points=50,
        leave_one_out=True,
        threads="all",
    )
    gini: float | None = p.gini
    total: Decimal = p.total
    vital: int = p.vital_count
    shares: NDArray[np.float64] = p["share"]
    classes: lp.Table = p.classes
    assert len(shares) == len(p) and len(classes["class"]) == len(classes)
    if p.lorenz is not None:
        assert p.lorenz["share"][-1] == 1.0
    if p.leave_one_out is not None:
        risk: float | None = p.leave_one_out.at_risk["1"]
        assert risk is not None and risk <= 1
    said: list[str] = p.sentences
    assert said
    return gini, total, vital


def growth() -> Decimal:
    day = datetime.date(2026, 1, 1)
    t = lp.totals(
        SALES,
        partner="account",
        amount="revenue",
        day="on",
        from_day="2026-02-01",
        to_day=datetime.date(2026, 3, 1),
        previous_from_day=day,
        previous_to_day="2026-01-29",
    )
    assert t.growth is not None
    seen: datetime.date | None = t.last_day_seen
    assert seen == datetime.date(2026, 2, 1)
    return t.growth.change


def tally() -> Decimal:
    ids = lp.Dict()
    t = lp.Tally(dict=ids)
    t.add(SALES, partner="account", amount="revenue")
    again = lp.Tally.load(t.save(), dict=ids)
    return again.finish().revenue_total


def dense() -> int:
    who = lp.indexes(np.array([0, 1, 0], np.uint32), count=3)
    cents = lp.minor(np.array([500, 325, 100], np.int64))
    return lp.pareto(partner=who, amount=cents).zero


def points() -> tuple[int, Decimal | None]:
    program = lp.Program({"rules": [{"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}]})
    said: list[str] = program.sentences + program.warnings
    events = {"partner": ["a", "b"], "day": ["2026-01-02", "2026-01-03"], "kind": ["sale"] * 2, "amount": [125, 82.26]}
    result = lp.loyalty(program, events, as_of_day=datetime.date(2026, 2, 1))
    assert result.ledger is not None
    granted: NDArray[np.integer[Any]] = result.ledger["points"]
    why: str = result.explain(0)
    other = program.to_dict()
    liability: Decimal | None = result.compare(other).liability
    notices: NDArray[np.str_] = result.notices("2026-02-01")["notice"]
    tiers: NDArray[Any] = result.statements["tier"]
    assert said and why and len(granted) == len(result.ledger) and len(tiers) == 2 and len(notices) >= 0
    state = lp.LoyaltyState(program, partners={"partner": ["a"]}, threads=2)
    made = state.append(events, version=state.version)
    later = lp.LoyaltyState.load(state.save(), program).advance("2026-12-31")
    kept: lp.Program = state.program
    assert made.ledger is not None and later.events == 2 and kept.text
    return state.finish().outstanding, liability


def chances() -> tuple[float, float]:
    deals = {"size": [1.0, 5.0, None, 2.0], "calls": [3, 1, 4, 1]}
    outcome = ["won", "lost", "won", "lost"]
    baseline = lp.FrequencyModel().fit({"source": ["web", "fair", "web", "web"]}, outcome, sample_weight=[1, 1, 2, 1])
    share: float = baseline.score({"source": ["web"]}, ["won"])
    if "gsl" not in lp.features():
        return share, 0
    model: lp.WinModel = lp.WinModel(penalty=0.1, threads="all").fit(deals, outcome, groups=[1, 2, 3, 4])
    odds: NDArray[np.float64] = model.decision_function(deals)
    adds: NDArray[np.float64] = model.contributions(deals)
    table: lp.Table = model.coefficients
    tried: lp.Table | None = model.path_
    again = lp.WinModel.load(model.save()).set_params(penalty=0.2)
    assert adds.shape == (len(odds), len(table)) and tried is None and again.lambda_ == 0.1
    return share, float(model.predict_proba(deals)[0, 1])


def refused() -> str:
    try:
        lp.totals({"who": ["a"], "revenue": [1]})
    except lp.DataError as error:
        return error.message
    return ""


if __name__ == "__main__":
    print(concentration(), growth(), tally(), points(), dense(), chances(), refused())
