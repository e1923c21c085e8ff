import test from 'ava'
import { startProcess } from '../../src/testing/index.js'

/** A program given as text. */
const program = (text: string) => ['-e', { args: [text] }] as const

const waits = 'setInterval(() => undefined, 1000);'

test('a process is handed over when it has printed that it is up, and ends as it is told', async (t) => {
  const [file, options] = program(`${waits} console.log('listening on ' + process.env.TEST_PORT)`)
  const env = { TEST_PORT: '3210' }
  const running = await startProcess(file, { ...options, env, ready: /listening on (\d+)/ })
  t.is(running.match[1], '3210')
  t.regex(running.output(), /listening on 3210/)
  t.is(await running.end('SIGTERM'), 'SIGTERM')
})

test('a process that handles the signal ends with its own status', async (t) => {
  const [file, options] = program(
    `${waits} process.on('SIGTERM', () => process.exit(3)); console.error('up')`,
  )
  const running = await startProcess(file, { ...options, ready: /up/ })
  t.is(await running.end('SIGTERM'), 3)
})

test('a process that ends before it is up fails with what it printed', async (t) => {
  const [file, options] = program(`console.error('no database'); process.exitCode = 2`)
  const error = await t.throwsAsync(startProcess(file, { ...options, ready: /up/ }))
  t.regex(error.message, /ended with 2\. It printed:\nno database/)
})

test('a process that does not come up in time is killed and fails with what it printed', async (t) => {
  const [file, options] = program(`console.log(process.pid); ${waits}`)
  const starting = startProcess(file, { ...options, ready: /up/, timeoutMs: 4_000 })
  const { message } = await t.throwsAsync(starting)
  const [, pid] = /within 4000 ms\. It printed:\n(\d+)/.exec(message) ?? []
  t.truthy(pid)
  await gone(Number(pid))
  t.pass()
})

/** Resolves when there is no such process. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
