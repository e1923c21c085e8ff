// Last line of defence: whatever is logged under these names is a secret, in `camelCase`, `snake_case` and
// `Header-Case` too.
const NAMES = [
  'password',
  'passphrase',
  'secret',
  'secrets',
  'client-secret',
  'secret-key',
  'webhook-secret',
  'webhook-secrets',
  'jwt-secret',
  'private-key',
  'api-key',
  'x-api-key',
  'token',
  'access-token',
  'refresh-token',
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
]
const names = NAMES.join('|').replaceAll('-', '[-_]?')
const NAME = new RegExp(`^(?:${names})$`, 'i')
// Most lines have none, and are not taken apart.
const HINT = new RegExp(`"(?:${names})":`, 'i')

/** A line of a log, which is one JSON object, without its secrets, however deep they are. */
export function withoutSecrets(line: string): string {
  if (!HINT.test(line)) return line
  const hide = (name: string, value: unknown) => (NAME.test(name) ? '[removed]' : value)
  return `${JSON.stringify(JSON.parse(line, hide))}\n`
}
