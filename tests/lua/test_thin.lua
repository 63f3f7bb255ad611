-- SPDX-License-Identifier: MIT
-- A made-up analysis (tests/thin/birds.c) in a module that was not changed for it.
local partner = require("partner")
local suite = require("suite")
local equal, list = suite.equal, suite.list

local flock = {
  partner = { "Aster", "Birch", "Aster", "Cedar" },
  weight = { 1.25, "0.50", 2, 0.125 }, -- 0.125 is 0.12: half to even
}

suite.test("it runs, and its figures and columns are there", function()
  local r = assert(partner.birds(flock))
  equal(r.total, 3.87)
  equal(r:minor("total"), 387)
  equal(#r.partners, 3)
  list(r.partners.partner:totable(), { "Aster", "Birch", "Cedar" })
  list(r.partners.weight:totable(), { 3.25, 0.5, 0.12 })
  list(r.partners:minor("weight"):totable(), { 325, 50, 12 })
  list(r.sentences, { "All birds weigh 3.87." })
  equal(r.summary.partners, 3)
end)

suite.test("its options are read, money among them", function()
  local r = assert(partner.birds(flock, { least = "1.25", threads = 2 }))
  list(r.partners.weight:totable(), { 3.25, 0, 0 })
  r = assert(partner.birds(flock, { minor_units = 3 }))
  equal(r:text("total"), "3.875")
  suite.raises({ '"leest"', '"least"' }, partner.birds, flock, { leest = 1 })
end)

suite.test("its errors name row and field", function()
  local place = { record = "flock", field = "weight", row = 2 }
  suite.refuses(300, place, { "row 2", '"heavy"' }, partner.birds({ partner = { "a", "b" }, weight = { 1, "heavy" } }))
  place.index = 1
  suite.refuses(300, place, { "flock row 2", "no bird weighs that" }, partner.birds({
    partner = { "a", "b" },
    weight = { 1, -1 },
  }))
  place = { record = "flock", field = "weight" }
  suite.refuses(300, place, { "weight is missing", "partner" }, partner.birds({ partner = { "a" } }))
  suite.raises({ '"seen_by"', '"partner"' }, partner.birds, { seen_by = { "a" }, weight = { 1 } })
end)

suite.test("it is described", function()
  local names = partner.describe().analyses
  equal(names[#names], "birds")
  equal(partner.describe("birds").inputs[1].fields[3].text, "what it weighs")
end)

-- An analysis with a config, rows that refer to rows, and a ledger that says why.

local season = { season = "2026", pays = { heron = 5, gull = 1 } }
local text = '{"pays": {"gull": 1, "heron": 5}, "season": "2026"}'

local function rings(more)
  local columns = {
    partner = { "Aster", "Birch", "Aster" },
    day = { "2026-05-01", "2026-05-02", "2026-05-09" },
    kind = { "heron", "gull", "heron" },
    weight = { 1.25, 0.5, 2 },
  }
  for name, column in pairs(more or {}) do
    columns[name] = column
  end
  return columns
end

suite.test("a config is a table, a text of JSON or made before", function()
  local made = assert(partner.season(season))
  equal(made.text, text) -- keys in order: the same table is the same text
  for _, source in ipairs({ season, text, made, assert(partner.season(text)) }) do
    equal(assert(partner.ringing(source, rings())).points, 11)
  end
  list(made.sentences, { "1 points for every gull.", "5 points for every heron." })
  equal(tostring(made), "1 points for every gull.\n5 points for every heron.")
  list(made.warnings, {})
  list(assert(partner.season({ pays = { heron = 0 } })).warnings, { "$.pays.heron: brings nothing" })
  list(made.names.kind, { "gull", "heron" })
  assert(partner.ringing(made, rings({ kind = { "stork", "stork", "stork" } })))
  list(made.names.kind, { "gull", "heron" }) -- a call leaves nothing in it
  equal(made.minor_units, 2)
  suite.raises({ "season", "sentences" }, function()
    return made.sentence
  end)
  suite.raises({ "partner.ringing", "season", "found a number" }, partner.ringing, 5, rings())
  suite.raises({ "expected season", "found nothing" }, partner.ringing, nil, rings())
  suite.raises({ "expected rings", "found nothing" }, partner.ringing, season)
  suite.raises({ "season", "found a boolean" }, partner.ringing, season, rings(), { other = true })
  suite.raises({ "season", "found nothing" }, partner.season)
end)

suite.test("a table is written exactly", function()
  local function written(value)
    return assert(partner.season({ pays = { heron = 1 }, season = value })).text:match('"season": (.*)}$')
  end
  -- The text is kept as it was written: what this season makes of it does not matter.
  for value, expected in pairs({
    [1.1] = "1.1",
    [0.1 + 0.2] = "0.30000000000000004",
    [7] = "7",
    [-2 ^ 31] = "-2147483648",
    ['"\\\n\1é'] = '"\\"\\\\\\u000a\\u0001é"',
    [true] = "true",
  }) do
    equal(written(value), expected)
  end
  equal(written(partner.null), "null")
  equal(written({ 1, { "a" }, {} }), '[1, ["a"], []]')
  equal(written({ b = 1, a = { c = false } }), '{"a": {"c": false}, "b": 1}')
end)

suite.test("what JSON has not is refused with its path", function()
  local function refused(value, path, ...)
    suite.refuses(300, { record = "season", path = path }, { "season: " .. path, ... }, partner.season(value))
  end
  refused({ pays = { heron = 0 / 0 } }, "$.pays.heron", "nan", "finite")
  refused({ pays = { heron = 1 / 0 } }, "$.pays.heron", "inf")
  refused({ pays = { heron = print } }, "$.pays.heron", "function")
  refused({ pays = { 1, 2, [4] = 4 } }, "$.pays", "gaps")
  refused({ pays = { 1, heron = 2 } }, "$.pays", "several kinds")
  refused({ pays = { [true] = 2 } }, "$.pays", "several kinds")
  refused({ pays = { { 1, { partner.null, print } } } }, "$.pays[0][1][1]", "function")
  local loop = {}
  loop.pays = loop
  local value, message, code = partner.season(loop)
  assert(value == nil and code == 300 and message:find("without end"), message)
end)

suite.test("errors of a config say where", function()
  local place = { record = "season", path = "$.pays.heron" }
  suite.refuses(300, place, { "season: $.pays.heron: is no whole number" }, partner.ringing({
    pays = { heron = 5.5 },
  }, rings()))
  place.record = "other"
  suite.refuses(300, place, { "other: $.pays.heron" }, partner.ringing(season, rings(), {
    other = { pays = { heron = -1 } },
  }))
  suite.refuses(300, { record = "season" }, { "season: " }, partner.season('{"pays": '))
end)

suite.test("places of money are the config's unless the caller says otherwise", function()
  local fine = { minor_units = 3, pays = { heron = 5 } }
  local columns = rings({ weight = { "1.2345", 1, 1 } })
  equal(assert(partner.ringing(fine, columns)):text("weight"), "3.234")
  equal(assert(partner.ringing(fine, columns, { minor_units = 4 })):text("weight"), "3.2345")
  equal(assert(partner.ringing(season, columns)):text("weight"), "3.23")
end)

suite.test("a second config and a second table of the same kind", function()
  local r = assert(partner.ringing(season, rings(), { other = '{"pays": {"gull": 7}}', earlier = rings() }))
  equal(r.other_points, 7)
  equal(r.before, 3)
  equal(assert(partner.ringing(season, rings())).other_points, nil)
  suite.raises({ "rings", "twice" }, partner.ringing, season, rings(), { rings = rings() })
  suite.raises({ "season", "twice" }, partner.ringing, season, rings(), { season = season })
end)

suite.test("names of a config share a dictionary with the columns", function()
  local kinds = partner.dict()
  kinds:add({ "stork", "gull" })
  local dicts = { kind = kinds }
  equal(assert(partner.ringing(season, rings(), { dicts = dicts })).points, 11)
  list(kinds:ids(), { "stork", "gull", "heron" })
  local by_index = rings({ kind = partner.indexes({ 2, 1, 2 }) })
  equal(assert(partner.ringing(season, by_index, { dicts = dicts })).points, 11)
  suite.refuses(200, { record = "rings", field = "kind" }, { "kind" }, partner.ringing(season, by_index))
end)

local function ledger(more, options)
  options = options or {}
  options.ledger = true
  return assert(partner.ringing(season, rings(more), options)).ledger
end

suite.test("ids of 64 bits come out as they came in", function()
  local t = ledger({ ring = { "x", "y", "z" }, parent = { nil, nil, "x" } })
  list(t.ring:totable(), { "x", "y", "z" })
  equal(t.parent[3], "x")
  equal(t.parent[1], nil)
  t = ledger({ ring = { 1001, 1002, 10 ^ 15 }, parent = { [2] = 1001, n = 3 } })
  list(t.ring:totable(), { 1001, 1002, 10 ^ 15 })
  equal(t.parent[2], 1001)
  t = ledger()
  list(t.ring:totable(), { 0, 1, 2 })
  t = ledger({ parent = { [2] = 0, [3] = 1 } })
  equal(t.parent[2], 0)
  equal(t.parent[3], 1)
  equal(t.parent[1], nil)
  local own = { 2 ^ 53 - 1, 0, 2 ^ 40 }
  t = ledger({ ring = partner.indexes(own), parent = partner.indexes({ partner.null, partner.null, 0 }) })
  list(t.ring:totable(), own)
  equal(t[3].parent, 0)
  t = ledger({ ring = t.ring }) -- a column of a result, as it is
  list(t.ring:totable(), own)
  local packed = partner.column(("\1\0\0\0\0\0\0\0" .. "\2\0\0\0\0\0\0\0" .. "\3\0\0\0\0\0\0\0"), "u64")
  list(partner.indexes(packed):totable(), ledger({ ring = partner.indexes(packed) }).ring:totable())
  suite.raises({ "u32 or u64", "i64" }, partner.indexes, partner.column(("\0"):rep(8), "i64"))
end)

suite.test("numbers of rows are never shown as ids", function()
  local known = partner.dict()
  known:add({ "a", "b", "c", "d" })
  list(ledger(nil, { dicts = { ring = known } }).ring:totable(), { 0, 1, 2 })
  equal(#known, 4)
  local t = ledger({ ring = { "d", "e", "a" } }, { dicts = { ring = known } })
  list(t.ring:totable(), { "d", "e", "a" })
end)

suite.test("rows with ids and rows without do not mix", function()
  local ids = { ring = { "x", "y", "z" } }
  suite.refuses(300, { record = "earlier", field = "ring" }, { "some rows have ids for ring" }, partner.ringing(
    season,
    rings(ids),
    { earlier = rings() }
  ))
  suite.refuses(300, { record = "earlier", field = "ring" }, { "some rows have ids for ring" }, partner.ringing(
    season,
    rings(),
    { earlier = rings(ids) }
  ))
  local beyond = rings({ partner = partner.indexes({ 0, 2 ^ 32, 1 }) })
  suite.refuses(600, { record = "rings", field = "partner", row = 2 }, { "4294967296" }, partner.ringing(season, beyond))
end)

suite.test("a repeated id is for the analysis to judge", function()
  local again = rings({ ring = { "x", "y", "x" } })
  suite.refuses(300, { record = "rings", field = "ring", row = 3 }, { "rings row 3" }, partner.ringing(season, again))
  equal(assert(partner.ringing(season, again, { skip_duplicates = true })).points, 6)
end)

suite.test("rows are explained", function()
  local r = assert(partner.ringing(season, rings(), { ledger = true }))
  equal(r:explain(1), "5 points: the season pays that for a heron")
  equal(r:explain(2), "1 points: the season pays that for a gull")
  for _, row in ipairs({ 0, -1, 4 }) do
    equal(r:explain(row), nil)
  end
  suite.raises({ "number of a row" }, r.explain, r, "1")
  local without = assert(partner.ringing(season, rings()))
  suite.raises({ "ledger = true" }, without.explain, without, 1)
  local other = assert(partner.birds(flock))
  suite.raises({ "explains no rows" }, other.explain, other, 1)
  r:close()
  suite.raises({ "closed" }, r.explain, r, 1)
end)

suite.test("configs are described", function()
  local about = partner.describe("season")
  equal(about.text, "what each kind of bird brings")
  list(about.dictionaries, { "kind" })
  assert(about.example:find("heron"))
  local inputs = partner.describe("ringing").inputs
  equal(inputs[2].config, "season")
  equal(inputs[2].fields, nil)
  equal(partner.describe("ringing").explains[1], "ledger")
  local names = partner.describe().configs
  equal(names[#names], "season")
end)
