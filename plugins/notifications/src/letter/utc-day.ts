const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** A point in time as the day that it is in UTC, such as `3 May 2026 (UTC)`. */
export const utcDay = (iso: string): string => `${day.format(new Date(iso))} (UTC)`
