import { CoreErrors } from './core-errors.js'
import { messageOf } from './errors.js'

/**
 * What a command is given.
 *
 * @example
 * const hello: Command = {
 *   name: 'hello', description: 'greets',
 *   run: async ({ print }: CommandContext) => print('Hello.'),
 * }
 */
export interface CommandContext {
  positionals: string[]
  /** The values of the command's options. */
  values: Record<string, unknown>
  /** Writes a line for the person who called. */
  print(line: string): void
  /** Aborts when the person who called has enough. */
  readonly signal: AbortSignal
}

/**
 * An option of a command, such as `--superuser`.
 *
 * @example
 * const force: CommandOption = { type: 'boolean', short: 'f', default: false }
 */
export interface CommandOption {
  type: 'string' | 'boolean'
  /** One letter, for `-s`. */
  short?: string
  /** True where it may be given several times. */
  multiple?: boolean
  default?: string | boolean | string[] | boolean[]
}

/**
 * Something an operator can call: `npm run forge -- NAME`. Plugins contribute them.
 *
 * @example
 * const greet: Command = {
 *   name: 'greet',
 *   description: 'greets somebody',
 *   usage: 'NAME [--loud]',
 *   options: { loud: { type: 'boolean', short: 'l' } },
 *   async run({ positionals: [name], values, print }) {
 *     print(`Hello, ${name}${values.loud ? '!' : '.'}`)
 *   },
 * }
 * const house = definePlugin({ name: 'house', setup: () => ({ commands: [greet] }) })
 * const lines: string[] = []
 * await createForge({ plugins: [house()] }).command(['greet', 'Ada', '-l'], (line) => lines.push(line))
 * lines // ['Hello, Ada!']
 */
export interface Command {
  name: string
  description: string
  /** What follows the name, such as `EMAIL [--superuser]`. */
  usage?: string
  /** By name. */
  options?: Readonly<Record<string, CommandOption>>
  /** Opens what it needs by itself, and so runs before anything has started. */
  standalone?: boolean
  run(context: CommandContext): Promise<void>
}

const usageOf = ({ name, usage }: Command) => (usage ? `${name} ${usage}` : name)

/** @throws COMMAND_CONFLICT where two commands have one name. */
export function refuseCommandConflicts(commands: readonly Command[]): void {
  const names = commands.map((command) => command.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw CoreErrors.COMMAND_CONFLICT({ name: twice })
}

/**
 * Runs the command that `argv` names, such as `['user:create', 'ada@example.com']`; lists all where it
 * names none.
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
  const [name, ...args] = argv
  const known = commands.map((c) => `${usageOf(c)}: ${c.description}`).sort()
  if (name === undefined) {
    for (const line of known) print(line)
    return
  }
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) throw CoreErrors.COMMAND_UNKNOWN({ name, known })
  const { positionals, values } = await parseOptions(command, args)
  await command.run({ positionals, values, print, signal })
}

async function parseOptions(command: Command, args: string[]) {
  // Loaded here, since commands are rare and the module is slow to load.
  const { parseArgs } = await import('node:util')
  try {
    return parseArgs({ args, options: command.options ?? {}, allowPositionals: true })
  } catch (error) {
    throw CoreErrors.COMMAND_USAGE(
      { usage: usageOf(command), problem: messageOf(error) },
      { cause: error },
    )
  }
}
