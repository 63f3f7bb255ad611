# SPDX-License-Identifier: MIT
"""Who should get our hours, and in what form: segments of two years, who changed between them, what partners miss.

python segment.py
"""

import csv
from pathlib import Path

import libpartner as lp

CHANNEL = Path(__file__).with_name("channel")


def read(name: str) -> dict[str, list[str]]:
    """A file as columns. A dataframe of pandas or polars, an Arrow table or a DuckDB query would do as well."""
    with open(CHANNEL / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


partners = read("partners.csv")
name_of = dict(zip(partners["partner"], partners["name"]))
now = {partner: float(hours) for partner, hours in zip(partners["partner"], partners["hours"])}

# The rules say which kinds of interaction are what, and how many hours there are. What partners state as their
# potential is for both years, so no window is given.
segmentation = lp.segment(
    read("sales.csv"),
    rules=CHANNEL / "segments.json",
    interactions=read("interactions.csv"),
    partners=partners,
    alignment=read("alignment.csv"),
)

for sentence in segmentation.sentences:
    print("-", sentence)

print("\nSegment       partners      revenue  per hour spent  hours to give")
for line in segmentation.segments.iter_rows():
    per_hour = "-" if line["revenue_per_hour"] is None else f"{line['revenue_per_hour']:.0f}"
    print(f"{line['segment']:12} {line['partners']:9} {line['revenue']:12} {per_hour:>15} {line['hours']:14.1f}")

rows = sorted(segmentation.partners.iter_rows(), key=lambda row: (-row["hours"], row["partner"]))
print("\nThe ten partners that should get hours first:")
for row in rows[:10]:
    print(
        f"{name_of[row['partner']]}: {row['segment']}, {row['hours']:.1f} hours instead of {now[row['partner']]:g},",
        end="",
    )
    print(f" which bring {row['expected_gain']}")

allocation = segmentation.allocation
print(f"\nIn all {allocation.spent:.0f} hours bring {allocation.gain:.0f}, today's {allocation.gain_now:.0f}.", end=" ")
print(f"One more would bring {allocation.summary['lambda']:.0f}.")
print("That rests on what attention is assumed to do:")
for line in segmentation.assumptions.iter_rows():
    print(f"{line['mode']}: it wins {100 * line['share']:.0f} % of the headroom,", end=" ")
    print(f"63 % of that in {line['hours']:.0f} hours, and keeps {100 * line['retain']:.0f} % of the revenue")

# The same rows once more, one year against the other.
change = segmentation.again(
    from_day="2025-01-01", to_day="2026-01-01", previous_from_day="2024-01-01", previous_to_day="2025-01-01"
)
print("\nThe largest partners that changed from 2024 to 2025:")
for row, line in enumerate(change.movers.head(5).iter_rows()):
    print(f"{name_of[line['partner']]}, from {line['from']} to {line['to']}:")
    print(f"   {change.explain(row)}")

print("\nWhat partners miss most:")
for line in sorted(segmentation.dimensions.iter_rows(), key=lambda line: -line["gap"])[:3]:
    print(f"{line['dimension']}: {100 * line['experiences']:.0f} % of what is expected, by {line['partners']} partners")
