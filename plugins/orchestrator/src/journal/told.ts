/** How far something is, as the journal keeps it: a whole number from 0 to 100. */
export const percent = (told: number): number => Math.round(Math.min(100, Math.max(0, told || 0)))

/** A line of text as PostgreSQL can keep it, which is any but for NUL. */
export const line = (text: string | undefined): string | null =>
  text === undefined ? null : text.replaceAll('\0', '')
