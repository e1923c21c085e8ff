import { ForgeError, on, type HandlerContext, type Subscription } from '@titanforge/core'
import { entitlementsChanged, workflowRequested as purchased } from '@titanforge/provisioning'
import { workflowRequested } from '../events.js'
import { lockCustomer } from '../journal/read.js'
import { isWithdrawn } from '../journal/withdrawn-purchases.js'
import { admit } from './admit.js'
import type { Engine } from './engine.js'
import { startIn } from './start-run.js'

// An input that does not fit never will.
const RETRY = {
  nonRetryable: (error: unknown) => error instanceof ForgeError && error.code === 'INPUT_INVALID',
}

/** Starts the runs that events ask for, and those that a better plan has room for. */
export function requests(engine: Engine): Subscription[] {
  return [
    on(
      workflowRequested,
      'orchestrator.requests',
      {
        prepare: ({ payload }) => engine.limitOf(payload.userId),
        commit: (ctx, limit) => start(engine, ctx, { ...ctx.payload, key: ctx.event.id }, limit),
      },
      { retry: RETRY },
    ),
    on(
      purchased,
      'orchestrator.purchases',
      {
        prepare: ({ payload }) => engine.limitOf(payload.userId),
        async commit(ctx, limit) {
          const { userId, workflow, purchaseId, quantity } = ctx.payload
          await lockCustomer(ctx.tx, { runId: null, userId })
          if (await isWithdrawn(ctx.tx, purchaseId)) return
          for (let unit = 0; unit < quantity; unit++) {
            const request = { userId, workflow, input: { purchaseId }, purchaseId }
            await start(engine, ctx, { ...request, key: `${ctx.event.id}:${unit}` }, limit)
          }
        },
      },
      { retry: RETRY },
    ),
    on(entitlementsChanged, 'orchestrator.limits', {
      prepare: ({ payload }) => engine.limitOf(payload.userId),
      async commit({ tx, publish, payload }, limit) {
        const customer = { runId: null, userId: payload.userId }
        await lockCustomer(tx, customer)
        await admit(tx, publish, customer, limit)
      },
    }),
  ]
}

async function start(
  { catalogue }: Engine,
  { tx, publish, log }: HandlerContext<unknown>,
  request: {
    workflow: string
    input?: unknown
    userId: string | null
    key: string
    purchaseId?: string
  },
  limit: number,
): Promise<void> {
  const { workflow, input, userId, purchaseId } = request
  if (userId !== null && !(await isThere(tx, userId))) {
    log.warn({ workflow, userId }, 'a workflow was requested for a user who is gone')
    return
  }
  await startIn(
    tx,
    publish,
    {
      workflow: catalogue.find(workflow) ?? workflow,
      input,
      userId,
      requestedBy: 'event',
      purchaseId,
      // A request that is replayed starts nothing.
      key: `event:${request.key}`,
    },
    limit,
  )
}

/** Whether there is still such a user; then there is to the end of the transaction. */
async function isThere(tx: HandlerContext<unknown>['tx'], userId: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM users WHERE id = $1 FOR KEY SHARE', [userId])
  return rows.length === 1
}
