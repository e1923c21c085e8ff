import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { fanOut } from '../../src/agents/fan-out.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { defineTool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'

const { signal } = new AbortController()

test('answers come in the order of the items, and never more than the limit are at work', async (t) => {
  const arbitrary = fc.tuple(fc.array(fc.nat(4), { maxLength: 12 }), fc.integer({ min: 1, max: 4 }))
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([turns, concurrency]) => {
      let atWork = 0
      let most = 0
      const results = await fanOut(
        { signal },
        turns,
        async (count, index) => {
          most = Math.max(most, ++atWork)
          for (let turn = 0; turn < count; turn++) await Promise.resolve()
          atWork--
          return index
        },
        { concurrency },
      )
      t.deepEqual(results, [...turns.keys()])
      t.true(most <= concurrency)
    }),
  )
})

test('after a failure nothing is begun, and what is at work is waited for', async (t) => {
  const begun: string[] = []
  const slow = deferred<void>()
  let ended = false
  const all = fanOut(
    { signal },
    ['slow', 'bad', 'never'],
    async (item) => {
      begun.push(item)
      if (item === 'bad') throw new Error('bad')
      await slow.promise
      ended = true
    },
    { concurrency: 2 },
  )
  setImmediate(() => slow.resolve(undefined))
  await t.throwsAsync(all, { message: 'bad' })
  t.true(ended)
  t.deepEqual(begun, ['slow', 'bad'])
})

test('a falsy failure is a failure', async (t) => {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as careless code does
  const all = fanOut({ signal }, [1], () => Promise.reject(undefined))
  t.is(await all.catch(() => 'failed'), 'failed')
})

test('once the run is cancelled, nothing is begun and there is no answer', async (t) => {
  const controller = new AbortController()
  const begun: number[] = []
  const all = fanOut(
    controller,
    [1, 2, 3],
    async (item) => {
      begun.push(item)
      if (item === 2) controller.abort(new Error('cancelled'))
    },
    { concurrency: 1 },
  )
  await t.throwsAsync(all, { message: 'cancelled' })
  t.deepEqual(begun, [1, 2])
})

for (const concurrency of [0, -1, Number.NaN]) {
  test(`a concurrency of ${concurrency}, with which nothing would ever be done, is refused`, async (t) => {
    const all = fanOut({ signal }, [1], async (item) => item, { concurrency })
    await t.throwsAsync(all, { code: 'DEFINITION_INVALID', message: /concurrency/ })
  })
}

test('nothing to do is done at once, and as many as wanted may be at work', async (t) => {
  t.deepEqual(await fanOut({ signal }, [], async (item) => item), [])
  const all = fanOut({ signal }, [1, 2], async (item) => item, { concurrency: Infinity })
  t.deepEqual(await all, [1, 2])
})

/**
 * The keys of all orders of a run, by what is ordered.
 *
 * @param turns how long it takes to look at a thing's stock, which is done before it is ordered.
 */
async function keysOfOrders(
  work: (ctx: RunContext, buy: (thing: string) => Promise<void>) => Promise<unknown>,
  turns: (thing: string) => number,
) {
  const keys = new Map<string, string>()
  const look = defineTool({
    ...{ name: 'look', description: 'Looks at the stock.', effect: 'read' as const },
    ...{ input: z.string(), output: z.null() },
    async run(thing) {
      for (let turn = turns(thing); turn > 0; turn--) await Promise.resolve()
      return null
    },
  })
  const order = defineTool({
    ...{ name: 'order', description: 'Orders.', effect: 'idempotent' as const },
    ...{ input: z.string(), output: z.null() },
    run(thing, { idempotencyKey }) {
      keys.set(thing, idempotencyKey)
      return null
    },
  })
  const buyer = defineAgent({
    ...{ name: 'buyer', description: 'Buys.', input: z.null(), output: z.null() },
    tools: [look, order],
    async run(_, ctx) {
      await work(ctx, async (thing) => {
        await ctx.tool(look, thing)
        await ctx.tool(order, thing)
      })
      return null
    },
  })
  await createForge({ plugins: [] }).run(buyer, null, { idempotencyKey: 'again' })
  return keys
}

test('the calls made for an item have the same keys, whichever item is the faster', async (t) => {
  const buyAll = (turns: (thing: string) => number) =>
    keysOfOrders(async (ctx, buy) => {
      await fanOut(ctx, ['hat', 'coat'], buy)
      await buy('scarf')
    }, turns)
  const first = await buyAll((thing) => (thing === 'coat' ? 50 : 0))
  const again = await buyAll((thing) => (thing === 'coat' ? 0 : 50))
  t.is(again.get('hat'), first.get('hat'))
  t.is(again.get('coat'), first.get('coat'))
  t.is(again.get('scarf'), first.get('scarf'))
  t.is(new Set(first.values()).size, 3)
})

test('so have those of items within items, however often the run fans out', async (t) => {
  const shops = ['left', 'right']
  const buyAll = (isFast: (thing: string) => boolean) =>
    keysOfOrders(
      async (ctx, buy) => {
        for (const day of ['monday', 'friday'])
          await fanOut(ctx, shops, async (shop) => {
            await buy(`${day} ${shop} key`)
            for (const hour of ['noon', 'night'])
              await fanOut(ctx, ['hat', 'coat'], (thing) => buy(`${day} ${shop} ${hour} ${thing}`))
          })
      },
      (thing) => (isFast(thing) ? 0 : 50),
    )
  const first = await buyAll((thing) => thing.includes('left') || thing.endsWith('hat'))
  const again = await buyAll((thing) => thing.includes('right') || thing.endsWith('coat'))
  t.is(new Set(first.values()).size, 2 * 2 * 5)
  const sorted = (keys: Map<string, string>) => [...keys].sort(([a], [b]) => (a < b ? -1 : 1))
  t.deepEqual(sorted(again), sorted(first))
})

test('an agent that is called for an item numbers its own calls', async (t) => {
  const keys: string[] = []
  const note = defineTool({
    ...{ name: 'note', description: 'Notes.', effect: 'read' as const },
    ...{ input: z.null(), output: z.null() },
    run: (_, { idempotencyKey }) => (keys.push(idempotencyKey), null),
  })
  const inner = defineAgent({
    ...{ name: 'inner', description: 'Calls twice.', input: z.string(), output: z.null() },
    tools: [note],
    run: async (_, ctx) => (await ctx.tool(note, null), ctx.tool(note, null)),
  })
  const outer = defineAgent({
    ...{ name: 'outer', description: 'Fans out.', input: z.null(), output: z.null() },
    run: async (_, ctx) => {
      await fanOut(ctx, ['a'], (item) => ctx.run(inner, item))
      return null
    },
  })
  await createForge({ plugins: [] }).run(outer, null, { idempotencyKey: 'k' })
  t.deepEqual(keys, ['k:outer.fan1-0.1-inner.1-note', 'k:outer.fan1-0.1-inner.2-note'])
})

test('a tool that is tried again fans out as it did before', async (t) => {
  const attempts: string[][] = []
  const noter = defineAgent({
    ...{ name: 'noter', description: 'Notes.', input: z.string(), output: z.null() },
    run: (_, { idempotencyKey }) => (attempts.at(-1)?.push(idempotencyKey), null),
  })
  const flaky = defineTool({
    ...{ name: 'flaky', description: 'Fails once.', effect: 'read' as const },
    ...{ input: z.null(), output: z.null() },
    async run(_, ctx) {
      attempts.push([])
      for (let round = 0; round < 2; round++)
        await fanOut(ctx, ['a', 'b'], (item) => ctx.run(noter, item))
      if (attempts.length === 1) throw new Error('not yet')
      return null
    },
  })
  const caller = defineAgent({
    ...{ name: 'caller', description: 'Calls.', input: z.null(), output: z.null(), tools: [flaky] },
    run: (_, ctx) => ctx.tool(flaky, null),
  })
  const { log } = captureLog()
  await createForge({ plugins: [], log }).run(caller, null)
  t.is(attempts.length, 2)
  t.is(new Set(attempts[0]).size, 4)
  t.deepEqual(attempts[1], attempts[0])
})
