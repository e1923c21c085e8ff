import test from 'ava'
import { askAgent } from '../histories/ask-agent.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

test.serial('a promotion code counts in any letter case, for people and for agents', async (t) => {
  t.timeout(120_000)
  const world = await stage.begin({ seed: t.title, chaos: {} })
  t.teardown(() => world.settle())
  await world.signUp()
  const [person] = world.people
  const [offer] = await world.offers()
  const open = async (promotionCode: string) =>
    (
      await world.ask(
        '/api/billing/checkout',
        { productId: offer?.id, promotionCode },
        person?.token,
      )
    ).body
  const first = await open('HALF')
  for (const code of ['half', ' Half ', 'hALF']) t.is((await open(code)).url, first.url, code)
  const [price] = await world.rows<{ id: string }>(
    'SELECT stripe_price_id AS id FROM products WHERE id = $1',
    [offer?.id],
  )
  const sold = await askAgent(world, (tools, ctx) =>
    ctx.tool(tools.createCheckoutSession, {
      userId: person?.id ?? '',
      priceId: price?.id ?? '',
      promotionCode: 'half',
    }),
  )
  t.is(sold?.url, String(first.url))
  const [page, ...others] = (await world.parts.stripe.checkout.sessions.list()).data
  t.deepEqual(others, [])
  t.is(page?.discounts?.length, 1)
  const refused = await open('HALFWAY')
  t.like(refused, { error: { code: 'PROMOTION_CODE_UNKNOWN' } })
})
