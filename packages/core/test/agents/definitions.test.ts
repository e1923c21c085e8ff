import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { defineTool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { captureLog } from '../../src/testing/index.js'

const forge = createForge({ plugins: [], log: captureLog().log })
const echo = {
  name: 'echo',
  description: 'Answers what it is asked.',
  input: z.unknown(),
  output: z.unknown(),
  run: (input: unknown) => input,
}

for (const timeoutMs of [0, -1, Number.NaN, Infinity, 2 ** 31]) {
  test(`a time limit of ${timeoutMs} ms, which no timer keeps, is refused`, async (t) => {
    const expected = { code: 'DEFINITION_INVALID', message: /"echo".*timeoutMs.*from 1 to/ }
    t.throws(() => defineAgent({ ...echo, timeoutMs }), expected)
    t.throws(() => defineTool({ ...echo, effect: 'read', timeoutMs }), expected)
    await t.throwsAsync(forge.run(defineAgent(echo), 1, { timeoutMs }), expected)
  })
}

for (const price of [-1, 0.5, Number.NaN, 2 ** 60]) {
  test(`a price of ${price}, which is no whole number of millionths, is refused`, (t) => {
    t.throws(() => defineTool({ ...echo, effect: 'read', price }), {
      code: 'DEFINITION_INVALID',
      message: /Tool "echo": price/,
    })
  })
}

test('a definition cannot be changed afterwards', (t) => {
  t.true(Object.isFrozen(defineAgent(echo)))
  t.true(Object.isFrozen(defineTool({ ...echo, effect: 'read' })))
})
