# SPDX-License-Identifier: MIT
"""docs/program.schema.json and the parser accept and refuse the same programs, but for what a schema cannot say.

    PARTNER_JUDGE=BUILD/tests/judge_programs python -m pytest tests/loyalty/test_schema.py

Programs are those of programs/good and programs/bad, and thousands that are made of the good ones by chance. Where the
parser refuses what the schema lets pass, its sentence has to be one of BEYOND; there is a bad program for each of them.
"""

import copy
import json
import os
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

HERE = Path(__file__).parent
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
    """What the parser says of each: path and sentence, both empty for a good one."""
    lines = "".join(json.dumps(program) + "\n" for program in programs)
    output = subprocess.run([JUDGE], input=lines, capture_output=True, text=True, check=True).stdout
    verdicts = []
    for line in output.split("\n")[:-1]:
        code, path, message = ("0", "", "") if line == "good" else line.split("\t", 2)
        assert code in ("0", "300"), line
        verdicts.append((path, message))
    assert len(verdicts) == len(programs)
    return verdicts


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


def keys_of(part: Any) -> set[str]:
    found = set()
    if isinstance(part, dict):
        found = set(part.get("properties", {}))
        for value in part.values():
            found |= keys_of(value)
    elif isinstance(part, list):
        found = set().union(*map(keys_of, part))
    return found


def names_in(program: Any) -> set[str]:
    if isinstance(program, dict):
        return set(program).union(*map(names_in, program.values()))
    return set().union(*map(names_in, program)) if isinstance(program, list) else set()


def test_the_good_programs_use_every_key() -> None:
    used = set().union(*(names_in(json.loads(path.read_text(encoding="utf-8"))) for path in GOOD))
    assert used == keys_of(schema)


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


def containers(part: Any) -> Iterator[dict[str, Any] | list[Any]]:
    if isinstance(part, dict | list):
        yield part
        for value in part.values() if isinstance(part, dict) else part:
            yield from containers(value)


def misspelt(chance: random.Random, name: str) -> str:
    place = chance.randrange(len(name))
    return name[:place] + chance.choice("aeiou_") + name[place + 1 :]


def changed(chance: random.Random, value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and chance.random() < 0.6:
        return chance.choice([value + 1, value - 1, -value, value * 10, value / 4, value * 1000003])
    return copy.deepcopy(chance.choice(VALUES))


def mutate(chance: random.Random, program: Any, keys: list[str]) -> None:
    place = chance.choice([part for part in containers(program) if part] or [program])
    if isinstance(place, list):
        number = chance.randrange(len(place))
        action = chance.randrange(4)
        if action == 0:
            del place[number]
        elif action == 1:
            place.append(copy.deepcopy(place[number]))
        elif action == 2:
            place[number] = changed(chance, place[number])
        else:
            chance.shuffle(place)
        return
    action = chance.randrange(5)
    name = chance.choice(list(place) or ["name"])
    if action == 0:
        place.pop(name, None)
    elif action == 1 and name in place:
        place[misspelt(chance, name)] = place.pop(name)
    elif action == 2:
        place[chance.choice(keys)] = copy.deepcopy(chance.choice(VALUES))
    else:
        place[name] = changed(chance, place.get(name))


@pytest.mark.parametrize("seed", range(4))
def test_programs_by_chance(seed: int) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    good = [json.loads(path.read_text(encoding="utf-8")) for path in GOOD]
    keys = sorted(keys_of(schema))
    programs = []
    for _ in range(400):
        program = copy.deepcopy(chance.choice(good))
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            mutate(chance, program, keys)
        programs.append(program)
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
