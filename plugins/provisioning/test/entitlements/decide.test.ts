import test from 'ava'
import fc from 'fast-check'
import { decide, verdictOn } from '../../src/entitlements/decide.js'
import type { HeldEntitlement } from '../../src/entitlements/entitlement.js'

const NOW = new Date('2027-01-15T00:00:00Z')
const [BEFORE, AFTER] = [new Date('2027-01-14T00:00:00Z'), new Date('2027-01-16T00:00:00Z')]
const everyone = { features: ['reading'], limits: { runs: 10 } }

const held = (more: Partial<HeldEntitlement> & Pick<HeldEntitlement, 'feature'>) => ({
  source: 'subscription' as const,
  kind: 'feature' as const,
  value: null,
  validUntil: null,
  late: false,
  ...more,
})
const limit = (value: number, more: Partial<HeldEntitlement> = {}) =>
  held({ kind: 'limit', feature: 'runs', value, ...more })
const override = { source: 'override' as const }
const may = (...all: HeldEntitlement[]) => decide(all, everyone, NOW)
const verdict = (feature: string, ...all: HeldEntitlement[]) =>
  verdictOn(feature, all, { everyone, at: NOW, upgradeUrl: '/plans' })

test('who has bought nothing has what everyone has', (t) => {
  t.deepEqual(may(), { plans: [], features: ['reading'], limits: { runs: 10 } })
})

test('of a limit the highest counts, that of everyone too', (t) => {
  t.is(may(limit(100), limit(5)).limits.runs, 100)
  t.is(may(limit(5)).limits.runs, 10)
})

test('an override of a limit decides alone, to its end', (t) => {
  t.is(may(limit(100), limit(1, override)).limits.runs, 1)
  t.is(may(limit(100), limit(1, { ...override, validUntil: NOW })).limits.runs, 100)
  t.is(may(limit(100), limit(1, { ...override, validUntil: AFTER })).limits.runs, 1)
})

test('an override gives a feature, and takes one that was paid for, or that everyone has', (t) => {
  const given = held({ ...override, feature: 'agents', value: 1 })
  const taken = held({ ...override, feature: 'agents', value: 0 })
  t.deepEqual(may(given).features, ['agents', 'reading'])
  t.deepEqual(may(held({ feature: 'agents' }), taken).features, ['reading'])
  t.deepEqual(may(held({ ...override, feature: 'reading', value: 0 })).features, [])
})

test('a verdict says what gives a feature, or why nothing does', (t) => {
  const refusal = (code: string) => ({ ok: false, code, upgradeUrl: '/plans' })
  const late = held({ feature: 'agents', validUntil: BEFORE, late: true })
  const taken = held({ ...override, feature: 'agents', value: 0 })
  t.deepEqual(verdict('agents', held({ feature: 'agents' })), { ok: true, source: 'subscription' })
  t.deepEqual(verdict('reading'), { ok: true, source: 'everyone' })
  t.deepEqual(verdict('agents'), refusal('not_entitled') as never)
  t.deepEqual(verdict('agents', late), refusal('past_due') as never)
  t.deepEqual(verdict('agents', late, taken), refusal('not_entitled') as never)
})

test('the verdict on a feature and the list of features always agree', (t) => {
  const names = ['a', 'b', 'reading']
  const any = fc.record({
    source: fc.constantFrom('subscription', 'purchase', 'provider'),
    feature: fc.constantFrom(...names),
    validUntil: fc.constantFrom(null, BEFORE, NOW, AFTER),
    late: fc.boolean(),
  })
  const overrides = fc.uniqueArray(
    fc.record({
      feature: fc.constantFrom(...names),
      value: fc.constantFrom(0, 1),
      validUntil: fc.constantFrom(null, BEFORE, AFTER),
    }),
    { selector: ({ feature }) => feature },
  )
  fc.assert(
    fc.property(fc.array(any), overrides, (paid, given) => {
      const all = [
        ...paid.map((one) => held(one as Partial<HeldEntitlement> & { feature: string })),
        ...given.map((one) => held({ ...override, ...one })),
      ]
      const { features } = may(...all)
      for (const name of names) t.is(verdict(name, ...all).ok, features.includes(name))
    }),
  )
})
