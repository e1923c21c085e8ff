import { CoreErrors, type Command, type CommandContext } from '@titanforge/core'
import type { Migrator } from './migrator.js'

type Opened = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * `migrate`, `migrate:down` and `migrate:status`. They open the database alone: a start may migrate, or
 * refuse the schema that they are to change.
 */
export function migrationCommands(migrator: Migrator, opened: Opened): Command[] {
  const command = (
    definition: Omit<Command, 'run' | 'standalone'>,
    work: (context: CommandContext) => Promise<string[]>,
  ): Command => ({
    ...definition,
    standalone: true,
    async run(context) {
      const { positionals, print } = context
      if (positionals.length > 0) throw misused(definition, `Unexpected: ${positionals.join(' ')}.`)
      for (const line of await work(context)) print(line)
    },
  })
  const down = {
    name: 'migrate:down',
    description: 'undoes the newest migrations, one if no number is given',
    usage: '[--step N]',
    options: { step: { type: 'string', default: '1' } },
  } as const
  return [
    command({ name: 'migrate', description: 'applies pending migrations' }, async () => {
      const names = await opened(() => migrator.up())
      return [names.length === 0 ? 'Nothing to do.' : `Applied: ${names.join(', ')}`]
    }),
    command(down, async ({ values }) => {
      const step = String(values.step)
      if (!/^[1-9]\d{0,5}$/.test(step))
        throw misused(down, `--step ${step} is not a whole number from 1 on.`)
      const names = await opened(() => migrator.down(Number(step)))
      return [names.length === 0 ? 'Nothing to undo.' : `Undone: ${names.join(', ')}`]
    }),
    command(
      { name: 'migrate:status', description: 'lists all migrations and whether they are applied' },
      async () => {
        const migrations = await opened(() => migrator.list())
        return migrations.map(({ name, state }) => `${state}  ${name}`)
      },
    ),
  ]
}

const misused = ({ name, usage }: Pick<Command, 'name' | 'usage'>, problem: string) =>
  CoreErrors.COMMAND_USAGE({ usage: usage ? `${name} ${usage}` : name, problem })
