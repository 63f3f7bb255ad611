-- SPDX-License-Identifier: MIT
-- Sales of 701 resellers: figures of an independent implementation, to the last digit. The folder is named by
-- PARTNER_REAL_DATA; without it there is nothing to test.
local partner = require("partner")
local suite = require("suite")
local equal, list, near = suite.equal, suite.list, suite.near

local folder = os.getenv("PARTNER_REAL_DATA")
if not folder or folder == "" then
  print("skipped: PARTNER_REAL_DATA is not set")
  os.exit(77)
end

-- Some columns of a CSV file, none of which stands behind a quote.
local function read(name, wanted)
  local columns, at, n = {}, {}, 0
  local file = assert(io.popen(("gzip -dc '%s/adventureworks/%s.csv.gz'"):format(folder, name)))
  for line in file:lines() do
    local cells, i = {}, 0
    line = line:gsub("\r$", ""):gsub("^\239\187\191", "")
    for cell in (line .. ","):gmatch("([^,]*),") do
      i = i + 1
      cells[i] = cell
    end
    if next(at) == nil then
      for place, header in ipairs(cells) do
        at[header] = place
      end
      for field, header in pairs(wanted) do
        assert(at[header], header)
        columns[field] = {}
      end
    else
      n = n + 1
      for field, header in pairs(wanted) do
        columns[field][n] = cells[at[header]]
      end
    end
  end
  file:close()
  return columns
end

local sales = read("FactResellerSales", { partner = "ResellerKey", day = "OrderDateKey", amount = "SalesAmount" })
local roster = read("DimReseller", { partner = "ResellerKey", group = "BusinessType" })

local function pareto(options)
  options = options or {}
  options.partners = options.partners or { partner = roster.partner }
  return assert(partner.pareto(sales, options))
end

suite.test("all of the time", function()
  local r = pareto()
  equal(r:text("total"), "80450592.06")
  equal(r.total, 80450592.06)
  equal(r.partners.partner[1], roster.partner[1])
  equal(#r.partners, 701)
  equal(r.positive, 635)
  equal(r.gini, 0.6886402740790466)
  equal(r.hhi, 0.00452401927074322)
  near(r.theil, 0.87017067742072)
  equal(r.hoover, 0.5427645545988777)
  equal(r.vital_count, 186)
  equal(r.top_share["20"], 0.7031557199704715)
  equal(r.kolkata_index, 0.7627959465419153)
  list(r.classes.partners:totable(), { 186, 125, 324, 66 })
  list(r.classes.amount:totable(), { 64361880.55, 12085743.59, 4002967.92, 0 })
  equal(pareto({ population = "active" }).gini, 0.6562784757943491)
end)

suite.test("floats and the text they came from give the same cents", function()
  local floats = {}
  for i, text in ipairs(sales.amount) do
    floats[i] = tonumber(text)
  end
  local r = assert(partner.pareto({ partner = sales.partner, amount = floats }, { partners = { partner = roster.partner } }))
  equal(r:text("total"), "80450592.06")
  equal(r.gini, 0.6886402740790466)
end)

suite.test("the rows of one year", function()
  local r = pareto({ from_day = "2013-01-01", to_day = "2014-01-01" })
  equal(r:text("total"), "33574828.12")
  equal(r.positive, 489)
  equal(r.gini, 0.7506745341278521)
  equal(r.vital_count, 147)
  list(r.classes.partners:totable(), { 147, 84, 258, 212 })
end)

suite.test("groups", function()
  local r = pareto({ partners = roster })
  local expected = {
    ["Specialty Bike Shop"] = { 231, 6756164.43, 0.5721848710994877, 86 },
    ["Value Added Reseller"] = { 238, 34967514.67, 0.655205152824071, 71 },
    ["Warehouse"] = { 232, 38726912.96, 0.5898982537244141, 83 },
  }
  equal(#r.groups, 3)
  for _, row in r.groups:rows() do
    list({ row.partners, row.total, row.gini, row.vital_count }, expected[row.group], row.group)
  end
  assert(math.abs(r.theil_within - 0.697261881664) < 1e-12)
  assert(math.abs(r.theil_between - 0.172908795757) < 1e-12)
end)

suite.test("growth, and what it is made of", function()
  local r = assert(partner.totals(sales, {
    partners = { partner = roster.partner },
    previous_from_day = "2012-01-01",
    previous_to_day = "2013-01-01",
    from_day = "2013-01-01",
    to_day = "2014-01-01",
  }))
  equal(r.growth:text("previous_total"), "28193631.19")
  equal(("%.3f"):format(100 * r.growth.growth_total), "19.087")
  local states = {}
  for _, row in r.growth.states:rows() do
    states[row.state] = row
  end
  list({ states.new.partners, states.lost.partners, states.grown.partners, states.shrunk.partners }, { 178, 90, 137, 174 })
  list(
    { states.new.change, states.lost.change, states.grown.change, states.shrunk.change },
    { 11863558.52, -5008491.27, 4774829.87, -6248700.19 }
  )
end)

suite.test("change between two years", function()
  local r = pareto({
    previous_from_day = "2012-01-01",
    previous_to_day = "2013-01-01",
    from_day = "2013-01-01",
    to_day = "2014-01-01",
  })
  local moves = { 73, 13, 3, 19, 15, 29, 11, 9, 7, 14, 146, 62, 52, 28, 98, 122 }
  list(r.change.moves.partners:totable(), moves, "move")
  assert(math.abs(r.change.gini - -0.0635580668) < 1e-10)
  for top, share in pairs({ ["1"] = 0.0130134, ["3"] = 0.0375717, ["5"] = 0.0607438 }) do
    assert(math.abs(r.change.at_risk[top] - share) < 5e-8, top)
  end
  equal(#r.partners.previous_class, 701)
end)

-- How many partners of each class by revenue are X, Y, Z or none in the first quarters from 2011 on: the plain
-- calculation of spec/pareto.md. The text there gives the figures of ten quarters.
local function regularity(class_of, quarters)
  local demand, counts = {}, {}
  for i, key in ipairs(sales.partner) do
    local day = sales.day[i]
    local quarter = (day:sub(1, 4) - 2011) * 4 + math.floor((day:sub(5, 6) - 1) / 3) + 1
    demand[key] = demand[key] or {}
    if quarter >= 1 and quarter <= quarters then
      demand[key][quarter] = (demand[key][quarter] or 0) + sales.amount[i]
    end
  end
  for key, by_quarter in pairs(demand) do
    local sum, squares = 0, 0
    for _, revenue in pairs(by_quarter) do
      sum, squares = sum + revenue, squares + revenue ^ 2
    end
    local cv = math.sqrt(quarters * squares - sum ^ 2) / sum
    local name = class_of[key] .. (sum <= 0 and "none" or cv <= 0.5 and "X" or cv <= 1 and "Y" or "Z")
    counts[name] = (counts[name] or 0) + 1
  end
  return counts
end

suite.test("regularity of demand", function()
  local r = pareto({ xyz = "quarter", since_first = false })
  equal(r.xyz.periods, 11)
  equal(r.xyz.from_day, "2011-01-01")
  equal(r.xyz.to_day, "2013-10-01")
  local class_of = {}
  for _, row in r.partners:rows() do
    class_of[row.partner] = row.class
  end
  local spec = regularity(class_of, 10)
  list({ spec.AX, spec.AY, spec.AZ }, { 31, 80, 75 }, "A")
  list({ spec.BX, spec.BY, spec.BZ }, { 6, 19, 100 }, "B")
  list({ spec.CX or 0, spec.CY, spec.CZ, spec.Cnone }, { 0, 27, 292, 5 }, "C")
  local expected, found = regularity(class_of, 11), {}
  for _, row in r.xyz.classes:rows() do
    if row.partners > 0 and row.abc ~= "none" then
      found[row.abc .. row.xyz] = row.partners
    end
  end
  for name, count in pairs(expected) do
    equal(found[name], count, name)
  end
  for name in pairs(found) do
    assert(expected[name], name)
  end
  equal(#r.partners.cv, 701)
end)

suite.test("the tail, where this build can fit one", function()
  if not partner.features().gsl then
    suite.skip("the tail", "this build has no GSL")
    return
  end
  local tail = pareto({ tail = true, threads = "all" }).tail
  equal(tail:text("xmin"), "354607.34")
  equal(tail.n, 74)
  assert(math.abs(tail.alpha - 3.904852) < 5e-7)
  assert(math.abs(tail.ks - 0.09866) < 5e-6)
end)
