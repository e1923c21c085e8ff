import { createHash } from 'node:crypto'

/** One key always gives one Message-ID, by which receivers recognise a mail that was sent twice. */
export function messageIdOf(key: string, domain: string): string {
  const hash = createHash('sha256').update(key).digest('hex')
  return `<${hash.slice(0, 32)}@${domain}>`
}
