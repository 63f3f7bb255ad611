# SPDX-License-Identifier: MIT
"""What models learn from: tables of numbers or of categories, labels, weights and folds.

Where scikit-learn has words of its own for what is wrong, and its users look for them, these are used.
"""

from __future__ import annotations

import contextlib
import decimal
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ._columns import BITS, BYTES, DECIMAL128, NULL, NUMPY, Chunk, Chunks, Coded, chunks_of, nulls_of, numbers_of
from ._convert import Reading, convert
from ._dict import Dict
from ._errors import ArgumentError, DataError, PartnerError, TooLittleError
from ._frames import Ready, frame_of, is_pandas
from ._library import F64, U32, Flag, Unit, lone_field
from ._partner import ffi, lib

__all__ = [
    "Labels",
    "Rows",
    "check_columns",
    "check_enough",
    "check_weighted",
    "interned",
    "levels_of",
    "read_folds",
    "read_labels",
    "read_rows",
    "read_weights",
    "to_matrix",
]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

NONE = lib.PARTNER_NONE

FEATURE = lone_field("feature", "a number", F64, flags=Flag.NULLABLE)
LEVEL = lone_field("level", "a text or an integer", U32, Unit.INDEX, flags=Flag.NULLABLE, dictionary="level")


# --- tables ---


@dataclass(slots=True)
class Rows:
    """A table as it came: one array of numbers, or columns of any kind."""

    rows: int
    columns: int
    names: list[str] | None  # where the table has names of its own
    array: Array | None = None
    parts: list[Any] | None = None

    def name(self, column: int) -> str:
        """A column in messages."""
        return f"column {column}" if self.names is None else f"column {self.names[column]!r}"

    def column(self, column: int) -> Any:
        return self.parts[column] if self.array is None else self.array[:, column]  # type: ignore[index]


def read_rows(x: Any) -> Rows:
    """A table: an array of two dimensions, any frame, or a list of rows."""
    if hasattr(x, "toarray") and hasattr(x, "nnz"):
        raise TypeError(f"X: a sparse {type(x).__name__} found, expected a dense table; X.toarray() makes one")
    if isinstance(x, np.ndarray) and x.dtype.names is None:
        return _from_array(x)
    if isinstance(x, (list, tuple)):
        return _from_list(x)
    try:
        frame = frame_of(x)
    except TypeError:
        if not hasattr(x, "__array__"):
            raise TypeError(
                f"X: a {type(x).__name__} found, expected a table: an array of two dimensions, "
                "a dataframe or a list of rows"
            ) from None
        return _from_array(np.asarray(x))
    parts = frame.take(range(len(frame.names)))
    lengths = [_length(part) for part in parts]
    for i, length in enumerate(lengths):
        if length != lengths[0]:
            raise ArgumentError(
                f"X: {length} rows found in column {frame.names[i]!r}, expected {lengths[0]} as in {frame.names[0]!r}"
            )
    names = list(frame.names) if _has_names(x) else None
    return Rows(lengths[0] if lengths else 0, len(parts), names, parts=parts)


def _length(part: Any) -> int:
    return sum(chunk.rows for chunk in part) if isinstance(part, Ready) else len(part)


def _has_names(x: Any) -> bool:
    """Whether columns have names, and not numbers, as those of a pandas frame made of an array."""
    labels = x if isinstance(x, Mapping) else x.columns if is_pandas(x) else ()
    return all(isinstance(label, str) for label in labels)


def _from_array(x: Array) -> Rows:
    if x.ndim != 2:
        advice = "X.reshape(-1, 1) makes one column of it, X.reshape(1, -1) one row" if x.ndim == 1 else ""
        raise ArgumentError(
            f"Expected 2D array, got {x.ndim}D array instead{f'. Reshape your data: {advice}' if advice else ''}"
        )
    if x.dtype.kind == "c":
        raise ArgumentError(f"Complex data not supported: X is an array of {x.dtype}, expected real numbers")
    rows, columns = x.shape
    return Rows(rows, columns, None, array=x)


def _from_list(x: Sequence[Any]) -> Rows:
    """A list of rows, each as long as the first."""
    rows = [row.tolist() if hasattr(row, "tolist") else row for row in x]
    for i, row in enumerate(rows):
        if not isinstance(row, (list, tuple)):
            if i == 0:
                raise ArgumentError(
                    "Expected 2D array, got 1D array instead. Reshape your data: a list of rows is wanted, each a list"
                )
            raise ArgumentError(f"X row {i}: a {type(row).__name__} found, expected a row: a list", row=i)
        if len(row) != len(rows[0]):
            raise ArgumentError(f"X row {i}: {len(row)} values found, expected {len(rows[0])} as in row 0", row=i)
    columns = [list(column) for column in zip(*rows)]
    return Rows(len(rows), len(columns), None, parts=columns)


def check_enough(x: Rows) -> None:
    """Nothing can be learned from nothing."""
    for count, what in ((x.rows, "sample"), (x.columns, "feature")):
        if count == 0:
            raise TooLittleError(
                f"Found array with 0 {what}(s) (shape=({x.rows}, {x.columns})) while a minimum of 1 is required."
            )


def check_columns(x: Rows, columns: int, names: Array | None, estimator: str) -> None:
    """Whether rows have the columns that a model was fitted to, in their order."""
    if names is not None and x.names is not None and x.names != names.tolist():
        raise ArgumentError(_other_names(x.names, names.tolist()))
    if x.columns != columns:
        raise ArgumentError(f"X has {x.columns} features, but {estimator} is expecting {columns} features as input")
    if (names is None) != (x.names is None):
        how = (
            "has feature names, but {} was fitted without"
            if names is None
            else ("does not have valid feature names, but {} was fitted with")
        )
        warnings.warn(f"X {how.format(estimator)} feature names", UserWarning, stacklevel=4)


def _other_names(found: list[str], expected: list[str]) -> str:
    lines = ["The feature names should match those that were passed during fit."]
    new, gone = ([name for name in a if name not in b] for a, b in ((found, expected), (expected, found)))
    if new:
        lines += ["Feature names unseen at fit time:", *_listed(new)]
    if gone:
        lines += ["Feature names seen at fit time, yet now missing:", *_listed(gone)]
    if not new and not gone:
        lines.append("Feature names must be in the same order as they were in fit.")
    return "\n".join(lines) + "\n"


def _listed(names: list[str]) -> list[str]:
    return [f"- {name}" for name in names[:5]] + (["- ..."] if len(names) > 5 else [])


# --- numbers ---


def to_matrix(x: Rows) -> Floats:
    """The table as numbers, column after column; in place where it is that already. Missing is NaN."""
    if x.array is not None and x.array.dtype.kind in "iufb":
        array = x.array
        if isinstance(array, np.ma.MaskedArray):
            array = np.ma.filled(array.astype(np.float64), np.nan)
        return np.require(array, np.float64, ["F", "A"])
    matrix = np.empty((x.rows, x.columns), np.float64, order="F")
    for i in range(x.columns):
        try:
            _fill(matrix[:, i], x.column(i), x.name(i))
        except PartnerError as error:
            if not error.message.startswith("X"):
                error.message = f"X: {x.name(i)}: {error.message.removeprefix('feature: ')}"
                error.args = (error.message,)
            raise
    return matrix


def _fill(to: Floats, values: Any, name: str) -> None:
    if isinstance(values, (list, tuple)) and not isinstance(values, Ready):
        _fill_objects(to, values, name)
    elif getattr(values, "dtype", None) == np.dtype(object):
        _fill_objects(to, np.asarray(values, object).tolist(), name)
    else:
        at = 0
        for chunk in _chunks(values, name):
            _fill_chunk(to[at : at + chunk.rows], chunk, name)
            at += chunk.rows


def _chunks(values: Any, name: str) -> Chunks:
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    if kind in "UST" and kind:
        raise _wrong(name, "text")
    if kind == "c":
        raise ArgumentError(f"Complex data not supported: {name} of X holds complex numbers")
    return values if isinstance(values, Ready) else chunks_of(FEATURE, values)


def _fill_chunk(to: Floats, chunk: Chunk | Coded, name: str) -> None:
    if chunk.rows == 0:
        return
    if isinstance(chunk, Coded):
        known = np.empty(len(chunk.values) + 1)
        _fill_objects(known[:-1], chunk.values, name)
        known[-1] = np.nan
        to[:] = known[chunk.codes]
        return
    if chunk.ticks:
        raise _wrong(name, "dates")
    if chunk.layout in NUMPY:
        to[:] = numbers_of(chunk)[: chunk.rows]
    elif chunk.layout == BYTES:
        to[:] = chunk.keep
    elif chunk.layout == BITS:
        to[:] = _bits(chunk)
    elif chunk.layout == DECIMAL128:
        to[:] = convert(FEATURE, [chunk], Reading(NULL, 0, NULL, ffi.new("partner_error *")), None)
    else:
        raise _wrong(name, "text")
    missing = nulls_of(chunk)
    if missing is not None:
        to[missing] = np.nan


def _bits(chunk: Chunk) -> Array:
    size = (chunk.offset + chunk.rows + 7) // 8
    packed = np.frombuffer(ffi.buffer(ffi.cast("char *", chunk.values), size), np.uint8)
    return np.unpackbits(packed, count=chunk.offset + chunk.rows, bitorder="little")[chunk.offset :]


_NUMBERS = (int, float, np.integer, np.floating, np.bool_, decimal.Decimal)


def _fill_objects(to: Floats, values: Sequence[Any], name: str) -> None:
    """Objects of Python, row by row: each a number, a boolean or nothing."""
    kinds = set(map(type, values))
    if kinds <= {float, int, bool, type(None)}:
        with contextlib.suppress(OverflowError):
            to[:] = np.array(values, np.float64)  # None becomes NaN
            return
    for row, value in enumerate(values):
        if is_missing(value):
            to[row] = np.nan
        elif isinstance(value, _NUMBERS):
            try:
                to[row] = float(value)
            except OverflowError:
                raise DataError(f"X row {row}: {name}: a number beyond those of a float found", row=row) from None
        elif isinstance(value, complex):
            raise ArgumentError(f"Complex data not supported: {name} of X holds {value!r}")
        elif isinstance(value, (str, bytes)):
            raise _wrong(name, "text")
        else:
            raise TypeError(
                f"X: {name} holds a {type(value).__name__} in row {row}, expected a number; an "
                "argument must be a string or a number"
            )


def is_missing(value: Any) -> bool:
    """Whether an object stands for nothing."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (float, np.floating)) and bool(value != value)


def _wrong(name: str, found: str) -> TypeError:
    cure = {
        "text": "encode it, as one 0/1 column per value, say",
        "dates": "make numbers of them, as days since the first one",
    }[found]
    return TypeError(f"X: {name} holds {found}, expected numbers; {cure}")


# --- categories ---


def interned(values: Any, name: str, into: Dict) -> npt.NDArray[np.uint32]:
    """The levels of a column as indexes of a dictionary; PARTNER_NONE where there is none."""
    if isinstance(values, np.ma.MaskedArray):
        values = [None if gone else value for value, gone in zip(values.tolist(), np.ma.getmaskarray(values))]
    elif getattr(values, "dtype", None) == np.dtype(bool) or (getattr(values, "dtype", None) == np.dtype(object)):
        values = np.asarray(values, object).tolist()
    reading = Reading(NULL, 0, NULL, ffi.new("partner_error *"))
    try:
        chunks = values if isinstance(values, Ready) else chunks_of(LEVEL, values)
        return convert(LEVEL, [_named(chunk) for chunk in chunks], reading, into)
    except PartnerError as error:
        place = "X" if error.row is None else f"X row {error.row}"
        said = error.message.removeprefix(f"row {error.row}: ").removeprefix("level: ")
        error.message = f"{place}: {name}: {said}"
        error.args = (error.message,)
        raise


def _named(chunk: Chunk | Coded) -> Chunk | Coded:
    """Booleans by their names, as levels have them."""
    if isinstance(chunk, Coded) or chunk.layout not in (BITS, BYTES):
        return chunk
    flags = (_bits(chunk) if chunk.layout == BITS else chunk.keep).astype(np.int64)
    missing = nulls_of(chunk)
    if missing is not None:
        flags[missing] = -1
    return Coded(chunk.rows, flags, ["false", "true"])


def levels_of(values: Any, name: str, known: Dict) -> npt.NDArray[np.uint32]:
    """The levels of a column as indexes of a dictionary that stays as it is; none for those it does not have."""
    new = Dict()
    indexes = interned(values, name, new)
    count = len(known)
    map_ = np.append(known._copy().merge(new), np.uint32(NONE))
    map_[map_ >= count] = NONE
    return map_[np.minimum(indexes, len(map_) - 1)]


# --- labels, weights, folds ---


@dataclass(slots=True)
class Labels:
    """Labels as the library has them, and what 0 and 1 stand for."""

    codes: npt.NDArray[np.uint8]
    classes: Array


def read_labels(y: Any, rows: int) -> Labels:
    """Labels of two kinds: the second in order is "won", as scikit-learn has it."""
    array = _one_column("y", y)
    if len(array) != rows:
        raise ArgumentError(f"y: inconsistent numbers of samples: {len(array)} labels found for {rows} rows of X")
    if array.dtype.kind == "f":
        _check_floats(array)
    elif array.dtype.kind == "O":
        _check_present(map(is_missing, array.tolist()))
    elif array.dtype.kind == "c":
        raise ArgumentError("Complex data not supported: y holds complex numbers, expected two kinds of labels")
    try:
        classes, codes = np.unique(array, return_inverse=True)
    except TypeError:
        kinds = ", ".join(sorted({type(value).__name__ for value in array.tolist()}))
        raise ArgumentError(f"y: labels of types that have no order found ({kinds}), expected one type") from None
    if len(classes) != 2:
        raise _not_two(classes)
    return Labels(codes.astype(np.uint8), classes)


def _one_column(name: str, values: Any) -> Array:
    if values is None:
        raise ArgumentError(f"requires {name} to be passed, but the target {name} is None")
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        _warn_of_column(name)
        array = array[:, 0]
    if array.ndim != 1:
        raise ArgumentError(f"{name}: an array of shape {array.shape} found, expected one dimension (1D)")
    return array


def _warn_of_column(name: str) -> None:
    theirs = getattr(sys.modules.get("sklearn.exceptions"), "DataConversionWarning", UserWarning)
    text = f"A column-vector {name} was passed when a 1d array was expected. Please use {name}.ravel()."
    warnings.warn(text, theirs, stacklevel=5)


def _check_present(missing: Any) -> None:
    row = next((i for i, gone in enumerate(missing) if gone), None)
    if row is not None:
        raise DataError(f"y row {row}: the label is missing. Input y contains NaN.", row=row, field="y")


def _check_floats(array: Array) -> None:
    _check_present(np.isnan(array))
    if np.isinf(array).any():
        row = int(np.isinf(array).argmax())
        raise DataError(f"y row {row}: {array[row]} found. Input y contains infinity.", row=row, field="y")
    if (array != np.floor(array)).any():
        row = int((array != np.floor(array)).argmax())
        raise ArgumentError(
            f"Unknown label type: continuous. y row {row} is {array[row]}, expected two kinds of labels", row=row
        )


def _not_two(classes: Array) -> PartnerError:
    shown = ", ".join(map(repr, classes[:5].tolist())) + (", …" if len(classes) > 5 else "")
    if len(classes) < 2:
        return TooLittleError(f"y: one class only found ({shown or 'none'}), expected labels of two classes")
    return ArgumentError(
        "Only binary classification is supported. The type of the target is multiclass: "
        f"y has {len(classes)} classes ({shown}), expected two"
    )


def read_weights(weights: Any, rows: int) -> Floats | None:
    """A weight per row; the library says which one is bad, but for weights that sum to nothing."""
    if weights is None:
        return None
    try:
        array = np.asarray(weights, np.float64)
    except (TypeError, ValueError):
        raise ArgumentError("sample_weight: values that are no numbers found, expected a number per row") from None
    if array.ndim == 0:
        array = np.full(rows, float(array))
    if array.shape != (rows,):
        raise ArgumentError(f"sample_weight: an array of shape {array.shape} found, expected ({rows},)")
    if rows and not array.any():
        raise TooLittleError("sample_weight: every weight is zero, expected rows that count")
    return np.require(array, np.float64, ["C", "A"])


def check_weighted(labels: Labels, weights: Floats | None) -> None:
    """Whether both classes count."""
    if weights is None:
        return
    for code, name in enumerate(labels.classes.tolist()):
        if not weights[labels.codes == code].any():
            raise TooLittleError(f"y: no row of class {name!r} has weight, expected rows of both classes")


def read_folds(fold: Any, groups: Any, codes: npt.NDArray[np.uint8], folds: int) -> npt.NDArray[np.uint32] | None:
    """The fold of each row: as given, or such that the rows of a group are in one.

    The i-th group of each label goes to fold i mod folds; a group's label is that of its first row.
    """
    if fold is not None and groups is not None:
        raise TypeError("fold and groups found, expected one of them: groups are dealt out to folds")
    if fold is not None:
        return _read_fold(fold, len(codes), folds)
    if groups is None:
        return None
    array = np.asarray(groups)
    if array.shape != codes.shape:
        raise ArgumentError(f"groups: an array of shape {array.shape} found, expected ({len(codes)},)")
    seen: dict[Any, int] = {}
    count = [0, 0]
    made = np.empty(len(codes), np.uint32)
    for row, (group, label) in enumerate(zip(array.tolist(), codes.tolist())):
        if group not in seen:
            if is_missing(group):
                raise DataError(f"groups row {row}: the group is missing", row=row, field="groups")
            seen[group] = count[label] % folds
            count[label] += 1
        made[row] = seen[group]
    return made


def _read_fold(fold: Any, rows: int, folds: int) -> npt.NDArray[np.uint32]:
    array = np.asarray(fold)
    if array.shape != (rows,):
        raise ArgumentError(f"fold: an array of shape {array.shape} found, expected ({rows},)")
    if array.dtype.kind not in "iu":
        raise ArgumentError(f"fold: values of {array.dtype} found, expected integers from 0 to {folds - 1}")
    bad = (array < 0) | (array >= folds)
    if bad.any():
        row = int(bad.argmax())
        raise DataError(f"fold row {row}: {array[row]} found, expected 0 to {folds - 1}", row=row, field="fold")
    return np.ascontiguousarray(array, np.uint32)
