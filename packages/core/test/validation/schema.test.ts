import type { StandardSchemaV1 } from '@standard-schema/spec'
import test from 'ava'
import { z } from 'zod'
import { check, parse, type Schema } from '../../src/validation/schema.js'

const person = z.object({ name: z.string(), pets: z.array(z.object({ age: z.number() })) })

test('a fitting value comes back as the schema made it', (t) => {
  t.is(parse(z.coerce.number(), '3', 'the number'), 3)
  t.deepEqual(check(z.string(), 'x', 'the text'), { ok: true, value: 'x' })
})

test('a value that does not fit is refused with the path of each problem', (t) => {
  const error = t.throws(() => parse(person, { pets: [{ age: 'old' }] }, 'the person'), {
    code: 'INPUT_INVALID',
  })
  t.regex(error.message, /Invalid the person:/)
  t.regex(error.message, /name: .*\n.*pets\.0\.age: /)
  t.like(error, { status: 422, details: [{ path: 'name' }, { path: 'pets.0.age' }] })
})

test('a problem of the whole value has no path', (t) => {
  const error = t.throws(() => parse(z.string(), 1, 'the text'))
  t.regex(error.message, /^Invalid the text:\n {2}- Invalid input/)
})

test('a check of a value that does not fit does not throw', (t) => {
  t.like(check(person, { name: 'Ada', pets: 'none' }, 'the person'), {
    ok: false,
    problems: [{ path: 'pets' }],
  })
})

test('any Standard Schema will do, with keys given plainly or as path segments', (t) => {
  const schema: StandardSchemaV1<unknown, string> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => ({ issues: [{ message: 'no', path: ['a', { key: 0 }] }] }),
    },
  }
  t.deepEqual(check(schema, 'x', 'it'), { ok: false, problems: [{ path: 'a.0', message: 'no' }] })
})

test('an asynchronous schema is refused', (t) => {
  const slow = z.string().refine(async () => true)
  t.throws(() => check(slow, 'x', 'the text'), { code: 'SCHEMA_ASYNC', message: /the text/ })
})

test('an asynchronous schema that fails later ends no process', async (t) => {
  const validate = () => Promise.reject(new Error('too late'))
  const failing: Schema = { '~standard': { version: 1, vendor: 'test', validate } }
  t.throws(() => check(failing, 'x', 'the text'), { code: 'SCHEMA_ASYNC' })
  // AVA fails a test file that has an unhandled rejection.
  await new Promise(setImmediate)
})

test('the interface is that of the specification', (t) => {
  const ours: Schema<number, string> = z.string().transform(Number)
  const theirs: StandardSchemaV1<string, number> = ours
  const back: Schema<number, string> = theirs
  t.is(parse(back, '3', 'the number'), 3)
})

test('an answer that is neither a value nor a problem lets nothing pass', (t) => {
  for (const answer of [
    {},
    { success: true, data: 1 },
    { issues: undefined },
    { issues: null },
    { value: 1, issues: 'bad' },
    undefined,
    null,
    true,
  ]) {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => answer } }
    t.throws(() => check(schema as never, 1, 'the number'), {
      code: 'SCHEMA_INVALID',
      message: /^The schema of the number answered/,
    })
  }
})
