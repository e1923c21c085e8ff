import test from 'ava'
import { failedPayment } from '../../src/notices/payment-failed.js'
import { receipt } from '../../src/notices/payment-succeeded.js'
import { refund } from '../../src/notices/refund.js'
import { cancelledSubscription } from '../../src/notices/subscription-cancelled.js'
import { changedSubscription } from '../../src/notices/subscription-changed.js'
import { endedSubscription } from '../../src/notices/subscription-ended.js'
import { endingTrial } from '../../src/notices/trial-ending.js'
import { mailOf } from '../mail-of.js'
import { changeOf, itemOf, stateOf } from '../subscription-event.js'

const product = { productName: 'TitanForge', publicUrl: 'https://forge.example/' }
const user = { id: '1', email: 'ada@example.com', fullName: 'Ada' }
const at = '2026-05-03T10:00:00.000Z'
const payment = {
  userId: '1',
  kind: 'invoice' as const,
  paymentId: 'in_1',
  amount: 2_900,
  currency: 'usd',
}
const failure = { ...payment, attempt: 2, failedAt: at, nextAttemptAt: at, payUrl: null }

test('a receipt has the amount in the digits of its currency', async (t) => {
  const { subject, text, html } = await mailOf(receipt, { ...payment, paidAt: at }, user, product)
  t.is(subject, 'Your payment of $29.00 to TitanForge')
  for (const body of [text, html]) {
    t.regex(body, /\$29\.00/)
    t.regex(body, /3 May 2026 \(UTC\)/)
    t.regex(body, /in_1/)
    t.regex(body, /Your subscription/)
    t.regex(body, /https:\/\/forge\.example\/billing\b/)
  }
  const once = { ...payment, kind: 'purchase' as const, paidAt: at }
  t.regex((await mailOf(receipt, once, user, product)).text, /For: A one-time purchase/)
  const yen = { ...payment, amount: 2_900, currency: 'jpy', paidAt: at }
  t.regex((await mailOf(receipt, yen, user, product)).subject, /¥2,900 /)
  t.false(receipt.wanted({ ...payment, amount: 0, paidAt: at }))
})

test('a failed payment says when it is tried again, and where to pay, once an attempt', async (t) => {
  const { text } = await mailOf(failedPayment, failure, user, product)
  t.regex(text, /try again on 3 May 2026/)
  t.notRegex(text, /Pay now/)
  const last = { ...failure, nextAttemptAt: null, payUrl: 'https://pay.example/i/1' }
  const mail = await mailOf(failedPayment, last, user, product)
  t.regex(mail.text, /not try again by ourselves[^]+Pay now: https:\/\/pay\.example\/i\/1/)
  t.regex(mail.html, /href="https:\/\/pay\.example\/i\/1"/)
  t.not(failedPayment.businessKey(failure), failedPayment.businessKey({ ...failure, attempt: 3 }))
})

test('a link that does not lead to the web is left out', async (t) => {
  const { text, html } = await mailOf(
    failedPayment,
    { ...failure, payUrl: 'javascript:alert(1)' },
    user,
    product,
  )
  t.notRegex(text + html, /javascript:|Pay now/)
})

test('an ending trial names the day, once for each end', async (t) => {
  const ending = { userId: '1', subscriptionId: 's1', trialEnd: at }
  const { subject } = await mailOf(endingTrial, ending, user, product)
  t.is(subject, 'Your trial of TitanForge ends on 3 May 2026 (UTC)')
  const later = { ...ending, trialEnd: '2026-06-03T10:00:00.000Z' }
  t.not(endingTrial.businessKey(ending), endingTrial.businessKey(later))
})

test('a refund says what went back now and in all, and each refund is one occasion', async (t) => {
  const first = {
    userId: '1',
    paymentId: 'ch_1',
    amount: 500,
    amountRefunded: 1_500,
    full: false,
    currency: 'eur',
    refundedAt: at,
  }
  const { text } = await mailOf(refund, first, user, product)
  t.regex(text, /a part of your payment[^]+Refunded now: €5\.00\nRefunded in all: €15\.00/)
  t.not(refund.businessKey(first), refund.businessKey({ ...first, amountRefunded: 2_000 }))
})

test('another plan, another quantity and a withdrawn cancellation are changes; the rest is none', async (t) => {
  const change = (before: ReturnType<typeof stateOf> | null, after = stateOf()) => ({
    ...changeOf('s1', '1'),
    before,
    after,
  })
  const { wanted } = changedSubscription
  t.true(wanted(change(stateOf({ items: [itemOf({ priceId: 'price_starter' })] }))))
  t.true(wanted(change(stateOf({ items: [itemOf({ quantity: 2 })] }))))
  t.true(wanted(change(stateOf({ scheduledEnd: at }))))
  t.false(wanted(change(null)))
  t.false(wanted(change(stateOf({ currentPeriodEnd: at }))))
  t.false(wanted(change(stateOf({ access: false, items: [itemOf({ quantity: 2 })] }))))
  const { text } = await mailOf(changedSubscription, change(stateOf()), user, product)
  t.regex(text, /what you have now:\n\nPro\n\n- Priority support\n- API calls per minute: 1,000/)
})

test('a cancellation is confirmed with its day, and told of again when it is over', async (t) => {
  const scheduled = { ...changeOf('s1', '1', { scheduledEnd: at }), before: stateOf() }
  t.true(cancelledSubscription.wanted(scheduled))
  t.false(cancelledSubscription.wanted({ ...scheduled, before: stateOf({ scheduledEnd: at }) }))
  t.false(endedSubscription.wanted(scheduled))
  const { subject } = await mailOf(cancelledSubscription, scheduled, user, product)
  t.is(subject, 'Your subscription to TitanForge ends on 3 May 2026 (UTC)')

  const again = { ...scheduled, revision: scheduled.revision + 2 }
  t.not(
    cancelledSubscription.businessKey(scheduled),
    cancelledSubscription.businessKey(again),
    'resumed in between, and cancelled again to the same day',
  )

  const over = changeOf('s1', '1', { status: 'canceled', access: false })
  t.true(endedSubscription.wanted({ ...over, before: stateOf() }))
  t.true(endedSubscription.wanted({ ...over, before: stateOf({ status: 'past_due' }) }))
  t.false(endedSubscription.wanted({ ...over, before: stateOf({ status: 'incomplete' }) }))
  t.false(cancelledSubscription.wanted({ ...over, before: stateOf() }))
})

test('what is about money or the account cannot be switched off', (t) => {
  for (const notice of [receipt, failedPayment, refund, endingTrial, endedSubscription]) {
    t.is(notice.topic, 'billing')
  }
})
