import type { ReactNode } from 'react'
import { Empty } from './empty'

export interface Column<Row> {
  title: string
  cell: (row: Row) => ReactNode
  align?: 'left' | 'right'
}

export interface TableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row, index: number) => string | number
  /** What is said where there is no row. */
  empty: string
  /** For many columns: small, and also on a phone a table that scrolls. */
  isDense?: boolean
}

/**
 * Rows under headings. A table that is wider than its place scrolls, by keyboard too; on a phone each row
 * stands by itself, with the headings before its values, unless it is dense. The roles say that it is a table nevertheless.
 */
export function Table<Row>({ label, columns, rows, keyOf, empty, isDense }: TableProps<Row>) {
  if (rows.length === 0) return <Empty>{empty}</Empty>
  return (
    <div className={isDense ? 'wide dense' : 'wide'} tabIndex={0} role="region" aria-label={label}>
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ title, align }) => (
              <th key={title} scope="col" role="columnheader" className={align}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)} role="row">
              {columns.map(({ title, cell, align }) => (
                <td key={title} role="cell" className={align} data-title={title}>
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
