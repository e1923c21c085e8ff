import { createForge, definePlugin } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Database, database, sqlMigration } from '../../src/index.js'
import { testDatabase } from '../../src/testing/index.js'

const { log } = captureLog()
const { url, drop } = await testDatabase()
test.after.always(drop)

const notes = definePlugin({
  name: 'notes',
  requires: { db: Database },
  migrations: [
    sqlMigration('0001-notes', { up: 'CREATE TABLE notes ()', down: 'DROP TABLE notes' }),
    sqlMigration('0002-more', { up: 'CREATE TABLE more ()', down: 'DROP TABLE more' }),
  ],
  setup: ({ db }) => ({
    async start() {
      await db.query('SELECT FROM notes')
    },
  }),
})

const forgeOf = () =>
  createForge({ plugins: [database({ url, migrate: 'by-command' }), notes()], log })

/** What a command prints in a process of its own, where nothing has started. */
async function run(...argv: string[]): Promise<string[]> {
  const printed: string[] = []
  await forgeOf().command(argv, (line) => printed.push(line))
  return printed
}

test.serial('a deployment migrates by the command, and starts when it has', async (t) => {
  t.deepEqual(await run('migrate:status'), [
    'pending  notes/0001-notes',
    'pending  notes/0002-more',
  ])
  await t.throwsAsync(forgeOf().start(), {
    message: /lacks migrations: notes\/0001-notes, notes\/0002-more.*command "migrate"/,
  })
  t.deepEqual(await run('migrate'), ['Applied: notes/0001-notes, notes/0002-more'])
  t.deepEqual(await run('migrate'), ['Nothing to do.'])
  const forge = forgeOf()
  await forge.start()
  await forge.stop()
  t.deepEqual(await run('migrate:down'), ['Undone: notes/0002-more'])
  await t.throwsAsync(forgeOf().start(), { message: /lacks migrations: notes\/0002-more\./ })
  t.deepEqual(await run('migrate:status'), [
    'applied  notes/0001-notes',
    'pending  notes/0002-more',
  ])
  t.deepEqual(await run('migrate:down', '--step', '5'), ['Undone: notes/0001-notes'])
  t.deepEqual(await run('migrate:down'), ['Nothing to undo.'])
})

test.serial('arguments that make no sense change nothing', async (t) => {
  await run('migrate')
  for (const step of ['abc', '0', '-1', '1.5', '', '1e3', '99999999999'])
    await t.throwsAsync(run('migrate:down', `--step=${step}`), {
      code: 'COMMAND_USAGE',
      message: /migrate:down \[--step N\]/,
    })
  await t.throwsAsync(run('migrate:down', '2'), { code: 'COMMAND_USAGE' })
  await t.throwsAsync(run('migrate', 'everything'), { code: 'COMMAND_USAGE' })
  await t.throwsAsync(run('migrate:status', '--step', '1'), { code: 'COMMAND_USAGE' })
  t.deepEqual(await run('migrate'), ['Nothing to do.'])
})

test.serial('a command in a forge that runs uses its connections', async (t) => {
  const forge = forgeOf()
  await forge.start()
  const printed: string[] = []
  await forge.command(['migrate:status'], (line) => printed.push(line))
  t.is(printed.length, 2)
  t.deepEqual(await forge.get(Database).query('SELECT 1 AS one'), [{ one: 1 }])
  await forge.stop()
})
