import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type {
  IdempotencyClaim,
  IdempotencyStore,
  IdempotentRequest,
  StoredAnswer,
} from '@titanforge/http'
import { v7 as uuidv7 } from 'uuid'
import type { Secrets } from '../tokens/secrets.js'

/** How long a request may take before another one with its key is let in, after a crash. */
const CLAIM_SECONDS = 60
const KEPT_HOURS = 24

interface Row {
  content: Buffer
  answer: Buffer | null
}

/**
 * Answers by `Idempotency-Key`, for a day. Requests may hold passwords and answers tokens, so the one is kept
 * as a keyed hash and the other is encrypted. A new signing secret forgets them.
 */
export class PostgresIdempotencyStore implements IdempotencyStore {
  readonly #hashKey: Buffer
  readonly #answerKey: Buffer

  constructor(
    private readonly db: Database,
    secrets: Secrets,
    private readonly log: Logger,
  ) {
    this.#hashKey = secrets.keysFor('idempotency-hash')[0]
    this.#answerKey = secrets.keysFor('idempotency-answer')[0]
  }

  async claim({ key, owner, content }: IdempotentRequest): Promise<IdempotencyClaim> {
    const hash = this.#digest(JSON.stringify([owner, key]))
    const digest = this.#digest(content)
    const claim = uuidv7()
    const claimed = await this.db.query(CLAIM, [hash, digest, claim, CLAIM_SECONDS, KEPT_HOURS])
    if (claimed.length > 0) {
      return {
        state: 'new',
        keep: (answer) => this.#keep(hash, claim, answer),
        release: () => this.#release(hash, claim),
      }
    }
    const [row] = await this.db.query<Row>(
      'SELECT content, answer FROM idempotency_keys WHERE hash = $1',
      [hash],
    )
    if (!row) return { state: 'running' }
    if (!row.content.equals(digest)) return { state: 'other' }
    return row.answer
      ? { state: 'answered', answer: this.#decrypt(row.answer) }
      : { state: 'running' }
  }

  /** Takes away what is too old to be asked for. */
  async purge(): Promise<void> {
    await this.db.query(
      'DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(hours => $1)',
      [KEPT_HOURS],
    )
  }

  async #keep(hash: Buffer, claim: string, answer: StoredAnswer): Promise<void> {
    try {
      await this.db.query(
        'UPDATE idempotency_keys SET answer = $3 WHERE hash = $1 AND claim = $2',
        [hash, claim, this.#encrypt(answer)],
      )
    } catch (error) {
      // What was done is done, and the client is to hear of it.
      this.log.error({ err: error }, 'an answer could not be kept for its Idempotency-Key')
    }
  }

  async #release(hash: Buffer, claim: string): Promise<void> {
    try {
      await this.db.query('DELETE FROM idempotency_keys WHERE hash = $1 AND claim = $2', [
        hash,
        claim,
      ])
    } catch (error) {
      // The claim ends by itself, and the client is to hear what went wrong first.
      this.log.warn({ err: error }, 'an Idempotency-Key could not be released')
    }
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#hashKey).update(text).digest()
  }

  #encrypt(answer: StoredAnswer): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#answerKey, nonce)
    const text = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), text])
  }

  #decrypt(sealed: Buffer): StoredAnswer {
    const decipher = createDecipheriv('aes-256-gcm', this.#answerKey, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(12, 28))
    const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
    return JSON.parse(text.toString()) as StoredAnswer
  }
}

// Takes over a claim of the same request that ran out, and a key that is too old.
const CLAIM = `
  INSERT INTO idempotency_keys AS k (hash, content, claim, claimed_until)
  VALUES ($1, $2, $3, now() + make_interval(secs => $4))
  ON CONFLICT (hash) DO UPDATE SET
    content = excluded.content, claim = excluded.claim, claimed_until = excluded.claimed_until,
    answer = NULL, created_at = now()
  WHERE (k.answer IS NULL AND k.content = excluded.content AND k.claimed_until < now())
    OR k.created_at < now() - make_interval(hours => $5)
  RETURNING claim`
