import { createForge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, Migrator } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import { Client } from 'pg'
import { serverPlugins } from '../src/plugins.js'

// Everything in our schema that a migration can make, in PostgreSQL's own words.
const SCHEMA = `
  WITH ours AS (
    SELECT oid, relname, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname <> 'migrations'
      AND relname NOT LIKE 'migrations\\_%'
  )
  SELECT 'relation' AS kind, relname AS place, relkind::text AS definition FROM ours
  UNION ALL
  SELECT 'column', relname || '.' || attname,
         concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
           attidentity::text, attgenerated::text, pg_get_expr(adbin, adrelid), attcollation::regcollation)
  FROM ours JOIN pg_attribute ON attrelid = ours.oid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'v', 'm', 'p')
  UNION ALL
  SELECT 'constraint', relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
  FROM ours JOIN pg_constraint ON conrelid = ours.oid
  UNION ALL
  SELECT 'index', relname, pg_get_indexdef(ours.oid) FROM ours WHERE relkind = 'i'
  UNION ALL
  SELECT 'trigger', relname || '.' || tgname, pg_get_triggerdef(pg_trigger.oid)
  FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
  UNION ALL
  SELECT 'view', relname, pg_get_viewdef(oid) FROM ours WHERE relkind IN ('v', 'm')
  UNION ALL
  SELECT 'sequence', sequencename, concat_ws(' ', data_type, start_value, increment_by, cycle)
  FROM pg_sequences WHERE schemaname = 'public' AND sequencename NOT LIKE 'migrations\\_%'
  UNION ALL
  SELECT 'function', proname, pg_get_functiondef(pg_proc.oid)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'type', typname, typtype::text || coalesce((SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder)
    FROM pg_enum WHERE enumtypid = pg_type.oid), '')
  FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
  ORDER BY 1, 2, 3`

// Given, so that none are made.
const secrets = {
  JWT_SECRET: 'a secret of the tests that is long enough for HS256',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
}

interface Part {
  kind: string
  place: string
  definition: string
}

async function schemaOf(url: string): Promise<Part[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Part>(SCHEMA)).rows
  } finally {
    await client.end()
  }
}

test("all plugins' migrations go up, down and up again, and the schema is the same", async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const environment = { ...secrets, DATABASE_URL: url }
  const { log } = captureLog()
  const forge = createForge({ plugins: serverPlugins(), environment, log })
  const migrate = (...argv: string[]) => forge.command(argv, () => undefined)
  const total = forge.plugins.flatMap((plugin) => plugin.migrations ?? []).length
  t.true(total >= 6)

  t.deepEqual(await schemaOf(url), [])
  await migrate('migrate')
  const up = await schemaOf(url)
  const kinds = new Set(up.map(({ kind }) => kind))
  for (const kind of ['relation', 'column', 'constraint', 'index'])
    t.true(kinds.has(kind), `the comparison sees no ${kind}`)

  // One at a time, so that each way down is seen to fit the schema that its way up began with.
  const steps = [up]
  for (let undone = 0; undone < total; undone++) {
    await migrate('migrate:down')
    steps.push(await schemaOf(url))
  }
  t.deepEqual(steps.at(-1), [])

  await migrate('migrate')
  t.deepEqual(await schemaOf(url), up)
  await migrate('migrate:down', '--step', String(total))
  t.deepEqual(await schemaOf(url), [])

  // And in two goes, as a database that was there before the newest migration gets it.
  await migrate('migrate')
  for (const [index, step] of steps.entries()) {
    if (index > 0) await migrate('migrate:down')
    t.deepEqual(await schemaOf(url), step)
  }
  await migrate('migrate')
  t.deepEqual(await schemaOf(url), up)
})

test('the bundled server starts on the schema that the commands made', async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const { log } = captureLog()
  const environment = { ...secrets, DATABASE_URL: url, PORT: '0' }
  const make = () => createForge({ plugins: serverPlugins(), environment, log })
  await make().command(['migrate'], () => undefined)
  const forge = make()
  await forge.start({ serve: false })
  const states = await new Migrator(forge.get(Database), forge.plugins).list()
  t.true(states.every(({ state }) => state === 'applied'))
  await forge.stop()
})
