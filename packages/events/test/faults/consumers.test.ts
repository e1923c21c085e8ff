import test from 'ava'
import { faultTests } from './harness/fault-tests.js'
import { consumerKilledClaimed } from './scenarios/consumer-killed-claimed.js'
import { consumerKilledCommitted } from './scenarios/consumer-killed-committed.js'
import { consumerKilledPrepared } from './scenarios/consumer-killed-prepared.js'
import { consumerKilledWriting } from './scenarios/consumer-killed-writing.js'
import { zombie } from './scenarios/zombie.js'

await faultTests(test, 'consumers', [
  consumerKilledClaimed,
  consumerKilledWriting,
  consumerKilledCommitted,
  consumerKilledPrepared,
  zombie,
])
