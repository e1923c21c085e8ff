import { createHmac, randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import bcrypt from 'bcrypt'
import PQueue from 'p-queue'
import { AuthErrors } from '../errors.js'

// bcrypt reads 72 bytes, up to the first NUL; whatever follows would be accepted as anything.
const BCRYPT_BYTES = 72
// Hashing runs in libuv's four threads. One stays free for files and names.
const MOST_THREADS = 3
const RETRY_SECONDS = 5

export interface PasswordHasherOptions {
  /** The logarithm of bcrypt's rounds; 12 takes about a quarter of a second. */
  cost: number
  /** How many may wait for a thread. More are refused, for nobody waits that long. */
  queueLimit: number
}

/** Hashes passwords with bcrypt, off the event loop, a few at a time. */
export class PasswordHasher {
  readonly #cost: number
  readonly #queueLimit: number
  readonly #queue = new PQueue({ concurrency: Math.min(availableParallelism(), MOST_THREADS) })
  #nobodysHash: Promise<string> | undefined

  constructor({ cost, queueLimit }: PasswordHasherOptions) {
    this.#cost = cost
    this.#queueLimit = queueLimit
  }

  /** Makes the hash that stands in for people who have none. */
  async open(): Promise<void> {
    this.#nobodysHash ??= bcrypt.hash(randomBytes(32).toString('base64'), this.#cost)
    await this.#nobodysHash
  }

  /** @throws PASSWORD_QUEUE_FULL */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => bcrypt.hash(bcryptInput(password), this.#cost))
  }

  /**
   * Takes as long where there is no hash, so that the time does not tell who has an account.
   *
   * @throws PASSWORD_QUEUE_FULL
   */
  async matches(password: string, hash: string | null | undefined): Promise<boolean> {
    await this.open()
    const nobodys = await this.#nobodysHash
    const matches = await this.#inTurn(() =>
      bcrypt.compare(bcryptInput(password), hash ?? nobodys ?? ''),
    )
    return matches && hash != null
  }

  /** Whether a hash was made when less work was asked for. */
  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) < this.#cost
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#queue.size >= this.#queueLimit) {
      const options = { details: { retryAfterSeconds: RETRY_SECONDS } }
      throw AuthErrors.PASSWORD_QUEUE_FULL({ seconds: RETRY_SECONDS }, options)
    }
    return this.#queue.add(work)
  }
}

/**
 * What bcrypt is given: the password, or, where it would read only a part of it, a digest of the whole in
 * ASCII. The digest has a key of its own, so that a plain SHA-256 from somebody else's breach is no password.
 */
function bcryptInput(password: string): string {
  if (Buffer.byteLength(password) <= BCRYPT_BYTES && !password.includes('\0')) return password
  return createHmac('sha256', 'titanforge.auth.long-password').update(password).digest('base64')
}
