import type { Report } from './settings.js'

/** Tells the suite; resolves when the message has left this process. */
export function report(message: Report): Promise<void> {
  return new Promise((resolve) => {
    // Without a channel the suite is gone, and so is who would listen.
    if (!process.send) return resolve()
    process.send(message, undefined, undefined, () => resolve())
  })
}
