-- SPDX-License-Identifier: MIT
-- What a script may give as columns and options, and what it is told when it gives something else.
local partner = require("partner")
local suite = require("suite")
local equal, list, raises, refuses = suite.equal, suite.list, suite.raises, suite.refuses

local E_ARGUMENT, E_STATE, E_DATA = 100, 200, 300

local function total(columns, options)
  return assert(partner.totals(columns, options)).revenue_total
end

suite.test("amounts as numbers, text or both", function()
  local who = { "a", "b", "c" }
  equal(total({ partner = who, amount = { 1, 2, 3 } }), 6)
  equal(total({ partner = who, amount = { 1.5, 2, 3.25 } }), 6.75)
  equal(total({ partner = who, amount = { "1.5", "(2)", "3.25-" } }), -3.75)
  equal(total({ partner = who, amount = { 1.5, "2", 3 } }), 6.5)
  -- The shortest decimal of a float, rounded half to even: 0.1 + 0.2 is 0.30000000000000004.
  equal(assert(partner.totals({ partner = who, amount = { 0.1 + 0.2, 0.125, 0.135 } })):minor("revenue_total"), 56)
end)

suite.test("ids as text, numbers or both are one partner where their text is one", function()
  local r = assert(partner.totals({ partner = { 697, "697", "x", 697.0 }, amount = { 1, 2, 3, 4 } }))
  equal(#r.partners, 2)
  equal(r.partners.partner[1], "697")
  equal(r.partners.revenue[1], 7)
end)

suite.test("ids come out as numbers where only numbers went in", function()
  local r = assert(partner.totals({ partner = { 30, 7, 30, -5 }, amount = { 1, 2, 3, 4 } }))
  list(r.partners.partner:totable(), { 30, 7, -5 })
  local wide = assert(partner.totals({ partner = { "30", "7" }, amount = { 1, 2 } }))
  list(wide.partners.partner:totable(), { "30", "7" })
end)

suite.test("ids hold any bytes", function()
  local ids = { "a\0b", "a\0c", "\255\254", "a\0b" }
  local r = assert(partner.totals({ partner = ids, amount = { 1, 2, 3, 4 } }))
  list(r.partners.partner:totable(), { "a\0b", "a\0c", "\255\254" })
  list(r.partners.revenue:totable(), { 5, 2, 3 })
end)

suite.test("an empty table of rows", function()
  local r = assert(partner.pareto({ partner = {}, amount = {} }))
  equal(#r.partners, 0)
  equal(r.gini, nil) -- NaN in C
  equal(r.total, 0)
  equal(r.partners.share[1], nil)
  for _ in r.partners:sorted() do
    error("there is a row")
  end
end)

suite.test("missing columns are named with those there are", function()
  refuses(E_DATA, { field = "amount", record = "sales" }, { "amount is missing", "partner, day" }, partner.pareto({
    partner = { "a" },
    day = { "2024-01-01" },
  }))
  refuses(E_DATA, { field = "partner", record = "sales" }, { "partner is missing", "there is none" }, partner.pareto({}))
  refuses(
    E_DATA,
    { field = "partner", record = "partners" },
    { "partner is missing", "group" },
    partner.pareto({ partner = { "a" }, amount = { 1 } }, { partners = { group = { "x" } } })
  )
end)

suite.test("unequal lengths", function()
  local place = { field = "amount", record = "sales", row = 3 }
  refuses(E_DATA, place, { "row 3", "amount: 2", "partner: 3" }, partner.pareto({
    partner = { "a", "b", "c" },
    amount = { 1, 2 },
  }))
  place = { field = "day", record = "sales", row = 2 }
  refuses(E_DATA, place, { "row 2", "day: 3" }, partner.pareto({
    partner = { "a" },
    amount = { 1 },
    day = { "2024-01-01", "2024-01-02", "2024-01-03" },
  }))
  local host = partner.minor({ 1, 2 })
  place = { field = "margin", record = "sales", row = 3 }
  refuses(E_DATA, place, { "margin: 2" }, partner.pareto({
    partner = { "a", "b", "c" },
    amount = { 1, 2, 3 },
    margin = host,
  }))
end)

suite.test("gaps: nil in a column that needs every value names the row", function()
  refuses(E_DATA, { field = "amount", record = "sales", row = 2 }, { "row 2" }, partner.pareto({
    partner = { "a", "b", "c" },
    amount = { 1, nil, 3 },
  }))
  refuses(E_DATA, { field = "partner", record = "sales", row = 3 }, { "row 3" }, partner.pareto({
    partner = { "a", "b", nil, "d" },
    amount = { 1, 2, 3, 4 },
  }))
  refuses(E_DATA, { field = "partner", record = "sales", row = 2 }, { "row 2" }, partner.pareto({
    partner = { "a", partner.null },
    amount = { 1, 2 },
  }))
  refuses(E_DATA, { field = "partner", record = "sales", row = 2 }, { "row 2" }, partner.pareto({
    partner = { "a", "" },
    amount = { 1, 2 },
  }))
end)

suite.test("gaps: nil and partner.null in a column that may have them", function()
  local r = assert(partner.totals({
    partner = { "a", "b", "c", "a" },
    amount = { 1, 2, 3, 4 },
    margin = { 0.5, nil, partner.null },
    day = { n = 4, nil, "2024-01-05", nil, nil },
  }))
  equal(r.partners.margin[1], 0.5)
  equal(r.last_day_seen, "2024-01-05")
  equal(r.partners.last_day[1], nil)
  equal(r.partners.last_day[2], "2024-01-05")
end)

suite.test("gaps: nothing behind one is lost", function()
  local place = { field = "partner", record = "sales", row = 2 }
  refuses(E_DATA, place, { "row 2" }, partner.totals({ partner = { "a", nil, "c" }, amount = { 1, nil, 3 } }))
  local amount, margin, day, who = {}, {}, {}, {}
  for i = 1, 40 do
    who[i], amount[i] = i, 1
  end
  -- Where a table with gaps ends is for Lua to choose; these have values far behind their first gap.
  for i = 3, 40, 7 do
    margin[i] = i
    day[i] = 20240100 + i % 28 + 1
  end
  local r = assert(partner.totals({ partner = who, amount = amount, margin = margin, day = day }))
  for i = 1, 40 do
    equal(r.partners.margin[i], margin[i] or 0, "margin " .. i)
    equal(r.partners.last_day[i] ~= nil, day[i] ~= nil, "day " .. i)
  end
  margin[41] = 1
  place = { field = "margin", record = "sales", row = 41 }
  refuses(E_DATA, place, { "row 41" }, partner.totals({ partner = who, amount = amount, margin = margin }))
end)

suite.test("NaN is a missing value", function()
  local nan = 0 / 0
  local place = { field = "amount", record = "sales", row = 2 }
  refuses(E_DATA, place, { "row 2" }, partner.pareto({ partner = { "a", "b" }, amount = { 1, nan } }))
  refuses(E_DATA, place, { "row 2" }, partner.pareto({ partner = { "a", "b" }, amount = { "1", nan } }))
  refuses(E_DATA, place, { "row 2" }, partner.pareto({ partner = { "a", "b" }, amount = { 1.5, 1 / 0 } }))
  place.field = "partner"
  refuses(E_DATA, place, { "row 2" }, partner.pareto({ partner = { 1, nan }, amount = { 1, 2 } }))
  refuses(E_DATA, place, { "row 2", "1.5" }, partner.pareto({ partner = { 1, 1.5 }, amount = { 1, 2 } }))
end)

suite.test("values of a wrong kind name the row", function()
  for _, value in ipairs({ { 1 }, true, print, coroutine.create(function() end) }) do
    local place = { field = "amount", record = "sales", row = 2 }
    refuses(E_DATA, place, { "row 2: amount", "found a " .. type(value) }, partner.pareto({
      partner = { "a", "b" },
      amount = { 1, value },
    }))
  end
  local place = { field = "amount", record = "sales", row = 1 }
  refuses(E_DATA, place, { "row 1", "12,50", "decimal_comma" }, partner.pareto({ partner = { "a" }, amount = { "12,50" } }))
  place.field = "day"
  refuses(E_DATA, place, { "row 1", "2024-13-01" }, partner.pareto({
    partner = { "a" },
    amount = { 1 },
    day = { "2024-13-01" },
  }))
end)

suite.test("what the library finds names the row as Lua counts", function()
  local sales = { partner = { "a", "b" }, amount = { 1, 2 }, day = { "2024-01-01" } }
  local place = { field = "day", record = "sales", row = 2 }
  local value, message, code, found = partner.totals(sales, { from_day = "2024-01-01", to_day = "2025-01-01" })
  refuses(E_DATA, { field = place.field, record = place.record, row = 2, index = found.index }, { "sales row 2" }, value, message, code, found)
  local roster = { partner = { "a", "b", "a" } }
  value, message, code, found = partner.totals({ partner = { "a" }, amount = { 1 } }, { partners = roster })
  equal(value, nil)
  equal(code, E_DATA)
  equal(found.row, 3)
  assert(message:find("row 3", 1, true) and message:find("row 1", 1, true), message)
end)

suite.test("misuse is an error", function()
  raises({ "table of columns", "number" }, partner.pareto, 7)
  raises({ "table of columns", "nothing" }, partner.pareto)
  raises({ "by name", "list" }, partner.pareto, { { partner = "a", amount = 1 } })
  raises({ "amount", "list of values", "number" }, partner.pareto, { partner = { "a" }, amount = 1 })
  raises({ "amount", "list of values", "string" }, partner.pareto, { partner = { "a" }, amount = "12.50" })
  raises({ "amount", "boolean" }, partner.pareto, { partner = { "a" }, amount = true })
  raises({ "amount", '"eur"' }, partner.pareto, { partner = {}, amount = { eur = 1 } })
  raises({ "amount", "n is 1", "row 2" }, partner.pareto, { partner = { "a" }, amount = { 1, 2, n = 1 } })
  raises({ '"parner"', '"partner"' }, partner.pareto, { parner = { "a" }, amount = { 1 } })
  raises({ '"revenue"', '"amount"' }, partner.pareto, { partner = { "a" }, revenue = { 1 } })
  raises({ "options", "number" }, partner.pareto, { partner = { "a" }, amount = { 1 } }, 5)
  raises({ "options by name" }, partner.pareto, { partner = { "a" }, amount = { 1 } }, { "cuts" })
  raises({ "partners", "function" }, partner.pareto, { partner = { "a" }, amount = { 1 } }, { partners = print })
end)

suite.test("options: text, numbers, lists, booleans", function()
  local sales = { partner = { "a", "b", "c", "d" }, amount = { 50, 30, 15, 5 } }
  local expected = { "A", "B", "C", "D" }
  list(assert(partner.pareto(sales, { cuts = "0.5,0.8,0.95" })).partners.class:totable(), expected)
  list(assert(partner.pareto(sales, { cuts = { 0.5, 0.8, 0.95 } })).partners.class:totable(), expected)
  list(assert(partner.pareto(sales, { cuts = { "50 %", "80%", 0.95 } })).partners.class:totable(), expected)
  equal(assert(partner.pareto(sales, { leave_one_out = true })).leave_one_out.at_risk["3"], 0.95)
  equal(assert(partner.pareto(sales, { leave_one_out = false })).leave_one_out, nil)
  equal(assert(partner.pareto(sales, { threads = "all" })).gini, assert(partner.pareto(sales, { threads = 2.0 })).gini)
  equal(assert(partner.totals(sales, { partners = 9 })).activity_rate, 4 / 9)
end)

suite.test("options that cannot be are told as data", function()
  local sales = { partner = { "a" }, amount = { 1 } }
  refuses(E_DATA, { field = "cuts" }, { "option cuts", "often" }, partner.pareto(sales, { cuts = "often" }))
  refuses(E_DATA, { field = "population" }, { "option population", "all", "active" }, partner.pareto(sales, { population = "some" }))
  refuses(E_DATA, { field = "threads" }, { "option threads", "1.5" }, partner.pareto(sales, { threads = 1.5 }))
  local value, message, code, place = partner.pareto(sales, { cuts = { 0.9, 0.8 } })
  refuses(E_ARGUMENT, place, { "ascending" }, value, message, code, place)
  raises({ "option cuts", "function" }, partner.pareto, sales, { cuts = print })
  raises({ "option cuts", "table" }, partner.pareto, sales, { cuts = { {} } })
  raises({ '"cutz"', '"cuts"' }, partner.pareto, sales, { cutz = 1 })
  raises({ "thousands" }, partner.pareto, sales, { thousands = "" })
  raises({ "date_format" }, partner.pareto, sales, { date_format = 5 })
end)

suite.test("minor_units are of the columns and of the result", function()
  local sales = { partner = { "a", "b" }, amount = { 1.234, "2.5" } }
  local r = assert(partner.totals(sales, { minor_units = 3 }))
  equal(r:minor("revenue_total"), 3734)
  equal(r:text("revenue_total"), "3.734")
  r = assert(partner.pareto({ partner = { "a" }, amount = { 1200 } }, { minor_units = 0 }))
  equal(r.total, 1200)
  equal(r:text("total"), "1200")
  if suite.integers then
    equal(math.type(r.total), "integer")
  end
end)

suite.test("the roster is interned first, whatever the order of the calls", function()
  local r = assert(partner.totals({ partner = { "z", "y" }, amount = { 1, 2 } }, { partners = { partner = { "x", "y" } } }))
  list(r.partners.partner:totable(), { "x", "y", "z" })
end)

suite.test("columns of a result go in as they are, or as what they say", function()
  local sales = { partner = { "x", "y", "x" }, amount = { 1.5, 2, 3 } }
  local t = assert(partner.totals(sales))
  local again = assert(partner.totals({ partner = t.partners.partner, amount = t.partners.revenue }))
  list(again.partners.partner:totable(), { "x", "y" })
  list(again.partners.revenue:totable(), { 4.5, 2 })
  again = assert(partner.totals({ partner = t.partners.partner, amount = t.partners:minor("revenue") }))
  equal(again.revenue_total, 6.5)
  -- Other places: the amounts are read anew.
  again = assert(partner.totals({ partner = t.partners.partner, amount = t.partners.revenue }, { minor_units = 1 }))
  equal(again:minor("revenue_total"), 65)
  raises({ "2 decimal places", "expected 1" }, partner.totals, {
    partner = t.partners.partner,
    amount = t.partners:minor("revenue"),
  }, { minor_units = 1 })
  -- Another dictionary: the ids are read anew.
  local dict = partner.dict()
  dict:index("y")
  again = assert(partner.totals({ partner = t.partners.partner, amount = t.partners.revenue }, { dicts = { partner = dict } }))
  list(again.partners.partner:totable(), { "y", "x" })
  list(again.partners.revenue:totable(), { 2, 4.5 })
  -- A class makes a group.
  local p = assert(partner.pareto(sales))
  local grouped = assert(partner.pareto(sales, { partners = { partner = p.partners.partner, group = p.partners.class } }))
  equal(grouped.groups.group[1], p.partners.class[1])
end)

suite.test("columns of a script's own kind, with __index and __len", function()
  if not suite.integers then
    suite.skip("tables with __len", "this Lua has no __len for tables")
    return
  end
  local asked = 0
  local lazy = setmetatable({}, {
    __index = function(_, i)
      asked = asked + 1
      return i * 10
    end,
    __len = function()
      return 3
    end,
  })
  equal(total({ partner = { "a", "b", "c" }, amount = lazy }), 60)
  assert(asked >= 3)
  local broken = setmetatable({}, {
    __index = function()
      error("the host is gone")
    end,
    __len = function()
      return 3
    end,
  })
  raises({ "the host is gone" }, partner.totals, { partner = { "a", "b", "c" }, amount = broken })
  local turn = 0
  local fickle = setmetatable({}, {
    __index = function()
      turn = turn + 1
      return turn <= 3 and 5 or "a longer text than there was room for: " .. ("x"):rep(turn * 1000)
    end,
    __len = function()
      return 3
    end,
  })
  raises({ "changed while it was read" }, partner.totals, { partner = { "a", "b", "c" }, amount = fickle })
end)

suite.test("indexes and ids of strangers do not mix", function()
  local roster = { partner = { "x", "y" } }
  local place = { field = "partner", record = "sales" }
  refuses(E_STATE, place, { "indexes and ids of partner", "dicts" }, partner.totals({
    partner = partner.indexes({ 0, 1 }),
    amount = { 1, 2 },
  }, { partners = roster }))
  local dict = partner.dict()
  local r = assert(partner.totals({ partner = partner.indexes({ 1, 0 }), amount = { 1, 2 } }, {
    partners = roster,
    dicts = { partner = dict },
  }))
  list(r.partners.partner:totable(), { "x", "y" })
  list(r.partners.revenue:totable(), { 2, 1 })
  local other = partner.dict()
  place = { field = "partner", record = "sales" }
  refuses(E_STATE, place, { "indexes and ids" }, partner.totals({ partner = other:add({ "x" }), amount = { 1 } }, {
    partners = roster,
    dicts = { partner = dict },
  }))
end)

suite.test("dictionaries that nobody asks for are refused", function()
  local sales = { partner = { "a" }, amount = { 1 } }
  raises({ "dicts", '"partnr"' }, partner.totals, sales, { dicts = { partnr = partner.dict() } })
  raises({ "dicts", "partner.dict" }, partner.totals, sales, { dicts = { partner = {} } })
  raises({ "dicts", "number" }, partner.totals, sales, { dicts = 5 })
end)

suite.test("a result that is closed while it is an input is refused", function()
  local r = assert(partner.pareto({ partner = { "a", "b" }, amount = { 2, 1 } }))
  local amounts = r.partners.amount
  local methods = {
    __len = function()
      return 2
    end,
    __index = function(_, i)
      r:close()
      return "p" .. i
    end,
  }
  local names = setmetatable({}, methods)
  if newproxy then
    names = newproxy(true)
    for name, method in pairs(methods) do
      getmetatable(names)[name] = method
    end
  end
  raises({ "the result is closed" }, partner.pareto, { partner = names, amount = amounts })
  raises({ "the result is closed" }, function()
    local again = assert(partner.pareto({ partner = { "a", "b" }, amount = { 2, 1 } }))
    r, amounts = again, again.partners.amount
    local t = partner.tally()
    return t:add({ partner = names, amount = amounts })
  end)
end)

suite.test("indexes of a result without ids stay indexes", function()
  local r = assert(partner.totals({ partner = partner.indexes({ 0, 1, 0 }), amount = { 1, 2, 3 } }))
  local again = assert(partner.totals({ partner = r.partners.partner, amount = r.partners.revenue }))
  list(again.partners.revenue:totable(), { 4, 2 })
  equal(again:dict("partner"), nil)
  refuses(E_STATE, { field = "partner", record = "sales" }, { "indexes and ids of partner" }, partner.totals({
    partner = r.partners.partner,
    amount = r.partners.revenue,
  }, { partners = { partner = { "x", "y" } } }))
end)

suite.test("rows that the data speaks of are the data's", function()
  local place = { field = "amount", record = "sales", row = 1 }
  refuses(E_DATA, place, { "sales row 1: ", '7" row 5' }, partner.totals({
    partner = { "a" },
    amount = { '7" row 5' },
  }))
  local _, message = partner.totals({ partner = { "a", "a" }, amount = { 1, 1 } }, {
    partners = { partner = { 'row 5" row 6', 'row 5" row 6' } },
  })
  assert(message:find('row 2: ', 1, true) and message:find('row 5" row 6', 1, true), message)
  assert(message:find(" row 1 already", 1, true), message)
end)
