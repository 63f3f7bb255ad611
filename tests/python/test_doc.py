# SPDX-License-Identifier: MIT
"""Docstrings: made from the library's tables, complete, and true: every example in them is run."""

from __future__ import annotations

import doctest
import inspect
import pydoc
from collections.abc import Iterator

import libpartner as lp
import pytest
from libpartner._doc import class_name, document, document_config, document_object
from libpartner._library import Analysis, ConfigType, Flag, ObjectType, analyses, configs, objects
from libpartner._results import attribute_of


def doctests() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    yield from (test for test in finder.find(lp, "libpartner", module=lp) if test.examples)
    for name in lp.__all__:
        yield from (t for t in finder.find(getattr(lp, name), name, module=False) if t.examples)  # type: ignore[arg-type]


TESTS = {test.name: test for test in doctests()}


@pytest.mark.parametrize("name", TESTS)
def test_examples_run(name: str) -> None:
    said: list[str] = []
    result = doctest.DocTestRunner().run(TESTS[name], out=said.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("analysis", analyses, ids=lambda a: a.name)
def test_every_analysis_has_an_example(analysis: Analysis) -> None:
    assert analysis.name in TESTS
    figures = [e.source for e in TESTS[analysis.name].examples if e.source.startswith("result.")]
    assert len(figures) == len(analysis.example) > 0


@pytest.mark.parametrize("kind", [*objects, *configs], ids=lambda o: o.name)
def test_every_object_and_config_has_an_example(kind: ObjectType | ConfigType) -> None:
    assert class_name(kind) in TESTS


@pytest.mark.parametrize(
    "name",
    [
        "indexes",
        "minor",
        "columns",
        "Dict",
        "FrequencyModel",
        "Result",
        "Table",
        "Record",
        "PartnerError",
        "WinModel",
        "libpartner",
    ],
)
def test_what_is_written_by_hand_has_an_example(name: str) -> None:
    assert name in TESTS


@pytest.mark.parametrize("analysis", analyses, ids=lambda a: a.name)
def test_nothing_is_left_out(analysis: Analysis) -> None:
    text = document(analysis)
    lines = [line.strip() for line in text.split("\n")]
    names = {line.split(" : ")[0] for line in lines if " : " in line}
    for place in analysis.inputs:
        assert place.name in names
    for place in analysis.tables:
        assert {field.name for field in place.rows.columns} <= names
        for alias in (alias for field in place.rows.columns for alias in field.aliases):
            assert alias in text
    flowing = " ".join(text.split())
    for name, field in analysis.settings.items():
        assert name in names and " ".join(field.text.split()) in flowing
    for view in analysis.views:
        for field in view.record.fields:
            if not field.has(Flag.HIDDEN | Flag.LENGTH):
                name = field.name if field.is_column else attribute_of(field.name)
                assert name in names, name


@pytest.mark.parametrize(
    "text", [*map(document, analyses), *map(document_object, objects), *map(document_config, configs)]
)
def test_fits_a_terminal(text: str) -> None:
    assert max(map(len, text.split("\n"))) <= 100
    assert "None :" not in text and "  \n" not in text


@pytest.mark.parametrize("analysis", analyses, ids=lambda a: a.name)
def test_help_shows_it(analysis: Analysis) -> None:
    function = getattr(lp, analysis.name)
    assert function.__name__ == function.__qualname__ == analysis.name
    shown = pydoc.plain(pydoc.render_doc(function))
    assert document(analysis).split("\n")[0] in shown
    assert set(analysis.settings) <= set(inspect.signature(function).parameters)


def test_everything_public_is_documented() -> None:
    for name in lp.__all__:
        thing = getattr(lp, name)
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                    assert inspect.getdoc(value) or member == "keys", f"{name}.{member}"
