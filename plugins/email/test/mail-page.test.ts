import test from 'ava'
import { mailPage } from '../src/mail-page.js'
import type { CaughtMail } from '../src/caught-mail.js'

const HOSTILE = `"></iframe><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;`

const mail: CaughtMail = {
  id: '1',
  messageId: '<1@example.com>',
  from: HOSTILE,
  to: [HOSTILE],
  subject: HOSTILE,
  text: HOSTILE,
  html: HOSTILE,
  receivedAt: new Date('2026-05-03T10:00:00Z'),
}

const decode = (text = '') =>
  text.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)))

test('a hostile mail is shown as text, and its HTML only inside a sandboxed frame', (t) => {
  const page = mailPage([mail])
  t.notRegex(page, /<script|<img|onerror='/)
  const [, attributes, source] = /<iframe\s([^>]*?)srcdoc="([^"]*)"\s*>/.exec(page) ?? []
  t.regex(attributes ?? '', /sandbox=""/)
  t.is(decode(source), HOSTILE)
  t.is(page.match(/<iframe/g)?.length, 1)
})

test('a mail without HTML has no frame, and no mails are a page too', (t) => {
  t.notRegex(mailPage([{ ...mail, html: null }]), /<iframe/)
  t.regex(mailPage([]), /No mail yet/)
})

test('the page says that nothing leaves the machine', (t) => {
  t.regex(mailPage([]), /nothing leaves this machine/)
})
