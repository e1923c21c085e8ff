import test from 'ava'
import { timetable } from '../../src/timetable.js'
import { Store } from '../../src/world/store.js'
import { World } from '../../src/world/world.js'

const aboutNow = 1_800_000_000

test('when the clock of the machine is set back, what happens next is not earlier than what happened', (t) => {
  let seconds = aboutNow
  const world = new World(new Store(), timetable, undefined, () => seconds * 1000)
  t.is(
    world.run((tx) => tx.now),
    aboutNow,
  )
  seconds -= 1
  t.is(
    world.run((tx) => tx.now),
    aboutNow,
  )
  seconds += 2
  t.is(
    world.run((tx) => tx.now),
    aboutNow + 1,
  )
})

test('a test clock has a time of its own', (t) => {
  const world = new World(new Store(), timetable, undefined, () => aboutNow * 1000)
  world.run((tx) => tx.now)
  t.is(
    world.run((tx) => tx.now, { now: 1000, testClock: 'clock_1' }),
    1000,
  )
})
