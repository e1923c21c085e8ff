import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import Stripe from 'stripe'
import { open } from './adapter.js'
import type { SequenceConfig } from './prepare.js'

const DATA = new URL('../../../test/sequences/data/', import.meta.url)
const SECRET = 'whsec_sequences_of_deliveries'
const { webhooks } = new Stripe('sk_unused')

interface Expectation {
  title: string
  config: SequenceConfig
  as_of: number
  expect: { accounts: Record<string, { subscriptions: object }> }
}

const read = (name: string) => readFileSync(new URL(name, DATA), 'utf8')
const names = readdirSync(DATA)
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.slice(0, -'.jsonl'.length))

for (const name of names) {
  const {
    title,
    config,
    as_of: asOf,
    expect,
  } = JSON.parse(read(`${name}.expect.json`)) as Expectation
  test.serial(`${name}: ${title}`, async (t) => {
    const system = await open(config, { webhookSecret: SECRET })
    try {
      for (const payload of read(`${name}.jsonl`).trim().split('\n')) {
        const signature = webhooks.generateTestHeaderString({ payload, secret: SECRET })
        t.is(await system.deliver(payload, { 'stripe-signature': signature }), 200)
      }
      const { accounts } = await system.state(asOf)
      t.deepEqual(Object.keys(accounts), Object.keys(expect.accounts))
      // The expectations say more than the system keeps; what it keeps must be as they say.
      for (const [account, state] of Object.entries(accounts))
        t.like(expect.accounts[account], { ...state })
    } finally {
      await system.close()
    }
  })
}
