# SPDX-License-Identifier: MIT
"""What the tests of schemas share: a schema of docs/ and a parser accept and refuse the same configs, but for what a
schema cannot say.

    PARTNER_JUDGE=BUILD/tests/judge_programs python -m pytest tests/loyalty/test_schema.py

Configs are those of FOLDER/good and FOLDER/bad, and hundreds that are made of the good ones by chance. Where the parser
refuses what the schema lets pass, its sentence has to be one of `beyond`; there is a bad config for each of them.
"""

import copy
import json
import os
import random
import re
import subprocess
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema
import pytest

DOCS = Path(__file__).parents[1] / "docs"


class Schema:
    """The tests; a subclass says of what."""

    name: str  # in docs/
    folder: Path
    bad: dict[str, str]  # file: the path that the parser names
    beyond: dict[str, str]  # what only the parser can tell, as a pattern of its sentence
    values: list[Any]  # for configs by chance

    @cached_property
    def schema(self) -> Any:
        return load(DOCS / self.name)

    @cached_property
    def validator(self) -> jsonschema.Draft7Validator:
        return jsonschema.Draft7Validator(self.schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)

    def good(self) -> list[Any]:
        return [load(path) for path in sorted((self.folder / "good").glob("*.json"))]

    def is_beyond(self, message: str) -> bool:
        return any(re.search(pattern, message) for pattern in self.beyond.values())

    def without_own_keys(self, config: Any) -> Any:
        """Without the keys that are the user's own words."""
        return config

    def test_the_schema_is_one(self) -> None:
        jsonschema.Draft7Validator.check_schema(self.schema)

    def test_good_ones(self) -> None:
        good = self.good()
        assert good
        for config, verdict in zip(good, judge(good)):
            assert list(self.validator.iter_errors(config)) == []
            assert verdict == ("", ""), config

    def test_bad_ones(self) -> None:
        bad = {path.stem: load(path) for path in (self.folder / "bad").glob("*.json")}
        assert bad.keys() == self.bad.keys()
        for (name, config), (path, message) in zip(bad.items(), judge(list(bad.values()))):
            assert path == self.bad[name], name
            assert path in message
            assert self.validator.is_valid(config) == self.is_beyond(message), name

    def test_bad_ones_beyond_the_schema_of_each_sort(self) -> None:
        messages = [message for _, message in judge([load(path) for path in (self.folder / "bad").glob("*.json")])]
        for name, pattern in self.beyond.items():
            assert any(re.search(pattern, message) for message in messages), name

    def test_the_good_ones_use_every_key(self) -> None:
        used = set().union(*(names_in(self.without_own_keys(config)) for config in self.good()))
        assert used == keys_of(self.schema)

    @pytest.mark.parametrize("seed", range(4))
    def test_by_chance(self, seed: int) -> None:
        print(f"seed {seed}")
        made = by_chance(seed, self.good(), sorted(keys_of(self.schema)), self.values, 400)
        accepted = 0
        for config, (path, message) in zip(made, judge(made)):
            error = next(self.validator.iter_errors(config), None)
            text = json.dumps(config)[:2000]
            if message == "":
                accepted += 1
                assert error is None, f"only the schema refuses {text}: {error}"
            elif error is None:
                assert self.is_beyond(message), f"only the parser refuses {text}: {message}"
            else:
                assert path.startswith("$"), message
        assert len(made) / 10 < accepted < len(made) * 9 / 10


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def judge(configs: list[Any]) -> list[tuple[str, str]]:
    """What the parser says of each: path and sentence, both empty for a good one."""
    command = os.environ["PARTNER_JUDGE"]
    lines = "".join(json.dumps(config) + "\n" for config in configs)
    output = subprocess.run([command], input=lines, capture_output=True, text=True, check=True).stdout
    verdicts = []
    for line in output.split("\n")[:-1]:
        code, path, message = ("0", "", "") if line == "good" else line.split("\t", 2)
        assert code in ("0", "300"), line
        verdicts.append((path, message))
    assert len(verdicts) == len(configs)
    return verdicts


def keys_of(part: Any) -> set[str]:
    """The keys that a schema knows."""
    found = set()
    if isinstance(part, dict):
        found = set(part.get("properties", {}))
        for value in part.values():
            found |= keys_of(value)
    elif isinstance(part, list):
        found = set().union(*map(keys_of, part))
    return found


def names_in(config: Any) -> set[str]:
    """The keys that a config uses."""
    if isinstance(config, dict):
        return set(config).union(*map(names_in, config.values()))
    return set().union(*map(names_in, config)) if isinstance(config, list) else set()


# --- configs by chance ---


def containers(part: Any) -> Iterator[dict[str, Any] | list[Any]]:
    if isinstance(part, dict | list):
        yield part
        for value in part.values() if isinstance(part, dict) else part:
            yield from containers(value)


def misspelt(chance: random.Random, name: str) -> str:
    place = chance.randrange(len(name))
    return name[:place] + chance.choice("aeiou_") + name[place + 1 :]


def changed(chance: random.Random, value: Any, values: list[Any]) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and chance.random() < 0.6:
        return chance.choice([value + 1, value - 1, -value, value * 10, value / 4, value * 1000003])
    return copy.deepcopy(chance.choice(values))


def mutate(chance: random.Random, config: Any, keys: list[str], values: list[Any]) -> None:
    """Changes something somewhere: values are replaced by one of `values`, keys are misspelt or among `keys`."""
    place = chance.choice([part for part in containers(config) if part] or [config])
    if isinstance(place, list):
        number = chance.randrange(len(place))
        action = chance.randrange(4)
        if action == 0:
            del place[number]
        elif action == 1:
            place.append(copy.deepcopy(place[number]))
        elif action == 2:
            place[number] = changed(chance, place[number], values)
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
        place[chance.choice(keys)] = copy.deepcopy(chance.choice(values))
    else:
        place[name] = changed(chance, place.get(name), values)


def by_chance(seed: int, good: list[Any], keys: list[str], values: list[Any], count: int) -> list[Any]:
    """Configs in which one to three things were changed."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        config = copy.deepcopy(chance.choice(good))
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            mutate(chance, config, keys, values)
        made.append(config)
    return made
