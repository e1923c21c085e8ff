import type { TableColumn } from '@titanforge/dashboard'
import { value } from '../format/value'
import { Table, type Column } from '../ui/table'

type Row = Record<string, unknown>

interface Props {
  label: string
  columns: readonly TableColumn[]
  rows: readonly Row[]
}

const NUMBERS = ['number', 'percent', 'money']

export function PanelTable({ label, columns, rows }: Props) {
  const shown = columns.map(({ key, title, format = 'text' }): Column<Row> => ({
    title,
    align: NUMBERS.includes(format) ? 'right' : 'left',
    cell: (row) =>
      value(row[key], format, typeof row.currency === 'string' ? row.currency : undefined),
  }))
  return (
    <Table
      label={label}
      columns={shown}
      rows={rows}
      keyOf={(_, index) => index}
      empty="There is nothing here yet."
    />
  )
}
