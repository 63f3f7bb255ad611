# SPDX-License-Identifier: MIT
"""The ridge logistic model as an estimator."""

from __future__ import annotations

import json
import numbers
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ._bundle import is_bundle, read_bundle, write_bundle
from ._columns import array_at
from ._convert import renumber
from ._dict import Dict, take_bytes
from ._errors import ArgumentError, DataError, PartnerError, from_library
from ._estimators import Call, Classifier
from ._features import Rows, check_enough, check_weighted, read_folds, read_labels, read_rows, read_weights, to_matrix
from ._library import F64, U8, U32, Unit, own_record
from ._partner import ffi, lib
from ._parts import Part, Source
from ._results import Table
from ._run import threads_of

__all__ = ["WinModel"]

Floats = npt.NDArray[np.float64]
Self = TypeVar("Self", bound="WinModel")

_MODEL = ffi.typeof("partner_win_model **")
_NUMBER = Unit.NONE

COEFFICIENTS = own_record(
    "coefficients",
    "coefficients of a win model",
    "partner_win_model",
    "terms",
    {
        "name": ("column", U32, "the feature", Unit.INDEX, 0, "feature"),
        "missing": ("missing", U8, "whether the term is that the feature's value is missing", Unit.FLAG),
        "coefficient": ("coefficient", F64, "coefficient of the standardised column"),
        "standard_error": ("standard_error", F64, "standard error of the coefficient"),
        "coefficient_raw": ("coefficient_raw", F64, "coefficient of the column as it is"),
        "mean": ("mean", F64, "mean that standardises"),
        "deviation": ("deviation", F64, "standard deviation that standardises; 0 = the column is constant"),
    },
)
PATH = own_record(
    "path",
    "penalties that were tried",
    "partner_win_model",
    "path",
    {
        "lambda": ("path_lambda", F64, "penalty"),
        "log_loss": ("path_log_loss", F64, "log loss of the rows left out, pooled over the folds"),
    },
)

# Contributions that are summed at once: 32 MiB of them.
BLOCK = 1 << 22


class _Fitted(Source):
    """The library's model and the names of its features; tables of it keep it alive."""

    __slots__ = ()

    def __init__(self, handle: Any, names: list[str]) -> None:
        self.handle = ffi.gc(handle, lib.partner_win_model_free)
        self.places = 0
        self.dicts = {"feature": (Dict(names), False)}
        self.rounded = 0


class WinModel(Classifier):
    """The probability that a deal is won: a ridge logistic model of any numbers that are known of it.

    An estimator that works within scikit-learn (pipelines, cross-validation, grids) and does not need it.
    Columns are standardised; a missing value (NaN, None, null) counts as the mean, and a column that has any
    in training gets a second one that says so. The penalty on the squared coefficients makes separable data
    converge; without one given, the best of 13 is found by cross-validation.

    penalty: the weight λ of the penalty, > 0; None = by cross-validation
    folds: 2 to 100 folds of it
    standardise: False takes columns as they are
    threads: threads to use, or "all"; any number gives the same result

    >>> import libpartner as lp
    >>> calls, won = [[1], [2], [3], [4], [5], [6]], [False, False, True, False, True, True]
    >>> model = lp.WinModel(penalty=0.1).fit(calls, won)
    >>> model.predict_proba([[0], [9]])[:, 1].round(3).tolist()
    [0.098, 0.97]
    """

    def __init__(
        self,
        *,
        penalty: float | None = None,
        folds: int = 5,
        standardise: bool = True,
        threads: int | str = 1,
    ) -> None:
        self.penalty = penalty
        self.folds = folds
        self.standardise = standardise
        self.threads = threads

    # --- fitting ---

    def fit(self: Self, X: Any, y: Any, sample_weight: Any = None, *, groups: Any = None, fold: Any = None) -> Self:
        """Fits the model to rows.

        X: an array of two dimensions, a dataframe or a list of rows; numbers and booleans
        y: labels of two kinds; the second in order (True, 1, "won" after "lost") is what probabilities are of
        sample_weight: a weight per row, >= 0
        groups: rows of one group (the snapshots of a deal) go to one fold of the cross-validation
        fold: the fold of each row itself, 0 to folds - 1
        """
        options = self._options()
        x = read_rows(X)
        check_enough(x)
        if x.names is not None and len(set(x.names)) < x.columns:
            twice = next(name for name in x.names if x.names.count(name) > 1)
            raise ArgumentError(f"X: the column {twice!r} stands twice; rename one of them")
        labels = read_labels(y, x.rows)
        matrix = to_matrix(x)
        weight = read_weights(sample_weight, x.rows)
        check_weighted(labels, weight)
        folds = read_folds(fold, groups, labels.codes, options.folds)
        made = self._fit(x, matrix, labels.codes, weight, folds, options)
        self._know(x, labels)
        self._model = made
        return self

    def _fit(self, x: Rows, matrix: Floats, codes: Any, weight: Any, folds: Any, options: Any) -> _Fitted:
        call, out = Call(), ffi.new(_MODEL)
        options.interrupt = ffi.addressof(lib, "python_interrupt")
        options.interrupt_data = call.watch.pointer
        features = _features(matrix, label=codes, weight=weight, fold=folds)
        call.check(lib.partner_win_model_fit(features, options, out, call.error), x)
        return _Fitted(out[0], _names(x.names, x.columns))

    def _options(self) -> Any:
        penalty, folds = self.penalty, self.folds
        if penalty is not None and not (_is_number(penalty) and 0 < penalty < float("inf")):
            raise ArgumentError(f"penalty is {penalty!r}, expected a number above 0, or None", field="penalty")
        if not isinstance(folds, (int, np.integer)) or isinstance(folds, bool) or not 2 <= folds <= 100:
            raise ArgumentError(f"folds is {folds!r}, expected 2 to 100", field="folds")
        if not isinstance(self.standardise, (bool, np.bool_)):
            raise ArgumentError(f"standardise is {self.standardise!r}, expected True or False", field="standardise")
        return ffi.new(
            "partner_win_model_options *",
            {
                "struct_size": ffi.sizeof("partner_win_model_options"),
                "threads": _threads(self.threads),
                "folds": int(folds),
                "lambda": 0.0 if penalty is None else float(penalty),
                "unscaled": not self.standardise,
            },
        )

    # --- predicting ---

    def _apply(self, x: Rows, matrix: Floats, contributions: Floats | None) -> Floats:
        won, call = np.empty(len(matrix)), Call()
        where = ffi.NULL if contributions is None else ffi.cast("double *", contributions.ctypes.data)
        features, to = _features(matrix), ffi.from_buffer("double[]", won)
        call.check(lib.partner_win_model_predict(self._model.handle, features, to, where, call.error), x)
        return won

    def _won(self, X: Any) -> Floats:
        x = self._read(X)
        return self._apply(x, to_matrix(x), None)

    def contributions(self, X: Any) -> Floats:
        """What each term adds to the log-odds of each row: an array of (rows, terms).

        Terms are those of ``coefficients``: the features, then whether they are missing. With the intercept on
        standardised columns, ``intercept``, they sum to the log-odds.
        """
        x = self._read(X)
        made = np.empty((x.rows, self._model.handle.terms), order="F")
        self._apply(x, to_matrix(x), made)
        return made

    def decision_function(self, X: Any) -> Floats:
        """The log-odds of the second class, of each row."""
        x = self._read(X)
        matrix = to_matrix(x)
        odds = np.full(x.rows, self.intercept)
        step = max(1, BLOCK // self._model.handle.terms)
        for start in range(0, x.rows, step):
            part = np.asfortranarray(matrix[start : start + step])
            adds = np.empty((len(part), self._model.handle.terms), order="F")
            try:
                self._apply(x, part, adds)
            except PartnerError as error:
                renumber(error, start.__add__)
                raise
            for term in adds.T:
                odds[start : start + step] += term
        return odds

    # --- what was found ---

    @property
    def _found(self) -> Any:
        self._check_fitted()
        return self._model.handle

    @property
    def coef_(self) -> Floats:
        """Coefficients of the features as they are: an array of (1, features)."""
        found = self._found
        return array_at(found.coefficient_raw, found.columns, "f8", found).copy().reshape(1, -1)

    @property
    def intercept_(self) -> Floats:
        """The intercept that goes with ``coef_``, where no value is missing."""
        return np.array([self._found.intercept_raw])

    @property
    def intercept(self) -> float:
        """The intercept on standardised columns."""
        return float(self._found.intercept)

    @property
    def coefficients(self) -> Table:
        """The terms as a table: name, missing, coefficient and standard error on standardised columns, the
        coefficient on columns as they are, and the mean and the deviation that standardise."""
        return Table("coefficients", [Part(COEFFICIENTS, self._found, self._model)])

    @property
    def covariance_(self) -> Floats:
        """Covariance of intercept and coefficients on standardised columns: H⁻¹ I H⁻¹."""
        found = self._found
        size = 1 + found.terms
        return array_at(found.covariance, size * size, "f8", found).reshape(size, size)

    @property
    def lambda_(self) -> float:
        """The penalty in use."""
        return float(getattr(self._found, "lambda"))

    @property
    def path_(self) -> Table | None:
        """Penalties tried and their log loss over the folds; None where the penalty was given."""
        found = self._found
        return Table("path", [Part(PATH, found, self._model)]) if found.path else None

    @property
    def log_loss_(self) -> float:
        """The weighted mean log loss in training."""
        return float(self._found.log_loss)

    @property
    def cross_log_loss_(self) -> float | None:
        """The log loss over the folds, at the penalty in use; None where it was given."""
        loss = float(self._found.cross_log_loss)
        return loss if loss == loss else None

    @property
    def iterations_(self) -> int:
        """Steps of Newton's method in the last fit."""
        return int(self._found.iterations)

    @property
    def gradient_norm_(self) -> float:
        """The norm of the gradient where it stopped."""
        return float(self._found.gradient_norm)

    # --- as bytes ---

    def _saved(self) -> bytes:
        error, out = ffi.new("partner_error *"), ffi.new("partner_bytes **")
        if lib.partner_win_model_save(self._found, out, error):
            raise from_library(error)
        return take_bytes(out[0])

    def save(self) -> bytes:
        """The model, its classes and the names of its features as bytes, the same on every machine.

        Lua reads them too.
        """
        saved = self._saved()
        names = getattr(self, "feature_names_in_", None)
        about = {"classes": self.classes_.tolist(), "type": self.classes_.dtype.str, **self.get_params()}
        try:
            text = json.dumps(about, allow_nan=False, default=_plain)
        except (TypeError, ValueError):
            raise ArgumentError(
                f"classes {self.classes_.tolist()!r} cannot be saved, expected booleans, numbers or texts"
            ) from None
        return write_bundle(saved, text.encode("utf-8"), {"feature": None if names is None else Dict(names.tolist())})

    @classmethod
    def load(cls: type[Self], data: bytes | bytearray | memoryview) -> Self:
        """The model of saved bytes; of those that C saved, too, whose classes are False and True."""
        made = cls()
        if not is_bundle(data):
            made._take(bytes(data), None)
            made.classes_ = np.array([False, True])
            made.n_features_in_ = made._model.handle.columns
            return made
        bundle = read_bundle(data, cls.__name__)
        names = [str(name) for name in bundle.dicts["feature"].ids().tolist()] if "feature" in bundle.dicts else None
        made._take(bundle.object, names)
        made.classes_ = _tell(made, bundle.config)
        made.n_features_in_ = made._model.handle.columns
        if names is not None:
            made.feature_names_in_ = np.array(names, object)
        return made

    def _take(self, saved: bytes, names: list[str] | None) -> None:
        error, out = ffi.new("partner_error *"), ffi.new(_MODEL)
        if lib.partner_win_model_load(ffi.from_buffer("uint8_t[]", saved), len(saved), out, error):
            raise from_library(error)
        columns = out[0].columns
        self._model = _Fitted(out[0], _names(names, columns))
        if names is not None and len(names) != columns:
            raise DataError(f"{len(names)} names of features found, expected {columns} as the model has")

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        if "_model" in state:
            state["_model"] = self._saved()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        saved = state.pop("_model", None)
        self.__dict__.update(state)
        if saved is not None:
            names = state.get("feature_names_in_")
            self._take(saved, None if names is None else names.tolist())


def _features(matrix: Floats, **columns: Any) -> Any:
    """The library's matrix. It keeps what it points to alive as long as the caller keeps the arrays."""
    rows, count = matrix.shape
    made = ffi.new("partner_feature_matrix *", {"struct_size": ffi.sizeof("partner_feature_matrix")})
    made.rows, made.columns = rows, count
    made.value = ffi.cast("double *", matrix.ctypes.data)
    for name, array in columns.items():
        if array is not None:
            setattr(made, name, ffi.cast(ffi.typeof(getattr(made, name)), array.ctypes.data))
    return made


def _names(names: list[str] | None, columns: int) -> list[str]:
    """Names of features; scikit-learn's own where they have none."""
    return [f"x{i}" for i in range(columns)] if names is None else names


def _threads(threads: Any) -> int:
    number = threads_of(threads)
    if threads == "all" or (isinstance(threads, (int, np.integer)) and number == threads and number > 0):
        return number
    raise ArgumentError(f'threads is {threads!r}, expected a number above 0, or "all"', field="threads")


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))


def _plain(value: Any) -> Any:
    """Numbers of numpy as JSON has them."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError


def _tell(model: WinModel, config: bytes) -> npt.NDArray[Any]:
    """Gives a model the parameters that it was fitted with; its classes. Lua, and C, have booleans."""
    if not config:
        return np.array([False, True])
    try:
        about = json.loads(config)
        classes = np.array(about.pop("classes"), np.dtype(about.pop("type")))
        if classes.shape != (2,):
            raise ValueError
        model.set_params(**about)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DataError("WinModel: what the bytes say of its classes cannot be read") from None
    return classes
