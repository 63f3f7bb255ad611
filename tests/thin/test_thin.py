#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A made-up analysis in a command that was not changed for it: python3 test_thin.py PATH_TO_partner-thin

The records of birds.c alone make "birds" a subcommand with an input, options, a table, JSON and CSV. Those of rings.c
make "ringing" one with a configuration (season.c), a ledger whose rows it can explain, and rows that refer to rows by
their ids or, where there are none, by their number.
"""

import csv
import gzip
import hashlib
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


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="partner-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

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

    def bad(self, exit_code, *arguments, says):
        """Fails with one line that says this, and without a word on standard output."""
        done = self.run_command(*arguments)
        self.assertEqual((done.returncode, done.stdout), (exit_code, ""), (arguments, done.stderr))
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(says, done.stderr)
        return done.stderr


class ThinTest(Case):
    def setUp(self):
        super().setUp()
        draw = random.Random(3)
        self.seen = [(f"Aviary {draw.randrange(12)}", Decimal(draw.randrange(5000)) / 100) for _ in range(200)]
        self.write("flock.csv", "seen_by,note,weight\n" + "".join(f"{who},x,{weight}\n" for who, weight in self.seen))

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


DATA, USAGE, SYSTEM = 1, 2, 3
SEASON = {"season": "2026", "minor_units": 3, "pays": {"heron": 5, "gull": 1}}
HEADER = "partner,day,kind,ring,weight,parent\n"
RINGS = [
    ("Birch", "2026-05-01", "heron", "R1", "1.234", ""),
    ("Aster", "2026-05-02", "gull", "R2", "0.500", ""),
    ("Birch", "2026-05-09", "heron", "R3", "2.000", "R1"),
    ("Aster", "2026-06-10", "owl", "R4", "0.250", "R2"),
]


def lines(rows, header=HEADER):
    return header + "".join(",".join(row) + "\n" for row in rows)


def points(kind):
    return SEASON["pays"].get(kind, 0)


class RingingTest(Case):
    def setUp(self):
        super().setUp()
        self.write("rings.csv", lines(RINGS))
        self.write("season.json", json.dumps(SEASON))
        self.call = ("ringing", "rings.csv", "--season", "season.json")

    def table(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.good(*arguments, "--format", "csv"))))

    # --- the configuration ---

    def test_it_is_needed(self):
        self.bad(USAGE, "ringing", "rings.csv", says="ringing needs --season FILE (what a bird brings)")
        self.bad(SYSTEM, "ringing", "rings.csv", "--season", "none.json", says="none.json: cannot be opened")
        self.bad(USAGE, *self.call, "--season", "season.json", says="--season is given twice")
        self.bad(USAGE, "ringing", "-", "--season", "-", says="standard input) is given for 2 files")
        self.bad(USAGE, *self.call, "--column", "season.kind=x", says='there is no field named "kind"')

    def test_it_is_computed_with(self):
        rows = self.table(*self.call)
        self.assertEqual([(r["partner"], r["earned"]) for r in rows], [("Birch", "10"), ("Aster", "1")])
        self.write("other.json", json.dumps({"pays": {"owl": 7}, "minor_units": 3}))
        summary = json.loads(self.good(*self.call, "--other", "other.json", "--format", "json"))["summary"]
        self.assertEqual((summary["points"], summary["other_points"]), (11, 7))
        self.assertIsNone(json.loads(self.good(*self.call, "--format", "json"))["summary"]["other_points"])

    def test_a_second_input_of_the_same_rows(self):
        self.write("was.csv", lines(RINGS[:1]))
        summary = json.loads(self.good(*self.call, "--earlier", "was.csv", "--format", "json"))["summary"]
        self.assertEqual((summary["before"], summary["partners"]), (1, 2))
        # An error about the rows is told with the file they are in.
        self.write("rings.csv", lines([*RINGS, ("Birch", "2026-07-01", "gull", "R2", "1", "")]))
        self.bad(DATA, *self.call, "--earlier", "was.csv", says="rings.csv:6: ring: the ring was there in line 3")

    def test_gzip_byte_order_mark_and_standard_input(self):
        plain = self.good(*self.call, "--format", "csv")
        with gzip.open(os.path.join(self.folder, "packed.json.gz"), "wb") as file:
            file.write(json.dumps(SEASON).encode())
        self.assertEqual(self.good(*self.call[:3], "packed.json.gz", "--format", "csv"), plain)
        self.write("mark.json", "\ufeff" + json.dumps(SEASON))
        self.assertEqual(self.good(*self.call[:3], "mark.json", "--format", "csv"), plain)
        done = subprocess.run(
            [COMMAND, *self.call[:3], "-", "--format", "csv"],
            cwd=self.folder,
            input=json.dumps(SEASON),
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        self.assertEqual(done.stdout, plain)

    def test_what_is_no_configuration(self):
        for text, says in (
            ('{"pays": {"heron": 1}', "bad.json: line 1: is no JSON: "),
            ('{"pays": {"heron": -1}}', "bad.json: $.pays.heron: is no whole number from 0 to 1000"),
            ('{"pay": {}}', "bad.json: $: a season has "),
            ('{"pays": {"heron": 901}}', "bad.json: $.pays: nobody can pay more than 900"),  # said by the run
            ("", "bad.json: line 1: is no JSON: "),
        ):
            self.write("bad.json", text)
            self.bad(DATA, *self.call[:3], "bad.json", says=says)
        with open(os.path.join(self.folder, "bad.json"), "wb") as file:
            file.write(json.dumps(SEASON).encode("utf-16"))
        self.bad(
            DATA, *self.call[:3], "bad.json", says="bad.json: is UTF-16, expected UTF-8; convert it: iconv -f UTF-16"
        )
        with open(os.path.join(self.folder, "bad.json"), "wb") as file:
            file.write(b"PK\3\4" + bytes(100))
        told = self.bad(DATA, *self.call[:3], "bad.json", says="is an .xlsx workbook or a zip archive, not JSON")
        self.assertNotIn("CSV", told)
        with open(os.path.join(self.folder, "bad.json"), "wb") as file:
            file.write(b" " * (1 << 24) + b"{}")
        self.bad(DATA, *self.call[:3], "bad.json", says="bad.json: is longer than 16 MiB, expected a season")

    def test_names_are_shared_and_partners_are_not_moved(self):
        # The kinds of the season come before those of the rows; the roster still says who comes first.
        self.write("partners.csv", "partner,name\nCedar,\nAster,Aster GmbH\n")
        rows = self.table(*self.call, "--partners", "partners.csv", "--ledger")
        self.assertEqual([r["kind"] for r in rows], [r[2] for r in RINGS])
        rows = self.table(*self.call, "--partners", "partners.csv")
        self.assertEqual([r["partner"] for r in rows], ["Cedar", "Aster", "Birch"])

    def test_provenance(self):
        inputs = json.loads(self.good(*self.call, "--format", "json"))["inputs"]
        with open(os.path.join(self.folder, "season.json"), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.assertEqual(inputs["season"], {"file": "season.json", "sha256": digest})
        self.assertEqual(inputs["rings"]["rows"], 4)
        self.assertIn(f"  season: season.json, sha256 {digest}\n", self.good(*self.call))

    # --- decimal places of money ---

    def test_places_are_the_configurations(self):
        # 1.234 + 0.500 + 2.000 + 0.250
        self.assertIn('"weight": 3.984,', self.good(*self.call, "--format", "json"))
        done = self.run_command(*self.call, "--minor-units", "2", "--format", "json")
        self.assertIn('"weight": 3.98,', done.stdout)
        self.assertIn("1 amount had more than 2 decimal places", done.stderr)
        self.write("mapping.json", '{"minor_units": 1}')
        done = self.run_command(*self.call, "--mapping", "mapping.json", "--format", "json")
        self.assertIn('"minor_units": 1', done.stdout)

    def test_places_must_agree(self):
        self.write("other.json", '{"minor_units": 1, "pays": {}}')
        told = "other.json: its money has 1 decimal places and that of season.json has 3"
        self.bad(DATA, *self.call, "--other", "other.json", says=told)
        done = self.run_command(*self.call, "--other", "other.json", "--minor-units", "3")
        self.assertEqual(done.returncode, 0)

    # --- rows that refer to rows ---

    def test_ids(self):
        rows = self.table(*self.call, "--ledger")
        self.assertEqual(list(rows[0]), ["partner", "day", "kind", "ring", "parent", "points"])
        self.assertEqual([(r["ring"], r["parent"]) for r in rows], [(r[3], r[5]) for r in RINGS])
        self.write("rings.csv", lines([*RINGS, ("Aster", "2026-07-01", "gull", "R5", "1", "R9")]))
        self.bad(DATA, *self.call, says='rings.csv:6: parent: is no earlier ring (parent is "R9")')

    def numbered(self, *rows):
        """The rows without the column of ids."""
        self.write("rings.csv", lines([(*row[:3], *row[4:]) for row in rows], HEADER.replace("ring,", "")))

    def test_numbers_of_rows(self):
        self.numbered(RINGS[0], RINGS[1], (*RINGS[2][:5], "0"), (*RINGS[3][:5], "1"))
        rows = self.table(*self.call, "--ledger")
        self.assertEqual([(r["ring"], r["parent"]) for r in rows], [("0", ""), ("1", ""), ("2", "0"), ("3", "1")])
        ledger = json.loads(self.good(*self.call, "--ledger", "--format", "json"))["ledger"]
        self.assertEqual([(r["ring"], r["parent"]) for r in ledger], [(0, None), (1, None), (2, 0), (3, 1)])
        self.numbered(RINGS[0], (*RINGS[1][:5], "R1"))
        self.bad(
            DATA,
            *self.call,
            says='rings.csv:3: parent: "R1" is not a whole number; without a column for ring it is the number of a row',
        )
        self.numbered(RINGS[0], (*RINGS[1][:5], "-1"))
        self.bad(DATA, *self.call, says='"-1" is negative')
        self.numbered(RINGS[0], (*RINGS[1][:5], "7"))
        told = self.bad(DATA, *self.call, says="rings.csv:3: parent: is no earlier ring")
        self.assertNotIn("(", told)

    def test_numbers_of_rows_that_are_left_out_stay(self):
        # Row 1 is bad and row 3 repeats row 2: 4 still is row 4 of the file, and its parent row 2.
        bad = (*RINGS[1][:4], "heavy", "")
        last = (*RINGS[3][:5], "2")
        self.numbered(RINGS[0], bad, (*RINGS[2][:5], "0"), (*RINGS[2][:5], "0"), last)
        done = self.run_command(
            *self.call, "--ledger", "--format", "csv", "--skip-bad-rows", "1", "--skip-duplicates", "--quiet"
        )
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([(r["ring"], r["parent"]) for r in rows], [("0", ""), ("2", "0"), ("4", "2")])
        # A row that is not there is no parent.
        self.numbered(RINGS[0], bad, (*RINGS[2][:5], "1"))
        self.bad(DATA, *self.call, "--skip-bad-rows", "1", says="rings.csv:4: parent: is no earlier ring")

    def test_ids_that_come_again(self):
        self.write("rings.csv", lines([*RINGS, RINGS[1], ("Aster", "2026-07-01", "gull", "R1", "9", "")]))
        self.bad(DATA, *self.call, says='rings.csv:6: ring: the ring was there in line 3 before (ring is "R2")')
        done = self.run_command(*self.call, "--skip-duplicates", "--format", "json")
        self.assertEqual(json.loads(done.stdout)["summary"]["points"], sum(points(r[2]) for r in RINGS))
        self.assertTrue(json.loads(done.stdout)["options"]["skip_duplicates"])
        self.assertIn("1 row repeats an earlier one exactly", done.stderr)
        self.bad(USAGE, *self.call, "--skip-duplicates", "--set", "skip_duplicates=true", says="is given twice")

    # --- what is shown ---

    def test_as_of(self):
        rows = self.table(*self.call, "--ledger", "--as-of", "2026-05-02")
        self.assertEqual([r["day"] for r in rows], ["2026-05-01", "2026-05-02"])
        self.bad(USAGE, *self.call, "--as-of", "May", says='--as-of: "May" is not a date')

    def test_one_table(self):
        text = self.good(*self.call, "--ledger")
        self.assertTrue(text.startswith("Every ringed bird\n  #  partner  day "), text)
        self.assertRegex(text, r"\n  2  Birch    2026-05-09  heron  R3 +5\n")
        self.assertNotIn("All birds", text)
        self.assertEqual(self.good(*self.call, "--view", "ledger"), text)  # computed because it is asked for
        self.assertEqual(self.good(*self.call, "--view", "ledger", "--set", "ledger=true"), text)
        self.assertEqual(self.good(*self.call, "--view", "ledger", "--ledger"), text)
        both = self.good(*self.call, "--view", "summary", "--ledger")
        self.assertTrue(both.startswith("Summary\n"), both)
        self.assertIn("Every ringed bird", both)
        self.assertIn("Points by partner", self.good(*self.call, "--view", "partners"))
        self.assertIn("the first 2 of 4", self.good(*self.call, "--ledger", "--top", "2"))
        self.bad(USAGE, *self.call, "--ledger", "--view", "summary", "--format", "csv", says="csv holds one table")
        self.bad(USAGE, *self.call, "--view", "leger", says='no table named "leger" (did you mean ledger?)')
        self.bad(USAGE, *self.call, "--set", "ledger=false", "--view", "ledger", says="has none")
        self.bad(USAGE, *self.call, "--ledger=yes", says="--ledger takes no value")

    def test_options_exist_where_their_table_does(self):
        for option in ("--ledger", "--statement=Aster", "--explain=0", "--notices"):
            self.write("flock.csv", "seen_by,weight\nAster,1\n")
            self.bad(USAGE, "birds", "flock.csv", option, says="unknown option")
        self.bad(USAGE, *self.call, "--notices", says="unknown option --notices of ringing")
        self.bad(USAGE, "report", ".", "--ledger", says="unknown option --ledger of report")

    def test_statement(self):
        self.write("partners.csv", "partner,name\nAster,Aster GmbH\n")
        text = self.good(*self.call, "--statement", "Aster", "--partners", "partners.csv")
        self.assertTrue(text.startswith("Aster GmbH (Aster)\n  earned  1  points earned\n"), text)
        self.assertRegex(text, r"\n  3  2026-06-10  owl   R4 +0\n")
        self.assertNotIn("Birch", text)
        result = json.loads(self.good(*self.call, "--statement", "Aster", "--format", "json"))
        self.assertEqual(result["partners"], [{"partner": "Aster", "earned": 1}])
        self.assertEqual([r["ring"] for r in result["ledger"]], ["R2", "R4"])
        self.assertNotIn("summary", result)
        self.assertEqual(self.good(*self.call, "--statement", "Aster", "--format", "csv"), "partner,earned\nAster,1\n")
        rows = self.table(*self.call, "--statement", "Aster", "--ledger")
        self.assertEqual([r["ring"] for r in rows], ["R2", "R4"])
        self.assertTrue(self.good(*self.call, "--statement", "Aster", "--anonymous").startswith("Partner 2\n"))
        self.bad(
            USAGE, *self.call, "--statement", "Astr", says='none of the 2 partners is "Astr" (did you mean Aster?)'
        )
        self.bad(USAGE, *self.call, "--statement", "", says="--statement needs a value")
        self.bad(USAGE, *self.call, "--statement", "a", "--statement", "b", says="given twice")

    def test_a_statement_is_whole(self):
        many = [("Aster", "2026-05-01", "gull", f"N{i}", "1", "") for i in range(30)]
        self.write("rings.csv", lines(many))
        text = self.good(*self.call, "--statement", "Aster")
        self.assertTrue(all(f"N{i}" in text for i in range(30)))
        text = self.good(*self.call, "--statement", "Aster", "--top", "5")
        self.assertIn("the first 5 of 30", text)

    def test_statement_of_somebody_without_a_line(self):
        # The roster knows her; the result has no line about her.
        self.write("partners.csv", "partner\nBirch\nAster\nCedar\n")
        says = 'the result says nothing about "Cedar"'
        self.bad(USAGE, *self.call, "--partners", "partners.csv", "--statement", "Cedar", says=says)

    def test_explain(self):
        for row, ring in enumerate(RINGS):
            name = ring[2] if ring[2] in SEASON["pays"] else "bird"
            said = f"{points(ring[2])} points: the season pays that for a {name}"
            self.assertEqual(self.good(*self.call, "--explain", str(row)), said + "\n")
            result = json.loads(self.good(*self.call, "--explain", str(row), "--format", "json"))
            self.assertEqual(result["explanation"], {"table": "ledger", "row": row, "text": said})
            self.assertNotIn("partners", result)
        self.bad(USAGE, *self.call, "--explain", "4", says="--explain 4: the table ledger has 4 rows, counted from 0")
        self.bad(USAGE, *self.call, "--explain", "-1", says='"-1" found, expected the number of a row')
        self.bad(USAGE, *self.call, "--explain", "1", "--format", "csv", says="a sentence, which --format csv cannot")
        self.bad(USAGE, *self.call, "--explain", "1", "--statement", "Aster", says="do not go together")

    def test_help(self):
        text = self.good("ringing", "--help")
        for words in (
            "usage: partner ringing rings.csv --season season.json [options]",
            "columns of earlier: those of rings (birds that were ringed before)",
            "season is JSON: what each kind of bird brings",
            "--season FILE                  what a bird brings",
            "--explain N                    say why entry N of the ledger is what it is, counted from 0",
            "example: partner ringing rings.csv --season season.json --format json",
        ):
            self.assertIn(words, text)
        self.assertNotIn("columns of season", text)

    # --- check ---

    def check(self, *arguments, exit_code=0):
        done = self.run_command("check", *arguments)
        self.assertEqual((done.returncode, done.stderr), (exit_code, ""), done.stdout)
        return done.stdout

    def test_check_says_what_was_understood(self):
        self.write("other.json", '{"pays": {"gull": 0, "heron": 2}}')
        for arguments in (["season.json"], ["--season", "season.json"]):
            text = self.check(*arguments)
            self.assertEqual(
                text, "season.json: season\n  5 points for every heron.\n  1 points for every gull.\nno fault found\n"
            )
        text = self.check("other.json")
        self.assertTrue(text.startswith("other.json: other\n"), text)
        self.assertIn("  look at: other.json: $.pays.gull: brings nothing\n", text)
        self.assertIn("no fault found, 1 thing to look at", text)

    def test_check_names_the_path_of_a_fault(self):
        self.write("season.json", '{"pays": {"heron": -1}}')
        for name in ("season.json", "x.json"):
            os.rename(os.path.join(self.folder, "season.json"), os.path.join(self.folder, name))
            text = self.check(name, exit_code=DATA)
            self.assertIn(f"  fault: {name}: $.pays.heron: is no whole number", text)
            self.assertIn("1 fault found", text)
            os.rename(os.path.join(self.folder, name), os.path.join(self.folder, "season.json"))

    def test_check_holds_rows_against_it(self):
        self.write(
            "rings.csv",
            lines(
                [
                    *RINGS,
                    ("Aster", "2026-07-01", "Gull", "R2", "-1", ""),
                    ("Aster", "2026-07-02", "owl", "R6", "1", "R9"),
                ]
            ),
        )
        self.write("season.json", json.dumps({**SEASON, "pays": {"heron": 5, "gull": 1, "crow": 3}}))
        for arguments in (["rings.csv", "--season", "season.json"], ["rings.csv", "season.json"]):
            text = self.check(*arguments, exit_code=DATA)
            for words in (
                '  look at: rings.csv: 3 rows have a kind that season.json does not mention: "owl", "Gull"\n',
                '  look at: season.json: no row has the kind "crow", which it mentions\n',
                '  look at: kind: "gull" and "Gull" differ only in case or spaces\n',
                '  fault: rings.csv:6: ring: "R2" was there before, expected each once\n',
                '  fault: rings.csv:7: parent: "R9" is no ring of this file\n',
                "  look at: rings.csv:6: 1 row has a negative weight and no parent, the first here: ",
                "  weight       sum 3.984\n",
                "  ring         5 different\n",
                "  parent       3 different, 3 empty\n",
            ):
                self.assertIn(words, text)
        text = self.check("rings.csv", exit_code=DATA)
        self.assertNotIn("mention", text)
        self.assertIn("1 row has a negative weight", text)

    def test_check_of_numbers(self):
        self.numbered(RINGS[0], (*RINGS[1][:5], "0"), (*RINGS[2][:5], "9"))
        text = self.check("rings.csv", exit_code=DATA)
        self.assertIn("  parent       2 given, 1 empty (numbers of rows)\n", text)
        self.assertIn("  fault: rings.csv:4: parent: there is no row 9, the last one is 2\n", text)

    def test_check_knows_a_mapping(self):
        text = '{"columns": {"rings": {"kind": "Art"}}, "decimal_comma": true}'
        for name in ("mapping.json", "crm.json"):
            self.write(name, text)
            self.assertEqual(self.check(name), f'{name}: mapping\n  rings.kind is in "Art"\nno fault found\n')
        self.write("crm.json", '{"columns": {"rings": {"knid": "Art"}}}')
        self.assertIn("fault: crm.json: $.columns.rings.knid", self.check("crm.json", exit_code=DATA))
        # With a mapping and a table the columns still are the table's.
        self.write("mapping.json", text)
        self.check("rings.csv", "mapping.json", "--column", "kind=kind", "--save-mapping", "saved.json")
        with open(os.path.join(self.folder, "saved.json"), encoding="utf-8") as file:
            self.assertEqual(list(json.load(file)["columns"]), ["rings"])

    # --- report ---

    def test_report(self):
        os.mkdir(os.path.join(self.folder, "folder"))
        self.bad(DATA, "report", "folder", says="folder: there is none of sales.csv")
        self.write("folder/rings.csv", lines(RINGS))
        self.bad(DATA, "report", "folder", says="there is no season.json in this folder, which ringing needs")
        self.write("folder/season.json", json.dumps(SEASON))
        text = self.good("report", "folder")
        for words in (
            "All birds bring 11 points.",
            "Summary\n  points  11  points for all birds\n\n",  # the key figure alone
            "Points by partner\n  partner  earned\n  Birch        10",
            "season: folder/season.json, sha256",
        ):
            self.assertIn(words, text)
        result = json.loads(self.good("report", "folder", "--format", "json"))
        self.assertEqual(result["ringing"]["summary"]["points"], 11)
        self.assertEqual(list(result["inputs"]), ["rings", "season"])
        self.write("folder/flock.csv", "seen_by,weight\nBirch,1\nAster,1.2345\n")
        done = self.run_command("report", "folder", "--format", "json")
        self.assertIn('"total": 2.234', done.stdout)  # one currency: the places of the season
        os.remove(os.path.join(self.folder, "folder/season.json"))
        done = self.run_command("report", "folder")
        self.assertEqual(done.returncode, 0)
        self.assertIn("partner: ringing is left out: the folder has no season.json", done.stderr)
        self.write("folder/season.json", '{"pays": 7}')
        self.bad(DATA, "report", "folder", says="folder/season.json: $.pays: is missing")


if __name__ == "__main__":
    COMMAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
