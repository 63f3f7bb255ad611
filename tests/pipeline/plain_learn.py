# SPDX-License-Identifier: MIT
"""Who wins, plainly: landmarks, incidence, stage and partner rates, ridge, naive Bayes (spec/pipeline.md).

Part of the second implementation, a test oracle for the library: see plain.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import plain_measure as measure
from plain_state import LOST, WON, Data, Deal, PipelineError, is_open, stage_and_start, stage_changes

Floats = npt.NDArray[np.float64]
NAN = float("nan")
STEP = 30  # days from landmark to landmark
STRENGTH = 10  # of a stage's parent, in deals
M_LOW, M_HIGH = 1.0, 1000.0
NOTHING = 1e-9  # a relative gain in likelihood that is none
FOLDS = 5
LEAK_AUC = 0.95


def expit(odds: Floats) -> Floats:
    with np.errstate(over="ignore"):  # e^710 is infinite, and 1/(1 + ∞) is 0
        return np.asarray(1 / (1 + np.exp(-odds)))


# --- landmarks ---


@dataclass(frozen=True)
class Snapshot:
    """A deal at one of its landmarks. Its clock starts there: at risk while entry ≤ t ≤ exit."""

    deal: Deal
    day: int
    stage: int
    since: int  # the day on which the stage came to its value
    entry: int
    exit: int

    @property
    def age(self) -> int:
        return self.day - self.deal.opened

    @property
    def event(self) -> str | None:
        return None if is_open(self.deal) else self.deal.outcome


def landmarks(data: Data, known_from: int | None = None) -> list[Snapshot]:
    """The state of every deal at ages 0, 30, 60 … days while still open, so far as it was ever at risk.

    Reading: a deal that closes on the day it opens has its snapshot of age 0, and an event at time 0.
    Reading: on its first known day a deal is at risk, for a closing of that day is in the file.
    """
    result: list[Snapshot] = []
    for deal in data.deals:
        end = data.as_of if deal.closed is None else deal.closed
        if known_from is not None and end < known_from:
            continue
        changes = stage_changes(data, deal)
        for day in range(deal.opened, data.as_of + 1, STEP):
            if day > deal.opened and deal.closed is not None and day >= deal.closed:
                break
            stage, since = stage_and_start(changes, day)
            entry = max(0, known_from - day) if known_from is not None else 0
            result.append(Snapshot(deal, day, stage, since, entry, end - day))
    return result


def distinct_deals(snapshots: Iterable[Snapshot]) -> int:
    return len({snapshot.deal.row for snapshot in snapshots})


# --- incidence ---


@dataclass(frozen=True)
class Curve:
    """Cumulative incidence of both endings after each time at which there was one."""

    times: Floats
    at_risk: Floats
    won: Floats
    lost: Floats

    def won_by(self, t: float) -> float:
        i = int(np.searchsorted(self.times, t, side="right"))
        return float(self.won[i - 1]) if i else 0.0

    def lost_by(self, t: float) -> float:
        i = int(np.searchsorted(self.times, t, side="right"))
        return float(self.lost[i - 1]) if i else 0.0

    @property
    def won_at_end(self) -> float:
        return float(self.won[-1]) if len(self.won) else 0.0


def aalen_johansen(entry: Sequence[int], exit: Sequence[int], event: Sequence[str | None]) -> Curve:
    """Both endings compete; somebody is at risk from entry to exit, both days included."""
    entries, exits = np.sort(np.array(entry, dtype=float)), np.sort(np.array(exit, dtype=float))
    ends = np.array(exit, dtype=float)
    is_won = np.array([one == WON for one in event], dtype=bool)
    is_lost = np.array([one == LOST for one in event], dtype=bool)
    times = np.unique(ends[is_won | is_lost])
    at_risk = np.searchsorted(entries, times, side="right") - np.searchsorted(exits, times, side="left")
    won, lost, surviving = 0.0, 0.0, 1.0
    won_curve, lost_curve = [], []
    won_ends, lost_ends = np.sort(ends[is_won]), np.sort(ends[is_lost])
    for time, n in zip(times, at_risk):
        d_won = np.searchsorted(won_ends, time, "right") - np.searchsorted(won_ends, time, "left")
        d_lost = np.searchsorted(lost_ends, time, "right") - np.searchsorted(lost_ends, time, "left")
        won += surviving * d_won / n
        lost += surviving * d_lost / n
        surviving *= 1 - (d_won + d_lost) / n
        won_curve.append(won)
        lost_curve.append(lost)
    return Curve(times, at_risk.astype(float), np.array(won_curve), np.array(lost_curve))


def incidence(snapshots: Sequence[Snapshot]) -> Curve:
    return aalen_johansen(
        [one.entry for one in snapshots], [one.exit for one in snapshots], [one.event for one in snapshots]
    )


# --- stage rates and partner rates ---


@dataclass(frozen=True)
class Record:
    """What a partner's closed deals say of one stage."""

    deals: int
    won: float  # deals · the won share of their snapshots


@dataclass(frozen=True)
class Rates:
    deals: list[int]  # distinct, by stage
    raw: list[float]  # the incidence at its end
    rate: list[float]
    strength: list[float]  # m
    records: Mapping[tuple[str, int], Record]

    def of(self, partner: str | None, stage: int) -> float:
        """Reading: direct deals have no partner, so they have the rate of the stage."""
        record = None if partner is None else self.records.get((partner, stage))
        return self.shrunk(record or Record(0, 0.0), stage)

    def shrunk(self, record: Record, stage: int) -> float:
        m = self.strength[stage]
        return (record.won + m * self.rate[stage]) / (record.deals + m)


def record_of(snapshots: Sequence[Snapshot]) -> Record:
    """Of the snapshots of a partner's closed deals in one stage."""
    deals = distinct_deals(snapshots)
    won = sum(one.event == WON for one in snapshots)
    return Record(deals, deals * won / len(snapshots) if snapshots else 0.0)


def likelihood(m: float, mean: float, records: Sequence[Record]) -> float:
    """Of the beta-binomial with that mean and strength, but for what does not depend on m."""
    a, b = m * mean, m * (1 - mean)
    return math.fsum(log_beta(one.won + a, one.deals - one.won + b) - log_beta(a, b) for one in records)


def log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def is_better(value: float, best: float) -> bool:
    return value > best + NOTHING * (1 + abs(best))


def strength_of(mean: float, records: Sequence[Record]) -> float:
    """The m in 1 … 1000 of greatest likelihood: the best of a grid in ln m, then golden section between neighbours.

    Reading: where m hardly matters, the larger one. (Partners of one deal each say nothing of m at all, and the best of
    a flat likelihood would be what rounding makes it.)
    """
    if len(records) < 2 or not 0 < mean < 1:
        return M_HIGH
    grid = np.linspace(math.log(M_LOW), math.log(M_HIGH), 61)
    best, most = len(grid) - 1, likelihood(M_HIGH, mean, records)
    for i in range(len(grid) - 2, -1, -1):
        value = likelihood(math.exp(grid[i]), mean, records)
        if is_better(value, most):
            best, most = i, value
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if likelihood(math.exp(left), mean, records) < likelihood(math.exp(right), mean, records):
            low = left
        else:
            high = right
    between = math.exp((low + high) / 2)
    if is_better(likelihood(between, mean, records), most):
        return between
    return {0: M_LOW, len(grid) - 1: M_HIGH}.get(best, math.exp(grid[best]))


def stage_rates(stages: int, snapshots: Sequence[Snapshot]) -> Rates:
    """Stages 0 … S, the last of them for deals that have passed all."""
    if not snapshots:
        return Rates([0] * (stages + 1), [NAN] * (stages + 1), [NAN] * (stages + 1), [M_HIGH] * (stages + 1), {})
    parent = incidence(snapshots).won_at_end
    deals, raw, rate, strength = [], [], [], []
    records: dict[tuple[str, int], Record] = {}
    for stage in range(stages + 1):
        here = [one for one in snapshots if one.stage == stage]
        n = distinct_deals(here)
        own = incidence(here).won_at_end
        parent = (n * own + STRENGTH * parent) / (n + STRENGTH)
        closed: dict[str, list[Snapshot]] = {}
        for one in here:
            if one.event is not None and one.deal.partner is not None:
                closed.setdefault(one.deal.partner, []).append(one)
        records |= {(partner, stage): record_of(theirs) for partner, theirs in closed.items()}
        deals.append(n)
        raw.append(own)
        rate.append(parent)
        strength.append(strength_of(parent, [record_of(theirs) for theirs in closed.values()]))
    return Rates(deals, raw, rate, strength, records)


# --- ridge ---


@dataclass(frozen=True)
class Design:
    """How columns are made ready: missing values filled, 0/1 columns for them added, standardised."""

    names: list[str]  # with the added ones
    sources: list[int]
    is_indicator: list[bool]
    fill: Floats  # by source
    mean: Floats
    scale: Floats  # 0 = the column is constant and has coefficient 0

    def expanded(self, x: Floats) -> Floats:
        columns = []
        for source, indicator in zip(self.sources, self.is_indicator):
            missing = np.isnan(x[:, source])
            columns.append(missing.astype(float) if indicator else np.where(missing, self.fill[source], x[:, source]))
        return np.column_stack(columns) if columns else np.zeros((len(x), 0))

    def ready(self, x: Floats) -> Floats:
        used = self.scale > 0
        return np.where(used, (self.expanded(x) - self.mean) / np.where(used, self.scale, 1), 0.0)


def design(names: Sequence[str], x: Floats, weight: Floats, standardise: bool, with_missing: Sequence[bool]) -> Design:
    fill = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        present = ~np.isnan(x[:, j])
        total = weight[present].sum()
        fill[j] = (weight[present] * x[present, j]).sum() / total if total > 0 else 0.0
    sources = list(range(x.shape[1])) + [j for j in range(x.shape[1]) if with_missing[j]]
    indicator = [False] * x.shape[1] + [True] * (len(sources) - x.shape[1])
    all_names = list(names) + [f"{names[j]} missing" for j in sources[x.shape[1] :]]
    k = len(sources)
    raw = Design(all_names, sources, indicator, fill, np.zeros(k), np.ones(k)).expanded(x)
    counted = raw[weight > 0]
    constant = np.array([np.ptp(column) == 0 for column in counted.T], dtype=bool)
    mean = (weight[:, None] * raw).sum(axis=0) / weight.sum()
    scale = np.sqrt((weight[:, None] * (raw - mean) ** 2).sum(axis=0) / weight.sum())
    if not standardise:
        mean, scale = np.zeros(k), np.ones(k)
    return Design(all_names, sources, indicator, fill, mean, np.where(constant, 0.0, scale))


@dataclass(frozen=True)
class Ridge:
    design: Design
    penalty: float
    beta: Floats  # intercept first, on ready columns
    covariance: Floats
    iterations: int
    gradient: float  # the largest part of it at the end
    losses: list[tuple[float, float]] = field(default_factory=list)  # penalty, pooled log loss

    def odds(self, x: Floats) -> Floats:
        return np.asarray(self.beta[0] + self.design.ready(x) @ self.beta[1:])

    def p(self, x: Floats) -> Floats:
        return np.asarray(expit(self.odds(x)))

    def contributions(self, x: Floats) -> Floats:
        """By deal and feature; with the intercept they sum to the log-odds."""
        return np.asarray(self.design.ready(x) * self.beta[1:])

    def plain_beta(self) -> Floats:
        """Intercept and coefficients for the columns as they are."""
        used = self.design.scale > 0
        slopes = np.where(used, self.beta[1:] / np.where(used, self.design.scale, 1), 0.0)
        return np.concatenate([[self.beta[0] - slopes @ self.design.mean], slopes])


def newton(z: Floats, won: Floats, weight: Floats, penalty: float, start: Floats | None = None) -> Ridge:
    """Minimises mean weighted log loss + λ/2 Σβ², the intercept free. z is ready."""
    n, k = weight.sum(), z.shape[1]
    full = np.column_stack([np.ones(len(z)), z])
    ridge = np.concatenate([[0.0], np.full(k, penalty)])
    live = np.concatenate([[True], np.ptp(z, axis=0) > 0 if len(z) else np.zeros(k, bool)])

    def value(beta: Floats) -> float:
        odds = full @ beta
        return float((weight * (np.logaddexp(0, odds) - won * odds)).sum() / n + (ridge * beta**2).sum() / 2)

    beta = np.zeros(k + 1) if start is None else start.copy()
    now, steps = value(beta), 0
    gradient = hessian = information = np.zeros(0)
    for steps in range(200):  # noqa: B007
        p = expit(full @ beta)
        gradient = full.T @ (weight * (p - won)) / n + ridge * beta
        information = (full * (weight * p * (1 - p))[:, None]).T @ full
        hessian = information / n + np.diag(ridge)
        if np.abs(gradient).max() < 1e-13:
            break
        step = np.zeros(k + 1)
        step[live] = np.linalg.solve(hessian[np.ix_(live, live)], gradient[live])
        if gradient @ step < 1e-20:  # what is left to gain is less than rounding
            break
        size = 1.0
        while size > 1e-6 and value(beta - size * step) > now + 1e-14:
            size /= 2
        beta = beta - size * step
        now = value(beta)
    covariance = np.zeros((k + 1, k + 1))
    inverse = np.linalg.inv(n * hessian[np.ix_(live, live)])
    covariance[np.ix_(live, live)] = inverse @ information[np.ix_(live, live)] @ inverse
    empty = Design([], [], [], np.zeros(0), np.zeros(0), np.zeros(0))
    return Ridge(empty, penalty, beta, covariance, steps, float(np.abs(gradient).max()))


def penalties(n: float) -> list[float]:
    """13 values, geometric from 1 to 1/(6.25·n)."""
    return [float((6.25 * n) ** (-i / 12)) for i in range(13)]


def folds_of(won: Sequence[bool], groups: Sequence[int], folds: int = FOLDS) -> list[int]:
    """The i-th deal of each outcome, in row order, goes to fold i mod 5; all rows of a deal with it."""
    seen: dict[int, int] = {}
    count = {True: 0, False: 0}
    for y, group in zip(won, groups):
        if group not in seen:
            seen[group] = count[y] % folds
            count[y] += 1
    return [seen[group] for group in groups]


def check_labels(won: Sequence[bool]) -> None:
    if not won or all(won) or not any(won):
        raise PipelineError("one class", "a model needs deals that were won and deals that were lost")


def refuse_leaks(names: Sequence[str], x: Floats, won: Sequence[bool]) -> None:
    """Reading: missing alone, zero alone, and both together; in either direction."""
    for j, name in enumerate(names):
        missing, zero = np.isnan(x[:, j]), x[:, j] == 0
        for pattern in (missing, zero, missing | zero):
            area = measure.auc(won, [float(one) for one in pattern])
            if area is not None and max(area, 1 - area) > Fraction(95, 100):
                raise PipelineError("leak", f"{name}: where it is missing or zero alone predicts the outcome")


def fit_ridge(
    names: Sequence[str],
    x: Floats,
    won: Sequence[bool],
    weight: Sequence[float] | None = None,
    *,
    standardise: bool = True,
    path: Sequence[float] | None = None,
    folds: Sequence[int] | None = None,
    groups: Sequence[int] | None = None,
    leak_columns: Sequence[int] | None = None,
) -> Ridge:
    """Penalty of smallest pooled log loss, ties to the larger; then all rows."""
    check_labels(won)
    guarded = range(x.shape[1]) if leak_columns is None else leak_columns
    refuse_leaks([names[j] for j in guarded], x[:, list(guarded)], won)
    y, w = np.array(won, dtype=float), np.ones(len(won)) if weight is None else np.array(weight, dtype=float)
    fold = np.array(folds_of(won, range(len(won)) if groups is None else groups) if folds is None else folds)
    path = sorted(penalties(float(w.sum())) if path is None else path, reverse=True)
    with_missing = [bool(np.isnan(x[:, j]).any()) for j in range(x.shape[1])]
    losses = [0.0] * len(path)
    for one in sorted(set(fold.tolist())) if len(path) > 1 else []:
        train, test = fold != one, fold == one
        made = design(names, x[train], w[train], standardise, with_missing)
        z, z_test, start = made.ready(x[train]), made.ready(x[test]), None
        for i, penalty in enumerate(path):
            fit = newton(z, y[train], w[train], penalty, start)
            start = fit.beta
            p = expit(start[0] + z_test @ start[1:])
            clipped = np.clip(p, measure.CLIP, 1 - measure.CLIP)
            losses[i] -= float((w[test] * np.where(y[test] > 0, np.log(clipped), np.log1p(-clipped))).sum())
    pooled = [loss / float(w.sum()) for loss in losses]
    best = min(range(len(path)), key=lambda i: (pooled[i], i))
    made = design(names, x, w, standardise, with_missing)
    return replace(newton(made.ready(x), y, w, path[best]), design=made, losses=list(zip(path, pooled)))


# --- naive Bayes ---


@dataclass(frozen=True)
class NaiveBayes:
    """The frequency model that CRMs ship, with its cells: won and lost counts + 0.1 by field and level."""

    won: float
    lost: float
    cells: list[dict[str, tuple[float, float]]]

    @cached_property
    def totals(self) -> list[tuple[float, float]]:
        """Sums of the cells of each field."""
        return [
            (math.fsum(won for won, _ in cells.values()), math.fsum(lost for _, lost in cells.values()))
            for cells in self.cells
        ]

    def p(self, levels: Sequence[str | None]) -> float:
        """Reading: a level never seen, or a missing one, says nothing, like a field that is not there."""
        if not self.won or not self.lost:
            return 0.9999 if self.won else 0.0001
        odds = math.log(self.won / self.lost)
        for cells, (total_won, total_lost), level in zip(self.cells, self.totals, levels):
            if level is not None and level in cells:
                won, lost = cells[level]
                odds += math.log(won / total_won) - math.log(lost / total_lost)
        return min(max(1 / (1 + math.exp(-odds)), 0.0001), 0.9999)


def fit_bayes(
    rows: Sequence[Sequence[str | None]], won: Sequence[bool], weight: Sequence[float] | None = None
) -> NaiveBayes:
    if not won:
        raise PipelineError("one class", "a model needs deals that were won and deals that were lost")
    weight = weight or [1.0] * len(won)
    cells: list[dict[str, tuple[float, float]]] = []
    for j in range(len(rows[0])):
        counts: dict[str, tuple[float, float]] = {}
        for row, y, w in zip(rows, won, weight):
            level = row[j]
            if level is not None:
                a, b = counts.get(level, (0.1, 0.1))
                counts[level] = (a + w * y, b + w * (not y))
        cells.append(counts)
    total_won = math.fsum(w for y, w in zip(won, weight) if y)
    return NaiveBayes(total_won, math.fsum(w for y, w in zip(won, weight) if not y), cells)
