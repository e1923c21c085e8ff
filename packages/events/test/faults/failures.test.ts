import test from 'ava'
import { faultTests } from './harness/fault-tests.js'
import { orderByKey } from './scenarios/order-by-key.js'
import { poison } from './scenarios/poison.js'

await faultTests(test, 'failures', [poison, orderByKey])
