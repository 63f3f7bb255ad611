# SPDX-License-Identifier: MIT
"""adventureworks in every kind of frame and in Lua: every figure is that of C, bit for bit.

C speaks through the command's JSON, whose doubles are the shortest texts that read back. Needs PARTNER_REAL_DATA and
PARTNER_COMMAND, for Lua also PARTNER_LUA (the interpreter) and LUA_CPATH; without them the tests are skipped.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import pytest
from test_real_data import KINDS, data, frames

__all__ = ["data"]

OPTIONS = {
    "from_day": "2013-01-01",
    "to_day": "2014-01-01",
    "previous_from_day": "2012-01-01",
    "previous_to_day": "2013-01-01",
    "xyz": "month",
    "tail": True,
    "resample": True,
    "replicates": 50,
    "leave_one_out": True,
    "points": 100,
}
NOT_RESULT = {"version", "analysis", "options", "inputs"}


class Number(str):
    """A number with a point, as it stands in the JSON."""


@pytest.fixture(scope="module")
def expected(real_data: Path) -> dict[str, Any]:
    command = os.environ.get("PARTNER_COMMAND")
    if not command:
        pytest.skip("PARTNER_COMMAND is not set")
    folder = real_data / "adventureworks"
    columns = ["partner=ResellerKey", "day=OrderDateKey", "amount=SalesAmount"]
    columns += ["partners.partner=ResellerKey", "partners.group=BusinessType"]
    settings = [f"{name}={str(value).lower() if value is True else value}" for name, value in OPTIONS.items()]
    said = subprocess.run(
        [command, "pareto", str(folder / "FactResellerSales.csv.gz"), "--format", "json"]
        + ["--partners", str(folder / "DimReseller.csv.gz")]
        + [word for column in columns for word in ("--column", column)]
        + [word for setting in settings for word in ("--set", setting)],
        check=True,
        capture_output=True,
    )
    result: dict[str, Any] = json.loads(said.stdout, parse_float=Number)
    return {name: part for name, part in result.items() if name not in NOT_RESULT}


def compare(found: Any, wanted: Any, where: str) -> int:
    """How many values were compared."""
    if isinstance(wanted, dict) and isinstance(found, list):
        return sum(compare(*pair, where) for pair in zip(found, wanted.values(), strict=True))
    if isinstance(wanted, dict):
        return sum(compare(found[name], value, f"{where}.{name}") for name, value in wanted.items())
    if isinstance(wanted, list):
        columns = found.to_dict()
        return sum(
            compare(columns[name][i], value, f"{where}[{i}].{name}")
            for i, row in enumerate(wanted)
            for name, value in row.items()
        )
    if wanted is None:
        assert found is None or math.isnan(found), where
    elif isinstance(wanted, Number):
        assert found == (Decimal(wanted) if isinstance(found, Decimal) else float(wanted)), (where, found, wanted)
    elif isinstance(wanted, int):
        assert found == wanted, (where, found, wanted)
    else:
        assert str(found) == wanted, (where, found, wanted)
    return 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_gives_the_bits_of_c(kind: str, data: Any, expected: dict[str, Any]) -> None:
    sales, resellers = frames(kind, data)
    p: Any = lp.pareto(
        sales,
        partner="ResellerKey",
        day="OrderDateKey",
        amount="SalesAmount",
        partners=lp.columns(resellers, partner="ResellerKey", group="BusinessType"),
        **OPTIONS,
    )
    compared = 0
    for name, part in expected.items():
        if name == "summary":
            for figure, value in part.items():
                compared += compare(getattr(p, figure) if isinstance(value, list) else p.summary[figure], value, figure)
        else:
            compared += compare(getattr(p, name), part, name)
    assert compared > 701 * 10


LUA = """
local partner = require "partner"
local sales, resellers, options = dofile(arg[1])
options.partners = resellers
local r = assert(partner.pareto(sales, options))
local function show(value)
  if type(value) == "number" then
    return math.type and math.type(value) == "integer" and ("%d"):format(value) or ("%.17g"):format(value)
  end
  return tostring(value)
end
for name, value in pairs(r.summary) do
  if type(value) ~= "table" then print("summary", name, show(value)) end
end
for i, row in r.partners:rows() do
  for name, value in pairs(row) do print(i, name, show(value)) end
end
"""


def lua_table(columns: dict[str, list[Any]]) -> str:
    cells = {
        name: ",".join(repr(cell) if not isinstance(cell, str) else json.dumps(cell) for cell in column)
        for name, column in columns.items()
    }
    return "{" + ",".join(f"{name}={{{text}}}" for name, text in cells.items()) + "}"


def test_lua_gives_the_bits_of_c(data: Any, expected: dict[str, Any], tmp_path: Path) -> None:
    if not os.environ.get("PARTNER_LUA") or not os.environ.get("LUA_CPATH"):
        pytest.skip("PARTNER_LUA or LUA_CPATH is not set")
    sales, resellers = frames("lists", data)
    names = {"ResellerKey": "partner", "OrderDateKey": "day", "SalesAmount": "amount", "BusinessType": "group"}
    tables = [lua_table({names[name]: column for name, column in part.items()}) for part in (sales, resellers)]
    options = ",".join(f"{name}={json.dumps(value)}" for name, value in OPTIONS.items())
    (tmp_path / "data.lua").write_text(f"return {tables[0]}, {tables[1]}, {{{options}}}", encoding="utf-8")
    (tmp_path / "run.lua").write_text(LUA, encoding="utf-8")
    said = subprocess.run(
        [os.environ["PARTNER_LUA"], str(tmp_path / "run.lua"), str(tmp_path / "data.lua")],
        check=True,
        capture_output=True,
        text=True,
    )
    found = {tuple(line.split("\t")[:2]): line.split("\t")[2] for line in said.stdout.splitlines()}
    wanted = {
        ("summary", name): value for name, value in expected["summary"].items() if not isinstance(value, list | dict)
    }
    wanted |= {(str(i), name): value for i, row in enumerate(expected["partners"], 1) for name, value in row.items()}
    for place, value in wanted.items():
        if value is None:
            assert found.get(place, "nil") == "nil", place
        elif isinstance(value, Number):
            assert float(found[place]) == float(value), place
        else:
            assert found[place] == str(value), place
    assert len(wanted) > 701 * 8
