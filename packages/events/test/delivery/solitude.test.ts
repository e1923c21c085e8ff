import test from 'ava'
import { Solitude } from '../../src/delivery/solitude.js'

test('who is alone waits for those at work and holds back those who come, and all get their turn', async (t) => {
  const solitude = new Solitude(60_000)
  const seen: string[] = []
  const gate = Promise.withResolvers<undefined>()
  const first = solitude.together(async () => {
    seen.push('first begins')
    await gate.promise
    seen.push('first ends')
  })
  const alone = solitude.alone(async () => void seen.push('alone'))
  const second = solitude.together(async () => void seen.push('second'))
  const again = solitude.alone(async () => {
    seen.push('alone again')
    throw new Error('no')
  })
  gate.resolve(undefined)
  await Promise.all([first, alone, second, t.throwsAsync(again, { message: 'no' })])
  t.deepEqual(seen.slice(0, 3), ['first begins', 'first ends', 'alone'])
  t.deepEqual(seen.slice(3).toSorted(), ['alone again', 'second'])
  t.is(await solitude.together(async () => 'open'), 'open')
})

test('who waits to be alone waits no longer than its time for who does not end', async (t) => {
  const solitude = new Solitude(20)
  const gate = Promise.withResolvers<undefined>()
  const slow = solitude.together(() => gate.promise)
  t.is(await solitude.alone(async () => 'not quite alone'), 'not quite alone')
  gate.resolve(undefined)
  await slow
})

test('who is alone for too long keeps only the next out who would be alone', async (t) => {
  const solitude = new Solitude(20)
  const gate = Promise.withResolvers<undefined>()
  const seen: string[] = []
  const slow = solitude.alone(async () => {
    await gate.promise
    seen.push('slow ends')
  })
  t.is(await solitude.together(async () => 'in'), 'in')
  const next = solitude.alone(async () => void seen.push('next'))
  t.is(await solitude.together(async () => 'in again'), 'in again')
  gate.resolve(undefined)
  await Promise.all([slow, next])
  t.deepEqual(seen, ['slow ends', 'next'])
})
