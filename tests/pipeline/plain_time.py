# SPDX-License-Identifier: MIT
"""How long things take, plainly: stalled deals, conversion, velocity (spec/pipeline.md, Time).

Part of the second implementation, a test oracle for the library: see plain.py. All of it is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plain_state import OPEN, WON, Data, Deal, Spell, is_open, spells_of

MIN_SPELLS = 8
STALL_QUANTILE = Fraction(9, 10)
VELOCITY_DAYS = 365


def quantile(values: Sequence[int], q: Fraction) -> Fraction:
    """Type 7, exact."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def all_spells(data: Data) -> list[Spell]:
    return [spell for deal in data.deals for spell in spells_of(data, deal)]


def stall_limits(data: Data, q: Fraction = STALL_QUANTILE) -> dict[int, Fraction | None]:
    """By stage, the days after which a deal is stalled; None = never.

    Reading: too few spells of the stage: the spells of all stages.
    """
    up = [spell for spell in all_spells(data) if spell.went_up]
    limits: dict[int, Fraction | None] = {}
    for stage in range(len(data.process.stages) + 1):
        own = [spell.days or 0 for spell in up if spell.stage == stage]
        pooled = [spell.days or 0 for spell in up]
        days = own if len(own) >= MIN_SPELLS else pooled
        limits[stage] = quantile(days, q) if len(days) >= MIN_SPELLS else None
    return limits


def stalled(data: Data, q: Fraction = STALL_QUANTILE) -> dict[int, bool]:
    limits = stall_limits(data, q)
    result: dict[int, bool] = {}
    for deal in data.deals:
        if is_open(deal):
            last = spells_of(data, deal)[-1]
            limit = limits[last.stage]
            result[deal.row] = limit is not None and data.as_of - last.start > limit
    return result


@dataclass(frozen=True)
class Conversion:
    stage: int
    to: str  # the number of a stage, won, lost, open
    spells: int
    share: Fraction  # of the stage's spells
    median_days: Fraction | None


def conversions(data: Data) -> list[Conversion]:
    spells = all_spells(data)
    result: list[Conversion] = []
    for stage in range(len(data.process.stages) + 1):
        here = [spell for spell in spells if spell.stage == stage]
        for to in [str(i) for i in range(len(data.process.stages) + 1)] + ["won", "lost", OPEN]:
            days = [spell.days for spell in here if spell.to == to]
            if days:
                known = [one for one in days if one is not None]
                median = quantile(known, Fraction(1, 2)) if known else None
                result.append(Conversion(stage, to, len(days), Fraction(len(days), len(here)), median))
    return result


@dataclass(frozen=True)
class Velocity:
    open: int
    win_rate: Fraction | None
    mean_amount: Fraction | None
    mean_days: Fraction | None

    @property
    def per_day(self) -> Fraction | None:
        if self.win_rate is None or self.mean_amount is None or not self.mean_days:
            return None
        return self.open * self.win_rate * self.mean_amount / self.mean_days


def mean(values: Sequence[int]) -> Fraction | None:
    return Fraction(sum(values), len(values)) if values else None


def closed_within(data: Data, days: int) -> list[Deal]:
    return [deal for deal in data.deals if deal.closed is not None and deal.closed > data.as_of - days]


def velocity(data: Data) -> Velocity:
    closed = closed_within(data, VELOCITY_DAYS)
    won = [deal for deal in closed if deal.outcome == WON]
    return Velocity(
        sum(is_open(deal) for deal in data.deals),
        mean([deal.outcome == WON for deal in closed]),
        mean([deal.amount for deal in won if deal.amount is not None]),
        mean([(deal.closed or 0) - deal.opened for deal in won]),
    )
