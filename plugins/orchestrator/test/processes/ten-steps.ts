import { z } from 'zod'
import { defineWorkflow } from '../../src/index.js'
import { askableTool, outsideTool } from '../outside-tools.js'

export const STEPS = Array.from({ length: 10 }, (_, index) => `step-${index + 1}`)

/** Whether a step calls a tool that must not be called twice. */
export const isOnce = (step: string) => STEPS.indexOf(step) % 2 === 1

/** Ten steps, each with an effect outside: by turns one that may be asked for again, and one that may not. */
export const tenSteps = (outside: string) => {
  const [again, once] = [outsideTool(outside), askableTool(outside)]
  return defineWorkflow({
    name: 'ten-steps',
    version: 1,
    description: 'Does ten things.',
    input: z.object({}),
    output: z.array(z.string()),
    async run(_, flow) {
      const done: string[] = []
      for (const step of STEPS) {
        const tool = isOnce(step) ? once : again
        done.push((await flow.tool(step, tool, step)).done)
      }
      return done
    },
  })
}

/** One thing outside. */
export const oneStep = (outside: string) => {
  const tool = outsideTool(outside)
  return defineWorkflow({
    name: 'one-step',
    version: 1,
    description: 'Does one thing.',
    input: z.object({ what: z.string() }),
    output: z.null(),
    async run({ what }, flow) {
      await flow.tool('do', tool, what)
      return null
    },
  })
}
