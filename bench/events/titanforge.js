import {
  createForge,
  createLogger,
  defineEvent,
  definePlugin,
  EventBus,
  on,
} from '@titanforge/core'
import { database, Database } from '@titanforge/database'
import { events } from '@titanforge/events'
import { z } from 'zod'
import { INSERT } from './sink.js'

const userCreated = defineEvent({
  name: 'bench.user_created',
  version: 1,
  schema: z.object({
    id: z.uuid(),
    email: z.email(),
    plan: z.string(),
    source: z.string(),
    at: z.number(),
    note: z.string(),
  }),
})

/** The bus as an application uses it: forge, plugins, schema, one registered consumer. */
export async function titanforge(url, { consume, done }) {
  const writeRow = on(userCreated, 'bench.sink', async ({ tx, payload }) => {
    await tx.query({ name: 'sink', text: INSERT }, [payload.id, payload])
    tx.onCommit(() => done(payload.id))
  })
  const bench = definePlugin({
    name: 'bench',
    events: [userCreated],
    setup: () => ({ on: [writeRow] }),
  })
  const forge = createForge({
    plugins: [database({ url }), events({ consume: Boolean(consume) }), bench()],
    log: createLogger({ level: 'warn' }),
  })
  await forge.start()
  const db = forge.get(Database)
  const bus = forge.get(EventBus)
  return {
    name: 'titanforge',
    publish: (payload) => db.transaction((tx) => bus.publish(tx, userCreated, payload)),
    publishAll: (payloads) =>
      db.transaction((tx) =>
        bus.publishAll(
          tx,
          userCreated,
          payloads.map((payload) => ({ payload })),
        ),
      ),
    close: () => forge.stop(),
  }
}
