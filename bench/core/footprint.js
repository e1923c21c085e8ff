import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goal } from '../goal.js'

const CORE = fileURLToPath(new URL('../../packages/core', import.meta.url))
const MOST_MB = 10
const MOST_PACKAGES = 20

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** Where Node.js finds a package from a folder. */
function find(name, from) {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  if (dirname(from) === from) throw new Error(`${name} is not installed`)
  return find(name, dirname(from))
}

/** The folders of a package's dependencies, and of theirs. */
function dependenciesOf(folder, found = new Set()) {
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const dependency = find(name, folder)
    if (found.has(dependency)) continue
    found.add(dependency)
    dependenciesOf(dependency, found)
  }
  return found
}

/** Bytes of the files of a package, without the packages inside it. */
function sizeOf(folder) {
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.name !== 'node_modules')
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => {
      const stats = statSync(path)
      return sum + (stats.isDirectory() ? sizeOf(path) : stats.size)
    }, 0)
}

/** What `npm install @titanforge/core` puts on a disk. */
export function reportFootprint() {
  const dependencies = [...dependenciesOf(CORE)]
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json'], { cwd: CORE, encoding: 'utf8' })
  const { unpackedSize } = Object.values(JSON.parse(packed.stdout))[0]
  const sizes = dependencies.map((folder) => ({
    name: manifestOf(folder).name,
    bytes: sizeOf(folder),
  }))
  sizes.push({ name: '@titanforge/core', bytes: unpackedSize })
  const megabytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  console.log('\ninstalled size of core with its dependencies')
  for (const { name, bytes } of sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5)) {
    console.log(`  ${name.padEnd(28)} ${(bytes / 1e6).toFixed(2).padStart(5)} MB`)
  }
  goal(`${MOST_MB} MB or less`, megabytes <= MOST_MB, megabytes.toFixed(1))
  goal(`${MOST_PACKAGES} packages or less`, sizes.length <= MOST_PACKAGES, sizes.length)
}
