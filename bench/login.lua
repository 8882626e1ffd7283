-- wrk's side of the login load: wrk … -s login.lua URL -- PATH BODY SUBJECTS RUN HEADER=VALUE …
-- Each request has a code of its own, for a random one of the known shoppers.

local path, body, subjects, run
local headers = { ["content-type"] = "application/json" }
local number = 0
local thread = 0

function setup(t)
  thread = thread + 1
  t:set("thread", thread)
end

function init(args)
  path, body, subjects, run = args[1], args[2], tonumber(args[3]), args[4]
  for n = 5, #args do
    local name, value = args[n]:match("^(.-)=(.*)$")
    headers[name] = value
  end
  math.randomseed(os.time() + thread)
end

function request()
  number = number + 1
  local code = string.format("%08d%s%02d%014x", math.random(0, subjects - 1), run, thread, number)
  if headers["idempotency-key"] then
    headers["idempotency-key"] = code
  end
  return wrk.format("POST", path, headers, (body:gsub("CODE", code)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
