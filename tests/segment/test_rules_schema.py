# SPDX-License-Identifier: MIT
"""docs/segments.schema.json and the parser accept and refuse the same rules, but for what a schema cannot say.

    PARTNER_JUDGE=BUILD/tests/judge_rules python -m pytest tests/segment/test_rules_schema.py

Rules are those of rules/good and rules/bad, and many that are made of the good ones by chance. Where the parser refuses
what the schema lets pass, its sentence has to be one of BEYOND; there are bad rules for each of them.
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
GOOD = sorted((HERE / "rules" / "good").glob("*.json"))
BAD = {
    "misspelt_key": "$.bands.metod",
    "nine_bands": "$.bands.count",
    "two_thresholds": "$.bands.thresholds",
    "no_thresholds": "$.bands.thresholds",
    "descending": "$.bands.thresholds[1]",
    "threshold_0": "$.bands.thresholds[0]",
    "half_a_cent": "$.bands.thresholds[0]",
    "money_that_no_float_holds": "$.bands.thresholds[0]",
    "money_beyond_63_bits": "$.bands.scale",
    "names_that_do_not_fit": "$.bands.names",
    "band_twice": "$.bands.names[1]",
    "quantile_1": "$.bands.quantiles[0]",
    "share_above_1": "$.potential.weight",
    "technical_kind": "$.mode.kinds.order",
    "no_kinds": "$.mode.kinds",
    "half_a_prior": "$.mode.prior.b",
    "certain": "$.mode.confidence",
    "unit_0": "$.mode.unit",
    "cell_twice": "$.segments[1]",
    "unknown_band": "$.segments[0].band",
    "five_places": "$.potential.own_growth",
    "shrinking": "$.potential.max_multiple",
    "negative_hours": "$.allocation.hours",
    "floor_above_ceiling": "$.allocation.floor",
    "long_name": "$.bands.names[0]",
    "zero_character": "$.bands.names[0]",
}
# What only the parser can tell.
BEYOND = {
    "lengths": r"one less than there are bands|one for each band",
    "order": r"expected more than",
    "cells": r"has named already",
    "bands": r"which is no band",
    "bounds": r"expected at most the ceiling",
    "places": r"with at most \d decimal place",
    "exact": r"as text, for as a number it is not exact",
    "large text": r"that 63 bits can hold",
    "long text": r"a name or number of more than 4096 bytes",
    "characters": r"not valid JSON .*\\u",
}
VALUES = [
    *(None, True, False, 0, 1, 2, 3, 8, 9, -1, 1e-7, 0.5, 0.25, 0.8, 1.0, 1.5, -0.5, 1000001, 10**12, 10**13),
    *(2**53 + 1, 10**25, 1e-9, "", "a", "low", "high", "mixed", "30 %", "0 %", "100 %", "101 %", "12.50", "1"),
    *("x" * 5000, "zero\0byte", "\ud800", [], {}, [1], [0.5], [1, 2], ["a", "b"], ["low", "mid", "high"]),
    *([{"id": "x", "band": "low", "mode": "mixed"}], {"id": "x", "band": "mid", "mode": "unknown"}, {"share": 0.2}),
    *({"order": "transactional"}, {"order": "consultative", "visit": "consultative"}, {"a": 0.5, "b": 4}),
]

schema = json.loads((HERE.parents[1] / "docs" / "segments.schema.json").read_text(encoding="utf-8"))
Validator = jsonschema.Draft7Validator
validator = Validator(schema, format_checker=Validator.FORMAT_CHECKER)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_schema_is_one() -> None:
    Validator.check_schema(schema)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_rules(path: Path) -> None:
    rules = load(path)
    assert list(validator.iter_errors(rules)) == []
    assert schemas.judge(JUDGE, [rules]) == [("", "")]


def test_there_is_a_path_for_each_of_the_bad_rules() -> None:
    assert {path.stem for path in (HERE / "rules" / "bad").glob("*.json")} == BAD.keys()


@pytest.mark.parametrize("name", BAD)
def test_bad_rules(name: str) -> None:
    rules = load(HERE / "rules" / "bad" / f"{name}.json")
    ((path, message),) = schemas.judge(JUDGE, [rules])
    assert path == BAD[name]
    assert path in message
    is_beyond = any(re.search(pattern, message) for pattern in BEYOND.values())
    assert validator.is_valid(rules) == is_beyond


def test_there_are_bad_rules_beyond_the_schema_of_each_sort() -> None:
    bad = [load(HERE / "rules" / "bad" / f"{name}.json") for name in BAD]
    messages = [message for _, message in schemas.judge(JUDGE, bad)]
    for name, pattern in BEYOND.items():
        assert any(re.search(pattern, message) for message in messages), name


def test_the_good_rules_use_every_key() -> None:
    used = set()
    for path in GOOD:
        rules = load(path)
        rules.get("mode", {}).get("kinds", {}).clear()  # whose keys are the user's own
        used |= schemas.names_in(rules)
    assert used == schemas.keys_of(schema)


@pytest.mark.parametrize("seed", range(4))
def test_rules_by_chance(seed: int) -> None:
    print(f"seed {seed}")
    keys = sorted(schemas.keys_of(schema))
    made = schemas.by_chance(seed, [load(path) for path in GOOD], keys, VALUES, 400)
    accepted = 0
    for rules, (path, message) in zip(made, schemas.judge(JUDGE, made)):
        error = next(validator.iter_errors(rules), None)
        text = json.dumps(rules)[:2000]
        if message == "":
            accepted += 1
            assert error is None, f"only the schema refuses {text}: {error}"
        elif error is None:
            assert any(re.search(pattern, message) for pattern in BEYOND.values()), (
                f"only the parser refuses {text}: {message}"
            )
        else:
            assert path.startswith("$"), message
    assert len(made) / 10 < accepted < len(made) * 9 / 10
