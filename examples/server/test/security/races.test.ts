import { randomInt } from 'node:crypto'
import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask, Browser, type Answered } from './browser.js'
import { CLIENT, startGithub, type GithubStandIn } from './github-stand-in.js'
import {
  logIn,
  mailTo,
  me,
  PASSWORD,
  someAddress,
  tokenIn,
  verifiedPerson,
  type Person,
} from './people.js'

let github: GithubStandIn
let app: Application
test.before(async () => {
  github = await startGithub()
  app = await startApplication({ auth: { github: { ...CLIENT, baseUrl: github.url } } })
})
test.after.always(async () => {
  await app.stop()
  await github.close()
})

const OWNERS = 'the new password of the owner'
const THIEFS = 'the new password of a thief'

/** Resolves when so many requests wait for the account that somebody holds. */
const waiting = (count: number) =>
  waitFor(async () => {
    // What goes on in the background waits for locks of its own.
    const rows = await app.db.query(
      `SELECT 1 FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'
         AND query LIKE '%FROM users WHERE id = $1 FOR NO KEY UPDATE'`,
    )
    return rows.length >= count
  })

/** What a thief with a session and the old password is answered, who asks while the owner sets a new one. */
async function afterReset({ id, email }: Person, theft: () => Promise<Answered>) {
  await ask(app.url, '/api/auth/password/forgot', { body: { email } })
  const token = tokenIn(await mailTo(app, email, /new password/))
  const body = { token, password: OWNERS }
  const asked: Promise<Answered>[] = []
  await app.db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE', [id])
    // They are let in by turns, the owner first.
    asked.push(ask(app.url, '/api/auth/password/reset', { body }))
    await waiting(1)
    asked.push(theft())
    await waiting(2)
  })
  const [reset, stolen] = await Promise.all(asked)
  return { reset: reset?.status, stolen: stolen?.status }
}

test.serial('security 9: a change that a reset overtakes does not set the password', async (t) => {
  const one = await verifiedPerson(app)
  const body = { currentPassword: PASSWORD, newPassword: THIEFS }
  const change = () => ask(app.url, '/api/auth/password', { token: one.accessToken, body })
  t.deepEqual(await afterReset(one, change), { reset: 200, stolen: 401 })
  t.is((await logIn(app, { email: one.email, password: THIEFS })).status, 401)
  t.is((await logIn(app, { email: one.email, password: OWNERS })).status, 200)
})

test.serial('security 10: a move that a reset overtakes sends no link', async (t) => {
  const one = await verifiedPerson(app)
  const body = { email: someAddress(), currentPassword: PASSWORD }
  const move = () => ask(app.url, '/api/auth/email', { token: one.accessToken, body })
  t.deepEqual(await afterReset(one, move), { reset: 200, stolen: 401 })
  const links = await app.db.query(
    "SELECT 1 FROM one_time_tokens WHERE user_id = $1 AND purpose = 'change_email'",
    [one.id],
  )
  t.is(links.length, 0)
})

test.serial('security 24: a key that a reset overtakes is not made', async (t) => {
  const one = await verifiedPerson(app)
  const body = { name: 'a key' }
  const make = () => ask(app.url, '/api/auth/keys', { token: one.accessToken, body })
  t.deepEqual(await afterReset(one, make), { reset: 200, stolen: 401 })
  t.is((await app.db.query('SELECT 1 FROM api_keys WHERE user_id = $1', [one.id])).length, 0)
})

test.serial('security 22: a link that a reset overtakes is not made', async (t) => {
  const one = await verifiedPerson(app)
  const emails = [{ email: someAddress(), verified: true, primary: true }]
  github.account = { id: randomInt(1_000_000_000), login: 'thief', emails }
  const browser = new Browser(app.url)
  const begun = await browser.ask('/api/auth/github/link', { token: one.accessToken, body: {} })
  const atGithub = await fetch(begun.body['url'] as string, { redirect: 'manual' })
  const callback = atGithub.headers.get('location') ?? ''
  t.deepEqual(await afterReset(one, () => browser.ask(callback)), { reset: 200, stolen: 403 })
  const { accessToken } = (await logIn(app, { email: one.email, password: OWNERS })).body
  t.is((await me(app, accessToken as string)).body['hasGithub'], false)
})
