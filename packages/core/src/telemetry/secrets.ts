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

/**
 * JSON as `JSON.stringify` writes it, such as a line of a log, without what is in fields with the names of
 * secrets, such as `password`, `apiKey` and `Authorization`, however deep they are.
 *
 * @example
 * withoutSecrets('{"user":{"password":"hunter2"}}') // '{"user":{"password":"[removed]"}}'
 */
export function withoutSecrets(json: string): string {
  if (!HINT.test(json)) return json
  const hide = (name: string, value: unknown) => (NAME.test(name) ? '[removed]' : value)
  const end = json.endsWith('\n') ? '\n' : ''
  return JSON.stringify(JSON.parse(json, hide)) + end
}
