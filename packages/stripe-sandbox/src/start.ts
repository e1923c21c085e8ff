import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger, type Logger } from '@titanforge/core'
import {
  advance,
  decide,
  openDisputeOf,
  setChaos,
  setDunning,
  setFailures,
  setOutage,
  type SomeChaos,
  type SomeDunning,
  type Span,
} from './admin/control.js'
import { SandboxErrors } from './errors.js'
import { createApp } from './http/app.js'
import { rollForward } from './http/roll-forward.js'
import { resolveOptions, type SandboxOptions } from './options.js'
import { Deliverer } from './webhooks/deliverer.js'
import { openWorld } from './world/open-world.js'

const TICK = 1000
/** Longer than clients keep a connection, so that none is closed on a request that is on its way. */
const KEPT_ALIVE = 65_000

/** A running sandbox. */
export interface StripeSandbox {
  /** Its address, such as `http://127.0.0.1:12111`. */
  readonly url: string
  /** The secret key that its API asks for. */
  readonly key: string
  /** Seconds since the epoch, by its clock. */
  readonly now: number
  /** Moves its clock ahead; what is due meanwhile has happened when this returns. */
  advance(span: Span): void
  /** Changes the named knobs; the others stay. */
  chaos(knobs: SomeChaos): void
  dunning(settings: SomeDunning): void
  /** Lets the API answer with an error for a while, in seconds of its clock; 0 ends it. */
  outage(outage: { status?: number; seconds: number }): void
  /** Lets the next changes fail after they have begun, with a 500 that is kept under their idempotency key. */
  failures(failures: { count?: number }): void
  /** Does what those that failed so have asked for. Their answers stay as they were. */
  rollForward(): void
  /** Lets a cardholder dispute a charge. */
  dispute(charge: string, reason?: string): string
  decideDispute(id: string, verdict: 'won' | 'lost'): void
  /** Delivers every waiting webhook now; answers how many still failed. */
  drain(): Promise<number>
  stop(): Promise<void>
}

/**
 * Starts an offline Stripe.
 *
 * @example
 * const sandbox = await startStripeSandbox({ port: 0 })
 * const { hostname: host, port } = new URL(sandbox.url)
 * const stripe = new Stripe(sandbox.key, { host, port, protocol: 'http' })
 * @throws SANDBOX_OPTIONS_INVALID, SANDBOX_PORT_IN_USE, SANDBOX_FILE_IN_USE, SANDBOX_FILE_DAMAGED
 */
export async function startStripeSandbox(
  given: SandboxOptions = {},
  log: Logger = createLogger({ level: 'warn' }),
): Promise<StripeSandbox> {
  const options = resolveOptions(given)
  const world = await openWorld(options)
  const deliverer = new Deliverer(world, log)
  const answer = createApp(world, deliverer, options.key, log).callback()
  const server = createServer((request, response) => void answer(request, response))
  server.keepAliveTimeout = KEPT_ALIVE
  await listen(server, options)
  const url = `http://${options.host}:${(server.address() as AddressInfo).port}`
  world.run((tx) => (tx.settings.base_url = url))
  world.onChange(() => deliverer.kick())
  const tick = () => {
    try {
      world.catchUp()
      deliverer.kick()
    } catch (err) {
      log.error({ err }, 'what was due could not be done')
    }
  }
  tick()
  const ticking = setInterval(tick, TICK)
  return {
    url,
    key: options.key,
    get now() {
      return world.now
    },
    advance: (span) => advance(world, span),
    chaos: (knobs) => setChaos(world, knobs),
    dunning: (settings) => setDunning(world, settings),
    outage: (outage) => setOutage(world, outage),
    failures: (failures) => setFailures(world, failures),
    rollForward: () => rollForward(world),
    dispute: (charge, reason = 'fraudulent') => openDisputeOf(world, { charge, reason }),
    decideDispute: (id, verdict) => decide(world, id, verdict),
    drain: () => deliverer.drain(),
    async stop() {
      clearInterval(ticking)
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await deliverer.stop()
      server.closeAllConnections()
      await closed
    },
  }
}

async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const used = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    throw used ? SandboxErrors.SANDBOX_PORT_IN_USE({ host, port }, { cause }) : cause
  }
}
