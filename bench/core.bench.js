import { openApart } from './apart.js'
import { report } from './compare.js'
import { reportCompiler } from './core/compiler.js'
import { fastestPeer } from './core/fastest-peer.js'
import { reportFootprint } from './core/footprint.js'
import { reportImports } from './core/imports.js'
import { reportMemory } from './core/memory.js'
import { contestants as runs, peers } from './core/runs.js'
import { contestants as signals } from './core/signals.js'
import { goal, unmeasured } from './goal.js'

/** Compares all contestants of a module, each in a process of its own. */
async function compareApart(title, file, contestants, options) {
  const module = new URL(file, import.meta.url)
  const opened = []
  for (const { name } of contestants) opened.push(await openApart(module, name))
  const there = opened.filter((contestant) => contestant !== undefined)
  const results = await report(title, there, { rounds: 15, targetMs: 200, ...options })
  for (const contestant of there) contestant.close()
  return new Map(results.map((result) => [result.name, result]))
}

const signalled = await compareApart('signal to one listener', './core/signals.js', signals, {
  warmUpMs: 200,
})
const signal = signalled.get('titanforge signal').ratio
goal('0.5 × the rate of eventemitter3 or more', signal >= 0.5, signal.toFixed(2))

const ran = await compareApart('agent → tool → result', './core/runs.js', runs, { warmUpMs: 3000 })
const agent = ran.get('titanforge agent')
goal('0.1 × a hand-written loop or more', agent.ratio >= 0.1, agent.ratio.toFixed(2))
const tenTimes = '10 × as many runs a second as the fastest peer'
const fastest = fastestPeer(peers, ran)
if (fastest === undefined) unmeasured(tenTimes)
else goal(tenTimes, agent.ratio / fastest >= 10, (agent.ratio / fastest).toFixed(0))

reportMemory()
await reportImports()
await reportFootprint()
await reportCompiler()
