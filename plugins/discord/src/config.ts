import { z } from 'zod'

/** An id of Discord's: a number too long for JavaScript. */
export const snowflake = z
  .string()
  .regex(/^\d{17,20}$/, 'must be an id of Discord, 17 to 20 digits')

const WEBHOOK = /^(.+)\/webhooks\/(\d{17,20})\/([\w-]+)$/

/** Where messages go: a webhook, which posts to its own channel and needs no bot. */
const webhook = z
  .url({ protocol: /^https?$/ })
  .transform((url) => WEBHOOK.exec(url))
  .refine((match) => match !== null, {
    error: 'must be the URL of a webhook, such as https://discord.com/api/webhooks/ID/TOKEN',
  })
  .transform((match) => {
    const [, api = '', id = '', token = ''] = match
    return { api, id, token }
  })
export type Webhook = z.output<typeof webhook>

const settings = z.strictObject({
  /** The URL of a webhook, as Discord shows it: a secret. */
  webhookUrl: webhook.optional(),
  /** The token of a bot, which can post to many channels and hears commands: a secret. */
  botToken: z.string().min(1).optional(),
  /** The channel to which the bot posts, where there is no webhook. */
  channelId: snowflake.optional(),
  /**
   * The Discord users who may run agents by the command, by id. Their runs are the application's own work,
   * which no plan limits. Without any, there is no command.
   */
  operators: z.array(snowflake).default([]),
  /** False for processes that post but do not hear commands, such as web servers beside workers. */
  hearsCommands: z.boolean().default(true),
  /** Where the bot finds Discord's API. */
  apiBase: z.url({ protocol: /^https?$/ }).default('https://discord.com/api'),
})
export const config = settings
  .refine(({ botToken, channelId }) => channelId === undefined || botToken !== undefined, {
    path: ['botToken'],
    error: 'is missing: to post to the channel, a bot needs its token',
  })
  .refine(({ botToken, operators }) => operators.length === 0 || botToken !== undefined, {
    path: ['botToken'],
    error: 'is missing: to hear its operators, a bot needs its token',
  })
  .refine(
    ({ botToken, channelId, webhookUrl, operators }) =>
      botToken === undefined ||
      channelId !== undefined ||
      webhookUrl !== undefined ||
      operators.length > 0,
    { path: ['channelId'], error: 'is missing: a bot posts to a channel, or hears its operators' },
  )
export type DiscordConfig = z.output<typeof config>
