import type { Traffic } from '../api/swarm'

type Live = Traffic | undefined

const NO_CALLS = { running: 0, ended: 0, failed: 0 }
const NO_LOAD = { waiting: 0, deadLetters: 0 }

/** How often an agent was called. */
export const callsOf = (traffic: Live, agent: string) =>
  traffic?.calls.find(({ kind, name }) => kind === 'agent' && name === agent) ?? NO_CALLS

/** How many events of a type there were. */
export const eventsOf = (traffic: Live, event: string): number =>
  traffic?.events.find(({ type }) => type === event)?.count ?? 0

/** What a consumer has before it. */
export const loadOf = (traffic: Live, name: string) =>
  traffic?.consumers.find(({ consumer }) => consumer === name) ?? NO_LOAD
