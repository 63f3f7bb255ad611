-- SPDX-License-Identifier: MIT
-- Every analysis there is, on the example rows that its records carry: no name of an analysis stands here.
local partner = require("partner")
local suite = require("suite")
local equal = suite.equal

-- The example rows of an input, by column.
local function example_of(input)
  local columns = {}
  for _, field in ipairs(input.fields) do
    if field.column and field.example then
      columns[field.name] = field.example
    end
  end
  return columns
end

local function tables_of(about)
  local first, others = nil, {}
  for i, input in ipairs(about.inputs) do
    if input.required then
      if i == 1 then
        first = example_of(input)
      else
        others[input.name] = example_of(input)
      end
    end
  end
  return first, others
end

-- The example with optional inputs too.
local function everything_of(about)
  local first, others = tables_of(about)
  for i, input in ipairs(about.inputs) do
    local columns = example_of(input)
    if i > 1 and next(columns) then
      others[input.name] = columns
    end
  end
  return first, others
end

for _, name in ipairs(partner.describe().analyses) do
  local about = partner.describe(name)

  suite.test(name .. " gives the figures of its example", function()
    local result = assert(partner[name](tables_of(about)))
    local count = 0
    for figure, expected in pairs(about.example) do
      count = count + 1
      if result:text(figure) ~= expected then
        suite.near(result[figure], tonumber(expected), figure)
      end
    end
    assert(count > 0, "the example has no figures")
  end)

  suite.test(name .. " has every view, column and figure that is declared", function()
    local result = assert(partner[name](everything_of(about)))
    local main = about.views[1].name
    for _, view in ipairs(about.views) do
      local found = result[view.name]
      for _, field in ipairs(view.fields) do
        if field.column then
          local column = found and found[field.name]
          assert(column == nil or #column == #found, field.name)
        elseif field.type == "record" and view.name == main then
          local record = result[field.name]
          assert(record == nil or type(record) == "userdata", field.name)
        elseif not field.length and view.name == main then
          local text, value = result:text(field.name), result.summary[field.name]
          equal(text == nil, value == nil, field.name)
        end
      end
    end
    assert(type(result.sentences[1]) == "string")
  end)

  suite.test(name .. " says as plain tables what it says lazily", function()
    local result = assert(partner[name](everything_of(about)))
    local plain = result:totable()
    local main = about.views[1].name
    local columns = 0
    for column, values in pairs(result[main]:columns()) do
      columns = columns + 1
      for i = 1, #values do
        local lazy, eager = values[i], plain[main][column][i]
        if type(lazy) ~= "table" then
          equal(eager, lazy, column .. " " .. i)
        end
      end
    end
    assert(columns > 1)
    for figure, value in pairs(plain.summary) do
      if type(value) ~= "table" then
        equal(value, result.summary[figure], figure)
      end
    end
  end)

  suite.test(name .. " takes rows one by one, and in order where it has one", function()
    local table_of = assert(partner[name](everything_of(about)))[about.views[1].name]
    local seen = 0
    for i, row in table_of:rows() do
      seen = seen + 1
      equal(i, seen)
      for column, value in pairs(row) do
        if type(value) ~= "table" then
          equal(table_of[column][i], value, column)
        end
      end
    end
    equal(seen, #table_of)
  end)

  suite.test(name .. " refuses what it does not know, and says what is near", function()
    local first, others = tables_of(about)
    first.no_such_column_at_all = { 1 }
    suite.raises({ "no_such_column_at_all", about.inputs[1].fields[2].name }, partner[name], first, others)
    first.no_such_column_at_all = nil
    others.threadz = 1
    suite.raises({ "threadz", '"threads"' }, partner[name], first, others)
  end)
end

suite.test("an unknown name is refused", function()
  suite.raises({ "paretto", "pareto" }, partner.describe, "paretto")
end)

suite.test("version and features", function()
  assert(partner.version():match("^%d+%.%d+%.%d+$"))
  equal(type(partner.features().gsl), "boolean")
  assert(partner.features().gsl or not partner.features().gsl_private)
end)
