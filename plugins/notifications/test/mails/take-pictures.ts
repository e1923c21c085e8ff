import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { html } from '@titanforge/email'
import { chromium } from 'playwright-core'
import { greeting } from '../../src/letter/greeting.js'
import { htmlOf } from '../../src/letter/html-of.js'
import { tidy, type Letter } from '../../src/letter/letter.js'
import { isOptional } from '../../src/notice.js'
import { samples } from './samples.js'

// Renders one of each kind of mail in Chromium, in the light and in the dark, into docs/mails: for people
// to look at, after the looks of mails have changed. `npm run mails`; Debian's package is `chromium`.

const CHROMIUM = '/usr/bin/chromium'
const FOLDER = fileURLToPath(new URL('../../../../../docs/mails', import.meta.url))
const WIDTH = 1_240
// Each frame as high as its mail is, so that nothing is cut.
const FIT = `for (const frame of document.querySelectorAll('iframe'))
  frame.style.height = frame.contentDocument.documentElement.offsetHeight + 'px'`

const product = { productName: 'TitanForge', publicUrl: 'https://forge.example' }
const user = { id: '1', email: 'ada@example.com', fullName: 'Ada Lovelace' }
const link = 'https://forge.example/auth/verify#token'

/** A browser fetches no `cid:`, so the pictures are put into the HTML. */
const withPictures = (markup: string, { blocks }: Letter) =>
  blocks.reduce(
    (shown, block) =>
      'picture' in block
        ? shown.replaceAll(
            `"cid:${block.picture.name}"`,
            `"data:image/png;base64,${block.picture.png}"`,
          )
        : shown,
    markup,
  )

const mails = await Promise.all(
  samples.map(async ({ notice, payload }) => {
    const letter = tidy(notice.letter(payload, { user, product, link }))
    const markup = await htmlOf(letter, {
      greeting: greeting(user.fullName),
      productName: product.productName,
      unsubscribeUrl: isOptional(notice.topic) ? 'https://forge.example/unsubscribe' : undefined,
    })
    return { subject: letter.subject, markup: withPictures(markup, letter) }
  }),
)
const sheet = html`<!doctype html>
  <meta charset="utf-8" />
  <meta name="color-scheme" content="light dark" />
  <style>
    body {
      margin: 0;
      display: grid;
      grid-template-columns: 1fr 1fr;
      font: 13px system-ui;
    }
    h2 {
      margin: 24px 24px 8px;
      font-size: 13px;
    }
    iframe {
      width: 100%;
      border: 0;
    }
  </style>
  ${mails.map(
    ({ subject, markup }) => html`
      <section>
        <h2>${subject}</h2>
        <iframe srcdoc="${markup}" scrolling="no"></iframe>
      </section>
    `,
  )}`.toString()

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-background-networking'],
})
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: WIDTH, height: 800 } })
    await page.setContent(sheet, { waitUntil: 'load' })
    await page.evaluate(FIT)
    const path = join(FOLDER, `${colorScheme}.png`)
    await page.screenshot({ path, fullPage: true })
    process.stdout.write(`${path}\n`)
  }
} finally {
  await browser.close()
}
