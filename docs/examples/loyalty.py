# SPDX-License-Identifier: MIT
import libpartner as lp

program = {
    "rules": [{"id": "base", "on": "sale", "earn": {"points": 1, "per": 10}}],
    "tiers": [{"id": "authorized"}, {"id": "silver", "points": 15, "multiplier": 1.5}],
    "redeem": {"on": "redemption"},
}
events = {
    "partner": ["Aster", "Birch", "Aster", "Aster", "Birch", "Aster"],
    "day": ["2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20"],
    "kind": ["sale", "sale", "sale", "sale", "redemption", "sale"],
    "amount": [125, 82.26, 60, 100, None, 40],
    "quantity": [None, None, None, None, 5, None],
}
loyalty = lp.loyalty(program, events)

for line in loyalty.statements.iter_rows():
    print(f"{line['partner']} has {line['balance']} points and is {line['tier']}")
for entry in range(len(loyalty.ledger)):
    print(loyalty.explain(entry))
