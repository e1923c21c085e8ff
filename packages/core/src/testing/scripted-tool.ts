import { defineTool, type Tool, type ToolDefinition } from '../agents/tool.js'
import { given } from '../validation/given.js'
import type { OutputOf, Schema } from '../validation/schema.js'
import { anything, script, type Answer, type Anything, type Scripted } from './script.js'

/**
 * What {@link scriptedTool} makes a tool of.
 *
 * @example
 * const text = z.string()
 * const definition: ScriptedToolDefinition<typeof text, typeof text> = { name: 'look_up', answers: ['Bonn.'] }
 * scriptedTool(definition).effect // 'external'
 */
export interface ScriptedToolDefinition<In extends Schema, Out extends Schema> extends Partial<
  Omit<ToolDefinition<In, Out>, 'name' | 'run' | 'reconcile'>
> {
  name: string
  answers: readonly Answer<OutputOf<In>, OutputOf<Out>>[]
}

/**
 * A tool that answers in order, and writes down what it was called with. Where no schema is given, it
 * takes and gives anything. Where no effect is given, it is `external`, so that the kernel takes an error
 * for an answer and never asks again; what it stands in for may have a `reconcile`, it has none.
 *
 * @example
 * const lookUpPrice = defineTool({
 *   name: 'look_up_price', description: 'Tells a price, in cents.', effect: 'read',
 *   input: z.string(), output: z.number().int(), run: () => 499,
 * })
 * // Stands in for the real tool: its name and schemas, other answers.
 * const prices = scriptedTool({ ...lookUpPrice, answers: [1999, (product) => product.length] })
 * const seller = defineAgent({
 *   name: 'seller', description: 'Sells.', input: z.string(), output: z.number(), tools: [prices],
 *   run: (product, ctx) => ctx.tool(prices, product),
 * })
 * const forge = createForge({ plugins: [] })
 * await forge.run(seller, 'hat') // 1999
 * await forge.run(seller, 'scarf') // 5
 * prices.calls // ['hat', 'scarf']
 * prices.assertComplete()
 */
export function scriptedTool<
  In extends Schema = Schema<Anything>,
  Out extends Schema = Schema<Anything>,
>(
  definition: ScriptedToolDefinition<In, Out>,
): Tool<OutputOf<In>, OutputOf<Out>> & Scripted<OutputOf<In>> {
  const { answers, ...rest }: typeof definition & Pick<ToolDefinition<In, Out>, 'reconcile'> =
    definition
  delete rest.reconcile
  const { scripted, run } = script(rest.name, answers)
  const defaults = { description: 'Answers as a test says.', effect: 'external' as const }
  const schemas = { input: anything as unknown as In, output: anything as unknown as Out }
  return Object.freeze({
    ...defineTool({ ...defaults, ...schemas, ...given(rest), run }),
    ...scripted,
  })
}
