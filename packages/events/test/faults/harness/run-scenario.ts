import { messageOf } from '@titanforge/core'
import type { TestServer } from '@titanforge/database/testing'
import type { Wrong } from '../node/settings.js'
import { Lab, type Size } from './lab.js'
import type { Tally } from './ledger.js'
import type { Scenario } from './scenario.js'

export interface RunOptions {
  server: TestServer
  seed: number
  size: Size
  /** Breaks the consumers on purpose. */
  wrong?: Wrong
}

export interface Result extends Tally {
  seed: number
  problems: string[]
  notes: string[]
  recoveryMs: number | undefined
  /** What the nodes printed last. */
  output: string
}

/** Runs a scenario once, on a database of its own, and counts. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
  const { server, seed } = options
  const { url, drop } = await server.database()
  const lab = new Lab({ ...options, url })
  try {
    await scenario.run(lab).catch((error: unknown) => lab.problems.push(messageOf(error)))
    const tally = await lab.tally().catch((error: unknown) => {
      throw new Error([...lab.problems, messageOf(error)].join('; '), { cause: error })
    })
    const output = lab.nodes.map((node) => `${node.name}:\n${node.output}`).join('\n')
    const { problems, notes, recoveryMs } = lab
    return { ...tally, seed, problems, notes, recoveryMs, output }
  } finally {
    await lab.close()
    await drop()
  }
}

/** Whether nothing was lost, made up, repeated or put out of order, and nothing else went wrong. */
export const isClean = ({ missing, phantom, duplicate, disorder, problems }: Result) =>
  missing + phantom + duplicate + disorder + problems.length === 0
