-- SPDX-License-Identifier: MIT
local partner = require "partner"
local null = partner.null

local allocation = assert(partner.allocation {
  partner = { "Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fern" },
  gain = { 1200, 900, 400, 300, 100, 0 },
  scale = { 40, 60, 20, 60, 20, 20 },
  floor = { null, null, null, 2, null, null },
  ceiling = { null, null, 4, null, null, null },
  hours = { 10, 10, 4, 6, 6, 4 },
})

for _, line in allocation.partners:rows() do
  local said = "%s gets %.1f hours (%s), one more would bring %.2f"
  print(said:format(line.partner, line.hours, line.bound, line.marginal))
end
local said = "%.0f hours bring %.2f, today's %.2f; one more would bring %.2f"
print(said:format(allocation.spent, allocation.gain, allocation.gain_now, allocation.lambda))
