import { z } from 'zod'
import { PAGES } from './page.js'
import type { Figure, Format, TableColumn } from './panel.js'

// What leaves, as JSON: the API's description says so, and a test holds the routes to it.

const described = z.object({
  name: z.string(),
  title: z.string(),
  about: z.string().optional(),
  page: z.enum([...PAGES.user, ...PAGES.superuser]),
  csv: z.string().optional().describe('A path that answers the same as rows.'),
})

const column = z.object({
  key: z.string().describe('The key of its values in the rows.'),
  title: z.string(),
  format: z
    .enum(['text', 'number', 'percent', 'money', 'day', 'moment'] satisfies Format[])
    .optional(),
}) satisfies z.ZodType<TableColumn>

export const panels = z.object({
  panels: z.array(
    z.discriminatedUnion('kind', [
      described.extend({ kind: z.literal('metric') }),
      described.extend({ kind: z.literal('chart') }),
      described.extend({ kind: z.literal('table'), columns: z.array(column) }),
      described.extend({
        kind: z.literal('form'),
        action: z.string().describe('What the button says.'),
        schema: z.record(z.string(), z.unknown()).describe('The JSON Schema of what is sent.'),
      }),
    ]),
  ),
})

const currency = z.string().optional().describe('ISO 4217; the values are minor units then.')

const figure = z.object({
  label: z.string(),
  value: z.number().nullable(),
  format: z.enum(['number', 'percent', 'money']).optional(),
  currency,
}) satisfies z.ZodType<Figure>

const series = z.object({
  name: z.string(),
  currency,
  points: z.array(z.tuple([z.iso.date(), z.number()])).describe('Days, UTC, and their values.'),
})

export const content = z.object({
  content: z.union([
    z.array(figure).describe('Of a metric.'),
    z.array(series).describe('Of a chart.'),
    z.array(z.record(z.string(), z.unknown())).describe('The rows of a table.'),
  ]),
})

export const message = z.object({ message: z.string() })
