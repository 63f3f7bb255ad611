# SPDX-License-Identifier: MIT
"""The example programs print what is recorded. Their figures are those of the worked examples of docs/pareto.md and
docs/loyalty.md, and those of the sample channel's deals, worked out once more here; those of its segments in
examples/check_segments.py."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import libpartner as lp
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(name: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(Path(lp.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-B", EXAMPLES / name], env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == (EXAMPLES / f"{name}.expected").read_text(encoding="utf-8")
    return done.stdout


def test_pareto_py() -> None:
    assert "2 of 9 partners bring 80 %, Gini 0.697" in run("pareto.py")


def test_loyalty_py() -> None:
    """By hand: 249 + 100 + 50 + 126 + 10 less 60 and 30 are 445. With silver at 200 the second sale is paid times 1.5
    and the cap of 60 is used up by it: 249 + 150 + 60 + 126, less 90 and 30."""
    printed = run("loyalty.py")
    assert "547 points were issued, 300 redeemed, 0 expired, 90 taken back." in printed
    assert "Aster would have earned 465 points, and has earned 445" in printed


@pytest.mark.skipif("gsl" not in lp.features(), reason="this build is without GSL, and learns nothing")
def test_pipeline_py() -> None:
    """Ten doubts, each with its deal, its partner, its stage, what to ask and what hangs on it."""
    printed = run("pipeline.py")
    channel = EXAMPLES / "channel"

    def read(name: str) -> list[dict[str, str]]:
        with open(channel / name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    process = json.loads((channel / "process.json").read_text(encoding="utf-8"))
    stages = [stage["id"] for stage in process["stages"]]
    asked = {m["id"]: (i, m["question"]) for i, stage in enumerate(process["stages"]) for m in stage["milestones"]}
    names = {row["partner"]: row["name"] for row in read("partners.csv")}
    deals = {row["deal"]: row for row in read("deals.csv")}
    part = printed.split("The ten doubts most worth a call:\n")[1].split("\n\n")[0].split("\n")
    assert len(part) == 20
    before = float("inf")
    for head, why in zip(part[::2], part[1::2], strict=True):
        deal, who, stage, amount, worth = re.fullmatch(r"(D\d+), (.*): (.*), ([\d.]+); (\d+) hang on it", head).groups()  # type: ignore[union-attr]
        row = deals[deal]
        assert row["outcome"] == "open" and who == names.get(row["partner"], "direct")
        assert not row["amount"] or amount == row["amount"]
        said = re.search(r"from ([\d.]+) % to ([\d.]+) %; ask: (.*)$", why)
        assert said is not None, why
        low, high = float(said[1]), float(said[2])
        milestone = next(id for id, (_, question) in asked.items() if question == said[3])
        assert asked[milestone][0] >= stages.index(stage)  # what ought to hold is of its stage or a later one
        # Both rates are rounded to a tenth of a percent.
        assert float(worth) == pytest.approx((high - low) / 100 * float(amount), abs=0.001 * float(amount) + 1)
        assert float(worth) <= before
        before = float(worth)
    assert "The partners whose deals are hardest to see:" in printed and "Within 90 days" in printed


def test_segment_py() -> None:
    """The figures, all but those of the sentences, are worked out once more by examples/check_segments.py."""
    printed = run("segment.py")
    assert "The ten partners that should get hours first:" in printed and "That rests on what" in printed
