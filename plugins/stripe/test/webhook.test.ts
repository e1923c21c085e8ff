import test from 'ava'
import { application } from './application.js'
import { event, subscription } from './objects.js'

const app = await application({ webhookSecrets: ['whsec_of_the_tests', 'whsec_before_rotation'] })
test.after.always(() => app.close())

const stored = async () =>
  (await app.db.query<{ n: number }>('SELECT count(*)::int AS n FROM events'))[0]?.n
const payload = () =>
  JSON.stringify(event('swarm.future_object.created', { object: 'swarm', id: 'swf_1' }))
const now = () => Math.floor(Date.now() / 1000)

type Refused = [body: string, headers: Record<string, string>, status?: number]
const refused = test.macro<Refused>(async (t, body, headers, status = 400) => {
  const before = await stored()
  const response = await app.post(body, headers)
  t.is(response.status, status)
  t.is(await stored(), before)
})

const one = payload()
test.serial('unsigned: 400 and nothing stored', refused, one, {})
test.serial(
  'signed with another secret: 400 and nothing stored',
  refused,
  one,
  app.sign(one, 'whsec_another'),
)
const strange = (id: string) => one.replace(/"evt_\w+"/, id)
const nul = strange('"evt_\\u0000"')
test.serial('an id with NUL: 400, since nobody can store it', refused, nul, app.sign(nul))
const half = strange('"evt_\\ud800"')
test.serial('an id with half a character: 400', refused, half, app.sign(half))
const deep = one.replace('"swf_1"', `"swf_1","in":${'['.repeat(20_000)}${']'.repeat(20_000)}`)
test.serial('deeper than anybody can walk: 400', refused, deep, app.sign(deep))
test.serial(
  'changed by one byte: 400 and nothing stored',
  refused,
  one.replace('swf_1', 'swf_2'),
  app.sign(one),
)
test.serial(
  're-serialised: 400 and nothing stored',
  refused,
  JSON.stringify(JSON.parse(one), null, 1),
  app.sign(one),
)
test.serial(
  'signed 301 seconds ago: 400 and nothing stored',
  refused,
  one,
  app.sign(one, undefined, now() - 302),
)
test.serial('signed but not JSON: 400 and nothing stored', refused, '{"id":', app.sign('{"id":'))
test.serial(
  'signed but no event: 400 and nothing stored',
  refused,
  '{"id":"evt_x"}',
  app.sign('{"id":"evt_x"}'),
)
const large = JSON.stringify({ ...event('product.created', {}), padding: 'x'.repeat(1024 * 1024) })
test.serial('over one mebibyte: 413 and nothing stored', refused, large, app.sign(large), 413)

test.serial(
  'signed within 300 seconds, with either secret and any content type: stored once, 200',
  async (t) => {
    for (const [secret, age, type] of [
      ['whsec_of_the_tests', 0, 'application/json'],
      ['whsec_before_rotation', 290, 'text/plain'],
    ] as const) {
      const body = payload()
      const before = await stored()
      const headers = { ...app.sign(body, secret, now() - age), 'content-type': type }
      const first = await app.post(body, headers)
      t.is(first.status, 200)
      t.deepEqual(await first.json(), { received: true, duplicate: false })
      t.deepEqual(await (await app.post(body, headers)).json(), { received: true, duplicate: true })
      t.is(await stored(), (before ?? 0) + 1)
    }
  },
)

test.serial(
  'what is none of our business is stored with the reason, and changes nothing',
  async (t) => {
    const strangers = [
      event('customer.subscription.created', subscription('sub_live', { customer: 'cus_1' }), {
        livemode: true,
      }),
      {
        ...event(
          'customer.subscription.created',
          subscription('sub_foreign', { customer: 'cus_1' }),
        ),
        account: 'acct_other',
      },
      event(
        'customer.subscription.teleported',
        subscription('sub_teleported', { customer: 'cus_1' }),
      ),
    ]
    for (const stranger of strangers)
      t.deepEqual(await app.deliver(stranger), { received: true, duplicate: false })
    await app.settled()
    const rows = await app.db.query(
      "SELECT payload ->> 'reason' AS reason FROM events WHERE event_type = 'stripe.event_ignored' AND external_id = ANY($1) ORDER BY id",
      [strangers.map(({ id }) => id)],
    )
    t.deepEqual(rows, [
      { reason: 'live mode, and this is a test system' },
      { reason: 'another account' },
      { reason: 'a type that nothing here handles' },
    ])
    t.deepEqual(await app.db.query('SELECT id FROM subscriptions'), [])
  },
)

test.serial(
  'where the database is gone the answer is 503, so that Stripe tries again',
  async (t) => {
    const other = await application()
    await other.drop()
    const body = payload()
    const response = await other.post(body, other.sign(body))
    t.is(response.status, 503)
    t.like(await response.json(), { error: { code: 'WEBHOOK_NOT_STORED' } })
    await other.forge.stop().catch((error: unknown) => t.log('stopping without a database:', error))
  },
)

test('a blank signing secret stops the start', async (t) => {
  await t.throwsAsync(application({ webhookSecrets: ['  '] }), {
    code: 'CONFIG_INVALID',
    message: /blank/,
  })
})
