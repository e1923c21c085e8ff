import { CoreErrors } from '@titanforge/core'

/** A command's option as text; undefined where it was not given. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/**
 * A command's option as a moment.
 *
 * @throws COMMAND_USAGE where it is none.
 */
export function dateOf(value: unknown, usage: string): Date | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date
  const problem = `"${text}" is no date. Write one such as 2026-02-28 or 2026-02-28T23:59:00Z.`
  throw CoreErrors.COMMAND_USAGE({ usage, problem })
}
