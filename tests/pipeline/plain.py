# SPDX-License-Identifier: MIT
"""The pipeline, plainly: the second implementation, a test oracle for the library.

Written from spec/pipeline.md alone, one deal after another, exact where the text is exact. It is meant to be compared
with the text part by part; it is not meant to be fast. plain_state.py has the inputs and the objective part,
plain_learn.py landmarks, incidence, rates and models, plain_measure.py the measures, plain_model.py which model is in
use and the hold-out, plain_time.py how long things take, plain_forecast.py the forecast, plain_register.py
registrations. Where the text leaves a choice, a comment that begins with "Reading:" says which one was taken.

    python tests/pipeline/plain.py DEALS.csv --process PROCESS.json [--milestones F] [--claims F] [--as-of DAY] …

prints all of it as JSON: days as ISO dates, money in major units, null for what is not defined.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import plain_forecast as ahead
import plain_learn as learn
import plain_measure as measure
import plain_model as model
import plain_register as register
import plain_state as state
import plain_time as time

Json = dict[str, Any]
MINOR = 100


def number(value: float | Fraction | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def money(value: float | Fraction | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value) / MINOR


def day(value: int | None) -> str | None:
    return None if value is None else state.iso(value)


def or_reason(what: Callable[[], Json]) -> Json:
    """Too little data is an answer."""
    try:
        return what()
    except state.PipelineError as error:
        return {"reason": error.name}


def visibility_json(one: state.Visibility) -> Json:
    shares = {name: number(share) for name, share in one.share.items()}
    amounts = {name: number(share) for name, share in one.amount_share.items()}
    return {"deals": one.deals, "share": shares, "amount_share": amounts}


def summary_json(data: state.Data) -> Json:
    before, after = state.strays(data)
    count = {name: sum(deal.outcome == name for deal in data.deals) for name in (state.OPEN, state.WON, state.LOST)}
    return {
        "as_of": day(data.as_of),
        "deals": len(data.deals),
        **count,
        "reports_before_opening": before,
        "reports_after_closing": after,
        "reference_clear": number(state.REFERENCE_CLEAR),
    }


def deals_json(data: state.Data, fitted: model.Model) -> list[Json]:
    stalled = time.stalled(data)
    known = bool(model.labelled(fitted.snapshots))
    result: list[Json] = []
    for deal in data.deals:
        now, sight = state.state_on(data, deal, data.as_of), state.sight_of(data, deal)
        is_open = state.is_open(deal)
        result.append(
            {
                "deal": deal.id,
                "partner": deal.partner,
                "outcome": deal.outcome,
                "objective_stage": now.stage,
                "stage": data.process.stage_id(now.stage),
                "score": number(now.score),
                "out_of_order": now.out_of_order,
                "overclaim": state.overclaim(data, deal),
                "coverage": number(sight.coverage),
                "visibility": sight.visibility,
                "probability": number(fitted.p(data, deal, data.as_of)) if is_open and known else None,
                "stalled": stalled.get(deal.row),
            }
        )
    return result


def rates_json(fitted: model.Model) -> Json:
    rates = fitted.rates
    stages = [
        {"stage": i, "deals": n, "incidence": number(raw), "rate": number(rate), "m": number(m)}
        for i, (n, raw, rate, m) in enumerate(zip(rates.deals, rates.raw, rates.rate, rates.strength))
    ]
    partners = [
        {"partner": partner, "stage": stage, "deals": one.deals, "won": one.won, "rate": rates.of(partner, stage)}
        for (partner, stage), one in sorted(rates.records.items())
    ]
    return {"stages": stages, "partners": partners}


def curves_json(data: state.Data, fitted: model.Model) -> list[Json]:
    result: list[Json] = []
    for stage in range(len(data.process.stages) + 1):
        curve = learn.incidence([one for one in fitted.snapshots if one.stage == stage])
        for row in zip(curve.times.tolist(), curve.at_risk.tolist(), curve.won.tolist(), curve.lost.tolist()):
            result.append(dict(zip(("stage", "days", "at_risk", "won", "lost"), (stage, *row))))
    return result


def model_json(fitted: model.Model) -> Json:
    result: Json = {
        "model": fitted.in_use,
        "ridge_loss": number(fitted.ridge_loss),
        "rates_loss": number(fitted.rates_loss),
    }
    if fitted.ridge is not None:
        errors = [math.sqrt(max(one, 0.0)) for one in fitted.ridge.covariance.diagonal().tolist()]
        result["penalty"] = fitted.ridge.penalty
        result["coefficients"] = [
            {"feature": name, "beta": beta, "standard_error": error}
            for name, beta, error in zip(["", *fitted.ridge.design.names], fitted.ridge.beta.tolist(), errors)
        ]
    return result


def doubts_json(data: state.Data, fitted: model.Model) -> list[Json]:
    names = {deal.row: deal.id for deal in data.deals}
    return [
        {
            "deal": names[one.deal],
            "milestone": data.process.milestones[one.milestone].id,
            "reason": one.reason,
            "question": one.question,
            "effect": number(one.effect),
        }
        for one in model.doubts(data, fitted)
    ]


def measures_json(one: measure.Measures) -> Json:
    return {
        "rows": one.rows,
        "won": one.won,
        "log_loss": number(one.log_loss),
        "clipped": one.clipped,
        "auc": number(one.auc),
        "brier": number(one.parts.brier),
        "reliability": number(one.parts.reliability),
        "resolution": number(one.parts.resolution),
        "uncertainty": number(one.parts.uncertainty),
        "groups": [
            {"rows": g.rows, "low": g.low, "high": g.high, "mean": g.mean_p, "won": number(g.won_share)}
            for g in one.groups
        ],
    }


def hold_out_json(data: state.Data, known_from: int | None) -> Json:
    held = model.hold_out(data, known_from)
    return {
        "day": day(held.day),
        "model": held.model,
        "constant": measures_json(held.constant),
        "of_model": measures_json(held.of_model),
        "stage_rates": measures_json(held.stage_rates),
        "naive_bayes": measures_json(held.naive_bayes),
        "beats_constant": held.beats_constant,
        "claims": held.claims,
        "claims_loss": number(held.claims_loss),
        "skill": number(held.skill),
        "reason": held.reason,
    }


def time_json(data: state.Data) -> Json:
    speed = time.velocity(data)
    return {
        "stall_limits": {str(stage): number(limit) for stage, limit in time.stall_limits(data).items()},
        "conversions": [
            {
                "stage": one.stage,
                "to": one.to,
                "spells": one.spells,
                "share": number(one.share),
                "median_days": number(one.median_days),
            }
            for one in time.conversions(data)
        ],
        "velocity": {
            "open": speed.open,
            "win_rate": number(speed.win_rate),
            "mean_amount": money(speed.mean_amount),
            "mean_days": number(speed.mean_days),
            "per_day": money(speed.per_day),
        },
    }


def forecast_json(
    data: state.Data, fitted: model.Model, horizon: int, known_from: int | None, correlation: float | None
) -> Json:
    made = ahead.forecast(data, horizon, known_from=known_from, model=fitted, correlation=correlation)
    partners = dict.fromkeys(line.deal.partner or ahead.DIRECT for line in made.lines)
    months = ahead.by_month(made.lines, data.as_of, horizon)
    return {
        "horizon": horizon,
        "model": made.model,
        "expected": money(made.expected),
        "p10": money(made.p10),
        "p50": money(made.p50),
        "p90": money(made.p90),
        "expected_won": made.expected_count,
        "correlation": made.correlation,
        "correlation_from": made.correlation_from,
        "new_business": money(ahead.new_business(data, horizon, known_from)),
        "median_age": number(ahead.median_age(data)),
        "count": ahead.poisson_binomial([line.p for line in made.lines]).tolist(),
        "months": {state.iso(end): money(value) for end, value in months.items()},
        "partners": {
            partner: money(ahead.expected_of([one for one in made.lines if (one.deal.partner or "") == partner]))
            for partner in partners
        },
        "deals": [
            {
                "deal": one.deal.id,
                "cell": one.cell.name,
                "p": one.p,
                "shift": one.shift,
                "beyond_experience": one.beyond_experience,
                "amount": money(one.money.mean),
                "amount_from": one.money.source,
                "category": one.category,
            }
            for one in made.lines
        ],
    }


def rulings_json(data: state.Data, protect_days: int, lapse_days: int) -> list[Json]:
    names = {deal.row: deal.id for deal in data.deals}
    return [
        {
            "customer": one.customer,
            "product": one.product,
            "holder": names[one.holder],
            "from": day(one.start),
            "to": day(one.end),
            "contenders": [names[row] for row in one.contenders],
            "reason": one.reason,
        }
        for one in register.rulings(data, protect_days, lapse_days)
    ]


def everything(data: state.Data, options: Mapping[str, Any]) -> Json:
    """`data` as of the day that is asked for."""
    known_from = state.optional_day(options.get("known_from"))
    fitted = model.learn(data, known_from)
    horizon = options.get("horizon") or 90
    protect = options.get("protect_days") or register.PROTECT_DAYS
    lapse = options.get("lapse_days") or register.LAPSE_DAYS
    return {
        "summary": summary_json(data),
        "deals": deals_json(data, fitted),
        "doubts": doubts_json(data, fitted),
        "visibility": {name: visibility_json(one) for name, one in state.visibilities(data).items()},
        "rates": rates_json(fitted),
        "curves": curves_json(data, fitted),
        "model": model_json(fitted),
        "hold_out": or_reason(lambda: hold_out_json(data, known_from)),
        "time": time_json(data),
        "forecast": or_reason(
            lambda: forecast_json(data, fitted, horizon, known_from, options.get("correlation", 0.0))
        ),
        "registrations": rulings_json(data, protect, lapse),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deals", type=Path)
    parser.add_argument("--process", type=Path, required=True)
    parser.add_argument("--milestones", type=Path)
    parser.add_argument("--claims", type=Path)
    parser.add_argument("--as-of")
    parser.add_argument("--known-from")
    parser.add_argument("--horizon", type=int, default=90)
    parser.add_argument("--protect-days", type=int, default=register.PROTECT_DAYS)
    parser.add_argument("--lapse-days", type=int, default=register.LAPSE_DAYS)
    parser.add_argument("--correlation", type=float)
    arguments = parser.parse_args()
    texts = [path.read_text() if path else "" for path in (arguments.milestones, arguments.claims)]
    try:
        data = state.read_data(arguments.process.read_text(), arguments.deals.read_text(), *texts)
    except state.PipelineError as error:
        print(error, file=sys.stderr)
        return 1
    data = state.cut(data, state.day_of(arguments.as_of) if arguments.as_of else data.as_of)
    json.dump(everything(data, vars(arguments)), sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
