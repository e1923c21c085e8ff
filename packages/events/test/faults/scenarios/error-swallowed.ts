import type { Scenario } from '../harness/scenario.js'

export const errorSwallowed: Scenario = {
  number: 12,
  title: 'a publisher that swallows an error of its transaction is told, and nothing is stored',
  async run(lab) {
    const node = await lab.node({ consumers: [{ name: 'a' }] })
    for (const swallow of ['before', 'after'] as const) {
      const hooks = await node.hooks()
      const event = lab.sender.event(3)
      const answered = await node.publish({ events: [event], swallow }).then(
        () => true,
        () => false,
      )
      lab.check(!answered, `an error swallowed ${swallow} publishing looked like success`)
      lab.check((await node.hooks()) === hooks, 'an after-commit hook ran without a commit')
      for (const table of ['business', 'events']) {
        const found = await lab.ledger.count(`${table} WHERE external_id = $1`, [event.externalId])
        lab.check(found === 0, `${table} has the event of a transaction that failed`)
      }
      await lab.sender.send(event)
      lab.check((await node.hooks()) === hooks + 1, 'no after-commit hook ran after a commit')
    }
    await lab.settle()
  },
}
