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
