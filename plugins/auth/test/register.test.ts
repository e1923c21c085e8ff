import test from 'ava'
import { eventsOf, login, register, rowsOf, stable, startApp, type App } from './app.js'
import { fastest } from './fastest.js'

let app: App
test.before(async () => {
  app = await startApp()
})
test.after.always(() => app.stop())

const PASSWORD = 'correct horse battery'

// Serial, so that nothing else is asked of the server meanwhile.
test.serial('a known address takes about as long as a new one', async (t) => {
  const known = { email: 'known@example.com', password: PASSWORD }
  await register(app, known)
  const [newMs = 0, knownMs = 0] = await fastest(
    (round) => register(app, { email: `new-${round}@example.com`, password: PASSWORD }),
    () => register(app, known),
  )
  // Without the work of the hash it would be a twentieth.
  t.true(knownMs > newMs / 8, `${knownMs} ms and ${newMs} ms`)
})

test('somebody new gets an account and can log in', async (t) => {
  const email = 'Ada@Example.com'
  const answered = await register(app, { email, password: PASSWORD, fullName: ' Ada Lovelace ' })
  t.deepEqual([answered.status, answered.body], [202, { status: 'accepted' }])
  const [user] = await rowsOf(app, email)
  t.like(user, { email, full_name: 'Ada Lovelace', is_active: true, is_superuser: false })
  t.regex(user?.hashed_password ?? '', /^\$2b\$10\$/)
  t.is((await login(app, { email, password: PASSWORD })).status, 200)
})

test('the sign-up is published with the account', async (t) => {
  const email = 'events@example.com'
  await register(app, { email, password: PASSWORD })
  const [user] = await rowsOf(app, email)
  const published = await eventsOf(app, 'auth.signed_up', user?.id)
  t.deepEqual(published, [{ payload: { userId: user?.id, email } }])
})

test('a known address gets the same answer, and nothing changes', async (t) => {
  const email = 'twice@example.com'
  const first = await register(app, { email, password: PASSWORD, fullName: 'First' })
  const before = await rowsOf(app, email)
  const second = await register(app, {
    email: 'TWICE@example.com',
    password: 'another password',
    fullName: 'Second',
  })
  t.deepEqual(stable(second), stable(first))
  t.deepEqual(await rowsOf(app, email), before)
  t.is((await eventsOf(app, 'auth.signed_up', before[0]?.id)).length, 1)
  t.is((await login(app, { email, password: 'another password' })).status, 401)
})

test('twenty registrations of one address at once make one account', async (t) => {
  const spellings = ['race@example.com', 'Race@Example.COM']
  const attempts = Array.from({ length: 20 }, (_, index) =>
    register(app, { email: spellings[index % 2], password: PASSWORD }),
  )
  const statuses = (await Promise.all(attempts)).map((answered) => answered.status)
  t.deepEqual(statuses, Array(20).fill(202))
  const rows = await rowsOf(app, 'race@example.com')
  t.is(rows.length, 1)
  t.is((await eventsOf(app, 'auth.signed_up', rows[0]?.id)).length, 1)
})

for (const [what, password] of [
  ['seven characters', '1234567'],
  ['seven characters of four bytes', '🦊'.repeat(7)],
  ['more than 1024 bytes', 'x'.repeat(1025)],
  ['half a character', 'password \ud800'],
  ['what everybody has', 'password1'],
  ['what everybody has, in capitals', 'BASEBALL1'],
  ['no text', 12345678],
] as const) {
  test(`a password of ${what} is refused and not repeated`, async (t) => {
    const email = 'refused@example.com'
    const { status, body } = await register(app, { email, password })
    t.is(status, 422)
    t.deepEqual([...new Set(body.error?.details.map((problem) => problem.path))], ['password'])
    t.false(JSON.stringify(body).includes(JSON.stringify(password)))
    t.deepEqual(await rowsOf(app, email), [])
  })
}

for (const [what, password] of [
  ['eight characters', 'kq7vmz2x'],
  ['eight characters of four bytes', '🦊'.repeat(8)],
  ['72 bytes', 'x'.repeat(72)],
  ['73 bytes', `${'x'.repeat(72)}y`],
  ['64 euro signs, 192 bytes', '€'.repeat(64)],
  ['a NUL inside', 'password\0and more'],
  ['64 characters with spaces', 'word '.repeat(12) + 'word'],
  ['letters of other scripts', 'пароль и ключ'],
] as const) {
  test(`a password of ${what} is taken as it is`, async (t) => {
    const email = `${what.replaceAll(/[ ,]+/g, '-')}@example.com`
    t.is((await register(app, { email, password })).status, 202)
    t.is((await login(app, { email, password })).status, 200)
    const shorter = [...password].slice(0, -1).join('')
    t.is((await login(app, { email, password: shorter })).status, 401)
  })
}

test('fields that nobody may choose are ignored', async (t) => {
  const email = 'greedy@example.com'
  const id = '01890000-0000-7000-8000-000000000000'
  const more = { id, isSuperuser: true, is_superuser: true, role: 'superuser', githubId: '1' }
  await register(app, { email, password: PASSWORD, ...more })
  const [user] = await rowsOf(app, email)
  t.like(user, { is_superuser: false, github_id: null })
  t.not(user?.id, id)
})

test('what is no address and what is no name are refused', async (t) => {
  const email = 'name@example.com'
  for (const wrong of [
    { email: 'nobody', password: PASSWORD },
    { email: 'a@example.com\r\nBcc: b@example.com', password: PASSWORD },
    { email: `${'a'.repeat(250)}@example.com`, password: PASSWORD },
    { email: 'nul\0@example.com', password: PASSWORD },
    { email, password: PASSWORD, fullName: 'Eve\r\nBcc: b@example.com' },
    { email, password: PASSWORD, fullName: 'Eve\0' },
    { email, password: PASSWORD, fullName: 'Eve\u202egnp.exe' },
    { email, password: PASSWORD, fullName: 'Eve\ud800' },
    { email, password: PASSWORD, fullName: ' ' },
    { email, password: PASSWORD, fullName: 'x'.repeat(201) },
    { email },
    [],
  ]) {
    t.is((await register(app, wrong)).status, 422, JSON.stringify(wrong))
  }
})

test('passwords and their hashes are not logged', async (t) => {
  const email = 'log@example.com'
  await register(app, { email, password: 'a password to look for' })
  await login(app, { email, password: 'a password to look for' })
  t.notRegex(app.lines.join(), /a password to look for|\$2b\$/)
})
