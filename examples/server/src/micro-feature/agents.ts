import { defineAgent } from '@titanforge/core'
import { z } from 'zod'

export const plan = z.object({ title: z.string(), steps: z.array(z.string()) })
export const change = z.object({ step: z.string(), diff: z.string() })

// Scripts, and no models: they show how agents are put together, and write no code that anybody could use.
// Put agents of your own in their place; the workflow stays.

export const planner = defineAgent({
  name: 'micro-feature-planner',
  description: 'Makes a plan of a task. A script that stands in for a model.',
  // The one of them that customers can call by themselves.
  exposed: true,
  input: z.object({ task: z.string() }),
  output: plan,
  run: ({ task }, ctx) => {
    ctx.progress(100, 'the plan is made')
    return { title: task, steps: [`Write a failing test: ${task}`, `Make it pass: ${task}`] }
  },
})

export const developer = defineAgent({
  name: 'micro-feature-developer',
  description: 'Does a step of a plan. A script that stands in for a model.',
  input: z.object({ step: z.string() }),
  output: change,
  run: ({ step }, ctx) => {
    ctx.progress(50, step)
    return { step, diff: `+ // ${step}` }
  },
})

export const reviewer = defineAgent({
  name: 'micro-feature-reviewer',
  description: 'Looks at changes. A script that stands in for a model.',
  input: z.object({ changes: z.array(change) }),
  output: z.object({ remarks: z.array(z.string()) }),
  run: ({ changes }) => ({
    remarks: changes.filter(({ diff }) => diff === '').map(({ step }) => `${step} is empty`),
  }),
})
