import 'uplot/dist/uPlot.min.css'
import type { Series } from '@titanforge/dashboard'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { Days } from '../api/panels'
import { value } from '../format/value'
import { Empty } from '../ui/empty'
import { PanelTable } from './panel-table'

interface Props {
  label: string
  series: readonly Series[]
  /** The days that the chart is of; those of its points, if left out. */
  days?: Days | undefined
}

const HEIGHT = 256
const SECONDS_A_DAY = 86_400
// Told apart by most eyes, on light and on dark.
const COLORS = ['#3e63dd', '#f76b15', '#30a46c', '#e5484d', '#8e4ec6']
const GRID = { stroke: '#8884', width: 1 }
const AXIS = { stroke: '#80838d', grid: GRID, ticks: GRID }

/** Lines by day, and the same as a table for who cannot see them. */
export function Chart({ label, series, days }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const isEmpty = series.every(({ points }) => points.length === 0)
  useEffect(() => {
    const { current } = place
    if (!current || isEmpty) return
    const plot = new uPlot(optionsFor(series, days, current.clientWidth), dataOf(series), current)
    const resized = new ResizeObserver(() =>
      plot.setSize({ width: current.clientWidth, height: HEIGHT }),
    )
    resized.observe(current)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [series, days, isEmpty])
  if (isEmpty) return <Empty>There is nothing to draw yet.</Empty>
  return (
    <>
      <div ref={place} role="img" aria-label={`${label}, as lines; below as a table`} />
      <details>
        <summary>As a table</summary>
        <PanelTable label={label} columns={COLUMNS} rows={rowsOf(series)} />
      </details>
    </>
  )
}

const COLUMNS = [
  { key: 'day', title: 'Day', format: 'day' },
  { key: 'name', title: 'Line' },
  { key: 'value', title: 'Value' },
] as const

const formatOf = ({ currency }: Series) => (currency === undefined ? 'number' : 'money')

const rowsOf = (series: readonly Series[]) =>
  series.flatMap((one) =>
    one.points.map(([day, amount]) => ({
      day,
      name: one.name,
      value: value(amount, formatOf(one), one.currency),
    })),
  )

function optionsFor(
  series: readonly Series[],
  days: Days | undefined,
  width: number,
): uPlot.Options {
  const [first] = series
  const shown = (amount: number | null) =>
    first ? value(amount, formatOf(first), first.currency) : ''
  return {
    width,
    height: HEIGHT,
    axes: [AXIS, { ...AXIS, size: 72, values: (_, amounts) => amounts.map(shown) }],
    series: [
      { label: 'Day', value: '{YYYY}-{MM}-{DD}' },
      ...series.map((one, index) => ({
        label: one.name,
        stroke: COLORS[index % COLORS.length] ?? '#3e63dd',
        width: 2,
        value: (_: uPlot, amount: number | null) => value(amount, formatOf(one), one.currency),
      })),
    ],
    scales: {
      x: { range: (_, first, last) => rangeOf(days, first, last) },
      y: {
        range: (_, least, most) => [
          Math.min(0, least * 1.1),
          most > 0 ? most * 1.1 : least < 0 ? 0 : 1,
        ],
      },
    },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
  }
}

/** In seconds. A single day has one before it and one after it, since a line needs some length. */
function rangeOf(days: Days | undefined, first: number, last: number): [number, number] {
  if (days) return [Date.parse(days.from) / 1000, Date.parse(days.to) / 1000]
  return first === last ? [first - SECONDS_A_DAY, last + SECONDS_A_DAY] : [first, last]
}

/** All days once, and for each line its values of them. */
function dataOf(series: readonly Series[]): uPlot.AlignedData {
  const days = [...new Set(series.flatMap(({ points }) => points.map(([day]) => day)))].sort()
  const lines = series.map(({ points }) => {
    const values = new Map(points)
    return days.map((day) => values.get(day) ?? null)
  })
  return [days.map((day) => Date.parse(day) / 1000), ...lines]
}
