import assert from 'node:assert/strict'
import { ForgeError, messageOf } from '../../errors/errors.js'
import { createForge } from '../../forge.js'
import type { Contributions } from '../../plugins/contributions.js'
import { definePlugin, type AnyPluginDefinition, type Plugin } from '../../plugins/plugin.js'
import { captureLog } from '../capture-log.js'
import type { Check, TestContext } from '../suite.js'
import { watchIntervals } from './intervals.js'
import { activeResources, nothingLeft } from './resources.js'
import type { Prepare } from './specimen.js'

const SABOTEUR = 'conformance-saboteur'

/** Starts behind the plugin, and fails. */
const saboteur = (phase: 'start' | 'serve'): Plugin => {
  const contributions: Contributions = { [phase]: () => Promise.reject(new Error('sabotage')) }
  return definePlugin({ name: SABOTEUR, setup: () => contributions })()
}

const remedy = 'let start and serve return a function that closes whatever they opened'

/** Starting, stopping, and what is left then. */
export function checkLifecycle(
  check: Check,
  prepare: Prepare,
  { name }: AnyPluginDefinition,
  failing?: (t: TestContext) => Promise<readonly Plugin[]> | readonly Plugin[],
): void {
  check('started and stopped, it leaves nothing behind', async (t) => {
    const specimen = await prepare(t)
    await specimen.forge.start()
    await specimen.forge.stop()
    await nothingLeft(specimen.before, { remedy })
  })

  check('started for a command, without serving, it leaves nothing behind', async (t) => {
    const specimen = await prepare(t)
    await specimen.forge.start({ serve: false })
    await specimen.forge.stop()
    await nothingLeft(specimen.before, { remedy })
  })

  check('stopping twice is stopping once', async (t) => {
    const { forge } = await prepare(t)
    await forge.start()
    await Promise.all([forge.stop(), forge.stop()])
    await forge.stop()
  })

  for (const phase of ['start', 'serve'] as const) {
    check(
      `where a later plugin fails to ${phase}, it is rolled back and can start anew`,
      async (t) => {
        const specimen = await prepare(t, [saboteur(phase)])
        const message = `Plugin "${SABOTEUR}" failed to ${phase}: sabotage`
        await assert.rejects(specimen.forge.start(), { code: 'PLUGIN_FAILED', message })
        await nothingLeft(specimen.before, { remedy })
        const { forge } = await prepare(t)
        await forge.start()
        await forge.stop()
      },
    )
  }

  if (failing) {
    check('where its own start fails half-way, it leaves nothing behind', async (t) => {
      const plugins = await failing(t)
      t.teardown(watchIntervals())
      const before = activeResources()
      const forge = createForge({ plugins, log: captureLog().log })
      t.teardown(() => forge.stop())
      const error = await forge.start().catch((failure: unknown) => failure)
      assert.match(messageOf(error), new RegExp(`^Plugin "${name}" failed to `), 'another ending')
      const isStuck = error instanceof ForgeError && error.code === 'ROLLBACK_FAILED'
      assert.ok(!isStuck, 'what had started could not be stopped')
      await nothingLeft(before, { remedy })
    })
  }
}
