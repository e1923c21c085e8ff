import test from 'ava'
import fc from 'fast-check'
import { PeriodBooks } from './period-books.js'
import type { Plan } from './stripe-books.js'

const PLANS: Plan[] = [
  { price: 0, length: 30 },
  { price: 600, length: 30 },
  { price: 3000, length: 30 },
  { price: 9000, length: 300 },
]

const plan = fc.constantFrom(...PLANS)
const seats = fc.integer({ min: 1, max: 6 })
const delays = fc.record({ age: fc.constantFrom(0, 0, 1, 3), takes: fc.constantFrom(0, 0, 1) })
/** Which of the period's invoices, from the newest. */
const which = fc.nat(4)
const is = <const Name extends string>(name: Name) => fc.constant(name)
const act = fc.oneof(
  fc.tuple(is('advance'), fc.integer({ min: 1, max: 31 })),
  fc.tuple(is('fee'), fc.oneof(fc.integer({ min: 1, max: 9000 }), fc.constantFrom(600, 3000))),
  fc.tuple(is('fee alone'), fc.integer({ min: 1, max: 9000 })),
  fc.tuple(is('portal'), seats),
  fc.tuple(is('change'), plan, seats, delays),
  fc.tuple(is('more or less'), seats, delays),
  fc.tuple(is('refund'), which, fc.constantFrom('fee' as const, 'plan' as const, 'all' as const)),
  fc.tuple(is('refund'), which, fc.integer({ min: 1, max: 6000 })),
  fc.tuple(is('dispute'), which),
  fc.tuple(is('decide'), which, fc.boolean()),
)
/** Changes to another rhythm and back, through a plan that costs nothing, so that periods are paid by credit. */
const actOnCredit: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(is('change'), plan, fc.constant(1), delays) },
  { weight: 1, arbitrary: fc.tuple(is('advance'), fc.constantFrom(1, 29, 31)) },
  { weight: 2, arbitrary: fc.tuple(is('refund'), which, is('all')) },
  { weight: 1, arbitrary: fc.tuple(is('refund'), which, fc.constantFrom(10, 600, 3000)) },
  { weight: 1, arbitrary: fc.tuple(is('dispute'), which) },
  { weight: 1, arbitrary: fc.tuple(is('decide'), which, fc.boolean()) },
)
/** Changes in Stripe's portal, and so many that a preview does not show all that waits of them. */
const actOnWaiting: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(is('portal'), seats) },
  { weight: 2, arbitrary: fc.tuple(is('more or less'), seats, delays) },
  { weight: 4, arbitrary: act },
)
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never

/** Plays an act; what came of it, where that was a change by our rules. */
function play(books: PeriodBooks, act: Act) {
  if (act[0] === 'change') return books.change(act[1], act[2], act[3])
  if (act[0] === 'more or less') return books.change(books.plan, act[1], act[2])
  if (act[0] === 'advance') books.advance(act[1])
  else if (act[0] === 'fee') books.addFee(act[1])
  else if (act[0] === 'fee alone') books.billFee(act[1])
  else if (act[0] === 'portal') books.changeByPortal(act[1])
  else if (act[0] === 'refund') books.refund(act[1], act[2])
  else if (act[0] === 'dispute') books.dispute(act[1])
  else books.decide(act[1], act[2])
  return undefined
}

function refuseUnsound(done: NonNullable<ReturnType<typeof play>>): void {
  const { verdict, credit, charge, worth, disputed, waits, isMore, isRefunded, isCertain } = done
  const { trueCredit, credited, money, balance, byPortal } = done
  const addsOnly = isMore && charge >= credit && worth - disputed > 0
  const told = JSON.stringify(done)
  if (done.isOver && !done.isRefused)
    throw new Error(`it is made in another period than it was looked at: ${told}`)
  if (credit !== trueCredit && credit !== Infinity)
    throw new Error(`it would give back something else than it says: ${told}`)
  if (verdict === 'counted' && credit > Math.max(0, worth - disputed) && !addsOnly)
    throw new Error(`more is credited than was paid and kept: ${told}`)
  if (credited > 0 && credited > money - balance && !byPortal)
    throw new Error(`it is credited more than all the money that was kept: ${told}`)
  if (verdict === 'counted' && worth < 0)
    throw new Error(`credit for what was given back later pays for it: ${told}`)
  if (verdict === 'anew' && (worth !== 0 || waits))
    throw new Error(`something of the period is lost, or comes upon the next one: ${told}`)
  if (verdict !== 'counted' && !isRefunded && credit < Infinity)
    throw new Error(`nothing was given back, and it is not counted: ${told}`)
  const isClear = worth >= 0 && (credit <= worth || addsOnly || (worth === 0 && !waits))
  if (verdict === 'uncertain' && isCertain && disputed === 0 && isClear && credit < Infinity)
    throw new Error(`it is refused, though all is certain: ${told}`)
}

const VERDICTS = ['counted', 'anew', 'uncertain'] as const
/** Where what waits is not known, there is no verdict. */
const NOT_KNOWN = 'not known'
/** Where the period is over when a change comes, or may be, nothing comes of the verdict. */
const LATE = 'late'

/** Plays histories, and says which verdicts they have led to, or why to none. */
function playAll(acts: fc.Arbitrary<Act>, numRuns: number): Set<string> {
  const seen = new Set<string>()
  fc.assert(
    fc.property(plan, fc.array(acts, { maxLength: 25, size: 'max' }), (first, acts) => {
      const books = new PeriodBooks(first)
      for (const act of acts) {
        const done = play(books, act)
        if (!done) continue
        refuseUnsound(done)
        const came = done.isLate || done.isRefused ? LATE : done.verdict
        seen.add(done.credit < Infinity ? came : NOT_KNOWN)
      }
    }),
    { numRuns },
  )
  return seen
}

test('whatever was changed, refunded and disputed, and however long a change takes, no more is credited than was paid and kept', (t) => {
  const seen = playAll(act, 10_000)
  t.true([...VERDICTS, LATE].every((verdict) => seen.has(verdict)))
})

test('credit that was spent on a period before it was refunded is not credited again', (t) => {
  const seen = playAll(actOnCredit, 10_000)
  t.true([...VERDICTS, LATE].every((verdict) => seen.has(verdict)))
})

test('however much waits that Stripe does not show, no more is credited than was paid and kept', (t) => {
  const seen = playAll(actOnWaiting, 10_000)
  t.true(seen.has('counted') && seen.has('uncertain') && seen.has(NOT_KNOWN))
})

test('any number of changes that wait keep nobody from another, unless as many fees wait', (t) => {
  const [, small] = PLANS as [Plan, Plan]
  const verdictWith = (waits: readonly ('changes' | 'fees')[]) => {
    const books = new PeriodBooks(small)
    for (const what of waits)
      for (let n = 0; n < 9; n++)
        if (what === 'fees') books.addFee(100)
        else books.changeByPortal(1 + (n % 3))
    return books.change(small, 4).verdict
  }
  t.is(verdictWith(['changes']), 'counted')
  t.is(verdictWith(['fees']), 'counted')
  t.is(verdictWith(['fees', 'changes']), 'uncertain')
  t.is(verdictWith(['changes', 'fees']), 'uncertain')
})

test('a period that credit has paid for is no credit, once what was paid for that is refunded', (t) => {
  const [free, , , yearly] = PLANS as [Plan, Plan, Plan, Plan]
  const books = new PeriodBooks(yearly)
  for (const plan of [free, yearly]) t.is(books.change(plan, 1).verdict, 'counted')
  books.refund(2, 'all')
  t.like(books, { money: 0, balance: 0 })
  t.is(books.change(free, 1).verdict, 'uncertain')
})
