-- SPDX-License-Identifier: MIT
-- Every analysis there is, on the example rows that its records carry: no name of an analysis stands here.
local partner = require("partner")
local suite = require("suite")
local equal = suite.equal
local unpack = table.unpack or unpack -- luacheck: ignore

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

-- What an analysis is called with: the configs that it needs, the rows that it is about, the options with what else
-- it needs, or with everything that it can take.
local function arguments_of(about, everything)
  local given, rows, options = {}, nil, {}
  for _, input in ipairs(about.inputs) do
    local example = input.config and partner.describe(input.config).example or example_of(input)
    if input.config and input.required then
      given[#given + 1] = example
    elseif not input.config and not rows then
      rows = { columns = example, fields = input.fields }
    elseif input.required or (everything and (input.config or next(example))) then
      options[input.name] = example
    end
  end
  given[#given + 1] = rows.columns
  given[#given + 1] = options
  return given, rows, options
end

local function run(name, about, everything)
  local given = arguments_of(about, everything)
  return assert(partner[name](unpack(given)))
end

for _, name in ipairs(partner.describe().analyses) do
  local about = partner.describe(name)

  suite.test(name .. " gives the figures of its example", function()
    local result = run(name, about)
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
    local result = run(name, about, true)
    local main = about.views[1].name
    for _, view in ipairs(about.views) do
      local found = result[view.name]
      for _, field in ipairs(view.fields) do
        if field.column then
          local column = found and found:column(field.name)
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
    local result = run(name, about, true)
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
    assert(columns > 0)
    for figure, value in pairs(plain.summary) do
      if type(value) ~= "table" then
        equal(value, result.summary[figure], figure)
      end
    end
  end)

  suite.test(name .. " takes rows one by one, and in order where it has one", function()
    local table_of = run(name, about, true)[about.views[1].name]
    local seen = 0
    for i, row in table_of:rows() do
      seen = seen + 1
      equal(i, seen)
      for column, value in pairs(row) do
        if type(value) ~= "table" then
          equal(table_of:column(column)[i], value, column)
        end
      end
    end
    equal(seen, #table_of)
  end)

  suite.test(name .. " refuses what it does not know, and says what is near", function()
    local given, rows, options = arguments_of(about)
    rows.columns.no_such_column_at_all = { 1 }
    suite.raises({ "no_such_column_at_all", rows.fields[2].name }, partner[name], unpack(given))
    rows.columns.no_such_column_at_all = nil
    options.threadz = 1
    suite.raises({ "threadz", '"threads"' }, partner[name], unpack(given))
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
