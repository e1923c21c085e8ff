import { defineAgent, defineEvent, definePlugin, EventBus, on } from '@titanforge/core'
import { waitFor } from '@titanforge/core/testing'
import { dashboard, formPanel } from '@titanforge/dashboard'
import { orchestrator } from '@titanforge/orchestrator'
import test from 'ava'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { startApplication, type Application } from '../security/application.js'
import { ask } from '../security/browser.js'
import { logIn as logInByApi, me, person, superuser, type Person } from '../security/people.js'
import { pageTest } from './browser.js'
import { logIn, look } from './dashboard.js'

const MARKUP = '<img src=x onerror="window.ran=1">'

const sold = defineEvent({
  name: 'shop.sold',
  version: 1,
  schema: z.object({ what: z.string(), userId: z.uuid(), apiKey: z.string() }),
  userId: ({ userId }) => userId,
})

const shelf = { isBroken: true, handled: 0 }
const gate = Promise.withResolvers<void>()

const appraiser = defineAgent({
  name: 'appraiser',
  description: 'Says what something is worth.',
  exposed: true,
  input: z.object({
    thing: z.string().min(3),
    state: z.enum(['new', 'used']),
    insured: z.boolean().default(false),
  }),
  output: z.object({ worth: z.number() }),
  async run({ thing }, ctx) {
    ctx.progress(40, `looking at the ${thing}`)
    await gate.promise
    return { worth: 30 }
  },
})

/** A third party's plugin, one of whose consumers fails as long as its shelf is broken. */
const shop = definePlugin({
  name: 'shop',
  events: [sold],
  setup: () => ({
    agents: [appraiser],
    panels: [
      formPanel({
        name: 'shop.stock',
        title: 'Stock',
        audience: 'superuser',
        page: 'dead-letters',
        action: 'Count it',
        input: z.object({}),
        submit: () => 'There are three books.',
      }),
    ],
  }),
})
const storehouse = definePlugin({
  name: 'storehouse',
  setup: () => ({
    on: [
      on(
        sold,
        'storehouse.fetch',
        async () => {
          if (shelf.isBroken) throw new Error(`The shelf is broken. ${MARKUP}`)
          shelf.handled += 1
        },
        { retry: { limit: 0 } },
      ),
    ],
  }),
})

let app: Application
let root: Person
test.before(async () => {
  const plugins = [orchestrator(), dashboard(), shop(), storehouse()]
  app = await startApplication({ plugins, stripe: { pages: false } })
  root = await superuser(app)
})
test.after.always(() => app.stop())

const sell = (what: string) =>
  app.db.transaction((tx) =>
    app.forge.get(EventBus).publish(tx, sold, { what, userId: root.id, apiKey: 'tfk_never_shown' }),
  )

/** Sells something that the consumer gives up. */
async function sellInVain(what: string) {
  shelf.isBroken = true
  await sell(what)
  const { deadLetters } = app.forge.get(EventBus)
  await waitFor(async () => (await deadLetters.list()).length > 0)
}

/** Goes to a page by the list of pages. */
async function open(page: Page, name: string) {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
}

pageTest(
  'a superuser sees what a consumer has given up, has it tried again, and discards another',
  async (t, page) => {
    await sellInVain('a book')
    await logIn(page, app.url, root.email)
    await open(page, 'Dead letters')
    const letters = page.getByRole('region', { name: 'Given up' }).getByRole('table')
    await letters.getByText('storehouse.fetch').waitFor()
    await letters.getByText(`The shelf is broken. ${MARKUP}`).waitFor()
    t.is(await page.evaluate('window.ran'), undefined)
    await look(t, page, 'dead-letters-some')

    // What it was about, and what became of it.
    await letters.getByRole('link').click()
    await page.getByRole('heading', { name: 'shop.sold', level: 1 }).waitFor()
    await page.getByRole('cell', { name: /Dead/ }).waitFor()
    await page.getByText('"what": "a book"').waitFor()
    await page.getByText('"apiKey": "[removed]"').waitFor()
    await look(t, page, 'event-dead')

    shelf.isBroken = false
    await open(page, 'Dead letters')
    await page.getByRole('button', { name: 'Have storehouse.fetch try again' }).click()
    await page.getByText('No consumer has given up on anything.').waitFor()
    await waitFor(() => shelf.handled === 1)

    await sellInVain('a lamp')
    await page.reload()
    await page.getByRole('button', { name: 'Discard what storehouse.fetch gave up' }).click()
    await look(t, page, 'discard')
    await page.getByLabel('Reason').fill('The lamp is broken too.')
    await page.getByRole('button', { name: 'Discard the event' }).click()
    await page.getByText('No consumer has given up on anything.').waitFor()
    t.is(shelf.handled, 1)

    const { body } = await ask(app.url, '/api/admin/audit?limit=200', { token: root.accessToken })
    const entries = body['entries'] as Record<string, unknown>[]
    const kept = entries.filter(({ action }) => String(action).startsWith('dead_letters.'))
    t.deepEqual(
      kept.map(({ action, actorId }) => ({ action, actorId })),
      [
        { action: 'dead_letters.discard_requested', actorId: root.id },
        { action: 'dead_letters.redrive_requested', actorId: root.id },
      ],
    )
    t.like(kept[0], { ip: '127.0.0.1', after: { reason: 'The lamp is broken too.' } })
    await open(page, 'Audit')
    const row = page.getByRole('row', { name: 'dead_letters.discard_requested' })
    await row.getByText(/The lamp is broken too/).waitFor()
    await row.getByText(root.email).waitFor()
    await row.getByText(root.id).waitFor()
  },
)

pageTest('a superuser disables an account, and lets it in again', async (t, page) => {
  const { email, accessToken } = await person(app)
  await logIn(page, app.url, root.email)
  await open(page, 'Users')
  const row = page.getByRole('row', { name: email })
  await row.getByRole('button', { name: `Disable ${email}` }).click()
  await row.getByText('Disabled').waitFor()
  t.is((await me(app, accessToken)).status, 401)
  await row.getByRole('button', { name: `Enable ${email}` }).click()
  await row.getByText('Active').waitFor()
  t.is((await logInByApi(app, { email })).status, 200)
})

pageTest('the audit names accounts by their addresses, and one that is gone', async (t, page) => {
  const gone = await person(app)
  await app.db.query('DELETE FROM users WHERE id = $1', [gone.id])
  await logIn(page, app.url, root.email)
  await open(page, 'Audit')
  const row = page.getByRole('row', { name: gone.id }).first()
  await row.getByText('Deleted account').first().waitFor()
  t.is(await page.getByText(gone.email).count(), 0)
  await look(t, page, 'audit-accounts')
  const hidden = `const { scrollWidth, clientWidth } = document.querySelector('.wide')
    scrollWidth - clientWidth`
  t.is(await page.evaluate(hidden), 0, 'a column is out of sight')
})

pageTest('a plugin puts a panel on another page than the analytics', async (t, page) => {
  await logIn(page, app.url, root.email)
  await open(page, 'Dead letters')
  await page.getByRole('button', { name: 'Count it' }).click()
  await page.getByRole('status').getByText('There are three books.').waitFor()
  await open(page, 'Analytics')
  await page.getByRole('heading', { name: 'Analytics' }).waitFor()
  t.is(await page.getByRole('button', { name: 'Count it' }).count(), 0)
})

pageTest(
  'a superuser finds an event by its type and its user, and follows its chain',
  async (t, page) => {
    shelf.isBroken = false
    await sell(MARKUP)
    await logIn(page, app.url, root.email)
    await open(page, 'Events')
    // More than a page, since each log-in and each call is an event.
    await page.getByRole('cell', { name: 'auth.logged_in' }).first().waitFor()
    await look(t, page, 'events')
    await page.getByLabel('Type').selectOption('shop.sold')
    await page.waitForURL(/type=shop.sold/)
    await page.getByRole('cell', { name: 'auth.logged_in' }).first().waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'shop.sold' }).first().click()
    await page.getByRole('cell', { name: 'storehouse.fetch' }).waitFor()
    await page.getByText(JSON.stringify(MARKUP)).waitFor()
    t.is(await page.evaluate('window.ran'), undefined)
    t.is(await page.locator('img[src=x]').count(), 0)
    await page.getByRole('link', { name: 'The chain that it belongs to' }).click()
    await page.getByText('What one event has led to').waitFor()
    await page.getByRole('link', { name: 'Show all' }).click()
    await page.getByText('What one event has led to').waitFor({ state: 'detached' })
    await page.getByLabel('Type').selectOption('auth.signed_up')
    await page.waitForURL(/type=auth.signed_up/)
    await page.getByLabel('Id of a user').fill(root.id)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.waitForURL(/userId=/)
    const found = page.getByRole('link', { name: 'auth.signed_up' })
    await found.nth(1).waitFor({ state: 'detached' })
    await found.waitFor()
    await page.getByLabel('Id of a user').fill('nobody')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('alert').waitFor()
    t.pass()
  },
)

pageTest('long lists are read page by page', async (t, page) => {
  const count = 60
  await app.db.transaction(async (tx) => {
    const about = { what: 'a pen', userId: root.id, apiKey: 'tfk_never_shown' }
    const messages = Array.from({ length: count }, () => ({ payload: about }))
    await app.forge.get(EventBus).publishAll(tx, sold, messages)
  })
  await logIn(page, app.url, root.email)
  await page.goto(`${app.url}/admin/events?type=shop.sold`)
  const rows = page.getByRole('region', { name: 'Events' }).getByRole('row')
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  // The heading's, and what the other tests have sold.
  t.true((await rows.count()) > count)
})

pageTest('dead letters are read page by page, and are tried again together', async (t, page) => {
  const { deadLetters } = app.forge.get(EventBus)
  // What other tests have sold is over before the shelf breaks.
  shelf.isBroken = false
  await deadLetters.redrive()
  const isOver = async () =>
    (await app.db.query("SELECT 1 FROM event_deliveries WHERE consumer = 'storehouse.fetch'"))
      .length === 0
  await waitFor(isOver, { timeoutMs: 60_000 })
  shelf.isBroken = true
  const { handled } = shelf
  const count = 60
  await app.db.transaction(async (tx) => {
    const about = { what: 'a vase', userId: root.id, apiKey: 'tfk_never_shown' }
    const messages = Array.from({ length: count }, () => ({ payload: about }))
    await app.forge.get(EventBus).publishAll(tx, sold, messages)
  })
  await waitFor(async () => (await deadLetters.list()).length === count, { timeoutMs: 60_000 })
  await logIn(page, app.url, root.email)
  await open(page, 'Dead letters')
  const letters = page.getByRole('region', { name: 'Given up' }).getByRole('table')
  await letters.getByRole('row').nth(50).waitFor()
  t.is(await letters.getByRole('row').count(), 51, 'the heading and a page')
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  t.is(await letters.getByRole('row').count(), count + 1)
  await look(t, page, 'dead-letters-many')
  shelf.isBroken = false
  await page.getByRole('button', { name: `Try these ${count} again` }).click()
  await page.getByText('No consumer has given up on anything.').waitFor()
  await waitFor(() => shelf.handled === handled + count, { timeoutMs: 60_000 })
})

pageTest('the swarm is drawn with what goes on in it, and said as tables', async (t, page) => {
  await logIn(page, app.url, root.email)
  await open(page, 'Plugins and agents')
  const graph = page.getByRole('group', { name: /The swarm, drawn/ })
  await graph.getByText('storehouse').waitFor()
  await graph.getByText('appraiser').waitFor()
  const flow = page
    .getByRole('region', { name: 'Events and who hears them' })
    .getByRole('row', { name: /shop.sold shop storehouse storehouse.fetch/ })
  await flow.waitFor()
  await page.getByText(`:${process.pid}, which answers this page`).waitFor()
  await look(t, page, 'plugins-and-agents')
  // What is sold now goes along the line while one looks.
  await sell('a chair')
  await waitFor(async () => Number(await flow.getByRole('cell').nth(4).textContent()) > 0)
  await graph.locator('.react-flow__edge.busy').first().waitFor()
  t.pass()
})

pageTest('a customer calls an agent, sees it at work, and reads its answer', async (t, page) => {
  await logIn(page, app.url, root.email)
  await open(page, 'Agents and workflows')
  await page.getByRole('button', { name: 'Start Appraiser' }).click()
  await page.getByLabel('Thing').fill('a clock')
  await page.getByLabel('State').selectOption('Used')
  await look(t, page, 'start-agent')
  await page.getByRole('button', { name: 'Start it' }).click()
  await page.getByRole('heading', { name: 'Appraiser', level: 1 }).waitFor()
  await page.getByText('looking at the a clock').first().waitFor()
  await page
    .getByRole('progressbar', { name: 'Progress' })
    .and(page.locator('[aria-valuenow="40"]'))
    .waitFor()
  await open(page, 'Plugins and agents')
  await page
    .getByRole('region', { name: 'Agents' })
    .getByRole('row', { name: /appraiser shop Yes 1/ })
    .waitFor()
  gate.resolve()
  await page
    .getByRole('region', { name: 'Agents' })
    .getByRole('row', { name: /appraiser shop Yes 0 1 0/ })
    .waitFor()
  await open(page, 'Agents and workflows')
  await page.getByRole('link', { name: 'Appraiser' }).click()
  await page.getByText('"worth": 30').waitFor()
  t.pass()
})
