import { createRequire } from 'node:module'
import { createForge, defineAgent, defineSignal, defineTool, EventBus } from '@titanforge/core'
import { z } from 'zod'
import { report } from './compare.js'
import { peer } from './peers.js'

const forge = createForge({ plugins: [] })

// The copy that core itself stands on, so that the ratio is the price of what core adds.
const coreRequire = createRequire(import.meta.resolve('@titanforge/core'))
const { EventEmitter } = coreRequire('eventemitter3')

const payload = { percent: 40 }
let heard = 0

function eventemitter3() {
  const emitter = new EventEmitter()
  emitter.on('bench.progress', () => void heard++)
  return {
    name: `eventemitter3 ${coreRequire('eventemitter3/package.json').version}`,
    run(n) {
      for (let i = 0; i < n; i++) emitter.emit('bench.progress', payload)
    },
  }
}

function signal() {
  const bus = forge.get(EventBus)
  const progress = defineSignal('bench.progress')
  bus.listen(progress, () => void heard++)
  return {
    name: 'titanforge signal',
    run(n) {
      for (let i = 0; i < n; i++) bus.signal(progress, payload)
    },
  }
}

async function mitt() {
  const module = await peer('mitt')
  if (!module) return []
  const emitter = module.default()
  emitter.on('bench.progress', () => void heard++)
  const run = (n) => {
    for (let i = 0; i < n; i++) emitter.emit('bench.progress', payload)
  }
  return [{ name: 'mitt', run }]
}

async function eventemitter2() {
  const module = await peer('eventemitter2')
  if (!module) return []
  const emitter = new module.default.EventEmitter2()
  emitter.on('bench.progress', () => void heard++)
  const run = (n) => {
    for (let i = 0; i < n; i++) emitter.emit('bench.progress', payload)
  }
  return [{ name: 'eventemitter2', run }]
}

async function emittery() {
  const module = await peer('emittery')
  if (!module) return []
  const emitter = new module.default()
  emitter.on('bench.progress', () => void heard++)
  const run = async (n) => {
    for (let i = 0; i < n; i++) await emitter.emit('bench.progress', payload)
  }
  return [{ name: 'emittery (asynchronous)', run }]
}

await report('signal to one listener', [
  eventemitter3(),
  signal(),
  ...(await mitt()),
  ...(await eventemitter2()),
  ...(await emittery()),
])

const question = { order: 'A-17' }
const asked = z.object({ order: z.string().min(1) })
const found = z.object({ shipped: z.boolean() })
const lookUp = async ({ order }) => ({ shipped: order.startsWith('A') })
const answer = ({ shipped }) => (shipped ? 'It has shipped.' : 'It has not shipped yet.')

/** The same checks and the same awaits, with no identity, deadline, cancellation or log. */
const byHand = {
  name: 'hand-written loop',
  async run(n) {
    for (let i = 0; i < n; i++) {
      const input = asked.parse(question)
      const result = found.parse(await lookUp(asked.parse(input)))
      z.string().parse(answer(result))
    }
  },
}

const lookUpOrder = defineTool({
  name: 'look_up_order',
  description: 'Looks an order up.',
  effect: 'read',
  input: asked,
  output: found,
  run: lookUp,
})
const clerk = defineAgent({
  name: 'clerk',
  description: 'Answers questions about orders.',
  input: asked,
  output: z.string(),
  tools: [lookUpOrder],
  run: async (input, ctx) => answer(await ctx.tool(lookUpOrder, input)),
})
const agent = {
  name: 'titanforge agent',
  async run(n) {
    for (let i = 0; i < n; i++) await forge.run(clerk, question)
  },
}

await report('agent → tool → result', [byHand, agent])
