import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { Tool } from '../../src/agents/tool.js'

/** An agent that does nothing but call a tool. */
export const callerOf = <Input, Output, Parsed>(tool: Tool<Input, Output, Parsed>, input: Input) =>
  defineAgent({
    name: 'caller',
    description: 'Calls a tool.',
    tools: [tool],
    input: z.null(),
    output: z.custom<Output>(),
    run: (_, ctx) => ctx.tool(tool, input),
  })
