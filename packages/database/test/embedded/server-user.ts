// A process of its own that uses the embedded PostgreSQL, as the test that forks it says.
import { createLogger, messageOf } from '@titanforge/core'
import { startFrom } from '../../src/embedded/embedded-postgres.js'
import { FAILED, type ServerUserOptions } from './server-user-options.js'

const { directory, programs, user, leaves } = JSON.parse(process.argv[2] ?? '') as ServerUserOptions

// Everything is loaded by now: the ordinary user may not be able to read this checkout.
if (user) {
  process.setgroups?.([])
  process.setgid?.(user.gid)
  process.setuid?.(user.uid)
}
try {
  const postgres = await startFrom(programs, { directory, log: createLogger({ level: 'silent' }) })
  process.send?.(postgres.url)
  if (leaves) process.disconnect()
  else {
    process.once('message', () => {
      void postgres.stop().then(() => process.disconnect())
    })
  }
} catch (error) {
  process.send?.(`${FAILED}${messageOf(error)}`)
  process.disconnect()
}
