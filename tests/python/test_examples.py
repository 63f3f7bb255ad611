# SPDX-License-Identifier: MIT
"""The example programs print what is recorded. Their figures are those of the worked examples of docs/pareto.md and
docs/loyalty.md."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import libpartner as lp

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(name: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(Path(lp.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-B", EXAMPLES / name], env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == (EXAMPLES / f"{name}.expected").read_text(encoding="utf-8")
    return done.stdout


def test_pareto_py() -> None:
    assert "2 of 9 partners bring 80 %, Gini 0.697" in run("pareto.py")


def test_loyalty_py() -> None:
    """By hand: 249 + 100 + 50 + 126 + 10 less 60 and 30 are 445. With silver at 200 the second sale is paid times 1.5
    and the cap of 60 is used up by it: 249 + 150 + 60 + 126, less 90 and 30."""
    printed = run("loyalty.py")
    assert "547 points were issued, 300 redeemed, 0 expired, 90 taken back." in printed
    assert "Aster would have earned 465 points, and has earned 445" in printed
