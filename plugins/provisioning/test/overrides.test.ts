import { Entitlements } from '@titanforge/core'
import test from 'ava'
import { application, call } from './support/application.js'
import { seer } from './support/lab.js'

const app = await application({ upgradeUrl: 'https://shop.example/plans' })
test.after.always(() => app.close())

const audited = (userId: string) =>
  app.db.query(
    `SELECT action, actor_id, request_id IS NOT NULL AS "byRequest", before, after FROM audit_log
     WHERE subject_id = $1 AND action LIKE 'entitlement.%' ORDER BY id`,
    [userId],
  )
const changes = async (userId: string) =>
  (
    await app.db.query(
      "SELECT 1 FROM events WHERE user_id = $1 AND event_type = 'provisioning.entitlements_changed'",
      [userId],
    )
  ).length
const pathOf = (userId: string, rest: string) => `${app.url}/api/admin/users/${userId}/${rest}`

test('a superuser gives a feature, changes that and takes it back, and all of it is recorded', async (t) => {
  const [boss, customer] = [await app.person({ superuser: true }), await app.person()]
  const { token } = boss
  const path = pathOf(customer.id, 'overrides/features/sight')
  const body = { value: 1, reason: 'a thank-you', validUntil: '2999-01-01T00:00:00Z' }
  const given = await call(path, { token, body, method: 'PUT' })
  const validUntil = '2999-01-01T00:00:00.000Z'
  const override = {
    kind: 'feature',
    feature: 'sight',
    value: 1,
    validUntil,
    reason: 'a thank-you',
  }
  t.deepEqual(given.body, { plans: [], features: ['sight'], limits: {}, overrides: [override] })
  const taking = { value: 0, reason: 'no more' }
  const taken = await call(path, { token, body: taking, method: 'PUT' })
  t.like(taken.body, { features: [], overrides: [{ ...taking, validUntil: null }] })
  const cleared = await call(path, { token, method: 'DELETE' })
  t.like(cleared.body, { features: [], overrides: [] })
  t.like(await audited(customer.id), [
    {
      action: 'entitlement.overridden',
      actor_id: boss.id,
      byRequest: true,
      before: null,
      after: override,
    },
    { action: 'entitlement.overridden', before: override, after: { ...taking, validUntil: null } },
    { action: 'entitlement.override_cleared', before: taking, after: null },
  ])
  t.is(await changes(customer.id), 3)
  await call(path, { token, method: 'DELETE' })
  t.is((await audited(customer.id)).length, 3)
})

test('an override ends at its date, by the clock', async (t) => {
  const { id, email } = await app.person()
  const argv = ['entitlements:override', email, 'sight', 'on', '--reason', 'a trial']
  await app.forge.command([...argv, '--until', '2027-01-01T00:00:00Z'], () => undefined)
  const features = async (at: string) => (await app.grants.of(id, new Date(at))).features
  t.deepEqual(await features('2026-12-31T23:59:59Z'), ['sight'])
  t.deepEqual(await features('2027-01-01T00:00:00Z'), [])
})

test('operators override and look from the command line, and are told what they may say', async (t) => {
  const { id, email } = await app.person()
  const printed: string[] = []
  const run = (...argv: string[]) => app.forge.command(argv, (line) => printed.push(line))
  await run('entitlements:override', email, 'seats', '7', '--reason', 'a promise')
  await run('entitlements:override', email, 'sight', 'off', '--reason', 'abuse')
  printed.length = 0
  await run('entitlements', email)
  t.deepEqual(printed, [
    'plans: none',
    'features: none',
    'seats: 7',
    'override sight: off for good (abuse)',
    'override seats: 7 for good (a promise)',
  ])
  await run('entitlements:override', email, 'seats', 'clear')
  t.deepEqual((await app.grants.of(id)).limits, {})
  t.is((await audited(id)).length, 3)
  for (const argv of [
    [email, 'seats', '7'],
    [email, 'seats', 'many', '--reason', 'x'],
    [email, 'sea ts', '7', '--reason', 'x'],
    [email, 'seats', '7', '--reason', 'x', '--until', 'tomorrow'],
    [],
  ])
    await t.throwsAsync(run('entitlements:override', ...argv), { code: 'COMMAND_USAGE' })
  await t.throwsAsync(run('entitlements', 'nobody@example.com'), { code: 'ACCOUNT_UNKNOWN' })
})

test('only superusers override, only what can be, and only accounts that there are', async (t) => {
  const [boss, customer] = [await app.person({ superuser: true }), await app.person()]
  const put = async (token: string, userId: string, rest: string, body: object) =>
    (await call(pathOf(userId, rest), { token, body, method: 'PUT' })).status
  const body = { value: 1, reason: 'because' }
  t.is(await put(customer.token, customer.id, 'overrides/features/sight', body), 403)
  t.is(await put(boss.token, customer.id, 'overrides/features/sight', { value: 1 }), 422)
  t.is(await put(boss.token, customer.id, 'overrides/limits/seats', { ...body, value: -1 }), 422)
  t.is(await put(boss.token, customer.id, 'overrides/features/sight', { ...body, value: 2 }), 422)
  t.is(await put(boss.token, customer.id, 'overrides/plans/Pro', body), 422)
  const nobody = '00000000-0000-7000-8000-000000000000'
  t.is(await put(boss.token, nobody, 'overrides/features/sight', body), 404)
  t.deepEqual(await audited(customer.id), [])
})

test('a feature opens its route and its agent, and what is refused says where to buy it', async (t) => {
  const { id: userId, email, token } = await app.person()
  const see = () => app.forge.run(seer, null, { principal: { userId } })
  const details = {
    feature: 'sight',
    code: 'not_entitled',
    upgradeUrl: 'https://shop.example/plans',
  }
  const refused = await call(`${app.url}/lab/sight`, { token })
  t.is(refused.status, 403)
  t.like(refused.body, { error: { code: 'NOT_ENTITLED', details } })
  t.like(await t.throwsAsync(see(), { code: 'NOT_ENTITLED' }), { status: 403, details })
  const argv = ['entitlements:override', email, 'sight', 'on', '--reason', 'bought']
  await app.forge.command(argv, () => undefined)
  t.is((await call(`${app.url}/lab/sight`, { token })).status, 200)
  t.is(await see(), 'I see.')
  t.deepEqual(await app.forge.get(Entitlements).check({ userId }, 'sight'), {
    ok: true,
    source: 'override',
  })
})
