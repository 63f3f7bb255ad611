# SPDX-License-Identifier: MIT
"""The drawings of loyalty programs: points month by month, and partners by tier with how they moved."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._charts import Floats, _bare, _floats, _title
from ._plot import GREEN, GREY, ORANGE, SPACE, Kind, Style, axis_scale, count, percent

FLOWS = ("issued", "redeemed", "expired", "reversed", "adjusted")


def _table_with(name: str, *columns: str) -> Any:
    """A test whether a result has a table with these columns."""

    def test(result: Any) -> bool:
        table = getattr(result, name, None)
        return table is not None and all(column in table for column in columns)

    return test


# Points over time.


def _draw_points(result: Any, axes: Any, look: Style) -> None:
    months = result.months
    flows = {name: _floats(months[name]) for name in FLOWS}
    if len(months) == 0:
        _bare(axes)
        axes.set_xticks([])
        axes.set_yticks([])
        _title(axes, look, "No points yet")
        return
    added = flows["adjusted"]
    above = [("issued", flows["issued"], look.color), ("by hand", np.maximum(added, 0), _pale(look.color))]
    below = [
        ("redeemed", flows["redeemed"], GREEN),
        ("expired", flows["expired"], ORANGE),
        ("taken back", flows["reversed"], GREY),
        ("by hand", np.maximum(-added, 0), _pale(look.color)),
    ]
    top = sum((each for _, each, _ in above), np.zeros(len(months)))
    bottom = sum((each for _, each, _ in below), np.zeros(len(months)))
    scale, word = axis_scale(float(max(top.max(), bottom.max())))
    days = months["month"].astype("datetime64[D]").astype(object)
    named: set[str] = set()
    for sign, parts in ((1, above), (-1, below)):
        _stack(axes, days, [(name, sign * each / scale, color) for name, each, color in parts], named)
    axes.axhline(0, color=GREY, linewidth=0.8)
    _month_axis(axes)
    axes.set_ylabel(f"points, {word}" if word else "points")
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    axes.legend(frameon=False, ncols=3, loc="upper left", bbox_to_anchor=(0, -0.08))
    _bare(axes, "left")
    _title(axes, look, _points_finding(result))


def _stack(axes: Any, days: Any, parts: list[tuple[str, Floats, str]], named: set[str]) -> None:
    """Bars on top of each other; what is nothing throughout has none."""
    base = np.zeros(len(days))
    for name, values, color in parts:
        if not values.any():
            continue
        axes.bar(days, values, 27, bottom=base, color=color, label=None if name in named else name, align="edge")
        named.add(name)
        base = base + values


def _pale(color: str) -> str:
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = to_rgb(color)
    return str(to_hex((0.5 + red / 2, 0.5 + green / 2, 0.5 + blue / 2)))


def _month_axis(axes: Any) -> None:
    from matplotlib import dates

    untyped: Any = dates
    locator = untyped.AutoDateLocator(minticks=2, maxticks=10)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(untyped.ConciseDateFormatter(locator))


def _points_finding(result: Any) -> str:
    issued = float(result.issued)
    if issued <= 0:
        return "No points were issued"
    parts = [
        f"{percent(float(result.redeemed) / issued)} redeemed",
        f"{percent(float(result.expired) / issued)} expired",
    ]
    held = f"partners hold {count(result.outstanding)}"
    return f"{count(issued)} points were issued: {', '.join(parts)}; {held}"


# Tiers.


def _draw_tiers(result: Any, axes: Any, look: Style) -> None:
    tiers = result.tiers
    partners = _floats(tiers["partners"])
    places = np.arange(len(tiers))
    axes.barh(places, partners, 0.62, color=look.color)
    names = ["no tier" if tier is None else look.name(tier) for tier in tiers.to_dict()["tier"]]
    axes.set_yticks(places, names)
    up, down = tiers["promotions"].tolist(), tiers["demotions"].tolist()
    for place, number, risen, fallen in zip(places.tolist(), partners.tolist(), up, down, strict=True):
        moved = [f"▲{SPACE}{count(risen)}"] if risen else []
        moved += [f"▼{SPACE}{count(fallen)}"] if fallen else []
        text = "   ".join([count(number), *moved])
        axes.annotate(text, (number, place), (5, 0), textcoords="offset points", va="center", fontsize=10)
    axes.set_xlim(0, max(1.0, float(partners.max(initial=0))) * 1.3)
    axes.set_xticks([])
    axes.set_ylim(-0.6, max(len(tiers), 1) - 0.4)
    _bare(axes, "left")
    _title(axes, look, _tier_finding(result, partners, names))


def _tier_finding(result: Any, partners: Floats, names: list[str]) -> str:
    if len(names) < 2:
        return f"{count(float(partners.sum()))} partners in a program without tiers"
    above = float(partners[1:].sum())
    moves = f"{count(result.promotions)} promotions ▲, {count(result.demotions)} demotions ▼"
    return f"{count(above)} of {count(float(partners.sum()))} partners are above {names[0]}: {moves}"


KINDS = (
    Kind("points", _table_with("months", "month", *FLOWS), "it is no loyalty program", _draw_points),
    Kind(
        "tiers",
        _table_with("tiers", "tier", "partners", "promotions", "demotions"),
        "it is no loyalty program",
        _draw_tiers,
        (7.5, 4.0),
    ),
)
