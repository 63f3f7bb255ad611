#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of `partner pipeline` and `partner measures`: python3 test_pipeline_command.py PATH_TO_partner

Where deals stand is compared with the plain second implementation (pipeline/plain_state.py) on random worlds; what is
added up from the result's own rows is added up here once more, in exact arithmetic.
"""

import csv
import gzip
import io
import json
import math
import os
import random
import shutil
import sys
import unittest
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import test_cli
from test_cli import DATA, SUCCESS, USAGE

sys.path.insert(0, str(Path(__file__).resolve().parent / "pipeline"))
import plain_state as plain
import worlds

PROCESS = {
    "stages": [
        {"id": "qualified", "milestones": [{"id": "budget", "question": "Who signs?", "weight": 3}, {"id": "need"}]},
        {"id": "proposed", "milestones": [{"id": "contact", "valid_days": 90}]},
    ]
}
HEADER = "deal,partner,opened,closed,outcome,amount,claimed_stage,claimed_probability\n"
DEALS = HEADER + "D1,acme,2026-01-01,2026-02-01,won,100.00,,\nD2,bolt,2026-01-05,,open,,proposed,0.8\n"
MILESTONES = "deal,milestone,day\nD1,budget,2026-01-09\nD2,need,2026-01-10\n"
CLAIMS = "deal,day,stage,probability\nD2,2026-01-09,qualified,0.5\n"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def no_constant(name):
    raise AssertionError(f"{name} is no JSON")


class PipelineTest(test_cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("process.json", json.dumps(PROCESS))
        self.write("deals.csv", DEALS)
        self.write("milestones.csv", MILESTONES)
        self.write("claims.csv", CLAIMS)
        self.call = ("pipeline", "deals.csv", "--process", "process.json")
        self.call += ("--milestones", "milestones.csv", "--claims", "claims.csv")

    def state(self, *arguments):
        return self.json(*self.call, "--state-only", *arguments)

    def needs_learning(self):
        """A build without GSL says so, and what it can do."""
        result = self.run_command(*self.call)
        if "without GSL" in result.err:
            self.bad(DATA, *self.call, says=("without GSL", "state_only"))
            self.skipTest("this build has no GSL")


class States(PipelineTest):
    """Where deals stand on random worlds, against the plain implementation."""

    def take(self, world):
        """The arguments for a world's files. One without rows is no file; an empty cell is no answer to `done`."""
        for row in world.milestones:
            row["done"] = row.get("done") or "1"
        self.write("process.json", world.process_json())
        self.write("deals.csv", world.deals_csv())
        arguments = ["pipeline", "deals.csv", "--process", "process.json", "--state-only"]
        for name, text in (("milestones", world.milestones_csv()), ("claims", world.claims_csv())):
            if text.count("\n") > 1:
                arguments += [f"--{name}", self.write(f"{name}.csv", text)]
        return arguments

    def test_worlds(self):
        rng = random.Random(5)
        for seed in range(1, 13):
            world = worlds.make(seed)
            known = world.data()
            if not known.deals:
                continue
            arguments = self.take(world)
            first = min(deal.opened for deal in known.deals)
            for day in (None, rng.randint(first, known.as_of)):
                with self.subTest(seed=seed, day=day):
                    data = plain.cut(known, known.as_of if day is None else day)
                    said = [] if day is None else ["--as-of", plain.iso(day)]
                    self.compare(data, self.json(*arguments, *said))

    def compare(self, data, result):
        process = data.process
        summary = result["summary"]
        self.assertEqual(summary["as_of_day"], plain.iso(data.as_of))
        for name, wanted in (
            ("deals", len(data.deals)),
            ("open", sum(map(plain.is_open, data.deals))),
            ("won", sum(deal.outcome == "won" for deal in data.deals)),
            ("lost", sum(deal.outcome == "lost" for deal in data.deals)),
        ):
            self.assertEqual(summary[name], wanted, name)
        self.assertEqual([line["deal"] for line in result["deals"]], [deal.id for deal in data.deals])
        for deal, line in zip(data.deals, result["deals"], strict=True):
            state, sight = plain.state_on(data, deal, data.as_of), plain.sight_of(data, deal)
            wanted = {
                "partner": deal.partner,
                "outcome": deal.outcome,
                "objective_stage": state.stage,
                "stage": process.stage_id(state.stage) or None,
                "out_of_order": state.out_of_order,
                "overclaim": plain.overclaim(data, deal),
                "visibility": sight.visibility,
                "probability": None,
            }
            self.assertEqual({name: line[name] for name in wanted}, wanted, deal.id)
            for name, exact in (("score", state.score), ("coverage", sight.coverage)):
                self.assertEqual(line[name] if exact is None else float(line[name]), exact and float(exact), name)
        doubts = [
            (data.deals[i].id, process.milestones[one.milestone].id, one.reason.replace(" ", "_"), one.question or None)
            for i, deal in enumerate(data.deals)
            for one in plain.doubts_of(data, deal)
        ]
        found = [(d["deal"], d["milestone"], d["reason"], d["question"]) for d in result["doubts"]]
        self.assertEqual(sorted(found, key=repr), sorted(doubts, key=repr))
        channel = plain.visibilities(data)[""]
        for name, share in channel.share.items():
            said = summary["visibility_share"][name]
            self.assertEqual(said if share is None else float(said), share and float(share), name)

    def test_planted_faults(self):
        """The bad input of the issue: a line on standard error, exit 1, and nothing written."""
        for fault in worlds.FAULTS:
            with self.subTest(fault=fault):
                arguments = self.take(worlds.make(3, fault))
                where = "process.json: $.stages" if fault.split()[-1] in ("process", "stage", "milestone") else ".csv:"
                if fault in ("unknown milestone", "claimed stage"):
                    where = ".csv:"
                self.bad(DATA, *arguments, says=where)
                self.bad(DATA, *arguments, "--output", "out.json", says=where)


class Faults(PipelineTest):
    def refuse(self, says, *arguments):
        """The whole line, with and without --output."""
        for more in ((), ("--output", "out.txt"), ("--format", "json", "--output", "out.json")):
            result = self.bad(DATA, *self.call, "--state-only", *arguments, *more)
            self.assertEqual(result.err, says + "\n")

    def test_deals(self):
        for row, says in (
            ("D1,b,2026-01-05,,open,,,", 'deals.csv:3: deal: "D1" stands in line 2 already, expected each once'),
            (
                "D2,bolt,2026-01-05,2025-12-31,won,,,",
                "deals.csv:3: closed: closed on 2025-12-31 before opened on 2026-01-05, expected closed not before "
                'opened (partner 1 is "bolt")',
            ),
            (
                "D2,bolt,2026-01-05,,won,,,",
                "deals.csv:3: closed: outcome is won but there is no closing day, expected both or neither "
                '(partner 1 is "bolt")',
            ),
            (
                "D2,,2026-01-05,2026-01-09,open,,,",
                "deals.csv:3: outcome: closed on 2026-01-09 but the outcome is open, expected won or lost",
            ),
            ("D2,,2026-01-05,2026-01-09,gone,,,", 'deals.csv:3: outcome: "gone" is not one of open, won, lost'),
            ("D2,,,,open,,,", "deals.csv:3: opened: is empty, expected a value (day on which it was opened)"),
            (",,2026-01-05,,open,,,", "deals.csv:3: deal: is empty, expected a value (the deal)"),
            (
                "D2,,2026-01-05,,open,,,80",
                'deals.csv:3: claimed_probability: "80" is no share, expected 0 to 1: 0.8 or "80 %"',
            ),
            (
                "D2,,2026-01-05,,open,,,-0.1",
                'deals.csv:3: claimed_probability: "-0.1" is no share, expected 0 to 1, or per cent with its sign',
            ),
            (
                "D2,,2026-01-05,,open,,closing,",
                'deals.csv:3: claimed_stage: "closing" is no stage of the process, expected the id of one or a number '
                "from 0 to 2",
            ),
            (
                "D2,,2026-01-05,,open,,3,",
                'deals.csv:3: claimed_stage: "3" is no stage of the process, expected the id of one or a number from '
                "0 to 2",
            ),
        ):
            with self.subTest(row=row):
                self.write("deals.csv", DEALS.rsplit("\n", 2)[0] + "\n" + row + "\n")
                self.refuse(says)

    def test_reports_and_claims(self):
        for file, row, says in (
            ("milestones", "D3,need,2026-01-10", 'milestones.csv:4: deal: there is no deal "D3", expected one of the '),
            (
                "milestones",
                "D2,Need,2026-01-10",
                'milestones.csv:4: milestone: "Need" is not in the process, expected one of its 3 milestones',
            ),
            ("milestones", "D2,need,", "milestones.csv:4: day: is empty, expected a value (day of the report)"),
            ("claims", "D3,2026-01-10,,", 'claims.csv:3: deal: there is no deal "D3", expected one of the deals table'),
            (
                "claims",
                "D2,2026-01-10,lost,",
                'claims.csv:3: stage: "lost" is no stage of the process, expected the id of one or a number from 0 to '
                "2",
            ),
            ("claims", "D2,2026-01-10,,50", 'claims.csv:3: probability: "50" is no share, expected 0 to 1: 0.5 or '),
        ):
            with self.subTest(row=row):
                self.write("milestones.csv", MILESTONES)
                self.write("claims.csv", CLAIMS)
                self.write(f"{file}.csv", {"milestones": MILESTONES, "claims": CLAIMS}[file] + row + "\n")
                self.bad(DATA, *self.call, "--state-only", says=says)
                self.bad(DATA, *self.call, "--state-only", "--output", "out.csv", says=says)

    def test_process(self):
        self.bad(USAGE, "pipeline", "deals.csv", says="pipeline needs --process FILE")
        milestone = {"id": "a", "milestones": [{"id": "x", "wait": 2}]}
        for process, says in (
            ({}, "process.json: $.stages: is missing"),
            ({"stages": []}, "process.json: $.stages: is empty, expected at least one stage"),
            ({"stages": [{"id": "a"}, {"id": "a"}]}, "process.json: $.stages[1].id: "),
            ({"stages": [milestone]}, ("process.json: $.stages[0].milestones[0]", "wait", "weight")),
            ({"stages": [{"id": "a"}], "fresh_days": 0}, "process.json: $.fresh_days: "),
        ):
            self.write("process.json", json.dumps(process))
            self.bad(DATA, *self.call, "--state-only", says=says)
        self.write("process.json", "")
        self.bad(DATA, *self.call, says="process.json: ")

    def test_empty_files(self):
        for name, header in (("deals", HEADER), ("milestones", "deal,milestone,day\n"), ("claims", "deal,day\n")):
            self.setUp()
            self.write(f"{name}.csv", "")
            self.bad(DATA, *self.call, says=f"{name}.csv: is empty, expected a line of headers")
            self.write(f"{name}.csv", header)
            self.bad(DATA, *self.call, says=f"{name}.csv: has a header but no rows")

    def test_bad_rows_can_be_left_out(self):
        self.write("deals.csv", DEALS + "D3,,2026-01-05,,open,,,80\nD4,,2026-01-06,,open,,,0.8\n")
        result = self.run_command(*self.call, "--state-only", "--skip-bad-rows", "1", "--format", "json")
        self.assertEqual(result.code, SUCCESS, result.err)
        self.assertEqual([line["deal"] for line in result.json()["deals"]], ["D1", "D2", "D4"])
        self.assertIn("deals.csv: 1 bad row was left out (line 4)", result.err)

    def test_options(self):
        for arguments, says in (
            (("--horizon", "0"), "--horizon"),
            (("--as-of", "tomorrow"), "--as-of"),
            (("--draws", "-1"), "--draws"),
            (("--set", "correlation=1.5"), "correlation"),
            (("--view", "deal"), 'the result has no table named "deal" (did you mean deals?)'),
            (("--explain", "registrations:0", "--state-only"), "--explain"),
            (("--horizons", "9"), "did you mean --horizon?"),
        ):
            with self.subTest(arguments=arguments):
                self.assertNotEqual(self.bad(USAGE, *self.call, *arguments, says=says).err, "")


class Results(PipelineTest):
    def test_hand_worked(self):
        """D1 closed on 02-01 with budget alone: stage 0, 3 of 5 points; covered 01-09 … 01-31 of 31 days (23). D2 has
        need: 1 of 5; the dated claim of stage 0 comes before the row's own; covered from 01-10 to the last day in the
        data, 02-01: 23 of 28 days, and so clear."""
        result = self.state()
        self.assertEqual(result["summary"]["as_of_day"], "2026-02-01")
        lines = {line["deal"]: line for line in result["deals"]}
        one, two = lines["D1"], lines["D2"]
        self.assertEqual((one["objective_stage"], one["stage"], one["score"]), (0, "qualified", 60))
        self.assertEqual((one["covered"], one["days"], one["visibility"]), (23, 31, "partial"))
        self.assertEqual((one["overclaim"], one["claimed"]), (None, None))
        self.assertEqual((two["objective_stage"], two["score"], two["claimed"], two["overclaim"]), (0, 20, 0, 0))
        self.assertEqual((two["covered"], two["days"], two["visibility"]), (23, 28, "clear"))
        self.assertEqual(result["doubts"], [])
        # Without the dated claim it is the row's: stage 1, so budget is doubted.
        call = [word for word in self.call if word not in ("--claims", "claims.csv")]
        doubts = self.json(*call, "--state-only")["doubts"]
        wanted = {"deal": "D2", "partner": "bolt", "milestone": "budget", "reason": "never_reported", "day": None}
        self.assertEqual(doubts, [{**wanted, "question": "Who signs?", "effect": None}])

    def test_schema(self):
        """The names of the specification, and nothing in the text that is no JSON."""
        text = self.good(*self.call, "--state-only", "--format", "json").out
        result = json.loads(text, parse_constant=no_constant)
        self.assertEqual(result["analysis"], "pipeline")
        self.assertEqual(list(result["inputs"]), ["deals", "process", "milestones", "claims"])
        self.assertEqual(result["options"]["state_only"], True)
        for name in ("deals", "open", "won", "lost", "visibility_deals", "visibility_share", "model"):
            self.assertIn(name, result["summary"])
        self.assertEqual(list(result["summary"]["visibility_deals"]), ["clear", "partial", "poor", "none"])
        names = {"deal", "partner", "objective_stage", "stage", "score", "out_of_order", "overclaim", "coverage"}
        names |= {"visibility", "probability", "stalled"}
        self.assertLessEqual(names, set(result["deals"][0]))
        self.assertIsNone(result["deals"][0]["probability"])
        self.assertEqual(result["doubts"], [])

    def test_every_view_as_csv(self):
        result = self.state()
        tables = "doubts visibility conversions registrations contenders rates partner_rates curves terms"
        tables += " contributions forecast backtest measures calibration"
        views = ["deals", *tables.split(), "months", "partners", "categories", "summary"]
        for view in views:
            with self.subTest(view=view):
                run = self.run_command(*self.call, "--state-only", "--view", view, "--format", "csv")
                if run.code == USAGE:
                    self.assertIn(f"--view {view}: this result of pipeline has none", run.err)
                    self.assertNotIn(view, result)
                    continue
                self.assertEqual(run.code, SUCCESS, run.err)
                lines = list(csv.reader(io.StringIO(run.out)))
                self.assertEqual({len(line) for line in lines}, {len(lines[0])})
                rows = 1 if view == "summary" else len(result[view])
                self.assertEqual(len(lines), rows + 1)
        self.assertEqual(self.good(*self.call, "--state-only", "--format", "csv").out.split(",")[0], "deal")

    def test_for_people(self):
        text = self.good(*self.call, "--state-only").out
        for words in (
            "Pipeline — ",
            "As of 2026-02-01 there are 2 deals: 1 open, 1 won, 0 lost.",
            "Doubts worth raising",
        ):
            self.assertIn(words, text)
        self.assertIn("Doubts worth raising\n  none\n", text)
        for line in text.splitlines():
            self.assertLessEqual(len(line), 120, line)
            self.assertEqual(line, line.rstrip())

    def test_nothing_is_said_in_words(self):
        """A direct deal, and a deal of which every stage is passed."""
        self.write("deals.csv", "deal,partner,opened\nD1,,2026-01-01\nD2,acme,2026-01-01\n")
        self.write(
            "milestones.csv",
            "deal,milestone,day\n" + "".join(f"D2,{m},2026-01-02\n" for m in ("budget", "need", "contact")),
        )
        call = [word for word in self.call if word not in ("--claims", "claims.csv")]
        text = self.good(*call, "--state-only").out
        self.assertRegex(text, r"\n  D1 +direct +qualified ")
        self.assertRegex(text, r"\n  D2 +acme +all passed ")
        self.assertEqual([line["partner"] for line in self.json(*call, "--state-only")["deals"]], [None, "acme"])

    def test_questions_are_whole(self):
        question = "Is the money set aside, and who told you so in the last three months, in how many words?"
        process = json.loads(json.dumps(PROCESS))
        process["stages"][0]["milestones"][0]["question"] = question
        self.write("process.json", json.dumps(process))
        call = [word for word in self.call if word not in ("--claims", "claims.csv")]
        self.assertNotIn(question, self.good(*call, "--state-only").out)
        text = self.good(*call, "--state-only", "--doubts").out
        table = text.split("\n\n")[0].splitlines()[:-1]
        start = table[1].index("question")
        self.assertEqual(" ".join(line[start:].strip() for line in table[2:]), question)
        self.assertTrue(all(line[:start].strip() == "" for line in table[3:]))

    def test_doubts_and_reasons(self):
        call = [word for word in self.call if word not in ("--claims", "claims.csv")]
        text = self.good(*call, "--state-only", "--explain", "0").out
        self.assertEqual(text.count("\n"), 1)
        self.assertIn("budget", text)
        self.bad(USAGE, *call, "--state-only", "--explain", "1", says="the table doubts has 1 row")
        said = self.json(*call, "--state-only", "--explain", "doubts:0")["explanation"]
        self.assertEqual((said["table"], said["row"], said["text"]), ("doubts", 0, text[:-1]))

    def test_registrations(self):
        """The earlier one holds for 90 days or until it has been without progress for 60; then the other."""
        self.write(
            "deals.csv",
            "deal,partner,opened,customer,product,registered\n"
            "D1,acme,2026-01-01,K,P,2026-01-10\nD2,bolt,2026-01-01,K,P,2026-02-01\nD3,bolt,2026-05-01,,,\n",
        )
        call = ("pipeline", "deals.csv", "--process", "process.json", "--state-only", "--registrations")
        rows = rows_of(self.good(*call, "--format", "csv").out)
        wanted = [("D1", "2026-01-10", "2026-03-11", "lapsed"), ("D2", "2026-03-11", "2026-04-02", "lapsed")]
        self.assertEqual([(r["deal"], r["from"], r["to"], r["ended_by"]) for r in rows], wanted)
        for i, row in enumerate(rows):
            self.assertIn(row["from"], self.good(*call[:-1], "--explain", f"registrations:{i}").out)

    def test_other_ways_to_hand_the_files_over(self):
        text = self.good(*self.call, "--state-only", "--format", "csv").out
        for name in ("deals", "milestones", "claims"):
            with gzip.open(self.path(f"{name}.csv.gz"), "wb") as file:
                file.write(Path(self.path(f"{name}.csv")).read_bytes())
        call = tuple(word.replace(".csv", ".csv.gz") for word in self.call)
        self.assertEqual(self.good(*call, "--state-only", "--format", "csv").out, text)
        given = Path(self.path("deals.csv")).read_bytes()
        call = ("pipeline", "-", *self.call[2:])
        self.assertEqual(self.good(*call, "--state-only", "--format", "csv", stdin=given).out, text)
        self.assertEqual(self.good(*self.call, "--state-only", "--format", "csv", "--threads", "3").out, text)

    def test_no_milestones_in_the_process(self):
        self.write("process.json", '{"stages": [{"id": "talk"}]}')
        self.write("deals.csv", "deal,opened\nD1,2026-01-01\n")
        line = self.json("pipeline", "deals.csv", "--process", "process.json", "--state-only")["deals"][0]
        self.assertEqual((line["objective_stage"], line["stage"], line["score"]), (1, None, None))

    def test_ids(self):
        """Any text, and numbers too large for a double."""
        ids = ["9007199254740993", "9007199254740992", "Ærø 7", "договор №1", 'a "b", c', "合同"]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([["deal", "opened"], *([one, "2026-01-01"] for one in ids)])
        self.write("deals.csv", out.getvalue())
        self.write("milestones.csv", "deal,milestone,day\n9007199254740992,need,2026-01-02\n合同,budget,2026-01-02\n")
        call = ("pipeline", "deals.csv", "--process", "process.json", "--milestones", "milestones.csv", "--state-only")
        result = self.json(*call)
        self.assertEqual([line["deal"] for line in result["deals"]], ids)
        self.assertEqual([int(line["score"]) for line in result["deals"]], [0, 20, 0, 0, 0, 60])
        self.assertEqual([r["deal"] for r in rows_of(self.good(*call, "--format", "csv").out)], ids)
        for one in ids:
            self.assertIn(one, self.good(*call).out)

    def test_partners_without_names(self):
        text = self.good(*self.call, "--state-only", "--anonymous").out
        self.assertNotIn("acme", text)
        self.assertIn("Partner 1", text)

    def test_own_features(self):
        self.write("features.csv", "deal,feature,value\nD1,seats,4\nD9,seats,5\n")
        self.needs_learning()
        self.bad(DATA, *self.call, "--features", "features.csv", says='features.csv:3: deal: there is no deal "D9"')


class Learning(PipelineTest):
    """What is learnt of 400 deals, of which every second with a budget is won."""

    def setUp(self):
        super().setUp()
        rng = random.Random(7)
        deals, reports, claims = [HEADER], ["deal,milestone,day\n"], ["deal,day,stage,probability,amount\n"]
        for i in range(400):
            opened = date(2024, 1, 1) + timedelta(days=rng.randrange(600))
            length = rng.randrange(20, 120)
            closed = opened + timedelta(days=length)
            good = rng.random() < 0.5
            won = rng.random() < (0.8 if good else 0.2)
            is_open = closed > date(2025, 8, 31)
            end = "," if is_open else f"{closed},{'won' if won else 'lost'}"
            deals.append(f"D{i},p{i % 7},{opened},{end if not is_open else ',open'},{rng.randrange(100, 90000)}.50,,\n")
            if good:
                reports += [f"D{i},{m},{opened + timedelta(days=k)}\n" for k, m in enumerate(("budget", "need"))]
            claims.append(f"D{i},{opened},{rng.randrange(3)},{rng.random():.2f},{rng.randrange(100, 90000)}\n")
        self.write("deals.csv", "".join(deals))
        self.write("milestones.csv", "".join(reports))
        self.write("claims.csv", "".join(claims))
        self.needs_learning()

    def test_forecast(self):
        result = self.json(*self.call, "--horizon", "60", "--target", "100000.00")
        forecast = result["summary"]["forecast"]
        for name in ("expected", "p10", "p50", "p90", "horizon_days", "target_probability"):
            self.assertIn(name, forecast)
        self.assertEqual(forecast["horizon_days"], 60)
        self.assertLessEqual(forecast["p10"], forecast["p50"])
        self.assertLessEqual(forecast["p50"], forecast["p90"])
        lines = [line for line in result["deals"] if line["outcome"] == "open"]
        self.assertGreater(len(lines), 20)
        self.assertEqual(forecast["deals"], len(lines))
        # The sum of probability times amount, rounded once.
        cents = sum(Fraction(float(line["probability"])) * int(line["amount"] * 100) for line in lines)
        exact = Decimal(cents.numerator) / cents.denominator
        self.assertEqual(int(forecast["expected"] * 100), int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)))
        won = math.fsum(float(line["probability"]) for line in lines)
        self.assertAlmostEqual(float(forecast["expected_won"]), won, places=9)
        cuts = ((Decimal("0.8"), "commit"), (Decimal("0.5"), "best_case"))
        for line in lines:
            wanted = {name for cut, name in cuts[:1] if line["probability"] >= cut}
            wanted = wanted or {name for cut, name in cuts if line["probability"] >= cut} or {"pipeline", "omitted"}
            self.assertIn(line["category"], wanted, line)
        for table in ("categories", "partners"):
            self.assertEqual(sum(row["deals"] for row in forecast[table]), len(lines), table)
            total = sum(row["expected"] for row in forecast[table])
            self.assertAlmostEqual(total, forecast["expected"], delta=Decimal("0.01") * len(forecast[table]))
        self.assertEqual(
            [row["day"] for row in forecast["months"]][-1], plain.iso(plain.day_of(result["summary"]["as_of_day"]) + 60)
        )

    def test_the_same_for_any_number_of_threads(self):
        text = self.good(*self.call, "--format", "csv", "--view", "forecast", "--draws", "2000").out
        self.assertEqual(
            self.good(*self.call, "--format", "csv", "--view", "forecast", "--draws", "2000", "--threads", "3").out,
            text,
        )
        self.assertNotEqual(
            self.good(*self.call, "--format", "csv", "--view", "forecast", "--draws", "2000", "--set", "seed=1").out,
            text,
        )

    def test_measures_and_model(self):
        result = self.json(*self.call, "--set", "contributions=true", "--backtest", "--draws", "1000")
        summary = result["summary"]
        self.assertIn(summary["model"], ("stage_rates", "ridge"))
        tests = {row["by"]: row for row in summary["measures"]["tests"]}
        self.assertEqual(list(tests), ["constant", "stage_rates", "ridge", "frequency", "claims"])
        for row in tests.values():
            brier = row["reliability"] * -1 + row["resolution"] - row["uncertainty"] + row["brier"]
            self.assertAlmostEqual(float(brier), 0, places=12)
            rate = float(Fraction(row["positive"], row["rows"]))
            self.assertAlmostEqual(float(row["uncertainty"]), rate * (1 - rate), places=12)
        if summary["model"] == "ridge":
            self.assertEqual(len(result["contributions"]), summary["open"] * len(result["terms"]))
        windows = result["backtest"]["windows"]
        self.assertGreater(len(windows), 3)
        self.assertTrue(windows[0]["too_little"])
        self.assertIsNone(windows[0]["expected"])
        known = [row for row in windows if not row["too_little"]]
        bias = sum(row["expected"] - row["actual"] for row in known) / sum(row["actual"] for row in known)
        self.assertAlmostEqual(float(result["backtest"]["bias"]), float(bias), places=12)

    def test_doubts_are_in_order(self):
        effects = [row["effect"] for row in self.json(*self.call)["doubts"]]
        self.assertGreater(len(effects), 5)
        self.assertEqual(effects, sorted(effects, reverse=True))

    def test_for_people(self):
        text = self.good(*self.call).out
        table = text.split("\nDeals: the top 20 of 400\n")[1].split("\n\n")[0].splitlines()
        shown = [line for line in table if line.startswith("  D")]
        self.assertEqual(len(shown), 20)
        # The most probable first, so that closed deals are seen last.
        chances = [float(line.split(" %")[0].split()[-1]) for line in shown]
        self.assertEqual(chances, sorted(chances, reverse=True))
        self.assertNotIn("closed", " ".join(shown))
        for line in text.splitlines():
            self.assertLessEqual(len(line), 120, line)
            self.assertEqual(line, line.rstrip())
        for view in (
            "forecast",
            "months",
            "partners",
            "categories",
            "measures",
            "calibration",
            "rates",
            "curves",
            "terms",
        ):
            self.assertNotEqual(self.run_command(*self.call, "--view", view).out + "x", "x")

    def test_own_features(self):
        rows = "".join(f"D{i},seats,{(i * 37) % 101}\n" for i in range(400))
        self.write("features.csv", "deal,feature,value\n" + rows)
        terms = self.json(*self.call, "--features", "features.csv").get("terms")
        self.assertIn("seats", [term["feature"] for term in terms or [{"feature": "seats"}]])
        # One that only the lost have missing tells the outcome.
        lost = {row["deal"] for row in rows_of(Path(self.path("deals.csv")).read_text()) if row["outcome"] == "lost"}
        kept = "".join(line for line in rows.splitlines(True) if line.split(",")[0] not in lost)
        self.write("features.csv", "deal,feature,value\n" + kept)
        says = ("features.csv: feature: ", '"seats"', "missing")
        self.bad(DATA, *self.call, "--features", "features.csv", says=says)


class Checks(PipelineTest):
    def check(self, *arguments, code=SUCCESS):
        result = self.run_command("check", *arguments)
        self.assertEqual((result.code, result.err), (code, ""), result.out)
        return result.out

    def test_process_in_plain_sentences(self):
        text = self.check("process.json")
        self.assertTrue(text.startswith("process.json: process\n"), text)
        for words in (
            "2 stages and 3 milestones",
            "qualified is passed when budget and need hold",
            "90 days",
            "Who signs?",
        ):
            self.assertIn(words, " ".join(text.split()))
        self.assertTrue(text.endswith("no fault found\n"), text)
        shutil.copy(self.path("process.json"), self.path("ours.json"))
        self.assertEqual(self.check("ours.json"), text.replace("process.json:", "ours.json:"))
        for name in (("--process", "process.json"), ("process.json",)):
            self.assertEqual(self.check(*name), text)

    def test_all_files(self):
        text = self.check("process.json", "deals.csv", "milestones.csv", "claims.csv")
        for words in (
            "deals.csv: deals\n",
            "milestones.csv: milestones\n",
            "claims.csv: claims\n",
            "  deal         2 different",
        ):
            self.assertIn(words, text)
        self.assertIn('look at: process.json: no row has the milestone "contact", which it mentions', text)
        self.assertTrue(text.endswith("no fault found, 1 thing to look at\n"), text)

    def test_files_are_known_by_their_headers(self):
        for name in ("deals", "milestones", "claims"):
            shutil.copy(self.path(f"{name}.csv"), self.path(f"x-{name}.csv"))
        self.write("x-features.csv", "deal,feature,value\nD1,seats,4\n")
        self.write("x-measures.csv", "label,probability\n1,0.5\n")
        text = self.check(*(f"x-{name}.csv" for name in ("deals", "milestones", "claims", "features", "measures")))
        for name in ("deals", "milestones", "claims", "features"):
            self.assertIn(f"x-{name}.csv: {name}\n", text)
        self.assertIn("x-measures.csv: predictions\n", text)

    def test_every_fault_with_its_line(self):
        self.write(
            "deals.csv",
            HEADER
            + "D1,acme,2026-01-01,2026-02-01,won,100.00,,\n"
            + "D1,acme,2026-01-05,,open,,proposed,0.8\n"
            + "D2,acme,2026-01-05,2025-01-01,lost,,qualified,0.8\n"
            + "D3,acme,2026-01-05,,lost,,qualified,80\n"
            + "D4,acme,2026-01-05,,won,,,\n"
            + "D5,acme,2026-01-05,2026-03-01,open,,Proposed,\n"
            + "d5,acme,2026-01-05,,open,,3,\n"
            + "D6,acme,2999-01-05,,open,,2,\n",
        )
        self.write(
            "milestones.csv",
            "deal,milestone,day,done\nD1,budget,2026-01-09,1\nD9,Need,2026-01-10,1\nD2,need,2026-01-10,maybe\n",
        )
        self.write(
            "claims.csv",
            "deal,day,stage,probability,close\nD2,2026-01-09,qualified,0.5,2999-01-01\nD8,2026-01-09,qualifie,.5,\n",
        )
        text = self.check("process.json", "deals.csv", "milestones.csv", "claims.csv", code=DATA)
        faults = [line[9:] for line in text.splitlines() if line.startswith("  fault: ")]
        self.assertEqual(
            faults,
            [
                'deals.csv:3: deal: "D1" stands in line 2 already, expected each once',
                'deals.csv:5: claimed_probability: "80" is no share, expected 0 to 1: 0.8 or "80 %"',
                "deals.csv:4: closed: 2025-01-01 lies before 2026-01-05, the day of opened",
                "deals.csv:6: closed: is empty though outcome is won, expected both or neither",
                "deals.csv:7: outcome: is open though there is a day of closed, expected both or neither",
                'milestones.csv:4: done: "maybe" is not true or false',
                'milestones.csv:3: deal: "D9" is none of deals.csv without its bad rows',
                'claims.csv:3: deal: "D8" is none of deals.csv without its bad rows',
                'milestones.csv:3: milestone: "Need" is no milestone of process.json (did you mean need?)',
                'deals.csv:7: claimed_stage: "Proposed" is no stage of process.json (did you mean proposed?) '
                "(and there are more)",
                'claims.csv:3: stage: "qualifie" is no stage of process.json (did you mean qualified?)',
            ],
        )
        # A day on which a deal is said to close lies ahead by its nature.
        self.assertIn("look at: deals.csv:9: opened: 2999-01-05 lies in the future", text)
        self.assertNotIn("close: 2999", text)
        self.assertIn('deal: "D5" and "d5" differ only in case or spaces', text)
        self.assertIn("11 faults found", text)

    def test_what_a_file_lacks(self):
        self.write("deals.csv", "deal,opened,closed\nD1,2026-01-01,2026-02-01\n")
        text = self.check("deals.csv", code=DATA)
        self.assertIn("fault: deals.csv: there is closed and no outcome, expected both or neither", text)
        self.write("deals.csv", "deal,opened,outcome\nD1,2026-01-01,won\n")
        text = self.check("deals.csv", code=DATA)
        self.assertIn("fault: deals.csv:2: closed: is empty though outcome is won, expected both or neither", text)
        self.write("partners.csv", "partner,joined,left\nacme,2026-02-01,2026-01-01\n")
        text = self.check("partners.csv", code=DATA)
        self.assertIn("fault: partners.csv:2: left: 2026-01-01 lies before 2026-02-01, the day of joined", text)


class Reports(PipelineTest):
    def test_folder(self):
        self.write("all/deals.csv", DEALS)
        self.bad(DATA, "report", "all", says="there is no process.json in this folder, which pipeline needs")
        self.write("all/process.json", json.dumps(PROCESS))
        self.write("all/milestones.csv", MILESTONES)
        self.write("all/partners.csv", "partner,name\nbolt,Bolt AG\nacme,Acme Ltd\n")
        result = self.run_command("report", "all")
        self.assertEqual(result.code, SUCCESS, result.err)
        for words in ("Pipeline — ", "As of 2026-02-01 there are 2 deals", "Doubts worth raising", "Bolt AG (bolt)"):
            self.assertIn(words, result.out)
        self.assertLess(result.out.count("\n"), 50)
        found = json.loads(self.run_command("report", "all", "--format", "json").out)
        self.assertEqual([line["deal"] for line in found["pipeline"]["deals"]], ["D1", "D2"])
        self.assertEqual([line["partner"] for line in found["pipeline"]["visibility"]], ["bolt", "acme"])

    def test_a_build_that_cannot_learn_shows_the_rest(self):
        self.write("all/deals.csv", DEALS)
        self.write("all/process.json", json.dumps(PROCESS))
        result = self.run_command("report", "all", "--format", "json")
        self.assertEqual(result.code, SUCCESS, result.err)
        if "without GSL" in result.err:
            self.assertIn("partner: pipeline goes on with state_only: ", result.err)
            self.assertTrue(json.loads(result.out)["pipeline"]["options"]["state_only"])
        else:
            self.assertFalse(json.loads(result.out)["pipeline"]["options"]["state_only"])


class Measures(PipelineTest):
    """Log loss, AUC and Brier score by definition."""

    def setUp(self):
        super().setUp()
        rng = random.Random(11)
        self.rows = []
        for _ in range(200):
            chance = rng.choice((0.1, 0.25, 0.4, 0.6, 0.9, round(rng.random(), 3)))
            claim = round(min(1.0, chance + 0.2), 3) if rng.random() < 0.7 else None
            self.rows.append((int(rng.random() < chance), chance, claim))
        lines = [f"{y},{p!r},{'' if c is None else repr(c)}\n" for y, p, c in self.rows]
        self.write("p.csv", "won,forecast,claimed\n" + "".join(lines))

    @staticmethod
    def loss(pairs):
        clipped = [(y, min(max(p, 1e-6), 1 - 1e-6)) for y, p in pairs]
        return -math.fsum(math.log(p if y else 1 - p) for y, p in clipped) / len(pairs)

    def test_figures(self):
        result = self.json("measures", "p.csv")
        summary = result["summary"]
        won = [p for y, p, _ in self.rows if y]
        lost = [p for y, p, _ in self.rows if not y]
        pairs = sum(2 * (w > x) + (w == x) for w in won for x in lost)
        self.assertEqual((summary["rows"], summary["positive"]), (200, len(won)))
        self.assertEqual(float(summary["auc"]), float(Fraction(pairs, 2 * len(won) * len(lost))))
        self.assertAlmostEqual(float(summary["log_loss"]), self.loss([(y, p) for y, p, _ in self.rows]), places=12)
        brier = math.fsum((y - p) ** 2 for y, p, _ in self.rows) / 200
        self.assertAlmostEqual(float(summary["brier"]), brier, places=12)
        self.assertAlmostEqual(
            float(summary["reliability"] - summary["resolution"] + summary["uncertainty"]), brier, places=12
        )
        both = [(y, p, c) for y, p, c in self.rows if c is not None]
        self.assertEqual(summary["compared"], len(both))
        skill = 1 - self.loss([(y, p) for y, p, _ in both]) / self.loss([(y, c) for y, _, c in both])
        self.assertAlmostEqual(float(summary["skill"]), skill, places=11)
        groups = result["calibration"]
        self.assertLessEqual(len(groups), 10)
        self.assertEqual(sum(group["rows"] for group in groups), 200)
        for group in groups:
            inside = [(y, p) for y, p, _ in self.rows if group["lowest"] <= Decimal(repr(p)) <= group["highest"]]
            self.assertEqual(group["rows"], len(inside))
            self.assertAlmostEqual(float(group["observed"]), sum(y for y, _ in inside) / len(inside), places=12)

    def test_ways_to_write_it(self):
        rows = rows_of(self.good("measures", "p.csv", "--format", "csv").out)
        self.assertEqual(list(rows[0]), ["rows", "lowest", "highest", "expected", "observed"])
        text = self.good("measures", "p.csv").out
        for words in ("Measures — ", "The AUC is 0.", "Calibration\n"):
            self.assertIn(words, text)
        self.assertEqual(len(self.json("measures", "p.csv", "--set", "groups=3")["calibration"]), 3)

    def test_one_class(self):
        self.write("p.csv", "label,probability\n1,0.5\n1,0.75\n")
        self.assertIsNone(self.json("measures", "p.csv")["summary"]["auc"])

    def test_bad_rows(self):
        for row, says in (
            ("2,0.5", 'p.csv:2: label: "2" is not true or false'),
            ("1,55", 'p.csv:2: probability: "55" is no share, expected 0 to 1: 0.55 or "55 %"'),
            ("1,", "p.csv:2: probability: is empty, expected a value (probability that was said)"),
            ("1,nan", "p.csv:2: probability: "),
        ):
            self.write("p.csv", "label,probability\n" + row + "\n")
            self.bad(DATA, "measures", "p.csv", "--output", "out.json", says=says)


if __name__ == "__main__":
    test_cli.COMMAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
