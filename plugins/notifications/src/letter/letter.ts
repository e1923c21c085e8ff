import { oneLine } from './one-line.js'

/** A piece of a letter. What is in it may come from anybody: every channel escapes it in its own way. */
export type Block =
  | { paragraph: string }
  | { heading: string }
  | { list: readonly string[] }
  /** What the reader wants to look up, such as an amount; each a label and a value. */
  | { facts: readonly (readonly [label: string, value: string])[] }
  /** A picture, for channels that can show one: its name (lower case), PNG as base64, and what it shows. */
  | { picture: { name: string; png: string; alt: string } }
  /** What the reader is to do. */
  | { action: { label: string; url: string } }

/** What a notification says, before a channel gives it a form. */
export interface Letter {
  subject: string
  blocks: readonly Block[]
}

/**
 * The letter with every string on one line, and without links to anything but the web: a name from outside
 * can neither begin a paragraph of ours nor bring a link that runs.
 */
export function tidy({ subject, blocks }: Letter): Letter {
  return { subject: oneLine(subject), blocks: blocks.flatMap(tidyBlock) }
}

function tidyBlock(block: Block): Block[] {
  if ('paragraph' in block) return [{ paragraph: oneLine(block.paragraph) }]
  if ('heading' in block) return [{ heading: oneLine(block.heading) }]
  if ('list' in block) return [{ list: block.list.map(oneLine) }]
  if ('facts' in block)
    return [{ facts: block.facts.map(([label, value]) => [oneLine(label), oneLine(value)]) }]
  if ('picture' in block)
    return [{ picture: { ...block.picture, alt: oneLine(block.picture.alt) } }]
  const { label, url } = block.action
  const { protocol, href } = URL.parse(url) ?? {}
  const leads = href !== undefined && (protocol === 'https:' || protocol === 'http:')
  return leads ? [{ action: { label: oneLine(label), url: href } }] : []
}
