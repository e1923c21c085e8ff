import { z } from 'zod'

/** RFC 5321, section 4.5.3.1.3: a path is at most 256 octets, its brackets included. */
export const emailAddress = z.email().max(254)
