import { ForgeError, on, type Subscription } from '@titanforge/core'
import { messageRequested } from './message.js'
import type { Poster } from './poster.js'

/**
 * Posts what is to be posted, one message of a channel after the other. A message that has to wait holds up
 * those behind it; one that Discord refuses for good becomes a dead letter, and the others go on.
 */
export const outbox = (poster: Poster): Subscription =>
  on(
    messageRequested,
    'discord.post',
    {
      prepare: ({ payload, signal }) => poster.post(payload, signal),
      commit: async ({ log, payload }, messageId) =>
        log.info({ key: payload.key, messageId }, 'a message was posted to Discord'),
    },
    {
      order: 'key',
      retry: { nonRetryable: (error) => error instanceof ForgeError && error.status < 500 },
    },
  )
