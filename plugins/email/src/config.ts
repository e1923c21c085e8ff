import { z } from 'zod'
import { sender } from './sender.js'

export const config = z.strictObject({
  /**
   * Where mail goes, as `smtp://user:password@host:587` (by STARTTLS, which only a URL without a password
   * goes without) or `smtps://…:465`: a secret. nodemailer's connection options fit into the query, such
   * as `?requireTLS=true`. Without it, mail is caught and shown at `/dev/mail`.
   */
  smtpUrl: z
    .url({
      protocol: /^smtps?$/,
      hostname: /./,
      error: 'must be a URL such as smtps://user:password@host:465',
    })
    .optional(),
  /** Who sends, as `hello@example.com` or `Name <hello@example.com>`. */
  from: sender,
  /**
   * A folder of its own for caught mail, made if need be, so that the mail outlasts a restart: the newest
   * 500, one `.eml` file each; older `.eml` files in it are removed. Without it, caught mail is forgotten
   * when the server stops.
   */
  directory: z.string().min(1).optional(),
})
