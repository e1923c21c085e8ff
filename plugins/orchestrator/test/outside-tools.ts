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

/** A tool that asks the outside to do something, and can ask what was done. */
export const askableTool = (url: string) =>
  defineTool({
    ...outsideTool(url, 'external', 'ask_outside_once'),
    input: z.string(),
    output: z.object({ done: z.string() }),
    run: (what, ctx) => outsideTool(url).run(what, ctx) as Promise<{ done: string }>,
    async reconcile(_what, { idempotencyKey, signal }) {
      const headers = { 'Idempotency-Key': idempotencyKey }
      const { done } = (await (await fetch(url, { headers, signal })).json()) as { done?: string }
      return done === undefined ? { done: false } : { done: true, output: { done } }
    },
  })
