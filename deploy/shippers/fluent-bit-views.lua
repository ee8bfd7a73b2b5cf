-- Makes a Footfall event of a line of nginx's footfall_json log, or drops the line: only page views are
-- sent. See fluent-bit.yaml.
local SITE = "SITE"

local static = {}
for ending in ([[css js mjs map json xml rss atom txt png jpg jpeg gif svg ico webp avif bmp woff woff2 ttf otf eot
  mp3 mp4 m4a ogg webm avi mov pdf zip gz tgz bz2 xz rar 7z iso dmg exe msi apk deb rpm jar wasm webmanifest]]):gmatch("%S+") do
  static[ending] = true
end

local function is_page(line)
  local kind = line.sent_http_content_type or ""
  if kind ~= "" then
    kind = kind:lower()
    return kind:find("^text/html") ~= nil or kind:find("^application/xhtml%+xml") ~= nil
  end
  local path = line.request_uri:gsub("[?#].*", "")
  local ending = path:match("%.([^./]+)$")
  return not (ending and static[ending:lower()])
end

function view(tag, timestamp, line)
  local status = tonumber(line.status) or 0
  if line.request_method ~= "GET" or not line.request_uri or not ((status >= 200 and status <= 299) or status == 304) or not is_page(line) then
    return -1, 0, 0
  end
  local event = {
    site = SITE, type = "pageview", witness = "log", event_id = line.request_id, view_id = line.request_id,
    url = line.scheme .. "://" .. line.host .. line.request_uri,
    time = line.time_iso8601, address = line.remote_addr, user_agent = (line.http_user_agent or ""):sub(1, 512),
    method = "GET", status = status, bytes = tonumber(line.body_bytes_sent) or 0,
    duration_ms = math.floor((tonumber(line.request_time) or 0) * 1000), request_id = line.request_id,
  }
  if (line.http_referer or "") ~= "" then
    event.referrer = line.http_referer:sub(1, 2048)
  end
  return 2, timestamp, event
end
