import { z } from 'zod'

/** RFC 5321, section 4.5.3.1.3: a path is at most 256 octets, its brackets included. */
export const emailAddress = z.email().max(254)

/** The case of an address makes no difference. */
export const isSameAddress = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase()
