#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Works out the figures of `partner report FOLDER` and of `partner pareto` with --leave-one-out, --previous, --xyz,
--resample and --tail once more, straight from the CSV files and by the formulas as the documentation has them, in exact
fractions, and compares them with what the command says:

    check_report.py PARTNER FOLDER

What the report says of segments must be what `partner segment` says of the same files, which check_segments.py looks
at; and what it advises must have the figures of its tables. Exact figures must agree to the last bit of the double,
Theil's to 1e-12 (relative)."""

import csv
import json
import math
import os
import random
import re
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
    lines = {
        row["partner"]: {
            "partner": row["partner"],
            "group": row["group"],
            "target": row["target"],
            "gross": 0,
            "returned": 0,
            "margin": 0,
            "sales": 0,
            "returns": 0,
            "first_day": None,
            "last_day": None,
        }
        for row in roster
    }
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
        result.append(
            "none" if amount <= 0 else next((name for name, cut in zip("AB", CUTS) if before < cut * total), "C")
        )
    return result


def leave_one_out(amounts):
    values = sorted((max(amount, 0) for amount in amounts), reverse=True)
    total = sum(values)
    ginis, hhis = [], []
    for i in range(len(values)):
        rest = values[:i] + values[i + 1 :]
        figures = concentration(rest)
        ginis.append(figures["gini"])
        hhis.append(figures["hhi"])
    return {
        "gini_low": min(ginis),
        "gini_high": max(ginis),
        "hhi_low": min(hhis),
        "hhi_high": max(hhis),
        "total_low": money(total - values[0]),
        "total_high": money(total - values[-1]),
        "at_risk": {str(top): float(Fraction(sum(values[:top]), total)) for top in (1, 3, 5)},
    }


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
    compare.same(
        "totals",
        found["summary"],
        {
            "partners": len(lines),
            "active": active,
            "rows": len(sales),
            "activity_rate": float(Fraction(active, len(lines))),
            "revenue_total": money(sum(line["revenue"] for line in lines)),
            "last_day_seen": max(row["day"] for row in sales),
        },
    )
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
        compare.same(
            f"class {name}",
            got,
            {
                "class": name,
                "partners": classes.count(name),
                "amount": money(held),
                "share": float(Fraction(held, total)),
            },
        )
    for got, line, own in zip(found["partners"], lines, classes, strict=True):
        amount = max(line["revenue"], 0)
        compare.same(
            f"pareto of {line['partner']}",
            got,
            {
                "partner": line["partner"],
                "class": own,
                "share": float(Fraction(amount, total)),
                "rank": 1 + sum(other > amount for other in amounts if other > 0),
            },
        )


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


NAMES = ("A", "B", "C", "none")
YEARS = ("2024-01-01", "2025-01-01", "2026-01-01")


def revenue_in(sales, roster, first, last):
    """Revenue in a window [first, last) of those enrolled in it: they are listed and have not left before or joined
    after, or there is a row of theirs."""
    result = {row["partner"]: 0 for row in roster if (row["joined"] or first) < last and (row["left"] or last) > first}
    for row in sales:
        if first <= row["day"] < last:
            result[row["partner"]] = result.get(row["partner"], 0) + int(Decimal(row["amount"]) * 100)
    return result


def check_change(compare, found, sales, roster):
    """2024 to 2025, over everybody enrolled in either."""
    before, after = (revenue_in(sales, roster, *YEARS[i : i + 2]) for i in (0, 1))
    everybody = [row["partner"] for row in roster if row["partner"] in before or row["partner"] in after]
    v1, v2 = ([max(year.get(partner, 0), 0) for partner in everybody] for year in (before, after))
    previous_class, own_class = classes_of(v1), classes_of(v2)
    moves = {(x, y): [0, 0] for x in NAMES for y in NAMES}
    for x, y, a, b in zip(previous_class, own_class, v1, v2, strict=True):
        moves[x, y][0] += 1
        moves[x, y][1] += b - a
    for got, ((x, y), (count, amount)) in zip(found["change"]["moves"], moves.items(), strict=True):
        compare.same(f"move {x} {y}", got, {"from": x, "to": y, "partners": count, "amount": money(amount)})
    for name in ("gini", "hhi"):
        old, new = exact_of(v1)[name], exact_of(v2)[name]
        compare.same("change", found["change"], {name: float(new - old), f"previous_{name}": float(old)})
    top = sorted(v2, reverse=True)
    compare.same(
        "change",
        found["change"],
        {
            "previous_total": money(sum(v1)),
            "total": money(sum(v2)),
            "at_risk": {str(k): float(Fraction(sum(top[:k]), sum(v2))) for k in (1, 3, 5)},
        },
    )
    index = {partner: i for i, partner in enumerate(everybody)}
    compare.same(
        "lines of change",
        [line["partner"] for line in found["partners"]],
        [partner for partner in everybody if partner in after],
    )
    for got in found["partners"]:
        i = index[got["partner"]]
        compare.same(
            f"change of {got['partner']}",
            got,
            {
                "previous_class": previous_class[i],
                "contribution": money(v2[i] - v1[i]),
                "contribution_share": float(Fraction(v2[i] - v1[i], sum(v1))),
            },
        )


def exact_of(amounts):
    values, total = sorted(amounts), sum(amounts)
    weighted = sum((2 * j - len(values) - 1) * value for j, value in enumerate(values, 1))
    return {"gini": Fraction(weighted, len(values) * total), "hhi": Fraction(sum(v * v for v in values), total * total)}


def check_regularity(compare, found, sales, lines):
    """The eight quarters of both years, for each partner from the quarter of its first sale on."""
    abc = dict(zip((line["partner"] for line in lines), classes_of([line["revenue"] for line in lines]), strict=True))
    demand = {partner: [0] * 8 for partner in abc}
    first = {}
    for row in sales:
        quarter = (int(row["day"][:4]) - 2024) * 4 + (int(row["day"][5:7]) - 1) // 3
        amount = int(Decimal(row["amount"]) * 100)
        demand[row["partner"]][quarter] += amount
        if amount > 0:
            first[row["partner"]] = min(first.get(row["partner"], quarter), quarter)
    table = {(x, y): 0 for x in NAMES for y in ("X", "Y", "Z", "none")}
    for got in found["partners"]:
        values = demand[got["partner"]][first.get(got["partner"], 8) :]
        count, total = len(values), sum(values)
        name = "none"
        if count >= 4 and total > 0:
            spread = Fraction(count * sum(v * v for v in values) - total * total, total * total)
            name = "X" if spread <= Fraction(1, 4) else "Y" if spread <= 1 else "Z"
            compare.same(
                f"cv of {got['partner']}", math.isclose(float(got["cv"]), math.sqrt(spread), rel_tol=1e-12), True
            )
        compare.same(f"xyz of {got['partner']}", got["xyz"], name)
        table[abc[got["partner"]], name] += 1
    for got, ((x, y), count) in zip(found["xyz"]["classes"], table.items(), strict=True):
        compare.same(f"class {x}{y}", got, {"abc": x, "xyz": y, "partners": count})


def check_resampling(compare, found, lines):
    """Random sets of our own: their range must be the command's, as far as a thousand of them can tell."""
    draw = random.Random(1)
    values = [max(line["revenue"], 0) for line in lines]
    ginis, tops = [], []
    for _ in range(1000):
        drawn = sorted(draw.choices(values, k=len(values)))
        total = sum(drawn)
        ginis.append(sum((2 * j - len(drawn) - 1) * v for j, v in enumerate(drawn, 1)) / (len(drawn) * total))
        tops.append(sum(drawn[len(drawn) * 4 // 5 :]) / total)
    for name, figures in (("gini", sorted(ginis)), ("top_share_20", sorted(tops))):
        for bound, place in (("low", 25), ("high", 975)):
            near = abs(float(found["resampling"][name][bound]) - figures[place - 1]) < 0.01
            compare.same(f"resampling range of {name}, {bound}", near, True)


def fit_of(ascending, start):
    """Exponent and Kolmogorov-Smirnov distance of the power law from place `start` on."""
    tail, xmin = ascending[start:], ascending[start]
    alpha = 1 + len(tail) / math.fsum(math.log(x / xmin) for x in tail)
    return alpha, max(abs(1 - (x / xmin) ** (1 - alpha) - j / len(tail)) for j, x in enumerate(tail))


def check_tail(compare, found, lines):
    """Every place where the tail may begin, and the one that fits best."""
    values = sorted(line["revenue"] for line in lines if line["revenue"] > 0)
    starts = [i for i in range(len(values) - 24) if i == 0 or values[i] > values[i - 1]]
    best = min(starts, key=lambda start: fit_of(values, start)[1])
    alpha, distance = fit_of(values, best)
    count = len(values) - best
    compare.same(
        "tail",
        found["tail"],
        {"xmin": money(values[best]), "n": count, "left_out": len(lines) - len(values), "replicates": 100},
    )
    for name, expected in (("alpha", alpha), ("ks", distance), ("standard_error", (alpha - 1) / math.sqrt(count))):
        compare.same(f"tail.{name}", math.isclose(float(found["tail"][name]), expected, rel_tol=1e-9), True)
    compare.same("the tail is a power law", float(found["tail"]["p"]) > 0.1, True)
    lognormal = found["tail"]["against"]["lognormal"]
    compare.same("no worse than a lognormal", float(lognormal["p"]) > 0.1, True)


def said(text):
    """The partners and the numbers of a sentence, in its order."""
    numbers = re.findall(r"(?<![P\d])\d{1,3}(?:\s\d{3})*(?:\.\d+)?(?!\d)", text)
    return re.findall(r"P\d{3}", text), [Decimal(re.sub(r"\s", "", number)) for number in numbers]


def digits(number):
    """Three significant ones, or as many as there are before the point."""
    return f"{number:.3g}" if number < 1000 else f"{number:.0f}"


def check_advice(compare, report, lines, roster):
    """One piece of advice for each analysis, with whom and which figures it names."""
    active = [line["revenue"] for line in lines if line["sales"] > 0]
    positive = sum(max(line["revenue"], 0) for line in lines)
    large = sorted((line for line in lines if line["revenue"] * 10 >= positive), key=lambda line: -line["revenue"])
    together = Fraction(sum(line["revenue"] for line in large), positive)
    now = {row["partner"]: float(row["hours"]) for row in roster}
    more = [line for line in report["segment"]["partners"] if float(line["hours"]) > now[line["partner"]]]
    more = sorted(more, key=lambda line: -line["expected_gain"])[:3]
    hours = report["segment"]["allocation"]
    near = []
    for line in report["loyalty"]["partners"]:
        missing, whole = line["points_missing"] or 0, (line["points_missing"] or 0) + line["qualifying"]
        if line["next_tier"] and not line["requirements_missing"] and 0 < missing <= whole / 5:
            near.append((Fraction(missing, whole), line["partner"], missing))
    asked = {}
    for doubt in report["pipeline"]["doubts"]:
        if doubt["partner"] and len(asked) < 3:
            asked.setdefault(doubt["partner"], doubt["milestone"])
    ahead = [deal for deal in report["pipeline"]["deals"] if deal["outcome"] == "open" and (deal["overclaim"] or 0) > 0]
    worth = sum(deal["amount"] or 0 for deal in ahead)  # 0 in a build that says no amounts
    expected = {
        "totals": ([], [len(lines) - len(active), len(lines), money(round(Fraction(sum(active), len(active))))]),
        "pareto": ([line["partner"] for line in large], [f"{float(100 * together):.1f}"]),
        "segment": (
            [line["partner"] for line in more],
            [digits(line["hours"]) for line in more]
            + [sum(line["expected_gain"] for line in more), round(hours["gain"], 2), digits(hours["spent"])]
            + [round(hours["gain_now"], 2)],
        ),
        "loyalty": ([each[1] for each in sorted(near)[:3]], [each[2] for each in sorted(near)[:3]] + [len(near)]),
        "pipeline": (
            list(asked),
            [len(report["pipeline"]["doubts"]), len(ahead)] + [worth] * (worth > 0),
        ),
    }
    compare.same("advice", [one["analysis"] for one in report["advice"]], list(expected))
    for one in report["advice"]:
        names, numbers = expected[one["analysis"]]
        compare.same(
            f"advice of {one['analysis']}", said(one["act"]), (names, [Decimal(str(each)) for each in numbers])
        )
        compare.same(f"advice of {one['analysis']} rests on something", bool(one["rests_on"]), True)
    told = {line["mode"]: line for line in report["segment"]["summary"]["assumptions"]}
    rests_on = []
    for line in (told[mode] for mode in dict.fromkeys(line["mode"] for line in more)):
        rests_on += [100 * line["share"], Decimal(63), line["hours"], 100 * line["retain"]]
    text = next(one["rests_on"] for one in report["advice"] if one["analysis"] == "segment")
    compare.same("what the hours rest on", sorted(said(text)[1]), sorted(map(Decimal, rests_on)))


def check_segment(compare, found, command, folder):
    files = [f"{folder}/sales.csv", "--rules", f"{folder}/segments.json"]
    for name in ("interactions", "partners", "alignment"):
        files += [f"--{name}", f"{folder}/{name}.csv"]
    alone = run(command, "segment", *files)
    for name in ("options", "summary", "partners", "allocation", "dimensions"):
        compare.same(f"segment: {name}", found[name] == alone[name], True)


def has_distributions(command, folder):
    """A build without GSL says so."""
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    done = subprocess.run(
        [*wrapper, command, "pareto", f"{folder}/sales.csv", "--tail", "--set", "tail_replicates=0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    return b"-Dgsl=" not in done.stderr


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
    check_segment(compare, report["segment"], command, folder)
    check_advice(compare, report, lines, roster)
    alone = run(command, "pareto", f"{folder}/sales.csv", "--partners", f"{folder}/partners.csv", "--leave-one-out")
    compare.same("leave one out", alone["leave_one_out"], leave_one_out([line["revenue"] for line in lines]))
    alone = run(
        command,
        "pareto",
        f"{folder}/sales.csv",
        "--partners",
        f"{folder}/partners.csv",
        "--from",
        YEARS[1],
        "--to",
        YEARS[2],
        "--previous",
        "..".join(YEARS[:2]),
    )
    check_change(compare, alone, sales, roster)
    alone = run(
        command,
        "pareto",
        f"{folder}/sales.csv",
        "--partners",
        f"{folder}/partners.csv",
        "--from",
        YEARS[0],
        "--to",
        YEARS[2],
        "--xyz",
        "quarter",
        "--resample",
    )
    check_regularity(compare, alone, sales, lines)
    check_resampling(compare, alone, lines)
    if has_distributions(command, folder):
        alone = run(
            command,
            "pareto",
            f"{folder}/sales.csv",
            "--partners",
            f"{folder}/partners.csv",
            "--tail",
            "--set",
            "tail_replicates=100",
        )
        check_tail(compare, alone, lines)
    print(f"{compare.done - compare.wrong} figures agree, {compare.wrong} do not")
    return compare.wrong != 0


if __name__ == "__main__":
    sys.exit(main())
