# SPDX-License-Identifier: MIT
"""Segmentation: a small channel by hand, the sample channel against the command, and pictures. Natural breaks and
allocation by themselves."""

from __future__ import annotations

import csv
import json
import math
import os
import pickle
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import libpartner as lp
import numpy as np
import pytest
from test_same_bits import NOT_RESULT, Number, compare

CHANNEL = Path(__file__).parents[2] / "examples" / "channel"

# Four partners in 2026, the prior and the unit given, so that every figure can be worked out by hand.
SALES: dict[str, list[Any]] = {
    "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    "amount": [500.00, 310.00, 100.00, 60.00, 40.00, -10.00],
}
INTERACTIONS: dict[str, list[Any]] = {
    "partner": ["Aster", "Aster", "Aster", "Birch", "Birch", "Birch", "Cedar", "Cedar", "Dahlia"],
    "day": ["2026-01-14", "2026-03-10", "2026-03-11", "2026-02-01", "2026-02-20", "2026-03-01"]
    + ["2026-02-18", "2026-04-19", "2026-04-02"],
    "kind": ["order"] * 3 + ["training", "joint-visit", "training", "order", "training", "design-in"],
}
PARTNERS: dict[str, list[Any]] = {"partner": ["Aster", "Birch", "Cedar", "Dahlia", "Elder"]}
RULES: dict[str, Any] = {
    "bands": {"method": "thresholds", "thresholds": [300]},
    "mode": {"prior": {"a": 1, "b": 1}, "unit": 1, "half_life_days": 0},
}
# (share, of the headroom; hours; retain) that the default rules assume
ASSUMED = {
    "unknown": (0.2, 60.0, 0.0),
    "transactional": (0.1, 20.0, 0.02),
    "mixed": (0.3, 60.0, 0.1),
    "consultative": (0.5, 40.0, 0.1),
}


def segment(*data: Any, **keywords: Any) -> Any:
    return lp.segment(*data, **keywords)  # type: ignore[attr-defined]


def small(**changed: Any) -> Any:
    given: dict[str, Any] = {"interactions": INTERACTIONS, "partners": PARTNERS, "rules": RULES}
    return segment(SALES, **{**given, **changed})


def changed(table: dict[str, list[Any]], row: int, **cells: Any) -> dict[str, list[Any]]:
    made = {name: [*column] for name, column in table.items()}
    for name, cell in cells.items():
        made[name][row] = cell
    return made


# --- the small one, by hand ---


def test_bands_modes_and_segments() -> None:
    """Aster has 560, Birch 310, Cedar 100 - 10, Dahlia 40, Elder nothing: two are at 300 or more."""
    result = small()
    assert len(result) == 5 and result["partner"].tolist() == PARTNERS["partner"]
    assert result.partners.to_dict()["revenue"] == [Decimal(a) for a in ("560.00", "310.00", "90.00", "40.00", "0.00")]
    assert result["band"].tolist() == ["high", "high", "low", "low", "low"]
    # Beta(1 + c, 1 + t) with c, t = (0, 3), (3, 0), (1, 1), (1, 0), (0, 0).
    assert result["consultative"].tolist() == [0, 3, 1, 1, 0] and result["transactional"].tolist() == [3, 0, 1, 0, 0]
    assert result["consultative_share"] == pytest.approx([1 / 5, 4 / 5, 1 / 2, 2 / 3, 1 / 2], rel=1e-12)
    assert result["p_consultative"] == pytest.approx([1 / 16, 15 / 16, 1 / 2, 3 / 4, 1 / 2], rel=1e-12)
    assert result["p_transactional"] == pytest.approx([15 / 16, 1 / 16, 1 / 2, 1 / 4, 1 / 2], rel=1e-12)
    # The distribution function of Beta(4, 1) is x^4, of Beta(2, 1) x^2; Beta(1, 4) is the former's mirror.
    for row, low, high in ((1, 0.05**0.25, 0.95**0.25), (3, 0.05**0.5, 0.95**0.5), (4, 0.05, 0.95)):
        assert (result["low"][row], result["high"][row]) == pytest.approx((low, high), rel=1e-12)
    assert result["low"][0] == pytest.approx(1 - 0.95**0.25, rel=1e-12)
    assert result["mode"].tolist() == ["transactional", "consultative", "mixed", "mixed", "unknown"]
    assert result["segment"].tolist() == ["volume", "strategic", "watch", "watch", "watch"]
    assert (result.prior_a, result.prior_b, result.prior_from, result.unit) == (1, 1, "given", 1)
    assert (result.with_evidence, result.interactions, result.unlisted, result.threshold) == (4, 9, 0, 0.5)
    assert not result["declared"].any() and not result["carried"].any()


def test_the_segments_and_the_bands() -> None:
    result = small()
    lines = {row["segment"]: row for row in result.segments.iter_rows() if row["partners"] > 0}
    assert {name: row["partners"] for name, row in lines.items()} == {"volume": 1, "strategic": 1, "watch": 3}
    assert lines["watch"]["revenue"] == Decimal("130.00") and lines["volume"]["revenue_share"] == 0.56
    assert lines["watch"]["partner_share"] == 0.6 and lines["watch"]["mode"] == "several"
    assert lines["strategic"]["mode"] == "consultative" and lines["strategic"]["band"] == "high"
    assert result.bands.to_dict()["band"] == ["high", "low"]
    assert result.bands.to_dict()["from"] == [Decimal("300.00"), None]
    assert result.bands["partners"].tolist() == [2, 3] and result.bands["revenue_share"].tolist() == [0.87, 0.13]
    assert result.revenue == Decimal("1000.00") and result.summary["partners"] == 5


def test_headroom_and_priority() -> None:
    """Fewer than 8 are active, so all are peers: of 40, 90, 310, 560 the 0.75 quantile is 310 + 250 / 4 = 372.50, the
    0.25 quantile 40 + 3/4 · 50 = 77.50. Aster: 1.1 · 560; Birch: 372.50; Cedar and Dahlia: thrice their revenue at
    most; Elder: 77.50 · 4/5."""
    result = small()
    head = [Decimal(a) for a in ("56.00", "62.50", "180.00", "80.00", "62.00")]
    assert result.partners.to_dict()["headroom"] == head and result.headroom == sum(head)
    reference = [Decimal(a) for a in ("616.00", "372.50", "270.00", "120.00", "62.00")]
    assert result.partners.to_dict()["reference"] == reference
    assert result["priority"].tolist() == [0, 0.5, 1, 0.75, 0.25]  # the ranks, without ratings


def test_hours() -> None:
    """Their sum, the conditions of Karush, Kuhn and Tucker, and what they are said to bring."""
    result = small(budget=30)
    allocation = result.allocation
    head, revenue = (result[name].astype(float) for name in ("headroom", "revenue"))
    share, scale, retain = (np.asarray([ASSUMED[m][i] for m in result["mode"]]) for i in range(3))
    gain = share * head + retain * revenue
    hours, worth = result["hours"], allocation.lambda_
    assert hours.sum() == pytest.approx(30, rel=1e-12) and allocation.spent == pytest.approx(30, rel=1e-12)
    assert allocation.budget == 30 and allocation.summary["lambda"] == worth
    marginal = gain / scale * np.exp(-hours / scale)
    assert result["marginal_return"] == pytest.approx(marginal, rel=1e-9)
    assert marginal[hours > 0] == pytest.approx(worth, rel=1e-9) and (marginal <= worth * (1 + 1e-9)).all()
    brings = gain * (1 - np.exp(-hours / scale))
    assert allocation.gain == pytest.approx(brings.sum(), rel=1e-9)
    assert result["expected_gain"] == pytest.approx(np.round(brings, 2), abs=0.0051)
    assert result.assumptions.to_dict() == {
        "mode": list(ASSUMED),
        "share": [each[0] for each in ASSUMED.values()],
        "hours": [each[1] for each in ASSUMED.values()],
        "retain": [each[2] for each in ASSUMED.values()],
    }
    assert allocation.gain_now is None and allocation.sensitivity is None


def test_todays_hours_are_held_against_those_of_the_budget() -> None:
    now = [2.0, 1.0, 0.0, 5.0, 2.0]
    result = small(partners={**PARTNERS, "hours": now}, budget=10)
    assert result.allocation.spent_now == 10 and result.allocation.gain >= result.allocation.gain_now > 0
    bounded = small(
        partners={**PARTNERS, "hours_min": [1, None, None, None, None], "hours_max": [None] * 4 + [0]}, budget=10
    )
    assert bounded["hours"][0] >= 1 and bounded["hours"][4] == 0
    with pytest.raises(AttributeError, match="did you mean 'spent_now'"):
        _ = bounded.allocation.spend_now


def test_again_with_another_budget() -> None:
    result = small(budget=30)
    other = result.again(budget=60, sensitivity=True)
    assert type(other) is type(result) and other.allocation.budget == 60 and result.allocation.budget == 30
    assert other.summary == small(budget=60, sensitivity=True).summary
    assert other.partners.to_dict() == small(budget=60, sensitivity=True).partners.to_dict()
    assert len(other.allocation.sensitivity) >= 4
    rules = {**RULES, "bands": {"method": "thresholds", "thresholds": [100]}}
    assert result.again(rules=rules).bands.to_dict()["from"] == [Decimal("100.00"), None]
    with pytest.raises(TypeError, match="knows no keyword 'buget'; did you mean 'budget'"):
        result.again(buget=60)
    with pytest.raises(TypeError, match="interactions cannot be changed in a result"):
        result.again(interactions=INTERACTIONS)


def test_what_was_not_asked_for_is_none() -> None:
    result = small()
    for name in ("allocation", "assumptions", "moves", "movers", "dimensions"):
        assert getattr(result, name) is None, name
    assert result.tables == ["partners", "segments", "bands"]
    assert math.isnan(result["hours"][0]) if "hours" in result else True
    with pytest.raises(ValueError, match=r"this result has no movers to explain$"):
        result.explain(0)
    with pytest.raises(AttributeError, match=r"segment has no 'segmnts'; did you mean 'segments'\?"):
        _ = result.segmnts


def test_sales_alone_are_enough() -> None:
    """Without rules the default ones count, with their names: two bands, of which the upper one brings 80 %; every mode
    is unknown. 560 + 310 are 87 % of 1000, and without Birch it is 56 %."""
    result = segment(SALES)
    assert result["mode"].tolist() == ["unknown"] * 4
    assert result["segment"].tolist() == ["align", "align", "watch", "watch"]
    assert result.bands["band"].tolist() == ["high", "low"]
    assert result.bands.to_dict()["from"][0] == Decimal("310.00")
    written = segment(SALES, rules={})
    assert written.partners.to_dict() == result.partners.to_dict() and written.summary == result.summary
    assert segment(SALES, rules="{}").segments.to_dict() == result.segments.to_dict()
    assert set(result.dicts) >= {"partner", "band", "segment"}
    assert segment(SALES, budget=5).allocation.spent == pytest.approx(5)


def test_the_default_rules_know_kinds() -> None:
    result = small(rules=None)
    assert result.with_evidence == 4 and result.prior_from == "uniform"  # fewer than 10 have evidence
    assert result["mode"].tolist()[:2] == ["transactional", "consultative"]


def test_rules_are_a_class_of_their_own(tmp_path: Path) -> None:
    rules: Any = lp.Segments(RULES)  # type: ignore[attr-defined]
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(RULES))
    wanted = small().partners.to_dict()
    for source in (rules, json.dumps(RULES), path, str(path), pickle.loads(pickle.dumps(rules))):
        assert small(rules=source).partners.to_dict() == wanted
    assert rules.sentences and rules.warnings == [] and rules.to_dict() == RULES
    assert "order" in rules.names["kind"] and rules.names["band"] == ["low", "high"]
    process: Any = lp.Process({"stages": [{"id": "a", "milestones": [{"id": "m"}]}]})  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="a Process found, expected a Segments"):
        small(rules=process)


def test_names_of_ones_own() -> None:
    rules = {
        **RULES,
        "bands": {**RULES["bands"], "names": ["klein", "groß"]},
        "segments": [{"id": "Schlüssel", "band": "groß", "mode": "consultative"}],
    }
    result = small(rules=rules)
    assert result["band"].tolist() == ["groß", "groß", "klein", "klein", "klein"]
    unnamed = ["klein-mixed", "klein-mixed", "klein-unknown"]
    assert result["segment"].tolist() == ["groß-transactional", "Schlüssel", *unnamed]


def test_a_declared_mode_counts() -> None:
    modes = ["consultative", None, None, None, "transactional"]
    result = small(partners={**PARTNERS, "mode": modes})
    assert result["declared"].tolist() == [True, False, False, False, True]
    assert result["segment"].tolist() == ["strategic", "strategic", "watch", "watch", "self-service"]
    assert result["consultative_share"][0] == pytest.approx(0.2)  # the evidence says what it says


def test_alignment() -> None:
    """Aster: 1 - (5 · 0.1 + 3 · 0.4) / 8; the gap of delivery is the larger one."""
    rows = {
        "partner": ["Aster", "Aster", "Birch"],
        "dimension": ["price", "delivery", "training"],
        "expects": [5, 3, 2],
        "experiences": [0.9, 0.6, 1.0],
        "given": [50, 10, None],
        "committed": [100, 40, None],
    }
    result = small(alignment=rows)
    assert result["alignment"][:2] == pytest.approx([1 - 1.7 / 8, 1], rel=1e-12) and np.isnan(result["alignment"][2])
    assert result.partners.to_dict()["largest_gap"] == ["delivery", None, None, None, None]
    # The weights are 5/10 and 3/10.
    assert result["give_get"][0] == pytest.approx((5 * 50 + 3 * 10) / (5 * 100 + 3 * 40), rel=1e-12)
    assert result.dimensions["dimension"].tolist() == ["price", "delivery", "training"]
    assert result.dimensions["weight"] == pytest.approx([0.5, 0.3, 0.2]) and result.dimensions["partners"].sum() == 3
    assert result.dimensions["gap"] == pytest.approx([0.05, 0.12, 0], abs=1e-15)


# --- two periods ---


def two_years(**options: Any) -> Any:
    """In 2025 Birch has 200 and orders; in 2026 it has 310, and is trained. Aster stays what it is."""
    sales = {
        "partner": [*SALES["partner"], "Aster", "Birch", "Cedar"],
        "day": [*SALES["day"], "2025-05-01", "2025-06-01", "2025-07-01"],
        "amount": [*SALES["amount"], 400, 200, 90],
    }
    seen = {
        "partner": [*INTERACTIONS["partner"], *["Aster"] * 3, *["Birch"] * 3, "Cedar", "Cedar"],
        "day": [*INTERACTIONS["day"], *["2025-05-02"] * 8],
        "kind": [*INTERACTIONS["kind"], *["order"] * 6, "order", "training"],
    }
    windows = {"from_day": "2026-01-01", "to_day": "2027-01-01"}
    windows |= {"previous_from_day": "2025-01-01", "previous_to_day": "2026-01-01"}
    given = {"interactions": seen, "rules": RULES, **windows}
    return segment(sales, **{**given, **options})


def test_who_moved_and_why() -> None:
    result = two_years()
    # 310 is less than 5 % above the edge of 300: Birch stays in its band until it is above 315.
    assert result["band"].tolist() == ["high", "low", "low", "low"]
    # Transactional before; P(share above a half) is 15/16, at least 0.8 and below 0.95: first it is mixed.
    assert result["mode"].tolist() == ["transactional", "mixed", "mixed", "mixed"]
    movers = result.movers.to_dict()
    assert movers["partner"][0] == "Birch" and movers["from"][0] == "self-service" and movers["to"][0] == "watch"
    assert (movers["previous_mode"][0], movers["mode"][0]) == ("transactional", "mixed")
    assert movers["previous_revenue"][0] == Decimal("200.00") and movers["revenue"][0] == Decimal("310.00")
    assert movers["p_consultative"][0] == pytest.approx(15 / 16, rel=1e-12)
    text = result.explain(0)
    assert re.search(r"93\.[78]", text) and "mixed instead of transactional" in text
    assert result.explain(-len(result.movers)) == text == result.explain(0, "movers")
    with pytest.raises(IndexError):
        result.explain(len(result.movers))
    lines = {(row["from"], row["to"]): row for row in result.moves.iter_rows()}
    assert lines["volume", "volume"]["partners"] == 1
    assert lines["volume", "volume"]["previous_revenue"] == Decimal("400.00")
    assert lines["self-service", "watch"]["partners"] == 1
    assert sum(row["partners"] for row in lines.values()) == 4


def test_far_above_the_edge_it_leaves_its_band() -> None:
    rules = {**RULES, "bands": {**RULES["bands"], "margin": 0}}
    assert two_years(rules=rules)["band"].tolist()[1] == "high"


# --- frames ---


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "duckdb", "numpy"])
def test_frames_in_and_out(kind: str) -> None:
    module = pytest.importorskip(kind)
    tables = (SALES, INTERACTIONS, PARTNERS)
    if kind == "numpy":
        frames: list[Any] = [{name: np.asarray(column) for name, column in table.items()} for table in tables]
    elif kind == "duckdb":
        arrow = pytest.importorskip("pyarrow")
        connection = module.connect()
        frames = [connection.from_arrow(arrow.table(table)) for table in tables]
    else:
        frames = [module.table(table) if kind == "pyarrow" else module.DataFrame(table) for table in tables]
    sales, interactions, partners = frames
    result = segment(sales, interactions=interactions, partners=partners, rules=RULES, budget=30)
    wanted = small(budget=30)
    assert result.summary == wanted.summary
    for name in wanted.tables:
        assert getattr(result, name).to_dict() == getattr(wanted, name).to_dict(), name
    if kind in ("pandas", "polars", "pyarrow"):
        how = {"pandas": "to_pandas", "polars": "to_polars", "pyarrow": "to_arrow"}[kind]
        out = getattr(result, how)()
        assert [str(cell) for cell in out["segment"].to_numpy()] == wanted["segment"].tolist()


def test_columns_by_other_names() -> None:
    seen = {"who": INTERACTIONS["partner"], "when": INTERACTIONS["day"], "what": INTERACTIONS["kind"]}
    columns = lp.columns(seen, partner="who", day="when", kind="what")
    assert small(interactions=columns).partners.to_dict() == small().partners.to_dict()
    effort = {**INTERACTIONS, "minutes": [10.0] * 9}
    assert small(interactions=effort, rules=None).unit == 10  # an alias of effort; the mean


def test_ids_can_be_numbers() -> None:
    numbers = dict(zip(PARTNERS["partner"], (7, 5, 3, 11, 2), strict=True))
    tables = [
        {name: [numbers[p] for p in column] if name == "partner" else column for name, column in table.items()}
        for table in (SALES, INTERACTIONS, PARTNERS)
    ]
    result = segment(tables[0], interactions=tables[1], partners=tables[2], rules=RULES)
    assert result["partner"].tolist() == [7, 5, 3, 11, 2] and result["segment"].tolist() == small()["segment"].tolist()


def test_indexes_need_the_dictionary_of_kinds() -> None:
    kinds = lp.Dict()
    names = ["order", "training", "joint-visit", "design-in"]
    kinds.add(names)
    indexes = lp.indexes([names.index(kind) for kind in INTERACTIONS["kind"]])
    found = small(interactions={**INTERACTIONS, "kind": indexes}, dicts={"kind": kinds})
    assert found.partners.to_dict() == small().partners.to_dict()
    with pytest.raises(lp.ArgumentError, match=r"interactions: kind holds indexes.*dicts=\{'kind'"):
        small(interactions={**INTERACTIONS, "kind": indexes})


def test_the_same_for_any_number_of_threads() -> None:
    one, three = (two_years(budget=30, threads=threads) for threads in (1, 3))
    assert one.summary == three.summary and one.sentences == three.sentences
    for name in one.tables:
        assert getattr(one, name).to_dict() == getattr(three, name).to_dict(), name


def test_for_people() -> None:
    result = small(budget=30)
    text, page = repr(result), result._repr_html_()
    assert text.startswith("<libpartner segment: 5 partners>\n") and "strategic" in text
    assert "Birch" in page and "strategic" in page and "<code>.allocation</code>" in page


# --- bad input ---

BAD: dict[str, tuple[dict[str, Any], str, str, int, str]] = {
    # what is passed: what the error says, the record, its row, its field
    "undeclared kind": (
        {"interactions": changed(INTERACTIONS, 4, kind="lunch")},
        "interactions row 4: kind .*'lunch'",
        "interactions",
        4,
        "kind",
    ),
    "negative effort": (
        {"interactions": {**INTERACTIONS, "effort": [1, 1, -2] + [1] * 6}},
        "interactions row 2: effort is -2",
        "interactions",
        2,
        "effort",
    ),
    "no day": (
        {"interactions": changed(INTERACTIONS, 3, day=None)},
        "interactions row 3: day: is null, expected a value",
        "interactions",
        3,
        "day",
    ),
    "a rating above 1": (
        {"partners": {**PARTNERS, "strategic": [0.5, None, 1.5, None, None]}},
        "strategic of .* is 1.5, expected a rating from 0 to 1 .*'Cedar'",
        "partners",
        2,
        "strategic",
    ),
    "negative potential": (
        {"partners": {**PARTNERS, "potential": [None, -5, None, None, None]}},
        "potential",
        "partners",
        1,
        "potential",
    ),
    "unknown mode": (
        {"partners": {**PARTNERS, "mode": [None, "friendly", None, None, None]}},
        'partners row 1: mode: "friendly" is not one of unknown, transactional, mixed, consultative',
        "partners",
        1,
        "mode",
    ),
    "bounds that cross": (
        {"partners": {**PARTNERS, "hours_min": [None, 9, None, None, None], "hours_max": [None, 2, None, None, None]}},
        "at least 9 hours and at most 2, expected bounds that do not cross .*'Birch'",
        "partners",
        1,
        "hours_min",
    ),
    "an expectation twice": (
        {
            "alignment": {
                "partner": ["Aster", "Birch", "Aster"],
                "dimension": ["price", "price", "price"],
                "expects": [1, 1, 1],
                "experiences": [1, 1, 1],
            }
        },
        "row 2: .*row 0",
        "alignment",
        2,
        "dimension",
    ),
    "an experience above 1": (
        {"alignment": {"partner": ["Aster"], "dimension": ["price"], "expects": [1], "experiences": [1.2]}},
        "row 0: experiences is 1.2, expected 0 to 1",
        "alignment",
        0,
        "experiences",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_rows(case: str) -> None:
    given, said, record, row, field = BAD[case]
    with pytest.raises(lp.DataError, match=said) as caught:
        small(budget=10, **given)
    assert (caught.value.row, caught.value.field) == (row, field)
    # The struct of the input `alignment` has another name.
    assert caught.value.record == {"alignment": "expectations"}.get(record, record)


def test_an_undeclared_kind_names_the_declared_ones() -> None:
    with pytest.raises(lp.DataError, match="lunch") as caught:
        small(interactions=changed(INTERACTIONS, 4, kind="lunch"))
    assert "order" in caught.value.message and "training" in caught.value.message


def test_floors_above_the_budget_state_both_sums() -> None:
    with pytest.raises(lp.DataError, match=r"\b12\b.*\b10\b|\b10\b.*\b12\b"):
        small(partners={**PARTNERS, "hours_min": [4, 4, 4, None, None]}, budget=10)


@pytest.mark.parametrize(
    ("rules", "path", "said"),
    [
        ({"band": {}}, "$.band", "bands"),
        ({"bands": {"count": 9}}, "$.bands.count", "9"),
        ({"bands": {"method": "thresholds", "thresholds": [5, 3]}}, "$.bands.thresholds[1]", "3"),
        ({"mode": {"kinds": {"lunch": "social"}}}, "$.mode.kinds.lunch", "social"),
        ({"mode": {"threshold": 2}}, "$.mode.threshold", "2"),
        ({"segments": [{"id": "x", "band": "middle", "mode": "mixed"}]}, "$.segments[0].band", "middle"),
        ({"allocation": {"mixed": {"share": 2}}}, "$.allocation.mixed.share", "2"),
    ],
)
def test_bad_rules(rules: dict[str, Any], path: str, said: str) -> None:
    with pytest.raises(lp.DataError) as caught:
        small(rules=rules)
    assert caught.value.path == path and said in caught.value.message
    # The keyword is `rules`; what is written there is called segments where it stands alone.
    assert caught.value.message.startswith("rules: $.") and caught.value.record == "rules"
    with pytest.raises(lp.DataError) as caught:
        lp.Segments(rules)  # type: ignore[attr-defined]
    assert caught.value.path == path and caught.value.message.startswith("segments: $.")


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"budget": -1}, lp.ArgumentError, "budget"),
        ({"budget": "many"}, lp.ArgumentError, 'budget: "many"'),
        ({"roll_up": True}, lp.ArgumentError, "roll_up is set, expected none"),
        ({"budgt": 5}, TypeError, "did you mean 'budget'"),
        ({"rules": 5}, TypeError, "rules: a int found, expected a dict"),
        ({"interactions": 5}, TypeError, "a int found, expected a table"),
    ],
)
def test_bad_options(options: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        small(**options)


# --- the sample channel ---

WINDOWS = {
    "from_day": "2025-01-01",
    "to_day": "2026-01-01",
    "previous_from_day": "2024-01-01",
    "previous_to_day": "2025-01-01",
}


def read(name: str) -> dict[str, list[str]]:
    with open(CHANNEL / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def channel(**options: Any) -> Any:
    files = {name: read(f"{name}.csv") for name in ("interactions", "partners", "alignment")}
    given = {**files, "rules": CHANNEL / "segments.json", **options}
    return segment(read("sales.csv"), **given)


@pytest.fixture(scope="module")
def known() -> Any:
    return channel(budget=1200, sensitivity=True, **WINDOWS)


def command_of(*words: str, **options: Any) -> dict[str, Any]:
    command = os.environ.get("PARTNER_COMMAND")
    if not command:
        pytest.skip("PARTNER_COMMAND is not set")
    settings = [f"--set={name}={str(value).lower()}" for name, value in options.items()]
    said = subprocess.run([command, *words, *settings, "--format", "json"], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(said.stdout, parse_float=Number)
    return {name: part for name, part in found.items() if name not in NOT_RESULT}


def compare_part(found: Any, wanted: Any, where: str) -> int:
    """A table with figures of its own: in JSON its rows stand beside them."""
    if not isinstance(found, lp.Table) or not isinstance(wanted, dict):
        return compare(found, wanted, where)
    compared = 0
    for name, value in wanted.items():
        below = getattr(found, name, None)
        part = (below if isinstance(below, lp.Record) else found) if isinstance(value, list) else found.summary[name]
        compared += compare(part, value, f"{where}.{name}")
    return compared


def compare_all(result: Any, expected: dict[str, Any]) -> int:
    compared = 0
    for name, part in expected.items():
        if name != "summary":
            compared += compare_part(getattr(result, name), part, name)
            continue
        for figure, value in part.items():
            whole = isinstance(value, list | dict) and figure in result.tables
            found = getattr(result, figure) if whole else result.summary[figure]
            compared += compare_part(found, value, figure)
    return compared


def test_the_bits_of_the_command(known: Any) -> None:
    expected = command_of(
        *("segment", str(CHANNEL / "sales.csv"), "--interactions", str(CHANNEL / "interactions.csv")),
        *("--partners", str(CHANNEL / "partners.csv"), "--alignment", str(CHANNEL / "alignment.csv")),
        *("--rules", str(CHANNEL / "segments.json")),
        **{**WINDOWS, "budget": 1200, "sensitivity": True},
    )
    assert {"partners", "moves", "movers", "allocation", "dimensions"} <= set(expected)
    assert {"segments", "bands", "assumptions"} <= set(expected["summary"])
    assert compare_all(known, expected) > 25 * len(known)


def test_the_bits_of_the_command_without_rules() -> None:
    expected = command_of("segment", str(CHANNEL / "sales.csv"))
    assert compare_all(segment(read("sales.csv")), expected) > 0


def test_tables_agree_with_each_other(known: Any) -> None:
    partners = known.partners
    for row in known.segments.iter_rows():
        of = np.asarray(partners["segment"]) == row["segment"]
        assert row["partners"] == of.sum()
        assert row["revenue"] == sum(Decimal(int(x)).scaleb(-2) for x in partners.minor("revenue")[of])
        assert row["headroom"] == sum(Decimal(int(x)).scaleb(-2) for x in partners.minor("headroom")[of])
    assert known.segments["partners"].sum() == known.bands["partners"].sum() == len(known)
    assert known["hours"].sum() == pytest.approx(known.allocation.spent) and known.allocation.spent < 1200.000001
    moved = {row["partner"]: (row["from"], row["to"]) for row in known.movers.iter_rows()}
    previous = dict(zip(partners["partner"], partners.to_dict()["previous_segment"], strict=True))
    now = dict(zip(partners["partner"], partners["segment"], strict=True))
    assert all((previous[who], now[who]) == pair for who, pair in moved.items()) and moved
    assert len(moved) == sum(previous[who] not in (None, now[who]) for who in now)
    assert len(known.explain(0)) > 20


# --- natural breaks ---


def breaks(*data: Any, **keywords: Any) -> Any:
    return lp.breaks(*data, **keywords)  # type: ignore[attr-defined]


def test_breaks_by_hand() -> None:
    values = [31, 1, 10, 2, 30, 11, 3, 12]
    result = breaks(value=values, classes=3)
    assert result["class"].tolist() == [2, 0, 1, 0, 2, 1, 0, 1] and len(result) == 8
    table = result.classes.to_dict()
    assert table["lowest"] == [1, 10, 30] and table["highest"] == [3, 12, 31] and table["count"] == [3, 3, 2]
    assert table["mean"] == [2, 11, 30.5] and table["within"] == [2, 2, 0.5]
    assert result.within == 4.5 and result.total == sum((v - 12.5) ** 2 for v in values)
    assert result.fit == pytest.approx(1 - 4.5 / result.total, rel=1e-12)
    assert result.values.tolist() == values and not result.values.flags.writeable
    assert result.sentences


def test_breaks_of_frames() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"revenue": [1.0, 2, 10, 11]})
    assert breaks(frame, classes=2)["class"].tolist() == [0, 0, 1, 1]  # an alias
    assert breaks(frame, value="revenue", classes=2)["class"].tolist() == [0, 0, 1, 1]
    assert breaks(value=[5, 5, 5]).fit is None and len(breaks(value=[5, 5, 5]).classes) == 1
    with pytest.raises(lp.DataError, match="numbers row 1") as caught:
        breaks(value=[1, math.inf])
    assert (caught.value.row, caught.value.field) == (1, "value")
    with pytest.raises(lp.DataError, match="numbers row 2") as caught:
        breaks(value=[1, 2, math.nan])
    assert (caught.value.row, caught.value.field) == (2, "value")
    with pytest.raises(lp.ArgumentError, match="classes"):
        breaks(value=[1, 2], classes=20000)


# --- allocation ---

RETURNS: dict[str, list[Any]] = {
    "partner": ["Aster", "Birch", "Cedar"],
    "gain": [1000.0, 500.0, 0.0],
    "scale": [40.0, 20.0, 20.0],
    "floor": [None, None, 1.0],
}


def allocation(*data: Any, **keywords: Any) -> Any:
    return lp.allocation(*data, **keywords)  # type: ignore[attr-defined]


def test_allocation_by_hand() -> None:
    """Cedar gains nothing and gets its floor, 1 hour. The first hours are worth 25 to both others, so that those get
    hours as 40 : 20 and the rest, 60, is 40 and 20: each then has 1 - 1/e of its gain."""
    result = allocation(RETURNS, budget=61)
    assert result["partner"].tolist() == RETURNS["partner"] and result.budget == 61
    assert result["hours"] == pytest.approx([40, 20, 1], rel=1e-12)
    assert result.lambda_ == result.summary["lambda"] == pytest.approx(25 / math.e, rel=1e-9)
    assert result["expected"] == pytest.approx([1000 * (1 - 1 / math.e), 500 * (1 - 1 / math.e), 0], rel=1e-12)
    assert result.gain == pytest.approx(1500 * (1 - 1 / math.e), rel=1e-12) and result.spent == pytest.approx(61)
    assert result["bound"].tolist() == ["none", "none", "floor"] and "lambda_" in dir(result)
    assert result.spent_now is None and result.gain_now is None
    more = result.again(budget=121)
    assert more["hours"] == pytest.approx([80, 40, 1], rel=1e-12)
    assert more.lambda_ == pytest.approx(25 / math.e**2, rel=1e-9)


def test_allocation_with_bounds_and_todays_hours() -> None:
    frame = {**RETURNS, "ceiling": [30, None, None], "hours": [10, 30, 1]}
    result = allocation(frame, budget=51)
    assert result["hours"] == pytest.approx([30, 20, 1]) and result["bound"].tolist() == ["ceiling", "none", "floor"]
    assert result.spent_now == 41 and result.gain > result.gain_now
    now = 1000 * (1 - math.exp(-10 / 40)) + 500 * (1 - math.exp(-30 / 20))
    assert result.gain_now == pytest.approx(now, rel=1e-12)
    assert allocation(frame).budget == 41  # today's hours, spread anew
    table = allocation(RETURNS, budget=61, sensitivity=True).sensitivity
    assert set(zip(table["gain_factor"], table["scale_factor"])) >= {(0.5, 1), (2, 1), (1, 0.5), (1, 2)}
    halved = allocation(RETURNS, budget=61, gain_factor=0.5)
    assert halved["hours"] == pytest.approx([40, 20, 1]) and halved.gain == pytest.approx(750 * (1 - 1 / math.e))


@pytest.mark.parametrize(
    ("change", "said", "row", "field"),
    [
        ({"gain": [1, -1, 0]}, "returns row 1 .*: gain is -1, .*'Birch'", 1, "gain"),
        ({"scale": [1, 1, 0]}, "returns row 2 .*: scale is 0, .*'Cedar'", 2, "scale"),
        ({"gain": [1, math.inf, 0]}, "returns row 1: gain", 1, "gain"),
        (
            {"floor": [0, 5, 0], "ceiling": [9, 4, 9]},
            "returns row 1 .*: floor is 5, above the ceiling of 4",
            1,
            "floor",
        ),
        ({"gain": [1, None, 0]}, "returns row 1: gain", 1, "gain"),
    ],
)
def test_bad_returns(change: dict[str, Any], said: str, row: int, field: str) -> None:
    with pytest.raises(lp.DataError, match=said) as caught:
        allocation({**RETURNS, **change}, budget=10)
    assert (caught.value.row, caught.value.field) == (row, field)


def test_allocation_needs_a_budget() -> None:
    with pytest.raises(lp.ArgumentError, match="budget"):
        allocation(RETURNS)
    with pytest.raises(lp.DataError, match=r"\b7\b.*\b5\b|\b5\b.*\b7\b"):
        allocation({**RETURNS, "floor": [4, 2, 1]}, budget=5)


# --- pictures ---


@pytest.fixture
def pyplot() -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def texts(axes: Any) -> list[str]:
    """All that stands on a picture, spaces plain."""
    from matplotlib.text import Text

    axes.figure.canvas.draw()
    found = [text.get_text() for text in axes.figure.findobj(Text) if text.get_visible()]
    return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in found if text]


def points(axes: Any) -> dict[tuple[float, float], float]:
    """Where marks are, and their areas."""
    found = {}
    for each in axes.collections:
        if type(each).__name__ == "PathCollection":
            for (x, y), area in zip(each.get_offsets().tolist(), each.get_sizes().tolist(), strict=True):
                found[x, y] = area
    return found


def test_the_map(pyplot: Any) -> None:
    result = small()
    axes = result.plot(top=1)
    marks = points(axes)
    assert len(marks) == 5
    # Across the logarithm of revenue, upwards the share; Elder has neither and stands left and below.
    wanted = {(math.log10(r), s) for r, s in zip(result["revenue"][:4], result["consultative_share"][:4])}
    near = {(round(x, 9), round(y, 9)) for x, y in wanted}
    drawn = {(round(x, 9), round(y, 9)) for x, y in marks}
    assert near < drawn
    ((x, y),) = drawn - near
    assert x < math.log10(40) and y < 0
    # Areas grow as headroom does: Cedar's 180 is the largest.
    cedar = max(marks, key=lambda place: marks[place])
    assert cedar == pytest.approx((math.log10(90), 0.5))
    areas = {round(10**x): area for (x, _), area in marks.items()}
    assert (areas[40] - areas[560]) / (areas[90] - areas[560]) == pytest.approx((80 - 56) / (180 - 56))
    lines = {float(line.get_xdata()[0]) for line in axes.lines if len(set(line.get_xdata())) == 1}
    assert math.log10(300) in lines
    assert any(set(line.get_ydata()) == {0.5} for line in axes.lines)
    shown = texts(axes)
    assert {"volume  1", "strategic  1", "watch  3", "high\nfrom 300", "low", "none", "unknown", "Cedar"} <= set(shown)
    assert "Aster" not in shown and "Most headroom is in watch: 322 of 440, 3 of 5 partners" in shown


def test_names_on_the_map_leave_marks_alone(pyplot: Any) -> None:
    from libpartner import _segment_charts as charts
    from libpartner._plot import Style

    result = small()
    number = list(result["partner"]).index("Cedar")  # whose headroom is the largest
    # Cedar in the middle, all others close to one side of it.
    for across, align in ((0.03, "right"), (-0.03, "left")):
        x = np.full(5, 0.5 + across) + np.arange(5) * across / 5
        x[number] = 0.5
        _, axes = pyplot.subplots(figsize=(9, 5))
        at = charts._Places(x, np.full(5, 0.5), 0.0, 1.0, None, np.zeros(5, bool), False, False)
        charts._name_largest(result, axes, Style(top=1), at, np.full(5, 7.0))
        (name,) = axes.texts
        assert (name.get_text(), name.get_ha()) == ("Cedar", align)


def test_the_map_on_a_phone(pyplot: Any) -> None:
    """The legend is below it, all of it in one."""
    wide = small().plot()
    _, axes = pyplot.subplots(figsize=(4.6, 4.3))
    small().plot(ax=axes)
    assert len(wide.figure.findobj(type(wide.get_legend()))) == 2
    (legend,) = axes.figure.findobj(type(axes.get_legend()))
    axes.figure.canvas.draw()
    assert legend.get_window_extent().y1 < axes.get_window_extent().y0
    assert {"volume  1", "headroom 100"} <= {text.get_text().replace("\u202f", " ") for text in legend.get_texts()}


def test_the_map_says_what_is_declared(pyplot: Any) -> None:
    result = small(partners={**PARTNERS, "mode": [None, None, None, None, "consultative"]})
    assert any("mode declared" in text and text.endswith(": 1") for text in texts(result.plot()))
    assert not any("mode declared" in text for text in texts(small().plot()))


def test_the_map_without_interactions(pyplot: Any) -> None:
    shown = texts(segment(SALES).plot())
    assert "no interactions: every mode is unknown" in shown and {"align  2", "watch  2"} <= set(shown)


ONE: dict[str, list[Any]] = {"partner": ["A"], "amount": [5.0], "day": ["2026-01-01"]}
NOTHING: dict[str, list[Any]] = {"partner": [], "amount": [], "day": []}
ORDERS: dict[str, list[Any]] = {"partner": ["A"], "day": ["2026-01-01"], "kind": ["order"]}
SIXTY: dict[str, list[Any]] = {
    "partner": list(range(60)),
    "day": ["2026-01-01"] * 60,
    "kind": ["order", "training"] * 30,
}
ODD: dict[str, tuple[dict[str, list[Any]], dict[str, Any]]] = {
    "one partner": (ONE, {}),
    "one partner with evidence": (ONE, {"interactions": ORDERS}),
    "no revenue": (NOTHING, {"partners": {"partner": [f"P{i}" for i in range(40)]}}),
    "no revenue with evidence": (NOTHING, {"interactions": ORDERS, "partners": {"partner": ["A", "B"]}}),
    "nobody": (NOTHING, {}),
    "losses": ({**ONE, "amount": [-5.0]}, {}),
    "a budget of nothing": (SALES, {"interactions": INTERACTIONS, "budget": 0}),
    "eight bands": (
        {"partner": list(range(60)), "amount": [1.7**i for i in range(60)]},
        {"interactions": SIXTY, "rules": {"bands": {"method": "quantile", "count": 8}}, "budget": 1e4},
    ),
    "long names": ({"partner": ["x" * 80, "y" * 80], "amount": [9, 5]}, {}),
}


@pytest.mark.parametrize("name", ODD)
def test_pictures_of_odd_worlds(pyplot: Any, name: str) -> None:
    sales, options = ODD[name]
    result = segment(sales, **{"budget": 5, **options})
    for kind in ("map", "hours"):
        axes = result.plot(kind)
        assert texts(axes) and axes.get_title(loc="left"), kind


def test_pictures_of_odd_periods(pyplot: Any) -> None:
    nobody = two_years(previous_from_day="2020-01-01", previous_to_day="2021-01-01")
    for kind in ("flow", "revenue_flow"):
        assert texts(nobody.plot(kind))
    empty = segment(NOTHING, **WINDOWS)
    assert "There is nobody in either period" in texts(empty.plot("flow"))
    assert "There is no revenue" in texts(empty.plot("revenue_flow"))


def test_kinds_that_a_result_does_not_have(pyplot: Any) -> None:
    with pytest.raises(ValueError, match="pass a window before"):
        small().plot("flow")
    with pytest.raises(ValueError, match="pass a budget to the analysis"):
        small().plot("hours")
    with pytest.raises(ValueError, match="it is no segmentation"):
        breaks(value=[1, 2]).plot("map")
    from libpartner._plot import kinds

    assert kinds(two_years(budget=9)) == ["map", "flow", "revenue_flow", "hours"]
    assert kinds(breaks(value=[1, 2, 3])) == ["breaks"] and kinds(allocation(RETURNS, budget=9)) == ["hours"]


def test_the_flow(pyplot: Any) -> None:
    result = two_years()
    axes = result.plot("flow")
    shown = texts(axes)
    assert "before" in shown and "2026-01-01 to 2027-01-01" in shown
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for row in result.moves.iter_rows():
        for side, name in ((before, row["from"] or "not there before"), (after, row["to"] or "not there now")):
            side[name] = side.get(name, 0) + row["partners"]
    assert {f"{number}  {name}" for name, number in before.items()} <= set(shown)
    assert {f"{name}  {number}" for name, number in after.items()} <= set(shown)
    # A ribbon per move, and a pillar per segment of either side.
    assert len(axes.collections) == len(result.moves) + len(before) + len(after)
    assert any("are in another segment" in text or "is in another segment" in text for text in shown)
    by_revenue = texts(result.plot("revenue_flow"))
    assert any(text.startswith("volume  560") for text in by_revenue) and "400  volume" in by_revenue


def test_what_hours_bring(pyplot: Any) -> None:
    result = allocation(RETURNS, budget=61)
    axes = result.plot("hours")
    curve = axes.lines[0]
    x, y = np.asarray(curve.get_xdata()), np.asarray(curve.get_ydata())
    # 25 · e^(-(h - 1) / 60), as both partners' hours grow together.
    assert y[x > 3] == pytest.approx(25 * np.exp(-(x[x > 3] - 1) / 60), rel=1e-6)
    assert axes.lines[2].get_xydata().tolist()[0] == pytest.approx([61, 25 / math.e])
    shown = texts(axes)
    assert "61 hours: one more brings 9.2" in shown and "they bring\n948" in shown
    assert "61 hours for 3 of 3 partners bring 948" in shown
    assert not any("assumed" in text for text in shown)
    assert any("assumed" in text for text in texts(small(budget=9).plot("hours")))


def test_small_worths_keep_their_digits(pyplot: Any) -> None:
    """10 / 20 · e^(-20 / 20) = 0.184."""
    assert "20 hours: one more brings 0.18" in texts(allocation(gain=[10], scale=[20], budget=20).plot())


def test_budgets_are_tried_once(pyplot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page draws a picture for wide paper and one for a phone."""
    result = allocation(RETURNS, budget=61)
    first = result.plot("hours").lines[0].get_xydata().tolist()
    monkeypatch.setattr(type(result), "again", lambda *_, **__: pytest.fail("asked again"))
    assert result.plot("hours").lines[0].get_xydata().tolist() == first


def test_todays_hours_in_the_picture(pyplot: Any) -> None:
    result = allocation({**RETURNS, "hours": [10, 30, 1]}, budget=61)
    shown = texts(result.plot())
    assert any(text.startswith("today: 41 hours") for text in shown)
    assert any("more than today's hours" in text.replace("\n", " ") for text in shown)


def test_breaks_in_a_picture(pyplot: Any) -> None:
    axes = breaks(value=[1, 2, 3, 10, 11, 12, 30, 31], classes=3).plot()
    assert sum(bar.get_height() for bar in axes.patches) == 8
    lines = [float(line.get_xdata()[0]) for line in axes.lines]
    assert lines == [6.5, 21]
    shown = texts(axes)
    assert {"class 0\n3", "class 1\n3", "class 2\n2"} <= set(shown)
    assert any(text.startswith("8 numbers in 3 classes") for text in shown)
    for values in ([], [5], [5, 5], [-1e150, 1e150], [1e-9, 1, 1e9], list(range(500))):
        assert texts(breaks(value=values, classes=30).plot())


def test_pictures_on_dark_paper(pyplot: Any, known: Any) -> None:
    with pyplot.style.context("dark_background"):
        for kind in ("map", "flow", "revenue_flow", "hours"):
            assert texts(known.plot(kind, currency="EUR", names={"P001": "One & Sons"}))
