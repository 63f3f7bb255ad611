-- SPDX-License-Identifier: MIT
-- Pipelines: a small one by hand (that of examples/pipeline.c, with the arithmetic in tests/python/test_pipeline.py), and
-- what goes wrong; measures by hand.
local partner = require("partner")
local suite = require("suite")
local equal, list, near = suite.equal, suite.list, suite.near

local process = {
  stages = {
    {
      id = "qualified",
      milestones = {
        { id = "budget", weight = 2, question = "Who has set the money aside?" },
        { id = "need" },
      },
    },
    {
      id = "proposed",
      milestones = { { id = "offer", valid_days = 30, question = "Does the customer still look at your offer?" } },
    },
  },
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

local null = partner.null
local deals = {
  deal = { "D0", "D1", "D2", "D3", "D4" },
  partner = { "Aster", "Birch", "Aster", "Birch", "Aster" },
  opened = { "2026-01-05", "2026-01-12", "2026-02-02", "2026-02-02", "2026-03-02" },
  closed = { "2026-03-13", "2026-02-27", null, null, null },
  outcome = { "won", "lost", "open", "open", "open" },
  amount = { 12000, 8000, 15000, 20000, null },
  customer = { "C5", "C6", "C7", "C7", "C8" },
  registered = { null, null, "2026-02-02", "2026-02-04", null },
}
local milestones = {
  deal = { "D0", "D0", "D0", "D1", "D2", "D2", "D2", "D3" },
  milestone = { "need", "budget", "offer", "need", "need", "budget", "offer", "need" },
  day = {
    "2026-01-07",
    "2026-01-17",
    "2026-02-16",
    "2026-01-17",
    "2026-02-06",
    "2026-02-11",
    "2026-02-16",
    "2026-02-16",
  },
}
local claims = { deal = { "D2", "D3" }, day = { "2026-03-08", "2026-03-08" }, stage = { "2", "proposed" } }

-- The small one, with some inputs or options changed.
local function small(changed)
  local options = with({
    milestones = milestones,
    claims = claims,
    as_of_day = "2026-03-28",
    state_only = true,
  }, changed)
  local rows = options.deals or deals
  options.deals = nil
  return partner.pipeline(process, rows, options)
end

local function column(table_of, name)
  local values = {}
  for i, row in table_of:rows() do
    values[i] = tostring(row[name])
  end
  return values
end

suite.test("where deals stand", function()
  local r = assert(small())
  list(r.deals.deal:totable(), deals.deal)
  list(r.deals.objective_stage:totable(), { 2, 0, 1, 0, 0 })
  list(column(r.deals, "stage"), { "nil", "qualified", "proposed", "qualified", "qualified" })
  list({ r.deals.stage[1], r.deals.stage[2], r.deals.stage[3] }, { nil, "qualified", "proposed" })
  list(r.deals.score:totable(), { 100, 25, 75, 25, 0 })
  list(column(r.deals, "since"), { "2026-02-16", "2026-01-12", "2026-03-18", "2026-02-02", "2026-03-02" })
  list(column(r.deals, "overclaim"), { "nil", "nil", "1", "1", "nil" })
  list(r.deals.covered:totable(), { 65, 30, 40, 30, 0 })
  list(r.deals.visibility:totable(), { "clear", "partial", "partial", "partial", "none" })
  list({ r.open, r.won, r.lost, r.overclaimed }, { 3, 1, 1, 2 })
  list(r.visibility.partner:totable(), { "Aster", "Birch" })
  near(r.visibility[1].share.clear, 1 / 3)
  near(r.visibility[1].amount_share.partial, 15 / 27)
  equal(r.visibility[2].of_class.partial, 2)
  equal(r.forecast, nil)
  equal(r.rates, nil)
end)

suite.test("what to doubt, and who holds a customer", function()
  local r = assert(small())
  list(r.doubts.deal:totable(), { "D2", "D3", "D4", "D4" })
  list(r.doubts.milestone:totable(), { "offer", "budget", "budget", "need" })
  list(r.doubts.reason:totable(), { "stale", "never_reported", "never_reported", "never_reported" })
  equal(r.doubts[1].question, "Does the customer still look at your offer?")
  equal(r.doubts[1].effect, nil)
  equal(r:explain(4), "In work is qualified, but need was never reported.")
  equal(
    r:explain(2, "doubts"),
    "Claimed to be in proposed, but budget of qualified was never reported; ask: Who has set the money aside?"
  )
  equal(#r.registrations, 1)
  equal(r.registrations[1].deal, "D2")
  equal(tostring(r.registrations[1].to), "2026-04-17")
  equal(r.registrations[1].ended_by, "lapsed")
  equal(r.contenders[1].deal, "D3")
  local why = "Holds from 2026-02-02: it was registered before 1 other; on 2026-04-17 it lapses after 60 days without "
  equal(r:explain(1, "registrations"), why .. "progress.")
  equal(r:explain(2, "registrations"), nil)
  suite.raises({ '"deals"', 'expected "doubts" or "registrations"' }, r.explain, r, 1, "deals")
  local nobody = assert(small({ deals = with(deals, { registered = { n = 5 } }) }))
  equal(nobody.registrations, nil)
  suite.raises({ "this result has no registrations to explain" }, nobody.explain, nobody, 1, "registrations")
end)

suite.test("a claimed stage is an id or a number", function()
  for _, stage in ipairs({ { 2, 1 }, { "2", "1" }, { "2", "proposed" } }) do
    local r = assert(small({ claims = with(claims, { stage = stage }) }))
    list(column(r.deals, "claimed"), { "nil", "nil", "2", "1", "nil" })
    r = assert(small({ deals = with(deals, { claimed_stage = { null, null, stage[1], stage[2], null } }), claims = {
      deal = {},
      day = {},
    } }))
    list(column(r.deals, "claimed"), { "nil", "nil", "2", "1", "nil" })
  end
end)

suite.test("rows added later change nothing", function()
  local r = assert(small({ as_of_day = "2026-02-20" }))
  list({ r.open, r.won, #r.deals }, { 4, 0, 4 })
  list(r.deals.objective_stage:totable(), { 2, 0, 2, 0 })
  list(column(r.deals, "claimed"), { "nil", "nil", "nil", "nil" })
end)

local function replaced(columns, name, row, value)
  local values = {}
  for i = 1, #columns.deal do
    values[i] = columns[name][i]
  end
  values[row] = value
  return with(columns, { [name] = values })
end

suite.test("bad rows", function()
  local function refuses(place, parts, changed)
    suite.refuses(300, place, parts, small(changed))
  end
  refuses(
    { record = "deals", field = "deal", row = 4 },
    { 'deals row 4: deal: "D1" stands in row 2 already' },
    { deals = replaced(deals, "deal", 4, "D1") }
  )
  local _, message, code, place = small({ milestones = replaced(milestones, "milestone", 3, "ofer") })
  assert(message:find("milestones row 3: milestone index %d is not in the process, expected one of its 3"), message)
  list({ code, place.record, place.field, place.row }, { 300, "milestones", "milestone", 3 })
  refuses(
    { record = "milestones", field = "deal", row = 8, index = 5 },
    { "milestones row 8: there is no deal 5, expected one of the deals table" },
    { milestones = replaced(milestones, "deal", 8, "D9") }
  )
  refuses(
    { record = "claims", field = "deal", row = 2, index = 5 },
    { "claims row 2: there is no deal 5" },
    { claims = replaced(claims, "deal", 2, "D9") }
  )
  _, message, code, place = small({ claims = replaced(claims, "stage", 1, "3") })
  assert(message:find("claims row 1: stage index %d is no stage of the process, expected the id of one or"), message)
  list({ code, place.record, place.field, place.row }, { 300, "claims", "stage", 1 })
  refuses(
    { record = "claims", field = "probability", row = 2 },
    { "claims row 2: probability is 1.5, expected 0 to 1" },
    { claims = with(claims, { probability = { 0.5, 1.5 } }) }
  )
  local index = { record = "deals", field = "closed", row = 1 }
  _, message, code, place = small({ deals = replaced(deals, "closed", 1, "2026-01-04") })
  assert(message:find("deals row 1: closed .* before opened .*, expected closed not before opened"), message)
  list({ code, place.record, place.field, place.row }, { 300, index.record, index.field, index.row })
  _, message, code, place = small({ deals = replaced(deals, "outcome", 3, "won") })
  assert(message:find("deals row 3: outcome is won but there is no closing day, expected both or neither"), message)
  list({ code, place.field, place.row }, { 300, "closed", 3 })
  _, message, code, place = small({ deals = replaced(deals, "outcome", 2, "open") })
  assert(message:find("deals row 2: closed .* but the outcome is open, expected won or lost"), message)
  list({ code, place.field, place.row }, { 300, "outcome", 2 })
end)

suite.test("bad processes", function()
  local function refuses(path, part, wrong)
    suite.refuses(300, { record = "process", path = path }, { "process: " .. path, part }, partner.pipeline(wrong, deals))
  end
  refuses("$.stages", "is empty, expected at least one stage", '{"stages": []}')
  refuses("$.stages", "is missing", "{}")
  local _, message, code, place = partner.pipeline({ stages = { { id = "a" }, { id = "a" } } }, deals)
  assert(message:find('process: $.stages[1].id is "a", which another stage has already', 1, true), message)
  list({ code, place.path }, { 300, "$.stages[1].id" })
  local made = assert(partner.process(process))
  assert(#made.sentences > 1)
end)

if partner.features().gsl then
  suite.test("a feature twice", function()
    local features = { deal = { "D0", "D1", "D0" }, feature = { "seats", "seats", "seats" }, value = { 40, 25, 41 } }
    local _, message, code, place = small({ state_only = false, features = features })
    assert(message:find("features row 3: feature 0 of deal 0 is there already in row 1,", 1, true), message)
    list({ code, place.record, place.field, place.row }, { 300, "features", "feature", 3 })
  end)

  suite.test("too little data is an answer", function()
    local r = assert(small({ state_only = false }))
    equal(r.forecast, nil)
    assert(r.rates and not r.terms)
    assert(table.concat(r.sentences, "\n"):find("too little data for a forecast", 1, true))
  end)
end

suite.test("measures", function()
  local r = assert(partner.measures({ label = { 1, 0, 1, 0 }, probability = { 0.9, 0.2, 0.6, 0.7 } }))
  -- Of the four pairs 0.6 against 0.7 is out of order.
  equal(r.auc, 0.75)
  near(r.brier, (0.01 + 0.04 + 0.16 + 0.49) / 4)
  near(r.log_loss, -(math.log(0.9) + math.log(0.8) + math.log(0.6) + math.log(0.3)) / 4)
  near(r.constant_log_loss, math.log(2))
  -- Recalibrated: 0.2 is 0, 0.6 and 0.7 are a half, 0.9 is 1.
  near(r.resolution, 0.25 - 0.5 / 4)
  near(r.reliability, r.brier - 0.5 / 4)
  equal(#r.calibration, 4)
  list(r.calibration:column("rows"):totable(), { 1, 1, 1, 1 }) -- :rows() is what goes through it
  equal(r.claim_log_loss, nil)
  suite.refuses(
    300,
    { record = "predictions", field = "probability", row = 2 },
    { "predictions row 2: probability is 1.2" },
    partner.measures({ label = { 1, 0 }, probability = { 0.5, 1.2 } })
  )
end)
