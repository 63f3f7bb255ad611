# SPDX-License-Identifier: MIT
"""Sales processes: docs/process.schema.json beside the parser, as tests/schemas.py says it."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import schemas  # noqa: E402


class TestProcesses(schemas.Schema):
    name = "process.schema.json"
    folder = HERE / "processes"
    bad = {
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
    beyond = {
        "ids": r"which another (stage|milestone) has already",
        "long text": r"a name or number of more than 4096 bytes",
        "characters": r"not valid JSON .*\\u",
    }
    values = [
        *(None, True, False, 0, 1, 2, -1, 100000, 100001, 10**9, 10**9 + 1, 2**32, 2**53 + 1, 10**25),
        *(0.5, 1.0, -0.0, 1e-9, "", "a", "budget", "qualify", "1", "true", "x" * 5000, "zero\0byte", "\ud800"),
        *([], {}, ["budget"], [1], [{"id": "new"}], {"id": "new"}, {"id": "budget"}, [{"id": "s", "milestones": []}]),
    ]
