const FIELDS = [
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'refreshToken',
  'accessToken',
  'key',
]
// What is shorter may stand in a log for another reason.
const LEAST_CHARACTERS = 16

const used = new Set<string>()

/** Keeps the secrets that a request or an answer holds, for {@link refuseSecretsIn}. */
export function noteSecretsIn(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const field of FIELDS) noteSecret((value as Record<string, unknown>)[field])
}

export function noteSecret(value: unknown): void {
  if (typeof value === 'string' && value.length >= LEAST_CHARACTERS) used.add(value)
}

/**
 * Looks through a log for every secret that this process's tests have sent or were given.
 *
 * @throws Error that names the line, and of the secret only its beginning.
 */
export function refuseSecretsIn(lines: readonly string[]): void {
  for (const line of lines) {
    for (const secret of used) {
      if (!line.includes(secret)) continue
      const shown = line.replaceAll(secret, `${secret.slice(0, 4)}…`)
      throw new Error(`security 35: a secret is in the log: ${shown}`)
    }
  }
}
