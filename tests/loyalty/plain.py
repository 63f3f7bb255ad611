# SPDX-License-Identifier: MIT
"""Loyalty programs, plainly: the second implementation, a test oracle for the library.

Written from spec/loyalty.md alone, with exact fractions, one partner after another and one day after another. It is
meant to be compared with the text line by line; it is not meant to be fast. Where the text leaves a choice, a comment
that begins with "Reading:" says which one was taken.

    python tests/loyalty/plain.py PROGRAM.json EVENTS.csv [PARTNERS.csv] --as-of DAY

prints the ledger.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

NEVER = date.max
ONE_DAY = timedelta(days=1)


class LoyaltyError(Exception):
    """A program or an event that is refused; `name` says which fault it is, `row` which event's."""

    def __init__(self, name: str, text: str, row: int | None = None) -> None:
        super().__init__(text)
        self.name = name
        self.row = row


# --- months and days ---


def month_of(day: date) -> int:
    """Months are counted from year 0, so that windows are differences."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - ONE_DAY


# --- the program ---


@dataclass
class Range:
    """`min` and `max`, both inclusive, both optional."""

    low: int | None = None
    high: int | None = None

    def holds(self, value: int) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass
class When:
    product: set[str] | None = None
    group: set[str] | None = None
    tier: set[str] | None = None
    amount: Range | None = None
    quantity: Range | None = None
    margin: Range | None = None
    margin_rate: tuple[Fraction | None, Fraction | None] | None = None  # parts per million of the amount
    start: date | None = None
    end: date | None = None
    first: bool = False


@dataclass
class Cap:
    points: int
    per: str


@dataclass
class Rule:
    id: str
    on: str
    when: When
    points: int
    per: int | None  # minor units
    each: bool
    round: str
    multiplier: Fraction
    tier_multiplier: bool
    carry: bool
    exclusive: str | None
    cap: Cap | None
    reward: bool
    tier: bool


@dataclass
class Requirement:
    on: str
    what: str  # count, amount, quantity
    target: int
    months: int | None


@dataclass
class Tier:
    id: str
    points: int
    multiplier: Fraction
    requires: list[Requirement]


@dataclass
class Challenge:
    id: str
    on: str
    start: date | None
    end: date | None
    what: str
    target: int
    bonus: int
    repeat: bool


@dataclass
class Program:
    minor_units: int
    year_starts: int
    rules: list[Rule]
    cap: Cap | None
    tiers: list[Tier]
    rolling: int | None  # the months of a rolling window; None for the program year
    grace_months: int
    max_drop: int | None
    expiry: int | None
    pending_days: int
    redeem_on: str | None
    redeem_minimum: int
    redeem_step: int
    adjust_on: str | None
    adjust_reward: bool
    adjust_tier: bool
    reversible_days: int | None
    challenges: list[Challenge]
    refuse_credit_notes: bool
    mentioned: set[str] = field(default_factory=set)
    # What depends only on the rules, kept so that thousands of runs stay short.
    required: set[str] = field(default_factory=set)
    rules_on: dict[str, list[int]] = field(default_factory=dict)


def wrong(name: str, text: str) -> LoyaltyError:
    return LoyaltyError(name, text)


def exact(value: Any) -> Fraction:
    """A number of the JSON: int, Decimal, or a string that holds one."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise wrong("type", f"{value!r} is not an exact number")
    return Fraction(Decimal(value))


def whole(value: Any) -> int:
    number = exact(value)
    if number.denominator != 1:
        raise wrong("type", f"{value!r} is not a whole number")
    return int(number)


def money(value: Any, minor_units: int) -> int:
    number = exact(value) * 10**minor_units
    if number.denominator != 1:
        raise wrong("places", f"{value!r} has more than {minor_units} places")
    return int(number)


def multiplier(value: Any) -> Fraction:
    number = exact(value)
    if (number * 10000).denominator != 1:
        raise wrong("multiplier", f"multiplier {value} has more than four places")
    return number


def parts_per_million(value: Any) -> Fraction:
    """300000, or "30 %"."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return exact(value.strip()[:-1].strip()) * 10000
    return exact(value)


def optional_day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value is not None else None


def parse_range(found: Mapping[str, Any] | None, minor_units: int) -> Range | None:
    if found is None:
        return None
    low, high = found.get("min"), found.get("max")
    return Range(
        None if low is None else money(low, minor_units),
        None if high is None else money(high, minor_units),
    )


def parse_when(found: Mapping[str, Any], minor_units: int, tiers: set[str]) -> When:
    when = When(
        amount=parse_range(found.get("amount"), minor_units),
        quantity=parse_range(found.get("quantity"), 0),
        margin=parse_range(found.get("margin"), minor_units),
        start=optional_day(found.get("from")),
        end=optional_day(found.get("to")),
        first=bool(found.get("first", False)),
    )
    for name in ("product", "group", "tier"):
        if name in found:
            setattr(when, name, set(found[name]))
    if when.tier is not None and not when.tier <= tiers:
        raise wrong("unknown tier", f"there is no tier {sorted(when.tier - tiers)}")
    rate = found.get("margin_rate")
    if rate is not None:
        low, high = rate.get("min"), rate.get("max")
        when.margin_rate = (
            None if low is None else parts_per_million(low),
            None if high is None else parts_per_million(high),
        )
    return when


def parse_cap(found: Mapping[str, Any] | None) -> Cap | None:
    if found is None:
        return None
    return Cap(whole(found["points"]), found["per"])


def parse_rule(found: Mapping[str, Any], minor_units: int, tiers: set[str]) -> Rule:
    earn = found["earn"]
    counts_for = found.get("counts_for", ["reward", "tier"])
    rule = Rule(
        id=found["id"],
        on=found["on"],
        when=parse_when(found.get("when", {}), minor_units, tiers),
        points=whole(earn["points"]),
        per=money(earn["per"], minor_units) if "per" in earn else None,
        each=bool(earn.get("each", False)),
        round=found.get("round", "down"),
        multiplier=multiplier(found.get("multiplier", 1)),
        tier_multiplier=bool(found.get("tier_multiplier", True)),
        carry=bool(found.get("carry", False)),
        exclusive=found.get("exclusive"),
        cap=parse_cap(found.get("cap")),
        reward="reward" in counts_for,
        tier="tier" in counts_for,
    )
    if rule.points <= 0:
        raise wrong("points", f"rule {rule.id}: {rule.points} points; expected more than 0")
    if rule.per is not None and rule.per < 1:
        raise wrong("per", f"rule {rule.id}: `per` is below one minor unit")
    if rule.carry and rule.per is None:
        raise wrong("carry", f"rule {rule.id}: `carry` needs `per`")
    return rule


def target_of(found: Mapping[str, Any], minor_units: int) -> tuple[str, int]:
    for what in ("count", "amount", "quantity"):
        if what in found:
            return what, money(found[what], minor_units if what == "amount" else 0)
    raise wrong("target", "neither count nor amount nor quantity")


def parse_tier(found: Mapping[str, Any], minor_units: int) -> Tier:
    requires = []
    for requirement in found.get("requires", []):
        what, target = target_of(requirement, minor_units)
        months = requirement.get("months")
        if months is not None and whole(months) < 1:
            raise wrong("months", f"tier {found['id']}: a requirement over {months} months")
        requires.append(Requirement(requirement["on"], what, target, None if months is None else whole(months)))
    return Tier(found["id"], whole(found.get("points", 0)), multiplier(found.get("multiplier", 1)), requires)


def parse_challenge(found: Mapping[str, Any], minor_units: int) -> Challenge:
    what, target = target_of(found["target"], minor_units)
    challenge = Challenge(
        id=found["id"],
        on=found["on"],
        start=optional_day(found.get("from")),
        end=optional_day(found.get("to")),
        what=what,
        target=target,
        bonus=whole(found["bonus"]),
        repeat=bool(found.get("repeat", False)),
    )
    if challenge.bonus <= 0:
        raise wrong("bonus", f"challenge {challenge.id}: bonus {challenge.bonus}; expected more than 0")
    return challenge


def check_ids(what: str, ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        raise wrong("duplicate id", f"two {what} have one id")


def check_tiers(listed: Sequence[Mapping[str, Any]], tiers: Sequence[Tier]) -> None:
    if listed and ("points" in listed[0] or "requires" in listed[0]):
        raise wrong("tier 0", f"tier {tiers[0].id} is the first, it needs nothing")
    for below, above in itertools.pairwise(tiers):
        if above.points <= below.points:
            raise wrong("thresholds", f"tier {above.id} needs {above.points} points, the one below it {below.points}")


def optional_months(value: Any, name: str) -> int | None:
    if value is None:
        return None
    if whole(value) < 1:
        raise wrong("months", f"{name}: {value} months")
    return whole(value)


def load_program(text: str) -> Program:
    return parse_program(json.loads(text, parse_float=Decimal))


def parse_program(found: Mapping[str, Any]) -> Program:
    """The program from its JSON. Numbers with a point must be Decimal (json.loads(text, parse_float=Decimal))."""
    minor_units = whole(found.get("minor_units", 2))
    listed_tiers = found.get("tiers", [])
    tiers = [parse_tier(tier, minor_units) for tier in listed_tiers]
    check_ids("tiers", [tier.id for tier in tiers])
    check_tiers(listed_tiers, tiers)
    rules = [parse_rule(rule, minor_units, {tier.id for tier in tiers}) for rule in found.get("rules", [])]
    check_ids("rules", [rule.id for rule in rules])
    challenges = [parse_challenge(challenge, minor_units) for challenge in found.get("challenges", [])]
    check_ids("challenges", [challenge.id for challenge in challenges])
    qualification = found.get("qualification", {})
    redeem, adjust = found.get("redeem"), found.get("adjust")
    adjust_for = (adjust or {}).get("counts_for", ["reward"])
    drop, reversible = qualification.get("max_drop"), found.get("reversible_days")
    program = Program(
        minor_units=minor_units,
        year_starts=whole(found.get("year_starts", 1)),
        rules=rules,
        cap=parse_cap(found.get("cap")),
        # Reading: a program without tiers has one that needs nothing and has no name.
        tiers=tiers or [Tier("", 0, Fraction(1), [])],
        rolling=None,
        grace_months=whole(qualification.get("grace_months", 0)),
        max_drop=None if drop is None else whole(drop),
        expiry=optional_months((found.get("expiry") or {}).get("months"), "expiry"),
        pending_days=whole(found.get("pending_days", 0)),
        redeem_on=redeem["on"] if redeem else None,
        redeem_minimum=whole((redeem or {}).get("minimum", 1)),
        redeem_step=whole((redeem or {}).get("step", 1)),
        adjust_on=adjust["on"] if adjust else None,
        adjust_reward="reward" in adjust_for,
        adjust_tier="tier" in adjust_for,
        reversible_days=None if reversible is None else whole(reversible),
        challenges=challenges,
        refuse_credit_notes=found.get("credit_notes", "ignore") == "refuse",
    )
    if qualification.get("window", "year") == "rolling":
        program.rolling = optional_months(qualification["months"], "qualification")
    if program.expiry is not None and program.pending_days > 28 * program.expiry:
        raise wrong("pending_days", f"{program.pending_days} pending days, lots expire after {program.expiry} months")
    note_kinds(program)
    return program


def note_kinds(program: Program) -> None:
    for number, rule in enumerate(program.rules):
        program.rules_on.setdefault(rule.on, []).append(number)
    program.required = {requirement.on for tier in program.tiers for requirement in tier.requires}
    program.mentioned = set(program.rules_on) | program.required | {challenge.on for challenge in program.challenges}
    program.mentioned |= {kind for kind in (program.redeem_on, program.adjust_on) if kind is not None}


# --- events and partners ---


@dataclass
class Event:
    row: int
    partner: str
    day: date
    kind: str
    id: str
    amount: int = 0
    quantity: int = 1
    margin: int | None = None
    product: str | None = None
    reverses: str | None = None


@dataclass
class Partner:
    id: str
    group: str | None = None
    tier: str | None = None
    tier_until: date | None = None


def amount_cell(text: str, minor_units: int) -> int:
    return int((Decimal(text) * 10**minor_units).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def read_events(text: str, minor_units: int) -> list[Event]:
    events = []
    for row, cells in enumerate(csv.DictReader(io.StringIO(text))):
        event = Event(
            row=row,
            partner=cells["partner"],
            day=date.fromisoformat(cells["day"]),
            kind=cells["kind"],
            id=cells.get("event") or str(row),
            product=cells.get("product") or None,
            reverses=cells.get("reverses") or None,
        )
        if cells.get("amount"):
            event.amount = amount_cell(cells["amount"], minor_units)
        if cells.get("quantity"):
            event.quantity = int(cells["quantity"])
        if cells.get("margin"):
            event.margin = amount_cell(cells["margin"], minor_units)
        events.append(event)
    return events


def read_partners(text: str) -> list[Partner]:
    return [
        Partner(
            id=cells["partner"],
            group=cells.get("group") or None,
            tier=cells.get("tier") or None,
            tier_until=optional_day(cells.get("tier_until") or None),
        )
        for cells in csv.DictReader(io.StringIO(text))
    ]


# --- what comes out ---

COLUMNS = (
    ("partner", "day", "kind", "event", "rule", "points", "capped")
    + ("qualifying", "balance", "pending", "tier", "lot_expiry")
)  # fmt: skip


@dataclass
class Entry:
    partner: str
    day: date
    kind: str
    event: str
    rule: str
    points: int
    capped: int
    qualifying: int
    balance: int
    pending: int
    tier: str
    lot_expiry: date | None
    reward: bool  # whether the points moved the balance; no column of the ledger

    def row(self) -> list[str]:
        cells = [getattr(self, name) for name in COLUMNS]
        return ["" if cell is None else str(cell) for cell in cells]


@dataclass
class Statement:
    """What a partner is told at `as_of`."""

    partner: str
    balance: int
    pending: int
    earned: int  # granted, and adjusted upwards, net of reversals
    spent: int  # redeemed, net of redemptions taken back
    lapsed: int  # expired
    qualifying: int
    tier: str
    valid_to: date | None
    next_tier: str | None
    points_missing: int  # to the next tier
    requirements_missing: int  # of the next tier, those that do not hold
    expiring_30: int  # usable and pending points that are gone within so many days
    expiring_60: int
    expiring_90: int


@dataclass
class Result:
    ledger: list[Entry]
    statements: list[Statement]
    accounts: list[Account]  # in the order of the statements

    def csv(self, columns: int = len(COLUMNS)) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS[:columns])
        writer.writerows(entry.row()[:columns] for entry in self.ledger)
        return out.getvalue()


# --- one partner ---


@dataclass
class Lot:
    number: int  # order of accrual
    event: str
    rule: str
    usable: date
    expiry: date
    left: int
    released: bool = False
    expired: int = 0  # expired points that no reversal has counted as taken back yet
    ever_expired: bool = False

    def order(self) -> tuple[date, int]:
        return self.expiry, self.number


@dataclass
class Taken:
    """Points that were taken back: how many of them left the balance, and which lots."""

    left_balance: int = 0
    lots: list[Lot] = field(default_factory=list)


@dataclass
class Grant:
    """One rule on one event: what it granted, and what a reversal needs to know."""

    rule: int
    event: Event
    exact: Fraction  # x
    effective: Fraction  # x less what a cap refused; used by carry
    granted: int = 0
    held: int = 0  # granted, net of reversals
    lot: Lot | None = None


@dataclass
class Held:
    """A tier and the last day it is valid; tier 0 needs no validity, nor does a rolling window."""

    tier: int
    until: date

    def key(self) -> tuple[int, date]:
        return self.tier, self.until

    def lower(self, other: Held) -> Held:
        """The lower tier, or at the same tier the shorter validity."""
        return min(self, other, key=Held.key)


NOTHING = Held(0, date.min)


@dataclass
class Past:
    """What became of one event."""

    event: Event
    grants: list[Grant] = field(default_factory=list)
    taken_from: list[tuple[Lot, int]] | None = None  # an accepted redemption, not yet taken back
    reversed: int = 0  # R
    whole: bool = False

    def share_kept(self) -> Fraction:
        amount = self.event.amount
        if amount <= 0:
            return Fraction(0 if self.whole else 1)
        return Fraction(amount - self.reversed, amount)


class Account:
    """One partner's history, settled event by event."""

    def __init__(self, program: Program, partner: Partner, begins: date) -> None:
        self.program = program
        self.partner = partner
        self.begins = self.settled = begins
        self.asleep = False  # nothing has happened yet
        self.ledger: list[Entry] = []
        self.lots: list[Lot] = []
        self.debt = 0
        self.issued = 0  # points of accruals and bonuses
        self.reversed = 0  # points that left the balance by reversals
        self.adjusted = self.raised = 0  # points of adjustments: all of them with sign, and those upwards
        self.redeemed = 0  # net of redemptions taken back
        self.expired = 0
        self.past: dict[str, Past] = {}
        self.grants: list[list[Grant]] = [[] for _ in program.rules]
        self.sum: list[Fraction] = [Fraction(0) for _ in program.rules]  # S
        self.first: dict[int, str] = {}  # rule -> the event it was used up by
        self.caps: dict[tuple[int, Any], int] = {}
        self.qualifying: dict[int, int] = {}  # by month
        self.sums: dict[tuple[str, int], dict[str, int]] = {}  # by kind and month
        self.met: list[dict[str, int]] = [{"count": 0, "amount": 0, "quantity": 0} for _ in program.challenges]
        self.bonuses: list[list[Lot]] = [[] for _ in program.challenges]
        self.fails = 0  # reviews in a row below the tier
        self.now = self.opening()
        # Window `year`: what counts as held when the previous and the current program year began.
        self.held_before: Held | None = None
        self.held = self.now

    def opening(self) -> Held:
        ids = [tier.id for tier in self.program.tiers]
        if self.partner.tier is None:
            return NOTHING
        if self.partner.tier not in ids:
            raise LoyaltyError("unknown tier", f"partner {self.partner.id}: there is no tier {self.partner.tier}")
        number = ids.index(self.partner.tier)
        if number == 0:
            return NOTHING
        # Reading: a tier without `tier_until` is valid to the end of the program year in which the history begins.
        return Held(number, self.partner.tier_until or self.year_end(self.begins))

    # --- figures ---

    def year(self, day: date) -> int:
        """The first month of the program year of this day."""
        month = month_of(day)
        return month - (month - (self.program.year_starts - 1)) % 12

    def year_end(self, day: date, years: int = 0) -> date:
        return last_day(self.year(day) + 11 + 12 * years)

    def window(self, day: date) -> tuple[int, int]:
        """First and last month of the window that this day is in."""
        month = month_of(day)
        if self.program.rolling is None:
            return self.year(day), month
        return month - self.program.rolling + 1, month

    def points_in(self, window: tuple[int, int]) -> int:
        return sum(self.qualifying.get(month, 0) for month in range(window[0], window[1] + 1))

    def sum_in(self, requirement: Requirement, first: int, last: int) -> int:
        months = (self.sums.get((requirement.on, month)) for month in range(first, last + 1))
        return sum(sums[requirement.what] for sums in months if sums)

    def holds(self, requirement: Requirement, window: tuple[int, int], ends: Iterable[int]) -> bool:
        if requirement.months is None:
            return self.sum_in(requirement, *window) >= requirement.target
        # Reading: where there are several months to end with, each requirement has its own best one.
        return any(self.sum_in(requirement, end - requirement.months + 1, end) >= requirement.target for end in ends)

    def earned(self, window: tuple[int, int], ends: Sequence[int]) -> int:
        """The highest tier that the figures of the window earn; requirements of own months end in one of `ends`."""
        points = self.points_in(window)
        for number in range(len(self.program.tiers) - 1, 0, -1):
            tier = self.program.tiers[number]
            if tier.points <= points and all(self.holds(each, window, ends) for each in tier.requires):
                return number
        return 0

    def usable(self) -> int:
        return sum(lot.left for lot in self.lots if lot.released) - self.debt

    def pending(self) -> int:
        return sum(lot.left for lot in self.lots if not lot.released)

    # --- the ledger ---

    def enter(
        self,
        day: date,
        kind: str,
        event: str = "",
        rule: str = "",
        points: int = 0,
        capped: int = 0,
        lots: Iterable[Lot] = (),
        reward: bool = True,
    ) -> None:
        # Reading: lot_expiry is the day on which the points are gone, empty where it is not the same for all the lots
        # that the entry has made, filled, emptied or taken from; a debt is no lot.
        expiries = {lot.expiry for lot in lots} - {NEVER}
        self.ledger.append(
            Entry(
                partner=self.partner.id,
                day=day,
                kind=kind,
                event=event,
                rule=rule,
                points=points,
                capped=capped,
                qualifying=self.points_in(self.window(day)),
                balance=self.usable(),
                pending=self.pending(),
                tier=self.program.tiers[self.now.tier].id,
                lot_expiry=expiries.pop() if len(expiries) == 1 else None,
                reward=reward,
            )
        )

    # --- lots ---

    def add_lot(self, day: date, event: str, rule: str, points: int, pending_days: int) -> Lot:
        months = self.program.expiry
        expiry = NEVER if months is None else first_day(month_of(day) + months + 1)
        usable = day + timedelta(days=pending_days)
        lot = Lot(len(self.lots), event, rule, usable, expiry, points, released=pending_days == 0)
        self.lots.append(lot)
        if lot.released:
            self.fill_debt()
        return lot

    def fill_debt(self) -> None:
        # Reading: lots of the same expiry in the opposite order of their accrual, as taking goes the other way.
        for lot in sorted(self.lots, key=Lot.order, reverse=True):
            if lot.released and self.debt > 0:
                filled = min(lot.left, self.debt)
                lot.left -= filled
                self.debt -= filled

    def take(self, points: int, own: Lot | None) -> Taken:
        """Take points back."""
        result = Taken()
        if own is not None:
            taken = min(points, own.left)
            own.left -= taken
            points -= taken
            result.left_balance += taken
            result.lots += [own] if taken > 0 else []
            gone = min(points, own.expired)
            own.expired -= gone
            points -= gone
        for lot, taken in self.choose(points):
            lot.left -= taken
            points -= taken
            result.left_balance += taken
            result.lots.append(lot)
        self.debt += points
        result.left_balance += points
        return result

    def choose(self, points: int) -> list[tuple[Lot, int]]:
        """Which released lots so many points come from, in order of expiry, then of accrual."""
        chosen = []
        for lot in sorted((lot for lot in self.lots if lot.released and lot.left > 0), key=Lot.order):
            taken = min(points, lot.left)
            if taken > 0:
                chosen.append((lot, taken))
                points -= taken
        return chosen

    def expire(self, day: date) -> None:
        for lot in sorted((lot for lot in self.lots if lot.left > 0 and lot.expiry <= day), key=Lot.order):
            points, lot.left = lot.left, 0
            lot.expired += points
            lot.ever_expired = True
            self.expired += points
            self.enter(day, "expiry", lot.event, lot.rule, -points, lots=[lot])

    def release(self, day: date) -> None:
        for lot in self.lots:
            if lot.released or lot.usable > day:
                continue
            lot.released = True
            if lot.left > 0:
                # The debt is filled from the lot; that moves neither balance nor pending points.
                points = lot.left
                self.fill_debt()
                self.enter(day, "release", lot.event, lot.rule, points, lots=[lot])

    # --- time ---

    def settle(self, until: date) -> None:
        """Pass the days after the last settled one: expiries, releases, the tier review."""
        while self.settled < until:
            month_begins = first_day(month_of(self.settled) + 1)
            waiting = [lot.usable for lot in self.lots if not lot.released]
            day = min([month_begins, until, *waiting])
            if day == month_begins:
                self.expire(day)
            self.release(day)
            if day == month_begins:
                self.review(day)
            self.settled = day

    def review(self, day: date) -> None:
        if self.program.rolling is not None:
            self.review_rolling(day)
        elif month_of(day) == self.year(day):
            self.review_year(day)

    def review_year(self, day: date) -> None:
        before = self.now
        self.now = self.after_review(before, self.year(day))
        if self.now.tier < before.tier:
            self.enter(day, "demotion")
        elif self.now != before:
            # Reading: a tier whose validity has ended and that last year's figures earn is valid one more year.
            self.enter(day, "renewal")
        self.held_before, self.held = self.held, self.now

    def after_review(self, held: Held, year: int) -> Held:
        """The review on the first day of the program year that begins with month `year`."""
        if held.tier == 0 or held.until >= first_day(year):
            return held
        earned = self.earned((year - 12, year - 1), [year - 1])
        tier = self.dropped(held.tier, earned)
        return Held(tier, last_day(year + 11)) if tier > 0 else NOTHING

    def dropped(self, tier: int, earned: int) -> int:
        lowest = 0 if self.program.max_drop is None else tier - self.program.max_drop
        return min(tier, max(earned, lowest))

    def review_rolling(self, day: date) -> None:
        assert self.program.rolling is not None
        last = month_of(day) - 1
        earned = self.earned((last - self.program.rolling + 1, last), [last])
        if earned >= self.now.tier:
            self.fails = 0
            return
        self.fails += 1
        if self.fails > self.program.grace_months:
            self.fails = 0
            self.now = Held(self.dropped(self.now.tier, earned), date.min)
            self.enter(day, "demotion")

    # --- tiers after an event ---

    def promoted(self, held: Held, earned: int, day: date) -> Held:
        """Promotion or renewal on this day."""
        if self.program.rolling is not None:
            return Held(earned, date.min) if earned > held.tier else held
        until = self.year_end(day, 1)
        if earned > held.tier or (earned == held.tier > 0 and held.until < until):
            return Held(earned, until)
        return held

    def tier_check(self, day: date) -> None:
        before = self.now
        self.now = self.promoted(before, self.earned(self.window(day), [month_of(day)]), day)
        if self.now.tier > before.tier:
            self.fails = 0
            self.enter(day, "promotion")
        elif self.now != before:
            self.enter(day, "renewal")

    def supported(self, day: date) -> tuple[Held, Held]:
        """What the net figures support: when the current program year began, and today."""
        if self.program.rolling is not None:
            best = self.supported_rolling(day)
            return best, best
        year = self.year(day)
        held = self.held
        if self.held_before is not None:
            months = range(year - 12, year)
            held = self.promoted(self.held_before, self.earned((year - 12, year - 1), months), first_day(year - 12))
            held = self.after_review(held, year)
        months = range(year, month_of(day) + 1)
        return held, self.promoted(held, self.earned((year, month_of(day)), months), day)

    def supported_rolling(self, day: date) -> Held:
        assert self.program.rolling is not None
        current = month_of(day)
        # The window that ends with a month is reviewed on the first of the next, on days after the history's first.
        reviewed = [current - back for back in range(1, self.program.grace_months + 2)]
        reviewed = [month for month in reviewed if first_day(month + 1) > self.begins]
        best = max(self.earned((end - self.program.rolling + 1, end), [end]) for end in [current, *reviewed])
        return Held(best, date.min)

    def lower(self, before: tuple[Held, Held], day: date) -> None:
        """After a reversal or a credit note: the partner follows where the event has lowered what is supported."""
        began, today = self.supported(day)
        if began.key() < before[0].key():
            self.held = self.held.lower(began)
        if today.key() >= before[1].key():
            return
        tier = self.now.tier
        self.now = self.now.lower(today)
        if self.now.tier < tier:
            self.fails = 0
            self.enter(day, "demotion")

    # --- caps ---

    def bucket(self, per: str, event: Event) -> Any:
        month = month_of(event.day)
        year = self.year(event.day)
        buckets: dict[str, Any] = {
            "day": event.day,
            "month": month,
            "quarter": month - (month - year) % 3,
            "year": year,
            "event": event.id,
            "life": None,
        }
        return buckets[per]

    def room(self, rule: int, cap: Cap | None, event: Event) -> int | None:
        """What the cap still lets through; rule -1 is the program. None without a cap."""
        if cap is None:
            return None
        return max(0, cap.points - self.caps.get((rule, self.bucket(cap.per, event)), 0))

    def fill_caps(self, rule: int, event: Event, points: int) -> None:
        for number, cap in ((rule, self.program.rules[rule].cap), (-1, self.program.cap)):
            if cap is not None:
                key = number, self.bucket(cap.per, event)
                self.caps[key] = self.caps.get(key, 0) + points

    # --- an event passes the rules ---

    def conditions(self, number: int, event: Event) -> bool:
        rule = self.program.rules[number]
        when = rule.when
        if when.product is not None and event.product not in when.product:
            return False
        if when.group is not None and self.partner.group not in when.group:
            return False
        if when.tier is not None and self.program.tiers[self.now.tier].id not in when.tier:
            return False
        if when.amount is not None and not when.amount.holds(event.amount):
            return False
        if when.quantity is not None and not when.quantity.holds(event.quantity):
            return False
        if when.margin is not None and (event.margin is None or not when.margin.holds(event.margin)):
            return False
        if when.margin_rate is not None and not self.margin_rate(when.margin_rate, event):
            return False
        if when.start is not None and event.day < when.start:
            return False
        if when.end is not None and event.day >= when.end:
            return False
        return not (when.first and number in self.first)

    @staticmethod
    def margin_rate(rate: tuple[Fraction | None, Fraction | None], event: Event) -> bool:
        if event.margin is None or event.amount <= 0:
            return False
        found = Fraction(event.margin * 1000000, event.amount)
        low, high = rate
        return (low is None or found >= low) and (high is None or found <= high)

    def value(self, number: int, event: Event) -> Fraction:
        """The exact value x of the event under the rule."""
        rule = self.program.rules[number]
        x = rule.points * rule.multiplier
        if rule.tier_multiplier:
            x *= self.program.tiers[self.now.tier].multiplier
        if rule.per is not None:
            x *= Fraction(max(0, event.amount), rule.per)
        if rule.each:
            x *= max(0, event.quantity)
        return x

    def wanted(self, number: int, x: Fraction) -> int:
        """The points before any cap."""
        rule = self.program.rules[number]
        if rule.carry:
            held = sum(grant.held for grant in self.grants[number])
            return max(0, math.trunc(self.sum[number] + x) - held)
        return rounded(x, rule.round)

    def pass_rules(self, past: Past) -> None:
        event = past.event
        applying: dict[int, tuple[Fraction, int, int]] = {}  # rule -> x, wanted, after its own cap
        for number in self.program.rules_on.get(event.kind, []):
            if self.conditions(number, event):
                x = self.value(number, event)
                if x > 0:
                    wanted = self.wanted(number, x)
                    room = self.room(number, self.program.rules[number].cap, event)
                    applying[number] = x, wanted, wanted if room is None else min(wanted, room)
        winners: dict[str, int] = {}
        for number, (_, _, granted) in applying.items():
            name = self.program.rules[number].exclusive
            if name is not None and (name not in winners or granted > applying[winners[name]][2]):
                winners[name] = number
        for number, (x, wanted, granted) in applying.items():
            name = self.program.rules[number].exclusive
            if name is None or winners[name] == number:
                self.grant(past, number, x, wanted, granted)

    def grant(self, past: Past, number: int, x: Fraction, wanted: int, after_own_cap: int) -> None:
        event, rule = past.event, self.program.rules[number]
        room = self.room(-1, self.program.cap, event)
        points = after_own_cap if room is None else min(after_own_cap, room)
        refused = wanted - points
        grant = Grant(number, event, x, x - refused, points, points)
        past.grants.append(grant)
        self.grants[number].append(grant)
        if rule.carry:
            self.sum[number] += grant.effective
        if rule.when.first:
            self.first[number] = event.id
        self.fill_caps(number, event, points)
        if rule.tier:
            self.qualify(event.day, points)
        if rule.reward and points > 0:
            grant.lot = self.add_lot(event.day, event.id, rule.id, points, self.program.pending_days)
            self.issued += points
        if points > 0 or refused > 0:
            lots = [grant.lot] if grant.lot is not None else []
            self.enter(event.day, "accrual", event.id, rule.id, points, refused, lots, reward=rule.reward)

    def qualify(self, day: date, points: int) -> None:
        month = month_of(day)
        self.qualifying[month] = self.qualifying.get(month, 0) + points

    # --- requirements and challenges ---

    def count(self, event: Event, amount: int, count: int, quantity: int) -> None:
        """Add to, or take from, what requirements and challenges count, on the day of this event."""
        if event.kind in self.program.required:
            key = event.kind, month_of(event.day)
            add(self.sums.setdefault(key, {"count": 0, "amount": 0, "quantity": 0}), amount, count, quantity)
        for number in range(len(self.program.challenges)):
            if self.matches(number, event):
                add(self.met[number], amount, count, quantity)

    def matches(self, number: int, event: Event) -> bool:
        challenge = self.program.challenges[number]
        if challenge.on != event.kind:
            return False
        if challenge.start is not None and event.day < challenge.start:
            return False
        return challenge.end is None or event.day < challenge.end

    def pass_challenges(self, event: Event, original: Event) -> None:
        """`event` is what happens; `original` what is counted: the same, or the event that it takes back."""
        for number, challenge in enumerate(self.program.challenges):
            times = max(0, self.met[number][challenge.what] // challenge.target)
            if not challenge.repeat:
                times = min(times, 1)
            bonuses = self.bonuses[number]
            # Reading: where several bonuses are lost at once, an entry for each, latest first.
            while len(bonuses) > times:
                lot = bonuses.pop()
                taken = self.take(challenge.bonus, lot)
                self.reversed += taken.left_balance
                self.enter(event.day, "reversal", event.id, challenge.id, -taken.left_balance, lots=taken.lots)
            if event is not original or event.amount < 0 or not self.matches(number, event):
                continue
            while len(bonuses) < times:
                pending = self.program.pending_days
                bonuses.append(self.add_lot(event.day, event.id, challenge.id, challenge.bonus, pending))
                self.issued += challenge.bonus
                self.enter(event.day, "bonus", event.id, challenge.id, challenge.bonus, lots=[bonuses[-1]])

    # --- events ---

    def happen(self, event: Event) -> None:
        self.settle(event.day)
        past = self.past[event.id] = Past(event)
        if event.reverses is not None:
            self.reverse(event, self.past[event.reverses])
        elif event.kind not in self.program.mentioned:
            return  # Reading: nothing at all, not even the tier check.
        elif event.kind == self.program.redeem_on:
            self.redeem(past)
        elif event.kind == self.program.adjust_on:
            self.adjust(event)
        elif event.amount < 0:
            self.credit_note(event)
        else:
            self.pass_rules(past)
            self.count(event, event.amount, 1, event.quantity)
            self.pass_challenges(event, event)
        self.tier_check(event.day)

    def credit_note(self, event: Event) -> None:
        before = self.supported(event.day)
        # Reading: only the amounts; neither count nor quantity.
        self.count(event, event.amount, 0, 0)
        self.pass_challenges(event, event)
        self.lower(before, event.day)

    def redeem(self, past: Past) -> None:
        event, program = past.event, self.program
        points = event.quantity
        off = points <= 0 or points < program.redeem_minimum or points % program.redeem_step != 0
        if off or points > self.usable():
            self.enter(event.day, "rejected", event.id)
            return
        past.taken_from = self.choose(points)
        for lot, taken in past.taken_from:
            lot.left -= taken
        self.redeemed += points
        self.enter(event.day, "redemption", event.id, points=-points, lots=[lot for lot, _ in past.taken_from])

    def adjust(self, event: Event) -> None:
        points, lots = event.quantity, list[Lot]()
        if self.program.adjust_tier:
            self.qualify(event.day, points)
        if self.program.adjust_reward:
            self.adjusted += points
            self.raised += max(0, points)
            lots = [self.add_lot(event.day, event.id, "", points, 0)] if points > 0 else self.take(-points, None).lots
        if points != 0:
            self.enter(event.day, "adjustment", event.id, "", points, lots=lots, reward=self.program.adjust_reward)

    # --- reversals ---

    def reverse(self, event: Event, past: Past) -> None:
        original = past.event
        if original.kind not in self.program.mentioned:
            return
        if original.kind == self.program.redeem_on:
            self.reverse_redemption(event, past)
            return
        before, was_whole = self.supported(event.day), past.whole
        amount = self.reverse_amount(event, past)
        for grant in past.grants:
            self.reverse_grant(event, past, grant)
        if original.amount < 0:
            self.count(original, amount, 0, 0)
        elif past.whole and not was_whole:
            self.count(original, -amount, -1, -original.quantity)
        else:
            self.count(original, -amount, 0, 0)
        self.pass_challenges(event, original)
        self.lower(before, event.day)

    @staticmethod
    def reverse_amount(event: Event, past: Past) -> int:
        """Note what is taken back now; gives the amount."""
        total, before = abs(past.event.amount), past.reversed
        if past.event.amount <= 0 or event.amount == 0:
            past.reversed = total
        else:
            past.reversed = min(total, before + abs(event.amount))
        past.whole = past.reversed == total
        return past.reversed - before

    def reverse_grant(self, event: Event, past: Past, grant: Grant) -> None:
        rule = self.program.rules[grant.rule]
        kept = past.share_kept()
        lowest = rule.when.amount.low if rule.when.amount is not None else None
        if lowest is not None and past.event.amount - past.reversed < lowest:
            kept = Fraction(0)
        if rule.carry:
            pieces = self.carry_back(grant, kept)
        elif rule.per is not None or rule.each:
            pieces = [(grant, grant.held - min(grant.held, rounded(grant.exact * kept, rule.round)))]
        else:
            pieces = [(grant, 0 if kept > 0 else grant.held)]
        taken = sum(points for _, points in pieces)
        taken_back = [self.take_back(piece, points) for piece, points in pieces]
        left = sum(each.left_balance for each in taken_back)
        # Reading: asked of the original's own lot, at any time before, whatever became of the points since.
        expired = grant.lot is not None and grant.lot.ever_expired
        if kept == 0 and self.first.get(grant.rule) == past.event.id and not expired:
            del self.first[grant.rule]
        if taken > 0:
            points = left if rule.reward else taken
            self.reversed += left
            lots = [lot for each in taken_back for lot in each.lots]
            self.enter(event.day, "reversal", event.id, rule.id, -points, lots=lots, reward=rule.reward)

    def carry_back(self, grant: Grant, kept: Fraction) -> list[tuple[Grant, int]]:
        effective = min(grant.effective, grant.exact * kept)
        self.sum[grant.rule] -= grant.effective - effective
        grant.effective = effective
        others = self.grants[grant.rule]
        excess = sum(other.held for other in others) - math.trunc(self.sum[grant.rule])
        pieces = []
        for piece in [grant] + [other for other in reversed(others) if other is not grant]:
            points = min(piece.held, max(0, excess))
            excess -= points
            if points > 0:
                pieces.append((piece, points))
        return pieces

    def take_back(self, grant: Grant, points: int) -> Taken:
        """So many points of this grant are taken back."""
        rule = self.program.rules[grant.rule]
        grant.held -= points
        self.fill_caps(grant.rule, grant.event, -points)
        if rule.tier:
            self.qualify(grant.event.day, -points)
        return self.take(points, grant.lot) if rule.reward else Taken()

    def reverse_redemption(self, event: Event, past: Past) -> None:
        if past.taken_from is None:
            return
        for lot, taken in past.taken_from:
            lot.left += taken
        points, lots = sum(taken for _, taken in past.taken_from), [lot for lot, _ in past.taken_from]
        past.taken_from = None
        self.redeemed -= points
        self.fill_debt()
        self.enter(event.day, "reversal", event.id, points=points, lots=lots)
        self.expire(event.day)

    # --- the end ---

    def statement(self, as_of: date) -> Statement:
        program, window, month = self.program, self.window(as_of), month_of(as_of)
        above = program.tiers[self.now.tier + 1] if self.now.tier + 1 < len(program.tiers) else None
        qualifying = self.points_in(window)
        return Statement(
            partner=self.partner.id,
            balance=self.usable(),
            pending=self.pending(),
            earned=self.issued + self.raised - self.reversed,
            spent=self.redeemed,
            lapsed=self.expired,
            qualifying=qualifying,
            tier=program.tiers[self.now.tier].id,
            valid_to=None if self.now.tier == 0 or program.rolling is not None else self.now.until,
            next_tier=above.id if above else None,
            points_missing=max(0, above.points - qualifying) if above else 0,
            requirements_missing=sum(not self.holds(each, window, [month]) for each in above.requires) if above else 0,
            expiring_30=self.expiring(as_of, 30),
            expiring_60=self.expiring(as_of, 60),
            expiring_90=self.expiring(as_of, 90),
        )

    def expiring(self, as_of: date, days: int) -> int:
        return sum(lot.left for lot in self.lots if lot.expiry != NEVER and lot.expiry <= as_of + timedelta(days=days))


def add(sums: dict[str, int], amount: int, count: int, quantity: int) -> None:
    sums["amount"] += amount
    sums["count"] += count
    sums["quantity"] += quantity


def rounded(x: Fraction, how: str) -> int:
    """x ≥ 0 to whole points."""
    if how == "down":
        return math.floor(x)
    if how == "up":
        return math.ceil(x)
    if how == "nearest":
        return math.floor(x + Fraction(1, 2))
    if how == "even":
        return round(x)
    raise wrong("round", f"{how!r} is none of down, up, nearest, even")


# --- a run ---


def check_events(program: Program, ordered: Sequence[Event]) -> None:
    """The faults of events, in the order in which the partners' histories meet them."""
    rows: dict[str, Event] = {}
    for event in sorted(ordered, key=lambda event: event.row):
        if event.id in rows:
            text = f"rows {rows[event.id].row} and {event.row} have the id {event.id}"
            raise LoyaltyError("repeated id", text, event.row)
        rows[event.id] = event
    place = {event.id: number for number, event in enumerate(ordered)}
    for event in ordered:
        if event.reverses is not None:
            check_reversal(program, event, rows, place)
        elif program.refuse_credit_notes and event.amount < 0:  # Reading: of whatever kind.
            raise LoyaltyError("credit note", f"row {event.row}: a negative amount that reverses nothing", event.row)


def check_reversal(program: Program, event: Event, rows: Mapping[str, Event], place: Mapping[str, int]) -> None:
    def refuse(name: str) -> LoyaltyError:
        return LoyaltyError(name, f"row {event.row}: reverses {event.reverses}: {name}", event.row)

    original = rows.get(event.reverses or "")
    if original is None:
        raise refuse("unknown id")
    if original.partner != event.partner:
        raise refuse("another partner")
    if original.reverses is not None:
        raise refuse("a reversal")
    if original.kind == program.adjust_on:
        raise refuse("an adjustment")
    if place[original.id] >= place[event.id]:
        raise refuse("a later event")
    if program.reversible_days is not None and (event.day - original.day).days > program.reversible_days:
        raise refuse("too old")


def run(program: Program, partners: Sequence[Partner], events: Sequence[Event], as_of: date | None = None) -> Result:
    """The ledger and the statements through `as_of`, by default the last event's day."""
    if as_of is None:
        as_of = max((event.day for event in events), default=date.min)
    ordered = sorted((event for event in events if event.day <= as_of), key=lambda event: (event.day, event.row))
    check_events(program, ordered)
    roster = {partner.id: partner for partner in partners}
    for event in sorted(events, key=lambda event: event.row):
        roster.setdefault(event.partner, Partner(event.partner))
    histories: dict[str, list[Event]] = {partner: [] for partner in roster}
    for event in ordered:
        histories[event.partner].append(event)
    result = Result([], [], [])
    for partner, history in histories.items():
        account = Account(program, roster[partner], history[0].day if history else as_of)
        account.asleep = not history
        for event in history:
            account.happen(event)
        account.settle(as_of)
        result.ledger += account.ledger
        result.statements.append(account.statement(as_of))
        result.accounts.append(account)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description="The ledger of a loyalty program, calculated plainly.")
    parser.add_argument("program", type=Path)
    parser.add_argument("events", type=Path)
    parser.add_argument("partners", type=Path, nargs="?")
    parser.add_argument("--as-of", type=date.fromisoformat)
    arguments = parser.parse_args()
    try:
        program = load_program(arguments.program.read_text(encoding="utf-8"))
        events = read_events(arguments.events.read_text(encoding="utf-8"), program.minor_units)
        partners = read_partners(arguments.partners.read_text(encoding="utf-8")) if arguments.partners else []
        sys.stdout.write(run(program, partners, events, arguments.as_of).csv())
    except LoyaltyError as error:
        print(f"{error.name}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
