import { addDays } from '../day.js'

/** Days in UTC, both included. */
export interface DayRange {
  from: string
  to: string
}

/** Days that follow each other become one range. */
export function rangesOf(days: readonly string[]): DayRange[] {
  const ranges: DayRange[] = []
  for (const day of [...new Set(days)].toSorted()) {
    const last = ranges.at(-1)
    if (last && addDays(last.to, 1) === day) last.to = day
    else ranges.push({ from: day, to: day })
  }
  return ranges
}

/** Cuts a range into pieces of at most so many days. */
export function pieces({ from, to }: DayRange, days: number): DayRange[] {
  const cut: DayRange[] = []
  for (let start = from; start <= to; start = addDays(start, days)) {
    const end = addDays(start, days - 1)
    cut.push({ from: start, to: end < to ? end : to })
  }
  return cut
}
