-- SPDX-License-Identifier: MIT
local partner = require "partner"

local totals = assert(partner.totals {
  partner = { "Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar" },
  amount = { 500, 310, 100, 60, 40, -10 },
})

print(string.format("%d of %d partners are active", totals.active, #totals.partners))
for _, line in totals.partners:rows() do
  print(string.format("%s sold for %.2f and returned %.2f", line.partner, line.gross, line.returned))
end
