import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))

test('the program prints its offer and ends', async (t) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main], {
    timeout: 90_000,
  })
  t.is(stdout, 'One hat: 1999 cents.\n')
  t.is(stderr, '')
})
