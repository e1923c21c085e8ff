import test from 'ava'
import { someAddress } from '../security/people.js'
import { pageTest } from './browser.js'
import { buy, logIn, look, signUp, startEverything, type Running } from './dashboard.js'

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
  await page.getByRole('button', { name: /Change to Starter for .*month/ }).click()
  await page.getByText('Due now').waitFor()
  await look(t, page, 'change')
  await page.getByRole('button', { name: 'Change the plan' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })

  await page.goto(`${app.url}/billing`)
  await page.getByText('Starter').waitFor()
  await look(t, page, 'billing')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Cancel the subscription' }).click()
  await page.getByText(/It ends on/).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText(/It renews on/).waitFor()
  t.pass()
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
