/** What a node of the suite is made of; handed to its process as JSON. */
export interface NodeSettings {
  /** Shown in the log and in the ledger. */
  name: string
  /** The database, or a proxy before it. */
  url: string
  poolSize?: number
  /** The configuration of the events plugin. */
  bus?: Record<string, number>
  consumers?: readonly ConsumerSettings[]
  /** Which version of the event it knows. */
  version?: 1 | 2
  /** Whether its schema refuses what scenario 13 calls poison. */
  refusesPoison?: boolean
  /** The fields of a schedule; each run is written to the ledger. */
  cron?: string
  /** How the consumers break the rules, to show that the suite notices. */
  wrong?: Wrong
}

/** `outside` writes its effect outside the transaction, as many do; `unordered` asks for no order. */
export type Wrong = 'twice' | 'never' | 'outside' | 'unordered'

export interface ConsumerSettings {
  name: string
  order?: 'key'
  /** Calls this provider before its transaction. */
  provider?: string
  /** How long it works outside a transaction, and whether it stops working when it is told to. */
  workMs?: number
  ignoresSignal?: boolean
  /** Fails this share of attempts, chosen by event, attempt and `seed`. */
  failRate?: number
  seed?: number
  /** Tells the suite when each attempt began and ended. */
  traced?: boolean
  /** Takes poison as if it were food. */
  cured?: boolean
  claimSeconds?: number
  retry?: { limit?: number; baseSeconds?: number; maxSeconds?: number }
}

/** One transaction of a publisher. */
export interface PublishRequest {
  events: readonly EventRequest[]
  /** Makes a statement fail before or after publishing, and swallows the error. */
  swallow?: 'before' | 'after'
}

export interface EventRequest {
  externalId?: string
  key?: string
  poison?: Poison
}

export type Poison = 'throws' | 'schema' | 'kills'

export interface PublishReply {
  published: { id: string; duplicate: boolean }[]
}

/** What a node tells the suite over its IPC channel. */
export type Report =
  | { kind: 'ready'; port: number }
  | { kind: 'reached'; point: Point }
  | { kind: 'unhandled'; error: string }
  | { kind: 'aborted'; consumer: string; aborted: boolean }
  | ({ kind: 'attempt' } & Attempt)

/** In nanoseconds of the machine's monotonic clock, which all of its processes share. */
export interface Attempt {
  consumer: string
  event: string
  key: string | null
  attempt: number
  began: string
  ended: string
}

/** Where a node can be killed, stopped or made to wait. */
export type Point =
  | 'publisher.before_commit'
  | 'publisher.after_commit'
  | 'consumer.claimed'
  | 'consumer.working'
  | 'consumer.prepared'
  | 'consumer.before_commit'
  | 'consumer.after_commit'
