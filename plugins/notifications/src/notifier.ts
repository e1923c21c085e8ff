import type { AccountLinks, Users } from '@titanforge/auth'
import { on, type DeliveryContext, type Subscription, type Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Mailer } from '@titanforge/email'
import { v7 as uuidv7 } from 'uuid'
import type { Product } from './config.js'
import type { Kind } from './kind.js'

/** A mail that the server has accepted. */
interface Sent {
  businessKey: string
  userId: string
  kind: string
  messageId: string
}

export interface NotifierServices {
  db: Database
  mailer: Mailer
  users: Users
  links: AccountLinks
  product: Product
}

/**
 * Notifies of each business key once. The mail is sent before it is recorded, so a crash in between sends
 * it once more, with the same Message-ID; recorded first, it could be lost.
 */
export class Notifier {
  readonly #services: NotifierServices
  // Two events may tell of one occasion at the same moment. Here the later one finds the mail of the
  // earlier one, which the database does not know of before the commit. Two processes could both send,
  // with one Message-ID.
  readonly #underWay = new Map<string, Promise<Sent | undefined>>()

  constructor(services: NotifierServices) {
    this.#services = services
  }

  /** The subscription that sends notifications of one kind. */
  handles<Payload>(kind: Kind<Payload>): Subscription {
    return on(kind.event, `notifications.${kind.name}`, {
      prepare: (ctx) => this.#prepare(kind, ctx),
      commit: ({ tx }, sent) => this.#record(tx, sent),
    })
  }

  async #prepare<Payload>(
    kind: Kind<Payload>,
    ctx: DeliveryContext<Payload>,
  ): Promise<Sent | undefined> {
    if (!kind.wanted(ctx.payload)) return undefined
    const businessKey = kind.businessKey(ctx.payload)
    const other = this.#underWay.get(businessKey)
    if (other) return other
    const sending = this.#send(kind, businessKey, ctx)
    this.#underWay.set(businessKey, sending)
    try {
      const sent = await sending
      if (!sent) this.#underWay.delete(businessKey)
      return sent
    } catch (error) {
      this.#underWay.delete(businessKey)
      throw error
    }
  }

  async #send<Payload>(
    kind: Kind<Payload>,
    businessKey: string,
    { event: { userId }, payload, log }: DeliveryContext<Payload>,
  ): Promise<Sent | undefined> {
    const { db, mailer, users, links, product } = this.#services
    const recorded = await db.query('SELECT 1 FROM notifications WHERE business_key = $1', [
      businessKey,
    ])
    if (recorded.length > 0) return undefined
    const user = userId === null ? undefined : await users.find(userId)
    if (!user) {
      log.warn({ businessKey, userId }, 'nobody to notify: the user is not known')
      return undefined
    }
    const link = kind.linkId && (await links.find(kind.linkId(payload)))
    if (kind.linkId && link === undefined) {
      log.info({ businessKey }, 'a link was used or replaced before its mail was sent')
      return undefined
    }
    const letter = kind.render(payload, user, product, link)
    const to = kind.recipient?.(payload) ?? user.email
    const { messageId } = await mailer.send({ ...letter, to, key: businessKey })
    log.info({ businessKey, messageId }, 'a notification was sent')
    return { businessKey, messageId, userId: user.id, kind: kind.name }
  }

  async #record(tx: Transaction, sent: Sent | undefined): Promise<void> {
    if (!sent) return
    const { businessKey, userId, kind, messageId } = sent
    // From users, because the user may have gone while the mail was sent.
    await tx.query(
      `INSERT INTO notifications (id, business_key, user_id, kind, message_id)
       SELECT $1::uuid, $2, id, $4, $5 FROM users WHERE id = $3
       ON CONFLICT (business_key) DO NOTHING`,
      [uuidv7(), businessKey, userId, kind, messageId],
    )
    tx.onCommit(() => this.#underWay.delete(businessKey))
  }
}
