import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { defineAgent } from '@titanforge/core'
import test from 'ava'
import { z } from 'zod'
import { Database, databaseTools, modelTools } from '../../src/index.js'
import { testDatabase } from '../../src/testing/index.js'
import type { ColumnOf } from '../../src/tools/access.js'
import { call, THINGS, thingsAt, toolsFor } from './things.js'

const { url, drop } = await testDatabase()
const forge = await thingsAt(url)
const db = forge.get(Database)
await db.query(THINGS)
test.after.always(async () => {
  await forge.stop()
  await drop()
})
// What runs in here is in no transaction, whoever calls it.
const outside = AsyncLocalStorage.snapshot()

const all = {
  read: ['id', 'name', 'kind', 'rank', 'price', 'big', 'tags', 'isGood', 'seenAt', 'updatedAt'],
  create: ['name', 'kind', 'rank', 'price', 'big', 'tags', 'isGood', 'seenAt'],
  update: ['name', 'kind', 'rank', 'tags', 'seenAt'],
  remove: true,
} as const
const things = modelTools(db, 'Thing', all)

test.serial('an agent makes, reads, changes and removes a record', async (t) => {
  const values = {
    name: 'one',
    kind: 'red',
    price: 12.5,
    big: '9223372036854775807',
    tags: [{ a: null }, "it's"],
    seenAt: '2026-02-03T04:05:06+01:00',
  }
  const made = (await call(forge, things.create, { values })) as { id: string }
  const expected = {
    ...values,
    price: '12.50',
    seenAt: '2026-02-03T03:05:06.000Z',
    isGood: true,
    rank: 0,
  }
  t.like(made, expected)
  const key = { id: made.id }
  t.deepEqual(await call(forge, things.get, { key }), made)
  const changed = await call(forge, things.update, { key, values: { kind: null, rank: 7 } })
  t.like(changed, { id: made.id, kind: null, rank: 7, name: 'one' })
  t.true((changed as { updatedAt: string }).updatedAt > '2026')
  t.deepEqual(await call(forge, things.remove, { key }), { removed: true })
  t.deepEqual(await call(forge, things.remove, { key }), { removed: false })
  t.is(await call(forge, things.get, { key }), null)
  await t.throwsAsync(call(forge, things.update, { key, values: { rank: 1 } }), {
    code: 'RECORD_UNKNOWN',
  })
})

test.serial('a search has conditions, an order and pages', async (t) => {
  await db.query('TRUNCATE things')
  await db.query(
    `INSERT INTO things (id, name, rank, kind, is_good, seen_at)
     SELECT gen_random_uuid(), 'thing ' || n, n % 3, (ARRAY['red', 'blue', NULL])[1 + n % 3]::kind,
            n % 2 = 0, '2026-01-01Z'::timestamptz + n * interval '1 day'
     FROM generate_series(1, 30) n`,
  )
  await db.query(`UPDATE things SET name = '50%_\\' WHERE name = 'thing 30'`)
  const find = async (input: object) =>
    (await call(forge, things.find, input)) as { records: { name: string }[]; more: boolean }
  const names = async (...where: object[]) =>
    (await find({ where, limit: 100 })).records.map(({ name }) => name).sort()

  t.is((await names()).length, 30)
  t.deepEqual(await names({ column: 'name', op: 'eq', value: 'thing 7' }), ['thing 7'])
  t.deepEqual(await names({ column: 'name', op: 'contains', value: 'G 7' }), ['thing 7'])
  t.deepEqual(await names({ column: 'name', op: 'contains', value: '%_\\' }), ['50%_\\'])
  t.deepEqual(await names({ column: 'name', op: 'starts_with', value: 'hing' }), [])
  t.deepEqual(await names({ column: 'name', op: 'in', value: ['thing 1', 'thing 2', "x', 'y"] }), [
    'thing 1',
    'thing 2',
  ])
  t.is((await names({ column: 'kind', op: 'is_null', value: true })).length, 10)
  t.is((await names({ column: 'kind', op: 'ne', value: 'red' })).length, 20)
  t.is((await names({ column: 'kind', op: 'in', value: ['red', 'blue'] })).length, 20)
  t.is((await names({ column: 'isGood', op: 'eq', value: true })).length, 15)
  t.is(
    (
      await names(
        { column: 'seenAt', op: 'gte', value: '2026-01-11T00:00:00Z' },
        { column: 'seenAt', op: 'lt', value: '2026-01-15T00:00:00Z' },
      )
    ).length,
    4,
  )
  t.deepEqual(
    await call(forge, things.count, { where: [{ column: 'rank', op: 'gt', value: 0 }] }),
    { count: 20 },
  )

  const seen: string[] = []
  for (let offset = 0, more = true; more; offset += 7) {
    const page = await find({ orderBy: { column: 'rank', direction: 'desc' }, limit: 7, offset })
    seen.push(...page.records.map(({ name }) => name))
    more = page.more
  }
  t.is(seen.length, 30)
  t.is(new Set(seen).size, 30, 'pages overlap, though many records have the same rank')
})

test.serial('a call that comes again makes no second record', async (t) => {
  await db.query('TRUNCATE things')
  const again = { idempotencyKey: 'delivery-1' }
  const first = await call(forge, things.create, { values: { name: 'once' } }, again)
  t.deepEqual(await call(forge, things.create, { values: { name: 'once' } }, again), first)
  t.deepEqual(await call(forge, things.count, {}), { count: 1 })
  t.is(things.create.effect, 'idempotent')
  t.is(toolsFor(db, { read: ['id'], create: ['id', 'name'] }).create?.effect, 'external')
})

test.serial(
  'what does not fit the columns is refused with the place of each problem',
  async (t) => {
    const key = { id: randomUUID() }
    const refused: [string, unknown, RegExp][] = [
      ['find', { where: [{ column: 'hidden', op: 'eq', value: 'x' }] }, /where\.0\.column/],
      [
        'find',
        { where: [{ column: 'passwordHash', op: 'is_null', value: true }] },
        /where\.0\.column/,
      ],
      ['find', { where: [{ column: 'rank', op: 'eq', value: '1 OR true' }] }, /where\.0\.value/],
      ['find', { where: [{ column: 'rank', op: 'contains', value: 'x' }] }, /where\.0\.op/],
      ['find', { where: [{ column: 'tags', op: 'eq', value: {} }] }, /where\.0\.op/],
      ['find', { where: [{ column: 'name', op: 'in', value: [] }] }, /where\.0\.value/],
      ['find', { orderBy: { column: 'hidden' } }, /orderBy\.column/],
      ['find', { orderBy: { column: 'rank', direction: 'desc, hidden' } }, /orderBy\.direction/],
      ['find', { limit: 101 }, /limit/],
      ['find', { limit: 0 }, /limit/],
      ['find', { offset: -1 }, /offset/],
      ['find', { sql: 'SELECT 1' }, /sql/],
      ['get', { key: { id: 'x' } }, /key\.id/],
      ['get', { key: {} }, /key\.id/],
      ['get', { key: { ...key, hidden: 'x' } }, /hidden/],
      ['create', { values: {} }, /values\.name/],
      ['create', { values: { name: 'x', hidden: 'x' } }, /hidden/],
      ['create', { values: { name: 'x'.repeat(21) } }, /values\.name/],
      ['create', { values: { name: 'a\0b' } }, /values\.name: .*NUL/],
      ['create', { values: { name: 'x', tags: { deep: ['a\0b'] } } }, /values\.tags: .*NUL/],
      ['create', { values: { name: 'x', kind: 'green' } }, /values\.kind/],
      ['create', { values: { name: 'x', rank: 2 ** 31 } }, /values\.rank/],
      ['create', { values: { name: 'x', big: '9223372036854775808' } }, /values\.big: .*64 bits/],
      ['create', { values: { name: 'x', seenAt: 'yesterday' } }, /values\.seenAt/],
      ['create', { values: { name: 'x', seenAt: '0000-01-01T00:00:00Z' } }, /out of range/],
      ['create', { values: { name: 'x', price: 1e12 } }, /overflow/],
      [
        'create',
        { values: { name: 'taboo' } },
        /not among those that are allowed \(things_name_check/,
      ],
      ['update', { key, values: {} }, /values/],
      ['update', { key, values: { price: 1 } }, /price/],
      ['update', { values: { rank: 1 } }, /key/],
      ['remove', {}, /key/],
    ]
    const tools = toolsFor(db, all)
    for (const [tool, input, message] of refused)
      await t.throwsAsync(
        call(forge, tools[tool], input),
        { code: 'INPUT_INVALID', message },
        `${tool} ${JSON.stringify(input)}`,
      )
    await call(forge, things.create, { values: { name: 'taken' } })
    const twice = await t.throwsAsync<Error>(
      call(forge, things.create, { values: { name: 'taken' } }),
      { code: 'INPUT_INVALID', message: /same value already \(things_name_key\)/ },
    )
    t.is(twice.cause, undefined)
  },
)

test('what is not listed has no tool, and a secret cannot be listed', (t) => {
  t.deepEqual(Object.keys(modelTools(db, 'Thing', { read: ['id'] })), ['find', 'get', 'count'])
  const names = databaseTools(db, { Thing: all }).map(({ name }) => name)
  t.deepEqual(names, [
    'find_thing',
    'get_thing',
    'count_thing',
    'create_thing',
    'update_thing',
    'remove_thing',
  ])
  const secret = { code: 'TOOLS_INVALID', message: /"passwordHash" is secret/ }
  t.throws(() => modelTools(db, 'Thing', { read: ['passwordHash'] }), secret)
  t.throws(() => modelTools(db, 'Thing', { read: ['id'], create: ['passwordHash'] }), secret)
  t.throws(() => modelTools(db, 'Thing', { read: ['id'], update: ['passwordHash'] }), secret)
  t.throws(() => modelTools(db, 'Thing', { read: [] }), { code: 'TOOLS_INVALID' })
  t.throws(() => modelTools(db, 'Nothing', { read: ['id'] }), { code: 'MODEL_UNKNOWN' })
  const known: 'nmae' extends ColumnOf<'Thing'> ? true : false = false
  t.false(known, 'the compiler takes any column of a model that is entered in Models')
  const misspelt = () => modelTools(db, 'Thing', { read: ['nmae' as 'name'] })
  t.throws(misspelt, { code: 'COLUMN_UNKNOWN', message: /has no column "nmae"\. It has id, .*/ })
})

test('a model-driven agent sees exact JSON schemas', (t) => {
  const { find, update } = modelTools(db, 'Thing', { read: ['id', 'rank'], update: ['kind'] })
  const schemaOf = (schema: unknown) => z.toJSONSchema(schema as z.ZodType, { io: 'input' })
  const text = JSON.stringify(schemaOf(find.input))
  t.true(text.includes('"enum":["id"]') && text.includes('"enum":["rank"]'))
  t.false(/hidden|password|kind|name/i.test(text))
  t.like(schemaOf(update.input), {
    required: ['key', 'values'],
    properties: {
      values: {
        additionalProperties: false,
        properties: { kind: { anyOf: [{ enum: ['red', 'blue'] }, { type: 'null' }] } },
      },
    },
  })
})

test.serial('only the records within reach are seen, changed and made', async (t) => {
  await db.query('TRUNCATE things')
  const [mine, theirs] = [randomUUID(), randomUUID()]
  await db.query(
    `INSERT INTO things (id, owner_id, name) VALUES ($1, $1, 'mine'), ($2, $2, 'theirs')`,
    [mine, theirs],
  )
  const tools = toolsFor(db, {
    ...all,
    create: [...all.create, 'ownerId'],
    only: (ctx) => ({ ownerId: ctx.principal?.userId }),
  })
  const me = { principal: { userId: mine } }
  const as = (tool: string, input: unknown, options: object = me) =>
    call(forge, tools[tool], input, options)
  t.like(await as('find', {}), { records: [{ name: 'mine' }], more: false })
  t.deepEqual(await as('count', {}), { count: 1 })
  const key = { id: theirs }
  t.is(await as('get', { key }), null)
  await t.throwsAsync(as('update', { key, values: { rank: 9 } }), { code: 'RECORD_UNKNOWN' })
  t.deepEqual(await as('remove', { key }), { removed: false })
  await as('create', { values: { name: 'made' } })
  t.deepEqual(await as('count', {}), { count: 2 })
  await t.throwsAsync(as('create', { values: { name: 'foreign', ownerId: theirs } }), {
    code: 'INPUT_INVALID',
    message: /values\.ownerId/,
  })
  for (const [tool, input] of [
    ['find', {}],
    ['count', {}],
    ['remove', { key }],
  ] as const)
    await t.throwsAsync(as(tool, input, {}), { code: 'SCOPE_MISSING' }, tool)
})

test.serial(
  "tools work in the caller's transaction, and a failure costs only the call",
  async (t) => {
    await db.query('TRUNCATE things')
    const agent = defineAgent({
      name: 'batch',
      description: 'Makes things.',
      input: z.unknown(),
      output: z.unknown(),
      tools: Object.values(things),
      run: async (_, ctx) => {
        const make = (name: string) => ctx.tool(things.create, { values: { name } })
        const made = await Promise.allSettled(['a', 'b', 'a', 'taboo', 'c'].map(make))
        t.deepEqual(
          made.map(({ status }) => status),
          ['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled'],
        )
        return ctx.tool(things.count, {})
      },
    })
    const counted = async () => call(forge, things.count, {})
    await t.throwsAsync(
      db.transaction(async (tx) => {
        t.deepEqual(await forge.run(agent, null), { count: 3 })
        const [{ limit } = { limit: '' }] = await tx.query<{ limit: string }>(
          `SELECT current_setting('statement_timeout') AS limit`,
        )
        t.is(limit, '1min', 'the limit of a tool stayed')
        throw new Error('never mind')
      }),
      { message: 'never mind' },
    )
    t.deepEqual(await counted(), { count: 0 })
    await db.transaction(async () => void (await forge.run(agent, null)))
    t.deepEqual(await counted(), { count: 3 })
  },
)

test.serial('a statement that takes too long is broken off', async (t) => {
  await db.query('TRUNCATE things')
  await db.query(`INSERT INTO things (id, name) VALUES (gen_random_uuid(), 'locked')`)
  const tools = toolsFor(db, { ...all, statementSeconds: 0.2 })
  const { records } = (await call(forge, things.find, {})) as { records: { id: string }[] }
  const key = { id: records[0]?.id }
  await db.transaction(async (tx) => {
    await tx.query('SELECT FROM things FOR UPDATE')
    const update = () => call(forge, tools['update'], { key, values: { rank: 1 } })
    await t.throwsAsync(outside(update), { code: 'STATEMENT_TIMED_OUT' })
  })
})
