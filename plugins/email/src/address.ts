import { z } from 'zod'

// RFC 5321 section 4.5.3.1.3, without the angle brackets.
const LONGEST = 254

/**
 * An address as browsers accept it in a form (WHATWG HTML, "valid e-mail address"): one mailbox, without
 * the spaces, commas and angle brackets that would make several of it or reach into a header.
 */
export const address = z
  .email({
    pattern: z.regexes.html5Email,
    error: 'must be one e-mail address, such as ada@example.com',
  })
  .max(LONGEST, `must be an e-mail address of at most ${LONGEST} characters`)
