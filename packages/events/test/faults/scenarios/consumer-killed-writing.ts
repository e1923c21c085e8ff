import type { Scenario } from '../harness/scenario.js'
import { consumerKilled } from './consumer-killed.js'

export const consumerKilledWriting: Scenario = {
  number: 5,
  title: 'a consumer killed after its writes and before its commit has written nothing',
  async run(lab) {
    await consumerKilled(lab, 'consumer.before_commit', [{ name: 'a' }, { name: 'b' }])
    await lab.outlastClaims()
  },
}
