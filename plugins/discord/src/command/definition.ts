import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js'

const MOST_CHOICES = 25

export const COMMAND = 'run'

/**
 * The slash command, as Discord is told of it. In Discord's own settings nobody but a server's
 * administrators sees it until they let others.
 *
 * @param agents the names to choose from; with more than Discord can list, the name is typed.
 */
export async function commandDefinition(
  agents: readonly string[],
): Promise<RESTPostAPIChatInputApplicationCommandsJSONBody> {
  const { ApplicationCommandOptionType, InteractionContextType } = await import('discord.js')
  const type = ApplicationCommandOptionType.String
  const choices = agents.map((name) => ({ name, value: name }))
  return {
    name: COMMAND,
    description: 'Runs an agent and reports its progress',
    default_member_permissions: '0',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type,
        name: 'agent',
        description: 'Which agent',
        required: true,
        ...(choices.length <= MOST_CHOICES && { choices }),
      },
      { type, name: 'input', description: 'What it is given: text, or JSON' },
    ],
  }
}
