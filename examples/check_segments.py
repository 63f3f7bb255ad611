#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Works out the segmentation of the sample channel once more, straight from its CSV files and by the formulas as the
documentation has them, and compares that with what `partner segment` says: for both years together, and for 2025
against 2024. Money and counts in exact fractions, the rest by plain methods of its own: a continued fraction for the
beta distribution, golden sections for the prior, bisection for the value of an hour. And asks whether the files tell
what make_interactions.c put into them: who orders, who wants advice, who changed, who gets how many hours. Last, the
lines of segment.expected, which segment.c must print.

    check_segments.py PARTNER FOLDER"""

import csv
import json
import math
import os
import shlex
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

YEARS = ("2024-01-01", "2025-01-01", "2026-01-01")
UNKNOWN, TRANSACTIONAL, MIXED, CONSULTATIVE = "unknown", "transactional", "mixed", "consultative"
MODES = (UNKNOWN, TRANSACTIONAL, MIXED, CONSULTATIVE)
OTHER = {TRANSACTIONAL: CONSULTATIVE, CONSULTATIVE: TRANSACTIONAL}
# As make_interactions.c has them: by type and tens digit.
CHARACTERS = {
    "Distributor": "tttttttmc.",
    "System integrator": "cccccmmtd.",
    "Managed service provider": "cccmmtttdr",
    "Reseller": "ttttttmcd.",
    "Agent": "tttmmcc..r",
}
# The tables and rules of segment.c: partner, its revenue in cents, its rating and potential, and what was done in how
# many minutes.
WORKED = """\
Aster   18000000 -   -         order 90,price-request 120
Birch   10000000 0.9 -         training 240,joint-visit 180
Cedar   6000000  -   -         order 120,training 120
Dahlia  6500000  -   -         order 45
Elder   5200000  -   100000.00 -
Fern    2400000  0.8 -         training 180,joint-visit 120
Gorse   1800000  -   -         order 180
Hazel   1500000  -   -         order 60
Iris    900000   -   -         price-request 90,training 90
Juniper 600000   -   -         -
Kale    400000   -   -         -
Laurel  0        1.0 -         training 180,joint-visit 60
"""
WORKED_BUDGET, WORKED_CEILING, WORKED_EDGE = 300, 60, 5000000
SEGMENT_ORDER = ("strategic", "core", "volume", "align", "develop", "watch", "self-service")


def read(folder, name):
    with open(f"{folder}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cents(text):
    return int(Decimal(text) * 100)


def money(amount):
    return None if amount is None else Decimal(amount) / 100


def share_of(part, whole):
    return float(Fraction(part) / Fraction(whole))


# ---- the beta distribution ----


def continued(a, b, x):
    """Lentz's method for the continued fraction of the incomplete beta function (DLMF 8.17.22)."""
    tiny = 1e-300
    c, d = 1.0, 1.0 / max(1.0 - (a + b) * x / (a + 1.0), tiny)
    value = d
    for m in range(1, 10000):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1.0 + factor * d, 1.0 + factor / c
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            value *= d * c
        if abs(d * c - 1.0) < 1e-16:
            return value
    raise AssertionError("the continued fraction does not end")


def below(a, b, x):
    """P(share < x) for Beta(a, b)."""
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - below(b, a, 1.0 - x)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta(a, b))
    return front * continued(a, b, x) / a


def log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def peak(function, low, high, steps):
    """Golden sections: where a function with one peak has it."""
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(steps):
        if at_left < at_right:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = function(right)
        else:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = function(left)
    return (low + high) / 2.0


def likelihood(evidence, a, b):
    return math.fsum(log_beta(a + c, b + t) for c, t in evidence) - len(evidence) * log_beta(a, b)


def best_prior(evidence):
    """By the mean share, and for each by the weight a + b on a log scale."""

    def weight_for(mean):
        return math.exp(peak(lambda w: value(mean, w), math.log(0.2), math.log(20.0), 35))

    def value(mean, log_weight):
        weight = math.exp(log_weight)
        return likelihood(evidence, mean * weight, (1.0 - mean) * weight)

    mean = peak(lambda m: value(m, math.log(weight_for(m))), 0.01, 0.99, 35)
    weight = weight_for(mean)
    return mean * weight, (1.0 - mean) * weight


# ---- segmentation, plainly ----


class Segmentation:
    """One period. `tables` has the rows of the files by their names; `window` is (first day, first day after it) or
    None for all there is."""

    def __init__(self, tables, rules, window=None, before=None):
        self.rules, self.before = rules, before
        self.window = window or ("0000", "9999")
        self.roster = {row["partner"]: row for row in tables["partners"]}
        self.sum_sales(tables["sales"], window)
        self.sum_evidence(tables["interactions"], window)
        self.find_bands()
        self.find_modes()
        self.find_potential()
        self.align(tables["alignment"])

    def sum_sales(self, sales, window):
        first, end = self.window
        self.last_day = max(row["day"] for row in sales)
        self.partners = [
            partner
            for partner, row in self.roster.items()
            if not window or ((row["joined"] or first) < end and (row["left"] or end) > first)
        ]
        self.revenue, self.margin = dict.fromkeys(self.partners, 0), dict.fromkeys(self.partners, 0)
        self.active = set()
        for row in sales:
            if not first <= row["day"] < end:
                continue
            partner = row["partner"]
            self.revenue[partner] = self.revenue.get(partner, 0) + cents(row["amount"])
            self.margin[partner] = self.margin.get(partner, 0) + cents(row["margin"] or 0)
            if cents(row["amount"]) > 0:
                self.active.add(partner)
        self.partners = [partner for partner in self.roster if partner in self.revenue]

    def sum_evidence(self, interactions, window):
        mode, (first, end) = self.rules["mode"], self.window
        rows = [row for row in interactions if first <= row["day"] < end and row["partner"] in self.revenue]
        day = {row["day"]: date.fromisoformat(row["day"]).toordinal() for row in rows}
        last = max(day.values())
        if window:
            last = date.fromisoformat(end).toordinal() - 1
        else:
            last = max(last, date.fromisoformat(self.last_day).toordinal())
        self.rows, terms, efforts = len(rows), defaultdict(list), defaultdict(list)
        for row in rows:
            effort = float(row["effort"] or mode["unit"])
            age = (last - day[row["day"]]) / mode["half_life_days"] if mode["half_life_days"] else 0.0
            terms[row["partner"], mode["kinds"][row["kind"]]].append(effort / mode["unit"] * 2.0**-age)
            efforts[row["partner"]].append(effort)
        self.effort = {partner: math.fsum(efforts[partner]) for partner in self.partners}
        self.evidence = {
            partner: (math.fsum(terms[partner, CONSULTATIVE]), math.fsum(terms[partner, TRANSACTIONAL]))
            for partner in self.partners
        }
        self.seen = [partner for partner in self.partners if sum(self.evidence[partner]) > 0.0]

    def find_bands(self):
        """High are the fewest that bring 80 %, and whoever has as much as the last of these; or who has as much as the
        threshold, in cents."""
        total = sum(max(amount, 0) for amount in self.revenue.values())
        held, self.edge = 0, self.rules["bands"].get("edge")
        for amount in sorted(self.revenue.values(), reverse=True):
            if held * 10 >= total * 8 or "edge" in self.rules["bands"]:
                break
            held, self.edge = held + amount, amount
        self.band = {}
        for partner, amount in self.revenue.items():
            high = amount >= self.edge
            was = self.before and self.before.band.get(partner)
            margin = self.edge * Fraction(str(self.rules["bands"]["margin"]))
            if was == "low" and high:
                high = amount >= self.edge + margin
            elif was == "high" and not high:
                high = amount >= self.edge - margin
            self.band[partner] = "high" if high else "low"

    def take_prior(self, a, b):
        """The prior is the command's, once it is known to be the best one."""
        self.prior = (a, b)
        self.find_modes()

    def find_modes(self):
        if not hasattr(self, "prior"):
            evidence = [self.evidence[partner] for partner in self.seen]
            self.prior = best_prior(evidence) if len(evidence) >= 10 else (1.0, 1.0)
        (a, b), threshold = self.prior, self.rules["mode"]["threshold"]
        self.chance, self.mode, self.segment = {}, {}, {}
        names = {(cell["band"], cell["mode"]): cell["id"] for cell in self.rules["segments"]}
        for partner in self.partners:
            c, t = self.evidence[partner]
            share = below(a + c, b + t, threshold)
            self.chance[partner] = {CONSULTATIVE: below(b + t, a + c, 1.0 - threshold), TRANSACTIONAL: share}
            self.mode[partner] = self.roster[partner]["mode"] or self.mode_of(partner)
            self.segment[partner] = names[self.band[partner], self.mode[partner]]

    def mode_of(self, partner):
        chance, confidence = self.chance[partner], self.rules["mode"]["confidence"]
        was = self.before.mode.get(partner, UNKNOWN) if self.before else UNKNOWN
        if partner not in self.seen:
            return was
        if was in OTHER:
            other = OTHER[was]
            if chance[other] < confidence:
                return was
            return other if chance[other] >= 1.0 - (1.0 - confidence) / 4.0 else MIXED
        return next((mode for mode in (CONSULTATIVE, TRANSACTIONAL) if chance[mode] >= confidence), MIXED)

    def find_potential(self):
        rules = {name: Fraction(str(value)) for name, value in self.rules["potential"].items()}
        everybody = self.peers(self.partners)
        by_group = defaultdict(list)
        for partner in self.partners:
            by_group[self.roster[partner]["group"]].append(partner)
        groups = {name: self.peers(members) for name, members in by_group.items()}
        self.reference = {}
        for partner, amount in self.revenue.items():
            amounts, rate = groups[self.roster[partner]["group"]]
            if len(amounts) < 8:
                amounts, rate = everybody
            if self.roster[partner]["potential"]:
                exact = Fraction(cents(self.roster[partner]["potential"]))
            elif amount > 0:
                exact = max(quantile(amounts, rules["reference_quantile"]), rules["own_growth"] * amount)
                exact = min(exact, rules["max_multiple"] * amount)
            else:
                exact = quantile(amounts, Fraction(1, 4)) * rate
            self.reference[partner] = round(exact)  # half to even
        self.headroom = {p: max(0, self.reference[p] - max(0, self.revenue[p])) for p in self.partners}
        ordered = Counter(self.headroom.values())
        smaller, place = {}, 0
        for value in sorted(ordered):
            smaller[value], place = place, place + ordered[value]
        self.priority = {}
        for partner in self.partners:
            value, rating = self.headroom[partner], self.roster[partner]["strategic"]
            rank = (smaller[value] + Fraction(ordered[value] - 1, 2)) / (len(self.partners) - 1)
            if rating:
                rank = rules["weight"] * rank + (1 - rules["weight"]) * Fraction(rating)
            self.priority[partner] = float(rank)

    def peers(self, partners):
        amounts = sorted(max(0, self.revenue[partner]) for partner in partners if partner in self.active)
        return amounts, Fraction(len(amounts), len(partners))

    # What hours bring.

    def returns(self, share_factor=1, scale_factor=1.0):
        """By partner: gain in EUR, scale, floor, ceiling, hours now."""
        rules, result = self.rules["allocation"], {}
        for partner in self.partners:
            row, of_mode = self.roster[partner], rules[self.mode[partner]]
            gain = Fraction(str(of_mode["share"])) * Fraction(share_factor) * self.headroom[partner]
            gain += Fraction(str(of_mode.get("retain", 0))) * max(0, self.revenue[partner])
            floor, ceiling = (
                float(row[name] or rules[bound]) for name, bound in (("hours_min", "floor"), ("hours_max", "ceiling"))
            )
            gain, scale = float(gain / 100), scale_factor * of_mode["hours"]
            result[partner] = (gain, scale, floor, ceiling, float(row["hours"] or 0))
        return result

    def allocate(self, share_factor=1, scale_factor=1.0):
        """Bisection for the value of an hour, λ."""
        returns, budget = self.returns(share_factor, scale_factor), self.rules["allocation"]["hours"]

        def hours_at(value):
            return {
                partner: min(max(k * math.log(g / (k * value)) if g > 0 else floor, floor), ceiling)
                for partner, (g, k, floor, ceiling, _) in returns.items()
            }

        low, high = 1e-9, max(g / k for g, k, *_ in returns.values())
        for _ in range(200):
            middle = math.sqrt(low * high)
            if math.fsum(hours_at(middle).values()) > budget:
                low = middle
            else:
                high = middle
        return hours_at(high), high

    def align(self, rows):
        """What is expected and not experienced, by partner and dimension; and what was given of what was agreed."""
        rows = [row for row in rows if row["partner"] in self.revenue]
        total = sum(Fraction(row["expects"]) for row in rows)
        self.weight = defaultdict(Fraction)
        for row in rows:
            self.weight[row["dimension"]] += Fraction(row["expects"]) / total
        self.alignment, self.gap, self.give_get = {}, {}, {}
        by_partner = defaultdict(list)
        for row in rows:
            by_partner[row["partner"]].append(row)
        for partner, own in by_partner.items():
            missing = [Fraction(row["expects"]) * (1 - Fraction(row["experiences"])) for row in own]
            expected = sum(Fraction(row["expects"]) for row in own)
            weights = [self.weight[row["dimension"]] for row in own]
            given = sum(w * Fraction(row["given"] or 0) for w, row in zip(weights, own))
            committed = sum(w * Fraction(row["committed"] or 0) for w, row in zip(weights, own))
            self.alignment[partner] = float(1 - sum(missing) / expected) if expected else None
            gaps = {row["dimension"]: gap for row, gap in zip(own, missing)}
            largest = [name for name in self.weight if gaps.get(name) == max(missing)]  # in the order of first sight
            self.gap[partner] = largest[0] if max(missing) > 0 else None
            self.give_get[partner] = float(given / committed) if committed else None


def quantile(ascending, part):
    """Type 7."""
    place = part * (len(ascending) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ascending) - 1)
    return ascending[low] + (place - low) * (ascending[high] - ascending[low])


# ---- comparison ----


class Comparison:
    def __init__(self):
        self.done = self.wrong = 0

    def same(self, what, found, expected, tolerance=None):
        """Exactly, or where a tolerance is given relative to the figure."""
        self.done += 1
        if tolerance is None or found is None or expected is None:
            agree = (float(found) if isinstance(expected, float) and found is not None else found) == expected
        else:
            agree = math.isclose(float(found), expected, rel_tol=tolerance, abs_tol=tolerance)
        if not agree:
            self.wrong += 1
            print(f"{what} is {found}, expected {expected}")

    def all_same(self, what, found, expected, tolerance=None):
        for name, value in expected.items():
            self.same(f"{what}: {name}", found[name], value, tolerance)


def check_prior(compare, found, plain, what):
    """As likely as the best one of a plain search, or more; the two agree as well as a flat top lets them."""
    a, b = float(found["prior_a"]), float(found["prior_b"])
    evidence = [plain.evidence[partner] for partner in plain.seen]
    compare.same(f"{what}: prior", found["prior_from"], "fitted")
    compare.same(f"{what}: a", a, plain.prior[0], 1e-4)
    compare.same(f"{what}: b", b, plain.prior[1], 1e-4)
    gained = likelihood(evidence, a, b) - likelihood(evidence, *plain.prior)
    compare.same(f"{what}: the prior is the likeliest", gained > -1e-9, True)


def check_partners(compare, found, plain, what):
    compare.same(f"{what}: partners", [line["partner"] for line in found], plain.partners)
    a, b = plain.prior
    for line in found:
        partner = line["partner"]
        at, (c, t), row = f"{what}: {partner}", plain.evidence[partner], plain.roster[partner]
        compare.all_same(
            at,
            line,
            {
                "revenue": money(plain.revenue[partner]),
                "band": plain.band[partner],
                "mode": plain.mode[partner],
                "declared": bool(row["mode"]),
                "segment": plain.segment[partner],
                "reference": money(plain.reference[partner]),
                "headroom": money(plain.headroom[partner]),
                "largest_gap": plain.gap.get(partner),
                "previous_segment": plain.before.segment.get(partner) if plain.before else None,
            },
        )
        compare.all_same(
            at,
            line,
            {
                "consultative": c,
                "transactional": t,
                "effort": plain.effort[partner],
                "consultative_share": (a + c) / (a + b + c + t),
                "priority": plain.priority[partner],
                "alignment": plain.alignment.get(partner),
                "give_get": plain.give_get.get(partner),
            },
            1e-12,
        )
        chance = plain.chance[partner]
        compare.same(f"{at}: p_consultative", line["p_consultative"], chance[CONSULTATIVE], 1e-10)
        compare.same(f"{at}: p_transactional", line["p_transactional"], chance[TRANSACTIONAL], 1e-10)
        compare.same(f"{at}: 5 % are below low", below(a + c, b + t, float(line["low"])), 0.05, 1e-9)
        compare.same(f"{at}: 5 % are above high", below(b + t, a + c, 1.0 - float(line["high"])), 0.05, 1e-9)


def check_segments(compare, found, plain, what):
    """Highest band first, and one line for each name."""
    compare.same(f"{what}: interactions", found["interactions"], plain.rows)
    compare.same(f"{what}: with evidence", found["with_evidence"], len(plain.seen))
    compare.same(f"{what}: headroom", found["headroom"], money(sum(plain.headroom.values())))
    names = list(dict.fromkeys(cell["id"] for cell in plain.rules["segments"]))
    lines = {line["segment"]: line for line in found["segments"]}
    compare.same(f"{what}: segments", sorted(lines), sorted(names))
    total, effort = sum(plain.revenue.values()), math.fsum(plain.effort.values())
    for name in names:
        members = [partner for partner in plain.partners if plain.segment[partner] == name]
        revenue, minutes = (sum(of[partner] for partner in members) for of in (plain.revenue, plain.effort))
        expected = {
            "partners": len(members),
            "revenue": money(revenue),
            "margin": money(sum(plain.margin[partner] for partner in members)),
            "headroom": money(sum(plain.headroom[partner] for partner in members)),
            "revenue_share": share_of(revenue, total),
        }
        compare.all_same(f"{what}: {name}", lines[name], expected)
        per_hour = revenue / 100 / (minutes / plain.rules["mode"]["per_hour"]) if minutes else None
        expected = {"effort": minutes, "effort_share": minutes / effort, "revenue_per_hour": per_hour}
        compare.all_same(f"{what}: {name}", lines[name], expected, 1e-12)
    for line in found["bands"]:
        members = [partner for partner in plain.partners if plain.band[partner] == line["band"]]
        expected = {
            "partners": len(members),
            "from": money(plain.edge) if line["band"] == "high" else None,
            "revenue": money(sum(plain.revenue[partner] for partner in members)),
        }
        compare.all_same(f"{what}: band {line['band']}", line, expected)


def brings(returns, hours):
    """By partner, in EUR."""
    return {p: g * -math.expm1(-hours[p] / k) for p, (g, k, *_) in returns.items()}


def check_hours(compare, found, plain, what):
    hours, value = plain.allocate()
    returns, answer = plain.returns(), found["allocation"]
    lines = {line["partner"]: line for line in found["partners"]}
    for partner, (gain, scale, floor, ceiling, _) in returns.items():
        line, at = lines[partner], f"{what}: hours of {partner}"
        given, marginal = float(line["hours"]), gain / scale * math.exp(-float(line["hours"]) / scale)
        compare.same(at, math.isclose(given, hours[partner], rel_tol=1e-8, abs_tol=1e-6), True)
        compare.same(f"{at}: bounds", floor <= given <= ceiling, True)
        compare.same(f"{at}: what one more brings", line["marginal_return"], marginal, 1e-12)
        compare.same(f"{at}: no better use", given == ceiling or marginal <= value * (1.0 + 1e-8), True)
        compare.same(f"{at}: of use", given == floor or marginal >= value * (1.0 - 1e-8), True)
        brought = gain * -math.expm1(-given / scale)
        compare.same(f"{at}: gain", abs(float(line["expected_gain"]) - brought) < 0.005001, True)
    now = {partner: row[4] for partner, row in returns.items()}
    compare.same(f"{what}: today's hours keep their bounds", all(r[2] <= r[4] <= r[3] for r in returns.values()), True)
    expected = {
        "budget": float(plain.rules["allocation"]["hours"]),
        "spent": math.fsum(hours.values()),
        "gain": math.fsum(brings(returns, hours).values()),
        "gain_now": math.fsum(brings(returns, now).values()),
        "spent_now": math.fsum(now.values()),
        "lambda": value,
    }
    compare.all_same(f"{what}: allocation", answer, expected, 1e-9)
    compare.same(f"{what}: no worse than today's", float(answer["gain"]) >= float(answer["gain_now"]), True)


def check_moves(compare, found, plain, what):
    """Segment before × segment now; who was or is not there has none."""
    before, moves = plain.before, defaultdict(lambda: [0, 0, 0])
    for partner in plain.roster:
        if partner not in before.revenue and partner not in plain.revenue:
            continue
        move = moves[before.segment.get(partner), plain.segment.get(partner)]
        move[0] += 1
        move[1] += before.revenue.get(partner, 0)
        move[2] += plain.revenue.get(partner, 0)
    got = {
        (line["from"], line["to"]): [line["partners"], line["previous_revenue"], line["revenue"]]
        for line in found["moves"]
    }
    expected = {key: [count, money(then), money(now)] for key, (count, then, now) in moves.items()}
    compare.same(f"{what}: moves", got, expected)
    movers = {
        partner: (before.segment[partner], plain.segment[partner], before.mode[partner], plain.mode[partner])
        for partner in plain.partners
        if partner in before.segment and before.segment[partner] != plain.segment[partner]
    }
    got = {line["partner"]: (line["from"], line["to"], line["previous_mode"], line["mode"]) for line in found["movers"]}
    compare.same(f"{what}: movers", got, movers)
    order = [max(cents(line["previous_revenue"]), cents(line["revenue"])) for line in found["movers"]]
    compare.same(f"{what}: largest first", order, sorted(order, reverse=True))
    for line in found["partners"]:
        partner = line["partner"]
        carried = not plain.roster[partner]["mode"] and partner not in plain.seen and plain.mode[partner] != UNKNOWN
        compare.same(f"{what}: {partner} is carried", line["carried"], carried)


def dimensions_of(plain, rows):
    """By name, in the order of first sight: partners, what they expect, and how much of that they experience."""
    result = {}
    for row in rows:
        if row["partner"] in plain.revenue:
            expects = Fraction(row["expects"])
            line = result.setdefault(row["dimension"], [0, 0, 0])
            for i, more in enumerate((1, expects, expects * Fraction(row["experiences"]))):
                line[i] += more
    return result


def check_dimensions(compare, found, dimensions):
    total = sum(expects for _, expects, _ in dimensions.values())
    compare.same("dimensions", [line["dimension"] for line in found], list(dimensions))
    for line in found:
        partners, expects, met = dimensions[line["dimension"]]
        expected = {
            "weight": share_of(expects, total),
            "experiences": share_of(met, expects),
            "gap": share_of(expects - met, total),
        }
        compare.same(f"{line['dimension']}: partners", line["partners"], partners)
        compare.all_same(line["dimension"], line, expected, 1e-12)


# ---- what make_interactions.c put into the files ----


def mean(values):
    return sum(values) / len(values)


def shares(interactions, kinds, year):
    """By partner: the part of a year's minutes that were consultation."""
    minutes = defaultdict(Counter)
    for row in interactions:
        if row["day"].startswith(year):
            minutes[row["partner"]][kinds[row["kind"]]] += int(row["effort"] or 60)
    return {partner: m[CONSULTATIVE] / (m[CONSULTATIVE] + m[TRANSACTIONAL]) for partner, m in minutes.items()}


def check_story(compare, interactions, rules, whole):
    kinds, roster = rules["mode"]["kinds"], whole.roster
    of = {partner: CHARACTERS[row["group"]][int(partner[-2])] for partner, row in roster.items()}
    share = [shares(interactions, kinds, year) for year in ("2024", "2025")]

    def average(characters, year):
        return mean([value for partner, value in share[year].items() if of[partner] in characters])

    minutes = Counter()
    for row in interactions:
        if kinds[row["kind"]] == CONSULTATIVE and row["day"] >= YEARS[1]:
            minutes[row["partner"]] += int(row["effort"] or 60)
    hours = {p: 0.0 if row["left"] else (minutes[p] + 15) // 30 / 2 for p, row in roster.items()}
    evident = Counter((of[p], whole.mode[p]) for p in whole.seen if not roster[p]["mode"])
    told = [(of[partner], row["mode"]) for partner, row in roster.items() if row["mode"]]
    known = {"t": TRANSACTIONAL, "c": CONSULTATIVE, "m": MIXED, "d": CONSULTATIVE, "r": TRANSACTIONAL}
    cells = Counter((whole.band[partner], whole.mode[partner]) for partner in whole.partners)
    story = {
        "every kind happens, and no other": {row["kind"] for row in interactions} == set(kinds),
        "days are those of the sales": {row["day"][:4] for row in interactions} == {"2024", "2025"},
        "some efforts were not noted": 0 < sum(not row["effort"] for row in interactions) < len(interactions) / 50,
        "of those who order in the portal alone nothing is seen": not any(of[p] == "." for p in whole.seen),
        "who orders wants little advice": max(average("t", 0), average("t", 1)) < 0.2,
        "who wants advice gets it": min(average("c", 0), average("c", 1)) > 0.7,
        "the mixed lie between": all(0.25 < average("m", year) < 0.65 for year in (0, 1)),
        "some are being developed": average("d", 0) < 0.2 and average("d", 1) > 0.7,
        "some have become routine": average("r", 0) > 0.7 and average("r", 1) < 0.2,
        "nobody who orders is taken for one who wants advice": evident["t", CONSULTATIVE] <= evident["t", MIXED] / 10,
        "nor the other way round": evident["c", TRANSACTIONAL] == 0,
        "most of those who want advice are found": evident["c", CONSULTATIVE] > 5 * evident["c", MIXED],
        "every segment has partners": len(cells) == 8,
        "today's hours are those of consultation in 2025": hours == {p: float(r["hours"]) for p, r in roster.items()},
        "they are within the budget": sum(hours.values()) <= rules["allocation"]["hours"],
        "some declared modes are true and some are not": {known.get(c) == mode for c, mode in told} == {True, False},
    }
    for what, holds in story.items():
        compare.same(what, holds, True)


def run(command, folder, *arguments):
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    files = [f"{folder}/sales.csv"]
    for name, file in (
        ("--interactions", "interactions.csv"),
        ("--partners", "partners.csv"),
        ("--alignment", "alignment.csv"),
        ("--rules", "segments.json"),
    ):
        files += [name, f"{folder}/{file}"]
    done = subprocess.run(
        [*wrapper, command, "segment", *files, *arguments, "--format", "json"], check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout, parse_float=Decimal)


def check_period(compare, found, plain, what):
    summary = found["summary"]
    if plain.before is None:
        check_prior(compare, summary, plain, what)
    plain.take_prior(float(summary["prior_a"]), float(summary["prior_b"]))
    check_partners(compare, found["partners"], plain, what)
    check_segments(compare, summary, plain, what)
    check_hours(compare, found, plain, what)


# ---- what the examples print ----


def by_hours(partners, hours):
    """Largest first; those who are at one bound in the order of the file."""
    return sorted(partners, key=lambda partner: (-round(hours[partner], 6), partner))


def worked(rules):
    """Its rules are the defaults but for these."""
    roster = {"joined": "", "left": "", "group": "", "mode": ""}
    roster.update({"hours": "", "hours_min": "", "hours_max": ""})
    tables = {"partners": [], "sales": [], "interactions": [], "alignment": []}
    for line in WORKED.splitlines():
        partner, revenue, rating, potential, done = line.split(maxsplit=4)
        row = dict(roster, partner=partner, strategic=rating.strip("-"), potential=potential.strip("-"))
        tables["partners"].append(row)
        sale = {"partner": partner, "day": "2026-01-01", "amount": str(Decimal(revenue) / 100), "margin": ""}
        tables["sales"] += [sale] if int(revenue) else []
        for one in done.split(",") if done != "-" else ():
            kind, minutes = one.split()
            row = {"partner": partner, "day": "2026-01-01", "kind": kind, "effort": minutes}
            tables["interactions"].append(row)
    rules = dict(rules, bands=dict(rules["bands"], edge=WORKED_EDGE), mode=dict(rules["mode"], half_life_days=0))
    rules["allocation"] = dict(rules["allocation"], hours=WORKED_BUDGET, ceiling=WORKED_CEILING)
    return Segmentation(tables, rules)


def in_cents(amount):
    return Decimal(amount).quantize(Decimal("0.01"))


def lines_of(plain, rules):
    """What segment.c prints; the segments in the order of band and mode."""
    hours, value = plain.allocate()
    returns = plain.returns()
    gains = brings(returns, hours)
    lines = ["segment       partners    revenue   headroom  hours"]
    for name in SEGMENT_ORDER:
        own = [partner for partner in plain.partners if plain.segment[partner] == name]
        revenue, headroom = (sum(of[p] for p in own) / 100 for of in (plain.revenue, plain.headroom))
        lines.append(f"{name:12} {len(own):9} {revenue:10.2f} {headroom:10.2f} {sum(hours[p] for p in own):6.1f}")
    lines += ["", "Who should get hours first:"]
    for p in by_hours(plain.partners, hours)[:10]:
        g, k, *_ = returns[p]
        more = g / k * math.exp(-hours[p] / k)
        lines.append(
            f"{p:7} {hours[p]:4.1f} hours bring {gains[p]:8.2f}, one more {more:7.2f}"
            f" ({plain.mode[p]}, priority {plain.priority[p]:.2f})"
        )
    spent, gain = math.fsum(hours.values()), math.fsum(gains.values())
    lines.append(f"In all {spent:.1f} hours bring {gain:.2f}; one more would bring {value:.2f}.")
    lines += ["", "That rests on assumptions about attention:"]
    for mode in MODES:
        of = rules["allocation"][mode]
        share, retain = 100 * of["share"], 100 * of.get("retain", 0)
        lines.append(
            f"{mode:13} it wins {share:2.0f} % of the headroom, 63 % of that in {of['hours']:.0f} hours,"
            f" and keeps {retain:2.0f} %"
        )
    return lines


def lines_of_python(plain, dimensions, later):
    """What segment.py prints of both years, and of the later one against the one before, but for its sentences."""
    hours, value = plain.allocate()
    returns, roster, before = plain.returns(), plain.roster, later.before
    gains = brings(returns, hours)
    lines = ["", "Segment       partners      revenue  per hour spent  hours to give"]
    for name in SEGMENT_ORDER:
        own = [partner for partner in plain.partners if plain.segment[partner] == name]
        revenue, minutes = (sum(of[partner] for partner in own) for of in (plain.revenue, plain.effort))
        per_hour = f"{revenue * 60 / 100 / minutes:.0f}" if minutes else "-"
        given = math.fsum(hours[partner] for partner in own)
        lines.append(f"{name:12} {len(own):9} {money(revenue):12.2f} {per_hour:>15} {given:14.1f}")
    lines += ["", "The ten partners that should get hours first:"]
    for partner in by_hours(plain.partners, hours)[:10]:
        instead = f"{hours[partner]:.1f} hours instead of {returns[partner][4]:g}"
        whom = f"{roster[partner]['name']}: {plain.segment[partner]}"
        lines.append(f"{whom}, {instead}, which bring {in_cents(gains[partner])}")
    now = math.fsum(brings(returns, {partner: row[4] for partner, row in returns.items()}).values())
    lines += ["", f"In all {sum(hours.values()):.0f} hours bring {sum(gains.values()):.0f}, today's {now:.0f}."]
    lines[-1] += f" One more would bring {value:.0f}."
    lines.append("That rests on what attention is assumed to do:")
    for mode in MODES:
        of = plain.rules["allocation"][mode]
        lines.append(
            f"{mode}: it wins {100 * of['share']:.0f} % of the headroom, 63 % of that in {of['hours']:.0f} hours,"
        )
        lines[-1] += f" and keeps {100 * of.get('retain', 0):.0f} % of the revenue"
    lines += ["", "The largest partners that changed from 2024 to 2025:"]
    moved = [p for p in later.partners if p in before.segment and later.segment[p] != before.segment[p]]
    moved.sort(key=lambda p: (-max(later.revenue[p], before.revenue[p]), p))
    lines += [f"{roster[p]['name']}, from {before.segment[p]} to {later.segment[p]}:" for p in moved[:5]]
    lines += ["", "What partners miss most:"]
    for name, (partners, expects, met) in sorted(dimensions.items(), key=lambda item: item[1][2] - item[1][1])[:3]:
        lines.append(f"{name}: {100 * float(met / expects):.0f} % of what is expected, by {partners} partners")
    return lines


def lines_of_lua(plain):
    """What segment.lua prints of both years, but for its sentences."""
    hours, _ = plain.allocate()
    returns, roster = plain.returns(), plain.roster
    gains, now = brings(returns, hours), {partner: row[4] for partner, row in returns.items()}
    lines = ["", "Segments:"]
    for name in SEGMENT_ORDER:
        own = [partner for partner in plain.partners if plain.segment[partner] == name]
        given = math.fsum(hours[partner] for partner in own)
        brought = sum(in_cents(gains[partner]) for partner in own)
        revenue = sum(plain.revenue[partner] for partner in own) / 100
        lines.append(f"{name}: {len(own)} partners, {revenue:.2f}, {given:.1f} hours bring {brought:.2f}")
    for sign, title in ((1, "More hours for:"), (-1, "Fewer hours for:")):
        lines += ["", title]
        order = sorted(plain.partners, key=lambda p: (-sign * round(hours[p] - now[p], 6), p))
        for p in order[:5]:
            lines.append(f"{roster[p]['name']}: {plain.segment[p]}, {plain.mode[p]}; ")
            lines[-1] += f"{hours[p]:.1f} hours instead of {now[p]:.1f}"
    total, today = (math.fsum(brings(returns, of).values()) for of in (hours, now))
    lines += ["", f"{sum(hours.values()):.0f} hours bring {total:.0f}, today's bring {today:.0f}."]
    lines += ["", "If attention wins other parts of the headroom, or takes other hours:"]
    for factors in ((1.0, 1.0), (0.5, 1.0), (2.0, 1.0), (1.0, 0.5), (1.0, 2.0)):
        other, value = plain.allocate(*factors)
        gain = math.fsum(brings(plain.returns(*factors), other).values())
        moved = math.fsum(abs(other[p] - hours[p]) for p in plain.partners) / 2  # all hours are spent
        lines.append(
            f"share × {factors[0]:.1f}, hours × {factors[1]:.1f}: {gain:.0f}, one more hour is worth {value:.0f};"
        )
        lines[-1] += f" {moved:.0f} hours would go elsewhere"
    return lines


def check_recorded(compare, name, lines, leave_out=()):
    """Sentences are left out: each has figures of its own analysis."""
    printed = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    printed = [line for line in printed if not line.startswith(leave_out)] if leave_out else printed
    compare.same(f"lines of {name}", len(printed), len(lines))
    for got, expected in zip(printed, lines):
        compare.same(name, got, expected)


def main():
    command, folder = sys.argv[1:]
    compare = Comparison()
    with open(f"{folder}/segments.json", encoding="utf-8") as file:
        rules = json.load(file)
    tables = {name: read(folder, f"{name}.csv") for name in ("partners", "sales", "interactions", "alignment")}
    whole = Segmentation(tables, rules)
    found = run(command, folder)
    check_period(compare, found, whole, "both years")
    check_dimensions(compare, found["dimensions"], dimensions_of(whole, tables["alignment"]))
    check_story(compare, tables["interactions"], rules, whole)
    first = Segmentation(tables, rules, YEARS[:2])
    second = Segmentation(tables, rules, YEARS[1:], first)
    found = run(command, folder, "--from", YEARS[1], "--to", YEARS[2], "--previous", "..".join(YEARS[:2]))
    check_period(compare, found, second, "2025")
    check_moves(compare, found, second, "2025 against 2024")
    check_recorded(compare, "segment.expected", lines_of(worked(rules), rules))
    check_recorded(
        compare,
        "segment.py.expected",
        lines_of_python(whole, dimensions_of(whole, tables["alignment"]), second),
        ("- ", "   "),
    )
    check_recorded(compare, "segment.lua.expected", lines_of_lua(whole), ("- ",))
    print(f"{compare.done - compare.wrong} figures agree, {compare.wrong} do not")
    return compare.wrong != 0


if __name__ == "__main__":
    sys.exit(main())
