# SPDX-License-Identifier: MIT
"""Pictures of results: which there are, and what all of them share. The drawings are in the modules
whose names end in _charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours, which colour-blind people can tell apart.
BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"
GREY = "#8C8C8C"


@dataclass
class Style:
    """How a picture looks; every keyword of plot() but kind and ax."""

    title: str | None = None  # None = the finding
    names: Mapping[Any, str] = field(default_factory=dict)  # names of partners by id, for labels
    top: int | None = None  # how many partners are labelled or listed; None = as the picture needs
    currency: str = ""  # unit of the amounts, for labels: "EUR"
    figsize: tuple[float, float] | None = None  # inches, when plot() makes the figure; None = as the picture needs
    color: str = BLUE  # of bars and classes

    def name(self, identity: Any, longest: int = 28) -> str:
        text = str(self.names.get(identity, identity))
        return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


@dataclass(frozen=True)
class Kind:
    """One kind of picture: whether a result has what it shows, what it lacks otherwise, and how it is drawn."""

    name: str
    shows: Callable[[Any], bool]
    lacks: str
    draw: Callable[[Any, Any, Style], None]
    figsize: tuple[float, float] = (9.0, 5.0)


def plot(result: Any, kind: str | None = None, ax: Axes | None = None, **style: Any) -> Axes:
    """Draws a picture of a result and returns its Axes.

    kind: one of kinds(result); None = the first of them.
    ax: where to draw; None = a new figure.
    style: title, names, top, currency, figsize, color (see Style).
    """
    look = _style(style)
    chosen = _choose(result, kind)
    axes = _new_axes(look.figsize or chosen.figsize) if ax is None else ax
    chosen.draw(result, axes, look)
    return axes


def kinds(result: Any) -> list[str]:
    """The pictures that there are of a result, the one to look at first in front."""
    return [kind.name for kind in _all_kinds() if kind.shows(result)]


def _all_kinds() -> tuple[Kind, ...]:
    from . import _charts, _hours_charts, _loyalty_charts, _pipeline_charts, _segment_charts

    own = (*_loyalty_charts.KINDS, *_pipeline_charts.KINDS, *_segment_charts.KINDS, *_hours_charts.KINDS)
    return (*own, *_charts.KINDS)


def _style(given: dict[str, Any]) -> Style:
    known = [f.name for f in fields(Style)]
    for name in given:
        if name not in known:
            raise TypeError(f"plot() has no keyword {name!r}; there are kind, ax, {', '.join(known)}")
    look = Style(**given)
    if look.top is not None and look.top < 0:
        raise ValueError(f"top is {look.top}, expected a number of partners from 0 on")
    return look


def _choose(result: Any, name: str | None) -> Kind:
    for kind in _all_kinds():
        if name is None and kind.shows(result):
            return kind
        if name == kind.name:
            if not kind.shows(result):
                raise ValueError(f"no picture {name!r} of this result: {kind.lacks}")
            return kind
    there = ", ".join(kinds(result)) or "none"
    if name is None:
        raise ValueError("there is no picture of this result")
    raise ValueError(f"there is no picture {name!r} of this result; there are: {there}")


def _new_axes(figsize: tuple[float, float]) -> Axes:
    try:
        from matplotlib import pyplot
    except ImportError as missing:
        raise ImportError("plots need matplotlib: pip install 'libpartner[plot]'") from missing
    _, axes = pyplot.subplots(figsize=figsize, layout="constrained")
    return axes


# Numbers as people read them. A narrow space that does not break groups thousands.

SPACE = "\u202f"


def count(value: float) -> str:
    """12345 -> '12 345'."""
    return f"{round(value):,}".replace(",", SPACE)


def percent(value: float, places: int = 1) -> str:
    """0.8012 -> '80.1 %'."""
    return f"{100 * value:,.{places}f}".replace(",", SPACE).replace("-", "−") + SPACE + "%"


def money(value: float, currency: str = "") -> str:
    """10294760.1 -> '10.3 M'; with three digits or so, for labels."""
    size = abs(value)
    scale, letter = next((s for s in SCALES if size >= 0.9995 * s[0]), (1.0, ""))
    places = 0 if size / scale >= 99.95 or letter == "" else 1
    text = f"{value / scale:,.{places}f}".replace(",", SPACE).replace("-", "−")
    return SPACE.join(part for part in (text, letter) if part) + (f"\u00a0{currency}" if currency else "")


SCALES = ((1e12, "T"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))


def axis_scale(largest: float) -> tuple[float, str]:
    """What an axis of amounts is divided by, and the word that says so."""
    words = {1e12: "trillion", 1e9: "billion", 1e6: "million", 1e3: "thousand"}
    scale = next((s for s, _ in SCALES if largest >= 2 * s), 1.0)
    return scale, words.get(scale, "")
