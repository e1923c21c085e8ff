import { createHmac, hkdfSync } from 'node:crypto'

/**
 * The configured secrets. The first one signs; all of them verify, so that a secret can be replaced without
 * logging anybody out: put the new one first, and drop the old one a session's lifetime later.
 */
export class Secrets {
  readonly #secrets: readonly [string, ...string[]]

  constructor(secrets: readonly [string, ...string[]]) {
    this.#secrets = secrets
  }

  /** The secrets themselves, each with a name that tells it from the others and nothing else. */
  named(): { id: string; secret: string }[] {
    return this.#secrets.map((secret) => ({
      id: createHmac('sha256', secret).update('kid').digest('base64url').slice(0, 12),
      secret,
    }))
  }

  /** A key for one purpose of each secret, the signing one first: none is used for two things. */
  keysFor(purpose: string): [Buffer, ...Buffer[]] {
    const derive = (secret: string) =>
      Buffer.from(hkdfSync('sha256', secret, '', `titanforge.auth.${purpose}`, 32))
    const [first, ...others] = this.#secrets
    return [derive(first), ...others.map(derive)]
  }
}
