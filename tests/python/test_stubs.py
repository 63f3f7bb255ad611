# SPDX-License-Identifier: MIT
"""What type checkers and editors know: that it is current, that it is right, and that it catches mistakes."""

from __future__ import annotations

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import libpartner as lp
import pytest
from libpartner._library import analyses, objects

pytest.importorskip("mypy")

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(lp.__file__).parent
MAKE = ROOT / "bindings" / "python" / "make_stubs.py"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package where mypy looks for it, as it is installed."""
    folder = tmp_path_factory.mktemp("packages")
    shutil.copytree(PACKAGE, folder / "libpartner", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    return folder


def mypy(packages: Path, cache: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--strict"]
    return subprocess.run(
        [*command, "--cache-dir", str(cache), *map(str, arguments)],
        cwd=packages,
        env={**os.environ, "MYPYPATH": str(packages)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def test_the_stub_is_what_would_be_made() -> None:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    run = subprocess.run([sys.executable, MAKE, "--check"], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_package_has_it() -> None:
    assert (PACKAGE / "py.typed").exists()
    made = ROOT / "bindings" / "python" / "libpartner" / "__init__.pyi"
    assert (PACKAGE / "__init__.pyi").read_text(encoding="utf-8") == made.read_text(encoding="utf-8")


def signatures() -> dict[str, ast.FunctionDef]:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found.update({f"{node.name}.{f.name}": f for f in node.body if isinstance(f, ast.FunctionDef)})
    return found


@pytest.mark.parametrize("name", [*(analysis.name for analysis in analyses), "report"])
def test_keywords_are_those_of_the_function(name: str) -> None:
    stub = [argument.arg for argument in signatures()[name].args.kwonlyargs]
    real = inspect.signature(getattr(lp, name)).parameters.values()
    assert stub == [p.name for p in real if p.kind is p.KEYWORD_ONLY]


def test_all_that_is_public_is_in_it() -> None:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    known = {a.asname for node in tree.body if isinstance(node, ast.ImportFrom) for a in node.names}
    known |= {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert set(lp.__all__) <= known
    for kind in objects:
        assert any(name.endswith(f".{kind.analysis.name}") for name in signatures())


def test_the_package_itself_is_strict(packages: Path, cache: Path, tmp_path: Path) -> None:
    """Without the stub, which would stand in the place of __init__.py."""
    shutil.copytree(packages / "libpartner", tmp_path / "libpartner")
    (tmp_path / "libpartner" / "__init__.pyi").unlink()
    run = mypy(tmp_path, cache, "-p", "libpartner")
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_stub_and_a_program_are_strict(packages: Path, cache: Path) -> None:
    program = Path(__file__).with_name("typed_use.py")
    run = mypy(packages, cache, program)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_program_runs() -> None:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    program = Path(__file__).with_name("typed_use.py")
    run = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


MISTAKES = {
    "lp.pareto(SALES, cutts=[0.8])": 'Unexpected keyword argument "cutts"',
    'lp.pareto(SALES, population="some")': "incompatible type \"Literal['some']\"",
    'lp.pareto(SALES, leave_one_out="yes")': 'expected "bool | None"',
    "lp.pareto(SALES, from_day=2026)": 'incompatible type "int"',
    "lp.pareto(3)": 'incompatible type "int"',
    "lp.pareto(SALES).ginni": 'has no attribute "ginni"',
    "lp.pareto(SALES).lorenz.share": 'Item "None" of "ParetoLorenz | None" has no attribute "share"',
    "lp.pareto(SALES).gini + 1": 'Unsupported operand types for + ("None" and "int")',
    "lp.pareto(SALES).classes.cut": 'has no attribute "cut"',
    "lp.totals(SALES, dict={})": 'expected "libpartner._dict.Dict | None"',
    "lp.Tally(points=3)": 'Unexpected keyword argument "points"',
    "lp.Tally().add(SALES, threads=2)": 'Unexpected keyword argument "threads"',
    "lp.Tally().finish().gini": 'has no attribute "gini"',
    "lp.WinModel(lambda_=3)": 'Unexpected keyword argument "lambda_"',
    'lp.WinModel(penalty="much")': 'incompatible type "str"',
    "lp.WinModel().coef": 'has no attribute "coef"',
    "lp.segments(SALES)": 'Module has no attribute "segments"',
    "lp.report(SALES, budgets=3)": 'Unexpected keyword argument "budgets"',
    "lp.report(SALES).pareto.gini": 'Item "None" of "ParetoResult | None" has no attribute "gini"',
    "lp.report(SALES).paretos": 'has no attribute "paretos"',
}


@pytest.fixture(scope="module")
def complaints(packages: Path, cache: Path) -> dict[str, list[str]]:
    """What mypy says of each mistake, one program for all: a line each."""
    lines = ["import libpartner as lp", "", 'SALES = {"partner": ["a"], "amount": [1]}', *MISTAKES]
    program = packages / "mistakes.py"
    program.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said: dict[str, list[str]] = {mistake: [] for mistake in MISTAKES}
    for line in mypy(packages, cache, program).stdout.splitlines():
        found = re.match(r"mistakes\.py:(\d+): (.*)", line)
        if found:
            said[lines[int(found[1]) - 1]].append(found[2])
    return said


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_caught(complaints: dict[str, list[str]], mistake: str) -> None:
    assert any(MISTAKES[mistake] in complaint for complaint in complaints[mistake]), complaints[mistake]
