# SPDX-License-Identifier: MIT
import libpartner as lp

sales = {
    "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    "amount": [500, 310, 100, 60, 40, -10],
}
interactions = {
    "partner": ["Aster", "Birch", "Cedar", "Cedar", "Aster", "Elder", "Fern"],
    "day": ["2026-01-15", "2026-02-02", "2026-02-19", "2026-03-05", "2026-03-11", "2026-03-20", "2026-04-01"],
    "kind": ["order", "training", "price-request", "training", "order", "joint-visit", "price-request"],
    "effort": [60, 120, 60, 60, 60, 120, 180],
}
kinds = {"order": "transactional", "price-request": "transactional"}
kinds |= {"training": "consultative", "joint-visit": "consultative"}
rules = {
    "bands": {"method": "thresholds", "thresholds": [300]},
    "mode": {"kinds": kinds, "unit": 60, "per_hour": 60, "half_life_days": 0, "prior": {"a": 1, "b": 1}},
    "allocation": {"hours": 40},
}
segmentation = lp.segment(sales, rules=rules, interactions=interactions)

for line in segmentation.partners.iter_rows():
    print(f"{line['partner']} is {line['segment']}: {line['band']} and {line['mode']},", end=" ")
    print(f"could bring {line['headroom']} more, {line['hours']:.1f} hours")
allocation = segmentation.allocation
print(f"{allocation.spent:.0f} hours bring {allocation.gain:.2f}; one more would bring {allocation.lambda_:.2f}")
