# SPDX-License-Identifier: MIT
import libpartner as lp

deferral = lp.deferral({"added": [9000, 0], "redeemed": [4500, 4000], "expected": [9700, 9900]})

for period in deferral.periods.iter_rows():
    print(
        f"revenue {period['revenue']:.2f}, of which {period['reestimated']:.2f} re-estimated, "
        f"deferred {period['closing']:.2f}"
    )
