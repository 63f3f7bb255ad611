#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of what the command writes: python3 tests/test_output.py PATH_TO_partner [unittest options]

The forms are those of spec/cli.md; each figure asserted is computed here. The same result is written as JSON, CSV
and table, and the three must say the same.
"""

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import unicodedata
import unittest
from decimal import ROUND_HALF_EVEN, Decimal

COMMAND = ""

# Ids as real exports have them, and as nobody should have them.
NASTY = [
    "plain",
    'with "quotes"',
    "comma, here",
    "back\\slash",
    "tab\there",
    "escape \x1b[31mred",
    "line\nbreak",
    "Öhrström & Söhne",
    "株式会社ミライ",
    "line\u2028separator",
    "right\u202eleft",
    "emoji 🚲",
    "del\x7f",
    "c1\u0085x",
    "=1+2",
    "007",
]
NAMES = [f"Name {i} of {'Gesellschaft ' * (i % 4)}" for i in range(len(NASTY))]
AMOUNTS = [Decimal(10) ** (7 - i // 3) + Decimal(i) / 100 for i in range(len(NASTY))]
AMOUNTS[7], AMOUNTS[9] = Decimal("-12.34"), Decimal(0)


def table(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def width(text):
    """Columns of a terminal, by Python's own tables."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class OutputTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="partner-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.write(
            "sales.csv",
            table(
                [["partner", "day", "amount"]]
                + [[id, "2025-01-10", amount] for id, amount in zip(NASTY, AMOUNTS)]
                + [[NASTY[0], "2024-01-10", "5"], [NASTY[1], "2024-02-10", "7.5"]]
            ),
        )
        self.write(
            "partners.csv",
            table(
                [["partner", "name", "group"]]
                + [[id, name, ["North", "South", ""][i % 3]] for i, (id, name) in enumerate(zip(NASTY, NAMES))]
            ),
        )

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)

    def run_command(self, *arguments, **options):
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([COMMAND, *arguments], cwd=self.folder, stderr=subprocess.PIPE, check=False, **options)

    def good(self, *arguments):
        done = self.run_command(*arguments)
        self.assertEqual((done.returncode, done.stderr.decode()), (0, ""), arguments)
        return done.stdout.decode("utf-8")

    def pareto(self, *arguments):
        return self.good("pareto", "sales.csv", "--partners", "partners.csv", "--from", "2025-01-01", *arguments)

    def rows(self, *arguments):
        text = self.pareto("--format", "csv", *arguments)
        self.assertNotIn("\r", text.replace("\r\n", ""))
        return list(csv.DictReader(io.StringIO(text, newline="")))

    # --- JSON ---

    def test_json_holds_every_id(self):
        result = json.loads(self.pareto("--format", "json"))
        self.assertEqual([line["partner"] for line in result["partners"]], NASTY)

    def test_json_keys(self):
        result = json.loads(self.pareto("--format", "json", "--lorenz", "5", "--leave-one-out"))
        self.assertEqual(
            list(result),
            [
                "version",
                "analysis",
                "options",
                "inputs",
                "summary",
                "partners",
                "groups",
                "group_classes",
                "lorenz",
                "leave_one_out",
            ],
        )
        self.assertEqual(
            list(result["partners"][0]), ["partner", "amount", "group", "rank", "share", "cumulative_share", "class"]
        )
        self.assertEqual(list(result["summary"]["top_share"]), ["1", "5", "10", "20", "50"])
        self.assertEqual([line["class"] for line in result["summary"]["classes"]], ["A", "B", "C", "none"])
        self.assertEqual(result["summary"]["partners"], len(NASTY))
        self.assertIsNone(result["partners"][2]["group"])
        self.assertIn(result["leave_one_out"]["gini_low_partner"], NASTY)
        self.assertEqual(len(result["lorenz"]), 5)

    # Everything that needs no distributions.
    REST = (
        "--to",
        "2025-02-01",
        "--previous",
        "2024-01-01..2024-02-01",
        "--resample",
        "--replicates",
        "20",
        "--xyz-days",
        "7",
    )

    def test_json_keys_of_the_rest(self):
        """cli.md, output of each analysis; xyz is an object, for it has figures of its own."""
        result = json.loads(self.pareto("--format", "json", *self.REST))
        self.assertEqual(
            list(result),
            [
                "version",
                "analysis",
                "options",
                "inputs",
                "summary",
                "partners",
                "groups",
                "group_classes",
                "resampling",
                "xyz",
                "change",
            ],
        )
        self.assertEqual(
            list(result["partners"][0])[-6:],
            ["cv", "xyz", "periods", "previous_class", "contribution", "contribution_share"],
        )
        self.assertEqual(
            list(result["resampling"]),
            ["gini", "top_share_20", "vital_fraction", "confidence", "seed", "replicates", "redrawn"],
        )
        self.assertEqual(list(result["resampling"]["gini"]), ["low", "high"])
        self.assertEqual(
            list(result["xyz"]),
            [
                "period",
                "period_days",
                "periods",
                "from_day",
                "to_day",
                "left_out_from",
                "left_out_to",
                "after_from",
                "after_to",
                "classes",
            ],
        )
        self.assertEqual((result["xyz"]["period"], result["xyz"]["period_days"]), ("days", 7))
        self.assertEqual(list(result["xyz"]["classes"][0]), ["abc", "xyz", "partners", "amount"])
        self.assertEqual(
            list(result["change"]),
            ["previous_total", "total", "gini", "hhi", "previous_gini", "previous_hhi", "at_risk", "moves"],
        )
        self.assertEqual(list(result["change"]["moves"][0]), ["from", "to", "partners", "amount"])
        self.assertEqual(list(result["change"]["at_risk"]), ["1", "3", "5"])

    def test_json_money_has_its_minor_digits(self):
        for places, arguments in ((2, ()), (0, ("--minor-units", "0", "--quiet")), (4, ("--minor-units", "4"))):
            text = self.pareto("--format", "json", *arguments)
            found = json.loads(text, parse_float=str, parse_int=str)
            for line, amount in zip(found["partners"], AMOUNTS):
                exact = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
                self.assertEqual(line["amount"], f"{exact:f}")

    def test_json_options_are_those_in_effect(self):
        options = json.loads(self.pareto("--format", "json"))["options"]
        self.assertEqual(
            (options["cuts"], options["population"], options["min_sales"], options["minor_units"]),
            ([0.8, 0.95], "all", 1, 2),
        )
        self.assertEqual((options["from_day"], options["to_day"], options["threads"]), ("2025-01-01", None, 1))
        self.assertIs(options["leave_one_out"], False)
        options = json.loads(
            self.pareto(
                "--format",
                "json",
                "--cuts",
                "50%,0.75",
                "--minor-units",
                "0",
                "--to",
                "2026-01-01",
                "--threads",
                "all",
                "--quiet",
            )
        )["options"]
        self.assertEqual(
            (options["cuts"], options["minor_units"], options["to_day"], options["threads"]),
            ([0.5, 0.75], 0, "2026-01-01", "all"),
        )

    def test_json_of_nothing(self):
        self.write("sales.csv", b"partner,amount\nA,0\nB,0\n")
        result = json.loads(self.good("pareto", "sales.csv", "--format", "json"))
        for name in ("gini", "hhi", "theil", "vital_fraction", "kolkata_index"):
            self.assertIsNone(result["summary"][name], name)
        self.assertEqual([line["class"] for line in result["partners"]], ["none", "none"])
        self.assertIsNone(result["partners"][0]["share"])

    def test_json_is_readable(self):
        lines = self.pareto("--format", "json").split("\n")
        self.assertEqual([line for line in lines if line != line.rstrip()], [])
        partners = [line for line in lines if line.startswith('    {"partner": ')]
        self.assertEqual(len(partners), len(NASTY))

    # --- CSV ---

    def test_csv_says_what_json_says(self):
        result = json.loads(self.pareto("--format", "json", "--lorenz", "7"), parse_float=str, parse_int=str)

        def text(value):
            return "" if value is None else value

        for view, rows in (
            ("partners", result["partners"]),
            ("classes", result["summary"]["classes"]),
            ("group_classes", result["group_classes"]),
            ("lorenz", result["lorenz"]),
        ):
            told = self.rows("--lorenz", "7", "--view", view)
            self.assertEqual(told, [{name: text(value) for name, value in row.items()} for row in rows], view)
        for told, row in zip(self.rows("--view", "groups"), result["groups"]):
            for top, value in row.pop("top_share").items():
                row[f"top_share_{top}"] = value
            self.assertEqual(told, {name: text(value) for name, value in row.items()})
        self.assertEqual(self.rows(), self.rows("--view", "partners"))
        summary = self.rows("--view", "summary")
        self.assertEqual([row["gini"] for row in summary], [result["summary"]["gini"]])

    def test_csv_of_the_rest(self):
        """A table whose name an earlier one has is called by its view and its name."""
        result = json.loads(self.pareto("--format", "json", *self.REST), parse_float=str, parse_int=str)

        def text(value):
            return "" if value is None else value

        for view, rows in (
            ("partners", result["partners"]),
            ("moves", result["change"]["moves"]),
            ("classes", result["summary"]["classes"]),
            ("xyz.classes", result["xyz"]["classes"]),
        ):
            told = self.rows(*self.REST, "--view", view)
            self.assertEqual(told, [{name: text(value) for name, value in row.items()} for row in rows], view)
        self.assertEqual(
            self.rows(*self.REST, "--view", "xyz"),
            [{name: text(value) for name, value in result["xyz"].items() if name != "classes"}],
        )
        change = {name: value for name, value in result["change"].items() if name != "moves"}
        for top, value in change.pop("at_risk").items():
            change[f"at_risk_{top}"] = value
        self.assertEqual(self.rows(*self.REST, "--view", "change"), [change])
        ranges = self.rows(*self.REST, "--view", "resampling")[0]
        self.assertEqual((ranges["gini_low"], ranges["gini_high"]), tuple(result["resampling"]["gini"].values()))

    def test_csv_quotes_as_the_rfc_says(self):
        text = self.pareto("--format", "csv")
        self.assertIn('\n"with ""quotes""",', text)
        self.assertIn('\n"comma, here",', text)
        self.assertIn('\n"line\nbreak",', text)
        self.assertIn("\nback\\slash,", text)

    def test_csv_of_growth(self):
        arguments = (
            "totals",
            "sales.csv",
            "--from",
            "2025-01-01",
            "--to",
            "2025-02-01",
            "--previous",
            "2024-01-01..2024-02-01",
            "--format",
            "csv",
            "--view",
        )
        rows = list(csv.DictReader(io.StringIO(self.good(*arguments, "growth"), newline="")))
        self.assertEqual(list(rows[0]), ["partner", "previous_revenue", "revenue", "growth", "state"])
        self.assertEqual((rows[0]["previous_revenue"], rows[0]["revenue"]), ("5.00", "10000000.00"))
        self.assertEqual(float(rows[0]["growth"]), (1000000000 - 500) / 500)
        self.assertEqual([row["state"] for row in rows[:2]], ["grown", "new"])
        self.assertEqual(rows[1]["growth"], "")
        states = list(csv.DictReader(io.StringIO(self.good(*arguments, "states"))))
        self.assertEqual([row["state"] for row in states], ["new", "lost", "grown", "shrunk", "steady", "none"])

    def test_unknown_and_absent_views(self):
        for arguments, says in (
            (("--view", "clases"), "classes"),
            (("--view", "lorenz"), "none"),
            (("--view", "xyz.clases"), "did you mean xyz.classes?"),
            (("--view", "xyz.classes"), "none"),
            (("--view", "moves"), "none"),
        ):
            done = self.run_command("pareto", "sales.csv", "--format", "csv", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertEqual(done.stderr.count(b"\n"), 1)
            self.assertIn(says, done.stderr.decode())

    # --- tables ---

    def test_table_keeps_the_terminal_safe(self):
        text = self.pareto("--leave-one-out", "--lorenz", "5")
        self.assertEqual([c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")], [])
        self.assertIn("escape \\x1B[31mred", text)
        self.assertIn("line\\x0Abreak", text)

    def test_table_is_aligned(self):
        text = self.pareto("--leave-one-out", "--lorenz", "5")
        block = re.search(r"\nPartners\n(.*?)\n\n", text, re.S).group(1).split("\n")
        header = block[1]
        ends = header.index("amount") + len("amount")
        for line in block[2:]:
            before = [i for i in range(len(line)) if width(line[:i]) == ends]
            self.assertRegex(line[: before[0]], r"[0-9]\.[0-9][0-9]$")
        self.assertEqual([line for line in text.split("\n") if line != line.rstrip()], [])
        tables = [line for line in text.split("\n") if "sha256" not in line]
        self.assertLessEqual(max(map(width, tables)), 120)

    def test_crossed_tables(self):
        """Classes before and after, and by revenue and regularity: one as lines, the other as columns."""
        result = json.loads(self.pareto("--format", "json", *self.REST))
        text = self.pareto(*self.REST)
        for heading, down, across, rows in (
            ("How many partners moved from class to class", "from", "to", result["change"]["moves"]),
            ("Partners by revenue and regularity", "abc", "xyz", result["xyz"]["classes"]),
        ):
            lines = text[text.index(f"\n{heading}\n") + 1 :].split("\n")
            for name, first in (("partners", 1), ("amount", 9)):
                columns = list(dict.fromkeys(row[across] for row in rows))
                self.assertEqual(lines[first + 1].split(), [across])
                self.assertEqual(lines[first + 2].split(), [down, *columns])
                for i, key in enumerate(dict.fromkeys(row[down] for row in rows)):
                    told = re.split(r" {2,}", lines[first + 3 + i].strip())
                    form = "{:,}" if name == "partners" else "{:,.2f}"
                    wanted = [form.format(row[name]).replace(",", " ") for row in rows if row[down] == key]
                    self.assertEqual(told, [key, *wanted])
                # The end of every value stands under the end of its column's name.
                ends = [match.end() for match in re.finditer(r"\S+", lines[first + 2])][1:]
                for line in lines[first + 3 : first + 7]:
                    self.assertEqual([match.end() for match in re.finditer(r"\S+(?: \S+)*", line)][1:], ends)

    def test_a_table_too_wide_to_be_crossed(self):
        """With eight cuts there are ten classes, and amounts like 10 000 000 001.00 would need 180 columns; counts do
        not."""
        self.write(
            "sales.csv",
            table(
                [["partner", "day", "amount"], ["P0", "2024-01-10", "1"]]
                + [[f"P{i}", "2025-01-10", 10**10 + i] for i in range(20)]
            ),
        )
        text = self.good(
            "pareto", "sales.csv", "--from", "2025-01-01", *self.REST[:4], "--cuts", "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8"
        )
        block = text[text.index("\nHow many partners moved") :].split("\n")
        self.assertEqual(block[4].split(), ["from", *"ABCDEFGHI", "none"])
        self.assertIn("  Too wide: amount. All of it: --format csv --view moves", block)
        self.assertLessEqual(max(map(width, text[: text.index("\nlibpartner ")].split("\n"))), 120)

    def test_figures_are_aligned(self):
        """The values of a list of figures end in one column, whatever the length of the names."""
        text = self.pareto("--resample", "--replicates", "20")
        lines = text[text.index("\nHow far the figures would move") :].split("\n\n")[0].split("\n")[2:]
        self.assertIn("  vital fraction high", "\n".join(lines))
        self.assertEqual(len({len(re.match(r"  .*?  +[0-9. ]+(?: %)?(?=  |$)", line).group()) for line in lines}), 1)

    def test_table_groups_thousands_by_spaces(self):
        text = self.pareto()
        total = sum(a for a in AMOUNTS if a > 0)
        self.assertIn(f"{total:,.2f}".replace(",", " "), text)
        self.assertIn("10 000 000.00", text)

    def test_table_shows_the_largest_first(self):
        text = self.pareto("--top", "3")
        self.assertIn("the top 3 of 16", text)
        self.assertIn("… and 13 more", text)
        block = text[text.index("Partners: the top 3") :]
        largest = sorted(range(len(AMOUNTS)), key=lambda i: (-AMOUNTS[i], i))[:3]
        places = [block.index(NAMES[i].split(" of")[0]) for i in largest]
        self.assertEqual(places, sorted(places))

    def test_bars_are_in_proportion(self):
        self.write("sales.csv", b"partner,amount\nA,800\nB,400\nC,100\nD,0\n")
        text = self.good("pareto", "sales.csv")
        bars = [
            sum("▏▎▍▌▋▊▉█".index(c) + 1 for c in line if c in "▏▎▍▌▋▊▉█")
            for line in text[text.index("\nPartners\n") :].split("\n")[4:8]
        ]
        self.assertEqual([bars[0], bars[0] / bars[1], bars[0] / bars[2], bars[3]], [80, 2, 8, 0])

    def test_colour_is_for_terminals(self):
        self.assertNotIn("\033", self.pareto())

    def test_table_ends_with_the_audit(self):
        text = self.pareto("--cuts", "0.5,0.75")
        self.assertRegex(text, r"\nlibpartner [0-9.]+\n  sales: sales\.csv, 18 rows, sha256 [0-9a-f]{64}\n")
        self.assertIn("pareto options: from_day=2025-01-01 cuts=0.5,0.75\n", text)

    # --- anonymous ---

    def test_anonymous_in_every_form(self):
        numbered = [f"Partner {i + 1}" for i in range(len(NASTY))]
        result = json.loads(self.pareto("--anonymous", "--format", "json", "--leave-one-out"))
        self.assertEqual([line["partner"] for line in result["partners"]], numbered)
        self.assertIn(result["leave_one_out"]["hhi_low_partner"], numbered)
        self.assertEqual([row["partner"] for row in self.rows("--anonymous")], numbered)
        texts = [self.pareto("--anonymous", "--leave-one-out", "--format", form) for form in ("json", "csv", "table")]
        for text in texts:
            for secret in [id for id in NASTY if id not in ("007", "plain")] + [name.split(" of")[0] for name in NAMES]:
                self.assertNotIn(secret.replace("\n", "\\n"), text)
        self.assertIn("Partner 1 ", texts[2])

    # --- report ---

    def test_report(self):
        result = json.loads(self.good("report", ".", "--format", "json"))
        self.assertEqual(list(result), ["version", "inputs", "advice", "totals", "pareto", "segment"])
        self.assertEqual(sorted(result["inputs"]), ["partners", "sales"])
        self.assertEqual(list(result["pareto"])[:3], ["options", "summary", "partners"])
        alone = json.loads(self.good("pareto", "sales.csv", "--partners", "partners.csv", "--format", "json"))
        self.assertEqual(result["pareto"]["summary"], alone["summary"])
        text = self.good("report", ".")
        self.assertIn("Partners and revenue by class", text)
        self.assertNotIn("--format csv", text)
        self.assertNotIn("moved from class to class", text)
        text = self.good(
            "report", ".", "--from", "2025-01-01", "--to", "2025-02-01", "--previous", "2024-01-01..2024-02-01"
        )
        self.assertEqual(text.count("How many partners moved from class to class"), 1)
        self.assertNotIn("changed by", text)  # the amounts of the moves
        self.assertNotIn("\n\n\n", text)
        self.assertNotIn("Change between the windows", text)
        done = self.run_command("report", ".", "--format", "csv")
        self.assertEqual((done.returncode, done.stdout), (2, b""))

    # --- where it goes ---

    def test_output_keeps_mode_and_link(self):
        self.write("target.json", b"old")
        os.chmod(self.path("target.json"), 0o640)
        os.symlink("target.json", self.path("link.json"))
        self.pareto("--format", "json", "--output", "link.json")
        self.assertTrue(os.path.islink(self.path("link.json")))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("target.json")).st_mode), 0o640)
        with open(self.path("target.json"), encoding="utf-8") as file:
            self.assertEqual(len(json.load(file)["partners"]), len(NASTY))
        self.assertEqual(sorted(os.listdir(self.folder)), ["link.json", "partners.csv", "sales.csv", "target.json"])

    def test_output_to_devices(self):
        self.assertEqual(self.pareto("--output", "/dev/stdout", "--format", "csv"), self.pareto("--format", "csv"))
        self.assertEqual(self.pareto("--output", "-", "--format", "csv"), self.pareto("--format", "csv"))
        with open(self.path("log"), "ab") as log:
            log.write(b"before\n")
            log.flush()
            done = self.run_command("pareto", "sales.csv", "--format", "csv", "--output", "/dev/stdout", stdout=log)
        self.assertEqual(done.returncode, 0)
        with open(self.path("log"), "rb") as log:
            self.assertTrue(log.read().startswith(b"before\npartner,amount,"))

    def test_full_disk(self):
        for arguments in (("--output", "/dev/full"), ()):
            with open("/dev/full", "wb") as full:
                done = self.run_command("pareto", "sales.csv", *arguments, **({} if arguments else {"stdout": full}))
            self.assertEqual(done.returncode, 3)
            self.assertEqual(done.stderr.count(b"\n"), 1)
            self.assertIn(b"No space left", done.stderr)


def main():
    global COMMAND
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    COMMAND = os.path.abspath(sys.argv.pop(1))
    result = unittest.main(exit=False, verbosity=1).result
    failed, skipped = len(result.failures) + len(result.errors), len(result.skipped)
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
