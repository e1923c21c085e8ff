import { defineAgent, ForgeError, type RunContext } from '@titanforge/core'
import { StripeTools } from '@titanforge/stripe'
import { z } from 'zod'
import { isRefused } from './is-refused.js'
import type { World } from './world.js'

/**
 * Has an agent use the Stripe tool, beside the server's processes.
 *
 * @returns undefined where what was asked for could not be done.
 */
export async function askAgent<Result>(
  { parts: { operator } }: World,
  use: (tools: StripeTools, ctx: RunContext) => Promise<Result>,
): Promise<Result | undefined> {
  const tools = operator.get(StripeTools)
  const agent = defineAgent({
    name: 'seller',
    description: 'Sells, and sees to subscriptions.',
    tools: Object.values(tools),
    input: z.undefined(),
    output: z.custom<Result>(),
    run: (_input, ctx) => use(tools, ctx),
  })
  try {
    return await operator.run(agent, undefined)
  } catch (error) {
    if (error instanceof ForgeError && isRefused(error.status)) return undefined
    throw error
  }
}
