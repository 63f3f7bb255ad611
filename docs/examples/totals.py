# SPDX-License-Identifier: MIT
import libpartner as lp

sales = {
    "partner": ["Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"],
    "amount": [500, 310, 100, 60, 40, -10],
}
totals = lp.totals(sales)

print(f"{totals.active} of {len(totals)} partners are active")
for who, gross, returned in zip(totals["partner"], totals["gross"], totals["returned"]):
    print(f"{who} sold for {gross:.2f} and returned {returned:.2f}")
