-- SPDX-License-Identifier: MIT
-- What lives on: dictionaries and tallies, in batches, merged, saved and loaded.
local partner = require("partner")
local suite = require("suite")
local equal, list, raises, refuses = suite.equal, suite.list, suite.raises, suite.refuses

local E_STATE, E_DATA = 200, 300

suite.test("a dictionary gives indexes from zero in order of first sight", function()
  local d = partner.dict()
  equal(#d, 0)
  equal(d:index("x"), 0)
  equal(d:index("y"), 1)
  equal(d:index("x"), 0)
  equal(#d, 2)
  equal(d:find("y"), 1)
  equal(d:find("z"), nil)
  equal(#d, 2)
  equal(d:id(0), "x")
  equal(d:id(2), nil)
  list(d:ids(), { "x", "y" })
  list(d:add({ "z", "x", "z" }):totable(), { 2, 0, 2 })
  equal(d:index(697), 3)
  equal(d:find("697"), 3)
  local numbers = partner.dict()
  numbers:index(697)
  equal(numbers:id(0), 697)
end)

suite.test("a dictionary refuses what is no id", function()
  local d = partner.dict()
  refuses(E_DATA, { field = "id", record = "dict:add", row = 2 }, { "row 2" }, d:add({ "a", partner.null }))
  equal(#d, 0) -- all or nothing
  raises({ "id", "table" }, d.index, d, {})
  raises({ "id", "number" }, d.index, d, 1.5)
  raises({ "colon" }, d.index, "x")
end)

suite.test("dictionaries merge, are saved and loaded", function()
  local a, b = partner.dict(), partner.dict()
  a:add({ "x", "y" })
  b:add({ "z", "y" })
  list(a:merge(b):totable(), { 2, 1 })
  list(a:ids(), { "x", "y", "z" })
  local c = assert(partner.load_dict(a:save()))
  list(c:ids(), { "x", "y", "z" })
  local bytes = a:save()
  equal(partner.load_dict(bytes:sub(1, -2)), nil)
  local _, message, code = partner.load_dict("nonsense")
  equal(code, E_DATA)
  assert(#message > 0)
end)

local january = { partner = { "a", "b", "a" }, amount = { 1, 2, 3 } }
local february = { partner = { "c", "b" }, amount = { 10, 20.5 } }

local function whole()
  return assert(partner.totals({ partner = { "a", "b", "a", "c", "b" }, amount = { 1, 2, 3, 10, 20.5 } }))
end

local function same(found, expected)
  list(found.partners.partner:totable(), expected.partners.partner:totable())
  list(found.partners.revenue:totable(), expected.partners.revenue:totable())
  equal(found.revenue_total, expected.revenue_total)
end

suite.test("a tally of batches is the totals of the whole", function()
  local t = partner.tally()
  equal(assert(t:add(january)), t)
  assert(t:add(february))
  same(assert(t:finish()), whole())
  same(assert(t:totals()), whole())
  assert(t:add({ partner = { "d" }, amount = { 1 } }))
  equal(assert(t:finish()).revenue_total, 37.5)
end)

suite.test("tallies of two workers merge by their ids", function()
  local one, two = partner.tally(), partner.tally()
  assert(two:add(february)) -- c, b: other indexes than in one
  assert(one:add(january))
  equal(assert(one:merge(two)), one)
  same(assert(one:finish()), whole())
  -- A fresh one takes over what the other has.
  local three = partner.tally()
  assert(three:merge(one))
  same(assert(three:finish()), whole())
  assert(one:merge(partner.tally()))
  same(assert(one:finish()), whole())
end)

suite.test("tallies of one dictionary", function()
  local d = partner.dict()
  local one, two = partner.tally({ dicts = { partner = d } }), partner.tally({ dicts = { partner = d } })
  assert(one:add(january))
  assert(two:add(february))
  assert(one:merge(two))
  same(assert(one:finish()), whole())
  list(d:ids(), { "a", "b", "c" })
  -- Indexes of that dictionary and ids may mix.
  assert(one:add({ partner = d:add({ "d", "a" }), amount = { 5, 5 } }))
  assert(one:add({ partner = partner.indexes({ d:find("c") }), amount = { 1 } }))
  equal(assert(one:finish()).partners.revenue[3], 11)
end)

suite.test("a tally saved with its dictionary goes on elsewhere", function()
  local t = partner.tally()
  assert(t:add(january))
  local bytes, ids = t:save(), t:dict("partner"):save()
  local again = assert(partner.load_tally(bytes, { dicts = { partner = assert(partner.load_dict(ids)) } }))
  assert(again:add(february))
  same(assert(again:finish()), whole())
  equal(again:save() ~= bytes, true)
end)

suite.test("a tally loaded without its dictionary takes no ids of strangers", function()
  local t = partner.tally()
  assert(t:add(january))
  local bare = assert(partner.load_tally(t:save()))
  list(assert(bare:finish()).partners.partner:totable(), { 0, 1 })
  local place = { field = "partner", record = "sales" }
  refuses(E_STATE, place, { "indexes and ids of partner" }, bare:add(february))
  refuses(E_STATE, place, { "indexes and ids of partner" }, t:merge(bare))
  refuses(E_STATE, place, { "indexes and ids of partner" }, bare:merge(t))
  place.record = "partners"
  refuses(E_STATE, place, { "indexes and ids of partner" }, bare:finish({ partners = { partner = { "a" } } }))
  -- A fresh one becomes its like.
  local fresh = partner.tally()
  assert(fresh:merge(bare))
  refuses(E_STATE, { field = "partner", record = "sales" }, { "indexes and ids" }, fresh:add(february))
  -- But it merges with its like.
  local other = assert(partner.load_tally(t:save()))
  assert(bare:merge(other))
  equal(assert(bare:finish()).revenue_total, 12)
  equal(#bare:save() > 0, true)
  -- The wrong dictionary is told from the right one.
  local wrong = partner.dict()
  wrong:add({ "b", "a" })
  local value, _, code = partner.load_tally(t:save(), { dicts = { partner = wrong } })
  equal(value, nil)
  equal(code, E_STATE)
end)

suite.test("options of a tally, and of its result", function()
  local t = partner.tally({ from_day = "2024-01-01", to_day = "2025-01-01", minor_units = 3, min_sales = 2 })
  local rows = {
    partner = { "a", "a", "b" },
    amount = { 1.234, "1", 9 },
    day = { "2024-05-05", "2024-06-06", "2023-12-31" },
  }
  assert(t:add(rows))
  local r = assert(t:finish({ partners = { partner = { "x", "a" } } }))
  equal(r:text("revenue_total"), "2.234")
  equal(r.active, 1)
  list(r.partners.partner:totable(), { "a", "x" })
  raises({ '"minor_unit"', '"minor_units"' }, partner.tally, { minor_unit = 3 })
  local value, _, code = partner.tally({ min_sales = "many" })
  equal(value, nil)
  equal(code, E_DATA)
end)

suite.test("a loaded tally knows the places of its money", function()
  local t = partner.tally({ minor_units = 3 })
  assert(t:add({ partner = { "a" }, amount = { 1.5 } }))
  local again = assert(partner.load_tally(t:save(), { dicts = { partner = t:dict("partner") } }))
  assert(again:add({ partner = { "a" }, amount = { 0.125 } }))
  equal(assert(again:finish()):text("revenue_total"), "1.625")
  local value, message, code = partner.load_tally(t:save(), { minor_units = 2 })
  equal(value, nil)
  equal(code, E_STATE)
  assert(message:find("minor_units", 1, true), message)
end)

suite.test("a bad batch leaves a tally as it was", function()
  local t = partner.tally()
  assert(t:add(january))
  local place = { field = "amount", record = "sales", row = 2 }
  refuses(E_DATA, place, { "row 2" }, t:add({ partner = { "a", "b" }, amount = { 1, "x" } }))
  raises({ '"parner"' }, t.add, t, { parner = {} })
  raises({ "table of columns" }, t.add, t)
  equal(assert(t:finish()).revenue_total, 6)
end)

suite.test("misuse of objects", function()
  local t = partner.tally()
  raises({ "expected an object" }, t.merge, t, partner.dict())
  raises({ "colon" }, t.add, january)
  raises({ "sales", "add()" }, t.finish, t, { sales = january })
  t:close()
  t:close()
  raises({ "closed" }, t.add, t, january)
  equal(partner.load_tally("nonsense"), nil)
  assert(tostring(t):find("closed", 1, true))
end)

suite.test("objects are described", function()
  local about = partner.describe(partner.describe().objects[1])
  equal(about.name, "tally")
  equal(about.analysis, "totals")
  assert(#about.fields > 1 and #about.options > 1)
end)

-- Gives a dictionary far more ids than there was room made for when a merge began.
local function grow(dict)
  for i = 1, 100000 do
    dict:index("more: " .. i)
  end
end

suite.test("a finalizer may grow what is merged", function()
  local into, from = partner.dict(), partner.dict()
  from:index("x")
  local map = suite.within(function()
    grow(from)
  end, function()
    return into:merge(from)
  end)
  equal(#map, 100001)
  equal(into:id(map[1]), "x")
  equal(into:id(map[100001]), "more: 100000")
  local a, b = partner.tally(), partner.tally()
  assert(a:add({ partner = { "x" }, amount = { 1 } }))
  assert(b:add({ partner = { "y" }, amount = { 2 } }))
  local ids = b:dict("partner")
  assert(suite.within(function()
    grow(ids)
  end, function()
    return a:merge(b)
  end))
  equal(#a:dict("partner"), 100002)
  equal(a:finish().partners.revenue[2], 2)
end)

suite.test("indexes beyond the dictionary they are of are refused", function()
  local dict = partner.dict()
  dict:index("a")
  local t = assert(partner.tally({ dicts = { partner = dict } }))
  refuses(E_DATA, { field = "partner", record = "sales", row = 2 }, { "sales row 2", "index 3", "1 ids" }, t:add({
    partner = partner.indexes({ 0, 3 }),
    amount = { 1, 7 },
  }))
  dict:add({ "b", "c", "x" })
  assert(t:add({ partner = partner.indexes({ 3 }), amount = { 7 } }))
  equal(t:finish().partners.partner[4], "x")
end)
