import { createHash } from 'node:crypto'
import { reply, type Reply } from '../route.js'
import { STYLE } from './style.js'

interface Page {
  /** 200 if left out. */
  status?: number
  /** Plain text. */
  title: string
  /** Markup. Give it only what is written here or has been escaped. */
  content: string
  /** The path of a script on this server, which may call this server. */
  script?: string
  headers?: Record<string, string>
}

/**
 * A page that stands by itself, such as one that a mail's link leads to: a title, and a few sentences or a
 * form. It loads nothing but its script, if it has one, and tells nobody its address, which may hold a token.
 */
export function page({ status = 200, title, content, script, headers }: Page): Reply {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <link rel="icon" href="data:," />
    <title>${escaped(title)}</title>
    <style>${STYLE}</style>
    ${script ? `<script src="${escaped(script)}" defer></script>` : ''}
  </head>
  <body>
    <main>
      <h1>${escaped(title)}</h1>
      ${content}
    </main>
  </body>
</html>
`
  return reply(status, html, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy(script !== undefined),
    'Referrer-Policy': 'no-referrer',
    ...headers,
  })
}

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

const policy = (hasScript: boolean) =>
  [
    "default-src 'none'",
    `style-src ${STYLE_HASH}`,
    'img-src data:',
    ...(hasScript ? ["script-src 'self'", "connect-src 'self'"] : []),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
