import { payloadText } from '@titanforge/core/bus'
import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import fc from 'fast-check'
import pg from 'pg'

const { url, drop } = await testDatabase()
const db = new pg.Client(url)
await db.connect()
test.after.always(async () => {
  await db.end()
  await drop()
})

// What core makes of a payload, and PostgreSQL takes.
const jsonb = (payload: unknown) => payloadText({ type: 'test.stored', payload })

const storable = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd')

test('any text can be stored, and only what jsonb cannot hold is replaced', async (t) => {
  const character = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.constantFrom('\0', '\ud800', '\udfff', '\\', '\\u0000', '\\\\', '"', '\u{1f600}'),
  )
  const anyText = fc.array(character, { maxLength: 8 }).map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(anyText, anyText, async (key, value) => {
      const { rows } = await db.query<{ stored: unknown }>('SELECT $1::jsonb AS stored', [
        jsonb([key, { value }]),
      ])
      t.deepEqual(rows[0]?.stored, [storable(key), { value: storable(value) }])
    }),
    { numRuns: 300 },
  )
})

test('keys are text too', async (t) => {
  const { rows } = await db.query('SELECT $1::jsonb AS stored', [jsonb({ 'a\0b': 1 })])
  t.deepEqual(rows, [{ stored: { 'a\ufffdb': 1 } }])
})
