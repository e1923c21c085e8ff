import { execFile } from 'node:child_process'
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
