import { asksForHelp, createForge } from '@titanforge/core'
import { fail } from './fail.js'
import { log } from './log.js'
import { serverPlugins } from './plugins.js'

// An operator's command, beside or instead of the running server: opens everything, takes no work.
try {
  const forge = createForge({ plugins: serverPlugins(), log })
  const argv = process.argv.slice(2)
  const commands = forge.all('commands').flatMap(({ value }) => value)
  const command = commands.find(({ name }) => name === argv[0])
  // A name that is none, and `plugins`, need no database either.
  if (command && !command.standalone && !asksForHelp(argv)) await forge.start({ serve: false })
  try {
    const enough = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => enough.abort())
    const print = (line: string) => void process.stdout.write(`${line}\n`)
    await forge.command(argv, print, enough.signal)
  } finally {
    await forge.stop()
  }
} catch (error) {
  fail(error)
}
