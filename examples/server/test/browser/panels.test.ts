import { definePlugin } from '@titanforge/core'
import { dashboard, type Panel } from '@titanforge/dashboard'
import test from 'ava'
import { startApplication, type Application } from '../security/application.js'
import { person } from '../security/people.js'
import { pageTest } from './browser.js'
import { logIn } from './dashboard.js'

const COLUMNS = [
  { key: 'day', title: 'Day', format: 'day' },
  { key: 'price', title: 'Price', format: 'money' },
] as const

const prices: Panel = {
  kind: 'table',
  name: 'shop.prices',
  title: 'Prices',
  audience: 'user',
  page: 'plans',
  columns: COLUMNS,
  load: () => [
    { day: '2026-01-31', price: 290_000, currency: 'huf' },
    { day: '2026-01-31', price: 1_200_000, currency: 'idr' },
    { day: '2026-01-31', price: 2900, currency: 'jpy' },
    { day: '2026-01-31', price: 2950, currency: 'kwd' },
    { day: '2026-01-31', price: -1950, currency: 'usd' },
  ],
}
const broken: Panel = {
  ...prices,
  name: 'shop.broken',
  title: 'Broken',
  page: 'billing',
  load: () => [{ day: 'some day', price: 1, currency: 'no currency' }],
}
const shop = definePlugin({ name: 'shop', setup: () => ({ panels: [prices, broken] }) })

let app: Application
test.before(async () => {
  app = await startApplication({ plugins: [dashboard(), shop()], stripe: { pages: false } })
})
test.after.always(() => app.stop())

pageTest('money is what Stripe counts, and a day is that day everywhere', async (t, page) => {
  const { email } = await person(app)
  const context = await page
    .context()
    .browser()
    ?.newContext({ locale: 'en-US', timezoneId: 'America/Los_Angeles' })
  if (!context) throw new Error('There is no browser.')
  try {
    const there = await context.newPage()
    await logIn(there, app.url, email)
    await there.goto(`${app.url}/plans`)
    const rows = there.getByRole('region', { name: 'Prices' }).getByRole('table').getByRole('row')
    await rows.nth(1).waitFor()
    const texts = await rows.getByRole('cell').allInnerTexts()
    t.deepEqual(
      texts.map((text) => text.replace(/\s/g, ' ')),
      ['HUF 2,900', 'IDR 12,000', '¥2,900', 'KWD 2.950', '-$19.50'].flatMap((price) => [
        'Jan 31, 2026',
        price,
      ]),
    )
  } finally {
    await context.close()
  }
})

pageTest('a panel whose values are none leaves the rest of the page as it is', async (t, page) => {
  const { email } = await person(app)
  const context = await page.context().browser()?.newContext()
  if (!context) throw new Error('There is no browser.')
  try {
    const there = await context.newPage()
    await logIn(there, app.url, email)
    await there.goto(`${app.url}/billing`)
    const panel = there.getByRole('region', { name: 'Broken' })
    await panel.getByRole('alert').getByText('This could not be shown.').waitFor()
    await there.getByRole('heading', { name: 'Billing', level: 1 }).waitFor()
    t.pass()
  } finally {
    await context.close()
  }
})
