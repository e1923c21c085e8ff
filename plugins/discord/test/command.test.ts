import { defineAgent, definePlugin } from '@titanforge/core'
import { testForge, waitFor } from '@titanforge/core/testing'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import { discord } from '../src/index.js'
import { BOT_TOKEN, CHANNEL_ID, openDiscord, type DiscordStandIn } from './discord-stand-in.js'

const OPERATOR = '500000000000000001'
const STRANGER = '500000000000000002'

interface Gate {
  opened: Promise<void>
  open(): void
}
function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/** Agents, and what they were asked. */
function workshop() {
  const asked: unknown[] = []
  const middle = gate()
  const echo = defineAgent({
    name: 'echo',
    description: 'Echoes.',
    input: z.string(),
    output: z.string(),
    run(text) {
      asked.push(text)
      return text
    },
  })
  const counter = defineAgent({
    name: 'counter',
    description: 'Counts.',
    input: z.object({ to: z.number() }),
    output: z.object({ counted: z.number() }),
    async run({ to }, ctx) {
      asked.push(to)
      ctx.progress(25, 'a quarter of <@everyone>')
      await middle.opened
      for (let step = 0; step < 200; step++) ctx.progress(50 + step / 10)
      return { counted: to }
    },
  })
  const sleeper = defineAgent({
    name: 'sleeper',
    description: 'Waits until it is told to end.',
    input: z.null(),
    output: z.null(),
    run: (_input, { signal }) =>
      new Promise<null>((_resolve, reject) => {
        asked.push('asleep')
        signal.addEventListener('abort', () => reject(new Error('woken')))
      }),
  })
  const broken = defineAgent({
    name: 'broken',
    description: 'Fails.',
    input: z.null(),
    output: z.null(),
    run: () => {
      throw new Error('the password is hunter2')
    },
  })
  const listener = defineAgent({ name: 'listener', description: 'Only listens.', on: [] })
  const plugin = definePlugin({
    name: 'workshop',
    setup: () => ({ agents: [echo, counter, sleeper, broken, listener] }),
  })
  return { asked, middle, plugin }
}

const bot = (standIn: DiscordStandIn, botToken = BOT_TOKEN) =>
  discord({ botToken, apiBase: standIn.apiBase, operators: [OPERATOR] })

async function start(t: ExecutionContext) {
  const standIn = await openDiscord(t)
  const { asked, middle, plugin } = workshop()
  const { forge, lines } = await testForge(t, [plugin(), bot(standIn)])
  await waitFor(() => standIn.commands.length > 0, { what: 'the command', timeoutMs: 30_000 })
  return { standIn, asked, middle, forge, lines }
}

const lastEdit = (standIn: DiscordStandIn, id: string) => standIn.editsOf(id).at(-1)?.body.embeds[0]
const shows = (standIn: DiscordStandIn, id: string, title: string) =>
  waitFor(() => lastEdit(standIn, id)?.title === title, { what: title, timeoutMs: 30_000 })

test('the command is registered with the agents that can be run', async (t) => {
  const { standIn } = await start(t)
  const [command, ...others] = standIn.commands
  t.deepEqual(others, [])
  t.is(command?.name, 'run')
  t.deepEqual(
    command?.options[0]?.choices?.map(({ value }) => value),
    ['echo', 'counter', 'sleeper', 'broken'],
  )
  t.like(command, { default_member_permissions: '0' })
})

test('an operator runs an agent and sees what it answers, with nobody mentioned', async (t) => {
  const { standIn, asked } = await start(t)
  const id = standIn.give('run', { agent: 'echo', input: 'hello @everyone <@1>' }, OPERATOR)
  await shows(standIn, id, 'echo is done')
  t.deepEqual(asked, ['hello @everyone <@1>'])
  t.deepEqual(standIn.acknowledged, [id])
  t.notRegex(lastEdit(standIn, id)?.description ?? '', /@everyone|(?<!\\)<@/)
  for (const { body } of standIn.editsOf(id)) t.deepEqual(body.allowed_mentions, { parse: [] })
})

test('progress is shown while the run goes on, in few edits', async (t) => {
  const { standIn, asked, middle } = await start(t)
  const id = standIn.give('run', { agent: 'counter', input: '{"to": 7}' }, OPERATOR)
  await waitFor(() => lastEdit(standIn, id)?.description?.includes('25 %') === true, {
    what: 'the progress',
    timeoutMs: 30_000,
  })
  t.is(lastEdit(standIn, id)?.title, 'counter is running')
  t.deepEqual(standIn.acknowledged, [id], 'Discord waits three seconds, and a run may take longer')
  t.true(lastEdit(standIn, id)?.description?.includes('a quarter of'))
  const held = gate()
  standIn.holdEdits = held.opened
  middle.open()
  await waitFor(() => lastEdit(standIn, id)?.description?.includes('5') === true)
  held.open()
  await shows(standIn, id, 'counter is done')
  t.deepEqual(asked, [7])
  t.regex(lastEdit(standIn, id)?.description ?? '', /"counted": 7/)
  t.true(standIn.editsOf(id).length < 10, `${standIn.editsOf(id).length} edits for 200 steps`)
})

test('strangers run nothing, and learn how that can change', async (t) => {
  const { standIn, asked } = await start(t)
  const id = standIn.give('run', { agent: 'echo', input: 'hello' }, STRANGER)
  await shows(standIn, id, 'You may not run agents here')
  t.true(lastEdit(standIn, id)?.description?.includes(STRANGER))
  t.deepEqual(asked, [])
})

test('an unknown agent, a wrong input and a broken agent are said, and no secret of theirs', async (t) => {
  const { standIn } = await start(t)
  const unknown = standIn.give('run', { agent: 'nobody' }, OPERATOR)
  const wrong = standIn.give('run', { agent: 'counter', input: 'seven' }, OPERATOR)
  const broken = standIn.give('run', { agent: 'broken' }, OPERATOR)
  await shows(standIn, unknown, 'nobody failed')
  await shows(standIn, wrong, 'counter failed')
  await shows(standIn, broken, 'broken failed')
  t.regex(lastEdit(standIn, unknown)?.description ?? '', /AGENT/)
  t.regex(lastEdit(standIn, wrong)?.description ?? '', /INPUT/)
  t.notRegex(lastEdit(standIn, broken)?.description ?? '', /hunter2/)
})

test('two processes of one bot run a command once', async (t) => {
  const standIn = await openDiscord(t)
  const [one, two] = [workshop(), workshop()]
  await testForge(t, [one.plugin(), bot(standIn)])
  await testForge(t, [two.plugin(), bot(standIn)])
  await waitFor(() => standIn.identified === 2, { what: 'both bots', timeoutMs: 30_000 })
  const id = standIn.give('run', { agent: 'echo', input: 'once' }, OPERATOR)
  await shows(standIn, id, 'echo is done')
  t.is(one.asked.length + two.asked.length, 1)
})

test('a connection that is cut is taken up again', async (t) => {
  const { standIn, asked } = await start(t)
  standIn.cut()
  await waitFor(() => standIn.resumed === 1, { what: 'the connection', timeoutMs: 30_000 })
  const id = standIn.give('run', { agent: 'echo', input: 'again' }, OPERATOR)
  await shows(standIn, id, 'echo is done')
  t.deepEqual(asked, ['again'])
  t.is(standIn.identified, 1)
})

test('a gateway that asks to connect anew, or forgets the session, is connected to again', async (t) => {
  t.timeout(120_000)
  const { standIn, asked } = await start(t)
  standIn.askToReconnect()
  await waitFor(() => standIn.resumed === 1, { what: 'the session', timeoutMs: 30_000 })
  // Once it answers, it has taken the session up: discord.js cannot lose one that it is about to take up.
  const first = standIn.give('run', { agent: 'echo', input: 'again' }, OPERATOR)
  await shows(standIn, first, 'echo is done')
  standIn.invalidateSession()
  await waitFor(() => standIn.identified === 2, { what: 'a new session', timeoutMs: 60_000 })
  const second = standIn.give('run', { agent: 'echo', input: 'and again' }, OPERATOR)
  await shows(standIn, second, 'echo is done')
  t.deepEqual(asked, ['again', 'and again'])
})

test('a gateway that says nothing does not hold up the stop', async (t) => {
  t.timeout(120_000)
  const standIn = await openDiscord(t)
  standIn.isMute = true
  const { forge } = await testForge(t, [workshop().plugin(), bot(standIn)])
  await waitFor(() => standIn.connections > 0, { what: 'a connection', timeoutMs: 30_000 })
  // What discord.js leaves behind connects anew, and would do so for ever.
  standIn.refusesBots = true
  await t.notThrowsAsync(forge.stop())
  await waitFor(() => standIn.refused > 0, { what: 'the connection', timeoutMs: 30_000 })
})

test('a stop cancels what was asked for, and says so', async (t) => {
  const { standIn, asked, forge } = await start(t)
  const id = standIn.give('run', { agent: 'sleeper' }, OPERATOR)
  await waitFor(() => asked.length > 0, { what: 'the run' })
  await forge.stop()
  t.is(lastEdit(standIn, id)?.title, 'sleeper failed')
  t.regex(lastEdit(standIn, id)?.description ?? '', /CANCELLED/)
})

test('a wrong token does not stop the application, and is not in the log', async (t) => {
  const standIn = await openDiscord(t)
  const { lines } = await testForge(t, [workshop().plugin(), bot(standIn, 'a-wrong-token')])
  await waitFor(() => lines.some((line) => line.includes('could not be reached')), {
    what: 'the complaint',
    timeoutMs: 30_000,
  })
  t.notRegex(lines.join(), /a-wrong-token/)
})

test('without operators there is no command, and nothing connects', async (t) => {
  const standIn = await openDiscord(t)
  const { forge } = await testForge(t, [
    workshop().plugin(),
    discord({ botToken: BOT_TOKEN, channelId: CHANNEL_ID, apiBase: standIn.apiBase }),
  ])
  await forge.stop()
  t.is(standIn.identified, 0)
})
