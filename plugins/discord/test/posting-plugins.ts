import { database } from '@titanforge/database'
import { events } from '@titanforge/events'
import { discord } from '../src/index.js'
import { BOT_TOKEN, CHANNEL_ID, WEBHOOK_ID } from './discord-stand-in.js'

export type Way = 'webhook' | 'bot'

/** What an application that posts to a stand-in is made of. */
export function postingPlugins(databaseUrl: string, way: Way, discordPort: number, consume = true) {
  const apiBase = `http://127.0.0.1:${discordPort}/api`
  return [
    database({ url: databaseUrl, poolSize: 5 }),
    events({ pollSeconds: 0.2, claimSeconds: 10, consume }),
    way === 'webhook'
      ? discord({ webhookUrl: `${apiBase}/webhooks/${WEBHOOK_ID}/a-webhook-token` })
      : discord({ botToken: BOT_TOKEN, channelId: CHANNEL_ID, apiBase }),
  ]
}
