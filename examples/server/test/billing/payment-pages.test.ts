import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

test.serial('two tabs with different plans leave one page open, however they meet', async (t) => {
  t.timeout(120_000)
  const world = await stage.begin({ seed: t.title, chaos: {} })
  await world.signUp()
  const [starter, pro] = (await world.offers()).filter(({ type }) => type === 'subscription')
  const open = (productId: string | undefined) =>
    world.ask('/api/billing/checkout', { productId }, world.people[0]?.token)
  const waiting = (count: number) =>
    waitFor(async () => {
      // Within a transaction it would stay what it was.
      await world.rows('SELECT pg_stat_clear_snapshot()')
      const rows = await world.rows(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE checkouts%' AND datname = current_database()",
      )
      return rows.length === count
    })

  // The first tab's page exists at Stripe and is about to be stored, while the second tab, which has seen the
  // checkout without a page, is about to close it.
  await open(starter?.id)
  await world.rows('UPDATE checkouts SET stripe_session_id = NULL, url = NULL')
  await world.rows('BEGIN')
  t.teardown(() => world.rows('ROLLBACK'))
  await world.rows('SELECT 1 FROM checkouts FOR UPDATE')
  const first = open(starter?.id)
  await waiting(1)
  const second = open(pro?.id)
  await waiting(2)
  await world.rows('COMMIT')

  const urls = [await first, await second].map(({ body }) => body.url)
  t.is(urls.length, new Set(urls).size)
  const pages = (await world.parts.stripe.checkout.sessions.list()).data
  t.deepEqual(
    pages.map(({ status }) => status),
    ['open', 'expired'],
  )
  t.is(urls[1], pages[0]?.url)
  await world.settle()
})
