import test from 'ava'
import fc from 'fast-check'
import { addressChanged } from '../../src/kinds/address-changed.js'
import { confirmNewAddress } from '../../src/kinds/confirm-new-address.js'
import { passwordWasChanged } from '../../src/kinds/password-changed.js'
import { repeatedRegistration } from '../../src/kinds/registration-repeated.js'
import { resetPassword } from '../../src/kinds/reset-password.js'
import { verifyAddress } from '../../src/kinds/verify-address.js'

const product = { productName: 'TitanForge' }
const user = { id: '1', email: 'ada@example.com', fullName: 'Ada' }
const LINK = 'https://forge.example/auth/verify#token'
const link = { userId: '1', linkId: '2', email: 'new@example.com' }
const at = '2026-05-03T10:00:00.000Z'

test('a mail with a link has it in text and HTML, and goes where it was asked for', (t) => {
  for (const kind of [verifyAddress, resetPassword, confirmNewAddress]) {
    const { text, html = '' } = kind.render(link, user, product, LINK)
    for (const body of [text, html]) t.true(body.includes(LINK))
    t.regex(text, /^Hello Ada,\n\n[a-z]/)
    t.is(kind.recipient?.(link), 'new@example.com')
    t.is(kind.linkId?.(link), '2')
    t.true(kind.businessKey(link).endsWith(':2'))
  }
})

test('the old address hears which is the new one', (t) => {
  const change = { userId: '1', from: 'old@example.com', to: 'new@example.com', at }
  t.is(addressChanged.recipient?.(change), 'old@example.com')
  t.regex(addressChanged.render(change, user, product).text, /new@example\.com/)
})

test('each change of a password is told of, and repeated registrations once a day', (t) => {
  const changed = (at: string) => passwordWasChanged.businessKey({ userId: '1', how: 'reset', at })
  t.not(changed(at), changed('2026-05-03T10:00:01.000Z'))
  const repeated = (at: string) => repeatedRegistration.businessKey({ userId: '1', at })
  t.is(repeated(at), repeated('2026-05-03T23:59:59.000Z'))
  t.not(repeated(at), repeated('2026-05-04T00:00:00.000Z'))
})

test('security 39: whatever people are called, a mail has one greeting and only our own tags', (t) => {
  const tagsOf = (html = '') => html.match(/<[^>]*>/g)?.join('')
  const of = (fullName: string) => verifyAddress.render(link, { ...user, fullName }, product, LINK)
  const tags = tagsOf(of('Ada').html)
  const hostile = fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '\r\n\r\nOpen http://evil.example',
    '"',
  )
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (name) => {
      const { subject, text, html } = of(name)
      const [greeting = ''] = text.split('\n\n')
      return !/\p{Cc}/u.test(subject + greeting) && tagsOf(html) === tags
    }),
  )
  t.pass()
})
