import type { User } from '@titanforge/auth'
import { html } from '@titanforge/email'
import { button } from './button.js'
import type { Product } from './config.js'
import type { Letter } from './kind.js'
import { layout } from './layout.js'
import { oneLine } from './one-line.js'

/** What a letter of a few sentences says. */
export interface PlainLetter {
  subject: string
  paragraphs: string[]
  /** What the reader is to do, if anything. */
  action?: { url: string; label: string }
  /** Under the button. */
  afterwards?: string[]
}

/** A letter of a few sentences, with a button where there is something to do. */
export function plainLetter(
  { subject, paragraphs, action, afterwards = [] }: PlainLetter,
  user: User,
  { productName }: Product,
): Letter {
  const greeting = `Hello ${oneLine(user.fullName ?? '') || 'there'},`
  const text = [
    greeting,
    ...paragraphs,
    ...(action ? [`${action.label}: ${action.url}`] : []),
    ...afterwards,
    productName,
  ]
  const content = html`
    <p>${greeting}</p>
    ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
    ${action ? button(action.url, action.label) : []}
    ${afterwards.map((paragraph) => html`<p>${paragraph}</p>`)}
    <p>${productName}</p>
  `
  return { subject, text: text.join('\n\n'), html: layout(subject, content) }
}
