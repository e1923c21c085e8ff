import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { Call, Outcome } from '../../src/agents/call.js'
import type { Observer } from '../../src/agents/observer.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'

const echo = defineAgent({
  name: 'echo',
  description: 'Answers what it is told.',
  input: z.string(),
  output: z.string(),
  run: (text) => {
    if (text === 'fail') throw new Error('as asked')
    return text
  },
})

function forgeWith(...observers: Observer[]) {
  const { log, lines } = captureLog()
  const watcher = definePlugin({ name: 'watcher', setup: () => ({ observers }) })
  return { forge: createForge({ plugins: [watcher()], log }), lines }
}

test('an observer hears of every call and of what it came to', async (t) => {
  const heard: string[] = []
  const { forge } = forgeWith({
    started: (call) => void heard.push(`started ${call.definition.name}`),
    ended: (call, { status, durationMs }) => {
      t.true(durationMs >= 0)
      heard.push(`${status} ${call.definition.name}`)
    },
  })
  await forge.run(echo, 'hello')
  await t.throwsAsync(forge.run(echo, 'fail'))
  const controller = new AbortController()
  const waiting = defineAgent({
    ...echo,
    name: 'waiting',
    run: () => {
      controller.abort()
      return 'too late'
    },
  })
  await t.throwsAsync(forge.run(waiting, '', { signal: controller.signal }))
  t.deepEqual(heard, [
    'started echo',
    'succeeded echo',
    'started echo',
    'failed echo',
    'started waiting',
    'cancelled waiting',
  ])
})

test('observers hear in the order of the plugins, and of each plugin’s own', async (t) => {
  const heard: string[] = []
  const observer = (name: string): Observer => ({
    started: () => void heard.push(`${name} started`),
    ended: () => void heard.push(`${name} ended`),
  })
  const plugins = [['b', 'a'], ['c']].map((names) => {
    const observers = names.map(observer)
    return definePlugin({ name: `watcher-${names.join('')}`, setup: () => ({ observers }) })()
  })
  await createForge({ plugins, log: captureLog().log }).run(echo, 'hello')
  t.deepEqual(heard, ['b started', 'a started', 'c started', 'b ended', 'a ended', 'c ended'])
})

test('an observer that fails is logged and stops nobody', async (t) => {
  const heard: string[] = []
  const fail = () => {
    throw new Error('looked away')
  }
  const { forge, lines } = forgeWith(
    { started: fail, ended: fail },
    { ended: () => void heard.push('ended') },
  )
  t.is(await forge.run(echo, 'hello'), 'hello')
  t.deepEqual(heard, ['ended'])
  t.is(lines.filter((line) => line.includes('looked away')).length, 2)
})

test('an asynchronous observer that rejects is logged, and ends no process', async (t) => {
  const reject = () => Promise.reject(new Error('looked away'))
  const careless: object = { started: reject, ended: reject }
  const { forge, lines } = forgeWith(careless)
  t.is(await forge.run(echo, 'hello'), 'hello')
  await new Promise(setImmediate)
  t.is(lines.filter((line) => line.includes('looked away')).length, 2)
})

test('an observer that fails stops nobody and is told once how a call ended, where the log fails too', async (t) => {
  const heard: string[] = []
  const { log } = captureLog()
  const full = () => {
    throw new Error('the disk is full')
  }
  const broken = new Proxy(log, {
    get: (target, key) => (key === 'error' ? full : (Reflect.get(target, key) as unknown)),
  })
  const observers = [{ ended: (_: Call, { status }: Outcome) => (heard.push(status), full()) }]
  const watcher = definePlugin({ name: 'watcher', setup: () => ({ observers }) })
  const forge = createForge({ plugins: [watcher()], log: broken })
  t.is(await forge.run(echo, 'hello'), 'hello')
  t.deepEqual(heard, ['succeeded'])
})
