-- SPDX-License-Identifier: MIT
local partner = require "partner"

local breaks = assert(partner.breaks({ value = { 11, 2, 40, 10, 1, 12 } }, { classes = 3 }))

print(string.format("%d classes, fit %.4f", #breaks.classes, breaks.fit))
for _, line in breaks.classes:rows() do
  local said = "%.0f to %.0f: %d of them, mean %.1f, sum of squares %.1f"
  print(said:format(line.lowest, line.highest, line.count, line.mean, line.within))
end
