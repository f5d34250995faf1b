-- The filter of references: what an upstream says of its own addresses becomes what the caller can use. It runs only for
-- answers that have such a header.

local find, gsub, lower, match, sub = string.find, string.gsub, string.lower, string.match, string.sub

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
