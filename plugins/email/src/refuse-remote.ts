import { isIPv4 } from 'node:net'
import { EmailErrors } from './errors.js'

// A proxy on this machine may well ask for `localhost`; these say that somebody else asked it.
const FORWARDING = ['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP']

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/**
 * Keeps the mails, in which there are links that log people in, from other machines, from visitors who came
 * by a public name or through a proxy, and from web pages that point a name of their own at this machine
 * (DNS rebinding). The address is what nobody can forge; the headers tell of those who are passed on.
 *
 * @param header reads a header of the request; empty if it was not sent.
 * @param ip the client's address.
 * @throws MAIL_LOCAL_ONLY
 */
export function refuseRemote(header: (name: string) => string, ip: string): void {
  const name = URL.parse(`http://${header('Host')}`)?.hostname
  const forwarded = FORWARDING.some((field) => header(field) !== '')
  const isLocal = ip === '::1' || (isIPv4(ip) && ip.startsWith('127.'))
  if (!isLocal || forwarded || !name || !LOOPBACK.includes(name))
    throw EmailErrors.MAIL_LOCAL_ONLY()
}
