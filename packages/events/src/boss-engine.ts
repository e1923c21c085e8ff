import type { DeadLetter, DeadLetters, Logger, Transaction } from '@titanforge/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { v7 as uuidv7 } from 'uuid'
import type { Claim, EventEngine, QueueSettings } from './engine.js'
import { EventErrors } from './errors.js'

interface Delivery {
  eventId: string
}

interface BossClaim extends Claim {
  readonly jobId: string
  readonly retryCount: number
}

const DEAD_LETTERS = 'dead-letters'
// pg-boss deletes unfinished jobs after 14 days; nothing unhandled may ever be deleted here.
// The longest that fits its integer column: 63 years.
const FOR_EVER_SECONDS = 2_000_000_000
const KEEP_DONE_SECONDS = 3600
const WORKERS = 3
const POLLING = {
  batchSize: 4,
  includeMetadata: true,
  // Workers are woken by NOTIFY; this is for what it misses, and for retries that come due.
  pollingIntervalSeconds: 1,
  notifyPollingIntervalSeconds: 1,
} as const

/** The engine on pg-boss: one queue per consumer, and one for all dead letters. */
export class BossEngine implements EventEngine {
  readonly deadLetters: DeadLetters = {
    list: (options) => this.#list(options),
    redrive: ({ consumer, ids } = {}) =>
      this.boss.redrive(DEAD_LETTERS, { sourceName: consumer, ids }),
  }

  constructor(
    private readonly boss: PgBoss,
    private readonly log: Logger,
  ) {}

  /** Makes the queue of dead letters, and loads the known queues so that publishing never has to. */
  async prepare(): Promise<void> {
    await this.#ensureQueue(DEAD_LETTERS, {
      retentionSeconds: FOR_EVER_SECONDS,
      deleteAfterSeconds: 0,
    })
  }

  async declare(settings: QueueSettings): Promise<void> {
    await this.#ensureQueue(settings.consumer, {
      deadLetter: DEAD_LETTERS,
      expireInSeconds: settings.claimSeconds,
      retryLimit: settings.retryLimit,
      retryDelay: settings.retryBaseSeconds,
      retryDelayMax: settings.retryMaxSeconds,
      retryBackoff: true,
      retentionSeconds: FOR_EVER_SECONDS,
      deleteAfterSeconds: KEEP_DONE_SECONDS,
      notify: true,
    })
  }

  async enqueue(
    tx: Transaction,
    consumer: string,
    eventId: string,
    afterSeconds = 0,
  ): Promise<void> {
    // Random ids would lose the order of deliveries that one transaction makes.
    const job = { id: uuidv7(), data: { eventId } satisfies Delivery, startAfter: afterSeconds }
    await this.boss.insert(consumer, [job], { db: executorOf(tx) })
  }

  async work(consumer: string, handle: (claim: Claim) => Promise<void>): Promise<void> {
    // A worker fetches again when all of its batch has ended, so one slow event would hold up the rest.
    for (let index = 0; index < WORKERS; index++) await this.#startWorker(consumer, handle)
  }

  async #startWorker(consumer: string, handle: (claim: Claim) => Promise<void>): Promise<void> {
    const worker: { id?: string } = {}
    worker.id = await this.boss.work<Delivery, void, typeof POLLING>(
      consumer,
      POLLING,
      async (jobs) => {
        // pg-boss completes what a batch leaves unsettled, unless the batch fails.
        const results = await Promise.allSettled(jobs.map((job) => handle(claimOf(consumer, job))))
        // A worker pauses after each batch unless it is woken; there may be more.
        if (worker.id) this.boss.notifyWorker(worker.id)
        const failed = results.find((result) => result.status === 'rejected')
        if (failed) throw failed.reason
      },
    )
  }

  async complete(tx: Transaction, claim: Claim): Promise<void> {
    const { jobId: id, retryCount, consumer, eventId } = claim as BossClaim
    const done = await this.boss.complete(consumer, { id, retryCount }, null, {
      db: executorOf(tx),
    })
    if (affectedBy(done) !== 1) throw EventErrors.CLAIM_LOST({ consumer, eventId })
  }

  async fail(claim: Claim, reason: string): Promise<void> {
    const { jobId: id, retryCount, consumer } = claim as BossClaim
    await this.boss.fail(consumer, { id, retryCount }, { message: reason })
  }

  async #ensureQueue(name: string, options: Parameters<PgBoss['createQueue']>[1]): Promise<void> {
    await this.boss.createQueue(name, options)
    await this.boss.updateQueue(name, options)
    this.log.debug({ queue: name }, 'queue is ready')
  }

  async #list({ consumer, limit = 100 }: { consumer?: string; limit?: number } = {}): Promise<
    DeadLetter[]
  > {
    const jobs = await this.boss.findJobs<Delivery>(DEAD_LETTERS, { queued: true })
    return jobs
      .filter((job) => !consumer || job.sourceName === consumer)
      .toSorted((a, b) => a.createdOn.getTime() - b.createdOn.getTime())
      .slice(0, limit)
      .map((job) => ({
        id: job.id,
        consumer: job.sourceName ?? '',
        eventId: job.data.eventId,
        at: job.createdOn,
        reason: reasonOf(job.sourceOutput),
      }))
  }
}

function claimOf(consumer: string, job: JobWithMetadata<Delivery>): BossClaim {
  return {
    consumer,
    eventId: job.data.eventId,
    attempt: job.retryCount + 1,
    last: job.retryCount >= job.retryLimit,
    seconds: job.expireInSeconds,
    signal: job.signal,
    jobId: job.id,
    retryCount: job.retryCount,
  }
}

const executorOf = (tx: Transaction) => ({
  executeSql: async (text: string, values?: unknown[]) => ({ rows: await tx.query(text, values) }),
})

// The declared type of the answer is empty; the figure is what pg-boss documents.
const affectedBy = (response: object) => (response as { affected: number }).affected

const reasonOf = (output: object | null) => {
  const { message, value } = (output ?? {}) as { message?: string; value?: { message?: string } }
  return message ?? value?.message ?? 'unknown'
}
