import { defineAgent, defineTool } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { z } from 'zod'
import { countCustomers } from './customers.js'

const countTool = defineTool({
  name: 'count_customers',
  description: 'Counts the customers who pay.',
  effect: 'read',
  input: z.object({}),
  output: z.number().int(),
  run: (_input, ctx) => countCustomers(ctx.get(Database)),
})

/** Sums up in one sentence how many customers pay. */
export const reporter = defineAgent({
  name: 'customer-reporter',
  description: 'Sums up how many customers pay.',
  input: z.object({}),
  output: z.string(),
  tools: [countTool],
  run: async (input, ctx) => `${await ctx.tool(countTool, input)} customers pay.`,
})
