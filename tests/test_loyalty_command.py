#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of `partner loyalty` and `partner deferral`: python3 test_loyalty_command.py PATH_TO_partner

The ledgers asserted are those of the specification (loyalty/example: a program, its events and the ledger that they
must give, and 24 more). What else is asserted follows from a ledger, or is worked out in the test.
"""

import csv
import gzip
import io
import json
import os
import shutil
import sys
import unittest
from decimal import Decimal
from pathlib import Path

import test_cli
from test_cli import DATA, SUCCESS, USAGE

EXAMPLE = Path(__file__).resolve().parent / "loyalty" / "example"
COLUMNS = ["partner", "day", "kind", "event", "rule", "points", "capped", "qualifying", "balance", "pending", "tier"]

PROGRAM = {
    "rules": [
        {"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}},
        {"id": "training", "on": "training", "earn": {"points": 50}},
    ],
    "tiers": [{"id": "authorized"}, {"id": "silver", "points": 100, "multiplier": 1.5}],
    "redeem": {"on": "redemption"},
    "point_value": 0.5,
}
HEADER = "partner,day,kind,amount,quantity,reverses\n"
EVENTS = (
    HEADER
    + "acme,2026-01-10,sale,82.26,,\n"  # 8 points
    + "bolt,2026-01-11,training,,,\n"  # 50
    + "acme,2026-02-01,sale,1000.00,,\n"  # 100: silver from here on
    + "acme,2026-02-02,sale,100.00,,\n"  # 15 of 1.5 times 10
    + "acme,2026-03-01,redemption,,20,\n"
    + "acme,2026-03-05,sale,-100.00,,3\n"  # takes the 15 back
)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def eleven(text):
    """The columns that the specification gives of a ledger, as text."""
    rows = list(csv.reader(io.StringIO(text)))
    return "".join(",".join(row[: len(COLUMNS)]) + "\n" for row in rows)


class LoyaltyTest(test_cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("program.json", json.dumps(PROGRAM))
        self.write("events.csv", EVENTS)
        self.call = ("loyalty", "events.csv", "--program", "program.json")

    def ledger(self, *arguments):
        return rows_of(self.good(*self.call, "--ledger", "--format", "csv", *arguments).out)

    def take_example(self, name="."):
        for file in ("program.json", "events.csv", "partners.csv"):
            if (EXAMPLE / name / file).exists():
                shutil.copy(EXAMPLE / name / file, self.path(file))


class Ledgers(LoyaltyTest):
    """spec/example and spec/example/cases: exactly the ledgers that are given."""

    def ledger_of(self, name, *arguments):
        self.take_example(name)
        partners = ["--partners", "partners.csv"] if (EXAMPLE / name / "partners.csv").exists() else []
        as_of = "2027-12-31" if name == "." else "2027-06-30"
        arguments = (*partners, "--as-of", as_of, "--ledger", "--format", "csv", *arguments)
        return self.good(*self.call, *arguments).out

    def test_example(self):
        given = (EXAMPLE / "ledger.csv").read_text(encoding="utf-8")
        text = self.ledger_of(".")
        self.assertEqual(eleven(text), given)
        self.assertEqual(text.split("\n", 1)[0].split(",")[:12], [*COLUMNS, "lot_expiry"])
        self.assertEqual(self.ledger_of(".", "--threads", "3"), text)
        self.assertEqual(self.ledger_of(".", "--minor-units", "2"), text)

    def test_cases(self):
        cases = sorted(path.name for path in (EXAMPLE / "cases").iterdir())
        self.assertEqual(len(cases), 24)
        for case in cases:
            with self.subTest(case=case):
                given = (EXAMPLE / "cases" / case / "ledger.csv").read_text(encoding="utf-8")
                self.assertEqual(eleven(self.ledger_of(f"cases/{case}")), given)

    def test_statements_are_where_the_ledger_ends(self):
        for case in (".", *(f"cases/{path.name}" for path in (EXAMPLE / "cases").iterdir())):
            with self.subTest(case=case):
                last = {row["partner"]: row for row in rows_of(self.ledger_of(case))}
                partners = ["--partners", "partners.csv"] if (EXAMPLE / case / "partners.csv").exists() else []
                as_of = "2027-12-31" if case == "." else "2027-06-30"
                result = self.json(*self.call, *partners, "--as-of", as_of)
                for line in result["partners"]:
                    end = last.get(line["partner"])
                    balance, pending = (int(end["balance"]), int(end["pending"])) if end else (0, 0)
                    self.assertEqual((line["balance"], line["pending"]), (balance, pending), line)
                    if end:
                        self.assertEqual(line["tier"] or "", end["tier"], line)
                summary = result["summary"]
                held = sum(max(0, line["balance"]) + line["pending"] for line in result["partners"])
                self.assertEqual(summary["outstanding"], held)
                self.assertEqual(summary["as_of_day"], as_of)

    def test_other_ways_to_hand_the_files_over(self):
        text = self.ledger_of(".")
        arguments = ("--as-of", "2027-12-31", "--ledger", "--format", "csv")
        with gzip.open(self.path("events.csv.gz"), "wb") as file:
            file.write((EXAMPLE / "events.csv").read_bytes())
        self.assertEqual(self.good("loyalty", "events.csv.gz", *self.call[2:], *arguments).out, text)
        given = (EXAMPLE / "program.json").read_bytes()
        self.assertEqual(self.good(*self.call[:3], "-", *arguments, stdin=given).out, text)


class Results(LoyaltyTest):
    def test_figures(self):
        result = self.json(*self.call)
        summary = result["summary"]
        # 8 + 50 + 100 + 15 issued; 20 redeemed; 15 taken back; 8 + 100 - 20 and 50 are held.
        expected = {
            "partners": 2,
            "as_of_day": "2026-03-05",
            "events": 6,
            "issued": 173,
            "redeemed": 20,
            "reversed": 15,
            "expired": 0,
            "outstanding": 138,
            "liability": Decimal("69.00"),
            "debts": 0,
        }
        self.assertEqual({name: summary[name] for name in expected}, expected)
        self.assertEqual(
            [(p["partner"], p["balance"], p["tier"]) for p in result["partners"]],
            [("acme", 88, "silver"), ("bolt", 50, "authorized")],
        )
        self.assertNotIn("ledger", result)
        self.assertEqual(list(result["inputs"]), ["events", "program"])

    def test_events_are_known_by_their_rows(self):
        rows = self.ledger()
        self.assertEqual([r["event"] for r in rows if r["kind"] == "accrual"], ["0", "2", "3", "1"])
        ledger = self.json(*self.call, "--ledger")["ledger"]
        self.assertEqual([r["event"] for r in ledger if r["kind"] == "accrual"], [0, 2, 3, 1])

    def test_events_are_known_by_their_ids(self):
        lines = EVENTS.splitlines()
        ids = [f"{line[:-1]}E3,E{i}" if line.endswith(",3") else f"{line},E{i}" for i, line in enumerate(lines[1:])]
        self.write("events.csv", "\n".join([lines[0] + ",event", *ids]) + "\n")
        rows = self.ledger()
        self.assertEqual([r["event"] for r in rows if r["kind"] == "accrual"], ["E0", "E2", "E3", "E1"])
        self.assertEqual([(r["event"], r["points"]) for r in rows if r["kind"] == "reversal"], [("E5", "-15")])

    def test_for_people(self):
        text = self.good(*self.call).out
        for words in ("Loyalty — ", "Statements", "silver", "acme", "69.00", "events: events.csv, 6 rows", "program: "):
            self.assertIn(words, text)
        for line in text.splitlines():
            self.assertLessEqual(len(line), 120, line)

    def test_ledger_for_people(self):
        text = self.good(*self.call, "--ledger").out
        self.assertRegex(text, r"\n +0  acme +2026-01-10  accrual +0 +base +8 ")
        self.assertNotIn("Statements", text)

    def test_as_of(self):
        self.assertEqual(self.json(*self.call, "--as-of", "2026-01-31")["summary"]["later"], 4)
        self.assertEqual({r["day"] for r in self.ledger("--as-of", "2026-01-31")}, {"2026-01-10", "2026-01-11"})

    def test_statement(self):
        text = self.good(*self.call, "--statement", "acme").out
        self.assertTrue(text.startswith("acme\n"), text)
        self.assertRegex(text, r"\n  balance +88  usable points")
        self.assertRegex(text, r"\n  5  2026-03-05  reversal ")
        self.assertNotIn("bolt", text)
        result = self.json(*self.call, "--statement", "acme")
        self.assertEqual([line["partner"] for line in result["partners"]], ["acme"])
        self.assertEqual(len(result["ledger"]), sum(r["partner"] == "acme" for r in self.ledger()))
        self.assertNotIn("summary", result)
        self.bad(USAGE, *self.call, "--statement", "akme", says='none of the 2 partners is "akme" (did you mean acme?)')

    def test_explain(self):
        rows = self.ledger()
        for i, row in enumerate(rows):
            text = self.good(*self.call, "--explain", str(i)).out
            self.assertEqual(text.count("\n"), 1)
            if int(row["points"]) != 0:
                self.assertIn(row["points"].lstrip("-"), text)
        # The sentence of the specification.
        first = self.good(*self.call, "--explain", "0").out
        self.assertEqual(first, "8 points: 1 per 10.00 of 82.26 × 1 (authorized) = 8.226, rounded down\n")
        said = self.json(*self.call, "--explain", "0")["explanation"]
        self.assertEqual(said, {"table": "ledger", "row": 0, "text": first[:-1]})
        self.bad(USAGE, *self.call, "--explain", str(len(rows)), says=f"the table ledger has {len(rows)} rows")

    def test_notices(self):
        # 80 of 100 points are 20 % short of silver.
        self.write("events.csv", HEADER + "acme,2026-01-10,sale,800.00,,\n")
        rows = rows_of(self.good(*self.call, "--notices", "--format", "csv").out)
        reach = [r for r in rows if r["notice"] == "tier_in_reach"]
        self.assertEqual([(r["partner"], r["tier"], r["points"]) for r in reach], [("acme", "silver", "20")])
        self.assertIn("tier_in_reach", self.good(*self.call, "--notices").out)
        self.assertIn("notices", self.json(*self.call, "--notices", "--ledger"))

    def test_compare(self):
        other = json.loads(json.dumps(PROGRAM))
        other["rules"][1]["earn"]["points"] = 70
        self.write("other.json", json.dumps(other))
        result = self.json(*self.call, "--compare", "other.json")
        comparison = result["comparison"]
        lines = {line["partner"]: line for line in comparison["partners"]}
        self.assertEqual((lines["bolt"]["earned"], lines["bolt"]["other_earned"]), (50, 70))
        self.assertEqual(lines["acme"]["earned_change"], 0)
        self.assertEqual(comparison["liability_change"], Decimal("10.00"))
        self.assertEqual(list(result["inputs"]), ["events", "program", "compare"])
        self.assertIn("other earned", " ".join(self.good(*self.call, "--compare", "other.json").out.split()))
        self.write("other.json", json.dumps({**other, "minor_units": 3}))
        self.bad(DATA, *self.call, "--compare", "other.json", says="expected one currency in one run")

    def test_difference(self):
        # The training was entered late.
        self.write("was.csv", "".join(line for line in EVENTS.splitlines(True) if "training" not in line))
        self.write("now.csv", EVENTS)
        self.write("events.csv", EVENTS.replace("-100.00,,3", "-100.00,,3"))
        lines = [line for line in EVENTS.splitlines(True) if "training" not in line]
        self.write("was.csv", "".join(lines).replace("-100.00,,3", "-100.00,,2"))
        difference = self.json(*self.call, "--before", "was.csv")["difference"]
        changed = {line["partner"]: line for line in difference["partners"]}
        self.assertEqual(changed["bolt"]["balance"], 50)
        self.assertEqual(difference["points"], 50)
        self.assertEqual(difference["liability"], Decimal("25.00"))
        self.assertNotIn("ledger", self.json(*self.call, "--before", "was.csv"))
        # An error says which of the two files it is in.
        self.write("was.csv", EVENTS + "bolt,2026-02-15,sale,-10.00,,0\n")
        self.bad(DATA, *self.call, "--before", "was.csv", says="was.csv:8: reverses: ")


class Money(LoyaltyTest):
    def test_places_are_the_programs(self):
        self.write("program.json", json.dumps({**PROGRAM, "minor_units": 3}))
        self.write("events.csv", HEADER + "acme,2026-01-10,sale,9.999,,\nacme,2026-01-11,sale,10.001,,\n")
        self.assertEqual([r["points"] for r in self.ledger()], ["1"])
        self.assertIn('"liability": 0.500', self.good(*self.call, "--format", "json").out)
        self.assertEqual(self.json(*self.call)["options"]["minor_units"], 3)
        self.write("program.json", json.dumps({**PROGRAM, "minor_units": 0}))
        self.write("events.csv", HEADER + "acme,2026-01-10,sale,19,,\n")
        self.assertEqual([r["points"] for r in self.ledger()], ["1"])

    def test_what_the_user_says_must_agree(self):
        self.good(*self.call, "--minor-units", "2")
        self.assertNotEqual(self.run_command(*self.call, "--minor-units", "3").code, SUCCESS)


class Faults(LoyaltyTest):
    def test_program(self):
        self.bad(USAGE, "loyalty", "events.csv", says="loyalty needs --program FILE")
        program = json.loads(json.dumps(PROGRAM))
        program["rules"][1]["earn"]["points"] = -1
        self.write("program.json", json.dumps(program))
        self.bad(DATA, *self.call, says="program.json: $.rules[1].earn.points: ")
        program["rules"][1]["earn"] = {"point": 5}
        self.write("program.json", json.dumps(program))
        self.bad(DATA, *self.call, says=("program.json: $.rules[1].earn", "points"))
        self.write("program.json", json.dumps(PROGRAM)[:-1])
        self.bad(DATA, *self.call, says="program.json: ")

    def test_rows(self):
        for line, says in (
            ("acme,2026-04-01,sale,-10.00,,99\n", "events.csv:8: reverses: "),
            ("bolt,2026-04-01,sale,-10.00,,0\n", "events.csv:8: reverses: "),
            ("acme,2026-04-01,sale,x,,\n", 'events.csv:8: amount: "x" is not a number'),
            ("acme,2026-04-01,sale,1,,E1\n", "without a column for event it is the number of a row"),
            ("acme,,sale,1,,\n", "events.csv:8: day: is empty"),
            (",2026-04-01,sale,1,,\n", "events.csv:8: partner: is empty"),
            ("acme,2026-04-01,,1,,\n", "events.csv:8: kind: is empty"),
        ):
            self.write("events.csv", EVENTS + line)
            self.bad(DATA, *self.call, says=says)

    def test_ids_twice(self):
        self.write(
            "events.csv", "partner,day,kind,amount,event\nacme,2026-01-01,sale,10,E1\nacme,2026-01-02,sale,20,E1\n"
        )
        self.bad(DATA, *self.call, says=("events.csv:3: event: ", "line 2", '"E1"'))
        self.assertEqual(self.json(*self.call, "--skip-duplicates")["summary"]["duplicates"], 1)
        self.assertEqual([r["points"] for r in self.ledger("--skip-duplicates")], ["1"])

    def test_rows_that_are_left_out_keep_their_number(self):
        bad = EVENTS.replace("bolt,2026-01-11,training,,,", "bolt,2026-01-11,training,x,,")
        self.write("events.csv", bad)
        result = self.run_command(*self.call, "--ledger", "--format", "csv", "--skip-bad-rows", "1", "--quiet")
        rows = rows_of(result.out)
        self.assertEqual([r["event"] for r in rows if r["kind"] == "accrual"], ["0", "2", "3"])
        self.assertEqual([(r["event"], r["points"]) for r in rows if r["kind"] == "reversal"], [("5", "-15")])


class Checks(LoyaltyTest):
    def check(self, *arguments, code=SUCCESS):
        result = self.run_command("check", *arguments)
        self.assertEqual((result.code, result.err), (code, ""), result.out)
        return result.out

    def test_program_in_plain_sentences(self):
        text = self.check("program.json")
        self.assertTrue(text.startswith("program.json: program\n"), text)
        for words in ("10.00", "sale", "silver", "1.5", "redemption"):
            self.assertIn(words, text)
        self.assertTrue(text.endswith("no fault found\n"), text)
        shutil.copy(self.path("program.json"), self.path("ours.json"))
        self.assertEqual(self.check("ours.json"), text.replace("program.json:", "ours.json:"))

    def test_faults_and_warnings(self):
        self.write("program.json", json.dumps({**PROGRAM, "rulez": []}))
        text = self.check("program.json", code=DATA)
        self.assertIn("  fault: program.json: $", text)
        self.assertIn("rulez", text)
        never = {**PROGRAM["rules"][0], "when": {"from": "2026-02-01", "to": "2026-01-01"}}
        self.write("program.json", json.dumps({**PROGRAM, "rules": [never]}))
        text = self.check("program.json")
        self.assertIn("  look at: program.json: base ", text)
        self.assertIn("no fault found, ", text)

    def test_events_against_the_program(self):
        self.write("events.csv", EVENTS + "acme,2026-04-01,visit,,,\nacme,2026-04-02,Sale,-5.00,,\n")
        text = self.check("events.csv", "--program", "program.json")
        self.assertIn('events.csv: 2 rows have a kind that program.json does not mention: "visit", "Sale"', text)
        self.assertIn('kind: "sale" and "Sale" differ only in case or spaces', text)
        self.assertIn("events.csv:9: 1 row has a negative amount and no reverses", text)
        self.write("events.csv", EVENTS.replace("-100.00,,3", "-100.00,,33"))
        text = self.check("events.csv", "program.json", code=DATA)
        self.assertIn("fault: events.csv:7: reverses: there is no row 33, the last one is 5", text)


class Reports(LoyaltyTest):
    def test_folder(self):
        self.write("all/events.csv", EVENTS)
        self.bad(DATA, "report", "all", says="there is no program.json in this folder, which loyalty needs")
        self.write("all/program.json", json.dumps(PROGRAM))
        text = self.good("report", "all").out
        for words in ("Loyalty — ", "outstanding", "138", "Statements", "acme", "silver"):
            self.assertIn(words, text)
        self.write("all/partners.csv", "partner,name\nbolt,Bolt AG\nacme,Acme Ltd\n")
        self.write("all/deferral.csv", "added,redeemed,expected\n9000,4500,9700\n")
        result = self.json("report", "all")
        self.assertEqual([p["partner"] for p in result["loyalty"]["partners"]], ["bolt", "acme"])
        self.assertEqual(set(result["inputs"]), {"events", "program", "partners", "deferral"})
        self.assertEqual(result["deferral"]["summary"]["closing_total"], Decimal("4824.74"))


class Deferral(LoyaltyTest):
    """KPMG, Revenue handbook, example 10: in whole units."""

    def closing(self, text):
        self.write("deferral.csv", text)
        return self.json("deferral", "deferral.csv", "--minor-units", "0")

    def test_figures(self):
        first = "added,redeemed,expected\n9000,4500,9700\n"
        self.assertEqual([p["revenue"] for p in self.closing(first)["periods"]], [4175])
        self.assertEqual([p["revenue"] for p in self.closing(first + "0,4000,9900\n")["periods"]], [4175, 3552])
        self.assertEqual([p["revenue"] for p in self.closing(first + "0,4000,9200\n")["periods"]], [4175, 4140])

    def test_for_people(self):
        self.write("deferral.csv", "day,added,redeemed,expected\n2026-12-31,9000,4500,9700\n2027-12-31,0,4000,9900\n")
        text = self.good("deferral", "deferral.csv").out
        self.assertIn("Deferred revenue by period", text)
        self.assertIn("2027-12-31", text)
        self.bad(DATA, "deferral", "deferral.csv", "--column", "expected=none", says="there is no header")


if __name__ == "__main__":
    test_cli.COMMAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
