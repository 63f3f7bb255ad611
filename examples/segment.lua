-- SPDX-License-Identifier: MIT
-- A host's quarter: which partners to move hours to and from, what that is worth, and how far it depends on what we
-- assume about attention.
--
--     lua segment.lua [FOLDER]
local partner = require("partner")

local folder = arg[1] or (arg[0]:match("^(.*)[/\\]") or ".") .. "/channel"

local function text_of(name)
  local file = assert(io.open(folder .. "/" .. name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

-- The cells of a line; those with a comma in them stand in quotes.
local function cells_of(line)
  local cells, rest = {}, line .. ","
  while rest ~= "" do
    local cell, after = rest:match('^"([^"]*)",()')
    if cell == nil then
      cell, after = rest:match("^([^,]*),()")
    end
    cells[#cells + 1] = cell
    rest = rest:sub(after)
  end
  return cells
end

-- A file as columns; a host has its rows in tables already.
local function columns_of(name)
  local names, columns, rows = nil, {}, 0
  for line in text_of(name):gmatch("[^\r\n]+") do
    local cells = cells_of(line)
    if names == nil then
      names = cells
      for _, column in ipairs(names) do
        columns[column] = {}
      end
    else
      rows = rows + 1
      for i, column in ipairs(names) do
        columns[column][rows] = cells[i]
      end
    end
  end
  return columns
end

local roster = columns_of("partners.csv")
local result = assert(partner.segment(columns_of("sales.csv"), {
  rules = text_of("segments.json"),
  interactions = columns_of("interactions.csv"),
  partners = roster,
  sensitivity = true,
}))

for _, sentence in ipairs(result.sentences) do
  print("- " .. sentence)
end

print("\nSegments:")
for _, line in result.segments:rows() do
  local said = "%s: %d partners, %.2f, %.1f hours bring %.2f"
  print(said:format(line.segment, line.partners, line.revenue, line.hours, line.expected_gain))
end

-- Today's hours are in the partners' file.
local changes = {}
local today = {}
for i, id in ipairs(roster.partner) do
  today[id] = { hours = tonumber(roster.hours[i]), name = roster.name[i] }
end
for _, row in result.partners:rows() do
  local own = today[row.partner]
  changes[#changes + 1] = { row = row, name = own.name, now = own.hours, change = row.hours - own.hours }
end

local function by(sign)
  return function(a, b)
    if a.change ~= b.change then
      return sign * a.change > sign * b.change
    end
    return a.row.partner < b.row.partner
  end
end

for _, each in ipairs({ { 1, "\nMore hours for:" }, { -1, "\nFewer hours for:" } }) do
  table.sort(changes, by(each[1]))
  print(each[2])
  for i = 1, 5 do
    local change = changes[i]
    local said = "%s: %s, %s; %.1f hours instead of %.1f"
    print(said:format(change.name, change.row.segment, change.row.mode, change.row.hours, change.now))
  end
end

local allocation = result.allocation
print(("\n%.0f hours bring %.0f, today's bring %.0f."):format(allocation.spent, allocation.gain, allocation.gain_now))

print("\nIf attention wins other parts of the headroom, or takes other hours:")
for _, line in allocation.sensitivity:rows() do
  local said = "share × %.1f, hours × %.1f: %.0f, one more hour is worth %.0f; %.0f hours would go elsewhere"
  print(said:format(line.gain_factor, line.scale_factor, line.gain, line.lambda, line.moved))
end
