import { randomInt } from 'node:crypto'
import test from 'ava'
import type { Page } from 'playwright-core'
import { startApplication, type Application } from '../security/application.js'
import { CLIENT, startGithub, type GithubStandIn } from '../security/github-stand-in.js'
import { ask } from '../security/browser.js'
import { logIn, mailTo, me, register, someAddress, verifiedPerson } from '../security/people.js'
import { pageTest } from './browser.js'
import { look } from './dashboard.js'

let github: GithubStandIn
let app: Application
test.before(async () => {
  github = await startGithub()
  // Another site than the application, as the real one is: what cookies go along depends on it.
  const baseUrl = github.url.replace('127.0.0.1', 'localhost')
  app = await startApplication({ auth: { home: '/', github: { ...CLIENT, baseUrl } } })
  const emails = [{ email: someAddress(), verified: true, primary: true }]
  github.account = { id: randomInt(1_000_000_000), login: 'ada', emails }
})
test.after.always(async () => {
  await app.stop()
  await github.close()
})

const linkIn = ({ text }: { text: string }) => /http\S+#[\w-]{43}/.exec(text)?.[0] ?? ''

/** Who is logged in, as a script of the page finds out. */
async function whoIs(page: Page): Promise<Record<string, unknown> | undefined> {
  const token = await page.evaluate(async () => {
    const answer = await fetch('/api/auth/refresh', { method: 'POST' })
    return ((await answer.json()) as { accessToken?: string }).accessToken
  })
  return token === undefined ? undefined : (await me(app, token)).body
}

pageTest('the link in a mail confirms an address, once, and leads on', async (t, page) => {
  const email = someAddress()
  await register(app, { email })
  const link = linkIn(await mailTo(app, email, /Confirm your address/))
  for (const said of [/Your address is confirmed/, /link/i]) {
    await page.goto(link)
    t.is(page.url(), `${app.url}/auth/verify`, 'the token is not in the address any more')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('status').getByText(said).waitFor()
    const isConfirmed = said.test('Your address is confirmed')
    t.is(await page.getByRole('link', { name: 'Go on' }).isVisible(), isConfirmed)
    // Elsewhere first: a browser does not load a page again for what stands after the #.
    await page.goto('about:blank')
  }
})

pageTest('the link in a mail sets a new password, and a bad one can be mended', async (t, page) => {
  const email = someAddress()
  await register(app, { email })
  await fetch(`${app.url}/api/auth/password/forgot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })
  await page.goto(linkIn(await mailTo(app, email, /new password/)))
  const set = async (password: string, said: RegExp) => {
    await page.getByLabel('New password').fill(password)
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByRole('status').getByText(said).waitFor()
  }
  await set('password123', /common|guess|list/i)
  await look(t, page, 'new-password')
  await set('a much better password', /Your password is set/)
  t.false(await page.getByLabel('New password').isVisible())
  t.is((await logIn(app, { email, password: 'a much better password' })).status, 200)
})

pageTest('whoever fears somebody else in the account takes the keys back too', async (t, page) => {
  const { email, accessToken: token } = await verifiedPerson(app)
  const made = await ask(app.url, '/api/auth/keys', { token, body: { name: 'a key' } })
  const key = made.body['key'] as string
  t.is((await me(app, key)).status, 200)
  await ask(app.url, '/api/auth/password/forgot', { body: { email } })
  await page.goto(linkIn(await mailTo(app, email, /new password/)))
  await page.getByLabel('New password').fill('a much better password')
  await page.getByLabel('Revoke my API keys too').check()
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('status').getByText('Your password is set').waitFor()
  t.is((await me(app, key)).status, 401)
})

pageTest(
  'somebody signs up through GitHub, from one site to the other and back',
  async (t, page) => {
    await page.goto(`${app.url}/api/auth/github?returnTo=/auth/reset`)
    t.is(page.url(), `${app.url}/auth/reset`)
    t.like(await whoIs(page), { email: github.account.emails[0]?.email, hasGithub: true })
    const cookies = await page.context().cookies()
    const refresh = cookies.find(({ name }) => name === '__Host-titanforge_refresh')
    t.like(refresh, { httpOnly: true, secure: true, sameSite: 'Strict', path: '/' })
    t.is(await page.evaluate('document.cookie'), '')
  },
)

pageTest('security 18: a callback that somebody else began logs nobody in', async (t, page) => {
  const started = await fetch(`${app.url}/api/auth/github`, { redirect: 'manual' })
  const address = started.headers.get('location') ?? ''
  const callback = (await fetch(address, { redirect: 'manual' })).headers.get('location') ?? ''
  const answer = await page.goto(callback)
  t.is(answer?.status(), 403)
  await page.getByRole('heading', { name: 'GitHub' }).waitFor()
  // That page may run no script at all; this one may ask the server.
  await page.goto(`${app.url}/auth/verify`)
  t.is(await whoIs(page), undefined)
})

pageTest('the API is a page that can be read', async (t, page) => {
  await page.goto(`${app.url}/docs`)
  const logIn = page.locator('#post_api_auth_login')
  t.false(await logIn.getByText('"accessToken"').isVisible())
  await logIn.getByText('Log in with a password').click()
  t.true(await logIn.getByText('"accessToken"').isVisible())
})

pageTest('security 40: markup in a name is text in a mail, and runs nowhere', async (t, page) => {
  const email = someAddress()
  await register(app, { email, fullName: `<img src=x onerror="parent['ran']=window['ran']=1">Eve` })
  const { html } = await mailTo(app, email, /Confirm your address/)
  // Without any policy of ours, as in a mail program.
  await page.setContent(html)
  t.is(await page.evaluate('window.ran'), undefined)
  t.is(await page.locator('img[src=x]').count(), 0)
  await page.getByText('Eve').first().waitFor()
  await page.goto(`${app.url}/dev/mail`)
  for (const one of await page.locator('summary').all()) await one.click()
  await page.locator('iframe').first().waitFor()
  t.is(await page.evaluate('window.ran'), undefined)
})
