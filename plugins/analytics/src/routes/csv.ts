import { pipeline, Readable } from 'node:stream'
import { reply, type Reply } from '@titanforge/http'
import { stringify } from 'csv-stringify'
import { z } from 'zod'

/** How a list leaves, where the address says it; else `Accept` does. */
export const format = z.enum(['json', 'csv']).optional()

/** Whether a request is for a table, by its address or by what it accepts. */
export const wantsCsv = (asked: z.infer<typeof format>, accept: string): boolean =>
  asked === undefined ? /\btext\/csv\b/.test(accept) : asked === 'csv'

/**
 * Rows as a table for spreadsheets, written while they are read. No text is taken for a formula there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180 and https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csv(
  name: string,
  columns: readonly string[],
  rows: Iterable<object> | AsyncIterable<object>,
): Reply {
  const table = stringify({
    columns: [...columns],
    header: true,
    record_delimiter: '\r\n',
    escape_formulas: true,
    cast: { boolean: String, object: (value) => Object.values(value).join(' ') },
  })
  // A failure ends the table without an end, so that the client sees that it is not whole.
  pipeline(Readable.from(rows), table, () => undefined)
  return reply(200, table, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}.csv"`,
  })
}
