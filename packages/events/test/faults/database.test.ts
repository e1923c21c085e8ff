import test from 'ava'
import { faultTests } from './harness/fault-tests.js'
import { connectionLost } from './scenarios/connection-lost.js'
import { serverCrashes } from './scenarios/server-crashes.js'

await faultTests(test, 'database', [serverCrashes, connectionLost])
