// Fails when the first load is larger than people on slow lines should wait for: the page itself and
// every file that it needs before the overview shows.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 150 * 1024
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.manifest.json', dist), 'utf8'))

/** A chunk with everything that it imports at once, scripts and styles. */
function loads(key, found = new Set()) {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`the build has no ${key}`)
  if (found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const style of chunk.css ?? []) found.add(style)
  for (const name of chunk.imports ?? []) loads(name, found)
  return found
}

const files = new Set(['index.html', 'theme.js', 'icon.svg', ...loads('index.html'), ...loads('src/pages/Overview.svelte')])
let total = 0
for (const name of files) {
  const size = gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(8)}  ${name}`)
}
console.log(`${String(total).padStart(8)}  bytes gzipped at the first load, at most ${limit}`)
if (total > limit) process.exit(1)
