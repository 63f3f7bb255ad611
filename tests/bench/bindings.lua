-- SPDX-License-Identifier: MIT
-- What a call on ten partners costs, in microseconds: the median of several rounds.
local partner = require "partner"

local ROUNDS, CALLS, PARTNERS = 9, 20000, 10

local function measure(name, call)
  local rounds = {}
  for round = 1, ROUNDS do
    local start = os.clock()
    for _ = 1, CALLS do call() end
    rounds[round] = (os.clock() - start) / CALLS * 1e6
  end
  table.sort(rounds)
  print(string.format("Lua, %-44s %6.2f", name, rounds[(ROUNDS + 1) // 2]))
end

local ids, indexes, amounts, cents = {}, {}, {}, {}
for i = 1, PARTNERS do
  ids[i] = "P" .. i
  indexes[i] = i - 1
  amounts[i] = i * 10.5
  cents[i] = i * 1050
end
local function column(values, kind, code)
  return partner.column(string.pack("=" .. code:rep(#values), table.unpack(values)), kind, #values)
end
local who = partner.indexes(column(indexes, "u32", "I4"), PARTNERS)
local what = partner.minor(column(cents, "i64", "i8"))

print("microseconds of a call on 10 partners")
measure("pareto, columns of the host", function() return partner.pareto { partner = who, amount = what } end)
measure("pareto, plain tables with ids", function() return partner.pareto { partner = ids, amount = amounts } end)
measure("totals, columns of the host", function() return partner.totals { partner = who, amount = what } end)
