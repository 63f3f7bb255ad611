# SPDX-License-Identifier: MIT
"""What the tests of schemas share: asking a parser's judge, and configs that are made of good ones by chance."""

import copy
import json
import random
import subprocess
from collections.abc import Iterator
from typing import Any


def judge(command: str, configs: list[Any]) -> list[tuple[str, str]]:
    """What the parser says of each: path and sentence, both empty for a good one."""
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
