# SPDX-License-Identifier: MIT
"""Segmentation rules: docs/segments.schema.json beside the parser, as tests/schemas.py says it."""

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import schemas  # noqa: E402


class TestRules(schemas.Schema):
    name = "segments.schema.json"
    folder = HERE / "rules"
    bad = {
        "misspelt_key": "$.bands.metod",
        "nine_bands": "$.bands.count",
        "two_thresholds": "$.bands.thresholds",
        "no_thresholds": "$.bands.thresholds",
        "descending": "$.bands.thresholds[1]",
        "threshold_0": "$.bands.thresholds[0]",
        "half_a_cent": "$.bands.thresholds[0]",
        "money_that_no_float_holds": "$.bands.thresholds[0]",
        "money_beyond_63_bits": "$.bands.scale",
        "names_that_do_not_fit": "$.bands.names",
        "band_twice": "$.bands.names[1]",
        "quantile_1": "$.bands.quantiles[0]",
        "share_above_1": "$.potential.weight",
        "technical_kind": "$.mode.kinds.order",
        "no_kinds": "$.mode.kinds",
        "half_a_prior": "$.mode.prior.b",
        "certain": "$.mode.confidence",
        "unit_0": "$.mode.unit",
        "cell_twice": "$.segments[1]",
        "unknown_band": "$.segments[0].band",
        "five_places": "$.potential.own_growth",
        "shrinking": "$.potential.max_multiple",
        "negative_hours": "$.allocation.hours",
        "floor_above_ceiling": "$.allocation.floor",
        "long_name": "$.bands.names[0]",
        "zero_character": "$.bands.names[0]",
    }
    beyond = {
        "lengths": r"one less than there are bands|one for each band",
        "order": r"expected more than",
        "cells": r"has named already",
        "bands": r"which is no band",
        "bounds": r"expected at most the ceiling",
        "places": r"with at most \d decimal place",
        "exact": r"as text, for as a number it is not exact",
        "large text": r"that 63 bits can hold",
        "long text": r"a name or number of more than 4096 bytes",
        "characters": r"not valid JSON .*\\u",
    }
    values = [
        *(None, True, False, 0, 1, 2, 3, 8, 9, -1, 1e-7, 0.5, 0.25, 0.8, 1.0, 1.5, -0.5, 1000001, 10**12, 10**13),
        *(2**53 + 1, 10**25, 1e-9, "", "a", "low", "high", "mixed", "30 %", "0 %", "100 %", "101 %", "12.50", "1"),
        *("x" * 5000, "zero\0byte", "\ud800", [], {}, [1], [0.5], [1, 2], ["a", "b"], ["low", "mid", "high"]),
        *([{"id": "x", "band": "low", "mode": "mixed"}], {"id": "x", "band": "mid", "mode": "unknown"}, {"share": 0.2}),
        *({"order": "transactional"}, {"order": "consultative", "visit": "consultative"}, {"a": 0.5, "b": 4}),
    ]

    def without_own_keys(self, config: Any) -> Any:
        config.get("mode", {}).get("kinds", {}).clear()
        return config
