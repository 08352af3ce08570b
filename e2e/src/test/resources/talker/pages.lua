-- Every answer must be a page that some release says, and whole: counted per thread, told at the end.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  good, bad, first = 0, 0, ""
end

function response(status, headers, body)
  if status == 200 and body:match("^version %d+\n$") then
    good = good + 1
  else
    bad = bad + 1
    if first == "" then first = status .. " " .. body:sub(1, 200) end
  end
end

function done(summary, latency, requests)
  local all, wrong, words = 0, 0, ""
  for _, thread in ipairs(threads) do
    all = all + thread:get("good")
    wrong = wrong + thread:get("bad")
    words = words .. thread:get("first")
  end
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("COUNTED %d %d %d %.0f\n", all, wrong, lost, latency:percentile(99) / 1000))
  io.write("FIRST " .. words .. "\n")
end
