import type { User } from '@titanforge/auth'
import type { Letter } from '../letter/letter.js'

/** What a channel is to tell the team. */
export interface TeamMessage {
  /** The same whenever this message is sent again: one key is one message. */
  readonly key: string
  /** In pieces, for channels that have a form of their own. Escape what is in it. */
  readonly letter: Letter
  /** The whole as plain text, without the subject. */
  readonly text: string
}

/** What a channel is to tell a customer. */
export interface CustomerMessage extends TeamMessage {
  readonly user: User
  /** The mail address that this message is for, which may be another than the user's. */
  readonly address: string
  /** The whole as an HTML document. */
  html(): Promise<string>
  /** Where the customer can end messages of this kind, for those that can be ended. */
  readonly unsubscribeUrl: string | undefined
}

interface Way<Message> {
  /** Durable and unique, lower case: consumers, preferences and records bear it. */
  readonly name: string
  /**
   * Resolves, with the channel's own id of the message, once the message cannot be lost any more.
   *
   * @throws RetryLater where it is away for a while; a ForgeError with a status below 500 where trying
   * again cannot help, which makes a dead letter at once. Anything else is tried again.
   */
  send(message: Message): Promise<{ messageId: string }>
}

/** A way to tell people things. Plugins contribute them as `channels`. */
export type Channel =
  | ({ readonly reaches: 'customers' } & Way<CustomerMessage>)
  | ({ readonly reaches: 'team' } & Way<TeamMessage>)

declare module '@titanforge/core' {
  interface Contributions {
    channels?: readonly Channel[]
  }
}
