# SPDX-License-Identifier: MIT
"""From a loyalty program and what happened to points, tiers, and the reason for every point; and what another program
would have cost.

python loyalty.py
"""

from pathlib import Path

import libpartner as lp

# A dict would do as well; in a file of its own (JSON or TOML) the program can be checked and kept.
program = lp.Program(Path(__file__).with_name("loyalty.json"))

# Six events of two partners. A dataframe of pandas or polars, an Arrow table or a DuckDB query would do as well.
# The last one takes back a part of SO-2.
events = {
    "event": ["SO-1", "SO-2", "SO-3", "SO-4", "RD-1", "CN-1"],
    "partner": ["Aster", "Aster", "Birch", "Aster", "Aster", "Aster"],
    "day": ["2025-01-10", "2025-02-03", "2025-02-10", "2025-02-20", "2025-03-05", "2025-03-12"],
    "kind": ["sale", "sale", "sale", "sale", "redemption", "sale"],
    "amount": [2499.90, 1000, 120, 845, None, -600],
    "quantity": [None, None, None, None, 300, None],
    "product": ["hardware", "services", "hardware", "services", None, None],
    "reverses": [None, None, None, None, None, "SO-2"],
}

print("The program:")
for sentence in program.sentences:
    print("-", sentence)

loyalty = lp.loyalty(program, events)

print("\nThe result:")
for sentence in loyalty.sentences:
    print("-", sentence)

print("\nThe reason for every point of Aster:")
for row, entry in enumerate(loyalty.ledger.iter_rows()):
    if entry["partner"] == "Aster":
        print(f"{entry['day']}  {entry['balance']:4} {entry['pending']:4}  {loyalty.explain(row)}")

# What if silver were easier to reach?
other = program.to_dict()
other["tiers"][1]["points"] = 200
print("\nWith silver at 200 points:")
for line in loyalty.compare(other).iter_rows():
    print(f"- {line['partner']} would have earned {line['other_earned']} points, and has earned {line['earned']}")
