import test from 'ava'
import { paymentSucceeded } from '../src/index.js'

test('a payment that was stored under version 1 is read as one of an invoice', (t) => {
  const old = {
    userId: '019b0000-0000-7000-8000-000000000001',
    invoiceId: 'in_1',
    amount: 2000,
    currency: 'usd',
    paidAt: '2026-03-02T10:00:00.000Z',
  }
  const { invoiceId, ...rest } = old
  t.deepEqual(paymentSucceeded.upcast?.(old, 1), { ...rest, kind: 'invoice', paymentId: invoiceId })
})
