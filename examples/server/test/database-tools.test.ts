import { createForge, defineAgent } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, databaseTools, modelTools } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { serverPlugins } from '../src/plugins.js'

const secrets = {
  JWT_SECRET: 'a secret of the tests that is long enough for HS256',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
}

test("an agent reads and writes the records of all plugins' models, and no secret", async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const environment = { ...secrets, DATABASE_URL: url, PORT: '0' }
  const forge = createForge({ plugins: serverPlugins(), environment, log: captureLog().log })
  await forge.start({ serve: false })
  t.teardown(() => forge.stop())
  await forge.command(['user:create', 'ada@example.com'], () => undefined)
  const db = forge.get(Database)

  const users = modelTools(db, 'User', { read: ['id', 'email', 'fullName'], update: ['fullName'] })
  const others = databaseTools(db, {
    Product: { read: ['id', 'name', 'unitAmount'] },
    Subscription: { read: ['id', 'status'] },
    Event: { read: ['id', 'eventType', 'timestamp', 'payload'] },
  })
  const clerk = defineAgent({
    name: 'clerk',
    description: 'Renames whom it finds.',
    input: z.object({}),
    output: z.unknown(),
    tools: [...Object.values(users), ...others],
    async run(_, ctx) {
      const where = [{ column: 'email' as const, op: 'eq' as const, value: 'ada@example.com' }]
      const { records } = await ctx.tool(users.find, { where })
      for (const { id } of records)
        await ctx.tool(users.update, { key: { id }, values: { fullName: 'Ada' } })
      return (await ctx.tool(users.find, {})).records.map(({ fullName }) => fullName)
    },
  })
  t.deepEqual(await forge.run(clerk, {}), ['Ada'])
  t.throws(() => databaseTools(db, { User: { read: ['hashedPassword'] } }), {
    code: 'TOOLS_INVALID',
  })

  // Each model knows its table: every column that is no secret can be read.
  const models = forge.plugins.flatMap((plugin) => plugin.models ?? [])
  t.true(models.length >= 4)
  for (const model of models) {
    const { name, secret } = model
    const columns = Object.keys(db.model(model).getAttributes())
    const { find } = modelTools(db, name, { read: columns.filter((it) => !secret.includes(it)) })
    const reader = defineAgent({
      name: 'reader',
      description: 'Reads.',
      input: z.object({}),
      output: z.unknown(),
      tools: [find],
      run: (input, ctx) => ctx.tool(find, input),
    })
    t.like(await forge.run(reader, {}), { more: false }, name)
  }
})
