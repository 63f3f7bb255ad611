# SPDX-License-Identifier: MIT
"""What will close, plainly: forecast and backtest (spec/pipeline.md).

Part of the second implementation, a test oracle for the library: see plain.py. Everything is exact or computed in
floats in the plainest way, but for the Monte Carlo, which agrees with the library's in distribution only.
"""

from __future__ import annotations

import calendar
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from plain_learn import Curve, Snapshot, distinct_deals, expit, incidence
from plain_model import RIDGE, Model, claimed_probability, features_on, learn
from plain_state import EPOCH, WON, Data, Deal, PipelineError, claim_on, cut, is_open, state_on
from plain_time import closed_within, mean, quantile

Floats = npt.NDArray[np.float64]
NAN = float("nan")
MIN_DEALS = 20  # of a cell
AMOUNT_DAYS, MIN_AMOUNTS = 730, 5
DRAWS = 10000
CORRELATIONS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3)
USUAL_CORRELATION = 0.1
MIN_WINDOWS = 8
MIN_HELD = Fraction(8, 10)
COMMIT, BEST_CASE = 0.8, 0.5
DIRECT = ""


# --- cells ---


@dataclass(frozen=True)
class Cell:
    """Landmarks that stand for an open deal: of its stage and half of the ages, else of its stage, else all."""

    name: str
    members: list[int]  # of the snapshots
    curve: Curve
    deals: int
    first_entry: int | None  # when the first of them comes to be at risk

    def at_risk_by(self, horizon: int) -> bool:
        return self.first_entry is not None and self.first_entry <= horizon


def median_age(data: Data) -> Fraction:
    return quantile([data.as_of - deal.opened for deal in data.deals if is_open(deal)], Fraction(1, 2))


@dataclass
class Cells:
    """Reading: a cell is given up for a wider one first; whether it was ever at risk is asked of the one in use."""

    snapshots: list[Snapshot]
    median: Fraction
    made: dict[str, Cell] = field(default_factory=dict)
    found: dict[tuple[int, bool], Cell] = field(default_factory=dict)

    def named(self, name: str, members: list[int]) -> Cell:
        if name not in self.made:
            inside = [self.snapshots[i] for i in members]
            first = min((one.entry for one in inside), default=None)
            self.made[name] = Cell(name, members, incidence(inside), distinct_deals(inside), first)
        return self.made[name]

    def of(self, stage: int, age: int) -> Cell:
        old = age > self.median
        if (stage, old) not in self.found:
            self.found[stage, old] = self.find(stage, old)
        return self.found[stage, old]

    def find(self, stage: int, old: bool) -> Cell:
        numbers = range(len(self.snapshots))
        here = [i for i in numbers if self.snapshots[i].stage == stage]
        own = self.named(
            f"stage {stage}, {'old' if old else 'young'}",
            [i for i in here if (self.snapshots[i].age > self.median) == old],
        )
        if own.deals >= MIN_DEALS:
            return own
        wider = self.named(f"stage {stage}", here)
        return wider if wider.deals >= MIN_DEALS else self.named("channel", list(numbers))


# --- amounts ---


@dataclass(frozen=True)
class Money:
    """What a deal may bring: its own amount, or one of those that were won, each as likely as the other."""

    amounts: tuple[int, ...]  # empty = nobody knows
    source: str  # "own", "partner", "channel" or ""

    @cached_property
    def mean(self) -> Fraction | None:
        return mean(self.amounts)


@dataclass(frozen=True)
class Amounts:
    """Those of the won deals of the last 730 days."""

    channel: tuple[int, ...]
    of_partner: dict[str | None, tuple[int, ...]]


def amounts_of(data: Data) -> Amounts:
    won = [deal for deal in closed_within(data, AMOUNT_DAYS) if deal.outcome == WON and deal.amount is not None]
    partners: dict[str | None, tuple[int, ...]] = {}
    for deal in won:
        partners[deal.partner] = partners.get(deal.partner, ()) + (deal.amount or 0,)
    return Amounts(tuple(deal.amount or 0 for deal in won), partners)


def money_of(data: Data, deal: Deal, amounts: Amounts, own_amounts: bool) -> Money:
    """Reading: a dated claim's amount is the deal's own, and comes before that of the deal's row."""
    claim = claim_on(data, deal, data.as_of)
    if claim is not None and claim.amount is not None:
        return Money((claim.amount,), "own")
    if own_amounts and deal.amount is not None:
        return Money((deal.amount,), "own")
    theirs = amounts.of_partner.get(deal.partner, ())
    if deal.partner is not None and len(theirs) >= MIN_AMOUNTS:
        return Money(theirs, "partner")
    return Money(amounts.channel, "channel" if amounts.channel else "")


# --- forecast ---


@dataclass(frozen=True)
class Line:
    """One open deal in the forecast."""

    deal: Deal
    stage: int
    cell: Cell
    p: float
    shift: float  # of the model, on the logit scale
    beyond_experience: bool
    money: Money
    category: str
    odds_row: list[float]


def logit(p: Floats) -> Floats:
    with np.errstate(divide="ignore"):  # ±∞ at the ends, where they stay
        return np.log(p) - np.log1p(-p)


def moved(p: float, shift: float) -> float:
    return p if p <= 0 or p >= 1 or shift == 0 else float(expit(logit(np.array(p)) + shift))


def below(p: Floats, score: Floats) -> npt.NDArray[np.bool_]:
    """Where a standard normal score is less than Φ⁻¹(p)."""
    normal = statistics.NormalDist()
    inside = np.clip(p, 1e-300, 1 - 2**-53)
    limits = np.array([normal.inv_cdf(one) for one in inside.tolist()])
    return np.where(p <= 0, False, np.where(p >= 1, True, score < limits))


def category_of(p: float, reports: int, commit: float = COMMIT, best_case: float = BEST_CASE) -> str:
    if not reports:
        return "omitted"
    if p >= commit:
        return "commit"
    return "best case" if p >= best_case else "pipeline"


def lines_of(data: Data, horizon: int, model: Model, own_amounts: bool) -> list[Line]:
    deals = [deal for deal in data.deals if is_open(deal)]
    if not deals:
        return []
    cells = Cells(model.snapshots, median_age(data))
    amounts = amounts_of(data)
    means: dict[str, float] = {}
    lines: list[Line] = []
    for deal in deals:
        stage = state_on(data, deal, data.as_of).stage
        cell = cells.of(stage, data.as_of - deal.opened)
        p, shift = cell.curve.won_by(horizon), 0.0
        row: list[float] = []
        if model.in_use == RIDGE and model.ridge is not None and cell.members:
            _, row = features_on(data, model.past, model.names, deal, data.as_of)
            if cell.name not in means:
                means[cell.name] = float(np.mean(expit(model.moving @ model.ridge.beta)[cell.members]))
            shift = float((model.moving_of(np.array([row])) @ model.ridge.beta)[0] - logit(np.array(means[cell.name])))
        beyond = not cell.at_risk_by(horizon)
        p = 0.0 if beyond else moved(p, shift)
        category = category_of(p, len(data.reports_of(deal)))
        money = money_of(data, deal, amounts, own_amounts)
        lines.append(Line(deal, stage, cell, p, shift, beyond, money, category, row))
    return lines


def expected_of(lines: Iterable[Line]) -> Fraction:
    """Σ p·a, exactly."""
    return sum((Fraction(one.p) * (one.money.mean or 0) for one in lines), Fraction(0))


def month_ends(as_of: int, horizon: int) -> list[int]:
    """The last days of the calendar months that the horizon touches, the last one cut off."""
    ends: list[int] = []
    day = as_of + 1
    while day <= as_of + horizon:
        at = date.fromordinal(day + EPOCH)
        end = min(day + calendar.monthrange(at.year, at.month)[1] - at.day, as_of + horizon)
        ends.append(end)
        day = end + 1
    return ends


def by_month(lines: Sequence[Line], as_of: int, horizon: int) -> dict[int, float]:
    """Expected money by last day of the month. Reading: a deal's p is spread as its cell's curve rises."""
    result: dict[int, float] = {}
    before = 0
    for end in month_ends(as_of, horizon):
        after, total = end - as_of, []
        for one in lines:
            whole = one.cell.curve.won_by(horizon)
            if whole > 0:
                part = one.cell.curve.won_by(after) - (one.cell.curve.won_by(before) if before else 0.0)
                total.append(one.p * part / whole * float(one.money.mean or 0))
        result[end] = math.fsum(total)
        before = after
    return result


def poisson_binomial(p: Sequence[float]) -> Floats:
    """The exact distribution of the number won, deals independent of each other."""
    distribution = np.array([1.0])
    for one in p:
        distribution = np.convolve(distribution, [1 - one, one])
    return distribution


def order_statistic(values: Floats, q: Fraction) -> float:
    """The ⌈q·n⌉-th smallest."""
    return float(np.sort(values)[max(math.ceil(q * len(values)), 1) - 1])


@dataclass(frozen=True)
class Draws:
    money: Floats
    count: Floats
    by_partner: dict[str, Floats]


def draw(
    lines: Sequence[Line],
    model: Model,
    horizon: int,
    draws: int,
    seed: int,
    rho_c: float,
    rho_p: float = 0.0,
    certain: bool = False,
) -> Draws:
    """Probabilities first, then a factor of the channel and one of each partner, then each deal.

    Reading: the posterior of a cell's rate is Beta(n·p + ½, n·(1 − p) + ½), n its distinct deals.
    Reading: a direct deal has no partner's factor.
    `certain` takes the probabilities as known.
    """
    random = np.random.default_rng(seed)
    p = np.tile(np.array([one.p for one in lines]), (draws, 1)) if lines else np.zeros((draws, 0))
    if not certain:
        p = drawn_probabilities(lines, model, horizon, draws, random)
    partners = list(dict.fromkeys(one.deal.partner or DIRECT for one in lines))
    channel = random.standard_normal(draws)
    factor = {partner: random.standard_normal(draws) for partner in partners}
    money, count = np.zeros(draws), np.zeros(draws)
    sums = {partner: np.zeros(draws) for partner in partners}
    for i, one in enumerate(lines):
        own_rho = rho_p if one.deal.partner is not None else 0.0
        name = one.deal.partner or DIRECT
        if rho_c == own_rho == 0:
            won = random.random(draws) < p[:, i]
        else:
            score = math.sqrt(rho_c) * channel + math.sqrt(own_rho) * factor[name]
            score = score + math.sqrt(1 - rho_c - own_rho) * random.standard_normal(draws)
            won = below(p[:, i], score)
        amounts = np.array(one.money.amounts or (0,), dtype=float)
        brought = won * amounts[random.integers(0, len(amounts), draws)]
        money, count = money + brought, count + won
        sums[name] += brought
    return Draws(money, count, sums)


def drawn_probabilities(
    lines: Sequence[Line], model: Model, horizon: int, draws: int, random: np.random.Generator
) -> Floats:
    rates: dict[str, Floats] = {}
    for one in lines:
        if one.cell.name not in rates:
            p, n = one.cell.curve.won_by(horizon), one.cell.deals
            rates[one.cell.name] = random.beta(n * p + 0.5, n * (1 - p) + 0.5, draws)
    result = np.zeros((draws, len(lines)))
    odds, means = drawn_odds(lines, model, draws, random)
    for i, one in enumerate(lines):
        if not one.beyond_experience:
            shift = odds[:, i] - logit(means[one.cell.name]) if means else 0.0
            result[:, i] = expit(logit(rates[one.cell.name]) + shift)
    return result


def drawn_odds(
    lines: Sequence[Line], model: Model, draws: int, random: np.random.Generator
) -> tuple[Floats, dict[str, Floats]]:
    """The model's log-odds of each deal, and its mean probability in each cell, by draw of the coefficients."""
    if model.in_use != RIDGE or model.ridge is None:
        return np.zeros((draws, len(lines))), {}
    ridge = model.ridge
    beta = random.multivariate_normal(ridge.beta, ridge.covariance, draws)

    def mean_of(ready: Floats) -> Floats:
        pieces = [ready[i : i + 500] for i in range(0, len(ready), 500)]
        return np.asarray(sum(expit(beta @ piece.T).sum(axis=1) for piece in pieces) / len(ready))

    cells = {one.cell.name: one.cell for one in lines}
    means = {name: mean_of(model.moving[cell.members]) for name, cell in cells.items()}
    return np.asarray(beta @ model.moving_of(np.array([one.odds_row for one in lines])).T), means


def enough(data: Data, known_from: int | None) -> bool:
    """Reading: 20 deals closed since the first known day, as many as a cell needs, and one open."""
    closed = [deal for deal in data.deals if deal.closed is not None and deal.closed >= (known_from or deal.closed)]
    return len(closed) >= MIN_DEALS and any(is_open(deal) for deal in data.deals)


@dataclass(frozen=True)
class Forecast:
    as_of: int
    horizon: int
    model: str
    lines: list[Line]
    expected: Fraction
    p10: float
    p50: float
    p90: float
    expected_count: float
    correlation: float
    correlation_from: str
    draws: Draws


def forecast(
    data: Data,
    horizon: int,
    *,
    known_from: int | None = None,
    model: Model | None = None,
    own_amounts: bool = True,
    draws: int = DRAWS,
    seed: int = 1,
    correlation: float | None = None,
    partner_correlation: float = 0.0,
) -> Forecast:
    if not enough(data, known_from):
        raise PipelineError("too little data", f"fewer than {MIN_DEALS} deals have closed, or none is open")
    model = model or learn(data, known_from)
    source = "given"
    if correlation is None:
        correlation, source = past_correlation(data, horizon, known_from, draws, seed, partner_correlation)
    lines = lines_of(data, horizon, model, own_amounts)
    drawn = draw(lines, model, horizon, draws, seed, correlation, partner_correlation)
    low, middle, high = (order_statistic(drawn.money, Fraction(q, 100)) for q in (10, 50, 90))
    count = math.fsum(one.p for one in lines)
    return Forecast(
        data.as_of,
        horizon,
        model.in_use,
        lines,
        expected_of(lines),
        low,
        middle,
        high,
        count,
        correlation,
        source,
        drawn,
    )


def new_business(data: Data, horizon: int, known_from: int | None) -> Fraction | None:
    """The mean revenue per horizon from deals opened within it, over the windows that lie in the known past."""
    first = max(min((deal.opened for deal in data.deals), default=data.as_of + 1), known_from or -(1 << 31))
    revenue: list[int] = []
    end = data.as_of
    while end - horizon >= first - 1:
        start = end - horizon  # the window is start + 1 … end
        revenue.append(
            sum(
                deal.amount or 0
                for deal in data.deals
                if deal.outcome == WON and start < deal.opened and deal.closed is not None and deal.closed <= end
            )
        )
        end = start
    return mean(revenue)


# --- backtest ---


@dataclass(frozen=True)
class Window:
    day: int
    reason: str  # why there is no forecast
    model: str = ""
    expected: float = NAN
    p10: float = NAN
    p50: float = NAN
    p90: float = NAN
    actual: int = 0
    claimed: float = NAN
    count: float = NAN
    won: int = 0

    @property
    def held(self) -> bool:
        return self.p10 <= self.actual <= self.p90


def claimed_forecast(data: Data, horizon: int) -> float:
    """Σ probability · amount of the dated claims that are to close within the horizon, or do not say when."""
    parts: list[float] = []
    for deal in data.deals:
        claim = claim_on(data, deal, data.as_of) if is_open(deal) else None
        if claim is None or claim.probability is None or claim.amount is None:
            continue
        if claim.close is None or data.as_of < claim.close <= data.as_of + horizon:
            parts.append(claim.probability * claim.amount)
    return math.fsum(parts) if parts else NAN


def won_later(data: Data, then: Data, horizon: int) -> list[Deal]:
    """Of the deals open then, those won within the horizon."""
    rows = {deal.row for deal in then.deals if is_open(deal)}
    end = then.as_of + horizon
    return [
        deal
        for deal in data.deals
        if deal.row in rows and deal.outcome == WON and deal.closed is not None and deal.closed <= end
    ]


def look_back(
    data: Data,
    day: int,
    horizon: int,
    known_from: int | None,
    draws: int,
    seed: int,
    correlation: float | None,
    partner_correlation: float = 0.0,
    model: Model | None = None,
) -> Window:
    """Forecast as of a past day, from what was known then, against what came."""
    then = cut(data, day)
    came = won_later(data, then, horizon)
    actual = sum(deal.amount or 0 for deal in came)
    try:
        made = forecast(
            then,
            horizon,
            known_from=known_from,
            model=model,
            own_amounts=False,
            draws=draws,
            seed=seed,
            correlation=correlation,
            partner_correlation=partner_correlation,
        )
    except PipelineError as error:
        return Window(day, error.name, actual=actual, won=len(came), claimed=claimed_forecast(then, horizon))
    return Window(
        day,
        "",
        made.model,
        float(made.expected),
        made.p10,
        made.p50,
        made.p90,
        actual,
        claimed_forecast(then, horizon),
        made.expected_count,
        len(came),
    )


def past_windows(data: Data, horizon: int) -> list[int]:
    """Days back from as_of, a horizon apart, so long as a deal had opened."""
    first = min((deal.opened for deal in data.deals), default=data.as_of)
    return list(range(data.as_of - horizon, first - 1, -horizon))


def past_correlation(
    data: Data, horizon: int, known_from: int | None, draws: int, seed: int, partner_correlation: float
) -> tuple[float, str]:
    """The smallest whose P10–P90 held in at least 80 % of 8 or more past windows.

    Reading: when none did, the largest.
    """
    days = [day for day in past_windows(data, horizon) if enough(cut(data, day), known_from)]
    if len(days) < MIN_WINDOWS:
        return USUAL_CORRELATION, "default"
    models = [learn(cut(data, day), known_from) for day in days]
    for correlation in CORRELATIONS:
        windows = [
            look_back(data, day, horizon, known_from, draws, seed, correlation, partner_correlation, model)
            for day, model in zip(days, models)
        ]
        if sum(one.held for one in windows) >= MIN_HELD * len(windows):
            return correlation, "past windows"
    return CORRELATIONS[-1], "past windows"


@dataclass(frozen=True)
class Backtest:
    windows: list[Window]
    bias: float
    wape: float
    coverage: Fraction | None
    apart: int  # windows that do not overlap
    claims_bias: float
    claims_wape: float


def errors_of(forecasts: Sequence[float], actual: Sequence[int]) -> tuple[float, float]:
    """Signed bias and WAPE."""
    total = sum(actual)
    if not forecasts or not total:
        return NAN, NAN
    off = [f - a for f, a in zip(forecasts, actual)]
    return math.fsum(off) / total, math.fsum(abs(one) for one in off) / total


def windows_apart(days: Sequence[int], horizon: int) -> int:
    count, free = 0, -(1 << 40)
    for day in sorted(days):
        if day >= free:
            count, free = count + 1, day + horizon
    return count


def backtest(
    data: Data,
    days: Sequence[int],
    horizon: int,
    *,
    known_from: int | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    correlation: float | None = None,
) -> Backtest:
    """Only windows that were over by as_of say anything."""
    windows = [
        look_back(data, day, horizon, known_from, draws, seed, correlation)
        for day in days
        if day + horizon <= data.as_of
    ]
    good = [one for one in windows if not one.reason]
    claims = [one for one in windows if not math.isnan(one.claimed)]
    bias, wape = errors_of([one.expected for one in good], [one.actual for one in good])
    claims_bias, claims_wape = errors_of([one.claimed for one in claims], [one.actual for one in claims])
    coverage = Fraction(sum(one.held for one in good), len(good)) if good else None
    apart = windows_apart([one.day for one in good], horizon)
    return Backtest(windows, bias, wape, coverage, apart, claims_bias, claims_wape)


def product_forecast(data: Data, horizon: int, model: Model) -> dict[int, float]:
    """What not to do: win rate × P(closes), by row of the open deal. It counts wins and losses by one clock."""
    result: dict[int, float] = {}
    cells = Cells(model.snapshots, median_age(data)) if any(is_open(deal) for deal in data.deals) else None
    for deal in data.deals:
        if is_open(deal) and cells is not None:
            stage = state_on(data, deal, data.as_of).stage
            curve = cells.of(stage, data.as_of - deal.opened).curve
            result[deal.row] = model.rates.rate[stage] * (curve.won_by(horizon) + curve.lost_by(horizon))
    return result


def claims_of_open(data: Data) -> Mapping[int, float | None]:
    return {deal.row: claimed_probability(data, deal) for deal in data.deals if is_open(deal)}
