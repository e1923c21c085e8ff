import { ForgeError, messageOf } from '@titanforge/core'
import Stripe from 'stripe'
import type { RecordedEvent } from './event-file.js'

const { webhooks } = new Stripe('sk_unused')

/**
 * Signs an event as Stripe does and posts it to the server's webhook.
 *
 * @throws REPLAY_URL_INVALID, REPLAY_REFUSED, REPLAY_NO_SERVER
 */
export async function deliver(
  event: RecordedEvent,
  url: string,
  secrets: readonly string[],
): Promise<void> {
  const [secret = ''] = secrets
  const signature = webhooks.generateTestHeaderString({ payload: event.body, secret })
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'stripe-signature': signature,
  }
  if (!URL.canParse(url)) {
    throw new ForgeError(
      'REPLAY_URL_INVALID',
      `"${url}" is no address. Give one such as http://127.0.0.1:3000.`,
    )
  }
  const response = await post(new URL('/webhooks/stripe', url), event.body, headers)
  if (response.ok) return
  throw new ForgeError(
    'REPLAY_REFUSED',
    `The server answered ${response.status} to ${event.id}: ${await response.text()} Does the server have the same STRIPE_WEBHOOK_SECRET?`,
  )
}

async function post(url: URL, body: string, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', body, headers })
  } catch (error) {
    const message = `No server answers at ${url.origin} (${messageOf(error)}). Start it with \`npm start\`, or name it with --url.`
    throw new ForgeError('REPLAY_NO_SERVER', message, { cause: error })
  }
}
