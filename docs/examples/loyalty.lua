-- SPDX-License-Identifier: MIT
local partner = require "partner"

local program = {
  rules = { { id = "base", on = "sale", earn = { points = 1, per = 10 } } },
  tiers = { { id = "authorized" }, { id = "silver", points = 15, multiplier = 1.5 } },
  redeem = { on = "redemption" },
}
local events = {
  partner = { "Aster", "Birch", "Aster", "Aster", "Birch", "Aster" },
  day = { "2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20" },
  kind = { "sale", "sale", "sale", "sale", "redemption", "sale" },
  amount = { 125, 82.26, 60, 100, 0, 40 },
  quantity = { 1, 1, 1, 1, 5, 1 },
}
local loyalty = assert(partner.loyalty(program, events, { ledger = true }))

for _, line in loyalty.partners:rows() do
  print(string.format("%s has %d points and is %s", line.partner, line.balance, line.tier))
end
for entry = 1, #loyalty.ledger do
  print(loyalty:explain(entry))
end
