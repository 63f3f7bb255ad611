# SPDX-License-Identifier: MIT
"""The drawings of allocations and of natural breaks: what hours bring, and where numbers break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ._charts import Floats, _bare, _floats, _nothing, _shades, _spread, _title
from ._errors import DataError
from ._loyalty_charts import _table_with
from ._pipeline_charts import DASHES, _one_or_many, _tell, _write
from ._plot import GREY, ORANGE, Kind, Style, axis_scale, count, money, percent

# What hours bring.

# How many budgets are tried, up to twice the one that was given and closer together where they are small; of many
# partners fewer, so that it takes no longer.
TRIED, TRIED_OF_MANY, MANY = 36, 9, 20_000


@dataclass
class _Hours:
    """What is known of the hours of one result."""

    budget: float
    spent: float
    gain: float
    worth: float  # of one more hour
    now: float | None
    gain_now: float | None


def _hours_of(result: Any) -> _Hours:
    found = result.allocation if result.analysis != "allocation" else result
    return _Hours(
        float(found.budget),
        float(found.spent),
        float(found.gain),
        float(found.lambda_),
        found.spent_now,
        found.gain_now,
    )


# What was found for a result that is still there: a page draws it twice.
_KNOWN: WeakKeyDictionary[Any, tuple[Floats, Floats]] = WeakKeyDictionary()


def _worths(result: Any, here: _Hours) -> tuple[Floats, Floats]:
    """The value of one more hour at other budgets, each from an allocation of its own."""
    if result not in _KNOWN:
        _KNOWN[result] = _found_worths(result, here)
    return _KNOWN[result]


def _found_worths(result: Any, here: _Hours) -> tuple[Floats, Floats]:
    hours, worths = [here.spent], [here.worth]
    tried = TRIED_OF_MANY if len(result) > MANY else TRIED
    for part in (2 * (np.arange(1, tried + 1) / tried) ** 1.7).tolist() if here.budget > 0 else ():
        try:
            other = _hours_of(result.again(budget=here.budget * part))
        except DataError:
            continue  # what partners must have at least is more than that
        hours.append(other.spent)
        worths.append(other.worth)
    order = np.argsort(hours, kind="stable")
    x, y = _floats(hours)[order], _floats(worths)[order]
    return x, y


def _draw_hours(result: Any, axes: Any, look: Style) -> None:
    here = _hours_of(result)
    hours, worths = _worths(result, here)
    if not here.spent > 0 or not worths.max() > 0:
        _nothing(axes, look, "There are no hours to spread, or nobody whom they would help")
        return
    x, y = _between(hours, worths)
    scale, word = axis_scale(float(_ceiling(here, worths)))
    bought = x <= here.spent
    axes.fill_between(x[bought], y[bought] / scale, color=look.color, alpha=0.18, linewidth=0)
    axes.plot(x, y / scale, color=look.color, linewidth=2.4)
    axes.set_ylim(0, _ceiling(here, worths) / scale)
    axes.set_xlim(0, float(x[-1]) * 1.02)
    _mark_budget(axes, look, here, scale)
    _mark_today(axes, look, here, scale)
    _amount_ticks(axes)
    if result.analysis == "segment":
        assumed = "what attention brings is assumed for each mode, not learnt"
        _write(axes, assumed, (1, 0), (0, -46), xycoords="axes fraction", ha="right", color=GREY)
    axes.set_xlabel("Hours to spread")
    axes.set_ylabel(_tell("What one more hour brings", word, look.currency))
    axes.tick_params(pad=6)
    _bare(axes, "left", "bottom")
    _title(axes, look, _hours_finding(result, here, look))


def _ceiling(here: _Hours, worths: Floats) -> float:
    """How high the picture is: the first hours may be worth many times as much as the last ones."""
    highest = float(worths.max())
    return highest * 1.06 if here.worth <= 0 else min(highest * 1.06, 6 * here.worth)


def _between(hours: Floats, worths: Floats) -> tuple[Floats, Floats]:
    """The line through the points: hours are linear in the logarithm of their worth while nobody reaches a bound."""
    x = np.unique(np.concatenate((np.linspace(0, hours[-1], 200), hours)))
    some = worths > 0
    y = np.exp(np.interp(x, hours[some], np.log(worths[some])))
    if some.all():
        return x, y
    # Where all useful hours are given, another one is worth nothing.
    end = float(hours[~some][0])
    return np.append(x[x < end], [end, end, max(end, hours[-1])]), np.append(y[x < end], [y[x < end][-1], 0.0, 0.0])


def _mark_budget(axes: Any, look: Style, here: _Hours, scale: float) -> None:
    worth = here.worth / scale
    axes.plot([here.spent, here.spent, 0], [0, worth, worth], color=look.color, linewidth=1, linestyle=DASHES)
    axes.plot([here.spent], [worth], "o", color=look.color, markersize=8, zorder=5)
    is_left = here.spent < 0.6 * axes.get_xlim()[1]
    part = here.spent / axes.get_xlim()[1]
    text = f"{_hours_text(here.spent)}: one more brings {_brief(here.worth, look.currency)}"
    fits = 6.4 * len(text) < (1 - part if is_left else part) * axes.get_window_extent().width * 72 / axes.figure.dpi
    text = text if fits else text.replace(": ", ":\n")
    _write(
        axes,
        text,
        (here.spent, worth),
        (8, 10 if fits else 17),
        ha="left" if is_left else "right",
        fontsize=10,
        fontweight="bold",
    )
    bring = f"they bring\n{_brief(here.gain, look.currency)}"
    height = max(worth / 2, 0.08 * axes.get_ylim()[1])
    _write(axes, bring, (here.spent / 2, height), ha="center", fontsize=11, color=look.color)


def _mark_today(axes: Any, look: Style, here: _Hours, scale: float) -> None:
    if here.now is None:
        return
    now = float(here.now)
    axes.axvline(now, color=ORANGE, linewidth=1.2, linestyle=DASHES)
    text = f"today: {_hours_text(now)}"
    if here.gain_now is not None:
        text += f"\nwhich bring {_brief(float(here.gain_now), look.currency)}"
    left = now < 0.55 * axes.get_xlim()[1]
    _write(
        axes,
        text,
        (now, 0.99),
        (6 if left else -6, 0),
        xycoords=("data", "axes fraction"),
        ha="left" if left else "right",
        va="top",
        color=ORANGE,
    )


def _brief(amount: float, currency: str) -> str:
    """An amount for a label; small ones with as many digits as they need."""
    if not 0 < abs(amount) < 10:
        return money(amount, currency)
    return f"{amount:.2g}" + (f"\u00a0{currency}" if currency else "")


def _hours_text(hours: float) -> str:
    shown = count(hours) if hours >= 10 else f"{hours:.3g}"
    return f"{shown} hour{'' if shown == '1' else 's'}"


def _amount_ticks(axes: Any) -> None:
    from matplotlib.ticker import FuncFormatter

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda x, _: _tick(x)))


def _tick(x: float) -> str:
    if 1e6 <= abs(x) < 1e15:
        return money(x).replace(".0", "")
    return count(x) if x == round(x) and abs(x) < 1e6 else f"{x:g}"


def _hours_finding(result: Any, here: _Hours, look: Style) -> str:
    given = int(np.count_nonzero(_floats(result["hours"]) > 0))
    whom = f"{count(given)} of {_one_or_many(len(result), 'partner')}"
    text = f"{_hours_text(here.spent)} for {whom} bring {_brief(here.gain, look.currency)}"
    if here.gain_now is not None:
        text += f", {_brief(here.gain - float(here.gain_now), look.currency)} more than today's hours"
    return text


# Natural breaks.

MOST_CLASSES = 12  # that are labelled


def _draw_breaks(result: Any, axes: Any, look: Style) -> None:
    """The numbers as bars, the classes by shade, and lines where they break."""
    values = _floats(result.values)
    if len(values) == 0:
        _nothing(axes, look, "There are no numbers")
        return
    lowest, highest = _floats(result.classes["lowest"]), _floats(result.classes["highest"])
    wide = bool(lowest[0] > 0 and highest[-1] / lowest[0] > 1000)
    edges = _bins(values, wide)
    shades = _two_by_turns(look.color)
    bottom = np.zeros(len(edges) - 1)
    for number in range(len(lowest)):
        part = values[(values >= lowest[number]) & (values <= highest[number])]
        heights = np.histogram(part, edges)[0]
        axes.bar(edges[:-1], heights, np.diff(edges), bottom, align="edge", color=shades[number % 2], linewidth=0)
        bottom = bottom + heights
    if wide:
        axes.set_xscale("log")
        axes.minorticks_off()
    breaks = np.sqrt(highest[:-1] * lowest[1:]) if wide else highest[:-1] + (lowest[1:] - highest[:-1]) / 2
    for at in breaks.tolist():
        axes.axvline(at, color=ORANGE, linewidth=1.2, linestyle=DASHES)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, float(bottom.max()) * 1.04)
    axes.yaxis.get_major_locator().set_params(integer=True)
    _break_labels(axes, result, breaks, edges, wide)
    _amount_ticks(axes)
    axes.set_ylabel("How many")
    axes.tick_params(pad=6)
    _bare(axes, "left", "bottom")
    _title(axes, look, _breaks_finding(result), pad=34)


def _two_by_turns(color: str) -> list[Any]:
    return [each for i, each in enumerate(_shades(color, 3)) if i < 2]


def _bins(values: Floats, wide: bool) -> Floats:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.asarray([low - 0.5, high + 0.5]) if abs(low) < 1e15 else np.asarray([low * 0.9, low * 1.1])
    number = int(np.clip(2 * np.sqrt(len(values)), 12, 80))
    if wide:
        return np.geomspace(low, high, number + 1)
    return np.linspace(low, high, number + 1)


def _break_labels(axes: Any, result: Any, breaks: Floats, edges: Floats, wide: bool) -> None:
    counts = result.classes["count"].tolist()
    if len(counts) > MOST_CLASSES:
        return
    limits = np.concatenate(([edges[0]], breaks, [edges[-1]]))
    shown = np.log(limits) if wide else limits
    middles = (shown[1:] + shown[:-1]) / 2
    width = float(shown[-1] - shown[0])
    gap = width * 46 / (axes.get_window_extent().width * 72 / axes.figure.dpi)
    places = _spread(middles.tolist(), gap, float(shown[0]) + gap / 2, float(shown[-1]) - gap / 2)
    for number, (place, rows) in enumerate(zip(places, counts, strict=True)):
        x = (place - float(shown[0])) / width
        text = f"class {number}\n{count(rows)}"
        _write(axes, text, (x, 1), (0, 4), xycoords="axes fraction", ha="center", va="bottom")


def _breaks_finding(result: Any) -> str:
    number = len(result.classes)
    of = f"{_one_or_many(len(result), 'number')} in {count(number)} class{'' if number == 1 else 'es'}"
    if result.fit is None:
        return f"{of}: all are equal"
    return f"{of}, which leave {percent(1 - float(result.fit))} of the variance within them"


KINDS = (
    Kind(
        "hours",
        lambda result: result.analysis == "allocation" or getattr(result, "allocation", None) is not None,
        "pass a budget to the analysis",
        _draw_hours,
    ),
    Kind("breaks", _table_with("classes", "lowest", "highest", "within"), "it has no breaks", _draw_breaks),
)
