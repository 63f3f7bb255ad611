#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A made-up analysis in a command that was not changed for it: python3 test_thin.py PATH_TO_partner-thin

The records of birds.c alone make "birds" a subcommand with an input, options, a table, JSON and CSV.
"""

import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal

COMMAND = ""


class ThinTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="partner-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        draw = random.Random(3)
        self.seen = [(f"Aviary {draw.randrange(12)}", Decimal(draw.randrange(5000)) / 100) for _ in range(200)]
        self.write("flock.csv", "seen_by,note,weight\n" + "".join(f"{who},x,{weight}\n" for who, weight in self.seen))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def run_command(self, *arguments):
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    def good(self, *arguments):
        done = self.run_command(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        return done.stdout

    def weights(self, least=Decimal(0)):
        """Weight by partner in order of first sight."""
        weights = {}
        for who, weight in self.seen:
            weights[who] = weights.get(who, Decimal(0)) + (weight if weight >= least else 0)
        return weights

    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.good("birds", "flock.csv", "--format", "csv"))))
        self.assertEqual({row["partner"]: Decimal(row["weight"]) for row in rows}, self.weights())
        self.assertEqual([row["partner"] for row in rows], list(self.weights()))

    def test_json(self):
        result = json.loads(
            self.good("birds", "flock.csv", "--format", "json", "--set", "least=20.5"), parse_float=Decimal
        )
        expected = self.weights(Decimal("20.5"))
        self.assertEqual(result["analysis"], "birds")
        self.assertEqual(result["options"]["least"], Decimal("20.5"))
        self.assertEqual(result["inputs"]["flock"]["rows"], len(self.seen))
        self.assertEqual(result["summary"], {"partners": len(expected), "total": sum(expected.values())})
        self.assertEqual([(row["partner"], row["weight"]) for row in result["partners"]], list(expected.items()))

    def test_table(self):
        text = self.good("birds", "flock.csv")
        total = sum(self.weights().values())
        self.assertIn(f"All birds weigh {total:,.2f}.".replace(",", " "), text)
        self.assertIn("Birds by partner", text)
        for who in self.weights():
            self.assertRegex(text, rf"{who} +[0-9.]+  █")

    def test_help(self):
        self.assertIn("what the birds weigh that each partner has seen", self.good("--help"))
        text = self.good("birds", "--help")
        for words in (
            "columns of flock: birds, one per row",
            "who saw the bird (needed); also called seen_by",
            "the weight from which a bird counts (default: 0)",
        ):
            self.assertIn(words, text)

    def test_columns_by_name(self):
        self.write("other.csv", "watcher,grams\nAster,1.5\nAster,2\n")
        self.assertEqual(
            self.good(
                "birds",
                "other.csv",
                "--column",
                "partner=watcher",
                "--column",
                "weight=grams",
                "--format",
                "csv",
            ).split(),
            ["partner,weight", "Aster,3.50"],
        )

    def test_bad_data(self):
        self.write("bad.csv", "partner,weight\nAster,1.5\nBirch,heavy\n")
        done = self.run_command("birds", "bad.csv")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn('bad.csv:3: weight: "heavy" is not a number', done.stderr)
        self.write("bad.csv", "partner,weight\nAster,-1\n")
        done = self.run_command("birds", "bad.csv")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no bird weighs that", done.stderr)
        self.write("bad.csv", "partner,size\nAster,1\n")
        done = self.run_command("birds", "bad.csv")
        self.assertEqual(done.returncode, 1)
        self.assertIn("weight", done.stderr)

    def test_minor_units(self):
        self.write("fine.csv", "partner,weight\nAster,1.2345\nAster,0.0005\n")
        self.assertEqual(
            self.good("birds", "fine.csv", "--minor-units", "4", "--format", "csv").split(),
            ["partner,weight", "Aster,1.2350"],
        )

    def test_the_others_are_there(self):
        self.write("sales.csv", "partner,day,amount\nAster,2025-01-01,12.50\n")
        self.assertIn('"revenue_total": 12.50', self.good("totals", "sales.csv", "--format", "json"))


if __name__ == "__main__":
    COMMAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
