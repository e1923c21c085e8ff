import { createForge } from '@titanforge/core'
import { postingPlugins, type Way } from './posting-plugins.js'

// An application that posts to Discord, in a process of its own, which a test can kill.
const [, , databaseUrl = '', way = 'webhook', discordPort = ''] = process.argv
const forge = createForge({ plugins: postingPlugins(databaseUrl, way as Way, Number(discordPort)) })
await forge.start()
process.stdout.write('the poster is up\n')
