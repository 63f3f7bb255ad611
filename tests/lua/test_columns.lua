-- SPDX-License-Identifier: MIT
-- Columns of a host's memory, of minor units and of indexes.
local partner = require("partner")
local suite = require("suite")
local equal, list, raises = suite.equal, suite.list, suite.raises

suite.test("packed numbers: every type of integer", function()
  local numbers = { 0, 1, 100, 127 }
  for _, kind in ipairs({ "i1", "i2", "i4", "i8", "I1", "I2", "I4", "I8" }) do
    local name = kind:sub(1, 1):lower():gsub("i", kind:sub(1, 1) == "I" and "u" or "i") .. kind:sub(2) * 8
    name = name:gsub("%.0$", "")
    local column = partner.column(suite.pack(kind, numbers), name)
    equal(#column, 4)
    list(column:totable(), numbers, name)
    -- As amounts they are in major units, as they would be in a table.
    local r = assert(partner.totals({ partner = { "a", "b", "c", "d" }, amount = column }))
    equal(r.revenue_total, 228, name)
    -- As ids they are the text of the number.
    r = assert(partner.totals({ partner = column, amount = { 1, 2, 3, 4 } }))
    list(r.partners.partner:totable(), numbers, name)
  end
end)

suite.test("packed floats", function()
  if not string.pack then
    suite.skip("packed floats", "this Lua has no string.pack")
    return
  end
  local doubles = partner.column(string.pack("=ddd", 0.1, -2.5, 0 / 0), "f64")
  equal(doubles[1], 0.1)
  equal(doubles[2], -2.5)
  equal(doubles[3], nil)
  -- A float stands for its own shortest decimal: 0.1f is 0.1.
  local floats = partner.column(string.pack("=ff", 0.1, 16777216), "f32")
  local r = assert(partner.totals({ partner = { "a", "b" }, amount = floats }))
  equal(r:minor("revenue_total"), 1677721610)
  local place = { field = "amount", record = "sales", row = 3 }
  suite.refuses(300, place, { "row 3" }, partner.totals({ partner = { "a", "b", "c" }, amount = doubles }))
end)

suite.test("unsigned 64 bits", function()
  local column = partner.column(("\255"):rep(8), "u64")
  raises({ "18446744073709551615", "exactly" }, function()
    return column[1]
  end)
end)

suite.test("a column as minor units and as indexes", function()
  local amount = partner.minor(partner.column(suite.pack("i8", { 120, 250, 3 }), "i64"))
  local who = partner.indexes(partner.column(suite.pack("I4", { 2, 0, 2 }), "u32"), 4)
  list(amount:totable(), { 120, 250, 3 })
  list(who:totable(), { 2, 0, 2 })
  local r = assert(partner.totals({ partner = who, amount = amount }))
  equal(#r.partners, 4)
  list(r.partners:minor("revenue"):totable(), { 250, 0, 123, 0 })
  list(r.partners.partner:totable(), { 0, 1, 2, 3 })
  -- An option that says it wins nothing over what the column says, but must agree with the rows.
  local value, _, code, place = partner.totals({ partner = partner.indexes({ 0, 5 }, 3), amount = { 1, 2 } })
  equal(value, nil)
  equal(code, 300)
  equal(place.row, 2)
end)

suite.test("lists as minor units and as indexes", function()
  local amount = partner.minor({ 120, 250, 3 })
  equal(#amount, 3)
  equal(amount[2], 250)
  local r = assert(partner.totals({ partner = partner.indexes({ 1, 0, 1 }), amount = amount }))
  list(r.partners:minor("revenue"):totable(), { 250, 123 })
  -- A gap is the library's "none".
  local margin = partner.minor({ 50, nil, 7 })
  equal(margin[2], nil)
  r = assert(partner.totals({ partner = partner.indexes({ 1, 0, 1 }), amount = amount, margin = margin }))
  equal(r.partners:minor("margin")[2], 57)
  local place = { field = "amount", record = "sales", row = 2, index = 0 }
  suite.refuses(300, place, { "row 2" }, partner.totals({ partner = partner.indexes({ 1, 0, 1 }), amount = margin }))
end)

suite.test("misuse of columns", function()
  raises({ "partner.minor", "row 2", "12.5" }, partner.minor, { 1, 12.5 })
  raises({ "partner.minor", "row 1", "string" }, partner.minor, { "12" })
  raises({ "partner.minor", "number" }, partner.minor, 5)
  raises({ "partner.indexes", "row 2" }, partner.indexes, { 0, -1 })
  -- A column of 64 bits may have such an index; this one has 32.
  local beyond = { partner = partner.indexes({ 0, 4294967295 }), amount = { 1, 2 } }
  local place = { record = "sales", field = "partner", row = 2 }
  suite.refuses(600, place, { "sales row 2", "4294967295" }, partner.totals(beyond))
  list(beyond.partner:totable(), { 0, 4294967295 })
  raises({ "i64", "u32" }, partner.minor, partner.column("abcd", "u32"))
  raises({ "u32", "i64" }, partner.indexes, partner.column("abcdefgh", "i64"))
  raises({ '"int"', "f64" }, partner.column, "abcd", "int")
  raises({ "9 bytes" }, partner.column, "123456789", "i64")
  raises({ "3 rows", "8 bytes", "16 bytes" }, partner.column, "1234567812345678", "i64", 3)
  raises({ "number of rows" }, partner.column, "12345678", "i64", -1)
  raises({ "pointer" }, partner.column, 5, "i64", 1)
  raises({ "NULL" }, partner.column, partner.null, "i64", 1)
  raises({ "minor", "amount" }, partner.totals, { partner = partner.minor({ 1 }), amount = { 1 } })
  raises({ "indexes", "ids" }, partner.totals, { partner = { 1 }, amount = partner.indexes({ 1 }) })
end)

suite.test("a column keeps the string it lies in", function()
  local column = partner.column(suite.pack("i8", { 7, 8, 9 }) .. "", "i64")
  for _ = 1, 20 do
    collectgarbage()
    local _ = ("x"):rep(1000)
  end
  list(column:totable(), { 7, 8, 9 })
end)

suite.test("arrays of LuaJIT's FFI", function()
  local has_ffi, ffi = pcall(require, "ffi")
  if not has_ffi then
    suite.skip("FFI", "this Lua has none")
    return
  end
  local cents = ffi.new("int64_t[3]", { 120, 250, 3 })
  local who = ffi.new("uint32_t[?]", 3)
  who[0], who[1], who[2] = 1, 0, 1
  local columns = {
    partner = partner.indexes(partner.column(who, "u32")),
    amount = partner.minor(partner.column(cents, "i64")),
  }
  list(assert(partner.totals(columns)).partners:minor("revenue"):totable(), { 250, 123 })
  -- A pointer knows no length.
  local pointer = ffi.cast("int64_t *", cents)
  raises({ "how many rows" }, partner.column, pointer, "i64")
  list(partner.column(pointer, "i64", 2):totable(), { 120, 250 })
  raises({ "4 rows" }, partner.column, cents, "i64", 4)
  raises({ "expected a pointer" }, partner.column, ffi.new("int64_t", 5), "i64", 1)
end)

suite.test("userdata of this module are no memory", function()
  local r = assert(partner.pareto({ partner = { "a" }, amount = { 1 } }))
  for _, ours in ipairs({ partner.dict(), partner.tally(), r, r.partners, r.partners.amount }) do
    suite.raises({ "block of memory" }, partner.column, ours, "u8")
  end
end)

suite.test("numbers in messages are whole", function()
  suite.raises({ "row 1: -1099511627776 is no index" }, partner.indexes, { -2 ^ 40 })
  suite.raises({ "1099511627776 rows of 8 bytes" }, partner.column, ("x"):rep(8), "i64", 2 ^ 40)
end)
