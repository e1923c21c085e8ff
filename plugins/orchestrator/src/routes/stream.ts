import { Readable } from 'node:stream'
import { reply, route, type Route } from '@titanforge/http'
import type { Engine } from '../engine/engine.js'
import { isOver } from '../journal/run-row.js'
import { parseId, runStream } from '../live/run-stream.js'
import type { RunWatch } from '../live/run-watch.js'
import { ownRun, runParams } from './own-run.js'

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Proxies that gather answers would hold the messages back.
  'X-Accel-Buffering': 'no',
}

/** A run as it goes. */
export const streamRoute = (engine: Engine, watch: RunWatch): Route =>
  route({
    method: 'GET',
    path: '/api/runs/:id/stream',
    auth: 'user',
    summary: 'A run as it goes, as server-sent events; Last-Event-ID goes on from there',
    params: runParams,
    produces: 'text/event-stream',
    async handler({ params, identity, header, koa }) {
      const row = await ownRun(engine, identity, params.id)
      const last = parseId(header('Last-Event-ID'))
      const hasAll = last.generation === row.generation && last.clock >= row.clock
      // Tells a browser not to come back.
      if (isOver(row) && hasAll) return reply(204)
      const gone = new AbortController()
      koa.res.once('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, watch.closing])
      return reply(200, Readable.from(runStream(engine.db, watch, row.id, last, signal)), HEADERS)
    },
  })
