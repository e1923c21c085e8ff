import test from 'ava'
import { z } from 'zod'
import { defineEvent, defineSignal, type EventType } from '../../src/events/event.js'
import { on, type Handler, type TwoStepHandler } from '../../src/events/subscription.js'

const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string(), key: (hat) => hat })
const note = async () => undefined

/** What JavaScript lets through. */
const define = (event: unknown, consumer: unknown, handler: unknown) =>
  on(event as EventType<string>, consumer as string, handler as Handler<string>)

test('a handler that is none is refused before any event becomes its dead letter', (t) => {
  const refused = (handler: unknown, message: RegExp) =>
    t.throws(() => define(sold, 'shop.note', handler), { code: 'DEFINITION_INVALID', message })
  refused(undefined, /^Consumer "shop\.note": its handler is neither a function nor/)
  refused([note], /its handler is neither/)
  refused({}, /commit is no function/)
  refused({ prepare: note }, /commit is no function/)
  refused({ commit: 7 }, /commit is no function/)
  refused({ prepare: 7, commit: note }, /prepare is no function/)
})

test('a handler with the steps of a class is refused, since what it inherits would be lost', (t) => {
  class Note implements TwoStepHandler<string, string> {
    readonly prepare = ({ payload }: { payload: string }) => Promise.resolve(payload)
    async commit() {}
  }
  t.throws(() => on(sold, 'shop.note', new Note()), {
    code: 'DEFINITION_INVALID',
    message: /no instance of a class/,
  })
})

test('what is no event that is stored has no handlers', (t) => {
  for (const event of [undefined, null, 'shop.sold', defineSignal('shop.progress')])
    t.throws(() => define(event, 'shop.note', note), {
      code: 'DEFINITION_INVALID',
      message: /^Consumer "shop\.note": its event is none that is stored/,
    })
})

test('a handler without a name is refused', (t) => {
  for (const consumer of ['', undefined, note])
    t.throws(() => define(sold, consumer, note), {
      code: 'DEFINITION_INVALID',
      message: /it has no name/,
    })
})

test('an option with a value that nobody knows is refused, and not taken for another', (t) => {
  const refused = (options: object, message: RegExp) =>
    t.throws(() => on(sold, 'shop.note', note, options), { code: 'DEFINITION_INVALID', message })
  refused({ order: 'keys' }, /order is keys; give key\./)
  refused({ limit: { per: 'customer', count: 1 } }, /limit\.per is customer; give key or user\./)
  refused(
    { order: 'key', afterDeadLetter: 'stop' },
    /afterDeadLetter is stop; give release or block/,
  )
  refused({ from: 'start' }, /from is start; give now or beginning\./)
})
