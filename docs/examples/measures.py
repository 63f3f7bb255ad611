# SPDX-License-Identifier: MIT
import libpartner as lp

predictions = {
    "label": [True, False, True, False, True, False],
    "probability": [0.9, 0.2, 0.6, 0.4, 0.7, 0.7],
    "claim": [0.8, 0.6, 0.9, 0.5, None, 0.6],
}
m = lp.measures(predictions)

print(f"log loss {m.log_loss:.3f}, the rate itself {m.constant_log_loss:.3f}, AUC {m.auc:.3f}")
print(f"Brier {m.brier:.3f} = {m.reliability:.3f} - {m.resolution:.3f} + {m.uncertainty:.3f}")
print(f"skill against {m.compared} claims {100 * m.skill:.1f} %")
for group in m.calibration.iter_rows():
    print(f"said {100 * group['expected']:.0f} %, came {100 * group['observed']:.0f} % of {group['rows']}")
