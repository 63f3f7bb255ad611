#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the command `partner`: python3 tests/test_cli.py PATH_TO_partner [unittest options]

Every figure asserted is computed here (Decimal, Fraction) or stands in the specification. Tests on real data
need the environment variable PARTNER_REAL_DATA and are skipped, and say so, without it.
"""

import contextlib
import csv
import datetime
import gzip
import hashlib
import io
import json
import math
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

COMMAND = ""
DOCS = Path(__file__).resolve().parent.parent / "docs"
REAL_DATA = os.environ.get("PARTNER_REAL_DATA")

SUCCESS, DATA, USAGE, SYSTEM = 0, 1, 2, 3

SALES = (
    "partner,day,amount\nAcme,2025-01-10,1000.50\nBolt,2025-01-11,250\nAcme,2025-02-01,-100.25\nCato,2025-03-05,33.33\n"
)


# --- what the figures should be, computed apart from the library ---


def cents(text, places=2):
    """A decimal in minor units, rounded half to even."""
    return int((Decimal(text) * 10**places).quantize(Decimal(1), ROUND_HALF_EVEN))


def revenue_of(rows):
    """Cents by partner, in order of first sight."""
    totals = {}
    for partner, amount in rows:
        totals[partner] = totals.get(partner, 0) + cents(amount)
    return totals


def concentration_of(amounts):
    """Gini and HHI by definition, in exact arithmetic."""
    values = sorted(max(a, 0) for a in amounts)
    count, total = len(values), sum(values)
    weighted = sum((2 * j - count - 1) * v for j, v in enumerate(values, 1))
    return Fraction(weighted, count * total), Fraction(sum(v * v for v in values), total**2)


def gini_of(amounts):
    """Rounded once."""
    return float(concentration_of(amounts)[0])


def hhi_of(amounts):
    return float(concentration_of(amounts)[1])


def classes_of(amounts, cuts=(800000, 950000)):
    """The class rule of the specification, in integers."""
    values = [max(a, 0) for a in amounts]
    total = sum(values)
    result = []
    for value in values:
        before = sum(v for v in values if v > value)
        names = [chr(ord("A") + i) for i in range(len(cuts) + 1)]
        fits = [name for name, cut in zip(names, cuts) if before * 10**6 < cut * total] + [names[-1]]
        result.append(fits[0] if value > 0 else "none")
    return result


def moves_of(before, after):
    """(from, to): (partners, change in cents), of the same partners in two periods."""
    result = {}
    for x, y, v1, v2 in zip(classes_of(before), classes_of(after), before, after, strict=True):
        count, change = result.get((x, y), (0, 0))
        result[x, y] = (count + 1, change + max(v2, 0) - max(v1, 0))
    return result


# --- running the command ---


class Result:
    def __init__(self, process, out, err):
        self.code, self.raw = process.returncode, out
        self.out = out.decode("utf-8")
        self.err = err.decode("utf-8")

    def json(self):
        return json.loads(self.out, parse_float=Decimal)


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="partner-")
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, content):
        if isinstance(content, str):
            content = content.encode("utf-8")
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(content)
        return name

    def run_command(self, *arguments, stdin=b"", **options):
        process = subprocess.Popen(
            [COMMAND, *arguments],
            stdin=subprocess.PIPE,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            cwd=self.folder.name,
            **options,
        )
        out, err = process.communicate(stdin, timeout=120)
        return Result(process, out or b"", err)

    def good(self, *arguments, stdin=b"", warnings=0):
        """The command succeeds with so many lines on standard error."""
        result = self.run_command(*arguments, stdin=stdin)
        self.assertEqual(result.code, SUCCESS, result.err)
        self.assertEqual(result.err.count("\n"), warnings, result.err)
        return result

    def json(self, *arguments, stdin=b"", warnings=0):
        return self.good(*arguments, "--format", "json", stdin=stdin, warnings=warnings).json()

    def revenue(self, *arguments, stdin=b"", warnings=0):
        """Revenue by partner as the command's text has it."""
        lines = self.json("totals", *arguments, stdin=stdin, warnings=warnings)["partners"]
        return {line["partner"]: line["revenue"] for line in lines}

    def bad(self, code, *arguments, says=(), stdin=b"", **options):
        """The command fails: the right exit code, one line on standard error, nothing on standard output and no
        file that was not there before."""
        before = self.files()
        result = self.run_command(*arguments, stdin=stdin, **options)
        self.assertEqual(result.code, code, f"{arguments}: {result.err}")
        self.assertEqual(result.err.count("\n"), 1, result.err)
        self.assertTrue(result.err.endswith("\n"))
        self.assertEqual(result.raw, b"")
        self.assertEqual(self.files(), before)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, result.err)
        return result

    def bad_file(self, content, *arguments, says=(), code=DATA):
        self.write("sales.csv", content)
        self.bad(code, "pareto", "sales.csv", "--output", "out.json", *arguments, says=says)
        return self.bad(code, "pareto", "sales.csv", *arguments, says=says)

    def needs_distributions(self):
        """A build without GSL says so, and which option of the build would do it."""
        self.write("two.csv", "partner,amount\nA,1\nB,2\n")
        result = self.run_command("pareto", "two.csv", "--tail")
        if "-Dgsl=" in result.err:
            self.bad(DATA, "pareto", "two.csv", "--tail", says=("-Dgsl=disabled", "-Dgsl=private"))
            self.skipTest("this build has no GSL")

    def files(self):
        return sorted(os.path.join(where, name) for where, _, names in os.walk(self.folder.name) for name in names)


class Usage(CommandTest):
    """cli.md: exit 2, one line, and the nearest known name."""

    def setUp(self):
        super().setUp()
        self.write("sales.csv", SALES)
        self.write("partners.csv", "partner,name\nAcme,Acme Ltd\nBolt,Bolt AG\nCato,Cato SA\n")

    def test_subcommand(self):
        self.bad(USAGE, says="subcommand")
        self.bad(USAGE, "paretto", "sales.csv", says='"paretto" (did you mean pareto?)')
        self.bad(USAGE, "xyzzy", says="see partner --help")
        self.bad(USAGE, "--format", "json", says="subcommand")

    def test_unknown_options_name_the_nearest(self):
        self.bad(USAGE, "pareto", "sales.csv", "--formatt", "json", says="did you mean --format?")
        self.bad(USAGE, "pareto", "sales.csv", "--partner", "partners.csv", says="did you mean --partners?")
        self.bad(USAGE, "totals", "sales.csv", "--lorenz", "10", says=("--lorenz", "totals"))
        self.bad(USAGE, "pareto", "sales.csv", "-x", says="-x")

    def test_no_abbreviations(self):
        for short in ("--form", "--out", "--thread", "--leave"):
            self.bad(USAGE, "pareto", "sales.csv", short, "1", says="unknown option")

    def test_both_ways_to_give_a_value(self):
        one = self.good("pareto", "sales.csv", "--format=json")
        two = self.good("pareto", "sales.csv", "--format", "json")
        self.assertEqual(one.out, two.out)
        self.bad(USAGE, "pareto", "sales.csv", "--quiet=yes", says="takes no value")
        self.bad(USAGE, "pareto", "sales.csv", "--format", says="needs a value")
        self.bad(USAGE, "pareto", "sales.csv", "--format=", says="needs a value")
        self.bad(USAGE, "pareto", "sales.csv", "--from", "--to", "2025-01-01", says="--from needs a value")

    def test_repeated_options(self):
        for repeated in (
            ("--format", "json", "--format", "json"),
            ("--quiet", "--quiet"),
            ("--threads", "2", "--set", "threads=2"),
            ("--minor-units", "2", "--set", "minor_units=2"),
            ("--cuts", "0.8", "--set", "cuts=0.8"),
            ("--from", "2025-01-01", "--from", "2025-01-01"),
            ("--partners", "partners.csv", "--partners", "partners.csv"),
            ("--column", "amount=amount", "--column", "amount=day"),
        ):
            self.bad(USAGE, "pareto", "sales.csv", *repeated, says="twice")

    def test_values_that_no_option_takes(self):
        for option, value in (
            ("--format", "xml"),
            ("--top", "0"),
            ("--top", "many"),
            ("--threads", "0"),
            ("--threads", "99999999999999999999"),
            ("--minor-units", "10"),
            ("--minor-units", "-1"),
            ("--delimiter", "ab"),
            ("--delimiter", '"'),
            ("--thousands", "7"),
            ("--thousands", "--"),
            ("--skip-bad-rows", "few"),
            ("--population", "some"),
            ("--negatives", "never"),
            ("--cuts", "0.8,none"),
            ("--cuts", "1.5"),
            ("--cuts", "0.9,0.8"),
            ("--cuts", "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9"),
            ("--lorenz", "1"),
            ("--xyz", "week"),
            ("--xyz-days", "many"),
            ("--replicates", "1"),
            ("--seed", "-1"),
            ("--from", "2025-02-30"),
            ("--previous", "2025-01-01"),
            ("--previous", "2025-01-01..yesterday"),
            ("--view", "partnes"),
        ):
            self.bad(USAGE, "pareto", "sales.csv", option, value, says=option.strip("-")[:4])

    def test_windows(self):
        self.bad(USAGE, "pareto", "sales.csv", "--from", "2025-02-01", "--to", "2025-01-01", says="2025-02-01")
        self.bad(USAGE, "pareto", "sales.csv", "--from", "2025-02-01", "--to", "2025-02-01", says="no day")
        self.bad(USAGE, "totals", "sales.csv", "--previous", "2024-01-01..2025-01-01", says="from_day")
        self.bad(
            *(USAGE, "totals", "sales.csv", "--previous", "2024-01-01..2024-02-01"),
            *("--from", "2025-01-01", "--to", "2025-01-15"),
            says=("31", "14"),
        )

    def test_windows_of_pareto(self):
        """pareto.md, change: the rule for windows is that of growth."""
        self.bad(USAGE, "pareto", "sales.csv", "--previous", "2024-01-01..2025-01-01", says="from_day")
        self.bad(
            *(USAGE, "pareto", "sales.csv", "--previous", "2024-01-01..2024-02-01"),
            *("--from", "2025-01-01", "--to", "2025-01-15"),
            says=("31", "14"),
        )
        self.bad(
            *(USAGE, "pareto", "sales.csv", "--previous", "2024-02-01..2024-02-01"),
            *("--from", "2025-01-01", "--to", "2025-01-15"),
            says="no day",
        )

    def test_discrete_amounts_are_no_money(self):
        self.bad(USAGE, "pareto", "sales.csv", "--tail", "--discrete", says=("--discrete", "2 decimal places"))

    def test_set(self):
        self.bad(USAGE, "pareto", "sales.csv", "--set", "cut=0.5", says="did you mean cuts?")
        self.bad(USAGE, "pareto", "sales.csv", "--set", "cuts", says="NAME=VALUE")
        for hidden in ("struct_size=1", "reserved=1", "interrupt=1", "roster=1"):
            self.bad(USAGE, "pareto", "sales.csv", "--set", hidden, says="there is no option")

    def test_column(self):
        self.bad(USAGE, "pareto", "sales.csv", "--column", "amount", says="FIELD=HEADER")
        self.bad(USAGE, "pareto", "sales.csv", "--column", "amout=total", says="did you mean amount?")
        self.bad(USAGE, "pareto", "sales.csv", "--column", "rows=total", says="rows")
        self.bad(USAGE, "pareto", "sales.csv", "--column", "sale.amount=total", says="did you mean sales?")
        self.bad(USAGE, "pareto", "sales.csv", "--column", "partners.grup=x", says="did you mean group?")
        self.bad(USAGE, "pareto", "sales.csv", "--column", "partners.group=x", says="needs --partners FILE")
        self.bad(USAGE, "pareto", "sales.csv", "--group", "x", says="needs --partners FILE")

    def test_operands(self):
        self.bad(USAGE, "pareto", says="one file of sales")
        self.bad(USAGE, "pareto", "sales.csv", "partners.csv", says="found 2")
        self.bad(USAGE, "pareto", "-", "--partners", "-", says="standard input")
        self.bad(USAGE, "check", says="needs a file")
        self.bad(USAGE, "report", says="folder")
        self.bad(USAGE, "report", "sales.csv", says="expected a folder")

    def test_formats_that_contradict(self):
        self.bad(USAGE, "pareto", "sales.csv", "--thousands", ".", says="--decimal-comma")
        self.bad(USAGE, "pareto", "sales.csv", "--thousands", ",", "--decimal-comma", says="same character")
        for pattern in ("%Y-%m", "%Q", "%H:%M"):
            self.bad(USAGE, "pareto", "sales.csv", "--date-format", pattern, says="--date-format")

    def test_double_dash_ends_the_options(self):
        self.write("--odd.csv", SALES)
        self.good("totals", "--format", "json", "--", "--odd.csv")


class Help(CommandTest):
    def test_every_subcommand_explains_itself(self):
        general = self.good("--help").out
        for name in ("totals", "pareto", "loyalty", "deferral", "pipeline", "measures", "report", "check"):
            self.assertIn(f"\n  {name} ", general)
            text = self.good(name, "--help").out
            self.assertTrue(text.startswith(f"partner {name}: "))
            self.assertIn(f"\nexample: partner {name} ", text)
            self.assertIn("--delimiter C", text)
            indented = [line for line in text.splitlines() if line.startswith("  ")]
            self.assertLessEqual(max(map(len, indented)), 100)

    def test_help_comes_from_the_tables(self):
        text = self.good("pareto", "--help").out
        for option in (
            *("--cuts", "--lorenz", "--group", "--partners", "--population", "--negatives", "--from", "--previous"),
            *("--tail", "--discrete", "--resample", "--replicates", "--seed", "--xyz", "--xyz-days"),
        ):
            self.assertIn(f"\n  {option} ", text)
        self.assertIn("(default: 0.8,0.95)", text)
        self.assertNotIn("--cuts", self.good("totals", "--help").out)
        self.assertNotIn("struct_size", text)

    def test_options_of_the_pipeline(self):
        text = self.good("pipeline", "--help").out
        for option in (
            *(
                "--process FILE",
                "--milestones FILE",
                "--claims FILE",
                "--features FILE",
                "--as-of DAY",
                "--horizon DAYS",
            ),
            *("--known-from DAY", "--target AMOUNT", "--draws N", "--seed N", "--backtest", "--state-only", "--doubts"),
            *("--registrations", "--explain [TABLE:]N"),
        ):
            self.assertIn(f"\n  {option} ", text)
        for line in (
            "--horizon DAYS .*(default: 90)",
            "--draws N .*(default: 10000)",
            "  stall_quantile .*(default: 0.9)",
        ):
            self.assertRegex(" ".join(text.split()), line.strip().replace("(", r"\(").replace(")", r"\)"))
        self.assertIn("usage: partner pipeline deals.csv --process process.json [options]\n", text)
        self.assertIn("process is JSON: ", text)
        self.assertNotIn("--process", self.good("measures", "--help").out)
        self.assertNotIn("--backtest", self.good("loyalty", "--help").out)

    @staticmethod
    def words_of(text, heading):
        """The first words of the lines under a heading of the help."""
        lines = text.split(f"\n{heading}")[1].split("\n\n")[0].splitlines()[1:]
        return [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]

    def subcommands(self):
        return self.words_of(self.good("--help").out, "subcommands:")

    def test_manual_page_names_everything(self):
        page = (DOCS / "partner.1").read_text(encoding="utf-8")
        said = set(re.findall(r"Fl -([\w-]+)", page))
        for name in self.subcommands():
            self.assertIn(f".It Cm {name}\n", page)
            options = {word[2:] for word in self.words_of(self.good(name, "--help").out, "options:")}
            self.assertEqual(options - said, set(), name)

    def complete(self, *words):
        """What bash offers for the last of these words."""
        script = (
            f"source {shlex.quote(str(DOCS / 'completion' / 'partner'))}; compopt() {{ :; }}; "
            f"COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; _partner; "
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        paths = os.pathsep.join([os.path.dirname(COMMAND), os.environ.get("PATH", "")])
        run = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder.name,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": paths},
        )
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return [word for word in run.stdout.split("\n") if word]

    def test_completion(self):
        if shutil.which("bash") is None or shutil.which("awk") is None:
            self.skipTest("there is no bash or no awk")
        self.assertEqual(sorted(self.complete("partner", "")), sorted([*self.subcommands(), "--help", "--version"]))
        self.assertEqual(self.complete("partner", "pip"), ["pipeline"])
        self.assertEqual(self.complete("partner", "pipeline", "--h"), ["--horizon", "--help"])
        self.assertEqual(self.complete("partner", "pipeline", "--format", "j"), ["json"])
        self.assertEqual(self.complete("partner", "pipeline", "--set", "stall"), ["stall_quantile="])
        self.assertEqual(self.complete("partner", "pipeline", "--threads", "="), ["all"])
        self.assertEqual(self.complete("partner", "pipeline", "--explain", "1"), [])
        self.write("deals.csv", "deal\n")
        self.assertEqual(self.complete("partner", "pipeline", "de"), ["deals.csv"])
        self.assertEqual(self.complete("partner", "pipeline", "--process", "de"), ["deals.csv"])
        for name in self.subcommands():
            options = self.words_of(self.good(name, "--help").out, "options:")
            self.assertEqual(self.complete("partner", name, "--"), options)

    def test_version(self):
        self.assertRegex(self.good("--version").out, r"^partner \d+\.\d+\.\d+\n$")
        self.assertEqual(self.good("pareto", "--version").out, self.good("--version").out)


class BadContent(CommandTest):
    """Issue 2, "Bad input": each gives one clear line, the right exit code and no partial output."""

    def test_missing_column(self):
        self.bad_file(
            "who,day,amount\nA,2025-01-01,1\n",
            says=("no column for partner", "tried partner, partner_id, account", "who, day, amount", "--column"),
        )
        self.bad_file("acount,day,amount\nA,2025-01-01,1\n", says="--column partner=acount")
        self.bad_file("partner;day;amount\nA;2025-01-01;1\n", says="use --delimiter ';'?")
        self.write("partners.csv", "code,name\nA,Acme\n")
        self.write("sales.csv", SALES)
        self.bad(DATA, "pareto", "sales.csv", "--partners", "partners.csv", says="--column partners.partner=")

    def test_missing_column_that_an_option_needs(self):
        self.bad_file("partner,amount\nA,1\n", "--from", "2025-01-01", says=("no column for day", "order_date"))
        self.bad_file("partner,amount\nA,1\n", "--xyz", "month", says=("no column for day", "order_date"))

    def test_text_in_a_number(self):
        self.bad_file(
            "partner,day,amount\nA,2025-01-01,5\nB,2025-01-02,ten\n", says='sales.csv:3: amount: "ten" is not a number'
        )
        self.bad_file(
            'partner,amount\nA,"12,50"\n', says='sales.csv:2: amount: "12,50" is not a number (use --decimal-comma?)'
        )
        self.bad_file('partner,amount\nA,"1,234.50"\n', says="(use --thousands")
        self.bad_file("partner,amount\nA,12.5.0\n", says='"12.5.0"')
        self.bad_file("partner,amount\nA,0x10\n", says='"0x10"')

    def test_nan_and_infinite_amounts(self):
        for text in ("NaN", "nan", "inf", "-inf", "Infinity", "1e999"):
            self.bad_file(f"partner,amount\nA,{text}\n", says=("sales.csv:2: amount:", text))

    def test_amounts_beyond_64_bits(self):
        self.bad_file("partner,amount\nA,92233720368547758.08\n", says=("sales.csv:2: amount:", "92233720368547758.07"))
        self.bad_file(
            "partner,amount\nA,92233720368547758.07\nB,1\nA,0.01\n", says=("amount", "9223372036854775807", '"A"')
        )
        self.bad_file("partner,amount\nA,92233720368547758.07\nB,0.01\n", says="9223372036854775807")

    def test_dates_that_do_not_exist(self):
        for day in ("2025-02-29", "2025-13-01", "2025-04-31", "2025-00-10", "0000-01-01"):
            self.bad_file(f"partner,day,amount\nA,{day},1\n", says=("sales.csv:2: day:", day))
        self.bad_file("partner,day,amount\nA,31.12.2025,1\n", says="(use --date-format %d.%m.%Y?)")
        self.bad_file("partner,day,amount\nA,12/31/2025,1\n", says="(use --date-format %m/%d/%Y?)")
        self.bad_file("partner,day,amount\nA,yesterday,1\n", says='day: "yesterday"')
        self.bad_file("partner,day,amount\nA,2025-12-31,1\n", "--date-format", "%d.%m.%Y", says="%d.%m.%Y")

    def test_empty_cells(self):
        self.bad_file("partner,amount\nA,1\n,2\n", says="sales.csv:3: partner: is empty")
        self.bad_file("partner,amount\nA,1\nB,\n", says="sales.csv:3: amount: is empty")
        self.bad_file("partner,amount\nA,1\nB,  \n", says="sales.csv:3: amount: is empty")

    def test_missing_day_with_a_window(self):
        content = "partner,day,amount\nA,2025-01-01,1\n\nB,,2\n"
        self.bad_file(content, "--from", "2025-01-01", says="sales.csv:4: day:")
        self.good("totals", "sales.csv")

    def test_ragged_rows(self):
        self.bad_file("partner,day,amount\nA,2025-01-01\n", says=("sales.csv:2: 2 cells found", "expected 3"))
        self.bad_file("partner,day,amount\nA,2025-01-01,1,\n", says=("sales.csv:2: 4 cells found", "expected 3"))
        self.bad_file('partner,day,amount\n"A","2025-01-01"\n', says="sales.csv:2: 2 cells found")

    def test_unclosed_quote(self):
        rows = "".join(f"P{i},{i}\n" for i in range(1000))
        self.bad_file('partner,amount\nA,1\n"B,2\n' + rows, says=("sales.csv:3:", "not closed"))
        self.bad_file('partner,amount\nA,1\n"B', says=("sales.csv:3:", "not closed"))

    def test_quotes_in_the_wrong_place(self):
        self.bad_file('partner,amount\nA,1\nB "x",2\n', says=("sales.csv:3:", "quote"))
        self.bad_file('partner,amount\nA,1\n"B"x,2\n', says=("sales.csv:3:", "quote"))
        self.bad_file('partner,amount\n"A\n\n",1\n"B\n"x,2\n', says=("sales.csv:5:", "on line 6"))

    def test_binary_junk(self):
        junk = random.Random(1).randbytes(4096)
        self.bad_file(junk, says="sales.csv")
        self.bad_file(b"partner,amount\nA,1\n" + b"B\0,2\n", says=("sales.csv:3:", "not a text file"))
        self.bad_file(b'partner,amount\nA,1\n"B\0",2\n', says=("sales.csv:3:", "not a text file"))
        self.bad_file(b"\x7fELF\x02\x01\x01" + bytes(64), says="not a text file")
        self.bad_file(b"\x01\x02\x03,\x04\n1,2\n", says="not a text file")

    def test_other_kinds_of_files(self):
        self.bad_file(b"PK\x03\x04" + bytes(100), says=("xlsx", "save the sheet as CSV"))
        self.bad_file(b"\xd0\xcf\x11\xe0" + bytes(100), says=("xls", "CSV"))
        self.bad_file(b"%PDF-1.7\n", says="PDF")

    def test_utf16(self):
        for codec in ("utf-16", "utf-16-le", "utf-16-be"):
            self.bad_file(SALES.encode(codec), says=("UTF-16", "iconv -f UTF-16", "-t UTF-8 sales.csv"))
        # A file that says itself what it is, in the other order of bytes.
        self.bad_file(b"\xfe\xff" + SALES.encode("utf-16-be"), says="iconv -f UTF-16 ")

    def test_the_cure_for_utf16_cures(self):
        self.write("old.csv", SALES.encode("utf-16"))
        told = self.bad(DATA, "totals", "old.csv").err
        self.assertIn("iconv -f UTF-16 -t UTF-8 old.csv", told)
        self.write("new.csv", SALES.encode("utf-16").decode("utf-16").encode("utf-8"))
        self.assertEqual(self.revenue("new.csv")["Acme"], Decimal("900.25"))

    def test_windows_1252(self):
        says = ("Windows-1252", "iconv -f WINDOWS-1252 -t UTF-8 sales.csv")
        self.bad_file("partner,amount\nA,1\nMüller,2\n".encode("cp1252"), says=("sales.csv:3: partner:", *says))
        self.bad_file("partner,amount,Größe\nA,1,2\n".encode("cp1252"), says=("sales.csv:1:", *says))
        # A column nobody reads may hold what it likes.
        self.write("sales.csv", "partner,amount,note\nA,1,Größe\n".encode("cp1252"))
        self.good("totals", "sales.csv")

    def test_windows_1252_is_no_bad_row(self):
        content = "partner,amount\nA,1\nMüller,2\n".encode("cp1252")
        self.bad_file(content, "--skip-bad-rows", "10", says="Windows-1252")

    def test_empty_files(self):
        self.bad_file("", says="sales.csv: is empty")
        self.bad_file("\n\r\n\n", says="is empty")
        self.bad_file("\ufeff", says="is empty")
        self.bad_file("partner,day,amount\n", says="has a header but no rows")
        self.bad_file("partner,day,amount", says="has a header but no rows")
        self.bad_file("partner,day,amount\n\n\r\n", says="has a header but no rows")

    def test_duplicate_headers(self):
        self.bad_file("partner,amount,amount\nA,1,2\n", says=("amount", "twice", "columns 2 and 3"))
        self.write("sales.csv", "partner,amount,note,note\nA,1,2,3\n")
        self.good("totals", "sales.csv")

    def test_two_headers_for_one_field(self):
        self.bad_file("partner,revenue,total\nA,1,2\n", says=('"revenue"', '"total"', "--column amount=revenue"))
        self.bad_file("partner,amount,total\nA,1,2\n", says=('"amount"', '"total"'))
        self.bad_file("partner,Amount,amount\nA,1,2\n", says=('"Amount"', '"amount"'))
        self.bad_file("account,customer,amount\nA,B,2\n", says=("partner", '"account"', '"customer"'))
        self.assertEqual(self.revenue("sales.csv", "--column", "partner=customer"), {"B": Decimal("2.00")})

    def test_absent_header(self):
        self.bad_file(SALES, "--column", "amount=Total", says=('no header "Total"', "partner, day, amount"))

    def test_two_currencies(self):
        content = "partner,amount,currency\nA,1,EUR\nB,2,EUR\n\nC,3,USD\n"
        self.bad_file(content, says=("sales.csv:5: currency:", '"USD"', '"EUR"', "line 2"))
        # Leaving out a currency is no way to read the others.
        self.bad_file(content, "--skip-bad-rows", "10", says='"USD"')

    def test_partner_listed_twice(self):
        self.write("sales.csv", SALES)
        self.write("partners.csv", "partner\nAcme\n\nBolt\nAcme\n")
        self.bad(
            *(DATA, "pareto", "sales.csv", "--partners", "partners.csv"),
            says=("partners.csv:5: partner:", '"Acme"', "line 2"),
        )

    def test_roster_that_contradicts_itself(self):
        self.write("sales.csv", SALES)
        self.write("partners.csv", "partner,joined,left\nAcme,2024-01-01,2025-01-01\nBolt,2025-01-01,2024-01-01\n")
        self.bad(DATA, "totals", "sales.csv", "--partners", "partners.csv", says="partners.csv:3:")
        self.write("partners.csv", "partner,parent\nAcme,Bolt\nBolt,Acme\nCato,\n")
        self.bad(DATA, "totals", "sales.csv", "--partners", "partners.csv", "--roll-up", says="partners.csv")

    def test_index_out_of_range(self):
        self.bad_file(SALES, "--set", "partners=2", says=("sales.csv:5: partner:", '"Cato"', "2"))

    def test_negative_amounts_where_forbidden(self):
        self.bad_file("partner,amount\nA,5\nB,-1\n", "--negatives", "error", says=("-100", "below 0"))

    def test_control_characters_are_not_printed(self):
        result = self.bad_file("partner,amount\nA,\x1b[31mred\n", says="amount:")
        self.assertNotIn("\x1b", result.err)

    def test_errors_name_the_first_line_of_a_row(self):
        content = 'partner,amount\n"A\nB\nC",1\n\n"D\nE",x\nF,2\n'
        self.bad_file(content, says='sales.csv:6: amount: "x"')

    def test_library_errors_name_the_line(self):
        # The line numbers jump: a quoted line break, empty lines and a row that was left out.
        content = 'partner,day,amount\n"A\n1",2025-01-01,1\n\n\nB,2025-01-01,x\nC,2025-01-01,1\nD,,1\n'
        self.bad_file(content, "--from", "2025-01-01", "--skip-bad-rows", "1", says="sales.csv:8: day:")


class LongLines(CommandTest):
    """A line of 2 GB is refused early and in bounded memory."""

    def feed(self, header, chunk, says):
        process = subprocess.Popen(
            [COMMAND, "totals", "-", "--output", "out.json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder.name,
        )
        fed = 0
        try:
            process.stdin.write(header)
            while fed < 2 << 30:
                process.stdin.write(chunk)
                fed += len(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        out, err = process.stdout.read(), process.stderr.read().decode()
        process.stdout.close()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, DATA, err)
        self.assertEqual(out, b"")
        self.assertEqual(err.count("\n"), 1, err)
        self.assertIn(says, err)
        self.assertIn("16 MiB", err)
        self.assertLess(fed, 200 << 20, "the command reads on after it has seen enough")
        self.assertLess(usage.ru_maxrss, 500 << 10, "KiB of memory")
        self.assertEqual(self.files(), [])

    def test_one_cell(self):
        self.feed(b"partner,amount\nA,1\n", b"x" * (1 << 20), "standard input:3:")

    def test_many_cells(self):
        self.feed(b"partner,amount\nA,1\n", b"x,y,z," * (1 << 17), "standard input:3:")

    def test_header(self):
        self.feed(b"", b"header," * (1 << 17), "standard input:1:")

    def test_quoted_cell(self):
        self.feed(b'partner,amount\nA,1\n"', b"x" * (1 << 20), "standard input:3:")

    def test_quoted_lines(self):
        self.feed(b'partner,amount\nA,1\n"', (b"x" * 1023 + b"\n") * 1024, "standard input:3:")

    def test_sparse_file(self):
        with open(self.path("sales.csv"), "wb") as file:
            file.truncate(2 << 30)
        self.bad(DATA, "totals", "sales.csv", says="not a text file")

    def test_long_but_not_too_long(self):
        name = "x" * (8 << 20)
        self.write("sales.csv", f'partner,amount\nA,1\n{name},2\n"{name}y",3\nB,4\n')
        self.assertEqual(list(self.revenue("sales.csv").values()), [Decimal(n) for n in (1, 2, 3, 4)])

    def test_too_long_by_a_little(self):
        self.write("sales.csv", "partner,amount\nA,1\n" + "x" * (17 << 20) + ",2\nB,3\n")
        self.bad(DATA, "totals", "sales.csv", says=("sales.csv:3:", "16 MiB"))


class Trouble(CommandTest):
    """Files that cannot be read or written: exit 3, and nothing is left behind."""

    def setUp(self):
        super().setUp()
        self.write("sales.csv", SALES)

    def test_unreadable(self):
        self.bad(SYSTEM, "pareto", "nothing.csv", says="nothing.csv: cannot be opened")
        self.bad(SYSTEM, "pareto", "sales.csv", "--partners", "nothing.csv", says="nothing.csv")
        self.bad(SYSTEM, "pareto", "sales.csv", "--mapping", "nothing.json", says="nothing.json")
        self.bad(SYSTEM, "pareto", ".", says="is a folder")
        self.bad(SYSTEM, "report", "nowhere", says="nowhere")
        self.bad(SYSTEM, "check", "nothing.csv", says="nothing.csv")

    def nobody(self):
        """Options that run the command without the rights of the super-user, who may read and write all."""
        os.chmod(self.folder.name, 0o755)
        if os.geteuid() != 0:
            return {}
        try:
            subprocess.run([COMMAND, "--version"], user=65534, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("only the super-user may run the command here")
        return {"user": 65534}

    def test_forbidden(self):
        options = self.nobody()
        os.chmod(self.path("sales.csv"), 0)
        self.bad(SYSTEM, "pareto", "sales.csv", says="sales.csv: cannot be opened", **options)

    def test_forbidden_output(self):
        options = self.nobody()
        os.mkdir(self.path("closed"), 0o500)
        self.bad(SYSTEM, "pareto", "sales.csv", "--output", "closed/out.json", says="closed/out.json", **options)

    def test_unwritable_output(self):
        for path in ("nowhere/out.json", "sales.csv/out.json", "."):
            for name in ("pareto", "totals", "check"):
                self.bad(SYSTEM, name, "sales.csv", "--output", path, says=path)
        self.bad(SYSTEM, "check", "sales.csv", "--save-mapping", "nowhere/m.json", says="nowhere/m.json")

    def test_full_disk(self):
        self.bad(SYSTEM, "pareto", "sales.csv", "--output", "/dev/full", says="/dev/full")
        for arguments in (("pareto", "sales.csv"), ("check", "sales.csv"), ("--help",), ("--version",)):
            with open("/dev/full", "wb") as full:
                self.bad(SYSTEM, *arguments, stdout=full, says="standard output")

    def test_disk_that_fills_up_on_the_way(self):
        rows = "".join(f"P{i},{i}.25\n" for i in range(5000))
        self.write("sales.csv", "partner,amount\n" + rows)

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))

        self.bad(
            *(SYSTEM, "pareto", "sales.csv", "--format", "json", "--output", "out.json"),
            preexec_fn=limit,
            says="out.json",
        )

    def test_output_replaces_all_or_nothing(self):
        self.write("out.json", "what was there")
        self.write("bad.csv", "partner,amount\nA,x\n")
        self.bad(DATA, "pareto", "bad.csv", "--output", "out.json")
        with open(self.path("out.json"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "what was there")
        result = self.good("pareto", "sales.csv", "--format", "json", "--output", "out.json")
        self.assertEqual(result.out, "")
        with open(self.path("out.json"), encoding="utf-8") as file:
            self.assertEqual(file.read(), self.good("pareto", "sales.csv", "--format", "json").out)
        self.assertEqual([os.path.basename(f) for f in self.files()], ["bad.csv", "out.json", "sales.csv"])

    def test_reader_who_has_seen_enough(self):
        rows = "".join(f"P{i},{i}.25\n" for i in range(50000))
        self.write("sales.csv", "partner,amount\n" + rows)
        process = subprocess.Popen(
            [COMMAND, "pareto", "sales.csv", "--format", "csv"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder.name,
        )
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        self.assertEqual(process.wait(60), -signal.SIGPIPE)
        self.assertEqual(err, b"")

    def test_damaged_gzip(self):
        packed = gzip.compress(SALES.encode() * 200)
        self.write("whole.csv.gz", packed)
        for damaged in (packed[:-1], packed[:-8], packed[: len(packed) // 2], packed[:5]):
            self.write("sales.csv.gz", damaged)
            self.bad(DATA, "totals", "sales.csv.gz", says=("sales.csv.gz", "gzip"))
        flipped = bytearray(gzip.compress(SALES.encode()))
        flipped[-6] ^= 1  # the checksum
        self.write("sales.csv.gz", bytes(flipped))
        self.bad(DATA, "totals", "sales.csv.gz", says=("sales.csv.gz", "corrupt"))
        self.write("sales.csv.gz", gzip.compress(SALES.encode()) + b"something else")
        self.bad(DATA, "totals", "sales.csv.gz", says=("sales.csv.gz", "something else"))
        self.write("sales.csv.gz", gzip.compress(SALES.encode("utf-16")))
        self.bad(DATA, "totals", "sales.csv.gz", says="UTF-16")
        self.write("sales.csv.gz", gzip.compress(b""))
        self.bad(DATA, "totals", "sales.csv.gz", says="is empty")


class Reading(CommandTest):
    """What good files may look like."""

    EXPECTED = {"Acme": Decimal("900.25"), "Bolt": Decimal("250.00"), "Cato": Decimal("33.33")}

    def check_reads(self, content, *arguments, warnings=0):
        self.write("sales.csv", content)
        self.assertEqual(self.revenue("sales.csv", *arguments, warnings=warnings), self.EXPECTED)

    def test_plain(self):
        self.check_reads(SALES)
        self.check_reads(SALES[:-1])
        self.check_reads("\ufeff" + SALES)

    def test_line_ends(self):
        self.check_reads(SALES.replace("\n", "\r\n"))
        self.check_reads(SALES.replace("\n", "\r"))
        self.check_reads(SALES.replace("\n", "\n\n\r\n"))
        self.check_reads("\n\n" + SALES)

    def test_quotes(self):
        self.check_reads("".join('"' + line.replace(",", '","') + '"\n' for line in SALES.splitlines()))
        self.check_reads("".join('"' + line.replace(",", '","') + '"\r\n' for line in SALES.splitlines()))
        self.check_reads("".join('"' + line.replace(",", '","') + '"\r' for line in SALES.splitlines()))

    def test_quoted_delimiters_quotes_and_line_breaks(self):
        odd = ['a "quoted" one', "comma, inside", "two\nlines", "two\r\nlines", '"', " spaces ", "été", "x\ry"]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(["partner", "amount"])
        for i, name in enumerate(odd):
            writer.writerow([name, i + 1])
        self.write("sales.csv", text.getvalue())
        self.assertEqual(self.revenue("sales.csv"), {name: Decimal(i + 1) for i, name in enumerate(odd)})

    def test_any_quoting_gives_the_same(self):
        """Random cells, quoted where needed or everywhere, with any line end, as Python's csv reads them."""
        draw = random.Random(7)
        letters = "ab ,;\"\n'é\t"
        for _attempt in range(60):
            rows = []
            for _ in range(draw.randrange(1, 60)):
                name = "n" + "".join(draw.choice(letters) for _ in range(draw.randrange(6)))
                rows.append((name, f"{draw.randrange(-99999, 99999) / 100:.2f}"))
            text = io.StringIO()
            writer = csv.writer(
                text,
                lineterminator=draw.choice(["\n", "\r\n"]),
                quoting=draw.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
            )
            writer.writerow(["partner", "amount"])
            writer.writerows(rows)
            self.write("sales.csv", text.getvalue())
            back = list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]
            self.assertEqual(back, [list(row) for row in rows])
            expected = {p: Decimal(v).scaleb(-2) for p, v in revenue_of(rows).items()}
            self.assertEqual(self.revenue("sales.csv"), expected, text.getvalue())

    def test_rows_across_the_reader_s_blocks(self):
        """Rows of many lengths put line ends, quotes and CRLF at every place of the 1 MiB blocks."""
        draw = random.Random(11)
        rows = []
        lines = ["partner,amount\r\n"]
        for i in range(30000):
            name = f"{i % 977}" + "y" * draw.randrange(200)
            name = f"{name}\r\n{i % 3}" if i % 7 == 0 else name
            rows.append((name, str(i)))
            lines.append(f'"{name}",{i}\r\n' if i % 7 == 0 else f"{name},{i}\r\n")
        self.write("sales.csv", "".join(lines))
        self.assertGreater(os.path.getsize(self.path("sales.csv")), 3 << 20)
        expected = {p: Decimal(v).scaleb(-2) for p, v in revenue_of(rows).items()}
        self.assertEqual(self.revenue("sales.csv"), expected)
        piped = self.revenue("-", stdin="".join(lines).encode())
        self.assertEqual(piped, expected)

    def test_delimiters(self):
        self.check_reads(SALES.replace(",", ";"), "--delimiter", ";")
        self.check_reads(SALES.replace(",", "\t"), "--delimiter", "tab")
        self.check_reads(SALES.replace(",", "\t"), "--delimiter", "\t")
        self.check_reads(SALES.replace(",", "|"), "--delimiter=|")

    def test_decimal_comma_and_thousands(self):
        comma = SALES.replace(",", ";").replace("1000.50", "1.000,50").replace(".25", ",25").replace(".33", ",33")
        self.check_reads(comma, "--delimiter", ";", "--decimal-comma", "--thousands", ".")
        self.check_reads(SALES.replace("1000.50", '"1,000.50"'), "--thousands", ",")
        self.check_reads(SALES.replace("1000.50", "1'000.50"), "--thousands", "'")
        self.bad_file(SALES.replace("1000.50", '"1,000.50"'), says="--thousands")

    def test_negative_amounts(self):
        for spelled in ("(100.25)", "100.25-", "-100.25", " -100.25 "):
            self.check_reads(SALES.replace("-100.25", spelled))

    def test_dates(self):
        for pattern, show in (
            ("%d.%m.%Y", "%d.%m.%Y"),
            ("%m/%d/%y", "%m/%d/%y"),
            ("%Y%m%d", "%Y%m%d"),
            ("%d %b %Y", "%d %b %Y"),
            (None, "%Y-%m-%dT%H:%M:%S"),
            (None, "%Y-%m-%d 23:59:59"),
            (None, "%Y%m%d"),
        ):
            first = datetime.date(2025, 1, 10)
            content = "partner,day,amount\n" + "".join(
                f"A,{(first + datetime.timedelta(days=d)).strftime(show)},1\n" for d in (0, 20, 360)
            )
            self.write("sales.csv", content)
            arguments = ["--date-format", pattern] if pattern else []
            line = self.json("totals", "sales.csv", *arguments)["partners"][0]
            self.assertEqual((line["first_day"], line["last_day"]), ("2025-01-10", "2026-01-05"))

    def test_gzip(self):
        packed = gzip.compress(SALES.encode())
        self.write("sales.csv.gz", packed)
        self.assertEqual(self.revenue("sales.csv.gz"), self.EXPECTED)
        # Known by its content, not by its name; members may follow each other, and zero bytes.
        lines = SALES.splitlines(keepends=True)
        members = b"".join(gzip.compress(line.encode()) for line in lines) + bytes(512)
        self.write("sales.csv", members)
        self.assertEqual(self.revenue("sales.csv"), self.EXPECTED)

    def test_large_gzip(self):
        """More than a block, before and after unpacking, of what packs badly and well."""
        draw = random.Random(3)
        rows = [(f"{draw.randrange(3000)}", str(draw.randrange(10**9))) for _ in range(200000)]
        rows += [("same", "1")] * 200000
        content = "partner,amount\n" + "".join(f"{p},{a}\n" for p, a in rows)
        packed = gzip.compress(content.encode(), 1)
        self.assertGreater(len(packed), 1 << 20)
        self.write("sales.csv.gz", packed)
        expected = {p: Decimal(v).scaleb(-2) for p, v in revenue_of(rows).items()}
        self.assertEqual(self.revenue("sales.csv.gz"), expected)

    def test_standard_input(self):
        self.assertEqual(self.revenue("-", stdin=SALES.encode()), self.EXPECTED)
        self.assertEqual(self.revenue("-", stdin=gzip.compress(SALES.encode())), self.EXPECTED)
        self.bad(DATA, "totals", "-", stdin=b"partner,amount\nA,x\n", says="standard input:2: amount")
        self.bad(DATA, "totals", "-", stdin=b"", says="is empty")

    def test_slow_pipe(self):
        process = subprocess.Popen(
            [COMMAND, "totals", "-", "--format", "json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for byte in SALES.encode():
            process.stdin.write(bytes([byte]))
            process.stdin.flush()
        out, _ = process.communicate(timeout=60)
        lines = json.loads(out, parse_float=Decimal)["partners"]
        self.assertEqual({line["partner"]: line["revenue"] for line in lines}, self.EXPECTED)

    def test_provenance(self):
        self.write("sales.csv.gz", gzip.compress(SALES.encode()))
        with open(self.path("sales.csv.gz"), "rb") as file:
            expected = hashlib.sha256(file.read()).hexdigest()
        told = self.json("totals", "sales.csv.gz")["inputs"]["sales"]
        self.assertEqual(told, {"file": "sales.csv.gz", "rows": 4, "sha256": expected})

    def test_wide_file(self):
        names = [f"c{i}" for i in range(2000)]
        names[1500], names[3] = "partner", "amount"
        cells = ["7"] * 2000
        self.write("sales.csv", ",".join(names) + "\n" + ",".join(cells) + "\n")
        self.assertEqual(self.revenue("sales.csv"), {"7": Decimal("7.00")})

    def test_ids_are_taken_as_they_are(self):
        content = 'partner,amount\nA,1\n A,2\na,3\n"A",4\n007,5\n7,6\n'
        self.write("sales.csv", content)
        expected = {"A": 5, " A": 2, "a": 3, "007": 5, "7": 6}
        self.assertEqual(self.revenue("sales.csv"), {k: Decimal(v) for k, v in expected.items()})

    def test_rounding_is_half_to_even_and_told_once(self):
        amounts = ["1.005", "1.015", "-1.005", "-1.0251", "2.5", "0.125", "0.135"]
        self.write("sales.csv", "partner,amount\n" + "".join(f"P{i},{a}\n" for i, a in enumerate(amounts)))
        expected = {f"P{i}": Decimal(cents(a)).scaleb(-2) for i, a in enumerate(amounts)}
        self.assertEqual(self.revenue("sales.csv", warnings=1), expected)
        told = self.good("totals", "sales.csv", warnings=1).err
        self.assertIn("6 amounts had more than 2 decimal places and were rounded half to even", told)
        self.good("totals", "sales.csv", "--quiet")

    def test_minor_units(self):
        self.write("sales.csv", "partner,amount\nA,1.2345\nB,10\n")
        for places in (0, 3, 4):
            expected = {p: Decimal(cents(a, places)).scaleb(-places) for p, a in (("A", "1.2345"), ("B", "10"))}
            warnings = 0 if places == 4 else 1
            self.assertEqual(self.revenue("sales.csv", "--minor-units", str(places), warnings=warnings), expected)
            self.assertEqual(self.revenue("sales.csv", "--set", f"minor_units={places}", warnings=warnings), expected)
        text = self.good("totals", "sales.csv", "--minor-units", "0", "--format", "json", warnings=1).out
        self.assertIn('"revenue": 10,', text)

    def test_skip_bad_rows(self):
        content = (
            "partner,day,amount\nA,2025-01-01,1\nB,2025-01-01,x\nC,2025-02-31,1\nD,2025-01-01\n"
            'E "x",2025-01-01,1\n,2025-01-01,1\nF,2025-01-01,2\n'
        )
        self.write("sales.csv", content)
        expected = {"A": Decimal(1), "F": Decimal(2)}
        self.assertEqual(self.revenue("sales.csv", "--skip-bad-rows", "5", warnings=1), expected)
        told = self.good("totals", "sales.csv", "--skip-bad-rows", "5", warnings=1).err
        self.assertIn("sales.csv: 5 bad rows were left out (lines 3, 4, 5, 6, 7), the first: ", told)
        self.assertIn('the first: sales.csv:3: amount: "x"', told)
        self.bad(DATA, "totals", "sales.csv", "--skip-bad-rows", "4", says=("sales.csv:7:", "after 4 bad rows"))
        self.bad(DATA, "totals", "sales.csv", "--skip-bad-rows", "0", says="sales.csv:3: amount")
        self.write("sales.csv", "partner,amount\nA,x\n")
        self.bad(DATA, "totals", "sales.csv", "--skip-bad-rows", "9", says="no good row")

    def test_bad_rows_introduce_no_partner(self):
        self.write("sales.csv", "partner,amount\nGhost,x\nA,1\n")
        self.assertEqual(list(self.revenue("sales.csv", "--skip-bad-rows", "1", warnings=1)), ["A"])

    def test_skip_duplicates(self):
        rows = ["A,1", "B,2", "A,1", "A,1.0", '"A",1', "B,2", "C,3"]
        self.write("sales.csv", "partner,amount\n" + "\n".join(rows) + "\n")
        self.assertEqual(self.revenue("sales.csv"), {"A": Decimal(4), "B": Decimal(4), "C": Decimal(3)})
        # A,1 comes back twice (once quoted) and B,2 once; A,1.0 is another text.
        told = self.good("totals", "sales.csv", "--skip-duplicates", warnings=1).err
        self.assertIn("3 rows repeat an earlier one exactly", told)
        self.assertIn("line 4", told)
        self.assertEqual(
            self.revenue("sales.csv", "--skip-duplicates", warnings=1),
            {"A": Decimal(2), "B": Decimal(2), "C": Decimal(3)},
        )
        # Cells are compared one by one: these rows have the same characters in a row.
        self.write("sales.csv", "partner,day,amount,x,y\nA,,1,2,34\nA,,1,23,4\n")
        self.assertEqual(self.revenue("sales.csv", "--skip-duplicates"), {"A": Decimal(2)})


class Progress(CommandTest):
    """cli.md: a progress line on standard error for inputs that take over a second, on a terminal only."""

    def slowly(self, *arguments):
        """Feeds rows for well over a second and returns what the terminal showed."""
        try:
            terminal, other_end = os.openpty()
        except OSError as error:
            self.skipTest(f"this machine gives no terminal: {error}")
        process = subprocess.Popen(
            [COMMAND, "totals", "-", "--output", "out.json", *arguments],
            stdin=subprocess.PIPE,
            stderr=other_end,
            cwd=self.folder.name,
        )
        os.close(other_end)
        process.stdin.write(b"partner,amount\n")
        for _ in range(16):
            process.stdin.write(b"A,1\n" * 1000)
            process.stdin.flush()
            time.sleep(0.1)
        process.stdin.close()
        self.assertEqual(process.wait(60), SUCCESS)
        shown = []
        try:
            while not shown or shown[-1]:
                shown.append(os.read(terminal, 65536))
        except OSError:  # all that was written before the other end closed has been read
            pass
        os.close(terminal)
        return b"".join(shown)

    def test_terminal(self):
        shown = self.slowly()
        self.assertIn(b"\rstandard input: 0 MB", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), "the line is wiped at the end")

    def test_quiet(self):
        self.assertEqual(self.slowly("--quiet"), b"")


class Mapping(CommandTest):
    """Headers to fields: exact name, aliases, --column, mapping files."""

    def test_names_and_aliases(self):
        for partner, day, amount in (
            ("Partner", "DAY", "AMOUNT"),
            ("account", "date", "revenue"),
            ("Account ID", "Order Date", "net-revenue"),
            ("ACCOUNT_ID", "close_date", "close value"),
            ("resellerId", "InvoiceDate", "SalesAmount"),
            ("customer", "sale-date", "Total"),
        ):
            self.write("sales.csv", f"x,{partner},{day},{amount}\n9,A,2025-01-01,5\n")
            line = self.json("totals", "sales.csv")["partners"][0]
            self.assertEqual((line["partner"], line["revenue"], line["first_day"]), ("A", 5, "2025-01-01"))

    def test_column(self):
        self.write("sales.csv", "amount,Preis,wer=was,day\n1,2,A,2025-01-01\n")
        self.assertEqual(
            self.revenue("sales.csv", "--column", "amount=preis", "--column", "partner=wer=was"), {"A": Decimal(2)}
        )
        self.assertEqual(
            self.revenue("sales.csv", "--column", "sales.amount=Preis", "--column=sales.partner=wer=was"),
            {"A": Decimal(2)},
        )

    def test_exact_header_before_case(self):
        self.write("sales.csv", "partner,PRICE,price\nA,1,2\n")
        self.assertEqual(self.revenue("sales.csv", "--column", "amount=price"), {"A": Decimal(2)})
        self.assertEqual(self.revenue("sales.csv", "--column", "amount=PRICE"), {"A": Decimal(1)})
        self.bad(DATA, "totals", "sales.csv", "--column", "amount=Price", says=('"PRICE"', '"price"'))

    def test_columns_of_another_input(self):
        self.write("sales.csv", SALES)
        self.write("partners.csv", "partner,Kind\nAcme,gold\nBolt,silver\nCato,gold\n")
        by_column = self.json("pareto", "sales.csv", "--partners", "partners.csv", "--column", "partners.group=Kind")
        by_group = self.json("pareto", "sales.csv", "--partners", "partners.csv", "--group", "Kind")
        self.assertEqual(by_column, by_group)
        self.assertEqual({g["group"]: g["partners"] for g in by_group["groups"]}, {"gold": 2, "silver": 1})

    MAPPING = {
        "columns": {"sales": {"partner": "Wer", "amount": "Betrag", "day": "Tag"}, "partners": {"partner": "Wer"}},
        "date_format": "%d.%m.%Y",
        "delimiter": ";",
        "decimal_comma": True,
        "thousands": ".",
        "minor_units": 2,
    }
    CONTENT = "Wer;Tag;Betrag;Kosten\nA;31.12.2025;1.234,50;7,00\nB;01.01.2026;5,5;1,00\n"

    def test_mapping_file(self):
        self.write("mapping.json", json.dumps(self.MAPPING))
        self.write("sales.csv", self.CONTENT)
        self.assertEqual(
            self.revenue("sales.csv", "--mapping", "mapping.json"), {"A": Decimal("1234.50"), "B": Decimal("5.50")}
        )
        # The command line wins.
        self.assertEqual(
            self.revenue("sales.csv", "--mapping", "mapping.json", "--column", "amount=Kosten"),
            {"A": Decimal("7.00"), "B": Decimal("1.00")},
        )
        self.bad(DATA, "totals", "sales.csv", "--mapping", "mapping.json", "--delimiter", ",", says="Wer;Tag")

    def test_bad_mapping_files(self):
        self.write("sales.csv", self.CONTENT)
        for mapping, says in (
            ("{", "mapping.json:1:"),
            ("[]", "$: expected an object"),
            (
                '{"columns": {"sales": {"amuont": "x"}}}',
                "$.columns.sales.amuont: there is no such key (did you mean amount?)",
            ),
            ('{"columns": {"sale": {}}}', "$.columns.sale: there is no such key (did you mean sales?)"),
            ('{"column": {}}', "$.column: there is no such key (did you mean columns?)"),
            ('{"columns": {"sales": {"amount": 5}}}', "$.columns.sales.amount: expected"),
            ('{"columns": {"sales": 5}}', "$.columns.sales: expected"),
            ('{"columns": 5}', "$.columns: expected"),
            ('{"columns": {}, "columns": {}}', "duplicate"),
            ('{"delimiter": ";;"}', "$.delimiter: expected"),
            ('{"thousands": ""}', "$.thousands: expected"),
            ('{"decimal_comma": 1}', "$.decimal_comma: expected"),
            ('{"minor_units": 10}', "$.minor_units: expected"),
            ('{"minor_units": 2.5}', "$.minor_units: expected"),
            ('{"date_format": 5}', "$.date_format: expected"),
            ("", "mapping.json"),
            ("\0", "mapping.json"),
        ):
            self.write("mapping.json", mapping)
            self.bad(DATA, "totals", "sales.csv", "--mapping", "mapping.json", says=(says, "mapping.json"))
        self.write("mapping.json", '{"columns": {"sales": {"amount": "Preis"}}, "delimiter": ";"}')
        self.bad(DATA, "totals", "sales.csv", "--mapping", "mapping.json", says=('"Preis"', "mapping.json names"))

    def test_saved_mapping_is_what_was_understood(self):
        self.write("2025.csv", self.CONTENT)
        options = ["--delimiter", ";", "--decimal-comma", "--thousands", ".", "--date-format", "%d.%m.%Y"]
        columns = ["--column", "partner=Wer", "--column", "amount=Betrag", "--column", "day=Tag"]
        self.good("check", "2025.csv", *options, *columns, "--save-mapping", "m.json")
        with open(self.path("m.json"), encoding="utf-8") as file:
            saved = json.load(file)
        expected = {k: self.MAPPING[k] for k in ("date_format", "delimiter", "decimal_comma", "thousands")}
        expected["columns"] = {"sales": self.MAPPING["columns"]["sales"]}
        self.assertEqual(saved, expected)
        by_options = self.json("totals", "2025.csv", *options, *columns)
        self.assertEqual(self.json("totals", "2025.csv", "--mapping", "m.json"), by_options)


class Analyses(CommandTest):
    """Options reach the library, and results come back with the right figures."""

    def setUp(self):
        super().setUp()
        draw = random.Random(5)
        self.rows = []
        for _ in range(3000):
            partner = f"P{min(int(draw.paretovariate(0.7)), 200):03d}"
            day = datetime.date(2024, 1, 1) + datetime.timedelta(days=draw.randrange(730))
            amount = f"{draw.lognormvariate(6, 1.5) * draw.choice([1] * 20 + [-1]):.2f}"
            self.rows.append((partner, day, amount))
        self.write("sales.csv", "partner,day,amount\n" + "".join(f"{p},{d},{a}\n" for p, d, a in self.rows))
        listed = sorted({p for p, _, _ in self.rows}) + ["Quiet"]
        draw.shuffle(listed)
        self.listed = listed
        self.write(
            "partners.csv",
            "partner,name,group\n"
            + "".join(f"{p},Name of {p},{'EU' if i % 3 else 'US'}\n" for i, p in enumerate(listed)),
        )

    def in_window(self, first="0001-01-01", last="9999-01-01"):
        a, b = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
        return [(p, amount) for p, day, amount in self.rows if a <= day < b]

    def test_totals(self):
        result = self.json("totals", "sales.csv")
        expected = revenue_of(self.in_window())
        self.assertEqual([line["partner"] for line in result["partners"]], list(expected))
        self.assertEqual(
            [line["revenue"] for line in result["partners"]], [Decimal(v).scaleb(-2) for v in expected.values()]
        )
        self.assertEqual(result["summary"]["revenue_total"], Decimal(sum(expected.values())).scaleb(-2))
        self.assertEqual(result["summary"]["rows"], len(self.rows))

    def test_window(self):
        result = self.json(
            "totals", "sales.csv", "--from", "2024-03-01", "--to", "2024-09-01", "--partners", "partners.csv"
        )
        expected = revenue_of(self.in_window("2024-03-01", "2024-09-01"))
        told = {line["partner"]: line["revenue"] for line in result["partners"]}
        self.assertEqual(told, {p: Decimal(expected.get(p, 0)).scaleb(-2) for p in self.listed})

    def test_the_roster_gives_the_order(self):
        result = self.json("totals", "sales.csv", "--partners", "partners.csv")
        self.assertEqual([line["partner"] for line in result["partners"]], self.listed)

    def test_a_parent_does_not_come_before_its_turn(self):
        self.write("sales.csv", "partner,amount\nA,1\nB,2\n")
        self.write("partners.csv", "partner,parent\nA,Z\nB,Z\nC,\nZ,\n")
        arguments = ("totals", "sales.csv", "--partners", "partners.csv")
        self.assertEqual([line["partner"] for line in self.json(*arguments)["partners"]], ["A", "B", "C", "Z"])
        rolled = {line["partner"]: line["revenue"] for line in self.json(*arguments, "--roll-up")["partners"]}
        self.assertEqual(rolled, {"C": Decimal(0), "Z": Decimal(3)})

    def test_growth(self):
        result = self.json(
            *("totals", "sales.csv", "--from", "2025-01-01", "--to", "2026-01-01"),
            *("--previous", "2024-01-01..2025-01-01"),
        )["growth"]
        before = revenue_of(self.in_window("2024-01-01", "2025-01-01"))
        after = revenue_of(self.in_window("2025-01-01", "2026-01-01"))
        self.assertEqual(result["previous_total"], Decimal(sum(before.values())).scaleb(-2))
        self.assertEqual(result["total"], Decimal(sum(after.values())).scaleb(-2))
        growth = float(Fraction(sum(after.values()) - sum(before.values()), sum(before.values())))
        self.assertEqual(float(result["growth_total"]), growth)
        new = [p for p in after if before.get(p, 0) <= 0 < after[p]]
        self.assertEqual(next(s["partners"] for s in result["states"] if s["state"] == "new"), len(new))

    def test_pareto(self):
        result = self.json("pareto", "sales.csv", "--partners", "partners.csv")
        revenue = revenue_of(self.in_window())
        amounts = [revenue.get(p, 0) for p in self.listed]
        self.assertEqual(float(result["summary"]["gini"]), gini_of(amounts))
        self.assertEqual(float(result["summary"]["hhi"]), hhi_of(amounts))
        self.assertEqual([line["class"] for line in result["partners"]], classes_of(amounts))

    @staticmethod
    def sets(*settings):
        return [word for setting in settings for word in ("--set", setting)]

    def test_short_forms_are_settings(self):
        for short, long in (
            (("--cuts", "0.5,0.75,0.9"), ("--set", "cuts=0.5,0.75,0.9")),
            (("--cuts", "50 %, 75%"), ("--set", "cuts=0.5,0.75")),
            (("--lorenz", "11"), ("--set", "points=11")),
            (("--leave-one-out",), ("--set", "leave_one_out=true")),
            (("--population", "active"), ("--set", "population=active")),
            (("--from", "2024-06-01"), ("--set", "from_day=2024-06-01")),
            (("--min-sales", "3"), ("--set", "min_sales=3")),
            (("--threads", "all"), ("--set", "threads=all")),
            (("--resample", "--replicates", "40", "--seed", "7"), self.sets("resample=yes", "replicates=40", "seed=7")),
            (("--xyz", "month"), ("--set", "xyz=month")),
            (("--xyz-days", "30"), self.sets("xyz=days", "xyz_days=30")),
            (("--set", "xyz_days=30", "--xyz", "days"), ("--xyz-days", "30")),
            (("--xyz-days", "30", "--xyz", "quarter"), self.sets("xyz=quarter", "xyz_days=30")),
            (
                ("--previous", "2024-01-01..2025-01-01", "--from", "2025-01-01", "--to", "2026-01-01"),
                self.sets(
                    *("from_day=2025-01-01", "to_day=2026-01-01"),
                    *("previous_from_day=2024-01-01", "previous_to_day=2025-01-01"),
                ),
            ),
        ):
            self.assertEqual(self.json("pareto", "sales.csv", *short), self.json("pareto", "sales.csv", *long))

    def test_tail_also_sets_the_replicates(self):
        """--tail is tail = true and tail_replicates = 1000, unless --set says how many."""
        self.needs_distributions()
        for arguments, replicates in (
            (("--tail",), 1000),
            (("--tail", "--set", "tail_replicates=20"), 20),
            (("--set", "tail_replicates=0", "--tail"), 0),
            (("--set", "tail=true"), 0),
        ):
            result = self.json("pareto", "sales.csv", *arguments)
            self.assertEqual((result["options"]["tail"], result["options"]["tail_replicates"]), (True, replicates))
            self.assertEqual(result["tail"]["replicates"], replicates)
            self.assertEqual(result["tail"]["p"] is None, replicates == 0)
        self.bad(USAGE, "pareto", "sales.csv", "--tail", "--set", "tail=true", says="twice")

    def test_tail_of_too_few(self):
        """Exit 1, and both numbers are named."""
        self.needs_distributions()
        self.write("few.csv", "partner,amount\n" + "".join(f"P{i},{i * i + 1}\n" for i in range(13)))
        self.bad(DATA, "pareto", "few.csv", "--tail", says=("13", "25"))
        self.bad(DATA, "pareto", "few.csv", "--tail", "--set", "min_tail=14", says=("13", "14"))

    CHANGE = (
        "--partners",
        "partners.csv",
        "--from",
        "2025-01-01",
        "--to",
        "2026-01-01",
        "--previous",
        "2024-01-01..2025-01-01",
    )

    def test_change(self):
        before, after = (revenue_of(self.in_window(f"{year}-01-01", f"{year + 1}-01-01")) for year in (2024, 2025))
        v1, v2 = ([revenue.get(p, 0) for p in self.listed] for revenue in (before, after))
        result = self.json("pareto", "sales.csv", *self.CHANGE)
        change = result["change"]
        total = sum(max(v, 0) for v in v1)
        self.assertEqual(change["previous_total"], Decimal(total).scaleb(-2))
        self.assertEqual(change["total"], result["summary"]["total"])
        gini, hhi = (float(new - old) for new, old in zip(concentration_of(v2), concentration_of(v1)))
        self.assertEqual((float(change["gini"]), float(change["hhi"])), (gini, hhi))
        self.assertEqual((float(change["previous_gini"]), float(change["previous_hhi"])), (gini_of(v1), hhi_of(v1)))
        moves = moves_of(v1, v2)
        names = ("A", "B", "C", "none")
        self.assertEqual(
            [tuple(line.values()) for line in change["moves"]],
            [
                (x, y, count, Decimal(amount).scaleb(-2))
                for x in names
                for y in names
                for count, amount in [moves.get((x, y), (0, 0))]
            ],
        )
        top = sorted((max(v, 0) for v in v2), reverse=True)
        self.assertEqual(
            {k: float(v) for k, v in change["at_risk"].items()},
            {str(k): float(Fraction(sum(top[:k]), sum(top))) for k in (1, 3, 5)},
        )
        for line, x, a, b in zip(result["partners"], classes_of(v1), v1, v2, strict=True):
            contribution = max(b, 0) - max(a, 0)
            self.assertEqual(line["previous_class"], x)
            self.assertEqual(line["contribution"], Decimal(contribution).scaleb(-2))
            self.assertEqual(float(line["contribution_share"]), float(Fraction(contribution, total)))
        # The later window's own figures stay what they are alone.
        alone = self.json("pareto", "sales.csv", *self.CHANGE[:-2])
        self.assertEqual(alone["summary"], result["summary"])
        self.assertNotIn("change", alone)
        self.assertNotIn("previous_class", alone["partners"][0])

    def test_change_is_told(self):
        text = self.good("pareto", "sales.csv", *self.CHANGE).out
        result = self.json("pareto", "sales.csv", *self.CHANGE)["change"]
        names = ("A", "B", "C", "none")
        moves = {(m["from"], m["to"]): m["partners"] for m in result["moves"]}
        up = sum(n for (x, y), n in moves.items() if names.index(y) < names.index(x))
        down = sum(n for (x, y), n in moves.items() if names.index(y) > names.index(x))
        top = sum(n for (x, _), n in moves.items() if x == "A")
        plain = " ".join(text.split())
        self.assertIn(f"{up} partners moved up in class and {down} down; of the {top} in class A then", plain)
        self.assertIn(f"Gini {'fell' if result['gini'] < 0 else 'rose'} by {abs(result['gini']):.3f}", plain)
        # The table of moves has the classes before as lines, those after as columns.
        block = text[text.index("How many partners moved from class to class") :].split("\n")
        self.assertEqual(block[2].split(), ["to"])
        self.assertEqual(block[3].split(), ["from", *names])
        for name, line in zip(names, block[4:8]):
            self.assertEqual(line.split(), [name, *(str(moves[name, to]) for to in names)])

    def test_who_left_is_in_the_change_only(self):
        """Both columns of amounts are of everybody enrolled in either window, the lines of those in the later."""
        self.write(
            "sales.csv", "partner,day,amount\nA,2024-05-01,60\nB,2024-05-01,40\nA,2025-05-01,50\nC,2025-05-01,50\n"
        )
        self.write("partners.csv", "partner,joined,left\nA,,\nB,,2024-12-01\nC,2025-02-01,\nD,,\n")
        result = self.json("pareto", "sales.csv", *self.CHANGE)
        told = [(p["partner"], p["previous_class"], p["contribution"]) for p in result["partners"]]
        self.assertEqual(told, [("A", "A", -10), ("C", "none", 50), ("D", "none", 0)])
        moves = {(m["from"], m["to"]): (m["partners"], m["amount"]) for m in result["change"]["moves"] if m["partners"]}
        expected = {("A", "A"): (1, -10), ("A", "none"): (1, -40), ("none", "A"): (1, 50), ("none", "none"): (1, 0)}
        self.assertEqual(moves, expected)
        # (40 + 3 * 60) / 400 = .55 before, (50 + 3 * 50) / 400 = .5 after, of four partners each.
        self.assertEqual(float(result["change"]["gini"]), -0.05)

    def test_regularity(self):
        """Two years are eight quarters; sales of 100, 100, 100, 100 and of 0, 0, 0, 400: cv 0 and sqrt(3)."""
        quarters = [f"{year}-{month:02d}-15" for year in (2024, 2025) for month in (1, 4, 7, 10)]
        lines = [("even", day, 100) for day in quarters[4:]] + [("late", quarters[7], 400), ("once", quarters[3], 1)]
        self.write("sales.csv", "partner,day,amount\n" + "".join(f"{p},{d},{a}\n" for p, d, a in lines))
        arguments = ("pareto", "sales.csv", "--from", "2024-01-01", "--to", "2026-01-01", "--xyz", "quarter")
        result = self.json(*arguments, "--set", "since_first=false")
        self.assertEqual(result["options"]["since_first"], False)
        xyz = result["xyz"]
        self.assertEqual((xyz["period"], xyz["periods"]), ("quarter", 8))
        self.assertEqual((xyz["from_day"], xyz["to_day"]), ("2024-01-01", "2026-01-01"))
        told = {p["partner"]: (p["xyz"], p["periods"]) for p in result["partners"]}
        # Over eight quarters: even 4 of 8, cv 1 (Y, the cut itself); late and once 1 of 8, cv sqrt(7).
        self.assertEqual(told, {"even": ("Y", 8), "late": ("Z", 8), "once": ("Z", 8)})
        self.assertEqual(float(result["partners"][0]["cv"]), 1)
        result = self.json(*arguments)
        told = {p["partner"]: (p["xyz"], p["periods"]) for p in result["partners"]}
        # Since the first sale: even 4 of 4, cv 0; late has one period, too few; once 1 of 5, cv 2.
        self.assertEqual(told, {"even": ("X", 4), "late": ("none", 1), "once": ("Z", 5)})
        counts = {(c["abc"], c["xyz"]): c["partners"] for c in result["xyz"]["classes"] if c["partners"]}
        self.assertEqual(counts, {("A", "X"): 1, ("A", "none"): 1, ("C", "Z"): 1})
        text = " ".join(self.good(*arguments).out.split())
        self.assertIn("Over the 8 quarters from 2024-01-01 to 2025-12-31, 1 partner brings revenue regularly (X)", text)
        self.assertIn("Of the 2 partners in class A, 1 is regular", text)

    def test_resampling(self):
        result = self.json("pareto", "sales.csv", "--resample", "--replicates", "200", "--seed", "5")
        told = result["resampling"]
        self.assertEqual((told["replicates"], told["seed"], float(told["confidence"])), (200, 5, 0.95))
        for name, figure in (("gini", "gini"), ("vital_fraction", "vital_fraction")):
            self.assertLessEqual(told[name]["low"], result["summary"][figure])
            self.assertGreaterEqual(told[name]["high"], result["summary"][figure])
        self.assertLess(told["top_share_20"]["low"], told["top_share_20"]["high"])
        text = " ".join(
            self.good("pareto", "sales.csv", "--resample", "--replicates", "200", "--seed", "5").out.split()
        )
        self.assertIn(f"between {told['gini']['low']:.3f} and {told['gini']['high']:.3f}", text)
        self.assertNotIn("confidence interval", text)

    def test_cuts(self):
        result = self.json("pareto", "sales.csv", "--cuts", "0.5,0.75,0.9")
        amounts = list(revenue_of(self.in_window()).values())
        told = [line["class"] for line in result["partners"]]
        self.assertEqual(told, classes_of(amounts, (500000, 750000, 900000)))

    def test_epoch_is_a_day(self):
        self.write("sales.csv", "partner,day,amount\nA,1969-12-31,1\nA,1970-01-01,2\nA,1970-01-02,4\n")
        self.assertEqual(self.revenue("sales.csv", "--from", "1970-01-01"), {"A": Decimal(6)})
        self.assertEqual(self.revenue("sales.csv", "--to", "1970-01-01"), {"A": Decimal(1)})

    def test_threads_change_nothing(self):
        one = self.json("pareto", "sales.csv", "--partners", "partners.csv", "--group", "group", "--leave-one-out")
        for threads in ("1", "2", "7", "all"):
            again = self.json(
                *("pareto", "sales.csv", "--partners", "partners.csv", "--group", "group", "--leave-one-out"),
                *("--threads", threads),
            )
            again["options"]["threads"] = one["options"]["threads"]
            self.assertEqual(again, one)

    def test_order_of_rows_changes_no_figure(self):
        one = self.json("pareto", "sales.csv", "--partners", "partners.csv")
        lines = [f"{p},{d},{a}\n" for p, d, a in self.rows]
        random.Random(9).shuffle(lines)
        self.write("sales.csv", "partner,day,amount\n" + "".join(lines))
        two = self.json("pareto", "sales.csv", "--partners", "partners.csv")
        self.assertEqual(one["summary"], two["summary"])
        self.assertEqual(one["partners"], two["partners"])

    def test_anonymous(self):
        plain = self.good("pareto", "sales.csv", "--partners", "partners.csv", "--format", "json").json()
        for form in ("table", "json", "csv"):
            text = self.good("pareto", "sales.csv", "--partners", "partners.csv", "--format", form, "--anonymous").out
            for partner in self.listed:
                self.assertNotIn(f"Name of {partner}", text)
                self.assertNotIn(f'"{partner}"', text)
        hidden = self.json("pareto", "sales.csv", "--partners", "partners.csv", "--anonymous")
        self.assertEqual(hidden["summary"], plain["summary"])

    def test_names_are_for_people(self):
        text = self.good("pareto", "sales.csv", "--partners", "partners.csv").out
        top = max(revenue_of(self.in_window()).items(), key=lambda item: item[1])[0]
        self.assertIn(f"Name of {top}", text)

    def test_csv(self):
        text = self.good("pareto", "sales.csv", "--partners", "partners.csv", "--format", "csv").out
        self.assertNotIn("\r", text)
        rows = list(csv.DictReader(io.StringIO(text)))
        revenue = revenue_of(self.in_window())
        self.assertEqual([row["partner"] for row in rows], self.listed)
        self.assertEqual(
            [Decimal(row["amount"]) for row in rows], [Decimal(revenue.get(p, 0)).scaleb(-2) for p in self.listed]
        )


class Report(CommandTest):
    def test_folder(self):
        self.write("exports/sales.csv.gz", gzip.compress(SALES.encode()))
        self.write("exports/partners.csv", "partner,name\nCato,C\nAcme,A\nBolt,B\nDora,D\n")
        result = self.json("report", "exports")
        for name in ("totals", "pareto"):
            alone = self.json(name, "exports/sales.csv.gz", "--partners", "exports/partners.csv")
            told = result[name] if name in result else result["analyses"][name]
            self.assertEqual(told["partners"], alone["partners"])
            self.assertEqual(told["summary"], alone["summary"])
        self.assertEqual(self.json("report", "exports/"), {**result})

    def test_without_a_roster(self):
        self.write("exports/sales.csv", SALES)
        text = self.good("report", "exports").out
        self.assertIn("Acme", text)

    def test_mapping_in_the_folder(self):
        self.write("exports/sales.csv", SALES.replace("amount", "Betrag"))
        self.bad(DATA, "report", "exports", says="no column for amount")
        self.write("exports/mapping.json", '{"columns": {"sales": {"amount": "Betrag"}}}')
        self.good("report", "exports")

    def test_bad_folders(self):
        os.mkdir(self.path("empty"))
        self.bad(DATA, "report", "empty", says=("empty", "sales.csv"))
        self.write("two/sales.csv", SALES)
        self.write("two/sales.csv.gz", gzip.compress(SALES.encode()))
        self.bad(DATA, "report", "two", says=("sales.csv.gz", "which one"))
        self.write("bad/sales.csv", "partner,amount\nA,x\n")
        self.bad(DATA, "report", "bad", says="bad/sales.csv:2: amount")


class Check(CommandTest):
    def findings(self, *arguments, code=DATA):
        result = self.run_command("check", *arguments)
        self.assertEqual(result.code, code, result.out + result.err)
        self.assertEqual(result.err, "")
        return result.out

    def faults(self, *arguments):
        text = self.findings(*arguments)
        return [line.strip() for line in text.splitlines() if line.startswith("  fault: ")]

    def doubts(self, *arguments):
        """Things to look at: no run stops at them, so the exit code is that of success."""
        text = self.findings(*arguments, code=SUCCESS)
        return [line.strip() for line in text.splitlines() if line.startswith("  look at: ")]

    def test_nothing_wrong(self):
        self.write("sales.csv", SALES)
        text = self.findings("sales.csv", code=SUCCESS)
        self.assertIn("sales.csv: sales\n", text)
        self.assertIn('partner      from "partner"', text)
        self.assertIn("4 rows", text)
        self.assertIn("partner      3 different", text)
        self.assertIn("day          2025-01-10 to 2025-03-05", text)
        self.assertIn("amount       sum 1183.58", text)  # 1000.50 + 250 - 100.25 + 33.33
        self.assertTrue(text.endswith("no fault found\n"))

    def test_which_input_a_file_is(self):
        self.write("x.csv", SALES)
        self.write("y.csv", "partner,name,region\nAcme,A,EU\nBolt,B,EU\nCato,C,EU\n")
        text = self.findings("x.csv", "y.csv", code=SUCCESS)
        self.assertIn("x.csv: sales\n", text)
        self.assertIn("y.csv: partners\n", text)
        self.assertIn('group        from "region" (alias)', text)
        self.write("Partners.2025.csv", "partner,amount\nAcme,1\n")
        self.assertIn("Partners.2025.csv: partners\n", self.findings("Partners.2025.csv", code=SUCCESS))
        self.write("z.csv", "partner,amount\nAcme,1\n")
        self.assertIn("z.csv: partners\n", self.findings("--partners", "z.csv", code=SUCCESS))

    def test_every_bad_row(self):
        self.write("sales.csv", "partner,day,amount\nA,2025-01-01,x\nB,2025-02-30,1\nC,2025-01-01\nD,2025-01-01,4\n")
        faults = self.faults("sales.csv")
        self.assertEqual(len(faults), 3)
        for line, fault in zip((2, 3, 4), faults):
            self.assertIn(f"sales.csv:{line}:", fault)
        text = self.findings("sales.csv")
        self.assertIn("1 row\n", text)
        self.assertTrue(text.endswith("3 faults found\n"))
        many = "".join(f"A,2025-01-01,x{i}\n" for i in range(100))
        self.write("sales.csv", "partner,day,amount\nD,2025-01-01,4\n" + many)
        text = self.findings("sales.csv")
        self.assertIn("and 80 more bad rows", text)
        self.assertTrue(text.endswith("100 faults found\n"))

    def test_near_duplicates(self):
        self.write(
            "sales.csv", "partner,product,amount\nAcme,GTXPro,1\nACME,GTX Pro,1\nBolt,GTX,1\nПартнёр,x,1\nПАРТНЁР,x,1\n"
        )
        text = "\n".join(self.doubts("sales.csv"))
        self.assertIn('partner: "Acme" and "ACME" differ only in case or spaces', text)
        self.assertIn('product: "GTXPro" and "GTX Pro" differ only in case or spaces', text)
        self.assertIn('"Партнёр" and "ПАРТНЁР"', text)
        self.assertNotIn("Bolt", text)
        self.assertEqual(len(self.doubts("sales.csv")), 3)

    def test_shared_names(self):
        self.write("partners.csv", "partner,name\n1,Acme\n2,Bolt\n3,Acme\n")
        self.assertEqual(len(self.doubts("partners.csv")), 1)
        self.assertIn('partners.csv:4: partners "1" and "3" have the same name, "Acme"', self.doubts("partners.csv")[0])

    def test_unlinked_credit_notes(self):
        self.write("sales.csv", "partner,amount\nA,5\nA,-1\nB,-2\nC,0\n")
        doubts = self.doubts("sales.csv")
        self.assertEqual(len(doubts), 1)
        self.assertIn('1 partner has credit notes but no sale: "B"', doubts[0])
        text = self.findings("sales.csv", code=SUCCESS)
        self.assertTrue(text.endswith("no fault found, 1 thing to look at\n"))

    def test_partners_in_no_roster(self):
        self.write("sales.csv", SALES)
        self.write("partners.csv", "partner,parent\nAcme,\nCato,Head\n")
        doubts = self.doubts("sales.csv", "partners.csv")
        self.assertEqual(len(doubts), 2)
        self.assertIn('sales.csv: partner: 1 is not in partners.csv: "Bolt"', doubts[0])
        self.assertIn('partners.csv: parent: 1 is not in partners.csv: "Head"', doubts[1])

    def test_days_in_the_future(self):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        later = today + datetime.timedelta(days=3)
        self.write("sales.csv", f"partner,day,amount\nA,{today},1\nB,{later},2\n")
        doubts = self.doubts("sales.csv")
        self.assertEqual(len(doubts), 1)
        self.assertIn(f"sales.csv:3: day: {later} lies in the future", doubts[0])

    def test_several_currencies(self):
        self.write("sales.csv", "partner,amount,currency\nA,1,EUR\nB,2,USD\nC,3,EUR\nD,4,CHF\n")
        faults = self.faults("sales.csv")
        self.assertEqual(len(faults), 1)
        self.assertIn('currency: 3 different values ("EUR", "USD", "CHF")', faults[0])

    def test_duplicate_rows(self):
        self.write("sales.csv", "partner,amount\nA,1\nB,2\nA,1\n")
        self.assertIn("sales.csv:4: 1 row repeats an earlier one exactly", self.doubts("sales.csv")[0])

    def test_files_that_cannot_be_used(self):
        self.write("sales.csv", "who,what\n1,2\n")
        self.assertIn("no column for partner", self.faults("sales.csv")[0])
        self.write("junk.csv", "PK\x03\x04")
        self.assertIn("xlsx", self.faults("junk.csv")[0])
        self.write("process.json", '{"stages": []}')
        self.assertIn("fault: process.json: ", self.faults("process.json")[0])

    def test_columns_that_no_file_has(self):
        self.write("sales.csv", SALES)
        self.bad(USAGE, "check", "sales.csv", "--column", "group=Kind", says="none of these files")

    def test_output_file(self):
        self.write("sales.csv", SALES)
        self.assertEqual(self.findings("sales.csv", "--output", "said.txt", code=SUCCESS), "")
        with open(self.path("said.txt"), encoding="utf-8") as file:
            self.assertTrue(file.read().endswith("no fault found\n"))


@unittest.skipUnless(REAL_DATA, "PARTNER_REAL_DATA is not set")
class RealData(CommandTest):
    """Figures of independent implementations, from the description of the data and the specification."""

    def real(self, *names):
        path = os.path.join(REAL_DATA, *names)
        if not os.path.exists(path):
            self.skipTest(f"{os.path.join(*names)} is not among the real data")
        return path

    def adventureworks(self, name, *arguments):
        return self.json(
            *(name, self.real("adventureworks", "FactResellerSales.csv.gz"), "--quiet"),
            *("--column", "partner=ResellerKey", "--column", "day=OrderDateKey", "--date-format", "%Y%m%d"),
            *("--column", "amount=SalesAmount", "--partners", self.real("adventureworks", "DimReseller.csv.gz")),
            *("--column", "partners.partner=ResellerKey", *arguments),
        )

    def assert_figures(self, told, expected):
        for name, value in expected.items():
            if name.startswith("theil"):
                self.assertTrue(math.isclose(float(told[name]), value, rel_tol=1e-11), name)
            elif isinstance(value, float):
                self.assertEqual(float(told[name]), value, name)
            else:
                self.assertEqual(told[name], value, name)

    def test_all_of_it(self):
        result = self.adventureworks("pareto")
        self.assert_figures(
            result["summary"],
            {
                "partners": 701,
                "positive": 635,
                "zero": 66,
                "negative": 0,
                "negative_amount": Decimal("0.00"),
                "total": Decimal("80450592.06"),
                "net": Decimal("80450592.06"),
                "gini": 0.6886402740790466,
                "gini_unbiased": 0.6896240458991595,
                "hhi": 0.00452401927074322,
                "effective_partners": 221.04238292418165,
                "theil": 0.8701706774207156,
                "hoover": 0.5427645545988777,
                "vital_count": 186,
                "vital_fraction": 0.2653352353780314,
                "kolkata_index": 0.7627959465419153,
            },
        )
        top = {
            "1": 0.07122880206806026,
            "5": 0.28110920808554707,
            "10": 0.4598798803171915,
            "20": 0.7031557199704715,
            "50": 0.9698338408971555,
        }
        self.assertEqual({k: float(v) for k, v in result["summary"]["top_share"].items()}, top)
        classes = [
            ("A", 186, Decimal("64361880.55"), 0.8000174877768327),
            ("B", 125, Decimal("12085743.59"), 0.15022566373391585),
            ("C", 324, Decimal("4002967.92"), 0.04975684848925151),
            ("none", 66, Decimal("0.00"), 0.0),
        ]
        told = [(c["class"], c["partners"], c["amount"], float(c["share"])) for c in result["summary"]["classes"]]
        self.assertEqual(told, classes)
        first = [
            ("697", Decimal("877107.22"), 0.010902433376075766, 0.010902433376075766),
            ("170", Decimal("853849.25"), 0.01061333705739791, 0.021515770433473674),
            ("678", Decimal("841908.89"), 0.010464918510134827, 0.031980688943608504),
        ]
        partners = {line["partner"]: line for line in result["partners"]}
        for rank, (who, amount, share, cumulative) in enumerate(first, 1):
            line = partners[who]
            self.assertEqual((line["rank"], line["class"], line["amount"]), (rank, "A", amount))
            self.assertEqual((float(line["share"]), float(line["cumulative_share"])), (share, cumulative))

    def test_years(self):
        for first, last, total, positive, gini, vital, classes in (
            ("2013-01-01", "2014-01-01", "33574828.12", 489, 0.7506745341278521, 147, [147, 84, 258, 212]),
            ("2012-01-01", "2013-01-01", "28193631.19", 401, 0.8142326009745309, None, [108, 64, 229, 300]),
        ):
            summary = self.adventureworks("pareto", "--from", first, "--to", last)["summary"]
            self.assertEqual((summary["total"], summary["positive"]), (Decimal(total), positive))
            self.assertEqual(float(summary["gini"]), gini)
            self.assertEqual([c["partners"] for c in summary["classes"]], classes)
            if vital is not None:
                self.assertEqual(summary["vital_count"], vital)

    def test_groups(self):
        result = self.adventureworks("pareto", "--group", "BusinessType")
        told = {g["group"]: (g["partners"], g["total"], float(g["gini"]), g["vital_count"]) for g in result["groups"]}
        self.assertEqual(
            told,
            {
                "Specialty Bike Shop": (231, Decimal("6756164.43"), 0.5721848710994877, 86),
                "Value Added Reseller": (238, Decimal("34967514.67"), 0.655205152824071, 71),
                "Warehouse": (232, Decimal("38726912.96"), 0.5898982537244141, 83),
            },
        )
        self.assert_figures(result["summary"], {"theil_within": 0.697261881664, "theil_between": 0.172908795757})

    def test_active_only(self):
        summary = self.adventureworks("pareto", "--population", "active")["summary"]
        self.assertEqual(float(summary["gini"]), 0.6562784757943491)

    def test_growth(self):
        """totals.md: 2012 to 2013 +19.087 %, like for like (January to November) +31.522 %."""
        whole = self.adventureworks(
            *("totals", "--from", "2013-01-01", "--to", "2014-01-01", "--previous", "2012-01-01..2013-01-01")
        )["growth"]
        self.assertEqual(round(float(whole["growth_total"]) * 100, 3), 19.087)
        self.assertTrue(whole["after_last_day"])
        states = {s["state"]: (s["partners"], s["change"]) for s in whole["states"]}
        self.assertEqual(
            {k: states[k] for k in ("new", "lost", "grown", "shrunk")},
            {
                "new": (178, Decimal("11863558.52")),
                "lost": (90, Decimal("-5008491.27")),
                "grown": (137, Decimal("4774829.87")),
                "shrunk": (174, Decimal("-6248700.19")),
            },
        )
        alike = self.adventureworks(
            *("totals", "--from", "2013-01-01", "--to", "2013-12-01", "--previous", "2012-01-01..2012-12-01")
        )["growth"]
        self.assertEqual(round(float(alike["growth_total"]) * 100, 3), 31.522)

    def test_change(self):
        """pareto.md: 2012 to 2013, all 701 enrolled."""
        result = self.adventureworks(
            *("pareto", "--from", "2013-01-01", "--to", "2014-01-01", "--previous", "2012-01-01..2013-01-01")
        )
        change, names = result["change"], ("A", "B", "C", "none")
        told = {(m["from"], m["to"]): m["partners"] for m in change["moves"]}
        table = [[73, 13, 3, 19], [15, 29, 11, 9], [7, 14, 146, 62], [52, 28, 98, 122]]
        self.assertEqual([[told[x, y] for y in names] for x in names], table)
        self.assertEqual(sum(told.values()), 701)
        self.assertEqual(round(float(change["gini"]), 10), -0.0635580668)
        self.assertEqual(float(change["previous_gini"]), 0.8142326009745309)
        at_risk = {k: round(float(v), 7) for k, v in change["at_risk"].items()}
        self.assertEqual(at_risk, {"1": 0.0130134, "3": 0.0375717, "5": 0.0607438})
        # data/README.md: the totals of both years; totals.md: contributions by state add up to their difference.
        self.assertEqual((change["previous_total"], change["total"]), (Decimal("28193631.19"), Decimal("33574828.12")))
        contributions = sum(p["contribution"] for p in result["partners"])
        self.assertEqual(contributions, change["total"] - change["previous_total"])
        self.assertEqual(contributions, sum(m["amount"] for m in change["moves"]))

    def test_regularity(self):
        """pareto.md gives the table of ABC of all time by the quarters from 2011Q1 on. Its figures are those of ten
        quarters, to 2013Q2 (its text says 2013Q3); the eleventh is whole as well, so the command looks at eleven.
        The plain calculation here gives both."""
        with gzip.open(self.real("adventureworks", "FactResellerSales.csv.gz"), "rt", encoding="utf-8") as file:
            rows = [
                (r["ResellerKey"], int(r["OrderDateKey"][:6]), cents(r["SalesAmount"])) for r in csv.DictReader(file)
            ]
        revenue = {}
        for partner, _, amount in rows:
            revenue[partner] = revenue.get(partner, 0) + amount
        abc = dict(zip(revenue, classes_of(list(revenue.values())), strict=True))

        def table(quarters):
            demand = {partner: [0] * quarters for partner in revenue}
            for partner, month, amount in rows:
                quarter = (month // 100 - 2011) * 4 + (month % 100 - 1) // 3
                if 0 <= quarter < quarters:
                    demand[partner][quarter] += amount
            counts = {}
            for partner, x in demand.items():
                spread = quarters * sum(v * v for v in x) - sum(x) ** 2  # (cv times the sum)^2
                by = [name for name, cut in (("X", 1), ("Y", 4)) if 4 * spread <= cut * sum(x) ** 2] + ["Z"]
                key = abc[partner], by[0] if sum(x) > 0 else "none"
                counts[key] = counts.get(key, 0) + 1
            return {name: [counts.get((name, x), 0) for x in ("X", "Y", "Z", "none")] for name in "ABC"}

        self.assertEqual(table(10), {"A": [31, 80, 75, 0], "B": [6, 19, 100, 0], "C": [0, 27, 292, 5]})
        xyz = self.adventureworks("pareto", "--xyz", "quarter", "--set", "since_first=no")["xyz"]
        self.assertEqual((xyz["periods"], xyz["from_day"], xyz["to_day"]), (11, "2011-01-01", "2013-10-01"))
        self.assertEqual((xyz["left_out_from"], xyz["left_out_to"]), ("2010-12-29", "2011-01-01"))
        self.assertEqual((xyz["after_from"], xyz["after_to"]), ("2013-10-01", "2013-11-30"))
        told = {(c["abc"], c["xyz"]): c["partners"] for c in xyz["classes"]}
        self.assertEqual({name: [told[name, x] for x in ("X", "Y", "Z", "none")] for name in "ABC"}, table(11))
        self.assertEqual(told["none", "none"], 66)

    def test_tail(self):
        """data/README.md: not a power law."""
        self.needs_distributions()
        result = self.adventureworks("pareto", "--tail", "--set", "tail_replicates=100", "--threads", "all")
        tail = result["tail"]
        self.assertEqual((tail["xmin"], tail["n"], tail["left_out"]), (Decimal("354607.34"), 74, 66))
        self.assertEqual(round(float(tail["alpha"]), 6), 3.904852)
        self.assertEqual(round(float(tail["ks"]), 5), 0.09866)
        self.assertLess(float(tail["p"]), 0.05)
        self.assertEqual(list(tail["against"]["lognormal"]), ["ratio", "z", "p"])

    def test_activity(self):
        summary = self.adventureworks("totals")["summary"]
        self.assertEqual((summary["partners"], summary["active"]), (701, 635))
        self.assertEqual(round(float(summary["activity_rate"]) * 100, 1), 90.6)
        self.assertEqual(summary["last_day_seen"], "2013-11-29")

    def test_rounding_is_told(self):
        path = self.real("adventureworks", "FactResellerSales.csv.gz")
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            amounts = [Decimal(row["SalesAmount"]) for row in csv.DictReader(file)]
        finer = sum(amount != amount.quantize(Decimal("0.01")) for amount in amounts)
        result = self.good("totals", path, "--column", "partner=ResellerKey", warnings=1)
        self.assertIn(f"{finer} amounts had more than 2 decimal places", result.err)

    def test_check_finds_the_shared_names(self):
        result = self.run_command(
            *("check", "--sales", self.real("adventureworks", "FactResellerSales.csv.gz")),
            *("--partners", self.real("adventureworks", "DimReseller.csv.gz")),
            *("--column", "sales.partner=ResellerKey", "--column", "partners.partner=ResellerKey"),
        )
        self.assertEqual(result.code, SUCCESS, result.err)
        # 699 distinct names for 701 keys.
        self.assertEqual(result.out.count("have the same name"), 2)
        self.assertIn("60855 rows", result.out)

    def test_crm(self):
        """CRLF, empty cells: every open deal is a bad row of sales, told with its line."""
        path = self.real("crm_sales", "sales_pipeline.csv.gz")
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        good = [row for row in rows if row["account"] and row["close_value"]]
        arguments = ("totals", path, "--column", "partner=account")
        self.bad(DATA, *arguments, says=": is empty")
        bad = len(rows) - len(good)
        expected = revenue_of((row["account"], row["close_value"]) for row in good)
        told = self.revenue(*arguments[1:], "--skip-bad-rows", str(bad), warnings=1)
        self.assertEqual(told, {p: Decimal(v).scaleb(-2) for p, v in expected.items()})
        self.bad(DATA, *arguments, "--skip-bad-rows", str(bad - 1), says=f"after {bad - 1} bad rows")

    def test_cdnow(self):
        path = self.real("cdnow", sorted(n for n in os.listdir(self.real("cdnow")) if n.startswith("cdnow_master"))[0])
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        header = {name.lower(): name for name in rows[0]}
        expected = revenue_of((row[header["customer_id"]], row[header["dollars"]]) for row in rows)
        told = self.revenue(
            *(path, "--column", f"partner={header['customer_id']}", "--column", f"amount={header['dollars']}"),
            "--quiet",
        )
        self.assertEqual(told, {p: Decimal(v).scaleb(-2) for p, v in expected.items()})


def main():
    global COMMAND
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    COMMAND = os.path.abspath(sys.argv.pop(1))
    program = unittest.main(exit=False, verbosity=1)
    result = program.result
    skipped = len(result.skipped)
    failed = len(result.failures) + len(result.errors)
    for test, reason in result.skipped:
        print(f"skipped: {test}: {reason}")
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
