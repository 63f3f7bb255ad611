# SPDX-License-Identifier: MIT
"""The example notebook runs from top to bottom, shows its tables and pictures, and is kept without outputs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import libpartner as lp
import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
for needed in ("ipykernel", "pandas", "matplotlib"):
    pytest.importorskip(needed)

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "pareto.ipynb"


@pytest.fixture(scope="module")
def executed() -> Any:
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(lp.__file__).parents[1])
    try:
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        client = nbclient.NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}
        )
        return client.execute()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def outputs(notebook: Any, code: str) -> list[dict[str, Any]]:
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code" and code in cell.source)
    return [output.get("data", {}) for output in cell.outputs]


def test_it_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None


def test_every_plot_is_a_picture(executed: Any) -> None:
    plots = [cell for cell in executed.cells if ".plot(" in cell.source]
    assert len(plots) >= 6
    for cell in plots:
        assert [o for o in cell.outputs if "image/png" in o.get("data", {})], cell.source


def test_a_result_shows_itself(executed: Any) -> None:
    """The sentence is that of the recorded review of the same channel, examples/report.expected."""
    shown = outputs(executed, "leave_one_out=True)\npareto")[0]
    sentence = "80 % of revenue comes from 60 of 400 partners (15.0 %)."
    assert sentence in shown["text/html"] and sentence in shown["text/plain"]
    assert sentence in (NOTEBOOK.parent / "report.expected").read_text(encoding="utf-8")


def test_nothing_warns(executed: Any) -> None:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output["text"]
