import { definePlugin, EventBus, UnitOfWork, type Agent, type AnyAgent } from '@titanforge/core'
import { CommandGateway } from './command/command-gateway.js'
import { config } from './config.js'
import { messageRequested } from './messages/message.js'
import { outbox } from './messages/outbox.js'
import { Poster } from './messages/poster.js'
import { teamChannel } from './messages/team-channel.js'

/** Discord: alerts for the team, in order, and a command that runs agents. Off where it is not configured. */
export const discord = definePlugin({
  name: 'discord',
  config,
  requires: { bus: EventBus, work: UnitOfWork },
  events: [messageRequested],
  setup({ config, bus, work, forge, log }) {
    const { botToken, operators, hearsCommands } = config
    const canPost = config.webhookUrl !== undefined || (botToken && config.channelId)
    const poster = new Poster(config)
    // An application without the Notification Agent posts too; it only has no alerts.
    const hasAlerts = forge.plugins.some(({ collects }) => collects?.includes('channels'))
    return {
      ...(canPost && { on: [outbox(poster)] }),
      ...(canPost && hasAlerts && { channels: [teamChannel(work, bus)] }),
      start() {
        if (!canPost)
          log.info(
            'posting to Discord is off: set DISCORD_WEBHOOK_URL, or DISCORD_BOT_TOKEN and DISCORD_CHANNEL_ID',
          )
        return () => poster.close()
      },
      serve() {
        if (!botToken || operators.length === 0 || !hearsCommands) return
        const agents = new Map(
          forge
            .all('agents')
            .flatMap(({ value }) => value)
            .filter(canRun)
            .map((agent) => [agent.name, agent]),
        )
        const { apiBase } = config
        const { run } = forge
        const gateway = new CommandGateway({
          agents,
          operators,
          run,
          log,
          apiBase,
          token: botToken,
        })
        gateway.open()
        return () => gateway.close()
      },
    }
  },
})

/** Those that only handle events cannot be called. */
const canRun = (agent: AnyAgent): agent is Agent => 'run' in agent
