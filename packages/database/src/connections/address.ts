import { existsSync } from 'node:fs'

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full']

/** What is wrong with a PostgreSQL URL, in words that do not repeat it: it holds a password. */
export function problemOfAddress(address: string): string | undefined {
  const example =
    'must be a URL such as postgres://user:password@host:5432/name, with other characters than letters and digits percent-encoded'
  if (!/^postgres(ql)?:\/\//.test(address) || !URL.canParse(address)) return example
  const { searchParams } = new URL(address)
  const mode = searchParams.get('sslmode')
  const root = searchParams.get('sslrootcert')
  if (mode !== null && !SSL_MODES.includes(mode))
    return `sslmode must be one of ${SSL_MODES.join(', ')}`
  if (mode === 'verify-ca' && (root === null || root === 'system'))
    return 'sslmode=verify-ca needs sslrootcert, the path of a file with certificates; with public ones, use verify-full'
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = searchParams.get(name)
    if (file !== null && file !== 'system' && !existsSync(file))
      return `${name}: there is no such file`
  }
  return undefined
}

/**
 * The same address in the words of the driver: with libpq's meaning of `sslmode`, which the driver keeps
 * behind a switch. Whoever connects to it by way of the driver gets that meaning too.
 * https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 *
 * @param address one without a problem.
 */
export function driverAddress(address: string): string {
  const url = new URL(address)
  const { searchParams } = url
  // Node.js trusts its own list of public authorities where no file is named.
  if (searchParams.get('sslrootcert') === 'system') searchParams.delete('sslrootcert')
  if (searchParams.has('sslmode')) searchParams.set('uselibpqcompat', 'true')
  return url.href
}

/** The address without TLS, where it says that this will do (`sslmode=prefer`). */
export function addressWithoutTls(address: string): string | undefined {
  const url = new URL(address)
  if (url.searchParams.get('sslmode') !== 'prefer') return undefined
  url.searchParams.set('sslmode', 'disable')
  return url.href
}
