import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, startProcess } from '@titanforge/core/testing'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
import { packages, read } from './pages.js'
import { compilePages, scriptOf } from './program.js'

const START = 'docs/guide/start.md'
const PROGRAMS = [
  'docs/guide/accounts.md',
  'docs/guide/dashboard.md',
  ...packages.map((folder) => `${folder}/README.md`),
]
const problems = compilePages([START, ...PROGRAMS])

/** What the programs of the pages find in their environment. */
async function environment(t: ExecutionContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const STRIPE_SANDBOX_PORT = String(await freePort())
  return {
    DATABASE_URL: url,
    PORT: '0',
    STRIPE_SANDBOX_PORT,
    SMTP_URL: undefined,
    DISCORD_WEBHOOK_URL: undefined,
  }
}

// Serial, so that a machine with few processors runs one program at a time.
for (const page of PROGRAMS) {
  test.serial(`the program of ${page} compiles, runs and keeps its promises`, async (t) => {
    t.deepEqual(problems.get(page), [])
    const cwd = await mkdtemp(join(tmpdir(), 'titanforge-docs-'))
    t.teardown(() => rm(cwd, { recursive: true, force: true }))
    const env = { ...process.env, ...(await environment(t)) }
    const run = promisify(execFile)
    const { stderr } = await run(process.execPath, [scriptOf(page)], { cwd, env, timeout: 90_000 })
    t.is(stderr, '')
  })
}

test.serial('the suites run under the test runner of Node, as the guide says', async (t) => {
  const [, adapter = ''] = /^```js\n(.*?)^```$/ms.exec(read('docs/guide/testing.md')) ?? []
  const file = scriptOf('node-test')
  await writeFile(
    file,
    `${adapter}
import { definePlugin } from '@titanforge/core'
import { pluginConformance, testForge } from '@titanforge/core/testing'
const plugin = definePlugin({ name: 'empty', setup: () => ({}) })
pluginConformance(test, plugin)
test('starts', async (t) => void (await testForge(t, [plugin()])))
`,
  )
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', file])
  t.regex(stdout, /fail 0/)
  t.true(Number(/pass (\d+)/.exec(stdout)?.[1]) > 10)
})

test.serial('the application of the first guide takes an order, and counts it', async (t) => {
  t.deepEqual(problems.get(START), [])
  const shop = await startProcess(scriptOf(START), {
    env: await environment(t),
    ready: /The shop is open at (\S+)/,
  })
  t.teardown(() => shop.end('SIGTERM'))
  const url = shop.match[1] ?? ''
  const order = (body: object) =>
    fetch(`${url}/api/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  t.is((await order({ product: 'hat' })).status, 201)
  t.is((await order({ product: '' })).status, 422)
  const sales = await waitFor(
    async () => {
      const text = await (await fetch(`${url}/api/sales`)).text()
      return text === '[]' ? undefined : text
    },
    { what: 'the order to be counted' },
  )
  t.is(sales, '[{"product":"hat","sold":1}]')
})
