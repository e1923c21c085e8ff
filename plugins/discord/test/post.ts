import { EventBus, UnitOfWork, type Forge } from '@titanforge/core'
import { messageRequested, type DiscordMessage } from '../src/index.js'

type Content = Omit<DiscordMessage, 'key'>

/** Has messages posted, in their order. */
export function post(forge: Forge, ...messages: Content[]): Promise<void> {
  return forge.get(UnitOfWork).transaction(async (tx) => {
    for (const message of messages) {
      const key = crypto.randomUUID()
      await forge.get(EventBus).publish(tx, messageRequested, {
        text: '',
        fields: [],
        links: [],
        ...message,
        key,
      })
    }
  })
}
