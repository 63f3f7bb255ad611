#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bands and potential on real data: python3 tests/segment/test_bands_data.py PATH_TO_partner [unittest options]

Needs the environment variable PARTNER_REAL_DATA; without it the tests are skipped, and say so. The sizes of bands stand
in the notes beside the data; everything else is computed here from the definitions, in whole numbers and fractions."""

from __future__ import annotations

import collections
import csv
import gzip
import io
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

COMMAND = ""
REAL_DATA = os.environ.get("PARTNER_REAL_DATA", "")
FOLDER = os.path.join(REAL_DATA, "adventureworks")


def cents(text: str) -> int:
    return int((Decimal(text) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def rows_of(name: str) -> list[dict[str, str]]:
    with gzip.open(os.path.join(FOLDER, name)) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig")))


def segment(rules: dict[str, Any], *arguments: str) -> list[dict[str, Any]]:
    """The lines of all resellers."""
    columns = ("partner=ResellerKey", "day=OrderDateKey", "amount=SalesAmount", "partners.partner=ResellerKey")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rules.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(rules, file)
        done = subprocess.run(
            [
                *(COMMAND, "segment", os.path.join(FOLDER, "FactResellerSales.csv.gz"), "--date-format", "%Y%m%d"),
                *("--partners", os.path.join(FOLDER, "DimReseller.csv.gz"), "--rules", path),
                *(word for column in columns for word in ("--column", column)),
                *("--quiet", "--format", "json", *arguments),
            ],
            capture_output=True,
            check=False,
        )
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    found: list[dict[str, Any]] = json.loads(done.stdout, parse_float=Decimal)["partners"]
    return found


def quantile(ascending: Sequence[int], part: Fraction) -> Fraction:
    """Type 7."""
    place = (len(ascending) - 1) * part
    low = math.floor(place)
    high = min(low + 1, len(ascending) - 1)
    return ascending[low] + (place - low) * (ascending[high] - ascending[low])


def best_breaks(values: Sequence[float], classes: int) -> list[int]:
    """Where the classes of ascending values end, exactly, by trying all cuts."""
    whole = [int(Fraction(value) * 2**60) for value in values]
    sums = [0, *itertools.accumulate(whole)]
    squares = [0, *itertools.accumulate(value * value for value in whole)]

    def cost(low: int, high: int) -> Fraction:
        return squares[high] - squares[low] - Fraction((sums[high] - sums[low]) ** 2, high - low)

    def total(cuts: tuple[int, ...]) -> tuple[Fraction, tuple[int, ...]]:
        ends = (0, *cuts, len(values))
        return sum((cost(low, high) for low, high in itertools.pairwise(ends)), Fraction(0)), cuts

    return list(min(total(cuts) for cuts in itertools.combinations(range(1, len(values)), classes - 1))[1])


@unittest.skipUnless(REAL_DATA, "PARTNER_REAL_DATA is not set")
class Adventureworks(unittest.TestCase):
    revenue: dict[str, int]
    kind: dict[str, str]
    positive: list[int]

    @classmethod
    def setUpClass(cls) -> None:
        cls.kind = {row["ResellerKey"]: row["BusinessType"] for row in rows_of("DimReseller.csv.gz")}
        cls.revenue = dict.fromkeys(cls.kind, 0)
        for row in rows_of("FactResellerSales.csv.gz"):
            cls.revenue[row["ResellerKey"]] += cents(row["SalesAmount"])
        cls.positive = sorted(amount for amount in cls.revenue.values() if amount > 0)

    def check(self, bands: dict[str, Any], edges: Sequence[Fraction | int], sizes: Sequence[int]) -> None:
        """A partner is in as many bands as it reaches edges, and the bands have these sizes."""
        lines = segment({"bands": bands})
        self.assertEqual(len(lines), len(self.revenue))
        for line in lines:
            amount = self.revenue[line["partner"]]
            self.assertEqual(line["revenue"] * 100, amount)
            self.assertEqual(line["level"], sum(amount >= edge for edge in edges), line["partner"])
        counted = collections.Counter(line["level"] for line in lines)
        self.assertEqual([counted[level] for level in range(len(sizes))], list(sizes))

    def pareto_edge(self, cut: Fraction) -> int:
        """The least revenue of those whose larger ones have less than that part of the whole."""
        before, edge = 0, 0
        for amount, alike in itertools.groupby(reversed(self.positive)):
            if before >= cut * sum(self.positive):
                break
            edge = amount
            before += sum(alike)
        return edge

    def test_pareto(self) -> None:
        edges = [self.pareto_edge(Fraction(cut, 100)) for cut in (99, 95, 80)]
        self.check({}, edges[2:], (515, 186))
        self.check({"method": "pareto", "count": 3}, edges[1:], (390, 125, 186))
        four = sum(amount >= edges[0] for amount in self.positive) - 125 - 186
        self.check({"count": 4}, edges, (701 - 186 - 125 - four, four, 125, 186))

    def test_thresholds(self) -> None:
        self.check(
            {"method": "thresholds", "count": 3, "thresholds": [10000, 100000]}, (1000000, 10000000), (254, 203, 244)
        )

    def test_quantiles(self) -> None:
        """Above the quantile, so that the edge is the next whole amount."""
        edges = [math.floor(quantile(self.positive, Fraction(part, 10))) + 1 for part in (5, 8)]
        self.check({"method": "quantile", "count": 3, "quantiles": [0.5, 0.8]}, edges, (384, 190, 127))

    def test_natural(self) -> None:
        logs = [math.log1p(amount / 100) for amount in self.positive]
        two = [self.positive[cut] for cut in best_breaks(logs, 2)]
        self.assertEqual((self.positive[self.positive.index(two[0]) - 1], two[0]), (2260609, 2381126))
        self.check({"method": "natural", "count": 2}, two, (330, 371))
        three = [self.positive[cut] for cut in best_breaks(logs, 3)]
        self.check({"method": "natural", "count": 3}, three, (175, 215, 311))

    def reference(self, who: str) -> int:
        amount, kind = self.revenue[who], self.kind[who]
        peers = [self.revenue[other] for other in self.kind if self.kind[other] == kind]
        active = sorted(other for other in peers if other > 0)
        if amount == 0:
            return round(quantile(active, Fraction(1, 4)) * len(active) / len(peers))
        most = max(quantile(active, Fraction(3, 4)), Fraction(11 * amount, 10))
        return round(min(most, Fraction(3 * amount)))

    def test_potential(self) -> None:
        """Peers are those of the same business type; Python rounds half to even, too."""
        lines = segment({}, "--column", "partners.group=BusinessType")
        headrooms = []
        for line in lines:
            reference = self.reference(line["partner"])
            headrooms.append(max(0, reference - self.revenue[line["partner"]]))
            self.assertEqual((line["reference"] * 100, line["headroom"] * 100), (reference, headrooms[-1]))
        for line, headroom in zip(lines, headrooms):
            smaller = sum(other < headroom for other in headrooms)
            equal = headrooms.count(headroom) - 1
            self.assertEqual(float(line["priority"]), (2 * smaller + equal) / (2 * (len(lines) - 1)))


if __name__ == "__main__":
    COMMAND = sys.argv.pop(1)
    unittest.main()
