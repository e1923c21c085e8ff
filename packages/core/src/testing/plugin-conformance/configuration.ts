import assert from 'node:assert/strict'
import { validateConfig } from '../../config/config.js'
import type { AnyPluginDefinition } from '../../plugins/plugin.js'
import { check as validate } from '../../validation/schema.js'
import type { Check } from '../suite.js'

export interface BadConfig {
  config: unknown
  /** Where the problem is, as in `smtp.port`; '' for the whole. */
  path: string
}

/** What it can be configured with, and what not. */
export function checkConfiguration(
  check: Check,
  definition: AnyPluginDefinition,
  { config = {}, refuses = [] }: { config?: unknown; refuses?: readonly BadConfig[] },
): void {
  check('the good configuration is accepted', () => {
    validateConfig([{ definition, config }], process.env)
  })

  for (const [index, { config: bad, path }] of refuses.entries()) {
    check(`bad configuration ${index + 1} is refused at "${path}"`, () => {
      const { name, config: schema } = definition
      assert.ok(schema, `"${name}" takes no configuration; leave refuses out`)
      const result = validate(schema, bad, `the configuration of plugin "${name}"`)
      assert.ok(!result.ok, 'it was accepted')
      const paths = result.problems.map((problem) => problem.path)
      assert.ok(paths.includes(path), `it was refused at "${paths.join('", "')}" only`)
    })
  }
}
