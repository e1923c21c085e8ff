import { reply, type Reply } from '@titanforge/http'

/** What leaves as a page for a person. Give it only text and markup of our own. */
export const page = (status: number, title: string, content: string): Reply =>
  reply(
    status,
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="stylesheet" href="/auth/page.css" />
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>
`,
    {
      'Content-Type': 'text/html; charset=utf-8',
      // The address holds a code, a state or a token.
      'Referrer-Policy': 'no-referrer',
    },
  )
