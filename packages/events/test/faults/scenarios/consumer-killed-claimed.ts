import type { Scenario } from '../harness/scenario.js'
import { consumerKilled } from './consumer-killed.js'

export const consumerKilledClaimed: Scenario = {
  number: 4,
  title: 'what a consumer had claimed when it was killed is delivered to another',
  async run(lab) {
    await consumerKilled(lab, 'consumer.claimed', [{ name: 'a' }, { name: 'b' }])
  },
}
