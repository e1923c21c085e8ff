import { randomUUID } from 'node:crypto'
import { Users } from '@titanforge/auth'
import { runFinished } from '@titanforge/orchestrator'
import test from 'ava'
import fc from 'fast-check'
import { UnsubscribeLinks } from '../src/preferences/unsubscribe-links.js'
import { LINK_SECRET, startApplication } from './application.js'
import { openInbox } from './inbox.js'
import { changeOf } from './subscription-event.js'

const inbox = await openInbox()
const app = await startApplication(inbox.port)
test.after.always(async () => {
  await app.stop()
  await inbox.close()
})

const finish = async (userId: string) => {
  const run = { userId, runId: randomUUID(), workflow: 'Report', version: 1, error: null }
  await app.handled([await app.tell(runFinished, { ...run, status: 'succeeded' })])
}

/** Where the newest mail to an address says that mails of its kind can be ended. */
function unsubscribeUrlOf(address: string): string {
  const headers = inbox.mailsTo(address).at(-1)?.headers ?? []
  const value = headers.find(({ key }) => key === 'list-unsubscribe')?.value
  return /^<(.*)>$/.exec(value ?? '')?.[1] ?? ''
}

/** As a mail program does it (RFC 8058 section 3.2). */
const oneClick = (url: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })

test('mail that can be ended says how, in text, HTML and headers; one click ends it', async (t) => {
  const user = await app.signUp('Ada')
  await finish(user.id)
  const [mail] = inbox.mailsTo(user.email)
  t.is(mail?.subject, 'Report is done')
  const url = unsubscribeUrlOf(user.email)
  t.true(url.startsWith(`${app.url}/notifications/unsubscribe?token=`))
  const post = mail?.headers.find(({ key }) => key === 'list-unsubscribe-post')
  t.is(post?.value, 'List-Unsubscribe=One-Click')
  t.true(mail?.text?.includes(url))
  t.true(mail?.html?.includes(`href="${url}"`))

  t.is((await oneClick(url)).status, 200)
  t.is((await oneClick(url)).status, 200)
  await finish(user.id)
  t.is(inbox.mailsTo(user.email).length, 1)
  const another = await app.signUp()
  await finish(another.id)
  t.is(inbox.mailsTo(another.email).length, 1)
})

test('one click works with either kind of form that RFC 8058 allows', async (t) => {
  const user = await app.signUp()
  await finish(user.id)
  const form = new FormData()
  form.set('List-Unsubscribe', 'One-Click')
  const response = await fetch(unsubscribeUrlOf(user.email), { method: 'POST', body: form })
  t.is(response.status, 200)
  await finish(user.id)
  t.is(inbox.mailsTo(user.email).length, 1)
})

test('opening the link asks and changes nothing', async (t) => {
  const user = await app.signUp()
  await finish(user.id)
  const response = await fetch(unsubscribeUrlOf(user.email))
  t.is(response.status, 200)
  t.regex(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/)
  t.regex(await response.text(), /<form method="post">/)
  const scanned = await fetch(unsubscribeUrlOf(user.email), { method: 'HEAD' })
  t.true(scanned.status < 500)
  const prefetched = await fetch(unsubscribeUrlOf(user.email), {
    headers: { 'sec-purpose': 'prefetch', origin: 'https://mail.example' },
  })
  t.is(prefetched.status, 200)
  await finish(user.id)
  t.is(inbox.mailsTo(user.email).length, 2)
})

test('mail about money has no way to end it, and comes after everything was ended', async (t) => {
  const user = await app.signUp()
  await finish(user.id)
  await oneClick(unsubscribeUrlOf(user.email))
  await app.handled(await app.publish([changeOf(randomUUID(), user.id)]))
  const mail = inbox.mailsTo(user.email).at(-1)
  t.regex(mail?.subject ?? '', /^Welcome/)
  t.deepEqual(
    mail?.headers.filter(({ key }) => key.startsWith('list-')),
    [],
  )
  t.notRegex(`${mail?.text}${mail?.html}`, /unsubscribe|end mails/)
})

test('a link that we did not make, or that was changed, ends nothing', async (t) => {
  const user = await app.signUp()
  await finish(user.id)
  const url = unsubscribeUrlOf(user.email)
  const forged = new UnsubscribeLinks(['another secret that is long enough, too'], () => app.url)
  const others = [
    forged.make({ userId: user.id, topic: 'work', channel: 'email' }),
    url.slice(0, -1),
    `${url}.x`,
    `${app.url}/notifications/unsubscribe?token=`,
    url.replace('token=', 'token=A'),
  ]
  for (const other of others) {
    t.is((await oneClick(other)).status, 404, other)
    t.is((await fetch(other)).status, 404, other)
  }
  t.is((await oneClick(`${app.url}/notifications/unsubscribe`)).status, 422)
  await finish(user.id)
  t.is(inbox.mailsTo(user.email).length, 2)
})

test('whatever token there is, it is refused or it is ours', (t) => {
  const links = new UnsubscribeLinks(['an older secret of the same length', LINK_SECRET], () => '')
  const tokenOf = (url: string) => url.split('token=')[1] ?? ''
  const choice = { userId: randomUUID(), topic: 'reports' as const, channel: 'email' }
  t.deepEqual(links.read(tokenOf(links.make(choice))), choice)
  const old = new UnsubscribeLinks([LINK_SECRET], () => '')
  t.deepEqual(links.read(tokenOf(old.make(choice))), choice, 'a secret that is being replaced')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (token) => links.read(token) === undefined))
})

test('a user reads and changes what they want to hear of, their own only', async (t) => {
  const person = { email: `${randomUUID()}@example.com`, password: 'correct horse battery' }
  const json = { 'content-type': 'application/json' }
  const post = (path: string) =>
    fetch(app.url + path, { method: 'POST', headers: json, body: JSON.stringify(person) })
  t.is((await post('/api/auth/register')).status, 202)
  const { accessToken } = (await (await post('/api/auth/login')).json()) as { accessToken: string }
  const call = (init: RequestInit = {}) =>
    fetch(`${app.url}/api/notifications/preferences`, {
      ...init,
      headers: { ...json, authorization: `Bearer ${accessToken}` },
    })
  const choose = (...preferences: object[]) =>
    call({ method: 'PUT', body: JSON.stringify({ preferences }) })
  const enabled = async (response: Response) => {
    const { preferences } = (await response.json()) as {
      preferences: { topic: string; channel: string; enabled: boolean }[]
    }
    return preferences.map((one) => `${one.topic} ${one.channel} ${one.enabled}`)
  }
  t.is((await fetch(`${app.url}/api/notifications/preferences`)).status, 401)
  t.deepEqual(await enabled(await call()), ['work email true', 'reports email true'])
  const off = { topic: 'work', channel: 'email', enabled: false }
  t.deepEqual(await enabled(await choose(off)), ['work email false', 'reports email true'])
  t.deepEqual(await enabled(await call()), ['work email false', 'reports email true'])

  for (const wrong of [
    { ...off, topic: 'billing' },
    { ...off, topic: 'account' },
    { ...off, channel: 'telegraph' },
    { ...off, enabled: 'no' },
  ]) {
    t.is((await choose({ ...off, enabled: true }, wrong)).status, 422)
  }
  t.deepEqual(await enabled(await call()), ['work email false', 'reports email true'])

  const user = await app.forge.find(Users)?.findByEmail(person.email)
  await finish(user?.id ?? '')
  t.false(inbox.mailsTo(person.email).some(({ subject }) => subject === 'Report is done'))
  await choose({ ...off, enabled: true })
  await finish(user?.id ?? '')
  t.true(inbox.mailsTo(person.email).some(({ subject }) => subject === 'Report is done'))
})

test('a link to end what is not sent any more ends nothing', (t) => {
  const links = new UnsubscribeLinks([LINK_SECRET], () => '')
  const token = (topic: string) =>
    links
      .make({ userId: randomUUID(), topic: topic as 'work', channel: 'email' })
      .split('token=')[1]
  t.truthy(links.read(token('work') ?? ''))
  t.is(links.read(token('news') ?? ''), undefined)
})
