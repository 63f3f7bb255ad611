# SPDX-License-Identifier: MIT
"""What results of loyalty can do beyond what the library's tables say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ._results import Result

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from ._results import Table

__all__ = ["LoyaltyResult"]


class LoyaltyResult(Result):
    """A program's figures, its statements and its ledger."""

    __slots__ = ()

    defaults: ClassVar[Mapping[str, Any]] = {"ledger": True}
    keeps_call: ClassVar[bool] = True

    @property
    def statements(self) -> Annotated[Table, "loyalty"]:
        """One line per partner: points, tier, what is missing to the next one, what expires."""
        return self._main

    def notices(self, as_of: str | datetime.date | None = None) -> Annotated[Table, "loyalty_notices"]:
        """What a portal or a mail would tell partners on a day; None = the last day that counts here.

        The program is run once more, through that day.
        """
        found: Any = self._view_of("notices")
        if found is not None and as_of is None:
            table: Table = found
            return table
        options = {} if as_of is None else {"as_of_day": as_of}
        again: LoyaltyResult = self._once_more(notices=True, ledger=False, **options)
        return again.notices()

    def compare(self, other: Any) -> Annotated[Table, "loyalty_comparison"]:
        """Another program over the same events, beside this one: what a change would have cost.

        ``other``: a program as ``libpartner.loyalty`` takes it. The table has a line per partner, and figures.
        """
        table: Table = self._once_more(compare=other, ledger=False).comparison
        return table

    def _view_of(self, name: str) -> Any:
        found, value = self._main._find(name)
        return value if found else None

    def _once_more(self, **keywords: Any) -> Any:
        if self._again is None:
            raise TypeError("this result does not have the events of the whole history; libpartner.loyalty() does")
        return self._again.run(**keywords)
