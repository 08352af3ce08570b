import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join, relative} from 'node:path'
import {gzipSync} from 'node:zlib'
import react from '@vitejs/plugin-react'
import {defineConfig, type Plugin} from 'vite'

const OUTPUT = 'target/classes/dashboard'
const SLIPWAY = process.env.SLIPWAY_URL ?? 'http://127.0.0.1:3000'

// The gateway serves what files.json lists and nothing else, and compresses nothing itself.
function listedAndCompressed(): Plugin {
  const filesBelow = (folder: string): string[] =>
    readdirSync(folder, {withFileTypes: true}).flatMap(entry =>
      entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)])
  return {
    name: 'listed-and-compressed',
    apply: 'build',
    closeBundle() {
      const names = filesBelow(OUTPUT).map(file => relative(OUTPUT, file)).sort()
      for (const name of names.filter(name => name.startsWith('assets/') && /\.(js|css|svg)$/.test(name))) {
        writeFileSync(join(OUTPUT, name + '.gz'), gzipSync(readFileSync(join(OUTPUT, name)), {level: 9}))
      }
      writeFileSync(join(OUTPUT, 'files.json'), JSON.stringify(names.filter(name => name !== 'index.html')))
    },
  }
}

export default defineConfig({
  plugins: [react(), listedAndCompressed()],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    // one bundle: a page that is open while the platform is upgraded never asks for a part that is gone
    chunkSizeWarningLimit: 1500,
    // everything is a file: the content security policy allows no data in scripts and styles
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
  },
  server: {
    // the gateway takes changes from its own origin only, so the page's is told as its own
    proxy: {
      '/api': {
        target: SLIPWAY,
        changeOrigin: true,
        headers: {Origin: SLIPWAY},
        configure: proxy => proxy.on('proxyReq', request => request.removeHeader('sec-fetch-site')),
      },
    },
  },
  test: {include: ['src/**/*.test.ts']},
} as Parameters<typeof defineConfig>[0])
