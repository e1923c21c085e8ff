import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ForgeError } from '@titanforge/core'
import { z } from 'zod'

const secrets = z.object({
  jwtSecret: z.string().min(32),
  webhookSecret: z.string().startsWith('whsec_'),
})
export type LocalSecrets = z.infer<typeof secrets>

/**
 * The secrets of a server that was given none: made at its first start, readable by its own user only.
 * A fixed default would let everybody who can reach the port forge log-ins and webhooks.
 *
 * @throws LOCAL_SECRETS_DAMAGED
 */
export function localSecrets(file: string): LocalSecrets {
  mkdirSync(dirname(file), { recursive: true })
  if (!existsSync(file)) make(file)
  const parsed = secrets.safeParse(contentOf(file))
  if (parsed.success) return parsed.data
  throw new ForgeError(
    'LOCAL_SECRETS_DAMAGED',
    `${file} is damaged. Delete it for new secrets; everybody has to log in again then.`,
  )
}

/** Written aside and linked into place: of two processes one wins, and nobody reads half a file. */
function make(file: string): void {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url')
  const made: LocalSecrets = { jwtSecret: random(48), webhookSecret: `whsec_${random(32)}` }
  const aside = `${file}.${random(6)}`
  writeFileSync(aside, JSON.stringify(made), { mode: 0o600 })
  try {
    linkSync(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(aside)
  }
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
