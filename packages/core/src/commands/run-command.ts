import { CoreErrors } from '../errors/core-errors.js'
import { asksForHelp, HELP, helpOf, listOf, usageOf } from './command-help.js'
import { parseOptions } from './command-options.js'
import type { Command } from './command.js'

/** @throws COMMAND_CONFLICT where two commands have one name, or one is called `help`. */
export function refuseCommandConflicts(commands: readonly Command[]): void {
  const names = [HELP, ...commands.map((command) => command.name)]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw CoreErrors.COMMAND_CONFLICT({ name: twice })
}

/**
 * Runs the command that `argv` names, such as `['user:create', 'ada@example.com']`. `NAME --help` (or `-h`, or
 * `help NAME`) prints how that one is called; `help` lists all, and so does an `argv` that names none.
 *
 * @example
 * const hello: Command = { name: 'hello', description: 'greets', run: async ({ print }) => print('Hello.') }
 * const lines: string[] = []
 * await runCommand([hello], [], (line) => lines.push(line))
 * lines // ['hello: greets']
 * @throws COMMAND_UNKNOWN with the list of commands; COMMAND_USAGE where its options do not fit.
 */
export async function runCommand(
  commands: readonly Command[],
  argv: readonly string[],
  print: (line: string) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (asksForHelp(argv)) {
    const name = argv.find((arg) => arg !== HELP && !arg.startsWith('-'))
    const lines = name === undefined ? listOf(commands) : helpOf(commandNamed(commands, name))
    for (const line of lines) print(line)
    return
  }
  const [name = '', ...args] = argv
  const command = commandNamed(commands, name)
  const { positionals, values } = await parseOptions(args, command.options, usageOf(command))
  await command.run({ positionals, values, print, signal })
}

function commandNamed(commands: readonly Command[], name: string): Command {
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) throw CoreErrors.COMMAND_UNKNOWN({ name, known: listOf(commands) })
  return command
}
