import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './compare.js'

const server = fileURLToPath(new URL('../examples/server/dist/src/main.js', import.meta.url))
const ROUNDS = 5

/** Seconds from starting the built server to its printed address. */
async function start(home) {
  const began = performance.now()
  const child = spawn(process.execPath, [server], {
    env: { ...process.env, DATABASE_URL: '', TITANFORGE_HOME: home, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += chunk
    if (printed.includes('runs at')) break
  }
  const seconds = (performance.now() - began) / 1000
  child.kill('SIGTERM')
  await ended
  if (!printed.includes('runs at')) throw new Error(`the server did not start: ${printed}`)
  return seconds
}

const empty = []
const again = []
for (let round = 0; round < ROUNDS; round++) {
  const home = await mkdtemp(join(tmpdir(), 'titanforge-bench-'))
  await chmod(home, 0o755)
  empty.push(await start(home))
  again.push(await start(home))
  await rm(home, { recursive: true, force: true })
}
const line = (name, seconds) =>
  console.log(
    `  ${name.padEnd(28)} ${median(seconds).toFixed(2)} s  (${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)})`,
  )
console.log(`\nstart of the built server, embedded PostgreSQL, ${ROUNDS} rounds`)
line('empty database', empty)
line('second start', again)
if (median(empty) > 10 || median(again) > 3) {
  console.log('too slow: an empty database may take 10 s, a second start 3 s')
  process.exitCode = 1
}
