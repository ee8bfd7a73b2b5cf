import { readdirSync, rmSync } from 'node:fs'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

const dist = new URL('dist/', import.meta.url)

// The folder keeps its .keep, by which Go embeds it before anything is built.
const cleanDist: Plugin = {
  name: 'clean-dist',
  apply: 'build',
  buildStart() {
    for (const name of readdirSync(dist)) {
      if (name !== '.keep') rmSync(new URL(name, dist), { recursive: true })
    }
  },
}

export default defineConfig({
  plugins: [svelte(), cleanDist],
  build: {
    target: 'es2022',
    emptyOutDir: false,
    manifest: '.manifest.json', // for scripts/verify.js
    assetsInlineLimit: 0, // the policy forbids data: but for images, and files are cached
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': process.env['FOOTFALL_DASHBOARD'] ?? 'http://127.0.0.1:8080' },
  },
})
