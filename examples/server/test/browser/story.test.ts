import test from 'ava'
import type { Page } from 'playwright-core'
import { runToEnd } from '../programs.js'
import { someAddress } from '../security/people.js'
import { pageTest } from './browser.js'
import { buy, signUp, startEverything, verify, type Running } from './dashboard.js'

let app: Running
test.before(async () => {
  app = await startEverything()
})
test.after.always(() => app.stop())

/** Somebody who administrates, at a browser of their own. */
async function superuserAt(page: Page): Promise<void> {
  const email = someAddress()
  await signUp(page, app.url, email, 'Grace Hopper')
  await verify(app.url, email)
  const made = await runToEnd('forge', ['user:create', email, '--superuser'], app.env)
  if (made.status !== 0) throw new Error(made.output)
  await page.reload()
  await page.getByRole('link', { name: 'Analytics' }).click()
}

/** What the headline says of the MRR, once the figures are up to now. */
async function mrrAt(page: Page): Promise<string | undefined> {
  await page.getByRole('button', { name: 'Compute them now' }).click()
  await page.getByText('The figures are up to now.').waitFor()
  await page.reload()
  const business = page.getByRole('region', { name: 'Business' })
  await business.getByText('Paying customers').waitFor()
  const texts = await business.locator('dl > div').allInnerTexts()
  return texts.find((text) => text.startsWith('MRR'))?.replace(/\s+/g, ' ')
}

pageTest(
  'the whole story: sign up, pay, be entitled, have agents work, cancel; and the MRR moves',
  async (t, page) => {
    const context = await page.context().browser()?.newContext()
    if (!context) throw new Error('There is no browser.')
    const root = await context.newPage()
    try {
      await superuserAt(root)
      t.is(await mrrAt(root), undefined, 'nobody has paid yet')

      await signUp(page, app.url, someAddress(), 'Ada Lovelace')
      await page.getByText('No plan yet').waitFor()
      await buy(page, app.url, /Buy Pro for .*month/)
      await page.getByText('You have Pro.').waitFor()
      await page.getByRole('link', { name: 'Go to the overview' }).click()
      await page.getByText('Priority').waitFor()

      await page.getByRole('link', { name: 'Agents and workflows' }).click()
      await page.getByRole('button', { name: 'Start Micro feature planner' }).click()
      await page.getByLabel('Task').fill('A button that greets')
      await page.getByRole('button', { name: 'Start it' }).click()
      await page.getByText('"Write a failing test: A button that greets"').waitFor()

      await page.getByRole('link', { name: 'All runs' }).click()
      await page.getByRole('button', { name: 'Start Micro feature development' }).click()
      await page.getByLabel('Task').fill('A button that greets')
      await page.getByRole('button', { name: 'Start it' }).click()
      // Nothing is loaded again: the server tells the page of each step.
      const progress = page.getByRole('progressbar', { name: 'Progress' })
      await progress.and(page.locator('[aria-valuenow="90"]')).waitFor()
      await page.getByText('waiting for your acceptance').first().waitFor()
      await page.getByLabel('Accepted').click()
      await page.getByRole('button', { name: 'Answer' }).click()
      await progress.and(page.locator('[aria-valuenow="100"]')).waitFor()
      await page.getByRole('heading', { name: 'Result' }).waitFor()

      t.is(await mrrAt(root), 'MRR $29')

      await page.getByRole('link', { name: 'Billing' }).click()
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Cancel the subscription' }).click()
      await page.getByText(/It ends on/).waitFor()
      // It is paid for until then.
      await page.getByRole('link', { name: 'Overview' }).click()
      await page.getByText(/Pro ends on/).waitFor()
      await page.getByText('Priority').waitFor()
    } finally {
      await context.close()
    }
  },
)
