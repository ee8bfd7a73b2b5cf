#!/bin/sh
# Makes crawlers.txt and crawlers.LICENSE from the npm package crawler-user-agents: sh crawlers.sh 1.60.0
set -eu
into=$(cd "$(dirname "$0")" && pwd)
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
cd "$at"
npm pack --silent "crawler-user-agents@$1" >/dev/null
tar xzf ./*.tgz
cp package/LICENSE "$into/crawlers.LICENSE"
node -e '
const kinds = { "http-library": "library", "browser-automation": "headless" }
const lines = require("./package/crawler-user-agents.json").map(c => {
  const tag = (c.tags ?? []).find(t => kinds[t])
  return `${kinds[tag] ?? "crawler"}\t${c.pattern}`
})
console.log(`# crawler-user-agents ${process.argv[1]} of npm (MIT, see crawlers.LICENSE), by crawlers.sh: kind, tab, regular expression`)
console.log([...new Set(lines)].join("\n"))
' "$1" >"$into/crawlers.txt"
