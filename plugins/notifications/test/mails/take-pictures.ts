import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { html } from '@titanforge/email'
import { greeting } from '../../src/letter/greeting.js'
import { htmlOf } from '../../src/letter/html-of.js'
import { tidy } from '../../src/letter/letter.js'
import { isOptional } from '../../src/notice.js'
import { samples } from './samples.js'

// Renders one of each kind of mail in Chromium, in the light and in the dark, into docs/mails: for people
// to look at, after the looks of mails have changed. `npm run mails`; Debian's package is `chromium`.

const CHROMIUM = '/usr/bin/chromium'
const FOLDER = fileURLToPath(new URL('../../../../../docs/mails', import.meta.url))
const WIDTH = 1_240
const HEIGHT_OF_ROW = 420
// Blink's numbers for what a reader prefers.
const SCHEMES = { dark: 0, light: 1 }

const product = { productName: 'TitanForge', publicUrl: 'https://forge.example' }
const user = { id: '1', email: 'ada@example.com', fullName: 'Ada Lovelace' }
const link = 'https://forge.example/auth/verify#token'

const mails = await Promise.all(
  samples.map(({ notice, payload }) =>
    htmlOf(tidy(notice.letter(payload, { user, product, link })), {
      greeting: greeting(user.fullName),
      productName: product.productName,
      unsubscribeUrl: isOptional(notice.topic) ? 'https://forge.example/unsubscribe' : undefined,
    }),
  ),
)
const sheet = html`<!doctype html>
  <meta charset="utf-8" />
  <meta name="color-scheme" content="light dark" />
  <style>
    body {
      margin: 0;
      display: grid;
      grid-template-columns: 1fr 1fr;
    }
    iframe {
      width: 100%;
      height: ${HEIGHT_OF_ROW}px;
      border: 0;
    }
  </style>
  ${mails.map((mail) => html`<iframe srcdoc="${mail}" scrolling="no"></iframe>`)}`
const work = await mkdtemp(join(tmpdir(), 'titanforge-mails-'))
const page = join(work, 'mails.html')
await writeFile(page, sheet.toString())
const height = Math.ceil(mails.length / 2) * HEIGHT_OF_ROW
for (const [name, scheme] of Object.entries(SCHEMES)) {
  const picture = join(FOLDER, `${name}.png`)
  await promisify(execFile)(CHROMIUM, [
    '--headless',
    '--no-sandbox',
    '--disable-background-networking',
    '--hide-scrollbars',
    `--user-data-dir=${work}`,
    `--blink-settings=preferredColorScheme=${scheme}`,
    `--window-size=${WIDTH},${height}`,
    `--screenshot=${picture}`,
    pathToFileURL(page).href,
  ])
  process.stdout.write(`${picture}\n`)
}
await rm(work, { recursive: true, force: true })
