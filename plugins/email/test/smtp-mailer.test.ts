import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { ForgeError, RetryLater } from '@titanforge/core'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import type { SMTPServerOptions } from 'smtp-server'
import type { Mail } from '../src/contract.js'
import { SmtpMailer } from '../src/smtp-mailer.js'
import { openInbox, refusal } from './inbox.js'

const from = { name: 'TitanForge', address: 'hello@example.com' }
const mail: Mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada', key: 'greeting:1' }

function openMailer(t: ExecutionContext, url: string): SmtpMailer {
  const mailer = new SmtpMailer(from)
  t.teardown(mailer.open(url))
  return mailer
}

async function connect(t: ExecutionContext, options?: SMTPServerOptions) {
  const inbox = await openInbox(t, options)
  return { inbox, mailer: openMailer(t, `smtp://127.0.0.1:${inbox.port}?ignoreTLS=true`) }
}

const onAuth: NonNullable<SMTPServerOptions['onAuth']> = (
  { username, password },
  _session,
  done,
) =>
  username === 'ada' && password === 'p@ss:word'
    ? done(null, { user: 'ada' })
    : done(refusal(535, 'Wrong'))

test('a mail arrives with sender, recipient, subject and both bodies', async (t) => {
  const { inbox, mailer } = await connect(t)
  const { messageId } = await mailer.send({ ...mail, html: '<b>Hello Ada</b>' })
  const [received] = inbox.received
  t.true(received?.headers.includes('From: TitanForge <hello@example.com>'))
  t.true(received?.headers.includes('To: ada@example.com'))
  t.true(received?.headers.includes('Subject: Hello'))
  t.true(received?.headers.includes(`Message-ID: ${messageId}`))
  t.regex(received?.raw ?? '', /Hello Ada[^]+<b>Hello Ada<\/b>/)
})

test('a picture comes with the mail, for its HTML to show', async (t) => {
  const { inbox, mailer } = await connect(t)
  const png = Buffer.from('not really a picture')
  const html = '<img src="cid:chart" alt="A chart">'
  await mailer.send({ ...mail, html, pictures: [{ name: 'chart', png }] })
  const { attachments, html: received } = await PostalMime.parse(inbox.received[0]?.raw ?? '')
  t.is(attachments.length, 1)
  t.like(attachments[0], {
    contentId: '<chart>',
    mimeType: 'image/png',
    disposition: 'inline',
    filename: 'chart.png',
    related: true,
  })
  t.deepEqual(Buffer.from(attachments[0]?.content as ArrayBuffer), png)
  t.regex(received ?? '', /src="cid:chart"/)
  const hostile = [{ name: 'chart>\r\nBcc: eve@example.com', png }]
  await t.throwsAsync(mailer.send({ ...mail, pictures: hostile }), { code: 'MAIL_INVALID' })
})

test('STARTTLS and AUTH are used where the server offers them', async (t) => {
  const inbox = await openInbox(t, { authOptional: false, onAuth })
  const options = 'requireTLS=true&tls.rejectUnauthorized=false'
  const mailer = openMailer(t, `smtp://ada:p%40ss%3Aword@127.0.0.1:${inbox.port}?${options}`)
  await mailer.send(mail)
  t.true(inbox.received[0]?.secure)
  t.is(inbox.received[0]?.user, 'ada')
})

test('smtps speaks TLS from the first byte', async (t) => {
  const inbox = await openInbox(t, { secure: true })
  const mailer = openMailer(t, `smtps://127.0.0.1:${inbox.port}?tls.rejectUnauthorized=false`)
  await mailer.send(mail)
  t.true(inbox.received[0]?.secure)
})

test('a certificate that proves nothing is not accepted', async (t) => {
  const inbox = await openInbox(t)
  const mailer = openMailer(t, `smtp://127.0.0.1:${inbox.port}`)
  const message = /certificate has expired[^]*check[^]*certificate of the server/
  await t.throwsAsync(mailer.send(mail), { instanceOf: RetryLater, message })
  t.is(inbox.received.length, 0)
})

test('a password is never sent in the clear, unless the URL asks for it', async (t) => {
  const inbox = await openInbox(t, {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, session, done) => {
      logins++
      return onAuth(auth, session, done)
    },
  })
  let logins = 0
  const url = `smtp://ada:p%40ss%3Aword@127.0.0.1:${inbox.port}`
  for (const options of ['', '?ignoreTLS=true', '?opportunisticTLS=true']) {
    const error = { instanceOf: RetryLater, message: /requireTLS=false/ }
    await t.throwsAsync(openMailer(t, url + options).send(mail), error, options)
  }
  t.is(logins, 0)
  await openMailer(t, `${url}?requireTLS=false`).send(mail)
  t.is(inbox.received[0]?.user, 'ada')
})

test('connections are kept for the next mail', async (t) => {
  const { inbox, mailer } = await connect(t)
  for (const key of ['1', '2', '3']) await mailer.send({ ...mail, key })
  t.is(inbox.received.length, 3)
  t.is(inbox.connections, 1)
})

test('a recipient refused with 550 is MAIL_REJECTED, with what the server said', async (t) => {
  const { mailer } = await connect(t, {
    onRcptTo: (_to, _session, done) => done(refusal(550, 'No such user')),
  })
  const error = await t.throwsAsync(mailer.send(mail), {
    code: 'MAIL_REJECTED',
    message: /550 No such user/,
  })
  t.true(error.cause instanceof Error)
})

test('a message refused with 554 is MAIL_REJECTED', async (t) => {
  const { mailer } = await connect(t, {
    onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal(554, 'Spam'))),
  })
  await t.throwsAsync(mailer.send(mail), { code: 'MAIL_REJECTED' })
})

test('a 451 at any step is tried again later', async (t) => {
  const busy = refusal(451, 'Busy')
  const steps: SMTPServerOptions[] = [
    { onMailFrom: (_from, _session, done) => done(busy) },
    { onRcptTo: (_to, _session, done) => done(busy) },
    { onData: (stream, _session, done) => stream.resume().on('end', () => done(busy)) },
  ]
  for (const step of steps) {
    const { mailer } = await connect(t, step)
    const error = await t.throwsAsync(mailer.send(mail), { instanceOf: RetryLater })
    t.is(error.seconds, 30)
    t.like(error.cause, { responseCode: 451 })
  }
})

test('a server that wants a login first says nothing about the mail', async (t) => {
  const { mailer } = await connect(t, {
    onMailFrom: (_from, _session, done) => done(refusal(530, '5.7.0 Authentication required')),
  })
  await t.throwsAsync(mailer.send(mail), { instanceOf: RetryLater, message: /530/ })
})

test('a connection that is cut after the mail was handed over is no answer, and costs one mail a try', async (t) => {
  const sockets = new Set<Socket>()
  const { inbox, mailer } = await connect(t, {
    onData: (stream) =>
      void text(stream).then((raw) => {
        taken.push(raw)
        for (const socket of sockets) socket.destroy()
      }),
  })
  const taken: string[] = []
  inbox.onSocket((socket) => sockets.add(socket))
  await t.throwsAsync(mailer.send(mail), { instanceOf: RetryLater })
  t.is(taken.length, 1)
  await t.throwsAsync(mailer.send(mail), { instanceOf: RetryLater })
  const ids = taken.map((raw) => /^Message-ID: (.*)$/m.exec(raw)?.[1])
  t.is(ids.length, 2)
  t.is(new Set(ids).size, 1)
})

test('a server that thinks for ten seconds about a mail gets it once', async (t) => {
  t.timeout(60_000)
  const { inbox, mailer } = await connect(t, {
    onData: (stream, _session, done) =>
      void text(stream).then(async (raw) => {
        taken.push(raw)
        await delay(10_000)
        done()
      }),
  })
  const taken: string[] = []
  await t.notThrowsAsync(mailer.send(mail))
  t.is(taken.length, 1)
  t.is(inbox.connections, 1)
})

test('a server that is down is tried again later', async (t) => {
  const { inbox, mailer } = await connect(t)
  await inbox.close()
  const error = await t.throwsAsync(mailer.send(mail), {
    instanceOf: RetryLater,
    message: /ECONNREFUSED/,
  })
  t.is(error.seconds, 30)
})

test('a server that says nothing is tried again later', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const { port } = silent.address() as AddressInfo
  const mailer = openMailer(t, `smtp://127.0.0.1:${port}?greetingTimeout=50`)
  await t.throwsAsync(mailer.send(mail), { instanceOf: RetryLater })
})

test('a refused login is no refusal of the mail, and shows no password', async (t) => {
  const inbox = await openInbox(t, { authOptional: false, onAuth })
  const options = 'requireTLS=true&tls.rejectUnauthorized=false'
  const mailer = openMailer(t, `smtp://ada:hunter2@127.0.0.1:${inbox.port}?${options}`)
  const error = await t.throwsAsync(mailer.send(mail), {
    instanceOf: RetryLater,
    message: /535[^]*Check the user and the password/,
  })
  t.notRegex(JSON.stringify([error, error.message, error.cause, error.stack]), /hunter2/)
})

test('the mailer refuses to send before start and after stop', async (t) => {
  const mailer = new SmtpMailer(from)
  await t.throwsAsync(mailer.send(mail), { code: 'MAILER_CLOSED' })
  mailer.open('smtp://127.0.0.1:1')()
  await t.throwsAsync(mailer.send(mail), { code: 'MAILER_CLOSED' })
})

test('where mails of a kind can be ended stands in the headers of RFC 8058, on one line', async (t) => {
  const { inbox, mailer } = await connect(t)
  const unsubscribeUrl = `https://forge.example/unsubscribe?token=${'a'.repeat(200)}`
  await mailer.send({ ...mail, unsubscribeUrl })
  await mailer.send({ ...mail, key: 'greeting:2' })
  const [first, second] = inbox.received
  t.true(first?.raw.includes(`List-Unsubscribe: <${unsubscribeUrl}>\r\n`))
  t.true(first?.headers.includes('List-Unsubscribe-Post: List-Unsubscribe=One-Click'))
  t.false(second?.headers.some((line) => line.startsWith('List-')))
})

test('line breaks in subject or recipient are refused, and so is a second recipient', async (t) => {
  const { inbox, mailer } = await connect(t)
  const attempts: Partial<Mail>[] = [
    { subject: 'Hello\r\nBcc: eve@example.com' },
    { subject: 'Hello\nBcc: eve@example.com' },
    { subject: 'Hello\rBcc: eve@example.com' },
    { subject: '' },
    { to: 'ada@example.com\r\nBcc: eve@example.com' },
    { to: 'ada@example.com, eve@example.com' },
    { to: 'Ada <ada@example.com>' },
    { to: 'ada@example.com>\r\nRCPT TO:<eve@example.com' },
    { to: 'ada' },
    { to: 'ada@[127.0.0.1]' },
    { to: 'adä@example.com' },
    { to: '=?utf-8?q?ada=0D=0ABcc:?=@' },
    { to: `${'a'.repeat(250)}@example.com` },
    { to: 'ada@example.com;eve@example.com' },
    { to: 'list: ada@example.com, eve@example.com;' },
    { key: '' },
    { unsubscribeUrl: 'https://forge.example/\r\nBcc: eve@example.com' },
    { unsubscribeUrl: 'https://forge.example/\nBcc: eve@example.com' },
    { unsubscribeUrl: 'https://forge.example/>, <mailto:eve@example.com' },
    { unsubscribeUrl: 'https://forge.example/a b' },
    { unsubscribeUrl: 'mailto:eve@example.com' },
  ]
  for (const attempt of attempts) {
    const error = await t.throwsAsync<ForgeError>(mailer.send({ ...mail, ...attempt }), {
      code: 'MAIL_INVALID',
    })
    t.is(error.status, 422)
    t.like(error.details, [{ path: Object.keys(attempt)[0] }])
  }
  t.is(inbox.received.length, 0)
})

test('whatever address is accepted, it is the one recipient', async (t) => {
  const { inbox, mailer } = await connect(t)
  const atom = fc.string({
    unit: fc.constantFrom(...Array.from(`abzAZ09!#$%&'*+/=?^_\`{|}~-`)),
    minLength: 1,
    maxLength: 20,
  })
  const local = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join('.'))
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)
  await fc.assert(
    fc.asyncProperty(local, label, async (name, domain) => {
      inbox.received.length = 0
      const to = `${name}@${domain}.example`
      await mailer.send({ ...mail, to })
      return inbox.received[0]?.recipients.join(' and ') === to
    }),
    { numRuns: 100 },
  )
  t.pass()
})

test('whatever subject, text and key are, the mail has the same headers', async (t) => {
  const { inbox, mailer } = await connect(t)
  const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
  const hostile = fc.constantFrom(
    '\r\nBcc: eve@example.com',
    '\nBcc: eve@example.com\n\n<b>',
    '\u0000',
    '\u2028x',
  )
  const value = fc.oneof(
    anything,
    fc.tuple(anything, hostile, anything).map((parts) => parts.join('')),
  )
  const names = [
    'Content-Transfer-Encoding',
    'Content-Type',
    'Date',
    'From',
    'MIME-Version',
    'Message-ID',
    'Subject',
    'To',
  ]
  await fc.assert(
    fc.asyncProperty(value, value, value, async (subject, text, key) => {
      inbox.received.length = 0
      try {
        await mailer.send({ ...mail, subject, text, key })
      } catch (error) {
        const malformed = /\p{Cc}/u.test(subject) || subject.trim() === ''
        return error instanceof ForgeError && error.code === 'MAIL_INVALID' && malformed
      }
      const [received] = inbox.received
      const sorted = received?.headers.map((line) => line.split(':')[0]).sort()
      return (
        JSON.stringify(sorted) === JSON.stringify(names) && received?.recipients.join() === mail.to
      )
    }),
    { numRuns: 100 },
  )
  t.pass()
})

test('one key gives one Message-ID, and another key another', async (t) => {
  const { inbox, mailer } = await connect(t)
  const [first, again, other] = await Promise.all([
    mailer.send(mail),
    mailer.send({ ...mail, subject: 'Once more' }),
    mailer.send({ ...mail, key: 'greeting:2' }),
  ])
  t.regex(first.messageId, /^<[0-9a-f]{32}@example\.com>$/)
  t.is(first.messageId, again.messageId)
  t.not(first.messageId, other.messageId)
  const arrived = inbox.received.flatMap(({ headers }) =>
    headers.filter((line) => line.startsWith('Message-ID')),
  )
  t.deepEqual(
    new Set(arrived),
    new Set([`Message-ID: ${first.messageId}`, `Message-ID: ${other.messageId}`]),
  )
})
