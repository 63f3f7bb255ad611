# SPDX-License-Identifier: MIT
"""What models have in common: parameters, classes and names as scikit-learn asks for them, without it."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt

from ._errors import ArgumentError, CancelledError, PartnerError, StateError, from_library
from ._features import Labels, Rows, check_columns, read_rows, read_weights
from ._partner import ffi
from ._watch import Watch

__all__ = ["Call", "Classifier", "NotFittedError"]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

Self = TypeVar("Self", bound="Classifier")


class NotFittedError(StateError, ValueError, AttributeError):
    """A model was asked for what only fit() brings about. Where scikit-learn is loaded, it is its error too."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (NotFittedError, (self.message,))


@functools.cache
def _with_theirs(theirs: type[Exception]) -> type[NotFittedError]:
    return type("NotFittedError", (NotFittedError, theirs), {"__module__": __name__})


class Classifier:
    """A model that tells two classes apart. What __init__ takes is kept as it is, and looked at by fit()."""

    # What scikit-learn up to 1.5 asks for; later ones ask for __sklearn_tags__.
    _estimator_type: ClassVar[str] = "classifier"
    _takes_categories: ClassVar[bool] = False

    classes_: Array
    n_features_in_: int
    feature_names_in_: Array  # where the rows have names

    # --- parameters ---

    @classmethod
    def _parameters(cls) -> list[str]:
        return list(inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name."""
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self: Self, **parameters: Any) -> Self:
        """Changes parameters; what was fitted stays until the next fit()."""
        known = self._parameters()
        for name in parameters:
            if name not in known:
                valid = ", ".join(map(repr, known)) or "none"
                raise ValueError(f"Invalid parameter {name!r} for estimator {self!r}. Valid parameters are: {valid}.")
        for name, value in parameters.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self)).parameters
        changed = {name: value for name, value in self.get_params().items() if value is not defaults[name].default}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in changed.items())})"

    # --- for scikit-learn ---

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        categories = self._takes_categories
        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(multi_class=False),
            input_tags=InputTags(allow_nan=True, categorical=categories, string=categories),
        )

    def __sklearn_is_fitted__(self) -> bool:
        return "classes_" in self.__dict__

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            theirs = getattr(sys.modules.get("sklearn.exceptions"), "NotFittedError", None)
            kind = NotFittedError if theirs is None else _with_theirs(theirs)
            raise kind(f"This {type(self).__name__} is not fitted yet: call fit() first")

    # --- what was fitted ---

    def _know(self, x: Rows, labels: Labels) -> None:
        """Keeps what is known of rows and labels; a fit before this one is forgotten."""
        self.classes_ = labels.classes
        self.n_features_in_ = x.columns
        self.__dict__.pop("feature_names_in_", None)
        if x.names is not None:
            self.feature_names_in_ = np.array(x.names, object)

    def _read(self, X: Any) -> Rows:
        """Rows that are like those of the fit."""
        self._check_fitted()
        x = read_rows(X)
        check_columns(x, self.n_features_in_, getattr(self, "feature_names_in_", None), type(self).__name__)
        return x

    def _won(self, X: Any) -> Floats:
        """The probability of the second class."""
        raise NotImplementedError

    def predict_proba(self, X: Any) -> Floats:
        """The probabilities of both classes, in the order of ``classes_``: an array of (rows, 2)."""
        won = self._won(X)
        return np.column_stack([1 - won, won])

    def predict(self, X: Any) -> Array:
        """The class that is more probable, of each row."""
        won = self._won(X) > 0.5
        chosen: Array = self.classes_[won.astype(np.intp)]
        return chosen

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of rows (of weight) whose class is predicted."""
        predicted = self.predict(X)
        given = np.asarray(y)
        if given.shape != predicted.shape:
            raise ArgumentError(f"y: an array of shape {given.shape} found, expected {predicted.shape} as X has rows")
        return float(np.average(given == predicted, weights=read_weights(sample_weight, len(predicted))))


class Call:
    """One call of the library: where its error goes, and the interrupt that looks for signals."""

    __slots__ = ("error", "watch")

    def __init__(self) -> None:
        self.error = ffi.new("partner_error *")
        self.watch = Watch()

    def check(self, status: int, x: Rows) -> None:
        """Raises what went wrong, with the names of columns."""
        if not status:
            return
        error = from_library(self.error)
        if isinstance(error, CancelledError):
            raise self.watch.cancelled() or error
        raise _named(error, x)


def _named(error: PartnerError, x: Rows) -> PartnerError:
    message = error.message.replace("features row", "X row", 1).replace("features:", "X:", 1)
    if error.index is not None and error.index < x.columns:
        message = message.replace(f"column {error.index}", x.name(error.index), 1)
    error.message = message
    error.args = (message,)
    return error
