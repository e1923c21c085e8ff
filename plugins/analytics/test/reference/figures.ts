import { addDays } from '../../src/day.js'
import type { Change, History } from './history.js'

/** A figure of the reference, or of the roll-ups, as one line. */
export type Line = string

const KINDS = ['new', 'reactivation', 'expansion', 'contraction', 'churn'] as const
type Kind = (typeof KINDS)[number]

/** Every day from the first to the last. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10)

/** What a subscription is worth at the end of a day: its newest revision, as far as its clock has come. */
function worthOf(changes: Change[], subscription: string, day: string): Change | undefined {
  return changes
    .filter((it) => it.subscription === subscription && dayOf(it.at) <= day)
    .toSorted((a, b) => a.revision - b.revision || a.step - b.step)
    .at(-1)
}

/** Answers, slowly and with nothing kept, what is true at the end of a day. */
class Company {
  readonly customers: string[]
  readonly currencies: string[]

  constructor(private readonly changes: Change[]) {
    this.customers = [...new Set(changes.map(({ customer }) => customer))]
    this.currencies = [...new Set(changes.map(({ currency }) => currency))]
  }

  worths(day: string, customer: string, currency?: string): Change[] {
    const own = this.changes.filter(
      (it) => it.customer === customer && (!currency || it.currency === currency),
    )
    const subscriptions = [...new Set(own.map(({ subscription }) => subscription))]
    return subscriptions.flatMap((one) => worthOf(own, one, day) ?? [])
  }

  balance(day: string, customer: string, currency: string): number {
    return this.worths(day, customer, currency).reduce((sum, { amount }) => sum + amount, 0)
  }

  committed(day: string, currency: string): number {
    const worths = this.customers.flatMap((customer) => this.worths(day, customer, currency))
    return worths.reduce((sum, { committed }) => sum + committed, 0)
  }

  isPaying(day: string, customer: string): boolean {
    return this.worths(day, customer).some(({ amount }) => amount > 0)
  }

  isActive(day: string, customer: string): boolean {
    return this.worths(day, customer).some(({ isActive }) => isActive)
  }

  total(day: string, currency: string): number {
    return this.customers.reduce((sum, one) => sum + this.balance(day, one, currency), 0)
  }

  payingIn(day: string, currency: string): number {
    return this.customers.filter((one) => this.balance(day, one, currency) > 0).length
  }

  /** What moved between the ends of two days. */
  movements(before: string, after: string, currency: string, past: string[]): Record<Kind, number> {
    const moved = { new: 0, reactivation: 0, expansion: 0, contraction: 0, churn: 0 }
    for (const customer of this.customers) {
      const [from, to] = [before, after].map((day) => this.balance(day, customer, currency))
      const [prev, cur] = [from ?? 0, to ?? 0]
      const paidBefore = past.some((day) => this.balance(day, customer, currency) > 0)
      if (prev === 0 && cur > 0) moved[paidBefore ? 'reactivation' : 'new'] += cur
      else if (prev > 0 && cur === 0) moved.churn += prev
      else if (cur > prev) moved.expansion += cur - prev
      else moved.contraction += prev - cur
    }
    return moved
  }
}

const amounts = (moved: Record<Kind, number>) => KINDS.map((kind) => moved[kind]).join(' ')

/** Every figure of a history that ends with `to`, worked out day by day from the definitions alone. */
export function reference(history: History, from: string, to: string): Line[] {
  const days = daysBetween(from, to)
  const company = new Company(history.changes)
  return [
    ...days.flatMap((day) => snapshots(company, day, from)),
    ...days.flatMap((day) => [
      `${day} paying_customers ${company.customers.filter((one) => company.isPaying(day, one)).length}`,
      `${day} active_customers ${company.customers.filter((one) => company.isActive(day, one)).length}`,
    ]),
    ...months(company, days),
    ...retention(company, days),
    ...days.flatMap((day) => activeUsers(history, day)),
    ...days.flatMap((day) => revenue(history, day)),
    ...ledger(history.changes, to),
  ].toSorted()
}

/** What a window of a history comes to, whose first day is `begin`: its movements, and who was lost. */
export function referenceWindow(history: History, begin: string, from: string, to: string) {
  const company = new Company(history.changes)
  const before = addDays(from, -1)
  const past = daysBetween(begin, before)
  const paying = (day: string) => company.customers.filter((one) => company.isPaying(day, one))
  const [start, end] = [paying(before), paying(to)]
  return {
    currencies: company.currencies.toSorted().flatMap((currency) => {
      const [startMrr, mrr] = [company.total(before, currency), company.total(to, currency)]
      const movements = company.movements(before, to, currency, past)
      return startMrr === 0 && mrr === 0 ? [] : [{ currency, startMrr, mrr, movements }]
    }),
    customers: {
      start: start.length,
      paying: end.length,
      churned: start.filter((one) => !end.includes(one)).length,
    },
  }
}

function snapshots(company: Company, day: string, from: string): Line[] {
  const before = addDays(day, -1)
  return company.currencies.flatMap((currency) => {
    const [start, end] = [company.total(before, currency), company.total(day, currency)]
    if (start === 0 && end === 0) return []
    const past = daysBetween(from, before)
    const moved = company.movements(before, day, currency, past)
    return [
      `${day} ${currency} ${start} ${amounts(moved)} ${end} committed ${company.committed(day, currency)} of ${company.payingIn(day, currency)}`,
    ]
  })
}

const monthOf = (day: string) => `${day.slice(0, 7)}-01`

function months(company: Company, days: string[]): Line[] {
  return [...new Set(days.map(monthOf))].flatMap((month) => {
    const inMonth = days.filter((day) => monthOf(day) === month)
    const [before, last] = [addDays(inMonth[0] ?? '', -1), inMonth.at(-1) ?? '']
    const past = days.filter((day) => day <= before)
    const mrr = company.currencies.flatMap((currency) => {
      const isEmpty = [before, ...inMonth].every((day) => company.total(day, currency) === 0)
      if (isEmpty) return []
      const moved = company.movements(before, last, currency, past)
      return [
        `${month} month ${currency} ${company.total(before, currency)} ${amounts(moved)} ${company.total(last, currency)}`,
      ]
    })
    const paying = (day: string) => company.customers.filter((one) => company.isPaying(day, one))
    const [start, end] = [paying(before), paying(last)]
    const joined = end.filter((one) => !start.includes(one))
    const known = joined.filter((one) => past.some((day) => company.isPaying(day, one)))
    const churned = start.filter((one) => !end.includes(one))
    return [
      ...mrr,
      `${month} customers ${start.length} ${joined.length - known.length} ${known.length} ${churned.length} ${end.length}`,
    ]
  })
}

function retention(company: Company, days: string[]): Line[] {
  const monthsAll = [...new Set(days.map(monthOf))]
  const lastOf = (month: string) => days.findLast((day) => monthOf(day) === month) ?? ''
  return monthsAll.flatMap((cohort, index) => {
    const members = company.customers.filter((one) => {
      const first = days.find((day) => company.isPaying(day, one))
      return first !== undefined && monthOf(first) === cohort
    })
    if (members.length === 0) return []
    return monthsAll.slice(index).map((month, k) => {
      const left = members.filter((one) => company.isPaying(lastOf(month), one))
      return `${cohort} cohort +${k} ${left.length} of ${members.length}`
    })
  })
}

function activeUsers({ activity }: History, day: string): Line[] {
  const within = (days: number) =>
    new Set(
      activity
        .filter(({ type }) => type !== 'auth.login_failed')
        .filter(({ at }) => dayOf(at) <= day && dayOf(at) > addDays(day, -days))
        .map(({ user }) => user),
    ).size
  const on = (type: string) =>
    activity.filter((it) => it.type === type && dayOf(it.at) === day).length
  return nonZero(day, '', {
    dau: within(1),
    wau: within(7),
    mau: within(30),
    log_ins: on('auth.logged_in'),
    api_calls: on('analytics.api_called'),
  })
}

function revenue({ entries }: History, day: string): Line[] {
  return ['eur', 'usd'].flatMap((currency) => {
    const own = entries.filter((it) => it.currency === currency && dayOf(it.at) === day)
    const sum = (kind: string) =>
      own.filter((it) => it.kind === kind).reduce((total, { amount }) => total + amount, 0)
    const tax = own.reduce((total, it) => total + it.tax, 0)
    const [paid, refunded, lost] = [sum('payment'), sum('refund'), sum('dispute_lost')]
    return nonZero(day, currency, {
      payments: own.filter(({ kind }) => kind === 'payment').length,
      revenue: paid,
      refunded,
      dispute_lost: lost,
      tax,
      net_revenue: paid - refunded - lost - tax,
    })
  })
}

const nonZero = (day: string, currency: string, figures: Record<string, number>): Line[] =>
  Object.entries(figures).flatMap(([metric, value]) =>
    value === 0 ? [] : [[day, metric, currency, value].filter((it) => it !== '').join(' ')],
  )

/** One change after the other, as they came into effect. */
function ledger(changes: Change[], to: string): Line[] {
  const worths = new Map<string, number>()
  const paid = new Set<string>()
  const order = (it: Change) => [+it.at, it.subscription, it.revision, it.step] as const
  return changes
    .filter((it) => dayOf(it.at) <= to && (it.step === 0 || !isSuperseded(it, changes, to)))
    .toSorted((a, b) => compare(order(a), order(b)))
    .flatMap((it) => {
      const own = [
        ...new Set(
          changes
            .filter((other) => other.customer === it.customer && other.currency === it.currency)
            .map(({ subscription }) => subscription),
        ),
      ]
      const total = () => own.reduce((sum, one) => sum + (worths.get(one) ?? 0), 0)
      const prev = total()
      worths.set(it.subscription, it.amount)
      const cur = total()
      if (cur === prev) return []
      const wallet = `${it.customer} ${it.currency}`
      const kind =
        prev === 0
          ? paid.has(wallet)
            ? 'reactivation'
            : 'new'
          : cur === 0
            ? 'churn'
            : cur > prev
              ? 'expansion'
              : 'contraction'
      paid.add(wallet)
      return [
        `${it.at.toISOString()} ${wallet} ${kind} ${Math.abs(cur - prev)} to ${cur} by ${it.subscription} ${it.revision}`,
      ]
    })
}

const isSuperseded = (it: Change, changes: Change[], to: string) =>
  changes.some(
    (other) =>
      other.subscription === it.subscription &&
      other.revision > it.revision &&
      +other.at <= +it.at &&
      dayOf(other.at) <= to,
  )

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  const index = a.findIndex((value, n) => value !== b[n])
  if (index < 0) return 0
  return (a[index] ?? 0) < (b[index] ?? 0) ? -1 : 1
}
