import type { User } from '@titanforge/auth'
import type { EventType } from '@titanforge/core'
import type { Mail } from '@titanforge/email'
import type { Product } from './config.js'

/** What a mail says. */
export type Letter = Pick<Mail, 'subject' | 'text' | 'html'>

/** One kind of notification: which event calls for it, and what it says. */
export interface Kind<Payload> {
  /** Durable: `welcome` makes the consumer `notifications.welcome`. */
  readonly name: string
  readonly event: EventType<Payload>
  /** Names the occasion. One key is notified of once, however many events tell of it. */
  businessKey(payload: Payload): string
  /** Whether this event calls for a notification at all. */
  wanted(payload: Payload): boolean
  /** Where the mail goes, if not to the user's address. */
  recipient?(payload: Payload): string
  /** The link of auth that the mail carries. Without a link that is still good, there is no mail. */
  linkId?(payload: Payload): string
  render(payload: Payload, user: User, product: Product, link?: string): Letter
}

/** Declares a kind; the payload's type comes from the event. */
export const defineKind = <Payload>(kind: Kind<Payload>): Kind<Payload> => Object.freeze(kind)
