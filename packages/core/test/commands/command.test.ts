import test from 'ava'
import type { Command } from '../../src/commands/command.js'
import { refuseCommandConflicts, runCommand } from '../../src/commands/run-command.js'

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

const tail: Command = {
  name: 'tail',
  description: 'prints the newest',
  usage: '[--limit N] [--type TYPE …] [--follow]',
  options: {
    limit: { type: 'string', short: 'n', default: '20' },
    type: { type: 'string', multiple: true },
    follow: { type: 'boolean' },
  },
  run: () => Promise.reject(new Error('it was run')),
}

async function printedFor(argv: string[]): Promise<string[]> {
  const lines: string[] = []
  await runCommand([migrate, tail], argv, (line) => lines.push(line))
  return lines
}

for (const argv of [['help'], ['--help'], ['-h']]) {
  test(`${argv.join(' ')} lists the commands`, async (t) => {
    t.deepEqual(await printedFor(argv), [
      'migrate: applies migrations',
      'tail [--limit N] [--type TYPE …] [--follow]: prints the newest',
    ])
  })
}

for (const argv of [
  ['tail', '--help'],
  ['tail', '--limit', '3', '-h'],
  ['help', 'tail'],
  ['--help', 'tail'],
]) {
  test(`${argv.join(' ')} tells how the command is called, and does not run it`, async (t) => {
    t.deepEqual(await printedFor(argv), [
      'tail: prints the newest',
      'Usage: tail [--limit N] [--type TYPE …] [--follow]',
      'Options:',
      '  -n, --limit TEXT, 20 if left out',
      '  --type TEXT, may be given several times',
      '  --follow',
    ])
  })
}

test('a command without options tells its usage alone', async (t) => {
  t.deepEqual(await printedFor(['migrate', '-h']), [
    'migrate: applies migrations',
    'Usage: migrate',
  ])
})

test('help for a command that is none names it', async (t) => {
  const message = /^No command "migrat"\. Commands:/
  await t.throwsAsync(printedFor(['migrat', '--help']), { code: 'COMMAND_UNKNOWN', message })
  await t.throwsAsync(printedFor(['help', 'migrat']), { code: 'COMMAND_UNKNOWN', message })
})

test('a --help after -- is a positional like any other', async (t) => {
  const lines: string[] = []
  await runCommand([create], ['user:create', '--', '--help'], (line) => lines.push(line))
  t.deepEqual(lines, ['--help false'])
})

test('no command takes the name of help', (t) => {
  t.throws(() => refuseCommandConflicts([{ ...migrate, name: 'help' }]), {
    code: 'COMMAND_CONFLICT',
  })
})

for (const { args, problem } of [
  { args: ['--superman'], problem: 'There is no option --superman.' },
  { args: ['--constructor'], problem: 'There is no option --constructor.' },
  { args: ['-x'], problem: 'There is no option -x.' },
  { args: ['--follow=yes'], problem: '--follow takes no value.' },
  { args: ['--limit'], problem: '--limit needs a value.' },
  {
    args: ['-n', '-5'],
    problem: '-n needs a value; "-5" looks like an option. If it is the value, write --limit=-5.',
  },
]) {
  test(`tail ${args.join(' ')} is refused in a sentence, with the usage`, async (t) => {
    const error = await t.throwsAsync(printedFor(['tail', ...args]), { code: 'COMMAND_USAGE' })
    t.is(error.message, `${problem}\nUsage: tail [--limit N] [--type TYPE …] [--follow]`)
  })
}

test('a value that begins with a dash is taken where it is written together with the name', async (t) => {
  const command: Command = {
    ...tail,
    run: async ({ values, print }) => print(JSON.stringify(values)),
  }
  const lines: string[] = []
  const argv = ['tail', '--limit=-5', '--type', '-', '--type', 'b']
  await runCommand([command], argv, (line) => lines.push(line))
  t.deepEqual(lines, ['{"limit":"-5","type":["-","b"]}'])
})

test('what a command throws reaches its caller as it is', async (t) => {
  const cause = new Error('no database')
  const broken: Command = { ...migrate, run: () => Promise.reject(cause) }
  t.is(await t.throwsAsync(runCommand([broken], ['migrate'], quiet)), cause)
})
