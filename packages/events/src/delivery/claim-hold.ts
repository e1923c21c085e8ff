import { CoreErrors } from '@titanforge/core'
import { EventErrors } from '../errors.js'
import type { Claim } from './claim.js'
import type { HeldClaims } from './held-claims.js'

/**
 * Holds a claim while a slow handler is at work: renews it, so that the handler keeps its event although the
 * events of a dead process are taken over soon, and ends it when its time is over.
 */
export class ClaimHold {
  readonly #controller = new AbortController()
  readonly #renewal: NodeJS.Timeout
  readonly #timeout: NodeJS.Timeout

  /** @param timeoutSeconds how long the work may take. */
  constructor(held: HeldClaims, claim: Claim, timeoutSeconds: number) {
    const renew = async () => {
      // Where the database is away the claim runs out, and its token keeps this attempt without effect.
      const kept = await held.renew(claim).catch(() => true)
      if (!kept) this.#break(EventErrors.CLAIM_LOST())
    }
    const expire = () => this.#break(CoreErrors.HANDLER_TIMED_OUT({ seconds: timeoutSeconds }))
    this.#renewal = setInterval(() => void renew(), (held.claimSeconds * 1000) / 3)
    this.#timeout = setTimeout(expire, timeoutSeconds * 1000)
    // A handler that never ends must not keep the process from ending.
    this.#renewal.unref()
    this.#timeout.unref()
  }

  /** Aborts when another attempt has the event, or when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The work's result; or a rejection once the hold is broken, whether the work ends or not. */
  async race<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this
    const broken = Promise.withResolvers<never>()
    const reject = () => broken.reject(signal.reason as Error)
    signal.addEventListener('abort', reject, { once: true })
    try {
      return await Promise.race([work, broken.promise])
    } finally {
      signal.removeEventListener('abort', reject)
    }
  }

  /** Neither renews nor breaks from now on. */
  end(): void {
    clearInterval(this.#renewal)
    clearTimeout(this.#timeout)
  }

  #break(reason: Error): void {
    this.end()
    this.#controller.abort(reason)
  }
}
