import { randomUUID } from 'node:crypto'
import { ForgeError } from '@titanforge/core'
import test from 'ava'
import fc from 'fast-check'
import { Database } from '../../src/index.js'
import { testDatabase } from '../../src/testing/index.js'
import { query } from '../embedded/query.js'
import { call, THINGS, thingsAt, toolsFor } from './things.js'

// PostgreSQL itself is the judge: the tools run as a user who has rights on the listed columns and on
// nothing else, so a statement that touches another column, wherever in it, fails with 42501.
const { url, drop } = await testDatabase()
const role = `reader_${randomUUID().replaceAll('-', '')}`
await query(url, THINGS)
await query(
  url,
  `CREATE ROLE ${role} LOGIN PASSWORD 'r';
   GRANT SELECT (id, name, rank, tags, is_good, seen_at), INSERT (id, name, rank, tags),
     UPDATE (rank, tags, updated_at), DELETE ON things TO ${role}`,
)
const limited = new URL(url)
limited.username = role
limited.password = 'r'
const forge = await thingsAt(limited.href)
const tools = toolsFor(forge.get(Database), {
  read: ['id', 'name', 'rank', 'tags', 'isGood', 'seenAt'],
  create: ['name', 'rank', 'tags'],
  update: ['rank', 'tags'],
  remove: true,
})
test.after.always(async () => {
  await forge.stop()
  await query(url, `DROP OWNED BY ${role}; DROP ROLE ${role}`)
  await drop()
})

const ids = Array.from({ length: 3 }, () => randomUUID())

const hostile = fc.constantFrom(
  'hidden',
  'passwordHash',
  'password_hash',
  'ownerId',
  '"hidden"',
  'rank", hidden AS "name',
  'name) OR (hidden = name',
  '*',
  'things.*',
  'things',
  'record',
  'ctid',
  'xmin',
  'tableoid',
  '__proto__',
  'constructor',
  'toString',
)
const allowed = fc.constantFrom('id', 'name', 'rank', 'tags', 'isGood', 'seenAt')
const column = fc.oneof(allowed, allowed, hostile, fc.string())
const value = fc.oneof(
  fc.constantFrom<unknown>(...ids, 1, true, null, '2026-01-01T00:00:00Z', ['a'], { a: 1 }),
  fc.constantFrom("' OR hidden = 'x", '$1', '%', '\\', 'MARKER-hidden', '{hidden}', 'hidden'),
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
)
const op = fc.oneof(
  fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'is_null', 'contains', 'starts_with'),
  fc.constantFrom('=', 'eq OR', 'toString', '__proto__', 'raw'),
)
const filter = fc.record({ column, op, value }, { requiredKeys: ['column'] })
const words = fc.oneof(fc.string(), fc.constantFrom("' OR hidden = 'x", '%', '\\', 'hidden'))
/** What the schemas let through, so that much of it reaches PostgreSQL. */
const fitting = fc.oneof(
  fc.record({ column: allowed, op: fc.constant('is_null'), value: fc.boolean() }),
  fc.record({
    column: fc.constant('rank'),
    op: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'),
    value: fc.integer({ min: -5, max: 5 }),
  }),
  fc.record({
    column: fc.constant('name'),
    op: fc.constantFrom('eq', 'ne', 'lt', 'gt', 'contains', 'starts_with'),
    value: words,
  }),
  fc.record({
    column: fc.constant('id'),
    op: fc.constant('in'),
    value: fc.subarray(ids, { minLength: 1 }),
  }),
)
/** An object of any columns, also those that a literal cannot have. */
const anything = fc
  .array(fc.tuple(column, value), { maxLength: 3 })
  .map(Object.fromEntries<unknown>)
const fine = fc.oneof(
  fc.record({ rank: fc.nat(5), tags: fc.jsonValue() }, { requiredKeys: [] }),
  fc.record({ name: words, tags: fc.jsonValue() }),
)
const values = fc
  .tuple(fine, fc.option(anything, { nil: {} }))
  .map((parts) => Object.fromEntries(parts.flatMap(Object.entries<unknown>)))
const key = fc.oneof(
  fc.constantFrom(...ids.map((id) => ({ id }))),
  anything,
  fc.record({ id: value }),
)
const where = fc.array(fc.oneof(fitting, fitting, fitting, filter), { maxLength: 3 })
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const direction = fc.constantFrom('asc', 'desc', 'desc, hidden')

const calls = fc.oneof(
  fc.record({
    tool: fc.constantFrom('find', 'find', 'count'),
    input: fc.record(
      {
        where,
        orderBy: fc.record({ column, direction }, { requiredKeys: ['column'] }),
        limit: fc.oneof(
          fc.integer({ min: 1, max: 100 }),
          fc.constantFrom('1; DROP TABLE things', 1e9),
        ),
        offset: fc.nat(50),
        select: fc.constant(['hidden']),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ tool: fc.constant('count'), input: fc.record({ where }) }),
  fc.record({ tool: fc.constantFrom('get', 'remove'), input: fc.record({ key }) }),
  fc.record({ tool: fc.constant('create'), input: fc.record({ values, extra: some(value) }) }),
  fc.record({ tool: fc.constant('update'), input: fc.record({ key, values }) }),
)

const withoutUndefined = (input: object) =>
  Object.fromEntries(Object.entries(input).filter(([, item]) => item !== undefined))

test('no input of any tool reaches a column that is not listed', async (t) => {
  let done = 0
  await fc.assert(
    fc.asyncProperty(calls, async ({ tool, input }) => {
      await query(
        url,
        `INSERT INTO things (id, name) VALUES ${ids.map((id, n) => `('${id}', 'thing ${n}')`).join(', ')}
         ON CONFLICT DO NOTHING`,
      )
      try {
        const answer = JSON.stringify(await call(forge, tools[tool], withoutUndefined(input)))
        done++
        t.false(answer.includes('MARKER'))
      } catch (error) {
        // Anything else is PostgreSQL's refusal, or a statement that it could not read.
        if (!(error instanceof ForgeError)) throw error
        t.true(['INPUT_INVALID', 'RECORD_UNKNOWN'].includes(error.code), error.message)
      }
    }),
    { numRuns: 400 },
  )
  const untouched = await query<{ n: number }>(
    url,
    `SELECT count(*)::int AS n FROM things
     WHERE hidden <> 'MARKER-hidden' OR password_hash <> 'MARKER-hash' OR hidden IS NULL`,
  )
  t.deepEqual(untouched, [{ n: 0 }])
  t.true(done > 50, `only ${done} calls came through, so little was tried`)
})

test('the judge is not blind', async (t) => {
  const db = forge.get(Database)
  await t.throwsAsync(db.query('SELECT count(*) FROM things WHERE hidden IS NULL'), {
    code: '42501',
  })
  await t.throwsAsync(db.query('SELECT id FROM things ORDER BY password_hash'), { code: '42501' })
  const blabbing = toolsFor(db, { read: ['hidden'] })
  await t.throwsAsync(call(forge, blabbing['find'], {}), { code: '42501' })
})
