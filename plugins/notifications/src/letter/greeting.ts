import { oneLine } from './one-line.js'

/** Such as `Hello Ada,`; for those who gave no name, `Hello there,`. */
export const greeting = (fullName: string | null): string =>
  `Hello ${oneLine(fullName ?? '') || 'there'},`
