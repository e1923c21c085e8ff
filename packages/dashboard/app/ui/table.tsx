import { Table as Themed } from '@radix-ui/themes'
import type { ReactNode } from 'react'
import { Empty } from './empty'

export interface Column<Row> {
  title: string
  cell: (row: Row) => ReactNode
  align?: 'left' | 'right'
}

interface Props<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row, index: number) => string | number
  /** What is said where there is no row. */
  empty: string
}

/** Rows under headings. A table that is wider than its place scrolls, by keyboard too. */
export function Table<Row>({ label, columns, rows, keyOf, empty }: Props<Row>) {
  if (rows.length === 0) return <Empty>{empty}</Empty>
  return (
    <div className="wide" tabIndex={0} role="region" aria-label={label}>
      <Themed.Root size="1" layout="auto">
        <Themed.Header>
          <Themed.Row>
            {columns.map(({ title, align = 'left' }) => (
              <Themed.ColumnHeaderCell key={title} align={align}>
                {title}
              </Themed.ColumnHeaderCell>
            ))}
          </Themed.Row>
        </Themed.Header>
        <Themed.Body>
          {rows.map((row, index) => (
            <Themed.Row key={keyOf(row, index)} align="center">
              {columns.map(({ title, cell, align = 'left' }) => (
                <Themed.Cell
                  key={title}
                  align={align}
                  className={align === 'right' ? 'number' : ''}
                >
                  {cell(row)}
                </Themed.Cell>
              ))}
            </Themed.Row>
          ))}
        </Themed.Body>
      </Themed.Root>
    </div>
  )
}
