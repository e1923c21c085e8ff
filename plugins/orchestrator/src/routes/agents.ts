import { jsonSchemaOf, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { Engine } from '../engine/engine.js'
import { OrchestratorErrors } from '../errors.js'
import { agents, run } from './answers.js'
import { start } from './start.js'

/** The agents that customers may call, which is those that say so. */
export const agentRoutes = (engine: Engine): Route[] => [
  route({
    method: 'GET',
    path: '/api/agents',
    auth: 'user',
    summary: 'The agents that you can call, each with the JSON Schema of its input',
    response: agents,
    handler: () => ({
      agents: [...engine.catalogue.agents].map(([name, { description, requires, input }]) => ({
        name,
        description,
        requires,
        input: jsonSchemaOf(input, 'input'),
      })),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/agents/:name/runs',
    auth: 'user',
    summary: 'Call an agent; the run begins when the customer has a slot for it',
    params: z.object({ name: z.string() }),
    body: z.object({ input: z.unknown() }),
    response: run,
    async handler({ params: { name }, body: { input }, identity: { userId } }) {
      const workflow = engine.catalogue.agents.get(name)
      if (!workflow) throw OrchestratorErrors.AGENT_UNKNOWN({ agent: name })
      return start(engine, { what: `The agent "${name}"`, workflow, input, userId })
    },
  }),
]
