#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The resellers of the guide: python3 tests/segment/test_adventureworks.py PATH_TO_partner [unittest options]

Bands of 2012 and 2013, moves, potential and 1200 hours, computed here from the definitions: amounts in whole numbers
and fractions, the value of an hour by bisection. `partner segment` has to say the same, and docs/segment-guide.md too:
each figure of its last section. Needs the environment variable PARTNER_REAL_DATA; without it the tests are skipped, and
say so."""

from __future__ import annotations

import collections
import csv
import gzip
import io
import json
import math
import os
import shlex
import subprocess
import sys
import unittest
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from guide import Reader, grouped, row

COMMAND = ""
REAL_DATA = os.environ.get("PARTNER_REAL_DATA", "")
FOLDER = os.path.join(REAL_DATA, "adventureworks")
BEFORE, NOW = "2012", "2013"
HOURS, SHARE, SCALE = 1200, 0.2, 60.0  # the budget, and ρ and κ of a partner of unknown mode, who retains nothing
MARGIN = Fraction(5, 100)
COLUMNS = (
    *("partner=ResellerKey", "day=OrderDateKey", "amount=SalesAmount"),
    *("partners.partner=ResellerKey", "partners.group=BusinessType"),
)
Bounds = dict[str, float]


def cents(text: str) -> int:
    return int((Decimal(text) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def money(amount: int) -> Decimal:
    return Decimal(amount) / 100


def said(amount: int) -> str:
    return grouped(amount / 100, 2)


def rows_of(name: str) -> list[dict[str, str]]:
    with gzip.open(os.path.join(FOLDER, name)) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig")))


def quantile(ascending: Sequence[int], part: Fraction) -> Fraction:
    """Type 7."""
    place = (len(ascending) - 1) * part
    low = math.floor(place)
    high = min(low + 1, len(ascending) - 1)
    return ascending[low] + (place - low) * (ascending[high] - ascending[low])


def edge_of(revenue: dict[str, int]) -> int:
    """The least revenue of the fewest that bring 80 %."""
    total, held, edge = sum(revenue.values()), 0, 0
    for amount in sorted(revenue.values(), reverse=True):
        if held * 10 >= total * 8:
            break
        held, edge = held + amount, amount
    return edge


def spread(headroom: dict[str, int], share: float, scale: float) -> tuple[Bounds, float]:
    """Hours by bisection for the value of one more, and that value."""
    gain = {partner: share * amount / 100 for partner, amount in headroom.items()}

    def hours_at(value: float) -> Bounds:
        return {
            partner: max(0.0, scale * math.log(amount / (scale * value))) if amount > 0 else 0.0
            for partner, amount in gain.items()
        }

    low, high = 1e-6, max(gain.values()) / scale
    for _ in range(200):
        middle = math.sqrt(low * high)
        if math.fsum(hours_at(middle).values()) > HOURS:
            low = middle
        else:
            high = middle
    return hours_at(high), high


def brought(headroom: dict[str, int], hours: Bounds, share: float = SHARE, scale: float = SCALE) -> Bounds:
    return {p: share * headroom[p] / 100 * -math.expm1(-given / scale) for p, given in hours.items()}


def moved(hours: Bounds, others: Bounds) -> float:
    return math.fsum(abs(hours[p] - others[p]) for p in hours) / 2  # all hours are given in each answer


@unittest.skipUnless(REAL_DATA, "PARTNER_REAL_DATA is not set")
class Adventureworks(unittest.TestCase):
    kind: dict[str, str]
    name: dict[str, str]
    lines: int
    months: dict[str, set[str]]
    revenue: dict[str, dict[str, int]]
    edge: dict[str, int]
    high: dict[str, dict[str, bool]]
    plain: dict[str, bool]
    upper: dict[str, Fraction]
    without: dict[str, Fraction]
    active: dict[str, int]
    headroom: dict[str, int]
    reference: dict[str, int]
    hours: Bounds
    value: float
    found: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        cls.read()
        cls.find_bands()
        cls.find_potential()
        cls.hours, cls.value = spread(cls.headroom, SHARE, SCALE)
        cls.found = cls.run_command()

    @classmethod
    def read(cls) -> None:
        resellers, orders = rows_of("DimReseller.csv.gz"), rows_of("FactResellerSales.csv.gz")
        cls.kind = {line["ResellerKey"]: line["BusinessType"] for line in resellers}
        cls.name = {line["ResellerKey"]: line["ResellerName"] for line in resellers}
        cls.lines = len(orders)
        cls.revenue = {year: dict.fromkeys(cls.kind, 0) for year in (BEFORE, NOW)}
        cls.months = {BEFORE: set(), NOW: set()}
        for line in orders:
            year = line["OrderDateKey"][:4]
            if year in cls.revenue:
                cls.revenue[year][line["ResellerKey"]] += cents(line["SalesAmount"])
                cls.months[year].add(line["OrderDateKey"][4:6])

    @classmethod
    def find_bands(cls) -> None:
        """In 2012 by the edge alone; from then on it has to be passed by a twentieth."""
        cls.edge = {year: edge_of(cls.revenue[year]) for year in (BEFORE, NOW)}
        before = {partner: amount >= cls.edge[BEFORE] for partner, amount in cls.revenue[BEFORE].items()}
        cls.plain = {partner: amount >= cls.edge[NOW] for partner, amount in cls.revenue[NOW].items()}
        cls.high = {BEFORE: before, NOW: {}}
        for partner, amount in cls.revenue[NOW].items():
            least = cls.edge[NOW] * (1 - MARGIN if before[partner] else 1 + MARGIN)
            cls.high[NOW][partner] = amount >= least

    @classmethod
    def find_potential(cls) -> None:
        cls.upper, cls.without, cls.active, cls.reference = {}, {}, {}, {}
        for kind in set(cls.kind.values()):
            peers = [cls.revenue[NOW][partner] for partner in cls.kind if cls.kind[partner] == kind]
            active = sorted(amount for amount in peers if amount > 0)
            cls.active[kind] = len(active)
            cls.upper[kind] = quantile(active, Fraction(3, 4))
            cls.without[kind] = quantile(active, Fraction(1, 4)) * len(active) / len(peers)
        for partner, amount in cls.revenue[NOW].items():
            kind = cls.kind[partner]
            exact = min(max(cls.upper[kind], Fraction(11 * amount, 10)), Fraction(3 * amount))
            cls.reference[partner] = round(exact if amount > 0 else cls.without[kind])  # half to even
        cls.headroom = {p: max(0, cls.reference[p] - amount) for p, amount in cls.revenue[NOW].items()}

    @classmethod
    def run_command(cls) -> dict[str, Any]:
        wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
        done = subprocess.run(
            [
                *(
                    *wrapper,
                    COMMAND,
                    "segment",
                    os.path.join(FOLDER, "FactResellerSales.csv.gz"),
                    "--date-format",
                    "%Y%m%d",
                ),
                *("--partners", os.path.join(FOLDER, "DimReseller.csv.gz"), "--budget", str(HOURS), "--sensitivity"),
                *("--from", "2013-01-01", "--to", "2014-01-01", "--previous", "2012-01-01..2013-01-01"),
                *(word for column in COLUMNS for word in ("--column", column)),
                *("--quiet", "--format", "json"),
            ],
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        found: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal)
        return found

    def of(self, before: bool, now: bool) -> list[str]:
        return [p for p in self.kind if (self.high[BEFORE][p], self.high[NOW][p]) == (before, now)]

    def total(self, year: str, partners: Sequence[str]) -> int:
        return sum(self.revenue[year][partner] for partner in partners)

    # --- the command ---

    def test_the_notes_beside_the_data(self) -> None:
        """Which others have computed."""
        totals = {year: sum(amounts.values()) for year, amounts in self.revenue.items()}
        self.assertEqual(totals, {BEFORE: 2819363119, NOW: 3357482812})
        self.assertEqual((sum(self.high[BEFORE].values()), sum(self.plain.values())), (108, 147))

    def test_partners(self) -> None:
        names = {True: "align", False: "watch"}
        self.assertEqual({line["partner"] for line in self.found["partners"]}, set(self.kind))
        for line in self.found["partners"]:
            partner = line["partner"]
            expected = {
                "revenue": money(self.revenue[NOW][partner]),
                "level": int(self.high[NOW][partner]),
                "mode": "unknown",
                "segment": names[self.high[NOW][partner]],
                "previous_segment": names[self.high[BEFORE][partner]],
                "reference": money(self.reference[partner]),
                "headroom": money(self.headroom[partner]),
            }
            self.assertEqual({name: line[name] for name in expected}, expected, partner)

    def test_moves(self) -> None:
        names = {"align": True, "watch": False}
        self.assertEqual(len(self.found["moves"]), 4)
        for line in self.found["moves"]:
            partners = self.of(names[line["from"]], names[line["to"]])
            self.assertEqual(line["partners"], len(partners))
            self.assertEqual(line["previous_revenue"], money(self.total(BEFORE, partners)))
            self.assertEqual(line["revenue"], money(self.total(NOW, partners)))
        movers = {p for p in self.kind if self.high[BEFORE][p] != self.high[NOW][p]}
        self.assertEqual({line["partner"] for line in self.found["movers"]}, movers)

    def test_hours(self) -> None:
        gains, answer = brought(self.headroom, self.hours), self.found["allocation"]
        self.assertAlmostEqual(float(answer["lambda"]) / self.value, 1, delta=1e-9)
        self.assertAlmostEqual(float(answer["gain"]) / math.fsum(gains.values()), 1, delta=1e-9)
        self.assertAlmostEqual(float(answer["spent"]), HOURS, delta=1e-9)
        for line in self.found["partners"]:
            partner, given = line["partner"], float(line["hours"])
            self.assertAlmostEqual(given, self.hours[partner], delta=1e-6)
            marginal = SHARE * self.headroom[partner] / 100 / SCALE * math.exp(-given / SCALE)
            self.assertAlmostEqual(float(line["marginal_return"]), marginal, delta=1e-9 * max(1, marginal))
            self.assertLessEqual(marginal, self.value * (1 + 1e-9))
            self.assertTrue(given == 0 or marginal >= self.value * (1 - 1e-9))
            self.assertAlmostEqual(float(line["expected_gain"]), gains[partner], delta=0.005001)

    def test_sensitivity(self) -> None:
        for line in self.found["allocation"]["sensitivity"]:
            share, scale = SHARE * float(line["gain_factor"]), SCALE * float(line["scale_factor"])
            hours, value = spread(self.headroom, share, scale)
            gain = math.fsum(brought(self.headroom, hours, share, scale).values())
            self.assertAlmostEqual(float(line["gain"]) / gain, 1, delta=1e-9)
            self.assertAlmostEqual(float(line["lambda"]) / value, 1, delta=1e-9)
            self.assertAlmostEqual(float(line["moved"]), moved(self.hours, hours), delta=1e-6)

    # --- the guide ---

    def test_the_guide(self) -> None:
        guide = Reader("## A real file without interactions")
        guide.says(f"{grouped(self.lines)} lines of orders from {len(self.kind)} resellers", "1 200 hours:")
        self.assertEqual(len(self.months[BEFORE]) - len(self.months[NOW]), 1)
        self.assertNotIn("12", self.months[NOW])
        self.guide_of_bands(guide)
        self.guide_of_moves(guide)
        self.guide_of_potential(guide)
        self.guide_of_hours(guide)
        self.guide_of_assumptions(guide)
        self.assertEqual(guide.unasked("2012; 2013; 80; 1 200"), [])

    def guide_of_bands(self, guide: Reader) -> None:
        for year in (BEFORE, NOW):
            amounts, high = self.revenue[year].values(), sum(self.high[year].values())
            active = sum(amount > 0 for amount in amounts)
            guide.says(row(year, said(sum(amounts)), active, said(self.edge[year]), high))
        kept = collections.Counter(self.high[NOW][p] for p in self.kind if self.high[NOW][p] != self.plain[p])
        self.assertEqual(kept, {True: 2, False: 2})
        guide.says("Four resellers lie within 5 % of it and stay where they were: two above it low, two below it high.")

    def guide_of_moves(self, guide: Reader) -> None:
        words = {True: "high", False: "low"}
        for before, now in ((True, True), (True, False), (False, True), (False, False)):
            partners = self.of(before, now)
            amounts = [said(self.total(year, partners)) for year in (BEFORE, NOW)]
            guide.says(row(words[before], words[now], len(partners), *amounts))

        def million(partners: Sequence[str]) -> str:
            change = self.total(NOW, partners) - self.total(BEFORE, partners)
            return f"{abs(change) / 1e8:.1f} million"

        risen, fallen = self.of(False, True), self.of(True, False)
        fresh = sum(self.revenue[BEFORE][p] == 0 for p in risen)
        gone = sum(self.revenue[NOW][p] == 0 for p in fallen)
        guide.says(
            f"The growth of {million(list(self.kind))} hides two streams: {len(risen)} resellers rose and brought "
            f"{million(risen)} more, of whom {fresh} had bought nothing the year before.",
            f"{len(fallen)} fell and brought {million(fallen)} less, of whom {gone} bought nothing any more.",
            f"those who stayed high brought {million(self.of(True, True))} less.",
            f"Call the {len(fallen)}, first the {gone}.",
        )
        self.assertAlmostEqual(len(fallen) / sum(self.high[BEFORE].values()), 1 / 3, delta=0.04)
        guide.says("turns over a third of its large partners")

    def guide_of_potential(self, guide: Reader) -> None:
        for kind in set(self.kind.values()):
            own = [partner for partner in self.kind if self.kind[partner] == kind]
            amounts = [said(round(amount)) for amount in (self.upper[kind], self.without[kind])]
            headroom = said(sum(self.headroom[partner] for partner in own))
            guide.says(row(kind, len(own), self.active[kind], *amounts, headroom))
        guide.says(f"In all {said(sum(self.headroom.values()))}.")

    def guide_of_hours(self, guide: Reader) -> None:
        gains = brought(self.headroom, self.hours)
        given = [partner for partner in self.kind if self.hours[partner] > 0]
        by_kind = collections.Counter(self.kind[partner] for partner in given)
        hours_of = {kind: math.fsum(self.hours[p] for p in given if self.kind[p] == kind) for kind in by_kind}
        self.assertEqual(set(by_kind), {"Warehouse", "Value Added Reseller"})
        to_high = math.fsum(self.hours[partner] for partner in given if self.high[NOW][partner])
        guide.says(
            f"{len(given)} resellers with more than {grouped(SCALE * self.value / SHARE, 2)} of it get them, "
            f"{by_kind['Warehouse']} warehouses {hours_of['Warehouse']:.0f} hours, "
            f"{by_kind['Value Added Reseller']} value added resellers {hours_of['Value Added Reseller']:.0f}, "
            f"no bike shop any. {to_high:.0f} hours go to align, {grouped(HOURS - to_high)} to watch."
        )
        for partner in sorted(given, key=lambda partner: -self.hours[partner])[:5]:
            amounts = [said(self.revenue[year][partner]) for year in (BEFORE, NOW)]
            hours, gain = f"{self.hours[partner]:.1f}", grouped(gains[partner], 2)
            guide.says(row(self.name[partner], *amounts, said(self.headroom[partner]), hours, gain))
        total = sum(self.revenue[NOW].values())
        by_revenue = {p: HOURS * amount / total for p, amount in self.revenue[NOW].items()}
        even = dict.fromkeys(self.kind, HOURS / len(self.kind))
        best, revenue_s, even_s = (
            grouped(math.fsum(brought(self.headroom, hours).values()), 2) for hours in (self.hours, by_revenue, even)
        )
        guide.says(
            f"expected to bring {best}, and one more hour {self.value:.2f}. The same hours spread by revenue would "
            f"bring {revenue_s}, spread evenly {even_s}."
        )

    def guide_of_assumptions(self, guide: Reader) -> None:
        half, twice = (moved(self.hours, spread(self.headroom, SHARE, SCALE * factor)[0]) for factor in (0.5, 2))
        guide.says(
            f"wins {100 * SHARE:.0f} % of the headroom of a partner whose mode nobody knows, 63 % of that in "
            f"{SCALE:.0f} hours",
            f"If it takes half the hours, {half:.0f} of the 1 200 would go to others, if twice as many, {twice:.0f}.",
        )
        for factor in (0.5, 2):
            self.assertLess(moved(self.hours, spread(self.headroom, SHARE * factor, SCALE)[0]), 1e-6)
        guide.says("and not an hour goes elsewhere")


if __name__ == "__main__":
    COMMAND = sys.argv.pop(1)
    unittest.main()
