import type { Transaction } from '@titanforge/core'
import { testForge } from '@titanforge/core/testing'
import test, { type ExecutionContext } from 'ava'
import { database, Database, GroupCommit } from '../../src/index.js'
import { testDatabase, waitFor } from '../../src/testing/index.js'

/** A table of notes, and what stores many in one statement. */
async function noteBook(t: ExecutionContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const { forge } = await testForge(t, [database({ url })])
  const db = forge.get(Database)
  await db.query('CREATE TABLE notes (text text UNIQUE)')
  const batches: number[] = []
  const store = async (tx: Transaction, texts: readonly string[]) => {
    batches.push(texts.length)
    await tx.query('INSERT INTO notes SELECT unnest($1::text[])', [texts])
    return texts.map((text) => `${text} stored`)
  }
  const count = async () => {
    const [row] = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM notes')
    return row?.n
  }
  return { db, batches, store, count, notes: new GroupCommit(db, store) }
}

test('what comes at the same moment shares commits, and each is answered for itself', async (t) => {
  const { notes, batches, count } = await noteBook(t)
  const texts = Array.from({ length: 1_200 }, (_, n) => `note ${n}`)
  const answers = await Promise.all(texts.map((text) => notes.add(text)))
  t.deepEqual(
    answers,
    texts.map((text) => `${text} stored`),
  )
  t.deepEqual(batches, [500, 500, 200])
  t.is(await count(), 1_200)
})

test('one that cannot be stored fails alone', async (t) => {
  const { notes, count } = await noteBook(t)
  await notes.add('known')
  const results = await Promise.allSettled(['good', 'known', 'better'].map((it) => notes.add(it)))
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  t.is(await count(), 3)
})

test('two groups that lock the same rows crosswise are both stored', async (t) => {
  const { db, count } = await noteBook(t)
  const bothLocked = Promise.withResolvers<undefined>()
  let locked = 0
  const process = () =>
    new GroupCommit(db, async (tx, texts: readonly string[]) => {
      for (const text of texts) {
        await tx.query('INSERT INTO notes VALUES ($1) ON CONFLICT DO NOTHING', [text])
        if (++locked === 2) bothLocked.resolve(undefined)
        await bothLocked.promise
      }
      return texts
    })
  const [one, other] = [process(), process()]
  await Promise.all([one.add('a'), one.add('b'), other.add('b'), other.add('a')])
  t.is(await count(), 2)
})

test('while the database is away, all of a group hear so at once', async (t) => {
  const { db, store } = await noteBook(t)
  let begun = 0
  const transaction: Database['transaction'] = (work) => {
    begun++
    return db.transaction(async (tx) => {
      await tx.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
      return work(tx)
    })
  }
  const notes = new GroupCommit({ transaction }, store)
  const results = await Promise.allSettled(['a', 'b', 'c'].map((text) => notes.add(text)))
  t.deepEqual(
    results.map((result) => result.status === 'rejected' && codeOf(result.reason)),
    Array(3).fill('DATABASE_UNREACHABLE'),
  )
  t.is(begun, 1)
})

test('where the database goes away while each is tried alone, those that are left hear so at once', async (t) => {
  const { db, store, count } = await noteBook(t)
  await db.query("INSERT INTO notes VALUES ('known')")
  let begun = 0
  const transaction: Database['transaction'] = (work) => {
    // The group, then the first of it.
    const isAway = ++begun > 2
    return db.transaction(async (tx) => {
      if (isAway)
        await tx.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
      return work(tx)
    })
  }
  const notes = new GroupCommit({ transaction }, store)
  const results = await Promise.allSettled(
    ['good', 'known', 'b', 'c', 'd'].map((text) => notes.add(text)),
  )
  t.deepEqual(
    results.map((result) => (result.status === 'rejected' ? codeOf(result.reason) : 'stored')),
    ['stored', ...Array<string>(4).fill('DATABASE_UNREACHABLE')],
  )
  t.is(begun, 3)
  t.is(await count(), 2)
})

const codeOf = (error: unknown) => (error as { code?: string }).code

/** A group commit that can be held up: its transactions end with `commit`. */
function heldUp(forCompanyMs?: number) {
  const sizes: number[] = []
  const commit = Promise.withResolvers<undefined>()
  const transaction: Database['transaction'] = async (work) => {
    const result = await work({} as Transaction)
    await commit.promise
    return result
  }
  const store = (_tx: Transaction, texts: readonly string[]) => {
    sizes.push(texts.length)
    return Promise.resolve(texts)
  }
  const notes = new GroupCommit({ transaction }, store, forCompanyMs)
  const added: Promise<string>[] = []
  const add = async (...texts: string[]) => {
    added.push(...texts.map((text) => notes.add(text)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const end = () => {
    commit.resolve(undefined)
    return Promise.all(added)
  }
  return { sizes, add, end }
}

test('while a transaction is under way, what comes gathers for the next', async (t) => {
  const { sizes, add, end } = heldUp(600_000)
  await add('a')
  for (const text of ['b', 'c', 'd']) await add(text)
  t.deepEqual(sizes, [1])
  t.deepEqual(await end(), ['a', 'b', 'c', 'd'])
  t.deepEqual(sizes, [1, 3])
})

test('a second transaction sets out beside the first where it is full', async (t) => {
  const { sizes, add, end } = heldUp(600_000)
  await add('a')
  await add(...Array.from({ length: 499 }, (_, n) => `${n}`))
  t.deepEqual(sizes, [1])
  await add('b')
  t.deepEqual(sizes, [1, 500])
  await end()
})

test('a transaction that hangs holds up nobody else for long', async (t) => {
  const { sizes, add, end } = heldUp()
  await add('a', 'b')
  await add('c')
  await waitFor(() => sizes.length === 2, { what: 'the one that has no company' })
  t.deepEqual(sizes, [2, 1])
  t.deepEqual(await end(), ['a', 'b', 'c'])
})
