import test from 'ava'
import { runCommand, type Command } from '../src/command.js'

const quiet = () => undefined

const create: Command = {
  name: 'user:create',
  description: 'makes an account',
  usage: 'EMAIL [--superuser]',
  options: { superuser: { type: 'boolean', default: false } },
  async run({ positionals, values, print }) {
    print(`${positionals.join(' ')} ${String(values.superuser)}`)
  },
}
const migrate: Command = {
  name: 'migrate',
  description: 'applies migrations',
  run: async () => undefined,
}

test('a command is given its positionals and options and prints to its caller', async (t) => {
  const lines: string[] = []
  await runCommand([migrate, create], ['user:create', 'ada@example.com', '--superuser'], (line) =>
    lines.push(line),
  )
  t.deepEqual(lines, ['ada@example.com true'])
})

test('an option that is left out has its default', async (t) => {
  const lines: string[] = []
  await runCommand([create], ['user:create', 'ada@example.com'], (line) => lines.push(line))
  t.deepEqual(lines, ['ada@example.com false'])
})

test('an unknown command is answered with the list of all', async (t) => {
  const running = runCommand([create, migrate], ['user:craete'], quiet)
  const error = await t.throwsAsync(running, { code: 'COMMAND_UNKNOWN' })
  t.regex(
    error.message,
    /"user:craete".*- migrate: applies.*- user:create EMAIL \[--superuser\]: makes an account/s,
  )
})

test('who names no command is told of all of them, and each line is all that is printed', async (t) => {
  const printed: unknown[][] = []
  await runCommand([create, migrate], [], (...line) => printed.push(line))
  t.deepEqual(printed, [
    ['migrate: applies migrations'],
    ['user:create EMAIL [--superuser]: makes an account'],
  ])
})

test('an option that the command does not have is answered with its usage', async (t) => {
  const running = runCommand([create], ['user:create', '--superman'], quiet)
  const error = await t.throwsAsync(running, { code: 'COMMAND_USAGE' })
  t.regex(error.message, /--superman.*\nUsage: user:create EMAIL \[--superuser\]/s)
})

test('what a command throws reaches its caller as it is', async (t) => {
  const cause = new Error('no database')
  const broken: Command = { ...migrate, run: () => Promise.reject(cause) }
  t.is(await t.throwsAsync(runCommand([broken], ['migrate'], quiet)), cause)
})
