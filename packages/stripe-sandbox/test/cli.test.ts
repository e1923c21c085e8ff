import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@titanforge/core/testing'
import test from 'ava'
import { clientOf } from './support/sandbox.js'

const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url))

test('the program prints its address, key and webhook secret, answers, and stops', async (t) => {
  const started = await startProcess(cli, {
    args: ['--port', '0', '--webhook', 'http://127.0.0.1:9/hook'],
    ready: /offline at (\S+)[\s\S]*key +(\S+)[\s\S]*(whsec_\S+)[\s\S]*Ctrl-C/,
  })
  const [, url = '', key = ''] = started.match
  t.is((await clientOf({ url, key }).webhookEndpoints.list()).data.length, 1)
  t.is(await started.end('SIGTERM'), 0)
})

test('what is wrong with its options is said in a sentence', async (t) => {
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [cli, '--port', '99999'], (_, stdout, stderr) => {
      resolve(stdout + stderr)
    })
  })
  t.regex(output, /SANDBOX_OPTIONS_INVALID.*port/)
})

test('killed at once after an answer, it has what it answered', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const args = ['--port', '0', '--file', join(folder, 'world.jsonl')]
  const ready = /offline at (\S+)[\s\S]*key +(\S+)[\s\S]*Ctrl-C/
  const ids: string[] = []
  for (let round = 0; round < 3; round += 1) {
    const started = await startProcess(cli, { args, ready })
    const [, url = '', key = ''] = started.match
    const stripe = clientOf({ url, key })
    const known = (await stripe.customers.list()).data.map(({ id }) => id)
    t.deepEqual(known, ids)
    ids.unshift((await stripe.customers.create()).id)
    t.is(await started.end('SIGKILL'), 'SIGKILL')
  }
})
