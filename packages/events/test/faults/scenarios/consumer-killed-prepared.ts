import type { Scenario } from '../harness/scenario.js'
import { consumerKilled } from './consumer-killed.js'

export const consumerKilledPrepared: Scenario = {
  number: 7,
  title: 'a provider called before the kill is called again with the same idempotency key',
  async run(lab) {
    const { url: provider, charged } = await lab.provider()
    await consumerKilled(lab, 'consumer.prepared', [{ name: 'a', provider }])
    const events = await lab.ledger.query<{ event: string }>('SELECT event FROM business')
    const calls = events.map(({ event }) => charged.get(event))
    lab.check(
      calls.every((call) => call?.keys.size === 1),
      'an event reached the provider with no key, or with several',
    )
    lab.check(calls.length === charged.size, 'the provider was called for an event that is none')
    lab.check(
      calls.some((call) => call && call.calls > 1),
      'the kill came before the provider was called',
    )
  },
}
