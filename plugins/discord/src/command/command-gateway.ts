import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@titanforge/core'
import type { Client } from 'discord.js'
import type { DiscordConfig } from '../config.js'
import { COMMAND, commandDefinition } from './definition.js'
import { runCommand, type RunCommandParts } from './run-command.js'

const RECONNECT_MS = 30_000
const PATIENCE_MS = 4_000

type Parts = RunCommandParts & Pick<DiscordConfig, 'apiBase'> & { token: string; log: Logger }

/** Hears the slash command over Discord's gateway. discord.js keeps the connection. */
export class CommandGateway {
  readonly #parts: Parts
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  #client: Client | undefined
  #connecting: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Connects in the background: the application runs without Discord too. */
  open(): void {
    this.#connecting = this.#connect()
  }

  /** Cancels the runs that were asked for, and leaves when they have said so. */
  async close(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#underWay)
    // Destroyed before the gateway has greeted it, discord.js 14 connects anew and never says that it is done.
    await atMost(PATIENCE_MS, this.#connecting)
    await atMost(PATIENCE_MS, this.#client?.destroy())
  }

  async #connect(): Promise<void> {
    const { log, token } = this.#parts
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const client = await this.#makeClient()
      this.#client = client
      try {
        await client.login(token)
        return
      } catch (error) {
        log.error({ err: error }, 'Discord could not be reached for commands; trying again')
        await client.destroy()
        await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async #makeClient(): Promise<Client> {
    const { Client, Events } = await import('discord.js')
    const { agents, apiBase, log } = this.#parts
    const client = new Client({
      // Commands come without any intent.
      intents: [],
      allowedMentions: { parse: [] },
      rest: { api: apiBase },
    })
    client.on(Events.Error, (error) => log.warn({ err: error }, 'the Discord gateway met an error'))
    client.on(Events.ShardDisconnect, ({ code }) =>
      log.error({ code }, 'Discord has closed the gateway for good; check the bot and its token'),
    )
    const definition = await commandDefinition([...agents.keys()])
    client.once(Events.ClientReady, ({ application }) => {
      application.commands.set([definition]).then(
        () => log.info({ command: COMMAND }, 'Discord commands are heard'),
        (error: unknown) => log.error({ err: error }, 'the Discord command was not registered'),
      )
    })
    client.on(Events.InteractionCreate, (interaction) => {
      if (!interaction.isChatInputCommand() || interaction.commandName !== COMMAND) return
      const answering = runCommand(interaction, this.#parts, this.#stopping.signal)
        .catch((error: unknown) => log.error({ err: error }, 'a Discord command failed'))
        .finally(() => this.#underWay.delete(answering))
      this.#underWay.add(answering)
    })
    return client
  }
}

/** Resolves when the work is done, or after that many milliseconds. */
const atMost = (ms: number, work: Promise<unknown> | undefined) =>
  Promise.race([work, delay(ms, undefined, { ref: false })])
