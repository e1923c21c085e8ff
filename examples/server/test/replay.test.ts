import test from 'ava'
import { fixture, runToEnd, startServer, temporaryHome } from './programs.js'

const { home, remove } = await temporaryHome()
let server = await startServer({ TITANFORGE_HOME: home })
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
    mails: 2,
  },
  {
    name: 'out-of-order',
    email: 'team.bravo@example.com',
    grants: ['Pro', 'agents', 'priority', 'agent_runs ≤ 5000'],
    mails: 2,
  },
  {
    name: 'duplicates',
    email: 'team-delta@example.com',
    grants: ['Pro', 'agents', 'agent_runs ≤ 200'],
    // The payment was refunded.
    mails: 3,
  },
]

for (const { name, email, grants, mails } of cases) {
  test.serial(
    `${name}.jsonl ends in an active plan, its entitlements, its mails and its MRR; played again, in the same`,
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
        t.regex(row, new RegExp(`│ ${mails} +│ \\$20\\.00 +│$`))
        for (const grant of grants) t.true(output.includes(grant), grant)
      }
    },
  )
}

test.serial(
  'each customer’s one welcome names the plan, and all mails are there after a restart',
  async (t) => {
    const mails = async () => {
      const headers = { accept: 'application/json' }
      const text = await (await fetch(`${server.url}/dev/mail`, { headers })).text()
      return { text, subjects: text.split('Welcome to TitanForge: Pro"').length - 1 }
    }
    const before = await mails()
    for (const { email, mails } of cases)
      t.is(before.text.split(`"${email}"`).length - 1, mails, email)
    t.is(before.subjects, cases.length)
    await server.end('SIGKILL')
    server = await startServer({ TITANFORGE_HOME: home })
    t.deepEqual(await mails(), before)
  },
)

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
