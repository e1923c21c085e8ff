import { oneLine } from './one-line.js'

/** A name that programs use, for people: `priority_support` is “Priority support”, and `api_calls` “API calls”. */
export function inWords(identifier: string): string {
  const words = oneLine(identifier.replace(/[_.-]+/g, ' ')).replace(/\bapi\b/gi, 'API')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
