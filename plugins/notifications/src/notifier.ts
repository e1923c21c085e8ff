import type { AccountLinks, User, Users } from '@titanforge/auth'
import {
  ForgeError,
  on,
  type DeliveryContext,
  type Subscription,
  type Transaction,
} from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { v7 as uuidv7 } from 'uuid'
import type { Channel } from './channels/channel.js'
import { EMAIL } from './channels/email-channel.js'
import type { Product } from './config.js'
import { greeting } from './letter/greeting.js'
import { htmlOf } from './letter/html-of.js'
import { tidy } from './letter/letter.js'
import { textOf } from './letter/text-of.js'
import { isOptional, type Alert, type Notice } from './notice.js'
import type { Preferences } from './preferences/preferences.js'
import type { UnsubscribeLinks } from './preferences/unsubscribe-links.js'

/** A message that a channel has taken. */
interface Sent {
  businessKey: string
  userId: string | null
  kind: string
  channel: string
  messageId: string
}

export interface NotifierServices {
  db: Database
  users: Users
  links: AccountLinks
  preferences: Preferences
  unsubscribeLinks: UnsubscribeLinks
  product: Product
}

/**
 * Tells of each business key once by each channel. A message is sent before it is recorded, so a crash in
 * between sends it once more, with the same key; recorded first, it could be lost.
 */
export class Notifier {
  readonly #services: NotifierServices
  // Two events may tell of one occasion at the same moment. Here the later one finds the message of the
  // earlier one, which the database does not know of before the commit. Two processes could both send,
  // with one key.
  readonly #underWay = new Map<string, Promise<Sent | undefined>>()

  constructor(services: NotifierServices) {
    this.#services = services
  }

  /** The subscriptions that bring a notice or an alert through each channel that is for it. */
  handles<Payload>(
    occasion: Notice<Payload> | Alert<Payload>,
    channels: readonly Channel[],
  ): Subscription[] {
    return channels
      .filter((channel) => isFor(channel, occasion as Notice | Alert))
      .map((channel) => {
        const name = `notifications.${occasion.name}`
        // Mail was there first: its consumers bear the notice's name alone.
        const consumer = channel.name === EMAIL ? name : `${name}.${channel.name}`
        const handler = {
          prepare: (ctx: DeliveryContext<Payload>) => this.#prepare(occasion, channel, ctx),
          commit: ({ tx }: { tx: Transaction }, sent: Sent | undefined) => this.#record(tx, sent),
        }
        return on(occasion.event, consumer, handler, { retry: { nonRetryable: isFinal } })
      })
  }

  async #prepare<Payload>(
    occasion: Notice<Payload> | Alert<Payload>,
    channel: Channel,
    ctx: DeliveryContext<Payload>,
  ): Promise<Sent | undefined> {
    if (!occasion.wanted(ctx.payload)) return undefined
    const key = occasion.businessKey(ctx.payload)
    const businessKey = channel.name === EMAIL ? key : `${channel.name}/${key}`
    const other = this.#underWay.get(businessKey)
    if (other) return other
    const sending = this.#sendOnce(occasion, channel, businessKey, ctx)
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

  async #sendOnce<Payload>(
    occasion: Notice<Payload> | Alert<Payload>,
    channel: Channel,
    businessKey: string,
    ctx: DeliveryContext<Payload>,
  ): Promise<Sent | undefined> {
    const { db, users } = this.#services
    const recorded = await db.query('SELECT 1 FROM notifications WHERE business_key = $1', [
      businessKey,
    ])
    if (recorded.length > 0) return undefined
    const { userId } = ctx.event
    const user = userId === null ? undefined : await users.find(userId)
    const messageId =
      occasion.audience === 'team'
        ? await this.#alert(occasion, channel, businessKey, user, ctx)
        : await this.#notify(occasion, channel, businessKey, user, ctx)
    if (messageId === undefined) return undefined
    ctx.log.info({ businessKey, messageId }, 'a notification was sent')
    const told = occasion.audience === 'team' ? null : (user?.id ?? null)
    return { businessKey, messageId, userId: told, kind: occasion.name, channel: channel.name }
  }

  async #alert<Payload>(
    alert: Alert<Payload>,
    channel: Channel,
    key: string,
    user: User | undefined,
    { payload }: DeliveryContext<Payload>,
  ): Promise<string | undefined> {
    if (channel.reaches !== 'team') return undefined
    const { product } = this.#services
    const letter = tidy(alert.letter(payload, { user, product }))
    const text = textOf(letter, { productName: product.productName })
    return (await channel.send({ key, letter, text })).messageId
  }

  async #notify<Payload>(
    notice: Notice<Payload>,
    channel: Channel,
    key: string,
    user: User | undefined,
    { payload, log }: DeliveryContext<Payload>,
  ): Promise<string | undefined> {
    if (channel.reaches !== 'customers') return undefined
    const { links, preferences, unsubscribeLinks, product } = this.#services
    if (!user) {
      log.warn({ businessKey: key }, 'nobody to notify: the user is not known')
      return undefined
    }
    const { topic } = notice
    const choice = isOptional(topic) && { userId: user.id, topic, channel: channel.name }
    if (choice && !(await preferences.allows(choice))) {
      log.info({ businessKey: key }, 'a notification was not wanted by its user')
      return undefined
    }
    const link = notice.linkId ? await links.find(notice.linkId(payload)) : ''
    if (link === undefined) {
      log.info({ businessKey: key }, 'a link was used or replaced before its mail was sent')
      return undefined
    }
    const letter = tidy(notice.letter(payload, { user, product, link }))
    const unsubscribeUrl = choice ? unsubscribeLinks.make(choice) : undefined
    const frame = {
      greeting: greeting(user.fullName),
      productName: product.productName,
      unsubscribeUrl,
    }
    const { messageId } = await channel.send({
      key,
      letter,
      text: textOf(letter, frame),
      html: () => htmlOf(letter, frame),
      user,
      address: notice.recipient?.(payload) ?? user.email,
      unsubscribeUrl,
    })
    return messageId
  }

  async #record(tx: Transaction, sent: Sent | undefined): Promise<void> {
    if (!sent) return
    const { businessKey, userId, kind, channel, messageId } = sent
    // From users, because the user may have gone while the message was sent. An alert is nobody's.
    await tx.query(
      `INSERT INTO notifications (id, business_key, user_id, kind, channel, message_id)
       SELECT $1::uuid, $2, told.id, $4, $5, $6
       FROM (SELECT id FROM users WHERE id = $3::uuid UNION ALL SELECT NULL WHERE $3::uuid IS NULL) AS told
       ON CONFLICT (business_key) DO NOTHING`,
      [uuidv7(), businessKey, userId, kind, channel, messageId],
    )
    tx.onCommit(() => this.#underWay.delete(businessKey))
  }
}

const isFor = ({ name, reaches }: Channel, occasion: Notice | Alert): boolean => {
  if (reaches !== occasion.audience) return false
  return occasion.audience === 'team' || occasion.topic !== 'account' || name === EMAIL
}

/** What says that the message itself is wrong will say so again. */
const isFinal = (error: unknown): boolean => error instanceof ForgeError && error.status < 500
