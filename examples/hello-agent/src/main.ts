import { createForge, defineAgent, definePlugin, defineTool } from '@titanforge/core'
import { z } from 'zod'

const lookUpPrice = defineTool({
  name: 'look_up_price',
  description: 'Tells what a product costs, in cents.',
  effect: 'read',
  input: z.string(),
  output: z.number().int(),
  run: (product) => (product === 'hat' ? 1999 : 499),
})

const seller = defineAgent({
  name: 'seller',
  description: 'Offers a product.',
  input: z.string(),
  output: z.string(),
  tools: [lookUpPrice],
  run: async (product, ctx) => `One ${product}: ${await ctx.tool(lookUpPrice, product)} cents.`,
})

const shop = definePlugin({ name: 'shop', setup: () => ({ agents: [seller] }) })

const forge = createForge({ plugins: [shop()] })
await forge.start()
console.log(await forge.run(seller, 'hat'))
await forge.stop()
