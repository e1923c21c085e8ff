import test from 'ava'
import { Solitude } from '../../src/delivery/solitude.js'

test('who is alone waits for those at work and holds back those who come, and all get their turn', async (t) => {
  const solitude = new Solitude()
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
