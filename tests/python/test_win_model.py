# SPDX-License-Identifier: MIT
"""Win models as estimators: the minimum they find, what they take, what they refuse, and life within scikit-learn.

Figures are held against Newton's method written down once more with numpy, and against scikit-learn's own where that
can be imported.
"""

from __future__ import annotations

import copy
import csv
import datetime
import decimal
import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import libpartner as lp
import numpy as np
import pytest
from libpartner._features import read_rows, to_matrix

needs_gsl = pytest.mark.skipif("gsl" not in lp.features(), reason="this build is without GSL, and fits no model")

PENALTY = 0.03


def world(rows: int = 300, columns: int = 4, gaps: float = 0.0, seed: int = 7) -> tuple[Any, Any]:
    """Features of different scales and labels that depend on them."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns)) * 10.0 ** np.arange(columns) + 3
    odds = ((x - 3) / 10.0 ** np.arange(columns)) @ np.linspace(1.5, -1, columns) - 0.5
    y = rng.random(rows) < 1 / (1 + np.exp(-odds))
    x[rng.random(x.shape) < gaps] = np.nan
    return x, y


# --- the same once more ---


class Plain:
    """The model by its definition: weighted mean log loss + λ/2 Σβ², by Newton's method."""

    def __init__(self, x: Any, y: Any, penalty: float, weight: Any = None, standardise: bool = True) -> None:
        self.w = np.ones(len(y)) if weight is None else np.asarray(weight, float)
        self.gaps = np.flatnonzero(np.isnan(x).any(axis=0))
        self.fill = self._mean(np.where(np.isnan(x), 0, x), ~np.isnan(x))
        z = self._terms(x)
        self.mean = self._mean(z, np.ones(z.shape))
        self.deviation = np.sqrt(self._mean((z - self.mean) ** 2, np.ones(z.shape)))
        if not standardise:
            self.mean, self.deviation = np.zeros(z.shape[1]), np.ones(z.shape[1])
        one = np.column_stack([np.ones(len(y)), (z - self.mean) / self.deviation])
        share, ridge = self.w / self.w.sum(), np.diag([0.0] + [penalty] * z.shape[1])
        beta = np.zeros(one.shape[1])
        for _ in range(60):
            p = 1 / (1 + np.exp(-one @ beta))
            information = (one.T * (share * p * (1 - p))) @ one
            beta = beta - np.linalg.solve(information + ridge, one.T @ (share * (p - y)) + ridge @ beta)
        inverse = np.linalg.inv(information + ridge)
        self.beta = beta
        self.covariance = inverse @ information @ inverse / self.w.sum()

    def _mean(self, x: Any, there: Any) -> Any:
        weight = self.w[:, None] * there
        return (weight * x).sum(axis=0) / weight.sum(axis=0)

    def _terms(self, x: Any) -> Any:
        return np.column_stack([np.where(np.isnan(x), self.fill, x), np.isnan(x[:, self.gaps])])

    def odds(self, x: Any) -> Any:
        return self.beta[0] + (self._terms(x) - self.mean) / self.deviation @ self.beta[1:]


def weights(rows: int) -> Any:
    return np.random.default_rng(3).integers(0, 5, rows).astype(float)


CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "gaps": {"gaps": 0.1},
    "weights": {"weight": True},
    "weights and gaps": {"weight": True, "gaps": 0.2},
    "as they are": {"standardise": False},
    "as they are, gaps": {"standardise": False, "gaps": 0.1},
}


@needs_gsl
@pytest.mark.parametrize("case", CASES)
def test_coefficients_are_the_minimum(case: str) -> None:
    given = dict(CASES[case])
    x, y = world(gaps=given.pop("gaps", 0.0))
    weight = weights(len(y)) if given.pop("weight", False) else None
    model = lp.WinModel(penalty=PENALTY, **given).fit(x, y, weight)
    plain = Plain(x, y, PENALTY, weight, **given)
    found = model.coefficients
    scale = np.abs(plain.beta[1:]).max()
    assert np.allclose(found["coefficient"], plain.beta[1:], rtol=0, atol=1e-8 * scale)
    assert abs(model.intercept - plain.beta[0]) < 1e-8 * max(1, abs(plain.beta[0]))
    assert np.allclose(found["mean"], plain.mean, rtol=1e-12, atol=1e-12)
    assert np.allclose(found["deviation"], plain.deviation, rtol=1e-12)
    assert np.allclose(model.decision_function(x), plain.odds(x), rtol=1e-7, atol=1e-8)
    assert found["missing"].tolist() == [False] * 4 + [True] * len(plain.gaps)
    size = np.sqrt(np.diag(plain.covariance))
    assert np.allclose(model.covariance_ / np.outer(size, size), plain.covariance / np.outer(size, size), atol=1e-6)
    assert np.allclose(found["standard_error"], size[1:], rtol=1e-6)
    assert model.lambda_ == PENALTY and model.path_ is None and model.cross_log_loss_ is None
    assert model.gradient_norm_ < 1e-10 and 2 < model.iterations_ < 60
    p = 1 / (1 + np.exp(-plain.odds(x)))
    assert abs(model.log_loss_ - np.average(-np.log(np.where(y, p, 1 - p)), weights=weight)) < 1e-9


@needs_gsl
def test_raw_coefficients_are_of_columns_as_they_are() -> None:
    x, y = world()
    model = lp.WinModel(penalty=PENALTY).fit(x, y)
    assert model.coef_.shape == (1, 4) and model.intercept_.shape == (1,)
    assert np.allclose(x @ model.coef_[0] + model.intercept_, model.decision_function(x), rtol=1e-11, atol=1e-11)
    assert np.array_equal(model.coefficients["coefficient_raw"], model.coef_[0])


def dealt(labels: Any, folds: int) -> Any:
    """The i-th row of each label goes to fold i mod folds."""
    fold, count = np.empty(len(labels), int), {False: 0, True: 0}
    for i, label in enumerate(labels.tolist()):
        fold[i] = count[label] % folds
        count[label] += 1
    return fold


@needs_gsl
@pytest.mark.parametrize("folds", [5, 3])
def test_penalty_by_cross_validation(folds: int) -> None:
    x, y = world(rows=120, gaps=0.05)
    model = lp.WinModel(folds=folds).fit(x, y)
    n, fold = len(y), dealt(y, folds)
    grid = [(6.25 * n) ** (-i / 12) for i in range(13)]
    losses = []
    for penalty in grid:
        loss = 0.0
        for k in range(folds):
            p = 1 / (1 + np.exp(-Plain(x[fold != k], y[fold != k], penalty).odds(x[fold == k])))
            p = np.clip(np.where(y[fold == k], p, 1 - p), 1e-6, 1 - 1e-6)
            loss -= np.log(p).sum()
        losses.append(loss / n)
    assert model.path_ is not None
    assert np.allclose(model.path_["lambda"], grid, rtol=1e-12)
    assert np.allclose(model.path_["log_loss"], losses, rtol=1e-7)
    best = int(np.argmin(losses))
    assert model.lambda_ == model.path_["lambda"][best] and model.cross_log_loss_ == model.path_["log_loss"][best]
    assert bits(lp.WinModel(folds=folds).fit(x, y, fold=fold)) == bits(model)


@needs_gsl
def test_groups_stay_together() -> None:
    x, y = world(rows=240)
    groups = np.repeat(np.arange(80), 3)[np.random.default_rng(5).permutation(240)]
    first = {g: y[i] for i, g in reversed(list(enumerate(groups.tolist())))}
    order = list(dict.fromkeys(groups.tolist()))
    of_group = dict(zip(order, dealt(np.array([first[g] for g in order]), 5).tolist()))
    fold = np.array([of_group[g] for g in groups.tolist()])
    found = lp.WinModel().fit(x, y, groups=groups)
    assert bits(found) == bits(lp.WinModel().fit(x, y, fold=fold))
    assert bits(found) != bits(lp.WinModel().fit(x, y))
    # Rows that are groups of their own are rows.
    assert bits(lp.WinModel().fit(x, y, groups=range(240))) == bits(lp.WinModel().fit(x, y))


@needs_gsl
def test_separable_rows_converge() -> None:
    model = lp.WinModel(penalty=1e-4).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    assert np.isfinite(model.coef_).all() and model.score([[0.0], [3.0]], [0, 1]) == 1


@needs_gsl
def test_a_constant_column_says_nothing() -> None:
    x, y = world()
    with_constant = np.column_stack([x, np.full(len(y), 7.0)])
    model = lp.WinModel(penalty=PENALTY).fit(with_constant, y)
    assert model.coef_[0, 4] == 0 and model.coefficients["deviation"][4] == 0
    assert np.allclose(model.coef_[0, :4], lp.WinModel(penalty=PENALTY).fit(x, y).coef_[0], rtol=1e-9)


@needs_gsl
@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_contributions_sum_to_the_log_odds(gaps: float) -> None:
    x, y = world(gaps=gaps)
    model = lp.WinModel(penalty=PENALTY).fit(x, y)
    adds = model.contributions(x)
    assert adds.shape == (len(y), len(model.coefficients))
    odds = np.full(len(y), model.intercept)
    for term in range(adds.shape[1]):
        odds += adds[:, term]
    assert np.array_equal(model.decision_function(x), odds)
    assert np.allclose(model.predict_proba(x)[:, 1], 1 / (1 + np.exp(-odds)), rtol=4e-16, atol=0)
    c = model.coefficients
    columns = [int(name[1:]) for name in c["name"]]
    for term, (column, missing) in enumerate(zip(columns, c["missing"])):
        value = np.isnan(x[:, column]).astype(float) if missing else x[:, column]
        value = np.where(np.isnan(value), c["mean"][column], value)
        z = (value - c["mean"][term]) / c["deviation"][term]
        assert np.allclose(adds[:, term], c["coefficient"][term] * z, rtol=1e-12, atol=1e-14)


@needs_gsl
def test_log_odds_in_blocks_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = world(gaps=0.1)
    model = lp.WinModel(penalty=PENALTY).fit(x, y)
    whole = model.decision_function(x)
    monkeypatch.setattr("libpartner._win_model.BLOCK", 8 * 7)
    assert np.array_equal(model.decision_function(x), whole)
    bad = x.copy()
    bad[200, 1] = np.inf
    with pytest.raises(lp.DataError, match="X row 200: column 1 is inf") as caught:
        model.decision_function(bad)
    assert caught.value.row == 200


@needs_gsl
def test_probabilities_labels_and_score() -> None:
    x, y = world()
    names = np.where(y, "won", "lost")
    model = lp.WinModel(penalty=PENALTY).fit(x, names)
    assert model.classes_.tolist() == ["lost", "won"]
    p = model.predict_proba(x)
    assert p.shape == (len(y), 2) and np.array_equal(p[:, 0], 1 - p[:, 1])
    assert np.array_equal(model.predict(x), np.where(p[:, 1] > 0.5, "won", "lost"))
    right = model.predict(x) == names
    assert model.score(x, names) == right.mean()
    weight = weights(len(y))
    assert abs(model.score(x, names, weight) - (right * weight).sum() / weight.sum()) < 1e-15
    assert model.predict_proba(np.empty((0, 4))).shape == (0, 2)


LABELS: dict[str, Callable[[Any], Any]] = {
    "booleans": lambda y: y,
    "integers": lambda y: y.astype(int),
    "floats": lambda y: y.astype(float),
    "minus and plus": lambda y: np.where(y, 1, -1),
    "list": lambda y: y.tolist(),
    "texts": lambda y: ["b" if each else "a" for each in y],
    "objects": lambda y: np.array(["b" if each else "a" for each in y], object),
}


@needs_gsl
@pytest.mark.parametrize("kind", LABELS)
def test_labels_of_any_kind(kind: str) -> None:
    x, y = world()
    given = LABELS[kind](y)
    model = lp.WinModel(penalty=PENALTY).fit(x, given)
    assert bits(model) == bits(lp.WinModel(penalty=PENALTY).fit(x, y))
    assert model.classes_.tolist() == sorted(set(given if isinstance(given, list) else given.tolist()))
    assert set(model.predict(x).tolist()) <= set(model.classes_.tolist())


@needs_gsl
@pytest.mark.parametrize("module", ["pandas", "polars", "pyarrow"])
def test_labels_of_frames(module: str) -> None:
    library: Any = pytest.importorskip(module)
    x, y = world()
    texts = ["won" if each else "lost" for each in y]
    column = library.chunked_array([texts[:100], texts[100:]]) if module == "pyarrow" else library.Series(texts)
    flags = library.array(y) if module == "pyarrow" else library.Series(y)
    expected = bits(lp.WinModel(penalty=PENALTY).fit(x, y))
    assert bits(lp.WinModel(penalty=PENALTY).fit(x, column)) == expected
    assert bits(lp.WinModel(penalty=PENALTY).fit(x, flags)) == expected


def bits(model: Any) -> bytes:
    """The model itself, without the names of its features and classes."""
    saved: bytes = model._saved()
    return saved


# --- tables of every kind ---


def frames(x: Any) -> Iterator[tuple[str, Any]]:
    columns = {f"c{i}": x[:, i] for i in range(x.shape[1])}
    lists = {name: [None if v != v else v for v in column.tolist()] for name, column in columns.items()}
    yield "C order", np.ascontiguousarray(x)
    yield "Fortran order", np.asfortranarray(x)
    yield "other byte order", x.astype(">f8")
    yield "every second row of twice as many", np.repeat(x, 2, axis=0)[::2]
    yield "objects", x.astype(object)
    yield "masked", np.ma.masked_invalid(x)
    yield "rows", x.tolist()
    yield "tuples with None", [tuple(None if v != v else v for v in row) for row in x.tolist()]
    yield "dict of arrays", columns
    yield "dict of lists", lists
    yield "records", np.rec.fromarrays(list(columns.values()), names=list(columns))
    for module in ("pandas", "polars", "pyarrow", "duckdb"):
        try:
            library = __import__(module)
        except ImportError:
            continue
        if module == "pandas":
            yield module, library.DataFrame(columns)
            yield "pandas, nullable", library.DataFrame(lists).astype("Float64")
            yield "pandas, numbered columns", library.DataFrame(x)
        elif module == "polars":
            yield module, library.DataFrame(columns)
            yield "polars, lazy, nulls", library.LazyFrame(lists)
        elif module == "pyarrow":
            table = library.table(lists)
            yield module, table
            yield "pyarrow, chunks", library.concat_tables([table.slice(0, 70), table.slice(70)])
            yield "pyarrow, a batch", table.to_batches()[0]
        elif "pyarrow" in sys.modules:
            rows = sys.modules["pyarrow"].table(lists)
            assert len(rows) == len(x)
            yield module, library.sql("SELECT * FROM rows")


@needs_gsl
def test_frames_of_every_kind_are_the_same_rows() -> None:
    x, y = world(gaps=0.1)
    model = lp.WinModel(penalty=PENALTY).fit(x, y)
    seen = 0
    for kind, frame in frames(x):
        other = lp.WinModel(penalty=PENALTY).fit(frame, y)
        assert bits(other) == bits(model), kind
        assert np.array_equal(other.predict_proba(frame), model.predict_proba(x)), kind
        seen += 1
    assert seen >= 11


@needs_gsl
def test_numbers_of_every_kind() -> None:
    pa = pytest.importorskip("pyarrow")
    whole = [3, None, 1, 2, 5, 0]
    flags = [True, False, None, True, True, False]
    y = [1, 0, 0, 1, 1, 0]
    plain = np.array([[np.nan if v is None else v for v in column] for column in (whole, flags)], float).T
    expected = bits(lp.WinModel(penalty=PENALTY).fit(plain, y))
    for kind in (pa.int8(), pa.uint64(), pa.float32(), pa.decimal128(12, 2), pa.decimal256(40, 3), pa.int64()):
        numbers = pa.array(
            whole if not pa.types.is_decimal(kind) else [None if v is None else decimal.Decimal(v) for v in whole], kind
        )
        table = pa.table({"a": numbers, "b": pa.array(flags)}).slice(0)
        assert bits(lp.WinModel(penalty=PENALTY).fit(table, y)) == expected, kind
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": pd.array(whole, "Int32"), "b": pd.array(flags, "boolean")})
    assert bits(lp.WinModel(penalty=PENALTY).fit(frame, y)) == expected
    frame = pd.DataFrame({"a": pd.Categorical(whole), "b": np.array([1, 0, np.nan, 1, 1, 0], np.float16)})
    assert bits(lp.WinModel(penalty=PENALTY).fit(frame, y)) == expected
    assert bits(lp.WinModel(penalty=PENALTY).fit({"a": whole, "b": flags}, y)) == expected
    mixed = {"a": [decimal.Decimal(3), np.nan, 1, np.float32(2), 5.0, np.uint8(0)], "b": flags}
    assert bits(lp.WinModel(penalty=PENALTY).fit(mixed, y)) == expected


def test_columns_in_their_order_go_in_without_a_copy() -> None:
    x = np.asfortranarray(world()[0])
    assert np.shares_memory(to_matrix(read_rows(x)), x)


@needs_gsl
def test_names_of_features() -> None:
    x, y = world(gaps=0.1)
    named = {"size": x[:, 0], "age": x[:, 1], "visits": x[:, 2], "calls": x[:, 3]}
    model = lp.WinModel(penalty=PENALTY).fit(named, y)
    assert model.feature_names_in_.tolist() == list(named) and model.n_features_in_ == 4
    assert model.coefficients["name"].tolist() == [*named, *named]
    with pytest.raises(ValueError, match="same order"):
        model.predict(dict(reversed(named.items())))
    with pytest.raises(ValueError, match=r"unseen at fit time:\n- years\n.*now missing:\n- age\n"):
        model.predict({("years" if name == "age" else name): column for name, column in named.items()})
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        assert np.array_equal(model.predict_proba(x), model.predict_proba(named))
    with pytest.raises(ValueError, match="X has 3 features, but WinModel is expecting 4"):
        model.predict(x[:, :3])
    again = model.fit(x, y)
    assert again is model and not hasattr(model, "feature_names_in_")
    with pytest.warns(UserWarning, match="has feature names, but WinModel was fitted without"):
        model.predict(named)
    with pytest.raises(lp.DataError, match="column 'age' is inf"):
        lp.WinModel(penalty=1).fit({**named, "age": np.full(len(y), np.inf)}, y)


# --- what is refused ---

GOOD = [[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 3.0]]
SIDES = [0, 1, 0, 1]

REFUSED: dict[str, tuple[type[BaseException], str, Any]] = {
    "text": (TypeError, r"column 'region' holds text, expected numbers; encode it", {"region": ["n", "s"] * 2}),
    "array of texts": (TypeError, "column 0 holds text", np.array([["1"], ["2"], ["3"], ["4"]])),
    "a text among numbers": (TypeError, "column 1 holds text", [[1, 2], [2, "x"], [3, 4], [5, 6]]),
    "dates": (TypeError, "column 'day' holds dates", {"day": np.arange(4).astype("datetime64[D]")}),
    "objects": (TypeError, "column 0 holds a list in row 0", [[[1]], [[2]], [[3]], [[4]]]),
    "one dimension": (ValueError, r"Expected 2D array, got 1D array instead. .*reshape", np.arange(4.0)),
    "a flat list": (ValueError, "Expected 2D array, got 1D array instead", [1, 2, 3, 4]),
    "three dimensions": (ValueError, "Expected 2D array, got 3D", np.zeros((4, 2, 2))),
    "no table": (TypeError, "a int found, expected a table", 5),
    "unequal rows": (ValueError, "X row 2: 1 values found, expected 2", [[1, 2], [3, 4], [5], [6, 7]]),
    "a row that is none": (ValueError, "X row 1: a int found", [[1, 2], 3, [5, 6], [6, 7]]),
    "unequal columns": (ValueError, "3 rows found in column 'b', expected 4", {"a": [1, 2, 3, 4], "b": [1, 2, 3]}),
    "no rows": (ValueError, r"0 sample\(s\)", np.empty((0, 2))),
    "no columns": (ValueError, r"0 feature\(s\)", np.empty((4, 0))),
    "infinite": (lp.DataError, "X row 1: column 0 is -inf, expected a number", [[1.0], [-np.inf], [2.0], [3.0]]),
    "complex": (ValueError, "Complex data not supported", np.array([[1j]] * 4)),
    "too large": (lp.DataError, "X row 0: column 0: a number beyond", [[10**400], [1], [2], [3]]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_tables_that_are_refused(case: str) -> None:
    kind, message, x = REFUSED[case]
    with pytest.raises(kind, match=message):
        lp.WinModel(penalty=1).fit(x, SIDES)


def test_a_column_twice_is_refused() -> None:
    pd = pytest.importorskip("pandas")
    with pytest.raises(lp.ArgumentError, match="'a' stands twice"):
        lp.WinModel().fit(pd.DataFrame(GOOD, columns=["a", "a"]), SIDES)


LABELS_REFUSED: dict[str, tuple[type[BaseException], str, Any]] = {
    "one class": (lp.TooLittleError, r"one class only found \(1\)", [1, 1, 1, 1]),
    "three classes": (ValueError, r"Only binary classification is supported.*3 classes \(0, 1, 2\)", [0, 1, 2, 1]),
    "continuous": (ValueError, "Unknown label type: continuous", [0.5, 1.0, 0.0, 1.0]),
    "missing": (lp.DataError, "y row 2: the label is missing", [0, 1, None, 1]),
    "not a number": (lp.DataError, "y row 3: the label is missing", [0.0, 1.0, 0.0, float("nan")]),
    "infinite": (lp.DataError, "y row 0: inf found", [float("inf"), 1.0, 0.0, 1.0]),
    "too few": (ValueError, "3 labels found for 4 rows", [0, 1, 0]),
    "mixed": (lp.ArgumentError, r"no order found \(int, str\)", np.array([0, "a", 0, "a"], object)),
    "two dimensions": (ValueError, r"y: an array of shape \(4, 2\) found", np.zeros((4, 2))),
    "none at all": (ValueError, "requires y to be passed", None),
}


@pytest.mark.parametrize("case", LABELS_REFUSED)
def test_labels_that_are_refused(case: str) -> None:
    kind, message, y = LABELS_REFUSED[case]
    with pytest.raises(kind, match=message):
        lp.WinModel(penalty=1).fit(GOOD, y)


WEIGHTS_REFUSED: dict[str, tuple[dict[str, Any], type[BaseException], str]] = {
    "shape": ({"sample_weight": [1, 2]}, ValueError, r"shape \(2,\) found, expected \(4,\)"),
    "no numbers": ({"sample_weight": ["a"] * 4}, ValueError, "no numbers"),
    "negative": ({"sample_weight": [1, -2, 1, 1]}, lp.DataError, "X row 1: weight is -2"),
    "all zero": ({"sample_weight": [0, 0, 0, 0]}, lp.TooLittleError, "every weight is zero"),
    "one class": ({"sample_weight": [1, 0, 1, 0]}, lp.TooLittleError, "no row of class 1 has weight"),
    "fold and groups": ({"fold": [0] * 4, "groups": [0] * 4}, TypeError, "expected one of them"),
    "fold too large": ({"fold": [0, 1, 5, 0]}, lp.DataError, "fold row 2: 5 found, expected 0 to 4"),
    "fold of floats": ({"fold": [0.0, 1.0, 2.0, 0.0]}, ValueError, "values of float64 found"),
    "fold, shape": ({"fold": [0]}, ValueError, r"shape \(1,\)"),
    "groups, shape": ({"groups": [0]}, ValueError, r"shape \(1,\)"),
    "groups, missing": ({"groups": ["a", None, "b", "c"]}, lp.DataError, "groups row 1: the group is missing"),
}


@pytest.mark.parametrize("case", WEIGHTS_REFUSED)
def test_weights_and_folds_that_are_refused(case: str) -> None:
    given, kind, message = WEIGHTS_REFUSED[case]
    with pytest.raises(kind, match=message):
        lp.WinModel().fit(GOOD, SIDES, **given)


@needs_gsl
def test_too_few_rows_for_the_folds_are_refused() -> None:
    with pytest.raises(lp.TooLittleError, match="fold"):
        lp.WinModel().fit([[1], [2], [3]], [0, 0, 1])


@pytest.mark.parametrize(
    ("name", "value"),
    [("penalty", 0), ("penalty", -1.0), ("penalty", "much"), ("penalty", True), ("penalty", float("nan")),
     ("penalty", float("inf")), ("folds", 1), ("folds", 0), ("folds", 101), ("folds", 2.5), ("folds", None),
     ("standardise", "yes"), ("standardise", None), ("threads", 0), ("threads", -1), ("threads", "some"),
     ("threads", None)],
)  # fmt: skip
def test_parameters_that_are_refused(name: str, value: Any) -> None:
    model = lp.WinModel(**{name: value})  # kept as it is, until fit() looks at it
    with pytest.raises(lp.ArgumentError, match=f"{name} is ") as caught:
        model.fit(GOOD, SIDES)
    assert caught.value.field == name and not hasattr(model, "classes_")


@needs_gsl
def test_prediction_far_out_is_refused() -> None:
    model = lp.WinModel(penalty=1).fit(GOOD, SIDES)
    with pytest.raises(lp.DataError, match="X row 0: column 1 is 1e"):
        model.predict([[1, 1e308]])


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", "contributions"])
def test_what_is_not_fitted_predicts_nothing(method: str) -> None:
    with pytest.raises(lp.StateError, match="This WinModel is not fitted yet"):
        getattr(lp.WinModel(), method)(GOOD)


def test_what_is_not_fitted_has_no_figures() -> None:
    model = lp.WinModel()
    for name in ("coef_", "intercept_", "coefficients", "lambda_", "path_", "log_loss_", "covariance_", "classes_"):
        assert not hasattr(model, name)
    with pytest.raises(lp.StateError):
        model.save()


def test_a_failed_fit_leaves_the_model_as_it_was() -> None:
    if "gsl" not in lp.features():
        with pytest.raises(lp.UnsupportedError, match="without GSL"):
            lp.WinModel().fit(GOOD, SIDES)
        return
    model = lp.WinModel(penalty=1).fit(GOOD, SIDES)
    before = model.save()
    with pytest.raises(ValueError):
        model.fit(GOOD, [1, 1, 1, 1])
    assert model.save() == before


# --- bytes, copies, threads ---


@needs_gsl
def test_saved_and_loaded_to_the_bit() -> None:
    x, y = world(gaps=0.1)
    named = {f"größe {i}": x[:, i] for i in range(4)}
    for model, rows in ((lp.WinModel(), x), (lp.WinModel(penalty=0.5, standardise=False), named)):
        model.fit(rows, np.where(y, "won", "lost"))
        again = lp.WinModel.load(model.save())
        assert again.save() == model.save() and again.get_params() == model.get_params()
        assert again.classes_.tolist() == ["lost", "won"] and again.classes_.dtype == model.classes_.dtype
        assert np.array_equal(again.predict_proba(rows), model.predict_proba(rows))
        assert np.array_equal(again.contributions(rows), model.contributions(rows))
        assert again.coefficients.to_dict() == model.coefficients.to_dict()
        assert hasattr(again, "feature_names_in_") == (rows is named)
    assert again.feature_names_in_.tolist() == list(named)
    assert again.fit(rows, y).lambda_ == 0.5


@needs_gsl
@pytest.mark.parametrize("labels", LABELS)
def test_classes_of_any_kind_are_saved(labels: str) -> None:
    x, y = world()
    model = lp.WinModel(penalty=1).fit(x, LABELS[labels](y))
    again = lp.WinModel.load(model.save())
    assert np.array_equal(again.classes_, model.classes_) and again.classes_.dtype == model.classes_.dtype


@needs_gsl
def test_classes_that_bytes_cannot_hold_are_refused() -> None:
    days = np.array([datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)] * 2, object)
    model = lp.WinModel(penalty=1).fit(GOOD, days)
    assert model.predict(GOOD).tolist()[0] in days
    with pytest.raises(lp.ArgumentError, match="cannot be saved"):
        model.save()
    assert np.array_equal(pickle.loads(pickle.dumps(model)).classes_, model.classes_)


@needs_gsl
def test_bytes_that_c_has_saved_are_understood() -> None:
    x, y = world()
    model = lp.WinModel(penalty=1).fit(x, y)
    again = lp.WinModel.load(model._saved())
    assert np.array_equal(again.predict_proba(x), model.predict_proba(x)) and again.classes_.tolist() == [False, True]


@needs_gsl
def test_damaged_bytes_are_refused() -> None:
    saved = lp.WinModel(penalty=1).fit(GOOD, SIDES).save()
    for at in range(0, len(saved), 7):
        with pytest.raises(lp.PartnerError):
            lp.WinModel.load(saved[:at])
        wrong = bytearray(saved)
        wrong[at] ^= 0x10
        with pytest.raises(lp.PartnerError):
            lp.WinModel.load(wrong)


@needs_gsl
@pytest.mark.parametrize(
    "about",
    [b"[]", b"{", b'{"classes": [1], "type": "<i8"}', b'{"classes": [0, 1], "type": "nonsense"}',
     b'{"classes": [0, 1], "type": "<i8", "other": 3}', b'{"classes": [0, 1]}'],
)  # fmt: skip
def test_bytes_that_say_nonsense_of_their_classes_are_refused(about: bytes) -> None:
    from libpartner._bundle import write_bundle

    saved = lp.WinModel(penalty=1).fit(GOOD, SIDES)._saved()
    with pytest.raises(lp.DataError, match="what the bytes say of its classes"):
        lp.WinModel.load(write_bundle(saved, about, {"feature": None}))
    with pytest.raises(lp.DataError, match="1 names of features found, expected 2"):
        good = json.dumps({"classes": [0, 1], "type": "<i8"}).encode()
        lp.WinModel.load(write_bundle(saved, good, {"feature": lp.Dict(["a"])}))


@needs_gsl
def test_copies_and_pickles() -> None:
    x, y = world(gaps=0.1)
    model = lp.WinModel(folds=4, threads=2).fit({"a": x[:, 0], "b": x[:, 2]}, y)
    for again in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)):
        assert again.save() == model.save() and again is not model
        assert again.get_params() == model.get_params()
        assert again.feature_names_in_.tolist() == ["a", "b"] and again.n_features_in_ == 2
    fresh = pickle.loads(pickle.dumps(lp.WinModel(penalty=3)))
    assert fresh.penalty == 3 and not hasattr(fresh, "classes_")


@needs_gsl
def test_threads_change_no_bit() -> None:
    x, y = world(rows=9000, columns=6, gaps=0.02)
    one = lp.WinModel().fit(x, y)
    for threads in (2, 3, "all"):
        assert bits(lp.WinModel(threads=threads).fit(x, y)) == bits(one)


@needs_gsl
def test_a_table_outlives_its_model() -> None:
    x, y = world()
    model = lp.WinModel(penalty=PENALTY).fit(x, y)
    table, expected = model.coefficients, model.coefficients.to_dict()
    del model
    blocks = [bytes(4096) for _ in range(2000)]
    assert table.to_dict() == expected and blocks
    pytest.importorskip("pandas")
    assert table.to_pandas()["coefficient"].tolist() == expected["coefficient"]
    assert "x0" in repr(table) and "standard error" in table._repr_html_()


@needs_gsl
def test_interrupted_by_a_signal() -> None:
    """A fit of many rows stops within a moment, with what the handler raised, and leaves no model."""
    x, y = world(rows=200_000, columns=20)

    class Alarm(Exception):
        pass

    def handler(number: int, frame: Any) -> None:
        raise Alarm

    model = lp.WinModel(threads=2)
    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(Alarm):
            while True:
                model.fit(x, y)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not hasattr(model, "classes_")


@needs_gsl
def test_models_are_fitted_side_by_side() -> None:
    x, y = world(rows=4000)
    expected, found = bits(lp.WinModel().fit(x, y)), []
    threads = [threading.Thread(target=lambda: found.append(bits(lp.WinModel().fit(x, y)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


LUA = """
local partner = require("partner")
local bytes = io.read("*a")
local m = assert(partner.load_win_model(bytes))
local p = assert(m:predict({ size = { 1.5, 2.25, 0 / 0 }, ["größe"] = { -1, 4, 0.125 } }))
for i = 1, 3 do print(("%.17g"):format(p[i])) end
print(m.coefficients.name[1], m.coefficients.name[2], #m.coefficients.name)
local other = assert(partner.win_model({ { 1, 2, 3, 4, 5, 6 } }, { 0, 1, 0, 1, 1, 0 }, { penalty = 0.5 }))
for i = 1, #other:save() do io.write(("%02x"):format(other:save():byte(i))) end
"""


@needs_gsl
def test_lua_reads_the_bytes_and_python_those_of_lua() -> None:
    lua = os.environ.get("PARTNER_LUA")
    if not lua:
        pytest.skip("PARTNER_LUA is not set")
    x, y = world(columns=2)
    x[5, 0] = np.nan
    model = lp.WinModel(penalty=PENALTY).fit({"size": x[:, 0], "größe": x[:, 1]}, np.where(y, "won", "lost"))
    done = subprocess.run([lua, "-e", LUA], input=model.save(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    *p, names, saved = done.stdout.decode().splitlines()
    rows = {"size": [1.5, 2.25, None], "größe": [-1, 4, 0.125]}
    assert list(map(float, p)) == model.predict_proba(rows)[:, 1].tolist()
    assert names.split("\t") == ["size", "größe", "3"]
    other = lp.WinModel.load(bytes.fromhex(saved))
    same = lp.WinModel(penalty=0.5).fit([[1], [2], [3], [4], [5], [6]], [0, 1, 0, 1, 1, 0])
    assert bits(other) == bits(same) and other.classes_.tolist() == [False, True]
    named = lp.WinModel.load(model.save())
    assert named.feature_names_in_.tolist() == ["size", "größe"]


# --- the frequency model ---


def bayes(columns: list[list[Any]], y: list[bool], new: list[list[Any]], weight: list[float] | None = None) -> Any:
    """Naive Bayes by its definition: counts + 0.1, totals = sums of the cells, clamped."""
    weight = [1.0] * len(y) if weight is None else weight
    odds = [np.log(sum(w for w, v in zip(weight, y) if v)) - np.log(sum(w for w, v in zip(weight, y) if not v))] * len(
        new[0]
    )
    for column, asked in zip(columns, new):
        levels = [level for level in dict.fromkeys(column) if level is not None]
        cells = {
            (level, side): 0.1 + sum(w for w, c, v in zip(weight, column, y) if c == level and v == side)
            for level in levels
            for side in (True, False)
        }
        total = {side: sum(cells[level, side] for level in levels) for side in (True, False)}
        for row, level in enumerate(asked):
            if level in levels:
                won, lost = (cells[level, side] / total[side] for side in (True, False))
                odds[row] += np.log(won) - np.log(lost)
    return np.clip(1 / (1 + np.exp(-np.array(odds))), 0.0001, 0.9999)


def categories(rows: int = 200) -> tuple[dict[str, list[Any]], list[bool]]:
    rng = np.random.default_rng(11)
    source = rng.choice(["web", "fair", "call"], rows).tolist()
    size = rng.integers(1, 5, rows).tolist()
    known = (rng.random(rows) < 0.5).tolist()
    y = (rng.random(rows) < np.array([0.2 + 0.15 * (s == "web") + 0.1 * z for s, z in zip(source, size)])).tolist()
    return {"source": source, "size": size, "known": known}, y


def test_frequencies_are_those_of_the_definition() -> None:
    deals, y = categories()
    deals["source"][3] = None
    new = {"source": ["web", "unheard of", None], "size": [1, 4, 77], "known": [True, None, False]}
    model = lp.FrequencyModel().fit(deals, y)
    columns = list(deals.values())
    assert np.allclose(model.predict_proba(deals)[:, 1], bayes(columns, y, columns), rtol=1e-12)
    assert np.allclose(model.predict_proba(new)[:, 1], bayes(columns, y, list(new.values())), rtol=1e-12)
    weight = weights(len(y)).tolist()
    weighted = lp.FrequencyModel().fit(deals, y, weight)
    assert np.allclose(weighted.predict_proba(deals)[:, 1], bayes(columns, y, columns, weight), rtol=1e-12)
    assert model.feature_names_in_.tolist() == ["source", "size", "known"]


def test_frequencies_of_every_kind_of_frame() -> None:
    deals, y = categories()
    expected = lp.FrequencyModel().fit(deals, y).predict_proba(deals)
    rows = [list(row) for row in zip(*deals.values())]
    kinds: dict[str, Any] = {"rows": rows, "objects": np.array(rows, object)}
    for module in ("pandas", "polars", "pyarrow"):
        try:
            library = __import__(module)
        except ImportError:
            continue
        frame = library.table(deals) if module == "pyarrow" else library.DataFrame(deals)
        kinds[module] = frame
        if module == "pandas":
            kinds["categories"] = frame.astype({"source": "category", "size": "category"})
    for kind, frame in kinds.items():
        model = lp.FrequencyModel().fit(frame, y)
        assert np.array_equal(model.predict_proba(frame), expected), kind


def test_prediction_teaches_nothing() -> None:
    deals, y = categories()
    model = lp.FrequencyModel().fit(deals, y)
    before = [len(known) for known in model._dicts]
    model.predict({"source": ["new"] * 5, "size": [9] * 5, "known": [True] * 5})
    assert [len(known) for known in model._dicts] == before == [3, 4, 2]


def test_a_frequency_model_is_copied_to_the_bit() -> None:
    deals, y = categories()
    names = ["won" if each else "lost" for each in y]
    model = lp.FrequencyModel().fit(deals, names, weights(len(y)) + 0.37)
    for again in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert np.array_equal(again.predict_proba(deals), model.predict_proba(deals))
        assert again.classes_.tolist() == ["lost", "won"] and again.score(deals, names) == model.score(deals, names)
    assert not hasattr(pickle.loads(pickle.dumps(lp.FrequencyModel())), "classes_")


def test_what_a_frequency_model_refuses() -> None:
    deals, y = categories()
    with pytest.raises(lp.DataError, match=r"X row 1: column 'size': .*not whole"):
        lp.FrequencyModel().fit({"size": [1.0, 1.5, 2.0]}, [0, 1, 0])
    with pytest.raises(lp.ArgumentError, match="X row 0: column 0: a list found"):
        lp.FrequencyModel().fit([[["a"]], [["b"]]], [0, 1])
    with pytest.raises(lp.TooLittleError, match="one class only"):
        lp.FrequencyModel().fit(deals, [True] * len(y))
    with pytest.raises(lp.StateError, match="FrequencyModel is not fitted yet"):
        lp.FrequencyModel().predict(deals)
    with pytest.raises(ValueError, match="no row of class True has weight"):
        lp.FrequencyModel().fit(deals, y, [0.0 if each else 1.0 for each in y])


# --- within scikit-learn, and without it ---


def test_nothing_asks_for_scikit_learn() -> None:
    script = """
        import sys
        sys.modules["sklearn"] = None  # importing it fails
        import libpartner as lp
        rows, won = [[1], [2], [3], [4], [5], [6]], [0, 0, 1, 0, 1, 1]
        lp.FrequencyModel().fit(rows, won).predict(rows)
        if "gsl" in lp.features():
            model = lp.WinModel(penalty=0.1).fit(rows, won)
            assert model.score(rows, won) > 0.6 and model.get_params()["penalty"] == 0.1
            assert lp.WinModel.load(model.save()).set_params(folds=3).folds == 3
        try:
            lp.WinModel().predict(rows)
        except lp.StateError as error:
            assert "not fitted" in str(error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_parameters() -> None:
    model = lp.WinModel(penalty=2, threads="all")
    assert model.get_params() == {"penalty": 2, "folds": 5, "standardise": True, "threads": "all"}
    assert model.set_params(folds=7, penalty=None) is model and (model.folds, model.penalty) == (7, None)
    assert repr(model) == "WinModel(folds=7, threads='all')" and repr(lp.FrequencyModel()) == "FrequencyModel()"
    with pytest.raises(ValueError, match=r"Invalid parameter 'lambda' for estimator WinModel\(.*Valid parameters are"):
        model.set_params(**{"lambda": 3})
    with pytest.raises(TypeError):
        lp.WinModel(3)  # type: ignore[misc]


@needs_gsl
def test_coefficients_are_those_of_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    x, y = world(rows=500)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    for weight in (None, weights(500) + 1):
        total = 500 if weight is None else weight.sum()
        own = lp.WinModel(penalty=PENALTY, standardise=False).fit(z, y, weight)
        theirs = linear.LogisticRegression(C=1 / (PENALTY * total), solver="newton-cholesky", tol=1e-12, max_iter=1000)
        theirs.fit(z, y, weight)
        assert np.allclose(own.coef_, theirs.coef_, rtol=0, atol=1e-6)
        assert np.allclose(own.intercept_, theirs.intercept_, rtol=0, atol=1e-6)
        assert np.allclose(own.predict_proba(z), theirs.predict_proba(z), atol=1e-7)
        assert own.score(z, y, weight) == theirs.score(z, y, weight)


@needs_gsl
def test_cross_validation_pipelines_and_grids() -> None:
    pytest.importorskip("sklearn")
    from sklearn.base import clone, is_classifier
    from sklearn.exceptions import NotFittedError
    from sklearn.impute import SimpleImputer
    from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
    from sklearn.pipeline import make_pipeline

    x, y = world(gaps=0.05)
    model = lp.WinModel(penalty=PENALTY)
    assert is_classifier(model)
    scores = cross_val_score(model, x, y, cv=4, scoring="roc_auc", n_jobs=2)
    assert len(scores) == 4 and scores.min() > 0.6
    p = cross_val_predict(model, x, y, cv=4, method="predict_proba")[:, 1]
    assert ((p > 0.5) == y).mean() > 0.6
    grid = GridSearchCV(make_pipeline(SimpleImputer(), lp.WinModel()), {"winmodel__penalty": [1e-3, 1.0]}, cv=3)
    assert grid.fit(x, y).best_params_["winmodel__penalty"] == 1e-3
    fitted = lp.WinModel(folds=3, threads="all").fit(x, y)
    copied = clone(fitted)
    assert copied.get_params() == fitted.get_params() and not hasattr(copied, "classes_")
    with pytest.raises(NotFittedError) as caught:
        copied.predict(x)
    assert isinstance(caught.value, lp.StateError)
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), lp.StateError)


# What it is meant to be, whatever the checks of scikit-learn ask for.
MEANT = {
    "WinModel()": {
        "check_sample_weight_equivalence_on_dense_data": "rows without weight are in folds too, as the rule says",
    },
    "WinModel(penalty=0.1)": {},
    "FrequencyModel()": {
        "check_positive_only_tag_during_fit": "fractions are no categories",
        "check_sample_weight_equivalence_on_dense_data": "fractions are no categories",
    },
}


@needs_gsl
@pytest.mark.parametrize("model", [lp.WinModel(), lp.WinModel(penalty=0.1), lp.FrequencyModel()], ids=repr)
def test_scikit_learns_own_checks(model: Any) -> None:
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    meant = MEANT[repr(model)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = checks.check_estimator(model, expected_failed_checks=meant, on_fail=None, on_skip=None)
    failed = {r["check_name"]: r["exception"] for r in results if r["status"] == "failed"}
    assert not failed
    assert sum(r["status"] == "passed" for r in results) > 40


# --- real data ---


@needs_gsl
def test_winloss(real_data: Path) -> None:
    """Figures of the data's README, made without the library: the mean log loss over the folds."""
    with gzip.open(real_data / "winloss" / "Sales-Win-Loss.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    fields = (
        "Supplies Subgroup", "Supplies Group", "Region", "Route To Market", "Client Size By Revenue",
        "Client Size By Employee Count", "Revenue From Client Past Two Years", "Competitor Type", "Deal Size Category",
    )  # fmt: skip
    y = np.array([row["Opportunity Result"] == "Won" for row in rows])
    assert (int(y.sum()), len(y)) == (17627, 78025)
    deals = {field: np.array([row[field] for row in rows], object) for field in fields}
    one_hot = np.column_stack(
        [deals[field] == level for field in fields for level in sorted(set(deals[field].tolist()))[1:]]
    )
    fold = dealt(y, 5)
    ridge, frequency = [], []
    penalty = lp.WinModel(threads="all").fit(one_hot, y).lambda_
    for k in range(5):
        train, test = fold != k, fold == k
        model = lp.WinModel(penalty=penalty).fit(one_hot[train], y[train])
        ridge.append(log_loss(y[test], model.predict_proba(one_hot[test])[:, 1]))
        baseline = lp.FrequencyModel().fit({f: c[train] for f, c in deals.items()}, y[train])
        p = baseline.predict_proba({f: c[test] for f, c in deals.items()})[:, 1]
        frequency.append(log_loss(y[test], p))
    assert abs(np.mean(ridge) - 0.44649) < 1e-4
    assert abs(np.mean(frequency) - 0.45288) < 1e-4


def log_loss(y: Any, p: Any) -> float:
    return float(-np.log(np.clip(np.where(y, p, 1 - p), 1e-6, 1 - 1e-6)).mean())
