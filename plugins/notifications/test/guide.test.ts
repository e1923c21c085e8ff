import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { EventType, PluginFactory } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import { paymentFailed } from '@titanforge/stripe'
import test from 'ava'
import ts from 'typescript'
import type { z } from 'zod'
import { startApplication } from './application.js'
import { openInbox } from './inbox.js'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const FOLDER = join(ROOT, 'plugins', 'notifications', 'dist', 'guide')

/** What the guide's program exports. */
interface Guide {
  slack: PluginFactory<z.ZodObject<{ webhookUrl: z.ZodURL }>>
  weather: PluginFactory
  stormForecast: EventType<{ userId: string; city: string; day: string }>
}

/** The blocks of the guide, as one program that a stranger compiles. */
function compileGuide(): { file: string; problems: string[] } {
  const page = readFileSync(join(ROOT, 'docs', 'guide', 'notifications.md'), 'utf8')
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, 'guide.ts')
  writeFileSync(file, blocks.join('\n'))
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  })
  const { diagnostics } = program.emit()
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  )
  return { file: file.replace(/ts$/, 'js'), problems }
}

test('the guide’s Slack and its storms compile, and tell the team and customers', async (t) => {
  const { file, problems } = compileGuide()
  t.deepEqual(problems, [])
  const { slack, weather, stormForecast } = (await import(pathToFileURL(file).href)) as Guide

  const posted: { text: string }[] = []
  let isAway = true
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      if (!isAway) posted.push(body as { text: string })
      response.writeHead(isAway ? 503 : 200).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const inbox = await openInbox()
  const app = await startApplication(inbox.port, slack({ webhookUrl }), weather())
  t.teardown(async () => {
    await app.stop()
    await inbox.close()
    server.close()
  })

  const [ada, bob] = await Promise.all([app.signUp('Ada'), app.signUp()])
  const ids = [
    await app.tell(paymentFailed, {
      userId: ada.id,
      kind: 'invoice',
      paymentId: 'in_<1>',
      amount: 2_900,
      currency: 'usd',
      attempt: 1,
      failedAt: '2026-05-03T10:00:00.000Z',
      nextAttemptAt: null,
      payUrl: null,
    }),
  ]
  const storm = { city: 'Bonn', day: '2026-05-03' }
  for (const { id: userId } of [ada, bob])
    ids.push(await app.tell(stormForecast, { ...storm, userId }))
  const waiting = () => app.lines.filter((line) => line.includes('Slack answered 503')).length >= 2
  await waitFor(() => Promise.resolve(waiting()), { what: 'Slack to be missed' })
  isAway = false
  await app.db.query(
    "UPDATE event_deliveries SET due_at = now() WHERE consumer LIKE 'notifications.%.slack'",
  )
  await app.handled(ids)

  t.is(posted.length, 2)
  t.true(posted.some(({ text }) => /^\*A payment of \$29\.00 failed\*[^]*in_&lt;1&gt;/.test(text)))
  t.true(posted.some(({ text }) => text.startsWith('*Storm in Bonn*')))
  const [mail] = inbox.mailsTo(bob.email)
  t.is(mail?.subject, 'A storm in Bonn')
  t.regex(mail?.text ?? '', /Day: 2026-05-03[^]+Open TitanForge: https:\/\/weather\.example\//)
})
