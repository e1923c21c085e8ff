import type { Lab } from './lab.js'

/** One row of the table of faults. */
export interface Scenario {
  /** Its number in the table. */
  readonly number: number
  readonly title: string
  /** Brings the fault about. What it leaves in the ledger is counted afterwards. */
  run(lab: Lab): Promise<void>
}
