# SPDX-License-Identifier: MIT
"""Exceptions: one class per class of status codes, each also the built-in one that is natural."""

from __future__ import annotations

import pickle

import libpartner as lp
import pytest
from libpartner import _errors
from libpartner._partner import ffi, lib

# The hundreds of partner_status (include/partner/base.h), what the class is called, what else it is.
CLASSES = {
    100: (lp.ArgumentError, ValueError),
    200: (lp.StateError, Exception),
    300: (lp.DataError, ValueError),
    400: (lp.TooLittleError, ValueError),
    500: (lp.ConvergenceError, ArithmeticError),
    600: (lp.RangeError, OverflowError),
    700: (lp.NoMemoryError, MemoryError),
    800: (lp.InputOutputError, OSError),
    900: (lp.CancelledError, KeyboardInterrupt),
    1000: (lp.UnsupportedError, NotImplementedError),
}


@pytest.mark.parametrize("code", range(0, 1100, 100))
def test_every_code_has_a_class_and_a_name(code: int) -> None:
    if code == 0:
        assert lp.strerror(0) not in ("", lp.strerror(12345))
        assert _errors.class_of(0) is lp.PartnerError
        return
    kind, natural = CLASSES[code]
    for number in (code, code + 1, code + 99):
        assert _errors.class_of(number) is kind
    assert issubclass(kind, lp.PartnerError) and issubclass(kind, natural)
    assert kind.status == code
    assert kind("what").code == code
    assert lp.strerror(code) != lp.strerror(12345)


def test_classes_and_names_are_one_to_one() -> None:
    constants = {name: getattr(lib, name) for name in dir(lib) if name.startswith("PARTNER_E_")}
    assert set(constants.values()) == set(CLASSES)
    assert len({lp.strerror(code) for code in constants.values()}) == len(CLASSES)
    assert len({kind for kind, _ in CLASSES.values()}) == len(CLASSES)
    raised = {kind for kind in vars(lp).values() if isinstance(kind, type)}
    assert {kind for kind in raised if issubclass(kind, lp.PartnerError)} == {
        lp.PartnerError,
        *(kind for kind, _ in CLASSES.values()),
    }


def test_an_error_of_the_library_keeps_all_it_says() -> None:
    error = ffi.new(
        "partner_error *",
        {
            "code": lib.PARTNER_E_DATA,
            "index": 7,
            "row": 3,
            "record": b"sales",
            "field": b"amount",
            "path": b"$.rules[2].points",
            "message": "too much: ½".encode(),
        },
    )
    made = _errors.from_library(error)
    assert type(made) is lp.DataError
    assert (made.code, made.row, made.index) == (300, 3, 7)
    assert (made.record, made.field, made.path) == ("sales", "amount", "$.rules[2].points")
    assert str(made) == made.message == "too much: ½"


def test_what_does_not_apply_is_none() -> None:
    error = ffi.new(
        "partner_error *",
        {"code": lib.PARTNER_E_NOMEM, "index": lib.PARTNER_NONE, "row": lib.PARTNER_NO_ROW},
    )
    made = _errors.from_library(error)
    assert (made.row, made.index, made.record, made.field, made.path) == (None,) * 5
    assert str(made) == lp.strerror(lib.PARTNER_E_NOMEM)


def test_errors_cross_processes() -> None:
    with pytest.raises(lp.DataError) as caught:
        lp.totals({"partner": ["a", None], "amount": [1, 2]})
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is lp.DataError
    assert again.__dict__ == caught.value.__dict__
    assert str(again) == str(caught.value)


@pytest.mark.parametrize("kind", [kind for kind, _ in CLASSES.values()])
def test_every_class_can_be_raised_and_pickled(kind: type[lp.PartnerError]) -> None:
    with pytest.raises(kind, match="what was found"):
        raise kind("what was found", row=1)
    again = pickle.loads(pickle.dumps(kind("what was found", row=1)))
    assert type(again) is kind and again.row == 1 and str(again) == "what was found"
