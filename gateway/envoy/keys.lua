-- The key filter: the presented key becomes its SHA-256 (FIPS 180-4) and disappears from the request.
--
-- If anything here fails, Envoy goes on without the digest, and the filter that looks digests up answers 401. The
-- header of the digest was removed from the caller's request before, so that a caller cannot send one.

local band, bnot, bor, bxor = bit.band, bit.bnot, bit.bor, bit.bxor
local ror, rshift, tobit, tohex = bit.ror, bit.rshift, bit.tobit, bit.tohex
local byte, char, find, gsub, lower, match, rep, sub =
  string.byte, string.char, string.find, string.gsub, string.lower, string.match, string.rep, string.sub

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
  local authorization = headers:get("authorization")
  local token = bearer(authorization)
  if key then headers:remove("x-api-key") end
  -- Beside a key in its own header, another token is the upstream's business, unless it is a key of ours as well.
  if authorization and ((token and (not key or token == key)) or find(authorization, "^%a*%s*pk_")) then
    headers:remove("authorization")
  end
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
