# SPDX-License-Identifier: MIT
# Made by make_stubs.py from the library's tables; not to be edited. A test compares it with what would be made.
# Classes marked type_check_only exist for type checkers only: in annotations, write their names in quotes.
import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias, overload, type_check_only

import numpy as np
import numpy.typing as npt
import pandas
import polars
import pyarrow
from typing_extensions import Self

from ._columns import (
    Indexes as Indexes,
    Minor as Minor,
    indexes as indexes,
    minor as minor,
)
from ._dict import (
    Dict as Dict,
)
from ._errors import (
    ArgumentError as ArgumentError,
    CancelledError as CancelledError,
    ConvergenceError as ConvergenceError,
    DataError as DataError,
    InputOutputError as InputOutputError,
    NoMemoryError as NoMemoryError,
    PartnerError as PartnerError,
    RangeError as RangeError,
    StateError as StateError,
    TooLittleError as TooLittleError,
    UnsupportedError as UnsupportedError,
    strerror as strerror,
)
from ._frames import (
    Columns as Columns,
    columns as columns,
)
from ._library import (
    features as features,
    version as version,
)
from ._results import (
    Advice as Advice,
)

@type_check_only
class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...

@type_check_only
class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]: ...

@type_check_only
class _DataFrame(Protocol):
    @property
    def columns(self) -> Any: ...

# A table: a dataframe, a dict of columns, a structured array, a stream of Arrow.
_Frame: TypeAlias = Mapping[str, Any] | _ArrowStream | _DataFrame | Columns | npt.NDArray[np.void]
# A column: the name of one, or the column itself.
_Column: TypeAlias = str | Iterable[Any] | _ArrowStream | _ArrowArray | Indexes | Minor
_Date: TypeAlias = str | datetime.date | np.datetime64
_Fraction: TypeAlias = float | Decimal | str
# What people write by hand: a dict, a text of JSON, the path of a file of JSON or TOML.
_Written: TypeAlias = Mapping[str, Any] | str | bytes | os.PathLike[str]

__version__: str


class Record:
    """Figures of a result, as attributes. What is undefined is None.

    >>> import libpartner as lp
    >>> p = lp.pareto(partner=["a", "b"], amount=[30, 10], leave_one_out=True)
    >>> p.leave_one_out.at_risk["1"]
    0.75
    """
    @property
    def summary(self) -> dict[str, Any]: ...
    @property
    def fields(self) -> tuple[Any, ...]: ...
    def __getitem__(self, name: str) -> Any: ...

class Table(Record):
    """Columns of equal length, by name: ``table["share"]`` is a numpy array.

    Numbers lie in the library's memory, read-only, and keep it alive. Amounts are floats of major units
    (``table.minor("amount")``: exact integers), days datetime64, classes and states their names, ids what
    they came in as. A table is an Arrow stream too, so that polars, pandas, pyarrow and DuckDB take it.

    >>> import libpartner as lp
    >>> p = lp.pareto(partner=["a", "b", "c"], amount=[10, 70, 20])
    >>> p.partners["class"].tolist(), p.partners.sorted()["partner"].tolist()
    (['B', 'A', 'A'], ['b', 'c', 'a'])
    """
    def __len__(self) -> int: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def fields(self) -> tuple[Any, ...]: ...
    def keys(self) -> list[str]: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, name: object) -> bool: ...
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    def minor(self, name: str) -> npt.NDArray[np.int64]: ...
    def nulls(self, name: str) -> npt.NDArray[np.bool_]: ...
    def sorted(self) -> Table: ...
    def head(self, rows: int=10) -> Table: ...
    def to_dict(self) -> dict[str, list[Any]]: ...
    def iter_rows(self) -> Iterator[dict[str, Any]]: ...
    def __arrow_c_stream__(self, requested_schema: object=None) -> object: ...
    def to_arrow(self) -> pyarrow.Table: ...
    def to_polars(self) -> polars.DataFrame: ...
    def to_pandas(self) -> pandas.DataFrame: ...

class Result:
    """What an analysis found: figures as attributes, tables by name, sentences that say what it means.

    ``result.summary`` has all figures, ``result["share"]`` a column of the main table, ``len(result)`` its
    rows. What was not asked for is None.

    >>> import libpartner as lp
    >>> p = lp.pareto(partner=["a", "b", "c"], amount=[10, 70, 20])
    >>> p.vital_count, p.total, len(p), p["share"].tolist()
    (2, Decimal('100.00'), 3, [0.1, 0.7, 0.2])
    >>> p.lorenz is None
    True
    """
    @property
    def analysis(self) -> str: ...
    @property
    def minor_units(self) -> int: ...
    @property
    def rounded(self) -> int: ...
    @property
    def dicts(self) -> dict[str, Dict]: ...
    @property
    def summary(self) -> dict[str, Any]: ...
    @property
    def tables(self) -> list[str]: ...
    @property
    def sentences(self) -> list[str]: ...
    @property
    def advice(self) -> Advice | None: ...
    def explain(self, row: int, table: str | None=None) -> str: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    def __iter__(self) -> Iterator[str]: ...
    def keys(self) -> list[str]: ...
    def minor(self, name: str) -> npt.NDArray[np.int64]: ...
    def to_dict(self) -> dict[str, list[Any]]: ...
    def to_arrow(self) -> pyarrow.Table: ...
    def to_polars(self) -> polars.DataFrame: ...
    def to_pandas(self) -> pandas.DataFrame: ...
    def __arrow_c_stream__(self, requested_schema: object=None) -> object: ...
    def plot(self, kind: str | None=None, **style: Any) -> Any: ...

class PartnerConfig:
    """What all configs have in common: read once, checked, immutable, for any number of calls."""
    @property
    def text(self) -> str: ...
    @property
    def names(self) -> dict[str, list[str | int]]: ...
    @property
    def minor_units(self) -> int | None: ...
    @property
    def sentences(self) -> list[str]: ...
    @property
    def warnings(self) -> list[str]: ...
    def to_dict(self) -> dict[str, Any]: ...

class PartnerObject:
    """What all objects have in common."""
    @property
    def dicts(self) -> dict[str, Dict]: ...
    @property
    def rounded(self) -> int: ...

@type_check_only
class _Adding(PartnerObject):
    """What takes rows in any order, and merges."""
    def merge(self, other: Self) -> Self: ...
    def save(self) -> bytes: ...
    @classmethod
    def load(cls, data: bytes | bytearray | memoryview, *, dict: Dict | None=None, dicts: Mapping[str, Dict] | None=None) -> Self: ...

@type_check_only
class _Appending(PartnerObject):
    """What rows are appended to, in order of time; each batch is answered with what it has brought about."""
    @property
    def version(self) -> int: ...
    def save(self) -> bytes: ...
    @classmethod
    def load(cls, data: bytes | bytearray | memoryview, config: Any=None, /, *, dicts: Mapping[str, Dict] | None=None) -> Self: ...

@type_check_only
class _Classifier:
    """A model that tells two classes apart. What __init__ takes is kept as it is, and looked at by fit()."""
    classes_: npt.NDArray[Any]
    n_features_in_: int
    feature_names_in_: npt.NDArray[Any]
    def get_params(self, deep: bool=True) -> dict[str, Any]:
        """The parameters by name."""
    def set_params(self, **parameters: Any) -> Self:
        """Changes parameters; what was fitted stays until the next fit()."""
    def __sklearn_tags__(self) -> Any: ...
    def __sklearn_is_fitted__(self) -> bool: ...
    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """The probabilities of both classes, in the order of ``classes_``: an array of (rows, 2)."""
    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The class that is more probable, of each row."""
    def score(self, X: Any, y: Any, sample_weight: Any=None) -> float:
        """The share of rows (of weight) whose class is predicted."""

class FrequencyModel(_Classifier):
    """Naive Bayes over categories, as CRMs ship it: the baseline that a win model has to beat.

    An estimator that works within scikit-learn and does not need it. Columns hold texts, whole numbers or
    booleans. A level that training did not see, or a missing one, adds nothing.

    >>> import libpartner as lp
    >>> deals = {"source": ["web", "fair", "web", "web"], "size": ["s", "s", "l", "l"]}
    >>> model = lp.FrequencyModel().fit(deals, ["won", "lost", "won", "lost"])
    >>> model.classes_.tolist(), model.predict_proba(deals)[:, 1].round(3).tolist()
    (['lost', 'won'], [0.656, 0.083, 0.656, 0.656])
    """
    def __init__(self) -> None: ...
    def fit(self, X: Any, y: Any, sample_weight: Any=None) -> Self:
        """Fits the model to rows.

        X: a dataframe, an array of two dimensions or a list of rows, of categories
        y: labels of two kinds; the second in order (True, 1, "won" after "lost") is what probabilities are of
        sample_weight: a weight per row, >= 0
        """

class WinModel(_Classifier):
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
    def __init__(self, *, penalty: float | None=None, folds: int=5, standardise: bool=True, threads: int | str=1) -> None: ...
    def fit(self, X: Any, y: Any, sample_weight: Any=None, *, groups: Any=None, fold: Any=None) -> Self:
        """Fits the model to rows.

        X: an array of two dimensions, a dataframe or a list of rows; numbers and booleans
        y: labels of two kinds; the second in order (True, 1, "won" after "lost") is what probabilities are of
        sample_weight: a weight per row, >= 0
        groups: rows of one group (the snapshots of a deal) go to one fold of the cross-validation
        fold: the fold of each row itself, 0 to folds - 1
        """
    def contributions(self, X: Any) -> npt.NDArray[np.float64]:
        """What each term adds to the log-odds of each row: an array of (rows, terms).

        Terms are those of ``coefficients``: the features, then whether they are missing. With the intercept on
        standardised columns, ``intercept``, they sum to the log-odds.
        """
    def decision_function(self, X: Any) -> npt.NDArray[np.float64]:
        """The log-odds of the second class, of each row."""
    @property
    def coef_(self) -> npt.NDArray[np.float64]:
        """Coefficients of the features as they are: an array of (1, features)."""
    @property
    def intercept_(self) -> npt.NDArray[np.float64]:
        """The intercept that goes with ``coef_``, where no value is missing."""
    @property
    def intercept(self) -> float:
        """The intercept on standardised columns."""
    @property
    def coefficients(self) -> Table:
        """The terms as a table: name, missing, coefficient and standard error on standardised columns, the
        coefficient on columns as they are, and the mean and the deviation that standardise.
        """
    @property
    def covariance_(self) -> npt.NDArray[np.float64]:
        """Covariance of intercept and coefficients on standardised columns: H⁻¹ I H⁻¹."""
    @property
    def lambda_(self) -> float:
        """The penalty in use."""
    @property
    def path_(self) -> Table | None:
        """Penalties tried and their log loss over the folds; None where the penalty was given."""
    @property
    def log_loss_(self) -> float:
        """The weighted mean log loss in training."""
    @property
    def cross_log_loss_(self) -> float | None:
        """The log loss over the folds, at the penalty in use; None where it was given."""
    @property
    def iterations_(self) -> int:
        """Steps of Newton's method in the last fit."""
    @property
    def gradient_norm_(self) -> float:
        """The norm of the gradient where it stopped."""
    def save(self) -> bytes:
        """The model, its classes and the names of its features as bytes, the same on every machine.

        Lua reads them too.
        """
    @classmethod
    def load(cls, data: bytes | bytearray | memoryview) -> Self:
        """The model of saved bytes; of those that C saved, too, whose classes are False and True."""

@type_check_only
class TotalsPartners(Table):
    """one line per enrolled partner"""
    @overload
    def __getitem__(self, name: Literal["partner", "group"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["revenue", "gross", "returned", "margin", "attainment"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["sales", "returns"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["first_day", "last_day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> int:
        """enrolled partners"""
    @property
    def active(self) -> int:
        """partners with enough sales in the window"""
    @property
    def activity_rate(self) -> float | None:
        """active / partners"""
    @property
    def revenue_total(self) -> Decimal:
        """revenue of all partners"""
    @property
    def rows(self) -> int:
        """rows in the window"""
    @property
    def from_day(self) -> datetime.date | None:
        """first day of the window"""
    @property
    def to_day(self) -> datetime.date | None:
        """first day after the window"""
    @property
    def last_day_seen(self) -> datetime.date | None:
        """last day of any row, in the window or not"""

@type_check_only
class GrowthStates(Table):
    """one line per state: new, lost, grown, shrunk, steady, none"""
    @overload
    def __getitem__(self, name: Literal["state"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["change"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class TotalsGrowth(Table):
    """growth between two windows"""
    @overload
    def __getitem__(self, name: Literal["partner"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["previous_revenue", "revenue", "growth"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["state"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> int:
        """partners enrolled in either window"""
    @property
    def previous_from_day(self) -> datetime.date:
        """first day of the window before"""
    @property
    def previous_to_day(self) -> datetime.date:
        """first day after the window before"""
    @property
    def from_day(self) -> datetime.date:
        """first day of the window"""
    @property
    def to_day(self) -> datetime.date:
        """first day after the window"""
    @property
    def previous_total(self) -> Decimal:
        """revenue in the window before"""
    @property
    def total(self) -> Decimal:
        """revenue in the window"""
    @property
    def change(self) -> Decimal:
        """total - previous_total"""
    @property
    def growth_total(self) -> float | None:
        """change / previous_total"""
    @property
    def after_last_day(self) -> bool:
        """the window ends after the last day seen, so it may not be whole"""
    @property
    def states(self) -> GrowthStates:
        """partners and change by state"""

@type_check_only
class TotalsResult(Result):
    """What totals() found: one line per partner: revenue, returns, margin, sales, activity; and growth between two windows"""
    @overload
    def __getitem__(self, name: Literal["partner", "group"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["revenue", "gross", "returned", "margin", "attainment"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["sales", "returns"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["first_day", "last_day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> TotalsPartners:
        """Totals by partner"""
    @property
    def growth(self) -> TotalsGrowth | None:
        """Growth between the windows"""
    @property
    def active(self) -> int:
        """partners with enough sales in the window"""
    @property
    def activity_rate(self) -> float | None:
        """active / partners"""
    @property
    def revenue_total(self) -> Decimal:
        """revenue of all partners"""
    @property
    def rows(self) -> int:
        """rows in the window"""
    @property
    def from_day(self) -> datetime.date | None:
        """first day of the window"""
    @property
    def to_day(self) -> datetime.date | None:
        """first day after the window"""
    @property
    def last_day_seen(self) -> datetime.date | None:
        """last day of any row, in the window or not"""

@type_check_only
class ParetoClasses(Table):
    """one line per class"""
    @overload
    def __getitem__(self, name: Literal["class"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["amount", "share"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ParetoGroups(Table):
    """one line per group, each with its own summary"""
    @overload
    def __getitem__(self, name: Literal["group"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["partners", "counted", "positive", "zero", "negative", "vital_count"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["negative_amount", "total", "net", "gini", "gini_unbiased", "hhi", "effective_partners", "theil", "hoover", "vital_fraction", "kolkata_index", "top_share", "share", "theil_between", "theil_within"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ParetoGroupClasses(Table):
    """the classes within each group"""
    @overload
    def __getitem__(self, name: Literal["group"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["class"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["amount", "share"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ParetoLorenz(Table):
    """the Lorenz curve"""
    @overload
    def __getitem__(self, name: Literal["partners", "share"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ParetoLeaveOneOut(Record):
    """how much hangs on any one partner"""
    @property
    def gini_low(self) -> float | None:
        """smallest gini without one partner"""
    @property
    def gini_high(self) -> float | None:
        """largest gini without one partner"""
    @property
    def gini_fall(self) -> float | None:
        """its largest fall"""
    @property
    def gini_rise(self) -> float | None:
        """its largest rise"""
    @property
    def hhi_low(self) -> float | None:
        """smallest hhi without one partner"""
    @property
    def hhi_high(self) -> float | None:
        """largest hhi without one partner"""
    @property
    def hhi_fall(self) -> float | None:
        """its largest fall"""
    @property
    def hhi_rise(self) -> float | None:
        """its largest rise"""
    @property
    def total_low(self) -> Decimal:
        """total without the largest partner"""
    @property
    def total_high(self) -> Decimal:
        """total without the smallest partner"""
    @property
    def total_fall(self) -> Decimal:
        """its largest fall"""
    @property
    def total_rise(self) -> Decimal:
        """its largest rise"""
    @property
    def gini_low_partner(self) -> str | int | None:
        """whose leaving gives gini_low"""
    @property
    def gini_high_partner(self) -> str | int | None:
        """whose leaving gives gini_high"""
    @property
    def hhi_low_partner(self) -> str | int | None:
        """whose leaving gives hhi_low"""
    @property
    def hhi_high_partner(self) -> str | int | None:
        """whose leaving gives hhi_high"""
    @property
    def at_risk(self) -> dict[str, float | None]:
        """share of the total that leaves with the top 1, 3, 5 partners"""

@type_check_only
class Resampling(Record):
    """how far the figures would move with other partners of the same kind"""
    @property
    def gini(self) -> dict[str, float | None]:
        """range of gini"""
    @property
    def top_share_20(self) -> dict[str, float | None]:
        """range of the share of the top 20 % of partners"""
    @property
    def vital_fraction(self) -> dict[str, float | None]:
        """range of vital_fraction"""
    @property
    def confidence(self) -> float | None:
        """part of the replicates within the range"""
    @property
    def seed(self) -> int:
        """seed of the random numbers"""
    @property
    def replicates(self) -> int:
        """how many were drawn"""
    @property
    def redrawn(self) -> int:
        """drawn again, for want of revenue"""

@type_check_only
class TailAgainst(Record):
    """the power law against its alternatives"""
    @property
    def lognormal(self) -> dict[str, float | None]:
        """against a lognormal: positive ratios favour the power law"""
    @property
    def exponential(self) -> dict[str, float | None]:
        """against an exponential: positive ratios favour the power law"""
    @property
    def lognormal_is_power_law(self) -> bool:
        """the best lognormal is the power law itself"""

@type_check_only
class Tail(Record):
    """how heavy the tail is: a power law"""
    @property
    def xmin(self) -> Decimal:
        """where the tail begins"""
    @property
    def alpha(self) -> float | None:
        """exponent of the power law"""
    @property
    def standard_error(self) -> float | None:
        """standard error of alpha"""
    @property
    def n(self) -> int:
        """amounts in the tail"""
    @property
    def left_out(self) -> int:
        """amounts <= 0, left out"""
    @property
    def ks(self) -> float | None:
        """Kolmogorov-Smirnov distance of tail and power law"""
    @property
    def p(self) -> float | None:
        """goodness of fit: below 0.1 it is no power law"""
    @property
    def replicates(self) -> int:
        """replicates of p"""
    @property
    def discrete(self) -> bool:
        """fitted to counts"""
    @property
    def against(self) -> TailAgainst:
        """the power law against its alternatives"""

@type_check_only
class ParetoPartners(Table):
    """one amount per partner"""
    @overload
    def __getitem__(self, name: Literal["amount", "share", "cumulative_share", "cv", "contribution", "contribution_share"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["group", "partner"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["rank", "order", "periods"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["class", "xyz", "previous_class"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> int:
        """all partners"""
    @property
    def counted(self) -> int:
        """P: partners that the figures count"""
    @property
    def positive(self) -> int:
        """partners with an amount > 0"""
    @property
    def zero(self) -> int:
        """partners with an amount of 0"""
    @property
    def negative(self) -> int:
        """partners with an amount < 0"""
    @property
    def negative_amount(self) -> Decimal:
        """sum of the negative amounts"""
    @property
    def total(self) -> Decimal:
        """T: sum of the positive amounts"""
    @property
    def net(self) -> Decimal:
        """sum of all amounts"""
    @property
    def gini(self) -> float | None:
        """Gini coefficient: 0 = all equal, towards 1 = one has all"""
    @property
    def gini_unbiased(self) -> float | None:
        """gini P / (P - 1)"""
    @property
    def hhi(self) -> float | None:
        """Herfindahl-Hirschman index: sum of squared shares"""
    @property
    def effective_partners(self) -> float | None:
        """1 / hhi: as concentrated as this many equal partners"""
    @property
    def theil(self) -> float | None:
        """Theil index: 0 = all equal, ln P = one has all"""
    @property
    def theil_between(self) -> float | None:
        """its part between groups"""
    @property
    def theil_within(self) -> float | None:
        """its part within groups"""
    @property
    def hoover(self) -> float | None:
        """Hoover index: the part of revenue to be moved for equality"""
    @property
    def vital_count(self) -> int:
        """fewest top partners that reach the first cut"""
    @property
    def vital_fraction(self) -> float | None:
        """vital_count / partners"""
    @property
    def kolkata_index(self) -> float | None:
        """k: the top 1 - k of partners hold share k; 0.8 = 80/20"""
    @property
    def top_share(self) -> dict[str, float | None]:
        """share of the top % of partners"""
    @property
    def classes(self) -> ParetoClasses:
        """partners and revenue by class"""
    @property
    def groups(self) -> ParetoGroups | None:
        """concentration by group"""
    @property
    def group_classes(self) -> ParetoGroupClasses | None:
        """classes by group"""
    @property
    def lorenz(self) -> ParetoLorenz | None:
        """the Lorenz curve"""
    @property
    def leave_one_out(self) -> ParetoLeaveOneOut | None:
        """how much hangs on any one partner"""
    @property
    def resampling(self) -> Resampling | None:
        """how far the figures would move with other partners of the same kind"""
    @property
    def tail(self) -> Tail | None:
        """how heavy the tail is"""

@type_check_only
class XyzClasses(Table):
    """one line per class by revenue and regularity"""
    @overload
    def __getitem__(self, name: Literal["abc", "xyz"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["amount"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ParetoXyz(Record):
    """how regular demand is"""
    @property
    def period(self) -> str:
        """kind of the periods"""
    @property
    def period_days(self) -> int:
        """days of a period"""
    @property
    def periods(self) -> int:
        """whole periods"""
    @property
    def from_day(self) -> datetime.date | None:
        """first day of the first period"""
    @property
    def to_day(self) -> datetime.date | None:
        """first day after the last period"""
    @property
    def left_out_from(self) -> datetime.date | None:
        """first day before the whole periods, left out"""
    @property
    def left_out_to(self) -> datetime.date | None:
        """first day after these"""
    @property
    def after_from(self) -> datetime.date | None:
        """first day after the whole periods, left out"""
    @property
    def after_to(self) -> datetime.date | None:
        """first day after these"""
    @property
    def classes(self) -> XyzClasses | None:
        """partners by revenue and regularity"""

@type_check_only
class ChangeMoves(Table):
    """one line per pair of classes, before and after"""
    @overload
    def __getitem__(self, name: Literal["from", "to"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["amount"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ParetoChange(Record):
    """what changed between two periods"""
    @property
    def previous_total(self) -> Decimal:
        """total before"""
    @property
    def total(self) -> Decimal:
        """total after"""
    @property
    def gini(self) -> float | None:
        """gini after - gini before"""
    @property
    def hhi(self) -> float | None:
        """hhi after - hhi before"""
    @property
    def previous_gini(self) -> float | None:
        """gini before"""
    @property
    def previous_hhi(self) -> float | None:
        """hhi before"""
    @property
    def at_risk(self) -> dict[str, float | None]:
        """share of the total after that leaves with the top 1, 3, 5 partners"""
    @property
    def moves(self) -> ChangeMoves | None:
        """how many partners moved from class to class"""

@type_check_only
class ParetoResult(Result):
    """What pareto() found: how much hangs on how few: classes, shares and every figure of concentration"""
    @overload
    def __getitem__(self, name: Literal["amount", "share", "cumulative_share", "cv", "contribution", "contribution_share"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["group", "partner"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["rank", "order", "periods"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["class", "xyz", "previous_class"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> ParetoPartners:
        """Partners"""
    @property
    def xyz(self) -> ParetoXyz | None:
        """Regularity of demand"""
    @property
    def change(self) -> ParetoChange | None:
        """Change between the windows"""
    @property
    def counted(self) -> int:
        """P: partners that the figures count"""
    @property
    def positive(self) -> int:
        """partners with an amount > 0"""
    @property
    def zero(self) -> int:
        """partners with an amount of 0"""
    @property
    def negative(self) -> int:
        """partners with an amount < 0"""
    @property
    def negative_amount(self) -> Decimal:
        """sum of the negative amounts"""
    @property
    def total(self) -> Decimal:
        """T: sum of the positive amounts"""
    @property
    def net(self) -> Decimal:
        """sum of all amounts"""
    @property
    def gini(self) -> float | None:
        """Gini coefficient: 0 = all equal, towards 1 = one has all"""
    @property
    def gini_unbiased(self) -> float | None:
        """gini P / (P - 1)"""
    @property
    def hhi(self) -> float | None:
        """Herfindahl-Hirschman index: sum of squared shares"""
    @property
    def effective_partners(self) -> float | None:
        """1 / hhi: as concentrated as this many equal partners"""
    @property
    def theil(self) -> float | None:
        """Theil index: 0 = all equal, ln P = one has all"""
    @property
    def theil_between(self) -> float | None:
        """its part between groups"""
    @property
    def theil_within(self) -> float | None:
        """its part within groups"""
    @property
    def hoover(self) -> float | None:
        """Hoover index: the part of revenue to be moved for equality"""
    @property
    def vital_count(self) -> int:
        """fewest top partners that reach the first cut"""
    @property
    def vital_fraction(self) -> float | None:
        """vital_count / partners"""
    @property
    def kolkata_index(self) -> float | None:
        """k: the top 1 - k of partners hold share k; 0.8 = 80/20"""
    @property
    def top_share(self) -> dict[str, float | None]:
        """share of the top % of partners"""
    @property
    def classes(self) -> ParetoClasses:
        """partners and revenue by class"""
    @property
    def groups(self) -> ParetoGroups | None:
        """concentration by group"""
    @property
    def group_classes(self) -> ParetoGroupClasses | None:
        """classes by group"""
    @property
    def lorenz(self) -> ParetoLorenz | None:
        """the Lorenz curve"""
    @property
    def leave_one_out(self) -> ParetoLeaveOneOut | None:
        """how much hangs on any one partner"""
    @property
    def resampling(self) -> Resampling | None:
        """how far the figures would move with other partners of the same kind"""
    @property
    def tail(self) -> Tail | None:
        """how heavy the tail is"""

@type_check_only
class SegmentLines(Table):
    """one line per segment"""
    @overload
    def __getitem__(self, name: Literal["segment", "band"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["mode"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["partner_share", "revenue", "revenue_share", "margin", "margin_share", "effort", "effort_share", "revenue_per_hour", "headroom", "hours", "expected_gain"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class SegmentBands(Table):
    """one line per band, highest first"""
    @overload
    def __getitem__(self, name: Literal["band"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["level", "partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["from", "revenue", "revenue_share"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class SegmentAssumptions(Table):
    """what the hours rest on"""
    @overload
    def __getitem__(self, name: Literal["mode"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["share", "hours", "retain"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class AllocationSensitivity(Table):
    """the allocation under other assumptions"""
    @overload
    def __getitem__(self, name: Literal["gain_factor", "scale_factor", "spent", "gain", "lambda", "moved"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class Allocation(Table):
    """where the hours go"""
    @overload
    def __getitem__(self, name: Literal["partner"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["hours", "expected", "marginal"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["bound"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def rows(self) -> int:
        """number of partners"""
    @property
    def budget(self) -> float | None:
        """hours to spread"""
    @property
    def spent(self) -> float | None:
        """hours given"""
    @property
    def gain(self) -> float | None:
        """what they bring"""
    @property
    def lambda_(self) -> float | None:
        """what one more hour would bring"""
    @property
    def gain_now(self) -> float | None:
        """what today's hours bring"""
    @property
    def spent_now(self) -> float | None:
        """hours given today"""
    @property
    def sensitivity(self) -> AllocationSensitivity | None:
        """the answer under other assumptions"""

@type_check_only
class SegmentMoves(Table):
    """from segment to segment since the period before"""
    @overload
    def __getitem__(self, name: Literal["from", "to"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["previous_revenue", "revenue"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class SegmentMovers(Table):
    """partners that are in another segment now"""
    @overload
    def __getitem__(self, name: Literal["partner", "from", "to", "previous_band", "band"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["previous_mode", "mode"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["previous_revenue", "revenue", "consultative", "transactional", "p_consultative", "p_transactional"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class SegmentDimensions(Table):
    """what partners expect and what they experience"""
    @overload
    def __getitem__(self, name: Literal["dimension"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["partners"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["weight", "experiences", "gap"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class SegmentPartners(Table):
    """segmentation: revenue bands × interaction modes"""
    @overload
    def __getitem__(self, name: Literal["partner", "band", "segment", "previous_segment", "largest_gap"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["revenue", "consultative", "transactional", "consultative_share", "low", "high", "p_consultative", "p_transactional", "effort", "reference", "headroom", "priority", "hours", "expected_gain", "marginal_return", "alignment", "give_get"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["level"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["mode"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["declared", "carried"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> int:
        """partners"""
    @property
    def revenue(self) -> Decimal:
        """their revenue"""
    @property
    def interactions(self) -> int:
        """interactions in the window"""
    @property
    def unlisted(self) -> int:
        """interactions and expectations of partners that are not there"""
    @property
    def with_evidence(self) -> int:
        """partners with interactions"""
    @property
    def unit(self) -> float | None:
        """effort that counts as one interaction"""
    @property
    def prior_a(self) -> float | None:
        """prior of the consultative share: a"""
    @property
    def prior_b(self) -> float | None:
        """and b"""
    @property
    def prior_from(self) -> str:
        """where the prior comes from"""
    @property
    def threshold(self) -> float:
        """share above which a partner is consultative"""
    @property
    def from_day(self) -> datetime.date | None:
        """first day of the window"""
    @property
    def to_day(self) -> datetime.date | None:
        """first day after the window"""
    @property
    def headroom(self) -> Decimal:
        """what they could bring more"""
    @property
    def segments(self) -> SegmentLines:
        """the segments"""
    @property
    def bands(self) -> SegmentBands:
        """the revenue bands"""
    @property
    def assumptions(self) -> SegmentAssumptions:
        """what the hours rest on"""
    @property
    def allocation(self) -> Allocation | None:
        """where the hours go"""
    @property
    def moves(self) -> SegmentMoves | None:
        """moves since the period before"""
    @property
    def movers(self) -> SegmentMovers | None:
        """who moved, and by what evidence"""
    @property
    def dimensions(self) -> SegmentDimensions | None:
        """expectations and experience"""

@type_check_only
class SegmentResult(Result):
    """What segment() found: who should get our resources and in what form: revenue bands, interaction modes, potential, hours"""
    @overload
    def __getitem__(self, name: Literal["partner", "band", "segment", "previous_segment", "largest_gap"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["revenue", "consultative", "transactional", "consultative_share", "low", "high", "p_consultative", "p_transactional", "effort", "reference", "headroom", "priority", "hours", "expected_gain", "marginal_return", "alignment", "give_get"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["level"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["mode"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["declared", "carried"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> SegmentPartners:
        """Partners"""
    @property
    def revenue(self) -> Decimal:
        """their revenue"""
    @property
    def interactions(self) -> int:
        """interactions in the window"""
    @property
    def unlisted(self) -> int:
        """interactions and expectations of partners that are not there"""
    @property
    def with_evidence(self) -> int:
        """partners with interactions"""
    @property
    def unit(self) -> float | None:
        """effort that counts as one interaction"""
    @property
    def prior_a(self) -> float | None:
        """prior of the consultative share: a"""
    @property
    def prior_b(self) -> float | None:
        """and b"""
    @property
    def prior_from(self) -> str:
        """where the prior comes from"""
    @property
    def threshold(self) -> float:
        """share above which a partner is consultative"""
    @property
    def from_day(self) -> datetime.date | None:
        """first day of the window"""
    @property
    def to_day(self) -> datetime.date | None:
        """first day after the window"""
    @property
    def headroom(self) -> Decimal:
        """what they could bring more"""
    @property
    def segments(self) -> SegmentLines:
        """the segments"""
    @property
    def bands(self) -> SegmentBands:
        """the revenue bands"""
    @property
    def assumptions(self) -> SegmentAssumptions:
        """what the hours rest on"""
    @property
    def allocation(self) -> Allocation | None:
        """where the hours go"""
    @property
    def moves(self) -> SegmentMoves | None:
        """moves since the period before"""
    @property
    def movers(self) -> SegmentMovers | None:
        """who moved, and by what evidence"""
    @property
    def dimensions(self) -> SegmentDimensions | None:
        """expectations and experience"""
    def again(self, **options: Any) -> Self:
        """The result of the same rows with other options: what another budget would bring, say."""

@type_check_only
class LoyaltyTiers(Table):
    """partners by tier, and how they moved"""
    @overload
    def __getitem__(self, name: Literal["tier"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["partners", "promotions", "demotions", "outstanding"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class LoyaltyMonths(Table):
    """the program month by month"""
    @overload
    def __getitem__(self, name: Literal["month"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["issued", "redeemed", "expired", "reversed", "adjusted", "net", "promotions", "demotions"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class LoyaltyMissing(Table):
    """what the next tier still requires beside points"""
    @overload
    def __getitem__(self, name: Literal["partner", "tier", "kind"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["measure"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["needed", "reached"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class Ledger(Table):
    """one line per entry, the reason for every point"""
    @overload
    def __getitem__(self, name: Literal["partner", "event", "rule", "tier", "reverses"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["day", "lot_expiry"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["kind"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["points", "capped", "qualifying", "balance", "pending"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class LoyaltyNotices(Table):
    """what a portal or a mail would tell partners"""
    @overload
    def __getitem__(self, name: Literal["partner", "tier", "rule"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["notice"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["points"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["missing"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class LoyaltyPartners(Table):
    """a program's figures, and one statement per partner"""
    @overload
    def __getitem__(self, name: Literal["partner", "tier", "next_tier", "projected_tier"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["balance", "pending", "earned", "spent", "lapsed", "qualifying", "points_missing", "requirements_missing", "expiring_30", "expiring_60", "expiring_90", "projected", "to_keep"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["valid_to"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> int:
        """partners"""
    @property
    def as_of_day(self) -> datetime.date | None:
        """last day that counts"""
    @property
    def events(self) -> int:
        """events taken"""
    @property
    def later(self) -> int:
        """events after that day, not taken"""
    @property
    def unmentioned(self) -> int:
        """events of kinds that the program does not mention"""
    @property
    def credit_notes(self) -> int:
        """negative amounts that reverse nothing"""
    @property
    def duplicates(self) -> int:
        """events left out because their id was there before"""
    @property
    def issued(self) -> int:
        """points granted, bonuses included"""
    @property
    def redeemed(self) -> int:
        """points redeemed"""
    @property
    def expired(self) -> int:
        """points expired"""
    @property
    def reversed(self) -> int:
        """points taken back"""
    @property
    def adjusted(self) -> int:
        """points added by hand, net"""
    @property
    def outstanding(self) -> int:
        """points that partners hold, pending ones included"""
    @property
    def debts(self) -> int:
        """points that partners owe"""
    @property
    def liability(self) -> Decimal | None:
        """outstanding x point_value"""
    @property
    def breakage(self) -> float | None:
        """expired / (expired + redeemed)"""
    @property
    def promotions(self) -> int:
        """promotions"""
    @property
    def demotions(self) -> int:
        """demotions"""
    @property
    def tiers(self) -> LoyaltyTiers:
        """partners by tier"""
    @property
    def months(self) -> LoyaltyMonths | None:
        """the program month by month"""
    @property
    def missing(self) -> LoyaltyMissing | None:
        """what the next tier still requires"""
    @property
    def ledger(self) -> Ledger | None:
        """every entry"""
    @property
    def notices(self) -> LoyaltyNotices | None:
        """what to tell partners"""

@type_check_only
class LoyaltyComparison(Table):
    """two programs over the same events, side by side"""
    @overload
    def __getitem__(self, name: Literal["partner", "tier", "other_tier"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["earned", "other_earned", "earned_change", "balance", "other_balance"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["cost", "other_cost"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> int:
        """partners"""
    @property
    def earned_total(self) -> int:
        """points earned"""
    @property
    def other_earned_total(self) -> int:
        """points earned under the other program"""
    @property
    def outstanding(self) -> int:
        """points that partners hold"""
    @property
    def other_outstanding(self) -> int:
        """points that partners hold under the other program"""
    @property
    def liability(self) -> Decimal | None:
        """outstanding x point_value"""
    @property
    def other_liability(self) -> Decimal | None:
        """the same of the other program"""
    @property
    def liability_change(self) -> Decimal | None:
        """other_liability - liability"""
    @property
    def higher(self) -> int:
        """partners in a higher tier under the other program"""
    @property
    def lower(self) -> int:
        """partners in a lower tier under the other program"""

@type_check_only
class LoyaltyChanges(Table):
    """ledger entries that are gone or new"""
    @overload
    def __getitem__(self, name: Literal["change", "kind"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["partner", "event", "rule", "tier"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["points", "capped"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class LoyaltyDifference(Table):
    """what events entered late, or taken out, change in history"""
    @overload
    def __getitem__(self, name: Literal["partner", "tier_before", "tier_after"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["balance", "pending", "earned", "spent", "lapsed"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["valid_before", "valid_after"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> int:
        """partners with a difference"""
    @property
    def points(self) -> int:
        """change of the points that partners hold, debts deducted"""
    @property
    def liability(self) -> Decimal | None:
        """change of the liability"""
    @property
    def changes(self) -> LoyaltyChanges | None:
        """entries that are gone or new"""

@type_check_only
class LoyaltyResult(Result):
    """What loyalty() found: points, tiers and the ledger of a loyalty program, with the reason for every point"""
    @overload
    def __getitem__(self, name: Literal["partner", "tier", "next_tier", "projected_tier"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["balance", "pending", "earned", "spent", "lapsed", "qualifying", "points_missing", "requirements_missing", "expiring_30", "expiring_60", "expiring_90", "projected", "to_keep"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["valid_to"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> LoyaltyPartners:
        """Statements"""
    @property
    def comparison(self) -> LoyaltyComparison | None:
        """The other program beside this one"""
    @property
    def difference(self) -> LoyaltyDifference | None:
        """What changes in history"""
    @property
    def as_of_day(self) -> datetime.date | None:
        """last day that counts"""
    @property
    def events(self) -> int:
        """events taken"""
    @property
    def later(self) -> int:
        """events after that day, not taken"""
    @property
    def unmentioned(self) -> int:
        """events of kinds that the program does not mention"""
    @property
    def credit_notes(self) -> int:
        """negative amounts that reverse nothing"""
    @property
    def duplicates(self) -> int:
        """events left out because their id was there before"""
    @property
    def issued(self) -> int:
        """points granted, bonuses included"""
    @property
    def redeemed(self) -> int:
        """points redeemed"""
    @property
    def expired(self) -> int:
        """points expired"""
    @property
    def reversed(self) -> int:
        """points taken back"""
    @property
    def adjusted(self) -> int:
        """points added by hand, net"""
    @property
    def outstanding(self) -> int:
        """points that partners hold, pending ones included"""
    @property
    def debts(self) -> int:
        """points that partners owe"""
    @property
    def liability(self) -> Decimal | None:
        """outstanding x point_value"""
    @property
    def breakage(self) -> float | None:
        """expired / (expired + redeemed)"""
    @property
    def promotions(self) -> int:
        """promotions"""
    @property
    def demotions(self) -> int:
        """demotions"""
    @property
    def tiers(self) -> LoyaltyTiers:
        """partners by tier"""
    @property
    def months(self) -> LoyaltyMonths | None:
        """the program month by month"""
    @property
    def missing(self) -> LoyaltyMissing | None:
        """what the next tier still requires"""
    @property
    def ledger(self) -> Ledger | None:
        """every entry"""
    @property
    def statements(self) -> LoyaltyPartners:
        """One line per partner: points, tier, what is missing to the next one, what expires."""
    def notices(self, as_of: str | datetime.date | None=None) -> LoyaltyNotices:
        """What a portal or a mail would tell partners on a day; None = the last day that counts here.

        The program is run once more, through that day.
        """
    def compare(self, other: Any) -> LoyaltyComparison:
        """Another program over the same events, beside this one: what a change would have cost.

        ``other``: a program as ``libpartner.loyalty`` takes it. The table has a line per partner, and figures.
        """

@type_check_only
class DeferralPeriods(Table):
    """the roll-forward of deferred revenue"""
    @overload
    def __getitem__(self, name: Literal["day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["opening", "added", "recognised", "reestimated", "revenue", "closing"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def periods(self) -> int:
        """periods"""
    @property
    def allocated(self) -> Decimal:
        """sum of added"""
    @property
    def recognised_total(self) -> Decimal:
        """revenue to date, re-estimates included"""
    @property
    def closing_total(self) -> Decimal:
        """still deferred at the end"""

@type_check_only
class DeferralResult(Result):
    """What deferral() found: deferred revenue of points (IFRS 15, ASC 606): recognised to date and the roll-forward"""
    @overload
    def __getitem__(self, name: Literal["day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["opening", "added", "recognised", "reestimated", "revenue", "closing"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def periods(self) -> DeferralPeriods:
        """Deferred revenue by period"""
    @property
    def allocated(self) -> Decimal:
        """sum of added"""
    @property
    def recognised_total(self) -> Decimal:
        """revenue to date, re-estimates included"""
    @property
    def closing_total(self) -> Decimal:
        """still deferred at the end"""

@type_check_only
class PipelineDoubts(Table):
    """milestones that ought to hold by what is claimed, the most telling first"""
    @overload
    def __getitem__(self, name: Literal["deal", "partner", "milestone", "question"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["reason"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["effect"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineVisibility(Table):
    """how well each partner's deals are seen"""
    @overload
    def __getitem__(self, name: Literal["partner"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["deals", "of_class"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["share", "amount_share"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineConversions(Table):
    """from stage to stage, to won and to lost"""
    @overload
    def __getitem__(self, name: Literal["stage", "spells"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["stage_name", "to", "to_name"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["ended"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["share", "median_days", "limit"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineRegistrations(Table):
    """who holds a registered customer and product, from when to when"""
    @overload
    def __getitem__(self, name: Literal["customer", "product", "deal"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["from", "to"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["ended_by", "ruling"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["contenders"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineContenders(Table):
    """registrations that were alive while another one held"""
    @overload
    def __getitem__(self, name: Literal["registration"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["deal"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineRates(Table):
    """win rates by stage"""
    @overload
    def __getitem__(self, name: Literal["stage", "deals"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["stage_name"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["incidence", "rate", "weight"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelinePartnerRates(Table):
    """win rates by partner and stage"""
    @overload
    def __getitem__(self, name: Literal["partner", "stage_name"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["stage", "closed"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["won", "rate"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineCurves(Table):
    """incidence of won and lost by stage over time"""
    @overload
    def __getitem__(self, name: Literal["stage", "days", "at_risk"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["stage_name"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["won", "lost"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineTerms(Table):
    """terms of the ridge model"""
    @overload
    def __getitem__(self, name: Literal["term"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["milestone", "feature"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["missing"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: Literal["coefficient", "standard_error", "coefficient_raw"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineContributions(Table):
    """what each term adds to each open deal's log-odds"""
    @overload
    def __getitem__(self, name: Literal["deal", "milestone", "feature"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["term"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["missing"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: Literal["contribution"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ForecastMonths(Table):
    """the forecast by month"""
    @overload
    def __getitem__(self, name: Literal["day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["expected", "p10", "p50", "p90"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ForecastPartners(Table):
    """the forecast by partner"""
    @overload
    def __getitem__(self, name: Literal["partner"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["deals"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["expected", "p10", "p50", "p90"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class ForecastCategories(Table):
    """the forecast by category"""
    @overload
    def __getitem__(self, name: Literal["category"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["deals"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["expected"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class Forecast(Record):
    """what is expected to be won within the horizon"""
    @property
    def horizon_days(self) -> int:
        """days that it looks ahead"""
    @property
    def draws(self) -> int:
        """draws"""
    @property
    def seed(self) -> int:
        """seed of the draws"""
    @property
    def deals(self) -> int:
        """open deals"""
    @property
    def without_amount(self) -> int:
        """deals that count in number only"""
    @property
    def beyond(self) -> int:
        """deals beyond experience"""
    @property
    def expected(self) -> Decimal:
        """sum of probability x amount"""
    @property
    def expected_won(self) -> float | None:
        """sum of probabilities"""
    @property
    def p10(self) -> Decimal:
        """exceeded in nine of ten draws"""
    @property
    def p50(self) -> Decimal:
        """exceeded in half of the draws"""
    @property
    def p90(self) -> Decimal:
        """exceeded in one of ten draws"""
    @property
    def won_p10(self) -> float | None:
        """deals won: exceeded in nine of ten draws"""
    @property
    def won_p50(self) -> float | None:
        """deals won: exceeded in half of the draws"""
    @property
    def won_p90(self) -> float | None:
        """deals won: exceeded in one of ten draws"""
    @property
    def target(self) -> Decimal | None:
        """amount to reach"""
    @property
    def target_probability(self) -> float | None:
        """probability of reaching it"""
    @property
    def correlation(self) -> float | None:
        """correlation of the channel's deals in use"""
    @property
    def correlation_learnt(self) -> bool:
        """the smallest correlation whose bands held in past windows"""
    @property
    def exact(self) -> bool:
        """Poisson-binomial instead of draws"""
    @property
    def windows(self) -> int:
        """past windows that the correlation was learnt from"""
    @property
    def new_business(self) -> Decimal | None:
        """mean won within a horizon from deals opened in it"""
    @property
    def months(self) -> ForecastMonths | None:
        """by month"""
    @property
    def partners(self) -> ForecastPartners | None:
        """by partner"""
    @property
    def categories(self) -> ForecastCategories | None:
        """by category"""

@type_check_only
class Backtest(Table):
    """forecasts made on past days, and what came"""
    @overload
    def __getitem__(self, name: Literal["day"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["too_little"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: Literal["expected", "p10", "p50", "p90", "actual", "expected_won", "claimed"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["won"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def windows(self) -> int:
        """number of windows"""
    @property
    def bias(self) -> float | None:
        """forecast - actual, of actual; positive = too high"""
    @property
    def wape(self) -> float | None:
        """absolute errors, of actual"""
    @property
    def coverage(self) -> float | None:
        """windows whose actual lay between P10 and P90"""
    @property
    def won_bias(self) -> float | None:
        """bias of the number of deals"""
    @property
    def won_wape(self) -> float | None:
        """absolute errors of the number of deals"""
    @property
    def won_coverage(self) -> float | None:
        """coverage of the number of deals"""
    @property
    def claims_bias(self) -> float | None:
        """bias of the claims"""
    @property
    def claims_wape(self) -> float | None:
        """absolute errors of the claims"""
    @property
    def apart(self) -> int:
        """windows that do not overlap"""

@type_check_only
class PipelineMeasures(Table):
    """how good the probabilities are, on a time-ordered hold-out"""
    @overload
    def __getitem__(self, name: Literal["by"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["rows", "positive", "clipped"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["log_loss", "auc", "brier", "reliability", "resolution", "uncertainty", "skill", "gain", "error"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["beats"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def tests(self) -> int:
        """number of models"""
    @property
    def split_day(self) -> datetime.date:
        """learnt until then, tested on the deals open at its end"""

@type_check_only
class PipelineCalibration(Table):
    """what was said on the hold-out, and what came"""
    @overload
    def __getitem__(self, name: Literal["by"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["rows"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["lowest", "highest", "expected", "observed"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class PipelineDeals(Table):
    """the pipeline's figures and tables"""
    @overload
    def __getitem__(self, name: Literal["deal", "partner", "stage", "claimed", "overclaim"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["outcome", "visibility", "amount_from", "category"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["objective_stage", "out_of_order", "days", "covered"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["since"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["score", "coverage", "win_rate", "probability", "amount"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["stalled", "beyond"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def as_of_day(self) -> datetime.date | None:
        """last day that exists"""
    @property
    def stages(self) -> int:
        """stages of the process"""
    @property
    def deals(self) -> int:
        """deals"""
    @property
    def open(self) -> int:
        """open deals"""
    @property
    def won(self) -> int:
        """won deals"""
    @property
    def lost(self) -> int:
        """lost deals"""
    @property
    def reports(self) -> int:
        """reports that count"""
    @property
    def before_opening(self) -> int:
        """reports before their deal was opened"""
    @property
    def after_closing(self) -> int:
        """reports after their deal was closed, which do not count"""
    @property
    def claims_after_closing(self) -> int:
        """claims after their deal was closed, which do not count"""
    @property
    def overclaimed(self) -> int:
        """open deals claimed further than the evidence"""
    @property
    def stalled(self) -> int:
        """open deals longer in their stage than those that moved on"""
    @property
    def out_of_order(self) -> int:
        """deals with milestones of later stages"""
    @property
    def visibility_deals(self) -> dict[str, int]:
        """partners' deals seen so"""
    @property
    def visibility_share(self) -> dict[str, float | None]:
        """share of partners' deals seen so"""
    @property
    def visibility_amount_share(self) -> dict[str, float | None]:
        """share of their known amounts seen so"""
    @property
    def claims_dated(self) -> bool:
        """claims are dated, so forecasts can be compared with them"""
    @property
    def model(self) -> str:
        """whose win rates are in use"""
    @property
    def stage_log_loss(self) -> float | None:
        """log loss of the stage rates, cross-validated"""
    @property
    def ridge_log_loss(self) -> float | None:
        """log loss of the ridge model, cross-validated"""
    @property
    def median_age(self) -> float | None:
        """median age of open deals, days"""
    @property
    def win_share(self) -> float | None:
        """won / closed within the last 365 days"""
    @property
    def mean_won_amount(self) -> Decimal | None:
        """mean amount of them"""
    @property
    def mean_won_days(self) -> float | None:
        """mean days from opening to winning"""
    @property
    def velocity(self) -> Decimal | None:
        """sales velocity: amount a day"""
    @property
    def doubts(self) -> PipelineDoubts | None:
        """doubts worth raising"""
    @property
    def visibility(self) -> PipelineVisibility | None:
        """how well each partner's deals are seen"""
    @property
    def conversions(self) -> PipelineConversions | None:
        """from stage to stage, to won and to lost"""
    @property
    def registrations(self) -> PipelineRegistrations | None:
        """who holds a registered customer and product"""
    @property
    def contenders(self) -> PipelineContenders | None:
        """registrations alive while another one held"""
    @property
    def rates(self) -> PipelineRates | None:
        """win rates by stage"""
    @property
    def partner_rates(self) -> PipelinePartnerRates | None:
        """win rates by partner and stage"""
    @property
    def curves(self) -> PipelineCurves | None:
        """incidence of won and lost by stage over time"""
    @property
    def terms(self) -> PipelineTerms | None:
        """terms of the ridge model"""
    @property
    def contributions(self) -> PipelineContributions | None:
        """what each term adds to each open deal's log-odds"""
    @property
    def forecast(self) -> Forecast:
        """what is expected to be won within the horizon"""
    @property
    def backtest(self) -> Backtest | None:
        """forecasts made on past days, and what came"""
    @property
    def measures(self) -> PipelineMeasures:
        """how good the probabilities are, on a hold-out"""
    @property
    def calibration(self) -> PipelineCalibration | None:
        """what was said on the hold-out, and what came"""

@type_check_only
class PipelineResult(Result):
    """What pipeline() found: where deals stand by evidence, which claims to doubt, what will close"""
    @overload
    def __getitem__(self, name: Literal["deal", "partner", "stage", "claimed", "overclaim"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["outcome", "visibility", "amount_from", "category"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: Literal["objective_stage", "out_of_order", "days", "covered"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["since"]) -> npt.NDArray[np.datetime64]: ...
    @overload
    def __getitem__(self, name: Literal["score", "coverage", "win_rate", "probability", "amount"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["stalled", "beyond"]) -> npt.NDArray[np.bool_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def deals(self) -> PipelineDeals:
        """Deals"""
    @property
    def as_of_day(self) -> datetime.date | None:
        """last day that exists"""
    @property
    def stages(self) -> int:
        """stages of the process"""
    @property
    def open(self) -> int:
        """open deals"""
    @property
    def won(self) -> int:
        """won deals"""
    @property
    def lost(self) -> int:
        """lost deals"""
    @property
    def reports(self) -> int:
        """reports that count"""
    @property
    def before_opening(self) -> int:
        """reports before their deal was opened"""
    @property
    def after_closing(self) -> int:
        """reports after their deal was closed, which do not count"""
    @property
    def claims_after_closing(self) -> int:
        """claims after their deal was closed, which do not count"""
    @property
    def overclaimed(self) -> int:
        """open deals claimed further than the evidence"""
    @property
    def stalled(self) -> int:
        """open deals longer in their stage than those that moved on"""
    @property
    def out_of_order(self) -> int:
        """deals with milestones of later stages"""
    @property
    def visibility_deals(self) -> dict[str, int]:
        """partners' deals seen so"""
    @property
    def visibility_share(self) -> dict[str, float | None]:
        """share of partners' deals seen so"""
    @property
    def visibility_amount_share(self) -> dict[str, float | None]:
        """share of their known amounts seen so"""
    @property
    def claims_dated(self) -> bool:
        """claims are dated, so forecasts can be compared with them"""
    @property
    def model(self) -> str:
        """whose win rates are in use"""
    @property
    def stage_log_loss(self) -> float | None:
        """log loss of the stage rates, cross-validated"""
    @property
    def ridge_log_loss(self) -> float | None:
        """log loss of the ridge model, cross-validated"""
    @property
    def median_age(self) -> float | None:
        """median age of open deals, days"""
    @property
    def win_share(self) -> float | None:
        """won / closed within the last 365 days"""
    @property
    def mean_won_amount(self) -> Decimal | None:
        """mean amount of them"""
    @property
    def mean_won_days(self) -> float | None:
        """mean days from opening to winning"""
    @property
    def velocity(self) -> Decimal | None:
        """sales velocity: amount a day"""
    @property
    def doubts(self) -> PipelineDoubts | None:
        """doubts worth raising"""
    @property
    def visibility(self) -> PipelineVisibility | None:
        """how well each partner's deals are seen"""
    @property
    def conversions(self) -> PipelineConversions | None:
        """from stage to stage, to won and to lost"""
    @property
    def registrations(self) -> PipelineRegistrations | None:
        """who holds a registered customer and product"""
    @property
    def contenders(self) -> PipelineContenders | None:
        """registrations alive while another one held"""
    @property
    def rates(self) -> PipelineRates | None:
        """win rates by stage"""
    @property
    def partner_rates(self) -> PipelinePartnerRates | None:
        """win rates by partner and stage"""
    @property
    def curves(self) -> PipelineCurves | None:
        """incidence of won and lost by stage over time"""
    @property
    def terms(self) -> PipelineTerms | None:
        """terms of the ridge model"""
    @property
    def contributions(self) -> PipelineContributions | None:
        """what each term adds to each open deal's log-odds"""
    @property
    def forecast(self) -> Forecast:
        """what is expected to be won within the horizon"""
    @property
    def backtest(self) -> Backtest | None:
        """forecasts made on past days, and what came"""
    @property
    def measures(self) -> PipelineMeasures:
        """how good the probabilities are, on a hold-out"""
    @property
    def calibration(self) -> PipelineCalibration | None:
        """what was said on the hold-out, and what came"""

@type_check_only
class MeasuresCalibration(Table):
    """how good probabilities are"""
    @overload
    def __getitem__(self, name: Literal["rows"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["lowest", "highest", "expected", "observed"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def rows(self) -> int:
        """rows"""
    @property
    def positive(self) -> int:
        """rows of what happened"""
    @property
    def rate(self) -> float | None:
        """positive / rows"""
    @property
    def log_loss(self) -> float | None:
        """mean log loss; probabilities clipped to 10^-6 from 0 and 1"""
    @property
    def clipped(self) -> int:
        """probabilities that were clipped"""
    @property
    def constant_log_loss(self) -> float | None:
        """log loss of the rate itself: what a model has to stay below"""
    @property
    def auc(self) -> float | None:
        """area under the ROC curve, ties half"""
    @property
    def brier(self) -> float | None:
        """Brier score = reliability - resolution + uncertainty"""
    @property
    def reliability(self) -> float | None:
        """what isotonic recalibration would take off"""
    @property
    def resolution(self) -> float | None:
        """how far the recalibrated leaves the rate"""
    @property
    def uncertainty(self) -> float | None:
        """rate (1 - rate)"""
    @property
    def compared(self) -> int:
        """rows that have a claim"""
    @property
    def claim_log_loss(self) -> float | None:
        """log loss of the claims, on those rows"""
    @property
    def skill(self) -> float | None:
        """1 - log loss / claim_log_loss, on those rows"""

@type_check_only
class MeasuresResult(Result):
    """What measures() found: how good anybody's probabilities are: log loss, Brier score, AUC, calibration"""
    @overload
    def __getitem__(self, name: Literal["rows"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: Literal["lowest", "highest", "expected", "observed"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def calibration(self) -> MeasuresCalibration:
        """Calibration"""
    @property
    def rows(self) -> int:
        """rows"""
    @property
    def positive(self) -> int:
        """rows of what happened"""
    @property
    def rate(self) -> float | None:
        """positive / rows"""
    @property
    def log_loss(self) -> float | None:
        """mean log loss; probabilities clipped to 10^-6 from 0 and 1"""
    @property
    def clipped(self) -> int:
        """probabilities that were clipped"""
    @property
    def constant_log_loss(self) -> float | None:
        """log loss of the rate itself: what a model has to stay below"""
    @property
    def auc(self) -> float | None:
        """area under the ROC curve, ties half"""
    @property
    def brier(self) -> float | None:
        """Brier score = reliability - resolution + uncertainty"""
    @property
    def reliability(self) -> float | None:
        """what isotonic recalibration would take off"""
    @property
    def resolution(self) -> float | None:
        """how far the recalibrated leaves the rate"""
    @property
    def uncertainty(self) -> float | None:
        """rate (1 - rate)"""
    @property
    def compared(self) -> int:
        """rows that have a claim"""
    @property
    def claim_log_loss(self) -> float | None:
        """log loss of the claims, on those rows"""
    @property
    def skill(self) -> float | None:
        """1 - log loss / claim_log_loss, on those rows"""

@type_check_only
class BreaksClasses(Table):
    """one line per class, lowest first"""
    @overload
    def __getitem__(self, name: Literal["lowest", "highest", "mean", "within"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["count"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...

@type_check_only
class BreaksRows(Table):
    """natural breaks: optimal classes of numbers"""
    @overload
    def __getitem__(self, name: Literal["class"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def rows(self) -> int:
        """number of values"""
    @property
    def total(self) -> float | None:
        """sum of squares about the mean of all"""
    @property
    def within(self) -> float | None:
        """sum of squares about the classes' means"""
    @property
    def fit(self) -> float | None:
        """goodness of variance fit: 1 - within / total"""
    @property
    def classes(self) -> BreaksClasses:
        """the classes"""

@type_check_only
class BreaksResult(Result):
    """What breaks() found: natural breaks: the classes of numbers that leave the least spread within them"""
    @overload
    def __getitem__(self, name: Literal["class"]) -> npt.NDArray[np.integer[Any]]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def rows(self) -> BreaksRows:
        """Rows"""
    @property
    def total(self) -> float | None:
        """sum of squares about the mean of all"""
    @property
    def within(self) -> float | None:
        """sum of squares about the classes' means"""
    @property
    def fit(self) -> float | None:
        """goodness of variance fit: 1 - within / total"""
    @property
    def classes(self) -> BreaksClasses:
        """the classes"""
    @property
    def values(self) -> npt.NDArray[np.float64]:
        """The numbers, row by row as the classes are."""

@type_check_only
class AllocationResult(Result):
    """What allocation() found: where a limited number of hours brings most, and what one more would bring"""
    @overload
    def __getitem__(self, name: Literal["partner"]) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, name: Literal["hours", "expected", "marginal"]) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, name: Literal["bound"]) -> npt.NDArray[np.str_]: ...
    @overload
    def __getitem__(self, name: str) -> npt.NDArray[Any]: ...
    @property
    def partners(self) -> Allocation:
        """Hours"""
    @property
    def rows(self) -> int:
        """number of partners"""
    @property
    def budget(self) -> float | None:
        """hours to spread"""
    @property
    def spent(self) -> float | None:
        """hours given"""
    @property
    def gain(self) -> float | None:
        """what they bring"""
    @property
    def lambda_(self) -> float | None:
        """what one more hour would bring"""
    @property
    def gain_now(self) -> float | None:
        """what today's hours bring"""
    @property
    def spent_now(self) -> float | None:
        """hours given today"""
    @property
    def sensitivity(self) -> AllocationSensitivity | None:
        """the answer under other assumptions"""
    def again(self, **options: Any) -> Self:
        """The result of the same rows with other options: what another budget would bring, say."""

class Program(PartnerConfig):
    """A loyalty program: what earns points, tiers, expiry, redemption.

    Made of a dict, a text of JSON, or the path of a file of JSON or TOML (.toml). Checked when it
    is made: what is wrong is a DataError with its path. sentences says what it means, warnings what
    is allowed and hardly meant. Wherever one is taken, what it is made of is taken too.

    Example
    -------
    >>> import libpartner as lp
    >>> program = '''{"rules": [{"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}],
    ...  "tiers": [{"id": "authorized"}, {"id": "silver", "points": 15, "multiplier": 1.5}],
    ...  "redeem": {"on": "redemption"}}'''
    >>> lp.Program(program).warnings
    []
    """
    def __init__(self, source: _Written | Program, /) -> None: ...

class Process(PartnerConfig):
    """A sales process: its stages, and the milestones that prove them.

    Made of a dict, a text of JSON, or the path of a file of JSON or TOML (.toml). Checked when it
    is made: what is wrong is a DataError with its path. sentences says what it means, warnings what
    is allowed and hardly meant. Wherever one is taken, what it is made of is taken too.

    Example
    -------
    >>> import libpartner as lp
    >>> process = '''{"stages": [
    ...   {"id": "qualified", "milestones": [{"id": "budget", "question": "Who signs for the money?"}]},
    ...   {"id": "proposed", "milestones": [{"id": "contact", "valid_days": 90}]}]}'''
    >>> lp.Process(process).warnings
    []
    """
    def __init__(self, source: _Written | Process, /) -> None: ...

class Segments(PartnerConfig):
    """Segmentation rules: bands, kinds of interaction, names, what attention brings.

    Made of a dict, a text of JSON, or the path of a file of JSON or TOML (.toml). Checked when it
    is made: what is wrong is a DataError with its path. sentences says what it means, warnings what
    is allowed and hardly meant. Wherever one is taken, what it is made of is taken too.

    Example
    -------
    >>> import libpartner as lp
    >>> segments = '''{"bands": {"method": "thresholds", "thresholds": [300]},
    ...  "mode": {"kinds": {"order": "transactional", "training": "consultative",
    ...                     "joint-visit": "consultative", "design-in": "consultative"}}}'''
    >>> lp.Segments(segments).warnings
    []
    """
    def __init__(self, source: _Written | Segments, /) -> None: ...

def totals(
    data: _Frame | None = None,
    /,
    *,
    partner: _Column | None = None,
    amount: _Column | None = None,
    day: _Column | None = None,
    margin: _Column | None = None,
    product: _Column | None = None,
    currency: _Column | None = None,
    partners: _Frame | int | None = None,
    sales: _Frame | None = None,
    threads: int | Literal["all"] | None = None,
    min_sales: int | None = None,
    from_day: _Date | None = None,
    to_day: _Date | None = None,
    previous_from_day: _Date | None = None,
    previous_to_day: _Date | None = None,
    roll_up: bool | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
    dict: Dict | None = None,
    dicts: Mapping[str, Dict] | None = None,
) -> TotalsResult:
    """One line per partner: revenue, returns, margin, sales, activity; and growth between two windows.

        libpartner.totals(sales, partner=…, amount=…, …)
        libpartner.totals(partner=…, amount=…, …)

    sales: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict of
    columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    sales : frame, dict of columns or columns(…); needed
        rows of sales
        partner : id of a partner; needed
            who sold (also: partner_id, account, account_id, reseller, reseller_id, customer,
            customer_id)
        amount : money; needed
            net revenue; negative = credit note or return (also: revenue, net_revenue, sales_amount,
            total, value, close_value)
        day : day; optional
            day of the sale (also: date, order_date, sale_date, invoice_date, close_date)
        margin : money; optional
            gross margin of the row (also: gross_margin, profit)
        product : id of a product; optional
            product group (also: product_group, product_line, category)
        currency : id of a currency; optional
            currency of the amounts; one per run (also: currency_code)
    partners : frame, dict of columns or columns(…); optional
        who is enrolled
        partner : id of a partner; needed
            who is enrolled (also: partner_id, id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        name : id of a name; optional
            name, for people (also: partner_name, account_name, reseller_name, company)
        group : id of a group; optional
            group (region, type) to compare within (also: region, type, partner_type, segment)
        parent : id of a partner; optional
            the partner this one belongs to (also: parent_id, parent_partner)
        joined : day; optional
            first day as a partner (also: joined_on, start_date, partner_since)
        left : day; optional
            first day no longer a partner (also: left_on, end_date)
        target : money; optional
            revenue agreed for the window (also: quota, revenue_target)
        tier : id of a tier; optional
            tier that a loyalty program starts from (also: level, status)
        tier_until : day; optional
            last day of that tier (also: valid_to, tier_valid_to)
        potential : money; optional
            what the partner could bring in the window (also: stated_potential, revenue_potential)
        strategic : share, 1 = all; optional
            strategic rating, 0 to 1 (also: strategic_rating, rating)
        mode : "unknown" | "transactional" | "mixed" | "consultative"; optional
            how it works with us; absent = as the interactions show (also: interaction_mode)
        hours : number; optional
            hours it gets now (also: hours_now, current_hours)
        hours_min : number; optional
            hours that it gets at least
        hours_max : number; optional
            hours that it gets at most

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    min_sales : count; default 1
        sales in the window that make a partner active
    partners : count, in the place of a table
        number of partners; absent = as many as there are
    from_day : day
        first day of the window
    to_day : day
        first day after the window
    previous_from_day : day
        first day of the window to compare with
    previous_to_day : day
        first day after the window to compare with
    minor_units : 0 … 9; default 2
        decimal places of the amounts
    roll_up : bool; default False
        sum partners into their parents
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Totals by partner:
        active : count
            partners with enough sales in the window
        activity_rate : share, 1 = all
            active / partners
        revenue_total : money
            revenue of all partners
        rows : count
            rows in the window
        from_day : day
            first day of the window
        to_day : day
            first day after the window
        last_day_seen : day
            last day of any row, in the window or not
        partner : column; id of a partner
            the partner
        revenue : column; money
            gross - returned
        gross : column; money
            sum of the positive amounts
        returned : column; money
            sum of the negative amounts, as a positive amount
        margin : column; money
            sum of margins
        sales : column; count
            rows with amount > 0
        returns : column; count
            rows with amount < 0
        first_day : column; day
            first day with amount > 0
        last_day : column; day
            last day with amount > 0
        attainment : column; share, 1 = all
            revenue / target
        group : column; id of a group
            the partner's group

    Growth between the windows:
        previous_from_day : day
            first day of the window before
        previous_to_day : day
            first day after the window before
        from_day : day
            first day of the window
        to_day : day
            first day after the window
        previous_total : money
            revenue in the window before
        total : money
            revenue in the window
        change : money
            total - previous_total
        growth_total : share, 1 = all
            change / previous_total
        after_last_day : bool
            the window ends after the last day seen, so it may not be whole
        states : Table
            partners and change by state
            state : column; "new" | "lost" | "grown" | "shrunk" | "steady" | "none"
                what became of the partners
            partners : column; count
                how many
            change : column; money
                what they changed; the changes add up to the whole
        partner : column; id of a partner
            the partner
        previous_revenue : column; money
            revenue in the window before
        revenue : column; money
            revenue in the window
        growth : column; share, 1 = all
            (revenue - previous_revenue) / previous_revenue
        state : column; "new" | "lost" | "grown" | "shrunk" | "steady" | "none"
            what became of the partner

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> sales = {
    ...     "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    ...     "amount": [500.00, 310.00, 100.00, 60.00, 40.00, -10.00],
    ...     "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    ... }
    >>> result = lp.totals(sales)
    >>> result.active
    4
    >>> result.revenue_total
    Decimal('1000.00')
    >>> result.rows
    6
    """

def pareto(
    data: _Frame | None = None,
    /,
    *,
    partner: _Column | None = None,
    amount: _Column | None = None,
    day: _Column | None = None,
    margin: _Column | None = None,
    product: _Column | None = None,
    currency: _Column | None = None,
    partners: _Frame | int | None = None,
    sales: _Frame | None = None,
    threads: int | Literal["all"] | None = None,
    min_sales: int | None = None,
    from_day: _Date | None = None,
    to_day: _Date | None = None,
    previous_from_day: _Date | None = None,
    previous_to_day: _Date | None = None,
    roll_up: bool | None = None,
    points: int | None = None,
    cuts: Sequence[_Fraction] | str | None = None,
    population: Literal["all", "active"] | None = None,
    negatives: Literal["zero", "error"] | None = None,
    leave_one_out: bool | None = None,
    resample: bool | None = None,
    tail: bool | None = None,
    discrete: bool | None = None,
    xyz: Literal["none", "month", "quarter", "days"] | None = None,
    since_first: bool | None = None,
    replicates: int | None = None,
    confidence: _Fraction | None = None,
    seed: int | None = None,
    min_tail: int | None = None,
    tail_replicates: int | None = None,
    xyz_days: int | None = None,
    xyz_cuts: Sequence[_Fraction] | str | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
    dict: Dict | None = None,
    dicts: Mapping[str, Dict] | None = None,
) -> ParetoResult:
    """How much hangs on how few: classes, shares and every figure of concentration.

        libpartner.pareto(sales, partner=…, amount=…, …)
        libpartner.pareto(partner=…, amount=…, …)

    sales: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict of
    columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    sales : frame, dict of columns or columns(…); needed
        rows of sales
        partner : id of a partner; needed
            who sold (also: partner_id, account, account_id, reseller, reseller_id, customer,
            customer_id)
        amount : money; needed
            net revenue; negative = credit note or return (also: revenue, net_revenue, sales_amount,
            total, value, close_value)
        day : day; optional
            day of the sale (also: date, order_date, sale_date, invoice_date, close_date)
        margin : money; optional
            gross margin of the row (also: gross_margin, profit)
        product : id of a product; optional
            product group (also: product_group, product_line, category)
        currency : id of a currency; optional
            currency of the amounts; one per run (also: currency_code)
    partners : frame, dict of columns or columns(…); optional
        who is enrolled
        partner : id of a partner; needed
            who is enrolled (also: partner_id, id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        name : id of a name; optional
            name, for people (also: partner_name, account_name, reseller_name, company)
        group : id of a group; optional
            group (region, type) to compare within (also: region, type, partner_type, segment)
        parent : id of a partner; optional
            the partner this one belongs to (also: parent_id, parent_partner)
        joined : day; optional
            first day as a partner (also: joined_on, start_date, partner_since)
        left : day; optional
            first day no longer a partner (also: left_on, end_date)
        target : money; optional
            revenue agreed for the window (also: quota, revenue_target)
        tier : id of a tier; optional
            tier that a loyalty program starts from (also: level, status)
        tier_until : day; optional
            last day of that tier (also: valid_to, tier_valid_to)
        potential : money; optional
            what the partner could bring in the window (also: stated_potential, revenue_potential)
        strategic : share, 1 = all; optional
            strategic rating, 0 to 1 (also: strategic_rating, rating)
        mode : "unknown" | "transactional" | "mixed" | "consultative"; optional
            how it works with us; absent = as the interactions show (also: interaction_mode)
        hours : number; optional
            hours it gets now (also: hours_now, current_hours)
        hours_min : number; optional
            hours that it gets at least
        hours_max : number; optional
            hours that it gets at most

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    min_sales : count; default 1
        sales in the window that make a partner active
    partners : count, in the place of a table
        number of partners; absent = as many as there are
    from_day : day
        first day of the window
    to_day : day
        first day after the window
    previous_from_day : day
        first day of the window to compare with
    previous_to_day : day
        first day after the window to compare with
    minor_units : 0 … 9; default 2
        decimal places of the amounts
    roll_up : bool; default False
        sum partners into their parents
    points : count; default 0
        most vertices of the Lorenz curve; 0 = no curve
    cuts : list of at most 8: fraction, or "30 %"; default [0.8, 0.95]
        shares of revenue that end class A, B …
    population : "all" | "active"; default "all"
        whether partners without revenue count
    negatives : "zero" | "error"; default "zero"
        what a negative amount is
    leave_one_out : bool; default False
        also say how much hangs on any one partner
    resample : bool; default False
        also say how far the figures would move with other partners of the same kind
    tail : bool; default False
        also fit a power law to the largest amounts
    discrete : bool; default False
        tail: the amounts are counts, not measurements
    xyz : "none" | "month" | "quarter" | "days"; default "none"
        also measure how regular demand is, by these periods
    since_first : bool; default True
        xyz: periods count from a partner's first sale on
    replicates : count; default 1000
        resampling: how many replicates
    confidence : fraction, or "30 %"; default 0.95
        resampling: the part of the replicates within the range
    seed : number; default 0
        seed of resampling and of the tail's goodness of fit
    min_tail : count; default 25
        tail: the fewest amounts it may have
    tail_replicates : count; default 0
        tail: replicates of its goodness of fit; 0 = not computed
    xyz_days : count
        xyz: length of a period, with xyz = days
    xyz_cuts : list of at most 2: fraction, or "30 %"; default [0.5, 1.0]
        xyz: largest coefficient of variation of X and of Y
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Partners:
        amount : column; money
            the partner's amount
        group : column; id of a group
            the partner's group
        partner : column; id of a partner
            the partner

    Pareto:
        counted : count
            P: partners that the figures count
        positive : count
            partners with an amount > 0
        zero : count
            partners with an amount of 0
        negative : count
            partners with an amount < 0
        negative_amount : money
            sum of the negative amounts
        total : money
            T: sum of the positive amounts
        net : money
            sum of all amounts
        gini : number
            Gini coefficient: 0 = all equal, towards 1 = one has all
        gini_unbiased : number
            gini P / (P - 1)
        hhi : number
            Herfindahl-Hirschman index: sum of squared shares
        effective_partners : number
            1 / hhi: as concentrated as this many equal partners
        theil : number
            Theil index: 0 = all equal, ln P = one has all
        theil_between : number
            its part between groups
        theil_within : number
            its part within groups
        hoover : number
            Hoover index: the part of revenue to be moved for equality
        vital_count : count
            fewest top partners that reach the first cut
        vital_fraction : share, 1 = all
            vital_count / partners
        kolkata_index : number
            k: the top 1 - k of partners hold share k; 0.8 = 80/20
        top_share : share, 1 = all; by "1" | "5" | "10" | "20" | "50"
            share of the top % of partners
        classes : Table
            partners and revenue by class
            class : column; class
                A, B … or none
            partners : column; count
                partners in it
            amount : column; money
                their revenue
            share : column; share, 1 = all
                amount / total
        groups : Table
            concentration by group
            group : column; id of a group
                the group
            partners : column; count
                partners in it
            counted : column; count
                partners that the figures count
            positive : column; count
                partners with an amount > 0
            zero : column; count
                partners with an amount of 0
            negative : column; count
                partners with an amount < 0
            negative_amount : column; money
                sum of the negative amounts
            total : column; money
                sum of the positive amounts
            net : column; money
                sum of all amounts
            gini : column; number
                Gini coefficient
            gini_unbiased : column; number
                gini P / (P - 1)
            hhi : column; number
                Herfindahl-Hirschman index
            effective_partners : column; number
                1 / hhi
            theil : column; number
                Theil index
            hoover : column; number
                Hoover index
            vital_count : column; count
                fewest top partners that reach the first cut
            vital_fraction : column; share, 1 = all
                vital_count / partners
            kolkata_index : column; number
                k: the top 1 - k of partners hold share k
            top_share : column; share, 1 = all; by "1" | "5" | "10" | "20" | "50"
                share of the top % of partners
            share : column; share, 1 = all
                the group's part of the total
            theil_between : column; number
                its part of the Theil index between groups
            theil_within : column; number
                its part of the Theil index within groups
        group_classes : Table
            classes by group
            group : column; id of a group
                the group
            class : column; class
                A, B … or none, within the group
            partners : column; count
                partners in it
            amount : column; money
                their revenue
            share : column; share, 1 = all
                of the group's total
        lorenz : Table
            the Lorenz curve
            partners : column; share, 1 = all
                the poorest part of partners
            share : column; share, 1 = all
                their share of the total
        leave_one_out : Record
            how much hangs on any one partner
            gini_low : number
                smallest gini without one partner
            gini_high : number
                largest gini without one partner
            gini_fall : number
                its largest fall
            gini_rise : number
                its largest rise
            hhi_low : number
                smallest hhi without one partner
            hhi_high : number
                largest hhi without one partner
            hhi_fall : number
                its largest fall
            hhi_rise : number
                its largest rise
            total_low : money
                total without the largest partner
            total_high : money
                total without the smallest partner
            total_fall : money
                its largest fall
            total_rise : money
                its largest rise
            gini_low_partner : id of the row
                whose leaving gives gini_low
            gini_high_partner : id of the row
                whose leaving gives gini_high
            hhi_low_partner : id of the row
                whose leaving gives hhi_low
            hhi_high_partner : id of the row
                whose leaving gives hhi_high
            at_risk : share, 1 = all; by "1" | "3" | "5"
                share of the total that leaves with the top 1, 3, 5 partners
        resampling : Record
            how far the figures would move with other partners of the same kind
            gini : number; by "low" | "high"
                range of gini
            top_share_20 : share, 1 = all; by "low" | "high"
                range of the share of the top 20 % of partners
            vital_fraction : share, 1 = all; by "low" | "high"
                range of vital_fraction
            confidence : share, 1 = all
                part of the replicates within the range
            seed : number
                seed of the random numbers
            replicates : count
                how many were drawn
            redrawn : count
                drawn again, for want of revenue
        tail : Record
            how heavy the tail is
            xmin : money
                where the tail begins
            alpha : number
                exponent of the power law
            standard_error : number
                standard error of alpha
            n : count
                amounts in the tail
            left_out : count
                amounts <= 0, left out
            ks : number
                Kolmogorov-Smirnov distance of tail and power law
            p : number
                goodness of fit: below 0.1 it is no power law
            replicates : count
                replicates of p
            discrete : bool
                fitted to counts
            against : Record
                the power law against its alternatives
                lognormal : number; by "ratio" | "z" | "p"
                    against a lognormal: positive ratios favour the power law
                exponential : number; by "ratio" | "z" | "p"
                    against an exponential: positive ratios favour the power law
                lognormal_is_power_law : bool
                    the best lognormal is the power law itself
        rank : column; count
            1 = largest; equals share a rank
        share : column; share, 1 = all
            part of the total
        cumulative_share : column; share, 1 = all
            of all down to and including this one
        class : column; class
            A, B … or none
        order : column; row, from 0
            the rows, largest first

    Regularity:
        cv : column; number
            coefficient of variation of revenue per period
        xyz : column; "X" | "Y" | "Z" | "none"
            X regular, Y varying, Z irregular
        periods : column; count
            whole periods looked at

    Change:
        previous_class : column; class
            class before
        contribution : column; money
            amount after - amount before
        contribution_share : column; share, 1 = all
            contribution as a part of the total before

    Regularity of demand:
        period : "none" | "month" | "quarter" | "days"
            kind of the periods
        period_days : count
            days of a period
        periods : count
            whole periods
        from_day : day
            first day of the first period
        to_day : day
            first day after the last period
        left_out_from : day
            first day before the whole periods, left out
        left_out_to : day
            first day after these
        after_from : day
            first day after the whole periods, left out
        after_to : day
            first day after these
        classes : Table
            partners by revenue and regularity
            abc : column; class
                class by revenue
            xyz : column; "X" | "Y" | "Z" | "none"
                class by regularity
            partners : column; count
                partners of both classes
            amount : column; money
                their revenue

    Change between the windows:
        previous_total : money
            total before
        total : money
            total after
        gini : number
            gini after - gini before
        hhi : number
            hhi after - hhi before
        previous_gini : number
            gini before
        previous_hhi : number
            hhi before
        at_risk : share, 1 = all; by "1" | "3" | "5"
            share of the total after that leaves with the top 1, 3, 5 partners
        moves : Table
            how many partners moved from class to class
            from : column; class
                class before
            to : column; class
                class after
            partners : column; count
                partners that moved so, from the class before to the class after
            amount : column; money
                what their amounts changed by

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> sales = {
    ...     "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    ...     "amount": [500.00, 310.00, 100.00, 60.00, 40.00, -10.00],
    ...     "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    ... }
    >>> result = lp.pareto(sales)
    >>> result.total
    Decimal('1000.00')
    >>> result.gini
    0.445
    >>> result.hhi
    0.4194
    >>> result.vital_count
    2
    """

def segment(
    sales: _Frame | None = None,
    interactions: _Frame | None = None,
    partners: _Frame | int | None = None,
    alignment: _Frame | None = None,
    rules: _Written | Segments | None = None,
    *,
    partner: _Column | None = None,
    amount: _Column | None = None,
    day: _Column | None = None,
    margin: _Column | None = None,
    product: _Column | None = None,
    currency: _Column | None = None,
    threads: int | Literal["all"] | None = None,
    min_sales: int | None = None,
    from_day: _Date | None = None,
    to_day: _Date | None = None,
    previous_from_day: _Date | None = None,
    previous_to_day: _Date | None = None,
    roll_up: bool | None = None,
    sensitivity: bool | None = None,
    budget: float | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
    dict: Dict | None = None,
    dicts: Mapping[str, Dict] | None = None,
) -> SegmentResult:
    """Who should get our resources and in what form: revenue bands, interaction modes, potential, hours.

        libpartner.segment(sales, partner=…, amount=…, …)
        libpartner.segment(partner=…, amount=…, …)

    sales: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict of
    columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    sales : frame, dict of columns or columns(…); needed
        rows of sales
        partner : id of a partner; needed
            who sold (also: partner_id, account, account_id, reseller, reseller_id, customer,
            customer_id)
        amount : money; needed
            net revenue; negative = credit note or return (also: revenue, net_revenue, sales_amount,
            total, value, close_value)
        day : day; optional
            day of the sale (also: date, order_date, sale_date, invoice_date, close_date)
        margin : money; optional
            gross margin of the row (also: gross_margin, profit)
        product : id of a product; optional
            product group (also: product_group, product_line, category)
        currency : id of a currency; optional
            currency of the amounts; one per run (also: currency_code)
    rules : dict, JSON, path of a .json or .toml file, or Segments; optional
        segmentation rules, JSON
    interactions : frame, dict of columns or columns(…); optional
        what we did with partners
        partner : id of a partner; needed
            with whom (also: partner_id, account, account_id, reseller, reseller_id, customer,
            customer_id)
        day : day; needed
            day of the interaction (also: date, activity_date, interaction_date)
        kind : id of a kind; needed
            what it was: a kind of the rules (also: type, activity, activity_type, interaction)
        effort : number; optional
            what it took us, in any unit; absent = the usual effort (also: minutes, hours, duration)
    partners : frame, dict of columns or columns(…); optional
        who is enrolled
        partner : id of a partner; needed
            who is enrolled (also: partner_id, id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        name : id of a name; optional
            name, for people (also: partner_name, account_name, reseller_name, company)
        group : id of a group; optional
            group (region, type) to compare within (also: region, type, partner_type, segment)
        parent : id of a partner; optional
            the partner this one belongs to (also: parent_id, parent_partner)
        joined : day; optional
            first day as a partner (also: joined_on, start_date, partner_since)
        left : day; optional
            first day no longer a partner (also: left_on, end_date)
        target : money; optional
            revenue agreed for the window (also: quota, revenue_target)
        tier : id of a tier; optional
            tier that a loyalty program starts from (also: level, status)
        tier_until : day; optional
            last day of that tier (also: valid_to, tier_valid_to)
        potential : money; optional
            what the partner could bring in the window (also: stated_potential, revenue_potential)
        strategic : share, 1 = all; optional
            strategic rating, 0 to 1 (also: strategic_rating, rating)
        mode : "unknown" | "transactional" | "mixed" | "consultative"; optional
            how it works with us; absent = as the interactions show (also: interaction_mode)
        hours : number; optional
            hours it gets now (also: hours_now, current_hours)
        hours_min : number; optional
            hours that it gets at least
        hours_max : number; optional
            hours that it gets at most
    alignment : frame, dict of columns or columns(…); optional
        what partners expect and experience
        partner : id of a partner; needed
            whose expectation (also: partner_id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        dimension : id of a dimension; needed
            what is expected: price, delivery, training (also: criterion, need)
        expects : number; needed
            how much it matters to the partner, at least 0 (also: expectation, importance, weight)
        experiences : share, 1 = all; needed
            how far the partner finds it met, 0 to 1 (also: experience, satisfaction)
        given : number; optional
            what we gave, in any unit
        committed : number; optional
            what was agreed, in the same unit

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    min_sales : count; default 1
        sales in the window that make a partner active
    partners : count, in the place of a table
        number of partners; absent = as many as there are
    from_day : day
        first day of the window
    to_day : day
        first day after the window
    previous_from_day : day
        first day of the window to compare with
    previous_to_day : day
        first day after the window to compare with
    minor_units : 0 … 9; default 2
        decimal places of the amounts
    roll_up : bool; default False
        sum partners into their parents
    sensitivity : bool; default False
        also say what other assumptions about attention would change
    budget : number
        hours to spread; absent = those of the rules
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Partners:
        partners : count
            partners
        revenue : money
            their revenue
        interactions : count
            interactions in the window
        unlisted : count
            interactions and expectations of partners that are not there
        with_evidence : count
            partners with interactions
        unit : number
            effort that counts as one interaction
        prior_a : number
            prior of the consultative share: a
        prior_b : number
            and b
        prior_from : "fitted" | "given" | "uniform"
            where the prior comes from
        threshold : fraction, or "30 %"
            share above which a partner is consultative
        from_day : day
            first day of the window
        to_day : day
            first day after the window
        headroom : money
            what they could bring more
        segments : Table
            the segments
            segment : column; id of a segment
                the segment
            band : column; id of a band
                its band; absent = several
            mode : column; "unknown" | "transactional" | "mixed" | "consultative" | "several"
                its mode
            partners : column; count
                partners in it
            partner_share : column; share, 1 = all
                of all partners
            revenue : column; money
                their revenue
            revenue_share : column; share, 1 = all
                of all revenue
            margin : column; money
                their margin, as far as known
            margin_share : column; share, 1 = all
                of all margin
            effort : column; number
                effort spent on them
            effort_share : column; share, 1 = all
                of all effort
            revenue_per_hour : column; number
                revenue per hour of effort
            headroom : column; money
                what they could bring more
            hours : column; number
                hours of the budget
            expected_gain : column; money
                what these bring
        bands : Table
            the revenue bands
            band : column; id of a band
                the band
            level : column; count
                its number, 0 = the lowest
            from : column; money
                least revenue that belongs to it; absent = none
            partners : column; count
                partners in it
            revenue : column; money
                their revenue
            revenue_share : column; share, 1 = all
                of all revenue
        assumptions : Table
            what the hours rest on
            mode : column; "unknown" | "transactional" | "mixed" | "consultative"
                the mode
            share : column; share, 1 = all
                part of headroom that attention can win
            hours : column; number
                hours for 63 % of it
            retain : column; share, 1 = all
                part of today's revenue that attention keeps
        allocation : Table
            where the hours go
            budget : number
                hours to spread
            spent : number
                hours given
            gain : number
                what they bring
            lambda_ : number
                what one more hour would bring
            gain_now : number
                what today's hours bring
            spent_now : number
                hours given today
            partner : column; id of a partner
                the partner
            hours : column; number
                hours to give
            expected : column; number
                what they bring
            marginal : column; number
                what one more hour would bring here
            bound : column; "none" | "floor" | "ceiling"
                the bound that the hours are at
            sensitivity : Table
                the answer under other assumptions
                gain_factor : column; number
                    factor of what attention can win
                scale_factor : column; number
                    factor of the hours it takes
                spent : column; number
                    hours spent
                gain : column; number
                    what they bring
                lambda : column; number
                    value of one more hour
                moved : column; number
                    hours that other partners would get
        moves : Table
            moves since the period before
            from : column; id of a segment
                segment before; absent = was not there
            to : column; id of a segment
                segment now; absent = is not there
            partners : column; count
                partners that moved so, from the segment before to the one now
            previous_revenue : column; money
                their revenue before
            revenue : column; money
                their revenue now
        movers : Table
            who moved, and by what evidence
            partner : column; id of a partner
                the partner
            from : column; id of a segment
                segment before
            to : column; id of a segment
                segment now
            previous_band : column; id of a band
                band before
            band : column; id of a band
                band now
            previous_mode : column; "unknown" | "transactional" | "mixed" | "consultative"
                mode before
            mode : column; "unknown" | "transactional" | "mixed" | "consultative"
                mode now
            previous_revenue : column; money
                revenue before
            revenue : column; money
                revenue now
            consultative : column; number
                consultative evidence of this period
            transactional : column; number
                transactional evidence of this period
            p_consultative : column; share, 1 = all
                probability that the share is above the threshold
            p_transactional : column; share, 1 = all
                probability that it is below
        dimensions : Table
            expectations and experience
            dimension : column; id of a dimension
                what is expected
            partners : column; count
                partners that say so
            weight : column; share, 1 = all
                part of all that is expected
            experiences : column; share, 1 = all
                how far it is met
            gap : column; share, 1 = all
                part of all that is expected and missing

    Partners:
        partner : column; id of a partner
            the partner
        revenue : column; money
            revenue in the window
        level : column; count
            number of the band, 0 = the lowest
        band : column; id of a band
            revenue band
        mode : column; "unknown" | "transactional" | "mixed" | "consultative"
            how the partner works with us
        declared : column; bool
            the mode is the declared one
        carried : column; bool
            no evidence: the mode is that of the period before
        segment : column; id of a segment
            band × mode
        consultative : column; number
            consultative evidence, in interactions' worth
        transactional : column; number
            transactional evidence
        consultative_share : column; share, 1 = all
            posterior mean of the consultative share
        low : column; share, 1 = all
            lower end of its 90 % credible interval
        high : column; share, 1 = all
            upper end
        p_consultative : column; share, 1 = all
            probability that the share is above the threshold
        p_transactional : column; share, 1 = all
            probability that it is below
        effort : column; number
            effort in the window
        reference : column; money
            what the partner could bring
        headroom : column; money
            reference less revenue, at least 0
        priority : column; number
            who comes first, 0 to 1
        hours : column; number
            hours of the budget
        expected_gain : column; money
            what they bring
        marginal_return : column; number
            what one more hour would bring
        previous_segment : column; id of a segment
            segment of the period before
        alignment : column; share, 1 = all
            how far expectations are met
        largest_gap : column; id of a dimension
            where most is missing
        give_get : column; number
            given / committed

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> sales = {
    ...     "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    ...     "amount": [500.00, 310.00, 100.00, 60.00, 40.00, -10.00],
    ...     "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    ... }
    >>> result = lp.segment(sales)
    >>> result.summary["partners"]
    4
    >>> result.revenue
    Decimal('1000.00')
    """

def loyalty(
    program: _Written | Program,
    events: _Frame | None = None,
    partners: _Frame | int | None = None,
    before: _Frame | None = None,
    compare: _Written | Program | None = None,
    *,
    partner: _Column | None = None,
    day: _Column | None = None,
    kind: _Column | None = None,
    event: _Column | None = None,
    amount: _Column | None = None,
    quantity: _Column | None = None,
    margin: _Column | None = None,
    product: _Column | None = None,
    reverses: _Column | None = None,
    threads: int | Literal["all"] | None = None,
    ledger: bool | None = None,
    notices: bool | None = None,
    skip_duplicates: bool | None = None,
    as_of_day: _Date | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
    dict: Dict | None = None,
    dicts: Mapping[str, Dict] | None = None,
) -> LoyaltyResult:
    """Points, tiers and the ledger of a loyalty program, with the reason for every point.

        libpartner.loyalty(program, events, partner=…, day=…, kind=…, …)
        libpartner.loyalty(program, partner=…, day=…, kind=…, …)

    events: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict of
    columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    events : frame, dict of columns or columns(…); needed
        events of partners
        partner : id of a partner; needed
            whose event it is (also: partner_id, account, account_id, reseller, reseller_id, member)
        day : day; needed
            day of the event, in the program's calendar (also: date, event_date, activity_date,
            order_date)
        kind : id of a kind; needed
            what happened: sale, payment, certification, redemption … (also: type, event_type,
            activity, activity_type)
        event : id of a event; optional
            the event's own id; absent = number of the row (also: event_id, id, transaction,
            transaction_id)
        amount : money; optional
            amount; absent = 0 (also: revenue, net_revenue, sales_amount, total, value)
        quantity : count; optional
            how many; of redemptions and adjustments points; absent = 1 (also: qty, units, points)
        margin : money; optional
            gross margin (also: gross_margin, profit)
        product : id of a product; optional
            product group (also: product_group, product_line, category)
        reverses : id of a event; optional
            the earlier event that this one takes back, in part or whole (also: reversal_of,
            original, original_event, refund_of)
    program : dict, JSON, path of a .json or .toml file, or Program; needed
        the loyalty program, JSON
    partners : frame, dict of columns or columns(…); optional
        who is enrolled, with group, tier and tier_until
        partner : id of a partner; needed
            who is enrolled (also: partner_id, id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        name : id of a name; optional
            name, for people (also: partner_name, account_name, reseller_name, company)
        group : id of a group; optional
            group (region, type) to compare within (also: region, type, partner_type, segment)
        parent : id of a partner; optional
            the partner this one belongs to (also: parent_id, parent_partner)
        joined : day; optional
            first day as a partner (also: joined_on, start_date, partner_since)
        left : day; optional
            first day no longer a partner (also: left_on, end_date)
        target : money; optional
            revenue agreed for the window (also: quota, revenue_target)
        tier : id of a tier; optional
            tier that a loyalty program starts from (also: level, status)
        tier_until : day; optional
            last day of that tier (also: valid_to, tier_valid_to)
        potential : money; optional
            what the partner could bring in the window (also: stated_potential, revenue_potential)
        strategic : share, 1 = all; optional
            strategic rating, 0 to 1 (also: strategic_rating, rating)
        mode : "unknown" | "transactional" | "mixed" | "consultative"; optional
            how it works with us; absent = as the interactions show (also: interaction_mode)
        hours : number; optional
            hours it gets now (also: hours_now, current_hours)
        hours_min : number; optional
            hours that it gets at least
        hours_max : number; optional
            hours that it gets at most
    compare : dict, JSON, path of a .json or .toml file, or Program; optional
        another program, to see what a change would have cost
    before : frame, dict of columns or columns(…); optional
        the events as they were, to see what late ones change
        columns as those of events

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    ledger : bool; default True
        also give the ledger
    notices : bool; default False
        also give the notices
    skip_duplicates : bool; default False
        leave out events whose id was there before
    minor_units : 0 … 9
        decimal places of the events' money; absent = the program's
    partners : count, in the place of a table
        number of partners; absent = as many as there are
    as_of_day : day
        last day that counts; absent = the last event's
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Statements:
        as_of_day : day
            last day that counts
        events : count
            events taken
        later : count
            events after that day, not taken
        unmentioned : count
            events of kinds that the program does not mention
        credit_notes : count
            negative amounts that reverse nothing
        duplicates : count
            events left out because their id was there before
        issued : count
            points granted, bonuses included
        redeemed : count
            points redeemed
        expired : count
            points expired
        reversed : count
            points taken back
        adjusted : count
            points added by hand, net
        outstanding : count
            points that partners hold, pending ones included
        debts : count
            points that partners owe
        liability : money
            outstanding x point_value
        breakage : share, 1 = all
            expired / (expired + redeemed)
        promotions : count
            promotions
        demotions : count
            demotions
        tiers : Table
            partners by tier
            tier : column; id of a tier
                the tier
            partners : column; count
                partners in it
            promotions : column; count
                entered from below
            demotions : column; count
                entered from above
            outstanding : column; count
                points their partners hold
        months : Table
            the program month by month
            month : column; day
                first day of the month
            issued : column; count
                points issued
            redeemed : column; count
                points redeemed
            expired : column; count
                points expired
            reversed : column; count
                points taken back
            adjusted : column; count
                points added by hand, net
            net : column; count
                points held at its end, debts deducted
            promotions : column; count
                promotions
            demotions : column; count
                demotions
        missing : Table
            what the next tier still requires
            partner : column; id of a partner
                the partner
            tier : column; id of a tier
                the next tier
            kind : column; id of a kind
                kind of event that it requires
            measure : column; "none" | "count" | "amount" | "quantity"
                what is added up
            needed : column; number
                how much it requires
            reached : column; number
                how much there is
        ledger : Table
            every entry
            partner : column; id of a partner
                the partner
            day : column; day
                day of the entry
            kind : column; "accrual" | "reversal" | "expiry" | "redemption" | "rejected" | "release"
                    | "bonus" | "adjustment" | "promotion" | "demotion" | "renewal"
                what the entry is
            event : column; id of a event
                the event it comes from
            rule : column; id of a rule
                the rule or challenge
            points : column; count
                points, with sign
            capped : column; count
                points that a cap refused
            qualifying : column; count
                qualifying points in the window, after the entry
            balance : column; count
                usable points after the entry; negative = debt
            pending : column; count
                points not usable yet, after the entry
            tier : column; id of a tier
                tier after the entry
            lot_expiry : column; day
                day on which the points are gone
            reverses : column; id of a event
                of a reversal: the event taken back
        notices : Table
            what to tell partners
            partner : column; id of a partner
                the partner
            notice : column; "welcome" | "tier_in_reach" | "tier_at_risk" | "expiring" |
                    "challenge_in_reach"
                what to tell the partner
            tier : column; id of a tier
                tier within reach or at risk
            rule : column; id of a rule
                challenge within reach
            points : column; count
                points missing, or expiring
            missing : column; number
                what a challenge's target is short of
            day : column; day
                until when
        partner : column; id of a partner
            the partner
        balance : column; count
            usable points; negative = debt
        pending : column; count
            points not usable yet
        earned : column; count
            points earned, net of reversals
        spent : column; count
            points redeemed by the partner
        lapsed : column; count
            points expired at the partner
        qualifying : column; count
            qualifying points in the window
        tier : column; id of a tier
            tier
        valid_to : column; day
            last day of the tier's validity
        next_tier : column; id of a tier
            next tier
        points_missing : column; count
            qualifying points missing to it
        requirements_missing : column; count
            what else it requires and is not there
        expiring_30 : column; count
            points gone within 30 days
        expiring_60 : column; count
            points gone within 60 days
        expiring_90 : column; count
            points gone within 90 days
        projected_tier : column; id of a tier
            tier at the pace of the window so far
        projected : column; count
            qualifying points at that pace
        to_keep : column; count
            points missing to keep the tier at its next review

    The other program beside this one:
        earned_total : count
            points earned
        other_earned_total : count
            points earned under the other program
        outstanding : count
            points that partners hold
        other_outstanding : count
            points that partners hold under the other program
        liability : money
            outstanding x point_value
        other_liability : money
            the same of the other program
        liability_change : money
            other_liability - liability
        higher : count
            partners in a higher tier under the other program
        lower : count
            partners in a lower tier under the other program
        partner : column; id of a partner
            the partner
        earned : column; count
            points earned
        other_earned : column; count
            points earned under the other program
        earned_change : column; count
            other_earned - earned
        balance : column; count
            points held
        other_balance : column; count
            points held under the other program
        tier : column; id of a tier
            tier
        other_tier : column; id of a tier
            tier under the other program
        cost : column; money
            points spent and held x point_value
        other_cost : column; money
            the same under the other program

    What changes in history:
        points : count
            change of the points that partners hold, debts deducted
        liability : money
            change of the liability
        changes : Table
            entries that are gone or new
            change : column; "gone" | "new"
                gone from the ledger, or new in it
            partner : column; id of a partner
                the partner
            day : column; day
                day of the entry
            kind : column; "accrual" | "reversal" | "expiry" | "redemption" | "rejected" | "release"
                    | "bonus" | "adjustment" | "promotion" | "demotion" | "renewal"
                what the entry is
            event : column; id of a event
                the event it comes from
            rule : column; id of a rule
                the rule or challenge
            points : column; count
                points, with sign
            capped : column; count
                points that a cap refused
            tier : column; id of a tier
                tier after the entry
        partner : column; id of a partner
            the partner
        balance : column; count
            change of usable points
        pending : column; count
            change of pending points
        earned : column; count
            change of points earned
        spent : column; count
            change of points redeemed
        lapsed : column; count
            change of points expired
        tier_before : column; id of a tier
            tier before
        tier_after : column; id of a tier
            tier after
        valid_before : column; day
            last day of validity before
        valid_after : column; day
            last day of validity after

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> program = '''{"rules": [{"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}],
    ...  "tiers": [{"id": "authorized"}, {"id": "silver", "points": 15, "multiplier": 1.5}],
    ...  "redeem": {"on": "redemption"}}'''
    >>> events = {
    ...     "partner": ["Aster", "Birch", "Aster", "Aster", "Birch", "Aster"],
    ...     "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    ...     "kind": ["sale", "sale", "sale", "sale", "redemption", "sale"],
    ...     "amount": [125.00, 82.26, 60.00, 100.00, 0.00, 40.00],
    ...     "quantity": [1, 1, 1, 1, 5, 1],
    ... }
    >>> result = lp.loyalty(program, events)
    >>> result.issued
    47
    >>> result.outstanding
    42
    >>> result.promotions
    1
    """

def deferral(
    data: _Frame | None = None,
    /,
    *,
    day: _Column | None = None,
    added: _Column | None = None,
    redeemed: _Column | None = None,
    expected: _Column | None = None,
    deferral: _Frame | None = None,
    threads: int | Literal["all"] | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
) -> DeferralResult:
    """Deferred revenue of points (IFRS 15, ASC 606): recognised to date and the roll-forward.

        libpartner.deferral(deferral, redeemed=…, expected=…, …)
        libpartner.deferral(redeemed=…, expected=…, …)

    deferral: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict
    of columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    deferral : frame, dict of columns or columns(…); needed
        periods: amount allocated, points redeemed, estimate
        day : day; optional
            last day of the period (also: period, date, period_end)
        added : money; optional
            amount allocated to points granted in the period; absent = 0 (also: allocated, deferred)
        redeemed : count; needed
            points redeemed in the period (also: points_redeemed)
        expected : count; needed
            estimate of all points that will ever be redeemed, past redemptions included (also:
            estimate, expected_redemptions)

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    minor_units : 0 … 9; default 2
        decimal places of the amounts
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Deferred revenue by period:
        allocated : money
            sum of added
        recognised_total : money
            revenue to date, re-estimates included
        closing_total : money
            still deferred at the end
        day : column; day
            last day of the period
        opening : column; money
            deferred at its beginning
        added : column; money
            allocated to points granted in it
        recognised : column; money
            recognised for points redeemed in it, at the estimate as it was
        reestimated : column; money
            recognised because the estimate has changed
        revenue : column; money
            recognised + reestimated
        closing : column; money
            deferred at its end

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> deferral = {
    ...     "day": ["2026-12-31", "2027-12-31"],
    ...     "added": [9000.00, 0.00],
    ...     "redeemed": [4500, 4000],
    ...     "expected": [9700, 9900],
    ... }
    >>> result = lp.deferral(deferral)
    >>> result.allocated
    Decimal('9000.00')
    >>> result.recognised_total
    Decimal('7727.27')
    >>> result.closing_total
    Decimal('1272.73')
    """

def pipeline(
    process: _Written | Process,
    deals: _Frame | None = None,
    milestones: _Frame | None = None,
    claims: _Frame | None = None,
    features: _Frame | None = None,
    *,
    deal: _Column | None = None,
    partner: _Column | None = None,
    opened: _Column | None = None,
    closed: _Column | None = None,
    outcome: _Column | None = None,
    amount: _Column | None = None,
    customer: _Column | None = None,
    product: _Column | None = None,
    registered: _Column | None = None,
    claimed_stage: _Column | None = None,
    claimed_probability: _Column | None = None,
    claimed_day: _Column | None = None,
    threads: int | Literal["all"] | None = None,
    state_only: bool | None = None,
    backtest: bool | None = None,
    certain: bool | None = None,
    as_of_day: _Date | None = None,
    known_from_day: _Date | None = None,
    split_day: _Date | None = None,
    horizon_days: int | None = None,
    landmark_days: int | None = None,
    protect_days: int | None = None,
    lapse_days: int | None = None,
    folds: int | None = None,
    draws: int | None = None,
    seed: int | None = None,
    target: _Fraction | None = None,
    penalty: float | None = None,
    stall_quantile: float | None = None,
    commit: float | None = None,
    best_case: float | None = None,
    correlation: float | None = None,
    partner_correlation: float | None = None,
    backtest_day: Sequence[_Date] | str | None = None,
    contributions: bool | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
    dict: Dict | None = None,
    dicts: Mapping[str, Dict] | None = None,
) -> PipelineResult:
    """Where deals stand by evidence, which claims to doubt, what will close.

        libpartner.pipeline(process, deals, deal=…, opened=…, …)
        libpartner.pipeline(process, deal=…, opened=…, …)

    deals: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict of
    columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    deals : frame, dict of columns or columns(…); needed
        deals, open and closed
        deal : id of a deal; needed
            the deal (also: deal_id, opportunity, opportunity_id, id)
        partner : id of a partner; optional
            whose deal it is; absent = direct (also: partner_id, account, account_id, reseller,
            reseller_id)
        opened : day; needed
            day on which it was opened (also: opened_on, open_date, created, created_on,
            created_date, engage_date, start_date)
        closed : day; optional
            day on which it was won or lost; absent = open (also: closed_on, closed_date,
            close_date, end_date)
        outcome : "open" | "won" | "lost"; optional
            open, won or lost; absent = open (also: status, result)
        amount : money; optional
            amount, as the row says now; absent = unknown (also: value, close_value, deal_value,
            revenue, total)
        customer : id of a customer; optional
            key of the customer, for registrations (also: customer_id, end_customer, customer_key)
        product : id of a product; optional
            product group; absent = all (also: product_group, product_line, category)
        registered : day; optional
            day of registration; absent = not registered (also: registered_on, registration_date)
        claimed_stage : id of a stage; optional
            stage that the partner says it is in: its id, or how many are passed (also: stage,
            sales_stage)
        claimed_probability : share, 1 = all; optional
            probability that the partner gives it (also: probability, win_probability)
        claimed_day : day; optional
            day on which the partner says it closes (also: expected_close, expected_close_date,
            claimed_close)
    process : dict, JSON, path of a .json or .toml file, or Process; needed
        the sales process, JSON
    milestones : frame, dict of columns or columns(…); optional
        reports that milestones are done, or taken back
        deal : id of a deal; needed
            the deal (also: deal_id, opportunity, opportunity_id)
        milestone : id of a milestone; needed
            id of the milestone in the process (also: step, milestone_id)
        day : day; needed
            day of the report (also: date, reported_on)
        done : bool; optional
            true = done, false = taken back; no column = all done
        source : "reported" | "verified"; optional
            who says so: reported by the partner, or verified; absent = reported
    claims : frame, dict of columns or columns(…); optional
        what partners said of their deals, and when
        deal : id of a deal; needed
            the deal (also: deal_id, opportunity, opportunity_id)
        day : day; needed
            day on which it was said (also: date, said_on, claimed_on)
        stage : id of a stage; optional
            claimed stage: its id, or how many are passed (also: claimed_stage, sales_stage)
        probability : share, 1 = all; optional
            claimed probability (also: claimed_probability, win_probability)
        amount : money; optional
            claimed amount (also: claimed_amount, value, deal_value)
        close : day; optional
            day on which it is said to close (also: claimed_day, expected_close,
            expected_close_date, close_date)
    features : frame, dict of columns or columns(…); optional
        numbers of your own about deals, for the model
        deal : id of a deal; needed
            the deal (also: deal_id, opportunity, opportunity_id)
        feature : id of a feature; needed
            name of the feature (also: name, variable)
        value : number; needed
            its value for the deal, known when the deal was opened

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    state_only : bool; default False
        only what is known: deals, doubts, visibility, registrations; nothing is learnt
    backtest : bool; default False
        also forecast from past days and compare with what came
    minor_units : 0 … 9; default 2
        decimal places of the amounts
    certain : bool; default False
        take probabilities as known: the draws draw outcomes alone
    as_of_day : day
        last day that exists; absent = the last one in the data
    known_from_day : day
        first day from which closings are in the data; absent = the first closing
    split_day : day
        day of the hold-out; absent = when 70 % of closed deals had closed
    horizon_days : count; default 90
        days that the forecast looks ahead
    landmark_days : count; default 30
        days between two looks at a deal when learning
    protect_days : count; default 90
        days that a registration protects
    lapse_days : count; default 60
        days without progress after which a registration lapses
    folds : count; default 5
        folds of the cross-validation
    draws : count; default 10000
        draws of the forecast
    seed : number; default 0
        seed of the draws
    target : money
        amount to reach within the horizon; absent = none
    penalty : number
        penalty of the ridge model; absent = by cross-validation
    stall_quantile : share, 1 = all; default 0.9
        share of the spells that moved on which a stalled one has outlasted
    commit : share, 1 = all; default 0.8
        probability from which on a deal is commit
    best_case : share, 1 = all; default 0.5
        probability from which on a deal is best case
    correlation : number
        correlation of the channel's deals, 0 to 0.99; absent = learnt from past windows
    partner_correlation : number; default 0
        correlation of a partner's deals beside that, 0 to 0.99
    backtest_day : list of at most 60: day
        days to forecast from in the backtest; absent = every month's end
    contributions : bool; default False
        also give what each term adds to each open deal's odds
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Deals:
        as_of_day : day
            last day that exists
        stages : count
            stages of the process
        deals : count
            deals
        open : count
            open deals
        won : count
            won deals
        lost : count
            lost deals
        reports : count
            reports that count
        before_opening : count
            reports before their deal was opened
        after_closing : count
            reports after their deal was closed, which do not count
        claims_after_closing : count
            claims after their deal was closed, which do not count
        overclaimed : count
            open deals claimed further than the evidence
        stalled : count
            open deals longer in their stage than those that moved on
        out_of_order : count
            deals with milestones of later stages
        visibility_deals : count; by "clear" | "partial" | "poor" | "none"
            partners' deals seen so
        visibility_share : share, 1 = all; by "clear" | "partial" | "poor" | "none"
            share of partners' deals seen so
        visibility_amount_share : share, 1 = all; by "clear" | "partial" | "poor" | "none"
            share of their known amounts seen so
        claims_dated : bool
            claims are dated, so forecasts can be compared with them
        model : "constant" | "stage_rates" | "ridge" | "frequency" | "claims"
            whose win rates are in use
        stage_log_loss : number
            log loss of the stage rates, cross-validated
        ridge_log_loss : number
            log loss of the ridge model, cross-validated
        median_age : number
            median age of open deals, days
        win_share : share, 1 = all
            won / closed within the last 365 days
        mean_won_amount : money
            mean amount of them
        mean_won_days : number
            mean days from opening to winning
        velocity : money
            sales velocity: amount a day
        doubts : Table
            doubts worth raising
            deal : column; id of a deal
                the deal
            partner : column; id of a partner
                whom to ask; absent = direct
            milestone : column; id of a milestone
                what ought to hold and does not
            reason : column; "never_reported" | "stale" | "taken_back"
                why it does not hold
            day : column; day
                day of its last report
            question : column; id of a question
                what to ask
            effect : column; share, 1 = all
                win rate if it held - win rate
        visibility : Table
            how well each partner's deals are seen
            partner : column; id of a partner
                the partner; absent = direct deals
            deals : column; count
                deals
            of_class : column; count; by "clear" | "partial" | "poor" | "none"
                deals seen so
            share : column; share, 1 = all; by "clear" | "partial" | "poor" | "none"
                share of deals seen so
            amount_share : column; share, 1 = all; by "clear" | "partial" | "poor" | "none"
                share of known amounts seen so
        conversions : Table
            from stage to stage, to won and to lost
            stage : column; count
                how many leading stages are passed
            stage_name : column; id of a stage
                the stage in work; absent = all passed
            ended : column; "moved" | "won" | "lost" | "open"
                how its spells ended
            to : column; count
                stages passed afterwards
            to_name : column; id of a stage
                the stage afterwards
            spells : column; count
                spells that ended so
            share : column; share, 1 = all
                share of the stage's spells
            median_days : column; number
                median length of them, days
            limit : column; number
                days after which a deal in the stage is stalled
        registrations : Table
            who holds a registered customer and product
            customer : column; id of a customer
                the customer
            product : column; id of a product
                product group; absent = all
            deal : column; id of a deal
                the deal that holds it
            from : column; day
                first day on which it holds
            to : column; day
                first day on which it holds no more
            ended_by : column; "protection_over" | "lapsed" | "closed"
                why it ends
            ruling : column; "only" | "earlier" | "higher_score" | "earlier_row" | "next"
                why it holds
            contenders : column; count
                others that stood beside it
        contenders : Table
            registrations alive while another one held
            registration : column; count
                row of the registration that held
            deal : column; id of a deal
                the deal that stood beside it
        rates : Table
            win rates by stage
            stage : column; count
                how many leading stages are passed
            stage_name : column; id of a stage
                the stage in work; absent = all passed
            deals : column; count
                deals that were seen in it
            incidence : column; share, 1 = all
                cumulative incidence of won (Aalen-Johansen)
            rate : column; share, 1 = all
                win rate: incidence drawn towards the stage before
            weight : column; number
                deals that the rate counts for beside a partner's own
        partner_rates : Table
            win rates by partner and stage
            partner : column; id of a partner
                the partner
            stage : column; count
                how many leading stages are passed
            stage_name : column; id of a stage
                the stage in work; absent = all passed
            closed : column; count
                its closed deals that were seen in it
            won : column; number
                of them won; a deal seen in part counts in part
            rate : column; share, 1 = all
                win rate drawn towards the stage's
        curves : Table
            incidence of won and lost by stage over time
            stage : column; count
                how many leading stages are passed; the last = all deals
            stage_name : column; id of a stage
                the stage in work
            days : column; count
                days since the look at the deal
            at_risk : column; count
                looks at deals still open then
            won : column; share, 1 = all
                cumulative incidence of won
            lost : column; share, 1 = all
                cumulative incidence of lost
        terms : Table
            terms of the ridge model
            term : column; "milestone" | "age" | "age_in_stage" | "log_amount" | "partner_rate" |
                    "feature"
                what the term looks at
            milestone : column; id of a milestone
                the milestone that holds or not
            feature : column; id of a feature
                the feature of the caller's own
            missing : column; bool
                true = the term is whether the value is missing
            coefficient : column; number
                coefficient, of the standardised column
            standard_error : column; number
                its standard error
            coefficient_raw : column; number
                coefficient, of the column as it is
        contributions : Table
            what each term adds to each open deal's log-odds
            deal : column; id of a deal
                the deal
            term : column; "milestone" | "age" | "age_in_stage" | "log_amount" | "partner_rate" |
                    "feature"
                what the term looks at
            milestone : column; id of a milestone
                the milestone that holds or not
            feature : column; id of a feature
                the feature of the caller's own
            missing : column; bool
                true = the term is whether the value is missing
            contribution : column; number
                what it adds to the log-odds
        forecast : Record
            what is expected to be won within the horizon
            horizon_days : count
                days that it looks ahead
            draws : count
                draws
            seed : number
                seed of the draws
            deals : count
                open deals
            without_amount : count
                deals that count in number only
            beyond : count
                deals beyond experience
            expected : money
                sum of probability x amount
            expected_won : number
                sum of probabilities
            p10 : money
                exceeded in nine of ten draws
            p50 : money
                exceeded in half of the draws
            p90 : money
                exceeded in one of ten draws
            won_p10 : number
                deals won: exceeded in nine of ten draws
            won_p50 : number
                deals won: exceeded in half of the draws
            won_p90 : number
                deals won: exceeded in one of ten draws
            target : money
                amount to reach
            target_probability : share, 1 = all
                probability of reaching it
            correlation : number
                correlation of the channel's deals in use
            correlation_learnt : bool
                the smallest correlation whose bands held in past windows
            exact : bool
                Poisson-binomial instead of draws
            windows : count
                past windows that the correlation was learnt from
            new_business : money
                mean won within a horizon from deals opened in it
            months : Table
                by month
                day : column; day
                    last day of the month within the horizon
                expected : column; money
                    expected amount
                p10 : column; money
                    exceeded in nine of ten draws
                p50 : column; money
                    exceeded in half of the draws
                p90 : column; money
                    exceeded in one of ten draws
            partners : Table
                by partner
                partner : column; id of a partner
                    the partner; absent = direct deals
                deals : column; count
                    open deals
                expected : column; money
                    expected amount
                p10 : column; money
                    exceeded in nine of ten draws
                p50 : column; money
                    exceeded in half of the draws
                p90 : column; money
                    exceeded in one of ten draws
            categories : Table
                by category
                category : column; "commit" | "best_case" | "pipeline" | "omitted" | "closed"
                    the category
                deals : column; count
                    open deals
                expected : column; money
                    expected amount
        backtest : Table
            forecasts made on past days, and what came
            day : column; day
                day of the forecast
            too_little : column; bool
                too little was known then for a forecast
            expected : column; money
                forecast
            p10 : column; money
                exceeded in nine of ten draws
            p50 : column; money
                exceeded in half of the draws
            p90 : column; money
                exceeded in one of ten draws
            actual : column; money
                won within the horizon of the deals open then
            expected_won : column; number
                forecast, deals
            won : column; count
                deals won
            claimed : column; money
                sum of claimed probability x amount
            bias : share, 1 = all
                forecast - actual, of actual; positive = too high
            wape : share, 1 = all
                absolute errors, of actual
            coverage : share, 1 = all
                windows whose actual lay between P10 and P90
            won_bias : share, 1 = all
                bias of the number of deals
            won_wape : share, 1 = all
                absolute errors of the number of deals
            won_coverage : share, 1 = all
                coverage of the number of deals
            claims_bias : share, 1 = all
                bias of the claims
            claims_wape : share, 1 = all
                absolute errors of the claims
            apart : count
                windows that do not overlap
        measures : Table
            how good the probabilities are, on a hold-out
            by : column; "constant" | "stage_rates" | "ridge" | "frequency" | "claims"
                whose probabilities
            rows : column; count
                deals tested
            positive : column; count
                deals of them won
            log_loss : column; number
                mean log loss
            clipped : column; count
                probabilities that were clipped
            auc : column; number
                area under the ROC curve
            brier : column; number
                Brier score
            reliability : column; number
                its part that recalibration would take off
            resolution : column; number
                its part that tells deals apart
            uncertainty : column; number
                its part that nobody can help
            skill : column; number
                1 - log loss / log loss of the claims
            gain : column; number
                log loss of the constant - this one's
            error : column; number
                its standard error, paired
            beats : column; bool
                better than the constant: gain > 1.96 standard errors
            split_day : day
                learnt until then, tested on the deals open at its end
        calibration : Table
            what was said on the hold-out, and what came
            by : column; "constant" | "stage_rates" | "ridge" | "frequency" | "claims"
                whose probabilities
            rows : column; count
                deals in the group
            lowest : column; share, 1 = all
                smallest probability
            highest : column; share, 1 = all
                largest probability
            expected : column; share, 1 = all
                mean probability
            observed : column; share, 1 = all
                share that was won

    Deals:
        deal : column; id of a deal
            the deal
        partner : column; id of a partner
            whose it is; absent = direct
        outcome : column; "open" | "won" | "lost"
            open, won or lost, as known on the day
        objective_stage : column; count
            how many leading stages are passed by the evidence
        stage : column; id of a stage
            the stage in work; absent = all passed
        since : column; day
            day on which it came to this stage
        score : column; number
            weight of the milestones that hold, of 100
        out_of_order : column; count
            milestones that hold in later stages
        claimed : column; count
            how many stages are passed by the claim
        overclaim : column; count
            claimed stage - objective stage
        days : column; count
            days of the span in which it could be seen
        covered : column; count
            days of them with a fresh report
        coverage : column; share, 1 = all
            covered / days
        visibility : column; "clear" | "partial" | "poor" | "none"
            how well it is seen
        stalled : column; bool
            longer in its stage than those that moved on
        win_rate : column; share, 1 = all
            probability of being won at all, by the model in use
        probability : column; share, 1 = all
            probability of being won within the horizon
        beyond : column; bool
            beyond experience: nothing like it was ever at risk
        amount : column; money
            amount that the forecast counts
        amount_from : column; "own" | "partner" | "channel" | "unknown" | "closed"
            where that amount comes from
        category : column; "commit" | "best_case" | "pipeline" | "omitted" | "closed"
            category of the forecast

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> process = '''{"stages": [
    ...   {"id": "qualified", "milestones": [{"id": "budget", "question": "Who signs for the money?"}]},
    ...   {"id": "proposed", "milestones": [{"id": "contact", "valid_days": 90}]}]}'''
    >>> deals = {
    ...     "deal": ["D1", "D2", "D3", "D4", "D5"],
    ...     "partner": ["Aster", "Birch", "Aster", "Cedar", "Birch"],
    ...     "opened": ["2026-01-05", "2026-01-12", "2026-02-02", "2026-02-16", "2026-03-02"],
    ...     "closed": ["2026-03-20", "2026-02-27", None, None, None],
    ...     "outcome": ["won", "lost", "open", "open", "open"],
    ...     "amount": [12000.00, 8000.00, 15000.00, None, 9000.00],
    ... }
    >>> result = lp.pipeline(process, deals)
    >>> result.open
    3
    >>> result.won
    1
    >>> result.lost
    1
    """

def measures(
    data: _Frame | None = None,
    /,
    *,
    label: _Column | None = None,
    probability: _Column | None = None,
    claim: _Column | None = None,
    predictions: _Frame | None = None,
    threads: int | Literal["all"] | None = None,
    groups: int | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
) -> MeasuresResult:
    """How good anybody's probabilities are: log loss, Brier score, AUC, calibration.

        libpartner.measures(predictions, label=…, probability=…, …)
        libpartner.measures(label=…, probability=…, …)

    predictions: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a
    dict of columns. A keyword with the name of a column says where it is: the name of a column of
    the frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    predictions : frame, dict of columns or columns(…); needed
        probabilities beside what came of them
        label : bool; needed
            whether it happened (also: outcome, won, target, actual, y)
        probability : share, 1 = all; needed
            probability that was said (also: p, prediction, forecast, score)
        claim : share, 1 = all; optional
            somebody else's probability, to compare with (also: claimed_probability, claimed, other)

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    groups : count; default 10
        most groups of the calibration table, 1 to 1000
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Calibration:
        rows : count
            rows
        positive : count
            rows of what happened
        rate : share, 1 = all
            positive / rows
        log_loss : number
            mean log loss; probabilities clipped to 10^-6 from 0 and 1
        clipped : count
            probabilities that were clipped
        constant_log_loss : number
            log loss of the rate itself: what a model has to stay below
        auc : number
            area under the ROC curve, ties half
        brier : number
            Brier score = reliability - resolution + uncertainty
        reliability : number
            what isotonic recalibration would take off
        resolution : number
            how far the recalibrated leaves the rate
        uncertainty : number
            rate (1 - rate)
        compared : count
            rows that have a claim
        claim_log_loss : number
            log loss of the claims, on those rows
        skill : number
            1 - log loss / claim_log_loss, on those rows

    Calibration:
        rows : column; count
            rows in the group
        lowest : column; share, 1 = all
            smallest probability
        highest : column; share, 1 = all
            largest probability
        expected : column; share, 1 = all
            mean probability
        observed : column; share, 1 = all
            share that happened

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> predictions = {
    ...     "label": ["true", "false", "true", "false", "true", "false"],
    ...     "probability": [0.9, 0.2, 0.6, 0.4, 0.7, 0.1],
    ... }
    >>> result = lp.measures(predictions)
    >>> result.rows
    6
    >>> result.positive
    3
    >>> result.auc
    1.0
    """

def breaks(
    data: _Frame | None = None,
    /,
    *,
    value: _Column | None = None,
    numbers: _Frame | None = None,
    threads: int | Literal["all"] | None = None,
    classes: int | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
) -> BreaksResult:
    """Natural breaks: the classes of numbers that leave the least spread within them.

        libpartner.breaks(numbers, value=…, …)
        libpartner.breaks(value=…, …)

    numbers: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict
    of columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    numbers : frame, dict of columns or columns(…); needed
        numbers to break into classes
        value : number; needed
            the number (also: number, x, amount, revenue)

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    classes : count; default 5
        number of classes
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Rows:
        total : number
            sum of squares about the mean of all
        within : number
            sum of squares about the classes' means
        fit : share, 1 = all
            goodness of variance fit: 1 - within / total
        class : column; count
            class of the value, 0 = the lowest
        classes : Table
            the classes
            lowest : column; number
                lowest value in it
            highest : column; number
                highest value in it
            count : column; count
                values in it
            mean : column; number
                their mean
            within : column; number
                their sum of squares about it

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> numbers = {
    ...     "value": [1, 2, 3, 10, 11, 12, 30, 31],
    ... }
    >>> result = lp.breaks(numbers)
    >>> result.summary["rows"]
    8
    >>> result.total
    990.0
    >>> result.within
    1.5
    """

def allocation(
    data: _Frame | None = None,
    /,
    *,
    partner: _Column | None = None,
    gain: _Column | None = None,
    scale: _Column | None = None,
    floor: _Column | None = None,
    ceiling: _Column | None = None,
    hours: _Column | None = None,
    returns: _Frame | None = None,
    threads: int | Literal["all"] | None = None,
    sensitivity: bool | None = None,
    budget: float | None = None,
    gain_factor: float | None = None,
    scale_factor: float | None = None,
    minor_units: int | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
    dict: Dict | None = None,
    dicts: Mapping[str, Dict] | None = None,
) -> AllocationResult:
    """Where a limited number of hours brings most, and what one more would bring.

        libpartner.allocation(returns, gain=…, scale=…, …)
        libpartner.allocation(gain=…, scale=…, …)

    returns: a frame (pandas, polars, pyarrow, DuckDB, anything with __arrow_c_stream__) or a dict
    of columns. A keyword with the name of a column says where it is: the name of a column of the
    frame, or the column itself. Without one it is found by its own name, then by its aliases.

    Inputs
    ------
    returns : frame, dict of columns or columns(…); needed
        what hours would bring, by partner
        partner : id of a partner; optional
            who gets the hours (also: partner_id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        gain : number; needed
            what attention without limit would bring (also: potential, headroom)
        scale : number; needed
            hours for 63 % of it (also: kappa)
        floor : number; optional
            hours at least; absent = 0 (also: hours_min, min)
        ceiling : number; optional
            hours at most; absent = no limit (also: hours_max, max)
        hours : number; optional
            hours it gets now (also: hours_now, current)

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    sensitivity : bool; default False
        also with gains and scales halved and doubled
    budget : number
        hours to spread; absent = as many as partners get now
    gain_factor : number; default 1
        factor of all gains
    scale_factor : number; default 1
        factor of all scales
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Returns
    -------
    A Result: figures are attributes, result["name"] is a column of the main table, the tables are
    attributes too. to_pandas(), to_polars(), to_arrow() and __arrow_c_stream__ hand the main table
    on; sentences say what the figures mean; plot() draws them. What is undefined or was not asked
    for is None (NaN in a column).

    Hours:
        budget : number
            hours to spread
        spent : number
            hours given
        gain : number
            what they bring
        lambda_ : number
            what one more hour would bring
        gain_now : number
            what today's hours bring
        spent_now : number
            hours given today
        partner : column; id of a partner
            the partner
        hours : column; number
            hours to give
        expected : column; number
            what they bring
        marginal : column; number
            what one more hour would bring here
        bound : column; "none" | "floor" | "ceiling"
            the bound that the hours are at
        sensitivity : Table
            the answer under other assumptions
            gain_factor : column; number
                factor of what attention can win
            scale_factor : column; number
                factor of the hours it takes
            spent : column; number
                hours spent
            gain : column; number
                what they bring
            lambda : column; number
                value of one more hour
            moved : column; number
                hours that other partners would get

    Raises
    ------
    TypeError
        a keyword that there is none of, a value of the wrong kind
    ArgumentError
        an option out of its range, a column of a type that cannot become what it should
    DataError
        a needed column that is missing, a value that is bad; .field and .row say which
    TooLittleError
        too little data for the question
    RangeError
        a sum that leaves 64 bits
    KeyboardInterrupt
        Ctrl-C during the call

    Example
    -------
    >>> import libpartner as lp
    >>> returns = {
    ...     "partner": ["Aster", "Birch", "Cedar"],
    ...     "gain": [1000, 500, 0],
    ...     "scale": [40, 20, 20],
    ...     "floor": [0, 0, 1],
    ...     "ceiling": [80, 80, 80],
    ...     "hours": [30, 20, 11],
    ... }
    >>> result = lp.allocation(returns)
    >>> result.budget
    61.0
    >>> result.spent
    61.0
    >>> result.spent_now
    61.0
    """

class Tally(_Adding):
    """Totals in the making, for rows that come in batches, from several workers or over months.

    Made with options; add() takes rows, merge() another tally, save() and load() go to bytes and
    back; finish() gives the result of libpartner.totals() of all rows so far.

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    min_sales : count; default 1
        sales in the window that make a partner active
    partners : count
        number of partners; absent = as many as there are
    from_day : day
        first day of the window
    to_day : day
        first day after the window
    previous_from_day : day
        first day of the window to compare with
    previous_to_day : day
        first day after the window to compare with
    minor_units : 0 … 9; default 2
        decimal places of the amounts
    roll_up : bool; default False
        sum partners into their parents
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Rows, for add()
    ---------------
    partner : id of a partner; needed
        who sold (also: partner_id, account, account_id, reseller, reseller_id, customer,
        customer_id)
    amount : money; needed
        net revenue; negative = credit note or return (also: revenue, net_revenue, sales_amount,
        total, value, close_value)
    day : day; optional
        day of the sale (also: date, order_date, sale_date, invoice_date, close_date)
    margin : money; optional
        gross margin of the row (also: gross_margin, profit)
    product : id of a product; optional
        product group (also: product_group, product_line, category)
    currency : id of a currency; optional
        currency of the amounts; one per run (also: currency_code)

    Further inputs, for finish()
    ----------------------------
    partners : frame, dict of columns or columns(…); optional
        who is enrolled
        partner : id of a partner; needed
            who is enrolled (also: partner_id, id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        name : id of a name; optional
            name, for people (also: partner_name, account_name, reseller_name, company)
        group : id of a group; optional
            group (region, type) to compare within (also: region, type, partner_type, segment)
        parent : id of a partner; optional
            the partner this one belongs to (also: parent_id, parent_partner)
        joined : day; optional
            first day as a partner (also: joined_on, start_date, partner_since)
        left : day; optional
            first day no longer a partner (also: left_on, end_date)
        target : money; optional
            revenue agreed for the window (also: quota, revenue_target)
        tier : id of a tier; optional
            tier that a loyalty program starts from (also: level, status)
        tier_until : day; optional
            last day of that tier (also: valid_to, tier_valid_to)
        potential : money; optional
            what the partner could bring in the window (also: stated_potential, revenue_potential)
        strategic : share, 1 = all; optional
            strategic rating, 0 to 1 (also: strategic_rating, rating)
        mode : "unknown" | "transactional" | "mixed" | "consultative"; optional
            how it works with us; absent = as the interactions show (also: interaction_mode)
        hours : number; optional
            hours it gets now (also: hours_now, current_hours)
        hours_min : number; optional
            hours that it gets at least
        hours_max : number; optional
            hours that it gets at most

    Example
    -------
    >>> import libpartner as lp
    >>> sales = {
    ...     "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    ...     "amount": [500.00, 310.00, 100.00, 60.00, 40.00, -10.00],
    ...     "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    ... }
    >>> tally = lp.Tally().add(sales)
    >>> result = tally.finish()
    >>> result.active
    4
    >>> result.revenue_total
    Decimal('1000.00')
    >>> result.rows
    6
    """
    def __init__(
        self,
        *,
        threads: int | Literal["all"] | None = None,
        min_sales: int | None = None,
        partners: int | None = None,
        from_day: _Date | None = None,
        to_day: _Date | None = None,
        previous_from_day: _Date | None = None,
        previous_to_day: _Date | None = None,
        roll_up: bool | None = None,
        minor_units: int | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
        dict: Dict | None = None,
        dicts: Mapping[str, Dict] | None = None,
    ) -> None: ...
    def add(
        self,
        data: _Frame | None = None,
        /,
        *,
        partner: _Column | None = None,
        amount: _Column | None = None,
        day: _Column | None = None,
        margin: _Column | None = None,
        product: _Column | None = None,
        currency: _Column | None = None,
        sales: _Frame | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
    ) -> Self:
        """Adds rows: a frame, columns by name, or both. All of them or, when one is bad, none."""
    def finish(
        self,
        *,
        partners: _Frame | int | None = None,
        threads: int | Literal["all"] | None = None,
        min_sales: int | None = None,
        from_day: _Date | None = None,
        to_day: _Date | None = None,
        previous_from_day: _Date | None = None,
        previous_to_day: _Date | None = None,
        roll_up: bool | None = None,
        minor_units: int | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
        dict: Dict | None = None,
        dicts: Mapping[str, Dict] | None = None,
    ) -> TotalsResult:
        """The result of all rows so far; more can be added after it."""
    def totals(
        self,
        *,
        partners: _Frame | int | None = None,
        threads: int | Literal["all"] | None = None,
        min_sales: int | None = None,
        from_day: _Date | None = None,
        to_day: _Date | None = None,
        previous_from_day: _Date | None = None,
        previous_to_day: _Date | None = None,
        roll_up: bool | None = None,
        minor_units: int | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
        dict: Dict | None = None,
        dicts: Mapping[str, Dict] | None = None,
    ) -> TotalsResult:
        """The result of all rows so far; more can be added after it."""

class LoyaltyState(_Appending):
    """A loyalty program's history, folded, that events can be appended to.

    Made of a program; append() takes rows and gives the result of libpartner.loyalty() of what they
    have brought about, advance() moves everything on to a day; save() and load() go to bytes and
    back, with ids and all; finish() gives the result as it stands. version moves with every append,
    so that two writers do not append to the same.

    Made of
    -------
    program : dict, JSON, path of a .json or .toml file, or Program; needed
        a loyalty program: what earns points, tiers, expiry, redemption

    Options
    -------
    threads : count or "all"; default 1
        threads to use; any number gives the same result
    ledger : bool; default False
        also give the ledger
    notices : bool; default False
        also give the notices
    skip_duplicates : bool; default False
        leave out events whose id was there before
    minor_units : 0 … 9
        decimal places of the events' money; absent = the program's
    partners : count
        number of partners; absent = as many as there are
    as_of_day : day
        last day that counts; absent = the last event's
    date_format : strftime pattern; default ISO 8601
        how days in texts are written
    decimal_comma : bool; default False
        texts have a decimal comma
    thousands : one character
        what stands between thousands in texts
    dict, dicts : Dict, {name: Dict}
        dictionaries of ids to share with other calls

    Rows, for append()
    ------------------
    partner : id of a partner; needed
        whose event it is (also: partner_id, account, account_id, reseller, reseller_id, member)
    day : day; needed
        day of the event, in the program's calendar (also: date, event_date, activity_date,
        order_date)
    kind : id of a kind; needed
        what happened: sale, payment, certification, redemption … (also: type, event_type, activity,
        activity_type)
    event : id of a event; optional
        the event's own id; absent = number of the row (also: event_id, id, transaction,
        transaction_id)
    amount : money; optional
        amount; absent = 0 (also: revenue, net_revenue, sales_amount, total, value)
    quantity : count; optional
        how many; of redemptions and adjustments points; absent = 1 (also: qty, units, points)
    margin : money; optional
        gross margin (also: gross_margin, profit)
    product : id of a product; optional
        product group (also: product_group, product_line, category)
    reverses : id of a event; optional
        the earlier event that this one takes back, in part or whole (also: reversal_of, original,
        original_event, refund_of)

    Further inputs, when it is made, for append() and finish()
    ----------------------------------------------------------
    partners : frame, dict of columns or columns(…); optional
        who is enrolled, with group, tier and tier_until
        partner : id of a partner; needed
            who is enrolled (also: partner_id, id, account, account_id, reseller, reseller_id,
            customer, customer_id)
        name : id of a name; optional
            name, for people (also: partner_name, account_name, reseller_name, company)
        group : id of a group; optional
            group (region, type) to compare within (also: region, type, partner_type, segment)
        parent : id of a partner; optional
            the partner this one belongs to (also: parent_id, parent_partner)
        joined : day; optional
            first day as a partner (also: joined_on, start_date, partner_since)
        left : day; optional
            first day no longer a partner (also: left_on, end_date)
        target : money; optional
            revenue agreed for the window (also: quota, revenue_target)
        tier : id of a tier; optional
            tier that a loyalty program starts from (also: level, status)
        tier_until : day; optional
            last day of that tier (also: valid_to, tier_valid_to)
        potential : money; optional
            what the partner could bring in the window (also: stated_potential, revenue_potential)
        strategic : share, 1 = all; optional
            strategic rating, 0 to 1 (also: strategic_rating, rating)
        mode : "unknown" | "transactional" | "mixed" | "consultative"; optional
            how it works with us; absent = as the interactions show (also: interaction_mode)
        hours : number; optional
            hours it gets now (also: hours_now, current_hours)
        hours_min : number; optional
            hours that it gets at least
        hours_max : number; optional
            hours that it gets at most

    Example
    -------
    >>> import libpartner as lp
    >>> program = '''{"rules": [{"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}],
    ...  "tiers": [{"id": "authorized"}, {"id": "silver", "points": 15, "multiplier": 1.5}],
    ...  "redeem": {"on": "redemption"}}'''
    >>> events = {
    ...     "partner": ["Aster", "Birch", "Aster", "Aster", "Birch", "Aster"],
    ...     "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    ...     "kind": ["sale", "sale", "sale", "sale", "redemption", "sale"],
    ...     "amount": [125.00, 82.26, 60.00, 100.00, 0.00, 40.00],
    ...     "quantity": [1, 1, 1, 1, 5, 1],
    ... }
    >>> loyalty_state = lp.LoyaltyState(program)
    >>> batch = loyalty_state.append(events)
    >>> result = loyalty_state.finish()
    >>> result.issued
    47
    >>> result.outstanding
    42
    >>> result.promotions
    1
    """
    @property
    def program(self) -> Program:
        """a loyalty program: what earns points, tiers, expiry, redemption"""
    def __init__(
        self,
        config: _Written | Program,
        /,
        *,
        partners: _Frame | int | None = None,
        threads: int | Literal["all"] | None = None,
        ledger: bool | None = None,
        notices: bool | None = None,
        skip_duplicates: bool | None = None,
        as_of_day: _Date | None = None,
        minor_units: int | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
        dict: Dict | None = None,
        dicts: Mapping[str, Dict] | None = None,
    ) -> None: ...
    def append(
        self,
        data: _Frame | None = None,
        /,
        *,
        version: int | None = None,
        partner: _Column | None = None,
        day: _Column | None = None,
        kind: _Column | None = None,
        event: _Column | None = None,
        amount: _Column | None = None,
        quantity: _Column | None = None,
        margin: _Column | None = None,
        product: _Column | None = None,
        reverses: _Column | None = None,
        partners: _Frame | int | None = None,
        events: _Frame | None = None,
        threads: int | Literal["all"] | None = None,
        ledger: bool | None = None,
        notices: bool | None = None,
        skip_duplicates: bool | None = None,
        as_of_day: _Date | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
    ) -> LoyaltyResult:
        """Appends rows (a frame, columns by name, or both) and gives the result of this call: what it has brought
                about. All of them or, when one is bad, none.

                ``version``: what ``.version`` was when the caller looked. When the object has moved on since, because
                another writer was faster, StateError is raised and nothing is appended.
        """
    def advance(
        self,
        day: _Date,
        /,
        *,
        threads: int | Literal["all"] | None = None,
        ledger: bool | None = None,
        notices: bool | None = None,
        skip_duplicates: bool | None = None,
        partners: int | None = None,
        as_of_day: _Date | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
    ) -> LoyaltyResult:
        """Moves everything on to the end of a day, and gives what that has brought about."""
    def finish(
        self,
        *,
        partners: _Frame | int | None = None,
        threads: int | Literal["all"] | None = None,
        ledger: bool | None = None,
        notices: bool | None = None,
        skip_duplicates: bool | None = None,
        as_of_day: _Date | None = None,
        minor_units: int | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
        dict: Dict | None = None,
        dicts: Mapping[str, Dict] | None = None,
    ) -> LoyaltyResult:
        """The result of all rows so far; more can be added after it."""
    def loyalty(
        self,
        *,
        partners: _Frame | int | None = None,
        threads: int | Literal["all"] | None = None,
        ledger: bool | None = None,
        notices: bool | None = None,
        skip_duplicates: bool | None = None,
        as_of_day: _Date | None = None,
        minor_units: int | None = None,
        date_format: str | None = None,
        decimal_comma: bool | None = None,
        thousands: str | None = None,
        dict: Dict | None = None,
        dicts: Mapping[str, Dict] | None = None,
    ) -> LoyaltyResult:
        """The result of all rows so far; more can be added after it."""

class Report:
    """What there is to say: the results by name, and first of all what to act on.

    ``report.pareto`` is the result of that analysis, None where there was nothing to work on; ``report.notes`` says
    what was left out and why. At the end of a notebook cell it shows itself; ``report.to_html("review.html")`` writes
    one page that needs nothing else.

    >>> import libpartner as lp
    >>> sales = {"partner": ["a", "b", "c"], "amount": [70, 20, 10]}
    >>> r = lp.report(sales=sales, analyses=["totals", "pareto"])
    >>> list(r.results), r.pareto.vital_count, r.loyalty is None
    (['totals', 'pareto'], 2, True)
    """
    @property
    def results(self) -> dict[str, Result]: ...
    @property
    def advice(self) -> list[Advice]: ...
    @property
    def notes(self) -> list[str]: ...
    @property
    def inputs(self) -> dict[str, dict[str, Any]]: ...
    @property
    def names(self) -> dict[Any, str]: ...
    def __getitem__(self, name: str) -> Result: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def to_html(self, path: str | os.PathLike[str] | None=None, *, title: str | None=None, top: int=10) -> str | None:
        """One page with tables and charts that needs no other file, no network and no script. Needs Jinja2 and
        matplotlib.

        path: where to write it, all of it or nothing; None = the page is returned as text.
        title: what the page is called.
        top: how many rows of a long table are shown.
        """
    @property
    def totals(self) -> TotalsResult | None:
        """one line per partner: revenue, returns, margin, sales, activity; and growth between two windows; None where there was nothing to work on"""
    @property
    def pareto(self) -> ParetoResult | None:
        """how much hangs on how few: classes, shares and every figure of concentration; None where there was nothing to work on"""
    @property
    def segment(self) -> SegmentResult | None:
        """who should get our resources and in what form: revenue bands, interaction modes, potential, hours; None where there was nothing to work on"""
    @property
    def loyalty(self) -> LoyaltyResult | None:
        """points, tiers and the ledger of a loyalty program, with the reason for every point; None where there was nothing to work on"""
    @property
    def deferral(self) -> DeferralResult | None:
        """deferred revenue of points (IFRS 15, ASC 606): recognised to date and the roll-forward; None where there was nothing to work on"""
    @property
    def pipeline(self) -> PipelineResult | None:
        """where deals stand by evidence, which claims to doubt, what will close; None where there was nothing to work on"""
    @property
    def measures(self) -> MeasuresResult | None:
        """how good anybody's probabilities are: log loss, Brier score, AUC, calibration; None where there was nothing to work on"""
    @property
    def breaks(self) -> BreaksResult | None:
        """natural breaks: the classes of numbers that leave the least spread within them; None where there was nothing to work on"""
    @property
    def allocation(self) -> AllocationResult | None:
        """where a limited number of hours brings most, and what one more would bring; None where there was nothing to work on"""

def report(
    source: str | os.PathLike[str] | _Frame | None = None,
    /,
    *,
    analyses: Sequence[str] | None = None,
    mapping: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    delimiter: str | None = None,
    sales: _Frame | None = None,
    partners: _Frame | int | None = None,
    rules: _Written | Segments | None = None,
    interactions: _Frame | None = None,
    alignment: _Frame | None = None,
    events: _Frame | None = None,
    program: _Written | Program | None = None,
    compare: _Written | Program | None = None,
    before: _Frame | None = None,
    deferral: _Frame | None = None,
    deals: _Frame | None = None,
    process: _Written | Process | None = None,
    milestones: _Frame | None = None,
    claims: _Frame | None = None,
    features: _Frame | None = None,
    predictions: _Frame | None = None,
    numbers: _Frame | None = None,
    returns: _Frame | None = None,
    segments: _Written | Segments | None = None,
    threads: int | Literal["all"] | None = None,
    min_sales: int | None = None,
    from_day: _Date | None = None,
    to_day: _Date | None = None,
    previous_from_day: _Date | None = None,
    previous_to_day: _Date | None = None,
    minor_units: int | None = None,
    roll_up: bool | None = None,
    points: int | None = None,
    cuts: Sequence[_Fraction] | str | None = None,
    population: Literal["all", "active"] | None = None,
    negatives: Literal["zero", "error"] | None = None,
    leave_one_out: bool | None = None,
    resample: bool | None = None,
    tail: bool | None = None,
    discrete: bool | None = None,
    xyz: Literal["none", "month", "quarter", "days"] | None = None,
    since_first: bool | None = None,
    replicates: int | None = None,
    confidence: _Fraction | None = None,
    seed: int | None = None,
    min_tail: int | None = None,
    tail_replicates: int | None = None,
    xyz_days: int | None = None,
    xyz_cuts: Sequence[_Fraction] | str | None = None,
    sensitivity: bool | None = None,
    budget: float | None = None,
    ledger: bool | None = None,
    notices: bool | None = None,
    skip_duplicates: bool | None = None,
    as_of_day: _Date | None = None,
    state_only: bool | None = None,
    backtest: bool | None = None,
    certain: bool | None = None,
    known_from_day: _Date | None = None,
    split_day: _Date | None = None,
    horizon_days: int | None = None,
    landmark_days: int | None = None,
    protect_days: int | None = None,
    lapse_days: int | None = None,
    folds: int | None = None,
    draws: int | None = None,
    target: _Fraction | None = None,
    penalty: float | None = None,
    stall_quantile: float | None = None,
    commit: float | None = None,
    best_case: float | None = None,
    correlation: float | None = None,
    partner_correlation: float | None = None,
    backtest_day: Sequence[_Date] | str | None = None,
    contributions: bool | None = None,
    groups: int | None = None,
    classes: int | None = None,
    gain_factor: float | None = None,
    scale_factor: float | None = None,
    date_format: str | None = None,
    decimal_comma: bool | None = None,
    thousands: str | None = None,
) -> Report:
    """Everything that can be said from the files of a folder, or from tables.

    A folder holds sales.csv, and where there are any partners, interactions, deals, milestones, claims, events,
    alignment … as .csv (or .csv.gz) and segments, process, program as .json, as the command ``partner report`` takes
    it; a mapping.json in it says how they are spelled. Tables are given by the same names: frames of pandas, polars,
    pyarrow or DuckDB, dicts of columns, or ``columns(…)`` of them. What is given beside a folder takes the place of the
    file. Every analysis runs for which there is what it needs.

        libpartner.report("channel")
        libpartner.report(sales=df, partners=roster, process="process.json", deals=deals)

    source: the folder, or a table of sales.
    analyses: the names of those that are wanted; None = all that can run.
    mapping, delimiter: how the tables of a folder are spelled (a dict or a file as ``partner check --save-mapping``
    writes it).
    All others are inputs, or options that every analysis which has one of that name takes: from_day, to_day,
    previous_from_day, previous_to_day, as_of_day, budget, horizon_days, threads, minor_units …

    >>> import libpartner as lp
    >>> r = lp.report({"partner": ["a", "b", "c"], "amount": [70, 20, 10]}, analyses=["totals", "pareto"])
    >>> r.totals.revenue_total, r.pareto.sentences[0]
    (Decimal('100.00'), '80 % of revenue comes from 2 of 3 partners (66.7 %).')
    """
