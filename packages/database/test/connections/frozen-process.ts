import { createForge } from '@titanforge/core'
import { Database, database } from '../../src/index.js'

// Takes a lock, asks for more than fits on the way, and is frozen before the answer comes.
const url = process.argv[2] ?? ''
const forge = createForge({ plugins: [database({ url, statementSeconds: 1 })] })
await forge.start()
await forge.get(Database).transaction(async (tx) => {
  await tx.query('SELECT pg_advisory_xact_lock(4711)')
  const answer = tx.query("SELECT repeat('x', 1000000) FROM generate_series(1, 200)")
  setImmediate(() => process.kill(process.pid, 'SIGSTOP'))
  await answer
})
