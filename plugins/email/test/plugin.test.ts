import { join } from 'node:path'
import { createForge, defineAgent, definePlugin, env, type Plugin } from '@titanforge/core'
import { captureLog, fakeClock } from '@titanforge/core/testing'
import { http, HttpServer } from '@titanforge/http'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import type { CaughtMail } from '../src/caught-mail.js'
import { email, Mailer, sendEmail } from '../src/index.js'
import { openInbox } from './inbox.js'
import { statusFor } from './status-for.js'
import { temporaryFolder } from './temporary-folder.js'

const from = 'TitanForge <hello@example.com>'
const HOSTILE = '</iframe><script>alert(1)</script>'

async function start(t: ExecutionContext, ...plugins: Plugin[]) {
  const { log, lines } = captureLog()
  const forge = createForge({ plugins, log })
  await forge.start()
  t.teardown(() => forge.stop())
  return { forge, lines, mailer: forge.get(Mailer) }
}

async function startCatcher(t: ExecutionContext) {
  const { forge, mailer } = await start(t, http({ port: 0 }), email({ from }))
  return { forge, mailer, page: `${forge.get(HttpServer).url}/dev/mail` }
}

const listOf = async (page: string) => {
  const response = await fetch(page, { headers: { accept: 'application/json' } })
  return (await response.json()) as CaughtMail[]
}

test('without a server, what is sent is listed at /dev/mail', async (t) => {
  const { mailer, page } = await startCatcher(t)
  t.deepEqual(await listOf(page), [])
  const mail = { to: 'ada@example.com', text: 'Hello Ada' }
  const { messageId } = await mailer.send({ ...mail, subject: 'First', key: '1' })
  await mailer.send({ ...mail, subject: 'Second', key: '2' })
  const [second, first] = await listOf(page)
  t.is(second?.subject, 'Second')
  t.like(first, { messageId, from, to: ['ada@example.com'], subject: 'First', html: null })
  t.is(first?.text.trim(), 'Hello Ada')
})

test('the page shows a hostile mail and lets it do nothing', async (t) => {
  const { mailer, page } = await startCatcher(t)
  await mailer.send({
    to: 'ada@example.com',
    subject: HOSTILE,
    text: HOSTILE,
    html: HOSTILE,
    key: '1',
  })
  const response = await fetch(page)
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'text/html; charset=utf-8')
  t.regex(
    response.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; (?!.*script)/,
  )
  const html = await response.text()
  t.notRegex(html, /<script/)
  t.regex(html, /sandbox=""/)
  t.regex(html, /nothing leaves this machine/)
})

test('the page is for this machine: a public name in the Host header is refused', async (t) => {
  const { page } = await startCatcher(t)
  const { port } = new URL(page)
  const statuses = {
    localhost: 200,
    '[::1]': 200,
    'app.example.com': 403,
    '127.0.0.1.evil.example': 403,
    'a b': 403,
  }
  for (const [name, status] of Object.entries(statuses)) {
    t.is(await statusFor(page, `${name}:${port}`), status, name)
  }
})

test('the page is for this machine: a request that a proxy passed on is refused', async (t) => {
  const { page } = await startCatcher(t)
  const forwarding = {
    Forwarded: 'for=203.0.113.7',
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Host': 'app.example.com',
    'X-Real-IP': '203.0.113.7',
  }
  for (const [name, value] of Object.entries(forwarding)) {
    const response = await fetch(page, { headers: { [name]: value } })
    t.is(response.status, 403, name)
    t.regex(await response.text(), /MAIL_LOCAL_ONLY/)
  }
})

test('with a directory, caught mail is there after a restart', async (t) => {
  const directory = await temporaryFolder(t)
  const plugin = () => email({ from, directory: join(directory, 'mail') })
  const before = await start(t, http({ port: 0 }), plugin())
  const mail = { to: 'ada@example.com', text: 'Hello', html: '<b>Hello ✉</b>' }
  const subjects = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth']
  await Promise.all(
    subjects.map((subject, key) => before.mailer.send({ ...mail, subject, key: String(key) })),
  )
  const caught = await listOf(`${before.forge.get(HttpServer).url}/dev/mail`)
  await before.forge.stop()
  const after = await start(t, http({ port: 0 }), plugin())
  const page = `${after.forge.get(HttpServer).url}/dev/mail`
  t.is(caught.length, subjects.length)
  t.deepEqual(await listOf(page), caught)
  await after.mailer.send({ ...mail, subject: 'First again', key: '0' })
  const others = caught.map(({ subject }) => subject).filter((subject) => subject !== 'First')
  t.deepEqual(
    (await listOf(page)).map(({ subject }) => subject),
    ['First again', ...others],
  )
})

test('with a server, mail goes there and /dev/mail does not exist', async (t) => {
  const inbox = await openInbox(t)
  const smtpUrl = `smtp://127.0.0.1:${inbox.port}?ignoreTLS=true`
  const { forge, mailer } = await start(t, http({ port: 0 }), email({ from, smtpUrl }))
  await mailer.send({ to: 'ada@example.com', subject: 'Hello', text: 'Hello', key: '1' })
  t.is(inbox.received.length, 1)
  t.is((await fetch(`${forge.get(HttpServer).url}/dev/mail`)).status, 404)
})

test('an application without HTTP sends mail too', async (t) => {
  const { mailer } = await start(t, email({ from }))
  const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello', key: '1' }
  t.regex((await mailer.send(mail)).messageId, /@example\.com>$/)
})

test.serial('after stop nothing listens and nothing is sent', async (t) => {
  const { forge, mailer } = await start(t, email({ from }))
  const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello', key: '1' }
  await mailer.send(mail)
  // The stop would wait for ever if it waited until an idle connection has had its time.
  fakeClock(t)
  await forge.stop()
  await t.throwsAsync(mailer.send(mail), { code: 'MAILER_CLOSED' })
})

test('a wrong configuration names its variables and shows no value', (t) => {
  const plugin = email({ smtpUrl: env('SMTP_URL'), from: env('MAIL_FROM') })
  const configure = (SMTP_URL: string, MAIL_FROM: string) =>
    createForge({ plugins: [plugin], environment: { SMTP_URL, MAIL_FROM }, log: captureLog().log })
  const wrong = {
    urls: ['http://ada:hunter2@host', 'smtp://', 'hunter2'],
    senders: ['a@b.example, c@d.example', 'hunter2', 'A\r\nB: c <a@b.example>'],
  }
  for (const url of wrong.urls) {
    for (const sender of wrong.senders) {
      const error = t.throws(() => configure(url, sender), { code: 'CONFIG_INVALID' })
      t.regex(error.message, /smtpUrl \(SMTP_URL\): must be[^]*from \(MAIL_FROM\): must be/)
      t.notRegex(error.message, /hunter2/)
    }
  }
  t.notThrows(() => configure('smtps://ada:hunter2@host:465', 'hello@example.com'))
})

test('the password of the server is not in the log, whatever fails', async (t) => {
  const inbox = await openInbox(t)
  await inbox.close()
  const smtpUrl = `smtp://ada:hunter2@127.0.0.1:${inbox.port}`
  const { forge, lines, mailer } = await start(t, email({ from, smtpUrl }))
  const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello', key: '1' }
  const error = await t.throwsAsync(mailer.send(mail))
  const { log, lines: logged } = captureLog()
  log.error({ err: error }, 'a handler failed')
  await forge.stop()
  t.regex(logged.join(), /ECONNREFUSED/)
  t.notRegex([...lines, ...logged, JSON.stringify(forge.inspect())].join(), /hunter2/)
})

test('an agent that lists the tool send_email sends mail', async (t) => {
  const agent = defineAgent({
    name: 'writer',
    description: 'Writes to Ada.',
    input: z.string(),
    output: z.string(),
    tools: [sendEmail],
    async run(subject, ctx) {
      const mail = { to: 'ada@example.com', subject, body: 'Hello', html_body: '<b>Hello</b>' }
      return (await ctx.tool(sendEmail, mail)).message_id
    },
  })
  const writer = definePlugin({ name: 'writer', setup: () => ({ agents: [agent] }) })
  const { forge } = await start(t, http({ port: 0 }), email({ from }), writer())
  const messageId = await forge.run(agent, 'From an agent')
  t.not(await forge.run(agent, 'Another run'), messageId, 'another run is another mail')
  const [, mail] = await listOf(`${forge.get(HttpServer).url}/dev/mail`)
  t.like(mail, { messageId, subject: 'From an agent' })
  t.deepEqual(
    forge.all('tools').flatMap(({ value }) => value.map(({ name }) => name)),
    ['send_email'],
  )
})
