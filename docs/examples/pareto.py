# SPDX-License-Identifier: MIT
import libpartner as lp

sales = {
    "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    "amount": [500, 310, 100, 60, 40, -10],
}
pareto = lp.pareto(sales)

print(f"{pareto.vital_count} of {len(pareto)} partners bring 80 %, Gini {pareto.gini:.3f}")
top = pareto.partners.sorted()
for who, share, letter in zip(top["partner"], top["share"], top["class"]):
    print(f"{who} has {100 * share:.1f} %, class {letter}")
