# SPDX-License-Identifier: MIT
"""What lies ahead of a partner: the pace, what a tier still requires, notices.

Part of the second implementation, a test oracle for the library: see plain.py. Written from docs/loyalty.md, Statements
and Notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from plain import NEVER, ONE_DAY, Account, Requirement, first_day, month_of


@dataclass
class Pace:
    partner: str
    projected_tier: str
    projected: int
    to_keep: int


@dataclass
class Missing:
    partner: str
    tier: str
    kind: str
    measure: str
    needed: float  # major units where it is an amount
    reached: float


@dataclass
class Notice:
    partner: str
    notice: str
    tier: str = ""
    rule: str = ""
    points: int = 0
    missing: float | None = None
    day: date | None = None


def share(first_month: int, last_month: int, as_of: date) -> Fraction:
    """How many times the days that have passed fit into the window."""
    begins, ends = first_day(first_month), first_day(last_month + 1)
    return Fraction((ends - begins).days, (as_of - begins).days + 1)


def window_of_tiers(account: Account, as_of: date) -> tuple[int, int]:
    if account.program.rolling is None:
        return account.year(as_of), account.year(as_of) + 11
    return account.window(as_of)


def sum_of(account: Account, requirement: Requirement, as_of: date) -> int:
    month = month_of(as_of)
    if requirement.months is None:
        return account.sum_in(requirement, *account.window(as_of))
    return account.sum_in(requirement, month - requirement.months + 1, month)


def pace(account: Account, as_of: date) -> Pace:
    tiers, window = account.program.tiers, window_of_tiers(account, as_of)
    projected = int(account.points_in(account.window(as_of)) * share(*window, as_of))

    def reached(requirement: Requirement) -> bool:
        done, months = sum_of(account, requirement, as_of), window
        if requirement.months is not None:
            months = month_of(as_of) - requirement.months + 1, month_of(as_of)
        return done >= requirement.target or (done > 0 and done * share(*months, as_of) >= requirement.target)

    level = max(
        number
        for number, tier in enumerate(tiers)
        if number == 0 or (tier.points <= projected and all(map(reached, tier.requires)))
    )
    return Pace(account.partner.id, tiers[level].id, projected, to_keep(account, as_of))


def decided_next(account: Account, as_of: date) -> bool:
    """Whether the next review asks for the tier: in a year where its validity ends in it."""
    return account.program.rolling is not None or account.now.until < first_day(account.year(as_of) + 12)


def to_keep(account: Account, as_of: date) -> int:
    if account.now.tier == 0 or not (account.asleep or decided_next(account, as_of)):
        return 0
    return max(0, account.program.tiers[account.now.tier].points - account.points_in(account.window(as_of)))


def missing(account: Account, as_of: date) -> list[Missing]:
    program = account.program
    if account.now.tier + 1 >= len(program.tiers):
        return []
    above = program.tiers[account.now.tier + 1]
    lines = []
    for requirement in above.requires:
        done = sum_of(account, requirement, as_of)
        unit = 10**program.minor_units if requirement.what == "amount" else 1
        if done < requirement.target:
            needed = float(Fraction(requirement.target, unit)), float(Fraction(done, unit))
            lines.append(Missing(account.partner.id, above.id, requirement.on, requirement.what, *needed))
    return lines


def notices(account: Account, as_of: date) -> list[Notice]:
    """In the order of the table in docs/loyalty.md."""
    if account.asleep:
        return []
    program, partner, window = account.program, account.partner.id, account.window(as_of)
    found = []
    if as_of - account.begins < timedelta(days=30):
        found.append(Notice(partner, "welcome"))
    ends = first_day(window_of_tiers(account, as_of)[1] + 1)
    if account.now.tier + 1 < len(program.tiers):
        above = program.tiers[account.now.tier + 1]
        points = max(0, above.points - account.points_in(window))
        if 5 * points <= above.points and not missing(account, as_of):
            found.append(Notice(partner, "tier_in_reach", above.id, points=points, day=ends))
    if at_risk(account, as_of):
        tier = program.tiers[account.now.tier].id
        found.append(Notice(partner, "tier_at_risk", tier, points=to_keep(account, as_of), day=ends))
    if account.expiring(as_of, 30) > 0:
        first = min(lot.expiry for lot in account.lots if lot.left > 0)
        found.append(Notice(partner, "expiring", points=account.expiring(as_of, 30), day=first))
    return found + challenges(account, as_of)


def at_risk(account: Account, as_of: date) -> bool:
    if account.now.tier == 0 or not decided_next(account, as_of):
        return False
    if account.program.rolling is not None and account.fails < account.program.grace_months:
        return False
    return account.earned(account.window(as_of), [month_of(as_of)]) < account.now.tier


def challenges(account: Account, as_of: date) -> list[Notice]:
    found = []
    for number, challenge in enumerate(account.program.challenges):
        if not (challenge.start or date.min) <= as_of < (challenge.end or NEVER):
            continue
        bonuses = len(account.bonuses[number])
        left = challenge.target * (bonuses + 1) - account.met[number][challenge.what]
        if left <= 0 or 5 * left > challenge.target or (bonuses > 0 and not challenge.repeat):
            continue
        unit = 10**account.program.minor_units if challenge.what == "amount" else 1
        day = challenge.end - ONE_DAY if challenge.end else None
        value = float(Fraction(left, unit))
        found.append(Notice(account.partner.id, "challenge_in_reach", rule=challenge.id, missing=value, day=day))
    return found
