-- SPDX-License-Identifier: MIT
local partner = require "partner"

local sales = {
  partner = { "Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar" },
  amount = { 500, 310, 100, 60, 40, -10 },
}
local interactions = {
  partner = { "Aster", "Birch", "Cedar", "Cedar", "Aster", "Elder", "Fern" },
  day = { "2026-01-15", "2026-02-02", "2026-02-19", "2026-03-05", "2026-03-11", "2026-03-20", "2026-04-01" },
  kind = { "order", "training", "price-request", "training", "order", "joint-visit", "price-request" },
  effort = { 60, 120, 60, 60, 60, 120, 180 },
}
local kinds = { order = "transactional", ["price-request"] = "transactional" }
kinds.training, kinds["joint-visit"] = "consultative", "consultative"
local rules = {
  bands = { method = "thresholds", thresholds = { 300 } },
  mode = { kinds = kinds, unit = 60, per_hour = 60, half_life_days = 0, prior = { a = 1, b = 1 } },
  allocation = { hours = 40 },
}
local segmentation = assert(partner.segment(sales, { rules = rules, interactions = interactions }))

for _, line in segmentation.partners:rows() do
  local said = "%s is %s: %s and %s, could bring %.2f more, %.1f hours"
  print(said:format(line.partner, line.segment, line.band, line.mode, line.headroom, line.hours))
end
local allocation = segmentation.allocation
local said = "%.0f hours bring %.2f; one more would bring %.2f"
print(said:format(allocation.spent, allocation.gain, allocation.lambda))
