import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { defineTool } from '../../src/agents/tool.js'
import { defineEvent } from '../../src/events/event.js'
import { on } from '../../src/events/subscription.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { UnitOfWork } from '../../src/transactions/transaction.js'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
)
context.setGlobalContextManager(new AsyncLocalStorageContextManager())

const noted = defineEvent({ name: 'test.noted', version: 1, schema: z.string() })
const tool = defineTool({
  name: 'note',
  description: 'Notes something down.',
  effect: 'external',
  input: z.string(),
  output: z.null(),
  async run(text, ctx) {
    if (text === 'nothing') throw new Error('nothing to note')
    await ctx
      .get(UnitOfWork)
      .transaction(async (tx) => void (await ctx.bus.publish(tx, noted, text)))
    return null
  },
})
const agent = defineAgent({
  name: 'secretary',
  description: 'Notes things down.',
  tools: [tool],
  input: z.string(),
  output: z.null(),
  run: (text, ctx) => ctx.tool(tool, text),
})

test.beforeEach(() => exporter.reset())

test.serial(
  'a run, its tools and what they publish nest; a consumer is linked across the bus',
  async (t) => {
    let handled = () => {}
    const done = new Promise<void>((resolve) => (handled = resolve))
    const listener = definePlugin({
      name: 'listener',
      events: [noted],
      setup: () => ({ on: [on(noted, 'listener.noted', async () => handled())] }),
    })
    const forge = createForge({ plugins: [listener()], log: captureLog().log })
    await forge.start()
    await forge.run(agent, 'milk')
    await done
    await forge.stop()
    const spans = new Map(exporter.getFinishedSpans().map((span) => [span.name, span]))
    t.deepEqual([...spans.keys()].sort(), [
      'agent secretary',
      'consume listener.noted',
      'publish test.noted',
      'tool note',
    ])
    const idOf = (name: string) => spans.get(name)?.spanContext().spanId
    t.is(spans.get('tool note')?.parentSpanContext?.spanId, idOf('agent secretary'))
    t.is(spans.get('publish test.noted')?.parentSpanContext?.spanId, idOf('tool note'))
    const consumed = spans.get('consume listener.noted')
    t.deepEqual(
      consumed?.links.map((link) => link.context.spanId),
      [idOf('publish test.noted')],
    )
    t.is(consumed?.parentSpanContext, undefined, 'a link, and no parent by chance')
  },
)

test.serial('a failure shows on the spans that it went through', async (t) => {
  const forge = createForge({ plugins: [], log: captureLog().log })
  await t.throwsAsync(forge.run(agent, 'nothing'))
  for (const span of exporter.getFinishedSpans()) {
    t.like(span.status, { code: 2, message: 'nothing to note' }, span.name)
  }
})

test.serial(
  'a step that does not end, or whose answer is refused, shows as what it came to',
  async (t) => {
    const forge = createForge({ plugins: [], log: captureLog().log })
    const stuck = defineTool({
      ...tool,
      name: 'stuck',
      timeoutMs: 20,
      run: () => new Promise<null>(() => undefined),
    })
    const wrong = defineTool({ ...tool, name: 'wrong', run: () => 'no null' })
    for (const one of [stuck, wrong]) {
      const caller = defineAgent({
        ...agent,
        tools: [one],
        run: (text, ctx) => ctx.tool(one, text),
      })
      await t.throwsAsync(forge.run(caller, 'x'))
    }
    const failed = exporter
      .getFinishedSpans()
      .filter(({ status }) => status.code === SpanStatusCode.ERROR)
    t.deepEqual(
      failed.map(({ name }) => name),
      ['tool stuck', 'agent secretary', 'tool wrong', 'agent secretary'],
    )
  },
)

test.serial(
  'calls that a batch makes for several runs hang below the run that each is of',
  async (t) => {
    const forge = createForge({ plugins: [], log: captureLog().log })
    const waiting: (() => void)[] = []
    const joins = defineAgent({
      ...agent,
      name: 'joins',
      run: (text, ctx) =>
        new Promise<null>((resolve, reject) => {
          waiting.push(() => void ctx.tool(tool, text).then(resolve, reject))
          if (waiting.length === 2) for (const go of waiting) go()
        }),
    })
    await Promise.all([forge.run(joins, 'one'), forge.run(joins, 'two')])
    const spans = exporter.getFinishedSpans()
    const runs = spans.filter(({ name }) => name === 'agent joins')
    const parents = spans
      .filter(({ name }) => name === 'tool note')
      .map((s) => s.parentSpanContext?.spanId)
    t.is(new Set(parents).size, 2)
    t.deepEqual(new Set(parents), new Set(runs.map((span) => span.spanContext().spanId)))
  },
)

test.serial(
  'a call that is made inside a span of the application hangs below that span',
  async (t) => {
    const forge = createForge({ plugins: [], log: captureLog().log })
    const own = defineAgent({
      ...agent,
      name: 'own',
      run: (text, ctx) =>
        trace.getTracer('application').startActiveSpan('my work', async (span) => {
          await ctx.tool(tool, text)
          span.end()
          return null
        }),
    })
    await forge.run(own, 'milk')
    const spans = new Map(exporter.getFinishedSpans().map((span) => [span.name, span]))
    const mine = spans.get('my work')?.spanContext().spanId
    t.is(spans.get('tool note')?.parentSpanContext?.spanId, mine)
  },
)
