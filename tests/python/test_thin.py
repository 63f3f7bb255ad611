# SPDX-License-Identifier: MIT
"""A made-up analysis (tests/thin) in the library's tables is usable at once: no file of the package knows it.

Runs on a package whose module holds those tables; meson builds one for this test.
"""

from __future__ import annotations

import datetime
import doctest
import inspect
import json
import pickle
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import numpy as np
import pytest

pytestmark = pytest.mark.skipif(not hasattr(lp, "birds"), reason="this package has no made-up analysis")

SEEN = {"seen_by": ["Aster", "Birch", "Aster"], "weight": [1.25, 0.5, 2.0]}


def birds(*data: Any, **keywords: Any) -> Any:
    return lp.birds(*data, **keywords)  # type: ignore[attr-defined]


def test_no_file_of_the_package_knows_it() -> None:
    for path in Path(lp.__file__).parent.glob("*.py*"):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in ("birds", "flock", "season", "ringing") if name in text], path


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


# --- an analysis with a config, rows that refer to rows, and a ledger that says why ---

SEASON: dict[str, Any] = {"season": "2026", "pays": {"heron": 5, "gull": 1}}
RINGS = {
    "partner": ["Aster", "Birch", "Aster"],
    "day": ["2026-05-01", "2026-05-02", "2026-05-09"],
    "kind": ["heron", "gull", "heron"],
    "weight": [1.25, 0.5, 2.0],
}


def ringing(*data: Any, **keywords: Any) -> Any:
    return lp.ringing(*data, **keywords)  # type: ignore[attr-defined]


def season(source: Any) -> Any:
    return lp.Season(source)  # type: ignore[attr-defined]


def test_a_config_is_a_dict_a_text_a_file_or_made_before(tmp_path: Path) -> None:
    text = json.dumps(SEASON)
    (tmp_path / "season.json").write_text(text)
    path = str(tmp_path / "season.json")
    for source in (SEASON, text, f"  {text}", text.encode(), tmp_path / "season.json", path, season(text)):
        assert ringing(source, RINGS).points == 11
    assert ringing(season=SEASON, rings=RINGS).points == 11
    with pytest.raises(FileNotFoundError):
        ringing("there is no such file", RINGS)
    with pytest.raises(TypeError, match=r"season: a int found, .*libpartner\.Season"):
        ringing(5, RINGS)
    with pytest.raises(TypeError, match="needs season: what each kind of bird brings"):
        ringing(rings=RINGS)
    with pytest.raises(TypeError, match="got season twice"):
        ringing(SEASON, RINGS, season=SEASON)
    with pytest.raises(TypeError, match="takes season, rings, earlier, partners, other without a keyword"):
        ringing(SEASON, RINGS, None, None, None, None)


def test_toml_says_what_json_says(tmp_path: Path) -> None:
    pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")
    path = tmp_path / "season.toml"
    path.write_text('season = "2026"\n[pays]\nheron = 5\ngull = 1\n')
    assert season(path).to_dict() == SEASON
    assert ringing(path, RINGS).points == 11
    path.write_text("season = 2026-05-01\nminor_units = 3\npays = {heron = 0.10}\n")
    with pytest.raises(lp.DataError) as caught:
        season(path)
    assert caught.value.path == "$.pays.heron" and str(caught.value).startswith(f"{path}: ")
    path.write_text("pays = {heron = 5\n")
    with pytest.raises(lp.DataError, match=r"season\.toml"):
        season(path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.1, "1.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (np.float32(0.1), "0.1"),
        (np.int64(7), "7"),
        (1e22, "1e+22"),
        (Decimal("0.8"), "0.8"),
        (Decimal("1E+3"), "1000"),
        (Decimal("90071992547409.93"), '"90071992547409.93"'),  # no float holds it
        (Decimal("123456789012.25"), "123456789012.25"),
        (True, "true"),
        (np.bool_(False), "false"),
        (None, "null"),
        ('"\\\n', '"\\"\\\\\\n"'),
        (datetime.date(2025, 3, 1), '"2025-03-01"'),
        (np.datetime64("2025-03-01"), '"2025-03-01"'),
        ((1, [2]), "[1, [2]]"),
        (np.array([1, 2]), "[1, 2]"),
        ({"a": {}}, '{"a": {}}'),
    ],
)
def test_values_of_a_dict_are_written_exactly(value: Any, text: str) -> None:
    from libpartner._configs import json_text

    written, place = json_text(type(season(SEASON))._type, {"season": value})
    assert written.decode() == f'{{"season": {text}}}' and place == "season"


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        (float("nan"), "$.pays.heron", "nan"),
        (float("-inf"), "$.pays.heron", "-inf"),
        (Decimal("Infinity"), "$.pays.heron", "Infinity"),
        ({1, 2}, "$.pays.heron", "a set"),
        ([1, b"x"], "$.pays.heron[1]", "a bytes"),
        ({5: 1}, "$.pays.heron", "the key 5"),
        (datetime.time(12), "$.pays.heron", "a time"),
    ],
)
def test_what_json_has_not_is_refused_with_its_path(value: Any, path: str, found: str) -> None:
    with pytest.raises(lp.DataError) as caught:
        season({"pays": {"heron": value}})
    assert caught.value.path == path
    assert str(caught.value).startswith(f"season: {path}: {found} found, expected ")


def test_a_dict_within_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["pays"] = loop
    with pytest.raises(lp.DataError, match="within each other"):
        season(loop)


def test_a_config_says_what_it_means() -> None:
    made = season({"pays": {"heron": 5, "gull": 0}})
    assert made.sentences == ["5 points for every heron.", "0 points for every gull."]
    assert made.warnings == ["$.pays.gull: brings nothing"]
    assert made.names == {"kind": ["heron", "gull"]} and made.minor_units == 2
    assert "5 points for every heron." in repr(made)
    again = pickle.loads(pickle.dumps(made))
    assert again.text == made.text and type(again) is type(made)
    assert isinstance(made, lp.PartnerConfig)
    for _ in range(2):  # a call leaves nothing in it
        ringing(made, RINGS, kind=["stork"] * 3)
        assert made.names == {"kind": ["heron", "gull"]}


def test_errors_of_a_config_say_where() -> None:
    with pytest.raises(lp.DataError) as caught:
        ringing({"pays": {"heron": 5.5}}, RINGS)
    assert caught.value.path == "$.pays.heron" and caught.value.record == "season"
    assert str(caught.value) == "season: $.pays.heron: is no whole number from 0 to 1000"
    with pytest.raises(lp.DataError) as caught:
        ringing(SEASON, RINGS, other={"pays": {"heron": -1}})
    assert caught.value.path == "$.pays.heron"
    with pytest.raises(lp.DataError):
        ringing('{"pays": ', RINGS)


def test_places_of_money_are_the_configs_unless_the_caller_says_otherwise() -> None:
    rows = {**RINGS, "weight": ["1.2345", "1", "1"]}
    result = ringing({**SEASON, "minor_units": 3}, rows)
    assert result.weight == Decimal("3.234") and result.rounded == 1 and result.minor_units == 3
    assert ringing({**SEASON, "minor_units": 3}, rows, minor_units=4).weight == Decimal("3.2345")
    assert ringing(SEASON, rows).weight == Decimal("3.23")


def test_a_second_config_and_a_second_table_of_the_same_kind() -> None:
    result = ringing(SEASON, RINGS, other={"pays": {"gull": 7}}, earlier=RINGS)
    assert result.other_points == 7 and result.before == 3
    assert ringing(SEASON, RINGS).other_points is None


def test_names_of_a_config_share_a_dictionary_with_the_columns() -> None:
    kinds = lp.Dict(["stork", "gull"])
    result = ringing(SEASON, RINGS, dicts={"kind": kinds}, ledger=True)
    assert list(kinds) == ["stork", "gull", "heron"] and result.points == 11
    index = lp.indexes([2, 1, 2])
    assert ringing(SEASON, RINGS, kind=index, dicts={"kind": kinds}).points == 11
    with pytest.raises(lp.ArgumentError, match="kind"):  # indexes of whose dictionary?
        ringing(SEASON, RINGS, kind=index)


def test_ids_of_64_bits_come_out_as_they_came_in() -> None:
    def ledger(**columns: Any) -> Any:
        return ringing(SEASON, RINGS, ledger=True, **columns).ledger

    table = ledger(ring=["x", "y", "z"], parent=[None, None, "x"])
    assert table["ring"].tolist() == ["x", "y", "z"] and table["parent"].tolist() == [None, None, "x"]
    table = ledger(ring=[1001, 1002, 10**15], parent=[None, 1001, None])
    assert table["ring"].tolist() == [1001, 1002, 10**15] and table["parent"].tolist() == [None, 1001, None]
    table = ledger()
    assert table["ring"].tolist() == [0, 1, 2] and table["parent"].tolist() == [None] * 3
    table = ledger(parent=[None, 0, 1])
    assert table["parent"].tolist() == [None, 0, 1]
    own = np.array([2**64 - 2, 0, 2**40], np.uint64)
    table = ledger(ring=lp.indexes(own), parent=lp.indexes([-1, -1, 0]))
    assert table["ring"].tolist() == own.tolist() and table["parent"].tolist() == [None, None, 0]
    for name in ("polars", "pyarrow"):
        pytest.importorskip(name)
    assert table.to_polars()["ring"].to_list() == own.tolist()
    assert table.to_arrow()["parent"].to_pylist() == [None, None, 0]
    named = ledger(ring=["x", "y", "z"], parent=[None, None, "x"])
    assert named.to_arrow()["parent"].to_pylist() == [None, None, "x"]
    assert named.to_pandas()["ring"].tolist() == ["x", "y", "z"]


def test_numbers_of_rows_are_never_shown_as_ids() -> None:
    rings = lp.Dict(["a", "b", "c", "d"])
    table = ringing(SEASON, RINGS, dicts={"ring": rings}, ledger=True).ledger
    assert table["ring"].tolist() == [0, 1, 2] and len(rings) == 4
    table = ringing(SEASON, RINGS, ring=["d", "e", "a"], dicts={"ring": rings}, ledger=True).ledger
    assert table["ring"].tolist() == ["d", "e", "a"]


def test_rows_with_ids_and_rows_without_do_not_mix() -> None:
    with pytest.raises(lp.DataError, match="earlier: some rows have ids for ring"):
        ringing(SEASON, RINGS, ring=["x", "y", "z"], earlier=RINGS)
    with pytest.raises(lp.DataError) as caught:
        ringing(SEASON, RINGS, earlier={**RINGS, "ring": ["x", "y", "z"]})
    assert caught.value.field == "ring"
    with pytest.raises(lp.RangeError) as range_error:
        ringing(SEASON, RINGS, partner=lp.indexes([0, 2**32, 1]))
    assert (range_error.value.row, range_error.value.field, range_error.value.record) == (1, "partner", "rings")


def test_a_repeated_id_is_for_the_analysis_to_judge() -> None:
    with pytest.raises(lp.DataError) as caught:
        ringing(SEASON, RINGS, ring=["x", "y", "x"])
    assert (caught.value.row, caught.value.field) == (2, "ring")
    assert ringing(SEASON, RINGS, ring=["x", "y", "x"], skip_duplicates=True).points == 6


def test_rows_are_explained() -> None:
    result = ringing(SEASON, RINGS, ledger=True)
    assert result.explain(1) == "1 points: the season pays that for a gull"
    assert result.explain(-1) == result.explain(2) == "5 points: the season pays that for a heron"
    assert result.explain(np.int64(0)) == result.explain(0)
    for row in (3, -4):
        with pytest.raises(IndexError, match="the ledger"):
            result.explain(row)
    with pytest.raises(TypeError):
        result.explain("0")
    with pytest.raises(ValueError, match="ledger=True"):
        ringing(SEASON, RINGS).explain(0)
    with pytest.raises(TypeError, match="birds explains no rows"):
        birds(SEEN).explain(0)


def test_documentation_of_what_takes_a_config_runs() -> None:
    for name in ("ringing", "Season"):
        thing = getattr(lp, name)
        tests = doctest.DocTestFinder().find(thing, name, globs={"libpartner": lp})
        results = [doctest.DocTestRunner().run(test) for test in tests]
        assert sum(result.attempted for result in results) > 0
        assert sum(result.failed for result in results) == 0
    parameters = list(inspect.signature(lp.ringing).parameters)  # type: ignore[attr-defined]
    assert parameters[:2] == ["season", "rings"] and len(set(parameters)) == len(parameters)
