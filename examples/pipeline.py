# SPDX-License-Identifier: MIT
"""Where deals stand by evidence, which claims are worth a call, and what will close.

python pipeline.py
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


# The sales process says which steps are asked for, and what to ask when one is missing.
pipeline = lp.pipeline(
    CHANNEL / "process.json",
    deals=read("deals.csv"),
    milestones=read("milestones.csv"),
    claims=read("claims.csv"),
    target=3_000_000,
)
partners = read("partners.csv")
name_of = dict(zip(partners["partner"], partners["name"]))

for sentence in pipeline.sentences:
    print("-", sentence)

# A doubt is worth a call by what hangs on it: how much the win rate would change, times the amount.
deal_of = {deal["deal"]: deal for deal in pipeline.deals.iter_rows()}
doubts = []
for row, doubt in enumerate(pipeline.doubts.iter_rows()):
    deal = deal_of[doubt["deal"]]
    worth = (doubt["effect"] or 0) * float(deal["amount"] or 0)
    doubts.append((worth, row, doubt, deal))
doubts.sort(key=lambda each: (-each[0], each[1]))

print("\nThe ten doubts most worth a call:")
for worth, row, doubt, deal in doubts[:10]:
    who = name_of.get(deal["partner"], "direct")
    stage = deal["stage"] or "all passed"
    print(f"{doubt['deal']}, {who}: {stage}, {deal['amount']}; {worth:.0f} hang on it")
    print(f"   {pipeline.explain(row, 'doubts')}")

# Of the partners with ten deals and more, those of whose deals least is seen.
seen = [line for line in pipeline.visibility.iter_rows() if line["partner"] and line["deals"] >= 10]
seen.sort(key=lambda line: (-line["share"][3], line["share"][0], line["partner"]))

print("\nThe partners whose deals are hardest to see:")
for line in seen[:5]:
    clear, none = (100 * line["share"][i] for i in (0, 3))
    print(f"{name_of[line['partner']]}: {line['deals']} deals, {clear:.0f} % clear, {none:.0f} % not seen at all")

forecast = pipeline.forecast
print(f"\nWithin {forecast.horizon_days} days {forecast.expected:.0f} is expected,", end=" ")
print(f"from {forecast.p10:.0f} to {forecast.p90:.0f}.")
print(f"{forecast.target} is reached with {100 * forecast.target_probability:.0f} %.")
for month in forecast.months.iter_rows():
    print(f"{month['day']:%B %Y}: {month['expected']:.0f}, from {month['p10']:.0f} to {month['p90']:.0f}")
