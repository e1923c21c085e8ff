import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@titanforge/core'
import type { Delivery, Settings, ThinEvent } from '../world/hidden.js'
import type { StripeEvent } from '../world/kinds.js'
import { randomShare } from '../world/random.js'
import type { World } from '../world/world.js'
import { backoff } from './backoff.js'
import { payloadFor } from './payload.js'
import { receiversOf, urlOf, type EventReceiver } from './receivers.js'
import { signatureHeader } from './sign.js'

/** How long an endpoint may take to answer, in milliseconds. */
const PATIENCE = 20_000
/** How often a drain tries what fails. */
const DRAIN_ATTEMPTS = 20

/** Sends events to the webhook endpoints: to each one after the other, signed, again where one fails. */
export class Deliverer {
  /** The endpoints that are being served. */
  readonly #busy = new Map<string, Promise<void>>()
  readonly #closing = new AbortController()
  #rolled = 0

  constructor(
    private readonly world: World,
    private readonly log: Logger,
  ) {}

  /** Begins to deliver what is due; returns at once. */
  kick(): void {
    if (this.#closing.signal.aborted) return
    for (const { id } of receiversOf(this.world.store)) {
      if (this.#busy.has(id) || this.#waiting(id, 1).length === 0) continue
      // Not in this call: what it does to the world kicks again.
      const serving = Promise.resolve()
        .then(() => this.#serve(id))
        .finally(() => {
          this.#busy.delete(id)
          // Something may have been queued since the last look.
          this.kick()
        })
      this.#busy.set(id, serving)
    }
  }

  /**
   * Delivers everything now, whenever it is due.
   *
   * @returns how many deliveries still failed.
   */
  async drain(): Promise<number> {
    for (let round = 0; round < DRAIN_ATTEMPTS; round += 1) {
      // What was queued while others were delivered, too.
      while (this.#busy.size > 0) await Promise.all(this.#busy.values())
      if (this.#unsettled() === 0) return 0
      this.world.run((tx) => {
        for (const delivery of tx.find('sandbox.delivery', ({ due }) => due !== null))
          delivery.due = 0
      })
      this.kick()
      while (this.#busy.size > 0) await Promise.all(this.#busy.values())
    }
    return this.#unsettled()
  }

  /** Ends when what is being sent has been answered. */
  async stop(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#busy.values())
  }

  async #serve(endpoint: string): Promise<void> {
    for (;;) {
      if (this.#closing.signal.aborted) return
      const next = this.#choose(endpoint)
      if (!next) return
      await this.#attempt(next)
    }
  }

  /** The next in line, or one of those behind it where deliveries are shuffled. */
  #choose(endpoint: string): Delivery | undefined {
    const waiting = this.#waiting(endpoint, this.#settings.chaos.reorder)
    if (waiting.length < 2) return waiting[0]
    return waiting[Math.floor(this.#roll() * waiting.length)]
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { chaos } = this.#settings
    const dropped = chaos.drop > 0 && this.#roll() < chaos.drop
    if (chaos.delay > 0) await this.#pause(this.#roll() * chaos.delay)
    const taken = !dropped && (await this.#send(delivery))
    this.world.run((tx) => {
      const kept = tx.maybe('sandbox.delivery', delivery.id)
      if (!kept) return
      if (taken) {
        tx.remove(kept.id)
        const event = tx.maybe('event', kept.event)
        if (event) event.pending_webhooks = Math.max(0, event.pending_webhooks - 1)
        return
      }
      kept.attempts += 1
      const pause = backoff(kept.attempts)
      kept.due = pause === null ? null : tx.now + pause
    })
  }

  /** Waits; a stop ends the waiting. */
  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#closing
    await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }

  /** A share from the seed; the dice of deliveries are their own, so that ids do not depend on timing. */
  #roll(): number {
    return randomShare(`${this.#settings.seed}:deliveries`, this.#rolled++)
  }

  /** Whether the endpoint took it. */
  async #send(delivery: Delivery): Promise<boolean> {
    const { store } = this.world
    const endpoint = store.get(delivery.endpoint) as EventReceiver | undefined
    const event = store.get(delivery.event) as StripeEvent | ThinEvent | undefined
    // An endpoint that was deleted meanwhile hears no more.
    if (!endpoint || !event) return true
    const body = payloadFor(event, endpoint, this.#settings.chaos.api_version)
    try {
      const response = await fetch(urlOf(endpoint), {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          // The receiver measures the signature's age by its own clock.
          'stripe-signature': signatureHeader(
            body,
            endpoint._secret,
            Math.floor(Date.now() / 1000),
          ),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE),
      })
      await response.arrayBuffer()
      if (!response.ok)
        this.log.debug({ type: event.type, status: response.status }, 'a delivery was refused')
      return response.ok
    } catch (err) {
      this.log.debug({ type: event.type, err }, 'a delivery did not arrive')
      return false
    }
  }

  get #settings(): Settings {
    return this.world.store.get('settings') as Settings
  }

  /** The first deliveries of an endpoint that are due. */
  #waiting(endpoint: string, most: number): Delivery[] {
    const { now } = this.world
    const found: Delivery[] = []
    for (const delivery of this.#deliveries()) {
      if (delivery.endpoint !== endpoint || delivery.due === null || delivery.due > now) continue
      if (found.push(delivery) >= most) break
    }
    return found
  }

  /** How many deliveries are still to be made, now or later. */
  #unsettled(): number {
    return [...this.#deliveries()].filter(({ due }) => due !== null).length
  }

  #deliveries(): Iterable<Delivery> {
    return this.world.store.ofKind('sandbox.delivery') as Iterable<unknown> as Iterable<Delivery>
  }
}
