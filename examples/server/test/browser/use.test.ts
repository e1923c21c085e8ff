import test from 'ava'
import { someAddress } from '../security/people.js'
import { pageTest } from './browser.js'
import { look, signUp, startEverything, type Running } from './dashboard.js'

let app: Running
test.before(async () => {
  app = await startEverything()
})
test.after.always(() => app.stop())

pageTest('pages can be used by keyboard alone', async (t, page) => {
  await signUp(page, app.url, someAddress())
  // A new page begins at its heading; what stands before it is a step back.
  const isFocused = (selector: string) => page.locator(`${selector}:focus`).waitFor()
  await isFocused('h1')
  await page.getByRole('link', { name: 'Skip to the content' }).focus()
  await page.keyboard.press('Tab')
  await isFocused('.brand')
  for (let n = 0; n < 2; n++) await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Plans' }).waitFor()
  await isFocused('h1')

  await page.goto(`${app.url}/runs`)
  const start = page.getByRole('button', { name: 'Start Micro feature planner' })
  await start.focus()
  await page.keyboard.press('Enter')
  // The dialog keeps the focus, and gives it back.
  await isFocused('[role=dialog] input')
  await page.keyboard.press('Shift+Tab')
  await isFocused('[role=dialog] button')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await isFocused('[aria-label="Start Micro feature planner"]')
  t.pass()
})

pageTest('what could not be loaded says so, and can be tried again', async (t, page) => {
  await signUp(page, app.url, someAddress())
  await page.route('**/api/products', (route) => route.abort())
  await page.goto(`${app.url}/plans`)
  const alert = page.getByRole('alert')
  await alert.getByText(/The server cannot be reached/).waitFor()
  await look(t, page, 'plans-unreachable')
  await page.unroute('**/api/products')
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Starter' }).waitFor()
  await alert.waitFor({ state: 'detached' })
})

pageTest('a run that is not there is no failure, and leads back', async (t, page) => {
  await signUp(page, app.url, someAddress())
  await page.goto(`${app.url}/runs/nobody-s`)
  await page.getByRole('heading', { name: 'There is no such run' }).waitFor()
  t.is(await page.getByRole('alert').count(), 0)
  await page.getByRole('link', { name: 'Back to your runs' }).click()
  await page.getByRole('heading', { name: 'Agents and workflows' }).waitFor()
})

pageTest('who leaves the payment page is told that nothing was paid', async (t, page) => {
  await signUp(page, app.url, someAddress())
  await page.goto(`${app.url}/billing/cancelled`)
  await page.getByRole('heading', { name: 'Nothing was paid' }).waitFor()
  await look(t, page, 'cancelled')
})

pageTest('money and days are written as the browser’s user writes them', async (t, page) => {
  const german = await page.context().browser()?.newContext({ locale: 'de-DE' })
  if (!german) throw new Error('There is no browser.')
  try {
    const here = await german.newPage()
    await signUp(here, app.url, someAddress())
    await here.getByText(/Since \d\d\.\d\d\.\d{4}/).waitFor()
    await here.goto(`${app.url}/plans`)
    await here.getByRole('button', { name: /Starter for 9\s\$ \/ month/ }).waitFor()
    await here.getByText('API calls a month: 20.000').waitFor()
  } finally {
    await german.close()
  }
  t.pass()
})

pageTest('a budget of less than a cent is no budget of nothing', async (t, page) => {
  const period = { start: '2026-05-01T00:00:00Z', end: '2026-06-01T00:00:00Z' }
  const usage = { spend_micros: { used: 250, limit: 3_000 } }
  await page.route('**/api/usage', (route) => route.fulfill({ json: { period, usage } }))
  await signUp(page, app.url, someAddress())
  await page.getByText('$0.00025 of $0.003').waitFor()
  t.pass()
})
