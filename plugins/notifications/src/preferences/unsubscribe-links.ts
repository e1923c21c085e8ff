import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { OPTIONAL_TOPICS } from '../notice.js'
import type { Choice } from './preferences.js'

export const UNSUBSCRIBE_PATH = '/notifications/unsubscribe'

const choiceSchema = z.tuple([z.uuid(), z.enum(OPTIONAL_TOPICS), z.string().min(1)])

/**
 * Links that end one kind of message for one user, without a log-in. Their signature says that we made
 * them; they do not run out, since a mail may be opened years later, and end messages, which is all they do.
 */
export class UnsubscribeLinks {
  readonly #keys: readonly Buffer[]
  readonly #publicUrl: () => string

  /**
   * @param secrets the first one signs, all of them verify.
   * @param publicUrl where people reach the application, without a slash at its end.
   */
  constructor(secrets: readonly string[], publicUrl: () => string) {
    this.#keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, '', 'titanforge.notifications.unsubscribe', 32)),
    )
    this.#publicUrl = publicUrl
  }

  make({ userId, topic, channel }: Choice): string {
    const content = Buffer.from(JSON.stringify([userId, topic, channel])).toString('base64url')
    const [key = Buffer.alloc(0)] = this.#keys
    const signature = sign(content, key).toString('base64url')
    return `${this.#publicUrl()}${UNSUBSCRIBE_PATH}?token=${content}.${signature}`
  }

  /** @returns undefined for a token that we have not made, or made for a topic that there is no more. */
  read(token: string): Choice | undefined {
    const [content = '', signature = '', ...others] = token.split('.')
    const given = Buffer.from(signature, 'base64url')
    const isOurs = this.#keys.some((key) => {
      const expected = sign(content, key)
      return given.length === expected.length && timingSafeEqual(given, expected)
    })
    if (!isOurs || others.length > 0) return undefined
    const made: unknown = JSON.parse(Buffer.from(content, 'base64url').toString())
    const choice = choiceSchema.safeParse(made)
    if (!choice.success) return undefined
    const [userId, topic, channel] = choice.data
    return { userId, topic, channel }
  }
}

const sign = (content: string, key: Buffer) => createHmac('sha256', key).update(content).digest()
