const dayFormat = new Intl.DateTimeFormat(navigator.language, { dateStyle: 'medium' })
const timeFormat = new Intl.DateTimeFormat(navigator.language, {
  dateStyle: 'medium',
  timeStyle: 'short',
})

/** A moment (ISO 8601) as a day in the browser's locale and time zone. */
export const day = (iso: string): string => dayFormat.format(new Date(iso))

export const moment = (iso: string): string => timeFormat.format(new Date(iso))
