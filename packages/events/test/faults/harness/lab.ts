import { setTimeout as delay } from 'node:timers/promises'
import type { DeadLetter } from '@titanforge/core'
import { waitFor } from '@titanforge/core/testing'
import type { TestServer } from '@titanforge/database/testing'
import type { NodeSettings, Wrong } from '../node/settings.js'
import { Ledger, type Expected, type Tally } from './ledger.js'
import { NodeProcess, type NodeFaults } from './node-process.js'
import { provider, type Provider } from './provider.js'
import { random, type Random } from './random.js'
import { Sender } from './sender.js'
import { TcpProxy } from './tcp-proxy.js'

/** How much a run does: `short` for the tests, `long` for the command. */
export type Size = 'short' | 'long'

export interface LabOptions {
  server: TestServer
  url: string
  seed: number
  size: Size
  wrong?: Wrong
}

/** Short claims and quick retries, so that what must come again comes soon. */
export const BUS = {
  claimSeconds: 2,
  pollSeconds: 0.5,
  retryLimit: 8,
  retryBaseSeconds: 0.2,
  retryMaxSeconds: 1,
  drainSeconds: 5,
}

const SETTLE_MS = 90_000

type LabNode = Partial<Omit<NodeSettings, 'name'>> & NodeFaults

/** Everything that one run of a scenario works with: a database, nodes, the network, the world outside. */
export class Lab {
  readonly random: Random
  readonly ledger: Ledger
  readonly sender: Sender
  readonly size: Size
  readonly server: TestServer
  readonly url: string
  readonly nodes: NodeProcess[] = []
  /** What went wrong that the ledger does not show. */
  readonly problems: string[] = []
  /** From the fault to the recovery, in milliseconds. */
  recoveryMs: number | undefined
  /** Figures worth printing. */
  readonly notes: string[] = []
  #targets: NodeProcess[] | undefined
  readonly #wrong: Wrong | undefined
  readonly #expected = new Map<string, Expected>()
  readonly #closers: (() => Promise<void>)[] = []

  constructor({ server, url, seed, size, wrong }: LabOptions) {
    this.random = random(seed)
    this.server = server
    this.url = url
    this.size = size
    this.#wrong = wrong
    this.ledger = new Ledger(url)
    this.sender = new Sender(() => this.publishers(), this.random)
  }

  /** Starts a node and resolves when it takes work. Whatever its consumers are called, they are expected. */
  node(options: LabNode = {}): Promise<NodeProcess> {
    return this.launch(options).whenReady()
  }

  /** Starts a node. */
  launch({ kill, stop, pause, skewMs, ...settings }: LabNode = {}): NodeProcess {
    const node = new NodeProcess(
      {
        url: this.url,
        ...(this.#wrong && { wrong: this.#wrong }),
        ...settings,
        bus: { ...BUS, ...settings.bus },
        name: `node-${this.nodes.length + 1}`,
      },
      { kill, stop, pause, skewMs },
    )
    this.nodes.push(node)
    for (const { name, order } of settings.consumers ?? []) {
      if (!this.#expected.has(name)) this.expect({ consumer: name, ordered: order === 'key' })
    }
    return node
  }

  /** What a consumer must have applied in the end. */
  expect(expected: Expected): void {
    this.#expected.set(expected.consumer, expected)
  }

  /** The nodes that can be sent events: those of `sendTo`, or all. */
  publishers(): NodeProcess[] {
    return (this.#targets ?? this.nodes).filter((node) => node.ready)
  }

  /** Sends events to these nodes only. */
  sendTo(...nodes: NodeProcess[]): void {
    this.#targets = nodes
  }

  async proxy(): Promise<TcpProxy> {
    const proxy = await TcpProxy.open(this.url)
    this.#closers.push(() => proxy.close())
    return proxy
  }

  async provider(): Promise<Provider> {
    const opened = await provider()
    this.#closers.push(() => opened.close())
    return opened
  }

  /** Notes a problem where the condition does not hold. */
  check(condition: boolean, problem: string): void {
    if (!condition) this.problems.push(problem)
  }

  waitFor<Value>(
    condition: () => Promise<Value | undefined | false> | Value | undefined | false,
    what: string,
    timeoutMs = 30_000,
  ): Promise<Value> {
    return waitFor(condition, { what, timeoutMs })
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const [node] = this.publishers()
    return node ? node.deadLetters() : []
  }

  /** How many effects are missing, whatever the dead letters are. */
  missing(): Promise<number> {
    return this.ledger.missing([...this.#expected.values()], [])
  }

  /** Whether one consumer has applied every event. */
  async isDone(consumer: string): Promise<boolean> {
    return (await this.ledger.missing([{ consumer, ordered: false }], [])) === 0
  }

  /** How many events this consumer applied before an earlier one of their key. */
  async disorderOf(consumer: string): Promise<number> {
    return this.ledger.disorder([consumer])
  }

  /** Waits until every consumer has applied, or given up, every event; notes it where that takes too long. */
  async settle(timeoutMs = SETTLE_MS): Promise<void> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const asked = Date.now()
      // A node whose connections were just cut fails for a moment, and is asked again.
      const dead = await this.deadLetters().catch(() => undefined)
      const missing = dead && (await this.ledger.missing([...this.#expected.values()], dead))
      if (missing === 0) return
      if (Date.now() > deadline) {
        const what = missing === undefined ? 'no node answers' : `${missing} effects are missing`
        this.problems.push(`${what} after ${timeoutMs / 1000} s`)
        return
      }
      // A question about 100,000 events must not be most of the load.
      await delay(Math.max(25, 4 * (Date.now() - asked)))
    }
  }

  /** Waits for longer than any claim lasts: what would be delivered once more has been, by then. */
  async outlastClaims(): Promise<void> {
    await delay((BUS.claimSeconds + BUS.pollSeconds + 1) * 1000)
  }

  /** Counts what the ledger shows. */
  async tally(): Promise<Tally> {
    const tally = await this.ledger.tally([...this.#expected.values()], await this.deadLetters())
    const stored = await this.ledger.query<{ external_id: string }>(
      'SELECT external_id FROM business WHERE external_id IS NOT NULL',
    )
    const known = new Set(stored.map((row) => row.external_id))
    const lost = this.sender.acknowledged.filter((id) => !known.has(id))
    this.check(lost.length === 0, `${lost.length} events were acknowledged and are not stored`)
    for (const node of this.nodes) {
      // Whoever is killed ends with a signal, and whoever is stopped with 0.
      if (typeof node.exit === 'number' && node.exit !== 0) {
        this.problems.push(`${node.name} ended with ${node.exit}`)
      }
      for (const error of node.unhandled) this.problems.push(`unhandled in ${node.name}: ${error}`)
    }
    return tally
  }

  async close(): Promise<void> {
    const alive = this.nodes.filter((node) => !node.ended)
    await Promise.all(alive.map((node) => node.end('SIGKILL')))
    for (const close of this.#closers) await close()
    await this.ledger.close()
  }
}
