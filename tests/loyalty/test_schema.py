# SPDX-License-Identifier: MIT
"""docs/program.schema.json and the parser accept and refuse the same programs, but for what a schema cannot say.

    PARTNER_JUDGE=BUILD/tests/judge_programs python -m pytest tests/loyalty/test_schema.py

Programs are those of programs/good and programs/bad, and thousands that are made of the good ones by chance. Where the
parser refuses what the schema lets pass, its sentence has to be one of BEYOND; there is a bad program for each of them.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import schemas  # noqa: E402

JUDGE = os.environ["PARTNER_JUDGE"]
GOOD = sorted((HERE / "programs" / "good").glob("*.json"))
BAD = {
    "misspelt_key": "$.rules[0].earn.pre",
    "no_points": "$.rules[0].earn.points",
    "carry_without_per": "$.rules[0].carry",
    "bonus_0": "$.challenges[0].bonus",
    "two_targets": "$.challenges[0].target.amount",
    "first_tier_with_points": "$.tiers[0].points",
    "first_tier_with_requirement": "$.tiers[0].requires",
    "no_months": "$.expiry.months",
    "rolling_without_months": "$.qualification.months",
    "day_that_is_none": "$.rules[0].when.from",
    "five_places": "$.rules[0].multiplier",
    "duplicate_id": "$.challenges[0].id",
    "thresholds": "$.tiers[2].points",
    "unknown_tier": "$.rules[0].when.tier[0]",
    "pending_too_long": "$.pending_days",
    "redeem_and_adjust": "$.adjust.on",
    "half_a_cent": "$.rules[0].earn.per",
    "value_beyond_limits": "$.point_value",
    "money_beyond_63_bits": "$.rules[0].earn.per",
    "money_that_no_float_holds": "$.rules[0].when.amount.min",
    "zero_character": "$.name",
    "long_name": "$.name",
}
# What only the parser can tell.
BEYOND = {
    "ids": r"which another (rule|tier|rule or challenge) has already",
    "thresholds": r"expected more than the \d+ of the tier below",
    "tiers": r"expected the id of a tier",
    "places": r"with at most \d decimal place",
    "exact": r"as text, for as a number it is not exact",
    "large text": r"that 63 bits can hold",
    "large value": r"expected more than 0 and at most 1000000000",
    "pending": r"28 per month of expiry",
    "kinds": r"is the kind of event that redeems",
    "long text": r"a name or number of more than 4096 bytes",
    "characters": r"not valid JSON .*\\u",
}

schema = json.loads((HERE.parents[1] / "docs" / "program.schema.json").read_text(encoding="utf-8"))
Validator = jsonschema.Draft7Validator
validator = Validator(schema, format_checker=Validator.FORMAT_CHECKER)


def judge(programs: list[Any]) -> list[tuple[str, str]]:
    return schemas.judge(JUDGE, programs)


def test_the_schema_is_one() -> None:
    Validator.check_schema(schema)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_programs(path: Path) -> None:
    program = json.loads(path.read_text(encoding="utf-8"))
    assert list(validator.iter_errors(program)) == []
    assert judge([program]) == [("", "")]


def test_there_is_a_path_for_each_bad_program() -> None:
    assert {path.stem for path in (HERE / "programs" / "bad").glob("*.json")} == BAD.keys()


@pytest.mark.parametrize("name", BAD)
def test_bad_programs(name: str) -> None:
    program = json.loads((HERE / "programs" / "bad" / f"{name}.json").read_text(encoding="utf-8"))
    ((path, message),) = judge([program])
    assert path == BAD[name]
    assert path in message
    is_beyond = any(re.search(pattern, message) for pattern in BEYOND.values())
    assert validator.is_valid(program) == is_beyond


def test_there_is_a_bad_program_beyond_the_schema_of_each_sort() -> None:
    bad = [json.loads((HERE / "programs" / "bad" / f"{name}.json").read_text(encoding="utf-8")) for name in BAD]
    messages = [message for _, message in judge(bad)]
    for name, pattern in BEYOND.items():
        assert any(re.search(pattern, message) for message in messages), name


def test_the_good_programs_use_every_key() -> None:
    used = set().union(*(schemas.names_in(json.loads(path.read_text(encoding="utf-8"))) for path in GOOD))
    assert used == schemas.keys_of(schema)


# --- programs by chance ---

VALUES = [
    None,
    True,
    False,
    0,
    1,
    2,
    -1,
    12,
    13,
    1000,
    10**9,
    10**9 + 1,
    2**53,
    2**53 + 1,
    10**25,
    0.5,
    1.0,
    -0.0,
    0.0001,
    0.00001,
    1.005,
    99999.99,
    90071992547409.93,
    1e-9,
    "",
    "a",
    "sale",
    "gold",
    "bronze",
    "redemption",
    "adjustment",
    "12.50",
    "12.505",
    "-3",
    "0",
    "0.00",
    "1e5",
    "99999999999999999999",
    "30 %",
    "0.00001 %",
    "30",
    "year",
    "rolling",
    "up",
    "2025-01-01",
    "2025-02-30",
    "20250101",
    "x" * 5000,
    "zero\0byte",
    "\ud800",
    [],
    {},
    ["gold"],
    ["reward", "tier"],
    ["reward", "reward"],
    [1],
    {"min": 1},
    {"min": 3, "max": 2},
    {"points": 1, "per": "day"},
    {"months": 1},
    {"on": "sale"},
]


@pytest.mark.parametrize("seed", range(4))
def test_programs_by_chance(seed: int) -> None:
    print(f"seed {seed}")
    good = [json.loads(path.read_text(encoding="utf-8")) for path in GOOD]
    programs = schemas.by_chance(seed, good, sorted(schemas.keys_of(schema)), VALUES, 400)
    accepted = 0
    for program, (path, message) in zip(programs, judge(programs)):
        error = next(validator.iter_errors(program), None)
        text = json.dumps(program)[:2000]
        if message == "":
            accepted += 1
            assert error is None, f"only the schema refuses {text}: {error}"
        elif error is None:
            assert any(re.search(pattern, message) for pattern in BEYOND.values()), (
                f"only the parser refuses {text}: {message}"
            )
        else:
            assert path.startswith("$"), message
    assert len(programs) / 10 < accepted < len(programs) * 9 / 10
