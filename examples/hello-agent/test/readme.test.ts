import { readFile } from 'node:fs/promises'
import test from 'ava'

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')

test('the first program of the README is this example, word for word', async (t) => {
  const program = await read('../../src/main.ts')
  const [, shown] = /^```ts\n(.*?)^```$/ms.exec(await read('../../../../README.md')) ?? []
  t.is(shown, program)
  t.true(program.trimEnd().split('\n').length <= 30)
})
