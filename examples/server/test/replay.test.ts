import test from 'ava'
import { fixture, runToEnd, startServer, temporaryHome } from './programs.js'

const { home, remove } = await temporaryHome()
const server = await startServer({ TITANFORGE_HOME: home })
test.after.always(async () => {
  await server.end('SIGTERM')
  await remove()
})

const replay = (file: string) =>
  runToEnd('forge', ['replay', file, '--url', server.url], { TITANFORGE_HOME: home })

const cases = [
  {
    name: 'happy-path',
    email: 'team.alpha@example.com',
    grants: ['Pro', 'agents', 'agent_runs ≤ 1000'],
  },
  {
    name: 'out-of-order',
    email: 'team.bravo@example.com',
    grants: ['Pro', 'agents', 'priority', 'agent_runs ≤ 5000'],
  },
  {
    name: 'duplicates',
    email: 'team-delta@example.com',
    grants: ['Pro', 'agents', 'agent_runs ≤ 200'],
  },
]

for (const { name, email, grants } of cases) {
  test.serial(
    `${name}.jsonl ends in an active plan, its entitlements, one mail and its MRR; played again, in the same`,
    async (t) => {
      for (const round of ['first', 'again']) {
        const { status, output } = await replay(fixture(name))
        t.is(status, 0, output)
        const row = output.split('\n').find((line) => line.includes(email)) ?? ''
        t.regex(
          row,
          /│ Pro +│ active +│ \d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d │/,
          `${round}: ${output}`,
        )
        t.regex(row, /│ 1 +│ \$20\.00 +│$/)
        for (const grant of grants) t.true(output.includes(grant), grant)
      }
    },
  )
}

test.serial('the mail is in the local catcher', async (t) => {
  const response = await fetch(`${server.url}/dev/mail`, {
    headers: { accept: 'application/json' },
  })
  const text = await response.text()
  for (const { email } of cases) t.is(text.split(`"${email}"`).length - 1, 1, email)
})

test.serial(
  'a file that is none, a line that is no event and a server that is not there are clear errors',
  async (t) => {
    const env = { TITANFORGE_HOME: home }
    t.regex((await runToEnd('forge', ['replay'], env)).output, /COMMAND_USAGE.*Usage: replay FILE/s)
    t.regex((await replay('/nowhere.jsonl')).output, /nowhere\.jsonl/)
    t.regex(
      (await replay(import.meta.filename)).output,
      /REPLAY_FILE_INVALID.*:1 is not a Stripe event/s,
    )
    const gone = await runToEnd(
      'forge',
      ['replay', fixture('happy-path'), '--url', 'http://127.0.0.1:1'],
      env,
    )
    t.is(gone.status, 1)
    t.regex(gone.output, /REPLAY_NO_SERVER.*npm start/s)
  },
)
