# SPDX-License-Identifier: MIT
"""Signals during long calls: the library asks now and then, so that Python's handlers run."""

from __future__ import annotations

from typing import Any

from ._partner import ffi, lib

__all__ = ["INTERRUPT", "Watch"]

_UINTPTR = ffi.typeof("uintptr_t")
_WATCH = ffi.typeof("python_watch *")

# Where the function is that options structs hold.
INTERRUPT = int(ffi.cast(_UINTPTR, ffi.addressof(lib, "python_interrupt")))


def _keep(kind: Any, error: BaseException, trace: Any) -> int:
    """Keeps what a signal handler raised for the call that it interrupts."""
    if trace is not None:
        ffi.from_handle(trace.tb_frame.f_locals["handle"]).append(error)
    return 1


@ffi.def_extern(error=1, onerror=_keep)  # type: ignore[untyped-decorator]
def python_check(handle: Any) -> int:
    """Called now and then: that Python code runs at all is what lets signal handlers run."""
    return 0


class Watch:
    """What one call keeps of signal handlers that ran meanwhile."""

    __slots__ = ("_caught", "_handle", "address", "pointer")

    def __init__(self) -> None:
        self._caught: list[BaseException] = []
        self._handle = ffi.new_handle(self._caught)
        self.pointer = ffi.new(_WATCH, (0, self._handle))
        self.address = int(ffi.cast(_UINTPTR, self.pointer))

    def reset(self) -> None:
        """Makes it new for another call."""
        self._caught.clear()
        self.pointer.next = 0

    def cancelled(self) -> BaseException | None:
        """What a signal handler raised, as it was."""
        return self._caught[0] if self._caught else None
