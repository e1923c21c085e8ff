import test from 'ava'
import { defineErrors, ForgeError, messageOf } from '../src/errors.js'

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
