import { on } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, noted, record } from '../application.js'

test('dead letters are listed, redriven and discarded by command', async (t) => {
  let broken = true
  const shaky = on(
    noted,
    'shaky',
    async () => {
      if (broken) throw new Error('the printer is on fire')
    },
    { retry: { limit: 0 } },
  )
  const app = await application(t, { on: [shaky] })
  for (const text of ['one', 'two']) await app.publish(text)
  await waitFor(async () => (await app.bus.deadLetters.list()).length === 2)
  const listed = await app.command('events:dead')
  t.is(listed.length, 2)
  t.regex(listed[0] ?? '', /shaky {2}event .*: the printer is on fire/)
  const [id = ''] = (listed[0] ?? '').split(' ')
  await t.throwsAsync(app.command('events:discard', id), { code: 'COMMAND_USAGE' })
  await t.throwsAsync(app.command('events:discard', '--reason', 'all of them'), {
    code: 'COMMAND_USAGE',
  })
  t.deepEqual(await app.command('events:discard', id, '--reason', 'a test order'), ['Discarded 1.'])
  broken = false
  for (const command of [['events:redrive'], ['events:discard', '--reason', 'a slip']]) {
    const [name = '', ...options] = command
    await t.throwsAsync(app.command(name, 'no-such-id', ...options), {
      code: 'DEAD_LETTER_UNKNOWN',
      message: /no-such-id/,
    })
  }
  t.deepEqual(await app.command('events:redrive'), ['Delivering 1 again.'])
  await waitFor(async () => (await app.log.backlog())[0]?.pending === 0)
  t.deepEqual(await app.command('events:dead'), ['No dead letters.'])
})

test('a replay by command takes a range of time, and refuses what is none', async (t) => {
  const app = await application(t, { on: [record('a')] })
  await app.publish('old', { occurredAt: new Date('2026-01-01T12:00:00Z') })
  await waitFor(async () => (await app.effects('a')).length === 1)
  const replay = (...options: string[]) => app.command('events:replay', 'a', ...options)
  t.deepEqual(await replay('--from', '2026-01-02'), ['Delivering 0 events to a again.'])
  t.deepEqual(await replay('--to', '2026-01-02'), ['Delivering 1 events to a again.'])
  await waitFor(async () => (await app.effects('a')).length === 2)
  await t.throwsAsync(replay('--from', 'yesterday'), {
    code: 'COMMAND_USAGE',
    message: /yesterday/,
  })
  await t.throwsAsync(app.command('events:replay'), { code: 'COMMAND_USAGE' })
})

test('the log can be read and followed, without its payloads', async (t) => {
  const app = await application(t)
  await app.publish('secret')
  const [line = ''] = await app.command('events:tail')
  t.regex(line, /^\d{4}-.*Z {2}test\.noted {2}secret {2}[0-9a-f-]{36}$/)
  t.deepEqual(await app.command('events:tail', '--type', 'test.other'), [])
  await t.throwsAsync(app.command('events:tail', '--limit', 'many'), { code: 'COMMAND_USAGE' })

  const printed: string[] = []
  const enough = new AbortController()
  const following = app.forge.command(
    ['events:tail', '--follow'],
    (text) => printed.push(text),
    enough.signal,
  )
  await waitFor(async () => printed.length === 1)
  await app.publish('next')
  await waitFor(async () => printed.length === 2)
  enough.abort()
  await following
  t.regex(printed[1] ?? '', /next/)
})
