# SPDX-License-Identifier: MIT
"""Random loyalty programs with events that use every key of spec/loyalty.md, reversals in plenty.

    python tests/loyalty/worlds.py FOLDER --seed 1 --worlds 100 [--plant NAME]

writes FOLDER/1/program.json, events.csv, partners.csv and as_of.txt, FOLDER/2/…, each made from its own seed. A world
is valid unless one fault is planted, by a name of FAULTS.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

KINDS = ("sale", "payment", "certification", "demo_purchase", "campaign")
PRODUCTS = ("standard", "premium", "spare")
GROUPS = ("agent", "reseller", "oem")
PERIODS = ("day", "month", "quarter", "year", "event", "life")

EVENT_FAULTS = (
    "repeated id",
    "unknown id",
    "another partner",
    "a later event",
    "a reversal",
    "an adjustment",
    "too old",
    "credit note",
)
PROGRAM_FAULTS = (
    "multiplier",
    "points",
    "bonus",
    "carry",
    "duplicate id",
    "thresholds",
    "tier 0",
    "months",
    "pending_days",
    "unknown tier",
)
FAULTS = EVENT_FAULTS + PROGRAM_FAULTS


@dataclass(eq=False)
class Row:
    """One event; `reverses` is the row it takes back, whose id is known only when all rows have their places."""

    partner: str
    day: date
    kind: str
    amount: int = 0  # minor units
    quantity: int = 1
    margin: int | None = None
    product: str | None = None
    reverses: Row | None = None
    id: str = ""
    reverses_id: str | None = None  # a planted one


@dataclass
class World:
    seed: int
    program: dict[str, Any]
    partners: list[dict[str, str]]
    rows: list[Row]
    as_of: date
    ids: bool  # whether the events carry ids of their own
    minor_units: int
    fault: str | None = None
    fault_row: int | None = None
    notes: list[str] = field(default_factory=list)

    def program_json(self) -> str:
        return to_json(self.program) + "\n"

    def events_csv(self) -> str:
        columns = ["partner", "day", "kind", "amount", "quantity", "margin", "product", "reverses"]
        if self.ids:
            columns.insert(3, "event")
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for row in self.rows:
            writer.writerow(self.cells(row))
        return out.getvalue()

    def cells(self, row: Row) -> dict[str, str]:
        reverses = row.reverses_id or (row.reverses.id if row.reverses is not None else "")
        return {
            "partner": row.partner,
            "day": row.day.isoformat(),
            "kind": row.kind,
            "event": row.id,
            "amount": str(major(row.amount, self.minor_units)),
            "quantity": "" if row.quantity == 1 and len(row.id) % 2 else str(row.quantity),
            "margin": "" if row.margin is None else str(major(row.margin, self.minor_units)),
            "product": row.product or "",
            "reverses": reverses,
        }

    def partners_csv(self) -> str:
        columns = ["partner", "group"]
        if any("tier" in partner for partner in self.partners):
            columns += ["tier", "tier_until"]
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.partners)
        return out.getvalue()

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "program.json").write_text(self.program_json(), encoding="utf-8")
        (folder / "events.csv").write_text(self.events_csv(), encoding="utf-8")
        (folder / "partners.csv").write_text(self.partners_csv(), encoding="utf-8")
        (folder / "as_of.txt").write_text(self.as_of.isoformat() + "\n", encoding="utf-8")

    def name_rows(self) -> None:
        """Ids: the row numbers, or the CRM's own."""
        for number, row in enumerate(self.rows):
            row.id = f"E{(number * 7919 + self.seed) % 100003}" if self.ids else str(number)


def major(amount: int, minor_units: int) -> Decimal:
    return Decimal(amount).scaleb(-minor_units)


def to_json(value: Any, indent: int = 0) -> str:
    """JSON with decimals as they are; json.dumps would make floats of them."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        inner = ",\n".join(
            " " * (indent + 1) + json.dumps(key) + ": " + to_json(each, indent + 1) for key, each in value.items()
        )
        return "{\n" + inner + "\n" + " " * indent + "}" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(to_json(each, indent + 1) for each in value) + "]"
    return json.dumps(value)


class Maker:
    """All choices of one world."""

    def __init__(self, seed: int, **options: Any) -> None:
        self.random = random.Random(f"loyalty world {seed}")
        self.seed = seed
        self.options = options
        self.minor_units = self.random.choice((2, 2, 2, 2, 0, 1, 3))
        self.begins = date(2023, 1, 1) + timedelta(days=self.random.randrange(365))
        self.span = self.random.choice((40, 200, 500, 900, 1300))
        self.year_starts = self.random.choice((1, 1, *range(1, 13)))
        # Some worlds are about tiers: everything earns, nothing is capped, thresholds are near, much is returned.
        self.climbing = self.maybe(0.4)
        # In some of them nearly everything goes back, by the end of the program year after the purchase.
        # In some the rules shut each other out.
        self.rivals = self.maybe(0.15)
        self.returning = self.climbing and self.maybe(0.5)
        if self.returning:
            self.span = self.random.choice((500, 900, 1300, 1800))

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def any_day(self) -> date:
        """A day of the span, often one at the edge of a month or of a program year."""
        day = self.begins + timedelta(days=self.random.randrange(self.span))
        if self.maybe(0.15):
            day = day.replace(day=1) - timedelta(days=self.random.randrange(2))
        elif self.maybe(0.08):
            day = day.replace(month=self.year_starts, day=1) - timedelta(days=self.random.randrange(2))
        return max(day, self.begins)

    def near_day(self) -> date:
        """A day that may lie outside the span."""
        return self.begins + timedelta(days=self.random.randrange(-100, self.span + 200))

    def money(self, low: int, high: int) -> Decimal:
        """An amount in major units with as many places as there are."""
        cents = self.random.randrange(low * 10**self.minor_units, high * 10**self.minor_units)
        return major(cents, self.minor_units)

    # --- the program ---

    def multiplier(self) -> Decimal:
        if self.maybe(0.3):
            return Decimal(self.random.randrange(1, 50000)).scaleb(-4)
        return Decimal(self.random.choice(("0.5", "1", "1.1", "1.25", "1.5", "2", "3", "0.3333")))

    def range(self, low: Any, high: Any) -> dict[str, Any]:
        sides = self.random.choice((("min",), ("max",), ("min",), ("min", "max")))
        return {side: low if side == "min" else high for side in sides}

    def rate(self, ppm: int) -> Any:
        if self.maybe(0.3):
            return f"{Decimal(ppm).scaleb(-4).normalize():f} %"
        return ppm

    def when(self, tiers: Sequence[str]) -> dict[str, Any]:
        when: dict[str, Any] = {}
        if self.maybe(0.2):
            when["product"] = self.random.sample(PRODUCTS, self.random.choice((1, 2)))
        if self.maybe(0.15):
            when["group"] = self.random.sample(GROUPS, self.random.choice((1, 2)))
        if tiers and self.maybe(0.15):
            when["tier"] = self.random.sample(list(tiers), self.random.randrange(1, len(tiers) + 1))
        if self.maybe(0.25):
            low = self.random.choice((self.money(0, 50), self.money(100, 700), Decimal(500)))
            when["amount"] = self.range(low, low + self.money(100, 5000))
        if self.maybe(0.15):
            low_quantity = self.random.randrange(-1, 2)
            when["quantity"] = self.range(low_quantity, low_quantity + self.random.randrange(4))
        if self.maybe(0.1):
            low = self.money(-50, 300)
            when["margin"] = self.range(low, low + self.money(10, 1000))
        if self.maybe(0.15):
            low_rate = self.random.choice((self.random.randrange(0, 500000), 300000, 0))
            when["margin_rate"] = self.range(self.rate(low_rate), self.rate(low_rate + 200000))
        if self.maybe(0.15):
            when["from"] = self.near_day().isoformat()
        if self.maybe(0.15):
            when["to"] = self.near_day().isoformat()
        if self.maybe(0.15):
            when["first"] = True
        return when

    def cap(self) -> dict[str, Any]:
        points = self.random.choice((50, 300, 500, 1000, 2000))
        return {"points": points, "per": self.random.choice(PERIODS)}

    def earn(self) -> dict[str, Any]:
        form = self.random.choice(("per", "per", "per", "fixed", "each"))
        if form == "per":
            per = self.random.choice((Decimal(1), Decimal(10), Decimal(25), self.money(1, 40)))
            return {"points": self.random.choice((1, 1, 2, 3, 5, 7)), "per": per}
        points = self.random.choice((1, 5, 10, 25, 100, 200))
        return {"points": points, "each": True} if form == "each" else {"points": points}

    def rule(self, number: int, tiers: Sequence[str]) -> dict[str, Any]:
        on = self.random.choice(("sale", "sale", "sale", "payment", "demo_purchase", "certification"))
        if self.rivals:
            on = "sale"
        rule: dict[str, Any] = {"id": f"r{number}", "on": on}
        when = self.when(tiers)
        if when:
            rule["when"] = when
        rule["earn"] = self.earn()
        if self.maybe(0.7):
            rule["round"] = self.random.choice(("down", "up", "nearest", "even"))
        if self.maybe(0.4):
            rule["multiplier"] = self.multiplier()
        if self.maybe(0.25):
            rule["tier_multiplier"] = self.maybe(0.2)
        if "per" in rule["earn"] and self.maybe(0.4):
            rule["carry"] = True
        if self.rivals or self.maybe(0.3):
            rule["exclusive"] = "x" if self.rivals else self.random.choice(("x", "y"))
        if self.maybe(0.3):
            rule["cap"] = self.cap()
        if self.maybe(0.25):
            rule["counts_for"] = self.random.choice((["reward"], ["tier"], ["reward", "tier"], ["tier", "reward"]))
        return rule

    def target(self) -> dict[str, Any]:
        what = self.random.choice(("count", "amount", "quantity"))
        if what == "amount":
            return {what: self.money(100, 6000)}
        return {what: self.random.randrange(1, 5)}

    def requirement(self) -> dict[str, Any]:
        requirement: dict[str, Any] = {"on": self.random.choice(("sale", "certification", "certification", "payment"))}
        requirement |= self.target()
        if self.climbing and self.maybe(0.4):
            requirement = {"on": "sale", "amount": self.money(10, 2500)}
        if self.maybe(0.5):
            requirement["months"] = self.random.choice((1, 2, 3, 6, 12, 24))
        return requirement

    def tiers(self) -> list[dict[str, Any]]:
        count = self.random.choice((1, 2, 3, 3, 3, 4))
        thresholds = sorted(self.random.sample((20, 100, 200, 400, 1000, 1500, 2000, 3000, 6000), count - 1))
        if self.climbing:
            count = self.random.choice((3, 4))
            thresholds = sorted(self.random.sample((20, 50, 100, 150, 200, 300, 400, 600), count - 1))
        tiers: list[dict[str, Any]] = [{"id": f"t{number}"} for number in range(count)]
        for tier, points in zip(tiers[1:], thresholds):
            tier["points"] = points
        for number, tier in enumerate(tiers):
            if self.maybe(0.5 if number else 0.15):
                tier["multiplier"] = self.multiplier()
            if number and self.maybe(0.5 if self.climbing else 0.35):
                tier["requires"] = [self.requirement() for _ in range(self.random.choice((1, 1, 2)))]
        return tiers

    def qualification(self) -> dict[str, Any]:
        found: dict[str, Any] = {"window": "year"}
        if self.maybe(0.45):
            found = {"window": "rolling", "months": self.random.choice((1, 2, 3, 6, 12, 18))}
            if self.maybe(0.6):
                found["grace_months"] = self.random.randrange(4)
        if self.maybe(0.5):
            found["max_drop"] = self.random.choice((1, 1, 2))
        return found

    def challenge(self, number: int) -> dict[str, Any]:
        begins = self.near_day()
        challenge: dict[str, Any] = {
            "id": f"c{number}",
            "on": self.random.choice(("sale", "sale", "demo_purchase", "certification")),
            "from": begins.isoformat(),
            "to": (begins + timedelta(days=self.random.choice((30, 200, 500, 900)))).isoformat(),
            "target": self.target(),
            "bonus": self.random.choice((10, 100, 250, 1000)),
        }
        if self.maybe(0.5):
            challenge["repeat"] = self.maybe(0.9)
        return challenge

    def program(self) -> dict[str, Any]:
        program: dict[str, Any] = {"name": f"world {self.seed}", "minor_units": self.minor_units}
        if self.year_starts != 1 or self.maybe(0.5):
            program["year_starts"] = self.year_starts
        tiers = [] if self.options.get("bare", True) and self.maybe(0.03) else self.tiers()
        count = 0 if self.options.get("bare", True) and self.maybe(0.02) else self.random.randrange(1, 7)
        program["rules"] = [self.rule(number, [tier["id"] for tier in tiers]) for number in range(count)]
        if self.climbing:
            climb = {"id": "climb", "on": "sale", "earn": {"points": 1, "per": Decimal(10)}}
            program["rules"].insert(self.random.randrange(count + 1), climb)
        elif self.maybe(0.4):
            program["cap"] = self.cap()
        if tiers:
            program["tiers"] = tiers
            program["qualification"] = self.qualification()
        months = self.random.choice((None, 1, 1, 2, 3, 6, 12, 24))
        if months is not None:
            program["expiry"] = {"months": months}
        if self.maybe(0.5):
            days = [1, 7, 14, 30, 60, 90] + ([28 * months] if months is not None and months <= 3 else [])
            program["pending_days"] = min(self.random.choice(days), 28 * (months or 12))
        if self.maybe(0.9):
            program["redeem"] = {"on": "redemption"}
            if self.maybe(0.7):
                program["redeem"]["minimum"] = self.random.choice((1, 50, 100))
            if self.maybe(0.7):
                program["redeem"]["step"] = self.random.choice((1, 5, 50))
        if self.maybe(0.8):
            program["adjust"] = {"on": "adjustment"}
            if self.maybe(0.4):
                program["adjust"]["counts_for"] = self.random.choice((["reward"], ["tier"], ["reward", "tier"]))
        if not self.returning and self.maybe(0.3):
            program["reversible_days"] = self.random.choice((30, 365, 730))
        if self.maybe(0.6):
            program["challenges"] = [self.challenge(number) for number in range(self.random.choice((1, 1, 2, 3)))]
        if self.maybe(0.4):
            program["credit_notes"] = self.random.choice(("ignore", "refuse"))
        if self.maybe(0.5):
            program["point_value"] = Decimal(self.random.choice(("0.8", "0.01", "1", "0.00000001")))
        return program

    # --- partners ---

    def partners(self, program: dict[str, Any]) -> list[dict[str, str]]:
        partners = []
        for number in range(self.random.choice((1, 1, 2, 2, 3, 4))):
            partner = {"partner": f"p{number}"}
            if self.maybe(0.9):
                partner["group"] = self.random.choice(GROUPS)
            if "tiers" in program and self.maybe(0.3):
                partner["tier"] = self.random.choice(program["tiers"])["id"]
                rolling = program["qualification"]["window"] == "rolling"
                if not (rolling and self.maybe(0.3)):
                    partner["tier_until"] = self.tier_until().isoformat()
            partners.append(partner)
        return partners

    def tier_until(self) -> date:
        if self.maybe(0.5):
            return date(self.begins.year + self.random.randrange(3), self.year_starts, 1) - timedelta(days=1)
        return self.begins + timedelta(days=self.random.randrange(-200, 900))

    # --- events ---

    def amount(self, program: dict[str, Any]) -> int:
        scale: int = 10**self.minor_units
        edges = [
            int(rule["when"]["amount"][side] * scale)
            for rule in program["rules"]
            for side in ("min", "max")
            if side in rule.get("when", {}).get("amount", {})
        ]
        form = self.random.random()
        if form < 0.1 and edges:
            edge: int = self.random.choice(edges)
            return max(0, edge + self.random.randrange(-1, 2))
        if form < 0.35:
            return scale * self.random.choice((1000, 500, 250, 100))
        if form < 0.45:
            return 1000 * scale - 1
        if form < 0.65:
            return self.random.randrange(30 * scale)
        if form < 0.7:
            return 0
        return self.random.randrange(3000 * scale)

    def row(self, partner: str, program: dict[str, Any]) -> Row:
        kinds = ("sale",) * 6 + KINDS + ("certification", "redemption", "redemption", "adjustment")
        row = Row(partner, self.any_day(), self.random.choice(kinds))
        if row.kind == "redemption":
            redeem = program.get("redeem", {})
            step, minimum = redeem.get("step", 1), redeem.get("minimum", 1)
            good = -(-minimum // step) * step * self.random.choice((1, 1, 1, 2, 3))
            row.quantity = self.random.choice((good,) * 9 + (minimum, 100, 150, 777, 0, -50))
        elif row.kind == "adjustment":
            row.quantity = self.random.choice((-500, -100, -20, -1, 0, 1, 30, 200, 500, 1000))
        else:
            row.quantity = self.random.choice((1, 1, 1, 1, 2, 3, 5, 0, -1, -3))
            if row.kind in ("sale", "payment", "demo_purchase") or self.maybe(0.3):
                row.amount = self.amount(program)
            if program.get("credit_notes") != "refuse" and self.maybe(0.12 if self.climbing else 0.06):
                row.amount = -row.amount
            if self.maybe(0.6):
                share = self.random.choice((0, 100, 196, 300, 300, 450, 700, -50))
                row.margin = row.amount * share // 1000 + self.random.choice((0, 0, -1, 1))
            if self.maybe(0.8):
                row.product = self.random.choice(PRODUCTS)
        return row

    def reversal(self, original: Row, program: dict[str, Any]) -> Row:
        longest = min(program.get("reversible_days", 900), 900)
        days = self.random.choice((0, 1, self.random.randrange(60), self.random.randrange(901), longest))
        row = Row(original.partner, original.day + timedelta(days=min(days, longest)), original.kind)
        row.reverses = original
        if self.returning:
            longest = self.days_to_return(original.day) - 1
            row.day = original.day + timedelta(days=self.random.randrange(longest + 1))
        if self.maybe(0.1):  # on the first of a month, when lots expire
            first = (row.day.replace(day=1) + timedelta(days=31)).replace(day=1)
            row.day = min(first, original.day + timedelta(days=longest))
        if self.maybe(0.1):
            row.kind = self.random.choice(KINDS)
        amount = abs(original.amount)
        parts = [0, amount, amount, amount // 2]
        if not self.returning:
            parts += [amount // 2, amount // 3, amount // 10, max(0, amount - 1), 2 * amount]
        row.amount = self.random.choice(parts) * self.random.choice((1, 1, -1))
        row.quantity = self.random.choice((1, 1, 1, -1, 4))
        if self.maybe(0.1):
            row.product, row.margin = self.random.choice(PRODUCTS), self.random.randrange(1000)
        return row

    def returned(self, originals: list[Row]) -> list[Row]:
        """What goes back: each may come several times."""
        if self.returning:
            return [row for row in originals if self.maybe(0.9)]
        share = self.random.choice((0.6, 1) if self.climbing else (0, 0.3, 0.6, 1))
        return self.random.choices(originals, k=int(len(originals) * share))

    def days_to_return(self, day: date) -> int:
        """Days from this one to the end of the next program year."""
        year = day.year + (2 if day.month >= self.year_starts else 1)
        return (date(year, self.year_starts, 1) - day).days

    def rows(self, partners: Sequence[str], program: dict[str, Any]) -> list[Row]:
        rows: list[Row] = []
        for partner in partners:
            if self.maybe(0.07):
                continue  # enrolled, and nothing has happened yet
            own = [self.row(partner, program) for _ in range(self.random.randrange(3, self.options.get("rows", 30)))]
            if len(own) > 3 and self.maybe(0.6):
                for row in own[: len(own) // 3]:  # one busy day
                    row.day = own[-1].day
            own.sort(key=lambda row: row.day)
            originals = [row for row in own if row.kind != "adjustment"]
            if originals:
                for original in self.returned(originals):
                    reversal = self.reversal(original, program)
                    later = [number for number, row in enumerate(own) if row.day <= reversal.day]
                    # Among the events of its day anywhere behind its original.
                    first = own.index(original) + 1
                    first = max(first, sum(row.day < reversal.day for row in own))
                    own.insert(self.random.randint(first, max(first, later[-1] + 1)), reversal)
            rows += own
        return self.shuffled(rows)

    def shuffled(self, rows: list[Row]) -> list[Row]:
        """Rows in no order, but those of one partner and day in theirs."""
        if self.maybe(0.3):
            return sorted(rows, key=lambda row: row.day)
        places = list(range(len(rows)))
        self.random.shuffle(places)
        groups: dict[tuple[str, date], list[int]] = {}
        for number, row in enumerate(rows):
            groups.setdefault((row.partner, row.day), []).append(number)
        placed: list[Row | None] = [None] * len(rows)
        for group in groups.values():
            for number, place in zip(group, sorted(places[number] for number in group)):
                placed[place] = rows[number]
        return [row for row in placed if row is not None]

    def world(self) -> World:
        program = self.program()
        partners = self.partners(program)
        rows = self.rows([partner["partner"] for partner in partners], program)
        last = max((row.day for row in rows), default=self.begins)
        as_of = last + timedelta(days=self.random.choice((0, 1, 40, 400, 900)))
        if self.maybe(0.1):
            as_of = self.any_day()
        if self.maybe(0.15):
            # A roster that does not name everybody: the events introduce the others.
            partners = partners[: len(partners) // 2]
        world = World(self.seed, program, partners, rows, as_of, self.maybe(0.4), self.minor_units)
        world.name_rows()
        return world


# --- faults ---


def plant(world: World, name: str) -> None:
    """One fault of this name; whatever it needs is added to the world."""
    world.fault = name
    if name in PROGRAM_FAULTS:
        plant_in_program(world.program, name)
    else:
        plant_in_events(world, name)


def plant_in_program(program: dict[str, Any], name: str) -> None:
    rule: dict[str, Any] = {"id": "planted", "on": "sale", "earn": {"points": 1}}
    tiers = program.setdefault("tiers", [{"id": "t0"}])
    top = 10 + max(tier.get("points", 0) for tier in tiers)
    if name == "multiplier":
        rule["multiplier"] = Decimal("1.00001")
    elif name == "points":
        rule["earn"]["points"] = 0
    elif name == "carry":
        rule["carry"] = True
    elif name == "unknown tier":
        rule["when"] = {"tier": ["platinum"]}
    elif name == "duplicate id":
        program["rules"].append(dict(rule))
    elif name == "bonus":
        planted = {"id": "planted", "on": "sale", "from": "2024-01-01", "to": "2025-01-01", "target": {"count": 1}}
        program.setdefault("challenges", []).append(planted | {"bonus": 0})
    elif name == "thresholds":
        tiers += [{"id": "high", "points": top}, {"id": "higher", "points": top}]
    elif name == "tier 0":
        tiers[0]["points"] = 5
    elif name == "months":
        tiers.append({"id": "high", "points": top, "requires": [{"on": "sale", "count": 1, "months": 0}]})
    elif name == "pending_days":
        program["expiry"], program["pending_days"] = {"months": 2}, 57
    program["rules"].append(rule)


def plant_in_events(world: World, name: str) -> None:
    day = world.as_of
    if name == "credit note":
        world.program["credit_notes"] = "refuse"
        for row in world.rows:
            row.amount = row.amount if row.reverses is not None else abs(row.amount)
    if name == "repeated id":
        world.ids = True
    if name == "too old":
        world.program["reversible_days"] = 900  # no reversal of a world is older
    if name == "an adjustment":
        world.program["adjust"] = {"on": "adjustment"}
    # Partners of its own, so that nothing else of the world moves.
    original = Row("planted", day - timedelta(days=30), "sale", 1000)
    bad = Row("planted", day, "sale", 1000, reverses=original)
    extra = [original, bad]
    if name == "unknown id":
        bad.reverses, bad.reverses_id = None, "999999999"
    elif name == "another partner":
        bad.partner = "planted too"
    elif name == "a later event":
        original.day, bad.day = day, day - timedelta(days=1)
    elif name == "a reversal":
        between = Row("planted", day - timedelta(days=10), "sale", 10, reverses=original)
        bad.reverses = between
        extra.insert(1, between)
    elif name == "an adjustment":
        original.kind = "adjustment"
    elif name == "too old":
        original.day = day - timedelta(days=901)
    elif name == "credit note":
        bad.reverses, bad.amount = None, -1
    world.rows += extra
    world.name_rows()
    if name == "repeated id":
        bad.reverses = None
        bad.id = original.id
    world.fault_row = len(world.rows) - 1


def make(seed: int, fault: str | None = None, **options: Any) -> World:
    """The world of this seed. Options: bare=False (always rules and tiers), rows (events per partner)."""
    world = Maker(seed, **options).world()
    if fault is not None:
        plant(world, fault)
    return world


def main() -> int:
    parser = argparse.ArgumentParser(description="Random loyalty programs and their events.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--plant", choices=FAULTS)
    arguments = parser.parse_args()
    for seed in range(arguments.seed, arguments.seed + arguments.worlds):
        make(seed, arguments.plant).write(arguments.folder / str(seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
