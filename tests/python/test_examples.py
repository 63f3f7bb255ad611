# SPDX-License-Identifier: MIT
"""The example program prints what is recorded. Its figures are those of the worked example of docs/pareto.md."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import libpartner as lp

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_pareto_py() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(lp.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        [sys.executable, "-B", EXAMPLES / "pareto.py"], env=environment, capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == (EXAMPLES / "pareto.py.expected").read_text(encoding="utf-8")
    assert "2 of 9 partners bring 80 %, Gini 0.697" in run.stdout
