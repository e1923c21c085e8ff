import type { Agent, Schema } from '@titanforge/core'
import { z } from 'zod'
import type { AnyWorkflow } from './workflow.js'

// No workflow that somebody defines has a colon in its name.
const PREFIX = 'agent:'

/** The agent whose run it is, by the name of what is run; undefined where that is a workflow. */
export const agentOf = (workflow: string): string | undefined =>
  workflow.startsWith(PREFIX) ? workflow.slice(PREFIX.length) : undefined

/**
 * The run of an agent, as a workflow of one step: so it is kept in the journal, watched, cancelled and
 * resumed like any other, and takes a slot among those of its customer.
 */
export function agentRun(agent: Agent): AnyWorkflow {
  const { name, description, requires } = agent
  return {
    name: `${PREFIX}${name}`,
    version: 1,
    description,
    requires,
    input: checked(agent.input),
    output: z.unknown(),
    events: [],
    schedule: undefined,
    run: (input, flow) => flow.agent('run', agent, input),
  }
}

/** Refuses what the schema does, and leaves the rest as it is: the agent's call makes of it what is to be made. */
const checked = ({ '~standard': standard }: Schema): Schema => ({
  '~standard': {
    ...standard,
    validate(value) {
      const result = standard.validate(value)
      return 'then' in result || result.issues ? result : { value }
    },
  },
})
