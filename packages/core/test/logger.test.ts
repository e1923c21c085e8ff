import test from 'ava'
import { createLogger } from '../src/logger.js'
import { captureLog } from '../src/testing/index.js'

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
  'authorization',
  'cookie',
]) {
  test(`whatever is logged as "${name}" is removed, at the top, one level down and in child loggers`, (t) => {
    const { log, lines } = captureLog()
    log.info({ [name]: 'hunter2', nested: { [name]: 'hunter2' } }, 'careless')
    log.child({ [name]: 'hunter2' }).info('careless child')
    t.is(lines.length, 2)
    t.notRegex(lines.join(''), /hunter2/)
  })
}

test('an error is logged with its message, stack and code', (t) => {
  const { log, lines } = captureLog()
  log.error({ err: Object.assign(new Error('broken'), { code: 'BROKEN' }) }, 'failed')
  const [line] = parsed(lines)
  t.like(line, { err: { message: 'broken', code: 'BROKEN' } })
  t.regex((line?.err as { stack: string }).stack, /logger\.test/)
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
