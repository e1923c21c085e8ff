import type { Command } from '@titanforge/core'
import type { Migrator } from './migrator.js'

/** `migrate`, `migrate:down` and `migrate:status`. */
export function migrationCommands(migrator: Migrator): Command[] {
  return [
    {
      name: 'migrate',
      description: 'applies pending migrations',
      async run({ print }) {
        const names = await migrator.up()
        print(names.length === 0 ? 'Nothing to do.' : `Applied: ${names.join(', ')}`)
      },
    },
    {
      name: 'migrate:down',
      description: 'undoes the newest migrations, one if no number is given',
      usage: '[--step N]',
      options: { step: { type: 'string', default: '1' } },
      async run({ values, print }) {
        const names = await migrator.down(Number(values.step))
        print(names.length === 0 ? 'Nothing to undo.' : `Undone: ${names.join(', ')}`)
      },
    },
    {
      name: 'migrate:status',
      description: 'lists all migrations and whether they are applied',
      async run({ print }) {
        for (const { name, applied } of await migrator.list())
          print(`${applied ? 'applied' : 'pending'}  ${name}`)
      },
    },
  ]
}
