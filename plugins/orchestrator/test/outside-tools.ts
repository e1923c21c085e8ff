import { defineTool, type ToolEffect } from '@titanforge/core'
import { z } from 'zod'

/** A tool that asks the outside to do something. */
export const outsideTool = (url: string, effect: ToolEffect = 'idempotent', name = 'ask_outside') =>
  defineTool({
    name,
    description: 'Has something done outside.',
    effect,
    input: z.string(),
    output: z.object({ done: z.string() }),
    async run(what, ctx) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Idempotency-Key': ctx.idempotencyKey },
        body: JSON.stringify({ what, customer: ctx.principal?.userId, pid: process.pid }),
        signal: ctx.signal,
      })
      return (await response.json()) as { done: string }
    },
  })
