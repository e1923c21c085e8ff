import type { Format } from '@titanforge/dashboard'
import { money } from './money'
import { day, moment } from './time'
import { number } from './words'

const percent = new Intl.NumberFormat(navigator.language, {
  style: 'percent',
  maximumFractionDigits: 1,
})

/** A value of a panel, in the browser's locale; a dash where there is none. */
export function value(given: unknown, format: Format = 'text', currency = 'usd'): string {
  if (given === null || given === undefined || given === '') return '–'
  if (typeof given === 'number') {
    if (format === 'money') return money(given, currency)
    if (format === 'percent') return percent.format(given)
    return number(given)
  }
  if (typeof given === 'string') {
    if (format === 'day') return day(given)
    if (format === 'moment') return moment(given)
    return given
  }
  return JSON.stringify(given)
}
