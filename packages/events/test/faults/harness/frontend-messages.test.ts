import test from 'ava'
import fc from 'fast-check'
import { FrontendMessages } from './frontend-messages.js'

function message(type: string, ...parts: string[]): Buffer {
  const body = Buffer.from(parts.map((part) => `${part}\0`).join(''))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

test('statements are found however the network cuts what a client sends', (t) => {
  const sent = Buffer.concat([
    message('', 'user', 'ada'),
    message('Q', 'BEGIN'),
    message('P', 'a name', 'INSERT INTO hats VALUES ($1)'),
    message('B', 'a portal', 'a name'),
    message('Q', 'COMMIT'),
  ])
  const cuts = fc.array(fc.integer({ min: 0, max: sent.length }), { maxLength: 8 })
  fc.assert(
    fc.property(cuts, (places) => {
      const messages = new FrontendMessages()
      const ends = [...places.toSorted((a, b) => a - b), sent.length]
      const found = ends.flatMap((end, index) =>
        messages.read(sent.subarray(index === 0 ? 0 : ends[index - 1], end)),
      )
      t.deepEqual(found, ['BEGIN', 'INSERT INTO hats VALUES ($1)', 'COMMIT'])
    }),
  )
})
