import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@titanforge/core/testing'
import type { ExecutionContext } from 'ava'
import axe from 'axe-core'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { startServer, temporaryHome, type Server } from '../programs.js'
import { ask } from '../security/browser.js'
import { mailTo, PASSWORD, tokenIn } from '../security/people.js'

export interface Running extends Server {
  env: Record<string, string | undefined>
  stop(): Promise<void>
}

/** The bundled server with nothing configured: the offline Stripe takes the payments. */
export async function startEverything(): Promise<Running> {
  const { home, remove } = await temporaryHome()
  const STRIPE_SANDBOX_PORT = String(await freePort())
  const env = { TITANFORGE_HOME: home, STRIPE_SANDBOX: undefined, STRIPE_SANDBOX_PORT }
  const server = await startServer(env)
  return {
    ...server,
    env,
    async stop() {
      await server.end('SIGTERM')
      await remove()
    },
  }
}

/** Makes an account on the page for that. */
export async function signUp(page: Page, url: string, email: string, name = ''): Promise<void> {
  await page.goto(`${url}/signup`)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('heading', { name: /Welcome/ }).waitFor()
}

/** Confirms an address, by the link of the mail. */
export async function verify(url: string, email: string): Promise<void> {
  const token = tokenIn(await mailTo({ url }, email, /Confirm your address/))
  await ask(url, '/api/auth/verify', { body: { token } })
}

export async function logIn(page: Page, url: string, email: string): Promise<void> {
  await page.goto(`${url}/login`)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: /Welcome/ }).waitFor()
}

/** Buys something, by the words of its button, on the sandbox's page. */
export async function buy(page: Page, url: string, button: RegExp): Promise<void> {
  await page.goto(`${url}/plans`)
  await page.getByRole('button', { name: button }).click()
  await page.waitForURL(/\/c\/pay\//)
  await page.locator('[name=number]').fill('4242 4242 4242 4242')
  await page.locator('button[type=submit], form button').first().click()
  await page.waitForURL(/\/billing\/success/)
}

/** Waits until nothing on the page is being loaded. */
export const settled = (page: Page) =>
  page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' })

const DESKTOP = { width: 1280, height: 900 }
const PHONE = { width: 390, height: 844 }
// Each width and each colour scheme once; for pictures, every width in every scheme.
const LOOKS = [
  { name: 'desktop-light', ...DESKTOP, colorScheme: 'light' },
  { name: 'phone-dark', ...PHONE, colorScheme: 'dark' },
] as const
const MORE_LOOKS = [
  { name: 'desktop-dark', ...DESKTOP, colorScheme: 'dark' },
  { name: 'phone-light', ...PHONE, colorScheme: 'light' },
] as const

/**
 * Looks at a page as people see it, at desktop and phone width, light and dark: axe finds nothing serious,
 * and the page is no wider than the window. With `SCREENSHOTS`, a folder, it leaves pictures there.
 */
export async function look(t: ExecutionContext, page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  const looks = folder ? [...LOOKS, ...MORE_LOOKS] : LOOKS
  for (const { name: how, width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settled(page)
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    const found = serious.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    )
    t.deepEqual(found, [], `${name}, ${how}`)
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    t.is(overflow, 0, `${name}, ${how}: the page scrolls sideways`)
    if (!folder) continue
    await page.evaluate('window.scrollTo(0, 0)')
    await mkdir(folder, { recursive: true })
    await page.screenshot({ path: join(folder, `${name}-${how}.png`), fullPage: true })
  }
  await page.setViewportSize(DESKTOP)
}
