import { readFile } from 'node:fs/promises'
import test from 'ava'
import { runToEnd } from '../programs.js'
import { someAddress } from '../security/people.js'
import { pageTest } from './browser.js'
import { buy, logIn, look, signUp, startEverything, verify, type Running } from './dashboard.js'

let app: Running
test.before(async () => {
  app = await startEverything()
})
test.after.always(() => app.stop())

pageTest('somebody signs up, pays, has what was paid for, and cancels', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email, 'Ada Lovelace')
  await page.getByText('No plan yet').waitFor()
  await look(t, page, 'home-without-plan')
  await page.goto(`${app.url}/plans`)
  await look(t, page, 'plans')
  await buy(page, app.url, /Buy Pro for .*month/)
  await page.getByText('You have Pro.').waitFor()
  await look(t, page, 'paid')
  await page.getByRole('link', { name: 'Go to the overview' }).click()
  await page.getByText('Priority').waitFor()
  await page.getByText(/of 200,000/).waitFor()
  await look(t, page, 'home')

  await page.goto(`${app.url}/plans`)
  const pro = page.getByRole('region', { name: 'Pro' })
  await pro.getByText(/^Your price: .* month$/).waitFor()
  // What remains to choose from of one's own plan is what one does not have.
  const offers = await pro.getByRole('button').allTextContents()
  t.deepEqual(
    offers.map((text) => /\w+$/.exec(text)?.[0]),
    ['year'],
  )
  await look(t, page, 'plans-with-subscription')
  await page.getByRole('button', { name: /Starter: Change to .*month/ }).click()
  await page.getByText('Due now').waitFor()
  await look(t, page, 'change')
  await page.getByRole('button', { name: 'Change the plan' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByRole('region', { name: 'Starter' }).getByText('Your price').waitFor()
  t.is(await pro.getByRole('button').count(), 2)

  await buy(page, app.url, /Buy Report for/)
  await page.getByText('Your payment has arrived.').waitFor()
  await page.goto(`${app.url}/billing`)
  await page.getByText('Starter').waitFor()
  await page
    .getByRole('region', { name: 'Purchases' })
    .getByRole('row', { name: /Report Paid \$19/ })
    .waitFor()
  await look(t, page, 'billing')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Cancel the subscription' }).click()
  await page.getByText(/It ends on/).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText(/It renews on/).waitFor()
  await page.getByRole('button', { name: 'Cards and billing address' }).click()
  await page.getByRole('link', { name: 'Back' }).click()
  await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor()
  t.is(new URL(page.url()).pathname, '/billing')
})

pageTest('a log-in outlives a reload, is in no storage, and ends at log-out', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email)
  await page.reload()
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  t.is(await page.evaluate('JSON.stringify([{...localStorage}, {...sessionStorage}])'), '[{},{}]')
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  await page.goto(`${app.url}/billing`)
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  t.is(new URL(page.url()).search, '?next=%2Fbilling')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill('wrong password')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page
    .getByRole('alert')
    .getByText(/address or the password is wrong/)
    .waitFor()
  await look(t, page, 'login')
  await logIn(page, app.url, email)
})

pageTest('who is not logged in sees pages that can be used', async (t, page) => {
  for (const name of ['signup', 'forgot']) {
    await page.goto(`${app.url}/${name}`)
    await look(t, page, name)
  }
})

pageTest('security 40: markup in a name is text on every page', async (t, page) => {
  const name = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>Eve'
  await signUp(page, app.url, someAddress(), name)
  await page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor()
  t.is(await page.evaluate('window.ran'), undefined)
  t.is(await page.locator('img[src=x]').count(), 0)
})

pageTest('a workflow runs before one’s eyes, asks, and can be cancelled', async (t, page) => {
  await signUp(page, app.url, someAddress())
  await page.getByRole('link', { name: 'Agents and workflows' }).click()
  await page.getByText('Nothing has run yet').waitFor()
  await look(t, page, 'runs-none')
  // Without the task, it asks for it.
  const start = async () => {
    await page.getByRole('button', { name: 'Start Micro feature development' }).click()
    await page.getByRole('button', { name: 'Start it' }).click()
    await page.waitForURL(/\/runs\/./)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await start()
  await page.getByLabel('Task').fill('A button that greets')
  await look(t, page, 'run-asks')
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByText('"A button that greets" is done. Do you accept it?').first().waitFor()
  await page
    .getByRole('progressbar', { name: 'Progress' })
    .and(page.locator('[aria-valuenow="90"]'))
    .waitFor()
  await page.getByLabel('Accepted').click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByRole('heading', { name: 'Result' }).waitFor()
  await look(t, page, 'run-done')

  await page.getByRole('link', { name: 'All runs' }).click()
  await start()
  await page.getByLabel('Task').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Cancel the run' }).click()
  await page
    .getByRole('status')
    .getByText(/Cancell?ed/)
    .waitFor()
  await page.getByRole('link', { name: 'All runs' }).click()
  await page.getByRole('cell', { name: /Cancell?ed/ }).waitFor()
  await look(t, page, 'runs')
})

pageTest('somebody sees to keys, sessions and notifications', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email)
  await verify(app.url, email)
  await page.getByRole('button', { name: 'I have confirmed it' }).click()
  await page.getByText('Confirm your address').waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByLabel('Name of a new key').fill('My program')
  await page.getByRole('button', { name: 'Make the key' }).click()
  const key = await page
    .getByText(/Copy the key now/)
    .locator('code')
    .textContent()
  const answer = await fetch(`${app.url}/api/entitlements`, {
    headers: { authorization: `Bearer ${key ?? ''}` },
  })
  t.is(answer.status, 200)
  await look(t, page, 'settings')
  await page.getByRole('button', { name: 'Revoke My program' }).click()
  await page.getByRole('button', { name: 'Revoke the key' }).click()
  await page.getByText('You have no key yet').waitFor()
  const reports = page.getByRole('switch', { name: /reports/ })
  const off = reports.and(page.locator('[aria-checked=false]'))
  await reports.click()
  // What the server has kept, and no hope: it is there after a reload too.
  await off.waitFor()
  await page.reload()
  await off.waitFor()
  await page.getByText('This one').waitFor()
})

pageTest('a superuser sees the figures move, and what the server is made of', async (t, page) => {
  const email = someAddress()
  await signUp(page, app.url, email, 'Grace Hopper')
  await verify(app.url, email)
  const made = await runToEnd('forge', ['user:create', email, '--superuser'], app.env)
  t.is(made.status, 0, made.output)
  await buy(page, app.url, /Buy Pro for .*year/)
  await page.getByText('You have Pro.').waitFor()
  await page.getByRole('link', { name: 'Analytics' }).click()
  await page.getByRole('button', { name: 'Compute them now' }).click()
  await page.getByText('The figures are up to now.').waitFor()
  await page.getByRole('region', { name: 'Business' }).getByText('MRR').waitFor()
  await page.getByRole('img', { name: /Monthly recurring revenue/ }).waitFor()
  await look(t, page, 'analytics')
  const begun = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Monthly recurring revenue as CSV' }).click()
  const file = await begun
  t.regex(file.suggestedFilename(), /^mrr-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/)
  const rows = await readFile(await file.path(), 'utf8')
  t.regex(rows, /^[\w,]*currency[\w,]*\r\n/)
  t.true(rows.includes('usd'))
  for (const name of ['Users', 'Events', 'Dead letters', 'Audit', 'Plugins and agents']) {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
    await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
    await look(t, page, name.toLowerCase().replaceAll(' ', '-'))
  }
})
