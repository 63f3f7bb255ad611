# SPDX-License-Identifier: MIT
"""Errors: one class per class of status codes, each also the built-in exception that is natural for it."""

from __future__ import annotations

from typing import Any, ClassVar

from ._partner import ffi, lib

__all__ = [
    "ArgumentError",
    "CancelledError",
    "ConvergenceError",
    "DataError",
    "InputOutputError",
    "NoMemoryError",
    "PartnerError",
    "RangeError",
    "StateError",
    "TooLittleError",
    "UnsupportedError",
]


class PartnerError(Exception):
    """What went wrong, for a program and for a person.

    Every error of the library is one of its subclasses. ``str(error)`` is one sentence that says what was
    found, where, and what was expected; ``row`` counts from 0 as in the frame. What does not apply is None.

    >>> import libpartner as lp
    >>> try:
    ...     lp.totals({"partner": ["a", None], "amount": [1, 2]})
    ... except lp.PartnerError as error:
    ...     error.field, error.row
    ('partner', 1)
    """

    status: ClassVar[int] = 0

    code: int
    message: str
    row: int | None
    index: int | None
    field: str | None
    record: str | None
    path: str | None

    def __init__(
        self,
        message: str = "",
        *,
        code: int | None = None,
        row: int | None = None,
        index: int | None = None,
        field: str | None = None,
        record: str | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = type(self).status if code is None else code
        self.message = message
        self.row = row
        self.index = index
        self.field = field
        self.record = record
        self.path = path

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders (multiprocessing, concurrent.futures) with all they say.
        return (_restore, (type(self), self.message, self.__dict__.copy()))


class ArgumentError(PartnerError, ValueError):
    """The caller's bug: an option out of its range, a column that cannot become such a field."""

    status = lib.PARTNER_E_ARGUMENT


class StateError(PartnerError):
    """Objects that do not go together, calls in the wrong order."""

    status = lib.PARTNER_E_STATE


class DataError(PartnerError, ValueError):
    """The data, a configuration or saved bytes are bad."""

    status = lib.PARTNER_E_DATA


class TooLittleError(PartnerError, ValueError):
    """Too little data for the question."""

    status = lib.PARTNER_E_TOO_LITTLE


class ConvergenceError(PartnerError, ArithmeticError):
    """An iteration found no answer."""

    status = lib.PARTNER_E_CONVERGENCE


class RangeError(PartnerError, OverflowError):
    """A sum or an index leaves its type."""

    status = lib.PARTNER_E_RANGE


class NoMemoryError(PartnerError, MemoryError):
    """An allocation failed."""

    status = lib.PARTNER_E_NOMEM


class InputOutputError(PartnerError, OSError):
    """Reading or writing failed."""

    status = lib.PARTNER_E_IO


class CancelledError(PartnerError, KeyboardInterrupt):
    """The call was stopped. Ctrl-C itself raises the KeyboardInterrupt that Python made of it."""

    status = lib.PARTNER_E_CANCELLED


class UnsupportedError(PartnerError, NotImplementedError):
    """This build or version cannot do it."""

    status = lib.PARTNER_E_UNSUPPORTED


_CLASSES: dict[int, type[PartnerError]] = {
    error.status: error
    for error in (
        ArgumentError,
        StateError,
        DataError,
        TooLittleError,
        ConvergenceError,
        RangeError,
        NoMemoryError,
        InputOutputError,
        CancelledError,
        UnsupportedError,
    )
}


def _restore(kind: type[PartnerError], message: str, state: dict[str, Any]) -> PartnerError:
    error = kind(message)
    error.__dict__.update(state)
    return error


def class_of(code: int) -> type[PartnerError]:
    """The exception class of a status code: the hundreds tell."""
    return _CLASSES.get(code - code % 100, PartnerError)


def _text(array: Any) -> str | None:
    return ffi.string(array).decode("utf-8", "replace") or None


def from_library(error: Any) -> PartnerError:
    """The exception that a filled partner_error stands for."""
    return class_of(error.code)(
        _text(error.message) or strerror(error.code),
        code=error.code,
        row=None if error.row == lib.PARTNER_NO_ROW else error.row,
        index=None if error.index == lib.PARTNER_NONE else error.index,
        field=_text(error.field),
        record=_text(error.record),
        path=_text(error.path),
    )


def strerror(code: int) -> str:
    """The name of a status code, as "bad data"."""
    name: str = ffi.string(lib.partner_strerror(code)).decode()
    return name
