-- Distinct webhooks, by: wrk -s load.lua URL -- TEMPLATE RUN LOWEST COUNT (see webhook.py).
-- The whole request is put together here: wrk.format costs more than everything else in it.

local threads = 0

function setup(thread)
  thread:set("thread", threads)
  threads = threads + 1
end

local function parts_of(template)
  local first, after = template:match("^(.-)1000000(.*)$")
  local second, rest = after:match("^(.-){what makes it distinct}(.*)$")
  local third, fourth = rest:match("^(.-){ticks}(.*)$")
  return first, second, third, fourth
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local template = file:read("*a")
  file:close()
  local head = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port ..
    "\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: " ..
    #template .. "\r\n\r\n"
  first, second, third, fourth = parts_of(template)
  first = head .. first
  second = second .. args[2] .. string.format("-%d-", thread)
  lowest, count = tonumber(args[3]), tonumber(args[4])
  number = 0
  math.randomseed(tonumber(args[2]:sub(-7), 16) + thread)
end

function request()
  number = number + 1
  local digits = string.format("%09d", number)
  return first .. (lowest + math.random(0, count - 1)) .. second .. digits .. third ..
    digits:sub(3) .. fourth
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"microseconds":%d,"answers":%d,"p50":%d,"p99":%d,"longest":%d,"failures":' ..
    '{"refused":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}}\n',
    summary.duration, summary.requests,
    latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
