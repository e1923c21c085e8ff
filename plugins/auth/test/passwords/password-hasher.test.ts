import test from 'ava'
import { hash } from 'bcrypt'
import fc from 'fast-check'
import { PasswordHasher } from '../../src/passwords/password-hasher.js'

const hasher = new PasswordHasher({ cost: 4, queueLimit: 50 })

test('security 1: only the whole password fits, whatever it is made of', async (t) => {
  const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '€', 'x'.repeat(71)))
  const password = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(password, fc.string({ minLength: 1 }), async (text, more) => {
      fc.pre(text.isWellFormed() && more.isWellFormed())
      const hashed = await hasher.hash(text)
      t.true(await hasher.matches(text, hashed))
      t.false(await hasher.matches(text + more, hashed))
    }),
    { numRuns: 100 },
  )
})

test('a hash of an ordinary password is a plain one of bcrypt', async (t) => {
  t.true(await hasher.matches('correct horse battery', await hash('correct horse battery', 4)))
})

test('nobody has no password', async (t) => {
  for (const none of [null, undefined]) t.false(await hasher.matches('', none))
})

test('who comes when too many wait is told when to come again', async (t) => {
  const small = new PasswordHasher({ cost: 10, queueLimit: 1 })
  const works = Array.from({ length: 20 }, async () => small.hash('x'))
  const outcomes = await Promise.allSettled(works)
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  t.true(refused.length > 0 && refused.length < 20)
  for (const { reason } of refused as PromiseRejectedResult[]) {
    t.like(reason, { code: 'PASSWORD_QUEUE_FULL', status: 503, details: { retryAfterSeconds: 5 } })
  }
})
