-- SPDX-License-Identifier: MIT
-- Win models and the frequency model: the minimum they find, what they take and refuse, bytes, and misuse.
local partner = require("partner")
local suite = require("suite")
local equal, list, near, raises, refuses = suite.equal, suite.list, suite.near, suite.raises, suite.refuses

local E_ARGUMENT, E_DATA, E_TOO_LITTLE, E_UNSUPPORTED = 100, 300, 400, 1000
local gsl = partner.features().gsl

-- Needs a build that can fit models.
local function test(name, body)
  if gsl then
    suite.test(name, body)
  else
    suite.skip(name, "this build is without GSL, and fits no model")
  end
end

-- Numbers that are the same in every Lua: a generator of Park and Miller.
local seed = 20260101
local function random()
  seed = (seed * 16807) % 2147483647
  return seed / 2147483647
end

local ROWS = 200

-- Features of different scales, labels that depend on them; `gaps` of the values are missing.
local function world(gaps)
  seed = 20260101
  local columns, won = { size = {}, age = {}, calls = {} }, {}
  for i = 1, ROWS do
    local size, age, calls = random(), random(), math.floor(random() * 5)
    columns.size[i], columns.age[i], columns.calls[i] = 1000 * size, 50 + 10 * age, calls
    won[i] = random() < 1 / (1 + math.exp(-(3 * size - 2 * age + 0.3 * calls - 1)))
    for _, name in ipairs({ "size", "age", "calls" }) do
      if random() < (gaps or 0) then
        columns[name][i] = 0 / 0
      end
    end
  end
  return columns, won
end

local NAMES = { "age", "calls", "size" } -- in the order of their bytes, which is that of the terms

-- The log-odds by the definition of the terms.
local function odds(m, columns, row)
  local c, sum = m.coefficients, m.intercept
  for t = 1, #c.name do
    local x = columns[c.name[t]][row]
    if c.missing[t] then
      x = x ~= x and 1 or 0
    elseif x ~= x then
      x = c.mean[t]
    end
    sum = sum + c.coefficient[t] * (x - c.mean[t]) / c.deviation[t]
  end
  return sum
end

-- The norm of the gradient of mean log loss + penalty / 2 * sum of squares.
local function gradient(m, columns, won, weight)
  local c, total = m.coefficients, 0
  local sums = { 0 }
  for t = 1, #c.name do
    sums[t + 1] = 0
  end
  for i = 1, #won do
    local w = weight and weight[i] or 1
    local off = w * (1 / (1 + math.exp(-odds(m, columns, i))) - (won[i] and 1 or 0))
    total, sums[1] = total + w, sums[1] + off
    for t = 1, #c.name do
      local x = columns[c.name[t]][i]
      if c.missing[t] then
        x = x ~= x and 1 or 0
      elseif x ~= x then
        x = c.mean[t]
      end
      sums[t + 1] = sums[t + 1] + off * (x - c.mean[t]) / c.deviation[t]
    end
  end
  local squares = (sums[1] / total) ^ 2
  for t = 1, #c.name do
    squares = squares + (sums[t + 1] / total + m.penalty * c.coefficient[t]) ^ 2
  end
  return math.sqrt(squares)
end

test("coefficients are the minimum", function()
  local columns, won = world()
  local m = assert(partner.win_model(columns, won, { penalty = 0.05 }))
  list(m.coefficients.name, NAMES)
  list(m.coefficients.missing, { false, false, false })
  assert(gradient(m, columns, won) < 1e-9, gradient(m, columns, won))
  assert(m.gradient_norm < 1e-10)
  equal(m.penalty, 0.05)
  equal(m.path, nil)
  equal(m.cross_log_loss, nil)
  equal(m.rows, ROWS)
  equal(m.standardised, true)
  local positive = 0
  for i = 1, ROWS do
    positive = positive + (won[i] and 1 or 0)
  end
  equal(m.positive, positive)
  assert(m.iterations > 1 and m.weight == ROWS)
end)

test("missing values have a term of their own", function()
  local columns, won = world(0.1)
  local m = assert(partner.win_model(columns, won, { penalty = 0.05 }))
  list(m.coefficients.name, { "age", "calls", "size", "age", "calls", "size" })
  list(m.coefficients.missing, { false, false, false, true, true, true })
  assert(gradient(m, columns, won) < 1e-9, gradient(m, columns, won))
end)

test("rows have weights", function()
  local columns, won = world()
  local weight = {}
  for i = 1, ROWS do
    weight[i] = i % 4
  end
  local m = assert(partner.win_model(columns, won, { penalty = 0.05, weight = weight }))
  assert(gradient(m, columns, won, weight) < 1e-9)
  equal(m.weight, ROWS / 4 * 6)
end)

test("columns as they are", function()
  local columns, won = world()
  local m = assert(partner.win_model({ age = columns.age }, won, { penalty = 0.001, standardise = false }))
  equal(m.standardised, false)
  list(m.coefficients.mean, { 0 })
  list(m.coefficients.deviation, { 1 })
  assert(gradient(m, columns, won) < 1e-8)
  list(m.coefficients.coefficient, m.coefficients.coefficient_raw)
end)

test("the penalty is found by cross-validation", function()
  local columns, won = world()
  local m = assert(partner.win_model(columns, won))
  equal(#m.path.penalty, 13)
  equal(m.path.penalty[1], 1)
  near(m.path.penalty[13], 1 / (6.25 * ROWS))
  local best = 1
  for i = 2, 13 do
    best = m.path.log_loss[i] < m.path.log_loss[best] and i or best
  end
  equal(m.penalty, m.path.penalty[best])
  equal(m.cross_log_loss, m.path.log_loss[best])
  -- The i-th row of each label goes to fold i mod folds.
  local fold, seen = {}, { [true] = 0, [false] = 0 }
  for i = 1, ROWS do
    fold[i] = seen[won[i]] % 4
    seen[won[i]] = seen[won[i]] + 1
  end
  local given = assert(partner.win_model(columns, won, { folds = 4, fold = fold }))
  equal(given:save(), partner.win_model(columns, won, { folds = 4 }):save())
  assert(given:save() ~= m:save())
  equal(partner.win_model(columns, won, { threads = 3 }):save(), m:save())
  equal(partner.win_model(columns, won, { threads = "all" }):save(), m:save())
end)

test("probabilities and contributions", function()
  local columns, won = world(0.1)
  local m = assert(partner.win_model(columns, won, { penalty = 0.05 }))
  local p, adds = assert(m:predict(columns)), assert(m:contributions(columns))
  equal(#p, ROWS)
  equal(#adds, 6)
  for i = 1, ROWS do
    local sum = m.intercept
    for t = 1, 6 do
      sum = sum + adds[t][i]
    end
    near(p[i], 1 / (1 + math.exp(-sum)))
    assert(math.abs(sum - odds(m, columns, i)) < 1e-12)
  end
  -- Columns outlive what they came from.
  local last = adds[6]:totable()
  local kept = adds[6]
  m:close()
  adds, m = nil, nil -- luacheck: ignore
  collectgarbage()
  list(kept:totable(), last)
end)

test("columns without names, and of every kind", function()
  local columns, won = world(0.1)
  local named = assert(partner.win_model(columns, won, { penalty = 0.05 }))
  local expected = named:predict(columns):totable()
  local listed = { columns.age, columns.calls, columns.size }
  local m = assert(partner.win_model(listed, won, { penalty = 0.05 }))
  list(m.coefficients.name, { 1, 2, 3, 1, 2, 3 })
  list(m.coefficients.coefficient, named.coefficients.coefficient)
  list(m:predict(listed):totable(), expected)
  -- Gaps as nil and as null, labels as numbers, a host's memory.
  local gaps, ones = {}, {}
  for _, name in ipairs(NAMES) do
    gaps[name] = { n = ROWS }
    for i = 1, ROWS do
      local x = columns[name][i]
      if x == x then
        gaps[name][i] = x
      elseif i % 2 == 0 then
        gaps[name][i] = partner.null
      end
    end
  end
  for i = 1, ROWS do
    ones[i] = won[i] and 1 or 0
  end
  list(partner.win_model(gaps, ones, { penalty = 0.05 }):predict(gaps):totable(), expected)
  if string.pack or jit then
    local function packed(name)
      if string.pack then
        return partner.column(suite.pack("d", columns[name]), "f64")
      end
      local array = require("ffi").new("double[?]", ROWS, columns[name])
      return partner.column(array, "f64", ROWS)
    end
    local host = { age = packed("age"), calls = packed("calls"), size = packed("size") }
    list(partner.win_model(host, won, { penalty = 0.05 }):predict(host):totable(), expected)
  end
  -- What a model says can be what another learns from.
  local again = assert(partner.win_model({ p = named:predict(columns) }, won, { penalty = 0.01 }))
  assert(again.coefficients.coefficient[1] > 0)
  -- Booleans are 1 and 0.
  local flags, numbers = {}, {}
  for i = 1, ROWS do
    flags[i] = columns.calls[i] > 2
    numbers[i] = flags[i] and 1 or 0
  end
  equal(
    partner.win_model({ x = flags }, won, { penalty = 1 }):save(),
    partner.win_model({ x = numbers }, won, { penalty = 1 }):save()
  )
end)

test("rows may be missing at the end of a list", function()
  local m = assert(partner.win_model({ x = { 1, 2, 3 }, y = { 5 } }, { true, false, true }, { penalty = 1 }))
  equal(#m.coefficients.name, 3)
  equal(#m:predict({ x = { 1, 2, 3, 4 }, y = { 5, 5 } }), 4)
  equal(#m:predict({ x = {}, y = {} }), 0)
end)

test("bytes go and come back to the bit", function()
  local columns, won = world(0.1)
  for _, options in ipairs({ { penalty = 0.05 }, {}, { standardise = false, penalty = 2 } }) do
    local m = assert(partner.win_model(columns, won, options))
    local again = assert(partner.load_win_model(m:save()))
    equal(again:save(), m:save())
    list(again:predict(columns):totable(), m:predict(columns):totable())
    list(again.coefficients.name, m.coefficients.name)
    equal(again.penalty, m.penalty)
  end
  local listed = { columns.age }
  local m = assert(partner.win_model(listed, won, { penalty = 1 }))
  equal(partner.load_win_model(m:save()):save(), m:save())
  list(partner.load_win_model(m:save()).coefficients.name, { 1, 1 })
  local bytes = m:save()
  for at = 0, #bytes - 1, 5 do
    local _, _, code = partner.load_win_model(bytes:sub(1, at))
    equal(code, E_DATA)
    local wrong = bytes:sub(1, at) .. string.char((bytes:byte(at + 1) + 16) % 256) .. bytes:sub(at + 2)
    local found, message = partner.load_win_model(wrong)
    equal(found, nil)
    assert(type(message) == "string")
  end
end)

test("features are found by name", function()
  local columns, won = world()
  local m = assert(partner.win_model(columns, won, { penalty = 1 }))
  local place = { field = "value", record = "features" }
  refuses(E_DATA, place, { 'column "age" is missing' }, m:predict({ size = columns.size, calls = columns.calls }))
  local more = { size = columns.size, calls = columns.calls, age = columns.age, other = columns.age }
  raises({ 'no feature "other"' }, m.predict, m, more)
  raises({ "without names" }, m.predict, m, { columns.age })
  local bare = assert(partner.win_model({ columns.age }, won, { penalty = 1 }))
  raises({ "fitted to columns without" }, bare.predict, bare, columns)
  refuses(E_ARGUMENT, {}, { "2 columns" }, bare:predict({ columns.age, columns.size }))
end)

test("what is refused, and where", function()
  local won = { true, false, true, false }
  local features = { row = 2, field = "value", record = "features" }
  refuses(E_DATA, features, { "features row 2", 'column "x"', "found a string", "encode text" },
    partner.win_model({ x = { 1, "2", 3, 4 } }, won))
  refuses(E_DATA, features, { "features row 2", "column 1", "found a table" },
    partner.win_model({ { 1, {}, 3, 4 } }, won))
  local infinite = { row = 3, index = 0, field = "value", record = "features" }
  refuses(E_DATA, infinite, { "features row 3", 'column "x" is inf' },
    partner.win_model({ x = { 1, 2, 1 / 0, 4 } }, won))
  refuses(E_DATA, { row = 5, field = "value", record = "features" }, { 'column "x" has 5 rows, expected 4' },
    partner.win_model({ x = { 1, 2, 3, 4, 5 } }, won))
  refuses(E_DATA, { row = 4, field = "value", record = "features" }, { 'column "x" has 3 rows, expected 4' },
    partner.win_model({ x = { 1, 2, 3, n = 3 } }, won))
  local labels = { row = 2, field = "label", record = "labels" }
  refuses(E_DATA, labels, { "labels row 2: found 2, expected true or false" },
    partner.win_model({ { 1, 2, 3 } }, { 1, 2, 0 }))
  refuses(E_DATA, labels, { "labels row 2: found nothing" }, partner.win_model({ { 1, 2, 3 } }, { 1, partner.null, 0 }))
  refuses(E_DATA, labels, { "labels row 2: found a string" }, partner.win_model({ { 1, 2, 3 } }, { 1, "won", 0 }))
  refuses(E_TOO_LITTLE, {}, { "expected both to learn from" }, partner.win_model({ { 1, 2 } }, { true, true }))
  refuses(E_TOO_LITTLE, {}, { "expected both to learn from" }, partner.win_model({ {} }, {}))
  refuses(E_DATA, { row = 2, field = "weight", record = "features" }, { "features row 2: weight is -1" },
    partner.win_model({ { 1, 2, 3, 4 } }, won, { weight = { 1, -1, 1, 1 } }))
  refuses(E_DATA, { row = 2, field = "weight", record = "weight" }, { "weight row 2: found a boolean" },
    partner.win_model({ { 1, 2, 3, 4 } }, won, { weight = { 1, true, 1, 1 } }))
  refuses(E_DATA, { field = "weight", record = "weight" }, { "weight has 3 rows, expected 4" },
    partner.win_model({ { 1, 2, 3, 4 } }, won, { weight = { 1, 1, 1 } }))
  refuses(E_DATA, { row = 4, field = "fold", record = "features" }, { "features row 4: fold is 5" },
    partner.win_model({ { 1, 2, 3, 4 } }, won, { fold = { 0, 1, 2, 5 } }))
  refuses(E_DATA, { row = 1, field = "fold", record = "fold" }, { "fold row 1", "whole number from 0" },
    partner.win_model({ { 1, 2, 3, 4 } }, won, { fold = { 0.5, 1, 2, 3 } }))
end)

suite.test("options out of range", function()
  local bad = {
    penalty = { 0, -1, 1 / 0, 0 / 0, "much", true },
    folds = { 1, 101, 2.5, "five" },
    standardise = { 1, "yes" },
    threads = { 0, -1, 1.5, "some", true },
  }
  for name, values in pairs(bad) do
    for _, value in ipairs(values) do
      refuses(E_ARGUMENT, { field = name }, { name .. ": found", "expected" },
        partner.win_model({ { 1, 2 } }, { true, false }, { [name] = value }))
    end
  end
end)

suite.test("misuse", function()
  local won = { true, false }
  raises({ "partner.win_model", "expected a table of columns", "nil" }, partner.win_model, nil, won)
  raises({ "found an empty one" }, partner.win_model, {}, won)
  raises({ "with names and without" }, partner.win_model, { { 1, 2 }, x = { 1, 2 } }, won)
  raises({ "named by a boolean" }, partner.win_model, { [true] = { 1, 2 } }, won)
  raises({ "column 1", "found a number" }, partner.win_model, { 1, 2 }, won)
  raises({ 'column "x"', "found a string" }, partner.win_model, { x = "text" }, won)
  raises({ "labels", "found a nil" }, partner.win_model, { { 1, 2 } })
  raises({ 'no option "lambda"' }, partner.win_model, { { 1, 2 } }, won, { lambda = 1 })
  raises({ 'no option "fodls"', 'did you mean "folds"?' }, partner.win_model, { { 1, 2 } }, won, { fodls = 1 })
  raises({ "option weight", "found a number" }, partner.win_model, { { 1, 2 } }, won, { weight = 3 })
  raises({ 'no option "penalty"' }, partner.frequency_model, { { 1, 2 } }, won, { penalty = 1 })
  raises({ "table expected" }, partner.win_model, { { 1, 2 } }, won, 5)
  raises({ "string expected" }, partner.load_win_model, nil)
  refuses(E_DATA, {}, {}, partner.load_win_model("nonsense"))
end)

test("a model that is closed, and names that are wrong", function()
  local m = assert(partner.win_model({ { 1, 2 } }, { true, false }, { penalty = 1 }))
  equal(tostring(m), "partner.win_model of 1 features, fitted to 2 rows")
  raises({ 'no "penalti"', 'did you mean "penalty"?' }, function()
    return m.penalti
  end)
  raises({ "expected a win model", "colon" }, m.predict, { { 1 } })
  m:close()
  m:close()
  equal(tostring(m), "partner.win_model (closed)")
  raises({ "closed" }, m.predict, m, { { 1 } })
  raises({ "closed" }, function()
    return m.penalty
  end)
end)

test("finalizers that close the model, or change what is read", function()
  local columns, won = world()
  local expected = partner.win_model(columns, won, { penalty = 1 }):predict(columns):totable()
  local m = assert(partner.win_model(columns, won, { penalty = 1 }))
  local ok = suite.eagerly(function()
    suite.finalize(function()
      m:close()
    end)
    for _ = 1, 50 do
      list(m:predict(columns):totable(), expected)
      assert(#m.coefficients.name == 3)
      assert(#m:save() > 0)
      assert(#m:contributions(columns) == 3)
    end
  end)
  equal(ok, false) -- sooner or later it is closed, which is an error and no crash
  suite.eagerly(function()
    for round = 1, 50 do
      local some = { a = { 1, 2, 3 }, b = { 3, 2, 1 }, c = { 1, 1, 2 } }
      suite.finalize(function()
        some.b, some["d" .. round] = nil, { 1 }
      end)
      pcall(partner.win_model, some, { true, false, true }, { penalty = 1 })
    end
  end)
end)

-- --- the frequency model ---

-- Naive Bayes by its definition: counts + 0.1, totals = sums of the cells, clamped.
local function bayes(columns, won, asked, rows)
  local won_rows = 0
  for i = 1, #won do
    won_rows = won_rows + (won[i] and 1 or 0)
  end
  local found = {}
  for row = 1, rows do
    local sum = math.log(won_rows) - math.log(#won - won_rows)
    for name, column in pairs(columns) do
      local cells, total = {}, { [true] = 0, [false] = 0 }
      for i = 1, #won do
        local level = column[i]
        if level ~= nil then
          cells[level] = cells[level] or { [true] = 0.1, [false] = 0.1 }
          cells[level][won[i]] = cells[level][won[i]] + 1
        end
      end
      for _, cell in pairs(cells) do
        total[true], total[false] = total[true] + cell[true], total[false] + cell[false]
      end
      local cell = asked[name][row] ~= nil and cells[asked[name][row]]
      if cell then
        sum = sum + math.log(cell[true] / total[true]) - math.log(cell[false] / total[false])
      end
    end
    found[row] = math.min(math.max(1 / (1 + math.exp(-sum)), 0.0001), 0.9999)
  end
  return found
end

suite.test("frequencies are those of the definition", function()
  seed = 7
  local deals, won = { source = {}, size = {}, known = {} }, {}
  for i = 1, 120 do
    deals.source[i] = ({ "web", "fair", "call" })[1 + math.floor(3 * random())]
    deals.size[i] = math.floor(4 * random())
    deals.known[i] = random() < 0.5
    won[i] = random() < (deals.source[i] == "web" and 0.6 or 0.2)
  end
  deals.source[5] = nil
  local m = assert(partner.frequency_model(deals, won))
  equal(tostring(m), "partner.frequency_model of 3 features")
  local p, expected = assert(m:predict(deals)), bayes(deals, won, deals, 120)
  for i = 1, 120 do
    near(p[i], expected[i], "row " .. i)
  end
  local asked = { source = { "web", "unheard of" }, size = { 3, 99, 1 }, known = { true, n = 3 } }
  p, expected = assert(m:predict(asked)), bayes(deals, won, asked, 3)
  equal(#p, 3)
  for i = 1, 3 do
    near(p[i], expected[i])
  end
  local listed = assert(partner.frequency_model({ deals.source }, won))
  expected = bayes({ deals.source }, won, { deals.source }, 120)
  p = listed:predict({ deals.source })
  for i = 1, 120 do
    near(p[i], expected[i])
  end
end)

suite.test("weights of the frequency model", function()
  local once = assert(partner.frequency_model({ { "a", "b", "b" } }, { true, false, true }, { weight = { 2, 1, 1 } }))
  local twice = assert(partner.frequency_model({ { "a", "a", "b", "b" } }, { true, true, false, true }))
  local p, q = once:predict({ { "a", "b" } }), twice:predict({ { "a", "b" } })
  near(p[1], q[1])
  near(p[2], q[2])
end)

suite.test("what the frequency model refuses", function()
  local place = { row = 2, field = "level", record = "features" }
  refuses(E_DATA, place, { "features row 2", "found 1.5" }, partner.frequency_model({ { 1, 1.5 } }, { true, false }))
  refuses(E_DATA, place, { "features row 2", "found a table" },
    partner.frequency_model({ { "a", {} } }, { true, false }))
  refuses(E_TOO_LITTLE, {}, { "without weight" }, partner.frequency_model({ {} }, {}))
  refuses(E_DATA, { row = 1, field = "label", record = "labels" }, { "labels row 1" },
    partner.frequency_model({ { "a" } }, { "won" }))
  local m = assert(partner.frequency_model({ x = { "a", "b" } }, { true, false }))
  refuses(E_DATA, { field = "value", record = "features" }, { 'column "x" is missing' }, m:predict({}))
  local two = assert(partner.frequency_model({ { "a", "b" } }, { true, false }))
  refuses(E_ARGUMENT, { record = "features" }, { "2 columns, expected the model's 1" },
    two:predict({ { "a" }, { "b" } }))
  m:close()
  raises({ "closed" }, m.predict, m, { x = { "a" } })
  raises({ "colon" }, two.predict, { { "a" } })
end)

if not gsl then
  suite.test("a build without GSL says so", function()
    refuses(E_UNSUPPORTED, {}, { "without GSL" }, partner.win_model({ { 1, 2 } }, { true, false }))
  end)
end
