import type { EventBus, UnitOfWork } from '@titanforge/core'
import type { Block, Channel, Letter, TeamMessage } from '@titanforge/notifications'
import { messageRequested, type DiscordMessage } from './message.js'

/** Brings alerts to the team's channel, by way of the outbox, which keeps their order. */
export const teamChannel = (work: UnitOfWork, bus: EventBus) =>
  ({
    name: 'discord',
    reaches: 'team' as const,
    async send({ key, letter }: TeamMessage) {
      const { id } = await work.transaction((tx) =>
        // One key is in the log once, for ever, so an alert that is sent again is not posted again.
        bus.publish(tx, messageRequested, messageOf(key, letter), {
          source: 'discord',
          externalId: key,
        }),
      )
      return { messageId: id }
    },
  }) satisfies Channel

/** A letter as a message: its facts as fields, its actions as links, the rest as text. */
function messageOf(key: string, { subject, blocks }: Letter) {
  return {
    key,
    title: subject,
    text: blocks.map(lineOf).filter(Boolean).join('\n\n'),
    fields: blocks.flatMap((block) =>
      'facts' in block ? block.facts.map(([name, value]) => ({ name, value })) : [],
    ),
    picture: blocks.flatMap((block) => ('picture' in block ? [block.picture] : []))[0],
    links: blocks.flatMap((block) => ('action' in block ? [block.action] : [])),
  } satisfies DiscordMessage
}

function lineOf(block: Block): string {
  if ('paragraph' in block) return block.paragraph
  if ('heading' in block) return block.heading
  return 'list' in block ? block.list.map((item) => `• ${item}`).join('\n') : ''
}
