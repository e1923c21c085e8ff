import { randomInt, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask, Browser, type Answered } from './browser.js'
import { CLIENT, startGithub, type GithubAccount, type GithubStandIn } from './github-stand-in.js'
import { logIn, me, PASSWORD, person, someAddress, type Person, verifiedPerson } from './people.js'

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

/** Somebody at GitHub; logged in there from now on. */
function atGithub(change: Partial<GithubAccount> = {}): GithubAccount {
  const id = randomInt(1_000_000_000)
  const emails = [{ email: someAddress(), verified: true, primary: true }]
  github.account = { id, login: `user-${id}`, emails, ...change }
  return github.account
}
const emailOf = ({ emails }: GithubAccount) => emails[0]?.email ?? ''

const START = '/api/auth/github'
const locationOf = (answered: Answered) => answered.headers.get('location') ?? ''

/** What GitHub sends the browser back to. */
async function callbackFor(address: string): Promise<string> {
  const response = await fetch(address, { redirect: 'manual' })
  return response.headers.get('location') ?? ''
}
const begin = async (browser: Browser, query = '') =>
  callbackFor(locationOf(await browser.ask(START + query)))

/** A whole log-in through GitHub. */
const through = async (browser: Browser, query = '') => browser.ask(await begin(browser, query))

/** Who the browser is logged in as, by its cookie. */
async function whoIs(browser: Browser): Promise<Record<string, unknown> | undefined> {
  const { status, body } = await browser.ask('/api/auth/refresh', { method: 'POST' })
  return status === 200 ? (await me(app, body['accessToken'] as string)).body : undefined
}
const link = (browser: Browser, { accessToken: token }: Person, body: object = {}) =>
  browser.ask(`${START}/link`, { token, body })
const linkThrough = async (browser: Browser, one: Person) => {
  const { body } = await link(browser, one)
  return browser.ask(await callbackFor(body['url'] as string))
}
const users = () => app.db.query('SELECT * FROM users ORDER BY id')

test.serial('somebody signs up through GitHub, and comes in again the same way', async (t) => {
  const account = atGithub()
  const browser = new Browser(app.url)
  const back = await through(browser, '?returnTo=/welcome%3Fa=b')
  t.deepEqual([back.status, locationOf(back)], [302, `${app.url}/welcome?a=b`])
  const who = await whoIs(browser)
  t.like(who, { email: emailOf(account), emailVerified: true, hasGithub: true, hasPassword: false })
  // The name and the addresses at GitHub may change, and the person is the same.
  github.account = {
    ...account,
    login: 'renamed',
    emails: [{ email: someAddress(), verified: true, primary: true }],
  }
  const again = new Browser(app.url)
  t.is((await through(again)).status, 302)
  t.is((await whoIs(again))?.['id'], who?.['id'])
})

test.serial(
  'security 18: a callback without a state of this browser touches no account',
  async (t) => {
    atGithub()
    const before = await users()
    const refuse = async (browser: Browser, callback: string) => {
      const { status, headers, text } = await browser.ask(callback)
      t.is(status, 403)
      t.regex(headers.get('content-type') ?? '', /text\/html/)
      t.regex(text, /not begun in this browser/)
      t.is(headers.get('location'), null)
      t.false(browser.cookies.has('__Host-titanforge_refresh'))
    }
    const callback = '/api/auth/github/callback'
    await refuse(new Browser(app.url), `${callback}?code=x`)
    await refuse(new Browser(app.url), `${callback}?code=x&state=forged`)
    await refuse(new Browser(app.url), `${callback}?code=x&state=a&state=b`)
    await refuse(new Browser(app.url), callback)

    const missing = new Browser(app.url)
    const good = await begin(missing)
    missing.cookies.clear()
    await refuse(missing, good)

    const forged = new Browser(app.url)
    const url = new URL(await begin(forged))
    url.searchParams.set('state', 'A'.repeat(43))
    await refuse(forged, url.href)

    const expired = new Browser(app.url)
    const late = await begin(expired)
    await app.db.query('UPDATE github_states SET expires_at = now()')
    await refuse(expired, late)
    t.deepEqual(await users(), before)
  },
)

test.serial('security 18: a state is good once', async (t) => {
  atGithub()
  const browser = new Browser(app.url)
  const callback = await begin(browser)
  t.is((await browser.ask(callback)).status, 302)
  t.is((await browser.ask(callback)).status, 403)
})

test.serial(
  'security 18: two sessions that cross do not log the victim in as the attacker',
  async (t) => {
    atGithub()
    const attacker = new Browser(app.url)
    const victim = new Browser(app.url)
    const ofAttacker = await begin(attacker)
    const ofVictim = await begin(victim)
    t.is((await victim.ask(ofAttacker)).status, 403)
    t.is(await whoIs(victim), undefined)
    t.is((await attacker.ask(ofVictim)).status, 403)
    t.is(await whoIs(attacker), undefined)
  },
)

test.serial('security 18: two tabs of one browser both come back', async (t) => {
  atGithub()
  const browser = new Browser(app.url)
  const [one, other] = [await begin(browser), await begin(browser)]
  t.is((await browser.ask(one)).status, 302)
  t.is((await browser.ask(other)).status, 302)
})

test.serial(
  'security 19: GitHub is asked with PKCE and the exact address to come back to',
  async (t) => {
    const started = await new Browser(app.url).ask(START, { headers: { host: 'evil.example' } })
    const { origin, pathname, searchParams } = new URL(locationOf(started))
    t.is(origin + pathname, `${github.url}/login/oauth/authorize`)
    t.is(searchParams.get('redirect_uri'), `${app.url}/api/auth/github/callback`)
    t.is(searchParams.get('code_challenge_method'), 'S256')
    t.regex(searchParams.get('code_challenge') ?? '', /^[\w-]{43}$/)
    t.is(searchParams.get('scope'), 'user:email')
    t.regex(searchParams.get('state') ?? '', /^[\w-]{43}$/)
  },
)

test.serial('security 40: the cookie of a log-in through GitHub has every flag', async (t) => {
  const [cookie = '', ...others] = (await ask(app.url, START)).headers.getSetCookie()
  t.deepEqual(others, [])
  for (const part of [
    /^__Host-/,
    /; secure/i,
    /; httponly/i,
    /; samesite=lax/i,
    /; path=\/(;|$)/i,
  ]) {
    t.regex(cookie, part)
  }
  t.notRegex(cookie, /domain/i)
})

test.serial('security 19: nobody is sent elsewhere', async (t) => {
  atGithub()
  for (const returnTo of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/.//evil.example',
    '/%2e//evil.example',
    'evil',
    '',
  ]) {
    const back = await through(new Browser(app.url), `?returnTo=${encodeURIComponent(returnTo)}`)
    t.is(back.status, 302)
    t.is(locationOf(back), `${app.url}/`, JSON.stringify(returnTo))
  }
  t.is(locationOf(await through(new Browser(app.url), '?returnTo=/a&returnTo=/b')), `${app.url}/`)
})

test.serial(
  'security 20: without a verified primary address nobody is signed up or linked',
  async (t) => {
    const victim = someAddress()
    const before = await users()
    for (const emails of [
      [],
      [{ email: victim, verified: false, primary: true }],
      [{ email: victim, verified: true, primary: false }],
    ]) {
      atGithub({ emails })
      const browser = new Browser(app.url)
      const { status, text } = await through(browser)
      t.is(status, 403)
      t.regex(text, /no verified primary e-mail/)
      t.is(await whoIs(browser), undefined)
    }
    t.deepEqual(await users(), before)
    const one = await verifiedPerson(app)
    t.is((await linkThrough(new Browser(app.url), one)).status, 403)
    t.is((await me(app, one.accessToken)).body['hasGithub'], false)
  },
)

test.serial(
  'security 20: another account at GitHub with the same name and address is somebody else',
  async (t) => {
    const account = atGithub()
    await through(new Browser(app.url))
    const before = await users()
    atGithub({ login: account.login, emails: account.emails })
    const browser = new Browser(app.url)
    t.is((await through(browser)).status, 409)
    t.is(await whoIs(browser), undefined)
    t.deepEqual(await users(), before)
  },
)

test.serial(
  'security 20: whatever GitHub answers, the person gets a page and the server goes on',
  async (t) => {
    const html = '<!doctype html><title>Unicorn!</title>'
    const answers: Record<string, (response: ServerResponse) => void> = {
      'a page': (r) => r.writeHead(200, { 'content-type': 'text/html' }).end(html),
      'status 500': (r) => r.writeHead(500).end(html),
      'status 502 without a body': (r) => r.writeHead(502).end(),
      null: (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('null'),
      'another shape': (r) => r.writeHead(200).end('{"access_token":7,"id":"1"}'),
      'half an answer': (r) => {
        r.writeHead(200, { 'content-length': '100' }).write('{"id":')
        setImmediate(() => r.destroy())
      },
      'a redirect': (r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'no answer': (r) => r.destroy(),
    }
    const before = await users()
    for (const path of ['/login/oauth/access_token', '/api/v3/user', '/api/v3/user/emails']) {
      for (const [what, fault] of Object.entries(answers)) {
        atGithub()
        github.faults.set(path, fault)
        const { status, text, headers } = await through(new Browser(app.url))
        github.faults.clear()
        t.is(status, 502, `${what} at ${path}`)
        t.regex(text, /GitHub does not answer as it should/)
        t.regex(headers.get('content-type') ?? '', /text\/html/)
      }
    }
    t.deepEqual(await users(), before)
    t.is((await ask(app.url, '/healthz')).status, 200)
  },
)

test.serial('security 39: a name at GitHub that nobody may have here is left out', async (t) => {
  for (const [name, taken] of [
    ['Ada \u{1F469} Lovelace', true],
    ['a\0b', false],
    ['Eve\r\nBcc: evil@example.com', false],
    ['\u202egnp.exe', false],
    ['x'.repeat(201), false],
    [' ', false],
  ] as const) {
    const { login } = atGithub({ name })
    const browser = new Browser(app.url)
    t.is((await through(browser)).status, 302, JSON.stringify(name))
    t.is((await whoIs(browser))?.['fullName'], taken ? name : login)
  }
})

test.serial('security 20: an address at GitHub that nobody may have here is none', async (t) => {
  for (const email of ['a\0@example.com', 'a\r\nBcc:b@example.com', 'nowhere', '']) {
    atGithub({ emails: [{ email, verified: true, primary: true }] })
    const { status, text } = await through(new Browser(app.url))
    t.is(status, 403, JSON.stringify(email))
    t.regex(text, /no verified primary e-mail/)
  }
})

test.serial('somebody who says no at GitHub is told that nothing happened', async (t) => {
  atGithub()
  github.refuses = true
  const { status, text } = await through(new Browser(app.url))
  github.refuses = false
  t.is(status, 403)
  t.regex(text, /You did not allow/)
})

test.serial(
  'security 21: an account with the same address is not entered, verified or not',
  async (t) => {
    for (const verified of [false, true]) {
      // The attacker was here first, with the victim's address.
      const attacker = await person(app)
      if (verified)
        await app.db.query('UPDATE users SET email_verified_at = now() WHERE id = $1', [
          attacker.id,
        ])
      const before = await users()
      atGithub({ emails: [{ email: attacker.email.toUpperCase(), verified: true, primary: true }] })
      const victim = new Browser(app.url)
      const { status, text } = await through(victim)
      t.is(status, 409)
      t.regex(text, /Sign in to it, then link GitHub/)
      t.is(await whoIs(victim), undefined)
      t.deepEqual(await users(), before)
    }
  },
)

test.serial(
  'security 22: GitHub is linked from a fresh log-in, and is a way in from then on',
  async (t) => {
    const one = await verifiedPerson(app)
    atGithub()
    const browser = new Browser(app.url)
    const { body } = await link(browser, one, { returnTo: '/settings' })
    const back = await browser.ask(await callbackFor(body['url'] as string))
    t.is(locationOf(back), `${app.url}/settings`)
    t.is((await me(app, one.accessToken)).body['hasGithub'], true)
    const other = new Browser(app.url)
    await through(other)
    t.is((await whoIs(other))?.['id'], one.id)
  },
)

test.serial(
  'security 21: who registers an address of somebody else links nothing to it',
  async (t) => {
    const one = await person(app)
    const { status, body } = await link(new Browser(app.url), one)
    t.deepEqual([status, body.error?.code], [403, 'EMAIL_UNVERIFIED'])
  },
)

test.serial('security 22: a link needs a log-in, and a fresh one', async (t) => {
  const one = await verifiedPerson(app)
  t.is((await ask(app.url, `${START}/link`, { body: {} })).status, 401)
  await app.db.query(
    "UPDATE sessions SET created_at = now() - interval '11 minutes' WHERE user_id = $1",
    [one.id],
  )
  const stale = await link(new Browser(app.url), one)
  t.deepEqual([stale.status, stale.body.error?.code], [403, 'LOGIN_NOT_FRESH'])
})

test.serial(
  'security 22: a link is not completed for a session that ended meanwhile, nor in another browser',
  async (t) => {
    const one = await verifiedPerson(app)
    atGithub()
    const browser = new Browser(app.url)
    const first = await callbackFor((await link(browser, one)).body['url'] as string)
    t.is((await new Browser(app.url).ask(first)).status, 403)
    t.is((await me(app, one.accessToken)).body['hasGithub'], false)
    await ask(app.url, '/api/auth/logout', { method: 'POST', token: one.accessToken })
    t.is((await browser.ask(first)).status, 403)
    const [row] = await app.db.query('SELECT github_id FROM users WHERE id = $1', [one.id])
    t.is(row?.['github_id'], null)
  },
)

test.serial(
  'security 22: an account at GitHub that somebody has is refused, and so is a second one',
  async (t) => {
    const [one, other] = [await verifiedPerson(app), await verifiedPerson(app)]
    atGithub()
    t.is((await linkThrough(new Browser(app.url), one)).status, 302)
    const before = await users()
    t.is((await linkThrough(new Browser(app.url), other)).status, 409)
    t.deepEqual(await users(), before)
    atGithub()
    t.is((await linkThrough(new Browser(app.url), one)).status, 409)
    t.deepEqual(await users(), before)
  },
)

test.serial('security 22: the last way in is not taken away', async (t) => {
  const account = atGithub()
  const browser = new Browser(app.url)
  await through(browser)
  const { body } = await browser.ask('/api/auth/refresh', { method: 'POST' })
  const token = body['accessToken'] as string
  const unlink = () => ask(app.url, START, { method: 'DELETE', token })
  const refused = await unlink()
  t.deepEqual([refused.status, refused.body.error?.code], [409, 'LAST_LOGIN_METHOD'])
  // A fresh log-in may set a first password; then there are two ways.
  const set = { body: { newPassword: PASSWORD }, token }
  const changed = await ask(app.url, '/api/auth/password', set)
  t.is(changed.status, 200)
  const renewed = changed.body['accessToken'] as string
  t.is((await ask(app.url, START, { method: 'DELETE', token: renewed })).status, 204)
  t.is((await logIn(app, { email: emailOf(account) })).status, 200)
})

test.serial('security 23: what GitHub gave is kept nowhere', async (t) => {
  atGithub()
  const browser = new Browser(app.url)
  const back = await through(browser)
  const tokens = github.secrets
  t.true(tokens.length > 10)
  const tables = await app.db.query<{ name: string }>(
    "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'",
  )
  const places = [...app.lines, back.text, locationOf(back), ...browser.cookies.values()]
  for (const { name } of tables) {
    const rows = await app.db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)
    places.push(...rows.map(({ row }) => row))
  }
  const everything = places.join('\n')
  for (const token of [...tokens, CLIENT.clientSecret]) t.false(everything.includes(token))
})

test.serial('a disabled account is not entered through GitHub', async (t) => {
  const one = await verifiedPerson(app)
  atGithub()
  await linkThrough(new Browser(app.url), one)
  await app.db.query('UPDATE users SET is_active = false WHERE id = $1', [one.id])
  const browser = new Browser(app.url)
  t.is((await through(browser)).status, 403)
  t.is(await whoIs(browser), undefined)
})

test.serial(
  'of ten who sign up with one account at GitHub at once, one account comes',
  async (t) => {
    const account = atGithub()
    const browsers = Array.from({ length: 10 }, () => new Browser(app.url))
    const answers = await Promise.all(browsers.map((browser) => through(browser)))
    t.deepEqual([...new Set(answers.map(({ status }) => status))], [302])
    const made = await app.db.query('SELECT 1 FROM users WHERE github_id = $1', [
      String(account.id),
    ])
    t.is(made.length, 1)
  },
)

test.serial(
  'who signs up twice at once, with two addresses of one account at GitHub, has one account here',
  async (t) => {
    const account = atGithub()
    const browser = new Browser(app.url)
    const callback = await begin(browser)
    // As the first of two, which is not done yet when the second one looks.
    const id = randomUUID()
    const entering: Promise<Answered>[] = []
    await app.db.transaction(async (tx) => {
      await tx.query('INSERT INTO users (id, email, github_id) VALUES ($1, $2, $3)', [
        id,
        someAddress(),
        String(account.id),
      ])
      entering.push(browser.ask(callback))
      await waitFor(async () => {
        const waiting = await app.db.query(
          `SELECT 1 FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
        return waiting.length > 0
      })
    })
    t.deepEqual(
      (await Promise.all(entering)).map(({ status }) => status),
      [302],
    )
    t.is((await whoIs(browser))?.['id'], id)
  },
)

test('where GitHub is not configured, its routes say so', async (t) => {
  const other = await startApplication()
  t.teardown(() => other.stop())
  for (const path of [START, `${START}/callback?code=x&state=y`]) {
    const { status, body } = await ask(other.url, path)
    t.deepEqual([status, body.error?.code], [404, 'GITHUB_OFF'])
  }
  t.is(other.lines.filter((line) => line.includes('GITHUB_CLIENT_ID')).length, 1)
})
