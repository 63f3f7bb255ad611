# SPDX-License-Identifier: MIT
"""docs/process.schema.json and the parser accept and refuse the same processes, but for what a schema cannot say.

    PARTNER_JUDGE=BUILD/tests/judge_processes python -m pytest tests/pipeline/test_process_schema.py

Processes are those of processes/good and processes/bad, and many that are made of the good ones by chance. Where the
parser refuses what the schema lets pass, its sentence has to be one of BEYOND; there is a bad process for each of them.
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
GOOD = sorted((HERE / "processes" / "good").glob("*.json"))
BAD = {
    "no_stages": "$.stages",
    "empty": "$.stages",
    "misspelt_key": "$.stages[0].milestones[0].requird",
    "stage_without_id": "$.stages[1].id",
    "weight_below_0": "$.stages[0].milestones[0].weight",
    "half_a_weight": "$.stages[0].milestones[0].weight",
    "never_valid": "$.stages[0].milestones[0].valid_days",
    "never_fresh": "$.fresh_days",
    "empty_question": "$.stages[0].milestones[0].question",
    "duplicate_stage": "$.stages[1].id",
    "duplicate_milestone": "$.stages[1].milestones[0].id",
    "long_name": "$.name",
    "zero_character": "$.name",
}
# What only the parser can tell.
BEYOND = {
    "ids": r"which another (stage|milestone) has already",
    "long text": r"a name or number of more than 4096 bytes",
    "characters": r"not valid JSON .*\\u",
}
VALUES = [
    *(None, True, False, 0, 1, 2, -1, 100000, 100001, 10**9, 10**9 + 1, 2**32, 2**53 + 1, 10**25),
    *(0.5, 1.0, -0.0, 1e-9, "", "a", "budget", "qualify", "1", "true", "x" * 5000, "zero\0byte", "\ud800"),
    *([], {}, ["budget"], [1], [{"id": "new"}], {"id": "new"}, {"id": "budget"}, [{"id": "s", "milestones": []}]),
]

schema = json.loads((HERE.parents[1] / "docs" / "process.schema.json").read_text(encoding="utf-8"))
Validator = jsonschema.Draft7Validator
validator = Validator(schema, format_checker=Validator.FORMAT_CHECKER)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_schema_is_one() -> None:
    Validator.check_schema(schema)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_processes(path: Path) -> None:
    process = load(path)
    assert list(validator.iter_errors(process)) == []
    assert schemas.judge(JUDGE, [process]) == [("", "")]


def test_there_is_a_path_for_each_bad_process() -> None:
    assert {path.stem for path in (HERE / "processes" / "bad").glob("*.json")} == BAD.keys()


@pytest.mark.parametrize("name", BAD)
def test_bad_processes(name: str) -> None:
    process = load(HERE / "processes" / "bad" / f"{name}.json")
    ((path, message),) = schemas.judge(JUDGE, [process])
    assert path == BAD[name]
    assert path in message
    is_beyond = any(re.search(pattern, message) for pattern in BEYOND.values())
    assert validator.is_valid(process) == is_beyond


def test_there_is_a_bad_process_beyond_the_schema_of_each_sort() -> None:
    bad = [load(HERE / "processes" / "bad" / f"{name}.json") for name in BAD]
    messages = [message for _, message in schemas.judge(JUDGE, bad)]
    for name, pattern in BEYOND.items():
        assert any(re.search(pattern, message) for message in messages), name


def test_the_good_processes_use_every_key() -> None:
    assert set().union(*(schemas.names_in(load(path)) for path in GOOD)) == schemas.keys_of(schema)


@pytest.mark.parametrize("seed", range(4))
def test_processes_by_chance(seed: int) -> None:
    print(f"seed {seed}")
    keys = sorted(schemas.keys_of(schema))
    processes = schemas.by_chance(seed, [load(path) for path in GOOD], keys, VALUES, 400)
    accepted = 0
    for process, (path, message) in zip(processes, schemas.judge(JUDGE, processes)):
        error = next(validator.iter_errors(process), None)
        text = json.dumps(process)[:2000]
        if message == "":
            accepted += 1
            assert error is None, f"only the schema refuses {text}: {error}"
        elif error is None:
            assert any(re.search(pattern, message) for pattern in BEYOND.values()), (
                f"only the parser refuses {text}: {message}"
            )
        else:
            assert path.startswith("$"), message
    assert len(processes) / 10 < accepted < len(processes) * 9 / 10
