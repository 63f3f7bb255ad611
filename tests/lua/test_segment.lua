-- SPDX-License-Identifier: MIT
-- Segmentation: the small channel by hand (its arithmetic is in tests/python/test_segment.py), what goes wrong, and
-- natural breaks and allocation by themselves.
local partner = require("partner")
local suite = require("suite")
local equal, list, near = suite.equal, suite.list, suite.near

local null = partner.null
local sales = {
  partner = { "Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar" },
  day = { "2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20" },
  amount = { 500, 310, 100, 60, 40, -10 },
}
local interactions = {
  partner = { "Aster", "Aster", "Aster", "Birch", "Birch", "Birch", "Cedar", "Cedar", "Dahlia" },
  day = {
    "2026-01-14",
    "2026-03-10",
    "2026-03-11",
    "2026-02-01",
    "2026-02-20",
    "2026-03-01",
    "2026-02-18",
    "2026-04-19",
    "2026-04-02",
  },
  kind = { "order", "order", "order", "training", "joint-visit", "training", "order", "training", "design-in" },
}
local partners = { partner = { "Aster", "Birch", "Cedar", "Dahlia", "Elder" } }
local rules = {
  bands = { method = "thresholds", thresholds = { 300 } },
  mode = { prior = { a = 1, b = 1 }, unit = 1, half_life_days = 0 },
}

-- Columns, some of them changed.
local function with(columns, changed)
  local all = {}
  for name, column in pairs(columns) do
    all[name] = column
  end
  for name, column in pairs(changed or {}) do
    all[name] = column
  end
  return all
end

local function small(changed)
  return partner.segment(sales, with({ interactions = interactions, partners = partners, rules = rules }, changed))
end

suite.test("bands, modes and segments", function()
  local r = assert(small())
  local p = r.partners
  list(p.partner:totable(), partners.partner)
  list(p.revenue:totable(), { 560, 310, 90, 40, 0 })
  list(p.band:totable(), { "high", "high", "low", "low", "low" })
  list(p.mode:totable(), { "transactional", "consultative", "mixed", "mixed", "unknown" })
  list(p.segment:totable(), { "volume", "strategic", "watch", "watch", "watch" })
  for i, share in ipairs({ 1 / 5, 4 / 5, 1 / 2, 2 / 3, 1 / 2 }) do
    near(p.consultative_share[i], share)
  end
  near(p.p_consultative[2], 15 / 16)
  near(p.p_transactional[1], 15 / 16)
  near(p.low[4], 0.05 ^ 0.5)
  list(p.headroom:totable(), { 56, 62.5, 180, 80, 62 })
  list(p.reference:totable(), { 616, 372.5, 270, 120, 62 })
  list(p.priority:totable(), { 0, 0.5, 1, 0.75, 0.25 })
  equal(r.threshold, 0.5)
  equal(r.prior_from, "given")
  equal(r.with_evidence, 4)
  equal(r:text("revenue"), "1000.00")
  list(r.bands.band:totable(), { "high", "low" })
  list({ r.bands[1].from, r.bands[2].from }, { 300, nil })
  local named = {}
  for _, row in r.segments:rows() do
    named[row.segment] = row.partners
  end
  list({ named.volume, named.strategic, named.watch }, { 1, 1, 3 })
  for _, name in ipairs({ "allocation", "assumptions", "moves", "movers", "dimensions" }) do
    equal(r[name], nil, name)
  end
end)

suite.test("sales alone are enough: the default rules count", function()
  local r = assert(partner.segment(sales))
  list(r.partners.segment:totable(), { "align", "align", "watch", "watch" })
  list(r.partners.mode:totable(), { "unknown", "unknown", "unknown", "unknown" })
  list(r.bands.band:totable(), { "high", "low" })
  equal(r.bands[1].from, 310)
  for _, none in ipairs({ {}, { rules = "{}" }, { rules = {} } }) do
    local other = assert(partner.segment(sales, none))
    list(other.partners.segment:totable(), r.partners.segment:totable())
  end
  local kinds = assert(partner.segment(sales, { interactions = interactions, partners = partners }))
  list({ kinds.partners.mode[1], kinds.partners.mode[2] }, { "transactional", "consultative" })
  equal(kinds.prior_from, "uniform")
end)

suite.test("rules are a config of their own, called segments", function()
  local made = assert(partner.segments(rules))
  assert(#made.sentences > 1)
  list(made.warnings, {})
  list(made.names.band, { "low", "high" })
  list(assert(small({ rules = made })).partners.segment:totable(), { "volume", "strategic", "watch", "watch", "watch" })
  equal(partner.describe("segment").inputs[2].name, "rules")
  equal(partner.describe("segment").inputs[2].config, "segments")
  local process = assert(partner.process({ stages = { { id = "a", milestones = { { id = "m" } } } } }))
  suite.raises(
    { "partner.segment: expected rules as a table", "what partner.segments gives, found what partner.process gives" },
    small,
    { rules = process }
  )
  suite.raises({ "expected rules as a table", "found a number" }, small, { rules = 5 })
end)

suite.test("hours", function()
  local r = assert(small({ budget = 30 }))
  local sum = 0
  for i = 1, #r.partners do
    sum = sum + r.partners.hours[i]
  end
  near(sum, 30)
  near(r.allocation.spent, 30)
  assert(r.allocation.lambda > 0 and r.allocation.gain > 0)
  equal(r.allocation.gain_now, nil)
  equal(#r.assumptions, 4)
  list(r.assumptions.mode:totable(), { "unknown", "transactional", "mixed", "consultative" })
  list(r.assumptions.hours:totable(), { 60, 20, 60, 40 })
  r = assert(small({ budget = 10, sensitivity = true, partners = with(partners, { hours = { 2, 1, 0, 5, 2 } }) }))
  equal(r.allocation.spent_now, 10)
  assert(r.allocation.gain >= r.allocation.gain_now)
  assert(#r.allocation.sensitivity >= 4)
end)

suite.test("alignment", function()
  local r = assert(small({
    alignment = {
      partner = { "Aster", "Aster", "Birch" },
      dimension = { "price", "delivery", "training" },
      expects = { 5, 3, 2 },
      experiences = { 0.9, 0.6, 1 },
    },
  }))
  near(r.partners.alignment[1], 1 - 1.7 / 8)
  equal(r.partners.largest_gap[1], "delivery")
  equal(r.partners.largest_gap[2], nil)
  list(r.dimensions.dimension:totable(), { "price", "delivery", "training" })
end)

suite.test("two periods: who moved and why", function()
  local function both(first, second)
    local all = {}
    for _, part in ipairs({ first, second }) do
      for _, value in ipairs(part) do
        all[#all + 1] = value
      end
    end
    return all
  end
  local old = "2025-05-02"
  local r = assert(partner.segment({
    partner = both(sales.partner, { "Aster", "Birch", "Cedar" }),
    day = both(sales.day, { "2025-05-01", "2025-06-01", "2025-07-01" }),
    amount = both(sales.amount, { 400, 200, 90 }),
  }, {
    interactions = {
      partner = both(interactions.partner, { "Aster", "Aster", "Aster", "Birch", "Birch", "Birch", "Cedar", "Cedar" }),
      day = both(interactions.day, { old, old, old, old, old, old, old, old }),
      kind = both(interactions.kind, { "order", "order", "order", "order", "order", "order", "order", "training" }),
    },
    rules = rules,
    from_day = "2026-01-01",
    to_day = "2027-01-01",
    previous_from_day = "2025-01-01",
    previous_to_day = "2026-01-01",
  }))
  -- 310 is within 5 % of the edge, and 15/16 is less sure than 0.95.
  list(r.partners.band:totable(), { "high", "low", "low", "low" })
  list(r.partners.mode:totable(), { "transactional", "mixed", "mixed", "mixed" })
  local mover = r.movers[1]
  list({ mover.partner, mover.from, mover.to }, { "Birch", "self-service", "watch" })
  list({ mover.previous_mode, mover.mode }, { "transactional", "mixed" })
  near(mover.p_consultative, 15 / 16)
  assert(r:explain(1):find("mixed instead of transactional", 1, true), r:explain(1))
  equal(r:explain(#r.movers + 1), nil)
  equal(r.partners.previous_segment[4], "watch") -- Dahlia, without revenue
  suite.raises({ "this result has no movers to explain" }, function()
    return assert(small()):explain(1)
  end)
end)

suite.test("what to act on", function()
  local advice = assert(small({ budget = 30 })):advice()
  equal(#advice, 2)
  -- Ids stand where the library has marks.
  local named = 0
  for _, text in ipairs(advice) do
    assert(#text > 20 and not text:find("{partner:", 1, true), text)
    for _, id in ipairs(partners.partner) do
      named = named + (text:find(id, 1, true) and 1 or 0)
    end
  end
  assert(named > 0, advice[1])
  -- Without a dictionary the indexes themselves.
  local bare = assert(partner.segment(with(sales, {
    partner = partner.indexes({ 0, 1, 2, 0, 3, 2 }),
  }), { budget = 30 })):advice()
  assert(not bare[1]:find("{", 1, true), bare[1])
  -- Nobody: nothing to do.
  equal(assert(partner.breaks({ value = { 1, 2 } })):advice(), nil)
  local closed = assert(small())
  closed:close()
  suite.raises({ "the result is closed" }, closed.advice, closed)
  suite.raises({ "expected a result" }, closed.advice, 5)
end)

local function replaced(columns, name, row, value)
  local values = {}
  for i = 1, #columns[name] do
    values[i] = columns[name][i]
  end
  values[row] = value
  return with(columns, { [name] = values })
end

suite.test("bad rows", function()
  local _, message, code, place = small({ interactions = replaced(interactions, "kind", 5, "lunch") })
  assert(message:find("interactions row 5: kind", 1, true), message)
  assert(message:find("order", 1, true), message)
  assert(message:find('is "lunch")', 1, true), message)
  list({ code, place.record, place.field, place.row }, { 300, "interactions", "kind", 5 })
  _, message, code, place = small({ interactions = with(interactions, { effort = { 1, 1, -2, 1, 1, 1, 1, 1, 1 } }) })
  assert(message:find("interactions row 3: effort is -2", 1, true), message)
  list({ code, place.field, place.row }, { 300, "effort", 3 })
  _, message, code, place = small({ partners = with(partners, { strategic = { 0.5, null, 1.5, null, null } }) })
  assert(message:find("partners row 3: strategic of partner 2 is 1.5, expected a rating", 1, true), message)
  assert(message:find('(partner 2 is "' .. partners.partner[3] .. '")', 1, true), message)
  list({ code, place.record, place.field, place.row }, { 300, "partners", "strategic", 3 })
  _, message, code = small({ budget = 10, partners = with(partners, { hours_min = { 4, 4, 4, null, null } }) })
  assert(message:find("12", 1, true) and message:find("10", 1, true), message)
  equal(code, 300)
end)

suite.test("bad rules", function()
  for path, wrong in pairs({
    ["$.band"] = { band = {} },
    ["$.bands.count"] = { bands = { count = 9 } },
    ["$.mode.threshold"] = { mode = { threshold = 2 } },
    ["$.segments[0].band"] = { segments = { { id = "x", band = "middle", mode = "mixed" } } },
  }) do
    local _, message, code, place = small({ rules = wrong })
    assert(message:find("rules: " .. path, 1, true) == 1, message)
    list({ code, place.record, place.path }, { 300, "rules", path })
    _, message, code, place = partner.segments(wrong)
    assert(message:find("segments: " .. path, 1, true) == 1, message)
    list({ code, place.path }, { 300, path })
  end
  suite.raises({ '"budgt"', '"budget"' }, small, { budgt = 5 })
end)

suite.test("breaks", function()
  local r = assert(partner.breaks({ value = { 31, 1, 10, 2, 30, 11, 3, 12 } }, { classes = 3 }))
  list(r.rows.class:totable(), { 2, 0, 1, 0, 2, 1, 0, 1 })
  list(r.classes.lowest:totable(), { 1, 10, 30 })
  list(r.classes.highest:totable(), { 3, 12, 31 })
  list(r.classes.count:totable(), { 3, 3, 2 })
  equal(r.within, 4.5)
  near(r.fit, 1 - 4.5 / r.total)
  equal(assert(partner.breaks({ value = { 5, 5 } })).fit, nil)
  local _, message, code, place = partner.breaks({ value = { 1, 1 / 0 } })
  assert(message:find("numbers row 2", 1, true), message)
  list({ code, place.record, place.field, place.row }, { 300, "numbers", "value", 2 })
end)

suite.test("allocation", function()
  local returns = { partner = { "Aster", "Birch", "Cedar" }, gain = { 1000, 500, 0 }, scale = { 40, 20, 20 } }
  returns.floor = { null, null, 1 }
  local r = assert(partner.allocation(returns, { budget = 61 }))
  for i, hours in ipairs({ 40, 20, 1 }) do
    near(r.partners.hours[i], hours)
  end
  assert(math.abs(r.lambda - 25 / math.exp(1)) < 1e-9 * r.lambda)
  near(r.gain, 1500 * (1 - 1 / math.exp(1)))
  list(r.partners.bound:totable(), { "none", "none", "floor" })
  list(r.partners.partner:totable(), returns.partner)
  equal(assert(partner.allocation(with(returns, { hours = { 10, 30, 1 } }))).budget, 41)
  local _, message, code, place = partner.allocation(with(returns, { gain = { 1, -1, 0 } }), { budget = 5 })
  assert(message:find("returns row 2 (partner 1): gain is -1", 1, true), message)
  list({ code, place.record, place.field, place.row }, { 300, "returns", "gain", 2 })
end)
