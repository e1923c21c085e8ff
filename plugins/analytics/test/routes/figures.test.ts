import { parse } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { weeklyReported } from '../../src/index.js'
import { publishWeeklyReport } from '../../src/weekly-report.js'
import { application } from '../application.js'
import { store, type Change } from '../reference/history.js'

const app = await application({ config: { reportingCurrency: 'usd', grossMargin: 0.5 } })
const { analytics, db } = app
test.after.always(() => app.close())

interface Report {
  figures: [string, string][]
  chart?: { png: string; alt: string }
}

const DAYS = { from: '2026-03-01', to: '2026-03-05' }
const uuid = (n: number) => `00000000-0000-7000-8000-00000000000${n}`
const change = (n: number, currency: string, at: string, amount: number, revision = 1): Change => ({
  subscription: uuid(n),
  revision,
  step: 0,
  customer: uuid(n),
  currency,
  at: new Date(at),
  amount,
  committed: amount,
  isActive: amount > 0,
  status: amount > 0 ? 'active' : 'canceled',
})
const HISTORY = [
  change(1, 'usd', '2026-02-10T00:00:00Z', 3000),
  change(2, 'usd', '2026-02-11T00:00:00Z', 1000),
  change(3, 'jpy', '2026-03-02T10:00:00Z', 1000),
  change(2, 'usd', '2026-03-03T10:00:00Z', 0, 2),
  change(4, 'usd', '2026-03-04T10:00:00Z', 500),
]

const state: { token: string; userToken: string } = { token: '', userToken: '' }
test.before(async () => {
  await store(db, { changes: HISTORY, activity: [], entries: [] })
  await analytics.rollUp({ from: '2026-02-01', to: '2026-03-05' })
  await analytics.setRates([
    { day: '2026-02-01', base: 'JPY', quote: 'USD', rate: '0.0100' },
    { day: '2026-03-04', base: 'jpy', quote: 'usd', rate: '0.0050' },
  ])
  state.token = (await app.logIn({ isSuperuser: true })).token
  state.userToken = (await app.logIn()).token
})

const QUERY = `from=${DAYS.from}&to=${DAYS.to}`
const get = async (path: string) => {
  const response = await app.send(`/api/analytics/${path}`, { token: state.token })
  return (await response.json()) as Record<string, unknown>
}

test.serial('every list is what its route says of it, to the last key', async (t) => {
  const routes = app.forge.all('routes').flatMap(({ value }) => value)
  for (const path of ['summary', 'metrics', 'mrr', 'movements', 'cohorts']) {
    const route = routes.find((one) => one.path === `/api/analytics/${path}`)
    const answer = await get(path === 'cohorts' ? path : `${path}?${QUERY}`)
    const lists = Object.values(answer).filter((value) => Array.isArray(value))
    t.true(
      lists.some(({ length }) => length > 0),
      `${path} has something to look at`,
    )
    if (!route?.response) return t.fail(`${path} describes no answer`)
    t.deepEqual(parse(route.response, answer, path), answer, path)
  }
})

test.serial('a window has its rates from who was there when it began (S11, S12)', async (t) => {
  const { currencies, customers } = await analytics.summary(DAYS)
  const usd = currencies.find(({ currency }) => currency === 'usd')
  t.like(usd, {
    mrr: 3500,
    arr: 42_000,
    startMrr: 4000,
    movements: { new: 500, reactivation: 0, expansion: 0, contraction: 0, churn: 1000 },
    churn: { gross: 0.25, net: 0.25, netRevenueRetention: 0.75, grossRevenueRetention: 0.75 },
    payingCustomers: 2,
    arpu: 1750,
    // Nobody has left in a month that is over.
    ltv: null,
  })
  t.deepEqual(customers, { paying: 3, active: 3, start: 2, churned: 1, churn: 0.5 })
  const before = await analytics.summary({ from: '2026-02-01', to: '2026-02-05' })
  t.is(before.customers.churn, null)
})

test.serial('a day that is not computed yet shows the newest figures, and not zeros', async (t) => {
  const { asOf, currencies, customers } = await analytics.summary({ ...DAYS, to: '2026-03-06' })
  t.is(asOf, '2026-03-05')
  const usd = currencies.find(({ currency }) => currency === 'usd')
  t.like(usd, { mrr: 3500, startMrr: 4000, movements: { new: 500, churn: 1000 } })
  t.like(customers, { paying: 3, start: 2 })
  const later = await analytics.summary({ from: '2026-03-06', to: '2026-03-07' })
  t.like(
    later.currencies.find(({ currency }) => currency === 'usd'),
    {
      mrr: 3500,
      startMrr: 3500,
      movements: { new: 0, churn: 0 },
    },
  )
  t.is((await analytics.summary({ from: '2025-01-01', to: '2025-01-02' })).asOf, null)
})

test.serial('lifetime value rests on the months that are over (S12)', async (t) => {
  await analytics.rollUp({ from: '2026-02-01', to: '2026-04-02' })
  const { currencies } = await analytics.summary({ from: '2026-04-01', to: '2026-04-02' })
  const usd = currencies.find(({ currency }) => currency === 'usd')
  // One of two customers left in March: ARPU × margin ÷ churn.
  t.is(usd?.ltv, (1750 * 0.5) / 0.5)
})

test.serial('in the reporting currency the rates are a movement of their own (S10)', async (t) => {
  const days = await analytics.convertedMrr(DAYS)
  t.deepEqual(
    days.map(({ day, start, new: won, churn, fx, end, isEstimated }) => [
      day,
      start,
      won,
      churn,
      fx,
      end,
      isEstimated,
    ]),
    [
      ['2026-03-01', 4000, 0, 0, 0, 4000, false],
      // ¥1000 at 0.01 are $10, which are 1000 cents.
      ['2026-03-02', 4000, 1000, 0, 0, 5000, true],
      ['2026-03-03', 5000, 0, 1000, 0, 4000, true],
      ['2026-03-04', 4000, 500, 0, -500, 4000, false],
      ['2026-03-05', 4000, 0, 0, 0, 4000, true],
    ],
  )
})

test.serial(
  'a currency without any rate is named, and never taken for another (S10)',
  async (t) => {
    await db.query("UPDATE fx_rates SET base = 'xxx'")
    const [day] = await analytics.convertedMrr({ from: '2026-03-02', to: '2026-03-02' })
    await db.query("UPDATE fx_rates SET base = 'jpy'")
    t.like(day, { end: 4000, missing: ['jpy'] })
  },
)

test.serial('superusers are answered, and nobody else', async (t) => {
  for (const path of ['summary', 'metrics', 'mrr', 'movements', 'cohorts', 'charts/mrr.svg']) {
    const url = `/api/analytics/${path}?${QUERY}`
    t.is((await app.send(url, { token: state.token })).status, 200, path)
    t.is((await app.send(url, { token: state.userToken })).status, 403, path)
    t.is((await app.send(url)).status, 401, path)
  }
  t.is(
    (await app.send('/api/analytics/mrr?from=2026-03-02&to=2026-03-01', { token: state.token }))
      .status,
    422,
  )
})

test.serial('a question can be about one currency', async (t) => {
  const { mrr } = (await get(`mrr?${QUERY}&currency=JPY`)) as { mrr: { currency: string }[] }
  t.true(mrr.length > 0 && mrr.every(({ currency }) => currency === 'jpy'))
})

test.serial('lists are CSV for who prefers it', async (t) => {
  const response = await app.send(`/api/analytics/movements?${QUERY}`, {
    token: state.token,
    accept: 'text/csv',
  })
  t.regex(response.headers.get('content-type') ?? '', /^text\/csv/)
  const [head, first] = (await response.text()).split('\r\n')
  t.is(head, 'at,customerId,currency,kind,amount,balance,subscriptionId,revision,reason')
  t.is(first, `2026-03-02T10:00:00.000Z,${uuid(3)},jpy,new,1000,1000,${uuid(3)},1,`)
})

const csvOf = async (path: string) => {
  const response = await app.send(`/api/analytics/${path}`, { token: state.token })
  const type = response.headers.get('content-type')
  if (!type?.startsWith('text/csv')) throw new Error(`${path}: ${response.status} ${type}`)
  return (await response.text()).split('\r\n').slice(0, -1)
}
test.serial(
  'each report is CSV by its address too, and a table without rows has its head',
  async (t) => {
    const tables = {
      [`summary?${QUERY}`]: /^currency,mrr,arr,/,
      [`metrics?${QUERY}`]: /^day,metric,dimension,currency,value,isProvisional$/,
      [`mrr?${QUERY}`]: /^day,currency,start,new,.*,committed,customers$/,
      [`mrr?${QUERY}&table=months`]: /^day,currency,start,new,/,
      [`mrr?${QUERY}&table=customers`]: /^month,start,new,reactivated,/,
      [`mrr?${QUERY}&table=converted`]: /^day,currency,.*,fx,isEstimated,missing$/,
      [`movements?${QUERY}`]: /^at,customerId,/,
      'cohorts?': /^cohort,months,size,customers$/,
    }
    for (const [path, head] of Object.entries(tables)) {
      const lines = await csvOf(`${path}&format=csv`)
      t.regex(lines[0] ?? '', head)
      t.true(lines.length > 1, path)
      t.true(lines.every((line) => line.split(',').length === lines[0]?.split(',').length))
    }
    t.deepEqual(await csvOf('movements?from=2020-01-01&to=2020-01-02&format=csv'), [
      'at,customerId,currency,kind,amount,balance,subscriptionId,revision,reason',
    ])
    t.deepEqual(await csvOf('cohorts?format=csv&table=trials'), [
      'month,started,converted,isOpen,ended,endedConverted',
    ])
    const asJson = await app.send('/api/analytics/movements?format=json', {
      token: state.token,
      accept: 'text/csv',
    })
    t.regex(asJson.headers.get('content-type') ?? '', /json/)
  },
)

test.serial('no text is a formula in a spreadsheet, and a negative figure stays one', async (t) => {
  await db.query(
    `INSERT INTO daily_metrics (day, metric, dimension, currency, value, is_provisional)
     VALUES ('2020-02-02', 'agent_runs', '=HYPERLINK("http://x")', '', 1, false),
            ('2020-02-02', 'agent_runs', '@sum', '', -1, false), ('2020-02-02', 'agent_runs', '-1+1', '', 1, true)`,
  )
  const lines = await csvOf('metrics?from=2020-02-02&to=2020-02-02&format=csv')
  await db.query("DELETE FROM daily_metrics WHERE day = '2020-02-02'")
  t.deepEqual(lines.slice(1).toSorted(), [
    `2020-02-02,agent_runs,"'=HYPERLINK(""http://x"")",,1,false`,
    "2020-02-02,agent_runs,'-1+1,,1,true",
    "2020-02-02,agent_runs,'@sum,,-1,false",
  ])
})

test.serial('the ledger comes in pages, from either end, and of one currency', async (t) => {
  interface Page {
    movements: { at: string; customerId: string }[]
    next: string | null
  }
  const window = 'from=2026-02-01&to=2026-03-05'
  const pages = async (more: string) => {
    const found: Page['movements'][] = []
    let after = ''
    do {
      const page = (await get(`movements?${window}&limit=2${more}${after}`)) as unknown as Page
      found.push(page.movements)
      after = page.next === null ? '' : `&after=${encodeURIComponent(page.next)}`
    } while (after && found.length < 10)
    return found
  }
  const { movements: all } = (await get(`movements?${window}`)) as unknown as Page
  t.is(all.length, 5)
  const oldest = await pages('')
  t.deepEqual(
    oldest.map(({ length }) => length),
    [2, 2, 1],
  )
  t.deepEqual(oldest.flat(), all)
  t.deepEqual((await pages('&order=newest')).flat(), all.toReversed())
  t.is((await pages('&currency=jpy')).flat().length, 1)
  for (const after of ['nothing', '2026-02-30T00:00:00.000000Z_' + uuid(1) + '_usd_1'])
    t.is(
      (await app.send(`/api/analytics/movements?after=${after}`, { token: state.token })).status,
      422,
    )
})

test.serial(
  'all pages of the ledger are in its CSV, and of equal moments none is left out',
  async (t) => {
    await db.query(
      `INSERT INTO mrr_movements (customer_id, at, day, currency, kind, amount, balance, nth, paying_change, cause_sub, source_version)
     SELECT gen_random_uuid(), '2020-03-03T10:00:00.123456Z', '2020-03-03', 'usd', 'new', 1, 1, 1, 1, gen_random_uuid(), 1
     FROM generate_series(1, 2500)`,
    )
    const lines = await csvOf('movements?from=2020-03-03&to=2020-03-03&format=csv')
    await db.query("DELETE FROM mrr_movements WHERE day = '2020-03-03'")
    t.is(new Set(lines.slice(1)).size, 2500)
  },
)

test.serial('cohorts tell who is left of those who began', async (t) => {
  const { retention } = (await get('cohorts')) as {
    retention: { cohort: string; size: number; customers: number[] }[]
  }
  t.deepEqual(retention[0]?.customers.slice(0, 2), [2, 1])
})

test.serial('the chart is a picture with the months on it', async (t) => {
  const svg = await analytics.mrrChart(DAYS)
  t.regex(svg, /^<svg [^>]*width="640"/)
  t.regex(svg, /Monthly recurring revenue/)
})

test.serial('each week the superusers are told once what it came to, with a picture', async (t) => {
  const monday = '2026-03-09'
  await publishWeeklyReport(db, app.bus, analytics, monday)
  await publishWeeklyReport(db, app.bus, analytics, monday)
  const published = () =>
    db.query<{ payload: Report }>(
      'SELECT payload FROM events WHERE event_type = $1 ORDER BY position',
      [weeklyReported.name],
    )
  await waitFor(async () => (await published()).length > 0)
  const reports = await published()
  t.is(reports.length, 1)
  const { figures = [], chart }: Partial<Report> = reports[0]?.payload ?? {}
  t.true(figures.some(([label]) => label === 'Weekly active users'))
  t.regex(chart?.alt ?? '', /^Monthly recurring revenue by day, from /)
  const png = Buffer.from(chart?.png ?? '', 'base64')
  t.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')])
  // Width and height (PNG specification, section 11.2.1).
  t.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1280, 640])

  await publishWeeklyReport(db, app.bus, analytics, '2025-06-02')
  const [, before] = await published()
  t.is(before?.payload.chart, undefined, 'where there was no revenue, there is nothing to draw')
})

test.serial('the commands roll up, set rates and leave accounts out', async (t) => {
  const lines: string[] = []
  const run = (...argv: string[]) => app.forge.command(argv, (line) => lines.push(line))
  await run('analytics:rollup', '--from', '2026-03-01', '--to', '2026-03-02')
  await run('analytics:rate', '2026-01-01', 'gbp', 'usd', '1.3')
  t.deepEqual(lines, [
    '2026-03-01 to 2026-03-02 are computed.',
    'From 2026-01-01 on, 1 GBP is 1.3 USD.',
  ])
  await t.throwsAsync(run('analytics:rollup', '--from', 'yesterday'), { code: 'INPUT_INVALID' })
  await t.throwsAsync(run('analytics:internal', 'nobody@example.com'), { code: 'ACCOUNT_UNKNOWN' })
  for (const lacking of [['analytics:internal'], ['analytics:rate', '2026-01-01', 'gbp']])
    await t.throwsAsync(run(...lacking), { code: 'COMMAND_USAGE', message: /Usage: analytics:/ })
})

test.serial('a day that no calendar of ours has is refused, and rolled up never', async (t) => {
  for (const days of ['from=0000-01-01&to=0000-01-02', 'from=2026-01-01&to=9999-12-31']) {
    for (const path of ['summary', 'mrr', 'metrics', 'movements'])
      t.is((await app.send(`/api/analytics/${path}?${days}`, { token: state.token })).status, 422)
  }
  await t.throwsAsync(
    app.forge.command(['analytics:rollup', '--from', '9999-12-30', '--to', '9999-12-31'], () => {}),
    { code: 'INPUT_INVALID' },
  )
})
