# SPDX-License-Identifier: MIT
"""From rows of sales to how much hangs on how few.

python pareto.py
"""

import libpartner as lp

# Twelve rows of sales. A dataframe of pandas or polars, an Arrow table or a DuckDB query would do as well.
sales = {
    "account": [
        "Aster",
        "Birch",
        "Cedar",
        "Aster",
        "Dahlia",
        "Elder",
        "Fir",
        "Iris",
        "Birch",
        "Hazel",
        "Dahlia",
        "Aster",
    ],
    "revenue": [300000, 315000, 90000, 210000, 30000, 25000, 15000, 15000, -5000, -3000, 10000, 10000],
}
# Who is enrolled: Gorse sold nothing and counts all the same.
roster = {"partner": ["Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fir", "Gorse", "Hazel", "Iris"]}

pareto = lp.pareto(sales, partners=roster, leave_one_out=True)

for sentence in pareto.sentences:
    print(sentence)
print()
print(f"{pareto.vital_count} of {len(pareto)} partners bring 80 %, Gini {pareto.gini:.3f}")
for row in pareto["order"]:
    partner, rank, share = pareto["partner"][row], pareto["rank"][row], pareto["share"][row]
    print(f"{rank:2}. {partner:6}  {pareto['class'][row]:4}  {share:6.1%}")
