import { jsonSchemaOf, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { Engine } from '../engine/engine.js'
import { run, workflows } from './answers.js'
import { start } from './start.js'

/** What there is to start, and its start. */
export const workflowRoutes = (engine: Engine): Route[] => [
  route({
    method: 'GET',
    path: '/api/workflows',
    auth: 'user',
    summary: 'The workflows that can be started, each with the JSON Schema of its input',
    response: workflows,
    handler: () => ({
      workflows: engine.catalogue.newest().map((workflow) => ({
        name: workflow.name,
        version: workflow.version,
        description: workflow.description,
        requires: workflow.requires,
        input: jsonSchemaOf(workflow.input, 'input'),
      })),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/workflows/:name/runs',
    auth: 'user',
    summary: 'Start a run of a workflow; it begins when the customer has a slot for it',
    params: z.object({ name: z.string() }),
    body: z.object({ input: z.unknown() }),
    response: run,
    async handler({ params: { name }, body: { input }, identity: { userId } }) {
      const workflow = engine.catalogue.get(name)
      return start(engine, {
        what: `The workflow "${name}"`,
        workflow,
        input,
        userId,
      })
    },
  }),
]
