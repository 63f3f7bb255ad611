# SPDX-License-Identifier: MIT
"""What results of segmentation, allocation and natural breaks can do beyond what the library's tables say of them."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt

from ._results import Result

__all__ = ["BreaksResult", "HoursResult"]

Self = TypeVar("Self", bound="HoursResult")


class HoursResult(Result):
    """A result whose question can be asked again."""

    __slots__ = ()

    keeps_call: ClassVar[bool] = True

    def again(self: Self, **options: Any) -> Self:
        """The result of the same rows with other options: what another budget would bring, say."""
        assert self._again is not None
        found: Any = self._again.run(**options)
        again: Self = found
        return again


class BreaksResult(Result):
    """Classes of numbers, and the numbers."""

    __slots__ = ()

    keeps_call: ClassVar[bool] = True

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """The numbers, row by row as the classes are."""
        assert self._again is not None
        numbers: npt.NDArray[np.float64] = self._again.column("numbers", "value")
        return numbers
