-- SPDX-License-Identifier: MIT
-- From rows of sales to how much hangs on how few.
--
--     lua pareto.lua
local partner = require("partner")

-- Twelve rows of sales by nine partners, in cents. Partner 6 sold nothing, partner 7 only had a credit.
local sales = {
  partner = partner.indexes({ 0, 1, 2, 0, 3, 4, 5, 8, 1, 7, 3, 0 }),
  amount = partner.minor({
    30000000, 31500000, 9000000, 21000000, 3000000, 2500000,
    1500000, 1500000, -500000, -300000, 1000000, 1000000,
  }),
}

local pareto = assert(partner.pareto(sales))
print(("%d of %d partners bring 80 %%, Gini %.3f"):format(pareto.vital_count, #pareto.partners, pareto.gini))
for _, row in pareto.partners:sorted() do
  local class = row.class == "none" and "-" or row.class
  print(("%2d. partner %d  %s  %5.1f %%"):format(row.rank, row.partner, class, 100 * row.share))
end
