# SPDX-License-Identifier: MIT
"""Where deals stand, plainly: inputs, objective state, doubts, spells, visibility (spec/pipeline.md).

Part of the second implementation, a test oracle for the library: see plain.py. Days are integers since 1970-01-01,
money is in minor units, counts and shares are exact. Where the text leaves a choice, a comment that begins with
"Reading:" says which one was taken.
"""

from __future__ import annotations

import bisect
import csv
import io
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

EPOCH = date(1970, 1, 1).toordinal()
FRESH_DAYS = 30
CLEAR, PARTIAL = Fraction(3, 4), Fraction(2, 5)
CLASSES = ("clear", "partial", "poor", "none")
REFERENCE_CLEAR = Fraction(16, 100)
WON, LOST, OPEN = "won", "lost", "open"
NEVER_REPORTED, STALE, TAKEN_BACK = "never reported", "stale", "taken back"


class PipelineError(Exception):
    """A process or a row that is refused; `name` says which fault it is, `row` which row's of its table."""

    def __init__(self, name: str, text: str, row: int | None = None) -> None:
        super().__init__(text)
        self.name = name
        self.row = row


def day_of(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH


def iso(day: int) -> str:
    return date.fromordinal(day + EPOCH).isoformat()


# --- the process ---


@dataclass(frozen=True)
class Milestone:
    id: str
    stage: int
    required: bool = True
    weight: int = 1
    question: str = ""
    valid_days: int | None = None


@dataclass(frozen=True)
class Process:
    stages: tuple[str, ...]  # ids
    milestones: tuple[Milestone, ...]  # in the order of the process
    fresh_days: int = FRESH_DAYS

    def number_of(self, milestone: str) -> int | None:
        return next((i for i, one in enumerate(self.milestones) if one.id == milestone), None)

    def stage_id(self, stage: int) -> str:
        """Of the stage in work; past the last there is none."""
        return self.stages[stage] if stage < len(self.stages) else ""


def load_process(text: str) -> Process:
    config = json.loads(text)
    stages: list[str] = []
    milestones: list[Milestone] = []
    if not config.get("stages"):
        raise PipelineError("empty process", "a process needs at least one stage")
    for stage in config["stages"]:
        if stage["id"] in stages:
            raise PipelineError("duplicate stage", f"stage {stage['id']} is there twice")
        for one in stage.get("milestones", []):
            if any(other.id == one["id"] for other in milestones):
                raise PipelineError("duplicate milestone", f"milestone {one['id']} is there twice")
            if one.get("weight", 1) < 0:
                raise PipelineError("weight", f"milestone {one['id']}: a weight is a whole number from 0 up")
            if one.get("valid_days") is not None and one["valid_days"] < 1:
                raise PipelineError("valid_days", f"milestone {one['id']}: valid_days is at least 1")
            milestones.append(
                Milestone(
                    one["id"],
                    len(stages),
                    one.get("required", True),
                    one.get("weight", 1),
                    one.get("question", ""),
                    one.get("valid_days"),
                )
            )
        stages.append(stage["id"])
    fresh_days = config.get("fresh_days", FRESH_DAYS)
    if fresh_days < 1:
        raise PipelineError("fresh_days", "fresh_days is at least 1")
    return Process(tuple(stages), tuple(milestones), fresh_days)


# --- the rows ---


@dataclass(frozen=True)
class Deal:
    row: int
    id: str
    partner: str | None  # None = direct
    opened: int
    closed: int | None = None
    outcome: str = OPEN
    amount: int | None = None
    customer: str | None = None
    product: str | None = None
    registered: int | None = None
    claimed_stage: int | None = None
    claimed_probability: float | None = None
    claimed_close: int | None = None


@dataclass(frozen=True)
class Report:
    deal: int  # row of the deal
    milestone: int
    day: int
    done: bool = True
    source: str = "reported"  # no rule looks at it


@dataclass(frozen=True)
class Claim:
    deal: int
    day: int
    stage: int | None = None
    probability: float | None = None
    amount: int | None = None
    close: int | None = None


@dataclass(frozen=True)
class Data:
    """What is known on the day `as_of`. Deals keep the row number they had in the file."""

    process: Process
    deals: tuple[Deal, ...]
    reports: Mapping[int, Sequence[Report]]  # by row of the deal; by day, same day in row order
    claims: Mapping[int, Sequence[Claim]]
    as_of: int
    features: Mapping[str, Sequence[float]] = field(default_factory=dict)  # the caller's, by row of the deal

    def reports_of(self, deal: Deal) -> Sequence[Report]:
        return self.reports.get(deal.row, ())


def check_deal(deal: Deal) -> None:
    if deal.outcome not in (WON, LOST, OPEN):
        raise PipelineError("outcome", f"deal {deal.id}: outcome {deal.outcome}", deal.row)
    if deal.outcome != OPEN and deal.closed is None:
        raise PipelineError("outcome without day", f"deal {deal.id} is {deal.outcome} but has no closing day", deal.row)
    if deal.outcome == OPEN and deal.closed is not None:
        raise PipelineError("closed without outcome", f"deal {deal.id} has a closing day but is open", deal.row)
    if deal.closed is not None and deal.closed < deal.opened:
        raise PipelineError("closed before opened", f"deal {deal.id} closed before it opened", deal.row)


def check_claim(process: Process, stage: int | None, probability: float | None, row: int) -> None:
    if stage is not None and not 0 <= stage <= len(process.stages):
        raise PipelineError("claimed stage", f"stage {stage} is not in 0 … {len(process.stages)}", row)
    if probability is not None and not 0 <= probability <= 1:
        raise PipelineError("claimed probability", f"{probability} is not in 0 … 1", row)


def gather(
    process: Process,
    deals: Sequence[Deal],
    reports: Sequence[Report],
    claims: Sequence[Claim],
    features: Mapping[str, Sequence[float]] | None = None,
) -> Data:
    """All rows, checked; as_of is the last day in the data.

    Reading: that is the last of opened, closed, registered and of the days of reports and claims; the day on which a
    deal is claimed to close is not a day of the data.
    """
    for deal in deals:
        check_deal(deal)
        check_claim(process, deal.claimed_stage, deal.claimed_probability, deal.row)
    for row, claim in enumerate(claims):
        check_claim(process, claim.stage, claim.probability, row)
    days = [day for deal in deals for day in (deal.opened, deal.closed, deal.registered) if day is not None]
    days += [report.day for report in reports] + [claim.day for claim in claims]
    report_lists: dict[int, list[Report]] = {}
    for report in sorted(reports, key=lambda report: report.day):  # stable: the same day in row order
        report_lists.setdefault(report.deal, []).append(report)
    claim_lists: dict[int, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: claim.day):
        claim_lists.setdefault(claim.deal, []).append(claim)
    return Data(process, tuple(deals), report_lists, claim_lists, max(days, default=0), features or {})


def deal_on(deal: Deal, day: int) -> Deal:
    """A deal as it was on that day.

    Reading: the amount and the claims in the deal's own row are those at closing, so that a deal which closes later
    has none yet.
    """
    if deal.registered is not None and deal.registered > day:
        deal = replace(deal, registered=None)
    if deal.closed is None or deal.closed <= day:
        return deal
    return replace(
        deal,
        closed=None,
        outcome=OPEN,
        amount=None,
        claimed_stage=None,
        claimed_probability=None,
        claimed_close=None,
    )


def cut(data: Data, day: int) -> Data:
    """Only rows with day ≤ as_of exist; deals opened later do not exist yet, a deal closed later is open."""
    deals = tuple(deal_on(deal, day) for deal in data.deals if deal.opened <= day)
    rows = {deal.row for deal in deals}
    reports = {row: [one for one in many if one.day <= day] for row, many in data.reports.items() if row in rows}
    claims = {row: [one for one in many if one.day <= day] for row, many in data.claims.items() if row in rows}
    return Data(data.process, deals, reports, claims, day, data.features)


def is_open(deal: Deal) -> bool:
    return deal.closed is None


# --- the state ---


@dataclass(frozen=True)
class State:
    holding: tuple[bool, ...]
    stage: int
    score: Fraction | None
    out_of_order: int


def latest(reports: Sequence[Report], milestone: int, day: int) -> Report | None:
    """The latest report of that milestone up to the day; of the same day the later row."""
    return next((one for one in reversed(reports) if one.milestone == milestone and one.day <= day), None)


def holds(process: Process, reports: Sequence[Report], milestone: int, day: int) -> bool:
    report = latest(reports, milestone, day)
    if report is None or not report.done:
        return False
    valid = process.milestones[milestone].valid_days
    return valid is None or day < report.day + valid


def stage_of(process: Process, holding: Sequence[bool]) -> int:
    """The number of leading stages whose required milestones all hold."""
    missing = [one.stage for one, held in zip(process.milestones, holding) if one.required and not held]
    return min(missing, default=len(process.stages))


def state_of(process: Process, holding: Sequence[bool]) -> State:
    stage = stage_of(process, holding)
    weight = sum(one.weight for one in process.milestones)
    held = sum(one.weight for one, held in zip(process.milestones, holding) if held)
    beyond = sum(held and one.stage > stage for one, held in zip(process.milestones, holding))
    return State(tuple(holding), stage, Fraction(100 * held, weight) if weight else None, beyond)


def holding_on(process: Process, reports: Sequence[Report], day: int) -> list[bool]:
    return [holds(process, reports, milestone, day) for milestone in range(len(process.milestones))]


def state_on(data: Data, deal: Deal, day: int) -> State:
    """A closed deal keeps the state of its closing day."""
    if deal.closed is not None:
        day = min(day, deal.closed)
    return state_of(data.process, holding_on(data.process, data.reports_of(deal), day))


def claim_on(data: Data, deal: Deal, day: int) -> Claim | None:
    """The latest dated claim up to the day.

    Reading: the row as a whole; what it leaves empty is not taken from older rows.
    """
    rows = [claim for claim in data.claims.get(deal.row, ()) if claim.day <= day]
    return rows[-1] if rows else None


def claimed_now(data: Data, deal: Deal) -> Claim | None:
    """What the partner says of an open deal on as_of.

    Reading: a dated claim comes before the one in the deal's own row.
    """
    dated = claim_on(data, deal, data.as_of)
    if dated is not None:
        return dated
    own = (deal.claimed_stage, deal.claimed_probability, deal.claimed_close)
    if all(value is None for value in own):
        return None
    return Claim(deal.row, data.as_of, deal.claimed_stage, deal.claimed_probability, deal.amount, deal.claimed_close)


def overclaim(data: Data, deal: Deal) -> int | None:
    claim = claimed_now(data, deal) if is_open(deal) else None
    if claim is None or claim.stage is None:
        return None
    return claim.stage - state_on(data, deal, data.as_of).stage


@dataclass(frozen=True)
class Doubt:
    deal: int  # row
    milestone: int
    reason: str
    question: str
    effect: float  # NaN without a model


def doubt_reason(reports: Sequence[Report], milestone: int, day: int) -> str:
    report = latest(reports, milestone, day)
    if report is None:
        return NEVER_REPORTED
    return STALE if report.done else TAKEN_BACK


def doubts_of(data: Data, deal: Deal) -> list[Doubt]:
    """Required milestones of stages o … claimed − 1 that do not hold, without a claim those of stage o."""
    if not is_open(deal):
        return []
    state = state_on(data, deal, data.as_of)
    over = overclaim(data, deal)
    end = state.stage + (1 if over is None else over)
    reports = data.reports_of(deal)
    return [
        Doubt(deal.row, i, doubt_reason(reports, i, data.as_of), one.question, float("nan"))
        for i, one in enumerate(data.process.milestones)
        if one.required and state.stage <= one.stage < end and not state.holding[i]
    ]


def strays(data: Data) -> tuple[int, int]:
    """Reports before opening, and after closing: they are counted, and only the former have a say."""
    before = sum(one.day < deal.opened for deal in data.deals for one in data.reports_of(deal))
    after = sum(
        one.day > deal.closed for deal in data.deals if deal.closed is not None for one in data.reports_of(deal)
    )
    return before, after


# --- spells ---


def stage_changes(data: Data, deal: Deal) -> list[tuple[int, int]]:
    """The days on which the objective stage came to its value, and that value: first the day of opening."""
    process = data.process
    end = data.as_of if deal.closed is None else deal.closed
    reports = [one for one in data.reports_of(deal) if one.day <= end]
    days = {deal.opened}
    for report in reports:  # a state can only change with a report, or when one goes stale
        valid = process.milestones[report.milestone].valid_days
        days |= {report.day} | (set() if valid is None else {report.day + valid})
    changes: list[tuple[int, int]] = []
    for day in sorted(day for day in days if deal.opened <= day <= end):
        stage = stage_of(process, holding_on(process, reports, day))
        if not changes or changes[-1][1] != stage:
            changes.append((day, stage))
    return changes


def stage_and_start(changes: Sequence[tuple[int, int]], day: int) -> tuple[int, int]:
    """The objective stage on a day, and since when."""
    start, stage = changes[bisect.bisect_right(changes, (day, 1 << 40)) - 1]
    return stage, start


@dataclass(frozen=True)
class Spell:
    deal: int  # row
    stage: int
    start: int
    end: int | None  # None = still in it
    to: str  # the number of the next stage, "won", "lost" or "open"

    @property
    def days(self) -> int | None:
        return None if self.end is None else self.end - self.start

    @property
    def went_up(self) -> bool:
        return self.to == WON or (self.to.isdigit() and int(self.to) > self.stage)


def spells_of(data: Data, deal: Deal) -> list[Spell]:
    """A deal that goes back starts a new spell; a closing ends the last one."""
    changes = stage_changes(data, deal)
    spells = [
        Spell(deal.row, stage, start, following[0], str(following[1]))
        for (start, stage), following in itertools.pairwise(changes)
    ]
    start, stage = changes[-1]
    return spells + [Spell(deal.row, stage, start, deal.closed, deal.outcome)]


# --- visibility ---


@dataclass(frozen=True)
class Sight:
    covered: int
    span: int

    @property
    def coverage(self) -> Fraction:
        return Fraction(self.covered, self.span) if self.span else Fraction(0)

    @property
    def visibility(self) -> str:
        coverage = self.coverage
        if coverage >= CLEAR:
            return "clear"
        if coverage >= PARTIAL:
            return "partial"
        return "poor" if coverage > 0 else "none"


def sight_of(data: Data, deal: Deal) -> Sight:
    """A day is covered by any report of the last fresh_days, whatever it says."""
    end = data.as_of + 1 if deal.closed is None else deal.closed
    days = [one.day for one in data.reports_of(deal)]
    fresh = data.process.fresh_days
    covered: set[int] = set()
    for day in days:
        covered |= set(range(max(day, deal.opened), min(day + fresh, end)))
    return Sight(len(covered), end - deal.opened)


@dataclass(frozen=True)
class Visibility:
    deals: int
    share: dict[str, Fraction | None]  # of deals, by class
    amount_share: dict[str, Fraction | None]  # of amount


def visibility_of(data: Data, deals: Sequence[Deal]) -> Visibility:
    """Reading: deals without an amount have no part in the shares of amount."""
    classes = {deal.row: sight_of(data, deal).visibility for deal in deals}
    amount = sum(deal.amount or 0 for deal in deals)
    share: dict[str, Fraction | None] = {}
    amount_share: dict[str, Fraction | None] = {}
    for name in CLASSES:
        members = [deal for deal in deals if classes[deal.row] == name]
        share[name] = Fraction(len(members), len(deals)) if deals else None
        amount_share[name] = Fraction(sum(deal.amount or 0 for deal in members), amount) if amount else None
    return Visibility(len(deals), share, amount_share)


def visibilities(data: Data) -> dict[str, Visibility]:
    """By partner, "" for the channel.

    Reading: the channel is every deal of a partner; direct deals are nobody's to see or to hide.
    """
    channel = [deal for deal in data.deals if deal.partner is not None]
    result = {"": visibility_of(data, channel)}
    for partner in dict.fromkeys(deal.partner for deal in channel):
        assert partner is not None
        result[partner] = visibility_of(data, [deal for deal in channel if deal.partner == partner])
    return result


# --- files ---


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def optional_day(text: str | None) -> int | None:
    return day_of(text) if text else None


def optional_money(text: str | None, minor_units: int = 2) -> int | None:
    if not text:
        return None
    return int((Decimal(text) * 10**minor_units).to_integral_value(ROUND_HALF_EVEN))


def read_stage(process: Process, text: str | None) -> int | None:
    """An id of stage k means k; anything else is a number.

    Reading: an id comes first, so that in a process whose stages are called 1, 2, 3 the claim 1 is that stage.
    """
    if not text:
        return None
    if text in process.stages:
        return process.stages.index(text)
    if not text.lstrip("-").isdigit():
        raise PipelineError("claimed stage", f"there is no stage {text}")
    return int(text)


def optional_number(text: str | None) -> float | None:
    return float(text) if text else None


def read_deals(process: Process, text: str) -> list[Deal]:
    deals: list[Deal] = []
    seen: set[str] = set()
    for row, cells in enumerate(rows_of(text)):
        if cells["deal"] in seen:
            raise PipelineError("duplicate deal", f"deal {cells['deal']} is there twice", row)
        seen.add(cells["deal"])
        closed = optional_day(cells.get("closed"))
        deals.append(
            Deal(
                row,
                cells["deal"],
                cells["partner"] or None,
                day_of(cells["opened"]),
                closed,
                cells.get("outcome") or OPEN,
                optional_money(cells.get("amount")),
                cells.get("customer") or None,
                cells.get("product") or None,
                optional_day(cells.get("registered")),
                read_stage(process, cells.get("claimed_stage")),
                optional_number(cells.get("claimed_probability")),
                optional_day(cells.get("claimed_day")),
            )
        )
    return deals


def find_deal(rows: Mapping[str, int], cells: Mapping[str, Any], row: int) -> int:
    if cells["deal"] not in rows:
        raise PipelineError("unknown deal", f"there is no deal {cells['deal']}", row)
    return rows[cells["deal"]]


def read_reports(process: Process, rows: Mapping[str, int], text: str) -> list[Report]:
    reports: list[Report] = []
    for row, cells in enumerate(rows_of(text)):
        milestone = process.number_of(cells["milestone"])
        if milestone is None:
            raise PipelineError("unknown milestone", f"there is no milestone {cells['milestone']}", row)
        done = (cells.get("done") or "1") in ("1", "true", "yes")
        source = cells.get("source") or "reported"
        reports.append(Report(find_deal(rows, cells, row), milestone, day_of(cells["day"]), done, source))
    return reports


def read_claims(process: Process, rows: Mapping[str, int], text: str) -> list[Claim]:
    claims: list[Claim] = []
    for row, cells in enumerate(rows_of(text)):
        claims.append(
            Claim(
                find_deal(rows, cells, row),
                day_of(cells["day"]),
                read_stage(process, cells.get("stage")),
                optional_number(cells.get("probability")),
                optional_money(cells.get("amount")),
                optional_day(cells.get("close")),
            )
        )
    return claims


def read_data(process: str, deals: str, reports: str = "", claims: str = "") -> Data:
    loaded = load_process(process)
    read = read_deals(loaded, deals)
    rows = {deal.id: deal.row for deal in read}
    return gather(loaded, read, read_reports(loaded, rows, reports), read_claims(loaded, rows, claims))
