import { EventBus, UnitOfWork } from '@titanforge/core'
import { testForge, waitFor } from '@titanforge/core/testing'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { discord } from '../src/index.js'
import { teamChannel } from '../src/messages/team-channel.js'
import {
  BOT_TOKEN,
  CHANNEL_ID,
  openDiscord,
  WEBHOOK_ID,
  type DiscordStandIn,
} from './discord-stand-in.js'
import { post } from './post.js'

const byWebhook = (standIn: DiscordStandIn) => discord({ webhookUrl: standIn.webhookUrl })
const byBot = (standIn: DiscordStandIn) =>
  discord({ botToken: BOT_TOKEN, channelId: CHANNEL_ID, apiBase: standIn.apiBase })

async function start(t: ExecutionContext, plugin = byWebhook) {
  const standIn = await openDiscord(t)
  return { standIn, ...(await testForge(t, [plugin(standIn)])) }
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ title: `message ${index}` }))
const titlesOf = (count: number) => numbered(count).map(({ title }) => title)

test('a webhook posts an embed with text, fields and links, and without any token of a bot', async (t) => {
  const { standIn, forge, idle } = await start(t)
  await post(forge, {
    title: 'A payment failed',
    text: 'It was refused.',
    fields: [{ name: 'Customer', value: 'ada@example.com' }],
    links: [
      { label: 'Open it', url: 'https://forge.example/a_(b)' },
      { label: 'Docs', url: 'https://docs.example/' },
    ],
  })
  await idle()
  const [message, ...others] = standIn.messages
  t.deepEqual(others, [])
  t.is(message?.path, `/webhooks/${WEBHOOK_ID}/a-webhook-token`)
  t.is(message?.authorization, undefined)
  t.deepEqual(message?.body.allowed_mentions, { parse: [] })
  t.like(message?.body.embeds[0], {
    title: 'A payment failed',
    description:
      'It was refused.\n\n[Open it](https://forge.example/a_%28b%29) · [Docs](https://docs.example/)',
    url: 'https://forge.example/a_(b)',
    fields: [{ name: 'Customer', value: 'ada@example.com', inline: true }],
  })
})

test('a bot posts to its channel, or to the one that the message names, with a nonce', async (t) => {
  const { standIn, forge, idle } = await start(t, byBot)
  const channelId = '200000000000000002'
  await post(forge, { title: 'here' }, { title: 'there', channelId })
  await idle()
  t.deepEqual(standIn.messages.map(({ path }) => path).sort(), [
    `/channels/${CHANNEL_ID}/messages`,
    `/channels/${channelId}/messages`,
  ])
  for (const { authorization, body } of standIn.messages) {
    t.is(authorization, `Bot ${BOT_TOKEN}`)
    t.is(body.nonce?.length, 25)
    t.true(body.enforce_nonce)
    t.deepEqual(body.allowed_mentions, { parse: [] })
  }
})

test('messages come in their order, whatever the rate limit, and discord.js keeps within it', async (t) => {
  const { standIn, forge, idle } = await start(t)
  standIn.limit = { calls: 2, seconds: 0.3 }
  await post(forge, ...numbered(9))
  await idle()
  t.deepEqual(standIn.titles, titlesOf(9))
  t.is(standIn.limited, 0)
})

test('a 429 that nobody could foresee is waited for, and the order stays', async (t) => {
  const { standIn, forge, idle } = await start(t)
  const limits = [0.2, 0.1, 0.2, 0.3]
  standIn.answerMessage = () => {
    const seconds = limits.pop()
    // The first one is for the whole bot, the others for this channel.
    const global = limits.length === 3
    const body = { message: 'You are being rate limited.', retry_after: seconds, global }
    return seconds === undefined ? undefined : { status: 429, body }
  }
  await post(forge, ...numbered(4))
  await idle()
  t.deepEqual(standIn.titles, titlesOf(4))
})

test('a long limit and an outage postpone a message and those behind it, and lose none', async (t) => {
  const { standIn, forge, lines } = await start(t)
  const postponed = (reason: RegExp) => () =>
    lines.some((line) => line.includes('will be tried again') && reason.test(line))
  standIn.answerMessage = () => ({
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: 60, global: false },
  })
  await post(forge, ...numbered(3))
  await waitFor(postponed(/limits the rate/))
  t.deepEqual(standIn.messages, [])
  t.is(lines.filter((line) => line.includes('will be tried again')).length, 1)
})

test('a message that Discord refuses for good becomes a dead letter, and the others go on', async (t) => {
  const { standIn, forge, bus, idle } = await start(t)
  let asked = 0
  standIn.answerMessage = () =>
    ++asked === 2
      ? { status: 400, body: { message: 'Invalid Form Body', code: 50_035 } }
      : undefined
  await post(forge, ...numbered(3))
  await idle()
  t.deepEqual(standIn.titles, ['message 0', 'message 2'])
  const [dead, ...others] = await bus.deadLetters.list()
  t.deepEqual(others, [])
  t.regex(dead?.reason ?? '', /Discord refused the message for good \(Invalid Form Body/)
})

test('a message to a webhook that is gone becomes a dead letter that says so, and can be sent again', async (t) => {
  const { standIn, forge, bus, idle } = await start(t)
  let isGone = true
  const answer = { status: 404, body: { message: 'Unknown Webhook', code: 10_015 } }
  standIn.answerMessage = () => (isGone ? answer : undefined)
  await post(forge, ...numbered(2))
  await idle()
  const dead = await bus.deadLetters.list()
  t.is(dead.length, 2)
  for (const { reason } of dead)
    t.regex(reason, /Unknown Webhook[^]*DISCORD_WEBHOOK_URL[^]*events:redrive/)
  isGone = false
  t.is(await bus.deadLetters.redrive(), 2)
  await idle()
  t.deepEqual(standIn.titles.sort(), titlesOf(2))
})

test('a bot that may not post yet costs no message: it is tried again, and the log says what to check', async (t) => {
  const { standIn, forge, bus, lines } = await start(t, byBot)
  standIn.answerMessage = () => ({
    status: 403,
    body: { message: 'Missing Permissions', code: 50_013 },
  })
  await post(forge, { title: 'kept' })
  await waitFor(() => lines.some((line) => line.includes('will be tried again')))
  t.true(lines.some((line) => /Check DISCORD_WEBHOOK_URL/.test(line)))
  t.deepEqual(await bus.deadLetters.list(), [])
})

test('a field with nothing to see in it does not make Discord refuse the message', async (t) => {
  const { standIn, forge, idle } = await start(t)
  const url = `https://forge.example/${'a'.repeat(2_100)}`
  await post(forge, {
    title: '\u200b',
    fields: [{ name: ' ', value: '\n\u200b\t' }],
    links: [{ label: 'Open', url }],
  })
  await idle()
  const [embed] = standIn.messages[0]?.body.embeds ?? []
  t.deepEqual(embed?.fields, [{ name: '–', value: '–', inline: true }])
  t.is(embed?.title, '–')
  t.is(embed?.url, undefined, 'Discord takes no longer address than 2,048 characters here')
})

test('a message that names a channel needs a bot', async (t) => {
  const { standIn, forge, bus, idle } = await start(t)
  await post(forge, { title: 'elsewhere', channelId: CHANNEL_ID })
  await idle()
  t.deepEqual(standIn.messages, [])
  t.regex((await bus.deadLetters.list())[0]?.reason ?? '', /DISCORD_BOT_TOKEN/)
})

test('secrets are not in the log, whatever fails', async (t) => {
  const { standIn, forge, lines } = await start(t)
  standIn.answerMessage = () => ({ status: 500, body: { message: 'broken' } })
  await standIn.close()
  standIn.close = async () => undefined
  await post(forge, { title: 'nobody hears' })
  await waitFor(() => lines.some((line) => line.includes('will be tried again')), {
    timeoutMs: 30_000,
  })
  t.notRegex(lines.join(), /a-webhook-token/)
})

test('an alert that is sent again, as after a crash, is posted once', async (t) => {
  const { standIn, forge, idle } = await start(t)
  const channel = teamChannel(forge.get(UnitOfWork), forge.get(EventBus))
  const letter = { subject: 'A dispute', blocks: [{ list: ['one', 'two'] }] }
  for (let round = 0; round < 3; round++) await channel.send({ key: 'dispute:1', letter, text: '' })
  await channel.send({ key: 'dispute:2', letter, text: '' })
  await idle()
  t.deepEqual(standIn.titles, ['A dispute', 'A dispute'])
  t.is(standIn.messages[0]?.body.embeds[0]?.description, '• one\n• two')
})

test('security 39: nothing in a text pings, links under other words, or looks like markup', async (t) => {
  const { standIn, forge, idle } = await start(t)
  const text =
    '@everyone @here <@123> <@&1> <#2> **bold** [safe](https://evil.example) `x` # h\n- l'
  await post(forge, { title: text, text, fields: [{ name: text, value: text }] })
  await idle()
  const [embed] = standIn.messages[0]?.body.embeds ?? []
  const texts = [
    embed?.title,
    embed?.description,
    embed?.fields?.[0]?.name,
    embed?.fields?.[0]?.value,
  ]
  for (const shown of texts) {
    t.notRegex(shown ?? '', /@(everyone|here)|(?<!\\)[<*`]|(?<!\\)\[safe\]\(/)
  }
  t.is(standIn.messages[0]?.body.content, undefined)
})

test('whatever is posted is within the limits of Discord', async (t) => {
  const { escapeMarkdown } = await import('discord.js')
  const { embedOf } = await import('../src/messages/embed-of.js')
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('a', '*', '\\', '😀', '@everyone'), fc.nat(8_000))
      .map(([part, count]) => part.repeat(count)),
  )
  const field = fc.record({ name: text, value: text })
  fc.assert(
    fc.property(text, text, fc.array(field, { maxLength: 40 }), (title, body, fields) => {
      const links = [{ label: 'Open', url: 'https://forge.example/' }]
      const embed = embedOf({ title, text: body, fields, links }, escapeMarkdown)
      const shown = embed.fields ?? []
      const lengths = shown.flatMap(({ name, value }) => [name.length, value.length])
      const all =
        (embed.title?.length ?? 0) +
        (embed.description?.length ?? 0) +
        lengths.reduce((sum, length) => sum + length, 0)
      return (
        (embed.title?.length ?? 0) <= 256 &&
        (embed.description?.length ?? 0) <= 4096 &&
        embed.description?.endsWith('[Open](https://forge.example/)') &&
        shown.length <= 25 &&
        shown.every(
          ({ name, value }) =>
            name.length > 0 && name.length <= 256 && value.length > 0 && value.length <= 1024,
        ) &&
        all <= 6000
      )
    }),
    { numRuns: 200 },
  )
  t.pass()
})
