import { createHash } from 'node:crypto'
import type { RawFile, REST } from 'discord.js'
import type { DiscordConfig } from '../config.js'
import { DiscordErrors } from '../errors.js'
import { embedOf, PICTURE } from './embed-of.js'
import type { ParsedMessage } from './message.js'
import { sendFailure, waitMs } from './send-failure.js'

// What is shorter, discord.js waits for; in the meantime the message keeps its place.
const LONGEST_WAIT_MS = 5_000

export type PosterConfig = Pick<DiscordConfig, 'webhookUrl' | 'botToken' | 'channelId' | 'apiBase'>

/** Posts messages, by the webhook where there is one, otherwise by the bot. */
export class Poster {
  readonly #config: PosterConfig
  #rest: Promise<REST> | undefined

  constructor(config: PosterConfig) {
    this.#config = config
  }

  /**
   * Resolves with Discord's id of the message.
   *
   * @throws DISCORD_MESSAGE_REFUSED, DISCORD_PLACE_UNKNOWN, DISCORD_CHANNEL_UNKNOWN; RetryLater where trying again makes sense.
   */
  async post(message: ParsedMessage, signal: AbortSignal): Promise<string> {
    const { webhookUrl, botToken, channelId } = this.#config
    const { escapeMarkdown, Routes } = await import('discord.js')
    const rest = await (this.#rest ??= this.#open())
    // discord.js forgets it after a 401.
    if (botToken) rest.setToken(botToken)
    const body = {
      embeds: [embedOf(message, escapeMarkdown)],
      allowed_mentions: { parse: [] },
      ...(message.picture && { attachments: [{ id: 0, description: message.picture.alt }] }),
    }
    const files = filesOf(message)
    const channel = message.channelId ?? (webhookUrl ? undefined : channelId)
    if (channel !== undefined && !botToken) throw DiscordErrors.DISCORD_CHANNEL_UNKNOWN()
    try {
      const answer =
        channel === undefined && webhookUrl
          ? await rest.post(Routes.webhook(webhookUrl.id, webhookUrl.token), {
              body,
              files,
              signal,
              auth: false,
              // Otherwise Discord answers before the message is there, and says no id.
              query: new URLSearchParams({ wait: 'true' }),
            })
          : await rest.post(Routes.channelMessages(channel ?? ''), {
              // Discord recognises a message that comes again within minutes.
              body: { ...body, nonce: nonceOf(message.key), enforce_nonce: true },
              files,
              signal,
            })
      return (answer as { id: string }).id
    } catch (error) {
      throw sendFailure(error)
    }
  }

  async close(): Promise<void> {
    const rest = await this.#rest
    rest?.clearHashSweeper()
    rest?.clearHandlerSweeper()
  }

  async #open(): Promise<REST> {
    const { REST } = await import('discord.js')
    const { webhookUrl, apiBase } = this.#config
    return new REST({
      api: webhookUrl?.api ?? apiBase,
      rejectOnRateLimit: (limit) => waitMs(limit) > LONGEST_WAIT_MS,
    })
  }
}

/** At most 25 characters. */
const nonceOf = (key: string) => createHash('sha256').update(key).digest('base64url').slice(0, 25)

const filesOf = ({ picture }: ParsedMessage): RawFile[] =>
  picture ? [{ name: PICTURE, data: Buffer.from(picture.png, 'base64') }] : []
