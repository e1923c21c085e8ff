import type { Database } from '@titanforge/database'

/** What the database says about a session now. */
export interface SessionState {
  userId: string
  isSuperuser: boolean
  /** The account's token version. */
  version: number
}

interface Question {
  id: string
  resolve(state: SessionState | undefined): void
  reject(error: unknown): void
}

/**
 * Asks the database about the sessions of requests, so that a log-out, a disabled account and a lost role
 * act with the next request, in every process.
 *
 * Requests that arrive while a question is on its way share the next one: under load, one query answers
 * for many. Each answer comes from a query that began after its request, which no cache could promise.
 * Two may be on their way, so that a connection which hangs does not hold up everybody.
 */
export class SessionStates {
  #waiting: Question[] = []
  #asking = 0

  constructor(private readonly db: Database) {}

  /** Undefined where the session has ended or the account is disabled or gone. */
  find(id: string): Promise<SessionState | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject })
      if (this.#asking < MOST_AT_ONCE) void this.#askAll()
    })
  }

  async #askAll(): Promise<void> {
    this.#asking++
    while (this.#waiting.length > 0) {
      const questions = this.#waiting
      this.#waiting = []
      await this.#ask(questions)
    }
    this.#asking--
  }

  async #ask(questions: readonly Question[]): Promise<void> {
    try {
      const ids = [...new Set(questions.map(({ id }) => id))]
      const rows = await this.db.query<SessionState & { id: string }>(QUERY, [ids])
      const states = new Map(rows.map(({ id, ...state }) => [id, state]))
      for (const { id, resolve } of questions) resolve(states.get(id))
    } catch (error) {
      for (const { reject } of questions) reject(error)
    }
  }
}

const MOST_AT_ONCE = 2
const QUERY = `
  SELECT s.id, s.user_id AS "userId", u.is_superuser AS "isSuperuser", u.token_version AS version
  FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.id = ANY ($1::uuid[]) AND s.ended_at IS NULL AND s.expires_at > now() AND u.is_active`
