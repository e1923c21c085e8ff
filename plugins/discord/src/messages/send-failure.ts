import { messageOf, RetryLater } from '@titanforge/core'
import type { RateLimitError } from 'discord.js'
import { DiscordErrors } from '../errors.js'

const AWAY_SECONDS = 30
// Discord blocks addresses that are refused thousands of times.
const MISCONFIGURED_SECONDS = 300

/**
 * What posting throws in place of discord.js's error: a final one where the message itself is wrong, or
 * where it was to go is gone for good; otherwise RetryLater, until whoever configures Discord has put it
 * right.
 */
export function sendFailure(error: unknown): Error {
  const { status } = error as { status?: number }
  const options = { cause: error }
  const reason = messageOf(error)
  if (isLimit(error))
    return new RetryLater(Math.ceil(waitMs(error) / 1000), 'Discord limits the rate.', options)
  if (status === 400 || status === 413)
    return DiscordErrors.DISCORD_MESSAGE_REFUSED({ reason }, options)
  if (status === 404) return DiscordErrors.DISCORD_PLACE_UNKNOWN({ reason }, options)
  if (status === 401 || status === 403)
    return new RetryLater(
      MISCONFIGURED_SECONDS,
      `Discord lets nobody post there (${reason}). Check DISCORD_WEBHOOK_URL, or the bot's token, channel and rights.`,
      options,
    )
  return new RetryLater(AWAY_SECONDS, `Discord did not take the message: ${reason}`, options)
}

const isLimit = (error: unknown): error is RateLimitError =>
  error instanceof Error && 'timeToReset' in error

/** The longest of what Discord and discord.js's own bookkeeping say, in milliseconds. */
export const waitMs = ({
  timeToReset,
  retryAfter,
  sublimitTimeout,
}: Pick<RateLimitError, 'timeToReset' | 'retryAfter' | 'sublimitTimeout'>): number =>
  Math.max(timeToReset, retryAfter, sublimitTimeout)
