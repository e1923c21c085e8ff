import { once } from 'node:events'
import { connect } from 'node:net'
import { captureLog } from '@titanforge/core/testing'
import test, { type ExecutionContext } from 'ava'
import { MailCatcher } from '../src/mail-catcher.js'
import { SmtpMailer } from '../src/smtp-mailer.js'

async function start(t: ExecutionContext) {
  const catcher = new MailCatcher(captureLog().log)
  const mailer = new SmtpMailer({ name: 'TitanForge', address: 'hello@example.com' })
  const url = await catcher.open()
  const close = mailer.open(url)
  t.teardown(async () => {
    close()
    await catcher.close()
  })
  return { catcher, mailer, url }
}

test('a mail can be seen as soon as it was sent', async (t) => {
  const { catcher, mailer } = await start(t)
  const before = Date.now()
  const { messageId } = await mailer.send({
    to: 'ada@example.com',
    subject: 'Grüße, ✉',
    text: 'Hello\nAda',
    html: '<p>Hello Ada</p>',
    key: '1',
  })
  const [mail, ...others] = catcher.mails
  t.deepEqual(others, [])
  t.like(mail, {
    messageId,
    from: 'TitanForge <hello@example.com>',
    to: ['ada@example.com'],
    subject: 'Grüße, ✉',
    html: '<p>Hello Ada</p>\n',
  })
  t.is(mail?.text.trim(), 'Hello\nAda')
  t.true((mail?.receivedAt.getTime() ?? 0) >= before)
})

test('a picture that comes with a mail is in its HTML, where a browser shows it', async (t) => {
  const { catcher, mailer } = await start(t)
  const png = Buffer.from('not really a picture')
  await mailer.send({
    to: 'ada@example.com',
    subject: 'A chart',
    text: '',
    html: '<img src="cid:chart"><img src="cid:other"> "cid:chart',
    pictures: [{ name: 'chart', png }],
    key: '1',
  })
  const source = `data:image/png;base64,${png.toString('base64')}`
  t.is(catcher.mails[0]?.html?.trim(), `<img src="${source}"><img src="cid:other"> "cid:chart`)
})

test('the newest 500 mails are kept, newest first', async (t) => {
  const { catcher, mailer } = await start(t)
  for (let number = 1; number <= 502; number++) {
    await mailer.send({ to: 'ada@example.com', subject: `${number}`, text: '', key: `${number}` })
  }
  const subjects = catcher.mails.map(({ subject }) => subject)
  t.is(subjects.length, 500)
  t.deepEqual([subjects[0], subjects.at(-1)], ['502', '3'])
})

test('a connection that breaks in the middle of a mail harms nobody', async (t) => {
  const { catcher, mailer, url } = await start(t)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'data')
  socket.write(
    'EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: half',
  )
  await once(socket, 'data')
  socket.resetAndDestroy()
  await mailer.send({ to: 'ada@example.com', subject: 'whole', text: '', key: '1' })
  t.deepEqual(
    catcher.mails.map(({ subject }) => subject),
    ['whole'],
  )
})

test('a mail that is delivered again is one mail', async (t) => {
  const { catcher, mailer } = await start(t)
  const mail = { to: 'ada@example.com', text: '', key: '1' }
  const first = await mailer.send({ ...mail, subject: 'first' })
  await mailer.send({ ...mail, subject: 'other', key: '2' })
  t.deepEqual(await mailer.send({ ...mail, subject: 'again' }), first)
  t.deepEqual(
    catcher.mails.map(({ subject }) => subject),
    ['again', 'other'],
  )
})
