import test from 'ava'
import fc from 'fast-check'
import { mailOf } from '../mail-of.js'
import { addressChanged } from '../../src/notices/address-changed.js'
import { confirmNewAddress } from '../../src/notices/confirm-new-address.js'
import { passwordWasChanged } from '../../src/notices/password-changed.js'
import { repeatedRegistration } from '../../src/notices/registration-repeated.js'
import { resetPassword } from '../../src/notices/reset-password.js'
import { verifyAddress } from '../../src/notices/verify-address.js'

const product = { productName: 'TitanForge' }
const user = { id: '1', email: 'ada@example.com', fullName: 'Ada' }
const LINK = 'https://forge.example/auth/verify#token'
const link = { userId: '1', linkId: '2', email: 'new@example.com' }
const at = '2026-05-03T10:00:00.000Z'

test('a mail with a link has it in text and HTML, and goes where it was asked for', async (t) => {
  for (const kind of [verifyAddress, resetPassword, confirmNewAddress]) {
    const { text, html } = await mailOf(kind, link, user, product, LINK)
    for (const body of [text, html]) t.true(body.includes(LINK))
    t.regex(text, /^Hello Ada,\n\n[A-Z]/)
    t.is(kind.recipient?.(link), 'new@example.com')
    t.is(kind.linkId?.(link), '2')
    t.true(kind.businessKey(link).endsWith(':2'))
  }
})

test('the old address hears which is the new one', async (t) => {
  const change = { userId: '1', from: 'old@example.com', to: 'new@example.com', at }
  t.is(addressChanged.recipient?.(change), 'old@example.com')
  t.regex((await mailOf(addressChanged, change, user, product)).text, /new@example\.com/)
})

test('each change of a password is told of, and repeated registrations once a day', async (t) => {
  const changed = (at: string) => passwordWasChanged.businessKey({ userId: '1', how: 'reset', at })
  t.not(changed(at), changed('2026-05-03T10:00:01.000Z'))
  const repeated = (at: string) => repeatedRegistration.businessKey({ userId: '1', at })
  t.is(repeated(at), repeated('2026-05-03T23:59:59.000Z'))
  t.not(repeated(at), repeated('2026-05-04T00:00:00.000Z'))
})

test('security 39: whatever people are called, a mail has one greeting and only our own tags', async (t) => {
  const tagsOf = (html = '') => html.match(/<[^>]*>/g)?.join('')
  const of = (fullName: string) => mailOf(verifyAddress, link, { ...user, fullName }, product, LINK)
  const tags = tagsOf((await of('Ada')).html)
  const hostile = fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '\r\n\r\nOpen http://evil.example',
    '"',
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, fc.string({ unit: 'binary' })), async (name) => {
      const { subject, text, html } = await of(name)
      const [greeting = ''] = text.split('\n\n')
      return !/\p{Cc}/u.test(subject + greeting) && tagsOf(html) === tags
    }),
  )
  t.pass()
})
