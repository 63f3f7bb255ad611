-- SPDX-License-Identifier: MIT
local partner = require "partner"

local deferral = assert(partner.deferral {
  added = { 9000, 0 },
  redeemed = { 4500, 4000 },
  expected = { 9700, 9900 },
})

for _, period in deferral.periods:rows() do
  print(string.format("revenue %.2f, of which %.2f re-estimated, deferred %.2f", period.revenue, period.reestimated,
    period.closing))
end
