# SPDX-License-Identifier: MIT
"""Rulings on registered deals, of the library and of plain_register.py, on random worlds.

    python tests/pipeline/test_registrations.py BUILD/tests/judge_registrations [WORLDS [FIRST_SEED]]

Each world is asked as of its last day and as of past days, with one thread and with three.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import plain_register as register
import plain_state as state
import worlds

NONE, NO_DAY = 2**32 - 1, -(2**31)
OUTCOMES = {state.OPEN: 0, state.WON: 1, state.LOST: 2}
ENDS = {"protection over": 0, "lapsed": 1, "closed": 2}
# What the plain reason begins with; after "; " where the one before is followed.
RULINGS = {
    "no other registration": 0,
    "registered first": 1,
    "registered the same day with the higher score": 2,
    "registered the same day with the same score, first in the file": 3,
}
FOLLOWS = 4
Row = tuple[int, ...]


class Numbers:
    """Keys as indexes; none is NONE."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def of(self, key: str | None) -> int:
        return NONE if key is None else self.known.setdefault(key, len(self.known))


def crowded(world: worlds.World) -> worlds.World:
    """The same deals, so many for each customer that registrations meet, and many on one day."""
    rng = random.Random(world.seed)
    for deal in world.deals:
        if "customer" in deal:
            deal["customer"] = f"C{rng.randrange(2)}"
        if "registered" in deal and rng.random() < 0.6:
            deal["registered"] = worlds.day_text(5 * rng.randrange(0, 40))
        if rng.random() < 0.1:
            deal.pop("product", None)
    return world


def asked(data: state.Data, as_of: int, protect: int, lapse: int, threads: int, process: str) -> str:
    customers, products = Numbers(), Numbers()
    lines = [process, f"{as_of} {protect} {lapse} {threads}", f"{len(data.deals)}"]
    for deal in data.deals:
        closed = NO_DAY if deal.closed is None else deal.closed
        registered = NO_DAY if deal.registered is None else deal.registered
        keys = f"{customers.of(deal.customer)} {products.of(deal.product)}"
        lines.append(f"{deal.opened} {closed} {OUTCOMES[deal.outcome]} {keys} {registered}")
    reports = [report for deal in data.deals for report in data.reports_of(deal)]
    lines.append(f"{len(reports)}")
    lines += [f"{one.deal} {one.milestone} {one.day} {int(one.done)}" for one in reports]
    return "\n".join(lines) + "\n"


def plainly(data: state.Data, as_of: int, protect: int, lapse: int) -> list[Row]:
    customers, products = Numbers(), Numbers()
    for deal in data.deals:
        customers.of(deal.customer)
        products.of(deal.product)
    known = state.cut(data, as_of)
    deals = {deal.row: deal for deal in known.deals}
    rows = []
    for one in register.rulings(known, protect, lapse):
        end, why = register.end_of(known, deals[one.holder], protect, lapse)
        assert end == one.end
        follows, _, reason = one.reason.rpartition("; ")
        ruling = FOLLOWS if follows else RULINGS[reason]
        line = sorted(one.contenders, key=lambda row: place_in_line(known, deals[row]))
        key = customers.of(one.customer), products.of(one.product)
        rows.append((*key, one.holder, one.start, one.end, ENDS[why], ruling, *line))
    return sorted(rows)


def place_in_line(data: state.Data, deal: state.Deal) -> tuple[int, float, int]:
    assert deal.registered is not None
    return deal.registered, float(-register.score_at_registration(data, deal)), deal.row


def told(output: str) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for line in output.splitlines():
        if line == "end":
            yield rows
            rows = []
        else:
            rows.append(tuple(map(int, line.split())))


def is_in_order(rows: Sequence[Row]) -> bool:
    keys = [(row[0], row[1], row[3]) for row in rows]
    return keys == sorted(keys)


def main() -> int:
    judge, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 120
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    questions, answers = [], []
    for seed in range(first, first + count):
        world = worlds.make(seed)
        if seed % 2 == 0:
            world = crowded(world)
        data = world.data()
        process = json.dumps(world.process)
        protect, lapse = world.options["protect_days"], world.options["lapse_days"]
        for number, as_of in enumerate([data.as_of, *map(state.day_of, world.options["as_of"][:2])]):
            questions.append(asked(data, as_of, protect, lapse, 1 + 2 * (number % 2), process))
            answers.append((seed, as_of, plainly(data, as_of, protect, lapse)))
    done = subprocess.run([judge], input="".join(questions), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-3000:]
    seen: Counter[str] = Counter()
    found = list(told(done.stdout))
    assert len(found) == len(answers)
    for rows, (seed, as_of, wanted) in zip(found, answers):
        if not is_in_order(rows):
            print(f"world {seed} as of {as_of}: not by customer, product and time")
            return 1
        if sorted(rows) != wanted:
            lacks, has = sorted(set(wanted) - set(rows)), sorted(set(rows) - set(wanted))
            print(f"world {seed} as of {as_of}: missing {lacks[:5]}, instead {has[:5]}")
            return 1
        for row in rows:
            seen.update((f"ended by {row[5]}", f"ruling {row[6]}", "contenders" if len(row) > 7 else "alone"))
    print(f"{len(found)} worlds, seeds from {first}: {dict(sorted(seen.items()))}")
    everything = {f"ended by {end}" for end in range(3)} | {f"ruling {ruling}" for ruling in range(5)}
    return 0 if everything <= seen.keys() else 1


if __name__ == "__main__":
    sys.exit(main())
