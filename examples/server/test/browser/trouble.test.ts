import test from 'ava'
import type { Page } from 'playwright-core'
import { runToEnd } from '../programs.js'
import { ask } from '../security/browser.js'
import { PASSWORD, someAddress } from '../security/people.js'
import { pageTest } from './browser.js'
import { buy, look, signUp, startEverything, verify, type Running } from './dashboard.js'

let app: Running
test.before(async () => {
  app = await startEverything()
})
test.after.always(() => app.stop())

/** A page whose errors are expected. */
async function elsewhere(page: Page, use: (there: Page) => Promise<void>): Promise<void> {
  const context = await page.context().browser()?.newContext()
  if (!context) throw new Error('There is no browser.')
  try {
    await use(await context.newPage())
  } finally {
    await context.close()
  }
}

pageTest('a double click starts one run', async (t, page) => {
  await signUp(page, app.url, someAddress())
  await page.goto(`${app.url}/runs`)
  await page.getByRole('button', { name: 'Start Micro feature planner' }).click()
  await page.getByLabel('Task').fill('A button that greets')
  await page.getByRole('button', { name: 'Start it' }).dblclick()
  await page.getByRole('heading', { name: 'Result' }).waitFor()
  await page.getByRole('link', { name: 'All runs' }).click()
  const rows = page.getByRole('region', { name: 'Your runs' }).getByRole('table').getByRole('row')
  await rows.nth(1).waitFor()
  t.is(await rows.count(), 2, 'the heading and one run')
})

pageTest('a log-in that has ended elsewhere leads to the log-in, and back', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email)
  const { body } = await ask(app.url, '/api/auth/login', { body: { email, password: PASSWORD } })
  const authorization = `Bearer ${String(body['accessToken'])}`
  const ended = await fetch(`${app.url}/api/auth/sessions`, {
    method: 'DELETE',
    headers: { authorization },
  })
  t.true(ended.ok)
  await page.getByRole('link', { name: 'Billing' }).click()
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor()
})

pageTest('what was typed stays where the network fails, and that is said', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email)
  await page.goto(`${app.url}/settings`)
  await page.getByRole('button', { name: 'I have confirmed it' }).waitFor()
  await verify(app.url, email)
  const name = page.getByLabel('Name of a new key')
  await name.fill('My program')
  const alert = page.getByRole('alert').getByText(/The server cannot be reached/)

  await page.route('**/api/auth/me', (route) => route.abort())
  await page.getByRole('button', { name: 'I have confirmed it' }).click()
  await alert.waitFor()
  t.is(await name.inputValue(), 'My program')
  await look(t, page, 'settings-unreachable')
  await page.unroute('**/api/auth/me')
  await page.getByRole('button', { name: 'Try again' }).click()
  await alert.waitFor({ state: 'detached' })

  await page.route('**/api/auth/logout', (route) => route.abort())
  await page.getByRole('button', { name: 'Log out' }).click()
  await alert.waitFor()
  await page.unroute('**/api/auth/logout')

  await page.route('**/api/auth/keys', (route) => route.abort())
  await page.getByRole('button', { name: 'Make the key' }).click()
  await alert.nth(1).waitFor()
  t.is(await name.inputValue(), 'My program')
  await page.unroute('**/api/auth/keys')
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText(/Copy the key now/).waitFor()
  t.is(await name.inputValue(), '')
})

pageTest('a file of the application that is gone leaves no blank page', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email)
  await verify(app.url, email)
  const made = await runToEnd('forge', ['user:create', email, '--superuser'], app.env)
  t.is(made.status, 0, made.output)
  await elsewhere(page, async (there) => {
    await there.goto(`${app.url}/login`)
    await there.getByLabel('E-mail address').fill(email)
    await there.getByLabel('Password').fill(PASSWORD)
    await there.getByRole('button', { name: 'Log in' }).click()
    await there.getByRole('heading', { name: /Welcome/ }).waitFor()
    await there.route('**/assets/users-page*', (route) => route.abort())
    const users = there.getByRole('link', { name: 'Users', exact: true })
    await users.click()
    await there
      .getByRole('alert')
      .getByText(/load the page again/)
      .waitFor()
    await there.getByRole('link', { name: 'Plans' }).click()
    await there.getByRole('heading', { name: 'Plans', level: 1 }).waitFor()
    await users.click()
    await there.unroute('**/assets/users-page*')
    await there.getByRole('button', { name: 'Load it again' }).click()
    await there.getByRole('cell', { name: email, exact: true }).waitFor()
  })
})

pageTest('the address after a payment is enough, and somebody else’s says no', async (t, page) => {
  await signUp(page, app.url, someAddress())
  await buy(page, app.url, /Buy Pro for .*month/)
  await page.getByText('You have Pro.').waitFor()
  const address = page.url()
  await page.evaluate('sessionStorage.clear()')
  await page.goto(address)
  await page.getByText('Your payment has arrived.').waitFor()
  await page.goto(`${app.url}/billing/success`)
  await page.getByText(/listed under Billing/).waitFor()
  await elsewhere(page, async (there) => {
    await signUp(there, app.url, someAddress())
    await there.goto(address)
    await there.getByRole('alert').getByText('There is no such checkout.').waitFor()
    t.is(await there.getByText('Your payment has arrived.').count(), 0)
  })
})

pageTest('the pages of superusers are none to others', async (t, page) => {
  await signUp(page, app.url, someAddress())
  for (const path of ['/analytics', '/admin/users', '/admin/events']) {
    await page.goto(app.url + path)
    await page.getByRole('heading', { name: 'There is no such page', level: 1 }).waitFor()
  }
  await page.route('**/api/panels', (route) => route.abort())
  await page.goto(app.url)
  await page
    .getByRole('alert')
    .getByText(/The server cannot be reached/)
    .waitFor()
  t.pass()
})

pageTest('an address that leads nowhere is said, and leads back', async (t, page) => {
  await signUp(page, app.url, someAddress())
  const answer = await page.goto(`${app.url}/nope`)
  t.is(answer?.status(), 404)
  await page.getByRole('heading', { name: 'There is no such page', level: 1 }).waitFor()
  await look(t, page, 'no-such-page')
  await page.getByRole('link', { name: 'Back to the overview' }).click()
  await page.getByRole('heading', { name: /Welcome/ }).waitFor()
})

pageTest('who chooses a page in the menu of a phone is at its heading', async (t, page) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await signUp(page, app.url, someAddress())
  const menu = page.getByRole('button', { name: 'Menu' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Plans' }).click()
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await page.locator('h1:focus').getByText('Plans').waitFor()
  await menu.click()
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await page.locator('button:focus').getByText('Menu').waitFor()
  t.pass()
})
