-- SPDX-License-Identifier: MIT
local partner = require "partner"

local pareto = assert(partner.pareto {
  partner = { "Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar" },
  amount = { 500, 310, 100, 60, 40, -10 },
})

print(string.format("%d of %d partners bring 80 %%, Gini %.3f", pareto.vital_count, #pareto.partners, pareto.gini))
for _, line in pareto.partners:sorted() do
  print(string.format("%s has %.1f %%, class %s", line.partner, 100 * line.share, line.class))
end
