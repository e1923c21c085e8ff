import type { Scenario } from '../harness/scenario.js'
import { clockSkew } from './clock-skew.js'
import { connectionLost } from './connection-lost.js'
import { consumerKilledClaimed } from './consumer-killed-claimed.js'
import { consumerKilledCommitted } from './consumer-killed-committed.js'
import { consumerKilledPrepared } from './consumer-killed-prepared.js'
import { consumerKilledWriting } from './consumer-killed-writing.js'
import { errorSwallowed } from './error-swallowed.js'
import { joinsAndLeaves } from './joins-and-leaves.js'
import { longTransaction } from './long-transaction.js'
import { orderByKey } from './order-by-key.js'
import { outcomeUnknown } from './outcome-unknown.js'
import { poison } from './poison.js'
import { publisherKilledAfterCommit } from './publisher-killed-after-commit.js'
import { publisherKilledBeforeCommit } from './publisher-killed-before-commit.js'
import { rollingDeploy } from './rolling-deploy.js'
import { sameWebhook } from './same-webhook.js'
import { serverCrashes } from './server-crashes.js'
import { slowConsumer } from './slow-consumer.js'
import { stopUnderLoad } from './stop-under-load.js'
import { zombie } from './zombie.js'

/** The whole table of faults. */
export const scenarios: readonly Scenario[] = [
  publisherKilledBeforeCommit,
  publisherKilledAfterCommit,
  outcomeUnknown,
  consumerKilledClaimed,
  consumerKilledWriting,
  consumerKilledCommitted,
  consumerKilledPrepared,
  zombie,
  sameWebhook,
  serverCrashes,
  connectionLost,
  errorSwallowed,
  poison,
  slowConsumer,
  clockSkew,
  joinsAndLeaves,
  rollingDeploy,
  orderByKey,
  stopUnderLoad,
  longTransaction,
]
