const calendarFormat = new Intl.DateTimeFormat(navigator.language, {
  dateStyle: 'medium',
  timeZone: 'UTC',
})
const dayFormat = new Intl.DateTimeFormat(navigator.language, { dateStyle: 'medium' })
const timeFormat = new Intl.DateTimeFormat(navigator.language, {
  dateStyle: 'medium',
  timeStyle: 'short',
})

const CALENDAR_DAY = /^\d{4}-\d\d-\d\d$/

/**
 * A moment (ISO 8601) as a day in the browser's locale and time zone. A day of the calendar, such as
 * `2026-01-31`, is that day everywhere.
 */
export const day = (iso: string): string =>
  (CALENDAR_DAY.test(iso) ? calendarFormat : dayFormat).format(new Date(iso))

export const moment = (iso: string): string => timeFormat.format(new Date(iso))
