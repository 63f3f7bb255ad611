# SPDX-License-Identifier: MIT
"""The drawings of segmentation: who is where, and who moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._charts import MOST_POINTS, Floats, _bare, _floats, _nothing, _spread, _texts, _title
from ._loyalty_charts import _table_with
from ._pipeline_charts import DASHES, _one_or_many, _tell, _write
from ._plot import GREEN, GREY, ORANGE, SPACE, Kind, Style, count, money, percent

# A hue for each mode, lighter for lower bands; others where a name stands for several cells of like colour.
FURTHER = ("#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
DARK = "#6E6E6E"  # of unknown mode, and of several
PALEST = 0.55  # of the lowest band, as a part of white


# Segments and their colours.


@dataclass(frozen=True)
class _Segment:
    """A line of the segments table."""

    name: str
    partners: int
    revenue: float
    headroom: float
    color: Any


def _segments(result: Any, look: Style) -> dict[str, _Segment]:
    """The segments by name, in the order of their table."""
    columns = result.segments.to_dict()
    bands = dict(zip(_texts(result.bands["band"]), result.bands["level"].tolist(), strict=True))
    colors = _colors(columns["band"], columns["mode"], bands, look.color)
    lines = zip(columns["segment"], columns["partners"], columns["revenue"], columns["headroom"], colors, strict=True)
    return {
        str(name): _Segment(str(name), partners, float(revenue), float(headroom), color)
        for name, partners, revenue, headroom, color in lines
    }


def _colors(bands: Sequence[Any], modes: Sequence[str], levels: Mapping[str, int], color: str) -> list[Any]:
    hues = {"consultative": color, "mixed": GREEN, "transactional": ORANGE}
    top, chosen, further = max(levels.values(), default=0), [], iter(FURTHER * 8)
    for band, mode in zip(bands, modes, strict=True):
        below = top / 2 if band is None else top - levels.get(str(band), top)
        shade = _paler(hues.get(mode, DARK), PALEST * below / max(top, 1))
        chosen.append(next(further) if shade in chosen else shade)
    return chosen


def _paler(color: str, mix: float) -> tuple[float, float, float]:
    red, green, blue = _rgb(color)
    return (red + (1 - red) * mix, green + (1 - green) * mix, blue + (1 - blue) * mix)


def _rgb(color: Any) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(color)


# The map.

UNKNOWN = -0.13  # where those of whom nothing is known stand, below the shares
NARROW = 330.0  # points; a picture of less width has its legend below it, and fewer names
WIDE = 0.05  # of a strip beside the picture, as a part of it


@dataclass
class _Places:
    """Where partners stand: the logarithm of revenue across, the consultative share upwards."""

    x: Floats
    y: Floats
    low: float  # what the picture shows of revenue
    high: float
    without: float | None  # the middle of the strip of those without revenue
    unknown: Any  # who is of unknown mode
    flat: bool  # nobody has evidence: heights mean nothing
    empty: bool  # nobody has revenue: neither does how far to the right


def _even(number: int) -> Floats:
    """So many numbers in -1 … 1 that lie apart from their neighbours, the same ones each time."""
    return np.asarray(2 * np.modf(np.arange(number) * 0.6180339887498949)[0] - 1)


def _places(result: Any) -> _Places:
    revenue, mode = _floats(result["revenue"]), np.asarray(result["mode"])
    evidence = _floats(result["consultative"]) + _floats(result["transactional"])
    some, unknown = revenue > 0, (mode == "unknown") & (evidence == 0)
    logs = np.log10(np.where(some, revenue, 1.0))
    low, high = (float(logs[some].min()), float(logs[some].max())) if some.any() else (0.0, 0.0)
    middle, half = (low + high) / 2, max((high - low) / 2, 0.5) * 1.06
    low, high = middle - half, middle + half
    x, y = logs.copy(), _floats(result["consultative_share"]).copy()
    without = None
    if not some.any():
        low, high, x = -1.04, 1.04, _even(len(x))
    elif not some.all():
        without = low - 2 * half * 1.5 * WIDE
        x[~some] = without + _even(int(np.count_nonzero(~some))) * 2 * half * WIDE * 0.7
    flat = bool(unknown.all())
    apart = _even(int(np.count_nonzero(unknown)))
    y[unknown] = 0.5 + 0.45 * apart if flat else UNKNOWN + 0.045 * apart
    return _Places(x, y, low, high, without, unknown, flat, not some.any())


def _draw_map(result: Any, axes: Any, look: Style) -> None:
    if len(result) == 0:
        _nothing(axes, look, "There are no partners")
        return
    at = _places(result)
    segments = _segments(result, look)
    _map_frame(result, axes, look, at)
    areas = _areas(result)
    _bubbles(result, axes, at, segments, areas)
    _name_largest(result, axes, look, at, areas)
    _map_legend(result, axes, look, segments, areas)
    _title(axes, look, _map_finding(segments, look), pad=30)


def _is_said(result: Any) -> Any:
    """Whose mode does not come from this window's evidence."""
    return np.asarray(result["declared"], bool) | np.asarray(result["carried"], bool)


def _map_frame(result: Any, axes: Any, look: Style, at: _Places) -> None:
    span = at.high - at.low
    left = at.low if at.without is None else at.without - 1.2 * WIDE * span
    axes.set_xlim(left, at.high)
    axes.set_ylim(-0.02 if at.flat or not at.unknown.any() else 2 * UNKNOWN + 0.055, 1.02)
    _revenue_axis(axes, look, at)
    _share_axis(axes, at)
    _band_edges(result, axes, at, left)
    threshold = result.threshold
    if not at.flat and threshold is not None:
        axes.axhline(threshold, color=GREY, linewidth=1, linestyle=DASHES, zorder=1)
    _bare(axes, "left", "bottom")
    axes.tick_params(pad=6)


def _revenue_axis(axes: Any, look: Style, at: _Places) -> None:
    """Amounts at powers of ten, and at thrice these where there are few."""
    axes.set_xlabel(_tell("Revenue of a partner", look.currency))
    if at.empty:
        axes.set_xticks([0.0], ["none"])
        return
    every = 1 + int((at.high - at.low) / 8)
    powers = np.arange(np.floor(at.low / every) * every, np.ceil(at.high) + 1, every)
    ticks = powers if at.high - at.low > 2.5 else np.sort(np.concatenate((powers, powers + np.log10(3))))
    ticks = ticks[(ticks >= at.low) & (ticks <= at.high)]
    names = [money(float(10**tick)).replace(".0", "") for tick in ticks]
    if at.without is not None:
        line = (at.without + at.low) / 2 + 0.25 * (at.low - at.without)
        axes.axvline(line, color=GREY, linewidth=0.6, zorder=1)
        # Numbers that would stand in the word are left out.
        points = axes.get_window_extent().width * 72 / axes.figure.dpi
        clear = ticks - at.without > 42 / points * (at.high - axes.get_xlim()[0])
        ticks, names = ticks[clear], [name for name, is_clear in zip(names, clear, strict=True) if is_clear]
        ticks, names = np.append(at.without, ticks), ["none", *names]
    axes.set_xticks(ticks, names)


def _share_axis(axes: Any, at: _Places) -> None:
    if at.flat:
        axes.set_yticks([])
        axes.set_ylabel("no interactions: every mode is unknown", color=GREY)
        return
    ticks = np.linspace(0, 1, 6).tolist()
    names = [percent(tick, 0) for tick in ticks]
    if at.unknown.any():
        axes.axhline(UNKNOWN / 2 + 0.005, color=GREY, linewidth=0.6, zorder=1)
        ticks, names = [UNKNOWN, *ticks], ["unknown", *names]
    axes.set_yticks(ticks, names)
    axes.set_ylabel("Consultative share of what they need from us")


def _band_edges(result: Any, axes: Any, at: _Places, left: float) -> None:
    """A line at each edge, and over each band its name, moved apart where bands are narrow."""
    starts: list[tuple[float, str]] = []
    bands = result.bands.to_dict()
    for name, level, start in zip(bands["band"], bands["level"], bands["from"], strict=True):
        if level == 0:
            starts.append((left, f"{name}"))
        if start is None or at.empty:
            continue
        x = float(np.log10(float(start)))
        starts.append((x, f"{name}\nfrom{SPACE}{money(float(start))}"))
        if at.low < x < at.high:
            axes.axvline(x, color=GREY, linewidth=1, linestyle=DASHES, zorder=1)
    kept = [each for each in sorted(starts) if left <= each[0] < at.high]
    gap = 62 / (axes.get_window_extent().width * 72 / axes.figure.dpi) * (at.high - left)
    places = _spread([x for x, _ in kept], gap, left, at.high - gap / 2)
    for (_, text), x in zip(kept, places, strict=True):
        _write(axes, text, (x, 1.02), (2, 3), ha="left", va="bottom", linespacing=1.2)


SMALLEST = 7.0  # of marks, in square points


def _areas(result: Any) -> Floats:
    """The sizes of marks, by headroom."""
    headroom = _floats(result["headroom"])
    full = 420.0 if len(headroom) <= 60 else 260.0 if len(headroom) <= 1000 else 90.0
    return np.asarray(SMALLEST + (full - SMALLEST) * headroom / (headroom.max(initial=0) or 1.0))


def _bubbles(result: Any, axes: Any, at: _Places, segments: Mapping[str, _Segment], areas: Floats) -> None:
    """Partners as circles, squares where the mode is declared or carried over, hollow where it is unknown; large ones
    below small ones."""
    number = len(areas)
    order = np.argsort(-areas, kind="stable")
    colors = np.asarray([(*_rgb(segments[name].color), 1.0) for name in _texts(result["segment"])]).reshape(-1, 4)
    said = _is_said(result)
    strong = 0.8 if number <= MOST_POINTS else 0.45
    for marker, which in (("o", ~said & ~at.unknown), ("s", said), ("o", at.unknown & ~said)):
        chosen = order[which[order]]
        if len(chosen) == 0:
            continue
        hollow = bool(at.unknown[chosen[0]])
        fill = colors[chosen].copy()
        fill[:, 3] = 0.16 if hollow else strong
        edge = colors[chosen] if hollow else axes.get_facecolor()
        axes.scatter(
            at.x[chosen],
            at.y[chosen],
            areas[chosen],
            c=fill,
            marker=marker,
            edgecolors=edge,
            linewidths=0.7 if hollow else 0.5,
            zorder=3,
            clip_on=False,
            rasterized=number > MOST_POINTS,
        )


def _name_largest(result: Any, axes: Any, look: Style, at: _Places, areas: Floats) -> None:
    """Names those with most headroom, on the side where fewest marks are, where no other name stands yet."""
    frame = axes.get_window_extent()
    edges = frame.x0 * 72 / axes.figure.dpi, frame.x1 * 72 / axes.figure.dpi
    top = look.top if look.top is not None else 3 if edges[1] - edges[0] < NARROW else 5
    headroom = _floats(result["headroom"])
    largest = np.argsort(-headroom, kind="stable")[:top]
    marks = axes.transData.transform(np.column_stack((at.x, at.y))) * 72 / axes.figure.dpi
    taken: list[_Box] = []
    for row in largest.tolist():
        if not headroom[row] > 0:
            continue
        name = look.name(result["partner"][row], 22)
        far = float(np.sqrt(areas[row])) / 2 + 4
        best: tuple[int, _Box, _Side] | None = None
        for side in _SIDES:
            box = _box_of(name, marks[row], far, side)
            if box[0] < edges[0] or box[2] > edges[1] or any(_meet(box, other) for other in taken):
                continue
            on = np.all((marks > box[:2]) & (marks < box[2:]), axis=1)
            covered = int(np.count_nonzero(on))
            if best is None or covered < best[0]:
                best = covered, box, side
        if best is None:
            continue
        _, box, (across, up) = best
        taken.append(box)
        align = ("right", "center", "left")[across + 1]
        by = (far * across, (far + 2) * up)
        _write(axes, name, (at.x[row], at.y[row]), by, ha=align, fontsize=8, zorder=5)


_Box = tuple[float, float, float, float]
_Side = tuple[int, int]

# Beside a mark, above it, below it: as parts of how far away, the first ones where it is all the same.
_SIDES: tuple[_Side, ...] = ((1, 0), (-1, 0), (0, 1), (0, -1))


def _box_of(name: str, mark: Floats, far: float, side: _Side) -> _Box:
    """The room that a name takes, in points."""
    wide, (x, y) = 5.2 * len(name), mark.tolist()
    left = x + far * side[0] - wide * (1 - side[0]) / 2
    middle = y + (far + 2) * side[1]
    return (left, middle - 6, left + wide, middle + 6)


def _meet(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _map_legend(result: Any, axes: Any, look: Style, segments: Mapping[str, _Segment], areas: Floats) -> None:
    """Segments with their partners, and what sizes and marks mean: beside the map, or below it."""
    there = [segment for segment in segments.values() if segment.partners > 0]
    handles = [_mark(segment.color, 70) for segment in there]
    names = [f"{look.name(segment.name, 20)}  {count(segment.partners)}" for segment in there]
    marks, words = _size_marks(result, look, areas)
    style: dict[str, Any] = {"frameon": False, "alignment": "left", "borderaxespad": 0, "handletextpad": 0.5}
    if axes.get_window_extent().width * 72 / axes.figure.dpi < NARROW:
        below = [word.replace("\n", " ") if is_said else f"headroom {word}" for word, is_said in words]
        place = {"loc": "upper left", "bbox_to_anchor": (0.0, -0.2), "ncols": 2, "columnspacing": 1.2}
        axes.legend(handles + marks, names + below, title="Segment, partners", fontsize=8, **place, **style)
        return
    small = len(there) > 14
    place = {"loc": "upper left", "bbox_to_anchor": (1.015, 1.0), "fontsize": 7 if small else 9}
    first = axes.legend(handles, names, title="Segment, partners", title_fontsize=9, **place, **style)
    axes.add_artist(first)
    first.set_clip_on(False)  # so that the layout leaves room for it
    if not marks:
        return
    title = None if words[0][1] else "Headroom"
    place = {"loc": "lower left", "bbox_to_anchor": (1.015, 0.0), "fontsize": 8, "labelspacing": 1.0}
    axes.legend(marks, [word for word, _ in words], title=title, title_fontsize=9, **place, **style)


def _size_marks(result: Any, look: Style, areas: Floats) -> tuple[list[Any], list[tuple[str, bool]]]:
    """Marks of round amounts of headroom, and of a mode that was said; of each word whether it is of the latter."""
    marks: list[Any] = []
    words: list[tuple[str, bool]] = []
    largest, said = float(_floats(result["headroom"]).max(initial=0)), _is_said(result)
    for part in _round_sizes(largest):
        area = SMALLEST + (float(areas.max()) - SMALLEST) * part / largest
        marks.append(_mark(GREY, area, alpha=0.6))
        words.append((money(part, look.currency).replace(".0", ""), False))
    if said.any():
        marks.append(_mark(GREY, 45, "s"))
        words.append((f"mode declared\nor carried over: {count(int(said.sum()))}", True))
    return marks, words


def _mark(color: Any, area: float, marker: str = "o", alpha: float = 1.0) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="", marker=marker, markersize=float(np.sqrt(area)), color=color, alpha=alpha, mew=0)


def _round_sizes(largest: float) -> list[float]:
    """Amounts of one digit for the legend: about the largest, and a tenth of that."""
    if not largest > 0:
        return []
    power = 10.0 ** np.floor(np.log10(largest))
    digit = max(d for d in (1, 2, 5) if d * power <= largest)
    return [float(digit * power / 10), float(digit * power)]


def _map_finding(segments: Mapping[str, _Segment], look: Style) -> str:
    partners = sum(segment.partners for segment in segments.values())
    headroom = sum(segment.headroom for segment in segments.values())
    if not headroom > 0:
        return f"{_one_or_many(partners, 'partner')}, none with room to grow"
    most = max(segments.values(), key=lambda segment: segment.headroom)
    part = "" if most.headroom == headroom else f" of {money(headroom, look.currency)}"
    return (
        f"Most headroom is in {look.name(most.name)}: {money(most.headroom, look.currency)}{part}, "
        f"{count(most.partners)} of {_one_or_many(partners, 'partner')}"
    )


# The flow between periods.

NEW, GONE = "not there before", "not there now"
GAP = 0.025  # between two segments, of the whole height


@dataclass
class _Stream:
    """A line of the moves: from where to where, and how high at either end."""

    origin: str
    goal: str
    before: float
    after: float
    partners: int


def _streams(result: Any, by: str) -> list[_Stream]:
    columns = result.moves.to_dict()
    streams = []
    for origin, goal, partners, before, after in zip(
        *(columns[name] for name in ("from", "to", "partners", "previous_revenue", "revenue")), strict=True
    ):
        ends = (float(partners), float(partners)) if by == "partners" else (float(before), float(after))
        names = NEW if origin is None else str(origin), GONE if goal is None else str(goal)
        # What was not there takes no room, and negative revenue has none to show.
        left = max(ends[0], 0.0) if origin is not None or by == "partners" else 0.0
        right = max(ends[1], 0.0) if goal is not None or by == "partners" else 0.0
        streams.append(_Stream(*names, left, right, int(partners)))
    return streams


def _draw_flow(by: str) -> Any:
    def draw(result: Any, axes: Any, look: Style) -> None:
        streams = _streams(result, by)
        if not any(stream.before > 0 or stream.after > 0 for stream in streams):
            _nothing(axes, look, "There is nobody in either period" if by == "partners" else "There is no revenue")
            return
        segments = _segments(result, look)
        _alluvial(result, axes, look, streams, segments, by)
        _title(axes, look, _flow_finding(streams, look, by), pad=34)

    return draw


def _order_of(names: set[str], segments: Mapping[str, _Segment], last: str) -> list[str]:
    """Names in the order of the segments table, then others, then those who were not there."""
    known = [name for name in segments if name in names]
    return [*known, *sorted(names - set(known) - {last}), *([last] if last in names else [])]


def _stack(order: Sequence[str], heights: Mapping[str, float], scale: float) -> dict[str, float]:
    """Where each segment begins, from the top downwards."""
    tops, at = {}, 0.0
    for name in order:
        tops[name] = at
        at += heights[name] / scale + GAP
    return tops


def _alluvial(
    result: Any, axes: Any, look: Style, streams: list[_Stream], segments: Mapping[str, _Segment], by: str
) -> None:
    left = _order_of({stream.origin for stream in streams if stream.before > 0}, segments, NEW)
    right = _order_of({stream.goal for stream in streams if stream.after > 0}, segments, GONE)
    high = {name: sum(s.before for s in streams if s.origin == name) for name in left}
    low = {name: sum(s.after for s in streams if s.goal == name) for name in right}
    scale = max(sum(high.values()), sum(low.values()))
    from_tops, to_tops = _stack(left, high, scale), _stack(right, low, scale)
    ink = {name: segment.color for name, segment in segments.items()}
    _ribbons(axes, streams, (left, right), (dict(from_tops), dict(to_tops)), scale, ink)
    for x, order, tops, heights in ((0.0, left, from_tops, high), (1.0, right, to_tops, low)):
        _pillars(axes, look, x, order, tops, heights, scale, ink, by)
    ends = [from_tops[name] + high[name] / scale for name in left]
    depth = max(ends + [to_tops[name] + low[name] / scale for name in right])
    axes.set_xlim(-0.42, 1.42)
    axes.set_ylim(depth + 0.01, -0.01)
    _write(axes, "before", (0, -0.01), (0, 8), ha="center", va="bottom", fontsize=10)
    _write(axes, _window(result), (1, -0.01), (0, 8), ha="center", va="bottom", fontsize=10, linespacing=1.2)
    axes.set_xticks([])
    axes.set_yticks([])
    _bare(axes)


def _window(result: Any) -> str:
    first, end = result.from_day, result.to_day
    if first is None or end is None:
        return "now"
    return f"{first} to {end}"


def _ribbons(
    axes: Any,
    streams: list[_Stream],
    orders: tuple[list[str], list[str]],
    tops: tuple[dict[str, float], dict[str, float]],
    scale: float,
    ink: Mapping[str, Any],
) -> None:
    """A ribbon per move, in the order of both sides, so that they cross as little as they can."""
    left, right = orders
    t = np.linspace(0, 1, 40)
    bend = t * t * (3 - 2 * t)
    x = 0.03 + 0.94 * t
    known = [stream for stream in streams if stream.origin in left and stream.goal in right]
    for stream in sorted(known, key=lambda s: (left.index(s.origin), right.index(s.goal))):
        y0, y1 = tops[0][stream.origin], tops[1][stream.goal]
        h0, h1 = stream.before / scale, stream.after / scale
        tops[0][stream.origin] += h0
        tops[1][stream.goal] += h1
        upper = y0 + (y1 - y0) * bend
        lower = y0 + h0 + (y1 + h1 - y0 - h0) * bend
        stays = stream.origin == stream.goal
        color = ink.get(stream.origin, ink.get(stream.goal, GREY) if stream.origin == NEW else GREY)
        axes.fill_between(x, upper, lower, color=color, alpha=0.22 if stays else 0.62, linewidth=0)


def _pillars(
    axes: Any,
    look: Style,
    x: float,
    order: Sequence[str],
    tops: Mapping[str, float],
    heights: Mapping[str, float],
    scale: float,
    ink: Mapping[str, Any],
    by: str,
) -> None:
    """The segments of one period with their names and sizes beside them."""
    middles = []
    for name in order:
        high = heights[name] / scale
        how = {"color": ink[name], "linewidth": 0} if name in ink else {"facecolor": "none", "edgecolor": GREY}
        axes.fill_between([x - 0.03, x + 0.03], tops[name], tops[name] + high, **how)
        middles.append(tops[name] + high / 2)
    side = -1 if x == 0 else 1
    places = _spread(middles, 0.052, 0.02, max([0.99, *middles]))
    for name, place in zip(order, places, strict=True):
        size = count(heights[name]) if by == "partners" else money(heights[name], look.currency)
        text = f"{look.name(name, 20)}  {size}" if side > 0 else f"{size}  {look.name(name, 20)}"
        _write(axes, text, (x + 0.03 * side, place), (6 * side, 0), ha="left" if side > 0 else "right", fontsize=10)


def _flow_finding(streams: list[_Stream], look: Style, by: str) -> str:
    both = [s for s in streams if s.origin != NEW and s.goal != GONE]
    there, moves = sum(s.partners for s in both), [s for s in both if s.origin != s.goal]
    if there == 0:
        return "Nobody was there in both periods"
    if not moves:
        return "The one partner stayed in its segment" if there == 1 else f"All {count(there)} partners stayed"
    moved, most = sum(s.partners for s in moves), max(moves, key=lambda s: s.partners if by == "partners" else s.after)
    are, size = "is" if moved == 1 else "are", count(most.partners)
    text = f"{count(moved)} of {_one_or_many(there, 'partner')} {are} in another segment"
    if by == "revenue":
        text += f" and bring{'s' if moved == 1 else ''} {money(sum(s.after for s in moves), look.currency)}"
        size = money(most.after, look.currency)
    return f"{text}; most went from {look.name(most.origin)} to {look.name(most.goal)}: {size}"


KINDS = (
    Kind(
        "map",
        _table_with("segments", "segment", "headroom", "effort_share"),
        "it is no segmentation",
        _draw_map,
        (9.0, 5.4),
    ),
    Kind(
        "flow",
        _table_with("movers", "previous_band", "p_consultative"),
        "pass a window before (previous_from_day, previous_to_day) to the analysis",
        _draw_flow("partners"),
        (9.0, 5.4),
    ),
    Kind(
        "revenue_flow",
        _table_with("movers", "previous_band", "p_consultative"),
        "pass a window before (previous_from_day, previous_to_day) to the analysis",
        _draw_flow("revenue"),
        (9.0, 5.4),
    ),
)
