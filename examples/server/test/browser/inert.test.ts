import test from 'ava'
import { runToEnd } from '../programs.js'
import { ask } from '../security/browser.js'
import { PASSWORD, someAddress } from '../security/people.js'
import { pageTest } from './browser.js'
import { settled, signUp, startEverything, verify, type Running } from './dashboard.js'

const MARKUP = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'

const PAGES = [
  '/',
  '/plans',
  '/billing',
  '/billing/success',
  '/billing/cancelled',
  '/runs',
  '/settings',
  '/analytics',
  '/admin/users',
  '/admin/events',
  '/admin/dead-letters',
  '/admin/audit',
  '/admin/plugins',
]

let app: Running
test.before(async () => {
  app = await startEverything()
})
test.after.always(() => app.stop())

pageTest('security 40: markup in names is text on every page', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email, `${MARKUP}Eve`)
  await verify(app.url, email)
  const made = await runToEnd('forge', ['user:create', email, '--superuser'], app.env)
  t.is(made.status, 0, made.output)

  // In the names of things, in what is asked and answered, and in what a program says of itself.
  await page.goto(`${app.url}/settings`)
  await page.getByLabel('Name of a new key').fill(MARKUP)
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText(/Copy the key now/).waitFor()
  await ask(app.url, '/api/auth/login', {
    body: { email, password: PASSWORD },
    headers: { 'user-agent': MARKUP },
  })
  await page.goto(`${app.url}/runs`)
  await page.getByRole('button', { name: 'Start Micro feature development' }).click()
  await page.getByLabel('Task').fill(MARKUP)
  await page.getByRole('button', { name: 'Start it' }).click()
  await page.getByText(`"${MARKUP}" is done. Do you accept it?`).first().waitFor()
  const run = new URL(page.url()).pathname

  const inert = async (path: string) => {
    await settled(page)
    t.is(await page.evaluate('window.ran'), undefined, path)
    t.is(await page.locator('img[src=x]').count(), 0, path)
  }
  await inert(run)
  for (const path of [...PAGES, run]) {
    await page.goto(app.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await inert(path)
  }
  // It was there to be seen.
  await page.goto(`${app.url}/admin/users`)
  await page.getByRole('cell', { name: `${MARKUP}Eve` }).waitFor()
  await page.goto(`${app.url}/settings`)
  await page.getByRole('cell', { name: MARKUP, exact: true }).first().waitFor()
  await page.goto(`${app.url}/admin/events?type=auth.signed_up`)
  await page.getByRole('link', { name: 'auth.signed_up' }).click()
  await page.getByText('"email"').waitFor()
  await inert('/admin/events/:id')
})
