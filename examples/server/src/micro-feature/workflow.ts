import { defineWorkflow } from '@titanforge/orchestrator'
import { z } from 'zod'
import { change, developer, planner, reviewer } from './agents.js'

/**
 * An example of a service that is sold once: buying it starts a run, which asks for the task, has it planned
 * and done by agents, and delivers when the customer agrees. The agents are scripts; see agents.ts.
 */
export const microFeature = defineWorkflow({
  name: 'micro-feature-development',
  version: 1,
  description: 'Plans, builds and reviews one small feature. An example: its agents are scripts.',
  input: z.object({
    task: z.string().min(1).max(2000).optional(),
    // Given by what was bought, so that no form asks for it.
    purchaseId: z.uuid().optional().meta({ readOnly: true }),
  }),
  output: z.object({ title: z.string(), changes: z.array(change), remarks: z.array(z.string()) }),
  async run({ task: given }, flow) {
    const task = given ?? (await askForTask())
    flow.progress(10, 'planning')
    const { title, steps } = await flow.agent('plan', planner, { task })
    flow.progress(30, 'building')
    const changes = await flow.parallel(
      steps.map((step, index) => flow.agent(`build-${index + 1}`, developer, { step })),
    )
    flow.progress(70, 'reviewing')
    const { remarks } = await flow.agent('review', reviewer, { changes })
    flow.progress(90, 'waiting for your acceptance')
    const { accepted } = await flow.waitForPerson('accept', {
      question: `"${title}" is done. Do you accept it?`,
      answer: z.object({ accepted: z.boolean() }),
    })
    return { title, changes, remarks: accepted ? remarks : [...remarks, 'not accepted'] }

    async function askForTask() {
      const answer = z.object({ task: z.string().min(1).max(2000) })
      const question = 'What is to be built?'
      return (await flow.waitForPerson('task', { question, answer })).task
    }
  },
})
