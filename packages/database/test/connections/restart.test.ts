import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { waitFor } from '../../src/testing/index.js'
import { query } from '../embedded/query.js'
import { ownServer } from '../own-server.js'
import type { LoadReport } from './load-process.js'

test('a server that crashes and stays away under load costs errors that say so, and nothing else', async (t) => {
  const server = await ownServer(t)
  await query(server.url, 'CREATE TABLE entries (id integer PRIMARY KEY)')
  const child = fork(join(import.meta.dirname, 'load-process.js'), [server.url])
  t.teardown(() => child.kill('SIGKILL'))
  const ask = async <Answer>(question: string) => {
    const answer = once(child, 'message') as Promise<[Answer]>
    child.send(question)
    return (await answer)[0]
  }
  await once(child, 'message')
  /** Resolves when the process has committed some more. */
  const progress = async () => {
    const before = await ask<number>('count')
    const more = async () => (await ask<number>('count')) > before + 20
    await waitFor(more, { what: 'the process to work again', timeoutMs: 30_000 })
  }
  await progress()
  for (const awayMs of [0, 0, 3_000]) {
    await server.crash()
    // The time that the server is away is what is tested.
    await delay(awayMs)
    await server.start()
    await progress()
  }
  const report = await ask<LoadReport>('stop')
  t.deepEqual(report.strays, [])
  const codes = Object.keys(report.errors)
  const known = ['503 DATABASE_UNREACHABLE', '503 DATABASE_BUSY', '503 COMMIT_UNKNOWN']
  t.deepEqual(
    codes.filter((code) => !known.includes(code)),
    [],
  )
  t.true(codes.includes('503 DATABASE_UNREACHABLE'))
  const stored = new Set(
    (await query<{ id: number }>(server.url, 'SELECT id FROM entries')).map(({ id }) => id),
  )
  t.deepEqual(
    report.committed.filter((id) => !stored.has(id)),
    [],
    'committed and lost',
  )
  const may = new Set([...report.committed, ...report.unknown])
  t.deepEqual(
    [...stored].filter((id) => !may.has(id)),
    [],
    'stored, though the transaction was said to have failed',
  )
})
