import { defineErrors } from '@titanforge/core'

/** Every error of the Discord plugin, with its remedy. */
export const DiscordErrors = defineErrors({
  DISCORD_MESSAGE_REFUSED: {
    status: 422,
    message: (p: { reason: string }) =>
      `Discord refused the message for good (${p.reason}). Sending it again unchanged will not help; discard its dead letter with \`events:discard\`.`,
  },
  DISCORD_PLACE_UNKNOWN: {
    status: 404,
    message: (p: { reason: string }) =>
      `Discord knows no such webhook or channel (${p.reason}). Set another DISCORD_WEBHOOK_URL or DISCORD_CHANNEL_ID; then send its dead letters again with \`events:redrive\`.`,
  },
  DISCORD_CHANNEL_UNKNOWN: {
    status: 422,
    message: () =>
      'A message names a channel, and only a bot can choose one. Set DISCORD_BOT_TOKEN, or leave the channel out.',
  },
  AGENT_UNKNOWN: {
    status: 404,
    message: (p: { name: string; known: string[] }) =>
      `There is no agent "${p.name}" that can be run. There are: ${p.known.join(', ')}.`,
  },
})
