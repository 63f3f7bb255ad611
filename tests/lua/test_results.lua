-- SPDX-License-Identifier: MIT
-- Results: what a script reads, how it goes through it, and how long it lives.
local partner = require("partner")
local suite = require("suite")
local equal, list = suite.equal, suite.list

-- The worked example of spec/pareto.md, in major units: nine partners, the classes and ranks beside them.
local names = { "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9" }
local amounts = { 520000, 310000, 90000, 40000, 25000, 15000, 0, -3000, 15000 }
local classes = { "A", "A", "B", "B", "B", "C", "none", "none", "C" }
local ranks = { 1, 2, 3, 4, 5, 6, 8, 8, 6 }

local function worked(options)
  return assert(partner.pareto({ partner = names, amount = amounts }, options))
end

suite.test("figures of the worked example", function()
  local r = worked()
  equal(r.gini, 0.6973180076628352)
  equal(r.gini_unbiased, 0.7844827586206896)
  equal(r.hhi, 0.3662064112208498)
  suite.near(r.theil, 0.93426526161092)
  equal(r.hoover, 0.595511767925561)
  equal(r.kolkata_index, 0.7884362680683311)
  equal(r.vital_count, 2)
  equal(r.top_share["20"], 0.7566502463054188)
  equal(r.total, 1015000)
  equal(r.net, 1012000)
  equal(r:text("net"), "1012000.00")
  equal(r:minor("net"), 101200000)
end)

suite.test("views win over figures of the same name, the summary has these", function()
  local r = worked()
  equal(type(r.partners), "userdata")
  equal(r.summary.partners, 9)
  equal(r.summary.gini, r.gini)
  equal(r.summary.top_share["50"], r.top_share["50"])
end)

suite.test("columns are read by index, in the order of the input", function()
  local r = worked()
  local t = r.partners
  equal(#t, 9)
  equal(#t.class, 9)
  list(t.class:totable(), classes, "class")
  list(t.rank:totable(), ranks, "rank")
  list(t.partner:totable(), names, "partner")
  list(t.amount:totable(), amounts, "amount")
  equal(t.amount[0], nil)
  equal(t.amount[10], nil)
  equal(t.amount[1.5], nil)
  assert(t.amount == t.amount, "a column that was looked at is kept")
  equal(t:minor("amount")[8], -300000)
  equal(t:text("amount")[8], "-3000.00")
  equal(t:column("amount")[8], -3000)
end)

suite.test("each() goes through all rows, those without a value too", function()
  local r = worked({ population = "active" })
  local rows, missing = 0, 0
  for i, share in r.partners.cumulative_share:each() do
    rows = rows + 1
    equal(i, rows)
    if share == nil then
      missing = missing + 1
    end
  end
  equal(rows, 9)
  equal(missing, 2) -- partners 7 and 8 are not counted: NaN in C
  equal(r.partners.cumulative_share[7], nil)
end)

suite.test("pairs, ipairs and # where this Lua has them for userdata", function()
  local column = worked().partners.rank
  equal(#column, 9)
  if not suite.integers then
    return
  end
  local seen = {}
  for i, rank in pairs(column) do
    seen[i] = rank
  end
  list(seen, ranks, "pairs")
  seen = {}
  for i, rank in ipairs(column) do
    seen[i] = rank
  end
  list(seen, ranks, "ipairs")
  seen = {}
  for name, values in pairs(worked().partners) do
    seen[name] = #values
  end
  equal(seen.share, 9)
  equal(seen.partner, 9)
  seen = {}
  for name, value in pairs(worked({ leave_one_out = true }).leave_one_out) do
    seen[name] = value
  end
  equal(seen.total_low, 495000) -- without the largest
end)

suite.test("sorted() gives the rows largest first", function()
  local t = worked().partners
  local order, last = {}, math.huge
  for i, row in t:sorted() do
    order[#order + 1] = i
    equal(row.partner, names[i])
    assert(math.max(row.amount, 0) <= last)
    last = math.max(row.amount, 0)
  end
  list(order, { 1, 2, 3, 4, 5, 6, 9, 7, 8 }, "row")
  suite.raises({ "classes", "order" }, function()
    return worked().classes:sorted()
  end)
end)

suite.test("a row by its number", function()
  local row = worked().partners[3]
  equal(row.partner, "p3")
  equal(row.class, "B")
  equal(row.amount, 90000)
  equal(worked().partners[10], nil)
end)

suite.test("records that hang on a result", function()
  local r = worked({ points = 50, leave_one_out = true })
  list(r.classes.class:totable(), { "A", "B", "C", "none" })
  list(r.classes.partners:totable(), { 2, 3, 2, 2 })
  list(r.classes.amount:totable(), { 830000, 155000, 30000, 0 })
  equal(r.lorenz.share[1], 0)
  equal(r.lorenz.partners[#r.lorenz], 1)
  equal(r.leave_one_out.at_risk["1"], 520000 / 1015000)
  equal(r.leave_one_out.total_low, 495000)
  equal(r.leave_one_out:minor("total_low"), 49500000)
  -- Rows count from 1: this is the partner whose leaving gives the lowest gini.
  local row = r.leave_one_out.gini_low_partner
  assert(row >= 1 and row <= 9 and names[row])
  equal(worked().lorenz, nil)
  equal(worked().groups, nil)
end)

suite.test("groups, with an array in each row", function()
  local roster = { partner = names, group = { "N", "N", "N", "S", "S", "S", "S", "S" } }
  local r = worked({ partners = roster })
  list(r.groups.group:totable(), { "N", "S" })
  list(r.groups.partners:totable(), { 3, 5, 1 }) -- p9 is in no group
  equal(r.groups[3].group, nil)
  equal(#r.groups, 3)
  assert(r.groups.top_share[1]["50"] > r.groups.top_share[1]["1"])
  list(r.partners.group:totable(), roster.group)
  suite.near(r.theil_between + r.theil_within, r.theil)
  equal(worked().theil_between, nil)
end)

suite.test("days are ISO text, both ways", function()
  local sales = {
    partner = { "a", "b", "a" },
    amount = { 1, 2, 3 },
    day = { "2024-02-29", 20240301, "20241231" },
  }
  local r = assert(partner.totals(sales, { from_day = "2024-01-01", to_day = "2025-01-01" }))
  equal(r.from_day, "2024-01-01")
  equal(r.last_day_seen, "2024-12-31")
  equal(r.partners.first_day[1], "2024-02-29")
  equal(r.partners.last_day[1], "2024-12-31")
  equal(r.partners.last_day[2], "2024-03-01")
  local german = { partner = { "a" }, amount = { "1.234,50" }, day = { "31.12.2024" } }
  local with = { date_format = "%d.%m.%Y", decimal_comma = true, thousands = "." }
  local g = assert(partner.totals(german, with))
  equal(g.revenue_total, 1234.5)
  equal(g.last_day_seen, "2024-12-31")
end)

suite.test("a view that another option brings", function()
  local sales = { partner = { "a", "b", "a" }, amount = { 5, 2, 8 }, day = { "2023-05-01", "2023-06-01", "2024-05-01" } }
  local windows = {
    previous_from_day = "2023-01-01",
    previous_to_day = "2024-01-01",
    from_day = "2024-01-01",
    to_day = "2025-01-01",
  }
  local r = assert(partner.totals(sales, windows))
  equal(r.growth.previous_total, 7)
  equal(r.growth.total, 8)
  equal(r.growth.growth_total, 1 / 7)
  list(r.growth.state:totable(), { "grown", "lost" })
  equal(r.growth.after_last_day, true)
  equal(r.growth.states.partners[1], 0)
  equal(r.growth.states.state[2], "lost")
  equal(r.growth.states.change[2], -2)
  equal(r.growth:minor("change"), 100)
  equal(assert(partner.totals(sales)).growth, nil)
end)

suite.test("sentences", function()
  local r = worked()
  equal(r.sentences[1], "80 % of revenue comes from 2 of 9 partners (22.2 %).")
  equal(tostring(r), table.concat(r.sentences, "\n"))
  assert(tostring(r.partners):find("9 rows", 1, true))
  assert(tostring(r.partners.share):find("9 rows", 1, true))
end)

suite.test("unknown names are errors that say what is near", function()
  local r = worked()
  suite.raises({ '"ginni"', '"gini"' }, function()
    return r.ginni
  end)
  suite.raises({ '"shar"', '"share"' }, function()
    return r.partners.shar
  end)
  suite.raises({ '"gini"', "money" }, r.minor, r, "gini")
  suite.raises({ '"totl"' }, r.text, r, "totl")
  suite.raises({ "colon" }, r.text, "total")
  suite.raises({ "each()" }, function()
    return r.partners.share.sum
  end)
end)

suite.test("a column keeps its result alive", function()
  local function column()
    return worked().partners.share
  end
  local share = column()
  for _ = 1, 50 do
    collectgarbage()
    worked()
  end
  equal(share[1], 520000 / 1015000)
end)

suite.test("close() frees at once, what is left says so", function()
  local r = worked()
  local t, share = r.partners, r.partners.share
  r:close()
  r:close()
  for _, use in ipairs({
    function()
      return r.gini
    end,
    function()
      return share[1]
    end,
    function()
      return #t
    end,
    function()
      return t.rank
    end,
    function()
      return t[1]
    end,
  }) do
    suite.raises({ "closed" }, use)
  end
  suite.raises({ "closed" }, partner.pareto, { partner = names, amount = share })
  assert(tostring(r):find("closed", 1, true))
end)

suite.test("metatables are out of reach", function()
  local r = worked()
  equal(type(getmetatable(r)), "string")
  equal(type(getmetatable(r.partners)), "string")
  equal(type(getmetatable(r.partners.share)), "string")
end)

suite.test("a finalizer may look at what is being collected", function()
  local seen = 0
  local newproxy = newproxy
  local function guard(r)
    local share = r.partners.share
    local function look()
      seen = seen + 1
      pcall(function()
        return share[1]
      end)
    end
    if newproxy then
      local proxy = newproxy(true)
      getmetatable(proxy).__gc = look
      return proxy
    end
    return setmetatable({}, { __gc = look })
  end
  for _ = 1, 100 do
    guard(worked())
  end
  collectgarbage()
  collectgarbage()
  assert(seen >= 99)
end)

suite.test("ten thousand results leave nothing behind", function()
  collectgarbage()
  collectgarbage()
  local before
  for i = 1, 10000 do
    local r = worked()
    local _ = r.partners.share[1]
    if i == 2000 then
      collectgarbage()
      collectgarbage()
      before = collectgarbage("count")
    end
  end
  collectgarbage()
  collectgarbage()
  local after = collectgarbage("count")
  assert(after < before + 64, before .. " KB before, " .. after .. " KB after")
end)

-- The memory of this process in megabytes at its highest; nil where the system does not tell.
local function peak()
  local file = io.open("/proc/self/status")
  local found = file and file:read("*a"):match("VmHWM:%s*(%d+) kB")
  return found and found / 1024
end

suite.test("large results are collected in time, though Lua sees little of them", function()
  if not peak() then
    suite.skip("large results", "this system does not tell how much memory a process has")
    return
  end
  local indexes = {}
  for i = 1, 100000 do
    indexes[i] = i - 1
  end
  local sales = { partner = partner.indexes(indexes), amount = partner.minor(indexes) }
  local before = peak()
  for _ = 1, 100 do
    assert(partner.totals(sales)) -- some 6 MB each
  end
  assert(peak() - before < 400, ("%.0f MB more"):format(peak() - before))
end)

suite.test("what pairs() calls is given a table or nothing", function()
  local meta = debug.getmetatable(worked().partners)
  local next_of = meta.__pairs(worked().partners)
  suite.raises({ "table expected" }, next_of, 5)
  suite.raises({ "table expected" }, next_of)
  assert(next_of({ 1 }) == 1)
end)

-- Either all was read before the finalizer ran, or the read says that the result is closed.
local function closed_while(read)
  local sales = { partner = {}, amount = {} }
  for i = 1, 5000 do
    sales.partner[i], sales.amount[i] = "partner number " .. i, i
  end
  for _ = 1, 5 do
    local r = assert(partner.pareto(sales))
    local column = r.partners.partner
    local done = false
    suite.finalize(function()
      done = true
      r:close()
    end)
    local ok, message = suite.eagerly(read, r, r.partners, column)
    assert(ok or message:find("the result is closed", 1, true), message)
    assert(ok or done)
  end
end

suite.test("a finalizer may close a result while it is read", function()
  closed_while(function(r)
    return r:totable()
  end)
  closed_while(function(_, rows)
    for i = 1, #rows do
      local _ = rows[i]
    end
  end)
  closed_while(function(_, rows)
    return rows:totable()
  end)
  closed_while(function(_, _, column)
    return column:totable()
  end)
  closed_while(function(r)
    for _ = 1, 200 do
      local _ = tostring(r)
      _ = r.summary
    end
  end)
end)

suite.test("a finalizer may add ids while a dictionary is read", function()
  local dict = partner.dict()
  for i = 1, 5000 do
    dict:index("partner number " .. i)
  end
  dict:index(("long "):rep(100))
  for round = 1, 5 do
    suite.finalize(function()
      for i = 1, 20000 do
        dict:index("more of " .. round .. ": " .. i)
      end
    end)
    local ids
    assert(suite.eagerly(function()
      ids = dict:ids()
    end))
    equal(ids[1], "partner number 1")
    equal(ids[5000], "partner number 5000")
    equal(ids[5001], ("long "):rep(100))
  end
end)
