import type { Agent, EventType, Schema, Tool } from '@titanforge/core'
import type { EventWait, PersonWait } from '../workflow/flow.js'

/** What a workflow asks for with a step. */
export type Request =
  | { kind: 'tool'; name: string; target: Tool; input: unknown }
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
