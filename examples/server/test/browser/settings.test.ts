import { randomInt } from 'node:crypto'
import { dashboard } from '@titanforge/dashboard'
import test from 'ava'
import type { Page } from 'playwright-core'
import { startApplication, type Application } from '../security/application.js'
import { CLIENT, startGithub, type GithubStandIn } from '../security/github-stand-in.js'
import { ask } from '../security/browser.js'
import {
  logIn as logInByApi,
  mailTo,
  me,
  PASSWORD,
  person,
  someAddress,
  verifiedPerson,
} from '../security/people.js'
import { pageTest } from './browser.js'
import { logIn, look } from './dashboard.js'

let github: GithubStandIn
let app: Application
test.before(async () => {
  github = await startGithub()
  // Another site than the application, as the real one is.
  const baseUrl = github.url.replace('127.0.0.1', 'localhost')
  app = await startApplication({
    auth: { github: { ...CLIENT, baseUrl } },
    stripe: { pages: false },
    plugins: [dashboard({ github: true })],
  })
})
test.after.always(async () => {
  await app.stop()
  await github.close()
})

const settingsOf = async (page: Page, email: string) => {
  await logIn(page, app.url, email)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
}

pageTest('somebody links GitHub, logs in through it, and unlinks it', async (t, page) => {
  const emails = [{ email: someAddress(), verified: true, primary: true }]
  github.account = { id: randomInt(1_000_000_000), login: 'ada', emails }
  const { email } = await verifiedPerson(app)
  await settingsOf(page, email)
  const section = page.getByRole('region', { name: 'GitHub' })
  await section.getByRole('button', { name: 'Link GitHub' }).click()
  // By GitHub, and back.
  await section.getByText('You can log in through GitHub.').waitFor()
  t.is(new URL(page.url()).pathname, '/settings')
  await look(t, page, 'settings-github')

  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('link', { name: 'Continue with GitHub' }).click()
  // Where one was before the log-out.
  await page.getByText(`It is ${email}.`).waitFor()

  await section.getByRole('button', { name: 'Unlink GitHub' }).click()
  await look(t, page, 'settings-unlink')
  await page.getByRole('button', { name: 'Unlink it' }).click()
  await section.getByRole('button', { name: 'Link GitHub' }).waitFor()
})

pageTest(
  'who has not confirmed the address is told to, before GitHub is linked',
  async (t, page) => {
    const { email } = await person(app)
    await settingsOf(page, email)
    await page.getByText(/Confirm your address first/).waitFor()
    t.true(await page.getByRole('button', { name: 'Link GitHub' }).isDisabled())
  },
)

pageTest('somebody moves to another address, by the link that is sent there', async (t, page) => {
  const { email } = await verifiedPerson(app)
  const next = someAddress()
  await settingsOf(page, email)
  const change = async (password: string) => {
    await page.getByLabel('New address', { exact: true }).fill(next)
    await page.getByLabel('Your password, for the new address').fill(password)
    await page.getByRole('button', { name: 'Change the address' }).click()
  }
  await change('a wrong password')
  await page.getByRole('alert').waitFor()
  await change(PASSWORD)
  await page.getByRole('status').getByText(`We have sent a link to ${next}.`).waitFor()
  const { text } = await mailTo(app, next, /Confirm your new address/)
  await page.goto(/http\S+#[\w-]{43}/.exec(text)?.[0] ?? '')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('status').getByText(/./).waitFor()
  await page.goto(`${app.url}/settings`)
  await page.getByText(`It is ${next}.`).waitFor()
  t.pass()
})

pageTest('somebody changes the password, and is logged out everywhere else', async (t, page) => {
  const { email, accessToken: token } = await verifiedPerson(app)
  const made = await ask(app.url, '/api/auth/keys', { token, body: { name: 'a key' } })
  const key = made.body['key'] as string
  t.is((await me(app, key)).status, 200)
  const next = 'a battery of correct horses'
  await settingsOf(page, email)
  // This one, and the one by which the test has made the account.
  await page.getByRole('button', { name: 'End it' }).waitFor()
  const change = async (current: string) => {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password').fill(next)
    await page.getByRole('button', { name: 'Change the password' }).click()
  }
  await change('a wrong password')
  await page.getByRole('alert').waitFor()
  await page.getByLabel(/Revoke my API keys too/).check()
  await change(PASSWORD)
  await page.getByText(/Your password is changed/).waitFor()
  await page.getByText('You have no key yet.').waitFor()
  t.is((await me(app, key)).status, 401)
  await page.getByRole('button', { name: 'End it' }).waitFor({ state: 'detached' })
  await page.getByText('This one').waitFor()
  t.is((await logInByApi(app, { email })).status, 401)
  t.is((await logInByApi(app, { email, password: next })).status, 200)
})
