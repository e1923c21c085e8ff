import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'

const LATE = ['pino', 'tsyringe', 'reflect-metadata', '@opentelemetry/api']

/** Which of them a program has loaded when it ends. */
async function loadedBy(program: string): Promise<string[]> {
  const code = `
    import { createRequire } from 'node:module'
    import { createForge, createLogger, defineAgent } from '@titanforge/core'
    ${program}
    const files = Object.keys(createRequire(import.meta.url).cache)
    const isLoaded = (name) => files.some((file) => file.includes('/node_modules/' + name + '/'))
    console.log(JSON.stringify(${JSON.stringify(LATE)}.filter(isLoaded)))`
  const args = ['--input-type=module', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as string[]
}

test('importing core loads nothing that only a running application needs', async (t) => {
  t.deepEqual(await loadedBy(''), [])
})

test('an application that neither logs nor traces loads neither a logger nor tracing', async (t) => {
  const anything = `{ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }`
  const program = `
    const agent = { name: 'a', description: 'A.', input: ${anything}, output: ${anything}, run: () => 1 }
    await createForge({ plugins: [] }).run(defineAgent(agent), 1)`
  t.deepEqual(await loadedBy(program), ['tsyringe', 'reflect-metadata'])
})

test('the first line loads the logger', async (t) => {
  t.deepEqual(await loadedBy(`createLogger({ destination: { write() {} } }).info('hello')`), [
    'pino',
  ])
})
