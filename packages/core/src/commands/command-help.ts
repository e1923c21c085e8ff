import type { Command, CommandOption } from './command.js'

/** The command that every application has beside those of its plugins. */
export const HELP = 'help'
const FLAGS: readonly string[] = ['--help', '-h']

/**
 * Whether the command line asks what there is, and not for something to be done: it names no command, or `help`,
 * or has `--help` or `-h` before a `--`. Then nothing needs to have started.
 *
 * @example
 * asksForHelp(['migrate', '--help']) // true
 * asksForHelp(['migrate']) // false
 */
export function asksForHelp(argv: readonly string[]): boolean {
  const [name] = argv
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  return name === undefined || name === HELP || options.some((arg) => FLAGS.includes(arg))
}

/** A command as it is called, such as `user:create EMAIL [--superuser]`. */
export const usageOf = ({ name, usage }: Command): string => (usage ? `${name} ${usage}` : name)

/** All commands, a line each, sorted. */
export const listOf = (commands: readonly Command[]): string[] =>
  commands.map((command) => `${usageOf(command)}: ${command.description}`).sort()

/** What one command does, how it is called, and its options. */
export function helpOf(command: Command): string[] {
  const options = Object.entries(command.options ?? {})
  return [
    `${command.name}: ${command.description}`,
    `Usage: ${usageOf(command)}`,
    ...(options.length > 0 ? ['Options:'] : []),
    ...options.map(([name, option]) => `  ${optionLine(name, option)}`),
  ]
}

function optionLine(name: string, option: CommandOption): string {
  const { type, short, multiple, default: otherwise } = option
  const called = short ? `-${short}, --${name}` : `--${name}`
  return [
    type === 'string' ? `${called} TEXT` : called,
    ...(multiple ? ['may be given several times'] : []),
    // An option of type boolean is off by itself.
    ...(otherwise === undefined || otherwise === false ? [] : [`${String(otherwise)} if left out`]),
  ].join(', ')
}
