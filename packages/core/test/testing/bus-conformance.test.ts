import { EventEmitter } from 'node:events'
import test from 'ava'
import { EventBus, type DeadLetter } from '../../src/events/event-bus.js'
import { MemoryEventBus } from '../../src/events/memory-bus.js'
import { collectSubscriptions } from '../../src/events/registry.js'
import { RetryLater } from '../../src/events/retry-later.js'
import type { Subscription, SubscriptionOptions } from '../../src/events/subscription.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { busConformance, testForge } from '../../src/testing/index.js'
import { UnitOfWork, type Transaction } from '../../src/transactions/transaction.js'
import { registered } from './registered.js'

busConformance(test, { create: testForge })

/** An application on a bus with a fault. */
const busWith = (fault: (bus: MemoryEventBus) => Partial<MemoryEventBus>) =>
  definePlugin({
    name: 'faulty-events',
    requires: { work: UnitOfWork },
    provides: { bus: EventBus },
    setup({ log, forge, work }) {
      const sound = new MemoryEventBus(log, work)
      const bus = { ...bound(sound), deadLetters: sound.deadLetters }
      Object.assign(bus, fault(sound))
      return {
        services: { bus },
        serve() {
          bus.consume(collectSubscriptions(forge))
          return () => bus.stop()
        },
      }
    },
  })

const bound = (bus: MemoryEventBus) => ({
  publish: bus.publish.bind(bus),
  publishAll: bus.publishAll.bind(bus),
  replay: bus.replay.bind(bus),
  signal: bus.signal.bind(bus),
  listen: bus.listen.bind(bus),
  stop: bus.stop.bind(bus),
  consume: bus.consume.bind(bus),
})

/** Consumers that are not called as they should be. */
const consumers =
  (change: (subscription: Subscription) => Subscription) => (bus: MemoryEventBus) => ({
    consume: (all: readonly Subscription[]) => bus.consume(all.map(change)),
  })

const options =
  (changed: SubscriptionOptions) =>
  (one: Subscription): Subscription => ({ ...one, options: { ...one.options, ...changed } })

// Transactions that nothing can roll back.
const atOnce: Transaction = { onCommit: (hook) => hook() }
const soon: Transaction = { onCommit: (hook) => void setImmediate(hook) }

/** Takes no heed of where an event comes from. */
const forgetful = (bus: MemoryEventBus): Partial<MemoryEventBus> => ({
  publish: (tx, type, payload) => bus.publish(tx, type, payload),
})

/** Replays what it was told of last, whether that waits or not. */
const besides = (bus: MemoryEventBus): Partial<MemoryEventBus> => {
  const told: Parameters<MemoryEventBus['publish']>[] = []
  return {
    publish: (...event) => {
      told.push(event)
      return bus.publish(...event)
    },
    async replay() {
      const [, type, payload] = told.at(-1) ?? []
      await bus.transaction(async (tx) => type && bus.publish(tx, type, payload))
      return 1
    },
  }
}

/** What is wrong with a bus, by the test that finds it. */
const faults: Record<string, Parameters<typeof busWith>[0]> = {
  'every consumer hears an event once': (bus) => ({
    consume: (all) => bus.consume([...all, ...all]),
  }),
  'nothing is delivered before the commit': (bus) => ({
    publish: (_tx, ...event) => bus.publish(atOnce, ...event),
  }),
  'nothing is delivered after a rollback': (bus) => ({
    publish: (_tx, ...event) => bus.publish(soon, ...event),
  }),
  'after its transaction has ended': (bus) => ({
    publish: (tx, ...event) =>
      bus.publish(tx, ...event).catch(() => ({ id: 'lost', duplicate: false })),
  }),
  'all events of one transaction': (bus) => {
    const begun = new WeakSet<object>()
    return {
      publish: async (tx, ...event) => {
        if (begun.has(tx)) return { id: 'lost', duplicate: false }
        begun.add(tx)
        return bus.publish(tx, ...event)
      },
    }
  },
  'while it starts': (bus) => {
    let consuming = false
    return {
      publish: async (tx, ...event) =>
        consuming ? bus.publish(tx, ...event) : { id: 'lost', duplicate: false },
      consume: (all) => {
        consuming = true
        bus.consume(all)
      },
    }
  },
  'is brought again': forgetful,
  'at the same moment': forgetful,
  'one transaction publishes twice': forgetful,
  'where the first commits': forgetful,
  'where the first is rolled back': (bus) => ({
    publish: async (tx, ...event) => ({ ...(await bus.publish(tx, ...event)), id: 'another' }),
  }),
  'can be brought again': (bus) => {
    const known = new Set<unknown>()
    return {
      publish: async (tx, type, payload, options) => {
        const { externalId = {} } = options ?? {}
        if (known.has(externalId)) return { id: 'first', duplicate: true }
        known.add(externalId)
        return bus.publish(tx, type, payload, options)
      },
    }
  },
  'sources do not get': (bus) => ({
    publish: (tx, type, payload, options) =>
      bus.publish(tx, type, payload, options && { ...options, source: 'outside' }),
  }),
  'as it was published': (bus) => ({
    publish: (tx, type, payload, options) =>
      bus.publish(tx, type, payload, { ...options, occurredAt: new Date() }),
  }),
  'carries the chain': (bus) =>
    consumers((one) => ({
      ...one,
      commit: (ctx, made) =>
        one.commit({ ...ctx, publish: (...event) => bus.publish(ctx.tx, ...event) }, made),
    }))(bus),
  'two-step handler': consumers((one) => ({
    ...one,
    prepare: undefined,
    commit: async (ctx) => one.commit(ctx, await one.prepare?.(ctx)),
  })),
  'what a handler does to its event': (bus) => {
    const payloads = new Map<string, unknown>()
    return consumers((one) => ({
      ...one,
      commit: (ctx, made) => {
        const payload = payloads.get(ctx.event.id) ?? ctx.payload
        payloads.set(ctx.event.id, payload)
        return one.commit({ ...ctx, payload }, made)
      },
    }))(bus)
  },
  'a prepare that takes too long': consumers(options({ timeoutSeconds: 300 })),
  'a commit that does not end': consumers(options({ claimSeconds: 300 })),
  'a payload that does not fit': (bus) => ({
    publish: (tx, type, payload) => {
      const schema = {
        '~standard': { version: 1, vendor: 'none', validate: (value: unknown) => ({ value }) },
      }
      return bus.publish(tx, { ...type, schema } as never, payload)
    },
  }),
  'text that no store can hold': consumers((one) => ({
    ...one,
    commit: (ctx, made) => {
      const { order } = ctx.payload as { order: string }
      return one.commit({ ...ctx, payload: { order: order.replaceAll('\ufffd', '\0') } }, made)
    },
  })),
  'JSON has no text for': (bus) => ({
    publish: async (tx, type, payload, options) => {
      JSON.stringify(payload)
      return bus.publish(tx, type, payload, options)
    },
  }),
  'is tried again': consumers((one) => ({
    ...one,
    commit: (ctx, made) =>
      one.commit(ctx, made).catch((error: unknown) => {
        if (ctx.attempt > 1) throw error
      }),
  })),
  'becomes a dead letter': consumers((one) => ({ ...one, options: { retry: { limit: 0 } } })),
  'what is given as undefined': consumers(options({ retry: { limit: undefined } })),
  'RetryLater does not count': consumers((one) => ({
    ...one,
    commit: (ctx, made) =>
      one.commit(ctx, made).catch((error: unknown) => {
        throw error instanceof RetryLater ? new Error(error.message) : error
      }),
  })),
  'redriven dead letters': (bus) => ({
    deadLetters: {
      ...bus.deadLetters,
      redrive: async () => (await bus.deadLetters.list()).length,
    },
  }),
  'dead letters are listed': (bus) => ({
    deadLetters: { ...bus.deadLetters, redrive: () => bus.deadLetters.redrive() },
  }),
  'discarded dead letters': (bus) => ({
    deadLetters: { ...bus.deadLetters, discard: async () => 1 },
  }),
  'an error that cannot pass': consumers(options({ retry: { nonRetryable: () => false } })),
  'many events that are published together': (bus) => ({
    publishAll: (tx, type, messages) =>
      bus.publishAll(
        tx,
        type,
        messages.map(({ payload }) => ({ payload })),
      ),
  }),
  'come one at a time': consumers(options({ order: undefined })),
  'an event that waits holds up': (bus) => ({
    publish: (tx, type, ...rest) => bus.publish(tx, { ...type, key: () => 'any' }, ...rest),
  }),
  'in order, a dead letter': consumers(options({ afterDeadLetter: 'release' })),
  'in order, what is redriven': (bus) => ({
    deadLetters: {
      ...bus.deadLetters,
      async redrive() {
        const letters = await bus.deadLetters.list()
        for (const { id } of letters.toReversed()) await bus.deadLetters.redrive({ ids: [id] })
        return letters.length
      },
    },
  }),
  'a limit per key': consumers(options({ limit: { per: 'key', count: 12 } })),
  'a limit per user': consumers(options({ limit: undefined })),
  'what is replayed is a dead letter no more': (bus) => {
    const replayed: DeadLetter[] = []
    const { list } = bus.deadLetters
    return {
      replay: async (...range) => {
        replayed.push(...(await list()))
        return bus.replay(...range)
      },
      deadLetters: {
        ...bus.deadLetters,
        list: async (...filter) => [...new Set([...(await list(...filter)), ...replayed])],
      },
    }
  },
  'a replay delivers again': () => ({ replay: async () => 1 }),
  'what waits for its retry': besides,
  'what waits for its delay': besides,
  'what is at work is not replayed': besides,
  'in order, what is at work is taken': consumers(options({ order: undefined })),
  'in order, what is replayed comes before': consumers(options({ order: undefined })),
  'few events of a consumer at once': consumers(options({ concurrency: 30 })),
  'no UUID': (bus) => ({
    publish: (tx, type, payload, { userId: _userId, ...given } = {}) =>
      bus.publish(tx, { ...type, userId: undefined }, payload, given),
  }),
  'in lower case': consumers((one) => ({
    ...one,
    commit: (ctx, made) => {
      const userId = ctx.event.userId?.toUpperCase() ?? null
      return one.commit({ ...ctx, event: { ...ctx.event, userId } }, made)
    },
  })),
  'a time that no store can hold': (bus) => ({
    publish: (tx, type, payload, { occurredAt: _occurredAt, ...given } = {}) =>
      bus.publish(tx, type, payload, given),
  }),
  'from or to what is no time': () => ({ replay: async () => 0 }),
  'a page of dead letters': (bus) => ({
    deadLetters: { ...bus.deadLetters, list: () => bus.deadLetters.list() },
  }),
  'after the application has stopped': (bus) => ({
    publish: (tx, ...event) =>
      bus.publish(tx, ...event).catch(() => ({ id: 'lost', duplicate: false })),
  }),
  'an event of an older version': consumers((one) => ({
    ...one,
    event: { ...one.event, upcast: undefined },
  })),
  'an event of a newer version': consumers((one) => ({
    ...one,
    event: { ...one.event, version: 99 },
  })),
  'a delayed event': (bus) => ({
    publish: (tx, type, payload) => bus.publish(tx, type, payload),
  }),
  'listeners hear a signal': (bus) => ({
    signal: (type, payload) => void setImmediate(() => bus.signal(type, payload)),
  }),
  'a listener that fails': () => {
    const emitter = new EventEmitter()
    return {
      listen: (type, listener) => {
        emitter.on(type.name, (payload) => void listener(payload as never))
        return () => undefined
      },
      signal: (type, payload) => void emitter.emit(type.name, payload),
    }
  },
  'stopping aborts': consumers((one) => ({
    ...one,
    commit: (ctx, made) => one.commit({ ...ctx, signal: new AbortController().signal }, made),
  })),
  'stopping waits': (bus) => ({ stop: async () => void bus.stop() }),
}

for (const [title, fault] of Object.entries(faults)) {
  test(`a fault is found by "${title}"`, async (t) => {
    const faulty = busWith(fault)
    const suite = registered((register) =>
      busConformance(register, {
        create: (context, plugins) => testForge(context, [faulty(), ...plugins]),
        timeoutMs: 100,
      }),
    )
    await t.throwsAsync(suite.run(t, title))
  })
}

test('for every test of the suite there is a fault that it finds', (t) => {
  const { titles } = registered((register) => busConformance(register, { create: testForge }))
  t.is(titles.length, Object.keys(faults).length)
})
