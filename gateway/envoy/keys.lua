-- The key filter. On the way in: the presented key becomes its SHA-256 (FIPS 180-4) and disappears from the request.
-- On the way out: what an upstream says of its own addresses becomes what the caller can use.
--
-- If anything here fails, Envoy goes on without the digest, and the filter that looks digests up answers 401. The
-- header of the digest was removed from the caller's request before, so that a caller cannot send one.

local band, bnot, bor, bxor = bit.band, bit.bnot, bit.bor, bit.bxor
local ror, rshift, tobit, tohex = bit.ror, bit.rshift, bit.tobit, bit.tohex
local byte, char, find, format, gsub, lower, match, rep, sub =
  string.byte, string.char, string.find, string.format, string.gsub, string.lower, string.match, string.rep, string.sub

local LONGEST_KEY = 256

-- The first 32 bits of the fractional parts of the roots of the first primes: section 4.2.2 takes the cube roots of 64
-- primes for the rounds, section 5.3.3 the square roots of 8 for the beginning. Doubles hold 20 bits more than needed.
local function fraction_bits(root)
  return tobit(math.floor((root % 1) * 4294967296))
end

local ROUND, BEGINNING = {}, {}
do
  local candidate = 2
  while #ROUND < 64 do
    local is_prime = true
    for divisor = 2, math.floor(math.sqrt(candidate)) do
      if candidate % divisor == 0 then is_prime = false break end
    end
    if is_prime then
      ROUND[#ROUND + 1] = fraction_bits(candidate ^ (1 / 3))
      if #BEGINNING < 8 then BEGINNING[#BEGINNING + 1] = fraction_bits(math.sqrt(candidate)) end
    end
    candidate = candidate + 1
  end
end

local schedule = {}

local function digest_block(text, offset, state)
  local w = schedule
  for i = 1, 16 do
    local a, b, c, d = byte(text, offset + i * 4 - 3, offset + i * 4)
    w[i] = tobit(a * 16777216 + b * 65536 + c * 256 + d)
  end
  for i = 17, 64 do
    local x, y = w[i - 15], w[i - 2]
    w[i] = tobit(w[i - 16] + bxor(ror(x, 7), ror(x, 18), rshift(x, 3))
      + w[i - 7] + bxor(ror(y, 17), ror(y, 19), rshift(y, 10)))
  end
  local a, b, c, d, e, f, g, h = unpack(state)
  for i = 1, 64 do
    local first = h + bxor(ror(e, 6), ror(e, 11), ror(e, 25)) + bxor(band(e, f), band(bnot(e), g)) + ROUND[i] + w[i]
    local second = bxor(ror(a, 2), ror(a, 13), ror(a, 22)) + bxor(band(a, b), band(a, c), band(b, c))
    h, g, f, e, d, c, b, a = g, f, e, tobit(d + first), c, b, a, tobit(first + second)
  end
  state[1], state[2], state[3], state[4] = tobit(state[1] + a), tobit(state[2] + b), tobit(state[3] + c), tobit(state[4] + d)
  state[5], state[6], state[7], state[8] = tobit(state[5] + e), tobit(state[6] + f), tobit(state[7] + g), tobit(state[8] + h)
end

local function sha256(text)
  local bits = #text * 8
  local padded = text .. "\128" .. rep("\0", (55 - #text) % 64 + 4)
    .. char(rshift(bits, 24), band(rshift(bits, 16), 255), band(rshift(bits, 8), 255), band(bits, 255))
  local state = { unpack(BEGINNING) }
  for offset = 0, #padded - 64, 64 do digest_block(padded, offset, state) end
  for i = 1, 8 do state[i] = tohex(state[i]) end
  return table.concat(state)
end

local function decoded(text)
  return (gsub(text, "%%(%x%x)", function(digits) return char(tonumber(digits, 16)) end))
end

-- The key in the query, and the path without it: every occurrence goes, however its name is written.
local function take_from_query(path, parameter)
  local start = find(path, "?", 1, true)
  if not start then return nil, path end
  local key, kept = nil, {}
  for pair in string.gmatch(sub(path, start + 1), "[^&]+") do
    local name, value = match(pair, "^([^=]*)=?(.*)$")
    if decoded(name) == parameter then
      key = key or decoded(value)
    else
      kept[#kept + 1] = pair
    end
  end
  local rest = sub(path, 1, start - 1)
  if #kept > 0 then rest = rest .. "?" .. table.concat(kept, "&") end
  return key, rest
end

local function bearer(authorization)
  if not authorization then return nil end
  return match(authorization, "^[Bb][Ee][Aa][Rr][Ee][Rr] +(.*)$")
end

local function take_from_path(handle, headers)
  local path = headers:get(":path")
  if not path or not find(path, "?", 1, true) then return nil end
  local parameter = handle:filterContext():get("key_parameter")
  if not parameter or parameter == "" then return nil end
  local key, rest = take_from_query(path, parameter)
  if rest ~= path then headers:replace(":path", rest) end
  return key
end

local function take_key(handle, headers)
  local in_query = take_from_path(handle, headers)
  local key = headers:get("x-api-key")
  local token = bearer(headers:get("authorization"))
  if key then headers:remove("x-api-key") end
  -- Beside a key in its own header, another token is the upstream's business.
  if token and (not key or token == key) then headers:remove("authorization") end
  return key or token or in_query
end

-- "..;x" is a segment to Envoy when its dots were written as %2e, and the segment above to upstreams that cut
-- parameters off (RFC 3986, section 3.3): they would see another path than the one that a route was chosen by.
local function leads_up(path)
  if not path or not find(path, "/..", 1, true) then return false end
  path = lower(match(path, "^[^?]*"))
  return find(path, "/..;", 1, true) ~= nil or find(path, "/..%3b", 1, true) ~= nil
end

function envoy_on_request(handle)
  local headers = handle:headers()
  if leads_up(headers:get(":path")) then
    handle:respond({ [":status"] = "400" }, "")
    return
  end
  local key = take_key(handle, headers)
  if not key then
    headers:replace("@KEY_HEADER@", "@NO_KEY@")
  elseif #key > LONGEST_KEY then
    headers:replace("@KEY_HEADER@", "@REFUSED_KEY@")
  else
    headers:replace("@KEY_HEADER@", sha256(key))
  end
end

-- A path of the upstream as the caller has to ask for it; nil when the gateway does not lead there.
local function outer_path(path, route)
  local inner = route:get("upstream_path")
  if inner == "" then return route:get("path") .. path end
  if path == inner then return route:get("path") end
  local following = sub(path, #inner + 1, #inner + 1)
  if sub(path, 1, #inner) == inner and (following == "/" or following == "?" or following == "#") then
    return route:get("path") .. sub(path, #inner + 1)
  end
  return nil
end

local function is_internal(host)
  return find(host .. ".", ".svc.", 1, true) ~= nil
end

-- What a reference to a resource of the upstream becomes, nil for what must not be said.
local function outer_reference(reference, route)
  local host, rest = match(reference, "^[%w+.-]*:?//([^/?#]*)(.*)$")
  if not host then
    if sub(reference, 1, 1) ~= "/" then return reference end
    return outer_path(reference, route) or reference
  end
  host = lower(gsub(gsub(host, "^.*@", ""), ":%d*$", ""))
  host = gsub(gsub(host, "^%[", ""), "%]$", "")
  if host == route:get("upstream_host") or host == route:get("upstream_name") then
    if sub(rest, 1, 1) ~= "/" then rest = "/" .. rest end
    return outer_path(rest, route)
  end
  if is_internal(host) then return nil end
  return reference
end

local function rewrite_reference(headers, name, handle)
  local reference = headers:get(name)
  if not reference then return end
  local outer = outer_reference(reference, handle:filterContext())
  if not outer then
    headers:remove(name)
  elseif outer ~= reference then
    headers:replace(name, outer)
  end
end

-- Links (RFC 8288) name their targets in angle brackets.
local function rewrite_links(headers, handle)
  local links = headers:get("link")
  if not links then return end
  local route, is_told = handle:filterContext(), true
  local outer = gsub(links, "<([^<>]*)>", function(reference)
    local found = outer_reference(reference, route)
    is_told = is_told and found ~= nil
    return "<" .. (found or "") .. ">"
  end)
  if not is_told then
    headers:remove("link")
  elseif outer ~= links then
    headers:replace("link", outer)
  end
end

-- A cookie of the upstream's domain would not be kept; one of its path would not come back. No pattern here looks at a
-- character more than a few times: while one runs, nobody else is answered.
local function outer_cookie(cookie, route)
  local parts = {}
  for part in string.gmatch(cookie, "[^;]+") do
    local name, value = match(part, "^%s*([%a-]+)%s*=%s*(.*)$")
    name = name and lower(name)
    if #parts > 0 and name == "path" and sub(value, 1, 1) == "/" then
      parts[#parts + 1] = " Path=" .. (outer_path(match(value, "^.*%S"), route) or route:get("path"))
    elseif #parts == 0 or name ~= "domain" then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, ";")
end

local function rewrite_cookies(headers, handle)
  local count = headers:getNumValues("set-cookie")
  if count == 0 then return end
  local route, cookies = handle:filterContext(), {}
  for i = 0, count - 1 do cookies[#cookies + 1] = outer_cookie(headers:getAtIndex("set-cookie", i), route) end
  headers:remove("set-cookie")
  for _, cookie in ipairs(cookies) do headers:add("set-cookie", cookie) end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  rewrite_reference(headers, "location", handle)
  rewrite_reference(headers, "content-location", handle)
  rewrite_links(headers, handle)
  rewrite_cookies(headers, handle)
end
