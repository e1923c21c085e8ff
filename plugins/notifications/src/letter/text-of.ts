import type { Block, Letter } from './letter.js'

/** What stands around the letter itself. */
export interface Frame {
  /** Such as `Hello Ada,`; none where nobody in particular is written to. */
  greeting?: string | undefined
  productName: string
  /** Where the reader can end mails of this kind. */
  unsubscribeUrl?: string | undefined
}

/** A letter as plain text. */
export function textOf(
  { blocks }: Letter,
  { greeting, productName, unsubscribeUrl }: Frame,
): string {
  const parts = [greeting, ...blocks.map(textOfBlock), productName]
  if (unsubscribeUrl) parts.push(`No more mails of this kind: ${unsubscribeUrl}`)
  return parts.filter(Boolean).join('\n\n')
}

function textOfBlock(block: Block): string {
  if ('paragraph' in block) return block.paragraph
  if ('heading' in block) return block.heading
  if ('list' in block) return block.list.map((item) => `- ${item}`).join('\n')
  if ('facts' in block) return block.facts.map(([label, value]) => `${label}: ${value}`).join('\n')
  if ('picture' in block) return `[${block.picture.alt}]`
  return `${block.action.label}: ${block.action.url}`
}
