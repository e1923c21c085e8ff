import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const PAGE = fileURLToPath(new URL('../../../../../docs/guide/testing.md', import.meta.url))
// Inside the package, where `@titanforge/core` is found.
const FOLDER = fileURLToPath(new URL('../../node-test', import.meta.url))

/** What the guide gives to users of Node's own runner. */
const [, adapter = ''] = /^```js\n(.*?node:test.*?)^```$/ms.exec(readFileSync(PAGE, 'utf8')) ?? []

/** Runs tests with Node's runner. */
function run(name: string, program: string) {
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, `${name}.js`)
  writeFileSync(file, `${adapter}\n${program}`)
  // A runner inside another would report to that one.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
  return spawnSync(process.execPath, ['--test', file], { env, encoding: 'utf8' })
}

test('the guide’s adapter for the runner of Node lets a plugin stop before what it needs is closed', (t) => {
  const { stdout, status } = run(
    'conformance',
    `
      import { definePlugin, token } from '@titanforge/core'
      import { pluginConformance } from '@titanforge/core/testing'

      const Store = token('Store')
      const user = definePlugin({
        name: 'user',
        requires: { store: Store },
        setup: ({ store }) => ({ start: () => () => store.flush() }),
      })
      pluginConformance(test, user, {
        needs(t) {
          let isOpen = true
          t.teardown(() => void (isOpen = false))
          const flush = () => {
            if (!isOpen) throw new Error('the store is closed')
          }
          const services = { store: { flush } }
          return [definePlugin({ name: 'store', provides: { store: Store }, setup: () => ({ services }) })()]
        },
      })
    `,
  )
  t.is(status, 0, stdout)
  t.regex(stdout, /plugin user: started and stopped, it leaves nothing behind/)
})

test('where one thing cannot be undone, the adapter undoes the others, and the test fails', (t) => {
  const { stdout, status } = run(
    'failing',
    `
      test('leaves much', async (t) => {
        t.teardown(() => console.log('undone first'))
        t.teardown(() => { throw new Error('stuck') })
        t.teardown(async () => console.log('undone last'))
      })
    `,
  )
  t.is(status, 1)
  t.regex(stdout, /undone last.*undone first/s)
  t.regex(stdout, /stuck/)
})
