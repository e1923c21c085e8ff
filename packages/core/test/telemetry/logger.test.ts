import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'ava'
import { createLogger } from '../../src/telemetry/logger.js'
import { captureLog } from '../../src/testing/index.js'

const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>)

test('a line is one JSON object with its time in UTC', (t) => {
  const { log, lines } = captureLog()
  log.info({ orders: 3 }, 'counted')
  const [line] = parsed(lines)
  t.like(line, { orders: 3, msg: 'counted' })
  t.regex(String(line?.time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

for (const name of [
  'password',
  'secretKey',
  'webhookSecrets',
  'jwtSecret',
  'token',
  'refresh_token',
  'apiKey',
  'client_secret',
  'Authorization',
  'cookie',
  'set-cookie',
  'X-Api-Key',
]) {
  test(`whatever is logged as "${name}" is removed, at any depth, in lists, in errors and in child loggers`, (t) => {
    const { log, lines } = captureLog()
    const secret = { [name]: 'hunter2' }
    log.info({ ...secret, nested: { [name]: { deep: ['hunter2'] } } }, 'careless')
    log.info({ request: { headers: [{ ...secret }] } }, 'careless')
    const err = Object.assign(new Error('refused'), { details: { config: secret } })
    log.error({ err }, 'careless')
    log.child(secret).info({ order: 7 }, 'careless child')
    t.is(lines.length, 4)
    t.notRegex(lines.join(''), /hunter2/)
    t.like(parsed(lines).at(-1), { order: 7, msg: 'careless child' })
  })
}

test('what only sounds like a secret stays', (t) => {
  const { log, lines } = captureLog()
  log.info({ inputTokens: 7, said: '{"token":"x"}', token: 1 }, 'the "password": forgotten')
  t.like(parsed(lines)[0], {
    inputTokens: 7,
    said: '{"token":"x"}',
    msg: 'the "password": forgotten',
  })
})

test('a process whose standard output nobody reads any more can end', async (t) => {
  const core = new URL('../../src/index.js', import.meta.url).href
  const program = `
    import { createLogger } from '${core}'
    const log = createLogger()
    log.info('up')
    process.stdin.on('end', () => {
      for (const line of ['one', 'two', 'three']) log.info(line)
      process.exit(7)
    }).resume()`
  const args = ['--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  await once(child.stdout, 'close')
  child.stdin.end()
  t.deepEqual(await exited, [7, null])
})

test('what is logged right before the process ends is written', async (t) => {
  const core = new URL('../../src/index.js', import.meta.url).href
  const program = `
    import { createLogger } from '${core}'
    for (let line = 0; line < 1000; line++) createLogger().info({ line }, 'last words')
    process.exit(0)`
  const args = ['--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.regex(await text(child.stdout), /"line":999,"msg":"last words"\}\n$/)
})

test('an error is logged with its message, stack and code', (t) => {
  const { log, lines } = captureLog()
  log.error({ err: Object.assign(new Error('broken'), { code: 'BROKEN' }) }, 'failed')
  const [line] = parsed(lines)
  t.like(line, { err: { message: 'broken', code: 'BROKEN' } })
  t.regex((line?.err as { stack: string }).stack, /logger\.test/)
})

test('an error that cannot be written, such as one that cannot be changed, is told of all the same', (t) => {
  const unreadable = new Error('out of paper')
  const get = () => {
    throw new Error('unreadable')
  }
  Object.defineProperty(unreadable, 'page', { enumerable: true, get })
  for (const err of [Object.freeze(new Error('out of paper')), unreadable]) {
    const { log, lines } = captureLog()
    const fields = { err, page: 7, apiKey: 'hunter2', tray: { paper: 0 } }
    log.child({ plugin: 'press' }).warn(fields, 'a page failed')
    log.error(err, 'a page failed')
    const [line, ofItself] = parsed(lines)
    const told = { plugin: 'press', err: 'out of paper', page: 7, apiKey: '[removed]' }
    t.like(line, { ...told, msg: 'a page failed' })
    t.regex(String(line?.notWritten), /not extensible|unreadable/)
    t.like(ofItself, { err: 'out of paper', msg: 'a page failed' })
  }
})

test('fields that cannot be read keep no line from being written, nor those of a child', (t) => {
  const { log, lines } = captureLog()
  const unreadable = {
    get err() {
      throw new Error('unreadable')
    },
  }
  log.warn(unreadable, 'a page failed')
  log.child(unreadable).warn({ page: 7 }, 'a page failed')
  log.child({ err: Object.freeze(new Error('out of paper')) }).warn({ page: 7 }, 'a page failed')
  const [line, ...ofChildren] = parsed(lines)
  t.like(line, { msg: 'a page failed', notWritten: 'unreadable' })
  for (const line of ofChildren) t.like(line, { page: 7, msg: 'a page failed' })
  t.is(ofChildren.length, 2)
})

test('a line that cannot be written at all stops nobody', (t) => {
  const write = () => {
    throw new Error('the disk is full')
  }
  const log = createLogger({ destination: { write } })
  t.notThrows(() => log.info('counted'))
  t.notThrows(() => log.info({ orders: 3 }, 'counted'))
})

test('a child logger adds its fields to each line', (t) => {
  const { log, lines } = captureLog()
  log.child({ plugin: 'shop' }).child({ runId: 'r1' }).warn('low')
  t.like(parsed(lines)[0], { plugin: 'shop', runId: 'r1', msg: 'low' })
})

test('what lies below the level is not written', (t) => {
  const lines: string[] = []
  const log = createLogger({
    level: 'warn',
    destination: { write: (line) => void lines.push(line) },
  })
  log.info('quiet')
  log.warn('loud')
  t.deepEqual(
    parsed(lines).map((line) => line.msg),
    ['loud'],
  )
})
