import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  on,
  type DeliveryContext,
  type EventType,
  type HandlerContext,
  type Subscription,
} from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { reach } from './fault-points.js'
import type { Made } from './made.js'
import { report } from './report.js'
import type { ConsumerSettings, NodeSettings } from './settings.js'

/** The consumers of a node: each writes one effect for each event. */
export function consumers(db: Database, node: NodeSettings, type: EventType<Made>): Subscription[] {
  return (node.consumers ?? []).map((consumer) => {
    const { name, order, claimSeconds, retry } = consumer
    const options = { order: node.wrong === 'unordered' ? undefined : order, claimSeconds, retry }
    const commit = async (ctx: HandlerContext<Made>) => {
      digest(ctx.payload, consumer)
      await traced(ctx, consumer, async () => {
        await writeEffect(ctx, db, consumer, node)
        ctx.tx.onCommit(() => void reach('consumer.after_commit'))
        if (fails(ctx, consumer)) throw new Error('failed by chance')
        await reach('consumer.before_commit')
      })
    }
    if (!consumer.provider && !consumer.workMs) return on(type, name, commit, options)
    const prepare = async (ctx: DeliveryContext<Made>) => {
      await work(ctx, consumer)
      if (consumer.provider) await charge(consumer.provider, ctx)
      await reach('consumer.prepared')
      await tellAborted(ctx, consumer)
    }
    return on(type, name, { prepare, commit }, options)
  })
}

function digest({ poison }: Made, { cured }: ConsumerSettings): void {
  if (cured) return
  if (poison === 'throws') throw new Error('cannot digest this')
  if (poison === 'kills') process.kill(process.pid, 'SIGKILL')
}

async function writeEffect(
  { tx, event, payload, attempt }: HandlerContext<Made>,
  db: Database,
  consumer: ConsumerSettings,
  node: NodeSettings,
): Promise<void> {
  if (node.wrong === 'never') return
  const { query } = node.wrong === 'outside' ? db : tx
  const connection = node.wrong === 'outside' ? db : tx
  for (let times = node.wrong === 'twice' ? 2 : 1; times > 0; times--) {
    await query.call(
      connection,
      `INSERT INTO effect (consumer, event, key, position, note, node, attempt)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        consumer.name,
        event.id,
        payload.key ?? null,
        payload.position ?? null,
        payload.label ?? payload.text,
        node.name,
        attempt,
      ],
    )
  }
}

/** Long work outside any transaction, such as a call of a model. */
async function work(ctx: DeliveryContext<Made>, consumer: ConsumerSettings): Promise<void> {
  if (!consumer.workMs) return
  const began = report({ kind: 'reached', point: 'consumer.working' })
  const signal = consumer.ignoresSignal ? undefined : ctx.signal
  await Promise.all([began, delay(consumer.workMs, undefined, { signal })])
}

async function charge(provider: string, { idempotencyKey, event }: DeliveryContext<Made>) {
  const response = await fetch(provider, {
    method: 'POST',
    headers: { 'idempotency-key': idempotencyKey },
    body: event.id,
  })
  if (!response.ok) throw new Error(`The provider answered ${response.status}.`)
}

/** Whoever was stopped for longer than its claim must be told so. */
async function tellAborted(ctx: DeliveryContext<Made>, { name }: ConsumerSettings): Promise<void> {
  if (!process.env['FAULT_STOP']) return
  // It hears of it from the database, when it next renews its claim.
  const told = Promise.withResolvers<undefined>()
  ctx.signal.addEventListener('abort', () => told.resolve(undefined), { once: true })
  if (!ctx.signal.aborted) await Promise.race([told.promise, delay(10_000)])
  await report({ kind: 'aborted', consumer: name, aborted: ctx.signal.aborted })
}

async function traced(
  { event, attempt }: HandlerContext<Made>,
  consumer: ConsumerSettings,
  run: () => Promise<void>,
): Promise<void> {
  if (!consumer.traced) return run()
  const began = String(process.hrtime.bigint())
  try {
    await run()
  } finally {
    const ended = String(process.hrtime.bigint())
    const { id, key } = event
    void report({ kind: 'attempt', consumer: consumer.name, event: id, key, attempt, began, ended })
  }
}

/** The same for an attempt on every node. */
function fails({ event, attempt }: HandlerContext<Made>, consumer: ConsumerSettings): boolean {
  const { failRate = 0, seed = 0, name } = consumer
  if (failRate === 0) return false
  const hash = createHash('sha256').update(`${seed} ${name} ${event.id} ${attempt}`).digest()
  return hash.readUInt32BE() / 2 ** 32 < failRate
}
