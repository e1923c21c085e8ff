import test from 'ava'
import fc from 'fast-check'
import { messageIdOf } from '../src/message-id.js'

test('a Message-ID depends on the key alone and differs between keys', (t) => {
  const key = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(key, key, (a, b) => {
      const same = messageIdOf(a, 'example.com') === messageIdOf(b, 'example.com')
      return messageIdOf(a, 'example.com') === messageIdOf(a, 'example.com') && same === (a === b)
    }),
  )
  t.regex(messageIdOf('welcome:1', 'example.com'), /^<[0-9a-f]{32}@example\.com>$/)
})
