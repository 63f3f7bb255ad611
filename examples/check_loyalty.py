#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Works out the ledgers of the example programs once more, and compares them with what the command says:

    check_loyalty.py PARTNER

The worked example (loyalty.json, which loyalty.c, .py and .lua run too) by hand, entry by entry; the three programs to
start from on the sample channel by the plain implementation of the tests, with its exact fractions."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
CHANNEL = EXAMPLES / "channel"
sys.path.insert(0, str(EXAMPLES.parent / "tests" / "loyalty"))

import plain  # noqa: E402

WORKED_EVENTS = """\
event,partner,day,kind,amount,quantity,product,reverses
SO-1,Aster,2025-01-10,sale,2499.90,,hardware,
SO-2,Aster,2025-02-03,sale,1000.00,,services,
SO-3,Birch,2025-02-10,sale,120.00,,hardware,
SO-4,Aster,2025-02-20,sale,845.00,,services,
RD-1,Aster,2025-03-05,redemption,,300,,
CN-1,Aster,2025-03-12,sale,-600.00,,,SO-2
"""

# day, kind, event, rule, points, capped, qualifying, balance, pending, tier
WORKED_LEDGER = {
    "Aster": """\
2025-01-10,accrual,SO-1,base,249,0,249,0,249,authorized
2025-01-24,release,SO-1,base,249,0,249,249,0,authorized
2025-02-03,accrual,SO-2,base,100,0,349,249,100,authorized
2025-02-03,accrual,SO-2,services,50,0,399,249,150,authorized
2025-02-03,promotion,,,0,0,399,249,150,silver
2025-02-17,release,SO-2,base,100,0,399,349,50,silver
2025-02-17,release,SO-2,services,50,0,399,399,0,silver
2025-02-20,accrual,SO-4,base,126,0,525,399,126,silver
2025-02-20,accrual,SO-4,services,10,53,535,399,136,silver
2025-03-05,redemption,RD-1,,-300,0,535,99,136,silver
2025-03-06,release,SO-4,base,126,0,535,225,10,silver
2025-03-06,release,SO-4,services,10,0,535,235,0,silver
2025-03-12,reversal,CN-1,base,-60,0,475,175,0,silver
2025-03-12,reversal,CN-1,services,-30,0,445,145,0,silver
2026-03-01,expiry,SO-2,services,-9,0,0,136,0,silver
2026-03-01,expiry,SO-4,base,-126,0,0,10,0,silver
2026-03-01,expiry,SO-4,services,-10,0,0,0,0,silver
""",
    "Birch": """\
2025-02-10,accrual,SO-3,base,12,0,12,0,12,authorized
2025-02-24,release,SO-3,base,12,0,12,12,0,authorized
2026-03-01,expiry,SO-3,base,-12,0,0,0,0,authorized
""",
}


class Comparison:
    def __init__(self) -> None:
        self.done = self.wrong = 0

    def same(self, what: str, found: object, expected: object) -> None:
        self.done += 1
        if found != expected:
            self.wrong += 1
            print(f"{what} is {found}, expected {expected}")

    def ledger(self, what: str, found: list[list[str]], expected: list[list[str]]) -> None:
        self.same(f"{what}: the number of entries", len(found), len(expected))
        for number, (got, wanted) in enumerate(zip(found, expected)):
            self.same(f"{what}: entry {number}", got, wanted)
            if self.wrong > 20:
                return


def run(command: str, *arguments: object) -> str:
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    words = [*wrapper, command, *map(str, arguments)]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def rows(text: str, columns: tuple[str, ...]) -> list[list[str]]:
    return [[line[name] for name in columns] for line in csv.DictReader(io.StringIO(text))]


def check_worked_example(compare: Comparison, command: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events.csv"
        events.write_text(WORKED_EVENTS, encoding="utf-8")
        options = (events, "--program", EXAMPLES / "loyalty.json", "--as-of", "2026-03-01")
        found = run(command, "loyalty", *options, "--ledger", "--format", "csv")
        summary = json.loads(run(command, "loyalty", *options[:3], "--format", "json"), parse_float=Decimal)["summary"]
    wanted = [[who, *line.split(",")] for who, text in WORKED_LEDGER.items() for line in text.splitlines()]
    compare.ledger("the worked example", rows(found, plain.COLUMNS[:11]), wanted)
    # 249 + 100 + 50 + 126 + 10 + 12 issued; 145 and 12 held, at 0.50 each.
    figures = {"issued": 547, "redeemed": 300, "reversed": 90, "outstanding": 157, "liability": Decimal("78.50")}
    for name, expected in figures.items():
        compare.same(f"the worked example's {name}", summary[name], expected)


def check_program(compare: Comparison, command: str, name: str) -> None:
    program = EXAMPLES / f"program-{name}.json"
    parsed = plain.load_program(program.read_text(encoding="utf-8"))
    events = plain.read_events((CHANNEL / "events.csv").read_text(encoding="utf-8"), parsed.minor_units)
    partners = plain.read_partners((CHANNEL / "partners.csv").read_text(encoding="utf-8"))
    expected = plain.run(parsed, partners, events)
    files = (CHANNEL / "events.csv", "--program", program, "--partners", CHANNEL / "partners.csv")
    found = run(command, "loyalty", *files, "--ledger", "--format", "csv")
    compare.ledger(name, rows(found, plain.COLUMNS[:11]), [entry.row()[:11] for entry in expected.ledger])
    # What the day of an entry that takes from lots is, is the library's own matter: they may differ.
    days = [(line["kind"], line["lot_expiry"]) for line in csv.DictReader(io.StringIO(found))]
    for (kind, day), entry in zip(days, expected.ledger):
        if kind in ("accrual", "bonus", "release", "expiry"):
            compare.same(
                f"{name}: when {entry.points} points of {entry.event} expire", day, str(entry.lot_expiry or "")
            )
    statements = json.loads(run(command, "loyalty", *files, "--format", "json"))
    check_statements(compare, name, statements, expected, parsed)


def check_statements(
    compare: Comparison, name: str, found: dict, expected: plain.Result, program: plain.Program
) -> None:
    compare.same(f"{name}: the number of statements", len(found["partners"]), len(expected.statements))
    tiers = [tier.id for tier in program.tiers]
    for got, wanted in zip(found["partners"], expected.statements):
        who = f"{name}: {wanted.partner}"
        above = program.tiers[tiers.index(wanted.tier) + 1 :]
        figures = {
            "partner": wanted.partner,
            "balance": wanted.balance,
            "pending": wanted.pending,
            "earned": wanted.earned,
            "spent": wanted.spent,
            "lapsed": wanted.lapsed,
            "qualifying": wanted.qualifying,
            "tier": wanted.tier,
            "valid_to": str(wanted.valid_to) if wanted.valid_to else None,
            "next_tier": above[0].id if above else None,
            "points_missing": max(0, above[0].points - wanted.qualifying) if above else 0,
        }
        for column, value in figures.items():
            compare.same(f"{who}'s {column}", got[column], value)
    check_sums(compare, name, found["summary"], expected)
    check_tiers(compare, name, found["summary"]["tiers"], expected, tiers)


def check_sums(compare: Comparison, name: str, found: dict, expected: plain.Result) -> None:
    sums = {
        figure: sum(getattr(account, figure) for account in expected.accounts)
        for figure in ("issued", "redeemed", "expired", "reversed", "adjusted")
    }
    sums["debts"] = sum(max(0, -each.balance) for each in expected.statements)
    sums["outstanding"] = sum(max(0, each.balance) + each.pending for each in expected.statements)
    sums["promotions"] = sum(entry.kind == "promotion" for entry in expected.ledger)
    sums["demotions"] = sum(entry.kind == "demotion" for entry in expected.ledger)
    used = sums["expired"] + sums["redeemed"]
    sums["breakage"] = sums["expired"] / used if used else None
    sums["liability"] = {"tiers": None, "growth": sums["outstanding"], "caps": sums["outstanding"] / 2}[name]
    for figure, value in sums.items():
        compare.same(f"{name}: {figure}", found[figure], value)


def check_tiers(compare: Comparison, name: str, found: list, expected: plain.Result, tiers: list[str]) -> None:
    moves = {tier: {"promotion": 0, "demotion": 0} for tier in tiers}
    for entry in expected.ledger:
        if entry.kind in ("promotion", "demotion"):
            moves[entry.tier][entry.kind] += 1
    for line, tier in zip(found, tiers):
        own = [statement for statement in expected.statements if statement.tier == tier]
        figures = {
            "tier": tier,
            "partners": len(own),
            "promotions": moves[tier]["promotion"],
            "demotions": moves[tier]["demotion"],
            "outstanding": sum(max(0, statement.balance) + statement.pending for statement in own),
        }
        for figure, value in figures.items():
            compare.same(f"{name}: {figure} of {tier}", line[figure], value)


def main() -> int:
    command = sys.argv[1]
    compare = Comparison()
    check_worked_example(compare, command)
    for name in ("tiers", "growth", "caps"):
        check_program(compare, command, name)
    growth = (EXAMPLES / "program-growth.json").read_bytes()
    compare.same("the sample channel's program is the growth program", (CHANNEL / "program.json").read_bytes(), growth)
    print(f"{compare.done - compare.wrong} figures agree, {compare.wrong} do not")
    return compare.wrong != 0


if __name__ == "__main__":
    sys.exit(main())
