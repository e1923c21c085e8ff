import test from 'ava'
import { faultTests } from './harness/fault-tests.js'
import { longTransaction } from './scenarios/long-transaction.js'
import { slowConsumer } from './scenarios/slow-consumer.js'

await faultTests(test, 'load', [slowConsumer, longTransaction])
