-- SPDX-License-Identifier: MIT
-- What the tests of the Lua module share: `lua suite.lua TEST.lua` runs one file and says what failed.

local suite = { integers = math.type ~= nil }

local failed, passed, skipped = 0, 0, 0

local function show(value)
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

-- Runs one test. An error in it is a failure that names the line.
function suite.test(name, body)
  local ok, message = xpcall(body, debug.traceback)
  if ok then
    passed = passed + 1
  else
    failed = failed + 1
    io.stderr:write("FAILED ", name, ": ", message, "\n")
  end
end

function suite.skip(name, why)
  skipped = skipped + 1
  print("skipped " .. name .. ": " .. why)
end

function suite.equal(found, expected, what)
  if found ~= expected then
    error((what and what .. ": " or "") .. "found " .. show(found) .. ", expected " .. show(expected), 2)
  end
end

-- Two numbers that agree to a relative 1e-12: what a function of the class "relative" promises.
function suite.near(found, expected, what)
  if type(found) ~= "number" or math.abs(found - expected) > 1e-12 * math.abs(expected) then
    error((what and what .. ": " or "") .. "found " .. show(found) .. ", expected about " .. show(expected), 2)
  end
end

function suite.list(found, expected, what)
  for i = 1, math.max(#found, #expected) do
    if found[i] ~= expected[i] then
      local where = (what or "element") .. " " .. i .. ": "
      error(where .. "found " .. show(found[i]) .. ", expected " .. show(expected[i]), 2)
    end
  end
end

local function has(text, part)
  return type(text) == "string" and text:find(part, 1, true) ~= nil
end

-- Misuse: the call raises an error that says all of these.
function suite.raises(parts, call, ...)
  local ok, message = pcall(call, ...)
  if ok then
    error("found no error, expected one about " .. show(parts[1]), 2)
  end
  for _, part in ipairs(parts) do
    if not has(message, part) then
      error("found the error " .. show(message) .. ", expected " .. show(part) .. " in it", 2)
    end
  end
end

-- Bad data: nil, a message that says all of these, the code, and the place.
function suite.refuses(code, place, parts, value, message, found_code, found_place)
  if value ~= nil then
    error("found " .. show(value) .. ", expected nil and a message about " .. show(parts[1]), 2)
  end
  for _, part in ipairs(parts) do
    if not has(message, part) then
      error("found the message " .. show(message) .. ", expected " .. show(part) .. " in it", 2)
    end
  end
  if found_code ~= code then
    error("found the code " .. show(found_code) .. ", expected " .. code .. " (" .. message .. ")", 2)
  end
  for _, name in ipairs({ "row", "index", "field", "record", "path" }) do
    if found_place[name] ~= place[name] then
      error(name .. ": found " .. show(found_place[name]) .. ", expected " .. show(place[name]), 2)
    end
  end
end

-- Runs a function when the collector finds out that nobody holds it: in the midst of what allocates next.
function suite.finalize(body)
  if newproxy then
    getmetatable(newproxy(true)).__gc = body
  else
    setmetatable({}, { __gc = body })
  end
end

-- Calls with the collector always at work, so that finalizers run soon.
function suite.eagerly(call, ...)
  collectgarbage()
  local pause = collectgarbage("setpause", 1)
  local ok, message = pcall(call, ...)
  collectgarbage("setpause", pause)
  return ok, message
end

-- Whether the collector does all its work in the step that it begins.
local function collect_at_once(at_once)
  if not pcall(collectgarbage, "incremental", 0, 0, at_once and 100 or 13) then
    collectgarbage("setstepmul", at_once and 100000000 or 200)
  end
end

-- Calls, and has a finalizer run within the call, at the first thing that is allocated there.
function suite.within(finalizer, call)
  local ran = false
  collectgarbage()
  collectgarbage("stop")
  suite.finalize(function()
    ran = true
    finalizer()
  end)
  collect_at_once(true)
  collectgarbage("restart")
  local value = call()
  local in_time = ran
  collect_at_once(false)
  if not in_time then
    error("the finalizer did not run within the call", 2)
  end
  return value
end

-- Numbers as a C array of this machine would hold them; `kind` as string.pack calls it: "I4", "i8", "d" …
function suite.pack(kind, numbers)
  if string.pack then
    local packed = {}
    for i, number in ipairs(numbers) do
      packed[i] = string.pack("=" .. kind, number)
    end
    return table.concat(packed)
  end
  local little = string.byte(string.dump(function() end), 7) == 1 or jit ~= nil and require("ffi").abi("le")
  local size, packed = tonumber(kind:match("%d+")), {}
  for i, number in ipairs(numbers) do
    local bytes = {}
    for b = 1, size do
      local at = little and b or size + 1 - b
      bytes[at] = string.char(number % 256)
      number = math.floor(number / 256)
    end
    packed[i] = table.concat(bytes)
  end
  return table.concat(packed)
end

package.loaded.suite = suite
dofile(arg[1])
print(("%d passed, %d failed, %d skipped"):format(passed, failed, skipped))
os.exit(failed == 0 and passed > 0 and 0 or 1)
