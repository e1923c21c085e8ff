import { randomUUID } from 'node:crypto'
import { weeklyReported } from '@titanforge/analytics'
import { defineAgent, defineErrors, definePlugin } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import { defineWorkflow, orchestrator, runFinished, Workflows } from '@titanforge/orchestrator'
import { unknownPriceFound } from '@titanforge/provisioning'
import test from 'ava'
import { z } from 'zod'
import type { TeamMessage } from '../../src/index.js'
import { startApplication } from '../application.js'
import { openInbox } from '../inbox.js'

const errors = defineErrors({
  OUT_OF_INK: { status: 409, message: () => 'The printer is empty.' },
})
const printer = defineAgent({
  name: 'printer',
  description: 'Prints.',
  exposed: true,
  input: z.boolean(),
  output: z.null(),
  run(hasInk) {
    if (!hasInk) throw errors.OUT_OF_INK()
    return null
  },
})
const report = defineWorkflow({
  name: 'monthly-report',
  version: 1,
  description: 'Prints a report.',
  input: z.object({ hasInk: z.boolean() }),
  output: z.null(),
  run: ({ hasInk }, flow) => flow.agent('print', printer, hasInk),
})

const told: TeamMessage[] = []
const shop = definePlugin({
  name: 'shop',
  setup: () => ({
    workflows: [report],
    agents: [printer],
    channels: [
      {
        name: 'pager',
        reaches: 'team' as const,
        async send(message: TeamMessage) {
          told.push(message)
          return { messageId: message.key }
        },
      },
    ],
  }),
})
const alertsOf = (key: string) => told.filter((message) => message.key.includes(key))
const factsOf = ({ letter }: TeamMessage) =>
  letter.blocks.flatMap((block) => ('facts' in block ? block.facts : []))

const inbox = await openInbox()
const app = await startApplication(inbox.port, orchestrator(), shop())
test.after.always(async () => {
  await app.stop()
  await inbox.close()
})

/** Resolves when a run is over and everybody who is to be told of it has been. */
async function over(runId: string): Promise<void> {
  const ids = await waitFor(
    async () => {
      const events = await app.db.query<{ id: string }>(
        `SELECT id FROM events WHERE event_type = $1 AND payload->>'runId' = $2`,
        [runFinished.name, runId],
      )
      return events.length > 0 && events.map(({ id }) => id)
    },
    { what: 'the run to end', timeoutMs: 20_000 },
  )
  await app.handled(ids)
}

test('a customer is told when a workflow has finished, and why one has not; the team of those that failed', async (t) => {
  const ada = await app.signUp('Ada')
  const workflows = app.forge.get(Workflows)
  const done = await workflows.start(report, { hasInk: true }, { userId: ada.id })
  await over(done)
  const [first] = inbox.mailsTo(ada.email)
  t.is(first?.subject, 'Monthly report is done')
  t.regex(first?.text ?? '', new RegExp(`Hello Ada,[^]+Run: ${done}`))
  t.regex(first?.text ?? '', new RegExp(`https://forge\\.example/runs/${done}\\b`))
  t.true(first?.headers.some(({ key }) => key === 'list-unsubscribe'))
  t.deepEqual(alertsOf(done), [])

  const failed = await workflows.start(report, { hasInk: false }, { userId: ada.id })
  await over(failed)
  const mail = inbox.mailsTo(ada.email).at(-1)
  t.is(mail?.subject, 'Monthly report has failed')
  t.regex(mail?.text ?? '', /Reason: The printer is empty\./)
  const [alert, ...others] = alertsOf(failed)
  t.deepEqual(others, [])
  t.is(alert?.letter.subject, 'The workflow monthly-report has failed')
  t.deepEqual(alert && factsOf(alert), [
    ['Customer', ada.email],
    ['Run', failed],
    ['Reason', 'OUT_OF_INK: The printer is empty.'],
  ])
})

test('a workflow of the application is nobody’s mail, and an alert where it fails', async (t) => {
  const failed = await app.forge.get(Workflows).start(report, { hasInk: false })
  await over(failed)
  t.deepEqual(alertsOf(failed).map(factsOf)[0]?.[0], ['Customer', 'none'])
})

test('who calls an agent gets its answer, and no mail about it', async (t) => {
  const ada = await app.signUp()
  const run = { userId: ada.id, version: 1, error: null }
  const [agent, workflow] = [randomUUID(), randomUUID()]
  await app.handled([
    await app.tell(runFinished, {
      ...run,
      runId: agent,
      workflow: 'agent:printer',
      status: 'failed',
    }),
    await app.tell(runFinished, {
      ...run,
      runId: workflow,
      workflow: 'monthly-report',
      status: 'failed',
    }),
  ])
  t.deepEqual(
    inbox.mailsTo(ada.email).map(({ subject }) => subject),
    ['Monthly report has failed'],
  )
  t.deepEqual(alertsOf(agent), [])
  t.is(alertsOf(workflow).length, 1)
})

test('those who run the application are told once what the week came to', async (t) => {
  const ada = await app.signUp('Ada')
  const week = {
    userId: ada.id,
    weekStart: '2026-05-04T00:00:00.000Z',
    figures: [['MRR', '$1,280.00']] as [string, string][],
  }
  await app.handled([await app.tell(weeklyReported, week)])
  await app.handled([await app.tell(weeklyReported, week)])
  await app.handled([
    await app.tell(weeklyReported, { ...week, weekStart: '2026-05-11T00:00:00.000Z', figures: [] }),
  ])
  const [mail, ...others] = inbox.mailsTo(ada.email)
  t.deepEqual(others, [])
  t.deepEqual(mail?.attachments, [])
  t.is(mail?.subject, 'The week of TitanForge')
  t.regex(mail?.text ?? '', /week from 4 May 2026[^]+MRR: \$1,280\.00/)
  t.true(mail?.headers.some(({ key }) => key === 'list-unsubscribe'))
})

test('the week comes with its picture, to each of those people, and once to the team', async (t) => {
  const people = await Promise.all([app.signUp(), app.signUp(), app.signUp()])
  const weekStart = '2026-06-01T00:00:00.000Z'
  const png = Buffer.from('not really a picture').toString('base64')
  const week = {
    weekStart,
    figures: [['MRR', '$1,280.00']] as [string, string][],
    chart: { png, alt: 'MRR by day' },
  }
  await app.handled(
    await Promise.all(
      people.map(({ id: userId }) => app.tell(weeklyReported, { ...week, userId })),
    ),
  )
  for (const { email } of people) {
    const [mail, ...others] = inbox.mailsTo(email)
    t.deepEqual(others, [])
    const [picture] = mail?.attachments ?? []
    t.like(picture, { contentId: '<chart>', mimeType: 'image/png', disposition: 'inline' })
    t.is(Buffer.from(picture?.content as ArrayBuffer).toString('base64'), png)
    t.regex(mail?.html ?? '', /<img[^>]+src="cid:chart"[^>]*>/)
    t.regex(mail?.html ?? '', /<img[^>]+alt="MRR by day"/)
    t.regex(mail?.text ?? '', /\[MRR by day\]/)
  }
  const [alert, ...others] = alertsOf(weekStart)
  t.deepEqual(others, [])
  t.true(alert?.letter.blocks.some((block) => 'picture' in block && block.picture.png === png))
})

test('the team is told once of each price that the catalogue does not know', async (t) => {
  const ada = await app.signUp()
  const subscriptionId = randomUUID()
  const found = (priceId: string) =>
    app.tell(unknownPriceFound, { userId: ada.id, subscriptionId, priceId })
  await app.handled([await found('price_1')])
  await app.handled([await found('price_1'), await found('price_2')])
  const alerts = alertsOf(subscriptionId)
  t.deepEqual(
    alerts.map((alert) => factsOf(alert).at(-1)),
    [
      ['Price', 'price_1'],
      ['Price', 'price_2'],
    ],
  )
  t.deepEqual(alerts[0] && factsOf(alerts[0])[0], ['Customer', ada.email])
  t.deepEqual(inbox.mailsTo(ada.email), [])
})
