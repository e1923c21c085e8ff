import { testServer } from '@titanforge/database/testing'
import type { TestFn } from 'ava'
import { isClean, runScenario, type Result } from './run-scenario.js'
import type { Scenario } from './scenario.js'
import { SERVER_SETTINGS } from './server-settings.js'

/** Registers a short run of each scenario as a test, one after the other on a server of their own. */
export async function faultTests(
  test: TestFn,
  name: string,
  scenarios: readonly Scenario[],
): Promise<void> {
  const server = await testServer(`faults-${name}`, SERVER_SETTINGS)
  test.after.always(server.stop)
  for (const scenario of scenarios) {
    test.serial(`fault ${scenario.number}: ${scenario.title}`, async (t) => {
      t.timeout(240_000)
      const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000)
      const result = await runScenario(scenario, { server, seed, size: 'short' })
      t.log(`FAULT_SEED=${seed}`, ...result.notes)
      if (!isClean(result)) t.log(result.output)
      t.deepEqual(violations(result), NONE)
    })
  }
}

const NONE = { missing: 0, phantom: 0, duplicate: 0, disorder: 0, problems: [] as string[] }

const violations = ({ missing, phantom, duplicate, disorder, problems }: Result) => ({
  missing,
  phantom,
  duplicate,
  disorder,
  problems,
})
