# SPDX-License-Identifier: MIT
"""What docs/segment-guide.md says, section by section, for tests that hold its figures: each asks for the words that
its figures make, and at the end for figures that nobody asked for."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "segment-guide.md"
# Figures that matter: of two digits and more. Days, names of partners and code have numbers of their own.
CODE = re.compile(r"```.*?```|`[^`]*`", re.S)
NAMES = re.compile(r"\d{4}-\d{2}-\d{2}|\b[A-Z]\d+\b|\]\([^)]*\)")
FIGURE = re.compile(r"\d[\d., ]*\d")


def section(heading: str) -> str:
    """From a heading to the next one of its level or above, blanks and ends of lines all one."""
    text = CODE.sub(" ", PAGE.read_text(encoding="utf-8"))
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{level}}} |\Z)", text, re.M | re.S)
    if found is None:
        raise AssertionError(f"{PAGE.name} has no section {heading!r}")
    return " ".join(found[1].split())


class Reader:
    """Reads a section once over."""

    def __init__(self, *headings: str) -> None:
        self.text = self.left = " ".join(section(heading) for heading in headings)

    def says(self, *phrases: str) -> None:
        for phrase in phrases:
            words = " ".join(phrase.split())
            if words not in self.text:
                raise AssertionError(f"{PAGE.name} does not say {words!r}")
            self.left = self.left.replace(words, " … ")

    def unasked(self, allowed: str = "") -> list[str]:
        """The figures that no phrase had, but for those that are allowed: of rules, not of results."""
        known = {figure.strip() for figure in allowed.split(";")}
        return [figure for figure in FIGURE.findall(NAMES.sub(" ", self.left)) if figure.strip(" .,") not in known]


def grouped(number: float | Decimal, places: int = 0) -> str:
    """As the guides write numbers: 1 200, 12 715 697.57."""
    return f"{number:,.{places}f}".replace(",", " ").replace("-", "−")


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
