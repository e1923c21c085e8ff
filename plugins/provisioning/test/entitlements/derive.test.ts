import test from 'ava'
import fc from 'fast-check'
import { derive, unknownPrices } from '../../src/entitlements/derive.js'
import { item, state } from '../support/billing-state.js'

const named = (entitlements: ReturnType<typeof derive>) =>
  entitlements.map(({ kind, feature, value }) =>
    value === null ? `${kind} ${feature}` : `${kind} ${feature} ${value}`,
  )

test('a plan entitles to itself, its features and its limits', (t) => {
  const entitlements = derive(state({ items: [item('Pro', ['agents'], { runs: 100 })] }))
  t.deepEqual(named(entitlements), ['plan Pro', 'feature agents', 'limit runs 100'])
})

test('two items grant a shared feature once, and the higher of a shared limit', (t) => {
  const items = [
    item('Pro', ['agents'], { runs: 100 }),
    item('Add-on', ['agents', 'priority'], { runs: 50, seats: 3 }),
  ]
  t.deepEqual(named(derive(state({ items }))), [
    'plan Pro',
    'plan Add-on',
    'feature agents',
    'feature priority',
    'limit runs 100',
    'limit seats 3',
  ])
})

test('a scheduled end is the end of every entitlement', (t) => {
  const scheduledEnd = '2026-12-31T00:00:00.000Z'
  const entitlements = derive(state({ scheduledEnd, items: [item('Pro', ['agents'])] }))
  t.deepEqual(
    new Set(entitlements.map((one) => one.validUntil?.toISOString())),
    new Set([scheduledEnd]),
  )
})

test('without access, and for prices that the catalogue does not know, there is nothing', (t) => {
  const anyItem = fc.record({ name: fc.option(fc.string()), features: fc.array(fc.string()) })
  fc.assert(
    fc.property(fc.array(anyItem), fc.boolean(), (items, access) => {
      const described = items.map(({ name, features }) =>
        item(access ? null : name, features, { runs: 1 }),
      )
      t.deepEqual(derive(state({ access, items: described })), [])
    }),
  )
})

test('what ends first ends access, and it is known whether that is a late payment', (t) => {
  const [sooner, later] = ['2026-12-01T00:00:00.000Z', '2026-12-31T00:00:00.000Z']
  const ends = (scheduledEnd: string | null, graceUntil: string | null) => {
    const [one] = derive(state({ scheduledEnd, graceUntil }))
    return [one?.validUntil?.toISOString() ?? null, one?.late]
  }
  t.deepEqual(ends(null, null), [null, false])
  t.deepEqual(ends(sooner, later), [sooner, false])
  t.deepEqual(ends(later, sooner), [sooner, true])
  t.deepEqual(ends(null, sooner), [sooner, true])
})

test('the prices that the catalogue does not know are named', (t) => {
  t.deepEqual(unknownPrices(state({ items: [item('Pro'), item(null)] })), ['price_unknown'])
})
