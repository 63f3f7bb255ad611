# SPDX-License-Identifier: MIT
"""The drawings of pipelines: the funnel, the forecast, how much is seen, whether what was said came, and what past
forecasts were worth. And of anybody's probabilities, whether what was said came."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._charts import Floats, _bare, _floats, _nothing, _spread, _texts, _title
from ._loyalty_charts import _month_axis, _table_with
from ._plot import GREEN, GREY, ORANGE, Kind, Style, axis_scale, count, money, percent

REFERENCE = 0.16  # of deals, vendors see clearly as a rule (CSO Insights 2016)
FEW_MONTHS = 6  # up to so many have their amounts written beside them
DASHES = (0, (4, 3))


def _write(axes: Any, text: str, at: tuple[float, float], by: tuple[float, float] = (0, 0), **how: Any) -> None:
    """A text, so many points away from a place."""
    axes.annotate(text, at, by, textcoords="offset points", **{"fontsize": 9, "va": "center", **how})


def _one_or_many(number: float, one: str) -> str:
    return f"{count(number)} {one}{'' if number == 1 else 's'}"


def _tell(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


# The funnel.


@dataclass
class _Step:
    """A stage of the funnel: the deals that got so far by what became of them, and how its spells ended."""

    name: str
    won: int = 0
    open: int = 0
    lost: int = 0
    ended: int = 0  # spells that are over
    onward: int = 0  # of them, to a later stage or won
    moved: int = 0  # spells on the way that most of them went
    days: float | None = None  # their median length

    @property
    def deals(self) -> int:
        return self.won + self.open + self.lost


def _steps(result: Any) -> list[_Step]:
    steps = [_Step(f"stage {i}") for i in range(result.stages)] + [_Step("all passed")]
    for table, number, name in (
        (result.deals, "objective_stage", "stage"),
        (result.conversions, "stage", "stage_name"),
        (result.conversions, "to", "to_name"),
    ):
        columns = table.to_dict()
        for at, called in dict(zip(columns[number], columns[name], strict=True)).items():
            if at is not None and called is not None:
                steps[int(at)].name = str(called)
    reached = np.asarray(result.deals["objective_stage"])
    became = np.asarray(_texts(result.deals["outcome"]))
    for i, step in enumerate(steps):
        step.won, step.open, step.lost = (
            int(np.count_nonzero((reached >= i) & (became == outcome))) for outcome in ("won", "open", "lost")
        )
    for row in result.conversions.iter_rows():
        if row["ended"] != "open":
            _count_spells(steps[row["stage"]], row)
    return steps


def _count_spells(step: _Step, row: dict[str, Any]) -> None:
    step.ended += row["spells"]
    up = row["ended"] == "moved" and row["to"] > row["stage"]
    if up or row["ended"] == "won":
        step.onward += row["spells"]
    if up and row["spells"] > step.moved:
        step.moved, step.days = row["spells"], row["median_days"]


def _draw_funnel(result: Any, axes: Any, look: Style) -> None:
    steps = _steps(result)
    if steps[0].deals == 0:
        _nothing(axes, look, "There are no deals")
        return
    most = float(steps[0].deals)
    places = np.arange(len(steps), dtype=np.float64)
    base = np.zeros(len(steps))
    colors = {"won": GREEN, "open": look.color, "lost": GREY}
    for part, color in colors.items():
        wide = _floats([getattr(step, part) for step in steps])
        axes.barh(places, wide, 0.72, left=base, color=color, alpha=0.5 if part == "lost" else 1, linewidth=0)
        base = base + wide
    for place, step in zip(places.tolist(), steps, strict=True):
        _write(axes, count(step.deals), (step.deals, place), (5, 0), fontsize=10)
    _parts_above(axes, steps[0], colors)
    _conversions(axes, steps, most)
    axes.set_yticks(places, [look.name(step.name) for step in steps])
    axes.set_xticks([])
    axes.set_xlim(0, most * 1.6)
    axes.set_ylim(len(steps) - 0.5, -1)
    _bare(axes, "left")
    _title(axes, look, _funnel_finding(result))


def _parts_above(axes: Any, step: _Step, colors: dict[str, str]) -> None:
    """What the colours mean, over the first bar, moved apart where it is narrow."""
    parts = [(name, float(getattr(step, name))) for name in colors if getattr(step, name) > 0]
    ends = np.cumsum([0.0] + [number for _, number in parts])
    middles = ((ends[1:] + ends[:-1]) / 2).tolist()
    gap = float(ends[-1]) * 0.18
    for (name, number), x in zip(parts, _spread(middles, gap, gap / 2.2, float(ends[-1])), strict=True):
        _write(axes, f"{name} {count(number)}", (x, -0.4), (0, 2), ha="center", va="bottom", color=colors[name])


def _conversions(axes: Any, steps: Sequence[_Step], most: float) -> None:
    """Beside the bars: how many spells in a stage went on from there, and how long those took."""
    far, farther = most * 1.27, most * 1.49
    for x, head in ((far, "went on"), (farther, "after (median)")):
        _write(axes, head, (x, -0.4), (0, 2), ha="center", va="bottom", color=GREY)
    for place, step in enumerate(steps):
        if step.ended > 0:
            _write(axes, percent(step.onward / step.ended, 0), (far, place), ha="center", fontsize=10)
        if step.days is not None:
            days = f"{step.days:g} day{'' if step.days == 1 else 's'}"
            _write(axes, days, (farther, place), ha="center", fontsize=10)


def _funnel_finding(result: Any) -> str:
    closed = result.won + result.lost
    waiting = f"{_one_or_many(result.open, 'deal')} {'is' if result.open == 1 else 'are'} open"
    if closed == 0:
        return f"{waiting}, and none has closed yet"
    were = f"{count(result.won)} of {_one_or_many(closed, 'closed deal')} {'was' if result.won == 1 else 'were'}"
    return f"{were} won ({percent(result.won / closed)}); {waiting}"


# The forecast.


def _bands(axes: Any, places: Any, table: dict[str, Floats], color: str, wide: float) -> None:
    """Upright bands from P10 to P90, with a mark where the expected amount is."""
    axes.bar(places, table["p90"] - table["p10"], wide, bottom=table["p10"], color=color, alpha=0.35, linewidth=0)
    axes.hlines(table["expected"], places - wide / 2, places + wide / 2, color=color, linewidth=2.6)


def _draw_forecast(result: Any, axes: Any, look: Style) -> None:
    """Month by month, and beside that the whole on a scale of its own: bands of months do not add up."""
    forecast = result.forecast
    months = {name: _floats(forecast.months[name]) for name in ("expected", "p10", "p90")}
    largest = max(float(months["p90"].max(initial=0)), float(months["expected"].max(initial=0)), 1e-9)
    scale, word = axis_scale(largest)
    places = np.arange(len(forecast.months), dtype=np.float64)
    _bands(axes, places, {name: values / scale for name, values in months.items()}, look.color, 0.5)
    if len(places) <= FEW_MONTHS:
        for place, value in zip(places.tolist(), months["expected"].tolist(), strict=True):
            _write(axes, money(value), (place, value / scale), (0, 4), ha="center", va="bottom")
    every = -(-len(places) // 12)
    days = forecast.months["day"].astype("datetime64[D]").astype(object).tolist()
    axes.set_xticks(places[::every], _month_names(days, result.as_of_day)[::every])
    axes.set_xlim(-0.6, (len(places) - 0.2) / 0.68)
    axes.set_ylim(0, largest / scale * 1.12)
    axes.set_ylabel(_tell("Won in a month", word, look.currency))
    _bare(axes, "left")
    whole = axes.inset_axes((0.72, 0, 0.28, 1))
    _draw_whole(forecast, whole, look)
    _title(axes, look, _forecast_finding(forecast, look))


def _month_names(days: Sequence[datetime.date], as_of: datetime.date) -> list[str]:
    """Months by name, with the year where it begins, and with what is in them of the first and the last."""
    names = [day.strftime("%b") + (f"\n{day.year}" if i == 0 or day.month == 1 else "") for i, day in enumerate(days)]
    first = as_of + datetime.timedelta(days=1)
    if names and first.day > 1:
        names[0] += f"\nfrom {first.day}"
    if names and (days[-1] + datetime.timedelta(days=1)).day > 1:
        names[-1] += f"\nto {days[-1].day}"
    return names


def _draw_whole(forecast: Any, axes: Any, look: Style) -> None:
    """The whole horizon: its band with the amounts beside it, and the target."""
    whole = {name: _floats([forecast[name]]) for name in ("expected", "p10", "p90")}
    low, middle, high = (float(whole[name][0]) for name in ("p10", "expected", "p90"))
    target = None if forecast.target is None else float(forecast.target)
    top = max(high, middle, target or 0.0, 1e-9)
    _bands(axes, np.asarray([0.0]), whole, look.color, 0.5)
    marks: list[tuple[float, str, dict[str, str]]] = []
    marks += [(low, f"P10: {money(low)}", {}), (high, f"P90: {money(high)}", {})]
    marks.append((middle, f"expected: {money(middle)}", {"fontweight": "bold"}))
    if target is not None:
        axes.hlines([target], [-0.35], [0.3], color=ORANGE, linewidth=1.4, linestyle=DASHES)
        likely = percent(float(forecast.target_probability), 0)
        marks.append((target, f"target {money(target)}: {likely}", {"color": ORANGE}))
    marks.sort(key=lambda mark: mark[0])
    heights = _spread([height for height, _, _ in marks], top * 0.07, top * 0.02, top * 1.1)
    for (_, text, how), height in zip(marks, heights, strict=True):
        _write(axes, text, (0.25, height), (6, 0), ha="left", **how)
    axes.set_xlim(-0.4, 1.6)
    axes.set_ylim(0, top * 1.12)
    axes.set_xticks([0.0], [f"{count(forecast.horizon_days)} days\nin all"])
    axes.set_yticks([])
    axes.patch.set_alpha(0)
    _bare(axes)


def _forecast_finding(forecast: Any, look: Style) -> str:
    low, middle, high = (money(float(forecast[name]), look.currency) for name in ("p10", "expected", "p90"))
    return (
        f"{middle} is expected within {count(forecast.horizon_days)} days from "
        f"{_one_or_many(forecast.deals, 'open deal')}; eight times in ten it is between {low} and {high}"
    )


# What is seen.

CLASSES = ("clear", "partial", "poor", "none")


def _draw_visibility(result: Any, axes: Any, look: Style) -> None:
    """The channel, and the partners with most deals, each as one bar of four parts."""
    table = result.visibility
    who, deals = table.to_dict()["partner"], np.asarray(table["deals"], dtype=np.int64)
    partners = np.asarray([i for i, partner in enumerate(who) if partner is not None], dtype=np.intp)
    if result.visibility_share["clear"] is None:
        _nothing(axes, look, "There are no deals of partners")
        return
    largest = partners[np.argsort(-deals[partners], kind="stable")][: 12 if look.top is None else look.top]
    shares = np.vstack([[result.visibility_share[name] for name in CLASSES], _floats(table["share"])[largest]])
    numbers = [int(deals[partners].sum()), *deals[largest].tolist()]
    places = np.asarray([0.0, *(np.arange(len(largest)) + 1.45)])
    base = np.zeros(len(shares))
    alphas = {"clear": 1.0, "partial": 0.62, "poor": 0.32, "none": 0.28}
    for i, name in enumerate(CLASSES):
        color = GREY if name == "none" else look.color
        axes.barh(places, shares[:, i], 0.74, left=base, color=color, alpha=alphas[name], linewidth=0)
        base = base + shares[:, i]
    _classes_above(axes, shares[0])
    for place, number in zip(places.tolist(), numbers, strict=True):
        _write(axes, _one_or_many(number, "deal"), (1, place), (6, 0))
    axes.vlines([REFERENCE], places[0] - 0.37, places[-1] + 0.55, color=ORANGE, linewidth=1.4, linestyle=DASHES)
    _write(
        axes,
        f"{percent(REFERENCE, 0)}: what vendors see clearly as a rule",
        (REFERENCE, places[-1] + 0.55),
        (0, -4),
        ha="left",
        va="top",
        color=ORANGE,
    )
    axes.set_yticks(places, ["all partners", *(look.name(who[i]) for i in largest)])
    axes.set_xticks([])
    axes.set_xlim(0, 1.16)
    axes.set_ylim(places[-1] + 1.2, -1)
    _bare(axes)
    clear, unseen = (percent(float(result.visibility_share[name])) for name in ("clear", "none"))
    _title(axes, look, f"Of partners' deals {clear} are seen clearly, and {unseen} not at all")


def _classes_above(axes: Any, shares: Floats) -> None:
    ends = np.concatenate(([0.0], np.cumsum(shares)))
    places = _spread(((ends[1:] + ends[:-1]) / 2).tolist(), 0.15, 0.06, 0.96)
    for name, share, x in zip(CLASSES, shares.tolist(), places, strict=True):
        _write(axes, f"{name} {percent(share)}", (x, -0.4), (0, 2), ha="center", va="bottom")


# Whether what was said came.

MODELS = {
    "constant": "constant",
    "stage_rates": "stage rates",
    "ridge": "ridge model",
    "frequency": "frequency model",
    "claims": "claims",
}
COLORS = {"stage_rates": "#56B4E9", "frequency": "#CC79A7", "claims": ORANGE, "constant": GREY}


def _square(axes: Any, largest: float) -> None:
    """Shares on both sides, and the line on which what was said came."""
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, zorder=1)
    top = min(1.0, float(np.ceil(largest * 10 + 0.5)) / 10)
    ticks = np.arange(0, top + 0.01, 0.1 if top <= 0.6 else 0.2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(ticks, [percent(tick, 0) for tick in ticks])
    # A picture as wide as high leaves no room for names beside it.
    axes.set_xlim(0, top * 1.02)
    axes.set_ylim(0, top * 1.02)
    axes.set_xlabel("Said")
    axes.set_ylabel("Came")
    axes.tick_params(pad=6)
    _bare(axes, "left", "bottom")


def _dots(axes: Any, said: Floats, came: Floats, rows: Floats, color: str, strong: bool) -> None:
    """Groups as dots by their size, joined."""
    sizes = 12 + 60 * rows / max(float(rows.max(initial=1)), 1.0)
    axes.plot(said, came, color=color, linewidth=2.2 if strong else 1.2, alpha=1 if strong else 0.75, zorder=3)
    axes.scatter(said, came, sizes if strong else sizes / 2.5, color=color, zorder=4, clip_on=False)


def _draw_calibration(result: Any, axes: Any, look: Style) -> None:
    """Of anybody's probabilities: each group with the number of its rows."""
    table = result.calibration
    said, came, rows = (_floats(table[name]) for name in ("expected", "observed", "rows"))
    if len(table) == 0:
        _nothing(axes, look, "There are no rows")
        return
    _square(axes, max(float(said.max()), float(came.max())))
    _dots(axes, said, came, rows, look.color, True)
    few, many = float(rows.min()), float(rows.max())
    if many > 1.5 * few:
        for x, y, number in zip(said.tolist(), came.tolist(), rows.tolist(), strict=True):
            side = -1 if y >= x or y < 0.06 else 1
            _write(axes, count(number), (x, y), (7 * side, -5 * side), ha="left" if side > 0 else "right", color=GREY)
    sizes = _one_or_many(few, "row") if few == many else f"{count(few)} to {count(many)} rows"
    groups = f"{_one_or_many(len(table), 'group')} of {sizes}"
    _write(axes, groups, (1, 0), (0, 10), xycoords="axes fraction", ha="right", color=GREY)
    figures = f"log loss {result.log_loss:.3f}, of a constant {result.constant_log_loss:.3f}"
    mean = float(np.average(said, weights=rows))
    _title(axes, look, f"{percent(mean)} was said on average, and {percent(float(result.rate))} came ({figures})")


def _draw_models(result: Any, axes: Any, look: Style) -> None:
    """Of a pipeline: what each model said on the hold-out, the one in use in front."""
    table = result.calibration
    by = np.asarray(_texts(table["by"]))
    said, came, rows = (_floats(table[name]) for name in ("expected", "observed", "rows"))
    largest = max(float(said.max(initial=0)), float(came.max(initial=0)))
    _square(axes, largest)
    ends = []
    for name in MODELS:
        which = by == name
        if not which.any():
            continue
        color = look.color if name == result.model else COLORS.get(name, GREEN)
        _dots(axes, said[which], came[which], rows[which], color, name == result.model)
        ends.append((float(came[which][-1]), float(said[which][-1]), name, color))
    _names_beside(axes, result, ends)
    of = by == result.model
    _title(axes, look, _models_finding(result, said[of], came[of], rows[of]))


def _names_beside(axes: Any, result: Any, ends: list[tuple[float, float, str, str]]) -> None:
    """The models at the right, each at the height where its line ends, with how good it is."""
    losses = dict(zip(_texts(result.measures["by"]), result.measures["log_loss"].tolist(), strict=True))
    top = axes.get_ylim()[1]
    ends.sort()
    heights = _spread([height for height, _, _, _ in ends], top * 0.085, top * 0.03, top * 0.98)
    for (y, x, name, color), height in zip(ends, heights, strict=True):
        axes.annotate(
            f"{MODELS[name]}\nlog loss {losses[name]:.3f}",
            (x, y),
            (top * 1.07, height),
            color=color,
            va="center",
            fontsize=9,
            annotation_clip=False,
            fontweight="bold" if name == result.model else "normal",
            arrowprops={"arrowstyle": "-", "color": color, "linewidth": 0.6, "alpha": 0.6, "shrinkA": 2, "shrinkB": 4},
        )


def _models_finding(result: Any, said: Floats, came: Floats, rows: Floats) -> str:
    where = f"on the {_one_or_many(float(rows.sum()), 'deal')} open on {result.measures.split_day}"
    said_mean, came_mean = (percent(float(np.average(each, weights=rows))) for each in (said, came))
    return f"The {MODELS[result.model]} said {said_mean} {where}, and {came_mean} were won"


# What past forecasts were worth.


def _draw_backtest(result: Any, axes: Any, look: Style) -> None:
    table = result.backtest
    known = ~table.nulls("expected")
    if not known.any():
        _nothing(axes, look, "Too little was known on each of these days for a forecast")
        return
    found = {name: _floats(table[name])[known] for name in ("expected", "p10", "p90", "actual", "claimed")}
    largest = max(float(np.nanmax(found[name], initial=0)) for name in ("p90", "actual", "claimed"))
    scale, word = axis_scale(largest)
    found = {name: values / scale for name, values in found.items()}
    days = table["day"].astype("datetime64[D]")[known]
    where = days.astype(object)
    wide = 0.6 * float(np.diff(days).astype(np.int64).min(initial=30))
    axes.bar(where, found["p90"] - found["p10"], wide, bottom=found["p10"], color=look.color, alpha=0.32, linewidth=0)
    axes.plot(where, found["expected"], color=look.color, linewidth=2.2, marker="_", markersize=9)
    axes.plot(where, found["claimed"], color=GREY, linewidth=1.2, linestyle=DASHES)
    inside = (found["actual"] >= found["p10"]) & (found["actual"] <= found["p90"])
    for which, color in ((inside, GREEN), (~inside, ORANGE)):
        if which.any():  # a line of no points would take the whole figure for its own
            axes.plot(where[which], found["actual"][which], "o", color=color, markersize=6, zorder=4, clip_on=False)
    if len(days) == 1:
        axes.set_xlim(days[0] - 60, days[0] + 60)
    axes.set_ylim(0, largest / scale * 1.1 or 1)
    _lines_beside(axes, look, found)
    _month_axis(axes)
    axes.tick_params(axis="x", pad=7)
    axes.set_xlabel("Day of the forecast")
    axes.set_ylabel(_tell("Won within the horizon", word, look.currency))
    _bare(axes, "left")
    _title(axes, look, _backtest_finding(table, len(days), int(np.count_nonzero(inside))))


def _lines_beside(axes: Any, look: Style, found: dict[str, Floats]) -> None:
    """Names of lines and dots at their right ends, moved apart."""
    named = {"expected": "forecast,\nP10 to P90", "actual": "what came", "claimed": "claims"}
    inks = {"expected": look.color, "claimed": GREY}
    ends = sorted((float(found[name][-1]), name) for name in named if not np.isnan(found[name][-1]))
    high = axes.get_ylim()[1]
    heights = _spread([end for end, _ in ends], high * 0.09, high * 0.04, high * 0.97)
    for (_, name), height in zip(ends, heights, strict=True):
        ink = {"color": inks[name]} if name in inks else {}
        axes.annotate(named[name], (1.01, height), xycoords=("axes fraction", "data"), va="center", fontsize=9, **ink)


def _backtest_finding(table: Any, windows: int, inside: int) -> str:
    one = windows == 1
    said = "The forecast was" if one else f"{count(windows)} past forecasts were"
    came = "what came was between P10 and P90" if inside or not one else "what came was not between P10 and P90"
    times = "" if one else f" {inside} of {count(windows)} times"
    if table.bias is None:
        return f"{came[0].upper()}{came[1:]}{times}"
    way = "high" if table.bias > 0 else "low"
    return f"{said} {percent(abs(float(table.bias)))} too {way}{'' if one else ' in total'}; {came}{times}"


def _has_forecast(result: Any) -> bool:
    return getattr(getattr(result, "forecast", None), "months", None) is not None


def _draw_said_and_came(result: Any, axes: Any, look: Style) -> None:
    (_draw_models if "by" in result.calibration else _draw_calibration)(result, axes, look)


KINDS = (
    Kind(
        "forecast",
        _has_forecast,
        "it has no forecast: too few deals have closed, or only the state was asked for",
        _draw_forecast,
    ),
    Kind("funnel", _table_with("conversions", "spells", "ended"), "it is no pipeline", _draw_funnel),
    Kind("visibility", _table_with("visibility", "share", "of_class"), "it is no pipeline", _draw_visibility),
    Kind(
        "calibration",
        _table_with("calibration", "expected", "observed"),
        "it has no hold-out: too few deals have closed, or only the state was asked for",
        _draw_said_and_came,
        (7.6, 5.8),
    ),
    Kind("backtest", _table_with("backtest", "p90", "actual"), "pass backtest=True to the analysis", _draw_backtest),
)
