import test from 'ava'
import { faultTests } from './harness/fault-tests.js'
import { errorSwallowed } from './scenarios/error-swallowed.js'
import { outcomeUnknown } from './scenarios/outcome-unknown.js'
import { publisherKilledAfterCommit } from './scenarios/publisher-killed-after-commit.js'
import { publisherKilledBeforeCommit } from './scenarios/publisher-killed-before-commit.js'
import { sameWebhook } from './scenarios/same-webhook.js'

await faultTests(test, 'publishers', [
  publisherKilledBeforeCommit,
  publisherKilledAfterCommit,
  outcomeUnknown,
  sameWebhook,
  errorSwallowed,
])
