import { existsSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { chromium, type Browser, type Page } from 'playwright-core'

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const executablePath = PLACES.find((place) => place && existsSync(place))

const HOW = 'install Chromium (Debian: apt-get install chromium), or name one in CHROMIUM'
if (executablePath === undefined && process.env.CI) {
  throw new Error(`In CI, tests of pages have to run: ${HOW}.`)
}

let browser: Promise<Browser> | undefined
const open = () =>
  (browser ??= chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    // Chromium's sandbox does not run as root, and the pages are our own.
    args: ['--no-sandbox', '--disable-background-networking'],
  }))

// Milliseconds, for a machine that is busy with much else.
const TEST_MS = 600_000
const STEP_MS = 90_000

/**
 * A test in a real browser, with cookies of its own, one after the other: pages share what the machine has. It fails too where the page says an error that nobody
 * expected, such as a script or a style that the Content-Security-Policy refused. Skipped where there is
 * no browser, and says so.
 */
export function pageTest(
  title: string,
  run: (t: ExecutionContext, page: Page) => Promise<void>,
): void {
  if (executablePath === undefined) {
    test.skip(`${title} (${HOW})`, () => undefined)
    return
  }
  test.serial(title, async (t) => {
    t.timeout(TEST_MS)
    const context = await (await open()).newContext()
    context.setDefaultTimeout(STEP_MS)
    try {
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', ({ message }) => problems.push(message))
      page.on('console', (message) => {
        // An answer of status 400 and more is not an error of the page.
        const isAnswer = message.text().startsWith('Failed to load resource')
        if (message.type() === 'error' && !isAnswer) problems.push(message.text())
      })
      await run(t, page)
      t.deepEqual(problems, [])
    } finally {
      await context.close()
    }
  })
}

test.after.always(async () => {
  await (await browser)?.close()
})
