#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The sample channel of docs/segment-guide.md: python3 tests/segment/test_guide.py PATH_TO_partner CHANNEL

The guide has to say what `partner segment` says of examples/channel, each figure of it; examples/check_segments.py
works those out apart from the library. The resellers of its last section are those of test_adventureworks.py."""

from __future__ import annotations

import csv
import json
import os
import shlex
import subprocess
import sys
import unittest
from decimal import Decimal
from typing import Any

from guide import Reader, grouped, row

COMMAND = CHANNEL = ""
OF_SEGMENT = {
    "strategic": "high, consultative",
    "core": "high, mixed",
    "volume": "high, transactional",
    "align": "high, unknown",
    "develop": "low, consultative",
    "watch": "low, mixed or unknown",
    "self-service": "low, transactional",
}
OF_MODE = {
    "consultative": "consultative: most of the effort is advice, training, design",
    "transactional": "transactional: most is orders, prices, deliveries",
    "mixed": "mixed: neither is sure enough",
    "unknown": "unknown: no interaction, and nobody has said",
}
ASSUMED = {
    (1, 1): "as assumed",
    (0.5, 1): "attention wins half as much",
    (2, 1): "it wins twice as much",
    (1, 0.5): "it takes half the hours",
    (1, 2): "it takes twice the hours",
}


def rows_of(name: str) -> list[dict[str, str]]:
    with open(os.path.join(CHANNEL, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(*arguments: str) -> str:
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    files = [os.path.join(CHANNEL, "sales.csv")]
    for option, name in (
        ("--interactions", "interactions.csv"),
        ("--partners", "partners.csv"),
        ("--alignment", "alignment.csv"),
        ("--rules", "segments.json"),
    ):
        files += [option, os.path.join(CHANNEL, name)]
    done = subprocess.run(
        [*wrapper, COMMAND, "segment", *files, *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout


def segmented(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json"), parse_float=Decimal)
    return {**found["summary"], **found}  # whose partners are lines, not how many there are


def percent(share: Decimal, places: int = 1) -> str:
    return f"{100 * float(share):.{places}f} %"


def said(amount: Decimal) -> str:
    return grouped(amount, 2)


class Channel(unittest.TestCase):
    roster: dict[str, dict[str, str]]
    found: dict[str, Any]
    lines: dict[str, dict[str, Any]]
    segments: dict[str, dict[str, Any]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.roster = {line["partner"]: line for line in rows_of("partners.csv")}
        cls.found = segmented("--sensitivity")
        cls.lines = {cls.roster[line["partner"]]["name"]: line for line in cls.found["partners"]}
        cls.segments = {line["segment"]: line for line in cls.found["segments"]}

    def answered(self) -> int:
        return sum(line["alignment"] is not None for line in self.found["partners"])

    def test_the_channel(self) -> None:
        guide = Reader("## What you need")
        self.assertEqual(guide.unasked(), [])
        guide = Reader("## The sample channel")
        has = {name: sum(line[name] != "" for line in self.roster.values()) for name in self.roster["P001"]}
        guide.says(
            f"{grouped(len(rows_of('interactions.csv')))} interactions in two years",
            f"{len(self.roster)} of them enrolled.",
            f"{has['potential']} have a stated potential, {has['strategic']} a rating, {has['mode']} a declared mode, "
            f"and {self.answered()} have answered",
        )
        self.assertEqual(self.found["interactions"], len(rows_of("interactions.csv")))

    def test_bands(self) -> None:
        guide, (high, low) = Reader("### Bands: who is large"), self.found["bands"]
        guide.says(
            f"{high['partners']} partners are high, from {said(high['from'])} in the two years on, with "
            f"{percent(high['revenue_share'])} of revenue. {low['partners']} are low."
        )
        self.assertEqual(guide.unasked(), [])

    def test_modes(self) -> None:
        guide, partners = Reader("### Modes: how they work with you"), self.found["partners"]
        for mode, words in OF_MODE.items():
            guide.says(row(words, sum(line["mode"] == mode for line in partners)))
        line = self.lines["Hällgren Nätverk AB, Göteborg"]
        self.assertEqual(line["mode"], "consultative")
        worth = float(line["consultative"] + line["transactional"])
        guide.says(
            f"had the worth of {worth:.1f} interactions, {line['consultative']:.1f} of them consultative. So its share "
            f"of advice is {percent(line['consultative_share'], 0)}, and with nine chances in ten between "
            f"{percent(line['low'], 0)} and {percent(line['high'], 0)}. That it is more than half has a probability of "
            f"{percent(line['p_consultative'], 0)}"
        )
        a, b = self.found["prior_a"], self.found["prior_b"]
        guide.says(f"{percent(a / (a + b))} consultative, with the weight of {a + b:.2f} interactions.")
        guide.says(f"For the {sum(line['declared'] for line in partners)} with a declared mode")
        self.assertEqual(guide.unasked("80"), [])

    def test_segments(self) -> None:
        guide = Reader("### Segments: what each gets")
        self.assertEqual(set(self.segments), set(OF_SEGMENT))
        for name, cell in OF_SEGMENT.items():
            line = self.segments[name]
            shares = [percent(line[share]) for share in ("revenue_share", "effort_share")]
            per_hour = "" if line["revenue_per_hour"] is None else grouped(line["revenue_per_hour"])
            guide.says(row(name, cell, line["partners"], *shares, per_hour).replace("|  |", "| |"))
        align, develop = self.segments["align"], self.segments["develop"]
        guide.says(
            f"{align['partners']} partners with {said(align['revenue'])}, and nobody",
            f"{percent(develop['effort_share'])} of the effort for {percent(develop['revenue_share'])} of revenue.",
            f"not all {develop['partners']}.",
        )
        self.assertEqual(align["effort"], 0)
        self.assertEqual(guide.unasked(), [])

    def test_moves(self) -> None:
        guide = Reader("### Moves: who has changed")
        windows = ("--from", "2025-01-01", "--to", "2026-01-01", "--previous", "2024-01-01..2025-01-01")
        found = segmented(*windows)
        both = [line for line in found["moves"] if line["from"] is not None and line["to"] is not None]
        everybody = sum(line["partners"] for line in both)
        guide.says(
            f"Of the {everybody} partners of both years {len(found['movers'])} were in another segment in 2025",
            f"that is so for {sum(line['carried'] for line in found['partners'])} here.",
            f"> {run(*windows, '--explain', '0').strip()}",
        )
        moves = {(line["from"], line["to"]): line for line in both}
        for between in (
            ("watch", "self-service"),
            ("watch", "develop"),
            ("volume", "core"),
            ("develop", "strategic"),
            ("strategic", "develop"),
        ):
            line = moves[between]
            guide.says(row(*between, line["partners"], said(line["previous_revenue"]), said(line["revenue"])))
        largest = sorted((line["partners"] for line in both if line["from"] != line["to"]), reverse=True)
        self.assertEqual(
            largest[:2], [moves["watch", "self-service"]["partners"], moves["watch", "develop"]["partners"]]
        )
        first = found["movers"][0]
        self.assertEqual(self.roster[first["partner"]]["name"], "Hübsch Netzwerke GmbH")
        self.assertEqual((first["from"], first["to"]), ("strategic", "develop"))
        self.assertEqual(moves["develop", "strategic"]["partners"], 3)
        self.assertEqual(guide.unasked("2024; 2025"), [])

    def test_potential(self) -> None:
        guide = Reader("### Potential: what they could bring more")
        total, volume = self.found["headroom"], self.segments["volume"]["headroom"]
        guide.says(f"*headroom*: {said(total)} in all, {percent(volume / total)} of it in volume.")
        most = sorted(self.lines, key=lambda name: -self.lines[name]["headroom"])[:4]
        for name, source in zip(most, ("itself", "its peers", "its peers, up to three times", "a tenth more")):
            line = self.lines[name]
            amounts = [said(line[what]) for what in ("revenue", "reference", "headroom")]
            guide.says(row(name, *amounts, source))
            stated = self.roster[line["partner"]]["potential"] != ""
            times = line["reference"] / line["revenue"]
            is_so = {
                "itself": stated,
                "its peers": not stated and Decimal("1.11") < times < Decimal("2.99"),
                "its peers, up to three times": not stated and abs(times - 3) < Decimal("1e-6"),
                "a tenth more": not stated and abs(times - Decimal("1.1")) < Decimal("1e-6"),
            }
            self.assertTrue(is_so[source], name)
        self.assertEqual(guide.unasked("30"), [])

    def test_hours(self) -> None:
        guide, answer = Reader("### Hours: where the next one brings most"), self.found["allocation"]
        today = {line["partner"]: float(line["hours"] or 0) for line in self.roster.values()}
        some = sum(hours > 0 for hours in today.values())
        given = [line for line in self.found["partners"] if line["hours"] > 0]
        guide.says(
            f"There are {grouped(answer['budget'])} hours. Of these {grouped(answer['spent_now'])} are given out "
            f"today, to {some} partners, and bring {said(answer['gain_now'])} by this reckoning. Where they bring "
            f"most, they go to {len(given)} partners and bring {said(answer['gain'])}."
        )
        most = sorted(self.lines, key=lambda name: (-round(self.lines[name]["hours"], 6), self.lines[name]["partner"]))
        for name in most[:5]:
            line = self.lines[name]
            hours = [f"{today[line['partner']]:.1f}", f"{line['hours']:.1f}"]
            guide.says(row(name, line["segment"], *hours, said(line["expected_gain"])))
        self.assertEqual([self.lines[name]["hours"] for name in most[:4]].count(80), 3)
        margin = sum(line["margin"] for line in self.segments.values()) / self.found["revenue"]
        worth = answer["lambda"] * margin
        guide.says(
            "as the three with 80.0",
            f"{said(answer['lambda'])} of revenue. At the channel's margin of {percent(margin)} it is {worth:.0f} of "
            "margin.",
            f"Compare the {worth:.0f} with what an hour costs you.",
            f"some of the {grouped(answer['budget'])} hours",
        )
        self.assertEqual(guide.unasked(), [])

    def test_sensitivity(self) -> None:
        guide, answer = Reader("### Sensitivity: how far to believe that"), self.found["allocation"]
        most = Decimal(0)
        for line in answer["sensitivity"]:
            most = max(most, line["moved"])
            words = ASSUMED[float(line["gain_factor"]), float(line["scale_factor"])]
            moved = f"{line['moved']:.0f} hours" if line["moved"] else ""
            cells = row(words, grouped(line["gain"]), grouped(line["lambda"]), moved)
            guide.says(cells.replace("|  |", "| |"))
        guide.says(f"at most {most:.0f} of the {grouped(answer['budget'])} hours would go to others")
        self.assertEqual(guide.unasked(), [])

    def test_alignment(self) -> None:
        guide, dimensions = Reader("### Alignment: what they expect and do not find"), self.found["dimensions"]
        for line in dimensions:
            guide.says(row(line["dimension"], *(percent(line[name]) for name in ("weight", "experiences", "gap"))))
        missing = sum(line["gap"] for line in dimensions)
        leads = next(line["gap"] for line in dimensions if line["dimension"] == "leads")
        self.assertAlmostEqual(float(leads / missing), 1 / 3, delta=0.01)
        got = [line["give_get"] for line in self.found["partners"] if line["give_get"] is not None]
        guide.says(
            f"Of all that the {self.answered()} expect {percent(missing)} is missing, and a third of that is leads.",
            f"{sum(part < 1 for part in got)} of the {len(got)} partners with an agreement have got less than that, "
            f"{sum(part < Decimal('0.5') for part in got)} less than half.",
        )
        self.assertEqual(guide.unasked(), [])

    def test_what_it_cannot_say(self) -> None:
        self.assertEqual(Reader("## What it cannot say").unasked(), [])


if __name__ == "__main__":
    COMMAND, CHANNEL = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
