import fc from 'fast-check'
import { cards, type CardName } from './cards.js'
import { codes, type Code } from './codes.js'

export interface Purchase {
  who: number
  what: number
  quantity: number
  card: CardName | 'none'
  code: Code | undefined
}

/** Something that people, an operator, an agent, a bank or time does. Numbers choose among what there is then. */
export type Action =
  | { do: 'sign up' }
  | ({ do: 'buy' | 'buy from an agent' } & Purchase)
  | { do: 'look at two in tabs'; who: number; what: number; quantity: number }
  | { do: 'come back'; who: number }
  | { do: 'cancel'; who: number; which: number; when: 'period_end' | 'now' }
  | { do: 'resume'; who: number; which: number }
  | { do: 'have an agent cancel' | 'have an agent resume'; who: number; which: number }
  | ({ do: 'change plan'; which: number; preview: boolean } & Omit<Purchase, 'card' | 'code'>)
  | { do: 'pause'; which: number }
  | { do: 'cancel in the portal'; who: number; which: number }
  | { do: 'change card in the portal'; who: number; card: CardName }
  | { do: 'refund'; which: number; share: number }
  | { do: 'dispute'; which: number }
  | { do: 'decide'; which: number; verdict: 'won' | 'lost' }
  | { do: 'give credit'; which: number }
  | { do: 'delete a customer'; who: number }
  | { do: 'rename a product'; which: number; name: string }
  | { do: 'reconcile' }
  | { do: 'let pass'; days: number }

const number = fc.nat(20)
const who = fc.nat(5)
const quantity = fc.integer({ min: 1, max: 3 })
const card = fc.constantFrom(...(Object.keys(cards) as CardName[]))
/** Most people have a card that pays. */
const mostlyGood = fc.oneof(
  { weight: 3, arbitrary: fc.constant<CardName>('pays') },
  { weight: 3, arbitrary: card },
  { weight: 1, arbitrary: fc.constant<'none'>('none') },
)
const code = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constantFrom<Code>(...codes) },
)
const purchase = { who, what: number, quantity, card: mostlyGood, code }
const days = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0.04, 0.5, 3, 31) },
)

const record = <Name extends Action['do']>(
  name: Name,
  fields: { [Key in Exclude<keyof Extract<Action, { do: Name }>, 'do'>]: fc.Arbitrary<unknown> },
) =>
  fc.record({ do: fc.constant(name), ...fields }) as fc.Arbitrary<unknown> as fc.Arbitrary<Action>

export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: record('sign up', {}) },
  { weight: 7, arbitrary: record('buy', purchase) },
  { weight: 2, arbitrary: record('buy from an agent', purchase) },
  { weight: 1, arbitrary: record('look at two in tabs', { who, what: number, quantity }) },
  { weight: 1, arbitrary: record('come back', { who }) },
  {
    weight: 3,
    arbitrary: record('cancel', { who, which: number, when: fc.constantFrom('period_end', 'now') }),
  },
  { weight: 3, arbitrary: record('resume', { who, which: number }) },
  { weight: 1, arbitrary: record('pause', { which: number }) },
  { weight: 1, arbitrary: record('have an agent cancel', { who, which: number }) },
  { weight: 1, arbitrary: record('have an agent resume', { who, which: number }) },
  {
    weight: 4,
    arbitrary: record('change plan', {
      ...{ who, which: number, what: number, quantity, preview: fc.boolean() },
    }),
  },
  { weight: 1, arbitrary: record('cancel in the portal', { who, which: number }) },
  { weight: 2, arbitrary: record('change card in the portal', { who, card }) },
  {
    weight: 2,
    arbitrary: record('refund', { which: number, share: fc.constantFrom(0.3, 0.5, 1) }),
  },
  { weight: 1, arbitrary: record('dispute', { which: number }) },
  {
    weight: 1,
    arbitrary: record('decide', { which: number, verdict: fc.constantFrom('won', 'lost') }),
  },
  { weight: 1, arbitrary: record('give credit', { which: number }) },
  { weight: 1, arbitrary: record('delete a customer', { who }) },
  {
    weight: 1,
    arbitrary: record('rename a product', { which: number, name: fc.constantFrom('Ultra', 'Max') }),
  },
  { weight: 1, arbitrary: record('reconcile', {}) },
  { weight: 8, arbitrary: record('let pass', { days }) },
)
