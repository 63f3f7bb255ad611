# SPDX-License-Identifier: MIT
"""Random pipelines: worlds that use every feature of spec/pipeline.md, and worlds whose truth is known.

    python tests/pipeline/worlds.py FOLDER --seed 1 --worlds 100 [--plant NAME]

writes FOLDER/1/process.json, deals.csv, milestones.csv, claims.csv and options.json, FOLDER/2/…, each made from its
own seed. A world is valid unless one fault is planted, by a name of FAULTS.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import plain_state as state

if TYPE_CHECKING:  # only simulate needs it
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

FAULTS = (
    "empty process",
    "duplicate stage",
    "duplicate milestone",
    "duplicate deal",
    "unknown milestone",
    "unknown deal",
    "unknown deal in a claim",
    "claimed probability",
    "claimed stage",
    "closed before opened",
    "outcome without day",
    "closed without outcome",
)
START = date(2024, 1, 1)
Row = dict[str, str]


@dataclass
class World:
    seed: int
    process: dict[str, Any]
    deals: list[Row]
    milestones: list[Row]
    claims: list[Row]
    options: dict[str, Any]
    fault: str | None = None

    def process_json(self) -> str:
        return json.dumps(self.process, indent=1) + "\n"

    def deals_csv(self) -> str:
        return text_of(DEAL_FIELDS, self.deals)

    def milestones_csv(self) -> str:
        return text_of(MILESTONE_FIELDS, self.milestones)

    def claims_csv(self) -> str:
        return text_of(CLAIM_FIELDS, self.claims)

    def data(self) -> state.Data:
        return state.read_data(self.process_json(), self.deals_csv(), self.milestones_csv(), self.claims_csv())


DEAL_FIELDS = (
    "deal",
    "partner",
    "opened",
    "closed",
    "outcome",
    "amount",
    "customer",
    "product",
    "registered",
    "claimed_stage",
    "claimed_probability",
    "claimed_day",
)
MILESTONE_FIELDS = ("deal", "milestone", "day", "done", "source")
CLAIM_FIELDS = ("deal", "day", "stage", "probability", "amount", "close")


def text_of(fields: Sequence[str], rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def day_text(day: int) -> str:
    return (START + timedelta(days=day)).isoformat()


# --- worlds that use everything ---


def make_process(rng: random.Random) -> dict[str, Any]:
    stages: list[dict[str, Any]] = []
    for number in range(rng.randint(1, 5)):
        milestones: list[dict[str, Any]] = []
        for letter in "abc"[: rng.choice((0, 1, 1, 2, 2, 3))]:
            one: dict[str, Any] = {"id": f"m{number}{letter}"}
            if rng.random() < 0.3:
                one["required"] = rng.random() < 0.3
            if rng.random() < 0.4:
                one["weight"] = rng.choice((0, 1, 2, 5))
            if rng.random() < 0.6:
                one["question"] = f"Has the buyer said {number}{letter}?"
            if rng.random() < 0.35:
                one["valid_days"] = rng.choice((1, 10, 30, 75))
            milestones.append(one)
        stage: dict[str, Any] = {"id": f"s{number}"}
        if milestones or rng.random() < 0.5:
            stage["milestones"] = milestones
        stages.append(stage)
    if rng.random() < 0.1:
        for stage in stages:
            for one in stage.get("milestones", []):
                one["weight"] = 0
    process: dict[str, Any] = {"stages": stages}
    if rng.random() < 0.5:
        process["fresh_days"] = rng.choice((1, 7, 30, 60))
    return process


def milestones_of(process: dict[str, Any]) -> list[str]:
    return [one["id"] for stage in process["stages"] for one in stage.get("milestones", [])]


def money_text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def make_deal(rng: random.Random, number: int, length: int, partners: int, stages: int) -> tuple[Row, int, int]:
    opened = rng.randint(0, length)
    duration = rng.choice((0, rng.randint(0, 20), rng.randint(0, 120), rng.randint(0, 300)))
    closed = opened + duration
    row: Row = {"deal": f"D{number}", "opened": day_text(opened)}
    row["partner"] = "" if rng.random() < 0.1 else f"P{rng.randrange(partners)}"
    is_closed = closed <= length + 30 and rng.random() < 0.85
    if is_closed:
        row["closed"] = day_text(closed)
        row["outcome"] = "won" if rng.random() < 0.4 else "lost"
    elif rng.random() < 0.5:
        row["outcome"] = "open"
    if rng.random() < 0.8:
        row["amount"] = money_text(rng.choice((0, rng.randint(1, 10**7), rng.randint(1, 10**5) * 100)))
    if rng.random() < 0.8:
        row["customer"] = f"C{rng.randrange(max(3, partners * 2))}"
    if rng.random() < 0.7:
        row["product"] = rng.choice(("core", "plus", "spare"))
    if rng.random() < 0.7:
        row["registered"] = day_text(max(0, opened + rng.choice((0, 0, 0, 1, 7, -5, rng.randint(0, 60)))))
    if rng.random() < 0.4:
        row["claimed_stage"] = claimed_stage(rng, stages)
    if rng.random() < 0.3:
        row["claimed_probability"] = rng.choice(("0", "1", "0.5", f"{rng.random():.4f}"))
    if rng.random() < 0.2:
        row["claimed_day"] = day_text(opened + rng.randint(0, 200))
    return row, opened, closed if is_closed else length + 30


def claimed_stage(rng: random.Random, stages: int) -> str:
    number = rng.randint(0, stages)
    return f"s{number}" if number < stages and rng.random() < 0.6 else str(number)


def make_reports(rng: random.Random, deal: Row, opened: int, end: int, names: Sequence[str]) -> list[Row]:
    """Steps in order for the most part; some missing, taken back, repeated, early, late, on one day."""
    rows: list[Row] = []
    style = rng.choice(("sound", "sound", "hides", "overclaims", "at the end"))
    day = opened
    for name in names:
        if style == "hides" and rng.random() < 0.8:
            continue
        if style == "at the end":
            day = end
        else:
            day += rng.choice((0, 0, rng.randint(0, 10), rng.randint(0, 50)))
        if day > end and rng.random() < 0.9:
            break
        when = day + rng.choice((0,) * 8 + (-15, 30))
        rows.append({"deal": deal["deal"], "milestone": name, "day": day_text(max(0, when))})
        while rng.random() < 0.25:  # again, or taken back; often the same day
            when += rng.choice((0, rng.randint(0, 40)))
            row = {"deal": deal["deal"], "milestone": name, "day": day_text(max(0, when))}
            row["done"] = rng.choice(("0", "1"))
            rows.append(row)
    for row in rows:
        if rng.random() < 0.2:
            row["source"] = rng.choice(("reported", "verified"))
        if row.get("done") is None and rng.random() < 0.3:
            row["done"] = "1"
    return rows


def make_claims(rng: random.Random, deal: Row, opened: int, end: int, stages: int) -> list[Row]:
    rows: list[Row] = []
    day = opened + rng.choice((0, 0, -3, 10))
    while day <= end + 5 and len(rows) < 6:
        row: Row = {"deal": deal["deal"], "day": day_text(max(0, day))}
        if rng.random() < 0.8:
            row["stage"] = claimed_stage(rng, stages)
        if rng.random() < 0.8:
            row["probability"] = f"{rng.random():.3f}"
        if rng.random() < 0.7:
            row["amount"] = money_text(rng.choice((0, rng.randint(1, 10**7))))
        if rng.random() < 0.5:
            row["close"] = day_text(max(0, day + rng.randint(0, 120)))
        rows.append(row)
        day += rng.choice((0, rng.randint(1, 60)))
    return rows


def make(seed: int, fault: str | None = None) -> World:
    """A world of its own for every seed, from a handful of deals to some hundreds."""
    rng = random.Random(seed)
    process = make_process(rng)
    stages, names = len(process["stages"]), milestones_of(process)
    length = rng.choice((40, 200, 400, 700))
    partners = rng.randint(1, 8)
    deals: list[Row] = []
    reports: list[Row] = []
    claims: list[Row] = []
    dated = rng.random() < 0.7
    for number in range(rng.choice((0, 1, 5, 20, 60, 150, 400))):
        deal, opened, end = make_deal(rng, number, length, partners, stages)
        deals.append(deal)
        reports += make_reports(rng, deal, opened, end, names)
        if dated and rng.random() < 0.6:
            claims += make_claims(rng, deal, opened, end, stages)
    rng.shuffle(reports)
    rng.shuffle(claims)
    options: dict[str, Any] = {"as_of": [day_text(rng.randint(0, length + 40)) for _ in range(3)]}
    options["horizon"] = rng.choice((1, 30, 90))
    options["known_from"] = day_text(rng.randint(0, length)) if rng.random() < 0.4 else None
    options["protect_days"] = rng.choice((90, 30, 5))
    options["lapse_days"] = rng.choice((60, 20, 10, 5))
    world = World(seed, process, deals, reports, claims, options, fault)
    if fault is not None:
        plant(world, rng, fault)
    return world


def plant(world: World, rng: random.Random, fault: str) -> None:
    """One fault, in a world that has what it needs for it."""
    deals = [
        {"deal": "E1", "partner": "P0", "opened": day_text(3), "closed": day_text(9), "outcome": "won"},
        {"deal": "E2", "partner": "P1", "opened": day_text(5)},
    ]
    world.deals += deals
    if not milestones_of(world.process):
        world.process["stages"][0]["milestones"] = [{"id": "m"}]
    name = milestones_of(world.process)[0]
    stage = next(one for one in world.process["stages"] if one.get("milestones"))
    claim: Row = {"deal": "E2", "day": day_text(6)}
    if fault == "empty process":
        world.process["stages"] = []
    elif fault == "duplicate stage":
        world.process["stages"].append({"id": world.process["stages"][0]["id"]})
    elif fault == "duplicate milestone":
        stage["milestones"].append({"id": name})
    elif fault == "duplicate deal":
        world.deals.append(dict(rng.choice(world.deals)))
    elif fault == "unknown milestone":
        world.milestones.append({"deal": "E1", "milestone": "nobody", "day": day_text(5)})
    elif fault == "unknown deal":
        world.milestones.append({"deal": "nobody", "milestone": name, "day": day_text(5)})
    elif fault == "unknown deal in a claim":
        world.claims.append({"deal": "nobody", "day": day_text(6)})
    elif fault == "claimed probability":
        claim["probability"] = rng.choice(("1.01", "-0.2"))
        world.claims.append(claim)
    elif fault == "claimed stage":
        claim["stage"] = rng.choice((str(len(world.process["stages"]) + 1), "-1", "nowhere"))
        world.claims.append(claim)
    elif fault == "closed before opened":
        deals[0]["closed"] = day_text(2)
    elif fault == "outcome without day":
        deals[0]["closed"] = ""
    elif fault == "closed without outcome":
        deals[0]["outcome"] = rng.choice(("", "open"))


# --- worlds whose truth is known ---


@dataclass(frozen=True)
class Truth:
    """A pipeline that somebody knows all about."""

    data: state.Data  # to the end of time
    as_of: int
    horizon: int
    p: dict[int, float]  # of open deals, by row: the true probability of being won within the horizon


@dataclass(frozen=True)
class Nature:
    """How deals behave: a chain of hidden phases, day by day, one or more to a stage.

    From each phase a deal goes on, is lost, or stays; past the last stage there is one more in which it is won
    instead of going on. With one phase to a stage age tells nothing, with more it does. Some deals never close: they
    go on like the others, and come to rest in a stage of their own.
    """

    stages: int = 3
    per_stage: int = 1
    on: tuple[float, ...] = (1 / 40, 1 / 40, 1 / 40, 1 / 40)  # a day, from phase to phase, by stage
    lost: tuple[float, ...] = (1 / 80, 1 / 110, 1 / 150, 1 / 200)
    never: float = 0.0
    deals: int = 1200
    days: int = 1200
    partners: int = 12
    amount: tuple[float, float] = (11.0, 0.8)  # mean and standard deviation of its logarithm

    @property
    def phases(self) -> int:
        return self.per_stage * (self.stages + 1)

    def chain(self) -> Floats:
        """Transition matrix of a day: phases, then won, then lost."""
        import numpy as np

        k = self.phases
        matrix = np.zeros((k + 2, k + 2))
        for phase in range(k):
            on, lost = self.on[phase // self.per_stage], self.lost[phase // self.per_stage]
            matrix[phase, k if phase == k - 1 else phase + 1] = on
            matrix[phase, k + 1] = lost
            matrix[phase, phase] = 1 - on - lost
        matrix[k, k] = matrix[k + 1, k + 1] = 1
        return matrix


def simulate(seed: int, nature: Nature, as_of: int = 720, horizon: int = 90) -> Truth:
    """Each stage has one milestone, reported on the day on which the deal leaves it."""
    import numpy as np

    rng = np.random.default_rng(seed)
    process = state.Process(
        tuple(f"s{i}" for i in range(nature.stages)),
        tuple(state.Milestone(f"m{i}", i) for i in range(nature.stages)),
    )
    k, chain = nature.phases, nature.chain()
    within = np.linalg.matrix_power(chain, horizon)[:, k]
    deals: list[state.Deal] = []
    reports: list[state.Report] = []
    p: dict[int, float] = {}
    for row, opened in enumerate(np.sort(rng.integers(0, nature.days, nature.deals)).tolist()):
        never = rng.random() < nature.never
        rest = int(rng.integers(k))
        partner = f"P{rng.integers(nature.partners)}"
        amount = round(float(np.exp(rng.normal(*nature.amount))))
        day, phase, at_as_of = opened, 0, 0
        closed, outcome = None, state.OPEN
        while closed is None and not (never and phase == rest):
            on, lost = nature.on[phase // nature.per_stage], 0.0 if never else nature.lost[phase // nature.per_stage]
            day += int(rng.geometric(on + lost))
            if rng.random() < lost / (on + lost):
                closed, outcome = day, state.LOST
            elif phase == k - 1:
                closed, outcome = day, state.WON
            else:
                phase += 1
                at_as_of = phase if day <= as_of else at_as_of
                if phase % nature.per_stage == 0:
                    reports.append(state.Report(row, phase // nature.per_stage - 1, day))
        if opened <= as_of and (closed is None or closed > as_of):
            p[row] = 0.0 if never else float(within[at_as_of])
        deals.append(state.Deal(row, f"D{row}", partner, opened, closed, outcome, amount if closed else None))
    return Truth(state.gather(process, deals, reports, []), as_of, horizon, p)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--plant", choices=FAULTS)
    arguments = parser.parse_args()
    for seed in range(arguments.seed, arguments.seed + arguments.worlds):
        world = make(seed, arguments.plant)
        folder = arguments.folder / str(seed)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "process.json").write_text(world.process_json())
        (folder / "deals.csv").write_text(world.deals_csv())
        (folder / "milestones.csv").write_text(world.milestones_csv())
        (folder / "claims.csv").write_text(world.claims_csv())
        (folder / "options.json").write_text(json.dumps(world.options) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
