-- SPDX-License-Identifier: MIT
-- A host that runs a loyalty program: whatever happens is handed to the engine at once, which answers with the
-- ledger entries that it makes, each with its reason. The state is kept as bytes, and refuses what would count twice.
--
--     lua loyalty.lua [PROGRAM.json]
local partner = require("partner")

-- ---- the host: handlers by kind of event, and a store. A CRM, a shop or a game has these already. ----
local host = { store = {} }

function host.partner_is_told(text)
  print("  " .. text)
end

-- ---- the program, and its state ----
local folder = arg[0]:match("^(.*)[/\\]") or "."
local file = assert(io.open(arg[1] or folder .. "/loyalty.json"))
local program = file:read("*a")
file:close()

local state = assert(partner.loyalty_state(program))
host.store.state = state:save()

-- ---- the handler ----
-- All or nothing: either the event counts and is stored, or it is refused and nothing has changed. So it is, too, when
-- another process has appended since this one looked at the version.
function host.on_event(event)
  local columns = {}
  for name, value in pairs(event) do
    columns[name] = { value }
  end
  local seen = state:version()
  local result, problem = state:append(columns, { version = seen, ledger = true })
  if not result then
    return nil, problem
  end
  host.store.state = state:save()
  for row, entry in result.ledger:rows() do
    host.partner_is_told(("%s (%d usable): %s"):format(entry.partner, entry.balance, result:explain(row)))
  end
  return true
end

-- ---- what happens ----
local happened = {
  { event = "SO-1", partner = "Aster", day = "2025-01-10", kind = "sale", amount = 2499.90, product = "hardware" },
  { event = "SO-2", partner = "Aster", day = "2025-02-03", kind = "sale", amount = 1000, product = "services" },
  { event = "SO-3", partner = "Birch", day = "2025-02-10", kind = "sale", amount = 120, product = "hardware" },
  { event = "SO-3", partner = "Birch", day = "2025-02-10", kind = "sale", amount = 120, product = "hardware" },
  { event = "SO-4", partner = "Aster", day = "2025-02-20", kind = "sale", amount = 845, product = "services" },
  { event = "RD-1", partner = "Aster", day = "2025-03-05", kind = "redemption", quantity = 300 },
  { event = "CN-1", partner = "Aster", day = "2025-03-12", kind = "sale", amount = -600, reverses = "SO-2" },
}
for _, event in ipairs(happened) do
  print(event.day .. " " .. event.event)
  local counted, problem = host.on_event(event)
  if not counted then
    print("  refused: " .. problem)
  end
end

-- ---- the next morning, in another process: the bytes have the program and all names with them ----
state = assert(partner.load_loyalty_state(host.store.state))
assert(state:advance("2025-12-31"))
local result = assert(state:loyalty())
for _, line in result.partners:rows() do
  print(("%s: %d points, %s; %d expire within 60 days"):format(line.partner, line.balance, line.tier, line.expiring_60))
end
