# SPDX-License-Identifier: MIT
"""Ledgers worked out by hand, of what random worlds hardly ever reach.

    python tests/loyalty/test_by_hand.py LIBRARY HEADERS

Each story has its program, its events, one a line, and the ledger that they must give, in the library and in the plain
implementation alike. test_loyalty.c has more of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import plain
import properties
import worlds
from engine import Library, Refused, World

PER_10 = {"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}
PER_1 = {"id": "base", "on": "sale", "earn": {"points": 1, "per": 1}}
Story = tuple[worlds.World, str]


def story(program: dict[str, Any], events: str, as_of: str, tier: str = "", tier_until: str = "") -> worlds.World:
    """Events of one partner, a line each: id, day, kind, then amount, xQUANTITY or <ORIGINAL in any order."""
    rows: dict[str, worlds.Row] = {}
    for line in events.strip().splitlines():
        name, day, kind, *more = line.split()
        row = rows[name] = worlds.Row("p", date.fromisoformat(day), kind, id=name)
        for each in more:
            if each.startswith("x"):
                row.quantity = int(each[1:])
            elif each.startswith("<"):
                row.reverses = rows[each[1:]]
            else:
                row.amount = int(Decimal(each) * 100)
    partner = {"partner": "p"} | ({"tier": tier, "tier_until": tier_until} if tier else {})
    return worlds.World(0, program, [partner], list(rows.values()), date.fromisoformat(as_of), True, 2)


def told(entry: plain.Entry) -> str:
    """Day, kind, event, rule, points, balance after it, tier after it."""
    cells = (entry.day, entry.kind, entry.event, entry.rule, entry.points, entry.balance, entry.tier)
    return " ".join(str(cell) or "-" for cell in cells)


# --- stories ---


def a_promotion_clears_the_count_of_failed_reviews() -> Story:
    """Window of one month, one month of grace. January's points pass the review of 1 February; that of 1 March fails.
    In March t2 is reached; the return of the one unit, which is no credit note, moves nobody, and the review of 1 April
    fails: the first since the promotion. The review of 1 May is the second in a row."""
    program = {
        "rules": [PER_1],
        "tiers": [
            {"id": "t0"},
            {"id": "t1", "points": 10},
            {"id": "t2", "points": 100, "requires": [{"on": "sale", "quantity": 1}]},
        ],
        "qualification": {"window": "rolling", "months": 1, "grace_months": 1},
    }
    events = """
        a 2025-01-10 sale 10
        b 2025-03-05 sale 100
        c 2025-03-06 sale x-1"""
    ledger = """
        2025-01-10 accrual a base 10 10 t0
        2025-01-10 promotion - - 0 10 t1
        2025-03-05 accrual b base 100 110 t1
        2025-03-05 promotion - - 0 110 t2
        2025-05-01 demotion - - 0 110 t0"""
    return story(program, events, "2025-05-31"), ledger


TWO_MONTHS = {"requires": [{"on": "sale", "amount": 50, "months": 2}]}
OWN_MONTHS = {
    "rules": [PER_1],
    "tiers": [{"id": "t0"}, {"id": "t1", "points": 10} | TWO_MONTHS, {"id": "t2", "points": 20} | TWO_MONTHS],
    "redeem": {"on": "redemption"},
}


def a_year_review_that_finds_the_tier_earned_renews_it() -> Story:
    """In November the two months of the requirement hold 60 - 20 = 40, at the end of December 60: the credit note of
    October is no longer among them. So no event renews the tier, and the review of 2026 does, for that year. It finds
    t2 earned, but a review promotes nobody."""
    events = """
        n 2025-10-20 sale -20
        a 2025-11-05 sale 60"""
    ledger = """
        2025-11-05 accrual a base 60 60 t1
        2026-01-01 renewal - - 0 60 t1
        2027-01-01 demotion - - 0 60 t0"""
    return story(OWN_MONTHS, events, "2027-01-31", "t1", "2025-12-31"), ledger


def an_unmentioned_kind_is_not_even_a_tier_check() -> Story:
    """In March the credit note of January is out of the two months, and the tier is earned. The webinar passes without
    effect; the redemption, though it is rejected, is followed by the tier check."""
    events = """
        n 2025-01-20 sale -20
        a 2025-02-05 sale 60
        w 2025-03-03 webinar
        r 2025-03-04 redemption x0"""
    ledger = """
        2025-02-05 accrual a base 60 60 t0
        2025-03-04 rejected r - 0 60 t0
        2025-03-04 promotion - - 0 60 t2"""
    return story(OWN_MONTHS, events, "2025-03-31"), ledger


def a_long_sleep() -> Story:
    """Forty years without an event: one level a year, then nothing; points of January 2025 are valid for 1200 months,
    through January 2125."""
    program = {
        "rules": [PER_10],
        "tiers": [{"id": "t0"}, {"id": "t1", "points": 100}, {"id": "t2", "points": 200}],
        "qualification": {"max_drop": 1},
        "expiry": {"months": 1200},
    }
    ledger = """
        2025-01-15 accrual a base 1 1 t2
        2026-01-01 demotion - - 0 1 t1
        2027-01-01 demotion - - 0 1 t0
        2125-02-01 expiry a base -1 0 t0"""
    return story(program, "a 2025-01-15 sale 10", "2125-02-01", "t2", "2025-12-31"), ledger


def points_are_usable_before_they_are_gone() -> Story:
    """The longest wait, 28 days of one month of validity: usable on the last day of February, gone on the next."""
    program = {"rules": [PER_10], "expiry": {"months": 1}, "pending_days": 28, "redeem": {"on": "redemption"}}
    events = """
        a 2025-01-31 sale 100
        q 2025-02-27 redemption x1
        r 2025-02-28 redemption x4"""
    ledger = """
        2025-01-31 accrual a base 10 0 -
        2025-02-27 rejected q - 0 0 -
        2025-02-28 release a base 10 10 -
        2025-02-28 redemption r - -4 6 -
        2025-03-01 expiry a base -6 0 -"""
    return story(program, events, "2025-03-01"), ledger


def only_what_lowers_a_figure_moves_it() -> Story:
    """The unit that comes back in 2024 takes the requirement away and moves nobody. What counts as held when 2025 began
    (t2 to the end of 2025) stays although 2024's net figures no longer earn it: the return of c does not lower them. So
    when e, which renewed the tier in 2025, is returned, the review of 2026 starts from t2 and drops one level."""
    program = {
        "rules": [PER_1],
        "tiers": [
            {"id": "t0"},
            {"id": "t1", "points": 5, "requires": [{"on": "sale", "quantity": 1}]},
            {"id": "t2", "points": 10, "requires": [{"on": "sale", "quantity": 1}]},
        ],
        "qualification": {"max_drop": 1},
    }
    events = """
        a 2024-03-01 sale 10
        b 2024-04-01 sale x-1
        c 2025-02-01 sale 2
        d 2025-02-02 sale <c
        e 2025-03-01 sale 20
        f 2026-02-01 sale <e"""
    ledger = """
        2024-03-01 accrual a base 10 10 t0
        2024-03-01 promotion - - 0 10 t2
        2025-02-01 accrual c base 2 12 t2
        2025-02-02 reversal d base -2 10 t2
        2025-03-01 accrual e base 20 30 t2
        2025-03-01 renewal - - 0 30 t2
        2026-02-01 reversal f base -20 10 t2
        2026-02-01 demotion - - 0 10 t1"""
    return story(program, events, "2026-02-28"), ledger


def a_return_lifts_nobody() -> Story:
    """January's certificate was no longer there when the points came, so t1 it is. With the best month of the year for
    each requirement the net figures support t3, after the return t2: lower than before, but not than t1."""
    certified = {"requires": [{"on": "certification", "count": 1, "months": 1}]}
    program = {
        "rules": [PER_1],
        "tiers": [
            {"id": "t0"},
            {"id": "t1", "points": 10},
            {"id": "t2", "points": 50} | certified,
            {"id": "t3", "points": 100} | certified,
        ],
    }
    events = """
        c 2025-01-10 certification
        a 2025-03-05 sale 100
        x 2025-03-06 sale 50 <a"""
    ledger = """
        2025-03-05 accrual a base 100 100 t0
        2025-03-05 promotion - - 0 100 t1
        2025-03-06 reversal x base -50 50 t1"""
    return story(program, events, "2025-12-31"), ledger


def what_has_expired_today_is_gone_when_it_comes_back() -> Story:
    """Lots of January are gone on 1 March, whatever happens on that day."""
    program = {"rules": [PER_10], "expiry": {"months": 1}, "redeem": {"on": "redemption"}}
    events = """
        a 2025-01-10 sale 100
        r 2025-02-20 redemption x10
        x 2025-03-01 redemption <r
        s 2025-03-01 redemption x1"""
    ledger = """
        2025-01-10 accrual a base 10 10 -
        2025-02-20 redemption r - -10 0 -
        2025-03-01 reversal x - 10 10 -
        2025-03-01 expiry a base -10 0 -
        2025-03-01 rejected s - 0 0 -"""
    return story(program, events, "2025-03-01"), ledger


STORIES: tuple[Callable[[], Story], ...] = (
    a_promotion_clears_the_count_of_failed_reviews,
    a_year_review_that_finds_the_tier_earned_renews_it,
    an_unmentioned_kind_is_not_even_a_tier_check,
    a_long_sleep,
    points_are_usable_before_they_are_gone,
    only_what_lowers_a_figure_moves_it,
    a_return_lifts_nobody,
    what_has_expired_today_is_gone_when_it_comes_back,
)


# --- what is refused ---


def reversible_days_of_zero(library: Library) -> None:
    """An event can be reversed on its own day, and on no other."""
    program = {"rules": [PER_10], "reversible_days": 0}
    same_day = story(program, "a 2025-01-10 sale 100\nx 2025-01-10 sale <a", "2025-01-31")
    for found in ledgers(library, same_day):
        assert [entry.points for entry in found] == [10, -10], found
    next_day = story(program, "a 2025-01-10 sale 100\nx 2025-01-11 sale <a", "2025-01-31")
    for refuse in (properties.settled, lambda world: ledgers(library, world)):
        try:
            refuse(next_day)
            raise AssertionError("a reversal on the next day is taken")
        except (plain.LoyaltyError, Refused) as error:
            assert error.row == 1, error


def ledgers(library: Library, world: worlds.World) -> tuple[list[plain.Entry], list[plain.Entry]]:
    with closing(World(library, world)) as given:
        return given.settled().ledger, properties.settled(world).ledger


def main() -> int:
    library = Library(Path(sys.argv[1]), Path(sys.argv[2]))
    failed = 0
    for each in STORIES:
        world, ledger = each()
        expected = [line.strip() for line in ledger.strip().splitlines()]
        for who, found in zip(("library", "plain implementation"), ledgers(library, world)):
            lines = [told(entry) for entry in found]
            if lines != expected:
                failed += 1
                print(f"{each.__name__}, {who}:", *lines, "expected:", *expected, sep="\n  ")
    reversible_days_of_zero(library)
    print(f"{len(STORIES)} stories, {failed} not as told")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
