import type { AccountLinks, User, Users } from '@titanforge/auth'
import {
  ForgeError,
  on,
  type DeliveryContext,
  type Subscription,
  type Transaction,
} from '@titanforge/core'
import type { Database } from '@titanforge/database'
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
import { Records, type Sent } from './records.js'

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
  readonly #records: Records
  // What was sent and is not recorded yet: a delivery whose commit failed does not send again, nor does
  // another event that tells of the same occasion. Other processes are kept out by the claim.
  readonly #underWay = new Map<string, Promise<Sent | undefined>>()

  constructor(services: NotifierServices) {
    this.#services = services
    this.#records = new Records(services.db)
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
    const claim = { businessKey, holder: ctx.idempotencyKey }
    if (!(await this.#records.begin(claim))) return undefined
    try {
      const sent = await this.#send(occasion, channel, businessKey, ctx)
      if (!sent) await this.#records.abandon(claim)
      return sent
    } catch (error) {
      // Where the database is away, the claim runs out, and this delivery has it anyway.
      await this.#records
        .abandon(claim)
        .catch((failure: unknown) => ctx.log.warn({ err: failure }, 'a claim was not given back'))
      throw error
    }
  }

  async #send<Payload>(
    occasion: Notice<Payload> | Alert<Payload>,
    channel: Channel,
    businessKey: string,
    ctx: DeliveryContext<Payload>,
  ): Promise<Sent | undefined> {
    const { userId } = ctx.event
    const user = userId === null ? undefined : await this.#services.users.find(userId)
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
    await this.#records.add(tx, sent)
    tx.onCommit(() => this.#underWay.delete(sent.businessKey))
  }
}

const isFor = ({ name, reaches }: Channel, occasion: Notice | Alert): boolean => {
  if (reaches !== occasion.audience) return false
  return occasion.audience === 'team' || occasion.topic !== 'account' || name === EMAIL
}

/** What says that the message itself is wrong will say so again. */
const isFinal = (error: unknown): boolean => error instanceof ForgeError && error.status < 500
