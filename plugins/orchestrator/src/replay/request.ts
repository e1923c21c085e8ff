import type { Agent, EventType, Tool } from '@titanforge/core'
import type { EventWait, PersonWait, Reconciliation } from '../workflow/flow.js'
import type { Schema } from '@titanforge/core'

/** What a workflow asks for with a step. */
export type Request =
  | {
      kind: 'tool'
      name: string
      target: Tool
      input: unknown
      reconcile: Tool<Reconciliation<unknown>, { output: unknown } | null> | undefined
    }
  | { kind: 'agent'; name: string; target: Agent; input: unknown }
  | { kind: 'timer'; name: string; seconds: number }
  | { kind: 'event'; name: string; target: EventType; wait: EventWait }
  | { kind: 'person'; name: string; wait: PersonWait<Schema> }

/** A tool that undoes something. */
export interface Compensation {
  kind: 'compensation'
  name: string
  target: Tool
  input: unknown
}

/** The name of the tool, agent or event that a request is about. */
export const targetOf = (request: Request): string | null =>
  'target' in request ? request.target.name : null
