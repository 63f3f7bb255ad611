# SPDX-License-Identifier: MIT
"""The drawings of _plot.py. Each takes a result, the Axes and the style, and knows which columns it shows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._library import Flag, Unit
from ._plot import GREEN, GREY, ORANGE, SPACE, Kind, Style, axis_scale, count, money, percent

Floats = NDArray[np.float64]

MOST_POINTS = 2000  # that a line or a row of bars has: more cannot be seen
FEW = 30  # up to this many partners have a bar of their own with a gap between


# What the drawings share.


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values]


def _title(axes: Any, look: Style, finding: str, pad: float = 12) -> None:
    """The finding, on as many lines as the width asks for."""
    text = look.title if look.title is not None else finding
    points = axes.get_window_extent().width * 72 / axes.figure.dpi
    lines = textwrap.wrap(text, max(30, int(points / 6.5)), break_on_hyphens=False)
    axes.set_title("\n".join(lines), loc="left", fontsize=13, pad=pad)


def _bare(axes: Any, *sides: str) -> None:
    """Leaves only the named sides of the frame."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(side in sides)
    axes.tick_params(length=0)


def _shades(color: str, number: int) -> list[tuple[float, float, float]]:
    """So many shades of a colour, the full one first."""
    from matplotlib.colors import to_rgb

    base = np.asarray(to_rgb(color))
    mixes = np.linspace(0.0, 0.68, max(number, 2))[:number]
    return [tuple(float(c) for c in base + (1.0 - base) * mix) for mix in mixes]  # type: ignore[misc]


def _spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones (ascending), at least gap apart and within low … high where they fit."""
    places: list[float] = []
    for want in wanted:
        places.append(max(want, places[-1] + gap if places else low))
    ceiling = high
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], ceiling)
        ceiling = places[i] - gap
    return places


def _ink_on(rgb: Sequence[float]) -> str:
    """Black or white, whichever is read better on a colour."""
    red, green, blue = rgb[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def _first_sentence(result: Any) -> str:
    sentences = list(result.sentences)
    return sentences[0].rstrip(".") if sentences else ""


def _has(*names: str) -> Any:
    """A test whether a result has all these parts or columns of the main table."""

    def test(result: Any) -> bool:
        return all(name in result._main or getattr(result, name, None) is not None for name in names)

    return test


# The Pareto chart.


def _ranked(result: Any) -> tuple[NDArray[np.intp], Floats, Floats]:
    """The rows of the partners that count, largest first, with their amounts and cumulative shares."""
    order = np.asarray(result["order"], dtype=np.intp)
    order = order[np.asarray(result["rank"])[order] > 0]
    amounts = np.maximum(_floats(result["amount"])[order], 0.0)
    return order, amounts, _floats(result["cumulative_share"])[order]


def _draw_pareto(result: Any, axes: Any, look: Style) -> None:
    order, amounts, cumulative = _ranked(result)
    partners = len(order)
    if partners == 0 or not amounts[0] > 0:
        _nothing(axes, look, _first_sentence(result))
        return
    classes = _class_bands(result, look.color)
    scale, word = axis_scale(float(amounts[0]))
    _bars_by_class(axes, amounts / scale, classes)
    top = 2.3 if partners > FEW else 1.08
    axes.set_ylim(0, float(amounts[0]) / scale * top)
    axes.set_xlim(0, partners)
    _bare(axes, "bottom")
    axes.set_ylabel(" ".join(part for part in ("Revenue per partner,", word, look.currency) if part).rstrip(","))
    line = _cumulative_line(axes, cumulative)
    _cut_lines(line, classes, partners)
    _class_headers(axes, classes, partners)
    _amount_axis(axes, float(amounts[0]) / scale)
    if partners > FEW:
        _count_axis(axes, partners)
        _name_top(axes, result, order, amounts / scale, cumulative, look)
    else:
        _names_axis(axes, [look.name(result["partner"][row], 24) for row in order])
    _title(axes, look, _first_sentence(result), pad=52)


def _nothing(axes: Any, look: Style, finding: str) -> None:
    _bare(axes)
    axes.set_xticks([])
    axes.set_yticks([])
    _title(axes, look, finding)


class _Band:
    """One class: the places of its partners in the order, and what they hold."""

    def __init__(self, name: str, first: int, partners: int, share: float, color: Any) -> None:
        self.name, self.first, self.partners, self.share, self.color = name, first, partners, share, color
        self.end = first + partners


def _class_bands(result: Any, color: str) -> list[_Band]:
    table = result.classes
    names, numbers, shares = _texts(table["class"]), table["partners"], _floats(table["share"])
    shades = [*_shades(color, len(names) - 1), (0.78, 0.78, 0.78)]
    bands, first = [], 0
    for i, name in enumerate(names):
        bands.append(_Band(name, first, int(numbers[i]), float(shares[i]), shades[i]))
        first += int(numbers[i])
    return bands


def _bars_by_class(axes: Any, amounts: Floats, bands: list[_Band]) -> None:
    for band in bands:
        part = amounts[band.first : band.end]
        if len(part) == 0:
            continue
        axes.axvspan(band.first, min(band.end, len(amounts)), color=band.color, alpha=0.12, linewidth=0)
        if len(amounts) <= FEW:
            axes.bar(np.arange(band.first, band.first + len(part)) + 0.5, part, width=0.82, color=band.color)
        else:
            merged, edges = _merged(part, band.first, max(1, len(amounts) // MOST_POINTS))
            axes.stairs(merged, edges, fill=True, color=band.color, linewidth=0)


def _merged(values: Floats, first: int, width: int) -> tuple[Floats, Floats]:
    """Bars of so many neighbours each, as high as these on average."""
    starts = np.arange(0, len(values), width)
    edges = np.append(starts, len(values))
    return np.add.reduceat(values, starts) / np.diff(edges), edges.astype(np.float64) + first


def _thinned(points: int) -> NDArray[np.intp]:
    """Indexes of at most MOST_POINTS of so many points, the first and the last among them."""
    return np.unique(np.linspace(0, points - 1, min(points, MOST_POINTS)).round().astype(np.intp))


def _cumulative_line(axes: Any, cumulative: Floats) -> Any:
    line = axes.twinx()
    shares = np.concatenate(([0.0], cumulative))
    # The curve bends at its beginning, so that keeps its points.
    kept = np.unique(np.concatenate((np.arange(min(len(shares), 200)), _thinned(len(shares)))))
    marker = "o" if len(cumulative) <= FEW else None
    line.plot(kept, shares[kept], color=ORANGE, linewidth=2.2, marker=marker, markersize=4, clip_on=False)
    line.set_ylim(0, 1.0)
    line.set_yticks(np.linspace(0, 1, 6), [percent(share, 0) for share in np.linspace(0, 1, 6)], color=ORANGE)
    line.set_ylabel("Cumulative share of revenue", color=ORANGE)
    # Else it would stand in the last number of the axis below.
    line.get_yticklabels()[0].set_verticalalignment("bottom")
    _bare(line)
    return line


def _cut_lines(line: Any, bands: list[_Band], partners: int) -> None:
    held = 0.0
    for band in bands[:-2]:
        held += band.share
        if band.partners == 0 or band.end > partners:
            continue
        line.plot([band.end, partners], [held, held], color=ORANGE, linewidth=0.9, linestyle=(0, (4, 3)))
        line.plot([band.end], [held], marker="o", markersize=5, color=ORANGE, clip_on=False)


def _class_headers(axes: Any, bands: list[_Band], partners: int) -> None:
    """Above the bands: each class with its partners and its share, moved apart where bands are narrow."""
    shown = [band for band in bands if band.partners > 0 and band.first < partners]
    points = axes.get_window_extent().width * 72 / axes.figure.dpi
    gap = 74 / points
    centers = [(band.first + min(band.end, partners)) / 2 / partners for band in shown]
    for band, place in zip(shown, _spread(centers, gap, gap / 2.2, 1 - gap / 2.2), strict=True):
        name = "no revenue" if band.name == "none" else band.name
        below = f"{count(band.partners)} {'partner' if band.partners == 1 else 'partners'}"
        if band.name != "none":
            below += f"\n{percent(band.share)}"
        at = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "center"}
        bold = "normal" if band.name == "none" else "bold"
        axes.annotate(name, (place, 1.0), (0, 33), va="bottom", fontsize=10, fontweight=bold, **at)
        axes.annotate(below, (place, 1.0), (0, 31), va="top", fontsize=9, linespacing=1.25, **at)


def _count_axis(axes: Any, partners: int) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: count(x)))
    axes.set_xlabel(f"{count(partners)} partners, largest first")


def _amount_axis(axes: Any, largest: float) -> None:
    """Ticks up to the largest bar and no further."""
    from matplotlib.ticker import MaxNLocator

    ticks = [t for t in MaxNLocator(nbins=5).tick_values(0, largest) if 0 <= t <= largest]
    axes.set_yticks(ticks, [count(t) if t == round(t) else f"{t:g}" for t in ticks])


def _names_axis(axes: Any, names: list[str]) -> None:
    slanted = sum(len(name) for name in names) > 80
    axes.set_xticks(np.arange(len(names)) + 0.5, names)
    axes.tick_params(axis="x", labelrotation=45 if slanted else 0)
    if slanted:
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")


def _name_top(axes: Any, result: Any, order: Any, amounts: Floats, cumulative: Floats, look: Style) -> None:
    """Names the largest beside their bars, where the cumulative line leaves room."""
    top = min(3 if look.top is None else look.top, len(order))
    if top == 0:
        return
    high = axes.get_ylim()[1]
    wanted = sorted(float(a) for a in amounts[:top] / high)
    heights = _spread(wanted, 0.062, 0.05, 0.9)[::-1]
    # To the right of where the line has risen above the highest label.
    clear = int(np.searchsorted(cumulative, min(heights[0] + 0.12, 0.999)))
    place = max(clear, top) + 0.025 * len(order)
    shares = _floats(result["share"])
    for i in range(top):
        row = order[i]
        full = money(float(result["amount"][row]), look.currency)
        text = f"{look.name(result['partner'][row])}: {full} ({percent(float(shares[row]))})"
        axes.annotate(
            text,
            (i + 0.5, float(amounts[i])),
            (place, heights[i] * high),
            va="center",
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "shrinkA": 2, "shrinkB": 0},
        )


# The Lorenz curve.


def _lorenz_points(result: Any) -> tuple[Floats, Floats]:
    """The curve of the result, or, when it was not asked for, the curve of its columns."""
    if result.lorenz is not None:
        return _floats(result.lorenz["partners"]), _floats(result.lorenz["share"])
    _, amounts, _ = _ranked(result)
    sums = np.concatenate(([0.0], np.cumsum(amounts[::-1])))
    kept = _thinned(len(sums))
    return kept / max(len(amounts), 1), sums[kept] / sums[-1]


def _draw_lorenz(result: Any, axes: Any, look: Style) -> None:
    if not result.total > 0:
        _nothing(axes, look, _first_sentence(result))
        return
    x, y = _lorenz_points(result)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
    axes.fill_between(x, y, x, color=look.color, alpha=0.12, linewidth=0)
    axes.plot(x, y, color=look.color, linewidth=2.4, clip_on=False)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.annotate(
        "if all had equal revenue",
        (0.5, 0.5),
        (0, 6),
        textcoords="offset points",
        rotation=45,
        rotation_mode="anchor",
        transform_rotates_text=True,
        ha="center",
        color="#6E6E6E",
        fontsize=9,
    )
    _kolkata(result, axes, look)
    ticks = np.linspace(0, 1, 6)
    axes.set_xticks(ticks, [percent(t, 0) for t in ticks])
    axes.set_yticks(ticks, [percent(t, 0) for t in ticks])
    axes.set_xlabel("Partners, smallest first")
    axes.set_ylabel("Their share of revenue")
    _bare(axes, "left", "bottom")
    axes.tick_params(pad=6)
    top = float(result.top_share["20"])
    _title(axes, look, f"The top 20{SPACE}% of partners hold {percent(top)} of revenue (Gini {result.gini:.3f})")


def _kolkata(result: Any, axes: Any, look: Style) -> None:
    k = result.kolkata_index
    if k is None:
        return
    axes.plot([k], [1 - k], marker="o", markersize=7, color=ORANGE, zorder=5)
    axes.plot([k, k, 1], [0, 1 - k, 1 - k], color=ORANGE, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.annotate(
        f"the top {percent(1 - k, 0)} of partners\nhold {percent(k, 0)} of revenue",
        (k, 1 - k),
        (-10, 8) if k > 0.65 else (10, -8),
        textcoords="offset points",
        ha="right" if k > 0.65 else "left",
        va="bottom" if k > 0.65 else "top",
        color=ORANGE,
        fontsize=10,
    )


# The tail.


def _zeta(exponent: float, start: Floats) -> Floats:
    """Hurwitz's zeta by Euler and Maclaurin, precise far beyond what a picture shows."""
    total = sum(((start + k) ** -exponent for k in range(12)), np.zeros_like(start))
    q = start + 12
    return np.asarray(
        total + q ** (1 - exponent) / (exponent - 1) + q**-exponent / 2 + exponent * q ** (-exponent - 1) / 12
    )


def _draw_tail(result: Any, axes: Any, look: Style) -> None:
    tail = result.tail
    values = np.sort(_floats(result["amount"]))
    values = values[values > 0]
    above = 1.0 - np.arange(len(values)) / len(values)  # the part of partners with at least this much
    start = float(tail.xmin)
    inside = values >= start
    seen = np.zeros(len(values), np.bool_)
    seen[_thinned(len(values))] = seen[-MOST_POINTS:] = True
    for part, color, size in ((~inside, GREY, 4), (inside, look.color, 6)):
        axes.loglog(values[part & seen], above[part & seen], ".", color=color, markersize=size)
    _tail_lines(axes, tail, values[inside], float(np.count_nonzero(inside)) / len(values))
    axes.axvline(start, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.annotate(
        f"the tail begins at {money(start, look.currency)}:\n{count(tail.n)} of {count(len(values))} partners",
        (start, 1.0),
        (-8, -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
    )
    _tail_legend(axes, tail)
    axes.set_xlabel(", ".join(part for part in ("Revenue of a partner", look.currency) if part))
    axes.set_ylabel("Part of partners with at least that much")
    # The smallest twentieth would take up most of a logarithmic axis.
    left = min(float(np.quantile(values, 0.05)), start / 3)
    axes.set_xlim(left, float(values[-1]) * (float(values[-1]) / left) ** 0.03)
    axes.set_ylim(0.5 / len(values), 1.6)
    _log_ticks(axes)
    _bare(axes, "left", "bottom")
    _title(axes, look, _tail_finding(tail))


def _tail_lines(axes: Any, tail: Any, values: Floats, part: float) -> None:
    """The power law and the exponential on the same tail, from its beginning to the largest amount."""
    start, alpha, mean = float(tail.xmin), float(tail.alpha), float(values.mean())
    x = np.geomspace(start, float(values[-1]), 200)
    if tail.discrete:
        power = _zeta(alpha, x) / _zeta(alpha, np.asarray([start]))[0]
        rate = np.log1p(1 / (mean - start))
    else:
        power = (x / start) ** (1 - alpha)
        rate = 1 / (mean - start)
    axes.loglog(x, part * power, color=ORANGE, linewidth=2)
    axes.loglog(x, part * np.exp(-rate * (x - start)), color=GREEN, linewidth=1.5, linestyle=(0, (5, 3)))


def _tail_legend(axes: Any, tail: Any) -> None:
    """What the lines are, below left, where such a curve never is."""
    lines: list[tuple[str, str | None]] = [
        (f"power law, exponent {tail.alpha:.2f} ± {tail.standard_error:.2f}", ORANGE)
    ]
    if tail.against is not None:
        lines.append((f"exponential: {_verdict(tail.against.exponential)}", GREEN))
        same = tail.against.lognormal_is_power_law
        lines.append(("lognormal: " + ("the same curve" if same else _verdict(tail.against.lognormal)), None))
    else:
        lines.append(("exponential", GREEN))
    for place, (text, color) in enumerate(reversed(lines)):
        ink = {} if color is None else {"color": color}
        axes.annotate(text, (0.02, 0.03), (0, 16 * place), "axes fraction", "offset points", fontsize=10, **ink)


def _verdict(against: Any) -> str:
    """Vuong's test in words."""
    ratio, p = against["ratio"], against["p"]
    if ratio is None or p is None:
        return "not comparable"
    if p >= 0.1:
        return f"cannot be told apart (p = {p:.2f})"
    return f"fits {'worse' if ratio > 0 else 'better'} than the power law ({_p(p)})"


def _p(p: float) -> str:
    return f"p = {p:.2f}" if p >= 0.005 else "p < 0.01"


def _log_ticks(axes: Any) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    def part(share: float, _: Any) -> str:
        return percent(share, max(0, int(np.ceil(-np.log10(share) - 1e-9)) - 2)) if share > 0 else ""

    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: money(x).replace(".0", "")))
    axes.yaxis.set_major_formatter(FuncFormatter(part))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()


def _tail_finding(tail: Any) -> str:
    if tail.p is not None and tail.p < 0.1:
        return f"The largest partners follow no power law (goodness of fit: {_p(tail.p)})"
    law = f"The tail falls as a power law with exponent {tail.alpha:.2f}"
    if tail.p is not None:
        return f"{law} (goodness of fit: {_p(tail.p)})"
    return f"{law}, if it is one (Kolmogorov-Smirnov distance {tail.ks:.3f})"


# Change between two periods.


def _square(table: Any, rows: str, columns: str, value: str) -> tuple[list[str], list[str], Floats]:
    """A long table as a matrix, rows and columns in order of first sight."""
    left, top = _texts(table[rows]), _texts(table[columns])
    row_names, column_names = list(dict.fromkeys(left)), list(dict.fromkeys(top))
    matrix = np.zeros((len(row_names), len(column_names)))
    for a, b, v in zip(left, top, table[value], strict=True):
        matrix[row_names.index(a), column_names.index(b)] = float(v)
    return row_names, column_names, matrix


def _heat(axes: Any, colors: Any, cells: list[list[str]], rows: list[str], columns: list[str]) -> None:
    """A table of coloured cells with a text in each."""
    axes.imshow(colors, aspect="auto", extent=(0, len(columns), len(rows), 0), interpolation="nearest")
    for i in range(1, len(rows)):
        axes.axhline(i, color="white", linewidth=2)
    for j in range(1, len(columns)):
        axes.axvline(j, color="white", linewidth=2)
    for i, line in enumerate(cells):
        for j, text in enumerate(line):
            ink = _ink_on(colors[i][j])
            axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", color=ink, linespacing=1.4)
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(pad=6)
    _bare(axes)


def _tint(color: str, strength: float) -> Floats:
    """A colour on white paper, 0 = hardly, 1 = full."""
    from matplotlib.colors import to_rgb

    return 1 - (0.05 + 0.95 * strength) * (1 - np.asarray(to_rgb(color)))


def _draw_moves(result: Any, axes: Any, look: Style) -> None:
    rows, columns, partners = _square(result.change.moves, "from", "to", "partners")
    none = len(rows)
    high = max(float(partners.max()), 1.0)
    colors = np.ones((none, none, 3))
    for i in range(none):
        for j in range(none):
            color = GREY if i == j else look.color if j < i else ORANGE
            # The root, so that few can be told from none.
            colors[i, j] = _tint(color, 0.9 * np.sqrt(partners[i, j] / high))
    _heat(axes, colors, [[count(v) if v else "" for v in line] for line in partners], rows, columns)
    axes.set_ylabel("Class before")
    axes.set_xlabel("Class after", labelpad=8)
    every, stayed = partners.sum(), np.trace(partners)
    rose, fell = np.tril(partners, -1).sum(), np.triu(partners, 1).sum()
    _title(
        axes,
        look,
        f"{count(stayed)} of {count(every)} partners stayed in their class, {count(rose)} rose, {count(fell)} fell",
    )


def _draw_contributions(result: Any, axes: Any, look: Style) -> None:
    """The partners that changed the total most, gains to the right and losses to the left."""
    changes = _floats(result["contribution"])
    top = min(12 if look.top is None else look.top, int(np.count_nonzero(changes)))
    largest = np.argsort(-np.abs(changes), kind="stable")[:top]
    largest = largest[np.argsort(-changes[largest], kind="stable")]
    values = changes[largest]
    names = [look.name(result["partner"][row]) for row in largest]
    _signed_bars(axes, names, values, look, "+")
    before, after = float(result.change.previous_total), float(result.change.total)
    went = "rose" if after >= before else "fell"
    _title(
        axes,
        look,
        f"Revenue {went} from {money(before, look.currency)} to {money(after, look.currency)}; "
        f"these {count(top)} partners changed most",
    )


def _signed_bars(axes: Any, names: list[str], values: Floats, look: Style, sign: str = "") -> None:
    """Bars to the right and to the left, each with its name on one side of it and its amount on the other."""
    places = np.arange(len(values))
    axes.barh(places, values, color=[look.color if v >= 0 else ORANGE for v in values], height=0.74)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.set_yticks([])
    for place, name, value in zip(places, names, values, strict=True):
        side = 1 if value >= 0 else -1
        text = (sign if value > 0 else "") + money(float(value), look.currency)
        _beside(axes, float(value), float(place), side, text)
        _beside(axes, 0.0, float(place), -side, name, 10)
    axes.axvline(0, color=GREY, linewidth=0.9)
    _bare(axes)
    _make_room(axes)


def _beside(axes: Any, x: float, y: float, side: int, text: str, size: int = 9) -> None:
    align = "left" if side > 0 else "right"
    axes.annotate(text, (x, y), (5 * side, 0), textcoords="offset points", ha=align, va="center", fontsize=size)


def _make_room(axes: Any) -> None:
    """Widens the axis until its labels fit: what they take in points is known, what a point is worth is not."""
    width = axes.get_window_extent().width
    renderer = axes.figure.canvas.get_renderer()
    low, high = axes.dataLim.intervalx
    low, high = min(low, 0.0), max(high, 0.0)
    left = right = 0.0
    for label in axes.texts:
        box = label.get_window_extent(renderer)
        at = float(label.xy[0])
        wide = (box.width + 14) / width
        if label.get_horizontalalignment() == "left":
            right = max(right, wide - (high - at) / ((high - low) or 1.0) * 0.4)
        else:
            left = max(left, wide - (at - low) / ((high - low) or 1.0) * 0.4)
    span = ((high - low) or 1.0) / max(1 - left - right, 0.2)
    axes.set_xlim(low - left * span, high + right * span)


# Regularity of demand.


def _draw_xyz(result: Any, axes: Any, look: Style) -> None:
    rows, columns, partners = _square(result.xyz.classes, "abc", "xyz", "partners")
    _, _, amounts = _square(result.xyz.classes, "abc", "xyz", "amount")
    cells = [
        [
            "\n".join([count(n)] + ([money(a, look.currency)] if a else [])) if n else ""
            for n, a in zip(*pair, strict=True)
        ]
        for pair in zip(partners, amounts, strict=True)
    ]
    high = max(float(amounts.max()), 1e-300)
    colors = np.asarray([[_tint(look.color, 0.9 * float(np.sqrt(a / high))) for a in line] for line in amounts])
    words = {"X": "X\nregular", "Y": "Y\nvarying", "Z": "Z\nirregular", "none": "none\ntoo little to say"}
    _heat(axes, colors, cells, rows, [words.get(name, name) for name in columns])
    axes.set_ylabel("Class by revenue")
    regular = amounts[:, columns.index("X")].sum() / amounts.sum() if amounts.sum() > 0 else 0.0
    number = int(partners[:, columns.index("X")].sum())
    who = "1 partner orders" if number == 1 else f"{count(number)} partners order"
    _title(axes, look, f"{who} regularly (X) and bring{'s' if number == 1 else ''} {percent(regular)} of revenue")


# Totals and growth.


def _draw_growth(result: Any, axes: Any, look: Style) -> None:
    """How the revenue before became the revenue now: a waterfall by what became of the partners."""
    growth = result.growth
    names, changes, numbers = (
        _texts(growth.states["state"]),
        _floats(growth.states["change"]),
        growth.states["partners"],
    )
    steps = [i for i in range(len(names)) if changes[i] != 0]
    before, after = float(growth.previous_total), float(growth.total)
    scale, _ = axis_scale(max(abs(before), abs(after)))
    axes.bar([0, len(steps) + 1], [before / scale, after / scale], color=look.color, width=0.66)
    level = before
    for place, i in enumerate(steps, start=1):
        change = float(changes[i])
        color = GREEN if change >= 0 else ORANGE
        axes.bar(place, change / scale, bottom=level / scale, color=color, width=0.66)
        axes.plot([place - 0.67, place + 0.33], [level / scale] * 2, color=GREY, linewidth=0.8)
        sign = "+" if change > 0 else ""
        _above(axes, place, max(level, level + change) / scale, sign + money(change, look.currency))
        level += change
    axes.plot([len(steps) + 0.33, len(steps) + 1.33], [level / scale] * 2, color=GREY, linewidth=0.8)
    _above(axes, 0, max(before, 0) / scale, money(before, look.currency))
    _above(axes, len(steps) + 1, max(after, 0) / scale, money(after, look.currency))
    words = {"grown": "grew", "shrunk": "shrank", "none": "other"}
    labels = [f"{count(numbers[i])}\n{words.get(names[i], names[i])}" for i in steps]
    windows = [
        f"{growth.previous_from_day}\nto {growth.previous_to_day}",
        f"{growth.from_day}\nto {growth.to_day}",
    ]
    axes.set_xticks(range(len(steps) + 2), [windows[0], *labels, windows[1]])
    axes.set_yticks([])
    levels = [0.0, before, after, *(before + np.cumsum(changes[steps]))]
    low, high = min(levels) / scale, max(levels) / scale
    axes.set_ylim(low - 0.08 * (high - low) * (low < 0), high + 0.12 * (high - low) + 1e-9)
    _bare(axes, "bottom")
    _title(axes, look, _growth_finding(growth))


def _above(axes: Any, x: float, y: float, text: str) -> None:
    axes.annotate(text, (x, y), (0, 4), textcoords="offset points", ha="center", va="bottom")


def _growth_finding(growth: Any) -> str:
    rate = growth.growth_total
    if rate is None:
        return "The window before has no revenue to compare with"
    if growth.change == 0:
        return "Revenue is what it was"
    went = "grew" if growth.change > 0 else "fell"
    return f"Revenue {went} by {percent(abs(rate))} against the window before"


def _bar_column(result: Any) -> str | None:
    """The money column of the main table that people like to see as bars."""
    for field in result._main.fields:
        if field.has(Flag.BAR) and field.unit == Unit.MONEY:
            return str(field.name)
    return None


def _draw_bars(result: Any, axes: Any, look: Style) -> None:
    """The largest partners by the main table's bar column, and all others together."""
    values, who = _floats(result[_bar_column(result)]), result[result.keys()[0]]
    top = min(15 if look.top is None else look.top, len(values))
    largest = np.argsort(-values, kind="stable")[:top]
    _signed_bars(axes, [look.name(who[row]) for row in largest], values[largest], look)
    every = float(values.sum())
    if every <= 0:
        _title(axes, look, f"{count(len(values))} partners, no revenue in all")
        return
    held = percent(float(values[largest].sum()) / every)
    _title(axes, look, f"The {count(top)} largest of {count(len(values))} partners bring {held} of revenue")


KINDS = (
    Kind(
        "pareto",
        _has("classes", "cumulative_share", "order", "rank"),
        "it is no Pareto analysis",
        _draw_pareto,
    ),
    Kind(
        "lorenz",
        _has("classes", "cumulative_share", "order", "rank"),
        "it is no Pareto analysis",
        _draw_lorenz,
        (6.4, 5.8),
    ),
    Kind("tail", _has("tail"), "pass tail=True to the analysis", _draw_tail),
    Kind("moves", _has("change"), "pass a window before to the analysis", _draw_moves),
    Kind(
        "contributions",
        _has("change", "contribution"),
        "pass a window before to the analysis",
        _draw_contributions,
    ),
    Kind("xyz", _has("xyz"), 'pass xyz="quarter" to the analysis', _draw_xyz),
    Kind("growth", _has("growth"), "pass a window before to the analysis", _draw_growth),
    Kind("partners", lambda result: _bar_column(result) is not None, "it has no amounts to show", _draw_bars),
)
