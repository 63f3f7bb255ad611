-- SPDX-License-Identifier: MIT
-- A host's morning: which deals to ask about today, which partners to talk to about what they report, what to expect.
--
--     lua pipeline.lua [FOLDER]
local partner = require("partner")

local folder = arg[1] or (arg[0]:match("^(.*)[/\\]") or ".") .. "/channel"

local function text_of(name)
  local file = assert(io.open(folder .. "/" .. name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

-- A file as columns. There are no quotes in these; a host has its rows in tables already.
local function columns_of(name)
  local names, columns, rows = {}, {}, 0
  for line in text_of(name):gmatch("[^\r\n]+") do
    local i = 0
    for cell in (line .. ","):gmatch("([^,]*),") do
      i = i + 1
      if rows == 0 then
        names[i], columns[cell] = cell, {}
      else
        columns[names[i]][rows] = cell
      end
    end
    rows = rows + 1
  end
  return columns
end

local result = assert(partner.pipeline(text_of("process.json"), columns_of("deals.csv"), {
  milestones = columns_of("milestones.csv"),
  claims = columns_of("claims.csv"),
  target = 3000000,
}))

for _, sentence in ipairs(result.sentences) do
  print("- " .. sentence)
end

-- A doubt is worth a call by what hangs on it: how much the win rate would change, times the amount.
local deal_of, doubts = {}, {}
for _, deal in result.deals:rows() do
  deal_of[deal.deal] = deal
end
for row, doubt in result.doubts:rows() do
  local deal = deal_of[doubt.deal]
  doubts[row] = { row = row, deal = deal, worth = (doubt.effect or 0) * (deal.amount or 0) }
end
table.sort(doubts, function(a, b)
  if a.worth ~= b.worth then
    return a.worth > b.worth
  end
  return a.row < b.row
end)

print("\nThe ten doubts most worth a call:")
for i = 1, math.min(10, #doubts) do
  local doubt, deal = doubts[i], doubts[i].deal
  local who, stage = deal.partner or "direct", deal.stage or "all passed"
  print(("%s, %s: %s, %.2f; %.0f hang on it"):format(deal.deal, who, stage, deal.amount, doubt.worth))
  print("   " .. result:explain(doubt.row, "doubts"))
end

-- Of the partners with ten deals and more, those of whose deals least is seen.
local seen = {}
for _, line in result.visibility:rows() do
  if line.partner and line.deals >= 10 then
    seen[#seen + 1] = line
  end
end
table.sort(seen, function(a, b)
  if a.share.none ~= b.share.none then
    return a.share.none > b.share.none
  elseif a.share.clear ~= b.share.clear then
    return a.share.clear < b.share.clear
  end
  return a.partner < b.partner
end)

print("\nThe partners whose deals are hardest to see:")
for i = 1, math.min(5, #seen) do
  local line = seen[i]
  local clear, none = 100 * line.share.clear, 100 * line.share.none
  print(("%s: %d deals, %.0f %% clear, %.0f %% not seen at all"):format(line.partner, line.deals, clear, none))
end

local forecast = result.forecast
local said = "\nWithin %d days %.0f is expected, from %.0f to %.0f."
print(said:format(forecast.horizon_days, forecast.expected, forecast.p10, forecast.p90))
print(("%.2f is reached with %.0f %%."):format(forecast.target, 100 * forecast.target_probability))
for _, month in forecast.months:rows() do
  print(("%s: %.0f, from %.0f to %.0f"):format(tostring(month.day), month.expected, month.p10, month.p90))
end
