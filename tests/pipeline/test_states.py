# SPDX-License-Identifier: MIT
"""Where deals stand, of the library and of the plain implementation, on random worlds.

    python tests/pipeline/test_states.py LIBRARY HEADERS [--seed N] [--worlds N] [--only CHECK]

A failure prints the check, the seed, what was found, and the command that runs this one world again.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import plain_state as state
import plain_time as time
import worlds
from engine import NO_DAY, NONE, Library, Refused, World, bytes_of, columns_of, scalars_of, whole_amount

Check = Callable[[Library, int], None]
Row = tuple[Any, ...]
REASONS = {state.NEVER_REPORTED: 0, state.STALE: 1, state.TAKEN_BACK: 2}
OUTCOMES = {state.OPEN: 0, state.WON: 1, state.LOST: 2}
ENDS = {state.WON: 1, state.LOST: 2, state.OPEN: 3}  # of spells; 0 = moved to another stage
CLOSED = 4  # category and source of the amount of a deal that is not open
NO_STAGE = -(2**31)
BAD_DATA = 300
# Rows of the planted faults, by the table that has it; the others are faults of the process.
FAULTY_FIELDS = {
    "duplicate deal": "deal",
    "unknown milestone": "milestone",
    "unknown deal": "deal",
    "unknown deal in a claim": "deal",
    "claimed probability": "probability",
    "claimed stage": "stage",
    "closed before opened": "closed",
    "outcome without day": "closed",
    "closed without outcome": "outcome",
}


def none_or(value: Fraction | None) -> float | None:
    """A Fraction becomes the float nearest to it."""
    return None if value is None else float(value)


def rows_of(struct: Any, *names: str) -> list[Row]:
    columns = columns_of(struct)
    return list(zip(*(columns[name] for name in names)))


def same(what: str, found: Sequence[Any], expected: Sequence[Any]) -> None:
    for i, (ours, theirs) in enumerate(zip(found, expected)):
        assert ours == theirs, f"{what} {i}: found {ours}, expected {theirs}"
    assert len(found) == len(expected), f"{what}: {len(found)}, expected {len(expected)}"


# --- against the plain implementation ---


def deals(data: state.Data, given: World) -> list[Row]:
    stalled, rows = time.stalled(data), []
    for deal in data.deals:
        now, sight = state.state_on(data, deal, data.as_of), state.sight_of(data, deal)
        claim = state.claimed_now(data, deal) if state.is_open(deal) else None
        claimed = NONE if claim is None or claim.stage is None else claim.stage
        over = state.overclaim(data, deal)
        rows.append(
            (
                *(deal.row, given.place[deal.id], OUTCOMES[deal.outcome]),
                *(now.stage, *given.stage_names([now.stage])),
                *(state.stage_changes(data, deal)[-1][0], none_or(now.score), now.out_of_order),
                *(claimed, NO_STAGE if over is None else over),
                *(sight.span, sight.covered, sight.covered / sight.span if sight.span else 0.0),
                state.CLASSES.index(sight.visibility),
                int(stalled.get(deal.row, False)),
            )
        )
    return rows


def doubts(data: state.Data, given: World) -> list[Row]:
    names, questions = given.names["milestone"].all(), given.names["question"].all()
    rows = []
    for deal in data.deals:
        for doubt in state.doubts_of(data, deal):
            last = state.latest(data.reports_of(deal), doubt.milestone, data.as_of)
            name = names.index(data.process.milestones[doubt.milestone].id)
            day = NO_DAY if last is None else last.day
            question = questions.index(doubt.question) if doubt.question else NONE
            rows.append((given.place[deal.id], name, REASONS[doubt.reason], day, question, None))
    return rows


def shares(values: dict[str, Fraction | None]) -> list[float | None]:
    return [none_or(values[name]) for name in state.CLASSES]


def compare_visibility(data: state.Data, given: World, made: Any) -> None:
    plain = state.visibilities(data)
    channel = plain.pop("")
    direct = [deal for deal in data.deals if deal.partner is None]
    names = given.names["partner"].all()
    expected = sorted((names.index(name), one) for name, one in plain.items())
    if direct:
        expected.append((NONE, state.visibility_of(data, direct)))
    table = made.visibility.contents
    same("partner", table.partner[: table.partners], [partner for partner, _ in expected])
    same("deals of partner", table.deals[: table.partners], [one.deals for _, one in expected])
    whole = slice(0, 4 * table.partners)
    counts = [round(share * one.deals) for _, one in expected for share in one.share.values() if share is not None]
    same("deals of class", table.of_class[whole], counts)
    same("share", table.share[whole], [each for _, one in expected for each in shares(one.share)])
    amounts = [None if each != each else each for each in table.amount_share[whole]]
    same("amount share", amounts, [each for _, one in expected for each in shares(one.amount_share)])
    figures = scalars_of(made)
    for name, ours, theirs in (
        ("share", figures["visibility_share"], channel.share),
        ("amount share", figures["visibility_amount_share"], channel.amount_share),
    ):
        same(f"channel's {name}", ours, shares(theirs))


def conversions(data: state.Data, given: World) -> list[Row]:
    limits = time.stall_limits(data)
    to = [NONE if one.to in ENDS else int(one.to) for one in time.conversions(data)]
    return [
        (
            *(one.stage, *given.stage_names([one.stage]), ENDS.get(one.to, 0), to[i], *given.stage_names([to[i]])),
            *(one.spells, float(one.share), none_or(one.median_days), none_or(limits[one.stage])),
        )
        for i, one in enumerate(time.conversions(data))
    ]


def compare_figures(data: state.Data, made: Any, lines: Sequence[Row]) -> None:
    figures, speed = scalars_of(made), time.velocity(data)
    before, after = state.strays(data)
    later = [deal for deal in data.deals if not state.is_open(deal)]
    open_deals = [deal for deal in data.deals if state.is_open(deal)]
    expected = {
        "as_of_day": data.as_of,
        "stages": len(data.process.stages),
        "deals": len(data.deals),
        **{name: sum(deal.outcome == name for deal in data.deals) for name in OUTCOMES},
        "reports": sum(len(data.reports_of(deal)) for deal in data.deals) - after,
        "before_opening": before,
        "after_closing": after,
        "claims_after_closing": sum(
            claim.day > (deal.closed or 0) for deal in later for claim in data.claims.get(deal.row, ())
        ),
        "claims_dated": int(any(data.claims.get(deal.row) for deal in data.deals)),
        "overclaimed": sum(line[9] > 0 for line in lines),
        "stalled": sum(line[14] for line in lines),
        "out_of_order": sum(line[7] > 0 for line in lines),
        "median_age": none_or(
            time.quantile([data.as_of - deal.opened for deal in open_deals], Fraction(1, 2)) if open_deals else None
        ),
        "win_share": none_or(speed.win_rate),
        "mean_won_amount": whole_amount(speed.mean_amount),
        "velocity": whole_amount(speed.per_day),
        "minor_units": 2,
        "mean_won_days": none_or(speed.mean_days),
    }
    for name, value in expected.items():
        assert figures[name] == value, f"{name}: found {figures[name]}, expected {value}"


def compare(library: Library, world: worlds.World, as_of: int | None) -> None:
    data = world.data()
    data = state.cut(data, data.as_of if as_of is None else as_of)
    with closing(World(library, world)) as given, given.running(as_of) as result:
        made = result.contents
        lines = deals(data, given)
        names: tuple[str, ...] = (
            "row",
            "deal",
            "outcome",
            "stage",
            "stage_name",
            "since",
            "score",
            "out_of_order",
            "claimed",
        )
        names += ("overclaim", "days", "covered", "coverage", "visibility", "stalled")
        same("deal", rows_of(made.deal.contents, *names), lines)
        closed = [int(outcome != OUTCOMES[state.OPEN]) for _, _, outcome, *_ in lines]
        for name in ("category", "amount_from"):
            same(name, [int(each == CLOSED) for each in columns_of(made.deal.contents)[name]], closed)
        raised = rows_of(made.doubts.contents, "deal", "milestone", "reason", "day", "question", "effect")
        same("doubt", raised, doubts(data, given))
        compare_visibility(data, given, made)
        names = ("stage", "stage_name", "ended", "to", "to_name", "spells", "share", "median_days", "limit")
        same("conversion", rows_of(made.conversions.contents, *names), conversions(data, given))
        if data.deals:
            compare_figures(data, made, lines)
        told = given.sentences(result, "doubt", len(raised))
        questions = [each.question for deal in data.deals for each in state.doubts_of(data, deal)]
        assert all(question in sentence for question, sentence in zip(questions, told))


def states(library: Library, seed: int) -> None:
    world = worlds.make(seed)
    for as_of in (None, *(state.day_of(text) for text in world.options["as_of"])):
        compare(library, world, as_of)


# --- what must hold ---


def whole(library: Library, world: worlds.World, as_of: int) -> bytes:
    """All that the library says, to the last bit."""
    with closing(World(library, world)) as given, given.running(as_of) as result:
        made = result.contents
        raw = [bytes_of(made)]
        seen = made.visibility.contents
        for column in (seen.of_class, seen.share, seen.amount_share):
            raw.append(repr(column[: 4 * seen.partners]).encode())
        return b"|".join(raw)


def nothing_later_counts(library: Library, seed: int) -> None:
    """Rows added after as_of change nothing, nor does what a deal that closes later was worth and was said to be."""
    world, chance = worlds.make(seed), random.Random(seed)
    day = state.day_of(world.options["as_of"][0])
    known = [deal for deal in world.deals if state.day_of(deal["opened"]) <= day]
    names = worlds.milestones_of(world.process)
    before = whole(library, world, day)
    for number in range(chance.randint(1, 4)):
        later = state.iso(day + chance.randint(1, 9))
        world.deals.append({"deal": f"L{number}", "partner": "P0", "opened": later, "amount": "77", "customer": "C1"})
        for deal in world.deals:
            if names and chance.random() < 0.3:
                world.milestones.append({"deal": deal["deal"], "milestone": chance.choice(names), "day": later})
            if chance.random() < 0.3:
                world.claims.append({"deal": deal["deal"], "day": later, "stage": "0", "probability": "1"})
    chance.shuffle(world.milestones[len(world.milestones) // 2 :])
    for deal in known:
        if deal.get("closed", "") > state.iso(day):
            deal["amount"], deal["claimed_stage"], deal["claimed_probability"] = "123456.78", "0", "1"
            deal["outcome"] = chance.choice((state.WON, state.LOST))
            deal["closed"] = state.iso(day + chance.randint(1, 500))
    assert whole(library, world, day) == before, "a later row was used"


def replays(library: Library, seed: int) -> None:
    """As of a past day is what the tables gave that held no more than was known then."""
    world = worlds.make(seed)
    day = state.day_of(world.options["as_of"][1])
    before = whole(library, world, day)
    world.deals = [dict(deal) for deal in world.deals]
    for deal in world.deals:
        if deal.get("closed", "") > state.iso(day):
            for name in ("closed", "outcome", "amount", "claimed_stage", "claimed_probability", "claimed_day"):
                deal.pop(name, None)
        if deal.get("registered", "") > state.iso(day):
            deal.pop("registered")
        if deal["opened"] > state.iso(day):
            deal["opened"], deal["later"] = state.iso(day + 1), "1"
            for name in ("closed", "outcome", "registered"):
                deal.pop(name, None)
    later = {deal["deal"] for deal in world.deals if "later" in deal}
    world.milestones = [row for row in world.milestones if row["day"] <= state.iso(day) and row["deal"] not in later]
    world.claims = [row for row in world.claims if row["day"] <= state.iso(day) and row["deal"] not in later]
    assert whole(library, world, day) == before, "what was not known yet was used"


def faults_are_refused(library: Library, seed: int) -> None:
    fault = worlds.FAULTS[seed % len(worlds.FAULTS)]
    world = worlds.make(seed, fault)
    try:
        with closing(World(library, world)) as given, given.running():
            pass
    except Refused as error:
        assert error.code == BAD_DATA, f"{fault}: {error.code} {error}"
        assert error.field == FAULTY_FIELDS.get(fault, ""), f"{fault}: field {error.field} ({error})"
        assert (error.row is None) == (fault not in FAULTY_FIELDS), f"{fault}: row {error.row}"
        tables = {"unknown milestone": world.milestones, "unknown deal": world.milestones}
        tables |= dict.fromkeys(("unknown deal in a claim", "claimed probability", "claimed stage"), world.claims)
        if error.row is not None:
            rows = tables.get(fault, world.deals)
            late = {"duplicate deal": 1, **dict.fromkeys(tables, 1), "closed without outcome": 2}.get(fault, 2)
            assert error.row == len(rows) - late, f"{fault}: row {error.row} of {len(rows)}"
        return
    raise AssertionError(f"{fault} was not refused")


CHECKS: dict[str, tuple[Check, int]] = {
    "states": (states, 160),
    "nothing_later_counts": (nothing_later_counts, 80),
    "replays": (replays, 80),
    "faults_are_refused": (faults_are_refused, 5 * len(worlds.FAULTS)),
}


def failure(library: Library, check: Check, seed: int) -> str:
    try:
        check(library, seed)
    except (AssertionError, Refused) as error:
        return str(error) or traceback.format_exc()
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description="Where deals stand, on random worlds.")
    parser.add_argument("library", type=Path)
    parser.add_argument("headers", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, help="so many for every check")
    parser.add_argument("--only", choices=CHECKS)
    asked = parser.parse_args()
    library = Library(asked.library, asked.headers)
    failed = 0
    for name, (check, usual) in CHECKS.items():
        if asked.only not in (None, name):
            continue
        if "TESTS_BRIEFLY" in os.environ:
            usual = usual // 6 + 1
        count = usual if asked.worlds is None else asked.worlds
        bad = [(seed, failure(library, check, seed)) for seed in range(asked.seed, asked.seed + count)]
        bad = [(seed, text) for seed, text in bad if text]
        print(f"{name}: {count} worlds, {len(bad)} failed", flush=True)
        for seed, text in bad[:3]:
            print(f"  seed {seed}: {text}\n  python {' '.join(sys.argv[:3])} --only {name} --seed {seed} --worlds 1")
        failed += len(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
