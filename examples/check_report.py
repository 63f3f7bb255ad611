#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Works out the figures of `partner report FOLDER` and of `partner pareto --leave-one-out` once more, straight from
the CSV files and by the formulas as the documentation has them, in exact fractions, and compares them with what the
command says:

    check_report.py PARTNER FOLDER

Exact figures must agree to the last bit of the double, Theil's to 1e-12 (relative)."""
import csv
import json
import math
import os
import shlex
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

TOPS = (1, 5, 10, 20, 50)
CUTS = (Fraction(80, 100), Fraction(95, 100))


def read(folder, name):
    with open(f"{folder}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def totals_of(sales, roster):
    """One dict per enrolled partner, in the order of the roster; money in cents."""
    lines = {row["partner"]: {"partner": row["partner"], "group": row["group"], "target": row["target"],
                              "gross": 0, "returned": 0, "margin": 0, "sales": 0, "returns": 0,
                              "first_day": None, "last_day": None} for row in roster}
    for row in sales:
        line = lines[row["partner"]]
        amount = int(Decimal(row["amount"]) * 100)
        if row["margin"]:
            line["margin"] += int(Decimal(row["margin"]) * 100)
        if amount > 0:
            line["gross"] += amount
            line["sales"] += 1
            line["first_day"] = min(line["first_day"] or row["day"], row["day"])
            line["last_day"] = max(line["last_day"] or row["day"], row["day"])
        elif amount < 0:
            line["returned"] -= amount
            line["returns"] += 1
    for line in lines.values():
        line["revenue"] = line["gross"] - line["returned"]
        target = int(Decimal(line["target"] or 0) * 100)
        line["attainment"] = float(Fraction(line["revenue"], target)) if target > 0 else None
    return list(lines.values())


def lorenz(ascending, poorest):
    """The share of the poorest part (a fraction of the partners), linear between partners."""
    count = len(ascending)
    whole = math.floor(poorest * count)
    held = Fraction(sum(ascending[:whole]))
    if whole < count:
        held += (poorest * count - whole) * ascending[whole]
    return held / sum(ascending)


def kolkata(ascending):
    """k with lorenz(k) = 1 - k: lorenz(x) + x - 1 rises from -1 to 1, so bisect to the partner, then solve."""
    count, total = len(ascending), sum(ascending)
    held = 0
    for j, value in enumerate(ascending):
        low, high = Fraction(j, count), Fraction(j + 1, count)
        if Fraction(held + value, total) + high - 1 >= 0:
            slope = Fraction(value, total) * count
            return low + (1 - low - Fraction(held, total)) / (slope + 1)
        held += value
    raise AssertionError("the Lorenz curve ends at 1")


def concentration(amounts):
    values = sorted(max(amount, 0) for amount in amounts)
    count, total = len(values), sum(values)
    descending = values[::-1]
    shares = [Fraction(value, total) for value in values]
    vital = next(i for i in range(1, count + 1) if sum(descending[:i]) >= CUTS[0] * total)
    gini = Fraction(sum((2 * j - count - 1) * value for j, value in enumerate(values, 1)), count * total)
    hhi = sum(share * share for share in shares)
    return {
        "partners": count,
        "positive": sum(amount > 0 for amount in amounts),
        "zero": sum(amount == 0 for amount in amounts),
        "negative": sum(amount < 0 for amount in amounts),
        "negative_amount": money(sum(min(amount, 0) for amount in amounts)),
        "total": money(total),
        "net": money(sum(amounts)),
        "gini": float(gini),
        "gini_unbiased": float(gini * count / (count - 1)),
        "hhi": float(hhi),
        "effective_partners": float(1 / hhi),
        "hoover": float(sum(abs(share - Fraction(1, count)) for share in shares) / 2),
        "vital_count": vital,
        "vital_fraction": float(Fraction(vital, count)),
        "kolkata_index": float(kolkata(values)),
        "top_share": {str(top): float(1 - lorenz(values, 1 - Fraction(top, 100))) for top in TOPS},
        "theil": math.fsum(share * math.log(share * count) for share in map(float, shares) if share > 0),
    }


def classes_of(amounts):
    """The index of each one's class: the first whose cut is greater than what all larger ones hold together."""
    total = sum(max(amount, 0) for amount in amounts)
    result = []
    for amount in amounts:
        before = sum(other for other in amounts if other > max(amount, 0))
        result.append("none" if amount <= 0 else
                      next((name for name, cut in zip("AB", CUTS) if before < cut * total), "C"))
    return result


def leave_one_out(amounts):
    values = sorted((max(amount, 0) for amount in amounts), reverse=True)
    total = sum(values)
    ginis, hhis = [], []
    for i in range(len(values)):
        rest = values[:i] + values[i + 1:]
        figures = concentration(rest)
        ginis.append(figures["gini"])
        hhis.append(figures["hhi"])
    return {"gini_low": min(ginis), "gini_high": max(ginis), "hhi_low": min(hhis), "hhi_high": max(hhis),
            "total_low": money(total - values[0]), "total_high": money(total - values[-1]),
            "at_risk": {str(top): float(Fraction(sum(values[:top]), total)) for top in (1, 3, 5)}}


def money(cents):
    return Decimal(cents) / 100


class Comparison:
    def __init__(self):
        self.done = self.wrong = 0

    def same(self, what, found, expected):
        if isinstance(expected, dict):
            for name, value in expected.items():
                self.same(f"{what}.{name}", found[name], value)
            return
        self.done += 1
        if not self.agree(what, found, expected):
            self.wrong += 1
            print(f"{what} is {found}, expected {expected}")

    @staticmethod
    def agree(what, found, expected):
        if not isinstance(expected, float) or found is None:
            return found == expected
        if what.rsplit(".", 1)[-1].startswith("theil"):
            return math.isclose(float(found), expected, rel_tol=1e-12)
        return float(found) == expected


def check_totals(compare, found, lines, sales):
    active = sum(line["sales"] > 0 for line in lines)
    compare.same("totals", found["summary"], {
        "partners": len(lines), "active": active, "rows": len(sales),
        "activity_rate": float(Fraction(active, len(lines))),
        "revenue_total": money(sum(line["revenue"] for line in lines)),
        "last_day_seen": max(row["day"] for row in sales)})
    compare.same("lines of totals", len(found["partners"]), len(lines))
    for got, line in zip(found["partners"], lines):
        expected = {name: line[name] for name in ("partner", "group", "sales", "returns", "first_day", "last_day")}
        expected.update({name: money(line[name]) for name in ("revenue", "gross", "returned", "margin")})
        compare.same(f"totals of {line['partner']}", got, expected)
        compare.same(f"attainment of {line['partner']}", got["attainment"], line["attainment"])


def check_pareto(compare, found, lines):
    amounts = [line["revenue"] for line in lines]
    classes = classes_of(amounts)
    total = sum(max(amount, 0) for amount in amounts)
    compare.same("pareto", found["summary"], concentration(amounts))
    for got, name in zip(found["summary"]["classes"], ("A", "B", "C", "none"), strict=True):
        held = sum(max(amount, 0) for amount, own in zip(amounts, classes) if own == name)
        compare.same(f"class {name}", got, {"class": name, "partners": classes.count(name), "amount": money(held),
                                            "share": float(Fraction(held, total))})
    for got, line, own in zip(found["partners"], lines, classes, strict=True):
        amount = max(line["revenue"], 0)
        compare.same(f"pareto of {line['partner']}", got, {
            "partner": line["partner"], "class": own, "share": float(Fraction(amount, total)),
            "rank": 1 + sum(other > amount for other in amounts if other > 0)})


def check_groups(compare, found, lines):
    """Groups come in order of first sight in the roster; Theil's parts add up to the whole."""
    groups = list(dict.fromkeys(line["group"] for line in lines))
    whole = concentration([line["revenue"] for line in lines])
    between = within = 0.0
    for got, group in zip(found["groups"], groups, strict=True):
        amounts = [line["revenue"] for line in lines if line["group"] == group]
        figures = concentration(amounts)
        share = float(figures["total"] / whole["total"])
        between += share * math.log(share * whole["partners"] / figures["partners"])
        within += share * figures["theil"]
        compare.same(f"group {group}", got, dict(figures, group=group))
    compare.same("pareto", found["summary"], {"theil_between": between, "theil_within": within})


def run(*arguments):
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    printed = subprocess.run([*wrapper, *arguments, "--format", "json"], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(printed, parse_float=Decimal)


def main():
    command, folder = sys.argv[1:]
    sales, roster = read(folder, "sales.csv"), read(folder, "partners.csv")
    lines = totals_of(sales, roster)
    compare = Comparison()
    report = run(command, "report", folder)
    check_totals(compare, report["totals"], lines, sales)
    check_pareto(compare, report["pareto"], lines)
    check_groups(compare, report["pareto"], lines)
    alone = run(command, "pareto", f"{folder}/sales.csv", "--partners", f"{folder}/partners.csv", "--leave-one-out")
    compare.same("leave one out", alone["leave_one_out"], leave_one_out([line["revenue"] for line in lines]))
    print(f"{compare.done - compare.wrong} figures agree, {compare.wrong} do not")
    return compare.wrong != 0


if __name__ == "__main__":
    sys.exit(main())
