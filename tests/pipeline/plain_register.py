# SPDX-License-Identifier: MIT
"""Who holds a registration, plainly, day after day (spec/pipeline.md, Deal registration).

Part of the second implementation, a test oracle for the library: see plain.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plain_state import Data, Deal, holding_on, state_on

PROTECT_DAYS, LAPSE_DAYS = 90, 60


@dataclass(frozen=True)
class Ruling:
    customer: str | None
    product: str | None  # None = all (other) products
    holder: int  # row of the deal
    start: int
    end: int  # the first day on which it holds no longer, as things stand
    contenders: tuple[int, ...]  # the others alive on some day of it, by row
    reason: str


def progress_days(data: Data, deal: Deal) -> list[int]:
    """The days on which a milestone holds that did not hold the day before; registering counts."""
    assert deal.registered is not None
    process, reports = data.process, data.reports_of(deal)
    end = data.as_of if deal.closed is None else deal.closed
    days = [deal.registered]
    for day in sorted({report.day for report in reports}):  # a milestone only comes to hold on the day of a report
        before, now = holding_on(process, reports, day - 1), holding_on(process, reports, day)
        if deal.registered < day <= end and any(b and not a for a, b in zip(before, now)):
            days.append(day)
    return days


def end_of(data: Data, deal: Deal, protect_days: int, lapse_days: int) -> tuple[int, str]:
    """The first day on which the registration is not alive, and why. Reading: what has lapsed stays lapsed."""
    assert deal.registered is not None
    last = deal.registered
    for day in progress_days(data, deal):
        if day >= last + lapse_days:
            break
        last = day
    ends = [(last + lapse_days, "lapsed"), (deal.registered + protect_days, "protection over")]
    if deal.closed is not None:
        ends.append((deal.closed, "closed"))
    return min(ends, key=lambda one: one[0])


def score_at_registration(data: Data, deal: Deal) -> Fraction:
    assert deal.registered is not None
    return state_on(data, deal, deal.registered).score or Fraction(0)


def rulings(data: Data, protect_days: int = PROTECT_DAYS, lapse_days: int = LAPSE_DAYS) -> list[Ruling]:
    """By customer, product in order of first sight, and time.

    Reading: a deal without customer has a row of its own, without contenders.
    Reading: rows that begin after as_of are not known yet.
    """
    registered = [deal for deal in data.deals if deal.registered is not None]
    result: list[Ruling] = []
    for deal in (deal for deal in registered if deal.customer is None):
        result += contest(data, None, deal.product, [deal], protect_days, lapse_days)
    for customer in dict.fromkeys(deal.customer for deal in registered if deal.customer is not None):
        theirs = [deal for deal in registered if deal.customer == customer]
        for product in dict.fromkeys(deal.product for deal in theirs):
            rivals = [deal for deal in theirs if deal.product in (product, None)]
            result += contest(data, customer, product, rivals, protect_days, lapse_days)
    return result


def contest(
    data: Data,
    customer: str | None,
    product: str | None,
    rivals: Sequence[Deal],
    protect_days: int,
    lapse_days: int,
) -> list[Ruling]:
    """The holder of a day is the living one that registered first, then had the higher score, then the lower row."""
    ends = {deal.row: end_of(data, deal, protect_days, lapse_days) for deal in rivals}
    order = sorted(rivals, key=lambda deal: (deal.registered, -score_at_registration(data, deal), deal.row))

    def living(deal: Deal, day: int) -> bool:
        return (deal.registered or 0) <= day < ends[deal.row][0]

    result: list[Ruling] = []
    day = min((deal.registered or 0 for deal in rivals), default=0)
    before: Deal | None = None
    while day <= data.as_of:
        holder = next((deal for deal in order if living(deal, day)), None)
        if holder is None:
            day += 1
            continue
        end = ends[holder.row][0]
        others = [deal for deal in rivals if deal is not holder and overlaps(deal, ends[deal.row][0], day, end)]
        reason = reason_of(data, holder, others, before, ends, day)
        rows = tuple(deal.row for deal in others)
        result.append(Ruling(customer, product, holder.row, day, end, rows, reason))
        before, day = holder, end
    return result


def overlaps(deal: Deal, deal_end: int, start: int, end: int) -> bool:
    first = deal.registered or 0
    return max(first, start) < min(deal_end, end)


def reason_of(
    data: Data, holder: Deal, others: Sequence[Deal], before: Deal | None, ends: dict[int, tuple[int, str]], day: int
) -> str:
    """In words; only what they say matters, not how."""
    words = []
    if before is not None and ends[before.row][0] == day and (holder.registered or 0) < day:
        words.append(f"follows {before.id}: {ends[before.row][1]}")
    if not others:
        return "; ".join(words + ["no other registration"])
    if all((deal.registered or 0) > (holder.registered or 0) for deal in others):
        words.append("registered first")
    elif all(
        (deal.registered or 0) > (holder.registered or 0)
        or score_at_registration(data, deal) < score_at_registration(data, holder)
        for deal in others
    ):
        words.append("registered the same day with the higher score")
    else:
        words.append("registered the same day with the same score, first in the file")
    return "; ".join(words)
