import { hostname } from 'node:os'
import type { EventHistory, ForgeView } from '@titanforge/core'
import { route, type Route } from '@titanforge/http'
import { swarm, traffic } from './answers.js'
import type { CallCounts } from './call-counts.js'
import { swarmOf } from './swarm.js'

/** Events that are counted as traffic happened within as many seconds. */
const SECONDS = 60

/**
 * The swarm and what goes on in it.
 *
 * @param history undefined where events are in no log; then none is counted.
 */
export const swarmRoutes = (
  forge: ForgeView,
  calls: CallCounts,
  history?: EventHistory,
): Route[] => [
  route({
    method: 'GET',
    path: '/api/admin/swarm',
    auth: 'superuser',
    summary: 'The plugins and their agents, and which events go from one to another',
    response: swarm,
    handler: () => swarmOf(forge),
  }),
  route({
    method: 'GET',
    path: '/api/admin/swarm/traffic',
    auth: 'superuser',
    summary:
      'Events of the last minute by type and what waits for consumers, of all processes; and calls of the one that answers',
    response: traffic,
    async handler() {
      const since = new Date(Date.now() - SECONDS * 1000)
      const [events = [], consumers = []] = await Promise.all([
        history?.counts(since),
        history?.loads(),
      ])
      const counter = { process: `${hostname()}:${process.pid}`, since: calls.since }
      return { seconds: SECONDS, events, consumers, calls: calls.list(), counter }
    },
  }),
]
