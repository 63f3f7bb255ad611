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
