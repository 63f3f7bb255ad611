# SPDX-License-Identifier: MIT
import libpartner as lp

breaks = lp.breaks({"value": [11, 2, 40, 10, 1, 12]}, classes=3)

print(f"{len(breaks.classes)} classes, fit {breaks.fit:.4f}")
for line in breaks.classes.iter_rows():
    print(f"{line['lowest']:.0f} to {line['highest']:.0f}: {line['count']} of them,", end=" ")
    print(f"mean {line['mean']:.1f}, sum of squares {line['within']:.1f}")
