-- SPDX-License-Identifier: MIT
-- Loyalty programs: the ledgers of the specification, states that go on, and what goes wrong.
local partner = require("partner")
local suite = require("suite")
local equal, list = suite.equal, suite.list

local example = arg[1]:match("^(.*)test_loyalty%.lua$") .. "../loyalty/example/"

local function read(name)
  local file = assert(io.open(example .. name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function split(line)
  local cells = {}
  for cell in (line .. ","):gmatch("([^,]*),") do
    cells[#cells + 1] = cell
  end
  return cells
end

-- A file of CSV as columns of text; an empty one is a null.
local function columns_of(text)
  local columns, names
  for line in text:gmatch("[^\n]+") do
    local cells = split(line)
    if not names then
      names, columns = cells, {}
      for _, name in ipairs(names) do
        columns[name] = { n = 0 }
      end
    else
      for i, name in ipairs(names) do
        local column = columns[name]
        column.n = column.n + 1
        column[column.n] = cells[i]
      end
    end
  end
  return columns
end

local given = { "partner", "day", "kind", "event", "rule", "points", "capped", "qualifying", "balance", "pending", "tier" }

local function line_of(row)
  local cells = {}
  for i, name in ipairs(given) do
    cells[i] = row[name] == nil and "" or tostring(row[name])
  end
  return table.concat(cells, ",")
end

-- A ledger as the command writes it.
local function lines_of(ledger)
  local lines = { table.concat(given, ",") }
  for _, row in ledger:rows() do
    lines[#lines + 1] = line_of(row)
  end
  return table.concat(lines, "\n") .. "\n"
end

local program = {
  rules = { { id = "base", on = "sale", earn = { points = 1, per = 10 } } },
  tiers = { { id = "authorized" }, { id = "silver", points = 15, multiplier = 1.5 } },
  redeem = { on = "redemption" },
  expiry = { months = 12 },
}

local function events(more)
  local columns = {
    partner = { "Aster", "Birch", "Aster", "Aster", "Birch", "Aster" },
    day = { "2026-01-15", "2026-02-03", "2026-02-20", "2026-03-11", "2026-04-02", "2026-04-20" },
    kind = { "sale", "sale", "sale", "sale", "redemption", "sale" },
    amount = { 125, 82.26, 60, 100, partner.null, 40 },
    quantity = { [5] = 5, n = 6 },
  }
  for name, column in pairs(more or {}) do
    columns[name] = column
  end
  return columns
end

local ids = { "SO-0", "SO-1", "SO-2", "SO-3", "SO-4", "SO-5" }

suite.test("the example of the specification", function()
  local options = { as_of_day = "2027-12-31", ledger = true }
  local r = assert(partner.loyalty(read("program.json"), columns_of(read("events.csv")), options))
  equal(lines_of(r.ledger), read("ledger.csv"))
end)

for case = 0, 23 do
  local folder = ("cases/%03d/"):format(case)
  suite.test("case " .. case .. " of the specification", function()
    local r = assert(partner.loyalty(read(folder .. "program.json"), columns_of(read(folder .. "events.csv")), {
      as_of_day = "2027-06-30",
      ledger = true,
      partners = columns_of(read(folder .. "partners.csv")),
      threads = 2,
    }))
    equal(lines_of(r.ledger), read(folder .. "ledger.csv"))
  end)

  -- Row numbers are counted on across batches, which come in order of days here: events get ids of their own, by
  -- their rows.
  suite.test("case " .. case .. " day by day, saved and loaded", function()
    local all = columns_of(read(folder .. "events.csv"))
    all.event = { n = all.day.n }
    local days, rows_of = {}, {}
    for row = 1, all.day.n do
      all.event[row] = tostring(row - 1)
      local day = all.day[row]
      if day <= "2027-06-30" then
        if not rows_of[day] then
          days[#days + 1], rows_of[day] = day, {}
        end
        table.insert(rows_of[day], row)
      end
    end
    table.sort(days)
    local state = assert(partner.loyalty_state(read(folder .. "program.json"), {
      partners = columns_of(read(folder .. "partners.csv")),
    }))
    local made = {}
    local function note(result)
      for _, row in assert(result).ledger:rows() do
        made[row.partner] = (made[row.partner] or "") .. line_of(row) .. "\n"
      end
    end
    for number, day in ipairs(days) do
      local batch = {}
      for name, column in pairs(all) do
        batch[name] = { n = #rows_of[day] }
        for i, row in ipairs(rows_of[day]) do
          batch[name][i] = column[row]
        end
      end
      if number % 4 == 0 then
        state = assert(partner.load_loyalty_state(state:save()))
      end
      note(state:append(batch, { version = state:version(), ledger = true }))
      if number % 5 == 0 then
        note(state:advance(day, { ledger = true }))
      end
    end
    note(state:advance("2027-06-30", { ledger = true }))
    local expected = {}
    for line in read(folder .. "ledger.csv"):gsub("^[^\n]*\n", ""):gmatch("[^\n]+") do
      local who = line:match("^[^,]*")
      expected[who] = (expected[who] or "") .. line .. "\n"
    end
    for who, lines in pairs(expected) do
      equal(made[who], lines, who)
    end
    for who in pairs(made) do
      assert(expected[who], who)
    end
  end)
end

suite.test("statements and explanations", function()
  local r = assert(partner.loyalty(program, events(), { ledger = true }))
  -- 12.5 -> 12, 6, then silver: 10 x 1.5 = 15, 4 x 1.5 = 6; 8.226 -> 8, 5 of them spent
  list(r.partners.balance:totable(), { 12 + 6 + 15 + 6, 8 - 5 })
  list(r.partners.tier:totable(), { "silver", "authorized" })
  equal(r:explain(6), "8 points: 1 per 10.00 of 82.26 × 1 (authorized) = 8.226, rounded down")
  list(r.ledger.event:totable(), { 0, 2, nil, 3, 5, 1, 4 })
  equal(r.outstanding, 42)
  local named = assert(partner.loyalty(program, events({ event = ids }), { ledger = true }))
  equal(named.ledger.event[1], "SO-0")
  equal(named.ledger.event[3], nil) -- a promotion comes from no event
end)

suite.test("another program, late events, notices", function()
  local dearer = { rules = { { id = "base", on = "sale", earn = { points = 1, per = 20 } } } }
  local r = assert(partner.loyalty(program, events(), { compare = dearer, before = events(), notices = true }))
  local alone = assert(partner.loyalty(dearer, events()))
  list(r.comparison.other_earned:totable(), alone.partners.earned:totable())
  equal(#r.difference, 0)
  for name, column in pairs(r.notices:columns()) do -- there may be none, and yet every column is there
    assert(#column == #r.notices, name)
  end
  assert(r.notices.notice and r.notices.day)
  equal(r.ledger, nil)
end)

suite.test("a program that is wrong says where", function()
  local wrong = { rules = { { id = "base", on = "sale", earn = { points = 0, per = 10 } } } }
  local place = { record = "program", path = "$.rules[0].earn.points" }
  suite.refuses(300, place, { "program: $.rules[0].earn.points" }, partner.program(wrong))
  suite.refuses(300, place, { "program: $.rules[0].earn.points" }, partner.loyalty(wrong, events()))
  suite.refuses(300, place, { "program: $.rules[0].earn.points" }, partner.loyalty_state(wrong))
  local made = assert(partner.program(program))
  assert(#made.sentences > 2)
  list(made.names.tier, { "authorized", "silver" })
end)

suite.test("errors count rows from 1 and name the event", function()
  local twice = events({ event = { "a", "b", "c", "d", "e", "b" } })
  local place = { record = "events", field = "event", row = 6, index = 0 }
  suite.refuses(300, place, { "events row 6", "row 2 already", '"b"' }, partner.loyalty(program, twice))
  equal(assert(partner.loyalty(program, twice, { skip_duplicates = true })).duplicates, 1)
  place = { record = "events", field = "reverses", row = 2, index = 1 }
  local unknown = events({ event = ids, reverses = { [2] = "SO-9", n = 6 } })
  suite.refuses(300, place, { "events row 2", '"SO-9"' }, partner.loyalty(program, unknown))
end)

suite.test("a state answers each batch, and two writers cannot both append", function()
  local state = assert(partner.loyalty_state(program))
  local seen = state:version()
  local r = assert(state:append(events({ event = ids }), { version = seen, ledger = true }))
  equal(#r.ledger, 7)
  equal(state:version(), 6)
  local later = { partner = { "Aster" }, day = { "2026-05-01" }, kind = { "sale" }, amount = { 10 }, event = { "SO-6" } }
  suite.refuses(200, {}, { "version" }, state:append(later, { version = seen }))
  equal(state:version(), 6)
  suite.raises({ "option version" }, state.append, state, later, { version = -1 })
  suite.raises({ "option version" }, state.append, state, later, { version = "6" })
  assert(state:append(later, { version = 6 }))
  suite.refuses(
    300,
    { record = "events", field = "event", row = 1, index = 0 },
    { "events row 1", '"SO-6"' },
    state:append(later)
  )
  equal(state:version(), 7)
  local all = assert(state:finish())
  list(all.partners.balance:totable(), { 39 + 1, 3 })
  equal(assert(state:loyalty()).outstanding, 43)
  suite.raises({ "compare" }, state.finish, state, { compare = program })
  suite.raises({ "found nothing" }, state.append, state)
  suite.raises({ "append()" }, state.add, state, later)
end)

suite.test("saved bytes have all that is needed", function()
  local state = assert(partner.loyalty_state(program, { partners = { partner = { "Cedar", "Birch" } } }))
  assert(state:append(events({ event = ids })))
  local bytes = state:save()
  equal(state:save(), bytes)
  local again = assert(partner.load_loyalty_state(bytes))
  equal(again:save(), bytes)
  local back = { partner = { "Aster" }, day = { "2026-05-02" }, kind = { "sale" }, amount = { 60 } }
  back.event, back.reverses = { "CN-1" }, { "SO-2" }
  for _, each in ipairs({ state, again }) do
    local row = assert(each:append(back, { ledger = true })).ledger[1]
    equal(row.reverses, "SO-2")
    equal(row.event, "CN-1")
    equal(row.kind, "reversal")
  end
  list(again:dict("partner"):ids(), { "Cedar", "Birch", "Aster" })
  equal(assert(partner.load_loyalty_state(bytes, program)):version(), 6)
  local other = { rules = { { id = "base", on = "sale", earn = { points = 2, per = 10 } } } }
  local value, _, code = partner.load_loyalty_state(bytes, other)
  equal(value, nil)
  equal(code, 200)
  local grown = assert(partner.load_dict(state:dict("partner"):save()))
  grown:add({ "Dahlia" })
  local shared = assert(partner.load_loyalty_state(bytes, nil, { dicts = { partner = grown } }))
  assert(shared:dict("partner") == grown)
  local strangers = partner.dict()
  strangers:add({ "Birch", "Aster", "Cedar" })
  value, _, code = partner.load_loyalty_state(bytes, nil, { dicts = { partner = strangers } })
  equal(value, nil)
  equal(code, 200)
end)

suite.test("damaged bytes are refused", function()
  local state = assert(partner.loyalty_state(program))
  assert(state:append(events()))
  local bytes = state:save()
  for at = 0, #bytes - 1, 5 do
    local flipped = string.char((bytes:byte(at + 1) + 16) % 256)
    for _, bad in ipairs({ bytes:sub(1, at), bytes:sub(1, at) .. flipped .. bytes:sub(at + 2) }) do
      local ok, value, _, code = pcall(partner.load_loyalty_state, bad)
      assert(not ok or (value == nil and code == 300), at)
    end
  end
  suite.raises({ "program" }, partner.load_loyalty_state, "no such thing")
  local value, message, code = partner.load_loyalty_state("no such thing", program)
  assert(value == nil and code == 300, message)
end)

suite.test("events without ids are counted on across batches, from zero as everywhere", function()
  local state = assert(partner.loyalty_state(program))
  assert(state:append(events()))
  local back = { partner = { "Aster" }, day = { "2026-05-02" }, kind = { "sale" }, amount = { 60 }, reverses = { 2 } }
  state = assert(partner.load_loyalty_state(state:save()))
  local row = assert(state:append(back, { ledger = true })).ledger[1]
  equal(row.event, 6)
  equal(row.reverses, 2)
  back.event = { "CN-1" }
  local value, message = state:append(back)
  assert(value == nil and message:find("event", 1, true), message)
end)

suite.test("advance moves all on", function()
  local state = assert(partner.loyalty_state(program))
  assert(state:append(events()))
  local made = assert(state:advance("2027-05-01", { ledger = true }))
  local whole = assert(partner.loyalty(program, events(), { as_of_day = "2027-05-01", ledger = true }))
  local before = assert(partner.loyalty(program, events(), { ledger = true }))
  equal(#made.ledger, #whole.ledger - #before.ledger)
  equal(made.expired, whole.expired)
  assert(state:advance(20270502))
  local value, _, code = state:advance("soon")
  assert(value == nil and code == 300)
  value, _, code = state:advance("2026-01-01")
  assert(value == nil and code == 200)
  suite.raises({ "day", "found a nil" }, state.advance, state)
end)

suite.test("a state that is closed in the midst of a call is an error", function()
  local state = assert(partner.loyalty_state(program))
  assert(state:append(events()))
  for _, call in ipairs({
    function()
      return state:append(events())
    end,
    function()
      return state:advance("2027-01-01")
    end,
    function()
      return state:save()
    end,
    function()
      return state:version()
    end,
  }) do
    state:close()
    suite.raises({ "closed" }, call)
  end
  local ok = suite.eagerly(function()
    for _ = 1, 50 do
      local other = assert(partner.loyalty_state(program))
      suite.finalize(function()
        other:close()
      end)
      pcall(other.append, other, events({ event = ids }), { ledger = true })
      pcall(other.save, other)
      pcall(other.advance, other, "2027-01-01")
    end
  end)
  assert(ok)
end)
