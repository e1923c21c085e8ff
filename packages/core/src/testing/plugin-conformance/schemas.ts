import assert from 'node:assert/strict'
import { messageOf } from '../../errors/errors.js'
import type { Contributions } from '../../plugins/contributions.js'
import type { AnyPluginDefinition } from '../../plugins/plugin.js'
import type { Schema } from '../../validation/schema.js'
import type { Check } from '../suite.js'
import { toolsOf, type Prepare } from './specimen.js'

// Enough to reach every kind of schema; a valid input of each tool comes from the options.
const PROBES = [undefined, null, true, 0, '', [], {}]

/** Values are checked where no await is possible. */
export function checkSchemas(
  check: Check,
  prepare: Prepare,
  definition: AnyPluginDefinition,
  inputs: Readonly<Record<string, unknown>>,
): void {
  check('schemas validate synchronously', async (t) => {
    const { wired } = await prepare(t)
    const problems = await Promise.all(
      schemasOf(wired, definition).map(({ what, schema, name }) =>
        problemOf(what, schema, name === undefined ? PROBES : [...PROBES, inputs[name]]),
      ),
    )
    assert.deepEqual(problems.flat(), [])
  })
}

interface Named {
  what: string
  schema: Schema
  /** Of the tool that takes it. */
  name?: string
}

function schemasOf(wired: Contributions, { config, events = [] }: AnyPluginDefinition): Named[] {
  const agents = (wired.agents ?? []).flatMap((agent) =>
    'input' in agent && 'output' in agent
      ? [
          { what: `the input of agent "${agent.name}"`, schema: agent.input as Schema },
          { what: `the output of agent "${agent.name}"`, schema: agent.output as Schema },
        ]
      : [],
  )
  return [
    ...(config ? [{ what: 'the configuration', schema: config }] : []),
    ...events.map(({ name, schema }) => ({ what: `the event "${name}"`, schema })),
    ...toolsOf(wired).flatMap(({ name, input, output }) => [
      { what: `the input of tool "${name}"`, schema: input, name },
      { what: `the output of tool "${name}"`, schema: output },
    ]),
    ...agents,
  ]
}

async function problemOf(
  what: string,
  schema: Schema,
  values: readonly unknown[],
): Promise<string[]> {
  const problems: string[] = []
  const results = values.map((value): unknown => {
    try {
      return schema['~standard'].validate(value)
    } catch (error) {
      problems.push(`${what} throws in place of answering with issues: ${messageOf(error)}`)
      return undefined
    }
  })
  const promises = results.filter((result) => result instanceof Promise)
  // Where they reject, nobody else would know.
  await Promise.allSettled(promises)
  if (promises.length > 0) problems.push(`${what} validates asynchronously`)
  return problems.slice(0, 1)
}
