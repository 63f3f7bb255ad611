# SPDX-License-Identifier: MIT
"""A made-up analysis (tests/thin) in the library's tables is usable at once: no file of the package knows it.

Runs on a package whose module holds those tables; meson builds one for this test.
"""

from __future__ import annotations

import doctest
import inspect
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import pytest

pytestmark = pytest.mark.skipif(not hasattr(lp, "birds"), reason="this package has no made-up analysis")

SEEN = {"seen_by": ["Aster", "Birch", "Aster"], "weight": [1.25, 0.5, 2.0]}


def birds(*data: Any, **keywords: Any) -> Any:
    return lp.birds(*data, **keywords)  # type: ignore[attr-defined]


def test_no_file_of_the_package_knows_it() -> None:
    for path in Path(lp.__file__).parent.glob("*.py*"):
        text = path.read_text(encoding="utf-8")
        assert "birds" not in text and "flock" not in text, path


def test_figures_and_columns() -> None:
    result = birds(SEEN)
    assert result.analysis == "birds" and result.total == Decimal("3.75")
    assert result["partner"].tolist() == ["Aster", "Birch"]
    assert result["weight"].tolist() == [3.25, 0.5] and result.minor("weight").tolist() == [325, 50]
    assert result.summary == {"partners": 2, "total": Decimal("3.75")}
    assert result.sentences == ["All birds weigh 3.75."]
    assert "All birds" in repr(result) and "3.25" in repr(result.partners)


def test_options_and_formats() -> None:
    assert birds(SEEN, least=1).total == Decimal("3.25")
    result = birds(partner=lp.indexes([1, 0]), weight=["1,2345", "2"], decimal_comma=True, minor_units=3)
    assert result.total == Decimal("3.234") and result.rounded == 1  # half to even
    assert result["partner"].tolist() == [0, 1]


def test_every_frame() -> None:
    for name in ("pandas", "polars", "pyarrow"):
        module = pytest.importorskip(name)
        frame = module.table(SEEN) if name == "pyarrow" else module.DataFrame(SEEN)
        result = birds(frame)
        assert result.total == Decimal("3.75")
        assert result.to_pandas()["weight"].tolist() == [3.25, 0.5]
        assert result.to_polars()["weight"].to_list() == [Decimal("3.25"), Decimal("0.50")]
        assert result.to_arrow()["partner"].to_pylist() == ["Aster", "Birch"]


def test_errors_say_where() -> None:
    with pytest.raises(lp.DataError) as caught:
        birds({"seen_by": ["Aster", "Birch"], "weight": [1, -1]})
    assert (caught.value.record, caught.value.field, caught.value.row) == ("flock", "weight", 1)
    assert "'Birch'" in str(caught.value)
    with pytest.raises(lp.DataError) as caught:
        birds({"seen_by": ["Aster"], "wait": [1]})
    assert caught.value.field == "weight" and "weight='wait'" in str(caught.value)
    with pytest.raises(TypeError, match="'least'"):
        birds(SEEN, lest=1)


def test_its_documentation_runs() -> None:
    function = lp.birds  # type: ignore[attr-defined]
    assert "what it weighs" in function.__doc__ and "least" in inspect.signature(function).parameters
    tests = doctest.DocTestFinder().find(function, "birds", globs={"libpartner": lp})
    results = [doctest.DocTestRunner().run(test) for test in tests]
    assert sum(result.attempted for result in results) > 0
    assert sum(result.failed for result in results) == 0


def test_pages_show_it() -> None:
    page = birds(SEEN)._repr_html_()
    assert "Aster" in page and "3.25" in page
