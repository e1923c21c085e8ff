import type { User } from '@titanforge/auth'
import type { EventType } from '@titanforge/core'
import type { Product } from './config.js'
import type { Letter } from './letter/letter.js'

/** What people can choose not to hear of. */
export const OPTIONAL_TOPICS = ['work', 'reports'] as const
export type OptionalTopic = (typeof OPTIONAL_TOPICS)[number]

/** Mails about the account and about money are part of the service, and always come. */
export type Topic = 'account' | 'billing' | OptionalTopic

export const isOptional = (topic: Topic): topic is OptionalTopic =>
  (OPTIONAL_TOPICS as readonly Topic[]).includes(topic)

interface Occasion<Payload> {
  /** Durable and unique: `welcome` makes the consumer `notifications.welcome`. */
  readonly name: string
  readonly event: EventType<Payload>
  /** Names the occasion. One key is told of once by each channel, however many events tell of it. */
  businessKey(payload: Payload): string
  /** Whether this event calls for telling anybody at all. */
  wanted(payload: Payload): boolean
}

/** What a notice's letter is written from. */
export interface Writing {
  /** Who is written to. */
  user: User
  product: Product
  /** The link that {@link Notice.linkId} asked for. */
  link: string
}

/** Something that a customer is told of: which event calls for it, and what it says. */
export interface Notice<Payload = unknown> extends Occasion<Payload> {
  readonly audience: 'customers'
  /** Notices of the topic `account` go by mail only, since they belong to whoever has the address. */
  readonly topic: Topic
  /** The address, if not the user's own. */
  recipient?(payload: Payload): string
  /** The link of auth that the letter carries. Without a link that is still good, there is no letter. */
  linkId?(payload: Payload): string
  letter(payload: Payload, writing: Writing): Letter
}

/** Something that the team which runs the application is told of. */
export interface Alert<Payload = unknown> extends Occasion<Payload> {
  readonly audience: 'team'
  /** @param user whom the event is about; undefined where it is about nobody, or they are gone. */
  letter(payload: Payload, writing: { user: User | undefined; product: Product }): Letter
}

/** Declares a notice; the payload's type comes from the event. */
export const defineNotice = <Payload>(notice: Omit<Notice<Payload>, 'audience'>): Notice<Payload> =>
  Object.freeze({ audience: 'customers' as const, ...notice })

/** Declares an alert; the payload's type comes from the event. */
export const defineAlert = <Payload>(alert: Omit<Alert<Payload>, 'audience'>): Alert<Payload> =>
  Object.freeze({ audience: 'team' as const, ...alert })

declare module '@titanforge/core' {
  interface Contributions {
    /** What else customers and the team are told of. */
    notices?: readonly (Notice | Alert)[]
  }
}
