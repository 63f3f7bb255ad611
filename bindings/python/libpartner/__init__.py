# SPDX-License-Identifier: MIT
"""libpartner: analytics for companies that sell through partners.

>>> import libpartner as lp
>>> p = lp.pareto({"account": ["Aster", "Birch", "Cedar"], "revenue": [560.0, 310.0, 130.0]})
>>> p.vital_count, round(p.gini, 4)
(2, 0.2867)
"""

from __future__ import annotations

import inspect as _inspect
from typing import Any as _Any

from . import _library, _run
from ._columns import Indexes, Minor, indexes, minor
from ._dict import Dict
from ._errors import (
    ArgumentError,
    CancelledError,
    ConvergenceError,
    DataError,
    InputOutputError,
    NoMemoryError,
    PartnerError,
    RangeError,
    StateError,
    TooLittleError,
    UnsupportedError,
    strerror,
)
from ._frames import Columns, columns
from ._library import features, version
from ._objects import PartnerObject, make_class
from ._results import Record, Result, Table

__version__ = version()

__all__ = [
    "ArgumentError",
    "CancelledError",
    "Columns",
    "ConvergenceError",
    "DataError",
    "Dict",
    "Indexes",
    "InputOutputError",
    "Minor",
    "NoMemoryError",
    "PartnerError",
    "PartnerObject",
    "RangeError",
    "Record",
    "Result",
    "StateError",
    "Table",
    "TooLittleError",
    "UnsupportedError",
    "columns",
    "features",
    "indexes",
    "minor",
    "strerror",
    "version",
]


def _function(analysis: _Any) -> _Any:
    """The function of an analysis of the library's tables."""
    from ._doc import document

    plan = _run.Plan(analysis.name, analysis, analysis.inputs, analysis.options)

    def call(data: _Any = None, /, **keywords: _Any) -> Result:
        return _run.run(plan, data, keywords)

    call.__name__ = call.__qualname__ = analysis.name
    call.__module__ = __name__
    call.__doc__ = document(analysis)
    call.__signature__ = _signature(plan)  # type: ignore[attr-defined]
    return call


def _signature(plan: _run.Plan) -> _inspect.Signature:
    """What editors and help() show."""
    kind = _inspect.Parameter
    parameters = [kind("data", kind.POSITIONAL_ONLY, default=None)]
    parameters += [kind(name, kind.KEYWORD_ONLY, default=None) for name in plan.keywords]
    return _inspect.Signature(parameters, return_annotation=Result)


def _publish() -> None:
    from ._doc import document_object

    for analysis in _library.analyses:
        globals()[analysis.name] = _function(analysis)
        __all__.append(analysis.name)
    for type_ in _library.objects:
        made = make_class(type_, __name__)
        made.__doc__ = document_object(type_)
        globals()[made.__name__] = made
        __all__.append(made.__name__)


_publish()
