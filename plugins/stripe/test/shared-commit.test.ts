import test from 'ava'
import { SharedCommit } from '../src/sync/shared-commit.js'

/** A store whose commits end when they are told to. */
function slowStore() {
  const batches: { items: readonly string[]; end(error?: Error): void }[] = []
  const commit = new SharedCommit(
    (items: readonly string[]) =>
      new Promise<string[]>((resolve, reject) => {
        const end = (error?: Error) =>
          error ? reject(error) : resolve(items.map((item) => `${item} stored`))
        batches.push({ items, end })
      }),
  )
  return { commit, batches }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what comes while commits are under way shares the next, and nothing waits without need', async (t) => {
  const { commit, batches } = slowStore()
  const results = ['a', 'b', 'c', 'd', 'e'].map((item) => commit.add(item))
  t.deepEqual(
    batches.map(({ items }) => items),
    [['a'], ['b']],
  )
  batches[0]?.end()
  t.is(await results[0], 'a stored')
  await turn()
  t.deepEqual(batches[2]?.items, ['c', 'd', 'e'])
  batches[1]?.end()
  batches[2]?.end()
  t.deepEqual(
    await Promise.all(results.slice(1)),
    ['b', 'c', 'd', 'e'].map((it) => `${it} stored`),
  )
})

test('where a shared commit fails, each is stored by itself, and only the bad one fails', async (t) => {
  const { commit, batches } = slowStore()
  const [first, second, good, bad] = ['a', 'b', 'good', 'bad'].map((item) => commit.add(item))
  batches[0]?.end()
  batches[1]?.end()
  await Promise.all([first, second])
  await turn()
  batches[2]?.end(new Error('the commit failed'))
  await turn()
  t.deepEqual(
    batches.slice(3).map(({ items }) => items),
    [['good'], ['bad']],
  )
  batches[3]?.end()
  batches[4]?.end(new Error('this one'))
  t.is(await good, 'good stored')
  await t.throwsAsync(bad ?? Promise.resolve(), { message: 'this one' })
})
