import { createForge } from '@titanforge/core'
import { notifyingPlugins } from './application.js'

// An application that notifies, in a process of its own, which a test can kill.
const [, , databaseUrl = '', smtpPort = '', claimSeconds = '1'] = process.argv
const settings = { claimSeconds: Number(claimSeconds), pollSeconds: 0.2 }
const forge = createForge({ plugins: notifyingPlugins(databaseUrl, Number(smtpPort), settings) })
await forge.start()
process.stdout.write('the notifier is up\n')
