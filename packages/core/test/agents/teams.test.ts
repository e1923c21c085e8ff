import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { handOff } from '../../src/agents/hand-off.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { delegate, supervise, type Delegated } from '../../src/agents/supervise.js'
import { createForge } from '../../src/forge.js'
import { captureLog, scriptedAgent } from '../../src/testing/index.js'

const forge = createForge({ plugins: [], log: captureLog().log })

const turn = z.union([
  z.object({ answer: z.string() }),
  z.object({ handOff: z.string(), input: z.number() }),
])
const member = (name: string, answers: z.infer<typeof turn>[]) =>
  scriptedAgent({ name, input: z.number(), output: turn, answers })

const acting = (act: (ctx: RunContext) => Promise<unknown>) =>
  forge.run(
    defineAgent({
      name: 'boss',
      description: 'Does what a test wants.',
      input: z.null(),
      output: z.unknown(),
      run: (_input, ctx) => act(ctx),
    }),
    null,
  )

test('agents hand over by name, with an input, until one answers', async (t) => {
  const desk = member('desk', [{ handOff: 'billing', input: 2 }])
  const billing = member('billing', [{ handOff: 'desk', input: 3 }, { answer: 'never' }])
  const again = member('desk', [{ handOff: 'billing', input: 2 }, { answer: 'done' }])
  t.is(await acting((ctx) => handOff(ctx, [again, billing], 1)), 'done')
  t.deepEqual([again.calls, billing.calls], [[1, 3], [2]])
  const expected = {
    code: 'HAND_OFF_UNKNOWN',
    message: /"desk" handed over to "billing".*team: desk/,
  }
  await t.throwsAsync(
    acting((ctx) => handOff(ctx, [desk], 1)),
    expected,
  )
})

test('a team that only hands over is stopped, and the last is named', async (t) => {
  const busy = member('busy', [
    { handOff: 'busy', input: 1 },
    { handOff: 'busy', input: 2 },
  ])
  await t.throwsAsync(
    acting((ctx) => handOff(ctx, [busy], 0, { maxTurns: 2 })),
    { code: 'TURNS_EXCEEDED', message: /2 turns.*"busy"/ },
  )
  t.deepEqual(busy.calls, [0, 1])
})

test('a supervisor gives out work, sees what came of it, and answers', async (t) => {
  const writer = scriptedAgent({ name: 'writer', answers: ['draft', 'better'] })
  const seen: (readonly Delegated[])[] = []
  const answer = await acting((ctx) =>
    supervise(ctx, (reports) => {
      seen.push([...reports])
      return reports.length < 2 ? delegate(writer, 'hats') : { answer: reports.at(-1)?.output }
    }),
  )
  t.is(answer, 'better')
  t.deepEqual(seen[2], [
    { agent: 'writer', input: 'hats', output: 'draft' },
    { agent: 'writer', input: 'hats', output: 'better' },
  ])
})

test('a supervisor that never answers is stopped before it gives out more', async (t) => {
  const writer = scriptedAgent({ name: 'writer', answers: ['draft'] })
  await t.throwsAsync(
    acting((ctx) => supervise(ctx, () => delegate(writer, 'hats'), { maxTurns: 1 })),
    { code: 'TURNS_EXCEEDED', message: /1 turns.*"writer"/ },
  )
  writer.assertComplete()
})

for (const maxTurns of [0, -1, NaN]) {
  test(`no team can have ${maxTurns} turns`, async (t) => {
    const writer = scriptedAgent({ name: 'writer', answers: [] })
    const expected = { code: 'DEFINITION_INVALID', message: /maxTurns/ }
    const supervised = acting((ctx) => supervise(ctx, () => delegate(writer, ''), { maxTurns }))
    await t.throwsAsync(supervised, expected)
    const handed = acting((ctx) => handOff(ctx, [member('idle', [])], 0, { maxTurns }))
    await t.throwsAsync(handed, expected)
  })
}

test('a supervisor may take two turns where it may take two and a half', async (t) => {
  const writer = scriptedAgent({ name: 'writer', answers: ['one', 'two', 'three'] })
  await t.throwsAsync(
    acting((ctx) => supervise(ctx, () => delegate(writer, ''), { maxTurns: 2.5 })),
    { code: 'TURNS_EXCEEDED' },
  )
})
