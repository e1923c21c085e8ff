import test from 'ava'
import { defineErrors, ForgeError, messageOf } from '../../src/errors/errors.js'

const errors = defineErrors({
  PLAN_UNKNOWN: { status: 422, message: (p: { plan: string }) => `No plan "${p.plan}".` },
  BROKEN: { message: () => 'Broken.' },
})

test('an error carries its code, its status and the message made from its parameters', (t) => {
  const error = errors.PLAN_UNKNOWN({ plan: 'gold' })
  t.true(error instanceof ForgeError)
  t.like(error, {
    code: 'PLAN_UNKNOWN',
    status: 422,
    message: 'No plan "gold".',
    name: 'ForgeError',
  })
})

test('an error without a status of its own is the server’s fault', (t) => {
  t.is(errors.BROKEN().status, 500)
})

test('cause and details are kept', (t) => {
  const cause = new Error('below')
  const error = errors.BROKEN(undefined, { cause, details: [{ path: 'a' }] })
  t.is(error.cause, cause)
  t.deepEqual(error.details, [{ path: 'a' }])
})

test('an error without a cause has no empty one', (t) => {
  t.false('cause' in errors.BROKEN())
})

test('anything thrown has a message', (t) => {
  t.is(messageOf(new Error('broken')), 'broken')
  t.is(messageOf('a string'), 'a string')
  t.is(messageOf(undefined), 'undefined')
})

test('what is thrown and cannot be shown has a message all the same', (t) => {
  const unshowable = [
    Object.create(null) as unknown,
    {
      toString: () => {
        throw new Error('no')
      },
    },
    Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no')
      },
    }),
  ]
  for (const thrown of unshowable) t.is(messageOf(thrown), 'something that cannot be shown')
  t.is(messageOf(undefined), 'undefined')
  t.is(messageOf(null), 'null')
  t.is(messageOf(Symbol('s')), 'Symbol(s)')
})
