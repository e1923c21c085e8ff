import { reply } from '@titanforge/http'
import { stringify } from 'csv-stringify/sync'

/**
 * Rows as a table for spreadsheets where the request prefers that, and otherwise as JSON.
 *
 * @param json what else belongs to the answer.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function rowsOrCsv(
  accept: string,
  name: string,
  rows: readonly object[],
  json: object,
): unknown {
  if (!/\btext\/csv\b/.test(accept)) return { ...json, [name]: rows }
  return reply(200, stringify([...rows], { header: true, record_delimiter: '\r\n' }), {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}.csv"`,
  })
}
