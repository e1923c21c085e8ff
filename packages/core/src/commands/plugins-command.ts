import type { PluginReport } from '../plugins/inspect.js'
import type { Command } from './command.js'

/**
 * The command that every application has: who requires, uses, provides and collects what, in start order.
 *
 * @example
 * const lines: string[] = []
 * await createForge({ plugins: [] }).command(['plugins'], (line) => lines.push(line))
 * lines[0]?.startsWith('plugin') // true
 */
export function pluginsCommand(inspect: () => readonly PluginReport[]): Command {
  return {
    name: 'plugins',
    description: 'tells who requires, uses, provides and collects what, in start order',
    async run({ print }) {
      const rows = inspect().map(({ plugin, requires, optional, provides, collects }) => [
        plugin,
        ...[requires, optional, provides, collects].map((names) => names.join(', ') || '-'),
      ])
      const heading = ['plugin', 'requires', 'uses', 'provides', 'collects']
      for (const line of aligned([heading, ...rows])) print(line)
    },
  }
}

function aligned(rows: readonly string[][]): string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widthOf(column)))
      .join('  ')
      .trimEnd(),
  )
}
