import type { APIEmbed, escapeMarkdown } from 'discord.js'
import type { ParsedMessage } from './message.js'
import { plain } from './plain.js'

// https://discord.com/developers/docs/resources/message#embed-object-embed-limits
const MOST = {
  title: 256,
  description: 4096,
  fields: 25,
  name: 256,
  value: 1024,
  all: 6000,
  url: 2048,
}
// Ours, so that there is room for text.
const MOST_LINKS = 2_500
const COLOUR = 0x2f_4f_d0
const NOTHING = '–'
// Discord refuses a title or a field in which there is nothing to see.
const VISIBLE = /[^\s\p{Cf}\p{Cc}]/u

/** The file in which the picture of an embed comes. */
export const PICTURE = 'picture.png'

type Content = Pick<ParsedMessage, 'title' | 'text' | 'fields' | 'links' | 'picture'>

/** A message as an embed, within Discord's limits: what is too long is cut. */
export function embedOf(
  { title, text, fields, links, picture }: Content,
  escape: typeof escapeMarkdown,
): APIEmbed {
  let left = MOST.all
  const take = (content: string, most: number) => {
    const taken = cut(content, Math.min(most, left))
    left -= taken.length
    return taken
  }
  const short = (content: string, most: number) =>
    take(VISIBLE.test(content) ? plain(content, escape) : NOTHING, most)
  const embed: APIEmbed = { color: COLOUR, title: short(title, MOST.title) }
  const [first] = links
  if (first && first.url.length <= MOST.url) embed.url = first.url
  if (picture) embed.image = { url: `attachment://${PICTURE}` }
  const linkLine = linksIn(links, escape)
  const body = take(plain(text, escape), MOST.description - linkLine.length - 2)
  embed.description = [body, take(linkLine, MOST_LINKS)].filter(Boolean).join('\n\n')
  embed.fields = []
  for (const { name, value } of fields.slice(0, MOST.fields)) {
    if (left < MOST.name + MOST.value) break
    embed.fields.push({
      name: short(name, MOST.name),
      value: short(value, MOST.value),
      inline: true,
    })
  }
  return embed
}

/** As many links as there is room for: one that was cut in the middle would lead nowhere. */
const linksIn = (links: Content['links'], escape: typeof escapeMarkdown): string =>
  links
    .map(({ label, url }) => `[${plain(label, escape)}](${linkable(url)})`)
    .reduce((line, link) => {
      const longer = line ? `${line} · ${link}` : link
      return longer.length <= MOST_LINKS ? longer : line
    }, '')

/** Ends in an ellipsis where something was cut, never in half an escape or half a character. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\\\uD800-\uDBFF]+$/, '')}…`
}

/** Ends where a masked link ends, so it may not stand in its address. */
const linkable = (url: string) => url.replaceAll('(', '%28').replaceAll(')', '%29')
