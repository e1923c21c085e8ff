import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const secrets = z.object({
  jwtSecret: z.string().min(32),
  webhookSecret: z.string().startsWith('whsec_'),
})
export type LocalSecrets = z.infer<typeof secrets>

/**
 * The secrets of a server that was given none: made at its first start, readable by its own user only.
 * A fixed default would let everybody who can reach the port forge log-ins and webhooks.
 */
export function localSecrets(file: string): LocalSecrets {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url')
  mkdirSync(dirname(file), { recursive: true })
  try {
    const made: LocalSecrets = { jwtSecret: random(48), webhookSecret: `whsec_${random(32)}` }
    // `wx` lets one of two processes that start at once win; the other reads what the first wrote.
    writeFileSync(file, JSON.stringify(made), { flag: 'wx', mode: 0o600 })
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return secrets.parse(JSON.parse(readFileSync(file, 'utf8')))
  }
}
