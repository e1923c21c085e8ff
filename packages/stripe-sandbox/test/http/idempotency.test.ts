import test from 'ava'
import { once } from '../../src/http/idempotency.js'
import { timetable } from '../../src/timetable.js'
import { Store } from '../../src/world/store.js'
import { World } from '../../src/world/world.js'

test('a fault of the sandbox itself leaves nothing behind but its answer, and is replayed', (t) => {
  const world = new World(new Store(), timetable, undefined, () => 1_800_000_000_000)
  const asked = { method: 'POST', path: '/v1/customers', form: {}, requestId: 'req_1' }
  let steps = 0
  const ask = () =>
    once(world, 'k', asked, {}, (tx) => {
      steps += 1
      tx.add('sandbox.deleted', { id: 'half', object: 'sandbox.deleted', of: 'customer' })
      throw new TypeError('a fault')
    })
  t.throws(ask, { instanceOf: TypeError })
  t.is(world.store.get('half'), undefined)
  const replayed = ask()
  t.is(steps, 1)
  t.is(replayed.status, 500)
  t.is(replayed.replayed, 'req_1')
  t.regex(replayed.body, /api_error/)
})
