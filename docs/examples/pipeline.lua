-- SPDX-License-Identifier: MIT
local partner = require "partner"

local process = {
  stages = {
    {
      id = "qualified",
      milestones = {
        { id = "need", question = "What does the customer want to change?" },
        { id = "budget", valid_days = 60, question = "Is the money set aside?" },
      },
    },
    {
      id = "proposed",
      milestones = { { id = "offer", question = "Does the customer have the offer in writing?" } },
    },
  },
}
local deals = {
  deal = { "D1", "D2", "D3", "D4", "D5" },
  partner = { "Aster", "Birch", "Aster", "Birch", "Cedar" },
  opened = { "2026-01-05", "2026-01-12", "2026-02-02", "2026-02-09", "2026-02-16" },
  closed = { "2026-03-20", "2026-02-27" },
  outcome = { "won", "lost", "open", "open", "open" },
}
local milestones = {
  deal = { "D1", "D1", "D1", "D2", "D3", "D3", "D3", "D3", "D4", "D4" },
  milestone = { "need", "budget", "offer", "need", "need", "budget", "offer", "offer", "need", "budget" },
  day = { 20260109, 20260202, 20260302, 20260120, 20260204, 20260225, 20260310, 20260324, 20260128, 20260128 },
  done = { true, true, true, true, true, true, true, false, true, true },
}
local claims = {
  deal = { "D3", "D4", "D4", "D5" },
  day = { "2026-03-16", "2026-02-12", "2026-03-26", "2026-03-27" },
  stage = { "2", "qualified", "2", "proposed" },
}
-- Five deals teach nothing; with a few hundred, leave state_only out.
local pipeline = assert(partner.pipeline(process, deals, {
  milestones = milestones, claims = claims, as_of_day = "2026-03-31", state_only = true,
}))

for _, deal in pipeline.deals:rows() do
  print(string.format("%s is %s at %d of 2 stages, seen: %s", deal.deal, deal.outcome, deal.objective_stage,
    deal.visibility))
end
for i = 1, #pipeline.doubts do
  print(pipeline.doubts.deal[i] .. ": " .. pipeline:explain(i))
end
