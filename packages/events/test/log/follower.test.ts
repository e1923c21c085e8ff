import test from 'ava'
import fc from 'fast-check'
import { LogFollower } from '../../src/log/follower.js'
import { application, noted } from '../application.js'

test('an event whose transaction commits after later ones is shown, and each once', async (t) => {
  const app = await application(t)
  const follower = new LogFollower(app.db, undefined)
  await app.publish('before')
  t.is((await follower.newest(1)).length, 1)
  const keys = async () => (await follower.next()).map(({ key }) => key)
  await app.db.transaction(async (tx) => {
    await app.bus.publish(tx, noted, { text: 'late' })
    await app.publish('early')
    t.deepEqual(await keys(), ['early'])
    for (let look = 0; look < 5; look++) t.deepEqual(await keys(), [])
  })
  t.deepEqual(await keys(), ['late'])
  for (let look = 0; look < 5; look++) t.deepEqual(await keys(), [])
})

test('an event is shown whose transaction was open for long when the watching began', async (t) => {
  const app = await application(t)
  const follower = new LogFollower(app.db, undefined)
  await app.db.transaction(async (tx) => {
    await app.bus.publish(tx, noted, { text: 'late' })
    const many = Array.from({ length: 2_500 }, (_, n) => ({ payload: { text: `n-${n}` } }))
    await app.db.transaction((other) => app.bus.publishAll(other, noted, many))
    t.deepEqual(
      (await follower.newest(2)).map(({ key }) => key),
      ['n', 'n'],
    )
    t.deepEqual(await follower.next(), [])
  })
  t.deepEqual(
    (await follower.next()).map(({ key }) => key),
    ['late'],
  )
})

test('whatever order transactions commit in, each event is shown once', async (t) => {
  const app = await application(t)
  const step = fc.record({
    do: fc.constantFrom('begin', 'commit', 'roll back', 'look'),
    which: fc.nat(5),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const follower = new LogFollower(app.db, 'test.noted')
      await follower.newest(1)
      const shown: string[] = []
      const committed: string[] = []
      const open: { id: string; end(commit: boolean): Promise<void> }[] = []
      for (const { do: action, which } of steps) {
        if (action === 'look') shown.push(...(await follower.next()).map(({ id }) => id))
        else if (action === 'begin' && open.length < 6) open.push(await begin())
        else if (open.length > 0) {
          const [one] = open.splice(which % open.length, 1)
          await one?.end(action === 'commit')
          if (one && action === 'commit') committed.push(one.id)
        }
      }
      for (const { id, end } of open) {
        await end(true)
        committed.push(id)
      }
      shown.push(...(await follower.next()).map(({ id }) => id))
      t.deepEqual(shown.toSorted(), committed.toSorted())
    }),
    { numRuns: 30 },
  )

  /** A transaction that has published, and stays open. */
  async function begin() {
    const published = Promise.withResolvers<string>()
    const ended = Promise.withResolvers<boolean>()
    const transaction = app.db.transaction(async (tx) => {
      published.resolve((await app.bus.publish(tx, noted, { text: 'a' })).id)
      if (!(await ended.promise)) throw new Error('rolled back')
    })
    const settled = Promise.allSettled([transaction])
    const end = async (commit: boolean) => {
      ended.resolve(commit)
      await settled
    }
    return { id: await published.promise, end }
  }
})
