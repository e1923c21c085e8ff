import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))

test('the example starts in an empty folder, prints what its customers did, and ends', async (t) => {
  const cwd = await mkdtemp(join(tmpdir(), 'titanforge-own-plugin-'))
  // Where root runs the tests, PostgreSQL runs as somebody else, who must be able to enter.
  await chmod(cwd, 0o755)
  t.teardown(() => rm(cwd, { recursive: true }))
  const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd, timeout: 90_000 })
  t.deepEqual(stdout.trim().split('\n'), [
    'Hooray, 3 customers!',
    '3 customers pay.',
    'GET /api/milestones: {"customers":3}',
  ])
})
