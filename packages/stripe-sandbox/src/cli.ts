#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { ForgeError } from '@titanforge/core'
import { randomBytes } from 'node:crypto'
import { startStripeSandbox } from './start.js'

const USAGE = `An offline Stripe.

  stripe-sandbox [--port 12111] [--host 127.0.0.1] [--file world.jsonl] [--seed SEED]
                 [--webhook URL [--secret whsec_…]] [--key sk_test_…]

  --file     keeps the world between starts; without it, it ends with the program
  --seed     makes the same ids and the same chaos each time
  --webhook  where its events go; --secret signs them, and is made where it is left out
`

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      key: { type: 'string' },
      file: { type: 'string' },
      seed: { type: 'string' },
      webhook: { type: 'string' },
      secret: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) process.stdout.write(USAGE)
  else await run(values)
} catch (error) {
  const text = error instanceof ForgeError ? `${error.code}: ${error.message}` : String(error)
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

async function run(values: Partial<Record<string, string | boolean>>): Promise<void> {
  const { port, webhook, secret, ...rest } = values as Partial<Record<string, string>>
  const signing = secret ?? `whsec_${randomBytes(24).toString('base64url')}`
  const sandbox = await startStripeSandbox({
    ...rest,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(webhook === undefined ? {} : { webhook: { url: webhook, secret: signing } }),
  })
  const lines = [
    `Stripe runs offline at ${sandbox.url}`,
    '',
    `  secret key      ${sandbox.key}`,
    `  clock           ${sandbox.url}/_sandbox/clock`,
    ...(webhook === undefined
      ? []
      : [`  webhooks go to  ${webhook}`, `  signed with     ${signing}`]),
    '',
    'Ctrl-C stops it.',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void sandbox.stop().then(() => process.exit(0)))
}
