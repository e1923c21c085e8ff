import type { Letter } from './letter.js'
import type { Frame } from './text-of.js'

/** A letter as an HTML document. React is loaded with the first one, since most processes send no mail. */
export async function htmlOf(letter: Letter, frame: Frame): Promise<string> {
  const [{ createElement }, { renderToStaticMarkup }, { LetterPage }] = await Promise.all([
    import('react'),
    import('react-dom/server'),
    import('./letter-page.js'),
  ])
  return `<!doctype html>${renderToStaticMarkup(createElement(LetterPage, { letter, frame }))}`
}
