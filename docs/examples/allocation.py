# SPDX-License-Identifier: MIT
import libpartner as lp

returns = {
    "partner": ["Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fern"],
    "gain": [1200, 900, 400, 300, 100, 0],
    "scale": [40, 60, 20, 60, 20, 20],
    "floor": [None, None, None, 2, None, None],
    "ceiling": [None, None, 4, None, None, None],
    "hours": [10, 10, 4, 6, 6, 4],
}
allocation = lp.allocation(returns)

for line in allocation.partners.iter_rows():
    print(f"{line['partner']} gets {line['hours']:.1f} hours ({line['bound']}),", end=" ")
    print(f"one more would bring {line['marginal']:.2f}")
print(f"{allocation.spent:.0f} hours bring {allocation.gain:.2f}, today's {allocation.gain_now:.2f};", end=" ")
print(f"one more would bring {allocation.lambda_:.2f}")
