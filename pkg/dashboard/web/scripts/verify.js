// Fails when the build is not what the dashboard's policy and people on slow lines need: a first load
// above the limit, scripts or styles inside of the page, or files of another host.
import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 150 * 1024
const dist = new URL('../dist/', import.meta.url)
const read = (name) => readFileSync(new URL(name, dist))
const manifest = JSON.parse(read('.manifest.json').toString())
const faults = []

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

// The page itself and every file that it needs before the overview shows.
const files = new Set(['index.html', 'theme.js', 'icon.svg', ...loads('index.html'), ...loads('src/pages/Overview.svelte')])
let total = 0
for (const name of files) {
  const size = gzipSync(read(name), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(8)}  ${name}`)
}
console.log(`${String(total).padStart(8)}  bytes gzipped at the first load, at most ${limit}`)
if (total > limit) faults.push(`the first load is ${total} bytes gzipped`)

const page = read('index.html').toString()
if (/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=/i.test(page)) faults.push('index.html holds a script or a style, which the policy forbids')
if (/(?:src|href)="(?!\/)/.test(page)) faults.push('index.html names a file of another host')
for (const name of readdirSync(new URL('assets/', dist))) {
  const text = read(`assets/${name}`).toString()
  if (name.endsWith('.css') && /url\((?!["']?\/assets\/)|@import/.test(text)) faults.push(`${name} loads a file that is not of this build`)
}
for (const fault of faults) console.error(`verify: ${fault}`)
if (faults.length > 0) process.exit(1)
