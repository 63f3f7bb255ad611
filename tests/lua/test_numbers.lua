-- SPDX-License-Identifier: MIT
-- Whole numbers and money: exact, or refused. Never rounded without a word.
local partner = require("partner")
local suite = require("suite")
local equal, raises = suite.equal, suite.raises

local function totals(amount, options)
  return assert(partner.totals({ partner = { "a" }, amount = { amount } }, options))
end

suite.test("money in major units is the double that stands for it", function()
  -- Decimals of at most 15 digits survive a double; what is printed must be what was read.
  for _, text in ipairs({ "0.01", "-0.01", "0.10", "1234567890123.45", "-9999999999999.99", "70368744177664.25" }) do
    local r = totals(text)
    equal(r:text("revenue_total"), text)
    equal(r.revenue_total, tonumber(text))
  end
end)

suite.test("money that a double would change is refused", function()
  -- 2^53 + 1 cents: its neighbours are the nearest doubles.
  local r = totals("90071992547409.93")
  equal(r:text("revenue_total"), "90071992547409.93")
  local wide = totals("92233720368547758.07")
  equal(wide:text("revenue_total"), "92233720368547758.07")
  raises({ "revenue", "9223372036854775807", "exactly", "minor()" }, function()
    return wide.revenue_total
  end)
  raises({ "exactly" }, function()
    return wide.summary
  end)
  raises({ "exactly" }, function()
    return wide.partners.revenue[1]
  end)
  equal(wide.partners:text("revenue")[1], "92233720368547758.07")
end)

suite.test("minor units are whole and exact", function()
  local r = totals("92233720368547758.07")
  if suite.integers then
    equal(r:minor("revenue_total"), math.maxinteger)
    equal(r.partners:minor("revenue")[1], math.maxinteger)
    equal(math.type(totals(1):minor("revenue_total")), "integer")
  else
    raises({ "exactly", "text()" }, r.minor, r, "revenue_total")
    raises({ "exactly" }, function()
      return r.partners:minor("revenue")[1]
    end)
    raises({ "exactly" }, function()
      return totals("90071992547409.93"):minor("revenue_total")
    end)
    equal(totals("90071992547409.92"):minor("revenue_total"), 2 ^ 53)
  end
end)

suite.test("whole numbers beyond 2^53 as input", function()
  if suite.integers then
    local r = assert(partner.totals({ partner = { "a", "b" }, amount = partner.minor({ math.maxinteger, -5 }) }))
    equal(r.partners:minor("revenue")[1], math.maxinteger)
    r = assert(partner.totals({ partner = { math.maxinteger, math.mininteger }, amount = { 1, 2 } }))
    equal(r.partners.partner[1], math.maxinteger)
    equal(r.partners.partner[2], math.mininteger)
    -- With a fraction among them the others stay exact all the same.
    r = assert(partner.totals({ partner = { "a", "b" }, amount = { tonumber("9007199254740993"), 0.5 } }))
    equal(r.partners:text("revenue")[1], "9007199254740993.00")
  else
    local place = { field = "partner", record = "sales", row = 2 }
    suite.refuses(300, place, { "row 2", "exactly" }, partner.totals({ partner = { 1, 2 ^ 53 * 2 }, amount = { 1, 2 } }))
    raises({ "row 1" }, partner.minor, { 2 ^ 60 })
    -- What was written as 2^53 + 1 is 2^53 by now.
    place.row = 1
    suite.refuses(300, place, { "row 1", "exactly" }, partner.totals({ partner = { 9007199254740993 }, amount = { 1 } }))
    raises({ "row 1" }, partner.minor, { 9007199254740993 })
    equal(partner.minor({ 2 ^ 53 - 1 })[1], 2 ^ 53 - 1)
  end
end)

suite.test("a sum that leaves 64 bits is told", function()
  local value, message, code = partner.totals({
    partner = { "a", "a" },
    amount = { "92233720368547758.07", "0.01" },
  })
  equal(value, nil)
  equal(code, 600)
  assert(message:find("revenue", 1, true) or message:find("amount", 1, true), message)
end)

suite.test("counts and rows are whole", function()
  local r = assert(partner.pareto({ partner = { "a", "b" }, amount = { 2, 1 } }))
  equal(r.vital_count, 2)
  equal(tostring(r.vital_count), "2")
  equal(tostring(r.partners.rank[2]), "2")
end)
