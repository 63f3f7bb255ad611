#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Works out where the deals of the sample channel stand once more, straight from its CSV files, and compares that with
what `partner pipeline` says, as of the last day and of a past one; and asks whether the figures tell what make_deals.c
put into the data: who reports as they go, who claims ahead of the facts, who hides.

    check_deals.py PARTNER FOLDER"""

import csv
import json
import os
import shlex
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction

PAST_DAY = "2025-03-31"
PROTECT_DAYS, LAPSE_DAYS = 90, 60
SOUND, AHEAD, HIDING = "report as they go", "claim ahead", "hide"
COLUMNS = ("deal", "partner", "outcome", "objective_stage", "stage", "score", "out_of_order", "overclaim", "visibility")


def read(folder, name):
    with open(f"{folder}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(day):
    return date.fromisoformat(day).toordinal() if day else None


class Channel:
    """The files as of a day: later rows do not exist, a deal closed later is open."""

    def __init__(self, folder, as_of=None):
        with open(f"{folder}/process.json", encoding="utf-8") as file:
            process = json.load(file)
        self.fresh = process["fresh_days"]
        self.stages = [stage["id"] for stage in process["stages"]]
        self.milestones = [dict(one, of=s) for s, stage in enumerate(process["stages"]) for one in stage["milestones"]]
        deals, reports, claims = (read(folder, f"{name}.csv") for name in ("deals", "milestones", "claims"))
        days = [row[name] for row in deals for name in ("opened", "closed", "registered")]
        self.as_of = number(as_of or max(days + [row["day"] for row in reports + claims]))
        self.deals = [
            self.deal_of(row, place) for place, row in enumerate(deals) if number(row["opened"]) <= self.as_of
        ]
        by_id = {deal["deal"]: deal for deal in self.deals}
        for rows, name in ((reports, "reports"), (claims, "claims")):
            for row in sorted(rows, key=lambda row: row["day"]):
                if number(row["day"]) <= self.as_of and row["deal"] in by_id:
                    by_id[row["deal"]][name].append(dict(row, day=number(row["day"])))

    def deal_of(self, row, place):
        deal = dict(row, row=place, reports=[], claims=[])
        deal.update({name: number(row[name]) for name in ("opened", "closed", "registered")})
        if deal["closed"] and deal["closed"] > self.as_of:
            deal.update(closed=None, outcome="open", claimed_stage="")
        if deal["registered"] and deal["registered"] > self.as_of:
            deal["registered"] = None
        return deal

    def last(self, deal, milestone, day):
        return next(
            (r for r in reversed(deal["reports"]) if r["milestone"] == milestone["id"] and r["day"] <= day), None
        )

    def holding(self, deal, day):
        """The ids of the milestones that hold."""
        held = set()
        for one in self.milestones:
            report = self.last(deal, one, day)
            if report and report["done"] == "1" and day < report["day"] + one.get("valid_days", 10**6):
                held.add(one["id"])
        return held

    def weight(self, held):
        return sum(one.get("weight", 1) for one in self.milestones if one["id"] in held)

    def stage(self, held):
        missing = [one["of"] for one in self.milestones if one.get("required", True) and one["id"] not in held]
        return min(missing, default=len(self.stages))

    def claimed(self, deal):
        """How many stages an open deal has passed, as its partner says."""
        text = deal["claims"][-1]["stage"] if deal["claims"] else deal["claimed_stage"]
        if deal["outcome"] != "open" or not text:
            return None
        return self.stages.index(text) if text in self.stages else int(text)

    def visibility(self, deal):
        end = deal["closed"] or self.as_of + 1
        days = (
            range(max(report["day"], deal["opened"]), min(report["day"] + self.fresh, end))
            for report in deal["reports"]
        )
        covered, span = len(set().union(*days)), end - deal["opened"]
        if covered == 0:
            return "none"
        share = Fraction(covered, span)
        return "clear" if share >= Fraction(3, 4) else "partial" if share >= Fraction(2, 5) else "poor"

    def line(self, deal):
        held = self.holding(deal, deal["closed"] or self.as_of)
        stage, claimed = self.stage(held), self.claimed(deal)
        return {
            "deal": deal["deal"],
            "partner": deal["partner"] or None,
            "outcome": deal["outcome"],
            "objective_stage": stage,
            "stage": self.stages[stage] if stage < len(self.stages) else None,
            "score": float(Fraction(100 * self.weight(held), self.weight({one["id"] for one in self.milestones}))),
            "out_of_order": sum(one["of"] > stage for one in self.milestones if one["id"] in held),
            "overclaim": None if claimed is None else claimed - stage,
            "visibility": self.visibility(deal),
        }

    def doubts(self, deal):
        """What does not hold though it ought to, by the claim, or without one for the stage in work to be passed."""
        if deal["outcome"] != "open":
            return
        held = self.holding(deal, self.as_of)
        stage, claimed = self.stage(held), self.claimed(deal)
        for one in self.milestones:
            if one["id"] in held or not one.get("required", True):
                continue
            if stage <= one["of"] < (stage + 1 if claimed is None else claimed):
                report = self.last(deal, one, self.as_of)
                reason = "never_reported" if report is None else "stale" if report["done"] == "1" else "taken_back"
                yield deal["deal"], one["id"], reason, one["question"]

    # --- registrations ---

    def registration_end(self, deal):
        """The day of lapsing moves on with every milestone that comes to hold in time."""
        progress, last_day = deal["registered"], deal["closed"] or self.as_of
        for day in sorted({report["day"] for report in deal["reports"]}):
            in_time = deal["registered"] < day <= last_day and day < progress + LAPSE_DAYS
            if in_time and self.holding(deal, day) - self.holding(deal, day - 1):
                progress = day
        end = min(progress + LAPSE_DAYS, deal["registered"] + PROTECT_DAYS)
        return min(end, deal["closed"] or end)

    def registrations(self):
        """Who holds which customer and product from when to when, and beside how many others."""
        rivals = defaultdict(list)
        for deal in self.deals:
            if deal["registered"] is None:
                continue
            deal["end"] = self.registration_end(deal)
            deal["before"] = (deal["registered"], -self.weight(self.holding(deal, deal["registered"])), deal["row"])
            rivals[deal["customer"] or deal["row"]].append(deal)
        for group in rivals.values():
            for product in {deal["product"] for deal in group}:
                yield from self.holders(product, [deal for deal in group if deal["product"] in (product, "")])

    def holders(self, product, group):
        day = 0
        while True:
            alive = [deal for deal in group if deal["registered"] <= day < deal["end"]]
            if not alive:
                day = min(
                    (deal["registered"] for deal in group if deal["end"] > deal["registered"] > day), default=None
                )
                if day is None:
                    return
                continue
            holder = min(alive, key=lambda deal: deal["before"])
            if day > self.as_of:
                return
            beside = sum(
                max(deal["registered"], day) < min(deal["end"], holder["end"]) for deal in group if deal is not holder
            )
            days = (date.fromordinal(day).isoformat(), date.fromordinal(holder["end"]).isoformat())
            yield holder["customer"] or None, product or None, holder["deal"], *days, beside
            day = holder["end"]


class Comparison:
    def __init__(self):
        self.done = self.wrong = 0

    def same(self, what, found, expected):
        self.done += 1
        if found != expected:
            self.wrong += 1
            print(f"{what} is {found}, expected {expected}")


def run(command, folder, *options):
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    files = [f"{folder}/deals.csv", "--process", f"{folder}/process.json"]
    files += ["--milestones", f"{folder}/milestones.csv", "--claims", f"{folder}/claims.csv"]
    words = [*wrapper, command, "pipeline", *files, *options, "--format", "json"]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)


def check_state(compare, found, channel, what):
    lines = [channel.line(deal) for deal in channel.deals]
    outcomes = Counter(line["outcome"] for line in lines)
    visibility = Counter(line["visibility"] for line in lines if line["partner"])
    counts = {
        "deals": len(lines),
        **{name: outcomes[name] for name in ("open", "won", "lost")},
        "visibility_deals": {name: visibility[name] for name in ("clear", "partial", "poor", "none")},
        "overclaimed": sum((line["overclaim"] or 0) > 0 for line in lines),
    }
    for name, value in counts.items():
        compare.same(f"{what}: {name}", found["summary"][name], value)
    for got, line in zip(found["deals"], lines, strict=True):
        compare.same(f"{what}: {line['deal']}", {name: got[name] for name in COLUMNS}, line)
    names = ("deal", "milestone", "reason", "question")
    compare.same(
        f"{what}: doubts",
        sorted(tuple(got[name] for name in names) for got in found["doubts"]),
        sorted(doubt for deal in channel.deals for doubt in channel.doubts(deal)),
    )
    names = ("customer", "product", "deal", "from", "to", "contenders")
    compare.same(
        f"{what}: registrations",
        sorted((tuple(got[name] for name in names) for got in found["registrations"]), key=str),
        sorted(channel.registrations(), key=str),
    )


def kind_of(partner):
    """By the last digit of the partner's number; direct deals are reported as by the first kind."""
    digit = int(partner[-1]) if partner else 0
    return HIDING if digit == 9 else AHEAD if digit >= 5 else SOUND


def mean(values):
    return sum(values) / len(values)


def check_story(compare, found, channel):
    lines, gap, seen, won = found["deals"], defaultdict(list), defaultdict(list), defaultdict(list)
    kinds = {line["deal"]: kind_of(line["partner"]) for line in lines}
    for line in lines:
        kind = kinds[line["deal"]]
        seen[kind].append(line["visibility"] in ("clear", "partial"))
        if line["overclaim"] is not None:
            gap[kind].append(line["overclaim"])
        if line["outcome"] != "open":
            won[kind].append(line["outcome"] == "won")
    said = defaultdict(list)
    for deal in channel.deals:
        if deal["outcome"] != "open":
            for claim in deal["claims"]:
                said[kinds[deal["deal"]]].append(float(claim["probability"]) - (deal["outcome"] == "won"))
    story = {
        "those who report as they go claim what is": mean(gap[SOUND]) < 0.4,
        "those who claim ahead are a stage ahead and more": mean(gap[AHEAD]) > 1,
        "those who hide claim nothing": not gap[HIDING],
        "most deals of the first are seen": mean(seen[SOUND]) > 0.6,
        "no deal of those who hide is seen": not any(seen[HIDING]),
        "what the first claim comes true": abs(mean(said[SOUND])) < 0.1,
        "what those ahead claim does not": mean(said[AHEAD]) > 0.2,
        "those ahead win less than the first": mean(won[AHEAD]) < mean(won[SOUND]) - 0.05,
    }
    for what, holds in story.items():
        compare.same(what, holds, True)


def main():
    command, folder = sys.argv[1:3]
    compare = Comparison()
    for day in (None, PAST_DAY):
        channel = Channel(folder, day)
        found = run(command, folder, "--set", "state_only=true", *(("--as-of", day) if day else ()))
        check_state(compare, found, channel, f"as of {day or 'the last day'}")
        if day is None:
            check_story(compare, found, channel)
    print(f"{compare.done - compare.wrong} figures agree, {compare.wrong} do not")
    return compare.wrong != 0


if __name__ == "__main__":
    sys.exit(main())
