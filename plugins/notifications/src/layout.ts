import { html, type Html } from '@titanforge/email'

/**
 * Puts the content of a mail into a whole document. Text and background keep the reader's own colours, so
 * it is readable in the light and in the dark.
 */
export function layout(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
      </head>
      <body style="margin: 0; padding: 24px 16px; font: 16px/1.6 system-ui, sans-serif">
        <div
          style="max-width: 560px; margin: 0 auto; padding: 8px 28px 20px; border: 1px solid #8a8f98; border-radius: 12px; overflow-wrap: anywhere"
        >
          ${content}
        </div>
      </body>
    </html>`.toString()
}
