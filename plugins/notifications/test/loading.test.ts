import { startProcess } from '@titanforge/core/testing'
import test from 'ava'

test('React is not loaded before the first mail is written', async (t) => {
  const program = `
    import { createRequire } from 'node:module'
    const { notifications } = await import(${JSON.stringify(import.meta.resolve('../src/index.js'))})
    const files = Object.keys(createRequire(import.meta.url).cache)
    console.log(notifications.definition.name, files.filter((file) => /node_modules.react/.test(file)))
    setInterval(() => undefined, 1_000)`
  const args = ['--input-type=module', '--eval', program]
  const [file = '', ...others] = args
  const running = await startProcess(file, { args: others, ready: /notifications (.*)/ })
  t.teardown(() => running.end('SIGKILL'))
  t.is(running.match[1], '[]')
})
