import { CoreErrors } from '../errors/core-errors.js'
import type { CommandOption } from './command.js'

interface GivenOption {
  /** As it was written, such as `-s`. */
  rawName: string
  name: string
  value?: string | undefined
  /** Whether the value was written together with the name, as in `--step=2`. */
  inlineValue?: boolean | undefined
}

/**
 * What follows a command's name, as positionals and the values of its options.
 *
 * @throws COMMAND_USAGE where an option is unknown, lacks its value, or is given one that it does not take.
 */
export async function parseOptions(
  args: string[],
  options: Readonly<Record<string, CommandOption>> = {},
  usage: string,
) {
  // Loaded here, since commands are rare and the module is slow to load.
  const { parseArgs } = await import('node:util')
  // Not strict, so that what is wrong is said in sentences of ours.
  const parsed = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true })
  for (const token of parsed.tokens) {
    const problem = token.kind === 'option' ? problemOf(token, options) : undefined
    if (problem) throw CoreErrors.COMMAND_USAGE({ usage, problem })
  }
  return parsed
}

function problemOf(
  { name, rawName, value, inlineValue }: GivenOption,
  options: Readonly<Record<string, CommandOption>>,
): string | undefined {
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (!option) return `There is no option ${rawName}.`
  if (option.type === 'boolean') {
    return value === undefined ? undefined : `${rawName} takes no value.`
  }
  if (value === undefined) return `${rawName} needs a value.`
  // Rather a value that was forgotten than one that begins so.
  if (inlineValue || !/^-./.test(value)) return undefined
  return `${rawName} needs a value; "${value}" looks like an option. If it is the value, write --${name}=${value}.`
}
