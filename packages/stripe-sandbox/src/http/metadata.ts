import { invalidRequest } from './stripe-error.js'

type Metadata = Record<string, string>
type Given = Record<string, string | number | null> | string | null | undefined

/**
 * Merges metadata as Stripe does: a key with an empty value goes, an empty text for the whole takes all away.
 *
 * @see https://docs.stripe.com/metadata
 */
export function mergeMetadata(object: { metadata: Metadata | null }, given: Given): void {
  if (given === undefined) return
  if (given === null || typeof given === 'string') {
    object.metadata = {}
    return
  }
  const kept = Object.entries({ ...object.metadata, ...given })
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]) => [key, String(value)] as const)
  if (kept.length > 50) throw invalidRequest('You can have up to 50 keys of metadata.', 'metadata')
  const long = kept.find(([key, value]) => key.length > 40 || value.length > 500)
  if (long)
    throw invalidRequest(
      `Metadata keys have up to 40 characters and values up to 500; "${long[0].slice(0, 40)}" has more.`,
      `metadata[${long[0].slice(0, 40)}]`,
    )
  object.metadata = Object.fromEntries(kept)
}

/** The metadata of what is made now: its first event tells it already. */
export function newMetadata(given: Given): Metadata {
  const made = { metadata: {} }
  mergeMetadata(made, given)
  return made.metadata
}
