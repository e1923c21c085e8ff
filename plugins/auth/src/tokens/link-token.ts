import { z } from 'zod'

/** The token of a link in a mail, as it comes back. */
export const linkToken = z.string().min(1).max(200)
