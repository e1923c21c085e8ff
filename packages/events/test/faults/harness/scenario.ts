import type { Lab } from './lab.js'

/** One row of the table of faults. */
export interface Scenario {
  /** Its number in the table. */
  readonly number: number
  readonly title: string
  /** True where a long run takes so long that the command makes one of them, and the others short. */
  readonly soaks?: boolean
  /** Brings the fault about. What it leaves in the ledger is counted afterwards. */
  run(lab: Lab): Promise<void>
}
