import { defineEvent } from '@titanforge/core'
import { z } from 'zod'
import { snowflake } from '../config.js'

const message = z.object({
  /** The channel, for a bot; the configured one if left out. */
  channelId: snowflake.optional(),
  /** Names the occasion. One key is one message, as far as Discord can tell. */
  key: z.string().min(1),
  title: z.string(),
  /** Plain text. What looks like markup or a mention in it is shown as it is. */
  text: z.string().default(''),
  fields: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  /** PNG as base64, and what it shows. */
  picture: z.object({ name: z.string(), png: z.base64(), alt: z.string() }).optional(),
  links: z.array(z.object({ label: z.string(), url: z.url({ protocol: /^https?$/ }) })).default([]),
})
export type DiscordMessage = z.input<typeof message>

/**
 * A message is to be posted. Publish it in the transaction of what it tells of; messages of one channel
 * come in the order in which they were published.
 */
export const messageRequested = defineEvent({
  name: 'discord.message_requested',
  version: 1,
  schema: message,
  key: ({ channelId }) => channelId ?? 'configured',
})
export type ParsedMessage = z.output<typeof message>
