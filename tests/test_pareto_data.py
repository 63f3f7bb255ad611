#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pareto on real data: python3 tests/test_pareto_data.py PATH_TO_partner [unittest options]

Needs the environment variable PARTNER_REAL_DATA; without it the tests are skipped, and say so. What is
expected stands in the specification or is computed here in whole numbers, apart from the library."""

import collections
import csv
import datetime
import gzip
import io
import json
import math
import os
import subprocess
import sys
import unittest
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

COMMAND = ""
REAL_DATA = os.environ.get("PARTNER_REAL_DATA")


def cents(text):
    return int((Decimal(text) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def quarter(day):
    return day.year * 4 + (day.month - 1) // 3


def month(day):
    return day.year * 12 + day.month - 1


def root(number):
    """The square root of a fraction, correctly rounded: 120 binary digits and whether anything is left."""
    if number == 0:
        return 0.0
    scale = 240 - number.numerator.bit_length() + number.denominator.bit_length()
    scale += scale % 2
    scaled = number * Fraction(2) ** scale
    digits = math.isqrt(scaled.numerator // scaled.denominator)
    left = Fraction(digits * digits) != scaled
    return float(Fraction(2 * digits + left, 2) / Fraction(2) ** (scale // 2))


def regularity(sales, period_of, periods, since_first):
    """(cv, class, periods) by partner; `sales` are (partner, day, cents)."""
    net = collections.defaultdict(lambda: collections.defaultdict(int))
    first = {}
    for partner, day, amount in sales:
        net[partner][period_of(day)] += amount
        if amount > 0:
            first[partner] = min(first.get(partner, day), day)
    result = {}
    for partner, by_period in net.items():
        looked_at = list(periods)
        if since_first:
            begin = period_of(first[partner]) if partner in first else periods.stop
            looked_at = [period for period in periods if period >= begin]
        values = [by_period.get(period, 0) for period in looked_at]
        total, count = sum(values), len(values)
        if count < 4 or total <= 0:
            result[partner] = (None, "none", count)
            continue
        ratio = Fraction(count * sum(v * v for v in values) - total * total, total * total)
        name = "X" if ratio <= Fraction(1, 4) else "Y" if ratio <= 1 else "Z"
        result[partner] = (root(ratio), name, count)
    return result


def table(lines, classes, regular):
    counted = collections.Counter((classes[who], regular[who]) for who in lines)
    return {abc: tuple(counted[abc, xyz] for xyz in ("X", "Y", "Z", "none")) for abc in ("A", "B", "C", "none")}


def rows_of(*names):
    with gzip.open(os.path.join(REAL_DATA, *names)) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig")))


def run(*arguments):
    done = subprocess.run([COMMAND, *arguments, "--quiet", "--format", "json"], capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return json.loads(done.stdout, parse_float=Decimal)


@unittest.skipUnless(REAL_DATA, "PARTNER_REAL_DATA is not set")
class Adventureworks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sales = [
            (
                row["ResellerKey"],
                datetime.datetime.strptime(row["OrderDateKey"], "%Y%m%d").date(),
                cents(row["SalesAmount"]),
            )
            for row in rows_of("adventureworks", "FactResellerSales.csv.gz")
        ]
        cls.whole = range(2011 * 4, 2013 * 4 + 3)  # 2011 Q1 … 2013 Q3

    def pareto(self, *arguments):
        folder = os.path.join(REAL_DATA, "adventureworks")
        columns = (
            "partner=ResellerKey",
            "day=OrderDateKey",
            "amount=SalesAmount",
            "partners.partner=ResellerKey",
        )
        return run(
            *("pareto", os.path.join(folder, "FactResellerSales.csv.gz"), "--date-format", "%Y%m%d"),
            *("--partners", os.path.join(folder, "DimReseller.csv.gz")),
            *(word for column in columns for word in ("--column", column)),
            *arguments,
        )

    def assert_regular(self, result, expected, count):
        """Every line, to the last digit."""
        for line in result["partners"]:
            silent = (None, "none", count)
            cv, name, periods = expected.get(line["partner"], silent)
            told = None if line["cv"] is None else float(line["cv"])
            self.assertEqual((told, line["xyz"], line["periods"]), (cv, name, periods), line["partner"])

    def test_quarters(self):
        """The window is open: its last whole quarter is 2013 Q3, its first 2011 Q1."""
        result = self.pareto("--xyz", "quarter", "--set", "since_first=false")
        xyz = result["xyz"]
        self.assertEqual((xyz["period"], xyz["periods"]), ("quarter", 11))
        self.assertEqual((xyz["from_day"], xyz["to_day"]), ("2011-01-01", "2013-10-01"))
        self.assertEqual((xyz["left_out_from"], xyz["left_out_to"]), ("2010-12-29", "2011-01-01"))
        self.assertEqual((xyz["after_from"], xyz["after_to"]), ("2013-10-01", "2013-11-30"))
        self.assert_regular(result, regularity(self.sales, quarter, self.whole, False), 11)
        self.check_table(result)

    def check_table(self, result):
        lines = {line["partner"]: line for line in result["partners"]}
        classes = {who: line["class"] for who, line in lines.items()}
        regular = {who: line["xyz"] for who, line in lines.items()}
        told = collections.defaultdict(tuple)
        for row in result["xyz"]["classes"]:
            told[row["abc"]] += (row["partners"],)
            pair = (row["abc"], row["xyz"])
            amounts = [line["amount"] for who, line in lines.items() if (classes[who], regular[who]) == pair]
            self.assertEqual(row["amount"], sum(amounts))
        self.assertEqual(dict(told), table(lines, classes, regular))

    def test_table_of_the_specification(self):
        """ABC of all time by the regularity of quarters: A 31/80/75, B 6/19/100, C 0/27/292 and 5 more of C.
        These are the ten quarters 2011 Q1 … 2013 Q2."""
        classes = {line["partner"]: line["class"] for line in self.pareto()["partners"]}
        result = self.pareto("--xyz", "quarter", "--set", "since_first=false", "--to", "2013-07-01")
        self.assertEqual(result["xyz"]["periods"], 10)
        regular = {line["partner"]: line["xyz"] for line in result["partners"]}
        self.assertEqual(
            table(regular, classes, regular),
            {"A": (31, 80, 75, 0), "B": (6, 19, 100, 0), "C": (0, 27, 292, 5), "none": (0, 0, 0, 66)},
        )

    def test_months_since_the_first_sale(self):
        result = self.pareto("--xyz", "month")
        whole = range(2011 * 12, 2013 * 12 + 10)  # January 2011 … October 2013
        self.assertEqual(result["xyz"]["periods"], len(whole))
        self.assert_regular(result, regularity(self.sales, month, whole, True), 0)
        self.check_table(result)

    def test_weeks_from_the_end(self):
        """Seven days each, the last ones 2013-11-23 … 2013-11-29."""
        end, start = datetime.date(2013, 11, 30), datetime.date(2010, 12, 29)
        count = (end - start).days // 7
        result = self.pareto("--xyz-days", "7", "--set", "since_first=false")
        self.assertEqual((result["xyz"]["period_days"], result["xyz"]["periods"]), (7, count))
        self.assertEqual(result["xyz"]["to_day"], "2013-11-30")

        def week(day):
            return -(((end - day).days + 6) // 7)

        self.assert_regular(result, regularity(self.sales, week, range(-count, 0), False), count)

    def test_resampling_holds_the_figures(self):
        """All is deterministic, so the same seed gives the same range; each holds the figure it is about."""
        first = self.pareto("--resample", "--replicates", "200", "--seed", "7")
        again = self.pareto("--resample", "--replicates", "200", "--seed", "7", "--threads", "2")
        other = self.pareto("--resample", "--replicates", "200", "--seed", "8")
        self.assertEqual(first["resampling"], again["resampling"])
        self.assertNotEqual(first["resampling"]["gini"], other["resampling"]["gini"])
        for name, figure in (
            ("gini", first["summary"]["gini"]),
            ("top_share_20", first["summary"]["top_share"]["20"]),
            ("vital_fraction", first["summary"]["vital_fraction"]),
        ):
            bounds = first["resampling"][name]
            self.assertLess(bounds["low"], figure)
            self.assertLess(figure, bounds["high"])
        self.assertEqual((first["resampling"]["replicates"], first["resampling"]["seed"]), (200, 7))
        self.assertEqual(first["resampling"]["redrawn"], 0)


@unittest.skipUnless(REAL_DATA, "PARTNER_REAL_DATA is not set")
class Cdnow(unittest.TestCase):
    def test_months_of_every_customer(self):
        """23570 customers over 18 months, each since the first order that cost anything."""
        sales = [
            (row["customer_id"], datetime.date.fromisoformat(row["date"]), cents(row["dollars"]))
            for row in rows_of("cdnow", "cdnow_master.csv.gz")
        ]
        result = run(
            *("pareto", os.path.join(REAL_DATA, "cdnow", "cdnow_master.csv.gz"), "--xyz", "month"),
            *("--column", "partner=customer_id", "--column", "day=date", "--column", "amount=dollars"),
        )
        expected = regularity(sales, month, range(1997 * 12, 1998 * 12 + 6), True)
        self.assertEqual(len(result["partners"]), 23570)
        self.assertEqual(result["xyz"]["periods"], 18)
        wrong = [
            line["partner"]
            for line in result["partners"]
            if (None if line["cv"] is None else float(line["cv"]), line["xyz"], line["periods"])
            != expected[line["partner"]]
        ]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    COMMAND = sys.argv.pop(1)
    unittest.main()
