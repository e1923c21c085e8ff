import {
  defineAgent,
  ForgeError,
  messageOf,
  runProgress,
  type Agent,
  type ForgeView,
  type Logger,
} from '@titanforge/core'
import type { ChatInputCommandInteraction } from 'discord.js'
import { z } from 'zod'
import { DiscordErrors } from '../errors.js'
import { embedOf } from '../messages/embed-of.js'
import { inputOf } from './input-of.js'
import { ProgressReport } from './progress-report.js'

// Discord lets an answer be edited for 15 minutes.
const LONGEST_RUN_MS = 14 * 60_000
const BAR_LENGTH = 20
// Discord's codes for an interaction that is acknowledged already, and for one that is too old.
const TAKEN: unknown[] = [40_060, 10_062]

export interface RunCommandParts {
  agents: ReadonlyMap<string, Agent>
  operators: readonly string[]
  run: ForgeView['run']
  log: Logger
}

type Shown = { title: string; text?: string; fields?: { name: string; value: string }[] }

/** Answers the slash command: runs the agent that it names, and shows how far the run is. */
export async function runCommand(
  interaction: ChatInputCommandInteraction,
  { agents, operators, run, log }: RunCommandParts,
  signal: AbortSignal,
): Promise<void> {
  const { escapeMarkdown } = await import('discord.js')
  const isOperator = operators.includes(interaction.user.id)
  if (!(await acknowledge(interaction, isOperator, log))) return
  const edit = ({ title, text = '', fields = [] }: Shown) =>
    interaction.editReply({
      embeds: [embedOf({ title, text, fields, links: [] }, escapeMarkdown)],
      allowedMentions: { parse: [] },
    })
  const name = interaction.options.getString('agent', true)
  const report = new ProgressReport(edit, log)
  if (!isOperator) {
    log.warn({ discordUser: interaction.user.id, agent: name }, 'a stranger asked for a run')
    return report.end({
      title: 'You may not run agents here',
      text: `Whoever runs the application can add your id, ${interaction.user.id}, to its operators.`,
    })
  }
  try {
    const agent = agents.get(name)
    if (!agent) throw DiscordErrors.AGENT_UNKNOWN({ name, known: [...agents.keys()] })
    report.show({ title: `${name} is running`, text: bar(0) })
    const input = inputOf(agent, interaction.options.getString('input'))
    const result = await run(watched(agent, report), input, {
      signal,
      // Discord may deliver a command twice; then the second run does nothing that the first one did.
      idempotencyKey: `discord:${interaction.id}`,
      log: log.child({ discordUser: interaction.user.id }),
    })
    const text = typeof result === 'string' ? result : JSON.stringify(result, null, 2)
    await report.end({ title: `${name} is done`, text })
  } catch (error) {
    log.warn({ err: error, agent: name }, 'a run that Discord asked for failed')
    await report.end({ title: `${name} failed`, text: reasonOf(error) })
  }
}

/**
 * @param forAll false for an answer that only the asker sees.
 * @returns false where another process of this bot was faster, or nobody waits any more: what is not
 * acknowledged is not run.
 */
async function acknowledge(
  interaction: ChatInputCommandInteraction,
  forAll: boolean,
  log: Logger,
): Promise<boolean> {
  const { MessageFlags } = await import('discord.js')
  try {
    await interaction.deferReply(forAll ? {} : { flags: MessageFlags.Ephemeral })
    return true
  } catch (error) {
    if (!TAKEN.includes((error as { code?: unknown }).code)) throw error
    log.info({ reason: messageOf(error) }, 'a command was left to another process')
    return false
  }
}

/** An agent around the one that was asked for: from inside the run it knows whose progress is told. */
const watched = (agent: Agent, report: ProgressReport<Shown>) =>
  defineAgent({
    name: 'discord-command',
    description: 'Runs an agent and shows its progress in Discord.',
    input: z.unknown(),
    output: z.unknown(),
    timeoutMs: LONGEST_RUN_MS,
    async run(input, ctx) {
      const stop = ctx.bus.listen(runProgress, ({ runId, percent, text = '' }) => {
        if (runId !== ctx.runId) return
        report.show({ title: `${agent.name} is running`, text: `${bar(percent)}\n${text}` })
      })
      try {
        return await ctx.run(agent, input)
      } finally {
        stop()
      }
    },
  })

const bar = (percent: number) => {
  const done = Math.round((Math.min(Math.max(percent, 0), 100) / 100) * BAR_LENGTH)
  return `${'█'.repeat(done)}${'░'.repeat(BAR_LENGTH - done)} ${Math.round(percent)} %`
}

/** Only errors that are made to be read leave; others may hold anything. */
const reasonOf = (error: unknown) =>
  error instanceof ForgeError
    ? `${error.code}: ${error.message}`
    : 'It ended with an error that is in the log of the server.'
