# SPDX-License-Identifier: MIT
"""How good probabilities are, plainly: log loss, AUC, Brier and its parts, calibration, skill (spec/pipeline.md).

Part of the second implementation, a test oracle for the library: see plain.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

CLIP = 1e-6
GROUPS = 10
NAN = float("nan")


def clip(p: float) -> float:
    return min(max(p, CLIP), 1 - CLIP)


def loss_of(won: bool, p: float) -> float:
    p = clip(p)
    return -math.log(p) if won else -math.log1p(-p)


def log_loss(won: Sequence[bool], p: Sequence[float], weight: Sequence[float] | None = None) -> float:
    weight = weight or [1.0] * len(p)
    if not p:
        return NAN
    return math.fsum(w * loss_of(y, q) for y, q, w in zip(won, p, weight)) / math.fsum(weight)


def clipped(p: Sequence[float]) -> int:
    return sum(clip(q) != q for q in p)


def auc(won: Sequence[bool], p: Sequence[float]) -> Fraction | None:
    """The share of pairs of a won and a lost one in which the won one has the higher p, ties half; exact."""
    positive = sum(won)
    negative = len(won) - positive
    if not positive or not negative:
        return None
    twice, lower = 0, 0
    for _, wins, losses in blocks(won, p):
        twice += wins * (2 * lower + losses)
        lower += losses
    return Fraction(twice, 2 * positive * negative)


def blocks(won: Sequence[bool], p: Sequence[float]) -> list[tuple[float, int, int]]:
    """Equal p together, in rising order: p, won ones, lost ones."""
    result: list[tuple[float, int, int]] = []
    for q, y in sorted(zip(p, won)):
        if result and result[-1][0] == q:
            _, wins, losses = result.pop()
        else:
            wins, losses = 0, 0
        result.append((q, wins + y, losses + (not y)))
    return result


def brier(won: Sequence[bool], p: Sequence[float]) -> float:
    return math.fsum((q - y) ** 2 for y, q in zip(won, p)) / len(p) if p else NAN


@dataclass(frozen=True)
class BrierParts:
    brier: float
    reliability: float
    resolution: float
    uncertainty: float


def recalibrated(won: Sequence[bool], p: Sequence[float]) -> list[tuple[int, int]]:
    """Isotonic regression of the outcome on p by pooling adjacent violators: won ones and size of each pool."""
    pools: list[tuple[int, int]] = []
    for _, wins, losses in blocks(won, p):
        pools.append((wins, wins + losses))
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] >= pools[-1][0] * pools[-2][1]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [(a + b, m + n)]
    return pools


def brier_parts(won: Sequence[bool], p: Sequence[float]) -> BrierParts:
    """Brier = reliability − resolution + uncertainty."""
    if not p:
        return BrierParts(NAN, NAN, NAN, NAN)
    n = len(p)
    score = brier(won, p)
    best = float(sum(Fraction(wins * (size - wins), size) for wins, size in recalibrated(won, p)) / n)
    mean = Fraction(sum(won), n)
    uncertainty = float(mean * (1 - mean))
    return BrierParts(score, score - best, uncertainty - best, uncertainty)


@dataclass(frozen=True)
class Group:
    rows: int
    low: float
    high: float
    mean_p: float
    won_share: Fraction


def calibration(won: Sequence[bool], p: Sequence[float]) -> list[Group]:
    """At most 10 groups of equal count.

    Reading: rows in rising order of p are cut at tenths of their number; those of equal p go where the first goes.
    """
    n = len(p)
    groups: dict[int, list[tuple[float, int, int]]] = {}
    rank = 0
    for block in blocks(won, p):
        groups.setdefault(GROUPS * rank // n, []).append(block)
        rank += block[1] + block[2]
    result: list[Group] = []
    for _, members in sorted(groups.items()):
        rows = sum(wins + losses for _, wins, losses in members)
        mean = math.fsum(q * (wins + losses) for q, wins, losses in members) / rows
        share = Fraction(sum(wins for _, wins, _ in members), rows)
        result.append(Group(rows, members[0][0], members[-1][0], mean, share))
    return result


def skill(loss: float, claimed_loss: float) -> float:
    return 1 - loss / claimed_loss if claimed_loss > 0 else NAN


def beats_constant(won: Sequence[bool], p: Sequence[float], constant: float) -> bool:
    """Whether the mean gain over the constant is more than what chance gives.

    Reading: more than 1.96 standard errors of the paired difference. (In crm_sales the ridge is better than the
    constant by 1.2 of them, which the published figures call "no model beats the constant".)
    """
    gains = [loss_of(y, constant) - loss_of(y, q) for y, q in zip(won, p)]
    n = len(gains)
    if n < 2:
        return False
    mean = math.fsum(gains) / n
    error = math.sqrt(math.fsum((gain - mean) ** 2 for gain in gains) / (n - 1) / n)
    return mean > 1.96 * error


@dataclass(frozen=True)
class Measures:
    rows: int
    won: int
    log_loss: float
    clipped: int
    auc: Fraction | None
    parts: BrierParts
    groups: list[Group]


def measure(won: Sequence[bool], p: Sequence[float]) -> Measures:
    return Measures(
        len(p), sum(won), log_loss(won, p), clipped(p), auc(won, p), brier_parts(won, p), calibration(won, p)
    )
