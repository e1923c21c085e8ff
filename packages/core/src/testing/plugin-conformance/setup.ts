import assert from 'node:assert/strict'
import type { Check } from '../suite.js'
import type { Prepare, Wired } from './specimen.js'

/** Putting together, before anything starts. */
export function checkSetup(check: Check, prepare: Prepare): void {
  check('setup opens nothing', async (t) => {
    const { opened, wired } = await prepare(t)
    assert.ok(!('then' in wired), 'setup() returned a promise; do what has to be awaited in start')
    assert.deepEqual(opened, [], `setup() opened ${opened.join(', ')}; open things in start`)
  })

  check('setup contributes the same, under the same names, each time', async (t) => {
    const [one, two] = [await prepare(t), await prepare(t)]
    assert.deepEqual(outline(two.wired), outline(one.wired))
  })
}

const names = (named: readonly { name: string }[] = []) => named.map(({ name }) => name)

const outline = (wired: Wired) => ({
  keys: Object.keys(wired).toSorted(),
  services: Object.keys(wired.services ?? {}).toSorted(),
  agents: names(wired.agents),
  tools: names(wired.tools),
  commands: names(wired.commands),
  health: names(wired.health),
  consumers: [...(wired.on ?? []), ...(wired.agents ?? []).flatMap((agent) => agent.on)].map(
    ({ consumer }) => consumer,
  ),
})
