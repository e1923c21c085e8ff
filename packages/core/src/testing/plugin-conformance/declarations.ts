import assert from 'node:assert/strict'
import type { Contributions } from '../../plugins/contributions.js'
import type { AnyPluginDefinition } from '../../plugins/plugin.js'
import type { Check } from '../suite.js'
import { toolsOf, type Prepare } from './specimen.js'

const TOOL = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/
const AGENT = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const DOTTED = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_-]*)+$/

/** What it says about itself. */
export function checkDeclarations(
  check: Check,
  prepare: Prepare,
  definition: AnyPluginDefinition,
): void {
  check('names have the form of their kind, and are not used twice', async (t) => {
    const { wired } = await prepare(t)
    assert.deepEqual(problemsOfNames(wired, definition), [])
  })

  check('tools, agents and commands say what they are for', async (t) => {
    const { wired } = await prepare(t)
    const all = [...toolsOf(wired), ...(wired.agents ?? []), ...(wired.commands ?? [])]
    const silent = all.filter(({ description }) => description.trim() === '')
    assert.deepEqual(
      silent.map(({ name }) => name),
      [],
      'without a description',
    )
  })
}

function problemsOfNames(wired: Contributions, { events = [] }: AnyPluginDefinition): string[] {
  const tools = toolsOf(wired).map(({ name }) => name)
  const agents = (wired.agents ?? []).map(({ name }) => name)
  const subscriptions = [...(wired.on ?? []), ...(wired.agents ?? []).flatMap(({ on }) => on)]
  const consumers = subscriptions.map(({ consumer }) => consumer)
  return [
    ...misnamed('tool', tools, TOOL, 'snake_case'),
    ...misnamed('agent', agents, AGENT, 'kebab-case'),
    ...misnamed('consumer', consumers, DOTTED, 'owner.what-it-does'),
    ...misnamed(
      'event',
      events.map(({ name }) => name),
      DOTTED,
      'owner.past_tense',
    ),
  ]
}

function misnamed(kind: string, names: readonly string[], form: RegExp, example: string): string[] {
  const wrong = names.filter((name) => !form.test(name))
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [
    ...wrong.map((name) => `the ${kind} "${name}" is not named like ${example}`),
    ...[...twice].map((name) => `there are two ${kind}s "${name}"`),
  ]
}
