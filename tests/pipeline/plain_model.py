# SPDX-License-Identifier: MIT
"""The model in use, plainly: features of the state, which model wins, the hold-out, doubts worth a call.

Part of the second implementation, a test oracle for the library (spec/pipeline.md): see plain.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import plain_measure as measure
from plain_learn import (
    FOLDS,
    Floats,
    NaiveBayes,
    Rates,
    Record,
    Ridge,
    Snapshot,
    fit_bayes,
    fit_ridge,
    folds_of,
    landmarks,
    record_of,
    stage_rates,
)
from plain_state import (
    WON,
    Data,
    Deal,
    Doubt,
    PipelineError,
    claim_on,
    claimed_now,
    cut,
    doubts_of,
    holding_on,
    is_open,
    stage_and_start,
    stage_changes,
    stage_of,
    state_on,
)

NAN = float("nan")
MIN_CLOSED, MIN_OUTCOME = 200, 50
AGE, AGE_IN_STAGE = "age", "age in stage"
RIDGE, STAGE_RATES = "ridge", "stage rates"


def enough_deals(deals: Iterable[Deal]) -> bool:
    """≥ 200 closed deals with both outcomes ≥ 50."""
    outcomes = {deal.row: deal.outcome for deal in deals if not is_open(deal)}
    won = sum(outcome == WON for outcome in outcomes.values())
    return len(outcomes) >= MIN_CLOSED and min(won, len(outcomes) - won) >= MIN_OUTCOME


# --- features ---


@dataclass(frozen=True)
class Past:
    """What features need of the time before: the rates, and each partner's snapshots of closed deals by stage."""

    rates: Rates
    closed: Mapping[tuple[str, int], Sequence[Snapshot]]

    def partner_rate(self, partner: str | None, stage: int, day: int) -> float:
        """As a feature at a snapshot of day x it counts only deals closed before x.

        Reading: the rate of the stage and m are those of the whole fit.
        """
        if partner is None:
            return self.rates.rate[stage]
        before = [one for one in self.closed.get((partner, stage), ()) if (one.deal.closed or 0) < day]
        return self.rates.shrunk(record_of(before) if before else Record(0, 0.0), stage)


def past_of(rates: Rates, snapshots: Sequence[Snapshot]) -> Past:
    closed: dict[tuple[str, int], list[Snapshot]] = {}
    for one in snapshots:
        if one.event is not None and one.deal.partner is not None:
            closed.setdefault((one.deal.partner, one.stage), []).append(one)
    return Past(rates, closed)


def feature_names(data: Data) -> list[str]:
    names = [one.id for one in data.process.milestones] + [AGE, AGE_IN_STAGE]
    return names + (["log amount"] if any(data.claims.values()) else []) + ["partner rate", *data.features]


def features_on(
    data: Data,
    past: Past,
    names: Sequence[str],
    deal: Deal,
    day: int,
    held: int | None = None,
    known: tuple[int, int] | None = None,
) -> tuple[int, list[float]]:
    """The objective stage and the features of a deal on a day, as if milestone `held` were reported on it.

    `known` is the stage and since when, where the caller knows that already.
    """
    holding = holding_on(data.process, data.reports_of(deal), day)
    stage, since = known or stage_and_start(stage_changes(data, deal), day)
    if held is not None:
        holding[held] = True
        if stage_of(data.process, holding) != stage:
            stage, since = stage_of(data.process, holding), day
    row = [float(one) for one in holding] + [float(day - deal.opened), float(day - since)]
    if "log amount" in names:
        claim = claim_on(data, deal, day)
        amount = claim.amount if claim is not None else None
        row.append(math.log(amount) if amount is not None and amount > 0 else NAN)
    row.append(past.partner_rate(deal.partner, stage, day))
    return stage, row + [values[deal.row] for values in data.features.values()]


# --- learning ---


@dataclass(frozen=True)
class Model:
    """Learned from what was known on one day; applied to deals on any day from then on."""

    known_from: int | None
    snapshots: list[Snapshot]
    past: Past
    names: list[str]
    x: Floats  # features of the snapshots; none where there is no ridge
    ridge: Ridge | None  # None: too few closed deals
    ridge_loss: float  # cross-validated, like the next
    rates_loss: float

    @property
    def rates(self) -> Rates:
        return self.past.rates

    @property
    def in_use(self) -> str:
        return RIDGE if self.ridge is not None and self.ridge_loss < self.rates_loss else STAGE_RATES

    @cached_property
    def moving(self) -> Floats:
        """Of the snapshots: see moving_of."""
        return self.moving_of(self.x)

    def moving_of(self, x: Floats) -> Floats:
        """Ready columns with a first one of ones, for the move of a forecast.

        Reading: age and age in stage are held at their mean, for the cell knows the age already. The model knows
        only deals that have closed, and in a pipeline with deals that never do it takes great age for a good sign:
        with both columns in, forecasts of such worlds come out at twice to four times what is won.
        """
        if self.ridge is None:
            return np.zeros((len(x), 1))
        timeless = [name not in (AGE, AGE_IN_STAGE) for name in self.ridge.design.names]
        return np.column_stack([np.ones(len(x)), self.ridge.design.ready(x) * timeless])

    def p(self, data: Data, deal: Deal, day: int, held: int | None = None) -> float:
        stage, row = features_on(data, self.past, self.names, deal, day, held)
        if self.in_use == RIDGE:
            assert self.ridge is not None
            return float(self.ridge.p(np.array([row]))[0])
        return self.rates.of(deal.partner, stage)


def labelled(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """Labels come only from closed deals."""
    return [one for one in snapshots if one.event is not None]


def weights_of(snapshots: Sequence[Snapshot]) -> list[float]:
    """Reading: each deal counts once, so that the sum of weights is the number of distinct deals."""
    count: dict[int, int] = {}
    for one in snapshots:
        count[one.deal.row] = count.get(one.deal.row, 0) + 1
    return [1 / count[one.deal.row] for one in snapshots]


def by_row(snapshots: Sequence[Snapshot]) -> tuple[list[bool], list[int], list[float]]:
    won = [one.event == WON for one in snapshots]
    return won, [one.deal.row for one in snapshots], weights_of(snapshots)


def rates_loss(stages: int, snapshots: Sequence[Snapshot]) -> float:
    """Cross-validated on the folds of the ridge. Reading: open deals are in every training set."""
    rows = labelled(snapshots)
    won, groups, weight = by_row(rows)
    fold = dict(zip(groups, folds_of(won, groups)))
    total = 0.0
    for one in range(FOLDS):
        rates = stage_rates(stages, [each for each in snapshots if fold.get(each.deal.row) != one])
        total += sum(
            w * measure.loss_of(y, rates.of(row.deal.partner, row.stage))
            for row, y, w in zip(rows, won, weight)
            if fold[row.deal.row] == one
        )
    return total / math.fsum(weight)


def learn(data: Data, known_from: int | None = None) -> Model:
    """Everything from rows up to data.as_of."""
    stages = len(data.process.stages)
    snapshots = landmarks(data, known_from)
    past = past_of(stage_rates(stages, snapshots), snapshots)
    names = feature_names(data)
    if not enough_deals([one.deal for one in snapshots]):
        return Model(known_from, snapshots, past, names, np.zeros((0, len(names))), None, NAN, NAN)
    x = np.array(
        [features_on(data, past, names, one.deal, one.day, known=(one.stage, one.since))[1] for one in snapshots]
    )
    own = list(range(len(names) - len(data.features), len(names)))
    is_labelled = np.array([one.event is not None for one in snapshots])
    won, groups, weight = by_row(labelled(snapshots))
    ridge = fit_ridge(names, x[is_labelled], won, weight, groups=groups, leak_columns=own)
    loss = min(loss for _, loss in ridge.losses)
    return Model(known_from, snapshots, past, names, x, ridge, loss, rates_loss(stages, snapshots))


def naive_bayes(snapshots: Sequence[Snapshot]) -> NaiveBayes:
    """Reading: over partner, product and objective stage, at the landmarks of closed deals."""
    rows = labelled(snapshots)
    levels = [(one.deal.partner, one.deal.product, str(one.stage)) for one in rows]
    return fit_bayes(levels, [one.event == WON for one in rows], weights_of(rows))


# --- doubts ---


def doubts(data: Data, model: Model | None) -> list[Doubt]:
    """Those whose milestone would change the win probability most come first."""
    result: list[Doubt] = []
    for deal in data.deals:
        for doubt in doubts_of(data, deal):
            effect = NAN
            if model is not None and labelled(model.snapshots):
                effect = model.p(data, deal, data.as_of, doubt.milestone) - model.p(data, deal, data.as_of)
            result.append(replace(doubt, effect=effect))
    return sorted(result, key=lambda one: (math.isnan(one.effect), -one.effect, one.deal, one.milestone))


# --- the hold-out ---


def split_day(data: Data) -> int:
    """The day by which 70 % of the closed deals had closed."""
    closed = sorted(deal.closed for deal in data.deals if deal.closed is not None)
    if not closed:
        raise PipelineError("too little data", "no deal has closed")
    return next(day for i, day in enumerate(closed, 1) if 10 * i >= 7 * len(closed))


@dataclass(frozen=True)
class HoldOut:
    day: int
    model: str
    constant: measure.Measures
    of_model: measure.Measures
    stage_rates: measure.Measures
    naive_bayes: measure.Measures
    beats_constant: bool
    claims: int  # test deals with a dated claim of a probability
    claims_loss: float
    skill: float
    reason: str  # why there is no skill


def hold_out(data: Data, known_from: int | None = None, day: int | None = None) -> HoldOut:
    """Train on what was known on a day, test on the deals open then that have closed since."""
    day = split_day(data) if day is None else day
    past = cut(data, day)
    model = learn(past, known_from)
    then = [deal for deal in past.deals if is_open(deal)]
    now = {deal.row: deal for deal in data.deals}
    test = [deal for deal in then if not is_open(now[deal.row])]
    closed = [deal for deal in past.deals if not is_open(deal)]
    if not test or not closed or not labelled(model.snapshots):
        raise PipelineError("too little data", "nothing closed before the day of the hold-out, or nothing after it")
    won = [now[deal.row].outcome == WON for deal in test]
    constant = sum(deal.outcome == WON for deal in closed) / len(closed)
    p = [model.p(past, deal, day) for deal in test]
    stages = [state_on(past, deal, day).stage for deal in test]
    rates = [model.rates.of(deal.partner, stage) for deal, stage in zip(test, stages)]
    bayes = naive_bayes(model.snapshots)
    usual = [bayes.p((deal.partner, deal.product, str(stage))) for deal, stage in zip(test, stages)]
    said = [(claim_on(past, deal, day), y, q) for deal, y, q in zip(test, won, p)]
    both = [(c.probability, y, q) for c, y, q in said if c is not None and c.probability is not None]
    claims_loss = measure.log_loss([y for _, y, _ in both], [c for c, _, _ in both])
    own_loss = measure.log_loss([y for _, y, _ in both], [q for _, _, q in both])
    reason = "" if both else ("no claims on that day" if any(past.claims.values()) else "claims not dated")
    return HoldOut(
        day,
        model.in_use,
        measure.measure(won, [constant] * len(won)),
        measure.measure(won, p),
        measure.measure(won, rates),
        measure.measure(won, usual),
        measure.beats_constant(won, p, constant),
        len(both),
        claims_loss,
        measure.skill(own_loss, claims_loss) if both else NAN,
        reason,
    )


def claimed_probability(data: Data, deal: Deal) -> float | None:
    claim = claimed_now(data, deal)
    return None if claim is None else claim.probability
