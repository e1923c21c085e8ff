import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { messageOf } from '../../src/errors/errors.js'
import { scriptedAgent, testForge } from '../../src/testing/index.js'

test('it answers those who call it, in order, and knows what they asked', async (t) => {
  const { forge } = await testForge(t, [])
  const researcher = scriptedAgent({
    name: 'researcher',
    input: z.string(),
    output: z.number(),
    answers: [340_000, new Error('no idea'), (city) => city.length],
  })
  const writer = defineAgent({
    name: 'writer',
    description: 'Writes.',
    input: z.array(z.string()),
    output: z.array(z.unknown()),
    run: async (cities, ctx) => {
      const answers: unknown[] = []
      for (const city of cities) {
        answers.push(await ctx.run(researcher, city).catch(messageOf))
      }
      return answers
    },
  })
  const answers = await forge.run(writer, ['Bonn', 'Atlantis', 'Kiel'])
  t.deepEqual(answers, [340_000, 'no idea', 4])
  t.deepEqual(researcher.calls, ['Bonn', 'Atlantis', 'Kiel'])
  t.notThrows(() => researcher.assertComplete())
})

test('a call too many fails and is found', async (t) => {
  const { forge } = await testForge(t, [])
  const agent = scriptedAgent({ name: 'terse', answers: ['yes'] })
  t.is(await forge.run(agent, 'well?'), 'yes')
  agent.assertComplete()
  await t.throwsAsync(forge.run(agent, 'sure?'), { code: 'SCRIPT_EXHAUSTED' })
  t.throws(() => agent.assertComplete(), {
    code: 'SCRIPT_INCOMPLETE',
    message: /number 1, and its calls 2\./,
  })
})
