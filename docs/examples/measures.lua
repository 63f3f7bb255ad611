-- SPDX-License-Identifier: MIT
local partner = require "partner"

local predictions = {
  label = { true, false, true, false, true, false },
  probability = { 0.9, 0.2, 0.6, 0.4, 0.7, 0.7 },
  claim = { 0.8, 0.6, 0.9, 0.5, partner.null, 0.6 },
}
local m = assert(partner.measures(predictions))

print(string.format("log loss %.3f, the rate itself %.3f, AUC %.3f", m.log_loss, m.constant_log_loss, m.auc))
print(string.format("Brier %.3f = %.3f - %.3f + %.3f", m.brier, m.reliability, m.resolution, m.uncertainty))
print(string.format("skill against %d claims %.1f %%", m.compared, 100 * m.skill))
for _, group in m.calibration:rows() do
  print(string.format("said %.0f %%, came %.0f %% of %d", 100 * group.expected, 100 * group.observed, group.rows))
end
