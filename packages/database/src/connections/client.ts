import type pg from 'pg'

export interface ClientOptions {
  /** In the driver's words. */
  address: string
  /** Milliseconds until a connection must stand. */
  connectMs: number
  /** Milliseconds that a statement may go without an answer. */
  answerMs: number
}

/** A client of pg that never waits for ever, and whose end never ends the process. */
export interface GuardedClient extends pg.Client {
  /** Milliseconds that a statement may go without an answer; 0 for any time. */
  answerMs: number
  /** The message of the first statement that failed since the last transaction began. */
  failure: string | undefined
  /** What PostgreSQL says that it did last, such as `COMMIT` or `INSERT 0 1`. */
  done: string | undefined
  /** Whether it has ended, or is about to. */
  readonly isBroken: boolean
  /** Whether it stands, outside any transaction. */
  readonly isUsable: boolean
}

const KEEP_ALIVE_MS = 10_000
const GOODBYE_MS = 2_000

/**
 * pg's client for one address. It takes no other configuration but the parsers of types: what Sequelize
 * makes of an address is not what pg does, and Sequelize need not know the password.
 */
export function guardedClient(
  driver: typeof pg,
  { address, connectMs, answerMs }: ClientOptions,
): new (config?: pg.ClientConfig) => GuardedClient {
  return class extends driver.Client implements GuardedClient {
    answerMs = answerMs
    failure: string | undefined
    done: string | undefined
    #broken = false
    #limit: NodeJS.Timeout | undefined

    constructor(config: pg.ClientConfig = {}) {
      super({
        connectionString: address,
        application_name: 'titanforge',
        connectionTimeoutMillis: connectMs,
        keepAlive: true,
        keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
        ...(config.types && { types: config.types }),
      })
      // Whoever uses the connection hears of its end from the query. Without a listener of our own, one
      // that dies before Sequelize begins to listen would end the process.
      this.on('error', () => (this.#broken = true))
      this.on('end', () => {
        this.#broken = true
        this.#expectNothing()
      })
      this.on('drain', () => this.#expectNothing())
      this.connection.on('errorMessage', ({ message, severity }: pg.DatabaseError) => {
        this.failure ??= message
        // PostgreSQL closes the connection next.
        if (severity !== 'ERROR') this.#broken = true
      })
      this.connection.on('commandComplete', ({ text }: { text: string }) => {
        this.done = text
        if (text === 'BEGIN' || text === 'START TRANSACTION') this.failure = undefined
      })
      this.connection.on('readyForQuery', () => this.#limit?.refresh())
      // pg declares each form of call on its own; all of them come by here.
      const query = this.query.bind(this) as (...args: unknown[]) => unknown
      this.query = ((...args: unknown[]) => {
        this.#expectAnswer(this.answerMs)
        return query(...args)
      }) as typeof this.query
      const end = this.end.bind(this) as (...args: unknown[]) => unknown
      this.end = ((...args: unknown[]) => {
        this.#expectAnswer(GOODBYE_MS)
        return end(...args)
      }) as typeof this.end
    }

    get isBroken(): boolean {
      return this.#broken
    }

    get isUsable(): boolean {
      return !this.#broken && this.getTransactionStatus() === 'I'
    }

    /**
     * A statement past its time is broken off by PostgreSQL itself. Where not even that answer comes, the
     * network has swallowed the connection, and nobody but us will notice.
     */
    #expectAnswer(ms: number): void {
      this.#expectNothing()
      if (ms === 0) return
      const give = () => {
        const error = new Error(`no answer within ${ms} ms`)
        this.connection.stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }))
      }
      this.#limit = setTimeout(give, ms).unref()
    }

    #expectNothing(): void {
      clearTimeout(this.#limit)
      this.#limit = undefined
    }
  }
}
