import test from 'ava'
import { faultTests } from './harness/fault-tests.js'
import { clockSkew } from './scenarios/clock-skew.js'
import { joinsAndLeaves } from './scenarios/joins-and-leaves.js'
import { rollingDeploy } from './scenarios/rolling-deploy.js'
import { stopUnderLoad } from './scenarios/stop-under-load.js'

await faultTests(test, 'nodes', [clockSkew, joinsAndLeaves, rollingDeploy, stopUnderLoad])
