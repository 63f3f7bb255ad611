# SPDX-License-Identifier: MIT
"""The frequency model that CRMs ship, as an estimator: the baseline to beat."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ._dict import Dict
from ._estimators import Call, Classifier
from ._features import Rows, check_enough, check_weighted, interned, levels_of, read_labels, read_rows, read_weights
from ._partner import ffi, lib

__all__ = ["FrequencyModel"]

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.uint32]
Self = TypeVar("Self", bound="FrequencyModel")


class FrequencyModel(Classifier):
    """Naive Bayes over categories, as CRMs ship it: the baseline that a win model has to beat.

    An estimator that works within scikit-learn and does not need it. Columns hold texts, whole numbers or
    booleans. A level that training did not see, or a missing one, adds nothing.

    >>> import libpartner as lp
    >>> deals = {"source": ["web", "fair", "web", "web"], "size": ["s", "s", "l", "l"]}
    >>> model = lp.FrequencyModel().fit(deals, ["won", "lost", "won", "lost"])
    >>> model.classes_.tolist(), model.predict_proba(deals)[:, 1].round(3).tolist()
    (['lost', 'won'], [0.656, 0.083, 0.656, 0.656])
    """

    _takes_categories = True

    def __init__(self) -> None:
        pass

    def fit(self: Self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fits the model to rows.

        X: a dataframe, an array of two dimensions or a list of rows, of categories
        y: labels of two kinds; the second in order (True, 1, "won" after "lost") is what probabilities are of
        sample_weight: a weight per row, >= 0
        """
        x = read_rows(X)
        check_enough(x)
        labels = read_labels(y, x.rows)
        weight = read_weights(sample_weight, x.rows)
        check_weighted(labels, weight)
        dicts = [Dict() for _ in range(x.columns)]
        levels = np.empty((x.rows, x.columns), np.uint32, order="F")
        for i, known in enumerate(dicts):
            levels[:, i] = interned(x.column(i), x.name(i), known)
        rows = (levels, labels.codes, weight)
        made = self._fit(x, rows)
        self._know(x, labels)
        self._model, self._rows, self._dicts = made, rows, dicts
        return self

    def _fit(self, x: Rows, rows: tuple[Levels, npt.NDArray[np.uint8], Floats | None]) -> Any:
        levels, codes, weight = rows
        call, out = Call(), ffi.new("partner_frequency_model **")
        given = _categories(levels)
        given.label = ffi.from_buffer("uint8_t[]", codes)
        if weight is not None:
            given.weight = ffi.from_buffer("double[]", weight)
        call.check(lib.partner_frequency_model_fit(given, out, call.error), x)
        return ffi.gc(out[0], lib.partner_frequency_model_free)

    def _won(self, X: Any) -> Floats:
        x = self._read(X)
        levels = np.empty((x.rows, x.columns), np.uint32, order="F")
        for i, known in enumerate(self._dicts):
            levels[:, i] = levels_of(x.column(i), x.name(i), known)
        won, call = np.empty(x.rows), Call()
        to = ffi.from_buffer("double[]", won)
        call.check(lib.partner_frequency_model_predict(self._model, _categories(levels), to, call.error), x)
        return won

    # The library saves none of these: the rows as it has read them, four bytes a cell, make the same model again.

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_model"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "_rows" in state:
            levels = self._rows[0]
            self._model = self._fit(Rows(*levels.shape, names=None), self._rows)


def _categories(levels: Levels) -> Any:
    """The library's columns of levels, which have to live as long."""
    made = ffi.new("partner_categories *", {"struct_size": ffi.sizeof("partner_categories")})
    made.rows, made.columns = levels.shape
    made.level = ffi.cast("uint32_t *", levels.ctypes.data)
    return made
