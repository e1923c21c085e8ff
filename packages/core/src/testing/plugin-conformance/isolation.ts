import assert from 'node:assert/strict'
import type { Forge } from '../../forge.js'
import type { AnyPluginDefinition } from '../../plugins/plugin.js'
import type { Check } from '../suite.js'
import type { Prepare } from './specimen.js'

/** How to tell whether two applications share something. */
export interface StateHooks {
  /** Changes something in one application, such as a counter or a cache. */
  change(forge: Forge): Promise<void> | void
  /** Reads it. */
  read(forge: Forge): unknown
}

const isMutable = (service: unknown) =>
  typeof service === 'object' && service !== null && !Object.isFrozen(service)

/** Two applications in one process. */
export function checkIsolation(
  check: Check,
  prepare: Prepare,
  { provides = {} }: AnyPluginDefinition,
  state?: StateHooks,
): void {
  check('two applications at a time share no service', async (t) => {
    const [{ forge: one }, { forge: two }] = [await prepare(t), await prepare(t)]
    await Promise.all([one.start(), two.start()])
    const shared = Object.values(provides).filter(
      (token) => isMutable(one.get(token)) && one.get(token) === two.get(token),
    )
    const names = shared.map(({ name }) => name).join(', ')
    assert.deepEqual(shared, [], `both have the same ${names}; make it in setup(), or freeze it`)
  })

  if (state) {
    check('what changes in one application does not change in another', async (t) => {
      const [{ forge: one }, { forge: two }] = [await prepare(t), await prepare(t)]
      await Promise.all([one.start(), two.start()])
      const [before, other] = [await state.read(one), await state.read(two)]
      await state.change(one)
      assert.notDeepEqual(await state.read(one), before, 'state.change changed nothing')
      assert.deepEqual(
        await state.read(two),
        other,
        'the state of the two is one; keep it in setup()',
      )
    })
  }
}
