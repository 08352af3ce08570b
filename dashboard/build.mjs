// Builds the dashboard for Maven: libraries when the lock file changed, the bundle when anything it is made of changed.
// 'node build.mjs test' runs the tests.
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

const CONTRACT = '../gateway/src/main/resources/openapi.yaml'
const CONFIGURATION = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'index.html', 'build.mjs', '.npmrc']
const BUILT = 'target/classes/dashboard/files.json'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 18 || (major === 18 && minor < 19)) {
  console.error(`Slipway's dashboard needs Node.js 18.19 or newer, and this is ${process.versions.node}: install Debian's nodejs and npm, or a newer one.`)
  process.exit(1)
}

function filesBelow(folder) {
  return readdirSync(folder, {withFileTypes: true})
    .flatMap(entry => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort()
}

function hashOf(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function isStamped(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
}

function run(...words) {
  const ended = spawnSync('npm', words, {stdio: 'inherit'})
  if (ended.error) console.error(`npm cannot be started (${ended.error.message}): install Debian's npm, or the one that comes with Node.js.`)
  if (ended.status !== 0) process.exit(ended.status ?? 1)
}

mkdirSync('target', {recursive: true})
const libraries = hashOf(['package-lock.json'])
if (!isStamped('node_modules/.slipway-installed', libraries)) {
  run('ci', '--prefer-offline', '--no-progress', '--loglevel=error')
  writeFileSync('node_modules/.slipway-installed', libraries)
}
const sources = hashOf([...CONFIGURATION, CONTRACT, ...filesBelow('src'), ...filesBelow('public')])
if (process.argv[2] === 'test') {
  run('test', '--silent')
} else if (!existsSync(BUILT) || !isStamped('target/built', sources)) {
  rmSync('target/built', {force: true})
  run('run', 'build', '--silent')
  writeFileSync('target/built', sources)
}
