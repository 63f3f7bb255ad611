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

from . import _library, _loyalty, _run, _segment
from ._columns import Indexes, Minor, indexes, minor
from ._configs import PartnerConfig, make_config_class
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
from ._frequency_model import FrequencyModel
from ._library import features, version
from ._objects import PartnerObject, make_adding
from ._report import Report, report
from ._results import Advice, Record, Result, Table
from ._results import set_class as _set_class
from ._states import make_appending
from ._win_model import WinModel

__version__ = version()

__all__ = [
    "Advice",
    "ArgumentError",
    "CancelledError",
    "Columns",
    "ConvergenceError",
    "DataError",
    "Dict",
    "FrequencyModel",
    "Indexes",
    "InputOutputError",
    "Minor",
    "NoMemoryError",
    "PartnerConfig",
    "PartnerError",
    "PartnerObject",
    "RangeError",
    "Record",
    "Report",
    "Result",
    "StateError",
    "Table",
    "TooLittleError",
    "UnsupportedError",
    "WinModel",
    "columns",
    "features",
    "indexes",
    "minor",
    "report",
    "strerror",
    "version",
]


def _function(analysis: _Any) -> _Any:
    """The function of an analysis of the library's tables."""
    from ._doc import document

    plan = _run.Plan(analysis.name, analysis, analysis.inputs, analysis.options)

    def call(*data: _Any, **keywords: _Any) -> Result:
        return _run.run(plan, data, keywords)

    call.__name__ = call.__qualname__ = analysis.name
    call.__module__ = __name__
    call.__doc__ = document(analysis)
    call.__signature__ = _signature(plan)  # type: ignore[attr-defined]
    return call


def _signature(plan: _run.Plan) -> _inspect.Signature:
    """What editors and help() show."""
    kind = _inspect.Parameter
    if len(plan.positional) == 1:
        parameters = [kind("data", kind.POSITIONAL_ONLY, default=None)]
        rest = list(plan.keywords)
    else:
        parameters = [kind(name, kind.POSITIONAL_OR_KEYWORD, default=None) for name in plan.positional]
        rest = [name for name in plan.keywords if name not in plan.positional]
    parameters += [kind(name, kind.KEYWORD_ONLY, default=None) for name in rest]
    return _inspect.Signature(parameters, return_annotation=Result)


def _publish() -> None:
    from ._doc import document_config, document_object

    _set_class("loyalty", _loyalty.LoyaltyResult)
    _set_class("segment", _segment.HoursResult)
    _set_class("allocation", _segment.HoursResult)
    _set_class("breaks", _segment.BreaksResult)
    for config in _library.configs:
        _add(make_config_class(config, __name__), document_config(config))
    for analysis in _library.analyses:
        globals()[analysis.name] = _function(analysis)
        __all__.append(analysis.name)
    for type_ in _library.objects:
        made = make_adding(type_, __name__) if type_.config is None else make_appending(type_, __name__)
        _add(made, document_object(type_))


def _add(made: type, text: str) -> None:
    made.__doc__ = text
    globals()[made.__name__] = made
    __all__.append(made.__name__)


_publish()
