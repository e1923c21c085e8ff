import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

// Runs every bench of this folder, or those whose names are given, each in a process of its own.
const wanted = process.argv.slice(2)
const folder = new URL('.', import.meta.url)
const names = (await readdir(folder)).filter((name) => name.endsWith('.bench.js')).sort()
const chosen = names.filter((name) => wanted.length === 0 || wanted.includes(name.split('.')[0]))
if (chosen.length === 0) throw new Error(`No such bench. There are: ${names.join(', ')}`)

console.log(`Node.js ${process.version}, ${process.platform} ${process.arch}`)
for (const name of chosen) {
  console.log(`\n# ${name}`)
  const file = fileURLToPath(new URL(name, folder))
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
