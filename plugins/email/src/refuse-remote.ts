import { EmailErrors } from './errors.js'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/**
 * Keeps the mails, in which there are links that log people in, from visitors who came by a public name,
 * and from web pages that point a name of their own at this machine (DNS rebinding).
 *
 * @param host the request's `Host` header.
 * @throws MAIL_LOCAL_ONLY
 */
export function refuseRemote(host: string): void {
  const name = URL.parse(`http://${host}`)?.hostname
  if (!name || !LOOPBACK.includes(name)) throw EmailErrors.MAIL_LOCAL_ONLY()
}
