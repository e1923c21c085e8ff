import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { Client } from 'pg'

/** The NOTIFY channel on which processes tell each other that there is something to do. */
const CHANNEL = 'titanforge_events'
// PostgreSQL's limit is 8,000 bytes; a sender without consumers means everybody.
const LONGEST_PAYLOAD = 7_000
const FIRST_RECONNECT_MS = 100
const LAST_RECONNECT_MS = 5_000
/** How often a silent connection is asked whether it is still there, and how long it may take to answer. */
const PING_MS = 10_000
const PING_TIMEOUT_MS = 5_000
/** How long a connection may take to say good-bye. */
const GOOD_BYE_MS = 2_000
const SEPARATOR = '\n'
/** While commits follow one another, the others are told of so many at a time, in milliseconds. */
const TELL_EVERY_MS = 10

/**
 * Tells other processes which consumers have something to do, and hears it from them. What it misses is
 * found by polling, so it may lose its connection at any time; it makes a new one.
 */
export class Channel {
  /** Its own notifications come back to it; the process knows of them already. */
  readonly #sender = randomUUID()
  #client: Client | undefined
  #reconnect: NodeJS.Timeout | undefined
  #ping: NodeJS.Timeout | undefined
  #pauseMs = FIRST_RECONNECT_MS
  #waiting = new Set<string>()
  #telling: Promise<void> | undefined
  #closed = false

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /** @param hear is given the consumers that were named; an empty list stands for all of them. */
  async listen(hear: (consumers: string[]) => void): Promise<void> {
    const client = new Client({
      connectionString: this.db.url,
      application_name: 'titanforge-listen',
      keepAlive: true,
      connectionTimeoutMillis: PING_TIMEOUT_MS,
      query_timeout: PING_TIMEOUT_MS,
    })
    const lost = (reason: string) => {
      if (this.#client === client) this.#listenAgain(hear, reason)
    }
    client.on('error', (error) => lost(messageOf(error)))
    client.on('end', () => lost('the connection ended'))
    client.on('notification', ({ payload = '' }) => {
      const [sender, ...consumers] = payload.split(SEPARATOR)
      if (sender !== this.#sender) hear(consumers)
    })
    this.#client = client
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
    } catch (error) {
      lost(messageOf(error))
      return
    }
    if (this.#closed) return this.#drop()
    this.#pauseMs = FIRST_RECONNECT_MS
    const ping = () => client.query('SELECT 1').catch((error: unknown) => lost(messageOf(error)))
    this.#ping = setInterval(() => void ping(), PING_MS)
    // Whatever came while nobody listened.
    hear([])
  }

  /**
   * Tells the other processes, after a commit. Many calls at the same moment are one notification.
   *
   * @param pauseMs how long this process has before the others begin to look.
   */
  tell(consumers: readonly string[], pauseMs = 0): void {
    for (const consumer of consumers) this.#waiting.add(consumer)
    this.#telling ??= this.#tellWaiting(pauseMs).finally(() => {
      this.#telling = undefined
      if (this.#waiting.size > 0 && !this.#closed) this.tell([])
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#reconnect)
    await this.#telling
    await this.#drop()
  }

  async #tellWaiting(pauseMs: number): Promise<void> {
    if (pauseMs > 0) await delay(pauseMs)
    while (this.#waiting.size > 0) {
      const payload = [this.#sender, ...this.#waiting].join(SEPARATOR)
      this.#waiting.clear()
      try {
        // Apart from the publisher's transaction, since NOTIFY makes commits wait for each other.
        await this.db.query('SELECT pg_notify($1, $2)', [
          CHANNEL,
          Buffer.byteLength(payload) > LONGEST_PAYLOAD ? this.#sender : payload,
        ])
      } catch (error) {
        this.log.warn({ err: error }, 'a notification was not sent; the others poll')
      }
      await delay(TELL_EVERY_MS)
    }
  }

  #listenAgain(hear: (consumers: string[]) => void, reason: string): void {
    void this.#drop()
    if (this.#closed) return
    this.log.warn({ reason, inMs: this.#pauseMs }, 'notifications are cut; polling meanwhile')
    this.#reconnect = setTimeout(() => void this.listen(hear), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, LAST_RECONNECT_MS)
  }

  async #drop(): Promise<void> {
    clearInterval(this.#ping)
    const client = this.#client
    this.#client = undefined
    if (client) await hangUp(client)
  }
}

/** Says good-bye, and hangs up where nobody answers: a connection may be dead without knowing it. */
async function hangUp(client: Client): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  const cut = setTimeout(() => stream.destroy(), GOOD_BYE_MS)
  await client.end().catch(() => undefined)
  clearTimeout(cut)
}
